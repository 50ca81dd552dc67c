"""Supplied due times, boundaries, internal and calendar targets, local hours and what cannot be evaluated."""

from typing import Any

import pytest

from analytics.clocks import evaluate
from analytics.errors import ScheduleError
from analytics.policy import parse
from analytics.schemas import CLOCKS
from tests.analytics.test_clocks import HOUR, LATE, MET, RESPONSE, UNDECIDED, check, clocks, promises
from tests.analytics.test_timeline import FRIDAY, events, instant, tickets

OFFICE = promises()
NO_TARGETS: dict[str, Any] = {"targets": {}, "pause_on": {}}
SUPPLIED = promises(due="supplied", **NO_TARGETS)


def test_where_nothing_is_promised_there_is_no_clock() -> None:
    assert clocks(file=promises(when={"plan": "gold"}), plan="free").is_empty()
    assert clocks(file=promises(when={"plan": "gold"}), plan=None).is_empty()
    assert clocks(kind=RESPONSE, file=promises(targets={"resolution": "8h"})).is_empty()
    assert clocks(file=promises(targets={"resolution": {"high": "4h"}})).is_empty()
    assert clocks(file=SUPPLIED).is_empty()
    assert clocks(as_of="Mon 08:59").is_empty()


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
        (["Mon 13:00:00.000001 resolved"], FRIDAY, False),
        ([], "Mon 13:00", None),
        ([], "Mon 13:00:01", False),
        (["Mon 12:00 spam"], FRIDAY, None),
    ],
)
def test_internal_target(lines: list[str], as_of: str, met: bool | None) -> None:
    found = clocks(*lines, as_of=as_of, file=promises(internal_target="50%"))
    check(found, {"internal_target_seconds": 4 * HOUR, "internal_target_met": met})


def test_without_an_internal_target_there_is_no_verdict_on_it() -> None:
    check(clocks("Mon 13:00 resolved"), {"internal_target_seconds": None, "internal_target_met": None})


@pytest.mark.parametrize(
    ("lines", "wait", "late"),
    [
        (["Tue 00:00 resolved"], 8 * HOUR, False),
        (["Tue 00:00:01 resolved"], 8 * HOUR + 1, True),
        (["Tue 00:00:00.000001 resolved"], 8 * HOUR, True),
        (["Mon 16:30:00.600000 pending", "Mon 16:40:00.400000 open", "Mon 17:00 resolved"], 3000, False),
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
