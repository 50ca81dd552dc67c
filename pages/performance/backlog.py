"""Are we keeping up?"""

import streamlit as st

from analytics.periods import Period
from pages.ui import backlog, backlog_frames, blocks, charts_control, charts_flow, filters, load, noted, view
from pages.ui.charts import POINT

selection = filters.current()
view.head(selection, "Are we keeping up?")
found = backlog.measured(selection)
if found is None:
    blocks.nothing(selection)
    st.stop()

blocks.verdict(backlog.verdict(found))
backlog.cards(found)
blocks.lines(backlog.notes(selection, found))

flow, dark = backlog_frames.flow_frame(found), blocks.dark()
events = noted.within(load.annotations(selection), Period(found.first, found.last))
with st.container(border=True):
    blocks.chart(
        f"How much comes in, and how much goes out, by {found.bucket}?",
        f"{backlog_frames.flow_answer(found)} {backlog_frames.legend(found)} {backlog.scope(found)}",
        charts_control.with_notes(charts_flow.came_and_went(flow, found.bucket, dark=dark), events.marks, dark=dark),
        key="backlog-flow",
        alt=backlog_frames.told_flow(flow, found.bucket),
        data=found.days.slice(6),
    )
    blocks.lines(events.lines)
aged = backlog_frames.age_frame(selection, found)
with st.container(border=True):
    blocks.chart(
        "How many are open, and how old are they?",
        backlog_frames.aged_answer(aged),
        charts_flow.open_by_age(aged, found.bucket, backlog_frames.NAMES, dark=dark),
        key="backlog-ages",
        alt=backlog_frames.told_aged(aged),
        data=aged.select("at", "band", "open"),
    )
opened = backlog.left(selection, found)
bars = backlog_frames.age_bars(selection, found, opened)
with st.container(border=True):
    blocks.chart(
        f"How old is what is open on {backlog_frames.end(found)}?",
        backlog_frames.ages_answer(opened, found),
        charts_flow.ages(bars, backlog_frames.NAMES, dark=dark),
        key="backlog-bands",
        alt=backlog_frames.told_ages(bars),
        select=POINT,
        pick=backlog_frames.choose_age,
        data=bars.select("band", "open", "before", "share"),
    )
    backlog_frames.listing(selection, opened)
with blocks.method():
    st.markdown(blocks.text(backlog.METHOD))
