"""What should be done next?"""

import streamlit as st

from analytics.schemas import KIND_LABELS
from pages.ui import blocks, charts_flow, filters, queue, view
from pages.ui.charts import POINT

selection = filters.current()
view.head(selection, "What should be done next?", due=False)
head = st.container()
SHOWN = {queue.EVERY: "Every clock, one row a ticket", queue.ONE: f"{KIND_LABELS[selection.kind]} only"}
which = st.segmented_control(
    "Clocks",
    list(SHOWN),
    format_func=SHOWN.__getitem__,
    default=queue.EVERY,
    required=True,
    key="clocks",
    bind="query-params",
    wrap=True,
)
line = queue.waiting(selection, str(which))
if line.is_empty():
    queue.nothing(selection)
    st.stop()
with head:
    blocks.verdict(queue.verdict(line))
    queue.cards(line)
    blocks.lines(queue.notes(selection, line, str(which)))

bars = queue.bars(line)
order = bars["bucket"].unique(maintain_order=True).to_list()
with st.container(border=True):
    blocks.chart(
        "How long until each is due?",
        queue.answer(line),
        charts_flow.waiting(bars, order, dark=blocks.dark()),
        key="queue-bars",
        alt=queue.told(line),
        select=POINT,
        pick=queue.choose,
        data=queue.counted(line),
    )
    queue.listing(selection, line, str(which))
with blocks.method():
    st.markdown(blocks.text(queue.METHOD))
