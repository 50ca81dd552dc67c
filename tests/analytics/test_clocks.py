"""Does each clock start, pause, stop, fall due and break when it should? Times are UTC; the office opens 09 to 17."""

from functools import cache
from typing import Any

import polars as pl
import pytest

from analytics.clocks import evaluate
from analytics.policy import PolicyFile, parse
from analytics.schemas import CLOCKS
from tests.analytics.test_timeline import FRIDAY, events, instant, tickets

HOUR = 3600
RESPONSE = "first_response"


def promises(
    hours: dict[str, str] | str | None = None,
    time_zone: str = "UTC",
    also: tuple[dict[str, Any], ...] = (),
    **keys: Any,
) -> PolicyFile:
    """A policy file with one policy: two hours to answer, eight to resolve, four when high."""
    policy = {
        "name": "all",
        "schedule": "office",
        "targets": {"first_response": "2h", "resolution": {"default": "8h", "high": "4h"}},
        "pause_on": {"resolution": {"pending": "customer", "on_hold": "third_party"}},
        **keys,
    }
    office = {"time_zone": time_zone, "hours": hours or {"mon-fri": "09:00-17:00"}}
    return parse({"version": 1, "agents": "show", "schedules": {"office": office}, "policies": [policy, *also]})


OFFICE = promises()


def clocks(
    *lines: str, kind: str = "resolution", as_of: str = FRIDAY, file: PolicyFile = OFFICE, **ticket: object
) -> pl.DataFrame:
    """Clocks of one kind, of a ticket created on Monday at nine when the office opens."""
    found = evaluate(tickets(ticket), events(*lines), file, instant(as_of))
    assert found.schema == CLOCKS
    return found.filter(pl.col("kind") == kind)


def check(found: pl.DataFrame, expected: dict[str, object]) -> None:
    """One clock with these values; instants in words."""
    assert found.height == 1
    row = found.row(0, named=True)
    wanted = {key: instant(value) if key.endswith("_at") and isinstance(value, str) else value
              for key, value in expected.items()}  # fmt: skip
    assert {key: row[key] for key in wanted} == wanted


MET = {"state": "met", "breached": False, "breached_at": None, "decided": True}
LATE = {"state": "breached", "breached": True, "decided": True}
UNDECIDED = {"breached": None, "breached_at": None, "decided": False}


