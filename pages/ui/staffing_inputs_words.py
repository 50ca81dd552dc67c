"""What a planner gave, in words and tables, and tables filled in by a planner as what was given."""

from collections.abc import Sequence

import polars as pl

from analytics.staffing.assumptions import Named, Order, named
from analytics.staffing.case import Case
from analytics.staffing.handle import Handle
from pages.ui import format as fmt

BAND = 0.1
"""Handle times are told with what a tenth more or less makes of them."""
EVERY_OTHER = "every other"

ORDERS: dict[Order, str] = {
    "fifo": "Oldest first",
    "priority": "By priority, then oldest",
    "due": "Earliest due first",
    "overdue_last": "Earliest due first, overdue last",
}
_SOURCES = {
    "given": "as you gave it",
    "agent events": "from how long after one touch an agent made the next, while work was waiting for everybody",
    "throughput": "from how much was done in a rostered hour while work was waiting",
}
_SEEN = {"agent events": ("time seen", "times seen"), "throughput": ("touch", "touches")}
_WHAT = {"queue": "Queue", "klass": "Class"}


def in_use(case: Case) -> str:
    """The handle time the page works with, and where it comes from, in one sentence or two."""
    handle = case.handle
    if case.relative:
        return (
            "How long work takes is not known. Work is counted in touches instead, and set against how many were done "
            "an open hour while some were waiting: needs are told as a multiple of that, not as people."
        )
    rows = handle_rows(case)
    mean = float((rows["minutes"] * rows["touches"]).sum()) / max(1, rows["touches"].sum())
    about = f"{minutes(mean)} a touch{' on average' if rows.height > 1 else ''}"
    seen = f", {fmt.plural(handle.n, *_SEEN[handle.source])}" if handle.source in _SEEN else ""
    low, high = (minutes(60 * hours) for hours in handle.band)
    return (
        f"{about}, {_SOURCES[handle.source]}{seen}. It may be {low.removesuffix(' min')} to {high}: "
        "no number of people is shown without what that makes of it."
    )


def at_once(handle: Handle) -> str:
    """How conversations at once are counted; nothing where none are."""
    if not handle.at_once:
        return ""
    told = ", ".join(f"{name or EVERY_OTHER} {number:g} at once" for name, number in handle.at_once)
    return f"Conversations share an agent's time: {told}."


def minutes(value: float) -> str:
    """As "15.2 min".

    Example:
        >>> minutes(15.24), minutes(120.0), minutes(0.52)
        ('15.2 min', '120 min', '0.5 min')
    """
    return f"{value:,.0f} min" if value >= 100 or value == round(value) else f"{value:,.1f} min"


def handle_rows(case: Case) -> pl.DataFrame:
    """The handle times in use: that of a touch's class, else of its queue, else of every other.

    Returns:
        `name`, `touches`, `minutes`, `low`, `high` (a tenth less and more); sorted by name, every other last; none
        where handle times are not known.
    """
    by = dict(case.handle.by)
    known = [pl.when(pl.col(name).is_in(list(by))).then(name) for name in ("klass", "queue")]
    used = case.items.select(name=pl.coalesce(*known, pl.lit(""))).group_by("name").agg(touches=pl.len().cast(pl.Int64))
    used = used.filter(pl.col("name").is_in(list(by)), not case.relative).with_columns(
        minutes=60 * pl.col("name").replace_strict(by, return_dtype=pl.Float64)
    )
    low, high = ((1 + way * BAND) * pl.col("minutes") for way in (-1, 1))
    ordered = used.with_columns(low=low, high=high).sort(pl.col("name") == "", "name")
    return ordered.with_columns(pl.col("name").replace("", EVERY_OTHER))


def to_fill(case: Case, given: Named) -> pl.DataFrame:
    """What a handle time may be given for: each queue and each class of the case.

    Args:
        case: of the queues.
        given: minutes by name.

    Returns:
        `what`, `name`, `touches`, `minutes` (null: not given); queues first, each sorted by name.
    """
    said = dict(given)
    found = []
    for column, what in _WHAT.items():
        counts = case.items.group_by(name=column).agg(touches=pl.len().cast(pl.Int64)).sort("name")
        given_here = [said.get(name) for name in counts["name"].to_list()]
        found.append(
            counts.select(
                pl.lit(what).alias("what"),
                "name",
                "touches",
                pl.Series("minutes", given_here, dtype=pl.Float64),
            )
        )
    return pl.concat(found)


def channels(case: Case, given: Named) -> pl.DataFrame:
    """How many conversations one agent has at once: `name` (a channel), `touches`, `at_once` (null: one), sorted.

    Work whose channel is not known is left out.
    """
    said = dict(given)
    counts = case.items.drop_nulls("channel").group_by(name="channel").agg(touches=pl.len().cast(pl.Int64)).sort("name")
    given_here = [said.get(name) for name in counts["name"].to_list()]
    return counts.with_columns(at_once=pl.Series(given_here, dtype=pl.Float64))


def replaced(given: Named, names: Sequence[str], values: Sequence[float | None]) -> Named:
    """What was given by name, with the numbers of some names as they are now; None takes a number back.

    Names that are not among them, as those of other queues, stay.

    Example:
        >>> replaced((("chat", 2.0), ("mail", 1.0)), ["chat", "phone"], [None, 3])
        (('mail', 1.0), ('phone', 3.0))
    """
    fresh = dict(given) | {name: value for name, value in zip(names, values, strict=True) if value is not None}
    gone = {name for name, value in zip(names, values, strict=True) if value is None}
    return named([[name, value] for name, value in fresh.items() if name not in gone])


def share(percent: float | None) -> float | None:
    """A number of per cent as a share; None stays.

    Example:
        >>> share(12.5), share(None)
        (0.125, None)
    """
    return None if percent is None else round(percent / 100, 6)


def of_hundred(part: float | None) -> float | None:
    """A share as a number of per cent; None stays.

    Example:
        >>> of_hundred(0.95), of_hundred(None)
        (95.0, None)
    """
    return None if part is None else round(100 * part, 4)


def worked(case: Case) -> str:
    """What is left of rostered time for the queue."""
    if case.relative or case.handle.net:
        return "Time lost is not taken out here: what was done while work was waiting holds it already."
    if case.efficiency == 1:
        return "Nothing is taken out of rostered time: no time lost is assumed that you did not give."
    lost = f"Of 100 rostered hours {fmt.number(round(100 * case.efficiency, 1))} are worked on the queue."
    if case.said.off_queue and not case.contract:
        lost += " Other work is not in it: it is given in hours a week of each agent, and no roster tells how many."
    return lost


def objectives(case: Case) -> str:
    """Whether the policies say what share of this work must be in time."""
    promised = case.items.filter(pl.col("due_at").is_not_null())
    unnamed = promised["objective"].null_count()
    if not promised.height:
        return "None of this work has a promise, so no objective is used."
    if not unnamed:
        return "The policies name an objective for all of this work, so yours is not used here."
    if unnamed == promised.height:
        return "The policies name no objective for this work: yours is used."
    of = f"{fmt.number(unnamed)} of {fmt.number(promised.height)} touches with a promise"
    return f"The policies name no objective for {of}: yours is used for these."
