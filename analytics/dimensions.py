"""By what can clocks be grouped and filtered: the registry of pickers, axes and command-line names."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from analytics.errors import UnknownNameError
from analytics.schemas import KIND_LABELS, KINDS

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
PRIORITIES = (*("critical", "urgent", "highest", "high", "normal", "medium", "moderate", "low", "lowest", "planning"),)
BLANK_LABEL = "(blank)"


@dataclass(frozen=True, eq=False, kw_only=True)
class Dimension:
    """One way to cut clocks.

    Attributes:
        name: column, URL and key.
        label: as shown.
        key: the value of each clock row; null is shown as blank.
        order: values that come first, in this order; the rest follow sorted.
        time: whether the values are dates or hours rather than attributes.
        values: how a stored value is written, where it is a code.
    """

    name: str
    label: str
    key: pl.Expr
    order: tuple[str, ...] = ()
    time: bool = False
    values: Mapping[str, str] | Mapping[int, str] | None = None


_ALL = (
    Dimension(name="kind", label="Clock", key=pl.col("kind"), order=KINDS, values=KIND_LABELS),
    Dimension(name="policy", label="Policy", key=pl.col("policy")),
    Dimension(name="priority", label="Priority", key=pl.col("priority"), order=PRIORITIES),
    Dimension(name="category", label="Category", key=pl.col("category")),
    Dimension(name="channel", label="Channel", key=pl.col("channel")),
    Dimension(name="team", label="Team", key=pl.col("team_at_due")),
    Dimension(name="agent", label="Agent", key=pl.col("agent_at_due")),
    Dimension(name="region", label="Region", key=pl.col("region")),
    Dimension(name="plan", label="Plan", key=pl.col("plan")),
    Dimension(name="customer", label="Customer", key=pl.col("customer")),
    Dimension(name="source", label="Source", key=pl.col("source")),
    Dimension(name="day", label="Day due", key=pl.col("due_date"), time=True),
    Dimension(name="week", label="Week due", key=pl.col("due_week"), time=True),
    Dimension(name="month", label="Month due", key=pl.col("due_month"), time=True),
    Dimension(
        name="weekday",
        label="Weekday due",
        key=pl.col("due_weekday"),
        time=True,
        values=dict(enumerate(WEEKDAYS, 1)),
    ),
    Dimension(name="hour", label="Hour due", key=pl.col("due_hour"), time=True),
    Dimension(
        name="start_weekday",
        label="Weekday started",
        key=pl.col("started_weekday"),
        time=True,
        values=dict(enumerate(WEEKDAYS, 1)),
    ),
    Dimension(name="start_hour", label="Hour started", key=pl.col("started_hour"), time=True),
)

DIMENSIONS: dict[str, Dimension] = {dimension.name: dimension for dimension in _ALL}
ATTRIBUTE_DIMENSIONS = tuple(name for name, dimension in DIMENSIONS.items() if not dimension.time)


def dimension(name: str) -> Dimension:
    """The dimension of this name, or an UnknownNameError that suggests a near one.

    Example:
        >>> dimension("team").label
        'Team'
    """
    if name not in DIMENSIONS:
        raise UnknownNameError.of("dimension", name, DIMENSIONS)
    return DIMENSIONS[name]
