"""Files as tables of text: every value as written, every bad line set aside, nothing guessed."""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePath

import fastexcel
import polars as pl

from analytics.errors import ImportFileError
from data.ingest.delimited import Source, header_of, read_rows

ROW = "row_number"
TEXTS, WORKBOOKS, PARQUETS = (".csv", ".tsv", ".txt"), (".xlsx", ".xlsm"), (".parquet", ".pq")
LARGEST_WORKBOOK = 400 << 20
MOST_COLUMNS = 5_000
MOST_CELLS, CELLS_A_BYTE = 64 << 20, 100
"""A Parquet file of more cells than both allow is no export; of a workbook a cell takes a byte at least."""

_EARLIEST, _LATEST = datetime(1700, 1, 1), datetime(2262, 1, 1)  # noqa: DTZ001 - bounds of naive times, too
_POLARS = (pl.exceptions.PolarsError, pl.exceptions.PanicException)
_CELL = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")

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


def suffix_of(path: PurePath) -> str:
    """A file's ending in small letters, without that of gzip.

    Example:
        >>> suffix_of(PurePath("Tickets.CSV.gz"))
        '.csv'
    """
    suffixes = [suffix.lower() for suffix in path.suffixes]
    return suffixes[-2] if suffixes[-1:] == [".gz"] and len(suffixes) > 1 else (suffixes or [""])[-1]


def read_table(
    path: Path,
    *,
    name: str | None = None,
    encoding: str = "utf-8",
    delimiter: str = ",",
    progress: Progress | None = None,
) -> Table:
    """The table in a CSV, `.csv.gz`, Parquet or XLSX file.

    Args:
        path: where it is.
        name: as errors and rejected rows call it; else the file's name.
        encoding, delimiter: of text.
        progress: called with the share read.

    Raises:
        ImportFileError: the file is missing, empty, binary, in another encoding, or has no usable header.
    """
    name = name or path.name
    try:
        _refuse_missing(path, name)
        kind = suffix_of(path)
        if kind in PARQUETS:
            return _parquet(path, name)
        if kind in WORKBOOKS:
            return _workbook(path, name)
        if kind in TEXTS:
            return _csv(Source(path, name, encoding, _parting(delimiter, kind)), progress)
    except OSError as error:
        raise ImportFileError(f"{name} cannot be read ({error.strerror or 'damaged'}). Check the file.") from error
    raise unknown_ending(name)


def columns_of(path: Path, name: str) -> tuple[str, ...]:
    """The columns of a Parquet file or workbook, without its rows.

    Raises:
        ImportFileError: it is missing, empty, or of another kind.
    """
    _refuse_missing(path, name)
    if suffix_of(path) in PARQUETS:
        return tuple(_parquet_columns(path, name))
    first = _sheet(path, name, rows=1)
    return tuple(str(column[0]).strip() for column in first if len(column) and column[0] is not None)


def unknown_ending(name: str) -> ImportFileError:
    """What is said of a file of another kind."""
    return ImportFileError(
        f"{name} has an ending that is not known. Expected .csv, .tsv, .txt, .json, .jsonl (each also with .gz), "
        ".parquet, .xlsx, or .zip of them."
    )


def _refuse_missing(path: Path, name: str) -> None:
    if path.is_dir():
        raise ImportFileError(f"{name} is a folder. Expected a file; name the files in it.")
    if not path.is_file():
        raise ImportFileError(f"There is no file '{path}'. Check the path.")
    if path.stat().st_size == 0:
        raise ImportFileError(f"{name} is empty. Expected a header line and tickets.")


def _parting(delimiter: str, kind: str) -> str:
    """The delimiter, if it can be one."""
    if delimiter in '"\r\n ':
        raise ImportFileError(f"{delimiter!r} cannot part values. Expected a delimiter such as , ; | or a tab.")
    return "\t" if kind == ".tsv" and delimiter == "," else delimiter


def _csv(source: Source, progress: Progress | None) -> Table:
    header = checked_header(source.name, header_of(source))
    rows, aside = read_rows(source, len(header))
    if progress:
        progress(1.0)
    numbers = _numbers(rows.height + len(aside))
    taken = numbers.filter(~numbers.is_in([number for number, _, _ in aside])) if aside else numbers
    return Table(source.name, rows.rename(dict(zip(rows.columns, header, strict=True))), taken, rejected_lines(aside))


def checked_header(name: str, header: list[str]) -> list[str]:
    """The header, if every column has a name of its own."""
    if len(header) > MOST_COLUMNS:
        raise ImportFileError(f"{name} has {len(header):,} columns. Expected at most {MOST_COLUMNS:,}.")
    seen: set[str] = set()
    for position, column in enumerate(header, 1):
        if not column:
            raise ImportFileError(f"{name}: column {position} has no name. Expected a name for each column.")
        if column.lower() in seen:
            raise ImportFileError(f"{name} has two columns called '{column}'. Expected each name once.")
        seen.add(column.lower())
    return header


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


