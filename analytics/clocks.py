"""Which promise ran on which ticket, when did it fall due, and was it kept?

Tickets, events and a policy file go in; one row a clock comes out. Within each piece of a ticket's life
the clock runs, pauses or stands solved, under the target in force; elapsed time carries over.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from analytics.errors import ScheduleError
from analytics.policy import Kind, PolicyFile, parse_duration
from analytics.schedule import Timetable, timetable
from analytics.schemas import CLOCK_KEY, CLOCKS, KINDS
from analytics.timeline import BLANK, Timeline, enums, timeline
from analytics.timezones import MICROSECONDS, local

CHUNK = 200_000
RUNNING, CUSTOMER, THIRD_PARTY, SOLVED = 0, 1, 2, 3
_WAITING = {"customer": CUSTOMER, "third_party": THIRD_PARTY}
_STATIC = ("source", "category", "channel", "region", "plan", "customer")


@dataclass(frozen=True)
class Rules:
    """A policy file made ready for a span of time: look-up tables by policy number, and the hours."""

    file: PolicyFile
    hours: Timetable
    version: int
    values: dict[str, pl.Enum]

    def matched(self) -> pl.Expr:
        """Number of the first policy that fits a piece; null where none does."""
        found = pl.lit(None, dtype=pl.Int64)
        for number, policy in reversed(list(enumerate(self.file.policies))):
            fits = pl.lit(value=True)
            for attribute, names in policy.when.items():
                column = pl.col(attribute)
                known = [name for name in names if attribute not in self.values or name in self._known(attribute)]
                fits = fits & (column.is_in(known) if known else pl.lit(value=False)).fill_null(value=False)
            date = local(pl.col("created_at"), pl.lit(self.zones()[number]), [self.zones()[number]]).dt.date()
            if policy.valid.from_:
                fits = fits & (date >= policy.valid.from_)
            if policy.valid.to:
                fits = fits & (date < policy.valid.to)
            found = pl.when(fits).then(pl.lit(number, dtype=pl.Int64)).otherwise(found)
        return found

    def _known(self, attribute: str) -> set[str]:
        return set(self.values[attribute].categories.to_list())

    def zones(self) -> list[str]:
        """Time zone of each policy's schedule."""
        return [schedule.time_zone for schedule in self.hours.schedules]

    def target(self, kind: Kind) -> pl.Expr:
        """Microseconds of the target in force, from the columns `number` and `priority`."""
        priorities = self.values["priority"].categories.to_list()
        table = [policy.target_seconds(kind, name) for policy in self.file.policies for name in priorities]
        seconds = pl.Series(table, dtype=pl.Int64) * MICROSECONDS
        code = pl.col("number") * len(priorities) + pl.col("priority").to_physical()
        return _looked_up(seconds, code)

    def waiting(self, kind: Kind) -> pl.Expr:
        """Who is waited for, from the columns `number`, `status` and `solved`."""
        statuses = self.values["status"].categories.to_list()
        pauses = [policy.pause_on.get(kind, {}) for policy in self.file.policies]
        table = [_WAITING.get(pause.get(status, ""), RUNNING) for pause in pauses for status in statuses]
        code = pl.col("number") * len(statuses) + pl.col("status").to_physical()
        waiting = _looked_up(pl.Series(table, dtype=pl.Int8), code)
        return pl.when("solved").then(SOLVED).otherwise(waiting.fill_null(RUNNING)).cast(pl.Int8)

    def of_policy(self, values: Sequence[object], dtype: type[pl.DataType]) -> pl.Expr:
        """One value a policy, looked up by `number`."""
        return _looked_up(pl.Series(values, dtype=dtype, strict=False), pl.col("number"))


def _looked_up(table: pl.Series, code: pl.Expr) -> pl.Expr:
    """The table's value at a code, null where the code is null."""
    return pl.when(code.is_not_null()).then(pl.lit(table).gather(code.fill_null(0)))


