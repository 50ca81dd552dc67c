"""Issues and SLAs as Jira's API gives them, made by the tests."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from analytics.schemas import EVENTS, TICKETS
from data.ingest.adapter import Options
from data.ingest.adapters import ADAPTERS
from data.ingest.batch import Batch
from data.ingest.files import opened

NOW = datetime(2026, 11, 1, tzinfo=UTC)
_HERE = timezone(timedelta(hours=1))
"""Times of the tests are in +0100, as Jira writes them for someone in Stockholm; 2 March 2026 is a Monday."""

ADA = {"self": "x", "accountId": "a-1", "displayName": "Ada", "active": True, "accountType": "atlassian"}
BOB = {**ADA, "accountId": "a-2", "displayName": "Bob"}
GRACE = {**ADA, "accountId": "qm:9", "displayName": "Grace", "accountType": "customer"}
ROBOT = {**ADA, "accountId": "557058:f", "displayName": "Automation for Jira", "accountType": "app"}

STATUSES = {
    "Waiting for support": ("10100", "new"),
    "Waiting for customer": ("10101", "indeterminate"),
    "In Progress": ("3", "indeterminate"),
    "Pending": ("10102", "indeterminate"),
    "Erledigt": ("5", "done"),
    "Closed": ("6", "done"),
    "Canceled": ("10103", "done"),
}
PRIORITIES = {"Highest": "1", "High": "2", "Medium": "3", "Low": "4", "Lowest": "5"}


def moment(written: str) -> str:
    """ "09:15" of the Monday, or "03 09:15" of a day of that month, as Jira writes it."""
    day, clock = written.split() if " " in written else ("02", written)
    return f"2026-03-{day}T{clock}:00.000+0100"


def millis(written: str) -> int:
    return int(datetime.fromisoformat(moment(written)).timestamp() * 1000)


def date(written: str) -> dict[str, Any]:
    """A date of an SLA."""
    at = moment(written)
    plain = at.replace(".000", "")
    return {"iso8601": plain, "jira": at, "friendly": "02/Mar/26 9:15 AM", "epochMillis": millis(written)}


def duration(minutes: float) -> dict[str, Any]:
    """A duration of an SLA; what is friendly counts days of eight hours."""
    return {"millis": int(minutes * 60_000), "friendly": "1d"}


def done(start: str, stop: str, due: str, breached: bool | None = None, **changes: Any) -> dict[str, Any]:
    """A completed cycle."""
    left = (millis(due) - millis(stop)) / 60_000
    cycle = {
        "startTime": date(start),
        "stopTime": date(stop),
        "breachTime": date(due),
        "breached": left < 0 if breached is None else breached,
        "goalDuration": duration(240),
        "elapsedTime": duration(10),
        "remainingTime": duration(left),
        **changes,
    }
    return {key: value for key, value in cycle.items() if value is not None}


def running(start: str, due: str, **changes: Any) -> dict[str, Any]:
    """An ongoing cycle."""
    cycle = {
        "startTime": date(start),
        "breachTime": date(due),
        "breached": False,
        "paused": False,
        "withinCalendarHours": True,
        "goalDuration": duration(240),
        "elapsedTime": duration(10),
        "remainingTime": duration(230),
        **changes,
    }
    return {key: value for key, value in cycle.items() if value is not None}


def sla(
    name: str, *completed: dict[str, Any], ongoing: dict[str, Any] | None = None, request: str = "HELP-1"
) -> dict[str, Any]:
    """An SLA, as it stands in a field of an issue and in the answer of the service desk's own API."""
    found = {
        "id": "7",
        "name": name,
        "_links": {"self": f"https://acme.atlassian.net/rest/servicedeskapi/request/{request}/sla/7"},
        "completedCycles": list(completed),
        "slaDisplayFormat": "NEW_SLA_FORMAT",
    }
    return {**found, "ongoingCycle": ongoing} if ongoing else found


def status(name: str) -> dict[str, Any]:
    number, category = STATUSES[name]
    return {"self": "x", "name": name, "id": number, "statusCategory": {"id": 3, "key": category, "name": "x"}}


def item(field: str, old: str | None, new: str | None, **ends: Any) -> dict[str, Any]:
    """An item of a changelog; statuses get their ids, people theirs by `before` and `after`."""
    known = {name: number for name, (number, _) in STATUSES.items()} if field == "status" else {}
    return {
        "field": field,
        "fieldtype": "jira",
        "fieldId": ends.get("key", field),
        "from": ends.get("before", known.get(old or "")),
        "fromString": old,
        "to": ends.get("after", known.get(new or "")),
        "toString": new,
    }


def change(at: str, *items: dict[str, Any], number: int = 0, author: dict[str, Any] = ADA) -> dict[str, Any]:
    """An entry of a changelog."""
    return {"id": str(number or millis(at) % 10**9), "author": author, "created": moment(at), "items": list(items)}


def moved(at: str, old: str, new: str, number: int = 0) -> dict[str, Any]:
    """A change of status."""
    return change(at, item("status", old, new), number=number)