def _parquet_columns(path: Path, name: str) -> list[str]:
    """The columns of a Parquet file; refused where it is none, or unpacks to far more than it is."""
    with _damage(name):
        lazy = pl.scan_parquet(path, glob=False)
        columns = lazy.collect_schema().names()
        cells = int(lazy.select(pl.len()).collect().item()) * len(columns)
    if cells > max(MOST_CELLS, path.stat().st_size * CELLS_A_BYTE):
        raise ImportFileError(f"{name} unpacks to {cells >> 20} million values. Export it in several files.")
    return columns


@contextmanager
def _damage(name: str) -> Iterator[None]:
    """Says what any complaint about a Parquet file's bytes comes down to."""
    try:
        yield
    except (*_POLARS, OSError) as error:
        raise ImportFileError(f"{name} is not a Parquet file, or damaged. Export it again.") from error


def _parquet(path: Path, name: str) -> Table:
    checked_header(name, _parquet_columns(path, name))
    with _damage(name):
        frame = pl.read_parquet(path, glob=False)
    try:
        rows = _as_text(frame)
    except _POLARS as error:
        odd = [each for each, kind in frame.schema.items() if kind in (pl.Binary, pl.Duration, pl.Object)]
        raise ImportFileError(
            f"{name} has columns that are neither text, number nor time: {', '.join(odd)}. Leave them out."
        ) from error
    numbers = _numbers(rows.height)
    holds_nul = pl.any_horizontal(pl.lit(value=False), pl.col(pl.String).str.contains("\0", literal=True))
    bad = rows.select(holds_nul.fill_null(value=False)).to_series()
    if not bad.any():
        return Table(name, rows, numbers, rejected_lines([]))
    told = [(number, "the row is not valid text", "") for number in numbers.filter(bad)]
    return Table(name, rows.filter(~bad), numbers.filter(~bad), rejected_lines(told))


def _workbook(path: Path, name: str) -> Table:
    frame = _sheet(path, name)
    filled = [column for column in frame if column.null_count() < len(column)]
    if not filled:
        raise ImportFileError(f"{name} has no header line. Expected column names in row 1 of the first sheet.")
    header = checked_header(name, [str(column[0] or "").strip() for column in filled])
    rows = pl.DataFrame([column[1:].alias(each) for column, each in zip(filled, header, strict=True)])
    blank = rows.select(pl.all_horizontal(pl.all().is_null())).to_series()
    return Table(name, rows.filter(~blank), _numbers(rows.height).filter(~blank), rejected_lines([]))


def _sheet(path: Path, name: str, rows: int | None = None) -> pl.DataFrame:
    """The first sheet of a workbook as text, from its row 1."""
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_bomb(archive, name)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        raise ImportFileError(
            f"{name} is not an Excel workbook, or has a password. Expected .xlsx; save it again."
        ) from error
    try:
        sheet = fastexcel.read_excel(path).load_sheet(0, header_row=None, skip_rows=0, n_rows=rows, dtypes="string")
        return sheet.to_polars()
    except (fastexcel.FastExcelError, *_POLARS) as error:
        raise ImportFileError(f"{name} cannot be read as a workbook, it is damaged. Save it again.") from error


def _refuse_bomb(archive: zipfile.ZipFile, name: str) -> None:
    """A workbook that unpacks to far more than any export, or a sheet that reaches far beyond what stands in it."""
    unpacked = sum(entry.file_size for entry in archive.infolist())
    if unpacked > LARGEST_WORKBOOK:
        raise ImportFileError(f"{name} unpacks to {unpacked >> 20} MB. Expected at most 400 MB; export it as CSV.")
    for entry in archive.infolist():
        if not entry.filename.lower().startswith("xl/worksheets/"):
            continue
        width = height = 0
        with archive.open(entry) as sheet:
            before = b""
            while piece := sheet.read(1 << 20):
                for letters, number in set(_CELL.findall(before + piece)):
                    width, height = max(width, _column(letters)), max(height, int(number))
                before = piece[-32:]
        if width * height > max(entry.file_size, 1 << 20):
            raise ImportFileError(
                f"{name} has a sheet of {height:,} rows and {width:,} columns, nearly all blank. "
                "Delete what stands far from the table, or export it as CSV."
            )


def _column(letters: bytes) -> int:
    """The number of a column.

    Example:
        >>> _column(b"AB")
        28
    """
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
