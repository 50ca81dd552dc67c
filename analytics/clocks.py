"""Which promise ran on which ticket, when did it fall due, and was it kept?

Tickets, events and a policy file go in; one row a clock comes out. Within each piece of a clock's life it runs,
pauses or stands solved, under the target in force. The rules stand in docs/clocks.md.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from analytics.evidence import blank, untold
from analytics.handling import by_due
from analytics.holders import credited, holdings, named
from analytics.pieces import SAME, Pieces, in_days, pieces_of, promised, runs_out, unshifted
from analytics.policy import PolicyFile
from analytics.rules import CUSTOMER, RUNNING, SOLVED, THIRD_PARTY, Rules, prepare
from analytics.schemas import CLOCK_KEY, CLOCKS, HOLDINGS, KINDS, Kind
from analytics.timeline import Timeline, timeline
from analytics.verdicts import verdicts

CHUNK = 100_000
"""Tickets evaluated at a time, to bound memory; the clocks do not depend on it."""

WORKERS = 2
"""Chunks in work at once: what polars does on one core in one overlaps with the other."""


_DECIDING = (
    *("clock", "row", "number", "target", "due", "given", "day_due", "end", "waiting", "late", "forced", "altered"),
    *("since_restart", "priority", "team", "agent"),
)
"""What a clock takes from the piece that decided it."""


@dataclass(frozen=True)
class Judged:
    """Every clock of some tickets, and who held each while it ran.

    Attributes:
        clocks: in the schema CLOCKS, sorted by its key.
        holdings: in the schema HOLDINGS, sorted by the clock's key and team.
    """

    clocks: pl.DataFrame
    holdings: pl.DataFrame


def judge(
    tickets: pl.DataFrame,
    events: pl.DataFrame,
    policy: PolicyFile,
    as_of: datetime,
    *,
    version: int = 1,
    salt: str = "",
    progress: Callable[[float], None] | None = None,
) -> Judged:
    """Every clock of these tickets, and who held it.

    Args:
        tickets, events: one source, in the schemas TICKETS and EVENTS.
        policy: the promises; a ticket no policy fits, or whose policy has no target for a kind, has no clock of it.
        as_of: the last instant anything is known of, with a time zone.
        version: number of the policy file in the store.
        salt: goes into the pseudonyms of agents, where the policy file asks for them.
        progress: called with the share done, 0 to 1.

    Raises:
        ScheduleError: a schedule does not cover the data, or has too little open time for a target.

    Source: definitions 2.3 and its decision table.
    """
    results = list(chunks(tickets, events, policy, as_of, version=version, salt=salt, progress=progress))
    clocks = [each.clocks for each in results if each.clocks.height]
    held = [each.holdings for each in results if each.holdings.height]
    return Judged(pl.concat([pl.DataFrame(schema=CLOCKS), *clocks]), pl.concat([pl.DataFrame(schema=HOLDINGS), *held]))


def chunks(
    tickets: pl.DataFrame,
    events: pl.DataFrame,
    policy: PolicyFile,
    as_of: datetime,
    *,
    version: int = 1,
    salt: str = "",
    gaps: Collection[str] = (),
    progress: Callable[[float], None] | None = None,
) -> Iterator[Judged]:
    """The same, so many tickets at a time and in their order, so that not all need be held at once; without the kinds
    and columns that a source with these `gaps` cannot tell."""
    rules = prepare(tickets, events, policy, as_of, version)
    ordered = tickets.sort("ticket_id")
    kinds = [kind for kind in KINDS if rules.promised(kind) and kind not in untold(gaps)]

    def judged(offset: int) -> Judged:
        chunk = ordered.slice(offset, CHUNK)
        own = pl.col("ticket_id").is_between(pl.lit(chunk["ticket_id"].min()), pl.lit(chunk["ticket_id"].max()))
        lives = promised(timeline(chunk, events.filter(own), as_of, rules.values, thanks=policy.thanks), rules)
        found = [_of_kind(lives, rules, kind, as_of, salt) for kind in sorted(kinds)]
        clocks = _by_ticket([each.clocks for each in found])
        unknown = [pl.lit(None, dtype=CLOCKS[name]).alias(name) for name in blank(gaps) if name in clocks.columns]
        return Judged(clocks.with_columns(unknown), _by_ticket([each.holdings for each in found]))

    offsets = range(0, max(ordered.height, 1), CHUNK)
    with ThreadPoolExecutor(WORKERS) as pool:
        waiting = deque(pool.submit(judged, offset) for offset in offsets[:WORKERS])
        for number in range(len(offsets)):
            found = waiting.popleft().result()
            if number + WORKERS < len(offsets):
                waiting.append(pool.submit(judged, offsets[number + WORKERS]))
            yield found
            if progress:
                progress((number + 1) / len(offsets))


def evaluate(
    tickets: pl.DataFrame,
    events: pl.DataFrame,
    policy: PolicyFile,
    as_of: datetime,
    *,
    version: int = 1,
    salt: str = "",
    progress: Callable[[float], None] | None = None,
) -> pl.DataFrame:
    """The clocks alone, as `judge` gives them."""
    return judge(tickets, events, policy, as_of, version=version, salt=salt, progress=progress).clocks


def _by_ticket(found: list[pl.DataFrame]) -> pl.DataFrame:
    """Frames of one kind each, in the order of the kinds' names and sorted by `row`, as one frame sorted by ticket."""
    whole = pl.concat(found) if found else pl.DataFrame()
    if whole.is_empty():
        return whole.drop("row", strict=False)
    order = whole.select("row").with_row_index("place").sort("row", "place")["place"]
    return whole.drop("row")[order]


