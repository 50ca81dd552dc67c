"""Dated events to be seen on a time axis: what somebody wrote down, and what the policies themselves tell.

Whoever runs the store keeps a CSV file beside it, with the columns `date` (or `from`) and `text`, and, where wanted,
`to`, `kind` and `source` (blank: every source). Policies tell when they begin, and what they exclude from every rate.
"""

import csv
import io
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from pathlib import Path

import polars as pl

from analytics.errors import ImportFileError
from analytics.policy import PolicyFile
from analytics.timezones import FIRST_YEAR, LAST_YEAR
from data.documents import policy_of
from data.store import Store
from data.version import Version

FILE = "annotations.csv"
FOLDER = Path(__file__).parent / "annotations"
KEPT = pl.Schema(
    {"first": pl.Date(), "last": pl.Date(), "kind": pl.String(), "text": pl.String(), "source": pl.String()}
)
"""One row an event: its first and last date, what kind of thing it is, and in words what; source null: of every one."""

KNOWN = pl.Schema({name: KEPT[name] for name in ("first", "last", "kind", "text")})
POLICY, EXCLUSION, OTHER = "policy change", "exclusion", "other"

_COLUMNS = ("date", "to", "kind", "text", "source")
_SAME = {"from": "date", "first": "date", "last": "to"}
"""Other names of columns; the last two are those of the tables on the pages."""
_ORDER = ("first", "text", "last", "kind", "source")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_LARGEST, _LONGEST_TEXT, _LONGEST_WORD, _MOST_EVENTS = 1_000_000, 200, 60, 2_000
_MOST_COMPLAINTS, _MOST_NAMED = 10, 3


@dataclass(frozen=True)
class _Line:
    number: int
    values: list[str]


def read(directory: Path) -> pl.DataFrame:
    """What is kept beside a store: rows in the schema KEPT, sorted by first date and text; none without a file.

    Raises:
        ImportFileError: the file was changed by hand and cannot be read.
    """
    path = directory / FILE
    if not path.exists():
        return pl.DataFrame(schema=KEPT)
    return from_file(path)


def from_file(path: Path) -> pl.DataFrame:
    """The events of a file, in the schema KEPT, sorted by first date and text; the same event counts once.

    Raises:
        ImportFileError: something in it is not as expected; the message names each line.
    """
    try:
        content = path.read_bytes() if path.stat().st_size <= _LARGEST else None
    except OSError as error:
        raise ImportFileError(f"{path.name} cannot be read ({error.strerror or error}). Check the path.") from error
    if content is None:
        raise ImportFileError(f"{path.name} is larger than 1 MB. Expected a file of events written by hand.")
    return from_bytes(content, path.name)


