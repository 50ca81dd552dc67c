"""Any table of tickets, read through a mapping file: text becomes tickets and events, row by row or set aside."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from difflib import get_close_matches

import polars as pl

from analytics.errors import ImportFileError
from analytics.schemas import ATTRIBUTES, CANCELLATIONS, EVENTS, NO_CREATION, SOLVED, TICKET_RULES, TICKETS, Rule, split
from analytics.timezones import INSTANT
from data.ingest.batch import REJECTED, Batch
from data.ingest.files import File
from data.ingest.mapping import CREATORS, HAPPENED, TIMES, VERDICT_WORDS, VERDICTS, Mapping
from data.ingest.tables import ROW, Progress, Table
from data.ingest.times import read_times

_LABELS = {
    "created_at": "creation time",
    "updated_at": "update time",
    "first_responded_at": "first response time",
    "resolved_at": "resolution time",
    "first_response_due_at": "first response due time",
    "resolution_due_at": "resolution due time",
    "first_response_verdict": "first response verdict",
    "resolution_verdict": "resolution verdict",
}
STREAM = "mapped"
_TWICE = Rule(
    name="duplicate ticket id",
    advice="One row a ticket is expected; the newest one was kept.",
    broken=pl.lit(value=True),
)


def read(files: Sequence[File], mapping: Mapping, now: datetime, progress: Progress | None = None) -> Batch:
    """The tickets in these files.

    Args:
        files: of one export, all in the mapping's shape.
        mapping: what their columns mean.
        now: the moment of import; an event later than this cannot be true.
        progress: called with the share read.

    Raises:
        ImportFileError: a file cannot be read, lacks a column, or has no row that can be taken.
    """
    tables = []
    for number, file in enumerate(files):

        def share(done: float, before: int = number) -> None:
            if progress:
                progress((before + done) / len(files))

        tables.append(file.table(share))
    return from_tables(tables, mapping, now)


def from_tables(
    tables: Sequence[Table], mapping: Mapping, now: datetime, *, stream: str = STREAM, partial: bool = False
) -> Batch:
    """The tickets in these tables, through a mapping: what adapters of tables and of records end in.

    Args:
        tables: text as written.
        mapping: what their columns mean.
        now: the moment of import.
        stream: name of the adapter.
        partial: whether a row without its creation time may complete a ticket that another stream tells.

    Raises:
        ImportFileError: a table lacks a column, or there is no row that can be taken.
    """
    typed = [_typed(table, mapping) for table in tables]
    fields = pl.concat([frame for frame, _, _ in typed])
    kept, broken = split(fields, _rules(now, partial=partial))
    kept, older = _newest(kept)
    lines = [
        table.rejected.with_columns(file=pl.lit(table.name), ticket_id=pl.lit(None, dtype=pl.String))
        for table in tables
    ]
    advice = {rule.name: rule.advice for rule in (*_rules(now, partial=partial), _TWICE)}
    set_aside = pl.concat([_encoded(broken), older.with_columns(rules=pl.lit([_TWICE.name]))])
    rejected = pl.concat([_named(set_aside, advice), *(_line_rejects(each) for each in lines)]).sort(
        "file", ROW, "rule"
    )
    total = fields.height + sum(table.rejected.height for table in tables)
    names = ", ".join(table.name for table in tables)
    if not total:
        raise ImportFileError(f"{names} has a header and no rows. Expected one ticket or more; export it again.")
    if kept.is_empty():
        reasons = rejected.group_by("rule").len().sort("len", "rule", descending=[True, False])
        most = f" Most often: {reasons['rule'][0]} ({reasons['len'][0]} rows)." if reasons.height else ""
        raise ImportFileError(f"No row of {names} could be taken.{most}")
    tickets, events = _tickets(kept), _events(kept)
    as_of = kept.select(pl.max_horizontal(*(pl.col(name) for name in HAPPENED)).max()).item()
    return Batch(
        source=mapping.source,
        stream=stream,
        tickets=tickets,
        events=events,
        rejected=rejected,
        as_of=as_of,
        read=total,
        taken=tickets.height,
        repeated=sum(twice for _, twice, _ in typed),
        skipped=sum(never for _, _, never in typed),
    )


def _newest(kept: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Of several rows of one ticket the one that was updated last, and the others."""
    twice = pl.struct("source", "ticket_id").is_duplicated()
    if not kept.select(twice.any()).item():
        return kept, _encoded(kept.clear())
    told = pl.max_horizontal(*(pl.col(name) for name in HAPPENED))
    several = (
        _encoded(kept.filter(twice))
        .with_columns(told=pl.coalesce("updated_at", told))
        .sort("told", "content", descending=True, nulls_last=True, maintain_order=True)
    )
    first = pl.struct("source", "ticket_id").is_first_distinct()
    several = several.with_columns(first=first).drop("told")
    return (
        pl.concat([kept.filter(~twice).drop("content"), several.filter("first").drop("first", "content")]),
        several.filter(~pl.col("first")).drop("first"),
    )


