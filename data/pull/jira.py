"""Jira Service Management: issues with their changelog, comments and SLA fields; SLA records on request."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from analytics.errors import SLAError
from data.pull.feeds import Ask, Feed, HelpDesk, NotThereError, Page, Record, instant, listed, walk

_FIELDS = (
    *("summary", "status", "priority", "assignee", "reporter", "creator", "created", "updated", "resolutiondate"),
    *("resolution", "issuetype", "project", "labels", "components", "comment"),
)
_TYPES = (
    *("com.atlassian.servicedesk:sd-sla-field", "com.atlassian.servicedesk:vp-origin"),
    *("com.atlassian.servicedesk:sd-customer-organizations",),
    *("com.atlassian.jira.plugin.system.customfieldtypes:atlassian-team",),
)
_NAMES = ("team", "assignment group", "organizations")
_ENDLESS = 1 << 30
_KEY = re.compile(r"[A-Z][A-Z0-9_]{0,63}")


def feeds(desk: HelpDesk, ask: Ask, now: datetime, *, cloud: bool) -> list[Feed]:
    """What is asked of Jira; its cloud and its data center differ in where issues are searched.

    Raises:
        SLAError: a project's key is none.
    """
    for key in ask.projects:
        if not _KEY.fullmatch(key):
            raise SLAError(f"--project {key!r} is no key of a project. Expected capitals such as IT or DESK.")
    chosen = f"project in ({', '.join(sorted(set(ask.projects)))}) and " if ask.projects else ""
    return [
        Feed(
            name="issues",
            asked=f"{chosen}sla: {ask.sla}",
            pages=lambda since: _issues(desk, chosen, since, now, cloud=cloud),
            details=(lambda key: _slas(desk, key)) if ask.sla else None,
            key=lambda record: str(record.get("key")),
        )
    ]


def _issues(desk: HelpDesk, chosen: str, since: datetime, now: datetime, *, cloud: bool) -> Iterator[Page]:
    """Issues by their last change. Times are written as milliseconds: words are read in the account's own time zone."""
    api = "/rest/api/3" if cloud else "/rest/api/2"
    own = _own_fields(desk, api)
    asked = ",".join([*_FIELDS, *own])

    def fetch(at: datetime) -> Iterator[Sequence[Record]]:
        query = f"{chosen}updated >= {int(at.timestamp()) * 1000} order by updated asc"
        parameters = {"jql": query, "fields": asked, "expand": "changelog"}
        found = (
            desk.pages(f"{api}/search/jql", {**parameters, "maxResults": 100}, "token")
            if cloud
            else desk.pages(f"{api}/search", parameters, "offset")
        )
        for body in found:
            yield [{**_completed(desk, api, issue), "names": own} for issue in listed(body, "issues")]

    def moment(record: Record) -> datetime:
        return instant(record, "fields.updated")

    for records, at, _ in walk(fetch, moment, since, now, grain=timedelta(minutes=1), most_pages=_ENDLESS):
        yield Page(records={"issues": records}, at=at)


def _own_fields(desk: HelpDesk, api: str) -> dict[str, str]:
    """The names of this site's fields to ask for, by id. Jira must know the account first: strangers see nothing."""
    next(desk.pages(f"{api}/myself", {}))
    known = listed(next(desk.pages(f"{api}/field", {})))
    return {_id(each): str(each.get("name")) for each in sorted(known, key=_id) if _wanted(each)}


def _slas(desk: HelpDesk, key: str) -> Iterator[tuple[str, Sequence[Record], Record | None]]:
    """The SLA records of a request, each with its key, which they do not tell; an issue that is no request has none."""
    start = 0
    while True:
        try:
            body = next(desk.pages(f"/rest/servicedeskapi/request/{key}/sla", {"start": start, "limit": 50}))
        except NotThereError:
            return
        values = listed(body, "values")
        yield "slas", [{**value, "issueKey": key} for value in values], None
        if body.get("isLastPage", True) or not values:
            return
        start += len(values)


def _id(field: Record) -> str:
    return str(field.get("id"))


def _wanted(field: Record) -> bool:
    """Whether a field of this site's own tells of SLAs, the request type, a team or an organisation."""
    kind = field.get("schema") if isinstance(field.get("schema"), dict) else {}
    custom = kind.get("custom") if isinstance(kind, dict) else None
    named = str(field.get("name", "")).strip().lower() in _NAMES
    return bool(re.fullmatch(r"customfield_\d+", _id(field))) and (custom in _TYPES or named)


def _completed(desk: HelpDesk, api: str, issue: Record) -> Record:
    """An issue with its whole changelog and all comments; a search tells only the first or last hundred of them."""
    fields = issue.get("fields")
    parts = [
        (issue.get("changelog"), "histories", "changelog", "values"),
        (fields.get("comment") if isinstance(fields, dict) else None, "comments", "comment", "comments"),
    ]
    for part, name, path, key in parts:
        if not isinstance(part, dict) or not isinstance(part.get(name), list):
            continue
        total = part.get("total")
        if isinstance(total, int) and total > len(part[name]):
            bodies = desk.pages(f"{api}/issue/{issue.get('key')}/{path}", {}, "offset")
            found = [record for body in bodies for record in listed(body, key)]
            part.update({name: found, "startAt": 0, "maxResults": len(found), "total": len(found)})
    return issue
