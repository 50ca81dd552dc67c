"""What pages are made of: cards, titled charts, tables with a download, and the tickets behind a picture."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from analytics.measure import measure
from analytics.metrics import METRICS
from pages.ui import exports, load, picks, saving, sheet
from pages.ui import format as fmt
from pages.ui.charts import Chart
from pages.ui.load import Selection

MOST_REASONS = 3
"""Exclusions named in a line."""


def dark() -> bool:
    """Whether the reader's theme is dark."""
    return st.context.theme.type == "dark"


def text(words: str) -> str:
    """Words that may hold names from tickets, safe to stand in Markdown: every mark is escaped."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]()<>#+!|~$:.&" else sign for sign in words)


def verdict(words: str) -> None:
    """The page's answer, before anything else."""
    st.markdown(f"### {text(words)}")
    sheet.add(sheet.Words(words, first=True))


def lines(told: Sequence[str]) -> None:
    """Sentences in small print, each on a line of its own; of none, nothing."""
    if told:
        st.caption("  \n".join(text(words) for words in told))
        for words in told:
            sheet.add(sheet.Words(words))


@contextmanager
def method() -> Iterator[None]:
    """A folded box for how something was worked out; it is on no paper."""
    with st.expander("Method"), sheet.paused():
        yield


def nothing(selection: Selection) -> None:
    """Say that no clock was due, and what to do."""
    told = f"No clocks were due in this selection ({fmt.period(selection.period)})."
    st.info(f"{told} Choose a longer period, or remove a filter.", icon=":material/filter_alt_off:")
    sheet.add(sheet.Words(told, first=True))


def card(
    column: Any, label: str, value: str, note: str, told: str, *, delta: str | None = None, good: str = "off"
) -> None:
    """A bordered metric card.

    Args:
        column: where it stands.
        label, value: what is measured, and how much.
        note: beside the change; n, the interval, or what it is compared with.
        told: the definition, as help.
        delta: the change, if one is known.
        good: Streamlit's word for which way a change is good.
    """
    sheet.add(sheet.Card(label, value, delta, note))
    column.metric(
        text(label),
        value,
        delta,
        delta_color=good if delta else "off",
        delta_description=note,
        help=text(told),
        border=True,
        height="stretch",
    )


class Unchecked:
    """A chart that is not checked against the schema of Vega-Lite each time it is drawn: the tests do that."""

    def __init__(self, chart: Chart) -> None:
        self._chart = chart

    def to_dict(self) -> dict[str, Any]:
        """The chart's specification, as Streamlit asks for it."""
        return self._chart.to_dict(validate=False)


Pick = Callable[[dict[str, Any]], Mapping[str, Sequence[object]]]
"""From the mark a reader clicked, or the stretch brushed over, to values picked by dimension."""


def chart(
    title: str,
    answer: str,
    drawn: Chart,
    *,
    key: str,
    alt: str,
    select: str | Sequence[str] = (),
    pick: Pick | None = None,
    data: pl.DataFrame | None = None,
) -> list[dict[str, Any]]:
    """A chart under its question and its answer, with its downloads.

    Args:
        title, answer: the question, and what the chart says to it.
        drawn: the chart.
        key: names it among the page's widgets, and its files.
        alt: the chart for the ear.
        select: names of the chart's selections.
        pick: what a click picks: it becomes chips, and narrows the pages.
        data: what its CSV and XLSX files hold.

    Returns:
        The marks picked, where `pick` does not take them.
    """
    st.markdown(f"**{text(title)}**")
    st.caption(text(answer))
    sheet.add(sheet.Picture(title, answer, drawn, alt))
    names = [select] if isinstance(select, str) else list(select)
    shown: dict[str, Any] = {"width": "stretch", "key": f"{key}-{picks.rounds()}", "alt": alt}
    picked: list[dict[str, Any]] = []
    if names:
        on_select: Any = "rerun" if pick is None else partial(_picked, shown["key"], key, names, pick)
        state = st.altair_chart(Unchecked(drawn), on_select=on_select, selection_mode=names, **shown)
        picked = _marks(state, names) if pick is None else []
    else:
        st.altair_chart(Unchecked(drawn), **shown)
    saving.chart(title, answer, Unchecked(drawn), key, data)
    return picked


