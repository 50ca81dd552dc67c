"""Frames of the what-if: the week on which agents are drawn, the blocks they make, and what comes of them by class."""

from collections.abc import Mapping

import polars as pl

from analytics.dimensions import WEEKDAYS
from analytics.staffing import replayed
from analytics.staffing.case import Case
from analytics.staffing.crew import Block
from analytics.staffing.replay import Draws
from pages.ui import format as fmt

_AROUND = 2
"""Hours before and after the desk's own in which agents may be added."""
Cells = dict[tuple[int, int], int]
"""Agents added, by weekday (1 is Monday) and hour."""


def week(case: Case) -> pl.DataFrame:
    """Agents scheduled in each hour of the week, with some hours around.

    Returns:
        `weekday` (1 is Monday), `day` (label), `hour`, `scheduled` (on average; 0 where nobody is), `text`; sorted by
        weekday and hour.
    """
    scheduled = [0.0] * len(case.week) if case.scheduled is None else case.scheduled.tolist()
    known = dict(zip(zip(case.week.weekday.tolist(), case.week.hour.tolist(), strict=True), scheduled, strict=True))
    first, last = max(0, int(case.week.hour.min()) - _AROUND), min(23, int(case.week.hour.max()) + _AROUND)
    rows = [(day, hour, known.get((day, hour), 0.0)) for day in range(1, 8) for hour in range(first, last + 1)]
    return pl.DataFrame(
        {
            "weekday": [row[0] for row in rows],
            "day": [WEEKDAYS[row[0] - 1] for row in rows],
            "hour": [row[1] for row in rows],
            "scheduled": [row[2] for row in rows],
            "text": [
                f"{row[2]:.3g}" if row[2] >= 10 else f"{row[2]:.1f}".removesuffix(".0") if row[2] else ""
                for row in rows
            ],
        }
    )


def most(frame: pl.DataFrame) -> str:
    """Where most agents are, in words."""
    row = frame.sort("scheduled", "weekday", "hour", descending=[True, False, False]).row(0, named=True)
    return f"{fmt.number(row['scheduled'])} {row['day']} {row['hour']:02}"


def empty(frame: pl.DataFrame) -> pl.DataFrame:
    """A table to be filled in: `day`, and a column an hour, Int64, all null."""
    hours = frame["hour"].unique().sort().to_list()
    return pl.DataFrame({"day": list(WEEKDAYS)}).with_columns(
        pl.lit(None, dtype=pl.Int64).alias(str(hour)) for hour in hours
    )


def written(table: pl.DataFrame) -> Cells:
    """What stands in a table of `empty`."""
    cells: Cells = {}
    for day, row in enumerate(table.drop("day").iter_rows(named=True), 1):
        cells |= {(day, int(hour)): int(heads) for hour, heads in row.items() if heads}
    return cells


def blocks(*drawn: Mapping[tuple[int, int], int]) -> tuple[Block, ...]:
    """Agents by hour as blocks: hours of a day that follow one another with as many agents are one.

    Example:
        >>> [(str(block), block.heads) for block in blocks({(1, 8): 1, (1, 9): 1}, {(1, 9): 1, (2, 8): 0})]
        [('Mon 08–09', 1), ('Mon 09–10', 2)]
    """
    cells: Cells = {}
    for each in drawn:
        for cell, heads in each.items():
            cells[cell] = cells.get(cell, 0) + heads
    found: list[Block] = []
    for (day, hour), heads in sorted(cells.items()):
        last = found[-1] if found else None
        if last and (last.weekday, last.end, last.heads) == (day, hour, heads):
            found[-1] = Block(day, last.start, hour + 1, heads)
        elif heads:
            found.append(Block(day, hour, hour + 1, heads))
    return tuple(found)


def earlier(case: Case, heads: int) -> tuple[Block, ...]:
    """So many agents in the hour before each weekday's opening; none on a day that opens at midnight."""
    opens = {
        day: int(case.week.hour[case.week.weekday == day].min()) for day in sorted(set(case.week.weekday.tolist()))
    }
    return tuple(Block(day, hour - 1, hour, heads) for day, hour in opens.items() if hour > 0)


def moved(tickets: pl.DataFrame) -> tuple[float, float]:
    """Promises saved and newly broken, on average over the draws; of `replayed.changed`."""
    change = tickets["before"] - tickets["after"]
    return float(change.clip(lower_bound=0).sum()), float((-change).clip(lower_bound=0).sum())


def by_class(case: Case, before: Draws, after: Draws) -> pl.DataFrame:
    """Promises by class before and after.

    Returns:
        `klass`, `due`, `late`, `kept`, `objective` as it was, `late_after`, `kept_after`; sorted by class.
    """
    was, then = (_kept(replayed.by_class(case, each)) for each in (before, after))
    return was.join(
        then.select("klass", late_after="late", kept_after="kept"), on="klass", how="left", maintain_order="left"
    )


def _kept(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(kept=1 - pl.col("late") / pl.col("due"))
