"""At which weekday and hour do promises break?"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import polars as pl

from analytics.dimensions import WEEKDAYS
from analytics.measure import measure
from analytics.schedule import Schedule
from analytics.statistics import poisson_interval

BLOCK = 4
When = Literal["due", "started"]
_AXES: dict[When, tuple[str, str]] = {"due": ("weekday", "hour"), "started": ("start_weekday", "start_hour")}


def grid(clocks: pl.DataFrame, when: When) -> pl.DataFrame:
    """Breaches, clocks and breach rate in each of the 168 hours of a week.

    Args:
        clocks: one kind, in the schema CLOCKS.
        when: by the hour the clocks fell due, or the hour they started.

    Returns:
        `weekday` (1 is Monday), `hour`, `due`, `breaches`, `arrivals` (clocks of any state), `breach_rate`;
        168 rows sorted, with zeros where nothing was.
    """
    day, hour = _AXES[when]
    found = measure(clocks, ["due", "breaches", "breach_rate"], [day, hour]).rename({day: "weekday", hour: "hour"})
    started = clocks.group_by(weekday=pl.col("started_weekday"), hour=pl.col("started_hour")).agg(arrivals=pl.len())
    week = pl.DataFrame({"weekday": range(1, 8)}, schema={"weekday": pl.Int8}).join(
        pl.DataFrame({"hour": range(24)}, schema={"hour": pl.Int8}), how="cross"
    )
    key = ["weekday", "hour"]
    return (
        week.join(found, on=key, how="left")
        .join(started, on=key, how="left")
        .with_columns(pl.col("due", "breaches", "arrivals").fill_null(0).cast(pl.Int64))
        .sort(key)
    )


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


def worst_block(week: pl.DataFrame, weeks: float) -> Block | None:
    """The four hours of one weekday with most breaches; None when nothing broke.

    Args:
        week: as `grid` gives it.
        weeks: how many weeks it covers.
    """
    total = int(week["breaches"].sum())
    if not total:
        return None
    rolled = week.with_columns(
        pl.col("breaches", "due").rolling_sum(BLOCK).over("weekday").name.prefix("block_")
    ).drop_nulls("block_breaches")
    worst = rolled.sort("block_breaches", "weekday", "hour", descending=[True, False, False]).row(0, named=True)
    return Block(
        weekday=worst["weekday"],
        first=worst["hour"] - BLOCK + 1,
        last=worst["hour"] + 1,
        breaches=worst["block_breaches"],
        due=worst["block_due"],
        all_breaches=total,
        all_due=int(week["due"].sum()),
        weeks=max(weeks, 1 / 7),
    )


def in_block(block: Block) -> pl.Expr:
    """The clock rows due in a block."""
    return (pl.col("due_weekday") == block.weekday) & pl.col("due_hour").is_between(block.first, block.last - 1)
