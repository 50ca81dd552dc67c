"""Zammad's cases of clocks with pauses and reopenings, each asked of a ticket with events and a policy file."""

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest

from analytics.clocks import evaluate
from analytics.policy import PolicyFile, parse
from analytics.schemas import EVENTS, TICKETS, Kind
from tests.analytics.vectors import Answer, Case, Frozen, Keys, hold, moment, windows

SUITE = "zammad"
KINDS: dict[str, Kind] = {"first_response": "first_response", "response": "next_response", "solution": "resolution"}
HOUR = timedelta(hours=1)
LONG = 10 * 3600
"""A target for cases that ask only for what has passed."""

FROZEN = Frozen(
    42,
    4,
    {"boundary": "next_opening"},
    frozenset({"zammad-015"}),
    {"zammad-024": (moment("2016-11-09T09:26:36Z"), "a pause counts to the second, not cut to whole minutes")},
)


def policy(case: Case, kind: Kind, target: int, keys: Keys) -> PolicyFile:
    """One promise of one kind, which every pause stops."""
    hours = {day: windows(texts) for day, texts in case["weekly_hours"].items()}
    desk = {"time_zone": case["time_zone"], "hours": hours, "holidays": {"closed": case.get("holidays", [])}}
    promise = {
        "name": "all",
        "schedule": "desk",
        "targets": {kind: f"{target}s"},
        "pause_on": {kind: {"pending": "customer"}},
        **keys,
    }
    return parse({"version": 1, "schedules": {"desk": desk}, "policies": [promise]})


def clock(case: Case, keys: Keys, target: int) -> dict[str, Any]:
    """The clock of the case: its pauses are times the ticket is pending, or, where it is reopened, resolved."""
    reopened = "reopen" in case.get("tags", [])
    # Zammad lets a first response go on when a closed ticket is reopened; only our resolution does that.
    kind: Kind = "resolution" if reopened else KINDS[case.get("clock", "solution")]
    pauses = [(moment(start), moment(end)) for start, end in case.get("pauses", [])]
    start = moment(case.get("clip", [case["start"]])[0])
    end = moment(case.get("clip", [case["end"]])[-1]) if "end" in case else None
    created = min([start, *(pause[0] for pause in pauses)]) - HOUR if kind == "next_response" else start
    # What the source says of the ticket after it was answered or solved is no part of the case.
    happened = [change for change in statuses(created, pauses, reopened=reopened) if not end or change[0] <= end]
    if kind == "next_response":
        happened += [(created, "reply", None, None), (start, "message", None, None)]
    if end and kind == "resolution":
        happened.append((end, "status", "resolved", "open"))
    elif end:
        happened.append((end, "reply", None, None))
    key = {"source": "zammad", "ticket_id": case["id"]}
    rows = [
        {**key, "at": at, "sequence": number, "kind": what, "value": value, "previous": previous}
        for number, (at, what, value, previous) in enumerate(happened)
    ]
    clocks = evaluate(
        pl.DataFrame([{**key, "created_at": created}], schema=TICKETS),
        pl.DataFrame(rows, schema=EVENTS),
        policy(case, kind, target, keys),
        start + timedelta(days=90),
    )
    return clocks.row(by_predicate=pl.col("kind") == kind, named=True)


def statuses(
    created: datetime, pauses: list[tuple[datetime, datetime]], *, reopened: bool
) -> list[tuple[datetime, str, str | None, str | None]]:
    """A change at each edge of a pause; one that has begun at creation is the status the ticket was made in."""
    found: list[tuple[datetime, str, str | None, str | None]] = []
    for number, (start, end) in enumerate(pauses):
        status = "resolved" if reopened and number == len(pauses) - 1 else "pending"
        if start > created:
            found.append((start, "status", status, "open"))
        if end > created:
            found.append((end, "status", "open", status))
    return found


def spent(case: Case, keys: Keys) -> tuple[object, object]:
    expect = case["expect"]
    found = clock(case, keys, expect.get("target_s", LONG))
    ours = {
        "elapsed_s": found["elapsed_seconds"],
        "target_s": found["target_seconds"],
        "remaining_s": found["target_seconds"] - found["elapsed_seconds"],
        "breached": found["breached"],
    }
    return {name: ours[name] for name in expect}, expect


def due(case: Case, keys: Keys) -> tuple[object, object]:
    return clock(case, keys, case["duration_s"])["due_at"], moment(case["expect"]["at"])


ANSWERS: dict[str, Answer] = {"elapsed": spent, "deadline": due}


def test_the_suite_is_answered_but_for_the_frozen_differences(capsys: pytest.CaptureFixture[str]) -> None:
    hold(SUITE, ANSWERS, FROZEN, capsys)
