"""Is a roster held against every window of the week, is the worst stretch found, and is what came of it told apart?"""

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from analytics.errors import StaffingError
from analytics.staffing.assumptions import Assumptions
from analytics.staffing.axis import Week
from analytics.staffing.backlog import closed_by, pile, while_closed
from analytics.staffing.case import Case
from analytics.staffing.explained import behind, inside
from analytics.staffing.handle import Rates
from analytics.staffing.plan import need, requirement
from analytics.staffing.pooling import bounds, of_queue
from analytics.staffing.replay import Change, draws
from analytics.staffing.shortfall import BAND, WHOLE_WEEKS, hourly, margin, shortfall, table, worst
from analytics.staffing.split import least, split
from analytics.staffing.windows import gaps, windows
from tests.analytics.rosters import ANN
from tests.analytics.staffed import at, staffed, touch
from tests.analytics.staffing_weeks import demand, science
from tests.analytics.staffing_weeks import week as mondays

FLAT = [touch(number, at(9 + number % 5, 7 * number), at(15, 7 * number)) for number in range(4)]


def able(jobs: Any, room: list[float], week: Week | None = None, **told: Any) -> Case:
    """A case of given work and of what can be done in each place."""
    places = week or mondays(len(room))
    rates = Rates(np.array(room) / places.open, np.zeros(len(room), np.int64), ())
    return replace(staffed(FLAT, ANN), week=places, demand=demand(jobs, len(room), **told), rates=rates)


def by_hand(jobs: Any, room: list[float], z: float, second: float) -> list[float]:
    """The most any window of up to six weeks that holds a place lacks, an open hour; window by window."""
    n, found = len(room), [-np.inf] * len(room)
    for first in range(n):
        for last in range(first, first + 6 * n):
            work = sum(
                hours
                for released, due, hours in jobs
                for shift in range(0, 7 * n, n)
                if first <= released + shift and due + shift <= last
            )
            asked = work + z * np.sqrt(work * second + (0.05 * work) ** 2) if work else 0.0
            lack = (asked - sum(room[place % n] for place in range(first, last + 1))) / (last - first + 1)
            for place in range(first, min(last, first + n - 1) + 1):
                found[place % n] = max(found[place % n], lack)
    return found


def test_monday_at_six_lacks_what_the_published_case_says() -> None:
    """Source: science.json staffing.monday and staffing_gap."""
    jobs = science("staffing")["monday"]["jobs"]
    found = shortfall(able(jobs, [6.0] * 9), z=0.0)
    assert found.lack[:4].tolist() == pytest.approx(science("staffing_gap")["value"])
    assert (found.first[0], found.last[0], found.work[0], found.room[0], found.open[0]) == (0, 3, 35, 24, 4)
    within = gaps(windows(*zip(*jobs, strict=True), 9), [6.0] * 9, [1.0] * 9)
    assert found.lack[:5].tolist() == pytest.approx(within.gap[:5].tolist())
    assert (found.lack >= within.gap - 1e-9).all()  # the same day comes again, and later hours lie before it
    assert found.short[:4].tolist() == [3] * 4


@pytest.mark.parametrize("seed", range(6))
def test_every_window_counts_those_over_the_weekend_too(seed: int) -> None:
    draw = np.random.default_rng(seed)
    n, second, z = 4, 0.25, 1.3
    released = draw.integers(0, n, 6)
    jobs = [
        (int(each), int(each + late), float(hours))
        for each, late, hours in zip(released, draw.integers(0, 7, 6), draw.integers(1, 5, 6), strict=True)
    ]
    room = draw.integers(0, 8, n).astype(float).tolist()
    found = shortfall(able(jobs, room, second=second), z=z)
    assert found.lack.tolist() == pytest.approx(by_hand(jobs, room, z, second))
    asked = found.work + found.margin
    assert ((asked - found.room) / found.open).tolist() == pytest.approx(found.lack.tolist())


def test_the_worst_stretch_is_the_one_that_lacks_most_hours_and_has_its_band() -> None:
    jobs = [(0, 0, 10.0), (1, 1, 8.0), (3, 3, 11.0)]
    case = able(jobs, [6.0, 6.0, 12.0, 6.0, 12.0], objective=0.5)
    found = shortfall(case)
    assert margin(case) == 0
    block = worst(case, found)
    assert block is not None
    assert (block.first, block.last, block.place) == (0, 1, 0)
    assert (block.short, block.least, block.most) == (4, 3, 5)
    assert block.ratio == pytest.approx(10 / 6)
    assert worst(case, shortfall(case, demand=case.demand.scaled(volume=0.2))) is None
    assert margin(able(jobs, [6.0] * 5)) == pytest.approx(2.056, abs=1e-3)


