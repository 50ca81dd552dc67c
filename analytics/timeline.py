"""What state was a ticket in, and in whose hands, between which instants?

A ticket's life is cut at every event; each piece is one row with the attributes that held in it.
"""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from analytics.schemas import CHANGING, SOLVED

BLANK = ""
"""Stands for a blank attribute inside a timeline, where null means "as before"."""


@dataclass(frozen=True)
class Timeline:
    """The lives of some tickets.

    Attributes:
        tickets: one row a ticket with `row` (UInt32, 0..n-1), `life_end`, `cancelled_at`, `cancel_reason`,
            `first_reply_at`, `handoffs`, `reopenings`, `ignored_reopenings` beside the ticket's columns.
        pieces: sorted by row and time: `row`, `start`, `end` (instants), `solved`, and the attributes
            that change (Enum; blank is BLANK). Pieces of no length are left out, but each ticket keeps
            its first and its last.
    """

    tickets: pl.DataFrame
    pieces: pl.DataFrame


def enums(tickets: pl.DataFrame, events: pl.DataFrame) -> dict[str, pl.Enum]:
    """The closed list of values of each changing attribute, sorted, over these tickets and events."""
    found = {}
    for name in CHANGING:
        of_kind = events.filter(pl.col("kind") == name)
        values = pl.concat([tickets[name], of_kind["value"], of_kind["previous"]]).drop_nulls().unique()
        extra = [BLANK, "open", "resolved"] if name == "status" else [BLANK]
        found[name] = pl.Enum(sorted({*values.to_list(), *extra}))
    return found


def timeline(tickets: pl.DataFrame, events: pl.DataFrame, as_of: datetime, values: dict[str, pl.Enum]) -> Timeline:
    """Cut the tickets' lives, up to their cancellation or the as-of instant.

    Args:
        tickets, events: frames of one source in the schemas TICKETS and EVENTS; events of other tickets are ignored.
        as_of: the last instant anything is known of.
        values: as `enums` gives them; may cover more tickets than these.
    """
    lives = tickets.sort("source", "ticket_id").with_row_index("row")
    told = events.join(lives.select("row", "ticket_id", "created_at"), on="ticket_id")
    told = told.filter(pl.col("at") >= pl.col("created_at")).sort("row", "at", "sequence", "kind", "value")
    marks = told.filter(pl.col("at") <= as_of)
    lives = _ends(lives, marks, as_of)
    cut = _cut(lives, marks, _at_first(lives, told, values), values)
    cut, reopenings = _ignore_thanks(cut)
    lives = lives.join(reopenings, on="row", how="left").with_columns(
        pl.col("reopenings", "ignored_reopenings").fill_null(0)
    )
    fresh = pl.col("row") != pl.col("row").shift(1)
    final = pl.col("row") != pl.col("row").shift(-1)
    kept = (pl.col("end") > pl.col("start")) | fresh.fill_null(value=True) | final.fill_null(value=True)
    return Timeline(lives.sort("row"), cut.filter(kept).select("row", "start", "end", "solved", *CHANGING))


