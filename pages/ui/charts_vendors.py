"""What other systems would have said of each month, as an Altair chart."""

import altair as alt
import polars as pl

from pages.ui.charts_parts import LINES, Chart, count_tip, time_axis, top_legend


def said(frame: pl.DataFrame, order: list[str], *, dark: bool) -> alt.LayerChart:
    """Lines of several definitions over months, the first of them thick; months that are not whole dashed and hollow.

    Args:
        frame: `at`, `definition`, `value` (null where n is too small), `told` (the value in words), `n`, `whole`
            (whether the month is), `head`, `tail` (a first or last month that is not, and the one beside it).
        order: definitions, ours first.
        dark: whether the theme is.
    """
    scale = alt.Scale(domain=order, range=LINES[dark][: len(order)])
    base = alt.Chart(frame).encode(
        x=time_axis("at", "month", frame["at"]),
        y=alt.Y(
            "value:Q", axis=alt.Axis(format=".0%", title=None, tickCount=5), scale=alt.Scale(zero=False, nice=True)
        ),
        color=alt.Color("definition:N", sort=order, scale=scale, legend=top_legend(len(order))),
    )
    first = alt.datum.definition == order[0]
    width = alt.condition(first, alt.value(3), alt.value(1.6))
    lines: list[Chart] = [
        base.transform_filter("datum.whole").mark_line().encode(strokeWidth=width),
        *(
            base.transform_filter(f"datum.{end}").mark_line(strokeDash=[2, 3]).encode(strokeWidth=width)
            for end in ("head", "tail")
        ),
    ]
    size = alt.condition(first, alt.value(70), alt.value(40))
    tooltip = [
        alt.Tooltip("at:T", title="Month", format="%B %Y"),
        alt.Tooltip("definition:N", title="Definition"),
        alt.Tooltip("told:N", title="Would have said"),
        count_tip("n", "n"),
    ]
    dots: list[Chart] = [
        base.transform_filter(which).mark_point(filled=filled, strokeWidth=1.8).encode(size=size, tooltip=tooltip)
        for which, filled in (("datum.whole", True), ("!datum.whole", False))
    ]
    return alt.layer(*lines, *dots).properties(height=340)
