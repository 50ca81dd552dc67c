"""JSON files as records: an array, pages of an API, or objects in a row; what is no record is set aside."""

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from analytics.errors import ImportFileError
from data.ingest.jsons import NO_OBJECT, Document, Reader, is_text
from data.ingest.tables import ROW, Table, rejected_lines, suffix_of
from data.ingest.text import Text

CONTAINERS = (
    *("tickets", "ticket_metric_events", "ticket_metrics", "ticket_audits", "audits", "issues", "values", "result"),
    *("results", "records", "data", "rows", "items"),
)
"""Keys under which vendors' pages hold their records; the first that is there counts."""

JSONS, LINES = (".json", ".jsonl", ".ndjson"), (".jsonl", ".ndjson")
LARGEST_DOCUMENT = 2 << 30
_SHOWN = 2000
_SUSPECT = re.compile(r"\\u(?:0000|[dD][89abAB]..(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..\\u)[dD][c-fC-F])")
_NO_TEXT, _TWICE = "is not valid text", "has a key that stands twice"

Pick = str | Callable[[dict[str, Any]], object]


@dataclass(frozen=True)
class Records:
    """The records of a JSON file.

    Attributes:
        name: of the file.
        rows: the records, objects as `json` reads them; NaN and Infinity are None.
        numbers: each record's place: its line where each line is one, else its number from 1.
        under: the key they stand under, "" for a bare array, lines or a single object.
        beside: other lists of objects in the same pages ("users", "groups", "metric_sets"), by key.
        rejected: what is no object, or no text: ROW, `rule`, `content`.
        keys: of all records, in the order in which they are met.
    """

    name: str
    rows: list[dict[str, Any]]
    numbers: list[int]
    under: str
    beside: dict[str, list[dict[str, Any]]]
    rejected: pl.DataFrame
    keys: tuple[str, ...] = field(default=())


def read_records(path: Path, *, name: str | None = None, encoding: str = "utf-8") -> Records:
    """The records in a JSON or JSON lines file, packed by gzip or not.

    Raises:
        ImportFileError: it is empty, no JSON, too large, or has no object in it.
    """
    name = name or path.name
    text = _text(path, encoding, name)
    if not text.strip():
        raise ImportFileError(f"{name} is empty. Expected JSON records.")
    reader = Reader()
    documents = reader.documents(text, name)
    beside: dict[str, list[dict[str, Any]]] = {}
    for document in documents:
        _open(document, reader, name, beside, alone=len(documents) == 1)
    lines = [document.line for document in documents]
    by_line = len(set(lines)) == len(lines) and not any(document.under for document in documents)
    by_line = by_line and not any(isinstance(document.value, list) and not document.wrong for document in documents)
    word = "the line" if by_line and (len(lines) > 1 or suffix_of(path) in LINES) else "the record"
    suspect = _SUSPECT.search(text) is not None
    rows, numbers, bad = [], [], []
    number = 0
    for document in documents:
        for record in document.records:
            number = document.line if by_line else number + 1
            wrong = document.wrong or _wrong(record, reader, suspect=suspect)
            if wrong:
                bad.append((number, f"{word} {wrong}", _shown(record, document)))
            else:
                rows.append(record)
                numbers.append(number)
    if not rows:
        raise ImportFileError(f"{name} has no JSON object in it that can be read. Expected one record or more.")
    if suspect and not all(is_text(each) for each in beside.values()):
        raise ImportFileError(f"{name}: what stands beside the records is not valid text. Export it again.")
    under = next((document.under for document in reversed(documents) if document.under), "")
    return Records(name, rows, numbers, under, beside, rejected_lines(bad), _keys(rows))


def _text(path: Path, encoding: str, name: str) -> str:
    pieces, size = [], 0
    for piece in Text(path, encoding, name):
        pieces.append(piece)
        size += len(piece)
        if size > LARGEST_DOCUMENT:
            raise ImportFileError(f"{name} is larger than {LARGEST_DOCUMENT >> 30} GB. Export it in several files.")
    return b"".join(pieces).decode()


def _open(
    document: Document, reader: Reader, name: str, beside: dict[str, list[dict[str, Any]]], *, alone: bool
) -> None:
    """Find the records of a document, and what stands beside them."""
    value = document.value
    if document.wrong:
        document.records = [value]
        return
    document.under = _container(value)
    if document.under:
        if reader.doubles(value):
            raise ImportFileError(
                f"{name}, line {document.line}: a page has a key twice. Expected each key once; export it again."
            )
        document.records = value[document.under]
        for key, held in value.items():
            if key != document.under and _objects(held):
                beside.setdefault(key, []).extend(held)
    elif not isinstance(value, list):
        document.records = [value]
    elif alone or not value or any(isinstance(each, dict) for each in value):
        document.records = value
    else:
        document.records, document.wrong = [value], NO_OBJECT


def _container(page: object) -> str:
    """The key of a page that holds its records; "" where the page is the records, or is one itself."""
    if not isinstance(page, dict) or "id" in page:
        return ""
    return next((key for key in CONTAINERS if isinstance(page.get(key), list)), "")


def _objects(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)


def _keys(rows: list[dict[str, Any]]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for row in rows:
        if not row.keys() <= found.keys():
            found.update(dict.fromkeys(row))
    return tuple(found)


def _wrong(record: object, reader: Reader, *, suspect: bool) -> str:
    """Why a record cannot be taken; "" where it can."""
    if not isinstance(record, dict):
        return NO_OBJECT
    if suspect and not is_text(record):
        return _NO_TEXT
    return _TWICE if reader.twice(record) else ""


def _shown(record: object, document: Document) -> str:
    if document.wrong and isinstance(record, str):
        return record.strip()[:_SHOWN]
    with suppress(ValueError, RecursionError):
        return json.dumps(record)[:_SHOWN]
    return ""


def at(row: Mapping[str, Any], path: str) -> Any:
    """What stands at a dotted path of a record; None where there is nothing.

    Example:
        >>> at({"stats": {"closed_at": "2026-01-01T00:00:00Z"}}, "stats.closed_at")
        '2026-01-01T00:00:00Z'
    """
    value: Any = row
    for step in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(step)
    return value


def as_table(records: Records, columns: Mapping[str, Pick]) -> Table:
    """Records as a table of text: for each column a dotted path, or a function of the record; no value is null.

    Objects and lists are no values of a cell: pick what is in them.
    """
    picked = {
        name: [_cell(pick(row) if callable(pick) else at(row, pick)) for row in records.rows]
        for name, pick in columns.items()
    }
    frame = pl.DataFrame(picked, schema=dict.fromkeys(columns, pl.String))
    return Table(records.name, frame, pl.Series(ROW, records.numbers, dtype=pl.Int64), records.rejected)


def _cell(value: object) -> str | None:
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, (dict, list)):
        return None
    return json.dumps(value) if isinstance(value, bool) else str(value)