def _ends(lives: pl.DataFrame, marks: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """When each life ended or was last looked at, and what is counted over the whole of it."""
    cancel = marks.filter(pl.col("kind") == "cancel").unique("row", keep="first", maintain_order=True)
    reply = marks.filter(pl.col("kind") == "reply").unique("row", keep="first", maintain_order=True)
    moves = marks.filter((pl.col("kind") == "team") & pl.col("previous").is_not_null())
    ended = lives.join(cancel.select("row", cancelled_at="at", cancel_reason="value"), on="row", how="left")
    ended = ended.join(reply.select("row", first_reply_at="at"), on="row", how="left")
    ended = ended.join(moves.group_by("row").agg(handoffs=pl.len().cast(pl.Int32)), on="row", how="left")
    return ended.with_columns(
        pl.col("handoffs").fill_null(0),
        life_end=pl.min_horizontal(pl.col("cancelled_at"), pl.lit(as_of)),
    ).sort("row")


def _at_first(lives: pl.DataFrame, told: pl.DataFrame, values: dict[str, pl.Enum]) -> pl.DataFrame:
    """The attributes at creation: what the first change, whenever it came, says they were before."""
    first = lives.select("row", at="created_at", sequence=pl.lit(-1, dtype=pl.Int64), kind=pl.lit("created"))
    for name in CHANGING:
        earliest = told.filter(pl.col("kind") == name).unique("row", keep="first", maintain_order=True)
        known = earliest.select("row", pl.col("previous").fill_null("open" if name == "status" else BLANK))
        otherwise = pl.lit("open") if name == "status" else pl.col(name).fill_null(BLANK)
        start = lives.select("row", otherwise.alias(name)).join(known, on="row", how="left")
        start = start.sort("row").select(pl.coalesce("previous", name).cast(values[name]).alias(name))
        first = first.with_columns(start)
    return first


def _cut(lives: pl.DataFrame, marks: pl.DataFrame, first: pl.DataFrame, values: dict[str, pl.Enum]) -> pl.DataFrame:
    """One row from each mark to the next, with the attributes carried forward."""
    telling = marks.filter(pl.col("kind").is_in([*CHANGING, "reply"]))
    changed = telling.select(
        "row",
        "at",
        "sequence",
        "kind",
        *(
            pl.when(pl.col("kind") == name).then(pl.col("value").fill_null(BLANK)).cast(values[name]).alias(name)
            for name in CHANGING
        ),
    )
    pieces = pl.concat([first, changed]).sort("row", "at", "sequence", "kind", maintain_order=True)
    pieces = pieces.with_columns(pl.col(CHANGING).forward_fill())
    pieces = pieces.join(lives.select("row", "life_end"), on="row", how="left", maintain_order="left")
    last = pl.col("row") != pl.col("row").shift(-1)
    return (
        pieces.filter(pl.col("at") <= pl.col("life_end"))
        .with_columns(end=pl.when(last.fill_null(value=True)).then("life_end").otherwise(pl.col("at").shift(-1)))
        .with_columns(start="at", solved=pl.col("status").is_in(SOLVED))
    )


def _ignore_thanks(pieces: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Count reopenings; one that is resolved again without an answer of ours ("thanks") did not happen."""
    same = pl.col("row") == pl.col("row").shift(1)
    pieces = pieces.with_columns(reopened=(~pl.col("solved") & pl.col("solved").shift(1) & same).fill_null(value=False))
    rows = pieces.filter("reopened")["row"].unique()
    spell = ((pl.col("solved") != pl.col("solved").shift(1)) | ~same).fill_null(value=True).cum_sum()
    spells = (
        pieces.with_row_index("piece")
        .filter(pl.col("row").is_in(rows.implode()))
        .with_columns(spell=spell)
        .group_by("spell", maintain_order=True)
        .agg(
            pl.col("row", "piece").first(),
            pl.len(),
            pl.col("reopened").any(),
            answered=(pl.col("kind") == "reply").any(),
        )
        .with_columns(resolved_again=(pl.col("row") == pl.col("row").shift(-1)).fill_null(value=False))
        .filter("reopened")
        .with_columns(ignored=pl.col("resolved_again") & ~pl.col("answered"))
    )
    thanks = spells.filter("ignored").select(piece=pl.int_ranges("piece", pl.col("piece") + pl.col("len")))
    ignored = thanks.explode("piece")["piece"].cast(pl.UInt32)
    pieces = pieces.with_row_index("piece").with_columns(
        solved=pl.col("solved") | pl.col("piece").is_in(ignored.implode())
    )
    counts = spells.group_by("row").agg(
        reopenings=(~pl.col("ignored")).sum().cast(pl.Int32), ignored_reopenings=pl.col("ignored").sum().cast(pl.Int32)
    )
    return pieces.drop("piece", "reopened"), counts
