"""How many breaches does a month allow, how many are used, and when are they gone?"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

COLUMNS = ("due_date", "decided", "breached", "objective", "state", "exclusion")
"""What is read of clocks."""
WEEKS_BACK = 8
"""Weeks before today whose weekdays say what else will fall due."""
FEWEST_CLOCKS = 30
"""Clocks due so far below which no pace is told."""
_SLACK = 1e-9

DAYS: pl.Schema = pl.Schema(
    {
        "date": pl.Date(),
        "due": pl.Float64(),
        "used": pl.Float64(),
        "even": pl.Float64(),
        "projected": pl.Float64(),
    }
)
"""One row a date of the month, sorted. `due` clocks: those due so far and those that will. Running totals to the end
of the date: `used` breaches (null after today), `even` what each clock due by then allows, `projected` what is used
at the pace so far (null before today, and where no pace can be told)."""


@dataclass(frozen=True)
class Allowance:
    """The breaches a month allows one kind of clock, and those used.

    Attributes:
        month: its first date.
        last: the last date of it anything is known of; the month's own last date when it is over.
        over: whether the whole month is known.
        due: clocks with an objective due so far.
        known: clocks that run, or are stopped already, and fall due later in the month.
        expected: clocks that will fall due beside them, as the same weekdays had it lately; 0 when it is over.
        allowed: breaches the objectives allow over all of these.
        used: breaches so far.
        used_up: the date on which none was left; None where some are, or where nothing was allowed and none broken.
        gone: the later date on which none will be left at the pace so far; None where they last, or it cannot be told.
        told: whether the pace can be told: enough clocks fell due.
        days: in the schema DAYS.
    """

    month: date
    last: date
    over: bool
    due: int
    known: int
    expected: float
    allowed: float
    used: int
    used_up: date | None
    gone: date | None
    told: bool
    days: pl.DataFrame


def allowance(clocks: pl.DataFrame, month: date, as_of: date) -> Allowance | None:
    """The breach allowance of a month: the sum of 1 - objective over the clocks due in it.

    Of a month that still runs the clocks to come are not all known. They are taken to be those known to fall due in
    it and, on each date left, as many more as make up what fell due on that weekday on average in the last
    `WEEKS_BACK` weeks. The pace is the breach rate so far: breaches come as clocks fall due. Objectives may differ;
    each clock brings its own. Clocks without an objective, cancelled ones and those still to come that an exclusion
    holds for do not count.

    Args:
        clocks: one kind, with the columns COLUMNS, whenever due; `decided` without the clocks left out.
        month: any date of it.
        as_of: the date of the as-of instant.

    Returns:
        None where no clock due in the month, or due lately, has an objective, or the month has not begun by `as_of`.

    Example:
        >>> clock = {"decided": True, "objective": 0.9, "state": "met", "exclusion": None}
        >>> june = [{**clock, "due_date": date(2026, 6, 1 + day % 30), "breached": day % 20 == 0} for day in range(300)]
        >>> told = allowance(pl.DataFrame(june), date(2026, 6, 1), date(2026, 7, 9))
        >>> told.used, round(told.allowed, 6), told.over, told.used_up
        (15, 30.0, True, None)

    Source: the error budget of site reliability engineering (Beyer et al. 2016), counted in clocks.
    """
    first = month.replace(day=1)
    end = first.replace(day=monthrange(first.year, first.month)[1])
    if as_of < first:
        return None
    over, last = end < as_of, min(end, as_of)
    back = first if over else min(first, last - timedelta(weeks=WEEKS_BACK))
    near = clocks.filter(pl.col("due_date").is_between(back, end) & pl.col("objective").is_not_null())
    decided = pl.col("decided").fill_null(value=False)
    coming = ~decided & (pl.col("due_date") >= last) & (pl.col("state") != "cancelled") & pl.col("exclusion").is_null()
    by_day = near.group_by(date="due_date").agg(
        due=decided.sum().cast(pl.Float64),
        breaches=(decided & pl.col("breached").fill_null(value=False)).sum().cast(pl.Float64),
        share=(1 - pl.col("objective")).filter(decided).sum(),
        known=coming.sum().cast(pl.Float64),
        share_known=(1 - pl.col("objective")).filter(coming).sum(),
    )
    days = _month(first, end).join(by_day, on="date", how="left").sort("date").fill_null(0.0)
    if not over:
        days = _with_expected(days, _usual(by_day, last), last)
    if not days.select(pl.sum_horizontal(pl.col("due", "known", "expected").sum())).item():
        return None
    return _told(days, first, last, over=over)


def _month(first: date, end: date) -> pl.DataFrame:
    dates = pl.date_range(first, end, "1d", eager=True).alias("date")
    return pl.DataFrame([dates]).with_columns(expected=pl.lit(0.0), share_expected=pl.lit(0.0))


def _usual(by_day: pl.DataFrame, last: date) -> pl.DataFrame:
    """What fell due on each weekday on average before today: `weekday`, `usual`, `share_usual`."""
    begin = last - timedelta(weeks=WEEKS_BACK)
    before = by_day.filter(pl.col("date").is_between(begin, last - timedelta(days=1)) & (pl.col("due") > 0))
    earliest: date | None = before["date"].min()  # type: ignore[assignment]
    if earliest is None:
        return pl.DataFrame(schema={"weekday": pl.Int8, "usual": pl.Float64, "share_usual": pl.Float64})
    dates = pl.DataFrame([pl.date_range(earliest, last - timedelta(days=1), "1d", eager=True).alias("date")])
    told = dates.join(before, on="date", how="left").fill_null(0.0)
    weekdays = told.group_by(weekday=pl.col("date").dt.weekday())
    return weekdays.agg(usual=pl.col("due").mean(), share_usual=pl.col("share").mean())


def _with_expected(days: pl.DataFrame, usual: pl.DataFrame, last: date) -> pl.DataFrame:
    """The clocks to come on each date left that nothing is known of yet, and what they allow."""
    missing = (pl.col("usual").fill_null(0.0) - pl.col("due") - pl.col("known")).clip(lower_bound=0.0)
    each = pl.when(pl.col("usual") > 0).then(pl.col("share_usual") / pl.col("usual")).otherwise(0.0)
    told = days.with_columns(weekday=pl.col("date").dt.weekday()).join(
        usual, on="weekday", how="left", maintain_order="left"
    )
    later = pl.col("date") >= last
    return told.with_columns(
        expected=pl.when(later).then(missing).otherwise(0.0),
        share_expected=pl.when(later).then(missing * each).otherwise(0.0),
    )


def _told(days: pl.DataFrame, first: date, last: date, *, over: bool) -> Allowance:
    due, used = int(days["due"].sum()), int(days["breaches"].sum())
    all_due = pl.col("due") + pl.col("known") + pl.col("expected")
    pace = used / due if due >= FEWEST_CLOCKS and not over else None
    to_come = (pl.col("known") + pl.col("expected")).cum_sum()
    drawn = days.select(
        "date",
        due=all_due,
        used=pl.when(pl.col("date") <= last).then(pl.col("breaches").cum_sum()),
        even=(pl.col("share") + pl.col("share_known") + pl.col("share_expected")).cum_sum(),
        projected=pl.when(pl.col("date") >= last).then(used + pl.lit(pace, dtype=pl.Float64) * to_come),
    )
    allowed = float(drawn["even"][-1])
    return Allowance(
        month=first,
        last=last,
        over=over,
        due=due,
        known=int(days["known"].sum()),
        expected=float(days["expected"].sum()),
        allowed=allowed,
        used=used,
        used_up=_reached(drawn, "used", allowed) if used else None,
        gone=_reached(drawn, "projected", allowed) if used and used < allowed - _SLACK else None,
        told=pace is not None,
        days=drawn.match_to_schema(DAYS),
    )


def _reached(days: pl.DataFrame, column: str, allowed: float) -> date | None:
    """The first date by whose end a running total has reached what is allowed."""
    found: date | None = days.filter(pl.col(column) >= allowed - _SLACK)["date"].min()  # type: ignore[assignment]
    return found
