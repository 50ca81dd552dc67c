"""What a ticket, an event and a clock are: columns, dtypes, and the named rules a row must keep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import polars as pl

from analytics.timezones import FIRST_YEAR, INSTANT, LAST_YEAR

Kind = Literal["first_response", "next_response", "first_resolution", "resolution", "update", "ola"]


def schema(columns: Mapping[str, pl.DataType | type[pl.DataType]]) -> pl.Schema:
    """The columns as a schema."""
    return pl.Schema({name: dtype if isinstance(dtype, pl.DataType) else dtype() for name, dtype in columns.items()})


ATTRIBUTES = ("priority", "category", "channel", "region", "plan", "customer", "team", "agent")
"""What is known of a ticket beside its times; every one may be null, and null means it was left blank."""

CHANGING = ("status", "priority", "team", "agent")
"""Attributes whose history the events tell."""

SOLVED = ("resolved", "closed")
"""Statuses in which a ticket is done; a status in a policy's `pause_on` pauses; any other runs."""

KINDS: tuple[Kind, ...] = ("first_response", "next_response", "first_resolution", "resolution", "update", "ola")
"""The clock kinds that are evaluated, in the order pages show them."""

KIND_LABELS: dict[str, str] = {
    "first_response": "First response",
    "next_response": "Next response",
    "first_resolution": "First resolution",
    "resolution": "Full resolution",
    "update": "Update",
    "ola": "Team agreement",
}

SUPPLIED_KINDS: tuple[Kind, ...] = ("first_response", "resolution")
"""Kinds for which a source system may give its own due time and verdict."""

TICKETS: pl.Schema = schema(
    {
        "source": pl.String,
        "ticket_id": pl.String,
        "created_at": INSTANT,
        "updated_at": INSTANT,
        "created_by_agent": pl.Boolean,
        "status": pl.String,
        **dict.fromkeys(ATTRIBUTES, pl.String),
        "first_response_due_at": INSTANT,
        "first_response_breached": pl.Boolean,
        "resolution_due_at": INSTANT,
        "resolution_breached": pl.Boolean,
    }
)
"""One row a ticket. `created_by_agent` is true where one of ours opened it (null: a customer did).
Attributes and status as they stand at the as-of instant; `*_due_at` and
`*_breached` are the source system's own promise and verdict, null where it gives none."""

EVENTS: pl.Schema = schema(
    {
        "source": pl.String,
        "ticket_id": pl.String,
        "at": INSTANT,
        "sequence": pl.Int64,
        "kind": pl.String,
        "value": pl.String,
        "previous": pl.String,
    }
)
"""One row a thing that happened. `kind` is one of EVENT_KINDS. For a change of status, priority, team
or agent `value` is the new and `previous` the old one; for `cancel` the value is one of CANCELLATIONS.
`sequence` orders events of one instant. A ticket's status before its first status event is that event's
`previous`, or "open"."""

EVENT_KINDS = (*CHANGING, "reply", "message", "cancel")
"""`reply` is a public answer by a person of ours, `message` one by the customer."""

CANCELLATIONS = ("merged", "spam", "deleted", "test")

STATES = ("running", "paused", "met", "breached", "cancelled")

CLOCKS: pl.Schema = schema(
    {
        "source": pl.String,
        "ticket_id": pl.String,
        "kind": pl.String,
        "cycle": pl.Int32,
        "policy": pl.String,
        "policy_version": pl.Int32,
        "schedule": pl.String,
        "time_zone": pl.String,
        "started_at": INSTANT,
        "stopped_at": INSTANT,
        "stopped_by": pl.String,
        "due_at": INSTANT,
        "breached_at": INSTANT,
        "state": pl.String,
        "breached": pl.Boolean,
        "supplied_breached": pl.Boolean,
        "due_by_change": pl.Boolean,
        "exclusion": pl.String,
        "decided": pl.Boolean,
        "as_of": INSTANT,
        "target_seconds": pl.Int64,
        "written_seconds": pl.Int64,
        "elapsed_seconds": pl.Int64,
        "running_seconds": pl.Int64,
        "paused_seconds": pl.Int64,
        "total_seconds": pl.Int64,
        "closed_seconds": pl.Int64,
        "customer_seconds": pl.Int64,
        "requester_wait_seconds": pl.Int64,
        "breached_calendar": pl.Boolean,
        "internal_target_seconds": pl.Int64,
        "internal_target_met": pl.Boolean,
        "objective": pl.Float64,
        "started_open": pl.Boolean,
        "started_date": pl.Date,
        "started_weekday": pl.Int8,
        "started_hour": pl.Int8,
        "due_date": pl.Date,
        "due_weekday": pl.Int8,
        "due_hour": pl.Int8,
        "due_week": pl.Date,
        "due_month": pl.Date,
        "handoffs": pl.Int32,
        "pauses": pl.Int32,
        "reopenings": pl.Int32,
        "ignored_reopenings": pl.Int32,
        "assigned_at": INSTANT,
        "touched_at": INSTANT,
        "handoffs_by_due": pl.Int32,
        "reopenings_by_due": pl.Int32,
        "held_elsewhere": pl.Boolean,
        "priority": pl.String,
        "category": pl.String,
        "channel": pl.String,
        "region": pl.String,
        "plan": pl.String,
        "customer": pl.String,
        "team_at_due": pl.String,
        "agent_at_due": pl.String,
    }
)
"""One row a clock: see docs/clocks.md and the definitions page. `decided` is true when the verdict is
known and the due time is not after the as-of instant: those rows make up every rate, less those with an
`exclusion` (its reason). `stopped_by` is one of STOPS. `assigned_at`: when a person first had the ticket; `touched_at`:
what one of ours first did with it from the clock's start on; both null where it never was, or is not known. What had
been done by the due time, or the stop where that was earlier: `handoffs_by_due`, `reopenings_by_due`, and
`held_elsewhere`, whether other teams than `team_at_due` held it for most of the elapsed time."""

