"""Reads for the pages: the clocks of the current store version, filtered, and the tickets behind them."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import polars as pl
import streamlit as st

from analytics.dimensions import BLANK_LABEL, DIMENSIONS
from analytics.measure import Hours, judged_on, where, without_excluded
from analytics.periods import Period, anchor, weekly
from analytics.policy import PolicyFile
from analytics.schemas import CLOCK_KEY, KINDS
from analytics.story import Story, story
from data.annotations import FILE, known
from data.documents import policy_of
from data.reconcile import reconciliation
from data.store import Store
from data.version import Version
from pages.ui.selection import Chosen, Excluded, Selection

_EXCLUDED = pl.col("exclusion").is_not_null()
_ORDER = ("kind", "due_date")


def current() -> Version | None:
    """The store version that is current now; None before the first import."""
    return Store().current()


@st.cache_resource(max_entries=2, show_spinner="Loading the clocks …")
def _all(directory: str, number: int) -> pl.DataFrame:
    """Every clock, by kind and due date, undue last: so those of a kind and period lie side by side."""
    clocks = Version(Path(directory), number).clocks()
    return clocks.sort(*_ORDER, nulls_last=True, maintain_order=True)


@st.cache_resource(max_entries=2, show_spinner=False)
def _places(directory: str, number: int) -> dict[str, tuple[int, int, int]]:
    """Where the clocks of each kind begin and end in `_all`, and where those without a due date begin."""
    every = _all(directory, number).with_row_index("place").lazy().group_by(pl.col("kind").cast(pl.String))
    places = every.agg(start=pl.col("place").min(), end=pl.col("place").max() + 1, due=pl.col("due_date").count())
    return {kind: (start, end, start + due) for kind, start, end, due in places.collect().iter_rows()}


def _lying(directory: str, number: int, kind: str, period: Period) -> pl.DataFrame:
    """The clocks of a kind due in a period, without copying them."""
    start, end, undue = _places(directory, number).get(kind, (0, 0, 0))
    frame = _all(directory, number)
    if period.first is None and period.last is None:
        return frame.slice(start, end - start)
    dates = frame["due_date"].slice(start, undue - start)
    low = dates.search_sorted(period.first, "left") if period.first else 0
    high = dates.search_sorted(period.last, "right") if period.last else len(dates)
    return frame.slice(start + low, max(0, high - low))


@st.cache_resource(max_entries=2, show_spinner=False)
def _standing(directory: str, number: int) -> pl.DataFrame:
    return _all(directory, number).filter(pl.col("stopped_at").is_null())


@st.cache_resource(max_entries=40, show_spinner=False)
def _kept(directory: str, number: int, chosen: Chosen, period: Period, kind: str) -> pl.DataFrame:
    """The clocks of a kind and period under every choice, as they stand in the store."""
    return _where(_lying(directory, number, kind, period).lazy(), chosen).collect(engine="in-memory")


@st.cache_resource(max_entries=40, show_spinner=False)
def _due(
    directory: str,
    number: int,
    hours: Hours,
    excluded: Excluded,
    chosen: Chosen,
    period: Period,
    kind: str,
    columns: tuple[str, ...] | None = None,
) -> pl.DataFrame:
    if columns:
        kept = _where(_lying(directory, number, kind, period).lazy(), chosen)
    else:
        kept = _kept(directory, number, chosen, period, kind).lazy()
    due = judged_on(kept, hours)
    judged = due if excluded == "counted" else without_excluded(due)
    return (judged.select(columns) if columns else judged).collect(engine="in-memory")


def _where(clocks: pl.LazyFrame, chosen: Chosen) -> pl.LazyFrame:
    """Narrowed by each choice in turn: a dimension may be chosen in the sidebar and again in a picture."""
    for name, values in chosen:
        clocks = where(clocks, {name: values})
    return clocks


def _key(selection: Selection) -> tuple[str, int, Hours, Excluded, Chosen]:
    judged = (selection.hours, selection.excluded, selection.narrowed)
    return (selection.directory, selection.version, *judged)


def clocks(selection: Selection, *, kind: str | None = None) -> pl.DataFrame:
    """The clocks due in the selection's period, of every kind or of one; shared, so never changed in place."""
    if kind:
        return _due(*_key(selection), selection.period, kind)
    present = _places(selection.directory, selection.version)
    found = [_due(*_key(selection), selection.period, each) for each in KINDS if each in present]
    return pl.concat(found, rechunk=False) if found else _all(selection.directory, selection.version)


def every(selection: Selection, *, kind: str, columns: tuple[str, ...] | None = None) -> pl.DataFrame:
    """The clocks of a kind under the selection's choices, whenever they fall due: all columns, or these alone.

    Shared, so never changed in place. A million tickets are quicker to narrow with few columns.
    """
    return _due(*_key(selection), Period(), kind, columns)


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
    judged = judged_on(_where(frame.lazy(), selection.narrowed), selection.hours).collect(engine="in-memory")
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


def standings(selection: Selection) -> list[str]:
    """How the data of each source of the selection stand: as of when, and by which policy file."""
    chosen = _chosen_sources(selection)
    rows = _sources(selection.directory, selection.version).iter_rows(named=True)
    return [
        f"{row['source']}: data as of {row['as_of']:%d %b %Y %H:%M} UTC, policy {row['policy']} ({row['policy_hash']})."
        for row in rows
        if not chosen or row["source"] in chosen
    ]


@st.cache_resource(max_entries=4, show_spinner=False)
def _policies(directory: str, number: int) -> dict[str, PolicyFile]:
    rows = _sources(directory, number).iter_rows(named=True)
    return {
        row["source"]: policy_of(row["policy"], row["policy_content"], f"stored policy {row['policy']}").file
        for row in rows
    }


def policies(selection: Selection) -> dict[str, PolicyFile]:
    """The policy file in force, by source; shared, so never changed in place."""
    return _policies(selection.directory, selection.version)


@st.cache_data(max_entries=8, show_spinner=False)
def _annotations(directory: str, number: int, sources: tuple[str | None, ...], changed: int) -> pl.DataFrame:  # noqa: ARG001 - part of the key
    told = [source for source in sources if source is not None]
    return known(Version(Path(directory), number), told or None)


def annotations(selection: Selection) -> pl.DataFrame:
    """Dated events of the sources looked at: `first`, `last`, `kind`, `text`, sorted by date."""
    file = Path(selection.directory) / FILE
    changed = file.stat().st_mtime_ns if file.exists() else 0
    return _annotations(selection.directory, selection.version, _chosen_sources(selection), changed)


def _chosen_sources(selection: Selection) -> tuple[str | None, ...]:
    return tuple(value for name, values in selection.chosen if name == "source" for value in values)


def ticket_urls(selection: Selection) -> dict[str, str | None]:
    """Address pattern of a ticket in its help desk, by source."""
    rows = _sources(selection.directory, selection.version)
    return dict(rows.select("source", "ticket_url").iter_rows())


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
    own = _all(directory, number).filter(pl.col("source") == source).sort(CLOCK_KEY)
    return own, told.tickets, told.events


@st.cache_resource(max_entries=8, show_spinner="Comparing verdicts …")
def reconciled(directory: str, number: int, source: str, hours: Hours) -> pl.DataFrame:
    """The source's verdicts beside ours, as `reconcile.reconciled` has them; shared, so never changed in place."""
    return reconciliation(Version(Path(directory), number), source, hours, _all(directory, number))
