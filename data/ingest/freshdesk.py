"""Freshdesk's ticket list as exported to a table: columns somebody chose, words, and local times without a zone.

Durations such as "First response time (in hrs)" are not read: they may be empty or negative, and the times say more.
"""

from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import polars as pl

from analytics.errors import ImportFileError
from analytics.evidence import GAP_LABELS, HISTORIES, Gap
from analytics.schemas import CANCELLATIONS, SOLVED
from data.ingest import mapped
from data.ingest.adapter import Adapter, Options, Progress
from data.ingest.batch import Batch
from data.ingest.files import File
from data.ingest.formats import time_format_of
from data.ingest.tables import Table
from data.ingest.times import parsed

Columns = Dictionary[str, tuple[str, ...]]

COLUMNS: Columns = {
    "ticket_id": ("Ticket ID",),
    "created_at": ("Created time",),
    "updated_at": ("Last update time", "Last updated time"),
    "first_responded_at": ("Initial response time",),
    "resolved_at": ("Resolved time",),
    "closed_at": ("Closed time",),
    "resolution_due_at": ("Due by Time",),
    "first_response_verdict": ("First response status",),
    "resolution_verdict": ("Resolution status",),
    "status": ("Status",),
    "tags": ("Tags",),
    "priority": ("Priority",),
    "category": ("Type",),
    "channel": ("Source",),
    "plan": ("Account tier",),
    "customer": ("Company Name", "Company"),
    "team": ("Group",),
    "agent": ("Agent",),
}
"""For each field the columns that tell it, however they are capitalised; the first that is there counts.
A product is no plan: what a company pays for stands under its account tier, and nowhere else."""

GAPS: frozenset[Gap] = frozenset({"first_response_due", "pauses", "reopenings", "conversation", *HISTORIES})
STATUSES = {"waiting_on_customer": "pending", "waiting_on_third_party": "on_hold"}
"""Statuses every account has beside open, pending, resolved and closed, in our words."""

_VERDICTS = {"within sla": "met", "sla violated": "breached"}
_NOBODY = {"team": "No Group", "agent": "No Agent"}
_TIMES = ("created_at", "updated_at", "first_responded_at", "resolved_at", "closed_at", "resolution_due_at")
_WANTED = {
    ("first_responded_at",): GAP_LABELS["first_response"],
    ("resolved_at", "closed_at"): "when a ticket was resolved",
    ("resolution_due_at",): GAP_LABELS["resolution_due"],
    ("first_response_verdict", "resolution_verdict"): GAP_LABELS["verdicts"],
}
"""Columns that should be there, at least one of each, and what is not known without them."""
_UNGIVEN = ("closed_at", "tags")
_DERIVED = {"cancelled": "Cancelled", "created_by": "Created by"}

_EITHER = (
    *("due by time", "resolved time", "closed time", "last update time", "last updated time", "initial response time"),
    *("first response status", "resolution status", "agent interactions", "customer interactions", "association type"),
)
_DESK = {"full name": 1, "contact id": 1, "product": 1, "every response status": 1, "survey results": 1}
_SERVICE = {
    **dict.fromkeys(("requester vip", "requester name", "requester email", "requester location"), 2),
    **dict.fromkeys(("urgency", "impact", "planned effort"), 2),
    **dict.fromkeys(("category", "sub-category", "item", "department", "workspace", "survey result"), 1),
}


def is_ticket_export(file: File, *, service: bool) -> bool:
    """Whether a table is a ticket list of Freshdesk, or with `service` of Freshservice.

    Both have much the same columns. The spelling of the id tells most ("Ticket Id" is Freshservice's), then the
    columns only one of them has; custom fields of one can be called like columns of the other.
    """
    if file.kind != "table" or not file.has("ticket id", "created time"):
        return False
    names = {name.lower() for name in file.columns}
    if names.isdisjoint({*_EITHER, *_SERVICE}):
        return False
    desk = sum(weight for name, weight in _DESK.items() if name in names) + 3 * ("Ticket ID" in file.columns)
    other = sum(weight for name, weight in _SERVICE.items() if name in names) + 3 * ("Ticket Id" in file.columns)
    return (other > desk) is service


