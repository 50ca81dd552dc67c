"""Does the hours page find Monday morning, say what is behind it, and say so where it cannot tell?"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from altair.utils.schemapi import debug_mode

from analytics.carry import Carried, arrived, fell_due
from analytics.free_days import by_day_kind, day_kinds
from analytics.hours import Block, every_hour
from analytics.periods import Period
from analytics.schedule import Schedule
from data.imports import Summary
from data.store import Store
from pages.ui import charts_hours, hours_carry, hours_days, hours_map
from pages.ui import hours_words as told
from pages.ui.hours import Seen
from pages.ui.hours_words import VALUES
from pages.ui.selection import Selection
from tests.pages.test_charts import fields
from tests.pages.test_render import opened, words

WARM = True
PAGE = "performance/hours.py"
MONDAY = Block(1, 8, 12, breaches=84, due=317, all_breaches=270, all_due=3500, weeks=10.0)
FLAT = Block(4, 11, 15, breaches=40, due=500, all_breaches=390, all_due=4000, weeks=10.0)


@pytest.fixture
def _checked() -> Iterator[None]:
    with debug_mode(True):
        yield


def test_the_sample_names_monday_morning_and_what_it_carried_over(
    sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(PAGE, sample, monkeypatch, period="Everything so far", versus="Nothing")
    said = words(app).replace("\\", "")
    verdict = app.markdown[0].value.replace("\\", "")
    assert re.search(r"Mon 0[89]–1[23] holds \d+ % of first response breaches with 1\d % of the clocks due", verdict)
    assert re.search(r"\d+ of them \(\d\d %\) had arrived while the desk was closed", verdict)
    assert "over a weekend or holiday" in said
    assert "Day after a holiday" in list(app.dataframe[0].value["day"])
    assert app.metric[0].label.startswith("Share of breaches, Mon")
    assert len(app.get("vega_lite_chart")) == 4


@pytest.mark.parametrize("value", VALUES)
def test_each_value_has_a_map(value: str, sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    query = {"show": VALUES[value].label, "period": "Last 52 weeks"}
    app = opened(PAGE, sample, monkeypatch, **query)
    assert not app.exception
    assert told.question(value, other=False) in words(app).replace("\\", "")
    keys = {each.key for each in app.segmented_control}
    assert ("when" in keys) is VALUES[value].switch
    assert "whose" not in keys


def test_a_picked_hour_is_what_the_page_tells_of(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    picked = {"pick": ["weekday:1", "hour:9"], "period": "Everything so far"}
    app = opened(PAGE, sample, monkeypatch, **picked)
    assert app.metric[0].label == "Share of breaches, Mon 09–10"
    assert 0 < float(app.metric[0].value.removesuffix(" %")) < 100
    assert "breaches" not in {each.key for each in app.segmented_control}
    by_start = {"pick": ["start_weekday:7"], "period": "Everything so far"}
    assert float(opened(PAGE, sample, monkeypatch, **by_start).metric[0].value.removesuffix(" %")) > 50


def test_few_breaches_are_said_to_be_few(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = {"period": "Choose dates …", "from": "2026-08-03", "to": "2026-08-09"}
    app = opened(PAGE, sample, monkeypatch, **few)
    assert not app.exception
    assert "Too few breaches to tell an hour apart" in words(app)
    assert "not enough clocks" in words(app)


def test_a_city_without_holidays_or_pauses_says_so(
    boston: tuple[Store, Summary], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(PAGE, boston[0].directory, monkeypatch, show="Wait")
    assert "No holiday of the desk's opening hours lies in this period" in words(app).replace("\\", "")
    assert app.info[0].value.startswith("Wait (not known)")
    assert not app.exception


def test_a_spike_is_told_with_its_size_and_n() -> None:
    assert told.spike(MONDAY, "resolution") == (
        "Mon 08–12 holds 31 % of full resolution breaches with 9 % of the clocks due: "
        "8.4 breaches a week (95 % interval 6.7–10.4, n = 84)."
    )
    assert told.spike(FLAT, "resolution").startswith("No hours stand out: even the worst four, Thu 11–15, hold 10 %")
    assert told.spike(FLAT, "resolution", picked=True).startswith("Thu 11–15 holds 10 %")
    assert told.spike(None, "update") == "No update clock was breached in this selection."
    few = Block(1, 8, 12, breaches=3, due=9, all_breaches=7, all_due=90, weeks=4.0)
    assert told.spike(few, "update") == "Too few breaches to tell an hour apart: 7 breaches in all."


CLOSED = "had arrived while the desk was closed"
LEAD = "Of the 84 breaches due Mon 08–12,"
OLD = "9 of all had arrived a week or more before."
OPEN = "arrived while it was open"
FREE = "over a weekend or holiday"
NIGHTS = "before, after or between opening hours"


@pytest.mark.parametrize(
    ("found", "always", "sentence"),
    [
        (
            Carried(84, 56, 40, 20, 0),
            False,
            f"{LEAD} 56 (67 %) {CLOSED}: 40 {FREE}, 16 {NIGHTS}; 28 {OPEN}, 20 of them on the same day.",
        ),
        (
            Carried(84, 84, 0, 0, 9),
            False,
            f"{LEAD} 84 (100 %) {CLOSED}: 84 {NIGHTS}; none {OPEN}. {OLD}",
        ),
        (
            Carried(84, 0, 0, 70, 0),
            False,
            f"{LEAD} none {CLOSED}; 70 on the same day.",
        ),
        (
            Carried(1, 0, 0, 1, 0),
            True,
            "Of the 1 breach due Mon 08–12, 1 had arrived on the same day; this desk never closes.",
        ),
        (Carried(0, 0, 0, 0, 0), False, "No breach fell due Mon 08–12."),
    ],
)
def test_what_was_carried_over_is_told(found: Carried, always: bool, sentence: str) -> None:
    assert told.carried(MONDAY, found, always=always) == sentence


def test_a_desk_that_never_closes_carries_nothing_over() -> None:
    assert told.closed_share(Carried(84, 56, 40, 20, 0), always=False).startswith("56 of them (67 %)")
    assert "never closes" in told.closed_share(Carried(84, 0, 0, 20, 0), always=True)


def mix(**changed: Any) -> pl.DataFrame:
    """A week in which Monday 08 breaks 63 times for 31 expected."""
    at = (pl.col("weekday") == 1) & (pl.col("hour") == 8)
    values = {"breaches": 63, "expected": 31.2, "z": 4.0, "q": 0.001, "differs": 1, "weeks_over": 11, **changed}
    found = [pl.when(at).then(value).otherwise(0).alias(name) for name, value in values.items()]
    return every_hour().with_columns(*found, due=pl.lit(100), weeks=pl.lit(13))


def test_hours_that_break_more_than_their_tickets_explain_are_told() -> None:
    assert told.unexplained(mix()) == (
        "1 hour breaks more than its tickets explain, Mon 08–09: 63 for 31 expected, "
        "more than expected in 11 of 13 weeks."
    )
    assert told.unexplained(mix(differs=-1, breaches=9)) == (
        "1 hour breaks less than its tickets explain, Mon 08–09: 9 for 31 expected."
    )
    assert told.unexplained(mix(differs=0)) == "No hour breaks more or less than the kinds of tickets in it explain."
    nothing = mix().with_columns(z=pl.lit(None, dtype=pl.Float64))
    assert "not enough clocks" in told.unexplained(nothing)


def test_the_highest_rate_is_one_of_enough_clocks() -> None:
    week = mix().with_columns(breach_rate=pl.when(pl.col("hour") == 3).then(1.0).otherwise(0.1))
    week = week.with_columns(
        due=pl.when(pl.col("hour") == 3).then(2).otherwise(40), wait=pl.lit(2.25), backlog=pl.lit(3.0)
    )
    assert told.peak(week, "breach_rate") == "Highest at Mon 00–01: 10.0 % among hours with 30 clocks or more."
    assert told.peak(week, "wait").startswith("Highest at Mon 00–01: 2.2 h")
    assert told.peak(week, "backlog") == "Highest at Mon 00–01: 3 clocks open on average."
    assert "not enough" in told.peak(week.with_columns(due=pl.lit(3)), "breach_rate")
    assert told.peak(week.with_columns(breaches=pl.lit(0)), "breaches") == "No hour stands out."


OFFICE = Schedule.weekly("office", "UTC", {"mon-fri": ["09:00-17:00"]}, [date(2026, 6, 1)])


def days(late: int) -> pl.DataFrame:
    """Two weeks of 40 clocks a working day; so many late on the Tuesday after a holiday, else 2."""
    dates = [date(2026, 5, 18) + timedelta(days=number) for number in range(19)]
    rows = [
        {"source": "s", "schedule": "office", "due_date": at, "started_date": at, "decided": True, "breached": n < many}
        for at in dates
        if at.isoweekday() < 6 and at != date(2026, 6, 1)
        for many in [late if at == date(2026, 6, 2) else 2]
        for n in range(40)
    ]
    made = pl.DataFrame(rows)
    return by_day_kind(made, made, day_kinds({("s", "office"): OFFICE}, dates[0], dates[-1]))


def test_days_after_a_holiday_are_told_beside_ordinary_ones() -> None:
    assert told.free_days(days(20), 1) == (
        "The first day after a holiday breaks 50.0 % of 40 clocks due on 1 day, "
        "against 5.0 % on ordinary days of the same weekdays."
    )
    assert told.free_days(days(3), 2).endswith("the interval does not tell them apart.")
    assert "not enough clocks" in told.free_days(days(20).with_columns(due=pl.lit(9)), 1)
    assert told.free_days(days(2).filter(pl.col("day") == "ordinary"), 1).startswith("No holiday")
    labels = hours_days.rates(days(20), 1)["day"].to_list()
    assert labels == ["Ordinary day|12 days (480)", "Day before a holiday|1 day (40)", "Day after a holiday|1 day (40)"]


def breaches() -> pl.DataFrame:
    started = [date(2026, 6, 1), date(2026, 5, 31), date(2026, 5, 20)]
    return pl.DataFrame(
        {
            "started_date": started,
            "due_date": [started[0]] * 3,
            "started_hour": [8, 20, 9],
            "due_hour": [9, 8, 9],
            "started_open": [True, False, True],
        },
        schema_overrides={"started_hour": pl.Int8, "due_hour": pl.Int8},
    )


def test_arrivals_are_drawn_from_the_first_day_with_any_four_days_at_least() -> None:
    drawn = hours_carry.by_arrival(arrived(breaches(), 1))
    assert drawn["place"].unique().sort().to_list() == [-1, *range(18, 42)]
    assert drawn["breaches"].sum() == 3
    assert drawn.filter(pl.col("breaches") > 0).select("day", "from", "desk").rows() == [
        ("Sun", "20–24", charts_hours.CLOSED), ("earlier", "", charts_hours.OPEN), ("Mon", "08–12", charts_hours.OPEN)
    ]  # fmt: skip
    early = breaches().with_columns(started_date=pl.lit(date(2026, 5, 26)))
    assert hours_carry.by_arrival(arrived(early, 1))["place"].unique().sort().to_list() == list(range(42))
    due = hours_carry.by_due(fell_due(breaches(), MONDAY))
    assert due.filter(pl.col("total") > 0).select("hour", "total").rows() == [("08", 1), ("09", 2)]


def test_the_map_is_faint_where_closed_or_thin_and_outlines_what_differs() -> None:
    week = mix().with_columns(open=pl.col("hour").is_between(8, 16), breach_rate=pl.col("breaches") / pl.col("due"))
    drawn = hours_map.drawn(week, "breaches")
    first = drawn.filter((pl.col("weekday") == 1) & (pl.col("hour") == 8)).row(0, named=True)
    assert (first["text"], first["strong"], first["fade"], first["desk"]) == ("63", True, 1.0, "open")
    assert drawn.filter(pl.col("text") != "").height == 1
    shut = hours_map.drawn(week.with_columns(open=pl.lit(value=False), differs=pl.lit(0)), "breaches")
    assert shut["fade"].unique().sort().to_list() == [0.07, 0.45]
    assert not shut["strong"].any()
    thin = hours_map.drawn(week.with_columns(due=pl.lit(5), differs=pl.lit(0)), "breach_rate")
    assert thin["text"].unique().to_list() == [""]
    assert hours_map.top(week, "breach_rate") == 0.63
    assert hours_map.top(week.with_columns(breaches=pl.lit(0)), "breaches") == 1.0


def test_arrivals_can_be_placed_by_the_customers_own_hour() -> None:
    at = datetime(2026, 6, 1, 16, 30, tzinfo=UTC)
    values = {"decided": True, "breached": False, "region": "Japan", "started_at": at, "time_zone": "UTC"}
    hours = {f"{when}_{name}": value for when in ("due", "started") for name, value in (("weekday", 1), ("hour", 16))}
    clocks = pl.DataFrame([{**values, **hours}], schema_overrides=dict.fromkeys(hours, pl.Int8))
    nobody = Selection("", 1, "resolution", "business", Period(), (), None)
    found = Seen(nobody, clocks, clocks, 1.0, None, picked=False, desks={("s", "office"): OFFICE})
    by_desk = hours_map.mapped(found, clocks, "arrivals", "due")
    at_home = hours_map.mapped(found, clocks, "arrivals", "due", {"Japan": "Asia/Tokyo"})
    assert by_desk.filter(pl.col("arrivals") > 0).select("weekday", "hour", "open").rows() == [(1, 16, True)]
    assert at_home.filter(pl.col("arrivals") > 0).select("weekday", "hour", "open").rows() == [(2, 1, True)]
    assert by_desk["open"].sum() == 40
    assert at_home["open"].all()


@pytest.mark.usefixtures("_checked")
@pytest.mark.parametrize("dark", [False, True])
def test_charts_name_only_columns_of_their_frames(dark: bool) -> None:
    week = hours_map.drawn(mix().with_columns(open=pl.lit(value=True)), "breaches")
    came, due = hours_carry.by_arrival(arrived(breaches(), 1)), hours_carry.by_due(fell_due(breaches(), MONDAY))
    rates = hours_days.rates(days(20), 1)
    tips = {"breaches": ("Breaches", ","), "expected": ("Expected", ",.1f")}
    drawn = [
        (charts_hours.heat_map(week, 63.0, "breaches", tips, ratio=False, dark=dark), week),
        (charts_hours.arrivals(came, 3.0, dark=dark), came),
        (charts_hours.fell_due(due, 3.0, dark=dark), due),
        (charts_hours.day_rates(rates, rates["day"].to_list(), dark=dark), rates),
    ]
    for chart, frame in drawn:
        specification = chart.to_dict()
        assert fields(specification)
        assert fields(specification) <= set(frame.columns)
        assert "tooltip" in str(specification)
