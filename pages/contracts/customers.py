"""Is each customer getting what was promised?"""

import streamlit as st

from pages.ui import blocks, customer, customers, filters, load, view

top, head = st.container(), st.container()
selection = customers.judged(filters.current())
clocks = load.clocks(selection, kind=selection.kind)
named, one = customers.names(selection), customers.chosen(selection)
with top:
    view.head(
        selection, f"Is {one} getting what was promised?" if one else "Is each customer getting what was promised?"
    )
if not clocks["decided"].any():
    blocks.nothing(selection)
    st.stop()

if one or not named:
    with head:
        customer.top(selection, one or customer.EVERYONE)
        blocks.lines([] if named else customer.unnamed())
    customer.rest(selection, one or customer.EVERYONE, lists=named)
    st.stop()
found = customers.ranked(selection)
with head:
    blocks.verdict(customers.verdict(found, selection.kind))
    customers.cards(found)
    blocks.lines(customers.beside(filters.current(), found, selection.kind))
customers.pictures(found, selection.kind, blocks.scope(selection, clocks))
customers.table(found, selection.kind)
customers.method()
