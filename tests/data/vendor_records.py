"""Records as the APIs of help desks give them."""

from datetime import UTC, datetime
from typing import Any

from tests.data.vendor_server import Record


def stamp(seconds: int) -> str:
    """An instant some seconds after the first of March 2026, as help desks write it."""
    return datetime.fromtimestamp(1_772_323_200 + seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def ticket(number: int, seconds: int | None = None, **changes: Any) -> Record:
    """A Freshdesk ticket."""
    at = stamp(60 * number if seconds is None else seconds)
    stats = ("agent_responded_at", "requester_responded_at", "reopened_at", "pending_since")
    return {
        "id": number,
        "subject": f"Subject {number}",
        "status": 5,
        "priority": 1,
        "source": 1,
        "type": "Question",
        "created_at": stamp(0),
        "updated_at": at,
        "due_by": stamp(9 * 86400),
        "fr_due_by": stamp(86400),
        "is_escalated": False,
        "fr_escalated": False,
        "spam": False,
        "deleted": False,
        "group_id": 7,
        "responder_id": 8,
        "company_id": None,
        "description": "private words",
        "tags": [],
        "requester_id": 99,
        "stats": dict.fromkeys(stats) | {"first_responded_at": at, "resolved_at": at, "closed_at": at},
        **changes,
    }


def zendesk_ticket(number: int, **changes: Any) -> Record:
    """A Zendesk ticket of the incremental export."""
    at = stamp(60 * number)
    return {
        "id": number,
        "created_at": stamp(0),
        "updated_at": at,
        "generated_timestamp": 1_772_323_200 + 60 * number,
        "status": "solved",
        "priority": "high",
        "type": "question",
        "subject": f"Subject {number}",
        "description": "private words",
        "requester_id": 91,
        "submitter_id": 91,
        "assignee_id": 92,
        "group_id": 7,
        "organization_id": None,
        "via": {"channel": "email"},
        "tags": [],
        "custom_fields": [],
        **changes,
    }


def metric_set(number: int) -> Record:
    """The metrics of a Zendesk ticket."""
    minutes = {"calendar": number, "business": number}
    names = ("reply_time", "first_resolution_time", "full_resolution_time", "requester_wait_time")
    return {
        "id": 1000 + number,
        "ticket_id": number,
        "created_at": stamp(0),
        "updated_at": stamp(60 * number),
        "solved_at": stamp(60 * number),
        "reopens": 0,
        "replies": 1,
        **{f"{name}_in_minutes": minutes for name in names},
    }


def metric_event(number: int, kind: str, seconds: int, **more: Any) -> Record:
    """A metric event of a Zendesk ticket's first reply time."""
    return {
        "id": 10 * number + len(kind),
        "ticket_id": number,
        "metric": "reply_time",
        "instance_id": 1,
        "type": kind,
        "time": stamp(seconds),
        **more,
    }


def issue(number: int, seconds: int | None = None, **fields: Any) -> Record:
    """A Jira issue with its changelog."""
    at = stamp(60 * number if seconds is None else seconds)
    done = {"name": "Resolved", "statusCategory": {"key": "done"}}
    change = {"field": "status", "fieldId": "status", "from": "1", "fromString": "Waiting for support", "to": "5"}
    text = {
        "field": "description",
        "fieldId": "description",
        "fromString": "private words",
        "toString": "private words",
    }
    history = {"id": str(number), "created": at, "author": {"displayName": "Ada", "accountType": "atlassian"}}
    items = [change | {"toString": "Resolved"}, text]
    return {
        "id": str(10_000 + number),
        "key": f"DESK-{number}",
        "fields": {
            "summary": f"Subject {number}",
            "status": done,
            "priority": {"name": "High"},
            "created": stamp(0),
            "updated": at.replace("Z", ".000+0000"),
            "resolutiondate": at,
            "issuetype": {"name": "Question"},
            "project": {"key": "DESK"},
            "assignee": None,
            "comment": {"comments": [], "total": 0},
            **fields,
        },
        "changelog": {"startAt": 0, "maxResults": 1, "total": 1, "histories": [{**history, "items": items}]},
    }
