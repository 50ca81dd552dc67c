"""The command that looks at files before they are imported."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from data.preview import Looked, Preview, as_lines, preview
from data.reading import Request


def preview_(
    files: Annotated[list[Path], Parameter(required=True)],
    /,
    *,
    mapping: str | None = None,
    source: str | None = None,
    time_zone: str | None = None,
    time_format: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> None:
    """Say what files are, and what an import would make of them; nothing is kept.

    Args:
        files: As for import.
        mapping: Name of a mapping in data/mappings, or the path of one.
        source: Name to keep the tickets under; else that of the help desk or the mapping.
        time_zone: Of times without an offset, such as Europe/Stockholm.
        time_format: Of times that can be read in two ways, such as %d/%m/%Y %H:%M.
        encoding: Of text that is not UTF-8: utf-16, cp1252 or latin-1.
        delimiter: Between the values of a line, where the header does not show it.
        as_json: Print what was found as lines of JSON.
    """
    request = Request(
        mapping=mapping,
        source=source,
        time_zone=time_zone,
        time_format=time_format,
        encoding=encoding,
        delimiter=delimiter,
    )
    found = preview(files, request, datetime.now(UTC))
    lines = as_lines(found) if as_json else _words(found)
    sys.stdout.writelines(f"{line}\n" for line in lines)


def _words(found: Preview) -> list[str]:
    """A preview for people."""
    said = [line for looked in found.files for line in _file(looked)]
    if found.gaps:
        said.append(f"Together they do not say {', '.join(found.gaps)}.")
    trial = found.trial
    if trial is None:
        return said
    if trial.error:
        return [*said, trial.error]
    if trial.read is not None:
        rules = [f"  {rows:,} x {rule}" for rule, rows in trial.by_rule]
        counts = f"{trial.read:,} rows read, {trial.taken:,} would be taken, {trial.rejected:,} rejected"
        said += [f"{found.source}: {counts}; newest event {trial.as_of}", *rules]
    return [*said, *(f"  {note}" for note in trial.notes)]


def _file(looked: Looked) -> list[str]:
    rows = "" if looked.rows is None else f", {looked.rows:,} rows"
    if looked.known is None:
        guessed = looked.guessed.get("columns", {})
        likely = ", ".join(f"{field}: {name}" for field, name in guessed.items())
        return [looked.unknown, *([f"  its columns may be {likely}{rows}"] if likely else [])]
    known = looked.known
    return [
        f"{looked.name}: {known.label}{rows}, tells {known.evidence}",
        *([f"  does not say {', '.join(known.gaps)}"] if known.gaps else []),
        f"  {known.hint}",
    ]
