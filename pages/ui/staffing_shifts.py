"""On the staffing page: the plan's hours as shifts of people, and the roster they make."""

from datetime import date, timedelta
from typing import Any

import polars as pl
import streamlit as st

from analytics.staffing.assumptions import BEST
from analytics.staffing.case import Case
from analytics.staffing.replay import Draws
from analytics.staffing.shifted import Shifted, by_place, by_tour, lived, shifted
from analytics.staffing.shifts_roster import MOST_WEEKS, assign
from analytics.staffing.terms import Terms
from pages.ui import (
    blocks,
    charts_staffing_gaps,
    staffing_plan,
    staffing_remedies,
    staffing_shifts_terms,
    staffing_what_if,
    working,
)
from pages.ui import format as fmt
from pages.ui import staffing_plan_words as plan_words
from pages.ui import staffing_shifts_words as words
from pages.ui.staffing import Desk
from pages.ui.staffing_roster import TELLS
from pages.ui.working import Progress

_N, _T = st.column_config.NumberColumn, st.column_config.TextColumn
_NARROWEST = 200
_HEIGHT, _FEW = 320, 8
HOW = {"due": "Bound to the work due", "hour": "Cover each hour"}
TOURS: dict[str, Any] = {
    "people": _N("People", format="localized"),
    "contract": "Contract",
    "tour": _T("Week", width="large"),
    "breaks": _T("Breaks", help="Of the first day; the others lie as far from their start."),
    "paid": _N("Paid hours", format="%.1f", help="Of one person."),
    "cost": _N("Cost a week", format="localized", help="Of one person."),
}
LINES: dict[str, Any] = {name: _T(label, help=told) for name, (label, told) in TELLS.items()}
_SHOWN = ("agent", "date", "from", "to", "activity")
_TIPS = {
    "required": ("Required", ",.1f"),
    "scheduled": ("At work", ",.1f"),
    "over": ("Over (+) or under (−)", "+,.1f"),
}
_CUTS = (-1.0, -0.05, 0.05, 3.0)
_TOLD_FROM = 0.5
"""People over or under from which an hour has its number."""


def panel(at: Desk, case: Case) -> None:
    """Draw the view: terms, the shifts, the week they make, the roster, and the past worked by it.

    Args:
        at: what the page is about.
        case: of its queues.
    """
    missing = words.cannot(case)
    if missing:
        st.info(blocks.text(missing[0]), icon=":material/visibility_off:")
        blocks.lines(missing[1:])
        return
    how, hold = _choices()
    answer = st.container()
    terms = staffing_shifts_terms.asked(case.said.cost)
    with answer:
        made = _made(at, case, terms, how, hold=hold)
        if made is not None:
            _told(at, case, made[0], hold=hold)
    if made is None:
        return
    found, past = made
    _week(found)
    _tours(found, case)
    _roster(at, case, found)
    _past(at, case, found, past)
    with blocks.method():
        st.markdown(words.METHOD)


def _choices() -> tuple[str, bool]:
    """How shifts are held against the plan, and whether it is to hold with 10 % more work."""
    row = st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute")
    how = row.segmented_control(
        "Shifts", list(HOW), format_func=HOW.__getitem__, default="due", required=True, key="shifts-how",
        bind="query-params", wrap=True,
        help="Work that can wait needs nobody in the hour it comes. Each hour's requirement takes more people.",
    )  # fmt: skip
    names = {"hold": plan_words.FOR[True], "exact": plan_words.FOR[False]}
    picked = row.segmented_control(
        "The plan", list(names), format_func=names.__getitem__, default="hold", required=True, key="shifts-for",
        bind="query-params", wrap=True, help="Volume and handle time are never known to the tenth.",
    )  # fmt: skip
    return str(how), picked == "hold"


def _made(at: Desk, case: Case, terms: Terms, how: str, *, hold: bool) -> tuple[Shifted, Draws | None] | None:
    """The plan, tried, and then the shifts and the past worked by them; None while either is being worked out."""
    found = staffing_plan.tried(at, case, BEST)
    if found is None:
        return None
    tried, _ = found
    if not case.demand.total:
        st.info(blocks.text(tried.why), icon=":material/event_busy:")
        return None

    def shifts(progress: Progress) -> tuple[Shifted, Draws | None]:
        chosen = shifted(case, tried, terms, hold=hold, bound=how == "due", progress=progress)
        return chosen, None if case.duty is None else lived(case, chosen.plan)

    key = ("shifts", at, BEST, terms, how, hold)
    made: tuple[Shifted, Draws | None] | None = working.of(key, shifts, begin="Choose shifts", name="shifts", auto=True)
    return made


