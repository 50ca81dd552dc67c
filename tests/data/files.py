"""Ticket files and a mapping made by the tests."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from data.documents import PolicyDocument
from data.imports import silent
from data.ingest.batch import REJECTED, Batch
from data.ingest.files import opened
from data.ingest.mapped import read
from data.ingest.mapping import Mapping
from data.publish import Origin, Published, publish
from data.reading import Reading, Stream
from data.store import Store

NOW = datetime(2026, 11, 1, tzinfo=UTC)
COLUMNS = {
    "ticket_id": "id",
    "created_at": "created",
    "first_responded_at": "answered",
    "resolved_at": "solved",
    "resolution_due_at": "due",
    "resolution_verdict": "verdict",
    "status": "state",
    "customer": "company",
}
HEADER = "id,created,answered,solved,due,verdict,state,company"
ROW = "{id},2026-06-01 08:00,2026-06-01 08:30,2026-06-01 12:00,2026-06-02 08:00,yes,Closed,Acme"


def published(
    store: Store,
    tickets: pl.DataFrame,
    events: pl.DataFrame,
    policy: PolicyDocument,
    as_of: datetime,
    *,
    until: datetime,
    whole: bool = False,
    stream: str = "desk",
    appends: bool = False,
) -> Published:
    """Publish frames of one source as an import of a file that tells all of it."""
    batch = Batch(
        source=tickets["source"][0],
        stream=stream,
        tickets=tickets,
        events=events,
        rejected=pl.DataFrame(schema=REJECTED),
        as_of=as_of,
        read=tickets.height,
        taken=tickets.height,
    )
    reading = Reading(batch.source, ((Stream(stream, stream, "events", frozenset(), appends), batch),))
    origin = Origin(files="export", mapping="desk", fingerprint="", until=until, whole=whole)
    return publish(store, reading, policy, origin, until, silent)


def mapping(**changes: Any) -> Mapping:
    given = {
        "version": 1,
        "source": "desk",
        "time_zone": "Europe/Stockholm",
        "columns": COLUMNS,
        "values": {"resolution_verdict": {"yes": "met", "no": "breached"}, "status": {"Closed": "resolved"}},
    }
    return Mapping.model_validate({**given, **changes})


def table(*rows: str, header: str = HEADER) -> str:
    return "\n".join([header, *rows]) + "\n"


def row(number: object = 1, **changes: str) -> str:
    cells = dict(zip(HEADER.split(","), ROW.format(id=number).split(","), strict=True))
    return ",".join({**cells, **changes}.values())


def taken(path: Path, content: str | bytes, **changes: Any) -> Batch:
    """Write a file and read it; every row must be accounted for."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    shape = mapping(**changes)
    with opened([path], encoding=shape.encoding, delimiter=shape.delimiter) as files:
        batch = read(files, shape, NOW)
    assert batch.tickets.height + batch.rejected_rows == batch.read
    return batch
