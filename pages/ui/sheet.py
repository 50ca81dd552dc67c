"""What a page has drawn so far, kept for its PDF: words, cards, pictures and tables in their order."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import polars as pl
import streamlit as st

from pages.ui.charts import Chart

_KEY = "sheet"


@dataclass(frozen=True)
class Card:
    """A measured number with its change and note."""

    label: str
    value: str
    delta: str | None
    note: str


@dataclass(frozen=True)
class Picture:
    """A chart under its question and answer."""

    title: str
    answer: str
    drawn: Chart
    alt: str


@dataclass(frozen=True)
class Rows:
    """A table: what is shown, how its columns are headed, and how many rows more there are."""

    title: str
    frame: pl.DataFrame
    columns: Mapping[str, Any]


@dataclass(frozen=True)
class Words:
    """Sentences: the page's answer, or what is said besides."""

    text: str
    first: bool = False


Part = Card | Picture | Rows | Words


@dataclass
class Sheet:
    """One page as it was drawn."""

    question: str
    scope: tuple[str, ...] = ()
    parts: list[Part] = field(default_factory=list)
    paused: bool = False


def begin(question: str, scope: tuple[str, ...]) -> Sheet:
    """Start a page anew."""
    made = Sheet(question, scope)
    st.session_state[_KEY] = made
    return made


def current() -> Sheet | None:
    """The page as it is drawn now; None before a page has begun."""
    made: Sheet | None = st.session_state.get(_KEY)
    return made


def add(part: Part) -> None:
    """Keep what was drawn; before a page has begun, or while it is paused, nothing."""
    made = current()
    if made is not None and not made.paused:
        made.parts.append(part)


@contextmanager
def paused() -> Iterator[None]:
    """Keep nothing of what is drawn in here."""
    made = current()
    if made is not None:
        made.paused = True
    yield
    if made is not None:
        made.paused = False
