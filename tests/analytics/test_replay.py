"""Replays of a period, against cases worked by hand."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from analytics.errors import StaffingError
from analytics.staffing import crew, replay, replayed
from analytics.staffing.assumptions import Assumptions
from analytics.staffing.case import Case
from analytics.staffing.crew import Block
from analytics.staffing.replay import Change
from tests.analytics.rosters import ANN
from tests.analytics.staffed import HOLIDAY, MONDAY, at, staffed, touch

BOB = ANN | {"agent": "Bob"}
URGENT = {"klass": "First response · urgent", "priority": "urgent", "rank": 0}
MORNING = [
    touch(1, at(7), at(9.5), breached=True, done_at=at(10)),
    touch(2, at(7), at(10.5), done_at=at(9), **URGENT),
    touch(3, at(8), at(10.25), breached=True, done_at=at(11)),
]
"""Three hours of work wait as Ann begins at 8; in truth the urgent one went first."""


def done(case: Case, found: replay.Replay) -> dict[str, float]:
    """By ticket the hour of the first Monday at which it was done."""
    hours = (found.finish - MONDAY.timestamp()) / 3600
    return dict(zip(case.items["ticket_id"][pl.Series(found.row)], hours.round(6).tolist(), strict=True))


@pytest.mark.parametrize(
    ("order", "hours", "late"),
    [
        ("fifo", {"T1": 9, "T2": 10, "T3": 11}, {"T3"}),
        ("priority", {"T2": 9, "T1": 10, "T3": 11}, {"T1", "T3"}),
        ("due", {"T1": 9, "T3": 10, "T2": 11}, {"T2"}),
        ("overdue_last", {"T1": 9, "T3": 10, "T2": 11}, {"T2"}),
    ],
)
def test_the_morning_in_each_order(order: replay.Order, hours: dict[str, float], late: set[str]) -> None:
    case = staffed(MORNING, ANN)
    found = replay.replay(case, case.people[0], Change(order))
    assert done(case, found) == hours
    assert set(case.items["ticket_id"].filter(pl.Series(found.late))) == late
    assert found.due == 3


def test_a_second_agent_and_shorter_work_save_what_one_could_not() -> None:
    case = staffed(MORNING, ANN)
    duty, names = case.people
    assert names == ["Ann"]
    two = crew.changed(case, duty, [Block(1, 8, 9, 1)])
    assert replay.replay(case, two, Change("priority")).count == 0
    assert replay.replay(case, duty, Change("priority", handle=0.5)).count == 0
    half = staffed(MORNING, ANN, said=Assumptions(handle=(("", 60.0),), unplanned=0.5))
    assert done(half, replay.replay(half, half.people[0], Change("priority"))) == {"T2": 10, "T1": 12, "T3": 14}


def test_the_truth_and_how_near_a_replay_comes() -> None:
    case = staffed(MORNING, ANN)
    real = replay.truth(case)
    assert (real.count, real.due) == (2, 3)
    found = {order: replay.draws(case, case.people[0], Change(order)) for order in ("fifo", "priority", "due")}
    like = {order: replayed.likeness(case, each) for order, each in found.items()}
    assert [(each.late, each.real, each.both) for each in like.values()] == [(1, 2, 1), (2, 2, 2), (1, 2, 0)]
    assert [each.share for each in like.values()] == pytest.approx([2 / 3, 1, 0])
    assert replayed.kept(case, found["priority"]) == pytest.approx(1 / 3)
    assert replayed.kept(case, found["priority"], 1) == pytest.approx(1 / 3)
    assert replayed.kept(case, found["priority"], 2) is None
    by_class = replayed.by_class(case, found["priority"])
    assert by_class.rows() == [("First response · normal", 2.0, 2.0, 0.9), ("First response · urgent", 1.0, 0.0, 0.9)]


def test_ticket_by_ticket() -> None:
    case = staffed(MORNING, ANN)
    before, after = (replay.draws(case, case.people[0], Change(order)) for order in ("priority", "due"))
    found = replayed.changed(case, before, after)
    told = found.select("ticket_id", "before_at", "after_at", "before", "after", "saved").rows()
    assert told == [
        ("T1", at(10), at(9), 1.0, 0.0, True),
        ("T3", at(11), at(10), 1.0, 0.0, True),
        ("T2", at(9), at(11), 0.0, 1.0, False),
    ]
    nobody = replay.draws(case, crew.off(case.people[0], 0, 0.0, 1e12), Change("due"))
    gone = replayed.changed(case, before, nobody)
    assert gone.select("ticket_id", "after_at").rows() == [("T2", None)]


def test_only_promises_due_in_the_dates_and_decided_by_the_touch_count() -> None:
    rows = [
        touch(1, at(8), at(8.5), decides=False),
        touch(2, at(9), None),
        touch(3, at(8, -7), at(9, -7), done_at=at(9)),
        touch(4, at(8, 27), at(9, 35)),
        touch(5, at(8, 1), at(9, 1)),
    ]
    case = staffed(rows, ANN)
    found = replay.replay(case, case.people[0], Change("fifo"))
    assert case.items["ticket_id"].filter(pl.Series(found.promised)).to_list() == ["T5"]
    assert found.count == 0


def test_what_was_set_aside_comes_when_it_was_taken_up_again_and_keeps_its_fate() -> None:
    rows = [
        touch(1, at(8), at(9), left=True, breached=True, done_at=at(12)),
        touch(2, at(8), at(9.5)),
        touch(3, at(8), at(15), left=True, done_at=at(10)),
    ]
    case = staffed(rows, ANN)
    found = replay.replay(case, case.people[0], Change("fifo"))
    assert done(case, found) == {"T2": 9, "T3": 10, "T1": 12}
    assert case.items["ticket_id"].filter(pl.Series(found.late)).to_list() == ["T1"]
    like = replayed.likeness(case, (found,))
    assert (like.late, like.real, like.share) == (0, 0, 0)


def test_a_promise_is_kept_with_the_reply_before_the_rest_of_the_touch() -> None:
    replies = [touch(n, at(8, day), at(12, day), stopped_at=at(8.75, day)) for n, day in enumerate([0, 1, 2, 3] * 8)]
    over_night = touch(97, at(15.75, 4), at(16, 4), stopped_at=at(15.9, 4), done_at=at(8.15, 7))
    others = {"klass": "Resolution"}
    few = touch(98, at(9, 15), at(9.8, 15), stopped_at=at(9.5, 15), **others)
    close = touch(99, at(9, 16), at(9.8, 16), stopped_at=at(9.75, 16))
    case = staffed([*replies, over_night, few, close], ANN)
    share = dict(zip(case.items["klass"], replay.after_reply(case), strict=True))
    # Of 34 h of work a quarter of each came after the reply; of one of them over a weekend, whose 64 h do not count.
    assert share["First response · normal"] == pytest.approx(0.25)
    assert share["Resolution"] == 0
    late = replay.replay(case, case.people[0], Change("fifo")).late
    told = dict(zip(case.items["ticket_id"], late.tolist(), strict=True))
    assert (told["T98"], told["T99"]) == (True, False)


def test_volume_repeats_touches_and_leaves_some_out_by_lot() -> None:
    rows = [touch(n, at(8, n % 5), at(15, n % 5)) for n in range(200)]
    case = staffed(rows, ANN)
    duty, _ = case.people
    twice = replay.replay(case, duty, Change("fifo", volume=2.0))
    assert np.bincount(twice.row).tolist() == [2] * 200
    more, less = (replay.replay(case, duty, Change("fifo", volume=volume)) for volume in (1.25, 0.75))
    assert set(np.bincount(more.row).tolist()) == {1, 2}
    assert 225 <= len(more.row) <= 275
    assert 125 <= len(less.row) <= 175
    base = replay.replay(case, duty, Change("fifo"))
    assert replayed.changed(case, (base,), (less,)).height <= len(less.row)


def test_draws_differ_by_the_work_alone_and_keep_its_mean() -> None:
    rows = [touch(n, at(8, n % 5), at(15, n % 5)) for n in range(4000)]
    case = staffed(rows, ANN)
    case = replace(case, handle=replace(case.handle, spread=2.0))
    first, second = (replay.work(case, seed) for seed in replay.SEEDS[:2])
    assert (first == replay.work(case, replay.SEEDS[0])).all()
    assert (first != second).all()
    assert first.mean() == pytest.approx(3600, rel=0.05)
    assert (first**2).mean() / first.mean() ** 2 == pytest.approx(2.0, rel=0.15)


def test_people_work_their_own_queues() -> None:
    rows = [touch(1, at(8), at(9), queue="desk"), touch(2, at(8), at(9), queue="network")]
    case = staffed(rows, ANN | {"queues": "desk"}, BOB | {"queues": "network", "from": "12:00"})
    assert done(case, replay.replay(case, case.people[0], Change("fifo"))) == {"T1": 9, "T2": 13}


def test_what_somebody_added_has_not_done_is_done_by_whoever_is_there() -> None:
    case = staffed([touch(1, at(7.5), at(9)), touch(2, at(9, 1), at(11, 1))], ANN)
    early = crew.changed(case, case.people[0], [Block(1, 7, 8, 1)])
    assert done(case, replay.replay(case, early, Change("fifo"))) == {"T1": 8.5, "T2": 24 + 10}


def test_the_rostered_keep_what_they_began_until_their_next_stretch() -> None:
    rows = [touch(1, at(15.5), at(9, 1)), touch(2, at(8, 1), at(9.25, 1), **URGENT)]
    case = staffed(rows, ANN)
    found = replay.replay(case, case.people[0], Change("priority"))
    assert done(case, found) == {"T1": 24 + 8.5, "T2": 24 + 9.5}


def test_blocks_stand_in_every_week_but_on_holidays() -> None:
    case = staffed(MORNING, ANN)
    duty, _ = case.people
    more = crew.changed(case, duty, [Block(1, 7, 11, 2), Block(6, 9, 13, 1)])
    added = more.agent >= duty.people
    days = sorted({MONDAY.fromtimestamp(start, MONDAY.tzinfo).date() for start in more.start[added]})
    assert (more.people, HOLIDAY in days) == (4, False)
    assert [day.isoweekday() for day in days] == [1, 6, 6, 1, 6, 1, 6]
    assert (more.end - more.start)[added].sum() / 3600 == 2 * 4 * 3 + 4 * 4
    less = crew.changed(case, duty, [Block(2, 10, 12, -1)])
    assert (duty.end - duty.start).sum() - (less.end - less.start).sum() == 4 * 2 * 3600
    assert crew.changed(case, duty, [Block(6, 10, 12, -3)]).start.tolist() == duty.start.tolist()


def test_somebody_out_or_more() -> None:
    case = staffed(MORNING, ANN, BOB)
    duty, names = case.people
    out = crew.off(duty, names.index("Bob"), at(10).timestamp(), at(12).timestamp())
    bob = out.agent == 1
    assert (out.end[bob] - out.start[bob])[:3].tolist() == [2 * 3600, 4 * 3600, 8 * 3600]
    assert (out.end - out.start)[~bob].sum() == (duty.end - duty.start)[duty.agent == 0].sum()
    more = crew.joined(duty, [(at(8).timestamp(), at(10).timestamp())])
    assert (more.people, more.end[more.agent == 2].tolist()) == (3, [at(10).timestamp()])


def test_one_more_full_time_works_the_usual_week() -> None:
    case = staffed(MORNING, ANN)
    assert case.contract == 40
    whole = crew.full_time(case, None)
    assert [str(block) for block in whole] == [f"{day} 08–16" for day in ("Mon", "Tue", "Wed", "Thu", "Fri")]
    assert sum(block.hours for block in crew.full_time(case, 0.5)) == 20


@pytest.mark.parametrize("wrong", [(0, 8, 9), (8, 8, 9), (1, 9, 9), (1, 8, 25)])
def test_a_block_that_cannot_be_is_refused(wrong: tuple[int, int, int]) -> None:
    with pytest.raises(StaffingError, match="is no stretch of a week"):
        Block(*wrong, 1)


def test_without_a_roster_nobody_can_be_replayed() -> None:
    with pytest.raises(StaffingError, match="There is no roster"):
        _ = staffed(MORNING).people


def test_what_never_is_done_is_late() -> None:
    case = staffed([touch(1, at(8), at(9), done_at=at(8) + timedelta(days=1))], ANN)
    nobody = crew.off(case.people[0], 0, 0.0, 1e12)
    found = replay.replay(case, nobody, Change("fifo"))
    assert (found.count, np.isinf(found.finish).all()) == (1, True)
