"""Nasty Parquet and Excel files, each built with the number of rows in it, or what must be said of it."""

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from tests.data.nasty import AT, PLAIN, Refused, Taken

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def leads_to(kind: str, target: str) -> str:
    relation = f'<Relationship Id="rId1" Type="{OFFICE}/{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{PACKAGE}/relationships">{relation}</Relationships>'


PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
    "_rels/.rels": leads_to("officeDocument", "xl/workbook.xml"),
    "xl/_rels/workbook.xml.rels": leads_to("worksheet", "worksheets/sheet1.xml"),
    "xl/workbook.xml": (
        f'<workbook xmlns="{SHEETS}" xmlns:r="{OFFICE}">'
        '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
}


def parquet(**columns: Any) -> bytes:
    made = io.BytesIO()
    pl.DataFrame(columns).write_parquet(made)
    return made.getvalue()


def workbook(fill: Callable[[Any, Any], None]) -> Callable[[Path], bytes]:
    """A workbook whose first sheet is filled by a function of the sheet and the book."""

    def build(folder: Path) -> bytes:
        book = xlsxwriter.Workbook(folder / "made.xlsx", {"strings_to_formulas": False})
        fill(book.add_worksheet(), book)
        book.close()
        return (folder / "made.xlsx").read_bytes()

    return build


def sheet(*cells: tuple[str, str], repeat: int = 1) -> bytes:
    """A workbook written by hand: cells by their place, one row of XML each."""
    rows = "".join(f'<row><c r="{place}" t="inlineStr"><is><t>{value}</t></is></c></row>' for place, value in cells)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in PARTS.items():
            archive.writestr(name, content)
        body = f'<worksheet xmlns="{SHEETS}"><sheetData>{rows * repeat}</sheetData></worksheet>'
        archive.writestr("xl/worksheets/sheet1.xml", body)
    return made.getvalue()


def formulas(made: Any, _book: Any) -> None:
    made.write_row(0, 0, ["id", "created", "company"])
    made.write_row(1, 0, ["1", AT, "=cmd|' /C calc'!A0"])
    made.write_formula(2, 0, "=1+1", None, 2)
    made.write_row(2, 1, [AT])
    made.write_formula(2, 2, '="a"&"b"', None, "ab")
    made.write_row(3, 0, ["3", AT])
    made.write_formula(3, 2, "=1/0", None, "#DIV/0!")


def merged(made: Any, _book: Any) -> None:
    made.write_row(0, 0, ["id", "created", "company"])
    made.merge_range(1, 0, 2, 0, "1")
    made.write_column(1, 1, [AT, AT])
    made.merge_range(1, 2, 2, 2, "Acme")


def dated(made: Any, book: Any) -> None:
    made.write_row(0, 0, ["id", "created"])
    made.write(1, 0, 1)
    made.write_datetime(1, 1, datetime(2026, 6, 1, 8), book.add_format({"num_format": "d mmm yyyy hh:mm"}))
    made.write(2, 0, 2)
    made.write_datetime(2, 1, datetime(2026, 6, 1, 8), book.add_format({"num_format": "[$-41D]d/m/yy h:mm;@"}))
    made.write_row(3, 0, [3, 46174.3333])
    made.write_row(4, 0, [True, AT])


def spaced(made: Any, _book: Any) -> None:
    """Blank rows amid and after the table, a blank column, and a bad time whose row number must be right."""
    made.write_row(0, 1, ["id", "created"])
    made.write_row(1, 1, ["1", AT])
    made.write_row(4, 1, ["2", "never"])
    made.write_row(9, 1, ["3", AT])
    made.write_blank(20, 1, None, _book.add_format({"bold": True}))


def titled(made: Any, _book: Any) -> None:
    made.write(0, 0, "Tickets of June")
    made.write_row(2, 0, ["id", "created"])
    made.write_row(3, 0, ["1", AT])


