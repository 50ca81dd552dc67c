"""Segments and customers as Altair charts: rates, two attributes crossed, the funnel, and excess with its interval."""

from datetime import date
from functools import lru_cache

import altair as alt
import polars as pl

from analytics.segments import BETTER, SAME, WORSE
from pages.ui.charts_parts import (
    BARE,
    BREACH,
    CELL,
    GAP,
    IDLE,
    INK,
    MET,
    POINT,
    SIDES,
    Chart,
    count_tip,
    filled,
    picks,
    share_tip,
    time_axis,
)

UNKNOWN = -10.0
"""Stands for too few clocks to colour a cell by: marks without a value are not drawn."""

TOO_FEW = "not enough clocks to tell"
"""Stands for no verdict on a segment."""

STEPS = (-0.08, -0.03, 0.0, 0.03)
"""Where the colours of a crossed table change: points to the good of the objective, or of the whole."""

_PALE = {False: "#dde3e9", True: "#333e49"}


def _segments(order: list[str]) -> alt.Y:
    return alt.Y("segment:N", sort=order, axis=alt.Axis(labelLimit=190, **BARE))


def _sides(dark: bool) -> alt.Scale:
    """Orange for worse than the rest, blue for better, grey for all else."""
    return alt.Scale(domain=[WORSE, BETTER, SAME, TOO_FEW], range=[BREACH[dark], MET[dark], IDLE, IDLE])


def rate_dots(frame: pl.DataFrame, order: list[str], *, dark: bool) -> alt.LayerChart:
    """Breach rate by segment with its 95 % interval and what its objective allows; hollow where n is under 30.

    Args:
        frame: `segment` (with n), `breach_rate`, `breach_rate_low`, `breach_rate_high`, `allowed`, `due`, `firm`,
            `apart` (whether it differs from the rest, in words), `rest_rate`.
        order: segments from the top.
        dark: whether the theme is.
    """
    base = alt.Chart(frame).encode(y=_segments(order))
    axis = alt.Axis(format=".0%", title="breach rate", tickCount=5)
    span = base.mark_rule(strokeWidth=2, color=IDLE).encode(
        x=alt.X("breach_rate_low:Q", axis=axis), x2="breach_rate_high:Q"
    )
    colour = {"stroke": alt.Stroke("apart:N", scale=_sides(dark), legend=None)}
    fill = alt.Fill("apart:N", scale=_sides(dark), legend=None)
    dots = base.mark_point(filled=True, size=80, opacity=1, strokeWidth=1.5).encode(
        x=alt.X("breach_rate:Q", axis=axis),
        fill=alt.condition("datum.firm", fill, alt.value("transparent")),
        tooltip=[
            alt.Tooltip("segment:N", title="Segment"),
            share_tip("Breach rate", "breach_rate"),
            share_tip("95 % interval from", "breach_rate_low"),
            share_tip("to", "breach_rate_high"),
            share_tip("Allowed by the objective", "allowed"),
            share_tip("Breach rate of the rest", "rest_rate"),
            alt.Tooltip("apart:N", title="Against the rest"),
            count_tip("Clocks due", "due"),
        ],
        **colour,
    )
    allowed = base.mark_tick(color=INK[dark], thickness=2, height=14).encode(x=alt.X("allowed:Q", axis=axis))
    return alt.layer(span, allowed, dots).properties(height=30 * len(order) + 80)


def crossed(frame: pl.DataFrame, rows: list[str], columns: list[str], *, dark: bool) -> alt.LayerChart:
    """Breach rate where two attributes meet, coloured by its distance to what is allowed; a click picks a cell.

    Args:
        frame: `row`, `column` (labels), `breach_rate`, `told` (the rate in words), `due`, `breaches`, `note` (n in
            words), `against` (the rate compared with), `points` (that less the rate; UNKNOWN below 30 clocks).
        rows, columns: their order.
        dark: whether the theme is.
    """
    return filled(_crossed(tuple(rows), tuple(columns), dark=dark), frame)


