"""Dated events for the time axes: what is known of them, and a file of one's own."""

from typing import Any

import streamlit as st

from analytics.errors import SLAError
from pages.ui import blocks, imports, load
from pages.ui import format as fmt
from pages.ui.selection import Selection

_MEGABYTES, _TURN, _WRONG = 1, "events turn", "events wrong"
_DATE = st.column_config.DateColumn
_COLUMNS: dict[str, Any] = {
    "first": _DATE("From", format="D MMM YYYY"),
    "last": _DATE("To", format="D MMM YYYY"),
    "kind": "Kind",
    "text": st.column_config.TextColumn("What happened", width="large"),
}


def section(selection: Selection) -> None:
    """A folded part of the page: the events that are known, a file to be taken, and a way to remove it."""
    with st.expander("Events on the time axis", icon=":material/flag:", key="events"):
        st.caption(
            "A policy change, an outage, a new shift: what happened when, drawn on the time axes of the pages. "
            "Policies tell their own; others come from a CSV file with the columns *date* (or *from*) and *text*, "
            "and, where wanted, *to*, *kind* and *source*."
        )
        if wrong := st.session_state.pop(_WRONG, ""):
            st.error("The events stay as they were.", icon=":material/error:")
            st.text(wrong)
        _table(selection)
        turn = st.session_state.setdefault(_TURN, 0)
        file = st.file_uploader("A file of events", type=["csv"], max_upload_size=_MEGABYTES, key=f"events_file_{turn}")
        row = st.container(horizontal=True, gap="small")
        for label, add in (("Take in the place of the earlier file", False), ("Add to the earlier file", True)):
            row.button(
                label,
                key=f"events-{'add' if add else 'take'}",
                disabled=file is None,
                on_click=_take,
                args=(file, add),
            )
        row.button("Remove the file", key="events-remove", type="tertiary", on_click=_remove)


def _table(selection: Selection) -> None:
    """What is known of the sources looked at; a file that was changed by hand may be past reading."""
    try:
        known = load.annotations(selection)
    except SLAError as error:
        st.error("The file of events cannot be read.", icon=":material/error:")
        st.text(str(error))
        return
    if known.is_empty():
        st.caption("No events are known of what is looked at.")
        return
    blocks.table(known, "events", _COLUMNS, alt=f"{fmt.plural(known.height, 'event')} on the time axis")


def _take(file: Any, add: bool) -> None:
    try:
        imports.keep_events(file.getvalue(), file.name, add=add)
        st.session_state[_TURN] += 1
    except SLAError as error:
        st.session_state[_WRONG] = str(error)


def _remove() -> None:
    try:
        imports.forget_events()
    except SLAError as error:
        st.session_state[_WRONG] = str(error)
