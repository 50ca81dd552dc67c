"""The files of an import, opened and looked at: archives unpacked, header or shape known, nothing read yet."""

import lzma
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any, Literal

from analytics.errors import ImportFileError
from data.ingest.delimited import Source, delimiter_of, header_of
from data.ingest.records import JSONS, Records, as_table, read_records
from data.ingest.tables import (
    PARQUETS,
    TEXTS,
    WORKBOOKS,
    Progress,
    Table,
    checked_header,
    columns_of,
    read_table,
    suffix_of,
    unknown_ending,
)
from data.ingest.text import LARGEST_TEXT, encoding_of

LARGEST_ZIP_RATIO, MOST_MEMBERS = 100, 200
_UNPACKED_ANYWAY = 64 << 20
_KNOWN = (*TEXTS, *JSONS, *WORKBOOKS, *PARQUETS)
_DAMAGES = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error, lzma.LZMAError)
_ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".tgz", ".bz2", ".xz")


@dataclass(frozen=True)
class File:
    """A file of an import.

    Attributes:
        name: as the user knows it; one from an archive is "archive.zip/member.csv".
        path: where its bytes are.
        kind: a table of text with a header, or JSON records.
        columns: the header, or the keys of the first records, as written and in order.
        encoding, delimiter: of a text table.
        records: of a JSON file, its records; None for a table.
    """

    name: str
    path: Path
    kind: Literal["table", "records"]
    columns: tuple[str, ...]
    encoding: str = "utf-8"
    delimiter: str = ","
    records: Records | None = field(default=None, repr=False, compare=False)

    def has(self, *names: str) -> bool:
        """Whether all of these are among its columns, however they are capitalised.

        Example:
            >>> File("a.csv", Path("a.csv"), "table", ("Ticket ID", "Subject")).has("ticket id")
            True
        """
        return {name.lower() for name in names} <= {name.strip().lower() for name in self.columns}

    def table(self, progress: Progress | None = None) -> Table:
        """Its rows as text; of records, every key that is no object or list."""
        if self.records is not None:
            keys = checked_header(self.name, list(self.records.keys))
            return as_table(self.records, {key: partial(_value, key) for key in keys})
        return read_table(
            self.path, name=self.name, encoding=self.encoding, delimiter=self.delimiter, progress=progress
        )


@contextmanager
def opened(paths: Sequence[Path], *, encoding: str | None = None, delimiter: str | None = None) -> Iterator[list[File]]:
    """The files at these paths and in the archives among them, each looked at; copies are removed at the end.

    Args:
        paths: CSV, TSV, JSON, JSON lines, Parquet or XLSX, each maybe packed by gzip, or a zip archive of them.
        encoding, delimiter: of text tables; else what the file's first bytes and header show.

    Raises:
        ImportFileError: a file is missing, empty, packed beyond reason, or nothing that can be read.
    """
    with TemporaryDirectory() as folder:
        plain = []
        for number, path in enumerate(paths):
            try:
                members = _members(path, Path(folder) / str(number))
                plain += [_looked_at(name, member, encoding, delimiter) for name, member in members]
            except OSError as error:
                raise ImportFileError(
                    f"{path.name} cannot be read ({error.strerror or 'damaged'}). Check that you may read the file, "
                    "and that there is room for what it unpacks to."
                ) from error
        yield plain


def _members(path: Path, folder: Path) -> list[tuple[str, Path]]:
    """The file itself, or what a zip archive holds."""
    if path.is_dir():
        raise ImportFileError(f"{path.name} is a folder. Expected a file; name the files in it.")
    if not path.is_file():
        raise ImportFileError(f"There is no file '{path}'. Check the path.")
    if path.suffix.lower() != ".zip":
        return [(path.name, path)]
    folder.mkdir()
    found = []
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [each for each in archive.infolist() if _wanted(each, path.name)]
            _refuse_bomb(path, entries)
            for number, entry in enumerate(entries):
                suffixes = PurePosixPath(entry.filename.lower()).suffixes
                target = folder / f"{number}{suffix_of(PurePosixPath(entry.filename))}{suffixes[-1] * _packed(entry)}"
                with archive.open(entry) as packed, target.open("wb") as copy:
                    shutil.copyfileobj(packed, copy, 1 << 20)
                found.append((f"{path.name}/{entry.filename}", target))
    except _DAMAGES as error:
        raise ImportFileError(
            f"{path.name} is a damaged or locked zip archive. Pack it again, without a password."
        ) from error
    return found


def _packed(entry: zipfile.ZipInfo) -> bool:
    return entry.filename.lower().endswith(".gz")


def _wanted(entry: zipfile.ZipInfo, name: str) -> bool:
    """Whether an archive's member is a file of data: no folder, none of the system's own, nothing else."""
    member = PurePosixPath(entry.filename)
    if entry.is_dir() or any(part.startswith((".", "__MACOSX")) and part != ".." for part in member.parts):
        return False
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise ImportFileError(f"{name} holds a link, '{entry.filename}'. Expected files; pack the file itself.")
    if member.suffix.lower() in _ARCHIVES:
        raise ImportFileError(f"{name} holds another archive, '{entry.filename}'. Unpack it, and import what is in it.")
    return suffix_of(member) in _KNOWN


def _refuse_bomb(path: Path, entries: Sequence[zipfile.ZipInfo]) -> None:
    if not entries:
        raise ImportFileError(f"{path.name} holds no file that can be read. Expected CSV, JSON, Parquet or XLSX in it.")
    if len(entries) > MOST_MEMBERS:
        raise ImportFileError(f"{path.name} holds {len(entries)} files. Expected at most {MOST_MEMBERS}.")
    unpacked, packed = sum(each.file_size for each in entries), path.stat().st_size
    if unpacked > LARGEST_TEXT or unpacked > max(packed * LARGEST_ZIP_RATIO, _UNPACKED_ANYWAY):
        raise ImportFileError(f"{path.name} unpacks to {unpacked >> 20} MB. Unpack it, and import what is in it.")


def _looked_at(name: str, path: Path, encoding: str | None, delimiter: str | None) -> File:
    kind = suffix_of(path)
    if kind not in _KNOWN:
        raise unknown_ending(name)
    if path.stat().st_size == 0:
        raise ImportFileError(f"{name} is empty. Expected a header line and tickets.")
    if kind in JSONS:
        records = read_records(path, name=name, encoding=encoding or encoding_of(path, name))
        return File(name, path, "records", records.keys, records=records)
    if kind not in TEXTS:
        return File(name, path, "table", columns_of(path, name))
    written = encoding or encoding_of(path, name)
    source = Source(path, name, written, "\t" if kind == ".tsv" else ",")
    found = delimiter or delimiter_of(source)
    return File(name, path, "table", tuple(header_of(replace(source, delimiter=found))), written, found)


def _value(key: str, row: dict[str, Any]) -> object:
    return row.get(key)
