"""Which promise ran on which ticket, when did it fall due, and was it kept?

Tickets, events and a policy file go in; one row a clock comes out. Within each piece of a ticket's life
the clock runs, pauses or stands solved, under the target in force; elapsed time carries over.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import polars as pl

from analytics.pieces import Pieces, deadline, pieces_of, promised
from analytics.policy import PolicyFile
from analytics.rules import CUSTOMER, THIRD_PARTY, Rules, prepare
from analytics.schemas import CLOCK_KEY, CLOCKS, KINDS, Kind
from analytics.timeline import BLANK, timeline
from analytics.timezones import MICROSECONDS, local

CHUNK = 100_000
"""Tickets evaluated at a time, to bound memory; the clocks do not depend on it."""

WORKERS = 2
"""Chunks in work at once: what polars does on one core in one overlaps with the other."""


def evaluate(
    tickets: pl.DataFrame,
    events: pl.DataFrame,
    policy: PolicyFile,
    as_of: datetime,
    *,
    version: int = 1,
    progress: Callable[[float], None] | None = None,
) -> pl.DataFrame:
    """Every clock of these tickets.

    Args:
        tickets, events: one source, in the schemas TICKETS and EVENTS.
        policy: the promises; a ticket no policy fits, or whose policy has no target for a kind, has no clock of it.
        as_of: the last instant anything is known of, with a time zone.
        version: number of the policy file in the store.
        progress: called with the share done, 0 to 1.

    Returns:
        Frame in the schema CLOCKS, sorted by its key.

    Raises:
        ScheduleError: a schedule does not cover the data, or has too little open time for a target.

    Source: definitions 2.3 and its decision table.
    """
    rules = prepare(tickets, events, policy, as_of, version)
    ordered = tickets.sort("ticket_id")

    def judged(offset: int) -> pl.DataFrame:
        chunk = ordered.slice(offset, CHUNK)
        own = pl.col("ticket_id").is_between(pl.lit(chunk["ticket_id"].min()), pl.lit(chunk["ticket_id"].max()))
        lives = promised(timeline(chunk, events.filter(own), as_of, rules.values), rules)
        return pl.concat(_clocks(pieces_of(lives, rules, kind), rules, kind, as_of) for kind in KINDS)

    results = []
    with ThreadPoolExecutor(WORKERS) as pool:
        for found in pool.map(judged, range(0, max(ordered.height, 1), CHUNK)):
            results.append(found)
            if progress:
                progress(min(1.0, len(results) * CHUNK / max(ordered.height, 1)))
    return pl.concat(results).sort(CLOCK_KEY)


def _clocks(cut: Pieces, rules: Rules, kind: Kind, as_of: datetime) -> pl.DataFrame:
    """Fold the pieces of each ticket into its clock, and judge it."""
    promised = cut.pieces.filter(pl.col("target").is_not_null())
    breach = promised.filter("late").unique("row", keep="first", maintain_order=True)
    last = promised.unique("row", keep="last", maintain_order=True).join(breach, on="row", how="anti")
    fields = ["row", "number", "target", "due", "late", "given", "priority", "team", "agent"]
    decisive = pl.concat([breach, last]).select(fields)
    decisive = decisive.with_columns(pl.col("priority", "team", "agent").cast(pl.String))
    clocks = (
        decisive.join(_sums(cut.pieces), on="row", how="left")
        .join(cut.tickets.drop("priority", "team", "agent"), on="row", how="left")
        .sort("row")
    )
    left = (pl.col("target") - pl.col("ran")).clip(lower_bound=0)
    resumed = deadline(rules, pl.col("clock_end"), left)
    parked = ~pl.col("late") & pl.col("given").is_null() & (pl.col("paused_at_end") | pl.col("due").is_null())
    clocks = clocks.with_columns(due_at=pl.when(parked).then(resumed).otherwise(pl.coalesce("due", "given")))
    return _judged(clocks, rules, kind, as_of)


def _sums(pieces: pl.DataFrame) -> pl.DataFrame:
    """Per ticket: open time run and paused, plain time the customer was waited for, pauses."""
    paused = pl.col("waiting").is_in([CUSTOMER, THIRD_PARTY])
    begins = paused & ~(paused.shift(1) & (pl.col("row") == pl.col("row").shift(1))).fill_null(value=False)
    plain = pl.col("end") - pl.col("start")
    return (
        pieces.select(
            "row",
            ran=pl.when("running").then("open").otherwise(0),
            rested=pl.when(paused).then("open").otherwise(0),
            customer_wait=pl.when(pl.col("waiting") == CUSTOMER).then(plain.dt.total_microseconds()).otherwise(0),
            pauses=begins.cast(pl.Int32),
            paused=paused,
        )
        .group_by("row", maintain_order=True)
        .agg(pl.col("ran", "rested", "customer_wait", "pauses").sum(), paused_at_end=pl.col("paused").last())
    )


def _judged(clocks: pl.DataFrame, rules: Rules, kind: Kind, as_of: datetime) -> pl.DataFrame:
    """Verdicts, durations, local times and labels, in the schema of clocks."""
    policies = rules.file.policies
    zones = rules.zones()
    void = pl.col("cancel_reason").is_not_null() & (pl.col("cancel_reason") != "merged")
    unanswered = pl.col("stopped_at").is_null() | (pl.col("stopped_at") >= pl.col("cancelled_at"))
    dropped = pl.col("cancel_reason").is_not_null() & unanswered & ~pl.col("late")
    shares = [policy.internal_target for policy in policies]
    second = MICROSECONDS
    plain = (pl.col("clock_end") - pl.col("created_at")).dt.total_microseconds()
    clocks = clocks.with_columns(
        cancelled=void | dropped,
        waited=plain - pl.col("customer_wait"),
        target_seconds=pl.col("target") // second,
        elapsed_seconds=pl.col("ran") // second,
        total_seconds=plain // second,
        internal_target_seconds=(pl.col("target") // second * rules.of_policy(shares, pl.Float64))
        .round()
        .cast(pl.Int64),
        time_zone=rules.of_policy(zones, pl.String),
        stopped=pl.col("stopped_at").is_not_null(),
    )
    standing = pl.when(~pl.col("cancelled"))
    clocks = clocks.with_columns(
        breached=standing.then(pl.when("late").then(statement=True).when("stopped").then(statement=False)),
        internal_target_met=pl.when(~pl.col("cancelled") & pl.col("internal_target_seconds").is_not_null()).then(
            pl.when(pl.col("ran") > pl.col("internal_target_seconds") * second)
            .then(statement=False)
            .when("stopped")
            .then(statement=True)
        ),
    )
    waited_over = pl.when(pl.col("waited") > pl.col("target")).then(statement=True)
    calendar = standing.then(waited_over.when("stopped").then(statement=False))
    state = (
        pl.when("cancelled")
        .then(pl.lit("cancelled"))
        .when("late")
        .then(pl.lit("breached"))
        .when("stopped")
        .then(pl.lit("met"))
        .when("paused_at_end")
        .then(pl.lit("paused"))
        .otherwise(pl.lit("running"))
    )
    started = local(pl.col("created_at"), pl.col("time_zone"), zones)
    due = local(_last_open(rules), pl.col("time_zone"), zones)
    return clocks.select(
        "source",
        "ticket_id",
        kind=pl.lit(kind),
        cycle=pl.lit(1, dtype=pl.Int32),
        policy=rules.of_policy([policy.name for policy in policies], pl.String),
        policy_version=pl.lit(rules.version, dtype=pl.Int32),
        schedule=rules.of_policy([policy.schedule for policy in policies], pl.String),
        time_zone="time_zone",
        started_at="created_at",
        stopped_at=pl.coalesce("stopped_at", "cancelled_at"),
        due_at="due_at",
        breached_at=pl.when("breached").then("due_at"),
        state=state,
        breached="breached",
        supplied_breached=f"{kind}_breached",
        decided=(pl.col("breached").is_not_null() & (pl.col("due_at") <= as_of)).fill_null(value=False),
        as_of=pl.lit(as_of),
        target_seconds="target_seconds",
        elapsed_seconds="elapsed_seconds",
        paused_seconds=pl.col("rested") // second,
        total_seconds="total_seconds",
        requester_wait_seconds=pl.col("waited") // second,
        breached_calendar=pl.when(pl.col("given").is_not_null()).then("breached").otherwise(calendar),
        internal_target_seconds="internal_target_seconds",
        internal_target_met="internal_target_met",
        objective=rules.of_policy([policy.objective_of(kind) for policy in policies], pl.Float64),
        started_open=rules.hours.is_open(pl.col("created_at"), pl.col("number")),
        started_date=started.dt.date(),
        started_weekday=started.dt.weekday(),
        started_hour=started.dt.hour(),
        due_date=due.dt.date(),
        due_weekday=due.dt.weekday(),
        due_hour=due.dt.hour(),
        due_week=due.dt.date().dt.truncate("1w"),
        due_month=due.dt.date().dt.truncate("1mo"),
        handoffs="handoffs",
        pauses="pauses",
        reopenings="reopenings",
        ignored_reopenings="ignored_reopenings",
        priority=_blank_to_null("priority"),
        category="category",
        channel="channel",
        region="region",
        plan="plan",
        customer="customer",
        team_at_due=_blank_to_null("team"),
        agent_at_due=_blank_to_null("agent"),
    ).match_to_schema(CLOCKS)


def _last_open(rules: Rules) -> pl.Expr:
    """The due time; one that falls on a closing instant belongs to the hour that closes."""
    due, number = pl.col("due_at"), pl.col("number")
    before = due - pl.duration(microseconds=1)
    closing = ~rules.hours.is_open(due, number) & rules.hours.is_open(before, number)
    return pl.when(closing).then(before).otherwise(due)


def _blank_to_null(column: str) -> pl.Expr:
    return pl.when(pl.col(column) != BLANK).then(pl.col(column))
