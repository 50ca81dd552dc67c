"""How long does it take to choose shifts, what do they cost, and what does binding them to the work due save?

Run by hand: `python -m tests.benchmarks.shifts`. Prints for hourly cover (a desk that never closes, 1,519 hours a week
with a peak of 27, under several terms; an office) the seconds, people, hours, cost and gap. Then, for an office with a
thousand touches a week and tight targets, the hourly cover of the requirement beside the shifts bound to the work due,
with the share of late touches of the worst class, simulated on weeks not used for the plan.
"""

import time

import numpy as np
import numpy.typing as npt

from analytics.errors import StaffingError
from analytics.staffing.axis import DAY, HOUR, Week
from analytics.staffing.demand import typical
from analytics.staffing.plan import Need, Requirement, need, requirement
from analytics.staffing.shifts import ShiftPlan, cover
from analytics.staffing.shifts_demand import bind
from analytics.staffing.simulate import levels, simulate
from analytics.staffing.terms import Contract, Terms
from analytics.staffing.tours import Tours, tours
from tests.benchmarks.machine import machine
from tests.benchmarks.staffing_scenarios import SCENARIOS, arrivals, opening

ALWAYS = Week(np.repeat(np.arange(1, 8), 24), np.tile(np.arange(24), 7), np.ones(168), "UTC")
OFFICE = Week(np.repeat(np.arange(1, 6), 9), np.tile(np.arange(8, 17), 5), np.ones(45), "UTC")
HOURS, PEAK = 1_519, 27
PART = Contract("Part time", 20.0, days=(3, 5), share=0.3)
DAYS = tuple(Contract(f"{length} h a day", float(length), days=(1,)) for length in (4, 6, 8, 9))
"""Single shifts of one day, the patterns of a desk that hires by the shift."""
NEVER_CLOSED = {
    "no breaks": Terms(breaks=()),
    "as given": Terms(),
    "every weekend": Terms(weekends=1),
    "every third weekend": Terms(weekends=3),
    "starts each half hour": Terms(every=30),
    "days off anywhere": Terms(together=False),
    "four or five days": Terms((Contract(days=(4, 5)),), lengths=(8.0, 10.0)),
    "part time": Terms((Contract(), PART), lengths=(4.0, 8.0)),
}
OFFICE_TERMS = {
    "full time": Terms(),
    "full and part time": Terms((Contract(), PART), lengths=(4.0, 8.0)),
    "single shifts": Terms(DAYS, lengths=(4.0, 6.0, 8.0, 9.0), breaks=()),
}
TIGHT = next(each for each in SCENARIOS if each.touches == 1000 and each.minutes == 15)
HISTORY, WEEKS, SEED = 52, 26, 7
MARGINS = (1.645, 2.0, 2.5)


def busy_week() -> npt.NDArray[np.int64]:
    """People required each hour: a peak of 27 on Monday at nine, quiet nights, 1,519 hours in all."""
    hour, day = np.arange(168) % 24, np.arange(168) // 24
    curve = np.interp(hour, [0, 4, 7, 9, 11, 13, 16, 20, 23], [3, 2.2, 6, 13, 15, 13, 12, 7, 4])
    shape = curve * np.where(day == 0, 1.35, np.where(day >= 5, 0.6, 1.0))
    powers = np.linspace(0.1, 4, 4_000)
    sums = np.array([np.ceil(PEAK * (shape / shape.max()) ** power).sum() for power in powers])
    return np.ceil(PEAK * (shape / shape.max()) ** powers[np.argmax(sums <= HOURS)]).astype(np.int64)


def told(plan: ShiftPlan, seconds: float) -> str:
    """A plan in one line."""
    known = "proven" if plan.proven else f"gap {plan.gap:.1%}"
    return (
        f"{seconds:5.1f} s  {plan.people:4} people  {plan.hours.sum():7,.0f} h worked  {plan.paid:7,.0f} h paid  "
        f"cost {plan.cost:8,.1f}  {known}  {plan.how}{' - ' + plan.note if plan.note else ''}"
    )


def covers(week: Week, terms: dict[str, Terms], level: npt.NDArray[np.int64]) -> None:
    """Hourly cover under each of the terms."""
    for name, each in terms.items():
        offered = tours(week, each)
        start = time.perf_counter()
        try:
            print(f"  {name:24} {len(offered):6,} tours  {told(cover(offered, level), time.perf_counter() - start)}")
        except StaffingError as error:
            print(f"  {name:24} {len(offered):6,} tours  {time.perf_counter() - start:5.1f} s  {error}")


def late(plan: ShiftPlan) -> float:
    """The late share of the worst class when the plan's people work fresh weeks, earliest due first."""
    axis, raw = opening(WEEKS + 3), arrivals(TIGHT, WEEKS, SEED + 1)
    level = np.floor(plan.scheduled + 1e-9).astype(np.int64)[OFFICE.place(axis)]
    duty = levels(level, axis.start.astype(np.float64), axis.end.astype(np.float64))
    finish = simulate(raw.released, raw.due, raw.work, duty, "due")
    return max(float((finish > raw.due)[raw.klass == each].mean()) for each in np.unique(raw.klass))


def office_need() -> Need:
    """The work of the tight scenario's typical week, from a year of it."""
    axis, raw = opening(HISTORY + 3), arrivals(TIGHT, HISTORY, SEED)
    kept = axis.between(0, int(axis.start[0]) + HISTORY * 7 * DAY)
    demand = typical(raw.released, raw.due, raw.work / HOUR, raw.klass, kept, Week.of(kept))
    return need(demand, OFFICE.open)


def bound(needed: Need, asked: Requirement, offered: Tours, name: str) -> None:
    """The two steps beside the one."""
    for how in ("two steps", "bound"):
        start = time.perf_counter()
        plan = cover(offered, asked.level) if how == "two steps" else bind(offered, needed, asked)
        seconds = time.perf_counter() - start
        print(f"  z = {asked.z:5.3f}  {name:20} {how:9} {told(plan, seconds)}  worst class late {late(plan):.1%}")


if __name__ == "__main__":
    print(machine())
    print("A desk that never closes, each hour covered:")
    covers(ALWAYS, NEVER_CLOSED, busy_week())
    week_need = office_need()
    print(f"An office, {TIGHT.name}: {week_need.total:,.0f} hours of work a week. Each hour covered, z = 2:")
    covers(OFFICE, OFFICE_TERMS, requirement(week_need, z=2.0).level)
    print("Bound to the work due, beside the two steps:")
    for margin in MARGINS:
        found = requirement(week_need, z=margin)
        print(f"  z = {margin:5.3f}  required {found.hours:,.0f} h a week, peak {found.level.max()}")
        for label, terms_of in OFFICE_TERMS.items():
            bound(week_need, found, tours(OFFICE, terms_of), label)
