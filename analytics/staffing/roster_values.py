"""What does one value of a roster's line say, and how is it written?

Every reader takes text that is stripped, and raises ValueError with what is wrong, what was expected and what to do.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from itertools import groupby

from analytics.dimensions import WEEKDAYS
from analytics.staffing.roster import ABSENCES, WORK
from analytics.timezones import FIRST_YEAR, LAST_YEAR, zone_table

MOST_HEADS = 1_000
_LONGEST_NAME, _DAY = 100, 1440
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"(\d{1,2}):([0-5]\d)(?::00)?")
_EVERY_DAY = range(1, 8)
_LONG = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = {
    word: number for number in _EVERY_DAY for word in (str(number), _LONG[number - 1], WEEKDAYS[number - 1].lower())
}

Days = tuple[date | None, list[int] | None, date | None, date | None]
"""Date, weekdays, and the first and last date between which those hold."""


def activity(text: str) -> str:
    """What is done; blank is work.

    Example:
        >>> activity("Queue"), activity("leave")
        ('work', 'leave')
    """
    word = text.lower() or WORK
    if word in {WORK, "queue"}:
        return WORK
    if word not in ABSENCES:
        near = get_close_matches(word, ABSENCES, n=1)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        raise ValueError(f"activity '{text}' is not known.{hint} Expected work (or blank), {', '.join(ABSENCES)}.")
    return word


def who(agent: str, headcount: str, what: str) -> tuple[str | None, int | None]:
    """An agent or a headcount; neither where an absence is everybody's."""
    if agent and headcount:
        raise ValueError(
            f"it names agent '{agent}' and a headcount of {headcount}. Expected one of them; remove the other."
        )
    if headcount and what != WORK:
        raise ValueError(f"it does not say whose {what} it is. Name the agent, or lower the headcount on these dates.")
    if headcount:
        heads = int(headcount) if headcount.isdecimal() and len(headcount) < 7 else 0
        if not 1 <= heads <= MOST_HEADS:
            raise ValueError(
                f"headcount '{headcount}' is not known. Expected a whole number from 1 to {MOST_HEADS:,}; "
                "give people who work part of a shift a line of their own."
            )
        return None, heads
    if not agent and what == WORK:
        raise ValueError("it names neither an agent nor a headcount. Expected who works; fill in one of them.")
    return (_name("agent", agent) if agent else None), None


def queues(text: str) -> list[str] | None:
    """Names of queues, sorted; None is every queue.

    Example:
        >>> queues("Mail; Desk;")
        ['Desk', 'Mail']
    """
    return sorted({_name("queue", each) for each in text.split(";") if each.strip()}) or None


def _name(what: str, text: str) -> str:
    name = " ".join(text.split())
    if len(name) > _LONGEST_NAME:
        raise ValueError(f"the {what} has {len(name)} characters. Expected a name of at most {_LONGEST_NAME}.")
    if not name.isprintable():
        raise ValueError(f"the {what} holds a character that cannot be shown. Remove it.")
    return name


def when(said: Mapping[str, str], what: str) -> Days:
    """On which days a line holds.

    Args:
        said: text by column.
        what: the line's activity.
    """
    day, weekday, begin, end = (said[column] for column in ("date", "weekday", "valid_from", "valid_to"))
    if day and (weekday or begin or end):
        raise ValueError(f"it has the date {day} beside a weekday or a range. Expected one of them; remove the other.")
    if day:
        return _date(day, "date"), None, None, None
    first, last = _date(begin, "valid_from") if begin else None, _date(end, "valid_to") if end else None
    if first and last and last < first:
        raise ValueError(f"it ends on {last}, before it begins on {first}. Expected valid_to on or after valid_from.")
    if weekday:
        return None, list(weekdays(weekday)), first, last
    if what == WORK or not (first or last):
        raise ValueError(
            "it says no day. Expected a date, or a weekday such as Mon-Fri; "
            "an absence may have valid_from and valid_to alone."
        )
    return None, list(_EVERY_DAY), first, last


