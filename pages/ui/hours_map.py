"""On the hours page: the map of the week by one value, from which hours are picked."""

from collections.abc import Iterable
from typing import Any

import polars as pl
import streamlit as st

from analytics.backlog_hours import open_by_hour
from analytics.dimensions import WEEKDAYS
from analytics.hours import AXES, CELL, When, arrivals, grid, open_hours, waits
from analytics.hours_mix import unexplained
from analytics.places import arrivals_at_home, elsewhere, zones_of
from pages.ui import blocks, charts_hours, evidence, load, picks, words
from pages.ui import format as fmt
from pages.ui import hours_words as told
from pages.ui.hours import TIMES, Seen
from pages.ui.hours_words import VALUES
from pages.ui.selection import Selection

_RATES = ("breaches", "breach_rate")
_OPEN_COLUMNS = ("started_at", "stopped_at", "as_of", "time_zone")
_COUNTS = {"breaches": ("Breaches", ","), "due": ("Clocks due", ","), "breach_rate": ("Breach rate", ".1%")}
_TIPS = {
    "arrivals": {"arrivals": ("Arrivals", ",")},
    "wait": {"wait": ("Median wait, hours", ",.1f"), "due": ("Clocks due", ",")},
    "backlog": {"backlog": ("Clocks open, mean", ",.1f")},
}


def week_map(found: Seen) -> None:
    """The map of the week, by the value and the hour chosen; a click picks an hour."""
    controls = st.container(horizontal=True, horizontal_alignment="distribute")
    value = _switch(controls, "Show", list(VALUES), "show", lambda name: VALUES[name].label)
    when: When = "due"
    zones = zones_of(found.clocks) if value == "arrivals" else {}
    home = False
    if VALUES[value].switch:
        asked = _switch(controls, "By the hour a clock was", ["due", "started"], "when", str)
        when = "started" if asked == "started" else "due"
    elif elsewhere(found.clocks, zones):
        home = _switch(controls, "By the hour of the", ["desk", "customer"], "whose", str) == "customer"
    unknown = evidence.unknown(found.selection)
    if value == "wait" and "p90_wait" in unknown:
        st.info(f"Wait ({evidence.NOT_KNOWN}). {unknown['p90_wait']}", icon=":material/visibility_off:")
        return
    whole = found.selection if when == "due" else found.selection.without(*AXES["started"])
    clocks = found.clocks if when == "due" else load.clocks(whole, kind=whole.kind)
    week = mapped(found, clocks, value, when, zones if home else None)
    each = VALUES[value]
    tips = _TIPS.get(value, _COUNTS)
    if "expected" in week:
        tips = {**tips, "expected": ("Expected of its tickets", ",.1f")}
    day, hour = AXES["started" if value == "arrivals" else when]
    blocks.chart(
        told.question(value, other=home or when == "started"),
        " ".join(_answer(whole, clocks, week, value, zones if home else {})),
        charts_hours.heat_map(
            drawn(week, value),
            top(week, value),
            each.titled,
            tips,
            ratio=each.unit == "ratio",
            dark=blocks.dark(),
        ),
        key="hours-map",
        alt=spoken(week, value),
        select=() if home or value == "backlog" else charts_hours.CELL,
        pick=lambda mark: {day: [mark["weekday"]], hour: [mark["hour"]]},
        data=week,
    )
    if not home and value != "backlog":
        _menu(week, day, hour)


def _menu(week: pl.DataFrame, day: str, hour: str) -> None:
    """The hours of the week as a menu: what a click on the map picks, for who has no mouse."""
    shown = {f"{row['weekday']} {row['hour']}": row for row in week.filter(pl.col("due") > 0).iter_rows(named=True)}

    def written(option: str) -> str:
        row = shown[option]
        return f"{words.cell(row['weekday'], row['hour'])}: {fmt.plural(row['breaches'], 'breach', 'breaches')}"

    chosen = st.menu_button("Pick an hour", list(shown), format_func=written, type="tertiary", key="hours-menu")
    if chosen:
        picks.pick({day: [shown[chosen]["weekday"]], hour: [shown[chosen]["hour"]]}, (day, hour))
        st.rerun()


def _switch(place: Any, label: str, options: list[str], key: str, written: Any) -> str:
    shown: dict[str, Any] = {"format_func": written, "key": key, "bind": "query-params", "wrap": True}
    return str(place.segmented_control(label, options, default=options[0], required=True, **shown))


