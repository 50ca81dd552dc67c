"""Workbooks hold what the CSV file holds, typed, and nothing that runs."""

import io
import re
import zipfile
from csv import reader
from datetime import UTC, date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import fastexcel
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pages.ui import exports_xlsx
from pages.ui.exports import csv, xlsx
from tests.pages.test_exports import LIVE

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
AT = datetime(2026, 7, 6, 6, 30, tzinfo=UTC)


def cells(book: bytes) -> dict[str, tuple[str, str]]:
    """Kind and value of each cell under the heading, read from the sheet's XML as the format's standard says."""
    with zipfile.ZipFile(io.BytesIO(book)) as file:
        sheet = ET.fromstring(file.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - a file of ours
    found = {}
    for cell in sheet.iter(f"{SHEET}c"):
        text = "".join(each.text or "" for each in cell.iter() if each.tag in {f"{SHEET}v", f"{SHEET}t"})
        decoded = re.sub("_x([0-9A-Fa-f]{4})_", lambda code: chr(int(code[1], 16)), text)
        found[cell.attrib["r"]] = (cell.attrib.get("t", "n"), decoded)
    return {place: value for place, value in found.items() if not place.endswith("1") or len(place) > 2}


def read(book: bytes, sheet: str = "Table") -> pl.DataFrame:
    return fastexcel.read_excel(book).load_sheet(sheet).to_polars()


def about(book: bytes) -> list[str]:
    lines = fastexcel.read_excel(book).load_sheet("About", header_row=None).to_polars()
    return [line for line in lines.to_series() if line]


@pytest.mark.parametrize("payload", LIVE)
def test_no_cell_is_a_formula_and_none_becomes_one_when_saved_as_csv(payload: str) -> None:
    frame = pl.DataFrame({"a": [payload], payload: ["x"]})
    book = xlsx(frame, payload, [payload])
    with zipfile.ZipFile(io.BytesIO(book)) as file:
        sheets = [file.read(name).decode() for name in file.namelist() if "sheet" in name]
    assert not any(re.search(r"<f[ >]|<hyperlink", sheet) for sheet in sheets)
    kind, text = cells(book)["A2"]
    assert kind == "inlineStr"
    assert text.startswith("'")
    assert all(line.startswith("'") for line in about(book)[:2])
    assert list(read(book).columns)[1].startswith("'")


@settings(deadline=None, max_examples=30)
@given(st.lists(st.text(max_size=20), min_size=1, max_size=4))
def test_texts_are_those_of_the_csv_file(values: list[str]) -> None:
    frame = pl.DataFrame({"a": values}, schema={"a": pl.String})
    saved = [row[0] if row else "" for row in reader(io.StringIO(csv(frame).decode("utf-8-sig"), newline=""))][1:]
    held = cells(xlsx(frame, "t"))
    for row, (value, text) in enumerate(zip(values, saved, strict=True), start=2):
        if not re.search("[\x00-\x1f\x7f\ufffe\uffff]", value):
            assert held[f"A{row}"] == ("inlineStr", text)


def test_signs_a_spreadsheet_cannot_hold_are_marked_and_none_is_taken_for_a_code() -> None:
    held = cells(xlsx(pl.DataFrame({"a": ["a\x00b\x07c", "_x000A_ _x", "a\r\nb\rc", "a & <b>"]}), "t"))
    assert [text for _, text in held.values()] == ["a\ufffdb\ufffdc", "_x000A_ _x", "a\nb\nc", "a & <b>"]


def test_values_keep_their_types() -> None:
    frame = pl.DataFrame(
        {
            "day": [date(2026, 7, 6), None],
            "at": [AT, None],
            "local": [AT.replace(tzinfo=None), None],
            "n": [7, None],
            "x": [-1.5, None],
            "open": [True, None],
            "team": pl.Series(["A", None], dtype=pl.Enum(["A"])),
            "tags": [["a", "b"], None],
            "took": [timedelta(hours=30), None],
        }
    )
    book = xlsx(frame, "t")
    back = read(book)
    assert back.columns == ["day", "at (UTC)", "local", "n", "x", "open", "team", "tags", "took"]
    first = back.row(0)
    assert first[0] in {date(2026, 7, 6), datetime(2026, 7, 6)}
    assert first[1:3] == (datetime(2026, 7, 6, 6, 30), datetime(2026, 7, 6, 6, 30))
    assert first[3:] == (7, -1.5, True, "A", "a, b", timedelta(hours=30))
    assert not any(place.endswith("3") for place in cells(book))


def test_a_day_is_counted_as_spreadsheets_count_it() -> None:
    held = cells(xlsx(pl.DataFrame({"day": [date(2026, 1, 1), date(1900, 3, 1), date(1850, 1, 1)]}), "t"))
    assert held["A2"] == ("n", "46023")  # DATE(2026;1;1) is 46023 in Excel and LibreOffice
    assert held["A3"] == ("n", "61")
    assert held["A4"] == ("inlineStr", "1850-01-01")


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (float("nan"), None),
        (float("inf"), ("inlineStr", "∞")),
        (float("-inf"), ("inlineStr", "−∞")),
        (1e-7, ("n", "1E-07")),
        (10**15, ("inlineStr", "1000000000000000")),
        (10**15 - 1, ("n", "999999999999999")),
        (True, ("b", "1")),
    ],
)
def test_numbers_a_spreadsheet_does_not_know(value: Any, cell: tuple[str, str] | None) -> None:
    assert cells(xlsx(pl.DataFrame({"a": [value]}), "t")).get("A2") == cell


