"""Small cases of work and people made by the tests: a desk that is open 08–16 UTC from Monday to Friday."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl

from analytics.schedule import Schedule
from analytics.staffing.assumptions import Assumptions
from analytics.staffing.case import Case, build
from analytics.staffing.roster import on_duty
from analytics.staffing.work import WORK
from tests.analytics.rosters import roster

FIRST, LAST = date(2026, 3, 2), date(2026, 3, 29)
"""Four weeks from a Monday."""
HOLIDAY = date(2026, 3, 9)
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def at(hour: float, day: int = 0) -> datetime:
    """An instant so many days after the first Monday."""
    return MONDAY + timedelta(days=day, hours=hour)


def touch(number: int, released: datetime, due: datetime | None, **told: Any) -> dict[str, Any]:
    """A touch as a row of WORK: of an hour, and done as soon as it could be, unless told."""
    usual = {
        "source": "desk",
        "ticket_id": f"T{number}",
        "touch": 1,
        "queue": "desk",
        "klass": "First response · normal",
        "kind": "first_response",
        "priority": "normal",
        "rank": 2,
        "released_at": released,
        "due_at": due,
        "done_at": released + timedelta(hours=1),
        "objective": 0.9,
        "breached": False,
        "schedule": "desk",
        "decides": due is not None,
        "left": False,
    }
    row = {**usual, **told}
    return {"stopped_at": row["done_at"], **row}


def staffed(rows: Sequence[dict[str, Any]], *lines: dict[str, str], said: Assumptions | None = None) -> Case:
    """A case of some touches and roster lines; each touch takes the hour it is given to."""
    items = pl.DataFrame([{name: row.get(name) for name in WORK} for row in rows], schema=WORK)
    given = said or Assumptions(handle=(("", 60.0),))
    schedule = Schedule.weekly("desk", "UTC", {"mon-fri": ["08:00-16:00"]}, holidays=[HOLIDAY])
    duty = on_duty(roster(*lines), FIRST, LAST) if lines else None
    queues = items["queue"].unique().sort().to_list()
    case = build(items.sort("released_at", "ticket_id"), queues, duty, schedule, FIRST, LAST, given)
    named = {row["ticket_id"]: row["klass"] for row in rows}
    items = case.items.with_columns(klass=pl.col("ticket_id").replace_strict(named))  # few as they are of each class
    return replace(case, items=items, handle=replace(case.handle, spread=1.0))
