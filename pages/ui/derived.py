"""What is worked out once for a selection and kept: restated months, who held what, what old tools would have said."""

from datetime import date
from pathlib import Path

import polars as pl
import streamlit as st

from analytics.closing import told
from analytics.periods import Period
from analytics.shares import shares
from analytics.vendors import said_by_month
from pages.ui import load
from pages.ui.load import Selection, Version


@st.cache_data(max_entries=4, show_spinner=False)
def _restated(directory: str, number: int) -> pl.DataFrame:
    version = Version(Path(directory), number)
    return told(version.closed_months(), version.restatements()).filter(pl.col("text").is_not_null())


def restated(selection: Selection) -> pl.DataFrame:
    """The closed months of the selection's period and sources that count otherwise now, as `closing.told` has them."""
    found = _restated(selection.directory, selection.version)
    first, last = selection.period.first, selection.period.last
    if first is not None:
        found = found.filter(pl.col("month") >= first.replace(day=1))
    if last is not None:
        found = found.filter(pl.col("month") <= last)
    sources = [value for name, values in selection.chosen if name == "source" for value in values]
    return found.filter(pl.col("source").is_in(sources)) if sources else found


@st.cache_resource(max_entries=4, show_spinner=False)
def _holdings(directory: str, number: int, kind: str) -> pl.DataFrame:
    return Version(Path(directory), number).holdings(kind=kind)


@st.cache_data(max_entries=8, show_spinner=False)
def held(selection: Selection) -> pl.DataFrame:
    """Who held the clocks of the chosen kind, and what share of the breaches that is, as `shares.shares` has it."""
    due = load.clocks(selection, kind=selection.kind)
    return shares(due, _holdings(selection.directory, selection.version, selection.kind))


@st.cache_data(max_entries=8, show_spinner="Reading the months …")
def _said(selection: Selection) -> tuple[pl.DataFrame, date | None]:
    clocks = load.clocks(selection, kind=selection.kind)
    as_of = clocks["as_of"].max()
    return said_by_month(clocks), as_of.date() if as_of else None  # type: ignore[union-attr]


def said(selection: Selection) -> tuple[pl.DataFrame, date | None]:
    """What four definitions say of each month of the chosen kind, whenever due, and the last date anything is known of.

    The first is as `vendors.said_by_month` has it.
    """
    return _said(selection.with_period(Period()))
