"""Zendesk's tickets as they stand, with or without their metric set, and its ticket metrics.

A ticket does not say when it was answered or solved; its metric set does: the first reply as minutes since creation,
the last solution as an instant. Solved tickets without one are taken all the same, as another file may tell when.
Attributes are those of now: their history stands in the audits. A ticket's `due_at` is a task's date, no promise.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from analytics.evidence import HISTORIES, Gap
from data.ingest.adapter import Adapter, Options, Progress
from data.ingest.batch import Batch
from data.ingest.files import File
from data.ingest.mapped import from_tables
from data.ingest.mapping import Mapping
from data.ingest.records import Pick, as_table, at
from data.ingest.zendesk_names import MERGED_TAG, Names, id_of, records_of, status_of, tags_of, word_of

TICKETS, TICKETS_METRICS, METRICS = "zendesk_tickets", "zendesk_tickets_metrics", "zendesk_metrics"

GAPS: frozenset[Gap] = frozenset(
    {"first_response_due", "resolution_due", "verdicts", "pauses", "reopenings", "conversation", *HISTORIES}
)
"""What a metric set does not tell; without one, the first response is missing, too."""

Row = dict[str, Any]

_SOLVED = ("resolved", "closed")
_UNPLACED = {f"{word} at an unknown time": word for word in _SOLVED}
_SIGNS = ("submitter_id", "via", "raw_subject", "generated_timestamp", "ticket_form_id")
_OTHERS = ("responder_id", "number", "ticket_id")


def _is_tickets(file: File) -> bool:
    known = file.kind == "records" and file.has("id", "status", "created_at", "requester_id")
    return known and any(file.has(sign) for sign in _SIGNS) and not any(file.has(other) for other in _OTHERS)


def _has_metrics(file: File) -> bool:
    return file.has("metric_set") or (file.records is not None and "metric_sets" in file.records.beside)


def _is_metrics(file: File) -> bool:
    times = ("reply_time_in_minutes", "first_resolution_time_in_minutes", "full_resolution_time_in_minutes")
    return file.kind == "records" and file.has("ticket_id") and any(file.has(name) for name in times)


def solved_at(metrics: Row) -> object:
    """When a ticket was last solved; None where its metrics say it is not, whatever `solved_at` was before.

    Example:
        >>> at = "2026-06-01T12:00:00Z"
        >>> solved_at({"solved_at": at, "full_resolution_time_in_minutes": {"calendar": 240, "business": 120}})
        '2026-06-01T12:00:00Z'
        >>> solved_at({"solved_at": at, "full_resolution_time_in_minutes": {"calendar": None, "business": None}})
    """
    full = metrics.get("full_resolution_time_in_minutes")
    still_open = isinstance(full, dict) and full.get("calendar") is None
    return None if still_open else metrics.get("solved_at")


def replied_at(created: object, metrics: Row) -> str | None:
    """The first reply: creation and the calendar time until then, in seconds where it is told so exactly.

    Example:
        >>> replied_at("2026-06-01T08:00:30Z", {"reply_time_in_minutes": {"calendar": 45, "business": 0}})
        '2026-06-01T08:45:30+00:00'
        >>> replied_at("2026-06-01T08:00:30Z", {"reply_time_in_minutes": {"calendar": None, "business": None}})
    """
    exact, rounded = at(metrics, "reply_time_in_seconds.calendar"), at(metrics, "reply_time_in_minutes.calendar")
    wait = exact if _is_number(exact) else rounded * 60 if _is_number(rounded) else None
    if wait is None or not isinstance(created, str):
        return None
    try:
        return (datetime.fromisoformat(created.strip()) + timedelta(seconds=wait)).isoformat()
    except (ValueError, OverflowError):
        return None


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def read_tickets(files: Sequence[File], options: Options, progress: Progress) -> Batch:
    """Tickets, and what a metric set beside or inside them says.

    Raises:
        ImportFileError: there is no row that can be taken.
    """
    several = records_of(files)
    names = Names.of(several)
    metrics = {id_of(each.get("ticket_id")): each for one in several for each in one.beside.get("metric_sets", [])}
    stream = TICKETS_METRICS if any(_has_metrics(file) for file in files) else TICKETS

    def set_of(row: Row) -> Row:
        own = row.get("metric_set")
        return own if isinstance(own, dict) else metrics.get(id_of(row.get("id")), {})

    tables = []
    for number, one in enumerate(several, 1):
        tables.append(as_table(one, _ticket_columns(names, set_of)))
        progress(0.7 * number / len(several))
    batch = from_tables(tables, _mapping(options, tuple(tables[0].rows.columns)), options.now, stream=stream)
    progress(1.0)
    unplaced = batch.tickets.filter(pl.col("status").is_in(list(_UNPLACED)))
    rows = [row for one in several for row in one.rows]
    again = sum(1 for row in rows if status_of(row.get("status")) not in _SOLVED and solved_at(set_of(row)))
    return replace(
        batch,
        tickets=batch.tickets.with_columns(pl.col("status").replace(_UNPLACED)),
        notes=(*_time_notes(unplaced.height, again), *_reply_notes(rows, set_of)),
    )


def _ticket_columns(names: Names, set_of: Callable[[Row], Row]) -> dict[str, Pick]:
    def resolved(row: Row) -> object:
        return solved_at(set_of(row)) if status_of(row.get("status")) in _SOLVED else None

    def status(row: Row) -> str | None:
        word = status_of(row.get("status"))
        return f"{word} at an unknown time" if word in _SOLVED and not resolved(row) else word

    def cancelled(row: Row) -> str | None:
        if MERGED_TAG in tags_of(row.get("tags")):
            return "merged"
        return "deleted" if status_of(row.get("status")) == "deleted" else None

    return {
        "ticket_id": "id",
        "created_at": "created_at",
        "updated_at": "updated_at",
        "first_responded_at": lambda row: replied_at(row.get("created_at"), set_of(row)),
        "resolved_at": resolved,
        "status": status,
        "cancelled": cancelled,
        "created_by": lambda row: creator(row.get("submitter_id"), row.get("requester_id"), names),
        "priority": lambda row: word_of(row.get("priority")),
        "category": lambda row: word_of(row.get("type")),
        "channel": lambda row: word_of(at(row, "via.channel")),
        "customer": lambda row: names.customer(row.get("organization_id")),
        "team": lambda row: names.team(row.get("group_id")),
        "agent": lambda row: names.agent(row.get("assignee_id")),
    }


def creator(submitter: object, requester: object, names: Names) -> str | None:
    """Who opened a ticket: its requester or any end user is a customer, anybody else one of ours.

    Example:
        >>> nobody = Names({}, {}, {}, {})
        >>> creator(7, 7, nobody), creator(8, 7, nobody), creator(8, 7, Names({}, {}, {}, {"8": "end-user"}))
        ('customer', 'agent', 'customer')
    """
    who, asker = id_of(submitter), id_of(requester)
    if who is None or asker is None:
        return None
    return "customer" if who == asker or names.is_customer(who) else "agent"


def read_metrics(files: Sequence[File], options: Options, progress: Progress) -> Batch:
    """What the metrics of tickets tell of their first reply and last solution.

    The record's own `created_at` is taken as the instant from which the reply time counts, but not as the ticket's: of
    imported tickets it is the import.

    Raises:
        ImportFileError: there is no row that can be taken.
    """
    several = records_of(files)
    columns: dict[str, Pick] = {
        "ticket_id": "ticket_id",
        "created_at": lambda _: None,
        "updated_at": "updated_at",
        "first_responded_at": lambda row: replied_at(row.get("created_at"), row),
        "resolved_at": solved_at,
    }
    tables = []
    for number, one in enumerate(several, 1):
        tables.append(as_table(one, columns))
        progress(0.7 * number / len(several))
    batch = from_tables(tables, _mapping(options, tuple(columns)), options.now, stream=METRICS, partial=True)
    progress(1.0)
    rows = [row for one in several for row in one.rows]
    again = sum(1 for row in rows if row.get("solved_at") and not solved_at(row))
    return replace(
        batch,
        tickets=batch.tickets.with_columns(status=pl.lit(None, dtype=pl.String)),
        notes=(*_time_notes(0, again), *_reply_notes(rows, lambda row: row)),
    )


def _mapping(options: Options, columns: tuple[str, ...]) -> Mapping:
    return Mapping.model_validate(
        {
            "version": 1,
            "source": options.source,
            "time_zone": options.time_zone or "UTC",
            "ambiguous": options.ambiguous,
            "columns": {name: name for name in columns},
        }
    )


def _time_notes(unplaced: int, again: int) -> list[str]:
    notes = []
    if unplaced:
        notes.append(
            f"{unplaced} tickets are solved, but the file does not say when; ticket metrics, ticket metric events and "
            "ticket audits do. Without one of these they count as open."
        )
    if again:
        notes.append(f"{again} tickets were solved once and are open again; when they were reopened is not told.")
    return notes


def _reply_notes(rows: Sequence[Row], set_of: Callable[[Row], Row]) -> list[str]:
    """What cannot be told exactly: replies to the minute, reopenings."""
    sets = [set_of(row) for row in rows]
    rounded = sum(
        1
        for each in sets
        if _is_number(at(each, "reply_time_in_minutes.calendar"))
        and not _is_number(at(each, "reply_time_in_seconds.calendar"))
    )
    reopened = sum(1 for each in sets if _is_number(each.get("reopens")) and each["reopens"] > 0)
    notes = []
    if rounded:
        notes.append(f"{rounded} first replies are known to the minute: creation and the calendar minutes until then.")
    if reopened:
        notes.append(
            f"{reopened} tickets were reopened; the metrics count it but do not say when. "
            "Import ticket metric events or ticket audits, too."
        )
    return notes


_BESIDE = "Groups, users and organizations beside the tickets (include=groups,users,organizations) give their names."

ADAPTERS: tuple[Adapter, ...] = (
    Adapter(
        name=TICKETS,
        system="zendesk",
        label="Zendesk tickets (JSON)",
        evidence="outcomes",
        rank=1,
        gaps=GAPS | {"first_response"},
        hint=(
            "GET /api/v2/incremental/tickets; import ticket metric events or audits beside it, which say when a ticket "
            f"was answered, waited and was solved. {_BESIDE}"
        ),
        fits=lambda file: _is_tickets(file) and not _has_metrics(file),
        read=read_tickets,
    ),
    Adapter(
        name=TICKETS_METRICS,
        system="zendesk",
        label="Zendesk tickets with their metric sets (JSON)",
        evidence="outcomes",
        rank=2,
        gaps=GAPS,
        hint=f"GET /api/v2/incremental/tickets with include=metric_sets. {_BESIDE}",
        fits=lambda file: _is_tickets(file) and _has_metrics(file),
        read=read_tickets,
    ),
    Adapter(
        name=METRICS,
        system="zendesk",
        label="Zendesk ticket metrics (JSON)",
        evidence="outcomes",
        rank=2,
        gaps=GAPS,
        hint="GET /api/v2/ticket_metrics; import the tickets, too, which say when they were created.",
        partial=True,
        fits=_is_metrics,
        read=read_metrics,
    ),
)
