"""What several exports of one help desk tell of its tickets, as one history.

Each kind of file is a stream: tickets as they stand, metrics, events, audits. A ticket's fields come from where they
were told last; its events from the stream that tells them best.
"""

from collections.abc import Mapping

import polars as pl

from analytics.schemas import EVENTS, TICKETS

VOID = "void"
"""Kind of event by which a stream takes back its own event of the same sequence."""

_TICKET = ("source", "ticket_id")
_RANK = pl.col("rank")


def combined(
    tickets: pl.DataFrame, events: pl.DataFrame, ranks: Mapping[str, int]
) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    """One row a ticket and its events, of what all streams tell.

    Args:
        tickets: in the schema TICKETS, with `stream`, `told_at` (as-of of the file) and `digest`, in any order;
            several rows a ticket and stream where a stream adds to what it told before.
        events: in the schema EVENTS, with `stream`.
        ranks: by stream, how well it tells events; one that is not named has rank 0.

    Returns:
        (tickets, events, unknown): in the schemas TICKETS and EVENTS, sorted by ticket, events also by time; and how
        many tickets are left out because no stream says when they were created. Their events stay.

    A field is the newest value that is not null, by `updated_at` (else `told_at`), then rank. Of the streams that
    tell a kind of event of a ticket the one of the highest rank is believed, and of the others what came after its
    last event. Cancellations are taken from all.
    """
    rows = _one_row(tickets, ranks)
    known = rows.filter(pl.col("created_at").is_not_null())
    told = _best_told(_without_withdrawn(events), ranks)
    ordered = told.select(*EVENTS).match_to_schema(EVENTS)
    return known.select(*TICKETS).match_to_schema(TICKETS).sort(_TICKET), ordered, rows.height - known.height


def _one_row(tickets: pl.DataFrame, ranks: Mapping[str, int]) -> pl.DataFrame:
    several = pl.struct(_TICKET).is_duplicated()
    if tickets["stream"].n_unique() <= 1 and not tickets.select(several.any()).item():
        return tickets
    fields = [name for name in TICKETS if name not in _TICKET]
    parts = (
        tickets.filter(several)
        .with_columns(_ranked(ranks), since=pl.coalesce("updated_at", "told_at"))
        .sort(*_TICKET, "since", "rank", "digest")
        .group_by(_TICKET, maintain_order=True)
        .agg(pl.col(name).drop_nulls().last() for name in fields)
    )
    return pl.concat([tickets.filter(~several).select(*TICKETS), parts.select(*TICKETS)])


def _ranked(ranks: Mapping[str, int]) -> pl.Expr:
    return pl.col("stream").replace_strict(dict(ranks), default=0, return_dtype=pl.Int64).alias("rank")


def _without_withdrawn(events: pl.DataFrame) -> pl.DataFrame:
    withdrawn = events.filter(pl.col("kind") == VOID)
    if withdrawn.is_empty():
        return events
    return events.join(withdrawn, on=[*_TICKET, "stream", "sequence"], how="anti")


def _best_told(events: pl.DataFrame, ranks: Mapping[str, int]) -> pl.DataFrame:
    if events["stream"].n_unique() <= 1:
        return events.sort(*_TICKET, "at", "sequence")
    ranked = events.with_columns(_ranked(ranks))
    ends = ranked.group_by(*_TICKET, "rank").agg(ends=pl.col("at").max())
    best = (
        ranked.group_by(*_TICKET, "kind")
        .agg(best=_RANK.max())
        .join(ends, left_on=[*_TICKET, "best"], right_on=[*_TICKET, "rank"], how="left")
    )
    joined = ranked.join(best, on=[*_TICKET, "kind"], how="left")
    believed = (pl.col("best") == _RANK) | (pl.col("at") > pl.col("ends")) | (pl.col("kind") == "cancel")
    kept = joined.filter(believed)
    ordered = kept.sort(
        *_TICKET, "at", "rank", "sequence", "kind", "value", descending=[*[False] * 3, True, *[False] * 3]
    )
    return ordered.with_columns(sequence=pl.int_range(pl.len(), dtype=pl.Int64).over(_TICKET))
