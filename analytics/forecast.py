"""How much work is coming? The shape of the week times its smoothed level times what holidays do to it.

Hours count in each desk's own local time, and desks are added up: "Monday 08" is everybody's own Monday 08.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from analytics.forecast_bands import dispersion
from analytics.forecast_history import AFTER, HOLIDAY, Floats, History

Model = Literal["profile", "naive"]

PROFILE_WEEKS = 26
"""Weeks back from the last day that the shape of the week, and the width of the bands, are taken from."""

ALPHA = 0.15
"""Weight of the latest week in the smoothed level."""

_START = 4
"""Weeks whose mean the smoothed level begins with."""

_AS_EXPECTED = 5.0
"""Tickets that a holiday's factor is pulled towards 1 with, so that a desk with few is not judged by chance."""


@dataclass(frozen=True, eq=False)
class Fit:
    """What a history says of its weeks.

    Attributes:
        profile: float64[desk, 7, 24], tickets expected in each hour of a plain week at level 1.
        levels: float64[desk, week], the smoothed level as it stood after each week; about 1.
        holiday, after: what is multiplied on a holiday and on the first open day after one; None where none was seen.
        seen: how many holidays of desks, and days after, they come from.
    """

    profile: Floats
    levels: Floats
    holiday: float | None
    after: float | None
    seen: tuple[int, int]


@dataclass(frozen=True, eq=False)
class Ahead:
    """What is expected from the day after a history on.

    Attributes:
        model: the profile, or the naive rule that repeats the last week.
        first: the first local date.
        desks: source and schedule of each.
        expected: float64[desk, day, 24], mean arrivals in each local hour; closed hours are hours too.
        hourly, daily, weekly: float64[week ahead], dispersion of all desks together (`forecast_bands.dispersion`).
        fit: what it was made from; None of the naive rule.
    """

    model: Model
    first: date
    desks: tuple[tuple[str, str], ...]
    expected: Floats
    hourly: Floats
    daily: Floats
    weekly: Floats
    fit: Fit | None

    @property
    def hours(self) -> Floats:
        """float64[day, 24], all desks together."""
        return np.asarray(self.expected.sum(axis=0), dtype=np.float64)


def fit(history: History) -> Fit:
    """The shape of the week, its level over time, and what holidays do.

    Holidays and the first open day after each are left out of shape and level. The shape is the mean of the last 26
    weeks, each week counted by its level; the level is the ratio of what came to what the shape says, smoothed.

    Source: exponential smoothing of a level (Brown 1956) on a multiplicative profile.
    """
    arrivals, kinds = history.arrivals, history.kinds[:, : history.weeks]
    plain = (kinds != HOLIDAY) & (kinds != AFTER)
    recent = slice(max(0, history.weeks - PROFILE_WEEKS), None)
    plain = plain | ~plain[:, recent].any(axis=1, keepdims=True)  # a weekday that is never plain is taken as it is
    levels = np.ones(arrivals.shape[:2])
    for _ in range(2):
        weight = (plain[:, recent] * levels[:, recent, None]).sum(axis=1)
        total = (arrivals[:, recent] * plain[:, recent, :, None]).sum(axis=1)
        profile = total / np.where(weight > 0, weight, np.inf)[..., None]
        levels = _levels(arrivals, plain, profile)
    usual = profile.sum(axis=2)[:, None, :] * levels[:, :, None]
    days = arrivals.sum(axis=3)
    holiday, after = (_factor(days[kinds == kind], usual[kinds == kind]) for kind in (HOLIDAY, AFTER))
    seen = int((kinds == HOLIDAY).sum()), int((kinds == AFTER).sum())
    return Fit(profile, levels, holiday, after, seen)


