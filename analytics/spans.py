"""When does each clock of a kind begin, and what stops it?

One frame a kind, a row a clock: `row` of the ticket, `cycle`, `started_at`, `stopped_at` (null while it goes on),
`stopped_by`, `dropped` (the stop cancels it), `clock_end` (the stop, else the end of the life), for stays in a team
`before` (the team of the stay before), and for first responses `runs_on` (also while the ticket is solved). Rows are
sorted by ticket and time. Which of these clocks were promised is decided later.
"""

from collections.abc import Callable

import polars as pl

from analytics.policy import Policy
from analytics.rules import Rules
from analytics.schemas import Kind
from analytics.timeline import BLANK, Timeline
from analytics.written import parse_duration

_FAR = pl.datetime(2200, 1, 1, time_unit="us", time_zone="UTC")
_ROW = pl.col("row")
_FRESH = (_ROW.shift(1) != _ROW).fill_null(value=True)
_FINAL = (_ROW.shift(-1) != _ROW).fill_null(value=True)


def spans_of(lives: Timeline, rules: Rules, kind: Kind) -> pl.DataFrame:
    """The beginnings and stops of the clocks of a kind; `lives` carries the policy in force as `number`."""
    found = _KINDS[kind](lives, rules)
    ends = pl.lit(lives.tickets["life_end"]).gather(_ROW)
    return found.select(
        "row",
        pl.col("cycle").cast(pl.Int32),
        "started_at",
        "stopped_at",
        *(["before"] if kind == "ola" else []),
        *(["runs_on"] if kind == "first_response" else []),
        stopped_by=pl.when(pl.col("stopped_at").is_not_null()).then("stopped_by"),
        dropped=pl.col("dropped") & pl.col("stopped_at").is_not_null(),
        clock_end=pl.coalesce("stopped_at", ends) if found.height else pl.col("stopped_at"),
    )


def spells(pieces: pl.DataFrame) -> pl.DataFrame:
    """Runs of pieces that are all solved, or all not.

    Returns:
        `row`, `start`, `end` (of a life's last: far off), `solved`, `number` (policy of the first piece), `final`.
    """
    same = ~_FRESH & (pl.col("solved") == pl.col("solved").shift(1))
    return pieces.filter(~same.fill_null(value=False)).select(
        "row",
        "start",
        "solved",
        "number",
        final=_FINAL,
        end=pl.when(_FINAL).then(_FAR).otherwise(pl.col("start").shift(-1)),
    )


def next_mark(starts: pl.DataFrame, marks: pl.DataFrame, at: str, *, exact: bool) -> pl.DataFrame:
    """The starts with the columns of the ticket's first mark whose `at` lies after `started_at`, or in it."""
    return (
        starts.with_row_index("place")
        .sort("started_at")
        .join_asof(
            marks.sort(at),
            left_on="started_at",
            right_on=at,
            by="row",
            strategy="forward",
            allow_exact_matches=exact,
            check_sortedness=False,
        )
        .sort("place")
        .drop("place")
    )


def _first_solved(starts: pl.DataFrame, lives: Timeline) -> pl.DataFrame:
    """The starts with `solved_at`, the first solved instant from then on, and `closing`, the policy in force there."""
    solved = spells(lives.pieces).filter("solved").select("row", "end", solved_at="start", closing="number")
    found = next_mark(starts, solved, "end", exact=False)
    later = pl.max_horizontal("solved_at", "started_at")
    return found.with_columns(solved_at=pl.when(pl.col("solved_at").is_not_null()).then(later))


def _rule(rules: Rules, key: str, values: list[str], column: str) -> dict[str, pl.Expr]:
    """For each value of a policy's key whether the policy in `column` has it; false where none is in force."""
    chosen = [getattr(promise, key) if isinstance(promise, Policy) else "" for promise in rules.promises]
    found = rules.of_promise(chosen, pl.String, column)
    return {value: (found == value).fill_null(value=False) for value in values}


def _stopped(
    starts: pl.DataFrame, *, replied: str, cancels: pl.Expr, ignores: pl.Expr, because: tuple[str, str]
) -> pl.DataFrame:
    """Starts with `reply_at` and `solved_at` stopped by whichever comes first, the reply where both do."""
    closes = pl.col("solved_at").is_not_null() & ~ignores
    first = closes & (pl.col("reply_at").is_null() | (pl.col("solved_at") < pl.col("reply_at")))
    judged, cancelled = because
    return starts.with_columns(
        stopped_at=pl.when(first).then("solved_at").otherwise("reply_at"),
        runs_on=ignores & pl.col("solved_at").is_not_null(),
        dropped=first & cancels,
        stopped_by=pl.when(first & cancels)
        .then(pl.lit(cancelled))
        .when(first)
        .then(pl.lit(judged))
        .otherwise(pl.lit(replied)),
    )


