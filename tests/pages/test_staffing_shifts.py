"""Shifts on the staffing page: they are chosen under terms that can be edited, told with a band, and make a roster."""

import shutil
from pathlib import Path

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from analytics.errors import StaffingError
from analytics.staffing.assumptions import Assumptions
from analytics.staffing.terms import Break, Contract, Terms
from data import planning, rosters
from data.store import Store
from pages.ui import staffing_shifts_terms as terms

WARM = True
PATIENCE = 60


def script() -> None:
    from analytics.staffing.assumptions import BEST  # noqa: PLC0415 - the script runs by itself
    from analytics.staffing.planned import untried  # noqa: PLC0415
    from pages.ui import filters, picks, staffing, staffing_shifts, working  # noqa: PLC0415

    filters.sidebar(picks.restore("staffing"))
    at = staffing.desk(filters.current())
    if at is not None:
        case = staffing.case(at)
        working._kept().put(("plan", at, BEST), (untried(case), 0.0))
        staffing_shifts.panel(at, case)


@pytest.fixture(scope="module")
def folder(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(sample, tmp_path_factory.mktemp("shifts") / "store"))


@pytest.fixture
def store(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DUETIME_STORE", str(folder))
    planning.keep(Store(folder), Assumptions(handle=(("", 60.0),), cost=30.0, currency="EUR"))
    rosters.clear(Store(folder))
    rosters.keep_sample(Store(folder), 4_000)
    return folder


def settled(app: AppTest) -> AppTest:
    """The page once nothing is being worked out."""
    app.run()
    while any(each.label == "Cancel" for each in app.button):
        assert app.session_state["work"]["shifts"].ended.wait(PATIENCE)
        app.run()
    assert not app.exception
    return app


def opened(how: str) -> AppTest:
    app = AppTest.from_function(script, default_timeout=60)
    app.session_state["shifts-how"] = how
    return settled(app)


@pytest.mark.usefixtures("store")
def test_the_shifts_are_told_with_a_band_and_make_a_roster() -> None:
    app = opened("due")
    verdict = next(each.value for each in app.markdown if each.value.startswith("###"))
    assert "cover the week and hold with 10 % more work than expected" in verdict.replace("\\", "")
    assert [each.label for each in app.metric][:3] == ["People", "Paid hours a week", "Cost a week EUR"]
    tours, lines = (each.value for each in app.dataframe if {"tour", "activity"} & set(each.value.columns))
    people = int(app.metric[0].value)
    assert tours["people"].sum() == people
    assert lines["agent"].nunique() == people
    assert float(app.metric[1].value.replace(",", "")) == (tours["people"] * tours["paid"]).sum()
    assert any("as expected" in each.value for each in app.caption) or "as expected" in verdict
    assert any(each.label == "Broken promises" for each in app.metric)


@pytest.mark.usefixtures("store")
def test_terms_are_edited_and_nonsense_changes_nothing() -> None:
    app = opened("hour")
    lengths = next(each for each in app.text_input if each.key and each.key.startswith("shifts-lengths"))
    lengths.set_value("14")
    next(each for each in app.button if each.label == "Use").click()
    settled(app)
    assert [each.value for each in app.error] == ["Nobody can work so. Nothing was changed."]
    assert "leaves 9.5 hours until the same start" in app.text[0].value
    assert app.session_state["shifts-terms"].lengths == (4.0, 8.0)
    lengths = next(each for each in app.text_input if each.key and each.key.startswith("shifts-lengths"))
    lengths.set_value("4; 8, 9")
    next(each for each in app.button if each.label == "Use").click()
    settled(app)
    assert app.session_state["shifts-terms"].lengths == (4.0, 8.0, 9.0)


def test_without_a_handle_time_no_shifts_are_made_and_it_is_said(store: Path) -> None:
    planning.clear(Store(store))
    app = opened("hour")
    assert "Give a handle time under Roster and handle time" in app.info[0].value.replace("\\", "")
    assert not app.dataframe


def test_terms_stand_in_the_form_as_they_are_read_from_it() -> None:
    night = Terms(
        (Contract(), Contract("Nights", 20.0, (3, 5), people=4, share=0.5, cost=40.0)),
        lengths=(4.0, 8.0), every=30, breaks=(Break(), Break(15, 3.0, 1.5, 2.0, paid=True)), evening=0.25, weekends=3,
    )  # fmt: skip
    form = {name: getattr(night, name) * how[4] for name, how in terms._NUMBERS.items()}
    form |= {"contracts": terms.contracts(night), "breaks": terms.breaks(night), "lengths": "4, 8"}
    assert terms.terms_of(form | {"every": 30, "together": True}) == night
    with pytest.raises(StaffingError, match="The lengths of shifts are 'eight'. Expected numbers with commas"):
        terms.terms_of(form | {"lengths": "eight"})
    blank = pl.DataFrame(
        {"name": ["A"], "hours": [None], "days": ["5"], "people": [None], "share": [None], "cost": [None]}
    )
    with pytest.raises(StaffingError, match="leaves the hours of a contract blank"):
        terms.terms_of(form | {"contracts": blank})
