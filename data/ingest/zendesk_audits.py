"""Zendesk's ticket audits: every change of status, priority, group and assignee, and every public comment.

Who wrote a comment decides what it is. The requester of the ticket and every end user is the customer; whoever the
files show as an agent (by role, as an assignee, or as author of an internal note) answers; of anybody else it is taken
that he is one of ours, where the requester is known, and the comment is passed over where not even that is. What a
rule, trigger or automation wrote is no answer, nor is the comment by which an agent opens a ticket.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import polars as pl

from analytics.schemas import EVENTS, SOLVED, TICKETS
from data.ingest.adapter import Adapter, Options, Progress
from data.ingest.batch import Batch
from data.ingest.files import File
from data.ingest.mapping import CREATORS
from data.ingest.records import Pick, Records, at
from data.ingest.zendesk import creator
from data.ingest.zendesk_names import MERGED_TAG, Names, id_of, records_of, status_of, tags_of, word_of
from data.ingest.zendesk_rows import checked

STREAM = "zendesk_audits"

Row = dict[str, Any]
Change = tuple[str, str | None, str | None]
"""Kind, value and previous of an event."""

_COLUMNS: dict[str, Pick] = {name: name for name in ("id", "ticket_id", "created_at", "author_id")}
_MACHINES = ("trigger", "automation", "rule")
_ORDER = ("status", "priority", "team", "agent", "message", "reply", "solved", "cancel")
"""The order of what one audit tells: an answer that solves is an answer first."""
_NEVER = datetime(1, 1, 1, tzinfo=UTC)
_MOST = 64
"""More events than one audit tells; its id times this numbers them."""


@dataclass(frozen=True)
class _People:
    """Who is who, as far as the files say, and how often it was guessed."""

    names: Names
    requesters: Mapping[str, set[str]]
    agents: set[str]
    counts: Counter[str] = field(default_factory=Counter)

    def kind_of(self, ticket_id: str, author: str) -> str | None:
        """Whether somebody's public comment is a message or a reply; None where it cannot be told."""
        asking = self.requesters.get(ticket_id, set())
        end_user = self.names.is_customer(author)
        if author in asking or end_user:
            return "message"
        if end_user is False or author in self.agents:
            return "reply"
        self.counts["assumed" if asking else "untold"] += 1
        return "reply" if asking else None


def read(files: Sequence[File], options: Options, progress: Progress) -> Batch:
    """What the audits tell of their tickets; creation, too, where the first audit is among them.

    Raises:
        ImportFileError: there is no row that can be taken.
    """
    several = records_of(files)
    rows = checked(several, _COLUMNS, "created_at", options)
    progress(0.3)
    audits = [row for records in several for row in records.rows]
    once = rows.kept.sort("at", "id").unique("id", keep="first", maintain_order=True)
    found = [
        (ticket, when, audits[place]) for ticket, when, place in once.select("ticket_id", "at", "place").iter_rows()
    ]
    people = _people(several, [(ticket, audit) for ticket, _, audit in found])
    events, tickets = [], []
    back = {
        ticket: when
        for ticket, when, audit in found
        if any(_is_deleted(each, "previous_value") for each in _children(audit))
    }
    for (ticket, when, audit), number in zip(found, once["id"], strict=True):
        told = sorted(_told(audit, ticket, people), key=_place)
        if when <= back.get(ticket, _NEVER):
            told = [change for change in told if change[:2] != ("cancel", "deleted")]
        events += [(ticket, when, number * _MOST + place, *change) for place, change in enumerate(told)]
        tickets.append(_ticket(audit, ticket, when, people))
    progress(0.8)
    named = {"source": pl.lit(options.source)}
    columns = {name: EVENTS[name] for name in EVENTS if name != "source"}
    made = pl.DataFrame(events, schema=columns, orient="row").with_columns(**named)
    progress(1.0)
    return Batch(
        source=options.source,
        stream=STREAM,
        tickets=_tickets(tickets)
        .with_columns(**named)
        .match_to_schema(TICKETS, missing_columns="insert")
        .sort("ticket_id"),
        events=made.select(*EVENTS).match_to_schema(EVENTS).sort("ticket_id", "at", "sequence"),
        rejected=rows.rejected,
        as_of=once.select(pl.col("at").max()).item(),
        read=rows.read,
        taken=rows.kept.height,
        repeated=rows.repeated,
        skipped=rows.skipped,
        notes=_notes(people.counts, rows.kept.height - once.height),
    )


def _children(audit: Row) -> Iterator[Row]:
    """The changes and comments of an audit."""
    events = audit.get("events")
    return (each for each in (events if isinstance(events, list) else []) if isinstance(each, dict))


def _is_deleted(event: Row, key: str) -> bool:
    """Whether a change of status goes to deleted, or comes from it: a ticket that was restored."""
    return event.get("field_name") == "status" and status_of(event.get(key)) == "deleted"


