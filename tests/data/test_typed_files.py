"""Workbooks, Parquet files and JSON lines: what they hold is text or an instant, whatever type it had."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from analytics.errors import ImportFileError
from tests.data.files import HEADER, row, table, taken

FEW = {"ticket_id": "id", "created_at": "created"}
SPREADSHEET = (
    ("007", datetime(2026, 6, 1, 8), "=cmd|' /C calc'!A0"),
    (7, datetime(2026, 6, 1), None),
    (7.5, datetime(2026, 6, 1, 8, 0, 0, 500_000), " "),
)


def spreadsheet(path: Path, header: list[str | None], rows: tuple[tuple[object, ...], ...] = SPREADSHEET) -> Path:
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False})
    sheet = book.add_worksheet()
    times = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    for number, cells in enumerate((header, *rows)):
        for column, cell in enumerate(cells):
            sheet.write(number, column, cell, times if isinstance(cell, datetime) else None)
    book.close()
    return path


def test_a_workbook_keeps_its_texts_and_its_typed_times(tmp_path: Path) -> None:
    path = spreadsheet(tmp_path / "t.xlsx", ["id", "created", "company"])
    columns = {"ticket_id": "id", "created_at": "created", "customer": "company"}
    batch = taken(path, path.read_bytes(), columns=columns, values={})
    assert batch.tickets.select("ticket_id", "created_at", "customer").rows() == [
        ("007", datetime(2026, 6, 1, 6, tzinfo=UTC), "=cmd|' /C calc'!A0"),
        ("7", datetime(2026, 5, 31, 22, tzinfo=UTC), None),
        ("7.5", datetime(2026, 6, 1, 6, 0, 0, 500_000, tzinfo=UTC), None),
    ]


@pytest.mark.parametrize(
    ("header", "told"),
    [
        (["id", "created", "id"], "t.xlsx has two columns called 'id'"),
        (["id", None, "created"], "t.xlsx: column 2 has no name"),
    ],
)
def test_a_workbooks_header_is_held_to_the_same_rules(tmp_path: Path, header: list[str | None], told: str) -> None:
    path = spreadsheet(tmp_path / "t.xlsx", header)
    with pytest.raises(ImportFileError, match=told):
        taken(path, path.read_bytes())


def test_a_workbook_without_a_cell_has_no_header(tmp_path: Path) -> None:
    path = spreadsheet(tmp_path / "t.xlsx", [], ())
    with pytest.raises(ImportFileError, match="has no header line"):
        taken(path, path.read_bytes())


def two_json_lines() -> str:
    names = HEADER.split(",")
    lines = table(row(1), row(2)).splitlines()[1:]
    return "\n".join(json.dumps(dict(zip(names, line.split(","), strict=True))) for line in lines)


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ('{"id": "\\ud800", "created": "2026-06-01 08:00"}', "the line is not valid text"),
        ('{"id": "a\\u0000b", "created": "2026-06-01 08:00"}', "the line is not valid text"),
        ('{"id": ' + "9" * 5000 + "}", "the line is not a JSON object"),
        ("[" * 100_000, "the line is not a JSON object"),
        ("[1, 2]", "the line is not a JSON object"),
        ('{"id": 3, "created": null}', "creation time is missing"),
        ("{}", "ticket id is missing"),
    ],
)
def test_a_json_line_no_engine_can_hold_is_set_aside(tmp_path: Path, line: str, rule: str) -> None:
    batch = taken(tmp_path / "t.jsonl", f"{two_json_lines()}\n\n{line}\n")
    assert (batch.read, batch.tickets.height) == (3, 2)
    assert rule in batch.rejected["rule"].to_list()
    assert set(batch.rejected["row_number"]) == {4}


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "America/New_York"])
def test_an_endless_time_of_a_parquet_file_breaks_a_rule(tmp_path: Path, unit: str, zone: str | None) -> None:
    kind = pl.Datetime("ns" if unit == "ns" else "ms" if unit == "ms" else "us", zone)
    created = pl.Series([1_780_000_000_000 * {"ms": 1, "us": 1000, "ns": 1_000_000}[unit], 2**63 - 1]).cast(kind)
    made = io.BytesIO()
    pl.DataFrame({"id": ["1", "2"], "created": created}).write_parquet(made)
    batch = taken(tmp_path / "t.parquet", made.getvalue(), columns=FEW, values={})
    assert batch.tickets["ticket_id"].to_list() == ["1"]
    assert "a time before 1970 or after 2099" in batch.rejected["rule"].to_list()


@pytest.mark.parametrize("values", [pl.Series([b"\xff"]), pl.Series([1], dtype=pl.Duration("us"))])
def test_a_parquet_column_that_is_no_text_is_said(tmp_path: Path, values: pl.Series) -> None:
    made = io.BytesIO()
    pl.DataFrame({"id": ["1"], "created": ["2026-06-01 08:00"], "odd": values}).write_parquet(made)
    with pytest.raises(ImportFileError, match="t.parquet has columns that are neither text, number nor time: odd"):
        taken(tmp_path / "t.parquet", made.getvalue())


def test_a_parquet_file_is_the_one_named(tmp_path: Path) -> None:
    for name in ("t*.parquet", "t1.parquet"):
        pl.DataFrame({"id": [name], "created": ["2026-06-01 08:00"]}).write_parquet(tmp_path / name)
    path = tmp_path / "t*.parquet"
    assert taken(path, path.read_bytes(), columns=FEW, values={}).tickets["ticket_id"].to_list() == ["t*.parquet"]


@pytest.mark.parametrize("name", ["t.csv", "t.jsonl", "t.xlsx", "t.parquet"])
def test_a_column_may_be_called_row_number(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "t.csv":
        path.write_text("id,created,row_number\n1,2026-06-01 08:00,x\n")
    elif name == "t.jsonl":
        path.write_text('{"id": 1, "created": "2026-06-01 08:00", "row_number": "x"}\n')
    elif name == "t.xlsx":
        spreadsheet(path, ["id", "created", "row_number"], (("1", "2026-06-01 08:00", "x"),))
    else:
        pl.DataFrame({"id": ["1"], "created": ["2026-06-01 08:00"], "row_number": ["x"]}).write_parquet(path)
    batch = taken(path, path.read_bytes(), columns={**FEW, "team": "row_number"}, values={})
    assert batch.tickets.select("ticket_id", "team").rows() == [("1", "x")]
