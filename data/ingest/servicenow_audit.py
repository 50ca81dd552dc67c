"""ServiceNow's audit log of incidents: one row a change, each the whole incident as it stood after it.

The rows of an incident are compared with the ones before; what differs is an event at the row's `sys_updated_at`. So an
incident is resolved when its state first says so. `resolved_at` is not read: it stands in every row as it became known
in the end, and where a resolved incident was changed again it tells of that change (INC0000045 of the UCI log is
"Resolved" from 08:53, was saved again at 11:29, and says it was resolved at 11:29).
"""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from analytics.errors import ImportFileError
from analytics.schemas import CHANGING, EVENTS, NO_CREATION, TICKET_RULES, TICKETS, Rule, split
from analytics.timezones import INSTANT
from data.ingest.adapter import Adapter, Options, Progress
from data.ingest.batch import REJECTED, Batch
from data.ingest.files import File
from data.ingest.formats import time_format_of
from data.ingest.servicenow_fields import ask_zone, priority_word, status_word, told, word
from data.ingest.tables import ROW, Table
from data.ingest.times import read_times

STREAM = "servicenow_audit"

_TIMES = {"created_at": "opened_at", "updated_at": "sys_updated_at"}
_COLUMNS = {
    "ticket_id": "number",
    **_TIMES,
    "saves": "sys_mod_count",
    "status": "incident_state",
    "made_sla": "made_sla",
    "priority": "priority",
    "category": "category",
    "channel": "contact_type",
    "region": "location",
    "team": "assignment_group",
    "agent": "assigned_to",
}
_MISSING = ("", "?")
_NO_DUE = ("first_response_due_at", "resolution_due_at")
_TOLD_LAST = ("priority", "team", "agent", "status")
"""What one row changes, in this order: who is assigned as it is resolved has resolved it."""
_NO_UPDATE = "update time is missing"
_LATE = "It lies after the import; check the time zone and the clock of the exporting machine."
_UNREAD = "Correct the value, or say how times are written with --time-format."
_FIRST = pl.col("ticket_id") != pl.col("ticket_id").shift(1, fill_value="")
_LAST = pl.col("ticket_id") != pl.col("ticket_id").shift(-1, fill_value="")


def is_audit_log(file: File) -> bool:
    """Whether a file is an audit log of incidents."""
    return file.has("number", "incident_state", "sys_mod_count", "sys_updated_at", "opened_at", "made_sla")


def read(files: Sequence[File], options: Options, progress: Progress) -> Batch:
    """The incidents of an audit log, with every change of status, priority, group and person.

    What the first row says of priority, group and person holds from the opening; its state from the row's own time, and
    "new" before. `made_sla` is judged as an incident is closed: of any other it is a verdict only where it is false.

    Raises:
        ImportFileError: the zone of the times is not said, day and month cannot be told apart, or there is no row that
            can be taken.
    """
    tables = []
    for number, file in enumerate(files):

        def share(done: float, before: int = number) -> None:
            progress(0.7 * (before + done) / len(files))

        tables.append(file.table(share))
    name = ", ".join(table.name for table in tables)
    ask_zone(options, name)
    rows = pl.concat([_fields(table) for table in tables])
    rows, repeated, skipped = _timed(rows, tables, options)
    rules = _rules(options)
    kept, broken = split(rows, rules)
    rejected = _rejected(broken, rules, tables)
    if kept.is_empty():
        most = rejected.group_by("rule").len().sort("len", "rule", descending=[True, False])
        raise ImportFileError(f"No row of {name} could be taken. Most often: {most['rule'][0]}.")
    progress(0.8)
    told_once = kept.filter(~pl.col("again"))
    history = _in_order(told_once)
    tickets, events = _tickets(history, options.source), _events(history, options.source)
    progress(1.0)
    return Batch(
        source=options.source,
        stream=STREAM,
        tickets=tickets,
        events=events,
        rejected=rejected,
        as_of=history.select(pl.col("updated_at").max()).item(),
        read=rows.height + sum(table.rejected.height for table in tables),
        taken=kept.height,
        repeated=repeated,
        skipped=skipped,
        notes=_notes(history, kept.height - told_once.height, options),
    )


