"""Is an hour named that breaks more than its tickets explain, and none that is bad by its tickets, or by chance?"""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from analytics.hours_mix import unexplained

MONDAY = date(2026, 1, 5)
WEEKS = 12


def hour(
    weekday: int,
    at: int,
    due: int,
    late: int,
    *,
    priority: str = "normal",
    category: str | None = "a",
    policy: str = "p",
) -> list[dict[str, object]]:
    """Clocks due in an hour in each of the weeks, so many of them late."""
    return [
        {
            "policy": policy,
            "priority": priority,
            "category": category,
            "due_weekday": weekday,
            "due_hour": at,
            "due_date": MONDAY + timedelta(days=7 * week + weekday - 1),
            "decided": True,
            "breached": number < late,
        }
        for week in range(WEEKS)
        for number in range(due)
    ]


def frame(*hours: list[dict[str, object]]) -> pl.DataFrame:
    rows = [row for each in hours for row in each]
    ints = {"due_weekday": pl.Int8, "due_hour": pl.Int8}
    return pl.DataFrame(rows, schema_overrides=ints)


def at(found: pl.DataFrame, weekday: int, hour_: int) -> dict[str, object]:
    return found.filter((pl.col("weekday") == weekday) & (pl.col("hour") == hour_)).row(0, named=True)


PLAIN = [hour(day, each, 20, 2) for day in range(2, 6) for each in range(9, 17)]
HARD = [hour(day, 10, 5, 3, priority="urgent") for day in range(2, 6)]


def test_an_hour_that_is_bad_by_its_tickets_alone_is_not_named_and_one_that_is_worse_is() -> None:
    found = unexplained(frame(*PLAIN, *HARD, hour(1, 9, 20, 12, priority="urgent"), hour(1, 11, 20, 7)), "due")
    mixed, worse = at(found, 1, 9), at(found, 1, 11)
    assert mixed["breaches"] == 144
    assert mixed["expected"] == pytest.approx(240 * 0.6)
    assert mixed["differs"] == 0
    normal = (8 * 4 * 2 + 7) / (8 * 4 * 20 + 20)
    assert worse["expected"] == pytest.approx(240 * normal)
    assert (worse["breaches"], worse["differs"], worse["weeks_over"], worse["weeks"]) == (84, 1, 12, 12)
    assert found.filter(pl.col("differs") == 1).height == 1
    assert found["due"].sum() == 12 * (8 * 4 * 20 + 4 * 5 + 40)


def test_z_is_by_hand_where_weeks_are_alike() -> None:
    found = unexplained(frame(hour(1, 9, 10, 5), hour(2, 9, 10, 1)), "due")
    monday, tuesday = at(found, 1, 9), at(found, 2, 9)
    assert monday["expected"] == pytest.approx(36)
    assert monday["z"] == pytest.approx((60 - 36) / np.sqrt(120 * 0.3 * 0.7))
    assert tuesday["z"] == pytest.approx(-monday["z"])  # type: ignore[operator]
    assert (monday["differs"], tuesday["differs"], tuesday["weeks_over"]) == (1, -1, 0)
    assert found["z"].count() == 2


def test_one_bad_week_is_no_bad_hour() -> None:
    rows = frame(*PLAIN, hour(1, 9, 20, 2))
    monday = (pl.col("due_weekday") == 1) & (pl.col("due_date") == MONDAY)
    burst = unexplained(rows.with_columns(breached=pl.col("breached") | monday), "due")
    each_week = unexplained(frame(*PLAIN, hour(1, 9, 20, 4)), "due")
    assert at(burst, 1, 9)["breaches"] == 24 + 18
    assert at(burst, 1, 9)["differs"] == 0
    assert at(each_week, 1, 9)["breaches"] == 48
    assert at(each_week, 1, 9)["differs"] == 1


def test_a_kind_of_ticket_with_few_clocks_is_judged_by_a_coarser_kind() -> None:
    rare = hour(1, 9, 2, 1, category="rare")
    few = frame(rare, hour(1, 9, 8, 0, category=None), hour(3, 9, 10, 10, policy="q", priority="urgent"))
    found = unexplained(few, "due")
    assert at(found, 1, 9)["expected"] == pytest.approx(24 * 12 / 120 + 96 * 0)
    alone = unexplained(frame(rare), "due")
    assert at(alone, 1, 9)["expected"] == pytest.approx(12)
    assert at(alone, 1, 9)["z"] == pytest.approx(0)


def test_hours_with_few_clocks_are_not_judged() -> None:
    few = frame(hour(1, 9, 2, 2)[:20], hour(2, 9, 30, 1))
    assert at(unexplained(few, "due"), 1, 9)["z"] is None
    assert at(unexplained(few, "due"), 1, 9)["differs"] == 0
    assert unexplained(few.clear(), "due")["z"].count() == 0
    assert unexplained(few.filter("breached"), "due")["differs"].abs().sum() == 0


def test_the_hour_started_places_clocks_as_well() -> None:
    rows = frame(hour(1, 9, 10, 5), hour(2, 9, 10, 1))
    moved = rows.rename({f"due_{name}": f"started_{name}" for name in ("weekday", "hour", "date")})
    assert unexplained(moved, "started").equals(unexplained(rows, "due"))


@pytest.mark.parametrize("spread", [0.0, 1.0], ids=["alike weeks", "weeks that differ"])
def test_histories_without_an_effect_name_no_hour(spread: float) -> None:
    dice, named = np.random.default_rng(7), 0
    for _ in range(30):
        n, cells = 4_000, 13 * 50
        cell = dice.integers(cells, size=n)
        week, day, at_ = cell // 50, cell // 10 % 5, cell % 10
        kind = dice.integers(3, size=n)
        level = dice.gamma(1 / spread, spread, cells)[cell] if spread else 1.0
        late = dice.random(n) < np.minimum(np.array([0.05, 0.1, 0.2])[kind] * level, 0.95)
        found = pl.DataFrame(
            {
                "policy": np.array(["p", "q", "r"])[kind],
                "priority": "normal",
                "category": "a",
                "due_weekday": (day + 1).astype(np.int8),
                "due_hour": (at_ + 8).astype(np.int8),
                "due_date": np.datetime64(MONDAY) + (7 * week + day).astype("timedelta64[D]"),
                "decided": True,
                "breached": late,
            }
        ).with_columns(pl.col("due_date").cast(pl.Date))
        named += (unexplained(found, "due")["differs"] != 0).any()
    assert named <= 4
