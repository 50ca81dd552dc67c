"""The promises of the sample: how often they are kept, and what happened when they were not."""

from datetime import date

import polars as pl
import pytest

from analytics import clocks
from data import sample
from data.documents import read_policy

MONDAY_MORNING = (1, 8)


@pytest.fixture(scope="module")
def judged() -> tuple[pl.DataFrame, pl.DataFrame]:
    tickets, events = sample.build()
    return tickets, clocks.evaluate(tickets, events, read_policy(sample.POLICY).file, sample.AS_OF)


@pytest.fixture(scope="module")
def decided(judged: tuple[pl.DataFrame, pl.DataFrame]) -> pl.DataFrame:
    return judged[1].filter("decided")


def attainment(frame: pl.DataFrame) -> float:
    return float((~frame["breached"]).mean())  # type: ignore[arg-type]


def test_the_free_plan_alone_has_no_clock(judged: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    tickets, found = judged
    without = tickets.join(found, on="ticket_id", how="anti")
    assert without.height == tickets.filter(plan="free").height > 5_000
    assert set(without["plan"]) == {"free"}


@pytest.mark.parametrize("kind", ["first_response", "resolution"])
def test_july_is_worse_than_june(decided: pl.DataFrame, kind: str) -> None:
    june, july = (decided.filter(kind=kind, due_month=date(2026, month, 1)) for month in (6, 7))
    assert attainment(july) < attainment(june)


def test_no_promise_on_the_free_plan_nor_of_a_response_on_the_phone(decided: pl.DataFrame) -> None:
    assert decided.filter(plan="free").is_empty()
    responses = decided.filter(kind="first_response")
    assert set(responses["channel"]) == {"email", "portal", "monitoring"}


@pytest.mark.parametrize(
    ("condition", "lowest", "highest"),
    [
        (pl.col("kind") == "first_response", 0.92, 0.94),
        (pl.col("kind") == "resolution", 0.86, 0.88),
        ((pl.col("kind") == "resolution") & (pl.col("priority") == "urgent"), 0.73, 0.77),
    ],
)
def test_attainment_is_what_was_aimed_at(
    decided: pl.DataFrame, condition: pl.Expr, lowest: float, highest: float
) -> None:
    assert lowest <= attainment(decided.filter(condition)) <= highest


@pytest.mark.parametrize("kinds", [["first_response"], ["first_response", "resolution"]])
def test_monday_morning_is_the_worst_block(decided: pl.DataFrame, kinds: list[str]) -> None:
    breaches = decided.filter(pl.col("breached") & pl.col("kind").is_in(kinds))
    blocks = breaches.group_by("due_weekday", block=pl.col("due_hour") // 4 * 4).len().sort("len", descending=True)
    assert blocks.row(0)[:2] == MONDAY_MORNING
    assert blocks["len"][0] > 1.3 * blocks["len"][1]


def test_the_tightened_promise_is_kept_less_often(decided: pl.DataFrame) -> None:
    responses = decided.filter(
        (pl.col("kind") == "first_response") & pl.col("policy").str.starts_with("enterprise-nordics")
    )
    normal = responses.filter(priority="normal")
    spring, summer = (
        normal.filter(pl.col("started_date").is_between(*dates, closed="left"))
        for dates in ((date(2026, 3, 9), date(2026, 5, 1)), (date(2026, 5, 1), date(2026, 7, 1)))
    )
    assert set(spring["target_seconds"]) == {7_200}
    assert set(summer["target_seconds"]) == {5_400}
    assert attainment(summer) < attainment(spring) - 0.05


def test_a_person_less_in_london_costs_resolutions(decided: pl.DataFrame) -> None:
    london = decided.filter((pl.col("kind") == "resolution") & (pl.col("region") == "UK & Ireland"))
    before, gap = (
        london.filter(pl.col("due_date").is_between(*dates, closed="left"))
        for dates in ((date(2026, 5, 1), date(2026, 8, 28)), (date(2026, 9, 1), date(2026, 10, 19)))
    )
    assert attainment(gap) < attainment(before) - 0.02
