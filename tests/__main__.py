"""Run every test, browser included: `python -m tests`. Makes sure first that there is a Chromium."""

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.browser.chromium import ensure

MEMORY = Path("/dev/shm")  # noqa: S108
"""Where Linux keeps files in memory: there the hundreds of stores of the tests wait for no disk."""
ROOM = 4 * 2**30
"""Bytes that must be free there; the tests write less than half as many."""
WORKERS = "3"
"""One more than the cores of a small machine: tests of pages wait for the browser half of their time."""
OPTIONS = ("-n", WORKERS, "--dist", "loadfile", "--no-loadscope-reorder")


def main() -> int:
    """Find or install a Chromium, then run pytest with the arguments given.

    The tests' files are kept in memory where there is room, and are gone afterwards; `pytest` alone keeps them on disk.
    """
    browser = ensure()
    if browser is None:
        sys.stderr.write(
            "No Chromium was found, and none could be installed. Expected 'chromium' on the PATH. "
            "Install it (on Debian or Ubuntu, as root: apt-get update && apt-get install -y chromium) and run again.\n"
        )
        return 1
    environment = {**os.environ, "DUETIME_CHROMIUM": browser, "TZ": "Pacific/Chatham"}
    command = [sys.executable, "-m", "pytest", *OPTIONS, *sys.argv[1:]]
    with ExitStack() as stack:
        if has_room(MEMORY):
            folder = tempfile.TemporaryDirectory(prefix="duetime-tests-", dir=MEMORY)
            environment["PYTEST_DEBUG_TEMPROOT"] = stack.enter_context(folder)
        done = subprocess.run(command, env=environment, check=False)
    return 0 if done.returncode == pytest.ExitCode.OK else 1


def has_room(folder: Path) -> bool:
    """Whether the tests can keep their files in a folder."""
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free >= ROOM


if __name__ == "__main__":
    sys.exit(main())
