"""Does a plan hold what it must, with no more people than that takes, and do made-up weeks resemble the typical one?"""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from analytics.errors import StaffingError
from analytics.staffing import search
from analytics.staffing.axis import HOUR, Week
from analytics.staffing.calibrate import absorbs, banded, calibrate
from analytics.staffing.demand import Demand, typical
from analytics.staffing.plan import AHEAD, Need, need, occupied, requirement
from analytics.staffing.search import Setting
from analytics.staffing.traces import trial
from tests.analytics.staffing_weeks import MONDAY, demand, desk, science, week


def room(level: Any, needed: Need) -> Any:
    """Agent hours in every window, added up one by one."""
    n = len(needed.each)
    hours = np.tile(level * needed.each, AHEAD + 1)
    return np.array([[hours[i : i + k + 1].sum() for k in range(AHEAD * n)] for i in range(n)])


def test_monday_takes_58_hours() -> None:
    """Source: science.json staffing.monday, min_hours_integer; all of its work in a week of its nine hours."""
    known = science("staffing")["monday"]
    needed = need(demand(known["jobs"], 9), known["open"], uncertainty=0.0)
    found = requirement(needed, z=0.0, occupancy=1.0)
    assert found.hours == known["min_hours_integer"]
    assert found.level[:4].sum() >= known["critical"][2]
    assert found.level.max() == np.ceil(known["critical"][0])
    assert (found.first[0], found.last[0], found.work[0], found.open[0], found.margin[0]) == (0, 3, 35.0, 4.0, 0.0)


def test_no_plan_of_fewer_hours_has_room_for_every_window() -> None:
    """Against an integer programme of every window, in which no hour takes more than its tightest window asks for."""
    random = np.random.default_rng(1)
    spare = 0.0
    for case in range(12):
        n = int(random.integers(2, 6))
        released = random.integers(0, n, 6)
        jobs = np.stack([released, released + random.integers(0, n, 6), random.uniform(0, 9, 6)], axis=1)
        opened = np.full(n, 1.0) if case % 2 else random.choice([0.5, 1.0], n)
        needed = need(demand(jobs, n), opened)
        price = random.choice([1.0, 1.5], n)
        z, efficiency = float(random.uniform(0, 2)), float(random.choice([1.0, 0.8]))
        found = requirement(needed, z=z, efficiency=efficiency, occupancy=0.9, cost=price)
        asked = needed.asked(z) / efficiency
        assert (room(found.level, needed) >= asked - 1e-6).all()
        total = needed.total / efficiency / 0.9
        assert found.hours >= total - 1e-6
        times = np.array(
            [[np.bincount((i + np.arange(k + 1)) % n, minlength=n) for k in range(AHEAD * n)] for i in range(n)]
        )
        held = (times > 0).reshape(-1, n)
        density = (asked / needed.open).reshape(-1, 1)
        most = np.ceil(np.maximum((held * density).max(axis=0), total / opened.sum()) - 1e-6)
        rows = np.vstack([times.reshape(-1, n) * opened, opened])
        best = milp(
            price * opened,
            constraints=LinearConstraint(rows, lb=np.append(asked.ravel(), total) - 1e-9),
            bounds=Bounds(0, most),
            integrality=np.ones(n),
        )
        over = float(price @ (found.level * opened)) - best.fun
        assert -1e-6 <= over <= 2.0
        spare += over
    assert spare <= 6.0


def test_the_margin_is_chance_and_busy_days_and_what_is_not_known() -> None:
    jobs = [(0, 1, 8.0), (2, 5, 4.0)]
    needed = need(demand(jobs, 4, second=0.5, busyness=0.2, days=2), np.ones(4), uncertainty=0.1)
    assert needed.mean[0, :4].tolist() == [0.0, 8.0, 8.0, 8.0]
    assert needed.mean[2, 3] == 12.0
    assert needed.mean[2, 2] == 0.0
    assert needed.spread[0, 1] == pytest.approx(np.sqrt(8 * 0.5 + (0.2 * 8) ** 2 + (0.1 * 8) ** 2))
    assert needed.spread[0, 7] == pytest.approx(np.sqrt(20 * 0.5 + (0.2 * 20) ** 2 / 4 + (0.1 * 20) ** 2))
    assert needed.asked(2.0)[0, 1] == pytest.approx(8 + 2 * needed.spread[0, 1])
    assert needed.asked(2.0)[0, 0] == 0.0


