"""On the staffing page: can this leave be approved?"""

from datetime import date, timedelta
from typing import Any

import streamlit as st

from analytics.errors import SLAError
from analytics.staffing import leave
from analytics.staffing.case import Case
from analytics.staffing.leave import Answer
from pages.ui import blocks, staffing
from pages.ui import staffing_remedies_words as words
from pages.ui.staffing import Desk

_AHEAD = timedelta(days=366)
_WEEK = timedelta(days=7)
KLASSES: dict[str, Any] = {
    "klass": st.column_config.TextColumn("Class of work", width="large"),
    "more": st.column_config.NumberColumn("Broken promises more", format="%.1f"),
}


@st.cache_resource(max_entries=32, show_spinner="Replaying the period without them …")
def _answer(at: Desk, person: str, first: date, last: date) -> Answer:
    return leave.leave(staffing.case(at), person, first, last)


def section(at: Desk, case: Case) -> None:
    """Ask who wants to be away and when, and tell what it costs."""
    st.subheader("Can I approve this leave?")
    _, names = case.people
    who, when = st.columns(2)
    person = who.selectbox("Agent", names, key="leave-agent")
    monday = case.last + timedelta(days=7 - case.last.weekday())
    picked = when.date_input(
        "First and last day away",
        (monday, monday),
        min_value=case.first,
        max_value=case.last + _AHEAD,
        key="leave-days",
        help="Pick one day twice for a single day. Days yet to come are judged by the same weekdays of earlier weeks.",
    )
    days = tuple(picked) if isinstance(picked, tuple) else (picked,)
    if len(days) < 2:
        st.caption("Pick the last day too.")
        return
    try:
        answer = _answer(at, str(person), days[0], days[-1])
    except SLAError as error:
        st.warning("This leave cannot be judged.", icon=":material/warning:")
        st.text(str(error))
        return
    told = words.leave(answer, str(person))
    blocks.verdict(told[0])
    blocks.lines([*told[1:], words.judged(answer, case.week.zone)])
    if round(answer.extra) >= 1:
        with st.expander("By class of work"):
            blocks.table(answer.klasses, "leave-classes", KLASSES, alt="broken promises more by class of work")
