"""What the overview says first: a verdict, a card for each main promise, and every other kind in a line."""

from datetime import timedelta
from typing import Any

import polars as pl
import streamlit as st

from analytics.hours import Block
from analytics.measure import measure
from analytics.metrics import METRICS
from analytics.objectives import by_policy
from analytics.schemas import KIND_LABELS, KINDS
from pages.ui import allowance, blocks, evidence, frames, load, restated, words
from pages.ui import format as fmt
from pages.ui.load import Selection

_FIRST = ("first_response", "first_resolution", "resolution")
_BY_KIND = ("due", "breaches", "attainment", "excess", "internal_attainment")
_TOLD = ("due", "breaches", "attainment", "near_misses", "median_overrun", "p90_wait")
_MOST_BESIDE = 3
_LONG_AFTER = timedelta(days=60)
_NARROWEST = 168
"""Pixels of a card; five stand in a row on a laptop, two on a phone."""


def by_kind(clocks: pl.DataFrame | None) -> pl.DataFrame:
    """What each clock kind with clocks due came to, in the order of the kinds; `kind` is text."""
    if clocks is None:
        return pl.DataFrame(schema={"kind": pl.String, **dict.fromkeys(_BY_KIND, pl.Float64)})
    found = measure(clocks, _BY_KIND, ["kind"]).with_columns(pl.col("kind").cast(pl.String))
    order = pl.col("kind").replace_strict({kind: place for place, kind in enumerate(KINDS)})
    return found.filter(pl.col("due") > 0).sort(order)


@st.cache_data(max_entries=16, show_spinner=False)
def _whole(selection: Selection) -> pl.DataFrame:
    """What each kind came to, of every clock of a selection."""
    return by_kind(load.clocks(selection))


def verdict(selection: Selection, kinds: pl.DataFrame) -> str:
    """Are we keeping our word?"""
    main = [kind for kind in words.named(kinds) if kind in words.MAIN] or words.named(kinds)[:1]
    told = {kind: load.clocks(selection, kind=kind) for kind in main}
    weeks = {kind: frames.weeks(clocks) for kind, clocks in told.items()}
    return words.verdict(kinds, weeks, {kind: by_policy(clocks) for kind, clocks in told.items()})


def in_cards(kinds: pl.DataFrame) -> list[str]:
    """The kinds that have a card: the main ones, filled up to three with others."""
    present = kinds["kind"].to_list()
    first = [kind for kind in _FIRST if kind in present]
    others = [kind for kind in present if kind not in first]
    chosen = [*first, *others][:3]
    return [kind for kind in present if kind in chosen]


def cards(selection: Selection, kinds: pl.DataFrame) -> None:
    """At most five: the main kinds, what is open and breached, and the internal target of the chosen kind."""
    now, past = _rows(kinds), _rows(by_kind(load.earlier(selection)))
    counted = _rows(_whole(load.counting(selection))) if blocks.excluded(selection) else {}
    kinds_shown = in_cards(kinds)
    internal = selection.hours == "business" and bool(kinds["internal_attainment"].count())
    with st.grid(len(kinds_shown) + 1 + internal, min_column_width=_NARROWEST):
        for kind in kinds_shown:
            row, before = now[kind], past.get(kind)
            told = [f"{METRICS['attainment'].definition} {KIND_LABELS[kind]}, clocks due.", blocks.against(selection)]
            if counted and selection.excluded == "left out":
                told.append(f"With excluded clocks counted: {_share(counted[kind])}.")
            change = fmt.change_short("attainment", row["attainment"] - before["attainment"]) if before else None
            note, help_ = f"n {fmt.number(row['due'])}", " ".join(part for part in told if part)
            blocks.card(st, KIND_LABELS[kind], fmt.percent(row["attainment"]), note, help_, delta=change, good="normal")
        _open(selection)
        if internal:
            _internal(selection, now.get(selection.kind))


def _rows(kinds: pl.DataFrame) -> dict[str, dict[str, Any]]:
    return {row["kind"]: row for row in kinds.iter_rows(named=True)}


def _share(row: dict[str, Any]) -> str:
    return f"{fmt.percent(row['attainment'])} (n = {fmt.number(row['due'])})"