def comment(at: str, author: dict[str, Any] = ADA, *, public: bool | None = True, **changes: Any) -> dict[str, Any]:
    said = {"id": "1", "author": author, "body": "<b>Hello</b>", "created": moment(at), "updated": moment(at)}
    flag = {} if public is None else {"jsdPublic": public}
    return {**said, **flag, **changes}


def issue(
    key: str = "HELP-1",
    *changes: dict[str, Any],
    comments: list[dict[str, Any]] | None = None,
    now: str = "Waiting for support",
    slas: tuple[dict[str, Any], ...] = (),
    log: dict[str, Any] | None = None,
    number: str | None = None,
    bare: bool = False,
    **fields: Any,
) -> dict[str, Any]:
    """An issue with its changelog, newest first; `bare` leaves it out, and a field changed to "absent", too."""
    given = {
        "summary": "VPN is down",
        "created": moment("09:00"),
        "updated": moment("04 09:00"),
        "resolutiondate": None,
        "resolution": None,
        "status": status(now),
        "priority": {"self": "x", "name": "High", "id": "2"},
        "issuetype": {"id": "1", "name": "[System] Incident", "subtask": False},
        "assignee": ADA,
        "creator": GRACE,
        "reporter": GRACE,
        "comment": {"comments": comments or [], "maxResults": 100, "total": len(comments or []), "startAt": 0},
        "customfield_10002": [
            {"id": "1", "name": "Acme", "_links": {"self": "https://x/servicedeskapi/organization/1"}}
        ],
        "customfield_10010": {"requestType": {"id": "4", "name": "Report a broken thing"}, "_links": {}},
        **{f"customfield_1003{place}": each for place, each in enumerate(slas)},
        **fields,
    }
    given = {name: value for name, value in given.items() if value != "absent"}
    found = {"expand": "x", "id": number or f"10{key[-1]}", "self": "x", "key": key, "fields": given}
    if bare:
        return found
    newest = sorted(changes, key=lambda each: str(each["created"]), reverse=True)
    size = len(newest)
    histories = {"startAt": 0, "maxResults": size, "total": size, "histories": newest, **(log or {})}
    return {**found, "changelog": histories}


def page(*issues: dict[str, Any], **keys: Any) -> dict[str, Any]:
    """A page of a search, as it was before next-page tokens."""
    return {"expand": "schema,names", "startAt": 0, "maxResults": 50, "total": len(issues), "issues": [*issues], **keys}


def asked(*slas: dict[str, Any]) -> dict[str, Any]:
    """A page of the SLAs of a request."""
    return {"size": len(slas), "start": 0, "limit": 50, "isLastPage": True, "_links": {"self": "x"}, "values": [*slas]}


def written(path: Path, content: Any) -> Path:
    """A file of JSON; of text as it is."""
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def claimed(path: Path) -> list[str]:
    """Every adapter that claims a file."""
    with opened([path]) as files:
        return [name for name, adapter in ADAPTERS.items() if adapter.fits(files[0])]


def taken(stream: str, paths: Iterable[Path], now: datetime = NOW) -> Batch:
    """The files read; every row must be accounted for."""
    adapter = ADAPTERS[stream]
    shares: list[float] = []
    with opened(list(paths)) as files:
        batch = adapter.read(files, Options(source="jira", now=now), shares.append)
    aside = batch.rejected.select("file", "row_number").n_unique() if batch.rejected.height else 0
    assert batch.read == batch.taken + aside
    assert (batch.tickets.schema, batch.events.schema) == (TICKETS, EVENTS)
    assert batch.tickets.equals(batch.tickets.sort("source", "ticket_id"))
    assert batch.tickets["ticket_id"].n_unique() == batch.tickets.height
    assert batch.events.equals(batch.events.sort("source", "ticket_id", "at", "sequence"))
    assert set(batch.events["ticket_id"]) <= set(batch.tickets["ticket_id"])
    assert (batch.source, batch.stream) == ("jira", stream)
    assert shares == sorted(shares)
    assert shares[-1] == 1
    return batch


def story(batch: Batch, key: str = "HELP-1") -> list[tuple[str, str, str | None, str | None]]:
    """An issue's events: day and time in +0100, kind, value, previous."""
    own = batch.events.filter(ticket_id=key)
    return [
        (f"{at.astimezone(_HERE):%d %H:%M}", kind, value, previous)
        for at, kind, value, previous in own.select("at", "kind", "value", "previous").iter_rows()
    ]


def told(folder: Path, *issues: dict[str, Any], stream: str = "jira_changelog") -> Batch:
    return taken(stream, [written(folder / "issues.json", page(*issues))])


def only(batch: Batch) -> dict[str, Any]:
    assert batch.tickets.height == 1
    return batch.tickets.row(0, named=True)


def changes(batch: Batch, kind: str = "status", key: str = "HELP-1") -> list[tuple[str, str | None, str | None]]:
    """When a kind of attribute changed: day and time, what to, what from."""
    return [(at, value, previous) for at, what, value, previous in story(batch, key) if what == kind]


def noted(batch: Batch, words: str) -> bool:
    return any(words in note for note in batch.notes)
