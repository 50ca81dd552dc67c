"""Does the clock engine agree with a slow oracle, and is the oracle right on stories worked out by hand?"""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from itertools import islice
from typing import Any

import polars as pl
import pytest

from analytics import clocks as engine
from analytics.policy import parse
from analytics.schemas import EVENTS, TICKETS
from tests import clock_oracle_hours, oracle
from tests.clock_case_files import FILES, SCHEDULES
from tests.clock_cases import AS_OF, COUNT, NAMES, START, cases
from tests.clock_oracle import judge
from tests.clock_oracle_promises import DEFAULTS
from tests.clock_oracle_stories import Story, expected
from tests.clock_stories_rules import RULES
from tests.clock_stories_spans import SPANS
from tests.clock_stories_verdicts import VERDICT_STORIES

Plain = dict[str, Any]
Key = tuple[str, str, int]

TIMES = ("started_at", "stopped_at", "due_at", "breached_at")
LENGTHS = ("elapsed", "running", "paused", "total", "customer", "closed", "requester_wait", "target")
COLUMNS = (
    *("policy", "state", "breached", "internal_target_met", "due_by_change", "team_at_due", "holdings"),
    *TIMES,
    *(f"{name}_seconds" for name in LENGTHS),
)
KINDS = ("first_response", "next_response", "first_resolution", "resolution", "update", "ola")
STATES = ("running", "paused", "met", "breached", "cancelled")
SHOWN = 8
"""How many differences are told: the first are enough to find a mistake."""

OPTIONAL = (
    *("when", "valid", "pause_on", "day_means", "cutoff", "on_change", "on_reopen", "reopen_window", "no_reply"),
    *("unanswered_at_close", "after_due", "credited", "boundary", "internal_target", "after"),
)
DESKS = [clock_oracle_hours.desk_of(schedule) for schedule in SCHEDULES.values()]


@pytest.mark.parametrize(
    "story", [*SPANS, *RULES, *VERDICT_STORIES], ids=lambda story: f"{story.kind}: {story.lines} @ {story.as_of}"
)
def test_the_oracle_tells_a_story_as_worked_out_by_hand(story: Story) -> None:
    wanted = [expected(clock) for clock in story.clocks]
    told = story.told()
    assert [{name: clock[name] for name in want} for clock, want in zip(told, wanted, strict=False)] == wanted
    assert len(told) == len(wanted)


