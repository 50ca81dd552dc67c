"""A forecast on real time: when its hours begin, and a history it could turn into."""

from collections.abc import Mapping
from datetime import date

import numpy as np
import numpy.typing as npt

from analytics.forecast import Ahead
from analytics.forecast_backtest import by_day
from analytics.forecast_history import Floats, Integers
from analytics.timezones import to_utc_seconds

_EPOCH = date(1970, 1, 1).toordinal()
_HOUR = 3_600
_FEWEST = 1e-9


def instants(made: Ahead, zones: Mapping[tuple[str, str], str]) -> Integers:
    """UTC seconds at which each hour of `made.expected` begins: int64[desk, day, 24].

    Args:
        made: the forecast.
        zones: the time zone of each desk, by source and schedule.

    An hour that the change to summer time leaves out begins with the one after it.
    """
    local = (made.first.toordinal() - _EPOCH) * 24 * _HOUR + np.arange(made.hours.size, dtype=np.int64) * _HOUR
    begins = [to_utc_seconds(local, zones[desk]).reshape(-1, 24) for desk in made.desks]
    return np.stack(begins)


def drawn(
    made: Ahead, zones: Mapping[tuple[str, str], str], rng: np.random.Generator
) -> tuple[Floats, npt.NDArray[np.int64]]:
    """One course the forecast could take, to simulate with: when tickets arrive, and at which desk.

    A busy day is busy at all desks and in all its hours; hours vary beyond that as those of the history did.

    Args:
        made: the forecast.
        zones: the time zone of each desk, by source and schedule.
        rng: where chance comes from.

    Returns:
        UTC seconds float64[n], sorted; the place of each one's desk in `made.desks`, int64[n].
    """
    day, hour = by_day(made, made.daily), by_day(made, made.hourly)
    rest = np.maximum(0.0, (1 + hour) / (1 + day) - 1)
    busy = _gamma(rng, day, day.shape)[:, None] * _gamma(rng, rest[:, None], made.hours.shape)
    counts = rng.poisson(made.expected * busy)
    begins = np.repeat(instants(made, zones).ravel(), counts.ravel())
    desk = np.repeat(np.arange(len(made.desks)), counts.sum(axis=(1, 2)))
    at = begins + rng.random(len(begins)) * _HOUR
    order = np.argsort(at, kind="stable")
    return at[order], desk[order]


def _gamma(rng: np.random.Generator, phi: Floats, shape: tuple[int, ...]) -> Floats:
    """Factors of mean 1 and variance phi."""
    some = np.broadcast_to(np.maximum(phi, _FEWEST), shape)
    return np.asarray(rng.gamma(1 / some, some), dtype=np.float64)
