"""The command line: what it prints, and how it fails."""

import json
from pathlib import Path

import pytest

from analytics.metrics import METRICS
from data.__main__ import main
from data.store import Store
from tests.data.files import row
from tests.data.test_store import imported


@pytest.fixture
def folder(tmp_path: Path) -> str:
    rows = [
        row(1, company="Acme"),
        row(2, company="Acme", solved="2026-06-03 12:00"),
        row(3, company="", answered="", solved="", state="new"),
    ]
    imported(Store(tmp_path / "store"), tmp_path, *rows)
    return str(tmp_path / "store")


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(list(words)) == 0
    return capsys.readouterr().out


def test_json_is_a_list_of_objects_keyed_by_dimension_and_metric(
    folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = said(
        capsys,
        "measure",
        "due",
        "attainment",
        "--by",
        "customer",
        "--kind",
        "resolution",
        "--store",
        folder,
        "--format",
        "json",
    )
    assert json.loads(out) == [
        {"customer": None, "due": 1, "attainment": 0.0},
        {"customer": "Acme", "due": 2, "attainment": 0.5},
    ]


def test_without_a_kind_every_kind_has_a_row(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    rows = json.loads(said(capsys, "measure", "due", "--store", folder, "--format", "json"))
    assert rows == [{"kind": "first_response", "due": 3}, {"kind": "resolution", "due": 3}]


@pytest.mark.parametrize(
    ("words", "due"),
    [
        (["--where", "customer=Acme"], 2),
        (["--where", "customer="], 1),
        (["--where", "customer=Acme", "--where", "customer="], 3),
        (["--where", "customer=Nobody"], 0),
        (["--from", "2026-06-02"], 0),
        (["--to", "2026-06-01"], 3),
    ],
)
def test_choices_and_dates_narrow_what_is_measured(
    folder: str, capsys: pytest.CaptureFixture[str], words: list[str], due: int
) -> None:
    out = said(capsys, "measure", "due", "--kind", "resolution", *words, "--store", folder, "--format", "json")
    assert json.loads(out) == [{"due": due}]


def test_csv_and_table_hold_the_same(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["measure", "attainment", "p90_wait", "--by", "week", "--kind", "resolution", "--store", folder]
    assert said(capsys, *words, "--format", "csv").splitlines()[0] == "week,attainment,p90_wait"
    printed = said(capsys, *words)
    assert "SLA attainment" in printed
    assert "33.3%" in printed


def test_explain_tells_each_clock_stretch_by_stretch(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    out = said(capsys, "explain", "2", "--store", folder)
    assert "First response: met, 30 min left of the target" in out
    assert "Full resolution: breached, 14 h over the target" in out
    assert "closed, overdue" in out
    assert "due Mon 2026-06-01 16:00:00, stopped Wed 2026-06-03 12:00:00" in out


def test_status_names_version_policy_and_counts(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    out = said(capsys, "status", "--store", folder)
    assert "Store version 1" in out
    assert "desk: as of 2026-06-03 10:00 UTC, policy policy (" in out
    assert "3 rows read, 3 taken, 0 rejected" in out


def test_import_prints_a_summary_with_rules(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    imported(Store(tmp_path / "store"), tmp_path, row(1))
    (tmp_path / "more.csv").write_text((tmp_path / "tickets.csv").read_text() + row("") + "\n")
    out = said(
        capsys,
        "import",
        str(tmp_path / "more.csv"),
        "--mapping",
        str(tmp_path / "mapping.yaml"),
        "--store",
        str(tmp_path / "store"),
    )
    assert "2 rows read, 1 taken, 1 rejected" in out
    assert "1 x ticket id is missing" in out


def test_the_sample_is_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = said(capsys, "sample", "--tickets", "500", "--seed", "3", "--store", str(tmp_path))
    assert "500 rows read, 500 taken, 0 rejected" in out
    assert Store(tmp_path).require().counts()["tickets"].to_list() == [500]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["measure", "atainment"], "There is no metric 'atainment'. Did you mean 'attainment'?"),
        (["measure", "due", "--by", "custmer"], "There is no dimension 'custmer'. Did you mean 'customer'?"),
        (["measure", "due", "--where", "plan"], "has no '='"),
        (["explain", "404"], "There is no ticket '404' in the store"),
        (["import", "x.csv", "--mapping", "nothing"], "There is no file 'nothing'"),
        (["import", "x.csv", "--mapping", "boston311"], "There is no file 'x.csv'"),
        (["sample", "--tickets", "3"], "--tickets 3 is out of range"),
    ],
)
def test_an_error_is_one_clear_sentence(
    folder: str, capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    assert main([*words, "--store", folder]) == 1
    error = capsys.readouterr().err
    assert told in error
    assert "Traceback" not in error


@pytest.mark.parametrize("words", [["measure"], ["nothing"], ["measure", "due", "--kind", "other"], ["import"]])
def test_words_that_are_off_exit_with_two(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert capsys.readouterr().out + capsys.readouterr().err != "Traceback"


@pytest.mark.parametrize("command", [[], ["sample"], ["import"], ["measure"], ["explain"], ["status"], ["annotate"]])
def test_every_command_has_help(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command, "--help"]) == 0
    assert "Usage:" in capsys.readouterr().out


def test_every_metric_can_be_measured(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    rows = json.loads(said(capsys, "measure", *METRICS, "--store", folder, "--format", "json"))
    assert set(rows[0]) == {"kind", *METRICS}


def test_a_name_given_twice_is_measured_once(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["measure", "due", "due", "--by", "customer", "--by", "customer", "--kind", "resolution", "--store", folder]
    assert said(capsys, *words, "--format", "csv").splitlines()[0] == "customer,due"


@pytest.mark.parametrize("words", [["status"], ["explain", "1"], ["measure", "due"], ["sample", "--tickets", "100"]])
def test_a_store_in_a_place_that_has_none_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    assert main([*words, "--store", str(tmp_path / "file")]) == 1
    error = capsys.readouterr().err
    assert str(tmp_path / "file") in error
    assert "Traceback" not in error
