"""The simulator: hand-worked cases, a slow second program that goes second by second, and what it refuses."""

import json
from math import inf
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.errors import StaffingError
from analytics.staffing.assumptions import ORDERS, Order
from analytics.staffing.simulate import Duty, late, levels, simulate
from tests.shared import shared

LONG = 45
"""Seconds the slow program runs for, past the last duty of its cases."""


def always(people: int) -> Duty:
    return Duty(np.arange(people), np.zeros(people), np.full(people, inf), (None,) * people)


def shifts(*agents: list[tuple[float, float]], queues: tuple[frozenset[int] | None, ...] | None = None) -> Duty:
    """The duty of agents whose stretches are given."""
    rows = [(k, *stretch) for k, stretches in enumerate(agents) for stretch in stretches]
    agent, start, end = zip(*rows, strict=True) if rows else ((), (), ())
    return Duty(np.array(agent, int), np.array(start), np.array(end), queues or (None,) * len(agents))


@pytest.mark.parametrize(("order", "name"), [("due", "edf"), ("fifo", "fifo")])
def test_two_agents_over_two_days(order: Order, name: str) -> None:
    """Reference: science.json edf_simulation, worked by hand."""
    case = json.loads(shared("vectors/science.json").read_text())["edf_simulation"]
    duty = shifts([(0, 9), (24, 33)], [(0, 9), (24, 33)])
    finish = simulate(case["arrive"], case["due"], case["work"], duty, order)
    assert finish.tolist() == case[f"finish_{name}"]
    assert late(finish, case["due"], 33).tolist() == case[f"breach_{name}"]


@pytest.mark.parametrize(
    ("order", "age_cap", "expected"),
    [
        # All wait from 0 on, but the last; each takes 2; one agent.
        ("fifo", None, [2, 4, 6, 8, 10]),
        ("priority", None, [10, 4, 2, 6, 8]),
        # Due 9, 3, 1, never, 7.
        ("due", None, [8, 4, 2, 10, 6]),
        # At 2 the second is due, and cannot be kept: it waits for 7 and 9. Without a promise comes last.
        ("overdue_last", None, [6, 8, 2, 10, 4]),
        # At 4 it is 4 old, which is past a cap of 3, and not of 4; at 2 it is past a cap of 1.
        ("overdue_last", 4, [6, 8, 2, 10, 4]),
        ("overdue_last", 3, [8, 6, 2, 10, 4]),
        ("overdue_last", 1, [8, 4, 2, 10, 6]),
    ],
)
def test_the_orders_of_work(order: Order, age_cap: float | None, expected: list[float]) -> None:
    due = [9, 3, 1, inf, 7] if order == "due" else [9, 2, 1, inf, 7]
    finish = simulate([0, 0, 0, 0, 1], due, [2] * 5, always(1), order, rank=[2, 1, 0, 1, 1], age_cap=age_cap)
    assert finish.tolist() == expected


def test_the_lowest_free_number_takes_and_a_pause_stays_with_its_agent() -> None:
    """Agent 0 goes at 3 with the first piece half done; the second agent does not take it over."""
    duty = shifts([(0, 3), (10, 20)], [(0, 8)])
    assert simulate([0, 4], [inf, inf], [5, 3], duty, "fifo").tolist() == [12, 7]
    # What ends with the stretch is done; what nobody comes back for never is.
    assert simulate([0, 12], [inf, inf], [3, 9], duty, "fifo").tolist() == [3, inf]
    # Handed over, it waits for the second, who has it done at 5 and is on the next piece till 8; 2 are left, for 10.
    assert simulate([0, 4], [inf, inf], [5, 5], duty, "fifo", hand_over=True).tolist() == [5, 12]
    # Stretches that touch are one.
    assert simulate([0], [inf], [5], shifts([(0, 3), (3, 9)]), "fifo").tolist() == [5]


def test_agents_take_from_their_own_queues() -> None:
    """The first takes queue 0 only, the second both, by due time; queue 7 is nobody's."""
    duty = shifts([(0, 99)], [(0, 99)], queues=(frozenset({0}), frozenset({0, 1, 5})))
    queue, due = [1, 0, 1, 0, 7], [9, 8, 1, 20, 3]
    finish = simulate([0] * 5, due, [4, 3, 2, 1, 1], duty, "due", queue=queue)
    assert finish.tolist() == [6, 3, 2, 4, inf]


def test_an_agent_who_had_nothing_to_do_yesterday_is_there_today() -> None:
    """At 8 the first is back since 5, and takes, as the lowest number; the work is never done."""
    duty = shifts([(1, 2), (5, 15)], [(6, 14), (20, 38)], [(0, 9)], queues=(None, None, frozenset({0})))
    assert simulate([25, 8], [40, inf], [3, 9], duty, "due", queue=[2, 1]).tolist() == [28, inf]