def test_what_the_planner_asks_for_is_kept() -> None:
    needed = need(demand([(0, 3, 8.0)], 4), np.ones(4), uncertainty=0.0)
    plain = requirement(needed, z=0.0, occupancy=1.0)
    assert plain.level.tolist() == [2, 2, 2, 3]
    assert requirement(needed, z=0.0, occupancy=0.5).hours == 16.0
    assert requirement(needed, z=0.0, efficiency=0.5, occupancy=1.0).hours == np.ceil(16 / occupied(4.0, 1.0))
    assert requirement(needed, z=0.0, floor=[0, 5, 0, 0]).level[1] == 5
    dear = requirement(needed, z=0.0, occupancy=1.0, cost=[3.0, 1.0, 1.0, 1.0])
    assert dear.level[0] < plain.level[0]
    assert dear.hours == plain.hours


def test_small_teams_keep_some_air() -> None:
    assert [occupied(agents) for agents in (0.5, 3.0, 6.0, 50.0)] == pytest.approx([0.9, 0.9, 0.95, 0.95])
    assert occupied(2.0, 0.8) == 0.8
    needed = need(demand([(0, 3, 8.0)], 4), np.ones(4), uncertainty=0.0)
    assert requirement(needed, z=0.0).hours == 9.0


def test_nothing_to_do_needs_nobody() -> None:
    needed = need(demand([], 3), np.ones(3))
    found = requirement(needed, z=2.0)
    assert found.level.tolist() == [0, 0, 0]
    assert found.first.tolist() == found.last.tolist() == [-1, -1, -1]
    assert requirement(needed, z=2.0, floor=[1, 0, 1]).level.tolist() == [1, 0, 1]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"z": -1.0}, "margin is -1 standard deviations"),
        ({"z": 1.0, "efficiency": 0.0}, "efficiency is 0. Expected a share above 0"),
        ({"z": 1.0, "occupancy": 1.2}, "maximum occupancy is 1.2"),
        ({"z": 1.0, "cost": [1.0]}, "Expected 2 prices"),
        ({"z": 1.0, "floor": [1, -1]}, "Expected 2 least numbers"),
    ],
)
def test_what_cannot_be_planned_is_said(given: dict[str, Any], message: str) -> None:
    with pytest.raises(StaffingError, match=message):
        requirement(need(demand([(0, 1, 2.0)], 2), [1.0, 1.0]), **given)


def test_a_week_of_other_places_is_refused() -> None:
    with pytest.raises(StaffingError, match="The week has 3 places and the demand 2"):
        need(demand([(0, 1, 2.0)], 2), np.ones(3))
    with pytest.raises(StaffingError, match="uncertainty is -1"):
        need(demand([(0, 1, 2.0)], 2), np.ones(2), uncertainty=-1.0)


def office(touches: float, hours: float, target: int) -> tuple[Demand, Week]:
    """A desk open Monday to Friday 08–16: touches come evenly, and a quarter of a day's waits at opening."""
    axis = desk(1, 8, 16)
    place = np.arange(40)
    released = np.concatenate([place, place[::8]])
    waiting = np.arange(45) >= 40
    count = np.where(waiting, 8 * 0.25, 0.75) * touches / 40
    made = Demand(
        released=released,
        due=released + target - 1,
        waiting=waiting,
        allowance=np.full(45, float(target)),
        hours=count * hours,
        count=count,
        klass=np.zeros(45, np.int64),
        klasses=("all",),
        objective=np.array([0.95]),
        rank=np.zeros(1, np.int64),
        second=2 * hours,
        busyness=0.1,
        weeks=52,
        left_out=0,
        days=5,
        n=40,
    )
    return made, Week.of(axis)


def test_made_up_weeks_have_the_work_of_the_typical_one() -> None:
    made, places = office(400, 0.25, 4)
    made = replace(made, busyness=0.3)
    tried = trial(made, places, touches=60_000)
    axis = desk(26 + 3, 8, 16)
    found = [
        typical(
            t.released + MONDAY, t.due + MONDAY, t.work / HOUR, t.klass, axis.between(0, MONDAY + 26 * 604_800), places
        )
        for t in tried.traces
    ]
    assert len(tried.traces) == 6
    assert np.mean([each.total for each in found]) == pytest.approx(made.total, rel=0.02)
    assert np.mean([each.second for each in found]) == pytest.approx(made.second, rel=0.08)
    assert np.mean([each.busyness for each in found]) == pytest.approx(0.3, abs=0.03)
    for each in found:
        assert set(zip(each.released, each.due, strict=True)) == set(zip(made.released, made.due, strict=True))
        assert each.allowance == pytest.approx(4.0)
    again, other = trial(made, places, touches=1000), trial(made, places, seed=1, touches=1000)
    assert again.traces[0].work.tolist() == tried.traces[0].work.tolist()
    assert len(other.traces[0].work) != len(again.traces[0].work)


