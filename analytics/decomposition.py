"""Did the rate change because the same tickets broke more often, or because other tickets came?"""

import math
from collections.abc import Mapping

import polars as pl

from analytics.conditions import BREACHED, DECIDED, count

PARTS = pl.Schema(
    {
        "value": pl.String(),
        "earlier_due": pl.Int64(),
        "earlier_breaches": pl.Int64(),
        "earlier_rate": pl.Float64(),
        "due": pl.Int64(),
        "breaches": pl.Int64(),
        "rate": pl.Float64(),
        "rate_part": pl.Float64(),
        "mix_part": pl.Float64(),
    }
)
"""One row a value of a dimension (blank is null). Rates and parts are shares of 1, not points; a rate of no clocks is
null. `rate_part` and `mix_part` over all rows add up to the change of the whole breach rate."""

TOTALS = pl.Schema(
    {
        "dimension": pl.String(),
        "values": pl.Int64(),
        "change": pl.Float64(),
        "rate_part": pl.Float64(),
        "mix_part": pl.Float64(),
        "mix_sure": pl.Float64(),
    }
)
"""One row a dimension. `mix_sure` is the mix part over its standard error, clocks drawn by chance; 0 of none."""


def decomposed(now: pl.DataFrame, before: pl.DataFrame, key: pl.Expr) -> pl.DataFrame:
    """The change of the breach rate in parts, two for each value of a dimension.

    The rate part of a value is its change of rate, at the mean of its two shares of all clocks; the mix part is its
    change of share, times how far its mean rate lies from the mean of the two whole rates. A value with clocks in one
    period only has no rate in the other: it is given the same rate there, so that all it does is mix.

    Args:
        now, before: clocks of one kind in the schema CLOCKS, due in either period.
        key: the value of each clock row.

    Returns:
        Rows in the schema PARTS, sorted by value, blank first; none where either period has no decided clock.

    Example:
        >>> def clocks(**breached):
        ...     rows = [(name, each) for name, made in breached.items() for each in made]
        ...     return pl.DataFrame(rows, schema=["plan", "breached"], orient="row").with_columns(decided=True)
        >>> before, now = clocks(a=[1, 0, 0, 0], b=[1, 0]), clocks(a=[1, 0], b=[1, 1, 0, 0])
        >>> found = decomposed(now.cast({"breached": bool}), before.cast({"breached": bool}), pl.col("plan"))
        >>> found.select("value", pl.col("rate_part", "mix_part").round(4)).rows()
        [('a', 0.125, 0.0139), ('b', 0.0, 0.0278)]

    Source: Kitagawa 1955; the mix part about the mean rate, as Das Gupta 1993.
    """
    sides = [
        side.lazy()
        .group_by(key.cast(pl.String).alias("value"))
        .agg(count(DECIDED).alias("due"), count(BREACHED).alias("breaches"))
        .filter(pl.col("due") > 0)
        for side in (before, now)
    ]
    names = {"due": "earlier_due", "breaches": "earlier_breaches"}
    both = sides[1].join(sides[0].rename(names), on="value", how="full", coalesce=True, nulls_equal=True)
    counted = both.with_columns(pl.col("due", "breaches", *names.values()).fill_null(0)).collect()
    if not counted["due"].sum() or not counted["earlier_due"].sum():
        return pl.DataFrame(schema=PARTS)
    return parts(counted)


def parts(counted: pl.DataFrame) -> pl.DataFrame:
    """The parts of a change, from counts.

    Args:
        counted: `value`, `earlier_due`, `earlier_breaches`, `due`, `breaches`; both periods with some due.

    Returns:
        Rows in the schema PARTS, sorted by value.
    """
    before, now = pl.col("earlier_due"), pl.col("due")
    was, is_ = pl.col("earlier_rate").fill_null(pl.col("rate")), pl.col("rate").fill_null(pl.col("earlier_rate"))
    share_before, share_now = before / before.sum(), now / now.sum()
    middle = (pl.col("earlier_breaches").sum() / before.sum() + pl.col("breaches").sum() / now.sum()) / 2
    return (
        counted.with_columns(
            earlier_rate=pl.when(before > 0).then(pl.col("earlier_breaches") / before),
            rate=pl.when(now > 0).then(pl.col("breaches") / now),
        )
        .with_columns(
            rate_part=(share_before + share_now) / 2 * (is_ - was),
            mix_part=((was + is_) / 2 - middle) * (share_now - share_before),
        )
        .match_to_schema(PARTS, integer_cast="upcast", extra_columns="ignore")
        .sort("value")
    )


def totals(by: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The change as each dimension tells it.

    Args:
        by: name of a dimension to its parts, in the schema PARTS.

    Returns:
        Rows in the schema TOTALS, the largest mix part (whatever its sign) first.
    """
    rows = []
    for name, frame in by.items():
        if frame.is_empty():
            continue
        rate, mix = float(frame["rate_part"].sum()), float(frame["mix_part"].sum())
        error = _mix_error(frame)
        sure = mix / error if error else 0.0
        rows.append((name, frame.height, rate + mix, rate, mix, sure))
    found = pl.DataFrame(rows, schema=TOTALS, orient="row")
    return found.sort(pl.col("mix_part").abs().round(12), "dimension", descending=[True, False])


def _mix_error(frame: pl.DataFrame) -> float:
    """The standard error of the mix part, the rates held as they are and the shares drawn by chance."""
    filled = frame.with_columns(
        was=pl.col("earlier_rate").fill_null(pl.col("rate")), rate=pl.col("rate").fill_null(pl.col("earlier_rate"))
    )
    middle, variance = (filled["was"] + filled["rate"]) / 2, 0.0
    for n in (filled["earlier_due"], filled["due"]):
        share = n / n.sum()
        mean = float((share * middle).sum())
        variance += float((share * (middle - mean) ** 2).sum()) / float(n.sum())
    return math.sqrt(variance)
