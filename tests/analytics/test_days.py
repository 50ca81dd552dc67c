"""When are N days over, in each of the four meanings?"""

from datetime import date, datetime
from typing import Any

import polars as pl
import pytest

from analytics.days import DayMeans, add_days
from analytics.errors import ScheduleError
from analytics.schedule import ALWAYS, Schedule
from tests.analytics.asking import LUNCH, NEVER, NIGHT, OFFICE, ROUND_THE_CLOCK, at

INSTANT = pl.Datetime("us", "UTC")
STOCKHOLM = "Europe/Stockholm"
CITY = Schedule.weekly("city", "America/New_York", {"mon-fri": ["08:30-17:00"]})
BOSTON = {"cutoff": 17 * 3600, "restart_at": 8 * 3600 + 1800}
NIGHTS = Schedule.weekly("nights", STOCKHOLM, {"mon-fri": ["22:00-06:00"]})


def office(holidays: list[date] | None = None, **exceptions: list[str]) -> Schedule:
    """08-17 on weekdays; exceptions of July 2026 by day, as d7=["08:00-12:00"]."""
    special = {date(2026, 7, int(day[1:])): windows for day, windows in exceptions.items()}
    return Schedule.weekly("office", STOCKHOLM, {"mon-fri": ["08:00-17:00"]}, holidays or [], special)


def over(start: datetime | None, days: int | None, schedule: Schedule, means: DayMeans, **given: Any) -> Any:
    found = add_days(pl.Series([start], dtype=INSTANT), pl.Series([days], dtype=pl.Int64), schedule, means, **given)
    assert found.dtype == INSTANT
    return found.item()


