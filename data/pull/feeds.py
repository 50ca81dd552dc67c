"""What is asked of a help desk: feeds of records, oldest change first, each page with the instant it reaches."""

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from analytics.errors import SLAError

Record = dict[str, Any]
By = Literal["link", "token", "offset", "next"]

TEXTS = frozenset(
    {
        *("description", "description_text", "structured_description", "raw_subject"),
        *("body", "html_body", "plain_body", "renderedBody", "attachments"),
    }
)
"""Keys of what people wrote beyond a ticket's subject: nothing is measured from it, so it is not kept."""

PASSING = frozenset({"elapsedTime", "remainingTime", "withinCalendarHours"})
"""Keys whose values pass with the time although nothing has happened: they make no record a new one."""

_TEXT_FIELDS, _CHANGE = ("description", "comment", "environment"), ("from", "fromString", "to", "toString")


class PullError(SLAError, OSError):
    """A help desk that refuses, cannot be reached, or answers what nobody can read."""


class ForbiddenError(PullError):
    """Something the account may not read."""


class NotThereError(PullError):
    """An address at which the help desk has nothing."""


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long to wait for a help desk.

    Attributes:
        attempts: of one request.
        backoff: seconds before the second attempt; doubled before each later one.
        longest: seconds to wait at most, whatever is asked.
        timeout: seconds without an answer.
        sleep: how to wait while nothing is left of the allowance.
    """

    attempts: int = 6
    backoff: float = 1.0
    longest: float = 900.0
    timeout: float = 60.0
    sleep: Callable[[float], None] = time.sleep


PATIENCE = Patience()


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What is asked for beside the tickets.

    Attributes:
        audits: each Zendesk ticket's history, one more request a ticket.
        sla: each Jira request's own SLA records, one more request an issue.
        projects: keys of the Jira projects; all that the account sees where there is none.
        pages: most pages a help desk lists of one question.
    """

    audits: bool = False
    sla: bool = False
    projects: tuple[str, ...] = ()
    pages: int = 300


class HelpDesk(Protocol):
    """A help desk that can be asked."""

    def pages(self, path: str, parameters: Mapping[str, Any], by: By | None = None) -> Iterator[Any]:
        """The bodies of the pages at a path, as long as there is a next one."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """Records received.

    Attributes:
        records: by the stream they belong to.
        at: every change up to here was received.
        beside: lists that explain the records of a stream, as names of groups; where a stream is named here its
            records are kept as one object under its name, else one a line.
        notes: what the reader should know.
    """

    records: Mapping[str, Sequence[Record]]
    at: datetime
    beside: Mapping[str, Record] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Feed:
    """One question that a help desk answers page by page.

    Attributes:
        name: as shown and as kept in the state.
        asked: the question in words that change when it does; a changed one is asked from the start.
        pages: what changed from an instant on, oldest first.
        details: what is asked about each record by its key, where anything is: the stream, its records and what
            stands beside them (None: one record a line).
        key: of a record that has details.
        overlap: how far a later run steps back, as help desks list a change some time after it was made.
    """

    name: str
    asked: str
    pages: Callable[[datetime], Iterator[Page]]
    details: Callable[[str], Iterator[tuple[str, Sequence[Record], Record | None]]] | None = None
    key: Callable[[Record], str] = lambda record: str(record["id"])
    overlap: timedelta = timedelta(minutes=10)


def walk(
    fetch: Callable[[datetime], Iterator[Sequence[Record]]],
    moment: Callable[[Record], datetime],
    since: datetime,
    until: datetime,
    *,
    grain: timedelta,
    most_pages: int,
) -> Iterator[tuple[Sequence[Record], datetime, bool]]:
    """Records by the time of their last change, each page with where to go on and whether any may be missing.

    Page numbers count positions, and a ticket that changes meanwhile moves to the end, so that another one slips
    onto a page that was read. So each question starts anew at the time of the last record; further pages of one
    question are read only as long as all their records changed in the same moment.

    Args:
        fetch: the pages of what changed at an instant or later.
        moment: when a record changed.
        since, until: from where; and when to stop, as a busy help desk has always something new.
        grain: the steps in which the help desk compares times.
        most_pages: after how many a question ends although there is more.
    """
    at = since
    while True:
        before = at
        for number, records in enumerate(fetch(at), 1):
            last = max((moment(record) for record in records), default=at)
            at = max(at, last - (last - datetime.min.replace(tzinfo=last.tzinfo)) % grain - grain)
            full = at == before and number == most_pages
            at += grain if full else timedelta()
            yield records, at, full and last < at
            if at > before:
                break
        if at == before or at >= until:
            return


def listed(body: Any, key: str | None = None) -> list[Record]:
    """The records of a page: the page itself, or what stands under a key.

    Raises:
        PullError: there are none where they should be.
    """
    found = body.get(key) if key and isinstance(body, dict) else body
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        where = f"a list under '{key}'" if key else "a list"
        raise PullError(f"The help desk answered something else than tickets. Expected {where}. Check the domain.")
    return found


def instant(record: Record, path: str) -> datetime:
    """A time with an offset at a dotted path of a record.

    Raises:
        PullError: there is none.
    """
    value: Any = record
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        found = None
    if found is None or found.tzinfo is None:
        raise PullError(
            f"A record of the help desk has no time with an offset as its '{path}'. It cannot be put in order; "
            "nothing of this page is kept."
        )
    return found


def without(value: Any, keys: Collection[str]) -> Any:
    """A record without some keys, at any depth; with texts, also without the old and new text of a change of one.

    Example:
        >>> without({"id": 1, "subject": "Printer", "description": "It burns.", "tags": ["a"]}, TEXTS)
        {'id': 1, 'subject': 'Printer', 'tags': ['a']}
    """
    if isinstance(value, list):
        return [without(each, keys) for each in value]
    if not isinstance(value, dict):
        return value
    field = value.get("field")
    hidden = _CHANGE if isinstance(field, str) and field.lower() in _TEXT_FIELDS else ()
    return {key: without(each, keys) for key, each in value.items() if key not in keys and key not in hidden}
