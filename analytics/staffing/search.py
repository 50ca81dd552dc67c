"""Trying plans on weeks that could be, until the least is found that keeps every objective."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analytics.errors import StaffingError
from analytics.staffing.assumptions import Order
from analytics.staffing.axis import Integers, Numbers, Week
from analytics.staffing.demand import Demand
from analytics.staffing.plan import Need, Requirement, need, requirement
from analytics.staffing.traces import SURE, Late, Trial

Progress = Callable[[float, str], None]
"""Told the share of the work done and what is being done; what it raises ends the search."""

FIRST, STEP, LARGEST = 1.8, 0.4, 8.0
"""Margins, in standard deviations: the first tried, the step from there, and the last."""
WIDE = 2.5
"""The margin above which plans with more agents at every hour are tried, too."""
HOPELESS = 0.5
"""Share of a class that twice the people leave late from which on it is left out of the search."""
_CLOSE, _ALIKE = 0.05, 0.004
"""Margins, and hours as a share, that are not told apart."""


@dataclass(frozen=True, eq=False)
class Setting:
    """How the team works.

    Attributes:
        order: of work.
        efficiency: share of scheduled time worked on the queue: 1 less shrinkage.
        uncertainty: common error of volume and handle time, a coefficient of variation: it shapes the margin.
        occupancy: largest share of working time to be planned for.
        cost: price of an hour in each place, relative; empty: all alike.
        least: agents in each place at any rate; empty: 0.
        age_cap: hours after which overdue work comes first again; None: never.
    """

    order: Order = "due"
    efficiency: float = 1.0
    uncertainty: float = 0.05
    occupancy: float = 0.95
    cost: tuple[float, ...] = ()
    least: tuple[int, ...] = ()
    age_cap: float | None = None


@dataclass(frozen=True, eq=False)
class Plan:
    """People in each place of the week, and how sure they are to keep the promises.

    Attributes:
        level: int64[n] agents scheduled.
        hours: agent hours a week.
        required: the same with the window that asks for each place.
        stress: times the expected work it was tried with.
        late: by class, as tried with that work.
        floor: float64[k] late shares with twice the people: no staffing does better than about this.
        allowed: float64[k] late shares allowed; NaN where a class has no objective, or is mostly late in any case.
        accepted: the bound of each class's late share is within what is allowed.
        reachable: bool[k] whether staffing can meet the class's objective at all. Where it cannot, `allowed` is the
            floor and the objective's share of the rest.
        evaluations: plans tried.
    """

    level: Integers
    hours: float
    required: Requirement
    stress: float
    late: Late
    floor: Numbers
    allowed: Numbers
    accepted: bool
    reachable: npt.NDArray[np.bool_]
    evaluations: int


class Search:
    """Tries plans of one demand on one trial."""

    def __init__(
        self, demand: Demand, week: Week, setting: Setting, tried: Trial, progress: Progress | None, expected: int
    ) -> None:
        if np.isnan(demand.objective).all():
            raise StaffingError(
                "No class of this work has an objective. Expected a share to be kept, such as 0.95. "
                "Give an objective in the policy or beside the plan."
            )
        self._demand, self._week, self._setting, self._trial = demand, week, setting, tried
        self._progress, self.evaluations, self._expected = progress, 0, expected
        self._needs: dict[float, Need] = {}
        self._sure = 1 + SURE * demand.doubt
        self._floors: dict[float, Numbers] = {}

    def floor(self, stress: float) -> Numbers:
        """float64[k]: late shares with twice the people, of so many times the work."""
        if stress not in self._floors:
            generous = 2 * np.maximum(self.required(3.0, stress).level, 1)
            self._floors[stress] = self.late(generous, stress, of=2).share
        return self._floors[stress]

    def allowed(self, stress: float) -> tuple[Numbers, npt.NDArray[np.bool_]]:
        """float64[k] late shares allowed, and whether staffing can meet each class's objective at all.

        A class that is mostly late whatever the staffing says nothing of plans: nan.
        """
        floor, miss = self.floor(stress), 1 - self._demand.objective
        reachable = ~(floor > miss)
        best = np.where(floor > HOPELESS, np.nan, floor + miss * (1 - floor))
        return np.where(reachable, miss, best), reachable

    def required(self, z: float, stress: float, floor: int = 0) -> Requirement:
        """The requirement of one margin, with so many agents in each place at any rate."""
        setting, demand = self._setting, self._demand
        if stress not in self._needs:
            scaled = demand.scaled(handle=stress * self._sure)
            self._needs[stress] = need(scaled, self._week.open, uncertainty=setting.uncertainty)
        least = np.maximum(floor, setting.least or np.zeros(demand.n, np.int64))
        return requirement(
            self._needs[stress],
            z=z,
            efficiency=setting.efficiency,
            occupancy=setting.occupancy,
            cost=setting.cost or None,
            floor=least,
        )

    def late(self, level: Integers, stress: float, allowed: Numbers | None = None, of: int | None = None) -> Late:
        """What is late with these people, on so many of the traces."""
        done, setting, tried = 0, self._setting, replace(self._trial, traces=self._trial.traces[:of])

        def before() -> None:
            nonlocal done
            if self._progress:
                tries = self.evaluations + done / len(tried.traces)
                hours = float((level * self._week.open).sum())
                self._progress(
                    tries / (tries + max(1.0, self._expected - tries)), f"{hours:.0f} agent hours a week tried"
                )
            done += 1

        found = tried.late(
            level,
            order=setting.order,
            efficiency=setting.efficiency,
            handle=stress * self._sure,
            age_cap=setting.age_cap,
            allowed=allowed,
            before=before,
        )
        self.evaluations += 1
        return found

    def meets(self, late: Late, stress: float) -> bool:
        """Whether every class with an objective is within what is allowed."""
        return not bool((late.bound > self.allowed(stress)[0]).any())

    def _evener(self, stress: float, dearest: float) -> list[tuple[Requirement, Late]]:
        """Plans with the first margin and more agents at every hour, accepted and for less than so many hours; the
        least last. A wide margin puts people where a window begins, which helps little where pieces of work are long
        beside the target, the team is small, or the order of work lets what is due soon wait."""
        opened, found = float(self._week.open.sum()), list[tuple[Requirement, Late]]()
        usual = self.required(FIRST, stress)
        low = int(usual.hours / opened) + 1
        high = int(min(dearest / opened, 2 * max(int(usual.level.max(initial=0)), low)))
        while low <= high:
            middle = (low + high) // 2
            required = self.required(FIRST, stress, middle)
            late = self.late(required.level, stress, self.allowed(stress)[0])
            if self.meets(late, stress):
                high = middle - 1
                if required.hours < dearest:
                    found.append((required, late))
            else:
                low = middle + 1
        return found

    def plan(self, stress: float, first: float, step: float) -> Plan:
        """Bisect the margin: the least hours that are accepted."""
        tried: dict[float, tuple[Requirement, Late]] = {}
        allowed, reachable = self.allowed(stress)

        def accepts(z: float) -> bool:
            required = self.required(z, stress)
            same = [late for other, late in tried.values() if np.array_equal(other.level, required.level)]
            tried[z] = required, same[0] if same else self.late(required.level, stress, allowed)
            return self.meets(tried[z][1], stress)

        low, high, z = -1.0, np.inf, first
        while True:
            if accepts(z):
                high = z
            else:
                low = z
            if np.isinf(high):
                if low >= LARGEST:
                    break
                z, step = min(LARGEST, z + step), step * 2
            elif low < 0:
                if high <= 0:
                    break
                z, step = max(0.0, z - step), step * 2
            elif high - low <= _CLOSE or tried[high][0].hours <= tried[low][0].hours * (1 + _ALIKE):
                break
            else:
                z = (low + high) / 2
        good = [each for each in tried.values() if self.meets(each[1], stress)]
        required, late = min(good, key=lambda each: each[0].hours) if good else tried[low]
        if not good or required.z > WIDE:
            evener = self._evener(stress, required.hours if good else np.inf)
            good += evener
            required, late = evener[-1] if evener else (required, late)
        return Plan(
            level=required.level,
            hours=required.hours,
            required=required,
            stress=stress,
            late=late,
            floor=self.floor(stress),
            allowed=allowed,
            accepted=bool(good),
            reachable=reachable,
            evaluations=self.evaluations,
        )
