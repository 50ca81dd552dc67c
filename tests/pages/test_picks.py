"""Are picks kept in the address, told in chips, and applied on every page?"""

import shutil
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import polars as pl
import pytest

from data.imports import import_files
from data.store import Store
from pages.ui import picks
from pages.ui.selection import Chosen
from tests.pages.test_render import JUDGED, opened, words
from tests.pages.uploads import DESK

WARM = True
MONDAY: Chosen = (("weekday", ("1",)), ("hour", ("8",)))


@pytest.mark.parametrize(
    "chosen",
    [MONDAY, (("team", ("A: b|c", None)),), (("week", ("2026-03-02", "2026-03-09")), ("customer", ("Ä & Ö",))), ()],
)
def test_an_address_reads_back_what_was_written(chosen: Chosen) -> None:
    assert picks.read(picks.write(chosen)) == chosen


@pytest.mark.parametrize("text", ["", "team", "teem:x", "hour:eight", "week:2026-02-31", "weekday:-1", ":x"])
def test_nonsense_in_an_address_picks_nothing(text: str) -> None:
    assert picks.read([text, "hour:8"]) == (("hour", ("8",)),)


def test_long_picks_are_told_shortly() -> None:
    weeks = [f"2026-03-{day:02d}" for day in (16, 2, 9)]
    assert picks.told("week", weeks) == "3 weeks due from 2 Mar 2026"
    assert picks.told("team", ["a", "b", "c", "d"]) == "Team: a, b, c and 1 more"
    assert picks.told("month", ["2026-03-01"]) == "Due in March 2026"


@pytest.mark.parametrize("path", JUDGED)
def test_a_page_is_narrowed_by_picks_and_says_so(path: str, sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(path, sample, monkeypatch, pick="weekday:1")
    assert not app.exception
    assert not app.error
    assert "due on Mon" in [button.label for button in app.button]
    assert ("Show tickets" in [button.label for button in app.button]) == (path != "operations/tickets.py")


def test_picked_tickets_are_those_of_the_store(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened("operations/tickets.py", sample, monkeypatch, pick="weekday:1", period="Everything so far")
    clocks = Store(sample).require().clocks()
    kept = (pl.col("kind") == "first_response") & (pl.col("due_weekday") == 1)
    breached = pl.col("decided") & pl.col("breached") & pl.col("exclusion").is_null()
    expected = clocks.filter(kept & breached).height
    assert expected > 3
    assert f"{expected} clocks, the worst overrun first" in words(app)


def test_a_chip_is_taken_back_and_clears_all(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened("summary/overview.py", sample, monkeypatch, pick=["weekday:1", "plan:enterprise", "plan:business"])
    with_all = words(app)
    next(each for each in app.button if each.label == "due on Mon").click().run()
    assert app.query_params["pick"] == ["plan:enterprise", "plan:business"]
    assert words(app) != with_all
    assert [each.label for each in app.button if each.key and each.key.startswith("chip-")] == [
        "Plan\\: enterprise, business"
    ]


def test_a_link_holds_dates_clock_filters_and_picks(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened("summary/overview.py", sample, monkeypatch, pick="weekday:1", only_plan="enterprise")
    asked = parse_qs(urlsplit(app.code[0].value).query)
    assert asked == {
        "pick": ["weekday:1"],
        "only_plan": ["enterprise"],
        "period": ["Choose dates …"],
        "from": ["2026-08-24"],
        "to": ["2026-11-22"],
        "clock": ["First response"],
    }
    again = {name: values[0] for name, values in asked.items()}
    assert words(opened("summary/overview.py", sample, monkeypatch, **again)) == words(app)


def test_a_link_names_the_source_where_there_are_several(
    sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, file = tmp_path / "store", tmp_path / "export.csv"
    shutil.copytree(sample, folder)
    file.write_text(DESK, encoding="utf-8")
    import_files(Store(folder), [file], time_zone="UTC")
    asked = parse_qs(urlsplit(opened("summary/overview.py", folder, monkeypatch).code[0].value).query)
    assert asked["source"] == ["freshdesk"]
