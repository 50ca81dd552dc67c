"""How many clocks are done after what time, as an Altair chart."""

from functools import lru_cache

import altair as alt
import polars as pl

from pages.ui.charts_parts import (
    BREACH,
    IDLE,
    LINES,
    POINT,
    Chart,
    count_tip,
    filled,
    picks,
    share_tip,
    top_legend,
)

_LEFT = 0.25
"""A time in so much of the axis has its line where the name of the other would stand."""

_MOST_IN_ROW = 4


def done_by(
    frame: pl.DataFrame, groups: list[str], title: str, goal: float, at: float, mark: str, *, dark: bool
) -> alt.LayerChart:
    """The share done by each time, in steps, a line a group; the share to keep and one time as lines of their own.

    Args:
        frame: `time`, `share`, `low`, `high` (null where not known, or not drawn), `group`, `n` (clocks watched),
            `tip` (Boolean: whether a tooltip hangs there).
        groups: order and colours of the lines; at most six.
        title: of the axis of time, with its unit.
        goal: the share to keep.
        at, mark: a time, and its name.
        dark: whether the theme is.
    """
    near = at < _LEFT * float(str(frame["time"].max()))
    return filled(_done_by(tuple(groups), title, goal, at, mark, near=near, dark=dark), frame)


@lru_cache(maxsize=32)
def _done_by(
    groups: tuple[str, ...], title: str, goal: float, at: float, mark: str, *, near: bool, dark: bool
) -> alt.LayerChart:
    legend = top_legend(3 if len(groups) > _MOST_IN_ROW else len(groups)) if len(groups) > 1 else None
    scale = alt.Scale(domain=list(groups), range=LINES[dark][: len(groups)])
    x = alt.X("time:Q", axis=alt.Axis(title=title, tickCount=6, format=",~r"), scale=alt.Scale(nice=False, zero=True))
    axis = alt.Axis(title=None, format=".0%", tickCount=5)
    y = alt.Scale(domain=[0, 1])
    base = alt.Chart().encode(x=x, color=alt.Color("group:N", sort=list(groups), scale=scale, legend=legend))
    band = base.mark_area(opacity=0.18, interpolate="step-after").encode(
        y=alt.Y("low:Q", axis=axis, scale=y), y2="high:Q"
    )
    line = base.mark_line(strokeWidth=2, interpolate="step-after").encode(y=alt.Y("share:Q", axis=axis, scale=y))
    tips = (
        base.transform_filter("datum.tip")
        .mark_point(filled=True, size=90, opacity=0)
        .encode(
            y=alt.Y("share:Q", axis=axis, scale=y),
            tooltip=[
                alt.Tooltip("group:N", title="Clocks"),
                alt.Tooltip("time:Q", title=title, format=",.2~f"),
                share_tip("Done by then", "share"),
                share_tip("95 % interval from", "low"),
                share_tip("to", "high"),
                count_tip("Clocks watched", "n"),
            ],
        )
    )
    lines = [
        _line("x", at, mark, IDLE, beside=None),
        _line("y", goal, f"{100 * goal:.6g} % to keep", BREACH[dark], beside=at if near else None),
    ]
    layers: list[Chart] = [band] if len(groups) == 1 else []
    layers += [line.add_params(picks(POINT, ["group"])), tips, *lines]
    return alt.layer(*layers).properties(height=320)


def _line(channel: str, value: float, name: str, colour: str, *, beside: float | None) -> alt.LayerChart:
    """A line across the chart at one value, named at the bottom or the left, or beside a time that stands there."""
    base = alt.Chart(pl.DataFrame({channel: [value], "name": [name], "beside": [beside]}))
    rule = base.mark_rule(color=colour, strokeDash=[5, 4], strokeWidth=1.5).encode(**{channel: f"{channel}:Q"})
    place = {"x": alt.value(0) if beside is None else "beside:Q", "y": alt.value("height"), channel: f"{channel}:Q"}
    words = base.mark_text(color=colour, align="left", baseline="bottom", dx=5, dy=-4, fontSize=12)
    return alt.layer(rule, words.encode(text="name:N", **place))
