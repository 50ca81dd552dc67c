"""Weeks that people may work, for the tests of shifts."""

import numpy as np

from analytics.staffing.axis import Week
from analytics.staffing.tours import Tours


def week_of(days: dict[int, tuple[int, int]]) -> Week:
    """Open from one hour to another on some weekdays."""
    places = [(day, hour) for day, (begin, end) in sorted(days.items()) for hour in range(begin, end)]
    weekday, hour = np.array(places, dtype=np.int64).T
    return Week(weekday, hour, np.ones(len(places)), "UTC")


OFFICE = week_of(dict.fromkeys(range(1, 6), (8, 17)))
ALWAYS = week_of(dict.fromkeys(range(1, 8), (0, 24)))
EVENINGS = week_of({**dict.fromkeys(range(1, 6), (8, 20)), 6: (10, 16), 7: (12, 24)})


def stretches(found: Tours, tour: int) -> list[tuple[float, float]]:
    """From when to when each shift of a tour lasts, in hours of the week."""
    unpaid = [(each.minutes / 60, each.over) for each in found.terms.breaks if not each.paid]
    return [
        (
            (day - 1) * 24 + start / 60,
            (day - 1) * 24 + start / 60 + length + sum(b for b, over in unpaid if length > over),
        )
        for day, start, length, _ in found.shifts[tour]
    ]
