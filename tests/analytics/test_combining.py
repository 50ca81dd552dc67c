"""Several streams of one help desk as one history."""

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest

from analytics.combining import combined
from analytics.schemas import EVENTS, TICKETS, schema
from analytics.timezones import INSTANT

START = datetime.fromisoformat("2026-06-01T08:00:00+00:00")
RANKS = {"tickets": 1, "metrics": 2, "audits": 3}
ROWS = schema({**TICKETS, "stream": pl.String, "told_at": INSTANT, "digest": pl.UInt64})
TOLD = schema({**EVENTS, "stream": pl.String})


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def rows(*told: dict[str, Any]) -> pl.DataFrame:
    usual = {"source": "desk", "ticket_id": "1", "stream": "tickets", "told_at": at(24), "digest": 1}
    return pl.DataFrame([{**usual, **each} for each in told], schema=ROWS)


def happened(*told: tuple[str, float, str, str | None]) -> pl.DataFrame:
    found = [
        {
            "source": "desk",
            "ticket_id": "1",
            "stream": stream,
            "at": at(hours),
            "sequence": 0,
            "kind": kind,
            "value": value,
        }
        for stream, hours, kind, value in told
    ]
    return pl.DataFrame(found, schema=TOLD)


def believed(*told: tuple[str, float, str, str | None]) -> list[tuple[float, str, str | None]]:
    events = combined(rows({"created_at": START}), happened(*told), RANKS)[1]
    hours = (pl.col("at") - pl.lit(START)).dt.total_minutes() / 60
    return events.select(hours, "kind", "value").rows()


def test_one_stream_stays_as_it_is() -> None:
    tickets, events, unknown = combined(rows({"created_at": START}), happened(("tickets", 1, "reply", None)), RANKS)
    assert (tickets.schema, events.schema, unknown) == (TICKETS, EVENTS, 0)
    assert (tickets.height, events.height) == (1, 1)


def test_each_field_is_the_newest_that_is_told() -> None:
    tickets, _, _ = combined(
        rows(
            {"created_at": START, "updated_at": at(9), "team": "new", "plan": None, "status": "open"},
            {"stream": "metrics", "updated_at": at(5), "team": "old", "plan": "gold", "resolution_breached": True},
        ),
        happened(),
        RANKS,
    )
    row = tickets.row(0, named=True)
    assert (row["team"], row["plan"], row["resolution_breached"], row["created_at"]) == ("new", "gold", True, START)


def test_of_fields_told_at_once_those_of_the_higher_rank_count() -> None:
    tickets, _, _ = combined(
        rows({"created_at": START, "team": "low"}, {"stream": "metrics", "team": "high", "digest": 0}),
        happened(),
        RANKS,
    )
    assert tickets["team"].to_list() == ["high"]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (
            [
                ("tickets", 4, "status", "resolved"),
                ("audits", 2, "status", "pending"),
                ("audits", 5, "status", "resolved"),
            ],
            [(2.0, "status", "pending"), (5.0, "status", "resolved")],
        ),
        (
            [("tickets", 9, "status", "resolved"), ("audits", 2, "status", "pending")],
            [(2.0, "status", "pending"), (9.0, "status", "resolved")],
        ),
        (
            [("tickets", 1, "reply", None), ("audits", 2, "status", "pending")],
            [(1.0, "reply", None), (2.0, "status", "pending")],
        ),
        (
            [("tickets", 1, "cancel", "merged"), ("audits", 2, "status", "pending"), ("audits", 3, "cancel", "spam")],
            [(1.0, "cancel", "merged"), (2.0, "status", "pending"), (3.0, "cancel", "spam")],
        ),
    ],
    ids=["better stream", "what came later", "kinds apart", "every cancellation"],
)
def test_the_best_stream_is_believed(told: list[Any], expected: list[Any]) -> None:
    assert believed(*told) == expected


def test_a_withdrawn_event_takes_only_its_own_along() -> None:
    events = happened(("metrics", 1, "reply", None), ("metrics", 2, "reply", None), ("metrics", 3, "void", None))
    numbered = events.with_columns(sequence=pl.Series([7, 8, 7], dtype=pl.Int64))
    found = combined(rows({"created_at": START}), numbered, RANKS)[1]
    assert found["at"].to_list() == [at(2)]


def test_a_ticket_nobody_created_is_counted_and_left_out() -> None:
    tickets, events, unknown = combined(
        rows({"stream": "metrics"}, {"ticket_id": "2", "created_at": START}),
        happened(("metrics", 1, "reply", None)),
        RANKS,
    )
    assert (tickets["ticket_id"].to_list(), unknown, events.height) == (["2"], 1, 1)
