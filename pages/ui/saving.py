"""Buttons that save what a page shows: tables as CSV and XLSX, charts as PNG and SVG, the page as PDF."""

import re
from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from pages.ui import exports, sheet
from pages.ui import format as fmt

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ICON = ":material/download:"


def table(frame: pl.DataFrame, name: str, columns: Mapping[str, Any] | None = None) -> None:
    """A frame as CSV and as XLSX, formulas defused; the workbook is headed as the page is, and says what it holds."""
    row = st.container(horizontal=True, gap="small")
    _button(row, "Download CSV", lambda: exports.csv(frame), name, "csv", "text/csv")
    _button(row, "Download XLSX", _book(frame, name, columns or {}, sheet.current()), name, "xlsx", _XLSX)
    if frame.height > exports.MOST_ROWS:
        st.caption(f"The workbook holds the first {fmt.number(exports.MOST_ROWS)} rows, the CSV file all.")


def _book(frame: pl.DataFrame, name: str, columns: Mapping[str, Any], made: sheet.Sheet | None) -> Any:
    title, notes = (f"{made.question} ({name})", made.scope) if made else (name, ())
    return lambda: exports.xlsx(frame, title, notes, exports.headings(columns), exports.formats(columns))


def chart(title: str, answer: str, drawn: Any, name: str, data: pl.DataFrame | None) -> None:
    """A chart as PNG and SVG, and what it is drawn from as CSV and XLSX where that is given."""
    with st.popover("Save", icon=_ICON, type="tertiary", key=f"save-{name}"):
        row = st.container(horizontal=True, gap="small")
        for kind, mime in (("png", "image/png"), ("svg", "image/svg+xml")):
            _button(row, f"Picture, {kind.upper()}", _picture(title, answer, drawn, kind), name, kind, mime)
        if data is not None:
            table(data, name)


def page(row: Any, made: sheet.Sheet) -> None:
    """The page as a PDF, with what is drawn on it by the time the button is pressed."""
    name = re.sub(r"[^a-z0-9]+", "-", made.question.lower()).strip("-")
    _button(row, "PDF", lambda: exports.report(made), name, "pdf", "application/pdf")


def _picture(title: str, answer: str, drawn: Any, kind: str) -> Any:
    made = sheet.current()
    note = " ".join(made.scope) if made else ""
    return lambda: exports.picture(drawn.to_dict(), kind, title=title, answer=answer, note=note)


def _button(row: Any, label: str, made: Any, name: str, kind: str, mime: str) -> None:
    row.download_button(
        label,
        made,
        f"duetime-{name}.{kind}",
        mime,
        key=f"{kind}-{name}",
        icon=_ICON,
        on_click="ignore",
        type="tertiary",
    )
