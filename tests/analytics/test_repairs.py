"""Events that cannot be as they are told: each rule by example, and what holds for any history."""

import random
from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from analytics.clocks import evaluate
from analytics.policy import PolicyFile, parse
from analytics.repairs import ADVICE, FINDINGS, numbered, tidy
from analytics.schemas import CANCELLATIONS, CLOCKS, EVENTS
from data import sample
from tests.analytics.tickets import CREATED, Event, events, tickets, utc

NOW = utc("2026-07-31T00:00")
DAY = "2026-07-07T"
SEEDS = st.integers(0, 10**9)


def tidied(*happened: Event, **changes: Any) -> tuple[list[tuple[Any, ...]], dict[str, int]]:
    """What is left of one ticket's events (hour, sequence, kind, value, previous), and how many broke which rule."""
    told = events(*happened).with_columns(**changes)
    kept, findings = tidy(tickets({}), told, NOW)
    assert kept.schema == EVENTS
    assert findings.schema == FINDINGS
    rows = kept.select(pl.col("at").dt.hour(), "sequence", "kind", "value", "previous").rows()
    return rows, dict(findings.select("rule", "events").iter_rows())


def test_a_sound_history_stays_as_it_is() -> None:
    told = events(
        (f"{DAY}09:00", "reply"),
        (f"{DAY}09:00", "status", "pending", "open"),
        (f"{DAY}10:00", "message"),
        (f"{DAY}10:00", "status", "open", "pending"),
        (f"{DAY}11:00", "team", "B", "A"),
        (f"{DAY}12:00", "cancel", "merged"),
    )
    kept, findings = tidy(tickets({}), told, NOW)
    assert_frame_equal(kept, told)
    assert findings.is_empty()


@pytest.mark.parametrize(
    ("at", "rule"),
    [
        ("2026-07-06T08:59", "event before creation"),
        (CREATED, None),
        ("2026-07-31T00:00", None),
        ("2026-07-31T00:01", "event in the future"),
    ],
)
def test_an_event_lies_between_creation_and_now(at: str, rule: str | None) -> None:
    rows, found = tidied((at, "reply"))
    assert found == ({rule: 1} if rule else {})
    assert len(rows) == (0 if rule else 1)


def test_events_of_tickets_nobody_knows_are_dropped() -> None:
    told = pl.concat([events((f"{DAY}09:00", "reply"), ticket=each) for each in ("1", "2", "2x")])
    foreign = told.with_columns(source=pl.lit("other"))
    kept, findings = tidy(tickets({}, {}), pl.concat([told, foreign]), NOW)
    assert kept.select("source", "ticket_id").rows() == [("desk", "1"), ("desk", "2")]
    assert findings.rows() == [("event of an unknown ticket", ADVICE["event of an unknown ticket"], 4)]


def test_an_unknown_kind_is_dropped_and_named_before_its_time() -> None:
    rows, found = tidied((f"{DAY}09:00", "note"), ("2026-07-01T09:00", "Reply"), (f"{DAY}09:00", "reply"))
    assert rows == [(9, 2, "reply", None, None)]
    assert found == {"unknown kind of event": 2}


def test_after_the_end_only_what_says_what_was_before_stays() -> None:
    rows, found = tidied(
        (f"{DAY}09:00", "priority", "high", "low"),
        (f"{DAY}10:00", "cancel", "merged"),
        (f"{DAY}10:00", "reply"),
        (f"{DAY}11:00", "reply"),
        (f"{DAY}11:00", "cancel", "spam"),
        (f"{DAY}11:00", "priority", "low", "high"),
        (f"{DAY}12:00", "status", "closed", "pending"),
        (f"{DAY}13:00", "status", "open", "closed"),
    )
    left = [(hour, kind) for hour, _, kind, *_ in rows]
    assert left == [(9, "priority"), (10, "cancel"), (10, "reply"), (12, "status")]
    assert found == {"event after the end": 4}


def test_an_event_told_twice_is_kept_once() -> None:
    rows, found = tidied(
        (f"{DAY}09:00", "reply"),
        (f"{DAY}09:00", "reply"),
        (f"{DAY}09:00", "status", "pending", "open"),
        (f"{DAY}09:00", "status", "pending", "open"),
        (f"{DAY}10:00", "reply"),
        (f"{DAY}11:00", "cancel", "spam"),
        (f"{DAY}11:00", "cancel", "spam"),
        (f"{DAY}11:00", "cancel", "test"),
    )
    assert [(hour, number) for hour, number, *_ in rows] == [(9, 0), (9, 2), (10, 4), (11, 5), (11, 7)]
    assert found == {"duplicate event": 3}


def test_a_block_told_twice_is_kept_once() -> None:
    block: list[Event] = [(f"{DAY}09:00", "reply"), (f"{DAY}09:00", "status", "resolved", "open")]
    rows, found = tidied(*block, *block)
    assert [kind for _, _, kind, *_ in rows] == ["reply", "status"]
    assert found == {"duplicate event": 2}


