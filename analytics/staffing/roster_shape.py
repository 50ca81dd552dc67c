"""What does a roster hold, at a glance?"""

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from analytics.staffing.roster import WORK, on_duty

_MOST_WEEKS = 53
_PLAIN_WEEK = date(2024, 1, 8)
"""A Monday, for rosters that name no date."""


@dataclass(frozen=True)
class Shape:
    """A roster in numbers.

    Attributes:
        lines: of the file.
        agents: people named in lines of work.
        heads: people of headcount lines, each line its own.
        hours: on duty in a usual week: the median of the last 53 weeks of Mondays that the dates of the roster touch,
            weeks without any work left out; any week where it names no date.
        queues: names, sorted; `every_queue` says that some line of work names none and serves all.
        zones: IANA names, sorted.
        first, last: local dates between which there can be work; None where it is open.
        absences: lines that are no work by activity, sorted.
    """

    lines: int
    agents: int
    heads: int
    hours: float
    queues: tuple[str, ...]
    every_queue: bool
    zones: tuple[str, ...]
    first: date | None
    last: date | None
    absences: tuple[tuple[str, int], ...]

    def told(self) -> list[str]:
        """The same in words, one thing a line."""
        heads = f" and {_count(self.heads, 'head')} by number" if self.heads else ""
        known = [*self.queues, *(["every queue (lines that name none)"] if self.every_queue else [])]
        taken = ", ".join(f"{name} {count:,}" for name, count in self.absences)
        people = f"{_count(self.agents, 'agent')}{heads}"
        return [
            f"{_count(self.lines, 'line')}: {people}, {self.hours:,.0f} hours in a usual week",
            f"Queues: {', '.join(known)}",
            f"Zones: {', '.join(self.zones)}",
            f"Work from {self.first or 'any date'} to {self.last or 'any date'}",
            f"Lines taken out: {taken or 'none'}",
        ]


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def shape(roster: pl.DataFrame) -> Shape:
    """A roster at a glance.

    Args:
        roster: in the schema ROSTER.
    """
    work = roster.filter(pl.col("activity") == WORK)
    first = [pl.coalesce("date", name) for name in ("valid_from", "valid_to")]
    starts, ends = (work.select(each).to_series() for each in first)
    absent = roster.filter(pl.col("activity") != WORK).group_by("activity").len().sort("activity")
    return Shape(
        lines=roster.height,
        agents=work["agent"].drop_nulls().n_unique(),
        heads=int(work["headcount"].sum()),
        hours=_hours(roster),
        queues=tuple(work["queues"].drop_nulls().explode().unique().sort()),
        every_queue=work["queues"].has_nulls(),
        zones=tuple(work["zone"].unique().sort()),
        first=_bound(starts, latest=False),
        last=_bound(ends, latest=True),
        absences=tuple(absent.iter_rows()),
    )


def _bound(dates: pl.Series, *, latest: bool) -> date | None:
    found = None if dates.has_nulls() else dates.max() if latest else dates.min()
    return found if isinstance(found, date) else None


def _hours(roster: pl.DataFrame) -> float:
    named = pl.concat([roster[name].drop_nulls() for name in ("date", "valid_from", "valid_to")]).to_list()
    low, high = min(named, default=_PLAIN_WEEK), max(named, default=_PLAIN_WEEK)
    monday, sunday = low - timedelta(days=low.weekday()), high + timedelta(days=6 - high.weekday())
    duty = on_duty(roster, max(monday, sunday - timedelta(weeks=_MOST_WEEKS) + timedelta(days=1)), sunday)
    weeks = duty.group_by(pl.col("date").dt.truncate("1w")).agg((pl.col("end_at") - pl.col("start_at")).sum())
    usual = weeks["end_at"].dt.total_seconds().median() if weeks.height else None
    return float(usual) / 3_600 if isinstance(usual, int | float) else 0.0
