"""Frames in, Altair charts out: one function a chart, no text above it and no Streamlit in it.

Schema checks are off where charts are made and drawn, as they take most of the time: the tests check each chart.
Okabe and Ito's orange-red stands for breached, their blue for met; a second mark or a number always tells the same.
"""

from datetime import date
from functools import lru_cache

import altair as alt
import polars as pl
from altair.utils.schemapi import disable_debug_mode

from analytics.dimensions import WEEKDAYS

disable_debug_mode()

Chart = alt.Chart | alt.LayerChart

IDLE = "#8a949e"
POINT, CELL = "point", "cell"
"""Names of the selections: a mark on a line or a bar, a cell of a grid."""

MET = {False: "#0072B2", True: "#56B4E9"}
BREACH = {False: "#D55E00", True: "#F28E2B"}
_LINES = {
    False: ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#B58900", "#7A7A7A"],
    True: ["#56B4E9", "#F28E2B", "#2BC49A", "#E39AC4", "#E6C229", "#C8C8C8"],
}
_STEPS = {
    False: ["#f8e6d6", "#f6c79c", "#ee9a55", "#d55e00", "#8a3c00"],
    True: ["#3b2a1c", "#6b4420", "#a3611f", "#e07b1a", "#ffb366"],
}
_SIDES = {
    False: ["#c24e00", "#ea9b5c", "#f8dcc0", "#c6e0f0", "#7db8dc"],
    True: ["#c24e00", "#8a4b1c", "#5a3b22", "#23475f", "#2f6f9f"],
}
_INK = {False: "#16202c", True: "#f2f5f8"}
_GAP = alt.RelativeBandSize(0.94)
_DATES = {"day": "%d %b", "week": "%d %b", "month": "%b %Y"}
BARE = {"title": None, "domain": False, "ticks": False, "labelOverlap": False}


def _picked(name: str, fields: list[str]) -> alt.Parameter:
    return alt.selection_point(name=name, fields=fields, on="click")


