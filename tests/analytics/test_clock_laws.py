"""What holds for the clocks of any tickets."""

import random
from datetime import datetime, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from analytics.clocks import evaluate
from analytics.explain import explain
from analytics.opening import parse_windows
from analytics.schemas import EVENTS, TICKETS
from tests import oracle
from tests.analytics.tickets import policy, utc

START, AS_OF = utc("2026-03-02T00:00"), utc("2026-06-01T00:00")
RULES = policy(zone="Europe/Stockholm", hours={"mon-fri": ["08:00-12:00", "13:00-17:00"]})
PLAIN = policy()
STATUSES = ("open", "pending", "on_hold", "resolved")
SEEDS = st.integers(0, 10**9)


def history(seed: int, count: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Tickets with random statuses, priorities, teams and replies."""
    draw = random.Random(seed)
    tickets, events = [], []
    for number in range(count):
        at = START + timedelta(seconds=draw.randrange(60 * 86_400))
        ticket = {"source": "desk", "ticket_id": f"{number:04d}", "created_at": at}
        now = {"status": "open", "priority": draw.choice(["low", "high"]), "team": "A"}
        for sequence in range(draw.randrange(7)):
            at += timedelta(seconds=draw.randrange(0, 3 * 86_400, 60))
            kind = draw.choice(["status", "status", "status", "priority", "team", "reply"])
            options = {"status": STATUSES, "priority": ("low", "high"), "team": ("A", "B")}.get(kind, (None,))
            value = draw.choice(options)
            events.append(
                {**ticket, "at": at, "sequence": sequence, "kind": kind, "value": value, "previous": now.get(kind)}
            )
            if kind in now:
                now[kind] = str(value)
        tickets.append({**ticket, **now})
    return pl.DataFrame(tickets, schema=TICKETS), pl.DataFrame(events, schema=EVENTS)


@settings(deadline=None, max_examples=6)
@given(SEEDS, st.integers(1, 6))
def test_neither_order_nor_company_matters(seed: int, count: int) -> None:
    tickets, events = history(seed, count)
    whole = evaluate(tickets, events, RULES, AS_OF)
    shuffled = evaluate(
        tickets.sample(fraction=1, shuffle=True, seed=1), events.sample(fraction=1, shuffle=True, seed=2), RULES, AS_OF
    )
    alone = pl.concat([evaluate(tickets[row], events, RULES, AS_OF) for row in range(count)]).sort("ticket_id", "kind")
    assert_frame_equal(whole, shuffled)
    assert_frame_equal(whole, alone, check_row_order=True)


@settings(deadline=None, max_examples=6)
@given(SEEDS, st.integers(1, 60 * 86_400))
def test_an_empty_pause_changes_nothing_but_its_name(seed: int, after: int) -> None:
    tickets, events = history(seed, 5)
    whole = evaluate(tickets, events, RULES, AS_OF)
    at = START + timedelta(seconds=after, microseconds=1)
    before = (
        events.filter((pl.col("kind") == "status") & (pl.col("at") < at))
        .group_by("ticket_id")
        .agg(pl.col("value").last())
    )
    status = dict(before.iter_rows())
    added = []
    for ticket, created in tickets.select("ticket_id", "created_at").iter_rows():
        now = status.get(ticket, "open")
        if created < at and now != "resolved":
            key = {"source": "desk", "ticket_id": ticket, "at": at, "kind": "status"}
            added += [
                {**key, "sequence": 90, "value": "pending", "previous": now},
                {**key, "sequence": 91, "value": now, "previous": "pending"},
            ]
    more = pl.concat([events, pl.DataFrame(added, schema=EVENTS)])
    assert_frame_equal(whole, evaluate(tickets, more, RULES, AS_OF))


@settings(deadline=None, max_examples=6)
@given(SEEDS)
def test_on_a_plain_schedule_the_year_does_not_matter(seed: int) -> None:
    year = timedelta(weeks=52)
    tickets, events = history(seed, 8)
    now = evaluate(tickets, events, PLAIN, AS_OF)
    later = evaluate(
        tickets.with_columns(pl.col("created_at") + year), events.with_columns(pl.col("at") + year), PLAIN, AS_OF + year
    )
    same = [
        "state",
        "breached",
        "decided",
        "elapsed_seconds",
        "paused_seconds",
        "due_weekday",
        "due_hour",
        "team_at_due",
    ]
    assert_frame_equal(now.select(same), later.select(same))
    assert (later["due_at"] - now["due_at"]).unique().to_list() in ([], [year])


@settings(deadline=None, max_examples=6)
@given(SEEDS)
def test_stretches_add_up_to_the_elapsed_time(seed: int) -> None:
    tickets, events = history(seed, 1)
    clocks, stretches = explain(tickets, events, RULES, AS_OF)
    counted = dict(stretches.group_by("kind").agg(pl.col("counted_seconds").sum()).iter_rows())
    for kind, elapsed in clocks.select("kind", "elapsed_seconds").iter_rows():
        assert abs(counted.get(kind, 0) - elapsed) <= stretches.height
    assert clocks.filter("decided")["breached"].null_count() == 0
    assert (clocks["elapsed_seconds"] <= clocks["total_seconds"]).all()


DESK = oracle.Desk(
    "Europe/Stockholm",
    tuple(parse_windows(["08:00-12:00", "13:00-17:00"]) if day < 5 else () for day in range(7)),
)


def walked(created: datetime, changes: list[tuple[datetime, str]]) -> tuple[datetime | None, float]:
    """Resolution of a ticket without reopenings, by a loop: when 8 open hours ran out, and what ran in all."""
    left, ran, due, at, status = 8 * 3600, 0, None, created, "open"
    for moment, value in [*changes, (AS_OF, "end")]:
        if status == "open":
            opened = oracle.elapsed(DESK, at, moment)
            end = oracle.deadline(DESK, at, max(0, left - ran), "closing")
            if due is None and ran <= left and end is not None and end < moment:
                due = end
            ran += opened
        if value == "resolved":
            break
        at, status = moment, value
    return due, ran


def paused_history(seed: int) -> tuple[datetime, list[tuple[datetime, str]]]:
    """When a ticket was made, and the statuses it took until it was solved, if ever."""
    draw = random.Random(seed)
    created = at = START + timedelta(seconds=draw.randrange(30 * 86_400))
    changes: list[tuple[datetime, str]] = []
    status = "open"
    for _ in range(draw.randrange(6)):
        at += timedelta(seconds=draw.randrange(1, 2 * 86_400))
        status = draw.choice([each for each in STATUSES if each != status])
        changes.append((at, status))
        if status == "resolved":
            break
    return created, changes


def test_a_slow_walk_over_pauses_agrees_on_two_thousand_tickets() -> None:
    histories = [paused_history(seed) for seed in range(2_000)]
    tickets, events = [], []
    for number, (created, changes) in enumerate(histories):
        key = {"source": "desk", "ticket_id": f"{number:04d}"}
        tickets.append({**key, "created_at": created})
        before = ["open", *(status for _, status in changes)]
        for sequence, ((at, status), previous) in enumerate(zip(changes, before, strict=False)):
            told = {"at": at, "sequence": sequence, "kind": "status", "value": status, "previous": previous}
            events.append({**key, **told})
    frames = pl.DataFrame(tickets, schema=TICKETS), pl.DataFrame(events, schema=EVENTS)
    found = evaluate(*frames, RULES, AS_OF).filter(pl.col("kind") == "resolution").sort("ticket_id")
    breaches = 0
    for clock, (created, changes) in zip(found.iter_rows(named=True), histories, strict=True):
        due, ran = walked(created, changes)
        assert clock["elapsed_seconds"] == ran
        assert bool(clock["breached"]) == (due is not None)
        assert due is None or clock["due_at"] == due
        breaches += due is not None
    assert 400 < breaches < 1_900
