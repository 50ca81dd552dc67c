"""Files as tables of text: every value as written, every bad line set aside, nothing guessed."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import fastexcel
import polars as pl

from analytics.errors import ImportFileError
from data.ingest.text import lines_of_text

ROW = "row_number"
LARGEST_WORKBOOK = 400 << 20
_EARLIEST, _LATEST = datetime(1700, 1, 1), datetime(2262, 1, 1)  # noqa: DTZ001 - bounds of naive times, too
_LINE_RULES = {
    "TOO MANY COLUMNS": "too many values in the line",
    "MISSING COLUMNS": "too few values in the line",
    "UNQUOTED VALUE": "a quote is not closed",
    "LINE SIZE OVER MAXIMUM": "the line is too long",
    "INVALID ENCODING": "the line is not valid text",
}

Progress = Callable[[float], None]


@dataclass(frozen=True)
class Table:
    """A file's rows: `rows` has the file's columns as text or instants, `numbers` each row's place in the file,
    counted as a spreadsheet does; `rejected` has ROW, `rule` and `content`."""

    name: str
    rows: pl.DataFrame
    numbers: pl.Series
    rejected: pl.DataFrame


def rejected_lines(found: list[tuple[int, str, str]]) -> pl.DataFrame:
    """A frame of lines that could not be read."""
    return pl.DataFrame(found, schema={ROW: pl.Int64, "rule": pl.String, "content": pl.String}, orient="row")


def read_table(path: Path, *, encoding: str, delimiter: str, progress: Progress | None = None) -> Table:
    """The table in a CSV, `.csv.gz`, Parquet, JSON lines or XLSX file.

    Raises:
        ImportFileError: the file is missing, empty, binary, in another encoding, or has no usable header.
    """
    try:
        return _table(path, encoding, delimiter, progress)
    except OSError as error:
        raise ImportFileError(f"{path.name} cannot be read ({error.strerror or error}). Check the file.") from error


def _table(path: Path, encoding: str, delimiter: str, progress: Progress | None) -> Table:
    if not path.is_file():
        raise ImportFileError(f"There is no file '{path}'. Check the path.")
    if path.stat().st_size == 0:
        raise ImportFileError(f"{path.name} is empty. Expected a header line and tickets.")
    suffixes = [suffix.lower() for suffix in path.suffixes]
    kind = suffixes[-2] if suffixes[-1:] == [".gz"] and len(suffixes) > 1 else (suffixes or [""])[-1]
    if kind in (".parquet", ".pq"):
        return _parquet(path)
    if kind in (".xlsx", ".xlsm"):
        return _workbook(path)
    if kind in (".jsonl", ".ndjson"):
        return _json_lines(path, encoding)
    if kind in (".csv", ".tsv", ".txt"):
        return _csv(path, encoding, "\t" if kind == ".tsv" and delimiter == "," else delimiter, progress)
    raise ImportFileError(
        f"{path.name} has an ending that is not known. Expected .csv, .csv.gz, .tsv, .parquet, .jsonl or .xlsx."
    )


def _csv(path: Path, encoding: str, delimiter: str, progress: Progress | None) -> Table:
    with TemporaryDirectory() as folder:
        plain = Path(folder) / "table.csv"
        size, packed = 0, max(1, path.stat().st_size)
        with plain.open("w", encoding="utf-8", newline="") as copy:
            for text in lines_of_text(path, encoding):
                size += copy.write(text)
                if progress:
                    progress(min(0.9, size / (packed * 6)))
        header = _header(path.name, plain, delimiter)
        table = _parsed(path.name, plain, header, delimiter)
    if progress:
        progress(1.0)
    return table


def _header(name: str, plain: Path, delimiter: str) -> list[str]:
    with plain.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream, delimiter=delimiter, strict=True)
        try:
            header = [column.strip() for column in next(reader, [])]
        except csv.Error as error:
            raise ImportFileError(f"{name}: the header line cannot be read ({error}).") from error
    if not any(header):
        raise ImportFileError(f"{name} has no header line. Expected column names in line 1.")
    return checked_header(name, header)


def checked_header(name: str, header: list[str]) -> list[str]:
    """The header, if every column has a name of its own."""
    seen: set[str] = set()
    for position, column in enumerate(header, 1):
        if not column:
            raise ImportFileError(f"{name}: column {position} has no name. Expected a name for each column.")
        if column.lower() in seen:
            raise ImportFileError(f"{name} has two columns called '{column}'. Expected each name once.")
        seen.add(column.lower())
    return header


def _parsed(name: str, plain: Path, header: list[str], delimiter: str) -> Table:
    names = [f"c{position}" for position in range(len(header))]
    connection = duckdb.connect()
    try:
        connection.execute("SET preserve_insertion_order=true")
        relation = connection.read_csv(
            str(plain),
            header=False,
            skiprows=1,
            columns=dict.fromkeys(names, "VARCHAR"),
            sep=delimiter,
            quotechar='"',
            escapechar='"',
            auto_detect=False,
            strict_mode=True,
            store_rejects=True,
            rejects_limit=0,
        )
        rows = relation.pl()
        errors = connection.sql(
            "SELECT line, min(error_type::VARCHAR) AS error_type, any_value(csv_line) AS csv_line "
            "FROM reject_errors GROUP BY line ORDER BY line"
        ).pl()
    except duckdb.Error as error:
        raise ImportFileError(f"{name} cannot be read as a table: {str(error).splitlines()[0]}") from error
    finally:
        connection.close()
    for line, kind, text in errors.iter_rows():
        if kind == "UNQUOTED VALUE" and "\n" in (text or "").strip():
            raise ImportFileError(f"{name}: a quote opened in line {line} is never closed. Close it, or double it.")
    rejected = rejected_lines(
        [
            (line, _LINE_RULES.get(kind, kind.lower()), (text or "").strip()[:2000])
            for line, kind, text in errors.iter_rows()
        ]
    )
    numbers = _numbers(rows.height + rejected.height)
    taken = numbers.filter(~numbers.is_in(rejected[ROW].implode())).head(rows.height)
    return Table(name, rows.rename(dict(zip(names, header, strict=True))), taken, rejected)


def _numbers(rows: int) -> pl.Series:
    """Row numbers under a header in row 1."""
    return pl.int_range(2, 2 + rows, dtype=pl.Int64, eager=True).alias(ROW)


def _as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """Every column as text, except instants, which stay what they are."""
    kept = [_bounded(name, dtype) for name, dtype in frame.schema.items() if isinstance(dtype, pl.Datetime)]
    nested = [name for name, dtype in frame.schema.items() if dtype.is_nested()]
    return frame.drop(nested).with_columns(pl.all().exclude(pl.Datetime).cast(pl.String), *kept)


def _bounded(name: str, dtype: pl.Datetime) -> pl.Expr:
    """Instants, "infinite" ones drawn in to where every engine can write them."""
    kind = pl.Datetime(dtype.time_unit, "UTC") if dtype.time_zone else dtype
    ends = (at.replace(tzinfo=UTC if dtype.time_zone else None) for at in (_EARLIEST, _LATEST))
    return pl.col(name).cast(kind).clip(*ends)


def _parquet(path: Path) -> Table:
    try:
        frame = _as_text(pl.read_parquet(path, glob=False))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise ImportFileError(f"{path.name} is not a Parquet file ({str(error).splitlines()[0]}).") from error
    checked_header(path.name, frame.columns)
    return Table(path.name, frame, _numbers(frame.height), rejected_lines([]))


def _workbook(path: Path) -> Table:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise ImportFileError(f"{path.name} is not an Excel workbook. Expected .xlsx; save it again.") from error
    if unpacked > LARGEST_WORKBOOK:
        raise ImportFileError(f"{path.name} unpacks to {unpacked >> 20} MB. Expected at most 400 MB; export it as CSV.")
    try:
        frame = fastexcel.read_excel(path).load_sheet(0, header_row=None, dtypes="string").to_polars()
    except (fastexcel.FastExcelError, pl.exceptions.PanicException) as error:
        raise ImportFileError(f"{path.name} cannot be read as a workbook: {str(error).splitlines()[0]}") from error
    filled = [column for column in frame if column.null_count() < len(column)]
    if not filled:
        raise ImportFileError(f"{path.name} has no header line. Expected column names in row 1 of the first sheet.")
    header = checked_header(path.name, [str(column[0] or "").strip() for column in filled])
    rows = pl.DataFrame([column[1:].alias(name) for column, name in zip(filled, header, strict=True)])
    return Table(path.name, rows, _numbers(rows.height), rejected_lines([]))


def _json_lines(path: Path, encoding: str) -> Table:
    rows: list[dict[str, str | None]] = []
    numbers: list[int] = []
    bad: list[tuple[int, str, str]] = []
    whole = io.StringIO("".join(lines_of_text(path, encoding)))
    for number, line in enumerate(whole, 1):
        if not line.strip():
            continue
        try:
            row = _object(line)
        except (TypeError, ValueError, RecursionError) as error:
            rule = "the line is not valid text" if isinstance(error, UnicodeError) else "the line is not a JSON object"
            bad.append((number, rule, line.strip()[:2000]))
        else:
            rows.append(row)
            numbers.append(number)
    if not rows:
        raise ImportFileError(f"{path.name} has no JSON object in any line. Expected one ticket a line.")
    columns = list(dict.fromkeys(key for row in rows for key in row))
    frame = pl.DataFrame(rows, schema=dict.fromkeys(checked_header(path.name, columns), pl.String))
    return Table(path.name, frame, pl.Series(ROW, numbers, dtype=pl.Int64), rejected_lines(bad))


def _object(line: str) -> dict[str, str | None]:
    """The values of a JSON object as text; raises TypeError or ValueError where it is none."""
    value = json.loads(line)
    if not isinstance(value, dict):
        raise TypeError
    row = {key: _scalar(each) for key, each in value.items()}
    text = "".join([*row, *(each for each in row.values() if each)])
    text.encode()
    if "\x00" in text:
        raise UnicodeError
    return row


def _scalar(value: object) -> str | None:
    if value is None or isinstance(value, (dict, list)):
        return None
    return json.dumps(value) if isinstance(value, bool) else str(value)