RESOLUTION = [
        pytest.param(
            ["Mon 17:00 resolved"],
            {**MET, "stopped_at": "Mon 17:00", "due_at": "Mon 17:00", "elapsed_seconds": 8 * HOUR},
            id="stopped exactly at due is met",
        ),
        pytest.param(
            ["Mon 17:00:00.000001 resolved"],
            {**LATE, "breached_at": "Mon 17:00", "elapsed_seconds": 8 * HOUR, "total_seconds": 8 * HOUR},
            id="a microsecond later, closed",
        ),
        pytest.param(
            ["Tue 09:00 resolved"], {**LATE, "breached_at": "Mon 17:00", "elapsed_seconds": 8 * HOUR}, id="next opening"
        ),
        pytest.param(
            [],
            {**LATE, "stopped_at": None, "breached_at": "Mon 17:00", "elapsed_seconds": 35 * HOUR},
            id="never resolved",
        ),
        pytest.param(
            ["next Mon 09:00 resolved"],
            {**LATE, "stopped_at": None, "elapsed_seconds": 35 * HOUR, "total_seconds": 99 * HOUR},
            id="an event after the as-of instant is ignored",
        ),
        pytest.param(
            ["Mon 09:00 resolved"],
            {**MET, "stopped_at": "Mon 09:00", "due_at": "Mon 17:00", "elapsed_seconds": 0, "total_seconds": 0},
            id="resolved at creation",
        ),
        pytest.param(
            ["Fri 12:00 resolved"],
            {**LATE, "stopped_at": "Fri 12:00", "due_at": "Mon 17:00", "elapsed_seconds": 35 * HOUR},
            id="resolved at the as-of instant",
        ),
        pytest.param(
            ["Mon 10:00 pending", "Mon 12:00 open", "Mon 16:00 resolved"],
            {**MET, "due_at": "Tue 11:00", "elapsed_seconds": 5 * HOUR, "paused_seconds": 2 * HOUR,
             "total_seconds": 7 * HOUR, "requester_wait_seconds": 5 * HOUR, "pauses": 1},
            id="a pause shifts due",
        ),
        pytest.param(
            ["Mon 10:00 pending", "Mon 12:00 on_hold", "Mon 13:00 open", "Mon 14:00 pending", "Mon 15:00 resolved"],
            {"elapsed_seconds": 2 * HOUR, "paused_seconds": 4 * HOUR, "requester_wait_seconds": 3 * HOUR, "pauses": 2},
            id="waiting for a third party is the customer's wait too",
        ),
        pytest.param(
            ["Mon 10:00 pending"],
            {**UNDECIDED, "state": "paused", "due_at": "next Mon 11:00", "elapsed_seconds": HOUR,
             "paused_seconds": 34 * HOUR},
            id="paused at as-of is undecided, due if it went on now",
        ),
        pytest.param(
            ["Fri 12:00 pending"], {**LATE, "due_at": "Mon 17:00", "pauses": 1}, id="a pause cannot mend a breach"
        ),
        pytest.param(
            ["Mon 10:00 pending", "Fri 12:00 open"],
            {**UNDECIDED, "state": "running", "due_at": "next Mon 11:00", "elapsed_seconds": HOUR},
            id="goes on exactly at as-of",
        ),
        pytest.param(
            ["Mon 10:00 pending", "Tue 10:00 resolved"],
            {**MET, "due_at": "Tue 17:00", "elapsed_seconds": HOUR, "paused_seconds": 8 * HOUR},
            id="paused then resolved",
        ),
        pytest.param(
            ["Mon 12:00 message", "Thu 16:00 pending", "Fri 12:00 reply"],
            {**LATE, "breached_at": "Mon 17:00", "elapsed_seconds": 31 * HOUR, "paused_seconds": 4 * HOUR},
            id="a pause after the breach is counted and mends nothing",
        ),
        pytest.param(
            ["Mon 11:00 resolved", "Tue 12:00 open", "Tue 13:00 reply", "Tue 15:00 resolved"],
            {**MET, "stopped_at": "Tue 15:00", "due_at": "Wed 10:00", "elapsed_seconds": 5 * HOUR, "reopenings": 1,
             "paused_seconds": 0, "total_seconds": 30 * HOUR},
            id="reopened goes on, solved time left out",
        ),
        pytest.param(
            ["Mon 11:00 resolved", "Tue 12:00 open", "Tue 13:00 reply"],
            {**LATE, "stopped_at": None, "breached_at": "Wed 10:00", "elapsed_seconds": 26 * HOUR},
            id="reopened and left",
        ),
        pytest.param(
            ["Mon 10:00 reply", "Mon 12:00 resolved", "Wed 09:00 open", "Wed 10:00 closed"],
            {**MET, "stopped_at": "Mon 12:00", "due_at": "Mon 17:00", "elapsed_seconds": 3 * HOUR,
             "total_seconds": 3 * HOUR, "reopenings": 0, "ignored_reopenings": 1},
            id="thanks are ignored and counted",
        ),
]  # fmt: skip


FIRST_RESPONSE = [
        pytest.param([], {**LATE, "stopped_at": None, "breached_at": "Mon 11:00"}, id="never answered"),
        pytest.param(["Mon 11:00 reply"], {**MET, "due_at": "Mon 11:00", "elapsed_seconds": 2 * HOUR}, id="at due"),
        pytest.param(
            ["Mon 11:00:00.000001 reply"],
            {**LATE, "breached_at": "Mon 11:00", "elapsed_seconds": 2 * HOUR},
            id="a microsecond late",
        ),
        pytest.param(["Mon 10:00 message", "Tue 09:00 reply"], {**LATE, "stopped_at": "Tue 09:00"}, id="message"),
        pytest.param(
            ["Mon 10:00 resolved"], {**MET, "stopped_at": "Mon 10:00", "elapsed_seconds": HOUR}, id="no reply"
        ),
        pytest.param(
            ["Mon 10:00 resolved", "Mon 10:30 reply"], {**MET, "stopped_at": "Mon 10:00"}, id="resolved before reply"
        ),
        pytest.param(
            ["Mon 09:30 pending", "Mon 12:00 reply"],
            {**LATE, "elapsed_seconds": 3 * HOUR, "paused_seconds": 0},
            id="does not pause unless told to",
        ),
        pytest.param(["Mon 09:00 resolved"], {**MET, "stopped_at": "Mon 09:00", "elapsed_seconds": 0}, id="at once"),
]  # fmt: skip