def _answer(
    selection: Selection, clocks: pl.DataFrame, week: pl.DataFrame, value: str, zones: dict[str, str]
) -> Iterable[str]:
    """What the map says, of how many, and how to read it."""
    yield told.peak(week, value)
    breaches, due = fmt.number(week["breaches"].sum()), fmt.number(week["due"].sum())
    if zones:
        known = fmt.number(week["arrivals"].sum())
        yield f"n = {known} of {fmt.number(clocks.height)} clocks, of regions whose name tells their zone:"
        yield f"{'; '.join(f'{region} {zone}' for region, zone in zones.items())}."
    elif value == "backlog":
        yield "Mean number open as the hour begins, paused or not, whenever due."
    elif value == "arrivals":
        yield f"n = {fmt.number(clocks.height)} clocks of any state."
    elif value == "wait":
        yield f"Median plain time less the customer's own, n = {due} clocks due."
    else:
        yield f"n = {breaches} breaches of {due} clocks due."
    if not week["open"].all():
        yield "Faint: closed."
    if (week["differs"] != 0).any():
        yield "Outlined: breaks more than its tickets explain; thin blue line: less."
    yield blocks.scope(selection, clocks)
    if not zones and value != "backlog":
        yield "Click an hour to pick it."


def mapped(
    found: Seen, clocks: pl.DataFrame, value: str, when: When, zones: dict[str, str] | None = None
) -> pl.DataFrame:
    """The week by one value: `weekday`, `hour`, counts, the value, `open` and `differs`; 168 rows.

    Args:
        found: the week looked at.
        clocks: one kind, due in it.
        value: one of VALUES.
        when: which hour places a clock, where the value leaves that open.
        zones: by region, where arrivals are placed by the customer's own hour.
    """
    week = grid(clocks, when)
    shut = open_hours(found.desks.values()).with_columns(pl.col("open") | (zones is not None))
    if value in _RATES:
        mix = unexplained(clocks, when).select(*CELL, "expected", "differs")
        return week.join(mix, on=CELL).join(shut, on=CELL).sort(CELL)
    if value == "arrivals":
        week = week.join(arrivals_at_home(clocks, zones) if zones else arrivals(clocks), on=CELL)
    elif value == "wait":
        week = week.join(waits(clocks, when), on=CELL)
    elif value == "backlog":
        week = week.join(_backlog(found.selection.without(*TIMES)), on=CELL)
    return week.join(shut, on=CELL).with_columns(differs=pl.lit(0, dtype=pl.Int8)).sort(CELL)


@st.cache_data(max_entries=8, show_spinner="Counting open clocks …")
def _backlog(selection: Selection) -> pl.DataFrame:
    every = load.every(selection, kind=selection.kind, columns=_OPEN_COLUMNS)
    return open_by_hour(every, selection.period.first, selection.period.last)


def top(week: pl.DataFrame, value: str) -> float:
    """The value of the strongest colour: the highest, of hours with clocks enough where it is a rate or a median."""
    firm = week.filter(pl.col("due") >= words.FIRM)[value] if VALUES[value].thin else week[value]
    highest = firm.max() or week[value].max()
    return float(highest) if highest else 1.0  # type: ignore[arg-type]


def drawn(week: pl.DataFrame, value: str) -> pl.DataFrame:
    """The week made ready to be drawn: closed hours faint, and few clocks; numbers only where they matter."""
    high, each, found = top(week, value), VALUES[value], pl.col(value).fill_null(0)
    firm = pl.col("due") >= (words.FIRM if each.thin else 0)
    clear = (pl.col("open") & firm) | (pl.col("differs") != 0)
    some, faint = found > 0, pl.when("open").then(0.2).otherwise(0.07)
    shown = pl.col(value).map_elements(each.short, return_dtype=pl.String)
    return week.with_columns(
        day=pl.col("weekday").replace_strict(dict(enumerate(WEEKDAYS, 1)), return_dtype=pl.String),
        desk=pl.when("open").then(pl.lit("open")).otherwise(pl.lit("closed")),
        shade=found,
        fade=pl.when(some & clear).then(1.0).when(some).then(0.45).otherwise(faint),
        text=pl.when((found >= 0.25 * high) & some & firm).then(shown).otherwise(pl.lit("")),
        strong=(found >= 0.5 * high) & clear,
    )


def spoken(week: pl.DataFrame, value: str) -> str:
    """The map for the ear: the strongest hours."""
    top = week.drop_nulls(value).sort(value, "weekday", "hour", descending=[True, False, False]).head(10)
    each = VALUES[value]
    parts = [f"{words.cell(row['weekday'], row['hour'])} {each.told(row[value])}" for row in top.iter_rows(named=True)]
    return f"Weekday by hour, {each.label.lower()}, highest hours: {'; '.join(parts)}"
