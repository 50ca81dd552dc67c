"""Do sentences say what the numbers say, with their n, and nothing where there is nothing?"""

from datetime import date
from typing import Any

import polars as pl
import pytest

from analytics.shares import SHARES
from analytics.vendors import SAID
from pages.ui import format as fmt
from pages.ui import gap, held, vendors, words
from pages.ui.overview import in_cards

WEEKS = pl.DataFrame({"attainment": [0.9, 0.7, 0.75, None]}).drop_nulls()
ONE = pl.DataFrame({"policy": ["a"], "attainment": [0.72], "objective": [0.8]})
TWO = pl.DataFrame({"policy": ["a", "b"], "attainment": [0.9, 0.93], "objective": [0.95, 0.9]})


def kinds(*rows: tuple[str, int, float | None, float | None]) -> pl.DataFrame:
    schema = {"kind": pl.String, "due": pl.Int64, "attainment": pl.Float64, "excess": pl.Float64}
    return pl.DataFrame(list(rows), schema=schema, orient="row")


SIX = kinds(
    ("first_response", 100, 0.96, -1.0),
    ("next_response", 90, 0.97, -2.0),
    ("first_resolution", 80, 0.91, None),
    ("resolution", 80, 0.9, 0.0),
    ("update", 70, 0.7, 12.0),
    ("ola", 0, None, None),
)


def test_a_verdict_names_the_main_kinds_and_those_below_their_objectives() -> None:
    assert words.named(SIX) == ["first_response", "resolution", "update"]
    assert words.named(kinds(("ola", 9, 0.9, -1.0), ("update", 9, 0.9, -1.0))) == ["ola"]
    assert words.named(kinds()) == []


def test_a_verdict_has_a_sentence_with_n_for_each() -> None:
    met = pl.DataFrame({"policy": ["a"], "attainment": [0.9], "objective": [0.9]})
    told = words.verdict(SIX, dict.fromkeys(SIX["kind"], WEEKS), {"first_response": TWO, "resolution": met})
    assert told == (
        "First response: 96.0 % of 100 kept, 1 of 2 policies below objective. "
        "Full resolution keeps its word: 90.0 % of 80 against an objective of 90 %. "
        "Below objective too: update (70.0 % of 70)."
    )


def test_a_main_kind_below_its_objective_is_told_with_its_run_of_weeks() -> None:
    assert words.verdict(kinds(("resolution", 50, 0.72, 4.0)), {"resolution": WEEKS}, {"resolution": ONE}) == (
        "Full resolution is below its objective for 2 weeks running; over the period 72.0 % of 50 against 80 %."
    )


def test_without_an_objective_a_verdict_gives_the_rate_alone() -> None:
    none = pl.DataFrame(schema={"policy": pl.String, "attainment": pl.Float64, "objective": pl.Float64})
    assert (
        words.verdict(kinds(("ola", 9, 0.5, None)), {"ola": WEEKS}, {"ola": none})
        == "Team agreement: 50.0 % of 9 kept."
    )
    assert words.verdict(kinds(), {}, {}).startswith("No clocks were due")


@pytest.mark.parametrize(
    ("present", "cards"),
    [
        (["resolution"], ["resolution"]),
        (["update", "ola"], ["update", "ola"]),
        (["first_response", "next_response", "resolution"], ["first_response", "next_response", "resolution"]),
        (SIX["kind"].to_list(), ["first_response", "first_resolution", "resolution"]),
    ],
)
def test_never_more_than_three_kinds_have_a_card(present: list[str], cards: list[str]) -> None:
    assert in_cards(pl.DataFrame({"kind": present})) == cards


def test_the_paragraph_tells_plain_time_in_calendar_hours() -> None:
    row = {"due": 10, "breaches": 4, "attainment": 0.6, "median_overrun": 93_600, "p90_wait": None, "near_misses": 0}
    assert "26 h of open time" in words.paragraph(row, None, "resolution", None)
    assert "1 d 2 h of plain time" in words.paragraph(row, None, "resolution", None, "calendar")


DESK = {
    "attainment": 0.9, "due": 200, "calendar_gap": 36_000, "closed_gap": 28_800, "customer_gap": 7_200, "other_gap": 0,
    "attainment_without_pauses": 0.7,
}  # fmt: skip


def test_the_gap_has_both_rates_with_n_and_its_parts() -> None:
    assert gap.told("resolution", DESK, {"attainment": 0.5, "due": 198}) == (
        "Full resolution: 90.0 % met in business hours (n = 200), 50.0 % in calendar hours (n = 198). "
        "A clock ran 10 h longer in plain time, on average: 8 h closed hours, 2 h the customer's time. "
        "With no pause taken out 70.0 % would have been met."
    )


def test_no_gap_is_told_of_nothing_and_no_pauses_where_none_tell() -> None:
    assert gap.told("update", {**DESK, "due": 0}, {"attainment": None, "due": 0}) == ""
    bare = {**DESK, "calendar_gap": 0, "closed_gap": 0, "customer_gap": 0, "attainment_without_pauses": 0.9}
    told = gap.told("update", bare, {"attainment": 0.9, "due": 200})
    assert told.endswith("90.0 % in calendar hours (n = 200).")