def from_bytes(content: bytes, name: str) -> pl.DataFrame:
    """The events of the bytes of a file of this name, as `from_file` gives them."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = content.count(b"\n", 0, error.start) + 1
        raise ImportFileError(f"{name}, line {number}: it is not UTF-8 text. Save the file as UTF-8.") from error
    lines = _lines(text, name)
    if not lines:
        raise ImportFileError(f"{name} is empty. Expected a first line that names the columns: date, to, kind, text.")
    places = _places(lines[0], name)
    found, wrong = [], []
    for line in lines[1:]:
        try:
            found.append(_event(line, places, len(lines[0].values)))
        except ValueError as error:
            wrong.append(f"{name}, line {line.number}: {error}")
    if len(found) > _MOST_EVENTS:
        wrong.append(f"{name} holds {len(found):,} events. Expected at most {_MOST_EVENTS:,}.")
    if wrong:
        more = len(wrong) - _MOST_COMPLAINTS
        rest = [f"… and {more} more."] if more > 0 else []
        raise ImportFileError("\n".join([*wrong[:_MOST_COMPLAINTS], *rest]))
    return pl.DataFrame(found, schema=KEPT, orient="row").unique().sort(_ORDER)


def _lines(text: str, name: str) -> list[_Line]:
    """The lines that hold anything, each with its number in the file."""
    head = text.lstrip().split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n")), delimiter=delimiter, strict=True)
    found, begins = [], 1
    try:
        for values in reader:
            if any(value.strip() for value in values):
                found.append(_Line(begins, [value.strip() for value in values]))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise ImportFileError(f"{name}, line {begins}: it is no CSV ({error}). Check its quotes.") from error
    return found


def _places(head: _Line, name: str) -> dict[str, int]:
    """Where each column stands."""
    names = [_SAME.get(value.lower(), value.lower()) for value in head.values]
    where = f"{name}, line {head.number}"
    for number, column in enumerate(names):
        if column not in _COLUMNS:
            near = get_close_matches(column, _COLUMNS, n=1)
            hint = f"Did you mean '{near[0]}'?" if near else "Expected date (or from), to, kind, text, source."
            raise ImportFileError(f"{where}: column {head.values[number]!r} is not known. {hint}")
        if column in names[:number]:
            raise ImportFileError(f"{where}: column {head.values[number]!r} stands there twice. Expected it once.")
    for column in ("date", "text"):
        if column not in names:
            raise ImportFileError(f"{where}: there is no column '{column}'. Expected date (or from) and text.")
    return {column: number for number, column in enumerate(names)}


def _event(line: _Line, places: Mapping[str, int], width: int) -> tuple[date, date, str, str, str | None]:
    """One line as a row of KEPT.

    Raises:
        ValueError: what is wrong with it.
    """
    if len(line.values) > width:
        raise ValueError(f"it has {len(line.values)} values for {width} columns. Put a text with commas in quotes.")
    said = {column: line.values[place] if place < len(line.values) else "" for column, place in places.items()}
    first = _day(said["date"], "date")
    last = _day(said["to"], "to") if said.get("to") else first
    if last < first:
        raise ValueError(f"it ends on {last}, before it begins on {first}. Expected 'to' on or after 'date'.")
    text, kind, source = " ".join(said["text"].split()), said.get("kind") or OTHER, said.get("source") or None
    if not text:
        raise ValueError("the text is empty. Expected what happened, in a few words.")
    if len(text) > _LONGEST_TEXT:
        raise ValueError(f"the text has {len(text)} characters. Expected at most {_LONGEST_TEXT}.")
    for column, word in (("kind", kind), ("source", source or "")):
        if len(word) > _LONGEST_WORD:
            raise ValueError(f"the {column} has {len(word)} characters. Expected at most {_LONGEST_WORD}.")
    for word in (text, kind, source or ""):
        if not word.isprintable():
            raise ValueError("it holds a character that cannot be shown. Remove it.")
    return first, last, kind, text, source


def _day(value: str, column: str) -> date:
    try:
        found = date.fromisoformat(value) if _DATE.fullmatch(value) else None
    except ValueError:
        found = None
    if found is None:
        raise ValueError(f"{value!r} in '{column}' is no date. Expected one such as 2026-03-03.")
    if not FIRST_YEAR <= found.year < LAST_YEAR:
        raise ValueError(f"{value} in '{column}' is not between {FIRST_YEAR} and {LAST_YEAR - 1}.")
    return found


def keep(store: Store, events: pl.DataFrame, *, add: bool = False) -> pl.DataFrame:
    """Keep events beside a store, in the place of those of before or added to them; give what is kept then.

    Args:
        events: in the schema KEPT.

    Raises:
        StoreError: another process is writing, or there is no room.
        ImportFileError: what is kept already cannot be read, or is too much with these.
    """
    kept = pl.concat([read(store.directory), events]).unique().sort(_ORDER) if add else events.unique().sort(_ORDER)
    if kept.height > _MOST_EVENTS:
        raise ImportFileError(f"These would be {kept.height:,} events. Expected at most {_MOST_EVENTS:,}.")
    store.keep(FILE, _written(kept))
    return kept


def clear(store: Store) -> None:
    """Keep no events beside a store any more.

    Raises:
        StoreError: another process is writing.
    """
    store.keep(FILE, None)


def keep_sample(store: Store) -> None:
    """Put the events of the sample history beside a store, unless it has a file already."""
    if not (store.directory / FILE).exists():
        keep(store, from_file(FOLDER / "sample.csv"))


def _written(events: pl.DataFrame) -> str:
    shown = events.select("first", pl.when(pl.col("last") > pl.col("first")).then("last"), "kind", "text", "source")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows(["" if value is None else str(value) for value in row] for row in shown.iter_rows())
    return out.getvalue()


def of_policies(files: Mapping[str, PolicyFile], spans: Mapping[str, tuple[date, date]]) -> pl.DataFrame:
    """What the policies of each source tell: those that begin within its data, and what they exclude.

    Args:
        files: the policy file by source.
        spans: the first and last date anything is known of, by source.

    Returns:
        Rows in the schema KEPT, sorted by first date and text.
    """
    rows: list[tuple[date, date, str, str, str | None]] = []
    for source, file in files.items():
        if source not in spans:
            continue
        begin, end = spans[source]
        starts: dict[date, list[str]] = {}
        for policy in file.policies:
            if policy.valid.from_ and begin < policy.valid.from_ <= end:
                starts.setdefault(policy.valid.from_, []).append(policy.name)
        rows += [(day, day, POLICY, _begin(names), source) for day, names in starts.items()]
        for each in file.exclusions:
            last = (each.to - timedelta(microseconds=1)).date()
            if each.from_.date() <= end and last >= begin:
                rows.append((each.from_.date(), last, EXCLUSION, f"Excluded: {each.reason}", source))
    return pl.DataFrame(rows, schema=KEPT, orient="row").unique().sort(_ORDER)


def _begin(names: Sequence[str]) -> str:
    if len(names) == 1:
        return f"Policy {names[0]} begins"
    if len(names) <= _MOST_NAMED:
        return f"Policies {', '.join(names[:-1])} and {names[-1]} begin"
    return f"{len(names)} policies begin, {names[0]} among them"


def known(version: Version, sources: Collection[str] | None = None) -> pl.DataFrame:
    """Every dated event: those kept beside the store, and those its policies tell.

    Args:
        version: of the store.
        sources: those looked at; None is every one.

    Returns:
        Rows in the schema KNOWN, sorted by first date and text; the same event stands once.

    Raises:
        ImportFileError: the file beside the store was changed by hand and cannot be read.
    """
    files = {
        row["source"]: policy_of(row["policy"], row["policy_content"], f"stored policy {row['policy']}").file
        for row in version.sources().iter_rows(named=True)
    }
    told = pl.concat([read(version.directory), of_policies(files, _spans(version))])
    if sources is not None:
        told = told.filter(pl.col("source").is_null() | pl.col("source").is_in(list(sources)))
    return told.select(*KNOWN).unique().sort("first", "text", "last", "kind")


def _spans(version: Version) -> dict[str, tuple[date, date]]:
    """The first and last local date anything is known of, by source."""
    rows: Iterable[tuple[str, date, date]] = version.query(
        "SELECT source::VARCHAR AS source, min(started_date) AS first, max(as_of)::DATE AS last "
        "FROM clocks GROUP BY 1 ORDER BY 1"
    ).iter_rows()
    return {source: (first, last) for source, first, last in rows}
