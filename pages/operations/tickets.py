"""Which tickets broke their promise?"""

import streamlit as st

from pages.ui import blocks, filters, load, story, tickets, view
from pages.ui import format as fmt

selection = filters.current()
view.head(selection, "Which tickets broke their promise?", tickets=False)
tickets.cards(selection, load.clocks(selection, kind=selection.kind))
top = st.columns([3, 2])
state = top[0].segmented_control(
    "Show",
    list(tickets.STATES),
    format_func=tickets.STATES.__getitem__,
    default="breached",
    required=True,
    key="state",
    bind="query-params",
)
asked = top[1].text_input("Ticket id", key="ticket", bind="query-params", placeholder="Show one ticket's clocks")
if asked:
    story.show(selection, asked.strip(), None)
chosen = tickets.pool(selection, str(state))
if chosen.is_empty():
    blocks.nothing(selection)
    st.stop()
count = fmt.plural(chosen.height, "clock")
scope = blocks.scope(selection, chosen) if state in {"breached", "all"} else "Whenever they fall due."
st.caption(blocks.text(f"{count}, the worst overrun first. {scope} Pick a row for its story."))
picked = tickets.listing(selection, chosen, "tickets")
if picked and picked[0] != (asked or "").strip():
    story.show(selection, *picked)
