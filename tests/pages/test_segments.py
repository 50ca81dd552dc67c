"""Do the segments page and its pictures say which segments stand out, and do clicks pick them?"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from altair.utils.schemapi import debug_mode
from streamlit.testing.v1 import AppTest

from analytics.segments import BETTER, SAME, WORSE, against_rest
from analytics.segments import crossed as cross
from data.store import Store
from pages.ui import charts_segments, crossed, segments, segments_method
from pages.ui import words as said
from pages.ui.charts import Chart
from tests.pages.test_charts import fields
from tests.pages.test_render import opened, words

WARM = True
SEGMENTS = "performance/segments.py"


def found(*rows: tuple[str, int, int]) -> pl.DataFrame:
    counts = pl.DataFrame(rows, schema=["segment", "due", "breaches"], orient="row")
    rated = counts.with_columns(breach_rate=pl.col("breaches") / pl.col("due"), excess=pl.lit(0.0))
    return against_rest(rated)


def test_the_segment_that_stands_out_most_is_named_with_both_rates_and_the_interval() -> None:
    told = segments.rest(found(("Apps", 1000, 200), ("Desk", 2000, 200), ("Infra", 1000, 130)), "team")
    assert told == (
        "Team Apps breaks more than the rest: 20.0 % of 1,000 against 11.0 % of 3,000 (difference 9.0 points, 95 % "
        "interval 6.4–11.8). 2 of 3 teams differ from the rest beyond noise."
    )


def test_a_segment_that_only_does_better_is_named_as_that() -> None:
    others = [(f"other {number}", 500, 50) for number in range(8)]
    told = segments.rest(found(("a", 500, 15), *others, ("few", 12, 5)), "category")
    assert told.startswith("Category a breaks less than the rest: 3.0 % of 500 against 10.1 % of 4,012 (difference 7.1")
    assert "1 of 9 categories of 30 clocks or more differs from the rest" in told
    assert "--" not in told


def test_noise_and_few_clocks_are_said() -> None:
    assert segments.rest(found(("a", 500, 50), ("b", 500, 51)), "policy") == (
        "No policy differs from the rest beyond noise (2 compared)."
    )
    few = segments.rest(found(("a", 20, 20), ("b", 500, 51)), "priority")
    assert few == "There are not enough clocks to tell priorities apart."
    told = "No segment exceeds its objective; Team a has most breaches, 20."
    assert said.segments(found(("a", 20, 20), ("b", 10, 1)), "Team") == told
    told = "Not enough clocks to compare: 21 of 29 due were breached."
    assert said.segments(found(("a", 20, 20), ("b", 9, 1)), "Team") == told


def test_labels_lead_back_to_values() -> None:
    assert segments.pick({"segment": "(blank)"}, "team") == {"team": [None]}
    assert crossed.pick({"row": "Apps", "column": "Mon"}, "team", "weekday") == {"team": ["Apps"], "weekday": ["1"]}


def cells(*, goal: bool = True) -> pl.DataFrame:
    rows = [("Apps", 1, 100, 30), ("Apps", 2, 29, 29), ("Desk", 1, 200, 10), (None, 2, 50, 7)]
    clocks = pl.DataFrame(
        [
            {"team_at_due": team, "due_weekday": day, "breached": number < late}
            for team, day, due, late in rows
            for number in range(due)
        ],
        schema_overrides={"due_weekday": pl.Int8},
    ).with_columns(decided=pl.lit(value=True), objective=pl.lit(0.9))
    return crossed.table(cross(clocks, "team", "weekday"), "team", "weekday", goal=goal)


def test_crossed_cells_are_coloured_by_what_is_allowed_and_few_clocks_are_not() -> None:
    table = {(row["row"], row["column"]): row for row in cells().iter_rows(named=True)}
    assert table["Apps", "Mon"]["points"] == pytest.approx(-0.2)
    assert table["Desk", "Mon"]["points"] == pytest.approx(0.05)
    assert table["Apps", "Tue"]["points"] == charts_segments.UNKNOWN
    assert table["Apps", "Tue"]["told"] == "29/29"
    assert (table["(blank)", "Tue"]["told"], table["Desk", "Mon"]["told"]) == ("14 %", "5.0 %")
    assert {round(row["against"], 4) for row in cells(goal=False).iter_rows(named=True)} == {round(76 / 379, 4)}


def test_the_crossed_table_says_the_worst_cell_and_what_is_left_out() -> None:
    told = crossed.answer(cells(), 400, goal=True)
    assert told.startswith("Worst is Apps with Mon: 30.0 % of 100 breached, 20 more than their objectives allow.")
    assert "The largest 3 by 2 hold 379 of 400 clocks due." in told
    assert "n = 379 clocks due." in crossed.answer(cells(), 379, goal=True)
    small = cells().filter(pl.col("due") < 30)
    assert crossed.answer(small, 29, goal=True).startswith("No cell has 30 clocks: not enough to tell.")
    fine = cells().filter(pl.col("row") == "Desk")
    assert crossed.answer(fine, 200, goal=True).startswith("No cell breaks more than their objectives allow.")


def test_rows_stand_by_size_and_weekdays_in_their_order() -> None:
    assert crossed.ordered(cells(), "team", "row") == ["Desk", "Apps", "(blank)"]
    assert crossed.ordered(cells(), "weekday", "column") == ["Mon", "Tue"]


def test_the_funnel_marks_what_lies_outside_and_names_stand_apart() -> None:
    many = found(*((f"segment {number}", 1000 + number, 100) for number in range(20)), ("bad", 1000, 300))
    marks, limits, rate = segments_method.funnel_of(many)
    assert rate == pytest.approx(many["breaches"].sum() / many["due"].sum())
    assert marks.filter("outside")["segment"].to_list() == ["bad"]
    assert limits["due"].is_sorted()
    crowd = found(*((f"segment {number}", 1000 + number, 300 + number) for number in range(20)), ("good", 90000, 90))
    named = segments_method.funnel_of(crowd)[0].filter(pl.col("name") != "")
    assert named.height <= 2  # those of the crowd stand in each other's way


def test_shrunken_rates_lie_between_their_own_and_the_whole() -> None:
    known = found(("a", 40, 12), ("b", 400, 40), ("c", 4000, 480), ("d", 60, 3))
    drawn = segments_method.spread(known["breaches"], known["due"])
    assert drawn is not None
    frame = segments_method.shrunk(known, drawn)
    assert frame["shrunk"].is_sorted(descending=True)
    between = (pl.col("shrunk") - drawn.mean).abs() <= (pl.col("breach_rate") - drawn.mean).abs()
    assert frame.select(between.all()).item()
    assert frame.select((pl.col("shrunk").is_between("shrunk_low", "shrunk_high")).all()).item()


DOTS = pl.DataFrame(
    {"segment": ["a (9)", "b (40)"], "breach_rate": [0.5, 0.1], "breach_rate_low": [0.3, 0.05], "due": [9, 40],
     "breach_rate_high": [0.7, 0.2], "allowed": [0.1, None], "firm": [False, True], "rest_rate": [0.2, 0.3],
     "apart": [charts_segments.TOO_FEW, BETTER]}
)  # fmt: skip
EXCESS = pl.DataFrame(
    {"segment": ["a"], "excess": [3.0], "excess_low": [-1.0], "excess_high": [5.0], "edge": [5.0], "told": ["+3"],
     "firm": [True], "due": [40], "breaches": [5], "expected": [2.0], "attainment": [0.9], "promised": [0.95],
     "apart": [SAME]}
)  # fmt: skip
MONTHS = pl.DataFrame(
    {"month": [1, 2], "attainment": [0.9, 0.8], "attainment_low": [0.8, 0.7], "attainment_high": [0.95, 0.9],
     "due": [50, 20], "breaches": [5, 4], "firm": [True, False], "note": ["whole", "unfinished"]}
).with_columns(month=pl.date(2026, pl.col("month"), 1))  # fmt: skip


def drawn(dark: bool) -> dict[str, tuple[Chart, set[str]]]:
    marks, limits, rate = segments_method.funnel_of(found(("a", 100, 50), ("b", 900, 90)))
    return {
        "rate_dots": (charts_segments.rate_dots(DOTS, ["a (9)", "b (40)"], dark=dark), set(DOTS.columns)),
        "crossed": (charts_segments.crossed(cells(), ["Apps"], ["Mon", "Tue"], dark=dark), set(cells().columns)),
        "funnel": (
            charts_segments.funnel(marks, limits, rate, dark=dark),
            {*marks.columns, *limits.columns, "rate"},
        ),
        "excess_bars": (charts_segments.excess_bars(EXCESS, ["a"], dark=dark), set(EXCESS.columns)),
        "months": (charts_segments.months(MONTHS, 0.9, dark=dark), {*MONTHS.columns, "objective"}),
    }


@pytest.fixture
def _checked() -> Iterator[None]:
    with debug_mode(True):
        yield


@pytest.mark.usefixtures("_checked")
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", drawn(dark=False))
def test_a_chart_names_only_columns_of_its_frame(name: str, dark: bool) -> None:
    chart, columns = drawn(dark)[name]
    specification = chart.to_dict()
    assert fields(specification)
    assert fields(specification) <= columns
    assert "tooltip" in str(specification)


def test_a_cell_of_few_clocks_is_drawn_in_a_colour_of_its_own() -> None:
    scale = drawn(dark=False)["crossed"][0].to_dict()["layer"][0]["encoding"]["color"]["scale"]
    assert scale["domain"][0] > charts_segments.UNKNOWN
    assert len(scale["range"]) == len(scale["domain"]) + 1 == len(set(scale["range"]))


def table(app: AppTest, column: str) -> pl.DataFrame:
    """The first table of a page that has a column."""
    return next(pl.DataFrame(each.value) for each in app.dataframe if column in each.value.columns)


def told(app: AppTest) -> str:
    return words(app).replace("\\", "")


def test_a_pick_of_the_compared_dimension_leaves_the_comparison_whole(
    sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = opened(SEGMENTS, sample, monkeypatch, period="Everything so far")
    picked = opened(SEGMENTS, sample, monkeypatch, period="Everything so far", pick="team:Infrastructure")
    assert not picked.exception
    assert table(plain, "apart")["due"].to_list() == table(picked, "apart")["due"].to_list()
    clocks = Store(sample).require().clocks().filter(pl.col("kind") == "first_response", "decided")
    known: Any = clocks.filter(pl.col("exclusion").is_null()).height
    assert table(plain, "apart")["due"].sum() == known
    assert "differ from the rest beyond noise" in told(plain)
    other = opened(SEGMENTS, sample, monkeypatch, period="Everything so far", pick="priority:high")
    assert 0 < table(other, "apart")["due"].sum() < known


def test_each_second_dimension_can_be_crossed(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(SEGMENTS, sample, monkeypatch, period="Everything so far", segment="Priority")
    options = app.selectbox(key="crossed").options
    assert {"Team", "Weekday due", "Handoffs"} <= set(options)
    assert "Priority" not in options
    for name in ("Weekday due", "Handoffs", "Agent"):
        app.selectbox(key="crossed").select(name).run()
        assert not app.exception, name
        assert f"Where do priority and {name.lower()} meet badly?" in told(app)
    assert {WORSE, BETTER, SAME} >= set(table(app, "apart")["apart"].drop_nulls())
