"""The reconcile page: its sentence, its picture, its tables, and what it says where there is nothing to compare."""

from pathlib import Path

import polars as pl
import pytest
from altair.utils.schemapi import debug_mode
from streamlit.testing.v1 import AppTest

from analytics.measure import Hours, measure
from analytics.periods import Period
from analytics.reconcile import RECONCILED
from analytics.reconcile_bridge import Bridge, bridge
from analytics.reconcile_reasons import OUTCOMES
from data.imports import Summary
from data.store import Store
from pages.ui import charts_reconcile, load, reconciled, reconciled_tickets
from pages.ui.exports import csv
from pages.ui.load import Selection
from tests.data.test_reconcile_cli import EVIL, POLICY, flagged
from tests.pages.test_charts import fields
from tests.pages.test_render import opened, words

WARM = True
PAGE, QUESTION = "reference/reconcile.py", "Does the source agree, and where not, why?"
BOTH_KINDS = POLICY.replace("targets: {", "targets: {first_response: 1h, ")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return flagged(tmp_path_factory.mktemp("flagged")).directory


def page(folder: Path, monkeypatch: pytest.MonkeyPatch, **query: str) -> AppTest:
    app = opened(PAGE, folder, monkeypatch, **{"period": "Everything so far", **query})
    assert not app.exception
    assert not app.error
    assert [header.value for header in app.header] == [QUESTION]
    assert app.markdown[0].value.startswith("### ")
    return app


def selected(folder: Path, hours: Hours = "business", chosen: load.Chosen = ()) -> Selection:
    return Selection(str(folder), 1, "resolution", hours, Period(), chosen, None)


def compared(*given: tuple[str, bool | None, bool | None]) -> Bridge:
    """The bridge of rows of (outcome, theirs, ours), all decided."""
    rows = [
        {"outcome": name, "theirs_breached": theirs, "ours_breached": ours, "decided": ours is not None}
        for name, theirs, ours in given
    ]
    return bridge(pl.DataFrame(rows, schema=RECONCILED))


