"""Do the trends page and the overview say signal and noise, changes and allowances as they are?"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import streamlit as st
from altair.utils.schemapi import debug_mode

from analytics.allowance import DAYS, Allowance
from analytics.changepoints import history
from analytics.periods import Period
from pages.ui import allowance, charts_control, control, noted, trends
from pages.ui.charts_control import NOISE, OPEN, WORSE, Note
from pages.ui.control_words import Control, changes, of_week, signals
from tests.pages.test_render import opened, words

WARM = True
MONDAY = date(2026, 1, 5)
QUIET = [20, 22, 18, 21, 19, 20, 23, 18, 20, 22, 19, 21]


def week(number: int) -> date:
    return MONDAY + timedelta(weeks=number)


def judged(breaches: list[int], due: int = 200, until: date | None = None) -> Control:
    """A control chart of weeks in a row."""
    weeks = pl.DataFrame({"week": [week(each) for each in range(len(breaches))], "breaches": breaches})
    weeks = weeks.with_columns(due=pl.lit(due, dtype=pl.Int64))
    found = history(weeks, until=until)
    rates = found.weeks.with_columns(attainment=1 - pl.col("rate"), attainment_low=0.0, attainment_high=1.0)
    return Control(control._drawn(rates), found, None, Period(MONDAY, week(len(breaches))), "UTC")


def test_quiet_weeks_are_said_to_be_noise() -> None:
    found = judged(QUIET)
    assert signals(found) == "None of 12 weeks is a signal: all move within their noise."
    assert changes(found) == ""
    assert of_week(found, MONDAY) == " That is within the usual noise."


def test_signals_are_named_with_their_share() -> None:
    one = judged([*QUIET, 90])
    assert signals(one) == (
        "1 of 13 weeks is a signal: that of 30 Mar 2026 (55.0 %); all others move within their noise."
    )
    assert of_week(one, week(12)) == " A signal: lower than noise explains."
    two = judged([*QUIET, 90, 20, 0])
    assert "2 of 15 weeks are signals: those of 30 Mar 2026 (55.0 %) and 13 Apr 2026 (100.0 %);" in signals(two)
    assert of_week(two, week(14)) == " A signal: higher than noise explains."


def test_of_many_signals_the_last_are_named() -> None:
    bad = [each for number in range(6) for each in (*QUIET, 90 + number)]
    assert "6 of 78 weeks are signals: those of 29 Jun 2026 (54.0 %)" not in signals(judged(bad))
    assert "and 2 before them; all others" in signals(judged(bad))


def test_a_run_is_told_with_its_length_and_side() -> None:
    found = judged([*([21, 19] * 2), *[22] * 8, *([17, 21] * 4)])
    assert signals(found) == (
        "None of 20 weeks is a signal by itself. "
        "8 weeks in a row from 2 Feb 2026 lie below the usual: a run, as a quiet year seldom has."
    )
    assert of_week(found, week(5)) == " It is one of a run of weeks on one side of the usual."


def test_too_few_weeks_say_so() -> None:
    found = judged([20] * 5)
    assert signals(found) == "5 weeks with 30 clocks or more: not enough to tell signal from noise, which takes 8."
    assert set(found.weeks["look"]) == {OPEN}
    assert changes(found) == of_week(found, MONDAY) == ""


def test_changes_are_told_with_both_rates_the_last_first() -> None:
    found = judged([*QUIET, *(60 - each // 4 for each in QUIET), *QUIET])
    first, second = changes(found).split(". ")
    assert first == "Since the week of 22 Jun 2026 attainment is higher: 89.9 % of 2,400 against 72.3 % of 2,400 before"
    assert second.startswith(
        "From the week of 30 Mar 2026 to that of 15 Jun 2026 it was lower: 72.3 % of 2,400 against"
    )
    assert signals(found) == "None of 36 weeks is a signal: all move within their noise."


def test_a_drift_is_told_where_no_change_is() -> None:
    found = judged([round(16 + each * 0.2) for each in range(40)])
    assert changes(found) == "Attainment drifts down, about 1.3 points in 13 weeks: slowly, but more than noise."


def test_a_running_week_is_drawn_and_not_judged() -> None:
    found = judged([*QUIET, 150], until=week(12) + timedelta(days=2))
    assert found.weeks.row(-1, named=True)["told"] == "not over yet, not judged"
    assert found.weeks["look"].to_list() == [NOISE] * 12 + [OPEN]
    assert found.weeks["centre"].null_count() == 0
    assert signals(found).startswith("None of 12 weeks")


def test_limits_are_drawn_as_shares_met() -> None:
    found = judged([*QUIET, 90])
    low, high, centre = found.weeks.row(-1, named=True)["low"], found.weeks["high"][-1], found.weeks["centre"][-1]
    assert low < centre < high <= 1
    assert found.weeks.row(-1, named=True)["look"] == WORSE
    assert found.weeks["attainment"][-1] < low


def milliseconds(day: date) -> int:
    return (day - date(1970, 1, 1)).days * 86_400_000


def test_a_click_picks_a_week_and_a_stretch_its_weeks() -> None:
    weeks = [week(each) for each in range(10)]
    pick = control.picking(weeks, Period(week(2), week(8)))
    assert pick({"week": milliseconds(week(3))}) == {"week": [week(3)]}
    stretch = [milliseconds(week(6)) - 5, milliseconds(week(4)) - 5.5]
    assert pick({"week": stretch}) == {"week": [week(4), week(5)]}
    assert pick({"week": [milliseconds(week(4) + timedelta(days=1)), milliseconds(week(5)) - 1]}) == {}
    assert "period" not in st.session_state


def test_a_week_outside_the_period_makes_that_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    state: dict[str, Any] = {}
    monkeypatch.setattr(st, "session_state", state)
    pick = control.picking([week(each) for each in range(10)], Period(week(2), week(8) + timedelta(days=3)))
    pick({"week": milliseconds(week(8))})
    assert state == {}
    pick({"week": milliseconds(week(1))})
    assert state == {"period": "all"}


def test_a_point_of_a_trend_picks_its_date_and_group() -> None:
    mark = {"at": milliseconds(MONDAY), "group": "(blank)"}
    assert trends.of_point("team", "month", mark) == {"month": [MONDAY], "team": [None]}
    assert trends.of_point("", "day", {**mark, "group": "Internal target met"}) == {"day": [MONDAY]}


def events(*spans: tuple[date, date]) -> pl.DataFrame:
    schema = {"first": pl.Date, "last": pl.Date, "kind": pl.String, "text": pl.String}
    rows = [(first, last, "other", f"event {number}") for number, (first, last) in enumerate(spans)]
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_only_events_on_the_axis_are_numbered() -> None:
    found = noted.within(
        events((week(-3), week(-2)), (week(-1), week(1)), (week(9), week(30))), Period(MONDAY, week(20))
    )
    assert found.marks == (Note(1, MONDAY, week(1), 0), Note(2, week(9), week(20), 0))
    assert found.lines[0] == "1: 29 Dec 2025 – 12 Jan 2026, event 1."
    assert noted.within(events((week(1), week(1))), Period()) == noted.Noted()


def test_numbers_that_would_collide_stand_on_lines_of_their_own() -> None:
    days = [(week(each), week(each)) for each in (0, 1, 2, 8)]
    assert [mark.line for mark in noted.within(events(*days), Period(MONDAY, week(20))).marks] == [0, 1, 2, 0]


def test_of_many_events_the_last_are_numbered_and_the_others_counted() -> None:
    found = noted.within(events(*[(week(each), week(each)) for each in range(12)]), Period(MONDAY, week(20)))
    assert [mark.number for mark in found.marks] == list(range(1, 10))
    assert found.lines[-1] == "3 events earlier."


def used(last: int = 12, **changes: Any) -> Allowance:
    days = [date(2026, 6, day) for day in range(1, 31)]
    frame = pl.DataFrame(
        [
            (day, 10.0, 5.0 if day.day <= last else None, float(day.day), 61.0 if day.day >= last else None)
            for day in days
        ],
        schema=DAYS,
        orient="row",
    )
    plain = {
        "month": days[0], "last": days[last - 1], "over": False, "due": 900, "known": 80, "expected": 420.4,
        "allowed": 140.2, "used": 61, "used_up": None, "gone": date(2026, 6, 28), "told": True, "days": frame,
    }  # fmt: skip
    return Allowance(**{**plain, **changes})


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (used(), "61 of 140 allowed breaches used by day 12 of June; at this pace gone on the 28th."),
        (used(gone=None), "61 of 140 allowed breaches used by day 12 of June; at this pace they last the month."),
        (used(gone=None, used_up=date(2026, 6, 2)),
         "61 of 140 allowed breaches used by day 12 of June; used up on the 2nd."),
        (used(gone=None, told=False, used=0, allowed=4.26),
         "0 of 4.3 allowed breaches used by day 12 of June; not enough clocks yet to tell a pace."),
        (used(over=True, used=158, gone=None, used_up=date(2026, 6, 23)),
         "158 of 140 allowed breaches were used in June 2026, used up on the 23rd."),
        (used(over=True, used=12, gone=None), "12 of 140 allowed breaches were used in June 2026."),
    ],
)  # fmt: skip
def test_an_allowance_in_words(found: Allowance, said: str) -> None:
    assert allowance.sentence("resolution", found) == f"Full resolution: {said}"


def test_an_allowance_says_of_how_many_clocks_it_is() -> None:
    assert allowance._about(used()) == (
        "n = 900 clocks with an objective due so far, 80 known to fall due later in the month, about 420 more expected "
        "as on the same weekdays of the last 8 weeks. In all about 61 breaches by the end of the month."
    )
    assert allowance._about(used(over=True)) == "n = 900 clocks with an objective due in the whole month."


TREND = pl.DataFrame(
    {"at": [MONDAY], "value": [0.9], "low": [0.8], "high": [0.95], "group": ["a"], "due": [40], "firm": [True],
     "told": ["90 %"]}
)  # fmt: skip


def fields(specification: dict[str, Any]) -> set[str]:
    """Every field a Vega-Lite specification names."""
    return set(re.findall(r"'field': '(\w+)'", str(specification)))


@pytest.fixture
def _checked() -> Iterator[None]:
    with debug_mode(True):
        yield


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.usefixtures("_checked")
def test_the_charts_name_only_columns_they_have(dark: bool) -> None:
    found = judged([*QUIET, 90])
    notes = noted.within(events((week(1), week(3)), (week(2), week(2))), found.span).marks
    own = {"number", "first", "last", "from", "to", "objective", "text"}
    drawn = charts_control.control(found.weeks, 0.9, (week(5), week(9)), notes, dark=dark).to_dict()
    assert fields(drawn) - {"look"} <= {*found.weeks.columns, *own}
    assert {each["name"] for each in drawn["params"]} >= {"point", "brush"}
    days = allowance._drawn(used())
    assert set(days["line"]) == {charts_control.USED, charts_control.PACE, charts_control.EVEN}
    pace = days.filter(pl.col("line") == charts_control.PACE).sort("date").row(0, named=True)
    assert pace["date"] == used().last - timedelta(days=1)
    assert pace["value"] == days.filter(line=charts_control.USED, date=pace["date"])["value"].item()
    spent = charts_control.spent(days, 140.0, "140 allowed", dark=dark).to_dict()
    assert fields(spent) <= {*days.columns, "allowed", "label"}
    lines = trends.Lines(TREND, ["a"], None, TREND, "", "", ratio=True, zero=False).drawn("week")
    with_events = charts_control.with_notes(lines, notes, dark=dark).to_dict()
    assert fields(with_events) <= {*TREND.columns, *own}
    assert with_events["height"] > lines.height
    assert charts_control.with_notes(lines, (), dark=dark) is lines


def test_the_trends_page_opens_with_signal_and_noise(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened("performance/trends.py", sample, monkeypatch, clock="Full resolution", period="Everything so far")
    said = words(page).replace("\\", "")
    assert "2 Mar 2026" in said.split("weeks is a signal: ")[1].split(";")[0]
    assert "allowed breaches used by day 23 of November" in said
    assert "not over yet" not in said
    assert "1: 14 Nov 2025" in said


def test_the_metric_view_and_a_picked_week_keep_the_whole_line(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    query = {"view": "Metric", "pick": "week:2026-11-09"}
    page = opened("performance/trends.py", sample, monkeypatch, **query)
    said = words(page).replace("\\", "")
    assert "SLA attainment, week by week: up or down?" in said
    assert "16 Nov 2026" in said.split("in the last week")[1][:20]
    assert "First response in the week of 9 Nov 2026" in said


def test_the_overview_says_what_is_left_of_the_allowance(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = words(opened("summary/overview.py", sample, monkeypatch)).replace("\\", "")
    line = next(each for each in said.split("\n") if "allowed breaches" in each)
    assert line.startswith("First response: ")
    assert "Full resolution: " in line
    assert line.count("used by day 23 of November") == 2
