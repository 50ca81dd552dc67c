"""Freshdesk's API v2: tickets as JSON, with their `stats` or without."""

import json
from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from types import NoneType

import polars as pl

from analytics.errors import ImportFileError
from analytics.evidence import HISTORIES, Gap
from analytics.schemas import SOLVED
from data.ingest import freshdesk_stats, mapped
from data.ingest.adapter import Adapter, Options, Progress
from data.ingest.batch import Batch
from data.ingest.files import File
from data.ingest.freshdesk import creator, snake, tagged
from data.ingest.records import Records
from data.ingest.tables import ROW, Table

STATUSES = {"2": "open", "3": "pending", "4": "resolved", "5": "closed"}
PRIORITIES = {"1": "low", "2": "medium", "3": "high", "4": "urgent"}
SOURCES = {
    "1": "email",
    "2": "portal",
    "3": "phone",
    "7": "chat",
    "9": "feedback_widget",
    "10": "outbound_email",
}
"""What the documented numbers mean; another source stays its number, another status is status_6."""

STREAM = "freshdesk_api"
GAPS: frozenset[Gap] = frozenset({"pauses", "reopenings", "conversation", *HISTORIES})
COLUMNS = {
    "ticket_id": "id",
    "created_at": "created_at",
    "updated_at": "updated_at",
    "first_responded_at": "stats.first_responded_at",
    "resolved_at": "stats.resolved_at or stats.closed_at",
    "first_response_due_at": "fr_due_by",
    "resolution_due_at": "due_by",
    "first_response_verdict": "fr_escalated",
    "resolution_verdict": "is_escalated",
    "status": "status",
    "cancelled": "cancelled",
    "created_by": "created by",
    "priority": "priority",
    "category": "type",
    "channel": "source",
    "customer": "company",
    "team": "group",
    "agent": "responder",
}
"""The columns of the table made of the records, as messages call them."""

_TIMES = ("created_at", "updated_at", "fr_due_by", "due_by")
_PLAIN = (
    *_TIMES,
    *("id", "type", "status", "priority", "source"),
    *("group_id", "responder_id", "company_id", "fr_escalated", "is_escalated", "spam", "deleted"),
)
_STATS = ("first_responded_at", *freshdesk_stats.STATS)
_SERVICE = frozenset({"urgency", "impact", "department_id", "workspace_id", "sub_category"})
_BARE = (
    "{bare} of {total} tickets came without stats, which say when a ticket was answered and resolved; those that are "
    "resolved were set aside. Ask for them with include=stats."
)
_NUMBERS = (
    "Teams are shown by their number, as no names stand beside the tickets. Put the list of groups into the file, "
    "under 'groups', to see them."
)


def is_ticket_list(file: File) -> bool:
    """Whether JSON records are tickets of Freshdesk; those of Freshservice have much the same keys."""
    known = file.kind == "records" and file.has("id", "created_at", "status", "fr_due_by")
    return known and _SERVICE.isdisjoint(file.columns)


def read(files: Sequence[File], options: Options, progress: Progress) -> Batch:
    """The tickets of an array, of pages, or of lines.

    Raises:
        ImportFileError: there is no row that can be taken.
    """
    every = [file.records for file in files if file.records is not None]
    total = sum(len(records.rows) for records in every)
    bare = sum(not isinstance(row.get("stats"), dict) for records in every for row in records.rows)
    mapping = options.mapping(COLUMNS)
    tables = [_table(records) for records in every]
    progress(0.4)
    try:
        batch = mapped.from_tables(tables, mapping, options.now, stream=STREAM)
    except ImportFileError as error:
        if bare:
            raise ImportFileError(f"{error} {_BARE.format(bare=bare, total=total)}") from error
        raise
    progress(0.8)
    stats = freshdesk_stats.told(tables, mapping, batch)
    events = freshdesk_stats.events(stats, batch)
    notes = [_BARE.format(bare=bare, total=total)] if bare else []
    notes += freshdesk_stats.notes(stats)
    if batch.tickets.select(pl.col("team").str.contains(r"^\d+$").any()).item():
        notes.append(_NUMBERS)
    progress(1.0)
    latest = events.select(pl.col("at").filter(pl.col("at") <= options.now).max()).item()
    return replace(batch, events=events, as_of=max(batch.as_of, latest or batch.as_of), notes=tuple(notes))


