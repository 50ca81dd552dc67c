"""What the forecast page says: tickets expected by week, day and hour, and how well that would have gone before."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import polars as pl
import streamlit as st

from analytics import forecast_frames as frames
from analytics.dimensions import DIMENSIONS
from analytics.errors import ForecastError
from analytics.forecast import Ahead, ahead
from analytics.forecast_backtest import Backtest, backtest
from analytics.forecast_history import History, arrived, finished, history, last_usual
from analytics.free_days import DESK, MARGIN, Desks
from analytics.periods import Period
from analytics.schemas import KIND_LABELS
from pages.ui import blocks, load
from pages.ui import forecast_words as told
from pages.ui import format as fmt
from pages.ui.selection import Selection

_NARROWEST = 200
_COLUMNS = ("source", "schedule", "time_zone", "started_date", "started_hour", "cycle", "as_of")
_ONCE = ("first_response", "first_resolution", "resolution")
"""Kinds of clocks that stand for a ticket, by the first of each; of the others every clock counts."""

_TIMES = tuple(name for name, dimension in DIMENSIONS.items() if dimension.time)
_APART = timedelta(weeks=4)
"""A source that ended so much earlier than another is not forecast with it."""

_LATE = timedelta(days=7)
_YEAR = timedelta(weeks=52)


@dataclass(frozen=True, eq=False)
class Found:
    """A forecast and what it was made from.

    Attributes:
        kind: of the clocks counted.
        history, made, tested: as analytics gives them; `tested` is None of a history too short for it.
        zone: of the hours, in words.
        until: the last finished day of the data.
        left_out: sources that ended too early.
        days, weeks: ahead, in the schemas of `forecast_frames`.
        past: `date`, `tickets`.
        free: `date`, `schedule` of holidays.
    """

    kind: str
    history: History
    made: Ahead
    tested: Backtest | None
    zone: str
    until: date
    left_out: tuple[str, ...]
    days: pl.DataFrame
    weeks: pl.DataFrame
    past: pl.DataFrame
    free: pl.DataFrame

    @property
    def unit(self) -> str:
        """What is counted."""
        return unit(self.kind)

    def came(self, first: date, days: int) -> int | None:
        """What came from a date on; None where not all of it is known."""
        some = self.past.filter(pl.col("date").is_between(first, first + timedelta(days=days - 1)))
        return int(some["tickets"].sum()) if some.height == days else None

    @property
    def last_week(self) -> int:
        """What came in the last full calendar week."""
        sunday = self.history.last - timedelta(days=self.history.last.isoweekday() % 7)
        return self.came(sunday - timedelta(days=6), 7) or 0


def unit(kind: str) -> str:
    """What clocks of a kind stand for, in the plural."""
    return "tickets" if kind in _ONCE else f"{KIND_LABELS[kind].lower()} clocks"


def _plain(selection: Selection) -> Selection:
    """What of a selection tells which tickets come: not the period, nor how clocks are judged or when they fell due."""
    tickets = load.counting(load.on(selection, "business")).without(*_TIMES)
    return replace(tickets, period=Period(), earlier=None)


def _of_source(tickets: Selection) -> Selection:
    return replace(tickets, chosen=tuple(each for each in tickets.chosen if each[0] == "source"), picks=())


def measured(selection: Selection) -> Found | str:
    """The forecast for the selection; where there is none, why."""
    return _measured(_plain(selection))


@st.cache_resource(max_entries=12, show_spinner=False)
def _measured(tickets: Selection) -> Found | str:
    whole, ends = _came(_of_source(tickets))
    if whole.is_empty():
        return f"No {unit(tickets.kind)} came, so there is nothing to forecast from. Choose another SLA clock."
    last = {name: last_usual(whole.filter(pl.col("source") == name), until) for name, until in ends.items()}
    end = max(last.values())
    kept = sorted(name for name, each in last.items() if end - each <= _APART)
    end = min(last[name] for name in kept)
    whole = whole.filter(pl.col("source").is_in(kept))
    came = _came(tickets)[0].filter(pl.col("source").is_in(kept)) if tickets.narrowed else whole
    first = whole["date"].min()
    assert isinstance(first, date), "rows have dates"  # noqa: S101
    desks = _desks(tickets, came, first, end)
    try:
        found = history(came, desks, first + timedelta(days=1), end)
    except ForecastError as error:
        return str(error)
    tested = backtest(found)
    made = ahead(found, tested.better if tested else "profile")
    zones = sorted({schedule.time_zone for schedule in desks.values()})
    return Found(
        kind=tickets.kind,
        history=found,
        made=made,
        tested=tested,
        zone=zones[0] if len(zones) == 1 else f"each desk's local time ({', '.join(zones)})",
        until=max(ends[name] for name in kept),
        left_out=tuple(sorted(set(last) - set(kept))),
        days=frames.days(made),
        weeks=frames.weeks(made),
        past=frames.past(found),
        free=frames.holidays(found),
    )


@st.cache_resource(max_entries=12, show_spinner=False)
def _came(tickets: Selection) -> tuple[pl.DataFrame, dict[str, date]]:
    """What came by desk and hour, and the last finished day of each source."""
    clocks = load.every(tickets, kind=tickets.kind, columns=_COLUMNS)
    ends = finished(clocks)
    if tickets.kind in _ONCE:
        clocks = clocks.filter(pl.col("cycle") == 1)
    return arrived(clocks), ends


def _desks(tickets: Selection, came: pl.DataFrame, first: date, last: date) -> Desks:
    """The opening hours of every desk that tickets came to, as far as the forecast reaches."""
    files = load.policies(tickets)
    start, end = date((first - MARGIN).year, 1, 1), date((last + timedelta(weeks=10) + MARGIN).year, 12, 31)
    pairs = came.select(DESK).unique().sort(DESK).rows()
    return {
        (source, name): files[source].schedules[name].schedule(name, start, end)
        for source, name in pairs
        if name in files[source].schedules
    }


def verdict(found: Found) -> str:
    """The first whole week ahead against the last full one."""
    return told.verdict(found.weeks.row(0, named=True), found.last_week, found.unit)


def cards(found: Found) -> None:
    """Volume, band and past error in three numbers."""
    week = found.weeks.row(0, named=True)
    monday, last, tested = week["week"], found.last_week, found.tested
    year = found.came(monday - _YEAR, 7)
    half = (week["high"] - week["low"]) / 2 / week["expected"] if week["expected"] else None
    with st.grid(3, min_column_width=_NARROWEST):
        blocks.card(
            st,
            f"{found.unit.capitalize()}, week of {monday.day} {monday:%b}",
            f"about {told.about(week['expected'])}",
            f"last full week {fmt.number(last)}" + (f", a year before {fmt.number(year)}" if year is not None else ""),
            "Mean of what is expected in the first whole week after the data end, Monday to Sunday, all hours. The "
            "change is that against the last full week.",
            delta=f"{100 * (week['expected'] / last - 1):+.0f} %" if last else None,
        )
        blocks.card(
            st,
            "Band of that week",
            told.span(week["low"], week["high"]),
            f"±{fmt.percent(half, 0)}, holds nine in ten" if half is not None else "holds nine in ten",
            "Nine in ten such weeks lie in it, if the next weeks vary as the last 26 did.",
        )
        blocks.card(
            st,
            "Forecasts of the last 4 weeks",
            told.off(tested.score.recent_day) if tested else "not tested",
            f"repeating the last week: {fmt.percent(tested.naive.recent_day, 0)}" if tested else "history too short",
            "What two forecasts of two weeks each, made from what was known before, would have been off by: the sum of "
            "the days' errors over the tickets that came.",
        )


def notes(selection: Selection, found: Found) -> list[str]:
    """How it was made, holidays, and what is not in it."""
    some = [told.model(found.tested, found.history.weeks)]
    some += told.holidays(found.free, found.made, len(found.history.desks))
    some += told.season(table(found))
    if found.until - found.history.last > _LATE:
        some.append(
            f"The last week with a usual volume ends on {fmt.day(found.history.last)}, though the data stand as of "
            f"{fmt.day(found.until + timedelta(days=1))}: the forecast begins the day after that week."
        )
    if found.left_out:
        some.append(f"Not in the forecast, as they ended long before: {', '.join(found.left_out)}.")
    if selection.picked(*_TIMES):
        some.append("What was picked of due and start times does not narrow this page: every hour is forecast.")
    return some


def scope(found: Found) -> str:
    """What is counted, from when and where."""
    what = f"{found.unit} by the start of their {KIND_LABELS[found.kind].lower()} clock"
    if found.kind not in _ONCE:
        what = f"{found.unit} by their start"
    span = fmt.period(Period(found.history.first, found.history.last))
    return f"From {fmt.number(found.history.tickets)} {what}, {span}, {found.zone}."


def table(found: Found) -> pl.DataFrame:
    """The weeks ahead: `week`, `expected`, `low`, `high`, `year`, `change`, `free`."""
    year = [found.came(week - _YEAR, 7) for week in found.weeks["week"]]
    dates = found.free["date"].unique().sort().to_list()
    free = [
        ", ".join(f"{day:%a} {day.day} {day:%b}" for day in dates if _same(day, week)) for week in found.weeks["week"]
    ]
    mean = pl.col("expected")
    known = found.weeks.with_columns(
        pl.when(mean < 10).then(mean.round(1)).otherwise(mean.round()),
        year=pl.Series(year, dtype=pl.Int64),
        free=pl.Series(free, dtype=pl.String),
    )
    return known.with_columns(change=pl.when(pl.col("year") > 0).then(mean / pl.col("year") - 1))


def _same(day: date, monday: date) -> bool:
    """Whether a date lies in the week of a Monday."""
    return monday <= day < monday + timedelta(days=7)


def columns(found: Found, weeks: pl.DataFrame) -> dict[str, Any]:
    """How the table of weeks is headed; columns without anything in them are left out."""
    whole = {"format": "localized", "step": 1}
    named = {
        "week": st.column_config.DateColumn("Week of", format="D MMM YYYY"),
        "expected": st.column_config.NumberColumn(f"Expected {found.unit}", format="localized"),
        "low": st.column_config.NumberColumn("Band from", **whole),
        "high": st.column_config.NumberColumn("Band to", help="Nine in ten lie in the band.", **whole),
        "year": st.column_config.NumberColumn("Same week a year before", help="Blank: not known.", **whole),
        "change": st.column_config.NumberColumn("Change", format="percent", help="Expected, against a year before."),
        "free": st.column_config.TextColumn("Holidays", help="Of any desk."),
    }
    blank = {name for name in ("year", "change") if not weeks[name].count()}
    blank |= set() if (weeks["free"] != "").any() else {"free"}
    return {name: how for name, how in named.items() if name not in blank}


def tried(tested: Backtest) -> pl.DataFrame:
    """The trial on the past, one row a rule."""
    rows = [
        {"rule": name, **{key: getattr(score, key) for key in _SCORES}}
        for name, score in (("Shape of the week × level × holidays", tested.profile), ("Last week again", tested.naive))
    ]
    return pl.DataFrame(rows)


_SCORES = {
    "wape_hour": "Off by, hours",
    "wape_day": "Off by, days",
    "recent_day": "Off by, days of the last 4 weeks",
    "pinball": "0.9 loss of an hour",
    "under": "Hours under the 0.9 end",
    "coverage": "Days in the band",
}


def tried_columns() -> dict[str, Any]:
    """How the trial is headed."""
    shares = {
        key: st.column_config.NumberColumn(label, format="%.3f" if key == "pinball" else "percent")
        for key, label in _SCORES.items()
    }
    return {"rule": "Rule", **shares}
