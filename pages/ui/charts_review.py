"""Charts of the breach review: how many breaches each cause has, and its share week by week.

Orange shades: nobody had begun by the due time; blue ones: somebody had; grey: not known.
"""

from collections.abc import Sequence

import altair as alt
import polars as pl

from analytics.causes import CAUSES
from pages.ui.charts_parts import (
    BARE,
    IDLE,
    INK,
    POINT,
    Chart,
    count_tip,
    picks,
    share_tip,
    time_axis,
)

_IDLE_SHADES = {False: ("#7a3300", "#d55e00", "#f3ab6b"), True: ("#b3541e", "#f28e2b", "#ffc98f")}
_WORK_SHADES = {
    False: ("#00344f", "#4ba3d6", "#a6d1ec", "#0072b2"),
    True: ("#c3e3f6", "#7cc0e8", "#1f5f85", "#3f94c9"),
}
_FAINT = 0.4
_WIDEST, _HEIGHT, _ROOM, _LEGEND_COLUMN = 34, 300, 26, 185


def _colours(names: Sequence[str], *, dark: bool) -> alt.Scale:
    """A colour for each cause, the same on every chart."""
    shades = {False: iter(_IDLE_SHADES[dark]), True: iter(_WORK_SHADES[dark])}
    known = {each.name: IDLE if each.started is None else next(shades[each.started]) for each in CAUSES}
    return alt.Scale(domain=list(names), range=[known[name] for name in names])


def _legend(most: int) -> alt.Legend:
    """A legend above the picture, in as many columns as there is room for."""
    return alt.Legend(
        orient="top",
        title=None,
        symbolOpacity=1,
        columns=alt.ExprRef(f"max(1, min({most}, floor(width / {_LEGEND_COLUMN})))"),
        labelLimit=_LEGEND_COLUMN,
        labelFontSize=12,
        columnPadding=8,
    )


def cause_bars(frame: pl.DataFrame, *, dark: bool) -> Chart:
    """Breaches by cause, most first; a click picks a cause.

    Args:
        frame: `cause`, `breaches`, `share`, `told` (both in words), `span` (its interval in words).
        dark: whether the theme is.
    """
    order = frame["cause"].cast(pl.String).to_list()
    top = float(frame["breaches"].max() or 1)  # type: ignore[arg-type]
    base = alt.Chart(frame.with_columns(pl.col("cause").cast(pl.String))).encode(
        y=alt.Y("cause:N", sort=order, axis=alt.Axis(labelLimit=190, **BARE))
    )
    scale = alt.Scale(domain=[0, 1.45 * top], nice=False)
    bars = base.mark_bar(cornerRadius=2, height={"band": 0.7}).encode(
        x=alt.X("breaches:Q", scale=scale, axis=None),
        color=alt.Color("cause:N", scale=_colours(order, dark=dark), legend=None),
        tooltip=[
            alt.Tooltip("cause:N", title="Cause"),
            count_tip("Breaches", "breaches"),
            share_tip("Share of all", "share"),
            alt.Tooltip("span:N", title="95 % interval"),
        ],
    )
    ends = base.mark_text(align="left", dx=5, fontSize=12, color=INK[dark]).encode(
        x=alt.X("breaches:Q", scale=scale, axis=None), text="told:N"
    )
    return alt.layer(bars.add_params(picks(POINT, ["cause"])), ends).properties(height=32 * len(order) + 20)


def weekly_causes(frame: pl.DataFrame, *, dark: bool) -> Chart:
    """The share of each cause in the breaches of each week; a click picks a week.

    Args:
        frame: `week`, `cause`, `breaches`, `all`, `share`, `faint` (few breaches, or a week that is not over), `note`.
        dark: whether the theme is.
    """
    present = [each.name for each in CAUSES if each.name in frame["cause"].cast(pl.String).unique().to_list()]
    place = {name: number for number, name in enumerate(present)}
    shown = frame.with_columns(pl.col("cause").cast(pl.String)).with_columns(
        place=pl.col("cause").replace_strict(place, return_dtype=pl.Int64)
    )
    weeks = shown["week"].n_unique()
    thick = f"max(3, min({_WIDEST}, 0.72 * width / {weeks}))"
    x = time_axis("week", "week", shown["week"], padding=_WIDEST // 2)
    base = alt.Chart(shown).encode(x=x)
    bars = base.mark_bar(width=alt.ExprRef(thick)).encode(
        y=alt.Y(
            "share:Q",
            stack="zero",
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(format=".0%", title=None, tickCount=5),
        ),
        color=alt.Color("cause:N", scale=_colours(present, dark=dark), legend=_legend(len(present))),
        opacity=alt.condition("datum.faint", alt.value(_FAINT), alt.value(1)),
        order=alt.Order("place:Q"),
        tooltip=[
            alt.Tooltip("week:T", title="Week of", format="%d %b %Y"),
            alt.Tooltip("cause:N", title="Cause"),
            share_tip("Share of the week", "share"),
            count_tip("Breaches", "breaches"),
            count_tip("Breaches of the week", "all"),
            alt.Tooltip("note:N", title="Beware"),
        ],
    )
    room = alt.ExprRef(f"width < {_ROOM * weeks} ? 0 : 1")
    totals = alt.Chart(shown.unique("week", keep="first", maintain_order=True)).encode(x=x)
    counts = totals.mark_text(baseline="bottom", dy=-2, fontSize=11, color=INK[dark], opacity=room).encode(
        y=alt.value(0), text=alt.Text("all:Q", format=",")
    )
    return alt.layer(bars.add_params(picks(POINT, ["week"])), counts).properties(height=_HEIGHT)
