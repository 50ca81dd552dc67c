"""Tables as workbooks.

A workbook holds the texts of the CSV file. A text that a spreadsheet would run stands behind an apostrophe here too:
in a workbook a text is never run, but whoever opens it may save it as CSV, and there it would be.
"""

import io
import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import xlsxwriter

from pages.ui.exports_csv import defused, flat

MOST_ROWS = 100_000
"""Rows of a workbook: more take half a minute and longer to write; the CSV file holds all."""

LONGEST = 32_767
"""Signs in a cell: no spreadsheet holds more."""

_UNSEEN = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x{fffe}\x{ffff}]"
"""Signs a spreadsheet cannot hold."""

_EXACT = 10**15
"""A spreadsheet rounds whole numbers from here on: they are written as texts."""

_FIRST_DAY = date(1900, 3, 1)
"""Days before it are another day in another spreadsheet: they are written as texts."""

_NARROWEST, _WIDEST, _LOOKED_AT = 9, 60, 1_000
_MADE = datetime.fromisoformat("2000-01-01")
"""Stands in every file as the time it was made, so that the same table is the same file."""

_LOOKS = {
    "percent": {"num_format": "0.0%"},
    "localized": {"num_format": "#,##0"},
    "duration": {"num_format": "[h]:mm:ss"},
    "date": {"num_format": "yyyy-mm-dd", "align": "left"},
    "time": {"num_format": "yyyy-mm-dd hh:mm:ss", "align": "left"},
}
_DAY = 86_400


def xlsx(
    frame: pl.DataFrame,
    title: str,
    notes: Sequence[str] = (),
    columns: Mapping[str, str] | None = None,
    formats: Mapping[str, str] | None = None,
) -> bytes:
    """The frame as a workbook: the table on one sheet, and what it is on another, "About".

    Texts are those of the CSV file, without signs no spreadsheet can hold. Dates and times are real ones; the zone of
    an instant stands in its heading. A blank stands for null and for what is not a number. No cell is a formula.

    Args:
        frame: the table.
        title: what it is; the first line of the sheet "About".
        notes: lines below it: what was looked at, as of when, by which policy.
        columns: headings by column; others are headed by their own name.
        formats: how a column's numbers are shown: "percent", "localized" or "duration" (of seconds).
    """
    table = _held(flat(frame.head(MOST_ROWS)))
    heads = [_head((columns or {}).get(name, name), dtype) for name, dtype in table.schema.items()]
    kinds = [_look(dtype, (formats or {}).get(name, "")) for name, dtype in table.schema.items()]
    told = [*notes, *_left_out(frame, table), "Made by Duetime."]
    return _book(_cut(table), heads, kinds, title, told)


