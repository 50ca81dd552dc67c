"""Reads for the pages: the clocks of the current store version, filtered, and the tickets behind them."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Literal

import polars as pl
import streamlit as st

from analytics.dimensions import BLANK_LABEL, DIMENSIONS
from analytics.measure import Hours, due_between, judged_on, where, without_excluded
from analytics.periods import Period, anchor, weekly
from analytics.policy import PolicyFile
from analytics.schedule import Schedule
from analytics.story import Story, story
from data.documents import policy_of
from data.reconcile import reconciliation
from data.store import Store
from data.version import Version

Chosen = tuple[tuple[str, tuple[str | None, ...]], ...]
Excluded = Literal["left out", "counted"]
_EXCLUDED = pl.col("exclusion").is_not_null()


@dataclass(frozen=True)
class Selection:
    """What the sidebar says, in values small enough to be a cache key."""

    directory: str
    version: int
    kind: str
    hours: Hours
    period: Period
    chosen: Chosen
    earlier: Period | None
    excluded: Excluded = "left out"

    def with_period(self, period: Period) -> "Selection":
        """The same choices over another period, compared with nothing."""
        return replace(self, period=period, earlier=None)


def current() -> Version | None:
    """The store version that is current now; None before the first import."""
    return Store().current()


@st.cache_resource(max_entries=2, show_spinner="Loading the clocks …")
def _all(directory: str, number: int) -> pl.DataFrame:
    return Version(Path(directory), number).clocks()


@st.cache_resource(max_entries=2, show_spinner=False)
def _standing(directory: str, number: int) -> pl.DataFrame:
    return _all(directory, number).filter(pl.col("stopped_at").is_null())


@st.cache_resource(max_entries=6, show_spinner=False)
def _in_period(directory: str, number: int, period: Period) -> pl.DataFrame:
    return due_between(_all(directory, number), period.first, period.last)


@st.cache_resource(max_entries=12, show_spinner=False)
def _due(directory: str, number: int, hours: Hours, excluded: Excluded, chosen: Chosen, period: Period) -> pl.DataFrame:
    due = judged_on(where(_in_period(directory, number, period).lazy(), dict(chosen)), hours)
    return (without_excluded(due) if excluded == "left out" else due).collect(engine="in-memory")


@st.cache_resource(max_entries=16, show_spinner=False)
def _of_kind(
    directory: str, number: int, hours: Hours, excluded: Excluded, chosen: Chosen, period: Period, kind: str
) -> pl.DataFrame:
    return _due(directory, number, hours, excluded, chosen, period).filter(pl.col("kind") == kind)


def clocks(selection: Selection, *, kind: str | None = None) -> pl.DataFrame:
    """The clocks due in the selection's period, of every kind or of one; shared, so never changed in place."""
    judged = (selection.hours, selection.excluded, selection.chosen, selection.period)
    key = (selection.directory, selection.version, *judged)
    return _of_kind(*key, kind) if kind else _due(*key)


def on(selection: Selection, hours: Hours) -> Selection:
    """The same choices, judged in business or calendar hours."""
    return replace(selection, hours=hours)


def counting(selection: Selection) -> Selection:
    """The same choices, with the clocks that exclusions leave out."""
    return replace(selection, excluded="counted")


def leaving_out(selection: Selection) -> Selection:
    """The same choices, without the clocks that exclusions leave out."""
    return replace(selection, excluded="left out")


def exclusions(selection: Selection, *, kind: str | None = None) -> pl.DataFrame:
    """How many clocks due each exclusion takes out of the rates, or would: `reason`, `clocks`; most first."""
    due = clocks(counting(selection), kind=kind).filter(pl.col("decided") & _EXCLUDED)
    found = due.group_by(reason=pl.col("exclusion").cast(pl.String)).agg(clocks=pl.len())
    return found.sort("clocks", "reason", descending=[True, False])


def earlier(selection: Selection, *, kind: str | None = None) -> pl.DataFrame | None:
    """The clocks of the period compared with; None where nothing is compared."""
    if selection.earlier is None:
        return None
    return clocks(selection.with_period(selection.earlier), kind=kind)


def standing(selection: Selection) -> pl.DataFrame:
    """The clocks of the selection that were not stopped by the as-of instant, whenever due."""
    frame = _standing(selection.directory, selection.version)
    judged = judged_on(where(frame, dict(selection.chosen)), selection.hours)
    return judged if selection.excluded == "counted" else without_excluded(judged)


@st.cache_data(max_entries=20, show_spinner=False)
def has_exclusions(directory: str, number: int, source: str | None) -> bool:
    """Whether the policies of a source, or of any, exclude a clock."""
    frame = _all(directory, number).filter(_EXCLUDED)
    return bool(source is None or (frame["source"] == source).any()) and not frame.is_empty()


