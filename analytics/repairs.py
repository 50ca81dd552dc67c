"""Which events of an export cannot be as they are told, and what becomes of them?

Each rule drops or mends events, and is counted under its name. What is dropped or mended changes no clock of a ticket
whose events were told twice or changed nothing; tidying twice does no more than tidying once.
"""

from datetime import datetime

import polars as pl

from analytics.schemas import CHANGING, EVENT_KINDS, EVENTS, SOLVED, schema
from analytics.timezones import INSTANT

FINDINGS: pl.Schema = schema({"rule": pl.String, "advice": pl.String, "events": pl.Int64})
"""One row a rule that found something: what to do about it, and how many events it dropped or mended."""

_UNKNOWN, _STRANGE = "event of an unknown ticket", "unknown kind of event"
_EARLY, _FUTURE, _AFTER = "event before creation", "event in the future", "event after the end"
_TWICE, _IDLE = "duplicate event", "change to the value held"
_WRONG, _DISORDER = "change from another value than held", "event out of order"

ADVICE = {
    _UNKNOWN: "Dropped. Export the ticket with its events; its row may have been set aside.",
    _STRANGE: f"Dropped. Translate it to one of {', '.join(EVENT_KINDS)}.",
    _EARLY: "Dropped. Nothing can happen to a ticket before it exists; check the time columns and zone.",
    _FUTURE: "Dropped. It lies after the import; check the time zone and the clock of the exporting machine.",
    _AFTER: "Dropped. It came after the ticket was merged, deleted or called spam or a test, and counts for nothing.",
    _TWICE: "One was kept. Check whether the export was joined with itself, or appended twice.",
    _IDLE: "Dropped, as it changes nothing. Some systems write an event for every save.",
    _WRONG: "Kept; the value held before was put in. A change may be missing from the export.",
    _DISORDER: "Kept in the order of time, and numbered anew. Check the time column, or the clock that wrote it.",
}
"""By rule, what was done and what to do; in the order in which the rules are tried."""

_TICKET = ("source", "ticket_id")
_IN_TIME = ("at", "sequence", "kind", "value", "previous")
_KIND = pl.Enum(sorted(EVENT_KINDS))
_CHANGES = pl.col("kind").is_in(CHANGING)
_TALK = pl.col("kind").is_in(["reply", "message"])
_BLANK = pl.lit("")
_SAME_TICKET = pl.col("row") == pl.col("row").shift(1)


def numbered(events: pl.DataFrame) -> pl.DataFrame:
    """The events with `sequence` counted anew in order of time: for sources that number those of one instant only.

    Args:
        events: in the schema EVENTS.
    """
    ordered = events.sort(*_TICKET, *_IN_TIME)
    return ordered.with_columns(sequence=pl.int_range(pl.len(), dtype=pl.Int64).over(_TICKET))


def tidy(tickets: pl.DataFrame, events: pl.DataFrame, now: datetime) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The events as they can be, and what was dropped or mended.

    An attribute's first change says what held before it. So it is never taken to change nothing, and it stays even
    where it lies after the end.

    Args:
        tickets: in the schema TICKETS, each once.
        events: theirs, in the schema EVENTS and any order.
        now: the instant after which nothing can have happened.

    Returns:
        (events, findings): in the schema EVENTS, sorted by ticket, time and sequence; in FINDINGS, sorted by rule.
    """
    known = tickets.select(*_TICKET, "created_at").sort(_TICKET).with_row_index("row")
    joined = events.join(known, on=_TICKET, how="left", maintain_order="left")
    faults = joined.with_columns(
        rule=pl.when(pl.col("row").is_null())
        .then(pl.lit(_UNKNOWN))
        .when(~pl.col("kind").is_in(EVENT_KINDS))
        .then(pl.lit(_STRANGE))
        .when(pl.col("at") < pl.col("created_at"))
        .then(pl.lit(_EARLY))
        .when(pl.col("at") > pl.lit(now, dtype=INSTANT))
        .then(pl.lit(_FUTURE))
    )
    found = [faults.filter(pl.col("rule").is_not_null()).select("rule")]
    told = faults.filter(pl.col("rule").is_null()).drop("rule", "created_at")
    told = told.with_columns(pl.col("kind").cast(_KIND)).sort("row", *_IN_TIME)
    for step in (_lived, _repeated_and_idle):
        told, rules = step(told)
        found.append(rules)
    told, disordered = _in_order(told)
    findings = pl.concat([*found, disordered]).group_by("rule").agg(events=pl.len().cast(pl.Int64))
    advice = pl.col("rule").replace_strict(ADVICE, return_dtype=pl.String)
    return (
        told.with_columns(pl.col("kind").cast(pl.String)).select(*EVENTS),
        findings.with_columns(advice=advice).select(*FINDINGS).sort("rule"),
    )


def _lived(told: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Without what came after the end, but for the first change of an attribute."""
    ends = told.filter(pl.col("kind") == "cancel").group_by("row").agg(ends=pl.col("at").min())
    if ends.is_empty():
        return told, _named(told.clear(), _AFTER)
    first = _CHANGES & pl.struct("row", "kind").is_first_distinct()
    marked = told.join(ends, on="row", how="left", maintain_order="left").with_columns(
        after=((pl.col("at") > pl.col("ends")) & ~first).fill_null(value=False)
    )
    return marked.filter(~pl.col("after")).drop("ends", "after"), _named(marked.filter("after"), _AFTER)


