"""How long did one agent's work take, from the end of one touch to the end of the next?"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from analytics.staffing.axis import DAY, HOUR, Axis, Integers
from analytics.staffing.handle_queue import in_bulk, standing
from analytics.staffing.presence import seconds
from analytics.timezones import to_local_seconds

Flags = npt.NDArray[np.bool_]

LATE = HOUR
"""Work that ends within this time after the end of somebody's hours was gone on with from there."""
EARLY = 2 * HOUR
"""Without a roster only what begins so soon after an agent's first touch of the day is looked at."""
_SPAN = 1 << 36
"""More seconds than any two instants lie apart: agents stand one after another on one line of integers."""

GAPS = pl.Schema(
    {
        "klass": pl.String(),
        "hours": pl.Float64(),
        "there": pl.Boolean(),
        "heads": pl.Int64(),
        "waiting": pl.Int64(),
    }
)
"""One row a time from the end of one touch of an agent to the end of the next: the class of the latter, its working
hours, whether the latter could be begun when it began, and how many people were at work and pieces waiting then."""


@dataclass(frozen=True, eq=False)
class Hours:
    """When each agent works: stretches sorted by agent and start, UTC seconds, disjoint for each."""

    agent: Integers
    start: Integers
    end: Integers
    date: Integers

    def at(self, agent: Integers, at: Integers) -> Integers:
        """The last stretch of each agent that starts at or before an instant; -1 where there is none."""
        place = np.searchsorted(self.agent * _SPAN + self.start, agent * _SPAN + at, side="right") - 1
        own = (place >= 0) & (self.agent[np.maximum(place, 0)] == agent) if len(self.agent) else place >= 0
        return np.where(own, place, -1)

    def worked(self, agent: Integers, at: Integers) -> Integers:
        """Seconds of all stretches up to each agent's instant: the difference of two is what was worked between."""
        if not len(self.agent):
            return np.zeros(len(at), dtype=np.int64)
        whole = np.concatenate([[0], np.cumsum(self.end - self.start)])
        start, end, key = self.agent * _SPAN + self.start, self.agent * _SPAN + self.end, agent * _SPAN + at
        place = np.searchsorted(start, key, side="right") - 1
        some = np.maximum(place, 0)
        found: Integers = np.where(place < 0, 0, whole[some] + np.minimum(key, end[some]) - start[some])
        return found

    def of(self, kept: Flags) -> "Hours":
        """Some of the stretches."""
        return Hours(self.agent[kept], self.start[kept], self.end[kept], self.date[kept])


@dataclass(frozen=True, eq=False)
class Seen:
    """What the touches of agents show.

    Attributes:
        gaps: rows of GAPS.
        bulk: touches left out because they were made in bulk.
        times_a_day: touches of an agent on a day with any, on average.
        hours_a_day: hours from the first to the last of them, on average.
    """

    gaps: pl.DataFrame
    bulk: int
    times_a_day: float
    hours_a_day: float


def seen(items: pl.DataFrame, duty: pl.DataFrame | None, axis: Axis) -> Seen:
    """Every time between two touches of one agent, in hours worked.

    What is finished in a later stretch of work took the hours of both. A day on which an agent touches nothing is taken
    as one of absence; work finished within an hour after a stretch goes on to its end. Without a roster an agent's
    hours are the open hours from the first touch of the day on. As nobody knows when they break off, only times that
    begin in the two hours after that touch count: which are counted must not depend on how long they are.

    Args:
        items: rows of WORK of queues that share no people with others.
        duty: rows of DUTY, of these people; None where there is no roster.
        axis: open time.
    """
    told = items.filter(pl.col("done_at").is_not_null() & pl.col("agent").is_not_null())
    told = told.with_columns(bulk=in_bulk(told)).sort("agent", "done_at", "ticket_id")
    names = told["agent"].unique().sort()
    number = pl.Series(range(len(names)), dtype=pl.Int64)
    agent = told["agent"].replace_strict(names, number, return_dtype=pl.Int64).to_numpy()
    at, bulk = seconds(told["done_at"]), told["bulk"].to_numpy()
    if not len(at) or not len(axis):
        return Seen(GAPS.to_frame(), int(bulk.sum()), 0.0, 0.0)
    day = to_local_seconds(at, axis.zone) // DAY
    fresh = np.concatenate([[True], (agent[1:] != agent[:-1]) | (day[1:] != day[:-1])])
    first, last = np.flatnonzero(fresh), np.concatenate([np.flatnonzero(fresh)[1:], [len(at)]]) - 1
    if duty is None:
        hours = _from_first(axis, agent[first], day[first], at[first])
        begun, ended = at[first], at[last]
    else:
        hours = _rostered(duty, names, number, agent, at)
        begun, ended = hours.start, hours.end
    span = float((at[last] - at[first]).mean()) / HOUR
    worked, sound = _between(hours, agent, at)
    sound &= ~(bulk[1:] | bulk[:-1])
    if duty is None:
        since = at - at[first][np.cumsum(fresh) - 1]
        sound &= (day[1:] == day[:-1]) & (since[:-1] <= EARLY)
    heads = np.searchsorted(np.sort(begun), at[:-1], side="right") - np.searchsorted(
        np.sort(ended), at[:-1], side="left"
    )
    gaps = pl.DataFrame(
        {
            "klass": told["klass"][1:],
            "hours": worked / HOUR,
            "there": seconds(told["released_at"])[1:] <= at[:-1],
            "heads": heads,
            "waiting": standing(items).waiting(at[:-1]),
        },
        schema=GAPS,
    ).filter(pl.Series(sound & (heads > 0)))
    return Seen(gaps, int(bulk.sum()), len(at) / len(first), span)


def _between(hours: Hours, agent: Integers, at: Integers) -> tuple[Integers, Flags]:
    """Seconds worked from each touch to the next, and whether one agent made both and can be believed to."""
    place = hours.at(agent, at)
    known = place >= 0
    until = np.where(known, hours.end[place] if len(hours.end) else 0, 0)
    over = np.maximum(at[1:] - np.maximum(at[:-1], until[1:]), 0)
    worked = np.diff(hours.worked(agent, at)) + over
    near = known & (at - until <= LATE)
    return worked, (agent[1:] == agent[:-1]) & near[1:] & near[:-1]


def _rostered(duty: pl.DataFrame, names: pl.Series, number: pl.Series, agent: Integers, at: Integers) -> Hours:
    """The rostered stretches of those who touched something, on the days on which they did."""
    own = duty.filter(pl.col("agent").is_in(names.implode())).sort("agent", "start_at")
    who = own["agent"].replace_strict(names, number, return_dtype=pl.Int64).to_numpy()
    date = own["date"].to_physical().to_numpy().astype(np.int64)
    every = Hours(who, seconds(own["start_at"]), seconds(own["end_at"]), date)
    place = every.at(agent, at)
    there = np.unique(every.agent[place[place >= 0]] * _SPAN + every.date[place[place >= 0]])
    return every.of(np.isin(every.agent * _SPAN + every.date, there))


def _from_first(axis: Axis, agent: Integers, day: Integers, first: Integers) -> Hours:
    """Each agent's open hours of each day from the first touch on."""
    low, high = np.searchsorted(axis.date, day, side="left"), np.searchsorted(axis.date, day, side="right")
    each = np.repeat(np.arange(len(day)), high - low)
    bucket = np.arange(len(each)) - np.repeat(np.cumsum(high - low) - (high - low), high - low) + low[each]
    start = np.maximum(axis.start[bucket], first[each])
    kept = start < axis.end[bucket]
    return Hours(agent[each], start, axis.end[bucket], day[each]).of(kept)