@lru_cache(maxsize=32)
def _crossed(rows: tuple[str, ...], columns: tuple[str, ...], *, dark: bool) -> alt.LayerChart:
    one = f"width / {len(columns)}"
    longest = max(len(part) for name in columns for part in name.split())
    whole = f"6.5 * length(datum.label) < {one}"
    narrow, tight = f"{one} < {max(44, round(5.2 * longest))}", f"{one} < {round(6.5 * longest)}"
    label = {
        "labelAngle": alt.ExprRef(f"{narrow} ? -45 : 0"),
        "labelAlign": alt.ExprRef(f"{narrow} ? 'right' : 'center'"),
        "labelFontSize": alt.ExprRef(f"{tight} ? 10 : 12"),
        "labelExpr": f"{narrow} || {whole} ? datum.label : split(datum.label, ' ')",
        "labelLimit": 120,
    }
    base = alt.Chart().encode(
        x=alt.X("column:N", sort=list(columns), axis=alt.Axis(**label, **BARE)),
        y=alt.Y("row:N", sort=list(rows), axis=alt.Axis(labelLimit=120, **BARE)),
    )
    scale = alt.Scale(type="threshold", domain=[UNKNOWN / 2, *STEPS], range=[_PALE[dark], *SIDES[dark]])
    cells = base.mark_rect(width=GAP, height=GAP, cornerRadius=4).encode(
        color=alt.Color("points:Q", scale=scale, legend=None),
        tooltip=[
            alt.Tooltip("row:N", title="Row"),
            alt.Tooltip("column:N", title="Column"),
            share_tip("Breach rate", "breach_rate"),
            share_tip("Compared with", "against"),
            count_tip("Breaches", "breaches"),
            count_tip("Clocks due", "due"),
        ],
    )
    few = f"datum.points < {UNKNOWN / 2}"
    strong = f"datum.points < {STEPS[0]} && !({few})"
    ink = alt.condition(strong, alt.value("#ffffff"), alt.value(INK[dark]))
    large = alt.ExprRef(f"{one} < 34 ? 8 : {one} < 50 ? 11 : 14")
    place, room = alt.ExprRef(f"{one} < 34 ? 0 : -7"), alt.ExprRef(f"{one} < 34 ? 0 : 1")
    share = base.mark_text(fontSize=large, fontWeight=600, dy=place).encode(
        text="told:N", color=ink, opacity=alt.condition(few, alt.value(0.6), alt.value(1))
    )
    below = base.mark_text(fontSize=10, dy=9, opacity=room).encode(text="note:N", color=ink)
    picked = cells.add_params(picks(CELL, ["row", "column"]))
    return alt.layer(picked, share, below).properties(height=46 * len(rows) + 90)


def funnel(frame: pl.DataFrame, limits: pl.DataFrame, rate: float, *, dark: bool) -> alt.LayerChart:
    """Breach rate against n, with the limits chance keeps a rate within; names on hover, and on those far outside.

    Args:
        frame: `segment`, `due`, `breach_rate`, `outside` (Boolean, beyond the 99.8 % limits), `name` (blank but where
            it is written beside the mark).
        limits: `due`, `low_95`, `high_95`, `low_998`, `high_998`.
        rate: of the whole.
        dark: whether the theme is.
    """
    x = alt.X(
        "due:Q",
        scale=alt.Scale(type="log", nice=False),
        axis=alt.Axis(title="clocks due", tickCount=4, format="~s", grid=False),
    )
    axis = alt.Axis(format=".0%", title="breach rate", tickCount=5)
    fan = alt.Chart(limits).encode(x=x)
    outer = fan.mark_area(color=IDLE, opacity=0.16).encode(y=alt.Y("low_998:Q", axis=axis), y2="high_998:Q")
    inner = fan.mark_area(color=IDLE, opacity=0.22).encode(y=alt.Y("low_95:Q", axis=axis), y2="high_95:Q")
    whole = alt.Chart(pl.DataFrame({"rate": [rate]})).mark_rule(color=IDLE, strokeDash=[5, 4]).encode(y="rate:Q")
    base = alt.Chart(frame).encode(x=x, y=alt.Y("breach_rate:Q", axis=axis))
    worse, outside = f"datum.outside && datum.breach_rate > {rate}", alt.datum.outside
    marks = base.mark_point(filled=True, size=60, opacity=0.9).encode(
        color=alt.when(worse)
        .then(alt.value(BREACH[dark]))
        .when(outside)
        .then(alt.value(MET[dark]))
        .otherwise(alt.value(IDLE)),
        shape=alt.condition("datum.outside", alt.value("diamond"), alt.value("circle")),
        tooltip=[
            alt.Tooltip("segment:N", title="Segment"),
            share_tip("Breach rate", "breach_rate"),
            count_tip("Clocks due", "due"),
        ],
    )
    names = base.mark_text(align="right", dx=-8, fontSize=11, color=INK[dark]).encode(text="name:N")
    return alt.layer(outer, inner, whole, marks, names).properties(height=300)


