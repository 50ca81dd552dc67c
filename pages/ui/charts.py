"""Frames in, Altair charts out: one function a chart, no text above it and no Streamlit in it.

A second mark or a number always tells what a colour tells.
"""

from datetime import date
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
    LINES,
    MET,
    POINT,
    Chart,
    count_tip,
    filled,
    objective_rule,
    picks,
    share_tip,
    time_axis,
    top_legend,
)

_STEPS = {
    False: ["#f8e6d6", "#f6c79c", "#ee9a55", "#d55e00", "#8a3c00"],
    True: ["#3b2a1c", "#6b4420", "#a3611f", "#e07b1a", "#ffb366"],
}


def weekly_rate(frame: pl.DataFrame, objective: float | None, *, dark: bool, height: int = 300) -> alt.LayerChart:
    """Attainment by week with its 95 % interval, and the objective; a click picks a week.

    Args:
        frame: `week`, `attainment`, `attainment_low`, `attainment_high`, `due`, `breaches`.
        objective: drawn where the selection has just one.
        dark: whether the theme is.
        height: in pixels.
    """
    return filled(_weekly_rate(tuple(frame["week"]), objective, dark=dark, height=height), frame)


@lru_cache(maxsize=32)
def _weekly_rate(weeks: tuple[date, ...], objective: float | None, *, dark: bool, height: int) -> alt.LayerChart:
    scale = alt.Scale(zero=False, nice=True)
    axis = alt.Axis(format=".0%", title=None, tickCount=5)
    base = alt.Chart().encode(x=time_axis("week", "week", pl.Series(weeks, dtype=pl.Date)))
    tooltip = [
        alt.Tooltip("week:T", title="Week of", format="%d %b %Y"),
        share_tip("SLA attainment", "attainment"),
        share_tip("95 % interval from", "attainment_low"),
        share_tip("to", "attainment_high"),
        count_tip("Clocks due", "due"),
        count_tip("Breaches", "breaches"),
    ]
    y = alt.Y("attainment:Q", axis=axis, scale=scale)
    band = base.mark_area(color=MET[dark], opacity=0.18).encode(
        y=alt.Y("attainment_low:Q", scale=scale, axis=axis), y2="attainment_high:Q"
    )
    line = base.mark_line(color=MET[dark], strokeWidth=2).encode(y=y)
    dots = base.mark_point(filled=True, size=80, color=MET[dark], opacity=1).encode(y=y, tooltip=tooltip)
    layers: list[Chart] = [band, line, dots.add_params(picks(POINT, ["week"]))]
    if objective is not None:
        layers.append(objective_rule(objective, dark=dark))
    return alt.layer(*layers).properties(height=height)


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
    cells = base.mark_rect(width=GAP, height=GAP, cornerRadius=3).encode(
        color=alt.condition("datum.shade > 0", colour, alt.value(IDLE)),
        opacity=alt.Opacity("fade:Q", scale=None, legend=None),
        tooltip=[
            alt.Tooltip("day:N", title="Weekday"),
            alt.Tooltip("hour:O", title="Hour from"),
            alt.Tooltip("desk:N", title="Desk"),
            count_tip("Breaches", "breaches"),
            count_tip("Clocks due", "due"),
            share_tip("Breach rate", "breach_rate"),
            count_tip("Arrivals", "arrivals"),
        ],
    )
    strong = {False: "#ffffff", True: "#16202c"}[dark]
    ink = alt.condition("datum.strong", alt.value(strong), alt.value(INK[dark]))
    room = alt.ExprRef("width < 480 ? 0 : 1")
    numbers = base.mark_text(fontSize=11, fontWeight=600, opacity=room).encode(text="text:N", color=ink)
    return alt.layer(cells.add_params(picks(CELL, ["weekday", "hour"])), numbers).properties(height=300)


def trend(
    frame: pl.DataFrame,
    bucket: str,
    groups: list[str],
    *,
    earlier: str | None,
    ratio: bool,
    zero: bool,
    dark: bool,
    thin: str | None = None,
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
        thin: the group drawn as a thinner, dotted line beside its main one.
    """
    scale = alt.Scale(zero=zero, nice=True)
    axis = alt.Axis(format=".0%" if ratio else ",~s", title=None, tickCount=5)
    legend = top_legend() if len(groups) > 1 else None
    colours = [IDLE if group == earlier else LINES[dark][number] for number, group in enumerate(groups)]
    colour = alt.Color("group:N", sort=groups, scale=alt.Scale(domain=groups, range=colours), legend=legend)
    own = [group for group in groups if group not in {earlier, thin}]
    base = alt.Chart(frame).encode(x=time_axis("at", bucket, frame["at"]), color=colour)
    y = alt.Y("value:Q", axis=axis, scale=scale)
    tooltip = [
        alt.Tooltip("at:T", title={"day": "Day", "week": "Week of", "month": "Month"}[bucket], format="%d %b %Y"),
        alt.Tooltip("group:N", title="Line"),
        alt.Tooltip("told:N", title="Value"),
        count_tip("Clocks due", "due"),
    ]
    layers: list[Chart] = []
    if len(own) == 1 and frame["low"].null_count() < frame.height:
        band = base.transform_filter(alt.datum.group == own[0]).mark_area(opacity=0.16)
        layers.append(band.encode(y=alt.Y("low:Q", scale=scale, axis=axis), y2="high:Q"))
    main = alt.FieldOneOfPredicate(field="group", oneOf=own)
    layers.append(base.transform_filter(main).mark_line(strokeWidth=2).encode(y=y))
    if earlier:
        layers.append(base.transform_filter(alt.datum.group == earlier).mark_line(strokeDash=[5, 4]).encode(y=y))
    if thin:
        fine = base.transform_filter(alt.datum.group == thin).mark_line(strokeWidth=1.3, strokeDash=[2, 3])
        layers.append(fine.encode(y=y))
    dots = base.mark_point(filled=True).encode(
        y=y,
        tooltip=tooltip,
        size=alt.condition(alt.datum.group == (thin or ""), alt.value(24), alt.value(60)),
        opacity=alt.condition("datum.firm", alt.value(1), alt.value(0.25)),
    )
    layers.append(dots.add_params(picks(POINT, ["at", "group"])))
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
            count_tip("Breaches", "breaches"),
            count_tip("Clocks due", "due"),
            share_tip("Breach rate", "breach_rate"),
        ],
    )
    ends = base.mark_text(align="left", dx=4, fontSize=11, color=IDLE).encode(x=alt.X("edge:Q"), text="told:N")
    return alt.layer(bars.add_params(picks(POINT, ["segment"])), ends).properties(height=30 * len(order) + 80)


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
            share_tip("Breach rate", "breach_rate"),
            share_tip("95 % interval from", "breach_rate_low"),
            share_tip("to", "breach_rate_high"),
            share_tip("Allowed by the objective", "allowed"),
            count_tip("Clocks due", "due"),
        ],
    )
    allowed = base.mark_tick(color=MET[dark], thickness=2, height=14).encode(x=alt.X("allowed:Q", axis=axis))
    return alt.layer(span, allowed, dots).properties(height=30 * len(order) + 80)