def test_the_page_says_both_rates_and_why_they_differ(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = page(folder, monkeypatch)
    assert app.markdown[0].value.replace("\\", "") == (
        "### desk says 0.0 % of 9, we say 62.5 % of 8: 25.0 points are unexplained, 12.5 points are rounding and "
        "12.5 points are calendar vs business time."
    )
    assert [metric.value for metric in app.metric] == ["0.0 %", "62.5 %", "28.6 %"]
    assert len(app.get("vega_lite_chart")) == 1
    assert "+62.5 points in all; the most by “Unexplained”: +25.0, 2 tickets. n = 10 tickets." in words(app).replace(
        "\\", ""
    )


def test_the_reason_that_moves_most_is_open_and_another_can_be_chosen(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = page(folder, monkeypatch)
    reason = app.selectbox(key="reason")
    assert reason.value == "unexplained"
    assert reason.options == [
        "Merged or cancelled",
        "No target here",
        "No verdict there",
        "Rounding",
        "Calendar vs business",
        "Pause lost",
        "Unexplained",
    ]
    assert page(folder, monkeypatch, reason="Pause lost").selectbox(key="reason").value == "pause_lost"
    assert page(folder, monkeypatch, reason="Reopened").selectbox(key="reason").value == "unexplained"
    for name in ("pause_lost", "no_target", "merged"):
        app.selectbox(key="reason").set_value(name).run()
        assert not app.exception
        assert f"**{OUTCOMES[name].label}**" in [each.value for each in app.markdown]


def test_every_outcome_is_a_row_and_every_ticket_in_one(folder: Path) -> None:
    found = reconciled.rows(selected(folder), "resolution")
    table = reconciled.outcomes(found, reconciled.bridged(selected(folder), found))
    assert table["tickets"].sum() == found.height == 10
    assert table.select("label", "tickets", "points", "met_there", "breached_there", "met_here", "breached_here").row(
        by_predicate=pl.col("label") == "Calendar vs business"
    ) == ("Calendar vs business", 1, 12.5, 0, 1, 1, 0)


def test_the_tickets_have_their_figures_and_their_download_runs_nothing(folder: Path) -> None:
    night = reconciled_tickets.behind(selected(folder), "resolution", "calendar").row(0, named=True)
    assert (night["ticket"], night["there"], night["here"], night["waited_hours"]) == ("night", "breached", "met", 20)
    assert night["proof"] == "4 h of open time against 8 h; in plain time 20 h against 8 h."
    assert f"{night['due']:%Y-%m-%d %H:%M}" == "2026-07-07 16:00"
    listed = reconciled_tickets.behind(selected(folder), "resolution", "unexplained")
    assert EVIL in listed["ticket"].to_list()
    assert f"'{EVIL}".encode() in csv(listed)
    alone = reconciled_tickets.behind(selected(folder), "resolution", "no_target").row(0, named=True)
    assert (alone["here"], alone["due"], alone["team"]) == ("no clock", None, "B")


def test_only_the_selection_is_compared(folder: Path) -> None:
    by_plan = reconciled.rows(selected(folder, chosen=(("plan", ("free",)),)), "resolution")
    assert by_plan["ticket_id"].to_list() == ["free"]
    assert reconciled.rows(selected(folder, chosen=(("source", ("desk",)),)), "resolution").height == 10
    assert reconciled.rows(selected(folder), "first_response").is_empty()
    later = selected(folder).with_period(Period(first=load.date(2026, 7, 7), last=load.date(2026, 7, 7)))
    assert set(reconciled.rows(later, "resolution")["ticket_id"]) == {"night", "silent"}


@pytest.mark.parametrize("hours", ["business", "calendar"])
def test_our_rate_is_that_of_every_other_page(
    hours: Hours, folder: Path, boston: tuple[Store, Summary], sample: Path
) -> None:
    for directory in (folder, boston[0].directory, sample):
        selection = selected(directory, hours)
        ours = reconciled.bridged(selection, reconciled.rows(selection, "resolution")).ours
        clocks = load.clocks(selection, kind="resolution")
        single = clocks.filter(pl.len().over("source", "ticket_id") == 1)
        if single.height == clocks.height:
            assert ours.share == measure(clocks, ["attainment"])["attainment"].item()
        else:
            assert ours.due <= measure(clocks, ["due"])["due"].item()


def test_a_citys_file_in_one_sentence(boston: tuple[Store, Summary], monkeypatch: pytest.MonkeyPatch) -> None:
    app = page(boston[0].directory, monkeypatch)
    assert app.markdown[0].value.replace("\\", "") == (
        "### boston311 says 80.2 % of 58,090, we say 75.3 % of 47,249: 4.6 points are tickets without a target here "
        "and 0.3 points are tickets the source gives no verdict on."
    )
    assert "18 tickets not due yet by the as-of instant, or excluded (+0.0 points)." in words(app).replace("\\", "")
    assert not page(boston[0].directory, monkeypatch, period="Last 4 weeks", hours="Calendar hours").exception


def test_without_a_verdict_of_the_source_there_is_nothing_to_compare(
    sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = page(sample, monkeypatch)
    told = words(app).replace("\\", "")
    assert "The source gives no verdict of its own on first response in this selection" in told
    assert "Map it as first_response_verdict or resolution_verdict" in told
    assert not app.metric
    assert "100.0 %" not in told
    assert "on update in this selection" in words(page(sample, monkeypatch, clock="Update")).replace("\\", "")


def test_the_kind_that_is_judged_is_shown_and_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = flagged(tmp_path, policy=BOTH_KINDS)
    app = page(store.directory, monkeypatch)
    told = "The source judges full resolution, not first response; that is shown."
    assert told.replace(".", "\\.") in words(app) or told in words(app)
    assert "desk says" in words(app)
    assert told not in words(page(store.directory, monkeypatch, clock="Full resolution")).replace("\\", "")


def test_of_the_same_tickets_the_sentence_says_so() -> None:
    flipped = compared(("agree_met", False, False), ("agree_met", False, False), ("calendar", False, True))
    assert reconciled.sentence(flipped, "Desk") == (
        "Desk says 100.0 %, we say 66.7 %, of the same 3 tickets: 33.3 points are calendar vs business time."
    )
    alike = compared(("agree_met", False, False), ("agree_breached", True, True))
    assert reconciled.sentence(alike, "Desk") == "Desk says 50.0 %, and so do we, of the same 2 tickets."
    assert reconciled.answer(alike) == "Nothing: every ticket has the same verdict in both."
    running = compared(("undecided", False, None))
    assert reconciled.sentence(running, "Desk") == "Desk says 100.0 % of 1 ticket; here nothing is decided yet."


def test_what_moves_the_rate_the_other_way_is_told_apart() -> None:
    found = compared(
        *[("agree_met", False, False)] * 6,
        ("calendar", False, True),
        ("calendar", False, True),
        ("rounding", True, False),
    )
    assert reconciled.sentence(found, "Desk").endswith(
        ": 22.2 points are calendar vs business time; in the other direction 11.1 points are rounding."
    )


@pytest.mark.parametrize("dark", [False, True])
def test_the_picture_goes_from_one_rate_to_the_other(dark: bool) -> None:
    found = compared(*[("agree_met", False, False)] * 6, *[("calendar", False, True)] * 2, ("rounding", True, False))
    frame = reconciled.drawn(found, "Desk")
    assert frame["step"].to_list() == ["Desk says", "Rounding", "Calendar vs business", "We say"]
    assert frame["from"].to_list() == pytest.approx([8 / 9, 8 / 9, 1, 7 / 9])
    assert frame["to"].to_list() == pytest.approx([8 / 9, 1, 7 / 9, 7 / 9])
    assert frame["told"].to_list() == ["88.9 %", "+11.1", "-22.2", "77.8 %"]
    assert reconciled.spoken(frame).startswith(
        "Desk says 88.9 % (9); Rounding +11.1 (1); Calendar vs business -22.2 (2)"
    )
    with debug_mode(True):
        chart = charts_reconcile.between(frame, frame["step"].to_list(), dark=dark).to_dict()
    assert fields(chart) <= set(frame.columns)
