"""Nasty files of known help desks: read by the adapter that claims them."""

import json
from dataclasses import dataclass

from tests.data.nasty import ASIDE, FORMULAS

TICKETS = "Ticket ID,Subject,Status,Priority,Source,Agent,Group,Created time,Due by Time,Resolved time,Closed time,"
TICKETS += "Initial response time,Resolution status,First response status"
TIMES = "2026-06-01 08:00:00,2026-06-01 18:00:00,2026-06-01 12:00:00,2026-06-01 12:00:00,2026-06-01 08:30:00"


@dataclass(frozen=True)
class Export:
    """A file, the adapter that claims it, and the number of rows that were written."""

    file: str
    content: bytes
    adapter: str
    rows: int
    aside: tuple[tuple[int, str], ...] = ()


def ticket(number: object, subject: str = "Printer") -> str:
    return f"{number},{subject},Closed,High,Email,Ann,Support,{TIMES},Within SLA,Within SLA"


def csv(*rows: str) -> bytes:
    return "\n".join([TICKETS, *rows, ""]).encode()


def event(number: int, kind: str = "activate", **more: object) -> dict[str, object]:
    at = f"2026-06-01T08:{number:02}:00Z"
    return {"id": number, "ticket_id": 1, "metric": "reply_time", "instance_id": 1, "type": kind, "time": at, **more}


EXPORTS: dict[str, Export] = {
    "formulas as subjects": Export(
        "t.csv",
        csv(
            *(
                ticket(n, '"' + text.strip('"').replace('""', '"').replace('"', '""') + '"')
                for n, text in enumerate(FORMULAS)
            )
        ),
        "freshdesk_tickets",
        len(FORMULAS),
    ),
    "semicolons, and a delimiter in a quoted header": Export(
        "t.csv",
        csv(f"{ticket(1)},x", f"{ticket(2)},y")
        .replace(b"First response status", b'First response status,"a, b"')
        .replace(b",", b";"),
        "freshdesk_tickets",
        2,
    ),
    "utf-16 that is not declared": Export(
        "t.csv", csv(ticket(1), ticket(2)).decode().encode("utf-16"), "freshdesk_tickets", 2
    ),
    "a quote that is never closed": Export(
        "t.csv",
        csv(ticket(1), ticket(2, '"Printer'), ticket(3), "4,short"),
        "freshdesk_tickets",
        4,
        ((3, "a quote is not closed"), (5, "too few values in the line")),
    ),
    "a quote closed lines later": Export(
        "t.csv",
        csv(ticket(1), ticket(2, '"Printer'), ticket(3), f'{ticket(4)}"'.replace("Within SLA", 'Within SLA"', 1)),
        "freshdesk_tickets",
        4,
        ((3, ASIDE), (4, ASIDE), (5, ASIDE)),
    ),
    "events that are none": Export(
        "events.json",
        json.dumps({"ticket_metric_events": [event(1), 5, event(2, "fulfill"), None], "count": 4}).encode(),
        "zendesk_metric_events",
        4,
        ((2, "the record is not a JSON object"), (4, "the record is not a JSON object")),
    ),
    "events as lines, one of them broken": Export(
        "events.jsonl",
        "\n".join([json.dumps(event(1)), '{"id": 2', json.dumps(event(3, "fulfill"))]).encode(),
        "zendesk_metric_events",
        3,
        ((2, "the line is not a JSON object"),),
    ),
}
