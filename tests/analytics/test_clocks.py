"""Does each clock start, pause, stop, fall due and break when it should? Times are UTC; the office opens 09 to 17."""

from typing import Any

import polars as pl
import pytest

from analytics.clocks import evaluate
from analytics.errors import ScheduleError
from analytics.policy import PolicyFile, parse
from analytics.schemas import CLOCKS
from tests.analytics.test_timeline import FRIDAY, events, instant, tickets

HOUR = 3600
RESPONSE = "first_response"
NO_TARGETS: dict[str, Any] = {"targets": {}, "pause_on": {}}


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
    return parse({"version": 1, "schedules": {"office": office}, "policies": [policy, *also]})


OFFICE = promises()
SUPPLIED = promises(due="supplied", **NO_TARGETS)


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


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
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
    ],
)  # fmt: skip
def test_resolution(lines: list[str], expected: dict[str, object]) -> None:
    check(clocks(*lines), expected)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
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
    ],
)
def test_first_response(lines: list[str], expected: dict[str, object]) -> None:
    check(clocks(*lines, kind=RESPONSE), expected)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
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
    ],
)
def test_changes_on_the_way(lines: list[str], expected: dict[str, object]) -> None:
    check(clocks(*lines), expected)


CANCELLED = {**UNDECIDED, "state": "cancelled", "breached_calendar": None}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["Mon 12:00 merged"], {**CANCELLED, "stopped_at": "Mon 12:00", "elapsed_seconds": 3 * HOUR}),
        (["Mon 17:00 merged"], CANCELLED),
        (["Tue 10:00 merged"], {**LATE, "breached_at": "Mon 17:00", "stopped_at": "Tue 10:00"}),
        (["Mon 12:00 resolved", "Mon 13:00 merged"], {**MET, "stopped_at": "Mon 12:00"}),
        *(
            ([f"{when} {reason}"], CANCELLED)
            for reason in ("spam", "deleted", "test")
            for when in ("Mon 12:00", FRIDAY)
        ),
        (["Mon 12:00 resolved", "Mon 13:00 spam"], CANCELLED),
    ],
)
def test_cancellations(lines: list[str], expected: dict[str, object]) -> None:
    check(clocks(*lines), expected)


def test_where_nothing_is_promised_there_is_no_clock() -> None:
    assert clocks(file=promises(when={"plan": "gold"}), plan="free").is_empty()
    assert clocks(file=promises(when={"plan": "gold"}), plan=None).is_empty()
    assert clocks(kind=RESPONSE, file=promises(targets={"resolution": "8h"})).is_empty()
    assert clocks(file=promises(targets={"resolution": {"high": "4h"}})).is_empty()
    assert clocks(file=SUPPLIED).is_empty()


@pytest.mark.parametrize(
    ("lines", "due", "expected"),
    [
        (["Tue 10:00 resolved"], "Tue 10:00", {**MET, "target_seconds": 9 * HOUR, "elapsed_seconds": 9 * HOUR}),
        (["Tue 10:00:00.000001 resolved"], "Tue 10:00", {**LATE, "breached_at": "Tue 10:00"}),
        (["Mon 10:00 pending"], "Tue 10:00", {**LATE, "stopped_at": None, "breached_at": "Tue 10:00", "pauses": 0}),
        ([], "Fri 12:00:00.000001", {**UNDECIDED, "state": "running", "due_at": "Fri 12:00:00.000001"}),
        (["Tue 10:00 resolved"], "next Mon 10:00", {"state": "met", "breached": False, "decided": False}),
    ],
    ids=["met", "breached", "open", "not yet due", "met, not yet due"],
)
def test_supplied_due(lines: list[str], due: str, expected: dict[str, object]) -> None:
    found = clocks(*lines, file=SUPPLIED, resolution_due_at=instant(due), resolution_breached=True)
    check(found, {**expected, "due_at": due, "supplied_breached": True, "breached_calendar": found["breached"][0]})


def test_a_target_that_uses_up_the_opening_falls_due_at_the_boundary_the_policy_names() -> None:
    other = {"name": "other", "schedule": "office", "targets": {"resolution": "8h"}}
    file = promises(boundary="next_opening", when={"plan": "gold"}, also=(other,))
    check(clocks("Tue 09:00 resolved", file=file, plan="gold"), {**MET, "due_at": "Tue 09:00", "due_hour": 9})
    check(clocks("Tue 09:00 resolved", file=file), {**LATE, "due_at": "Mon 17:00", "policy": "other"})


