"""How well was each promise kept, and where: the one function that measures."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal, TypeVar

import polars as pl

from analytics.dimensions import dimension
from analytics.metrics import metric

Hours = Literal["business", "calendar"]
Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)


def measure(clocks: pl.DataFrame | pl.LazyFrame, metrics: Sequence[str], by: Sequence[str] = ()) -> pl.DataFrame:
    """Metrics over clock rows, at the grain asked for; ratios are computed there from the rows.

    Args:
        clocks: frame in the schema CLOCKS (attributes may be Enum or Categorical).
        metrics: names in the registry of metrics.
        by: names in the registry of dimensions; none gives one row.

    Returns:
        One column a dimension and a metric, named as asked, sorted by the dimensions, null first.

    Raises:
        UnknownNameError: a name neither registry knows.

    Example:
        >>> clocks = pl.DataFrame({"kind": ["resolution"] * 3, "decided": [True] * 3, "breached": [True, False, False]})
        >>> measure(clocks, ["breaches", "attainment"], ["kind"]).to_dicts()
        [{'kind': 'resolution', 'breaches': 1, 'attainment': 0.6666666666666666}]
    """
    formulas = [metric(name).formula.alias(name) for name in metrics]
    frame = clocks.lazy()
    if not by:
        return frame.select(formulas).collect()
    keys = [dimension(name).key.alias(name) for name in by]
    return frame.group_by(keys).agg(formulas).collect().sort(by)


def due_between(clocks: Frame, first: date | None, last: date | None) -> Frame:
    """The clocks due on these local dates of their own schedule, both included; None leaves an end open."""
    if first is not None:
        clocks = clocks.filter(pl.col("due_date") >= first)
    if last is not None:
        clocks = clocks.filter(pl.col("due_date") <= last)
    return clocks


def where(clocks: Frame, chosen: Mapping[str, Sequence[str | None]]) -> Frame:
    """The clocks whose dimensions have one of the chosen values; None stands for blank, no value for no choice.

    Example:
        >>> clocks = pl.DataFrame({"plan": ["free", "pro", None]})
        >>> where(clocks, {"plan": ["pro", None]})["plan"].to_list()
        ['pro', None]
    """
    schema = clocks.collect_schema()
    for name, values in chosen.items():
        if values:
            key = dimension(name).key
            known: list[object] = [value for value in values if value is not None]
            dtype = schema[key.meta.root_names()[0]] if key.meta.is_column() else pl.String()
            if isinstance(dtype, pl.Enum):
                listed = set(dtype.categories)
                known = [value for value in known if value in listed]
            elif isinstance(dtype, pl.Date) or dtype.is_integer():
                texts = pl.Series(known, dtype=pl.String)
                typed = texts.cast(dtype, strict=False) if dtype.is_integer() else texts.str.to_date(strict=False)
                known = typed.drop_nulls().to_list()
            elif dtype != pl.String:
                key = key.cast(pl.String)
            keep = key.is_in(known) if known else pl.when(key.is_not_null()).then(pl.lit(value=False))
            clocks = clocks.filter(keep.fill_null(value=None in values))
    return clocks


def judged_on(clocks: Frame, hours: Hours) -> Frame:
    """The clocks as judged in business hours, or with the written target against calendar time.

    In calendar hours the verdict is that of the requester's wait, against the written target (1 d = 24 h); elapsed is
    that wait, and paused the time spent waiting for the customer. The internal target is one of business hours.
    """
    if hours == "business":
        return clocks
    return clocks.with_columns(
        breached="breached_calendar",
        elapsed_seconds="requester_wait_seconds",
        target_seconds="written_seconds",
        paused_seconds="customer_seconds",
        decided=pl.col("decided") & pl.col("breached_calendar").is_not_null(),
        internal_target_met=pl.lit(None, dtype=pl.Boolean),
    )


def without_excluded(clocks: Frame) -> Frame:
    """The clocks, those an exclusion holds for counted in no rate and not as open breaches.

    Example:
        >>> clocks = pl.DataFrame({"decided": [True, True], "breached": [True, False], "exclusion": [None, "outage"]})
        >>> without_excluded(clocks)["decided"].to_list()
        [True, False]
    """
    return clocks.with_columns(decided=pl.col("decided") & pl.col("exclusion").is_null())
