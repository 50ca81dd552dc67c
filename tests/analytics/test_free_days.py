"""Is every date the kind of day its desk has, and is a day after a holiday compared with the right ordinary days?"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import polars as pl
import pytest

from analytics.free_days import DAY_KINDS, by_day_kind, day_kinds
from analytics.schedule import Schedule
from analytics.statistics import wilson

OFFICE = {"mon-fri": ["09:00-17:00"]}
EASTER = [date(2026, 4, 3), date(2026, 4, 6)]
"""Good Friday and Easter Monday."""


def desk(
    hours: Mapping[str, Sequence[str]] = OFFICE,
    holidays: Sequence[date] = (),
    exceptions: Mapping[date, Sequence[str]] | None = None,
) -> Schedule:
    return Schedule.weekly("office", "UTC", hours, holidays, exceptions)


def kinds(schedule: Schedule, first: str, last: str) -> list[str]:
    found = day_kinds({("s", "office"): schedule}, date.fromisoformat(first), date.fromisoformat(last))
    assert found["date"].is_sorted()
    assert found["weekday"].to_list() == [each.isoweekday() for each in found["date"]]
    assert set(found["day"]) <= set(DAY_KINDS)
    return found["day"].to_list()


@pytest.mark.parametrize(
    ("schedule", "first", "last", "expected"),
    [
        (desk(), "2026-04-02", "2026-04-07", ["ordinary", "ordinary", "closed", "closed", "ordinary", "ordinary"]),
        (desk(holidays=EASTER), "2026-04-01", "2026-04-08",
         ["ordinary", "before", "holiday", "closed", "closed", "holiday", "after", "ordinary"]),
        (desk(holidays=EASTER[:1]), "2026-04-02", "2026-04-07",
         ["before", "holiday", "closed", "closed", "after", "ordinary"]),
        (desk(holidays=[date(2026, 4, 4)]), "2026-04-03", "2026-04-06", ["ordinary", "closed", "closed", "ordinary"]),
        (desk(holidays=[date(2026, 4, 1), date(2026, 4, 3)]), "2026-03-31", "2026-04-06",
         ["before", "holiday", "after", "holiday", "closed", "closed", "after"]),
        (desk(holidays=EASTER, exceptions={EASTER[1]: ["09:00-12:00"], date(2026, 4, 7): []}), "2026-04-02",
         "2026-04-08", ["before", "holiday", "closed", "closed", "after", "holiday", "after"]),
        (desk(exceptions={date(2026, 4, 4): ["10:00-14:00"]}), "2026-04-03", "2026-04-06",
         ["ordinary", "ordinary", "closed", "ordinary"]),
        (Schedule.weekly("office", "UTC", "24x7"), "2026-04-03", "2026-04-05", ["ordinary"] * 3),
        (desk({}), "2026-04-03", "2026-04-03", ["closed"]),
    ],
    ids=["a plain weekend", "holidays round a weekend", "a Friday", "a holiday on a Saturday", "a day between two",
         "a half day instead, and a date of its own", "a Saturday worked", "never closed", "never open"],
)  # fmt: skip
def test_days(schedule: Schedule, first: str, last: str, expected: list[str]) -> None:
    assert kinds(schedule, first, last) == expected


def test_a_day_at_the_edge_knows_of_the_holiday_outside() -> None:
    assert kinds(desk(holidays=EASTER), "2026-04-02", "2026-04-02") == ["before"]
    assert kinds(desk(holidays=EASTER), "2026-04-07", "2026-04-07") == ["after"]


NORTH, SOUTH = ("s", "north"), ("s", "south")
DESKS = {NORTH: desk(holidays=[date(2026, 6, 3)]), SOUTH: desk()}
FIRST, LAST = date(2026, 5, 25), date(2026, 6, 7)
"""Two weeks; the north keeps Wednesday the 3rd free, the south works it."""


def clocks(*given: tuple[tuple[str, str], date, int, int]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Clocks of (desk, date due and started, how many, how many late)."""
    rows = [
        {"source": of[0], "schedule": of[1], "due_date": at, "started_date": at, "decided": True, "breached": n < late}
        for of, at, count, late in given
        for n in range(count)
    ]
    made = pl.DataFrame(rows, schema_overrides={"source": pl.Enum(["s"]), "schedule": pl.Enum(["north", "south"])})
    return made, made.drop("due_date", "decided", "breached")


def workdays() -> list[date]:
    days = (FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1))
    return [day for day in days if day.isoweekday() < 6]


def test_two_desks_with_different_holidays_are_counted_each_on_its_own() -> None:
    thursday = date(2026, 6, 4)
    north = [(NORTH, at, 40, 4) for at in workdays() if at not in {date(2026, 6, 3), thursday}]
    south = [(SOUTH, at, 20, 1 if at.isoweekday() != 4 else 5) for at in workdays()]
    due, started = clocks(*north, (NORTH, thursday, 50, 20), *south)
    found = by_day_kind(due, started, day_kinds(DESKS, FIRST, LAST))
    assert found["day"].to_list() == ["ordinary", "before", "holiday", "after", "closed"]
    assert found["days"].to_list() == [7 + 10, 1, 1, 1, 8]
    assert found["due"].to_list() == [7 * 40 + 10 * 20, 40, 0, 50, 0]
    assert found["breaches"].to_list() == [7 * 4 + 8 * 1 + 2 * 5, 4, 0, 20, 0]
    after = found.row(3, named=True)
    assert after["breach_rate"] == 0.4
    assert (after["breach_rate_low"], after["breach_rate_high"]) == pytest.approx(wilson(20, 50))
    assert after["usual_rate"] == pytest.approx(4 / 40)
    assert (after["arrivals"], after["usual_arrivals"]) == (50.0, 40.0)
    holiday = found.row(2, named=True)
    assert (holiday["breach_rate"], holiday["usual_rate"], holiday["arrivals"]) == (None, None, 0.0)
    assert holiday["usual_arrivals"] == 40.0


def test_where_no_ordinary_day_of_that_weekday_has_enough_all_ordinary_days_are_usual() -> None:
    north = [(NORTH, at, 10, 1) for at in workdays() if at != date(2026, 6, 3)]
    due, started = clocks(*north)
    found = by_day_kind(due, started, day_kinds({NORTH: DESKS[NORTH]}, FIRST, LAST))
    assert found.filter(pl.col("day") == "after")["usual_rate"].item() == pytest.approx(0.1)
    one = clocks((NORTH, date(2026, 6, 4), 10, 5))
    alone = by_day_kind(*one, day_kinds({NORTH: DESKS[NORTH]}, date(2026, 6, 3), date(2026, 6, 4)))
    assert alone.select("day", "usual_rate", "usual_arrivals").rows() == [
        ("holiday", None, None),
        ("after", None, None),
    ]


def test_of_nothing_no_rate_is_told() -> None:
    due, started = clocks((NORTH, FIRST, 1, 1))
    found = by_day_kind(due.clear(), started.clear(), day_kinds(DESKS, FIRST, LAST))
    assert found["due"].sum() == 0
    assert found["breach_rate"].count() == found["usual_rate"].count() == found["breach_rate_high"].count() == 0
    assert by_day_kind(due, started, day_kinds({}, FIRST, LAST)).is_empty()
