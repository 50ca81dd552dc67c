"""A store version in the making, for writers."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from analytics.errors import StoreError
from analytics.schemas import CLOCK_KEY, CLOCKS
from analytics.timezones import INSTANT
from data.version import LISTED, Version

_SCHEMA = Path(__file__).with_name("schema.sql")
_TYPES = {
    pl.String(): "VARCHAR",
    INSTANT: "TIMESTAMPTZ",
    pl.Boolean(): "BOOLEAN",
    pl.Int8(): "TINYINT",
    pl.Int32(): "INTEGER",
    pl.Int64(): "BIGINT",
    pl.Float64(): "DOUBLE",
    pl.Date(): "DATE",
}


class Build:
    """A store version in the making."""

    def __init__(self, path: Path, old: Version | None) -> None:
        self._connection = duckdb.connect(str(path))
        self._open = True
        self.old = old

    def start(self) -> None:
        """Make the tables, with what the old version holds but for its clocks."""
        self._connection.execute("SET GLOBAL TimeZone='UTC'")
        self._connection.execute(_SCHEMA.read_text(encoding="utf-8"))
        if self.old is not None:
            self._connection.execute("ATTACH ? AS old (READ_ONLY)", [str(self.old.path)])
            for table in ("meta", "policies", "sources", "imports", "rejected", "tickets", "events"):
                self._connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM old.{table}")

    def insert(self, table: str, frame: pl.DataFrame) -> None:
        """Append a frame's rows to one of the tables of schema.sql, by column name."""
        self._connection.register("incoming", frame.to_arrow())
        self._connection.execute(f'INSERT INTO "{table}" BY NAME SELECT * FROM incoming')
        self._connection.unregister("incoming")

    def replace_tickets(self, source: str, tickets: pl.DataFrame, events: pl.DataFrame, *, whole: bool) -> None:
        """Put tickets and their events in the place of those of the same id, or of the whole source."""
        self._connection.register("incoming", tickets.select("ticket_id").to_arrow())
        for table in ("tickets", "events"):
            chosen = "" if whole else " AND ticket_id IN (SELECT ticket_id FROM incoming)"
            self._connection.execute(f"DELETE FROM {table} WHERE source = ?{chosen}", [source])
        self._connection.unregister("incoming")
        self.insert("tickets", tickets)
        self.insert("events", events)

    def replace_row(self, table: str, key: str, row: dict[str, Any]) -> None:
        """Put one row in the place of the one with the same key."""
        self._connection.execute(f'DELETE FROM "{table}" WHERE "{key}" = ?', [row[key]])
        self.insert(table, pl.DataFrame([row]))

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> pl.DataFrame:
        """Rows of a query on the version in the making."""
        found: pl.DataFrame = self._connection.sql(sql, params=list(parameters)).pl()
        return found

    def write_clocks(self, source: str, clocks: pl.DataFrame) -> None:
        """All clocks anew: those of one source as given, the others as the old version has them."""
        kept = self.old.clocks().filter(pl.col("source").cast(pl.String) != source) if self.old else clocks.clear()
        listed = [pl.col(name).cast(pl.String) for name in LISTED]
        frame = pl.concat([kept.with_columns(listed), clocks]).sort(CLOCK_KEY)
        for name in LISTED:
            values = frame.select(pl.col(name).drop_nulls().unique().sort())
            self._connection.register("listed", values.to_arrow())
            self._connection.execute(f"CREATE TYPE {name}_values AS ENUM (SELECT {name} FROM listed)")
            self._connection.unregister("listed")
        columns = [f"{name} {name + '_values' if name in LISTED else _TYPES[dtype]}" for name, dtype in CLOCKS.items()]
        self._connection.execute(f"CREATE TABLE clocks ({', '.join(columns)})")
        self.insert("clocks", frame)

    def finish(self) -> None:
        """Check the version before anybody sees it, and close it.

        Raises:
            StoreError: a ticket stands twice, an event or clock has no ticket.
        """
        checks = {
            "a ticket stands twice": "SELECT 1 FROM tickets GROUP BY source, ticket_id HAVING count(*) > 1",
            "an event has no ticket": "SELECT 1 FROM events e ANTI JOIN tickets t USING (source, ticket_id)",
            "a clock has no ticket": (
                "SELECT 1 FROM clocks c ANTI JOIN tickets t "
                "ON t.source = c.source::VARCHAR AND t.ticket_id = c.ticket_id"
            ),
        }
        for problem, sql in checks.items():
            if self.query(f"{sql} LIMIT 1").height:
                raise StoreError(f"The new version is not sound: {problem}. The store stays as it is.")
        self.close()

    def close(self) -> None:
        """Let go of the file; harmless when done twice."""
        if self._open:
            with suppress(duckdb.Error):
                self._connection.execute("DETACH old")
            self._connection.close()
            self._open = False
