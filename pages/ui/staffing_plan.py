"""The staffing page's plan: the least people with which every objective is kept, when, and against the roster."""

from time import perf_counter
from typing import Any

import polars as pl
import streamlit as st

from analytics.staffing import planned_frames as frames
from analytics.staffing.assumptions import BEST, ORDERS, Order
from analytics.staffing.calibrate import STRESS, Flat, Plan
from analytics.staffing.case import Case
from analytics.staffing.planned import Planned, added, planned, present, untried
from pages.ui import blocks, charts_staffing_plan, staffing, staffing_plan_checks, staffing_plan_relative, working
from pages.ui import staffing_plan_words as told
from pages.ui.staffing import Desk
from pages.ui.staffing_inputs_words import ORDERS as ORDER_NAMES
from pages.ui.staffing_words import scarce
from pages.ui.working import Progress

_N = st.column_config.NumberColumn
_NARROWEST = 200
USUAL_CONTRACT = 40.0
_APART = 0.7
"""Hours of space between the days of the chart."""


def panel(at: Desk, case: Case) -> None:
    """The plan, first with the usual margin and then as it was tried."""
    first = _untried(at)
    if not case.demand.total:
        st.info(blocks.text(first.why), icon=":material/event_busy:")
        return
    if scarce(case):
        st.info("There is too little work here to try a plan on.", icon=":material/event_busy:")
        return
    order, hold = _choices()
    plan, seconds = (None if first.why else tried(at, case, order)) or (first, None)
    if case.relative:
        staffing_plan_relative.panel(at, case, plan, order, hold=hold)
    else:
        _people(at, case, plan, order, hold=hold)
    staffing_plan_checks.panel(at, case, plan, order, seconds, hold=hold)


def tried(at: Desk, case: Case, order: Order) -> tuple[Planned, float] | None:
    """The plan as it was tried under an order of work, and the seconds that took; None while it is being tried."""

    def work(progress: Progress) -> tuple[Planned, float]:
        begun = perf_counter()
        return planned(case, order, progress), perf_counter() - begun

    found: tuple[Planned, float] | None = working.of(
        _key(at, order), work, begin="Try plans by simulation", name="plan", auto=True
    )
    return found


@st.cache_resource(max_entries=8, show_spinner=False)
def _untried(at: Desk) -> Planned:
    return untried(staffing.case(at))


def _key(at: Desk, order: Order) -> tuple[Any, ...]:
    return ("plan", at, order)


def _choices() -> tuple[Order, bool]:
    """The order of work, and whether the plan is to hold with 10 % more work."""
    row = st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute")
    order = row.selectbox(
        "Order of work",
        ORDERS,
        index=ORDERS.index(BEST),
        format_func=ORDER_NAMES.__getitem__,
        key="plan-order",
        bind="query-params",
        width=300,
        help="In which order waiting work is taken when the plan is tried.",
    )
    names = {"hold": told.FOR[True], "exact": told.FOR[False]}
    picked = row.segmented_control(
        "The plan",
        list(names),
        format_func=names.__getitem__,
        default="hold",
        required=True,
        key="plan-for",
        bind="query-params",
        wrap=True,
        help="Volume and handle time are never known to the tenth. The exact minimum breaks where they are exceeded.",
    )
    return order, picked == "hold"


def _people(at: Desk, case: Case, plan: Planned, order: Order, *, hold: bool) -> None:
    """The plan in people."""
    places = frames.by_place(case, plan, hold=hold)
    moves = frames.moves(case, places)
    even: Flat | None = working.known(staffing_plan_checks.flat_key(at, order, hold=hold))
    blocks.verdict(told.verdict(at.name, case, plan, moves, even, hold=hold))
    blocks.lines([*told.standing(case, plan, order, hold=hold), *_other_orders(at, case, order, hold=hold)])
    contract = _contract(case)
    with st.grid(3, min_column_width=_NARROWEST):
        for card in told.cards(case, plan, contract, hold=hold):
            blocks.card(st, *card)
    blocks.lines(told.small(case, plan, hold=hold))
    _week(at, case, plan, places, hold=hold)
    _grid(places)
    if case.scheduled is not None:
        _moves(at, case, plan, moves, order, hold=hold)


def _contract(case: Case) -> float:
    """Contract hours a week of one person: the roster's, else asked for."""
    if case.contract:
        return case.contract
    asked = st.number_input(
        "Contract hours a week of one person",
        min_value=1.0,
        max_value=80.0,
        value=USUAL_CONTRACT,
        key="plan-contract",
        bind="query-params",
        width=300,
        help="There is no roster to tell: full-time equivalents are counted in weeks of so many hours.",
    )
    return float(asked or USUAL_CONTRACT)


def _other_orders(at: Desk, case: Case, order: Order, *, hold: bool) -> list[str]:
    """What the orders of work that were tried before would take."""
    if case.relative:
        return []
    known = {other: working.known(_key(at, other)) for other in ORDERS if other != order}
    held = {other: found[0] for other, found in known.items() if found is not None and found[0].kept(hold=hold)}
    now = case.said.order
    if order != now and now not in held:
        asked = f"Work is taken {ORDER_NAMES[now].lower()} now: choose that order to see what it would take."
        return [asked, *_held(held, hold=hold)]
    return _held(held, hold=hold)


def _held(held: dict[Order, Planned], *, hold: bool) -> list[str]:
    return [
        f"{ORDER_NAMES[other]} would take {told.hours(plan.sized(hold=hold).hours)} h ({told.band(plan, hold=hold)})."
        for other, plan in held.items()
    ]


