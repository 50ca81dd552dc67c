"""Measured frames made ready for one picture each: labels, order, opacity, words for the ear."""

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import streamlit as st

from analytics.dimensions import BLANK_LABEL, PRIORITIES, WEEKDAYS
from analytics import durations
from analytics.hours import Block, When, in_block
from analytics.measure import measure
from analytics.metrics import BREACHED, METRICS, Unit
from analytics.schemas import KIND_LABELS, KINDS
from pages.ui import blocks, load, words
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


def headline(selection: Selection, every: pl.DataFrame) -> None:
    """The cards of the overview: each kind's attainment, what is open and breached, and what was only just kept."""
    names = ["due", "attainment", "open_breached", "oldest_open_breach", "met_missed_internal", "internal_attainment"]
    past = load.earlier(selection)
    columns = st.columns(len(KINDS) + 2)
    for column, kind in zip(columns, KINDS, strict=False):
        now = blocks.one(every.filter(pl.col("kind") == kind), names) or {}
        before = blocks.one(past.filter(pl.col("kind") == kind), names) if past is not None else None
        delta = fmt.change("attainment", now["attainment"], before["attainment"]) if before else None
        column.metric(
            f"{KIND_LABELS[kind]} attained",
            fmt.percent(now["attainment"]),
            delta,
            delta_description=f"n = {fmt.number(now['due'])}" if now["due"] else "no clocks were due",
            delta_color="normal" if delta else "off",
            help=f"{METRICS['attainment'].definition} {blocks.against(selection).capitalize()}",
            border=True,
            height="stretch",
        )
    standing = load.undated(selection)
    late = measure(standing, ["open_breached", "oldest_open_breach"]).row(0, named=True)
    columns[-2].metric(
        "Open breached",
        fmt.number(late["open_breached"]),
        delta_description=f"oldest {durations.words(late['oldest_open_breach'])} overdue" if late["open_breached"] else "nothing is overdue",
        help=f"{METRICS['open_breached'].definition} Whenever they fell due.",
        border=True,
        height="stretch",
    )
    close = measure(every, ["met_missed_internal", "internal_attainment"]).row(0, named=True)
    columns[-1].metric(
        "Kept, but over our own target",
        fmt.number(close["met_missed_internal"]) if close["internal_attainment"] is not None else fmt.NONE,
        delta_description=f"{fmt.percent(close['internal_attainment'])} within our own target"
        if close["internal_attainment"] is not None
        else "no internal target is set",
        help=METRICS["met_missed_internal"].definition,
        border=True,
        height="stretch",
    )


def promises(every: pl.DataFrame) -> pl.DataFrame:
    """Attainment by kind and priority, with its distance to the objective."""
    found = measure(every, ["due", "breaches", "attainment", "excess"], ["kind", "priority"])
    goals = every.group_by("kind", "priority").agg(
        goal=pl.col("objective").filter("decided").unique().sort(), known=pl.col("objective").filter("decided").null_count()
    )
    found = found.join(goals, on=["kind", "priority"], how="left", nulls_equal=True).filter(pl.col("due") > 0)
    goal = pl.col("goal").list.eval(pl.element().map_elements(lambda each: f"{each:.0%}", return_dtype=pl.String))
    return found.with_columns(
        points=pl.when((pl.col("known") == 0) & pl.col("excess").is_not_null()).then(-pl.col("excess") / pl.col("due")),
        goal=goal.list.drop_nulls().list.join(", "),
        kind=pl.col("kind").cast(pl.String).replace(KIND_LABELS),
        priority=pl.col("priority").cast(pl.String).fill_null(BLANK_LABEL),
    ).with_columns(
        note=pl.concat_str(pl.lit("n "), pl.col("due").map_elements(lambda n: f"{n:,}", return_dtype=pl.String))
    ).drop("known", "excess").sort("kind", "priority")


def priorities(found: pl.DataFrame) -> list[str]:
    """The priorities of a grid, the most urgent first."""
    present = found["priority"].unique().to_list()
    return [*(each for each in PRIORITIES if each in present), *sorted(set(present) - set(PRIORITIES))]


def told_weeks(frame: pl.DataFrame) -> str:
    """The weekly chart for the ear."""
    if frame.is_empty():
        return "No clocks were due."
    parts = [f"week of {row['week']:%d %b %Y} {fmt.percent(row['attainment'])} of {row['due']}" for row in frame.iter_rows(named=True)]
    return "SLA attainment by week: " + "; ".join(parts)


def told_promises(found: pl.DataFrame) -> str:
    """The grid for the ear."""
    parts = [
        f"{row['kind']}, {row['priority']}: {fmt.percent(row['attainment'])} of {row['due']}"
        for row in found.iter_rows(named=True)
    ]
    return "SLA attainment by clock and priority: " + "; ".join(parts)


def of_promise(every: pl.DataFrame, picked: dict[str, Any]) -> pl.DataFrame:
    """The breaches of a cell of the grid."""
    kind = next(name for name, label in KIND_LABELS.items() if label == picked["kind"])
    priority = pl.col("priority").cast(pl.String).fill_null(BLANK_LABEL) == picked["priority"]
    return every.filter(BREACHED & (pl.col("kind") == kind) & priority)


def promise_name(picked: dict[str, Any]) -> str:
    """What the tickets of a cell are."""
    return f"Breaches of {picked['kind'].lower()}, priority {picked['priority']}"


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
    shown = pl.col(value).map_elements(
        lambda each: f"{each:.0%}" if ratio else f"{each:,.0f}", return_dtype=pl.String
    )
    return week.with_columns(
        day=pl.col("weekday").replace_strict(dict(enumerate(WEEKDAYS, 1)), return_dtype=pl.String),
        desk=pl.when("open").then(pl.lit("open")).otherwise(pl.lit("closed")),
        shade=pl.col(value).fill_null(0),
        fade=pl.when(some).then(pl.when("open").then(1.0).otherwise(0.45)).otherwise(
            pl.when("open").then(0.2).otherwise(0.07)
        ),
        text=pl.when(matters).then(shown).otherwise(pl.lit("")),
        strong=(pl.col(value) >= 0.5 * top).fill_null(value=False),
    )



def block_cards(block: Block, inside: pl.DataFrame, past: pl.DataFrame | None) -> None:
    """The worst hours in three numbers, and how they were before."""
    before = past.filter(in_block(block)) if past is not None else None
    total = measure(past, ["breaches"]).item() if past is not None else 0
    once = measure(before, ["breaches"]).item() if before is not None else 0
    rate, low, high = block.a_week
    closed = blocks.one(inside, ["arrived_closed", "breach_rate"]) or {}
    columns = st.columns(3)
    columns[0].metric(
        f"Share of breaches, {block.name}",
        fmt.percent(block.share, 0),
        fmt.points(block.share - once / total) if total else None,
        delta_color="inverse" if total else "off",
        delta_description=f"{fmt.percent(block.share_of_due, 0)} of the clocks due",
        help="Breaches due in these hours over all breaches.",
        border=True,
        height="stretch",
    )
    columns[1].metric(
        "Breaches a week there",
        f"{rate:.1f}",
        delta_description=f"95 % interval {low:.1f}–{high:.1f}, breach rate {fmt.percent(closed['breach_rate'])}",
        help="Breaches due in these hours, over the weeks of the period.",
        border=True,
        height="stretch",
    )
    columns[2].metric(
        "Arrived while closed",
        fmt.percent(closed["arrived_closed"], 0),
        delta_description=f"of the {block.name} breaches",
        help=METRICS["arrived_closed"].definition,
        border=True,
        height="stretch",
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
