"""Measured frames made ready for one picture each: labels, order, opacity, words for the ear."""

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import streamlit as st

from analytics.dimensions import WEEKDAYS
from analytics.hours import Block, When, in_block
from analytics.measure import measure
from analytics.metric import Unit
from analytics.metrics import BREACHED, METRICS
from analytics.schemas import KIND_LABELS
from pages.ui import blocks, words
from pages.ui import format as fmt
from pages.ui.load import Selection

MOST_ROWS = 8
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


def of_week(clocks: pl.DataFrame, picked: dict[str, Any]) -> pl.DataFrame:
    """The breaches due in a picked week."""
    return clocks.filter(BREACHED & (pl.col("due_week") == picked_date(picked["week"])))


def week_name(picked: dict[str, Any]) -> str:
    """What the tickets of a picked week are."""
    return f"Breaches due in the week of {fmt.day(picked_date(picked['week']))}"


def hours_map(week: pl.DataFrame, value: str) -> pl.DataFrame:
    """The week's grid made ready to be drawn: closed hours faint, numbers only where they matter."""
    top = float(week[value].max() or 0)
    ratio = METRICS[value].unit.value == "ratio" if value in METRICS else False
    some = (pl.col(value) > 0).fill_null(value=False)
    matters = (pl.col(value) >= 0.5 * top) & some & (pl.col("due") >= 10 if ratio else True)
    shown = pl.col(value).map_elements(lambda each: f"{each:.0%}" if ratio else f"{each:,.0f}", return_dtype=pl.String)
    return week.with_columns(
        day=pl.col("weekday").replace_strict(dict(enumerate(WEEKDAYS, 1)), return_dtype=pl.String),
        desk=pl.when("open").then(pl.lit("open")).otherwise(pl.lit("closed")),
        shade=pl.col(value).fill_null(0),
        fade=pl.when(some)
        .then(pl.when("open").then(1.0).otherwise(0.45))
        .otherwise(pl.when("open").then(0.2).otherwise(0.07)),
        text=pl.when(matters).then(shown).otherwise(pl.lit("")),
        strong=(pl.col(value) >= 0.5 * top).fill_null(value=False),
    )


def block_cards(block: Block, inside: pl.DataFrame, past: pl.DataFrame | None) -> None:
    """The worst hours in three numbers, and how they were before."""
    once = blocks.one(past.filter(in_block(block)) if past is not None else None, ["breaches"]) or {}
    total = (blocks.one(past, ["breaches"]) or {}).get("breaches", 0)
    closed = blocks.one(inside, ["arrived_closed", "breach_rate"]) or {}
    rate, low, high = block.a_week
    columns = st.columns(3)
    blocks.card(
        columns[0],
        f"Share of breaches, {block.name}",
        fmt.percent(block.share, 0),
        f"{fmt.percent(block.share_of_due, 0)} of the clocks due",
        "Breaches due in these hours over all breaches.",
        delta=fmt.points(block.share - once["breaches"] / total) if total else None,
        good="inverse",
    )
    blocks.card(
        columns[1],
        "Breaches a week there",
        f"{rate:.1f}",
        f"95 % interval {low:.1f}–{high:.1f}, breach rate {fmt.percent(closed['breach_rate'])}",
        "Breaches due in these hours, over the weeks of the period.",
    )
    blocks.card(
        columns[2],
        "Arrived while closed",
        fmt.percent(closed["arrived_closed"], 0),
        f"of the {block.name} breaches",
        METRICS["arrived_closed"].definition,
    )


def told_hours(week: pl.DataFrame, value: str) -> str:
    """The heat map for the ear: the strongest cells."""
    ratio = value in METRICS and METRICS[value].unit is Unit.RATIO
    top = week.drop_nulls(value).sort(value, "weekday", "hour", descending=[True, False, False]).head(10)
    parts = [
        f"{words.cell(row['weekday'], row['hour'])} {fmt.percent(row[value]) if ratio else fmt.number(row[value])}"
        for row in top.iter_rows(named=True)
    ]
    return f"Weekday by hour, {value.replace('_', ' ')}, highest cells: {'; '.join(parts)}"


def of_hour(clocks: pl.DataFrame, picked: dict[str, Any], when: When) -> pl.DataFrame:
    """The breaches of a picked cell of the week."""
    start = "due" if when == "due" else "started"
    day, hour = pl.col(f"{start}_weekday") == picked["weekday"], pl.col(f"{start}_hour") == picked["hour"]
    return clocks.filter(BREACHED & day & hour)


def hour_name(picked: dict[str, Any], when: When) -> str:
    """What the tickets of a picked cell are."""
    return f"Breaches of clocks {'due' if when == 'due' else 'started'} {words.cell(picked['weekday'], picked['hour'])}"