def _time(field: str, bucket: str, dates: pl.Series) -> alt.X:
    """A time axis in UTC, with ticks where the buckets start and never more than ten."""
    known = dates.unique().sort()
    every = max(1, -(-len(known) // 10))
    ticks = [alt.DateTime(year=at.year, month=at.month, date=at.day, utc=True) for at in known.gather_every(every)]
    axis = alt.Axis(format=_DATES[bucket], labelOverlap="greedy", values=ticks, grid=False, title=None)
    return alt.X(f"{field}:T", scale=alt.Scale(type="utc"), axis=axis)


def _share(title: str, field: str) -> alt.Tooltip:
    return alt.Tooltip(f"{field}:Q", title=title, format=".1%")


def _count(title: str, field: str) -> alt.Tooltip:
    return alt.Tooltip(f"{field}:Q", title=title, format=",")


def _filled(shape: alt.LayerChart, frame: pl.DataFrame) -> alt.LayerChart:
    """A chart made once for its shape, with this frame in it."""
    chart: alt.LayerChart = shape.copy(deep=False)
    chart.data = frame
    return chart


def objective_rule(objective: float, *, dark: bool) -> alt.LayerChart:
    """A dashed line at the objective, with its name at the right end."""
    base = alt.Chart(pl.DataFrame({"objective": [objective], "text": [f"objective {objective:.0%}"]}))
    rule = base.mark_rule(color=BREACH[dark], strokeDash=[5, 4], strokeWidth=1.5).encode(y="objective:Q")
    label = base.mark_text(align="right", baseline="bottom", dy=-4, color=BREACH[dark], fontSize=12)
    return alt.layer(rule, label.encode(y="objective:Q", x=alt.value("width"), text="text:N"))


def weekly_rate(frame: pl.DataFrame, objective: float | None, *, dark: bool) -> alt.LayerChart:
    """Attainment by week with its 95 % interval, and the objective; a click picks a week.

    Args:
        frame: `week`, `attainment`, `attainment_low`, `attainment_high`, `due`, `breaches`.
        objective: drawn where the selection has just one.
    """
    return _filled(_weekly_rate(tuple(frame["week"]), objective, dark=dark), frame)


@lru_cache(maxsize=32)
def _weekly_rate(weeks: tuple[date, ...], objective: float | None, *, dark: bool) -> alt.LayerChart:
    scale = alt.Scale(zero=False, nice=True)
    axis = alt.Axis(format=".0%", title=None, tickCount=5)
    base = alt.Chart().encode(x=_time("week", "week", pl.Series(weeks, dtype=pl.Date)))
    tooltip = [
        alt.Tooltip("week:T", title="Week of", format="%d %b %Y"),
        _share("SLA attainment", "attainment"),
        _share("95 % interval from", "attainment_low"),
        _share("to", "attainment_high"),
        _count("Clocks due", "due"),
        _count("Breaches", "breaches"),
    ]
    y = alt.Y("attainment:Q", axis=axis, scale=scale)
    band = base.mark_area(color=MET[dark], opacity=0.18).encode(
        y=alt.Y("attainment_low:Q", scale=scale, axis=axis), y2="attainment_high:Q"
    )
    line = base.mark_line(color=MET[dark], strokeWidth=2).encode(y=y)
    dots = base.mark_point(filled=True, size=80, color=MET[dark], opacity=1).encode(y=y, tooltip=tooltip)
    layers: list[Chart] = [band, line, dots.add_params(_picked(POINT, ["week"]))]
    if objective is not None:
        layers.append(objective_rule(objective, dark=dark))
    return alt.layer(*layers).properties(height=300)


def promise_grid(frame: pl.DataFrame, kinds: list[str], rows: list[str], *, dark: bool) -> alt.LayerChart:
    """Attainment by clock kind and another dimension, coloured by its distance to the objective; a click picks a cell.

    Args:
        frame: `kind`, `row` (labels), `attainment`, `due`, `goal` (text), `points` (attainment less the objective,
            null without one).
        kinds, rows: order of columns and rows.
        dark: whether the theme is.
    """
    return _filled(_promise_grid(tuple(kinds), tuple(rows), dark=dark), frame)


@lru_cache(maxsize=32)
def _promise_grid(kinds: tuple[str, ...], rows: tuple[str, ...], *, dark: bool) -> alt.LayerChart:
    base = alt.Chart().encode(
        x=alt.X("kind:N", sort=list(kinds), axis=alt.Axis(orient="top", labelAngle=0, labelLimit=140, **BARE)),
        y=alt.Y("row:N", sort=list(rows), axis=alt.Axis(labelLimit=120, **BARE)),
    )
    scale = alt.Scale(type="threshold", domain=[-0.08, -0.03, 0, 0.03], range=_SIDES[dark])
    colour = alt.condition("isValid(datum.points)", alt.Color("points:Q", scale=scale, legend=None), alt.value(IDLE))
    cells = base.mark_rect(width=_GAP, height=_GAP, cornerRadius=4).encode(
        color=colour,
        tooltip=[
            alt.Tooltip("kind:N", title="SLA clock"),
            alt.Tooltip("row:N", title="Row"),
            _share("SLA attainment", "attainment"),
            alt.Tooltip("goal:N", title="Objective"),
            _count("Clocks due", "due"),
        ],
    )
    ink = alt.condition("datum.points < -0.08", alt.value("#ffffff"), alt.value(_INK[dark]))
    share = base.mark_text(fontSize=16, fontWeight=600, dy=-8).encode(
        text=alt.Text("attainment:Q", format=".1%"), color=ink
    )
    below = base.mark_text(fontSize=11, dy=11).encode(text="note:N", color=ink)
    picked = cells.add_params(_picked(CELL, ["kind", "row"]))
    return alt.layer(picked, share, below).properties(height=max(180, 54 * len(rows) + 30))


def heat_map(frame: pl.DataFrame, value: str, label: str, *, ratio: bool, dark: bool) -> alt.LayerChart:
    """A weekday by hour map of one value, closed hours faint; a click picks an hour.

    Args:
        frame: 168 rows: `weekday`, `day` (label), `hour`, `desk` (text), `fade` (opacity), `text` (in cells that
            matter), `strong` (whether the text stands on a strong colour), `shade` (the value, 0 for none),
            and the counts the tooltip tells.
        value: column coloured by, as the tooltip and legend name it.
        label: what the legend says.
        ratio: whether the value is a share.
        dark: whether the theme is.
    """
    top = float(frame[value].max() or 0) or 1.0
    cuts = [top * share for share in (0.12, 0.3, 0.5, 0.75)]
    if not ratio and top >= 8:
        cuts = [float(round(cut)) for cut in cuts]
    shape = {"orient": "bottom", "direction": "horizontal", "gradientLength": 220}
    legend = alt.Legend(title=label, format=".0%" if ratio else ",.1~f", **shape)
    colour = alt.Color("shade:Q", scale=alt.Scale(type="threshold", domain=cuts, range=_STEPS[dark]), legend=legend)
    hours = "datum.value % 2 == 0 ? format(datum.value, '02d') : ''"
    base = alt.Chart(frame).encode(
        x=alt.X("hour:O", axis=alt.Axis(labelAngle=0, labelExpr=hours, **BARE)),
        y=alt.Y("day:O", sort=list(WEEKDAYS), axis=alt.Axis(**BARE)),
    )
    cells = base.mark_rect(width=_GAP, height=_GAP, cornerRadius=3).encode(
        color=alt.condition("datum.shade > 0", colour, alt.value(IDLE)),
        opacity=alt.Opacity("fade:Q", scale=None, legend=None),
        tooltip=[
            alt.Tooltip("day:N", title="Weekday"),
            alt.Tooltip("hour:O", title="Hour from"),
            alt.Tooltip("desk:N", title="Desk"),
            _count("Breaches", "breaches"),
            _count("Clocks due", "due"),
            _share("Breach rate", "breach_rate"),
            _count("Arrivals", "arrivals"),
        ],
    )
    strong = {False: "#ffffff", True: "#16202c"}[dark]
    ink = alt.condition("datum.strong", alt.value(strong), alt.value(_INK[dark]))
    numbers = base.mark_text(fontSize=11, fontWeight=600).encode(text="text:N", color=ink)
    return alt.layer(cells.add_params(_picked(CELL, ["weekday", "hour"])), numbers).properties(height=300)


def trend(
    frame: pl.DataFrame, bucket: str, groups: list[str], *, earlier: str | None, ratio: bool, zero: bool, dark: bool
) -> alt.LayerChart:
    """Lines of one metric over time, one a group, with the interval where the metric is a rate of one group.

    Args:
        frame: `at`, `value`, `low`, `high` (null where there is no interval), `group`, `due`, `firm` (n of 30 or
            more), `told` (the value in words).
        bucket: day, week or month.
        groups: order and colours of the lines; at most six.
        earlier: the group that is the period compared with, drawn grey and dashed.
        ratio: whether the metric is a share.
        zero: whether the axis starts at nothing.
    """
    scale = alt.Scale(zero=zero, nice=True)
    axis = alt.Axis(format=".0%" if ratio else ",~s", title=None, tickCount=5)
    legend = alt.Legend(orient="top", title=None, labelLimit=220, symbolOpacity=1) if len(groups) > 1 else None
    colours = [IDLE if group == earlier else _LINES[dark][number] for number, group in enumerate(groups)]
    colour = alt.Color("group:N", sort=groups, scale=alt.Scale(domain=groups, range=colours), legend=legend)
    own = [group for group in groups if group != earlier]
    base = alt.Chart(frame).encode(x=_time("at", bucket, frame["at"]), color=colour)
    y = alt.Y("value:Q", axis=axis, scale=scale)
    tooltip = [
        alt.Tooltip("at:T", title={"day": "Day", "week": "Week of", "month": "Month"}[bucket], format="%d %b %Y"),
        alt.Tooltip("group:N", title="Line"),
        alt.Tooltip("told:N", title="Value"),
        _count("Clocks due", "due"),
    ]
    layers: list[Chart] = []
    if len(own) == 1 and frame["low"].null_count() < frame.height:
        band = base.transform_filter(alt.datum.group == own[0]).mark_area(opacity=0.16)
        layers.append(band.encode(y=alt.Y("low:Q", scale=scale, axis=axis), y2="high:Q"))
    dash = alt.condition(alt.datum.group == (earlier or ""), alt.value([5, 4]), alt.value([1, 0]))
    layers.append(base.mark_line(strokeWidth=2).encode(y=y, strokeDash=dash))
    dots = base.mark_point(filled=True, size=60).encode(
        y=y, tooltip=tooltip, opacity=alt.condition("datum.firm", alt.value(1), alt.value(0.25))
    )
    layers.append(dots.add_params(_picked(POINT, ["at", "group"])))
    return alt.layer(*layers).properties(height=340)


def ranked_bars(frame: pl.DataFrame, order: list[str], title: str, *, dark: bool) -> alt.LayerChart:
    """Bars of excess breaches (or breaches) by segment; a click picks a segment.

    Args:
        frame: `segment`, `value`, `told`, `due`, `breaches`, `breach_rate`.
        order: segments from the top.
        title: of the axis, with its unit.
    """
    base = alt.Chart(frame).encode(y=alt.Y("segment:N", sort=order, axis=alt.Axis(labelLimit=190, **BARE)))
    bars = base.mark_bar(cornerRadius=2, height={"band": 0.7}).encode(
        x=alt.X("value:Q", axis=alt.Axis(title=title, tickCount=5, format=",~s")),
        color=alt.condition("datum.value > 0", alt.value(BREACH[dark]), alt.value(MET[dark])),
        tooltip=[
            alt.Tooltip("segment:N", title="Segment"),
            alt.Tooltip("told:N", title=title),
            _count("Breaches", "breaches"),
            _count("Clocks due", "due"),
            _share("Breach rate", "breach_rate"),
        ],
    )
    ends = base.mark_text(align="left", dx=4, fontSize=11, color=IDLE).encode(x=alt.X("edge:Q"), text="told:N")
    return alt.layer(bars.add_params(_picked(POINT, ["segment"])), ends).properties(
        height=max(120, 30 * len(order) + 40)
    )


def interval_dots(frame: pl.DataFrame, order: list[str], *, dark: bool) -> alt.LayerChart:
    """Breach rate by segment with its 95 % interval and what its objective allows; hollow where n is under 30.

    Args:
        frame: `segment`, `breach_rate`, `breach_rate_low`, `breach_rate_high`, `allowed`, `due`, `firm`.
        order: segments from the top.
    """
    base = alt.Chart(frame).encode(y=alt.Y("segment:N", sort=order, axis=alt.Axis(labelLimit=190, **BARE)))
    axis = alt.Axis(format=".0%", title="breach rate (tick: allowed)", tickCount=5)
    span = base.mark_rule(strokeWidth=2, color=IDLE).encode(
        x=alt.X("breach_rate_low:Q", axis=axis), x2="breach_rate_high:Q"
    )
    dots = base.mark_point(filled=True, size=80, stroke=BREACH[dark], strokeWidth=1.5).encode(
        x=alt.X("breach_rate:Q", axis=axis),
        fill=alt.condition("datum.firm", alt.value(BREACH[dark]), alt.value("transparent")),
        tooltip=[
            alt.Tooltip("segment:N", title="Segment"),
            _share("Breach rate", "breach_rate"),
            _share("95 % interval from", "breach_rate_low"),
            _share("to", "breach_rate_high"),
            _share("Allowed by the objective", "allowed"),
            _count("Clocks due", "due"),
        ],
    )
    allowed = base.mark_tick(color=MET[dark], thickness=2, height=14).encode(x=alt.X("allowed:Q", axis=axis))
    return alt.layer(span, allowed, dots).properties(height=max(120, 30 * len(order) + 40))
