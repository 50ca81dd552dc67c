"""One group of queues over some weeks: its work, its hours, its people, and what is not known of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property

import numpy as np
import polars as pl

from analytics.carry import never_closes
from analytics.errors import StaffingError
from analytics.schedule import Schedule
from analytics.staffing import presence
from analytics.staffing.assumptions import Assumptions
from analytics.staffing.axis import DAY, HOUR, Axis, Integers, Numbers, Week, cut
from analytics.staffing.demand import Demand, typical
from analytics.staffing.handle import Handle, Rates, handle_time, standing_rate, with_hours
from analytics.staffing.simulate import Duty
from analytics.timezones import to_utc_seconds

_EPOCH = date(1970, 1, 1)
WORKED = 0.05
"""Where no hours are known, an hour of the week counts as worked from this share of the busiest hour's touches on."""
FEWEST_PROMISES, FEW = 30, "Few of a kind"
"""Promises below which a class is not judged alone, and what such classes are called together."""
SAME_TOUCH = timedelta(hours=4)
"""The longest a touch goes on after its reply."""
FEWEST_WEEKS = 4
"""Fewer weeks do not show how weeks differ."""


@dataclass(frozen=True, eq=False)
class Case:
    """A group of queues, ready to be planned.

    Attributes:
        queues: of the group; their numbers are their places.
        items: rows of WORK with `hours` (of work each), released before the end and not done before the start.
        schedule: their opening hours.
        first, last: local dates, both included.
        axis: open time of these dates.
        week: the typical one.
        demand: of a typical week.
        handle: how long work takes, and how that is known.
        said: what the planner said.
        duty: the stretches rostered in the period for these queues; None without a roster.
        staffed: float64, hours of people rostered in each bucket of the axis; None without a roster.
        contract: rostered hours a week of one person; 0 without a roster.
        rates: touches done an open hour while work is waiting, by place; None where the handle time is known.
    """

    queues: tuple[str, ...]
    items: pl.DataFrame
    schedule: Schedule
    first: date
    last: date
    axis: Axis
    week: Week
    demand: Demand
    handle: Handle
    said: Assumptions
    duty: pl.DataFrame | None
    staffed: Numbers | None
    contract: float
    rates: Rates | None

    @property
    def relative(self) -> bool:
        """Whether work and capacity are told in touches, as nothing tells how long work takes."""
        return bool(self.handle.source == "relative")

    @property
    def unit(self) -> str:
        """Of work: hours, or touches."""
        return "touches" if self.relative else "h"

    @cached_property
    def efficiency(self) -> float:
        """Share of rostered time that is worked on the queue; 1 where the handle time holds the rest already."""
        present = self.said.present(self.contract or None)
        return 1.0 if self.relative or self.handle.net else present

    @cached_property
    def scheduled(self) -> Numbers | None:
        """float64[n]: people rostered in each place, on average; None without a roster."""
        if self.staffed is None:
            return None
        return self._by_place(self.staffed) / self.week.open

    @cached_property
    def capacity(self) -> Numbers | None:
        """float64[n]: work that can be done in each place, in the case's unit; None where nothing tells."""
        if self.rates is not None:
            return self.rates.rate * self.week.open
        return None if self.scheduled is None else self.scheduled * self.week.open * self.efficiency

    def _by_place(self, each: Numbers) -> Numbers:
        """The mean of a number of each bucket by place."""
        place = self.week.place(self.axis)
        kept = place >= 0
        n = len(self.week)
        total = np.bincount(place[kept], weights=each[kept], minlength=n)
        found: Numbers = total / np.maximum(np.bincount(place[kept], minlength=n), 1)
        return found

    @cached_property
    def people(self) -> tuple[Duty, list[str]]:
        """The roster for the simulator, and who each person is.

        Raises:
            StaffingError: there is no roster.
        """
        if self.duty is None:
            raise StaffingError("There is no roster for these queues. Give one to see what another would have done.")
        return presence.people(self.duty, self.queues)

    def column(self, name: str, missing: float) -> Numbers:
        """Instants of the items as UTC seconds, float64, null as a number given."""
        at = self.items[name].to_physical().cast(pl.Float64) / 1e6
        return at.fill_null(missing).to_numpy()


