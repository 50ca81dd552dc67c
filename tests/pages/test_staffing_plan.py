"""What the staffing page says of a plan: tried by simulation, with its band, and against the roster."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest
import streamlit as st
from altair.utils.schemapi import debug_mode
from streamlit.testing.v1 import AppTest

from analytics.staffing import planned_frames as frames
from analytics.staffing.assumptions import Assumptions
from analytics.staffing.calibrate import Flat
from analytics.staffing.planned import Opened, Planned, Sized, unkeepable, untried
from analytics.staffing.traces import Late
from data import planning, rosters
from data.store import Store
from pages.ui import charts_staffing_plan as charts
from pages.ui import staffing_plan, staffing_plan_relative
from pages.ui import staffing_plan_words as told
from pages.ui.staffing_plan_closed import beyond
from tests.analytics.rosters import ANN
from tests.analytics.staffed import at, staffed, touch
from tests.pages.test_charts import fields
from tests.pages.uploads import writable

WARM = True
BUSY = [
    touch(10 * day + number, at(7 + number / 3, day), at(12 + number / 3, day))
    for day in range(28)
    if day % 7 < 5
    for number in range(9 if day % 7 == 0 else 3)
]


def script() -> None:
    from pages.ui import filters, picks, staffing, staffing_plan  # noqa: PLC0415 - the script runs by itself

    filters.sidebar(picks.restore("staffing"))
    at = staffing.desk(filters.current())
    if at is not None:
        staffing_plan.panel(at, staffing.case(at))


@pytest.fixture(scope="module")
def store(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    st.cache_data.clear()
    st.cache_resource.clear()
    with pytest.MonkeyPatch.context() as patch:
        folder = writable(sample, tmp_path_factory.mktemp("plan") / "store", patch)
        rosters.keep_sample(Store(folder), 4_000)
        planning.keep(Store(folder), Assumptions(handle=(("", 25.0),), order="due"))
        yield folder
    st.cache_data.clear()
    st.cache_resource.clear()


def opened(**asked: str) -> AppTest:
    app = AppTest.from_function(script, default_timeout=60)
    for name, value in asked.items():
        app.query_params[name.replace("_", "-")] = value
    app.run()
    assert not app.exception
    return app


def ended(app: AppTest, name: str) -> AppTest:
    """The page once some work beside it is done."""
    for _ in range(300):
        if app.session_state["work"][name].ended.is_set():
            break
        time.sleep(0.1)
    app.run()
    assert not app.exception
    return app


def texts(*found: Iterable[Any]) -> str:
    return "\n".join(each.value.replace("\\", "") for every in found for each in every)


def table(app: AppTest, column: str) -> pl.DataFrame:
    return next(pl.from_pandas(each.value) for each in app.dataframe if column in each.value.columns)


def test_a_plan_stands_there_at_once_and_is_then_tried(store: Path) -> None:
    assert store
    app = opened()
    first = texts(app.markdown, app.caption)
    assert told.UNTRIED in first
    assert "Cancel" in [each.label for each in app.button]
    assert [each.label for each in app.metric] == ["Required hours a week", "Peak", "Full-time equivalents"]
    app = ended(app, "plan")
    said = texts(app.markdown, app.caption)
    assert told.UNTRIED not in said
    assert "made-up touches like those of" in said
    assert "to hold with 10 % more work than expected" in said
    assert "h rostered" in said
    cards = {each.label: each for each in app.metric}
    assert "at ±10 % work" in cards["Required hours a week"].proto.delta_description
    classes = table(app, "verdict")
    assert set(classes["verdict"]) <= {frames.KEPT, frames.BEYOND, frames.NO_OBJECTIVE}
    assert classes.filter(pl.col("verdict") == frames.KEPT).select((pl.col("sure") >= pl.col("objective")).all()).item()
    hold = float(cards["Required hours a week"].value.split()[0].replace(",", ""))
    moves = table(app, "agents")
    app.segmented_control(key="plan-for").set_value("exact").run()
    assert not app.exception
    exact = {each.label: each for each in app.metric}["Required hours a week"].value
    assert float(exact.split()[0].replace(",", "")) < hold
    assert table(app, "agents").height
    assert set(moves.columns) == {"when", "required", "scheduled", "agents", "hours"}
    app = ended(app, "plan-flat")
    assert "all week" in texts(app.caption)


def test_without_a_roster_contract_hours_are_asked_for(
    sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = writable(sample, tmp_path / "store", monkeypatch)
    rosters.clear(Store(folder))
    planning.keep(Store(folder), Assumptions(handle=(("", 25.0),)))
    app = opened(plan_contract="20")
    cards = {each.label: each for each in app.metric}
    assert cards["Full-time equivalents"].proto.delta_description.startswith("of 20 h")
    assert "rostered" not in texts(app.markdown)
    assert not [each for each in app.dataframe if "scheduled" in each.value.columns]
    app.session_state["work"]["plan"].cancelled.set()
    app = ended(app, "plan")
    assert "Cancelled." in texts(app.caption)
    assert "Try plans by simulation" in [each.label for each in app.button]


def plan(less: float, exact: float, more: float) -> Planned:
    """A plan of so many people all through the week of `staffed`."""
    required = untried(staffed(BUSY)).exact.required
    three = [Sized(np.full(40, each), 40 * each, required) for each in (less, exact, more)]
    return Planned(three[0], three[1], three[2], 1.0, None)


def test_the_verdict_has_its_band_and_its_roster() -> None:
    case = staffed(BUSY, ANN)
    some = plan(2, 3, 4)
    moves = frames.moves(case, frames.by_place(case, some, hold=False))
    assert told.verdict("desk", case, some, moves, hold=False) == (
        "desk needs 120 h a week (80 h with 10 % less work, 160 h with 10 % more), at most 3 people at once, "
        "Mon 08–16. 80 h more than the 40 h rostered."
    )
    assert told.verdict("desk", case, some, moves, hold=True).startswith(
        "desk needs 160 h a week to hold with 10 % more work than expected (120 h if work is as expected, 80 h with "
    )
    even = Flat(2, 80.0, Late(np.zeros(1), np.zeros(1), np.zeros(1, np.int64)), absorbs=True)
    assert told.verdict("desk", case, some, moves, even, hold=False) == (
        "The same 2 people all week, 80 h, keep every objective of desk. A plan by the hour, as below, takes 120 h (80 "
        "h with 10 % less work, 160 h with 10 % more). 40 h more than the 40 h rostered."
    )
    spare = plan(0.5, 0.5, 0.5)
    peak = replace(spare, exact=replace(spare.exact, level=np.array([4.0] + [0.5] * 39), hours=23.5))
    moves = frames.moves(case, frames.by_place(case, peak, hold=False))
    assert "16 h fewer than the 40 h rostered, but Mon 08–09 lacks 3 people." in told.verdict(
        "desk", case, peak, moves, hold=False
    )
    assert told.against(staffed(BUSY), 120.0, moves) == ""
    cards = told.cards(case, some, 40.0, hold=True)
    assert [card[1] for card in cards] == ["160 h", "4 people", "4.0"]
    assert [card[2] for card in cards] == ["80–160 at ±10 % work", "Mon 08–16; 2–4 at ±10 % work",
                                           "of 40 h; 2.0–4.0 at ±10 % work"]  # fmt: skip


def test_a_team_of_one_is_told_what_one_absence_does() -> None:
    case = staffed(BUSY, ANN)
    lines = told.small(case, plan(1, 1, 1), hold=True)
    assert "at most 90 % of their working time is planned for (maximum occupancy)" in lines[0]
    # Twenty-one touches come in a week of forty hours: 4.2 in eight.
    assert "In 40 of 40 open hours one person is planned to be alone" in lines[1]
    assert "about 4.2 touches" in lines[1]
    assert told.small(case, plan(9, 9, 9), hold=True) == []


def test_flat_staffing_and_floors_in_words() -> None:
    case = staffed(BUSY, ANN)
    tried: Any = SimpleNamespace(hours=265.0, accepted=True)
    failed: Any = SimpleNamespace(hours=265.0, accepted=False)
    late = Late(np.zeros(1), np.zeros(1), np.zeros(1, np.int64))
    assert told.flat(Flat(6, 270.0, late, absorbs=True), tried) == (
        "The same 6 people all week (270 h) do as well as this plan (265 h): the targets are long enough to absorb the "
        "peaks. Objectives are judged over the week: in its fullest hours more may be late."
    )
    assert "30 h fewer than this plan (265 h)" in told.flat(Flat(5, 235.0, late, absorbs=True), tried)
    assert "where no plan by the hour was found to" in told.flat(Flat(8, 360.0, late, absorbs=False), failed)
    assert told.flat(Flat(None, np.nan, late, absorbs=False), failed).startswith("Nor does")
    assert "Would have to be".lower() in told.flat(Flat(8, 360.0, late, absorbs=False), tried)
    assert "95 h or 36 % more" in told.flat(Flat(8, 360.0, late, absorbs=False), tried)
    assert "the peaks need people of their own" in told.flat(Flat(None, np.nan, late, absorbs=False), tried)
    round_the_clock = staffed(
        [*BUSY, *(touch(900 + number, at(21, 4), at(12, 5), klass="urgent") for number in range(3)),
         touch(990, at(9, 1), at(12, 1), klass="urgent")],
        ANN,
    )  # fmt: skip
    before, window = unkeepable(round_the_clock), Opened(6, 10, 14)
    assert beyond(before, unkeepable(round_the_clock, window), window) == [
        "75 % of 'urgent' fall due while nobody is in, whatever the staffing; opening Sat 10–14 would bring it to 0 %."
    ]
    assert beyond(unkeepable(case), None, None)[0].startswith("Next to no promise")


def test_classes_that_are_not_kept_are_named() -> None:
    classes = pl.DataFrame(
        {
            "klass": ["a", "b", "c", "d", "e"],
            "objective": [0.95, 0.95, 0.9, 0.9, None],
            "kept": [0.93, 0.953, 0.6, 0.99, 1.0],
            "most": [1.0, 1.0, 0.7, 1.0, 1.0],
            "verdict": [frames.MISSED, frames.MISSED, frames.BEYOND, frames.KEPT, frames.NO_OBJECTIVE],
        }
    )
    assert told.failing(classes) == (
        "1 of 4 classes kept. Not kept: a (93.0 %, of 95 %), b (95.3 %, but not surely 95 %). No staffing keeps c "
        "(70.0 % of 90 %): not even twice the people would keep more, so the plan is held to the objective's share of "
        "that."
    )
    assert told.failing(classes[3:]).startswith("The objective of every class is kept, 1 class")


def test_multiples_in_words() -> None:
    week = (1.1, 1.25, 1.4)
    pieces = pl.DataFrame(
        {
            "when": ["Mon 08–12", "Mon 12–16", "Tue 08–12"],
            "first": [0, 4, 8],
            "required": [17.0, 10.0, 3.0],
            "now": [10.0, 10.0, 0.0],
            "multiple": [1.7, 1.0, None],
            "low": [1.5, 1.0, None],
            "high": [1.9, 1.1, None],
        }
    )
    assert staffing_plan_relative.verdict("desk", pieces, week, hold=False, failed=False) == (
        "desk: the week needs 1.25 times today's throughput (1.10 to 1.40 at ±10 % work). Most is added Mon 08–12: 1.7 "
        "times what is done there now (1.5 to 1.9 at ±10 % work)."
    )
    assert "1.40 times today's throughput to hold with 10 % more work (1.25 if work is as expected" in (
        staffing_plan_relative.verdict("desk", pieces, week, hold=True, failed=False)
    )
    enough = staffing_plan_relative.verdict("desk", pieces[1:2], week, hold=True, failed=False)
    assert (
        enough
        == "desk: as much as is done now while work is waiting is enough in every hour, with 10 % more work, too."
    )
    assert "no addition" in staffing_plan_relative.verdict("desk", pieces, week, hold=True, failed=True)
    assert "Most: Mon 08–12 1.7 times" in staffing_plan_relative.spoken(pieces)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("rostered", [False, True])
def test_charts_name_only_columns_of_their_frames(dark: bool, rostered: bool) -> None:
    case = staffed(BUSY, *([ANN] if rostered else []))
    places = staffing_plan.laid_out(frames.by_place(case, untried(case), hold=True))
    assert places.filter(pl.col("days") != "")["days"].to_list()[:2] == ["Mon|08–16", "Tue|08–16"]
    assert (places["at"].diff().drop_nulls() > 0).all()
    hours = pl.DataFrame(
        {"day": ["Mon"], "hour": [8], "when": ["Mon 08–12"], "multiple": [1.7], "low": [1.5], "high": [1.9],
         "required": [17.0], "now": [10.0], "text": ["1.7×"]}
    )  # fmt: skip
    with debug_mode(True):
        for drawn, frame in ((charts.week(places, dark=dark), places), (charts.multiples(hours, dark=dark), hours)):
            specification = drawn.to_dict()
            assert fields(specification) <= set(frame.columns)
            assert "tooltip" in str(specification)
    assert len(charts.week(places, dark=dark).layer) == 2 + rostered
