"""The breach review: what it says, the list it gives out, and the events people bring."""

import io
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from altair.utils.schemapi import debug_mode
from streamlit.testing.v1 import AppTest

from analytics.causes import CAUSE, CAUSES, NAMES, UNKNOWN, weekly
from analytics.conditions import BREACHED
from data.annotations import read
from data.store import Store
from pages.ui import charts_review, exports, review, review_week
from pages.ui.charts import Chart
from tests.pages.test_render import opened, words
from tests.pages.uploads import writable

WARM = True
PAGE = "performance/review.py"
WEEK = date(2026, 11, 16)


@pytest.fixture
def breaches(sample: Path) -> pl.DataFrame:
    """Breaches of the full resolution due in the last week that is over."""
    clocks = Store(sample).require().clocks()
    own = clocks.filter(BREACHED & (pl.col("kind") == "resolution") & pl.col("exclusion").is_null())
    return own.filter(pl.col("due_week") == WEEK)


def of(*names: str) -> pl.DataFrame:
    return pl.DataFrame({"cause": names}, schema={"cause": CAUSE})


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (of(), "None of 40 full resolution clocks due was breached."),
        (of("reopened"), "Reopened: 1 of 1 breach. Too few to go by their shares."),
        (of(*["not known"] * 31), "What caused 31 breaches is not known: the export tells only the outcome."),
        (
            of(*["too slow in hand"] * 25, *["never assigned by due"] * 15, *["not known"] * 10),
            "Too slow in hand: 50 % of 50 breaches; never assigned by due 30 %.",
        ),
        (
            of(*["too slow in hand"] * 500, "reopened", "reopened", *["held by another team"] * 3, UNKNOWN),
            "Too slow in hand: 99 % of 506 breaches; held by another team 1 %, reopened < 1 %.",
        ),
    ],
)
def test_the_verdict_names_the_causes_with_n(found: pl.DataFrame, expected: str) -> None:
    assert review.verdict(found, 40, "resolution") == expected


