"""Whole histories of a small desk, drawn at random: clean ones, and tickets planted into them."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from analytics.clocks import evaluate
from analytics.policy import PolicyFile, parse
from analytics.schemas import EVENTS, TICKETS
from analytics.suspicions import Found, find
from tests.analytics.tickets import utc

BEGIN, WEEKS = utc("2026-01-05T00:00"), 26
AS_OF = utc("2026-07-31T00:00")
TEAMS, PRIORITIES = ("Desk", "Apps", "Infra"), ("urgent", "high", "normal", "low")
Row = dict[str, Any]
Happened = tuple[datetime, str, str | None, str | None]


def promised(zone: str = "UTC", **changes: Any) -> PolicyFile:
    """A target of open hours for each priority; the desk is closed on two days of Easter."""
    desk = {
        "time_zone": zone,
        "hours": {"mon-fri": ["09:00-17:00"]},
        "holidays": {"closed": ["2026-04-03", "2026-04-06"]},
    }
    each = {
        "name": "all",
        "schedule": "desk",
        "targets": {"first_response": "4h", "resolution": {"urgent": "4h", "high": "8h", "default": "24h"}},
        "pause_on": {"resolution": {"pending": "customer", "on_hold": "third_party"}},
        **changes,
    }
    return parse({"version": 1, "schedules": {"desk": desk}, "policies": [each]})


class Desk:
    """A history in the making."""

    def __init__(self, seed: int, tickets: int = 800) -> None:
        self.random = np.random.default_rng(seed)
        self.tickets: list[Row] = []
        self.events: list[Row] = []
        for _ in range(tickets):
            self._live()

    def opened(self) -> datetime:
        """An instant of opening: most on weekdays by day, some at the weekend."""
        day = int(self.random.choice(7, p=[0.22, 0.19, 0.18, 0.18, 0.17, 0.03, 0.03]))
        second = int(np.clip(self.random.normal(12.5, 2.5), 0, 23.9) * 3600)
        return BEGIN + timedelta(days=7 * int(self.random.integers(WEEKS)) + day, seconds=second)

    def after(self, at: datetime, hours: float) -> datetime:
        """A random while later, this long on average and never less than two seconds."""
        return at + timedelta(seconds=2 + int(self.random.exponential(hours * 3600)))

    def add(self, created: datetime, happened: list[Happened], *, ticket: str | None = None, **row: Any) -> str:
        """A ticket and what happened to it."""
        name = ticket or f"T{len(self.tickets):05d}"
        own = {"priority": "normal", "team": "Desk", "category": "General", "status": "closed", **row}
        self.tickets.append({"source": "desk", "ticket_id": name, "created_at": created, **own})
        for number, (at, kind, value, previous) in enumerate(sorted(happened, key=lambda each: each[0])):
            told = {"at": at, "sequence": number, "kind": kind, "value": value, "previous": previous}
            self.events.append({"source": "desk", "ticket_id": name, **told})
        return name

    def _live(self) -> None:
        chance = self.random.random
        created = self.opened()
        team, priority = self.random.choice(TEAMS), self.random.choice(PRIORITIES, p=[0.1, 0.25, 0.45, 0.2])
        at = self.after(created, 0.5)
        happened: list[Happened] = [(at, "reply", None, None)]
        if chance() < 0.04:
            happened.append((self.after(at, 0.3), "cancel", "merged", None))
            self.add(created, happened, team=team, priority=priority)
            return
        if chance() < 0.06:
            at = self.after(at, 0.2)
            happened.append((at, "priority", priority, "high" if priority != "high" else "urgent"))
        if chance() < 0.4:
            at = self.after(at, 0.1)
            happened.append((at, "status", "pending", "open"))
            at = self.after(at, 4)
            happened += [(at, "message", None, None), (at, "status", "open", "pending")]
            at = self.after(at, 1)
            happened.append((at, "reply", None, None))
        at = self.after(at, float(self.random.lognormal(1, 1)))
        happened.append((at, "status", "resolved", "open"))
        if chance() < 0.07:
            at = self.after(at, 20)
            happened += [(at, "message", None, None), (at, "status", "open", "resolved")]
            happened.append((self.after(at, 0.5), "reply", None, None))
            happened.append((self.after(happened[-1][0], 4), "status", "resolved", "open"))
        self.add(created, happened, team=team, priority=priority)

    def frames(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The tickets and events."""
        events = pl.DataFrame(self.events, schema=EVENTS).filter(pl.col("at") <= AS_OF)
        tickets = pl.DataFrame(self.tickets, schema=TICKETS)
        return tickets.sort("ticket_id"), events.sort("ticket_id", "at", "sequence")

    def found(self, policy: PolicyFile | None = None) -> Found:
        """What the finders see in it."""
        file = policy or promised()
        tickets, events = self.frames()
        return find(evaluate(tickets, events, file, AS_OF), tickets, events, file, AS_OF)


def behind(found: Found, pattern: str) -> set[str]:
    """The tickets behind every finding of a pattern."""
    return set(found.tickets.filter(pl.col("pattern") == pattern)["ticket_id"])


def rows(found: Found, pattern: str) -> list[Row]:
    """The findings of a pattern."""
    return list(found.findings.filter(pl.col("pattern") == pattern).iter_rows(named=True))
