"""The tickets behind a picture: a table of clocks, worst first."""

import re
from typing import Any
from urllib.parse import quote

import polars as pl
import streamlit as st

from analytics.metrics import BREACHED, METRICS, OPEN_BREACHED
from analytics.schemas import KIND_LABELS
from analytics.timezones import local
from pages.ui import blocks, load, story
from pages.ui import format as fmt
from pages.ui.load import Selection

MOST = 1000
"""Rows a table shows; its download holds them all."""

STATES = {"breached": "Breached", "open": "Open breached", "running": "Running", "all": "All"}
_KEEP = {
    "breached": BREACHED,
    "open": OPEN_BREACHED,
    "running": pl.col("stopped_at").is_null(),
    "all": pl.lit(value=True),
}


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
    blocks.verdict(f"{name}: {worst if now['breaches'] else 'no clock due in this selection was breached'}.")
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


def listing(selection: Selection, clocks: pl.DataFrame, name: str) -> tuple[str, str] | None:
    """The table of these clocks with its download; gives the (ticket, source) of the row picked."""
    listed = rows(clocks)
    shown, columns = _linked(selection, listed.head(MOST))
    state = st.dataframe(
        shown,
        column_config=columns,
        column_order=[column for column in columns if column in shown.columns],
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key=f"rows-{name}",
        height=min(420, 38 + 35 * max(1, shown.height)),
        alt=f"{listed.height} clocks, the worst overrun first",
    )
    if listed.height > MOST:
        st.caption(f"The {fmt.number(MOST)} worst of {fmt.number(listed.height)}; the download holds all.")
    # Local times are written out, as the download writes instants in UTC.
    blocks.download(listed.with_columns(pl.col("due").dt.strftime("%Y-%m-%d %H:%M:%S").alias("due")), name)
    picked = state["selection"]["rows"]
    return (listed["ticket"][picked[0]], listed["source"][picked[0]]) if picked and picked[0] < shown.height else None


def _linked(selection: Selection, frame: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, Any]]:
    """The frame and its columns; ids lead to the help desk where the source has an address for them."""
    urls = load.ticket_urls(selection)
    present = frame["source"].unique().to_list()
    column: Any = st.column_config.TextColumn("Ticket", help="Pick the row to see the ticket's clocks.", pinned=True)
    if len(present) == 1 and (pattern := urls.get(present[0])):
        before, after = pattern.split("{ticket_id}", 1)
        linked = [before + quote(ticket, safe="") + after for ticket in frame["ticket"]]
        frame = frame.with_columns(ticket=pl.Series(linked, dtype=pl.String))
        shown = f"^{re.escape(before)}(.*?){re.escape(after)}$"
        column = st.column_config.LinkColumn("Ticket", display_text=shown, help="Opens the help desk.", pinned=True)
    columns: dict[str, Any] = {
        "ticket": column,
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
    blank = [name for name in ("customer", "priority", "team") if frame[name].null_count() == frame.height]
    blank += ["cycle"] if (frame["cycle"] == 1).all() else []
    return frame.drop(blank), {name: each for name, each in columns.items() if name not in blank}


def behind(selection: Selection, clocks: pl.DataFrame, title: str, name: str) -> None:
    """The breaches behind something picked in a picture, and the story of the one picked here."""
    with st.container(border=True):
        st.markdown(f"**{blocks.text(title)}**")
        if clocks.is_empty():
            st.caption("No breach lies behind this.")
            return
        picked = listing(selection, clocks, name)
        if picked:
            story.show(selection, *picked)
