"""What comes and goes, how old what is open is, and what waits in the queue, as Altair charts."""

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
    picks,
    share_tip,
    time_axis,
    top_legend,
)

CAME, DONE = "Created", "Resolved"
PAST, RISK, SAFE, WAITS = "past due", "at risk", "not at risk", "waiting"
_AGES = {
    False: ["#cfe3f1", "#93c1de", "#4f97c6", "#1f6ca3", "#0b3d66"],
    True: ["#234a63", "#2d6690", "#3f88b8", "#6fb4e0", "#c5e4fb"],
}
_TITLES = {"day": "Day", "week": "Week of", "month": "Month"}
_ROOM = 44
"""Pixels beside the vertical axes, so that charts under each other share the horizontal one."""


def came_and_went(frame: pl.DataFrame, bucket: str, *, dark: bool) -> alt.LayerChart:
    """Tickets created and resolved a day: each day as a dot and the mean of seven days as a line; else a line of means.

    Args:
        frame: `at`, `what` (CAME or DONE), `count` (that day), `mean`, `rest` (Boolean, weekend); `partial` (text, of
            a bucket that is cut).
        bucket: day, week or month.
        dark: whether the theme is.
    """
    return filled(_came_and_went(tuple(frame["at"]), bucket, dark=dark), frame)


@lru_cache(maxsize=32)
def _came_and_went(dates: tuple[date, ...], bucket: str, *, dark: bool) -> alt.LayerChart:
    colours = alt.Scale(domain=[CAME, DONE], range=[LINES[dark][0], LINES[dark][2]])
    dashes = alt.Scale(domain=[CAME, DONE], range=[[1, 0], [6, 3]])
    legend = top_legend(2)
    legend.symbolType, legend.symbolStrokeWidth = "stroke", 3
    base = alt.Chart().encode(
        x=time_axis("at", bucket, pl.Series(dates, dtype=pl.Date)),
        color=alt.Color("what:N", scale=colours, legend=legend),
    )
    axis = alt.Axis(title="tickets a day", tickCount=4, format=",~f", minExtent=_ROOM)
    tooltip = [
        alt.Tooltip("at:T", title=_TITLES[bucket], format="%a %d %b %Y" if bucket == "day" else "%d %b %Y"),
        alt.Tooltip("what:N", title="Tickets"),
        count_tip("That day" if bucket == "day" else "In all", "count"),
        alt.Tooltip("mean:Q", title="Mean of 7 days" if bucket == "day" else "A day", format=",.1f"),
        alt.Tooltip("partial:N", title="Covers"),
    ]
    line = base.mark_line(strokeWidth=2.5).encode(
        y=alt.Y("mean:Q", axis=axis), strokeDash=alt.StrokeDash("what:N", scale=dashes, legend=legend)
    )
    dots = base.mark_point(filled=True, size=26).encode(
        y=alt.Y("count:Q" if bucket == "day" else "mean:Q", axis=axis),
        opacity=alt.condition("datum.rest", alt.value(0.2), alt.value(0.6 if bucket == "day" else 1)),
        tooltip=tooltip,
    )
    return alt.layer(line, dots).properties(height=240)


def open_by_age(frame: pl.DataFrame, bucket: str, bands: list[str], *, dark: bool) -> alt.LayerChart:
    """The open tickets over time, stacked by how old they are.

    Args:
        frame: `at`, `band`, `place` (its place in the stack), `open`, `all` (of the same day).
        bucket: day, week or month.
        bands: from the youngest, which lies below.
        dark: whether the theme is.
    """
    return filled(_open_by_age(tuple(frame["at"].unique().sort()), bucket, tuple(bands), dark=dark), frame)


