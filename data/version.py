"""One published state of the store, for readers: opened read-only for each query and closed at once."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from analytics.errors import StoreError
from analytics.schemas import CLOCKS, HOLDINGS
from data.history import History, history

FORMAT = 4
"""Number of the tables' layout; raised with every change that older or newer code cannot read."""

LISTED = (
    "source",
    "kind",
    "policy",
    "schedule",
    "time_zone",
    "stopped_by",
    "state",
    "exclusion",
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

LISTED_HOLDINGS = ("source", "kind", "team")
"""The same of holdings; source and kind share the clocks' ENUM."""


def common_gaps(told: Sequence[str]) -> frozenset[str]:
    """What none of several streams tells, each a list of names with commas between.

    Example:
        >>> sorted(common_gaps(["pauses,verdicts", "pauses"]))
        ['pauses']
    """
    return frozenset.intersection(*(frozenset(each.split(",")) - {""} for each in told)) if told else frozenset()


@dataclass(frozen=True)
class Version:
    """One published state of the store."""

    directory: Path
    number: int

    @property
    def path(self) -> Path:
        """The DuckDB file."""
        return self.directory / f"store-{self.number:06d}.duckdb"

    @contextmanager
    def _opened(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection of its own, closed at once; one that two threads use refuses."""
        try:
            connection = duckdb.connect(str(self.path), read_only=True)
        except duckdb.Error as error:
            raise StoreError(f"{self.path.name} cannot be opened: {str(error).splitlines()[0]}") from error
        try:
            for setting in ("GLOBAL TimeZone='UTC'", "enable_external_access=false", "lock_configuration=true"):
                with suppress(duckdb.InvalidInputException):  # another reader of this file has locked it already
                    connection.execute(f"SET {setting}")
            self._check(connection)
            yield connection
        except (duckdb.IOException, duckdb.FatalException) as error:
            raise StoreError(f"{self.path.name} cannot be read: {str(error).splitlines()[0]}") from error
        finally:
            connection.close()

    def _check(self, connection: duckdb.DuckDBPyConnection) -> None:
        known = connection.sql("SELECT value FROM meta WHERE key = 'format'").pl()["value"].to_list()
        found = int(known[0]) if known else 1
        if found != FORMAT:
            age = "an earlier" if found < FORMAT else "a later"
            raise StoreError(
                f"{self.path.name} was made by {age} version of Duetime (format {found}; this one reads {FORMAT}). "
                f"Move the folder {self.directory} away and build the store again with 'python -m data sample' or "
                "'python -m data import'."
            )

    def query(self, sql: str, parameters: dict[str, Any] | None = None) -> pl.DataFrame:
        """Rows of a query, instants in UTC; values go in by name, as `$name`.

        Raises:
            StoreError: the file cannot be read, or another version of Duetime made it.
        """
        with self._opened() as connection:
            found: pl.DataFrame = connection.sql(sql, params=parameters or {}).pl()
        return found

    def _listed(
        self, sql: str, names: tuple[str, ...], columns: pl.Schema, parameters: dict[str, Any] | None = None
    ) -> pl.DataFrame:
        """Rows of a query with these ENUM columns as polars Enum, in the database's order of values."""
        with self._opened() as connection:
            frame: pl.DataFrame = connection.sql(sql, params=parameters or {}).pl()
            kinds = {}
            for name in names:
                values = connection.sql(f"SELECT unnest(enum_range(NULL::{name}_values)) AS v").pl()["v"]
                kinds[name] = pl.Enum(values.cast(pl.String))
        return frame.with_columns(pl.col(name).cast(kind) for name, kind in kinds.items()).select(*columns)

    def clocks(self) -> pl.DataFrame:
        """Every clock, in the schema CLOCKS but for ENUM columns as polars Enum; sorted by the clocks' key."""
        return self._listed("SELECT * FROM clocks", LISTED, CLOCKS)

    def holdings(self, source: str | None = None, kind: str | None = None) -> pl.DataFrame:
        """How long each team held each clock while it ran, of one source and kind or of all.

        Returns:
            Rows in the schema HOLDINGS but for ENUM columns as polars Enum; sorted by the clocks' key and team.
        """
        only = (
            "($source::VARCHAR IS NULL OR source::VARCHAR = $source) "
            "AND ($kind::VARCHAR IS NULL OR kind::VARCHAR = $kind)"
        )
        chosen = {"source": source, "kind": kind}
        return self._listed(f"SELECT * FROM holdings WHERE {only}", LISTED_HOLDINGS, HOLDINGS, chosen)

    def ticket(self, ticket_id: str, source: str | None = None) -> tuple[pl.DataFrame, pl.DataFrame]:
        """A ticket of this id (in every source, or in one) and its events, as they are judged."""
        chosen = {"ticket_id": ticket_id, "source": source}
        only = "ticket_id = $ticket_id AND ($source::VARCHAR IS NULL OR source = $source)"
        found = self._history(only, chosen)
        return found.tickets, found.events

    def history(self, source: str) -> History:
        """Every ticket and event of a source as they are judged."""
        return self._history("source = $source", {"source": source})

    def _history(self, only: str, parameters: dict[str, Any]) -> History:
        tickets = self.query(f"SELECT * FROM tickets WHERE {only} ORDER BY source", parameters)
        events = self.query(f'SELECT * FROM events WHERE {only} ORDER BY source, "at", sequence', parameters)
        until = self.query("SELECT max(imported_at) AS at FROM imports")["at"].item()
        return history(tickets, events, until)

    def streams(self) -> pl.DataFrame:
        """One row a source and kind of file it told: label, evidence, and what that cannot tell; sorted."""
        return self.query("SELECT * FROM streams ORDER BY source, stream")

    def gaps(self) -> dict[str, frozenset[str]]:
        """What no file of a source tells, by source."""
        told = self.streams().group_by("source", maintain_order=True).agg("gaps")
        return {source: common_gaps(gaps) for source, gaps in told.iter_rows()}

    def digest(self) -> str:
        """A number for what is known and judged: the same for the same tickets, events and verdicts, whatever the
        order and number of the imports, and on every machine."""
        parts = []
        for table, left_out in (("tickets", ""), ("events", ""), ("clocks", "policy_version"), ("holdings", "")):
            rows = f"SELECT * {f'EXCLUDE ({left_out})' if left_out else ''} FROM {table}"
            numbers = "sum(md5_number_lower(t::VARCHAR)::HUGEINT)::VARCHAR"
            found = self.query(f"SELECT count(*)::VARCHAR || ':' || {numbers} AS d FROM ({rows}) t")
            parts.append(found["d"].item() or "0")
        return hashlib.sha256("/".join(parts).encode()).hexdigest()[:16]

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

    def rejected_rules(self, import_numbers: Sequence[int]) -> pl.DataFrame:
        """How many rows of some imports broke each rule: `rule`, `rows`; most first."""
        return self.query(
            "SELECT rule, count(*) AS rows FROM rejected WHERE import_number IN (SELECT unnest($numbers::INTEGER[])) "
            "GROUP BY rule ORDER BY rows DESC, rule",
            {"numbers": list(import_numbers)},
        )

    def repairs(self, source: str | None = None) -> pl.DataFrame:
        """How many events of one source, or of each, are dropped or mended, by the last import that judged them."""
        return self.query(
            "SELECT r.* FROM repairs r JOIN (SELECT max(number) AS number FROM imports GROUP BY source) "
            "ON number = import_number JOIN imports i USING (number) "
            "WHERE $source::VARCHAR IS NULL OR i.source = $source ORDER BY import_number DESC, rule",
            {"source": source},
        )

    def closed_months(self) -> pl.DataFrame:
        """What each month of a source and kind counted when it closed; sorted by these three."""
        return self.query("SELECT * FROM closed_months ORDER BY source, kind, month")

    def restatements(self) -> pl.DataFrame:
        """What later imports changed in closed months, by reason; sorted by source, kind, month and import."""
        return self.query("SELECT * FROM restatements ORDER BY source, kind, month, import_number, reason")

    def counts(self) -> pl.DataFrame:
        """Tickets, events, clocks, and tickets no policy fits, by source."""
        return self.query(
            "SELECT s.source, (SELECT count(DISTINCT ticket_id) FROM tickets t WHERE t.source = s.source) AS tickets, "
            "(SELECT count(*) FROM events e WHERE e.source = s.source) AS events, "
            "(SELECT count(*) FROM clocks c WHERE c.source::VARCHAR = s.source) AS clocks, "
            "(SELECT count(DISTINCT t.ticket_id) FROM tickets t ANTI JOIN clocks c ON c.source::VARCHAR = t.source "
            "AND c.ticket_id = t.ticket_id WHERE t.source = s.source) AS without_clock "
            "FROM sources s ORDER BY s.source"
        )

    def meta(self) -> dict[str, str]:
        """What the store knows of itself, but for its salt."""
        return dict(self.query("SELECT key, value FROM meta WHERE key <> 'salt' ORDER BY key").iter_rows())
