"""Rows of text between delimiters: every line is a row, a part of one, or set aside; none is lost or merged.

A file is looked through before it is parsed: whether each quote opens or closes a value, how many rows that makes, and
whether a quoted value holds what looks like rows. Where all is well DuckDB reads the file as it is, and must find as
many rows. Else each line is judged on its own: what cannot be a row is set aside, and the rest is read.
"""

import csv
import io
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl

from analytics.errors import ImportFileError
from data.ingest.lines import LONGEST_LINE, Quotes, Sorter, Told
from data.ingest.text import Text

DELIMITERS = ",;\t|"
_LONGEST_START = 4 << 20
_ENGINES = (duckdb.Error, pl.exceptions.PolarsError)
"""DuckDB's own errors, and those of polars while it takes over what DuckDB reads."""


@dataclass(frozen=True)
class Source:
    """A text file and how it is written; `name` is what errors call it."""

    path: Path
    name: str
    encoding: str
    delimiter: str


def header_of(source: Source) -> list[str]:
    """The names in the first line.

    Raises:
        ImportFileError: the file is empty, or its first line cannot be read.
    """
    text = _start(source)
    if not text.strip():
        raise ImportFileError(f"{source.name} is empty. Expected a header line and tickets.")
    try:
        names = _first_row(text, source.delimiter)
    except (csv.Error, TypeError, ValueError) as error:
        raise ImportFileError(
            f"{source.name}: the header line cannot be read ({error}). Expected column names in line 1."
        ) from error
    if not any(names):
        raise ImportFileError(f"{source.name} has no header line. Expected column names in line 1.")
    return names


def delimiter_of(source: Source) -> str:
    """The delimiter that parts the header into most names, and no quoted one; the given one where none parts it."""
    text, counts = _start(source), {source.delimiter: 1}
    for each in DELIMITERS:
        with suppress(csv.Error):
            names = _first_row(text, each)
            if not any(name.count('"') % 2 for name in names):
                counts[each] = max(counts.get(each, 1), len(names))
    return max(counts, key=lambda each: counts[each])


def _start(source: Source) -> str:
    """The beginning of the text, whole lines of it where there is an end of line."""
    found = b""
    for piece in Text(source.path, source.encoding, source.name):
        found += piece
        if b"\n" in piece or len(found) > _LONGEST_START:
            break
    return (found[: found.rfind(b"\n") + 1] or found).decode(errors="ignore")


def _first_row(text: str, delimiter: str) -> list[str]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
    return [name.strip() for name in next(reader, [])]


def read_rows(source: Source, columns: int) -> tuple[pl.DataFrame, list[Told]]:
    """The rows under the header as text, and those that were set aside with their place, counted from the header.

    Raises:
        ImportFileError: it is no text in its encoding, or a line is endless.
    """
    with TemporaryDirectory() as folder:
        plain, quotes = _plain(source, columns, Path(folder))
        if quotes.sound:
            with suppress(*_ENGINES):
                rows = _parsed(plain, source.delimiter, columns, skip=1)
                if rows.height == quotes.rows - 1:
                    return rows, []
        sorted_out = Path(folder) / "rows.csv"
        sorter = Sorter(source.name, source.delimiter.encode(), columns)
        sorter.sort_out(plain, sorted_out)
        if not sorter.good:
            return pl.DataFrame(schema=dict.fromkeys(_names(columns), pl.String)), sorter.aside
        try:
            rows = _parsed(sorted_out, source.delimiter, columns, skip=0)
        except _ENGINES as error:
            raise _unreadable(source.name) from error
        if rows.height != sorter.good:
            raise _unreadable(source.name)
        return rows, sorter.aside


def _unreadable(name: str) -> ImportFileError:
    return ImportFileError(f"{name} cannot be read as a table. Expected a delimited text; export it again.")


def _plain(source: Source, columns: int, folder: Path) -> tuple[Path, Quotes]:
    """The file as clean UTF-8 (itself, where it is that already) under a name no engine makes anything of."""
    plain = folder / "plain.csv"
    text = Text(source.path, source.encoding, source.name)
    quotes = Quotes(source.delimiter.encode(), columns)
    if not text.changed:
        for piece in text:
            if text.changed:
                break
            quotes.feed(piece)
        else:
            with suppress(OSError):
                plain.symlink_to(source.path.resolve())
                quotes.close()
                return plain, quotes
        text, quotes = Text(source.path, source.encoding, source.name), Quotes(source.delimiter.encode(), columns)
    with plain.open("wb") as copy:
        for piece in text:
            copy.write(piece)
            quotes.feed(piece)
    quotes.close()
    return plain, quotes


def _names(columns: int) -> list[str]:
    return [f"c{position}" for position in range(columns)]


def _parsed(path: Path, delimiter: str, columns: int, *, skip: int) -> pl.DataFrame:
    connection = duckdb.connect()
    try:
        relation = connection.read_csv(
            str(path),
            header=False,
            skiprows=skip,
            columns=dict.fromkeys(_names(columns), "VARCHAR"),
            sep=delimiter,
            quotechar='"',
            escapechar='"',
            compression="none",
            auto_detect=False,
            strict_mode=True,
            max_line_size=LONGEST_LINE * (1 if skip else 4),
        )
        return pl.DataFrame(relation)
    finally:
        connection.close()
