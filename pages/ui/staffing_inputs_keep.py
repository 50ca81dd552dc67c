"""Keeping what a planner gives: it is written, told, and can be taken back once."""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl
import streamlit as st

from analytics.errors import SLAError
from analytics.staffing.assumptions import Assumptions
from pages.ui import blocks, rosters
from pages.ui.selection import Selection

_TOLD = "inputs-told"
_SAID, _ROSTER = "inputs-said-before", "inputs-roster-before"
_PLACE = {_ROSTER: 0, _SAID: 1}
"""Which part of `rosters.version_of` tells when each was written."""


@dataclass(frozen=True, eq=False)
class _Before:
    """What was kept before the last change of this session.

    Attributes:
        kept: assumptions, a roster, or None of no roster.
        written: when the change was written: once somebody else writes, there is nothing to take back.
    """

    kept: Assumptions | pl.DataFrame | None
    written: int


def told() -> None:
    """Say what the last change did."""
    if message := st.session_state.pop(_TOLD, ""):
        st.toast(blocks.text(message), icon=":material/check_circle:", duration="long")


def said(selection: Selection, make: Callable[[], Assumptions], message: str) -> None:
    """Keep what the planner says and draw the page anew; where that cannot be, nothing changes and why is told.

    Args:
        selection: what is looked at.
        make: what is said, from what is kept.
        message: for the planner, once it is kept.
    """

    def keep() -> None:
        before, after = rosters.said(selection), make()
        rosters.keep_said(selection, after)
        _remember(selection, _SAID, before)

    _try(keep, message)


def roster(selection: Selection, lines: pl.DataFrame | None, message: str) -> None:
    """Keep a roster, or none, as `said` keeps assumptions."""

    def keep() -> None:
        before = rosters.roster(selection)
        rosters.keep_roster(selection, lines)
        _remember(selection, _ROSTER, before)

    _try(keep, message)


def undo_said(selection: Selection) -> None:
    """A button that takes the last change of the assumptions back, where this session made it."""
    before = _last(selection, _SAID)
    if before is not None and st.button("Undo the last change", icon=":material/undo:", key="inputs-undo"):
        kept = before.kept
        assert isinstance(kept, Assumptions), "kept with the assumptions"  # noqa: S101
        said(selection, lambda: kept, "Taken back: it is as it was before your last change.")


def undo_roster(selection: Selection) -> None:
    """A button that brings the roster of before the last change back, where this session made it."""
    before = _last(selection, _ROSTER)
    if before is not None and st.button("Undo the last change", icon=":material/undo:", key="inputs-roster-undo"):
        kept = before.kept
        assert kept is None or isinstance(kept, pl.DataFrame), "kept with the roster"  # noqa: S101
        roster(selection, kept, "Taken back: the roster is as it was before your last change.")


def _try(keep: Callable[[], None], message: str) -> None:
    try:
        keep()
    except SLAError as error:
        st.error("Nothing was changed.", icon=":material/error:")
        st.text(str(error))
    else:
        st.session_state[_TOLD] = message
        st.rerun()


def _remember(selection: Selection, name: str, kept: Assumptions | pl.DataFrame | None) -> None:
    st.session_state[name] = _Before(kept, rosters.version_of(selection)[_PLACE[name]])


def _last(selection: Selection, name: str) -> _Before | None:
    before: _Before | None = st.session_state.get(name)
    return before if before and before.written == rosters.version_of(selection)[_PLACE[name]] else None
