"""Which shifts, and how many people on each, cover what every hour requires at least cost?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from analytics.errors import StaffingError
from analytics.staffing.axis import Integers, Numbers, Week
from analytics.staffing.solver import Budget, Progress, Rows, Solved, chosen
from analytics.staffing.terms import WEEK_MINUTES
from analytics.staffing.tours import Tours

COVER_SECONDS = 10.0
_DEAR = 1_000.0
"""A lacking hour costs so many times the dearest paid one, so that none lacks that could be had."""
_SAME = 1e-6
_TOLD = 6
"""Stretches that are named; the rest are counted."""


@dataclass(frozen=True, eq=False)
class ShiftPlan:
    """How many people work each tour.

    Attributes:
        tours: that may be worked.
        count: int64[k] people on each.
        level: float64[n] people required in each place.
        short: float64[n] hours that lack in each place; 0 where what is required is covered.
        bound: no plan under these terms costs less.
        proven: this one is known to cost the least, or within the gap that was asked for.
        how: whether each hour's requirement was covered, or the work due in every window was bound to the shifts.
        note: why it is not what was asked for; empty where it is.
    """

    tours: Tours
    count: Integers
    level: Numbers
    short: Numbers
    bound: float
    proven: bool
    how: Literal["cover", "demand"]
    note: str = ""

    @property
    def people(self) -> int:
        """How many."""
        return int(self.count.sum())

    @property
    def paid(self) -> float:
        """Paid hours a week."""
        return float(self.tours.paid @ self.count)

    @property
    def cost(self) -> float:
        """A week, in the unit of the terms' cost."""
        return float(self.tours.cost @ self.count)

    @property
    def gap(self) -> float:
        """How much of the cost might be saved at most, as a share; 0 where it is the least."""
        return max(0.0, 1 - self.bound / self.cost) if self.cost > 0 else 0.0

    @property
    def hours(self) -> Numbers:
        """float64[n]: hours worked in each place, breaks taken out."""
        return np.asarray(self.tours.hours @ self.count, np.float64)

    @property
    def scheduled(self) -> Numbers:
        """float64[n]: people at work in each place, on average over its open time."""
        return np.asarray(self.hours / self.tours.week.open, np.float64)

    @property
    def fewest(self) -> Numbers:
        """float64[n]: people at work at the emptiest moment of each place."""
        return np.minimum.reduceat(self.tours.present @ self.count, first_slots(self.tours))

    @property
    def over(self) -> Numbers:
        """float64[n]: people scheduled less people required."""
        return self.scheduled - self.level


def cover(
    tours: Tours,
    required: npt.ArrayLike,
    *,
    soft: bool = False,
    time_limit: float = COVER_SECONDS,
    progress: Progress | None = None,
) -> ShiftPlan:
    """The tours that give every place the people it requires at every moment, at least cost.

    People on a break do not count, so breaks are taken in turn. Where people may work every second weekend only, half
    of each contract's people, or more, have it free, and those who work late on Sunday have others to change places
    with.

    Args:
        tours: that may be worked.
        required: float[n] people in each place, after shrinkage: as they are rostered. Breaks must not be in the
            shrinkage, as they are in the shifts.
        soft: cover as much as can be, and say what lacks, where the terms do not allow to cover everything.
        time_limit: seconds.
        progress: told the share of the time that is over; what it raises ends the work.

    Raises:
        StaffingError: a requirement that does not fit the places, or that no plan covers: it names the hours.

    Example:
        >>> from analytics.staffing.terms import Terms
        >>> from analytics.staffing.tours import tours
        >>> week = Week(np.repeat(np.arange(1, 6), 9), np.tile(np.arange(8, 17), 5), np.ones(45), "UTC")
        >>> plan = cover(tours(week, Terms(breaks=())), np.tile([1, 1, 3, 3, 3, 3, 3, 1, 1], 5))
        >>> plan.people, plan.paid, plan.proven, plan.scheduled[:9].tolist()
        (3, 120.0, True, [1.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 2.0])
    """
    level = _checked(tours, required)
    if soft:
        return _soft(tours, level, Budget(time_limit, progress, "Choosing shifts"), time_limit)
    _reachable(tours, level)
    found = _covered(tours, level, Budget(time_limit, progress, "Choosing shifts"))
    if found.x is not None:
        return _plan(tours, level, found)
    plan = _soft(tours, level, Budget(time_limit, progress, "Looking for what lacks"), time_limit)
    if not plan.short.any():
        return plan
    cannot = "These terms cannot cover" if found.proven else f"In {time_limit:g} seconds no plan was found that covers"
    raise StaffingError(
        f"{cannot} what is required: {plan.short.sum():,.1f} hours a week lack, "
        f"{_stretches(tours.week, plan.short > 0)}. Expected enough people who may work then. Allow more weekends, "
        "other shifts or more people, or see the plan that covers as much as can be."
    )


def _soft(tours: Tours, level: Numbers, budget: Budget, seconds: float) -> ShiftPlan:
    """The plan that leaves least uncovered, and of those the cheapest.

    Raises:
        StaffingError: there was no time to find one.
    """
    found = _covered(tours, level, budget, soft=True)
    if found.x is None:
        raise StaffingError(
            f"No shift plan was found in {seconds:g} seconds. Expected one. Allow more time, or fewer starts, "
            "lengths or contracts."
        )
    return _plan(tours, level, found)


def _checked(tours: Tours, required: npt.ArrayLike) -> Numbers:
    """What is required, as numbers.

    Raises:
        StaffingError: it does not fit the places, or is below 0.
    """
    level, n = np.asarray(required, np.float64), len(tours.week)
    if level.shape != (n,) or not (np.isfinite(level) & (level >= 0)).all():
        raise StaffingError(
            f"People are required in {level.size} places of the week, which has {n}. Expected a number of 0 or more "
            "for each."
        )
    return level