def build(
    items: pl.DataFrame,
    queues: Sequence[str],
    duty: pl.DataFrame | None,
    schedule: Schedule,
    first: date,
    last: date,
    said: Assumptions,
) -> Case:
    """Put a group of queues together.

    Args:
        items: rows of WORK, of these queues or of more.
        queues: of the group.
        duty: rows of DUTY over the dates; None where there is no roster.
        schedule: the queues' opening hours.
        first, last: local dates looked at, both included.
        said: what the planner said.

    Raises:
        StaffingError: less than a week, no work in these dates, or no open hour.
    """
    length = (last - first).days + 1
    if length < 7:
        raise StaffingError(f"{first} to {last} is no week. Expected seven days or more. Choose a longer period.")
    begin, end = (int(each) for each in _bounds(schedule, first, last))
    own = items.filter(pl.col("queue").is_in(list(queues)))
    released, done = (pl.col(name).to_physical() // 1_000_000 for name in ("released_at", "done_at"))
    own = own.filter((released < end) & (done.is_null() | (done >= begin)))
    if own.is_empty():
        raise StaffingError(
            f"No work came to {', '.join(queues)} from {first} to {last}. Choose a longer period or another queue."
        )
    mine = None if duty is None else presence.of_queues(duty, queues)
    if mine is not None and mine.is_empty():
        mine = None
    axis = _axis(schedule.over(first, last), mine, own, (begin, end))
    week = Week.of(axis)
    handle = handle_time(own, mine, axis, said)
    own = _pooled(kept_by(with_hours(own, handle)))
    contract = 0.0 if mine is None else presence.weekly_hours(mine)
    staffed = None
    if mine is not None:
        staffed = presence.rostered(axis, presence.seconds(mine["start_at"]), presence.seconds(mine["end_at"]))
    relative = handle.source == "relative"
    rates = standing_rate(own, axis, week) if relative else None
    demand = _demand(own, axis, week, begin, handle, said)
    return Case(
        tuple(queues), own, schedule, first, last, axis, week, demand, handle, said, mine, staffed, contract, rates
    )


def kept_by(items: pl.DataFrame) -> pl.DataFrame:
    """The items with `after` and `by_at`: how long the touch goes on after its clock has stopped, on average over its
    class, in hours; and when the whole of it must be done for its promise to be kept, null where it has none.

    A reply stops the clock, and the rest of the touch comes after it. Told by the touches that stopped their clock,
    those apart by more than SAME_TOUCH left out; it is no longer than the touch.
    """
    after = (pl.col("done_at") - pl.col("stopped_at")).filter(pl.col("decides"))
    same = after.filter(after <= SAME_TOUCH).mean().dt.total_seconds(fractional=True).over("klass") / HOUR
    found = items.with_columns(after=pl.min_horizontal(same.fill_null(0.0), "hours"))
    later = pl.duration(microseconds=(pl.col("after") * HOUR * 1e6).round().cast(pl.Int64))
    return found.with_columns(by_at=(pl.col("due_at") + later).cast(items.schema["due_at"]))


def _pooled(items: pl.DataFrame) -> pl.DataFrame:
    """Classes with few promises put together as one: none of them can be judged alone."""
    few = (pl.col("due_at").count().over("klass") < FEWEST_PROMISES) & pl.col("due_at").is_not_null()
    return items.with_columns(klass=pl.when(few).then(pl.lit(FEW)).otherwise("klass"))


def _bounds(schedule: Schedule, first: date, last: date) -> Integers:
    edges = np.array([(first - _EPOCH).days, (last + timedelta(days=1) - _EPOCH).days], dtype=np.int64) * DAY
    return to_utc_seconds(edges, schedule.time_zone)


def _axis(schedule: Schedule, duty: pl.DataFrame | None, items: pl.DataFrame, bounds: tuple[int, int]) -> Axis:
    """When the queues can be worked: opening hours and rostered time; where the desk never closes, rostered time, or
    the hours of the week in which work is done."""
    always = never_closes([schedule])
    rostered = None
    if duty is not None:
        rostered = presence.united(
            (presence.seconds(duty["start_at"]), presence.seconds(duty["end_at"])), (_NONE, _NONE)
        )
    if rostered is None:
        axis = cut(*schedule.intervals(), schedule.time_zone)
        return _worked(axis, items) if always else axis
    opened = (_NONE, _NONE) if always else schedule.intervals()
    return cut(*presence.united(opened, rostered), schedule.time_zone).between(*bounds)


_NONE = np.empty(0, dtype=np.int64)


def _worked(axis: Axis, items: pl.DataFrame) -> Axis:
    """The buckets of those hours of the week in which touches are usually done."""
    done = items["done_at"].drop_nulls()
    at = axis.holding(presence.seconds(done))
    at = at[at < len(axis)]
    key = axis.weekday * 24 + axis.hour
    touches = np.bincount(key[at], minlength=8 * 24)
    return axis.only(touches[key] >= WORKED * max(1, int(touches.max(initial=0))))


def _demand(items: pl.DataFrame, axis: Axis, week: Week, begin: int, handle: Handle, said: Assumptions) -> Demand:
    """The typical week's work: what was released in the dates looked at."""
    fresh = items.filter(pl.col("released_at").to_physical() // 1_000_000 >= begin)
    due = (fresh["by_at"].to_physical().cast(pl.Float64) / 1e6).fill_null(np.inf).to_numpy()
    promised = fresh.filter(pl.col("due_at").is_not_null()).group_by(pl.col("klass").cast(pl.String))
    highest = promised.agg(pl.col("objective").max()).sort("klass")
    found = typical(
        presence.seconds(fresh["released_at"]),
        due,
        fresh["hours"].to_numpy(),
        fresh["klass"].cast(pl.String).to_numpy(),
        axis,
        week,
        objectives={name: said.objective if share is None else share for name, share in highest.iter_rows()},
        rank=fresh["rank"].to_numpy(),
        spread=handle.spread,
    )
    after = dict(fresh.group_by(pl.col("klass").cast(pl.String)).agg(pl.col("after").mean()).iter_rows())
    return replace(found, after=np.array([after[name] for name in found.klasses]))


def weeks(first: date, last: date) -> float:
    """How many weeks the dates are, both included."""
    return ((last - first).days + 1) / 7


def at_hour(day: date, hour: int, zone: str) -> int:
    """The UTC second of a local date and hour; hour 24 is the end of the day."""
    wall = np.array([(day - _EPOCH).days * DAY + hour * HOUR], dtype=np.int64)
    return int(to_utc_seconds(wall, zone)[0])


def utc(second: float) -> datetime:
    """An instant of UTC seconds, without a zone; for dates only."""
    return datetime(1970, 1, 1) + timedelta(seconds=second)  # noqa: DTZ001 - told as UTC
