"""Are promises kept better or worse than before?"""

import streamlit as st

from analytics.dimensions import ATTRIBUTE_DIMENSIONS, DIMENSIONS
from analytics.metrics import METRICS
from pages.ui import blocks, charts, filters, load, tickets, trends

selection = filters.current()
clocks = load.clocks(selection, kind=selection.kind)
st.header("Are promises kept better or worse than before?")
if not clocks["decided"].any():
    blocks.nothing(selection)
    st.stop()

blocks.verdict(trends.verdict(selection, clocks))
trends.cards(selection, clocks)

with st.container(border=True):
    top = st.columns([3, 3, 2])
    name = top[0].selectbox(
        "Metric",
        trends.METRIC_NAMES,
        index=trends.METRIC_NAMES.index("attainment"),
        format_func=lambda each: METRICS[each].label,
        key="metric",
        bind="query-params",
        help="Defined on the definitions page.",
    )
    by = top[1].selectbox(
        "By",
        ["", *(each for each in ATTRIBUTE_DIMENSIONS if each != "kind")],
        format_func=lambda each: DIMENSIONS[each].label if each else "All together",
        key="by",
        bind="query-params",
    )
    bucket = top[2].segmented_control(
        "Each point is a", ["day", "week", "month"], default="week", required=True, key="bucket", bind="query-params"
    )
    line = trends.lines(selection, clocks, name, by, bucket)
    picked = blocks.chart(
        trends.question(name, by, bucket, selection.kind),
        f"{line.answer} {blocks.scope(selection, clocks)} Click a point for its breaches.",
        charts.trend(
            line.frame, bucket, line.groups, earlier=line.earlier, ratio=line.ratio, zero=line.zero, dark=blocks.dark()
        ),
        key="trend",
        alt=line.spoken,
        select=charts.POINT,
    )
    blocks.download(line.table, f"trend-{name}")
if picked:
    tickets.behind(
        selection, trends.of_point(clocks, picked[0], by, bucket), trends.point_name(picked[0], bucket), "point"
    )
