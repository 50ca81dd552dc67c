"""One million tickets from CSV: imported and judged, the same file again, and DuckDB's bare read of it beside.

Run by hand: `python -m tests.benchmarks.million_csv [TICKETS]`. Every step runs in a process of its own; prints
seconds, peak memory and tickets a second, and the import as a ratio to the bare read.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

from data.imports import import_files
from data.store import Store
from tests.benchmarks.machine import machine

MAPPING = """\
version: 1
source: desk
time_zone: Europe/Stockholm
columns:
  ticket_id: Ticket ID
  status: Status
  priority: Priority
  category: Type
  channel: Source
  team: Group
  agent: Agent
  customer: Company
  created_at: Created time
  first_responded_at: Initial response time
  resolved_at: Resolved time
  updated_at: Last update time
values: {status: {Open: open, Resolved: resolved}}
"""
POLICY = """\
version: 1
schedules: {office: {time_zone: Europe/Stockholm, hours: {mon-fri: ["08:00-17:00"]}, holidays: {country: SE}}}
policies:
  - name: all
    schedule: office
    targets:
      first_response: {Urgent: 1h, High: 2h, default: 4h}
      resolution: {Urgent: 4h, High: 8h, default: 24h}
    objective: 90%
"""


def written(path: Path, tickets: int) -> None:
    """An export of so many tickets over two years."""
    draw = np.random.default_rng(1)
    created = np.sort(draw.integers(0, 730 * 86_400, tickets)) + 1_700_000_000
    answered = created + draw.exponential(9_000, tickets).astype(np.int64)
    solved = answered + draw.exponential(90_000, tickets).astype(np.int64)
    open_still = draw.random(tickets) < 0.03

    def times(seconds: np.ndarray) -> pl.Series:
        return pl.from_epoch(pl.Series(seconds))

    def words(name: str, count: int) -> pl.Series:
        return pl.Series([f"{name} {each}" for each in range(count)])[draw.integers(0, count, tickets)]

    frame = pl.DataFrame(
        {
            "Ticket ID": pl.int_range(tickets, eager=True).cast(pl.String),
            "Subject": pl.Series(["Printer says no, again", 'The "new" login', "Invoice"])[
                draw.integers(0, 3, tickets)
            ],
            "Status": pl.Series(["Resolved", "Open"])[open_still.astype(int)],
            "Priority": pl.Series(["Low", "Medium", "High", "Urgent"])[draw.integers(0, 4, tickets)],
            "Type": words("Type", 12),
            "Source": words("Source", 5),
            "Group": words("Group", 15),
            "Agent": words("Agent", 200),
            "Company": words("Company", 3000),
            "Created time": times(created),
            "Initial response time": times(answered),
            "Resolved time": times(solved).set(pl.Series(open_still), None),
            "Last update time": times(solved),
        }
    )
    frame.write_csv(path, datetime_format="%Y-%m-%d %H:%M:%S")


def imported(folder: Path) -> dict[str, float]:
    """Import and judge the file."""
    start = time.perf_counter()
    files = [folder / "mapping.yaml", folder / "policy.yaml"]
    summary = import_files(Store(folder / "store"), [folder / "tickets.csv"], *map(str, files))
    took = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return {
        "seconds": took,
        "peak_gb": peak,
        "rows": summary.read,
        "clocks": summary.clocks,
        "again": summary.again,
        "unchanged": summary.changes.unchanged,
    }


def bare(folder: Path) -> dict[str, float]:
    """DuckDB reads the file, guessing types, into a table in memory."""
    connection = duckdb.connect()
    start = time.perf_counter()
    connection.execute("CREATE TABLE t AS SELECT * FROM read_csv(?)", [str(folder / "tickets.csv")])
    took = time.perf_counter() - start
    return {"seconds": took, "peak_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6}


STEPS = {"imported": imported, "bare": bare}


def step(name: str, folder: Path) -> dict[str, float]:
    """One step in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.million_csv", name, str(folder)],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    """Write the file, and measure."""
    if len(sys.argv) > 2:
        print(json.dumps(STEPS[sys.argv[1]](Path(sys.argv[2]))))
        return
    tickets = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    print(machine())
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        written(folder / "tickets.csv", tickets)
        (folder / "mapping.yaml").write_text(MAPPING)
        (folder / "policy.yaml").write_text(POLICY)
        size = (folder / "tickets.csv").stat().st_size / 1e6
        print(f"{tickets:,} tickets, {size:.0f} MB of CSV")
        peer = step("bare", folder)
        first = step("imported", folder)
        again = step("imported", folder)
        with (folder / "tickets.csv").open("a") as more:
            more.write(
                "new,Late,Open,Low,Type 1,Source 1,Group 1,Agent 1,Acme,2025-11-01 10:00:00,,,2025-11-01 10:00:00\n"
            )
        one_more = step("imported", folder)
    for name, found in {"bare read_csv": peer, "import": first, "same file": again, "one row more": one_more}.items():
        figures = ", ".join(f"{key} {value:,.2f}" for key, value in found.items())
        print(f"{name}: {figures}")
    print(
        f"import {tickets / first['seconds']:,.0f} tickets/s; {first['seconds'] / peer['seconds']:.1f} x bare read_csv"
    )


if __name__ == "__main__":
    main()
