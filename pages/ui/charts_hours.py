"""Charts of the hours of a week: the map, what was carried over to some hours, and the kinds of days."""

from collections.abc import Mapping
from functools import lru_cache

import altair as alt
import polars as pl

from analytics.dimensions import WEEKDAYS
from pages.ui.charts_parts import (
    BARE,
    BREACH,
    CELL,
    GAP,
    IDLE,
    INK,
    MET,
    Chart,
    count_tip,
    filled,
    picks,
    share_tip,
    top_legend,
)

_STEPS = {
    False: ["#f8e6d6", "#f6c79c", "#ee9a55", "#d55e00", "#8a3c00"],
    True: ["#3b2a1c", "#6b4420", "#a3611f", "#e07b1a", "#ffb366"],
}
_ON_STRONG = {False: "#ffffff", True: "#16202c"}
_SHARES_OF_TOP = (0.12, 0.3, 0.5, 0.75)
_WHOLE_FROM = 8
CLOSED, OPEN = "while closed", "while open"
"""When breaches arrived."""


def heat_map(
    frame: pl.DataFrame, top: float, label: str, tips: Mapping[str, tuple[str, str]], *, ratio: bool, dark: bool
) -> alt.LayerChart:
    """A weekday by hour map of one value, closed hours faint; a click picks an hour.

    Args:
        frame: 168 rows: `weekday`, `day` (label), `hour`, `desk` (text), `fade` (opacity), `text` (in cells that
            matter), `strong` (whether the text stands on a strong colour), `shade` (the value, 0 for none), `differs`
            (1 outlined, -1 outlined thin and blue), and the columns the tooltip tells.
        top: the value of the strongest colour.
        label: what the legend says.
        tips: numbers the tooltip tells: by column its title and format.
        ratio: whether the value is a share.
        dark: whether the theme is.
    """
    cuts = tuple(top * share for share in _SHARES_OF_TOP)
    if not ratio and top >= _WHOLE_FROM:
        cuts = tuple(float(round(cut)) for cut in cuts)
    told = tuple((column, *words) for column, words in tips.items())
    return filled(_heat_map(label, cuts, told, ratio=ratio, dark=dark), frame)


@lru_cache(maxsize=64)
def _heat_map(
    label: str, cuts: tuple[float, ...], tips: tuple[tuple[str, str, str], ...], *, ratio: bool, dark: bool
) -> alt.LayerChart:
    shape = {"orient": "bottom", "direction": "horizontal", "gradientLength": 220}
    legend = alt.Legend(title=label, format=".0%" if ratio else ",.1~f", **shape)
    scale = alt.Scale(type="threshold", domain=list(cuts), range=_STEPS[dark])
    colour = alt.Color("shade:Q", scale=scale, legend=legend)
    more, less = "datum.differs > 0", "datum.differs < 0"
    hours = "datum.value % 2 == 0 ? format(datum.value, '02d') : ''"
    base = alt.Chart().encode(
        x=alt.X("hour:O", axis=alt.Axis(labelAngle=0, labelExpr=hours, **BARE)),
        y=alt.Y("day:O", sort=list(WEEKDAYS), axis=alt.Axis(**BARE)),
    )
    cells = base.mark_rect(width=GAP, height=GAP, cornerRadius=3).encode(
        color=alt.condition("datum.shade > 0", colour, alt.value(IDLE)),
        opacity=alt.Opacity("fade:Q", scale=None, legend=None),
        stroke=alt.condition(more, alt.value(INK[dark]), alt.value(MET[dark])),
        strokeWidth=alt.when(more).then(alt.value(2.5)).when(less).then(alt.value(1)).otherwise(alt.value(0)),
        tooltip=[
            alt.Tooltip("day:N", title="Weekday"),
            alt.Tooltip("hour:O", title="Hour from"),
            alt.Tooltip("desk:N", title="Desk"),
            *(alt.Tooltip(f"{column}:Q", title=title, format=format_) for column, title, format_ in tips),
        ],
    )
    ink = alt.condition("datum.strong", alt.value(_ON_STRONG[dark]), alt.value(INK[dark]))
    room = alt.ExprRef("width < 480 ? 0 : 1")
    numbers = base.mark_text(fontSize=11, fontWeight=600, opacity=room).encode(text="text:N", color=ink)
    return alt.layer(cells.add_params(picks(CELL, ["weekday", "hour"])), numbers).properties(height=360)


def _arrival_colour(*, dark: bool) -> alt.Color:
    scale = alt.Scale(domain=[CLOSED, OPEN], range=[IDLE, BREACH[dark]])
    return alt.Color("desk:N", scale=scale, legend=top_legend(3))


def arrivals(frame: pl.DataFrame, top: float, *, dark: bool) -> alt.LayerChart:
    """When breaches had arrived: four hours a bar, over the days up to the one they fell due on.

    Args:
        frame: `place` (order of the bars), `day`, `from` (label of the four hours), `desk` (CLOSED or OPEN),
            `breaches`; two rows a place.
        top: end of the vertical axis.
        dark: whether the theme is.
    """
    noons = frame.filter(pl.col("place") % 6 == 3).unique("place").sort("place")
    places = tuple(frame["place"].unique().sort())
    return filled(_arrivals(places, tuple(noons["day"]), top, dark=dark), frame)


