"""Are rates drawn towards their whole as the published case, scipy and common sense say?"""

import json

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import betaln
from scipy.stats import beta

from analytics.shrinkage import Spread, moments, spread
from tests.shared import shared


def test_the_rats_of_gelman_and_others_are_reproduced() -> None:
    case = json.loads(shared("vectors/science.json").read_text())["statistics"]["beta_binomial_rats"]
    by_moments, likely = moments(case["y"], case["n"]), spread(case["y"], case["n"])
    assert by_moments is not None
    assert likely is not None
    assert (by_moments.breaches, by_moments.met) == pytest.approx(case["moments"], rel=1e-12)
    assert (likely.breaches, likely.met) == pytest.approx(case["mle"], rel=1e-5)
    assert by_moments.shrunk([4], [14])[0][0] == pytest.approx(case["posterior_4_14_mean"], rel=1e-12)
    published = Spread(1.4, 8.6).shrunk([4], [14])[0][0]  # Beta(5.4, 18.6)
    assert published == pytest.approx(5.4 / 24)


def test_the_likeliest_spread_is_as_likely_as_the_one_scipy_finds() -> None:
    rng = np.random.default_rng(11)
    for segments, a, b in ((5, 2.0, 20.0), (60, 0.6, 3.0), (300, 20.0, 150.0), (40, 5.0, 5.0)):
        n = rng.integers(1, 300, segments)
        x = rng.binomial(n, rng.beta(a, b, segments))

        def unlikely(at: np.ndarray, x: np.ndarray = x, n: np.ndarray = n) -> float:
            one, other = np.exp(at)
            return float(len(x) * betaln(one, other) - np.sum(betaln(x + one, n - x + other)))

        bounds = [(-8.0, 13.0)] * 2
        best = min(minimize(unlikely, start, bounds=bounds).fun for start in ([0.0, 1.0], [2.0, 4.0]))
        found = spread(x, n)
        assert found is not None
        assert unlikely(np.log([found.breaches, found.met])) <= best + 1e-4


def test_segments_that_differ_by_chance_alone_are_alike() -> None:
    found = spread([10] * 20, [100] * 20)
    assert found is not None
    assert found.alike
    rate, low, high = found.shrunk([0, 20], [100, 100])
    assert rate == pytest.approx([0.1, 0.1], abs=1e-4)
    assert (high - low).max() < 0.01


def test_nothing_is_drawn_of_one_segment_or_where_all_is_the_same() -> None:
    assert spread([1], [10]) is None
    assert spread([0, 0], [10, 20]) is None
    assert spread([10, 20], [10, 20]) is None
    assert moments([5], [10]) is None
    assert moments([5, 5], [10, 10]) is None


def test_rates_are_drawn_in_the_more_the_fewer_clocks_they_rest_on() -> None:
    found = Spread(5.0, 45.0)
    rate, low, high = found.shrunk([4, 40, 400], [10, 100, 1000])
    assert list(rate) == pytest.approx([9 / 60, 45 / 150, 405 / 1050])
    assert [float(low[1]), float(high[1])] == pytest.approx(list(beta.ppf([0.025, 0.975], 45, 105)))
    assert (found.mean, found.weight) == (0.1, 50.0)


def test_drawn_rates_miss_the_true_ones_by_less() -> None:
    rng = np.random.default_rng(12)
    n = rng.integers(5, 200, 400)
    true = rng.beta(6, 44, 400)
    x = rng.binomial(n, true)
    found = spread(x, n)
    assert found is not None
    raw, drawn = (float(np.sqrt(np.mean((each - true) ** 2))) for each in (x / n, found.shrunk(x, n)[0]))
    assert drawn < 0.8 * raw
