"""Jira's SLA objects: cycles that were completed, and one that may be running.

The first response is judged by its first cycle, the resolution by its last. A completed cycle has its verdict; a
running one is broken, or not yet decided. While a cycle is paused its due time moves on, so none is taken, unless
it stands outside calendar hours: then every cycle says it is paused. What is read are milliseconds; "friendly" texts
count in working days of any length.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from data.ingest.jira_fields import Row, instant, mapping, objects, text, whole

Kind = Literal["first_response", "resolution"]

ANSWERED_BY_SOLVING = timedelta(seconds=2)
"""A first response that ends so near to the resolution was ended by it: nobody answered."""

_DEFAULTS = {"first_response": "time to first response", "resolution": "time to resolution"}
_PATTERNS: dict[Kind, re.Pattern[str]] = {
    "first_response": re.compile(r"\bfirst[\s_-]+(?:response|reply)\b", re.IGNORECASE),
    "resolution": re.compile(r"\bresol(?:ution|ve)\b", re.IGNORECASE),
}
_OTHER = re.compile(r"\b(?:after|since|first)\b", re.IGNORECASE)
_PAGES = ("completedCycles", "ongoingCycle")


@dataclass(frozen=True)
class Promise:
    """What an SLA says of one kind of clock.

    Attributes:
        due_at, breached: of the cycle that counts; null where it does not say.
        started_at, stopped_at: of that cycle.
        cycles: how many it has.
        waits: whether its due time was left out because it is paused.
    """

    due_at: datetime | None
    breached: bool | None
    started_at: datetime | None
    stopped_at: datetime | None
    cycles: int
    waits: bool = False


def broken_at(kinds: Iterable[dict[Kind, Promise]], now: datetime) -> list[datetime]:
    """When promises were broken, as far as that has been: whoever says so has seen that instant.

    Jira does not count a breach as an update of an issue, so it is this that tells a later export from an earlier one.
    """
    every = (told for each in kinds for told in each.values())
    return [told.due_at for told in every if told.breached and told.due_at and told.due_at <= now]


def is_sla(value: object) -> bool:
    """Whether this is an SLA object, whatever field it stands in.

    Example:
        >>> is_sla({"name": "Time to resolution", "completedCycles": []}), is_sla({"errorMessage": "not found"})
        (True, False)
    """
    return isinstance(value, dict) and any(isinstance(value.get(key), (list, dict)) for key in _PAGES)


def kind_of(name: object) -> Kind | None:
    """Which kind of clock an SLA of this name is; None where it is another promise.

    Example:
        >>> kind_of("Time to first response"), kind_of("TIME TO RESOLUTION"), kind_of("Time to close after resolution")
        ('first_response', 'resolution', None)
    """
    words = text(name) or ""
    if _PATTERNS["first_response"].search(words):
        return "first_response"
    return "resolution" if _PATTERNS["resolution"].search(words) and not _OTHER.search(words) else None


def promises(slas: Iterable[Row]) -> tuple[dict[Kind, Promise], list[str]]:
    """What the SLAs of one issue promise, and the names of those that are no such promise or one too many.

    Of two of one kind that have begun, the one called as Jira calls it counts, else the one that began last.
    """
    found: dict[Kind, list[tuple[bool, float, str, Promise]]] = {}
    others = []
    for sla in slas:
        kind, name = kind_of(sla.get("name")), text(sla.get("name")) or "without a name"
        if kind is None:
            others.append(name)
        elif told := promise(kind, sla):
            began = told.started_at.timestamp() if told.started_at else 0.0
            found.setdefault(kind, []).append((name.lower() == _DEFAULTS[kind], began, name, told))
    chosen = {}
    for kind, several in found.items():
        several.sort(key=lambda each: each[:3])
        chosen[kind] = several[-1][3]
        others += [name for _, _, name, _ in several[:-1]]
    return chosen, others


def promise(kind: Kind, sla: Row) -> Promise | None:
    """What an SLA says of this kind of clock; None where no cycle has begun."""
    completed = sorted(objects(sla.get("completedCycles")), key=_began)
    ongoing = mapping(sla.get("ongoingCycle"))
    every = [*completed, *([ongoing] if ongoing else [])]
    if not every:
        return None
    number = 0 if kind == "first_response" else -1
    return _told(every[number], len(every), running=every[number] is ongoing)


def _began(cycle: Row) -> float:
    at = instant(cycle.get("startTime"))
    return at.timestamp() if at else 0.0


def _told(cycle: Row, cycles: int, *, running: bool) -> Promise:
    breached = _breached(cycle)
    paused = running and cycle.get("paused") is True and cycle.get("withinCalendarHours") is not False
    due = instant(cycle.get("breachTime")) or instant(cycle.get("breachedTime"))
    waits = paused and not breached
    return Promise(
        due_at=None if waits else due,
        breached=True if breached else None if running else breached,
        started_at=instant(cycle.get("startTime")),
        stopped_at=None if running else instant(cycle.get("stopTime")),
        cycles=cycles,
        waits=waits and due is not None,
    )


def _breached(cycle: Row) -> bool | None:
    """The verdict of a cycle; where it gives none, whether it has less than nothing left."""
    said = cycle.get("breached")
    if isinstance(said, bool):
        return said
    left = whole(mapping(cycle.get("remainingTime")).get("millis"))
    return None if left is None else left < 0


def passed_over(names: Iterable[str]) -> list[str]:
    """A note of the SLAs that were not read, with their names."""
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    if not counts:
        return []
    most = sorted(counts, key=lambda name: (-counts[name], name))
    shown = ", ".join(f"{name} ({counts[name]})" for name in most[:5])
    more = f" and {len(most) - 5} more" if len(most) > 5 else ""
    why = "as they are neither first response nor resolution, or one too many"
    return [f"SLAs that were passed over, {why}: {shown}{more}."]


def counted(kinds: Iterable[dict[Kind, Promise]]) -> list[str]:
    """Notes of what of the SLAs was understood in a way that should be known."""
    every = list(kinds)
    notes = []
    first = sum(1 for each in every if "first_response" in each and each["first_response"].cycles > 1)
    last = sum(1 for each in every if "resolution" in each and each["resolution"].cycles > 1)
    waiting = sum(1 for each in every for told in each.values() if told.waits)
    if first:
        notes.append(f"{first} issues have several cycles of first response; Jira's verdict is taken of the first.")
    if last:
        notes.append(f"{last} issues have several cycles of resolution; Jira's verdict is taken of the last.")
    if waiting:
        notes.append(f"{waiting} SLAs are paused; their due time moves on and was left out.")
    return notes
