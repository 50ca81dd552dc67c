"""Where are people short, and where are there more than is needed? A roster held against every window of the week.

A window of the week must have room for the work that is released and due in it, and a margin for chance. An hour is as
many agents short as the worst window it lies in; where every window has room, it is over by what the fullest of them
could spare.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.special import ndtri

from analytics.errors import StaffingError
from analytics.staffing.axis import Integers, Numbers
from analytics.staffing.case import Case
from analytics.staffing.demand import Demand
from analytics.staffing.plan import AHEAD, need, requirement
from analytics.staffing.windows import furthest, stretched

TRIFLE = 0.25
"""Agents below which an hour is not short: rosters and work are means over weeks."""
BY_PIECES = 1.25
"""Times the normal margin that plans which were tried and kept their objectives had, or more."""
WHOLE_WEEKS = "whole weeks"
"""What a window of a week or more is called: no rush makes it tight, but all the work there is."""
_OF_A_ROSTER = ("scheduled", "over_under", "room", "ratio", "ratio_least", "ratio_most")
USUAL_OCCUPANCY = 0.95
"""The largest share of working time planned for where the planner said none."""
BAND = (0.9, 1.0, 1.1)
"""Times the work expected: what is told of people is told with 10 % less and more of it."""


@dataclass(frozen=True, eq=False)
class Shortfall:
    """A typical week against what a roster can do; one entry a place.

    Attributes:
        lack: float64[n], agents an hour lacks (above 0) or could spare (below); in relative mode touches an open hour.
        first, last: int64[n], the fullest window the place lies in; `last` is counted on into later weeks.
        work, margin, room, open: float64[n], of that window: work due, margin, what can be done, open hours.
    """

    lack: Numbers
    first: Integers
    last: Integers
    work: Numbers
    margin: Numbers
    room: Numbers
    open: Numbers

    @property
    def short(self) -> Integers:
        """int64[n], whole agents short; 0 where none is, or a trifle."""
        return np.where(self.lack >= TRIFLE, np.ceil(self.lack - TRIFLE / 10), 0).astype(np.int64)

    @property
    def times(self) -> Numbers:
        """float64[n], what the fullest window of each hour asks for over what can be done in it; inf where nothing."""
        asked = self.work + self.margin
        found: Numbers = np.divide(asked, self.room, out=np.full(len(asked), np.inf), where=self.room > 0)
        return found


@dataclass(frozen=True)
class Block:
    """The stretch of a day that is shortest of people.

    Attributes:
        first, last: places, both included.
        place: the one that lacks most.
        short: whole agents it lacks; with 10 % less and more work `least` and `most`.
        ratio: times its present capacity that it needs.
    """

    first: int
    last: int
    place: int
    short: int
    least: int
    most: int
    ratio: float


def margin(case: Case) -> float:
    """Standard deviations of margin for the strictest objective before any plan is tried; 2.06 for 95 %.

    That is a quarter more than would do were work a flow with normal errors: people take it piece by piece.
    """
    known = case.demand.objective[~np.isnan(case.demand.objective)]
    return float(max(0.0, BY_PIECES * ndtri(known.max()))) if len(known) else 0.0


def shortfall(case: Case, *, z: float | None = None, demand: Demand | None = None) -> Shortfall:
    """Hold a case's capacity against its work.

    Args:
        case: with a roster, or in relative mode.
        z: margin in standard deviations; None: that of the strictest objective.
        demand: in the place of the case's own.

    Raises:
        StaffingError: nothing tells what can be done in an hour.
    """
    if case.capacity is None:
        raise StaffingError(
            "There is no roster, so that nothing is known of who is there. Give a roster to see where people are short."
        )
    needed = need(demand or case.demand, case.week.open)
    asked = needed.asked(margin(case) if z is None else z)
    room = stretched(case.capacity, AHEAD)
    lack = (asked - room) / needed.open
    n = len(case.week)
    reach, ends = furthest(lack)
    place = np.arange(n)
    offset = (place[None, :] - place[:, None]) % n
    first = np.argmax(reach[place[:, None], offset], axis=0)
    column = ends[first, offset[first, place]]
    worst = reach[first, offset[first, place]]
    return Shortfall(
        worst / case.efficiency,
        first,
        first + column,
        needed.mean[first, column],
        (asked - needed.mean)[first, column],
        room[first, column],
        needed.open[first, column],
    )


def worst(case: Case, found: Shortfall) -> Block | None:
    """The stretch of one day that is shortest of people, by hours of people lacking; None where nothing is short."""
    short = found.short > 0
    if not short.any():
        return None
    day = case.week.weekday
    joined = short[1:] & short[:-1] & (day[1:] == day[:-1]) & (case.week.hour[1:] == case.week.hour[:-1] + 1)
    run = np.concatenate([[0], np.cumsum(~joined)])
    lacking = np.bincount(run, weights=np.where(short, found.lack * case.week.open, 0.0))
    inside = np.flatnonzero((run == int(np.argmax(lacking))) & short)
    place = int(inside[np.argmax(found.lack[inside])])
    less, more = (shortfall(case, demand=case.demand.scaled(volume=times)).short for times in (BAND[0], BAND[-1]))
    held = found.room[place] / found.open[place]
    ratio = (held + found.lack[place] * case.efficiency) / held if held > 0 else np.inf
    return Block(
        int(inside[0]),
        int(inside[-1]),
        place,
        int(found.short[place]),
        int(less[place]),
        int(more[place]),
        float(ratio),
    )


def hourly(case: Case) -> pl.DataFrame:
    """What each hour of the typical week requires, with 10 % less and more work, and who is scheduled.

    Returns:
        As `table`, with `place` before, and behind `least` and `most` (required with 10 % less and more work), `ratio`
        (times what can be done in its fullest window now that is needed there; null where nothing can be done),
        `ratio_least` and `ratio_most`. Without a roster `scheduled`, `over_under`, `room` and the ratios are null, and
        required are the whole agents of the least plan.
    """
    if case.capacity is None:
        return _required_alone(case)
    possible = pl.col("room") > 0
    ratio = pl.when(possible).then((pl.col("work") + pl.col("margin")) / pl.col("room"))
    less, week, more = (
        table(case, shortfall(case, demand=case.demand.scaled(volume=times))).with_columns(ratio=ratio)
        for times in BAND
    )
    return week.with_columns(
        least=less["required"], most=more["required"], ratio_least=less["ratio"], ratio_most=more["ratio"]
    ).with_row_index("place")


def _required_alone(case: Case) -> pl.DataFrame:
    """`hourly` where nothing tells who is scheduled."""
    found = []
    for times in BAND:
        week = need(case.demand.scaled(volume=times), case.week.open)
        occupancy = case.said.occupancy or USUAL_OCCUPANCY
        found.append(requirement(week, z=margin(case), efficiency=case.efficiency, occupancy=occupancy))
    told = found[1]
    windows = [
        window(case, int(first), int(last)) if first >= 0 else None
        for first, last in zip(told.first, told.last, strict=True)
    ]
    unknown = pl.lit(None, dtype=pl.Float64)
    return (
        pl.DataFrame(
            {
                "weekday": case.week.weekday,
                "hour": case.week.hour,
                "open": case.week.open,
                "required": told.level.astype(np.float64),
                "first": told.first,
                "last": told.last,
                "window": pl.Series(windows, dtype=pl.String),
                "work": told.work,
                "margin": told.margin,
                "window_open": told.open,
                "least": found[0].level.astype(np.float64),
                "most": found[-1].level.astype(np.float64),
            }
        )
        .with_columns(**dict.fromkeys(_OF_A_ROSTER, unknown))
        .with_row_index("place")
    )


def window(case: Case, first: int, last: int) -> str:
    """A window in words: a stretch of the week, or WHOLE_WEEKS where it holds every hour."""
    return WHOLE_WEEKS if last - first + 1 >= len(case.week) else case.week.label(first, last)


def table(case: Case, found: Shortfall) -> pl.DataFrame:
    """The week against its roster, for people to read.

    Returns:
        `weekday` (1 is Monday), `hour`, `open` (hours), `required`, `scheduled` (agents; in relative mode touches an
        open hour), `over_under` (scheduled less required), `first` and `last` (places of the fullest window), `window`
        (in words), `work`, `margin`, `room` (of that window, in the case's unit), `window_open` (hours); sorted by
        weekday and hour.
    """
    capacity = case.capacity
    if capacity is None:
        raise StaffingError("There is no roster. Give one to see who is scheduled.")
    scheduled = capacity / case.week.open / case.efficiency
    windows = [window(case, int(first), int(last)) for first, last in zip(found.first, found.last, strict=True)]
    return pl.DataFrame(
        {
            "weekday": case.week.weekday,
            "hour": case.week.hour,
            "open": case.week.open,
            "required": np.maximum(0.0, scheduled + found.lack),
            "scheduled": scheduled,
            "over_under": -np.maximum(found.lack, -scheduled),
            "first": found.first,
            "last": found.last,
            "window": windows,
            "work": found.work,
            "margin": found.margin,
            "room": found.room,
            "window_open": found.open,
        }
    ).sort("weekday", "hour")
