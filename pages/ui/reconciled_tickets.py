"""The tickets behind a reason for which two verdicts differ: a table, its download, and the row picked."""

from typing import Any

import polars as pl
import streamlit as st

from analytics.reconcile_reasons import OUTCOMES, proof
from analytics.timezones import local
from pages.ui import blocks, reconciled
from pages.ui import format as fmt
from pages.ui.load import Selection

MOST = 1000
"""Tickets a table shows; its download holds them all."""

_N = st.column_config.NumberColumn
_AT: dict[str, Any] = {"format": "D MMM YYYY, HH:mm"}
_HOURS = {"elapsed": "elapsed_seconds", "target": "target_seconds", "paused": "paused_seconds",
          "waited": "requester_wait_seconds"}  # fmt: skip
TICKET_COLUMNS: dict[str, Any] = {
    "ticket": st.column_config.TextColumn("Ticket", help="Pick the row to see the ticket's clocks.", pinned=True),
    "source": "Source",
    "there": "There",
    "here": "Here",
    "proof": st.column_config.TextColumn("The figures", width=480),
    "due": st.column_config.DatetimeColumn("Due (local)", **_AT),
    "due_there": st.column_config.DatetimeColumn("Due there (local)", **_AT),
    "stopped": st.column_config.DatetimeColumn("Stopped (local)", **_AT),
    "elapsed_hours": _N("Elapsed (h)", format="%.2f", help="Time that counts, in the hours chosen."),
    "target_hours": _N("Target (h)", format="%.2f"),
    "paused_hours": _N("Paused (h)", format="%.2f"),
    "waited_hours": _N("Plain wait (h)", format="%.2f", help="What the customer waited for us in plain time."),
    "team": "Team",
    "policy": "Policy",
}


@st.cache_data(max_entries=4, show_spinner="Writing the figures …")
def behind(selection: Selection, kind: str, reason: str) -> pl.DataFrame:
    """The tickets with a reason, the furthest past their target first, each with its figures in words."""
    found = (
        reconciled.rows(selection, kind)
        .filter(pl.col("outcome") == reason)
        .with_columns(pl.col(pl.Enum).cast(pl.String))
    )
    over = pl.col("elapsed_seconds") - pl.col("target_seconds")
    found = found.sort(over, "source", "ticket_id", descending=[True, False, False], nulls_last=True)
    zone, zones = pl.col("time_zone"), found["time_zone"].unique().to_list()
    said = {True: "breached", False: "met"}
    return found.select(
        "source",
        ticket="ticket_id",
        there=pl.col("theirs_breached").replace_strict(said, default="no verdict", return_dtype=pl.String),
        here=pl.col("ours_breached").replace_strict(
            said, default=pl.col("state").fill_null("no clock"), return_dtype=pl.String
        ),
        proof=pl.Series([proof(row, selection.hours) for row in found.iter_rows(named=True)], dtype=pl.String),
        due=local(pl.col("due_at"), zone, zones),
        due_there=local(pl.col("theirs_due_at"), zone, zones),
        stopped=local(pl.col("stopped_at"), zone, zones),
        **{f"{name}_hours": (pl.col(column) / 3600).round(4) for name, column in _HOURS.items()},
        team="team_at_due",
        policy="policy",
    )


def listing(found: pl.DataFrame, reason: str) -> tuple[str, str] | None:
    """The table of these tickets with its download; gives the (ticket, source) of the row picked."""
    told = OUTCOMES[reason]
    blocks.lines([told.meaning, f"What to do: {told.advice}"])
    shown = found.head(MOST)
    blank = [name for name in found.columns if found[name].null_count() == found.height]
    blank += ["source"] if found["source"].n_unique() == 1 else []
    state = st.dataframe(
        shown,
        column_config=TICKET_COLUMNS,
        column_order=[name for name in TICKET_COLUMNS if name not in blank],
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key=f"reconcile-{reason}",
        height=min(420, 38 + 35 * max(1, shown.height)),
        placeholder=fmt.NONE,
        alt=f"{found.height} tickets: {told.label}",
    )
    if found.height > MOST:
        st.caption(f"The first {fmt.number(MOST)} of {fmt.number(found.height)}; the download holds all.")
    blocks.download(found, f"reconcile-{reason}")
    picked = state["selection"]["rows"]
    return (found["ticket"][picked[0]], found["source"][picked[0]]) if picked and picked[0] < shown.height else None
