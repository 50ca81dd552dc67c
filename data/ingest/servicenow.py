"""ServiceNow's incidents and task SLAs, from a list exported to a table or from the table API (JSON)."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from analytics.errors import ImportFileError
from analytics.evidence import HISTORIES
from analytics.schemas import SOLVED, TICKETS
from data.ingest.adapter import Adapter, Options, Progress
from data.ingest.batch import Batch
from data.ingest.files import File
from data.ingest.mapped import from_tables
from data.ingest.servicenow_fields import fields_of, priority_word, reading, seconds, status_word, told, word
from data.ingest.tables import ROW, Table
from data.ingest.times import parsed

SYSTEM = "servicenow"
INCIDENTS, TASK_SLAS = "servicenow_incidents", "servicenow_task_sla"

_CALLER = ("awaiting_caller", "1")
_SYS_ID = r"^[0-9a-f]{32}$"

_WORDS = {
    "number": ("number",),
    "state": ("state", "incident_state"),
    "hold_reason": ("hold_reason",),
    "priority": ("priority",),
    "category": ("category",),
    "contact_type": ("contact_type",),
    "location": ("location",),
    "company": ("company",),
    "assignment_group": ("assignment_group",),
    "assigned_to": ("assigned_to",),
}
_TIMES = ("opened_at", "sys_updated_on", "resolved_at", "closed_at")
_FLAGS = ("made_sla", "reopen_count")
_COLUMNS = {
    "ticket_id": "number",
    "created_at": "opened_at",
    "updated_at": "sys_updated_on",
    "resolved_at": "resolved_at",
    "resolution_verdict": "made_sla",
    "status": "state",
    "cancelled": "cancelled",
    "priority": "priority",
    "category": "category",
    "channel": "contact_type",
    "region": "location",
    "customer": "company",
    "team": "assignment_group",
    "agent": "assigned_to",
}
"""For each of our fields ServiceNow's; a caller is a person, no customer, and is not kept."""

_SLA_WORDS = {
    "task": ("task.number", "task"),
    "sla": ("sla.name", "sla"),
    "stage": ("stage",),
    "target": ("sla.target", "target"),
    "type": ("sla.type",),
}
_SLA_TIMES = ("start_time", "end_time", "planned_end_time", "sys_updated_on")
_SLA_FLAGS = ("has_breached", "pause_duration")
_ENDED = ("completed", "achieved")
_KINDS = {"response": ("first_response", {"first_responded_at": "end_time"}), "resolution": ("resolution", {})}


def is_incidents(file: File) -> bool:
    """Whether a file holds incidents as they stand."""
    state = any(file.has(name) for name in ("state", "incident_state", "dv_state", "state_value"))
    own = ("sys_id", "sys_updated_on", "sys_created_on", "assignment_group", "dv_assignment_group", "caller_id")
    if file.has("number", "opened_at") and state and not file.has("sys_updated_at"):
        return any(file.has(name) for name in own)
    return file.has("number", "opened", "state", "assignment group")


def is_task_slas(file: File) -> bool:
    """Whether a file holds rows of task_sla."""
    return file.has("stage", "has_breached", "planned_end_time", "start_time")


def read_incidents(files: Sequence[File], options: Options, progress: Progress) -> Batch:
    """Incidents as they stand.

    `made_sla` is true unless a rule sets it, and newer instances have none that does: it is a verdict only in a file
    in which some are false, of incidents that are closed. An incident that was cancelled is left out of every rate.

    Raises:
        ImportFileError: the zone of the times is not said, how they are written cannot be found out, or there is no
            row that can be taken.
    """
    tables = [fields_of(file, _WORDS, (*_TIMES, *_FLAGS)) for file in files]
    pattern, notes = reading(files, tables, _TIMES, options)
    every = pl.concat([table.rows.select("state", *_FLAGS, "assignment_group") for table in tables])
    judged = not every.select(told("made_sla").all()).item()
    ready = [replace(table, rows=_understood(table.rows, judged=judged)) for table in tables]
    progress(0.5)
    batch = from_tables(ready, options.mapping(_COLUMNS, pattern), options.now, stream=INCIDENTS)
    reopened = every.select(pl.col("reopen_count").cast(pl.Int64, strict=False) > 0).to_series().sum()
    cancelled = every.select(status_word("state") == "canceled").to_series().sum()
    said = {
        f"{reopened} incidents were reopened; when is not told, so they count as resolved once.": reopened,
        f"{cancelled} incidents were cancelled, and are left out of every rate like deleted ones.": cancelled,
        "made_sla is true in every row, as where it is not in use: it was not taken for a verdict.": not judged
        and every["made_sla"].null_count() < every.height,
        "Groups are told by their ids. Export with sysparm_display_value=all to have their names.": every.select(
            pl.col("assignment_group").str.contains(_SYS_ID).any()
        ).item(),
    }
    progress(1.0)
    return replace(batch, notes=(*notes, *(note for note, so in said.items() if so)))


