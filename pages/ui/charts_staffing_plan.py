"""Charts of a plan: people required by hour of the week against the roster, and multiples of what is done now."""

from functools import lru_cache

import altair as alt
import polars as pl

from analytics.dimensions import WEEKDAYS
from pages.ui.charts_parts import BARE, GAP, IDLE, INK, LINES, MET, SIDES, filled, top_legend

REQUIRED, SCHEDULED, BAND = "Required", "Scheduled now", "At ±10 % work"
_CUTS = (1.05, 1.5, 2.5)
_ON_STRONG = {False: "#ffffff", True: "#f2f5f8"}
_STRONG = {False: _CUTS[-1], True: _CUTS[0]}
"""The multiple from which a cell is dark enough for light numbers."""


def week(frame: pl.DataFrame, *, dark: bool) -> alt.LayerChart:
    """Agents required in each open hour of the week, their band, and the roster where there is one.

    Args:
        frame: `at`, `until`, `middle` (places on the axis, days apart), `label` (of the hour), `days` (name and hours
            of its day, in the first row of each; else blank), `noon` (the middle of that day), `required`, `low`,
            `high`, `scheduled` (null: no roster), `window` (that asks for the hour), `work`, `margin` (hours), `bars`,
            `band`, `lines` (REQUIRED, BAND and SCHEDULED, for the legend).
        dark: whether the theme is.
    """
    firsts = frame.filter(pl.col("days") != "")
    marks = tuple(zip(firsts["noon"].to_list(), firsts["days"].to_list(), strict=True))
    rostered = frame["scheduled"].count() > 0
    return filled(_week(marks, float(frame["until"].max() or 1), rostered=rostered, dark=dark), frame)  # type: ignore[arg-type]


@lru_cache(maxsize=32)
def _week(marks: tuple[tuple[float, str], ...], end: float, *, rostered: bool, dark: bool) -> alt.LayerChart:
    places, names = [place for place, _ in marks], [name for _, name in marks]
    label = f"split({names}[indexof({places}, datum.value)], '|')"
    axis = alt.Axis(values=places, labelExpr=label, title=None, grid=False, domain=False, ticks=False)
    scale = alt.Scale(domain=[0, end], nice=False)
    x, until = alt.X("at:Q", axis=axis, scale=scale), alt.X2("until:Q")
    legend = [REQUIRED, BAND, *([SCHEDULED] if rostered else [])]
    colours = alt.Scale(domain=legend, range=[MET[dark], IDLE, LINES[dark][1]][: len(legend)])
    tips = [
        alt.Tooltip("label:N", title="Hour"),
        alt.Tooltip("required:Q", title="Required agents", format=",.0f"),
        alt.Tooltip("low:Q", title="With 10 % less to", format=",.0f"),
        alt.Tooltip("high:Q", title="10 % more work", format=",.0f"),
        *([alt.Tooltip("scheduled:Q", title="Scheduled, mean", format=",.1f")] if rostered else []),
        alt.Tooltip("window:N", title="Tightest window"),
        alt.Tooltip("work:Q", title="Work due in it, h", format=",.0f"),
        alt.Tooltip("margin:Q", title="Room for busy weeks, h", format=",.0f"),
    ]
    base = alt.Chart().encode(tooltip=tips)
    height = alt.Axis(title="agents", tickCount=5, format=",.0f")
    bars = base.mark_rect(strokeWidth=0, cornerRadius=1).encode(
        x=x,
        x2=until,
        y=alt.Y("required:Q", axis=height, scale=alt.Scale(zero=True)),
        y2=alt.Y2Datum(0),
        color=_colour("bars", colours, len(legend)),
    )
    band = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("middle:Q", axis=axis, scale=scale),
        y=alt.Y("low:Q", axis=height),
        y2="high:Q",
        color=_colour("band", colours, len(legend)),
    )
    layers = [bars, band]
    if rostered:
        line = base.mark_rule(strokeWidth=3, strokeCap="butt").encode(
            x=x, x2=until, y=alt.Y("scheduled:Q", axis=height), color=_colour("lines", colours, len(legend))
        )
        layers.append(line)
    return alt.layer(*layers).properties(height=300)


def _colour(column: str, scale: alt.Scale, most: int) -> alt.Color:
    return alt.Color(f"{column}:N", scale=scale, legend=top_legend(most))


def multiples(frame: pl.DataFrame, *, dark: bool) -> alt.LayerChart:
    """How many times what is done in it now each block of the week needs.

    Args:
        frame: one row an open hour: `day`, `hour`, `when` (its block), `multiple`, `low`, `high` (null: nothing is
            done there now), `required`, `now` (touches a week in the block), `text` (in one hour of each block that
            matters).
        dark: whether the theme is.
    """
    return filled(_multiples(dark=dark), frame)


@lru_cache(maxsize=4)
def _multiples(*, dark: bool) -> alt.LayerChart:
    strong, middle, light, enough, _ = SIDES[dark]
    scale = alt.Scale(type="threshold", domain=list(_CUTS), range=[enough, light, middle, strong])
    legend = alt.Legend(title="times what is done now", orient="bottom", direction="horizontal", gradientLength=220)
    hours = "datum.value % 2 == 0 ? format(datum.value, '02d') : ''"
    base = alt.Chart().encode(
        x=alt.X("hour:O", axis=alt.Axis(labelAngle=0, labelExpr=hours, **BARE)),
        y=alt.Y("day:O", sort=list(WEEKDAYS), axis=alt.Axis(**BARE)),
    )
    cells = base.mark_rect(width=GAP, height=GAP, cornerRadius=3).encode(
        color=alt.condition(
            "isValid(datum.multiple)", alt.Color("multiple:Q", scale=scale, legend=legend), alt.value(IDLE)
        ),
        tooltip=[
            alt.Tooltip("when:N", title="Hours"),
            alt.Tooltip("multiple:Q", title="Times what is done now", format=".2f"),
            alt.Tooltip("low:Q", title="With 10 % less to", format=".2f"),
            alt.Tooltip("high:Q", title="10 % more work", format=".2f"),
            alt.Tooltip("required:Q", title="Touches a week needed", format=",.0f"),
            alt.Tooltip("now:Q", title="Touches a week now, while work waits", format=",.0f"),
        ],
    )
    ink = alt.condition(f"datum.multiple > {_STRONG[dark]}", alt.value(_ON_STRONG[dark]), alt.value(INK[dark]))
    room = alt.ExprRef("width < 480 ? 0 : 1")
    numbers = base.mark_text(fontSize=11, fontWeight=600, opacity=room).encode(text="text:N", color=ink)
    return alt.layer(cells, numbers).properties(height=300)
