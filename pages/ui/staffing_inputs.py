"""The staffing page's part where a planner says what only a planner knows: handle time, time lost, cost, the roster."""

from dataclasses import dataclass, replace
from typing import Any

import polars as pl
import streamlit as st

from analytics.staffing.assumptions import ORDERS, Assumptions
from analytics.staffing.case import Case
from pages.ui import blocks, rosters, staffing_inputs_keep, staffing_roster
from pages.ui import staffing_inputs_words as words
from pages.ui.staffing import Desk

_N = st.column_config.NumberColumn
_MINUTES = {"min_value": 0.0, "format": "%.1f"}
IN_USE: dict[str, Any] = {
    "name": "Class of work",
    "touches": _N("Touches", format="localized"),
    "minutes": _N("Minutes a touch", format="%.1f"),
    "low": _N("A tenth less", format="%.1f"),
    "high": _N("A tenth more", format="%.1f"),
}
TO_FILL: dict[str, Any] = {
    "name": st.column_config.TextColumn("Queue, or class of work", width="medium"),
    "minutes": _N("Minutes a touch", help="Blank: the number for everything, where you give one.", **_MINUTES),
    "touches": _N("Touches", format="localized", help="Pieces of work looked at here."),
    "what": "What it is",
}
CHANNELS: dict[str, Any] = {
    "name": st.column_config.TextColumn("Channel", width="medium"),
    "at_once": _N("At once", help="Conversations one agent has at once; blank is one.", **_MINUTES),
    "touches": _N("Touches", format="localized"),
}


@dataclass(frozen=True)
class _Asked:
    """A number that is asked for: its label, what stands there while it is blank, its help, and its limits."""

    label: str
    blank: str
    told: str
    least: float = 0.0
    most: float | None = None
    percent: bool = False
    format: str = "%.1f"


_LOST = ("planned", "unplanned", "off_queue", "ramp_up", "occupancy")
_PROMISED, _PAID = ("objective",), ("age_cap", "cost")
ASKED = {
    "planned": _Asked(
        "Planned shrinkage (%)",
        "none assumed",
        "Share of rostered time lost to leave, training and meetings.",
        most=90.0,
        percent=True,
    ),
    "unplanned": _Asked(
        "Unplanned shrinkage (%)",
        "none assumed",
        "Share of rostered time lost to illness and whatever else nobody could plan.",
        most=90.0,
        percent=True,
    ),
    "off_queue": _Asked(
        "Other work (hours a week of each agent)",
        "none assumed",
        "Rostered time that goes to work which is not in the tickets.",
        most=100.0,
    ),
    "ramp_up": _Asked(
        "A new hire does (% of a plain agent's work)",
        "not given",
        "On average over the time looked at. Used where hiring is a remedy.",
        least=5.0,
        most=100.0,
        percent=True,
    ),
    "occupancy": _Asked(
        "Maximum occupancy (%)",
        "by the method",
        "The largest share of working time that is planned to be busy. Blank: small teams get more room by themselves.",
        least=30.0,
        most=100.0,
        percent=True,
    ),
    "objective": _Asked(
        "Objective where a policy names none (%)",
        "95",
        "The share of promises to be kept.",
        least=1.0,
        most=99.9,
        percent=True,
    ),
    "age_cap": _Asked(
        "Overdue work comes first again after (hours)",
        "never",
        "Only where overdue work goes last: so that nobody waits without end.",
    ),
    "cost": _Asked(
        "Cost of an agent's hour",
        "not known",
        "Wages with what comes on top. Without it remedies are told in hours only.",
        format="%.2f",
    ),
}


def panel(at: Desk, case: Case) -> None:
    """Draw the view: what is in use, what may be given, and the roster.

    Args:
        at: what the page is about.
        case: of its queues.
    """
    staffing_inputs_keep.told()
    said = rosters.said(at.selection)
    st.subheader("Handle time")
    _in_use(case)
    with st.expander("Give a handle time", icon=":material/timer:", key="inputs-give-handle"):
        _handle(at, case, said)
    st.subheader("Time lost, promises and order of work")
    st.caption(blocks.text(f"For every queue. {words.worked(case)}"))
    _team(at, case, said)
    with st.container(horizontal=True):
        staffing_inputs_keep.undo_said(at.selection)
        if said != Assumptions():
            _forget(at)
    st.subheader("Roster")
    staffing_roster.section(at, case)


def _in_use(case: Case) -> None:
    """What the page works with, and what was tried before."""
    st.markdown(blocks.text(words.in_use(case)))
    blocks.lines([*case.handle.why, *filter(None, [words.at_once(case.handle)])])
    rows = words.handle_rows(case)
    if rows.height > 1:
        blocks.table(rows, "handle-time", IN_USE, alt="handle time in use")


def _number(where: Any, key: str, label: str, given: float | None, placeholder: str, told: str, **how: Any) -> Any:
    """Ask for a number. What is given stands in it by the session: a default of the widget's could not be cleared."""
    if key not in st.session_state:
        st.session_state[key] = None if given is None else float(given)
    usual = {"min_value": 0.0, "step": 1.0, "format": "%.1f"}
    return where.number_input(label, value=None, placeholder=placeholder, help=told, key=key, **(usual | how))


