"""Does each breach get the one cause it should, the first that fits?"""

from collections import Counter
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import polars as pl
import pytest

from analytics.causes import (
    CAUSE,
    CAUSES,
    ELSEWHERE,
    HANDED,
    NOT_STARTED,
    OPENING,
    REOPENED,
    SLOW,
    STARTED,
    UNASSIGNED,
    UNKNOWN,
    UNTOUCHED,
    caused,
    shares,
    unchecked,
    weekly,
)
from analytics.clocks import evaluate
from analytics.conditions import BREACHED
from analytics.evidence import HISTORIES
from analytics.measure import Hours, judged_on
from analytics.schedule import Schedule
from analytics.schemas import CLOCK_KEY, CLOCKS
from tests.analytics.histories import AS_OF as END
from tests.analytics.histories import Desk, promised
from tests.analytics.tickets import utc

OFFICE = Schedule.weekly("office", "Europe/Stockholm", {"mon-fri": ["08:00-17:00"]}, [date(2026, 7, 13)])
HOURS = {
    ("desk", "office"): OFFICE,
    ("other", "office"): Schedule.weekly("office", "UTC", {"mon-fri": ["10:00-17:00"]}),
}
MONDAY = "2026-07-06"
OUTCOMES = ("pauses", "reopenings", "conversation", *HISTORIES)
"""What a file that tells only outcomes does not tell."""


def at(time: str, day: str = MONDAY) -> datetime:
    """A local time in Stockholm, in summer."""
    return utc(f"{day}T{int(time[:2]) - 2:02d}{time[2:]}")


IN_HAND: dict[str, Any] = {
    "started_at": at("09:00"),
    "started_open": True,
    "due_at": at("13:00"),
    "target_seconds": 4 * 3600,
    "assigned_at": at("09:30"),
    "touched_at": at("10:00"),
    "held_elsewhere": False,
    "reopenings_by_due": 0,
    "handoffs_by_due": 0,
}
"""A breach that somebody worked on in time."""


def breach(**changed: Any) -> dict[str, Any]:
    key = {"source": "desk", "ticket_id": "1", "kind": "resolution", "cycle": 1, "schedule": "office"}
    return {**key, **IN_HAND, **changed}


def cause(hours: Hours = "business", gaps: Collection[str] = (), **changed: Any) -> str:
    frame = pl.DataFrame(
        [breach(**changed)], schema_overrides={name: CLOCKS[name] for name in breach() if name in CLOCKS}
    )
    found = caused(frame, HOURS, {"desk": gaps, "other": ()}, hours)
    return str(found["cause"].item())


SHUT = {"started_at": at("19:00", "2026-07-03"), "started_open": False}
"""Friday evening; the desk opens on Monday at 08:00."""


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, SLOW),
        ({**SHUT, "due_at": at("08:00")}, OPENING),
        ({**SHUT, "due_at": at("08:00", "2026-07-04")}, OPENING),
        ({**SHUT, "due_at": utc("2026-07-06T06:00:01"), "assigned_at": at("07:00")}, UNTOUCHED),
        ({"started_open": True, "due_at": at("09:00")}, UNASSIGNED),
        ({"assigned_at": None}, UNASSIGNED),
        ({"assigned_at": at("13:00")}, SLOW),
        ({"assigned_at": utc("2026-07-06T11:00:01")}, UNASSIGNED),
        ({"touched_at": None}, UNTOUCHED),
        ({"touched_at": at("13:00")}, SLOW),
        ({"touched_at": utc("2026-07-06T11:00:01")}, UNTOUCHED),
        ({"held_elsewhere": True}, ELSEWHERE),
        ({"held_elsewhere": None}, SLOW),
        ({"reopenings_by_due": 1}, REOPENED),
        ({"handoffs_by_due": 2}, SLOW),
        ({"handoffs_by_due": 3}, HANDED),
    ],
)
def test_each_cause_and_its_boundary(changed: dict[str, Any], expected: str) -> None:
    assert cause(**changed) == expected


def test_the_opening_is_the_desks_own_and_knows_its_holidays() -> None:
    weekend = {"started_at": at("19:00", "2026-07-10"), "started_open": False, "assigned_at": None}
    assert cause(**weekend, due_at=at("08:00", "2026-07-14")) == OPENING
    assert cause(**weekend, due_at=at("08:01", "2026-07-14")) == UNASSIGNED
    other = {**SHUT, "source": "other", "assigned_at": None}
    assert cause(**other, due_at=utc("2026-07-06T10:00")) == OPENING
    assert cause(**other, due_at=utc("2026-07-06T10:01")) == UNASSIGNED


def test_the_first_that_fits_is_taken_in_the_order_of_the_registry() -> None:
    """Everything fits at first; what fits is taken away from the front."""
    whole: dict[str, Any] = {**SHUT, "due_at": at("08:00"), "assigned_at": None, "touched_at": None}
    whole |= {"held_elsewhere": True, "reopenings_by_due": 2, "handoffs_by_due": 4}
    found = [cause(**whole)]
    steps = (
        {"started_open": True},
        {"assigned_at": at("07:00")},
        {"touched_at": at("07:30")},
        {"held_elsewhere": False},
    )
    for step in (*steps, {"reopenings_by_due": 0}, {"handoffs_by_due": 0}):
        whole |= step
        found.append(cause(**whole))
    assert found == [each.name for each in CAUSES[:-1]]


