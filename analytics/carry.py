"""What breaks in some hours of the week: had it arrived while the desk was open, or over the night and the weekend?"""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from analytics.conditions import BREACHED
from analytics.dimensions import WEEKDAYS
from analytics.free_days import DESK
from analytics.hours import Block, in_block
from analytics.schedule import Schedule

BIN = 4
"""Hours of the day that one bar of the arrivals stands for."""

_DAYS, _BINS = 7, 24 // BIN
_CLOSED = ~pl.col("started_open")
_BACK = (pl.col("due_date") - pl.col("started_date")).dt.total_days()
_FULL = ((0, 86_400),)


@dataclass(frozen=True)
class Carried:
    """When the breaches of a block had arrived.

    Attributes:
        breaches: all of them; `closed` and the rest make them up.
        closed: arrived while the desk was closed.
        free_days: of these, on a date on which the desk did not work at all: a weekend or a holiday.
        same_day: of those that arrived while it was open, on the date they fell due.
        earlier: of all, seven days or more before that date.
    """

    breaches: int
    closed: int
    free_days: int
    same_day: int
    earlier: int

    @property
    def open(self) -> int:
        """Arrived while the desk was open."""
        return self.breaches - self.closed

    @property
    def nights(self) -> int:
        """Arrived while the desk was closed, on a date on which it worked: before, after or between its hours."""
        return self.closed - self.free_days


def broken_in(clocks: pl.DataFrame, block: Block) -> pl.DataFrame:
    """The breaches due in a block."""
    return clocks.filter(BREACHED & in_block(block))


def carried(breaches: pl.DataFrame, days: pl.DataFrame) -> Carried:
    """How many of the breaches had arrived while the desk was closed, and when.

    Args:
        breaches: clocks, as `broken_in` gives them.
        days: the kinds of the dates on which they started, as `free_days.day_kinds` has them.
    """
    desk = {name: pl.col(name).cast(pl.String) for name in DESK}
    free = days.filter(pl.col("day").is_in(["holiday", "closed"])).select(*DESK, started_date="date")
    shut = breaches.filter(_CLOSED).select("started_date", **desk)
    same = breaches.filter(pl.col("started_open") & (pl.col("started_date") == pl.col("due_date")))
    on_free = shut.join(free, on=[*DESK, "started_date"], how="semi")
    earlier = breaches.filter(_BACK >= _DAYS)
    return Carried(breaches.height, shut.height, on_free.height, same.height, earlier.height)


def arrived(breaches: pl.DataFrame, weekday: int) -> pl.DataFrame:
    """When the breaches due on a weekday had arrived: the seven days up to and with it, four hours at a time.

    Args:
        breaches: clocks due on that weekday.
        weekday: 1 is Monday.

    Returns:
        `place` (0 to 41 in the order of time; -1: earlier than these seven days), `day` (label; "earlier"), `hour`
        (the first of the four; null for earlier), `closed` and `open` (breaches that arrived while the desk was so);
        43 rows, sorted by place.
    """
    place = (_DAYS - 1 - _BACK) * _BINS + pl.col("started_hour") // BIN
    counts = breaches.group_by(place=pl.when(_BACK < _DAYS).then(place).otherwise(-1).cast(pl.Int64)).agg(
        closed=_CLOSED.sum().cast(pl.Int64), open=pl.col("started_open").sum().cast(pl.Int64)
    )
    names = [WEEKDAYS[(weekday + number) % 7] for number in range(_DAYS)]
    rows = [(-1, "earlier", None), *((n, names[n // _BINS], n % _BINS * BIN) for n in range(_DAYS * _BINS))]
    week = pl.DataFrame(rows, schema={"place": pl.Int64, "day": pl.String, "hour": pl.Int8}, orient="row")
    found = week.join(counts, on="place", how="left")
    return found.with_columns(pl.col("closed", "open").fill_null(0)).sort("place")


def fell_due(breaches: pl.DataFrame, block: Block) -> pl.DataFrame:
    """The breaches of a block by the hour they fell due: `hour`, `closed`, `open` (when they arrived); sorted."""
    counts = breaches.group_by(hour="due_hour").agg(
        closed=_CLOSED.sum().cast(pl.Int64), open=pl.col("started_open").sum().cast(pl.Int64)
    )
    hours = pl.DataFrame({"hour": range(block.first, block.last)}, schema={"hour": pl.Int8})
    return hours.join(counts, on="hour", how="left").with_columns(pl.col("closed", "open").fill_null(0)).sort("hour")


def never_closes(schedules: Iterable[Schedule]) -> bool:
    """Whether every schedule is open all hours of each day, holidays too.

    Example:
        >>> never_closes([Schedule.weekly("always", "UTC", "24x7")])
        True
    """
    return all(
        all(windows == _FULL for windows in schedule.week)
        and not schedule.holidays
        and all(windows == _FULL for _, windows in schedule.exceptions)
        for schedule in schedules
    )
