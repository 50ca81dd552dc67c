"""How long do clocks take, those that still run included? Kaplan and Meier's curve, and what it says of a target."""

from datetime import date

import polars as pl

from analytics.conditions import CANCELLED, COMPLETED
from analytics.statistics import Z95

CURVE = pl.Schema(
    {
        "time": pl.Float64(),
        "at_risk": pl.Int64(),
        "done": pl.Int64(),
        "left": pl.Float64(),
        "error": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
    }
)
"""One row a group (the columns before these) and distinct time: clocks not done or out of sight just before it, done at
it, the share not done after it, its standard error and 95 % interval (null where the share is 0, as nothing tells how
sure that is)."""

_SAME = 1e-9
"""Shares closer than this are equal: a product of many factors is not exact."""


def started_between(clocks: pl.DataFrame, first: date | None, last: date | None) -> pl.DataFrame:
    """The clocks started on these local dates of their own schedule, both included; None leaves an end open."""
    if first is not None:
        clocks = clocks.filter(pl.col("started_date") >= first)
    if last is not None:
        clocks = clocks.filter(pl.col("started_date") <= last)
    return clocks


def times(clocks: pl.DataFrame) -> pl.DataFrame:
    """How long each clock has run, and whether it was done then.

    Clocks of any start are comparable: one that runs, is paused, or was merged away after its breach counts as not done
    for the time it has been seen. Cancelled ones are left out.

    Args:
        clocks: one kind, with `elapsed_seconds`, `target_seconds`, `state`, `stopped_at`, `stopped_by`.

    Returns:
        The clocks with `seconds` (Float64), `targets` (Float64: elapsed / target; a target of nothing counts as one
        second, null where there is none) and `done` (Boolean).

    Example:
        >>> clocks = pl.DataFrame({"elapsed_seconds": [60], "target_seconds": [120], "state": ["met"],
        ...                        "stopped_at": [1], "stopped_by": ["reply"]})
        >>> times(clocks).select("seconds", "targets", "done").row(0)
        (60.0, 0.5, True)
    """
    seconds = pl.col("elapsed_seconds").cast(pl.Float64)
    return clocks.filter(~CANCELLED).with_columns(
        seconds=seconds,
        targets=seconds / pl.col("target_seconds").clip(lower_bound=1),
        done=COMPLETED.fill_null(value=False),
    )


def kaplan_meier(timed: pl.DataFrame, time: str = "seconds", by: str | None = None) -> pl.DataFrame:
    """The share of clocks not done after each time, had all been watched to their end.

    Args:
        timed: `done` (Boolean) and the columns named; a row without a time is left out.
        time: column of the time each was seen for, done at its end or not.
        by: column of the groups, each with a curve of its own.

    Returns:
        The group, if any, and the columns of CURVE; sorted.

    Example:
        >>> timed = pl.DataFrame({"seconds": [1.0, 2.0, 2.0, 3.0], "done": [True, True, False, True]})
        >>> kaplan_meier(timed).select("time", "at_risk", "done", "left").rows()
        [(1.0, 4, 1, 0.75), (2.0, 3, 1, 0.5), (3.0, 1, 1, 0.0)]

    Source: Kaplan and Meier 1958; the error as Greenwood 1926, the interval on the scale of log(-log).
    """
    keys = [by] if by else []
    counted = (
        timed.lazy()
        .filter(pl.col(time).is_not_null())
        .group_by(*keys, pl.col(time).cast(pl.Float64).alias("time"))
        .agg(done=pl.col("done").sum().cast(pl.Int64), seen=pl.len().cast(pl.Int64))
        .collect()
        .sort(*keys, "time")
    )

    def run(expression: pl.Expr) -> pl.Expr:
        return expression.over(by) if by else expression

    n, d = pl.col("at_risk"), pl.col("done")
    found = counted.with_columns(at_risk=run(pl.col("seen").cum_sum(reverse=True)).cast(pl.Int64)).with_columns(
        left=run((1 - d / n).cum_prod()), spread=run(pl.when(n > d).then(d / (n * (n - d))).cum_sum()).sqrt()
    )
    some = pl.col("left") > 0
    wide = pl.when(some & (pl.col("left") < 1)).then(Z95 * pl.col("spread") / pl.col("left").log())
    sure = pl.when(pl.col("left") == 1).then(1.0)
    return found.with_columns(
        error=pl.when(some).then(pl.col("left") * pl.col("spread")),
        low=pl.coalesce(pl.col("left") ** (-wide).exp(), sure),
        high=pl.coalesce(pl.col("left") ** wide.exp(), sure),
    ).select(*keys, *CURVE)


