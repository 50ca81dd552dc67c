"""Every chart encodes only columns its frame has, and its marks carry what the eye needs."""

from collections.abc import Iterator
from datetime import date
from types import ModuleType
from typing import Any

import altair as alt
import polars as pl
import pytest
from altair.utils.schemapi import debug_mode

from pages.ui import charts, charts_clocks, charts_ticket, charts_vendors
from pages.ui.charts_parts import objective_rule

WEEKLY = pl.DataFrame(
    {
        "week": [date(2026, 6, 1), date(2026, 6, 8)],
        "attainment": [0.9, 0.8],
        "attainment_low": [0.85, 0.7],
        "attainment_high": [0.95, 0.9],
        "due": [100, 50],
        "breaches": [10, 10],
    }
)
GRID = pl.DataFrame(
    {
        "kind": ["First response"],
        "row": ["high"],
        "attainment": [0.9],
        "due": [10],
        "goal": ["95%"],
        "points": [-0.05],
        "note": ["n 10"],
    }
)
TREND = pl.DataFrame(
    {"at": [date(2026, 6, 1)] * 3, "value": [0.9, 0.8, 0.7], "low": [0.8, 0.7, None], "high": [0.95, 0.9, None],
     "group": ["a", "b", "c"], "due": [40, 20, 40], "firm": [True, False, True], "told": ["90 %", "80 %", "70 %"]}
)  # fmt: skip
BOTH = pl.DataFrame(
    {"kind": ["Update (9)"] * 2, "clock": ["Business hours", "Calendar hours"], "share": [0.9, 0.7], "due": [9, 9],
     "told": ["90.0 %", "70.0 %"], "left": [False, True]}
)  # fmt: skip
BETWEEN = pl.DataFrame(
    {
        "at": [date(2026, 6, 1)],
        "part": ["closed hours"],
        "place": [0],
        "hours": [7.5],
        "told": ["7 h 30 min"],
        "due": [9],
    }
)
MONTHS = pl.DataFrame(
    {"at": [date(2026, 5, 1), date(2026, 6, 1)] * 2, "definition": ["Ours"] * 2 + ["All applied"] * 2,
     "value": [0.9, 0.8, 0.95, 0.96], "told": ["90.0 %"] * 4, "n": [40] * 4, "whole": [True, False] * 2,
     "head": [False] * 4, "tail": [True] * 4}
)  # fmt: skip
SEGMENTS = pl.DataFrame(
    {"segment": ["a"], "value": [3.0], "edge": [3.0], "told": ["+3"], "due": [10], "breaches": [5],
     "breach_rate": [0.5]}
)  # fmt: skip
STRETCHES = pl.DataFrame(
    {"clock": ["Full resolution"], "start": [date(2026, 6, 1)], "end": [date(2026, 6, 2)], "what": ["open"],
     "told": ["x"], "counted": ["8 h"], "status": ["open"], "team": ["A"]}
)  # fmt: skip
DUE = pl.DataFrame({"clock": ["Full resolution"], "due": [date(2026, 6, 2)], "text": ["due Tue"]})


def drawn(dark: bool) -> dict[str, tuple[charts.Chart, set[str]]]:
    rule = {"objective", "text"}
    return {
        "weekly_rate": (charts.weekly_rate(WEEKLY, 0.9, dark=dark), {*WEEKLY.columns, *rule}),
        "promise_grid": (charts_clocks.promise_grid(GRID, ["First response"], ["high"], dark=dark), set(GRID.columns)),
        "two_clocks": (charts_clocks.two_clocks(BOTH, ["Update (9)"], dark=dark), set(BOTH.columns)),
        "between": (charts_clocks.between(BETWEEN, "week", {"closed hours": "#8a949e"}), set(BETWEEN.columns)),
        "said": (charts_vendors.said(MONTHS, ["Ours", "All applied"], dark=dark), set(MONTHS.columns)),
        "trend": (
            charts.trend(TREND, "week", ["a", "b", "c"], earlier="b", thin="c", ratio=True, zero=False, dark=dark),
            set(TREND.columns),
        ),
        "ranked_bars": (charts.ranked_bars(SEGMENTS, ["a"], "breaches", dark=dark), set(SEGMENTS.columns)),
        "ticket_timeline": (
            charts_ticket.ticket_timeline(STRETCHES, DUE, dark=dark),
            {*STRETCHES.columns, *DUE.columns},
        ),
    }


def fields(node: Any) -> set[str]:
    """Every field a Vega-Lite specification names."""
    if isinstance(node, dict):
        named = {node["field"]} if isinstance(node.get("field"), str) else set()
        return named.union(*(fields(value) for key, value in node.items() if key != "datasets"))
    return set().union(*(fields(value) for value in node)) if isinstance(node, list) else set()


@pytest.fixture(autouse=True)
def _checked() -> Iterator[None]:
    with debug_mode(True):
        yield


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", drawn(dark=False))
def test_a_chart_names_only_columns_of_its_frame(name: str, dark: bool) -> None:
    chart, columns = drawn(dark)[name]
    specification = chart.to_dict()
    named = fields(specification)
    assert named
    assert named <= columns
    assert "tooltip" in str(specification)


def test_dark_and_light_differ() -> None:
    assert drawn(dark=True)["weekly_rate"][0].to_dict() != drawn(dark=False)["weekly_rate"][0].to_dict()


def test_week_ticks_stand_where_weeks_start() -> None:
    axis = charts.weekly_rate(WEEKLY, None, dark=False).to_dict()["layer"][0]["encoding"]["x"]["axis"]
    assert [(tick["month"], tick["date"]) for tick in axis["values"]] == [(6, 1), (6, 8)]


def colours_of(node: Any) -> list[Any]:
    """Every colour encoding of a specification."""
    if isinstance(node, dict):
        own = [node["color"]] if isinstance(node.get("color"), dict) and "field" in node["color"] else []
        return own + [found for value in node.values() for found in colours_of(value)]
    return [found for value in node for found in colours_of(value)] if isinstance(node, list) else []


def test_a_cell_without_an_objective_is_drawn_in_a_colour_of_its_own() -> None:
    (colour,) = colours_of(drawn(dark=False)["promise_grid"][0].to_dict())
    assert colour["scale"]["domain"][0] > charts_clocks.UNKNOWN
    assert len(colour["scale"]["range"]) == len(colour["scale"]["domain"]) + 1 == len(set(colour["scale"]["range"]))


@pytest.mark.parametrize("count", [1, 2, 6])
def test_a_grid_of_few_or_many_kinds_keeps_its_labels_apart(count: int) -> None:
    kinds = [f"Kind {number}" for number in range(count)]
    axis = charts_clocks.promise_grid(GRID, kinds, ["high"], dark=False).to_dict()["layer"][0]["encoding"]["x"]["axis"]
    assert axis["labelAngle"] == {"expr": f"width / {count} < 58 ? -50 : 0"}
    assert "split" in axis["labelExpr"]


def test_an_objective_is_written_with_the_digits_it_has() -> None:
    assert "objective 99.9 %" in str(objective_rule(0.999, dark=False).to_dict())


@pytest.mark.parametrize("module", [charts, charts_clocks, charts_vendors], ids=lambda each: each.__name__)
def test_every_chart_function_is_tried(module: ModuleType) -> None:
    public = {
        name
        for name, value in vars(module).items()
        if callable(value) and not name.startswith("_") and getattr(value, "__module__", "") == module.__name__
    }
    assert public <= set(drawn(dark=False))
    assert issubclass(alt.LayerChart, alt.TopLevelMixin)
