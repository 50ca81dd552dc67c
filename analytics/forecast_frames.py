"""A forecast as frames: by hour, by day and by week, each with its band, and what came before it."""

from datetime import date, timedelta

import numpy as np
import polars as pl

from analytics.forecast import Ahead
from analytics.forecast_backtest import by_day, hour_bands
from analytics.forecast_bands import HIGH, LOW, quantile
from analytics.forecast_history import HOLIDAY, Floats, History

HOURS = pl.Schema(
    {"date": pl.Date(), "hour": pl.Int8(), "expected": pl.Float64(), "low": pl.Int64(), "high": pl.Int64()}
)
DAYS = pl.Schema({"date": pl.Date(), "expected": pl.Float64(), "low": pl.Int64(), "high": pl.Int64()})
WEEKS = pl.Schema({"week": pl.Date(), "expected": pl.Float64(), "low": pl.Int64(), "high": pl.Int64()})
"""Mean arrivals, and the band nine in ten lie in; all desks together. `week` is the Monday of a whole week."""

_DAY = timedelta(days=1)


def hours(made: Ahead) -> pl.DataFrame:
    """Each local hour ahead: rows in the schema HOURS, sorted; closed hours are in it too."""
    low, high = hour_bands(made)
    days = len(made.hours)
    return pl.DataFrame(
        {
            "date": pl.Series(_dates(made.first, days)).repeat_by(24).explode(),
            "hour": np.tile(np.arange(24), days),
            "expected": made.hours.ravel(),
            "low": low.ravel(),
            "high": high.ravel(),
        },
        schema=HOURS,
    )


def days(made: Ahead) -> pl.DataFrame:
    """Each local date ahead: rows in the schema DAYS, sorted."""
    expected, spread = made.hours.sum(axis=1), by_day(made, made.daily)
    return pl.DataFrame({"date": _dates(made.first, len(expected)), **_band(expected, spread)}, schema=DAYS)


def weeks(made: Ahead) -> pl.DataFrame:
    """Each whole calendar week ahead: rows in the schema WEEKS, sorted.

    The days before the first Monday are left out. A week's band is that of the week its last day lies in.
    """
    start = (8 - made.first.isoweekday()) % 7
    expected = made.hours[start:].sum(axis=1).reshape(-1, 7).sum(axis=1)
    spread = by_day(made, made.weekly)[start + 6 :: 7]
    mondays = [made.first + (start + 7 * number) * _DAY for number in range(len(expected))]
    return pl.DataFrame({"week": mondays, **_band(expected, spread)}, schema=WEEKS)


def _band(expected: Floats, spread: Floats) -> dict[str, np.ndarray]:
    return {"expected": expected, "low": quantile(expected, spread, LOW), "high": quantile(expected, spread, HIGH)}


def past(history: History) -> pl.DataFrame:
    """What came on each local date of a history: `date`, `tickets` (Int64); sorted."""
    came = history.arrivals.sum(axis=(0, 3)).ravel()
    return pl.DataFrame(
        {"date": _dates(history.first, len(came)), "tickets": came.astype(np.int64)},
        schema={"date": pl.Date(), "tickets": pl.Int64()},
    )


def past_hours(history: History, day: date) -> pl.DataFrame:
    """What came in each hour of a date of the history: `hour` (Int8), `tickets` (Int64); 24 rows, sorted."""
    came = history.arrivals.sum(axis=0).reshape(-1, 24)[(day - history.first).days]
    return pl.DataFrame({"hour": np.arange(24), "tickets": came}, schema={"hour": pl.Int8(), "tickets": pl.Int64()})


def holidays(history: History) -> pl.DataFrame:
    """The holidays of desks in a history and ahead of it: `date`, `source`, `schedule`; sorted."""
    places = np.argwhere(history.kinds.reshape(len(history.desks), -1) == HOLIDAY)
    rows = [(history.first + int(day) * _DAY, *history.desks[desk]) for desk, day in places]
    columns = {"date": pl.Date(), "source": pl.String(), "schedule": pl.String()}
    return pl.DataFrame(rows, schema=columns, orient="row").sort("date", "source", "schedule")


def _dates(first: date, count: int) -> list[date]:
    return [first + number * _DAY for number in range(count)]