def prepare(
    tickets: pl.DataFrame, events: pl.DataFrame, policy: PolicyFile, as_of: datetime, version: int = 1
) -> Rules:
    """Expand every schedule over the tickets' whole range.

    Raises:
        ScheduleError: a schedule that cannot cover it, or never opens.
    """
    created = tickets["created_at"].min()
    earliest = created if isinstance(created, datetime) else as_of
    longest = max((parse_duration(text) for each in policy.policies for text in each.target_texts()), default=0)
    first = min(earliest, as_of).date() - timedelta(days=2)
    last = as_of.date() + timedelta(days=400 + 12 * longest // 86_400)
    if any(each.due == "supplied" for each in policy.policies):
        given = [latest for kind in KINDS if isinstance(latest := tickets[f"{kind}_due_at"].max(), datetime)]
        last = max([last, *(due.date() + timedelta(days=2) for due in given)])
    schedules = policy.expand(first, last)
    for schedule in schedules:
        if not len(schedule.intervals()[0]):
            raise ScheduleError(f"Schedule '{schedule.name}' never opens between {first} and {last}. Give it hours.")
    return Rules(policy, timetable(schedules), version, enums(tickets, events))


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
    ordered = tickets.sort("source", "ticket_id")
    results = []
    for offset in range(0, max(ordered.height, 1), CHUNK):
        chunk = ordered.slice(offset, CHUNK)
        lives = timeline(chunk, events, as_of, rules.values)
        results += [_clocks(pieces_of(lives, rules, kind, as_of), rules, kind, as_of) for kind in KINDS]
        if progress:
            progress(min(1.0, (offset + CHUNK) / max(ordered.height, 1)))
    return pl.concat(results).sort(CLOCK_KEY)


@dataclass(frozen=True)
class Pieces:
    """The pieces of one clock kind, with what was in force, and their tickets."""

    tickets: pl.DataFrame
    pieces: pl.DataFrame


def pieces_of(lives: Timeline, rules: Rules, kind: Kind, as_of: datetime) -> Pieces:
    """The pieces during which clocks of one kind could run, up to their stop.

    Adds to the timeline's pieces: `number` (policy), `target` (microseconds), `waiting` (0 running, 1 customer,
    2 third party, 3 solved), `open` (open microseconds), `before` (microseconds run before the piece), `due`
    (instant, from the running pieces), `late` (the piece runs past it).
    """
    solved_at = (
        lives.pieces.filter("solved").group_by("row").agg(first_solved_at=pl.col("start").min()).sort("row")
    )
    tickets = lives.tickets.join(solved_at, on="row", how="left")
    if kind == "first_response":
        stop = pl.min_horizontal("first_reply_at", "first_solved_at")
    else:
        final = pl.col("solved") & ~pl.col("solved").shift(1).fill_null(value=False)
        fresh = pl.col("row") != pl.col("row").shift(1)
        spells = lives.pieces.filter(final | (pl.col("solved") & fresh.fill_null(value=True)))
        last = lives.pieces.unique("row", keep="last", maintain_order=True).filter("solved").select("row")
        ends = spells.unique("row", keep="last", maintain_order=True).join(last, on="row", how="semi")
        tickets = tickets.join(ends.select("row", final_solved_at="start"), on="row", how="left")
        stop = pl.col("final_solved_at")
    tickets = tickets.sort("row").with_columns(stopped_at=pl.when(stop <= pl.col("life_end")).then(stop))
    tickets = tickets.with_columns(clock_end=pl.coalesce("stopped_at", "life_end"))
    supplied = f"{kind}_due_at"
    fields = ["row", "created_at", "clock_end", supplied, *_STATIC]
    pieces = lives.pieces.join(tickets.select(fields), on="row", how="left", maintain_order="left")
    first = (pl.col("row") != pl.col("row").shift(1)).fill_null(value=True)
    pieces = pieces.filter((pl.col("start") < pl.col("clock_end")) | first).with_columns(
        end=pl.min_horizontal("end", "clock_end"), number=rules.matched()
    )
    taken = [policy.due == "supplied" for policy in rules.file.policies]
    pieces = pieces.with_columns(
        given=pl.when(rules.of_policy(taken, pl.Boolean)).then(supplied),
        waiting=rules.waiting(kind),
        target=rules.target(kind),
    ).drop(supplied, *_STATIC, "clock_end")
    return Pieces(tickets, _run(pieces, rules))


def _run(pieces: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Let the clocks run: open time of each piece, time before it, and when it falls due."""
    number, hours = pl.col("number"), rules.hours
    pieces = pieces.with_columns(
        open=hours.elapsed_microseconds(pl.col("start"), pl.col("end"), number).fill_null(0),
        target=pl.when(pl.col("given").is_not_null())
        .then(hours.elapsed_microseconds(pl.col("created_at"), pl.col("given"), number))
        .otherwise("target"),
    )
    same = (pl.col("row") == pl.col("row").shift(1)).fill_null(value=False)
    ran = pl.when((pl.col("waiting") == RUNNING) & pl.col("target").is_not_null()).then("open").otherwise(0)
    total = ran.cum_sum()
    pieces = pieces.with_columns(
        running=(pl.col("waiting") == RUNNING) & pl.col("target").is_not_null(),
        before=(total - ran) - pl.when(~same).then(total - ran).forward_fill(),
    )
    goes_on = same & pl.col("running").shift(1) & (pl.col("target") == pl.col("target").shift(1))
    goes_on = goes_on & (number == number.shift(1))
    pieces = pieces.with_columns(head=pl.col("running") & ~goes_on.fill_null(value=False))
    pieces = pieces.with_columns(due=_due(pieces, rules))
    lost = pieces.filter(pl.col("head") & pl.col("due").is_null())
    if lost.height:
        policy = rules.file.policies[lost["number"][0]]
        raise ScheduleError(
            f"Schedule '{policy.schedule}' has too little open time for a target of policy '{policy.name}' "
            f"(ticket created {lost['created_at'][0]:%Y-%m-%d}). Give it more hours, or a shorter target."
        )
    due = pl.when("running").then(pl.col("due").forward_fill())
    return pieces.with_columns(due=due).with_columns(late=(pl.col("end") > pl.col("due")).fill_null(value=False))


def _due(pieces: pl.DataFrame, rules: Rules) -> pl.Series:
    """Due time of each piece that begins a run; null elsewhere. A lowered target that is used up falls due at once."""
    left = pl.col("target") - pl.col("before")
    asked = pl.when(pl.col("head") & pl.col("given").is_null()).then(left.clip(lower_bound=0))
    computed = deadline(rules, pl.col("start"), asked)
    due = pl.when(left < 0).then("start").otherwise(computed)
    due = pl.when(pl.col("given").is_not_null()).then("given").otherwise(due)
    return pieces.select(pl.when("head").then(due)).to_series()


def deadline(rules: Rules, start: pl.Expr, microseconds: pl.Expr) -> pl.Expr:
    """The instant at which the open time runs out, by the policy's own boundary."""
    boundaries = [policy.boundary for policy in rules.file.policies]
    number = pl.col("number")
    due = rules.hours.deadline(start, microseconds, number, "closing")
    if "next_opening" in boundaries:
        other = rules.hours.deadline(start, microseconds, number, "next_opening")
        due = pl.when(rules.of_policy(boundaries, pl.String) == "next_opening").then(other).otherwise(due)
    return due


def _clocks(cut: Pieces, rules: Rules, kind: Kind, as_of: datetime) -> pl.DataFrame:
    """Fold the pieces of each ticket into its clock, and judge it."""
    promised = cut.pieces.filter(pl.col("target").is_not_null())
    running = promised.filter("running")
    breach = running.filter("late").unique("row", keep="first", maintain_order=True)
    last = running.unique("row", keep="last", maintain_order=True).join(breach, on="row", how="anti")
    never = promised.unique("row", keep="first", maintain_order=True)
    never = never.join(breach, on="row", how="anti").join(last, on="row", how="anti")
    fields = ["row", "number", "target", "due", "late", "given", "priority", "team", "agent"]
    decisive = pl.concat([breach, last, never]).select(fields).with_columns(pl.col("priority", "team", "agent").cast(pl.String))
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
    return pieces.select(
        "row",
        ran=pl.when("running").then("open").otherwise(0),
        rested=pl.when(paused).then("open").otherwise(0),
        customer_wait=pl.when(pl.col("waiting") == CUSTOMER).then(plain.dt.total_microseconds()).otherwise(0),
        pauses=begins.cast(pl.Int32),
        paused=paused,
    ).group_by("row", maintain_order=True).agg(
        pl.col("ran", "rested", "customer_wait", "pauses").sum(), paused_at_end=pl.col("paused").last()
    )


def _judged(clocks: pl.DataFrame, rules: Rules, kind: Kind, as_of: datetime) -> pl.DataFrame:
    """Verdicts, durations, local times and labels, in the schema of clocks."""
    policies = rules.file.policies
    zones = rules.zones()
    void = pl.col("cancel_reason").is_not_null() & (pl.col("cancel_reason") != "merged")
    dropped = pl.col("cancel_reason").is_not_null() & pl.col("stopped_at").is_null() & ~pl.col("late")
    shares = [policy.internal_target for policy in policies]
    second = MICROSECONDS
    clocks = clocks.with_columns(
        cancelled=void | dropped,
        target_seconds=pl.col("target") // second,
        elapsed_seconds=pl.col("ran") // second,
        total_seconds=(pl.col("clock_end") - pl.col("created_at")).dt.total_seconds(),
        requester_wait_seconds=(pl.col("clock_end") - pl.col("created_at")).dt.total_seconds()
        - pl.col("customer_wait") // second,
        internal_target_seconds=(
            pl.col("target") // second * rules.of_policy(shares, pl.Float64)
        ).round().cast(pl.Int64),
        time_zone=rules.of_policy(zones, pl.String),
        stopped=pl.col("stopped_at").is_not_null(),
    )
    standing = pl.when(~pl.col("cancelled"))
    clocks = clocks.with_columns(
        breached=standing.then(pl.when("late").then(statement=True).when("stopped").then(statement=False)),
        internal_target_met=pl.when(~pl.col("cancelled") & pl.col("internal_target_seconds").is_not_null()).then(
            pl.when(pl.col("elapsed_seconds") > pl.col("internal_target_seconds"))
            .then(statement=False)
            .when("stopped")
            .then(statement=True)
        ),
    )
    waited_over = pl.when(pl.col("requester_wait_seconds") > pl.col("target_seconds")).then(statement=True)
    calendar = standing.then(waited_over.when("stopped").then(statement=False))
    state = (
        pl.when("cancelled").then(pl.lit("cancelled")).when("late").then(pl.lit("breached"))
        .when("stopped").then(pl.lit("met")).when("paused_at_end").then(pl.lit("paused")).otherwise(pl.lit("running"))
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
        requester_wait_seconds="requester_wait_seconds",
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
