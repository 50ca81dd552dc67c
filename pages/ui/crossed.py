"""Two dimensions crossed on the segments page: a table of breach rates, coloured by what is allowed."""

from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from analytics.dimensions import DIMENSIONS
from analytics.segments import crossed
from pages.ui import blocks, charts_segments, load, segments, words
from pages.ui import format as fmt
from pages.ui.selection import Selection

MOST = (12, 10)
"""Rows and columns drawn at most: those with most clocks due."""

_WHEN = ("weekday", "daypart", "arrival")


def others(selection: Selection, by: str) -> list[str]:
    """What a dimension can be crossed with: attributes first, then when the clock ran and what happened on the way."""
    known = [name for name in load.comparable(selection) if name != by]
    attributes = [name for name in segments.ranked(known) if not DIMENSIONS[name].process]
    return [*attributes, *_WHEN, *(name for name in known if DIMENSIONS[name].process)]


def panel(selection: Selection, by: str) -> None:
    """The second picker and the table of both; a click on a cell picks both values."""
    with st.container(border=True):
        options = others(selection, by)
        second = st.selectbox(
            "Crossed with",
            options,
            format_func=lambda name: DIMENSIONS[name].label,
            key="crossed",
            bind="query-params",
            width=260,
        )
        clocks = load.clocks(selection.without(by, second), kind=selection.kind)
        found = crossed(clocks, by, second, most=MOST)
        goal = found["excess"].null_count() == 0
        cells = table(found, by, second, goal=goal)
        rows, columns = (ordered(cells, name, side) for name, side in ((by, "row"), (second, "column")))
        blocks.chart(
            f"Where do {DIMENSIONS[by].label.lower()} and {DIMENSIONS[second].label.lower()} meet badly?",
            answer(cells, int(clocks["decided"].sum()), goal=goal),
            charts_segments.crossed(cells, rows, columns, dark=blocks.dark()),
            key="segments-crossed",
            alt=told(cells),
            select=charts_segments.CELL,
            pick=partial(pick, by=by, second=second),
            data=cells.drop("points", "told", "note"),
        )


def table(found: pl.DataFrame, by: str, second: str, *, goal: bool) -> pl.DataFrame:
    """The cells ready to be drawn.

    Args:
        found: as `analytics.segments.crossed` gives it.
        by, second: its dimensions.
        goal: whether to compare with what the objectives allow, rather than with the whole.

    Returns:
        `row`, `column` (labels), `due`, `breaches`, `breach_rate`, `told`, `note`, `against` (the rate compared with)
        and `points` (that less the rate; UNKNOWN below 30 clocks).
    """
    whole = found["breaches"].sum() / max(1, found["due"].sum())
    allowed = (pl.col("breaches") - pl.col("excess")) / pl.col("due")
    labelled = found.with_columns(
        row=segments.label_of(by),
        column=segments.label_of(second),
        against=allowed if goal else pl.lit(whole),
        told=pl.Series([_short(*row) for row in found.select("breaches", "due").iter_rows()], dtype=pl.String),
        note=pl.Series([f"n {due:,}" for due in found["due"]], dtype=pl.String),
    )
    points = pl.col("against") - pl.col("breach_rate")
    firm = pl.col("due") >= words.FIRM
    return labelled.select(
        *("row", "column", "due", "breaches", "breach_rate", "against", "told", "note"),
        points=pl.when(firm).then(points).otherwise(charts_segments.UNKNOWN),
    )


def _short(breaches: int, due: int) -> str:
    """The rate of a cell, and counts where there are few."""
    rate = breaches / due
    if due < words.FIRM:
        return f"{breaches}/{due}"
    return fmt.percent(rate, 0 if rate >= 0.0995 or rate == 0 else 1)


def answer(cells: pl.DataFrame, due: int, *, goal: bool) -> str:
    """The cell with most breaches beyond what is allowed, and how to read the colours.

    Args:
        cells: as `table` gives it.
        due: clocks due in all, drawn or not.
        goal: whether cells are compared with their objectives.
    """
    whole = fmt.percent(cells["against"][0])
    allowed = "their objectives allow" if goal else f"at the {whole} of the whole"
    beyond = ((pl.col("breach_rate") - pl.col("against")) * pl.col("due")).alias("beyond")
    firm = cells.filter(pl.col("due") >= words.FIRM).with_columns(beyond)
    shown, largest = int(cells["due"].sum()), f"{cells['row'].n_unique()} by {cells['column'].n_unique()}"
    if firm.is_empty():
        first = f"No cell has {words.FIRM} clocks: not enough to tell."
    elif firm["beyond"].max() <= 0:  # type: ignore[operator]
        first = f"No cell breaks more than {allowed}."
    else:
        top = firm.sort("beyond", "row", "column", descending=[True, False, False]).row(0, named=True)
        rate = f"{fmt.percent(top['breach_rate'])} of {fmt.number(top['due'])} breached"
        first = f"Worst is {top['row']} with {top['column']}: {rate}, {fmt.number(top['beyond'])} more than {allowed}."
    total = f"n = {fmt.number(due)} clocks due."
    if shown < due:
        total = f"The largest {largest} hold {fmt.number(shown)} of {fmt.number(due)} clocks due."
    few = f"grey: n under {words.FIRM}, as counts."
    colours = f"Orange breaks more than {allowed}, blue less, in steps at 3 and 8 points; {few}"
    return f"{first} {colours} {total} Click a cell to pick both."


def told(cells: pl.DataFrame) -> str:
    """The table for the ear: the cells with most clocks due."""
    parts = [
        f"{row['row']}, {row['column']}: {fmt.percent(row['breach_rate'])} of {row['due']}"
        for row in cells.sort("due", "row", "column", descending=[True, False, False]).head(20).iter_rows(named=True)
    ]
    return f"Breach rates: {'; '.join(parts)}"


def ordered(cells: pl.DataFrame, by: str, side: str) -> list[str]:
    """Rows or columns in their dimension's order, else those with most clocks due first."""
    sizes = cells.group_by(side).agg(pl.col("due").sum()).sort("due", side, descending=[True, False])[side].to_list()
    known = [*DIMENSIONS[by].order, *(str(text) for text in (DIMENSIONS[by].values or {}).values())]
    first = [label for label in known if label in sizes]
    return [*first, *(label for label in sizes if label not in first)]


def pick(marked: dict[str, Any], by: str, second: str) -> dict[str, list[str | None]]:
    """What a click on a cell picks: a value of each dimension."""
    return {by: [segments.value_of(by, marked["row"])], second: [segments.value_of(second, marked["column"])]}