def comparable(selection: Selection) -> list[str]:
    """The attribute dimensions that tell clocks of the selection's source apart, but for the kind of clock."""
    source = next((values[0] for name, values in selection.chosen if name == "source"), None)
    values = choices(selection.directory, selection.version, source)
    return [name for name, known in values.items() if name != "kind" and len(known) > 1]


@st.cache_data(max_entries=20, show_spinner=False)
def choices(directory: str, number: int, source: str | None) -> dict[str, list[str]]:
    """For each attribute dimension the values that occur, in the dimension's order; blank last where it occurs."""
    frame = _all(directory, number)
    if source:
        frame = frame.filter(pl.col("source") == source)
    found = {}
    for name, dimension in DIMENSIONS.items():
        if dimension.time:
            continue
        values = frame.select(dimension.key.alias("v")).unique()["v"].cast(pl.String).to_list()
        known = {value for value in values if value is not None}
        first = [value for value in dimension.order if value in known]
        blank = [BLANK_LABEL] if None in values and known else []
        found[name] = [*first, *sorted(known - set(first)), *blank]
    return found


@st.cache_data(max_entries=20, show_spinner=False)
def usual_end(directory: str, number: int, source: str | None) -> tuple[date | None, date, date, date]:
    """The end of the latest usual weeks; the as-of date; the first and last date anything fell due."""
    frame = _all(directory, number)
    if source:
        frame = frame.filter(pl.col("source") == source)
    as_of = frame["as_of"].max() or datetime(2000, 1, 1)  # noqa: DTZ001 - stands for no clocks at all
    decided = frame.filter(pl.col("decided"))["due_date"]
    first, last = decided.min() or as_of.date(), decided.max() or as_of.date()
    return anchor(weekly(frame), as_of.date()), as_of.date(), first, last


@st.cache_data(max_entries=4, show_spinner=False)
def _sources(directory: str, number: int) -> pl.DataFrame:
    return Version(Path(directory), number).sources()


def sources(version: Version) -> pl.DataFrame:
    """One row a source, the last imported last."""
    return _sources(str(version.directory), version.number)


def policies(selection: Selection) -> dict[str, PolicyFile]:
    """The policy file in force, by source."""
    rows = _sources(selection.directory, selection.version).iter_rows(named=True)
    return {
        row["source"]: policy_of(row["policy"], row["policy_content"], f"stored policy {row['policy']}").file
        for row in rows
    }


def ticket_urls(selection: Selection) -> dict[str, str | None]:
    """Address pattern of a ticket in its help desk, by source."""
    rows = _sources(selection.directory, selection.version)
    return dict(rows.select("source", "ticket_url").iter_rows())


def schedules(selection: Selection, frame: pl.DataFrame) -> list[Schedule]:
    """The opening hours the frame's clocks were judged by."""
    pairs = frame.select(pl.col("source", "schedule").cast(pl.String)).unique().sort("source", "schedule").rows()
    files = policies(selection)
    day = date(2026, 1, 1)
    return [files[source].schedules[name].schedule(name, day, day) for source, name in pairs]


def ticket(selection: Selection, ticket_id: str, source: str | None) -> list[Story]:
    """The story of the ticket of this id, for each source that has one."""
    version = Version(Path(selection.directory), selection.version)
    tickets, events = version.ticket(ticket_id, source)
    origins = {row["source"]: row for row in sources(version).iter_rows(named=True)}
    files = policies(selection)
    return [
        story(tickets[number], events.filter(pl.col("source") == name), files[name], origins[name]["as_of"])
        for number, name in enumerate(tickets["source"])
    ]


@st.cache_data(max_entries=4, show_spinner=False)
def store_facts(directory: str, number: int) -> dict[str, pl.DataFrame]:
    """What the data page shows: counts by source, and imports."""
    version = Version(Path(directory), number)
    return {"counts": version.counts(), "imports": version.imports()}


@st.cache_data(max_entries=8, show_spinner=False)
def rejected(directory: str, number: int, import_number: int) -> pl.DataFrame:
    """What one import set aside."""
    return Version(Path(directory), number).rejected(import_number)


def time_zones(frame: pl.DataFrame) -> str:
    """The zone of the frame's weekdays and hours, in words."""
    zones = frame["time_zone"].unique().cast(pl.String).sort().to_list()
    if len(zones) == 1:
        return str(zones[0])
    return f"each desk's local time ({', '.join(zones)})" if zones else "no time zone"


def whole(directory: str, number: int, source: str) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Every clock, ticket and event of a source, whatever the selection."""
    told = Version(Path(directory), number).history(source)
    return _all(directory, number).filter(pl.col("source") == source), told.tickets, told.events


@st.cache_resource(max_entries=8, show_spinner="Comparing verdicts …")
def reconciled(directory: str, number: int, source: str, hours: Hours) -> pl.DataFrame:
    """The source's verdicts beside ours, as `reconcile.reconciled` has them; shared, so never changed in place."""
    return reconciliation(Version(Path(directory), number), source, hours, _all(directory, number))
