"""Zendesk's tickets as they stand, and their metrics."""

import json
from pathlib import Path
from typing import Any

import pytest

from analytics.errors import ImportFileError
from tests.data.exports_zendesk import (
    GROUPS,
    ORGANIZATIONS,
    USERS,
    at,
    metric_set,
    minutes,
    one,
    page,
    read,
    rules,
    ticket,
    told,
    written,
)


def test_a_ticket_stands_as_it_is_now(tmp_path: Path) -> None:
    content = page("tickets", [ticket()], users=USERS, groups=GROUPS, organizations=ORGANIZATIONS)
    batch = read(tmp_path / "t.json", content, name="zendesk_tickets")
    found = one(batch)
    assert (found["created_at"], found["updated_at"]) == (at(0), at(600))
    assert [found[name] for name in ("status", "priority", "category", "channel")] == [
        "open",
        "high",
        "incident",
        "web",
    ]
    assert [found[name] for name in ("customer", "team", "agent")] == ["Acme", "Support", "Ada"]
    assert found["created_by_agent"] is False
    assert [found[name] for name in ("resolution_due_at", "resolution_breached", "first_response_breached")] == [
        None
    ] * 3
    assert batch.events.height == 0
    assert batch.as_of == at(600)
    assert batch.notes == ()


def test_a_date_a_task_is_due_is_no_promise(tmp_path: Path) -> None:
    assert one(read(tmp_path / "t.json", [ticket(type="task", due_at=written(60))]))["resolution_due_at"] is None


@pytest.mark.parametrize(
    "write",
    [
        json.dumps,
        lambda rows: json.dumps({"tickets": rows, "next_page": None}),
        lambda rows: "\n".join(json.dumps(row) for row in rows),
        lambda rows: "\n".join(json.dumps({"tickets": [row], "end_time": 1}) for row in rows),
    ],
    ids=["array", "page", "lines", "pages"],
)
def test_every_shape_of_file_is_read(tmp_path: Path, write: Any) -> None:
    batch = read(tmp_path / "t.jsonl", write([ticket(1), ticket(2)]), name="zendesk_tickets")
    assert batch.tickets["ticket_id"].to_list() == ["1", "2"]


def test_names_that_are_not_beside_the_tickets_are_ids(tmp_path: Path) -> None:
    batch = read(tmp_path / "t.json", [ticket(1), ticket(2, group_id=None, assignee_id=None, organization_id=None)])
    assert [one(batch)[name] for name in ("customer", "team", "agent")] == ["organization 60", "group 50", "user 80"]
    assert [one(batch, 2)[name] for name in ("customer", "team", "agent")] == [None, None, None]


@pytest.mark.parametrize(
    ("status", "ours"),
    [("new", "new"), ("pending", "pending"), ("hold", "on_hold"), ("Waiting for parts", "waiting_for_parts")],
)
def test_statuses_have_our_words(tmp_path: Path, status: str, ours: str) -> None:
    assert one(read(tmp_path / "t.json", [ticket(status=status)]))["status"] == ours


def test_a_blank_priority_stays_blank(tmp_path: Path) -> None:
    assert one(read(tmp_path / "t.json", [ticket(priority=None, type=None)]))["priority"] is None


@pytest.mark.parametrize(
    ("submitter", "users", "by_agent"),
    [(70, [], False), (80, [], True), (80, USERS, True), (71, USERS, False), (None, USERS, None)],
)
def test_who_opened_a_ticket(
    tmp_path: Path, submitter: int | None, users: list[dict[str, Any]], by_agent: bool
) -> None:
    batch = read(tmp_path / "t.json", page("tickets", [ticket(submitter_id=submitter)], users=users))
    assert one(batch)["created_by_agent"] is by_agent


def test_merged_and_deleted_tickets_are_cancelled(tmp_path: Path) -> None:
    rows = [
        ticket(1, status="closed", tags=["vip", "closed_by_merge"], metric_set=metric_set(1)),
        ticket(2, status="deleted", metric_set=metric_set(2, solved_at=None, reply_time_in_minutes=minutes(None))),
        ticket(3, tags=[], metric_set=metric_set(3, reply_time_in_minutes=minutes(None), solved_at=None)),
    ]
    batch = read(tmp_path / "t.json", rows)
    assert told(batch, 1)[-1] == (240, "cancel", "merged", None)
    assert told(batch, 2) == [(600, "cancel", "deleted", None)]
    assert told(batch, 3) == []
    assert [one(batch, number)["status"] for number in (1, 2)] == ["closed", "deleted"]


@pytest.mark.parametrize("word", ["solved", "closed"])
def test_a_solved_ticket_is_taken_though_the_file_does_not_say_when(tmp_path: Path, word: str) -> None:
    batch = read(tmp_path / "t.json", [ticket(1, status=word), ticket(2)])
    assert one(batch)["status"] == {"solved": "resolved"}.get(word, word)
    assert batch.events.height == 0
    assert [note[:53] for note in batch.notes] == ["1 tickets are solved, but the file does not say when;"]