def _understood(rows: pl.DataFrame, *, judged: bool) -> pl.DataFrame:
    """Incidents in our words; one that is not solved, but was once, has no resolution that counts."""
    status = status_word("state")
    waiting = (status == "on_hold") & word("hold_reason").is_in(_CALLER)
    alike = rows["resolved_at"].dtype == rows["closed_at"].dtype
    ended = pl.coalesce("resolved_at", "closed_at") if alike else pl.col("resolved_at")
    made = told("made_sla")
    met = pl.when(made & (status == "closed")).then(pl.lit("met"))
    return rows.with_columns(
        state=pl.when(waiting).then(pl.lit("pending")).otherwise(status),
        resolved_at=pl.when(status.is_in(SOLVED)).then(ended),
        made_sla=pl.when(judged).then(pl.when(~made).then(pl.lit("breached")).otherwise(met)),
        cancelled=pl.when(status == "canceled").then(pl.lit("deleted")),
        priority=priority_word("priority"),
        contact_type=word("contact_type"),
    )


def read_task_slas(files: Sequence[File], options: Options, progress: Progress) -> Batch:
    """What ServiceNow itself promised and found of each task: due times and verdicts.

    Of several rows of a task and kind the one that started last counts, of those that were not cancelled. Rows of SLAs
    that run are brought up to date only now and then: "not breached" is a verdict once the SLA has ended.

    Raises:
        ImportFileError: as for incidents; or no row is of a response or resolution SLA of a task that is named.
    """
    tables = [fields_of(file, _SLA_WORDS, (*_SLA_TIMES, *_SLA_FLAGS)) for file in files]
    pattern, notes = reading(files, tables, _SLA_TIMES, options)
    found = [_counted(table, pattern) for table in tables]
    rows = pl.concat([frame.with_columns(table=pl.lit(number)) for number, frame in enumerate(found)])
    newest = rows.filter("counts").sort("started", "updated", "table", ROW, nulls_last=False)
    same = pl.struct("task", "kind")
    newest = newest.filter(pl.col("task").is_null() | same.is_last_distinct()).sort("table", ROW)
    name = ", ".join(table.name for table in tables)
    if newest.is_empty() or newest.select(pl.col("task").str.contains(_SYS_ID).all()).item():
        raise ImportFileError(
            f"{name} names no response or resolution SLA of a task by its number. Export task_sla with "
            "sysparm_display_value=all, or with the columns task.number, sla.name, sla.target and sla.type."
        )
    progress(0.5)
    batches = [_of_kind(kind, newest, tables, pattern, options) for kind in newest["kind"].unique().sort()]
    rejected = pl.concat([batch.rejected for batch in batches]).unique().sort("file", ROW, "rule")
    read = rows.height + sum(table.rejected.height for table in tables)
    progress(1.0)
    return replace(
        batches[0],
        tickets=pl.concat([batch.tickets for batch in batches])
        .sort("source", "ticket_id", "updated_at", nulls_last=False)
        .group_by("source", "ticket_id", maintain_order=True)
        .agg(pl.all().drop_nulls().last())
        .match_to_schema(TICKETS),
        events=pl.concat([batch.events for batch in batches]).sort("source", "ticket_id", "at", "sequence"),
        rejected=rejected,
        as_of=max(batch.as_of for batch in batches),
        read=read,
        taken=read - rejected.select("file", ROW).n_unique(),
        repeated=sum(batch.repeated for batch in batches),
        skipped=sum(batch.skipped for batch in batches),
        notes=(*notes, *_passed_over(rows, newest)),
    )