def _column(table: Table, wanted: str, field: str) -> pl.Series:
    """The file's column of this name, however it is capitalised."""
    by_name = {name.lower(): name for name in table.rows.columns}
    found = by_name.get(wanted.strip().lower())
    if found is None:
        near = get_close_matches(wanted.lower(), by_name, n=1)
        hint = f" Did you mean '{by_name[near[0]]}'?" if near else ""
        raise ImportFileError(
            f"{table.name} has no column '{wanted}', which the mapping names for {field}.{hint} "
            f"Its columns: {', '.join(by_name.values())}."
        )
    return table.rows[found].alias(field)


def _typed(table: Table, mapping: Mapping) -> tuple[pl.DataFrame, int, int]:
    """The mapped fields of a file, typed; a value that cannot be read is null with its `unread_` flag set."""
    columns = [table.numbers, pl.Series("file", [table.name]).new_from_index(0, table.rows.height)]
    columns.append(pl.Series("source", [mapping.source]).new_from_index(0, table.rows.height))
    raw = []
    repeated = skipped = 0
    for field, name in mapping.columns.items():
        values = _column(table, name, field)
        if values.dtype == pl.String:
            values = values.str.strip_chars()
            values = values.set(values == "", None)
        raw.append(values.cast(pl.String).alias(f"raw_{field}"))
        if field in TIMES:
            values, twice, never = read_times(values, table, field, name, mapping)
            repeated, skipped = repeated + twice, skipped + never
        elif values.dtype != pl.String:
            values = values.cast(pl.String)
        if field in mapping.values:
            values = values.replace(mapping.values[field])
        if field in VERDICTS:
            values = values.replace_strict(VERDICT_WORDS, default=None, return_dtype=pl.Boolean)
        columns.append(values.alias(field))
    frame = pl.DataFrame([*columns, *raw])
    absent = [
        field
        for field in (*TIMES, *VERDICTS, "status", "cancelled", "created_by", *ATTRIBUTES)
        if field not in frame.columns
    ]
    kinds: dict[str, pl.DataType] = {**dict.fromkeys(TIMES, INSTANT), **dict.fromkeys(VERDICTS, pl.Boolean())}
    frame = frame.with_columns(pl.lit(None, dtype=kinds.get(field, pl.String())).alias(field) for field in absent)
    unread = [
        (pl.col(f"raw_{field}").is_not_null() & pl.col(field).is_null()).alias(f"unread_{field}")
        if field in mapping.columns
        else pl.lit(value=False).alias(f"unread_{field}")
        for field in (*TIMES, *VERDICTS)
    ]
    content = pl.struct(pl.col("^raw_.*$").name.map(lambda name: name.removeprefix("raw_")))
    frame = frame.with_columns(unread).with_columns(content=content)
    order = ["source", "file", ROW, "ticket_id", *TIMES, *VERDICTS, "status", "cancelled", "created_by", *ATTRIBUTES]
    flags = [f"unread_{field}" for field in (*TIMES, *VERDICTS)]
    return frame.select(*order, *flags, "content"), repeated, skipped


