"""What the planner said of the teams, kept beside the store."""

from pathlib import Path

from analytics.errors import StaffingError
from analytics.staffing.assumptions import Assumptions
from analytics.staffing.assumptions import read as parse
from data.store import Store

FILE = "staffing.json"


def read(directory: Path) -> Assumptions:
    """What is kept in a folder; where nothing is, nothing was said.

    Raises:
        StaffingError: the file was changed by hand and cannot be read.
    """
    path = directory / FILE
    try:
        return parse(path.read_text(encoding="utf-8")) if path.exists() else Assumptions()
    except (OSError, UnicodeDecodeError) as error:
        raise StaffingError(f"{FILE} cannot be read ({error}). Put it away to begin anew.") from error


def keep(store: Store, said: Assumptions) -> None:
    """Keep what the planner said, in the place of what was said before.

    Raises:
        StoreError: another process is writing, or there is no room.
    """
    store.keep(FILE, said.text() + "\n")


def clear(store: Store) -> None:
    """Forget what the planner said.

    Raises:
        StoreError: another process is writing.
    """
    store.keep(FILE, None)
