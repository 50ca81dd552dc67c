"""A page as a PDF: the question, its answer, numbers, charts and tables, on A4 by typst."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import typst

from pages.ui.exports_looks import FONTS
from pages.ui.exports_pictures import drawing, still

TEMPLATE = Path(__file__).parent / "report.typ"

CARDS_IN_A_ROW = 4
_WIDE = 720
"""Width charts are drawn at, in pixels; on paper they are as wide as the text, and their letters 8 points high."""

_SIZES = ((6, 8.5), (9, 7.5))
"""Up to so many columns, letters of so many points."""

_LONG_CELL, _LONG_WORD = 240, 32
_LONG_TITLE = 80
_PAPER_WIDE, _PAPER_LONG, _INSET = 493, 739, 8
"""Width of the text upright and across, and of a cell's edges, in points."""

_ACROSS = 9
"""A table of more columns lies across the paper."""

_SIGN = 0.52
"""Width of a sign, as a share of its height."""

_HEAD_WORD, _TEXT, _BROKEN = 10, 28, 10
"""Signs a column has room for: of a heading's word, of a text before it is broken, and of one that must be."""
_MADE = 946_684_800
"""Stands in every file as the time it was made, so that the same page is the same file."""

_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b\ud800-\udfff\ufffe\uffff]")
_NUMBER = re.compile(r"[+\-−]?[\d.,]+( ?(%|points?|pts|d|h|min|s)( [\d.,]+)?)*|–|")


@dataclass(frozen=True)
class Verdict:
    """The page's answer."""

    text: str


@dataclass(frozen=True)
class Lines:
    """Sentences in small print."""

    lines: Sequence[str]


@dataclass(frozen=True)
class Cards:
    """Numbers side by side: label, value, change ("" where none is known) and note."""

    cards: Sequence[tuple[str, str, str, str]]


@dataclass(frozen=True)
class Chart:
    """A chart under its question and answer, as Altair's `to_dict` gives it; `alt` tells it to the ear."""

    title: str
    answer: str
    spec: dict[str, Any]
    alt: str = ""


@dataclass(frozen=True)
class Table:
    """A table of texts, and how many rows more there are."""

    title: str
    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    more: int = 0


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str


Part = Verdict | Lines | Cards | Chart | Table | Text


@dataclass(frozen=True)
class Sheet:
    """A page on paper: its question, what was looked at, its parts; as-of and by what it was made, for the footer."""

    question: str
    scope: Sequence[str] = ()
    parts: Sequence[Part] = field(default_factory=tuple)
    as_of: str = ""
    made: str = "Made by Duetime."


def report(sheet: Sheet) -> bytes:
    """The sheet as PDF, A4 upright, made for screen readers too (PDF/UA-1) where every sign has a shape.

    The same sheet gives the same bytes. A sign no font here knows, such as an emoji on a bare machine, makes it a
    plain PDF.
    """
    told = {
        "question": _inert(sheet.question) or "Duetime",
        "scope": [_inert(line) for line in sheet.scope],
        "parts": [_part(part) for part in sheet.parts],
        "footer": _inert(" ".join(line for line in (sheet.as_of, sheet.made) if line)),
    }
    inputs = {"sheet": json.dumps(told)}
    compiled: partial[bytes] = partial(typst.compile, TEMPLATE, font_paths=_fonts(), sys_inputs=inputs, timestamp=_MADE)
    try:
        return compiled(pdf_standards="ua-1")
    except typst.TypstError:
        return compiled()


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(font_paths=[str(FONTS)])


