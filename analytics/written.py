"""How durations, shares, times and lists are written in policy files, and how a mistake says where it stands."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from analytics.timezones import FIRST_YEAR, LAST_YEAR

Path = tuple[str | int, ...]
"""Where in a file something stands, as ("policies", 2, "schedule")."""

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_DURATION = re.compile(r"([0-9]+)\s*([smhd])")
_SHARE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(%?)")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(.*))?")
_LONGEST = 10 * 366 * 86_400
_DIGITS = 12


def parse_duration(text: object) -> int:
    """Seconds of "30m", "4h" or "1h 30m".

    Example:
        >>> parse_duration("1h 30m")
        5400
    """
    words = str(text).strip()
    parts = _DURATION.findall(words)
    if not isinstance(text, str) or not parts or _DURATION.sub("", words).strip():
        raise ValueError(f"{text!r} is not a duration. Expected a number and a unit, as '30m' or '4h'.")
    seconds = sum(int(number[:_DIGITS]) * _UNITS[unit] for number, unit in parts)
    if not 0 < seconds <= _LONGEST:
        raise ValueError(f"{text!r} is not a sensible target. Expected more than nothing and at most ten years.")
    return seconds


def days_in(text: str) -> int | None:
    """The number of days of a duration in whole days; None of one that is written in hours.

    Example:
        >>> days_in("3d"), days_in("72h"), days_in("1d 4h")
        (3, None, None)
    """
    parts = _DURATION.findall(text)
    return sum(int(number) for number, _ in parts) if parts and all(unit == "d" for _, unit in parts) else None


def parse_share(text: object) -> float:
    """A share between 0 and 1 of "95%" or 0.95.

    Example:
        >>> parse_share("95%")
        0.95
    """
    match = _SHARE.fullmatch(str(text).strip())
    share = float(match[1]) / (100 if match[2] else 1) if match else -1.0
    if not 0 < share <= 1:
        raise ValueError(f"{text!r} is not a share. Expected a percentage such as '95%', or a number such as 0.95.")
    return share


def parse_clock(text: object) -> int:
    """Seconds of the local day of "17:00".

    Example:
        >>> parse_clock("08:30")
        30600
    """
    match = _CLOCK.fullmatch(text.strip()) if isinstance(text, str) else None
    if not match:
        raise ValueError(f"{text!r} is not a time of day. Expected 'HH:MM' in quotes, as '17:00'.")
    return int(match[1]) * 3600 + int(match[2]) * 60


def parse_moment(value: object) -> datetime:
    """The local time of "2026-03-03T10:00", with seconds or without; a date alone is its midnight.

    Example:
        >>> parse_moment("2026-03-03 10:00"), parse_moment("2026-03-03")
        (datetime.datetime(2026, 3, 3, 10, 0), datetime.datetime(2026, 3, 3, 0, 0))
    """
    text = value.isoformat() if isinstance(value, date) else value
    match = _MOMENT.fullmatch(text.strip()) if isinstance(text, str) else None
    if match and match[3]:
        raise ValueError(f"{text!r} has more than a local time. Leave out the offset and parts of a second.")
    try:
        found = datetime.fromisoformat(" ".join(part for part in match.groups()[:2] if part)) if match else None
    except ValueError:
        found = None
    if found is None or not FIRST_YEAR <= found.year < LAST_YEAR:
        years = f"from {FIRST_YEAR} to {LAST_YEAR - 1}"
        raise ValueError(f"{text!r} is not a local time {years}. Expected one as 2026-03-03T10:00.")
    return found


def parse_day(value: object) -> date:
    """The date of "2026-06-19".

    Example:
        >>> parse_day("2026-06-19")
        datetime.date(2026, 6, 19)
    """
    text = value.isoformat() if isinstance(value, date) else value
    match = _DATE.fullmatch(text.strip()) if isinstance(text, str) else None
    try:
        found = date.fromisoformat(match[0]) if match else None
    except ValueError:
        found = None
    if found is None or not FIRST_YEAR <= found.year < LAST_YEAR:
        raise ValueError(f"{text!r} is not a date from {FIRST_YEAR} to {LAST_YEAR - 1}. Expected one as 2026-06-19.")
    return found


def as_list(value: object) -> object:
    """A single value as a list of one."""
    return value if isinstance(value, list) else [value]


def one_or_list(schema: dict[str, Any], least: int = 1) -> WithJsonSchema:
    """How an editor is told of a list that may be written as its only value."""
    return WithJsonSchema({"anyOf": [schema, {"type": "array", "items": schema, "minItems": least}]})


def by_shape(one: str, several: str) -> Callable[[object], str]:
    """Which of two ways a value is written in: as one value, or as keys and values."""
    return lambda value: several if isinstance(value, dict) else one


_DAY = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d\d-\d\d$"}
Share = Annotated[
    float,
    BeforeValidator(parse_share),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
                {"type": "string", "pattern": r"^\s*\d+(\.\d+)?\s*%?\s*$"},
            ]
        }
    ),
]
Duration = Annotated[
    str,
    BeforeValidator(lambda text: parse_duration(text) and text),
    WithJsonSchema({"type": "string", "pattern": r"^(\s*\d+\s*[smhd])+\s*$"}),
]
TimeOfDay = Annotated[
    int,
    BeforeValidator(parse_clock),
    WithJsonSchema({"type": "string", "pattern": r"^\s*([01]\d|2[0-3]):[0-5]\d\s*$"}),
]
Day = Annotated[date, BeforeValidator(parse_day), WithJsonSchema(_DAY)]
Days = Annotated[list[Day], BeforeValidator(as_list), one_or_list(_DAY, least=0)]
Moment = Annotated[
    datetime,
    BeforeValidator(parse_moment),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?)?$"}),
]
Text = Annotated[str, Field(min_length=1)]
Names = Annotated[
    list[Text], BeforeValidator(as_list), Field(min_length=1), one_or_list({"type": "string", "minLength": 1})
]


class Written(BaseModel):
    """A part of a policy file: no unknown keys, never changed. The text under a key tells what it means."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class MisplacedError(ValueError):
    """A mistake that belongs to a place below the part of the file that finds it, as ("targets", "resolution")."""

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(message)
        self.path = path
