"""Is the forecast tried on a past it does not know, and does the better rule win?"""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from analytics.forecast import ahead
from analytics.forecast_backtest import backtest
from tests.analytics.test_forecast import SUNDAY, simulated


@pytest.mark.parametrize("model", ["profile", "naive"])
def test_a_forecast_knows_nothing_of_what_it_forecasts(model: str) -> None:
    past = simulated(20, 1)
    other = past.arrivals.copy()
    other[:, -2:] *= 7
    once, again = (ahead(each.less(2), model) for each in (past, replace(past, arrivals=other)))  # type: ignore[arg-type]
    assert np.array_equal(once.expected, again.expected)
    assert np.array_equal(once.daily, again.daily)
    assert once.first == SUNDAY - timedelta(days=13)


def test_the_trial_counts_the_errors_it_says() -> None:
    past = simulated(26, 2)
    tried = backtest(past)
    assert tried is not None
    came = past.arrivals[0]
    pairs = [(came[end - 2 : end], came[[end - 3, end - 3]]) for end in range(26, 8, -2)]
    days = [(actual.sum(axis=2), naive.sum(axis=2)) for actual, naive in pairs]
    total = sum(actual.sum() for actual, _ in pairs)
    assert (tried.origins, tried.tickets) == (9, total)
    assert tried.naive.wape_hour == pytest.approx(sum(abs(a - n).sum() for a, n in pairs) / total)
    assert tried.naive.wape_day == pytest.approx(sum(abs(a - n).sum() for a, n in days) / total)
    recent = sum(abs(a - n).sum() for a, n in days[:2]) / sum(a.sum() for a, _ in pairs[:2])
    assert tried.naive.recent_day == pytest.approx(recent)


def test_a_steady_desk_is_forecast_better_than_by_its_last_week_and_the_bands_hold() -> None:
    trials = [backtest(simulated(60, seed)) for seed in range(4)]
    scores = [(trial.profile, trial.naive) for trial in trials if trial]
    assert len(scores) == 4
    assert all(trial is not None and trial.better == "profile" for trial in trials)
    ours, naive = (np.mean([pair[place].wape_day for pair in scores]) for place in (0, 1))
    assert ours < 0.8 * naive
    assert np.mean([pair[0].pinball for pair in scores]) < np.mean([pair[1].pinball for pair in scores])
    assert 0.86 <= np.mean([pair[0].coverage for pair in scores]) <= 0.95
    assert 0.88 <= np.mean([pair[0].under for pair in scores]) <= 0.97


def test_a_wandering_desk_is_left_to_its_last_week() -> None:
    past = simulated(60, 5, busy=0.02, drift=0.3, mean=20_000)
    tried = backtest(past)
    assert tried is not None
    assert tried.better == "naive"
    assert tried.score is tried.naive
    made = ahead(past, "naive")
    assert np.array_equal(made.hours[:7], past.arrivals[0, -1])
    assert np.array_equal(made.hours[49:56], past.arrivals[0, -1])
    assert made.weekly[-1] > 2 * made.weekly[0] > 0


@pytest.mark.parametrize(("weeks", "origins"), [(4, None), (7, None), (8, 2), (12, 4), (40, 9)])
def test_short_histories_are_tried_as_often_as_they_can_be(weeks: int, origins: int | None) -> None:
    past = simulated(weeks, 9)
    tried = backtest(past)
    assert (tried.origins if tried else None) == origins
    assert len(ahead(past).hours) == 56


def test_nothing_at_the_end_is_no_division_by_zero() -> None:
    past = simulated(30, 4)
    past.arrivals[:, 3:] = 0
    tried = backtest(past)
    assert tried is not None
    assert (tried.tickets, tried.naive.wape_day, tried.better) == (0, None, "profile")
    made = ahead(past)
    assert np.isfinite(made.expected).all()
    assert made.expected.sum() == 0
