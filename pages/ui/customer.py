"""One customer's SLA report: what was promised, what was kept on both clocks, and every breach."""

from datetime import date, timedelta
from typing import Any

import polars as pl
import streamlit as st

from analytics.conditions import BREACHED
from analytics.customers import owed
from analytics.measure import Hours, measure
from analytics.metrics import METRICS
from analytics.objectives import single
from analytics.schemas import KIND_LABELS, KINDS
from pages.ui import blocks, charts_segments, customers, load, ticket_rows, tickets, words
from pages.ui import format as fmt
from pages.ui.selection import Selection

EVERYONE = "Everyone together"
MONTHS = 13
"""Months drawn, up to the end of the period."""

_NARROWEST = 168
_HOURS: tuple[tuple[Hours, str], ...] = (("business", "Business hours"), ("calendar", "Calendar hours"))
_MEASURED = ("due", "met", "breaches", "attainment", "attainment_low", "attainment_high", "excess")
_MONTHLY = ("due_month", "decided", "breached", "objective", "as_of")
_OURS = pl.col("kind") == "ola"
"""Agreements between teams are no promise to a customer."""

_WHEN = ("day", "week", "month", "weekday", "hour", "start_weekday", "start_hour")


def top(selection: Selection, name: str) -> None:
    """The verdict and three numbers.

    Args:
        selection: of one customer, or of all of them where the source names none; its kind is the contract's.
        name: of the customer, as it is said.
    """
    clocks = load.clocks(selection, kind=selection.kind)
    every = load.clocks(customers.everyone(selection), kind=selection.kind)
    like = owed(clocks, every, by="kind").row(0, named=True)
    blocks.verdict(verdict(like, selection.kind, name))
    cards(selection, like)


def rest(selection: Selection, name: str, *, lists: bool) -> None:
    """Every kind of clock, the months, and the lists of what was broken and what is open.

    Args:
        selection, name: as `top` takes them.
        lists: whether to list clocks.
    """
    with st.container(border=True):
        st.markdown("**What was promised, and what was kept?**")
        scope = blocks.scope(selection, load.clocks(selection, kind=selection.kind))
        st.caption(blocks.text(f"Every kind of SLA clock promised to customers, judged on both clocks. {scope}"))
        blocks.table(in_both(selection), "customer-kinds", kind_columns(), alt=f"{name}: what was promised, and kept")
    _months(selection)
    if lists:
        _breaches(selection)
        _open(selection)


def verdict(like: dict[str, Any], kind: str, name: str) -> str:
    """What the customer got against what was promised, in one sentence.

    Args:
        like: a row of `analytics.customers.owed`.
        kind: of the clocks.
        name: of the customer.
    """
    all_promised = like["with_objective"] == like["due"]
    what = "promised" if all_promised else "usual for clocks like these"
    goal = f"{customers.goal(like['promised'])} {what}"
    sure = f"95 % interval {100 * like['attainment_low']:.1f}–{fmt.percent(like['attainment_high'])}"
    late = f"{fmt.number(like['breaches'])} of {fmt.number(like['due'])} late"
    whose = "their" if name in {EVERYONE, customers.NO_NAME} else "its"
    got = f"{name} got {fmt.percent(like['attainment'])} of {whose} {customers.plural_of(kind)} in time against {goal}"
    if like["due"] < words.FIRM:
        return f"{got}: {late}. That is not enough clocks to tell ({sure})."
    side = ", within noise"
    if like["attainment_high"] < like["promised"]:
        side = ", clearly fewer"
    elif like["attainment_low"] > like["promised"]:
        side = ", clearly more"
    return f"{got}{side}: {late} ({sure})."


def cards(selection: Selection, like: dict[str, Any]) -> None:
    """Late against expected, the overrun, and what is open and late now."""
    open_ = blocks.one(load.standing(selection).filter(~_OURS), ["open_breached", "oldest_open_breach"]) or {}
    over = blocks.one(load.clocks(selection, kind=selection.kind), ["median_overrun"]) or {}
    oldest = f"oldest {fmt.roughly(open_['oldest_open_breach'])}" if open_["open_breached"] else "nothing is overdue"
    expected = f"{fmt.number(round(like['expected'], 1))} expected"
    with st.grid(3, min_column_width=_NARROWEST):
        blocks.card(st, "Late", fmt.number(like["breaches"]), expected, METRICS["breaches"].definition)
        amount, time = _overrun(over["median_overrun"], selection.hours)
        blocks.card(st, "Median overrun", amount, time, METRICS["median_overrun"].definition)
        blocks.card(
            st, "Open breached", fmt.number(open_["open_breached"]), oldest, METRICS["open_breached"].definition
        )


def _overrun(seconds: float | None, hours: Hours) -> tuple[str, str]:
    """An overrun where there is little room, and what time it is; open time is not told in days."""
    if seconds is None:
        return fmt.NONE, "nothing was late"
    if hours == "calendar":
        return fmt.roughly(seconds), "of plain time"
    told = f"{seconds / 3_600:,.0f} h" if seconds >= 86_400 else fmt.roughly(seconds)
    return told, "of open time"