def _marks(state: Any, names: Sequence[str]) -> list[dict[str, Any]]:
    """What a chart's state holds of its first selection that holds anything: clicked marks, or a stretch."""
    for name in names:
        found = state["selection"].get(name)
        if found:
            return [dict(found)] if isinstance(found, Mapping) else list(found)
    return []


def _picked(widget: str, key: str, names: Sequence[str], pick: Pick) -> None:
    """Take over what was clicked; of several marks all values where one dimension is picked, else the last mark."""
    made: dict[str, tuple[str, ...]] = st.session_state.setdefault("picked in", {})
    found = [pick(mark) for mark in _marks(st.session_state[widget], names)]
    values = dict(found[-1]) if found else {}
    if len(values) == 1:
        (name,) = values
        values = {name: list(dict.fromkeys(value for each in found for value in each[name]))}
    picks.pick(values, made.get(key, ()))
    made[key] = tuple(values)


def download(frame: pl.DataFrame, name: str, columns: Mapping[str, Any] | None = None) -> None:
    """Buttons that save a frame as CSV and as XLSX, formulas defused; the workbook is headed as these columns are."""
    saving.table(frame, name, columns)


def table(
    frame: pl.DataFrame,
    name: str,
    columns: dict[str, Any],
    *,
    height: int | None = None,
    wrap: bool = False,
    alt: str = "",
    whole: pl.DataFrame | None = None,
) -> None:
    """A table with readable columns and its download.

    Args:
        frame: what is shown.
        name: of the download.
        columns: how each column is headed and written; others are left out.
        height: in pixels; else as many rows as there are, up to ten.
        wrap: whether rows are three lines high.
        alt: the table for the ear.
        whole: what the download holds, where that is more.
    """
    shares = [name for name, how in exports.formats(columns).items() if how == "percent" and name in frame.columns]
    st.dataframe(
        frame.with_columns(pl.col(shares).round(3)),  # else each is shown with as many digits as it has
        column_config=columns,
        column_order=[column for column in columns if column in frame.columns],
        hide_index=True,
        height=height or "auto",
        row_height=66 if wrap else None,
        placeholder=fmt.NONE,
        alt=alt or name,
    )
    sheet.add(sheet.Rows(alt or name, frame, columns))
    download(frame if whole is None else whole, name, columns)


def measured_columns(names: Sequence[str]) -> dict[str, Any]:
    """How measured columns are headed and written."""
    formats = {"ratio": "percent", "duration": "duration", "open time": "duration", "count": "localized"}
    return {
        name: st.column_config.NumberColumn(
            METRICS[name].label, format=formats[METRICS[name].unit.value], help=METRICS[name].definition
        )
        for name in names
    }


def one(clocks: pl.DataFrame | None, names: Sequence[str]) -> dict[str, Any] | None:
    """The metrics of a whole selection as one row; None of None."""
    return None if clocks is None else measure(clocks, names).row(0, named=True)


def against(selection: Selection) -> str:
    """What changes are measured against, in words."""
    return f"vs {fmt.period(selection.earlier)}" if selection.earlier else ""


def scope(selection: Selection, clocks: pl.DataFrame, *, exclusions: bool = True) -> str:
    """Period, hours and zone of what is shown, and what exclusions leave out of it where that is not said elsewhere."""
    hours = "business hours" if selection.hours == "business" else "calendar hours"
    told = f"Due {fmt.period(selection.period)}, {hours}, {load.time_zones(clocks)}."
    left_out = excluded(selection, kind=selection.kind) if exclusions else ""
    return f"{told} {left_out}" if left_out else told


def excluded(selection: Selection, *, kind: str | None = None) -> str:
    """How many clocks an exclusion holds for and why, of a kind or of all; nothing where there is none."""
    found = load.exclusions(selection, kind=kind)
    if found.is_empty():
        return ""
    count = fmt.plural(found["clocks"].sum(), "clock")
    reasons = found["reason"].to_list()
    why = "; ".join(
        [*reasons[:MOST_REASONS], *([f"{len(reasons) - MOST_REASONS} more"] * (len(reasons) > MOST_REASONS))]
    )
    return f"{count} excluded: {why}." if selection.excluded == "left out" else f"{count} counted in spite of: {why}."
