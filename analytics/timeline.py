"""What state was a ticket in, and in whose hands, between which instants?

A ticket's life is cut at every event; each piece is one row with the attributes that held in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import polars as pl

from analytics.schemas import CHANGING, SOLVED
from analytics.touches import assigned_at, touches

BLANK = ""
"""Stands for a blank attribute inside a timeline, where null means "as before"."""


@dataclass(frozen=True)
class Timeline:
    """The lives of some tickets.

    Attributes:
        tickets: one row a ticket with `row` (UInt32, 0..n-1), `life_end`, `cancelled_at`, `cancel_reason`,
            `handoffs`, `reopenings`, `ignored_reopenings`, `assigned_at` beside the ticket's columns.
        pieces: sorted by row and time: `row`, `start`, `end` (instants), `solved`,
            `final` (the last of its life), and the attributes that change (Enum; blank is BLANK).
            Pieces of no length are left out, but for the last of each ticket; of neighbours
            that differ in nothing one is made.
        marks: replies and messages within the lives, sorted by row, time and sequence: `row`, `at`, `sequence`, `kind`.
        touches: what ours did with the tickets, as `analytics.touches` gives it.
    """

    tickets: pl.DataFrame
    pieces: pl.DataFrame
    marks: pl.DataFrame
    touches: pl.DataFrame


def enums(tickets: pl.DataFrame, events: pl.DataFrame, names: Sequence[str] = CHANGING) -> dict[str, pl.Enum]:
    """The closed list of values of each of these changing attributes, sorted, over these tickets and events."""
    found = {}
    for name in names:
        of_kind = events.filter(pl.col("kind") == name)
        values = pl.concat([tickets[name], of_kind["value"], of_kind["previous"]]).drop_nulls().unique()
        extra = [BLANK, "open", "resolved"] if name == "status" else [BLANK]
        found[name] = pl.Enum(sorted({*values.to_list(), *extra}))
    return found


def timeline(
    tickets: pl.DataFrame,
    events: pl.DataFrame,
    as_of: datetime,
    values: dict[str, pl.Enum],
    *,
    thanks: Literal["ignored", "counted"] = "ignored",
) -> Timeline:
    """Cut the tickets' lives, up to their cancellation or the as-of instant.

    Args:
        tickets, events: frames of one source in the schemas TICKETS and EVENTS; events of other tickets are ignored.
        as_of: the last instant anything is known of.
        values: as `enums` gives them; may cover more tickets than these. An attribute that is not in them is not
            followed.
        thanks: what becomes of a reopening that is solved again without an answer of ours.
    """
    lives = tickets.sort("source", "ticket_id").with_row_index("row")
    told = events.join(lives.select("row", "ticket_id", "created_at"), on="ticket_id")
    told = told.filter(pl.col("at") >= pl.col("created_at")).sort("row", "at", "sequence", "kind", "value")
    marks = told.filter(pl.col("at") <= as_of)
    lives = _ends(lives, marks, as_of)
    first = _at_first(lives, told, values)
    cut = _cut(lives, marks, first, values)
    answers = cut.filter((pl.col("kind") == "reply") & ~pl.col("solved")).select("row", "at")
    pieces, reopenings = _ignore_thanks(_joined(cut, list(values)), answers if thanks == "ignored" else None)
    for counts in (_handoffs(pieces), reopenings):
        lives = lives.join(counts, on="row", how="left", maintain_order="left")
    lives = lives.with_columns(pl.col("handoffs", "reopenings", "ignored_reopenings").fill_null(0))
    messages = marks.filter(pl.col("kind").is_in(["reply", "message"]))
    messages = messages.filter(pl.col("at") <= pl.lit(lives["life_end"]).gather(pl.col("row")))
    acts = touches(lives, marks, first)
    lives = lives.with_columns(assigned_at=assigned_at(lives, told))
    return Timeline(lives, pieces, messages.select("row", "at", "sequence", "kind"), acts)


def _joined(cut: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """The pieces without those of no length, neighbours that differ in nothing made one."""
    row = pl.col("row")
    final = (row != row.shift(-1)).fill_null(value=True)
    kept = cut.filter((pl.col("end") > pl.col("start")) | final)
    same = pl.all_horizontal(pl.col(name) == pl.col(name).shift(1) for name in ("row", "solved", *names))
    kept = kept.filter(~same.fill_null(value=False))
    return kept.with_columns(
        end=pl.when(final).then("life_end").otherwise(pl.col("start").shift(-1)), final=final
    ).select("row", "start", "end", "solved", "final", *names)


def _ends(lives: pl.DataFrame, marks: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """When each life ended or was last looked at, and what is counted over the whole of it."""
    cancel = marks.filter(pl.col("kind") == "cancel").unique("row", keep="first", maintain_order=True)
    ended = lives.join(cancel.select("row", cancelled_at="at", cancel_reason="value"), on="row", how="left")
    return ended.with_columns(
        life_end=pl.min_horizontal(pl.col("cancelled_at"), pl.lit(as_of)),
    ).sort("row")


def _handoffs(pieces: pl.DataFrame) -> pl.DataFrame:
    """How often each ticket went from one team to another, time without a team in between or not."""
    held = pieces.filter(pl.col("team") != BLANK)
    moved = (pl.col("row") == pl.col("row").shift(1)) & (pl.col("team") != pl.col("team").shift(1))
    return held.filter(moved).group_by("row").agg(handoffs=pl.len().cast(pl.Int32))


def _at_first(lives: pl.DataFrame, told: pl.DataFrame, values: dict[str, pl.Enum]) -> pl.DataFrame:
    """The attributes at creation: what the first change, whenever it came, says they were before."""
    first = lives.select("row", at="created_at", sequence=pl.lit(-1, dtype=pl.Int64), kind=pl.lit("created"))
    for name, dtype in values.items():
        earliest = told.filter(pl.col("kind") == name).unique("row", keep="first", maintain_order=True)
        known = earliest.select("row", pl.col("previous").fill_null("open" if name == "status" else BLANK))
        otherwise = pl.lit("open") if name == "status" else pl.col(name).fill_null(BLANK)
        start = lives.select("row", otherwise.alias(name)).join(known, on="row", how="left")
        start = start.sort("row").select(pl.coalesce("previous", name).cast(dtype).alias(name))
        first = first.with_columns(start)
    return first


def _cut(lives: pl.DataFrame, marks: pl.DataFrame, first: pl.DataFrame, values: dict[str, pl.Enum]) -> pl.DataFrame:
    """One row from each mark to the next, with the attributes carried forward."""
    telling = marks.filter(pl.col("kind").is_in([*values, "reply"]))
    changed = telling.select(
        "row",
        "at",
        "sequence",
        "kind",
        *(
            pl.when(pl.col("kind") == name).then(pl.col("value").fill_null(BLANK)).cast(values[name]).alias(name)
            for name in values
        ),
    )
    pieces = pl.concat([first, changed]).sort("row", "at", "sequence", "kind", maintain_order=True)
    pieces = pieces.with_columns(pl.col(list(values)).forward_fill())
    pieces = pieces.join(lives.select("row", "life_end"), on="row", how="left", maintain_order="left")
    last = pl.col("row") != pl.col("row").shift(-1)
    return (
        pieces.filter(pl.col("at") <= pl.col("life_end"))
        .with_columns(end=pl.when(last.fill_null(value=True)).then("life_end").otherwise(pl.col("at").shift(-1)))
        .with_columns(start="at", solved=pl.col("status").is_in(SOLVED))
    )


def _ignore_thanks(pieces: pl.DataFrame, answers: pl.DataFrame | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Count reopenings; one that is solved again without an answer of ours ("thanks") did not happen.

    Args:
        pieces: of no length left out.
        answers: `row` and `at` of replies given while the ticket was, in the order of the events, not solved; None
            where every reopening counts.
    """
    same = (pl.col("row") == pl.col("row").shift(1)).fill_null(value=False)
    head = ~same | (pl.col("solved") != pl.col("solved").shift(1))
    pieces = pieces.with_columns(spell=head.fill_null(value=True).cum_sum())
    heads = pieces.filter(pl.col("spell") != pl.col("spell").shift(1, fill_value=0)).select(
        "row", "spell", "start", "solved"
    )
    again = (pl.col("row") == pl.col("row").shift(-1)).fill_null(value=False)
    spells = heads.with_columns(again=again, end=pl.col("start").shift(-1)).filter(same & ~pl.col("solved"))
    thanks = spells.filter("again")
    if answers is not None:
        told = thanks.join(answers, on="row").filter(pl.col("at").is_between("start", "end"))
        thanks = thanks.filter(~pl.col("spell").is_in(told["spell"].implode()))
    else:
        thanks = thanks.clear()
    spells = spells.with_columns(ignored=pl.col("spell").is_in(thanks["spell"].implode()))
    ignored = spells.filter("ignored")["spell"]
    if ignored.len():
        pieces = pieces.with_columns(solved=pl.col("solved") | pl.col("spell").is_in(ignored.implode()))
    counts = spells.group_by("row").agg(
        reopenings=(~pl.col("ignored")).sum().cast(pl.Int32), ignored_reopenings=pl.col("ignored").sum().cast(pl.Int32)
    )
    return pieces.drop("spell"), counts