def test_what_only_looks_like_a_repetition_stays() -> None:
    rows, found = tidied(
        (f"{DAY}09:00", "message"),
        (f"{DAY}09:00", "reply"),
        (f"{DAY}09:00", "message"),
        (f"{DAY}10:00", "team", "B", "A"),
        (f"{DAY}10:00", "team", "A", "B"),
        (f"{DAY}10:00", "team", "B", "A"),
        (f"{DAY}11:00", "status", "resolved", "open"),
        (f"{DAY}12:00", "reply"),
        (f"{DAY}12:00", "status", "open", "resolved"),
        (f"{DAY}12:00", "reply"),
    )
    assert (len(rows), found) == (10, {})


def test_a_change_to_what_is_held_is_dropped_but_not_the_first() -> None:
    rows, found = tidied(
        (f"{DAY}09:00", "status", "pending", "pending"),
        (f"{DAY}10:00", "status", "pending", "open"),
        (f"{DAY}11:00", "status", "resolved", "pending"),
        (f"{DAY}12:00", "team", None, "A"),
        (f"{DAY}13:00", "team", "", None),
    )
    assert [(hour, value) for hour, _, _, value, _ in rows] == [(9, "pending"), (11, "resolved"), (12, None)]
    assert found == {"change to the value held": 2}


def test_a_change_from_another_value_takes_the_one_held() -> None:
    rows, found = tidied(
        (f"{DAY}09:00", "priority", "high", "anything"),
        (f"{DAY}10:00", "priority", "low", "normal"),
        (f"{DAY}11:00", "priority", "high", None),
        (f"{DAY}12:00", "status", "open", "new"),
        (f"{DAY}13:00", "status", "pending", None),
        (f"{DAY}14:00", "agent", None, "ann"),
        (f"{DAY}15:00", "agent", "bo", ""),
    )
    assert [previous for *_, previous in rows] == ["anything", "high", "low", "new", None, "ann", ""]
    assert found == {"change from another value than held": 2}


def test_events_out_of_order_are_numbered_anew_for_their_ticket_alone() -> None:
    late = events((f"{DAY}12:00", "reply"), (f"{DAY}09:00", "message"), (f"{DAY}10:00", "message"))
    gaps = events((f"{DAY}09:00", "reply"), (f"{DAY}10:00", "reply"), ticket="2").with_columns(
        pl.col("sequence") * 10 + 7
    )
    same = events((f"{DAY}09:00", "reply"), (f"{DAY}10:00", "reply"), ticket="3").with_columns(
        sequence=pl.lit(0, dtype=pl.Int64)
    )
    kept, findings = tidy(tickets({}, {}, {}), pl.concat([late, gaps, same]), NOW)
    assert kept.select(pl.col("at").dt.hour(), "sequence").rows() == [
        (9, 0), (10, 1), (12, 2), (9, 7), (10, 17), (9, 0), (10, 0),
    ]  # fmt: skip
    assert findings.select("rule", "events").rows() == [("event out of order", 1)]


def test_a_source_that_numbers_only_events_of_an_instant_is_numbered_in_time() -> None:
    told = events((f"{DAY}12:00", "reply"), (f"{DAY}09:00", "status", "resolved", "open"))
    assert numbered(told).select(pl.col("at").dt.hour(), "sequence").rows() == [(9, 0), (12, 1)]
    assert tidy(tickets({}), numbered(told), NOW)[1].is_empty()


def test_findings_stand_in_the_order_of_their_names_with_advice() -> None:
    rows, found = tidied(
        (f"{DAY}10:00", "status", "pending", "open"),
        (f"{DAY}09:00", "reply"),
        (f"{DAY}09:00", "reply"),
        (f"{DAY}11:00", "status", "resolved", "open"),
        (f"{DAY}12:00", "note"),
    )
    assert len(rows) == 3
    assert list(found) == sorted(found)
    assert found == {
        "change from another value than held": 1,
        "duplicate event": 1,
        "event out of order": 1,
        "unknown kind of event": 1,
    }


def test_of_nothing_nothing_is_found() -> None:
    kept, findings = tidy(tickets({}), events(), NOW)
    assert (kept.height, findings.height) == (0, 0)
    kept, findings = tidy(tickets(), events((f"{DAY}09:00", "reply")), NOW)
    assert (kept.height, findings["events"].to_list()) == (0, [1])


def test_the_sample_has_nothing_to_repair() -> None:
    made, told = sample.build(5_000, 2)
    kept, findings = tidy(made, told, sample.AS_OF)
    assert_frame_equal(kept, told)
    assert findings.is_empty()


