"""The plan where nothing tells how long work takes: in multiples of what is done now, never in people or hours."""

import polars as pl

from analytics.staffing import planned_frames as frames
from analytics.staffing.assumptions import Order
from analytics.staffing.case import Case
from analytics.staffing.planned import Planned
from pages.ui import blocks, charts_staffing_plan
from pages.ui import format as fmt
from pages.ui import staffing_plan_words as told
from pages.ui.staffing import Desk
from pages.ui.staffing_inputs_words import ORDERS

_WHY = (
    "No people and no hours are told, as nothing tells how long a touch takes: only how much more must be done in an "
    "hour than is done now. Give a handle time under 'Roster and handle time' to see people."
)


def panel(at: Desk, case: Case, plan: Planned, order: Order, *, hold: bool) -> None:
    """The plan in multiples of today's throughput."""
    pieces = frames.multiples(case, plan, hold=hold)
    tried = plan.tried(hold=hold)
    failed = tried is not None and not tried.accepted
    blocks.verdict(verdict(at.name, pieces, week_of(case, plan), hold=hold, failed=failed))
    blocks.lines([*told.standing(case, plan, order, hold=hold), _WHY])
    drawn = _hours(case, pieces)
    unknown = pieces["multiple"].null_count()
    grey = f" Grey: nothing was done there while work waited, in {fmt.plural(unknown, 'block')}." if unknown else ""
    blocks.chart(
        "Which hours must get more done than they do now?",
        f"Blocks of at most {frames.PIECE} hours, in multiples of the touches done in them now while work is waiting; "
        f"what is done now stays. {ORDERS[order]}.{grey} {told.basis(plan, hold=hold)}. {at.period}, "
        f"{fmt.plural(case.demand.weeks, 'whole week')}, {case.week.zone}.",
        charts_staffing_plan.multiples(drawn, dark=blocks.dark()),
        key="plan-multiples",
        alt=spoken(pieces),
        data=pieces.drop("weekday", "first", "last"),
    )


def week_of(case: Case, plan: Planned) -> tuple[float, float, float] | None:
    """What the week as a whole needs, in multiples of what is done now: for 10 % less work, as expected, 10 % more."""
    now = 0.0 if case.capacity is None else float(case.capacity.sum())
    if not now:
        return None
    less, exact, more = (each.hours / now for each in (plan.less, plan.exact, plan.more))
    return less, exact, more


def verdict(
    name: str, pieces: pl.DataFrame, week: tuple[float, float, float] | None, *, hold: bool, failed: bool
) -> str:
    """What the week as a whole needs, and the block that most is added to.

    Args:
        name: of the queues.
        pieces: as `planned_frames.multiples` gives them.
        week: as `week_of` gives it.
        hold: whether the plan is to hold with 10 % more work.
        failed: whether no plan that was tried kept every objective.
    """
    held = " to hold with 10 % more work" if hold else ""
    if failed:
        held = told.more(hold=hold)
        return f"{name}: no addition to what is done now keeps every objective{held} in this order of work."
    known = pieces.drop_nulls("multiple").filter(pl.col("multiple") >= told.MUCH)
    if known.is_empty() or week is None:
        too = ", with 10 % more work, too" if hold else ""
        return f"{name}: as much as is done now while work is waiting is enough in every hour{too}."
    order = (pl.col("required") - pl.col("now")).alias("more")
    top = known.with_columns(order).sort("more", "first", descending=[True, False]).row(0, named=True)
    less, exact, more = (f"{each:.2f}" for each in week)
    spread = f"{exact} if work is as expected, {less} with 10 % less" if hold else f"{less} to {more} at ±10 % work"
    return (
        f"{name}: the week needs {more if hold else exact} times today's throughput{held} ({spread}). Most is added "
        f"{top['when']}: {top['multiple']:.1f} times what is done there now ({told.tenths(top['low'], top['high'])})."
    )


def spoken(pieces: pl.DataFrame) -> str:
    """The map for the ear."""
    rows = pieces.drop_nulls("multiple").sort("multiple", "first", descending=[True, False]).head(5)
    named = [f"{row['when']} {row['multiple']:.1f} times" for row in rows.iter_rows(named=True)]
    return f"Needed touches over those done now, by block of the week. Most: {', '.join(named) or 'none known'}."


def _hours(case: Case, pieces: pl.DataFrame) -> pl.DataFrame:
    """One row an open hour, each with what is told of its block; the number stands in the first of its hours."""
    places = pl.DataFrame({"weekday": case.week.weekday, "hour": case.week.hour}).with_row_index("first")
    places = places.with_columns(pl.col("first").cast(pl.Int64))
    number = pl.when((pl.col("first") == pl.col("start")) & (pl.col("multiple") >= told.MUCH)).then(
        pl.col("multiple").round(1).cast(pl.String) + "×"
    )
    blocks_ = pieces.with_columns(start=pl.col("first")).drop("weekday", "last", "open")
    return places.join_asof(blocks_, on="first").with_columns(text=number.fill_null("")).sort("first")
