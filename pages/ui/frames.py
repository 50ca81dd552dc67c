"""Measured frames made ready for one picture each: labels, order, opacity, words for the ear."""

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import streamlit as st

from analytics import durations
from analytics.dimensions import BLANK_LABEL, DIMENSIONS, PRIORITIES, WEEKDAYS
from analytics.hours import Block, When, in_block
from analytics.measure import measure
from analytics.metric import Unit
from analytics.metrics import BREACHED, METRICS
from analytics.schemas import KIND_LABELS, KINDS
from pages.ui import blocks, load, words
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


def _by_kind(clocks: pl.DataFrame | None, names: list[str]) -> dict[str, dict[str, Any]]:
    """The metrics of each clock kind; of nothing, nothing."""
    if clocks is None:
        return {}
    return {str(row["kind"]): row for row in measure(clocks, names, ["kind"]).iter_rows(named=True)}


def headline(selection: Selection, every: pl.DataFrame) -> None:
    """The cards of the overview: each kind's attainment, what is open and breached, and what was only just kept."""
    names = ["due", "attainment", "met_missed_internal", "internal_attainment"]
    columns = st.columns(len(KINDS) + 2)
    present, past = _by_kind(every, names), _by_kind(load.earlier(selection), names)
    for column, kind in zip(columns, KINDS, strict=False):
        now = present.get(kind, dict.fromkeys(names))
        before = past.get(kind)
        blocks.card(
            column,
            f"{KIND_LABELS[kind]} attained",
            fmt.percent(now["attainment"]),
            f"n = {fmt.number(now['due'])}" if now["due"] else "no such clocks were due",
            f"{METRICS['attainment'].definition} {blocks.against(selection)}",
            delta=fmt.change("attainment", now["attainment"], before["attainment"]) if before else None,
            good="normal",
        )
    late = blocks.one(load.standing(selection), ["open_breached", "oldest_open_breach"]) or {}
    overdue = durations.words(late["oldest_open_breach"])
    oldest = f"oldest {overdue} overdue" if late["open_breached"] else "nothing is overdue"
    told = f"{METRICS['open_breached'].definition} Whenever they fell due."
    blocks.card(columns[-2], "Open breached", fmt.number(late["open_breached"]), oldest, told)
    close = blocks.one(every, names) or {}
    within, over = close["internal_attainment"], fmt.number(close["met_missed_internal"])
    note = "no internal target is set" if within is None else f"{fmt.percent(within)} within our own target"
    told = METRICS["met_missed_internal"].definition
    blocks.card(columns[-1], "Kept, but over our own target", fmt.NONE if within is None else over, note, told)


def grid_rows(every: pl.DataFrame) -> str:
    """The dimension of the overview's grid: priority, or the first with several values where that is unknown."""
    candidates = ("priority", "team", "category", "region", "channel")
    several = (name for name in candidates if every.select(DIMENSIONS[name].key.drop_nulls().n_unique()).item() > 1)
    return next(several, "priority")


def promises(every: pl.DataFrame, by: str) -> pl.DataFrame:
    """Attainment by kind and one more dimension, with its distance to the objective; the eight largest rows."""
    key = DIMENSIONS[by].key.alias(by)
    found = measure(every, ["due", "breaches", "attainment", "excess"], ["kind", by]).filter(pl.col("due") > 0)
    largest = found.group_by(by).agg(pl.col("due").sum()).sort("due", by, descending=[True, False]).head(MOST_ROWS)
    kept = every.lazy().filter("decided").select("kind", key, "objective").unique().collect()
    goals = kept.group_by("kind", by).agg(goal=pl.col("objective").sort(), unknown=pl.col("objective").null_count())
    found = found.join(largest, on=by, how="semi", nulls_equal=True)
    found = found.join(goals, on=["kind", by], how="left", nulls_equal=True)
    judged = (pl.col("unknown") == 0) & pl.col("excess").is_not_null() & (pl.col("due") >= words.FIRM)
    return (
        found.with_columns(
            points=pl.when(judged).then(-pl.col("excess") / pl.col("due")),
            goal=pl.Series([", ".join(f"{goal:.0%}" for goal in goals if goal is not None) for goals in found["goal"]]),
            note=pl.Series([f"n {due:,}" for due in found["due"]]),
            kind=pl.col("kind").cast(pl.String).replace(KIND_LABELS),
            row=pl.col(by).cast(pl.String).fill_null(BLANK_LABEL),
        )
        .select("kind", "row", "attainment", "due", "breaches", "goal", "points", "note")
        .sort("kind", "row")
    )


def ordered(found: pl.DataFrame) -> list[str]:
    """The rows of a grid: priorities by urgency, anything else with the most breaches first."""
    present = found["row"].unique().to_list()
    if set(present) & set(PRIORITIES):
        return [*(each for each in PRIORITIES if each in present), *sorted(set(present) - set(PRIORITIES))]
    by_breaches = found.group_by("row").agg(pl.col("breaches").sum()).sort("breaches", "row", descending=[True, False])
    return by_breaches["row"].to_list()


def told_weeks(frame: pl.DataFrame) -> str:
    """The weekly chart for the ear."""
    if frame.is_empty():
        return "No clocks were due."
    parts = [
        f"week of {row['week']:%d %b %Y} {fmt.percent(row['attainment'])} of {row['due']}"
        for row in frame.iter_rows(named=True)
    ]
    return "SLA attainment by week: " + "; ".join(parts)


def told_promises(found: pl.DataFrame) -> str:
    """The grid for the ear."""
    parts = [
        f"{row['kind']}, {row['row']}: {fmt.percent(row['attainment'])} of {row['due']}"
        for row in found.iter_rows(named=True)
    ]
    return "SLA attainment by clock and row: " + "; ".join(parts)


def of_promise(every: pl.DataFrame, picked: dict[str, Any], by: str) -> pl.DataFrame:
    """The breaches of a cell of the grid."""
    kind = next(name for name, label in KIND_LABELS.items() if label == picked["kind"])
    row = DIMENSIONS[by].key.cast(pl.String).fill_null(BLANK_LABEL) == picked["row"]
    return every.filter(BREACHED & (pl.col("kind") == kind) & row)


def promise_name(picked: dict[str, Any], by: str) -> str:
    """What the tickets of a cell are."""
    return f"Breaches of {picked['kind'].lower()}, {DIMENSIONS[by].label.lower()} {picked['row']}"


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
