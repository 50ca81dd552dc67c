"""What a ticket of Freshdesk's API tells, in pages or lines, with stats or without."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from analytics.errors import ImportFileError
from data.ingest.adapters import ADAPTERS
from data.ingest.batch import Batch
from tests.data.exports_freshdesk import (
    adapters_of,
    bare,
    history,
    taken,
    ticket,
    written,
)

ADAPTER = ADAPTERS["freshdesk_api"]
ANSWERED = ("01 06:30", "reply", None, None)


def told(folder: Path, *tickets: dict[str, Any], **options: Any) -> Batch:
    return taken(ADAPTER, [written(folder / "tickets.json", list(tickets))], **options)


def only(batch: Batch) -> dict[str, Any]:
    assert batch.tickets.height == 1
    return batch.tickets.row(0, named=True)


def test_a_ticket_with_its_outcomes(tmp_path: Path) -> None:
    batch = told(tmp_path, ticket())
    assert only(batch) == {
        "source": "freshdesk",
        "ticket_id": "1",
        "created_at": datetime(2026, 6, 1, 6, tzinfo=UTC),
        "updated_at": datetime(2026, 6, 3, 10, tzinfo=UTC),
        "created_by_agent": None,
        "status": "closed",
        "priority": "urgent",
        "category": "Question",
        "channel": "portal",
        "region": None,
        "plan": None,
        "customer": "31",
        "team": "11",
        "agent": "21",
        "first_response_due_at": datetime(2026, 6, 1, 7, tzinfo=UTC),
        "first_response_breached": False,
        "resolution_due_at": datetime(2026, 6, 2, 6, tzinfo=UTC),
        "resolution_breached": False,
    }
    assert history(batch) == [
        ANSWERED,
        ("01 10:00", "status", "resolved", "open"),
        ("03 10:00", "status", "closed", "resolved"),
    ]
    assert batch.as_of == datetime(2026, 6, 3, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "stats", "first", "last"),
    [
        ({}, {}, False, False),
        ({"fr_escalated": True, "is_escalated": True}, {}, True, True),
        ({"status": 2}, {"resolved_at": None}, False, None),
        ({"status": 2}, {"resolved_at": None, "first_responded_at": None}, None, None),
        ({"status": 2, "is_escalated": True, "fr_escalated": True}, {"first_responded_at": None}, True, True),
        ({"status": 4}, {"first_responded_at": None}, False, False),
        ({"is_escalated": None, "fr_escalated": None}, {}, None, None),
    ],
)
def test_escalated_is_a_verdict_where_nothing_can_change_it(
    tmp_path: Path, changes: dict[str, Any], stats: dict[str, Any], first: bool | None, last: bool | None
) -> None:
    found = only(told(tmp_path, ticket(stats=stats, **changes)))
    assert (found["first_response_breached"], found["resolution_breached"]) == (first, last)


@pytest.mark.parametrize(
    ("changes", "field", "word"),
    [
        ({"status": 7}, "status", "status_7"),
        ({"status": "Waiting on R&D"}, "status", "waiting_on_r_d"),
        ({"priority": 1}, "priority", "low"),
        ({"priority": 2}, "priority", "medium"),
        ({"priority": 3}, "priority", "high"),
        ({"priority": 9}, "priority", "9"),
        ({"priority": None}, "priority", None),
        ({"source": 1}, "channel", "email"),
        ({"source": 3}, "channel", "phone"),
        ({"source": 7}, "channel", "chat"),
        ({"source": 9}, "channel", "feedback_widget"),
        ({"source": 13}, "channel", "13"),
        ({"type": None}, "category", None),
    ],
)
def test_codes_become_words(tmp_path: Path, changes: dict[str, Any], field: str, word: str | None) -> None:
    assert only(told(tmp_path, ticket(**changes)))[field] == word


def test_a_ticket_without_a_status_is_resolved_where_it_was(tmp_path: Path) -> None:
    gone = {"resolved_at": None, "closed_at": None}
    batch = told(tmp_path, ticket(1, status=None), ticket(2, status=None, stats=gone))
    assert batch.tickets["status"].to_list() == ["resolved", None]
    assert [step[1] for step in history(batch, "1")] == ["reply", "status"]
    assert history(batch, "2") == [("01 06:30", "reply", None, None)]


def test_an_outbound_email_was_created_by_an_agent(tmp_path: Path) -> None:
    found = only(told(tmp_path, ticket(source=10)))
    assert (found["channel"], found["created_by_agent"]) == ("outbound_email", True)


@pytest.mark.parametrize(
    ("changes", "value"),
    [
        ({"spam": True}, "spam"),
        ({"deleted": True}, "deleted"),
        ({"deleted": True, "spam": True}, "spam"),
        ({"deleted": False, "tags": ["web", "Merged"]}, "merged"),
        ({"tags": ["emerged"]}, None),
        ({"tags": None, "spam": None}, None),
    ],
)
def test_spam_deleted_and_merged_tickets_are_cancelled(
    tmp_path: Path, changes: dict[str, Any], value: str | None
) -> None:
    found = [what for _, kind, what, _ in history(told(tmp_path, ticket(**changes))) if kind == "cancel"]
    assert found == ([value] if value else [])


def test_an_open_ticket_called_spam_ends_when_it_was_last_updated(tmp_path: Path) -> None:
    batch = told(tmp_path, ticket(status=2, spam=True, stats={"resolved_at": None, "closed_at": None}))
    assert history(batch)[-1] == ("03 10:00", "cancel", "spam", None)


def test_without_stats_what_is_solved_is_set_aside(tmp_path: Path) -> None:
    batch = told(tmp_path, bare(1, status=2, is_escalated=True), bare(2), ticket(3), bare(4, stats=None))
    assert batch.tickets.select("ticket_id", "status", "resolution_breached").rows() == [
        ("1", "open", True),
        ("3", "closed", False),
    ]
    assert batch.rejected.select("row_number", "ticket_id", "rule").rows() == [
        (2, "2", "solved without a resolution time"),
        (4, "4", "solved without a resolution time"),
    ]
    assert batch.notes[0].startswith("3 of 4 tickets came without stats")
    assert batch.notes[0].endswith("Ask for them with include=stats.")


def test_a_file_of_nothing_but_solved_tickets_without_stats_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match="No row of tickets.json could be taken.*include=stats"):
        told(tmp_path, bare(1), bare(2))
    with pytest.raises(ImportFileError) as error:
        told(tmp_path, ticket("", status=2))
    assert "include=stats" not in str(error.value)


def test_names_that_stand_beside_the_tickets_are_used(tmp_path: Path) -> None:
    page = {
        "tickets": [ticket(1), ticket(2, group_id=12, responder_id=None, company={"id": 31, "name": "Acme Ltd"})],
        "groups": [{"id": 11, "name": "Billing"}, {"id": 12, "name": "Sales"}],
        "agents": [{"id": 21, "contact": {"name": "Ada"}}],
        "companies": [{"id": 31, "name": "Acme"}],
    }
    batch = taken(ADAPTER, [written(tmp_path / "page.json", page)])
    assert batch.tickets.select("team", "agent", "customer").rows() == [
        ("Billing", "Ada", "Acme"),
        ("Sales", None, "Acme Ltd"),
    ]
    assert batch.notes == ()
    assert told(tmp_path, ticket()).notes[0].startswith("Teams are shown by their number")


def test_pages_lines_and_search_results_are_the_same_tickets(tmp_path: Path) -> None:
    rows = [ticket(1), ticket(2), ticket(3)]
    whole = told(tmp_path, *rows)
    lines = written(tmp_path / "lines.jsonl", "\n".join(json.dumps(row) for row in rows))
    pages = [
        written(tmp_path / "1.json", {"results": rows[:2], "total": 3}),
        written(tmp_path / "2.json", {"results": rows[2:], "total": 3}),
    ]
    for paths in ([lines], pages):
        batch = taken(ADAPTER, paths)
        assert batch.tickets.equals(whole.tickets)
        assert batch.events.equals(whole.events)
    one = taken(ADAPTER, [written(tmp_path / "one.json", ticket(1))])
    assert one.tickets.equals(whole.tickets.head(1))


def test_times_may_have_fractions_and_offsets(tmp_path: Path) -> None:
    batch = told(
        tmp_path,
        ticket(created_at="2026-06-01T08:00:00.250+02:00", stats={"closed_at": "2026-06-03T15:30:00.5+05:30"}),
    )
    assert only(batch)["created_at"] == datetime(2026, 6, 1, 6, 0, 0, 250_000, tzinfo=UTC)
    assert history(batch)[-1][0] == "03 10:00"


def test_one_time_written_otherwise_changes_nothing_else(tmp_path: Path) -> None:
    rows = [ticket(number, status=status) for number, status in enumerate((2, 3, 4, 5, 6), 1)]
    plain = told(tmp_path, *rows, ticket(6))
    odd = told(tmp_path, *rows, ticket(6, updated_at="2026-06-03T12:00:00.000+02:00"))
    assert odd.tickets.equals(plain.tickets)
    assert odd.events.equals(plain.events)


@pytest.mark.parametrize("number", [7, "007", 43_000_012_345_678_901_234])
def test_ids_are_text(tmp_path: Path, number: object) -> None:
    assert only(told(tmp_path, ticket(number)))["ticket_id"] == str(number)


def test_stats_of_another_shape_are_none(tmp_path: Path) -> None:
    batch = told(tmp_path, bare(1, status=2, stats=[]), bare(2, status=2, stats="x"), ticket(3))
    assert batch.taken == 3
    assert batch.notes[0].startswith("2 of 3 tickets came without stats")


def test_text_is_taken_as_it_is(tmp_path: Path) -> None:
    text = "=cmd|' /C calc'!A0"
    batch = told(tmp_path, ticket(type=text, custom_fields={"cf_a": "x,\ny", "cf_b": text}))
    assert only(batch)["category"] == text


@pytest.mark.parametrize(
    ("row", "claimed"),
    [
        (ticket(), ["freshdesk_api"]),
        (bare(), ["freshdesk_api"]),
        ({**bare(), "urgency": 1, "impact": 1, "department_id": 5}, []),
        ({"id": 1, "created_at": "2026-06-01T06:00:00Z", "status": "open", "assignee_id": 1}, None),
    ],
)
def test_it_knows_its_files(tmp_path: Path, row: dict[str, Any], claimed: list[str] | None) -> None:
    found = adapters_of(written(tmp_path / "any.json", [row]))
    assert found == claimed if claimed is not None else "freshdesk_api" not in found
