"""When do promises break?"""

import streamlit as st

from analytics.hours_mix import unexplained
from pages.ui import blocks, filters, hours, hours_carry, hours_days, hours_map, view
from pages.ui import hours_words as words

selection = filters.current()
view.head(selection, "When do promises break?")
found = hours.seen(selection)
if found is None:
    blocks.nothing(selection)
    st.stop()

mix = unexplained(found.clocks, "due")
blocks.verdict(hours.verdict(found))
hours.cards(found)
blocks.lines([words.unexplained(mix)])
with st.container(border=True):
    hours_map.week_map(found)
hours_carry.panel(found)
hours_days.panel(found)
hours_days.method(found, mix)
