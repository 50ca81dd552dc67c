"""What a planner gives, read and written beside the store: rosters and assumptions; and the work of each queue."""

from datetime import date
from pathlib import Path

import polars as pl
import streamlit as st

from analytics.staffing.assumptions import Assumptions
from analytics.staffing.roster import on_duty
from analytics.staffing.work import paused_in, work
from data import planning
from data import rosters as kept
from data.store import Store
from pages.ui import load
from pages.ui.selection import Selection


def _changed(directory: str, name: str) -> int:
    """When a file beside the store was written last; 0 where there is none."""
    path = Path(directory) / name
    return path.stat().st_mtime_ns if path.exists() else 0


@st.cache_resource(max_entries=4, show_spinner=False)
def _roster(directory: str, changed: int) -> pl.DataFrame | None:
    return kept.read(Path(directory)) if changed else None


def roster(selection: Selection) -> pl.DataFrame | None:
    """The roster kept beside the store, rows of ROSTER; None where there is none."""
    return _roster(selection.directory, _changed(selection.directory, kept.FILE))


@st.cache_resource(max_entries=8, show_spinner="Laying out the roster …")
def _duty(directory: str, changed: int, first: date, last: date) -> pl.DataFrame | None:
    lines = _roster(directory, changed)
    if lines is None:
        return None
    found = on_duty(lines, first, last)
    return None if found.is_empty() else found


def duty(selection: Selection, first: date, last: date) -> pl.DataFrame | None:
    """The stretches people work by the roster on some local dates, rows of DUTY; None where nobody is rostered."""
    return _duty(selection.directory, _changed(selection.directory, kept.FILE), first, last)


def keep_roster(selection: Selection, lines: pl.DataFrame | None) -> None:
    """Keep a roster beside the store, or none any more.

    Raises:
        StoreError: another process is writing, or there is no room.
    """
    store = Store(Path(selection.directory))
    if lines is None:
        kept.clear(store)
    else:
        kept.keep(store, lines)


def uploaded(name: str, content: bytes, zone: str | None = None) -> pl.DataFrame:
    """The roster of an uploaded file.

    Args:
        name: of the file; its ending tells what it is.
        content: its bytes.
        zone: IANA name, of lines that name none.

    Raises:
        RosterError: it cannot be taken; the message tells every fault found.
    """
    return kept.from_bytes(name, content, zone)


def said(selection: Selection) -> Assumptions:
    """What the planner said of the teams.

    Raises:
        StaffingError: the file was changed by hand and cannot be read.
    """
    return planning.read(Path(selection.directory))


def keep_said(selection: Selection, assumptions: Assumptions) -> None:
    """Keep what the planner said.

    Raises:
        StoreError: another process is writing, or there is no room.
    """
    planning.keep(Store(Path(selection.directory)), assumptions)


def version_of(selection: Selection) -> tuple[int, int]:
    """When roster and assumptions were written last: a part of cache keys."""
    return _changed(selection.directory, kept.FILE), _changed(selection.directory, planning.FILE)


@st.cache_resource(max_entries=2, show_spinner="Reading what was done with each ticket …")
def _work(directory: str, number: int, source: str, paused: tuple[str, ...]) -> pl.DataFrame:
    clocks, tickets, events = load.whole(directory, number, source)
    return work(tickets, events, clocks, paused=paused)


def items(selection: Selection, source: str) -> pl.DataFrame:
    """Every touch of a source, rows of WORK; shared, so never changed in place."""
    return _work(selection.directory, selection.version, source, paused_in(load.policies(selection)[source]))