def _fields(table: Table) -> pl.DataFrame:
    """A file's columns by our names as written, missing as null; `again` where a row says what one before it said."""
    by_name = {name.strip().lower(): name for name in table.rows.columns}
    text = [
        pl.col(by_name[name]).cast(pl.String).str.strip_chars().alias(field)
        if name in by_name
        else pl.lit(None, dtype=pl.String).alias(field)
        for field, name in _COLUMNS.items()
    ]
    whole = pl.struct(pl.all()).is_first_distinct().not_().alias("again")
    missing = [pl.when(~pl.col(field).is_in(_MISSING)).then(field).alias(field) for field in _COLUMNS]
    return table.rows.select(*text, whole).with_columns(*missing, table.numbers, file=pl.lit(table.name))


def _timed(rows: pl.DataFrame, tables: Sequence[Table], options: Options) -> tuple[pl.DataFrame, int, int]:
    """The rows with instants in the place of times as written, and how many happened twice or never."""
    name = ", ".join(table.name for table in tables)
    pattern = time_format_of([rows[field] for field in _TIMES], name, options.time_format)
    mapping = options.mapping({"ticket_id": "number", **_TIMES}, pattern)
    whole = replace(tables[0], name=name, numbers=rows[ROW])
    twice = never = 0
    instants = []
    for field, column in _TIMES.items():
        values, doubled, skipped = read_times(rows[field], whole, field, column, mapping)
        twice, never = twice + doubled, never + skipped
        instants += [values.alias(field), (rows[field].is_not_null() & values.is_null()).alias(f"unread_{field}")]
    due = [pl.lit(None, dtype=INSTANT).alias(field) for field in _NO_DUE]
    return (
        rows.with_columns(rows[field].alias(f"raw_{field}") for field in _TIMES).with_columns(*instants, *due),
        twice,
        never,
    )


def _rules(options: Options) -> tuple[Rule, ...]:
    """Rules a row of the log must keep."""
    unread = [pl.col(f"unread_{field}") for field in _TIMES]
    every = [
        replace(rule, broken=rule.broken & ~unread[0]) if rule.name == NO_CREATION else rule for rule in TICKET_RULES
    ]
    return (
        *every,
        Rule(name="creation time cannot be read", advice=_UNREAD, broken=unread[0]),
        Rule(name="update time cannot be read", advice=_UNREAD, broken=unread[1]),
        Rule(
            name=_NO_UPDATE,
            advice="Export sys_updated_at with each row: it is when the change was made.",
            broken=pl.col("updated_at").is_null() & ~unread[1],
        ),
        Rule(name="creation time in the future", advice=_LATE, broken=pl.col("created_at") > options.now),
        Rule(name="update time in the future", advice=_LATE, broken=pl.col("updated_at") > options.now),
    )


def _rejected(broken: pl.DataFrame, rules: Sequence[Rule], tables: Sequence[Table]) -> pl.DataFrame:
    """One row a rule that a row broke, and the lines that could not be read."""
    written = [pl.col(f"raw_{field}" if field in _TIMES else field).alias(field) for field in _COLUMNS]
    advice = {rule.name: rule.advice for rule in rules}
    named = (
        broken.with_columns(content=pl.struct(written).struct.json_encode()).explode("rules").rename({"rules": "rule"})
    )
    lines = [
        table.rejected.with_columns(
            file=pl.lit(table.name),
            ticket_id=pl.lit(None, dtype=pl.String),
            advice=pl.lit("Correct the line in the file; every line needs as many values as the header has names."),
        )
        for table in tables
    ]
    said = named.with_columns(advice=pl.col("rule").replace_strict(advice, return_dtype=pl.String))
    return pl.concat([frame.select(*REJECTED) for frame in (said, *lines)]).sort("file", ROW, "rule")


