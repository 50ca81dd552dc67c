"""Is it told right when the breaches of some hours had arrived?"""

from datetime import date, timedelta

import polars as pl
import pytest

from analytics.carry import Carried, arrived, broken_in, carried, fell_due, never_closes
from analytics.free_days import day_kinds
from analytics.hours import Block
from analytics.schedule import Schedule

MONDAY = date(2026, 7, 6)
HOLIDAY = date(2026, 7, 2)
"""A Thursday."""
OFFICE = Schedule.weekly("office", "UTC", {"mon-fri": ["08:00-17:00"]}, [HOLIDAY])
DAYS = day_kinds({("desk", "office"): OFFICE}, date(2026, 6, 20), MONDAY)
BLOCK = Block(1, 8, 12, breaches=0, due=0, all_breaches=0, all_due=0, weeks=1.0)


def clock(back: int, hour: int, *, opened: bool, due: int = 9, breached: bool = True) -> dict[str, object]:
    """A clock due on Monday that had arrived so many days back."""
    return {
        "source": "desk",
        "schedule": "office",
        "started_date": MONDAY - timedelta(days=back),
        "started_hour": hour,
        "started_open": opened,
        "due_date": MONDAY,
        "due_weekday": 1,
        "due_hour": due,
        "decided": True,
        "breached": breached,
    }


def frame(*rows: dict[str, object]) -> pl.DataFrame:
    whole = dict.fromkeys(("started_hour", "due_weekday", "due_hour"), pl.Int8)
    text = {"source": pl.Enum(["desk"]), "schedule": pl.Enum(["office"])}
    return pl.DataFrame(rows, schema_overrides={**whole, **text})


CLOCKS = frame(
    clock(0, 8, opened=True),
    clock(0, 8, opened=True, due=11),
    clock(0, 6, opened=False, due=8),
    clock(1, 20, opened=False, due=8),
    clock(2, 11, opened=False, due=9),
    clock(3, 16, opened=True),
    clock(3, 17, opened=False),
    clock(4, 10, opened=False),
    clock(6, 0, opened=False),
    clock(7, 9, opened=True),
    clock(7, 23, opened=False),
    clock(0, 9, opened=True, due=12),
    clock(0, 9, opened=True, breached=False),
)
BREACHES = broken_in(CLOCKS, BLOCK)


def test_a_block_has_the_breaches_due_in_it() -> None:
    assert BREACHES.height == 11
    assert broken_in(CLOCKS, Block(2, 8, 12, 0, 0, 0, 0, 1.0)).is_empty()


def test_what_arrived_while_closed_is_told_apart_by_weekends_holidays_and_nights() -> None:
    found = carried(BREACHES, DAYS)
    assert found == Carried(breaches=11, closed=7, free_days=3, same_day=2, earlier=2)
    assert (found.open, found.nights) == (4, 4)
    assert carried(BREACHES.clear(), DAYS) == Carried(0, 0, 0, 0, 0)


def test_arrivals_lie_in_the_order_of_time_up_to_the_day_due() -> None:
    found = arrived(BREACHES, 1)
    assert found["place"].to_list() == list(range(-1, 42))
    assert found["day"].to_list() == [
        "earlier",
        *(day for day in ["Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Mon"] for _ in range(6)),
    ]
    assert found["hour"].to_list() == [None, *[0, 4, 8, 12, 16, 20] * 7]
    some = found.filter(pl.col("closed") + pl.col("open") > 0)
    assert some.select("day", "hour", "closed", "open").rows() == [
        ("earlier", None, 1, 1), ("Tue", 0, 1, 0), ("Thu", 8, 1, 0), ("Fri", 16, 1, 1), ("Sat", 8, 1, 0),
        ("Sun", 20, 1, 0), ("Mon", 4, 1, 0), ("Mon", 8, 0, 2),
    ]  # fmt: skip
    days = arrived(BREACHES, 3)["day"].unique(maintain_order=True).to_list()
    assert days == ["earlier", "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]


def test_the_same_breaches_by_the_hour_they_fell_due() -> None:
    found = fell_due(BREACHES, BLOCK)
    assert found.rows() == [(8, 2, 0), (9, 5, 3), (10, 0, 0), (11, 0, 1)]
    both = arrived(BREACHES, 1)
    assert found["closed"].sum() == both["closed"].sum() == carried(BREACHES, DAYS).closed
    assert found["open"].sum() == both["open"].sum()


@pytest.mark.parametrize(
    ("schedule", "always"),
    [
        (Schedule.weekly("all", "UTC", "24x7"), True),
        (Schedule.weekly("all", "UTC", "24x7", [HOLIDAY]), False),
        (Schedule.weekly("all", "UTC", "24x7", exceptions={HOLIDAY: ["08:00-12:00"]}), False),
        (Schedule.weekly("all", "UTC", "24x7", exceptions={HOLIDAY: ["00:00-24:00"]}), True),
        (OFFICE, False),
    ],
    ids=["always", "but on a holiday", "but on a date of its own", "on a date of its own, too", "office hours"],
)
def test_a_desk_that_never_closes_carries_nothing_over(schedule: Schedule, always: bool) -> None:
    assert never_closes([schedule]) is always
    assert never_closes([schedule, OFFICE]) is False
