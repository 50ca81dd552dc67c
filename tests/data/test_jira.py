"""What an issue of Jira tells: in which files it may stand, its fields, and when it is set aside."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from analytics.errors import ImportFileError
from tests.data.exports_jira import (
    ADA,
    GRACE,
    PRIORITIES,
    ROBOT,
    change,
    changes,
    claimed,
    comment,
    done,
    issue,
    item,
    moment,
    moved,
    noted,
    only,
    page,
    sla,
    story,
    taken,
    told,
    written,
)

SUPPORT, CUSTOMER = "Waiting for support", "Waiting for customer"
PENDING, BACK = ("pending", "open"), ("open", "pending")


def test_an_issue_with_its_changelog_and_slas(tmp_path: Path) -> None:
    batch = told(
        tmp_path,
        issue(
            "HELP-1",
            moved("09:40", SUPPORT, CUSTOMER),
            moved("10:00", CUSTOMER, SUPPORT),
            moved("03 12:00", SUPPORT, "Erledigt"),
            comments=[comment("09:30"), comment("09:55", GRACE)],
            now="Erledigt",
            resolutiondate=moment("03 12:00"),
            slas=(
                sla("Time to first response", done("09:00", "09:30", "11:00")),
                sla("Time to resolution", done("09:00", "03 12:00", "03 10:00")),
            ),
        ),
    )
    assert only(batch) == {
        "source": "jira",
        "ticket_id": "HELP-1",
        "created_at": datetime(2026, 3, 2, 8, tzinfo=UTC),
        "updated_at": datetime(2026, 3, 4, 8, tzinfo=UTC),
        "created_by_agent": False,
        "status": "resolved",
        "priority": "high",
        "category": "Report a broken thing",
        "channel": None,
        "region": None,
        "plan": None,
        "customer": "Acme",
        "team": None,
        "agent": "Ada",
        "first_response_due_at": datetime(2026, 3, 2, 10, tzinfo=UTC),
        "first_response_breached": False,
        "resolution_due_at": datetime(2026, 3, 3, 9, tzinfo=UTC),
        "resolution_breached": True,
    }
    assert story(batch) == [
        ("02 09:30", "reply", None, None),
        ("02 09:40", "status", *PENDING),
        ("02 09:55", "message", None, None),
        ("02 10:00", "status", *BACK),
        ("03 12:00", "status", "resolved", "open"),
    ]
    assert batch.as_of == datetime(2026, 3, 4, 8, tzinfo=UTC)
    assert batch.notes == ()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.json", page(issue())),
        ("tokens.json", page(issue(), nextPageToken="abc", isLast=False)),
        ("array.json", [issue(), issue("HELP-2")]),
        ("one.json", issue()),
        ("lines.jsonl", f"{json.dumps(issue())}\n{json.dumps(issue('HELP-2'))}\n"),
        ("pages.jsonl", f"{json.dumps(page(issue()))}\n{json.dumps(page(issue('HELP-2')))}\n"),
    ],
)
def test_issues_come_in_pages_arrays_and_lines(tmp_path: Path, name: str, content: Any) -> None:
    path = written(tmp_path / name, content)
    assert claimed(path) == ["jira_changelog"]
    assert "HELP-1" in taken("jira_changelog", [path]).tickets["ticket_id"].to_list()


def test_issues_without_a_changelog_are_another_stream(tmp_path: Path) -> None:
    path = written(tmp_path / "issues.json", page(issue(bare=True)))
    assert claimed(path) == ["jira_issues"]
    assert taken("jira_issues", [path]).tickets.height == 1


@pytest.mark.parametrize(
    "content",
    [
        {"errorMessages": ["The JQL query is invalid."], "errors": {}},
        [{"key": "HELP-1", "summary": "no fields"}],
        [{"id": 1, "created_at": "2026-01-01T00:00:00Z", "status": 2, "fr_due_by": None}],
    ],
)
def test_other_files_are_not_claimed(tmp_path: Path, content: Any) -> None:
    assert not {name for name in claimed(written(tmp_path / "x.json", content)) if name.startswith("jira")}


@pytest.mark.parametrize("name", [*PRIORITIES, None, "P1 - Critical"])
def test_priorities_are_words_and_may_be_missing(tmp_path: Path, name: str | None) -> None:
    expected = "critical" if name == "P1 - Critical" else name.lower() if name else None
    batch = told(tmp_path, issue(priority={"name": name, "id": "1"} if name else None))
    assert only(batch)["priority"] == expected


@pytest.mark.parametrize(
    ("creator", "by_agent"),
    [(GRACE, False), (ADA, True), ({**GRACE, "accountId": "qm:10"}, False), (ROBOT, None), ("absent", None)],
)
def test_who_opened_it(tmp_path: Path, creator: Any, by_agent: bool | None) -> None:
    batch = told(tmp_path, issue(creator=creator))
    assert only(batch)["created_by_agent"] is by_agent
    assert noted(batch, "count as opened by an agent") == (by_agent is True)


def test_the_newest_of_an_issue_in_several_pages_is_taken_with_its_own_history(tmp_path: Path) -> None:
    old = issue("HELP-1", moved("10:00", SUPPORT, CUSTOMER), now=CUSTOMER, updated=moment("10:00"))
    new = issue("HELP-1", moved("10:00", SUPPORT, CUSTOMER), moved("11:00", CUSTOMER, SUPPORT), updated=moment("11:00"))
    paths = [written(tmp_path / "1.json", page(new, issue("HELP-2"))), written(tmp_path / "2.json", page(old))]
    for order in (paths, paths[::-1]):
        batch = taken("jira_changelog", order)
        assert changes(batch) == [("02 10:00", *PENDING), ("02 11:00", *BACK)]
        assert batch.rejected.select("file", "ticket_id", "rule").rows() == [
            ("2.json", "HELP-1", "duplicate ticket id")
        ]


def test_the_same_page_twice_is_told_and_counts_once(tmp_path: Path) -> None:
    given = page(issue("HELP-1", moved("10:00", SUPPORT, CUSTOMER), now=CUSTOMER))
    batch = taken("jira_changelog", [written(tmp_path / "p.json", given), written(tmp_path / "q.json", given)])
    assert (batch.read, batch.taken, batch.events.height) == (2, 1, 1)


def test_an_issue_that_was_moved_keeps_its_history_under_its_new_key(tmp_path: Path) -> None:
    move = change("10:30", item("project", "Sales", "Help"), item("Key", "SALES-7", "HELP-1"))
    before = issue("SALES-7", moved("10:00", SUPPORT, CUSTOMER), now=CUSTOMER, updated=moment("10:00"), number="501")
    after = issue("HELP-1", moved("10:00", SUPPORT, CUSTOMER), move, now=CUSTOMER, number="501")
    batch = told(tmp_path, before, after)
    assert batch.tickets["ticket_id"].to_list() == ["HELP-1"]
    assert changes(batch) == [("02 10:00", *PENDING)]
    assert batch.rejected.select("row_number", "ticket_id", "rule").rows() == [(1, "HELP-1", "duplicate ticket id")]
    assert noted(batch, "SALES-7 to HELP-1. Where an earlier import knew one by its old key")


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"created": None}, "creation time is missing"),
        ({"created": "soon"}, "creation time cannot be read"),
        ({"created": "2026-12-01T09:00:00.000+0100", "updated": None}, "creation time in the future"),
        ({"updated": moment("08:00")}, "update time before creation"),
    ],
)
def test_an_issue_that_cannot_be_is_set_aside(tmp_path: Path, fields: dict[str, Any], rule: str) -> None:
    batch = told(
        tmp_path,
        issue("HELP-1", moved("10:00", SUPPORT, CUSTOMER), now=CUSTOMER, **fields),
        issue("HELP-2"),
        issue("HELP-3"),
    )
    assert batch.rejected.select("ticket_id", "rule").rows() == [("HELP-1", rule)]
    assert batch.tickets["ticket_id"].to_list() == ["HELP-2", "HELP-3"]
    assert batch.events.is_empty()


def test_an_issue_without_a_key_or_fields_is_set_aside(tmp_path: Path) -> None:
    batch = told(tmp_path, issue() | {"key": None}, issue("HELP-2"), issue("HELP-3") | {"fields": []})
    assert sorted(batch.rejected.select("row_number", "rule").rows()) == [
        (1, "ticket id is missing"),
        (3, "creation time is missing"),
    ]


def test_a_file_of_nothing_that_can_be_taken_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match="No row of issues.json could be taken. Most often: ticket id is missing"):
        told(tmp_path, issue() | {"key": ""})


@pytest.mark.parametrize("rubbish", [None, "", 7, [], {}, [None, 7], {"histories": 3, "total": "x"}, {"comments": [7]}])
def test_what_has_another_shape_than_expected_is_nothing(tmp_path: Path, rubbish: Any) -> None:
    names = ("status", "priority", "assignee", "creator", "reporter", "comment", "issuetype", "resolutiondate")
    given = issue("HELP-1", **dict.fromkeys((*names, "customfield_10010", "customfield_10002"), rubbish))
    odd = [change("10:00", item("status", None, None)), {"id": None, "created": rubbish, "items": rubbish}, rubbish]
    given["changelog"] = {"histories": odd, "total": rubbish}
    batch = told(tmp_path, given, issue("HELP-2") | {"changelog": rubbish})
    assert batch.tickets["ticket_id"].to_list() == ["HELP-1", "HELP-2"]
    assert batch.events.is_empty()


def test_the_channel_is_read_where_the_property_was_asked_for(tmp_path: Path) -> None:
    given = issue() | {"properties": {"request.channel.type": {"value": "portal"}}}
    assert only(told(tmp_path, given))["channel"] == "portal"


def test_several_organizations_are_one_customer_and_an_issue_type_is_a_category(tmp_path: Path) -> None:
    link = {"self": "https://acme.atlassian.net/rest/servicedeskapi/organization/2"}
    organizations = [{"id": "2", "name": "Zeta", "_links": link}, {"id": "3", "name": "Acme", "_links": link}]
    found = only(told(tmp_path, issue(customfield_10002=organizations, customfield_10010=None)))
    assert (found["customer"], found["category"]) == ("Zeta, Acme", "[System] Incident")


def test_events_after_the_import_do_not_move_the_as_of_instant(tmp_path: Path) -> None:
    batch = told(
        tmp_path, issue(comments=[comment("10:00"), comment("10:00") | {"created": "2027-01-01T00:00:00.000+0000"}])
    )
    assert batch.as_of == datetime(2026, 3, 4, 8, tzinfo=UTC)
