"""Tables as texts: what a Streamlit column configuration shows of a frame, for paper."""

import math
import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import polars as pl

from analytics.durations import words
from pages.ui.format import NONE, day, percent

_TOKENS = {
    "YYYY": "%Y",
    "MMMM": "%B",
    "MMM": "%b",
    "MM": "%m",
    "dddd": "%A",
    "ddd": "%a",
    "DD": "%d",
    "HH": "%H",
    "mm": "%M",
    "ss": "%S",
}
_TOKEN = re.compile("|".join([*_TOKENS, "M", "D", "H"]))


def cells(frame: pl.DataFrame, columns: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Headings and rows of texts: the columns of the configuration that the frame has, in its order.

    Args:
        frame: the table.
        columns: by column a heading, or what `st.column_config` makes; None hides it, as Streamlit does.

    Returns:
        Headings, and for each row a text a heading; a dash for null, "yes" and "no" for truths.

    Example:
        >>> share = {"label": "Met", "type_config": {"type": "number", "format": "percent"}}
        >>> cells(pl.DataFrame({"team": ["A", None], "met": [0.914, None]}), {"team": "Team", "met": share})
        (['Team', 'Met'], [['A', '91.4 %'], ['–', '–']])
    """
    shown = {name: how for name, how in columns.items() if name in frame.columns and how is not None}
    heads = [_label(how) or name for name, how in shown.items()]
    texts = [[_written(value, _format(how)) for value in frame[name].to_list()] for name, how in shown.items()]
    return heads, [list(row) for row in zip(*texts, strict=True)]


def headings(columns: Mapping[str, Any]) -> dict[str, str]:
    """How a workbook's columns are headed, by column."""
    return {name: label for name, how in columns.items() if (label := _label(how))}


def formats(columns: Mapping[str, Any]) -> dict[str, str]:
    """How a workbook's numbers are shown, by column, where the configuration says it."""
    return {name: made for name, how in columns.items() if (made := _format(how))}


def _label(how: Any) -> str:
    return how if isinstance(how, str) else str((how or {}).get("label") or "")


def _format(how: Any) -> str:
    return "" if how is None or isinstance(how, str) else str((how.get("type_config") or {}).get("format") or "")


def _written(value: Any, how: str) -> str:
    """A value as a text."""
    match value:
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return _number(value, how)
        case datetime() | date() | time():
            return _moment(value, how)
        case timedelta():
            return words(value.total_seconds())
        case list():
            return ", ".join(_written(each, "") for each in value)
        case _:
            return NONE if value is None else str(value)


def _number(value: float, how: str) -> str:
    if not math.isfinite(value):
        return NONE
    if how == "duration":
        return words(value)
    if "%" in how:
        return how % value
    if how == "percent":
        return percent(value)
    if how == "localized":
        return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"
    return f"{value}" if isinstance(value, int) else f"{value:,.4g}"


def _moment(value: date | time, how: str) -> str:
    """A date or a time; a format in the signs of Moment.js, as Streamlit has them.

    Example:
        >>> _moment(datetime(2026, 7, 6, 8, 5), "ddd D MMM YYYY, HH:mm")
        'Mon 6 Jul 2026, 08:05'
        >>> _moment(date(2026, 7, 6), "")
        '6 Jul 2026'
    """
    if how in {"", "localized", "iso8601", "calendar", "distance"}:
        if isinstance(value, time):
            return f"{value:%H:%M}"
        return f"{day(value)}, {value:%H:%M}" if isinstance(value, datetime) else day(value)
    return _TOKEN.sub(lambda found: _part(value, found[0]), how)


def _part(value: Any, token: str) -> str:
    alone = {"M": "month", "D": "day", "H": "hour"}
    return str(getattr(value, alone[token])) if token in alone else value.strftime(_TOKENS[token])
