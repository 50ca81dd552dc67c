"""The staffing page: its headline with people and without, what it says of nothing, and work that can be cancelled."""

import time
from pathlib import Path
from shutil import copytree

import pytest
from streamlit.testing.v1 import AppTest

from analytics.staffing.assumptions import Assumptions
from data.imports import Summary, import_files
from data.planning import keep
from data.rosters import clear
from data.store import Store
from tests.pages.test_render import opened, words
from tests.shared import shared

WARM = True
STAFFING = "planning/staffing.py"
LOG = "data/uci_incident/incident_event_log.zip"
WHY = "How many people that is cannot be told"


def said(app: AppTest) -> str:
    return words(app).replace("\\", "")


@pytest.fixture(scope="module")
def incidents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("incidents")
    import_files(Store(folder), [shared(LOG)], source="uci_incident", time_zone="America/Sao_Paulo")
    return folder


@pytest.fixture(scope="module")
def timed(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample with a handle time that its planner gave."""
    folder = tmp_path_factory.mktemp("timed")
    copytree(sample, folder, dirs_exist_ok=True)
    keep(Store(folder), Assumptions(handle=(("", 26.0),)))
    return folder


def test_with_a_roster_people_and_hours_are_told(timed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(STAFFING, timed, monkeypatch)
    assert [card.label for card in app.metric][:3] == ["Required, at least", "Scheduled", "Work"]
    assert all("h a week" in card.value for card in app.metric[:3])
    assert "–" in app.metric[0].proto.delta_description
    assert app.selectbox(key="queue").options[0] in said(app)
    assert WHY not in said(app)


def test_a_citys_requests_are_told_against_what_is_done_now_and_why(
    boston: tuple[Store, Summary], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(STAFFING, boston[0].directory, monkeypatch)
    assert not app.exception
    assert WHY in said(app)
    assert "There is no roster" in said(app)
    assert "short" not in app.markdown[0].value
    assert app.metric[2].value.endswith("touches a week")


def test_an_audit_log_is_told_against_what_is_done_now_and_why(
    incidents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for view in ("Gaps", "Plan"):
        app = opened(STAFFING, incidents, monkeypatch, show=view)
        assert not app.exception
        assert not app.error
        assert WHY in said(app)
        assert "No hour of the week needs much more than is done in it" in app.markdown[0].value
        assert "seen to fall due there" in said(app)


def test_a_group_with_next_to_no_work_is_told_to_choose_more(incidents: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for view in ("Gaps", "Plan"):
        app = opened(STAFFING, incidents, monkeypatch, queue="Group 4", show=view)
        assert not app.exception
        assert "Too little work to tell how many people it takes: 1 touch in 13 whole weeks." in said(app)
        assert "Choose a longer time, or a queue with more work." in said(app)
        assert "times today's throughput" not in said(app)


def test_without_a_roster_the_hours_are_told_and_who_is_there_is_not(
    timed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copytree(timed, tmp_path / "store")
    clear(Store(tmp_path / "store"))
    for view in ("Plan", "Remedies", "Shifts"):
        app = opened(STAFFING, tmp_path / "store", monkeypatch, show=view)
        assert not app.exception
        assert not app.error
        assert "Scheduled" not in [card.label for card in app.metric][:3]
        assert "Who is scheduled is not known" in said(app)


def test_filters_narrow_which_queues_are_offered_and_nothing_else(
    sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = opened(STAFFING, sample, monkeypatch).selectbox(key="queue").options
    nordic = opened(STAFFING, sample, monkeypatch, only_region="Nordics").selectbox(key="queue").options
    assert 0 < len(nordic) < len(every)
    assert all("stockholm" in name for name in nordic)


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        ("2025-09-27", "2025-09-27", "Expected seven days or more"),
        ("2025-12-23", "2025-12-29", "Expected one whole week"),
    ],
)
def test_dates_that_tell_nothing_of_a_week_say_so(
    first: str, last: str, told: str, timed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(STAFFING, timed, monkeypatch, period="Choose dates …", **{"from": first, "to": last})
    assert not app.exception
    assert not app.error
    assert any(told in each.value for each in app.text)


def test_one_week_says_what_it_cannot_show(timed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dates = {"from": "2026-11-09", "to": "2026-11-15"}
    app = opened(STAFFING, timed, monkeypatch, period="Choose dates …", **dates)
    assert not app.exception
    assert "One week does not show how weeks differ" in said(app)


SLOW = """
import time
from pathlib import Path

import streamlit as st

from pages.ui import working


def task(progress):
    while not Path({gate!r}).exists():
        progress(0.5, "Half way")
        time.sleep(0.01)
    return "worked out"


st.text(working.of("the key", task, begin="Begin", name="test") or "nothing yet")
"""


def test_long_work_shows_how_far_it_is_and_can_be_cancelled(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    app = AppTest.from_string(SLOW.format(gate=str(gate)), default_timeout=20).run()
    assert app.text[0].value == "nothing yet"
    app.button(key="begin-test").click().run()
    time.sleep(0.2)
    app.run()
    assert app.get("progress")[0].proto.text == "Half way … 50%"
    app.button(key="cancel-test").click().run()
    time.sleep(0.2)
    app.run()
    assert "Cancelled." in [caption.value for caption in app.caption]
    gate.touch()
    app.button(key="begin-test").click().run()
    time.sleep(0.2)
    app.run()
    assert app.text[0].value == "worked out"
