"""What an adapter is: how it knows its files, what it reads from them, and what they cannot tell."""

from collections.abc import Callable, Sequence
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import ValidationError

from analytics.errors import ImportFileError
from analytics.evidence import Evidence, Gap
from analytics.timezones import zone_table
from data.ingest.batch import Batch
from data.ingest.files import File
from data.ingest.mapping import Mapping

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

    def mapping(self, columns: Dictionary[str, str], pattern: str = "iso") -> Mapping:
        """A mapping of these columns, by our field names, in the zone and words of the person who imports.

        Raises:
            UnknownNameError: there is no such time zone.
            ImportFileError: the source or the time format cannot be used.
        """
        zone = self.time_zone or "UTC"
        zone_table(zone)
        try:
            return Mapping.model_validate(
                {
                    "version": 1,
                    "source": self.source,
                    "time_zone": zone,
                    "time_format": pattern,
                    "ambiguous": self.ambiguous,
                    "columns": dict(columns),
                }
            )
        except ValidationError as error:
            first = error.errors()[0]
            what = str(first["loc"][-1]).replace("_", "-")
            reason = first["msg"].removeprefix("Value error, ").rstrip(".")
            raise ImportFileError(f"--{what} {first['input']!r} cannot be used. {reason}.") from error


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