def read_export(files: Sequence[File], options: Options, progress: Progress, *, columns: Columns, stream: str) -> Batch:
    """The tickets of exported lists.

    Args:
        files: of one export.
        options: what the person who imports says of them.
        progress: called with the share read.
        columns: as COLUMNS.
        stream: name of the adapter.

    Raises:
        ImportFileError: the zone of the times is not said, or how they are written cannot be found out; or there is
            no row that can be taken.
    """
    tables, found = [], []
    for number, file in enumerate(files):

        def share(done: float, before: int = number) -> None:
            progress((before + done) / len(files))

        tables.append(file.table(share))
        found.append(_fields(tables[-1], columns))
    name = ", ".join(table.name for table in tables)
    written = [frame[field] for frame in found for field in _TIMES if frame.schema[field] == pl.String]
    pattern = time_format_of(written, name, options.time_format) if written else "iso"
    if options.time_zone is None and any(_is_local(frame[field], pattern) for frame in found for field in _TIMES):
        raise ImportFileError(f"Times of {name} carry no zone. Say which with --time-zone Europe/Stockholm.")
    labels = {field: (*names, field)[0] for field, names in columns.items() if field not in _UNGIVEN} | _DERIVED
    ready = [
        replace(table, rows=_understood(frame).select(pl.col(field).alias(label) for field, label in labels.items()))
        for table, frame in zip(tables, found, strict=True)
    ]
    batch = mapped.from_tables(ready, options.mapping(labels, pattern), options.now, stream=stream)
    missing = [note for table in tables for note in _missing(table, columns)]
    return replace(batch, notes=(*missing, *_notes(found), *_reading(pattern, options)))


def snake(column: pl.Expr) -> pl.Expr:
    """A vendor's words in small letters, joined by underscores: "Waiting on Customer" is waiting_on_customer."""
    joined = column.str.to_lowercase().str.replace_all(r"\W+", "_").str.strip_chars("_")
    return pl.when(joined != "").then(joined)


def tagged(tags: pl.Expr) -> pl.Expr:
    """Why a ticket with these tags, joined by commas, is none: "spam", "merged", or null."""
    small = tags.str.to_lowercase()
    return pl.coalesce(
        pl.when(small.str.contains(rf"(^|[,;])\s*{tag}\s*([,;]|$)")).then(pl.lit(tag)) for tag in ("spam", "merged")
    )


def creator(channel: pl.Expr) -> pl.Expr:
    """Who opened a ticket that came this way: an outbound email is written by an agent."""
    return pl.when(channel == "outbound_email").then(pl.lit("agent"))


def _fields(table: Table, columns: Columns) -> pl.DataFrame:
    """The columns that are read, by our names; blank is null, and so is what the file does not have."""
    by_name = {name.strip().lower(): name for name in table.rows.columns}
    chosen = []
    for field, names in columns.items():
        name = next((by_name[each.lower()] for each in names if each.lower() in by_name), None)
        if name is None:
            chosen.append(pl.lit(None, dtype=pl.String).alias(field))
        elif table.rows.schema[name] == pl.String:
            text = pl.col(name).str.strip_chars()
            chosen.append(pl.when(text != "").then(text).alias(field))
        else:
            chosen.append(pl.col(name).alias(field))
    return table.rows.select(chosen)


def _missing(table: Table, columns: Columns) -> list[str]:
    """What a file does not tell for want of a column."""
    there = {name.strip().lower() for name in table.rows.columns}
    gone = {
        " or ".join(repr(columns[field][0]) for field in fields): what
        for fields, what in _WANTED.items()
        if there.isdisjoint(name.lower() for field in fields for name in columns[field])
    }
    return [f"{table.name} has no column {names}: it does not say {what}." for names, what in gone.items()]


