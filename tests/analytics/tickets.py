"""Tickets, events and policies in few words, for tests of clocks."""

from datetime import UTC, datetime
from typing import Any

import polars as pl

from analytics.clocks import evaluate
from analytics.policy import PolicyFile, parse
from analytics.schemas import EVENTS, TICKETS

Event = tuple[Any, ...]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


AS_OF = utc("2026-07-31T00:00")
CREATED = "2026-07-06T09:00"
"""A Monday."""


def policy(zone: str = "UTC", hours: Any = None, **changes: Any) -> PolicyFile:
    given = {
        "name": "all",
        "schedule": "desk",
        "targets": {"first_response": "1h", "resolution": {"high": "4h", "default": "8h"}},
        "pause_on": {"resolution": {"pending": "customer", "on_hold": "third_party"}},
        "internal_target": "75%",
        "objective": "90%",
    }
    desk = {"time_zone": zone, "hours": hours or {"mon-fri": ["09:00-17:00"]}}
    each = {name: value for name, value in {**given, **changes}.items() if value is not None}
    return parse({"version": 1, "schedules": {"desk": desk}, "policies": [each]})


def tickets(*rows: dict[str, Any]) -> pl.DataFrame:
    given = [
        {"source": "desk", "ticket_id": str(number), "created_at": utc(CREATED), **row}
        for number, row in enumerate(rows, 1)
    ]
    return pl.DataFrame(given, schema=TICKETS)


def events(*happened: Event, ticket: str = "1") -> pl.DataFrame:
    """Events as (at, kind, value, previous); the value and previous may be left out."""
    rows = [
        {
            "source": "desk",
            "ticket_id": ticket,
            "at": utc(at),
            "sequence": number,
            "kind": kind,
            "value": (*rest, None, None)[0],
            "previous": (*rest, None, None)[1],
        }
        for number, (at, kind, *rest) in enumerate(happened)
    ]
    return pl.DataFrame(rows, schema=EVENTS)


def clock(
    kind: str, *happened: Event, file: PolicyFile | None = None, as_of: datetime = AS_OF, **row: Any
) -> dict[str, Any]:
    """The clock of a kind of one ticket."""
    found = evaluate(tickets(row), events(*happened), file or policy(), as_of).filter(pl.col("kind") == kind)
    assert found.height == 1
    return found.row(0, named=True)


def resolution(*happened: Event, **given: Any) -> dict[str, Any]:
    return clock("resolution", *happened, **given)
