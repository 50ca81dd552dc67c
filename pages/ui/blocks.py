"""What pages are made of: cards, titled charts, tables with a download, and the tickets behind a picture."""

from collections.abc import Sequence
from typing import Any

import polars as pl
import streamlit as st

from analytics.measure import measure
from analytics.metrics import METRICS
from pages.ui import exports, load
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
    st.markdown(f"##### {text(words)}")


def lines(told: Sequence[str]) -> None:
    """Sentences in small print, each on a line of its own; of none, nothing."""
    if told:
        st.caption("  \n".join(text(words) for words in told))


def nothing(selection: Selection) -> None:
    """Say that no clock was due, and what to do."""
    st.info(
        f"No clocks were due in this selection ({fmt.period(selection.period)}). "
        "Choose a longer period, or remove a filter.",
        icon=":material/filter_alt_off:",
    )


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


def chart(
    title: str, answer: str, drawn: Chart, *, key: str, alt: str, select: str | None = None
) -> list[dict[str, Any]]:
    """A chart under its question and its answer; gives the marks picked, if any."""
    st.markdown(f"**{text(title)}**")
    st.caption(text(answer))
    if select is None:
        st.altair_chart(Unchecked(drawn), width="stretch", key=key, alt=alt)
        return []
    state = st.altair_chart(
        Unchecked(drawn), width="stretch", key=key, alt=alt, on_select="rerun", selection_mode=[select]
    )
    picked = state["selection"].get(select, [])
    return list(picked)


def download(frame: pl.DataFrame, name: str, *, label: str = "Download CSV") -> None:
    """A button that saves a frame as CSV, formulas defused."""
    st.download_button(
        label,
        lambda: exports.csv(frame),
        f"duetime-{name}.csv",
        "text/csv",
        key=f"csv-{name}",
        icon=":material/download:",
        on_click="ignore",
        type="tertiary",
    )


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
    st.dataframe(
        frame,
        column_config=columns,
        column_order=[column for column in columns if column in frame.columns],
        hide_index=True,
        height=height or "auto",
        row_height=66 if wrap else None,
        placeholder=fmt.NONE,
        alt=alt or name,
    )
    download(frame if whole is None else whole, name)


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


def scope(selection: Selection, clocks: pl.DataFrame) -> str:
    """Period, hours and zone of what is shown, and what exclusions leave out of it."""
    hours = "business hours" if selection.hours == "business" else "calendar hours"
    told = f"Due {fmt.period(selection.period)}, {hours}, {load.time_zones(clocks)}."
    left_out = excluded(selection, kind=selection.kind)
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
