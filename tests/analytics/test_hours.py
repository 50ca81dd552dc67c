"""Is every hour of the week counted, and is the worst block the worst?"""

import polars as pl
import pytest

from analytics.hours import Block, When, arrivals, block_of, grid, in_block, open_hours, waits, worst_block
from analytics.schedule import Schedule
from analytics.schemas import CLOCKS


def clock(
    due: tuple[int, int], *, breached: bool, started: tuple[int, int] = (1, 9), decided: bool = True
) -> dict[str, object]:
    names = ("due_weekday", "due_hour", "started_weekday", "started_hour")
    return {**dict(zip(names, (*due, *started), strict=True)), "breached": breached, "decided": decided}


def clocks(*rows: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=CLOCKS)


SAMPLE = clocks(
    clock((2, 8), breached=True),
    clock((2, 11), breached=True, started=(7, 23)),
    clock((2, 11), breached=False),
    clock((2, 12), breached=True),
    clock((5, 23), breached=True),
    clock((5, 16), breached=False, decided=False),
)


@pytest.mark.parametrize("when", ["due", "started"])
@pytest.mark.parametrize("frame", [SAMPLE, SAMPLE.clear()], ids=["sample", "empty"])
def test_a_grid_has_every_hour_of_a_week(when: When, frame: pl.DataFrame) -> None:
    week = [(day, hour) for day in range(1, 8) for hour in range(24)]
    found, came, waited = grid(frame, when), arrivals(frame), waits(frame, when)
    for each in (found, came, waited):
        assert each.select("weekday", "hour").rows() == week
    assert found.columns == ["weekday", "hour", "due", "breaches", "breach_rate"]
    assert found.select("due", "breaches").null_count().row(0) == (0, 0)
    assert found["due"].sum() == frame.filter("decided").height
    assert came["arrivals"].sum() == frame.height
    assert waited["wait"].count() == 0


def test_hours_hold_what_fell_due_or_started_in_them() -> None:
    due, started = (grid(SAMPLE, when).rows_by_key(["weekday", "hour"], named=True) for when in ("due", "started"))
    came = arrivals(SAMPLE).rows_by_key(["weekday", "hour"], named=True)
    assert due[2, 11] == [{"due": 2, "breaches": 1, "breach_rate": 0.5}]
    assert due[5, 16] == [{"due": 0, "breaches": 0, "breach_rate": None}]
    assert due[3, 3] == [{"due": 0, "breaches": 0, "breach_rate": None}]
    assert started[1, 9] == [{"due": 4, "breaches": 3, "breach_rate": 0.75}]
    assert started[7, 23] == [{"due": 1, "breaches": 1, "breach_rate": 1.0}]
    assert came[1, 9] == [{"arrivals": 5}]
    assert came[7, 23] == [{"arrivals": 1}]
    assert came[2, 11] == [{"arrivals": 0}]


def test_waits_are_medians_of_the_clocks_due_in_hours() -> None:
    seconds = [3_600, 9_000, 7_200, 1_800, 5_400, 99_999]
    frame = SAMPLE.with_columns(requester_wait_seconds=pl.Series(seconds))
    due = {row[:2]: row[2] for row in waits(frame, "due").rows()}
    assert due[2, 11] == 2.25
    assert due[2, 8] == 1.0
    assert due[5, 16] is None
    started = {row[:2]: row[2] for row in waits(frame, "started").rows()}
    assert started[1, 9] == 1.25
    assert started[7, 23] == 2.5


def test_the_worst_block_is_four_hours_of_one_day() -> None:
    found = worst_block(grid(SAMPLE, "due"), 2.0)
    assert found == Block(
        weekday=2, first=8, last=12, breaches=2, due=3, all_breaches=4, all_due=5, weeks=2.0
    )  # fmt: skip
    assert found.name == "Tue 08–12"
    assert (found.share, found.share_of_due) == (0.5, 0.6)
    assert found.a_week == pytest.approx((1.0, 0.121, 3.61), abs=0.01)
    assert SAMPLE.filter(in_block(found)).height == 3


def test_a_block_can_be_asked_for() -> None:
    week = grid(SAMPLE, "due")
    assert block_of(week, 2, 11, 13, 2.0) == Block(2, 11, 13, breaches=2, due=3, all_breaches=4, all_due=5, weeks=2.0)
    assert block_of(week, 3, 0, 24, 0.0) == Block(3, 0, 24, breaches=0, due=0, all_breaches=4, all_due=5, weeks=1 / 7)
    assert worst_block(week, 2.0, [5]) == block_of(week, 5, 20, 24, 2.0)
    assert worst_block(week, 2.0, [1, 3]) is None


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ([(1, 0)], (1, 0, 4)),
        ([(7, 23)], (7, 20, 24)),
        ([(1, 22), (1, 23), (2, 0), (2, 1), (2, 2)], (2, 0, 4)),
        ([(3, 5), (5, 5)], (3, 2, 6)),
    ],
    ids=["first hour", "last hour", "not over midnight", "the earlier of two"],
)
def test_blocks_at_the_edges(hours: list[tuple[int, int]], expected: tuple[int, int, int]) -> None:
    found = worst_block(grid(clocks(*(clock(each, breached=True) for each in hours)), "due"), 1.0)
    assert found is not None
    assert (found.weekday, found.first, found.last) == expected


@pytest.mark.parametrize("frame", [SAMPLE.clear(), clocks(clock((1, 1), breached=False))], ids=["none", "all met"])
def test_where_nothing_broke_there_is_no_worst_block(frame: pl.DataFrame) -> None:
    assert worst_block(grid(frame, "due"), 1.0) is None


def test_a_span_of_less_than_a_day_is_counted_as_one() -> None:
    found = worst_block(grid(SAMPLE, "due"), 0.0)
    assert found is not None
    assert found.a_week[0] == pytest.approx(14.0)


def opened(*schedules: Schedule) -> set[tuple[int, int]]:
    found = open_hours(schedules)
    assert found.height == 168
    return set(found.filter("open").select("weekday", "hour").rows())


def weekly(hours: dict[str, list[str]]) -> Schedule:
    return Schedule.weekly("desk", "UTC", hours)


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ({}, set()),
        ({"mon": ["09:00-11:00"]}, {(1, 9), (1, 10)}),
        ({"mon": ["09:30-11:15"]}, {(1, 9), (1, 10), (1, 11)}),
        ({"mon": ["08:00-09:00", "13:59-14:00"]}, {(1, 8), (1, 13)}),
        ({"sun": ["22:00-02:00"]}, {(7, 22), (7, 23), (1, 0), (1, 1)}),
        ({"fri": ["22:00-24:00"]}, {(5, 22), (5, 23)}),
    ],
)
def test_open_hours(hours: dict[str, list[str]], expected: set[tuple[int, int]]) -> None:
    assert opened(weekly(hours)) == expected


def test_open_hours_of_several_schedules_are_those_of_any() -> None:
    assert opened() == set()
    assert opened(weekly({"mon": ["09:00-10:00"]}), weekly({"tue": ["09:00-10:00"]})) == {(1, 9), (2, 9)}
    assert len(opened(Schedule.weekly("always", "UTC", "24x7"))) == 168