def _people(several: Sequence[Records], found: Sequence[tuple[str, Row]]) -> _People:
    """Requesters and agents, by what is asked and done in all files."""
    requesters: dict[str, set[str]] = {}
    agents: set[str] = set()
    for ticket in (each for records in several for each in records.beside.get("tickets", [])):
        requesters.setdefault(id_of(ticket.get("id")) or "", set()).add(id_of(ticket.get("requester_id")) or "")
    for ticket_id, audit in found:
        for event in _children(audit):
            values = {id_of(event.get(key)) for key in ("value", "previous_value")} - {None}
            if event.get("field_name") == "requester_id":
                requesters.setdefault(ticket_id, set()).update(value for value in values if value)
            elif event.get("field_name") == "assignee_id":
                agents.update(value for value in values if value)
            elif event.get("type") == "Comment" and event.get("public") is False:
                agents.add(id_of(event.get("author_id")) or id_of(audit.get("author_id")) or "")
    return _People(Names.of(several), requesters, agents)


def _told(audit: Row, ticket_id: str, people: _People) -> Iterator[Change]:
    """What an audit tells, in the order in which it stands there."""
    opening = any(event.get("type") == "Create" for event in _children(audit))
    for event in _children(audit):
        kind = event.get("type")
        if kind in ("Create", "Change"):
            yield from _changed(event, people.names)
        elif kind == "Comment" and event.get("public") is True:
            yield from _commented(event, audit, ticket_id, people, opening=opening)
        elif isinstance(kind, str) and kind.endswith("Comment") and kind != "Comment":
            people.counts["other"] += 1


def _commented(event: Row, audit: Row, ticket_id: str, people: _People, *, opening: bool) -> Iterator[Change]:
    author = id_of(event.get("author_id")) or id_of(audit.get("author_id"))
    if author is None or author.startswith("-") or author == "0" or _by_machine(event) or _by_machine(audit):
        people.counts["machine"] += 1
        return
    kind = people.kind_of(ticket_id, author)
    if kind and not (kind == "reply" and opening):
        yield kind, None, None


def _by_machine(row: Row) -> bool:
    return at(row, "via.channel") in _MACHINES or at(row, "via.source.rel") in _MACHINES


def _changed(event: Row, names: Names) -> Iterator[Change]:
    fields: dict[str, tuple[str, Callable[[object], str | None]]] = {
        "status": ("status", status_of),
        "priority": ("priority", word_of),
        "group_id": ("team", names.team),
        "assignee_id": ("agent", names.agent),
    }
    name, value, before = event.get("field_name"), event.get("value"), event.get("previous_value")
    if name == "tags" and MERGED_TAG in tags_of(value) - tags_of(before):
        yield "cancel", "merged", None
    elif name == "status" and _is_deleted(event, "value"):
        yield "cancel", "deleted", None
    elif name in fields:
        kind, word = fields[name]
        new, old = word(value), None if _is_deleted(event, "previous_value") else word(before)
        if new != old:
            yield kind, new, old


def _place(change: Change) -> int:
    kind, value, _ = change
    return _ORDER.index("solved" if kind == "status" and value in SOLVED else kind)


def _ticket(audit: Row, ticket_id: str, when: datetime, people: _People) -> Row:
    """What the first audit of a ticket says of its creation; of any other only that there is such a ticket."""
    told: Row = {"ticket_id": ticket_id, "created_at": None, "created_by_agent": None, "channel": None}
    if any(event.get("type") == "Create" for event in _children(audit)):
        asking = people.requesters.get(ticket_id, set())
        author = id_of(audit.get("author_id"))
        who = creator(author, author if author in asking else next(iter(sorted(asking)), None), people.names)
        told |= {
            "created_at": when,
            "channel": word_of(at(audit, "via.channel")),
            "created_by_agent": CREATORS.get(who or ""),
        }
    return told


def _tickets(told: Sequence[Row]) -> pl.DataFrame:
    columns = {name: TICKETS[name] for name in ("ticket_id", "created_at", "created_by_agent", "channel")}
    rows = pl.DataFrame(told, schema=columns, orient="row")
    known = (pl.col(name).drop_nulls().first() for name in columns if name != "ticket_id")
    return rows.group_by("ticket_id", maintain_order=True).agg(known)


def _notes(counts: Counter[str], copies: int) -> tuple[str, ...]:
    sentences = {
        "assumed": "public comments are by people whose role is not told; as they are not the requester, they count as "
        "ours. Export users beside the audits (include=users).",
        "untold": "public comments were passed over, as neither their author's role nor the requester is told. Export "
        "users beside the audits (include=users), or the audits from the beginning.",
        "machine": "public comments by rules or the system were passed over; they are no answers.",
        "other": "comments of calls and other channels were passed over.",
    }
    found = [f"{counts[name]} {sentence}" for name, sentence in sentences.items() if counts[name]]
    again = [f"{copies} audits stood in the files more than once; each was taken once."] if copies else []
    return (*again, *found)


def _is_audits(file: File) -> bool:
    return file.kind == "records" and file.has("id", "ticket_id", "created_at", "author_id", "events")


ADAPTERS: tuple[Adapter, ...] = (
    Adapter(
        name=STREAM,
        system="zendesk",
        label="Zendesk ticket audits (JSON)",
        evidence="events",
        rank=5,
        gaps=frozenset({"first_response_due", "resolution_due", "verdicts"}),
        hint=(
            "GET /api/v2/ticket_audits with include=users,groups, from the beginning; import the tickets, too, and "
            "ticket metric events for Zendesk's own verdicts."
        ),
        appends=True,
        partial=True,
        fits=_is_audits,
        read=read,
    ),
)
