"""The tickets behind a picture: a table of clocks, worst first."""

from typing import Any

import polars as pl
import streamlit as st

from analytics.metrics import BREACHED, METRICS, OPEN_BREACHED
from analytics.schemas import KIND_LABELS
from analytics.timezones import local
from pages.ui import blocks, evidence, load, ticket_rows
from pages.ui import format as fmt
from pages.ui.load import Selection

STATES = {"breached": "Breached", "open": "Open breached", "running": "Running", "all": "All"}
_KEEP = {
    "breached": BREACHED,
    "open": OPEN_BREACHED,
    "running": pl.col("stopped_at").is_null(),
    "all": pl.lit(value=True),
}


COLUMNS: dict[str, Any] = {
    "clock": "SLA clock",
    "cycle": st.column_config.NumberColumn("No.", help="Which of the ticket's clocks of this kind."),
    "customer": "Customer",
    "priority": "Priority",
    "due": st.column_config.DatetimeColumn("Due (local)", format="ddd D MMM YYYY, HH:mm"),
    "overrun_hours": st.column_config.NumberColumn(
        "Overrun (h)", format="%.1f", help="Hours past the target; negative is time left."
    ),
    "target_hours": st.column_config.NumberColumn("Target (h)", format="%.1f"),
    "team": "Team at due",
    "state": "State",
    "open": st.column_config.CheckboxColumn("Open", help="Still running at the as-of instant."),
    "handoffs": st.column_config.NumberColumn("Handoffs"),
    "pauses": st.column_config.NumberColumn("Pauses"),
    "policy": "Policy",
}
"""How the columns after the ticket are headed and written."""

_NEEDS = {"handoffs": "team_history", "pauses": "pauses"}
"""What a source must tell for a column to be known."""


_NEEDS = {"handoffs": "team_history", "pauses": "pauses"}
"""Columns that count what a source may not tell."""


def rows(clocks: pl.DataFrame) -> pl.DataFrame:
    """Clocks as readers see them: local times, overrun in words, the worst overrun first."""
    zones = clocks["time_zone"].unique().cast(pl.String).to_list()
    over = pl.col("elapsed_seconds") - pl.col("target_seconds")
    keys = ("source", "ticket_id", "kind", "cycle")
    listed = clocks.sort(over, *keys, descending=[True, *(False for _ in keys)], nulls_last=True)
    return listed.select(
        pl.col("ticket_id").alias("ticket"),
        pl.col("source").cast(pl.String),
        pl.col("kind").cast(pl.String).replace(KIND_LABELS).alias("clock"),
        "cycle",
        pl.col("customer").cast(pl.String),
        pl.col("priority").cast(pl.String),
        local(pl.col("due_at"), pl.col("time_zone").cast(pl.String), zones).alias("due"),
        (over / 3600).round(2).alias("overrun_hours"),
        (pl.col("target_seconds") / 3600).round(2).alias("target_hours"),
        pl.col("team_at_due").cast(pl.String).alias("team"),
        pl.col("state").cast(pl.String),
        pl.col("stopped_at").is_null().alias("open"),
        "handoffs",
        "pauses",
        pl.col("policy").cast(pl.String),
    )


def cards(selection: Selection, clocks: pl.DataFrame) -> None:
    """The worst overrun in words, and three numbers."""
    names = ["due", "breaches", "median_overrun", "worst_overrun"]
    now = blocks.one(clocks, names) or {}
    name = KIND_LABELS[selection.kind]
    time = "open" if selection.hours == "business" else "plain"
    worst = f"the worst breach ran {fmt.value('worst_overrun', now['worst_overrun'])} of {time} time past its target"
    none = "no clock due in this selection was breached" if now["due"] else "no clock was due in this selection"
    blocks.verdict(f"{name}: {worst if now['breaches'] else none}.")
    standing = blocks.one(load.standing(selection).filter(pl.col("kind") == selection.kind), ["open_breached"]) or {}
    notes = {
        "breaches": f"of {fmt.number(now['due'])} clocks due",
        "median_overrun": f"{time} time past the target",
        "open_breached": "whenever they fell due",
    }
    for column, (metric, note) in zip(st.columns(len(notes)), notes.items(), strict=True):
        amount = fmt.value(metric, {**now, **standing}[metric])
        blocks.card(column, METRICS[metric].label, amount, note, METRICS[metric].definition)


def pool(selection: Selection, state: str) -> pl.DataFrame:
    """The clocks in a state of STATES; what still runs is listed whenever it falls due."""
    clocks = load.clocks(selection) if state in {"breached", "all"} else load.standing(selection)
    return clocks.filter(_KEEP[state] & (pl.col("kind") == selection.kind))


def _untold(selection: Selection) -> list[str]:
    """The columns that the source looked at does not tell."""
    source = next((values[0] for name, values in selection.chosen if name == "source"), None)
    missing = evidence.gaps(selection.directory, selection.version, source)
    return [name for name, needs in _NEEDS.items() if needs in missing]


def listing(selection: Selection, clocks: pl.DataFrame, name: str) -> tuple[str, str] | None:
    """The table of these clocks with its downloads; gives the (ticket, source) of the row picked."""
    listed = rows(clocks).with_columns(pl.lit(None, dtype=pl.Int64).alias(each) for each in _untold(selection))
    listed = listed if (listed["cycle"] > 1).any() else listed.drop("cycle")
    alt = f"{fmt.plural(listed.height, 'clock')}, the worst overrun first"
    return ticket_rows.table(selection, listed, name, COLUMNS, alt=alt)
