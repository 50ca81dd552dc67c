"""A pull from Jira: issues by their last change with all that belongs to them, SLA records on request."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from analytics.errors import SLAError
from data.pull.access import access
from data.pull.feeds import Ask, PullError
from data.pull.landing import landing
from data.pull.run import pull, receive
from data.store import Store
from tests.data.pulling import NOW, QUICK, SINCE, landed, reached, receiving
from tests.data.vendor_records import issue, stamp
from tests.data.vendor_server import KEY, Desk, Record, serving

FIELDS = [
    {"id": "summary", "name": "Summary"},
    {"id": "customfield_10010", "name": "Request Type", "schema": {"custom": "com.atlassian.servicedesk:vp-origin"}},
    {"id": "customfield_10030", "name": "TTR", "schema": {"custom": "com.atlassian.servicedesk:sd-sla-field"}},
    {"id": "customfield_10040", "name": "Assignment Group", "schema": {"custom": "select"}},
    {"id": "customfield_10099", "name": "Salary", "schema": {"custom": "text"}},
]
SEARCH = "/rest/api/3/search/jql"


def clock(name: str, breached: str, *, over: bool) -> Record:
    at = int(datetime.fromisoformat(breached).timestamp() * 1000)
    cycle = {"startTime": {"epochMillis": at - 3_600_000}, "stopTime": {"epochMillis": at - (0 if over else 60_000)}}
    cycle |= {"breachTime": {"epochMillis": at}, "breached": over, "goalDuration": {"millis": 3_600_000}}
    spent = {"elapsedTime": {"millis": 3_540_000}, "remainingTime": {"millis": 60_000}}
    return {"id": "7", "name": name, "_links": {"self": "https://x/7"}, "completedCycles": [cycle | spent]}


def keys(folder: Path) -> list[str]:
    return sorted(record["key"] for record in landed(folder, "issues"))


def test_issues_are_searched_by_their_last_change(tmp_path: Path) -> None:
    desk = Desk({"issues": [issue(number, 3600 * number) for number in range(1, 9)], "fields": FIELDS})
    with serving(desk):
        receiving(tmp_path / "desk", desk, "jira", Ask(projects=("DESK", "IT")))
    assert keys(tmp_path / "desk") == [f"DESK-{number}" for number in range(1, 9)]
    first = desk.asked(SEARCH)[0]
    assert first["jql"] == f"project in (DESK, IT) and updated >= {int(SINCE.timestamp())}000 order by updated asc"
    assert first["expand"] == "changelog"
    assert first["fields"].split(",")[-3:] == ["customfield_10010", "customfield_10030", "customfield_10040"]
    assert "private words" not in str(landed(tmp_path / "desk", "issues"))
    assert "Waiting for support" in str(landed(tmp_path / "desk", "issues"))
    assert landed(tmp_path / "desk", "issues")[0]["names"]["customfield_10040"] == "Assignment Group"


def test_a_busy_minute_is_paged_through_by_token(tmp_path: Path) -> None:
    desk = Desk({"issues": [issue(number, 600 + number) for number in range(1, 12)]})
    with serving(desk):
        receiving(tmp_path / "desk", desk, "jira")
    assert len(keys(tmp_path / "desk")) == 11
    assert {query.get("nextPageToken") for query in desk.asked(SEARCH)} >= {"3", "6", "9"}


def test_a_data_center_is_searched_by_offset_with_a_bearer_token(tmp_path: Path) -> None:
    desk = Desk({"issues": [issue(number, 600) for number in range(1, 231)]})
    with serving(desk):
        known = {"DUETIME_JIRA_DOMAIN": desk.address, "DUETIME_JIRA_API_TOKEN": KEY}
        how = access("jira", environment=known)
        with landing(tmp_path / "desk", how.address) as kept:
            receive(kept, how, Ask(), SINCE, NOW, patience=QUICK)
    assert len(keys(tmp_path / "desk")) == 230
    assert {query["startAt"] for query in desk.asked("/rest/api/2/search")} >= {"0", "100", "200"}


def test_a_long_changelog_and_long_talks_are_completed(tmp_path: Path) -> None:
    one = issue(1, comment={"comments": [{"id": "1"}], "total": 101})
    one["changelog"]["total"] = 230
    comments = [{"id": str(number), "body": "private words", "jsdPublic": True} for number in range(101)]
    histories = [{"id": str(number), "created": stamp(number), "items": []} for number in range(230)]
    records = {"issues": [one], "changelog of DESK-1": histories, "comment of DESK-1": comments}
    with serving(Desk(records)) as desk:
        receiving(tmp_path / "desk", desk, "jira")
    found = landed(tmp_path / "desk", "issues")[0]
    assert (len(found["changelog"]["histories"]), found["changelog"]["total"]) == (230, 230)
    assert len(found["fields"]["comment"]["comments"]) == 101
    assert "private words" not in str(found)


def test_slas_carry_their_issue_and_passing_time_makes_no_new_record(tmp_path: Path) -> None:
    desk = Desk({"issues": [issue(1), issue(2)]})
    desk.records["sla of DESK-1"] = [
        clock("Time to first response", stamp(3600), over=False),
        clock("B", stamp(9), over=True),
    ]
    with serving(desk):
        receiving(tmp_path / "desk", desk, "jira", Ask(sla=True))
        found = landed(tmp_path / "desk", "slas")
        assert [(each["name"], each["issueKey"]) for each in found] == [
            ("Time to first response", "DESK-1"),
            ("B", "DESK-1"),
        ]
        assert found[0]["completedCycles"][0]["elapsedTime"] == {"millis": 3_540_000}
        ongoing = {"elapsedTime": {"millis": 1}, "breachTime": {"epochMillis": 2}}
        desk.records["issues"][0]["fields"]["customfield_10030"] = {"ongoingCycle": ongoing}
        assert receiving(tmp_path / "desk", desk, "jira", Ask(sla=True)).received["issues"] == 1
        ongoing["elapsedTime"] = {"millis": 9}
        assert receiving(tmp_path / "desk", desk, "jira", Ask(sla=True)).received["issues"] == 0


def test_another_question_is_asked_from_the_start(tmp_path: Path) -> None:
    with serving(Desk({"issues": [issue(1)]})) as desk:
        receiving(tmp_path / "desk", desk, "jira", Ask(projects=("DESK",)))
        desk.requests.clear()
        receiving(tmp_path / "desk", desk, "jira", Ask(projects=("IT", "DESK")), since=None)
    assert f">= {int(SINCE.timestamp())}000" in desk.asked(SEARCH)[0]["jql"]


@pytest.mark.parametrize("key", ["desk", 'A") or project in (B', "A B", ""])
def test_a_project_is_named_by_its_key(tmp_path: Path, key: str) -> None:
    with serving(Desk()) as desk, pytest.raises(SLAError, match="no key of a project"):
        receiving(tmp_path / "desk", desk, "jira", Ask(projects=(key,)))
    assert desk.requests == []


def test_a_jira_that_answers_strangers_as_if_it_were_empty(tmp_path: Path) -> None:
    expired = pytest.raises(PullError, match="DUETIME_JIRA_API_TOKEN is wrong or has expired")
    with serving(Desk(headers={"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"})) as desk, expired:
        receiving(tmp_path / "desk", desk, "jira")
    assert [path for path, _ in desk.requests] == ["/rest/api/3/myself"]


def test_pulled_issues_are_judged(tmp_path: Path) -> None:
    promised = {"customfield_10030": clock("Time to resolution", stamp(7200), over=False)}
    desk = Desk({"issues": [issue(number, 3600 * number, **promised) for number in range(1, 6)], "fields": FIELDS})
    desk.records["sla of DESK-1"] = [clock("Time to first response", stamp(7200), over=False)]
    with serving(desk):
        store = Store(tmp_path)
        how = reached(desk, "jira")
        done = pull(store, how, since=datetime(2026, 2, 1, tzinfo=UTC), ask=Ask(sla=True), patience=QUICK)
        found = store.require().history("jira")
        assert sorted(found.tickets["ticket_id"].to_list()) == [f"DESK-{number}" for number in range(1, 6)]
        assert {"status"} <= set(found.events["kind"].to_list())
        assert set(store.require().streams()["stream"].to_list()) == {"jira_changelog", "jira_slas"}
        assert pull(store, how, ask=Ask(sla=True), patience=QUICK).summaries == ()
    assert len(done.summaries) == 1
