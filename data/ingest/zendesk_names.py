"""Zendesk's words and ids in ours: statuses, and the names that stand beside the records."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from data.ingest.files import File
from data.ingest.records import Records

STATUSES = {"hold": "on_hold", "solved": "resolved"}
"""Zendesk's statuses that have another name here; new, open, pending and closed are called the same."""

MERGED_TAG = "closed_by_merge"
"""The tag Zendesk gives a ticket that was merged into another."""


def status_of(word: object) -> str | None:
    """A status in our words.

    Example:
        >>> status_of("hold"), status_of("Open"), status_of(None)
        ('on_hold', 'open', None)
    """
    text = str(word).strip().lower() if isinstance(word, str) else ""
    return STATUSES.get(text, text.replace(" ", "_")) or None


def word_of(value: object) -> str | None:
    """A word such as a priority in small letters; None where it is blank."""
    return value.strip().lower() or None if isinstance(value, str) else None


def tags_of(value: object) -> frozenset[str]:
    """Tags, from a list or from words in one text."""
    words = value if isinstance(value, list) else value.split() if isinstance(value, str) else []
    return frozenset(word.strip().lower() for word in words if isinstance(word, str))


def id_of(value: object) -> str | None:
    """An id as text; ids come as numbers and as text, and none is null, "" or "-".

    Example:
        >>> id_of(12), id_of("12"), id_of(""), id_of(True)
        ('12', '12', None, None)
    """
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return None
    text = str(value).strip()
    return text if text not in ("", "-") else None


@dataclass(frozen=True)
class Names:
    """Who the ids are, as far as the files say: names by id, and the roles of users."""

    groups: Mapping[str, str]
    users: Mapping[str, str]
    organizations: Mapping[str, str]
    roles: Mapping[str, str]

    @classmethod
    def of(cls, files: Iterable[Records]) -> "Names":
        """The names that stand beside the records of any of the files."""
        several = list(files)

        def known(where: str, key: str) -> dict[str, str]:
            return _by_id([each for records in several for each in records.beside.get(where, [])], key)

        return cls(
            groups=known("groups", "name"),
            users=known("users", "name"),
            organizations=known("organizations", "name"),
            roles=known("users", "role"),
        )

    def team(self, number: object) -> str | None:
        """A group's name, else "group 12"."""
        return _named(self.groups, "group", number)

    def agent(self, number: object) -> str | None:
        """A user's name, else "user 12"."""
        return _named(self.users, "user", number)

    def customer(self, number: object) -> str | None:
        """An organization's name, else "organization 12"."""
        return _named(self.organizations, "organization", number)

    def is_customer(self, number: object) -> bool | None:
        """Whether a user is an end user; None where the files do not tell the role."""
        role = self.roles.get(id_of(number) or "")
        return role == "end-user" if role else None


def _by_id(found: list[dict[str, Any]], key: str) -> dict[str, str]:
    texts = ((id_of(each.get("id")), each.get(key)) for each in found)
    return {number: text.strip() for number, text in texts if number and isinstance(text, str) and text.strip()}


def _named(names: Mapping[str, str], what: str, number: object) -> str | None:
    known = id_of(number)
    return names.get(known, f"{what} {known}") if known else None


def records_of(files: Iterable[File]) -> list[Records]:
    """The records of JSON files."""
    return [file.records for file in files if file.records is not None]
