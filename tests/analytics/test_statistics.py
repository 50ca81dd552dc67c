"""Do the intervals reproduce published figures, and do expressions and plain functions agree?"""

import json
import math
from itertools import pairwise

import polars as pl
import pytest

from analytics.statistics import Z95, poisson_interval, wilson, wilson_high, wilson_low
from tests.shared import shared

NEWCOMBE = [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
COUNTS = [(successes, n) for n in (1, 2, 7, 30, 1000, 10**7) for successes in {0, 1, n // 2, n - 1, n}]


def expressions(rows: list[tuple[int | None, int | None]]) -> list[tuple[float | None, float | None]]:
    frame = pl.DataFrame(rows, schema={"x": pl.Int64, "n": pl.Int64}, orient="row")
    found = frame.select(low=wilson_low(pl.col("x"), pl.col("n")), high=wilson_high(pl.col("x"), pl.col("n")))
    assert found.dtypes == [pl.Float64, pl.Float64]
    return found.rows()


def test_the_quantile_is_that_of_the_normal_distribution() -> None:
    assert math.erf(Z95 / math.sqrt(2)) == pytest.approx(0.95, abs=1e-15)


@pytest.mark.parametrize("n", [0, -1])
def test_nothing_of_nothing_is_no_share(n: int) -> None:
    assert wilson(0, n) is None
    assert expressions([(0, n)]) == [(None, None)]


def test_unknown_counts_have_no_interval() -> None:
    assert expressions([(None, 5), (5, None), (None, None)]) == [(None, None)] * 3


@pytest.mark.parametrize(("successes", "n", "low", "high"), NEWCOMBE)
def test_wilson_gives_the_figures_of_newcombe(successes: int, n: int, low: float, high: float) -> None:
    found = wilson(successes, n)
    assert found is not None
    assert (round(found[0], 4), round(found[1], 4)) == (low, high)


def test_wilson_reproduces_the_reference_cases() -> None:
    """Source: science.json wilson: figures of Newcombe 1998, and those of statsmodels."""
    cases = json.loads(shared("vectors/science.json").read_text())["statistics"]["wilson"]
    assert len(cases) == 4
    for case in cases:
        found = wilson(case["x"], case["n"])
        assert found == pytest.approx(case["wilson"], abs=1e-12)
        assert found == pytest.approx(case["statsmodels"], abs=1e-12)
        assert found == pytest.approx(case["published_newcombe1998"], abs=5e-5)


@pytest.mark.parametrize(("successes", "n"), COUNTS)
def test_wilson_holds_the_share_lies_in_0_to_1_and_mirrors(successes: int, n: int) -> None:
    found, mirrored = wilson(successes, n), wilson(n - successes, n)
    assert found is not None
    assert mirrored is not None
    assert 0 <= found[0] <= successes / n + 1e-12
    assert successes / n - 1e-12 <= found[1] <= 1
    assert found == pytest.approx((1 - mirrored[1], 1 - mirrored[0]), abs=1e-12)


def test_the_expressions_agree_with_the_function() -> None:
    for (successes, n), found in zip(COUNTS, expressions(list(COUNTS)), strict=True):
        assert found == pytest.approx(wilson(successes, n), abs=1e-12)


def test_more_of_the_same_makes_surer() -> None:
    widths = [high - low for low, high in (wilson(3 * times, 10 * times) or (0, 1) for times in (1, 2, 4, 100))]
    assert all(before > after for before, after in pairwise(widths))


EXACT = {
    0: (0.0, 3.6889),
    1: (0.0253, 5.5716),
    2: (0.2422, 7.2247),
    5: (1.6235, 11.6683),
    10: (4.7954, 18.3904),
    20: (12.2165, 30.8884),
    50: (37.111, 65.9188),
    100: (81.364, 121.6268),
    1000: (938.973, 1063.9521),
}
"""Exact 95 % intervals of a Poisson count: chi-squared quantiles, halved."""


@pytest.mark.parametrize("count", EXACT)
def test_poisson_interval_is_close_to_the_exact_one(count: int) -> None:
    low, high = poisson_interval(count)
    assert low <= count <= high
    tolerance = 0.02 if count else 0.05
    assert (low, high) == pytest.approx(EXACT[count], abs=tolerance)
