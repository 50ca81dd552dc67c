"""Do two shares differ, and which of many? Against published cases and statsmodels."""

import json

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportions_ztest

from analytics.comparing import adjusted, newcombe, two_proportions, two_sided
from tests.shared import shared


def test_intervals_of_a_difference_are_those_of_newcombe_1998() -> None:
    cases = json.loads(shared("vectors/science.json").read_text())["statistics"]["newcombe_diff"]
    assert len(cases) == 2
    for case in cases:
        found = newcombe(case["a"], case["m"], case["b"], case["n"])
        assert found == pytest.approx(case["ci"], abs=1e-12)
        assert found == pytest.approx(case["published"], abs=5e-5)


def test_fifteen_tests_are_adjusted_as_benjamini_and_hochberg_1995_did() -> None:
    case = json.loads(shared("vectors/science.json").read_text())["statistics"]["benjamini_hochberg_1995"]
    found = adjusted(case["p"])
    assert found == pytest.approx(case["adjusted"], abs=1e-12)
    assert (found <= case["q"]).sum() == case["n_rejected"]
    assert (np.array(case["p"]) * len(case["p"]) <= case["q"]).sum() == case["bonferroni_rejected"]


def test_adjusting_agrees_with_statsmodels_in_any_order() -> None:
    rng = np.random.default_rng(5)
    for size in (1, 2, 40):
        p = rng.uniform(size=size) ** 3
        assert adjusted(p) == pytest.approx(multipletests(p, method="fdr_bh")[1], abs=1e-12)
    assert adjusted([]).tolist() == []


def test_two_shares_agree_with_statsmodels() -> None:
    rng = np.random.default_rng(6)
    for _ in range(50):
        n, m = rng.integers(5, 500, size=2)
        x, y = rng.integers(1, n), rng.integers(1, m)
        z, p = proportions_ztest([x, y], [n, m])
        ours = two_proportions([x], [n], [y], [m])
        assert ours[0] == pytest.approx(z, abs=1e-10)
        assert two_sided(ours)[0] == pytest.approx(p, abs=1e-10)


def test_nothing_against_something_tells_nothing() -> None:
    assert two_proportions([0, 0, 5], [0, 10, 5], [1, 0, 9], [10, 10, 9]).tolist() == [0.0, 0.0, 0.0]
    assert newcombe(0, 0, 1, 2) is None
