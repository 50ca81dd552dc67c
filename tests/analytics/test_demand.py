"""Is work counted into the windows it must be done in, and is a typical week what history shows?"""

from typing import Any

import numpy as np
import pytest

from analytics.errors import StaffingError
from analytics.staffing.axis import DAY, HOUR, Week, cut
from analytics.staffing.demand import Demand, starts, typical, whole_weeks
from analytics.staffing.structural import hopeless, structural, widened
from analytics.staffing.windows import critical, gaps, greatest, rolling, stretched, windows
from tests.analytics.staffing_weeks import at, desk, science


def test_monday_asks_for_nine_agents_for_four_hours() -> None:
    """Source: science.json staffing.monday and staffing_gap."""
    known = science("staffing")["monday"]
    released, due, hours = zip(*known["jobs"], strict=True)
    opened = np.array(known["open"], np.float64)
    found = windows(released, due, hours, len(opened))
    tightest = critical(found, opened)
    level, span, work, size = known["critical"]
    assert (tightest.level, [tightest.first, tightest.last], tightest.work, tightest.open) == (level, span, work, size)
    lack = gaps(found, 6 * opened, opened)
    assert lack.gap[:4].tolist() == pytest.approx(science("staffing_gap")["value"])
    assert lack.first[:4].tolist() == [0] * 4
    assert lack.last[:4].tolist() == [3] * 4
    assert gaps(found, 9 * opened, opened).gap.tolist() == [0.0] * 9
    assert gaps(found, 9 * opened, opened).first.tolist() == [-1] * 9


def test_the_processor_demand_of_periodic_tasks() -> None:
    """Source: Buttazzo, Hard Real-Time Computing Systems, the example of theorem 4.6."""
    known = science("staffing")["edf_processor_demand"]
    horizon = 72
    jobs = [
        (start, start + deadline - 1, work)
        for work, period, deadline in known["tasks_C_T_D"]
        for start in range(0, horizon, period)
    ]
    demand = windows(*zip(*jobs, strict=True), horizon)
    assert {int(point): demand[0, int(point) - 1] for point in known["points"]} == {
        int(point): work for point, work in known["points"].items()
    }
    assert (critical(demand, np.ones(horizon)).level <= 1) == known["feasible"]


def test_windows_and_gaps_are_what_counting_one_by_one_gives() -> None:
    random = np.random.default_rng(3)
    for _ in range(20):
        n, m = int(random.integers(1, 8)), int(random.integers(0, 15))
        released, due = random.integers(0, n, m), random.integers(0, n + 3, m)
        hours, opened, capacity = random.uniform(0, 5, m), random.uniform(0.25, 1, n), random.uniform(0, 4, n)
        found = windows(released, due, hours, n)
        lack = gaps(found, capacity, opened)
        worst = np.zeros(n)
        for i in range(n):
            for j in range(i, n):
                inside = hours[(released >= i) & (due <= j) & (due >= released)].sum()
                assert found[i, j] == pytest.approx(inside)
                each = (inside - capacity[i : j + 1].sum()) / opened[i : j + 1].sum()
                worst[i : j + 1] = np.maximum(worst[i : j + 1], each)
        assert lack.gap == pytest.approx(worst)
        for h in np.flatnonzero(lack.gap):
            i, j = lack.first[h], lack.last[h]
            assert i <= h <= j
            each = (found[i, j] - capacity[i : j + 1].sum()) / opened[i : j + 1].sum()
            assert each == pytest.approx(lack.gap[h])


def test_a_week_that_comes_again_is_many_weeks_end_to_end() -> None:
    random = np.random.default_rng(4)
    n, weeks, m = 4, 3, 10
    released = random.integers(0, n, m)
    due, hours, opened = released + random.integers(0, 2 * n, m), random.uniform(0, 5, m), random.uniform(0.25, 1, n)
    found, size = rolling(released, due, hours, n, weeks), stretched(opened, weeks)
    for i in range(n):
        for k in range(n * weeks):
            inside = sum(
                hours[(released + n * each >= i) & (due + n * each <= i + k)].sum() for each in range(weeks + 1)
            )
            assert found[i, k] == pytest.approx(inside)
            assert size[i, k] == pytest.approx(np.tile(opened, weeks + 1)[i : i + k + 1].sum())
    held, ends = greatest(found / size)
    for i in range(n):
        for h in range(n):
            column = (h - i) % n
            assert held[i, h] == (found / size)[i, column:].max()
            assert ends[i, h] == column + (found / size)[i, column:].argmax()


