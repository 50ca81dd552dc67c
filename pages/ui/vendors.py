"""What the reader's old tool would have said: four definitions on the same clocks, month by month."""

from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from analytics.metrics import METRICS
from analytics.schemas import KIND_LABELS
from analytics.vendors import SAID
from pages.ui import blocks, charts_vendors, derived, load, words
from pages.ui import format as fmt
from pages.ui.load import Selection

NAMES = {
    "attainment": "Ours",
    "completed_attainment": "Completed only",
    "achieved_attainment": "Achieved or breached",
    "applied_attainment": "All applied",
}
_AGREE = 0.005
_OPEN = st.column_config.NumberColumn(
    "Open breached", format="localized", help="Clocks breached by the month's end and not stopped by then."
)


def months(found: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The months with `whole`: all days have passed, and it is not the first, which misses what began before it.

    Args:
        found: as `said_by_month` gives it.
        as_of: the last date anything is known of.
    """
    over = pl.col("month").dt.offset_by("1mo") <= as_of
    return found.sort("month").with_columns(whole=over & (pl.int_range(pl.len()) > 0))


def firm(found: pl.DataFrame) -> pl.DataFrame:
    """The months in which each definition rests on clocks enough for a rate."""
    return found.filter(pl.all_horizontal(pl.col(f"n_{name}") >= words.FIRM for name in SAID))


def drawn(found: pl.DataFrame) -> pl.DataFrame:
    """The months as marks: one row a month and definition."""
    part = ~pl.col("whole")
    first, last = part & (pl.int_range(pl.len()) == 0), part & (pl.int_range(pl.len()) > 0)
    marked = found.with_columns(
        head=first | first.shift(1, fill_value=False), tail=last | last.shift(-1, fill_value=False)
    )
    return pl.concat(
        marked.select(
            at="month",
            definition=pl.lit(label),
            value=name,
            told=pl.col(name).map_elements(fmt.percent, return_dtype=pl.String),
            n=f"n_{name}",
            whole="whole",
            head="head",
            tail="tail",
        )
        for name, label in NAMES.items()
    )


def sentence(found: pl.DataFrame) -> str:
    """The largest disagreement with ours in a whole month.

    Args:
        found: the firm months with `whole`.
    """
    others = [name for name in NAMES if name != "attainment"]
    apart = [(pl.col(name) - pl.col("attainment")).abs().alias(name) for name in others]
    whole = found.filter("whole")
    if whole.is_empty():
        return "No whole month holds clocks enough to compare."
    gaps = whole.select("month", *apart).unpivot(others, index="month", variable_name="name", value_name="gap")
    top = gaps.sort("gap", "month", descending=[True, True]).row(0, named=True)
    month = whole.row(by_predicate=pl.col("month") == top["month"], named=True)
    if top["gap"] < _AGREE:
        return f"The four agree within {100 * _AGREE:.1f} points in every whole month."
    theirs, ours = (
        f"{fmt.percent(month[name])} (n = {fmt.number(month[f'n_{name}'])})" for name in (top["name"], "attainment")
    )
    late = fmt.plural(month["open_breached"], "clock was", "clocks were")
    return (
        f"In {top['month']:%B %Y} “{NAMES[top['name']].lower()}” would have said {theirs}, ours {ours}; "
        f"{late} breached and open at the month's end."
    )


def section(selection: Selection) -> None:
    """The chart, the table and the method, for the sidebar's clock."""
    clocks = load.clocks(selection, kind=selection.kind)
    st.subheader("What would your old tool have said?")
    found, as_of = derived.said(selection)
    if found.is_empty() or as_of is None:
        st.caption("Nothing has fallen due yet.")
        return
    found = months(found, as_of)
    shown = firm(found)
    with st.container(border=True):
        if shown.is_empty():
            st.caption(f"No month holds {words.FIRM} clocks by each of the four definitions.")
        else:
            hours = "business hours" if selection.hours == "business" else "calendar hours"
            blocks.chart(
                f"{KIND_LABELS[selection.kind]}, month by month, by four definitions",
                f"{sentence(shown)}{_partial(shown)} All months in the store, {hours}, "
                f"{load.time_zones(clocks) if clocks.height else 'local time'}.",
                charts_vendors.said(drawn(shown), list(NAMES.values()), dark=blocks.dark()),
                key="vendors",
                alt=f"{sentence(shown)} {_spoken(shown)}",
            )
        listed = _listed(found if shown.is_empty() else shown)
        told = "Four definitions by month, with their n"
        blocks.table(listed, "vendors", columns(), height=320, alt=told, whole=_listed(found))
        with blocks.method():
            _method()


def _partial(shown: pl.DataFrame) -> str:
    """Which of the months drawn are partial."""
    part = [f"{month:%B %Y}" for month in shown.filter(~pl.col("whole"))["month"]]
    return f" Dashed and hollow: {' and '.join(part)}, partial." if part else ""


def _spoken(found: pl.DataFrame) -> str:
    rows = found.tail(24).iter_rows(named=True)
    return "; ".join(
        f"{row['month']:%b %Y} " + ", ".join(f"{label} {fmt.percent(row[name])}" for name, label in NAMES.items())
        for row in rows
    )


def _listed(found: pl.DataFrame) -> pl.DataFrame:
    """The table: the newest month first."""
    part = pl.when("whole").then(pl.lit("")).otherwise(pl.lit("partial"))
    return found.with_columns(part=part).drop("whole").sort("month", descending=True)


def columns() -> dict[str, Any]:
    """How the table is headed: each rate with its n."""
    headed: dict[str, Any] = {
        "month": st.column_config.DateColumn("Month", format="MMM YYYY", pinned=True),
        "part": st.column_config.TextColumn("Whole?", help="Partial: the first month, and one that is not over."),
    }
    for name, label in NAMES.items():
        headed[name] = st.column_config.NumberColumn(label, format="percent", help=METRICS[name].definition)
        headed[f"n_{name}"] = st.column_config.NumberColumn("n", format="localized", help=f"n of: {SAID[name]}.")
    return {**headed, "open_breached": _OPEN}


def _method() -> None:
    st.write(
        "Each definition is drawn up at the end of its month from what was known then, and puts a clock into the month "
        "that its own date falls in. Exclusions count in the other three: no report of theirs knows them. A month in "
        f"which any of the four rests on fewer than {words.FIRM} clocks is in the download only."
    )
    for name, label in NAMES.items():
        told = f"{label} ({SAID[name].partition(', ')[2]}): {METRICS[name].definition} Source: {METRICS[name].source}."
        st.caption(blocks.text(told))