def _levels(arrivals: Floats, plain: np.ndarray, profile: Floats) -> Floats:
    """The smoothed level after each week: float64[desk, week]; a week of which half is masked weighs half."""
    shape = profile.sum(axis=2)
    came = (arrivals.sum(axis=3) * plain).sum(axis=2)
    usual = (shape[:, None, :] * plain).sum(axis=2)
    whole = shape.sum(axis=1)
    share = usual / np.where(whole > 0, whole, np.inf)[:, None]
    ratio = came / np.where(usual > 0, usual, np.inf)
    first = usual[:, :_START].sum(axis=1)
    level = np.where(first > 0, came[:, :_START].sum(axis=1) / np.where(first > 0, first, 1), 1.0)
    levels = np.empty(ratio.shape)
    for week in range(levels.shape[1]):
        level = level + ALPHA * share[:, week] * (ratio[:, week] - level)
        levels[:, week] = level
    return levels


def _factor(came: Floats, usual: Floats) -> float | None:
    """What came on days of a kind over what would have come on plain ones."""
    if not len(came):
        return None
    return float((came.sum() + _AS_EXPECTED) / (usual.sum() + _AS_EXPECTED))


def _expected(found: Fit, levels: Floats, kinds: np.ndarray) -> Floats:
    """float64[desk, week, 7, 24] for weeks of these levels and kinds of days."""
    factors = np.ones(kinds.shape)
    factors[kinds == HOLIDAY] = found.holiday if found.holiday is not None else 1.0
    factors[kinds == AFTER] = found.after if found.after is not None else 1.0
    return np.asarray(found.profile[:, None] * (levels[:, :, None] * factors)[..., None], dtype=np.float64)


def ahead(history: History, model: Model = "profile") -> Ahead:
    """What is expected over the days to forecast, with what the bands are made of.

    The bands of the days so many weeks ahead are as wide as the forecasts that would have been made so many weeks
    before each of the last 26 weeks were wrong. So they widen where the level drifts.

    Args:
        history: at least four weeks.
        model: `profile`, or `naive`: the same hour of the last week, repeated.
    """
    found = fit(history) if model == "profile" else None
    days = history.ahead
    weeks = -(-days // 7)
    actual = history.arrivals.sum(axis=0)
    if found is None:
        expected = np.repeat(history.arrivals[:, -1:], weeks, axis=1)
    else:
        levels = np.repeat(found.levels[:, -1:], weeks, axis=1)
        expected = _expected(found, levels, history.kinds[:, history.weeks : history.weeks + weeks])
    spreads = [[0.0, 0.0, 0.0]]
    for back in range(1, weeks + 1):
        first = max(back, history.weeks - PROFILE_WEEKS)
        if first + 1 >= history.weeks:
            break
        if found is None:
            past = actual[first - back : history.weeks - back]
        else:
            levels = found.levels[:, first - back : history.weeks - back]
            past = _expected(found, levels, history.kinds[:, first : history.weeks]).sum(axis=0)
        spreads.append(_spreads(actual[first:], past, history.weeks if found else 0))
    widest = np.maximum.accumulate(np.array(spreads[1:] or spreads), axis=0)
    widest = np.vstack([widest, np.repeat(widest[-1:], weeks - len(widest), axis=0)])
    return Ahead(
        model=model,
        first=date.fromordinal(history.last.toordinal() + 1),
        desks=history.desks,
        expected=expected.reshape(len(history.desks), -1, 24)[:, :days],
        hourly=widest[:, 0],
        daily=widest[:, 1],
        weekly=widest[:, 2],
        fit=found,
    )


def _spreads(actual: Floats, expected: Floats, fitted: int) -> list[float]:
    """Dispersion of hours, days and weeks; wider where the shape comes from the same few weeks."""
    weeks = min(fitted, PROFILE_WEEKS)
    wider = (weeks + 1) / (weeks - 1) if weeks else 1.0
    hours = wider * dispersion(actual, expected)
    days = wider * dispersion(actual.sum(axis=2), expected.sum(axis=2))
    return [hours, days, dispersion(actual.sum(axis=(1, 2)), expected.sum(axis=(1, 2)))]
