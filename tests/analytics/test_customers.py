"""Are customers ranked by breaches beyond what each was promised, and told apart only beyond chance?"""

import numpy as np
import polars as pl
import pytest
from scipy.stats import binom

from analytics.customers import AS_PROMISED, FEWER, MORE, expected_rates, owed
from analytics.measure import measure
from analytics.statistics import wilson


def clocks(*groups: tuple[str | None, int, int, float | None, str]) -> pl.DataFrame:
    """Clocks of one priority as (customer, how many, of these breached, objective, policy)."""
    rows = [
        {"customer": customer, "breached": number < late, "objective": goal, "policy": policy}
        for customer, count, late, goal, policy in groups
        for number in range(count)
    ]
    schema = {"customer": pl.String, "breached": pl.Boolean, "objective": pl.Float64, "policy": pl.String}
    return pl.DataFrame(rows, schema=schema).with_columns(decided=pl.lit(value=True), priority=pl.lit("low"))


def drawn(seed: int = 3) -> pl.DataFrame:
    """Clocks of forty customers, two policies with an objective and one without."""
    rng = np.random.default_rng(seed)
    policy = rng.choice(["gold", "silver", "none"], 4000)
    goal = {"gold": 0.95, "silver": 0.9, "none": None}
    return pl.DataFrame(
        {
            "customer": rng.choice([None, *(f"c{number}" for number in range(40))], 4000),
            "policy": policy,
            "priority": rng.choice(["high", "low"], 4000),
            "decided": rng.random(4000) < 0.95,
            "breached": rng.random(4000) < 0.12,
            "objective": pl.Series([goal[each] for each in policy], dtype=pl.Float64),
        }
    )


def test_the_expected_are_what_objectives_allow_worked_by_hand() -> None:
    frame = clocks(("Acme", 100, 12, 0.95, "gold"), ("Acme", 40, 1, 0.9, "silver"), ("Bolt", 50, 20, 0.9, "silver"))
    found = {row["customer"]: row for row in owed(frame, frame).iter_rows(named=True)}
    acme, bolt = found["Acme"], found["Bolt"]
    assert (acme["due"], acme["breaches"], acme["expected"]) == (140, 13, pytest.approx(5 + 4))
    assert (acme["excess"], acme["promised"]) == (pytest.approx(4), pytest.approx(1 - 9 / 140))
    assert (bolt["excess"], bolt["attainment"]) == (pytest.approx(15), pytest.approx(0.6))
    low, high = wilson(13, 140) or (0, 0)
    assert (acme["excess_low"], acme["excess_high"]) == pytest.approx((140 * low - 9, 140 * high - 9))
    assert (bolt["apart"], acme["apart"]) == (FEWER, AS_PROMISED)


def test_the_largest_excess_comes_first_and_not_the_highest_rate() -> None:
    frame = clocks(("small", 10, 6, 0.9, "p"), ("large", 1000, 200, 0.9, "p"), ("fair", 5000, 400, 0.9, "p"))
    found = owed(frame, frame)
    assert found["customer"].to_list() == ["large", "small", "fair"]
    assert found["apart"].to_list() == [FEWER, None, MORE]


def test_clocks_without_an_objective_are_expected_to_break_as_those_alike() -> None:
    frame = clocks(("Acme", 40, 10, None, "p"), ("Bolt", 60, 0, None, "p"), ("Bolt", 50, 5, None, "q"))
    assert expected_rates(frame)["usual_rate"].to_list() == [0.1, 0.1]
    found = {row["customer"]: row for row in owed(frame, frame).iter_rows(named=True)}
    assert found["Acme"]["expected"] == pytest.approx(4)
    assert found["Bolt"]["excess"] == pytest.approx(-6)
    assert {row["with_objective"] for row in found.values()} == {0}
    own = frame.filter(pl.col("customer") == "Acme")
    assert owed(own, frame)["expected"].item() == pytest.approx(4)


def test_the_excess_of_all_customers_is_that_of_the_whole() -> None:
    frame = drawn()
    found = owed(frame, frame)
    whole = measure(frame, ["due", "breaches"])
    assert (found["due"].sum(), found["breaches"].sum()) == whole.row(0)
    promised = frame.filter(pl.col("objective").is_not_null())
    assert owed(promised, promised)["excess"].sum() == pytest.approx(measure(promised, ["excess"]).item())
    # Where there is no objective customers are compared with each other, so that nothing is left over.
    assert found["excess"].sum() == pytest.approx(measure(promised, ["excess"]).item())
    assert None in found["customer"].to_list()


def test_customers_are_told_apart_by_the_exact_tail() -> None:
    frame = clocks(("Acme", 60, 12, 0.9, "p"))
    assert owed(frame, frame)["adjusted"].item() == pytest.approx(2 * binom.sf(11, 60, 0.1))


def test_customers_that_get_what_was_promised_are_hardly_ever_told_apart() -> None:
    rng = np.random.default_rng(4)
    reports = 0
    for _ in range(30):
        due = rng.integers(30, 120, 60)
        groups = [(f"c{n}", int(each), int(rng.binomial(each, 0.05)), 0.95, "p") for n, each in enumerate(due)]
        frame = clocks(*groups)
        reports += bool(owed(frame, frame)["apart"].is_in([FEWER, MORE]).any())
    assert reports <= 4


def test_of_nothing_there_is_nothing() -> None:
    empty = clocks()
    assert owed(empty, empty).is_empty()
    undecided = clocks(("Acme", 5, 1, 0.9, "p")).with_columns(decided=pl.lit(value=False))
    assert owed(undecided, undecided).is_empty()
