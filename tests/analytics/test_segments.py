"""Are segments told apart from the rest only where they differ, and do crossed tables and funnels add up?"""

import numpy as np
import polars as pl
import pytest
from scipy.stats import binom
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportions_ztest

from analytics.comparing import newcombe
from analytics.measure import measure
from analytics.segments import BETTER, SAME, WORSE, against_rest, binomial_chance, crossed, funnel, funnel_limits

COUNTS = pl.DataFrame({"team": ["A", "B", "C"], "due": [400, 300, 300], "breaches": [80, 33, 30]})


def test_a_difference_from_the_rest_is_that_worked_by_hand() -> None:
    found = against_rest(COUNTS)
    row = found.row(0, named=True)
    assert (row["rest_due"], row["rest_rate"], row["difference"]) == (600, pytest.approx(0.105), pytest.approx(0.095))
    # The pooled rate is 143/1000, its variance .143 * .857 * (1/400 + 1/600).
    assert row["z"] == pytest.approx(0.095 / (0.143 * 0.857 * (1 / 400 + 1 / 600)) ** 0.5)
    assert found["apart"].to_list() == [WORSE, SAME, BETTER]


def test_intervals_and_probabilities_agree_with_newcombe_and_statsmodels() -> None:
    found = against_rest(COUNTS)
    chances = []
    for x, n, low, high in found.select("breaches", "due", "difference_low", "difference_high").iter_rows():
        assert newcombe(x, n, 143 - x, 1000 - n) == pytest.approx((low, high), abs=1e-12)
        chances.append(proportions_ztest([x, 143 - x], [n, 1000 - n])[1])
    assert found["adjusted"].to_list() == pytest.approx(list(multipletests(chances, method="fdr_bh")[1]), abs=1e-12)


def test_few_clocks_a_lone_segment_and_nothing_are_not_judged() -> None:
    found = against_rest(pl.DataFrame({"due": [500, 500, 29], "breaches": [50, 50, 3]}))
    assert found["apart"].to_list() == [SAME, SAME, None]
    assert found["difference"][2] == pytest.approx(3 / 29 - 0.1)
    lone = against_rest(pl.DataFrame({"due": [500], "breaches": [50]}))
    assert lone.select("rest_rate", "difference", "adjusted", "apart").row(0) == (None,) * 4
    assert against_rest(COUNTS.clear()).height == 0
    assert against_rest(COUNTS.with_columns(breaches=pl.lit(0)))["apart"].to_list() == [SAME] * 3


def test_a_small_segment_is_judged_by_the_exact_tail_at_the_rate_of_the_whole() -> None:
    counts = pl.DataFrame({"due": [5000, 5000, 40], "breaches": [50, 50, 4]})
    found = against_rest(counts)
    tail = 2 * binom.sf(3, 40, 104 / 10040)
    assert found["adjusted"][2] == pytest.approx(3 * tail)
    assert found["z"][2] > 5


@pytest.mark.parametrize(("x", "n", "rate"), [(0, 10, 0.5), (9, 10, 0.5), (3, 400, 0.02), (30, 400, 0.02), (0, 50, 0)])
def test_tails_agree_with_scipy(x: int, n: int, rate: float) -> None:
    tails = min(binom.sf(x - 1, n, rate), binom.cdf(x, n, rate))
    assert binomial_chance([x], [n], rate)[0] == pytest.approx(min(1.0, 2 * tails), abs=1e-12)


@pytest.mark.parametrize(("segments", "most", "rate"), [(9, 3000, 0.12), (200, 200, 0.01)])
def test_segments_that_do_not_differ_are_hardly_ever_told_apart(segments: int, most: int, rate: float) -> None:
    rng = np.random.default_rng(7)
    reports = 0
    for _ in range(60):
        due = rng.integers(30, most, segments)
        found = against_rest(pl.DataFrame({"due": due, "breaches": rng.binomial(due, rate)}))
        reports += bool(found["apart"].is_in([WORSE, BETTER]).any())
    assert reports <= 6  # 5 % of 60 is 3; more than 6 has a chance of 3 %


def test_a_planted_segment_is_found_among_many() -> None:
    rng = np.random.default_rng(8)
    due = np.full(50, 300)
    rates = np.where(np.arange(50) == 17, 0.25, 0.1)
    found = against_rest(pl.DataFrame({"due": due, "breaches": rng.binomial(due, rates)}).with_row_index("number"))
    assert found.filter(pl.col("apart") == WORSE)["number"].to_list() == [17]


