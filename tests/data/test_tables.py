"""Files of every kind, and files that should never have been: rows accounted for, or one clear error."""

import gzip
import io
import json
import random
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from analytics.errors import ImportFileError
from data.ingest import tables
from tests.data.files import HEADER, row, table, taken

FEW = {"ticket_id": "id", "created_at": "created"}
GOOD = table(row(1), row(2, company="Ågren & Co"))


def workbook(path: Path) -> bytes:
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for number, line in enumerate(GOOD.splitlines()):
        sheet.write_row(number, 0, line.split(","))
    book.close()
    return path.read_bytes()


def json_lines() -> str:
    names = HEADER.split(",")
    rows = [dict(zip(names, line.split(","), strict=True)) for line in GOOD.splitlines()[1:]]
    return "\n".join(json.dumps({**each, "extra": {"nested": [1]}, "id": int(each["id"])}) for each in rows)


@pytest.mark.parametrize(
    "name",
    ["t.csv", "t.csv.gz", "t.tsv", "t.parquet", "t.jsonl", "t.xlsx", "bom.csv", "cr.csv", "utf16.csv", "cp1252.csv"],
)
def test_every_kind_of_file_reads_the_same(tmp_path: Path, name: str) -> None:
    parquet = io.BytesIO()
    pl.read_csv(io.StringIO(GOOD), infer_schema=False).write_parquet(parquet)
    contents: dict[str, str | bytes] = {
        "t.csv": GOOD,
        "t.csv.gz": gzip.compress(GOOD.encode()),
        "t.tsv": GOOD.replace(",", "\t"),
        "t.parquet": parquet.getvalue(),
        "t.jsonl": json_lines(),
        "t.xlsx": workbook(tmp_path / "made.xlsx"),
        "bom.csv": b"\xef\xbb\xbf" + GOOD.encode(),
        "cr.csv": GOOD.replace("\n", "\r"),
        "utf16.csv": GOOD.encode("utf-16"),
        "cp1252.csv": GOOD.encode("cp1252"),
    }
    changes = {"encoding": name.removesuffix(".csv")} if name == "cp1252.csv" else {}
    changes = {"encoding": "utf-16"} if name == "utf16.csv" else changes
    batch = taken(tmp_path / name, contents[name], **changes)
    assert batch.tickets["ticket_id"].to_list() == ["1", "2"]
    assert batch.tickets["customer"].to_list() == ["Acme", "Ågren & Co"]
    assert batch.tickets["created_at"].unique().to_list() == [datetime(2026, 6, 1, 6, tzinfo=UTC)]


def test_typed_times_of_a_parquet_file_are_instants(tmp_path: Path) -> None:
    naive, aware = datetime(2026, 6, 1, 8), datetime(2026, 6, 1, 8, tzinfo=UTC)
    frame = pl.read_csv(io.StringIO(GOOD), infer_schema=False)
    made = io.BytesIO()
    frame.with_columns(
        created=pl.lit(naive), answered=pl.lit(aware).dt.cast_time_unit("ms"), solved=pl.lit(aware)
    ).write_parquet(made)
    batch = taken(tmp_path / "t.parquet", made.getvalue())
    assert batch.tickets["created_at"][0] == datetime(2026, 6, 1, 6, tzinfo=UTC)
    assert batch.events["at"][0] == aware


@pytest.mark.parametrize(
    ("bad", "rule"),
    [
        ("9,2026-06-01 08:00", "too few values in the line"),
        (f"{row(9)},more", "too many values in the line"),
        (row(9, company='"never closed'), "a quote is not closed"),
    ],
)
def test_a_ragged_line_is_set_aside_and_the_rest_taken(tmp_path: Path, bad: str, rule: str) -> None:
    batch = taken(tmp_path / "t.csv", table(row(1), row(2), bad))
    assert batch.tickets.height == 2
    assert batch.rejected.select("row_number", "rule").rows() == [(4, rule)]


def test_a_quoted_line_end_is_part_of_the_value(tmp_path: Path) -> None:
    batch = taken(tmp_path / "t.csv", table(row(1, company='"two\nlines, one value"'), row(2)))
    assert batch.tickets["customer"].to_list() == ["two\nlines, one value", "Acme"]


def test_a_broken_json_line_is_set_aside(tmp_path: Path) -> None:
    batch = taken(tmp_path / "t.jsonl", json_lines() + '\n{"id": \n[1, 2]\n')
    assert batch.rejected["rule"].to_list() == ["the line is not a JSON object"] * 2
    assert batch.tickets.height == 2


BROKEN: dict[str, tuple[str, bytes, str]] = {
    "empty": ("t.csv", b"", "t.csv is empty"),
    "header only": ("t.csv", HEADER.encode(), "No row of t.csv could be taken"),
    "blank header": ("t.csv", b"\n1,2\n", "has no header line"),
    "duplicate header": ("t.csv", b"id,created,ID\n1,2,3\n", "two columns called 'ID'"),
    "unnamed column": ("t.csv", b"id,,created\n1,2,3\n", "column 2 has no name"),
    "picture": ("t.csv", b"\x89PNG\r\n\x1a\n", "is a picture, not a text table"),
    "zip": ("t.csv", b"PK\x03\x04rest", "is a zip archive or workbook"),
    "utf-16 undeclared": ("t.csv", GOOD.encode("utf-16"), "is not utf-8 text"),
    "cp1252 undeclared": ("t.csv", GOOD.encode("cp1252"), "is not utf-8 text (line 3). Set encoding in the mapping"),
    "cut in a letter": ("t.csv", GOOD.encode() + b"\xc3", "is not utf-8 text"),
    "nul": ("t.csv", GOOD.encode().replace(b"Acme", b"A\x00e"), "has a NUL byte in line 2"),
    "cut gzip": ("t.csv.gz", gzip.compress(GOOD.encode() * 50)[:-20], "is a damaged gzip file"),
    "no gzip": ("t.parquet", b"nothing of the kind", "is not a Parquet file"),
    "no workbook": ("t.xlsx", b"nothing of the kind", "is not an Excel workbook"),
    "no json": ("t.jsonl", b"hello\n", "has no JSON object"),
    "unknown ending": ("t.doc", b"hello", "has an ending that is not known"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_one_clear_error(tmp_path: Path, name: str) -> None:
    file, content, told = BROKEN[name]
    with pytest.raises(ImportFileError) as error:
        taken(tmp_path / file, content)
    assert told in str(error.value)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match="There is no file"):
        tables.read_table(tmp_path / "none.csv", encoding="utf-8", delimiter=",")


def test_a_gzip_that_unpacks_to_far_more_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "LARGEST_TEXT", 4 << 20)
    with pytest.raises(ImportFileError, match="unpacks to more than 4 MB"):
        taken(tmp_path / "bomb.csv.gz", gzip.compress(b"0" * (16 << 20)))


