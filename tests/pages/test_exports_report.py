"""A page on paper: what it says, in its order, for eye and ear, whatever stands in the tickets."""

import io
from datetime import date, datetime, time, timedelta
from typing import Any

import polars as pl
import pytest
import streamlit as st
from pypdf import PdfReader

from pages.ui import charts, exports_page, exports_report, sheet
from pages.ui.exports import cells, formats, headings, report
from pages.ui.exports_report import Cards, Chart, Lines, Part, Sheet, Table, Text, Verdict
from tests.pages.test_exports_pictures import WEEKS, weekly

TITLE = "When do promises break?"
HOSTILE = [
    '#import "@preview/x:1.0.0": *',
    "] #panic() [",
    "\\ ` $x$ *b* _i_ <label> @ref // c /* d",
    "\"quoted\" 'twice' https://evil.invalid/",
    "= heading",
    "- item",
]


def paper(*parts: Part, **more: Any) -> PdfReader:
    made = exports_report.report(Sheet(TITLE, ["Due in June."], parts, **more))
    return PdfReader(io.BytesIO(made))


def said(pdf: PdfReader) -> str:
    """Every text of every page, with single blanks."""
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).replace("\u200b", "").split())


def test_all_is_said_in_its_order() -> None:
    pdf = paper(
        Verdict("Mon 08–12 makes 31 % of the breaches."),
        Cards([("Breaches", "640", "+12", "vs May"), ("Share", "31 %", "", "n = 640")]),
        Chart(TITLE, "Highest on Monday.", weekly()),
        Lines(["Small print.", "More of it."]),
        Table("The worst", ["Ticket", "Overrun"], [["T-1", "2 h"]], more=1_203),
        Text("The end."),
        as_of="Data as of 22 Nov 2026, policy 3fa2b1.",
    )
    words = said(pdf)
    order = [TITLE, "Due in June.", "Mon 08–12 makes 31 % of the breaches.", "640", "+12", "vs May", "n = 640"]
    order += ["Highest on Monday.", "Small print.", "The worst", "Overrun", "T-1", "1,203 more rows", "The end."]
    at = [words.index(each) for each in order]
    assert at == sorted(at)
    assert "Data as of 22 Nov 2026, policy 3fa2b1. Made by Duetime." in words
    assert "objective 90 %" in words
    assert "08 Jun" in words


def test_the_paper_is_for_screen_readers_too() -> None:
    pdf = paper(Chart(TITLE, "Highest on Monday.", weekly(), "Attainment by week: 90 %, 80 %."))
    assert pdf.metadata is not None
    assert pdf.metadata.title == TITLE
    root: Any = pdf.trailer["/Root"]
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert "pdfuaid" in root["/Metadata"].get_data().decode()
    alts = [each.get_object().get("/Alt") for each in pdf_objects(pdf) if isinstance(each.get_object(), dict)]
    assert any("Attainment by week: 90 %, 80 %." in str(alt) for alt in alts)
    width, height = (float(side) for side in pdf.pages[0].mediabox[2:])
    assert (round(width), round(height)) == (595, 842)


def pdf_objects(pdf: PdfReader) -> list[Any]:
    return [pdf.get_object(number) for number in range(1, int(pdf.trailer["/Size"])) if pdf.get_object(number)]  # type: ignore[call-overload]


def test_a_long_table_repeats_its_heading_and_pages_are_counted() -> None:
    pdf = paper(Table("All", ["Ticket", "Overrun"], [[f"T-{number}", f"{number} h"] for number in range(120)]))
    pages = [page.extract_text() for page in pdf.pages]
    assert len(pages) >= 2
    assert all("Overrun" in page for page in pages)
    assert [f"{number} / {len(pages)}" in page for number, page in enumerate(pages, start=1)] == [True] * len(pages)
    assert sum(page.count("T-") for page in pages) == 120


def test_a_wide_table_lies_across_and_stays_on_the_paper() -> None:
    heads = [f"Attainment, upper {number}" for number in range(14)]
    rows = [["Fernleigh Hotels", *(f"{number:,}.5 %" for number in range(13))]] * 3
    pdf = paper(Table("Wide", heads, rows))
    assert "Fernleigh" in said(pdf)
    assert all(far_right(page) < float(page.mediabox.width) - 45 for page in pdf.pages)
    assert [round(float(page.mediabox.width)) for page in pdf.pages] == [595, 842]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_from_tickets_are_text_wherever_they_stand(name: str) -> None:
    row = [(name, name, name, name)]
    words = said(paper(Verdict(name), Cards(row), Lines([name]), Text(name), Table(name, [name], [[name]]), as_of=name))
    assert words.replace(" ", "").count(name.replace(" ", "")) == 11
    assert PdfReader(io.BytesIO(exports_report.report(Sheet(name)))).metadata["/Title"] == name  # type: ignore[index]


