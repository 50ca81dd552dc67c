"""How much work does a typical week bring, when does it begin and by when must it be done?"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from analytics.errors import StaffingError
from analytics.staffing.axis import DAY, HOUR, Axis, Integers, Numbers, Week

Flags = npt.NDArray[np.bool_]

_WEEK = 7 * DAY
_FEWEST_DAYS = 3
"""Weeks below which nothing is said of how days of one kind differ."""
_SHORT, _PARTS = 2, 4
"""Allowances below two hours are kept apart by quarters of an hour."""


@dataclass(frozen=True, eq=False)
class Demand:
    """Mean work of a typical week on its n places.

    One row a release, due place, class and whether it waits, sorted by these; allowances below two hours are kept apart
    by quarters of an hour.

    Attributes:
        released: int64[m], 0..n-1: the place in which the work can begin.
        due: int64[m], the last place in which it is on time, counted on from the same week: n + 2 is the third place of
            the next one. Never before `released`.
        waiting: bool[m], released while closed: it is there when the place begins. Else it comes at any time in it.
        allowance: float64[m], mean open hours from release to due; 0 or less where it is due before anybody can
            begin, inf without a promise.
        hours: float64[m], mean hours of work a week.
        count: float64[m], mean touches a week.
        klass: int64[m], into `klasses`.
        klasses: names of the classes.
        objective: float64[k], share of each class's promises to be kept; NaN where there is none.
        rank: int64[k], 0 = first by priority.
        second: E[S^2] / E[S] of the work S of a touch, hours.
        busyness: how much days of one weekday differ beyond chance, a coefficient of variation.
        weeks: how many whole weeks it was seen over.
        left_out: weeks left out, as the desk was closed on a usual day.
        days: weekdays on which the desk opens.
        n: number of places.
        after: float64[k], mean hours of a touch of each class that come after its clock has stopped, as a reply comes
            before the rest of the work: `due` and `allowance` are by so much later than the clock. Empty: none.
    """

    released: Integers
    due: Integers
    waiting: Flags
    allowance: Numbers
    hours: Numbers
    count: Numbers
    klass: Integers
    klasses: tuple[str, ...]
    objective: Numbers
    rank: Integers
    second: float
    busyness: float
    weeks: int
    left_out: int
    days: int
    n: int
    after: Numbers = field(default_factory=lambda: np.zeros(0))

    @property
    def total(self) -> float:
        """Hours of work a week."""
        return float(self.hours.sum())

    @property
    def doubt(self) -> float:
        """Standard error of `total` as a share of it: what so many weeks cannot tell about the mean week."""
        if not self.total:
            return 0.0
        chance = self.second / self.total
        return math.sqrt((chance + self.busyness**2 / max(1, self.days)) / max(1, self.weeks))

    def scaled(self, volume: float = 1.0, handle: float = 1.0) -> "Demand":
        """The same week with so many times the touches, each of so many times the work.

        Raises:
            StaffingError: a factor of 0 or less.
        """
        if not (volume > 0 and handle > 0):
            raise StaffingError(f"Volume times {volume:g} and handle time times {handle:g}. Expected more than 0.")
        return replace(self, hours=self.hours * volume * handle, count=self.count * volume, second=self.second * handle)


def typical(
    released_at: npt.ArrayLike,
    due_at: npt.ArrayLike,
    hours: npt.ArrayLike,
    klass: npt.ArrayLike,
    axis: Axis,
    week: Week,
    *,
    objectives: Mapping[str, float] | None = None,
    rank: npt.ArrayLike = 0,
    spread: float = 1.0,
) -> Demand:
    """The mean week of real touches.

    Work begins in the first open bucket after its release and is due in the last bucket that ends in time, though never
    before the one it begins in. Where such a bucket is no place of the typical week, it begins in the next that is, and
    is due in the one before. Work without a promise is due a week after its release: it must be done, at no given time.

    Weeks in which the desk was closed on a usual day are left out, and so are touches released outside the axis.

    Args:
        released_at, due_at: float[m] UTC seconds; due inf: no promise.
        hours: float[m] work of each touch.
        klass: str[m] or int[m].
        axis: the open time looked at.
        week: its places.
        objectives: share of promises to be kept by class; a class not named has none.
        rank: int[m] or one for all, by priority; of several in a class the lowest counts.
        spread: E[S^2] / E[S]^2 of the work of touches with the same `hours`; 1: they are known one by one.

    Raises:
        StaffingError: arrays of different lengths, work that is no number, or no whole week.

    Example:
        >>> from analytics.staffing.axis import cut
        >>> day = np.arange(4, 11) * 86400  # Monday 1970-01-05 on
        >>> axis = cut(day + 8 * 3600, day + 10 * 3600, "UTC")
        >>> monday = day[0] + 7 * 3600
        >>> found = typical([monday, monday], [monday + 7300, np.inf], [2.0, 1.0], ["a", "a"], axis, Week.of(axis))
        >>> found.released.tolist(), found.due.tolist(), found.allowance.tolist(), found.hours.tolist()
        ([0, 0], [0, 14], [1.0277777777777777, inf], [2.0, 1.0])
    """
    begin, until = np.asarray(released_at, np.float64), np.asarray(due_at, np.float64)
    work, names = np.asarray(hours, np.float64), np.asarray(klass)
    if not len(begin) == len(until) == len(work) == len(names):
        raise StaffingError(
            f"There are {len(begin)} releases, {len(until)} due times, {len(work)} amounts of work and {len(names)} "
            "classes. Expected as many of each: one a touch."
        )
    if not (np.isfinite(work).all() and (work >= 0).all() and not np.isnan(until).any()):
        raise StaffingError("A touch has no work or due time. Expected hours of 0 or more, and inf for no promise.")
    whole, left_out = whole_weeks(axis, week)
    if not whole.any():
        raise StaffingError(
            f"None of the {left_out} weeks looked at is whole: the desk was closed on a usual day of each, or the data "
            "begin or end within it. Expected one whole week. Choose a longer time."
        )
    bucket = axis.holding(begin)
    first_seen = axis.start[0] - (_WEEK - _length(week))
    inside = (bucket < len(axis)) & (begin >= first_seen)
    begin, until, work, names, bucket = begin[inside], until[inside], work[inside], names[inside], bucket[inside]
    ranked = np.broadcast_to(np.asarray(rank, np.int64), inside.shape)[inside]
    released, ahead, waiting = _released(begin, bucket, axis, week)
    kept = np.flatnonzero((released >= 0) & whole[np.clip(ahead, 0, len(whole) - 1)])
    begin, until, work, names, ranked = begin[kept], until[kept], work[kept], names[kept], ranked[kept]
    released, ahead, waiting = released[kept], ahead[kept], waiting[kept]
    due, allowance = _due(begin, until, released, ahead, axis, week)
    kinds, code = np.unique(names, return_inverse=True)
    lowest = np.full(len(kinds), np.iinfo(np.int64).max)
    np.minimum.at(lowest, code, ranked)
    raw = float((work**2).sum() / work.sum()) if work.sum() > 0 else 0.0
    number = int(whole.sum())
    # Short allowances are kept apart: what is due before anybody can begin is another matter than what is due soon.
    short = np.clip(np.ceil(np.minimum(allowance, _SHORT) * _PARTS), 0, _SHORT * _PARTS).astype(np.int64)
    key = np.stack([released, due, code, waiting.astype(np.int64), np.where(np.isinf(until), -1, short)])
    cells, where = np.unique(key, axis=1, return_inverse=True)
    where = where.reshape(-1)
    size = np.bincount(where, minlength=cells.shape[1])
    return Demand(
        released=cells[0],
        due=cells[1],
        waiting=cells[3] == 1,
        allowance=np.bincount(where, weights=allowance, minlength=len(size)) / np.maximum(size, 1),
        hours=np.bincount(where, weights=work, minlength=len(size)) / number,
        count=size / number,
        klass=cells[2],
        klasses=tuple(str(kind) for kind in kinds),
        objective=np.array([(objectives or {}).get(str(kind), np.nan) for kind in kinds], np.float64),
        rank=lowest,
        second=raw * spread,
        busyness=_busyness(released, ahead, work, raw, week, number),
        weeks=number,
        left_out=left_out,
        days=len(np.unique(week.weekday)),
        n=len(week),
    )


def whole_weeks(axis: Axis, week: Week) -> tuple[Flags, int]:
    """Which weeks of the axis were open on every usual weekday, and how many were not.

    Args:
        axis: open time on real dates.
        week: its places.

    Returns:
        bool by number of the week, and the number of those that are not whole.
    """
    count = int(axis.week.max(initial=-1)) + 1
    seen = np.zeros((count, 8), dtype=np.bool_)
    seen[axis.week, axis.weekday] = True
    whole = np.asarray(seen[:, np.unique(week.weekday)].all(axis=1))
    return whole, int(count - whole.sum())


def starts(week: Week) -> Numbers:
    """When each place of a typical week begins, float64[n] seconds after Monday 00:00.

    A place open for part of its hour lies at its end where no place goes before it, else at its start.
    """
    hour = (week.weekday - 1) * 24 + week.hour
    follows = np.concatenate([[False], hour[1:] == hour[:-1] + 1])
    return np.asarray((hour + np.where(follows, 0.0, 1 - week.open)) * HOUR, np.float64)


def _length(week: Week) -> float:
    """Seconds from the first opening of a week to its last closing."""
    begin = starts(week)
    return float(begin[-1] + week.open[-1] * HOUR - begin[0])


def _released(begin: Numbers, bucket: Integers, axis: Axis, week: Week) -> tuple[Integers, Integers, Flags]:
    """The place each touch can begin in (-1: none), the week that lies in, and whether it waits for the opening."""
    place = week.place(axis)
    usual = np.flatnonzero(place >= 0)
    at = np.searchsorted(usual, bucket)
    found = np.append(usual, -1)[at]
    released = np.where(found < 0, -1, place[found])
    return released, np.where(found < 0, -1, axis.week[found]), (begin <= axis.start[found]) | (found != bucket)


def _due(
    begin: Numbers, until: Numbers, released: Integers, ahead: Integers, axis: Axis, week: Week
) -> tuple[Integers, Numbers]:
    """The due place, counted on from the week of release, and the open hours from release to due.

    A due time after the end of the axis is looked up so many whole weeks earlier.
    """
    n, opened = len(week), float(week.open.sum())
    promised = np.isfinite(until)
    late = np.where(promised, until, begin)
    back = np.maximum(0, np.ceil((late - axis.end[-1]) / _WEEK))
    place = week.place(axis)
    usual = np.flatnonzero(place >= 0)
    at = np.searchsorted(usual, axis.before(late - back * _WEEK), side="right") - 1
    found = usual[np.maximum(at, 0)]
    position = np.where(at < 0, -1, place[found] + n * (axis.week[found] - ahead + back.astype(np.int64)))
    due = np.where(promised, np.maximum(position, released), released + n)
    edges = np.stack([axis.start, axis.end], axis=1).reshape(-1)
    reached = np.stack([np.cumsum(axis.open) - axis.open, np.cumsum(axis.open)], axis=1).reshape(-1)
    spent = np.interp(late - back * _WEEK, edges, reached) + back * opened - np.interp(begin, edges, reached)
    return due, np.where(promised, spent, np.inf)


def _busyness(released: Integers, ahead: Integers, work: Numbers, raw: float, week: Week, weeks: int) -> float:
    """By moments: how much the work of a weekday varies over the weeks beyond chance, over its mean."""
    if weeks < _FEWEST_DAYS or not len(work):
        return 0.0
    _, row = np.unique(ahead, return_inverse=True)
    days = np.unique(week.weekday)
    column = np.searchsorted(days, week.weekday[released])
    daily = np.zeros((weeks, len(days)))
    np.add.at(daily, (row, column), work)
    mean = daily.mean(axis=0)
    excess = daily.var(axis=0, ddof=1) - raw * mean
    return float(np.sqrt(max(0.0, excess.sum() / (mean**2).sum())))
