"""When does a clock run, how much open time has it used, and when does it fall due?"""

from dataclasses import dataclass, replace

import polars as pl

from analytics.changes import in_force
from analytics.days import add_days
from analytics.errors import ScheduleError
from analytics.policy import Policy
from analytics.rules import RUNNING, SOLVED, Rules
from analytics.schemas import SUPPLIED_KINDS, Kind
from analytics.spans import spans_of, without_ignored
from analytics.timeline import Timeline
from analytics.timezones import INSTANT

_CLOCK = pl.col("clock")
SAME = (_CLOCK.shift(1) == _CLOCK).fill_null(value=False)
"""Whether a piece belongs to the clock of the piece above."""


@dataclass(frozen=True)
class Pieces:
    """The pieces of the clocks of one kind, with what was in force, and the spans of these clocks.

    Attributes:
        spans: one row a clock, numbered by `clock`, as `analytics.spans` gives them.
        pieces: sorted by clock and time. Beside the timeline's columns: `number` (of the promise), `target`
            (microseconds), `waiting` (0 running, 1 customer, 2 third party, 3 solved), `running`, `open` (open
            microseconds), `before` (microseconds run before the piece), `restarted`, `due` (instant, from the running
            pieces), `forced` (due by a change of the target), `late` (the piece runs past it), `given` (supplied due
            time), `day_due` (due time of a target in days).
    """

    spans: pl.DataFrame
    pieces: pl.DataFrame


def promised(lives: Timeline, rules: Rules) -> Timeline:
    """The timeline with the policy that holds in each piece: `number`, null where none does."""
    number = rules.matched(lives.tickets) if lives.pieces.height else pl.lit(None, dtype=pl.Int64)
    return replace(lives, pieces=lives.pieces.with_columns(number=number))


def pieces_of(lives: Timeline, rules: Rules, kind: Kind) -> Pieces:
    """The pieces of a promised timeline during which clocks of one kind could run, up to their stop."""
    spans = spans_of(lives, rules, kind).with_row_index("clock")
    source = without_ignored(lives, rules) if kind == "resolution" else lives.pieces
    pieces = _clipped(source, spans)
    if kind == "ola":
        pieces = pieces.with_columns(number=rules.agreed(lives.tickets) if pieces.height else pl.col("number"))
    waiting = rules.waiting(kind)
    if kind == "first_response":
        waiting = (
            pl.when((waiting == SOLVED) & pl.col("runs_on")).then(pl.lit(RUNNING, dtype=pl.Int8)).otherwise(waiting)
        )
    pieces = pieces.with_columns(waiting=waiting, target=rules.target(kind), given=_given(lives, rules, kind, pieces))
    pieces = _in_open_time(pieces, rules, kind)
    return Pieces(spans, _run(in_force(pieces, rules), rules))