def _open(selection: Selection) -> None:
    late = blocks.one(load.standing(selection), ["open_breached", "oldest_open_breach"]) or {}
    oldest = f"oldest {fmt.roughly(late['oldest_open_breach'])}" if late["open_breached"] else "nothing is overdue"
    told = (
        f"{METRICS['open_breached'].definition} Of every kind, whenever they fell due. The oldest is that long overdue."
    )
    blocks.card(st, "Open breached", fmt.number(late["open_breached"]), oldest, told)


def _internal(selection: Selection, row: dict[str, Any] | None) -> None:
    name = KIND_LABELS[selection.kind].lower()
    told = f"{METRICS['internal_attainment'].definition} Of the chosen clock, {name}."
    if row is None or row["internal_attainment"] is None:
        blocks.card(st, "Internal target", fmt.NONE, f"none for {name}", told)
        return
    n = fmt.number(frames.with_internal(load.clocks(selection, kind=selection.kind)))
    blocks.card(st, "Internal target", fmt.percent(row["internal_attainment"]), f"n {n}", told)


def lines(selection: Selection, kinds: pl.DataFrame) -> list[str]:
    """What stands under the cards: the kinds that have none, and the rates with what exclusions leave out."""
    shown = in_cards(kinds)
    others = kinds.filter(~pl.col("kind").is_in(shown))
    told = []
    if not others.is_empty():
        rates = [f"{KIND_LABELS[row['kind']]} {_share(row)}" for row in others.iter_rows(named=True)]
        told.append(f"Also due: {', '.join(rates)}.")
    told.append(allowance.line(selection, shown))
    told.append(_standing_since(selection))
    told.append(frames.kept_but_missed(selection, load.clocks(selection, kind=selection.kind)))
    excluded = blocks.excluded(selection)
    if excluded:
        other = load.counting(selection) if selection.excluded == "left out" else load.leaving_out(selection)
        rows = _rows(_whole(other))
        rates = [f"{KIND_LABELS[kind].lower()} {_share(rows[kind])}" for kind in shown if kind in rows]
        how = "counted" if selection.excluded == "left out" else "left out"
        told.append(f"{excluded} With exclusions {how}: {', '.join(rates)}.")
    order = [selection.kind, *(kind for kind in KINDS if kind != selection.kind)]
    return [each for each in (*told, restated.line(selection, order)) if each]


def _standing_since(selection: Selection) -> str:
    """Of when the open ones are, where that is long after the period."""
    source = next((values[0] for name, values in selection.chosen if name == "source"), None)
    _, as_of, _, _ = load.usual_end(selection.directory, selection.version, source)
    last = selection.period.last
    if last is None or as_of - last < _LONG_AFTER:
        return ""
    return f"Open breached: of every due date, as the data stand on {fmt.day(as_of)}."


def weeks_height(promises: pl.DataFrame) -> int:
    """Pixels of the weekly picture: as tall as a grid of promises that stands beside it."""
    columns, rows = promises["kind"].n_unique(), promises["row"].n_unique()
    return max(300, 54 * rows) if columns <= _MOST_BESIDE else 300


def places(columns: int, *, gap: bool) -> tuple[Any, Any, Any]:
    """Where the weeks, the grid of promises and the two clocks stand: a grid of many columns gets the whole width.

    Args:
        columns: of the grid.
        gap: whether the two clocks are shown.
    """
    if columns <= _MOST_BESIDE:
        left, right = st.columns([3, 2], gap="small")
        weeks, grid = left.container(border=True, height="stretch"), right.container(border=True, height="stretch")
        return weeks, grid, st.container(border=True) if gap else None
    if not gap:
        return st.container(border=True), st.container(border=True), None
    left, right = st.columns([3, 2], gap="small")
    weeks, clocks = left.container(border=True, height="stretch"), right.container(border=True, height="stretch")
    return weeks, st.container(border=True), clocks


def paragraph(selection: Selection, clocks: pl.DataFrame, block: Block | None) -> str:
    """The period of the chosen kind in words, without what cannot be known."""
    now = evidence.known(selection, blocks.one(clocks, _TOLD)) or {}
    before = blocks.one(load.earlier(selection, kind=selection.kind), _TOLD)
    return words.paragraph(now, before, selection.kind, block, selection.hours)
