"""Are times that cannot be as told, and histories that are not whole, found where they were planted?"""

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest

from analytics.clocks import evaluate
from analytics.suspicions import Found, find
from tests.analytics.histories import AS_OF, WEEKS, Desk, behind, promised, rows
from tests.analytics.tickets import utc

MINUTE = timedelta(minutes=1)


def after_planting(desk: Desk, change: Any, zone: str = "UTC") -> Found:
    """What is found when the frames of a history are changed first."""
    tickets, events = change(*desk.frames())
    file = promised(zone)
    return find(evaluate(tickets, events, file, AS_OF), tickets, events, file, AS_OF)


@pytest.mark.parametrize(
    ("count", "severity"), [(19, None), (30, "look"), (110, "act"), (4, None)]
)  # of 700 or so: 30 are more than 1 %, 110 more than 10 %
def test_bulk_closes_are_found(count: int, severity: str | None) -> None:
    desk = Desk(11, tickets=700)
    at = utc("2026-04-15T14:30:00")
    planted = {
        desk.add(desk.opened().replace(month=3), [(at + timedelta(seconds=second % 60), "status", "resolved", "open")])
        for second in range(count)
    }
    found = desk.found()
    assert behind(found, "bulk") == (planted if severity else set())
    assert [row["severity"] for row in rows(found, "bulk")] == ([severity] if severity else [])
    if severity:
        (row,) = rows(found, "bulk")
        assert row["place"] == "solved, Wed 15 Apr 2026 14:30 UTC"
        assert row["n"] == count


def test_bulk_minutes_close_together_are_one_place_in_local_time() -> None:
    desk = Desk(12)
    planted = set()
    for minute in (0, 1, 11, 30):
        for second in range(26):
            at = utc("2026-04-15T22:30:00") + timedelta(minutes=minute, seconds=second)
            planted.add(desk.add(utc("2026-04-14T10:00:03"), [(at, "status", "resolved", "open")]))
    found = after_planting(desk, lambda *frames: frames, "Europe/Stockholm")
    places = {row["place"]: (row["n"], row["text"]) for row in rows(found, "bulk")}
    assert set(places) == {"solved, Thu 16 Apr 2026 00:30–00:41", "solved, Thu 16 Apr 2026 01:00"}
    assert places["solved, Thu 16 Apr 2026 00:30–00:41"][0] == 78
    assert "in 3 minutes" in places["solved, Thu 16 Apr 2026 00:30–00:41"][1]
    assert behind(found, "bulk") == planted


def test_closing_what_was_solved_before_is_for_the_record() -> None:
    desk = Desk(13)
    night = utc("2026-04-19T02:00:00")
    for number in range(200):
        at = utc("2026-04-13T10:00:03") + timedelta(minutes=7 * number)
        happened = [(at, "status", "resolved", "open"), (night, "status", "closed", "resolved")]
        desk.add(at - timedelta(hours=3), happened)
    (row,) = rows(desk.found(), "bulk")
    assert (row["n"], row["of"], row["severity"]) == (200, 200, "note")
    assert "no clock of theirs stopped then" in row["text"]


@pytest.mark.parametrize(
    ("what", "seconds", "severity"),
    [
        (("status", "resolved", "open"), 1, "look"),
        (("status", "resolved", "open"), 2, None),
        (("reply", None, None), 0, "act"),
        (("reply", None, None), 3, None),
    ],
)
def test_what_is_done_as_it_is_opened_is_found(what: tuple[Any, ...], seconds: int, severity: str | None) -> None:
    desk = Desk(14)
    planted = set()
    for _ in range(120):
        created = desk.opened()
        happened = [(created + timedelta(seconds=seconds), *what), (desk.after(created, 9), "status", "closed", "open")]
        planted.add(desk.add(created, happened, team="Robots"))
    found = desk.found()
    assert behind(found, "at_once") == (planted if severity else set())
    assert [row["severity"] for row in rows(found, "at_once")] == ([severity] if severity else [])


