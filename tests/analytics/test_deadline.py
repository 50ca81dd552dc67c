"""When does the open time run out, and do several schedules keep apart?"""

from datetime import date, datetime

import polars as pl
import pytest

from analytics.schedule import (
    ALWAYS,
    Boundary,
    Schedule,
    Timetable,
    deadline,
)
from tests.analytics.asking import HOUR, LUNCH, NEVER, NIGHT, OFFICE, ROUND_THE_CLOCK, at, due, instant


class TestDeadline:
    """The instant a target runs out."""

    @pytest.mark.parametrize("boundary", ["closing", "next_opening"])
    @pytest.mark.parametrize(
        ("start", "moment"),
        [
            ("2026-07-06T09:30:07+02:00", "2026-07-06T09:30:07+02:00"),
            ("2026-07-06T08:00+02:00", "2026-07-06T08:00+02:00"),
            ("2026-07-06T17:00+02:00", "2026-07-07T08:00+02:00"),
            ("2026-07-03T18:00+02:00", "2026-07-06T08:00+02:00"),
        ],
        ids=["open", "opening", "closing", "closed"],
    )
    def test_zero_target(self, start: str, moment: str, boundary: Boundary) -> None:
        assert due(start, 0, OFFICE, boundary) == at(moment)

    @pytest.mark.parametrize(
        ("start", "seconds", "closing", "next_opening"),
        [
            ("2026-07-06T16:00+02:00", HOUR, "2026-07-06T17:00+02:00", "2026-07-07T08:00+02:00"),
            ("2026-07-06T08:00+02:00", 9 * HOUR, "2026-07-06T17:00+02:00", "2026-07-07T08:00+02:00"),
            ("2026-07-06T03:00+02:00", 9 * HOUR, "2026-07-06T17:00+02:00", "2026-07-07T08:00+02:00"),
            ("2026-07-03T12:00+02:00", 14 * HOUR, "2026-07-06T17:00+02:00", "2026-07-07T08:00+02:00"),
            ("2026-07-03T08:00+02:00", 9 * HOUR, "2026-07-03T17:00+02:00", "2026-07-06T08:00+02:00"),
        ],
        ids=["last hour", "whole day", "from the night before", "over a weekend", "Friday"],
    )
    def test_exact_exhaustion(self, start: str, seconds: int, closing: str, next_opening: str) -> None:
        assert due(start, seconds, OFFICE, "closing") == at(closing)
        assert due(start, seconds, OFFICE, "next_opening") == at(next_opening)

    def test_exact_exhaustion_before_lunch(self) -> None:
        assert due("2026-07-06T08:00+02:00", 4 * HOUR, LUNCH, "closing") == at("2026-07-06T12:00+02:00")
        assert due("2026-07-06T08:00+02:00", 4 * HOUR, LUNCH, "next_opening") == at("2026-07-06T13:00+02:00")

    @pytest.mark.parametrize("boundary", ["closing", "next_opening"])
    @pytest.mark.parametrize(
        ("start", "seconds", "schedule", "moment"),
        [
            ("2026-07-06T16:00+02:00", HOUR - 1, OFFICE, "2026-07-06T16:59:59+02:00"),
            ("2026-07-06T16:00+02:00", HOUR + 1, OFFICE, "2026-07-07T08:00:01+02:00"),
            ("2026-07-03T16:00+02:00", 2 * HOUR, OFFICE, "2026-07-06T09:00+02:00"),
            ("2026-07-06T11:30+02:00", HOUR, LUNCH, "2026-07-06T13:30+02:00"),
            ("2026-07-03T12:00+02:00", 3 * HOUR, NIGHT, "2026-07-04T01:00+02:00"),
            ("2026-07-04T05:00+02:00", 2 * HOUR, NIGHT, "2026-07-10T23:00+02:00"),
            ("2026-03-28T12:00+01:00", 24 * HOUR, ROUND_THE_CLOCK, "2026-03-29T13:00+02:00"),
            ("2026-10-24T12:00+02:00", 24 * HOUR, ROUND_THE_CLOCK, "2026-10-25T11:00+01:00"),
            ("2026-07-06T12:00+02:00", 12 * HOUR, ROUND_THE_CLOCK, "2026-07-07T00:00+02:00"),
            ("2026-07-06T00:00", 86_400, ALWAYS, "2026-07-07T00:00"),
            ("2026-07-06T12:00", 12 * HOUR, ALWAYS, "2026-07-07T00:00"),
        ],
    )
    def test_where_the_boundary_does_not_matter(
        self, start: str, seconds: int, schedule: Schedule, moment: str, boundary: Boundary
    ) -> None:
        assert due(start, seconds, schedule, boundary) == at(moment)

    def test_windows_that_touch_are_one_opening(self) -> None:
        shifts = Schedule.weekly("shifts", "UTC", {"mon": ["06:00-14:00", "14:00-22:00"], "tue": ["06:00-14:00"]})
        assert due("2026-07-06T06:00", 8 * HOUR, shifts, "next_opening") == at("2026-07-06T14:00")

    def test_half_an_hour_of_lord_howe(self) -> None:
        daily = Schedule.weekly("daily", "Australia/Lord_Howe", {"mon-sun": ["01:00-09:00"]})
        assert due("2026-10-04T01:00+10:30", 2 * HOUR, daily) == at("2026-10-04T03:30+11:00")
        assert due("2026-04-05T01:00+11:00", 2 * HOUR, daily) == at("2026-04-05T02:30+10:30")

    @pytest.mark.parametrize(
        ("start", "seconds"), [(None, 60), (at("2026-07-06"), None), (None, None), (at("2026-07-06"), -1)]
    )
    def test_unknown_or_negative_is_null(self, start: datetime | None, seconds: int | None) -> None:
        assert pl.select(deadline(instant(start), pl.lit(seconds, dtype=pl.Int64), OFFICE)).item() is None

    @pytest.mark.parametrize("start", ["1989-12-31T22:59:59", "2069-12-31T23:00:01", "2080-01-01"])
    def test_a_start_outside_the_expanded_dates_is_null(self, start: str) -> None:
        assert due(start, 60, OFFICE) is None

    @pytest.mark.parametrize("seconds", [0, 1, 10**9])
    def test_never_open_is_never_due(self, seconds: int) -> None:
        assert due("2026-07-06", seconds, NEVER) is None

    @pytest.mark.parametrize(
        ("seconds", "boundary", "moment"),
        [
            (9 * HOUR, "closing", "2026-07-10T17:00+02:00"),
            (9 * HOUR, "next_opening", None),
            (9 * HOUR + 1, "closing", None),
            (10**12, "closing", None),
        ],
    )
    def test_the_last_opening_of_the_expanded_dates(self, seconds: int, boundary: Boundary, moment: str | None) -> None:
        week = OFFICE.over(date(2026, 7, 6), date(2026, 7, 10))
        assert due("2026-07-10T07:00+02:00", seconds, week, boundary) == (at(moment) if moment else None)

    def test_a_zero_target_after_the_last_opening_is_null(self) -> None:
        assert due("2026-07-10T17:00+02:00", 0, OFFICE.over(date(2026, 7, 6), date(2026, 7, 10))) is None

    def test_a_target_column_of_small_integers(self) -> None:
        frame = pl.DataFrame({"target": pl.Series([9 * HOUR], dtype=pl.UInt16)})
        answer = frame.select(deadline(instant(at("2026-07-06T08:00+02:00")), pl.col("target"), OFFICE))
        assert answer.item() == at("2026-07-06T17:00+02:00")


