"""What happened to an issue: the changes its changelog tells, and what was said in its comments.

Jira gives the newest change first; here they are put in order of time, and those of one instant in order of their
numbers. A comment is a reply where the customer sees it and an agent wrote it, and a message where its reporter or
another customer did; those of apps are neither.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from data.ingest.jira_fields import (
    Row,
    Site,
    comments,
    field_of,
    histories,
    instant,
    mapping,
    objects,
    priority,
    text,
    user_id,
    whole,
)

ORDER = ("message", "priority", "team", "agent", "reply", "status")
"""Of one instant what comes first: whoever is assigned as an issue is resolved has resolved it."""

_FIELDS = {"status": "status", "priority": "priority", "assignee": "agent"}
_PUBLIC = "sd.public.comment"


class Event(NamedTuple):
    """One thing that happened."""

    at: datetime
    kind: str
    value: str | None = None
    previous: str | None = None


@dataclass
class History:
    """What is told of one issue.

    Attributes:
        events: in order of time.
        told: whether there is a changelog; cut: whether it lacks its older part.
        talk: whether there are comments; talk_cut: whether there are more of them than are told.
        keys: the key it had before each move, and the one it got.
        guessed: names of statuses that nothing tells whether they are done.
        unread: entries without a time that can be read.
        internal, apps, strangers, unmarked: comments that the customer does not see; by apps; by people of whom it is
            not told who they are; and public ones that do not say that they are.
    """

    events: list[Event] = field(default_factory=list)
    told: bool = False
    cut: bool = False
    talk: bool = False
    talk_cut: bool = False
    keys: list[tuple[str, str]] = field(default_factory=list)
    guessed: set[str] = field(default_factory=set)
    unread: int = 0
    internal: int = 0
    apps: int = 0
    strangers: int = 0
    unmarked: int = 0

    def of_kind(self, kind: str) -> list[Event]:
        """Its events of this kind."""
        return [event for event in self.events if event.kind == kind]


def history_of(row: Row, site: Site) -> History:
    """What an issue's changelog and comments tell."""
    found = History()
    _changes(row, site, found)
    _talk(row, found)
    found.events.sort(key=lambda event: (event.at, ORDER.index(event.kind)))
    return found


def _changes(row: Row, site: Site, found: History) -> None:
    log = mapping(row.get("changelog"))
    entries = histories(row)
    found.told = isinstance(log.get("histories"), list)
    found.cut = (whole(log.get("total")) or 0) > len(entries)
    timed = []
    for entry in entries:
        at = instant(entry.get("created"))
        if at is None:
            found.unread += 1
        else:
            timed.append((at, _number(entry), entry))
    timed.sort(key=lambda each: each[:2])
    for at, _, entry in timed:
        for item in objects(entry.get("items")):
            if field_of(item) == "key":
                found.keys += [(old, new) for old, new in [_ends(item)] if old and new]
            found.events += _change(at, item, site, found)


def _number(entry: Row) -> int:
    """An entry's number; entries are numbered as they are made."""
    number = str(entry.get("id") or "")
    return int(number) if number.isdecimal() else 0


def _ends(item: Row) -> tuple[str | None, str | None]:
    """What a field was called before and after."""
    return text(item.get("fromString")), text(item.get("toString"))


def _change(at: datetime, item: Row, site: Site, found: History) -> Iterator[Event]:
    """What an item of a changelog says; nothing where it says nothing of ours, or of two words that mean one thing."""
    name = field_of(item)
    kind = "team" if site.team_name and name == site.team_name else _FIELDS.get(name)
    if kind is None:
        return
    before, after = (item.get("from"), item.get("fromString")), (item.get("to"), item.get("toString"))
    if kind == "status":
        found.guessed |= {str(title) for number, title in (before, after) if site.is_guessed(number, title)}
        old, new = site.status(*before), site.status(*after)
    elif kind == "priority":
        old, new = priority(before[1]), priority(after[1])
    elif kind == "team":
        old, new = site.team(before[1] or before[0]), site.team(after[1] or after[0])
    else:
        old, new = site.person(*before), site.person(*after)
    if old != new:
        yield Event(at, kind, new, old)


def _talk(row: Row, found: History) -> None:
    fields = mapping(row.get("fields"))
    said = mapping(fields.get("comment"))
    every = comments(row)
    found.talk = isinstance(said.get("comments"), list)
    found.talk_cut = (whole(said.get("total")) or 0) > len(every)
    reporter = user_id(fields.get("reporter"))
    for comment in every:
        at, public = instant(comment.get("created")), _is_public(comment)
        author = mapping(comment.get("author"))
        account = text(author.get("accountType"))
        own = reporter is not None and user_id(author) == reporter
        if public is False:
            found.internal += 1
        elif at is None:
            found.unread += 1
        elif account == "app":
            found.apps += 1
        elif not author or (account is None and reporter is None):
            found.strangers += 1
        else:
            found.unmarked += public is None
            found.events.append(Event(at, "message" if own or account == "customer" else "reply"))


def _is_public(comment: Row) -> bool | None:
    """Whether the customer sees a comment; None where it does not say."""
    if mapping(comment.get("visibility")):
        return False
    for mark in objects(comment.get("properties")):
        if mark.get("key") == _PUBLIC:
            return str(mapping(mark.get("value")).get("internal")).lower() != "true"
    flag = comment.get("jsdPublic", comment.get("public"))
    return flag if isinstance(flag, bool) else None
