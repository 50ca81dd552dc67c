"""Can the history be trusted?"""

import streamlit as st

from pages.ui import blocks, filters, suspicious, view

selection = filters.current()
found = suspicious.found(selection)
view.head(selection, "Can the history be trusted?", tickets=False, due=False)
blocks.verdict(suspicious.verdict(found, suspicious.names(selection)))
st.caption(
    "The whole history of each source, whatever the period and the filters. A finding is a question to ask, "
    f"not a proof. {blocks.text(suspicious.unseen(found))}"
)
chosen = suspicious.findings(found)
if chosen is not None:
    suspicious.behind(selection, found, chosen)
st.subheader("What was looked for")
suspicious.looked(found)
