"""Clock kinds side by side, and the desk's clock beside the customer's, as Altair charts."""

from functools import lru_cache

import altair as alt
import polars as pl

from pages.ui.charts_parts import (
    BARE,
    BREACH,
    CELL,
    GAP,
    IDLE,
    INK,
    MET,
    SIDES,
    Chart,
    count_tip,
    filled,
    picks,
    share_tip,
    time_axis,
    top_legend,
)

PARTS = {"closed": "#8a949e", "customer": "#E6B800", "other": "#009E73"}
"""Colours of the time between the two clocks: as in a ticket's timeline."""

UNKNOWN = -10.0
"""Stands for no distance to an objective: marks without a value are not drawn."""

_PALE = {False: "#dde3e9", True: "#333e49"}


def promise_grid(frame: pl.DataFrame, kinds: list[str], rows: list[str], *, dark: bool) -> alt.LayerChart:
    """Attainment by clock kind and another dimension, coloured by its distance to the objective; a click picks a cell.

    Args:
        frame: `kind`, `row` (labels), `attainment`, `due`, `goal` (text), `points` (attainment less the objective,
            UNKNOWN without one), `note`.
        kinds, rows: order of columns and rows.
        dark: whether the theme is.
    """
    return filled(_promise_grid(tuple(kinds), tuple(rows), dark=dark), frame)


@lru_cache(maxsize=32)
def _promise_grid(kinds: tuple[str, ...], rows: tuple[str, ...], *, dark: bool) -> alt.LayerChart:
    one, many = f"width / {len(kinds)}", len(kinds) > 1
    words = f"{one} < 105 ? split(datum.label, ' ') : datum.label"
    narrow = f"{one} < 58"
    slanted, side = alt.ExprRef(f"{narrow} ? -50 : 0"), alt.ExprRef(f"{narrow} ? 'left' : 'center'")
    small = alt.ExprRef(f"{narrow} ? 10 : 12")
    label = {
        "labelAngle": slanted,
        "labelAlign": side,
        "labelFontSize": small,
        "labelExpr": words,
        "labelLimit": 140 if many else 240,
    }
    base = alt.Chart().encode(
        x=alt.X("kind:N", sort=list(kinds), axis=alt.Axis(orient="top", **label, **BARE)),
        y=alt.Y("row:N", sort=list(rows), axis=alt.Axis(labelLimit=120, **BARE)),
    )
    scale = alt.Scale(type="threshold", domain=[UNKNOWN / 2, -0.08, -0.03, 0, 0.03], range=[_PALE[dark], *SIDES[dark]])
    colour = alt.Color("points:Q", scale=scale, legend=None)
    cells = base.mark_rect(width=GAP, height=GAP, cornerRadius=4).encode(
        color=colour,
        tooltip=[
            alt.Tooltip("kind:N", title="SLA clock"),
            alt.Tooltip("row:N", title="Row"),
            share_tip("SLA attainment", "attainment"),
            alt.Tooltip("goal:N", title="Objective"),
            count_tip("Clocks due", "due"),
        ],
    )
    ink = alt.condition(
        f"datum.points < -0.08 && datum.points > {UNKNOWN / 2}", alt.value("#ffffff"), alt.value(INK[dark])
    )
    large = alt.ExprRef(f"{one} < 50 ? 12 : {one} < 62 ? 14 : 16")
    share = base.mark_text(fontSize=large, fontWeight=600, dy=-8).encode(
        text=alt.Text("attainment:Q", format=".1%"), color=ink
    )
    fine = alt.ExprRef(f"{one} < 50 ? 9 : 11")
    below = base.mark_text(fontSize=fine, dy=11).encode(text="note:N", color=ink)
    picked = cells.add_params(picks(CELL, ["kind", "row"]))
    return alt.layer(picked, share, below).properties(height=max(180, 54 * len(rows) + 30))


def two_clocks(frame: pl.DataFrame, order: list[str], *, dark: bool) -> alt.LayerChart:
    """The share met in business hours and in calendar hours, a line between them for each clock kind.

    Args:
        frame: `kind` (label with n), `clock` ("Business hours" or "Calendar hours"), `share`, `due`, `told` (the share
            in words), `left` (whether it is the lower one).
        order: kinds from the top.
        dark: whether the theme is.
    """
    domain = ["Business hours", "Calendar hours"]
    y = alt.Y("kind:N", sort=order, axis=alt.Axis(labelLimit=190, **BARE))
    scale = alt.Scale(zero=False, nice=False, padding=46)
    base = alt.Chart(frame).encode(y=y, x=alt.X("share:Q", scale=scale, axis=None))
    line = base.mark_line(color=IDLE, strokeWidth=2, opacity=0.6).encode(detail="kind:N")
    legend = alt.Legend(orient="top", title=None, symbolOpacity=1, columns=alt.ExprRef("width < 270 ? 1 : 2"))
    colour = alt.Color("clock:N", scale=alt.Scale(domain=domain, range=[MET[dark], BREACH[dark]]), legend=legend)
    shape = alt.Shape("clock:N", scale=alt.Scale(domain=domain, range=["circle", "diamond"]), legend=legend)
    dots = base.mark_point(filled=True, size=110, opacity=1).encode(
        color=colour,
        shape=shape,
        tooltip=[
            alt.Tooltip("kind:N", title="SLA clock"),
            alt.Tooltip("clock:N", title="Judged in"),
            share_tip("SLA attainment", "share"),
            count_tip("Clocks due", "due"),
        ],
    )
    ink = {"fontSize": 12, "color": INK[dark]}
    lower = base.transform_filter("datum.left").mark_text(align="right", dx=-9, **ink).encode(text="told:N")
    upper = base.transform_filter("!datum.left").mark_text(align="left", dx=9, **ink).encode(text="told:N")
    return alt.layer(line, dots, lower, upper).properties(height=max(120, 30 * len(order) + 60))


def between(frame: pl.DataFrame, bucket: str, parts: dict[str, str]) -> Chart:
    """The mean time between the two clocks, stacked by what it was, over time.

    Args:
        frame: `at`, `part` (label), `place` (its place in the stack), `hours`, `told` (the time in words), `due`.
        bucket: day, week or month.
        parts: label and colour of each part, from the bottom.
    """
    scale = alt.Scale(domain=list(parts), range=list(parts.values()))
    width = alt.ExprRef(f"clamp(0.6 * width / {max(1, frame['at'].n_unique())}, 2, 56)")
    bars = (
        alt.Chart(frame)
        .mark_bar(width=width)
        .encode(
            x=time_axis("at", bucket, frame["at"], padding=30),
            y=alt.Y("hours:Q", axis=alt.Axis(title="hours per clock", tickCount=4, format=",~s")),
            color=alt.Color("part:N", scale=scale, legend=top_legend(3)),
            order=alt.Order("place:Q"),
            tooltip=[
                alt.Tooltip(
                    "at:T", title={"day": "Day", "week": "Week of", "month": "Month"}[bucket], format="%d %b %Y"
                ),
                alt.Tooltip("part:N", title="Time"),
                alt.Tooltip("told:N", title="Mean of a clock"),
                count_tip("Clocks due", "due"),
            ],
        )
    )
    return alt.layer(bars).properties(height=240)
