"""The versions of the store that are kept, and a step to another one; what each source can tell."""

from typing import Any

import streamlit as st

from analytics.errors import SLAError
from pages.ui import blocks, imports
from pages.ui import format as fmt

_ROW_HEIGHT, _WRONG = 96, "step failed"
_AT = st.column_config.DatetimeColumn
VERSION_COLUMNS: dict[str, Any] = {
    "version": st.column_config.NumberColumn("Version", format="%d"),
    "current": st.column_config.CheckboxColumn("Current"),
    "made": _AT("Made", format="D MMM YYYY, HH:mm"),
    "by": st.column_config.TextColumn("By the import of", width="large"),
    "megabytes": st.column_config.NumberColumn("Size (MB)", format="%.1f"),
}
TOLD_COLUMNS: dict[str, Any] = {
    "source": "Source",
    "evidence": "What it tells",
    "files": st.column_config.TextColumn("Kinds of files", width="medium"),
    "untold": st.column_config.TextColumn("What none of its files says", width="large"),
}


def told(directory: str, number: int) -> None:
    """What each source can tell, from which kinds of files."""
    st.subheader("What each source can tell")
    st.caption("What the files of a source do not say is shown as not known, never guessed.")
    found = imports.told_by_source(directory, number)
    st.dataframe(
        found, column_config=TOLD_COLUMNS, hide_index=True, row_height=_ROW_HEIGHT, placeholder=fmt.NONE, alt="evidence"
    )
    blocks.download(found, "evidence")


def versions() -> None:
    """The versions that are kept, with a button that makes another one current."""
    st.subheader("Versions kept")
    st.caption(
        "Each import publishes a new version, and the last three stay. To make an earlier one current takes back what "
        "was imported since, for every reader; later ones stay, so that you can step forward again. Times in UTC."
    )
    kept = imports.kept_versions()
    blocks.table(kept, "versions", VERSION_COLUMNS)
    if wrong := st.session_state.pop(_WRONG, ""):
        st.error("The store stays as it was.", icon=":material/error:")
        st.text(wrong)
    others = kept.filter(~kept["current"])["version"].to_list()
    if not others:
        st.caption("There is no other version yet to step to.")
        return
    made = dict(kept.select("version", "by").iter_rows())
    picker, button = st.columns([3, 1], vertical_alignment="bottom")
    number = picker.selectbox(
        "Another version", others, format_func=lambda each: f"Version {each}: {made[each]}", key="step_to"
    )
    if button.button("Make current …", icon=":material/history:", key="step", width="stretch"):
        _confirm(number)


@st.dialog("Make another version current?")
def _confirm(number: int) -> None:
    st.markdown(f"Every page will show **version {number}**, as it was when it was made. Nothing is deleted.")
    st.caption("Others who have Duetime open see it with their next click.")
    if st.button(
        f"Make version {number} current", type="primary", key="step_confirmed", on_click=_step, args=(number,)
    ):
        st.rerun()


def _step(number: int) -> None:
    """Make a version the current one, or keep why it cannot be for the page to show."""
    try:
        imports.make_current(number)
    except SLAError as error:
        st.session_state[_WRONG] = str(error)
