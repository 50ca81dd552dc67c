"""Tables of tickets: an id leads to the help desk, a picked row to the ticket's story."""

import re
from typing import Any
from urllib.parse import quote

import polars as pl
import streamlit as st

from pages.ui import blocks, load, sheet, story
from pages.ui import format as fmt
from pages.ui.selection import Selection

MOST = 1000
"""Rows a table shows; its download holds them all."""


def listing(selection: Selection, frame: pl.DataFrame, name: str, columns: dict[str, Any], *, alt: str) -> None:
    """A table of tickets with its downloads, as `table` has it; the story of the row picked stands below."""
    picked = table(selection, frame, name, columns, alt=alt)
    if picked:
        story.show(selection, *picked)


def table(
    selection: Selection, frame: pl.DataFrame, name: str, columns: dict[str, Any], *, alt: str
) -> tuple[str, str] | None:
    """A table of tickets with its downloads.

    Args:
        selection: what is looked at.
        frame: `ticket` and `source`, and what else is shown; as it is to be read.
        name: of the download.
        columns: how the columns after the ticket are headed and written; others are left out.
        alt: the table for the ear.

    Returns:
        The ticket and source of the row picked; None without one.
    """
    top = frame.head(MOST)
    shown, ticket = _linked(selection, top)
    blank = [each for each in columns if each in shown.columns and shown[each].null_count() == shown.height]
    drawn = {"ticket": ticket, **{each: column for each, column in columns.items() if each not in blank}}
    state = st.dataframe(
        shown,
        column_config=drawn,
        column_order=[each for each in drawn if each in shown.columns],
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key=f"rows-{name}",
        height=min(420, 38 + 35 * max(1, shown.height)),
        placeholder=fmt.NONE,
        alt=alt,
    )
    sheet.add(sheet.Rows(alt, top, {"ticket": "Ticket", **{each: drawn[each] for each in drawn if each != "ticket"}}))
    if frame.height > MOST:
        st.caption(f"The first {fmt.number(MOST)} of {fmt.number(frame.height)}; the download holds all.")
    blocks.download(frame, name, {"source": "Source", "ticket": "Ticket", **columns})
    picked = state["selection"]["rows"]
    return (top["ticket"][picked[0]], top["source"][picked[0]]) if picked and picked[0] < top.height else None


def _linked(selection: Selection, frame: pl.DataFrame) -> tuple[pl.DataFrame, Any]:
    """The frame and its column of ids, as links where its source has an address for tickets."""
    present = frame["source"].unique().to_list()
    pattern = load.ticket_urls(selection).get(present[0]) if len(present) == 1 else None
    if not pattern:
        return frame, st.column_config.TextColumn(
            "Ticket", help="Pick the row to see the ticket's clocks.", pinned=True
        )
    before, after = pattern.split("{ticket_id}", 1)
    links = [before + quote(ticket, safe="") + after for ticket in frame["ticket"]]
    shown = f"^{re.escape(before)}(.*?){re.escape(after)}$"
    column = st.column_config.LinkColumn("Ticket", display_text=shown, help="Opens the help desk.", pinned=True)
    return frame.with_columns(ticket=pl.Series(links, dtype=pl.String)), column