def _table(records: Records) -> Table:
    """The records as a table of text in our words."""
    rows = records.rows
    stats = [each if isinstance(each := row.get("stats"), dict) else {} for row in rows]
    text = pl.DataFrame(
        [
            *(_column(name, [row.get(name) for row in rows]) for name in _PLAIN),
            *(_column(f"stats.{name}", [each.get(name) for each in stats]) for name in _STATS),
            _column("tags", [_tags(row.get("tags")) for row in rows]),
            _column("company", [_name(row.get("company")) for row in rows]),
        ]
    )
    raw = _timed(text)
    status, source = _word("status", STATUSES, "status_"), _word("source", SOURCES, "")
    solved = status.is_in(SOLVED).fill_null(value=False)
    ended = pl.coalesce("stats.resolved_at", "stats.closed_at", pl.when(solved).then("stats.status_updated_at"))
    answered = solved | pl.col("stats.first_responded_at").is_not_null()
    flags = [pl.when(pl.col(flag) == "true").then(pl.lit(flag)) for flag in ("spam", "deleted")]
    told = raw.with_columns(
        ended_=pl.when(solved | status.is_null()).then(ended),
        fr_escalated=_verdict("fr_escalated", answered),
        is_escalated=_verdict("is_escalated", solved),
        status=status,
        cancelled=pl.coalesce(*flags, tagged(pl.col("tags"))),
        created_by_=creator(source),
        priority=_word("priority", PRIORITIES, ""),
        source=source,
        company=pl.coalesce("company", pl.col("company_id").replace(_names(records, "companies"))),
        group=pl.col("group_id").replace(_names(records, "groups")),
        responder=pl.col("responder_id").replace(_names(records, "agents")),
    ).rename({"ended_": COLUMNS["resolved_at"], "created_by_": COLUMNS["created_by"]})
    return Table(records.name, told, pl.Series(ROW, records.numbers, dtype=pl.Int64), records.rejected)


def _column(name: str, values: Sequence[object]) -> pl.Series:
    """Values as text; those of one kind at once."""
    kinds = set(map(type, values)) - {NoneType}
    if kinds <= {str}:
        return pl.Series(name, values, dtype=pl.String)
    if kinds in ({bool}, {int}):
        with suppress(OverflowError, TypeError):
            return pl.Series(name, values, dtype=pl.Boolean if kinds == {bool} else pl.Int64).cast(pl.String)
    return pl.Series(name, [_text(value) for value in values], dtype=pl.String)


def _timed(raw: pl.DataFrame) -> pl.DataFrame:
    """The times read at once where all are in the one way Freshdesk writes them; else left to the mapping."""
    written = pl.col(*_TIMES, *(f"stats.{name}" for name in _STATS))
    read_ = raw.with_columns(
        written.str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="us", time_zone="UTC", strict=False)
    )
    return read_ if read_.null_count().equals(raw.null_count()) else raw


def _text(value: object) -> str | None:
    if value is None or isinstance(value, (dict, list)):
        return None
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _tags(value: object) -> str | None:
    return ",".join([each for each in value if isinstance(each, str)]) if value and isinstance(value, list) else None


def _name(thing: object) -> str | None:
    """The name of a company, group or agent; that of an agent may stand under its contact."""
    if not isinstance(thing, dict):
        return None
    name = thing.get("name")
    return name if isinstance(name, str) else _name(thing.get("contact"))


def _names(records: Records, key: str) -> dict[str, str]:
    """By id the names in a list that stands beside the tickets."""
    return {str(each.get("id")): name for each in records.beside.get(key, []) if (name := _name(each))}


def _word(column: str, words: Dictionary[str, str], other: str) -> pl.Expr:
    """A number as its word, an unknown one with `other` before it; a word as it is, joined by underscores."""
    text = pl.col(column).str.strip_chars()
    number = text.replace_strict(words, default=pl.lit(other) + text, return_dtype=pl.String)
    return pl.when(text.str.contains(r"^\d+$")).then(number).otherwise(snake(text))


def _verdict(column: str, final: pl.Expr) -> pl.Expr:
    """Escalated is breached; not escalated is met only where nothing can change it any more."""
    escalated = pl.col(column)
    return (
        pl.when(escalated == "true").then(pl.lit("breached")).when((escalated == "false") & final).then(pl.lit("met"))
    )


ADAPTERS: tuple[Adapter, ...] = (
    Adapter(
        name=STREAM,
        system="freshdesk",
        label="Freshdesk tickets (API v2, JSON)",
        evidence="outcomes",
        rank=2,
        gaps=GAPS,
        hint=(
            "Ask for /api/v2/tickets with include=stats, and with updated_since, as it else leaves out what is older "
            "than 30 days; merged tickets can be told apart only by a tag 'merged'."
        ),
        fits=is_ticket_list,
        read=read,
    ),
)
