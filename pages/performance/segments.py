"""Where, and for whom, do promises break?"""

import streamlit as st

from analytics.dimensions import DIMENSIONS
from pages.ui import blocks, crossed, evidence, filters, load, segments, segments_method, view, words

selection = filters.current()
view.head(selection, "Where, and for whom, do promises break?")
options = segments.worth(selection)
head = st.container()
picker = st.container()
by = picker.segmented_control(
    "Compare by",
    options,
    format_func=lambda name: DIMENSIONS[name].label,
    default=options[0],
    required=True,
    key="segment",
    bind="query-params",
    wrap=True,
)
whole = selection.without(by)
clocks = load.clocks(whole, kind=selection.kind)
if not clocks["decided"].any():
    blocks.nothing(selection)
    st.stop()

found = evidence.blanked(selection, segments.compared(clocks, by))
table, story = segments.with_holders(whole, found, by)
label = DIMENSIONS[by].label
with head:
    blocks.verdict(words.segments(found, label))
    segments.cards(found)
    blocks.lines([segments.rest(found, by), *story])
segments.pictures(found, by, blocks.scope(whole, clocks))
crossed.panel(selection, by)
with st.container(border=True):
    st.markdown(f"**Every {blocks.text(label.lower())}**")
    shown, name = segments.listed(table), f"segments-{by}"
    blocks.table(shown, name, segments.columns(label), alt=f"Every {label.lower()}", whole=table)
segments_method.method(found, label)