def excess_bars(frame: pl.DataFrame, order: list[str], *, dark: bool) -> alt.LayerChart:
    """Breaches beyond what was promised, by customer, with the 95 % interval; faint where n is under 30.

    Args:
        frame: `segment`, `excess`, `excess_low`, `excess_high`, `edge` (where the number stands), `told` (the excess in
            words), `firm`, `due`, `breaches`, `expected`, `attainment`, `promised`, `apart`.
        order: customers from the top.
        dark: whether the theme is.
    """
    return filled(_excess_bars(tuple(order), dark=dark), frame)


@lru_cache(maxsize=32)
def _excess_bars(order: tuple[str, ...], *, dark: bool) -> alt.LayerChart:
    base = alt.Chart().encode(y=_segments(list(order)))
    axis = alt.Axis(title="excess breaches", tickCount=5, format=",~f")
    bars = base.mark_bar(cornerRadius=2, height={"band": 0.7}).encode(
        x=alt.X("excess:Q", axis=axis),
        color=alt.condition("datum.excess > 0", alt.value(BREACH[dark]), alt.value(MET[dark])),
        opacity=alt.condition("datum.firm", alt.value(1), alt.value(0.4)),
        tooltip=[
            alt.Tooltip("segment:N", title="Customer"),
            alt.Tooltip("told:N", title="Breaches beyond the promised"),
            count_tip("Breaches", "breaches"),
            alt.Tooltip("expected:Q", title="Expected", format=",.1f"),
            share_tip("SLA attainment", "attainment"),
            share_tip("Promised", "promised"),
            alt.Tooltip("apart:N", title="Told apart"),
            count_tip("Clocks due", "due"),
        ],
    )
    span = base.mark_rule(strokeWidth=1.5, color=INK[dark]).encode(x="excess_low:Q", x2="excess_high:Q")
    ends = base.mark_text(align="left", dx=5, fontSize=11, color=INK[dark]).encode(x="edge:Q", text="told:N")
    return alt.layer(bars.add_params(picks(POINT, ["segment"])), span, ends).properties(height=26 * len(order) + 70)


def months(frame: pl.DataFrame, objective: float | None, *, dark: bool) -> alt.LayerChart:
    """Attainment by month with its 95 % interval and n; hollow where the month is unfinished or n is under 30.

    Args:
        frame: `month`, `attainment`, `attainment_low`, `attainment_high`, `due`, `breaches`, `firm`, `note`.
        objective: a dashed line where there is just one.
        dark: whether the theme is.
    """
    return filled(_months(tuple(frame["month"]), objective, dark=dark), frame)


@lru_cache(maxsize=32)
def _months(dates: tuple[date, ...], objective: float | None, *, dark: bool) -> alt.LayerChart:
    scale = alt.Scale(zero=False, nice=True, padding=14)
    axis = alt.Axis(format=".0%", title=None, tickCount=4)
    base = alt.Chart().encode(x=time_axis("month", "month", pl.Series(dates, dtype=pl.Date), padding=24))
    span = base.mark_rule(strokeWidth=2, color=IDLE).encode(
        y=alt.Y("attainment_low:Q", scale=scale, axis=axis), y2="attainment_high:Q"
    )
    y = alt.Y("attainment:Q", scale=scale, axis=axis)
    line = base.mark_line(color=MET[dark], strokeWidth=1.5, opacity=0.6).encode(y=y)
    dots = base.mark_point(filled=True, size=80, opacity=1, stroke=MET[dark], strokeWidth=1.5).encode(
        y=y,
        fill=alt.condition("datum.firm", alt.value(MET[dark]), alt.value("transparent")),
        tooltip=[
            alt.Tooltip("month:T", title="Month", format="%b %Y"),
            share_tip("SLA attainment", "attainment"),
            share_tip("95 % interval from", "attainment_low"),
            share_tip("to", "attainment_high"),
            count_tip("Breaches", "breaches"),
            count_tip("Clocks due", "due"),
            alt.Tooltip("note:N", title="Month is"),
        ],
    )
    layers: list[Chart] = [span, line, dots]
    if objective is not None:
        goal = alt.Chart(pl.DataFrame({"objective": [objective]}))
        layers.append(goal.mark_rule(color=BREACH[dark], strokeDash=[5, 4]).encode(y="objective:Q"))
    return alt.layer(*layers).properties(height=220)
