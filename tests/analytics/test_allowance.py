"""Is a month's allowance the sum its clocks allow, is what is to come forecast as said, and is the pace honest?"""

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from analytics.allowance import DAYS, FEWEST_CLOCKS, Allowance, allowance

SCHEMA = {
    "due_date": pl.Date(),
    "decided": pl.Boolean(),
    "breached": pl.Boolean(),
    "objective": pl.Float64(),
    "state": pl.String(),
    "exclusion": pl.String(),
}
JUNE = date(2026, 6, 1)
"""A Monday; the month ends on a Tuesday."""
Row = dict[str, Any]


def due(day: date, count: int, broken: int = 0, objective: float | None = 0.9, **row: Any) -> list[Row]:
    """Clocks that fell due on a day, the first of them broken."""
    each = {"due_date": day, "decided": True, "objective": objective, "exclusion": None, **row}
    return [{"state": "met", **each, "breached": number < broken} for number in range(count)]


def coming(day: date, count: int, **row: Any) -> list[Row]:
    """Clocks that will fall due on a day."""
    return due(day, count, decided=False, state="running", **row)


def every_day(first: date, days: int, count: int, broken: int = 0, objective: float | None = 0.9) -> list[Row]:
    return [row for step in range(days) for row in due(first + timedelta(days=step), count, broken, objective)]


def told(rows: list[Row], as_of: date, month: date = JUNE) -> Allowance:
    found = allowance(pl.DataFrame(rows, schema=SCHEMA), month, as_of)
    assert found is not None
    assert found.days.schema == DAYS
    assert found.days["date"].to_list() == [
        month.replace(day=1) + timedelta(days=step) for step in range(found.days.height)
    ]
    return found


def test_a_month_that_ended_is_counted_from_its_first_to_its_last_day() -> None:
    rows = [
        *due(date(2026, 5, 31), 50, 50),
        *due(date(2026, 6, 1), 10, 2),
        *due(date(2026, 6, 30), 10, 1),
        *due(date(2026, 7, 1), 50, 50),
    ]
    found = told(rows, date(2026, 7, 1))
    assert (found.over, found.last, found.due, found.used) == (True, date(2026, 6, 30), 20, 3)
    assert found.allowed == pytest.approx(2.0)
    assert found.used_up == JUNE
    assert (found.known, found.expected, found.gone, found.told) == (0, 0, None, False)
    assert found.days["used"].to_list() == [2.0] * 29 + [3.0]
    assert found.days["projected"].null_count() == 30


def test_each_clock_brings_its_own_objective() -> None:
    rows = [*due(JUNE, 100, 3, 0.95), *due(JUNE, 50, 1, 0.8), *due(JUNE, 40, 40, None)]
    found = told(rows, date(2026, 7, 1))
    assert (found.due, found.used) == (150, 4)
    assert found.allowed == pytest.approx(100 * 0.05 + 50 * 0.2)


def test_a_running_month_adds_what_is_known_and_what_is_usual() -> None:
    """Ten clocks a day for eight weeks; on the 16th, 15 days of ten and 15 dates left, of which two are told of."""
    as_of = date(2026, 6, 16)
    rows = every_day(date(2026, 4, 21), 56, 10, 1)
    rows += [*due(as_of, 4, 0), *coming(as_of, 3), *coming(date(2026, 6, 20), 13), *coming(date(2026, 7, 1), 9)]
    found = told(rows, as_of)
    assert (found.over, found.last, found.due, found.used) == (False, as_of, 154, 15)
    assert found.known == 3 + 13
    assert found.expected == pytest.approx(3 + 13 * 10)
    assert found.allowed == pytest.approx(0.1 * (154 + 16 + 133))
    assert found.days.filter(date=date(2026, 6, 20))["due"].to_list() == [13.0]
    assert found.days.filter(date=as_of)["due"].to_list() == [10.0]


def test_weekdays_come_as_they_used_to() -> None:
    """Twenty clocks each Monday, none on other days: of June's Mondays two are left after the 16th."""
    mondays = [date(2026, 4, 27) + timedelta(weeks=each) for each in range(8)]
    found = told([row for day in mondays for row in due(day, 20, 1)], date(2026, 6, 16))
    assert found.expected == pytest.approx(40.0)
    later = found.days.filter((pl.col("date") > date(2026, 6, 16)) & (pl.col("due") > 0))
    assert later["date"].to_list() == [date(2026, 6, 22), date(2026, 6, 29)]