def _told(at: Desk, case: Case, found: Shifted, *, hold: bool) -> None:
    plan = found.plan
    blocks.verdict(words.verdict(at.name, found, hold=hold))
    less, exact, more = found.paid
    rest = f"{exact:,.0f} as expected, {less:,.0f} at −10 %" if hold else f"{less:,.0f} at −10 %, {more:,.0f} at +10 %"
    worked = float(plan.hours.sum())
    with st.grid(3, min_column_width=_NARROWEST):
        blocks.card(
            st, "People", fmt.number(plan.people), words.people(found, hold=hold).partition("(")[2].rstrip(")"),
            "Who work a tour each, by the terms below.",
        )  # fmt: skip
        blocks.card(st, "Paid hours a week", fmt.number(round(plan.paid)), rest, "Breaks that are paid are in them.")
        if case.said.cost is not None:
            blocks.card(
                st, f"Cost a week {case.said.currency}".strip(), fmt.number(round(plan.cost)),
                f"at least {fmt.number(round(plan.bound))} under these terms", "With supplements.",
            )  # fmt: skip
        else:
            blocks.card(
                st, "Required of hours worked", fmt.percent(found.required / worked if worked else None, 0),
                f"{fmt.number(round(found.required))} of {fmt.number(round(worked))} h",
                "Shifts are whole: some of what they bring is more than is required.",
            )  # fmt: skip
    about = f"{at.period}, {fmt.plural(case.demand.weeks, 'whole week')}, {case.week.zone}."
    blocks.lines([*words.known(found), about])


def _week(found: Shifted) -> None:
    """At work less required, by hour of the week."""
    frame = by_place(found.plan)
    numbers = [f"{over:+.0f}".replace("-", "−") if abs(over) >= _TOLD_FROM else "" for over in frame["over"].to_list()]
    drawn = frame.with_columns(
        shade=pl.col("over"),
        text=pl.Series(numbers, dtype=pl.String),
        strong=pl.col("over") < _CUTS[0],
        picked=False,
        window=pl.lit(""),
    )
    most = frame.sort("over", "weekday", "hour", descending=[True, False, False]).row(0, named=True)
    under = bool((frame["over"] < _CUTS[1]).any())
    made_up = " Hours that are under are made up for by others before the work is due." if under else ""
    blocks.chart(
        "Where do the shifts bring more than is required?",
        f"People at work, breaks taken out, less those required. Most: {most['day']} {most['hour']:02}, "
        f"{most['scheduled']:.1f} where {most['required']:.0f} are required.{made_up}",
        charts_staffing_gaps.week_map(drawn, "sides", _CUTS, "over (+) or under (−)", _TIPS, dark=blocks.dark()),
        key="shifts-week",
        alt="; ".join(f"{row['day']} {row['hour']:02} {row['over']:+.1f}" for row in frame.iter_rows(named=True)),
        data=frame,
    )


def _tours(found: Shifted, case: Case) -> None:
    st.subheader("Who works when")
    rows = by_tour(found.plan)
    columns = TOURS if case.said.cost is not None else {name: how for name, how in TOURS.items() if name != "cost"}
    blocks.table(rows.select(list(columns)), "shifts", columns, height=_HEIGHT if rows.height > _FEW else None,
                 alt="how many people work which week")  # fmt: skip


def _roster(at: Desk, case: Case, found: Shifted) -> None:
    """The roster, week by week, to be saved."""
    st.subheader("As a roster")
    left, right = st.columns(2)
    after = at.last + timedelta(days=8 - at.last.isoweekday())
    begin = left.date_input("From the week of", after, key="shifts-from", help="The Monday of that week.")
    number = right.number_input("Weeks", 1, MOST_WEEKS, 4, key="shifts-weeks")
    day = begin if isinstance(begin, date) else after
    monday = day - timedelta(days=day.isoweekday() - 1)
    lines = assign(found.plan, monday, int(number), case.queues)
    wide = [name for name in LINES if name in _SHOWN]
    blocks.table(
        lines.select(wide),
        "shift-roster",
        {name: LINES[name] for name in wide},
        height=_HEIGHT,
        alt="lines of the roster",
        whole=lines,
    )
    st.caption(
        "The downloads hold every column of a roster file, so that it can be given under Roster and handle time in the "
        "place of the present one."
    )


def _past(at: Desk, case: Case, found: Shifted, past: Draws | None) -> None:
    """What the shifts would have done to the period."""
    st.subheader("The past, worked by these shifts")
    if past is None:
        st.caption("What they would have changed is not known: there is no roster to set them against.")
        return
    now = staffing_remedies.now(at)
    hours = case.scheduled
    there = 0.0 if hours is None else float((hours * case.week.open).sum())
    staffing_what_if.outcome(at, case, now.draws, past, "shifts", hours=float(found.plan.hours.sum()) - there)
