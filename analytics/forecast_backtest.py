"""How good would the forecasts of the past have been, beside the same hour of the week before?"""

from dataclasses import dataclass

import numpy as np

from analytics.forecast import Ahead, Model, ahead
from analytics.forecast_bands import HIGH, LOW, quantile
from analytics.forecast_history import FEWEST_WEEKS, Floats, History, Integers

ORIGINS, SPAN = 9, 2
"""So many forecasts of so many weeks are tried, the latest to end with the history."""

TESTED_WEEKS = FEWEST_WEEKS + 2 * SPAN
"""A shorter history is not tested: less than four weeks would be left to forecast from, or one try alone."""

_UPPER = 0.9
_LEAST = 0.5
"""An hour in which nothing came last week gets the band of one ticket in two weeks."""


@dataclass(frozen=True)
class Score:
    """How far forecasts were off.

    Attributes:
        wape_hour, wape_day: absolute error over what came, by hour and by day; None where nothing came.
        recent_day: the same by day over the last two forecasts, four weeks.
        pinball: mean loss of the 0.9 quantile of an hour, tickets.
        under: share of hours that did not exceed that quantile: 0.9 or a little more where the band is right.
        coverage: share of days that lay in their band.
    """

    wape_hour: float | None
    wape_day: float | None
    recent_day: float | None
    pinball: float
    under: float
    coverage: float


@dataclass(frozen=True)
class Backtest:
    """Forecasts of the past, by both rules.

    Attributes:
        origins: how many there were, each of two weeks.
        tickets: how many came in the days they were made for.
        profile, naive: how far each rule was off.
    """

    origins: int
    tickets: int
    profile: Score
    naive: Score

    @property
    def better(self) -> Model:
        """The rule to forecast by: the naive one where it was less off by day.

        Days decide, not hours: people are planned by the day and week, and single hours are so small that any mean
        of several weeks wins there, even one at the wrong level.
        """
        naive, profile = self.naive.wape_day, self.profile.wape_day
        return "naive" if naive is not None and profile is not None and naive < profile else "profile"

    @property
    def score(self) -> Score:
        """That of the better rule."""
        return self.naive if self.better == "naive" else self.profile


def backtest(history: History) -> Backtest | None:
    """Forecast the past from what was known before it; None where the history is too short to try twice.

    Example:
        >>> from datetime import date
        >>> even = History((("s", "d"),), date(2026, 3, 1), np.ones((1, 8, 7, 24)), np.zeros((1, 17, 7), np.int64))
        >>> backtest(even).profile.wape_day
        0.0

    Source: rolling origin (Tashman 2000); WAPE, and the quantile loss of Koenker and Bassett 1978.
    """
    if history.weeks < TESTED_WEEKS:
        return None
    origins = min(ORIGINS, (history.weeks - FEWEST_WEEKS) // SPAN)
    actual = history.arrivals.sum(axis=0)
    came = np.stack([_of(actual, origin) for origin in range(origins)])
    profile, naive = (_score(history, came, model) for model in ("profile", "naive"))
    return Backtest(origins, int(came.sum()), profile, naive)


def _of(actual: Floats, origin: int) -> Floats:
    """What came in the days of a forecast, float64[14, 24]; the latest forecast is the first."""
    end = len(actual) - origin * SPAN
    return actual[end - SPAN : end].reshape(-1, 24)


def _score(history: History, came: Floats, model: Model) -> Score:
    made = [ahead(history.less((origin + 1) * SPAN), model) for origin in range(len(came))]
    days = SPAN * 7
    expected = np.stack([each.hours[:days] for each in made])
    hourly = np.stack([by_day(each, each.hourly)[:days] for each in made])[..., None]
    daily = np.stack([by_day(each, each.daily)[:days] for each in made])
    upper = quantile(_floor(expected, model), hourly, _UPPER)
    over = came - upper
    total, means = came.sum(axis=2), expected.sum(axis=2)
    low, high = quantile(means, daily, LOW), quantile(means, daily, HIGH)
    return Score(
        wape_hour=_wape(came, expected),
        wape_day=_wape(total, means),
        recent_day=_wape(total[:2], means[:2]),
        pinball=float(np.where(over > 0, _UPPER * over, (_UPPER - 1) * over).mean()),
        under=float((over <= 0).mean()),
        coverage=float(((total >= low) & (total <= high)).mean()),
    )


def _wape(came: Floats, expected: Floats) -> float | None:
    return float(np.abs(came - expected).sum() / came.sum()) if came.sum() else None


def _floor(expected: Floats, model: Model) -> Floats:
    return np.maximum(expected, _LEAST) if model == "naive" else expected


def by_day(made: Ahead, spread: Floats) -> Floats:
    """The dispersion of each day ahead, from that of each week ahead."""
    return spread[np.arange(made.expected.shape[1]) // 7]


def hour_bands(made: Ahead) -> tuple[Integers, Integers]:
    """Low and high ends of each hour's band, int64[day, 24]."""
    spread, mean = by_day(made, made.hourly)[:, None], _floor(made.hours, made.model)
    return quantile(mean, spread, LOW), quantile(mean, spread, HIGH)
