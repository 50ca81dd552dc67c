"""Open time laid end to end: on real dates one bucket a clock hour, and the hours of a typical week as places."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from analytics.dimensions import WEEKDAYS
from analytics.errors import StaffingError
from analytics.timezones import to_local_seconds

Integers = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]

HOUR, DAY = 3_600, 86_400
_MONDAY = 3
"""Days from Monday to 1970-01-01, a Thursday."""
USUAL = 0.5
"""Share of weeks in which an hour must be open to be a place of the typical week."""


@dataclass(frozen=True, eq=False)
class Axis:
    """Open time on real dates, cut at local clock hours; closed time is left out.

    Attributes:
        start, end: int64[n], UTC seconds; sorted, disjoint.
        weekday: int64[n], 1 is Monday; of the local clock, as `hour` (0 to 23) and `date` (days since 1970).
        week: int64[n], Monday weeks from 0.
        zone: of the local clock.
    """

    start: Integers
    end: Integers
    weekday: Integers
    hour: Integers
    date: Integers
    week: Integers
    zone: str

    def __len__(self) -> int:
        """How many buckets."""
        return len(self.start)

    @cached_property
    def open(self) -> Numbers:
        """Hours open in each bucket, more than 0 and at most 1."""
        return (self.end - self.start) / HOUR

    def holding(self, at: npt.ArrayLike) -> Integers:
        """The first bucket that ends after each instant, in which work released then can begin; n where none does."""
        return np.searchsorted(self.end, np.asarray(at), side="right").astype(np.int64)

    def before(self, due: npt.ArrayLike) -> Integers:
        """The last bucket that ends at or before each instant; -1 where none does."""
        return (np.searchsorted(self.end, np.asarray(due), side="right") - 1).astype(np.int64)

    def between(self, first: int, last: int) -> "Axis":
        """The buckets that start from one UTC second on and before another."""
        return self.only((self.start >= first) & (self.start < last))

    def only(self, kept: npt.NDArray[np.bool_]) -> "Axis":
        """Those buckets that a mask keeps."""
        when = (self.weekday[kept], self.hour[kept], self.date[kept], self.week[kept])
        return Axis(self.start[kept], self.end[kept], *when, self.zone)


def cut(opens: npt.ArrayLike, closes: npt.ArrayLike, zone: str) -> Axis:
    """Open intervals cut at local clock hours.

    Args:
        opens, closes: UTC seconds, sorted and disjoint, as `Schedule.intervals` gives them.
        zone: IANA name.

    Raises:
        UnknownNameError: the zone does not exist.

    Example:
        >>> axis = cut([8 * 3600 + 1800], [10 * 3600], "UTC")
        >>> axis.hour.tolist(), axis.open.tolist()
        ([8, 9], [0.5, 1.0])
    """
    begin, finish = np.asarray(opens, dtype=np.int64), np.asarray(closes, dtype=np.int64)
    first_cut = begin + HOUR - to_local_seconds(begin, zone) % HOUR
    pieces = np.maximum(0, -((first_cut - finish) // HOUR)) + 1
    whole = np.repeat(np.arange(len(begin)), pieces)
    number = np.arange(len(whole)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    start = np.where(number == 0, begin[whole], first_cut[whole] + (number - 1) * HOUR)
    end = np.minimum(first_cut[whole] + number * HOUR, finish[whole])
    kept = end > start
    start, end = start[kept], end[kept]
    local = to_local_seconds(start, zone)
    date = local // DAY
    since = date + _MONDAY
    week = since // 7 - (since[0] // 7 if len(since) else 0)
    return Axis(start, end, since % 7 + 1, local % DAY // HOUR, date, week, zone)


@dataclass(frozen=True, eq=False)
class Week:
    """The hours of a typical week in which a queue can be worked: its places, in order from Monday.

    Attributes:
        weekday: int64[n], 1 is Monday.
        hour: int64[n], 0 to 23.
        open: float64[n], hours usually open within each.
        zone: of the local clock.
    """

    weekday: Integers
    hour: Integers
    open: Numbers
    zone: str

    def __len__(self) -> int:
        """How many places."""
        return len(self.weekday)

    @classmethod
    def of(cls, axis: Axis) -> "Week":
        """The places that are open in at least half of the axis's weeks.

        Raises:
            StaffingError: there is no such hour.
        """
        key = axis.weekday * 24 + axis.hour
        found, where = np.unique(key, return_inverse=True)
        weeks = np.unique(axis.week)
        seen = np.unique(where * (int(axis.week.max(initial=0)) + 1) + axis.week) // (int(axis.week.max(initial=0)) + 1)
        often = np.bincount(seen, minlength=len(found)) >= USUAL * len(weeks)
        if not often.any():
            raise StaffingError(
                "No hour of the week is open in at least half of the weeks looked at. Expected opening hours or a "
                "roster that repeat. Choose more weeks, or give a roster."
            )
        total = np.bincount(where, weights=axis.open, minlength=len(found))
        usual = total / np.maximum(np.bincount(where, minlength=len(found)), 1)
        return cls(found[often] // 24, found[often] % 24, usual[often], axis.zone)

    def place(self, axis: Axis) -> Integers:
        """The place of each bucket of an axis, int64; -1 where its hour is none."""
        table = np.full(8 * 24, -1, dtype=np.int64)
        table[self.weekday * 24 + self.hour] = np.arange(len(self))
        found: Integers = table[axis.weekday * 24 + axis.hour]
        return found

    def label(self, first: int, last: int) -> str:
        """A stretch of places in words, both included; places past the end are those of the next week.

        Example:
            >>> week = Week(np.array([1, 1, 5]), np.array([8, 9, 16]), np.ones(3), "UTC")
            >>> week.label(0, 1), week.label(2, 3)
            ('Mon 08–10', 'Fri 16 – Mon 09')
        """
        n = len(self)
        day, until = WEEKDAYS[int(self.weekday[first % n]) - 1], WEEKDAYS[int(self.weekday[last % n]) - 1]
        start, end = int(self.hour[first % n]), int(self.hour[last % n]) + 1
        if day == until and first // n == last // n:
            return f"{day} {start:02}–{end:02}"
        return f"{day} {start:02} – {until} {end:02}"
