"""A pull from Zendesk: tickets with their metrics, metric events, audits on request."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from data.pull.feeds import Ask, PullError
from data.pull.landing import landing
from data.pull.run import pull, receive
from data.store import Store
from tests.data.pulling import QUICK, SINCE, folder_of, landed, reached, receiving, tickets
from tests.data.vendor_records import metric_event, metric_set, stamp, zendesk_ticket
from tests.data.vendor_server import Desk, serving

START = int(SINCE.timestamp())


def eight(**more: object) -> Desk:
    users = [{"id": 91, "name": "Cy", "role": "end-user", "email": "cy@example.com"}]
    users.append({"id": 92, "name": "Ada", "role": "agent", "email": "ada@example.com"})
    events = [
        metric_event(number, kind, 60 * at, **said)
        for number in range(1, 9)
        for kind, at, said in (
            ("activate", 0, {}),
            ("apply_sla", 0, {"sla": {"target": 60, "business_hours": False, "policy": {"title": "All"}}}),
            ("fulfill", number, {"status": {"calendar": number, "business": number}}),
        )
    ]
    return Desk(
        {
            "tickets": [zendesk_ticket(number) for number in range(1, 9)],
            "metric_sets": [metric_set(number) for number in range(1, 9)],
            "ticket_metric_events": events,
            "users": users,
            "groups": [{"id": 7, "name": "Billing", "url": "x"}],
        },
        **more,  # type: ignore[arg-type]
    )


def test_exports_are_read_page_by_page_with_names_and_metrics(tmp_path: Path) -> None:
    with serving(eight()) as desk:
        receiving(tmp_path / "desk", desk, "zendesk")
    found = tickets(tmp_path / "desk")
    assert [record["id"] for record in found] == list(range(1, 9))
    assert [record["metric_set"]["id"] for record in found] == list(range(1001, 1009))
    line = landed(tmp_path / "desk")[0]
    assert line["users"][1] == {"id": 92, "name": "Ada", "role": "agent"}
    assert line["groups"] == [{"id": 7, "name": "Billing"}]
    assert not re.search("private words|@example.com", str(landed(tmp_path / "desk")))
    asked = [int(query["start_time"]) for query in desk.asked("/api/v2/incremental/tickets.json")]
    assert asked[0] == START
    assert asked == sorted(set(asked))
    assert len(tickets(tmp_path / "desk", "ticket_metric_events")) == 24


def test_a_later_export_starts_a_little_earlier_and_keeps_what_is_new(tmp_path: Path) -> None:
    with serving(eight()) as desk:
        receiving(tmp_path / "desk", desk, "zendesk")
        desk.requests.clear()
        assert receiving(tmp_path / "desk", desk, "zendesk", since=None).received.total() == 0
        last = int(datetime.fromisoformat(stamp(8 * 60)).timestamp())
        assert int(desk.asked("/api/v2/incremental/tickets.json")[0]["start_time"]) == last - 600
        desk.records["metric_sets"][7]["replies"] = 2
        assert receiving(tmp_path / "desk", desk, "zendesk", since=None).received == {
            "tickets": 1,
            "ticket_metric_events": 0,
        }


def test_a_start_that_is_too_recent_is_moved_back(tmp_path: Path) -> None:
    with serving(Desk()) as desk:
        how, now = reached(desk, "zendesk"), datetime.now(UTC)
        with landing(tmp_path / "desk", how.address) as kept:
            receive(kept, how, Ask(), now - timedelta(seconds=5), now, patience=QUICK)
    starts = [int(query["start_time"]) for _, query in desk.requests]
    assert starts == [int((now - timedelta(seconds=90)).timestamp())] * 2


def test_an_export_that_goes_in_circles_is_stopped(tmp_path: Path) -> None:
    with serving(Desk()) as desk:
        desk._export = lambda *_: type("", (), {"body": {"tickets": [], "end_time": 5, "end_of_stream": False}, "status": 200, "headers": {}})  # type: ignore[method-assign]  # fmt: skip  # noqa: E501
        with pytest.raises(PullError, match="more tickets, but not from when on"):
            receiving(tmp_path / "desk", desk, "zendesk")


def test_audits_are_asked_for_ticket_by_ticket_and_go_on_after_a_stop(tmp_path: Path) -> None:
    desk = eight(faults=dict.fromkeys(range(6, 9), "503"))
    desk.records["ticket_audits"] = [
        {
            "id": 100 * number + each,
            "ticket_id": number,
            "created_at": stamp(60 * number),
            "author_id": 92,
            "events": [{"id": 1, "type": "Comment", "public": True, "body": "private words", "author_id": 92}],
        }
        for number in range(1, 8)
        for each in range(4)
    ]
    folder = tmp_path / "desk"
    with serving(desk):
        with pytest.raises(PullError, match="out of order"):
            receiving(folder, desk, "zendesk", Ask(audits=True))
        with landing(folder, desk.address) as kept:
            assert kept.state.feeds["tickets"].pending == ["1", "2", "3"]
        desk.faults = {}
        receiving(folder, desk, "zendesk", Ask(audits=True), since=None)
        found = tickets(folder, "ticket_audits")
        assert sorted({record["id"] for record in found}) == sorted(
            each["id"] for each in desk.records["ticket_audits"]
        )
        assert "private words" not in str(found)
        assert found[0]["events"][0]["public"] is True
        assert landed(folder, "ticket_audits")[-1]["users"] == [{"id": 92, "name": "Ada", "role": "agent"}]
        desk.requests.clear()
        receiving(folder, desk, "zendesk", Ask(audits=True), since=None)
        assert [path for path, _ in desk.requests if path.endswith("audits.json")] == []


def test_pulled_tickets_are_judged(tmp_path: Path) -> None:
    with serving(eight()) as desk:
        store = Store(tmp_path)
        done = pull(store, reached(desk, "zendesk"), since=SINCE, patience=QUICK)
        history = store.require().history("zendesk")
        assert sorted(history.tickets["ticket_id"].to_list()) == [str(number) for number in range(1, 9)]
        assert history.tickets["team"].unique().to_list() == ["Billing"]
        assert set(store.require().streams()["stream"].to_list()) >= {"zendesk_metric_events"}
        number = store.require().number
        assert pull(store, reached(desk, "zendesk"), patience=QUICK).summaries == ()
    assert (len(done.summaries), store.require().number) == (1, number)
    assert [path.name for path in sorted(folder_of(tmp_path, "zendesk").glob("*.gz"))] == [
        "ticket_metric_events-000002.jsonl.gz",
        "tickets-000001.jsonl.gz",
    ]
