"""What a source does not tell is greyed, with the reason."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analytics.evidence import KIND_NEEDS, untold
from analytics.metrics import METRICS
from data.imports import import_files
from data.store import Store
from pages.ui import evidence
from tests.data.files import NOW, row, table
from tests.data.test_store import MAPPING, POLICY

MAIN = str(Path(__file__).parents[2] / "pages" / "main.py")


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    (tmp_path / "policy.yaml").write_text(POLICY.replace("resolution: 8h", "resolution: 8h, update: 2h"))
    (tmp_path / "mapping.yaml").write_text(MAPPING.format(source="desk", policy=tmp_path / "policy.yaml"))
    (tmp_path / "tickets.csv").write_text(table(*(row(number) for number in range(40))))
    store = Store(tmp_path / "store")
    import_files(store, [tmp_path / "tickets.csv"], str(tmp_path / "mapping.yaml"), now=NOW)
    monkeypatch.setenv("DUETIME_STORE", str(store.directory))
    return AppTest.from_file(MAIN, default_timeout=60)


def test_a_kind_that_cannot_be_known_is_not_judged_and_said(app: AppTest, tmp_path: Path) -> None:
    kinds = Store(tmp_path / "store").require().clocks()["kind"].cast(str).unique().to_list()
    assert sorted(kinds) == ["first_response", "resolution"]
    app.run()
    told = [caption for caption in app.sidebar.caption if "not known" in caption.value]
    assert len(told) == 1
    assert "Update: The export does not say the customer's messages" in told[0].proto.help


def test_a_metric_that_cannot_be_known_says_why_instead_of_a_number(app: AppTest) -> None:
    app.query_params["view"] = "Metric"
    app.switch_page("performance/trends.py").run()
    assert [card.value for card in app.metric if card.label == "9 in 10 within"] == ["–"]
    app.selectbox(key="metric").set_value("p90_wait").run()
    assert not app.exception
    assert "does not say when a ticket waited" in app.info[0].value


def test_every_need_is_a_gap_that_has_words() -> None:
    gaps = set().union(*(metric.needs for metric in METRICS.values()), *KIND_NEEDS.values())
    assert {"pauses", "priority_history"} <= gaps
    assert set(untold(gaps)) == {kind for kind, needs in KIND_NEEDS.items() if needs}
    assert evidence.label("p90_wait", {"p90_wait": "x"}).endswith("(not known)")
    assert evidence.label("met", {"p90_wait": "x"}) == METRICS["met"].label
