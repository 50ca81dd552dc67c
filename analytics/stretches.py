"""A clock's life cut at every opening, closing and change, and at its due time: what counted and what did not."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

from analytics.rules import CUSTOMER, RUNNING, SOLVED, Rules
from analytics.schedule import Schedule
from analytics.schemas import schema
from analytics.timezones import INSTANT, MICROSECONDS

STRETCHES: pl.Schema = schema(
    {
        "kind": pl.String,
        "cycle": pl.Int32,
        "start": INSTANT,
        "end": INSTANT,
        "what": pl.String,
        "opened": pl.Boolean,
        "overdue": pl.Boolean,
        "waiting_for": pl.String,
        "counted_seconds": pl.Int64,
        "running_total_seconds": pl.Int64,
        "status": pl.String,
        "priority": pl.String,
        "team": pl.String,
        "policy": pl.String,
        "target_seconds": pl.Int64,
    }
)
"""`what` is open (it counted), closed, paused, solved or "no promise"; `opened` whether the desk was open; `overdue` is
true from the due time on; `policy` and `target_seconds` are what was in force, null where nothing was promised."""

_ALIKE = ("what", "opened", "overdue", "waiting_for", "status", "priority", "team", "policy", "target_seconds")


def stretches_of(
    pieces: Sequence[Mapping[str, Any]], clock: Mapping[str, Any], rules: Rules
) -> tuple[dict[str, Any], ...]:
    """The stretches of one clock, in order.

    Args:
        pieces: its own, as `analytics.pieces` gives them.
        clock: its row in the schema CLOCKS.
        rules: the policy file made ready.

    Returns:
        Rows in the schema STRETCHES.
    """
    return tuple(_joined(_stretches(pieces, clock, rules)))


def _stretches(pieces: Sequence[Mapping[str, Any]], clock: Mapping[str, Any], rules: Rules) -> Iterable[dict[str, Any]]:
    """The stretches before those that look alike are joined; `fresh` where the elapsed time begins again."""
    due = _micros(clock["due_at"])
    late_from = min((piece["start"] for piece in pieces if piece["late"]), default=None)
    total = 0
    for piece in pieces:
        if piece["end"] <= piece["start"]:
            continue
        promise = None if piece["target"] is None else rules.promises[piece["number"]]
        restarts = piece["restarted"] and (late_from is None or piece["start"] <= late_from)
        total, fresh = (0, True) if restarts else (total, False)
        hours = None if promise is None else rules.hours.schedules[piece["number"]]
        for start, end, opened in _cuts(_micros(piece["start"]), _micros(piece["end"]), due, hours):
            counts = opened and piece["waiting"] == RUNNING
            before, total = total, total + (end - start if counts else 0)
            yield {
                "kind": clock["kind"],
                "cycle": clock["cycle"],
                "start": start,
                "end": end,
                "what": "no promise" if promise is None else _what(piece["waiting"], opened=bool(opened)),
                "opened": opened,
                "overdue": start >= due,
                "waiting_for": _who(piece["waiting"]),
                "counted_seconds": total // MICROSECONDS - before // MICROSECONDS,
                "running_total_seconds": total // MICROSECONDS,
                "status": str(piece["status"]),
                "priority": str(piece["priority"]) or None,
                "team": str(piece["team"]) or None,
                "policy": promise.name if promise else None,
                "target_seconds": piece["target"] // MICROSECONDS if promise else None,
                "fresh": fresh,
            }
            fresh = False


def _joined(stretches: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """The stretches, those made one that differ in nothing a reader sees; their times as instants."""
    found: list[dict[str, Any]] = []
    for stretch in stretches:
        last = found[-1] if found else None
        same = (
            last is not None and last["end"] == stretch["start"] and all(last[name] == stretch[name] for name in _ALIKE)
        )
        if last is not None and same and not stretch["fresh"]:
            counted = last["counted_seconds"] + stretch["counted_seconds"]
            ran = stretch["running_total_seconds"]
            found[-1] = {**last, "end": stretch["end"], "counted_seconds": counted, "running_total_seconds": ran}
        else:
            found.append(stretch)
    times = pl.DataFrame(
        [(each["start"], each["end"]) for each in found], {"start": INSTANT, "end": INSTANT}, orient="row"
    )
    for stretch, (start, end) in zip(found, times.iter_rows(), strict=True):
        yield {name: {**stretch, "start": start, "end": end}[name] for name in STRETCHES}


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


def _cuts(first: int, last: int, due: int, schedule: Schedule | None) -> list[tuple[int, int, bool | None]]:
    """The span cut at every opening, closing and at the due time, in microseconds, and whether each part is open."""
    if schedule is None:
        points = [first, *([due] if first < due < last else []), last]
        return [(a, b, None) for a, b in pairwise(points)]
    opens, closes = (edge * MICROSECONDS for edge in schedule.intervals())
    edges = np.concatenate([opens, closes, [due]])
    inside = edges[(edges > first) & (edges < last)]
    cut = np.unique(np.concatenate([[first], inside, [last]]))
    row = np.searchsorted(opens, cut[:-1], side="right") - 1
    opened = (row >= 0) & (cut[:-1] < closes[np.clip(row, 0, None)])
    return [(int(a), int(b), bool(o)) for a, b, o in zip(cut[:-1], cut[1:], opened, strict=True)]