def _handle(at: Desk, case: Case, said: Assumptions) -> None:
    """Ask how long work takes."""
    turn = at.written[1]
    with st.form(f"inputs-handle-form-{turn}", border=False):
        st.caption(
            "A touch is one piece of work with a ticket: an answer, or what is done before it is handed on or solved. "
            "Clear a number to take it back."
        )
        left, right = st.columns(2)
        other = _number(
            left, f"inputs-handle-{turn}", "Minutes a touch, for everything", dict(said.handle).get(""), "not given",
            "For work in any queue that has no number of its own in the table below. There, a class goes before its "
            "queue.",
        )  # fmt: skip
        solved = _number(
            right, f"inputs-solved-{turn}", "Or: tickets solved per productive hour", said.solved_an_hour, "not given",
            "Of one agent, in an hour of work on tickets. The touches a ticket takes are counted from the data. "
            "Minutes a touch go first where both are given.", step=0.5, format="%.2f",
        )  # fmt: skip
        filled = st.data_editor(
            words.to_fill(case, said.handle),
            column_config=TO_FILL,
            column_order=list(TO_FILL),
            disabled=["what", "name", "touches"],
            hide_index=True,
            placeholder="not given",
            key=f"inputs-classes-{turn}",
            alt="minutes a touch by queue and class of work",
        )
        at_once = _at_once(words.channels(case, said.concurrency), turn)
        pressed = st.form_submit_button(
            "Save the handle time", type="primary", icon=":material/save:", key="inputs-handle-save"
        )
    if pressed:
        names, minutes = ["", *filled["name"].to_list()], [other, *filled["minutes"].to_list()]

        def made() -> Assumptions:
            now = rosters.said(at.selection)
            return replace(
                now,
                handle=words.replaced(now.handle, names, minutes),
                solved_an_hour=solved,
                concurrency=words.replaced(now.concurrency, at_once["name"].to_list(), at_once["at_once"].to_list()),
            )

        staffing_inputs_keep.said(at.selection, made, "The handle time is kept.")


def _at_once(channels: pl.DataFrame, turn: int) -> pl.DataFrame:
    """Ask how many conversations an agent has at once, where channels are known."""
    if channels.is_empty():
        return channels
    st.caption(
        "Conversations one agent has at once, by channel: they share the agent's time. Used with a handle time you "
        "give; times that are measured hold it already."
    )
    asked: pl.DataFrame = st.data_editor(
        channels,
        column_config=CHANNELS,
        column_order=list(CHANNELS),
        disabled=["name", "touches"],
        hide_index=True,
        placeholder="one",
        key=f"inputs-channels-{turn}",
        alt="conversations at once by channel",
    )
    return asked


def _team(at: Desk, case: Case, said: Assumptions) -> None:
    """Ask what keeps people from work, what is promised, in which order work is taken, and what an hour costs."""
    turn = at.written[1]
    with st.form(f"inputs-team-form-{turn}"):
        left, right = st.columns(2, gap="large")
        with left:
            values = {name: _asked(name, said, turn) for name in _LOST}
            net = st.toggle(
                "The roster is already net of planned leave",
                said.net_of_leave,
                key=f"inputs-net-{turn}",
                help="Leave and training stand in the roster as lines of their own, or are left out of it: "
                "planned shrinkage is then not taken out again.",
            )
        with right:
            values |= {name: _asked(name, said, turn) for name in _PROMISED}
            st.caption(blocks.text(words.objectives(case)))
            order = st.selectbox(
                "Order of work today",
                ORDERS,
                index=ORDERS.index(said.order),
                format_func=words.ORDERS.__getitem__,
                key=f"inputs-order-{turn}",
                help="How the next ticket is chosen now. Remedies are set against it.",
            )
            values |= {name: _asked(name, said, turn) for name in _PAID}
            currency = st.text_input(
                "Currency", said.currency, max_chars=8, placeholder="EUR", key=f"inputs-currency-{turn}"
            )
        pressed = st.form_submit_button("Save", type="primary", icon=":material/save:", key="inputs-team-save")
    if pressed:

        def made() -> Assumptions:
            now = rosters.said(at.selection)
            return replace(now, net_of_leave=net, order=order, currency=currency.strip(), **values)

        staffing_inputs_keep.said(at.selection, made, "What you gave is kept.")


def _asked(name: str, said: Assumptions, turn: int) -> float | None:
    """One of ASKED, as it is kept; what is blank is as where nobody said anything."""
    field = ASKED[name]
    given = getattr(said, name) or None
    shown = words.of_hundred(given) if field.percent else given
    limits = {"min_value": field.least, "max_value": field.most, "format": field.format}
    value = _number(st, f"inputs-{name}-{turn}", field.label, shown, field.blank, field.told, **limits)
    if not value:
        blank: float | None = getattr(Assumptions(), name)
        return blank
    return words.share(value) if field.percent else float(value)


def _forget(at: Desk) -> None:
    """A button that takes back everything given but the roster, once it is confirmed."""
    with st.popover("Forget all …", icon=":material/delete:", key=f"inputs-forget-{at.written[1]}"):
        st.markdown("Handle time, time lost, order of work and cost are then as if nobody had given them.")
        st.caption("For every queue, and for everybody who has Duetime open. The roster stays.")
        if st.button("Forget all", type="primary", key="inputs-forget-confirmed"):
            staffing_inputs_keep.said(at.selection, Assumptions, "Forgotten: nothing is given any more.")
