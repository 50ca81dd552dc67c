"""Are the limits those of Laney, are signals found where they were put, and is noise left alone?"""

import json
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy import stats

from analytics.control import FEWEST_CLOCKS, RUN, cochran_armitage, control, drift, laney
from tests.shared import shared

MONDAY = date(2026, 1, 5)


def case(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shared("vectors/science.json").read_text("utf-8"))["statistics"][name]
    return found


def weeks(breaches: list[int], due: list[int] | int = 200) -> pl.DataFrame:
    """Weeks in a row, of 200 clocks unless told."""
    counts = [due] * len(breaches) if isinstance(due, int) else due
    monday = [MONDAY + timedelta(weeks=each) for each in range(len(breaches))]
    return pl.DataFrame({"week": monday, "due": counts, "breaches": breaches})


QUIET = [20, 22, 18, 21, 19, 20, 23, 18, 20, 22, 19, 21]


def test_limits_are_those_of_the_published_formula() -> None:
    """Source: science.json laney_p_prime, computed with the formulas of Minitab's methods page."""
    known = case("laney_p_prime")
    assert laney(known["D"], known["N"]) == pytest.approx((known["pbar"], known["sigma_z"]), rel=1e-12)
    found = control(weeks(known["D"], known["N"]), plain=True)
    assert found["centre"].to_list() == pytest.approx([known["pbar"]] * len(known["D"]), rel=1e-12)
    assert found["high"].to_list() == pytest.approx(known["ucl"], rel=1e-12)
    assert found["low"].to_list() == pytest.approx(known["lcl"], rel=1e-12)
    assert found["sigma_z"][0] == pytest.approx(known["sigma_z"], rel=1e-12)
    assert found["outside"].sum() == known["out_laney"]


def test_a_p_chart_of_the_same_weeks_would_cry_wolf() -> None:
    """Source: science.json laney_p_prime: with limits of chance alone nine weeks lie outside."""
    known = case("laney_p_prime")
    n, rate = np.array(known["N"]), np.array(known["D"]) / np.array(known["N"])
    half = 3 * np.sqrt(known["pbar"] * (1 - known["pbar"]) / n)
    assert (np.abs(rate - known["pbar"]) > half).sum() == known["out_p_chart"] == 9


def test_a_case_worked_by_hand() -> None:
    """Source: science.json laney_small_hand: mean distance of 16/9 breaches in weeks of 100 clocks."""
    known = case("laney_small_hand")
    found = control(weeks(known["D"], known["N"]), plain=True).row(0, named=True)
    by_hand = 16 / 9 / 100 / np.sqrt(0.077 * 0.923 / 100) / 1.128
    assert found["sigma_z"] == pytest.approx(by_hand) == pytest.approx(known["sigma_z"])
    assert (found["low"], found["high"]) == pytest.approx((known["lcl"], known["ucl"]))


def test_weeks_are_never_trusted_to_vary_less_than_chance() -> None:
    known = case("laney_small_hand")
    found = control(weeks(known["D"], known["N"]))
    assert found["sigma_z"].unique().to_list() == [1.0]
    assert not found["signal"].any()


def test_a_bad_week_is_outside_and_does_not_hide_the_next() -> None:
    found = control(weeks([*QUIET[:4], 90, *QUIET[4:8], 42, *QUIET[8:]]))
    assert found.filter("outside")["week"].to_list() == [MONDAY + timedelta(weeks=4), MONDAY + timedelta(weeks=9)]
    assert found["centre"][0] == pytest.approx(sum(QUIET) / (200 * len(QUIET)))
    raw = control(weeks([*QUIET[:4], 90, *QUIET[4:8], 42, *QUIET[8:]]), plain=True)
    assert raw.filter("outside").height == 1


def test_a_good_week_is_a_signal_too() -> None:
    found = control(weeks([*QUIET, 0]))
    assert found.filter("signal")["rate"].to_list() == [0.0]


@pytest.mark.parametrize(("n", "rate"), [(60, 0.02), (200, 0.01), (40, 0.05)])
def test_where_breaches_are_few_the_upper_limit_is_a_quantile_of_the_binomial(n: int, rate: float) -> None:
    counts = [round(n * rate)] * 12
    found = control(weeks(counts, n)).row(0, named=True)
    beyond = stats.binom.ppf(stats.norm.cdf(3), n, counts[0] / n) / n
    normal = rate + 3 * np.sqrt(rate * (1 - rate) / n)
    assert found["high"] == pytest.approx(beyond)
    assert found["high"] > normal


