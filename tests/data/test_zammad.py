"""Zammad's tickets: what their escalation times, differences, states and ids mean."""

from pathlib import Path
from typing import Any

import pytest

from tests.data.exports_zammad import zammad_closed, zammad_ticket
from tests.data.exports_zendesk import at, one, page, read, rules, told, written


def test_an_open_ticket_has_due_times_and_no_verdict(tmp_path: Path) -> None:
    batch = read(tmp_path / "z.json", [zammad_ticket()], name="zammad")
    found = one(batch)
    assert (found["first_response_due_at"], found["resolution_due_at"]) == (at(60), at(480))
    assert (found["first_response_breached"], found["resolution_breached"]) == (None, None)
    assert [found[name] for name in ("status", "priority", "channel")] == ["open", "normal", "email"]
    assert [found[name] for name in ("customer", "team", "agent")] == ["Acme", "Users", "ada@example.com"]
    assert found["created_by_agent"] is False
    assert batch.events.height == 0


def test_a_closed_ticket_has_verdicts_and_no_due_time(tmp_path: Path) -> None:
    batch = read(tmp_path / "z.json", page("tickets", [zammad_closed()]), name="zammad")
    found = one(batch)
    assert (found["first_response_breached"], found["resolution_breached"]) == (False, True)
    assert (found["first_response_due_at"], found["resolution_due_at"]) == (None, None)
    assert told(batch) == [(30, "reply", None, None), (600, "status", "closed", "open")]


def test_working_minutes_place_nothing_in_time(tmp_path: Path) -> None:
    changes = {"first_response_at": None, "first_response_in_min": 30, "close_in_min": 5}
    batch = read(tmp_path / "z.json", [zammad_closed(**changes)])
    assert told(batch) == [(600, "status", "closed", "open")]


@pytest.mark.parametrize(("difference", "breached"), [(-1, True), (0, False), (25, False), (None, None), (-0.5, True)])
def test_a_difference_below_nothing_is_a_breach(tmp_path: Path, difference: float | None, breached: bool) -> None:
    found = one(read(tmp_path / "z.json", [zammad_closed(first_response_diff_in_min=difference)]))
    assert found["first_response_breached"] is breached


def test_fields_may_be_blank(tmp_path: Path) -> None:
    blank = ("organization", "organization_id", "owner_id", "owner", "priority", "priority_id", "group", "group_id")
    more = ("create_article_type", "create_article_type_id", "create_article_sender", "create_article_sender_id")
    found = one(read(tmp_path / "z.json", [zammad_ticket(**dict.fromkeys((*blank, *more)))]))
    assert [found[name] for name in ("customer", "agent", "priority", "team", "channel", "created_by_agent")] == [
        None
    ] * 6


def test_a_closed_ticket_without_a_closing_time_is_set_aside(tmp_path: Path) -> None:
    rows = [
        zammad_closed(1, close_at=None, last_close_at=None),
        zammad_closed(2, close_at=written(500), last_close_at=None),
    ]
    batch = read(tmp_path / "z.json", rows)
    assert rules(batch) == [(1, "solved without a resolution time")]
    assert told(batch, 2)[-1] == (500, "status", "closed", "open")


@pytest.mark.parametrize(
    ("state", "ours"),
    [
        ("new", "new"),
        ("open", "open"),
        ("pending reminder", "pending"),
        ("pending close", "pending"),
        ("At vendor", "at_vendor"),
    ],
)
def test_states_have_our_words(tmp_path: Path, state: str, ours: str) -> None:
    batch = read(tmp_path / "z.json", [zammad_ticket(state=state, state_id=20)])
    assert one(batch)["status"] == ours
    assert [note for note in batch.notes if "At vendor" in note or "at_vendor (1)" in note] == list(
        batch.notes if ours == "at_vendor" else ()
    )


@pytest.mark.parametrize(("state", "reason"), [("merged", "merged"), ("removed", "deleted")])
def test_merged_and_removed_tickets_are_cancelled(tmp_path: Path, state: str, reason: str) -> None:
    rows = [zammad_ticket(1, state=state), zammad_closed(2, state=state)]
    batch = read(tmp_path / "z.json", rows)
    assert told(batch, 1) == [(5, "cancel", reason, None)]
    assert told(batch, 2)[-2:] == [(600, "status", "resolved", "open"), (600, "cancel", reason, None)]
    assert one(batch, 2)["resolution_breached"] is None


@pytest.mark.parametrize(
    ("written_as", "ours"),
    [("1 low", "low"), ("2 normal", "normal"), ("3 high", "high"), ("4 Very High", "very high"), ("VIP", "vip")],
)
def test_priorities_lose_their_number(tmp_path: Path, written_as: str, ours: str) -> None:
    assert one(read(tmp_path / "z.json", [zammad_ticket(priority=written_as)]))["priority"] == ours


def bare(row: dict[str, Any]) -> dict[str, Any]:
    names = ("group", "organization", "owner", "state", "priority", "customer", "create_article_type")
    return {name: value for name, value in row.items() if name not in (*names, "create_article_sender")}


def test_without_names_the_ids_zammad_begins_with_are_known(tmp_path: Path) -> None:
    rows = [
        bare(zammad_closed(1, create_article_type_id=5, create_article_sender_id=1)),
        bare(zammad_ticket(2, state_id=9)),
    ]
    batch = read(tmp_path / "z.json", rows)
    found = one(batch)
    assert [found[name] for name in ("status", "priority", "channel")] == ["closed", "normal", "phone"]
    assert [found[name] for name in ("customer", "team", "agent")] == ["organization 4", "group 2", "owner 9"]
    assert found["created_by_agent"] is True
    assert one(batch, 2)["status"] == "state_9"
    assert any(note.startswith("2 tickets name states, groups and people by number") for note in batch.notes)


def test_nobody_owns_what_nobody_owns(tmp_path: Path) -> None:
    batch = read(tmp_path / "z.json", [zammad_ticket(1, owner="-", owner_id=1), bare(zammad_ticket(2, owner_id=1))])
    assert batch.tickets["agent"].to_list() == [None, None]


def test_what_was_closed_and_is_open_again_is_not_solved(tmp_path: Path) -> None:
    rows = [
        zammad_closed(1, state="open", state_id=2),
        zammad_closed(2, last_close_at=written(900), updated_at=written(900)),
    ]
    batch = read(tmp_path / "z.json", rows)
    assert told(batch, 1) == [(30, "reply", None, None)]
    assert one(batch, 1)["resolution_breached"] is None
    assert told(batch, 2)[-1] == (900, "status", "closed", "open")
    assert batch.notes[0].startswith("1 tickets were closed once and are open again")
    assert batch.notes[1].startswith("1 tickets were closed more than once")
