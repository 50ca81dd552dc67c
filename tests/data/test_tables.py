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
from data.ingest import tables, text
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
    "header only": ("t.csv", HEADER.encode(), "t.csv has a header and no rows"),
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
    "no json": ("t.jsonl", b"hello\n", "is not JSON that can be read: Expecting value"),
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
    monkeypatch.setattr(text, "LARGEST_TEXT", 4 << 20)
    with pytest.raises(ImportFileError, match="unpacks to more than 4 MB"):
        taken(tmp_path / "bomb.csv.gz", gzip.compress(b"0" * (16 << 20)))


def test_a_workbook_that_unpacks_to_far_more_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "LARGEST_WORKBOOK", 1 << 20)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (2 << 20))
    with pytest.raises(ImportFileError, match="unpacks to 2 MB"):
        taken(tmp_path / "bomb.xlsx", made.getvalue())


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
        tmp_path / "t.csv",
        table(row(1), row(2), header=HEADER.replace("company", '"company\nname"')),
        columns=FEW,
        values={},
    )
    assert batch.tickets["ticket_id"].to_list() == ["1", "2"]


def damaged(kind: str, folder: Path) -> bytes:
    if kind == "t.csv.gz":
        return gzip.compress("".join(row(number) + "\n" for number in range(2000)).encode())
    if kind == "t.xlsx":
        return workbook(folder / "made.xlsx")
    made = io.BytesIO()
    pl.read_csv(io.StringIO(GOOD), infer_schema=False).write_parquet(made)
    if kind == "t.zip":
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("t.csv", GOOD)
        return packed.getvalue()
    if kind == "t.jsonl":
        return json_lines().encode()
    return made.getvalue() if kind == "t.parquet" else GOOD.encode()


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz", "t.parquet", "t.xlsx", "t.zip", "t.jsonl"])
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
