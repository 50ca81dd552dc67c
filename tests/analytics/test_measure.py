"""Are ratios recomputed at every grain, and are clocks filtered as asked?"""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from analytics.dimensions import DIMENSIONS
from analytics.errors import UnknownNameError
from analytics.measure import due_between, judged_on, measure, where
from analytics.metrics import METRICS
from analytics.schemas import CLOCKS

ROWS = [
    ("EU", "gold", 2, False),
    ("EU", "gold", 2, False),
    ("EU", "gold", 3, False),
    ("EU", "free", 3, True),
    ("US", "gold", 2, True),
    ("US", None, 4, True),
    (None, "free", 4, None),
]
"""Region, plan, due day and verdict: attainment 1, 0, 0, 0 and none by region and plan; 3/4 and 0 by region."""

CLOCK_ROWS = pl.DataFrame(
    [
        {
            "source": "desk",
            "ticket_id": str(number),
            "kind": "resolution",
            "region": region,
            "plan": plan,
            "due_date": date(2026, 1, day),
            "due_weekday": day,
            "breached": breached,
            "decided": breached is not None,
        }
        for number, (region, plan, day, breached) in enumerate(ROWS)
    ],
    schema=CLOCKS,
)


def days(clocks: pl.DataFrame) -> list[int]:
    return [day.day for day in clocks["due_date"]]


def test_ratios_are_recomputed_at_each_grain_and_null_comes_first() -> None:
    fine = measure(CLOCK_ROWS, ["due", "attainment"], ["region", "plan"])
    assert fine.rows() == [
        (None, "free", 0, None),
        ("EU", "free", 1, 0.0),
        ("EU", "gold", 3, 1.0),
        ("US", None, 1, 0.0),
        ("US", "gold", 1, 0.0),
    ]
    coarse = measure(CLOCK_ROWS, ["due", "attainment"], ["region"])
    assert coarse.rows() == [(None, 0, None), ("EU", 4, 0.75), ("US", 2, 0.0)]
    assert measure(CLOCK_ROWS, ["due", "attainment"]).rows() == [(6, 0.5)]
    assert fine["attainment"].mean() != pytest.approx(0.5)


def test_columns_are_named_as_asked_and_in_that_order() -> None:
    found = measure(CLOCK_ROWS, ["breaches", "due"], ["weekday", "team", "day"])
    assert found.columns == ["weekday", "team", "day", "breaches", "due"]


def test_lazy_frames_and_enums_give_the_same() -> None:
    packed = CLOCK_ROWS.lazy().with_columns(pl.col("region").cast(pl.Enum(["US", "EU"])))
    found = measure(packed, ["attainment"], ["region"])
    assert found["region"].to_list() == [None, "US", "EU"], "an Enum keeps its own order"
    assert found["attainment"].to_list() == [None, 0.0, 0.75]


def test_nothing_measured_of_nothing() -> None:
    empty = CLOCK_ROWS.clear()
    assert measure(empty, ["due", "attainment"]).rows() == [(0, None)]
    assert measure(empty, ["due", "attainment"], ["region"]).rows() == []


@pytest.mark.parametrize("name", DIMENSIONS)
def test_every_dimension_can_group_every_metric(name: str) -> None:
    found = measure(CLOCK_ROWS, list(METRICS), [name])
    assert found.columns == [name, *METRICS]
    assert found["due"].sum() == 6


@pytest.mark.parametrize(
    ("metrics", "by", "message"),
    [
        (["atainment"], [], "no metric 'atainment'. Did you mean 'attainment'?"),
        (["due"], ["regio"], "no dimension 'regio'. Did you mean 'region'?"),
    ],
)
def test_unknown_names_get_a_hint(metrics: list[str], by: list[str], message: str) -> None:
    with pytest.raises(UnknownNameError, match=message):
        measure(CLOCK_ROWS, metrics, by)


@pytest.mark.parametrize(
    ("chosen", "kept"),
    [
        ({}, [0, 1, 2, 3, 4, 5, 6]),
        ({"region": []}, [0, 1, 2, 3, 4, 5, 6]),
        ({"region": ["EU"]}, [0, 1, 2, 3]),
        ({"region": ["EU", "US"]}, [0, 1, 2, 3, 4, 5]),
        ({"region": [None]}, [6]),
        ({"region": ["US", None]}, [4, 5, 6]),
        ({"region": ["Mars"]}, []),
        ({"region": ["US"], "plan": [None]}, [5]),
        ({"weekday": ["4"]}, [5, 6]),
        ({"day": ["2026-01-02"]}, [0, 1, 4]),
    ],
)
@pytest.mark.parametrize("packed", [False, True], ids=["text", "enum"])
def test_where(chosen: dict[str, list[str | None]], kept: list[int], *, packed: bool) -> None:
    clocks = CLOCK_ROWS.with_columns(pl.col("region").cast(pl.Enum(["EU", "US"]))) if packed else CLOCK_ROWS
    assert where(clocks, chosen)["ticket_id"].to_list() == [str(row) for row in kept]
    assert where(clocks.lazy(), chosen).collect().height == len(kept)


def test_where_of_an_unknown_dimension_gets_a_hint() -> None:
    with pytest.raises(UnknownNameError, match="no dimension 'plann'. Did you mean 'plan'?"):
        where(CLOCK_ROWS, {"plann": ["gold"]})


@pytest.mark.parametrize(
    ("first", "last", "kept"),
    [
        (None, None, [2, 2, 3, 3, 2, 4, 4]),
        (3, None, [3, 3, 4, 4]),
        (None, 2, [2, 2, 2]),
        (3, 3, [3, 3]),
        (4, 3, []),
    ],
)
def test_due_between_holds_both_dates(first: int | None, last: int | None, kept: list[int]) -> None:
    ends = [date(2026, 1, day) if day else None for day in (first, last)]
    assert days(due_between(CLOCK_ROWS, *ends)) == kept
    assert days(due_between(CLOCK_ROWS.lazy(), *ends).collect()) == kept


def test_clocks_without_a_due_date_lie_in_no_period() -> None:
    none = CLOCK_ROWS.with_columns(due_date=pl.lit(None, dtype=pl.Date))
    assert due_between(none, date(2026, 1, 1), None).is_empty()


def test_calendar_hours_judge_by_the_requesters_wait() -> None:
    at = datetime(2026, 1, 5, tzinfo=UTC)
    clocks = CLOCK_ROWS[:2].with_columns(
        breached_calendar=pl.Series([True, False]),
        elapsed_seconds=pl.Series([10, 20]),
        requester_wait_seconds=pl.Series([100, 40]),
        target_seconds=pl.lit(30, dtype=pl.Int64),
        written_seconds=pl.lit(50, dtype=pl.Int64),
        customer_seconds=pl.lit(7, dtype=pl.Int64),
        paused_seconds=pl.lit(3, dtype=pl.Int64),
        stopped_at=pl.lit(at),
    )
    asked = ["attainment", "median_elapsed", "worst_overrun", "breaches"]
    assert judged_on(clocks, "business").equals(clocks)
    assert measure(judged_on(clocks, "business"), asked).rows() == [(1.0, 15, None, 0)]
    assert measure(judged_on(clocks, "calendar"), asked).rows() == [(0.5, 70, 50, 1)]
    assert judged_on(clocks.lazy(), "calendar").collect().schema == clocks.schema