def _clipped(pieces: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    """The pieces that lie in a clock's span, cut to it, and the piece that holds at its beginning."""
    held = spans.select(
        "row", "clock", "started_at", "clock_end", *(name for name in ("before", "runs_on") if name in spans.columns),
        stopped=pl.col("stopped_at").is_not_null(),
    )  # fmt: skip
    found = pieces.join(held, on="row", maintain_order="left_right")
    start, end, begins, ends = (pl.col(name) for name in ("start", "end", "started_at", "clock_end"))
    inside = (start < ends) & (end > begins)
    holds = (start <= begins) & ((end > begins) | pl.col("final"))
    lasts = pl.col("final") & ~pl.col("stopped")
    found = found.filter(inside | holds | lasts)
    clipped = found.with_columns(start=pl.max_horizontal(start, begins), end=pl.min_horizontal(end, ends))
    return clipped.sort("clock", "start", maintain_order=True)


def _given(lives: Timeline, rules: Rules, kind: Kind, pieces: pl.DataFrame) -> pl.Expr:
    """The source's own due time, where the policy takes it."""
    if kind not in SUPPLIED_KINDS or pieces.is_empty():
        return pl.lit(None, dtype=INSTANT)
    taken = [isinstance(each, Policy) and each.due == "supplied" for each in rules.promises]
    given = pl.lit(lives.tickets[f"{kind}_due_at"]).gather(pl.col("row"))
    return pl.when(rules.of_promise(taken, pl.Boolean)).then(given)


def _in_open_time(pieces: pl.DataFrame, rules: Rules, kind: Kind) -> pl.DataFrame:
    """Targets in days, and supplied due times, as open time from the clock's beginning."""
    days = rules.target_days(kind)
    pieces = pieces.with_columns(day_due=pl.lit(None, dtype=INSTANT))
    if days is not None:
        pieces = pieces.with_columns(days=days)
        for number in pieces.filter(pl.col("days").is_not_null())["number"].unique().sort():
            promise, schedule = rules.promises[number], rules.hours.schedules[number]
            mine = (pl.col("number") == number) & pl.col("days").is_not_null()
            wanted = pieces.select("started_at", days=pl.when(mine).then("days"))
            due = add_days(
                wanted["started_at"], wanted["days"], schedule, promise.day_means,
                cutoff=promise.cutoff, restart_at=promise.restart_at,
            )  # fmt: skip
            pieces = pieces.with_columns(day_due=pl.coalesce(pl.lit(due), "day_due"))
        pieces = pieces.drop("days")
    fixed = pl.coalesce("given", "day_due")
    opened = rules.hours.elapsed_microseconds(pl.col("started_at"), fixed, pl.col("number"))
    return pieces.with_columns(target=pl.when(fixed.is_not_null()).then(opened).otherwise("target"))


def _run(pieces: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Let the clocks run: open time of each piece, time before it, and when it falls due."""
    running = (pl.col("waiting") == RUNNING) & pl.col("target").is_not_null()
    number, hours = pl.col("number"), rules.hours
    pieces = pieces.with_columns(running=running, opened_by=hours.opened_by(pl.col("start"), number))
    opened = hours.opened_by(pl.col("end"), number) - pl.col("opened_by")
    pieces = pieces.with_columns(open=opened.clip(lower_bound=0).fill_null(0))
    begins = ~SAME | pl.col("restarted")
    idle = ~pl.col("running") & pl.col("target").is_not_null()
    goes_on = SAME & pl.col("running").shift(1) & ~pl.col("changed") & ~pl.col("restarted")
    pieces = pieces.with_columns(
        before=_until(pl.when("running").then("open").otherwise(0), begins),
        lost=_until(pl.when(idle).then("open").otherwise(0), ~SAME),
        altered=_altered(),
        head=pl.col("running") & ~goes_on.fill_null(value=False),
    )
    pieces = _due(pieces, rules)
    endless = pieces.filter(pl.col("head") & pl.col("due").is_null())
    if endless.height:
        promise = rules.promises[endless["number"][0]]
        raise ScheduleError(
            f"Schedule '{promise.schedule}' has too little open time for a target of policy '{promise.name}' "
            f"(ticket created {endless['started_at'][0]:%Y-%m-%d}). Give it more hours, or a shorter target."
        )
    due, forced = (pl.when("running").then(pl.when("head").then(name).forward_fill()) for name in ("due", "forced"))
    pieces = pieces.with_columns(due=due, forced=forced.fill_null(value=False))
    return pieces.with_columns(late=(pl.col("end") > pl.col("due")).fill_null(value=False))


def _until(values: pl.Expr, begins: pl.Expr) -> pl.Expr:
    """The sum of values since the last beginning, without the piece's own."""
    before = values.cum_sum() - values
    return before - pl.when(begins).then(before).forward_fill()


def _altered() -> pl.Expr:
    """Whether what is in force has changed since the clock last ran, or since it began."""
    changes = pl.col("changed").cast(pl.Int32).cum_sum()
    ran, whose = (pl.when("running").then(value).shift(1).forward_fill() for value in (changes, _CLOCK))
    first = pl.when(~SAME).then(changes - pl.col("changed").cast(pl.Int32)).forward_fill()
    return changes != pl.when(whose == _CLOCK).then(ran).otherwise(first)


def _due(pieces: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """`due` of each piece that begins a run, null elsewhere; `forced` where a used-up target makes it due at once."""
    left = pl.col("target") - pl.col("before")
    used_up = ((left < 0) | ((left == 0) & pl.col("altered"))).fill_null(value=False)
    asked = pl.when(pl.col("head") & pl.col("given").is_null()).then(left.clip(lower_bound=0))
    computed = runs_out(rules, pl.col("opened_by"), asked)
    if in_days(pieces):
        itself = unshifted()
        used_up = pl.when(itself).then(pl.col("altered") & (pl.col("day_due") <= pl.col("start"))).otherwise(used_up)
        computed = pl.when(itself).then("day_due").otherwise(computed)
    used_up = used_up & pl.col("given").is_null()
    due = pl.when(used_up).then("start").otherwise(computed)
    return pieces.with_columns(
        due=pl.when("head").then(pl.coalesce("given", due)), forced=used_up.fill_null(value=False)
    )


def in_days(frame: pl.DataFrame) -> bool:
    """Whether any target of these pieces or clocks is written in days."""
    return frame["day_due"].null_count() < frame.height


def unshifted() -> pl.Expr:
    """Whether a target in days has lost no open time to a pause and began once, so that it falls due at its instant."""
    return pl.col("day_due").is_not_null() & ~pl.col("since_restart") & (pl.col("lost") == 0)


def runs_out(rules: Rules, opened_by: pl.Expr, microseconds: pl.Expr) -> pl.Expr:
    """The instant at which the open time runs out, by the promise's own boundary."""
    boundaries = [promise.boundary for promise in rules.promises]
    number = pl.col("number")
    due = rules.hours.runs_out(opened_by, microseconds, number, "closing")
    if "next_opening" in boundaries:
        other = rules.hours.runs_out(opened_by, microseconds, number, "next_opening")
        due = pl.when(rules.of_promise(boundaries, pl.String) == "next_opening").then(other).otherwise(due)
    return due
