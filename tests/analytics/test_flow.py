"""The backlog: against a slow count of each day, at the edges of dates and ages, and whether it grows."""

import zoneinfo
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
import pytest

from analytics.flow import BANDS, SPANS, aged, daily, keeping, known_until, older, open_on, spans
from analytics.timezones import INSTANT
from tests.analytics.tickets import utc

ZONES = ("America/New_York", "Asia/Tokyo", "Europe/Stockholm")
AS_OF = utc("2026-04-20T15:30")


def local(at: datetime, zone: str) -> datetime:
    """The clock on the wall."""
    return at.astimezone(zoneinfo.ZoneInfo(zone)).replace(tzinfo=None)


def some(seed: int, n: int = 250) -> pl.DataFrame:
    """Clocks in three zones over the spring's clock changes, some still open, some merged before or after a breach."""
    random = np.random.default_rng(seed)
    rows = []
    for number in range(n):
        zone = str(random.choice(ZONES))
        start = utc("2026-02-20T00:00") + timedelta(seconds=int(random.integers(59 * 86_400)))
        stop = start + timedelta(seconds=int(random.lognormal(11.5, 2)))
        state = str(random.choice(["met", "breached", "cancelled"], p=[0.7, 0.2, 0.1]))
        by = "merged" if state == "cancelled" or (state == "breached" and random.random() < 0.2) else "resolved"
        going = stop > AS_OF
        rows.append(
            {
                "source": "desk",
                "ticket_id": f"{number}",
                "cycle": 1,
                "started_at": start,
                "stopped_at": None if going else stop,
                "stopped_by": None if going else by,
                "state": "running" if going else state,
                "time_zone": zone,
                "started_date": local(start, zone).date(),
                "as_of": AS_OF,
            }
        )
    return pl.DataFrame(rows, schema_overrides={"stopped_at": INSTANT, "started_at": INSTANT, "as_of": INSTANT})


def is_open(row: dict[str, Any], day: date) -> bool:
    """Whether a ticket was open at the end of a date of its zone."""
    gone = row["stopped_at"] is not None and local(row["stopped_at"], row["time_zone"]).date() <= day
    return row["started_date"] <= day and not gone


def band(age: float) -> str:
    return next(name for name, _, end in BANDS if end is None or age < end)


@pytest.mark.parametrize("seed", [1, 2])
def test_each_day_is_what_a_slow_count_gives(seed: int) -> None:
    clocks = some(seed)
    rows = clocks.to_dicts()
    stops = [
        (local(row["stopped_at"], row["time_zone"]).date(), row["stopped_by"] == "resolved")
        for row in rows
        if row["stopped_at"] is not None
    ]
    first, last = date(2026, 3, 5), date(2026, 4, 19)
    spanned = spans(clocks)
    assert spanned["tickets"].sum() == clocks.height
    assert spanned.equals(spanned.sort("came", "went", "resolved", nulls_last=True))
    found = daily(spanned, first, last)
    assert found["day"].to_list() == [first + timedelta(days=n) for n in range(46)]
    for day, created, resolved, otherwise, left in found.iter_rows():
        assert created == sum(row["started_date"] == day for row in rows)
        assert resolved == sum(stop == (day, True) for stop in stops)
        assert otherwise == sum(stop == (day, False) for stop in stops)
        assert left == sum(is_open(row, day) for row in rows)


def test_ages_are_what_a_slow_count_gives() -> None:
    clocks = some(3)
    rows, days = clocks.to_dicts(), [date(2026, 3, 1), date(2026, 3, 29), date(2026, 4, 12)]
    found = aged(spans(clocks), days)
    assert found.height == len(days) * len(BANDS)
    for day, name, count in found.iter_rows():
        ages = [(day - row["started_date"]).days for row in rows if is_open(row, day)]
        assert count == sum(band(age) == name for age in ages)
    for day in days:
        counted = open_on(clocks, day).group_by("band").agg(open=pl.len())
        expected = found.filter(pl.col("day") == day, pl.col("open") > 0).select("band", "open")
        assert dict(counted.iter_rows()) == dict(expected.iter_rows())


def test_what_was_open_on_a_date_and_how_old() -> None:
    clocks = some(4)
    day = date(2026, 4, 1)
    found = open_on(clocks, day)
    expected = {row["ticket_id"] for row in clocks.iter_rows(named=True) if is_open(row, day)}
    assert set(found["ticket_id"]) == expected
    assert found["age_days"].is_sorted(descending=True)
    for row in found.iter_rows(named=True):
        age = datetime(2026, 4, 2) - local(row["started_at"], row["time_zone"])
        assert row["age_days"] == pytest.approx(age.total_seconds() / 86_400)
        assert row["band"] == band(row["age_days"])


