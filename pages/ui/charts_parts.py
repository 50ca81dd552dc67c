"""What charts have in common: colours, tooltips, axes and the names of what can be picked.

Schema checks are off where charts are made and drawn, as they take most of the time: the tests check each chart.
Okabe and Ito's orange-red stands for breached, their blue for met.
"""

import altair as alt
import polars as pl
from altair.utils.schemapi import disable_debug_mode

disable_debug_mode()

Chart = alt.Chart | alt.LayerChart

IDLE = "#8a949e"
POINT, CELL, BRUSH = "point", "cell", "brush"
"""Names of the selections: a mark on a line or a bar, a cell of a grid, a stretch of the horizontal axis."""

MET = {False: "#0072B2", True: "#56B4E9"}
BREACH = {False: "#D55E00", True: "#F28E2B"}
LINES = {
    False: ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#B58900", "#7A7A7A"],
    True: ["#56B4E9", "#F28E2B", "#2BC49A", "#E39AC4", "#E6C229", "#C8C8C8"],
}
SIDES = {
    False: ["#c24e00", "#ea9b5c", "#f8dcc0", "#c6e0f0", "#7db8dc"],
    True: ["#c24e00", "#8a4b1c", "#5a3b22", "#23475f", "#2f6f9f"],
}
_PAPER = {False: "#ffffff", True: "#0f1419"}
"""The pages' backgrounds, as .streamlit/config.toml sets them."""
INK = {False: "#16202c", True: "#f2f5f8"}
GAP = alt.RelativeBandSize(0.94)
_DATES = {"day": "%d %b", "week": "%d %b", "month": "%b %Y"}
BARE = {"title": None, "domain": False, "ticks": False, "labelOverlap": False}


def picks(name: str, fields: list[str]) -> alt.Parameter:
    """A click picks a mark, told by these fields."""
    return alt.selection_point(name=name, fields=fields, on="click")


def brush() -> alt.Parameter:
    """A stretch of the horizontal axis is picked by dragging over it."""
    return alt.selection_interval(name=BRUSH, encodings=["x"])


def time_axis(field: str, bucket: str, dates: pl.Series, *, padding: float = 0) -> alt.X:
    """A time axis in UTC, with ticks where the buckets start and never more than ten; padding in pixels, for bars."""
    known = dates.unique().sort()
    every = max(1, -(-len(known) // 10))
    ticks = [alt.DateTime(year=at.year, month=at.month, date=at.day, utc=True) for at in known.gather_every(every)]
    axis = alt.Axis(format=_DATES[bucket], labelOverlap="greedy", values=ticks, grid=False, title=None)
    return alt.X(f"{field}:T", scale=alt.Scale(type="utc", padding=padding), axis=axis)


def share_tip(title: str, field: str) -> alt.Tooltip:
    """A share in a tooltip."""
    return alt.Tooltip(f"{field}:Q", title=title, format=".1%")


def count_tip(title: str, field: str) -> alt.Tooltip:
    """A count in a tooltip."""
    return alt.Tooltip(f"{field}:Q", title=title, format=",")


def top_legend(most: int = 6) -> alt.Legend:
    """A legend above the picture, in two columns where it is narrow."""
    narrow = f"width < {90 * most}"
    return alt.Legend(
        orient="top",
        title=None,
        symbolOpacity=1,
        columns=alt.ExprRef(f"{narrow} ? 2 : {most}"),
        labelLimit=alt.ExprRef(f"{narrow} ? max(60, width / 2 - 24) : 220"),
        labelFontSize=alt.ExprRef(f"{narrow} ? 11 : 13"),
        columnPadding=8,
    )


def filled(shape: alt.LayerChart, frame: pl.DataFrame) -> alt.LayerChart:
    """A chart made once for its shape, with this frame in it."""
    chart: alt.LayerChart = shape.copy(deep=False)
    chart.data = frame
    return chart


def objective_rule(objective: float, *, dark: bool) -> alt.LayerChart:
    """A dashed line at the objective, with its name at the right end."""
    base = alt.Chart(pl.DataFrame({"objective": [objective], "text": [f"objective {100 * objective:.6g} %"]}))
    rule = base.mark_rule(color=BREACH[dark], strokeDash=[5, 4], strokeWidth=1.5).encode(y="objective:Q")
    place = {"y": "objective:Q", "x": alt.value("width"), "text": "text:N"}
    look = {"align": "right", "baseline": "bottom", "dy": -4, "fontSize": 12}
    halo = base.mark_text(stroke=_PAPER[dark], strokeWidth=4, **look).encode(**place)
    return alt.layer(rule, halo, base.mark_text(color=BREACH[dark], **look).encode(**place))