@pytest.mark.parametrize(
    ("lines", "as_of", "met"),
    [
        (["Mon 13:00 resolved"], FRIDAY, True),
        (["Mon 13:00:01 resolved"], FRIDAY, False),
        ([], "Mon 13:00", None),
        ([], "Mon 13:00:01", False),
        (["Mon 12:00 spam"], FRIDAY, None),
    ],
)
def test_internal_target(lines: list[str], as_of: str, met: bool | None) -> None:
    found = clocks(*lines, as_of=as_of, file=promises(internal_target="50%"))
    check(found, {"internal_target_seconds": 4 * HOUR, "internal_target_met": met})
    check(clocks(*lines, as_of=as_of), {"internal_target_seconds": None, "internal_target_met": None})


@pytest.mark.parametrize(
    ("lines", "wait", "late"),
    [
        (["Tue 00:00 resolved"], 8 * HOUR, False),
        (["Tue 00:00:01 resolved"], 8 * HOUR + 1, True),
        (["Mon 16:30 pending", "Tue 09:30 open", "Tue 10:00 resolved"], HOUR, False),
        (["Mon 16:30 on_hold", "Tue 09:30 open", "Tue 10:00 resolved"], 18 * HOUR, True),
    ],
)
def test_calendar_twin(lines: list[str], wait: int, late: bool) -> None:
    found = clocks(*lines, created_at=instant("Mon 16:00"))
    check(found, {**MET, "requester_wait_seconds": wait, "breached_calendar": late})


@pytest.mark.parametrize(
    ("hours", "zone", "created", "expected"),
    [
        ({"mon-fri": "09:00-17:00"}, "UTC", "Mon 09:00", ["Mon", 9, True, "Mon", 16]),
        ({"mon-fri": "09:00-17:00"}, "UTC", "Mon 17:00", ["Mon", 17, False, "Tue", 16]),
        ({"mon-fri": "09:00-17:00"}, "UTC", "Mon 10:00", ["Mon", 10, True, "Tue", 10]),
        ({"mon-fri": "16:00-24:00"}, "UTC", "Mon 16:00", ["Mon", 16, True, "Mon", 23]),
        ("24x7", "UTC", "Mon 16:00", ["Mon", 16, True, "Tue", 0]),
        ("24x7", "America/New_York", "Mon 03:30", ["Sun", 22, True, "Mon", 6]),
        ({"mon-fri": "09:00-17:00"}, "Asia/Kolkata", "Mon 03:30", ["Mon", 9, True, "Mon", 16]),
    ],
)
def test_weekday_and_hour_are_local_and_a_closing_instant_belongs_to_the_hour_that_closes(
    hours: dict[str, str] | str, zone: str, created: str, expected: list[object]
) -> None:
    found = clocks(file=promises(hours, zone), created_at=instant(created), as_of="Wed 12:00").row(0, named=True)
    days = {1: "Mon", 2: "Tue", 7: "Sun"}
    assert [
        *(days[found["started_weekday"]], found["started_hour"], found["started_open"]),
        *(days[found["due_weekday"]], found["due_hour"]),
    ] == expected
    assert (found["due_date"].isoweekday(), found["due_week"].isoweekday()) == (found["due_weekday"], 1)
    assert (found["due_month"].day, found["time_zone"]) == (1, zone)


def test_empty_frames_have_no_clocks() -> None:
    none = evaluate(tickets(), events(), OFFICE, instant(FRIDAY))
    assert none.is_empty()
    assert none.schema == CLOCKS


@pytest.mark.parametrize(
    ("hours", "message"),
    [({"sun": "09:00-09:01"}, "too little open time for a target of policy 'all'"), ({}, "never opens")],
)
def test_hours_that_cannot_hold_the_target(hours: dict[str, str], message: str) -> None:
    policy = {"name": "all", "schedule": "office", "targets": {"resolution": "80h"}}
    office = {"time_zone": "UTC", "hours": hours}
    file = parse({"version": 1, "schedules": {"office": office}, "policies": [policy]})
    with pytest.raises(ScheduleError, match=message):
        evaluate(tickets({}), events(), file, instant(FRIDAY))