def test_a_workbook_that_unpacks_to_far_more_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "LARGEST_WORKBOOK", 1 << 20)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (2 << 20))
    with pytest.raises(ImportFileError, match="unpacks to 2 MB"):
        taken(tmp_path / "bomb.xlsx", made.getvalue())


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


def test_rows_around_ragged_lines_keep_their_place_in_the_file(tmp_path: Path) -> None:
    rows = ["2,ragged", row(3, created="never"), row(4, company='"two\nlines"'), "5,ragged", row(6, created="never")]
    batch = taken(tmp_path / "t.csv", table(*rows, row(7), row(8)))
    assert (batch.read, batch.tickets.height, batch.rejected_rows) == (7, 3, 4)
    assert batch.rejected.select("row_number", "rule").rows() == [
        (2, "too few values in the line"),
        (3, "creation time cannot be read"),
        (5, "too few values in the line"),
        (6, "creation time cannot be read"),
    ]


def test_lines_in_the_tens_of_thousands_are_each_accounted_for(tmp_path: Path) -> None:
    ragged = set(range(7, 30_000, 97))
    rows = [f"{number},ragged" if number in ragged else row(number) for number in range(2, 30_002)]
    batch = taken(tmp_path / "t.csv", table(*rows))
    assert batch.rejected["row_number"].to_list() == sorted(ragged)
    assert batch.tickets.height == 30_000 - len(ragged)


def test_blank_lines_are_no_rows(tmp_path: Path) -> None:
    batch = taken(tmp_path / "t.csv", table(row(1), "", "", row(2), "2,ragged", ""))
    assert (batch.read, batch.tickets.height, batch.rejected["rule"].to_list()) == (
        3,
        2,
        ["too few values in the line"],
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_may_differ_within_a_file(tmp_path: Path, end: str) -> None:
    content = table(row(1)) + row(2) + end + row(3, company=f'"two{end}lines"') + end + row(4)
    batch = taken(tmp_path / "t.csv", content)
    assert batch.tickets["ticket_id"].to_list() == ["1", "2", "3", "4"]
    assert batch.tickets["customer"][2] == "two\nlines"


def test_a_header_over_two_lines_hides_no_row(tmp_path: Path) -> None:
    batch = taken(
        tmp_path / "t.csv", table(row(1), row(2), header=HEADER.replace("company", '"company\nname"')), columns=FEW, values={}
    )
    assert batch.tickets["ticket_id"].to_list() == ["1", "2"]


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
    batch = taken(tmp_path / "t.jsonl", f"{json_lines()}\n\n{line}\n")
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
    with pytest.raises(ImportFileError, match="is not a Parquet file"):
        taken(tmp_path / "t.parquet", made.getvalue())


def test_a_parquet_file_is_the_one_named(tmp_path: Path) -> None:
    for name in ("t*.parquet", "t1.parquet"):
        pl.DataFrame({"id": [name], "created": ["2026-06-01 08:00"]}).write_parquet(tmp_path / name)
    path = tmp_path / "t*.parquet"
    assert taken(path, path.read_bytes(), columns=FEW, values={}).tickets["ticket_id"].to_list() == ["t*.parquet"]


def damaged(kind: str, folder: Path) -> bytes:
    if kind == "t.csv.gz":
        return gzip.compress("".join(row(number) + "\n" for number in range(2000)).encode())
    if kind == "t.xlsx":
        return workbook(folder / "made.xlsx")
    made = io.BytesIO()
    pl.read_csv(io.StringIO(GOOD), infer_schema=False).write_parquet(made)
    return made.getvalue() if kind == "t.parquet" else GOOD.encode()


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz", "t.parquet", "t.xlsx"])
def test_a_damaged_file_is_one_error_or_accounted_for(tmp_path: Path, name: str) -> None:
    good, chance = damaged(name, tmp_path), random.Random(name)
    refused = 0
    for _ in range(60):
        content = bytearray(good)
        for _ in range(chance.randint(1, 5)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        try:
            taken(tmp_path / name, bytes(content[: chance.choice([len(content), chance.randrange(1, len(content))])]))
        except ImportFileError:
            refused += 1
    assert refused


def test_utf_8_declared_as_utf_16_is_said(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match="is not utf-16 text .line 1.. Set encoding in the mapping"):
        taken(tmp_path / "t.csv", GOOD, encoding="utf-16")


def test_a_name_no_file_can_have_is_said(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match="cannot be read"):
        tables.read_table(tmp_path / f"{'a' * 400}.csv", encoding="utf-8", delimiter=",")
