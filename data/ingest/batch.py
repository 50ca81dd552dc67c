"""What one import takes and sets aside."""

import json
from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl

from data.ingest.tables import ROW

REJECTED = {
    "file": pl.String,
    ROW: pl.Int64,
    "ticket_id": pl.String,
    "rule": pl.String,
    "advice": pl.String,
    "content": pl.String,
}


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What an import takes and sets aside.

    Attributes:
        source: name of the system.
        stream: which kind of file of that system, as Adapter.name.
        tickets: in the schema TICKETS, each once; of a partial stream `created_at` may be null.
        events: in the schema EVENTS; of a partial or appending stream also of tickets not in `tickets`.
        rejected: one row a broken rule: file, row_number, ticket_id, rule, advice, content.
        as_of: the newest event.
        read, taken: rows of the files, and those of them that were taken; every other one stands in `rejected`.
        repeated, skipped: local times that happened twice, and never.
        notes: what the reader should know: how something was understood, what was passed over on purpose.
    """

    source: str
    stream: str
    tickets: pl.DataFrame
    events: pl.DataFrame
    rejected: pl.DataFrame
    as_of: datetime
    read: int
    taken: int
    repeated: int = 0
    skipped: int = 0
    notes: tuple[str, ...] = ()

    @property
    def rejected_rows(self) -> int:
        """Rows set aside, however many rules each broke."""
        return self.read - self.taken

    def numbered(self, events: pl.DataFrame) -> "Batch":
        """The same with its events numbered anew."""
        return replace(self, events=events)


def contents(text: str) -> dict[str, str | None]:
    """A rejected row's values, by our field names."""
    return dict(json.loads(text)) if text.startswith("{") else {"line": text}