def _held(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with texts of signs a sheet can hold, and defused."""
    texts = [pl.col(name).cast(pl.String) for name, dtype in frame.schema.items() if _is_text(dtype)]
    held = frame.with_columns(each.str.replace_all(r"\r\n?", "\n").str.replace_all(_UNSEEN, "\ufffd") for each in texts)
    safe = defused(held)
    return safe.rename(dict(zip(safe.columns, frame.columns, strict=True)))


def _is_text(dtype: pl.DataType) -> bool:
    return dtype in (pl.String, pl.Categorical) or dtype == pl.Enum


def _cut(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with texts no longer than a cell can hold."""
    texts = [pl.col(name) for name, dtype in frame.schema.items() if dtype == pl.String]
    return frame.with_columns(
        pl.when(each.str.len_chars() > LONGEST).then(each.str.slice(0, LONGEST - 1) + "…").otherwise(each)
        for each in texts
    )


def _line(text: str) -> str:
    """A line of ours, as a cell can hold it."""
    return str(_cut(_held(pl.DataFrame({"line": [text]})))["line"][0])


def _head(label: str, dtype: pl.DataType) -> str:
    head = _line(label)
    zoned = isinstance(dtype, pl.Datetime) and dtype.time_zone and "UTC" not in head
    return f"{head} (UTC)" if zoned else head


def _look(dtype: pl.DataType, kind: str) -> str:
    """The look of a column's cells, a key of _LOOKS; blank for the usual one."""
    if dtype in (pl.Date, pl.Datetime):
        return "date" if dtype == pl.Date else "time"
    if dtype == pl.Duration:
        return "duration"
    return kind if dtype.is_numeric() and kind in {"percent", "localized", "duration"} else ""


def _book(frame: pl.DataFrame, heads: list[str], kinds: list[str], title: str, told: list[str]) -> bytes:
    """The workbook: the table, and the sheet "About"."""
    held = io.BytesIO()
    options = {f"strings_to_{kind}": False for kind in ("formulas", "urls", "numbers")}
    with xlsxwriter.Workbook(held, {**options, "constant_memory": True}) as book:
        book.set_properties({"title": _line(title), "created": _MADE})
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        looks = {kind: book.add_format(look) for kind, look in _LOOKS.items()}
        sheet = book.add_worksheet("Table")
        for place, (name, head) in enumerate(zip(frame.columns, heads, strict=True)):
            sheet.set_column(place, place, _width(head, frame[name]))
            sheet.write_string(0, place, head, bold)
        sheet.freeze_panes(1, 0)
        if heads:
            sheet.autofilter(0, 0, max(1, frame.height), len(heads) - 1)
        cells = [(place, kind, looks.get(kind)) for place, kind in enumerate(kinds)]
        for row, values in enumerate(_plain(frame).iter_rows(), start=1):
            for place, kind, look in cells:
                _write(sheet, row, place, values[place], kind, look)
        about = book.add_worksheet("About")
        about.set_column(0, 0, 110)
        about.write_string(0, 0, _line(title), book.add_format({"bold": True, "font_size": 14, "text_wrap": True}))
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for row, line in enumerate(told, start=2):
            about.write_string(row, 0, _line(line), wrapped)
    return held.getvalue()


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with times as a spreadsheet holds them: without a zone, which stands in the heading."""
    times = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Datetime)]
    return frame.with_columns(pl.col(times).cast(pl.Datetime("us")))


def _write(sheet: Any, row: int, place: int, value: Any, kind: str, look: Any) -> None:
    """One cell by its type; nothing for null and for what is not a number."""
    match value:
        case None:
            return
        case bool():
            sheet.write_boolean(row, place, value)
        case str():
            sheet.write_string(row, place, value)
        case date():
            day = value.date() if isinstance(value, datetime) else value
            if day < _FIRST_DAY:
                sheet.write_string(row, place, value.isoformat())
            else:
                sheet.write_datetime(row, place, value, look)
        case timedelta():
            sheet.write_number(row, place, value.total_seconds() / _DAY, look)
        case _ if isinstance(value, float) and not math.isfinite(value):
            if math.isinf(value):
                sheet.write_string(row, place, "∞" if value > 0 else "−∞")
        case _ if abs(value) >= _EXACT and isinstance(value, int):
            sheet.write_string(row, place, str(value))
        case _:
            sheet.write_number(row, place, value / _DAY if kind == "duration" else value, look)


def _width(head: str, values: pl.Series) -> int:
    """Room for the heading and for the widest of the first rows, within reason."""
    widest = 19 if values.dtype == pl.Datetime else 10
    if values.dtype == pl.String:
        widest = int(values.head(_LOOKED_AT).str.len_chars().max() or 0)  # type: ignore[arg-type]
    return max(_NARROWEST, min(_WIDEST, max(len(head) + 4, widest + 2)))


def _left_out(frame: pl.DataFrame, table: pl.DataFrame) -> list[str]:
    """What a spreadsheet cannot hold of the frame."""
    told = []
    if frame.height > MOST_ROWS:
        told.append(f"The first {MOST_ROWS:,} rows; {frame.height - MOST_ROWS:,} are left out. The CSV file has all.")
    texts = [table[name].str.len_chars() > LONGEST for name, dtype in table.schema.items() if dtype == pl.String]
    if any(each.any() for each in texts):
        told.append(f"Texts of more than {LONGEST:,} signs are cut. The CSV file has them whole.")
    return told
