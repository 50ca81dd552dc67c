"""What /rest/servicedeskapi/request/KEY/sla gives: the SLAs of a request, one a record.

A record names its issue in its link alone, ".../request/KEY-1/sla/7", and there often by number. Such a record
is set aside, unless whoever asked for it has put the key beside it as `issueKey`.
"""

import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import polars as pl

from analytics.errors import ImportFileError
from analytics.evidence import HISTORIES
from analytics.schemas import EVENTS, TICKET_RULES, TICKETS, Rule, schema, split
from analytics.timezones import INSTANT
from data.ingest.adapter import Adapter, Options, Progress
from data.ingest.batch import REJECTED, Batch
from data.ingest.files import File
from data.ingest.jira_fields import Row, instant, mapping, objects, text
from data.ingest.jira_slas import (
    ANSWERED_BY_SOLVING,
    Kind,
    Promise,
    broken_at,
    counted,
    kind_of,
    passed_over,
    promise,
    promises,
)
from data.ingest.tables import ROW

STREAM = "jira_slas"

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*-[0-9]+")
_LINK = re.compile(rf"/request/({_KEY.pattern})/sla(?:/|$)")
_RANGE = next(rule for rule in TICKET_RULES if rule.name.startswith("a time before"))
_SHAPE = schema(
    {
        "file": pl.String,
        ROW: pl.Int64,
        "place": pl.Int64,
        "ticket_id": pl.String,
        "first_response_due_at": INSTANT,
        "resolution_due_at": INSTANT,
        "created_at": INSTANT,
        "updated_at": INSTANT,
        "content": pl.String,
    }
)
_SHOWN = 2000


def is_slas(file: File) -> bool:
    """Whether a file holds SLAs of requests."""
    known = file.kind == "records" and file.has("name") and not file.has("fields")
    return known and (file.has("completedCycles") or file.has("ongoingCycle"))


def key_of(sla: Row) -> str | None:
    """The issue of an SLA; None where it names none, or only its number.

    Example:
        >>> key_of({"_links": {"self": "https://acme.atlassian.net/rest/servicedeskapi/request/HELP-1/sla/7"}})
        'HELP-1'
        >>> key_of({"_links": {"self": "https://acme.atlassian.net/rest/servicedeskapi/request/107001/sla/7"}}) is None
        True
    """
    own = text(sla.get("issueKey"))
    if own and _KEY.fullmatch(own):
        return own
    found = _LINK.search(text(mapping(sla.get("_links")).get("self")) or "")
    return found.group(1) if found else None


def read(files: Sequence[File], options: Options, progress: Progress) -> Batch:
    """The promises and verdicts of requests.

    Raises:
        ImportFileError: there is no row that can be taken.
    """
    several = [file.records for file in files if file.records is not None]
    slas = [row for records in several for row in records.rows]
    places = [(records.name, number) for records in several for number in records.numbers]
    rows = pl.DataFrame(
        [_row(place, sla, *places[place]) for place, sla in enumerate(slas)], schema=_SHAPE, orient="row"
    )
    rules = _rules(options.now)
    kept, broken = split(rows, rules)
    advice = {rule.name: rule.advice for rule in rules}
    named = broken.explode("rules").with_columns(
        rule="rules", advice=pl.col("rules").replace_strict(advice, return_dtype=pl.String)
    )
    lines = [
        records.rejected.with_columns(
            file=pl.lit(records.name),
            ticket_id=pl.lit(None, dtype=pl.String),
            advice=pl.lit("Correct the line in the file; every record is one JSON object."),
        )
        for records in several
    ]
    rejected = pl.concat([frame.select(*REJECTED).match_to_schema(pl.Schema(REJECTED)) for frame in (named, *lines)])
    names = ", ".join(records.name for records in several)
    if kept.is_empty():
        most = rejected.group_by("rule").len().sort("len", "rule", descending=[True, False])
        raise ImportFileError(
            f"No row of {names} could be taken. Most often: {most['rule'][0]} ({most['len'][0]} rows). "
            f"{advice.get(most['rule'][0], '')}".strip()
        )
    progress(0.6)
    by_key: dict[str, list[Row]] = {}
    for key, place in kept.sort("ticket_id", "place").select("ticket_id", "place").iter_rows():
        by_key.setdefault(key, []).append(slas[place])
    read_of = {key: promises(own) for key, own in by_key.items()}
    told = {key: found for key, (found, _) in read_of.items() if found}
    others = [name for _, names in read_of.values() for name in names]
    if not told:
        raise ImportFileError(
            f"No SLA of {names} is one of first response or resolution that has begun. {' '.join(passed_over(others))}"
            " Expected 'Time to first response' or 'Time to resolution'.".strip()
        )
    progress(1.0)
    return Batch(
        source=options.source,
        stream=STREAM,
        tickets=_tickets(told, options.source),
        events=_answers(told, options.source),
        rejected=rejected.sort("file", ROW, "rule"),
        as_of=max([*kept["updated_at"].drop_nulls(), *broken_at(told.values(), options.now)], default=options.now),
        read=rows.height + sum(records.rejected.height for records in several),
        taken=kept.height,
        notes=(*counted(told.values()), *passed_over(others)),
    )


