"""Which events the stats of a ticket of Freshdesk's API are sure of."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.repairs import numbered, tidy
from data.ingest.adapters import ADAPTERS
from data.ingest.batch import Batch
from tests.data.exports_freshdesk import (
    NOW,
    STATS,
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


TIMES = st.none() | st.integers(0, 8).map(lambda hour: f"2026-06-01T{6 + hour:02}:00:00Z")


@pytest.mark.parametrize(
    ("status", "stats", "steps"),
    [
        pytest.param(2, {"resolved_at": None, "closed_at": None}, [], id="open"),
        pytest.param(5, {}, ["resolved@01 10:00<open", "closed@03 10:00<resolved"], id="resolved and closed"),
        pytest.param(5, {"resolved_at": None}, ["closed@03 10:00<open"], id="closed at once"),
        pytest.param(
            5, {"closed_at": None}, ["resolved@01 10:00<open", "closed@03 10:00<resolved"], id="closing by status"
        ),
        pytest.param(
            5,
            {"closed_at": "2026-06-01T10:00:00Z", "status_updated_at": None},
            ["closed@01 10:00<open"],
            id="same instant",
        ),
        pytest.param(5, {"closed_at": None, "status_updated_at": None}, ["closed@01 10:00<open"], id="no closing told"),
        pytest.param(4, {}, ["resolved@01 10:00<open"], id="resolved, closed once"),
        pytest.param(4, {"resolved_at": None, "closed_at": None}, ["resolved@03 10:00<open"], id="resolved by status"),
        pytest.param(
            3,
            {"resolved_at": None, "closed_at": None, "pending_since": "2026-06-02T07:00:00Z"},
            ["pending@02 07:00<open"],
            id="pending",
        ),
        pytest.param(
            3,
            {"resolved_at": None, "closed_at": None, "pending_since": "2026-06-01T06:00:00Z"},
            ["pending@01 06:00<open"],
            id="pending from the beginning",
        ),
        pytest.param(3, {"resolved_at": None, "closed_at": None}, ["pending@03 10:00<open"], id="pending by status"),
        pytest.param(
            2,
            {"resolved_at": None, "closed_at": None, "pending_since": "2026-06-02T07:00:00Z"},
            [],
            id="pending once",
        ),
        pytest.param(
            6,
            {"resolved_at": None, "closed_at": None, "pending_since": "2026-06-02T07:00:00Z"},
            ["status_6@03 10:00<open"],
            id="custom status",
        ),
        pytest.param(
            2,
            {"closed_at": None, "reopened_at": "2026-06-02T08:00:00Z"},
            ["resolved@01 10:00<open", "open@02 08:00<resolved"],
            id="reopened",
        ),
        pytest.param(
            3,
            {"closed_at": None, "reopened_at": "2026-06-02T08:00:00Z", "pending_since": "2026-06-02T09:00:00Z"},
            ["resolved@01 10:00<open", "open@02 08:00<resolved", "pending@02 09:00<open"],
            id="reopened, then pending",
        ),
        pytest.param(
            3,
            {"closed_at": None, "reopened_at": "2026-06-02T08:00:00Z", "pending_since": "2026-06-01T09:00:00Z"},
            ["resolved@01 10:00<open", "open@02 08:00<resolved", "pending@03 10:00<open"],
            id="a stale pending_since",
        ),
        pytest.param(
            5,
            {"reopened_at": "2026-06-02T08:00:00Z"},
            ["resolved@01 10:00<open", "open@02 08:00<resolved", "closed@03 10:00<open"],
            id="reopened and closed",
        ),
        pytest.param(
            4,
            {"closed_at": None, "reopened_at": "2026-06-02T08:00:00Z"},
            ["resolved@01 10:00<open", "open@02 08:00<resolved", "resolved@03 10:00<open"],
            id="reopened and resolved",
        ),
        pytest.param(
            4,
            {"closed_at": None, "reopened_at": "2026-06-02T08:00:00Z", "status_updated_at": None},
            ["resolved@01 10:00<open"],
            id="a reopening that never ends",
        ),
        pytest.param(
            5,
            {"reopened_at": "2026-06-01T09:00:00Z"},
            ["resolved@01 10:00<open", "closed@03 10:00<resolved"],
            id="reopened before the last resolution",
        ),
        pytest.param(2, {"resolved_at": None, "closed_at": None, "reopened_at": "2026-06-02T08:00:00Z"}, [], id="lost"),
        pytest.param(2, {"closed_at": None}, [], id="left"),
        pytest.param(2, {"reopened_at": "2026-06-01T09:00:00Z"}, [], id="reopened before"),
    ],
)
def test_the_stats_become_the_events_they_are_sure_of(
    tmp_path: Path, status: int, stats: dict[str, Any], steps: list[str]
) -> None:
    batch = told(tmp_path, ticket(status=status, stats=stats))
    found = [f"{value}@{at}<{before}" for at, kind, value, before in history(batch) if kind == "status"]
    assert found == steps


def test_a_reopening_or_resolution_that_is_told_alone_is_counted(tmp_path: Path) -> None:
    gone = {"resolved_at": None, "closed_at": None}
    rows = [ticket(1, status=2, stats={**gone, "reopened_at": "2026-06-02T08:00:00Z"}), ticket(2, status=2), ticket(3)]
    assert told(tmp_path, *rows).notes[:2] == (
        "1 tickets were reopened; when they had been resolved is not told: they count as not resolved.",
        "1 tickets were resolved once; when they were reopened is not told: they count as not resolved.",
    )


def test_the_last_answer_is_an_event_beside_the_first(tmp_path: Path) -> None:
    later = {"agent_responded_at": "2026-06-02T06:30:00Z"}
    rows = [ticket(1, stats=later), ticket(2, stats={**later, "first_responded_at": None})]
    batch = told(tmp_path, *rows)
    assert [step[:2] for step in history(batch, "1")] == [
        ("01 06:30", "reply"),
        ("01 10:00", "status"),
        ("02 06:30", "reply"),
        ("03 10:00", "status"),
    ]
    assert "reply" not in {kind for _, kind, _, _ in history(batch, "2")}


def test_of_a_cancelled_ticket_nothing_after_its_end_is_told(tmp_path: Path) -> None:
    batch = told(tmp_path, ticket(1, spam=True, stats={"agent_responded_at": "2026-06-02T06:30:00Z"}), ticket(2))
    assert history(batch) == [
        ANSWERED,
        ("01 10:00", "status", "closed", "open"),
        ("01 10:00", "cancel", "spam", None),
    ]
    assert tidy(batch.tickets, numbered(batch.events), NOW)[1].is_empty()


def test_the_newest_time_in_stats_is_the_as_of(tmp_path: Path) -> None:
    late = {"closed_at": "2026-06-04T10:00:00Z"}
    future = {"closed_at": "2027-06-04T10:00:00Z"}
    assert told(tmp_path, ticket(1, stats=late), ticket(2, stats=future)).as_of == datetime(2026, 6, 4, 10, tzinfo=UTC)


def test_the_customers_last_message_is_no_event(tmp_path: Path) -> None:
    batch = told(tmp_path, ticket(stats={"requester_responded_at": "2026-06-01T07:00:00Z"}))
    assert "message" not in set(batch.events["kind"])


def test_the_newest_of_two_records_counts_with_its_own_stats(tmp_path: Path) -> None:
    old = ticket(1, status=2, updated_at="2026-06-01T07:00:00Z", stats={"resolved_at": None, "closed_at": None})
    batch = told(tmp_path, ticket(1), old, ticket(2))
    assert batch.rejected.select("row_number", "rule").rows() == [(2, "duplicate ticket id")]
    assert [value for _, kind, value, _ in history(batch) if kind == "status"] == ["resolved", "closed"]


def test_two_records_of_one_instant_give_one_history(tmp_path: Path) -> None:
    other = ticket(1, stats={"closed_at": "2026-06-03T09:00:00Z"}, source=1)
    batch = told(tmp_path, ticket(1), other)
    kept = 2 if batch.rejected["row_number"][0] == 1 else 1
    assert only(batch)["channel"] == {1: "portal", 2: "email"}[kept]
    assert history(batch)[-1][0] == {1: "03 10:00", 2: "03 09:00"}[kept]


def test_a_time_in_stats_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    batch = told(tmp_path, ticket(1, stats={"closed_at": "soon"}), ticket(2), ticket(3))
    assert history(batch)[-1] == ("03 10:00", "status", "closed", "resolved")
    assert "1 times in stats cannot be read and were passed over. Expected ISO 8601." in batch.notes


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(st.sampled_from([2, 3, 4, 5, 6]), st.fixed_dictionaries(dict.fromkeys(STATS, TIMES))),
        min_size=1,
        max_size=12,
    )
)
def test_every_history_is_one_that_can_have_been(tmp_path: Path, rows: list[tuple[int, dict[str, Any]]]) -> None:
    sure = ticket(0, status=2, stats={"resolved_at": None, "closed_at": None})
    made = [ticket(number, status=status, stats=stats) for number, (status, stats) in enumerate(rows, 1)]
    batch = told(tmp_path, sure, *made)
    mended, findings = tidy(batch.tickets, numbered(batch.events), NOW)
    assert findings.is_empty()
    assert mended.height == batch.events.height
    for ticket_id, status in batch.tickets.select("ticket_id", "status").iter_rows():
        held = "open"
        for _, kind, value, previous in history(batch, ticket_id):
            if kind == "status":
                assert previous == held
                held = str(value)
        assert held == status or (held == "open" and status in {"pending", "status_6"})