@pytest.mark.parametrize("inside", [True, False], ids=["inside the ticket", "beside the tickets"])
def test_a_metric_set_tells_the_reply_and_the_solution(tmp_path: Path, *, inside: bool) -> None:
    rows = [ticket(1, status="solved"), ticket(2, status="closed", created_at=written(10))]
    sets = [metric_set(1), metric_set(2, solved_at=written(300))]
    if inside:
        rows = [{**row, "metric_set": own} for row, own in zip(rows, sets, strict=True)]
    content = page("tickets", rows) if inside else page("tickets", rows, metric_sets=sets)
    batch = read(tmp_path / "t.json", content, name="zendesk_tickets_metrics")
    assert told(batch, 1) == [(45, "reply", None, None), (240, "status", "resolved", "open")]
    assert told(batch, 2) == [(55, "reply", None, None), (300, "status", "closed", "open")]
    assert batch.notes == ("2 first replies are known to the minute: creation and the calendar minutes until then.",)


def test_a_reply_is_placed_by_calendar_minutes_never_by_business_minutes(tmp_path: Path) -> None:
    own = metric_set(reply_time_in_minutes={"business": 5, "calendar": 900})
    assert told(read(tmp_path / "t.json", [ticket(metric_set=own, status="solved")]))[-1] == (900, "reply", None, None)


def test_a_reply_told_in_seconds_is_exact(tmp_path: Path) -> None:
    own = metric_set(reply_time_in_seconds={"calendar": 2700 - 30})
    batch = read(tmp_path / "t.json", [ticket(metric_set=own, status="solved")])
    assert told(batch)[0] == (44.5, "reply", None, None)
    assert batch.notes == ()


def test_a_reopened_ticket_is_not_solved_by_its_old_solution(tmp_path: Path) -> None:
    own = metric_set(reopens=1, full_resolution_time_in_minutes=minutes(240, 90))
    batch = read(tmp_path / "t.json", [ticket(status="open", metric_set=own)])
    assert told(batch) == [(45, "reply", None, None)]
    assert "1 tickets were solved once and are open again; when they were reopened is not told." in batch.notes
    assert any("1 tickets were reopened; the metrics count it but do not say when." in note for note in batch.notes)


def test_bad_rows_are_set_aside_with_their_rule(tmp_path: Path) -> None:
    rows: list[object] = [
        ticket(1),
        ticket(2, created_at=None),
        ticket(3, id=None),
        ticket(4, created_at="yesterday"),
        ticket(5, status="solved", metric_set=metric_set(5, solved_at=written(-5))),
        ticket(6, updated_at="2027-01-01T00:00:00Z"),
        ticket(1, updated_at=written(1)),
        ticket(8),
        ticket(9),
        "no ticket",
    ]
    batch = read(tmp_path / "t.json", rows)
    assert rules(batch) == [
        (2, "creation time is missing"),
        (3, "ticket id is missing"),
        (4, "creation time cannot be read"),
        (5, "resolution time before creation"),
        (6, "update time in the future"),
        (7, "duplicate ticket id"),
        (10, "the record is not a JSON object"),
    ]
    assert batch.tickets["ticket_id"].to_list() == ["1", "8", "9"]
    assert one(batch)["updated_at"] == at(600)
    assert "Printer" not in "".join(batch.rejected["content"].drop_nulls().to_list()[:-1])


def test_ticket_metrics_complete_tickets_told_elsewhere(tmp_path: Path) -> None:
    batch = read(tmp_path / "m.json", page("ticket_metrics", [metric_set(1)]), name="zendesk_metrics")
    found = one(batch)
    assert (found["created_at"], found["updated_at"], found["status"]) == (None, at(240), None)
    assert told(batch) == [(45, "reply", None, None), (240, "status", "resolved", "open")]


@pytest.mark.parametrize(
    ("changes", "events"),
    [
        ({"reply_time_in_minutes": minutes(None, None)}, [(240, "status", "resolved", "open")]),
        ({"reply_time_in_minutes": None, "solved_at": None}, []),
        ({"full_resolution_time_in_minutes": minutes(None, None)}, [(45, "reply", None, None)]),
        ({"reply_time_in_minutes": minutes(0, 0), "solved_at": None}, [(0, "reply", None, None)]),
    ],
    ids=["not answered", "nothing yet", "reopened since", "answered at once"],
)
def test_what_metrics_leave_open(tmp_path: Path, changes: dict[str, Any], events: list[Any]) -> None:
    batch = read(tmp_path / "m.json", [metric_set(**changes), metric_set(2)], name="zendesk_metrics")
    assert told(batch) == events
    reopened = [note for note in batch.notes if "are open again" in note]
    assert len(reopened) == ("full_resolution_time_in_minutes" in changes)


def test_a_file_without_one_good_row_says_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match=r"No row of t.json could be taken. Most often: creation time is missing"):
        read(tmp_path / "t.json", [ticket(created_at=None)])
