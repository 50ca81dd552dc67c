"""On the staffing page: where people are short, hour by hour, and what came of it."""

from dataclasses import replace

import polars as pl
import streamlit as st

from analytics.dimensions import WEEKDAYS
from analytics.schemas import KINDS
from analytics.staffing.backlog import NEAR, Pile, closed_by, pile
from analytics.staffing.case import Case
from analytics.staffing.pooling import Bounds, bounds
from analytics.staffing.replay import Change, draws
from analytics.staffing.shortfall import hourly
from analytics.staffing.split import Least, least, split
from pages.ui import blocks, charts_staffing_gaps, load, staffing, staffing_gaps_hour
from pages.ui import format as fmt
from pages.ui import staffing_gaps_words as words

_MOST_REGIONS = 8


def panel(at: staffing.Desk, case: Case) -> None:
    """The week as a map, an hour explained, why promises were late, the backlog, and what comes while closed."""
    hours = _hours(at)
    with st.container(border=True):
        staffing_gaps_hour.panel(at, case, hours)
    left, right = st.columns(2, gap="medium")
    with left.container(border=True):
        _late(at, case)
    with right.container(border=True):
        _backlog(at, case)
    with st.container(border=True):
        _closed(at)
    found = _bounds(at)
    if found is not None:
        there = None if case.scheduled is None else float((case.scheduled * case.week.open).sum())
        blocks.lines([words.bounds(found, there)])
    with blocks.method():
        st.markdown(words.METHOD)
        bound = _split(at)[1]
        if bound is not None and not case.relative:
            blocks.lines([words.least(case, bound)])


@st.cache_data(max_entries=8, show_spinner="Holding the roster against the work …")
def _hours(at: staffing.Desk) -> pl.DataFrame:
    return hourly(staffing.case(at))


@st.cache_data(max_entries=8, show_spinner="Replaying the period …")
def _split(at: staffing.Desk) -> tuple[pl.DataFrame, Least | None]:
    case = staffing.case(at)
    if case.capacity is None:
        return split(case, None), None
    best = None if case.relative else draws(case, case.people[0], Change(order="overdue_last"))
    return split(case, best), least(case)


@st.cache_resource(max_entries=8, show_spinner=False)
def _pile(at: staffing.Desk) -> Pile | None:
    return pile(staffing.case(at))


@st.cache_data(max_entries=8, show_spinner=False)
def _bounds(at: staffing.Desk) -> Bounds | None:
    return bounds(staffing.case(at))


@st.cache_data(max_entries=8, show_spinner=False)
def _regions(at: staffing.Desk) -> pl.DataFrame:
    """What comes while closed by region, the smallest regions together."""
    every = replace(at.selection, chosen=(("source", (at.source,)),), picks=(), excluded="counted")
    found = [load.every(every, kind=kind, columns=("ticket_id", "region")) for kind in KINDS]
    known = pl.concat([each.with_columns(pl.col("region").cast(pl.String)) for each in found])
    return closed_by(staffing.case(at), known.unique("ticket_id", keep="first", maintain_order=True))


def _late(at: staffing.Desk, case: Case) -> None:
    days, bound = _split(at)
    title = "Why were promises late?" if bound is None else "Which late promises could this roster have kept?"
    if case.relative:
        title = "Why were promises late?"
    told = words.late(case, days, bound)
    if not days["late"].sum():
        st.markdown(f"**{title}**")
        st.caption(blocks.text(told))
        return
    names = {part: name for part, name in words.reasons(case).items() if round(float(days[part].sum() or 0))}
    shown = drawn_days(days, names)
    blocks.chart(
        title,
        f"{told} By the weekday they fell due on, {at.period}.",
        charts_staffing_gaps.why_late(shown, list(names.values()), dark=blocks.dark()),
        key="gaps-late",
        alt="; ".join(
            f"{row['day']} {row['why']} {row['late']:.0f}" for row in shown.iter_rows(named=True) if row["late"] >= 1
        ),
        data=days,
    )


def drawn_days(days: pl.DataFrame, names: dict[str, str]) -> pl.DataFrame:
    """Late promises by weekday and why, ready to be drawn.

    Args:
        days: as `split.split` has them.
        names: what the parts are called, in order.

    Returns:
        `day`, `due`, `total`, `why`, `order`, `late`; one row a weekday and part.
    """
    label = pl.col("weekday").replace_strict(dict(enumerate(WEEKDAYS, 1)), return_dtype=pl.String)
    parts = [
        days.select(
            "weekday",
            label.alias("day"),
            "due",
            pl.col("late").alias("total"),
            pl.lit(name).alias("why"),
            pl.lit(place).alias("order"),
            pl.col(part).cast(pl.Float64).alias("late"),
        )
        for place, (part, name) in enumerate(names.items())
    ]
    return pl.concat(parts).sort("weekday", "order").drop("weekday")


def _backlog(at: staffing.Desk, case: Case) -> None:
    title, found = "When is the backlog back to normal?", _pile(at)
    if found is None:
        st.markdown(f"**{title}**")
        st.caption("Not known: the desk does not work on Mondays, or on no other day from Tuesday to Friday.")
        return
    frame = drawn_pile(case, found)
    days = case.week.weekday.tolist()
    ticks = {days.index(day): WEEKDAYS[day - 1] for day in sorted(set(days))}
    blocks.chart(
        title,
        f"{words.pile(case, found)} Dashed: normal; blue: normal from there to the end of the day.",
        charts_staffing_gaps.backlog(frame, found.normal, NEAR * found.normal, ticks, dark=blocks.dark()),
        key="gaps-backlog",
        alt=f"Touches waiting by hour of the week; {words.pile(case, found)}",
        data=frame,
    )


def drawn_pile(case: Case, found: Pile) -> pl.DataFrame:
    """Touches waiting by place of the week: `place`, `day` (1 is Monday), `at`, `waiting`, `normal`, `back`."""
    places = range(len(case.week))
    back = {place for place in found.back.values() if place is not None}
    return pl.DataFrame(
        {
            "place": list(places),
            "day": case.week.weekday,
            "at": [words.at(case.week, place) for place in places],
            "waiting": found.waiting,
            "normal": [found.normal] * len(case.week),
            "back": [place in back for place in places],
        }
    )


def _closed(at: staffing.Desk) -> None:
    regions = _regions(at)
    title, told = "How much comes while nobody is there, and from where?", words.closed(regions)
    if regions.height < 2 or not regions["closed"].sum():
        st.markdown(f"**{title}**")
        st.caption(blocks.text(f"{told} No regions are told apart."))
        return
    shown = drawn_regions(regions)
    blocks.chart(
        title,
        f"{told} In brackets: touches in all. {at.period}.",
        charts_staffing_gaps.closed(shown, dark=blocks.dark()),
        key="gaps-closed",
        alt="; ".join(f"{row['region']} {fmt.percent(row['share'], 0)}" for row in shown.iter_rows(named=True)),
        data=regions,
    )


def drawn_regions(regions: pl.DataFrame) -> pl.DataFrame:
    """The regions with most work while closed, labelled, ready to be drawn."""
    top = regions.head(_MOST_REGIONS)
    labels = [f"{row['region']}|({fmt.number(row['touches'])})" for row in top.iter_rows(named=True)]
    return top.with_columns(label=pl.Series(labels, dtype=pl.String))
