"""Is each suspicious pattern found where it was planted, with its own tickets, and nothing in a clean history?"""

from datetime import datetime, timedelta
from functools import cache

import polars as pl
import pytest

from analytics.clocks import evaluate
from analytics.suspicions import FINDINGS, LOOKED, SEVERITIES, SUSPECTS, Found, find
from analytics.suspicions_patterns import PATTERNS
from tests.analytics.histories import AS_OF, Desk, behind, promised, rows
from tests.analytics.tickets import utc

MONDAY = utc("2026-04-13T08:58:07")
"""A high ticket opened now, just before the desk opens, is due at its closing at 17:00."""
HIGH = {"priority": "high", "team": "Apps"}


def on(number: int, minutes: int) -> datetime:
    """So many minutes after the opening of a ticket on the Monday `number` weeks on."""
    return MONDAY + timedelta(weeks=number % 12, seconds=3 * number, minutes=minutes)


CLEAN = range(50)


@cache
def clean() -> list[Found]:
    """What is seen in each clean history; their clocks are judged in one go, under names of their own."""
    desks = []
    for seed in CLEAN:
        own = pl.lit(f"{seed:02d}-") + pl.col("ticket_id")
        tickets, events = Desk(seed, tickets=400).frames()
        desks.append((tickets.with_columns(ticket_id=own), events.with_columns(ticket_id=own)))
    file = promised()
    clocks = evaluate(*(pl.concat(frames) for frames in zip(*desks, strict=True)), file, AS_OF)
    each = [clocks.filter(pl.col("ticket_id").str.starts_with(f"{seed:02d}-")) for seed in CLEAN]
    return [find(part, *desk, file, AS_OF) for part, desk in zip(each, desks, strict=True)]


@pytest.mark.parametrize("seed", CLEAN)
def test_a_clean_history_shows_nothing_to_act_on(seed: int) -> None:
    found = clean()[seed]
    assert found.findings.filter(pl.col("severity") == "act").is_empty()
    assert found.findings.height <= 1


def test_every_pattern_is_looked_for_in_it() -> None:
    found = Desk(1).found()
    assert found.looked["pattern"].to_list() == list(PATTERNS)
    assert found.looked.filter(pl.col("looked") == 0)["pattern"].to_list() == ["due"]


def test_frames_keep_their_schemas_and_order() -> None:
    desk = Desk(2, tickets=300)
    for number in range(40):
        desk.add(on(number, 0), [(on(number, 0), "status", "resolved", "open")])
    found = desk.found()
    assert found.findings.schema == FINDINGS
    assert found.tickets.schema == SUSPECTS
    assert found.looked.schema == LOOKED
    ranks = [list(SEVERITIES).index(each) for each in found.findings["severity"]]
    assert ranks == sorted(ranks)
    assert found.tickets.equals(found.tickets.sort("pattern", "place", "ticket_id", "at", "detail"))
    for row in found.findings.iter_rows(named=True):
        own = found.tickets.filter((pl.col("pattern") == row["pattern"]) & (pl.col("place") == row["place"]))
        assert set(row["tickets"]) <= set(own["ticket_id"])


def test_a_team_that_parks_its_tickets_is_found() -> None:
    desk = Desk(3)
    parked = {
        desk.add(
            at := desk.opened(),
            [
                (at + timedelta(minutes=31, seconds=5), "reply", None, None),
                (at + timedelta(minutes=40, seconds=3), "status", "on_hold", "open"),
                (end := desk.after(at, 150), "status", "open", "on_hold"),
                (end + timedelta(minutes=47, seconds=9), "status", "resolved", "open"),
            ],
            team="Parking",
        )
        for _ in range(150)
    }
    found = desk.found()
    (row,) = rows(found, "paused")
    assert (row["place"], row["of"], row["severity"]) == ("team Parking", 150, "act")
    assert row["share"] > 0.8
    assert row["expected"] < 0.4
    assert behind(found, "paused") <= parked
    assert len(behind(found, "paused")) == row["n"] > 100


def test_one_long_pause_does_not_make_a_team_stand_out() -> None:
    desk = Desk(4)
    at = utc("2026-01-06T10:00:01")
    desk.add(at, [(at + timedelta(hours=1), "status", "on_hold", "open")], team="Apps")
    assert rows(desk.found(), "paused") == []


