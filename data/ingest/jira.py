"""Jira Service Management: issues as the API gives them, with their changelog or without, and their SLAs.

An issue is kept under its key. One that was moved to another project has a new key; what it was called before is told.
Where the same files have it under both, the newer one is taken.
"""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from analytics.evidence import HISTORIES, Gap
from analytics.schemas import EVENTS
from analytics.timezones import INSTANT
from data.ingest import mapped
from data.ingest.adapter import Adapter, Options, Progress
from data.ingest.batch import Batch
from data.ingest.files import File
from data.ingest.jira_fields import Row, Site, instant, mapping, text
from data.ingest.jira_issues import COLUMNS, Issue, issue_of
from data.ingest.jira_notes import notes_of
from data.ingest.jira_requests import SLAS
from data.ingest.jira_slas import broken_at
from data.ingest.records import Records
from data.ingest.tables import ROW, Table

ISSUES, CHANGELOG = "jira_issues", "jira_changelog"

_PAIR = ["at", "kind", "value", "previous"]
_UNTOLD: frozenset[Gap] = frozenset({"pauses", "reopenings", *HISTORIES})


def is_issues(file: File) -> bool:
    """Whether a file holds issues: pages of a search, an array, lines, or one issue."""
    return file.kind == "records" and file.has("key", "fields")


def read(files: Sequence[File], options: Options, progress: Progress) -> Batch:
    """The issues of pages, an array or lines.

    Raises:
        ImportFileError: there is no row that can be taken.
    """
    several = [file.records for file in files if file.records is not None]
    rows = [row for records in several for row in records.rows]
    site, keys = Site.of(rows), _keys(rows)
    progress(0.2)
    issues = [[issue_of(row, keys.get(str(row.get("id")), _key(row)), site) for row in one.rows] for one in several]
    progress(0.5)
    tables = [_table(records, own) for records, own in zip(several, issues, strict=True)]
    stream = CHANGELOG if any(file.has("changelog") for file in files) else ISSUES
    batch = mapped.from_tables(tables, options.mapping(COLUMNS), options.now, stream=stream)
    progress(0.8)
    kept = _kept(tables, [issue for own in issues for issue in own], batch)
    events = _events(kept, options.source)
    promised = [issue.promises for issue in kept.values()]
    latest = events.select(pl.col("at").filter(pl.col("at") <= options.now).max()).item()
    progress(1.0)
    return replace(
        batch,
        events=events,
        as_of=max([batch.as_of, *([latest] if latest else []), *broken_at(promised, options.now)]),
        notes=notes_of(list(kept.values()), changelog=stream == CHANGELOG),
    )


def _key(row: Row) -> str | None:
    return text(row.get("key"))


def _keys(rows: Sequence[Row]) -> dict[str, str]:
    """By its number the key an issue has now, of those that stand in the files under several."""
    newest: dict[str, tuple[float, str]] = {}
    several = set()
    for row in rows:
        number, key = row.get("id"), _key(row)
        if number is None or key is None:
            continue
        at = instant(mapping(row.get("fields")).get("updated"))
        said = (at.timestamp() if at else 0.0, key)
        before = newest.setdefault(str(number), said)
        if before[1] != key:
            several.add(str(number))
            newest[str(number)] = max(before, said)
    return {number: newest[number][1] for number in several}


def _table(records: Records, issues: Sequence[Issue]) -> Table:
    """The issues of a file as a table of text."""
    schema = dict.fromkeys(COLUMNS.values(), pl.String)
    rows = pl.DataFrame({name: [issue.cells[name] for issue in issues] for name in schema}, schema=schema)
    return Table(records.name, rows, pl.Series(ROW, records.numbers, dtype=pl.Int64), records.rejected)


def _kept(tables: Sequence[Table], issues: Sequence[Issue], batch: Batch) -> dict[str, Issue]:
    """By key the issues that were taken, sorted; of one that stands in several rows the one whose row was."""
    places = pl.concat(
        [
            table.rows.select(ticket_id=COLUMNS["ticket_id"], updated=COLUMNS["updated_at"]).with_columns(
                table.numbers, file=pl.lit(table.name)
            )
            for table in tables
        ]
    ).with_row_index("place")
    aside = batch.rejected.select("file", ROW, aside=pl.lit(value=1)).unique()
    taken = (
        places.join(batch.tickets.select("ticket_id"), on="ticket_id", how="semi")
        .join(aside, on=["file", ROW], how="left")
        .sort("ticket_id", "aside", "place", nulls_last=False)
        .unique("ticket_id", keep="first", maintain_order=True)
    )
    return {key: issues[place] for key, place in taken.select("ticket_id", "place").iter_rows()}


def _events(kept: dict[str, Issue], source: str) -> pl.DataFrame:
    """What happened to the issues, numbered in the order in which each one tells it."""
    rows = [
        (source, key, event.at, number, event.kind, event.value, event.previous)
        for key, issue in kept.items()
        for number, event in enumerate(issue.history.events)
    ]
    shape = {**EVENTS, "at": INSTANT}
    return pl.DataFrame(rows, schema=shape, orient="row").sort("source", "ticket_id", "at", "sequence")


_HOW = (
    "Ask /rest/api/3/search/jql (Data Center: /rest/api/2/search) for issues with fields=*all and expand=changelog. "
    "Deleted issues, and those moved to a project that is not exported, cannot be seen; an issue closed as a duplicate "
    "counts as resolved. What the CSV of the issue navigator holds varies: read it through a mapping."
)

ADAPTERS: tuple[Adapter, ...] = (
    Adapter(
        name=CHANGELOG,
        system="jira",
        label="Jira issues with their changelog (JSON)",
        evidence="events",
        rank=4,
        gaps=frozenset(),
        hint=_HOW,
        fits=lambda file: is_issues(file) and file.has("changelog"),
        read=read,
    ),
    Adapter(
        name=ISSUES,
        system="jira",
        label="Jira issues without their changelog (JSON)",
        evidence="outcomes",
        rank=2,
        gaps=_UNTOLD,
        hint=f"With expand=changelog they tell when an issue waited, was reopened and changed hands. {_HOW}",
        fits=lambda file: is_issues(file) and not file.has("changelog"),
        read=read,
    ),
    SLAS,
)