def test_the_two_clocks_are_marked_apart_with_both_n_where_they_differ() -> None:
    found = pl.DataFrame(
        {"kind": ["update", "ola"], "business": [0.9, 0.5], "business_due": [10, 1200], "calendar": [0.8, 0.6],
         "calendar_due": [10, 1199]}
    )  # fmt: skip
    marks = gap.drawn(found)
    assert marks["kind"].unique(maintain_order=True).to_list() == ["Update (10)", "Team agreement (1,200 / 1,199)"]
    assert marks.select("clock", "told", "left").rows() == [
        ("Business hours", "90.0 %", False), ("Business hours", "50.0 %", True),
        ("Calendar hours", "80.0 %", True), ("Calendar hours", "60.0 %", False),
    ]  # fmt: skip
    assert gap.matters(found)
    assert not gap.matters(found.with_columns(calendar="business"))


def month(at: date, *rates: float | None, n: int = 100, late: int = 0) -> dict[str, Any]:
    shares = dict(zip(SAID, rates, strict=True))
    return {"month": at, **shares, **{f"n_{name}": n for name in SAID}, "open_breached": late}


MONTHS = vendors.months(
    pl.DataFrame(
        [
            month(date(2026, 5, 1), 0.5, 0.99, 0.5, 0.9, late=1),
            month(date(2026, 6, 1), 0.88, 0.881, 0.87, 0.9, late=30),
            month(date(2026, 7, 1), 0.84, 0.912, 0.83, 0.9, late=212),
            month(date(2026, 8, 1), 0.2, 0.9, 0.2, 0.9, late=400),
        ]
    ),
    date(2026, 8, 20),
)


def test_only_whole_months_are_compared_and_the_largest_disagreement_is_told() -> None:
    assert MONTHS["whole"].to_list() == [False, True, True, False]
    assert vendors.sentence(MONTHS) == (
        "In July 2026 “completed only” would have said 91.2 % (n = 100), ours 84.0 % (n = 100); "
        "212 clocks were breached and open at the month's end."
    )


def test_a_month_that_has_just_ended_is_whole() -> None:
    assert vendors.months(MONTHS.drop("whole"), date(2026, 9, 1))["whole"].to_list() == [False, True, True, True]


def test_partial_months_are_drawn_apart_from_each_other() -> None:
    ours = vendors.drawn(MONTHS).filter(pl.col("definition") == "Ours").sort("at")
    assert ours["head"].to_list() == [True, True, False, False]
    assert ours["tail"].to_list() == [False, False, True, True]


def test_agreement_and_too_few_clocks_are_said() -> None:
    alike = vendors.months(
        pl.DataFrame([month(date(2026, each, 1), 0.9, 0.901, 0.899, 0.904) for each in (1, 2)]), date(2026, 4, 1)
    )
    assert vendors.sentence(alike) == "The four agree within 0.5 points in every whole month."
    thin = pl.DataFrame([month(date(2026, 1, 1), 0.9, 0.9, 0.9, None, n=29)])
    assert vendors.firm(thin).is_empty()
    assert vendors.sentence(alike.clear()) == "No whole month holds clocks enough to compare."


FOUND = pl.DataFrame({"segment": ["A", "B"], "due": [60, 40], "breaches": [10, 30], "share": [0.25, 0.75]})


def shares(*rows: tuple[str | None, int, float, float]) -> pl.DataFrame:
    return pl.DataFrame([(*row, row[3] / row[2]) for row in rows], schema=SHARES, orient="row")


def test_the_time_held_is_told_where_it_tells_another_story() -> None:
    both = held.beside(FOUND, shares((None, 0, 5.0, 5.0), ("A", 750, 70.0, 25.0), ("B", 250, 25.0, 10.0)))
    assert both["segment"].to_list() == ["A", "B", "(blank)"]
    assert both["due"].to_list() == [60, 40, 0]
    assert held.sentence(both) == (
        "Who held it tells another story: 30 of 40 breaches are credited to B, but by the time each team held the "
        "clocks 10 are its own (it held 25 % of the elapsed time of 100 clocks due)."
    )


def test_the_time_held_is_not_told_where_it_says_the_same() -> None:
    both = held.beside(FOUND, shares(("A", 500, 60.0, 12.0), ("B", 500, 40.0, 28.0)))
    assert held.sentence(both) == ""
    assert both.select("held", "held_breaches").rows() == [(0.5, 12.0), (0.5, 28.0)]


@pytest.mark.parametrize(("share", "text"), [(0.95, "95 %"), (0.999, "99.9 %"), (1.0, "100 %"), (None, "–")])
def test_an_objective_is_written_as_it_was(share: float | None, text: str) -> None:
    assert fmt.goal(share) == text
