"""A small language for stories of one ticket, and the stories' common stage, for the slow clock oracle.

A ticket is created on Monday 2026-07-06 at nine in UTC, when the office opens until 17. Its events are written as
"Mon 10:00 pending; Mon 11:00 team=A", its clocks as "1 met, due Mon 17:00, elapsed 3h".
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.clock_oracle import judge

Plain = dict[str, Any]

MONDAY = datetime(2026, 7, 6, tzinfo=UTC)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WEEKS = {"last": -7, "next": 7, "third": 14}
UNITS = {"d": 86_400, "h": 3600, "m": 60, "s": 1}
INSTANTS = {"due": "due_at", "stopped": "stopped_at", "started": "started_at", "breached": "breached_at"}
LENGTHS = {
    "wait": "requester_wait_seconds",
    **{name: f"{name}_seconds" for name in ("elapsed", "running", "paused", "total", "customer", "closed", "target")},
}
WORDS = {"policy": "policy", "credit": "team_at_due"}
FLAGS = {"internal": "internal_target_met", "change": "due_by_change"}

SCHEDULES: Plain = {
    "office": {"time_zone": "UTC", "hours": {"mon-fri": "09:00-17:00"}},
    "lunch": {"time_zone": "UTC", "hours": {"mon-fri": ["09:00-12:00", "13:00-17:00"]}},
    "night": {"time_zone": "UTC", "hours": {"mon-fri": "22:00-06:00"}},
    "always": {"time_zone": "UTC", "hours": "24x7"},
    "york": {"time_zone": "America/New_York", "hours": {"mon-fri": "09:00-17:00"}},
    "varied": {"time_zone": "UTC", "hours": {"mon": "08:00-20:00", "tue": "10:00-16:00"}},
    "shut": {
        "time_zone": "UTC",
        "hours": {"mon-fri": "09:00-17:00"},
        "holidays": {"closed": [datetime(2026, 7, 7).date()]},
    },
}
POLICY: Plain = {
    "name": "all",
    "schedule": "office",
    "targets": {
        "first_response": "2h",
        "next_response": "2h",
        "first_resolution": "8h",
        "resolution": {"default": "8h", "high": "4h"},
        "update": "8h",
    },
    "pause_on": {"resolution": {"pending": "customer", "on_hold": "third_party"}},
}


@dataclass(frozen=True, eq=False)
class Story:
    """What happened, what was promised, and the clocks of a kind that come of it."""

    kind: str
    lines: str
    clocks: tuple[str, ...]
    file: Plain
    as_of: str
    ticket: Plain

    def told(self) -> list[Plain]:
        """The clocks of the kind as the oracle judges them."""
        found = judge(*_ticket(self.lines, self.ticket), self.file, instant(self.as_of))
        return [clock for clock in found if clock["kind"] == self.kind]


def story(
    kind: str,
    lines: str,
    *clocks: str,
    as_of: str = "Fri 12:00",
    policies: tuple[Plain, ...] = ({},),
    agreements: tuple[Plain, ...] = (),
    ticket: Plain | None = None,
    **keys: Any,
) -> Story:
    """A story under the common policy, with other keys or with several variants of it; the first that fits wins."""
    given = [{**POLICY, "name": str(number), **keys, **policy} for number, policy in enumerate(policies, 1)]
    agreed = [{"schedule": "office", "within": "4h", **each} for each in agreements]
    file = {"version": 1, "schedules": SCHEDULES, "policies": given, "agreements": agreed}
    return Story(kind, lines, clocks, file, as_of, ticket or {})


def instant(words: str) -> datetime:
    """An instant such as "next Mon 10:00"."""
    *week, day, clock = words.split()
    hours, minutes, *seconds = clock.split(":")
    offset = timedelta(hours=int(hours), minutes=int(minutes), seconds=float(seconds[0]) if seconds else 0)
    return MONDAY + timedelta(days=DAYS.index(day) + (WEEKS[week[0]] if week else 0)) + offset


def expected(clock: str) -> Plain:
    """The columns and values a clock's words name."""
    head, *rest = clock.split(", ")
    cycle, state = head.split()
    values: Plain = {"cycle": int(cycle), "state": state}
    for each in rest:
        word, _, value = each.partition(" ")
        if word in INSTANTS:
            values[INSTANTS[word]] = None if value == "never" else instant(value)
        elif word in LENGTHS:
            values[LENGTHS[word]] = sum(int(part[:-1]) * UNITS[part[-1]] for part in value.split())
        elif word in FLAGS:
            values[FLAGS[word]] = {"yes": True, "no": False, "unknown": None}[value]
        elif word == "held":
            values["holdings"] = {name: int(hours) * 3600 for name, hours in _pairs(value)}
        else:
            values[WORDS[word]] = None if value == "nobody" else value
    return values


def _pairs(text: str) -> list[tuple[str, str]]:
    """Holdings such as "A=3 nobody=2", in hours."""
    return [(name.replace("nobody", ""), hours) for name, _, hours in (each.partition("=") for each in text.split())]


def _ticket(lines: str, given: Plain) -> tuple[Plain, list[Plain]]:
    now: Plain = {"status": "open", "priority": "normal", "team": None, "agent": None, **given}
    ticket = {"created_at": MONDAY + timedelta(hours=9)}
    events = []
    for sequence, line in enumerate(filter(None, lines.split("; "))):
        when, _, what = line.rpartition(" ")
        kind, value = _meant(what)
        events.append(
            {"at": instant(when), "sequence": sequence, "kind": kind, "value": value, "previous": now.get(kind)}
        )
        if kind in now:
            now[kind] = value
    return {**now, **ticket}, events


def _meant(what: str) -> tuple[str, str | None]:
    """The kind and value of an event: "reply", "spam", "team=A", or a status; nobody and blank are none."""
    if what in {"reply", "message"}:
        return what, None
    if what in {"merged", "spam", "deleted", "test"}:
        return "cancel", what
    kind, _, value = what.rpartition("=")
    return kind or "status", None if value in {"nobody", "blank"} else value
