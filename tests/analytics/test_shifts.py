"""Are shift plans the cheapest that cover what is asked, and do people take turns and rest?"""

from datetime import date, datetime
from itertools import pairwise, product

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from scipy.optimize import LinearConstraint, linprog, milp

from analytics.errors import StaffingError
from analytics.staffing.axis import Week
from analytics.staffing.roster import on_duty
from analytics.staffing.roster_rows import Line, roster_of
from analytics.staffing.shifts import cover
from analytics.staffing.shifts_roster import assign, duty
from analytics.staffing.solver import Budget, Rows, chosen
from analytics.staffing.terms import Break, Contract, Terms
from analytics.staffing.tours import tours
from tests.analytics.weeks import ALWAYS, EVENINGS, OFFICE, stretches, week_of

MONDAY = date(2026, 3, 2)


DAILY = Terms(
    (Contract("Short", 2.0, (1,)), Contract("Long", 3.0, (1,), cost=0.9)), lengths=(2.0, 3.0), breaks=(), weekends=1
)


def test_a_week_worked_by_hand() -> None:
    day = week_of({1: (8, 14)})
    terms = Terms((Contract("Half day", 4.0, (1,)),), lengths=(4.0,), weekends=1)
    plan = cover(tours(day, terms), [1, 1, 2, 2, 1, 1])
    assert (plan.people, plan.cost, plan.proven, plan.gap) == (2, 8.0, True, 0.0)
    assert [plan.tours.told(int(tour)) for tour in np.flatnonzero(plan.count)] == ["Mon 08:00–12:00", "Mon 10:00–14:00"]
    assert plan.over.tolist() == [0] * 6


def test_breaks_are_taken_in_turn() -> None:
    terms = Terms((Contract("Day", 8.0, (1,)),), breaks=(Break(30, 6.0, 3.0, 4.0),), first_start=8.0, last_start=8.0)
    offered = tours(week_of({1: (8, 17)}), terms)
    assert sorted(offered.hours[:, 0].tolist()) == [0.5, 0.5, 1, 1, 1, 1, 1, 1, 1]
    with pytest.raises(StaffingError, match="works through Mon 16–17"):
        cover(offered, [1] * 9)
    level = [1] * 8 + [0]
    plan = cover(offered, level)
    assert sorted(plan.count.tolist()) == [1, 1]
    assert plan.fewest.tolist() == [2, 2, 2, 1, 1, 2, 2, 2, 0]
    assert plan.scheduled.tolist() == [2, 2, 2, 1.5, 1.5, 2, 2, 2, 1]
    assert cover(offered, [2, 2, 2, 1, 1, 2, 2, 2, 0]).people == 2
    assert cover(offered, [2, 2, 2, 2, 1, 2, 2, 2, 0]).people == 3
    assert cover(offered, [2, 2, 2, 2, 2, 2, 2, 2, 0]).people == 4
    assert sorted(cover(offered, [5, 5, 5, 0, 0, 5, 5, 5, 0]).count.tolist()) == [2, 3]
    assert cover(offered, [5, 5, 5, 4, 1, 5, 5, 5, 0]).fewest.tolist() == [5, 5, 5, 4, 1, 5, 5, 5, 0]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 2), min_size=5, max_size=5))
def test_no_cheaper_cover_exists(required: list[int]) -> None:
    offered = tours(week_of({1: (8, 13)}), DAILY)
    assert len(offered) == 4 + 3
    counts = np.array(list(product(range(3), repeat=len(offered))))
    enough = (counts @ offered.hours.T >= np.array(required)).all(axis=1)
    plan = cover(offered, required)
    assert plan.cost == pytest.approx((counts[enough] @ offered.cost).min())
    assert plan.proven
    divided = linprog(offered.cost, A_ub=-offered.hours, b_ub=-np.array(required, float)).fun
    assert divided - 1e-9 <= plan.bound <= plan.cost