def test_a_trifle_is_not_short() -> None:
    found = shortfall(able([(0, 0, 6.24), (2, 2, 6.26)], [6.0, 9.0, 6.0, 9.0]), z=0.0)
    assert found.short.tolist() == [0, 0, 1, 0]


def test_the_table_is_what_the_week_requires_of_whom() -> None:
    case = able([(0, 0, 9.0), (1, 1, 3.0)], [6.0, 6.0, 6.0], objective=0.5)
    rows = hourly(case)
    assert rows["required"].to_list() == pytest.approx([9.0, 6.0, 5.25])  # 12 h in the first two, 21 h in four
    assert rows["over_under"].to_list() == pytest.approx([-3.0, 0.0, 0.75])
    assert rows["least"].to_list()[:2] == pytest.approx([8.1, 5.4])
    assert rows["most"].to_list()[:2] == pytest.approx([9.9, 6.6])
    assert rows["ratio"].to_list() == pytest.approx([1.5, 1.0, 21 / 24])
    assert rows["window"].to_list() == ["Mon 08–09", "Mon 08–10", WHOLE_WEEKS]
    assert rows.drop("place", "least", "most", "ratio", "ratio_least", "ratio_most").equals(
        table(case, shortfall(case))
    )


def test_time_lost_makes_more_people_of_the_same_work() -> None:
    case = staffed(FLAT, ANN, said=Assumptions(handle=(("", 60.0),), unplanned=0.5))
    one = replace(
        case, week=mondays(2), demand=demand([(0, 0, 1.0)], 2, objective=0.5), staffed=np.ones(len(case.axis))
    )
    assert one.capacity is not None
    assert one.capacity.tolist() == [0.5, 0.5]
    assert shortfall(one).lack[0] == pytest.approx(1.0)


def test_without_a_roster_required_are_the_people_of_the_least_plan_and_nothing_is_over_or_under() -> None:
    case = replace(able([(0, 0, 9.0), (1, 1, 3.0)], [1.0] * 3, objective=0.5), rates=None, staffed=None)
    rows = hourly(case)
    plans = [requirement(need(case.demand.scaled(volume=each), case.week.open), z=0.0) for each in BAND]
    assert rows["required"].to_list() == plans[1].level.tolist()
    assert rows["required"].to_list()[:2] == [9, 3]
    assert (rows["least"].sum(), rows["most"].sum()) == (plans[0].level.sum(), plans[2].level.sum())
    assert rows.select("scheduled", "over_under", "ratio").null_count().row(0) == (3, 3, 3)
    with pytest.raises(StaffingError, match="Give a roster"):
        shortfall(case)


MORNING = [
    touch(1, at(7), at(9.5), breached=True, done_at=at(11)),
    touch(2, at(7), at(9.75), breached=True, done_at=at(12)),
    touch(3, at(7), at(15), done_at=at(9)),
    touch(4, at(13, 1), at(12, 1), breached=True),
    touch(5, at(18, 1), at(7, 2), breached=True, done_at=at(9, 2)),
    touch(6, at(9, 3), at(12, 3), breached=True, left=True, done_at=at(15, 3)),
    touch(7, at(9, 4), None, done_at=at(10, 4)),
]
"""On Monday two hours are due by 09:45 and the desk opens at 8: one promise breaks in any order, and in truth an idle
third touch went first, so two did. Tuesday's came when it was due; Wednesday's was due before the desk opened;
Thursday's had been set aside."""


def test_late_promises_are_told_apart() -> None:
    case = staffed(MORNING, ANN)
    best = draws(case, case.people[0], Change("due"))
    found = split(case, best)
    told = [(row["weekday"], row["due"], row["late"]) for row in found.iter_rows(named=True)]
    assert told == [(1, 3, 2), (2, 1, 1), (3, 1, 1), (4, 1, 1)]
    assert found.select("came", "closed", "aside", "few", "order").rows() == [
        (0, 0, 0, 1, 1),
        (1, 0, 0, 0, 0),
        (0, 1, 0, 0, 0),
        (0, 0, 1, 0, 0),
    ]
    parts = found.select("came", "closed", "aside", "few", "order").sum_horizontal()
    assert parts.to_list() == found["late"].to_list()


def test_in_any_order_a_quarter_of_an_hour_of_monday_is_late() -> None:
    found = least(staffed(MORNING, ANN))
    assert (found.hours, found.promised) == pytest.approx((0.25, 3.0))
    assert found.by_day == pytest.approx((0.25, 0, 0, 0, 0, 0, 0))
    assert found.promises == pytest.approx(0.25)
    two = staffed(MORNING, ANN, ANN | {"agent": "Bob"})
    assert least(two).hours == 0
    lost = staffed(MORNING, ANN, said=Assumptions(handle=(("", 60.0),), unplanned=0.5))
    assert least(lost).hours == pytest.approx(2 - 1.75 / 2)