def _part(part: Part) -> dict[str, Any]:
    """A part as the template reads it."""
    match part:
        case Verdict(text):
            return {"kind": "verdict", "text": _inert(text)}
        case Lines(lines):
            return {"kind": "lines", "lines": [_inert(line) for line in lines]}
        case Cards(cards):
            names = ("label", "value", "delta", "note")
            made = [dict(zip(names, map(_inert, card), strict=True)) for card in cards]
            return {"kind": "cards", "cards": made, "columns": _columns(len(made))}
        case Chart(title, answer, spec, alt):
            told = {"title": _inert(title), "answer": _inert(still(answer)), "alt": _inert(alt or f"{title} {answer}")}
            return {"kind": "chart", **told, "svg": drawing(spec, _WIDE)}
        case Table():
            return _table(part)
        case Text(text):
            return {"kind": "text", "text": _inert(text)}


def _columns(cards: int) -> int:
    """In how many columns so many cards stand, so that the rows are even.

    Example:
        >>> [_columns(cards) for cards in (1, 3, 4, 5, 6)]
        [3, 3, 4, 3, 3]
    """
    rows = -(-cards // CARDS_IN_A_ROW)
    return max(3, -(-cards // max(1, rows)))


def _table(table: Table) -> dict[str, Any]:
    rows = [[_cell(cell) for cell in row] for row in table.rows]
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in table.headers]
    numbers = [bool(column) and all(_NUMBER.fullmatch(cell) for cell in column) for column in columns]
    across = len(table.headers) > _ACROSS
    size = 8 if across else next(size for most, size in _SIZES if len(table.headers) <= most)
    more = f"{table.more:,} more rows are left out here." if table.more else ""
    title = _inert(table.title)
    return {
        "kind": "table",
        "title": title if len(title) <= _LONG_TITLE else "",
        "told": title if len(title) > _LONG_TITLE else "",
        "headers": [_cell(head) for head in table.headers],
        "rows": rows,
        "numbers": numbers,
        "widths": _widths(table.headers, columns, numbers, size, _PAPER_LONG if across else _PAPER_WIDE),
        "size": size,
        "across": across,
        "more": more,
    }


def _widths(
    headers: Sequence[str], columns: Sequence[Sequence[str]], numbers: Sequence[bool], size: float, paper: float
) -> list[dict[str, float]]:
    """How wide each column is: as it needs where all find room, else numbers in full and texts by their length.

    Example:
        >>> _widths(["Team", "Met"], [["Service desk"], ["91.4 %"]], [False, True], 8.5, 493)
        [{}, {}]
        >>> _widths(["Subject", "Met"], [["x" * 200], ["91.4 %"]], [False, True], 8.5, 493)
        [{'fr': 28}, {'em': 3.12}]
    """
    longest = [max(map(len, column), default=0) for column in columns]
    natural = sum(max(len(head), length) for head, length in zip(headers, longest, strict=True))
    if natural * _SIGN * size + len(headers) * _INSET <= paper:
        return [{} for _ in headers]
    made: list[dict[str, float]] = []
    room = paper
    for head, length, number, column in zip(headers, longest, numbers, columns, strict=True):
        texts = head.split() if number else [*head.split(), *(word for cell in column for word in cell.split())]
        word = min(max(map(len, texts), default=0), _HEAD_WORD)
        em = round(max(length, word) * _SIGN, 2)
        made.append({"em": em} if number else {"fr": max(word, min(length, _TEXT))})
        room -= _INSET + (em if number else min(length, _BROKEN) * _SIGN) * size
    return made if room >= 0 else [{} for _ in headers]


def _cell(text: str) -> str:
    seen = _inert(text)
    return seen if len(seen) <= _LONG_CELL else f"{seen[: _LONG_CELL - 1]}…"


def _inert(text: str) -> str:
    """The text without signs no paper shows, and with places to break in words longer than a line.

    Example:
        >>> _inert("a" + chr(0) + "b"), len(_inert("x" * 40))
        ('ab', 41)
    """
    seen = _UNSEEN.sub("", text)
    return re.sub(rf"\S{{{_LONG_WORD},}}", lambda word: _parted(word[0]), seen)


def _parted(word: str) -> str:
    return "\u200b".join(word[at : at + _LONG_WORD] for at in range(0, len(word), _LONG_WORD))