@lru_cache(maxsize=32)
def _open_by_age(dates: tuple[date, ...], bucket: str, bands: tuple[str, ...], *, dark: bool) -> alt.LayerChart:
    scale = alt.Scale(domain=list(bands), range=_AGES[dark])
    base = alt.Chart().encode(
        x=time_axis("at", bucket, pl.Series(dates, dtype=pl.Date)),
        y=alt.Y(
            "open:Q", axis=alt.Axis(title="open tickets", tickCount=4, format=",~f", minExtent=_ROOM), stack="zero"
        ),
        color=alt.Color("band:N", sort=list(bands), scale=scale, legend=top_legend(len(bands))),
        order=alt.Order("place:Q"),
        tooltip=[
            alt.Tooltip("at:T", title="End of", format="%a %d %b %Y"),
            alt.Tooltip("band:N", title="Age"),
            count_tip("Open of this age", "open"),
            count_tip("Open in all", "all"),
        ],
    )
    return alt.layer(base.mark_area(line=False, opacity=1)).properties(height=240)


def ages(frame: pl.DataFrame, bands: list[str], *, dark: bool) -> alt.LayerChart:
    """How many tickets of each age are open, with a tick where the period began; a click picks an age.

    Args:
        frame: `band`, `open`, `before`, `share`, `told` (words at the end of a bar).
        bands: from the top.
        dark: whether the theme is.
    """
    return filled(_ages(tuple(bands), dark=dark), frame)


@lru_cache(maxsize=8)
def _ages(bands: tuple[str, ...], *, dark: bool) -> alt.LayerChart:
    base = alt.Chart().encode(y=alt.Y("band:N", sort=list(bands), axis=alt.Axis(labelLimit=120, **BARE)))
    axis = alt.Axis(title="open tickets (tick: as the period began)", tickCount=4, format=",~f")
    tooltip = [
        alt.Tooltip("band:N", title="Age"),
        count_tip("Open", "open"),
        share_tip("Share of all open", "share"),
        count_tip("As the period began", "before"),
    ]
    bars = base.mark_bar(cornerRadius=2, height={"band": 0.7}).encode(
        x=alt.X("open:Q", axis=axis),
        color=alt.Color("band:N", scale=alt.Scale(domain=list(bands), range=_AGES[dark]), legend=None),
        tooltip=tooltip,
    )
    ticks = base.mark_tick(color=INK[dark], thickness=2, height=30).encode(x=alt.X("before:Q", axis=axis))
    ends = base.transform_calculate(edge="max(datum.open, datum.before)").mark_text(align="left", dx=6, color=IDLE)
    words = ends.encode(x=alt.X("edge:Q"), text="told:N")
    return alt.layer(bars.add_params(picks(POINT, ["band"])), ticks, words).properties(height=230)


def waiting(frame: pl.DataFrame, buckets: list[str], *, dark: bool) -> alt.LayerChart:
    """The open clocks by time to due, those at risk apart; a click picks a bar.

    Args:
        frame: `bucket`, `part` (PAST, RISK, SAFE or WAITS), `place` (in the bar), `clocks`, `all` (of the bucket),
            `told` (words at the end of the bar; on one part of each bar).
        buckets: from the top.
        dark: whether the theme is.
    """
    return filled(_waiting(tuple(buckets), dark=dark), frame)


@lru_cache(maxsize=16)
def _waiting(buckets: tuple[str, ...], *, dark: bool) -> alt.LayerChart:
    parts = {PAST: BREACH[dark], RISK: LINES[dark][4], SAFE: MET[dark], WAITS: IDLE}
    base = alt.Chart().encode(y=alt.Y("bucket:N", sort=list(buckets), axis=alt.Axis(labelLimit=150, **BARE)))
    axis = alt.Axis(title="open clocks", tickCount=4, format=",~f")
    bars = base.mark_bar(height={"band": 0.7}).encode(
        x=alt.X("clocks:Q", axis=axis, stack="zero"),
        color=alt.Color(
            "part:N", scale=alt.Scale(domain=list(parts), range=list(parts.values())), legend=top_legend(len(parts))
        ),
        order=alt.Order("place:Q"),
        tooltip=[
            alt.Tooltip("bucket:N", title="Time to due"),
            alt.Tooltip("part:N", title="Of these"),
            count_tip("Clocks", "clocks"),
            count_tip("In the bar", "all"),
        ],
    )
    ends = base.mark_text(align="left", dx=6, color=IDLE).encode(x=alt.X("all:Q"), text="told:N")
    layers: list[Chart] = [bars.add_params(picks(POINT, ["bucket"])), ends]
    return alt.layer(*layers).properties(height=28 * len(buckets) + 120)
