"""Drivers as Altair charts: the steps from one rate to another, breaches beyond expectation, rates by what happened."""

import json
from functools import lru_cache

import altair as alt
import polars as pl

from pages.ui.charts_parts import (
    BARE,
    BREACH,
    IDLE,
    INK,
    MET,
    POINT,
    count_tip,
    filled,
    picks,
    share_tip,
)

NEXT = " + "
"""Stands between the values of a driver: each is a line of its label."""
_ROW = 30


def waterfall(frame: pl.DataFrame, *, dark: bool) -> alt.LayerChart:
    """The steps from the earlier breach rate to this one, from the top; a click picks a step.

    Args:
        frame: `step` (unique label), `start`, `end` (rates), `edge` (the larger of the two), `part` (their difference),
            `told` (what stands beside it), `role` ("rate", "up", "down" or "rest"), `due`, `earlier_due`,
            `rate`, `earlier_rate` (null for a rate or the rest).
        dark: whether the theme is.
    """
    ends = [float(each) for name in ("start", "end") for each in frame[name]]
    room = max(max(ends) - min(ends), 0.002)
    domain = (round(min(ends) - 0.12 * room, 5), round(max(ends) + 0.3 * room, 5))
    return filled(_waterfall(tuple(frame["step"]), domain, dark=dark), frame)


@lru_cache(maxsize=32)
def _waterfall(steps: tuple[str, ...], domain: tuple[float, float], *, dark: bool) -> alt.LayerChart:
    axis = alt.Axis(title="breach rate (not from 0)", format=".1%", tickCount=4)
    scale = alt.Scale(domain=list(domain), nice=False, zero=False)
    base = alt.Chart().encode(y=alt.Y("step:N", sort=list(steps), axis=alt.Axis(labelLimit=176, **BARE)))
    colours = alt.Scale(domain=["rate", "up", "down", "rest"], range=[INK[dark], BREACH[dark], MET[dark], IDLE])
    colour = alt.Color("role:N", scale=colours, legend=None)
    tooltip = [
        alt.Tooltip("step:N", title="Step"),
        alt.Tooltip("told:N", title="Adds to the breach rate"),
        share_tip("Breach rate now", "rate"),
        share_tip("Breach rate before", "earlier_rate"),
        count_tip("Clocks due now", "due"),
        count_tip("Clocks due before", "earlier_due"),
    ]
    x = alt.X("start:Q", axis=axis, scale=scale)
    bars = (
        base.transform_filter("datum.role != 'rate'")
        .mark_bar(cornerRadius=2, height={"band": 0.66})
        .encode(x=x, x2="end:Q", color=colour, tooltip=tooltip)
    )
    rates = (
        base.transform_filter("datum.role == 'rate'")
        .mark_tick(thickness=4, height=20)
        .encode(x=alt.X("end:Q", axis=axis, scale=scale), color=colour)
    )
    words = base.mark_text(align="left", dx=6, fontSize=12, color=INK[dark]).encode(
        x=alt.X("edge:Q", axis=axis, scale=scale), text="told:N"
    )
    layers = alt.layer(bars.add_params(picks(POINT, ["step"])), rates, words)
    return layers.properties(height=_ROW * len(steps) + 70)


def beyond(frame: pl.DataFrame, *, dark: bool) -> alt.LayerChart:
    """Breaches of each driver as expected (tick) and as they were (bar); a click picks a driver.

    Args:
        frame: `driver` (unique label), `breaches`, `expected`, `edge` (the larger), `told`, `role` ("up" or "down"),
            `due`, `part` (of the whole breach rate).
        dark: whether the theme is.
    """
    return filled(_beyond(tuple(frame["driver"]), dark=dark), frame)


@lru_cache(maxsize=32)
def _beyond(drivers: tuple[str, ...], *, dark: bool) -> alt.LayerChart:
    axis = alt.Axis(title="breaches (tick: to be expected)", tickCount=4, format=",~f")
    label = {"labelLimit": 176, "labelExpr": f"split(datum.label, {json.dumps(NEXT)})", **BARE}
    base = alt.Chart().encode(y=alt.Y("driver:N", sort=list(drivers), axis=alt.Axis(**label)))
    colours = alt.Scale(domain=["up", "down"], range=[BREACH[dark], MET[dark]])
    bars = base.mark_bar(cornerRadius=2, height={"band": 0.6}).encode(
        x=alt.X("breaches:Q", axis=axis),
        color=alt.Color("role:N", scale=colours, legend=None),
        tooltip=[
            alt.Tooltip("driver:N", title="Driver"),
            count_tip("Breaches", "breaches"),
            alt.Tooltip("expected:Q", title="To be expected", format=",.0f"),
            alt.Tooltip("told:N", title="Difference"),
            count_tip("Clocks due", "due"),
        ],
    )
    ticks = base.mark_tick(thickness=3, height=22, color=INK[dark]).encode(x=alt.X("expected:Q", axis=axis))
    words = base.mark_text(align="left", dx=6, fontSize=12, color=INK[dark]).encode(
        x=alt.X("edge:Q", axis=axis), text="told:N"
    )
    layers = alt.layer(bars.add_params(picks(POINT, ["driver"])), ticks, words)
    return layers.properties(height=(_ROW + 6) * len(drivers) + 70)


def goes_with(frame: pl.DataFrame, *, dark: bool) -> alt.LayerChart:
    """Breach rates by what happened to tickets, a heading above the values of each dimension; a click picks a value.

    Args:
        frame: `place` (row from the top), `label`, `breach_rate`, `low`, `high`, `earlier_rate` (all null on a
            heading), `due`, `firm`.
        dark: whether the theme is.
    """
    return filled(_goes_with(tuple(frame["label"]), tuple(frame["breach_rate"].is_null()), dark=dark), frame)


@lru_cache(maxsize=32)
def _goes_with(labels: tuple[str, ...], headings: tuple[bool, ...], *, dark: bool) -> alt.LayerChart:
    bold = f"{json.dumps(list(headings))}[datum.value]"
    axis = alt.Axis(
        labelExpr=f"{json.dumps(list(labels))}[datum.value]",
        labelLimit=190,
        labelFontWeight={"condition": {"test": bold, "value": "bold"}, "value": "normal"},
        **BARE,
    )
    base = alt.Chart().encode(y=alt.Y("place:O", axis=axis, scale=alt.Scale(domain=list(range(len(labels))))))
    across = alt.Axis(format=".0%", title="breach rate (tick: before)", tickCount=5)
    valued = base.transform_filter("isValid(datum.breach_rate)")
    span = valued.mark_rule(strokeWidth=2, color=IDLE).encode(x=alt.X("low:Q", axis=across), x2="high:Q")
    dots = valued.mark_point(filled=True, size=80, opacity=1, stroke=BREACH[dark], strokeWidth=1.5).encode(
        x=alt.X("breach_rate:Q", axis=across),
        fill=alt.condition("datum.firm", alt.value(BREACH[dark]), alt.value("transparent")),
        tooltip=[
            alt.Tooltip("label:N", title="Value"),
            share_tip("Breach rate", "breach_rate"),
            share_tip("95 % interval from", "low"),
            share_tip("to", "high"),
            share_tip("Breach rate before", "earlier_rate"),
            count_tip("Clocks due", "due"),
        ],
    )
    before = valued.mark_tick(color=INK[dark], thickness=2, height=14).encode(x=alt.X("earlier_rate:Q", axis=across))
    layers = alt.layer(span, before, dots.add_params(picks(POINT, ["place"])))
    return layers.properties(height=24 * len(labels) + 70)
