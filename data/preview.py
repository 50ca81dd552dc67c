"""What would an import make of these files? Looked at and tried, nothing kept.

To be run in a process of its own: what it finds goes out as lines of JSON, one a file and one for all.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from analytics.errors import ImportFileError, SLAError
from analytics.evidence import GAP_LABELS, Evidence
from data.documents import read_mapping
from data.ingest.adapters import adapter_of
from data.ingest.batch import Batch
from data.ingest.files import File, opened
from data.ingest.guess import guess, words_of
from data.ingest.mapping import Mapping
from data.ingest.tables import ROW, Table
from data.preview_trial import Trial, tried, untried
from data.reading import Request

EVIDENCE_LABELS: dict[Evidence, str] = {
    "events": "every change",
    "outcomes": "outcomes with times",
    "flags": "verdicts only",
}
"""What a kind of file tells, in words."""

FIRST_ROWS = 5
MOST_COLUMNS, LONGEST_CELL, LONGEST_NAME = 400, 100, 500
LARGEST_LINE = 900_000
"""Characters in a line that is handed over; what is shown is cut until it fits."""
LARGEST_TRIED = 64 << 20


@dataclass(frozen=True, kw_only=True)
class Known:
    """The kind of export a file was recognised as: what adapter_of says of it, in words."""

    system: str
    label: str
    evidence: str
    gaps: tuple[str, ...]
    hint: str
    naive: bool


@dataclass(frozen=True, kw_only=True)
class Looked:
    """A file that was looked at.

    Attributes:
        name: as the user knows it.
        known: what it was recognised as; None for a table nobody knows.
        unknown: why it was not recognised; "" if it was.
        columns: the header or keys, at most MOST_COLUMNS.
        rows: how many can be read; None where that was not counted.
        first: the first rows as text, each as long as `columns`; numbers: their places in the file.
        encoding, delimiter: of text.
        guessed: of an unknown table, what its columns may mean: `columns`, `time_formats`, `values`.
        words: of an unknown table, for each column of few words these words.
    """

    name: str
    known: Known | None = None
    unknown: str = ""
    columns: tuple[str, ...] = ()
    rows: int | None = None
    first: tuple[tuple[str, ...], ...] = ()
    numbers: tuple[int, ...] = ()
    encoding: str = "utf-8"
    delimiter: str = ","
    guessed: dict[str, Any] = field(default_factory=dict)
    words: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What was found.

    Attributes:
        files: as they were looked at.
        source: the name the tickets would be kept under; "" where that is not known.
        gaps: what none of the files tells, in words.
        promises: whether any of them says when something was due.
        policy: the policy the mapping names.
        trial: what came of reading them; None where they were not tried.
    """

    files: tuple[Looked, ...]
    source: str = ""
    gaps: tuple[str, ...] = ()
    promises: bool = True
    policy: str | None = None
    trial: Trial | None = None


def preview(paths: Sequence[Path], request: Request, now: datetime) -> Preview:
    """Look at files, and try what the import would make of them.

    Raises:
        SLAError: a file cannot be opened, or the mapping cannot be used.
    """
    shape = read_mapping(request.mapping) if request.mapping else None
    encoding = request.encoding or (shape.encoding if shape else None)
    delimiter = request.delimiter or (shape.delimiter if shape else None)
    with opened(paths, encoding=encoding, delimiter=delimiter) as files:
        looked = tuple(_looked_at(file) for file in files)
        gaps, source = _told(files, shape, request)
    found = Preview(
        files=looked,
        source=source,
        gaps=tuple(label for name, label in GAP_LABELS.items() if name in gaps),
        promises=not {"first_response_due", "resolution_due"} <= gaps,
        policy=shape.policy if shape else None,
    )
    if not source:
        return found
    if sum(path.stat().st_size for path in paths) > LARGEST_TRIED:
        return replace(found, trial=untried(f"Files of more than {LARGEST_TRIED >> 20} MB are not tried beforehand."))
    trial = tried(paths, request, now, lambda batches: _became(looked[0], shape, batches))
    return replace(found, trial=trial)


def _told(files: Sequence[File], shape: Mapping | None, request: Request) -> tuple[frozenset[str], str]:
    """What the files do not tell, and the source they would be kept under; "" where no reader is known for them all."""
    if shape:
        return frozenset(shape.gaps()), request.source or shape.source
    try:
        adapters = [adapter_of(file) for file in files]
    except ImportFileError:
        return frozenset(), ""
    gaps = frozenset.intersection(*(frozenset[str](each.gaps) for each in adapters))
    return gaps, request.source or min(each.system for each in adapters)


