"""The guide to Boston: every figure of it is printed by a command that stands beside it."""

import io
import re
import shlex
from collections.abc import Iterable
from contextlib import redirect_stdout
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

import pytest

from data.__main__ import main
from data.documents import read_policy
from data.imports import Summary
from data.store import Store
from tests.browser.pictures import GUIDE
from tests.browser.server import ROOT

DOCS = ROOT / "docs"
TEXT = (DOCS / "boston.md").read_text("utf-8")
LARGEST = 150_000
"""Bytes of a picture."""
NO_FIGURES = {"2011", "2012", "2019", "311"}
"""Years, and the number citizens call."""

FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NUMBER = re.compile(r"(?<![\w.,-])(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?( ?%)?")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
LONGEST_MONTH = 31


@dataclass(frozen=True)
class Said:
    """A command of the guide, and what it says the command prints."""

    words: list[str]
    printed: str


def said(text: str) -> list[Said]:
    """The commands of a text; one that is too long for a line goes on after a backslash."""
    blocks = "".join(block for kind, block in FENCED.findall(text) if kind == "console")
    parts = re.split(r"^\$ python -m data ", blocks.replace("\\\n", ""), flags=re.MULTILINE)[1:]
    split = [part.partition("\n") for part in parts]
    return [Said(shlex.split(command), printed.rstrip("\n")) for command, _, printed in split]


class Figure(NamedTuple):
    """A number as written: its value, its decimals, and whether it is a percentage."""

    value: Decimal
    decimals: int
    percent: bool


def figures(text: str) -> list[Figure]:
    """The numbers in some words."""
    return [
        Figure(Decimal(f"{whole}{part}".replace(",", "")), max(len(part) - 1, 0), bool(percent))
        for whole, part, percent in NUMBER.findall(text)
    ]


def claimed(text: str) -> list[str]:
    """The figures of a text outside its code and pictures: no days of a month, no years."""
    prose = re.sub(r"`[^`]*`|!?\[[^\]]*\]\([^)]*\)", "", FENCED.sub("", text))
    return [
        found.group()
        for found in NUMBER.finditer(prose)
        if found.group() not in NO_FIGURES
        and (found.group(2) or found.group(3) or int(found.group(1).replace(",", "")) > LONGEST_MONTH)
    ]


def unprinted(text: str, known: Iterable[str]) -> list[str]:
    """The figures of a text that are none of those known, nor one of them rounded."""
    printed = figures(DATE.sub("", "\n".join(known)))

    def told(figure: Figure) -> bool:
        return any(
            each.percent == figure.percent
            and each.decimals >= figure.decimals
            and each.value.quantize(Decimal(1).scaleb(-figure.decimals), ROUND_HALF_UP) == figure.value
            for each in printed
        )

    return [written for written in claimed(text) if not told(figures(written)[0])]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Of 1,234 due on 3 May 2011 it kept 75.6 %, or 76 %.", []),
        ("It kept 75.7 % and broke 75 %.", ["75.7 %", "75 %"]),
        ("24.4 of 1,235, or 99 of them; `1,236` is code.", ["24.4", "1,235", "99"]),
        ("It broke 2,423.", []),
        ("It broke 2,422.60.", ["2,422.60"]),
    ],
)
def test_a_figure_that_no_command_prints_is_found(text: str, expected: list[str]) -> None:
    assert unprinted(text, ["2011-05-03  1,234  75.6%  2,422.6  24.4%"]) == expected


@pytest.mark.parametrize("asked", said(TEXT), ids=lambda asked: " ".join(asked.words)[:60])
def test_each_command_prints_what_the_guide_says(boston: tuple[Store, Summary], asked: Said) -> None:
    assert asked.words[0] == "measure"
    out = io.StringIO()
    with redirect_stdout(out):
        assert main([*asked.words, "--store", str(boston[0].directory)]) == 0
    assert out.getvalue().rstrip("\n") == asked.printed


def test_each_figure_is_printed_in_its_own_section(boston: tuple[Store, Summary]) -> None:
    imported = boston[1]
    objective = read_policy("boston311").file.policies[0].objective
    assert objective is not None
    given = [f"{imported.read:,}", f"{objective:.0%}"]
    opening, *sections = re.split(r"^## ", TEXT, flags=re.MULTILINE)
    every = [each.printed for each in said(TEXT)]
    assert len(every) >= len(sections)
    assert unprinted(opening, every) == []
    for section in sections:
        assert unprinted(section, [*given, *(each.printed for each in said(section))]) == [], section.split("\n")[0]


def test_its_pictures_are_those_that_are_drawn_for_it_and_are_small() -> None:
    named = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", TEXT)
    assert named == [picture.name for picture in GUIDE]
    assert {name: (DOCS / name).stat().st_size <= LARGEST for name in named} == dict.fromkeys(named, True)
