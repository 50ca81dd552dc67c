"""Does the drivers page name what changed, draw steps that sum, and say so where it cannot tell?"""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from altair.utils.schemapi import debug_mode
from streamlit.testing.v1 import AppTest

from analytics.decomposition import parts, totals
from analytics.drivers import Driver, Found
from analytics.periods import Period
from analytics.retargeted import RETARGETED
from pages.ui import charts_drivers, drivers_pictures, drivers_words
from pages.ui.drivers import Explained

WARM = True
MAIN = Path(__file__).parents[2] / "pages/main.py"
COUNTS = {
    "value": ["Billing", "Setup", None],
    "earlier_due": [300, 100, 0],
    "earlier_breaches": [30, 40, 0],
    "due": [200, 200, 50],
    "breaches": [30, 100, 10],
}
PARTS = parts(pl.DataFrame(COUNTS))
CATEGORY = Driver((("category", "Setup"), ("arrival", "closed")), (), 90, 60, 30.4, 50, 20, 0.066, 5.0)
DAYS = Driver((), (date(2026, 3, 3), date(2026, 3, 5)), 0, 0, 80.2, 300, 200, -0.2, 9.0)
NOTHING = pl.DataFrame(schema=RETARGETED)
TIGHTER = pl.DataFrame([("new", "normal", 7_200, 5_400, 200, 90, 60)], schema=RETARGETED, orient="row")


def told(*found: Driver, changes: pl.DataFrame = NOTHING, error: float = 0.02) -> Explained:
    """Two periods, with 450 and 400 clocks."""
    by = {"category": PARTS}
    search = Found(found, 450, 140, 100.0, error, 640, None)
    before = Period(date(2026, 1, 5), date(2026, 4, 5))
    return Explained(before, 450, 140, 400, 70, by, totals(by), search, changes, {})


def opened(store: Path, monkeypatch: pytest.MonkeyPatch, **query: Any) -> AppTest:
    monkeypatch.setenv("DUETIME_STORE", str(store))
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page("performance/drivers.py")
    return app.run()


def said(app: AppTest) -> str:
    assert not app.exception
    return " ".join(each.value for each in (*app.markdown, *app.caption)).replace("\\", "")


def test_steps_lead_from_one_rate_to_the_other() -> None:
    drawn = drivers_pictures.steps(PARTS, "category")
    assert drawn["start"][0] == drawn["end"][0] == pytest.approx(70 / 400)
    assert drawn["end"][-1] == pytest.approx(140 / 450)
    assert (drawn["end"][:-1] - drawn["start"][1:]).abs().max() < 1e-12
    assert drawn["step"].n_unique() == drawn.height
    steps = dict(drawn.select("step", "part").iter_rows())
    assert steps["Setup: more"] == pytest.approx(PARTS.filter(pl.col("value") == "Setup")["mix_part"].item())
    assert steps["Billing: slower"] == pytest.approx(PARTS.filter(pl.col("value") == "Billing")["rate_part"].item())
    assert "(blank): more" in steps


def test_the_verdict_tells_rate_from_mix_and_both_from_noise() -> None:
    rate, mix = PARTS["rate_part"].sum(), PARTS["mix_part"].sum()
    plain = drivers_words.verdict(told())
    assert plain.startswith("The breach rate rose by 13.6 points to 31.1 %: ")
    assert f"{100 * rate:+.1f} as alike tickets were slower, {100 * mix:+.1f} from the mix by category." in plain
    noise = drivers_words.verdict(told(error=0.2))
    assert noise == "The breach rate moved by +13.6 points to 31.1 %, no more than it usually swings (noise)."
    tighter = drivers_words.verdict(told(changes=TIGHTER))
    assert "(tighter targets alone +6.7)" in tighter
    left = drivers_words.verdict(told(changes=TIGHTER, error=0.05))
    assert left.endswith("+6.7 from tighter targets, the rest no more than it usually swings (noise).")


def test_a_driver_is_told_with_what_was_to_be_expected() -> None:
    assert drivers_words.sentence(CATEGORY) == (
        "Setup, started while closed: 60 breaches where 30 were to be expected (+30; +6.6 points of the breach rate)."
    )
    assert drivers_words.sentence(DAYS) == (
        "3–5 Mar 2026, in the period before: 200 breaches where 80 were to be expected "
        "(+120; -20.0 points of the breach rate)."
    )
    assert drivers_words.driver(Driver((), (), 9, 5, 2.0, 9, 1, 0.1, 4.0)) == "All other tickets"
    weekday = Driver((("start_weekday", 1), ("priority", "high")), (), 9, 5, 2.0, 9, 1, 0.1, 4.0)
    assert drivers_words.driver(weekday) == "Started on Mon, priority high"


