"""What holds for the clocks of any tickets, of all six kinds."""

import random
from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from analytics import clocks as engine
from analytics.clocks import Judged, judge
from analytics.explain import explain
from analytics.policy import PolicyFile, parse
from analytics.schemas import CLOCK_KEY, EVENTS, KINDS, TICKETS
from tests.analytics.tickets import utc

START, AS_OF = utc("2026-03-02T00:00"), utc("2026-05-04T10:00")
STATUSES = ("open", "pending", "on_hold", "resolved")
PAUSED = ("pending", "on_hold")
SEEDS = st.integers(0, 10**9)
CHOICES: dict[str, tuple[str | None, ...]] = {
    "status": STATUSES,
    "priority": ("low", "high"),
    "team": ("A", "B", None),
    "cancel": ("merged",),
}


def promises(zone: str, hours: Any, **keys: Any) -> PolicyFile:
    """All six kinds; high tickets are promised in hours, low ones in days."""
    days = {"high": "6h", "default": "2d"}
    policy = {
        "name": "all",
        "schedule": "desk",
        "targets": {
            "first_response": "2h",
            "next_response": "4h",
            "update": "9h",
            "first_resolution": days,
            "resolution": days,
        },
        "pause_on": {
            "resolution": {"pending": "customer", "on_hold": "third_party"},
            "update": {"pending": "customer"},
        },
        "internal_target": "75%",
        **keys,
    }
    agreements = [{"team": "B", "within": "5h", "schedule": "desk", "pause_on": {"pending": "customer"}}]
    desk = {"time_zone": zone, "hours": hours}
    return parse({"version": 1, "schedules": {"desk": desk}, "policies": [policy], "agreements": agreements})


RULES = promises("Europe/Stockholm", {"mon-fri": ["08:00-12:00", "13:00-17:00"]})
PLAIN = promises("UTC", {"mon-fri": ["09:00-17:00"]})
OTHERS = {
    "restart": promises("UTC", "24x7", on_change="restart", on_reopen="restart", credited="longest"),
    "final": promises("UTC", {"mon-fri": ["09:00-17:00"]}, on_change="final", on_reopen="ignore", credited="first"),
    "keep": promises("Asia/Kolkata", {"mon-sat": ["22:00-06:00"]}, on_change="keep", no_reply="breach"),
}


