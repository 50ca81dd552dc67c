"""How many clocks are open in each hour of the week?"""

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from analytics.hours import CELL, every_hour
from analytics.timezones import INSTANT, MICROSECONDS, Seconds, to_local_seconds, to_utc_seconds

_HOUR, _DAY, _WEEK = 3_600, 86_400, 168
_EPOCH = date(1970, 1, 1)
_THURSDAY = 3
"""The weekday of the first of January 1970, as Monday is 0."""


def open_by_hour(clocks: pl.DataFrame, first: date | None = None, last: date | None = None) -> pl.DataFrame:
    """The mean number of clocks open as each hour of the week begins, in the local time of their own desks.

    A clock is open from its start until it is stopped or cancelled, paused or not; one that was not stopped, up to
    the as-of instant. Nothing is counted after that instant.

    Args:
        clocks: one kind, whenever due: `started_at`, `stopped_at` (null: not stopped), `as_of`, `time_zone`.
        first, last: local dates counted, both included; None begins with the first start, or ends with the last
            as-of instant.

    Returns:
        `weekday` (1 is Monday), `hour`, `backlog` (mean number open, the desks together; null where that hour of the
        week never began in these dates); 168 rows, sorted.

    Example:
        >>> from datetime import UTC, datetime
        >>> at = [datetime(2026, 7, 6, hour, tzinfo=UTC) for hour in (8, 10, 23)]
        >>> names = ("started_at", "stopped_at", "as_of", "time_zone")
        >>> clocks = pl.DataFrame([(*at, "UTC")], schema=names, orient="row")
        >>> open_by_hour(clocks, date(2026, 7, 6), date(2026, 7, 6))["backlog"][7:11].to_list()
        [0.0, 1.0, 1.0, 0.0]
    """
    found = np.zeros(_WEEK)
    if clocks.is_empty():
        return _week(np.full(_WEEK, np.nan))
    known = np.zeros(_WEEK, dtype=np.bool_)
    end = int(clocks["as_of"].max().timestamp())  # type: ignore[union-attr]
    begin = int(clocks["started_at"].min().timestamp())  # type: ignore[union-attr]
    for zone in clocks["time_zone"].unique().cast(pl.String).sort():
        own = clocks.lazy().filter(pl.col("time_zone") == zone).select("started_at", "stopped_at").collect()
        hours = _hours(zone, first or _date(begin, zone), last or _date(end, zone), end)
        of_week = _hour_of_week(hours, zone)
        times = np.bincount(of_week, minlength=_WEEK)
        open_ = np.bincount(of_week, weights=_open_at(own, hours), minlength=_WEEK)
        found += np.divide(open_, times, out=np.zeros(_WEEK), where=times > 0)
        known |= times > 0
    return _week(np.where(known, found, np.nan))


def _date(at: int, zone: str) -> date:
    local = int(to_local_seconds(np.array([at], dtype=np.int64), zone)[0])
    return _EPOCH + timedelta(days=local // _DAY)


def _hours(zone: str, first: date, last: date, end: int) -> Seconds:
    """The instants at which hours began on these local dates, not after `end`."""
    edges = np.array([(first - _EPOCH).days, (last - _EPOCH).days + 1], dtype=np.int64) * _DAY
    start, stop = to_utc_seconds(edges, zone)
    return np.arange(start, min(int(stop), end + 1), _HOUR, dtype=np.int64)


def _hour_of_week(hours: Seconds, zone: str) -> Seconds:
    local = to_local_seconds(hours, zone)
    return ((local // _DAY + _THURSDAY) % 7) * 24 + local % _DAY // _HOUR


def _open_at(clocks: pl.DataFrame, hours: Seconds) -> npt.NDArray[np.float64]:
    """How many clocks are open at each of these instants: those started by then, less those stopped by then."""
    if not len(hours):
        return np.zeros(0)
    counts = np.zeros(len(hours) + 1)
    for name, sign in (("started_at", 1), ("stopped_at", -1)):
        micros = clocks[name].drop_nulls().cast(INSTANT).to_physical().to_numpy()
        late = np.maximum(micros - hours[0] * MICROSECONDS, 0)
        place = np.minimum(-(-late // (_HOUR * MICROSECONDS)), len(hours))
        counts += sign * np.bincount(place, minlength=len(hours) + 1)
    return np.cumsum(counts)[:-1]


def _week(values: npt.NDArray[np.float64]) -> pl.DataFrame:
    return every_hour().with_columns(backlog=pl.Series(values).fill_nan(None)).sort(CELL)
