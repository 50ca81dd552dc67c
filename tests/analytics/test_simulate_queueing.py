"""The simulator beside the theorems of queueing and scheduling."""

import json
from itertools import permutations
from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.staffing.erlang import waiting
from analytics.staffing.simulate import Duty, Floats, simulate
from tests.shared import shared


def always(people: int) -> Duty:
    return Duty(np.arange(people), np.zeros(people), np.full(people, inf), (None,) * people)


def kiefer_wolfowitz(released: Floats, work: Floats, people: int) -> Floats:
    """First come, first served: the times until each server is free, the next one first."""
    left, finish, before = np.zeros(people), np.empty(len(work)), released[0]
    for i, (at, each) in enumerate(zip(released, work, strict=True)):
        left = np.maximum(left - (at - before), 0)
        finish[i], before = at + left[0] + each, at
        left[0] += each
        left.sort()
    return finish


def drawn(n: int, load: float, seed: int) -> tuple[Floats, Floats]:
    """Arrivals and work of a queue with no memory; work is 1 on average."""
    dice = np.random.default_rng(seed)
    return np.cumsum(dice.exponential(1 / load, n)), dice.exponential(1, n)


@pytest.mark.parametrize("people", [1, 2, 5])
def test_in_order_of_arrival_it_is_the_recursion_of_kiefer_and_wolfowitz(people: int) -> None:
    """Source: Lindley 1952, Kiefer and Wolfowitz 1955."""
    released, work = drawn(5_000, 0.9 * people, people)
    found = simulate(released, np.full(5_000, inf), work, always(people), "fifo")
    assert np.allclose(found, kiefer_wolfowitz(released, work, people), rtol=0, atol=1e-6)
    if people == 1:
        before = np.cumsum(work) - work
        assert np.allclose(found, before + work + np.maximum.accumulate(released - before), rtol=0, atol=1e-6)


def judged(values: Floats) -> tuple[float, float]:
    """Their mean and its standard error, from 20 batches, as neighbours wait alike; the first 2 % warm the queue up."""
    batches = np.array([part.mean() for part in np.array_split(values[len(values) // 50 :], 20)])
    return float(batches.mean()), float(batches.std(ddof=1) / np.sqrt(20))


@pytest.mark.parametrize("at", range(3))
def test_waiting_is_that_of_erlang(at: int) -> None:
    """Reference: science.json mm_c_simulation; within three standard errors, and those are small."""
    case = json.loads(shared("vectors/science.json").read_text())["mm_c_simulation"][at]
    released, work = drawn(50_000, case["A"], at)
    waits = simulate(released, np.full(50_000, inf), work, always(case["c"]), "fifo") - work - released
    share, error = judged((waits > 1e-6).astype(float))
    assert error < 0.025
    assert abs(share - case["Pw"]) < 3 * error
    assert waiting(case["A"], case["c"]) == pytest.approx(case["Pw"], abs=5e-5)


def test_with_priorities_waiting_is_that_of_cobham() -> None:
    """Source: Cobham 1954, several servers: the mean wait of class k is C / (c (1 - s(k-1)) (1 - s(k)))."""
    released, work = drawn(50_000, 4.0, 17)
    rank = np.random.default_rng(3).integers(0, 2, 50_000)
    waits = simulate(released, np.full(50_000, inf), work, always(5), "priority", rank=rank) - work - released
    for which, expected in ((0, 1 / (1 - 0.4)), (1, 1 / ((1 - 0.4) * (1 - 0.8)))):
        mean, error = judged(waits[rank == which])
        assert error < 0.1 * mean
        assert abs(mean - waiting(4, 5) / 5 * expected) < 3 * error


JOBS = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), min_size=1, max_size=5)


@given(JOBS)
def test_due_first_has_the_least_of_the_worst_delays(jobs: list[tuple[int, int]]) -> None:
    """Source: Jackson 1955, one agent and everything there at the start."""
    due, work = zip(*jobs, strict=True)
    worst = max(simulate([0] * len(jobs), due, work, always(1), "due") - due)
    assert worst == min(
        max(done - by for done, (by, _) in zip(np.cumsum([each for _, each in some]), some, strict=True))
        for some in permutations(jobs)
    )


WORK = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 20)), min_size=1, max_size=30)


@given(WORK, st.integers(1, 4))
def test_in_order_of_arrival_one_agent_more_delays_nothing(jobs: list[tuple[int, int]], people: int) -> None:
    released, work = zip(*jobs, strict=True)
    fewer, more = (simulate(released, [inf] * len(jobs), work, always(k), "fifo") for k in (people, people + 1))
    assert (more <= fewer).all()
