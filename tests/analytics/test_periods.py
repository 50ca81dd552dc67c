"""Are the weeks a reader sees first full, usual and finished?"""

from datetime import date, timedelta

import polars as pl
import pytest

from analytics.periods import Comparison, Period, anchor, last_weeks, weekly

FIRST = date(2025, 6, 2)
"""A Monday."""


def history(*volumes: int) -> pl.DataFrame:
    """Weeks in a row from FIRST; a week of nothing is left out, as `weekly` leaves it out."""
    rows = [{"due_week": FIRST + timedelta(weeks=week), "due": due} for week, due in enumerate(volumes) if due]
    return pl.DataFrame(rows, schema={"due_week": pl.Date, "due": pl.UInt32})


def sunday(week: int) -> date:
    """The last day of a week, counted from nought."""
    return FIRST + timedelta(days=7 * week + 6)


STEADY = history(*[100] * 30)


@pytest.mark.parametrize(
    ("as_of", "end"),
    [
        (sunday(29), sunday(29)),
        (sunday(29) - timedelta(days=1), sunday(28)),
        (sunday(29) - timedelta(days=6), sunday(28)),
        (sunday(28), sunday(28)),
        (sunday(29) + timedelta(days=400), sunday(29)),
        (sunday(12), sunday(12)),
        (sunday(12) - timedelta(days=1), None),
        (FIRST - timedelta(days=1), None),
    ],
)
def test_a_steady_history_anchors_in_its_last_finished_week(as_of: date, end: date | None) -> None:
    assert anchor(STEADY, as_of) == end


@pytest.mark.parametrize(
    ("weeks", "end"),
    [
        pytest.param(history(*[100] * 26, *[3] * 60), 26, id="a long thin tail"),
        pytest.param(history(*[100] * 26, *[0] * 60, 2), 26, id="a gap and a straggler"),
        pytest.param(history(*[5] * 40, *[100] * 20), 59, id="a slow start"),
        pytest.param(history(*[100] * 20, *[0, 100] * 3), 21, id="gaps count as nothing"),
    ],
)
def test_one_thin_week_in_thirteen_is_usual_and_two_are_not(weeks: pl.DataFrame, end: int) -> None:
    assert anchor(weeks, date(2030, 1, 1)) == sunday(end)


@pytest.mark.parametrize("weeks", [history(), history(100), history(*[100] * 12)])
def test_too_short_a_history_has_no_anchor(weeks: pl.DataFrame) -> None:
    assert anchor(weeks, date(2030, 1, 1)) is None


def test_other_lengths() -> None:
    assert anchor(history(*[100] * 4), date(2030, 1, 1), length=4) == sunday(3)
    assert anchor(history(100), date(2030, 1, 1), length=1) == sunday(0)


@pytest.mark.parametrize(
    ("how", "first", "last"),
    [
        ("previous", date(2026, 2, 23), date(2026, 3, 1)),
        ("year", date(2025, 3, 3), date(2025, 3, 9)),
    ],
)
def test_the_period_before_has_the_same_length_and_weekdays(how: Comparison, first: date, last: date) -> None:
    assert Period(date(2026, 3, 2), date(2026, 3, 8)).before(how) == Period(first, last)


@pytest.mark.parametrize("period", [Period(), Period(first=FIRST), Period(last=FIRST)])
@pytest.mark.parametrize("how", ["previous", "year"])
def test_an_open_period_has_no_length_and_none_before(period: Period, how: Comparison) -> None:
    assert period.days() is None
    assert period.before(how) is None


def test_one_day_and_the_last_weeks() -> None:
    assert Period(FIRST, FIRST).days() == 1
    assert Period(FIRST, FIRST).before("previous") == Period(FIRST - timedelta(days=1), FIRST - timedelta(days=1))
    assert last_weeks(sunday(12), 13) == Period(FIRST, sunday(12))
    assert last_weeks(None, 13) == Period()


def test_weekly_counts_decided_clocks() -> None:
    later = FIRST + timedelta(weeks=2)
    clocks = pl.DataFrame({"due_week": [later, FIRST, FIRST, FIRST], "decided": [True, True, False, True]})
    assert weekly(clocks).rows() == [(FIRST, 2), (later, 1)]
