"""Charts of remedies: what each avoids, and the week on which people are added."""

import altair as alt
import polars as pl

from analytics.dimensions import WEEKDAYS
from pages.ui.charts_parts import BARE, BREACH, CELL, GAP, IDLE, INK, MET, count_tip

_BLUES = {
    False: ["#e3eef6", "#c6e0f0", "#9fcbe6", "#6fb0d8", "#3f94c8"],
    True: ["#1d2a36", "#23475f", "#2a5a7c", "#2f6f9f", "#3a86be"],
}


def avoided(frame: pl.DataFrame, *, dark: bool) -> alt.LayerChart:
    """Promises each remedy keeps that break as things are, with what a tenth less or more work makes of it.

    Args:
        frame: `name` (two lines with a bar between), `avoided`, `least`, `most`, `side` (whether it helps), `hours`,
            `text`; one row a remedy, in the order to be shown.
        dark: whether the theme is.
    """
    base = alt.Chart(frame).encode(
        y=alt.Y(
            "name:N",
            sort=frame["name"].to_list(),
            axis=alt.Axis(
                labelLimit=alt.ExprRef("width < 300 ? 108 : 330"), labelExpr="split(datum.label, '|')", **BARE
            ),
        )
    )
    axis = alt.Axis(title="broken promises avoided", format=",~f", tickCount=5)
    tips = [
        alt.Tooltip("told:N", title="Remedy"),
        alt.Tooltip("avoided:Q", title="Avoided", format=",.0f"),
        alt.Tooltip("least:Q", title="from", format=",.0f"),
        alt.Tooltip("most:Q", title="to", format=",.0f"),
        count_tip("Hours a week", "hours"),
    ]
    bars = base.mark_bar(height=16, cornerRadius=2).encode(
        x=alt.X("avoided:Q", axis=axis),
        color=alt.condition("datum.avoided >= 0", alt.value(MET[dark]), alt.value(BREACH[dark])),
        tooltip=tips,
    )
    spans = base.mark_rule(strokeWidth=2, color=INK[dark]).encode(x=alt.X("least:Q", axis=axis), x2="most:Q")
    none = base.mark_rule(color=IDLE).encode(x=alt.datum(0))
    return alt.layer(bars, none, spans).properties(height=44 * frame.height + 30)


def week(frame: pl.DataFrame, *, dark: bool) -> alt.LayerChart:
    """Who is scheduled in each hour of the week; a click adds people there, another takes them back.

    Args:
        frame: `weekday`, `day` (label), `hour`, `scheduled` (people on average), `text`; one row an hour.
        dark: whether the theme is.
    """
    picked = alt.selection_point(name=CELL, fields=["weekday", "hour"], on="click", toggle="true", empty=False)
    hours = "format(datum.value, '02d')"
    base = alt.Chart(frame).encode(
        x=alt.X("hour:O", axis=alt.Axis(labelAngle=0, labelExpr=hours, **BARE)),
        y=alt.Y("day:O", sort=list(WEEKDAYS), axis=alt.Axis(**BARE)),
    )
    top = max(1.0, float(frame["scheduled"].max() or 0))  # type: ignore[arg-type]
    scale = alt.Scale(type="threshold", domain=[top * share for share in (0.2, 0.4, 0.6, 0.8)], range=_BLUES[dark])
    shape = {"orient": "bottom", "direction": "horizontal", "gradientLength": 220}
    colour = alt.Color("scheduled:Q", scale=scale, legend=alt.Legend(title="people scheduled", format=",.0f", **shape))
    cells = base.mark_rect(width=GAP, height=GAP, cornerRadius=3).encode(
        color=alt.condition("datum.scheduled > 0", colour, alt.value(IDLE)),
        opacity=alt.condition("datum.scheduled > 0", alt.value(1), alt.value(0.25)),
        stroke=alt.when(picked).then(alt.value(BREACH[dark])).otherwise(alt.value("transparent")),
        strokeWidth=alt.when(picked).then(alt.value(3)).otherwise(alt.value(0)),
        tooltip=[
            alt.Tooltip("day:N", title="Weekday"),
            alt.Tooltip("hour:O", title="Hour from"),
            alt.Tooltip("scheduled:Q", title="People scheduled", format=",.1f"),
        ],
    )
    room = alt.ExprRef("width < 480 ? 0 : 1")
    numbers = base.mark_text(fontSize=11, fontWeight=600, opacity=room, color=INK[dark]).encode(text="text:N")
    return alt.layer(cells.add_params(picked), numbers).properties(height=300)
