"""Which weeks should a reader look at first, and what are they compared with?"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import polars as pl

Comparison = Literal["previous", "year"]

WEEKS = 13
SHARE_OF_MEDIAN = 0.9


@dataclass(frozen=True)
class Period:
    """Local due dates, both included; None leaves an end open."""

    first: date | None = None
    last: date | None = None

    def days(self) -> int | None:
        """How many dates it covers; None when it is open."""
        return (self.last - self.first).days + 1 if self.first and self.last else None

    def before(self, how: Comparison) -> "Period | None":
        """The period to compare with: the same length just before, or 52 weeks earlier; None for an open one.

        Example:
            >>> Period(date(2026, 3, 2), date(2026, 3, 8)).before("previous")
            Period(first=datetime.date(2026, 2, 23), last=datetime.date(2026, 3, 1))
        """
        days = self.days()
        if days is None or self.first is None or self.last is None:
            return None
        shift = timedelta(days=364 if how == "year" else days)
        return Period(self.first - shift, self.last - shift)


def weekly(clocks: pl.DataFrame) -> pl.DataFrame:
    """Clocks due by week: `due_week` (Monday), `due` (count of decided clocks), sorted."""
    decided = clocks.lazy().filter(pl.col("decided"))
    return decided.group_by("due_week").agg(due=pl.len()).sort("due_week").collect()


def anchor(weeks: pl.DataFrame, as_of: date, length: int = WEEKS) -> date | None:
    """The last day of the latest full weeks that carry a usual load.

    The last `length` weeks in a row, complete by `as_of`, that together hold at least 90 % of the median weekly
    volume on average. The median is that of the clocks' weeks rather than of the calendar's, so that a long thin
    tail after the end of a history does not pass for its usual load.

    Args:
        weeks: frame as `weekly` gives it.
        as_of: local date after which nothing is known.
        length: how many weeks.

    Returns:
        A Sunday, or None when no such weeks exist.
    """
    if weeks.is_empty():
        return None
    volumes: dict[date, int] = dict(weeks.select("due_week", "due").iter_rows())
    ordered = sorted(volumes.values())
    half, run, median = sum(ordered) / 2, 0, ordered[-1]
    for volume in ordered:
        run += volume
        if run >= half:
            median = volume
            break
    first, last = min(volumes), max(volumes)
    monday = as_of - timedelta(days=as_of.weekday() + 7) if as_of.weekday() < 6 else as_of - timedelta(days=6)
    week = min(monday, last)
    while week - timedelta(weeks=length - 1) >= first:
        held = sum(volumes.get(week - timedelta(weeks=back), 0) for back in range(length))
        if held >= SHARE_OF_MEDIAN * median * length:
            return week + timedelta(days=6)
        week -= timedelta(weeks=1)
    return None


def last_weeks(end: date | None, weeks: int) -> Period:
    """The weeks up to and with `end`; everything when there is no such day."""
    return Period(end - timedelta(days=7 * weeks - 1), end) if end else Period()