def _repeated_and_idle(told: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Without events told twice and changes of nothing; every change made from the value held before it.

    Only neighbours are one event told twice: of the changes of one attribute, or of the talk between two reopenings.
    What lies between them could tell them apart otherwise.
    """
    told = told.with_row_index("place")
    same = (_SAME_TICKET & (pl.col("kind") == pl.col("kind").shift(1))).fill_null(value=False)
    at_once = (pl.col("at") == pl.col("at").shift(1)).fill_null(value=False)
    held, value, previous = pl.col("value").shift(1), pl.col("value"), pl.col("previous")
    unchanged = same & (value.fill_null(_BLANK) == held.fill_null(_BLANK))
    not_told = (pl.col("kind") == "status") & previous.is_null()
    fits = (previous.fill_null(_BLANK) == held.fill_null(_BLANK)) | not_told
    before = pl.when(same).then(held).otherwise(previous)
    reopens = (pl.col("kind") == "status") & before.is_in(SOLVED) & ~value.fill_null(_BLANK).is_in(SOLVED)
    changes = (
        told.filter(~_TALK)
        .sort("row", "kind", "place")
        .with_columns(
            rule=pl.when(unchanged & at_once)
            .then(pl.lit(_TWICE))
            .when(unchanged & _CHANGES)
            .then(pl.lit(_IDLE))
            .when(same & _CHANGES & ~fits)
            .then(pl.lit(_WRONG)),
            reopens=reopens.fill_null(value=False),
            previous=pl.when(same & _CHANGES & ~fits).then(held).otherwise(previous),
        )
    )
    breaks = changes.filter("reopens").drop("rule", "reopens")
    talk = pl.concat([told.filter(_TALK), breaks]).sort("place")
    talk = talk.with_columns(rule=pl.when(_TALK & unchanged & at_once).then(pl.lit(_TWICE))).filter(_TALK)
    every = pl.concat([changes.drop("reopens"), talk]).sort("place").drop("place")
    gone = pl.col("rule").is_in([_TWICE, _IDLE]).fill_null(value=False)
    return every.filter(~gone).drop("rule"), every.filter(pl.col("rule").is_not_null()).select("rule")


def _in_order(told: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Tickets with an event that is numbered below an earlier one numbered anew."""
    number = pl.col("sequence")
    falls = told.filter(_SAME_TICKET & (number < number.shift(1))).select("row").unique()
    if falls.is_empty():
        return told, _named(told.clear(), _DISORDER)
    own = told.join(falls, on="row", how="semi", maintain_order="left")
    below = own.filter(number < number.cum_max().over("row"))
    anew = own.with_columns(sequence=pl.int_range(pl.len(), dtype=pl.Int64).over("row"))
    others = told.join(falls, on="row", how="anti", maintain_order="left")
    return pl.concat([others, anew]).sort("row", *_IN_TIME), _named(below, _DISORDER)


def _named(events: pl.DataFrame, rule: str) -> pl.DataFrame:
    """One row an event with the name of its rule."""
    return events.with_columns(rule=pl.lit(rule, dtype=pl.String)).select("rule")