def done_within(curve: pl.DataFrame, time: float, by: str | None = None) -> pl.DataFrame:
    """The share done within a time, with its 95 % interval.

    Args:
        curve: as `kaplan_meier` gives it.
        time: in the unit of the curve.
        by: column of the groups.

    Returns:
        The group, `n` (clocks watched), `share`, `low`, `high`; sorted. Null where no clock was watched for so long.

    Example:
        >>> timed = pl.DataFrame({"seconds": [1.0, 2.0, 2.0, 3.0], "done": [True, True, False, False]})
        >>> [done_within(kaplan_meier(timed), time)["share"].item() for time in (2.5, 4)]
        [0.5, None]
    """
    past = pl.col("time") <= time
    known = (pl.col("time").max() >= time) | (pl.col("left").last() <= 0)
    found = [
        pl.col("at_risk").first().alias("n"),
        *(
            pl.when(known).then(1 - pl.col(name).filter(past).last().fill_null(1.0)).alias(name)
            for name in ("left", "low", "high")
        ),
    ]
    keys = [by] if by else []
    # What the share not done is at least, the share done is at most.
    told = (curve.group_by(keys).agg(found) if keys else curve.select(found)).filter(pl.col("n").is_not_null())
    return told.select(*keys, "n", share="left", low="high", high="low").sort(keys or "n")


def time_for(curve: pl.DataFrame, share: float, by: str | None = None) -> pl.DataFrame:
    """The time within which a share is done: the shortest target that it would meet; with its 95 % interval.

    Args:
        curve: as `kaplan_meier` gives it.
        share: above 0, at most 1.
        by: column of the groups.

    Returns:
        The group, `n`, `time`, `low`, `high` in the curve's unit; sorted. Null where so large a share is not reached in
        the data, which holds for the ends of the interval, too.

    Example:
        >>> timed = pl.DataFrame({"seconds": [1.0, 2.0, 2.0, 3.0], "done": [True, True, False, False]})
        >>> [time_for(kaplan_meier(timed), share)["time"].item() for share in (0.25, 0.5, 0.75)]
        [1.0, 2.0, None]

    Source: Brookmeyer and Crowley 1982 for the interval.
    """
    goal = 1 - share + _SAME
    found = [
        pl.col("at_risk").first().alias("n"),
        *(
            pl.col("time").filter(pl.col(bound) <= goal).first().alias(name)
            for name, bound in (("time", "left"), ("low", "low"), ("high", "high"))
        ),
    ]
    keys = [by] if by else []
    told = (curve.group_by(keys).agg(found) if keys else curve.select(found)).filter(pl.col("n").is_not_null())
    return told.sort(keys or "n")


def thinned(curve: pl.DataFrame, by: str | None = None, most: int = 300) -> pl.DataFrame:
    """A curve with at most so many rows a group: those where it crosses evenly spaced shares, and its ends.

    A row stands where the curve really is; between rows that are kept it moves by less than 1 / (most - 2).
    """
    step = (pl.col("left") * (most - 2)).ceil()
    first = pl.int_range(pl.len()) == 0
    last = pl.int_range(pl.len()) == pl.len() - 1
    keep = first | last | (step != step.shift(1)).fill_null(value=False)
    return curve.filter(keep.over(by) if by else keep)
