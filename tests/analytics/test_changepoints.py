"""Are lasting changes found where they are, exceptions told from them, and noise left whole?"""

import json
from datetime import date, timedelta
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
from scipy import stats

from analytics.changepoints import CHANGES, LASTING, history, partition
from analytics.comparing import newcombe
from tests.shared import shared

MONDAY = date(2026, 1, 5)


def case(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shared("vectors/science.json").read_text("utf-8"))["statistics"][name]
    return found


def weeks(breaches: npt.ArrayLike, due: npt.ArrayLike) -> pl.DataFrame:
    counts = np.asarray(breaches)
    monday = [MONDAY + timedelta(weeks=each) for each in range(len(counts))]
    return pl.DataFrame({"week": monday, "due": np.broadcast_to(due, counts.shape), "breaches": counts})


def test_the_binomial_case_is_cut_where_it_was_made() -> None:
    """Source: science.json changepoint_binomial."""
    known = case("changepoint_binomial")
    assert known["penalty"] == pytest.approx(2 * np.log(len(known["x"])))
    assert partition(known["x"], known["n"]) == known["change_after"] == [8, 15]


def test_the_coal_mines_change_after_1891() -> None:
    """Source: Jarrett 1979, disasters in British coal mines by year; the split and its likelihood ratio."""
    known = case("changepoint_coal")
    counts = np.array(known["counts"])
    ones = np.ones(len(counts))
    assert partition(counts, ones, cost="poisson") == [known["best_split_after"]]
    one, two = counts[:41], counts[41:]
    ratio = 2 * (
        stats.poisson.logpmf(one, one.mean()).sum()
        + stats.poisson.logpmf(two, two.mean()).sum()
        - stats.poisson.logpmf(counts, counts.mean()).sum()
    )
    assert ratio == pytest.approx(known["loglik_ratio"])
    assert partition(counts, ones, cost="poisson", penalty=ratio / 2 - 1e-6, shortest=30) == [41]
    assert partition(counts, ones, cost="poisson", penalty=ratio / 2 + 1e-6, shortest=30) == []


def test_the_cut_is_the_best_of_all() -> None:
    random = np.random.default_rng(2)
    for shortest in (1, 2):
        n = random.integers(20, 60, 9)
        x = random.binomial(n, np.repeat([0.2, 0.5, 0.2], 3))
        price = 2 * np.log(9)

        def value(cuts: tuple[int, ...], x: Any = x, n: Any = n, price: float = price) -> float:
            ends = [0, *cuts, 9]
            fits = [stats.binom.logpmf(x[a:b], n[a:b], x[a:b].sum() / n[a:b].sum()).sum() for a, b in pairwise(ends)]
            return float(sum(fits) - price * len(cuts))

        every = [cuts for size in range(4) for cuts in combinations(range(1, 9), size)]
        lasting = [cuts for cuts in every if min(b - a for a, b in pairwise([0, *cuts, 9])) >= shortest]
        assert tuple(partition(x, n, shortest=shortest)) == max(lasting, key=value)


@pytest.mark.parametrize("series", [[], [3], [3, 4], [0] * 12, [10] * 12])
def test_nothing_to_cut_is_not_cut(series: list[int]) -> None:
    assert partition(series, [10] * len(series)) == []


def test_weeks_that_vary_more_must_change_more() -> None:
    x, n = [10] * 6 + [30] * 6, [100] * 12
    assert partition(x, n) == [6]
    assert partition(x, n, spread=0.2) == [6]
    assert partition(x, n, spread=4) == []


def test_a_change_is_told_with_both_rates_and_their_interval() -> None:
    found = history(weeks([20, 22, 18, 21, 19, 20, 50, 52, 47, 51, 49, 50], 200))
    (row,) = found.changes.to_dicts()
    assert (row["week"], row["last"]) == (MONDAY + timedelta(weeks=6), MONDAY + timedelta(weeks=11))
    assert (row["breaches_before"], row["due_before"], row["breaches"], row["due"]) == (120, 1200, 299, 1200)
    assert row["difference"] == pytest.approx(299 / 1200 - 0.1)
    assert (row["low"], row["high"]) == pytest.approx(newcombe(299, 1200, 120, 1200))
    assert found.weeks["stage"].to_list() == [0] * 6 + [1] * 6
    assert not found.weeks["signal"].any()
    assert found.judged == 12


def test_an_outage_is_an_exception_and_not_two_changes() -> None:
    found = history(weeks([20, 22, 18, 21, 19, 160, 20, 22, 18, 21, 19, 20], 200))
    assert found.changes.is_empty()
    assert found.changes.schema == CHANGES
    assert found.weeks.filter("outside")["week"].to_list() == [MONDAY + timedelta(weeks=5)]


def test_a_change_is_found_beside_an_outage() -> None:
    before, after = [20, 22, 18, 21, 19, 160, 20, 22], [44, 40, 41, 43, 39, 42, 40, 44]
    found = history(weeks([*before, *after], 200))
    assert found.changes["week"].to_list() == [MONDAY + timedelta(weeks=8)]
    assert found.changes["breaches_before"].to_list() == [sum(before) - 160]
    assert found.weeks.filter("outside")["week"].to_list() == [MONDAY + timedelta(weeks=5)]


def test_a_level_of_a_few_weeks_is_one() -> None:
    quiet = [20, 22, 18, 21, 19, 20, 21, 19]
    found = history(weeks([*quiet, *[60] * LASTING, *quiet], 200))
    assert found.changes["week"].to_list() == [MONDAY + timedelta(weeks=8), MONDAY + timedelta(weeks=8 + LASTING)]


def test_the_running_week_and_short_histories_change_nothing() -> None:
    running = MONDAY + timedelta(weeks=13)
    found = history(weeks([20] * 10 + [60] * 3 + [20], 200), until=running)
    assert found.changes["last"].to_list() == [running - timedelta(weeks=1)]
    short = history(weeks([20] * 4 + [90] * 3, 200))
    assert short.changes.is_empty()
    assert short.sigma_z is None
    assert history(weeks(np.zeros(0, np.int64), 200)).judged == 0


def test_of_forty_histories_without_a_change_hardly_one_reports_any() -> None:
    random = np.random.default_rng(11)
    alarms = 0
    for number in range(40):
        due = random.poisson(600, 52)
        rate = random.beta(0.06 * 332, 0.94 * 332, 52) if number % 2 else np.full(52, 0.06)
        alarms += history(weeks(random.binomial(due, rate), due)).changes.height > 0
    assert alarms <= 2


def test_a_planted_change_of_some_points_is_found_in_most_histories() -> None:
    random = np.random.default_rng(13)
    found = 0
    for _ in range(20):
        due = random.poisson(300, 52)
        changes = history(weeks(random.binomial(due, np.repeat([0.08, 0.13], [30, 22])), due)).changes
        found += changes.height == 1 and abs((changes["week"][0] - MONDAY).days / 7 - 30) <= 2
    assert found >= 18
