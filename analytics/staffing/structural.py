"""What no staffing keeps: promises that fall due before the desk opens again, and what other hours would bring."""

import numpy as np
import numpy.typing as npt
import polars as pl

from analytics.errors import StaffingError
from analytics.staffing.axis import DAY, HOUR, Axis, cut
from analytics.staffing.demand import Flags
from analytics.timezones import to_utc_seconds

HOPELESS = pl.Schema({"klass": pl.String(), "promises": pl.Int64(), "hopeless": pl.Int64(), "share": pl.Float64()})
"""One row a class: promises, those due before anybody can begin, and their share."""


def hopeless(released_at: npt.ArrayLike, due_at: npt.ArrayLike, axis: Axis) -> Flags:
    """Whether each promise falls due at or before the first open moment after its release.

    Args:
        released_at, due_at: float[m] UTC seconds; inf: no promise.
        axis: open time; it should reach past the last due time.

    Returns:
        bool[m]; what is released after the axis ends can never begin.

    Raises:
        StaffingError: arrays of different lengths.

    Example:
        >>> axis = cut([8 * 3600], [17 * 3600], "UTC")
        >>> hopeless([7 * 3600, 7 * 3600, 9 * 3600], [8 * 3600, 8 * 3600 + 1, 10 * 3600], axis).tolist()
        [True, False, False]
    """
    begin, due = np.asarray(released_at, np.float64), np.asarray(due_at, np.float64)
    if len(begin) != len(due):
        raise StaffingError(f"There are {len(begin)} releases and {len(due)} due times. Expected one of each a touch.")
    opening = np.append(axis.start.astype(np.float64), np.inf)[axis.holding(begin)]
    found: Flags = np.isfinite(due) & (due <= np.maximum(begin, opening))
    return found


def structural(released_at: npt.ArrayLike, due_at: npt.ArrayLike, klass: npt.ArrayLike, axis: Axis) -> pl.DataFrame:
    """The share of promises that no number of people keeps with these opening hours, by class.

    Args:
        released_at, due_at: float[m] UTC seconds; inf: no promise, and not counted.
        klass: str[m].
        axis: open time; `widened` adds a window to see what it would bring.

    Returns:
        HOPELESS, sorted by class.

    Raises:
        StaffingError: arrays of different lengths.
    """
    due = np.asarray(due_at, np.float64)
    lost = hopeless(released_at, due, axis)
    names = [str(name) for name in np.asarray(klass)]
    if len(names) != len(due):
        raise StaffingError(f"There are {len(names)} classes and {len(due)} due times. Expected one of each a touch.")
    return (
        pl.DataFrame(
            {"klass": names, "lost": lost, "promised": np.isfinite(due)}, schema_overrides={"klass": pl.String}
        )
        .filter("promised")
        .group_by("klass")
        .agg(promises=pl.len().cast(pl.Int64), hopeless=pl.col("lost").sum().cast(pl.Int64))
        .with_columns(share=pl.col("hopeless") / pl.col("promises"))
        .match_to_schema(HOPELESS)
        .sort("klass")
    )


def widened(axis: Axis, weekday: int, first: int, last: int) -> Axis:
    """The same open time with one more window in every week.

    Args:
        axis: open time on real dates.
        weekday: 1 is Monday.
        first, last: local hours it opens and closes at, 0 to 24.

    Raises:
        StaffingError: a weekday or hours that do not exist.

    Example:
        >>> friday = cut([8 * 86400 + 8 * 3600], [8 * 86400 + 9 * 3600], "UTC")
        >>> widened(friday, 6, 10, 12).hour.tolist()
        [8, 10, 11]
    """
    if not (1 <= weekday <= 7 and 0 <= first < last <= 24):
        raise StaffingError(
            f"Weekday {weekday} from {first} to {last} is no window. Expected weekday 1 to 7 and hours from 0 to 24, "
            "the first before the last."
        )
    if not len(axis):
        return axis
    monday = axis.date[0] - axis.weekday[0] + 1
    weeks = int(axis.date[-1] - monday) // 7 + 1
    days = (monday + weekday - 1 + 7 * np.arange(weeks)) * DAY
    opens, closes = (to_utc_seconds(days + hour * HOUR, axis.zone) for hour in (first, last))
    start, end = np.concatenate([axis.start, opens]), np.concatenate([axis.end, closes])
    order = np.argsort(start, kind="stable")
    start, reach = start[order], np.maximum.accumulate(end[order])
    fresh = np.append([True], start[1:] > reach[:-1])
    return cut(start[fresh], reach[np.append(np.flatnonzero(fresh)[1:] - 1, len(start) - 1)], axis.zone)
