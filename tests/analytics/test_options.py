"""Remedies and leave, against cases worked by hand."""

from datetime import date

import numpy as np
import pytest

from analytics.errors import StaffingError
from analytics.staffing import leave, moving, options, replay
from analytics.staffing.assumptions import Assumptions
from analytics.staffing.case import Case
from analytics.staffing.crew import Block
from analytics.staffing.leave import Stretch
from analytics.staffing.replayed import Likeness
from analytics.staffing.shortfall import Shortfall
from tests.analytics.rosters import ANN
from tests.analytics.staffed import FIRST, LAST, at, staffed, touch

BOB = ANN | {"agent": "Bob"}
WEEKS = (0, 14, 21)
"""Days after which the Mondays begin that are no holiday."""


def piles(said: Assumptions | None = None) -> Case:
    """Each Monday three hours of work wait at 8, all due at 10; on Wednesday one hour is due at 15. Ann is alone."""
    rows = []
    for week, day in enumerate(WEEKS):
        waits = {"breached": True, "done_at": at(11, day)}
        rows += [touch(10 * week + n, at(6 + n / 10, day), at(10, day), **(waits if n == 2 else {})) for n in range(3)]
        rows.append(touch(10 * week + 5, at(8, day + 2), at(15, day + 2)))
    return staffed(rows, ANN, said=said)


def quiet(share: float, what: str) -> None:
    assert 0 <= share <= 1
    assert what


def test_as_it_was_is_what_really_was() -> None:
    now = options.as_it_was(piles())
    assert (now.late, now.due, now.real, now.apart) == (3, 12, 3, 0)
    assert (now.like.late, now.like.real, now.like.both) == (3, 3, 3)
    # With a tenth less work the third is done at 10:42, with a tenth more the second too is late.
    assert now.band == (3, 6)


def test_two_more_on_monday_against_saturday() -> None:
    case = piles(Assumptions(handle=(("", 60.0),), cost=20.0))
    now = options.as_it_was(case)
    monday, saturday = (options.cover(case, now, block) for block in (Block(1, 7, 11, 2), Block(6, 9, 13, 2)))
    assert (monday.avoided, monday.least, monday.most, monday.kept) == (3, 3, 6, 1)
    assert (monday.people, monday.cost, monday.remedy.paid) == (8 / 40, 160, 8)
    assert (saturday.avoided, saturday.kept) == (0, 0.75)


def test_remedies_stand_cheapest_first_and_do_what_their_replay_does() -> None:
    case = piles()
    now = options.as_it_was(case)
    told: list[float] = []
    found = options.weigh(case, now, lambda share, what: (quiet(share, what), told.append(share))[0])
    assert told == sorted(told)
    paid = [row.remedy.paid for row in found.rows]
    assert paid == sorted(paid)
    ways = [row.remedy.way for row in found.rows]
    assert (ways.count("order"), ways[-1], ways.count("overtime")) == (3, "hire", 1)
    for row in found.rows:
        people = options.crew.changed(case, case.people[0], row.remedy.blocks)
        assert row.late == replay.replay(case, people, row.remedy.change).count
        assert row.avoided == now.late - row.late
    hire = found.rows[-1]
    assert (hire.avoided, hire.remedy.paid, hire.people, hire.cost) == (3, 40, 1, None)
    overtime = next(row for row in found.rows if row.remedy.way == "overtime")
    assert overtime.remedy.blocks[0].weekday == 1
    assert overtime.avoided == 3
    assert {row.remedy.change.age_cap for row in found.rows if row.remedy.change.order == "overdue_last"} == {72}
    assert found.nearest is None  # three broken promises tell no order
    frame = options.table(found.rows, now.late)
    assert frame.filter(frame["way"] == "hire").select("share", "hours", "people").row(0) == (1.0, 40.0, 1.0)
    assert frame["cost"].null_count() == frame.height


def test_a_new_hire_does_less_and_costs_the_same() -> None:
    case = piles(Assumptions(handle=(("", 60.0),), ramp_up=0.25, cost=10.0))
    hire = options.weigh(case, options.as_it_was(case), quiet).rows[-1]
    assert (sum(block.hours for block in hire.remedy.blocks), hire.remedy.paid, hire.cost) == (10, 40, 400)


def lacking(case: Case, lack: dict[tuple[int, int], float], rest: float) -> Shortfall:
    place = [lack.get((int(day), int(hour)), rest) for day, hour in zip(case.week.weekday, case.week.hour, strict=True)]
    n = len(place)
    return Shortfall(np.array(place), *(np.arange(n),) * 2, *(np.ones(n),) * 4)


def test_hours_move_from_where_most_can_be_spared() -> None:
    case = staffed([touch(1, at(8), at(9))], ANN, BOB, BOB | {"agent": "Cid"})
    found = lacking(case, {(1, 8): 1.7, (1, 9): 0.9, (3, 9): 0.3, (4, 10): -2.6, (4, 11): -2.6}, -1.3)
    short = moving.short_blocks(case, found)
    assert [(str(block), block.heads) for block in short] == [("Mon 08–10", 2), ("Wed 09–10", 1)]
    given = moving.spared(case, found, 4)
    assert sum(block.hours for block in given) == -4
    assert [(str(block), block.heads) for block in moving.spared(case, found, 2)] == [("Thu 10–12", -1)]
    scarce = lacking(case, {(1, 8): 1.7}, -0.5)
    assert moving.spared(case, scarce, 1) == ()


