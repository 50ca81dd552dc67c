"""Dated events on a time axis: numbers in the picture, words below it."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from analytics.periods import Period
from pages.ui import format as fmt
from pages.ui.charts_control import Note, numbered

MOST = 9
"""Events numbered in a picture; the latest of more."""


@dataclass(frozen=True)
class Noted:
    """Events as marks in a picture, and each in words."""

    marks: tuple[Note, ...] = ()
    lines: tuple[str, ...] = ()


def within(events: pl.DataFrame, span: Period) -> Noted:
    """The dated events inside a span, numbered in order of time.

    Args:
        events: `first`, `last` (dates), `kind`, `text`.
        span: of the axis; an open one holds none.

    Example:
        >>> from datetime import date
        >>> day = date(2026, 3, 3)
        >>> events = pl.DataFrame({"first": [day], "last": [day], "kind": ["outage"], "text": ["No phones"]})
        >>> within(events, Period(date(2026, 1, 5), date(2026, 5, 3))).lines
        ('1: 3 Mar 2026, No phones (outage).',)
    """
    if span.first is None or span.last is None:
        return Noted()
    inside = events.filter((pl.col("last") >= span.first) & (pl.col("first") <= span.last)).sort(
        "first", "last", "text"
    )
    rows = inside.tail(MOST).to_dicts()
    marks = numbered([(max(row["first"], span.first), min(row["last"], span.last)) for row in rows])
    told = [f"{number}: {_told(row)}." for number, row in enumerate(rows, 1)]
    more = inside.height - len(rows)
    return Noted(marks, (*told, f"{fmt.plural(more, 'event')} earlier.") if more else tuple(told))


def _told(row: dict[str, Any]) -> str:
    when = fmt.day(row["first"]) if row["first"] == row["last"] else fmt.period(Period(row["first"], row["last"]))
    kind = "" if row["kind"] in {None, "other"} else f" ({row['kind']})"
    return f"{when}, {row['text']}{kind}"
