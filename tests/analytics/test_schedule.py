"""When is a desk open, how long was it open, and when does its time run out?"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Literal

import polars as pl
import pytest

from analytics.errors import ScheduleError, SLAError, UnknownNameError
from analytics.schedule import (
    ALWAYS,
    Boundary,
    Schedule,
    Timetable,
    dates_between,
    deadline,
    elapsed,
    is_open,
    parse_days,
    parse_windows,
    timetable,
)

HOUR = 3600

OFFICE = Schedule.weekly("office", "Europe/Stockholm", {"mon-fri": ["08:00-17:00"]})
LUNCH = Schedule.weekly("lunch", "Europe/Stockholm", {"mon-fri": ["08:00-12:00", "13:00-17:00"]})
NIGHT = Schedule.weekly("night", "Europe/Stockholm", {"fri": ["22:00-06:00"]})
ROUND_THE_CLOCK = Schedule.weekly("round the clock", "Europe/Stockholm", "24x7")
NEVER = Schedule.weekly("never", "Europe/Stockholm", {})


def at(text: str) -> datetime:
    """An instant with its offset, or in UTC where none is written."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def instant(value: datetime | None) -> pl.Expr:
    return pl.lit(value, dtype=pl.Datetime("us", "UTC"))


def seconds_open(start: str, end: str, schedule: Schedule) -> int | None:
    found: int | None = pl.select(elapsed(instant(at(start)), instant(at(end)), schedule)).item()
    return found


def due(start: str, seconds: int | None, schedule: Schedule, boundary: Boundary = "closing") -> datetime | None:
    target = pl.lit(seconds, dtype=pl.Int64)
    found: datetime | None = pl.select(deadline(instant(at(start)), target, schedule, boundary=boundary)).item()
    return found


def open_at(instant_text: str, schedule: Schedule) -> bool | None:
    found: bool | None = pl.select(is_open(instant(at(instant_text)), schedule)).item()
    return found


class TestWords:
    """Reading opening hours from a policy."""

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("", "not a window"),
            ("08-17", "not a window"),
            ("8:00-17:00", "not a window"),
            ("08:00-17:00-18:00", "not a window"),
            ("08:00–17:60", "does not exist"),
            ("08:60-17:00", "does not exist"),
            ("24:00-08:00", "does not exist"),
            ("08:00-24:01", "does not exist"),
            ("08:00-25:00", "does not exist"),
            ("08:00-08:00", "empty"),
        ],
    )
    def test_a_window_that_cannot_be_read(self, text: str, reason: str) -> None:
        with pytest.raises(ScheduleError, match=reason) as caught:
            parse_windows([text])
        assert repr(text) in str(caught.value)

    @pytest.mark.parametrize(
        "texts",
        [
            ["08:00-12:00", "11:59-17:00"],
            ["11:59-17:00", "08:00-12:00"],
            ["22:00-06:00", "23:00-24:00"],
            ["08:00-17:00", "08:00-17:00"],
        ],
    )
    def test_windows_that_overlap(self, texts: list[str]) -> None:
        with pytest.raises(ScheduleError, match="overlap"):
            parse_windows(texts)

    @pytest.mark.parametrize(
        ("texts", "windows"),
        [
            ([], ()),
            (["00:00-24:00"], ((0, 86_400),)),
            (["00:00-00:01"], ((0, 60),)),
            ([" 08:00 – 17:00 "], ((8 * HOUR, 17 * HOUR),)),
            (["13:00-17:00", "08:00-13:00"], ((8 * HOUR, 13 * HOUR), (13 * HOUR, 17 * HOUR))),
            (["22:00-06:00"], ((22 * HOUR, 30 * HOUR),)),
            (["22:00-00:00"], ((22 * HOUR, 24 * HOUR),)),
        ],
    )
    def test_windows(self, texts: list[str], windows: tuple[tuple[int, int], ...]) -> None:
        assert parse_windows(texts) == windows

    @pytest.mark.parametrize("text", ["", "monday", "mon-tue-wed", "mon,,tue", "mån", "mon-"])
    def test_days_that_cannot_be_read(self, text: str) -> None:
        with pytest.raises(ScheduleError, match="not known.*mon, tue"):
            parse_days(text)

    @pytest.mark.parametrize(
        ("text", "days"),
        [
            ("sun", [6]),
            ("mon-mon", [0]),
            ("fri-mon", [4, 5, 6, 0]),
            ("Mon - Wed, SAT", [0, 1, 2, 5]),
            ("mon-sun", [0, 1, 2, 3, 4, 5, 6]),
        ],
    )
    def test_days(self, text: str, days: list[int]) -> None:
        assert parse_days(text) == days

    @pytest.mark.parametrize(
        "hours",
        [{"mon": ["08:00-12:00"], "mon-fri": ["13:00-17:00"]}, {"sat,sat": ["08:00-12:00"]}],
    )
    def test_a_day_named_twice(self, hours: Mapping[str, Sequence[str]]) -> None:
        with pytest.raises(ScheduleError, match="'twice' names (mon|sat) twice"):
            Schedule.weekly("twice", "UTC", hours)

    def test_a_zone_that_does_not_exist(self) -> None:
        with pytest.raises(UnknownNameError, match="Did you mean 'Europe/Stockholm'"):
            Schedule.weekly("lost", "Europe/Stokholm", "24x7")

    def test_an_error_is_one_of_ours_and_a_value_error(self) -> None:
        with pytest.raises(ScheduleError) as caught:
            Schedule.weekly("bad", "UTC", {"mon": ["9-17"]})
        assert isinstance(caught.value, SLAError)
        assert isinstance(caught.value, ValueError)

    def test_a_bad_exception_is_found_when_the_schedule_is_made(self) -> None:
        with pytest.raises(ScheduleError, match="not a window"):
            Schedule.weekly("bad", "UTC", "24x7", exceptions={date(2026, 12, 24): ["until noon"]})

    def test_the_same_words_make_the_same_schedule_and_share_one_table(self) -> None:
        again = Schedule.weekly("office", "Europe/Stockholm", {"mon-thu": ["08:00-17:00"], "fri": ["08:00-17:00"]})
        assert again == OFFICE
        assert timetable((again,)) is timetable((OFFICE,))


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
            ("America/Havana", "00:00-02:00", "2026-10-31T12:00-04:00", "2026-11-01T12:00-05:00", 3 * HOUR),
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


