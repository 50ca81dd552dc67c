"""Freshdesk: tickets by the time of their last change, with those in the trash and those taken for spam."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from data.pull.feeds import Ask, Feed, ForbiddenError, HelpDesk, Page, Record, instant, listed, walk

_FILTERS: dict[str, str | None] = {"tickets": None, "deleted tickets": "deleted", "spam": "spam"}
_NAMED = {"groups": "group_id", "agents": "responder_id", "companies": "company_id"}
_MISSING = (
    "Freshdesk lists at most {most:,} pages of tickets that were changed in one second, and more were changed before "
    "{at:%Y-%m-%d %H:%M:%S} UTC; the rest of them come with their next change."
)
_NAMELESS = (
    "The account may not list {key}; they are shown by their number. An administrator's key would tell the names."
)


def feeds(desk: HelpDesk, ask: Ask, now: datetime) -> list[Feed]:
    """What is asked of Freshdesk. Its list leaves out what is in the trash, so that is asked for beside."""
    names = _Names(desk)

    def pages(since: datetime, chosen: str | None) -> Iterator[Page]:
        def fetch(at: datetime) -> Iterator[Sequence[Record]]:
            parameters = {
                "updated_since": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
                "order_by": "updated_at",
                "order_type": "asc",
                "per_page": 100,
                "include": "stats",
                **({"filter": chosen} if chosen else {}),
            }
            for body in desk.pages("/api/v2/tickets", parameters, "link"):
                yield [{**record, chosen: True} if chosen else record for record in listed(body)]

        def moment(record: Record) -> datetime:
            return instant(record, "updated_at")

        found = walk(fetch, moment, since, now, grain=timedelta(seconds=1), most_pages=ask.pages)
        for records, at, missing in found:
            beside = names.of(records)
            notes = [*names.notes, *([_MISSING.format(most=ask.pages, at=at)] if missing else [])]
            yield Page(records={"tickets": records}, at=at, beside={"tickets": beside}, notes=tuple(notes))

    def of(name: str, chosen: str | None) -> Feed:
        return Feed(name=name, asked="with stats", pages=lambda since: pages(since, chosen))

    return [of(name, chosen) for name, chosen in _FILTERS.items()]


class _Names:
    """The names of groups, agents and companies, each list asked for once, when a ticket first needs it."""

    def __init__(self, desk: HelpDesk) -> None:
        self._desk, self._known = desk, dict[str, dict[object, str]]()
        self.notes: list[str] = []

    def of(self, records: Sequence[Record]) -> Record:
        """The lists of those that some tickets name."""
        found: Record = {}
        for key, column in _NAMED.items():
            wanted = {number for record in records if isinstance(number := record.get(column), int)}
            if wanted:
                known = self._list(key)
                found[key] = [{"id": number, "name": known[number]} for number in sorted(wanted) if number in known]
        return {key: names for key, names in found.items() if names}

    def _list(self, key: str) -> dict[object, str]:
        if key not in self._known:
            known = self._known[key] = {}
            try:
                for body in self._desk.pages(f"/api/v2/{key}", {"per_page": 100}, "link"):
                    for each in listed(body):
                        contact = each.get("contact")
                        name = each.get("name") or (contact.get("name") if isinstance(contact, dict) else None)
                        known |= {each.get("id"): name} if isinstance(name, str) else {}
            except ForbiddenError:
                self.notes.append(_NAMELESS.format(key=key))
        return self._known[key]
