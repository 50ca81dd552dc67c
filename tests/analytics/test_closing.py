"""Months that close, and what changes in them afterwards: each rule by example, and the law that the books balance."""

import random
from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.closing import CLOSED, COMPARED, MONTH_KEY, RESTATED, TOLD, closing, restated, told
from analytics.schemas import CLOCKS
from tests.analytics.tickets import utc

COLUMNS = pl.Schema({name: CLOCKS[name] for name in (*COMPARED, "time_zone")})
JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
MET = {"state": "met", "breached": False, "decided": True, "stopped_by": "resolved"}
BREACHED = {**MET, "state": "breached", "breached": True}
CANCELLED = {"state": "cancelled", "breached": None, "decided": False, "stopped_by": "merged"}
RUNNING = {"state": "running", "breached": None, "decided": False, "stopped_by": None}


def clock(**changes: Any) -> dict[str, Any]:
    key = {"source": "desk", "ticket_id": "1", "kind": "resolution", "cycle": 1, "due_month": JANUARY}
    return {**key, "reopenings": 0, "policy_version": 1, "time_zone": "UTC", **MET, **changes}


def clocks(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=COLUMNS)


def months(*found: date, kind: str = "resolution") -> pl.DataFrame:
    rows = [{"source": "desk", "kind": kind, "month": each} for each in found]
    return pl.DataFrame(rows, schema={name: CLOSED[name] for name in MONTH_KEY})


def closes(frame: pl.DataFrame, as_of: str, already: pl.DataFrame | None = None) -> list[date]:
    found = closing(frame, utc(as_of), months() if already is None else already)
    assert found.schema == CLOSED
    return found["month"].to_list()


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2026-01-31T23:59", []),
        ("2026-02-01T00:00", [JANUARY]),
        ("2026-03-20T00:00", [JANUARY, FEBRUARY]),
        ("2026-04-01T00:00", [JANUARY, FEBRUARY, MARCH]),
    ],
)
def test_a_month_closes_on_the_first_day_of_the_next(as_of: str, expected: list[date]) -> None:
    every = clocks(*(clock(ticket_id=str(month), due_month=month) for month in (MARCH, JANUARY, FEBRUARY)))
    assert closes(every, as_of) == expected


def test_a_month_is_over_when_it_is_in_every_zone_of_its_kind() -> None:
    both = clocks(
        clock(time_zone="Asia/Tokyo"),
        clock(ticket_id="2", time_zone="America/New_York"),
        clock(ticket_id="3", kind="first_response", time_zone="Asia/Tokyo"),
    )
    found = closing(both, utc("2026-01-31T16:00"), months())
    assert found.select("kind", "month").rows() == [("first_response", JANUARY)]
    assert closes(both, "2026-02-01T04:59") == [JANUARY]
    assert closing(both, utc("2026-02-01T05:00"), months()).height == 2


def test_a_month_closes_once() -> None:
    both = clocks(clock(), clock(ticket_id="2", due_month=FEBRUARY))
    assert closes(both, "2026-03-01T00:00", months(JANUARY)) == [FEBRUARY]
    assert closes(both, "2026-03-01T00:00", months(JANUARY, kind="ola")) == [JANUARY, FEBRUARY]


def test_the_counts_at_close_leave_out_what_no_rate_counts() -> None:
    every = clocks(
        clock(),
        clock(ticket_id="2", policy_version=2),
        clock(ticket_id="3", **BREACHED),
        clock(ticket_id="4", exclusion="outage"),
        clock(ticket_id="5", **CANCELLED),
        clock(ticket_id="6", **CANCELLED, exclusion="outage"),
        clock(ticket_id="7", **RUNNING),
    )
    (row,) = closing(every, utc("2026-02-03T04:05"), months()).to_dicts()
    assert row == {
        "source": "desk", "kind": "resolution", "month": JANUARY, "closed_at": utc("2026-02-03T04:05"),
        "policy_version": 2, "due": 3, "met": 2, "breached": 1, "cancelled": 2,
    }  # fmt: skip
    assert closes(clocks(clock(**RUNNING)), "2026-02-03T00:00") == []
    assert closes(clocks(), "2026-02-03T00:00") == []


def changed(before: list[dict[str, Any]], after: list[dict[str, Any]], *closed: date) -> list[tuple[Any, ...]]:
    """What a publish changed: (month, reason, clocks, met, breached)."""
    found = restated(clocks(*before), clocks(*after), months(*(closed or (JANUARY,))))
    assert found.schema == RESTATED
    return found.drop("source", "kind").rows()


