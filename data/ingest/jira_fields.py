"""What stands in Jira's JSON: instants, people and statuses, and what the files show of the site they come from.

A status is done where its category says so, whatever it is called; categories are told of the statuses issues are in
now, and learnt from them for those they were in before. A status that no issue is in now is known by its name alone.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from analytics.schemas import SOLVED

Row = dict[str, Any]

TEAM_NAMES = ("assignment group", "assigned group", "support group", "support team", "team")
"""Names of the field that says which team holds an issue; of several the first of these that is there counts.

Components say what an issue is about, so they are no team.
"""

_DONE = "done"
_SOLVED_WORDS = ("canceled", "cancelled", "complete", "completed", "declined", "done", "fixed", "rejected", "resolved")
_CLOSED = "closed"
_WORDS = {
    "new": "new",
    "open": "open",
    "pending": "pending",
    "on_hold": "on_hold",
    "reopened": "open",
    "waiting_for_support": "open",
    "waiting_for_customer": "pending",
    "pending_customer": "pending",
    "awaiting_customer": "pending",
    "waiting_for_third_party": "on_hold",
    "waiting_for_vendor": "on_hold",
    "pending_vendor": "on_hold",
    **dict.fromkeys(_SOLVED_WORDS, "resolved"),
    _CLOSED: _CLOSED,
}
_PLAIN = ("backlog", "escalated", "in_progress", "in_review", "to_do", "under_investigation", "work_in_progress")
"""Statuses of Jira's own workflows that are kept as they are called."""

_NUMBERED = re.compile(r"^\W*p?\d+\W+(?=[^\W\d])")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def text(value: object) -> str | None:
    """A word or name; None where it is blank or none.

    Example:
        >>> text(" Ada "), text(""), text(7)
        ('Ada', None, None)
    """
    return (value.strip() or None) if isinstance(value, str) else None


def mapping(value: object) -> Row:
    """An object; of anything else an empty one."""
    return value if isinstance(value, dict) else {}


def objects(value: object) -> list[Row]:
    """The objects of a list; of anything else none."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


@lru_cache(maxsize=4096)
def snake(name: str) -> str:
    """A name in small letters, joined by underscores.

    Example:
        >>> snake("Waiting for R&D")
        'waiting_for_r_d'
    """
    return re.sub(r"\W+", "_", name.lower()).strip("_")


def instant(value: object) -> datetime | None:
    """An instant, from ISO 8601 with an offset or from an object that says it in several ways.

    Example:
        >>> instant("2026-03-02T09:15:00.000+0100")
        datetime.datetime(2026, 3, 2, 8, 15, tzinfo=datetime.timezone.utc)
        >>> instant({"friendly": "Today 9:15 AM", "epochMillis": 1772439300000})
        datetime.datetime(2026, 3, 2, 8, 15, tzinfo=datetime.timezone.utc)
        >>> instant("2026-03-02T09:15:00") is None
        True
    """
    if isinstance(value, dict):
        millis = whole(value.get("epochMillis"))
        return _since_epoch(millis) if millis is not None else instant(value.get("iso8601") or value.get("jira"))
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value.strip())
        return at.astimezone(UTC) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _since_epoch(millis: int) -> datetime | None:
    try:
        return _EPOCH + timedelta(milliseconds=millis)
    except OverflowError:
        return None


def whole(value: object) -> int | None:
    """A whole number; True is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def named(value: object) -> str | None:
    """What an option, a team or a person of a field is called; of several all, joined by commas.

    Example:
        >>> named({"id": "7", "value": "Network"}), named([{"name": "Acme"}, {"name": "Zeta"}]), named(None)
        ('Network', 'Acme, Zeta', None)
    """
    if isinstance(value, list):
        return ", ".join(name for each in value if (name := named(each))) or None
    if isinstance(value, dict):
        return next((name for key in ("displayName", "name", "value") if (name := text(value.get(key)))), None)
    return text(value)


def user_id(user: object) -> str | None:
    """By what a person is known: the account, or on Data Center the key or name."""
    return next(iter(_known_by(mapping(user))), None)


def _known_by(user: Row) -> list[str]:
    return [known for key in ("accountId", "key", "name") if (known := text(user.get(key)))]


def priority(name: object) -> str | None:
    """A priority in small letters, without its number.

    Example:
        >>> priority("Highest"), priority("P1 - Critical"), priority("P1"), priority(None)
        ('highest', 'critical', 'p1', None)
    """
    word = (text(name) or "").lower()
    return _NUMBERED.sub("", word) or None


def histories(row: Row) -> list[Row]:
    """The entries of an issue's changelog, in any order."""
    return objects(mapping(row.get("changelog")).get("histories"))


