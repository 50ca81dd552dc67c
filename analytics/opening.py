"""How opening hours are written: days such as "mon-fri" and windows such as "08:00-17:00"."""

import re
from collections.abc import Iterable
from itertools import pairwise

from analytics.errors import ScheduleError

Windows = tuple[tuple[int, int], ...]

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WINDOW = r"^(\d\d):(\d\d)\s*[-–]\s*(\d\d):(\d\d)$"
_DAY = 86_400
_WINDOW = re.compile(WINDOW)


def parse_windows(texts: Iterable[str]) -> Windows:
    """Seconds of the local day for windows such as "08:00-17:00"; "22:00-06:00" ends the next day.

    Example:
        >>> parse_windows(["08:00-12:00", "22:00-06:00"])
        ((28800, 43200), (79200, 108000))
    """
    windows = []
    for text in texts:
        match = _WINDOW.match(str(text).strip())
        if not match:
            raise ScheduleError(f"Opening hours {text!r} are not a window. Expected 'HH:MM-HH:MM', as '08:00-17:00'.")
        hours = [int(part) for part in match.groups()]
        start, end = hours[0] * 3600 + hours[1] * 60, hours[2] * 3600 + hours[3] * 60
        if hours[0] > 23 or hours[1] > 59 or hours[3] > 59 or end > _DAY:
            raise ScheduleError(f"Opening hours {text!r} name a time that does not exist. Expected 00:00 to 24:00.")
        if start == end:
            raise ScheduleError(f"Opening hours {text!r} are empty. Leave the day out, or write '00:00-24:00'.")
        windows.append((start, end if end > start else end + _DAY, text))
    windows.sort()
    for before, after in pairwise(windows):
        if after[0] < before[1]:
            raise ScheduleError(
                f"Opening hours {before[2]!r} and {after[2]!r} overlap. Expected windows that follow each other."
            )
    return tuple((start, end) for start, end, _ in windows)


def run_into(windows: Windows, next_day: Windows) -> bool:
    """Whether the last window of a day goes on after the first one of the next day has begun.

    Example:
        >>> run_into(parse_windows(["22:00-06:00"]), parse_windows(["05:00-09:00"]))
        True
    """
    return bool(windows and next_day) and windows[-1][1] - _DAY > next_day[0][0]


def parse_days(text: str) -> list[int]:
    """Weekday numbers (Monday is 0) of "mon", "mon-fri" or "sat,sun".

    Example:
        >>> parse_days("sat-mon")
        [5, 6, 0]
    """
    found: list[int] = []
    for part in text.lower().split(","):
        ends = [end.strip() for end in part.split("-")]
        if len(ends) > 2 or any(end not in DAYS for end in ends):
            raise ScheduleError(f"Opening days {text!r} are not known. Expected {', '.join(DAYS)}, as 'mon-fri'.")
        first, last = DAYS.index(ends[0]), DAYS.index(ends[-1])
        found += [(first + step) % 7 for step in range((last - first) % 7 + 1)]
    return found