class TestNextBusinessDay:
    """Roll to the next opening, working days on at the same local time, inside the hours of that day."""

    @pytest.mark.parametrize(
        ("start", "days", "moment"),
        [
            ("2026-07-06T10:30+02:00", 1, "2026-07-07T10:30+02:00"),
            ("2026-07-06T08:00+02:00", 1, "2026-07-07T08:00+02:00"),
            ("2026-07-03T14:00+02:00", 1, "2026-07-06T14:00+02:00"),
            ("2026-07-03T14:00+02:00", 6, "2026-07-13T14:00+02:00"),
            ("2026-07-04T12:00+02:00", 1, "2026-07-07T08:00+02:00"),
            ("2026-07-06T06:00+02:00", 1, "2026-07-07T08:00+02:00"),
            ("2026-07-06T17:00+02:00", 1, "2026-07-08T08:00+02:00"),
            ("2026-07-03T23:59+02:00", 2, "2026-07-08T08:00+02:00"),
            ("2026-07-06T10:30:00.000007+02:00", 1, "2026-07-07T10:30:00.000007+02:00"),
            ("2026-07-06T16:59:59.999999+02:00", 1, "2026-07-07T16:59:59.999999+02:00"),
            ("2026-07-06T17:00:00.000001+02:00", 1, "2026-07-08T08:00+02:00"),
            ("2026-07-06T07:59:59.999999+02:00", 1, "2026-07-07T08:00+02:00"),
            ("2026-03-27T12:00+01:00", 1, "2026-03-30T12:00+02:00"),
            ("2026-10-23T12:00+02:00", 1, "2026-10-26T12:00+01:00"),
        ],
    )
    def test_office(self, start: str, days: int, moment: str) -> None:
        assert over(at(start), days, OFFICE, "next_business_day") == at(moment)

    @pytest.mark.parametrize(
        ("start", "moment"),
        [
            ("2026-07-06T10:30:00.000007+02:00", "2026-07-06T10:30:00.000007+02:00"),
            ("2026-07-06T17:00+02:00", "2026-07-07T08:00+02:00"),
            ("2026-07-04T12:00+02:00", "2026-07-06T08:00+02:00"),
        ],
        ids=["open", "closing", "closed"],
    )
    def test_no_days_at_all(self, start: str, moment: str) -> None:
        assert over(at(start), 0, OFFICE, "next_business_day") == at(moment)

    @pytest.mark.parametrize(
        ("start", "moment"),
        [
            ("2026-07-06T11:00+02:00", "2026-07-07T11:00+02:00"),
            ("2026-07-06T12:00+02:00", "2026-07-07T12:00+02:00"),
            ("2026-07-06T15:00+02:00", "2026-07-07T12:00+02:00"),
            ("2026-07-06T15:00:00.000007+02:00", "2026-07-07T12:00+02:00"),
            ("2026-07-06T12:00:00.000007+02:00", "2026-07-07T12:00+02:00"),
        ],
    )
    def test_a_half_day_ends_at_its_closing(self, start: str, moment: str) -> None:
        assert over(at(start), 1, office(d7=["08:00-12:00"]), "next_business_day") == at(moment)

    def test_a_late_day_begins_at_its_opening(self) -> None:
        late = office(d7=["10:00-17:00"])
        assert over(at("2026-07-06T09:00:00.5+02:00"), 1, late, "next_business_day") == at("2026-07-07T10:00+02:00")

    @pytest.mark.parametrize(
        ("schedule", "moment"),
        [
            (office([date(2026, 7, 6)]), "2026-07-07T14:00+02:00"),
            (office(d6=[]), "2026-07-07T14:00+02:00"),
            (office([date(2026, 7, 6)], d6=["13:00-16:00"]), "2026-07-06T14:00+02:00"),
            (office(d4=["10:00-18:00"]), "2026-07-04T14:00+02:00"),
            (office([date(2026, 7, 4), date(2026, 8, 3)]), "2026-07-06T14:00+02:00"),
        ],
        ids=["holiday", "closed by exception", "exception wins over holiday", "open Saturday", "holiday elsewhere"],
    )
    def test_what_a_working_day_is(self, schedule: Schedule, moment: str) -> None:
        assert over(at("2026-07-03T14:00+02:00"), 1, schedule, "next_business_day") == at(moment)

    def test_lunch_is_closed_at_the_start_and_no_hindrance_at_the_end(self) -> None:
        assert over(at("2026-07-06T12:30+02:00"), 1, LUNCH, "next_business_day") == at("2026-07-07T13:00+02:00")
        early = office(d7=["08:00-10:00", "11:00-17:00"])
        assert over(at("2026-07-06T10:30+02:00"), 1, early, "next_business_day") == at("2026-07-07T10:30+02:00")

    @pytest.mark.parametrize(
        ("schedule", "start", "days", "moment"),
        [
            (NIGHT, "2026-07-03T23:00+02:00", 1, "2026-07-10T23:00+02:00"),
            (NIGHT, "2026-07-04T02:00+02:00", 1, "2026-07-11T02:00+02:00"),
            (NIGHT, "2026-07-04T02:00+02:00", 0, "2026-07-04T02:00+02:00"),
            (NIGHT, "2026-07-04T06:00+02:00", 1, "2026-07-17T22:00+02:00"),
            (NIGHTS, "2026-07-04T02:00+02:00", 1, "2026-07-07T02:00+02:00"),
            (NIGHTS, "2026-07-07T02:00+02:00", 1, "2026-07-08T02:00+02:00"),
            (NIGHTS, "2026-07-07T02:00:00.000007+02:00", 5, "2026-07-14T02:00:00.000007+02:00"),
            (NIGHTS, "2026-07-07T12:00+02:00", 1, "2026-07-08T22:00+02:00"),
        ],
    )
    def test_an_opening_belongs_to_the_date_it_began_on(
        self, schedule: Schedule, start: str, days: int, moment: str
    ) -> None:
        assert over(at(start), days, schedule, "next_business_day") == at(moment)

    def test_a_short_night_ends_past_midnight(self) -> None:
        short = Schedule.weekly("n", STOCKHOLM, {"fri": ["22:00-06:00"]}, [], {date(2026, 7, 10): ["22:00-01:00"]})
        assert over(at("2026-07-04T02:00+02:00"), 1, short, "next_business_day") == at("2026-07-11T01:00+02:00")

    def test_where_two_dates_are_open_the_later_one_counts(self) -> None:
        hours = {"fri": ["22:00-06:00"], "sat": ["05:00-09:00"], "mon": ["05:00-06:00"]}
        both = Schedule.weekly("both", STOCKHOLM, hours)
        assert over(at("2026-07-04T05:30+02:00"), 1, both, "next_business_day") == at("2026-07-06T05:30+02:00")
        assert over(at("2026-07-04T04:30+02:00"), 1, both, "next_business_day") == at("2026-07-04T09:00+02:00")

    @pytest.mark.parametrize(
        ("start", "days", "moment"),
        [
            ("2026-07-05T03:00+02:00", 1, "2026-07-06T03:00+02:00"),
            ("2026-07-06T00:00+02:00", 1, "2026-07-07T00:00+02:00"),
            ("2026-03-28T02:30+01:00", 1, "2026-03-29T03:30+02:00"),
            ("2026-03-28T12:00+01:00", 1, "2026-03-29T12:00+02:00"),
            ("2026-10-24T02:30+02:00", 1, "2026-10-25T02:30+02:00"),
            ("2026-10-25T02:30+01:00", 0, "2026-10-25T02:30+01:00"),
            ("2026-10-25T02:30+01:00", 1, "2026-10-26T02:30+01:00"),
        ],
    )
    def test_round_the_clock(self, start: str, days: int, moment: str) -> None:
        assert over(at(start), days, ROUND_THE_CLOCK, "next_business_day") == at(moment)

    def test_a_time_that_never_happens_does_not_run_past_the_closing(self) -> None:
        early = Schedule.weekly("early", STOCKHOLM, {"mon-sun": ["01:00-03:00"]})
        assert over(at("2026-03-28T02:45+01:00"), 1, early, "next_business_day") == at("2026-03-29T03:00+02:00")

    def test_a_date_whose_hours_a_clock_change_swallows_is_no_working_day(self) -> None:
        gap = Schedule.weekly("gap", "America/Los_Angeles", {"sun": ["02:30-03:15"], "mon": ["09:00-17:00"]})
        assert over(at("2026-03-02T09:00-08:00"), 1, gap, "next_business_day") == at("2026-03-09T09:00-07:00")
        assert over(at("2026-03-09T09:00-07:00"), 1, gap, "next_business_day") == at("2026-03-15T03:15-07:00")


