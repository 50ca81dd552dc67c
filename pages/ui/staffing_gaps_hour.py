"""On the staffing page's gaps: the map of the week, and one hour of it explained by its tightest window."""

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from analytics.dimensions import WEEKDAYS
from analytics.staffing.case import Case
from analytics.staffing.explained import behind, inside
from analytics.staffing.shortfall import WHOLE_WEEKS, shortfall
from analytics.timezones import local
from pages.ui import blocks, charts_staffing_gaps, staffing, staffing_words, ticket_rows
from pages.ui import format as fmt
from pages.ui import staffing_gaps_words as words

HOUR, SHOW = "gaps-hour", "gaps-show"
WEEKS = 4
"""The last weeks whose touches are listed."""
_STRONG = {"sides": (0,), "people": (3, 4), "need": (4,)}
"""Of the five colours those that are strong."""
_AGENTS = {
    "required": ("Required, agents", ",.1f"),
    "least": ("with 10 % less work", ",.1f"),
    "most": ("with 10 % more work", ",.1f"),
}
_SCHEDULED = {"scheduled": ("Scheduled, agents", ",.1f"), "over_under": ("Over (+) or under (−)", "+,.1f")}
_TOUCHES = {
    "ratio": ("Times present", ",.2f"),
    "ratio_least": ("with 10 % less work", ",.2f"),
    "ratio_most": ("with 10 % more work", ",.2f"),
    "scheduled": ("Present, touches an open hour", ",.1f"),
}


_WHOLE_FROM = 5
"""The highest number from which colours change at whole ones."""


def panel(at: staffing.Desk, case: Case, hours: pl.DataFrame) -> None:
    """The map by one number, and below it the hour picked.

    Args:
        at: what the page is about.
        case: of its queues.
        hours: as `shortfall.hourly` has them.
    """
    controls = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom")
    name = _shown(controls, case)
    place = _picked(controls, case, hours)
    frame = drawn(case, hours, name, place)
    colours, cuts, label = scale(case, hours, name)
    blocks.chart(
        _title(case, name),
        f"{words.week(case, hours)} Click an hour to see why.",
        charts_staffing_gaps.week_map(frame, colours, cuts, label, _tips(case), dark=blocks.dark()),
        key="gaps-map",
        alt=_spoken(case, hours, name),
        select=charts_staffing_gaps.CELL,
        pick=lambda mark: _clicked(case, mark),
        data=hours,
    )
    _explained(at, case, hours.row(place, named=True))


def _shown(controls: Any, case: Case) -> str:
    options = words.shown(case)
    if len(options) == 1:
        return next(iter(options))
    if st.session_state.get(SHOW) not in {None, *options}:
        del st.session_state[SHOW]
    first = next(iter(options))
    picked = controls.segmented_control(
        "Show",
        list(options),
        format_func=options.__getitem__,
        default=first,
        required=True,
        key=SHOW,
        bind="query-params",
        wrap=True,
    )
    return str(picked)


def _picked(controls: Any, case: Case, hours: pl.DataFrame) -> int:
    """The place looked at: the one the headline is about, unless another is picked."""
    names = [case.week.label(place, place) for place in range(len(case.week))]
    if st.session_state.get(HOUR) not in {None, *names}:
        del st.session_state[HOUR]
    picked = controls.selectbox(
        "Explain the hour", names, index=fullest(case, hours), key=HOUR, bind="query-params", width=220
    )
    return names.index(str(picked))


def fullest(case: Case, hours: pl.DataFrame) -> int:
    """The place the headline names; else the one that lacks most, or without a roster that which needs most."""
    found = None if case.capacity is None else shortfall(case)
    block = None if found is None else staffing_words.fullest(case, found)
    if block is not None:
        return block.place
    column = words.COLUMN[next(iter(words.shown(case)))]
    if case.relative and found is not None:
        firm = hours.filter(pl.Series(staffing_words.told_of(case, found)))
        hours = hours if firm.is_empty() else firm
    ordered = hours.sort(column, "place", descending=[column != "over_under", False], nulls_last=True)
    return int(ordered["place"][0])


def _clicked(case: Case, mark: Mapping[str, Any]) -> dict[str, list[object]]:
    """A click on the map explains another hour, and narrows nothing."""
    at = (case.week.weekday == mark["weekday"]) & (case.week.hour == mark["hour"])
    if at.any():
        place = int(at.argmax())
        st.session_state[HOUR] = case.week.label(place, place)
    return {}


def scale(case: Case, hours: pl.DataFrame, name: str) -> tuple[str, tuple[float, ...], str]:
    """The colours of the map, the four numbers between them, and what the legend says."""
    if name == "over-under":
        most, least = (hours["over_under"].max() or 0.0, hours["over_under"].min() or 0.0)
        low, high = max(1.0, round(-float(least) / 2)), max(2.0, round(float(most) / 2))  # type: ignore[arg-type]
        return "sides", (-low, -0.25, 1.0, high), "agents over (+) or short (−)"
    if name == "needs":
        return "need", (0.8, 1.0, 1.2, 1.5), "times what is done now"
    highest = [hours[column].max() for column in ("required", "scheduled")]
    if case.relative:
        highest = highest[1:]
    top = max(1.0, *(float(each) for each in highest if each is not None))  # type: ignore[arg-type]
    shares = (0.2, 0.4, 0.6, 0.8)
    cuts = tuple(float(round(top * share)) if top >= _WHOLE_FROM else top * share for share in shares)
    return "people", cuts, "touches an open hour" if case.relative else f"agents {name}"


