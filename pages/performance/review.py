"""What caused each breach?"""

import streamlit as st

from pages.ui import blocks, filters, load, review, review_week, view

selection = filters.current()
view.head(selection, "What caused each breach?")
due = load.clocks(selection, kind=selection.kind)["decided"].sum()
if not due:
    blocks.nothing(selection)
    st.stop()

found = review.caused(selection)
blocks.verdict(review.verdict(found, due, selection.kind))
review.cards(selection, found, due)
blocks.lines(review.notes(selection, found))
if found.height:
    review.pictures(selection, found)
    review_week.panel(selection, found)
review_week.method()
