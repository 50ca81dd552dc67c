"""Was a clock met, breached or cancelled, on both kinds of time, and which labels does it carry?"""

import hashlib
from datetime import datetime

import polars as pl

from analytics.policy import PolicyFile
from analytics.rules import Rules
from analytics.schemas import CLOCKS, SUPPLIED_KINDS, Kind
from analytics.spans import next_mark
from analytics.timeline import BLANK, Timeline
from analytics.timezones import INSTANT, MICROSECONDS, local, localise

_VOID = ("spam", "deleted", "test")
_DIGITS = 8
_BEGUN_BY_US = ("update", "ola")
"""Kinds whose clocks begin with something we did, which is then no touch of theirs."""


def verdicts(
    decided: pl.DataFrame, lives: Timeline, rules: Rules, kind: Kind, as_of: datetime, salt: str
) -> pl.DataFrame:
    """Verdicts, durations, local times and labels of folded clocks, in the schema CLOCKS and their order."""
    tickets = lives.tickets.drop("priority", "team", "agent", "created_at", "status", "updated_at")
    clocks = decided.join(tickets, on="row", how="left", maintain_order="left")
    zones = rules.zones()
    shares = [promise.internal_target for promise in rules.promises]
    plain = (pl.col("clock_end") - pl.col("started_at")).dt.total_microseconds()
    written = (pl.col("given") - pl.col("started_at")).dt.total_microseconds()
    clocks = clocks.with_columns(
        pl.col("priority", "team").cast(pl.String),
        agent=_people(clocks, rules.file, salt),
        cancelled=_cancelled(rules),
        time_zone=rules.of_promise(zones, pl.String),
        stopped=pl.col("stopped_at").is_not_null(),
        total=plain,
        waited=plain - pl.col("not_ours") - pl.col("done"),
        written=pl.coalesce(written, rules.target(kind)) if clocks.height else pl.lit(None, dtype=pl.Int64),
        internal=(pl.col("target") // MICROSECONDS * rules.of_promise(shares, pl.Float64)).round().cast(pl.Int64),
        touched_at=_touched(clocks, lives, kind),
    )
    own = pl.col("internal") * MICROSECONDS
    clocks = clocks.with_columns(
        exclusion=_exclusion(clocks, rules.file),
        breached=_verdict(pl.col("late")),
        calendar=_verdict(pl.col("waited") > pl.col("written")),
        internal_met=pl.when(pl.col("internal").is_not_null()).then(~_verdict(pl.col("ran") > own)),
    )
    return _labelled(clocks, rules, kind, as_of)


def _cancelled(rules: Rules) -> pl.Expr:
    """Void tickets; merged ones, and those dropped by a rule, unless the breach stands."""
    undone = rules.of_promise([promise.after_due == "cancel" for promise in rules.promises], pl.Boolean)
    stands = pl.col("late") & ~undone
    reason = pl.col("cancel_reason")
    unfinished = pl.col("stopped_at").is_null() | (pl.col("stopped_at") >= pl.col("cancelled_at"))
    merged = (reason == "merged") & unfinished & ~stands
    return (reason.is_in(_VOID) | merged).fill_null(value=False) | (pl.col("dropped") & ~stands)


def _verdict(over: pl.Expr) -> pl.Expr:
    """True once over, false when stopped in time, null while undecided or cancelled."""
    found = pl.when(over).then(statement=True).when("stopped").then(statement=False)
    return pl.when(~pl.col("cancelled")).then(found)


def _people(clocks: pl.DataFrame, file: PolicyFile, salt: str) -> pl.Expr:
    """Agents as the policy file lets them be seen."""
    if file.agents == "off" or "agent" not in clocks.columns:
        return pl.lit(None, dtype=pl.String)
    names = pl.col("agent").cast(pl.String)
    if file.agents == "show":
        return names
    known = [name for name in clocks["agent"].cast(pl.String).unique().drop_nulls() if name != BLANK]
    hidden = {name: pseudonym(name, salt) for name in known}
    return names.replace_strict(hidden, default=BLANK, return_dtype=pl.String)


def pseudonym(name: str, salt: str) -> str:
    """A name that stands for a person; the same person has the same one under the same salt.

    Example:
        >>> pseudonym("ann", "salt")
        'Agent 07354124'
    """
    return f"Agent {hashlib.blake2b(name.encode(), key=salt.encode()[:64], digest_size=_DIGITS // 2).hexdigest()}"


def _touched(clocks: pl.DataFrame, lives: Timeline, kind: Kind) -> pl.Series:
    """What ours first did with each clock's ticket from its start on."""
    marks = lives.touches.select("row", "at", touched_at="at")
    return next_mark(clocks.select("row", "started_at"), marks, "at", exact=kind not in _BEGUN_BY_US)["touched_at"]


def _exclusion(clocks: pl.DataFrame, file: PolicyFile) -> pl.Expr:
    """The reason of the first exclusion that holds for a clock."""
    found = pl.lit(None, dtype=pl.String)
    zones = clocks["time_zone"].unique().drop_nulls().sort().to_list()
    for each in reversed(file.exclusions):
        times = pl.Series([each.from_, each.to], dtype=pl.Datetime("us"))
        during = pl.lit(value=False)
        for zone in zones:
            first, last = (pl.lit(at, dtype=INSTANT) for at in localise(times, zone)[0])
            runs = (pl.col("started_at") < last) & (pl.coalesce("due_at", "clock_end") >= first)
            during = during | ((pl.col("time_zone") == zone) & runs)
        fits = during
        for attribute, names in each.when.items():
            fits = fits & pl.col(attribute).cast(pl.String).is_in(names).fill_null(value=False)
        found = pl.when(fits).then(pl.lit(each.reason)).otherwise(found)
    return found


def _stopped_by() -> pl.Expr:
    """What stopped a clock; of a cancelled one, what cancelled it, also where it had been stopped before."""
    ended = pl.col("cancelled") & pl.col("cancel_reason").is_not_null()
    by_rule = pl.col("dropped") & ~pl.col("cancel_reason").is_in(_VOID).fill_null(value=False)
    return pl.when(ended & ~by_rule).then("cancel_reason").otherwise(pl.coalesce("stopped_by", "cancel_reason"))


def _state() -> pl.Expr:
    named = pl.when("cancelled").then(pl.lit("cancelled")).when("late").then(pl.lit("breached"))
    named = named.when("stopped").then(pl.lit("met")).when("paused_at_end").then(pl.lit("paused"))
    return named.otherwise(pl.lit("running"))


def _labelled(clocks: pl.DataFrame, rules: Rules, kind: Kind, as_of: datetime) -> pl.DataFrame:
    promises, zones = rules.promises, rules.zones()
    clocks = clocks.with_columns(
        started_local=local(pl.col("started_at"), pl.col("time_zone"), zones),
        due_local=local(_last_open(rules), pl.col("time_zone"), zones),
    )
    started, due = pl.col("started_local"), pl.col("due_local")
    supplied = f"{kind}_breached" if kind in SUPPLIED_KINDS else pl.lit(None, dtype=pl.Boolean)
    return clocks.select(
        "source",
        "ticket_id",
        "cycle",
        "exclusion",
        "time_zone",
        "started_at",
        "due_at",
        "breached",
        "handoffs",
        "pauses",
        "reopenings",
        "ignored_reopenings",
        "assigned_at",
        "touched_at",
        "handoffs_by_due",
        "reopenings_by_due",
        "held_elsewhere",
        "category",
        "channel",
        "region",
        "plan",
        "customer",
        kind=pl.lit(kind),
        policy=rules.of_promise([promise.name for promise in promises], pl.String),
        policy_version=pl.lit(rules.version, dtype=pl.Int32),
        schedule=rules.of_promise([promise.schedule for promise in promises], pl.String),
        stopped_at=pl.coalesce("stopped_at", "cancelled_at"),
        stopped_by=_stopped_by(),
        breached_at=pl.when("breached").then("due_at"),
        state=_state(),
        supplied_breached=supplied,
        due_by_change="forced",
        decided=(pl.col("breached").is_not_null() & (pl.col("due_at") <= as_of)).fill_null(value=False),
        as_of=pl.lit(as_of),
        target_seconds=pl.col("target") // MICROSECONDS,
        written_seconds=pl.col("written") // MICROSECONDS,
        elapsed_seconds=pl.col("ran") // MICROSECONDS,
        running_seconds=pl.col("all_ran") // MICROSECONDS,
        paused_seconds=pl.col("rested") // MICROSECONDS,
        total_seconds=pl.col("total") // MICROSECONDS,
        closed_seconds=pl.col("closed") // MICROSECONDS,
        customer_seconds=pl.col("customer_time") // MICROSECONDS,
        requester_wait_seconds=pl.col("waited") // MICROSECONDS,
        breached_calendar=pl.when(pl.col("given").is_not_null()).then("breached").otherwise("calendar"),
        internal_target_seconds="internal",
        internal_target_met="internal_met",
        objective=rules.of_promise([promise.objective_of(kind) for promise in promises], pl.Float64),
        started_open=rules.hours.is_open(pl.col("started_at"), pl.col("number")),
        started_date=started.dt.date(),
        started_weekday=started.dt.weekday(),
        started_hour=started.dt.hour(),
        due_date=due.dt.date(),
        due_weekday=due.dt.weekday(),
        due_hour=due.dt.hour(),
        due_week=due.dt.date().dt.truncate("1w"),
        due_month=due.dt.date().dt.truncate("1mo"),
        priority=_blank_to_null("priority"),
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