def _week(at: Desk, case: Case, plan: Planned, places: pl.DataFrame, *, hold: bool) -> None:
    """The plan by hour of the week, with the roster and the band."""
    drawn = laid_out(places)
    most = places.sort("required", "weekday", "hour", descending=[True, False, False]).row(0, named=True)
    lines = "Bars are what is required" + (", lines across what is scheduled now" if case.scheduled is not None else "")
    blocks.chart(
        "How many people, and when?",
        f"{lines}; upright lines what 10 % less and 10 % more work make of it. Most: {most['day']} "
        f"{most['hour']:02}–{most['hour'] + 1:02}, {told.people(round(most['required']))} "
        f"({told.spread(most['low'], most['high'])}). {told.basis(plan, hold=hold)}. {at.period}, {case.week.zone}.",
        charts_staffing_plan.week(drawn, dark=blocks.dark()),
        key="plan-week",
        alt=_spoken(places),
        data=places.drop("weekday"),
    )


def laid_out(places: pl.DataFrame) -> pl.DataFrame:
    """Hours of the week side by side, days apart; each day is named in its first row."""
    day = pl.col("weekday").rle_id()
    number = pl.int_range(pl.len(), dtype=pl.Int64)
    hour = pl.col("hour").cast(pl.String).str.zfill(2)
    until = (pl.col("hour") + 1).cast(pl.String).str.zfill(2)
    placed = places.with_columns(at=number + _APART * day).with_columns(until=pl.col("at") + 0.92)
    span = pl.concat_str(pl.col("day").first(), pl.lit("|"), hour.first(), pl.lit("–"), until.last()).over("weekday")
    first = pl.col("at") == pl.col("at").min().over("weekday")
    return placed.with_columns(
        middle=(pl.col("at") + pl.col("until")) / 2,
        noon=(pl.col("at").min() + pl.col("until").max()).over("weekday") / 2,
        label=pl.concat_str("day", pl.lit(" "), hour, pl.lit("–"), until),
        bars=pl.lit(charts_staffing_plan.REQUIRED),
        band=pl.lit(charts_staffing_plan.BAND),
        lines=pl.lit(charts_staffing_plan.SCHEDULED),
        days=pl.when(first).then(span).otherwise(pl.lit("")),
    )


def _spoken(places: pl.DataFrame) -> str:
    days = places.group_by("weekday", "day", maintain_order=True).agg(
        pl.col("required").min().alias("least"), pl.col("required").max().alias("most")
    )
    told_ = [f"{day} {least:.0f} to {most:.0f}" for _, day, least, most in days.iter_rows()]
    return f"Agents required by hour of the week, least and most of each day: {', '.join(told_)}."


def _grid(places: pl.DataFrame) -> None:
    """The plan as weekdays by hours."""
    wide = frames.grid(places)
    columns: dict[str, Any] = {"day": st.column_config.TextColumn("Day", pinned=True)}
    columns |= {hour: _N(f"{hour}", format="localized", width=48) for hour in wide.columns[1:]}
    with st.expander("As a table: agents by weekday and hour"):
        blocks.table(wide, "plan", columns, alt="Agents required by weekday and hour")


def _moves(at: Desk, case: Case, plan: Planned, moves: pl.DataFrame, order: Order, *, hold: bool) -> None:
    """Where the roster must grow, and where it could shrink; and the plan on top of the roster."""
    st.markdown("**What to change in the roster?**")
    st.caption(blocks.text(f"{told.changes(moves)} {told.basis(plan, hold=hold)}. {told.UNLIKE_GAPS}"))
    columns = {
        "when": st.column_config.TextColumn("When"),
        "required": _N("Required", format="%.1f", help="Agents, on average over these hours."),
        "scheduled": _N("Scheduled", format="%.1f", help="Agents, on average over the weeks looked at."),
        "agents": _N("Agents to add", format="%+d", help="Below 0: so many could be spared."),
        "hours": _N("Hours a week", format="%+.1f"),
    }
    blocks.table(moves, "plan-changes", columns, alt="Hours to add to the roster and to take from it")
    if plan.tried(hold=hold) is None:
        return
    stress = STRESS if hold else 1.0

    def work(progress: Progress) -> Plan:
        return added(case, order, stress, progress)

    key = ("plan-added", at, order, hold)
    found = working.of(key, work, begin="What if nobody's hours are moved, only added?", name="plan-added")
    if found is not None:
        blocks.lines([_added(case, found)])


def _added(case: Case, found: Plan) -> str:
    """What must be added to a roster that stays as it is."""
    extra = found.level - present(case)
    if not found.accepted:
        return "Keeping everybody where they are, no addition that was tried keeps every objective."
    if not extra.any():
        return "Keeping everybody where they are, nothing must be added: the present roster keeps every objective."
    places = pl.DataFrame(
        {
            "weekday": case.week.weekday,
            "hour": case.week.hour,
            "open": case.week.open,
            "required": found.level.astype(float),
            "difference": extra.astype(float),
        }
    )
    moves = frames.moves(case, places)
    total = float((extra * case.week.open).sum())
    first = moves.row(0, named=True)
    rest = f" Most {first['when']}: {told.people(first['agents'])}." if moves.height else ""
    return f"Keeping everybody where they are, {told.hours(total)} h a week must be added.{rest}"