@pytest.mark.parametrize("name", ["x" * 300, "a\x00b\x07\ufffe", "😀👩‍👩‍👧", "שלום مرحبا", "漢字", "", " \n "])
def test_any_sign_gives_a_paper(name: str) -> None:
    told = [Verdict(name), Cards([(name, name, name, name)]), Lines([name]), Table(name, [name], [[name], [name]])]
    pdf = paper(*told, Chart(name, name, weekly(), name), Text(name), as_of=name)
    assert TITLE in said(pdf)
    width = float(pdf.pages[0].mediabox.width)
    assert max(far_right(page) for page in pdf.pages) < width


def far_right(page: Any) -> float:
    """Where the last run of text on the right begins."""
    places = [0.0]
    page.extract_text(visitor_text=lambda text, cm, tm, *_: places.append(tm[4] + cm[4] if text.strip() else 0.0))
    return max(places)


def test_a_word_longer_than_a_line_is_whole() -> None:
    assert said(paper(Text("x" * 10_000))).count("x") == 10_000


@pytest.mark.parametrize(
    "parts", [(), (Table("None", ["a"], []),), (Table("None", [], []),), (Cards([]),), (Lines([]),)]
)
def test_nothing_is_a_paper_too(parts: tuple[Part, ...]) -> None:
    assert TITLE in said(paper(*parts))


def test_the_same_page_is_the_same_file() -> None:
    made = Sheet(TITLE, ["Due in June."], [Verdict("Yes."), Chart(TITLE, "", weekly())])
    assert exports_report.report(made) == exports_report.report(made)


def test_a_page_as_drawn_is_told_on_paper() -> None:
    frame = pl.DataFrame({"ticket": [f"T-{number}" for number in range(205)], "hidden": 1, "met": 0.914})
    columns = {"ticket": "Ticket", "met": st.column_config.NumberColumn("Met", format="percent"), "absent": "x"}
    made = sheet.Sheet(TITLE, ("Due in June.", "zendesk: data as of 22 Nov."))
    made.parts += [
        sheet.Words("Yes.", first=True),
        sheet.Card("Breaches", "640", None, "n"),
        sheet.Card("Share", "31 %", "+1", ""),
        sheet.Picture("And by week?", "Lower.", charts.weekly_rate(WEEKS, 0.9, dark=True), "alt"),
        sheet.Card("Alone", "1", None, ""),
        sheet.Words("Small print."),
        sheet.Rows("Breaches", frame, columns),
    ]
    told = exports_page.on_paper(made)
    kinds = [type(part) for part in told.parts]
    assert kinds == [Verdict, Cards, Chart, Cards, Lines, Table]
    assert told.parts[1] == Cards([("Breaches", "640", "", "n"), ("Share", "31 %", "+1", "")])
    words = said(PdfReader(io.BytesIO(report(made))))
    assert words.count("91.4 %") == exports_page.MOST_ROWS == 200
    assert "5 more rows" in words
    assert words.count("zendesk: data as of 22 Nov.") >= 2


@pytest.mark.parametrize(
    ("value", "column", "text"),
    [
        (0.914, st.column_config.NumberColumn("x", format="percent"), "91.4 %"),
        (5_400, st.column_config.NumberColumn("x", format="duration"), "1 h 30 min"),
        (12_345, st.column_config.NumberColumn("x", format="localized"), "12,345"),
        (12_345.678, st.column_config.NumberColumn("x", format="localized"), "12,345.7"),
        (2.345, st.column_config.NumberColumn("x", format="%+.1f"), "+2.3"),
        (7, st.column_config.NumberColumn("x"), "7"),
        (float("nan"), st.column_config.NumberColumn("x", format="localized"), "–"),
        (None, "x", "–"),
        ("Åsa", st.column_config.TextColumn("x"), "Åsa"),
        (True, st.column_config.CheckboxColumn("x"), "yes"),
        (datetime(2026, 7, 6, 8, 5), st.column_config.DatetimeColumn("x", format="ddd D MMM YYYY, HH:mm:ss"),
         "Mon 6 Jul 2026, 08:05:00"),
        (datetime(2026, 7, 6, 8, 5), st.column_config.DatetimeColumn("x"), "6 Jul 2026, 08:05"),
        (date(2026, 7, 6), st.column_config.DateColumn("x", format="MMMM YYYY"), "July 2026"),
        (date(2026, 7, 6), "x", "6 Jul 2026"),
        (time(8, 5), "x", "08:05"),
        (timedelta(hours=26), "x", "1 d 2 h"),
        (["a", "b"], "x", "a, b"),
    ],
)  # fmt: skip
def test_cells_are_written_as_the_page_shows_them(value: Any, column: Any, text: str) -> None:
    assert cells(pl.DataFrame({"a": [value]}), {"a": column}) == (["x"], [[text]])


def test_columns_are_those_shown_in_their_order() -> None:
    columns = {"b": st.column_config.TextColumn("B"), "a": None, "gone": "x", "c": st.column_config.TextColumn()}
    frame = pl.DataFrame({"a": [1], "b": ["y"], "c": ["z"], "d": [0]})
    assert cells(frame, columns) == (["B", "c"], [["y", "z"]])
    assert headings(columns) == {"b": "B", "gone": "x"}
    assert formats({"n": st.column_config.NumberColumn("N", format="percent"), "b": "B"}) == {"n": "percent"}
