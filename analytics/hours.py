"""At which weekday and hour do promises break?"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

import polars as pl

from analytics.conditions import DECIDED
from analytics.dimensions import WEEKDAYS
from analytics.measure import measure
from analytics.schedule import Schedule
from analytics.statistics import poisson_interval

BLOCK = 4
When = Literal["due", "started"]
AXES: dict[When, tuple[str, str]] = {"due": ("weekday", "hour"), "started": ("start_weekday", "start_hour")}
"""The dimensions of the week's grid, by which instant of a clock places it."""

CELL = ("weekday", "hour")


def every_hour() -> pl.DataFrame:
    """The 168 hours of a week: `weekday` (1 is Monday), `hour`, both Int8; sorted."""
    days = pl.DataFrame({"weekday": range(1, 8)}, schema={"weekday": pl.Int8})
    return days.join(pl.DataFrame({"hour": range(24)}, schema={"hour": pl.Int8}), how="cross").sort(CELL)


def grid(clocks: pl.DataFrame, when: When) -> pl.DataFrame:
    """Breaches, clocks and breach rate in each of the 168 hours of a week.

    Args:
        clocks: one kind, in the schema CLOCKS.
        when: by the hour the clocks fell due, or the hour they started.

    Returns:
        `weekday` (1 is Monday), `hour`, `due`, `breaches`, `breach_rate` (null where none was due);
        168 rows sorted, with zeros where nothing was.
    """
    day, hour = AXES[when]
    found = measure(clocks, ["due", "breaches", "breach_rate"], [day, hour]).rename({day: "weekday", hour: "hour"})
    week = every_hour().join(found, on=CELL, how="left")
    return week.with_columns(pl.col("due", "breaches").fill_null(0).cast(pl.Int64)).sort(CELL)


def arrivals(clocks: pl.DataFrame) -> pl.DataFrame:
    """How many clocks of any state started in each hour of a week: `weekday`, `hour`, `arrivals`; 168 rows, sorted."""
    found = clocks.group_by(weekday="started_weekday", hour="started_hour").agg(arrivals=pl.len().cast(pl.Int64))
    return every_hour().join(found, on=CELL, how="left").with_columns(pl.col("arrivals").fill_null(0)).sort(CELL)


def waits(clocks: pl.DataFrame, when: When) -> pl.DataFrame:
    """How long half of the customers waited for us, by hour of the week, in plain time less their own.

    Returns:
        `weekday`, `hour`, `wait` (hours, median over the clocks due; null where none was); 168 rows, sorted.
    """
    seconds = pl.col("requester_wait_seconds").filter(DECIDED)
    key = [pl.col(f"{when}_{name}").alias(name) for name in CELL]
    found = clocks.group_by(key).agg(wait=seconds.median() / 3600)
    return every_hour().join(found, on=CELL, how="left").sort(CELL)


def open_hours(schedules: Iterable[Schedule]) -> pl.DataFrame:
    """Whether any of the schedules is open at some time in each hour of a plain week: `weekday`, `hour`, `open`."""
    opened = set()
    for schedule in schedules:
        for day, windows in enumerate(schedule.week):
            for start, end in windows:
                for hour in range(start // 3600, -(-end // 3600)):
                    opened.add(((day + hour // 24) % 7 + 1, hour % 24))
    rows = [{"weekday": day, "hour": hour, "open": (day, hour) in opened} for day in range(1, 8) for hour in range(24)]
    return pl.DataFrame(rows, schema={"weekday": pl.Int8, "hour": pl.Int8, "open": pl.Boolean})


@dataclass(frozen=True)
class Block:
    """Some hours of one weekday and what broke in them.

    Attributes:
        weekday: 1 is Monday.
        first, last: hours of the day; the block ends as `last` begins.
        breaches, due: counts in the block.
        all_breaches, all_due: counts in the week.
        weeks: how many weeks the counts cover.
    """

    weekday: int
    first: int
    last: int
    breaches: int
    due: int
    all_breaches: int
    all_due: int
    weeks: float

    @property
    def name(self) -> str:
        """As "Mon 08–12"."""
        return f"{WEEKDAYS[self.weekday - 1]} {self.first:02d}–{self.last:02d}"

    @property
    def share(self) -> float:
        """Share of all breaches."""
        return self.breaches / self.all_breaches

    @property
    def share_of_due(self) -> float:
        """Share of all clocks due."""
        return self.due / self.all_due

    @property
    def a_week(self) -> tuple[float, float, float]:
        """Breaches a week, with the 95 % interval of the count."""
        low, high = poisson_interval(self.breaches)
        return self.breaches / self.weeks, low / self.weeks, high / self.weeks


def block_of(week: pl.DataFrame, weekday: int, first: int, last: int, weeks: float) -> Block:
    """What broke in the hours from `first` until before `last` of a weekday.

    Args:
        week: as `grid` gives it, the whole week.
        weekday: 1 is Monday.
        first, last: hours of the day.
        weeks: how many weeks it covers; never counted as less than a day.
    """
    inside = week.filter((pl.col("weekday") == weekday) & pl.col("hour").is_between(first, last - 1))
    return Block(
        weekday=weekday,
        first=first,
        last=last,
        breaches=int(inside["breaches"].sum()),
        due=int(inside["due"].sum()),
        all_breaches=int(week["breaches"].sum()),
        all_due=int(week["due"].sum()),
        weeks=max(weeks, 1 / 7),
    )


def worst_block(week: pl.DataFrame, weeks: float, weekdays: Collection[int] = range(1, 8)) -> Block | None:
    """The four hours of one weekday with most breaches; None when nothing broke.

    Args:
        week: as `grid` gives it.
        weeks: how many weeks it covers.
        weekdays: those it may lie on; 1 is Monday.
    """
    asked = week.filter(pl.col("weekday").is_in(list(weekdays)))
    if not asked["breaches"].sum():
        return None
    rolled = asked.with_columns(block=pl.col("breaches").rolling_sum(BLOCK).over("weekday")).drop_nulls("block")
    worst = rolled.sort("block", "weekday", "hour", descending=[True, False, False]).row(0, named=True)
    return block_of(week, worst["weekday"], worst["hour"] - BLOCK + 1, worst["hour"] + 1, weeks)


def in_block(block: Block) -> pl.Expr:
    """The clock rows due in a block."""
    return (pl.col("due_weekday") == block.weekday) & pl.col("due_hour").is_between(block.first, block.last - 1)
