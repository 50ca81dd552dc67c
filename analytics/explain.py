"""What happened to the clocks of one ticket, stretch by stretch: what counted, what did not, and when it fell due."""

from datetime import datetime

import numpy as np
import polars as pl

from analytics.clocks import evaluate
from analytics.pieces import pieces_of, promised
from analytics.policy import PolicyFile
from analytics.rules import CUSTOMER, RUNNING, SOLVED, prepare
from analytics.schedule import Schedule
from analytics.schemas import KINDS, schema
from analytics.timeline import timeline
from analytics.timezones import INSTANT, MICROSECONDS

STRETCHES: pl.Schema = schema(
    {
        "kind": pl.String,
        "start": INSTANT,
        "end": INSTANT,
        "what": pl.String,
        "overdue": pl.Boolean,
        "waiting_for": pl.String,
        "counted_seconds": pl.Int64,
        "running_total_seconds": pl.Int64,
        "status": pl.String,
        "priority": pl.String,
        "team": pl.String,
    }
)
"""`what` is open (it counted), closed, paused or solved; `overdue` is true from the due time on."""


def explain(
    ticket: pl.DataFrame, events: pl.DataFrame, policy: PolicyFile, as_of: datetime
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The clocks of one ticket and the stretches of time they are made of.

    Args:
        ticket: one row in the schema TICKETS.
        events: its events, in the schema EVENTS.
        policy: the promises of its source.
        as_of: the last instant anything is known of.

    Returns:
        (clocks, stretches): frames in the schemas CLOCKS and STRETCHES, sorted by kind and time. The counted
        seconds of a clock's stretches add up to its elapsed seconds.
    """
    clocks = evaluate(ticket, events, policy, as_of)
    rules = prepare(ticket, events, policy, as_of)
    lives = promised(timeline(ticket, events, as_of, rules.values), rules)
    found = []
    for kind in KINDS:
        clock = clocks.filter(pl.col("kind") == kind)
        if clock.is_empty():
            continue
        total = 0
        for piece in pieces_of(lives, rules, kind).pieces.iter_rows(named=True):
            if piece["target"] is None or piece["end"] <= piece["start"]:
                continue
            schedule = rules.hours.schedules[piece["number"]]
            for start, end, opened in _cuts(piece["start"], piece["end"], clock["due_at"][0], schedule):
                counts = opened and piece["waiting"] == RUNNING
                before, total = total, total + (end - start if counts else 0)
                found.append(
                    {
                        "kind": kind,
                        "start": start,
                        "end": end,
                        "what": _what(piece["waiting"], opened=opened),
                        "overdue": start >= _micros(clock["due_at"][0]),
                        "waiting_for": _who(piece["waiting"]),
                        "counted_seconds": total // MICROSECONDS - before // MICROSECONDS,
                        "running_total_seconds": total // MICROSECONDS,
                        "status": str(piece["status"]),
                        "priority": str(piece["priority"]) or None,
                        "team": str(piece["team"]) or None,
                    }
                )
    raw: dict[str, pl.DataType] = {**STRETCHES, "start": pl.Int64(), "end": pl.Int64()}
    stretches = pl.DataFrame(found, schema=raw).with_columns(pl.col("start", "end").cast(INSTANT))
    return clocks, stretches


def _what(waiting: int, *, opened: bool) -> str:
    if waiting == SOLVED:
        return "solved"
    if waiting != RUNNING:
        return "paused"
    return "open" if opened else "closed"


def _who(waiting: int) -> str | None:
    if waiting in (RUNNING, SOLVED):
        return None
    return "customer" if waiting == CUSTOMER else "third party"


def _micros(at: datetime) -> int:
    return int(pl.Series([at]).cast(INSTANT).to_physical()[0])


def _cuts(start: datetime, end: datetime, due: datetime, schedule: Schedule) -> list[tuple[int, int, bool]]:
    """The span cut at every opening, closing and at the due time, in microseconds, and whether each part is open."""
    opens, closes = (edge * MICROSECONDS for edge in schedule.intervals())
    first, last = _micros(start), _micros(end)
    edges = np.concatenate([opens, closes, [_micros(due)]])
    inside = edges[(edges > first) & (edges < last)]
    points = np.unique(np.concatenate([[first], inside, [last]]))
    row = np.searchsorted(opens, points[:-1], side="right") - 1
    opened = (row >= 0) & (points[:-1] < closes[np.clip(row, 0, None)])
    return [(int(a), int(b), bool(o)) for a, b, o in zip(points[:-1], points[1:], opened, strict=True)]
