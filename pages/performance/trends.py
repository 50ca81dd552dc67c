"""Are promises kept better or worse than before?"""

import streamlit as st

from analytics.dimensions import DIMENSIONS
from pages.ui import blocks, charts, evidence, filters, gap, load, tickets, trends

selection = filters.current()
clocks = load.clocks(selection, kind=selection.kind)
st.header("Are promises kept better or worse than before?")
if not clocks["decided"].any():
    blocks.nothing(selection)
    st.stop()

blocks.verdict(trends.verdict(selection, clocks))
trends.cards(selection, clocks)
blocks.lines(trends.notes(selection, clocks))

with st.container(border=True):
    names, top = trends.metric_names(selection), st.columns([3, 3, 2])
    unknown = evidence.unknown(selection)
    name = top[0].selectbox(
        "Metric",
        names,
        index=names.index("attainment"),
        format_func=lambda each: evidence.label(each, unknown),
        key="metric",
        bind="query-params",
        help="Defined on the definitions page.",
    )
    by = top[1].selectbox(
        "By",
        ["", *load.comparable(selection)],
        format_func=lambda each: DIMENSIONS[each].label if each else "All together",
        key="by",
        bind="query-params",
    )
    bucket = top[2].segmented_control(
        "Each point is a", ["day", "week", "month"], default="week", required=True, key="bucket", bind="query-params"
    )
    if name in unknown:
        st.info(f"{blocks.text(evidence.label(name, unknown))}. {unknown[name]}", icon=":material/visibility_off:")
        st.stop()
    line = trends.lines(selection, clocks, name, by, bucket)
    picked = blocks.chart(
        trends.question(name, by, bucket, selection.kind),
        f"{line.answer} {blocks.scope(selection, clocks)} Click a point for its breaches.",
        line.drawn(bucket),
        key="trend",
        alt=line.spoken,
        select=charts.POINT,
    )
    blocks.download(line.table, f"trend-{name}")
gap.panel_over_time(selection, bucket)
if picked:
    tickets.behind(
        selection, trends.of_point(clocks, picked[0], by, bucket), trends.point_name(picked[0], bucket), "point"
    )
