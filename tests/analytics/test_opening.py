"""How are opening hours read, and what do holidays and exceptions do?"""

from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from analytics.errors import ScheduleError, SLAError, UnknownNameError
from analytics.schedule import (
    Schedule,
    parse_days,
    parse_windows,
    timetable,
)
from tests.analytics.asking import (
    HOUR,
    OFFICE,
    at,
    due,
    open_at,
    seconds_open,
)


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