@lru_cache(maxsize=64)
def _arrivals(places: tuple[int, ...], days: tuple[str, ...], top: float, *, dark: bool) -> alt.LayerChart:
    names = "[" + ",".join(f"'{day}'" for day in days) + "]"
    first = places[-1] + 1 - 6 * len(days)
    label = f"datum.value < 0 ? 'earlier' : datum.value % 6 == 3 ? {names}[floor((datum.value - {first}) / 6)] : ''"
    axis = alt.Axis(labelExpr=label, labelAngle=0, **BARE)
    x = alt.X("place:O", scale=alt.Scale(domain=list(places), paddingInner=0.1), axis=axis)
    base = alt.Chart().encode(x=x)
    bars = base.mark_bar(cornerRadius=1).encode(
        y=alt.Y("breaches:Q", scale=alt.Scale(domain=[0, top]), axis=alt.Axis(title=None, tickCount=4, format=",~s")),
        color=_arrival_colour(dark=dark),
        order=alt.Order("desk:N"),
        tooltip=[
            alt.Tooltip("day:N", title="Arrived on"),
            alt.Tooltip("from:N", title="From"),
            alt.Tooltip("desk:N", title="Arrived"),
            count_tip("Breaches", "breaches"),
        ],
    )
    nights = base.transform_filter("datum.place > 0 && datum.place % 6 == 0")
    midnight = nights.mark_rule(color=IDLE, strokeDash=[2, 3], opacity=0.35).encode(x=alt.X("place:O", bandPosition=0))
    return alt.layer(midnight, bars).properties(height=240)


def fell_due(frame: pl.DataFrame, top: float, *, dark: bool) -> alt.LayerChart:
    """The same breaches by the hour they fell due.

    Args:
        frame: `hour` (label), `desk` (CLOSED or OPEN), `breaches`, `total` (of the hour, on one of its rows).
        top: end of the vertical axis.
        dark: whether the theme is.
    """
    return filled(_fell_due(top, dark=dark), frame)


@lru_cache(maxsize=64)
def _fell_due(top: float, *, dark: bool) -> alt.LayerChart:
    base = alt.Chart().encode(x=alt.X("hour:O", axis=alt.Axis(labelAngle=0, **BARE)))
    scale = alt.Scale(domain=[0, top])
    bars = base.mark_bar(cornerRadius=1, width=GAP).encode(
        y=alt.Y("breaches:Q", scale=scale, axis=alt.Axis(title=None, tickCount=4, format=",~s")),
        color=_arrival_colour(dark=dark),
        order=alt.Order("desk:N"),
        tooltip=[
            alt.Tooltip("hour:N", title="Due from"),
            alt.Tooltip("desk:N", title="Arrived"),
            count_tip("Breaches", "breaches"),
        ],
    )
    ends = base.mark_text(dy=-7, fontSize=11, color=INK[dark]).encode(
        y=alt.Y("total:Q", scale=scale), text=alt.Text("total:Q", format=",")
    )
    return alt.layer(bars, ends).properties(height=240)


def day_rates(frame: pl.DataFrame, order: list[str], *, dark: bool) -> Chart:
    """Breach rate by kind of day with its 95 % interval, and what ordinary days of the same weekdays give.

    Args:
        frame: `day` (label with n), `breach_rate`, `breach_rate_low`, `breach_rate_high`, `usual_rate`, `firm`
            (hollow where not), `due`, `breaches`.
        order: kinds of days from the top.
        dark: whether the theme is.
    """
    axis = alt.Axis(format=".0%", title="breach rate (tick: ordinary days)", tickCount=5)
    base = alt.Chart(frame).encode(
        y=alt.Y("day:N", sort=order, axis=alt.Axis(labelLimit=190, labelExpr="split(datum.label, '|')", **BARE))
    )
    tips = [
        alt.Tooltip("name:N", title="Day"),
        share_tip("Breach rate", "breach_rate"),
        share_tip("95 % interval from", "breach_rate_low"),
        share_tip("to", "breach_rate_high"),
        share_tip("Ordinary days, same weekdays", "usual_rate"),
        count_tip("Clocks due", "due"),
        count_tip("Breaches", "breaches"),
    ]
    span = base.mark_rule(strokeWidth=2, color=IDLE).encode(
        x=alt.X("breach_rate_low:Q", axis=axis), x2="breach_rate_high:Q"
    )
    usual = base.mark_tick(color=MET[dark], thickness=2, height=16).encode(x=alt.X("usual_rate:Q", axis=axis))
    dots = base.mark_point(filled=True, size=80, stroke=BREACH[dark], strokeWidth=1.5, opacity=1).encode(
        x=alt.X("breach_rate:Q", axis=axis),
        fill=alt.condition("datum.firm", alt.value(BREACH[dark]), alt.value("transparent")),
        tooltip=tips,
    )
    return alt.layer(span, usual, dots).properties(height=46 * len(order) + 60)
