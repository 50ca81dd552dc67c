"""Are promises kept better or worse than before?"""

import streamlit as st

from pages.ui import allowance, blocks, control, filters, gap, load, trends, view

selection = filters.current()
clocks = load.clocks(selection, kind=selection.kind)
view.head(selection, "Are promises kept better or worse than before?")
if not clocks["decided"].any():
    blocks.nothing(selection)
    st.stop()

judged = control.told(selection)
blocks.verdict(trends.verdict(selection, clocks, judged))
trends.cards(selection, clocks)
blocks.lines(trends.notes(selection, clocks))

with st.container(border=True):
    shown = st.segmented_control(
        "View", trends.VIEWS, default=trends.VIEWS[0], required=True, key="view", bind="query-params"
    )
    bucket: str | None = "week"
    if shown == trends.VIEWS[0]:
        control.panel(selection, judged)
    else:
        bucket = trends.panel(selection)
if bucket:
    gap.panel_over_time(selection, bucket)
allowance.panel(selection)
control.method(judged)
