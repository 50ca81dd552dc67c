"""ServiceNow exports made by the tests: incidents, task SLAs and an audit log, as tables and as JSON."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from data.ingest.adapter import Options
from data.ingest.adapters import adapter_of
from data.ingest.batch import Batch
from data.ingest.files import opened
from data.ingest.tables import ROW

NOW = datetime(2026, 11, 1, tzinfo=UTC)
ZONE = "America/Sao_Paulo"

INCIDENT = {
    "number": "INC0010001",
    "opened_at": "2026-03-02 09:00:00",
    "sys_updated_on": "2026-03-09 10:00:00",
    "state": "Closed",
    "priority": "3 - Moderate",
    "category": "Network",
    "contact_type": "Self-service",
    "company": "Acme",
    "location": "Oslo",
    "caller_id": "Abel Tuter",
    "assignment_group": "Service Desk",
    "assigned_to": "Beth Anglin",
    "resolved_at": "2026-03-04 10:00:00",
    "closed_at": "2026-03-09 10:00:00",
    "made_sla": "true",
    "reopen_count": "0",
    "hold_reason": "",
}

TASK_SLA = {
    "task": "INC0010001",
    "sla": "Priority 3 resolution (3 days)",
    "stage": "Completed",
    "has_breached": "false",
    "start_time": "2026-03-02 09:00:00",
    "end_time": "2026-03-04 10:00:00",
    "planned_end_time": "2026-03-05 09:00:00",
    "sys_updated_on": "2026-03-04 10:00:01",
    "pause_duration": "1970-01-01 02:30:00",
    "sla.target": "",
    "sla.type": "SLA",
}

LOG = {
    "number": "INC0000001",
    "incident_state": "New",
    "sys_mod_count": "0",
    "made_sla": "true",
    "opened_at": "29/2/2016 08:00",
    "sys_updated_at": "29/2/2016 08:10",
    "contact_type": "Phone",
    "location": "Location 1",
    "category": "Category 1",
    "caller_id": "Caller 1",
    "priority": "3 - Moderate",
    "assignment_group": "Group 1",
    "assigned_to": "?",
    "resolved_at": "1/3/2016 12:00",
}
_REFERENCES = ("company", "location", "caller_id", "assignment_group", "assigned_to", "task", "sla")


def written(path: Path, *rows: Mapping[str, str], delimiter: str = ",") -> Path:
    """Rows as a table of text."""
    lines = [delimiter.join(f'"{cell}"' for cell in row.values()) for row in rows]
    path.write_text("\n".join([delimiter.join(rows[0]), *lines]) + "\n", "utf-8")
    return path


def answered(path: Path, *rows: Mapping[str, str], display: str = "all") -> Path:
    """Rows as the table API returns them, with `sysparm_display_value` as given."""
    path.write_text(json.dumps({"result": [_record(row, display) for row in rows]}), "utf-8")
    return path


def _record(row: Mapping[str, str], display: str) -> dict[str, Any]:
    if display == "all":
        return {
            name: {"display_value": _displayed(name, cell), "value": _stored(name, cell)} for name, cell in row.items()
        }
    kept = "display_value" if display == "true" else "value"
    return {
        name: {
            kept: _displayed(name, cell) if kept == "display_value" else "d625dccec0a8016700a222a0f7900d06",
            "link": "x",
        }
        if name in _REFERENCES and cell
        else (_displayed(name, cell) if display == "true" else _stored(name, cell))
        for name, cell in row.items()
    }


def _displayed(name: str, cell: str) -> str:
    """Times as a person in São Paulo reads them: three hours earlier than they are stored."""
    return cell.replace(" 10:", " 07:").replace(" 09:", " 06:") if name.endswith(("_at", "_on", "_time")) else cell


def _stored(name: str, cell: str) -> str:
    codes = {"state": {"New": "1", "In Progress": "2", "On Hold": "3", "Resolved": "6", "Closed": "7", "Canceled": "8"}}
    if name == "priority":
        return cell[:1]
    if name == "stage":
        return cell.lower().replace(" ", "_")
    return codes.get(name, {}).get(cell, cell)


def taken(*paths: Path, zone: str | None = ZONE, **options: Any) -> Batch:
    """Read files by the adapter that knows them; every row must be accounted for."""
    with opened(list(paths)) as files:
        adapters = {adapter_of(file).name for file in files}
        assert len(adapters) == 1
        adapter = adapter_of(files[0])
        batch = adapter.read(files, Options(source="desk", now=NOW, time_zone=zone, **options), lambda _: None)
    assert batch.stream == adapter.name
    assert batch.read == batch.taken + batch.rejected.select("file", ROW).n_unique()
    assert batch.tickets["ticket_id"].is_unique().all()
    return batch


def row_of(batch: Batch, number: str = "INC0010001") -> dict[str, Any]:
    """A ticket of a batch."""
    return batch.tickets.row(by_predicate=pl.col("ticket_id") == number, named=True)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def events(batch: Batch, number: str = "INC0010001") -> list[tuple[datetime, str, str | None, str | None]]:
    found = batch.events.filter(ticket_id=number)
    return found.select("at", "kind", "value", "previous").rows()