class TestTwentyFourOpenHours:
    """As many times 24 hours of open time, due at the closing where they end with it."""

    @pytest.mark.parametrize(
        ("schedule", "start", "days", "moment"),
        [
            (ALWAYS, "2026-07-06T10:00:00.000007", 2, "2026-07-08T10:00:00.000007"),
            (ROUND_THE_CLOCK, "2026-03-28T12:00+01:00", 1, "2026-03-29T13:00+02:00"),
            (OFFICE, "2026-07-04T12:00+02:00", 0, "2026-07-06T08:00+02:00"),
            (OFFICE, "2026-07-06T08:00+02:00", 3, "2026-07-15T17:00+02:00"),
            (OFFICE, "2026-07-06T08:00:00.000007+02:00", 3, "2026-07-16T08:00:00.000007+02:00"),
        ],
    )
    def test_open_time(self, schedule: Schedule, start: str, days: int, moment: str) -> None:
        assert over(at(start), days, schedule, "24_open_hours") == at(moment)


class TestCalendarDay:
    """The same local time so many dates on, whatever is open."""

    @pytest.mark.parametrize(
        ("start", "days", "moment"),
        [
            ("2026-07-03T20:00:00.000007+02:00", 1, "2026-07-04T20:00:00.000007+02:00"),
            ("2026-03-28T12:00+01:00", 1, "2026-03-29T12:00+02:00"),
            ("2026-03-28T02:30+01:00", 1, "2026-03-29T03:30+02:00"),
            ("2026-10-24T02:30+02:00", 1, "2026-10-25T02:30+02:00"),
            ("2026-10-25T02:30+01:00", 0, "2026-10-25T02:30+01:00"),
            ("2026-10-25T02:30+01:00", 1, "2026-10-26T02:30+01:00"),
            ("2026-07-06T10:00+02:00", 366, "2027-07-07T10:00+02:00"),
        ],
    )
    @pytest.mark.parametrize("schedule", [OFFICE, NEVER], ids=["office", "never"])
    def test_dates(self, schedule: Schedule, start: str, days: int, moment: str) -> None:
        assert over(at(start), days, schedule, "calendar_day") == at(moment)


