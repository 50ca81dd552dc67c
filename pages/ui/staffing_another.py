"""On the staffing page: the past replayed under a roster that is uploaded for it; nothing of it is kept."""

from dataclasses import dataclass, replace

import streamlit as st

from analytics.errors import SLAError, StaffingError
from analytics.staffing import presence, replay
from analytics.staffing.axis import HOUR
from analytics.staffing.case import Case
from analytics.staffing.case import weeks as weeks_of
from analytics.staffing.options import Now
from analytics.staffing.replay import Draws
from analytics.staffing.roster import on_duty
from analytics.staffing.simulate import Duty
from pages.ui import blocks, rosters, staffing, staffing_what_if
from pages.ui import format as fmt
from pages.ui.staffing import Desk


@dataclass(frozen=True, eq=False)
class _Played:
    """Replays under another roster, and its hours a week and those of the kept one."""

    draws: Draws
    hours: float
    before: float
    people: int


@st.cache_resource(max_entries=4, show_spinner="Replaying the period under the other roster …")
def _played(at: Desk, name: str, content: bytes) -> _Played:
    case = staffing.case(at)
    lines = rosters.uploaded(name, content, case.schedule.time_zone)
    mine = presence.of_queues(on_duty(lines, at.first, at.last), case.queues)
    if mine.is_empty():
        raise StaffingError(
            f"{name} has nobody on these queues from {at.first} to {at.last}. Check its queues, dates and valid_from."
        )
    other = replace(case, duty=mine)
    duty, names = other.people
    weeks = weeks_of(at.first, at.last)
    kept, _ = case.people
    return _Played(
        replay.draws(other, duty, replay.usual(case)), _hours(duty) / weeks, _hours(kept) / weeks, len(names)
    )


def _hours(duty: Duty) -> float:
    return float((duty.end - duty.start).sum()) / HOUR


def section(at: Desk, case: Case, now: Now) -> None:
    """Take a roster, and tell what it would have done."""
    st.subheader("The past under another roster")
    file = st.file_uploader(
        "Roster file",
        type=["csv", "tsv", "txt", "xlsx", "xlsm"],
        max_upload_size=20,
        key="another-roster",
        help="As under Roster and handle time. Times without a zone are those of the opening hours. Nothing is kept.",
    )
    if file is None:
        st.caption("The period is replayed with the people of the file in the place of the roster. Nothing is kept.")
        return
    try:
        found = _played(at, file.name, file.getvalue())
    except SLAError as error:
        st.error("This roster cannot be replayed.", icon=":material/error:")
        st.text(str(error))
        return
    people = f"{file.name}: {fmt.plural(found.people, 'agent')}, {found.hours:,.0f} h a week on these queues"
    blocks.lines([f"{people}; the roster as it was has {found.before:,.0f} h."])
    staffing_what_if.outcome(at, case, now.draws, found.draws, "another", hours=found.hours - found.before)
