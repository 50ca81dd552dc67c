"""Days at the edges: nulls, the expanded dates, and a slow walk from date to date on random cases."""

import random
from datetime import date, datetime, timedelta
from typing import get_args

import polars as pl
import pytest

from analytics.days import DayMeans, add_days
from analytics.schedule import ALWAYS, Schedule
from tests import oracle
from tests.analytics.asking import NEVER, NIGHT, OFFICE, ROUND_THE_CLOCK, at
from tests.analytics.test_days import INSTANT, STOCKHOLM, over
from tests.analytics.test_oracle import CASES_PER_DESK, FIRST, LAST, cases

MEANINGS: tuple[DayMeans, ...] = get_args(DayMeans)
JULY = (date(2026, 7, 1), date(2026, 7, 31))


@pytest.mark.parametrize("means", MEANINGS)
class TestNull:
    """Null in, null out; and never an answer from outside the expanded dates."""

    @pytest.mark.parametrize(
        ("start", "days"),
        [
            (None, 1),
            (at("2026-07-06T10:00+02:00"), None),
            (None, None),
            (at("2026-07-06T10:00+02:00"), -1),
            (at("2026-07-06T10:00+02:00"), 2**62),
            (at("2026-07-06T10:00+02:00"), 213_503_983),
            (at("2026-07-06T10:00+02:00"), 40),
            (at("2026-07-30T20:00+02:00"), 3),
            (at("2026-06-30T23:59:59.999999+02:00"), 1),
            (at("2026-08-01T00:00:00.000001+02:00"), 0),
            (at("1900-01-01"), 1),
            (at("2300-01-01"), 0),
        ],
    )
    def test_nothing_to_say(self, start: datetime | None, days: int | None, means: DayMeans) -> None:
        assert over(start, days, OFFICE.over(*JULY), means) is None

    def test_the_rows_keep_their_places(self, means: DayMeans) -> None:
        start, none = at("2026-07-06T10:00+02:00"), None
        given = pl.Series("created_at", [none, start, at("1990-01-01"), start, start], dtype=INSTANT)
        found = add_days(given, pl.Series([1, 0, 1, -1, None]), ALWAYS.over(*JULY), means)
        assert found.name == "created_at"
        assert found.to_list() == [None, start, None, None, None]

    def test_no_rows(self, means: DayMeans) -> None:
        found = add_days(pl.Series("at", [], dtype=INSTANT), pl.Series([], dtype=pl.Int64), OFFICE, means)
        assert (found.name, found.dtype, len(found)) == ("at", INSTANT, 0)

    def test_the_edges_of_the_dates_belong_to_them(self, means: DayMeans) -> None:
        july = ROUND_THE_CLOCK.over(*JULY)
        assert over(at("2026-07-01T00:00+02:00"), 30, july, means) == at("2026-07-31T00:00+02:00")
        assert over(at("2026-07-30T23:59:59.999999+02:00"), 1, july, means) == at("2026-07-31T23:59:59.999999+02:00")

    def test_every_date_can_be_used_up(self, means: DayMeans) -> None:
        answer = over(at("2026-07-01T00:00+02:00"), 31, ROUND_THE_CLOCK.over(*JULY), means)
        unknown = means in {"next_business_day", "keep_time_of_day"}
        assert answer == (None if unknown else at("2026-08-01T00:00+02:00"))

    def test_what_opens_after_the_dates_is_not_known(self, means: DayMeans) -> None:
        answer = over(at("2026-08-01T00:00+02:00"), 0, ROUND_THE_CLOCK.over(*JULY), means)
        assert answer == (at("2026-08-01T00:00+02:00") if means == "calendar_day" else None)

    def test_holidays_and_exceptions_of_other_years_do_not_matter(self, means: DayMeans) -> None:
        own = {date(2026, 6, 29): [], date(2026, 8, 1): ["00:00-24:00"]}
        days = [date(2026, 6, 1), date(2025, 7, 6), date(2027, 7, 7)]
        other = Schedule.weekly("other", STOCKHOLM, {"mon-fri": ["08:00-17:00"]}, days, own).over(*JULY)
        for start in ("2026-07-01T10:00+02:00", "2026-07-30T18:00+02:00", "2026-07-31T10:00+02:00"):
            assert over(at(start), 1, other, means) == over(at(start), 1, OFFICE.over(*JULY), means)

    def test_the_date_samoa_never_had(self, means: DayMeans) -> None:
        samoa = Schedule.weekly("samoa", "Pacific/Apia", "24x7").over(date(2011, 12, 1), date(2011, 12, 29))
        last = at("2011-12-29T23:00-10:00")
        assert over(last, 0, samoa, means) == last
        assert over(at("2011-12-31T00:00+14:00"), 1, samoa, means) is None

    def test_a_desk_that_never_opens(self, means: DayMeans) -> None:
        answer = over(at("2026-07-06T10:00+02:00"), 1, NEVER.over(*JULY), means)
        assert answer == (at("2026-07-07T10:00+02:00") if means == "calendar_day" else None)


def test_the_night_before_the_first_date_is_still_open() -> None:
    saturday = NIGHT.over(date(2026, 7, 4), date(2026, 7, 31))
    assert over(at("2026-07-04T02:00+02:00"), 1, saturday, "next_business_day") == at("2026-07-11T02:00+02:00")


def test_a_night_past_the_last_date_is_beyond() -> None:
    friday = NIGHT.over(date(2026, 7, 1), date(2026, 7, 10))
    assert over(at("2026-07-03T23:00+02:00"), 1, friday, "next_business_day") == at("2026-07-10T23:00+02:00")
    assert over(at("2026-07-04T02:00+02:00"), 1, friday, "next_business_day") is None


@pytest.mark.parametrize("means", MEANINGS)
def test_agrees_with_stepping_from_date_to_date(means: DayMeans) -> None:
    dice, differ, moved, asked = random.Random(7), [], 0, 0
    for first in range(0, len(cases()), CASES_PER_DESK):
        batch = cases()[first : first + CASES_PER_DESK : 3]
        desk = batch[0].desk
        edge = dice.randrange(86_400)
        given = {"cutoff": edge, "restart_at": dice.randrange(86_400)} if dice.random() < 0.7 else {}
        special = tuple(sorted(desk.exceptions.items()))
        hours = Schedule("random", desk.time_zone, desk.week, desk.holidays, special, FIRST, LAST)
        starts = [case.start + timedelta(microseconds=dice.choice([0, 0, 1, 999_999])) for case in batch]
        days = [dice.choice([0, 1, 1, 2, 3, 5]) for _ in batch]
        ours = add_days(pl.Series(starts, dtype=INSTANT), pl.Series(days), hours, means, **given).to_list()
        for start, count, answer in zip(starts, days, ours, strict=True):
            theirs = oracle.add_days(desk, start, count, means, **given)
            differ += [] if answer == theirs else [(desk, start, count, given, answer, theirs)]
            moved += theirs != start
            asked += 1
    assert not differ, f"{len(differ)} of {asked} differ, the first: {differ[0]}"
    assert asked == 3400
    assert moved > 2500
