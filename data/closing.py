"""Closed months in the store: closed once, and every later change to them written down."""

from datetime import datetime

import polars as pl

from analytics.closing import COMPARED, closing, restated
from data.build import Build


def close_months(build: Build, source: str, *, number: int, at: datetime, as_of: datetime) -> None:
    """Close the months of a source that are over, and say what its new clocks change in those closed before.

    Args:
        build: the version in the making, its clocks written.
        source: whose months.
        number: of the import.
        at: the moment of import.
        as_of: the last instant anything is known of the source.
    """
    already = build.query("SELECT source, kind, month FROM closed_months WHERE source = ?", [source])
    columns = ", ".join(f'"{name}"' for name in (*COMPARED, "time_zone"))
    clocks = build.query(f"SELECT {columns} FROM clocks WHERE source::VARCHAR = ?", [source])
    clocks = clocks.with_columns(pl.col(pl.Enum, pl.Categorical).cast(pl.String))
    if already.height and build.old is not None:
        before = build.old.query(f"SELECT {columns} FROM clocks WHERE source::VARCHAR = $source", {"source": source})
        changes = restated(before, clocks, already)
        build.insert("restatements", changes.with_columns(import_number=pl.lit(number), at=pl.lit(at)))
    build.insert("closed_months", closing(clocks, as_of, already).with_columns(import_number=pl.lit(number)))
