"""What comes of reading files as an import would: what is taken, what is set aside, and what must be said first."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from analytics.errors import SLAError
from data.ingest.batch import Batch
from data.reading import Request, read_files

_OPTION = re.compile(r"--([a-z]+(?:-[a-z]+)*)")
_EITHER = re.compile(r"--time-format '([^']+)' or '([^']+)'")


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What came of reading files.

    Attributes:
        error: why they cannot be read so; "" if they can.
        asks: options that the error asks for: "time_zone", "time_format", "encoding".
        formats: patterns of times to choose from, where it asks for one.
        read, taken, rejected: rows; None where it was not tried.
        by_rule: rules that rows broke, with how many did, most first.
        as_of: the newest event, in words.
        notes: what the reader should know of how they were understood, or why they were not tried.
        rows: what became of the first rows, for a mapping: `row`, `outcome`, and our fields.
    """

    error: str = ""
    asks: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    read: int | None = None
    taken: int | None = None
    rejected: int | None = None
    by_rule: tuple[tuple[str, int], ...] = ()
    as_of: str = ""
    notes: tuple[str, ...] = ()
    rows: tuple[dict[str, str], ...] = ()


def untried(note: str) -> Trial:
    """What is said of files that were not read."""
    return Trial(notes=(note,))


def tried(
    paths: Sequence[Path],
    request: Request,
    now: datetime,
    became: Callable[[Sequence[Batch]], tuple[dict[str, str], ...]],
) -> Trial:
    """Read files as an import would, and keep nothing.

    Args:
        paths: of the files.
        request: what is said of them.
        now: the moment of the trial.
        became: tells from the batches what became of the first rows.
    """
    try:
        reading = read_files(paths, request, now, lambda _share, _what: None)
    except SLAError as error:
        return refused(str(error))
    batches = [batch for _, batch in reading.batches]
    rules = pl.concat([batch.rejected for batch in batches]).group_by("rule").agg(rows=pl.len())
    return Trial(
        read=sum(batch.read for batch in batches),
        taken=sum(batch.taken for batch in batches),
        rejected=sum(batch.rejected_rows for batch in batches),
        by_rule=tuple(rules.sort("rows", "rule", descending=[True, False]).iter_rows()),
        as_of=f"{reading.as_of:%Y-%m-%d %H:%M} UTC",
        notes=tuple(note for batch in batches for note in batch.notes),
        rows=became(batches),
    )


def refused(error: str) -> Trial:
    """What an error asks for, from its own words.

    Example:
        >>> refused("Times of a.csv carry no zone. Say which with --time-zone Europe/Stockholm.").asks
        ('time_zone',)
        >>> refused("Say which with --time-format '%d/%m/%Y' or '%m/%d/%Y'.").formats
        ('%d/%m/%Y', '%m/%d/%Y')
    """
    asks = tuple(dict.fromkeys(name.replace("-", "_") for name in _OPTION.findall(error)))
    either = _EITHER.search(error)
    return Trial(error=error, asks=asks, formats=either.groups() if either else ())