class TestKeepTimeOfDay:
    """A closed date moves first, then the cutoff, then working days; hours of a day do not matter."""

    @pytest.mark.parametrize(
        ("start", "days", "moment"),
        [
            ("2026-07-06T10:41:27-04:00", 2, "2026-07-08T10:41:27-04:00"),
            ("2026-07-06T06:00-04:00", 1, "2026-07-07T06:00-04:00"),
            ("2026-07-06T16:59:59.999999-04:00", 1, "2026-07-07T16:59:59.999999-04:00"),
            ("2026-07-06T17:00-04:00", 1, "2026-07-08T08:30-04:00"),
            ("2026-07-06T17:00:00.000007-04:00", 1, "2026-07-08T08:30-04:00"),
            ("2026-07-03T17:00-04:00", 1, "2026-07-07T08:30-04:00"),
            ("2026-07-04T10:00-04:00", 1, "2026-07-07T10:00-04:00"),
            ("2026-07-04T20:00-04:00", 1, "2026-07-08T08:30-04:00"),
            ("2026-07-04T10:00-04:00", 0, "2026-07-06T10:00-04:00"),
            ("2026-07-06T20:00-04:00", 0, "2026-07-07T08:30-04:00"),
            ("2026-10-30T10:00-04:00", 1, "2026-11-02T10:00-05:00"),
        ],
    )
    def test_boston(self, start: str, days: int, moment: str) -> None:
        assert over(at(start), days, CITY, "keep_time_of_day", **BOSTON) == at(moment)

    @pytest.mark.parametrize(
        ("start", "days", "moment"),
        [
            ("2026-07-06T22:00:00.000007-04:00", 1, "2026-07-07T22:00:00.000007-04:00"),
            ("2026-07-04T20:00-04:00", 1, "2026-07-07T20:00-04:00"),
        ],
    )
    def test_without_a_cutoff(self, start: str, days: int, moment: str) -> None:
        assert over(at(start), days, CITY, "keep_time_of_day") == at(moment)

    def test_holidays_and_open_saturdays(self) -> None:
        special = office([date(2026, 7, 6)], d11=["10:00-12:00"])
        assert over(at("2026-07-03T20:00+02:00"), 1, special, "keep_time_of_day") == at("2026-07-07T20:00+02:00")
        assert over(at("2026-07-10T20:00+02:00"), 1, special, "keep_time_of_day") == at("2026-07-11T20:00+02:00")

    def test_the_date_on_the_wall_counts_also_at_night(self) -> None:
        assert over(at("2026-07-04T02:00+02:00"), 1, NIGHTS, "keep_time_of_day") == at("2026-07-07T02:00+02:00")
        assert over(at("2026-07-03T23:00+02:00"), 1, NIGHTS, "keep_time_of_day") == at("2026-07-06T23:00+02:00")

    def test_a_time_that_happens_twice(self) -> None:
        second = at("2026-10-25T02:30+01:00")
        assert over(second, 0, ROUND_THE_CLOCK, "keep_time_of_day") == second
        assert over(at("2026-10-24T02:30+02:00"), 1, ROUND_THE_CLOCK, "keep_time_of_day") < second

    @pytest.mark.parametrize("given", [{"cutoff": 61_200}, {"restart_at": 0}])
    def test_half_a_cutoff_is_refused(self, given: dict[str, int]) -> None:
        with pytest.raises(ScheduleError, match="belong together"):
            over(at("2026-07-06"), 1, CITY, "keep_time_of_day", **given)


class TestWorkedExamples:
    """What the makers of help desks write in their own words."""

    MONDAY = "2026-07-06T09:00"

    @pytest.mark.parametrize(
        ("hours", "means", "moment"),
        [
            ({"mon-sun": ["09:00-21:00"]}, "next_business_day", "2026-07-07T09:00"),
            ({"mon-sun": ["09:00-21:00"]}, "24_open_hours", "2026-07-07T21:00"),
            ({"mon-sun": ["09:00-13:00"]}, "24_open_hours", "2026-07-11T13:00"),
            ({"mon-fri": ["09:00-17:00"]}, "24_open_hours", "2026-07-08T17:00"),
        ],
        ids=["Freshdesk", "Freshdesk, open hours", "Freshdesk, short days", "ServiceNow"],
    )
    def test_one_day(self, hours: dict[str, list[str]], means: DayMeans, moment: str) -> None:
        desk = Schedule.weekly("desk", "UTC", hours)
        assert over(at(self.MONDAY), 1, desk, means) == at(moment)
