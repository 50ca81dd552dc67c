"""Files as Zendesk exports them, made by the tests, and read as an import reads them."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from analytics.combining import combined
from analytics.repairs import tidy
from data.ingest.adapter import Options
from data.ingest.adapters import ADAPTERS, adapter_of
from data.ingest.batch import Batch
from data.ingest.files import opened

NOW = datetime(2026, 11, 1, tzinfo=UTC)
START = datetime(2026, 6, 1, 8, tzinfo=UTC)
Row = dict[str, Any]


def at(minutes: float) -> datetime:
    """So many minutes after the first of June, 8 o'clock."""
    return START + timedelta(minutes=minutes)


def written(minutes: float | None) -> str | None:
    return None if minutes is None else at(minutes).strftime("%Y-%m-%dT%H:%M:%SZ")


def read(path: Path, content: object, *, name: str | None = None, time_zone: str | None = None) -> Batch:
    """Write a file, have it found out, and read it; every row must be accounted for, and the frames be in order."""
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    options = Options(source="desk", now=NOW, time_zone=time_zone)
    shares: list[float] = []
    with opened([path]) as files:
        adapter = adapter_of(files[0])
        assert [each.name for each in ADAPTERS.values() if each.fits(files[0])] == [adapter.name]
        assert adapter.name == (name or adapter.name)
        batch = adapter.read(files, options, shares.append)
    assert batch.read == batch.taken + batch.rejected.select("file", "row_number").n_unique()
    assert batch.stream == adapter.name
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert batch.tickets["ticket_id"].is_unique().all()
    assert batch.tickets.equals(batch.tickets.sort("source", "ticket_id"))
    assert batch.events.equals(batch.events.sort("source", "ticket_id", "at", "sequence"))
    assert adapter.partial or batch.tickets["created_at"].null_count() == 0
    return batch


def rules(batch: Batch) -> list[tuple[int, str]]:
    return batch.rejected.select("row_number", "rule").rows()


def told(batch: Batch, ticket: int = 1) -> list[tuple[float, str, str | None, str | None]]:
    """A ticket's events in order: minutes since the start, kind, value and previous."""
    own = batch.events.filter(pl.col("ticket_id") == str(ticket))
    rows = own.select("at", "kind", "value", "previous").rows()
    return [((when - START).total_seconds() / 60, kind, value, before) for when, kind, value, before in rows]


def one(batch: Batch, ticket: int = 1) -> Row:
    """A ticket's row."""
    return batch.tickets.row(by_predicate=pl.col("ticket_id") == str(ticket), named=True)


def ticket(number: int = 1, **changes: Any) -> Row:
    """A ticket of the incremental export."""
    whole = {
        "url": f"https://acme.zendesk.com/api/v2/tickets/{number}.json",
        "id": number,
        "external_id": None,
        "via": {"channel": "web", "source": {"from": {}, "to": {}, "rel": None}},
        "created_at": written(0),
        "updated_at": written(600),
        "generated_timestamp": 1780000000,
        "type": "incident",
        "subject": "<b>Printer</b>",
        "raw_subject": "<b>Printer</b>",
        "description": "It burns",
        "priority": "high",
        "status": "open",
        "recipient": None,
        "requester_id": 70,
        "submitter_id": 70,
        "assignee_id": 80,
        "organization_id": 60,
        "group_id": 50,
        "collaborator_ids": [],
        "problem_id": None,
        "has_incidents": False,
        "is_public": True,
        "due_at": None,
        "tags": ["printer"],
        "custom_fields": [{"id": 1, "value": "x"}],
        "satisfaction_rating": None,
        "brand_id": 3,
        "ticket_form_id": 4,
        "allow_channelback": False,
    }
    return {**whole, **changes}


def minutes(calendar: float | None, business: float | None = None) -> Row:
    return {"calendar": calendar, "business": business}


def metric_set(number: int = 1, **changes: Any) -> Row:
    """The metrics of a ticket that was answered after 45 minutes and solved after 240."""
    whole = {
        "url": f"https://acme.zendesk.com/api/v2/ticket_metrics/{number + 900}.json",
        "id": number + 900,
        "ticket_id": number,
        "created_at": written(0),
        "updated_at": written(240),
        "group_stations": 1,
        "assignee_stations": 1,
        "reopens": 0,
        "replies": 1,
        "assignee_updated_at": written(240),
        "requester_updated_at": written(0),
        "status_updated_at": written(240),
        "initially_assigned_at": written(1),
        "assigned_at": written(1),
        "solved_at": written(240),
        "latest_comment_added_at": written(240),
        "reply_time_in_minutes": minutes(45, 30),
        "first_resolution_time_in_minutes": minutes(240, 90),
        "full_resolution_time_in_minutes": minutes(240, 90),
        "agent_wait_time_in_minutes": minutes(0, 0),
        "requester_wait_time_in_minutes": minutes(240, 90),
        "on_hold_time_in_minutes": minutes(0, 0),
        "custom_status_updated_at": written(240),
    }
    return {**whole, **changes}


def metric_event(number: int, when: float, metric: str, kind: str, instance: int = 1, **more: Any) -> Row:
    """One ticket metric event of ticket 1."""
    event = {
        "id": number,
        "ticket_id": 1,
        "metric": metric,
        "instance_id": instance,
        "type": kind,
        "time": written(when),
    }
    return {**event, **more}


