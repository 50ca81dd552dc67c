"""The plan of a case: before it is tried, tried on weeks that could be, beside flat staffing, and what no plan keeps.

Where nothing tells how long work takes, capacity is counted in touches an open hour, and the plan says what must be
added to what is done now while work is waiting. For a trial capacity is split into servers of equal speed, as many as
give fine steps, each still quick beside the shortest targets.
"""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from analytics.dimensions import WEEKDAYS
from analytics.staffing.assumptions import Order
from analytics.staffing.axis import Integers, Numbers, Week
from analytics.staffing.calibrate import Band, Flat, Plan, Progress, Setting, absorbs, banded, calibrate
from analytics.staffing.case import Case
from analytics.staffing.demand import Demand
from analytics.staffing.plan import Requirement, need, requirement
from analytics.staffing.shortfall import BAND, margin
from analytics.staffing.structural import structural, widened
from analytics.staffing.traces import SURE

OCCUPANCY = 0.95
"""The maximum occupancy where the planner names none."""
STEPS, FEWEST = 30.0, 3.0
"""Servers that capacity in touches is split into on average: as many as this, and too few for a trial below that."""
PART = 0.15
"""The largest part of a short target that a server may take for a touch."""
_SAME = 1e-6
_SHORT = 0.1
"""Share of promises whose target is shorter than the short target."""


@dataclass(frozen=True, eq=False)
class Sized:
    """Capacity in each place of the week for one amount of work.

    Attributes:
        level: float64[n] agents scheduled; in relative mode touches an open hour.
        hours: agent hours a week; in relative mode touches a week.
        required: of the plan's own search, with the windows that ask for each place; in servers where relative.
    """

    level: Numbers
    hours: float
    required: Requirement


@dataclass(frozen=True, eq=False)
class Planned:
    """The plan for 10 % less work, for the work expected, and for 10 % more.

    Attributes:
        less, exact, more: the three. Where the exact one was tried and kept not every objective, all are as before they
            were tried; where only another did not, that one has the margin of the exact one.
        each: hours of a server that a unit of work takes: 1 where work is in hours.
        band: as tried; None before it is tried, or where it cannot be.
        why: the plan was not tried and is not going to be; blank where it was or will be.
    """

    less: Sized
    exact: Sized
    more: Sized
    each: float
    band: Band | None
    why: str = ""

    def sized(self, *, hold: bool) -> Sized:
        """The plan that holds with 10 % more work, or the exact one."""
        return self.more if hold else self.exact

    def tried(self, *, hold: bool) -> Plan | None:
        """The same as it was tried; None before."""
        if self.band is None:
            return None
        return self.band.more if hold else self.band.exact

    def kept(self, *, hold: bool) -> bool:
        """Whether it was tried and kept every objective that staffing can keep."""
        tried = self.tried(hold=hold)
        return tried is not None and tried.accepted


@dataclass(frozen=True)
class Opened:
    """One more window of opening hours in every week.

    Attributes:
        weekday: 1 is Monday.
        first, last: local hours, 0 to 24.
    """

    weekday: int
    first: int
    last: int

    def __str__(self) -> str:
        """In words.

        Example:
            >>> str(Opened(6, 10, 14))
            'Sat 10–14'
        """
        return f"{WEEKDAYS[self.weekday - 1]} {self.first:02}–{self.last:02}"


def setting(case: Case, order: Order, least: Integers | None = None) -> Setting:
    """How the team of a case works, in an order of work, with some agents there at any rate."""
    return Setting(
        order=order,
        efficiency=case.efficiency,
        occupancy=case.said.occupancy or OCCUPANCY,
        least=() if least is None else tuple(int(each) for each in least),
        age_cap=case.said.age_cap,
    )


def untried(case: Case, z: float | None = None) -> Planned:
    """The plan with a margin, before any is tried.

    Args:
        case: of the queues.
        z: margin in standard deviations that a plan was tried with: as there, the work is taken as much above its mean
            as so few weeks leave open. None: that of the strictest objective, and the mean.

    Raises:
        StaffingError: see `need` and `requirement`.
    """
    each, why = _server(case)
    occupancy, wide = case.said.occupancy or OCCUPANCY, margin(case) if z is None else z
    sure = 1.0 if z is None else 1 + SURE * case.demand.doubt
    least = present(case, each) if case.relative else None

    def sized(times: float) -> Sized:
        needed = need(case.demand.scaled(handle=each * times * sure), case.week.open)
        found = requirement(needed, z=wide, efficiency=case.efficiency, occupancy=occupancy, floor=least)
        return _sized(case, found, each)

    less, exact, more = (sized(times) for times in BAND)
    return Planned(less, exact, more, each, None, why)


def planned(case: Case, order: Order, progress: Progress | None = None) -> Planned:
    """The plan with a margin found by trying it on made-up weeks until every class keeps its objective.

    Args:
        case: of the queues.
        order: of work.
        progress: told how far it is; what it raises ends the search and is passed on.

    Raises:
        StaffingError: a setting that cannot be.
    """
    first = untried(case)
    if first.why:
        return first
    how = setting(case, order, present(case, first.each) if case.relative else None)
    band = banded(case.demand.scaled(handle=first.each), case.week, how, progress=progress)
    if not band.exact.accepted:
        return replace(first, band=band)
    plans = (band.less, band.exact, band.more)
    if not all(plan.accepted for plan in plans):
        first = untried(case, band.exact.required.z)
    less, exact, more = (
        _sized(case, plan.required, first.each) if plan.accepted else before
        for plan, before in zip(plans, (first.less, first.exact, first.more), strict=True)
    )
    return Planned(less, exact, more, first.each, band)