def clocks(rows: int = 3000) -> pl.DataFrame:
    rng = np.random.default_rng(9)
    return pl.DataFrame(
        {
            "team_at_due": rng.choice(["A", "B", "C", None], rows),
            "category": rng.choice([f"c{number:02d}" for number in range(15)], rows),
            "decided": rng.random(rows) < 0.9,
            "breached": rng.random(rows) < 0.2,
            "objective": np.full(rows, 0.9),
        }
    )


def test_crossed_cells_add_up_to_the_whole() -> None:
    frame = clocks()
    found, whole = crossed(frame, "team", "category", most=(99, 99)), measure(frame, ["due", "breaches", "excess"])
    assert found.columns == ["team", "category", "due", "breaches", "breach_rate", "excess"]
    assert found.height == 4 * 15
    for name in ("due", "breaches", "excess"):
        assert found[name].sum() == pytest.approx(whole[name].item())
    assert found.equals(found.sort("team", "category"))


def test_only_the_largest_rows_and_columns_are_kept() -> None:
    frame = clocks()
    found = crossed(frame, "category", "team", most=(5, 2))
    sizes = measure(frame, ["due"], ["category"]).sort("due", "category", descending=[True, False])
    assert set(found["category"]) == set(sizes["category"].head(5))
    assert found["team"].n_unique() == 2
    assert found["due"].sum() < frame["decided"].sum()


def test_a_cell_with_a_clock_without_objective_has_no_excess() -> None:
    frame = clocks(60).with_columns(decided=True, category=pl.lit("c"), team_at_due=pl.Series(["A", None] * 30))
    frame = frame.with_columns(objective=pl.when(pl.int_range(60) == 1).then(None).otherwise(0.9))
    found = crossed(frame, "team", "category")
    assert found["team"].to_list() == [None, "A"]
    assert found["excess"].is_null().to_list() == [True, False]


def test_the_funnel_of_ten_clocks_is_that_worked_by_hand() -> None:
    # Of ten fair clocks at most 1 breaks in 11 of 1024 cases, at most 2 in 56, none in 1.
    low = (2 - (56 / 1024 - 0.025) / (45 / 1024)) / 10
    least = (1 - (11 / 1024 - 0.001) / (10 / 1024)) / 10
    found = funnel_limits(0.5, [10]).row(0, named=True)
    assert found == pytest.approx(
        {"due": 10, "low_95": low, "high_95": 1 - low, "low_998": least, "high_998": 1 - least}, abs=1e-12
    )


@pytest.mark.parametrize("rate", [0.02, 0.12, 0.5, 0.97])
def test_what_lies_outside_the_funnel_is_as_rare_as_it_says(rate: float) -> None:
    sizes = np.array([1, 7, 30, 200, 5000])
    for n, row in zip(sizes, funnel_limits(rate, sizes).iter_rows(named=True), strict=True):
        counts = np.arange(n + 1)
        chance = binom.pmf(counts, n, rate)
        for name, tail in (("95", 0.025), ("998", 0.001)):
            assert chance[counts / n < row[f"low_{name}"] - 1e-12].sum() <= tail + 1e-9
            assert chance[counts / n > row[f"high_{name}"] + 1e-12].sum() <= tail + 1e-9


def test_the_funnel_of_very_many_clocks_is_the_normal_one() -> None:
    found = funnel_limits(0.1, [1_000_000]).row(0, named=True)
    half = 1.959964 * (0.09 / 1e6) ** 0.5
    assert (found["low_95"], found["high_95"]) == pytest.approx((0.1 - half, 0.1 + half), abs=2e-6)


@pytest.mark.parametrize("rate", [0.0, 1.0])
def test_the_funnel_of_a_certain_rate_is_a_line(rate: float) -> None:
    assert funnel_limits(rate, [5, 50]).drop("due").unique().row(0) == (rate,) * 4


def test_a_rate_outside_of_its_own_limits_is_marked() -> None:
    counts = pl.DataFrame({"due": [10, 1000, 1000, 1000], "breaches": [3, 100, 105, 160]})
    found = funnel(counts)
    assert found["outside"].to_list() == [False, False, False, True]
    limits = funnel_limits(368 / 3010, [1000]).row(0, named=True)
    assert found["far"][3] == pytest.approx((0.16 - 368 / 3010) / (limits["high_998"] - limits["low_998"]))
