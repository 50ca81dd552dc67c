"""The roster on the staffing page: what it holds for these queues, and how another is given."""

from collections.abc import Sequence
from typing import Any

import polars as pl
import streamlit as st

from analytics.errors import SLAError
from analytics.staffing.case import Case
from analytics.staffing.roster import ABSENCES, WORK
from pages.ui import blocks, exports, imports, rosters, staffing_inputs_keep
from pages.ui import format as fmt
from pages.ui import staffing_roster_lines as lines
from pages.ui.staffing import Desk

MOST_EDITED = 60
"""More lines than this are edited one person at a time."""
_MOST_NAMED = 8
_FEW, _HEIGHT = 7, 280
"""More lines than these are shown in so many pixels, to be scrolled."""
_UNNAMED = "lines without a name"
_T = st.column_config.TextColumn
TELLS: dict[str, tuple[str, str]] = {
    "agent": ("Agent", "A name, as the tickets tell it. Or a headcount."),
    "headcount": ("Headcount", "How many people, where no names are given."),
    "queues": ("Queues", "Several with ; between them. Blank: every queue."),
    "date": ("Date", "As 2026-03-03. Or a weekday."),
    "weekday": ("Weekday", "Mon-Fri, or Mon;Wed."),
    "from": ("From", "As 08:00."),
    "to": ("To", "As 16:30. No later than From: on the next day."),
    "activity": ("Activity", "Blank is work; whatever else is taken out of it."),
    "zone": ("Zone", "Of the times, as Europe/Stockholm."),
    "valid_from": ("Valid from", "First date of a weekly line. Blank: always."),
    "valid_to": ("Valid to", "Last date of a weekly line. Blank: until further notice."),
}
LINES: dict[str, Any] = {
    lines.NUMBER: _T("Line", width="small"),
    **{name: _T(label, help=told) for name, (label, told) in TELLS.items()},
}
COMPARED: dict[str, Any] = {"what": _T("What", width="medium"), "now": "Now", "then": "With this roster"}


def section(at: Desk, case: Case) -> None:
    """What the roster holds for these queues, and the ways to give another one."""
    kept = rosters.roster(at.selection)
    mine = None if kept is None else lines.of_queues(kept, at.queues)
    _summary(at, case, kept)
    if mine is not None and not mine.is_empty():
        height = _HEIGHT if mine.height > _FEW else None
        blocks.table(lines.text(mine), "roster-lines", LINES, height=height, alt="lines of the roster for these queues")
    with st.expander("Give a roster as a file", icon=":material/upload_file:", key="inputs-give-roster"):
        _upload(at, case, kept)
    with st.expander("Write or change lines here", icon=":material/edit:", key="inputs-give-lines"):
        _editor(at, case, kept, mine)
    with st.container(horizontal=True):
        staffing_inputs_keep.undo_roster(at.selection)
        if kept is not None:
            _remove(at)


def _summary(at: Desk, case: Case, kept: pl.DataFrame | None) -> None:
    if kept is None:
        st.markdown(
            "No roster is given, so it is not known who was there. Scheduled hours, over–under and what another roster "
            "would have done cannot be shown."
        )
        instead = (
            "how much was done in each hour of the week while work was waiting" if case.relative else "required people"
        )
        st.caption(
            f"Shown instead: {instead}. Give a roster as a CSV file or a workbook, write its lines here, or run "
            "`python -m data roster FILE`."
        )
        return
    found = lines.cover(kept, at.queues, at.first, at.last)
    st.markdown(blocks.text(f"{at.name}, {at.period}: {lines.covered(found)}"))
    told = [lines.whole(kept)]
    unknown = lines.strange(kept, rosters.items(at.selection, at.source)["queue"].unique())
    if unknown:
        told.append(f"No work of {at.source} came to these queues it names: {_listed(unknown)}.")
    blocks.lines(told)


def _listed(names: Sequence[str]) -> str:
    """Names with commas between, the first few of many."""
    more = len(names) - _MOST_NAMED
    return ", ".join([*names[:_MOST_NAMED], *([f"{more} more"] if more > 0 else [])])