def sla(target: float | None, *, business: bool = False, **more: Any) -> Row:
    """What an apply_sla event says beside; the target is in minutes."""
    policy = {"id": 25, "title": "Gold", "description": None}
    return {"sla": {"target": target, "business_hours": business, "policy": policy, **more}}


Step = tuple[Any, ...]
_WAIT, _WORK, _WHOLE, _TALK = "requester_wait_time", "agent_work_time", "resolution_time", "reply_time"
_STEPS = {
    "created": [(_WORK, "activate"), (_WAIT, "activate"), (_WHOLE, "activate"), (_TALK, "activate")],
    "created by an agent": [(_WORK, "activate"), (_WAIT, "activate"), (_WHOLE, "activate")],
    "reopened": [(_WORK, "activate"), (_WAIT, "activate"), (_WHOLE, "activate")],
    "message": [(_TALK, "activate")],
    "reply": [(_TALK, "fulfill")],
    "pending": [(_WORK, "pause"), (_WAIT, "pause")],
    "open": [(_WAIT, "activate"), (_WORK, "activate")],
    "on_hold": [(_WORK, "pause")],
    "resume": [(_WORK, "activate")],
    "hold after pending": [(_WAIT, "activate")],
    "pending after hold": [(_WAIT, "pause")],
    "solved": [(_WHOLE, "fulfill"), (_WORK, "fulfill"), (_WAIT, "fulfill")],
}


def story(*steps: Step, first: int = 1000, ticket: int = 1) -> list[Row]:
    """The metric events Zendesk writes when these things happen to a ticket.

    Args:
        steps: (minutes, what happens), or (minutes, "promise", metric, target in minutes), (minutes, "breach", metric);
            promises and breaches are those of the first instance.
        first: id of the first event; the others follow in tens.
        ticket: its id.
    """
    rows: list[Row] = []
    instance, answered = 1, False
    for when, what, *more in steps:
        if what == "promise":
            said = [metric_event(0, when, more[0], "apply_sla", **sla(more[1]))]
        elif what == "breach":
            said = [metric_event(0, when, more[0], "breach", status=minutes(when, 0))]
        else:
            instance += what == "message" and answered
            answered = what == "reply" or (answered and what != "message")
            said = [
                metric_event(0, when, metric, kind, instance if metric == _TALK else 1) for metric, kind in _STEPS[what]
            ]
        rows += [
            {**each, "id": first + 10 * (len(rows) + place), "ticket_id": ticket} for place, each in enumerate(said)
        ]
    return rows


def audit(number: int, when: float, *events: Row, author: int = 80, ticket: int = 1, **changes: Any) -> Row:
    """An audit; its events get the ids after its own."""
    whole = {
        "id": number,
        "ticket_id": ticket,
        "created_at": written(when),
        "author_id": author,
        "metadata": {"system": {"client": "Firefox"}, "custom": {}},
        "events": [{"id": number + place, **event} for place, event in enumerate(events, 1)],
        "via": {"channel": "web", "source": {"from": {}, "to": {}, "rel": None}},
    }
    return {**whole, **changes}


def create(**fields: Any) -> list[Row]:
    return [{"type": "Create", "field_name": name, "value": value} for name, value in fields.items()]


def change(name: str, value: Any, before: Any) -> Row:
    return {"type": "Change", "field_name": name, "value": value, "previous_value": before}


def comment(author: int, *, public: bool = True, **changes: Any) -> Row:
    whole = {"type": "Comment", "author_id": author, "body": "Hello", "public": public, "attachments": []}
    return {**whole, **changes}


def opening(number: int = 100, when: float = 0, requester: int = 70, author: int = 70, ticket: int = 1) -> Row:
    """The audit by which a ticket begins."""
    fields = create(
        subject="Printer",
        requester_id=str(requester),
        priority="normal",
        status="new",
        assignee_id=None,
        group_id="50",
    )
    return audit(number, when, comment(author), *fields, author=author, ticket=ticket)


def page(key: str, rows: Sequence[Row], **beside: Any) -> Row:
    """A page of the API."""
    return {key: list(rows), **beside, "count": len(rows), "end_time": 1780000000, "next_page": None}


GROUPS = [{"id": 50, "name": "Support"}, {"id": 51, "name": "Field"}]
USERS = [
    {"id": 70, "name": "Cora", "role": "end-user"},
    {"id": 71, "name": "Carl", "role": "end-user"},
    {"id": 80, "name": "Ada", "role": "agent"},
    {"id": 81, "name": "Bo", "role": "admin"},
]
ORGANIZATIONS = [{"id": 60, "name": "Acme"}]


def kept_in_store(batches: list[Batch]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows as the store keeps those of appending streams: every record and event once."""
    tickets = [
        batch.tickets.with_columns(
            stream=pl.lit(batch.stream), told_at=pl.lit(batch.as_of), digest=pl.lit(place, dtype=pl.UInt64)
        )
        for place, batch in enumerate(batches)
    ]
    happened = [batch.events.with_columns(stream=pl.lit(batch.stream)) for batch in batches]
    return pl.concat(tickets), pl.concat(happened).unique()


def believed(batches: list[Batch]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Tickets and events as they are judged when all of these were imported."""
    tickets, happened, _ = combined(*kept_in_store(batches), {name: each.rank for name, each in ADAPTERS.items()})
    mended, _ = tidy(tickets, happened, NOW)
    return tickets, mended
