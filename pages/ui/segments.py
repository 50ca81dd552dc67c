"""What the segments page compares: breaches, rates and excess over the objective by one dimension."""

from typing import Any

import polars as pl
import streamlit as st

from analytics.dimensions import BLANK_LABEL, DIMENSIONS
from analytics.measure import measure
from analytics.metrics import BREACHED, METRICS
from pages.ui import blocks, derived, held, words
from pages.ui import format as fmt
from pages.ui.load import Selection

MOST = 15
"""Segments drawn; the table holds them all."""

_FIRST = ("team", "category", "priority", "channel", "region", "plan", "customer", "policy", "agent")
_MEASURED = ("due", "breaches", "breach_rate", "breach_rate_low", "breach_rate_high", "excess", "p90_wait")


def worth(clocks: pl.DataFrame, names: list[str]) -> list[str]:
    """The dimensions with something to compare."""
    ranked = [*(name for name in _FIRST if name in names), *(name for name in names if name not in _FIRST)]
    sizes = {name: clocks.select(DIMENSIONS[name].key.n_unique()).item() for name in names}
    return [name for name in ranked if sizes[name] > 1] or ranked[:1]


def compared(clocks: pl.DataFrame, by: str) -> pl.DataFrame:
    """The segments of a dimension, the largest excess (or most breaches) first.

    Returns:
        `segment` and the measured columns, `share` of all breaches, `allowed` (breach rate the objectives allow).
    """
    frame = measure(clocks, _MEASURED, [by]).filter(pl.col("due") > 0)
    total = max(1, int(frame["breaches"].sum()))
    allowed = (pl.col("breaches") - pl.col("excess")) / pl.col("due")
    complete = frame["excess"].null_count() == 0
    order = "excess" if complete else "breaches"
    return (
        frame.with_columns(
            segment=pl.col(by).cast(pl.String).fill_null(BLANK_LABEL),
            share=pl.col("breaches") / total,
            allowed=allowed,
        )
        .drop(by)
        .sort(order, "due", "segment", descending=[True, True, False])
    )


def with_holders(selection: Selection, found: pl.DataFrame, by: str) -> tuple[pl.DataFrame, list[str]]:
    """The segments for the table, by team with what each held; and a sentence where that tells another story."""
    if by != "team":
        return found, []
    both = held.beside(found, derived.held(selection))
    told = held.sentence(both)
    return both, [told] if told else []


def cards(found: pl.DataFrame) -> None:
    """The worst segment in three numbers."""
    top = found.row(0, named=True)
    columns = st.columns(3)
    due = f"of {fmt.number(top['due'])} clocks due"
    blocks.card(
        columns[0], f"Breaches, {top['segment']}", fmt.number(top["breaches"]), due, METRICS["breaches"].definition
    )
    rates = f"allowed {fmt.percent(top['allowed'])}, was {fmt.percent(top['breach_rate'])}"
    note = "no objective is set" if top["excess"] is None else rates
    blocks.card(columns[1], "Excess over its objective", fmt.number(top["excess"]), note, METRICS["excess"].definition)
    with_ = f"with {fmt.percent(top['due'] / found['due'].sum(), 0)} of the clocks due"
    told = "Breaches of this segment over all breaches in the selection."
    blocks.card(columns[2], "Share of all breaches", fmt.percent(top["share"], 0), with_, told)


def beyond(found: pl.DataFrame) -> str:
    """What the title adds where excess is known."""
    return " beyond its objective" if found["excess"].null_count() == 0 else ""


def axis(found: pl.DataFrame) -> str:
    """What the bars measure."""
    return "breaches beyond the objective" if found["excess"].null_count() == 0 else "breaches"


def bars(shown: pl.DataFrame) -> pl.DataFrame:
    """The bars: their value, its words, and where the words stand."""
    value = "excess" if shown["excess"].null_count() == 0 else "breaches"
    return shown.select(
        "segment",
        "breaches",
        "due",
        "breach_rate",
        value=pl.col(value),
        edge=pl.max_horizontal(pl.col(value), pl.lit(0)),
        told=pl.col(value).map_elements(
            lambda each: f"{each:+,.0f}" if value == "excess" else f"{each:,.0f}", return_dtype=pl.String
        ),
    )


def dots(shown: pl.DataFrame) -> pl.DataFrame:
    """The rates with their intervals and n."""
    n = pl.col("due").map_elements(lambda each: f"{each:,}", return_dtype=pl.String)
    return shown.with_columns(firm=pl.col("due") >= words.FIRM, segment=named(n))


def named(n: pl.Expr) -> pl.Expr:
    """A segment with its n, as "Nordics (1,204)"."""
    return pl.concat_str("segment", pl.lit(" ("), n, pl.lit(")"))


def all_of(found: pl.DataFrame) -> str:
    """How much is compared, in words."""
    rest = f" The {MOST} with most of {found.height}." if found.height > MOST else ""
    total = f"All {fmt.number(found['breaches'].sum())} breaches of {fmt.number(found['due'].sum())} clocks due."
    return f"{total}{rest} Click a bar for its breaches."


def told(shown: pl.DataFrame) -> str:
    """The segments for the ear."""
    parts = [
        f"{row['segment']}: {row['breaches']} of {row['due']} breached ({fmt.percent(row['breach_rate'])})"
        for row in shown.iter_rows(named=True)
    ]
    return "; ".join(parts)


def columns(label: str) -> dict[str, Any]:
    """How the table is headed."""
    return {
        "segment": st.column_config.TextColumn(label, pinned=True),
        **blocks.measured_columns(("due", "breaches", "breach_rate")),
        **{name: column for name, column in held.COLUMNS.items() if name != "held_clocks"},
        "allowed": st.column_config.NumberColumn("Allowed", format="percent", help="Breach rate the objectives allow."),
        "excess": st.column_config.NumberColumn(
            METRICS["excess"].label, format="%.0f", help=METRICS["excess"].definition
        ),
        "share": st.column_config.NumberColumn("Share of breaches", format="percent"),
        **blocks.measured_columns(("breach_rate_low", "breach_rate_high", "p90_wait")),
        "held_clocks": held.COLUMNS["held_clocks"],
    }


def of(clocks: pl.DataFrame, by: str, segment: str) -> pl.DataFrame:
    """The breaches of a segment."""
    return clocks.filter(BREACHED & (DIMENSIONS[by].key.cast(pl.String).fill_null(BLANK_LABEL) == segment))
