"""What an adapter is: how it knows its files, what it reads from them, and what they cannot tell."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from analytics.evidence import Evidence, Gap
from data.ingest.batch import Batch
from data.ingest.files import File

Progress = Callable[[float], None]


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the person who imports says of the files.

    Attributes:
        source: name the tickets are kept under.
        now: the moment of import; nothing later can be true.
        time_zone: of times that carry no offset.
        time_format: of times that may be read in two ways, as "%d/%m/%Y %H:%M"; else it is found out.
        ambiguous: which instant a local time means that happened twice; "reject" sets the row aside.
    """

    source: str
    now: datetime
    time_zone: str | None = None
    time_format: str | None = None
    ambiguous: Literal["earliest", "latest", "reject"] = "earliest"


Read = Callable[[Sequence[File], Options, Progress], Batch]


@dataclass(frozen=True, kw_only=True)
class Adapter:
    """One kind of file of one system: a stream of what is known of its tickets.

    Attributes:
        name: of the stream, as kept in the store: "zendesk_metric_events".
        system: the help desk, and the default name of the source: "zendesk".
        label: as shown: "Zendesk ticket metric events (JSON)".
        evidence: what it tells.
        rank: of two streams that tell the same of a ticket, the higher one is believed.
        gaps: what it cannot tell, each a key of GAP_LABELS.
        hint: one sentence: how to export it, or what else to export beside it.
        naive: whether its times carry no offset, so that a time zone must be given.
        appends: whether a later file adds events to those of an earlier one; else the newer record of a ticket
            takes the place of the older one with all its events.
        partial: whether its rows complete tickets that another stream tells; they need no creation time.
        ticket_url: address of a ticket, with "{ticket_id}" in it, where it can be known.
        fits: whether a file is of this kind; exact enough that no two adapters claim one file.
        read: the files as one batch. The events need no numbers that are unique over a ticket.
    """

    name: str
    system: str
    label: str
    evidence: Evidence
    rank: int
    gaps: frozenset[Gap]
    hint: str
    naive: bool = False
    appends: bool = False
    partial: bool = False
    ticket_url: str | None = None
    fits: Callable[[File], bool]
    read: Read
