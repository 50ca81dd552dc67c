"""Erlang's formulas: other projects' cases, published figures, exact sums, and what they refuse."""

import json
from collections.abc import Callable
from fractions import Fraction
from math import ceil, factorial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.errors import StaffingError
from analytics.staffing import erlang
from tests.shared import shared


def vectors() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(shared("vectors/staffing_erlang.json").read_text())["vectors"]
    return found


def answer(case: dict[str, Any]) -> dict[str, float]:
    """What we say to a case, in its own words."""
    given = case["inputs"]
    op, shrinkage = case["op"], given.get("shrinkage", 0)
    minutes = {
        name: given[f"{name}_min"] * 60 for name in ("aht", "target_answer", "interval") if f"{name}_min" in given
    }
    times = {"interval": 3600.0, **minutes, **{name[:-2]: value for name, value in given.items() if name[-2:] == "_s"}}
    load = given.get("offered_erlangs")
    if (load is None and "agents" not in given) or "arrivals" in given:
        load = erlang.traffic(given.get("arrivals", given.get("arrivals_per_hour")), times["aht"], times["interval"])
    agents = given.get("agents")
    if op == "erlang_c_metrics" and agents is None:
        agents = erlang.productive(given["headcount"], shrinkage)
    if op == "erlang_c_required":
        agents = erlang.required(load, times["target_answer"], times["aht"], given["target_service_level"],
                                 given["max_occupancy"])  # fmt: skip
    if op == "erlang_c_required_asa":
        agents = erlang.required_for_wait(load, times["aht"], times["target_asa"])
    servers = given.get("servers")
    if op == "erlang_b_required":
        servers = erlang.required_for_blocking(load, given["max_blocking"])
    tell: dict[str, Callable[[], float]] = {
        "agents": lambda: agents,
        "productive_agents": lambda: agents,
        "servers": lambda: servers,
        "headcount": lambda: erlang.headcount(servers if agents is None else agents, shrinkage),
        "offered_erlangs": lambda: load,
        "p_block": lambda: erlang.blocking(load, servers),
        "p_wait": lambda: erlang.waiting(load, agents),
        "p_immediate": lambda: 1 - erlang.waiting(load, agents),
        "service_level": lambda: erlang.service_level(load, agents, times["target_answer"], times["aht"]),
        "occupancy": lambda: erlang.occupancy(load, agents),
        "asa_s": lambda: erlang.mean_wait(load, agents, times["aht"]),
    }
    return {name: tell[name]() for name in case["expect"]}


def agrees(case: dict[str, Any]) -> bool:
    if "error" in case["expect"]:
        with pytest.raises(StaffingError, match="cannot keep up with a load of 10 erlangs.*at least 11"):
            answer({**case, "expect": {"p_wait": None}})
        return True
    return answer(case) == pytest.approx(case["expect"], rel=0, abs=case["tolerance"] or 1e-12)


def test_the_cases_of_other_projects() -> None:
    """Reference: staffing_erlang.json, every row that is to be trusted."""
    trusted = [case for case in vectors() if case.get("trust") != "suspect"]
    assert len(trusted) == 31
    assert [case["id"] for case in trusted if not agrees(case)] == []


def test_the_cases_that_are_wrong_on_purpose_are_noticed() -> None:
    """Those of a source whose loop stops one server short; three of them are right all the same."""
    suspect = [case for case in vectors() if case.get("trust") == "suspect"]
    assert {case["id"][-3:] for case in suspect if not agrees(case)} == {"033", "034", "035"}
    assert [agrees(case) for case in suspect] == [case["exact_formula_agrees"] for case in suspect]


def test_published_figures() -> None:
    """Reference: science.json statistics erlang_c: the pages of pyworkforce and R's ErlangC, M/M/3."""
    for row in json.loads(shared("vectors/science.json").read_text())["statistics"]["erlang_c"]["rows"]:
        load, agents = row["A"], row["n"]
        assert erlang.waiting(load, agents) == pytest.approx(row["Pw"], rel=1e-12)
        assert erlang.service_level(load, agents, 20, 180) == pytest.approx(row["SL_20s_AHT180"], rel=1e-12)
        assert erlang.mean_wait(load, agents, 1) == pytest.approx(row["ASA_over_AHT"], rel=1e-12)
    assert erlang.mean_wait(10, 14, 180) == pytest.approx(7.83593701177724)
    assert erlang.waiting(2, 3) == pytest.approx(4 / 9)


def exact(load: Fraction, agents: int) -> tuple[Fraction, Fraction]:
    """Erlang B and C by their sums, in whole numbers."""
    terms = [load**k / factorial(k) for k in range(agents + 1)]
    tail = terms[-1] * agents / (agents - load)
    return terms[-1] / sum(terms), tail / (sum(terms[:-1]) + tail)


