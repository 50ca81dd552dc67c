"""One issue of Jira: its fields as a row of text in our words, and its history, completed by what its fields say."""

from dataclasses import dataclass
from datetime import datetime

from analytics.schemas import SOLVED
from data.ingest.jira_fields import Row, Site, instant, mapping, named, objects, priority, text, user_id
from data.ingest.jira_history import ORDER, Event, History, history_of
from data.ingest.jira_slas import ANSWERED_BY_SOLVING, Kind, Promise, is_sla, promises

COLUMNS = {
    "ticket_id": "key",
    "created_at": "fields.created",
    "updated_at": "fields.updated",
    "resolved_at": "resolved",
    "first_response_due_at": "first response due",
    "first_response_verdict": "first response verdict",
    "resolution_due_at": "resolution due",
    "resolution_verdict": "resolution verdict",
    "status": "fields.status",
    "created_by": "created by",
    "priority": "fields.priority",
    "category": "request type",
    "channel": "request channel",
    "customer": "organization",
    "team": "team",
    "agent": "fields.assignee",
}
"""The columns of the table made of the issues, as messages call them."""

_VERDICTS = {True: "breached", False: "met", None: None}
_BEGINNINGS = ("new", "open")
_ORGANIZATION = "/servicedeskapi/organization/"
_CHANNEL = "request.channel.type"


@dataclass
class Issue:
    """An issue as it was read.

    Attributes:
        cells: the text of each of COLUMNS.
        history: what happened to it.
        promises: by kind what its SLAs say; others: the names of its other SLAs.
        astray: whether its status is not the one its changes lead to, and when it got there is not told.
        unsolved: whether it has a resolution though its status is not done.
    """

    cells: dict[str, str | None]
    history: History
    promises: dict[Kind, Promise]
    others: list[str]
    astray: bool = False
    unsolved: bool = False


def issue_of(row: Row, key: str | None, site: Site) -> Issue:
    """What an issue tells.

    Args:
        row: the issue.
        key: under which it is kept.
        site: what the files show.
    """
    fields = mapping(row.get("fields"))
    history = history_of(row, site)
    told, others = promises(value for value in fields.values() if is_sla(value))
    held = mapping(fields.get("status"))
    status = site.status(held.get("id"), held.get("name"))
    if site.is_guessed(held.get("id"), held.get("name")):
        history.guessed.add(str(held["name"]))
    request = _request(fields)
    since = _since(fields, request, told, solved=status in SOLVED)
    issue = Issue({}, history, told, others, unsolved=status not in SOLVED and bool(text(fields.get("resolutiondate"))))
    _complete(issue, status, since, instant(fields.get("created")))
    _answer(issue)
    history.events.sort(key=lambda event: (event.at, ORDER.index(event.kind)))
    ended = next((event.at for event in reversed(history.of_kind("status")) if event.value == status), since)
    first, last = told.get("first_response"), told.get("resolution")
    team = fields.get(site.team_field) if site.team_field else None
    issue.cells = {
        COLUMNS["ticket_id"]: key,
        COLUMNS["created_at"]: text(fields.get("created")),
        COLUMNS["updated_at"]: text(fields.get("updated")),
        COLUMNS["resolved_at"]: _iso(ended if status in SOLVED else None),
        COLUMNS["first_response_due_at"]: _iso(first.due_at) if first else None,
        COLUMNS["first_response_verdict"]: _VERDICTS[first.breached] if first else None,
        COLUMNS["resolution_due_at"]: _iso(last.due_at) if last else None,
        COLUMNS["resolution_verdict"]: _VERDICTS[last.breached] if last else None,
        COLUMNS["status"]: status,
        COLUMNS["created_by"]: creator(fields),
        COLUMNS["priority"]: priority(mapping(fields.get("priority")).get("name")),
        COLUMNS["category"]: named(request.get("requestType")) or named(fields.get("issuetype")),
        COLUMNS["channel"]: text(mapping(mapping(row.get("properties")).get(_CHANNEL)).get("value")),
        COLUMNS["customer"]: _organization(fields),
        COLUMNS["team"]: site.team(team),
        COLUMNS["agent"]: site.person(user_id(fields.get("assignee")), named(fields.get("assignee"))),
    }
    return issue


def _iso(at: datetime | None) -> str | None:
    return at.isoformat(timespec="microseconds") if at else None


def creator(fields: Row) -> str | None:
    """Who opened an issue: its reporter is a customer; another person than that is one of ours, unless a customer, too.

    Example:
        >>> ada, grace = {"accountId": "a", "accountType": "atlassian"}, {"accountId": "g", "accountType": "customer"}
        >>> creator({"creator": grace, "reporter": grace}), creator({"creator": ada, "reporter": grace})
        ('customer', 'agent')
        >>> creator({"creator": {"accountId": "x", "accountType": "app"}, "reporter": grace}) is None
        True
    """
    who, asker = mapping(fields.get("creator")), mapping(fields.get("reporter"))
    if user_id(who) is None or user_id(asker) is None:
        return None
    if user_id(who) == user_id(asker) or who.get("accountType") == "customer":
        return "customer"
    return None if who.get("accountType") == "app" else "agent"


def _request(fields: Row) -> Row:
    """The request an issue is, in whichever field it stands."""
    return next((each for each in map(mapping, fields.values()) if mapping(each.get("requestType"))), {})


def _organization(fields: Row) -> str | None:
    """The organizations a request belongs to, in whichever field they stand."""
    for value in fields.values():
        own = [each for each in objects(value) if _ORGANIZATION in str(mapping(each.get("_links")).get("self"))]
        if own:
            return named(own)
    return None


def _since(fields: Row, request: Row, told: dict[Kind, Promise], *, solved: bool) -> datetime | None:
    """Since when an issue is in its status, as far as its fields say."""
    current = instant(mapping(request.get("currentStatus")).get("statusDate"))
    if not solved:
        return current
    stopped = told["resolution"].stopped_at if "resolution" in told else None
    category = instant(fields.get("statuscategorychangedate"))
    return instant(fields.get("resolutiondate")) or category or current or stopped


def _complete(issue: Issue, status: str | None, since: datetime | None, created: datetime | None) -> None:
    """Add the change of status that led to where an issue stands, where no change tells of it."""
    history = issue.history
    changes = history.of_kind("status")
    known = changes[-1].value if changes else None
    if status is None or known == status or (not changes and status in _BEGINNINGS):
        return
    whole = history.told and not history.cut and not changes
    if since and (not changes or since >= changes[-1].at):
        history.events.append(Event(since, "status", status, known or "open"))
    elif whole and created:
        history.events.append(Event(created, "status", status))
    else:
        issue.astray = True


def _answer(issue: Issue) -> None:
    """Add the first answer by the SLA's first cycle, where the comments that are told have none."""
    history, first = issue.history, issue.promises.get("first_response")
    if first is None or first.stopped_at is None or history.of_kind("reply"):
        return
    if history.talk and not history.talk_cut:
        return
    solved = [event.at for event in history.of_kind("status") if event.value in SOLVED]
    if all(abs(first.stopped_at - at) > ANSWERED_BY_SOLVING for at in solved):
        history.events.append(Event(first.stopped_at, "reply"))