class TestTimetable:
    """Several schedules in one table, each row naming its own by number."""

    SCHEDULES = (OFFICE, NEVER, ROUND_THE_CLOCK, NIGHT)
    FRAME = pl.DataFrame(
        {
            "number": [0, 1, 2, 3, None, 0],
            "start": [*[at("2026-07-03T16:00+02:00")] * 5, None],
            "end": [at("2026-07-04T12:00+02:00")] * 6,
        }
    )

    def test_elapsed(self) -> None:
        table = Timetable(self.SCHEDULES)
        spent = table.elapsed_microseconds(pl.col("start"), pl.col("end"), pl.col("number")) // 1_000_000
        assert self.FRAME.select(spent).to_series().to_list() == [HOUR, 0, 20 * HOUR, 8 * HOUR, None, None]

    def test_deadline(self) -> None:
        target = pl.lit(2 * HOUR * 1_000_000)
        answer = self.FRAME.select(Timetable(self.SCHEDULES).deadline(pl.col("start"), target, pl.col("number")))
        assert answer.to_series().to_list() == [
            at("2026-07-06T09:00+02:00"),
            None,
            at("2026-07-03T18:00+02:00"),
            at("2026-07-04T00:00+02:00"),
            None,
            None,
        ]

    def test_is_open(self) -> None:
        answer = self.FRAME.select(Timetable(self.SCHEDULES).is_open(pl.col("start"), pl.col("number")))
        assert answer.to_series().to_list() == [True, False, True, False, None, None]

    @pytest.mark.parametrize("number", range(4))
    def test_a_number_for_the_whole_column(self, number: int) -> None:
        table, frame = Timetable(self.SCHEDULES), self.FRAME.with_columns(number=number)
        for one, each in [
            (table.is_open(pl.col("start"), number), table.is_open(pl.col("start"), pl.col("number"))),
            (
                table.elapsed_microseconds(pl.col("start"), pl.col("end"), number),
                table.elapsed_microseconds(pl.col("start"), pl.col("end"), pl.col("number")),
            ),
            (
                table.deadline(pl.col("start"), pl.lit(60_000_000), number),
                table.deadline(pl.col("start"), pl.lit(60_000_000), pl.col("number")),
            ),
        ]:
            assert frame.select(one).to_series().to_list() == frame.select(each).to_series().to_list()

    @pytest.mark.parametrize("number", range(4))
    @pytest.mark.parametrize("seconds", [2 * 10**9, 9_007_199_254, 9 * 10**9, 20 * 10**9])
    def test_a_target_beyond_the_last_opening_never_lands_in_another_schedule(self, number: int, seconds: int) -> None:
        table = Timetable(self.SCHEDULES)
        answer = self.FRAME.head(1).select(table.deadline(pl.col("start"), pl.lit(seconds * 1_000_000), number))
        assert answer.item() is None

    def test_each_schedule_keeps_its_own_dates(self) -> None:
        table = Timetable([ROUND_THE_CLOCK, ROUND_THE_CLOCK.over(date(2026, 1, 1), date(2026, 6, 30))])
        frame = pl.DataFrame({"at": [at("2026-07-03T12:00")] * 2, "number": [0, 1]})
        assert frame.select(table.is_open(pl.col("at"), pl.col("number"))).to_series().to_list() == [True, None]

    def test_no_schedule_leaks_into_the_next(self) -> None:
        table = Timetable([OFFICE.over(date(2026, 7, 3), date(2026, 7, 3)), ROUND_THE_CLOCK])
        friday = instant(at("2026-07-03T16:00+02:00"))
        assert pl.select(table.deadline(friday, pl.lit(HOUR * 1_000_000), 0)).item() == at("2026-07-03T17:00+02:00")
        assert pl.select(table.deadline(friday, pl.lit(HOUR * 1_000_000), 0, "next_opening")).item() is None
        assert pl.select(table.deadline(friday, pl.lit(HOUR * 1_000_000 + 1), 0)).item() is None

    def test_microseconds_are_not_lost(self) -> None:
        table = Timetable([OFFICE])
        start, end = instant(at("2026-07-06T08:00:00.000001+02:00")), instant(at("2026-07-06T08:00:01+02:00"))
        assert pl.select(table.elapsed_microseconds(start, end)).item() == 999_999
