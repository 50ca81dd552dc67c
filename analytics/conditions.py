"""What clock rows metrics count: named conditions and the aggregations made of them."""

import polars as pl

from analytics.schemas import CANCELLATIONS

DECIDED = pl.col("decided")
MET = DECIDED & ~pl.col("breached")
BREACHED = DECIDED & pl.col("breached")
OPEN_BREACHED = BREACHED.fill_null(value=False) & pl.col("stopped_at").is_null()
CANCELLED = pl.col("state") == "cancelled"
SURE = pl.col("internal_target_met")
NEAR = MET & (pl.col("elapsed_seconds") > 0.9 * pl.col("target_seconds"))
OVERDUE_FOR = (pl.col("as_of") - pl.col("due_at")).dt.total_seconds()
OVERRUN = pl.col("elapsed_seconds") - pl.col("target_seconds")
_ENDED = pl.col("stopped_by").cast(pl.String).is_in(CANCELLATIONS).fill_null(value=False)
COMPLETED = pl.col("stopped_at").is_not_null() & ~CANCELLED & ~_ENDED
"""Clocks that were stopped by what they wait for, whenever they fell due."""


def count(condition: pl.Expr) -> pl.Expr:
    """How many rows meet a condition; unknown counts as not."""
    return condition.fill_null(value=False).sum().cast(pl.Int64)


def share(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """The share of the rows of `whole` that are also in `part`; null of none."""
    total = count(whole)
    return pl.when(total > 0).then(count(part & whole) / total)


def quantile(values: pl.Expr, at: float) -> pl.Expr:
    """A quantile in whole seconds."""
    return values.quantile(at, interpolation="linear").round().cast(pl.Int64)


def mean(values: pl.Expr, of: pl.Expr) -> pl.Expr:
    """The mean of values over rows, in whole seconds; null of none."""
    return values.filter(of.fill_null(value=False)).mean().round().cast(pl.Int64)


def tickets(condition: pl.Expr) -> pl.Expr:
    """How many tickets have a row that meets a condition."""
    return pl.struct("source", "ticket_id").filter(condition.fill_null(value=False)).n_unique().cast(pl.Int64)