def test_an_answer_to_a_ticket_of_our_own_is_no_wonder() -> None:
    desk = Desk(15)
    for _ in range(120):
        created = desk.opened()
        happened = [(created, "reply", None, None), (desk.after(created, 9), "status", "resolved", "open")]
        desk.add(created, happened, created_by_agent=True)
    assert rows(desk.found(), "at_once") == []


def test_clocks_due_before_they_begin_are_found() -> None:
    tickets, events = Desk(16).frames()
    file = promised()
    clocks = evaluate(tickets, events, file, AS_OF)
    odd = clocks.filter(pl.col("kind") == "resolution")["ticket_id"].head(3)
    early = (pl.col("kind") == "resolution") & pl.col("ticket_id").is_in(odd.implode())
    clocks = clocks.with_columns(due_at=pl.when(early).then("started_at").otherwise("due_at"))
    (row,) = rows(found := find(clocks, tickets, events, file, AS_OF), "at_once")
    assert (row["place"], row["n"], row["severity"]) == ("due before it began", 3, "look")
    assert behind(found, "at_once") == set(odd)


@pytest.mark.parametrize(
    ("every", "zone", "place", "severity"),
    [
        ("1d", "UTC", "solved at midnight", "act"),
        ("1d", "Asia/Kolkata", "solved at midnight", "act"),
        ("1h", "UTC", "solved on the hour", "look"),
        ("1h", "Asia/Kolkata", "solved on the hour", "look"),
        ("5m", "UTC", "solved on five minutes", "look"),
        ("1m", "UTC", "solved on the minute", "note"),
        ("1s", "UTC", None, None),
    ],
)
def test_round_times_are_found(every: str, zone: str, place: str | None, severity: str | None) -> None:
    def rounded(tickets: pl.DataFrame, events: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        shift = timedelta(hours=5.5) if zone == "Asia/Kolkata" else timedelta()
        at = (pl.col("at") + shift).dt.truncate(every) - shift + pl.duration(days=1 if every == "1d" else 0)
        solves = (pl.col("kind") == "status") & (pl.col("value") == "resolved")
        return tickets, events.with_columns(at=pl.when(solves).then(at).otherwise("at"))

    found = after_planting(Desk(17), rounded, zone)
    assert [(row["place"], row["severity"]) for row in rows(found, "round")] == ([(place, severity)] if place else [])
    if place:
        (row,) = rows(found, "round")
        assert row["n"] == row["of"] == found.tickets.filter(pl.col("pattern") == "round").height


def supplied(desk: Desk, zone: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A history with the due times a help desk would give, of a promise in open hours with holidays."""
    tickets, events = desk.frames()
    clocks = evaluate(tickets, events.clear(), promised(zone), AS_OF).filter(pl.col("kind") == "resolution")
    due = clocks.select("ticket_id", resolution_due_at="due_at")
    return tickets.drop("resolution_due_at").join(due, on="ticket_id", how="left").select(tickets.columns), events


@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_due_times_set_by_hand_are_found_and_computed_ones_are_not(zone: str) -> None:
    desk = Desk(18, tickets=1_600)
    clean = after_planting(desk, lambda *_: supplied(desk, zone), zone)
    assert clean.looked.filter(pl.col("pattern") == "due")["looked"][0] > 1_000
    assert rows(clean, "due") == []
    ids = desk.frames()[0].filter(pl.col("priority") == "normal")["ticket_id"].gather_every(40).head(12)

    def moved(*_: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        tickets, events = supplied(desk, zone)
        spread = pl.int_range(pl.len()) % 97 + 31
        hand = (pl.col("resolution_due_at") + pl.duration(days=1) + 11 * spread * MINUTE).dt.truncate("1m")
        own = pl.col("ticket_id").is_in(ids.implode())
        return tickets.with_columns(resolution_due_at=pl.when(own).then(hand).otherwise("resolution_due_at")), events

    found = after_planting(desk, moved, zone)
    (row,) = rows(found, "due")
    # One set by hand may fall on a time of day that the rule gives often, too.
    assert behind(found, "due") <= set(ids)
    assert len(behind(found, "due")) == row["n"] >= 9
    assert (row["place"], row["severity"]) == ("due time of full resolution", "look")
    assert f"{row['n']} of them on a whole minute" in row["text"]


def test_irregular_due_times_are_not_judged() -> None:
    desk = Desk(19)

    def drawn(tickets: pl.DataFrame, events: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        far = pl.Series(desk.random.integers(3_600, 900_000, tickets.height)) * timedelta(seconds=1)
        return tickets.with_columns(resolution_due_at=pl.col("created_at") + far), events

    found = after_planting(desk, drawn)
    assert found.looked.filter(pl.col("pattern") == "due")["looked"][0] == 0
    assert rows(found, "due") == []


def slow(seed: int) -> Desk:
    """A desk that takes weeks."""
    desk = Desk(seed, tickets=0)
    for _ in range(1_200):
        created = desk.opened()
        desk.add(created, [(desk.after(created, 24 * 14), "status", "resolved", "open")])
    return desk


def test_missing_older_tickets_are_found_where_a_history_was_cut_and_not_where_it_was_not() -> None:
    desk = slow(20)
    cut = utc("2026-04-01T00:00")

    def opened_since(tickets: pl.DataFrame, events: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        kept = tickets.filter(pl.col("created_at") >= cut)
        return kept, events.join(kept, on="ticket_id", how="semi")

    def solved_since(tickets: pl.DataFrame, events: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        ended = events.filter(pl.col("at") < cut)
        kept = tickets.join(ended, on="ticket_id", how="anti").filter(pl.col("created_at") >= cut - timedelta(days=60))
        return kept, events.join(kept, on="ticket_id", how="semi")

    (row,) = rows(found := after_planting(desk, opened_since), "ramp")
    assert row["place"].startswith("1 Apr 2026 – ")
    assert row["severity"] == "look"
    early = found.tickets.filter(pl.col("pattern") == "ramp")
    assert early.height == row["n"]
    assert early["at"].max() < cut + timedelta(days=50)
    assert rows(after_planting(desk, solved_since), "ramp") == []


@pytest.mark.parametrize(("days", "severity"), [(1, None), (3, "note"), (7, "look"), (16, "act")])
def test_days_without_tickets_are_found(days: int, severity: str | None) -> None:
    first = utc("2026-04-13T00:00")

    def lost(tickets: pl.DataFrame, events: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        kept = tickets.filter(~pl.col("created_at").is_between(first, first + timedelta(days=days), closed="left"))
        return kept, events.join(kept, on="ticket_id", how="semi")

    found = after_planting(Desk(21, tickets=2_500), lost)
    assert [row["severity"] for row in rows(found, "holes")] == ([severity] if severity else [])
    if severity:
        assert rows(found, "holes")[0]["place"].startswith("13 Apr 2026 – ")
        assert behind(found, "holes") == set()


def test_an_end_of_stragglers_is_found() -> None:
    desk = Desk(22, tickets=2_500)
    end = utc("2026-05-02T00:00")
    late = {desk.add(at, []) for at in (end + timedelta(days=7 * week, hours=9) for week in range(WEEKS // 3))}

    def thinned(tickets: pl.DataFrame, events: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        kept = tickets.filter((pl.col("created_at") < end) | pl.col("ticket_id").is_in(list(late)))
        return kept, events.join(kept, on="ticket_id", how="semi")

    found = after_planting(desk, thinned)
    (row,) = rows(found, "holes")
    assert (row["place"], row["n"], row["severity"]) == ("after 1 May 2026", len(late), "look")
    assert behind(found, "holes") == late


def test_an_empty_history_is_taken() -> None:
    found = Desk(23, tickets=0).found()
    assert found.findings.is_empty()
    assert found.tickets.is_empty()
    assert set(found.looked["looked"]) == {0}


def test_as_of_is_no_part_of_what_is_looked_for() -> None:
    tickets, events = Desk(24).frames()
    file, later = promised(), datetime.fromisoformat("2026-12-01T00:00+00:00")
    clocks = evaluate(tickets, events, file, AS_OF)
    one, two = (find(clocks, tickets, events, file, as_of) for as_of in (AS_OF, later))
    assert one.looked.equals(two.looked)