def touches(rows: list[tuple[float, float, float, str]], axis: Any, **more: Any) -> Demand:
    released, due, hours, klass = zip(*rows, strict=True)
    return typical(released, due, hours, klass, axis, Week.of(axis), **more)


def test_a_week_of_touches_by_hand() -> None:
    axis = desk(2)
    found = touches(
        [
            (at(5, 12), at(7, 10.5), 1.0, "a"),  # Saturday: waits for Monday 08, due after two hours and a half
            (at(1, 8.5), at(1, 9.5), 0.5, "a"),  # Tuesday 08:30: no whole hour to its due time
            (at(8, 8.25), at(8, 9.25), 0.5, "a"),  # the same a week later
            (at(4, 16.5), at(8, 9.0), 2.0, "b"),  # Friday 16:30: due at the end of Tuesday's first hour
            (at(0, 9.25), np.inf, 3.0, "c"),  # no promise
            (at(11, 10.25), at(15, 9.0), 1.0, "b"),  # due after the data end: a Tuesday all the same
        ],
        axis,
        objectives={"a": 0.9, "b": 0.95},
        rank=[1, 1, 0, 2, 3, 2],
    )
    rows = zip(found.released, found.due, found.waiting, found.allowance, found.hours, found.count, strict=True)
    assert sorted(tuple(np.asarray(row).tolist()) for row in rows) == [
        (0, 1, True, 2.5, 0.5, 0.5),
        (1, 46, False, np.inf, 1.5, 0.5),
        (9, 9, False, 1.0, 0.5, 1.0),
        (38, 54, False, 16.75, 0.5, 0.5),
        (44, 54, False, 10.5, 1.0, 0.5),
    ]
    assert found.klasses == ("a", "b", "c")
    assert found.objective.tolist()[:2] == [0.9, 0.95]
    assert np.isnan(found.objective[2])
    assert found.rank.tolist() == [0, 2, 3]
    assert (found.weeks, found.left_out, found.days, found.n) == (2, 0, 5, 45)
    work = np.array([1, 0.5, 0.5, 2, 3, 1])
    assert found.second == pytest.approx((work**2).sum() / work.sum())
    assert found.total == 4.0


def test_weeks_with_a_closed_day_are_left_out() -> None:
    axis = desk(4, closed=(9, 21, 22, 23, 24, 25))
    assert whole_weeks(axis, Week.of(axis))[0].tolist() == [True, False, True]
    found = touches([(at(day, 9), at(day, 12), 1.0, "a") for day in (0, 7, 14)], axis)
    assert (found.weeks, found.left_out) == (2, 1)
    assert found.total == 1.0


def test_an_hour_that_is_seldom_open_is_no_place() -> None:
    saturday = (at(5, 10), at(5, 12))
    plain = desk(4)
    axis = cut(
        np.sort(np.append(plain.start, saturday[0])).astype(np.int64),
        np.sort(np.append(plain.end, saturday[1])).astype(np.int64),
        "UTC",
    )
    found = touches([(at(5, 10.5), at(5, 12), 1.0, "a"), (at(4, 16.5), at(5, 12), 1.0, "a")], axis)
    assert found.n == 45
    assert found.released.tolist() == [0, 44]
    assert found.due.tolist() == [0, 44]
    assert found.waiting.tolist() == [True, False]


def test_what_is_due_before_anybody_can_begin_is_kept_apart() -> None:
    found = touches([(at(0, 6), at(0, 7), 1.0, "a"), (at(0, 7), at(0, 8.5), 1.0, "a")], desk(1))
    assert found.released.tolist() == found.due.tolist() == [0, 0]
    assert sorted(found.allowance.tolist()) == [0.0, 0.5]


