"""Whole numbers at least cost, within so many seconds, and let go of when the planner has changed their mind."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Thread
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import LinearConstraint, linprog, milp
from scipy.sparse import csr_array, vstack

from analytics.staffing.axis import Numbers

Progress = Callable[[float, str], None]
"""Told the share that is done and what is being done; what it raises ends the work."""

_LOOK = 0.2
"""Seconds between two looks at whether to go on."""
_LEAST = 0.5
"""Seconds a search is given at least."""
FIRST = 300
"""Columns that are searched first: those dearest to leave out."""
_NEARLY = 0.6
"""A part of a person from which on it is rounded up at once."""
_SAME = 1e-6


@dataclass(frozen=True, eq=False)
class Solved:
    """What was found.

    Attributes:
        x: float64[k], whole where asked for; None where nothing was found.
        cost: of x; inf where nothing was found.
        bound: no solution costs less; inf where there is none.
        proven: none costs less than x, up to the gap asked for; or there is none at all.
    """

    x: Numbers | None
    cost: float
    bound: float
    proven: bool


class Budget:
    """Seconds to spend, and whom to tell how many are spent."""

    def __init__(self, seconds: float, progress: Progress | None, what: str) -> None:
        self.seconds, self._began = seconds, time.perf_counter()
        self._progress, self._what = progress, what

    @property
    def left(self) -> float:
        """Seconds that are left; 0 where none are."""
        return max(0.0, self.seconds - (time.perf_counter() - self._began))

    def tell(self) -> None:
        """Say how far it is; what the listener raises ends the work."""
        if self._progress is not None:
            self._progress(1 - self.left / self.seconds if self.seconds > 0 else 1.0, self._what)

    def part(self, seconds: float) -> "Budget":
        """So many of the seconds that are left, of which the listener hears as of all of them."""
        return Budget(min(seconds, self.left), None if self._progress is None else lambda *_: self.tell(), self._what)


@dataclass(frozen=True, eq=False)
class Rows:
    """Conditions on x: low <= matrix @ x <= high.

    Attributes:
        matrix: sparse, float64[r, k].
        low, high: float64[r].
    """

    matrix: csr_array
    low: Numbers
    high: Numbers

    @classmethod
    def of(cls, matrix: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike) -> "Rows":
        """From rows that may be dense, and bounds of each or of all."""
        rows = csr_array(np.atleast_2d(np.asarray(matrix, np.float64)))
        size = rows.shape[0]
        return cls(rows, np.broadcast_to(low, size).astype(np.float64), np.broadcast_to(high, size).astype(np.float64))

    def and_also(self, other: "Rows") -> "Rows":
        """Both sets of conditions."""
        both = csr_array(vstack([self.matrix, other.matrix]))
        return Rows(both, np.concatenate([self.low, other.low]), np.concatenate([self.high, other.high]))

    def only(self, columns: npt.NDArray[np.bool_]) -> "Rows":
        """The same conditions where the other columns are 0."""
        return Rows(csr_array(self.matrix[:, np.flatnonzero(columns)]), self.low, self.high)


@dataclass(frozen=True, eq=False)
class Relaxed:
    """What it would cost if people could be divided.

    Attributes:
        x: float64[k]; None where even so nothing is possible, or there was no time.
        cost: of x; inf where nothing is possible.
        extra: float64[k], how much more than `cost` it costs at least to have one of each.
        impossible: nothing satisfies the conditions.
    """

    x: Numbers | None
    cost: float
    extra: Numbers
    impossible: bool


def relaxed(cost: Numbers, rows: Rows, budget: Budget, floor: npt.ArrayLike = 0.0) -> Relaxed:
    """The linear programme without the whole numbers, of x not below `floor`.

    Example:
        >>> found = relaxed(np.array([3.0, 2.0]), Rows.of([[2.0, 1.0]], 3.0, np.inf), Budget(5.0, None, ""))
        >>> found.x.tolist(), found.cost, found.extra.tolist()
        ([1.5, 0.0], 4.5, [0.0, 0.5])
    """
    above, below = np.isfinite(rows.low), np.isfinite(rows.high)
    matrix = csr_array(vstack([rows.matrix[np.flatnonzero(below)], -rows.matrix[np.flatnonzero(above)]]))
    limit = np.concatenate([rows.high[below], -rows.low[above]])
    options = {"time_limit": max(_LEAST, budget.left)}
    bounds = np.stack([np.broadcast_to(floor, len(cost)), np.full(len(cost), np.inf)], axis=1)
    found = linprog(cost, A_ub=matrix, b_ub=limit, bounds=bounds, method="highs-ds", options=options)
    budget.tell()
    if found.x is None or found.status != 0:
        return Relaxed(None, np.inf, np.zeros(len(cost)), bool(found.status == 2))
    extra = cost - matrix.T @ found.ineqlin.marginals
    return Relaxed(found.x, float(found.fun), np.maximum(0.0, extra), impossible=False)


def rounded(cost: Numbers, rows: Rows, whole: npt.NDArray[np.bool_], divided: Numbers, budget: Budget) -> Solved:
    """A solution soon, by rounding up what is nearly whole and dividing the rest anew until all is whole.

    Example:
        >>> rows = Rows.of([[2.0, 1.0]], 3.0, np.inf)
        >>> cost, whole, divided = np.array([3.0, 2.0]), np.array([True, True]), np.array([1.5, 0.0])
        >>> found = rounded(cost, rows, whole, divided, Budget(5.0, None, ""))
        >>> found.x.tolist(), found.cost, found.proven
        ([2.0, 0.0], 6.0, False)
    """
    x, held = divided, np.zeros(len(cost))
    while budget.left > 0:
        held = np.where(whole, np.maximum(held, np.floor(x + _SAME)), 0.0)
        part = np.where(whole, x - held, 0.0)
        if part.max(initial=0.0) <= _SAME:
            x = np.where(whole, held, x)
            return Solved(x, float(cost @ x), 0.0, proven=False)
        held = held + (part >= min(_NEARLY, part.max()))
        found = relaxed(cost, rows, budget, held)
        if found.x is None:
            break
        x = found.x
    return Solved(None, np.inf, 0.0, proven=False)


def chosen(
    cost: npt.ArrayLike, rows: Rows, whole: npt.ArrayLike, budget: Budget, *, gap: float = 1e-4, first: int = FIRST
) -> Solved:
    """As `least`, for many columns: a first solution by rounding, then a search of what the divided optimum likes.

    Then those columns that could still make it cheaper, if any: a column whose extra cost is more than what is left to
    save is in no better solution (reduced-cost fixing). Costs that are all multiples of one amount lift the bound to
    the next.

    Args:
        cost, rows, whole, budget, gap: as for `least`.
        first: how many columns are searched first, beside those of the divided optimum.

    Example:
        >>> found = chosen([3.0, 3.0], Rows.of([[2.0, 1.0]], 3.0, np.inf), [True, True], Budget(5.0, None, ""))
        >>> found.cost, found.bound, found.proven
        (6.0, 6.0, True)
    """
    price, every = np.asarray(cost, np.float64), np.asarray(whole, dtype=np.bool_)
    divided = relaxed(price, rows, budget)
    if divided.x is None:
        return Solved(None, np.inf, np.inf if divided.impossible else 0.0, divided.impossible)
    step = _step(price) if every.all() else 0.0
    bound = math.ceil(divided.cost / step - _SAME) * step if step else divided.cost
    tried = ~every | (divided.x > 0)
    tried[np.argsort(divided.extra, kind="stable")[:first]] = True
    soon = rounded(price[tried], rows.only(tried), every[tried], divided.x[tried], budget)
    found = _cheaper(_placed(soon, tried), _among(tried, price, rows, every, budget, gap))
    if found.cost <= bound * (1 + gap) + _SAME:
        return Solved(found.x, found.cost, min(bound, found.cost), proven=True)
    useful = ~every | (divided.cost + divided.extra <= found.cost - step + _SAME)
    if (useful & ~tried).any():
        if budget.left < _LEAST and found.x is not None:
            return Solved(found.x, found.cost, bound, proven=False)
        found = _cheaper(found, _among(useful, price, rows, every, budget, gap))
    return Solved(found.x, found.cost, min(found.cost, max(bound, found.bound)), found.proven)


def _cheaper(before: Solved, found: Solved) -> Solved:
    """What was searched for, or what was there before where that is cheaper; with what the search proved."""
    if before.cost < found.cost:
        return Solved(before.x, before.cost, min(before.cost, found.bound), found.proven)
    return found


def _placed(found: Solved, columns: npt.NDArray[np.bool_]) -> Solved:
    """A solution of some columns as one of all; the others are 0."""
    if found.x is None:
        return found
    x = np.zeros(len(columns))
    x[columns] = found.x
    return Solved(x, found.cost, found.bound, found.proven)


def _among(
    columns: npt.NDArray[np.bool_], cost: Numbers, rows: Rows, whole: npt.NDArray[np.bool_], budget: Budget, gap: float
) -> Solved:
    """The cheapest solution with some columns only; the others are 0."""
    return _placed(least(cost[columns], rows.only(columns), whole[columns], budget, gap=gap), columns)


def _step(cost: Numbers) -> float:
    """The largest amount, in hundredths, that all costs are multiples of; 0 where there is none."""
    cents = np.round(cost * 100)
    if not np.allclose(cents, cost * 100, rtol=0, atol=_SAME):
        return 0.0
    return math.gcd(*cents.astype(np.int64).tolist()) / 100


def least(cost: npt.ArrayLike, rows: Rows, whole: npt.ArrayLike, budget: Budget, *, gap: float = 1e-4) -> Solved:
    """The x of 0 or more that costs least, by branch and cut.

    The search runs beside a loop that tells the listener every fifth of a second. Where the listener raises, the call
    ends at once; the search itself ends when its own seconds are over.

    Args:
        cost: float[k] of each.
        rows: conditions.
        whole: bool[k], which must be whole numbers.
        budget: seconds that are left, and the listener.
        gap: a solution whose cost lies within this share of the bound is good enough.

    Example:
        >>> found = least([3.0, 2.0], Rows.of([[2.0, 1.0]], 3.0, np.inf), [True, True], Budget(5.0, None, ""))
        >>> found.x.tolist(), found.cost, found.proven
        ([1.0, 1.0], 5.0, True)

    Source: HiGHS (Huangfu and Hall 2018), by scipy.
    """
    price, asked = np.asarray(cost, np.float64), np.asarray(whole, np.int64)
    held: list[Any] = []

    def search() -> None:
        limit = max(_LEAST, budget.left)
        condition = LinearConstraint(rows.matrix, rows.low, rows.high)
        options = {"time_limit": limit, "mip_rel_gap": gap}
        held.append(milp(price, constraints=condition, integrality=asked, options=options))

    runner = Thread(target=search, daemon=True)
    runner.start()
    while runner.is_alive():
        runner.join(_LOOK)
        budget.tell()
    found = held[0]
    if found.x is None:
        impossible = found.status == 2
        return Solved(None, np.inf, np.inf if impossible else 0.0, impossible)
    x = np.where(asked > 0, np.round(found.x), found.x)
    spent = float(price @ x)
    bound = spent if found.mip_dual_bound is None else min(spent, float(found.mip_dual_bound))
    return Solved(x, spent, bound, bool(found.status == 0))
