"""What caused each breach? One cause a breach: the first that fits, in the order of CAUSES."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import polars as pl

from analytics.evidence import COLUMN_NEEDS, Gap, missing
from analytics.measure import Hours
from analytics.schedule import Schedule, deadline
from analytics.schemas import CLOCK_KEY
from analytics.timezones import INSTANT

OPENING = "due before the desk opened"
UNASSIGNED = "never assigned by due"
UNTOUCHED = "first touched after due"
ELSEWHERE = "held by another team"
REOPENED = "reopened"
HANDED = "three or more handoffs"
SLOW = "too slow in hand"
UNKNOWN = "not known"

MANY_HANDOFFS = 3


@dataclass(frozen=True, kw_only=True)
class Cause:
    """A cause of a breach.

    Attributes:
        name: as it is shown.
        told: when it fits, in words.
        needs: what of a source must be known; where all of it is missing, the cause is never found.
        started: whether somebody had begun to work on the ticket; None where that is not known.
    """

    name: str
    told: str
    needs: frozenset[Gap]
    started: bool | None


CAUSES: tuple[Cause, ...] = (
    Cause(
        name=OPENING,
        told="The clock began while the desk was closed, and fell due at the first opening after that or before it.",
        needs=frozenset(),
        started=False,
    ),
    Cause(
        name=UNASSIGNED,
        told="No person had the ticket by its due time.",
        needs=COLUMN_NEEDS["assigned_at"],
        started=False,
    ),
    Cause(
        name=UNTOUCHED,
        told="None of ours had done anything with it from the clock's start to its due time: no reply, no change of "
        "priority, no change of status but back to the beginning.",
        needs=COLUMN_NEEDS["touched_at"],
        started=False,
    ),
    Cause(
        name=ELSEWHERE,
        told="Other teams than the one the breach is credited to held it for most of the time up to its due time.",
        needs=COLUMN_NEEDS["held_elsewhere"],
        started=True,
    ),
    Cause(
        name=REOPENED,
        told="It had been solved and was reopened before its due time; thanks alone do not count.",
        needs=COLUMN_NEEDS["reopenings_by_due"],
        started=True,
    ),
    Cause(
        name=HANDED,
        told="It went from one team to another three times or more before its due time.",
        needs=COLUMN_NEEDS["handoffs_by_due"],
        started=True,
    ),
    Cause(
        name=SLOW,
        told="None of these: it was worked on in time, but not done.",
        needs=COLUMN_NEEDS["touched_at"],
        started=True,
    ),
    Cause(
        name=UNKNOWN,
        told="The export does not say whether anybody had worked on it.",
        needs=frozenset(),
        started=None,
    ),
)
NAMES = tuple(cause.name for cause in CAUSES)
CAUSE = pl.Enum(NAMES)

NOT_STARTED = tuple(cause.name for cause in CAUSES if cause.started is False)
"""Causes by which nobody had begun by the due time."""

STARTED = tuple(cause.name for cause in CAUSES if cause.started)


def caused(
    breaches: pl.DataFrame,
    schedules: Mapping[tuple[str, str], Schedule],
    gaps: Mapping[str, Collection[str]],
    hours: Hours = "business",
) -> pl.DataFrame:
    """Breaches with the one cause of each.

    In calendar hours a clock falls due its written target after its start, at the earliest: waiting for the customer
    moves that on, but only after somebody asked. Handoffs, reopenings and who held it are told up to the due time in
    business hours, or the stop where that was earlier.

    Args:
        breaches: breached clocks in the schema CLOCKS, as judged on `hours`.
        schedules: opening hours by source and name, expanded for the dates of the starts and the openings that follow.
        gaps: what the files of each source do not tell.
        hours: how the clocks were judged.

    Returns:
        The same rows with `cause` (CAUSE, never null), sorted by the clock's key.
    """
    due = pl.col("due_at")
    if hours == "calendar":
        due = pl.col("started_at") + pl.duration(seconds=pl.col("target_seconds"))
    source = pl.col("source").cast(pl.String)
    blind = {name: unchecked(each) for name, each in gaps.items()}
    fits = {
        OPENING: due <= pl.col("opened_at"),
        UNASSIGNED: pl.col("assigned_at").is_null() | (pl.col("assigned_at") > due),
        UNTOUCHED: pl.col("touched_at").is_null() | (pl.col("touched_at") > due),
        ELSEWHERE: pl.col("held_elsewhere"),
        REOPENED: pl.col("reopenings_by_due") > 0,
        HANDED: pl.col("handoffs_by_due") >= MANY_HANDOFFS,
        SLOW: pl.lit(value=True),
    }
    cause = pl.lit(UNKNOWN)
    for name, found in reversed(fits.items()):
        untold = pl.Series([each for each, names in blind.items() if name in names], dtype=pl.String)
        fit = (found & ~source.is_in(untold.implode())).fill_null(value=False)
        cause = pl.when(fit).then(pl.lit(name)).otherwise(cause)
    opened = breaches.with_columns(opened_at=_first_opening(breaches, schedules))
    return opened.with_columns(cause=cause.cast(CAUSE)).drop("opened_at").sort(CLOCK_KEY)


def _first_opening(breaches: pl.DataFrame, schedules: Mapping[tuple[str, str], Schedule]) -> pl.Expr:
    """When the desk first opened after each clock began while it was closed; null for others."""
    found = pl.lit(None, dtype=INSTANT)
    shut = ~pl.col("started_open")
    pairs = (
        breaches.filter(shut).select(pl.col("source", "schedule").cast(pl.String)).unique().sort("source", "schedule")
    )
    for source, name in pairs.iter_rows():
        opening = deadline(pl.col("started_at"), pl.lit(0), schedules[source, name], boundary="next_opening")
        mine = shut & (pl.col("source").cast(pl.String) == source) & (pl.col("schedule").cast(pl.String) == name)
        found = pl.when(mine).then(opening).otherwise(found)
    return found


def unchecked(gaps: Collection[str]) -> dict[str, str]:
    """The causes that cannot be found with these gaps, each with the reason.

    Example:
        >>> unchecked(["agent_history"])
        {'never assigned by due': 'The export does not say which agent held a ticket when.'}
    """
    lacking = {cause.name: cause for cause in CAUSES if cause.needs and cause.needs <= frozenset(gaps)}
    return {name: missing(cause.needs, gaps) or "" for name, cause in lacking.items()}


def shares(found: pl.DataFrame) -> pl.DataFrame:
    """How many breaches each cause has: `cause`, `breaches`, `share` of all; every cause found, most first.

    Args:
        found: rows with `cause`.

    Example:
        >>> shares(pl.DataFrame({"cause": [SLOW, REOPENED, SLOW, SLOW]}, schema={"cause": CAUSE})).rows()
        [('too slow in hand', 3, 0.75), ('reopened', 1, 0.25)]
    """
    counted = found.group_by("cause").agg(breaches=pl.len().cast(pl.Int64))
    total = max(1, found.height)
    return counted.with_columns(share=pl.col("breaches") / total).sort("breaches", "cause", descending=[True, False])


def weekly(found: pl.DataFrame) -> pl.DataFrame:
    """The share of each cause in the breaches due in each week.

    Args:
        found: rows with `cause` and `due_week`.

    Returns:
        `week`, `cause`, `breaches`, `all` (breaches of the week), `share`; a row for each week that has a breach and
        each cause that has one in any week, sorted by both.
    """
    counted = found.group_by(week="due_week", cause="cause").agg(breaches=pl.len().cast(pl.Int64))
    grid = counted.select("week").unique().join(counted.select("cause").unique(), how="cross")
    return (
        grid.join(counted, on=["week", "cause"], how="left")
        .with_columns(pl.col("breaches").fill_null(0))
        .with_columns(all=pl.col("breaches").sum().over("week"))
        .with_columns(share=pl.col("breaches") / pl.col("all"))
        .sort("week", "cause")
    )
