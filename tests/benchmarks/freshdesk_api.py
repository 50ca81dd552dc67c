"""One hundred thousand tickets of Freshdesk's API: opened, read and judged, against DuckDB's reading of the same file.

Run by hand: `python -m tests.benchmarks.freshdesk_api [TICKETS]`. The file is written first and not measured. Each of
the runs is a process of its own; printed are the median seconds of each part, tickets a second and peak memory.
"""

import json
import random
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

from analytics.clocks import judge
from analytics.repairs import numbered, tidy
from data.documents import policy_of
from data.ingest.adapter import Options
from data.ingest.adapters import adapter_of
from data.ingest.files import opened
from tests.benchmarks.machine import machine
from tests.benchmarks.million import peak

NOW = datetime(2026, 11, 1, tzinfo=UTC)
LIMIT, RUNS = 4.0, 3
POLICY = """\
version: 1
schedules:
  office:
    time_zone: Europe/Stockholm
    hours: {mon-fri: ["08:00-17:00"]}
    holidays: {country: SE}
policies:
  - name: office
    schedule: office
    pause_on: {resolution: {pending: customer}}
    targets:
      first_response: {urgent: 30m, high: 1h, default: 4h}
      resolution: {urgent: 4h, high: 8h, default: 24h}
"""


def ticket(number: int, chance: random.Random) -> dict[str, Any]:
    """A ticket as the list call gives it, with include=stats."""
    created = datetime(2025, 11, 1, tzinfo=UTC) + timedelta(seconds=chance.randrange(31_000_000))

    def later(since: datetime, most: int) -> datetime:
        return min(since + timedelta(seconds=chance.expovariate(1 / most)), NOW - timedelta(seconds=1))

    answered, status = later(created, 10_000), chance.choices((2, 3, 4, 5, 6), (6, 4, 15, 73, 2))[0]
    resolved = later(answered, 90_000)
    reopened = resolved if chance.random() < 0.05 and status < 4 else None
    closed = later(resolved, 100_000) if status == 5 else None
    times = (answered, resolved if status in (4, 5) or reopened else None, closed, reopened)
    updated = max(at for at in (created, *times) if at)

    def written(at: datetime | None) -> str | None:
        return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None

    return {
        "cc_emails": [f"user{number}@example.com"],
        "fwd_emails": [],
        "reply_cc_emails": [],
        "ticket_cc_emails": [],
        "fr_escalated": chance.random() < 0.1,
        "nr_escalated": False,
        "is_escalated": chance.random() < 0.2,
        "spam": chance.random() < 0.01,
        "email_config_id": 43_000_012_345,
        "group_id": 43_000_000_000 + number % 12,
        "priority": chance.choices((1, 2, 3, 4), (40, 35, 18, 7))[0],
        "requester_id": 43_100_000_000 + number % 9000,
        "responder_id": 43_200_000_000 + number % 60,
        "source": chance.choice((1, 1, 1, 2, 3, 7, 9, 10)),
        "company_id": 43_300_000_000 + number % 800,
        "status": status,
        "subject": f"Order {number} has not arrived",
        "association_type": None,
        "support_email": "support@example.com",
        "to_emails": ["support@example.com"],
        "product_id": None,
        "id": number,
        "type": chance.choice(("Question", "Incident", "Problem", None)),
        "due_by": written(created + timedelta(days=1)),
        "fr_due_by": written(created + timedelta(hours=4)),
        "created_at": written(created),
        "updated_at": written(updated),
        "tags": ["web"],
        "nr_due_by": None,
        "custom_fields": {"cf_reference": f"R-{number}", "cf_region": "North", "cf_serial": None},
        "stats": {
            "agent_responded_at": written(answered),
            "requester_responded_at": None,
            "first_responded_at": written(answered),
            "status_updated_at": written(updated),
            "reopened_at": written(reopened),
            "resolved_at": written(times[1]),
            "closed_at": written(closed),
            "pending_since": written(updated) if status == 3 else None,
        },
    }


def write(path: Path, tickets: int) -> None:
    """One array of tickets, the same for the same number."""
    chance = random.Random(7)
    with path.open("w", encoding="utf-8") as stream:
        for number in range(1, tickets + 1):
            stream.write(("[" if number == 1 else ",\n") + json.dumps(ticket(number, chance), separators=(",", ":")))
        stream.write("]")


def measured(path: Path) -> dict[str, float]:
    """Seconds of each part: open, read, judge."""
    policy = policy_of("office", POLICY, "office.yaml").file
    start = time.perf_counter()
    with opened([path]) as files:
        at_open = time.perf_counter()
        batch = adapter_of(files[0]).read(files, Options(source="freshdesk", now=NOW), lambda _: None)
    at_read = time.perf_counter()
    events, _ = tidy(batch.tickets, numbered(batch.events), NOW)
    clocks = judge(batch.tickets, events, policy, batch.as_of).clocks
    end = time.perf_counter()
    return {
        "open_s": at_open - start,
        "read_s": at_read - at_open,
        "judge_s": end - at_read,
        "all_s": end - start,
        "tickets_per_s": batch.taken / (end - start),
        "clocks": clocks.height,
        "peak_gb": peak(),
    }


def peer(path: Path) -> dict[str, float]:
    """Seconds in which DuckDB reads the same file."""
    start = time.perf_counter()
    duckdb.sql(f"SELECT count(*), max(created_at) FROM read_json('{path}')").fetchall()
    return {"duckdb_s": time.perf_counter() - start}


def main() -> None:
    """Write the file, and run each measurement in a process of its own."""
    if len(sys.argv) > 2:
        print(json.dumps({"measured": measured, "peer": peer}[sys.argv[1]](Path(sys.argv[2]))))
        return
    tickets = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tickets.json"
        write(path, tickets)
        print(f"{tickets:,} tickets, {path.stat().st_size / 1e6:.0f} MB")
        found: dict[str, float] = {}
        for step in ("measured", "peer"):
            command = [sys.executable, "-m", "tests.benchmarks.freshdesk_api", step, str(path)]
            runs = [
                json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
                for _ in range(RUNS)
            ]
            found |= {name: median(run[name] for run in runs) for name in runs[0]}
        print(", ".join(f"{name} {value:,.3f}" for name, value in found.items()))
        verdict = "within" if found["all_s"] <= LIMIT else "over"
        ratio = found["all_s"] / found["duckdb_s"]
        print(f"{found['all_s']:.2f} s, {verdict} {LIMIT:.0f} s; {ratio:.1f} x DuckDB's reading")


if __name__ == "__main__":
    main()