def test_the_page_says_what_the_store_holds(
    sample: Path, breaches: pl.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(PAGE, sample, monkeypatch, clock="Full resolution", period="Last 52 weeks")
    assert not app.exception
    count, begun, late = (each.value for each in app.metric)
    first = app.markdown[0].value.replace("\\", "")
    assert first.startswith("### Too slow in hand: ")
    assert f"of {count} breaches" in first
    assert sum(int(each.rstrip(" %")) for each in (begun, late)) == 100
    table = app.dataframe[0].value
    assert app.selectbox(key="week").value == f"{WEEK}"
    assert sorted(table["ticket"]) == sorted(breaches["ticket_id"])
    assert f"n = {breaches.height} breaches due 16 Nov 2026 – 22 Nov 2026" in words(app).replace("\\", "")


def test_a_cause_and_a_week_narrow_the_list_and_stand_in_the_address(
    sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = {"clock": "First response", "cause": "First touched after due", "week": "Week of 9 Nov 2026"}
    app = opened(PAGE, sample, monkeypatch, period="Everything so far", **chosen)
    table = app.dataframe[0].value
    assert set(table["cause"]) == {"first touched after due"}
    assert all("2026-11-09" <= each[:10] <= "2026-11-15" for each in table["due"])
    every = app.selectbox(key="cause").set_value("Every cause").run().dataframe[0].value
    assert len(every) > len(table) > 0


def test_a_picked_week_is_the_one_listed_and_the_chart_of_weeks_stays_whole(
    sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(PAGE, sample, monkeypatch, clock="Full resolution", pick="week:2026-10-05")
    assert app.selectbox(key="week").options == ["Week of 5 Oct 2026"]
    bars, weeks = (each.proto.alt for each in app.get("vega_lite_chart"))
    assert "Share of each cause by week due, 13 weeks" in weeks
    assert sum(int(count) for count in re.findall(r": (\d+) \(", bars)) == int(app.metric[0].value)


def test_the_list_has_empty_columns_to_fill_in_and_its_file_is_defused(breaches: pl.DataFrame) -> None:
    given = breaches.with_columns(ticket_id=pl.lit("=1+1"), cause=pl.lit("reopened"))
    listed = review_week.rows(given)
    assert listed.columns[-3:] == ["cause", "reason", "action"]
    assert set(listed["reason"]) == set(listed["action"]) == {""}
    assert listed["overrun_hours"].is_sorted(descending=True)
    assert listed.height == breaches.height
    back = pl.read_csv(io.BytesIO(exports.csv(listed)), infer_schema=False)
    assert set(back["ticket"]) == {"'=1+1"}
    assert back.columns == listed.columns
    due = breaches.filter(pl.col("time_zone").cast(pl.String) == "Europe/Stockholm")["due_at"]
    local = listed.filter(pl.col("time_zone") == "Europe/Stockholm")["due"]
    assert sorted(local) == sorted(f"{at.replace(hour=at.hour + 1):%Y-%m-%d %H:%M}" for at in due)


def test_what_a_city_does_not_tell_is_not_known(boston: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(PAGE, boston[0].directory, monkeypatch)
    told = words(app).replace("\\", "")
    assert "What caused 4,945 breaches is not known" in told
    assert [each.value for each in app.metric] == ["4,945", "not known", "not known"]
    assert "Cannot be told here: never assigned by due, first touched after due" in told
    assert not app.get("vega_lite_chart")


@pytest.fixture
def _checked() -> Iterator[None]:
    with debug_mode(True):
        yield


def drawn(dark: bool) -> dict[str, tuple[Chart, pl.DataFrame]]:
    bars = of(*NAMES).with_columns(breaches=pl.lit(4), share=pl.lit(0.125), told=pl.lit("4"), span=pl.lit("x"))
    found = of(*NAMES).with_columns(due_week=pl.lit(WEEK))
    weeks = weekly(found).with_columns(faint=pl.lit(value=True), note=pl.lit("–"))
    return {
        "bars": (charts_review.cause_bars(bars, dark=dark), bars),
        "weeks": (charts_review.weekly_causes(weeks, dark=dark), weeks),
    }


@pytest.mark.usefixtures("_checked")
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", ["bars", "weeks"])
def test_the_charts_are_sound_and_give_each_cause_a_colour_of_its_own(name: str, dark: bool) -> None:
    chart, frame = drawn(dark)[name]
    specification = chart.to_dict()
    named = set(re.findall(r'"field": "(\w+)"', json.dumps({**specification, "datasets": None})))
    assert {"cause", "breaches"} < named <= {*frame.columns, "place"}
    colours = specification["layer"][0]["encoding"]["color"]["scale"]
    assert colours["domain"] == [each.name for each in CAUSES]
    assert len(set(colours["range"])) == len(CAUSES)


def test_events_are_taken_shown_and_removed(sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = writable(sample, tmp_path / "store", monkeypatch)

    def uploaded(app: AppTest, text: str) -> AppTest:
        (box,) = [each for each in app.file_uploader if each.label == "A file of events"]
        box.set_value(("mine.csv", text.encode(), "text/csv"))
        return app.run()

    def shown(app: AppTest) -> list[str]:
        return [text for each in app.dataframe if {"first", "text"} <= set(each.value) for text in each.value["text"]]

    app = opened("reference/data.py", store, monkeypatch)
    assert "Outage for six hours; its tickets closed together on 5 March" in shown(app)
    assert app.button(key="events-take").disabled
    app = uploaded(app, "date,text\nsoon,x\n")
    app.button(key="events-take").click()
    app.run()
    assert "mine.csv, line 2: 'soon' in 'date' is no date" in words(app)
    assert len(read(store)) == 7
    app = uploaded(app, "date,text\n2026-09-07,New shift\n")
    app.button(key="events-add").click()
    app.run()
    assert len(read(store)) == 8
    assert "New shift" in shown(app)
    app.button(key="events-remove").click()
    app.run()
    assert read(store).is_empty()
    assert shown(app) == ["Policy enterprise-nordics-2026 begins", "Excluded: Sign-in provider down, clause 7"]