def test_many_columns_cost_what_branch_and_cut_says_of_all_at_once() -> None:
    random = np.random.default_rng(5)
    for first in (1, 1, 3, 3, 8, 300):
        matrix = (random.uniform(size=(8, 60)) < 0.3) * random.integers(1, 3, (8, 60)).astype(float)
        cost, low = random.integers(5, 15, 60).astype(float), random.integers(3, 9, 8).astype(float)
        whole = np.ones(60, dtype=bool)
        rival = milp(cost, constraints=LinearConstraint(matrix, low, np.inf), integrality=whole.astype(int))
        found = chosen(cost, Rows.of(matrix, low, np.inf), whole, Budget(20.0, None, ""), first=first)
        assert found.x is not None
        assert found.proven
        assert found.cost == pytest.approx(rival.fun)
        assert (matrix @ found.x >= low - 1e-6).all()
    assert chosen([1.0], Rows.of([[1.0], [-1.0]], [2.0, -1.0], np.inf), [True], Budget(5.0, None, "")).proven


def read(lines: pl.DataFrame, until: date) -> pl.DataFrame:
    """Who works when, as the roster's own reader takes the lines."""
    rows = [Line(f"line {number}", row) for number, row in enumerate(lines.iter_rows(named=True), 2)]
    return on_duty(roster_of(rows, "plan.csv"), MONDAY, until)


