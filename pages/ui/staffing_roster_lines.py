"""The lines of a roster that are about some queues, what a roster holds of them, and lines changed by hand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from analytics.staffing import presence
from analytics.staffing.roster import WORK, on_duty
from analytics.staffing.roster_rows import COLUMNS, Line, as_lines, roster_of
from analytics.staffing.roster_shape import shape
from pages.ui import format as fmt

NUMBER = "line"
ROSTER_NAME = "The roster"
_PLAIN = ("queues", "activity", "zone", "valid_from", "valid_to")
"""Columns that say nothing by themselves: a line with nothing but these was never filled in."""


@dataclass(frozen=True)
class Cover:
    """What a roster gives some queues over some dates.

    Attributes:
        people: who work for them in these dates.
        hours: on duty a week, over the weeks that are covered.
        weeks: how many there are from Monday to Sunday that the dates touch.
        covered: in how many of them anybody is on duty.
    """

    people: int
    hours: float
    weeks: int
    covered: int


def of_queues(lines: pl.DataFrame, queues: Collection[str]) -> pl.DataFrame:
    """The lines of a roster that tell who works on some queues, and when those people do not.

    Args:
        lines: in the schema ROSTER.
        queues: names.

    Returns:
        Lines of work on any of these queues or on every queue; absences of the people they name; and absences of
        everybody in the zones they are in. In the order they had.
    """
    fits = pl.col("queues").is_null() | (pl.col("queues").list.set_intersection(list(queues)).list.len() > 0)
    work = lines.filter(pl.col("activity") == WORK, fits)
    own = pl.col("agent").is_in(work["agent"].drop_nulls().unique().implode())
    everybody = pl.col("agent").is_null() & pl.col("zone").is_in(work["zone"].unique().implode()) & fits
    absent = lines.filter(pl.col("activity") != WORK, own.fill_null(value=False) | everybody)
    return pl.concat([work, absent]).sort("line")


def cover(lines: pl.DataFrame | None, queues: Collection[str], first: date, last: date) -> Cover:
    """What a roster gives some queues.

    Args:
        lines: in the schema ROSTER; None is no roster.
        queues: names.
        first, last: local dates, both included.
    """
    monday = first - timedelta(days=first.weekday())
    weeks = (last - monday).days // 7 + 1
    if lines is None:
        return Cover(0, 0.0, weeks, 0)
    duty = presence.of_queues(on_duty(lines, first, last), queues)
    covered = duty["date"].dt.truncate("1w").unique().to_list()
    days = sum((min(last, week + timedelta(days=6)) - max(first, week)).days + 1 for week in covered)
    hours = (duty["end_at"] - duty["start_at"]).dt.total_seconds().sum() / 3_600
    return Cover(duty["agent"].n_unique(), 7 * hours / days if days else 0.0, weeks, len(covered))


def covered(given: Cover) -> str:
    """For how much of the weeks looked at a roster tells who works.

    Example:
        >>> covered(Cover(12, 428.4, 13, 13))
        '12 people, 428 hours on duty a week. Of 13 weeks looked at the roster covers 13.'
    """
    if not given.covered:
        return f"Nobody is rostered for these queues in the {fmt.plural(given.weeks, 'week')} looked at."
    people = fmt.plural(given.people, "person", "people")
    told = f"{people}, {fmt.number(given.hours)} hours on duty a week."
    return f"{told} Of {fmt.plural(given.weeks, 'week')} looked at the roster covers {given.covered}."


def whole(lines: pl.DataFrame) -> str:
    """The whole of a roster in a line."""
    found = shape(lines)
    people = fmt.plural(found.agents + found.heads, "person", "people")
    ends = ((word, at) for word, at in (("from", found.first), ("to", found.last)) if at)
    dates = " ".join(f"{word} {fmt.day(at)}" for word, at in ends) or "without first or last date"
    return (
        f"The whole roster: {fmt.plural(found.lines, 'line')}, {people}, {fmt.number(found.hours)} hours in a usual "
        f"week, {dates}, {', '.join(found.zones)}."
    )


def compared(now: pl.DataFrame | None, then: pl.DataFrame, queues: Collection[str], first: date, last: date) -> Any:
    """What another roster would change: `what`, `now`, `then`, as text; those of the queues first."""
    here, there = (cover(each, queues, first, last) for each in (now, then))
    mine = [("People", "people"), ("Hours on duty a week", "hours"), ("Weeks looked at that it covers", "covered")]
    rows = [
        (f"{label}, these queues", *(fmt.number(getattr(each, name)) for each in (here, there))) for label, name in mine
    ]
    shapes = [None if each is None else shape(each) for each in (now, then)]

    def row(label: str, told: Any) -> tuple[str, ...]:
        return (label, *(fmt.NONE if each is None else told(each) for each in shapes))

    rows += [
        row("People, the whole roster", lambda each: fmt.number(each.agents + each.heads)),
        row("Hours in a usual week, the whole roster", lambda each: fmt.number(each.hours)),
        row("Lines", lambda each: fmt.number(each.lines)),
        row("Queues", lambda each: ", ".join([*each.queues, *(["every queue"] if each.every_queue else [])])),
        row("Zones", lambda each: ", ".join(each.zones)),
        row("Work from", lambda each: _day(each.first, "any date")),
        row("Work to", lambda each: _day(each.last, "any date")),
    ]
    return pl.DataFrame(rows, schema=["what", "now", "then"], orient="row")


def _day(at: date | None, without: str) -> str:
    return without if at is None else fmt.day(at)


def text(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines as they are written, each with its number in the file: `line`, and text under COLUMNS; all of it String."""
    kept = lines.sort("line")
    return as_lines(kept).select(kept["line"].cast(pl.String), *COLUMNS)