STOPS = ("reply", "resolved", "handoff", "answered by closing", "unanswered at close", "no reply", *CANCELLATIONS)
"""What stopped a clock, or cancelled it."""

HOLDINGS: pl.Schema = schema(
    {
        "source": pl.String,
        "ticket_id": pl.String,
        "kind": pl.String,
        "cycle": pl.Int32,
        "team": pl.String,
        "elapsed_seconds": pl.Int64,
    }
)
"""One row a clock and team that held it while it ran: how much of its elapsed time; blank team is null."""

CLOCK_KEY = ("source", "ticket_id", "kind", "cycle")


@dataclass(frozen=True, eq=False, kw_only=True)
class Rule:
    """A condition a row must keep to be taken.

    Attributes:
        name: words a user can read, as shown beside rejected rows.
        advice: what to do about it.
        broken: Boolean, true where a row breaks the rule; null counts as kept.
    """

    name: str
    advice: str
    broken: pl.Expr


_FIRST, _LAST = datetime(FIRST_YEAR, 1, 3, tzinfo=UTC), datetime(LAST_YEAR - 1, 12, 25, tzinfo=UTC)


def _out_of_range() -> pl.Expr:
    times = ("created_at", "updated_at", "first_response_due_at", "resolution_due_at")
    return pl.any_horizontal(~pl.col(name).is_between(_FIRST, _LAST) for name in times)


def _before_creation(column: str) -> pl.Expr:
    return pl.col(column) < pl.col("created_at")


NO_CREATION = "creation time is missing"
TICKET_RULES: tuple[Rule, ...] = (
    Rule(
        name="ticket id is missing",
        advice="Export the ticket id with each row.",
        broken=pl.col("ticket_id").is_null() | (pl.col("ticket_id") == ""),
    ),
    Rule(
        name=NO_CREATION,
        advice="Export the creation time with each row.",
        broken=pl.col("created_at").is_null(),
    ),
    Rule(
        name=f"a time before {FIRST_YEAR} or after {LAST_YEAR - 1}",
        advice="Such a date is a slip or a stand-in for none; leave it blank.",
        broken=_out_of_range(),
    ),
    Rule(
        name="first response due before creation",
        advice="A promise cannot fall due before the ticket exists; check the time columns and zone.",
        broken=_before_creation("first_response_due_at"),
    ),
    Rule(
        name="resolution due before creation",
        advice="A promise cannot fall due before the ticket exists; check the time columns and zone.",
        broken=_before_creation("resolution_due_at"),
    ),
)


def split(frame: pl.DataFrame, rules: Sequence[Rule]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows that keep every rule, and those that do not with the names of the rules they broke.

    Returns:
        (kept, rejected); rejected has one more column, `rules`: List[String], never empty.

    Example:
        >>> rule = Rule(name="negative", advice="", broken=pl.col("n") < 0)
        >>> kept, rejected = split(pl.DataFrame({"n": [1, -1, None]}), [rule])
        >>> kept["n"].to_list(), rejected["rules"].to_list()
        ([1, None], [['negative']])
    """
    flags = frame.select(rule.broken.fill_null(value=False).alias(str(number)) for number, rule in enumerate(rules))
    bad = flags.select(pl.any_horizontal(pl.lit(value=False), *flags.columns)).to_series()
    names = [pl.when(str(number)).then(pl.lit(rule.name)) for number, rule in enumerate(rules)]
    named = pl.concat_list(names).list.drop_nulls() if names else pl.lit([], dtype=pl.List(pl.String))
    broken = flags.filter(bad).select(named.alias("rules")).to_series()
    return frame.filter(~bad), frame.filter(bad).with_columns(broken)