def _upload(at: Desk, case: Case, kept: pl.DataFrame | None) -> None:
    """Take a file, show what it would change, and use it once that is wanted."""
    turn = at.written[0]
    left, right = st.columns([2, 1], vertical_alignment="top")
    file = left.file_uploader(
        "Roster file",
        type=["csv", "tsv", "txt", "xlsx", "xlsm"],
        max_upload_size=20,
        key=f"inputs-upload-{turn}",
        help="Lines of who works when, or a workbook with people down, dates across and shift codes with a legend. "
        "It takes the place of the whole roster.",
    )
    zone = _zone(right, case, f"inputs-upload-zone-{turn}")
    right.download_button(
        "Example to fill in",
        lambda: exports.csv(lines.template(at.queues, case.schedule.time_zone, at.last)),
        "duetime-roster-example.csv",
        "text/csv",
        key="inputs-template",
        icon=":material/download:",
        on_click="ignore",
        type="tertiary",
    )
    if file is None:
        st.caption("Nothing is kept before you press Use this roster.")
        return
    try:
        fresh = rosters.uploaded(file.name, file.getvalue(), zone)
    except SLAError as error:
        st.error("This roster cannot be taken. Nothing was changed.", icon=":material/error:")
        st.text(str(error))
        return
    st.markdown(f"**What {blocks.text(file.name)} would change**")
    st.dataframe(
        lines.compared(kept, fresh, at.queues, at.first, at.last),
        column_config=COMPARED,
        hide_index=True,
        alt="changes",
    )
    if lost := lines.lost(kept, fresh):
        st.warning(
            f"It takes the place of the whole roster, and names nobody for {blocks.text(_listed(lost))}.",
            icon=":material/warning:",
        )
    if not lines.cover(fresh, at.queues, at.first, at.last).covered:
        st.warning(
            f"It rosters nobody for {blocks.text(at.name)} in the weeks looked at. Check its queues and dates.",
            icon=":material/warning:",
        )
    if st.button("Use this roster", type="primary", icon=":material/check:", key=f"inputs-upload-use-{turn}"):
        staffing_inputs_keep.roster(at.selection, fresh, f"The roster of {file.name} is used.")


def _zone(where: Any, case: Case, key: str) -> str | None:
    """Of lines that name none: that of the opening hours until another is chosen."""
    zones, usual = imports.time_zones(), case.schedule.time_zone
    options = zones if usual in zones else [usual, *zones]
    zone: str | None = where.selectbox(
        "Zone of lines that name none", options, index=options.index(usual), key=key, help="That of the opening hours."
    )
    return zone


def _editor(at: Desk, case: Case, kept: pl.DataFrame | None, mine: pl.DataFrame | None) -> None:
    """Lines as a table to be written in, checked by the rules every roster is read by."""
    turn = at.written[0]
    person, shown = _shown(at, mine)
    st.caption(
        "A line says who works when: on a date, or on weekdays. A line of another activity takes leave, training or a "
        "meeting out of it. Point at the head of a column to see how it is written; new lines go below."
    )
    empty = pl.DataFrame(schema=dict.fromkeys((lines.NUMBER, *TELLS), pl.String))
    config = LINES | {
        "activity": st.column_config.SelectboxColumn("Activity", options=[WORK, *ABSENCES], help=TELLS["activity"][1]),
        "zone": _T("Zone", help=TELLS["zone"][1], default=case.schedule.time_zone),
    }
    with st.form(f"inputs-roster-form-{turn}", border=False):
        table = st.data_editor(
            empty if shown is None else lines.text(shown),
            column_config=config,
            disabled=[lines.NUMBER],
            num_rows="dynamic",
            hide_index=True,
            key=f"inputs-roster-{turn}{person}",
            alt="lines of the roster, to be changed",
        )
        pressed = st.form_submit_button(
            "Save these lines", type="primary", icon=":material/save:", key="inputs-roster-save"
        )
    if not pressed:
        return
    numbers: Sequence[int] = [] if shown is None else shown["line"].to_list()
    try:
        fresh = lines.changed(kept, numbers, table, case.schedule.time_zone)
    except SLAError as error:
        st.error("These lines cannot be taken. Nothing was changed.", icon=":material/error:")
        st.text(str(error))
        return
    staffing_inputs_keep.roster(at.selection, fresh, "The roster is changed.")


def _shown(at: Desk, mine: pl.DataFrame | None) -> tuple[str, pl.DataFrame | None]:
    """Whose lines are to be changed, and which: all of the queues where there are few, else those of one person."""
    if mine is None or mine.height <= MOST_EDITED:
        return "", mine
    people = [_UNNAMED, *lines.agents(mine)]
    picked = st.selectbox(
        "Lines of",
        people,
        index=None,
        placeholder=f"{fmt.number(mine.height)} lines: choose a person",
        key=f"inputs-roster-agent-{at.written[0]}",
    )
    if picked is None:
        return "-nobody", mine.clear()
    own = pl.col("agent").is_null() if picked == _UNNAMED else pl.col("agent") == picked
    return f"-{people.index(picked)}", mine.filter(own)


def _remove(at: Desk) -> None:
    """A button that removes the roster, once it is confirmed."""
    with st.popover("Remove the roster …", icon=":material/delete:", key=f"inputs-roster-remove-{at.written[0]}"):
        st.markdown("Who was there is then not known for **any queue**: scheduled hours and over–under go with it.")
        st.caption("For everybody who has Duetime open. You can take it back until you leave, or give the file again.")
        if st.button("Remove the roster", type="primary", key="inputs-roster-removed"):
            staffing_inputs_keep.roster(at.selection, None, "The roster is removed.")