def test_busy_days_show_beyond_chance() -> None:
    random = np.random.default_rng(5)
    weeks = 120
    for cv in (0.0, 0.3):
        busy = random.gamma(cv**-2, cv**2, weeks * 7) if cv else np.ones(weeks * 7)
        day = np.repeat(np.arange(weeks * 7), random.poisson(40 * busy))
        day = day[day % 7 < 5]
        begin = np.array([at(each, 8.5) for each in day])
        hours = random.exponential(0.25, len(day))
        axis = desk(weeks)
        found = typical(begin, begin + DAY, hours, np.zeros(len(day)), axis, Week.of(axis), spread=1.0)
        assert found.busyness == pytest.approx(cv, abs=0.09 if cv == 0 else 0.03)
        assert found.second == pytest.approx(0.5, rel=0.05)
        error = np.sqrt((0.5 / 50 + cv**2 / 5) / weeks)
        assert found.doubt == pytest.approx(error, rel=0.1)
    twice = found.scaled(volume=2.0, handle=1.5)
    assert twice.total == pytest.approx(3 * found.total)
    assert twice.second == pytest.approx(1.5 * found.second)


def test_places_lie_where_their_hours_do() -> None:
    short = Week(np.array([1, 1, 2]), np.array([8, 9, 16]), np.array([0.5, 1.0, 0.25]), "UTC")
    assert (starts(short) / HOUR).tolist() == [8.5, 9.0, 24 + 16.75]


def test_promises_that_fall_due_while_closed_are_lost_and_a_saturday_saves_some() -> None:
    axis = desk(2)
    released = [at(4, 18), at(4, 18), at(4, 18), at(4, 16), at(5, 9), at(0, 9), at(3, 20)]
    due = [at(5, 18), at(6, 18), at(7, 8), at(4, 17), at(5, 13), at(0, 9), np.inf]
    assert hopeless(released, due, axis).tolist() == [True, True, True, False, True, True, False]
    kinds = ["next day"] * 3 + ["soon"] * 4
    before = structural(released, due, kinds, axis)
    assert before.rows() == [("next day", 3, 3, 1.0), ("soon", 3, 2, 2 / 3)]
    after = structural(released, due, kinds, widened(axis, 6, 10, 14))
    assert after.rows() == [("next day", 3, 0, 0.0), ("soon", 3, 1, 1 / 3)]
    assert structural([], [], [], axis).is_empty()


def test_a_window_over_open_time_adds_only_the_rest() -> None:
    axis = desk(2)
    assert len(widened(axis, 1, 8, 17)) == len(axis)
    longer = widened(axis, 5, 16, 19)
    assert longer.hour[longer.weekday == 5].tolist() == [*range(8, 19)] * 2
    assert float(longer.open.sum()) == 94
    with pytest.raises(StaffingError, match="Weekday 8 from 10 to 14 is no window"):
        widened(axis, 8, 10, 14)


def test_bad_input_is_named() -> None:
    axis = desk(1)
    week = Week.of(axis)
    with pytest.raises(StaffingError, match="2 releases, 1 due times, 1 amounts of work and 1 classes"):
        typical([at(0, 9)] * 2, [at(0, 10)], [1.0], ["a"], axis, week)
    with pytest.raises(StaffingError, match="no work or due time"):
        typical([at(0, 9)], [np.nan], [1.0], ["a"], axis, week)
    with pytest.raises(StaffingError, match="None of the 1 weeks looked at is whole"):
        typical([at(0, 9)], [at(0, 10)], [1.0], ["a"], axis.between(0, int(at(2, 0))), week)
    with pytest.raises(StaffingError, match="Expected more than 0"):
        typical([at(0, 9)], [at(0, 10)], [1.0], ["a"], axis, week).scaled(volume=0.0)
    with pytest.raises(StaffingError, match="no open hours"):
        critical(np.empty((0, 0)), [])


def test_a_quiet_queue_has_a_week_without_work() -> None:
    axis = desk(1)
    found = typical([], [], [], [], axis, Week.of(axis))
    assert (found.total, found.second, found.doubt, len(found.hours), found.n) == (0.0, 0.0, 0.0, 0, 45)