@given(st.fractions(0, 30, max_denominator=8), st.integers(1, 20))
def test_the_recursion_is_the_sum(load: Fraction, more: int) -> None:
    agents = int(load) + more
    lost, waits = exact(load, agents)
    assert erlang.blocking(float(load), agents) == pytest.approx(float(lost), rel=1e-11)
    assert erlang.waiting(float(load), agents) == pytest.approx(float(waits), rel=1e-11)


@given(st.floats(0.01, 80), st.floats(0, 20), st.floats(0.01, 0.999), st.floats(0.3, 1))
def test_nobody_could_be_spared(load: float, within: float, share: float, most: float) -> None:
    agents = erlang.required(load, within, 1, share, most)
    assert erlang.service_level(load, agents, within, 1) >= share
    assert load / agents <= most + 1e-9
    if agents - 1 > load and load / (agents - 1) <= most:
        assert erlang.service_level(load, agents - 1, within, 1) < share


@given(st.floats(0.01, 80), st.floats(0.001, 20))
def test_nobody_could_be_spared_for_a_wait_or_a_line_taken(load: float, wait: float) -> None:
    agents = erlang.required_for_wait(load, 1, wait)
    assert erlang.mean_wait(load, agents, 1) <= wait
    assert agents - 1 <= load or erlang.mean_wait(load, agents - 1, 1) > wait
    servers = erlang.required_for_blocking(load, min(wait / 21, 0.9))
    assert erlang.blocking(load, servers) <= min(wait / 21, 0.9) < erlang.blocking(load, servers - 1)


@pytest.mark.parametrize(
    ("load", "fewest"),
    # science 2: a known program says 2 and 3 here, as its search starts too high.
    [(0.5, 1), (1.55, 2), (0, 0)],
)
def test_small_loads_need_no_more_than_they_need(load: float, fewest: int) -> None:
    assert erlang.required(load, 4 * 60, 15, 0.95) == fewest


def test_large_loads_stay_exact() -> None:
    """Halfin and Whitt 1981: with A + sqrt(A) agents waiting tends to 1 / (1 + Phi(1) / phi(1)) = 0.2234."""
    for load in (500, 50_000):
        agents = ceil(load + load**0.5)
        assert erlang.waiting(load, agents) == pytest.approx(0.2234, abs=0.3 / load**0.5)
    assert erlang.blocking(708, 2510) == 0
    assert 500 < erlang.required(500, 20, 180, 0.8) < 530


def test_without_work_nobody_waits() -> None:
    assert (erlang.waiting(0, 0), erlang.waiting(0, 3), erlang.occupancy(0, 0), erlang.mean_wait(0, 2, 5)) == (
        0,
        0,
        0,
        0,
    )
    assert (erlang.blocking(0, 0), erlang.blocking(3, 0)) == (1, 1)
    assert (erlang.required_for_wait(0, 5, 1), erlang.required_for_blocking(0, 0.1)) == (0, 0)
    assert erlang.required(0, 5, 0, 0.9) == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: erlang.waiting(10, 10), "10 agents cannot keep up with a load of 10 erlangs"),
        (lambda: erlang.mean_wait(10, 5, 1), "5 agents cannot keep up"),
        (lambda: erlang.occupancy(-1, 5), "The load is -1"),
        (lambda: erlang.waiting(float("nan"), 5), "The load is nan"),
        (lambda: erlang.blocking(1, -1), "The number of servers is -1"),
        (lambda: erlang.traffic(1, 1, 0), "The interval is 0. Expected a number above 0"),
        (lambda: erlang.traffic(-1, 1, 1), "The number of arrivals is -1"),
        (lambda: erlang.service_level(1, 2, -1, 1), "The time to answer is -1"),
        (lambda: erlang.service_level(1, 2, 1, 0), "The handle time is 0"),
        (lambda: erlang.required(1, 1, 1, 1), "The share to be answered is 1. Expected a share, from 0 to below 1"),
        (lambda: erlang.required(1, 1, 1, 80), "The share to be answered is 80"),
        (lambda: erlang.required(1, 1, 1, 0.8, 0), "The maximum occupancy is 0"),
        (lambda: erlang.required(1, 1, 1, 0.8, 85), "The maximum occupancy is 85. Expected a share"),
        (lambda: erlang.required(float("inf"), 1, 1, 0.8), "The load is inf"),
        (lambda: erlang.required_for_wait(1, 1, 0), "The mean wait is 0"),
        (lambda: erlang.required_for_blocking(1, 0), "The share blocked is 0"),
        (lambda: erlang.headcount(5, 1), "Shrinkage is 1"),
        (lambda: erlang.headcount(5, 30), "Shrinkage is 30. Expected a share, from 0 to below 1, such as 0.8"),
        (lambda: erlang.productive(5, -0.1), "Shrinkage is -0.1"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(call: Callable[[], float], message: str) -> None:
    with pytest.raises(StaffingError, match=message):
        call()
