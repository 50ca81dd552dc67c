"""Shifts put straight to the work that falls due: people on tours, with no requirement of each hour in between."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from analytics.errors import StaffingError
from analytics.staffing.axis import Integers, Numbers
from analytics.staffing.plan import AHEAD, Need, Requirement, occupied
from analytics.staffing.shifts import COVER_SECONDS, ShiftPlan, cover, people, spread
from analytics.staffing.solver import Budget, Progress, Rows, Solved, chosen, relaxed, rounded
from analytics.staffing.tours import Tours
from analytics.staffing.windows import stretched

BIND_SECONDS = 28.0
"""With what a last search takes longer, less than 30."""
GAP = 0.01
"""A plan within this share of the bound is good enough."""
_COVER_SHARE, _DIVIDED_SHARE, _ROUND_SHARE = 0.3, 0.6, 0.5
"""Of the time: for the hourly cover, until the divided programme is given up, and of what is left for one search."""
_SAME = 1e-6


def bind(
    tours: Tours,
    needed: Need,
    required: Requirement,
    *,
    efficiency: float = 1.0,
    occupancy: float = 0.95,
    time_limit: float = BIND_SECONDS,
    progress: Progress | None = None,
) -> ShiftPlan:
    """The cheapest tours in which every window has room for the work due in it and its margin.

    Work that can wait until somebody is there needs nobody in the hour it comes: this saves some per cent of what it
    costs to cover each hour's requirement first. Somebody is there at every moment of the hours that require anybody
    and can be worked. Windows are added while one is broken. Where no such plan is found in time, or the plan that
    covers each hour is as cheap, that one is given, and the note says so.

    Args:
        tours: that may be worked.
        needed: work of the windows of the same week.
        required: of the same need, with the margin z it was made with.
        efficiency, occupancy: as for `requirement`.
        time_limit: seconds.
        progress: told the share of the time that is over; what it raises ends the work.

    Raises:
        StaffingError: a need that does not fit the places, or work that neither plan can hold.
    """
    if len(needed.each) != len(tours.week):
        raise StaffingError(
            f"The work is that of {len(needed.each)} places of the week, and the tours are for {len(tours.week)}. "
            "Expected the same week. Make the tours for the week that the work was measured on."
        )
    budget = Budget(time_limit, progress, "Choosing shifts")
    covered, refused = None, ""
    try:
        seconds = min(COVER_SECONDS, _COVER_SHARE * time_limit)
        covered = cover(tours, required.level, time_limit=seconds, progress=lambda *_: budget.tell())
    except StaffingError as error:
        refused = str(error)
    work = needed.total / efficiency
    asked = needed.asked(required.z) / efficiency
    total = work / occupied(work / occupancy / float(needed.each.sum()), occupancy)
    search = _Search(tours, needed, asked, total, required.level > 0, budget)
    found = search.run()
    if found.x is None and covered is None:
        raise StaffingError(refused)
    bound = min(found.bound, covered.cost) if covered else found.bound
    level = required.level.astype(np.float64)
    if covered is not None and (found.x is None or covered.cost <= found.cost):
        near = covered.cost * (1 - GAP) <= bound + _SAME
        why = (
            "Binding the shifts to the work due saves nothing"
            if near
            else (f"No cheaper plan bound to the work due was found in {time_limit:g} seconds")
        )
        return replace(covered, bound=bound, proven=near, note=f"{why}: this plan covers each hour's requirement.")
    assert found.x is not None  # noqa: S101 - one of the two is there
    count = spread(tours, np.round(found.x).astype(np.int64), search.holds)
    return ShiftPlan(
        tours, count, level, np.zeros(len(level)), bound, found.cost * (1 - GAP) <= bound + _SAME, "demand"
    )


class _Search:
    """Rows of windows, more with each plan that breaks one."""

    def __init__(
        self, tours: Tours, needed: Need, asked: Numbers, total: float, manned: npt.NDArray[np.bool_], budget: Budget
    ) -> None:
        self._tours, self._needed, self._asked, self._budget = tours, needed, asked, budget
        self._cuts: set[tuple[int, int]] = set()
        self._before = np.concatenate([np.zeros((1, len(tours))), np.cumsum(tours.hours, axis=0)])
        whole = Rows.of(tours.hours.sum(axis=0) / max(total, _SAME), min(total, 1.0), np.inf)
        there = tours.present[manned[tours.slot] & (tours.present.max(axis=1) > 0)]
        self._rows = people(tours).and_also(whole).and_also(Rows.of(there, 1.0, np.inf))
        self._add({(start, int(size)) for start, size in enumerate(np.argmax(asked / needed.open, axis=1))})

    def run(self) -> Solved:
        """The cheapest plan found, and what none costs less than."""
        every = np.ones(len(self._tours), dtype=np.bool_)
        divided = relaxed(self._tours.cost, self._rows, self._budget)
        while divided.x is not None and self._budget.left > _DIVIDED_SHARE * self._budget.seconds:
            if not self._add(self._broken(divided.x)):
                break
            divided = relaxed(self._tours.cost, self._rows, self._budget)
        if divided.x is None:
            return Solved(None, np.inf, 0.0, divided.impossible)
        best, bound = Solved(None, np.inf, 0.0, proven=False), divided.cost
        while self._budget.left > 0 and best.cost * (1 - GAP) > bound:
            self._budget.tell()
            seconds = max(1.0, _ROUND_SHARE * self._budget.left)
            found = chosen(self._tours.cost, self._rows, every, self._budget.part(seconds), gap=GAP / 2)
            bound = max(bound, found.bound if found.x is not None else bound)
            if found.x is None:
                break
            fresh = self._add(self._broken(found.x))
            repaired = found if not fresh else self._repaired(found.x, every)
            if repaired.cost < best.cost:
                best = repaired
            if not fresh and not found.proven:
                break
        return Solved(best.x, best.cost, min(bound, best.cost), proven=False)

    def holds(self, count: Integers) -> bool:
        """Whether so many people on each tour keep every condition and every window."""
        held = self._rows.matrix @ count
        kept = (held >= self._rows.low - _SAME) & (held <= self._rows.high + _SAME)
        return bool(kept.all()) and not self._broken(count.astype(np.float64))

    def _repaired(self, x: Numbers, every: npt.NDArray[np.bool_]) -> Solved:
        """A plan with people added until no window is broken."""
        while self._budget.left > 0:
            divided = relaxed(self._tours.cost, self._rows, self._budget, x)
            if divided.x is None:
                break
            found = rounded(self._tours.cost, self._rows, every, divided.x, self._budget)
            if found.x is None:
                break
            if not self._add(self._broken(found.x)):
                return found
            x = found.x
        return Solved(None, np.inf, 0.0, proven=False)

    def _broken(self, x: Numbers) -> set[tuple[int, int]]:
        """The window from each place on that lacks most, where one lacks anything."""
        short = self._asked - stretched(np.maximum(0.0, self._tours.hours @ x), AHEAD)
        worst = np.argmax(short, axis=1)
        return {(start, int(size)) for start, size in enumerate(worst) if short[start, size] > _SAME}

    def _add(self, windows: set[tuple[int, int]]) -> bool:
        """Rows of windows that are not there yet; whether there were any."""
        fresh = sorted(windows - self._cuts)
        if not fresh:
            return False
        self._cuts |= set(fresh)
        matrix = np.stack([self._held(start, size) / self._needed.open[start, size] for start, size in fresh])
        low = np.array([self._asked[start, size] / self._needed.open[start, size] for start, size in fresh])
        self._rows = self._rows.and_also(Rows.of(matrix, low, np.inf))
        return True

    def _held(self, start: int, size: int) -> Numbers:
        """float64[k]: hours of each tour in the window of size + 1 places from one on."""
        n = len(self._needed.each)
        weeks, rest = divmod(size + 1, n)
        end, before = start + rest, self._before
        over = before[-1] - before[start] + before[end - n] if end > n else before[end] - before[start]
        return np.asarray(weeks * before[-1] + over, np.float64)
