"""One million sample tickets: simulated, evaluated, stored, and the overview drawn from them.

Run by hand: `python -m tests.benchmarks.million [TICKETS]`. Prints seconds and peak memory of each step, each in a
process of its own, and the median server time of the overview after a filter change.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import polars as pl

from analytics.clocks import judge
from data import sample
from data.documents import read_policy
from data.imports import import_sample
from data.store import Store
from tests.benchmarks.machine import machine
from tests.benchmarks.pages import PAGES, bare, redrawn


def peak() -> float:
    """Peak resident memory of this process, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def evaluated(folder: Path, tickets: int) -> dict[str, float]:
    """Read the first simulated tickets and their events, and judge every clock of all six kinds."""
    rows = pl.read_parquet(folder / "tickets.parquet").head(tickets)
    events = pl.read_parquet(folder / "events.parquet").join(rows.select("ticket_id"), on="ticket_id", how="semi")
    policy = read_policy(sample.POLICY).file
    start = time.perf_counter()
    found = judge(rows, events, policy, sample.AS_OF)
    took = time.perf_counter() - start
    return {
        "seconds": took,
        "tickets": rows.height,
        "events": events.height,
        "clocks": found.clocks.height,
        "kinds": found.clocks["kind"].n_unique(),
        "schedules": found.clocks["schedule"].n_unique(),
        "peak_gb": peak(),
    }


def linear(folder: Path, tickets: int) -> dict[str, float]:
    """Seconds a million tickets at a tenth of the size and at the whole of it, and their ratio."""
    tenth = evaluated(folder, tickets // 10)["seconds"] * 10
    whole = evaluated(folder, tickets)["seconds"]
    return {"tenth_times_ten_s": tenth, "whole_s": whole, "whole_to_tenth": whole / tenth}


def simulated(folder: Path, tickets: int) -> dict[str, float]:
    """Simulate a history, and keep it."""
    start = time.perf_counter()
    made, events = sample.build(tickets)
    took = time.perf_counter() - start
    made.write_parquet(folder / "tickets.parquet")
    events.write_parquet(folder / "events.parquet")
    return {"seconds": took, "peak_gb": peak()}


def stored(folder: Path, tickets: int) -> dict[str, float]:
    """Simulate, judge and publish."""
    start = time.perf_counter()
    import_sample(Store(folder / "store"), tickets)
    return {"seconds": time.perf_counter() - start, "peak_gb": peak()}


def drawn(folder: Path) -> dict[str, float]:
    """Draw the overview after each of several filter changes; and the same counts by bare DuckDB, as a peer."""
    page = "summary/overview.py"
    took = redrawn(page)
    peer = bare(Store(folder / "store"), PAGES[page])
    return {"overview_median_s": median(took), "overview_worst_s": max(took), "bare_duckdb_query_s": peer}


def main() -> None:
    """Run each step in a process of its own."""
    if len(sys.argv) > 2:
        step, folder, tickets = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
        steps = {"simulated": lambda: simulated(folder, tickets), "evaluated": lambda: evaluated(folder, tickets)}
        steps |= {
            "linear": lambda: linear(folder, tickets),
            "stored": lambda: stored(folder, tickets),
            "drawn": lambda: drawn(folder),
        }
        print(json.dumps(steps[step]()))
        return
    tickets = sys.argv[1] if len(sys.argv) > 1 else "1000000"
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        environment = {"DUETIME_STORE": str(Path(folder) / "store")}
        for step in ("simulated", "evaluated", "linear", "stored", "drawn"):
            command = [sys.executable, "-m", "tests.benchmarks.million", step, folder, tickets]
            done = subprocess.run(
                command, capture_output=True, text=True, check=True, env={**os.environ, **environment}
            )
            found = json.loads(done.stdout.strip().splitlines()[-1])
            print(f"{step}: " + ", ".join(f"{name} {value:,.3f}" for name, value in found.items()))


if __name__ == "__main__":
    main()
