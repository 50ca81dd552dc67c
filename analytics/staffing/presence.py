"""Who was there: rostered stretches as hours in buckets, as people for the simulator, and as groups of queues."""

from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from analytics.staffing.axis import HOUR, Axis, Integers, Numbers
from analytics.staffing.simulate import Duty
from analytics.timezones import MICROSECONDS


def seconds(at: pl.Series) -> Integers:
    """Instants as UTC seconds, int64; there may be no null among them."""
    return (at.to_physical() // MICROSECONDS).to_numpy().astype(np.int64)


def of_queues(duty: pl.DataFrame, queues: Collection[str]) -> pl.DataFrame:
    """The stretches of people who work any of these queues; people without a queue of their own work every one."""
    mine = pl.col("queues").is_null() | (pl.col("queues").list.set_intersection(list(queues)).list.len() > 0)
    return duty.filter(mine)


def rostered(axis: Axis, start: npt.ArrayLike, end: npt.ArrayLike) -> Numbers:
    """Hours of people rostered within each bucket.

    Args:
        axis: of n buckets.
        start, end: UTC seconds of stretches worked.

    Returns:
        float64[n]; 2.0 is two people for an hour.

    Example:
        >>> from analytics.staffing.axis import cut
        >>> rostered(cut([0], [7200], "UTC"), [0, 1800], [7200, 3600]).tolist()
        [1.5, 1.0]
    """
    begun, done = np.sort(np.asarray(start, dtype=np.float64)), np.sort(np.asarray(end, dtype=np.float64))
    knots = np.unique(np.concatenate([begun, done]))
    if len(knots) < 2:
        return np.zeros(len(axis))
    heads = np.searchsorted(begun, knots[:-1], side="right") - np.searchsorted(done, knots[:-1], side="right")
    worked = np.concatenate([[0.0], np.cumsum(heads * np.diff(knots))])
    found: Numbers = (np.interp(axis.end, knots, worked) - np.interp(axis.start, knots, worked)) / HOUR
    return found


def people(duty: pl.DataFrame, queues: Sequence[str]) -> tuple[Duty, list[str]]:
    """Rostered stretches for the simulator, and the name of each person by number.

    Args:
        duty: rows of DUTY.
        queues: their numbers are their places here.
    """
    names = duty["agent"].unique().sort()
    number = duty["agent"].replace_strict(names, pl.Series(range(len(names))), return_dtype=pl.Int64).to_numpy()
    place = {queue: index for index, queue in enumerate(queues)}
    told = duty.unique("agent", keep="first", maintain_order=True).sort("agent")["queues"].to_list()
    works = tuple(None if own is None else frozenset(place[each] for each in own if each in place) for own in told)
    start, end = (seconds(duty[name]).astype(np.float64) for name in ("start_at", "end_at"))
    return Duty(number, start, end, works), names.to_list()


def groups(queues: Collection[str], duty: pl.DataFrame | None) -> list[tuple[str, ...]]:
    """Queues that share people, directly or through others: each group is planned as one; sorted.

    Example:
        >>> duty = pl.DataFrame({"agent": ["ann"], "queues": [["a", "b"]]})
        >>> groups(["a", "b", "c"], duty)
        [('a', 'b'), ('c',)]
    """
    leader = {queue: queue for queue in queues}

    def root(queue: str) -> str:
        while leader[queue] != queue:
            queue = leader[queue]
        return queue

    shared = [] if duty is None else duty.select("queues").unique()["queues"].to_list()
    for own in shared:
        known = sorted(queues if own is None else set(own) & set(queues))
        for other in known[1:]:
            low, high = sorted((root(known[0]), root(other)))
            leader[high] = low
    found: dict[str, list[str]] = {}
    for queue in sorted(queues):
        found.setdefault(root(queue), []).append(queue)
    return sorted(tuple(each) for each in found.values())


def weekly_hours(duty: pl.DataFrame) -> float:
    """Rostered hours a week of one person, on average over the weeks and people of the stretches; 0 of none.

    Example:
        >>> from datetime import UTC, date, datetime
        >>> day = datetime(2026, 3, 2, 8, tzinfo=UTC), datetime(2026, 3, 2, 16, tzinfo=UTC)
        >>> row = {"agent": ["ann"], "date": [day[0].date()], "start_at": day[:1], "end_at": day[1:]}
        >>> weekly_hours(pl.DataFrame(row))
        8.0
    """
    if duty.is_empty():
        return 0.0
    worked = float((seconds(duty["end_at"]) - seconds(duty["start_at"])).sum()) / HOUR
    weeks = duty.select("agent", pl.col("date").dt.truncate("1w")).unique().height
    return worked / weeks


def united(first: tuple[Integers, Integers], second: tuple[Integers, Integers]) -> tuple[Integers, Integers]:
    """The union of two lists of intervals, sorted and disjoint; touching ones are one.

    Example:
        >>> low, high = united((np.array([0, 10]), np.array([5, 20])), (np.array([5, 30]), np.array([8, 40])))
        >>> low.tolist(), high.tolist()
        ([0, 10, 30], [8, 20, 40])
    """
    starts, ends = np.concatenate([first[0], second[0]]), np.concatenate([first[1], second[1]])
    if not len(starts):
        return starts, ends
    order = np.argsort(starts, kind="stable")
    starts, reach = starts[order], np.maximum.accumulate(ends[order])
    fresh = np.concatenate([[True], starts[1:] > reach[:-1]])
    last = np.concatenate([np.flatnonzero(fresh)[1:] - 1, [len(starts) - 1]])
    return starts[fresh], reach[last]
