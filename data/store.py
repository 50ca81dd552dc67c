"""Where tickets, events and clocks are kept: immutable DuckDB files, one of them current.

A writer builds the next version aside under a file lock, checks it and switches `CURRENT` in one step;
readers open the version they were told read-only, and close it at once. The last three versions stay.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from filelock import FileLock, Timeout

from analytics.errors import StoreError
from analytics.schemas import CLOCK_KEY, CLOCKS
from analytics.timezones import INSTANT

KEEP = 3
LOCK_SECONDS = 30
CURRENT = "CURRENT"
_SCHEMA = Path(__file__).with_name("schema.sql")
_LISTED = (
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


def default_directory() -> Path:
    """The store's folder: DUETIME_STORE, or `data/store` beside the code."""
    return Path(os.environ.get("DUETIME_STORE") or Path(__file__).parent / "store")


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
            return connection.sql(sql, params=parameters or {}).pl()
        finally:
            connection.close()

    def clocks(self) -> pl.DataFrame:
        """Every clock, in the schema CLOCKS but for ENUM columns as polars Enum; sorted by the clocks' key."""
        frame = self.query("SELECT * FROM clocks")
        listed = {name: self.query(f"SELECT unnest(enum_range(NULL::{name}_values)) AS v")["v"] for name in _LISTED}
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
            "SELECT * EXCLUDE (import_number) FROM rejected WHERE import_number = $number ORDER BY file, row_number, rule",
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