def _in_order(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows by incident in the order in which they were saved, with `at`, when each change was made.

    Where the file has the rows of an incident by their count of saves, that is their order; else their times are, and
    the count within one minute. (Five incidents of the UCI log begin with a row of a wrong count, and a sixth with one
    of a wrong time.) A row's time is drawn in between those around it.
    """
    number = pl.col("saves").cast(pl.Int64, strict=False)
    rows = rows.with_columns(saves=number).sort("ticket_id", maintain_order=True).with_row_index("place")
    counted = (pl.col("saves") >= pl.col("saves").shift(1)).fill_null(value=False) | _FIRST
    rows = rows.with_columns(counted=counted.all().over("ticket_id"))
    by_time = [pl.when(~pl.col("counted")).then(name) for name in ("updated_at", "saves")]
    rows = rows.sort("ticket_id", *by_time, "place")
    following = pl.when(~_LAST).then(pl.col("updated_at").shift(-1))
    drawn = pl.when(_FIRST).then(pl.min_horizontal("updated_at", following)).otherwise("updated_at")
    return rows.with_columns(created_at=pl.col("created_at").first().over("ticket_id")).with_columns(
        at=pl.max_horizontal(drawn, "created_at").cum_max().over("ticket_id"),
        status=status_word("status").forward_fill().over("ticket_id").fill_null("new"),
        priority=priority_word("priority"),
        channel=word("channel"),
        made_sla=told("made_sla"),
    )


def _tickets(history: pl.DataFrame, source: str) -> pl.DataFrame:
    closed = pl.col("status") == "closed"
    told_of = history.filter(_LAST).with_columns(
        source=pl.lit(source),
        updated_at=pl.col("at"),
        resolution_breached=pl.when(closed | ~pl.col("made_sla")).then(~pl.col("made_sla")),
    )
    unknown = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in TICKETS.items() if name not in told_of.columns]
    return told_of.with_columns(unknown).select(*TICKETS).match_to_schema(TICKETS).sort("source", "ticket_id")


def _events(history: pl.DataFrame, source: str) -> pl.DataFrame:
    """What differs between consecutive rows of an incident."""
    place = pl.int_range(pl.len(), dtype=pl.Int64)
    changes = []
    for number, kind in enumerate(_TOLD_LAST):
        before = pl.lit("new") if kind == "status" else pl.col(kind)
        previous = pl.when(_FIRST).then(before).otherwise(pl.col(kind).shift(1))
        found = history.select(
            "ticket_id",
            "at",
            source=pl.lit(source),
            sequence=place * len(CHANGING) + number,
            kind=pl.lit(kind),
            value=pl.col(kind),
            previous=previous,
        )
        changes.append(found.filter(pl.col("value").ne_missing(pl.col("previous"))))
    own = pl.col("sequence") - pl.col("sequence").min().over("ticket_id")
    events = pl.concat(changes).with_columns(sequence=own).select(*EVENTS)
    return events.match_to_schema(EVENTS).sort("source", "ticket_id", "at", "sequence")


def _notes(history: pl.DataFrame, again: int, options: Options) -> tuple[str, ...]:
    numbered = history.filter(pl.col("status").str.contains(r"^-?\d+$"))
    moved = history.select((pl.col("at") != pl.col("updated_at")).sum()).item()
    said = {
        f"Times were read as local times of {options.time_zone}.": True,
        "Incidents are resolved when their state says so; resolved_at, which later changes move, is not read.": True,
        "caller_id is not kept: a caller is a person, no customer.": True,
        f"{again} rows say what another row of their file says, word for word, and were counted once.": again,
        f"{numbered.height} rows of {numbered['ticket_id'].n_unique()} incidents are in a state that is a number "
        f"({', '.join(numbered['status'].unique().sort())}); it is kept as it is, and the clock runs.": numbered.height,
        f"{moved} rows bear a time before the opening or out of order; the nearest that can be was taken.": moved,
    }
    return tuple(note for note, so in said.items() if so)


ADAPTERS: tuple[Adapter, ...] = (
    Adapter(
        name=STREAM,
        system="servicenow",
        label="ServiceNow incident audit log (CSV)",
        evidence="events",
        rank=3,
        gaps=frozenset({"first_response", "first_response_due", "resolution_due", "conversation"}),
        hint="Export whole incidents, from the first row on: what is told anew takes the place of what was told.",
        naive=True,
        fits=is_audit_log,
        read=read,
    ),
)