@pytest.mark.parametrize("weekends", [1, 2, 3])
@pytest.mark.parametrize(("week", "heads"), [(ALWAYS, 1), (EVENINGS, 2)])
def test_people_take_turns_and_rest(week: Week, heads: int, weekends: int) -> None:
    terms = Terms((Contract(),), every=240, weekends=weekends, breaks=(Break(60, 6.0, 3.0, 4.0, paid=True),))
    if week is EVENINGS:
        terms = Terms((Contract("Days", 30.0, (5,)),), (6.0,), every=120, weekends=weekends, breaks=())
    plan = cover(tours(week, terms), np.full(len(week), heads), time_limit=1.5)
    number = 2 * weekends + 1
    lines = assign(plan, MONDAY, number)
    assert lines["agent"].n_unique() == plan.people
    last = MONDAY.toordinal() + 7 * number
    at = {place: index for index, place in enumerate(zip(week.weekday.tolist(), week.hour.tolist(), strict=True))}
    worked = np.zeros((number + 1, len(week)))
    found = read(lines, date.fromordinal(last - 1))
    assert_frame_equal(found, duty(plan, MONDAY, number))
    for person in found.partition_by("agent"):
        shifts = person.select("start_at", "end_at").rows()
        whole = merged(shifts, terms)
        days = [begin.date() for begin, _ in whole]
        busy = {(day.toordinal() - MONDAY.toordinal()) // 7 for day in days if day.isoweekday() >= 6}
        assert all(later - earlier >= weekends for earlier, later in pairwise(sorted(busy)))
        gaps = [(after - end).total_seconds() / 3600 for (_, end), (after, _) in pairwise(whole)]
        assert min(gaps) >= terms.daily_rest
        for turn in range(number - 1):
            mine = [
                gap for gap, day in zip(gaps, days, strict=False) if (day.toordinal() - MONDAY.toordinal()) // 7 == turn
            ]
            assert max(mine) >= terms.weekly_rest
        for begin, end in shifts:
            for half in range(round((end - begin).total_seconds() / 1800)):
                moment = datetime.fromtimestamp(begin.timestamp() + half * 1800, tz=begin.tzinfo)
                turn = (moment.toordinal() - MONDAY.toordinal()) // 7
                worked[turn, at[moment.isoweekday(), moment.hour]] += 0.5
    inner = worked[1:number] if week is ALWAYS else worked[:number]
    np.testing.assert_allclose(inner, np.broadcast_to(plan.hours, inner.shape))
    assert (plan.scheduled >= heads - 1e-9).all()


def merged(shifts: list[tuple[datetime, datetime]], terms: Terms) -> list[tuple[datetime, datetime]]:
    """Stretches of one shift as one: breaks are no rest."""
    longest = max((each.minutes for each in terms.breaks), default=0) * 60
    found = [shifts[0]]
    for begin, end in shifts[1:]:
        if (begin - found[-1][1]).total_seconds() <= longest:
            found[-1] = (found[-1][0], end)
        else:
            found.append((begin, end))
    return found


def test_those_who_work_late_on_sunday_have_others_to_change_with() -> None:
    required = np.where((ALWAYS.weekday == 7) & (ALWAYS.hour >= 22), 2, 0)
    terms = Terms(every=240, first_start=4.0)
    plan = cover(tours(ALWAYS, terms), required)
    late = [tour for tour in np.flatnonzero(plan.count) if plan.tours.weekend[tour]]
    assert plan.people == 4
    assert all(plan.tours.shifts[tour][-1][0] == 7 for tour in late)
    after = [tour for tour in np.flatnonzero(plan.count) if not plan.tours.weekend[tour]]
    rested = max(end for tour in late for _, end in stretches(plan.tours, tour)) - 168 + terms.daily_rest
    assert all(stretches(plan.tours, tour)[0][0] >= rested for tour in after)
    assert len(assign(plan, MONDAY, 2)) > 0


def test_nobody_begins_on_a_closed_day_and_clocks_change_with_the_zone() -> None:
    week = Week(OFFICE.weekday, OFFICE.hour, OFFICE.open, "Europe/Stockholm")
    plan = cover(tours(week, Terms(breaks=())), np.where(week.hour == 8, 1, 0))
    worked = duty(plan, date(2026, 3, 23), 2, closed=[date(2026, 3, 24)])
    first, last = worked["start_at"][0], worked["start_at"][-1]
    assert (worked.height, first.hour, last.hour) == (9, 7, 6)  # 08 in Stockholm, before and after summer time


def test_what_cannot_be_covered_is_named() -> None:
    short = week_of({**dict.fromkeys(range(1, 6), (8, 17)), 6: (10, 13)})
    required = np.ones(len(short))
    with pytest.raises(StaffingError, match="works through Sat 10–13, where people are required"):
        cover(tours(short, Terms()), required)
    plan = cover(tours(short, Terms()), required, soft=True)
    assert plan.short.sum() == 3
    assert plan.short[-3:].tolist() == [1, 1, 1]
    assert (plan.scheduled[:-3] >= 1).all()


def test_too_few_people_are_told_by_the_hours_that_lack() -> None:
    offered = tours(OFFICE, Terms((Contract(people=2),), breaks=()))
    with pytest.raises(StaffingError, match=r"These terms cannot cover what is required: 40\.0 hours a week lack, Mon"):
        cover(offered, np.where(OFFICE.hour < 16, 3, 0))
    plan = cover(offered, np.where(OFFICE.hour < 16, 3, 0), soft=True)
    assert (plan.people, plan.short.sum(), plan.cost) == (2, pytest.approx(40), 80)


def test_only_weekends_cannot_be_worked_in_turn() -> None:
    offered = tours(week_of({6: (10, 14)}), Terms((Contract("Saturday", 4.0, (1,)),), (4.0,)))
    with pytest.raises(StaffingError, match="4.0 hours a week lack, Sat 10–14.*Allow more weekends"):
        cover(offered, np.ones(4))


def test_a_listener_that_changed_its_mind_ends_the_search() -> None:
    heard = []

    def listen(share: float, what: str) -> None:
        heard.append((share, what))
        raise InterruptedError

    with pytest.raises(InterruptedError):
        cover(tours(ALWAYS, Terms()), np.full(168, 9), time_limit=1, progress=listen)
    assert [what for _, what in heard] == ["Choosing shifts"]
    assert 0 <= heard[0][0] <= 1


def test_what_is_asked_must_fit_the_week_and_the_roster_begin_on_monday() -> None:
    offered = tours(OFFICE, Terms())
    with pytest.raises(StaffingError, match="required in 3 places of the week, which has 45"):
        cover(offered, [1, 2, 3])
    with pytest.raises(StaffingError, match="Expected a number of 0 or more"):
        cover(offered, np.full(45, -1))
    nobody = cover(offered, np.zeros(45))
    assert (nobody.people, nobody.cost, nobody.gap, nobody.proven) == (0, 0.0, 0.0, True)
    assert assign(nobody, MONDAY).is_empty()
    with pytest.raises(StaffingError, match="2026-03-03 is no Monday"):
        assign(nobody, date(2026, 3, 3))
    with pytest.raises(StaffingError, match="A roster of 0 weeks"):
        assign(nobody, MONDAY, 0)