def _first_response(lives: Timeline, rules: Rules) -> pl.DataFrame:
    """One clock a ticket, from creation or, where one of ours opened it, from the customer's first message."""
    messages = lives.marks.filter(pl.col("kind") == "message").unique("row", keep="first", maintain_order=True)
    starts = lives.tickets.select("row", "created_at", ours=pl.col("created_by_agent").fill_null(value=False))
    starts = starts.join(messages.select("row", message_at="at"), on="row", how="left", maintain_order="left")
    starts = starts.with_columns(started_at=pl.when("ours").then("message_at").otherwise("created_at"), cycle=1)
    starts = _first_solved(starts.filter(pl.col("started_at").is_not_null()), lives)
    replies = lives.marks.filter(pl.col("kind") == "reply").select("row", "at", reply_at="at")
    starts = next_mark(starts, replies, "at", exact=True)
    rule = _rule(rules, "no_reply", ["cancel", "breach"], "closing")
    return _stopped(
        starts, replied="reply", cancels=rule["cancel"], ignores=rule["breach"], because=("resolved", "no reply")
    )


def _next_response(lives: Timeline, rules: Rules) -> pl.DataFrame:
    """One clock for each message that waits for an answer after the first one was given."""
    closes = (
        spells(lives.pieces)
        .filter("solved")
        .select("row", at="start", sequence=pl.lit(None, dtype=pl.Int64), kind=pl.lit("close"))
    )
    marks = pl.concat([lives.marks, closes]).sort("row", "at", "sequence", "kind", nulls_last=False)
    reply = pl.col("kind") == "reply"
    total = reply.cast(pl.Int32).cum_sum()
    seen = total - pl.when(_FRESH).then(total - reply.cast(pl.Int32)).forward_fill()
    follows = pl.when(reply).then("at").backward_fill()
    whose = pl.when(reply).then("row").backward_fill()
    waits = (pl.col("kind") == "message") & (pl.col("kind").shift(1) != "message") & ~_FRESH
    starts = (
        marks.with_columns(seen=seen, reply_at=pl.when(whose == _ROW).then(follows), waits=waits)
        .filter(pl.col("waits") & (pl.col("seen") > 0))
        .select("row", "reply_at", started_at="at")
    )
    starts = _first_solved(starts.with_columns(cycle=_ordinal()), lives)
    rule = _rule(rules, "unanswered_at_close", ["cancel"], "closing")
    because = ("answered by closing", "unanswered at close")
    return _stopped(starts, replied="reply", cancels=rule["cancel"], ignores=pl.lit(value=False), because=because)


def _ordinal() -> pl.Expr:
    """1, 2, 3 … within each ticket, of rows sorted by it."""
    place = pl.int_range(pl.len())
    return place - pl.when(_FRESH).then(place).forward_fill() + 1


def _first_resolution(lives: Timeline, _rules: Rules) -> pl.DataFrame:
    """One clock a ticket, from creation to the first time it was solved."""
    solved = spells(lives.pieces).filter("solved").unique("row", keep="first", maintain_order=True)
    return _resolved(lives.tickets.select("row", started_at="created_at", cycle=1), solved)


def _resolved(starts: pl.DataFrame, stops: pl.DataFrame) -> pl.DataFrame:
    """Starts stopped where the ticket's stop, if it has one, begins."""
    found = starts.join(stops.select("row", stopped_at="start"), on="row", how="left", maintain_order="left")
    return found.with_columns(stopped_by=pl.lit("resolved"), dropped=pl.lit(value=False))


def ignored_reopenings(lives: Timeline, rules: Rules) -> pl.DataFrame:
    """Reopenings of the full resolution by rule: `row`, `start`, `fresh` (a new cycle begins), `ignored`."""
    found = spells(lives.pieces).with_columns(solved_for=pl.col("start") - pl.col("start").shift(1))
    found = found.with_columns(reopened=~pl.col("solved") & ~_FRESH).filter("reopened")
    rule = _rule(rules, "on_reopen", ["restart", "ignore"], "number")
    windows = [parse_duration(each.reopen_window) if isinstance(each, Policy) else 0 for each in rules.promises]
    window = rules.of_promise(windows, pl.Int64, "number")
    late = (pl.col("solved_for").dt.total_microseconds() > window * 1_000_000).fill_null(value=False)
    return found.select("row", "start", "end", fresh=late | rule["restart"], ignored=rule["ignore"] & ~late)