def test_looks_come_only_where_they_are_told() -> None:
    frame = pl.DataFrame({"share": [0.914], "rate": [0.914], "wait": [5_400]})
    book = xlsx(frame, "t", formats={"share": "percent", "wait": "duration"}, columns={"share": "Met"})
    with zipfile.ZipFile(io.BytesIO(book)) as file:
        sheet, styles = (file.read(f"xl/{name}.xml").decode() for name in ("worksheets/sheet1", "styles"))
    codes = re.findall('numFmtId="([0-9]+)"', styles[styles.index("<cellXfs") :])
    share, rate, wait = re.findall(r'<c r="[ABC]2"(?: s="(\d+)")?>', sheet)
    own = dict(re.findall('numFmtId="([0-9]+)" formatCode="([^"]+)"', styles))
    assert own[codes[int(share)]] == "0.0%"
    assert rate == ""
    assert own[codes[int(wait)]] == "[h]:mm:ss"
    assert cells(book)["C2"] == ("n", "0.0625")
    assert read(book).columns[:2] == ["Met", "rate"]
    assert '<pane ySplit="1"' in sheet
    assert '<autoFilter ref="A1:C2"/>' in sheet


def test_about_tells_what_was_looked_at_and_what_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports_xlsx, "MOST_ROWS", 3)
    frame = pl.DataFrame({"a": ["x" * 32_768, "y", "z", "left out"]})
    book = xlsx(frame, "Breaches", ["Due in May.", "policy 3fa2b1"])
    lines = about(book)
    assert lines[:3] == ["Breaches", "Due in May.", "policy 3fa2b1"]
    assert "1 are left out" in lines[3]
    assert "32,767 signs are cut" in lines[4]
    assert lines[5] == "Made by Duetime."
    held = cells(book)
    assert len(held["A2"][1]) == 32_767
    assert held["A2"][1].endswith("…")
    assert set(held) == {"A2", "A3", "A4"}


def test_many_rows_are_in_their_places() -> None:
    frame = pl.DataFrame({"n": range(100), "text": [f"row {n}" if n % 3 else None for n in range(100)]})
    assert read(xlsx(frame, "t")).equals(frame)


@pytest.mark.parametrize("frame", [pl.DataFrame(), pl.DataFrame({"a": []}), pl.DataFrame({"a": [None]})])
def test_nothing_is_a_workbook_too(frame: pl.DataFrame) -> None:
    assert read(xlsx(frame, "t")).columns == frame.columns


def test_the_same_table_is_the_same_file() -> None:
    frame = pl.DataFrame({"at": [AT]})
    assert xlsx(frame, "t") == xlsx(frame, "t")