def drawn(case: Case, hours: pl.DataFrame, name: str, place: int) -> pl.DataFrame:
    """Every hour between the first and the last that is open, of the days that are, ready to be drawn."""
    colours, cuts, _ = scale(case, hours, name)
    value = pl.col(words.COLUMN[name])
    known = hours.with_columns(
        shade=value,
        text=pl.Series([words.cell(case, name, each) for each in hours[words.COLUMN[name]]], dtype=pl.String),
        strong=pl.sum_horizontal(value >= cut for cut in cuts).is_in(_STRONG[colours]),
        picked=pl.col("place") == place,
    )
    days = hours.select(pl.col("weekday").unique().sort())
    span = pl.DataFrame({"hour": range(int(hours["hour"].min()), int(hours["hour"].max()) + 1)})  # type: ignore[arg-type]
    every = days.join(span, how="cross").join(known, on=["weekday", "hour"], how="left")
    names = pl.col("weekday").replace_strict(dict(enumerate(WEEKDAYS, 1)), return_dtype=pl.String)
    return every.with_columns(
        day=names, picked=pl.col("picked").fill_null(value=False), text=pl.col("text").fill_null("")
    ).sort("weekday", "hour")


def _tips(case: Case) -> dict[str, tuple[str, str]]:
    if case.relative:
        return _TOUCHES
    return _AGENTS if case.scheduled is None else {**_AGENTS, **_SCHEDULED}


def _title(case: Case, name: str) -> str:
    if name == "over-under":
        return "Which hours are short of people, and which have more than they need?"
    if name == "needs":
        return "Which hours need more than is done in them now?"
    if name == "scheduled":
        return "How much is done an open hour while work is waiting?" if case.relative else "Who is scheduled when?"
    return (
        "How much would have to be done an open hour?" if case.relative else "How many people does each hour require?"
    )


def _spoken(case: Case, hours: pl.DataFrame, name: str) -> str:
    """The map for the ear: the ten hours that matter most."""
    column = words.COLUMN[name]
    top = hours.drop_nulls(column).sort(column, "place", descending=[name != "over-under", False]).head(10)
    parts = [
        f"{case.week.label(row['place'], row['place'])} {row[column]:+.1f}"
        if name == "over-under"
        else f"{case.week.label(row['place'], row['place'])} {row[column]:.1f}"
        for row in top.iter_rows(named=True)
    ]
    return f"Weekday by hour, {words.shown(case)[name].lower()}: {'; '.join(parts)}"


def _explained(at: staffing.Desk, case: Case, row: dict[str, Any]) -> None:
    """What falls due in the tightest window of an hour: in words, by class, and touch by touch."""
    name = case.week.label(row["place"], row["place"])
    st.markdown(f"**What makes {blocks.text(name)} as full as it is?**")
    blocks.lines([words.hour(case, row)])
    if row["window"] is None:
        return
    first, last = int(row["first"]), int(row["last"])
    if row["window"] == WHOLE_WEEKS:
        return
    classes = inside(case, first, last)
    if classes.is_empty():
        return
    closed = fmt.number(round(float(classes["waiting"].sum())))
    st.caption(blocks.text(f"Due in {row['window']} in a typical week; {closed} of these touches come while closed."))
    blocks.table(classes, "gaps-classes", _class_columns(case), alt=f"Work due in {row['window']} by class")
    rows = behind(case, first, last, WEEKS)
    late = int((rows["breached"] & rows["decides"]).fill_null(value=False).sum())
    told = f"{fmt.plural(rows.height, 'touch', 'touches')} of the last {WEEKS} weeks; {fmt.number(late)} late"
    st.caption(blocks.text(f"{told}; {fmt.number(int(rows['closed'].sum()))} came while closed."))
    if rows.height:
        ticket_rows.listing(at.selection, listed(rows, case.week.zone), "gaps-touches", _COLUMNS, alt=told)


def listed(rows: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Touches as readers see them: local times, the last that came first."""
    times = {"came": "released_at", "due": "due_at", "done": "done_at"}
    return rows.select(
        pl.col("ticket_id").alias("ticket"),
        pl.col("source").cast(pl.String),
        pl.col("klass").cast(pl.String).alias("class"),
        *(local(pl.col(column), pl.lit(zone), [zone]).alias(name) for name, column in times.items()),
        pl.when("decides").then("breached").alias("late"),
        "closed",
    )


_COLUMNS: dict[str, Any] = {
    "class": "Class",
    "came": st.column_config.DatetimeColumn("Could be begun (local)", format="ddd D MMM, HH:mm"),
    "due": st.column_config.DatetimeColumn("Due (local)", format="ddd D MMM, HH:mm"),
    "done": st.column_config.DatetimeColumn("Done (local)", format="ddd D MMM, HH:mm"),
    "late": st.column_config.CheckboxColumn("Late", help="Blank: its promise was not decided with this touch."),
    "closed": st.column_config.CheckboxColumn("While closed", help="Came while nobody was there."),
}


def _class_columns(case: Case) -> dict[str, Any]:
    work = {} if case.relative else {"work": st.column_config.NumberColumn("Work (h)", format="%.1f")}
    return {
        "klass": st.column_config.TextColumn("Class", pinned=True),
        "touches": st.column_config.NumberColumn("Touches a week", format="%.1f"),
        **work,
        "waiting": st.column_config.NumberColumn(
            "Come while closed", format="%.1f", help="Touches that wait as the desk opens."
        ),
        "objective": st.column_config.NumberColumn("Objective", format="percent"),
    }