@pytest.mark.parametrize(
    ("asked", "found"), [("before", 0), ("ten minutes later", 0), ("a day later", 1), ("never", 1)]
)
def test_pauses_without_a_question_are_found(asked: str, found: int) -> None:
    desk, planted = Desk(5), set()
    for number in range(40):
        happened = [(on(number, 60), "message", None, None), (on(number, 90), "status", "pending", "open")]
        minutes = {"before": 80, "ten minutes later": 100, "a day later": 1530}
        if asked in minutes:
            happened.append((on(number, minutes[asked]), "reply", None, None))
        planted.add(desk.add(on(number, 0), happened, team="Quiet"))
    seen = desk.found()
    assert len(rows(seen, "unasked")) == found
    assert behind(seen, "unasked") == (planted if found else set())
    if found:
        assert rows(seen, "unasked")[0]["place"] == "team Quiet"
        assert "30 min after the customer wrote" in seen.tickets.filter(pl.col("pattern") == "unasked")["detail"][0]


def solved_and_reopened(desk: Desk, number: int, minutes: int, again: int) -> str:
    """Solved so many minutes after opening, and reopened so many minutes later."""
    happened = [
        (on(number, 30), "reply", None, None),
        (on(number, minutes), "status", "resolved", "open"),
        (on(number, minutes + again), "status", "open", "resolved"),
        (on(number, minutes + again + 20), "reply", None, None),
        (on(number, minutes + again + 50), "status", "resolved", "open"),
    ]
    return desk.add(on(number, 0), happened, **HIGH)


@pytest.mark.parametrize(
    ("minutes", "again", "found"),
    [(460, 180, True), (460, 3 * 1440, True), (460, 4 * 1440, False), (300, 180, False), (490, 1000, False)],
)
def test_tickets_solved_near_due_and_soon_reopened_are_found(minutes: int, again: int, found: bool) -> None:
    desk = Desk(6)
    planted = {solved_and_reopened(desk, number, minutes, again) for number in range(15)}
    seen = desk.found()
    assert (planted <= behind(seen, "reopened")) == found
    if not found:
        assert rows(seen, "reopened") == []
        return
    (row,) = rows(seen, "reopened")
    assert row["place"] == "team Apps"
    details = seen.tickets.filter(pl.col("ticket_id") == min(planted))["detail"].to_list()
    assert details[0].startswith("solved 22 min before it was due, at 95 % of the target; reopened ")


@pytest.mark.parametrize(
    ("kind", "value", "minutes", "found"),
    [
        ("priority", "normal", 450, True),
        ("priority", "low", 479, True),
        ("priority", "normal", 300, False),
        ("priority", "urgent", 450, False),
        ("priority", "normal", 500, False),
        ("cancel", "merged", 450, True),
        ("cancel", "spam", 100, False),
    ],
)
def test_what_is_done_when_the_time_is_nearly_up_is_found(kind: str, value: str, minutes: int, found: bool) -> None:
    desk = Desk(7)
    pattern = {"priority": "lowered", "cancel": "cancelled"}[kind]
    before = {"priority": "high", "cancel": None}[kind]
    row = {**HIGH, "priority": value if kind == "priority" else "high", "team": "Late"}
    planted = set()
    for number in range(20):
        happened = [(on(number, 30), "reply", None, None), (on(number, minutes), kind, value, before)]
        if kind == "priority":
            happened.append((on(number, 1700), "status", "resolved", "open"))
        planted.add(desk.add(on(number, 0), happened, **row))
    seen = desk.found()
    assert behind(seen, pattern) == (planted if found else set())
    if found:
        (told,) = rows(seen, pattern)
        assert (told["place"], told["n"], told["of"], told["severity"]) == ("team Late", 20, 20, "act")


def test_a_breach_undone_by_a_lowered_priority_is_found() -> None:
    desk, planted = Desk(8), set()
    for number in range(20):
        happened = [(on(number, 490), "priority", "low", "high"), (on(number, 500), "status", "resolved", "open")]
        planted.add(desk.add(on(number, 0), happened, priority="low", team="Late"))
    seen = desk.found(promised(on_change="final"))
    assert behind(seen, "lowered") == planted
    assert rows(desk.found(), "lowered") == []
    detail = seen.tickets.filter(pl.col("pattern") == "lowered")["detail"][0]
    assert detail == "high to low at 100 % of the target, 8 min after it was due"
