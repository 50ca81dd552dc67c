"""What the stats of a ticket of Freshdesk's API tell of its history.

They hold the last time each thing happened, so they become the few events that are sure: the last answer beside the
first one, the resolution, a reopening after it, and since when a ticket waits. The customer's last message is not read:
whether it was the first that waited is not told.
"""

from collections.abc import Callable, Sequence

import polars as pl

from analytics.schemas import EVENTS, SOLVED
from data.ingest.batch import Batch
from data.ingest.mapping import Mapping
from data.ingest.tables import ROW, Table
from data.ingest.times import read_times

STATS = ("agent_responded_at", "closed_at", "pending_since", "reopened_at", "resolved_at", "status_updated_at")
"""Times in stats beside that of the first answer, which is mapped."""

_KEY = ("ticket_id", "created_at", "updated_at")
_STATUS = pl.col("status")
_SOLVED = _STATUS.is_in(SOLVED).fill_null(value=False)
_AGAIN = (pl.col("reopened_at") > pl.col("resolved_at")).fill_null(value=False)
_LOST = ~_SOLVED & pl.col("reopened_at").is_not_null() & ~_AGAIN
_LEFT = ~_SOLVED & pl.col("reopened_at").is_null() & pl.col("resolved_at").is_not_null()


def told(tables: Sequence[Table], mapping: Mapping, batch: Batch) -> pl.DataFrame:
    """The stats of every ticket that was taken, with its source and status.

    Args:
        tables: as the batch was read from, with "stats." before the name of each of STATS.
        mapping: by which it was read.
        batch: the tickets.
    """
    rows = pl.concat([_times(table, mapping) for table in tables])
    tickets = batch.tickets.select("source", *_KEY, "status")
    kept = rows.join(tickets, on=_KEY, how="inner", nulls_equal=True)
    if kept.height > tickets.height:
        aside = batch.rejected.select("file", ROW, aside=pl.lit(value=1)).unique()
        kept = kept.join(aside, on=["file", ROW], how="left").sort("aside", "file", ROW, nulls_last=False)
        kept = kept.unique("ticket_id", keep="first", maintain_order=True)
    return kept


def events(stats: pl.DataFrame, batch: Batch) -> pl.DataFrame:
    """The events of the batch, with what the stats tell in the place of its changes of status.

    A ticket that was cancelled keeps its own: what came after its end counts for nothing.

    Args:
        stats: as told() gives them.
        batch: as it was read from the mapped fields.
    """
    ended = batch.events.filter(pl.col("kind") == "cancel").select("source", "ticket_id")
    lived = stats.join(ended, on=["source", "ticket_id"], how="anti")
    told_better = (pl.col("kind") == "status") & ~pl.col("ticket_id").is_in(ended["ticket_id"].implode())
    every = pl.concat([batch.events.filter(~told_better), _answers(lived), _steps(lived)])
    return every.match_to_schema(EVENTS).sort("source", "ticket_id", "at", "sequence")


def notes(stats: pl.DataFrame) -> list[str]:
    """What was understood in a way that should be known."""
    lost, left, unread = stats.select(_LOST.sum(), _LEFT.sum().alias("left"), pl.col("unread").sum()).row(0)
    found = (
        (lost, "tickets were reopened; when they had been resolved is not told: they count as not resolved."),
        (left, "tickets were resolved once; when they were reopened is not told: they count as not resolved."),
        (unread, "times in stats cannot be read and were passed over. Expected ISO 8601."),
    )
    return [f"{count} {what}" for count, what in found if count]


def _times(table: Table, mapping: Mapping) -> pl.DataFrame:
    """The stats as instants, with the key of the row they stand in and how many of them cannot be read."""
    columns = [table.numbers, pl.Series("file", [table.name]).new_from_index(0, table.rows.height)]
    columns.append(table.rows["id"].str.strip_chars().alias("ticket_id"))
    unread = pl.Series("unread", [0]).new_from_index(0, table.rows.height)
    for name in ("created_at", "updated_at", "stats.first_responded_at", *(f"stats.{each}" for each in STATS)):
        text = table.rows[name]
        times, _, _ = read_times(text, table, name, name, mapping)
        columns.append(times.alias(name.removeprefix("stats.")))
        if name.removeprefix("stats.") in STATS:
            unread += (text.is_not_null() & times.is_null()).cast(pl.Int64)
    return pl.DataFrame([*columns, unread.alias("unread")])


def _answers(stats: pl.DataFrame) -> pl.DataFrame:
    """The last answer, where it came after the first."""
    nothing = pl.lit(None, dtype=pl.String)
    later = stats.filter(pl.col("agent_responded_at") > pl.col("first_responded_at"))
    return _event(later, "agent_responded_at", "reply", nothing, nothing, 1)


def _steps(stats: pl.DataFrame) -> pl.DataFrame:
    """The changes of status that are sure: to resolved, open again, and to where the ticket stands.

    A reopening counts where the resolution before it is known, and, of a ticket that is solved again, the one after
    it. What a ticket was before it waited is taken as open.
    """
    closed = _STATUS == "closed"
    closing = (pl.when(closed).then("closed_at"), pl.when(closed).then("status_updated_at"))
    back = (closing[0], pl.col("status_updated_at"))
    since = (pl.when(_STATUS == "pending").then("pending_since"), pl.col("status_updated_at"))
    resolved, reopened, again = pl.col("resolved_at"), pl.col("reopened_at"), pl.col("again")
    known = stats.with_columns(
        again=_AGAIN & (~_SOLVED | _first(back, lambda at: at > reopened).is_not_null())
    ).with_columns(
        first=pl.when(_SOLVED | again).then(resolved),
        reopened=pl.when(again).then(reopened),
        end=pl.when(_SOLVED & again)
        .then(_first(back, lambda at: at > reopened))
        .when(_SOLVED & resolved.is_null())
        .then(pl.coalesce("closed_at", "status_updated_at"))
        .when(_SOLVED)
        .then(_first(closing, lambda at: at > resolved))
        .when(_STATUS != "open")
        .then(_first(since, lambda at: at >= pl.when(again).then(reopened).otherwise("created_at"))),
    )
    was_open, was_resolved = pl.lit("open"), pl.lit("resolved")
    only = _SOLVED & ~again & pl.col("end").is_null()
    before = pl.when(pl.col("first").is_not_null() & ~again).then(was_resolved).otherwise(was_open)
    return pl.concat(
        [
            _event(known, "first", "status", pl.when(only).then(_STATUS).otherwise(was_resolved), was_open, 2),
            _event(known, "reopened", "status", was_open, was_resolved, 3),
            _event(known, "end", "status", _STATUS, before, 4),
        ]
    )


def _first(times: Sequence[pl.Expr], fits: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """The first of these times that fits."""
    return pl.coalesce(pl.when(fits(at)).then(at) for at in times)


def _event(stats: pl.DataFrame, at: str, kind: str, value: pl.Expr, previous: pl.Expr, sequence: int) -> pl.DataFrame:
    """An event for each ticket that has a time there."""
    return stats.filter(pl.col(at).is_not_null()).select(
        "source",
        "ticket_id",
        at=at,
        sequence=pl.lit(sequence, dtype=pl.Int64),
        kind=pl.lit(kind),
        value=value,
        previous=previous,
    )