VALUES = {
    "status": ("open", "pending", "on_hold", "resolved", "closed", None, ""),
    "priority": ("low", "high", None),
    "team": ("A", "B", None, ""),
    "agent": ("ann", "bo", None),
    "cancel": CANCELLATIONS,
}
HOURS = {"first_response": "1h", "next_response": "2h", "first_resolution": "8h", "update": "6h"}
TARGETS = {**HOURS, "resolution": {"high": "4h", "default": "8h"}}
PROMISE = {"name": "all", "on_reopen": "restart", "on_change": "restart", "targets": TARGETS, "schedule": "desk"}
RULES: PolicyFile = parse(
    {
        "version": 1,
        "agents": "show",
        "schedules": {"desk": {"time_zone": "UTC", "hours": {"mon-fri": ["09:00-17:00"]}}},
        "policies": [{**PROMISE, "pause_on": {"resolution": {"pending": "customer"}}}],
        "agreements": [{"team": "A", "within": "3h", "schedule": "desk"}],
    }
)


def wild(seed: int, count: int = 25) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Tickets whose events may break any rule."""
    draw = random.Random(seed)
    told = []
    kinds = ("status", "status", "priority", "team", "agent", "reply", "message", "note", "cancel")
    weights = (8, 8, 4, 6, 2, 6, 6, 1, 1)
    for number in range(count):
        at = utc(CREATED) - timedelta(hours=2)
        for _ in range(draw.randrange(12)):
            at += timedelta(hours=draw.choice([0, 0, 1, 3, 30]))
            kind = draw.choices(kinds, weights)[0]
            each = {"source": "desk", "ticket_id": str(number), "at": at, "sequence": draw.randrange(9), "kind": kind}
            told.append({**each, **{name: draw.choice(VALUES.get(kind, (None,))) for name in ("value", "previous")}})
    attributes = {"priority": "low", "team": "A", "agent": "ann", "status": "open"}
    return tickets(*(attributes for _ in range(count - 1))), pl.DataFrame(told, schema=EVENTS)


@settings(deadline=None, max_examples=60)
@given(SEEDS)
def test_tidying_twice_does_no_more_than_once(seed: int) -> None:
    known, told = wild(seed)
    now = utc("2026-07-09T00:00")
    once, findings = tidy(known, told, now)
    twice, nothing = tidy(known, once, now)
    assert_frame_equal(once, twice)
    assert nothing.is_empty()
    shuffled = tidy(known, told.sample(fraction=1, shuffle=True, seed=seed % 97), now)
    assert_frame_equal(shuffled[0], once)
    assert_frame_equal(shuffled[1], findings)
    assert once.sort("source", "ticket_id", "at", "sequence", maintain_order=True).equals(once)


@settings(deadline=None, max_examples=9)
@given(SEEDS)
def test_tidying_alters_no_clock(seed: int) -> None:
    """But for counts of the repeated events themselves: moves, and silences (an empty one may be the longest)."""
    known, told = wild(seed, 60)
    told = told.filter(pl.col("kind") != "note").with_columns(
        sequence=pl.col("sequence") * 1_000 + pl.int_range(pl.len())
    )
    as_of = utc("2026-07-20T00:00")
    before, after = (evaluate(known, each, RULES, as_of) for each in (told, tidy(known, told, as_of)[0]))
    silence = pl.col("kind") == "update"
    same = [name for name in CLOCKS if name != "handoffs"]
    assert_frame_equal(before.filter(~silence).select(same), after.filter(~silence).select(same))
    verdict = ["ticket_id", "state", "breached"]
    assert_frame_equal(before.filter(silence).select(verdict), after.filter(silence).select(verdict))


@settings(deadline=None, max_examples=6)
@given(SEEDS)
def test_events_told_twice_and_changes_of_nothing_leave_every_column(seed: int) -> None:
    draw = random.Random(seed)
    known, told = wild(seed, 60)
    as_of = utc("2026-07-20T00:00")
    clean = tidy(known, told, as_of)[0].with_columns(sequence=pl.int_range(pl.len()).over("ticket_id") * 10)
    clean = tidy(known, clean.with_columns(at=pl.col("at") + pl.duration(seconds="sequence")), as_of)[0]
    more = []
    for row in clean.iter_rows(named=True):
        if draw.random() < 0.4:
            more.append({**row, "sequence": row["sequence"] + 1})
        if draw.random() < 0.4 and row["kind"] in VALUES and row["kind"] != "cancel":
            after = {"at": row["at"] + timedelta(seconds=1), "previous": row["value"]}
            more.append({**row, **after, "sequence": row["sequence"] + 2})
    dirty = pl.concat([clean, pl.DataFrame(more, schema=EVENTS)])
    again, findings = tidy(known, dirty, as_of + timedelta(days=1))
    assert findings["events"].sum() == dirty.height - again.height
    assert_frame_equal(evaluate(known, again, RULES, as_of), evaluate(known, clean, RULES, as_of))
