"""Rosters beside the store: the files that are taken, and the command."""

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from analytics.errors import RosterError
from analytics.staffing.roster import on_duty
from data.__main__ import main
from data.imports import import_sample
from data.rosters import FILE, clear, from_bytes, from_file, keep, keep_sample, read, written
from data.rosters_sample import sample_roster
from data.store import Store

Said = Callable[..., tuple[int, str, str]]

LINES = (
    "agent,queues,weekday,from,to,activity,zone\nAnn,Mail,Mon-Fri,08:00,16:00,,UTC\nAnn,,Mon,08:00,08:30,meeting,UTC\n"
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], store: Store) -> Said:
    """Runs `roster` on the store: its exit code, and what it says."""

    def run(*words: str) -> tuple[int, str, str]:
        code = main(["roster", *words, "--store", str(store.directory)])
        out = capsys.readouterr()
        return code, out.out, out.err

    return run


def taken(text: str, zone: str | None = None) -> pl.DataFrame:
    return from_bytes("roster.csv", text.encode(), zone)


def refused(name: str, content: bytes) -> str:
    with pytest.raises(RosterError) as error:
        from_bytes(name, content)
    return str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        LINES,
        LINES.replace(",", ";"),
        "\ufeff" + LINES.replace(",", "\t").replace("\n", "\r\n"),
        LINES.replace("agent,queues,weekday,from", "Agent, QUEUES ,Weekday,From").replace("\n", "\n\n"),
        LINES.replace("\n", ",,\n"),
        LINES.replace(",UTC", "").replace(",zone", ""),
        LINES.replace("08:00,16:00,,", "8:00:00,16:00,Work,").replace("Mon-Fri", '"1,2,3,4,5"'),
    ],
)
def test_files_are_read_as_spreadsheets_write_them(text: str) -> None:
    assert taken(text, "UTC").equals(taken(LINES))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "roster.csv is empty. Expected a first line that names the columns: agent, headcount, queues"),
        (b"\n\nagent,from,to\n", "roster.csv, line 3: there is no column 'date or weekday'. Add it"),
        (b"agent,weekday,from,to\n", "roster.csv holds no line. Expected one a shift"),
        (b"agent,weekday,from,to\nAnn,Mon,08:00,16:00,x\n", "line 2: it has 5 values for 4 columns."),
        (b'agent,weekday,from,to\n\n"A\nB",Mon,08:00,16:00\nAnn,Mon,8,16:00', "line 5: '8' in from is no time."),
        (b'agent,weekday,from,to\n"Ann,Mon\n', "roster.csv, line 2: it is no CSV"),
        ("agent,weekday,from,to\nÅsa".encode("latin-1"), "roster.csv, line 2: it is not UTF-8 text."),
        (b"agent,weekday,from,to\n" + b"A,Mon,8:00,9:00\n" * 50_001, "holds 50,001 lines. Expected at most 50,000"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(content: bytes, message: str) -> None:
    assert message in refused("roster.csv", content)


def workbook(*sheets: list[list[Any]]) -> bytes:
    """Dates and times are written as a spreadsheet keeps them: numbers with a format."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        formats = {date: book.add_format({"num_format": "ddd d mmm"}), "time": book.add_format({"num_format": "hh:mm"})}
        for rows in sheets:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                for place, value in enumerate(row):
                    if isinstance(value, date):
                        sheet.write_datetime(number, place, value, formats[date])
                    elif isinstance(value, float):
                        sheet.write_number(number, place, value / 24, formats["time"])
                    else:
                        sheet.write(number, place, value)
    return out.getvalue()


def test_a_workbook_holds_a_grid_or_lines() -> None:
    grid = [
        ["Plan"],
        [],
        ["agent", "zone", date(2026, 3, 2), "2026-03-03"],
        ["Ann", "UTC", "E", 1],
        [],
        ["Bo", "UTC", "", "E"],
    ]
    legend = [["code", "from", "to"], ["E", 8.0, 16.5], [1, "22:00", 24.0]]
    found = on_duty(from_bytes("plan.xlsx", workbook(grid, legend)), date(2026, 3, 1), date(2026, 3, 9))
    assert found.select("agent", pl.col("start_at", "end_at").dt.strftime("%d %H:%M")).rows() == [
        ("Ann", "02 08:00", "02 16:30"),
        ("Ann", "03 22:00", "04 00:00"),
        ("Bo", "03 08:00", "03 16:30"),
    ]
    lines = [["Agent", "Date", "From", "To", "Zone"], ["Ann", date(2026, 3, 2), 8.25, 24.0, "UTC"]]
    text = "agent,date,from,to,zone\nAnn,2026-03-02,08:15,24:00,UTC\n"
    assert from_bytes("plan.XLSX", workbook(lines)).equals(taken(text))


def test_a_workbook_that_does_not_do_is_refused() -> None:
    grid = [["agent", "queues", date(2026, 3, 2)], ["Ann", "", "Q"]]
    known = "plan.xlsx, cell C2: code 'Q' is not known. Expected E or blank; add it to the legend."
    assert refused("plan.xlsx", workbook(grid, [["code", "from", "to"], ["E", 8.0, 16.0]])) == known
    assert "plan.xlsx, row 1: column 'Notes' is not known." in refused("plan.xlsx", workbook([["Notes"]]))
    assert "plan.xlsx is not an Excel workbook, or has a password." in refused("plan.xlsx", b"PK\x03\x04 and no more")
    far: list[list[Any]] = [[""] * 16_000 + ["x"], *[[]] * 60_000, ["x"]]
    assert "Delete what stands far from the table" in refused("plan.xlsx", workbook(grid, far))
    assert "plan.ods has an ending that is not known. Expected .csv, .tsv, .txt, .xlsx" in refused("plan.ods", b"")


def test_a_roster_is_kept_as_it_is_read(store: Store, tmp_path: Path) -> None:
    assert read(store.directory) is None
    planned = sample_roster(60_000)
    keep(store, planned)
    kept = read(store.directory)
    assert kept is not None
    assert kept.equals(planned)
    assert (store.directory / FILE).read_text("utf-8") == written(kept)
    keep(store, taken(LINES))
    assert read(store.directory) is not None
    clear(store)
    assert read(store.directory) is None
    with pytest.raises(RosterError, match="none.csv cannot be read"):
        from_file(tmp_path / "none.csv")


def test_the_command_keeps_lists_and_clears(store: Store, tmp_path: Path, said: Said) -> None:
    path = tmp_path / "lines.csv"
    path.write_text(LINES.replace(",UTC", "").replace(",zone", ""))
    assert said() == (0, "No roster is kept. Give a CSV or XLSX file.\n", "")
    code, _, err = said(str(path))
    assert (code, err.splitlines()[0].partition(".")[0]) == (1, "lines")
    assert "line 2: it has no zone." in err
    assert read(store.directory) is None
    told = "2 lines: 1 agent, 40 hours in a usual week\nQueues: Mail\nZones: UTC\n"
    code, out, _ = said(str(path), "--zone", "UTC")
    assert (code, out[: len(told)]) == (0, told)
    assert said()[1] == out
    path.write_text("agent,weekday,from,to\nAnn,Mon,8,16:00\n")
    assert said(str(path), "--zone", "UTC")[0] == 1
    assert said()[1] == out
    assert said("--clear") == (0, "No roster is kept any more.\n", "")
    assert said("--clear", str(path))[0] == said("--zone", "UTC")[0] == 1
    (store.directory / FILE).write_text("agent,weekday\n")
    assert "roster.csv, line 1: there is no column 'from'." in said()[2]


def test_the_sample_keeps_its_roster_unless_there_is_another(store: Store) -> None:
    import_sample(store, 150)
    kept = read(store.directory)
    assert kept is not None
    assert kept.equals(sample_roster(150))
    names = set(kept["agent"].drop_nulls())
    current = store.require()
    values = current.query(
        "SELECT DISTINCT value::VARCHAR AS agent FROM events WHERE kind = 'agent' AND value IS NOT NULL"
    )
    assert set(values["agent"]) <= names
    keep_sample(store, 60_000)  # as a larger sample would, in the place of the smaller one's
    grown = read(store.directory)
    assert grown is not None
    assert grown.equals(sample_roster(60_000))
    assert grown.height > kept.height
    keep(store, taken(LINES))
    keep_sample(store, 150)
    again = read(store.directory)
    assert again is not None
    assert again.equals(taken(LINES))
