"""Why did the breach rate change?"""

import streamlit as st

from pages.ui import blocks, drivers, drivers_pictures, drivers_words, filters, load, view

selection = filters.current()
view.head(selection, "Why did the breach rate change?")
clocks = load.clocks(selection, kind=selection.kind)
if not clocks["decided"].any():
    blocks.nothing(selection)
    st.stop()
told = drivers.explained(selection)
if told is None:
    blocks.verdict("There is no earlier period with clocks enough to compare with.")
    blocks.lines(["Choose dates, or a shorter period: it is then compared with what was due before it."])
    st.stop()

blocks.verdict(drivers_words.verdict(told))
drivers_pictures.cards(told)
blocks.lines([drivers_words.compared(told), *drivers_words.targets(told.changes), *drivers_words.searched(told)])

by = st.segmented_control(
    "Rate and mix by",
    drivers.options(selection, told),
    format_func=drivers.label,
    default=told.headline()[0],
    required=True,
    key="driver",
    bind="query-params",
    wrap=True,
)
left, right = st.columns(2, gap="small")
with left.container(border=True, height="stretch"):
    drivers_pictures.waterfall(selection, told, by, blocks.scope(selection, clocks))
if told.found.drivers:
    with right.container(border=True, height="stretch"):
        drivers_pictures.beyond(told)
    left, right = st.columns(2, gap="small")
    with left.container(border=True, height="stretch"):
        drivers_pictures.beside(told)
else:
    with right.container(border=True, height="stretch"):
        drivers_pictures.beside(told)
    right = st.container()
with right.container(border=True, height="stretch"):
    drivers_pictures.table(told)
blocks.lines(drivers_words.unknown(told.unknown))
drivers_pictures.method(told)
