"""Which stretch of open hours asks for the most people? What is released and due inside a window must be done in it.

Open hours are buckets 0..n-1 with the closed time taken out. A roster can keep all the promises, were work divisible,
exactly if no window of buckets holds more work than the roster has capacity in it.

Source: the processor-demand criterion of earliest-deadline-first scheduling (Baruah, Rosier and Howell 1990; Buttazzo,
Hard Real-Time Computing Systems, theorem 4.6); the window of greatest density is the critical interval of Yao, Demers
and Shenker 1995.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.errors import StaffingError
from analytics.staffing.axis import Integers, Numbers

_SAME = 1e-9
"""Agents below which a gap is none: sums of hours are not exact."""


@dataclass(frozen=True)
class Window:
    """A stretch of buckets and what must be done in it.

    Attributes:
        first, last: buckets, both included; `last` may count on into later weeks of a typical week.
        work: hours of work released and due inside.
        open: open hours.
        level: agents, work / open.
    """

    first: int
    last: int
    work: float
    open: float
    level: float


@dataclass(frozen=True, eq=False)
class Gaps:
    """How many agents each bucket lacks, and the window that says so.

    Attributes:
        gap: float64[n] agents; 0 where none is lacking.
        first, last: int64[n] the window of the greatest lack that holds the bucket; -1 where none is lacking.
    """

    gap: Numbers
    first: Integers
    last: Integers


def windows(released: npt.ArrayLike, due: npt.ArrayLike, hours: npt.ArrayLike, n: int) -> Numbers:
    """The work that must be done inside each window of n buckets.

    Args:
        released: int[m] first bucket in which each job can be worked.
        due: int[m] last bucket in which it is on time; a job due after the last bucket is in no window.
        hours: float[m] its work.
        n: number of buckets.

    Returns:
        float64[n, n]: hours released in bucket i or later and due in bucket j or earlier; 0 for j < i.

    Raises:
        StaffingError: arrays of different lengths, work that is negative or no number, or a release outside 0..n-1.

    Example:
        >>> windows([0, 0, 1], [0, 2, 1], [4.0, 2.0, 1.0], 3).tolist()
        [[4.0, 5.0, 7.0], [0.0, 1.0, 1.0], [0.0, 0.0, 0.0]]
    """
    first, last, work = jobs(released, due, hours, n)
    inside = (last < n) & (last >= first)
    cells = np.bincount(first[inside] * n + last[inside], weights=work[inside], minlength=n * n).reshape(n, n)
    return np.triu(np.cumsum(np.cumsum(cells[::-1], axis=0)[::-1], axis=1))


def critical(demand: Numbers, opened: npt.ArrayLike) -> Window:
    """The tightest window: the one that asks for the most agents all through it.

    Args:
        demand: float64[n, n] as `windows` gives it.
        opened: float[n] open hours of each bucket.

    Returns:
        The window; of several equal ones the earliest, then the shortest. With no work the first bucket, level 0.

    Raises:
        StaffingError: no buckets, or one without open time.

    Example:
        >>> critical(windows([0, 0], [0, 1], [4.0, 6.0], 2), [1, 1])
        Window(first=0, last=1, work=10.0, open=2.0, level=5.0)
    """
    size = spans(opened)
    if not len(size):
        raise StaffingError("There are no open hours to look at. Expected at least one. Check the opening hours.")
    level = np.divide(demand, size, out=np.full(demand.shape, -1.0), where=size > 0)
    first, last = divmod(int(np.argmax(level)), level.shape[1])
    return Window(first, last, float(demand[first, last]), float(size[first, last]), float(level[first, last]))


def gaps(demand: Numbers, capacity: npt.ArrayLike, opened: npt.ArrayLike) -> Gaps:
    """How many more agents each bucket needs than it has, judged by the worst window it lies in.

    Args:
        demand: float64[n, n] as `windows` gives it.
        capacity: float[n] hours of work the roster can do in each bucket.
        opened: float[n] open hours of each bucket.

    Returns:
        The gap at bucket h is the largest (work - capacity) / open over all windows that hold h, where that is above 0.

    Example:
        >>> found = gaps(windows([0, 0], [0, 1], [4.0, 6.0], 2), [3, 3], [1, 1])
        >>> found.gap.tolist(), found.first.tolist(), found.last.tolist()
        ([2.0, 2.0], [0, 0], [1, 1])
    """
    size, held = spans(opened), spans(capacity)
    lack = np.divide(demand - held, size, out=np.full(demand.shape, -np.inf), where=size > 0)
    places = np.arange(len(size))
    reach, ends = furthest(lack)
    held_by = np.where(places[:, None] <= places[None, :], reach, -np.inf)
    first = held_by.argmax(axis=0) if len(places) else places
    gap, last = held_by[first, places], ends[first, places]
    lacking = gap > _SAME
    return Gaps(np.where(lacking, gap, 0.0), np.where(lacking, first, -1), np.where(lacking, last, -1))


def rolling(released: npt.ArrayLike, due: npt.ArrayLike, hours: npt.ArrayLike, n: int, weeks: int) -> Numbers:
    """The work that must be done inside each window of a week that comes again and again.

    Args:
        released: int[m] 0..n-1.
        due: int[m] last place in time, counted on from the same week: n is the first place of the next one.
        hours: float[m] a week.
        n: places of a week.
        weeks: how many weeks a window may last.

    Returns:
        float64[n, weeks * n]: in row i, column k the work of the window of k + 1 places from place i on.

    Example:
        >>> rolling([1], [2], [3.0], 2, 2).tolist()
        [[0.0, 0.0, 3.0, 3.0], [0.0, 3.0, 3.0, 6.0]]
    """
    first, last, work = jobs(released, due, hours, n)
    size = (weeks + 1) * n
    each = np.arange(weeks + 1)[:, None] * n
    every = windows((first + each).ravel(), (last + each).ravel(), np.tile(work, weeks + 1), size)
    start = np.arange(n)[:, None]
    found: Numbers = every[start, start + np.arange(weeks * n)[None, :]]
    return found


def stretched(of: npt.ArrayLike, weeks: int) -> Numbers:
    """The sum of each window of a week that comes again, laid out as `rolling` does it.

    Example:
        >>> stretched([1.0, 2.0], 1).tolist()
        [[1.0, 3.0], [2.0, 3.0]]
    """
    each = amounts(of)
    n = len(each)
    before = np.concatenate([[0.0], np.cumsum(np.tile(each, weeks + 1))])
    start = np.arange(n)[:, None]
    found: Numbers = before[start + 1 + np.arange(weeks * n)[None, :]] - before[start]
    return found


def greatest(each: Numbers) -> tuple[Numbers, Integers]:
    """Of rolling windows, the greatest of those from one place on that hold another.

    Args:
        each: float64[n, weeks * n], laid out as `rolling` does it.

    Returns:
        float64[n, n]: in row i, column h the greatest of the windows that start at place i and hold place h; and the
        column of `each` it stands in.
    """
    places = np.arange(len(each))
    offset = (places[None, :] - places[:, None]) % max(1, len(each))
    reach, ends = furthest(each)
    return reach[places[:, None], offset], ends[places[:, None], offset]


def furthest(lack: Numbers) -> tuple[Numbers, Integers]:
    """Per start, the greatest lack of any window that ends at a column or later, and the column it ends at."""
    reach = np.maximum.accumulate(lack[:, ::-1], axis=1)[:, ::-1]
    columns = np.broadcast_to(np.arange(lack.shape[1]), lack.shape)
    ends = np.minimum.accumulate(np.where(lack == reach, columns, lack.shape[1])[:, ::-1], axis=1)[:, ::-1]
    return reach, ends


def spans(of: npt.ArrayLike) -> Numbers:
    """The sum of each window, float64[n, n]; 0 for windows that end before they begin.

    Raises:
        StaffingError: a number that is negative or none.
    """
    before = np.concatenate([[0.0], np.cumsum(amounts(of))])
    return np.triu(before[None, 1:] - before[:-1, None])


def amounts(of: npt.ArrayLike) -> Numbers:
    """Hours as an array, checked.

    Raises:
        StaffingError: a number that is negative or none.
    """
    each = np.asarray(of, np.float64)
    if not (np.isfinite(each).all() and (each >= 0).all()):
        raise StaffingError("Open hours and capacity hold a number below 0 or none at all. Expected hours, 0 or more.")
    return each


def jobs(
    released: npt.ArrayLike, due: npt.ArrayLike, hours: npt.ArrayLike, n: int
) -> tuple[Integers, Integers, Numbers]:
    """Jobs as arrays, checked.

    Raises:
        StaffingError: arrays of different lengths, work that is negative or no number, or a release outside 0..n-1.
    """
    first, last = np.asarray(released, np.int64), np.asarray(due, np.int64)
    work = np.asarray(hours, np.float64)
    if not len(first) == len(last) == len(work):
        raise StaffingError(
            f"There are {len(first)} releases, {len(last)} due buckets and {len(work)} amounts of work. "
            "Expected as many of each: one a job."
        )
    if not (np.isfinite(work).all() and (work >= 0).all()):
        raise StaffingError("A job's work is below 0 or no number. Expected hours, 0 or more. Check the handle times.")
    if len(first) and (first.min() < 0 or first.max() >= n):
        raise StaffingError(
            f"A job is released in bucket {int(first.max() if first.min() >= 0 else first.min())}. "
            f"Expected 0 to {n - 1}. Leave out what is released outside the time looked at."
        )
    return first, last, work
