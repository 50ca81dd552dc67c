"""Zammad's tickets: names in words (expand=true) or ids, and what its escalation says of them.

`*_in_min` are working minutes and tell no instant; they are not read. `*_diff_in_min` is the target less the actual
time: negative means broken. Escalation times are due times while a clock runs and blank once it is met or the ticket
closed, so those of decided tickets are not told. Zammad judges the first closing; an open ticket has no verdict on it.

Both pending states wait for the customer, or for a date agreed on: pending. merged and removed are cancellations.
Of a state that is not Zammad's own only the name is known; it counts as one in which somebody works.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from analytics.evidence import HISTORIES
from analytics.schemas import SOLVED
from data.ingest.adapter import Adapter, Options, Progress
from data.ingest.batch import Batch
from data.ingest.files import File
from data.ingest.mapped import from_tables
from data.ingest.mapping import Mapping
from data.ingest.records import Pick, as_table

STREAM = "zammad"
STATES = {"pending_reminder": "pending", "pending_close": "pending", "pending_action": "pending"}
"""Zammad's states that have another name here; new, open, closed, merged and removed are called the same."""

Row = dict[str, Any]

_OWN = frozenset({"new", "open", "pending", "closed", "merged", "removed"})
_STATE_IDS = {1: "new", 2: "open", 3: "pending", 4: "closed", 5: "merged"}
_PRIORITY_IDS = {1: "low", 2: "normal", 3: "high"}
_SENDER_IDS = {1: "agent", 2: "customer", 3: "system"}
_TYPES = (
    *("email", "sms", "chat", "fax", "phone", "twitter status", "twitter direct-message"),
    *("facebook feed post", "facebook feed comment", "note", "web", "telegram personal-message"),
    *("facebook direct-message", "whatsapp message"),
)
_TYPE_IDS = dict(enumerate(_TYPES, 1))
"""The ids every installation begins with, for files without names."""
_CANCELLED = {"merged": "merged", "removed": "deleted"}
_NOBODY = 1
"""The id of the user that stands for no owner; its name is "-"."""


def _word(value: object) -> str | None:
    text = value.strip().lower() if isinstance(value, str) else ""
    return text if text not in ("", "-") else None


def state_of(row: Row) -> str | None:
    """A ticket's status in our words.

    Example:
        >>> state_of({"state": "pending reminder"}), state_of({"state_id": 4}), state_of({"state_id": 9})
        ('pending', 'closed', 'state_9')
    """
    word, number = _word(row.get("state")), row.get("state_id")
    if word is None:
        return _STATE_IDS.get(number, f"state_{number}") if isinstance(number, int) else None
    name = re.sub(r"\W+", "_", word).strip("_")
    return STATES.get(name, name) or None


def priority_of(row: Row) -> str | None:
    """A priority without its number.

    Example:
        >>> priority_of({"priority": "2 normal"}), priority_of({"priority_id": 3}), priority_of({"priority": "VIP"})
        ('normal', 'high', 'vip')
    """
    word = _word(row.get("priority"))
    return re.sub(r"^\d+\s+", "", word) if word else _by_id(_PRIORITY_IDS, "priority", row.get("priority_id"))


def _by_id(words: dict[int, str], what: str, number: object) -> str | None:
    return words.get(number, f"{what} {number}") if isinstance(number, int) else None


def _named(what: str) -> Pick:
    """A name as written, else "group 3"."""

    def pick(row: Row) -> str | None:
        name, number = row.get(what), row.get(f"{what}_id")
        if isinstance(name, str):
            return name if _word(name) else None
        return None if what == "owner" and number == _NOBODY else _by_id({}, what, number)

    return pick


def _resolved(row: Row) -> object:
    """When it was last closed, of a ticket that is closed, or was before it was merged or removed."""
    closed = state_of(row) in (*SOLVED, *_CANCELLED)
    return (row.get("last_close_at") or row.get("close_at")) if closed else None


def _verdict(difference: object) -> str | None:
    if isinstance(difference, bool) or not isinstance(difference, (int, float)):
        return None
    return "breached" if difference < 0 else "met"