def _encoded(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with their content as text: only those that are set aside, or told apart, need it."""
    return rows.with_columns(rows["content"].struct.json_encode().alias("content"))


def _rules(now: datetime, *, partial: bool) -> tuple[Rule, ...]:
    """Rules a row of a mapped file must keep; a time that is there but unreadable is not also missing."""
    every = tuple(
        replace(rule, broken=rule.broken & ~pl.col("unread_created_at")) if rule.name == NO_CREATION else rule
        for rule in TICKET_RULES
        if not (partial and rule.name == NO_CREATION)
    )
    unread = [
        Rule(
            name=f"{_LABELS[field]} cannot be read",
            advice="Correct the value, write it with its offset, or translate it in the mapping.",
            broken=pl.col(f"unread_{field}"),
        )
        for field in (*TIMES, *VERDICTS)
    ]
    early = [
        Rule(
            name=f"{_LABELS[field]} before creation",
            advice="Nothing can happen to a ticket before it exists; check the time columns and zone.",
            broken=pl.col(field) < pl.col("created_at"),
        )
        for field in ("updated_at", "first_responded_at", "resolved_at")
    ]
    late = [
        Rule(
            name=f"{_LABELS[field]} in the future",
            advice="It lies after the import; check the time zone and the clock of the exporting machine.",
            broken=pl.col(field) > now,
        )
        for field in ("created_at", "updated_at", "first_responded_at", "resolved_at")
    ]
    solved = Rule(
        name="solved without a resolution time",
        advice="Export the resolution time, or translate the status to one that is open.",
        broken=pl.col("status").is_in(SOLVED) & pl.col("resolved_at").is_null() & ~pl.col("unread_resolved_at"),
    )
    cancelled = Rule(
        name="cancellation cannot be read",
        advice=f"Translate the word in the mapping to one of {', '.join(CANCELLATIONS)}, or leave it blank.",
        broken=pl.col("cancelled").is_not_null() & ~pl.col("cancelled").is_in(CANCELLATIONS),
    )
    creator = Rule(
        name="who created it cannot be read",
        advice=f"Translate the word in the mapping to one of {', '.join(CREATORS)}, or leave it blank.",
        broken=pl.col("created_by").is_not_null() & ~pl.col("created_by").is_in(list(CREATORS)),
    )
    return (*every, *unread, *early, *late, solved, cancelled, creator)


def _named(broken: pl.DataFrame, advice: dict[str, str]) -> pl.DataFrame:
    return (
        broken.explode("rules")
        .rename({"rules": "rule"})
        .with_columns(advice=pl.col("rule").replace_strict(advice, default="", return_dtype=pl.String))
        .select(*REJECTED)
        .match_to_schema(pl.Schema(REJECTED))
    )


def _line_rejects(lines: pl.DataFrame) -> pl.DataFrame:
    advice = pl.lit("Correct the line in the file; every line needs as many values as the header has names.")
    return lines.with_columns(advice=advice).select(*REJECTED)


def _tickets(kept: pl.DataFrame) -> pl.DataFrame:
    return (
        kept.with_columns(
            created_by_agent=pl.col("created_by").replace_strict(CREATORS, default=None, return_dtype=pl.Boolean),
            first_response_breached="first_response_verdict",
            resolution_breached="resolution_verdict",
            status=pl.coalesce("status", pl.when(pl.col("resolved_at").is_not_null()).then(pl.lit("resolved"))),
        )
        .select(*TICKETS)
        .match_to_schema(TICKETS)
        .sort("source", "ticket_id")
    )


def _events(kept: pl.DataFrame) -> pl.DataFrame:
    """Outcomes as the events that made them."""
    key = ("source", "ticket_id")
    solved = pl.when(pl.col("status").is_in(SOLVED)).then("status").otherwise(pl.lit("resolved"))
    reply = kept.filter(pl.col("first_responded_at").is_not_null()).select(
        *key,
        at="first_responded_at",
        sequence=pl.lit(0, dtype=pl.Int64),
        kind=pl.lit("reply"),
        value=pl.lit(None, dtype=pl.String),
        previous=pl.lit(None, dtype=pl.String),
    )
    resolved = kept.filter(pl.col("resolved_at").is_not_null()).select(
        *key,
        at="resolved_at",
        sequence=pl.lit(1, dtype=pl.Int64),
        kind=pl.lit("status"),
        value=solved,
        previous=pl.lit("open"),
    )
    ended = pl.coalesce("resolved_at", "updated_at", "created_at")
    cancelled = kept.filter(pl.col("cancelled").is_not_null()).select(
        *key,
        at=ended,
        sequence=pl.lit(2, dtype=pl.Int64),
        kind=pl.lit("cancel"),
        value="cancelled",
        previous=pl.lit(None, dtype=pl.String),
    )
    return pl.concat([reply, resolved, cancelled]).match_to_schema(EVENTS).sort(*key, "at", "sequence")
