"""Does the page say of a history what is suspicious in it, show the tickets, and claim nothing it cannot know?"""

from pathlib import Path

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from analytics.suspicions import FINDINGS, LOOKED, SUSPECTS, Found
from data.imports import Summary
from data.store import Store
from pages.ui.suspicious import MARKS, unseen, verdict
from tests.pages.test_render import opened, words

WARM = True
QUESTION = "Can the history be trusted?"


def found(*severities: tuple[str, str], blind: tuple[str, ...] = ()) -> Found:
    """A result of these (pattern, severity), as far as the words look at it."""
    rows = [{"source": "desk", "pattern": pattern, "severity": severity} for pattern, severity in severities]
    looked = [{"source": "desk", "pattern": name, "looked": 0} for name in blind]
    return Found(
        pl.DataFrame(rows, schema=FINDINGS), pl.DataFrame(schema=SUSPECTS), pl.DataFrame(looked, schema=LOOKED)
    )


@pytest.mark.parametrize(
    ("findings", "said"),
    [
        ([], "Nothing looks wrong in desk."),
        ([("ramp", "note")], "Nothing looks wrong in desk (1 finding for the record)."),
        ([("bulk", "look"), ("bulk", "look")], "1 pattern is worth a look in desk: bulk closes."),
        (
            [("lowered", "act"), ("due", "look"), ("bulk", "look"), ("ramp", "note")],
            (
                "1 pattern is to be acted on before the numbers are used in desk: priority lowered late; "
                "2 more are worth a look: due times set by hand and bulk closes."
            ),
        ),
    ],
)
def test_the_verdict_counts_patterns_by_severity(findings: list[tuple[str, str]], said: str) -> None:
    assert verdict(found(*findings), ["desk"]) == said


def test_what_cannot_be_told_is_said() -> None:
    assert unseen(found(blind=("paused", "due"))) == (
        "Not to be told from this history: pause share by team and due times set by hand."
    )
    assert unseen(found()) == ""


def tables(app: AppTest) -> list[pl.DataFrame]:
    """The tables of a page, in their order."""
    return [pl.DataFrame(each.value.to_dict("list")) for each in app.dataframe]


def test_a_citys_file_shows_its_findings_and_their_tickets(
    boston: tuple[Store, Summary], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened("reference/trust.py", boston[0].directory, monkeypatch)
    assert not app.exception
    assert [header.value for header in app.header] == [QUESTION]
    assert "4 patterns are worth a look in boston311\\: due times set by hand, bulk closes" in app.markdown[0].value
    findings, tickets, looked = tables(app)
    assert findings["severity"].unique().to_list() == [f"{MARKS['look']} Worth a look"]
    assert findings.filter(pl.col("pattern") == "Done in no time")["n"].to_list() == [3975]
    assert tickets.height == findings["n"][0]
    assert looked.height == 11
    assert "No clock was cancelled." in looked["at"].to_list()
    assert "Not to be told from this history\\: pause share by team" in words(app)


def test_the_sample_shows_its_outage_and_no_more(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened("reference/trust.py", sample, monkeypatch)
    assert not app.exception
    findings = tables(app)[0]
    assert set(findings["pattern"]) <= {"Bulk closes", "Older tickets missing"}
    assert "solved, Thu 5 Mar 2026 14:00 UTC" in findings["place"].to_list()


def test_the_data_page_says_the_same_and_leads_there(
    boston: tuple[Store, Summary], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened("reference/data.py", boston[0].directory, monkeypatch)
    assert not app.exception
    assert "4 patterns are worth a look in boston311" in words(app)
    assert "Worth a look\\: 9" in words(app)
    assert len(app.get("page_link")) == 1


def test_the_filters_do_not_change_what_is_found(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = opened("reference/trust.py", sample, monkeypatch)
    other = opened("reference/trust.py", sample, monkeypatch, only_plan="enterprise", hours="Calendar hours")
    assert tables(plain)[0].equals(tables(other)[0])
    assert not other.exception
