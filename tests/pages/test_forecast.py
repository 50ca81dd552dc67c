"""The forecast page: does it count what the store holds, follow the filters, and say what it cannot know?"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from altair.utils.schemapi import debug_mode

from analytics.forecast import Ahead, Fit
from analytics.forecast_backtest import Backtest, Score
from data.store import Store
from pages.ui import charts_forecast
from pages.ui import forecast_words as told
from pages.ui.charts import Chart
from tests.data.files import row
from tests.data.test_store import imported
from tests.pages.test_charts import fields
from tests.pages.test_render import opened, words

FORECAST = "planning/forecast.py"
SUNDAY = date(2026, 11, 22)
CAME, EXPECTED = charts_forecast.CAME, charts_forecast.EXPECTED


def said(app: Any) -> str:
    return words(app).replace("\\", "")


def drawn(dark: bool) -> dict[str, tuple[Chart, set[str]]]:
    days = pl.DataFrame(
        {"at": [SUNDAY, SUNDAY + timedelta(days=1)], "what": [CAME, EXPECTED], "tickets": [3.0, 4.5], "low": [None, 2],
         "high": [None, 8], "year": [4, 5], "legend": [charts_forecast.BEFORE] * 2, "holiday": ["none"] * 2,
         "mark": ["", "H"]}
    )  # fmt: skip
    hours = pl.DataFrame(
        {"hour": [8], "from": ["08–09"], "what": [EXPECTED], "tickets": [1.5], "low": [0], "high": [4]}
    )
    return {
        "days": (charts_forecast.days(days, dark=dark), set(days.columns)),
        "days without a year": (
            charts_forecast.days(days.with_columns(year=pl.lit(None, dtype=pl.Int64)), dark=dark),
            set(days.columns),
        ),
        "hours": (charts_forecast.hours(hours, dark=dark), set(hours.columns)),
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
    assert fields(specification) <= columns
    assert "tooltip" in str(specification)
    assert ("year" in str(fields(specification))) == (name != "hours")
    assert (charts_forecast.BEFORE in str(specification["layer"][0])) == (name != "hours")


def score(wape: float) -> Score:
    return Score(0.5, wape, wape, 0.4, 0.91, 0.9)


def test_the_rule_is_named_with_both_errors() -> None:
    tried = Backtest(9, 4_000, score(0.116), score(0.144))
    assert told.model(tried, 60) == (
        "Forecast by the shape of the week and its level: tried 9 times on 2 weeks of the past, that was off by 11.6 % "
        "a day; repeating the last week, by 14.4 %."
    )
    assert told.model(Backtest(9, 4_000, score(0.2), score(0.1)), 60).startswith(
        "The last week is repeated: tried 9 times on 2 weeks of the past, that was off by 10.0 % a day, the shape of "
    )
    assert told.model(None, 6).startswith("Not tested: 6 weeks of history are too few")
    assert told.off(None) == "not known"


@pytest.mark.parametrize(
    ("last", "words_"),
    [
        (1_000, "10 % more than in the last full week (1,000)"),
        (1_250, "12 % fewer than in the last full week (1,250)"),
        (1_090, "about as many as in the last full week (1,090)"),
        (0, "after a full week without any"),
    ],
)
def test_a_week_is_compared_with_the_last(last: int, words_: str) -> None:
    assert told.against(1_100, last) == words_


def test_holidays_ahead_are_named_with_what_they_do() -> None:
    shape, spread = np.ones((1, 7, 24)), np.zeros(8)
    fit = Fit(shape, np.ones((1, 30)), 0.27, 1.13, (32, 26))
    made = Ahead("profile", SUNDAY, (("s", "a"),), np.ones((1, 56, 24)), spread, spread, spread, fit)
    free = pl.DataFrame(
        {"date": [date(2026, 1, 1), date(2026, 12, 25), date(2026, 12, 25)], "schedule": ["a", "b", "a"]}
    )
    (both,) = told.holidays(free, made, 2)
    assert both == (
        "Holidays ahead (H): 25 Dec (a, b). A desk's holiday is taken at 27 % of a plain day, the first open day after "
        "at 113 %, as the history's 32 holidays were."
    )
    never = Ahead(
        "profile", SUNDAY, made.desks, made.expected, spread, spread, spread, Fit(shape, shape, None, None, (0, 0))
    )
    assert "None lies in the history, so they are forecast as plain days" in told.holidays(free, never, 1)[0]
    assert told.holidays(free.head(1), made, 1) == ["No holiday lies in the weeks ahead."]
    assert told.holidays(free.head(0), made, 1)[0].startswith("No holiday is known")
    naive = Ahead("naive", SUNDAY, made.desks, made.expected, spread, spread, spread, None)
    assert told.holidays(free, naive, 1)[0].endswith("Repeating a week knows nothing of them.")


def test_most_weeks_unlike_a_year_before_are_no_season() -> None:
    weeks = pl.DataFrame({"week": [SUNDAY] * 2, "low": [90, 90], "high": [110, 110], "year": [30, 200]})
    assert told.season(weeks) == []
    assert len(told.season(weeks.with_columns(year=pl.Series([None, 200])))) == 1


def first_responses(sample: Path) -> pl.DataFrame:
    clocks = Store(sample).require().clocks()
    return clocks.filter(pl.col("kind") == "first_response", pl.col("cycle") == 1)


def test_the_page_counts_what_the_store_holds_and_follows_the_filters(
    sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = opened(FORECAST, sample, monkeypatch)
    part = opened(FORECAST, sample, monkeypatch, only_region="Nordics")
    every, nordic = first_responses(sample), pl.col("region").cast(pl.String) == "Nordics"
    # The first date may be cut, and 60 whole weeks lie between the second and the last finished day.
    span = pl.col("started_date").is_between(SUNDAY - timedelta(days=60 * 7 - 1), SUNDAY)
    week = pl.col("started_date").is_between(SUNDAY - timedelta(days=6), SUNDAY)
    for app, clocks in ((whole, every), (part, every.filter(nordic))):
        assert not app.exception
        assert f"From {clocks.filter(span).height:,} tickets" in said(app)
        assert f"in the last full week ({clocks.filter(week).height})" in said(app)
    table = whole.dataframe[0].value
    assert len(table) == 8
    before = every.filter(pl.col("started_date").is_between(date(2025, 12, 22), date(2025, 12, 28))).height
    assert table["year"][4] == before
    assert f"Outside the band a year before: {before} in the week of 21 Dec" in said(whole)
    assert table["free"][0] == "Thu 26 Nov"
    assert (table["low"] < table["expected"]).all()
    assert (table["expected"] < table["high"]).all()


def test_a_day_chosen_shows_its_hours(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(FORECAST, sample, monkeypatch, day="Mon 16 Nov 2026")
    came = first_responses(sample).filter(pl.col("started_date") == date(2026, 11, 16))
    assert "At what hours, on Mon 16 Nov 2026?" in said(app)
    assert f"{came.height} came" in said(app)
    app.selectbox(key="day").select("Fri 25 Dec 2026").run()
    assert "At what hours, on Fri 25 Dec 2026?" in said(app)
    assert "About" in said(app)
    app.selectbox(key="clock").select("next_response").run()
    assert not app.exception
    assert "next response clocks by their start" in said(app)
    assert "At what hours, on Fri 25 Dec 2026?" in said(app)


def desk(
    folder: Path, days: int, *, first: date = date(2026, 6, 1), source: str = "desk", last: date | None = None
) -> Path:
    """A store with two tickets a day, and two more on a last date of their own."""
    store = Store(folder / "store")
    dates = [first + timedelta(days=day) for day in range(days)]
    starts = [datetime.combine(day, time(9)) for day in [*dates, *([last] if last else [])]]
    rows = [
        row(f"{source}{number}-{part}", created=f"{start:%Y-%m-%d %H:%M}", answered="", solved="", due="", verdict="")
        for number, start in enumerate(starts)
        for part in (0, 1)
    ]
    imported(store, folder, *rows, source=source)
    return store.directory


@pytest.mark.parametrize(
    ("days", "info", "line"),
    [
        (20, "The history holds 2 whole weeks up to", None),
        (45, None, "Not tested: 6 weeks of history"),
    ],
)
def test_short_histories_say_what_is_missing(
    days: int, info: str | None, line: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(FORECAST, desk(tmp_path, days), monkeypatch)
    assert not app.exception
    assert bool(app.info) == bool(info)
    if info:
        assert info in app.info[0].value.replace("\\", "")
        assert "Expected 4 or more" in app.info[0].value
        assert not app.metric
    if line:
        assert line in said(app)
        assert {card.label: card.value for card in app.metric}["Forecasts of the last 4 weeks"] == "not tested"
        assert "about 14 tickets" in said(app)


def test_a_source_that_ended_long_before_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk(tmp_path, 60, first=date(2026, 1, 5), source="old")
    store = desk(tmp_path, 60, last=date(2026, 10, 1))
    app = opened(FORECAST, store, monkeypatch, source="every source")
    assert not app.exception
    assert "Not in the forecast, as they ended long before: old." in said(app)
    assert "The last week with a usual volume ends on 26 Jul 2026" in said(app)


def test_nothing_that_comes_is_no_forecast(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(FORECAST, sample, monkeypatch, only_region="Nordics", only_policy="enterprise-uk")
    assert not app.exception
    assert "No ticket came" in app.info[0].value
    assert not app.metric
