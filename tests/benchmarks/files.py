"""What opening files costs: a million rows of CSV beside bare DuckDB, JSON of 60,000 tickets, and bombs of every kind.

Run by hand: `python -m tests.benchmarks.files [ROWS]`. Each step runs in a process of its own; prints seconds, and the
peak of memory above what the imports take.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl

from analytics.errors import SLAError
from data.ingest.files import opened
from data.ingest.records import read_records
from tests.benchmarks.machine import machine
from tests.data.nasty_broken import BOMBS
from tests.data.nasty_typed import TYPED_BOMBS

HEADER = "id,created,answered,solved,due,verdict,state,company,priority,team,agent,subject"
SUBJECTS = (
    "Printer on floor 3 does not print",
    "Cannot log in, again",
    'VPN drops every ""few"" minutes',
    "Ågren asks",
)


def peak() -> float:
    """The most memory this program has held, in MB; `ru_maxrss` would begin with that of its parent."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))


def line(number: int) -> str:
    day = f"2026-{number % 9 + 1:02}-{number % 28 + 1:02}"
    times = f"{day} 08:{number % 60:02}:00,{day} 09:{number % 60:02}:00,{day} 12:00:00,{day} 18:00:00"
    who = f"Company {number % 997},{('high', 'low', 'normal')[number % 3]},Team {number % 17},agent {number % 211}"
    return f'{number},{times},{"no" if number % 7 else "yes"},Closed,{who},"{SUBJECTS[number % 4]}"'


def ticket(number: int) -> dict[str, object]:
    at = "2026-01-05T10:00:00Z"
    stats = dict.fromkeys(("agent_responded_at", "first_responded_at", "resolved_at", "closed_at", "pending_since"), at)
    texts = {"subject": f"Ticket {number} about ‘things’", "description_text": "Hello there, " * 12, "type": "Question"}
    own = {"created_at": at, "updated_at": at, "due_by": at, "fr_due_by": at, "status": 2, "priority": number % 4}
    return {"id": number, **texts, **own, "custom_fields": {f"cf_{n}": None for n in range(20)}, "stats": stats}


def bare(path: Path) -> str:
    columns = dict.fromkeys(HEADER.split(","), "VARCHAR")
    frame = pl.DataFrame(duckdb.connect().read_csv(str(path), header=True, columns=columns, sep=",", auto_detect=False))
    return f"{frame.height:,} rows"


def table(path: Path) -> str:
    with opened([path]) as files:
        found = files[0].table()
    return f"{found.rows.height:,} rows, {found.rejected.height:,} set aside"


def records(path: Path) -> str:
    return f"{len(read_records(path).rows):,} records"


def refused(path: Path) -> str:
    try:
        return table(path)
    except SLAError as error:
        return str(error)


STEPS: dict[str, Callable[[Path], str]] = {"bare": bare, "table": table, "records": records, "refused": refused}


def measured(step: str, path: Path) -> str:
    """What a step says, in how many seconds and with how much memory, in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.files", step, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def main() -> None:
    """Build the files, and run each step."""
    if len(sys.argv) > 2:
        before, began = peak(), time.perf_counter()
        said = STEPS[sys.argv[1]](Path(sys.argv[2]))
        print(f"{time.perf_counter() - began:6.2f} s {peak() - before:7.0f} MB  {said}")
        return
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    print(machine())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        content = "\n".join([HEADER, *map(line, range(rows)), ""])
        kinds = {
            "clean": content,
            "crlf": content.replace("\n", "\r\n"),
            "one quote astray": content.replace('"Cannot', '"Can"not', 1),
        }
        print(f"CSV of {len(content) / 1e6:.0f} MB")
        for kind, text in kinds.items():
            (folder / "t.csv").write_text(text, newline="")
            if kind == "clean":
                print(f"{'bare DuckDB':>20}: {measured('bare', folder / 't.csv')}")
            print(f"{kind:>20}: {measured('table', folder / 't.csv')}")
        tickets = [ticket(number) for number in range(60_000)]
        (folder / "t.json").write_text(json.dumps(tickets))
        (folder / "t.jsonl").write_text("\n".join(map(json.dumps, tickets)))
        for file in ("t.json", "t.jsonl"):
            print(f"{(folder / file).stat().st_size / 1e6:17.0f} MB: {measured('records', folder / file)}")
        for kind, (file, build, _) in {**BOMBS, **TYPED_BOMBS}.items():
            (folder / file).write_bytes(build())
            print(f"{kind:>20}: {measured('refused', folder / file)}")


if __name__ == "__main__":
    main()