class Store:
    """A folder of versions."""

    def __init__(self, directory: Path | None = None) -> None:
        self.directory = directory or default_directory()

    def current(self) -> Version | None:
        """The version readers should open; None before the first one."""
        pointer = self.directory / CURRENT
        if not pointer.exists():
            return None
        text = pointer.read_text(encoding="ascii", errors="replace").strip()
        version = Version(self.directory, int(text)) if text.isdigit() else None
        if version is None or not version.path.exists():
            raise StoreError(
                f"The store's pointer {pointer.name} names version {text!r}, which is not there. "
                f"Write the number of a store-NNNNNN.duckdb beside it into {pointer.name}."
            )
        return version

    def require(self) -> Version:
        """The current version, or a StoreError that says how to make one."""
        version = self.current()
        if version is None:
            raise StoreError(
                f"There is no store in {self.directory}. Make one with 'python -m data sample' or 'python -m data import'."
            )
        return version

    def versions(self) -> list[Version]:
        """The published versions that are kept, oldest first."""
        current = self.current()
        numbers = sorted(int(path.stem.removeprefix("store-")) for path in self.directory.glob("store-??????.duckdb"))
        return [Version(self.directory, number) for number in numbers if current and number <= current.number]

    @contextmanager
    def build(self) -> Iterator["Build"]:
        """The next version, made from the current one; published when the block ends well, else forgotten.

        Raises:
            StoreError: another process is writing, or the new version fails its checks.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.directory / "write.lock")
        try:
            lock.acquire(timeout=LOCK_SECONDS)
        except Timeout as error:
            raise StoreError(
                f"Another import is writing to {self.directory} and did not finish in {LOCK_SECONDS} s. Try again later."
            ) from error
        try:
            for leftover in self.directory.glob(".build-*"):
                leftover.unlink()
            yield from self._building()
        finally:
            lock.release()

    def _building(self) -> Iterator["Build"]:
        old = self.current()
        number = max((version.number for version in self.versions()), default=0) + 1
        aside = self.directory / f".build-{os.getpid()}.duckdb"
        build = Build(aside, old)
        try:
            yield build
            build.finish()
            version = Version(self.directory, number)
            _sync(aside)
            aside.replace(version.path)
            self._point(version)
        finally:
            build.close()
            for part in self.directory.glob(f"{aside.name}*"):
                part.unlink()
        for stale in self.versions()[:-KEEP]:
            stale.path.unlink()

    def _point(self, version: Version) -> None:
        pointer = self.directory / f".{CURRENT}-{os.getpid()}"
        pointer.write_text(f"{version.number}\n", encoding="ascii")
        _sync(pointer)
        pointer.replace(self.directory / CURRENT)


def _sync(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


class Build:
    """A store version in the making."""

    def __init__(self, path: Path, old: Version | None) -> None:
        self._connection = duckdb.connect(str(path))
        self._connection.execute("SET GLOBAL TimeZone='UTC'")
        self._connection.execute(_SCHEMA.read_text(encoding="utf-8"))
        self._open = True
        self.old = old
        if old is not None:
            self._connection.execute("ATTACH ? AS old (READ_ONLY)", [str(old.path)])
            for table in ("meta", "policies", "sources", "imports", "rejected", "tickets", "events"):
                self._connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM old.{table}")  # noqa: S608 - a fixed list

    def insert(self, table: str, frame: pl.DataFrame) -> None:
        """Append a frame's rows to one of the tables of schema.sql, by column name."""
        self._connection.register("incoming", frame.to_arrow())
        self._connection.execute(f'INSERT INTO "{table}" BY NAME SELECT * FROM incoming')  # noqa: S608 - our own names
        self._connection.unregister("incoming")

    def replace_tickets(self, source: str, tickets: pl.DataFrame, events: pl.DataFrame, *, whole: bool) -> None:
        """Put tickets and their events in the place of those of the same id, or of the whole source."""
        self._connection.register("incoming", tickets.select("ticket_id").to_arrow())
        for table in ("tickets", "events"):
            chosen = "" if whole else " AND ticket_id IN (SELECT ticket_id FROM incoming)"
            self._connection.execute(f"DELETE FROM {table} WHERE source = ?{chosen}", [source])  # noqa: S608 - a fixed list
        self._connection.unregister("incoming")
        self.insert("tickets", tickets)
        self.insert("events", events)

    def replace_row(self, table: str, key: str, row: dict[str, Any]) -> None:
        """Put one row in the place of the one with the same key."""
        self._connection.execute(f'DELETE FROM "{table}" WHERE "{key}" = ?', [row[key]])  # noqa: S608 - our own names
        self.insert(table, pl.DataFrame([row]))

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> pl.DataFrame:
        """Rows of a query on the version in the making."""
        return self._connection.sql(sql, params=list(parameters)).pl()

    def write_clocks(self, source: str, clocks: pl.DataFrame) -> None:
        """All clocks anew: those of one source as given, the others as the old version has them."""
        kept = self.old.clocks().filter(pl.col("source").cast(pl.String) != source) if self.old else clocks.clear()
        listed = [pl.col(name).cast(pl.String) for name in _LISTED]
        frame = pl.concat([kept.with_columns(listed), clocks]).sort(CLOCK_KEY)
        for name in _LISTED:
            values = frame.select(pl.col(name).drop_nulls().unique().sort())
            self._connection.register("listed", values.to_arrow())
            self._connection.execute(f"CREATE TYPE {name}_values AS ENUM (SELECT {name} FROM listed)")  # noqa: S608
            self._connection.unregister("listed")
        columns = [
            f"{name} {name + '_values' if name in _LISTED else _TYPES[dtype]}" for name, dtype in CLOCKS.items()
        ]
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
                "SELECT 1 FROM clocks c ANTI JOIN tickets t ON t.source = c.source::VARCHAR AND t.ticket_id = c.ticket_id"
            ),
        }
        for problem, sql in checks.items():
            if self.query(f"{sql} LIMIT 1").height:
                raise StoreError(f"The new version is not sound: {problem}. The store stays as it was; please report this.")
        self.close()

    def close(self) -> None:
        """Let go of the file; harmless when done twice."""
        if self._open:
            with suppress(duckdb.Error):
                self._connection.execute("DETACH old")
            self._connection.close()
            self._open = False