def test_the_pace_is_the_breach_rate_and_follows_the_clocks_to_come() -> None:
    """Fifteen clocks a day, two broken, one in ten allowed: 30 breaches by the 15th, 45 allowed, 2 a day from there."""
    found = told(every_day(date(2026, 4, 20), 56, 15, 2, 0.9), date(2026, 6, 15))
    assert (found.used, found.allowed) == (28, pytest.approx(45.0))
    assert found.days.filter(date=date(2026, 6, 15))["projected"].to_list() == pytest.approx([30.0])
    assert found.gone == date(2026, 6, 23)
    assert found.days["projected"][-1] == pytest.approx(60.0)
    assert found.told


def test_at_the_objectives_own_pace_the_allowance_lasts_the_month() -> None:
    found = told(every_day(date(2026, 4, 20), 56, 20, 1, 0.9), date(2026, 6, 15))
    assert (found.gone, found.used_up, found.told) == (None, None, True)


def test_an_allowance_is_used_up_on_the_day_its_last_breach_falls() -> None:
    """300 clocks allow 30; ten broken a day use them up on the third."""
    rows = [*every_day(JUNE, 5, 10, 10), *every_day(date(2026, 6, 6), 25, 10, 0)]
    assert told(rows, date(2026, 7, 4)).used_up == date(2026, 6, 3)
    running = told(every_day(JUNE, 10, 10, 10), date(2026, 6, 11))
    assert running.used_up == date(2026, 6, 3)
    assert running.gone is None


def test_without_a_breach_nothing_is_used_and_the_rest_lasts() -> None:
    found = told(every_day(JUNE, 10, 10, 0), date(2026, 6, 11))
    assert (found.used, found.used_up, found.gone, found.told) == (0, None, None, True)
    nothing_allowed = told(every_day(JUNE, 30, 10, 0, 1.0), date(2026, 7, 1))
    assert (nothing_allowed.allowed, nothing_allowed.used_up) == (0.0, None)
    assert told([*due(JUNE, 9, 1, 1.0)], date(2026, 7, 1)).used_up == JUNE


@pytest.mark.parametrize(("count", "pace"), [(FEWEST_CLOCKS - 1, False), (FEWEST_CLOCKS, True)])
def test_of_few_clocks_no_pace_is_told(count: int, pace: bool) -> None:
    found = told(due(JUNE, count, 9), date(2026, 6, 2))
    assert found.told is pace
    assert (found.days["projected"].null_count() == 30) is not pace


def test_a_new_desk_counts_the_weekdays_it_has_seen() -> None:
    """Ten clocks on each of five days, a Monday to a Friday: then ten each weekday to come, none at weekends."""
    found = told(every_day(JUNE, 5, 10), date(2026, 6, 8))
    assert found.expected == pytest.approx(10 * 17)


def test_cancelled_and_excluded_clocks_to_come_do_not_count() -> None:
    rows = [
        *due(JUNE, 10, 1),
        *due(date(2026, 6, 20), 5, decided=False, state="cancelled"),
        *coming(date(2026, 6, 20), 7, exclusion="outage"),
        *coming(date(2026, 6, 20), 3, objective=None),
        *coming(date(2026, 6, 20), 2),
    ]
    found = told(rows, date(2026, 6, 2))
    assert found.known == 2


def test_the_last_day_of_a_month_still_runs_and_february_has_its_own_length() -> None:
    end = date(2026, 2, 28)
    found = told(every_day(date(2026, 2, 1), 28, 10, 1), end, date(2026, 2, 9))
    assert (found.month, found.over, found.last, found.days.height) == (date(2026, 2, 1), False, end, 28)
    assert told(every_day(date(2026, 2, 1), 28, 10, 1), date(2026, 3, 1), end).over


def test_without_an_objective_or_before_its_month_there_is_no_allowance() -> None:
    frame = pl.DataFrame(due(JUNE, 40, 4, None), schema=SCHEMA)
    assert allowance(frame, JUNE, date(2026, 6, 5)) is None
    assert allowance(frame.clear(), JUNE, date(2026, 7, 5)) is None
    assert allowance(pl.DataFrame(due(JUNE, 40), schema=SCHEMA), date(2026, 8, 1), date(2026, 7, 5)) is None