def test_a_changed_target_is_told_with_what_it_did() -> None:
    (line,) = drivers_words.targets(TIGHTER)
    assert line == (
        "The target changed from 2 h to 1 h 30 min of open time (new, priority normal, 200 clocks): 90 breaches, "
        "30 fewer with the target of before."
    )
    assert drivers_words.targets(pl.concat([TIGHTER] * 5))[-1] == "2 more targets changed."


def test_too_few_clocks_are_said_to_be_too_few() -> None:
    assert drivers_words.searched(told()) == [
        "There are not enough clocks to tell segments apart: 200 due in each period are needed."
    ]


@pytest.mark.parametrize("dark", [False, True])
def test_charts_encode_only_what_their_frames_hold(dark: bool) -> None:
    beyond = pl.DataFrame(
        {"driver": ["a + b"], "breaches": [9], "expected": [4.5], "edge": [9.0], "told": ["+4"], "role": ["up"],
         "due": [40], "part": [0.1]}
    )  # fmt: skip
    beside = pl.DataFrame(
        {"place": [0, 1], "label": ["Handoffs", "0 (9)"], "breach_rate": [None, 0.2], "low": [None, 0.1],
         "high": [None, 0.3], "earlier_rate": [None, 0.1], "due": [None, 9], "firm": [None, False]}
    )  # fmt: skip
    with debug_mode(True):
        for chart, frame in (
            (charts_drivers.waterfall(drivers_pictures.steps(PARTS, "category"), dark=dark), None),
            (charts_drivers.beyond(beyond, dark=dark), beyond),
            (charts_drivers.goes_with(beside, dark=dark), beside),
        ):
            columns = set((drivers_pictures.steps(PARTS, "category") if frame is None else frame).columns)
            assert fields(chart.to_dict()) <= columns


def fields(node: Any) -> set[str]:
    """Every field that is encoded in a specification."""
    if isinstance(node, dict):
        named = {node["field"]} if isinstance(node.get("field"), str) else set()
        return named.union(*(fields(value) for key, value in node.items() if key != "datasets"))
    return set().union(*(fields(value) for value in node)) if isinstance(node, list) else set()


def test_the_page_compares_two_periods_and_shows_each_dimension(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(sample, monkeypatch)
    text = said(app)
    assert "The breach rate " in text
    assert "in the period compared with" in text
    assert [metric.label for metric in app.metric] == ["Change", "Rate part", "Mix part"]
    assert "What goes with a breach?" in text
    for name in app.segmented_control(key="driver").options[1:]:
        app.segmented_control(key="driver").set_value(name).run()
        assert f"What moved the breach rate, by {name.lower()}?" in said(app)


def test_what_the_outage_did_is_named(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    query = {"period": "Choose dates …", "from": "2026-02-23", "to": "2026-03-22", "clock": "Full resolution"}
    text = said(opened(sample, monkeypatch, **query))
    assert "Performance: 26 breaches where" in text
    assert "were to be expected" in text


def test_without_a_comparison_it_is_everything_before_or_what_to_choose(
    sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = said(opened(sample, monkeypatch, versus="Nothing"))
    assert "in the period compared with: everything before 24 Aug 2026." in text
    whole = said(opened(sample, monkeypatch, period="Everything so far"))
    assert "There is no earlier period with clocks enough to compare with." in whole
    assert "Choose dates, or a shorter period" in whole


def test_what_was_picked_in_the_picture_leaves_it_whole(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(sample, monkeypatch, pick="category:Billing", driver="Category")
    narrowed = said(app)
    assert "Category: Billing" in [button.label.replace("\\", "") for button in app.button]
    drawn = app.get("vega_lite_chart")[0].proto
    assert "Access: " in drawn.alt
    assert "Billing: " in drawn.alt
    every = said(opened(sample, monkeypatch, driver="Category"))
    compared = "clocks due, against"
    assert narrowed[narrowed.index(compared) - 12 :][:12] != every[every.index(compared) - 12 :][:12]