ONLY: dict[str, Any] = {"columns": {"ticket_id": "id", "created_at": "created"}, "values": {}}
TYPED: dict[str, Taken] = {
    "parquet of odd types": Taken(
        "t.parquet",
        parquet(
            id=pl.Series([1, 2**64 - 1], dtype=pl.UInt64),
            created=[AT, AT],
            company=[Decimal("1.50"), None],
            day=[date(2026, 6, 1)] * 2,
            flag=[True, False],
            code=pl.Series(["a", "b"], dtype=pl.Categorical),
            nested=[{"a": 1}, {"a": 2}],
            many=[[1], [2, 3]],
            none=pl.Series([None, None]),
        ),
        2,
        (),
        ("1", str(2**64 - 1)),
    ),
    "parquet with NUL": Taken(
        "t.parquet",
        parquet(id=["1", "a\0b", "3"], created=[AT] * 3, company=["x", "y", None]),
        3,
        ((3, "the row is not valid text"),),
        ("1", "3"),
    ),
    "parquet of times": Taken(
        "t.parquet",
        parquet(id=[1, 2], created=[datetime(2026, 6, 1, tzinfo=UTC), None], company=["", "x"]),
        2,
        ((3, "creation time is missing"),),
    ),
    "a workbook of formulas": Taken("t.xlsx", workbook(formulas), 3, (), ("1", "2", "3")),
    "a workbook of merged cells": Taken("t.xlsx", workbook(merged), 2, ((3, "ticket id is missing"),), ("1",)),
    "a workbook of dates as numbers": Taken(
        "t.xlsx", workbook(dated), 4, ((4, "creation time cannot be read"),), changes=ONLY
    ),
    "a workbook with blank rows": Taken(
        "t.xlsx", workbook(spaced), 3, ((5, "creation time cannot be read"),), ("1", "3"), changes=ONLY
    ),
    "a sheet far down": Taken(
        "t.xlsx", sheet(("A1", "id"), ("B1", "created"), ("A9000", "1"), ("B9000", AT)), 1, changes=ONLY
    ),
}
UNREADABLE: dict[str, Refused] = {
    "parquet that is CSV": Refused("t.parquet", PLAIN.encode(), "is not a Parquet file"),
    "parquet that is cut": Refused("t.parquet", parquet(id=["1"], created=[AT])[:-9], "is not a Parquet file"),
    "parquet that holds no rows": Refused(
        "t.parquet", parquet(id=[], created=[], company=[]), "t.parquet has a header and no rows"
    ),
    "parquet of bytes": Refused(
        "t.parquet", parquet(id=["1"], created=[AT], company=[b"\xff"]), "neither text, number nor time: company"
    ),
    "parquet with a column twice": Refused(
        "t.parquet", parquet(id=["1"], created=[AT], Id=["2"]), "two columns called 'Id'"
    ),
    "a workbook that is CSV": Refused("t.xlsx", PLAIN.encode(), "is not an Excel workbook"),
    "a workbook of the old kind": Refused(
        "t.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 100, "is not an Excel workbook, or has a password"
    ),
    "a workbook that is a zip": Refused("t.xlsx", b"PK\x05\x06" + bytes(18), "cannot be read as a workbook"),
    "a workbook that is cut": Refused("t.xlsx", sheet(("A1", "id"))[:-40], "is not an Excel workbook"),
    "a workbook under a title": Refused("t.xlsx", workbook(titled), "column 2 has no name", ONLY),
    "a workbook called CSV": Refused("t.csv", sheet(("A1", "id")), "is a zip archive or workbook"),
    "a sheet that reaches far": Refused(
        "t.xlsx", sheet(("A1", "id"), ("XFD1048576", "x")), "1,048,576 rows and 16,384 columns, nearly all blank"
    ),
    "a sheet that reaches far down": Refused("t.xlsx", sheet(("A1", "id"), ("Z1048576", "x")), "nearly all blank"),
    "a sheet that reaches far in disorder": Refused(
        "t.xlsx", sheet(("XFD3", "x"), ("A1048576", "y"), ("A1", "id")), "nearly all blank"
    ),
}
TYPED_BOMBS: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "workbook": ("t.xlsx", lambda: sheet(("A1", "x" * 1000), repeat=430_000), "unpacks to 4"),
    "parquet": (
        "t.parquet",
        lambda: parquet(id=pl.repeat("1", 70_000_000, eager=True)),
        "unpacks to 66 million values",
    ),
}
