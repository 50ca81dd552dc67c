"""The staffing page's part on what could be done: remedies, cheapest first, each by replay of what was."""

from typing import Any

import polars as pl
import streamlit as st

from analytics.dimensions import WEEKDAYS
from analytics.staffing import options
from analytics.staffing.case import Case
from analytics.staffing.crew import Block
from analytics.staffing.options import Now, Weighed, ranked
from pages.ui import (
    blocks,
    charts_staffing_remedies,
    staffing,
    staffing_another,
    staffing_leave,
    staffing_what_if,
    working,
)
from pages.ui import format as fmt
from pages.ui import staffing_remedies_words as words
from pages.ui.staffing import Desk

_N = st.column_config.NumberColumn
_TRADE = {"first": Block(1, 7, 11, 2), "second": Block(6, 9, 13, 2)}
"""The two of the trade's textbook, asked about until others are named."""
_MOST_HEADS = 20


@st.cache_resource(max_entries=8, show_spinner="Replaying the period as it was …")
def now(at: Desk) -> Now:
    """The period replayed as it was; shared, so never changed in place."""
    return options.as_it_was(staffing.case(at))


@st.cache_resource(max_entries=32, show_spinner="Replaying the period with more agents …")
def _cover(at: Desk, block: Block) -> Weighed:
    return options.cover(staffing.case(at), now(at), block)


def panel(at: Desk, case: Case) -> None:
    """Draw the view.

    Args:
        at: what the page is about.
        case: of its queues.
    """
    missing = words.cannot(case)
    if missing:
        st.info(blocks.text(missing[0]), icon=":material/visibility_off:")
        blocks.lines(missing[1:])
        return
    found = now(at)
    told = st.container()
    st.subheader("Remedies, cheapest first")
    answer, table = st.container(), st.container()
    two = _two(at)
    weighed = working.of(
        ("remedies", at),
        lambda progress: options.weigh(case, found, progress),
        begin="Weigh the remedies",
        name="remedies",
        auto=True,
    )
    nearest = None
    if weighed is not None:
        nearest = weighed.nearest
        with answer:
            st.markdown(blocks.text(words.best([*weighed.rows, *two], found, case.said)))
        with table:
            _table(at, case, ranked([*weighed.rows, *two]))
    with told:
        blocks.lines(words.near(found, case.said, nearest))
    staffing_what_if.section(at, case, found)
    staffing_leave.section(at, case)
    staffing_another.section(at, case, found)
    with blocks.method():
        _method()


def _two(at: Desk) -> list[Weighed]:
    """Two blocks of people side by side, the trade's until others are named."""
    st.markdown("**Which helps more?**")
    st.caption("Two blocks of agents, beside the roster in every week but on holidays. Each stands among the remedies.")
    rows = []
    for column, (name, usual) in zip(st.columns(2, border=True), _TRADE.items(), strict=True):
        with column:
            block = _block(name, usual)
            if block is None:
                st.caption("Choose an end after the start.")
                continue
            row = _cover(at, block)
            rows.append(row)
            blocks.card(
                st,
                words.people(block),
                fmt.number(round(row.avoided)),
                f"broken promises avoided ({words.around(row)}), for {fmt.plural(block.hours, 'hour')} a week",
                "Of the promises that break in a replay of the period as it was. The span is what a tenth less and a "
                "tenth more work in each touch makes of it.",
            )
    if len(rows) == len(_TRADE):
        blocks.lines([words.two(rows[0], rows[1])])
    return list({row.remedy.blocks: row for row in rows}.values())


def _block(name: str, usual: Block) -> Block | None:
    """Ask for a weekday, hours and how many; None where they end before they begin."""
    agents, day = st.columns(2)
    start, end = st.columns(2)
    heads = agents.number_input("Agents", 1, _MOST_HEADS, usual.heads, key=f"remedies-{name}-heads")
    weekday = day.selectbox("Weekday", WEEKDAYS, index=usual.weekday - 1, key=f"remedies-{name}-day")
    begin = start.number_input("From, hour", 0, 23, usual.start, key=f"remedies-{name}-from")
    finish = end.number_input("To, hour", 1, 24, usual.end, key=f"remedies-{name}-to")
    return Block(WEEKDAYS.index(weekday) + 1, begin, finish, heads) if finish > begin else None


def _columns(case: Case) -> dict[str, Any]:
    currency = case.said.currency or "the currency of the cost given"
    shown = {
        "name": st.column_config.TextColumn("Remedy", width="large"),
        "avoided": _N("Avoided", format="%.0f", help="Broken promises, of those that break in the replay as it was."),
        "band": st.column_config.TextColumn("± 10 % work", help="Avoided where each touch takes a tenth less or more."),
        "share": _N("Of all broken", format="percent"),
        "hours": _N("Hours a week", format="%.1f", help="More than are rostered now."),
        "people": _N("Full-time agents", format="%.2f", help="Of the usual contract on this roster."),
        "cost": _N(f"Cost a week ({currency})", format="localized"),
        "cost_year": _N(f"Cost a year ({currency})", format="localized"),
        "kept": _N("Promises kept", format="percent", help="With the remedy, of all that fell due."),
    }
    return shown if case.said.cost is not None else {each: how for each, how in shown.items() if "cost" not in each}


def _table(at: Desk, case: Case, rows: tuple[Weighed, ...]) -> None:
    found = now(at)
    shown = words.rows(rows, found, case.said)
    drawn = shown.with_columns(told="name", name=pl.Series([words.short(row.remedy) for row in rows]))
    base = f"{words.DRAWS}; n = {fmt.number(round(found.due))} promises due {at.period}, {case.week.zone}."
    blocks.chart(
        "What would have kept more promises?",
        f"Least hours first; the line is what a tenth less or more work in each touch makes of it. {base}",
        charts_staffing_remedies.avoided(drawn, dark=blocks.dark()),
        key="remedies-avoided",
        alt=words.spoken(rows, case.said),
        data=shown,
    )
    blocks.table(shown, "remedies", _columns(case), alt="remedies, cheapest first")
    lines = [] if case.said.cost is not None else ["No cost an hour is given, so none is shown."]
    if not any(row.remedy.way == "overtime" for row in rows):
        lines.append(
            "No hour of the typical week is short of agents, so that moved shifts and overtime are not among them."
        )
    blocks.lines(lines)


def _method() -> None:
    st.markdown(
        "Each touch of the period comes when it came and is due when it was due. Agents work the stretches they were "
        "rostered for, one touch at a time, each from the queues they have; what is not done at the end of a stretch "
        "goes on in the next, and what added agents have not done goes back to where it waited. The work of a touch is "
        "drawn from a lognormal distribution around the handle time in use, with the same three seeds for every "
        "replay, so that two replays differ by what was changed alone. "
        "A promise counts as kept when the reply goes out: the share of a touch that usually comes after it is "
        "measured by class. Only the touch with which a clock stopped decides; what had been set aside by its own team "
        "begins when it was taken up again and keeps its verdict.\n\n"
        "The order that comes nearest to the truth is the one whose replay has the largest Dice overlap (twice the "
        "promises broken in both, over those broken in either) with what was; it is told only where it leads by 0.03. "
        "Moved shifts go to the stretch that is shortest by the tightest windows of the typical week, and come from "
        "the stretches of at most four hours that can spare an agent most easily; how many move is tried by replay."
    )