@pytest.mark.parametrize("desk", DESKS, ids=list(SCHEDULES))
def test_open_time_and_deadlines_are_those_of_the_day_walk(desk: oracle.Desk) -> None:
    draw = random.Random(1)
    for _ in range(100):
        start = START + timedelta(minutes=30 * draw.randrange(60 * 48))
        end = start + timedelta(minutes=30 * draw.randrange(400), seconds=draw.choice((0, 0, 7)))
        opened = clock_oracle_hours.open_time(desk, start, end)
        assert opened // oracle.SECOND == oracle.elapsed(desk, start, end)
        for boundary in ("closing", "next_opening"):
            due = clock_oracle_hours.runs_out(desk, start, opened, boundary)
            assert due == oracle.deadline(desk, start, opened // oracle.SECOND, boundary)
        assert clock_oracle_hours.is_open(desk, end) == oracle.is_open(desk, end)


# The engine


@cache
def judged(name: str) -> list[list[Plain]]:
    """The clocks of each ticket of a file as the oracle judges them."""
    return [judge(*case, FILES[name], AS_OF) for case in cases(name)]


@cache
def slow(name: str) -> dict[Key, Plain]:
    """The same by ticket, kind and cycle."""
    return {
        (ticket["ticket_id"], clock["kind"], clock["cycle"]): clock
        for (ticket, _), clocks in zip(cases(name), judged(name), strict=True)
        for clock in clocks
    }


@cache
def fast(name: str) -> dict[Key, Plain]:
    """The same as the engine judges them, all in one call."""
    tickets = pl.DataFrame([ticket for ticket, _ in cases(name)], schema=TICKETS)
    events = pl.DataFrame([each for _, events in cases(name) for each in events], schema=EVENTS)
    told = engine.judge(tickets, events, parse(FILES[name]), AS_OF)
    found = {_key(row): {**row, "holdings": {}} for row in told.clocks.iter_rows(named=True)}
    assert len(found) == told.clocks.height
    for row in told.holdings.iter_rows(named=True):
        found[_key(row)]["holdings"][row["team"] or ""] = row["elapsed_seconds"]
    return found


def _key(row: Plain) -> Key:
    return row["ticket_id"], row["kind"], row["cycle"]


def differences(column: str) -> list[str]:
    """Where a column differs, with the rules that were followed on the way."""
    return [
        f"{name} {key}: engine {fast(name)[key][column]}, oracle {clock[column]} ({', '.join(sorted(clock['marks']))})"
        for name in NAMES
        for key, clock in slow(name).items()
        if key in fast(name) and fast(name)[key][column] != clock[column]
    ]


@pytest.mark.parametrize("name", NAMES)
def test_the_engine_finds_the_same_clocks(name: str) -> None:
    wanted, found = set(slow(name)), set(fast(name))
    assert sorted(wanted - found)[:SHOWN] == []
    assert sorted(found - wanted)[:SHOWN] == []


@pytest.mark.parametrize("column", COLUMNS)
def test_the_engine_agrees(column: str) -> None:
    found = differences(column)
    assert found == [], f"{len(found)} differ in {column}:\n" + "\n".join(found[:SHOWN])


# The cases hold what is to be compared


def every_clock() -> list[Plain]:
    return [clock for name in NAMES for clock in slow(name).values()]


def rare(counted: Counter[Any], wanted: dict[Any, int]) -> dict[Any, int]:
    """What was counted less often than wanted."""
    return {name: counted[name] for name, least in wanted.items() if counted[name] < least}


def test_there_are_as_many_tickets_as_promised() -> None:
    assert sum(len(cases(name)) for name in NAMES) == COUNT == 5000


def test_every_kind_reached_every_state() -> None:
    counted = Counter((clock["kind"], clock["state"]) for clock in every_clock())
    assert rare(counted, {(kind, state): 25 for kind in KINDS for state in STATES}) == {}


def test_every_rule_was_followed() -> None:
    counted = Counter(mark for clock in every_clock() for mark in clock["marks"])
    wanted = {
        **{
            f"change: {word} {rule}": 50
            for word in ("raised", "lowered")
            for rule in ("carry", "restart", "keep", "final")
        },
        **{f"reopened: {word}": 40 for word in ("resume", "restart", "ignore", "late")},
        **{f"first_response: {word}": 40 for word in ("resolution", "cancel", "breach")},
        **{f"next_response: {word}": 40 for word in ("cancel", "judge")},
        **{f"day: {word}": 200 for word in ("next_business_day", "24_open_hours", "calendar_day", "keep_time_of_day")},
        "change: equal carry": 100,
        "day target: itself": 500,
        "day target: in open time": 100,
        "created by an agent": 100,
    }
    assert rare(counted, wanted) == {}


def optional_values() -> list[tuple[str, str]]:
    """The values of the files that may be left out and are not the default, with their keys."""
    return sorted(
        {
            (key, repr(each[key]))
            for file in FILES.values()
            for each in (*file["policies"], *file["agreements"])
            for key in OPTIONAL
            if each.get(key) and each[key] != DEFAULTS.get(key)
        }
    )


def without(file: Plain, key: str, value: str) -> Plain:
    """A file from which a value is left out wherever it stands."""
    left = {
        part: [{name: each[name] for name in each if name != key or repr(each[key]) != value} for each in file[part]]
        for part in ("policies", "agreements")
    }
    return {**file, **left}


def changed_without(key: str, value: str) -> Iterator[str]:
    """The tickets whose clocks are others where a value is left out."""
    for name in NAMES:
        other = without(FILES[name], key, value)
        if other != FILES[name]:
            for case, clocks in zip(cases(name), judged(name), strict=True):
                if judge(*case, other, AS_OF) != clocks:
                    yield case[0]["ticket_id"]


@pytest.mark.parametrize(("key", "value"), optional_values())
def test_every_value_in_the_files_makes_a_difference(key: str, value: str) -> None:
    assert len(list(islice(changed_without(key, value), 5))) == 5


def edges_of(ticket: Plain, events: list[Plain], edges: set[datetime]) -> Iterator[str]:
    """What of a ticket lies on an edge."""
    created, ats = ticket["created_at"], [each["at"] for each in events]
    cancelled = min((each["at"] for each in events if each["kind"] == "cancel"), default=AS_OF)
    happened = {
        "one instant": len(set(ats)) < len(ats),
        "opening or closing": not edges.isdisjoint(ats),
        "before creation": any(at < created for at in ats),
        "at creation": created in ats,
        "after the end": any(at > cancelled for at in ats),
        "at the end": cancelled in ats and ats.count(cancelled) > 1,
        "at the look": AS_OF in ats,
        "after the look": any(at > AS_OF for at in ats),
        "part of a second": any(at.microsecond for at in ats),
        "no team": any(each["kind"] == "team" and each["value"] is None for each in events),
        "blank before": any(each["kind"] == "status" and each["previous"] is None for each in events),
        "created after the look": created > AS_OF,
    }
    return (name for name, did in happened.items() if did)


def outcomes_of(clock: Plain) -> Iterator[str]:
    """What of a clock lies on an edge."""
    stopped, due = clock["stopped_at"], clock["due_at"]
    over = stopped - due if clock["breached"] and stopped is not None else None
    happened = {
        "stopped when due": stopped == due,
        "a second late": over is not None and over <= oracle.SECOND,
        "due by a change": clock["due_by_change"],
        "no length": clock["total_seconds"] == 0,
        "restarted": clock["elapsed_seconds"] < clock["running_seconds"],
    }
    return (name for name, did in happened.items() if did)


def test_many_things_happened_on_edges() -> None:
    edges = {edge for desk in DESKS for opening in oracle.openings(desk, START, AS_OF) for edge in opening}
    counted: Counter[str] = Counter()
    for name in NAMES:
        for ticket, events in cases(name):
            counted.update(edges_of(ticket, events, edges))
    for clock in every_clock():
        counted.update(outcomes_of(clock))
    wanted = {
        **dict.fromkeys(("one instant", "opening or closing", "stopped when due", "no length", "no team"), 200),
        **dict.fromkeys(("before creation", "at creation", "after the end", "at the end", "after the look"), 50),
        **dict.fromkeys(("a second late", "due by a change", "restarted", "part of a second", "at the look"), 50),
        **dict.fromkeys(("blank before", "created after the look"), 20),
    }
    assert rare(counted, wanted) == {}