def agents(lines: pl.DataFrame) -> list[str]:
    """Everybody the lines name, sorted."""
    return lines["agent"].drop_nulls().unique().sort().to_list()


def changed(lines: pl.DataFrame | None, shown: Collection[int], table: pl.DataFrame, zone: str) -> pl.DataFrame:
    """The roster with some of its lines as a planner left them.

    Args:
        lines: the whole roster, in the schema ROSTER; None where there is none yet.
        shown: numbers of the lines that could be changed; one that is not in the table any more is gone.
        table: `line` (null: a new one) and text under COLUMNS.
        zone: IANA name, of lines that name none.

    Returns:
        Rows in the schema ROSTER, numbered anew; new lines are the last.

    Raises:
        RosterError: a line is not as expected, by the rules every roster is read by.
    """
    rows = [{name: value or "" for name, value in row.items()} for row in table.iter_rows(named=True)]
    mine = {row[NUMBER]: row for row in rows if row[NUMBER]}
    others = [] if lines is None else text(lines).to_dicts()
    gone = {str(number) for number in shown} - set(mine)
    kept = [mine.get(row[NUMBER], row) for row in others if row[NUMBER] not in gone]
    fresh = [row for row in rows if not row[NUMBER] and any(row[name] for name in COLUMNS if name not in _PLAIN)]
    places = [*(f"line {row[NUMBER]}" for row in kept), *(f"new line {place}" for place in range(1, len(fresh) + 1))]
    written = [
        Line(where, {name: row[name] for name in COLUMNS}) for where, row in zip(places, [*kept, *fresh], strict=True)
    ]
    return roster_of(written, ROSTER_NAME, zone)


def template(queues: Sequence[str], zone: str, day: date) -> pl.DataFrame:
    """Three lines to write a roster like: somebody's week, heads on Monday, and a day of leave; text under COLUMNS."""
    served = ";".join(queues)
    lines: list[dict[str, str]] = [
        {"agent": "Ann Example", "queues": served, "weekday": "Mon-Fri", "from": "08:00", "to": "16:30"},
        {"headcount": "2", "queues": served, "weekday": "Mon", "from": "07:00", "to": "11:00", "valid_from": f"{day}"},
        {"agent": "Ann Example", "date": f"{day}", "activity": "leave"},
    ]
    rows = [{name: (line | {"zone": zone}).get(name, "") for name in COLUMNS} for line in lines]
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String))


def strange(lines: pl.DataFrame, known: Collection[str]) -> list[str]:
    """Queues a roster names that no work came to, sorted."""
    return sorted(set(lines["queues"].drop_nulls().explode().to_list()) - set(known))


def lost(now: pl.DataFrame | None, then: pl.DataFrame) -> list[str]:
    """Queues a roster names people for and another does not, sorted; none where the other serves every queue."""
    before, after = shape(then if now is None else now), shape(then)
    return [] if after.every_queue else sorted(set(before.queues) - set(after.queues))
