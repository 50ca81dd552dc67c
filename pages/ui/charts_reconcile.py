"""From the source's rate to ours, reason by reason, as an Altair chart."""

import altair as alt
import polars as pl

from pages.ui.charts_parts import BARE, BREACH, IDLE, INK, MET, Chart, count_tip


def between(frame: pl.DataFrame, order: list[str], *, dark: bool) -> alt.LayerChart:
    """Two rates as dots, and between them a bar for each reason from the rate before it to the rate after it.

    Args:
        frame: `step`, `from`, `to`, `edge` (where the words stand), `told` (the value in words), `tickets`, `side`
            (rate, lower or higher).
        order: steps from the top.
        dark: whether the theme is.
    """
    wide = "width < 480 ? 128 : 230"
    axis = alt.Axis(labelLimit=alt.ExprRef(wide), **BARE)
    base = alt.Chart(frame).encode(
        y=alt.Y("step:N", sort=order, axis=axis),
        tooltip=[
            alt.Tooltip("step:N", title="Step"),
            alt.Tooltip("told:N", title="Rate, or points"),
            count_tip("Tickets", "tickets"),
        ],
    )
    scale = alt.Scale(zero=False, nice=True, padding=28)
    x = alt.X("from:Q", scale=scale, axis=alt.Axis(format=".0%", title="tickets met", tickCount=5))
    colours = alt.Scale(domain=["lower", "higher"], range=[BREACH[dark], MET[dark]])
    bars = base.transform_filter("datum.side != 'rate'").mark_bar(cornerRadius=2, height={"band": 0.6})
    dots = base.transform_filter("datum.side == 'rate'").mark_point(filled=True, size=140, opacity=1, color=INK[dark])
    words = base.mark_text(align="left", dx=9, fontSize=12, color=IDLE)
    layers: list[Chart] = [
        bars.encode(x=x, x2="to:Q", color=alt.Color("side:N", scale=colours, legend=None)),
        dots.encode(x=x),
        words.encode(x=alt.X("edge:Q", scale=scale), text="told:N"),
    ]
    return alt.layer(*layers).properties(height=34 * len(order) + 60)
