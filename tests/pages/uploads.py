"""Files a visitor of the tests uploads, and a store that may be written to."""

import shutil
from pathlib import Path

import pytest

ZONE = "Europe/Stockholm"
DESK = (
    "Ticket ID,Subject,Status,Created time,Due by Time,Resolved time,Initial response time,Last update time\n"
    "1,![x](http://evil.example/t.png),Closed,2026-06-01 08:00:00,2026-06-02 08:00:00,2026-06-01 12:00:00,,"
    "2026-06-01 12:00:00\n"
    ",**No id**,Open,2026-06-01 08:00:00,2026-06-02 08:00:00,,,2026-06-01 12:00:00\n"
)


def writable(sample: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the sample store, the one the pages see."""
    shutil.copytree(sample, folder)
    monkeypatch.setenv("DUETIME_STORE", str(folder))
    return folder
