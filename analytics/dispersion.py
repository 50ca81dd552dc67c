"""How much more do breaches swing from week to week than those of single clocks would by chance?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.subsets import Coded, Codes, Flags, Floats

FEW_WEEKS = 6
FEWEST_A_DAY = 2.0
"""Breaches to be expected on a day, below which it is not looked at."""
_FEWEST_CELLS = 5
_FEWEST_BREACHES = 10
_STEPS = 40
_MIDDLE = 0.4549
"""The median of the square of a standard normal deviate."""


@dataclass(frozen=True)
class Swing:
    """The usual swings. A variance is of the rate, relative to the rate squared.

    Attributes:
        unit: what was compared, `week` or `day`.
        units: how many.
        shared: variance from one unit of the earlier period to the next that all tickets share.
        own: by dimension, the variance of one value beside that.
        daily: variance from day to day in both periods, told by the days in the middle.
        days: how many.
    """

    unit: str
    units: int
    shared: float
    own: dict[str, float]
    daily: float
    days: int


def swing(coded: Coded, names: Sequence[str], now: Flags, breached: Flags, expected: Floats) -> Swing:
    """The usual swings among these rows.

    Args:
        coded: rows by `week`, `day` and each of the names.
        names: dimensions.
        now: whether a row is of this period rather than the earlier one.
        breached: whether it is a breach.
        expected: its chance of one.

    Source: moments of Pearson's statistic, as in the method of DerSimonian and Laird 1986.
    """
    earlier = np.flatnonzero(~now)
    unit = "week" if len(np.unique(coded.codes["week"][earlier])) >= FEW_WEEKS else "day"
    y, p, units = breached[earlier].astype(np.float64), expected[earlier], coded.codes[unit][earlier]
    shared, many = _shared(units, y, p)
    own = {name: _own(coded.codes[name][earlier], units, y, p) for name in names}
    sides = [by_day(coded.codes["day"][some], breached[some], expected[some])[:3] for some in (now, ~now)]
    daily = middle_variance(*(np.concatenate(each) for each in zip(*sides, strict=True)))
    return Swing(unit, many, shared, own, daily, sum(len(side[0]) for side in sides))


def _shared(unit: Codes, y: Floats, p: Floats) -> tuple[float, int]:
    """Relative variance between units beyond chance; and how many units."""
    seen, mean, chance = (np.bincount(unit, weights=each) for each in (y, p, p * (1 - p)))
    used = mean > 0
    seen, mean, chance = seen[used], mean[used], chance[used]
    units = len(mean)
    if units < 2:
        return 0.0, units
    mean = mean * seen.sum() / mean.sum()
    beyond = ((seen - mean) ** 2).sum() - chance.sum() * (units - 1) / units
    return float(max(0.0, beyond) / (mean**2).sum()), units


def by_day(day: Codes, breached: Flags, expected: Floats) -> tuple[Floats, Floats, Floats, Flags, float]:
    """Breaches, those to be expected at the level of the day in the middle, and their variance by chance.

    Returns:
        One number a day with at least FEWEST_A_DAY expected, in the order of the days; which days these are; and how
        the day in the middle did against its chances.
    """
    y = breached.astype(np.float64)
    weights = (y, expected, expected * (1 - expected))
    seen, mean, chance = (np.bincount(day, weights=each).astype(np.float64) for each in weights)
    used = mean >= FEWEST_A_DAY
    seen, mean, chance = seen[used], mean[used], chance[used]
    level = float(np.median(seen / mean)) if len(mean) else 1.0
    return seen, level * mean, level * chance, used, level


def middle_variance(seen: Floats, mean: Floats, chance: Floats) -> float:
    """The relative variance that makes the middle one of the squared deviates what it is of normal ones.

    A few days unlike the others do not move it.
    """
    if len(seen) < 2:
        return 0.0
    low, high = 0.0, 4.0
    for _ in range(_STEPS):
        tried = (low + high) / 2
        far = (seen - mean) ** 2 / (chance + tried * mean**2)
        low, high = (tried, high) if np.median(far) > _MIDDLE else (low, tried)
    return low


def _own(value: Codes, unit: Codes, y: Floats, p: Floats) -> float:
    """Relative variance of the cells of the table value by unit beyond chance, its margins fitted."""
    size, units = int(value.max()) + 1, int(unit.max()) + 1
    key = value * units + unit
    seen, mean, chance = (
        np.bincount(key, weights=each, minlength=size * units).reshape(size, units) for each in (y, p, p * (1 - p))
    )
    firm = seen.sum(axis=1) >= _FEWEST_BREACHES
    seen, fitted, chance = seen[firm], mean[firm].copy(), chance[firm]
    single = np.divide(chance, fitted, out=np.ones_like(fitted), where=fitted > 0)
    for _ in range(3):
        for axis in (0, 1):
            whole = fitted.sum(axis=axis, keepdims=True)
            fitted *= np.divide(seen.sum(axis=axis, keepdims=True), whole, out=np.zeros_like(whole), where=whole > 0)
    some = fitted > 0
    cells = int(some.sum())
    free = cells - seen.shape[0] - int(some.any(axis=0).sum()) + 1
    if free < _FEWEST_CELLS:
        return 0.0
    beyond = ((seen - fitted) ** 2).sum() * cells / free - (fitted * single).sum()
    return float(max(0.0, beyond) / (fitted**2).sum())
