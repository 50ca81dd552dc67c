"""The command that keeps a roster beside the store, for the pages that plan."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from analytics.errors import SLAError
from analytics.staffing.roster_shape import shape
from data import rosters
from data.commands_import import Directory
from data.store import Store


def roster(
    file: Path | None = None,
    /,
    *,
    zone: str | None = None,
    clear: Annotated[bool, Parameter(negative="")] = False,
    store: Directory = None,
) -> None:
    """Keep a roster, in the place of the one before; without a file, say what is kept.

    Args:
        file: CSV or XLSX of lines (agent or headcount, queues, date or weekday, from, to, activity, zone, valid_from,
            valid_to), or an XLSX grid of shift codes, agents down and dates across, with a legend.
        zone: Of lines that name none, such as Europe/Stockholm.
        clear: Keep none any more.
    """
    if clear and file:
        raise SLAError("--clear removes the roster that is kept. Expected no file with it.")
    if zone and file is None:
        raise SLAError("--zone is that of the lines of a file. Expected the file with it.")
    chosen = Store(store)
    if clear:
        rosters.clear(chosen)
        sys.stdout.write("No roster is kept any more.\n")
        return
    if file is not None:
        rosters.keep(chosen, rosters.from_file(file, zone))
    kept = rosters.read(chosen.directory)
    told = ["No roster is kept. Give a CSV or XLSX file."] if kept is None else shape(kept).told()
    sys.stdout.write("\n".join(told) + "\n")
