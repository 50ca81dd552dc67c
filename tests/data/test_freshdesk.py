"""What Freshdesk's ticket list tells, whatever columns were chosen and however they are written."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from analytics.clocks import judge
from analytics.policy import PolicyFile
from data.ingest.adapters import ADAPTERS
from data.ingest.batch import Batch
from tests.data.exports_freshdesk import DESK, NOW, ZONE, adapters_of, desk, history, table, taken, written

ADAPTER = ADAPTERS["freshdesk_tickets"]


def told(folder: Path, *rows: dict[str, str], **options: Any) -> Batch:
    return taken(ADAPTER, [written(folder / "tickets.csv", table(*rows))], **{"time_zone": ZONE, **options})


def only(batch: Batch) -> dict[str, Any]:
    assert batch.tickets.height == 1
    return batch.tickets.row(0, named=True)


def test_a_row_becomes_a_ticket_with_its_outcomes(tmp_path: Path) -> None:
    batch = told(tmp_path, desk("007"))
    assert only(batch) == {
        "source": "freshdesk",
        "ticket_id": "007",
        "created_at": datetime(2026, 6, 1, 6, tzinfo=UTC),
        "updated_at": datetime(2026, 6, 3, 10, tzinfo=UTC),
        "created_by_agent": None,
        "status": "closed",
        "priority": "urgent",
        "category": "Question",
        "channel": "portal",
        "region": None,
        "plan": "Gold",
        "customer": "Acme",
        "team": "Billing",
        "agent": "Ada",
        "first_response_due_at": None,
        "first_response_breached": True,
        "resolution_due_at": datetime(2026, 6, 2, 6, tzinfo=UTC),
        "resolution_breached": False,
    }
    assert history(batch, "007") == [
        ("01 06:30", "reply", None, None),
        ("01 10:00", "status", "closed", "open"),
    ]
    assert batch.as_of == datetime(2026, 6, 3, 10, tzinfo=UTC)
    assert batch.notes == ()


@pytest.mark.parametrize("respell", [str.lower, str.upper, str.title])
def test_the_header_may_be_spelled_otherwise(tmp_path: Path, respell: Any) -> None:
    row = {respell(name.replace("update time", "updated time")): value for name, value in desk().items()}
    ticket = only(told(tmp_path, row))
    assert ticket == only(told(tmp_path, desk()))


@pytest.mark.parametrize("missing", [name for name in DESK if name not in {"Ticket ID", "Created time"}])
def test_any_other_column_may_be_missing(tmp_path: Path, missing: str) -> None:
    row = {name: value for name, value in desk().items() if name != missing}
    assert only(told(tmp_path, row))["ticket_id"] == "1"


def test_what_a_missing_column_would_have_told_is_said(tmp_path: Path) -> None:
    gone = ("initial_response_time", "resolved_time", "closed_time", "first_response_status")
    assert told(tmp_path, desk(status="Open", **dict.fromkeys(gone))).notes == (
        "tickets.csv has no column 'Initial response time': it does not say when a ticket was first answered.",
        "tickets.csv has no column 'Resolved time' or 'Closed time': it does not say when a ticket was resolved.",
    )


def test_files_of_one_import_may_have_different_columns(tmp_path: Path) -> None:
    paths = [
        written(tmp_path / "a.csv", table(desk(1, agent=None, closed_time=None))),
        written(tmp_path / "b.csv", table(desk(2, resolved_time=None, type=None))),
    ]
    batch = taken(ADAPTER, paths, time_zone=ZONE)
    assert batch.tickets.select("ticket_id", "agent", "category").rows() == [
        ("1", None, "Question"),
        ("2", "Ada", None),
    ]
    assert history(batch, "2")[-1] == ("03 10:00", "status", "closed", "open")


@pytest.mark.parametrize(
    ("closed", "resolved", "at"),
    [("2026-06-03 12:00:00", "", "03 10:00"), ("2026-06-03 12:00:00", "2026-06-01 12:00:00", "01 10:00")],
)
def test_closed_is_resolved_where_no_resolution_is_told(tmp_path: Path, closed: str, resolved: str, at: str) -> None:
    batch = told(tmp_path, desk(resolved_time=resolved, closed_time=closed))
    assert history(batch)[-1] == (at, "status", "closed", "open")


def test_solved_without_any_time_is_set_aside(tmp_path: Path) -> None:
    batch = told(tmp_path, desk(1, resolved_time="", closed_time=""), desk(2))
    assert batch.rejected.select("ticket_id", "rule").rows() == [("1", "solved without a resolution time")]


def test_a_ticket_that_is_open_again_is_not_taken_as_resolved(tmp_path: Path) -> None:
    batch = told(tmp_path, desk(status="Open"))
    assert (only(batch)["status"], history(batch)) == ("open", [("01 06:30", "reply", None, None)])
    assert batch.notes == (
        "1 tickets were resolved and are not now; when they were reopened is not told: they count as not resolved.",
    )


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Open", "open"),
        ("Pending", "pending"),
        ("Waiting on Customer", "pending"),
        ("Waiting on Third Party", "on_hold"),
        ("With 2nd-line / R&D", "with_2nd_line_r_d"),
        ("Väntar på kund", "väntar_på_kund"),
        ("Resolved", "resolved"),
    ],
)
def test_statuses_get_our_words_or_keep_their_own(tmp_path: Path, word: str, status: str) -> None:
    assert only(told(tmp_path, desk(status=word)))["status"] == status


@pytest.mark.parametrize(
    ("column", "field", "nobody"),
    [("agent", "agent", "No Agent"), ("group", "team", "No Group"), ("agent", "agent", " ")],
)
def test_nobody_is_blank(tmp_path: Path, column: str, field: str, nobody: str) -> None:
    assert only(told(tmp_path, desk(**{column: nobody})))[field] is None


def test_an_outbound_email_was_created_by_an_agent(tmp_path: Path) -> None:
    batch = told(tmp_path, desk(1, source="Outbound Email"), desk(2, source="Feedback Widget"), desk(3, source=""))
    assert batch.tickets.select("channel", "created_by_agent").rows() == [
        ("outbound_email", True),
        ("feedback_widget", None),
        (None, None),
    ]


@pytest.mark.parametrize(
    ("changes", "first", "last"),
    [
        ({}, True, False),
        ({"first_response_status": "", "resolution_status": ""}, None, None),
        ({"first_response_status": "within sla", "resolution_status": "SLA violated"}, False, True),
        ({"status": "Open", "resolution_status": "SLA Violated"}, True, True),
        ({"status": "Open", "resolution_status": "Within SLA"}, True, None),
        ({"status": "Open", "first_response_status": "Within SLA"}, False, None),
    ],
)
def test_verdicts_are_taken_where_they_are_final(
    tmp_path: Path, changes: dict[str, str], first: bool | None, last: bool | None
) -> None:
    ticket = only(told(tmp_path, desk(**changes)))
    assert (ticket["first_response_breached"], ticket["resolution_breached"]) == (first, last)


def test_within_sla_of_a_ticket_not_yet_answered_is_no_verdict(tmp_path: Path) -> None:
    waiting = {"status": "Open", "resolved_time": "", "closed_time": "", "first_response_status": "Within SLA"}
    batch = told(tmp_path, desk(1, initial_response_time="", **waiting), desk(2, **waiting))
    assert batch.tickets["first_response_breached"].to_list() == [None, False]


def test_an_unknown_verdict_is_passed_over_and_told(tmp_path: Path) -> None:
    batch = told(tmp_path, desk(1, resolution_status="Dans les délais"), desk(2))
    assert batch.tickets["resolution_breached"].to_list() == [None, False]
    said = "1 verdicts on the resolution such as 'Dans les délais' were passed over."
    assert batch.notes == (f"{said} Expected 'Within SLA' or 'SLA Violated'.",)


def test_durations_are_not_read_however_odd(tmp_path: Path) -> None:
    odd = {"first_response_time_(in_hrs)": "-00:15:00", "resolution_time_(in_hrs)": "", "time_tracked": "99:99"}
    assert history(told(tmp_path, desk(**odd))) == history(told(tmp_path, desk()))


@pytest.mark.parametrize(
    ("changes", "value", "at"),
    [
        ({"tags": "vip, Merged"}, "merged", "01 10:00"),
        ({"tags": "spam"}, "spam", "01 10:00"),
        ({"tags": "emerged,antispam,test"}, None, None),
        ({"status": "Spam"}, "spam", "03 10:00"),
        ({"status": "Deleted", "last_update_time": ""}, "deleted", "01 06:00"),
    ],
)
def test_what_a_tag_or_status_cancels(
    tmp_path: Path, changes: dict[str, str], value: str | None, at: str | None
) -> None:
    found = [(when, what) for when, kind, what, _ in history(told(tmp_path, desk(**changes))) if kind == "cancel"]
    assert found == ([(at, value)] if value else [])


def test_of_two_rows_of_a_ticket_the_newest_counts(tmp_path: Path) -> None:
    rows = [desk(1, last_update_time="2026-06-05 08:00:00", agent="Bo"), desk(1), desk(2)]
    batch = told(tmp_path, *rows)
    assert batch.tickets["agent"].to_list() == ["Bo", "Ada"]
    assert batch.rejected.select("row_number", "ticket_id", "rule").rows() == [(3, "1", "duplicate ticket id")]


def test_custom_fields_are_data_whatever_they_hold(tmp_path: Path) -> None:
    odd = {"Reason, if any": 'a "b", c', "Steps": "one\ntwo", "Formula": "=cmd|' /C calc'!A0", "Category": "=1+1"}
    batch = told(tmp_path, {**desk(1), **odd}, {**desk(2, company_name="=cmd|' /C calc'!A0"), **odd})
    assert batch.tickets["customer"].to_list() == ["Acme", "=cmd|' /C calc'!A0"]
    assert batch.rejected.is_empty()


def test_ids_stay_as_they_are_written(tmp_path: Path) -> None:
    ids = ["007", "1e5", "#12", "43000012345678901234"]
    assert sorted(told(tmp_path, *(desk(each) for each in ids)).tickets["ticket_id"]) == sorted(ids)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"created_time": ""}, "creation time is missing"),
        ({"created_time": "soon"}, "creation time cannot be read"),
        ({"initial_response_time": "2026-05-31 08:00:00"}, "first response time before creation"),
        ({"due_by_time": "2026-05-31 08:00:00"}, "resolution due before creation"),
        ({"resolved_time": "2027-01-01 08:00:00"}, "resolution time in the future"),
        ({"resolved_time": "n/a"}, "resolution time cannot be read"),
    ],
)
def test_a_row_that_cannot_be_is_set_aside(tmp_path: Path, changes: dict[str, str], rule: str) -> None:
    batch = told(tmp_path, desk(1, **changes), desk(2), desk(3), desk(4))
    assert set(batch.rejected["rule"]) == {rule}
    assert batch.tickets["ticket_id"].to_list() == ["2", "3", "4"]


def test_another_delimiter_gives_the_same_tickets(tmp_path: Path) -> None:
    text = table(desk()).replace(",", ";")
    batch = taken(ADAPTER, [written(tmp_path / "semicolons.csv", text)], time_zone=ZONE)
    assert only(batch) == only(told(tmp_path, desk()))


@pytest.mark.parametrize(
    "row",
    [
        desk(),
        {"Ticket ID": "1", "Created time": "2026-06-01 08:00:00", "Resolved time": ""},
        {"ticket id": "1", "CREATED TIME": "2026-06-01 08:00:00", "Agent interactions": "1"},
        {**desk(), "Category": "a", "Sub-Category": "b", "Item": "c", "Urgency": "High"},
        {"Ticket ID": "1", "Created time": "2026-06-01 08:00:00", "Category": "a", "Sub-Category": "b", "Item": "c"},
    ],
)
def test_it_knows_its_files(tmp_path: Path, row: dict[str, str]) -> None:
    assert adapters_of(written(tmp_path / "any.csv", table(row))) == ["freshdesk_tickets"]


@pytest.mark.parametrize(
    "row",
    [{"Ticket ID": "1", "Created time": "x", "Status": "Open"}, {"id": "1", "Created time": "x", "Due by Time": "x"}],
)
def test_it_claims_no_table_that_could_be_any(tmp_path: Path, row: dict[str, str]) -> None:
    assert "freshdesk_tickets" not in adapters_of(written(tmp_path / "any.csv", table(row)))


def test_its_due_time_and_verdict_reach_the_clocks(tmp_path: Path) -> None:
    policy = PolicyFile.model_validate(
        {
            "version": 1,
            "schedules": {"always": {"time_zone": ZONE, "hours": "24x7"}},
            "policies": [{"name": "supplied", "schedule": "always", "due": "supplied"}],
        }
    )
    late = desk(2, resolved_time="2026-06-02 08:00:01", resolution_status="SLA Violated")
    batch = told(tmp_path, desk(1), late)
    clocks = judge(batch.tickets, batch.events, policy, NOW).clocks.sort("ticket_id")
    assert clocks.select("ticket_id", "kind", "breached", "supplied_breached").rows() == [
        ("1", "resolution", False, False),
        ("2", "resolution", True, True),
    ]
