"""Exports of Freshdesk and Freshservice, made by the tests: ticket lists as CSV, and tickets as the API gives them."""

import csv
import io
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from analytics.schemas import EVENTS, TICKETS
from data.ingest.adapter import Adapter, Options
from data.ingest.adapters import ADAPTERS
from data.ingest.batch import Batch
from data.ingest.files import opened

NOW = datetime(2026, 11, 1, tzinfo=UTC)
ZONE = "Europe/Stockholm"

DESK = {
    "Ticket ID": "1",
    "Subject": "Where is my order?",
    "Status": "Closed",
    "Priority": "Urgent",
    "Source": "Portal",
    "Type": "Question",
    "Agent": "Ada",
    "Group": "Billing",
    "Created time": "2026-06-01 08:00:00",
    "Due by Time": "2026-06-02 08:00:00",
    "Resolved time": "2026-06-01 12:00:00",
    "Closed time": "2026-06-03 12:00:00",
    "Last update time": "2026-06-03 12:00:00",
    "Initial response time": "2026-06-01 08:30:00",
    "Time tracked": "00:10:00",
    "First response time (in hrs)": "00:30:00",
    "Resolution time (in hrs)": "04:00:00",
    "Agent interactions": "2",
    "Customer interactions": "1",
    "Resolution status": "Within SLA",
    "First response status": "SLA Violated",
    "Tags": "",
    "Survey results": "",
    "Association type": "",
    "Product": "Shop",
    "Every response status": "",
    "Full name": "Grace",
    "Company Name": "Acme",
    "Account tier": "Gold",
}
SERVICE = {
    "Subject": "Laptop is slow",
    "Type": "Incident",
    "Status": "Resolved",
    "Urgency": "Low",
    "Impact": "Low",
    "Priority": "Low",
    "Group": "Desktop",
    "Agent": "Ada",
    "Department": "Finance",
    "Category": "Hardware",
    "Sub-Category": "Laptop",
    "Item": "Dell",
    "Source": "Phone",
    "Association type": "",
    "Requester Location": "Lund",
    "Requester VIP": "false",
    "Ticket Id": "7",
    "Requester Name": "Grace",
    "Created Time": "2026-06-01 08:00:00",
    "Due by Time": "2026-06-02 08:00:00",
    "Resolved Time": "2026-06-01 12:00:00",
    "Closed Time": "",
    "Last Updated Time": "2026-06-01 12:00:00",
    "Initial Response Time": "2026-06-01 08:30:00",
    "First Response Time (in Hrs)": "00:30:00",
    "Resolution Time (in Hrs)": "04:00:00",
    "Resolution Status": "Within SLA",
    "First Response Status": "Within SLA",
    "Tags": "",
    "Survey Result": "",
}
STATS: dict[str, Any] = {
    "agent_responded_at": "2026-06-01T06:30:00Z",
    "requester_responded_at": None,
    "first_responded_at": "2026-06-01T06:30:00Z",
    "status_updated_at": "2026-06-03T10:00:00Z",
    "reopened_at": None,
    "resolved_at": "2026-06-01T10:00:00Z",
    "closed_at": "2026-06-03T10:00:00Z",
    "pending_since": None,
}
TICKET: dict[str, Any] = {
    "cc_emails": [],
    "fwd_emails": [],
    "reply_cc_emails": [],
    "ticket_cc_emails": [],
    "email_config_id": None,
    "fr_escalated": False,
    "nr_escalated": False,
    "is_escalated": False,
    "spam": False,
    "nr_due_by": None,
    "group_id": 11,
    "priority": 4,
    "requester_id": 900,
    "responder_id": 21,
    "source": 2,
    "company_id": 31,
    "status": 5,
    "subject": "Where is my order?",
    "association_type": None,
    "product_id": None,
    "id": 1,
    "type": "Question",
    "due_by": "2026-06-02T06:00:00Z",
    "fr_due_by": "2026-06-01T07:00:00Z",
    "tags": [],
    "created_at": "2026-06-01T06:00:00Z",
    "updated_at": "2026-06-03T10:00:00Z",
    "custom_fields": {"cf_x": None},
}


def desk(number: object = 1, **changes: str | None) -> dict[str, str]:
    """A row of Freshdesk's list; a column changed to None is left out. Names of columns: "created_time"."""
    return _changed(DESK, {"ticket_id": str(number), **changes})


def service(number: object = 7, **changes: str | None) -> dict[str, str]:
    """A row of Freshservice's list."""
    return _changed(SERVICE, {"ticket_id": str(number), **changes})


def _changed(row: dict[str, str], changes: dict[str, str | None]) -> dict[str, str]:
    names = {name.lower().replace(" ", "_").replace("-", "_"): name for name in row}
    cells = {**row, **{names[key]: value for key, value in changes.items()}}
    return {name: value for name, value in cells.items() if value is not None}


def table(*rows: dict[str, str]) -> str:
    """Rows as CSV under the header of the first."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def ticket(number: object = 1, stats: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """A ticket asked for with stats; `stats` changes some of them."""
    return {**TICKET, "id": number, "stats": {**STATS, **(stats or {})}, **changes}


def bare(number: object = 1, **changes: Any) -> dict[str, Any]:
    """A ticket asked for without stats."""
    return {**TICKET, "id": number, **changes}


def adapters_of(path: Path) -> list[str]:
    """Every adapter that claims a file."""
    with opened([path]) as files:
        return [name for name, adapter in ADAPTERS.items() if adapter.fits(files[0])]


def taken(adapter: Adapter, paths: Iterable[Path], **options: Any) -> Batch:
    """The files read; every row must be accounted for, and every event in time."""
    shares: list[float] = []
    with opened(list(paths)) as files:
        assert all(adapter.fits(file) for file in files)
        batch = adapter.read(files, Options(**{"source": adapter.system, "now": NOW, **options}), shares.append)
    aside = batch.rejected.select("file", "row_number").n_unique() if batch.rejected.height else 0
    assert batch.read == batch.taken + aside
    assert batch.taken == batch.tickets.height == batch.tickets["ticket_id"].n_unique()
    assert (batch.tickets.schema, batch.events.schema) == (TICKETS, EVENTS)
    assert batch.events.equals(batch.events.sort("source", "ticket_id", "at", "sequence"))
    assert set(batch.events["ticket_id"]) <= set(batch.tickets["ticket_id"])
    assert (batch.source, batch.stream) == (options.get("source", adapter.system), adapter.name)
    assert shares
    assert shares == sorted(shares)
    return batch


def written(path: Path, content: str | list[dict[str, Any]] | dict[str, Any]) -> Path:
    """A file of text, or of JSON."""
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def history(batch: Batch, ticket_id: str = "1") -> list[tuple[str, str, str | None, str | None]]:
    """A ticket's events: day and time in UTC, kind, value, previous."""
    own = batch.events.filter(ticket_id=ticket_id)
    return [
        (f"{at:%d %H:%M}", kind, value, previous)
        for at, kind, value, previous in own.select("at", "kind", "value", "previous").iter_rows()
    ]
