"""The roster kept beside the store: who works when, as a planner wrote it down.

A roster is a CSV file of lines, or a workbook: of the same lines, or a grid of shift codes with a legend. What is kept
is always the CSV file of lines, whatever was given.
"""

import csv
import io
from collections.abc import Sequence
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

import fastexcel
import polars as pl

from analytics.errors import ImportFileError, RosterError
from analytics.staffing.roster_grid import is_grid, lines_of, plain
from analytics.staffing.roster_rows import COLUMNS, Line, as_lines, columns_of, roster_of
from data.ingest import tables
from data.rosters_sample import sample_roster
from data.sample import SOURCE
from data.store import Store

FILE = "roster.csv"
_TEXTS = (".csv", ".tsv", ".txt")
_LARGEST = 20_000_000


def read(directory: Path) -> pl.DataFrame | None:
    """The roster kept beside a store, in the schema ROSTER; None where there is none.

    Raises:
        RosterError: the file was changed by hand and cannot be read.
    """
    path = directory / FILE
    return from_file(path) if path.exists() else None


def from_file(path: Path, zone: str | None = None) -> pl.DataFrame:
    """The roster of a CSV file or workbook, in the schema ROSTER.

    Args:
        path: ends in .csv, .tsv, .txt, .xlsx or .xlsm.
        zone: IANA name, of lines that name none.

    Raises:
        RosterError: something in it is not as expected; the message names each line or cell.
    """
    try:
        content = path.read_bytes() if path.stat().st_size <= _LARGEST else None
    except OSError as error:
        raise RosterError(f"{path.name} cannot be read ({error.strerror or error}). Check the path.") from error
    if content is None:
        raise RosterError(
            f"{path.name} is larger than {_LARGEST // 1_000_000} MB. Expected a roster; write weekly lines."
        )
    return from_bytes(path.name, content, zone)


def from_bytes(name: str, content: bytes, zone: str | None = None) -> pl.DataFrame:
    """The roster of the bytes of a file of this name, as `from_file` gives it."""
    ending = PurePath(name).suffix.lower()
    if ending in _TEXTS:
        return roster_of(_rows(_parted(_text(content, name), name), name), name, zone)
    if ending not in tables.WORKBOOKS:
        raise RosterError(
            f"{name} has an ending that is not known. Expected {', '.join((*_TEXTS, *tables.WORKBOOKS))}."
        )
    sheets = _sheets(content, name)
    if is_grid(sheets[0]):
        return roster_of(lines_of(sheets, name), name, zone)
    rows = [(f"row {number}", row) for number, row in enumerate(sheets[0], 1) if any(row)]
    return roster_of(_rows(rows, name), name, zone)


def _text(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        number = content.count(b"\n", 0, error.start) + 1
        raise RosterError(f"{name}, line {number}: it is not UTF-8 text. Save the file as UTF-8.") from error


def _parted(text: str, name: str) -> list[tuple[str, list[str]]]:
    """The lines that hold anything, each with where it stands."""
    head = text.lstrip().split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text), delimiter=max(",;\t", key=head.count), strict=True)
    found, begins = [], 1
    try:
        for values in reader:
            if any(value.strip() for value in values):
                found.append((f"line {begins}", values))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise RosterError(f"{name}, line {begins}: it is no CSV ({error}). Check its quotes.") from error
    return found


def _rows(rows: Sequence[tuple[str, Sequence[str]]], name: str) -> list[Line]:
    """The lines under a header."""
    if not rows:
        raise RosterError(f"{name} is empty. Expected a first line that names the columns: {', '.join(COLUMNS)}.")
    head = list(rows[0][1])
    while head and not head[-1].strip():
        head.pop()
    columns = columns_of(head, f"{name}, {rows[0][0]}")
    for where, values in rows[1:]:
        if any(value.strip() for value in values[len(columns) :]):
            raise RosterError(
                f"{name}, {where}: it has {len(values)} values for {len(columns)} columns. "
                "Put a value that holds the delimiter in quotes."
            )
    return [Line(where, dict(zip(columns, values, strict=False))) for where, values in rows[1:]]


def _sheets(content: bytes, name: str) -> list[list[list[str]]]:
    """Every sheet of a workbook as text; one that is damaged, locked or a bomb is refused."""
    try:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "roster.xlsx"
            path.write_bytes(content)
            tables.columns_of(path, name)
        book = fastexcel.read_excel(content)
        frames = [
            book.load_sheet(number, header_row=None, skip_rows=0, dtypes="string").to_polars()
            for number in range(len(book.sheet_names))
        ]
    except ImportFileError as error:
        raise RosterError(str(error)) from error
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise RosterError(f"{name} cannot be read as a workbook, it is damaged. Save it again.") from error
    return [[[plain(cell or "") for cell in row] for row in frame.iter_rows()] for frame in frames]


def written(roster: pl.DataFrame) -> str:
    """A roster as the text of a CSV file; `from_bytes` reads the same roster out of it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(as_lines(roster).iter_rows())
    return out.getvalue()


def keep(store: Store, roster: pl.DataFrame) -> None:
    """Keep a roster beside a store, in the place of the one before.

    Args:
        store: where.
        roster: in the schema ROSTER.

    Raises:
        StoreError: another process is writing, or there is no room.
    """
    store.keep(FILE, written(roster))


def clear(store: Store) -> None:
    """Keep no roster beside a store any more.

    Raises:
        StoreError: another process is writing.
    """
    store.keep(FILE, None)


def keep_sample(store: Store, tickets: int) -> None:
    """Put the roster of the sample history beside a store, unless it has another one than that of an earlier sample.

    Args:
        store: where; the sample is in it.
        tickets: of the history; the crew grows with them.
    """
    path = store.directory / FILE
    if not path.exists() or _of_sample(store, path.read_bytes()):
        keep(store, sample_roster(tickets))


def _of_sample(store: Store, content: bytes) -> bool:
    """Whether a roster is, to the letter, that of a sample history that was in the store."""
    imports = store.require().imports().filter(pl.col("source") == SOURCE)
    return any(content == written(sample_roster(size)).encode() for size in imports["rows_read"].unique())
