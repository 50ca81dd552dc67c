"""The command that keeps a file of dated events beside the store, for the time axes of the pages."""

import sys
from pathlib import Path
from typing import Annotated

import polars as pl
from cyclopts import Parameter

from analytics.errors import SLAError
from data import annotations
from data.commands_import import Directory
from data.store import Store

Flag = Annotated[bool, Parameter(negative="")]


def annotate(file: Path | None = None, /, *, add: Flag = False, clear: Flag = False, store: Directory = None) -> None:
    """Keep dated events (a policy change, an outage, a new shift) to be drawn on time axes; without a file, list them.

    Args:
        file: CSV with the columns date (or from) and text, and maybe to, kind and source.
        add: Add the file's events to those that are kept, instead of putting them in their place.
        clear: Keep none any more.
    """
    if clear and (file or add):
        raise SLAError("--clear removes every event that is kept. Expected no file with it.")
    if add and file is None:
        raise SLAError("--add needs a file. Expected the CSV of the events to add.")
    chosen = Store(store)
    if clear:
        annotations.clear(chosen)
        sys.stdout.write("No events are kept any more.\n")
        return
    if file is None:
        _tell(annotations.known(chosen.require()))
        return
    kept = annotations.keep(chosen, annotations.from_file(file), add=add)
    sys.stdout.write(f"{kept.height} event{'' if kept.height == 1 else 's'} kept beside the store.\n")


def _tell(events: pl.DataFrame) -> None:
    for first, last, kind, text in events.iter_rows():
        until = f" to {last}" if last > first else ""
        sys.stdout.write(f"{first}{until}  {kind}: {text}\n")
    if events.is_empty():
        sys.stdout.write("No events are known.\n")
