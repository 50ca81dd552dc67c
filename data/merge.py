"""What a batch changes in the tickets of a store: the newer record wins, whatever the order of the imports.

Of two records of one ticket in one stream the one with the later (`updated_at`, else as-of of its file; as-of of its
file; digest) stays, with all its events. An appending stream keeps every record and event once. So the same files end
in the same tickets and events in any order and however often they are imported.
"""

from dataclasses import dataclass
from typing import Any

import duckdb

from analytics.schemas import EVENTS, TICKETS
from data.ingest.batch import Batch

_DIGESTED = [name for name in TICKETS if name != "source"]
_NAMES = ", ".join(TICKETS)
_EVENT = ", ".join(f'"{name}"' for name in EVENTS)


def _digest(columns: list[str]) -> str:
    """SQL: a number made of these columns' text, the same on every machine."""
    cells = ", ".join(f"coalesce(\"{name}\"::VARCHAR, '')" for name in columns)
    return f"md5_number_lower(concat_ws(chr(31), {cells}))"


_GIVEN = f"""
    CREATE TEMP TABLE given AS
    WITH said AS (
        SELECT ticket_id, sum({_digest([name for name in EVENTS if name != "source"])}::HUGEINT)::VARCHAR AS events
        FROM happened WHERE NOT $appends GROUP BY ticket_id
    ), named AS (
        SELECT {_NAMES} FROM incoming
        UNION ALL BY NAME
        SELECT DISTINCT source, ticket_id FROM happened ANTI JOIN incoming USING (source, ticket_id) WHERE NOT $appends
    )
    SELECT named.*, $told_at::TIMESTAMPTZ AS told_at, coalesce(updated_at, $told_at::TIMESTAMPTZ) AS last_at,
        {_digest([*_DIGESTED, "events"])} AS digest
    FROM named LEFT JOIN said USING (ticket_id)
"""
_COMPARED = """
    CREATE TEMP TABLE compared AS
    SELECT g.ticket_id, g.digest, coalesce(g.told_at > o.told_at, false) AS later, CASE
        WHEN o.digest = g.digest THEN 'unchanged'
        WHEN o.ticket_id IS NULL AND NOT EXISTS (
            SELECT 1 FROM tickets t WHERE t.source = $source AND t.stream = $stream AND t.ticket_id = g.ticket_id
        ) THEN 'new'
        WHEN $appends OR (g.last_at, g.told_at, g.digest) > (o.last_at, o.told_at, o.digest) THEN 'updated'
        ELSE 'older' END AS what
    FROM given g LEFT JOIN tickets o ON o.source = $source AND o.stream = $stream AND o.ticket_id = g.ticket_id
        AND (NOT $appends OR o.digest = g.digest)
"""


@dataclass(frozen=True)
class Changes:
    """How many tickets of a batch are new, updated, known as they are, and older than what is known.

    Attributes:
        new, updated, unchanged, older: tickets.
        touched: whether anything in the store has become another.
    """

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    older: int = 0
    touched: bool = False


NOTHING = Changes()


def merge(connection: duckdb.DuckDBPyConnection, batch: Batch, *, appends: bool) -> Changes:
    """Put a batch's tickets and events into the tables of the version in the making."""
    key = {"source": batch.source, "stream": batch.stream}
    connection.register("incoming", batch.tickets.select(*TICKETS).to_arrow())
    connection.register("happened", batch.events.select(*EVENTS).to_arrow())
    _run(connection, _GIVEN, {"told_at": batch.as_of, "appends": appends})
    _run(connection, _COMPARED, {**key, "appends": appends})
    counts = dict(connection.sql("SELECT what, count(*) FROM compared GROUP BY what").fetchall())
    later = connection.sql("SELECT count(*) FROM compared WHERE what = 'unchanged' AND later").fetchall()[0][0]
    own = "source = $source AND stream = $stream AND ticket_id"
    if later:
        _run(
            connection,
            f"UPDATE tickets SET told_at = g.told_at, last_at = g.last_at FROM given g JOIN compared USING (ticket_id) "
            f"WHERE what = 'unchanged' AND later AND tickets.{own} = g.ticket_id AND tickets.digest = g.digest",
            key,
        )
    taken = "(SELECT ticket_id FROM compared WHERE what IN ('new', 'updated'))"
    if counts.get("updated") and not appends:
        for table in ("tickets", "events"):
            updated = "SELECT ticket_id FROM compared WHERE what = 'updated'"
            _run(connection, f"DELETE FROM {table} WHERE {own} IN ({updated})", key)
    _run(
        connection,
        f"INSERT INTO tickets BY NAME SELECT {_NAMES}, $stream AS stream, told_at, last_at, digest "
        f"FROM given WHERE ticket_id IN {taken}",
        {"stream": batch.stream},
    )
    if appends:
        known = f"SELECT {_EVENT} FROM events WHERE source = $source AND stream = $stream"
        added = f"SELECT {_EVENT} FROM happened EXCEPT {known}"
    else:
        added = f"SELECT {_EVENT} FROM happened WHERE ticket_id IN {taken}"
    before = _rows(connection)
    parameters = key if appends else {"stream": batch.stream}
    _run(connection, f"INSERT INTO events BY NAME SELECT *, $stream AS stream FROM ({added})", parameters)
    more = _rows(connection) > before
    for name in ("given", "compared"):
        connection.execute(f"DROP TABLE {name}")
    for name in ("incoming", "happened"):
        connection.unregister(name)
    new, updated = counts.get("new", 0), counts.get("updated", 0)
    touched = bool(new or updated or later or more)
    return Changes(new, updated, counts.get("unchanged", 0), counts.get("older", 0), touched)


def replace(connection: duckdb.DuckDBPyConnection, batch: Batch) -> Changes:
    """Put a batch in the place of everything that is known of its source."""
    for table in ("tickets", "events", "streams"):
        connection.execute(f"DELETE FROM {table} WHERE source = ?", [batch.source])
    return merge(connection, batch, appends=False)


def _run(connection: duckdb.DuckDBPyConnection, sql: str, parameters: dict[str, Any]) -> None:
    connection.execute(sql, {name: value for name, value in parameters.items() if f"${name}" in sql})


def _rows(connection: duckdb.DuckDBPyConnection) -> int:
    return int(connection.sql("SELECT count(*) FROM events").fetchall()[0][0])
