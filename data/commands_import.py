"""The commands that write: simulate the sample, import files, step to another version."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from analytics.errors import SLAError
from analytics.evidence import GAP_LABELS
from data.imports import Summary, import_files, import_sample
from data.store import Store

Directory = Annotated[
    Path | None, Parameter(name="--store", help="Folder of the store; else DUETIME_STORE, or data/store.")
]
Report = Callable[[float, str], None]
_console = Console(stderr=True)


def sample(*, tickets: int = 60_000, seed: int = 1, store: Directory = None) -> None:
    """Simulate the sample history and publish the store with it.

    Args:
        tickets: How many tickets to simulate.
        seed: The same seed gives the same history.
    """
    if not 100 <= tickets <= 5_000_000:
        raise SLAError(f"--tickets {tickets} is out of range. Expected 100 to 5,000,000.")
    with reported("Simulating") as report:
        summary = import_sample(Store(store), tickets, seed, progress=report)
    say(summary)


def import_(
    files: Annotated[list[Path], Parameter(required=True)],
    /,
    *,
    mapping: str | None = None,
    policy: str | None = None,
    source: str | None = None,
    time_zone: str | None = None,
    time_format: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    store: Directory = None,
) -> None:
    """Import ticket files of one help desk: its own exports are known by themselves, any other table by a mapping.

    Args:
        files: CSV, TSV, JSON, JSON lines, Parquet or XLSX, each maybe packed by gzip, or a zip archive of them.
        mapping: Name of a mapping in data/mappings, or the path of one.
        policy: Name of a policy in data/policies, or the path of one; else the source's own.
        source: Name to keep the tickets under; else that of the help desk or the mapping.
        time_zone: Of times without an offset, such as Europe/Stockholm.
        time_format: Of times that can be read in two ways, such as %d/%m/%Y %H:%M.
        encoding: Of text that is not UTF-8: utf-16, cp1252 or latin-1.
        delimiter: Between the values of a line, where the header does not show it.
        as_json: Print progress and summary as lines of JSON.
    """
    with reported("Reading", as_json=as_json) as report:
        summary = import_files(
            Store(store),
            files,
            mapping,
            policy,
            source=source,
            time_zone=time_zone,
            time_format=time_format,
            encoding=encoding,
            delimiter=delimiter,
            progress=report,
        )
    if as_json:
        _line({"summary": told(summary)})
    else:
        say(summary)


def step(version: int, /, *, store: Directory = None) -> None:
    """Make a kept version of the store the current one: a step back after an import, or forward again.

    Args:
        version: Its number; 'status' lists those that are kept.
    """
    current = Store(store).step_to(version)
    sys.stdout.write(f"Version {current.number} is current.\n")


@contextmanager
def reported(what: str, *, as_json: bool = False) -> Iterator[Report]:
    """Progress as a bar on standard error, or as lines of JSON on standard output."""
    if as_json:
        yield lambda share, doing: _line({"share": round(share, 3), "what": doing})
        return
    columns = (TextColumn("{task.description:<20}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Bar(*columns, console=_console) as bar:
        task = bar.add_task(what, total=1.0)
        yield lambda share, doing: bar.update(task, completed=share, description=doing)


def _line(content: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(content) + "\n")
    sys.stdout.flush()


def told(summary: Summary) -> dict[str, Any]:
    """A summary in values that JSON can hold."""
    changes = summary.changes
    return {
        "source": summary.source,
        "version": summary.version,
        "policy": summary.policy,
        "as_of": summary.as_of.isoformat(),
        "read": summary.read,
        "taken": summary.taken,
        "rejected": summary.rejected,
        "by_rule": summary.by_rule.to_dicts(),
        "repairs": summary.repairs.select("rule", "advice", "events").to_dicts(),
        "clocks": summary.clocks,
        "without_clock": summary.without_clock,
        "new": changes.new,
        "updated": changes.updated,
        "unchanged": changes.unchanged,
        "older": changes.older,
        "streams": list(summary.streams),
        "notes": list(summary.notes),
        "again": summary.again,
        "lines": lines(summary),
    }


def lines(summary: Summary) -> list[str]:
    """A summary in words."""
    changes = summary.changes
    head = f"{summary.source}: store version {summary.version}, policy {summary.policy}"
    kinds = ", ".join(summary.streams)
    found = [
        f"{head}, as of {summary.as_of:%Y-%m-%d %H:%M} UTC",
        *([f"  read as: {kinds}"] if kinds else []),
        f"  {summary.read:,} rows read, {summary.taken:,} taken, {summary.rejected:,} rejected",
        *(f"    {row['rows']:,} x {row['rule']}" for row in summary.by_rule.iter_rows(named=True)),
    ]
    if summary.again:
        found.append(f"  Imported before: nothing changes, version {summary.version} serves on")
    else:
        older = f", {changes.older:,} older than what is known and passed over" if changes.older else ""
        found.append(
            f"  {changes.new:,} tickets new, {changes.updated:,} updated, {changes.unchanged:,} unchanged{older}"
        )
    found.append(f"  {summary.clocks:,} clocks; {summary.without_clock:,} tickets of the source have none")
    repaired = summary.repairs.iter_rows(named=True)
    found += [f"  {row['events']:,} x {row['rule']}: {row['advice']}" for row in repaired]
    if summary.repeated or summary.skipped:
        found.append(f"  {summary.repeated:,} local times happened twice, {summary.skipped:,} never")
    return [*found, *(f"  {note}" for note in summary.notes)]


def say(summary: Summary) -> None:
    """Print a summary."""
    sys.stdout.write("\n".join(lines(summary)) + "\n")


def untold(gaps: frozenset[str]) -> str:
    """What a source does not say, in words; nothing where it says all."""
    return ", ".join(label for name, label in GAP_LABELS.items() if name in gaps)
