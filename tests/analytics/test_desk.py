"""Do holidays, single dates and nights of a schedule come out as written, and may none of them overlap?"""

from datetime import date

import pytest
from pydantic import ValidationError

from analytics.clocks import evaluate
from analytics.desk import Holidays
from analytics.policy import parse
from tests.analytics.policies import changed
from tests.analytics.tickets import AS_OF, events, tickets, utc


def test_holidays_of_a_country_and_days_of_ones_own() -> None:
    days = Holidays(country="SE", closed=[date(2026, 5, 15)]).dates(2026, 2026)
    assert {date(2026, 1, 1), date(2026, 6, 6), date(2026, 5, 15)} <= days
    assert {day.year for day in days} == {2026}
    assert Holidays(closed=[date(2026, 5, 15)]).dates(2026, 2026) == {date(2026, 5, 15)}


def test_a_holiday_moves_the_due_time_and_hours_of_its_own_win_over_it() -> None:
    hours = {"time_zone": "UTC", "hours": {"mon-fri": "09:00-17:00"}}
    closed = {**hours, "holidays": {"closed": [date(2026, 7, 7)]}}
    short = {**hours, "holidays": {"closed": [date(2026, 7, 7)], "hours": {date(2026, 7, 7): ["09:00-10:00"]}}}
    for schedule, due in [(hours, "07T13:00"), (closed, "08T13:00"), (short, "08T12:00")]:
        policy = {"name": "all", "schedule": "desk", "targets": {"resolution": "12h"}}
        file = parse({"version": 1, "schedules": {"desk": schedule}, "policies": [policy]})
        assert evaluate(tickets({}), events(), file, AS_OF)["due_at"].to_list() == [utc(f"2026-07-{due}")]


@pytest.mark.parametrize(
    ("hours", "own", "path"),
    [
        ({"mon-sun": "22:00-06:00"}, {}, None),
        ({"mon-sun": ["22:00-06:00", "06:00-07:00"]}, {}, None),
        ({"mon-sun": ["22:00-06:00", "05:59-07:00"]}, {}, ("hours", "mon-sun")),
        ({"sun": "22:00-06:00", "mon": "05:00-17:00"}, {}, ("hours", "mon")),
        ({"mon": "22:00-06:00", "wed": "05:00-17:00"}, {}, None),
        ({"mon": "22:00-06:00"}, {"2026-07-07": "05:00-09:00"}, ("holidays", "hours", "2026-07-07")),
        ({"tue": "05:00-09:00"}, {"2026-07-06": "22:00-06:00"}, ("holidays", "hours", "2026-07-06")),
        ({"mon": "22:00-06:00"}, {"2026-07-06": [], "2026-07-07": "05:00-09:00"}, None),
        ({"wed": "05:00-09:00"}, {"2026-07-07": "22:00-06:00", "2026-07-08": []}, None),
    ],
)
def test_a_night_may_not_run_into_the_next_days_hours(hours: object, own: object, path: tuple[str, ...] | None) -> None:
    file = changed("schedules.office", {"time_zone": "UTC", "hours": hours, "holidays": {"hours": own}})
    if path is None:
        assert parse(file).schedules["office"].holidays.hours.keys() == {date.fromisoformat(day) for day in own}
        return
    with pytest.raises(ValidationError, match="goes on after the hours of") as error:
        parse(file)
    assert [(each["loc"], each["ctx"]["error"].path) for each in error.value.errors()] == [
        (("schedules", "office"), path)
    ]


def test_the_night_before_a_holiday_is_free_to_end_in_it() -> None:
    closed = {"closed": ["2026-07-06"], "hours": {"2026-07-07": "05:00-09:00"}}
    file = changed("schedules.office", {"time_zone": "UTC", "hours": {"mon": "22:00-06:00"}, "holidays": closed})
    assert parse(file).schedules["office"].schedule("office", date(2026, 7, 1), date(2026, 7, 31)).exceptions