def _creator(row: Row) -> str | None:
    number = row.get("create_article_sender_id")
    sender = _word(row.get("create_article_sender")) or (_SENDER_IDS.get(number) if isinstance(number, int) else None)
    return {"agent": "agent", "customer": "customer", "system": "customer"}.get(sender or "")


def _channel(row: Row) -> str | None:
    return _word(row.get("create_article_type")) or _by_id(_TYPE_IDS, "type", row.get("create_article_type_id"))


_COLUMNS: dict[str, Pick] = {
    "ticket_id": "id",
    "created_at": "created_at",
    "updated_at": "updated_at",
    "first_responded_at": "first_response_at",
    "resolved_at": _resolved,
    "first_response_due_at": "first_response_escalation_at",
    "resolution_due_at": "close_escalation_at",
    "first_response_verdict": lambda row: _verdict(row.get("first_response_diff_in_min")),
    "resolution_verdict": lambda row: _verdict(row.get("close_diff_in_min")) if state_of(row) in SOLVED else None,
    "status": state_of,
    "cancelled": lambda row: _CANCELLED.get(state_of(row) or ""),
    "created_by": _creator,
    "priority": priority_of,
    "category": lambda row: _word(row.get("type")),
    "channel": _channel,
    "customer": _named("organization"),
    "team": _named("group"),
    "agent": _named("owner"),
}


def read(files: Sequence[File], options: Options, progress: Progress) -> Batch:
    """The tickets of an array, of pages, or of lines.

    Raises:
        ImportFileError: there is no row that can be taken.
    """
    several = [file.records for file in files if file.records is not None]
    tables = []
    for number, records in enumerate(several, 1):
        tables.append(as_table(records, _COLUMNS))
        progress(0.7 * number / len(several))
    mapping = Mapping.model_validate(
        {
            "version": 1,
            "source": options.source,
            "time_zone": options.time_zone or "UTC",
            "ambiguous": options.ambiguous,
            "columns": {name: name for name in _COLUMNS},
        }
    )
    batch = from_tables(tables, mapping, options.now, stream=STREAM)
    progress(1.0)
    return replace(batch, notes=_notes([row for records in several for row in records.rows]))


def _notes(rows: Sequence[Row]) -> tuple[str, ...]:
    """What was understood in a way that should be known."""
    states = Counter(state for row in rows if (state := state_of(row)) and state not in _OWN)
    open_again = sum(1 for row in rows if row.get("close_at") and state_of(row) not in (*SOLVED, *_CANCELLED))
    closed_again = sum(1 for row in rows if _reopened(row))
    bare = sum(1 for row in rows if row.get("state") is None and row.get("state_id") is not None)
    notes = []
    if states:
        most = ", ".join(f"{state} ({count})" for state, count in sorted(states.items()))
        notes.append(
            f"States that are not Zammad's own count as ones in which somebody works: {most}. Name those that wait in "
            "the policy's pause_on."
        )
    if open_again:
        notes.append(f"{open_again} tickets were closed once and are open again; when they were reopened is not told.")
    if closed_again:
        notes.append(
            f"{closed_again} tickets were closed more than once: the last closing is taken, when they were reopened is "
            "not told, and Zammad's verdict is on the first."
        )
    if bare:
        notes.append(
            f"{bare} tickets name states, groups and people by number; those Zammad begins with are known. "
            "Export with expand=true to see names."
        )
    return tuple(notes)


def _reopened(row: Row) -> bool:
    first, last = row.get("close_at"), row.get("last_close_at")
    return state_of(row) in SOLVED and bool(first and last and first != last)


ADAPTERS: tuple[Adapter, ...] = (
    Adapter(
        name=STREAM,
        system="zammad",
        label="Zammad tickets (JSON)",
        evidence="outcomes",
        rank=1,
        gaps=frozenset(
            {"first_response_due", "resolution_due", "pauses", "reopenings", "conversation", *HISTORIES},
        ),
        hint="GET /api/v1/tickets?expand=true, page by page; the due times of decided tickets are not in it.",
        fits=lambda file: (
            file.kind == "records" and file.has("id", "number", "created_at", "first_response_at", "close_at")
        ),
        read=read,
    ),
)
