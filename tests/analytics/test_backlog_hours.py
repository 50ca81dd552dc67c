"""Are the clocks open at each hour of the week those a slow count finds, in each desk's own time?"""

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from analytics.backlog_hours import open_by_hour
from analytics.timezones import INSTANT

ZONES = ("Europe/Stockholm", "America/New_York", "Asia/Kolkata")
BEGIN = datetime(2026, 3, 20, tzinfo=UTC)
AS_OF = datetime(2026, 4, 8, 9, 30, tzinfo=UTC)
FIRST, LAST = date(2026, 3, 23), date(2026, 4, 12)
"""Clocks are put forward in Stockholm on 29 March 2026; the last dates lie after the as-of instant."""


def clocks(*rows: tuple[datetime, datetime | None, str], as_of: datetime = AS_OF) -> pl.DataFrame:
    schema = {"started_at": INSTANT, "stopped_at": INSTANT, "time_zone": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(as_of=pl.lit(as_of, dtype=INSTANT))


def drawn(count: int) -> pl.DataFrame:
    dice = random.Random(5)
    rows: list[tuple[datetime, datetime | None, str]] = []
    for _ in range(count):
        start = BEGIN + timedelta(seconds=dice.randrange(18 * 86_400))
        start = start.replace(minute=0, second=0) if dice.random() < 0.2 else start
        stop = start + timedelta(seconds=round(dice.expovariate(1 / 60_000)))
        rows.append((start, stop if stop <= AS_OF and dice.random() < 0.9 else None, dice.choice(ZONES)))
    return clocks(*rows)


def slowly(frame: pl.DataFrame, first: date, last: date) -> dict[tuple[int, int], float]:
    """The mean number open at each full hour, by walking through every hour of every zone."""
    totals: dict[tuple[int, int], float] = {}
    for name in frame["time_zone"].unique():
        zone, own = ZoneInfo(name), frame.filter(pl.col("time_zone") == name).rows()
        found: dict[tuple[int, int], list[int]] = {}
        at = datetime(first.year, first.month, first.day, tzinfo=zone).astimezone(UTC)
        while at <= AS_OF and at.astimezone(zone).date() <= last:
            local = at.astimezone(zone)
            assert local.minute == 0
            open_ = sum(start <= at and (stop is None or stop > at) for start, stop, *_ in own)
            found.setdefault((local.isoweekday(), local.hour), []).append(open_)
            at += timedelta(hours=1)
        for key, counts in found.items():
            totals[key] = totals.get(key, 0) + sum(counts) / len(counts)
    return totals


def test_it_is_what_a_slow_count_finds() -> None:
    frame = drawn(200)
    found = open_by_hour(frame, FIRST, LAST)
    expected = slowly(frame, FIRST, LAST)
    assert found.select("weekday", "hour").rows() == [(day, hour) for day in range(1, 8) for hour in range(24)]
    assert len(expected) == 168
    assert {row[:2]: row[2] for row in found.rows()} == pytest.approx(expected)
    assert found["backlog"].max() > 3


def test_a_clock_is_open_from_its_start_until_just_before_its_stop() -> None:
    start, stop = datetime(2026, 4, 6, 8, tzinfo=UTC), datetime(2026, 4, 6, 10, tzinfo=UTC)
    monday = open_by_hour(clocks((start, stop, "UTC")), start.date(), start.date())
    assert monday.filter(pl.col("backlog") == 1)["hour"].to_list() == [8, 9]
    assert monday["backlog"].count() == 24
    late = clocks((start + timedelta(seconds=1), stop + timedelta(seconds=1), "UTC"))
    assert open_by_hour(late, start.date(), start.date()).filter(pl.col("backlog") == 1)["hour"].to_list() == [9, 10]


def test_a_clock_that_was_not_stopped_is_open_up_to_the_as_of_instant() -> None:
    found = open_by_hour(clocks((datetime(2026, 4, 7, 22, 30, tzinfo=UTC), None, "UTC")))
    known = found.drop_nulls()
    assert known["weekday"].unique().sort().to_list() == [2, 3]
    wednesday = found.filter(pl.col("weekday") == 3)["backlog"].to_list()
    assert wednesday == [1.0] * 10 + [None] * 14


def test_of_no_clocks_or_of_a_time_to_come_nothing_is_known() -> None:
    assert open_by_hour(clocks()).drop_nulls().is_empty()
    some = clocks((BEGIN, None, "UTC"))
    assert open_by_hour(some, date(2027, 1, 1), date(2027, 2, 1)).drop_nulls().is_empty()