@pytest.mark.parametrize(
    ("like", "order"),
    [
        ({"fifo": Likeness(40, 50, 30), "due": Likeness(40, 50, 9)}, "fifo"),
        ({"fifo": Likeness(40, 50, 30), "due": Likeness(40, 50, 29.5)}, None),
        ({"fifo": Likeness(9, 19, 9), "due": Likeness(9, 19, 0)}, None),
        ({"fifo": Likeness(0, 30, 0), "due": Likeness(9, 30, 0)}, None),
    ],
)
def test_the_order_the_history_looks_like(like: dict[options.Order, Likeness], order: str | None) -> None:
    assert options.nearest(like) == order


def test_a_busy_history_tells_its_order() -> None:
    rows = []
    for day in (0, 1, 2, 3, 4, 14, 15, 16, 17, 18):
        for n in range(8):
            urgent = {"priority": "urgent", "rank": 0, "klass": "First response · urgent"} if n % 2 else {}
            first = {1: 0, 3: 1, 5: 2, 7: 3, 0: 4, 2: 5, 4: 6, 6: 7}[n]
            done = at(9 + first, day)
            due = at(11, day)
            rows.append(touch(100 * day + n, at(6 + n / 10, day), due, done_at=done, breached=done > due, **urgent))
    case = staffed(rows, ANN)
    now = options.as_it_was(case)
    assert (now.like.late, now.like.real, now.like.both) == (50, 50, 50)
    assert options.weigh(case, now, quiet).nearest == "priority"


def days(case: Case, first: date, last: date) -> list[str]:
    return [str(each) for each in leave.judged(case, first, last)]


def test_which_dates_a_leave_is_judged_by() -> None:
    case = piles()
    assert days(case, date(2026, 3, 16), date(2026, 3, 16)) == ["2026-03-16"]
    # The Monday after the data; the ninth is a holiday and stands for nothing.
    assert days(case, date(2026, 3, 30), date(2026, 3, 30)) == ["2026-03-02", "2026-03-16", "2026-03-23"]
    # Of the last Friday the two days after are known, of the last Saturday they are not.
    assert days(case, date(2026, 3, 27), date(2026, 3, 27)) == ["2026-03-27"]
    assert days(case, date(2026, 3, 28), date(2026, 3, 28)) == ["2026-03-07", "2026-03-14", "2026-03-21"]
    assert days(case, date(2026, 4, 6), date(2026, 4, 12)) == ["2026-03-02", "2026-03-16"]


def test_leave_of_one_who_is_alone() -> None:
    found = leave.leave(piles(), "Ann", date(2026, 3, 16), date(2026, 3, 16))
    # Without Ann all three of Monday are late; Wednesday's is done as ever.
    assert (found.due, found.before, found.after, found.hours) == (4, 1, 3, 8)
    assert found.klasses.rows() == [("First response · normal", 2.0)]
    assert (found.worst, found.worst_share) == (Stretch(0, 10, 11), 1)
    # Somebody from 8 to 10 does two of the three.
    assert (found.cover, found.mended) == (Stretch(0, 8, 10), 2)
    assert found.more == (1, 2)
    assert not found.to_come


def test_leave_yet_to_come_is_the_mean_of_days_like_it() -> None:
    found = leave.leave(piles(), "Ann", date(2026, 3, 30), date(2026, 3, 30))
    assert (found.to_come, len(found.judged), found.due, found.extra, found.hours) == (True, 3, 4, 2, 8)
    tuesday = leave.leave(piles(), "Ann", date(2026, 3, 31), date(2026, 3, 31))
    assert (tuesday.extra, tuesday.worst, tuesday.cover) == (0, None, None)


def test_leave_that_another_can_cover() -> None:
    rows = [touch(n, at(8, day), at(12, day)) for day in (0, 14) for n in (2 * day, 2 * day + 1)]
    found = leave.leave(staffed(rows, ANN, BOB), "Bob", date(2026, 3, 16), date(2026, 3, 20))
    assert (found.extra, found.hours, found.days) == (0, 40, 5)


@pytest.mark.parametrize(
    ("person", "first", "last", "message"),
    [
        ("Cid", date(2026, 3, 16), date(2026, 3, 16), "Cid is not on the roster"),
        ("Ann", date(2026, 3, 16), date(2026, 3, 15), "Expected a last day from the first on"),
        ("Ann", FIRST, LAST.replace(month=12), "at most 28 days"),
        ("Ann", date(2026, 2, 27), date(2026, 2, 27), "before the period looked at"),
        ("Ann", date(2026, 4, 6), date(2026, 5, 3), "Nothing like"),
    ],
)
def test_a_leave_that_cannot_be_judged(person: str, first: date, last: date, message: str) -> None:
    with pytest.raises(StaffingError, match=message):
        leave.leave(piles(), person, first, last)