def comments(row: Row) -> list[Row]:
    """The comments of an issue, in any order."""
    return objects(mapping(mapping(row.get("fields")).get("comment")).get("comments"))


def field_of(item: Row) -> str:
    """Which field an item of a changelog changed, in small letters."""
    return (text(item.get("field")) or text(item.get("fieldId")) or "").lower()


@dataclass(frozen=True)
class Site:
    """What the files of an import show of their site.

    Attributes:
        by_id, by_name: categories of statuses.
        people: what each person is called now.
        team_name, team_field: the field of teams as changelogs call it, and its key in `fields`; "" without one.
        teams: what each team is called.
    """

    by_id: Mapping[str, str]
    by_name: Mapping[str, str]
    people: Mapping[str, str]
    team_name: str = ""
    team_field: str = ""
    teams: Mapping[str, str] | None = None

    @classmethod
    def of(cls, rows: Sequence[Row]) -> "Site":
        """What these issues show."""
        by_id: dict[str, str] = {}
        by_name: dict[str, str] = {}
        people: dict[str, str] = {}
        for row in rows:
            fields = mapping(row.get("fields"))
            status, category = mapping(fields.get("status")), _category(fields)
            if category:
                by_id.setdefault(str(status.get("id")), category)
                by_name.setdefault(snake(text(status.get("name")) or ""), category)
            for person in _people(row, fields):
                if name := text(person.get("displayName")):
                    people.update(dict.fromkeys(_known_by(person), name))
        team_fields, teams = _teams(rows)
        found = next((name for name in TEAM_NAMES if name in team_fields), "")
        return cls(by_id, by_name, people, found, team_fields.get(found, ""), teams.get(found, {}))

    def category(self, number: object, name: object) -> str | None:
        """The category of a status, where an issue shows it."""
        return self.by_id.get(str(number)) or self.by_name.get(snake(text(name) or ""))

    def status(self, number: object, name: object) -> str | None:
        """A status in our words; None where it has no name.

        Example:
            >>> site = Site({"5": "done"}, {}, {})
            >>> site.status("5", "Erledigt"), site.status("5", "Closed by us"), site.status("3", "Waiting for customer")
            ('resolved', 'closed', 'pending')
        """
        word = snake(text(name) or "")
        if not word:
            return None
        if self.category(number, name) == _DONE:
            return _CLOSED if _CLOSED in word.split("_") else "resolved"
        known = _WORDS.get(word, word)
        return word if known in SOLVED and self.category(number, name) is not None else known

    def is_guessed(self, number: object, name: object) -> bool:
        """Whether nothing but an unknown name tells of a status whether it is done."""
        word = snake(text(name) or "")
        return bool(word) and self.category(number, name) is None and word not in _WORDS and word not in _PLAIN

    def person(self, number: object, name: object) -> str | None:
        """What a person is called now, else was called then."""
        return self.people.get(text(number) or "") or text(name)

    def team(self, value: object) -> str | None:
        """What a team is called: of a name alone, of an option, or of its number where a changelog names it."""
        name = named(value)
        return (self.teams or {}).get(name, name) if name else None


def _category(fields: Row) -> str | None:
    """The category of the status an issue is in."""
    own = mapping(mapping(fields.get("status")).get("statusCategory")) or mapping(fields.get("statusCategory"))
    return text(own.get("key"))


def _people(row: Row, fields: Row) -> Iterator[Row]:
    """Everybody an issue names, as they are called now."""
    yield from (person for key in ("assignee", "reporter", "creator") if (person := mapping(fields.get(key))))
    entries: Iterable[Row] = (*histories(row), *comments(row))
    yield from (person for entry in entries if (person := mapping(entry.get("author"))))


def _teams(rows: Iterable[Row]) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """By name the keys of fields that may be the team, and what each of its values is called."""
    keys: dict[str, str] = {}
    called: dict[str, dict[str, str]] = {}
    for row in rows:
        for key, title in mapping(row.get("names")).items():
            if (name := (text(title) or "").lower()) in TEAM_NAMES:
                keys.setdefault(name, key)
        for item in (item for entry in histories(row) for item in objects(entry.get("items"))):
            if (name := field_of(item)) in TEAM_NAMES:
                keys.setdefault(name, text(item.get("fieldId")) or "")
                called.setdefault(name, {}).update(_values(item))
    return keys, called


def _values(item: Row) -> dict[str, str]:
    """What the values before and after a change are called."""
    ends = ((item.get("from"), item.get("fromString")), (item.get("to"), item.get("toString")))
    return {known: name for number, title in ends if (known := text(number)) and (name := text(title))}
