"""Files as they are opened: what is seen of them before they are read, and paths that lead to none."""

import gzip
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.errors import ImportFileError
from data.ingest import delimited
from data.ingest.delimited import Source, read_rows
from data.ingest.files import File, opened
from data.ingest.tables import read_table
from data.ingest.text import encoding_of

CSV = "Ticket ID,Subject\n1,a\n2,b\n"
NOBODY = 65_534


def seen(path: Path, content: str | bytes, **how: str) -> File:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with opened([path], **how) as files:
        return files[0]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_by_the_header(tmp_path: Path, delimiter: str) -> None:
    content = f'Ticket ID{delimiter}"a,b;c|d,e\tf"{delimiter}Subject\n1{delimiter}2{delimiter}3\n'
    file = seen(tmp_path / "t.csv", content)
    assert (file.kind, file.delimiter) == ("table", delimiter)
    assert file.columns == ("Ticket ID", "a,b;c|d,e\tf", "Subject")
    assert file.table().rows.rows() == [("1", "2", "3")]


def test_what_is_given_is_believed(tmp_path: Path) -> None:
    file = seen(tmp_path / "t.csv", "a;b,c\n1;2,3\n".encode("utf-16"), delimiter=",", encoding="utf-16")
    assert (file.columns, file.delimiter, file.encoding) == (("a;b", "c"), ",", "utf-16")


def test_one_column_is_a_table(tmp_path: Path) -> None:
    file = seen(tmp_path / "t.csv", 'id\n1\n\n"2"\n')
    assert (file.columns, file.table().rows.rows()) == (("id",), [("1",), ("2",)])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_encoding_is_seen(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("id,Väder\n1,åäö\n".encode(encoding))
    assert encoding_of(path) == encoding[:6].rstrip("-")
    with opened([path]) as files:
        assert files[0].table().rows.rows(named=True) == [{"id": "1", "Väder": "åäö"}]


def test_text_of_many_letters_beyond_ascii_is_no_utf_16(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("名前,日本語\nああ,いい\n" * 50)
    assert encoding_of(path) == "utf-8"


def test_columns_are_known_by_any_capitals(tmp_path: Path) -> None:
    file = seen(tmp_path / "t.csv", CSV)
    assert file.has("ticket id", "SUBJECT")
    assert not file.has("ticket id", "status")


def test_columns_of_a_parquet_file_are_seen_without_its_rows(tmp_path: Path) -> None:
    pl.DataFrame({"id": [1], "at": ["x"]}).write_parquet(tmp_path / "t.parquet")
    with opened([tmp_path / "t.parquet"]) as files:
        assert (files[0].kind, files[0].columns) == ("table", ("id", "at"))


def test_members_of_an_archive_are_named_by_it_and_gone_afterwards(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.writestr("2026/june.csv", CSV)
        archive.writestr("2026/july.CSV.GZ", gzip.compress(b"Ticket ID,Subject\n3,c\n4\n"))
        archive.writestr("readme.pdf", b"%PDF")
    with opened([tmp_path / "export.zip"]) as files:
        assert [file.name for file in files] == ["export.zip/2026/june.csv", "export.zip/2026/july.CSV.GZ"]
        paths = [file.path for file in files]
        table = files[1].table()
    assert (table.name, table.rows.rows(), table.rejected["row_number"].to_list()) == (
        "export.zip/2026/july.CSV.GZ",
        [("3", "c")],
        [3],
    )
    assert not any(path.exists() for path in paths)


def test_the_file_itself_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(CSV)
    path.chmod(0o444)
    with opened([path]) as files:
        files[0].table()
    assert path.read_text() == CSV
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    folder = tmp_path / "t.csv"
    folder.mkdir()
    for call in (lambda: read_table(folder), lambda: opened([folder]).__enter__()):
        with pytest.raises(ImportFileError, match="t.csv is a folder. Expected a file; name the files in it."):
            call()


@pytest.mark.parametrize("name", ["none.csv", "none.zip", "file/t.csv", "link.csv"])
def test_a_path_to_nothing_is_said(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "link.csv").symlink_to(tmp_path / "gone.csv")
    with pytest.raises(ImportFileError, match="There is no file"), opened([tmp_path / name]):
        pass


def test_a_name_no_file_can_have_is_said(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match="cannot be read .File name too long"), opened([tmp_path / ("a" * 400)]):
        pass


@contextmanager
def without_rights() -> Iterator[None]:
    """As somebody who may read nothing that is not for all; root may read everything."""
    was = os.geteuid()
    if was == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if was == 0:
            os.seteuid(was)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="has no such rights")
@pytest.mark.parametrize("name", ["t.csv", "t.json", "t.parquet", "t.xlsx", "t.zip", "t.csv.gz"])
def test_a_file_that_may_not_be_read_is_said(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(CSV)
    path.chmod(0)
    for folder in (tmp_path, *list(tmp_path.parents)[:-2]):
        if os.geteuid() == 0 and folder.is_relative_to(tmp_path.parent):
            folder.chmod(0o755)
    with without_rights(), pytest.raises(ImportFileError) as error, opened([path]):
        pass
    assert f"{name} " in str(error.value)
    assert "(Permission denied)" in str(error.value)


@pytest.mark.parametrize("delimiter", ['"', "\n", " ", ""])
def test_a_delimiter_that_parts_nothing_is_refused(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(CSV)
    with pytest.raises(ImportFileError, match="cannot part values. Expected a delimiter such as"):
        read_table(path, delimiter=delimiter)


values = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=6)


def written(value: str, quoted: bool) -> str:
    if quoted or any(each in value for each in '",\n') or value.startswith(" "):
        return '"' + value.replace('"', '""') + '"'
    return value


@given(st.lists(st.tuples(values, values, values, st.booleans()).filter(lambda row: any(row[:3])), max_size=20))
@settings(deadline=None, max_examples=40)
def test_whatever_is_written_is_read_and_by_both_ways_the_same(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str, bool]]
) -> None:
    path = tmp_path_factory.mktemp("written") / "t.csv"
    lines = [",".join(written(value, quoted) for value in row) for *row, quoted in rows]
    path.write_text("\n".join(["a,b,c", *lines, ""]), newline="")
    source = Source(path, "t.csv", "utf-8", ",")
    expected = [tuple(value or None for value in row) for *row, _ in rows]
    frame, aside = read_rows(source, 3)
    assert ([tuple(value or None for value in row) for row in frame.rows()], aside) == (expected, [])
    path.write_text("\n".join(["a,b,c", *lines, "short", ""]), newline="")
    frame, aside = read_rows(source, 3)
    assert [tuple(value or None for value in row) for row in frame.rows()] == expected
    assert aside == [(len(rows) + 2, "too few values in the line", "short")]


@pytest.mark.parametrize(
    ("content", "copied"), [(CSV, False), (CSV.replace("\n", "\r\n"), True), ("\ufeff" + CSV, True)]
)
def test_a_file_that_is_clean_is_not_copied(tmp_path: Path, content: str, copied: bool) -> None:
    (tmp_path / "t.csv").write_text(content, newline="")
    (tmp_path / "copies").mkdir()
    plain, quotes = delimited._plain(Source(tmp_path / "t.csv", "t.csv", "utf-8", ","), 2, tmp_path / "copies")
    assert (plain.is_symlink(), plain.read_bytes()) == (not copied, CSV.encode())
    assert (quotes.sound, quotes.rows) == (True, 3)
