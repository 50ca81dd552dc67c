"""When does a clock run, how much open time has it used, and when does it fall due?"""

from dataclasses import dataclass

import polars as pl

from analytics.errors import ScheduleError
from analytics.rules import RUNNING, Rules
from analytics.schemas import Kind
from analytics.timeline import Timeline


@dataclass(frozen=True)
class Pieces:
    """The pieces of one clock kind, with what was in force, and their tickets."""

    tickets: pl.DataFrame
    pieces: pl.DataFrame


def promised(lives: Timeline, rules: Rules) -> Timeline:
    """The timeline with the policy that holds in each piece: `number`, null where none does."""
    if lives.pieces.is_empty():
        return Timeline(lives.tickets, lives.pieces.with_columns(number=pl.lit(None, dtype=pl.Int64)))
    return Timeline(lives.tickets, lives.pieces.with_columns(number=rules.matched(lives.tickets)))


def pieces_of(lives: Timeline, rules: Rules, kind: Kind) -> Pieces:
    """The pieces of a promised timeline during which clocks of one kind could run, up to their stop.

    Adds to the timeline's pieces: `target` (microseconds), `waiting` (0 running, 1 customer,
    2 third party, 3 solved), `open` (open microseconds), `before` (microseconds run before the piece), `due`
    (instant, from the running pieces), `late` (the piece runs past it).
    """
    solved_at = lives.pieces.filter("solved").group_by("row").agg(first_solved_at=pl.col("start").min()).sort("row")
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
    if lives.pieces.is_empty():
        tickets = tickets.clear()
    fields = {
        "created_at": "created_at",
        "clock_end": "clock_end",
        "stopped_at": "stopped_at",
        "given": f"{kind}_due_at",
    }
    row = pl.col("row")
    held = {name: pl.lit(tickets[column]).gather(row) for name, column in fields.items()}
    first = (row != row.shift(1)).fill_null(value=True)
    pieces = (
        lives.pieces.with_columns(**held)
        if tickets.height
        else lives.pieces.with_columns(
            pl.lit(None, dtype=tickets.schema[column]).alias(name) for name, column in fields.items()
        )
    )
    kept = (pl.col("start") < pl.col("clock_end")) | pl.col("stopped_at").is_null() | first
    taken = [policy.due == "supplied" for policy in rules.file.policies]
    pieces = pieces.filter(kept).with_columns(
        end=pl.min_horizontal("end", "clock_end"),
        given=pl.when(rules.of_policy(taken, pl.Boolean)).then("given"),
        waiting=rules.waiting(kind),
        target=rules.target(kind),
    )
    pieces = pieces.drop("clock_end", "stopped_at")
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