@pytest.mark.parametrize("hand_over", [False, True])
@pytest.mark.parametrize("order", ORDERS)
def test_the_path_of_several_queues_gives_what_that_of_one_does(order: Order, hand_over: bool) -> None:
    dice = np.random.default_rng(5)
    released, work = dice.random(600) * 4e5, dice.lognormal(6.5, 1, 600)
    due, rank, queue = released + dice.choice([2e3, 9e3, inf], 600), dice.integers(0, 3, 600), dice.integers(0, 3, 600)
    plain = levels([2, 3, 1, 0, 2] * 20, np.arange(100) * 5e3, np.arange(100) * 5e3 + 4e3)
    # One more agent, of one queue and never there, so that not everybody takes everything.
    apart = Duty(plain.agent, plain.start, plain.end, (*plain.queues, frozenset({1})))
    one, several = (
        simulate(released, due, work, duty, order, rank=rank, queue=queue, age_cap=2e4, hand_over=hand_over)
        for duty in (plain, apart)
    )
    assert np.isfinite(one).mean() > 0.9
    assert several.tolist() == one.tolist()


def before(case: dict[str, Any], i: int, now: int, order: Order, age_cap: float) -> tuple[float, ...]:
    """What comes first has the least."""
    released, due = case["released"][i], case["due"][i]
    over = due <= now
    if order == "overdue_last" and over and now - released > age_cap:
        return (0, released, i)
    first = {"fifo": (), "priority": (case["rank"][i],), "due": (due,), "overdue_last": (over, due)}[order]
    return (2 if order == "overdue_last" and due == inf else 1, *first, released, i)


def slow(case: dict[str, Any], order: Order, age_cap: float, *, hand_over: bool) -> list[float]:
    """Second by second: whoever is there and has nothing takes something, and everybody there works a second."""
    finish = [inf] * len(case["work"])
    left, hands, waiting = list(case["work"]), [-1] * len(case["agents"]), set(range(len(case["work"])))
    for now in range(LONG):
        come = {i for i in waiting if case["released"][i] <= now}
        for k, (stretches, queues) in enumerate(zip(case["agents"], case["queues"], strict=True)):
            there, stays = (any(start <= at < end for start, end in stretches) for at in (now, now + 1))
            mine = {i for i in come if queues is None or case["queue"][i] in queues}
            while there and hands[k] < 0 and mine:
                item = min(mine, key=lambda i: before(case, i, now, order, age_cap))
                for those in (mine, come, waiting):
                    those.remove(item)
                if left[item]:
                    hands[k] = item
                else:
                    finish[item] = now
            if there and hands[k] >= 0:
                left[hands[k]] -= 1
                if not left[hands[k]]:
                    finish[hands[k]], hands[k] = now + 1, -1
                elif hand_over and not stays:
                    waiting.add(hands[k])
                    hands[k] = -1
    return finish


def _stretches(cuts: list[int]) -> list[tuple[int, int]]:
    cuts = sorted(cuts)
    return list(zip(cuts[::2], cuts[1::2], strict=False))


AGENT = st.lists(st.integers(0, 40), max_size=6).map(_stretches)
QUEUES = st.one_of(st.none(), st.frozensets(st.integers(0, 2)))


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    n = draw(st.integers(0, 12))
    agents = draw(st.lists(AGENT, max_size=4))
    column = lambda values: draw(st.lists(values, min_size=n, max_size=n))  # noqa: E731 - short, and used at once
    return {
        "released": column(st.integers(0, 25)),
        "due": column(st.one_of(st.integers(0, 40), st.just(inf))),
        "work": column(st.integers(0, 9)),
        "rank": column(st.integers(0, 2)),
        "queue": column(st.integers(0, 2)),
        "agents": agents,
        "queues": draw(st.lists(QUEUES if draw(st.booleans()) else st.none(), min_size=len(agents),
                                max_size=len(agents))),
    }  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(cases(), st.sampled_from(ORDERS), st.sampled_from([0, 3, 10, inf]), st.booleans())
def test_it_agrees_with_a_program_that_goes_second_by_second(
    case: dict[str, Any], order: Order, cap: float, hand_over: bool
) -> None:
    duty = shifts(*case["agents"], queues=tuple(case["queues"]))
    columns = {name: case[name] for name in ("released", "due", "work", "rank", "queue")}
    found = simulate(**columns, duty=duty, order=order, age_cap=cap, hand_over=hand_over)
    assert found.tolist() == slow(case, order, cap, hand_over=hand_over)