@pytest.mark.parametrize(("length", "runs"), [(RUN - 1, False), (RUN, True)])
def test_eight_in_a_row_on_one_side_are_a_run(length: int, runs: bool) -> None:
    found = control(weeks([*([21, 19] * 2), *[22] * length, *([17, 21, 17, 21] * 2)]))
    assert not found["outside"].any()
    assert found["run"].sum() == (length if runs else 0)
    assert found["signal"].to_list() == found["run"].to_list()


def test_a_level_of_its_own_has_a_centre_of_its_own() -> None:
    found = control(weeks([*QUIET, *(2 * each for each in QUIET)]), starts=[MONDAY + timedelta(weeks=len(QUIET))])
    rate = sum(QUIET) / (200 * len(QUIET))
    assert found["centre"].to_list() == pytest.approx([rate] * 12 + [2 * rate] * 12)
    assert not found["signal"].any()
    assert control(weeks([*QUIET, *(2 * each for each in QUIET)]))["signal"].all()


def test_weeks_not_over_and_weeks_of_few_clocks_are_not_judged() -> None:
    due = [200] * 10 + [FEWEST_CLOCKS - 1, 0, 200]
    last = MONDAY + timedelta(weeks=12)
    found = control(weeks([*QUIET[:10], 29, 0, 190], due), until=last + timedelta(days=5))
    assert found["judged"].to_list() == [True] * 10 + [False] * 3
    assert found["partial"].to_list() == [False] * 12 + [True]
    assert found["rate"].to_list()[10:] == [1.0, None, 0.95]
    assert not found["signal"].any()
    assert found["centre"].null_count() == 3
    assert control(weeks([*QUIET[:10], 29, 0, 190], due), until=last + timedelta(days=6))["signal"].to_list()[-1]


def test_fewer_than_eight_full_weeks_have_no_limits() -> None:
    found = control(weeks([20] * 6 + [150]))
    assert found.select(pl.col("centre", "low", "high", "sigma_z").null_count()).row(0) == (7, 7, 7, 7)
    assert not found["signal"].any()
    assert control(weeks([20] * 7 + [150]))["outside"].sum() == 1


@pytest.mark.parametrize("all_of_them", [0, 200])
def test_weeks_without_a_breach_or_with_nothing_else_have_no_signals(all_of_them: int) -> None:
    found = control(weeks([all_of_them] * 10))
    assert not found["signal"].any()
    assert found["low"].to_list() == found["high"].to_list() == [all_of_them / 200] * 10


def test_rows_come_back_in_order_whatever_the_order_given() -> None:
    given = weeks([*QUIET, 90])
    assert control(given.sample(fraction=1, shuffle=True, seed=3)).equals(control(given))


def test_noise_is_left_alone_even_where_weeks_differ_more_than_chance() -> None:
    random = np.random.default_rng(5)
    alarms = {0.0: 0, 0.003: 0}
    for spread in alarms:
        for _ in range(60):
            due = random.poisson(600, 26)
            rate = random.beta(0.06 * (1 / spread - 1), 0.94 * (1 / spread - 1), 26) if spread else np.full(26, 0.06)
            found = control(weeks(random.binomial(due, rate).tolist(), due.tolist()))
            alarms[spread] += bool(found["outside"].any())
    assert alarms[0.0] <= 6
    assert alarms[0.003] <= 12


def test_a_trend_of_shares_has_the_published_z() -> None:
    """Source: Agresti, Categorical Data Analysis: alcohol and infant malformations, z² = 6.57, P = .010."""
    known = case("cochran_armitage_agresti")
    z = cochran_armitage(known["x"], known["n"], known["score"])
    assert z == pytest.approx(known["z"], rel=1e-12)
    assert round(z * z, 2) == 6.57
    assert 2 * stats.norm.sf(z) == pytest.approx(known["p"])


@pytest.mark.parametrize(
    ("x", "n", "score"), [([0, 0], [5, 9], [0, 1]), ([5, 9], [5, 9], [0, 1]), ([1, 2], [5, 9], [3, 3]), ([], [], [])]
)
def test_where_nothing_varies_there_is_no_trend(x: list[int], n: list[int], score: list[int]) -> None:
    assert cochran_armitage(x, n, score) == 0.0


def test_a_steady_drift_is_measured_a_week() -> None:
    found = drift(control(weeks([10 + each for each in range(26)])))
    assert found is not None
    assert found.a_week == pytest.approx(1 / 200)
    assert found.z > 5


def test_a_drift_is_not_told_of_weeks_without_limits_nor_of_one_bad_week() -> None:
    assert drift(control(weeks([20] * 5))) is None
    found = drift(control(weeks([*QUIET, 90])))
    assert found is not None
    assert abs(found.z) < 1
