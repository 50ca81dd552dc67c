"""When is a desk open, and how long was it open?"""

from datetime import date, datetime
from typing import Literal

import polars as pl
import pytest

from analytics.schedule import (
    ALWAYS,
    Schedule,
    deadline,
    elapsed,
    is_open,
)
from tests.analytics.asking import (
    HOUR,
    LUNCH,
    NEVER,
    NIGHT,
    OFFICE,
    ROUND_THE_CLOCK,
    at,
    instant,
    open_at,
    seconds_open,
)


class TestElapsed:
    """Open seconds between two instants."""

    @pytest.mark.parametrize(
        ("start", "end"),
        [
            ("2026-07-06T09:00+02:00", "2026-07-06T09:00+02:00"),
            ("2026-07-06T17:00+02:00", "2026-07-06T08:00+02:00"),
            ("2026-07-06T03:00+02:00", "2026-07-06T08:00+02:00"),
            ("2026-07-03T17:00+02:00", "2026-07-06T08:00+02:00"),
            ("2026-07-04T00:00+02:00", "2026-07-06T00:00+02:00"),
        ],
        ids=["start = end", "reversed", "up to the opening", "closing to opening", "weekend"],
    )
    def test_none(self, start: str, end: str) -> None:
        assert seconds_open(start, end, OFFICE) == 0

    @pytest.mark.parametrize(
        ("start", "end", "seconds"),
        [
            ("2026-07-06T08:00:00+02:00", "2026-07-06T08:00:01+02:00", 1),
            ("2026-07-06T16:59:59+02:00", "2026-07-07T00:00:00+02:00", 1),
            ("2026-07-06T07:00:00+02:00", "2026-07-06T18:00:00+02:00", 9 * HOUR),
            ("2026-07-03T16:00:00+02:00", "2026-07-06T09:00:00+02:00", 2 * HOUR),
            ("2026-07-06T00:00:00+02:00", "2026-07-13T00:00:00+02:00", 45 * HOUR),
            ("2026-07-06T08:00:00.000001+02:00", "2026-07-06T08:00:01+02:00", 0),
        ],
    )
    def test_office(self, start: str, end: str, seconds: int) -> None:
        assert seconds_open(start, end, OFFICE) == seconds

    @pytest.mark.parametrize(
        ("start", "end", "seconds"),
        [
            ("2026-07-06T12:00+02:00", "2026-07-06T13:00+02:00", 0),
            ("2026-07-06T11:59+02:00", "2026-07-06T13:01+02:00", 120),
            ("2026-07-06T12:30+02:00", "2026-07-07T12:30+02:00", 8 * HOUR),
        ],
    )
    def test_lunch(self, start: str, end: str, seconds: int) -> None:
        assert seconds_open(start, end, LUNCH) == seconds

    @pytest.mark.parametrize(
        ("start", "end", "seconds"),
        [
            ("2026-07-03T00:00+02:00", "2026-07-03T06:00+02:00", 0),
            ("2026-07-03T21:00+02:00", "2026-07-04T00:00+02:00", 2 * HOUR),
            ("2026-07-04T00:00+02:00", "2026-07-04T23:00+02:00", 6 * HOUR),
            ("2026-07-03T12:00+02:00", "2026-07-04T12:00+02:00", 8 * HOUR),
        ],
        ids=["the night before is not Friday's", "evening", "the morning after", "whole"],
    )
    def test_overnight_belongs_to_the_day_it_starts(self, start: str, end: str, seconds: int) -> None:
        assert seconds_open(start, end, NIGHT) == seconds

    def test_an_overnight_window_that_runs_into_the_next_days_counts_once(self) -> None:
        overlapping = Schedule.weekly("overlapping", "UTC", {"mon": ["22:00-06:00"], "tue": ["04:00-08:00"]})
        assert seconds_open("2026-07-06T00:00", "2026-07-08T00:00", overlapping) == 10 * HOUR

    def test_a_long_night_that_swallows_the_next_days_window_counts_once(self) -> None:
        swallowing = Schedule.weekly("swallowing", "UTC", {"mon": ["22:00-08:00"], "tue": ["04:00-06:00"]})
        assert seconds_open("2026-07-06T00:00", "2026-07-08T00:00", swallowing) == 10 * HOUR

    @pytest.mark.parametrize(
        ("time_zone", "hours", "start", "end", "seconds"),
        [
            ("Europe/Stockholm", "00:00-24:00", "2026-03-29T00:00+01:00", "2026-03-30T00:00+02:00", 23 * HOUR),
            ("Europe/Stockholm", "00:00-24:00", "2026-10-25T00:00+02:00", "2026-10-26T00:00+01:00", 25 * HOUR),
            ("Europe/Stockholm", "08:00-17:00", "2026-03-28T00:00+01:00", "2026-03-31T00:00+02:00", 27 * HOUR),
            ("Europe/Stockholm", "01:00-04:00", "2026-03-29T00:00+01:00", "2026-03-29T12:00+02:00", 2 * HOUR),
            ("Europe/Stockholm", "02:30-04:00", "2026-03-29T00:00+01:00", "2026-03-29T12:00+02:00", HOUR // 2),
            ("Europe/Stockholm", "02:00-03:00", "2026-03-29T00:00+01:00", "2026-03-29T12:00+02:00", 0),
            ("Europe/Stockholm", "02:00-03:00", "2026-10-25T00:00+02:00", "2026-10-25T12:00+01:00", 2 * HOUR),
            ("Europe/Stockholm", "02:00-02:30", "2026-10-25T00:00+02:00", "2026-10-25T12:00+01:00", HOUR // 2),
            ("Europe/Stockholm", "02:30-04:00", "2026-10-25T00:00+02:00", "2026-10-25T12:00+01:00", 5 * HOUR // 2),
            ("Australia/Lord_Howe", "00:00-24:00", "2026-04-05T00:00+11:00", "2026-04-06T00:00+10:30", 49 * HOUR // 2),
            ("Australia/Lord_Howe", "00:00-24:00", "2026-10-04T00:00+10:30", "2026-10-05T00:00+11:00", 47 * HOUR // 2),
            ("Australia/Lord_Howe", "02:15-03:00", "2026-10-04T00:00+10:30", "2026-10-04T12:00+11:00", HOUR // 4),
            ("Africa/Cairo", "00:00-02:00", "2026-04-23T12:00+02:00", "2026-04-24T12:00+03:00", HOUR),
            ("America/Havana", "00:00-02:00", "2025-11-01T12:00-04:00", "2025-11-02T12:00-05:00", 3 * HOUR),
        ],
    )
    def test_real_seconds_count_across_a_clock_change(
        self, time_zone: str, hours: str, start: str, end: str, seconds: int
    ) -> None:
        daily = Schedule.weekly("daily", time_zone, {"mon-sun": [hours]})
        assert seconds_open(start, end, daily) == seconds

    def test_always_is_calendar_time(self) -> None:
        assert seconds_open("2026-03-28T00:00:07", "2026-03-30T00:00:00", ALWAYS) == 2 * 86_400 - 7

    def test_never(self) -> None:
        assert seconds_open("2026-01-01", "2027-01-01", NEVER) == 0

    @pytest.mark.parametrize(
        ("start", "end"),
        [
            (None, at("2026-07-06")),
            (at("2026-07-06"), None),
            (None, None),
            (at("1989-12-31T22:59:59.999999"), at("2026-07-06")),
            (at("2026-07-06"), at("2069-12-31T23:00:00.000001")),
            (at("1980-01-01"), at("1981-01-01")),
            (at("2080-01-01"), at("2081-01-01")),
        ],
    )
    def test_unknown_or_outside_the_expanded_dates_is_null(self, start: datetime | None, end: datetime | None) -> None:
        assert pl.select(elapsed(instant(start), instant(end), OFFICE)).item() is None

    def test_the_edges_of_the_expanded_dates_are_inside(self) -> None:
        day = ROUND_THE_CLOCK.over(date(2026, 7, 6), date(2026, 7, 6))
        assert seconds_open("2026-07-06T00:00+02:00", "2026-07-07T00:00+02:00", day) == 24 * HOUR

    def test_a_night_that_started_before_the_first_date_is_cut_to_it(self) -> None:
        saturday = NIGHT.over(date(2026, 7, 4), date(2026, 7, 4))
        assert seconds_open("2026-07-04T00:00+02:00", "2026-07-05T00:00+02:00", saturday) == 6 * HOUR

    @pytest.mark.parametrize("unit", ["ms", "us", "ns"])
    def test_any_unit_and_zone_of_the_column(self, unit: Literal["ms", "us", "ns"]) -> None:
        frame = pl.DataFrame({"start": [at("2026-07-06T06:30")], "end": [at("2026-07-06T07:00")]}).select(
            pl.all().cast(pl.Datetime(unit, "UTC")).dt.convert_time_zone("Asia/Tokyo")
        )
        assert frame.select(elapsed(pl.col("start"), pl.col("end"), OFFICE)).item() == HOUR // 2

    def test_whole_seconds_come_back_as_integers(self) -> None:
        frame = pl.DataFrame({"start": [at("2026-07-06T06:30")], "end": [at("2026-07-06T07:00")]})
        answer = frame.select(seconds=elapsed(pl.col("start"), pl.col("end"), OFFICE))
        assert answer.schema == {"seconds": pl.Int64}

    def test_an_empty_column(self) -> None:
        frame = pl.DataFrame(schema={"at": pl.Datetime("us", "UTC")})
        assert frame.select(elapsed(pl.col("at"), pl.col("at"), OFFICE)).height == 0


class TestIsOpen:
    """Openings include their start and not their end."""

    @pytest.mark.parametrize(
        ("moment", "schedule", "answer"),
        [
            ("2026-07-06T07:59:59.999999+02:00", OFFICE, False),
            ("2026-07-06T08:00:00+02:00", OFFICE, True),
            ("2026-07-06T16:59:59.999999+02:00", OFFICE, True),
            ("2026-07-06T17:00:00+02:00", OFFICE, False),
            ("2026-07-05T12:00:00+02:00", OFFICE, False),
            ("2026-07-06T12:00:00+02:00", LUNCH, False),
            ("2026-07-06T13:00:00+02:00", LUNCH, True),
            ("2026-07-03T05:00:00+02:00", NIGHT, False),
            ("2026-07-04T00:00:00+02:00", NIGHT, True),
            ("2026-07-04T06:00:00+02:00", NIGHT, False),
            ("2026-07-06T00:00:00+02:00", ROUND_THE_CLOCK, True),
            ("1990-01-01T00:00:00+01:00", ROUND_THE_CLOCK, True),
            ("2070-01-01T00:00:00+01:00", ROUND_THE_CLOCK, False),
            ("2070-01-01T00:00:01+01:00", ROUND_THE_CLOCK, None),
            ("1989-12-31T23:59:59+01:00", ROUND_THE_CLOCK, None),
            ("2026-07-06T12:00:00", NEVER, False),
        ],
    )
    def test_edges(self, moment: str, schedule: Schedule, answer: bool | None) -> None:
        assert open_at(moment, schedule) is answer

    def test_null(self) -> None:
        assert pl.select(is_open(instant(None), OFFICE)).item() is None

    @pytest.mark.parametrize(
        ("moment", "answer"),
        [
            ("2026-10-25T02:29+02:00", True),
            ("2026-10-25T02:30+02:00", False),
            ("2026-10-25T02:00+01:00", False),
            ("2026-10-25T02:29+01:00", False),
        ],
    )
    def test_a_window_inside_the_repeated_hour_opens_the_first_time_only(self, moment: str, answer: bool) -> None:
        small_hours = Schedule.weekly("small hours", "Europe/Stockholm", {"sun": ["01:00-02:30"]})
        assert open_at(moment, small_hours) is answer

    def test_a_window_inside_the_skipped_hour_opens_an_hour_later(self) -> None:
        small_hours = Schedule.weekly("small hours", "Europe/Stockholm", {"sun": ["02:15-02:45"]})
        assert open_at("2026-03-29T03:14+02:00", small_hours) is False
        assert open_at("2026-03-29T03:15+02:00", small_hours) is True
        assert open_at("2026-03-29T03:44+02:00", small_hours) is True
        assert open_at("2026-03-29T03:45+02:00", small_hours) is False


def test_lazy_equals_eager() -> None:
    frame = pl.DataFrame(
        {
            "start": [at("2026-07-03T14:00"), None, at("2026-03-29T00:30"), at("1980-01-01")],
            "end": [at("2026-07-06T07:00"), at("2026-07-06T07:00"), at("2026-03-30T00:30"), at("2026-01-01")],
            "target": [7200, 60, None, 0],
        }
    )
    answers = [
        elapsed(pl.col("start"), pl.col("end"), LUNCH).alias("elapsed"),
        deadline(pl.col("start"), pl.col("target"), LUNCH).alias("closing"),
        deadline(pl.col("start"), pl.col("target"), LUNCH, boundary="next_opening").alias("next_opening"),
        is_open(pl.col("end"), LUNCH).alias("open"),
    ]
    assert frame.select(answers).rows() == [
        (7200, at("2026-07-06T07:00"), at("2026-07-06T07:00"), True),
        (None, None, None, True),
        (0, None, None, False),
        (None, None, None, False),
    ]
    assert frame.lazy().select(answers).collect().rows() == frame.select(answers).rows()
