"""How many people does each hour of the week need, so that what falls due in any window is done in it?

The least hours that give every window of the typical week, those across weekends too, room for the work that must be
done inside it and a margin for chance; spread evenly where hours are equal, and nowhere more than the tightest window
of an hour asks for.

Source: the margin is that of normal approximation staffing (Green, Kolesar and Whitt 2007) put to the work due in a
window instead of the load at an instant, with one factor for all windows (the maximum variance principle: Choe and
Shroff 1998). A matrix of windows is totally unimodular (Fulkerson and Gross 1965), which makes whole agents come out
nearly by themselves.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog
from scipy.sparse import csr_array

from analytics.errors import StaffingError
from analytics.staffing.axis import Integers, Numbers
from analytics.staffing.demand import Demand
from analytics.staffing.windows import greatest, rolling, stretched

AHEAD = 6
"""Weeks a window may reach: long ones keep the work of a week within the hours of a week."""
SMALL_TEAM, FULL_TEAM, SMALL_OCCUPANCY = 3.0, 6.0, 0.90
"""Up to three agents on duty on average, no more than this share of their time is planned for; from six on, the maximum
occupancy; in between, shares in between."""
_SAME = 1e-6
_TRIFLE = 0.01
"""How much dearer the last agent of a place is than the first, as a share of the price of an hour."""
_ROUNDING = 1e-4
_STEPS = 30
"""Pieces in which the price of one more agent in the same hour rises."""


@dataclass(frozen=True, eq=False)
class Need:
    """What every window of a typical week must hold: row i, column k is the window of k + 1 places from place i on.

    Attributes:
        mean: float64[n, 6n] hours of work released and due inside.
        spread: float64[n, 6n] its standard deviation, hours.
        open: float64[n, 6n] open hours.
        each: float64[n] open hours of each place.
        total: hours of work a week.
    """

    mean: Numbers
    spread: Numbers
    open: Numbers
    each: Numbers
    total: float
    cuts: set[tuple[int, int]] = field(default_factory=set)
    """Windows that bound a plan of this week before: where the next search begins."""

    def asked(self, z: float) -> Numbers:
        """Hours of work with the margin, float64[n, 6n]."""
        return np.where(self.mean > 0, self.mean + z * self.spread, 0.0)


@dataclass(frozen=True, eq=False)
class Requirement:
    """Agents required in each place of the week.

    Attributes:
        level: int64[n] agents scheduled.
        hours: agent hours a week.
        z: the margin it was made with.
        first, last: int64[n] the window that asks most of each place, `last` counted on into later weeks.
        work, margin, open: float64[n] of that window: mean hours of work, hours of margin, open hours.
    """

    level: Integers
    hours: float
    z: float
    first: Integers
    last: Integers
    work: Numbers
    margin: Numbers
    open: Numbers


def need(demand: Demand, opened: npt.ArrayLike, *, uncertainty: float = 0.05) -> Need:
    """The work of every window of the week, and how far it may stray.

    Args:
        demand: of a typical week.
        opened: float[n] open hours of each place.
        uncertainty: common error of volume and handle time, a coefficient of variation.

    Raises:
        StaffingError: opening hours that do not fit the demand, or a negative uncertainty.
    """
    each, n = np.asarray(opened, np.float64), demand.n
    if not n or len(each) != n or not (np.isfinite(each) & (each > 0)).all():
        raise StaffingError(
            f"The week has {len(each)} places and the demand {n}. Expected as many, each open for some time."
        )
    if not uncertainty >= 0:
        raise StaffingError(f"The uncertainty is {uncertainty:g}. Expected a share of 0 or more, such as 0.05.")
    mean = rolling(demand.released, demand.due, demand.hours, n, AHEAD)
    size = stretched(each, AHEAD)
    days = np.maximum(1.0, size * demand.days / each.sum())
    spread = np.sqrt(mean * demand.second + (demand.busyness * mean) ** 2 / days + (uncertainty * mean) ** 2)
    return Need(mean, spread, size, each, demand.total)


def requirement(
    needed: Need,
    *,
    z: float,
    efficiency: float = 1.0,
    occupancy: float = 0.95,
    cost: npt.ArrayLike | None = None,
    floor: npt.ArrayLike | None = None,
) -> Requirement:
    """The least agent hours with which every window has room for its work and z times its standard deviation.

    Args:
        needed: as `need` gives it.
        z: margin in standard deviations; 1.645 would leave one window in twenty too small, were the work normal.
        efficiency: share of scheduled time worked on the queue: 1 less shrinkage.
        occupancy: largest share of that time to be planned for; small teams keep to SMALL_OCCUPANCY.
        cost: float[n] price of an agent hour in each place, relative; None: all alike.
        floor: int[n] least agents in each place; None: 0.

    Raises:
        StaffingError: a share outside 0 to 1, a negative margin, price or least number.

    Example:
        >>> day = Demand(np.array([0, 0]), np.array([0, 1]), np.array([True, True]), np.array([1.0, 2.0]),
        ...              np.array([4.0, 6.0]), np.array([8.0, 12.0]), np.array([0, 0]), ("a",), np.array([0.95]),
        ...              np.array([0]), 0.5, 0.0, 1, 0, 1, 2)
        >>> found = requirement(need(day, [1.0, 1.0], uncertainty=0.0), z=0.0, occupancy=1.0)
        >>> found.level.tolist(), found.first.tolist(), found.last.tolist(), found.work.tolist()
        ([5, 6], [0, 0], [1, 1], [10.0, 10.0])
    """
    n = len(needed.each)
    price = np.ones(n) if cost is None else np.asarray(cost, np.float64)
    least = np.zeros(n, np.int64) if floor is None else np.asarray(floor, np.int64)
    _possible(n, z, efficiency, occupancy, price, least)
    asked = needed.asked(z) / efficiency
    unit = needed.each[0]
    if np.allclose(needed.each, unit):
        asked = np.ceil(asked / unit - _SAME) * unit
    work = needed.total / efficiency
    share = occupied(work / occupancy / float(needed.each.sum()), occupancy)
    total = max(work / share, float((least * needed.each).sum()))
    exact = _least(needed, asked, total, price, least)
    level = np.ceil(exact - _ROUNDING).astype(np.int64)
    if (level - exact > _ROUNDING).any():
        level = _trimmed(level, least, needed, asked, total)
    return _told(level, needed, asked, z)


def occupied(agents: float, occupancy: float = 0.95) -> float:
    """The share of their time that may be planned for in a team of so many on duty: small teams need more air.

    Example:
        >>> occupied(2.0), occupied(4.5), occupied(9.0)
        (0.9, 0.925, 0.95)
    """
    share = (agents - SMALL_TEAM) / (FULL_TEAM - SMALL_TEAM)
    return min(occupancy, SMALL_OCCUPANCY + (occupancy - SMALL_OCCUPANCY) * min(1.0, max(0.0, share)))


def _least(needed: Need, asked: Numbers, total: float, price: Numbers, least: Integers) -> Numbers:
    """Levels by linear programming: windows are added while one is broken."""
    n, cuts = len(needed.each), needed.cuts
    density = asked / needed.open
    cuts |= {(i, int(k)) for i, k in enumerate(np.argmax(density, axis=1))}
    tightest = np.maximum(greatest(density)[0].max(axis=0), total / float(needed.each.sum()))
    programme = _Programme(needed.each, price, least, np.maximum(least, np.ceil(tightest - _SAME)).astype(np.int64))
    while True:
        rows = sorted(cuts)
        level = programme.solve(rows, np.array([asked[i, k] for i, k in rows]), total)
        short = asked - stretched(level * needed.each, AHEAD)
        worst = np.argmax(short, axis=1)
        broken = {(i, int(worst[i])) for i in range(n) if short[i, worst[i]] > _SAME} - cuts
        if not broken:
            return level
        cuts |= broken


class _Programme:
    """The linear programme of a week: agent hours up to each place, and agents in steps that grow dearer.

    That one more agent in the same place costs a trifle more spreads hours evenly where it makes no other difference.
    """

    def __init__(self, each: Numbers, price: Numbers, least: Integers, most: Integers) -> None:
        n, room = len(each), most - least
        width = max(1, int(np.ceil(most.max(initial=1) / _STEPS)))
        steps = -(-room // width)
        place = np.repeat(np.arange(n), steps)
        step = np.arange(len(place)) - np.repeat(np.cumsum(steps) - steps, steps)
        extra = (least[place] + step * width) / max(1, int(most.max(initial=1))) * _TRIFLE * float(price.mean())
        upper = np.minimum(width, room[place] - step * width)
        count = len(place)
        self._price = np.concatenate([np.zeros(n), (price[place] + extra) * each[place]])
        self._bounds = np.stack([np.zeros(n + count), np.concatenate([np.full(n, np.inf), upper])], axis=1)
        row = np.concatenate([np.arange(n), np.arange(1, n), place])
        column = np.concatenate([np.arange(n), np.arange(n - 1), n + np.arange(count)])
        value = np.concatenate([np.ones(n), -np.ones(n - 1), -each[place]])
        self._sums = csr_array((value, (row, column)), shape=(n, n + count))
        self._n, self._place, self._least, self._each = n, place, least, each

    def solve(self, rows: list[tuple[int, int]], amounts: Numbers, total: float) -> Numbers:
        """Agents in each place with which every window (start, places less one) has its amount of hours."""
        n, width = self._n, self._sums.shape[1]
        start, size = np.array(rows, np.int64).T
        weeks, rest = np.divmod(size + 1, n)
        end = start + rest
        over = end > n
        window = np.arange(len(rows))
        last = np.where(over, end - n, end)
        partly = rest > 0
        parts = [
            (window, np.full(len(rows), n - 1), weeks + over),
            (window, np.maximum(last, 1) - 1, (partly & (last > 0)).astype(np.int64)),
            (window, np.maximum(start, 1) - 1, -(partly & (start > 0)).astype(np.int64)),
            (np.array([len(rows)]), np.array([n - 1]), np.array([1])),
        ]
        row, column, value = (np.concatenate(each) for each in zip(*parts, strict=True))
        above = csr_array((-value.astype(np.float64), (row, column)), shape=(len(rows) + 1, width))
        found = linprog(
            self._price,
            A_ub=above,
            b_ub=-np.append(amounts, total),
            A_eq=self._sums,
            b_eq=self._least * self._each,
            bounds=self._bounds,
            method="highs",
        )
        if found.x is None:
            raise StaffingError(f"No plan could be made: {found.message} Look at the work, the hours and the prices.")
        agents = self._least.astype(np.float64)
        agents += np.bincount(self._place, weights=np.maximum(found.x[n:], 0.0), minlength=n)
        return agents


def _trimmed(level: Integers, least: Integers, needed: Need, asked: Numbers, total: float) -> Integers:
    """Take away agents that rounding up left over."""
    level, each = level.copy(), needed.each
    n = len(each)
    slack = stretched(level * each, AHEAD) - asked
    spare = float((level * each).sum()) - total
    length = np.arange(slack.shape[1])[None, :]
    for place in np.argsort(-each, kind="stable"):
        times = np.maximum(0, (length - (place - np.arange(n)[:, None]) % n) // n + 1)
        taken = times * each[place]
        while (
            level[place] > least[place]
            and spare >= each[place] - _SAME
            and (slack >= taken - _SAME).all(where=times > 0)
        ):
            level[place] -= 1
            spare -= each[place]
            slack -= taken
    return level


def _told(level: Integers, needed: Need, asked: Numbers, z: float) -> Requirement:
    """The requirement, with the fullest window of each place; of equally full ones the shortest."""
    n = len(level)
    capacity = stretched(level * needed.each, AHEAD)
    full = np.divide(asked, capacity, out=np.zeros(asked.shape), where=capacity > 0) - _TRIFLE**2 * needed.open
    full[asked <= 0] = -1.0
    of, ends = greatest(full)
    place = np.arange(n)
    first = np.argmax(of, axis=0)
    column = ends[first, place]
    known = of[first, place] > 0
    return Requirement(
        level=level,
        hours=float((level * needed.each).sum()),
        z=z,
        first=np.where(known, first, -1),
        last=np.where(known, first + column, -1),
        work=np.where(known, needed.mean[first, column], 0.0),
        margin=np.where(known, z * needed.spread[first, column], 0.0),
        open=np.where(known, needed.open[first, column], 0.0),
    )


def _possible(n: int, z: float, efficiency: float, occupancy: float, price: Numbers, least: Integers) -> None:
    """Check what the planner asks for."""
    for what, share in (("efficiency", efficiency), ("maximum occupancy", occupancy)):
        if not 0 < share <= 1:
            raise StaffingError(f"The {what} is {share:g}. Expected a share above 0, at most 1, such as 0.85.")
    if not z >= 0:
        raise StaffingError(f"The margin is {z:g} standard deviations. Expected 0 or more.")
    if len(price) != n or not (np.isfinite(price) & (price >= 0)).all():
        raise StaffingError(f"Expected {n} prices of an hour, one a place, each 0 or more.")
    if len(least) != n or (least < 0).any():
        raise StaffingError(f"Expected {n} least numbers of agents, one a place, each 0 or more.")
