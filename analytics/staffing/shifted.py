"""The shifts of a case: a plan's hours made into people on tours, its band, and the past worked by them."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import polars as pl

from analytics.dimensions import WEEKDAYS
from analytics.staffing import presence, replay
from analytics.staffing.case import Case
from analytics.staffing.plan import need
from analytics.staffing.planned import OCCUPANCY, Planned, Sized
from analytics.staffing.replay import Draws
from analytics.staffing.shifts import COVER_SECONDS, ShiftPlan, cover
from analytics.staffing.shifts_demand import BIND_SECONDS, bind
from analytics.staffing.shifts_roster import duty
from analytics.staffing.shortfall import BAND
from analytics.staffing.solver import Progress
from analytics.staffing.terms import Terms
from analytics.staffing.tours import Tours, clock, tours
from analytics.staffing.traces import SURE

_BESIDE_SECONDS = 5.0
"""For each of the two plans that make the band."""


@dataclass(frozen=True, eq=False)
class Shifted:
    """Shifts, and how many people it takes for other amounts of work.

    Attributes:
        plan: the shifts.
        people: for 10 % less work, for the work expected, and for 10 % more.
        paid: hours a week, of the same three.
        required: hours a week that the plan they were made for requires.
    """

    plan: ShiftPlan
    people: tuple[int, int, int]
    paid: tuple[float, float, float]
    required: float


def shifted(
    case: Case, planned: Planned, terms: Terms, *, hold: bool, bound: bool, progress: Progress | None = None
) -> Shifted:
    """People on tours for a case's plan, and for 10 % less and more work.

    Args:
        case: its work is in hours.
        planned: the hours it needs.
        terms: of work.
        hold: for the plan that holds with 10 % more work, or the exact one.
        bound: bind the shifts to the work due, instead of covering each hour's requirement.
        progress: told how far it is; what it raises ends the search and is passed on.

    Raises:
        StaffingError: no tour fits the week, or no plan of them holds what is required.
    """
    offered = tours(case.week, terms)
    seconds = BIND_SECONDS if bound else COVER_SECONDS
    whole = seconds + 2 * _BESIDE_SECONDS
    sizes = (planned.less, planned.exact, planned.more)
    main = 2 if hold else 1
    found: dict[int, ShiftPlan] = {}
    for number in (main, *(each for each in range(3) if each != main)):
        limit = seconds if number == main else _BESIDE_SECONDS
        before = 0.0 if not found else (seconds + (len(found) - 1) * _BESIDE_SECONDS) / whole

        def tell(share: float, what: str, before: float = before, limit: float = limit) -> None:
            if progress is not None:
                progress(before + share * limit / whole, what)

        if bound:
            found[number] = _bound(case, planned, sizes[number], BAND[number], offered, limit, tell)
        else:
            found[number] = cover(offered, sizes[number].level, time_limit=limit, progress=tell)
    three = [found[number] for number in range(3)]
    people, paid = [each.people for each in three], [each.paid for each in three]
    return Shifted(found[main], (people[0], people[1], people[2]), (paid[0], paid[1], paid[2]), sizes[main].hours)


def _bound(
    case: Case, planned: Planned, sized: Sized, times: float, offered: Tours, limit: float, tell: Progress
) -> ShiftPlan:
    """The shifts bound to the work of so many times what is expected, with the margin of its plan."""
    sure = 1.0 if planned.band is None else 1 + SURE * case.demand.doubt
    needed = need(case.demand.scaled(handle=planned.each * times * sure), case.week.open)
    occupancy = case.said.occupancy or OCCUPANCY
    return bind(
        offered,
        needed,
        sized.required,
        efficiency=case.efficiency,
        occupancy=occupancy,
        time_limit=limit,
        progress=tell,
    )


def lived(case: Case, plan: ShiftPlan) -> Draws:
    """The period worked by the people of a shift plan, from its first Monday's week on, in the usual order of work.

    Nobody begins a shift on the desk's holidays.
    """
    monday = case.first - timedelta(days=case.first.isoweekday() - 1)
    weeks = (case.last - monday).days // 7 + 2
    worked, _ = presence.people(duty(plan, monday, weeks, case.schedule.holidays), case.queues)
    return replay.draws(case, worked, replay.usual(case))


def by_contract(plan: ShiftPlan) -> dict[str, int]:
    """How many people have each contract, in the order of the terms."""
    names = [each.name for each in plan.tours.terms.contracts]
    counts = np.bincount(plan.tours.contract, weights=plan.count, minlength=len(names))
    return dict(zip(names, counts.astype(np.int64).tolist(), strict=True))


def spare(plan: ShiftPlan) -> float:
    """Hours a week at work beyond what each hour requires."""
    return float(np.maximum(0.0, plan.over * plan.tours.week.open).sum())


def by_place(plan: ShiftPlan) -> pl.DataFrame:
    """Required and scheduled people in each hour of the week.

    Returns:
        One row a place, sorted: `weekday` (1 is Monday), `day`, `hour`, `open` (hours), `required`, `scheduled` (people
        at work, breaks taken out), `over` (scheduled less required).
    """
    week = plan.tours.week
    return pl.DataFrame(
        {
            "weekday": week.weekday,
            "day": [WEEKDAYS[day - 1] for day in week.weekday.tolist()],
            "hour": week.hour,
            "open": week.open,
            "required": plan.level,
            "scheduled": plan.scheduled.round(2),
            "over": plan.over.round(2),
        }
    ).sort("weekday", "hour")


def by_tour(plan: ShiftPlan) -> pl.DataFrame:
    """The tours somebody works.

    Returns:
        `people`, `contract`, `tour` (days and hours in words), `breaks` (of its first day), `paid` (hours of one
        person), `cost` (of one person); most people first.
    """
    of, terms = plan.tours, plan.tours.terms
    worked = np.flatnonzero(plan.count)
    rows = []
    for tour in worked.tolist():
        _, start, length, way = of.shifts[tour][0]
        pauses = ", ".join(f"{clock(start + begin)}–{clock(start + end)}" for begin, end in terms.pauses(length, way))
        contract = terms.contracts[int(of.contract[tour])].name
        rows.append(
            (int(plan.count[tour]), contract, of.told(tour), pauses, float(of.paid[tour]), float(of.cost[tour]))
        )
    named = ["people", "contract", "tour", "breaks", "paid", "cost"]
    kinds = [pl.Int64, pl.String, pl.String, pl.String, pl.Float64, pl.Float64]
    found = pl.DataFrame(rows, schema=dict(zip(named, kinds, strict=True)), orient="row")
    return found.sort("people", descending=True, maintain_order=True)