def flat(case: Case, plan: Plan, order: Order, progress: Progress | None = None) -> Flat:
    """The fewest agents, the same number all week, that do as well as a plan that was tried; see `absorbs`."""
    return absorbs(plan, case.demand, case.week, setting(case, order), progress=progress)


def added(case: Case, order: Order, stress: float, progress: Progress | None = None) -> Plan:
    """What must be added to the present roster, all of which stays, for every class to keep its objective.

    Args:
        case: with a roster.
        order: of work.
        stress: times the work expected.
        progress: told how far it is; what it raises ends the search and is passed on.
    """
    return calibrate(case.demand, case.week, setting(case, order, present(case)), stress=stress, progress=progress)


def present(case: Case, each: float = 1.0) -> Integers:
    """Whole agents rostered in each place on average, or in relative mode whole servers at work; 0 where not known.

    Args:
        case: of the queues.
        each: hours of a server that a unit of work takes.
    """
    if case.capacity is None:
        return np.zeros(len(case.week), np.int64)
    return np.floor(case.capacity * each / case.week.open / case.efficiency + _SAME).astype(np.int64)


def full_time(case: Case, hours: float, contract: float) -> float:
    """Full-time equivalents of scheduled hours a week.

    Hours hold shrinkage already; only where the roster is net of planned leave, people who are on leave come on top.

    Args:
        case: of the queues.
        hours: scheduled a week.
        contract: hours a week of one person.
    """
    return hours / contract / (1 - case.said.planned if case.said.net_of_leave else 1.0)


def unkeepable(case: Case, opened: Opened | None = None) -> pl.DataFrame:
    """The promises that nobody can keep, by class, with one more window of hours or without.

    Args:
        case: of the queues; promises on work released in its open time are counted.
        opened: one more window in every week.

    Returns:
        `klass`, `promises`, `overdue` (past due already when the work came), `closed` (due after it came and before
        anybody is in); sorted by class.
    """
    released, due = case.column("released_at", np.nan), case.column("due_at", np.inf)
    inside = (released >= case.axis.start[0]) & (released < case.axis.end[-1]) & case.items["decides"].to_numpy()
    axis = widened(case.axis, opened.weekday, opened.first, opened.last) if opened else case.axis
    names = case.items["klass"].cast(pl.String).to_numpy()[inside]
    late = due[inside] <= released[inside]
    overdue = pl.DataFrame({"klass": names[late]}, schema={"klass": pl.String}).group_by("klass").agg(overdue=pl.len())
    return (
        structural(released[inside], due[inside], names, axis)
        .join(overdue, on="klass", how="left")
        .with_columns(pl.col("overdue").fill_null(0).cast(pl.Int64))
        .select("klass", "promises", "overdue", closed=pl.col("hopeless") - pl.col("overdue"))
        .sort("klass")
    )


def best_window(case: Case, hours: int = 4) -> Opened | None:
    """The window of so many hours by day that leaves fewest promises to fall due before anybody can begin.

    Windows from 08 to 20 are tried on each day; None where none leaves fewer than the present hours do.
    """
    tried = [
        Opened(weekday, first, first + hours)
        for weekday in range(1, 8)
        for first in range(8, 21 - hours, 2)
        if not _covered(case.week, weekday, first, first + hours)
    ]
    now = int(unkeepable(case)["closed"].sum())
    left = [int(unkeepable(case, each)["closed"].sum()) for each in tried] if now else []
    best = int(np.argmin(left)) if left else -1
    return tried[best] if best >= 0 and left[best] < now else None


def _covered(week: Week, weekday: int, first: int, last: int) -> bool:
    """Whether the desk is open through some hours of a weekday."""
    hours = set(week.hour[week.weekday == weekday].tolist())
    return set(range(first, last)) <= hours


def _sized(case: Case, required: Requirement, each: float) -> Sized:
    """The plan in people, or in touches an open hour: no fewer than are done now, as whole servers are."""
    level = required.level / each
    if case.relative and case.capacity is not None:
        level = np.maximum(level, case.capacity / case.week.open)
    return Sized(level, float((level * case.week.open).sum()), required)


def _server(case: Case) -> tuple[float, str]:
    """Hours a server takes for a unit of work, and why a plan of them cannot be tried; blank where it can."""
    if not case.demand.total:
        return 1.0, "No work came in the weeks looked at, so there is nothing to plan for."
    if np.isnan(case.demand.objective).all():
        return 1.0, "None of this work has a promise with an objective, so there is nothing to try a plan against."
    if not case.relative:
        return 1.0, ""
    rate = case.demand.total / float(case.week.open.sum())
    each = min(STEPS / rate, PART * _short_target(case.demand))
    if each * rate < FEWEST:
        return STEPS / rate, (
            f"Only {case.demand.total:,.0f} touches come a week, {rate:.2g} an open hour, with targets as short as "
            f"{_short_target(case.demand):.2g} open hours: where nothing tells how long a touch takes, a plan for so "
            "few cannot be tried."
        )
    return each, ""


def _short_target(demand: Demand) -> float:
    """The open hours that one promise in ten has at most; inf where there is none."""
    known = np.isfinite(demand.allowance) & (demand.allowance > 0)
    if not known.any():
        return float("inf")
    order = np.argsort(demand.allowance[known])
    reached = np.cumsum(demand.count[known][order])
    return float(demand.allowance[known][order][np.searchsorted(reached, _SHORT * reached[-1])])
