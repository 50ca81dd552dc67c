"""Frames in, Altair charts out: one function a chart, no text above it and no Streamlit in it.

A second mark or a number always tells what a colour tells.
"""

from datetime import date
from functools import lru_cache

import altair as alt
import polars as pl

from pages.ui.charts_parts import (
    BARE,
    BREACH,
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
        x=alt.X("value:Q", axis=alt.Axis(title=title, tickCount=5, format=",~f")),
        color=alt.condition("datum.value > 0", alt.value(BREACH[dark]), alt.value(MET[dark])),
        tooltip=[
            alt.Tooltip("segment:N", title="Segment"),
            alt.Tooltip("told:N", title=title),
            count_tip("Breaches", "breaches"),
            count_tip("Clocks due", "due"),
            share_tip("Breach rate", "breach_rate"),
        ],
    )
    ends = base.mark_text(align="left", dx=4, fontSize=11, color=INK[dark]).encode(x=alt.X("edge:Q"), text="told:N")
    return alt.layer(bars.add_params(picks(POINT, ["segment"])), ends).properties(height=30 * len(order) + 80)
