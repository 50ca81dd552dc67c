"""Why does a promise fit a ticket, and why do the ones before it not?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np

from analytics.phrases import clean, listed
from analytics.policy import Agreement, Policy, PolicyFile
from analytics.timezones import to_local_seconds

MOST = 5
"""Promises that are named one by one; of more the number is told."""

_VALUES = 4
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Condition:
    """One condition of a promise against one ticket: whether it holds, and what is the case, in words."""

    holds: bool
    words: str


@dataclass(frozen=True)
class Subject:
    """What promises look at.

    Attributes:
        ticket: columns of TICKETS, priority and team as they stand in the piece.
        before: the team of the stay before; None of none.
    """

    ticket: Mapping[str, Any]
    before: str | None = None


def conditions(promise: Policy | Agreement, subject: Subject, time_zone: str) -> list[Condition]:
    """Every condition of a promise, in the order of the file's keys.

    Args:
        time_zone: of the promise's schedule, in which dates of creation are meant.
    """
    found = []
    if isinstance(promise, Agreement):
        found.append(_one_of("team", subject.ticket["team"], [promise.team]))
        if promise.after:
            found.append(_one_of("the team before", subject.before, promise.after))
    found += [_one_of(name, subject.ticket[name], values) for name, values in promise.when.items()]
    if isinstance(promise, Policy):
        found += _created(promise, subject.ticket["created_at"], time_zone)
    return found


def _one_of(name: str, value: str | None, wanted: Sequence[str]) -> Condition:
    known = "blank" if value is None else clean(value)
    if value in wanted:
        return Condition(holds=True, words=f"{name} is {known}")
    some = [clean(each) for each in wanted[:_VALUES]]
    others = len(wanted) - len(some)
    choice = f"{', '.join(some)} or {others} others" if others else listed(some, "or")
    return Condition(holds=False, words=f"{name} is {known}, not {choice}")


def _created(policy: Policy, created_at: datetime, time_zone: str) -> list[Condition]:
    if policy.valid.from_ is None and policy.valid.to is None:
        return []
    seconds = to_local_seconds(np.array([int(created_at.timestamp())]), time_zone)
    day: date = seconds.astype("datetime64[s]")[0].item().date()
    first, end = policy.valid.from_, policy.valid.to
    if first and day < first:
        return [Condition(holds=False, words=f"created {day}, before it holds from {first}")]
    if end and day >= end:
        return [Condition(holds=False, words=f"created {day}, no longer before {end}")]
    since = [f"on or after {first}"] if first else []
    until = [f"before {end}"] if end else []
    return [Condition(holds=True, words=f"created {day}, {' and '.join(since + until)}")]


def named(promise: Policy | Agreement) -> str:
    """What a sentence calls a promise."""
    if isinstance(promise, Policy):
        return f"policy '{clean(promise.name)}'"
    after = f" (after {listed([clean(team) for team in promise.after], 'or')})" if promise.after else ""
    return f"the agreement with {clean(promise.team)}{after}"


def reasons(file: PolicyFile, number: int | None, subject: Subject, *, ola: bool = False) -> list[str]:
    """Sentences on why this promise fits, and why those before it do not.

    Args:
        number: of the promise among `file.promises()`; None where none fits.
        ola: whether agreements are asked for, not policies.
    """
    promises = file.promises()
    first, end = (len(file.policies), len(promises)) if ola else (0, len(file.policies))
    one, many = ("agreement", "agreements") if ola else ("policy", "policies")
    before = range(first, end if number is None else number)
    misses = _misses(file, [promises[each] for each in before[:MOST]], subject)
    more = f"; and {len(before) - MOST} more" if len(before) > MOST else ""
    if number is None:
        told = [f"No {one} fits it."]
        lead = f"Of the {len(before)} {many} in the file: " if len(before) > 1 else "The only one: "
    else:
        holds = conditions(promises[number], subject, _zone(file, promises[number]))
        because = f": {listed([each.words for each in holds])}" if holds else ", as it fits any ticket"
        told = [f"{_capital(named(promises[number]))} fits{because}."]
        lead = f"Of the {len(before)} {many} before it: " if len(before) > 1 else "The one before it: "
    if misses:
        told.append(f"{lead}{'; '.join(misses)}{more}.")
    elif number is not None and end - first > 1:
        told.append(f"It is the first {one} in the file.")
    return told


def _misses(file: PolicyFile, promises: Sequence[Policy | Agreement], subject: Subject) -> list[str]:
    """Why these promises do not fit: the first condition of each that fails; those that fail alike stand together."""
    found: dict[str, list[str]] = {}
    for promise in promises:
        fails = [each.words for each in conditions(promise, subject, _zone(file, promise)) if not each.holds]
        name = f"'{clean(promise.name)}'" if isinstance(promise, Policy) else named(promise)
        found.setdefault(fails[0] if fails else "", []).append(name)
    told = []
    for reason, names in found.items():
        counts = {name: names.count(name) for name in names}
        some = [
            f"{n} {name.replace('the agreement', 'agreements', 1)}" if n > 1 else name for name, n in counts.items()
        ]
        verb = "does" if len(names) == 1 else "do"
        told.append(f"{listed(some)} {verb} not fit ({reason})" if reason else f"{listed(some)} fits")
    return told


def _zone(file: PolicyFile, promise: Policy | Agreement) -> str:
    return file.schedules[promise.schedule].time_zone


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