@lru_cache(maxsize=4096)
def _date(text: str, column: str) -> date:
    try:
        found = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None:
        raise ValueError(f"'{text}' in {column} is no date. Expected one such as 2026-03-03.")
    if not FIRST_YEAR < found.year < LAST_YEAR - 1:
        raise ValueError(
            f"{text} in {column} is out of range. Expected a year from {FIRST_YEAR + 1} to {LAST_YEAR - 2}."
        )
    return found


@lru_cache(maxsize=256)
def weekdays(text: str) -> tuple[int, ...]:
    """Numbers of weekdays, sorted; 1 is Monday.

    Example:
        >>> weekdays("Mon;Wed"), weekdays("Sat-Mon"), weekdays("1-5")
        ((1, 3), (1, 6, 7), (1, 2, 3, 4, 5))
    """
    found: set[int] = set()
    for part in re.split(r"[;,\s]+", re.sub(r"\s*[-–]\s*", "-", text.lower().strip("; "))):
        ends = [_WEEKDAY.get(end) for end in part.split("-")]
        first, last = ends[0], ends[-1]
        if first is None or last is None or len(ends) > 2:
            raise ValueError(
                f"weekday '{text}' is not known. Expected {', '.join(WEEKDAYS)} or 1 to 7, as Mon-Fri or Mon;Wed."
            )
        found |= {(first - 1 + step) % 7 + 1 for step in range((last - first) % 7 + 1)}
    return tuple(sorted(found))


def hours(begin: str, end: str, what: str) -> tuple[int | None, int | None]:
    """Minutes from midnight; one that ends at or before it begins ends the next day; an absence may be a whole day.

    Example:
        >>> hours("08:00", "16:30", "work"), hours("22:00", "06:00", "work"), hours("", "", "leave")
        ((480, 990), (1320, 1800), (None, None))
    """
    if not begin and not end and what != WORK:
        return None, None
    if not begin or not end:
        raise ValueError(
            f"it has no '{'to' if begin else 'from'}'. Expected both, as 08:00 and 16:30; only absences do without."
        )
    start, finish = _minute(begin, "from"), _minute(end, "to")
    if start == _DAY:
        raise ValueError("it begins at 24:00. Write 00:00 on the next day.")
    return start, finish if finish > start else finish + _DAY


@lru_cache(maxsize=4096)
def _minute(text: str, column: str) -> int:
    match = _TIME.fullmatch(text)
    minute = int(match[1]) * 60 + int(match[2]) if match else -1
    if not 0 <= minute <= _DAY:
        raise ValueError(f"'{text}' in {column} is no time. Expected HH:MM from 00:00 to 24:00, as 08:30.")
    return minute


@lru_cache(maxsize=256)
def zone(text: str) -> str:
    """An IANA name.

    Raises:
        UnknownNameError: there is no such zone.
    """
    if not text:
        raise ValueError(
            "it has no zone. Write one into the column zone, as Europe/Stockholm, or give one for the whole file."
        )
    zone_table(text)
    return text


def week(days: Sequence[int]) -> str:
    """Weekdays in words.

    Example:
        >>> week([1, 2, 3, 5]), week([1, 2])
        ('Mon-Wed;Fri', 'Mon;Tue')
    """
    parts = []
    for _, run in groupby(enumerate(days), lambda each: each[1] - each[0]):
        names = [WEEKDAYS[day - 1] for _, day in run]
        parts.append(f"{names[0]}-{names[-1]}" if len(names) > 2 else ";".join(names))
    return ";".join(parts)


def clock(minute: int, *, late: bool = False) -> str:
    """A minute as the clock shows it; with `late` the end of the day is 24:00.

    Example:
        >>> clock(1440), clock(1440, late=True), clock(1800)
        ('00:00', '24:00', '06:00')
    """
    shown = minute if late and minute == _DAY else minute % _DAY
    return f"{shown // 60:02}:{shown % 60:02}"