def test_in_calendar_hours_a_clock_falls_due_its_written_target_after_its_start() -> None:
    """Started on Friday at 19:00, with four hours: over before anybody comes; with three days it is not."""
    late = {**SHUT, "due_at": at("12:00"), "assigned_at": at("08:30"), "touched_at": at("08:40")}
    assert cause("business", **late) == SLOW
    assert cause("calendar", **late) == OPENING
    assert cause("calendar", **late, target_seconds=61 * 3600) == OPENING
    assert cause("calendar", **late, target_seconds=61 * 3600 + 1) == UNASSIGNED
    assert cause("calendar", **late, target_seconds=61 * 3600 + 2400) == SLOW


@pytest.mark.parametrize(
    ("gaps", "changed", "expected"),
    [
        (OUTCOMES, {}, UNKNOWN),
        (OUTCOMES, {"assigned_at": None, "touched_at": None, "held_elsewhere": None}, UNKNOWN),
        (OUTCOMES, {**SHUT, "due_at": at("08:00")}, OPENING),
        (["agent_history"], {"assigned_at": None}, SLOW),
        (["agent_history"], {"assigned_at": None, "touched_at": None}, UNTOUCHED),
        (["conversation"], {"touched_at": None}, UNTOUCHED),
        (["conversation", "pauses"], {"touched_at": None}, UNKNOWN),
        (["conversation", "pauses"], {"touched_at": None, "assigned_at": None}, UNASSIGNED),
        (["conversation", "pauses"], {"touched_at": None, "reopenings_by_due": 1}, REOPENED),
        (["team_history"], {"held_elsewhere": None, "handoffs_by_due": None, "reopenings_by_due": 1}, REOPENED),
    ],
)
def test_what_a_source_does_not_tell_is_never_a_cause(
    gaps: Collection[str], changed: dict[str, Any], expected: str
) -> None:
    assert cause(gaps=gaps, **changed) == expected


def test_what_cannot_be_found_is_told_with_the_reason() -> None:
    assert unchecked([]) == {}
    assert list(unchecked(OUTCOMES)) == [each.name for each in CAUSES if each.name not in {OPENING, UNKNOWN}]
    told = unchecked(["team_history"])
    assert list(told) == [ELSEWHERE, HANDED]
    assert set(told.values()) == {"The export does not say which team held a ticket when."}


@pytest.mark.parametrize("hours", ["business", "calendar"])
def test_every_breach_of_a_whole_history_has_exactly_one_cause(hours: Hours) -> None:
    desk, file = Desk(5, 500), promised(targets={"first_response": "20m", "resolution": "2h"})
    clocks = judged_on(evaluate(*desk.frames(), file, END), hours).filter(BREACHED)
    schedule = file.schedules["desk"].schedule("desk", date(2026, 1, 1), date(2026, 12, 31))
    found = caused(clocks, {("desk", "desk"): schedule}, {"desk": ()}, hours)
    assert found.select(CLOCK_KEY).equals(clocks.select(CLOCK_KEY).sort(CLOCK_KEY))
    assert found.schema["cause"] == CAUSE
    assert found["cause"].null_count() == 0
    counted = shares(found)
    assert counted["breaches"].sum() == clocks.height > 100
    assert counted["share"].sum() == pytest.approx(1)
    assert dict(counted.select(pl.col("cause").cast(pl.String), "breaches").iter_rows()) == Counter(found["cause"])
    by_week = weekly(found)
    assert by_week["breaches"].sum() == clocks.height
    assert by_week.group_by("week").agg(pl.col("share").sum())["share"].to_list() == pytest.approx(
        [1.0] * by_week["week"].n_unique()
    )


def test_no_breach_has_no_cause() -> None:
    none = pl.DataFrame(schema=CLOCKS)
    found = caused(none, {}, {})
    assert found.is_empty()
    assert shares(found).is_empty()
    assert weekly(found).is_empty()


def test_shares_by_week_have_a_row_for_each_week_and_cause() -> None:
    week, after = date(2026, 7, 6), date(2026, 7, 13)
    rows = [(week, SLOW), (week, SLOW), (week, UNASSIGNED), (after, SLOW)]
    found = weekly(pl.DataFrame(rows, schema={"due_week": pl.Date, "cause": CAUSE}, orient="row"))
    assert found.rows() == [
        (week, UNASSIGNED, 1, 3, pytest.approx(1 / 3)),
        (week, SLOW, 2, 3, pytest.approx(2 / 3)),
        (after, UNASSIGNED, 0, 1, 0.0),
        (after, SLOW, 1, 1, 1.0),
    ]


def test_every_cause_but_the_unknown_one_says_whether_work_had_begun() -> None:
    assert (*NOT_STARTED, *STARTED, UNKNOWN) == tuple(each.name for each in CAUSES)