def in_both(selection: Selection) -> pl.DataFrame:
    """Every kind of clock with clocks due, judged in business and in calendar hours, beside its objective.

    Returns:
        `kind` and `hours` (labels), what is measured, `objective` (the mean of the clocks that have one; else null);
        in the order of the kinds.
    """
    found = []
    for hours, label in _HOURS:
        clocks = load.clocks(load.on(selection, hours)).filter(~_OURS)
        goals = clocks.lazy().filter("decided").group_by("kind").agg(objective=pl.col("objective").mean()).collect()
        rates = measure(clocks, _MEASURED, ["kind"]).filter(pl.col("due") > 0)
        found.append(rates.join(goals, on="kind", how="left").with_columns(hours=pl.lit(label)))
    both = pl.concat(found).with_columns(pl.col("kind").cast(pl.String))
    place = pl.col("kind").replace_strict({kind: number for number, kind in enumerate(KINDS)}, return_dtype=pl.Int8)
    ordered = both.sort(place, "hours")
    return ordered.select(pl.col("kind").replace(KIND_LABELS), "hours", "objective", *_MEASURED)


def kind_columns() -> dict[str, Any]:
    """How the table of kinds is headed."""
    return {
        "kind": st.column_config.TextColumn("SLA clock", pinned=True),
        "hours": "Judged in",
        **blocks.measured_columns(("due", "met", "attainment")),
        "objective": st.column_config.NumberColumn("Objective", format="percent", help="Share that must be met."),
        **blocks.measured_columns(("attainment_low", "attainment_high")),
        "excess": st.column_config.NumberColumn(
            METRICS["excess"].label, format="%.1f", help=METRICS["excess"].definition
        ),
    }


def by_month(clocks: pl.DataFrame, end: date | None) -> pl.DataFrame:
    """The last months with clocks due, up to an end, each with its interval and whether it is whole.

    Returns:
        `month`, `due`, `breaches`, `attainment` and its interval, `firm` (finished, with 30 clocks or more), `note`.
    """
    as_of = clocks["as_of"].max()
    found = measure(clocks, ["due", "breaches", "attainment", "attainment_low", "attainment_high"], ["month"])
    found = found.filter((pl.col("due") > 0) & (pl.col("month") <= end if end else pl.lit(value=True))).tail(MONTHS)
    next_month = (pl.col("month") + timedelta(days=32)).dt.truncate("1mo")
    whole = next_month <= as_of.date() if as_of else pl.lit(value=True)  # type: ignore[union-attr]
    enough = pl.col("due") >= words.FIRM
    note = pl.when(~whole).then(pl.lit("unfinished")).when(~enough).then(pl.lit("of few clocks"))
    return found.with_columns(firm=whole & enough, note=note.otherwise(pl.lit("whole")))


def _months(selection: Selection) -> None:
    """Attainment by month, also before the period, so that a report shows where things come from."""
    clocks = load.every(selection.without(*_WHEN), kind=selection.kind, columns=_MONTHLY)
    found, goal = by_month(clocks, selection.period.last), single(clocks)
    if found.height < 2:
        return
    with st.container(border=True):
        dashed = f" Dashed: objective {fmt.goal(goal)}." if goal is not None else ""
        firm = found.filter("firm") if found["firm"].any() else found
        last, low = found.row(-1, named=True), firm.sort("attainment", "month").row(0, named=True)
        blocks.chart(
            f"How was it month by month? ({KIND_LABELS[selection.kind]})",
            f"{fmt.percent(last['attainment'])} of {fmt.number(last['due'])} in {last['month']:%B %Y}; lowest "
            f"{low['month']:%B %Y} with {fmt.percent(low['attainment'])} of {fmt.number(low['due'])}. By month due, "
            "also before the period; lines: 95 % Wilson interval. Hollow: unfinished, or fewer than "
            f"{words.FIRM} clocks.{dashed} n = {fmt.number(found['due'].sum())}.",
            charts_segments.months(found, goal, dark=blocks.dark()),
            key="customer-months",
            alt="; ".join(
                f"{row['month']:%B %Y} {fmt.percent(row['attainment'])} of {row['due']}"
                for row in found.iter_rows(named=True)
            ),
            data=found.drop("firm"),
        )


def _breaches(selection: Selection) -> None:
    """Every breach due in the period, of every kind of clock, the worst overrun first."""
    late = load.clocks(selection).filter(BREACHED & ~_OURS)
    with st.container(border=True):
        st.markdown("**Which promises were broken?**")
        if late.is_empty():
            st.caption("None that fell due in this period.")
            return
        count = fmt.plural(late.height, "breach", "breaches")
        st.caption(blocks.text(f"{count} of every kind of SLA clock, the worst overrun first."))
        _listed(selection, late, "customer-breaches", f"Broken promises: {count}, the worst overrun first")


def _open(selection: Selection) -> None:
    """What still runs, late or not, the most overdue first."""
    standing = load.standing(selection).filter((pl.col("state") != "cancelled") & ~_OURS)
    with st.container(border=True):
        st.markdown("**What is open now?**")
        if standing.is_empty():
            st.caption("Nothing.")
            return
        late = standing.filter(BREACHED).height
        count = fmt.plural(standing.height, "clock still runs", "clocks still run")
        st.caption(blocks.text(f"{count}, {fmt.number(late)} of them late already, whenever they fall due."))
        _listed(selection, standing, "customer-open", f"Open now: {count}")


_LISTED = ("clock", "priority", "due", "overrun_hours", "target_hours", "team", "state", "open")
"""Columns of a customer's lists of clocks."""


def _listed(selection: Selection, clocks: pl.DataFrame, name: str, alt: str) -> None:
    rows = tickets.rows(clocks)
    left_out = "open" if rows["open"].all() else "state"
    columns = {each: tickets.COLUMNS[each] for each in _LISTED if each != left_out}
    ticket_rows.listing(selection, rows, name, columns, alt=alt)


def unnamed() -> list[str]:
    """What to do where the source names no customers."""
    return [
        "This export names no customers, so they cannot be told apart: this is the report of everyone together.",
        "Export the column that names the customer or the company, map it as 'customer', and import again.",
    ]
