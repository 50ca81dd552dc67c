"""Ten million clocks grouped by weekday and hour, beside the same query in bare DuckDB.

Run by hand: `python -m tests.benchmarks.ten_million`. The clocks are drawn at random, in the columns and types the
store has them in: small integers for the local weekday and hour, two flags for the verdict.
"""

import statistics
import time
from collections.abc import Callable

import duckdb
import numpy as np
import polars as pl

from analytics.hours import grid
from tests.benchmarks.machine import machine

CLOCKS = 10_000_000
RUNS = 9
QUERY = """
    SELECT due_weekday, due_hour, count(*) FILTER (decided) AS due, count(*) FILTER (decided AND breached) AS breaches
    FROM clocks GROUP BY ALL ORDER BY ALL
"""


def drawn() -> pl.DataFrame:
    """The clocks; the same on every run."""
    dice = np.random.default_rng(2026)
    return pl.DataFrame(
        {
            "due_weekday": dice.integers(1, 8, CLOCKS, dtype=np.int8),
            "due_hour": dice.integers(0, 24, CLOCKS, dtype=np.int8),
            "decided": dice.random(CLOCKS) < 0.95,
            "breached": dice.random(CLOCKS) < 0.1,
        }
    )


def timed(call: Callable[[], object]) -> float:
    """The seconds a call takes."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def main() -> None:
    """Print the median of each, their ratio, and whether they agree."""
    frame = drawn()
    connection = duckdb.connect()
    connection.execute("CREATE TABLE clocks AS SELECT * FROM frame")

    def ours() -> pl.DataFrame:
        return grid(frame, "due").select("weekday", "hour", "due", "breaches")

    def theirs() -> list[tuple[int, ...]]:
        return connection.sql(QUERY).fetchall()

    same = ours().rows() == theirs()
    # The two take turns, so that a busy machine slows both.
    turns = [(timed(ours), timed(theirs)) for _ in range(RUNS)]
    our_ms, their_ms = (1000 * statistics.median(each) for each in zip(*turns, strict=True))
    print(machine())
    print(f"{CLOCKS:,} clocks by weekday and hour, {RUNS} runs each, first run of each left out; same answer: {same}")
    print(f"analytics.hours.grid: median {our_ms:.0f} ms")
    print(f"bare DuckDB:          median {their_ms:.0f} ms")
    print(f"ratio: {our_ms / their_ms:.2f}")


if __name__ == "__main__":
    main()
