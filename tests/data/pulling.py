"""Pulls from the help desk on this machine."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from data.pull.access import Access, System, access
from data.pull.feeds import Ask, Patience
from data.pull.landing import landing
from data.pull.run import FOLDER, Tally, receive
from tests.data.vendor_server import KEY, Desk, Record

SINCE, NOW = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
QUICK = Patience(attempts=3, backoff=0.01, longest=0.05, timeout=0.3)


def environment(desk: Desk, system: System, key: str = KEY) -> dict[str, str]:
    """The variables that lead to the desk."""
    name = "API_KEY" if system == "freshdesk" else "API_TOKEN"
    found = {f"DUETIME_{system.upper()}_DOMAIN": desk.address, f"DUETIME_{system.upper()}_{name}": key}
    return found if system == "freshdesk" else found | {f"DUETIME_{system.upper()}_EMAIL": "ada@example.com"}


def reached(desk: Desk, system: System = "freshdesk", key: str = KEY) -> Access:
    """How to reach the desk."""
    return access(system, environment=environment(desk, system, key))


def receiving(folder: Path, desk: Desk, system: System = "freshdesk", ask: Ask | None = None, **more: Any) -> Tally:
    """Receive into a folder, without importing."""
    how = reached(desk, system)
    start = more.pop("since", SINCE)
    with landing(folder, how.address) as landed:
        return receive(landed, how, ask or Ask(), start, NOW, **{"patience": QUICK, **more})


def landed(folder: Path, stream: str = "tickets") -> list[Record]:
    """The lines of a stream's files, in order."""
    return [
        json.loads(line)
        for path in sorted(folder.glob(f"{stream}-*.jsonl.gz"))
        for line in gzip.decompress(path.read_bytes()).decode().splitlines()
    ]


def tickets(folder: Path, stream: str = "tickets") -> list[Record]:
    """The records in the lines of a stream that are kept as pages."""
    return [record for line in landed(folder, stream) for record in line[stream]]


def folder_of(store: Path, source: str) -> Path:
    """Where a pull keeps what it received."""
    return store / FOLDER / source
