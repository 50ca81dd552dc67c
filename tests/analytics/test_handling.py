"""What had been done with a ticket by the time its promise fell due?"""

from typing import Any

import polars as pl
import pytest

from analytics.clocks import judge
from tests.analytics.tickets import AS_OF, Event, clock, events, policy, tickets, utc

FILE = policy(hours={"mon-sun": ["00:00-24:00"]}, targets={"resolution": "4h", "first_resolution": "4h"})
"""Open at all hours: a ticket of 09:00 falls due at 13:00."""


def at(time: str) -> str:
    return f"2026-07-06T{time}"


def resolution(*happened: Event, **row: Any) -> dict[str, Any]:
    return clock("resolution", *happened, file=FILE, **{"team": "A", **row})


def moved(time: str, to: str | None, before: str | None) -> Event:
    return (at(time), "team", to, before)


SOLVED, AGAIN = (at("18:00"), "status", "resolved", "open"), "2026-07-06T20:00"


def test_handoffs_after_the_due_time_do_not_count_and_one_in_its_instant_does() -> None:
    early = resolution(moved("10:00", "B", "A"), moved("13:00", "C", "B"), moved("13:01", "A", "C"), SOLVED)
    assert (early["breached"], early["handoffs_by_due"], early["handoffs"]) == (True, 2, 3)


def test_time_without_a_team_is_no_handoff_and_the_same_team_again_is_none() -> None:
    found = resolution(moved("10:00", None, "A"), moved("11:00", "A", None), moved("12:00", "B", "A"), SOLVED)
    assert found["handoffs_by_due"] == found["handoffs"] == 1


def test_a_reopening_counts_where_it_lies_before_the_due_time() -> None:
    solved, reply = (at("10:00"), "status", "resolved", "open"), (at("11:30"), "reply")
    before = resolution(solved, (at("11:00"), "status", "open", "resolved"), reply, SOLVED)
    after = resolution(SOLVED, (AGAIN, "status", "open", "resolved"), ("2026-07-06T21:00", "reply"), team="A")
    assert (before["breached"], before["reopenings_by_due"]) == (True, 1)
    assert (after["breached"], after["reopenings_by_due"], after["reopenings"]) == (True, 0, 1)
    thanks = resolution(
        solved, (at("11:00"), "status", "open", "resolved"), (at("11:05"), "status", "resolved", "open")
    )
    assert (thanks["reopenings_by_due"], thanks["ignored_reopenings"]) == (0, 1)


@pytest.mark.parametrize(
    ("handed", "elsewhere"), [("10:59", False), ("11:00", False), ("11:01", True), ("12:59", True)]
)
def test_most_of_the_time_up_to_the_due_time_is_more_than_half_of_it(handed: str, elsewhere: bool) -> None:
    """Of the four hours the team in whose hands it broke held what is left after the handoff."""
    found = resolution(moved(handed, "B", "A"), SOLVED)
    assert (found["team_at_due"], found["held_elsewhere"]) == ("B", elsewhere)


def test_who_held_it_after_the_due_time_does_not_matter() -> None:
    found = resolution(moved("13:01", "B", "A"), ("2026-07-20T09:00", "status", "resolved", "open"))
    assert (found["team_at_due"], found["held_elsewhere"]) == ("A", False)


def test_time_paused_and_time_without_a_team_are_nobody_elses() -> None:
    paused = policy(
        hours={"mon-sun": ["00:00-24:00"]},
        targets={"resolution": "4h"},
        pause_on={"resolution": {"pending": "customer"}},
    )
    happened = (
        (at("09:00"), "status", "pending", "open"),
        (at("20:00"), "status", "open", "pending"),
        moved("21:00", "B", "A"),
    )
    found = clock("resolution", *happened, file=paused, team="A")
    assert (found["due_at"], found["held_elsewhere"]) == (utc("2026-07-07T00:00"), False)
    blank = resolution(moved("09:10", None, "A"), moved("12:50", "B", None), SOLVED)
    assert (blank["team_at_due"], blank["held_elsewhere"]) == ("B", False)


def test_a_clock_that_was_kept_is_told_up_to_its_stop() -> None:
    found = resolution(moved("10:00", "B", "A"), (at("10:30"), "status", "resolved", "open"), moved("11:00", "C", "B"))
    assert (found["breached"], found["handoffs_by_due"], found["held_elsewhere"]) == (False, 1, True)


def test_a_second_cycle_counts_from_its_own_beginning() -> None:
    file = policy(hours={"mon-sun": ["00:00-24:00"]}, targets={"resolution": "4h"}, on_reopen="restart")
    happened = (
        moved("09:30", "B", "A"),
        (at("10:00"), "status", "resolved", "open"),
        (at("12:00"), "status", "open", "resolved"),
        (at("12:30"), "reply"),
        moved("13:00", "C", "B"),
        (at("18:00"), "status", "resolved", "open"),
    )
    found = judge(tickets({"team": "A"}), events(*happened), file, AS_OF).clocks.filter(pl.col("kind") == "resolution")
    assert found.select("breached", "handoffs_by_due", "reopenings_by_due").rows() == [(False, 1, 0), (True, 1, 0)]
