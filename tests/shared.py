"""Where real tickets and other projects' cases lie, if they do: tests that use them skip without."""

import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("DUETIME_SHARED") or Path(__file__).parents[2] / "shared")


def shared(path: str) -> Path:
    """A file of the shared folder; skips the test, saying so, where it is absent."""
    found = FOLDER / path
    if not found.exists():
        pytest.skip(f"shared/{path} is not beside the project")
    return found