def _of_kind(lives: Timeline, rules: Rules, kind: Kind, as_of: datetime, salt: str) -> Judged:
    """Fold the pieces of each clock of a kind, and judge it."""
    cut = pieces_of(lives, rules, kind)
    decided = _decided(cut, lives, rules)
    if kind == "update":
        decided = _one_silence(decided)
    decided = by_due(decided, cut.pieces, rules)
    clocks = verdicts(decided, lives, rules, kind, as_of, salt).with_columns(decided["row"])
    keys = clocks.select(*CLOCK_KEY, "row").with_columns(decided["clock"])
    return Judged(clocks, named(holdings(cut.pieces), keys))


def _decided(cut: Pieces, lives: Timeline, rules: Rules) -> pl.DataFrame:
    """One row a clock: what the piece that decided says, the sums over all, and when it falls due."""
    held = cut.pieces.filter(pl.col("target").is_not_null())
    breach = held.filter("late").unique("clock", keep="first", maintain_order=True)
    last = held.unique("clock", keep="last", maintain_order=True).join(breach, on="clock", how="anti")
    fields = [name for name in _DECIDING if name in held.columns]
    decisive = credited(pl.concat([breach, last]).select(fields), cut.pieces, lives.pieces, rules)
    clocks = (
        decisive.join(_sums(cut.pieces, breach), on="clock", how="left")
        .join(cut.spans.drop("row"), on="clock", how="left")
        .sort("clock")
    )
    parked = ~pl.col("late") & pl.col("given").is_null() & (pl.col("waiting") != RUNNING)
    paused = pl.col("waiting").is_in([CUSTOMER, THIRD_PARTY])
    return _parked(clocks.with_columns(parked=parked, paused_at_end=paused), rules)


def _parked(clocks: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """The clocks with `due_at`; what is paused or solved in the end falls due when it would if it went on then."""
    left = pl.col("target") - pl.col("ran")
    resumed = runs_out(rules, rules.hours.opened_by(pl.col("end"), pl.col("number")), left.clip(lower_bound=0))
    used_up = (left < 0) | ((left == 0) & pl.col("altered"))
    if in_days(clocks):
        itself = unshifted()
        resumed = pl.when(itself).then("day_due").otherwise(resumed)
        used_up = pl.when(itself).then(pl.col("altered") & (pl.col("day_due") <= pl.col("end"))).otherwise(used_up)
    resumed = pl.when(used_up).then("end").otherwise(resumed)
    parked = pl.col("parked")
    return clocks.with_columns(
        due_at=pl.when(parked).then(resumed).otherwise(pl.coalesce("due", "given")),
        forced=pl.when(parked).then(used_up.fill_null(value=False)).otherwise("forced"),
    )


def _sums(pieces: pl.DataFrame, breach: pl.DataFrame) -> pl.DataFrame:
    """Per clock: open time run (since the last restart that counts) and paused, and the parts of the plain time."""
    promised = pl.col("target").is_not_null()
    waits = pl.col("waiting") == CUSTOMER
    paused = promised & (waits | (pl.col("waiting") == THIRD_PARTY))
    begins = paused & ~(paused.shift(1) & SAME).fill_null(value=False)
    plain = (pl.col("end") - pl.col("start")).dt.total_microseconds()
    closed = plain - pl.col("open")
    pieces = _counted(pieces, breach)
    return (
        pieces.select(
            "clock",
            ran=pl.when("counted").then("open").otherwise(0),
            all_ran=pl.when("running").then("open").otherwise(0),
            lost=pl.when(promised & ~pl.col("running")).then("open").otherwise(0),
            rested=pl.when(paused).then("open").otherwise(0),
            customer_time=pl.when(paused & waits).then(plain).otherwise(0),
            not_ours=pl.when(waits).then(plain).otherwise(0),
            closed=pl.when(pl.col("running") | (paused & ~waits)).then(closed).otherwise(0),
            done=pl.when(pl.col("waiting") == SOLVED).then(plain).otherwise(0),
            pauses=begins.cast(pl.Int32),
        )
        .group_by("clock", maintain_order=True)
        .agg(pl.all().sum())
    )


def _counted(pieces: pl.DataFrame, breach: pl.DataFrame) -> pl.DataFrame:
    """The pieces with `counted`: they run since the last restart; one after the clock was late does not count."""
    restarts = pieces.filter("restarted").select("clock", restart="start")
    if restarts.is_empty():
        return pieces.with_columns(counted="running")
    restarts = restarts.join(breach.select("clock", late_from="start"), on="clock", how="left")
    restarts = restarts.filter(pl.col("late_from").is_null() | (pl.col("restart") <= pl.col("late_from")))
    last = restarts.group_by("clock").agg(pl.col("restart").max())
    found = pieces.join(last, on="clock", how="left", maintain_order="left")
    since = pl.col("restart").is_null() | (pl.col("start") >= pl.col("restart"))
    return found.with_columns(counted=pl.col("running") & since)


def _one_silence(decided: pl.DataFrame) -> pl.DataFrame:
    """The silence that speaks for a ticket: the first that broke, else one that still runs, else the longest."""
    running = ~pl.col("late") & pl.col("stopped_at").is_null()
    rank = pl.when("late").then(0).when(running).then(1).otherwise(2)
    ordered = decided.with_columns(rank=rank, first=pl.when("late").then("due_at"), run=-pl.col("ran")).sort(
        "row", "rank", "first", "run", "cycle", nulls_last=True
    )
    return ordered.unique("row", keep="first", maintain_order=True).drop("rank", "first", "run").sort("clock")
