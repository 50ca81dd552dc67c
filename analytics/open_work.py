"""How much fresh work of its kind was open when a clock started?"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from analytics.subsets import Codes, coded

DESK = ("source", "region")
"""Work is counted by desk: clocks of one source and region."""
FRESH = 14 * 86_400
"""Seconds after its start for which a clock counts as open: one that lies for longer is nobody's work of the day."""
QUARTERS = ("lowest quarter", "second quarter", "third quarter", "highest quarter")
_SPAN = 1 << 40
"""Seconds set aside for each desk on one axis; more than 30,000 years."""


@dataclass(frozen=True, eq=False)
class OpenWork:
    """Every start and stop of the clocks of a kind, desk by desk on one axis.

    Attributes:
        desks: the desks, one row each, in the order of their number.
        starts, stops: sorted; seconds since 1970 plus the desk's number times a span.
        before: for each desk how many more starts than stops lie before its part of the axis.
    """

    desks: pl.DataFrame
    starts: Codes
    stops: Codes
    before: Codes


def open_work(every: pl.DataFrame) -> OpenWork:
    """The starts and stops of all clocks of a kind; none is open for longer than FRESH.

    Args:
        every: `source`, `region`, `started_at`, `stopped_at` of the clocks of one kind, whenever due.
    """
    desks = every.select(DESK).unique().cast(pl.String).sort(DESK)
    begun = _seconds(every["started_at"])
    ended = np.minimum(every["stopped_at"].dt.epoch("s").fill_null(_SPAN >> 1).to_numpy(), begun + FRESH)
    lasted, place = ended > begun, _numbers(every, desks) * _SPAN
    starts, stops = np.sort((place + begun)[lasted]), np.sort((place + ended)[lasted])
    axis = np.arange(desks.height, dtype=np.int64) * _SPAN - _SPAN // 2
    return OpenWork(desks, starts, stops, np.searchsorted(starts, axis) - np.searchsorted(stops, axis))


def at_start(work: OpenWork, clocks: pl.DataFrame) -> pl.Series:
    """How many fresh clocks of its desk were open as each clock started; one that stops then is not, nor itself.

    Args:
        work: of all clocks of the kind, these among them.
        clocks: `source`, `region`, `started_at`.

    Returns:
        `open_work`: Int64, in the order of the clocks.

    Example:
        >>> from datetime import datetime
        >>> at = lambda hour: datetime(2026, 3, 2, hour)
        >>> rows = [("desk", "Nordics", at(8), at(12)), ("desk", "Nordics", at(9), None), ("desk", "UK", at(10), None)]
        >>> names = ["source", "region", "started_at", "stopped_at"]
        >>> clocks = pl.DataFrame([*rows, ("desk", "Nordics", at(13), None)], schema=names, orient="row")
        >>> at_start(open_work(clocks), clocks).to_list()
        [0, 1, 0, 1]
    """
    numbers = _numbers(clocks, work.desks)
    place = numbers * _SPAN + _seconds(clocks["started_at"])
    begun, ended = np.searchsorted(work.starts, place, side="left"), np.searchsorted(work.stops, place, side="right")
    return pl.Series("open_work", begun - ended - work.before[numbers], dtype=pl.Int64)


def in_quarters(now: pl.DataFrame, before: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The clocks of both periods with `work_level`: how the work open at their start compares, for their desk.

    The quarters are those of the clocks of a desk in both periods together, so that a busier period shows. Clocks with
    as much open work are of one quarter, which then holds more than a fourth of them.

    Args:
        now, before: with `source`, `region` and `open_work`.

    Returns:
        Both with `work_level`, an Enum of QUARTERS, in their order.
    """
    cuts = [pl.col("open_work").quantile(share, "nearest").alias(f"cut_{share}") for share in (0.25, 0.5, 0.75)]
    both = pl.concat([side.lazy().select(*DESK, "open_work") for side in (before, now)])
    limits = both.group_by(DESK).agg(cuts).collect()
    levels = pl.Enum(QUARTERS)
    level = pl.lit(QUARTERS[3], dtype=levels)
    for name, share in zip(reversed(QUARTERS[:3]), (0.75, 0.5, 0.25), strict=True):
        below = pl.col("open_work") <= pl.col(f"cut_{share}")
        level = pl.when(below).then(pl.lit(name, dtype=levels)).otherwise(level)
    found = []
    for side in (now, before):
        limited = side.select(*DESK, "open_work").join(
            limits, on=DESK, how="left", nulls_equal=True, maintain_order="left"
        )
        found.append(side.with_columns(limited.select(work_level=level).to_series()))
    return found[0], found[1]


def _seconds(at: pl.Series) -> Codes:
    return at.dt.epoch("s").to_numpy()


def _numbers(clocks: pl.DataFrame, desks: pl.DataFrame) -> Codes:
    """The number of each clock's desk among the desks."""
    found = coded(clocks, {name: pl.col(name) for name in DESK})
    sizes = [len(found.values[name]) for name in DESK]
    table = np.full(sizes, -1, dtype=np.int64)
    for number, desk in enumerate(desks.iter_rows()):
        if all(value in found.values[name] for name, value in zip(DESK, desk, strict=True)):
            table[tuple(found.values[name].index(value) for name, value in zip(DESK, desk, strict=True))] = number
    return np.asarray(table[found.codes[DESK[0]], found.codes[DESK[1]]])