def test_a_plan_keeps_the_objective_on_other_weeks_and_a_smaller_one_does_not() -> None:
    made, places = office(300, 0.25, 3)
    told: list[tuple[float, str]] = []
    tried = trial(made, places, touches=40_000)
    band = banded(made, places, tried=tried, progress=lambda share, what: told.append((share, what)))
    assert band.less.hours < band.exact.hours < band.more.hours
    assert band.exact.hours <= 1.3 * made.total
    other = trial(made, places, seed=9, touches=60_000)
    for plan, stress in ((band.less, 0.9), (band.exact, 1.0), (band.more, 1.1)):
        assert plan.accepted
        assert plan.reachable.all()
        assert plan.late.bound[0] <= 0.05
        assert other.late(plan.level, handle=stress).share[0] <= 0.05
        assert plan.hours == float((plan.level * places.open).sum())
    assert other.late(band.exact.level, handle=1.1).share[0] > 0.05
    assert other.late(band.less.level).share[0] > 0.05
    assert [share for share, _ in told] == sorted(share for share, _ in told)
    assert 0 <= told[0][0] < told[-1][0] < 1
    assert "agent hours a week tried" in told[0][1]


def test_a_search_can_be_ended() -> None:
    made, places = office(100, 0.25, 3)

    def stop(share: float, _: str) -> None:
        if share > 0.2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        calibrate(made, places, tried=trial(made, places, touches=1000), progress=stop)


def test_what_no_staffing_keeps_is_said_and_the_rest_is_planned_for() -> None:
    made, places = office(200, 0.25, 3)
    allowance, due = np.where(made.waiting, 0.0, made.allowance), np.where(made.waiting, made.released, made.due)
    lost = replace(made, allowance=allowance, due=due)
    plan = calibrate(lost, places, stress=1.0, tried=trial(lost, places, touches=20_000))
    assert not plan.reachable[0]
    assert plan.floor[0] == pytest.approx(0.25, abs=0.02)
    assert plan.allowed[0] == pytest.approx(plan.floor[0] + 0.05 * (1 - plan.floor[0]))
    assert plan.accepted
    assert plan.late.share[0] > 0.2


def test_long_targets_absorb_the_peaks_and_short_ones_do_not() -> None:
    lax, places = office(290, 0.5, 24)
    tried = trial(lax, places, touches=10_000)
    plan = calibrate(lax, places, stress=1.0, tried=tried)
    flat = absorbs(plan, lax, places, tried=tried)
    assert flat.level == 4
    assert flat.hours == 160.0
    assert flat.absorbs
    tight, places = office(300, 0.25, 1)
    tight = replace(tight, second=0.25)
    tried = trial(tight, places, touches=10_000)
    plan = calibrate(tight, places, Setting(occupancy=0.9), stress=1.0, tried=tried)
    flat = absorbs(plan, tight, places, Setting(occupancy=0.9), tried=tried)
    assert plan.level[0] > plan.level[4]
    assert not flat.absorbs
    assert flat.level is None or flat.hours > 1.02 * plan.hours


def test_a_plan_needs_an_objective() -> None:
    with pytest.raises(StaffingError, match="No class of this work has an objective"):
        calibrate(demand([(0, 1, 2.0)], 2, objective=float("nan")), week(2))


def test_where_no_margin_keeps_the_objective_more_people_at_every_hour_do(monkeypatch: pytest.MonkeyPatch) -> None:
    made, places = office(40, 1.3, 4)
    tried = trial(made, places, seed=5, touches=20_000)
    monkeypatch.setattr(search, "LARGEST", 1.8)
    plan = calibrate(made, places, stress=1.0, tried=tried)
    flat = absorbs(plan, made, places, tried=tried)
    assert plan.accepted
    assert plan.required.z == search.FIRST
    assert flat.level is not None
    assert plan.level.min() <= flat.level
    assert plan.hours <= flat.hours * 1.05
