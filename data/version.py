"""One published state of the store, for readers: opened read-only for each query and closed at once."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from analytics.errors import StoreError
from analytics.schemas import CLOCKS

LISTED = (
    "source",
    "kind",
    "policy",
    "schedule",
    "time_zone",
    "state",
    "priority",
    "category",
    "channel",
    "region",
    "plan",
    "customer",
    "team_at_due",
    "agent_at_due",
)
"""Clock columns kept as ENUM: few values over many rows."""


@dataclass(frozen=True)
class Version:
    """One published state of the store."""

    directory: Path
    number: int

    @property
    def path(self) -> Path:
        """The DuckDB file."""
        return self.directory / f"store-{self.number:06d}.duckdb"

    def query(self, sql: str, parameters: dict[str, Any] | None = None) -> pl.DataFrame:
        """Rows of a query, instants in UTC; values go in by name, as `$name`."""
        try:
            connection = duckdb.connect(str(self.path), read_only=True)
        except duckdb.Error as error:
            raise StoreError(f"{self.path.name} cannot be opened: {str(error).splitlines()[0]}") from error
        try:
            for setting in ("GLOBAL TimeZone='UTC'", "enable_external_access=false", "lock_configuration=true"):
                with suppress(duckdb.InvalidInputException):  # another reader of this file has locked it already
                    connection.execute(f"SET {setting}")
            found: pl.DataFrame = connection.sql(sql, params=parameters or {}).pl()
        except (duckdb.IOException, duckdb.FatalException) as error:
            raise StoreError(f"{self.path.name} cannot be read: {str(error).splitlines()[0]}") from error
        finally:
            connection.close()
        return found

    def clocks(self) -> pl.DataFrame:
        """Every clock, in the schema CLOCKS but for ENUM columns as polars Enum; sorted by the clocks' key."""
        frame = self.query("SELECT * FROM clocks")
        listed = {name: self.query(f"SELECT unnest(enum_range(NULL::{name}_values)) AS v")["v"] for name in LISTED}
        kinds = {name: pl.Enum(values.cast(pl.String)) for name, values in listed.items()}
        return frame.with_columns(pl.col(name).cast(kind) for name, kind in kinds.items()).select(*CLOCKS)

    def ticket(self, ticket_id: str, source: str | None = None) -> tuple[pl.DataFrame, pl.DataFrame]:
        """A ticket of this id (in every source, or in one) and its events."""
        chosen = {"ticket_id": ticket_id, "source": source}
        only = "ticket_id = $ticket_id AND ($source::VARCHAR IS NULL OR source = $source)"
        tickets = self.query(f"SELECT * FROM tickets WHERE {only} ORDER BY source", chosen)
        events = self.query(f'SELECT * FROM events WHERE {only} ORDER BY source, "at", sequence', chosen)
        return tickets, events

    def sources(self) -> pl.DataFrame:
        """One row a source: as-of, policy version, name, hash and text, ticket address, last import."""
        return self.query(
            "SELECT s.*, p.name AS policy, p.hash AS policy_hash, p.content AS policy_content FROM sources s "
            "JOIN policies p ON p.version = s.policy_version ORDER BY s.imported_at, s.source"
        )

    def imports(self) -> pl.DataFrame:
        """One row an import, newest first."""
        return self.query("SELECT * FROM imports ORDER BY number DESC")

    def rejected(self, import_number: int) -> pl.DataFrame:
        """What one import set aside: a row for each rule a row broke."""
        return self.query(
            "SELECT * EXCLUDE (import_number) FROM rejected WHERE import_number = $number "
            "ORDER BY file, row_number, rule",
            {"number": import_number},
        )

    def counts(self) -> pl.DataFrame:
        """Tickets, events, clocks, and tickets no policy fits, by source."""
        return self.query(
            "SELECT s.source, (SELECT count(*) FROM tickets t WHERE t.source = s.source) AS tickets, "
            "(SELECT count(*) FROM events e WHERE e.source = s.source) AS events, "
            "(SELECT count(*) FROM clocks c WHERE c.source::VARCHAR = s.source) AS clocks, "
            "(SELECT count(*) FROM tickets t ANTI JOIN clocks c ON c.source::VARCHAR = t.source "
            "AND c.ticket_id = t.ticket_id WHERE t.source = s.source) AS without_clock "
            "FROM sources s ORDER BY s.source"
        )

    def meta(self) -> dict[str, str]:
        """What the store knows of itself."""
        return dict(self.query("SELECT key, value FROM meta ORDER BY key").iter_rows())