def without_ignored(lives: Timeline, rules: Rules) -> pl.DataFrame:
    """The pieces, those of ignored reopenings solved."""
    ignored = ignored_reopenings(lives, rules).filter("ignored")
    if ignored.is_empty():
        return lives.pieces
    spell = pl.when(_FRESH | (pl.col("solved") != pl.col("solved").shift(1))).then("start").forward_fill()
    marked = lives.pieces.with_columns(spell=spell)
    found = marked.join(
        ignored.select("row", spell="start", ignored="ignored"), on=["row", "spell"], how="left", maintain_order="left"
    )
    return found.with_columns(solved=pl.col("solved") | pl.col("ignored").fill_null(value=False)).drop(
        "spell", "ignored"
    )


def _resolution(lives: Timeline, rules: Rules) -> pl.DataFrame:
    """From creation, or a reopening that begins a new cycle, to the beginning of the cycle's last solved spell."""
    begins = ignored_reopenings(lives, rules).filter("fresh").select("row", started_at="start")
    runs = spells(without_ignored(lives, rules))
    if begins.is_empty():
        return _resolved(
            lives.tickets.select("row", started_at="created_at", cycle=1),
            runs.filter(pl.col("solved") & pl.col("final")),
        )
    first = lives.tickets.select("row", started_at="created_at")
    starts = pl.concat([first, begins]).sort("row", "started_at").with_columns(cycle=_ordinal())
    until = pl.when(_FINAL).then(_FAR).otherwise(pl.col("started_at").shift(-1))
    starts = starts.with_columns(until=until)
    stops = runs.filter("solved").select("row", stopped_at="start", until="end")
    found = starts.join(stops, on=["row", "until"], how="left", maintain_order="left")
    return found.with_columns(stopped_by=pl.lit("resolved"), dropped=pl.lit(value=False))


def _update(lives: Timeline, _rules: Rules) -> pl.DataFrame:
    """One clock a silence: from each reply to the next, the last until the ticket is solved for good."""
    replies = lives.marks.filter(pl.col("kind") == "reply").select("row", started_at="at")
    solved = spells(lives.pieces).filter(pl.col("solved") & pl.col("final")).select("row", solved_at="start")
    found = replies.with_columns(cycle=_ordinal(), reply_at=pl.when(~_FINAL).then(pl.col("started_at").shift(-1)))
    found = found.join(solved, on="row", how="left", maintain_order="left")
    last = pl.when(pl.col("solved_at").is_not_null()).then(pl.max_horizontal("solved_at", "started_at"))
    answered = pl.col("reply_at").is_not_null()
    return found.with_columns(
        stopped_at=pl.when(answered).then("reply_at").otherwise(last),
        stopped_by=pl.when(answered).then(pl.lit("reply")).otherwise(pl.lit("resolved")),
        dropped=pl.lit(value=False),
    )


def stays(pieces: pl.DataFrame) -> pl.DataFrame:
    """Stays in a team, in order.

    Returns:
        `row`, `start`, `cycle`, `team`, `before` (the team of the stay before), `left_at` (null while it lasts),
        `solved_at` (where the stay ends solved).
    """
    run = _FRESH | (pl.col("team") != pl.col("team").shift(1))
    solved_run = run | (pl.col("solved") != pl.col("solved").shift(1))
    marked = pieces.with_columns(
        head=run.fill_null(value=True),
        solved_from=pl.when(solved_run.fill_null(value=True)).then("start").forward_fill(),
    )
    closing = marked.filter(_FINAL | pl.col("head").shift(-1).fill_null(value=True))
    heads = marked.filter("head").with_columns(
        left_at=pl.when(~_FINAL).then(pl.col("start").shift(-1)),
        solved_at=pl.when(closing["solved"]).then(closing["solved_from"]),
    )
    held = heads.filter(
        (pl.col("team") != BLANK) & (pl.col("left_at").is_null() | (pl.col("left_at") > pl.col("start")))
    )
    before = pl.when(~_FRESH).then(pl.col("team").shift(1))
    return held.select("row", "start", "team", "left_at", "solved_at", before=before, cycle=_ordinal())


def _ola(lives: Timeline, _rules: Rules) -> pl.DataFrame:
    """One clock a stay in a team."""
    solved = pl.col("solved_at").is_not_null()
    return stays(lives.pieces).with_columns(
        started_at="start",
        stopped_at=pl.coalesce("solved_at", "left_at"),
        stopped_by=pl.when(solved).then(pl.lit("resolved")).otherwise(pl.lit("handoff")),
        dropped=pl.lit(value=False),
    )


_KINDS: dict[Kind, Callable[[Timeline, Rules], pl.DataFrame]] = {
    "first_response": _first_response,
    "next_response": _next_response,
    "first_resolution": _first_resolution,
    "resolution": _resolution,
    "update": _update,
    "ola": _ola,
}