def _looked_at(file: File) -> Looked:
    try:
        adapter = adapter_of(file)
    except ImportFileError as error:
        known, unknown = None, str(error)
    else:
        unknown = ""
        known = Known(
            system=adapter.system,
            label=adapter.label,
            evidence=EVIDENCE_LABELS[adapter.evidence],
            gaps=tuple(label for name, label in GAP_LABELS.items() if name in adapter.gaps),
            hint=adapter.hint,
            naive=adapter.naive,
        )
    named = [name for name in file.columns if len(name) <= LONGEST_NAME][:MOST_COLUMNS]
    seen: dict[str, Any] = {"columns": tuple(named), "encoding": file.encoding, "delimiter": file.delimiter}
    try:
        table = file.table()
    except SLAError as error:
        return Looked(name=file.name, known=known, unknown=unknown or str(error), **seen)
    columns = [name for name in named if name in table.rows.columns]
    seen |= {"columns": tuple(columns), "rows": table.rows.height + table.rejected.height}
    seen |= {"first": _first(table, columns), "numbers": tuple(table.numbers.head(FIRST_ROWS).to_list())}
    if known is None:
        seen |= _guessed(table.rows.select(columns))
    return Looked(name=file.name, known=known, unknown=unknown, **seen)


def _first(table: Table, columns: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    rows = table.rows.select(columns).head(FIRST_ROWS)
    return tuple(tuple(_cell(value) for value in row) for row in rows.iter_rows())


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}…"


def _guessed(rows: pl.DataFrame) -> dict[str, Any]:
    """What an unknown table may mean, and which words stand in its columns of few."""
    found = guess(rows)
    words = {name: words_of(rows[name]) for name in rows.columns}
    words = {name: each for name, each in words.items() if each and all(len(word) <= LONGEST_CELL for word in each)}
    told = {"columns": found.columns, "time_formats": list(found.time_formats), "values": found.values}
    return {"guessed": told, "words": words}


def _became(looked: Looked, shape: Mapping | None, batches: Sequence[Batch]) -> tuple[dict[str, str], ...]:
    """What a mapping makes of the first rows of a file: `row`, `outcome`, and the fields of those that were taken."""
    if shape is None:
        return ()
    by_name = {name.strip().lower(): place for place, name in enumerate(looked.columns)}
    place = by_name.get(shape.columns["ticket_id"].strip().lower())
    batch, found = batches[0], []
    for number, row in zip(looked.numbers, looked.first, strict=True):
        aside = batch.rejected.filter((pl.col("file") == looked.name) & (pl.col(ROW) == number))
        if aside.height:
            found.append({"row": str(number), "outcome": "set aside: " + "; ".join(aside["rule"])})
            continue
        same = batch.tickets.filter(pl.col("ticket_id") == ("" if place is None else row[place].strip()))
        told = same.row(0, named=True) if same.height else {}
        told |= _happened(batch.events.filter(pl.col("ticket_id") == told.get("ticket_id", "")))
        shown = {name: _shown(value) for name, value in told.items() if value is not None and name != "source"}
        found.append({"row": str(number), "outcome": "taken", **shown})
    return tuple(found)


def _happened(events: pl.DataFrame) -> dict[str, Any]:
    """What a mapping's events tell of a ticket, as its fields."""
    fields = {"reply": ("first_responded_at", "at"), "status": ("resolved_at", "at"), "cancel": ("cancelled", "value")}
    return {fields[each["kind"]][0]: each[fields[each["kind"]][1]] for each in events.iter_rows(named=True)}


def _shown(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _cell(value)


def as_lines(found: Preview) -> Iterator[str]:
    """A preview as lines of JSON, none of them longer than LARGEST_LINE."""
    for looked in found.files:
        content = asdict(looked)
        line = json.dumps({"file": content})
        if len(line) > LARGEST_LINE:
            content["words"] = {}
            line = json.dumps({"file": content})
        if len(line) > LARGEST_LINE:
            content |= {"first": (), "numbers": (), "columns": content["columns"][: MOST_COLUMNS // 4], "guessed": {}}
            line = json.dumps({"file": content})
        yield line
    yield json.dumps({"preview": {**asdict(found), "files": []}})


def from_lines(lines: Iterable[str]) -> Preview:
    """A preview from its lines of JSON."""
    files = []
    for line in lines:
        content = json.loads(line)
        if "file" in content:
            told = content["file"]
            known = Known(**_tuples(told.pop("known"))) if told["known"] else None
            files.append(
                Looked(known=known, **_tuples({name: value for name, value in told.items() if name != "known"}))
            )
        elif "preview" in content:
            told = content["preview"]
            trial = Trial(**_tuples(told["trial"])) if told["trial"] else None
            return Preview(**{**_tuples(told), "files": tuple(files), "trial": trial})
    raise SLAError("The look at the files gave no result. Try again.")


def _tuples(content: dict[str, Any]) -> dict[str, Any]:
    """The same with tuples for lists, and for those in them."""
    return {
        name: tuple(tuple(each) if isinstance(each, list) else each for each in value)
        if isinstance(value, list)
        else value
        for name, value in content.items()
    }
