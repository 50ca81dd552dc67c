"""Who works which tour in which week: people take turns at weekends, and everybody rests between."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta

import numpy as np
import polars as pl

from analytics.errors import StaffingError
from analytics.staffing.axis import Integers
from analytics.staffing.roster import DUTY
from analytics.staffing.roster_rows import COLUMNS
from analytics.staffing.shifts import ShiftPlan
from analytics.staffing.terms import DAY_MINUTES, WEEK_MINUTES
from analytics.staffing.tours import Shift, Tours, clock
from analytics.timezones import INSTANT, MICROSECONDS, to_utc_seconds

MOST_WEEKS = 26
_DAYS = 7
_EPOCH = date(1970, 1, 1)


def assign(plan: ShiftPlan, first: date, weeks: int = 4, queues: Sequence[str] = ()) -> pl.DataFrame:
    """A plan as lines of a roster, in the form its file has.

    Where weekends are worked in turn, the people of a contract go from tour to tour, a week each, in rings that hold
    one weekend and enough free ones; else everybody keeps a tour.

    Args:
        plan: how many people work each tour.
        first: the Monday it begins on.
        weeks: how many.
        queues: that are served; empty: every one.

    Returns:
        Text under COLUMNS, sorted by agent, date and time: a line a shift, and one for each break in it. A `to` that is
        not after `from` is on the next day.

    Raises:
        StaffingError: the first day is no Monday, or the number of weeks is not from 1 to 26.

    Example:
        >>> from analytics.staffing.axis import Week
        >>> from analytics.staffing.shifts import cover
        >>> from analytics.staffing.terms import Terms
        >>> from analytics.staffing.tours import tours
        >>> week = Week(np.repeat(np.arange(1, 6), 9), np.tile(np.arange(8, 17), 5), np.ones(45), "UTC")
        >>> plan = cover(tours(week, Terms(breaks=())), np.where(week.hour == 8, 2, 0))
        >>> lines = assign(plan, date(2026, 3, 2), weeks=1)
        >>> lines.select("agent", "date", "from", "to", "activity").rows()[0]
        ('Agent 1', '2026-03-02', '08:00', '16:00', 'work')
    """
    if first.isoweekday() != 1:
        raise StaffingError(f"{first} is no Monday. Expected the Monday on which the plan begins.")
    if not 1 <= weeks <= MOST_WEEKS:
        raise StaffingError(f"A roster of {weeks} weeks was asked for. Expected 1 to {MOST_WEEKS}.")
    served = ";".join(queues)
    rows = [
        (agent, *line)
        for agent, week, shift in _worked(plan, weeks)
        for line in _lines(plan.tours, shift, first + timedelta(days=_DAYS * week))
    ]
    found = pl.DataFrame(rows, schema=["agent", "date", "from", "to", "activity"], orient="row")
    blank = {name: pl.lit("") for name in COLUMNS if name not in found.columns}
    whole = found.with_columns(**{**blank, "zone": pl.lit(plan.tours.week.zone), "queues": pl.lit(served)})
    return whole.select(pl.col(COLUMNS).cast(pl.String)).sort("agent", "date", "from", maintain_order=True)


def duty(plan: ShiftPlan, first: date, weeks: int, closed: Collection[date] = ()) -> pl.DataFrame:
    """A plan as the stretches people work, breaks taken out: what `on_duty` makes of the lines of `assign`.

    Args:
        plan: how many people work each tour.
        first: the Monday it begins on.
        weeks: how many.
        closed: dates on which no shift begins.

    Returns:
        Rows in the schema DUTY; everybody works every queue.

    Example:
        >>> from analytics.staffing.axis import Week
        >>> from analytics.staffing.shifts import cover
        >>> from analytics.staffing.terms import Terms
        >>> from analytics.staffing.tours import tours
        >>> week = Week(np.repeat(np.arange(1, 6), 9), np.tile(np.arange(8, 17), 5), np.ones(45), "UTC")
        >>> plan = cover(tours(week, Terms(breaks=())), np.where(week.hour == 8, 1, 0))
        >>> duty(plan, date(2026, 3, 2), 1).select("agent", pl.col("end_at").dt.strftime("%a %H:%M")).rows()[0]
        ('Agent 1', 'Mon 16:00')
    """
    rows = []
    for agent, week, (day, start, length, way) in _worked(plan, weeks):
        on = first + timedelta(days=_DAYS * week + day - 1)
        if on not in closed:
            midnight = (on - _EPOCH).days * DAY_MINUTES
            spans = plan.tours.terms.worked(length, way)
            rows += [(agent, on, midnight + start + begin, midnight + start + end) for begin, end in spans]
    found = pl.DataFrame(
        rows, schema={"agent": pl.String, "date": pl.Date, "start": pl.Int64, "end": pl.Int64}, orient="row"
    )
    zone = plan.tours.week.zone
    ends = {name: to_utc_seconds(found[name].to_numpy() * 60, zone) * MICROSECONDS for name in ("start", "end")}
    instants = [pl.Series(f"{name}_at", at, dtype=pl.Int64).cast(INSTANT) for name, at in ends.items()]
    every = found.select("agent", "date", *instants, queues=pl.lit(None, pl.List(pl.String)))
    return every.filter(pl.col("end_at") > pl.col("start_at")).match_to_schema(DUTY).sort("agent", "start_at")


def _worked(plan: ShiftPlan, weeks: int) -> Iterator[tuple[str, int, Shift]]:
    """Every shift of each person: who, in which week from 0, and what."""
    turns = [turn for ring in rings(plan) for turn in _turns(ring)]
    width = len(str(len(turns)))
    for number, turn in enumerate(turns, 1):
        for week in range(weeks):
            for shift in plan.tours.shifts[turn[week % len(turn)]]:
                yield f"Agent {number:0{width}}", week, shift


def rings(plan: ShiftPlan) -> list[list[int]]:
    """Tours that people go through one after another, a person to each place of a ring.

    Returns:
        Numbers of tours. A ring of one is kept by its person. Others begin with the week whose weekend is worked, and
        hold no second one.
    """
    tours = plan.tours
    slots = np.repeat(np.arange(len(tours)), plan.count)
    found: list[list[int]] = []
    for number in range(len(tours.terms.contracts)):
        mine = slots[tours.contract[slots] == number]
        away, home = mine[tours.weekend[mine]], mine[~tours.weekend[mine]]
        if tours.terms.weekends == 1 or not len(away):
            found += [[int(tour)] for tour in mine]
            continue
        found += _rings(tours, away, home)
    return found


def _rings(tours: Tours, away: Integers, home: Integers) -> list[list[int]]:
    """Each weekend with a week that may follow it, latest ends first, and the other weeks shared out among them."""
    free = sorted(home.tolist(), key=lambda tour: int(tours.first[tour]))
    begun = []
    for tour in sorted(away.tolist(), key=lambda tour: -int(tours.ready[tour])):
        fits = [other for other in free if tours.first[other] + WEEK_MINUTES >= tours.ready[tour]]
        start = int(tours.first[tour]) % DAY_MINUTES
        near = min(fits, key=lambda other: abs(int(tours.first[other]) % DAY_MINUTES - start))
        free.remove(near)
        begun.append([tour, near])
    for number, tour in enumerate(free):
        begun[number % len(begun)].append(tour)
    return begun


def _turns(ring: list[int]) -> Iterator[list[int]]:
    """The ring as each of its people goes through it."""
    for place in range(len(ring)):
        yield ring[place:] + ring[:place]


def _lines(tours: Tours, shift: Shift, monday: date) -> Iterator[tuple[str, str, str, str]]:
    """A shift and its breaks: date, from, to, activity."""
    day, start, length, way = shift
    yield _line(monday, day, start, start + tours.terms.span(length), "work")
    for begin, end in tours.terms.pauses(length, way):
        yield _line(monday, day, start + begin, start + end, "break")


def _line(monday: date, day: int, begin: int, end: int, activity: str) -> tuple[str, str, str, str]:
    late, begin = divmod(begin, DAY_MINUTES)
    at = monday + timedelta(days=day - 1 + late)
    return at.isoformat(), clock(begin), clock(end - late * DAY_MINUTES), activity
