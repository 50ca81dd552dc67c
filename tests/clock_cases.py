"""Made-up tickets that fall on edges: round hours, one another, opening and closing times, and due times."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from tests.clock_case_files import FILES
from tests.clock_oracle import judge
from tests.clock_oracle_hours import desk_of
from tests.clock_oracle_life import SOLVED
from tests.oracle import openings

Plain = dict[str, Any]
Case = tuple[Plain, list[Plain]]

START, AS_OF = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
COUNT = 5000
NAMES = tuple(FILES)

WEIGHTS = {"status": 30, "reply": 13, "message": 13, "team": 9, "priority": 8, "agent": 2, "cancel": 2}
STATUSES = {"open": 7, "pending": 4, "on_hold": 4, "resolved": 9, "closed": 2, "waiting": 1, None: 1}
AFTER_SOLVED = {"open": 10, "pending": 2, "on_hold": 1, "resolved": 1, "closed": 2, None: 1}
VALUES: dict[str, tuple[str | None, ...]] = {
    "priority": ("low", "normal", "high", None),
    "team": ("A", "B", "C", None),
    "agent": ("x", "y", None),
    "cancel": ("merged", "merged", "merged", "spam", "deleted", "test"),
}
STEPS = (300, 600, 1800, 3600, 3600, 2 * 3600, 4 * 3600, 86_400, 2 * 86_400, 6 * 86_400)
SLIPS = (0, 0, 0, 0, 0, 1, -1)
"""Seconds beside an edge or a due time."""


@dataclass
class Telling:
    """A ticket while its story is made up."""

    draw: random.Random
    file: Plain
    ticket: Plain
    at: datetime
    now: Plain
    events: list[Plain] = field(default_factory=list)

    def tell(self, kind: str, value: str | None, at: datetime) -> None:
        """Add an event after those told before."""
        key = {"source": self.ticket["source"], "ticket_id": self.ticket["ticket_id"]}
        told = {"at": at, "sequence": len(self.events), "kind": kind, "value": value, "previous": self.now.get(kind)}
        self.events.append({**key, **told})
        if kind in self.now:
            self.now[kind] = value

    def something(self, at: datetime) -> None:
        """Add an event of any kind."""
        solved = self.now["status"] in SOLVED
        weights = WEIGHTS | {"status": 50} if solved else WEIGHTS
        kind = self.draw.choices(list(weights), list(weights.values()))[0]
        if kind == "status":
            chances = AFTER_SOLVED if solved else STATUSES
            value = self.draw.choices(list(chances), list(chances.values()))[0]
        else:
            value = self.draw.choice(VALUES.get(kind, (None,)))
        self.tell(kind, value, at)


def name_of(number: int) -> str:
    """The policy file a ticket is judged by."""
    return NAMES[number % len(NAMES)]


@cache
def cases(name: str) -> list[Case]:
    """The tickets of a policy file."""
    return [made(number) for number in range(COUNT) if name_of(number) == name]


def made(number: int) -> Case:
    """A ticket and its events, in no order."""
    draw = random.Random(number)
    telling = _begun(draw, number)
    if draw.random() < 0.04:
        telling.something(telling.at - timedelta(hours=draw.randrange(1, 30)))
    for _ in range(draw.choice((0, 3, 6, 8, 10, 12, 14))):
        telling.at = _next(telling)
        telling.something(telling.at)
    known = {name: value for name, value in telling.now.items() if name != "status"}
    events = telling.events
    draw.shuffle(events)
    return {**telling.ticket, **known, "status": telling.now["status"] or "open"}, events


def _begun(draw: random.Random, number: int) -> Telling:
    file = FILES[name_of(number)]
    # A third of the tickets are new, so that many clocks are undecided; a few are created after the look.
    hours = draw.randrange(60 * 24, 63 * 24 + 12) if draw.random() < 0.35 else draw.randrange(60 * 24)
    at = START + timedelta(hours=hours, minutes=draw.choice((0, 0, 13, 30)))
    if draw.random() < 0.2:
        at = _edge(draw, file, at)
    ticket = {
        "source": "desk",
        "ticket_id": f"{number:04d}",
        "created_at": at,
        "plan": draw.choice(("gold", "silver", None)),
        "region": draw.choice(("EU", "US")),
        "created_by_agent": draw.choice((True, False, False, None, None, None)),
    }
    now = {name: draw.choice(VALUES[name]) for name in ("priority", "team", "agent")}
    now["status"] = draw.choices(("open", None, "pending", "resolved"), (40, 2, 1, 1))[0]
    return Telling(draw, file, ticket, at, now)


def _next(telling: Telling) -> datetime:
    """When the next thing happens: in the same instant, some time later, or at an edge, a due time or the look."""
    draw, at = telling.draw, telling.at
    chance = draw.random()
    if chance < 0.2:
        return at
    if chance < 0.35:
        return max(at, _edge(draw, telling.file, at) + timedelta(seconds=draw.choice(SLIPS)))
    if chance < 0.5:
        return max(at, _due(telling) + timedelta(seconds=draw.choice(SLIPS)))
    if chance < 0.51:
        return max(at, AS_OF)
    slip = timedelta(microseconds=draw.choice((1, 400_000))) if draw.random() < 0.04 else timedelta()
    return at + timedelta(seconds=draw.choice(STEPS)) + slip


def _edge(draw: random.Random, file: Plain, at: datetime) -> datetime:
    """The next opening or closing of a schedule; for one that never closes, the next full hour."""
    desk = desk_of(draw.choice([each for each in file["schedules"].values() if each["hours"] != "24x7"]))
    edges = [edge for opening in openings(desk, at, at + timedelta(days=4)) for edge in opening if edge > at]
    return edges[draw.choice((0, 0, 1))]


def _due(telling: Telling) -> datetime:
    """The due time of a clock as the story stands, when it is still to come."""
    clocks = judge(telling.ticket | telling.now, telling.events, telling.file, telling.at)
    ahead = [clock["due_at"] for clock in clocks if clock["due_at"] is not None and clock["due_at"] > telling.at]
    return telling.draw.choice(ahead) if ahead else telling.at + timedelta(hours=1)
