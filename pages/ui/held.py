"""Who held the promises while they ran, beside who their breaches are credited to."""

from typing import Any

import polars as pl
import streamlit as st

from analytics.dimensions import BLANK_LABEL
from pages.ui import format as fmt

_LEAST_CLOCKS, _LEAST_SHARE = 5, 0.05
"""A difference of fewer breaches, or of a smaller share of all, is no other story."""

COLUMNS: dict[str, Any] = {
    "held": st.column_config.NumberColumn("Held", format="percent", help="Share of the elapsed time the team held."),
    "held_clocks": st.column_config.NumberColumn(
        "Clocks by time held", format="%.1f", help="Clocks due, each divided among the teams by how long they held it."
    ),
    "held_breaches": st.column_config.NumberColumn(
        "Breaches by time held", format="%.1f", help="Breaches, each divided among the teams by how long they held it."
    ),
    "held_rate": st.column_config.NumberColumn(
        "Breach rate by time held", format="percent", help="Breaches by time held over clocks by time held."
    ),
}


def beside(found: pl.DataFrame, shares: pl.DataFrame) -> pl.DataFrame:
    """The segments by team with what each held; a team that only held is a row of its own, with nothing due.

    Args:
        found: as `segments.compared` gives it, by team.
        shares: as `analytics.shares.shares` gives it.
    """
    total = max(1, int(shares["elapsed_seconds"].sum()))
    held = shares.select(
        segment=pl.col("team").fill_null(BLANK_LABEL),
        held=pl.col("elapsed_seconds") / total,
        held_clocks="clocks",
        held_breaches="breaches",
        held_rate="breach_rate",
    )
    both = found.join(held, on="segment", how="full", coalesce=True, maintain_order="left_right")
    counts = [name for name in ("due", "breaches", "share") if name in both.columns]
    return both.with_columns(pl.col(*counts, *COLUMNS).exclude("held_rate").fill_null(0))


def sentence(both: pl.DataFrame) -> str:
    """The team for which the time held tells another story than the credit; nothing where it tells the same.

    Args:
        both: as `beside` gives it.
    """
    total = both["breaches"].sum()
    apart = both.with_columns(apart=pl.col("held_breaches") - pl.col("breaches"))
    top = apart.sort(pl.col("apart").abs(), "segment", descending=[True, False]).head(1).to_dicts()
    if not top or abs(top[0]["apart"]) < max(_LEAST_CLOCKS, _LEAST_SHARE * total):
        return ""
    row = top[0]
    credited = f"{fmt.number(row['breaches'])} of {fmt.number(total)} breaches are credited to {row['segment']}"
    by_time = f"by the time each team held the clocks {fmt.number(round(row['held_breaches']))} are its own"
    part = f"it held {fmt.percent(row['held'], 0)} of the elapsed time of {fmt.number(both['due'].sum())} clocks due"
    return f"Who held it tells another story: {credited}, but {by_time} ({part})."
