"""Beside the plan: what each class keeps in simulation, what no staffing keeps, flat staffing, and the method."""

from typing import Any

import polars as pl
import streamlit as st

from analytics.dimensions import WEEKDAYS
from analytics.staffing import planned_frames as frames
from analytics.staffing.assumptions import Order
from analytics.staffing.calibrate import Flat, Plan
from analytics.staffing.case import FEW, FEWEST_PROMISES, Case
from analytics.staffing.planned import Opened, Planned, best_window, flat, unkeepable
from pages.ui import blocks, staffing, staffing_plan_method, working
from pages.ui import format as fmt
from pages.ui import staffing_plan_words as told
from pages.ui.staffing import Desk
from pages.ui.staffing_plan_closed import LEAST_SHARE, beyond
from pages.ui.working import Progress

_N = st.column_config.NumberColumn
_SATURDAY = Opened(6, 10, 14)
_FEW = f"Classes of fewer than {FEWEST_PROMISES} promises are judged together, as '{FEW}'."


def panel(at: Desk, case: Case, plan: Planned, order: Order, seconds: float | None, *, hold: bool) -> None:
    """What is said beside the plan itself; `seconds` is how long plans were tried."""
    tried = plan.tried(hold=hold)
    if tried is not None:
        _classes(case, tried)
        if not case.relative:
            _flat(at, case, tried, order, hold=hold)
    _beyond(at, case)
    with blocks.method():
        st.markdown(staffing_plan_method.METHOD)
        blocks.lines(staffing_plan_method.found(case, plan, order, seconds, hold=hold))
        _windows(case, plan, hold=hold)


def _classes(case: Case, tried: Plan) -> None:
    classes = frames.by_class(tried, case.demand.klasses, case.demand.objective)
    st.markdown("**Is every promise kept?**")
    st.caption(blocks.text(told.failing(classes)))
    columns: dict[str, Any] = {
        "klass": st.column_config.TextColumn("Class", width="medium", help=_FEW),
        "verdict": st.column_config.TextColumn("In simulation"),
        "objective": _N("Objective", format="percent", help="Share to be kept. Blank: there is none."),
        "kept": _N("Kept", format="percent", help="Share of touches done in time in the made-up weeks."),
        "sure": _N("At least", format="percent", help="The share is not below this, nineteen times of twenty."),
        "most": _N(
            "Twice the people",
            format="percent",
            help="What about twice as many would keep: hardly any staffing does better.",
        ),
        "touches": _N("Touches simulated", format="localized", help="Fewer where a plan failed early."),
    }
    blocks.table(classes, "plan-classes", columns, alt="What each class of promises keeps in simulation")


def _flat(at: Desk, case: Case, tried: Plan, order: Order, *, hold: bool) -> None:
    """Whether flat staffing does as well."""
    st.markdown("**Would the same number of people all week do?**")

    def work(progress: Progress) -> Flat:
        return flat(case, tried, order, progress)

    found = working.of(flat_key(at, order, hold=hold), work, begin="Try flat staffing", name="plan-flat", auto=True)
    if found is not None:
        blocks.lines([told.flat(found, tried)])


def flat_key(at: Desk, order: Order, *, hold: bool) -> tuple[Any, ...]:
    """What the trial of flat staffing is kept by."""
    return ("plan-flat", at, order, hold)


def _beyond(at: Desk, case: Case) -> None:
    """What falls due while nobody is in, and what other opening hours would bring."""
    before = _unkeepable(at, None)
    st.markdown("**Which promises can no staffing keep?**")
    if not (before["closed"] / before["promises"] >= LEAST_SHARE).any():
        blocks.lines(beyond(before, None, None))
        return
    best = _best(at) or _SATURDAY
    row = st.container(horizontal=True, vertical_alignment="bottom")
    day = row.selectbox(
        "Open also on",
        list(WEEKDAYS),
        index=best.weekday - 1,
        key="plan-day",
        bind="query-params",
        width=140,
        help="First shown is the window by day that keeps most of them.",
    )
    first = row.number_input("from", 0, 23, best.first, key="plan-from", bind="query-params", width=120)
    last = row.number_input("to", 1, 24, best.last, key="plan-to", bind="query-params", width=120)
    if int(first) >= int(last):
        blocks.lines(beyond(before, None, None))
        st.caption(f"From {first} to {last} is no window: choose an end after its start.")
        return
    opened = Opened(list(WEEKDAYS).index(str(day)) + 1, int(first), int(last))
    after = _unkeepable(at, opened)
    blocks.lines(beyond(before, after, opened))
    named = pl.col("closed").alias("closed now")
    both = before.select("klass", "promises", "overdue", named).join(
        after.select("klass", with_window=pl.col("closed")), on="klass"
    )
    columns: dict[str, Any] = {
        "klass": st.column_config.TextColumn("Class", width="medium"),
        "promises": _N("Promises", format="localized"),
        "closed now": _N("Due while nobody is in", format="localized"),
        "with_window": _N(f"With {opened} open", format="localized"),
        "overdue": _N("Overdue on coming here", format="localized"),
    }
    lost = both.filter((pl.col("closed now") > 0) | (pl.col("overdue") > 0))
    blocks.table(lost, "plan-opening", columns, alt="Promises that no staffing keeps, with and without more hours")
    st.caption(
        blocks.text(
            f"Of promises on work that came in open time, {at.period}, {fmt.plural(case.demand.weeks, 'whole week')}, "
            f"{case.week.zone}. Somebody must be there in the window: {opened.last - opened.first} h a week each."
        )
    )


@st.cache_resource(max_entries=32, show_spinner=False)
def _unkeepable(at: Desk, opened: Opened | None) -> pl.DataFrame:
    return unkeepable(staffing.case(at), opened)


@st.cache_resource(max_entries=8, show_spinner=False)
def _best(at: Desk) -> Opened | None:
    return best_window(staffing.case(at))


def _windows(case: Case, plan: Planned, *, hold: bool) -> None:
    """The windows that ask for the hours of the week, each once."""
    places = frames.by_place(case, plan, hold=hold)
    unit = "touches" if case.relative else "h"
    rows = (
        places.filter(pl.col("window") != "")
        .group_by("window", maintain_order=True)
        .agg(pl.len().alias("hours"), *(pl.col(name).first() for name in ("work", "margin", "window_open")))
        .sort("hours", "window", descending=[True, False])
    )
    columns: dict[str, Any] = {
        "window": st.column_config.TextColumn("Tightest window", width="medium"),
        "hours": _N("Hours it decides", format="localized"),
        "work": _N(f"Work due in it ({unit})", format="%.1f"),
        "margin": _N(f"Room for busy weeks ({unit})", format="%.1f"),
        "window_open": _N("Open hours", format="%.1f"),
    }
    blocks.table(rows, "plan-windows", columns, alt="The windows that decide the plan")
