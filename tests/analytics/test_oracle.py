"""Does the binary search agree with a day walk and a minute clock on ten thousand random cases in ten zones?"""

import random
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import polars as pl
import pytest

from analytics import schedule
from analytics.schedule import Boundary, Schedule, Windows
from tests import oracle

ZONES = (
    "Africa/Cairo",
    "America/Havana",
    "America/New_York",
    "America/Santiago",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Europe/London",
    "Europe/Stockholm",
    "Pacific/Chatham",
)
DESKS_PER_ZONE = 10
CASES_PER_DESK = 100
FIRST, LAST = date(2025, 1, 1), date(2028, 12, 31)
YEAR = datetime(2026, 1, 1, tzinfo=UTC)
DAY_MINUTES = 24 * 60
BOUNDARIES: tuple[Boundary, ...] = ("closing", "next_opening")
ALL_DAY: Windows = ((0, 86_400),)


@dataclass(frozen=True)
class Case:
    """One desk, two instants and a target."""

    desk: oracle.Desk
    start: datetime
    end: datetime
    target: timedelta

    def in_whole_minutes(self) -> "Case":
        """The same case for a clock that has no second hand."""
        start, end = (at.replace(second=0) for at in (self.start, self.end))
        return Case(self.desk, start, end, timedelta(minutes=self.target // timedelta(minutes=1)))


def clock_changes(time_zone: str) -> list[datetime]:
    """Hours of 2026 after which the zone's offset differs."""
    zone = zoneinfo.ZoneInfo(time_zone)
    hours = [YEAR + timedelta(hours=hour) for hour in range(365 * 24)]
    return [
        at for at in hours if at.astimezone(zone).utcoffset() != (at + timedelta(hours=1)).astimezone(zone).utcoffset()
    ]


def random_windows(dice: random.Random) -> Windows:
    """Up to three windows of a day, often around the hours when clocks change, the last one at times overnight."""
    if dice.random() < 0.1:
        return ALL_DAY
    minutes = sorted(dice.sample(range(240) if dice.random() < 0.3 else range(0, DAY_MINUTES, 5), 6))
    edges = [0, *minutes] if dice.random() < 0.2 else minutes
    count = dice.choice([0, 1, 1, 2, 3])
    windows = [(edges[2 * k] * 60, edges[2 * k + 1] * 60) for k in range(count)]
    if windows and dice.random() < 0.3:
        last = windows.pop()
        windows.append((last[0], (DAY_MINUTES + dice.randrange(edges[0] + 1)) * 60))
    return tuple(windows)


def random_desk(dice: random.Random, time_zone: str, changes: list[datetime]) -> oracle.Desk:
    """A week with holidays and exceptions, most of them close to a clock change."""
    week = tuple(random_windows(dice) for _ in range(6))
    near = [(change + timedelta(days=dice.randint(-3, 3))).date() for change in changes for _ in range(2)]
    anywhere = [(YEAR + timedelta(days=dice.randrange(365))).date() for _ in range(20)]
    holidays = frozenset(dice.sample([*near, *anywhere], 12))
    exceptions = {day: random_windows(dice) for day in dice.sample([*near, *anywhere], 8)}
    return oracle.Desk(time_zone, (*week, ((9 * 3600, 17 * 3600),)), holidays, exceptions)


def at_an_edge(dice: random.Random, desk: oracle.Desk, at: datetime) -> datetime:
    """The moment the desk opens or closes on one of the days around an instant."""
    around = oracle.openings(desk, at - timedelta(days=1), at + timedelta(days=1))
    return dice.choice([edge for opening in around for edge in opening] or [at])


def random_case(dice: random.Random, desk: oracle.Desk, changes: list[datetime]) -> Case:
    """Spans of up to ten days, two thirds of them from within two days of a clock change."""
    if changes and dice.random() < 0.67:
        start = dice.choice(changes) + timedelta(seconds=dice.randint(-2 * 86_400, 86_400))
    else:
        start = YEAR + timedelta(days=dice.choice([20, 130, 340]), seconds=dice.randrange(20 * 86_400))
    end = start + timedelta(seconds=dice.choice([dice.randint(-3600, 7200), dice.randrange(10 * 86_400)]))
    start, end = (at_an_edge(dice, desk, at) if dice.random() < 0.2 else at for at in (start, end))
    exhausting = oracle.elapsed(desk, start.replace(second=0), end.replace(second=0))
    target = timedelta(seconds=dice.choice([0, 60, exhausting, exhausting, dice.randrange(24 * 3600)]))
    return Case(desk, start, end, target)


@lru_cache(maxsize=1)
def cases() -> list[Case]:
    """The same ten thousand cases on every run."""
    dice = random.Random(20_261_124)
    found = []
    for time_zone in ZONES:
        changes = clock_changes(time_zone)
        for _ in range(DESKS_PER_ZONE):
            desk = random_desk(dice, time_zone, changes)
            found += [random_case(dice, desk, changes) for _ in range(CASES_PER_DESK)]
    return found


def by_polars(wanted: list[Case], expression: Callable[[Schedule], pl.Expr]) -> list[object]:
    """One polars call for each desk, answers in the order of the cases."""
    answers: list[object] = []
    for first in range(0, len(wanted), CASES_PER_DESK):
        batch = wanted[first : first + CASES_PER_DESK]
        desk = batch[0].desk
        assert all(case.desk is desk for case in batch)
        hours = Schedule(
            "random", desk.time_zone, desk.week, desk.holidays, tuple(sorted(desk.exceptions.items())), FIRST, LAST
        )
        frame = pl.DataFrame(
            {
                "start": [case.start for case in batch],
                "end": [case.end for case in batch],
                "target": [case.target // timedelta(seconds=1) for case in batch],
            }
        )
        answers += frame.select(expression(hours)).to_series().to_list()
    return answers


def assert_same(wanted: list[Case], ours: list[object], theirs: list[object]) -> None:
    different = [(case, our, their) for case, our, their in zip(wanted, ours, theirs, strict=True) if our != their]
    assert not different, f"{len(different)} of {len(wanted)} differ, the first: {different[0]}"
    assert len(ours) == 10_000


def test_cases_are_worth_asking() -> None:
    wanted = cases()
    spans = [oracle.elapsed(case.desk, case.start, case.end) for case in wanted]
    real = [(case.end - case.start) // timedelta(seconds=1) for case in wanted]
    assert len(wanted) == 10_000
    assert {case.desk.time_zone for case in wanted} == set(ZONES)
    assert sum(0 < span < wall for span, wall in zip(spans, real, strict=True)) > 5000
    assert sum(span == 0 for span in spans) > 500
    assert max(real) > 9 * 86_400


def test_elapsed_agrees_with_the_day_walk() -> None:
    ours = by_polars(cases(), lambda hours: schedule.elapsed(pl.col("start"), pl.col("end"), hours))
    assert_same(cases(), ours, [oracle.elapsed(case.desk, case.start, case.end) for case in cases()])


def test_elapsed_agrees_with_the_minute_clock() -> None:
    wanted = [case.in_whole_minutes() for case in cases()]
    ours = by_polars(wanted, lambda hours: schedule.elapsed(pl.col("start"), pl.col("end"), hours))
    theirs = [60 * oracle.elapsed_by_minutes(case.desk, case.start, case.end) for case in wanted]
    assert_same(wanted, ours, theirs)


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_deadline_agrees_with_the_day_walk(boundary: Boundary) -> None:
    ours = by_polars(
        cases(), lambda hours: schedule.deadline(pl.col("start"), pl.col("target"), hours, boundary=boundary)
    )
    theirs = [oracle.deadline(case.desk, case.start, case.target // timedelta(seconds=1), boundary) for case in cases()]
    assert_same(cases(), ours, theirs)


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_deadline_agrees_with_the_minute_clock(boundary: Boundary) -> None:
    wanted = [case.in_whole_minutes() for case in cases()]
    ours = by_polars(
        wanted, lambda hours: schedule.deadline(pl.col("start"), pl.col("target"), hours, boundary=boundary)
    )
    theirs = [
        oracle.deadline_by_minutes(case.desk, case.start, case.target // timedelta(minutes=1), boundary)
        for case in wanted
    ]
    assert_same(wanted, ours, theirs)


def test_is_open_agrees_with_the_day_walk() -> None:
    ours = by_polars(cases(), lambda hours: schedule.is_open(pl.col("start"), hours))
    assert_same(cases(), ours, [oracle.is_open(case.desk, case.start) for case in cases()])
    assert 2000 < sum(answer is True for answer in ours) < 8000


def test_is_open_agrees_with_the_minute_clock() -> None:
    wanted = [case.in_whole_minutes() for case in cases()]
    ours = by_polars(wanted, lambda hours: schedule.is_open(pl.col("start"), hours))
    assert_same(wanted, ours, [oracle.is_open_by_minutes(case.desk, case.start) for case in wanted])
