"""How many touches were done an hour while work was waiting?"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from analytics.staffing.axis import Axis, Integers, Numbers, Week
from analytics.staffing.handle_queue import in_bulk, standing
from analytics.staffing.presence import rostered, seconds

FEWEST_BUCKETS = 3
"""Fewer hours with work waiting do not show what a place of the week can do."""
PLENTY = 2.0
"""Where people are not known, so many times what is usually done in an hour must wait at its start, not to run out."""

MORE = 1.5
"""So many times what is usually done in an hour must wait at its start, beside what is being done, not to run out."""
FOR_EACH = 4.0
"""And so many pieces for each person: some of what waits only a colleague can do."""


@dataclass(frozen=True, eq=False)
class Rates:
    """What each place of the typical week got done while work was waiting.

    Attributes:
        rate: float64[n], touches an open hour.
        seen: int64[n], how many hours with work waiting it was measured in; where fewer than FEWEST_BUCKETS, the rate
            is that of the weekday, or of all hours.
        why: what could not be measured, in words.
    """

    rate: Numbers
    seen: Integers
    why: tuple[str, ...]


def done_in(items: pl.DataFrame, axis: Axis) -> Numbers:
    """Touches done in each bucket, float64; those after closing count in the bucket before, bulk ones not at all."""
    done = items.filter(pl.col("done_at").is_not_null())
    at = seconds(done.filter(~in_bulk(done))["done_at"])
    bucket = np.searchsorted(axis.start, at, side="right") - 1
    return np.bincount(bucket[bucket >= 0], minlength=len(axis)).astype(np.float64)


@dataclass(frozen=True)
class Throughput:
    """Touches done, and hours rostered, in the hours that began with more work waiting than could be done."""

    touches: int
    hours: float
    buckets: int


def throughput(items: pl.DataFrame, duty: pl.DataFrame, axis: Axis) -> Throughput:
    """What rostered people got done in hours that began with more work waiting than they could do.

    Hours are chosen by what waits at their start alone: to ask what is left at their end would choose those in which
    little was done.

    Args:
        items: rows of WORK.
        duty: rows of DUTY.
        axis: open time.
    """
    people = rostered(axis, seconds(duty["start_at"]), seconds(duty["end_at"]))
    heads, queue, done = people / axis.open, standing(items), done_in(items, axis)
    full = (people > 0) & (np.minimum(queue.waiting(axis.start), queue.waiting(axis.end)) >= heads)
    usual = done[full].sum() / max(people[full].sum(), 1e-9)
    full = (people > 0) & (queue.waiting(axis.start) >= np.maximum(heads + MORE * usual * people, FOR_EACH * heads))
    return Throughput(int(done[full].sum()), float(people[full].sum()), int(full.sum()))


def standing_rate(items: pl.DataFrame, axis: Axis, week: Week) -> Rates:
    """Touches done an open hour while work was waiting, by place of the week: its present capacity in touches.

    Args:
        items: rows of WORK.
        axis: open time of the dates looked at.
        week: its typical week, of n places.
    """
    done, place, n = done_in(items, axis), week.place(axis), len(week)
    known = place >= 0
    hours = np.bincount(place[known], weights=axis.open[known], minlength=n)
    usual = np.bincount(place[known], weights=done[known], minlength=n) / np.maximum(hours, 1e-9)
    needed = np.where(known, PLENTY * usual[place] * axis.open, np.inf)
    full = known & (standing(items).waiting(axis.start) >= np.maximum(needed, 1.0))
    seen = np.bincount(place[full], minlength=n)
    weekday = week.weekday.astype(np.int64)

    def rates(by: Integers, groups: int, chosen: npt.NDArray[np.bool_]) -> Numbers:
        """Touches an open hour of the chosen buckets, by a number of each; nan where there are none."""
        open_hours = np.bincount(by[chosen], weights=axis.open[chosen], minlength=groups)
        touches = np.bincount(by[chosen], weights=done[chosen], minlength=groups)
        found: Numbers = np.divide(touches, open_hours, out=np.full(groups, np.nan), where=open_hours > 0)
        return found

    day = np.where(known, weekday[place], 0)
    everywhere = np.zeros(len(axis), dtype=np.int64)
    overall = rates(everywhere, 1, full)[0]
    why = []
    if not full.any():
        overall = rates(everywhere, 1, known)[0]
        why.append("Work was never waiting through a whole hour: what was done is what came, and more could have been.")
    of_day = rates(day, 8, full)
    of_day = np.where(np.isnan(of_day), overall, of_day)[weekday]
    own = rates(np.maximum(place, 0), n, full)
    rare = seen < FEWEST_BUCKETS
    if full.any() and rare.any():
        why.append(
            f"In {int(rare.sum())} of {n} hours of the week work was waiting fewer than {FEWEST_BUCKETS} times: "
            "they are taken to do as much as the rest of their day."
        )
    return Rates(np.nan_to_num(np.where(rare | np.isnan(own), of_day, own)), seen, tuple(why))
