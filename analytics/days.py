"""When are N days over, in each of the four meanings help desks give to "a day"?

A working day is a local date on which something opens. The dates and their openings are laid out once per
schedule; after that every meaning is a binary search and an addition of local dates, for a million rows at a time.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from analytics.errors import ScheduleError
from analytics.opening import Windows
from analytics.schedule import Schedule, timetable
from analytics.timezones import INSTANT, MICROSECONDS, Seconds, to_local_seconds, to_utc_seconds

DayMeans = Literal["next_business_day", "24_open_hours", "calendar_day", "keep_time_of_day"]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
_DAY = 86_400
_DATE = _DAY * MICROSECONDS
_EPOCH = date(1970, 1, 1)
_NEVER = 1 << 40


@dataclass(frozen=True, eq=False)
class _Dates:
    """What opens on each local date: one row a date, from the one before the first, and a last row for "beyond".

    Attributes:
        base: day number (from 1970-01-01) of row 0.
        opens, closes: UTC seconds, one column a window; a missing one opens at _NEVER and has closed before it.
        first, last: first opening and last closing of each date.
        working: rows of the working days, ascending, and "beyond".
        starts, rows: every opening in order of time and its row, and "beyond".
    """

    base: int
    opens: Integers
    closes: Integers
    first: Integers
    last: Integers
    working: Integers
    starts: Integers
    rows: Integers

    def row(self, shown: Integers) -> Integers:
        """Row of local microseconds."""
        return np.minimum(shown // _DATE - self.base, len(self.opens) - 1)

    def opened(self, row: Integers, seconds: Seconds) -> Flags:
        """Whether UTC seconds lie in an opening that began on the date."""
        at = seconds[:, None]
        return np.asarray(((self.opens[row] <= at) & (at < self.closes[row])).any(axis=1))

    def working_day(self, row: Integers, days: Integers | int = 0) -> Integers:
        """Row of the first working day that is not before a date, or of one so many working days after it."""
        found = np.searchsorted(self.working, row) + days
        return np.asarray(self.working[np.minimum(found, len(self.working) - 1)])


@lru_cache(maxsize=64)
def _dates(schedule: Schedule) -> _Dates:
    """The dates of a schedule, laid out once per process."""
    base, count = (schedule.first - _EPOCH).days - 1, (schedule.last - schedule.first).days + 2
    width = max(1, *map(len, schedule.week), *(len(windows) for _, windows in schedule.exceptions))
    number = base + np.arange(count + 1, dtype=np.int64)
    windows = np.zeros((count + 1, width, 2), dtype=np.int64)
    dated = windows[:-1]
    for weekday, plain in enumerate(schedule.week):
        dated[(number[:-1] + 3) % 7 == weekday, : len(plain)] = _pairs(plain)
    for day, special in {**dict.fromkeys(schedule.holidays, ()), **dict(schedule.exceptions)}.items():
        row = (day - _EPOCH).days - base
        if 0 <= row < count:
            dated[row] = 0
            dated[row, : len(special)] = _pairs(special)
    opens, closes = np.moveaxis(to_utc_seconds(windows + (number * _DAY)[:, None, None], schedule.time_zone), 2, 0)
    # A window that is not there has no length, and opens nothing; no more does one a clock change leaves without.
    missing = opens >= closes
    opens, closes = np.where(missing, _NEVER, opens), np.where(missing, -_NEVER, closes)
    order = np.argsort(opens, axis=None, kind="stable")[: np.count_nonzero(~missing)]
    return _Dates(
        base=base,
        opens=opens,
        closes=closes,
        first=opens.min(axis=1),
        last=closes.max(axis=1),
        working=np.append(np.flatnonzero(~missing.all(axis=1)), count),
        starts=np.append(opens.ravel()[order], _NEVER),
        rows=np.append(order // width, count),
    )


def _pairs(windows: Windows) -> Integers:
    return np.array(windows, dtype=np.int64).reshape(-1, 2)


def add_days(
    start: pl.Series,
    days: pl.Series,
    schedule: Schedule,
    means: DayMeans,
    *,
    cutoff: int | None = None,
    restart_at: int | None = None,
) -> pl.Series:
    """The instants at which so many days are over.

    Args:
        start: Datetime[us, UTC].
        days: Int64, zero or more, one a row.
        schedule: opening hours; its working days count, in its own time zone.
        means: what a day is. `next_business_day`: go to the next opening where closed, then so many working days
            on at the same local time, moved into the first opening and last closing of that date. `24_open_hours`:
            as many times 24 hours of open time. `calendar_day`: so many dates on at the same local time.
            `keep_time_of_day`: on a date that is no working day, move to the next one; then, from `cutoff` on,
            to `restart_at` on the next working day; then so many working days on, always at the same local time.
        cutoff, restart_at: seconds of the local day, both or neither, for `keep_time_of_day` alone.

    Returns:
        Datetime[us, UTC] named as `start`; null when an input is null, the days are negative, `start` is outside
        the expanded dates, or the answer lies beyond them. An instant that is not moved is itself, also where its
        local time happens twice.

    Raises:
        ScheduleError: a cutoff without a time to restart at, or the other way round.

    Example:
        >>> from datetime import UTC, datetime
        >>> office = Schedule.weekly("office", "UTC", {"mon-fri": ["09:00-17:00"]})
        >>> friday = pl.Series([datetime(2026, 7, 3, 14, 30, tzinfo=UTC)], dtype=INSTANT)
        >>> add_days(friday, pl.Series([1]), office, "next_business_day").item().isoformat()
        '2026-07-06T14:30:00+00:00'

    Source: docs/clocks.md, "Days"; "N days" in the decision table of definitions.
    """
    if (cutoff is None) != (restart_at is None):
        raise ScheduleError("A cutoff and the time to restart at belong together. Expected both, or neither.")
    lower, upper = (edge * MICROSECONDS for edge in schedule.bounds())
    # Each day takes a date at least, whatever it means, so more days than there are dates end beyond them.
    most = (schedule.last - schedule.first).days + 1
    rows = pl.DataFrame({"at": start.cast(INSTANT).to_physical(), "days": days.cast(pl.Int64)})
    asked = pl.col("at").is_between(lower, upper) & pl.col("days").is_between(0, most)
    rows = rows.with_columns(asked=asked.fill_null(value=False))
    known = rows.filter("asked")
    if means == "24_open_hours":
        open_time = pl.col("days") * _DATE
        due = known.select(timetable((schedule,)).deadline(pl.col("at").cast(INSTANT), open_time)).to_series()
    else:
        at, count = known["at"].to_numpy(), known["days"].to_numpy()
        if means == "next_business_day":
            moved = _next_business_day(at, count, schedule)
        elif means == "calendar_day":
            shown = _local(at, schedule.time_zone)
            moved = _instants(shown + count * _DATE, shown, at, schedule.time_zone)
        else:
            moved = _keep_time_of_day(at, count, schedule, cutoff, restart_at)
        due = pl.Series(moved).set(pl.Series(moved > upper), None)
    found = pl.repeat(None, len(rows), dtype=pl.Int64, eager=True)
    return found.scatter(rows["asked"].arg_true(), due.to_physical()).cast(INSTANT).alias(start.name)


def _next_business_day(at: Integers, days: Integers, schedule: Schedule) -> Integers:
    dates, zone = _dates(schedule), schedule.time_zone
    seconds = at // MICROSECONDS
    today = dates.row(_local(at, zone))
    # An opening that began the date before, as Friday's at Saturday 02:00, belongs to that date: it is 26:00 there.
    own, night = dates.opened(today, seconds), dates.opened(today - 1, seconds)
    coming = np.searchsorted(dates.starts, seconds, side="right")
    begun = np.where(own | night, at, dates.starts[coming] * MICROSECONDS)
    row = np.where(own, today, np.where(night, today - 1, dates.rows[coming]))
    end = dates.working_day(row, days)
    shown = _local(begun, zone)
    moved = _instants(shown + (end - row) * _DATE, shown, begun, zone)
    # The first opening has the last word: beyond the dates it is never.
    return np.maximum(np.minimum(moved, dates.last[end] * MICROSECONDS), dates.first[end] * MICROSECONDS)


def _keep_time_of_day(
    at: Integers, days: Integers, schedule: Schedule, cutoff: int | None, restart_at: int | None
) -> Integers:
    dates, zone = _dates(schedule), schedule.time_zone
    shown = _local(at, zone)
    row, time = dates.working_day(dates.row(shown)), shown % _DATE
    if cutoff is not None and restart_at is not None:
        late = time >= cutoff * MICROSECONDS
        row = np.where(late, dates.working_day(row + 1), row)
        time = np.where(late, restart_at * MICROSECONDS, time)
    end = dates.working_day(row, days)
    moved = _instants((dates.base + end) * _DATE + time, shown, at, zone)
    return np.where(dates.first[end] < _NEVER, moved, _NEVER * MICROSECONDS)


def _local(at: Integers, time_zone: str) -> Integers:
    """Local microseconds of UTC ones."""
    return to_local_seconds(at // MICROSECONDS, time_zone) * MICROSECONDS + at % MICROSECONDS


def _instants(wanted: Integers, shown: Integers, at: Integers, time_zone: str) -> Integers:
    """UTC microseconds of the wanted local ones; `at` itself where that is what it shows already."""
    utc = to_utc_seconds(wanted // MICROSECONDS, time_zone) * MICROSECONDS + wanted % MICROSECONDS
    return np.where(wanted == shown, at, utc)