@given(st.permutations(range(40)), st.sampled_from(ORDERS))
def test_the_order_of_the_rows_is_nothing_to_it(order: list[int], by: Order) -> None:
    dice = np.random.default_rng(8)
    released, work = dice.random(40) * 100, dice.random(40) * 12
    due, rank = released + 20 * dice.random(40), dice.integers(0, 3, 40)
    duty = shifts([(0, 40), (60, 140)], [(10, 90)], [(50, 200)])
    columns = {"released": released, "due": due, "work": work, "rank": rank}
    mixed = {name: values[order] for name, values in columns.items()}
    plain = simulate(**columns, duty=duty, order=by, age_cap=30)
    assert simulate(**mixed, duty=duty, order=by, age_cap=30).tolist() == plain[order].tolist()


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2), st.integers(1, 3)), max_size=12))
def test_levels_put_so_many_people_on_duty(buckets: list[tuple[int, int, int]]) -> None:
    """Buckets of a level, after a gap, and so long; as many agents are there at every second."""
    level = [each for each, _, _ in buckets]
    end = np.cumsum([gap + length for _, gap, length in buckets])
    start = end - [length for _, _, length in buckets]
    duty = levels(level, start, end)
    assert duty.people == max(level, default=0)
    for now in range(int(end[-1]) if buckets else 0):
        on = [(k, s) for k, s, e in zip(duty.agent, duty.start, duty.end, strict=True) if s <= now < e]
        inside = [each for each, s, e in zip(level, start, end, strict=True) if s <= now < e]
        assert [k for k, _ in on] == list(range(sum(inside)))
    # No stretch begins where the one before it ends.
    pairs = {(int(k), float(e)) for k, e in zip(duty.agent, duty.end, strict=True)}
    assert pairs.isdisjoint({(int(k), float(s)) for k, s in zip(duty.agent, duty.start, strict=True)})


def test_nothing_to_do_and_nobody_to_do_it() -> None:
    nobody = shifts()
    assert simulate([], [], [], always(2), "due").tolist() == []
    assert simulate([], [], [], nobody, "fifo").tolist() == []
    for duty in (nobody, shifts([(3, 3)]), levels([0, 0], [0, 1], [1, 2])):
        assert simulate([0, 1], [5, 5], [1, 0], duty, "fifo").tolist() == [inf, inf]
    assert simulate([5], [9], [1], shifts([(0, 5)]), "fifo").tolist() == [inf]


def test_what_is_due_later_is_not_late_yet() -> None:
    found = late([5, 9, inf, inf, 9, 30], [6, 8, 7, 20, 10, 20], until=10)
    assert found.tolist() == [False, True, True, False, False, False]


FINE: dict[str, Any] = {"released": [0, 1], "due": [5, inf], "work": [1, 1], "duty": always(1), "order": "fifo"}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"released": [0, float("nan")]}, "A release is nan, the 2. of 2"),
        ({"released": [inf, 0]}, "A release is inf, the 1. of 2"),
        ({"due": [float("nan"), 3]}, "A due time is nan"),
        ({"work": [1, inf]}, "A work is inf"),
        ({"work": [3, -1]}, "Work of -1 s is negative"),
        ({"work": [1]}, "unlike length: released 2, due 2, work 1"),
        ({"order": "lifo"}, "'lifo' is no order of work. Expected one of fifo, priority, due, overdue_last"),
        ({"order": "priority"}, "no rank is given"),
        ({"rank": [0.5, 1]}, "A rank is 0.5. Expected whole numbers"),
        ({"age_cap": -1}, "The age cap is -1 s"),
        ({"age_cap": float("nan")}, "The age cap is nan s"),
        ({"duty": shifts([(0, 9)], queues=(frozenset({1}),))}, "queue of the work is not given"),
    ],
)
def test_what_cannot_be_simulated_is_said(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(StaffingError, match=message):
        simulate(**{**FINE, **wrong})


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: shifts([(5, 3)]), "starts at 5 s and ends before that, at 3 s"),
        (lambda: shifts([(0, 5), (4, 9)]), "Agent 0 works from 0 to 5 s, and also from 4 s"),
        (lambda: shifts([(0, float("nan"))]), "An? end of duty is nan"),
        (lambda: shifts([(-inf, 3)]), "start of duty is -inf"),
        (lambda: shifts([(0, 5)], [(0, 5)], queues=(None,)), "agents 0 to 1, queues for 1"),
        (lambda: Duty(np.array([0]), np.array([0.0, 1.0]), np.array([1.0]), (None,)), "agent 1, start 2, end 1"),
        (lambda: levels([1.5], [0], [1]), "1.5 people is not a level"),
        (lambda: levels([-1], [0], [1]), "-1 people is not a level"),
        (lambda: levels([1, 1], [0, 1], [2, 3]), "do not overlap"),
        (lambda: levels([1], [0, 1], [2, 3]), "level 1, start 2, end 2"),
    ],
)
def test_duty_that_cannot_be_is_refused(build: Any, message: str) -> None:
    with pytest.raises(StaffingError, match=message):
        build()