def test_ages_of_today_count_to_the_as_of_instant() -> None:
    start = AS_OF - timedelta(hours=18)
    clocks = some(1, 1).with_columns(
        time_zone=pl.lit("Europe/Stockholm"),
        started_at=pl.lit(start).cast(INSTANT),
        stopped_at=pl.lit(None, dtype=INSTANT),
        started_date=pl.lit(local(start, "Europe/Stockholm").date()),
    )
    assert clocks["started_date"].item() < local(AS_OF, "Europe/Stockholm").date()
    assert known_until(clocks) == date(2026, 4, 20)
    found = open_on(clocks, date(2026, 4, 20))
    assert found["age_days"].to_list() == pytest.approx([0.75])
    assert found["band"].to_list() == ["0–1 day"]


def test_nothing_gives_nothing() -> None:
    none = some(1, 1).clear()
    assert spans(none).schema == SPANS
    assert spans(none).is_empty()
    assert known_until(none) is None
    assert daily(spans(none), date(2026, 3, 1), date(2026, 3, 2))["open"].to_list() == [0, 0]
    assert aged(spans(none), [date(2026, 3, 1)])["open"].to_list() == [0] * len(BANDS)
    assert open_on(none, date(2026, 3, 1)).is_empty()


def steady(first: date, days: int, each: int, lasting: int) -> pl.DataFrame:
    """A history of so many tickets created a day, each open for so many days."""
    came = [first + timedelta(days=n) for n in range(days)]
    gone = [at + timedelta(days=lasting) for at in came]
    return pl.DataFrame({"came": came, "went": gone, "resolved": True, "tickets": each}, schema=SPANS)


def test_a_steady_desk_does_not_seem_to_fall_behind_as_its_history_fills_up() -> None:
    """A ticket a day, each open for 30: once all is in sight 30 are open; a history of ten days shows ten."""
    began = date(2026, 1, 1)
    spanned = steady(began, 120, 1, 30)
    first, last = began + timedelta(days=10), began + timedelta(days=79)
    flow = daily(spanned, first, last)
    assert (flow["open"][0], flow["open"][-1]) == (11, 30)
    plain = keeping(flow)
    assert (plain.before, plain.after, plain.change) == (10, 30, 20)
    fair = keeping(flow, older(spanned, last, 10))
    assert (fair.older, fair.change, fair.moved) == (20, 0, False)


@pytest.mark.parametrize(
    ("ends", "moved"), [([10, 12, 10, 13], False), ([10, 14, 18, 22, 26], True), ([30, 20, 21, 20], False)]
)
def test_a_move_is_more_than_twice_what_a_usual_week_moves(ends: list[int], moved: bool) -> None:
    """By hand: weekly changes of 2, -2, 3 (2.4 on average) make 3 no move; four of 4 make 16 one."""
    weeks = len(ends) - 1
    days = pl.date_range(date(2026, 3, 2), date(2026, 3, 1) + timedelta(weeks=weeks), eager=True)
    steps = [later - sooner for sooner, later in pairwise(ends)]
    change = pl.Series([step if day == 6 else 0 for step in steps for day in range(7)])
    flow = pl.DataFrame(
        {
            "day": days,
            "created": change.clip(lower_bound=0),
            "resolved": (-change).clip(lower_bound=0),
            "otherwise": 0,
            "open": ends[0] + change.cum_sum(),
        }
    )
    found = keeping(flow)
    assert (found.before, found.after) == (ends[0], ends[-1])
    assert found.usual == pytest.approx((sum(step**2 for step in steps) / weeks) ** 0.5)
    assert found.moved is moved


def test_of_too_few_weeks_any_change_counts() -> None:
    flow = daily(steady(date(2026, 3, 2), 10, 1, 30), date(2026, 3, 2), date(2026, 3, 9))
    found = keeping(flow)
    assert (found.usual, found.change, found.moved) == (None, 8, True)
    assert not keeping(daily(steady(date(2026, 3, 2), 10, 1, 30), date(2026, 3, 20), date(2026, 3, 24))).moved


def test_an_instant_near_midnight_falls_on_the_schedules_own_date() -> None:
    at = datetime(2026, 3, 10, 3, 30, tzinfo=UTC)
    clocks = pl.DataFrame(
        {
            "started_date": [date(2026, 3, 1)] * 2,
            "stopped_at": [at, at],
            "stopped_by": ["resolved"] * 2,
            "state": ["met"] * 2,
            "time_zone": ["America/New_York", "Europe/Stockholm"],
        },
        schema_overrides={"stopped_at": INSTANT},
    )
    assert spans(clocks)["went"].to_list() == [date(2026, 3, 9), date(2026, 3, 10)]
