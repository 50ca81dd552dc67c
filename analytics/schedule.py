"""When were we open, for how long between two instants, and when does an opening run out?

A schedule is expanded once into sorted UTC open intervals. Everything after that is a binary search
and an addition on whole microseconds, for a million rows at a time; real seconds count across clock changes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Literal

import numpy as np
import polars as pl

from analytics.errors import ScheduleError
from analytics.opening import DAYS, Windows, parse_days, parse_windows
from analytics.timezones import INSTANT, MICROSECONDS, to_utc_seconds, zone_table

Boundary = Literal["closing", "next_opening"]
_DAY = 86_400
_KEY = 1 << 53
_LONGEST = 1 << 52
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Schedule:
    """Opening hours of one desk, in its own time zone; build one with `Schedule.weekly`.

    Attributes:
        name: as policies and pages call it.
        time_zone: IANA name; the zone of every weekday and hour shown for its clocks.
        week: windows of each weekday from Monday, as seconds of the local day.
        holidays: local dates on which nothing opens.
        exceptions: windows that replace a date's own; they win over holidays.
        first, last: the local dates the schedule is expanded for, both included.
    """

    name: str
    time_zone: str
    week: tuple[Windows, ...]
    holidays: frozenset[date] = frozenset()
    exceptions: tuple[tuple[date, Windows], ...] = ()
    first: date = date(1990, 1, 1)
    last: date = date(2069, 12, 31)

    @classmethod
    def weekly(
        cls,
        name: str,
        time_zone: str,
        hours: Mapping[str, Sequence[str]] | Literal["24x7"],
        holidays: Iterable[date] = (),
        exceptions: Mapping[date, Sequence[str]] | None = None,
    ) -> "Schedule":
        """A schedule from words, such as `{"mon-fri": ["08:00-12:00", "13:00-17:00"]}` or "24x7".

        Raises:
            ScheduleError: a day or window that cannot be read, or a day named twice.
            UnknownNameError: a time zone that does not exist.
        """
        zone_table(time_zone)
        week: list[Windows | None] = [None] * 7
        for days, texts in ({"mon-sun": ["00:00-24:00"]} if hours == "24x7" else hours).items():
            for day in parse_days(days):
                if week[day] is not None:
                    raise ScheduleError(f"Schedule '{name}' names {DAYS[day]} twice. Expected each day once.")
                week[day] = parse_windows(texts)
        special = tuple(sorted((day, parse_windows(texts)) for day, texts in (exceptions or {}).items()))
        return cls(name, time_zone, tuple(day or () for day in week), frozenset(holidays), special)

    def over(self, first: date, last: date) -> "Schedule":
        """The same schedule, expanded for these local dates only."""
        return replace(self, first=first, last=last)

    def intervals(self) -> tuple[np.ndarray, np.ndarray]:
        """Opening and closing instants, sorted, disjoint, as UTC seconds."""
        days = np.arange((self.first - _EPOCH).days - 1, (self.last - _EPOCH).days + 1, dtype=np.int64)
        special = dict(self.exceptions)
        shut = {(day - _EPOCH).days for day in (*self.holidays, *special)}
        plain = days[~np.isin(days, np.fromiter(shut, dtype=np.int64, count=len(shut)))]
        pairs = [
            (plain[(plain + 3) % 7 == weekday] * _DAY, window)
            for weekday, windows in enumerate(self.week)
            for window in windows
        ]
        pairs += [
            (np.array([(day - _EPOCH).days * _DAY], dtype=np.int64), window)
            for day, windows in special.items()
            for window in windows
        ]
        if not pairs:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        opens = to_utc_seconds(np.concatenate([start + window[0] for start, window in pairs]), self.time_zone)
        closes = to_utc_seconds(np.concatenate([start + window[1] for start, window in pairs]), self.time_zone)
        lower, upper = self.bounds()
        opens, closes = np.clip(opens, lower, upper), np.clip(closes, lower, upper)
        order = np.argsort(opens[closes > opens], kind="stable")
        opens, closes = opens[closes > opens][order], closes[closes > opens][order]
        reach = np.maximum.accumulate(closes)
        fresh = np.concatenate([[True], opens[1:] > reach[:-1]]) if len(opens) else np.empty(0, bool)
        ends = np.concatenate([np.flatnonzero(fresh)[1:] - 1, [len(opens) - 1]]) if len(opens) else np.empty(0, int)
        return opens[fresh], reach[ends]

    def bounds(self) -> tuple[int, int]:
        """First and last UTC second the expansion covers."""
        edges = np.array([(self.first - _EPOCH).days, (self.last - _EPOCH).days + 1], dtype=np.int64) * _DAY
        lower, upper = to_utc_seconds(edges, self.time_zone)
        return int(lower), int(upper)


ALWAYS = Schedule.weekly("24x7", "UTC", "24x7")


class Timetable:
    """Several schedules in one sorted table; each row says by `number` which of them it means.

    The rows of schedule k lie at keys k * 2**53 + instant, so one search serves them all.
    """

    def __init__(self, schedules: Sequence[Schedule]) -> None:
        keys, ends, closes, closings, offsets, lowers, uppers = [], [], [], [], [], [], []
        for number, schedule in enumerate(schedules):
            lower, upper = schedule.bounds()
            start, end = schedule.intervals()
            start, end = np.concatenate([[lower], start]), np.concatenate([[lower], end])
            open_by = np.cumsum(end - start)
            keys.append(start * MICROSECONDS + number * _KEY)
            closes.append(open_by * MICROSECONDS)
            ends.append(open_by * MICROSECONDS + number * _KEY)
            closings.append(end * MICROSECONDS)
            offsets.append((end - open_by) * MICROSECONDS)
            lowers.append(lower * MICROSECONDS)
            uppers.append(upper * MICROSECONDS)
        self.schedules = tuple(schedules)
        self._keys = pl.Series("keys", np.concatenate(keys))
        self._ends = pl.Series("ends", np.concatenate(ends))
        self._closings = pl.Series("closings", np.concatenate(closings))
        self._open_by = pl.Series("open_by", np.concatenate(closes))
        self._offset = pl.Series("offset", np.concatenate(offsets))
        # A deadline past the last opening lands on the next schedule's first row, which is null here.
        firsts = np.cumsum([0, *(len(key) for key in keys[:-1])])
        self._reach = self._offset.scatter(firsts, None).extend(pl.Series([None], dtype=pl.Int64))
        self._lower = pl.Series("lower", lowers, dtype=pl.Int64)
        self._upper = pl.Series("upper", uppers, dtype=pl.Int64)

    def _inside(self, at: pl.Expr, number: pl.Expr | int) -> pl.Expr:
        """The instant as Int64 microseconds, null outside the expanded range."""
        micros = at.cast(INSTANT).to_physical()
        if isinstance(number, int):
            return pl.when(micros.is_between(self._lower[number], self._upper[number])).then(micros)
        row = number.fill_null(0)
        lower, upper = pl.lit(self._lower).gather(row), pl.lit(self._upper).gather(row)
        return pl.when(number.is_not_null() & micros.is_between(lower, upper)).then(micros)

    def _position(self, micros: pl.Expr, number: pl.Expr | int) -> pl.Expr:
        """Row of the last opening at or before an instant; the first row where the instant is null."""
        key = (micros + number * _KEY).fill_null(self._keys[0])
        return pl.lit(self._keys).search_sorted(key, side="right").cast(pl.Int64) - 1

    def opened_by(self, at: pl.Expr, number: pl.Expr | int) -> pl.Expr:
        """Open microseconds from the start of the expansion to an instant."""
        micros = self._inside(at, number)
        row = self._position(micros, number)
        open_by = pl.min_horizontal(micros - pl.lit(self._offset).gather(row), pl.lit(self._open_by).gather(row))
        return pl.when(micros.is_not_null()).then(open_by)

    def elapsed_microseconds(self, start: pl.Expr, end: pl.Expr, number: pl.Expr | int = 0) -> pl.Expr:
        """Open microseconds between two instants; as `elapsed`, without the rounding to seconds."""
        return (self.opened_by(end, number) - self.opened_by(start, number)).clip(lower_bound=0)

    def deadline(
        self, start: pl.Expr, microseconds: pl.Expr, number: pl.Expr | int = 0, boundary: Boundary = "closing"
    ) -> pl.Expr:
        """The instant at which so many open microseconds have passed since `start`."""
        return self.runs_out(self.opened_by(start, number), microseconds, number, boundary)

    def runs_out(
        self, opened_by: pl.Expr, microseconds: pl.Expr, number: pl.Expr | int = 0, boundary: Boundary = "closing"
    ) -> pl.Expr:
        """As `deadline`, from what `opened_by` gives for the start, so that it is looked up once."""
        wanted = opened_by + pl.when(microseconds.is_between(0, _LONGEST)).then(microseconds)
        early = (microseconds > 0).cast(pl.Int64) if boundary == "closing" else 0
        key = (wanted - early + number * _KEY).fill_null(0)
        row = pl.lit(self._ends).search_sorted(key, side="right").cast(pl.Int64)
        return (pl.lit(self._reach).gather(row) + wanted).cast(INSTANT)

    def is_open(self, at: pl.Expr, number: pl.Expr | int = 0) -> pl.Expr:
        """Whether an instant lies in an opening; the closing instant does not."""
        micros = self._inside(at, number)
        closing = pl.lit(self._closings).gather(self._position(micros, number))
        return pl.when(micros.is_not_null()).then(micros < closing)


@lru_cache(maxsize=64)
def timetable(schedules: tuple[Schedule, ...]) -> Timetable:
    """The shared table of these schedules, expanded once per process."""
    return Timetable(schedules)


def elapsed(start: pl.Expr, end: pl.Expr, schedule: Schedule) -> pl.Expr:
    """Seconds the schedule was open between two instants.

    Args:
        start, end: Datetime[us, UTC].
        schedule: opening hours; use ALWAYS for calendar time.

    Returns:
        Int64 whole seconds; 0 when end <= start; null when either is null or outside the expanded dates.

    Example:
        >>> from datetime import UTC, datetime
        >>> office = Schedule.weekly("office", "Europe/Stockholm", {"mon-fri": ["08:00-17:00"]})
        >>> friday, monday = datetime(2026, 7, 3, 14, tzinfo=UTC), datetime(2026, 7, 6, 7, tzinfo=UTC)
        >>> pl.select(elapsed(pl.lit(friday), pl.lit(monday), office)).item()
        7200

    Source: zendesk/biz `within`; clock changes as in definitions 2.3.
    """
    return timetable((schedule,)).elapsed_microseconds(start, end) // MICROSECONDS


def deadline(start: pl.Expr, target_seconds: pl.Expr, schedule: Schedule, *, boundary: Boundary = "closing") -> pl.Expr:
    """The instant at which the schedule has been open for `target_seconds` since `start`.

    Args:
        start: Datetime[us, UTC].
        target_seconds: integer open seconds, zero or more.
        schedule: opening hours; use ALWAYS for calendar time.
        boundary: where a target that uses up an opening exactly falls due: at its closing (as GLPI and
            Odoo) or at the next opening (as zendesk/biz and Zammad). A zero target is due at `start`, or
            at the next opening when that is closed.

    Returns:
        Datetime[us, UTC]; null when an input is null, the target is negative, `start` is outside the
        expanded dates, or too little open time is left in them.

    Example:
        >>> from datetime import UTC, datetime
        >>> office = Schedule.weekly("office", "Europe/Stockholm", {"mon-fri": ["08:00-17:00"]})
        >>> friday = datetime(2026, 7, 3, 14, tzinfo=UTC)
        >>> pl.select(deadline(pl.lit(friday), pl.lit(7200), office)).item().isoformat()
        '2026-07-06T07:00:00+00:00'

    Source: zendesk/biz `for`; the boundary as in the decision table of definitions.
    """
    return timetable((schedule,)).deadline(start, target_seconds.cast(pl.Int64) * MICROSECONDS, 0, boundary)


def is_open(at: pl.Expr, schedule: Schedule) -> pl.Expr:
    """Whether the schedule is open at an instant; openings include their start and not their end.

    Args:
        at: Datetime[us, UTC].
        schedule: opening hours.

    Returns:
        Boolean; null when `at` is null or outside the expanded dates.

    Example:
        >>> from datetime import UTC, datetime
        >>> office = Schedule.weekly("office", "UTC", {"mon-fri": ["08:00-17:00"]})
        >>> pl.select(is_open(pl.lit(datetime(2026, 7, 6, 17, tzinfo=UTC)), office)).item()
        False

    Source: zendesk/biz `in_hours?`.
    """
    return timetable((schedule,)).is_open(at)
