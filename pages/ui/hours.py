"""What the hours page says: the hours that stand out, what broke in them, and when that had arrived."""

from dataclasses import dataclass
from datetime import date

import polars as pl
import streamlit as st

from analytics.carry import Carried, broken_in, carried, never_closes
from analytics.free_days import DESK, MARGIN, Desks, day_kinds
from analytics.hours import AXES, Block, block_of, grid, in_block, worst_block
from analytics.metrics import METRICS
from analytics.periods import Period
from analytics.schedule import Schedule
from pages.ui import blocks, frames, load, words
from pages.ui import format as fmt
from pages.ui import hours_words as told
from pages.ui.selection import Selection

_NARROWEST = 240
TIMES = ("day", "week", "month")
"""Dimensions that narrow the period itself."""


@dataclass(frozen=True)
class Seen:
    """The week of a selection: all its hours, and those that are told of.

    Attributes:
        selection: without what was picked of the hours due.
        clocks: due in it; `week` is their grid.
        weeks: how many weeks they cover.
        block: the picked hours, else the worst; None where nothing broke.
        picked: whether it was picked.
        desks: the opening hours the clocks were judged by.
    """

    selection: Selection
    clocks: pl.DataFrame
    week: pl.DataFrame
    weeks: float
    block: Block | None
    picked: bool
    desks: Desks

    @property
    def always(self) -> bool:
        """Whether no desk ever closes."""
        return never_closes(self.desks.values())

    def carried(self, breaches: pl.DataFrame) -> Carried:
        """When breaches had arrived."""
        first, last = breaches["started_date"].min(), breaches["started_date"].max()
        if not isinstance(first, date) or not isinstance(last, date):
            return Carried(0, 0, 0, 0, 0)
        return carried(breaches, day_kinds(self.desks, first, last))


def seen(selection: Selection) -> Seen | None:
    """The week of a selection; None where no clock was due."""
    whole = selection.without(*AXES["due"])
    clocks = load.clocks(whole, kind=selection.kind)
    week = grid(clocks, "due")
    if not week["due"].sum():
        return None
    weeks = clocks["due_week"].n_unique() if selection.picked(*TIMES) else frames.week_count(selection, clocks)
    days, hours = (_picked(selection, name) for name in AXES["due"])
    if hours and len(days) == 1:
        block: Block | None = block_of(week, days[0], min(hours), max(hours) + 1, weeks)
    else:
        block = worst_block(week, weeks, days or range(1, 8))
    return Seen(whole, clocks, week, weeks, block, bool(hours or days), desks(whole, clocks))


def _picked(selection: Selection, dimension: str) -> list[int]:
    return [int(value) for name, values in selection.picks if name == dimension for value in values if value]


def dates(selection: Selection, clocks: pl.DataFrame) -> tuple[date, date]:
    """The first and last local date of the selection: those on which its clocks fell due where its period is open."""
    known = clocks.filter("decided")["due_date"]
    first, last = selection.period.first or known.min(), selection.period.last or known.max()
    return first, last  # type: ignore[return-value]


def desks(selection: Selection, clocks: pl.DataFrame) -> Desks:
    """The opening hours the clocks were judged by, with the holidays of every year they lie in."""
    first, last = dates(selection, clocks)
    started = clocks["started_date"].min()
    first = min(first, started) if isinstance(started, date) else first
    anything = Selection(selection.directory, selection.version, "", "business", Period(), (), None)
    every = _desks(anything, (first - MARGIN).year, (last + MARGIN).year)
    pairs = clocks.select(pl.col(DESK).cast(pl.String)).unique().sort(DESK).rows()
    return {pair: every[pair] for pair in pairs}


@st.cache_resource(max_entries=20, show_spinner=False)
def _desks(selection: Selection, first: int, last: int) -> dict[tuple[str, str], Schedule]:
    """Every schedule of the policy files, for these years."""
    return {
        (source, name): hours.schedule(name, date(first, 1, 1), date(last, 12, 31))
        for source, file in load.policies(selection).items()
        for name, hours in file.schedules.items()
    }


def verdict(found: Seen) -> str:
    """The hours that stand out, and how many of their breaches had arrived while the desk was closed."""
    spike = told.spike(found.block, found.selection.kind, picked=found.picked)
    if found.block is None or not found.block.breaches or found.block.all_breaches < words.FIRM:
        return spike
    closed = told.closed_share(found.carried(broken_in(found.clocks, found.block)), always=found.always)
    return f"{spike} {closed}"


def cards(found: Seen) -> None:
    """The hours told of in three numbers, and how they were before."""
    block = found.block
    if block is None or not block.all_breaches:
        return
    past = load.earlier(found.selection, kind=found.selection.kind)
    once = blocks.one(past.filter(in_block(block)) if past is not None else None, ["breaches"]) or {}
    total = (blocks.one(past, ["breaches"]) or {}).get("breaches", 0)
    inside = blocks.one(found.clocks.filter(in_block(block)), ["arrived_closed", "breach_rate"]) or {}
    rate, low, high = block.a_week
    due = f"{fmt.percent(block.share_of_due, 0)} of the clocks due"
    sure = f"95 % interval {low:.1f}–{high:.1f}, breach rate {fmt.percent(inside['breach_rate'])}"
    with st.grid(3, min_column_width=_NARROWEST):
        blocks.card(
            st,
            f"Share of breaches, {block.name}",
            fmt.percent(block.share, 0),
            due,
            "Breaches due in these hours over all breaches. The change is that against the period compared with.",
            delta=fmt.points(block.share - once["breaches"] / total) if total >= words.FIRM else None,
            good="inverse",
        )
        blocks.card(
            st,
            "Breaches a week there",
            f"{rate:.1f}",
            sure,
            "Breaches due in these hours, over the weeks of the period.",
        )
        blocks.card(
            st,
            "Arrived while closed",
            fmt.NONE if found.always else fmt.percent(inside["arrived_closed"], 0),
            "this desk never closes" if found.always else f"of the {fmt.number(block.breaches)} {block.name} breaches",
            METRICS["arrived_closed"].definition,
        )