CHANGES = [
        pytest.param(
            ["Mon 11:00 priority low>high", "Mon 13:00 resolved"],
            {**MET, "due_at": "Mon 13:00", "elapsed_seconds": 4 * HOUR, "target_seconds": 4 * HOUR, "priority": "high"},
            id="a raise carries elapsed",
        ),
        pytest.param(
            ["Mon 14:00 priority low>high", "Mon 15:00 resolved"],
            {**LATE, "breached_at": "Mon 14:00", "elapsed_seconds": 6 * HOUR, "target_seconds": 4 * HOUR},
            id="a raise that puts due in the past falls due at the change",
        ),
        pytest.param(
            ["Mon 13:00 priority low>high", "Mon 13:00:01 resolved"],
            {**LATE, "breached_at": "Mon 13:00"},
            id="a raise that uses the target up exactly",
        ),
        pytest.param(
            ["Mon 14:00 priority high>low", "Mon 15:00 resolved"],
            {**LATE, "breached_at": "Mon 13:00", "due_at": "Mon 13:00", "target_seconds": 4 * HOUR, "priority": "high"},
            id="a breach under an earlier target stands",
        ),
        pytest.param(
            ["Mon 12:00 priority high>low", "Mon 17:00 resolved"],
            {**MET, "due_at": "Mon 17:00", "target_seconds": 8 * HOUR},
            id="lowered in time",
        ),
        pytest.param(
            ["Mon 12:00 pending", "Mon 12:30 priority low>high", "Mon 13:00 open"],
            {**LATE, "breached_at": "Mon 14:00", "target_seconds": 4 * HOUR},
            id="raised while paused",
        ),
        pytest.param(["Mon 10:00 team a>b", "Tue 09:00 team b>c"], {"team_at_due": "b", "handoffs": 2}, id="credit"),
        pytest.param(
            ["Mon 10:00 team a>b", "Mon 11:00 pending", "Mon 12:00 team b>c", "Mon 13:00 agent x>y",
             "Mon 14:00 resolved"],
            {**MET, "team_at_due": "c", "agent_at_due": "y", "elapsed_seconds": 2 * HOUR},
            id="credit of a ticket handed over while paused",
        ),
        pytest.param(
            ["Mon 10:00 pending", "Mon 11:00 priority low>high"],
            {**UNDECIDED, "state": "paused", "due_at": "Fri 15:00", "target_seconds": 4 * HOUR, "priority": "high"},
            id="raised while paused, still paused",
        ),
        pytest.param(
            ["Mon 11:00 priority low>high", "Mon 12:00 pending", "Fri 12:00 priority high>low"],
            {**UNDECIDED, "due_at": "Fri 17:00", "target_seconds": 8 * HOUR, "priority": "low"},
            id="lowered at as-of",
        ),
]  # fmt: skip


CANCELLED = {**UNDECIDED, "state": "cancelled", "breached_calendar": None}


CANCELLATIONS = [
        pytest.param(["Mon 12:00 merged"], {**CANCELLED, "stopped_at": "Mon 12:00", "elapsed_seconds": 3 * HOUR}),
        pytest.param(["Mon 17:00 merged"], CANCELLED),
        pytest.param(["Tue 10:00 merged"], {**LATE, "breached_at": "Mon 17:00", "stopped_at": "Tue 10:00"}),
        pytest.param(["Mon 12:00 resolved", "Mon 13:00 merged"], {**MET, "stopped_at": "Mon 12:00"}),
        *(
            pytest.param([f"{when} {reason}"], CANCELLED)
            for reason in ("spam", "deleted", "test")
            for when in ("Mon 12:00", FRIDAY)
        ),
        pytest.param(["Mon 12:00 resolved", "Mon 13:00 spam"], CANCELLED),
]  # fmt: skip


CASES = [
    *(("resolution", case) for case in (*RESOLUTION, *CHANGES, *CANCELLATIONS)),
    *((RESPONSE, case) for case in FIRST_RESPONSE),
]


@cache
def judged() -> pl.DataFrame:
    """The clocks of every case, each a ticket of its own, evaluated together."""
    rows = tickets(*({"ticket_id": str(number)} for number in range(len(CASES))))
    happened = [events(*case.values[0], ticket_id=str(number)) for number, (_, case) in enumerate(CASES)]
    return evaluate(rows, pl.concat(happened), OFFICE, instant(FRIDAY))


@pytest.mark.parametrize(
    "number", range(len(CASES)), ids=[f"{kind}: {case.id or ', '.join(case.values[0])}" for kind, case in CASES]
)
def test_a_clock(number: int) -> None:
    kind, case = CASES[number]
    check(judged().filter(ticket_id=str(number), kind=kind), case.values[1])


def test_a_ticket_alone_has_the_clocks_it_has_among_others() -> None:
    for number in (0, len(CASES) // 2):
        name = str(number)
        happened = events(*CASES[number][1].values[0], ticket_id=name)
        alone = evaluate(tickets({"ticket_id": name}), happened, OFFICE, instant(FRIDAY))
        assert alone.equals(judged().filter(ticket_id=name))
