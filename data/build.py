"""A store version in the making, for writers."""

import secrets
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from analytics.errors import StoreError
from analytics.schemas import CLOCK_KEY, CLOCKS, HOLDINGS
from analytics.timezones import INSTANT
from data.version import FORMAT, LISTED, LISTED_HOLDINGS, Version

_SCHEMA = Path(__file__).with_name("schema.sql")
_COPIED = (
    "meta",
    "policies",
    "sources",
    "imports",
    "rejected",
    "repairs",
    "closed_months",
    "restatements",
    "tickets",
    "events",
)
_SLICE = 500_000
"""Rows handed over at a time, to bound memory."""

_LAYOUTS = {
    "clocks": (CLOCKS, LISTED, CLOCK_KEY),
    "holdings": (HOLDINGS, LISTED_HOLDINGS, (*CLOCK_KEY, "team")),
}
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
        """Make the tables, with what the old version holds but for its clocks and holdings.

        Raises:
            StoreError: another version of Duetime made the old one.
        """
        self._connection.execute("SET GLOBAL TimeZone='UTC'")
        self._connection.execute(_SCHEMA.read_text(encoding="utf-8"))
        if self.old is None:
            made = {"format": str(FORMAT), "salt": secrets.token_hex(16)}
            self.insert("meta", pl.DataFrame({"key": list(made), "value": list(made.values())}))
        else:
            self.old.meta()
            self._connection.execute("ATTACH ? AS old (READ_ONLY)", [str(self.old.path)])
            for table in _COPIED:
                self._connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM old.{table}")

    def salt(self) -> str:
        """What goes into pseudonyms: made once for the store, and never shown."""
        return str(self.query("SELECT value FROM meta WHERE key = 'salt'")["value"].item())

    def insert(self, table: str, frame: pl.DataFrame) -> None:
        """Append a frame's rows to one of the tables of schema.sql, by column name."""
        for part in frame.iter_slices(_SLICE):
            self._connection.register("incoming", part.to_arrow())
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
        """All clocks anew: those of one source as given, sorted by key, the others as the old version has them."""
        self._write("clocks", source, clocks, LISTED)

    def write_holdings(self, source: str, holdings: pl.DataFrame) -> None:
        """All holdings anew, as the clocks, which must be written before them."""
        self._write("holdings", source, holdings, ("team",))

    def _write(self, table: str, source: str, given: pl.DataFrame, made: tuple[str, ...]) -> None:
        """A table of clocks or holdings, with the ENUM types to be made of the values at hand."""
        columns, listed, order = _LAYOUTS[table]
        frame = given.select(*columns)
        if self.old is not None:
            others = self.old.query(f"SELECT * FROM {table} WHERE source::VARCHAR <> $source", {"source": source})
            if others.height:
                others = others.with_columns(pl.col(listed).cast(pl.String)).select(*columns)
                frame = pl.concat([others, frame]).sort(order)
        for name in made:
            values = frame.select(pl.col(name).drop_nulls().unique().sort())
            self._connection.register("listed", values.to_arrow())
            self._connection.execute(f"CREATE TYPE {name}_values AS ENUM (SELECT {name} FROM listed)")
            self._connection.unregister("listed")
        kinds = {name: f"{name}_values" if name in listed else _TYPES[dtype] for name, dtype in columns.items()}
        defined = ", ".join(f"{name} {kind}" for name, kind in kinds.items())
        self._connection.execute(f"CREATE TABLE {table} ({defined})")
        self.insert(table, frame)

    def finish(self) -> None:
        """Check the version before anybody sees it, and close it.

        Raises:
            StoreError: a ticket stands twice, an event or clock has no ticket, a holding no clock.
        """
        checks = {
            "a ticket stands twice": "SELECT 1 FROM tickets GROUP BY source, ticket_id HAVING count(*) > 1",
            "an event has no ticket": "SELECT 1 FROM events e ANTI JOIN tickets t USING (source, ticket_id)",
            "a clock has no ticket": (
                "SELECT 1 FROM clocks c ANTI JOIN tickets t "
                "ON t.source = c.source::VARCHAR AND t.ticket_id = c.ticket_id"
            ),
            "a holding has no clock": "SELECT 1 FROM holdings ANTI JOIN clocks USING (source, ticket_id, kind, cycle)",
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