def _reachable(tours: Tours, level: Numbers) -> None:
    """Refuse what nobody can work.

    Raises:
        StaffingError: it names the hours.
    """
    empty = (tours.present.max(axis=1) <= 0).astype(np.int64)
    missed = (level > 0) & (np.maximum.reduceat(empty, first_slots(tours)) > 0)
    if missed.any():
        raise StaffingError(
            f"No shift allowed by these terms works through {_stretches(tours.week, missed)}, where people are "
            "required. Expected a shift that fits the opening hours of these days. Allow a shorter shift, another "
            "start, or a contract with other days."
        )


def _stretches(week: Week, held: npt.NDArray[np.bool_]) -> str:
    """Places in words, side by side ones together."""
    at = np.flatnonzero(held)
    key = (week.weekday * 24 + week.hour)[at]
    runs = np.split(at, np.flatnonzero(np.diff(key) != 1) + 1) if len(at) else []
    named = [week.label(int(run[0]), int(run[-1])) for run in runs]
    more = f" and {len(named) - _TOLD} more times" if len(named) > _TOLD else ""
    return ", ".join(named[:_TOLD]) + more


def _covered(tours: Tours, level: Numbers, budget: Budget, *, soft: bool = False) -> Solved:
    """Least cost of covering each place; with what lacks as further variables where it is soft."""
    asked = np.flatnonzero(level[tours.slot] > 0)
    need = level[tours.slot][asked]
    present = tours.present[asked]
    rows, cost = people(tours), tours.cost
    whole = np.ones(len(tours), dtype=np.bool_)
    if soft:
        present = np.hstack([present, np.eye(len(asked))])
        rows = Rows.of(np.hstack([rows.matrix.toarray(), np.zeros((len(rows.low), len(asked)))]), rows.low, rows.high)
        dear = _DEAR * float((tours.cost / tours.paid).max()) * tours.length[asked]
        cost, whole = np.concatenate([cost, dear]), np.concatenate([whole, np.zeros(len(asked), dtype=np.bool_)])
    if not len(asked):
        return Solved(np.zeros(len(cost)), 0.0, 0.0, proven=True)
    return chosen(cost, rows.and_also(Rows.of(present, need, np.inf)), whole, budget)


def _plan(tours: Tours, level: Numbers, found: Solved) -> ShiftPlan:
    """What was found as a plan; with soft cover its bound is that of the people's cost where it is proven."""
    assert found.x is not None  # noqa: S101 - asked by the callers
    count = np.round(found.x[: len(tours)]).astype(np.int64)
    if found.cost == float(tours.cost @ count):
        needed = level[tours.slot]
        count = spread(tours, count, lambda tried: bool((tours.present @ tried >= needed - _SAME).all()))
    lacking = np.maximum(0.0, level[tours.slot] - tours.present @ count) * tours.length
    short = np.add.reduceat(lacking, first_slots(tours))
    short[short < _SAME] = 0.0
    cost = float(tours.cost @ count)
    beside = found.cost - cost
    return ShiftPlan(tours, count, level, short, max(0.0, found.bound - beside), found.proven, "cover")


def spread(tours: Tours, count: Integers, holds: Callable[[Integers], bool]) -> Integers:
    """The same shifts with their breaks taken in turn, as far as a plan still holds: nothing costs more or less.

    People of one tour but for its breaks are moved, one by one, from where most have theirs to where fewest do.

    Args:
        tours: that may be worked.
        count: int64[k] people on each.
        holds: whether so many people on each are enough.
    """
    groups: dict[tuple[object, ...], list[int]] = {}
    for tour, shifts in enumerate(tours.shifts):
        alike = (int(tours.contract[tour]), float(tours.cost[tour]), tuple(shift[:3] for shift in shifts))
        groups.setdefault(alike, []).append(tour)
    for tried in groups.values():
        members = np.array(tried)
        while count[members].max() - count[members].min() > 1:
            moved = count.copy()
            moved[members[np.argmax(count[members])]] -= 1
            moved[members[np.argmin(count[members])]] += 1
            if not holds(moved):
                break
            count = moved
    return count


def first_slots(tours: Tours) -> Integers:
    """int64[n]: the first slot of each place."""
    return np.searchsorted(tours.slot, np.arange(len(tours.week))).astype(np.int64)


def people(tours: Tours) -> Rows:
    """What the terms say of how many people work which tours: weekends in turn, and how many have which contract.

    Where weekends are worked in turn, each contract has enough people for it, and as many of them begin their next week
    late enough as end this one late: sorted by time, each set of late ones holds in the set of those they change with.
    """
    terms, of, every = tours.terms, tours.contract, np.ones(len(tours))
    rows, high = [], []
    for number, contract in enumerate(terms.contracts):
        mine = (of == number).astype(np.float64)
        if contract.people is not None:
            rows.append(mine)
            high.append(float(contract.people))
        if contract.share < 1:
            rows.append(mine - contract.share * every)
            high.append(0.0)
        away, home = (of == number) & tours.weekend, (of == number) & ~tours.weekend
        if terms.weekends == 1 or not away.any():
            continue
        rows.append(terms.weekends * away - mine)
        high.append(0.0)
        for ready in np.unique(tours.ready[away]):
            late, after = away & (tours.ready >= ready), home & (tours.first + WEEK_MINUTES >= ready)
            if (after < home).any() or not home.any():
                rows.append(late.astype(np.float64) - after)
                high.append(0.0)
    matrix = np.array(rows).reshape(len(rows), len(tours))
    return Rows.of(matrix, -np.inf, np.array(high)) if rows else Rows.of(np.zeros((1, len(tours))), -np.inf, 0.0)
