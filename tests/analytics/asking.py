"""Schedules and short questions the schedule tests share."""

from datetime import UTC, datetime

import polars as pl

from analytics.schedule import (
    Boundary,
    Schedule,
    deadline,
    elapsed,
    is_open,
)

HOUR = 3600

OFFICE = Schedule.weekly("office", "Europe/Stockholm", {"mon-fri": ["08:00-17:00"]})
LUNCH = Schedule.weekly("lunch", "Europe/Stockholm", {"mon-fri": ["08:00-12:00", "13:00-17:00"]})
NIGHT = Schedule.weekly("night", "Europe/Stockholm", {"fri": ["22:00-06:00"]})
ROUND_THE_CLOCK = Schedule.weekly("round the clock", "Europe/Stockholm", "24x7")
NEVER = Schedule.weekly("never", "Europe/Stockholm", {})


def at(text: str) -> datetime:
    """An instant with its offset, or in UTC where none is written."""
    found = datetime.fromisoformat(text)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def instant(value: datetime | None) -> pl.Expr:
    return pl.lit(value, dtype=pl.Datetime("us", "UTC"))


def seconds_open(start: str, end: str, schedule: Schedule) -> int | None:
    found: int | None = pl.select(elapsed(instant(at(start)), instant(at(end)), schedule)).item()
    return found


def due(start: str, seconds: int | None, schedule: Schedule, boundary: Boundary = "closing") -> datetime | None:
    target = pl.lit(seconds, dtype=pl.Int64)
    found: datetime | None = pl.select(deadline(instant(at(start)), target, schedule, boundary=boundary)).item()
    return found


def open_at(instant_text: str, schedule: Schedule) -> bool | None:
    found: bool | None = pl.select(is_open(instant(at(instant_text)), schedule)).item()
    return found
