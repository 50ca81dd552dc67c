"""Measured frames made ready for one picture each: labels, order, opacity, words for the ear."""

from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from analytics.measure import measure
from analytics.schemas import KIND_LABELS
from pages.ui import blocks
from pages.ui import format as fmt
from pages.ui.load import Selection

RATE = ("due", "breaches", "attainment", "attainment_low", "attainment_high")


def weeks(clocks: pl.DataFrame) -> pl.DataFrame:
    """Attainment by week with its interval."""
    return measure(clocks, RATE, ["week"])


def week_count(selection: Selection, clocks: pl.DataFrame) -> float:
    """How many weeks the selection covers, for counts a week."""
    days = selection.period.days()
    if days is None:
        first, last = clocks["due_date"].min(), clocks["due_date"].max()
        days = (last - first).days + 1 if isinstance(first, date) and isinstance(last, date) else 7
    return days / 7


def with_internal(clocks: pl.DataFrame) -> int:
    """How many of the clocks due have an internal target: the n of its rate."""
    return clocks.filter(pl.col("decided") & pl.col("internal_target_met").is_not_null()).height


def kept_but_missed(selection: Selection, clocks: pl.DataFrame) -> str:
    """How many clocks of the chosen kind kept the promise but missed the internal target, judged in business hours."""
    if selection.hours == "calendar" or not with_internal(clocks):
        return ""
    missed = (blocks.one(clocks, ["met_missed_internal"]) or {})["met_missed_internal"]
    what = f"{KIND_LABELS[selection.kind].lower()} clock"
    return f"{fmt.plural(missed, what)} kept the promise but missed our own internal target."


def told_weeks(frame: pl.DataFrame) -> str:
    """The weekly chart for the ear."""
    if frame.is_empty():
        return "No clocks were due."
    parts = [
        f"week of {row['week']:%d %b %Y} {fmt.percent(row['attainment'])} of {row['due']}"
        for row in frame.iter_rows(named=True)
    ]
    return "SLA attainment by week: " + "; ".join(parts)


def picked_date(picked: object) -> date:
    """The date of a point: charts give milliseconds."""
    return datetime.fromtimestamp(float(str(picked)) / 1000, UTC).date()


def pick_week(marked: dict[str, Any]) -> dict[str, list[date]]:
    """What a click on a week picks."""
    return {"week": [picked_date(marked["week"])]}
