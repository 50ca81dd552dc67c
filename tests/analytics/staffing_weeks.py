"""Weeks of work for the staffing tests, small enough to follow by hand."""

import json
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.staffing.axis import DAY, HOUR, Axis, Week, cut
from analytics.staffing.demand import Demand
from tests.shared import shared

MONDAY = 4 * DAY
"""1970-01-05 00:00 UTC."""


def science(name: str) -> Any:
    """A part of the reference cases."""
    return json.loads(shared("vectors/science.json").read_text("utf-8"))[name]


def desk(weeks: int, first: int = 8, last: int = 17, closed: tuple[int, ...] = ()) -> Axis:
    """Monday to Friday for so many weeks from 1970-01-05; `closed` counts days from then."""
    days = np.array([day for day in range(weeks * 7) if day % 7 < 5 and day not in closed])
    return cut(MONDAY + days * DAY + first * HOUR, MONDAY + days * DAY + last * HOUR, "UTC")


def at(day: int, hour: float) -> float:
    """UTC seconds of an hour of a day, counted from the first Monday."""
    return MONDAY + day * DAY + hour * HOUR


def demand(
    jobs: npt.ArrayLike, n: int, *, second: float = 0.25, busyness: float = 0.0, objective: float = 0.95, days: int = 1
) -> Demand:
    """A demand from rows of released, due, hours; all of one class, waiting, one touch a quarter of an hour."""
    released, due, hours = np.asarray(jobs, np.float64).reshape(-1, 3).T
    m = len(hours)
    first, last = released.astype(np.int64), due.astype(np.int64)
    return Demand(
        released=first,
        due=last,
        waiting=np.ones(m, np.bool_),
        allowance=(last - first + 1).astype(np.float64),
        hours=hours,
        count=hours * 4,
        klass=np.zeros(m, np.int64),
        klasses=("all",),
        objective=np.array([objective]),
        rank=np.zeros(1, np.int64),
        second=second,
        busyness=busyness,
        weeks=52,
        left_out=0,
        days=days,
        n=n,
    )


def week(n: int, opened: float = 1.0) -> Week:
    """So many hours of a Monday from 08 on."""
    return Week(np.ones(n, np.int64), 8 + np.arange(n), np.full(n, opened), "UTC")
