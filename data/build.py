"""A store version in the making, for writers."""

import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import polars as pl

from analytics.clocks import Judged
from analytics.errors import StoreError
from analytics.schemas import CLOCKS, HOLDINGS
from analytics.timezones import INSTANT
from data.ingest.batch import Batch
from data.merge import Changes, merge, replace
from data.version import FORMAT, LISTED, LISTED_HOLDINGS, Version, common_gaps

_SCHEMA = Path(__file__).with_name("schema.sql")
_COPIED = (
    "meta",
    "policies",
    "sources",
    "imports",
    "rejected",
    "streams",
    "repairs",
    "closed_months",
    "restatements",
    "tickets",
    "events",
)
_SLICE = 500_000
"""Rows handed over at a time, to bound memory."""

_LAYOUTS = {"clocks": (CLOCKS, LISTED), "holdings": (HOLDINGS, LISTED_HOLDINGS)}
_NONE = Judged(pl.DataFrame(schema=CLOCKS), pl.DataFrame(schema=HOLDINGS))
_MEMORY = "1500MB"
"""What DuckDB may hold while it writes; beyond, it goes to a file beside the build."""

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
        self._path = path
        self._connection = duckdb.connect(str(path))
        self._open = True
        self.old = old

    def start(self) -> None:
        """Make the tables, with what the old version holds but for its clocks and holdings.

        Raises:
            StoreError: another version of Duetime made the old one.
        """
        self._connection.execute("SET GLOBAL TimeZone='UTC'")
        self._connection.execute(f"SET memory_limit='{_MEMORY}'")
        self._connection.execute(_SCHEMA.read_text(encoding="utf-8"))
        if self.old is None:
            made = {"format": str(FORMAT), "salt": secrets.token_hex(16)}
            self.insert("meta", pl.DataFrame({"key": list(made), "value": list(made.values())}))
        else:
            self.old.meta()
            self._connection.execute("ATTACH ? AS old (READ_ONLY)", [str(self.old.path)])
            for table in _COPIED:
                self._connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM old.{table}")

    def gaps(self, source: str) -> frozenset[str]:
        """What no file of a source tells."""
        told = self.query("SELECT gaps FROM streams WHERE source = ?", [source])["gaps"].to_list()
        return common_gaps(told)

    def salt(self) -> str:
        """What goes into pseudonyms: made once for the store, and never shown."""
        return str(self.query("SELECT value FROM meta WHERE key = 'salt'")["value"].item())

    def insert(self, table: str, frame: pl.DataFrame) -> None:
        """Append a frame's rows to one of the tables of schema.sql, by column name."""
        for part in frame.iter_slices(_SLICE):
            self._connection.register("incoming", part.to_arrow())
            self._connection.execute(f'INSERT INTO "{table}" BY NAME SELECT * FROM incoming')
            self._connection.unregister("incoming")

    def merge(self, batch: Batch, *, appends: bool = False, whole: bool = False) -> Changes:
        """Put a batch's tickets and events in, or in the place of everything known of its source."""
        if whole:
            return replace(self._connection, batch)
        return merge(self._connection, batch, appends=appends)

    def replace_rows(self, table: str, key: Sequence[str], row: dict[str, Any]) -> None:
        """Put one row in the place of the one with the same key."""
        same = " AND ".join(f'"{name}" = ?' for name in key)
        self._connection.execute(f'DELETE FROM "{table}" WHERE {same}', [row[name] for name in key])
        self.insert(table, pl.DataFrame([row]))

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> pl.DataFrame:
        """Rows of a query on the version in the making."""
        found: pl.DataFrame = self._connection.sql(sql, params=list(parameters)).pl()
        return found

    def write_clocks(self, source: str | None, parts: Iterable[Judged]) -> None:
        """All clocks and holdings anew: those of one source as given, in the order of its tickets; the others, or all,
        as the old version has them. Parts go through files, so that they need not be held at once."""
        with TemporaryDirectory(dir=self._path.parent, prefix=".build-") as folder:
            for number, part in enumerate(chain([_NONE], parts)):
                for table, frame in (("clocks", part.clocks), ("holdings", part.holdings)):
                    columns = _LAYOUTS[table][0]
                    kept = frame.select(*columns) if frame.height else pl.DataFrame(schema=columns)
                    kept.write_parquet(Path(folder) / f"{table}-{number:06d}.parquet", compression="lz4")
            self._fill("clocks", source, f"{folder}/clocks-*.parquet", LISTED)
            self._fill("holdings", source, f"{folder}/holdings-*.parquet", ("team",))

    def _fill(self, table: str, source: str | None, parts: str, made: tuple[str, ...]) -> None:
        """A table of clocks or holdings from files and the old version, with the ENUM types its values need."""
        columns, listed = _LAYOUTS[table]
        given = f"(SELECT * FROM read_parquet('{_quoted(parts)}'))" if source is not None else None
        kept = f"(SELECT * FROM old.{table} WHERE source::VARCHAR <> '{_quoted(source or '')}')"
        others: list[str] = []
        if self.old is not None:
            others = self.query(f"SELECT DISTINCT source::VARCHAR AS source FROM {kept}")["source"].to_list()
        places = [place for place in (given, kept if others else None) if place]
        for name in made:
            values = " UNION ".join(f"SELECT {name}::VARCHAR AS v FROM {place}" for place in places)
            distinct = f"SELECT DISTINCT v FROM ({values}) WHERE v IS NOT NULL ORDER BY v"
            self._connection.execute(f"CREATE TYPE {name}_values AS ENUM ({distinct})")
        kinds = {name: f"{name}_values" if name in listed else _TYPES[dtype] for name, dtype in columns.items()}
        defined = ", ".join(f"{name} {kind}" for name, kind in kinds.items())
        self._connection.execute(f"CREATE TABLE {table} ({defined})")
        texts = ", ".join(f"{name}::VARCHAR AS {name}" if name in listed else name for name in columns)
        for each in sorted([*others, *([source] if source is not None else [])]):
            rows = given if each == source else f"{kept} WHERE source::VARCHAR = '{_quoted(each)}'"
            self._connection.execute(f"INSERT INTO {table} BY NAME SELECT {texts} FROM {rows}")

    def finish(self) -> None:
        """Check the version before anybody sees it, and close it.

        Raises:
            StoreError: a ticket stands twice in a stream, a clock has no ticket, a holding no clock.
        """
        checks = {
            "a ticket stands twice": (
                "SELECT 1 FROM tickets GROUP BY source, stream, ticket_id, digest HAVING count(*) > 1"
            ),
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


def _quoted(text: str) -> str:
    """Text inside an SQL literal."""
    return text.replace("'", "''")