def _is_local(column: pl.Series, pattern: str) -> bool:
    """Whether any of these times carries no offset."""
    if isinstance(column.dtype, pl.Datetime):
        return column.dtype.time_zone is None and column.null_count() < len(column)
    naive, _ = parsed(column, pattern)
    return naive.null_count() < len(naive)


_STATUS = snake(pl.col("status"))
_UNSOLVED = (_STATUS.is_not_null() & ~_STATUS.is_in(SOLVED)).fill_null(value=False)
_LEFT = pl.any_horizontal(pl.col("resolved_at", "closed_at").is_not_null()) & _UNSOLVED


def _understood(frame: pl.DataFrame) -> pl.DataFrame:
    """The fields in our words.

    A ticket that is not solved was resolved once where it has a resolution time, and is open again since an instant
    that is not told: that time says nothing of where it stands. "Within SLA" is a verdict only where it is final.
    """
    channel = snake(pl.col("channel"))
    resolved = "resolved_at" if frame["resolved_at"].dtype != frame["closed_at"].dtype else None
    ended = pl.col(resolved) if resolved else pl.coalesce("resolved_at", "closed_at")
    answered = ~_UNSOLVED | pl.col("first_responded_at").is_not_null()
    unanswered = ~answered if frame["first_responded_at"].null_count() < frame.height else pl.lit(value=False)
    return frame.with_columns(
        status=_STATUS.replace(STATUSES),
        resolved_at=pl.when(~_UNSOLVED).then(ended),
        cancelled=pl.coalesce(pl.when(_STATUS.is_in(CANCELLATIONS)).then(_STATUS), tagged(pl.col("tags"))),
        created_by=creator(channel),
        channel=channel,
        priority=snake(pl.col("priority")),
        first_response_verdict=_verdict("first_response_verdict", unanswered),
        resolution_verdict=_verdict("resolution_verdict", _UNSOLVED),
        **{field: pl.when(pl.col(field) != nobody).then(pl.col(field)) for field, nobody in _NOBODY.items()},
    )


def _verdict(field: str, undecided: pl.Expr) -> pl.Expr:
    word = pl.col(field).str.to_lowercase().replace_strict(_VERDICTS, default=None, return_dtype=pl.String)
    return pl.when((word != "met") | ~undecided).then(word)


def _notes(found: Sequence[pl.DataFrame]) -> list[str]:
    """What was understood in a way that should be known."""
    notes = []
    every = pl.concat([frame.select("first_response_verdict", "resolution_verdict", left=_LEFT) for frame in found])
    left = every["left"].sum()
    if left:
        notes.append(
            f"{left} tickets were resolved and are not now; when they were reopened is not told: they count as not "
            "resolved."
        )
    for field, label in (("first_response_verdict", "first response"), ("resolution_verdict", "resolution")):
        words = every[field].drop_nulls()
        strange = words.filter(~words.str.to_lowercase().is_in(list(_VERDICTS)))
        if len(strange):
            notes.append(
                f"{len(strange)} verdicts on the {label} such as {strange[0]!r} were passed over. "
                "Expected 'Within SLA' or 'SLA Violated'."
            )
    return notes


def _reading(pattern: str, options: Options) -> list[str]:
    return [] if pattern == "iso" else [f"Times were read as {pattern}, in {options.time_zone}."]


ADAPTERS: tuple[Adapter, ...] = (
    Adapter(
        name="freshdesk_tickets",
        system="freshdesk",
        label="Freshdesk tickets (CSV)",
        evidence="outcomes",
        rank=1,
        gaps=GAPS,
        hint=(
            "Export the ticket list with all ticket fields, also Initial response, Resolved and Closed time; merged "
            "tickets and spam can be told apart only by a tag 'merged' or 'spam', or a status of that name."
        ),
        naive=True,
        fits=partial(is_ticket_export, service=False),
        read=partial(read_export, columns=COLUMNS, stream="freshdesk_tickets"),
    ),
)