def history(seed: int, count: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Tickets with random statuses, priorities, teams, replies, messages and merges."""
    draw = random.Random(seed)
    tickets, events = [], []
    for number in range(count):
        at = START + timedelta(seconds=draw.randrange(60 * 86_400))
        ticket = {"source": "desk", "ticket_id": f"{number:04d}", "created_at": at}
        now = {"status": "open", "priority": draw.choice(["low", "high"]), "team": "A"}
        for sequence in range(draw.randrange(9)):
            at += timedelta(seconds=draw.randrange(0, 3 * 86_400, 60))
            kind = draw.choices(["status", "priority", "team", "reply", "message", "cancel"], [6, 2, 2, 3, 3, 0.3])[0]
            value = draw.choice(CHOICES.get(kind, (None,)))
            previous = now.get(kind)
            events.append(
                {**ticket, "at": at, "sequence": sequence, "kind": kind, "value": value, "previous": previous}
            )
            if kind in now:
                now[kind] = value
        tickets.append({**ticket, **now})
    return pl.DataFrame(tickets, schema=TICKETS), pl.DataFrame(events, schema=EVENTS)


def same(left: Judged, right: Judged) -> None:
    assert_frame_equal(left.clocks, right.clocks)
    assert_frame_equal(left.holdings, right.holdings)


def test_every_kind_and_state_is_among_the_histories() -> None:
    found = judge(*history(1, 300), RULES, AS_OF).clocks
    assert set(found["kind"]) == set(KINDS)
    assert set(found["state"]) == {"met", "breached", "running", "paused", "cancelled"}
    assert found["cycle"].max() > 2
    assert found.select(*CLOCK_KEY).is_duplicated().sum() == 0
    assert found.select(*CLOCK_KEY).equals(found.select(*CLOCK_KEY).sort(CLOCK_KEY))


@settings(deadline=None, max_examples=5)
@given(SEEDS)
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    tickets, events = history(seed, 30)
    shuffled = (frame.sample(fraction=1, shuffle=True, seed=seed % 1000) for frame in (tickets, events))
    same(judge(tickets, events, RULES, AS_OF), judge(*shuffled, RULES, AS_OF))


@settings(deadline=None, max_examples=3)
@given(SEEDS, st.integers(2, 4))
@pytest.mark.parametrize("name", ["rules", *OTHERS])
def test_any_partition_of_the_tickets_gives_the_same_clocks(name: str, seed: int, parts: int) -> None:
    file = OTHERS.get(name, RULES)
    tickets, events = history(seed, 30)
    draw = random.Random(seed)
    part = pl.Series(draw.choices(range(parts), [3**number for number in range(parts)], k=30))
    each = [judge(tickets.filter(part == number), events, file, AS_OF) for number in range(parts)]
    together = Judged(
        pl.concat([found.clocks for found in each]).sort(CLOCK_KEY),
        pl.concat([found.holdings for found in each]).sort(*CLOCK_KEY, "team"),
    )
    same(judge(tickets, events, file, AS_OF), together)


def test_chunks_give_the_same_clocks(monkeypatch: pytest.MonkeyPatch) -> None:
    tickets, events = history(7, 100)
    whole = judge(tickets, events, RULES, AS_OF)
    monkeypatch.setattr(engine, "CHUNK", 17)
    same(whole, judge(tickets, events, RULES, AS_OF))


def held(events: pl.DataFrame, ticket: str, at: object) -> str:
    """The status of a ticket at an instant."""
    own = events.filter((pl.col("ticket_id") == ticket) & (pl.col("kind") == "status") & (pl.col("at") <= at))
    return str(own.sort("at", "sequence")["value"][-1]) if own.height else "open"


@settings(deadline=None, max_examples=5)
@given(SEEDS, st.integers(1, 60 * 86_400))
def test_an_empty_pause_changes_nothing(seed: int, after: int) -> None:
    tickets, events = history(seed, 15)
    at = START + timedelta(seconds=after, microseconds=1)
    added = []
    for ticket, created in tickets.select("ticket_id", "created_at").iter_rows():
        now = held(events, ticket, at)
        if created < at and now != "resolved":
            key = {"source": "desk", "ticket_id": ticket, "at": at, "kind": "status"}
            added += [
                {**key, "sequence": 90, "value": "pending", "previous": now},
                {**key, "sequence": 91, "value": now, "previous": "pending"},
            ]
    more = pl.concat([events, pl.DataFrame(added, schema=EVENTS)])
    same(judge(tickets, events, RULES, AS_OF), judge(tickets, more, RULES, AS_OF))


@settings(deadline=None, max_examples=5)
@given(SEEDS)
def test_a_pause_in_two_is_as_good_as_one(seed: int) -> None:
    """Each pause is told again halfway through, by way of nothing or of the same status."""
    tickets, events = history(seed, 30)
    draw = random.Random(seed)
    added = []
    for row in events.filter((pl.col("kind") == "status") & pl.col("value").is_in(PAUSED)).iter_rows(named=True):
        at = row["at"] + timedelta(seconds=draw.randrange(1, 7200), microseconds=1)
        if held(events, row["ticket_id"], at) == row["value"]:
            key = {**row, "at": at, "previous": row["value"]}
            added.append({**key, "sequence": 90})
            if draw.random() < 0.5:
                added += [{**key, "sequence": 91, "value": "open"}, {**key, "sequence": 92, "previous": "open"}]
    more = pl.concat([events, pl.DataFrame(added, schema=EVENTS)])
    same(judge(tickets, events, RULES, AS_OF), judge(tickets, more, RULES, AS_OF))


@settings(deadline=None, max_examples=4)
@given(SEEDS)
def test_on_a_plain_schedule_the_year_does_not_matter(seed: int) -> None:
    year = timedelta(weeks=52)
    tickets, events = history(seed, 12)
    now = judge(tickets, events, PLAIN, AS_OF)
    later = judge(
        tickets.with_columns(pl.col("created_at") + year), events.with_columns(pl.col("at") + year), PLAIN, AS_OF + year
    )
    moved = [name for name, dtype in now.clocks.schema.items() if isinstance(dtype, pl.Datetime)]
    dates = ["started_date", "due_date", "due_week", "due_month"]
    assert_frame_equal(now.clocks.drop(*moved, *dates), later.clocks.drop(*moved, *dates))
    assert_frame_equal(now.clocks.select(pl.col(moved) + year), later.clocks.select(moved))
    assert_frame_equal(now.holdings, later.holdings)


@settings(deadline=None, max_examples=3)
@given(SEEDS)
@pytest.mark.parametrize("name", ["rules", *OTHERS])
def test_parts_add_up_to_the_whole(name: str, seed: int) -> None:
    tickets, events = history(seed, 2)
    file = OTHERS.get(name, RULES)
    judged = judge(tickets, events, file, AS_OF)
    for number in range(2):
        clocks, stretches = explain(tickets[number], events, file, AS_OF)
        sums = stretches.group_by("kind", "cycle").agg(pl.col("counted_seconds").sum())
        counted = {(kind, cycle): seconds for kind, cycle, seconds in sums.iter_rows()}
        for kind, cycle, ran in clocks.select("kind", "cycle", "running_seconds").iter_rows():
            assert abs(counted.get((kind, cycle), 0) - ran) <= stretches.height
    clocks = judged.clocks
    assert clocks.filter("decided")["breached"].null_count() == 0
    assert (clocks["elapsed_seconds"] <= clocks["running_seconds"]).all()
    parts = pl.col("running_seconds") + pl.col("closed_seconds") + pl.col("customer_seconds")
    assert clocks.filter(parts > pl.col("total_seconds") + 3).is_empty()
    shares = judged.holdings.group_by(CLOCK_KEY).agg(pl.col("elapsed_seconds").sum(), teams=pl.len())
    both = clocks.join(shares, on=CLOCK_KEY, how="left", suffix="_held").with_columns(
        pl.col("elapsed_seconds_held").fill_null(0)
    )
    assert ((both["running_seconds"] - both["elapsed_seconds_held"]).is_between(0, 4)).all()
