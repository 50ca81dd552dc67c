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
        time: whether it tells when a clock started or fell due, rather than what it is about.
        process: whether it tells what happened to the ticket on the way: known afterwards only.
        values: how a stored value is written, where it is a code.
    """

    name: str
    label: str
    key: pl.Expr
    order: tuple[str, ...] = ()
    time: bool = False
    process: bool = False
    values: Mapping[str, str] | Mapping[int, str] | None = None


DAYPARTS = ("night 22–06", "morning 06–12", "afternoon 12–18", "evening 18–22")
MOST_HANDOFFS = 3
_HOUR = pl.col("started_hour")
_DAYPART = (
    pl.when((_HOUR < 6) | (_HOUR >= 22))
    .then(pl.lit(DAYPARTS[0]))
    .when(_HOUR < 12)
    .then(pl.lit(DAYPARTS[1]))
    .when(_HOUR < 18)
    .then(pl.lit(DAYPARTS[2]))
    .when(_HOUR < 22)
    .then(pl.lit(DAYPARTS[3]))
)
_HANDED = (
    pl.when(pl.col("handoffs") < MOST_HANDOFFS)
    .then(pl.col("handoffs").cast(pl.String))
    .when(pl.col("handoffs") >= MOST_HANDOFFS)
    .then(pl.lit(f"{MOST_HANDOFFS}+"))
)
_WAITED_FOR = (
    pl.when(pl.col("customer_seconds") > 0)
    .then(pl.lit("customer"))
    .when(pl.col("paused_seconds") > 0)
    .then(pl.lit("others"))
    .when(pl.col("paused_seconds") == 0)
    .then(pl.lit("nobody"))
)


def _either(flag: pl.Expr, yes: str, no: str) -> pl.Expr:
    return pl.when(flag).then(pl.lit(yes)).when(~flag).then(pl.lit(no))


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
    Dimension(name="handed", label="Handoffs", key=_HANDED, order=("0", "1", "2", f"{MOST_HANDOFFS}+"), process=True),
    Dimension(
        name="reopened",
        label="Reopened",
        key=_either(pl.col("reopenings") > 0, "reopened", "not reopened"),
        order=("not reopened", "reopened"),
        process=True,
    ),
    Dimension(
        name="waited_for", label="Waited for", key=_WAITED_FOR, order=("nobody", "customer", "others"), process=True
    ),
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
    Dimension(name="daypart", label="Time of day started", key=_DAYPART, order=DAYPARTS, time=True),
    Dimension(
        name="arrival",
        label="Started while",
        key=_either(pl.col("started_open"), "open", "closed"),
        order=("open", "closed"),
        time=True,
    ),
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
