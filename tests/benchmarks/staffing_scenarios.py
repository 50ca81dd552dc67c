"""Made-up desks for the staffing benchmark: Monday to Friday 08–17, a third of the arrivals in closed hours."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.staffing.axis import DAY, HOUR, Axis, Week, cut

OBJECTIVE = 0.95
SHARES = (0.10, 0.20, 0.40, 0.30)
"""Of the touches, by class: the tightest is the rarest."""
BUSYNESS = 0.10
AFTER = 3
"""Weeks after the last arrival, in which what came can fall due."""
_FIRST_MONDAY = 4 * DAY
_OPEN = (1.0, 1.3, 1.4, 1.2, 0.9, 1.0, 1.1, 1.0, 0.8)
_OPEN_SHARE, _NIGHTS, _WEEKEND = 0.68, 0.17, 0.15


@dataclass(frozen=True)
class Scenario:
    """A desk: touches a week, minutes of work of each, and target of each class in business hours."""

    name: str
    touches: int
    minutes: float
    targets: tuple[float, ...]

    @property
    def work(self) -> float:
        """Mean hours a week."""
        return self.touches * self.minutes / 60


def _tight(touches: int) -> Scenario:
    return Scenario(f"{touches} a week, tight 1/2/4/8 h", touches, 15, (1, 2, 4, 8))


def _lax(touches: int) -> Scenario:
    return Scenario(f"{touches} a week, lax 2/4/8/24 h", touches, 25, (2, 4, 8, 24))


SCENARIOS = (*map(_tight, (200, 500, 1000, 3000)), *map(_lax, (120, 300, 600, 1800)))
"""As many hours of work in the lax ones as in the tight ones."""


@dataclass(frozen=True, eq=False)
class Raw:
    """Touches of some weeks, by release: UTC seconds, seconds of work, class."""

    released: npt.NDArray[np.float64]
    due: npt.NDArray[np.float64]
    work: npt.NDArray[np.float64]
    klass: npt.NDArray[np.int64]


def opening(weeks: int) -> Axis:
    """Monday to Friday 08–17 for so many weeks."""
    days = np.arange(weeks * 7)
    days = days[days % 7 < 5]
    start = _FIRST_MONDAY + days * DAY
    return cut(start + 8 * HOUR, start + 17 * HOUR, "UTC")


def week_of(axis: Axis) -> Week:
    """Its typical week: 45 places."""
    return Week.of(axis)


def rates() -> npt.NDArray[np.float64]:
    """The share of a week's arrivals in each of its 168 hours."""
    open_hours = np.zeros((7, 24), np.bool_)
    open_hours[:5, 8:17] = True
    rate = np.zeros((7, 24))
    rate[:5, 8:17] = np.array(_OPEN) / sum(_OPEN) / 5 * _OPEN_SHARE
    order = np.arange(168).reshape(7, 24)
    weekend = ~open_hours & ((order >= 4 * 24 + 17) | (order < 8))
    nights = ~open_hours & ~weekend
    awake = np.where((np.arange(24) >= 7) & (np.arange(24) < 23), 1.0, 0.25)
    for hours, share in ((weekend, _WEEKEND), (nights, _NIGHTS)):
        weight = hours * awake
        rate += weight / weight.sum() * share
    return rate.reshape(-1)


def arrivals(scenario: Scenario, weeks: int, seed: int) -> Raw:
    """So many weeks of touches: days differ by gamma factors, arrivals are Poisson, work is lognormal with cv 1."""
    random, axis = np.random.default_rng(seed), opening(weeks + AFTER)
    busy = random.gamma(1 / BUSYNESS**2, BUSYNESS**2, weeks * 7)
    mean = scenario.touches * np.tile(rates(), weeks) * np.repeat(busy, 24)
    hour = np.repeat(np.arange(weeks * 168), random.poisson(mean))
    released = np.sort(_FIRST_MONDAY + (hour + random.uniform(size=len(hour))) * HOUR)
    klass = random.choice(len(SHARES), size=len(hour), p=SHARES)
    sigma = np.sqrt(np.log(2))
    work = random.lognormal(np.log(scenario.minutes * 60) - sigma**2 / 2, sigma, len(hour))
    edges = np.stack([axis.start, axis.end], axis=1).reshape(-1)
    spent = np.stack([np.cumsum(axis.open) - axis.open, np.cumsum(axis.open)], axis=1).reshape(-1)
    used = np.interp(released, edges, spent) + np.asarray(scenario.targets, np.float64)[klass]
    whole = np.minimum(np.searchsorted(np.cumsum(axis.open), used, side="left"), len(axis) - 1)
    due = axis.end[whole] - (np.cumsum(axis.open)[whole] - used) * HOUR
    return Raw(released, due, work, klass)