def test_without_a_roster_people_and_order_are_not_told_apart() -> None:
    case = staffed(MORNING)
    found = split(case, None)
    assert found["rest"].to_list() == [2, 0, 0, 0]
    assert found.select("few", "order").null_count().row(0) == (4, 4)
    with pytest.raises(StaffingError, match="Give a roster"):
        least(case)


def test_mondays_pile_is_gone_when_no_more_wait_than_usual() -> None:
    rows = []
    for week in (0, 7, 14, 21):
        monday = [touch(len(rows) + each, at(7, week), None, done_at=at(9 + each, week)) for each in range(4)]
        rows += monday
        for day in range(5):
            long = touch(100 + len(rows), at(8, week + day), None, done_at=at(16, week + day))
            rows.append(long)
    found = pile(staffed(rows, ANN))
    assert found is not None
    assert found.waiting[:8].tolist() == pytest.approx([5, 4, 3, 2, 1, 1, 1, 1])
    assert (found.normal, found.weeks, found.gone) == (1, 4, 4)
    assert found.back == {1: 4, 2: 8, 3: 16, 4: 24, 5: 32}


def test_a_desk_without_mondays_has_no_monday_pile() -> None:
    case = staffed(FLAT, ANN)
    only = Week(np.array([2, 3]), np.array([8, 8]), np.ones(2), "UTC")
    assert pile(replace(case, week=only)) is None


def test_what_comes_while_closed_by_region() -> None:
    rows = [
        touch(1, at(20), at(9, 1)),
        touch(2, at(7.5, 1), at(9, 1)),
        touch(3, at(8, 1), at(9, 1)),
        touch(4, at(3, 5), None),
    ]
    case = staffed(rows, ANN)
    came, closed = while_closed(case)
    assert came.tolist() == [True] * 4
    assert dict(zip(case.items["ticket_id"], closed.tolist(), strict=True)) == {
        "T1": True,
        "T2": True,
        "T3": False,
        "T4": True,
    }
    regions = pl.DataFrame({"ticket_id": ["T1", "T3", "T2"], "region": ["North", "North", "South"]})
    found = closed_by(case, regions)
    assert found.select("region", "touches", "closed", "share").rows() == [
        ("North", 2, 1, 0.5),
        ("(blank)", 1, 1, 1.0),
        ("South", 1, 1, 1.0),
    ]
    assert found["share_low"][0] == pytest.approx(0.0945, abs=1e-4)


def test_the_work_of_a_window_by_class_and_touch_by_touch() -> None:
    urgent = {"klass": "First response · urgent", "priority": "urgent", "rank": 0}
    rows = []
    for week in (0, 14, 21):
        rows += [
            touch(10 + week, at(7, week), at(10, week)),
            touch(11 + week, at(8.5, week), at(10, week), **urgent),
            touch(12 + week, at(8, week), at(12, week)),
            touch(13 + week, at(15, week + 4), at(9, week + 7)),
        ]
    case = staffed(rows, ANN)
    case = replace(case, demand=demand([(0, 1, 2.0), (39, 40, 3.0), (0, 3, 1.0)], 40))
    assert inside(case, 0, 1).select("touches", "work", "waiting").rows() == [(8, 2, 8)]
    assert inside(case, 39, 41)["work"].to_list() == [5.0]
    assert inside(case, 0, 79)["work"].to_list() == [3 + 3 + 3]
    assert inside(case, 5, 9).is_empty()
    assert behind(case, 0, 1, 1)["ticket_id"].to_list() == ["T32", "T31"]
    assert behind(case, 0, 1, 2)["ticket_id"].to_list() == ["T32", "T31", "T25", "T24"]
    assert behind(case, 0, 1, 2)["closed"].to_list() == [False, True, False, True]
    assert behind(case, 39, 40, 9)["ticket_id"].to_list() == ["T34", "T27", "T13"]
    assert behind(case, 39, 39, 9).is_empty()


def test_a_group_of_queues_lies_between_apart_and_pooled() -> None:
    rows = [
        touch(each, at(8 + each % 4, day), at(12 + each % 3, day), queue=f"q{each % 2}")
        for day in (0, 1, 2, 14, 15, 16, 21, 22)
        for each in range(8 * day, 8 * day + 8)
    ]
    case = staffed(rows, ANN | {"queues": "q0; q1"})
    found = bounds(case)
    assert found is not None
    assert of_queue(case, "q0").total + of_queue(case, "q1").total == pytest.approx(case.demand.total)
    assert found.pooled[1] <= found.apart[1] == sum(hours for _, hours in found.queues)
    assert found.apart[0] <= found.apart[1] <= found.apart[2]
    plan = requirement(need(case.demand, case.week.open), z=margin(case), efficiency=case.efficiency)
    assert found.pooled[1] == plan.hours
    assert bounds(staffed(FLAT, ANN)) is None
