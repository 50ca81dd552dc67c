"""How much open time lies between two instants, answered slowly, twice, and without the product's own arithmetic?

The day walk converts each opening of each local date and is exact. The minute clock only ever reads the wall
clock of UTC minutes and counts open ones. Both count real time across clock changes. Days are added by
stepping from date to date.
"""

import zoneinfo
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from typing import Literal

zoneinfo.reset_tzpath(to=[])

Boundary = Literal["closing", "next_opening"]
DayMeans = Literal["next_business_day", "24_open_hours", "calendar_day", "keep_time_of_day"]
Windows = tuple[tuple[int, int], ...]
Opening = tuple[datetime, datetime]

DAY_MINUTES = 24 * 60
HORIZON = timedelta(days=400)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, eq=False)
class Desk:
    """Opening hours as plain data: windows are (from, to) in seconds of the local day, `to` may pass midnight."""

    time_zone: str
    week: tuple[Windows, ...]
    holidays: frozenset[date] = frozenset()
    exceptions: Mapping[date, Windows] = field(default_factory=dict)

    def windows(self, day: date) -> Windows:
        """The windows that start on a local date."""
        if day in self.exceptions:
            return self.exceptions[day]
        return () if day in self.holidays else self.week[day.weekday()]


# The day walk


def instant(time_zone: str, day: date, seconds: int) -> datetime:
    """UTC instant of a local time; the earlier of two, and read with the old offset where there is none."""
    local = datetime.combine(day, time()) + timedelta(seconds=seconds)
    return local.replace(tzinfo=zoneinfo.ZoneInfo(time_zone), fold=0).astimezone(UTC)


@cache
def openings_of_date(desk: Desk, day: date) -> tuple[Opening, ...]:
    """The openings that start on a local date, sorted; a clock change may leave nothing of one."""
    found = [
        (instant(desk.time_zone, day, start), instant(desk.time_zone, day, end)) for start, end in desk.windows(day)
    ]
    return tuple(sorted(opening for opening in found if opening[0] < opening[1]))


def openings(desk: Desk, start: datetime, end: datetime) -> Iterator[Opening]:
    """The openings around a stretch of time, in order, joined where they touch."""
    zone = zoneinfo.ZoneInfo(desk.time_zone)
    day, last = start.astimezone(zone).date() - 2 * DAY, end.astimezone(zone).date() + DAY
    joined: Opening | None = None
    while day <= last:
        for opening in openings_of_date(desk, day):
            if joined is not None and opening[0] <= joined[1]:
                joined = (joined[0], max(joined[1], opening[1]))
                continue
            if joined is not None:
                yield joined
            joined = opening
        day += DAY
    if joined is not None:
        yield joined


def elapsed(desk: Desk, start: datetime, end: datetime) -> int:
    """Whole open seconds between two instants; 0 when they are reversed."""
    total = timedelta()
    for opened, closed in openings(desk, start, max(start, end)):
        total += max(timedelta(), min(closed, end) - max(opened, start))
    return total // SECOND


def deadline(desk: Desk, start: datetime, seconds: int, boundary: Boundary) -> datetime | None:
    """The instant at which so many seconds have been open; None when the horizon holds too little open time."""
    left = timedelta(seconds=seconds)
    for opened, closed in openings(desk, start, start + HORIZON):
        counted = max(opened, start)
        fits = left < closed - counted or (boundary == "closing" and timedelta() < left == closed - counted)
        if fits:
            return counted + left
        left -= max(timedelta(), closed - counted)
    return None


def is_open(desk: Desk, at: datetime) -> bool:
    """Whether an instant lies in an opening; the closing instant does not."""
    return any(opened <= at < closed for opened, closed in openings(desk, at, at))


# The minute clock