class TestHolidaysAndExceptions:
    """Dates that differ from their weekday."""

    def test_a_holiday_does_not_open(self) -> None:
        closed = Schedule.weekly("closed", "Europe/Stockholm", {"mon-fri": ["08:00-17:00"]}, [date(2026, 7, 6)])
        assert seconds_open("2026-07-06T00:00+02:00", "2026-07-08T00:00+02:00", closed) == 9 * HOUR
        assert due("2026-07-06T09:00+02:00", 60, closed) == at("2026-07-07T08:01+02:00")
        assert open_at("2026-07-06T09:00+02:00", closed) is False

    def test_a_holiday_ends_no_night_that_began_before_it_and_stops_its_own(self) -> None:
        nights = Schedule.weekly("nights", "Europe/Stockholm", {"mon-sun": ["22:00-06:00"]}, [date(2026, 7, 7)])
        assert open_at("2026-07-07T05:59+02:00", nights) is True
        assert open_at("2026-07-07T22:00+02:00", nights) is False
        assert open_at("2026-07-08T05:59+02:00", nights) is False
        assert open_at("2026-07-08T22:00+02:00", nights) is True

    def test_an_exception_replaces_the_windows_of_its_date(self) -> None:
        short = Schedule.weekly(
            "short", "Europe/Stockholm", {"mon-fri": ["08:00-17:00"]}, exceptions={date(2026, 7, 6): ["10:00-12:00"]}
        )
        assert seconds_open("2026-07-06T00:00+02:00", "2026-07-08T00:00+02:00", short) == 11 * HOUR

    @pytest.mark.parametrize(("texts", "hours"), [([], 0), (["10:00-12:00", "14:00-15:00"], 3), (["22:00-02:00"], 4)])
    def test_an_exception_on_a_closed_weekday(self, texts: list[str], hours: int) -> None:
        sunday = Schedule.weekly(
            "sunday", "Europe/Stockholm", {"mon-fri": ["08:00-17:00"]}, exceptions={date(2026, 7, 5): texts}
        )
        assert seconds_open("2026-07-05T00:00+02:00", "2026-07-06T08:00+02:00", sunday) == hours * HOUR

    def test_an_exception_wins_over_a_holiday(self) -> None:
        eve = date(2026, 12, 24)
        both = Schedule.weekly("both", "UTC", {"mon-fri": ["08:00-17:00"]}, [eve], {eve: ["08:00-12:00"]})
        assert seconds_open("2026-12-24", "2026-12-25", both) == 4 * HOUR

    def test_an_exception_without_windows_closes_a_date(self) -> None:
        closed = Schedule.weekly("closed", "UTC", "24x7", exceptions={date(2026, 7, 6): []})
        assert seconds_open("2026-07-05T12:00", "2026-07-07T12:00", closed) == 24 * HOUR


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


def test_dates_between_includes_both_ends() -> None:
    assert dates_between(date(2026, 2, 28), date(2026, 3, 1)) == [date(2026, 2, 28), date(2026, 3, 1)]
    assert dates_between(date(2026, 3, 1), date(2026, 3, 1)) == [date(2026, 3, 1)]
    assert dates_between(date(2026, 3, 1), date(2026, 2, 28)) == []
