"""The least people with which every class keeps its objective, their band, and whether a flat team does as well."""

from dataclasses import dataclass

import numpy as np

from analytics.staffing.axis import Week
from analytics.staffing.demand import Demand
from analytics.staffing.plan import occupied
from analytics.staffing.search import FIRST, STEP, Plan, Progress, Search, Setting
from analytics.staffing.traces import Late, Trial, trial

__all__ = ["Band", "Flat", "Plan", "Progress", "Setting", "absorbs", "banded", "calibrate"]

STRESS = 1.10
"""The plan holds with so many times the volume or the handle time."""
_LIKELY = 10
"""Plans tried in a search, as a rule; for progress only."""


@dataclass(frozen=True, eq=False)
class Band:
    """Plans for the work expected and for 10 % less and more of it, by volume or by handle time.

    Attributes:
        less: holds if the work is 10 % less than expected.
        exact: the least that holds if it is as expected.
        more: the default: holds if it is 10 % more.
    """

    less: Plan
    exact: Plan
    more: Plan


@dataclass(frozen=True, eq=False)
class Flat:
    """The same number of agents all week.

    Attributes:
        level: the fewest that keep every objective in the same trial; None: not even as many as the plan's peak do.
        hours: agent hours a week; NaN where level is None.
        late: by class, with that many or with the peak.
        absorbs: it costs no more than a fiftieth above the plan: the targets are long enough to absorb the peaks.
    """

    level: int | None
    hours: float
    late: Late
    absorbs: bool


def calibrate(
    demand: Demand,
    week: Week,
    setting: Setting | None = None,
    *,
    stress: float = STRESS,
    tried: Trial | None = None,
    progress: Progress | None = None,
) -> Plan:
    """The least agent hours with which every class keeps its objective.

    Plans differ by one margin, the same for every window. It is found by bisection: each plan is tried on the same
    made-up weeks, and accepted when the upper confidence bound of every class's late share is within its objective.

    Args:
        demand: of a typical week, with at least one objective.
        week: its places.
        setting: how the team works.
        stress: times the expected work; 1.0 gives the exact minimum, without reserve.
        tried: the weeks to try on; None makes them.
        progress: told how far it is; what it raises ends the search and is passed on.

    Raises:
        StaffingError: no objective, or a setting that cannot be.
    """
    search = Search(demand, week, setting or Setting(), tried or trial(demand, week), progress, _LIKELY)
    return search.plan(stress, FIRST, STEP)


def banded(
    demand: Demand,
    week: Week,
    setting: Setting | None = None,
    *,
    tried: Trial | None = None,
    progress: Progress | None = None,
) -> Band:
    """The plan with its band: what it takes if the work is 10 % less, as expected, or 10 % more.

    Args:
        demand: of a typical week, with at least one objective.
        week: its places.
        setting: how the team works.
        tried: the weeks to try on; None makes them.
        progress: told how far it is; what it raises ends the search and is passed on.

    Raises:
        StaffingError: see `calibrate`.
    """
    search = Search(demand, week, setting or Setting(), tried or trial(demand, week), progress, 2 * _LIKELY)
    exact = search.plan(1.0, FIRST, STEP)
    more = search.plan(STRESS, exact.required.z, STEP / 2)
    less = search.plan(2 - STRESS, exact.required.z, STEP / 2)
    return Band(less, exact, more)


def absorbs(
    plan: Plan,
    demand: Demand,
    week: Week,
    setting: Setting | None = None,
    *,
    tried: Trial | None = None,
    progress: Progress | None = None,
) -> Flat:
    """Whether the same number of agents all week does as well as a plan: long targets absorb the peaks.

    Args:
        plan: as `calibrate` gives it.
        demand: the one it was made of.
        week: its places.
        setting: how the team works.
        tried: the weeks to try on; None makes them.
        progress: told how far it is; what it raises ends the search and is passed on.
    """
    setting = setting or Setting()
    search = Search(demand, week, setting, tried or trial(demand, week), progress, _LIKELY)
    opened = float(week.open.sum())
    work = demand.total * plan.stress / setting.efficiency
    share = occupied(work / setting.occupancy / opened, setting.occupancy)
    low, high = int(np.ceil(work / share / opened - 1e-9)), int(plan.level.max(initial=1))
    n, best = len(week), None
    while low <= high:
        middle = (low + high) // 2
        late = search.late(np.full(n, middle), plan.stress, search.allowed(plan.stress)[0])
        if search.meets(late, plan.stress):
            best, high = (middle, late), middle - 1
        else:
            low = middle + 1
    if best is None:
        return Flat(None, float("nan"), plan.late, absorbs=False)
    hours = best[0] * opened
    return Flat(best[0], hours, best[1], absorbs=hours <= 1.02 * plan.hours)