@cache
def wall_minutes(time_zone: str, utc_day: int) -> tuple[int, ...]:
    """What the wall clock showed at each minute of a UTC day, as minutes from 1970-01-01T00:00 local."""
    zone, midnight = zoneinfo.ZoneInfo(time_zone), EPOCH + utc_day * DAY
    walls = [(midnight + minute * MINUTE).astimezone(zone).replace(tzinfo=UTC) for minute in range(DAY_MINUTES)]
    return tuple((wall - EPOCH) // MINUTE for wall in walls)


@cache
def first_shown(time_zone: str, local_day: int) -> Mapping[int, int]:
    """The UTC minute at which the wall clock first showed each minute of a local date.

    Minutes the clock jumped over get the UTC minute at which it would have shown them without the jump.
    """
    walls = [wall for utc_day in range(local_day - 1, local_day + 2) for wall in wall_minutes(time_zone, utc_day)]
    shown: dict[int, int] = {}
    for utc, (before, wall) in enumerate(pairwise(walls), (local_day - 1) * DAY_MINUTES + 1):
        if wall > before + 1:
            shown.update({skipped: utc + skipped - before - 1 for skipped in range(before + 1, wall)})
        shown.setdefault(wall, utc)
    return shown


@cache
def open_minutes(desk: Desk, utc_day: int) -> bytes:
    """One byte for each minute of a UTC day: 1 where the desk is open."""
    state, midnight = bytearray(DAY_MINUTES), utc_day * DAY_MINUTES
    for local_day in range(utc_day - 2, utc_day + 2):
        for start, end in desk.windows((EPOCH + local_day * DAY).date()):
            opens, closes = (_first_shown(desk.time_zone, local_day * DAY_MINUTES + at // 60) for at in (start, end))
            for minute in range(max(opens, midnight), min(closes, midnight + DAY_MINUTES)):
                state[minute - midnight] = 1
    return bytes(state)


def _first_shown(time_zone: str, wall: int) -> int:
    return first_shown(time_zone, wall // DAY_MINUTES)[wall]


def elapsed_by_minutes(desk: Desk, start: datetime, end: datetime) -> int:
    """Open minutes between two whole UTC minutes, counted one by one."""
    first, last = (start - EPOCH) // MINUTE, (end - EPOCH) // MINUTE
    total = 0
    for utc_day in range(first // DAY_MINUTES, last // DAY_MINUTES + 1):
        midnight = utc_day * DAY_MINUTES
        total += open_minutes(desk, utc_day)[max(0, first - midnight) : max(0, last - midnight)].count(1)
    return total


def deadline_by_minutes(desk: Desk, start: datetime, minutes: int, boundary: Boundary) -> datetime | None:
    """The UTC minute at which so many minutes have been open, found by stepping one at a time."""
    left, first = minutes, (start - EPOCH) // MINUTE
    for utc_day in range(first // DAY_MINUTES, first // DAY_MINUTES + HORIZON // DAY):
        midnight = utc_day * DAY_MINUTES
        for minute, opened in enumerate(open_minutes(desk, utc_day)):
            if not opened or midnight + minute < first:
                continue
            if left == 0:
                return EPOCH + (midnight + minute) * MINUTE
            left -= 1
            if left == 0 and boundary == "closing":
                return EPOCH + (midnight + minute + 1) * MINUTE
    return None


def is_open_by_minutes(desk: Desk, at: datetime) -> bool:
    """Whether a UTC minute is an open one."""
    utc_day, minute = divmod((at - EPOCH) // MINUTE, DAY_MINUTES)
    return open_minutes(desk, utc_day)[minute] == 1


# Days


def add_days(
    desk: Desk, start: datetime, days: int, means: DayMeans, cutoff: int | None = None, restart_at: int | None = None
) -> datetime | None:
    """The instant at which so many days are over, by the table of docs/clocks.md; None as for `deadline`."""
    shown = start.astimezone(zoneinfo.ZoneInfo(desk.time_zone)).replace(tzinfo=None)
    if means == "24_open_hours":
        return deadline(desk, start, days * 24 * 3600, "closing")
    if means == "calendar_day":
        return start if days == 0 else at_wall(desk, shown + days * DAY)
    if means == "next_business_day":
        return _next_business_day(desk, start, days)
    moved = datetime.combine(working_day(desk, shown.date()), shown.time())
    if cutoff is not None and moved - datetime.combine(moved.date(), time()) >= cutoff * SECOND:
        moved = datetime.combine(working_day(desk, moved.date() + DAY), time()) + (restart_at or 0) * SECOND
    for _ in range(days):
        moved = datetime.combine(working_day(desk, moved.date() + DAY), moved.time())
    return start if moved == shown else at_wall(desk, moved)


def at_wall(desk: Desk, wall: datetime) -> datetime:
    """UTC instant of a local time, as `instant` gives it."""
    return wall.replace(tzinfo=zoneinfo.ZoneInfo(desk.time_zone), fold=0).astimezone(UTC)


def working_day(desk: Desk, day: date) -> date:
    """The first date, this one or later, on which something opens."""
    while not openings_of_date(desk, day):
        day += DAY
    return day


def _next_business_day(desk: Desk, start: datetime, days: int) -> datetime:
    """Roll to an opening, step over working days with the time since its date began, stay in the hours of the last."""
    begun = start
    if not is_open(desk, start):
        begun = next(opened for opened, _ in openings(desk, start, start + HORIZON) if opened > start)
    shown = begun.astimezone(zoneinfo.ZoneInfo(desk.time_zone)).replace(tzinfo=None)
    mine = any(opened <= begun < closed for opened, closed in openings_of_date(desk, shown.date()))
    first = shown.date() if mine else shown.date() - DAY
    day = first
    for _ in range(days):
        day = working_day(desk, day + DAY)
    due = begun if days == 0 else at_wall(desk, shown + (day - first))
    opened, closed = zip(*openings_of_date(desk, day), strict=True)
    return max(min(opened), min(due, max(closed)))
