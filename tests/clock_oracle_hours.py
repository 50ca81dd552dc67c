"""Opening hours, durations and days for the slow clock oracle: exact, on the openings of tests.oracle."""

import re
from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from tests import oracle
from tests.oracle import DAY, Boundary, Desk, Opening, Windows

Plain = dict[str, Any]

NOTHING = timedelta()
FIRST, LAST = datetime(2025, 12, 1, tzinfo=UTC), datetime(2027, 12, 1, tzinfo=UTC)
"""All stories lie well within: a deadline beyond the last opening is unknown."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
UNITS = {"d": 86_400, "h": 3600, "m": 60, "s": 1}
_DESKS: dict[str, Desk] = {}


# Words of a policy file


@cache
def duration(text: str) -> timedelta:
    """A span such as "1h 30m"; a day is 24 hours here."""
    return timedelta(seconds=sum(int(number) * UNITS[unit] for number, unit in re.findall(r"(\d+)\s*([dhms])", text)))


def days_of(text: str) -> int | None:
    """How many days a target names; none where it is one of hours."""
    found = re.fullmatch(r"\s*(\d+)\s*d\s*", text)
    return int(found[1]) if found else None


def time_of_day(text: str) -> timedelta:
    """A local time such as "16:30", as the time since midnight."""
    hours, minutes = text.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))


def desk_of(schedule: Plain) -> Desk:
    """The schedule of a policy file as a desk, the same one each time."""
    told = repr(schedule)
    if told not in _DESKS:
        closed = frozenset(schedule.get("holidays", {}).get("closed", ()))
        _DESKS[told] = Desk(schedule["time_zone"], _week(schedule["hours"]), closed)
    return _DESKS[told]


def _week(hours: str | dict[str, Any]) -> tuple[Windows, ...]:
    if isinstance(hours, str):
        return (((0, 86_400),),) * 7
    week: list[Windows] = [()] * 7
    for days, windows in hours.items():
        first, _, last = days.partition("-")
        texts = [windows] if isinstance(windows, str) else windows
        for day in range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1):
            week[day] = tuple(_window(text) for text in texts)
    return tuple(week)


def _window(text: str) -> tuple[int, int]:
    start, end = (int(time_of_day(each).total_seconds()) for each in text.split("-"))
    return start, end if end > start else end + 86_400


# Open time


@cache
def _calendar(desk: Desk) -> tuple[list[Opening], list[datetime]]:
    found = list(oracle.openings(desk, FIRST, LAST))
    return found, [closed for _, closed in found]


def _from(desk: Desk, at: datetime) -> list[Opening]:
    """The openings that have not closed at an instant."""
    found, closings = _calendar(desk)
    return found[bisect_right(closings, at) :]


def open_time(desk: Desk, start: datetime, end: datetime) -> timedelta:
    """The open time between two instants."""
    total = NOTHING
    found, closings = _calendar(desk)
    for place in range(bisect_right(closings, start), len(found)):
        opened, closed = found[place]
        if opened >= end:
            break
        total += min(closed, end) - max(opened, start)
    return total


def is_open(desk: Desk, at: datetime) -> bool:
    """Whether the desk is open; it is not at the closing instant."""
    following = _from(desk, at)
    return bool(following) and following[0][0] <= at


def runs_out(desk: Desk, start: datetime, left: timedelta, boundary: Boundary) -> datetime | None:
    """The instant at which so much time has been open, at the end of one opening or the beginning of the next."""
    for opened, closed in _from(desk, start):
        counted = max(opened, start)
        if left < closed - counted or (boundary == "closing" and NOTHING < left == closed - counted):
            return counted + left
        left -= closed - counted
    return None


# Days


def _local(desk: Desk, at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(desk.time_zone)).replace(tzinfo=None)


def local_date(desk: Desk, at: datetime) -> date:
    """The date the desk's calendar shows."""
    return _local(desk, at).date()


def _instant(desk: Desk, local: datetime) -> datetime:
    # fold=0: the earlier of two; a local time that never happens is read with the old offset, an hour later.
    return local.replace(tzinfo=ZoneInfo(desk.time_zone), fold=0).astimezone(UTC)


def _works(desk: Desk, day: date) -> bool:
    return bool(oracle.openings_of_date(desk, day))


def _working_days_on(desk: Desk, local: datetime, days: int) -> datetime:
    """The same local time so many working days later."""
    while days:
        local += DAY
        days -= _works(desk, local.date())
    return local


def _next_business_day(desk: Desk, at: datetime, days: int) -> datetime:
    if not is_open(desk, at):
        at = _from(desk, at)[0][0]
    local = _local(desk, at)
    began = datetime.combine(local.date(), datetime.min.time())
    if not any(opened <= at < closed for opened, closed in oracle.openings_of_date(desk, began.date())):
        # Past midnight in an opening of the date before, to which it belongs: 26:00 there is 02:00 here.
        began -= DAY
    midnight = _working_days_on(desk, began, days)
    windows = desk.windows(midnight.date())
    opens = midnight + timedelta(seconds=min(start for start, _ in windows))
    closes = midnight + timedelta(seconds=max(end for _, end in windows))
    return _instant(desk, min(max(midnight + (local - began), opens), closes))


def _keep_time_of_day(desk: Desk, at: datetime, days: int, cutoff: str | None, restart_at: str | None) -> datetime:
    local = _local(desk, at)
    if not _works(desk, local.date()):
        local = _working_days_on(desk, local, 1)
    midnight = datetime.combine(local.date(), datetime.min.time())
    if cutoff is not None and restart_at is not None and local - midnight >= time_of_day(cutoff):
        local = _working_days_on(desk, midnight, 1) + time_of_day(restart_at)
    return _instant(desk, _working_days_on(desk, local, days))


def day_due(desk: Desk, at: datetime, days: int, means: str, policy: Plain) -> datetime:
    """When a promise of days made at an instant is due, in a meaning of days."""
    if means == "calendar_day":
        return _instant(desk, _local(desk, at) + days * DAY)
    if means == "keep_time_of_day":
        return _keep_time_of_day(desk, at, days, policy.get("cutoff"), policy.get("restart_at"))
    return _next_business_day(desk, at, days)
