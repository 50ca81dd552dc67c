"""Every page runs, twice, on the sample, on a city's file and on nothing, and says what it should."""

from functools import cache
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.imports import Summary
from data.store import Store
from pages.ui.trends import METRIC_NAMES

WARM = True
ROOT = Path(__file__).parents[2]
PAGES = {
    "summary/overview.py": "Are we keeping our word?",
    "performance/trends.py": "Are promises kept better or worse than before?",
    "performance/hours.py": "When do promises break?",
    "performance/segments.py": "Where, and for whom, do promises break?",
    "performance/drivers.py": "Why did the breach rate change?",
    "performance/review.py": "What caused each breach?",
    "performance/backlog.py": "Are we keeping up?",
    "performance/resolve.py": "Which target could we keep?",
    "planning/staffing.py": "How many people does it take, and when?",
    "planning/forecast.py": "How much work is coming?",
    "contracts/customers.py": "Is each customer getting what was promised?",
    "operations/queue.py": "What should be done next?",
    "operations/tickets.py": "Which tickets broke their promise?",
    "reference/definitions.py": "What does each number mean?",
    "reference/data.py": "What is in the store, and can it be trusted?",
    "reference/reconcile.py": "Does the source agree, and where not, why?",
    "reference/trust.py": "Can the history be trusted?",
}
JUDGED = [path for path in PAGES if not path.startswith("reference")]
UNDUE = (
    *("performance/backlog.py", "performance/resolve.py", "operations/queue.py"),
    *("planning/staffing.py", "planning/forecast.py"),
)
"""Pages about work that starts, waits or stays open: what falls due in the period is not what they count."""
ALL_THE_SAME = {
    ("planning/staffing.py", "hours"),
    ("planning/staffing.py", "clock"),
    ("planning/forecast.py", "hours"),
    ("planning/forecast.py", "period"),
    ("performance/backlog.py", "hours"),
    ("performance/backlog.py", "clock"),
    ("operations/queue.py", "clock"),
    ("operations/queue.py", "period"),
}
"""Choices that rightly change nothing on a page."""


def opened(path: str, store: Path, monkeypatch: pytest.MonkeyPatch, **query: str | list[str]) -> AppTest:
    """The app on a page, run twice."""
    monkeypatch.setenv("DUETIME_STORE", str(store))
    app = AppTest.from_file(str(ROOT / "pages/main.py"), default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page(path)
    app.run()
    return app.run()


def words(app: AppTest) -> str:
    return " ".join([each.value for each in (*app.markdown, *app.caption, *app.text, *app.metric)])


@cache
def plain(path: str, store: Path) -> str:
    """What a page says of a store when nothing is chosen."""
    with pytest.MonkeyPatch.context() as patch:
        return words(opened(path, store, patch))


def test_every_page_is_tried() -> None:
    found = {str(path.relative_to(ROOT / "pages")) for path in (ROOT / "pages").glob("*/*.py")}
    assert {path for path in found if not path.startswith("ui/")} == set(PAGES)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs_on_the_sample(path: str, sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(path, sample, monkeypatch)
    assert not app.exception
    assert not app.error
    assert not app.info or path == "reference/data.py"
    assert [header.value for header in app.header] == [PAGES[path]]
    assert app.markdown[0].value.startswith("### ")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs_on_a_citys_file(path: str, boston: tuple[Store, Summary], monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(path, boston[0].directory, monkeypatch)
    assert not app.exception
    assert not app.error
    assert not app.info
    if path in JUDGED and path not in UNDUE:
        assert "of 17,579 clocks due" in words(app) or "n = 17,579" in words(app) or "4,945" in words(app)


@pytest.mark.parametrize("path", [path for path in JUDGED if path not in UNDUE])
def test_an_empty_selection_says_so(path: str, sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(path, sample, monkeypatch, period="Choose dates …", **{"from": "2025-09-27", "to": "2025-09-27"})
    assert not app.exception
    assert any("No clocks were due in this selection" in each.value for each in app.info)
    assert "100.0 %" not in words(app)


@pytest.mark.parametrize("path", JUDGED)
@pytest.mark.parametrize(
    "query",
    [{"hours": "Calendar hours"}, {"clock": "Full resolution"}, {"period": "Everything so far", "versus": "Nothing"}],
)
def test_a_page_runs_with_other_choices(
    path: str, query: dict[str, str], sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(path, sample, monkeypatch, **query)
    assert not app.exception
    assert (words(app) != plain(path, sample)) or any((path, name) in ALL_THE_SAME for name in query)


def test_each_metric_and_dimension_draws_a_trend(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened("performance/trends.py", sample, monkeypatch, view="Metric")
    for name in METRIC_NAMES:
        app.selectbox(key="metric").set_value(name).run()
        assert not app.exception, name
    app.selectbox(key="metric").set_value("attainment")
    for name in app.selectbox(key="by").options[1:]:
        app.selectbox(key="by").select(name).run()
        assert not app.exception, name


def test_one_tickets_story_is_told(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = Store(sample).require().clocks()["ticket_id"][0]
    app = opened("operations/tickets.py", sample, monkeypatch, ticket=ticket)
    assert f"What happened to ticket {ticket}" in words(app)
    app.text_input(key="ticket").set_value("![x](http://evil/t.png)").run()
    assert not app.exception
    assert "http://evil" not in app.warning[0].value


def test_a_broken_store_is_one_clear_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "CURRENT").write_text("7")
    app = opened("summary/overview.py", tmp_path, monkeypatch)
    assert app.error[0].value == "This cannot be shown."
    assert "names version '7', which is not there" in app.text[0].value