@pytest.mark.parametrize(
    ("before", "after", "reason", "met", "lost"),
    [
        (clock(**BREACHED), clock(**CANCELLED), "merged", 0, -1),
        (clock(), clock(**CANCELLED | {"stopped_by": "spam"}, reopenings=1), "spam", -1, 0),
        (clock(), clock(**CANCELLED | {"stopped_by": "deleted"}, policy_version=2), "deleted", -1, 0),
        (clock(), clock(**CANCELLED | {"stopped_by": "test"}), "test", -1, 0),
        (clock(), clock(**CANCELLED | {"stopped_by": "no reply"}), "cancelled", -1, 0),
        (clock(), clock(**BREACHED, reopenings=1, policy_version=2), "reopened", -1, 1),
        (clock(), clock(**RUNNING, reopenings=1), "reopened", -1, 0),
        (clock(), clock(**BREACHED, policy_version=2, exclusion=None), "policy edited", -1, 1),
        (clock(), clock(exclusion="outage", policy_version=2), "policy edited", -1, 0),
        (clock(), clock(exclusion="outage"), "excluded", -1, 0),
        (clock(exclusion="outage"), clock(**BREACHED), "excluded", 0, 1),
        (clock(**BREACHED), clock(), "late data", 1, -1),
        (clock(**CANCELLED), clock(), "late data", 1, 0),
        (clock(reopenings=2), clock(**BREACHED, reopenings=1), "late data", -1, 1),
    ],
)
def test_a_changed_clock_has_the_first_reason_that_fits(
    before: dict[str, Any], after: dict[str, Any], reason: str, met: int, lost: int
) -> None:
    assert changed([before], [after]) == [(JANUARY, reason, 1, met, lost)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([clock()], [clock(reopenings=3, policy_version=2, stopped_by="reply")]),
        ([clock(**RUNNING)], [clock(**CANCELLED)]),
        ([clock(exclusion="outage")], [clock(exclusion="outage", **BREACHED)]),
        ([clock(due_month=FEBRUARY)], [clock(due_month=MARCH, **BREACHED)]),
        ([clock(kind="ola")], [clock(kind="ola", **BREACHED)]),
        ([], []),
    ],
)
def test_what_changes_no_count_of_a_closed_month_is_no_restatement(
    before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> None:
    assert changed(before, after) == []


def test_a_new_ticket_and_one_that_is_gone_are_late_data() -> None:
    assert changed([clock()], [clock(), clock(ticket_id="2", **BREACHED)]) == [(JANUARY, "late data", 1, 0, 1)]
    assert changed([clock(), clock(ticket_id="2")], [clock()]) == [(JANUARY, "late data", 1, -1, 0)]
    assert changed([clock()], []) == [(JANUARY, "late data", 1, -1, 0)]


def test_a_later_cycle_of_the_full_resolution_is_a_reopening_of_all_its_clocks() -> None:
    after = [clock(**BREACHED), clock(cycle=2)]
    assert changed([clock()], after) == [(JANUARY, "reopened", 2, 0, 1)]
    assert changed([clock()], [{**each, "policy_version": 2} for each in after]) == [
        (JANUARY, "policy edited", 2, 0, 1)
    ]
    other = [{**each, "kind": "next_response"} for each in (clock(), clock(cycle=2))]
    closed = months(JANUARY, kind="next_response")
    assert restated(clocks(other[0]), clocks(*other), closed)["reason"].to_list() == ["late data"]


def test_a_clock_whose_month_moved_changes_both() -> None:
    moved = [clock(due_month=FEBRUARY, **BREACHED)]
    assert changed([clock()], moved, JANUARY, FEBRUARY) == [
        (JANUARY, "late data", 1, -1, 0),
        (FEBRUARY, "late data", 1, 0, 1),
    ]
    assert changed([clock()], moved, JANUARY) == [(JANUARY, "late data", 1, -1, 0)]
    assert changed([clock()], moved, FEBRUARY) == [(FEBRUARY, "late data", 1, 0, 1)]


def test_sources_are_told_apart() -> None:
    two = [clock(), clock(source="city")]
    after = [clock(**BREACHED), clock(source="city", policy_version=2, **BREACHED)]
    closed = pl.concat([months(JANUARY), months(JANUARY).with_columns(source=pl.lit("city"))])
    found = restated(clocks(*two), clocks(*after), closed)
    assert found.select("source", "reason").rows() == [("city", "policy edited"), ("desk", "late data")]


def shut(month: date = JANUARY, met: int = 188, lost: int = 12) -> dict[str, Any]:
    key = {"source": "desk", "kind": "resolution", "month": month, "closed_at": utc("2026-04-01T00:00")}
    return {**key, "due": met + lost, "met": met, "breached": lost}


def change(reason: str, count: int, met: int, lost: int, month: date = JANUARY) -> dict[str, Any]:
    key = {"source": "desk", "kind": "resolution", "month": month, "reason": reason}
    return {**key, "clocks": count, "met_change": met, "breached_change": lost}


def said(closed: list[dict[str, Any]], *changes: dict[str, Any]) -> pl.DataFrame:
    found = told(pl.DataFrame(closed, schema=CLOSED), pl.DataFrame(list(changes), schema=RESTATED))
    assert found.schema == TOLD
    return found


def test_a_restated_month_is_said_in_words() -> None:
    found = said([shut(met=941, lost=59)], change("merged", 2, -2, 0), change("reopened", 6, -2, 1))
    assert found["text"].to_list() == ["January 2026 restated 94.1 → 94.0 %: 6 reopened, 2 merged"]
    (row,) = found.to_dicts()
    assert (row["due_at_close"], row["due_now"], row["clocks"]) == (1000, 997, 8)
    assert row["attainment_at_close"] == 0.941
    assert row["attainment_now"] == pytest.approx(937 / 997)


def test_changes_of_several_imports_add_up_and_reasons_of_a_size_stand_by_name() -> None:
    found = said(
        [shut(month) for month in (FEBRUARY, JANUARY, MARCH)],
        change("spam", 1, -1, 0),
        change("late data", 1_000, 500, 500),
        change("spam", 1, 1, 0),
        change("deleted", 2, -1, 0),
        change("excluded", 3, 0, 0, MARCH),
    )
    assert found["month"].to_list() == [JANUARY, FEBRUARY, MARCH]
    assert found["text"].to_list() == [
        "January 2026 restated 94.0 → 57.3 %: 1,000 late data, 2 deleted, 2 spam",
        None,
        "March 2026 restated 94.0 → 94.0 %: 3 excluded",
    ]


def test_a_month_in_which_nothing_is_due_has_no_attainment() -> None:
    found = said([shut(met=2, lost=0), shut(FEBRUARY, 0, 0)], change("spam", 2, -2, 0))
    assert found["text"][0] == "January 2026 restated 100.0 % → none due: 2 spam"
    assert found.select("due_now", "attainment_now").rows() == [(0, None), (0, None)]
    assert said([shut(FEBRUARY, 0, 0)], change("late data", 1, 1, 0, FEBRUARY))["text"][0] == (
        "February 2026 restated none due → 100.0 %: 1 late data"
    )
    assert said([]).is_empty()


def publish(draw: random.Random, before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The clocks of a source after another import: some changed, some gone, some new."""
    version = draw.choice([1, 1, 2])
    kept = {(each["source"], each["ticket_id"], each["kind"], each["cycle"]): each for each in before}
    for _ in range(draw.randrange(12)):
        key = (
            draw.choice(["desk", "city"]),
            str(draw.randrange(6)),
            draw.choice(["resolution", "ola"]),
            draw.randint(1, 2),
        )
        if draw.random() < 0.2:
            kept.pop(key, None)
            continue
        kept[key] = clock(
            **dict(zip(("source", "ticket_id", "kind", "cycle"), key, strict=True)),
            **draw.choice([MET, BREACHED, CANCELLED, RUNNING]),
            due_month=draw.choice([JANUARY, FEBRUARY, MARCH, None]),
            exclusion=draw.choice([None, None, "outage"]),
            reopenings=draw.randrange(3),
            time_zone=draw.choice(["UTC", "Asia/Tokyo", "America/New_York"]),
        )
    return [{**each, "policy_version": version} for each in kept.values()]


def counted(rows: list[dict[str, Any]]) -> Counter[tuple[str, str, date, str]]:
    """Met and breached clocks by source, kind and month, by a loop."""
    found: Counter[tuple[str, str, date, str]] = Counter()
    for row in rows:
        if row["decided"] and row.get("exclusion") is None and row["due_month"] is not None:
            found[row["source"], row["kind"], row["due_month"], "breached" if row["breached"] else "met"] += 1
    return found


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 10**9), st.lists(st.integers(1, 120), min_size=1, max_size=6))
def test_counts_at_close_and_every_change_make_the_counts_now(seed: int, days: list[int]) -> None:
    draw = random.Random(seed)
    rows: list[dict[str, Any]] = []
    closed = pl.DataFrame(schema=CLOSED)
    changes = pl.DataFrame(schema=RESTATED)
    for day in days:
        before, rows = rows, publish(draw, rows)
        as_of = datetime.fromordinal(JANUARY.toordinal() + day)
        changes = pl.concat([changes, restated(clocks(*before), clocks(*rows), closed)])
        closed = pl.concat([closed, closing(clocks(*rows), as_of.replace(tzinfo=UTC), closed)])
        assert not closed.select(MONTH_KEY).is_duplicated().any()
        now = counted(rows)
        for month in told(closed, changes).iter_rows(named=True):
            key = (month["source"], month["kind"], month["month"])
            met, lost = now[*key, "met"], now[*key, "breached"]
            assert month["due_now"] == met + lost
            assert month["attainment_now"] == (met / (met + lost) if met + lost else None)
    assert (changes["clocks"] > 0).all()
