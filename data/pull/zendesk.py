"""Zendesk: incremental exports of tickets with their metrics, and of metric events; each ticket's audits on request."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from data.pull.feeds import Ask, Feed, HelpDesk, NotThereError, Page, PullError, Record, listed

_TOO_RECENT = timedelta(seconds=90)
"""Zendesk refuses a start within the last minute."""

_BESIDE = {
    "users": ("id", "name", "role", "organization_id"),
    "groups": ("id", "name"),
    "organizations": ("id", "name"),
}
_FULL = 1000


def feeds(desk: HelpDesk, ask: Ask, now: datetime) -> list[Feed]:
    """What is asked of Zendesk."""
    include = "users,groups,organizations,metric_sets"
    people: dict[object, Record] = {}

    def tickets(since: datetime) -> Iterator[Page]:
        for page in _exported(desk, "tickets", since, now, {"include": include}):
            people.update({user.get("id"): user for user in page.beside["tickets"].get("users", [])})
            yield page

    return [
        Feed(
            name="tickets",
            asked=f"audits: {ask.audits}",
            pages=tickets,
            details=(lambda ticket: _audits(desk, ticket, people)) if ask.audits else None,
        ),
        Feed(
            name="ticket_metric_events",
            asked="all",
            pages=lambda since: _exported(desk, "ticket_metric_events", since, now, {}),
        ),
    ]


def _exported(desk: HelpDesk, key: str, since: datetime, now: datetime, more: Record) -> Iterator[Page]:
    """An incremental export: each page says up to when it reaches, and the next one starts there.

    What changed in one second is all on one page, which grows for it; so after a page that reached no further than
    where it started, the next second is asked for.
    """
    at = min(since, now - _TOO_RECENT)
    while True:
        parameters = {"start_time": int(at.timestamp()), "per_page": _FULL, **more}
        body = next(desk.pages(f"/api/v2/incremental/{key}.json", parameters))
        records = listed(body, key)
        if isinstance(body.get("metric_sets"), list):
            metrics = {each.get("ticket_id"): each for each in listed(body, "metric_sets")}
            records = [{**record, "metric_set": metrics.get(record.get("id"))} for record in records]
        reached = _reached(body, at)
        yield Page(records={key: records}, at=reached, beside={key: _beside(body)})
        if body.get("end_of_stream", len(records) < _FULL):
            return
        if reached <= at and not records:
            raise PullError(f"Zendesk says that there are more {key}, but not from when on. Try again later.")
        at = max(reached, at + timedelta(seconds=1))


def _audits(
    desk: HelpDesk, ticket: str, people: Mapping[object, Record]
) -> Iterator[tuple[str, Sequence[Record], Record | None]]:
    """The history of a ticket with the roles of its authors; one that was deleted for good has none."""
    parameters = {"page[size]": 100, "include": "users"}
    try:
        for body in desk.pages(f"/api/v2/tickets/{ticket}/audits.json", parameters, "next"):
            audits = listed(body, "audits")
            named = _beside(body)
            authors = {event.get("author_id") for audit in audits for event in (audit, *_events(audit))}
            known = [people[number] for number in sorted(authors & people.keys(), key=str)]
            yield "ticket_audits", audits, {**named, "users": [*known, *named.get("users", [])]}
    except NotThereError:
        return


def _events(audit: Record) -> list[Record]:
    found = audit.get("events")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _reached(body: Record, at: datetime) -> datetime:
    """The newest change in an export's page."""
    end = body.get("end_time")
    return max(at, datetime.fromtimestamp(end, UTC)) if isinstance(end, int) and 0 <= end < 1 << 33 else at


def _beside(body: Record) -> Record:
    """The names of people, groups and organisations of a page; no addresses."""
    return {
        key: [{name: each[name] for name in names if name in each} for each in body[key] if isinstance(each, dict)]
        for key, names in _BESIDE.items()
        if isinstance(body.get(key), list)
    }
