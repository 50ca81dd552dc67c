"""What do the lines of a roster say? Text under the columns of the file, read into ROSTER and written back."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

import polars as pl

from analytics.dimensions import WEEKDAYS
from analytics.errors import RosterError, UnknownNameError
from analytics.staffing import roster_values as values
from analytics.staffing.roster import ROSTER, WORK, clashes

COLUMNS = (
    "agent", "headcount", "queues", "date", "weekday", "from", "to", "activity", "zone", "valid_from", "valid_to",
)  # fmt: skip
"""The columns of a roster file, in the order they are written."""

FIRST_LINE = 2
"""The number of the first line under the header of the file that is kept."""
MOST_LINES = 50_000
_MOST_COMPLAINTS = 20
_NEEDED = (("agent", "headcount"), ("date", "weekday"), ("from",), ("to",))


@dataclass(frozen=True)
class Line:
    """One line as it is written.

    Attributes:
        where: as errors call it: "line 4", "cell D5".
        said: text by column of COLUMNS; what is absent or empty is blank.
    """

    where: str
    said: Mapping[str, str]


def columns_of(header: Sequence[str], where: str) -> list[str]:
    """The columns a header names, in small letters.

    Raises:
        RosterError: one is not known or stands twice, or one is missing.

    Example:
        >>> columns_of(["Agent", "Weekday", "From", "To"], "roster.csv, line 1")
        ['agent', 'weekday', 'from', 'to']
    """
    names = [name.strip().lower() for name in header]
    for number, name in enumerate(names):
        if name not in COLUMNS:
            near = get_close_matches(name, COLUMNS, n=1)
            hint = f"Did you mean '{near[0]}'?" if near else f"Expected {', '.join(COLUMNS)}; remove it or rename it."
            raise RosterError(f"{where}: column '{header[number].strip()}' is not known. {hint}")
        if name in names[:number]:
            raise RosterError(f"{where}: column '{name}' stands there twice. Expected it once; remove one.")
    for wanted in _NEEDED:
        if not set(wanted) & set(names):
            raise RosterError(f"{where}: there is no column '{' or '.join(wanted)}'. Add it: it says who works when.")
    return names


def roster_of(lines: Sequence[Line], name: str, zone: str | None = None) -> pl.DataFrame:
    """The roster that lines tell.

    Args:
        lines: at most MOST_LINES.
        name: of the file, as errors call it.
        zone: IANA name, of lines that name none.

    Returns:
        Rows in the schema ROSTER, in the order of the lines; `line` counts from FIRST_LINE.

    Raises:
        RosterError: something is not as expected; the message names the first 20 lines that are wrong, and why.

    Example:
        >>> said = {"agent": "Ann", "weekday": "Mon-Fri", "from": "22:00", "to": "06:00", "zone": "UTC"}
        >>> roster_of([Line("line 2", said)], "roster.csv").select("weekdays", "from_minute", "to_minute").row(0)
        ([1, 2, 3, 4, 5], 1320, 1800)
    """
    if not lines:
        raise RosterError(f"{name} holds no line. Expected one a shift: who works, on which days, from when to when.")
    if len(lines) > MOST_LINES:
        raise RosterError(f"{name} holds {len(lines):,} lines. Expected at most {MOST_LINES:,}; write weekly lines.")
    found: list[tuple[Any, ...]] = []
    wrong: list[str] = []
    for line in lines:
        try:
            found.append((FIRST_LINE + len(found), *_row(line.said, zone or "")))
        except (ValueError, UnknownNameError) as error:
            wrong.append(f"{name}, {line.where}: {error}")
    refuse(wrong)
    roster = pl.DataFrame(found, schema=ROSTER, orient="row")
    if not (roster["activity"] == WORK).any():
        raise RosterError(f"{name} has no line of work: nobody would be on duty. Add the shifts people work.")
    refuse(_overlap(roster, lines, name, *clash) for clash in clashes(roster))
    return roster


def refuse(wrong: Iterable[str]) -> None:
    """Stop with all that is wrong, the first 20 things named, if anything is.

    Raises:
        RosterError: something is.
    """
    told = list(wrong)
    more = len(told) - _MOST_COMPLAINTS
    if told:
        raise RosterError("\n".join([*told[:_MOST_COMPLAINTS], *([f"… and {more:,} more."] if more > 0 else [])]))


def _overlap(roster: pl.DataFrame, lines: Sequence[Line], name: str, line: int, other: int, day: date) -> str:
    agent, begin, end = roster.select("agent", "from_minute", "to_minute").row(line - FIRST_LINE)
    hours = f"{values.clock(begin)}–{values.clock(end, late=True)}"
    when = f"{WEEKDAYS[day.weekday()]} {day}"
    return (
        f"{name}, {lines[line - FIRST_LINE].where}: '{agent}' works {hours} on {when} and at the same time by "
        f"{lines[other - FIRST_LINE].where}. Expected one shift at a time; shorten or remove one of them."
    )


def _row(said: Mapping[str, str], zone: str) -> tuple[Any, ...]:
    """One line as a row of ROSTER, without its number.

    Raises:
        ValueError, UnknownNameError: what is wrong with it.
    """
    text = dict.fromkeys(COLUMNS, "") | {column: value.strip() for column, value in said.items()}
    what = values.activity(text["activity"])
    agent, heads = values.who(text["agent"], text["headcount"], what)
    day, weekdays, first, last = values.when(text, what)
    begin, end = values.hours(text["from"], text["to"], what)
    served = values.queues(text["queues"])
    return agent, heads, served, day, weekdays, begin, end, what, values.zone(text["zone"] or zone), first, last


def as_lines(roster: pl.DataFrame) -> pl.DataFrame:
    """A roster as text under COLUMNS, sorted by line; blank is "". `roster_of` reads the same roster out of it.

    Args:
        roster: in the schema ROSTER.

    Returns:
        One row a line, every column String.
    """
    told: dict[str, Callable[[Any], str]] = {
        "queues": ";".join,
        "weekday": values.week,
        "from": values.clock,
        "to": lambda minute: values.clock(minute, late=True),
    }
    kept = roster.sort("line").rename({"weekdays": "weekday", "from_minute": "from", "to_minute": "to"})
    texts = {
        column: ["" if each is None else told.get(column, str)(each) for each in kept[column].to_list()]
        for column in COLUMNS
    }
    return pl.DataFrame(texts, schema=dict.fromkeys(COLUMNS, pl.String))
