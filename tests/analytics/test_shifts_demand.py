"""Do shifts that are bound to the work due hold it, at no more than the hourly cover costs?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, milp

from analytics.errors import StaffingError
from analytics.staffing.axis import DAY, HOUR, Axis, Week, cut
from analytics.staffing.demand import Demand, typical
from analytics.staffing.plan import AHEAD, need, requirement
from analytics.staffing.shifts import cover
from analytics.staffing.shifts_demand import bind
from analytics.staffing.terms import Contract, Terms
from analytics.staffing.tours import tours
from analytics.staffing.windows import stretched

FIRST_MONDAY = 4 * DAY
WEEKS = 3


def opening(days: dict[int, tuple[int, int]]) -> Axis:
    """Open from one hour to another on some days of the week, 0 is Monday, for three weeks."""
    at = [FIRST_MONDAY + 7 * DAY * week + day * DAY for week in range(WEEKS) for day in sorted(days)]
    hours = np.array([days[day] for _ in range(WEEKS) for day in sorted(days)]) * HOUR
    return cut(at + hours[:, 0], at + hours[:, 1], "UTC")


def weekly(axis: Axis, jobs: list[tuple[float, float, float]]) -> Demand:
    """Jobs that come every week: released and due in hours from Monday 00:00, and hours of work."""
    start = [FIRST_MONDAY + 7 * DAY * week for week in range(WEEKS)]
    released = [a + job[0] * HOUR for a in start for job in jobs]
    due = [a + job[1] * HOUR for a in start for job in jobs]
    return typical(released, due, [job[2] for _ in start for job in jobs], ["a"] * len(due), axis, Week.of(axis))


MORNING = opening({0: (8, 13)})
HALVES = Terms(
    (Contract("Short", 2.0, (1,)), Contract("Long", 3.0, (1,), cost=0.9)), lengths=(2.0, 3.0), breaks=(), weekends=1
)
JOB = st.tuples(st.integers(0, 4), st.integers(1, 5), st.integers(1, 4)).filter(lambda job: job[0] < job[1])


@settings(max_examples=12, deadline=None)
@given(st.lists(JOB, min_size=1, max_size=4))
def test_no_cheaper_plan_has_room_for_the_work_of_every_window(jobs: list[tuple[int, int, int]]) -> None:
    week = Week.of(MORNING)
    needed = need(weekly(MORNING, [(8 + a, 8 + b, float(h)) for a, b, h in jobs]), week.open, uncertainty=0.0)
    offered = tours(week, HALVES)
    required = requirement(needed, z=0.0)
    plan = bind(offered, needed, required, time_limit=10)
    inside = [(a, b) for a in range(5) for b in range(a, 5)]
    asked = [float(sum(h for c, d, h in jobs if c >= a and d - 1 <= b)) for a, b in inside]
    asked[inside.index((0, 4))] /= 0.9  # a small team is not planned full
    rows = np.array([offered.hours[a : b + 1].sum(axis=0) for a, b in inside] + list(offered.hours))
    asked += [float(level > 0) for level in required.level]  # somebody is there
    rival = milp(offered.cost, constraints=LinearConstraint(rows, asked, np.inf), integrality=np.ones(len(offered)))
    assert (rows @ plan.count >= np.array(asked) - 1e-6).all()
    assert rival.fun - 1e-6 <= plan.cost <= rival.fun * 1.0102 + 1e-6
    assert plan.bound <= rival.fun + 1e-6


def test_work_that_can_wait_is_done_by_whoever_is_there() -> None:
    office = opening(dict.fromkeys(range(5), (8, 17)))
    week = Week.of(office)
    jobs = [(24 * day + 8, 24 * day + 17, 12.0) for day in range(5)] + [(8, 12, 14.0)]
    needed = need(weekly(office, jobs), week.open)
    required = requirement(needed, z=1.0)
    terms = Terms((Contract(), Contract("Part time", 20.0, (5,), share=0.5)), lengths=(4.0, 8.0))
    offered = tours(week, terms)
    two_steps, plan = cover(offered, required.level), bind(offered, needed, required)
    assert plan.how == "demand"
    assert plan.cost < two_steps.cost
    assert plan.bound <= plan.cost
    assert (stretched(plan.hours, AHEAD) >= needed.asked(1.0) - 1e-6).all()
    assert (plan.over < -0.5).any()  # an hour's own requirement is not kept, and need not be


def test_every_window_of_a_busy_office_has_room_however_soon_the_search_ends() -> None:
    office = opening(dict.fromkeys(range(5), (8, 17)))
    week, random = Week.of(office), np.random.default_rng(0)
    shifts = tuple(Contract(f"{length} h", float(length), (1,)) for length in (4, 6, 9))
    offered = tours(week, Terms(shifts, lengths=(4.0, 6.0, 9.0), breaks=()))
    at = 24 * random.integers(0, 5, 40) + random.integers(8, 13, 40)
    jobs = list(zip(at.tolist(), (at + random.integers(1, 12, 40)).tolist(), random.uniform(1, 4, 40), strict=True))
    needed = need(weekly(office, jobs), week.open)
    required = requirement(needed, z=1.0)
    plan = bind(offered, needed, required, time_limit=2.0)
    assert plan.how == "demand"
    assert (stretched(plan.hours, AHEAD) >= needed.asked(1.0) - 1e-6).all()
    assert plan.bound <= plan.cost < cover(offered, required.level).cost


def test_the_cover_is_given_where_binding_saves_nothing() -> None:
    week = Week.of(MORNING)
    needed = need(weekly(MORNING, [(8 + hour, 9 + hour, 0.6) for hour in range(5)]), week.open, uncertainty=0.0)
    plan = bind(tours(week, HALVES), needed, requirement(needed, z=0.0))
    assert plan.how == "cover"
    assert plan.note == "Binding the shifts to the work due saves nothing: this plan covers each hour's requirement."
    assert plan.proven


def test_hours_that_nobody_can_work_matter_only_where_their_work_cannot_wait() -> None:
    axis = opening({0: (8, 17), 5: (10, 12)})
    week, terms = Week.of(axis), Terms((Contract("Day", 8.0, (1,)),), weekends=1)
    least = np.where(week.weekday == 6, 1, 0)
    patient = need(weekly(axis, [(24 * 5 + 10, 24 * 7 + 17, 6.0)]), week.open)
    plan = bind(tours(week, terms), patient, requirement(patient, z=0.0, floor=least))
    assert plan.how == "demand"
    assert plan.hours[week.weekday == 6].sum() == 0
    urgent = need(weekly(axis, [(24 * 5 + 10, 24 * 5 + 12, 6.0)]), week.open)
    with pytest.raises(StaffingError, match="No shift allowed by these terms works through Sat 10–12"):
        bind(tours(week, terms), urgent, requirement(urgent, z=0.0))


def test_the_weeks_must_be_the_same_and_the_listener_may_end_it() -> None:
    office = opening(dict.fromkeys(range(5), (8, 17)))
    week = Week.of(office)
    needed = need(weekly(office, [(8, 17, 30.0)]), week.open)
    required = requirement(needed, z=1.0)
    with pytest.raises(StaffingError, match="that of 45 places of the week, and the tours are for 5"):
        bind(tours(Week.of(MORNING), HALVES), needed, required)

    def listen(share: float, what: str) -> None:
        raise InterruptedError(f"{what}: {share:.0%}")

    with pytest.raises(InterruptedError, match="Choosing shifts: "):
        bind(tours(week, Terms()), needed, required, time_limit=2, progress=listen)