def _row(place: int, sla: Row, file: str, number: int) -> tuple[Any, ...]:
    """An SLA as a row that is checked; its times as those of a ticket, the first and the last that have been."""
    kind = kind_of(sla.get("name"))
    own = promise(kind, sla) if kind else None
    cycles = [*objects(sla.get("completedCycles")), mapping(sla.get("ongoingCycle"))]
    been = [at for each in cycles for name in ("startTime", "stopTime") if (at := instant(each.get(name)))]
    due = own.due_at if own else None
    first = due if kind == "first_response" else None
    last = due if kind == "resolution" else None
    content = json.dumps({key: sla.get(key) for key in ("id", "name", "_links")})[:_SHOWN]
    return (
        *(file, number, place, key_of(sla), first, last),
        *(min(been, default=None), max(been, default=None), content),
    )


def _rules(now: datetime) -> tuple[Rule, ...]:
    return (
        Rule(
            name="issue key is missing",
            advice=(
                "An SLA names its issue by the link .../request/KEY-1/sla/...; where that has a number, put the key "
                "beside it as issueKey, or export the issues with their SLA fields."
            ),
            broken=pl.col("ticket_id").is_null(),
        ),
        _RANGE,
        Rule(
            name="time in the future",
            advice="A cycle began or stopped after the import; check the clock of the exporting machine.",
            broken=pl.col("updated_at") > now,
        ),
    )


def _tickets(told: dict[str, dict[Kind, Promise]], source: str) -> pl.DataFrame:
    rows = []
    for key, found in told.items():
        row: dict[str, Any] = {"source": source, "ticket_id": key}
        for kind, said in found.items():
            row |= {f"{kind}_due_at": said.due_at, f"{kind}_breached": said.breached}
        rows.append({name: row.get(name) for name in TICKETS})
    return pl.DataFrame(rows, schema=TICKETS).sort("source", "ticket_id")


def _answers(told: dict[str, dict[Kind, Promise]], source: str) -> pl.DataFrame:
    """The end of each first response that was not ended by the resolution."""
    rows = []
    for key, found in told.items():
        first = found["first_response"].stopped_at if "first_response" in found else None
        solved = found["resolution"].stopped_at if "resolution" in found else None
        if first and (solved is None or abs(first - solved) > ANSWERED_BY_SOLVING):
            rows.append((source, key, first, 0, "reply", None, None))
    return pl.DataFrame(rows, schema=EVENTS, orient="row").sort("source", "ticket_id", "at", "sequence")


SLAS = Adapter(
    name=STREAM,
    system="jira",
    label="Jira SLAs of requests (JSON)",
    evidence="outcomes",
    rank=1,
    gaps=frozenset({"pauses", "reopenings", "conversation", *HISTORIES}),
    hint=(
        "GET /rest/servicedeskapi/request/KEY/sla of each issue; import the issues, too, which say when they were "
        "created. The SLA fields of issues hold the same."
    ),
    partial=True,
    fits=is_slas,
    read=read,
)
