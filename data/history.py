"""The history of a source as it is judged: what its streams tell, combined, and its impossible events mended."""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from analytics.combining import combined
from analytics.repairs import FINDINGS, tidy
from analytics.schemas import SOLVED
from data.ingest.adapters import ADAPTERS

_RANKS = {name: adapter.rank for name, adapter in ADAPTERS.items()}
_NEVER_CREATED = "ticket without a creation time"
_NEVER_SOLVED = "solved ticket without a resolution time"
_ADVICE = {
    _NEVER_CREATED: "Left out. Export the tickets themselves, too: this file tells only of what happened to them.",
    _NEVER_SOLVED: "Left out. Export the file that says when it was solved, too.",
}
_TICKET = ("source", "ticket_id")


@dataclass(frozen=True)
class History:
    """Tickets and events as they are judged, and what was mended on the way.

    Attributes:
        tickets, events: in the schemas TICKETS and EVENTS, sorted by ticket, events also by time.
        findings: in the schema FINDINGS, sorted by rule.
    """

    tickets: pl.DataFrame
    events: pl.DataFrame
    findings: pl.DataFrame


def history(tickets: pl.DataFrame, events: pl.DataFrame, until: datetime) -> History:
    """The history that rows of the store tell.

    Args:
        tickets, events: rows of these tables of the store, of one source or of one ticket.
        until: the moment of the last import; no event can lie after it.
    """
    every, told, unknown = combined(tickets, events, _RANKS)
    ended = told.filter(pl.col("kind").is_in(["status", "cancel"])).select(*_TICKET).unique()
    solved = pl.col("status").is_in(SOLVED).fill_null(value=False)
    never = every.filter(solved).join(ended, on=_TICKET, how="anti").select(*_TICKET)
    known = every.join(never, on=_TICKET, how="anti", maintain_order="left") if never.height else every
    mended, findings = tidy(known, told.join(never, on=_TICKET, how="anti", maintain_order="left"), until)
    left_out = {_NEVER_CREATED: unknown, _NEVER_SOLVED: never.height}
    rows = [{"rule": rule, "advice": _ADVICE[rule], "events": number} for rule, number in left_out.items() if number]
    return History(known, mended, pl.concat([findings, pl.DataFrame(rows, schema=FINDINGS)]).sort("rule"))
