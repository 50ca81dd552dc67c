"""How the command line prints: tables, CSV, JSON, and the story of a ticket."""

import json
from datetime import date, datetime
from io import StringIO
from itertools import groupby
from typing import Any

import polars as pl
from rich.console import Console
from rich.table import Table
from rich.text import Text

from analytics.durations import words
from analytics.errors import StoreError
from analytics.explain import explain
from analytics.metric import Unit
from analytics.metrics import METRICS
from analytics.schemas import KIND_LABELS
from analytics.timezones import local
from data.documents import policy_of
from data.version import Version

_LONG = 12
_SHOWN = 3


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


def story(version: Version, ticket_id: str) -> str:
    """Every clock of a ticket, stretch by stretch, in the local time of its schedule.

    Raises:
        StoreError: no ticket has this id.
    """
    tickets, events = version.ticket(ticket_id)
    if tickets.is_empty():
        raise StoreError(f"There is no ticket '{ticket_id}' in the store. Check the id; 'status' lists the sources.")
    sources = {row["source"]: row for row in version.sources().iter_rows(named=True)}
    told = []
    for number, source in enumerate(tickets["source"]):
        origin = sources[source]
        policy = policy_of(origin["policy"], origin["policy_content"], f"stored policy {origin['policy']}").file
        own = events.filter(pl.col("source") == source)
        clocks, stretches = explain(tickets[number], own, policy, origin["as_of"])
        told.append(f"Ticket {ticket_id} of {source}, as of {origin['as_of']:%Y-%m-%d %H:%M} UTC")
        if clocks.is_empty():
            told.append("  No policy promises anything for this ticket.")
        told += [_clock(clock, stretches) for clock in clocks.iter_rows(named=True)]
    return "\n".join(told)


def _clock(clock: dict[str, Any], stretches: pl.DataFrame) -> str:
    zone = clock["time_zone"]
    own = stretches.filter(pl.col("kind") == clock["kind"])
    shown = pl.concat(
        [
            own.select("start", "end"),
            pl.DataFrame(
                [{"start": clock["due_at"], "end": clock["stopped_at"]}], schema=own.select("start", "end").schema
            ),
        ]
    )
    shown = shown.with_columns(
        local(pl.col(name), pl.lit(zone), [zone]).dt.strftime("%a %Y-%m-%d %H:%M:%S").alias(name)
        for name in ("start", "end")
    )
    due, stopped = shown.row(-1)
    over = clock["elapsed_seconds"] - clock["target_seconds"]
    verdict = f"{clock['state']}, {_open(abs(over))} {'over' if over > 0 else 'left of'} the target"
    head = (
        f"\n{KIND_LABELS[clock['kind']]}: {verdict}\n"
        f"  policy '{clock['policy']}', schedule '{clock['schedule']}' ({zone}), "
        f"target {_open(clock['target_seconds'])}\n"
        f"  due {due}, stopped {stopped or '–'}"
    )
    rows = [
        {**row, "start": start, "end": end}
        for row, (start, end) in zip(own.iter_rows(named=True), shown.rows(), strict=False)
    ]
    lines = []
    for what, group in groupby(rows, key=lambda row: (row["what"] in ("open", "closed"), row["overdue"])):
        stretch = list(group)
        if what[0] and len(stretch) > _LONG:
            between = stretch[_SHOWN:-_SHOWN]
            counted = sum(row["counted_seconds"] for row in between)
            fold = f"    … {len(between)} stretches, {_open(counted)} counted"
            lines += [*map(_line, stretch[:_SHOWN]), fold, *map(_line, stretch[-_SHOWN:])]
        else:
            lines += map(_line, stretch)
    return "\n".join([head, *lines])


def _line(row: dict[str, Any]) -> str:
    late = ", overdue" if row["overdue"] else ""
    who = f" for {row['waiting_for']}" if row["waiting_for"] else ""
    return (
        f"    {row['start']} to {row['end']}  {row['what'] + who + late:<24} "
        f"+{_open(row['counted_seconds']):<12} total {_open(row['running_total_seconds']):<12} "
        f"{row['status']}{', ' + row['team'] if row['team'] else ''}"
    )


def _open(seconds: int) -> str:
    return words(seconds, days=False)