def _counted(table: Table, pattern: str) -> pl.DataFrame:
    """The rows with their kind, why they do not count, and when they started."""
    name, target = pl.col("sla").str.to_lowercase(), word("target")
    kinds = [pl.when(target == kind).then(pl.lit(kind)) for kind in _KINDS]
    named = [name.str.contains(stem).fill_null(value=False) for stem in ("respon", "resol")]
    guessed = [
        pl.when(is_it & ~other).then(pl.lit(kind))
        for kind, is_it, other in zip(_KINDS, named, named[::-1], strict=True)
    ]
    theirs = word("type").is_in(["ola", "underpinning_contract"]) | name.str.contains(r"\bola\b|underpinning")
    ended, late = word("stage").is_in(_ENDED), told("has_breached")
    instants = {}
    for key, column in (("started", "start_time"), ("updated", "sys_updated_on")):
        values = table.rows[column]
        naive, aware = parsed(values, pattern) if values.dtype == pl.String else (values, values)
        local = naive.cast(pl.Datetime("us"))
        instants[key] = local.zip_with(local.is_not_null(), aware.cast(pl.Datetime("us")))
    kind = pl.coalesce(*kinds, *guessed)
    why = (
        pl.when(word("stage").is_in(["cancelled", "canceled"]))
        .then(pl.lit("cancelled"))
        .when(theirs.fill_null(value=False))
        .then(pl.lit("agreements between teams or with suppliers"))
        .when(kind.is_null())
        .then(pl.lit("neither of response nor of resolution"))
    )
    return table.rows.with_columns(
        table.numbers,
        kind=kind,
        why=why,
        counts=why.is_null(),
        end_time=pl.when(ended).then("end_time"),
        verdict=pl.when(late).then(pl.lit("breached")).when(ended & ~late).then(pl.lit("met")),
        sys_updated_on=pl.coalesce("sys_updated_on", "end_time", "start_time"),
        opened_at=pl.lit(None, dtype=pl.String),
        paused=seconds(table.rows["pause_duration"]),
        **{key: values.alias(key) for key, values in instants.items()},
    )


def _of_kind(kind: str, newest: pl.DataFrame, tables: Sequence[Table], pattern: str, options: Options) -> Batch:
    """Due times and verdicts of one kind; a response SLA that ended tells when the task was answered."""
    field, answered = _KINDS[kind]
    columns = {"ticket_id": "task", "created_at": "opened_at", "updated_at": "sys_updated_on", **answered}
    columns |= {f"{field}_due_at": "planned_end_time", f"{field}_verdict": "verdict"}
    ready = []
    for number, table in enumerate(tables):
        rows = newest.filter(pl.col("kind") == kind, pl.col("table") == number)
        ready.append(replace(table, rows=rows.select(*columns.values()), numbers=rows[ROW]))
    mapping = options.mapping(columns, pattern)
    return from_tables(ready, mapping, options.now, stream=TASK_SLAS, partial=True)


def _passed_over(rows: pl.DataFrame, newest: pl.DataFrame) -> list[str]:
    notes = [
        f"{count} rows were passed over: {why}."
        for why, count in rows["why"].drop_nulls().value_counts().sort("why").rows()
    ]
    exchanged = rows["counts"].sum() - newest.height
    if exchanged:
        notes.append(f"{exchanged} rows were passed over: another SLA of the same task and kind started later.")
    paused = newest.filter(pl.col("paused") > 0)
    if paused.height:
        hours = round(paused["paused"].sum() / 3600)
        notes.append(f"{paused.height} SLAs were paused, for {hours} hours in all; when is not told.")
    return notes


ADAPTERS: tuple[Adapter, ...] = (
    Adapter(
        name=INCIDENTS,
        system=SYSTEM,
        label="ServiceNow incidents (CSV, XLSX or JSON)",
        evidence="outcomes",
        rank=1,
        gaps=frozenset(
            {
                "first_response",
                "first_response_due",
                "resolution_due",
                "pauses",
                "reopenings",
                "conversation",
                *HISTORIES,
            }
        ),
        hint=(
            "Export the incident list with number, opened, updated, state, resolved and closed; beside it task_sla, "
            "which tells due times and verdicts."
        ),
        naive=True,
        fits=is_incidents,
        read=read_incidents,
    ),
    Adapter(
        name=TASK_SLAS,
        system=SYSTEM,
        label="ServiceNow task SLAs (CSV, XLSX or JSON)",
        evidence="outcomes",
        rank=2,
        gaps=frozenset({"pauses", "reopenings", "conversation", *HISTORIES}),
        hint=(
            "Export task_sla with task, SLA, stage, has breached, start, end and breach time; the incidents "
            "themselves come from the incident list."
        ),
        naive=True,
        partial=True,
        fits=is_task_slas,
        read=read_task_slas,
    ),
)
