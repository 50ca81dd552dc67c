"""How the command line prints: tables, CSV and JSON."""

import json
from datetime import date, datetime
from io import StringIO

import polars as pl
from rich.console import Console
from rich.table import Table
from rich.text import Text

from analytics.durations import words
from analytics.metric import Unit
from analytics.metrics import METRICS


def as_json(frame: pl.DataFrame) -> str:
    """A list of objects, one a row; dates and instants in ISO 8601."""
    rows = [{name: _plain(value) for name, value in row.items()} for row in frame.iter_rows(named=True)]
    return json.dumps(rows, indent=1)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date | datetime) else value


def as_csv(frame: pl.DataFrame) -> str:
    """Comma-separated values with a header; raw numbers, for programs."""
    return frame.write_csv().rstrip("\n")


def as_table(frame: pl.DataFrame) -> str:
    """A table for people: percentages, durations and thousands written out."""
    table = Table(box=None, pad_edge=False)
    for name in frame.columns:
        known = METRICS.get(name)
        table.add_column(Text(known.label if known else name), justify="right" if known else "left")
    for row in frame.iter_rows(named=True):
        table.add_row(*(Text(_written(name, value)) for name, value in row.items()))
    return _printed(table)


def _written(name: str, value: object) -> str:
    known = METRICS.get(name)
    if known is None:
        return "(blank)" if value is None else str(value)
    if not isinstance(value, int | float):
        return "–"
    if known.unit is Unit.RATIO:
        return f"{value:.1%}"
    if known.unit in (Unit.DURATION, Unit.OPEN_TIME):
        return words(value, days=known.unit is Unit.DURATION)
    return f"{value:,.1f}" if isinstance(value, float) else f"{value:,}"


def _printed(what: Table | Text) -> str:
    out = StringIO()
    Console(file=out, width=200).print(what)
    return "\n".join(line.rstrip() for line in out.getvalue().rstrip("\n").split("\n"))
