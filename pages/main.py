"""The shell of every page: page list, filters, one place where errors are shown."""

from pathlib import Path

import streamlit as st

from analytics.errors import SLAError
from pages.ui import filters, imports, load

st.set_page_config(
    page_title="Duetime",
    page_icon=str(Path(__file__).parent / "ui" / "icon.png"),
    layout="wide",
    initial_sidebar_state=320,
)

PAGES = {
    "Summary": [
        st.Page("summary/overview.py", title="Overview", icon=":material/insights:", default=True),
    ],
    "Performance": [
        st.Page("performance/trends.py", title="Trends", icon=":material/show_chart:"),
        st.Page("performance/hours.py", title="Hours", icon=":material/calendar_view_week:"),
        st.Page("performance/segments.py", title="Segments", icon=":material/bar_chart:"),
    ],
    "Operations": [
        st.Page("operations/tickets.py", title="Tickets", icon=":material/confirmation_number:"),
    ],
    "Reference": [
        st.Page("reference/definitions.py", title="Definitions", icon=":material/menu_book:"),
        st.Page("reference/data.py", title="Data", icon=":material/database:"),
        st.Page("reference/reconcile.py", title="Reconcile", icon=":material/balance:"),
        st.Page("reference/trust.py", title="Trust", icon=":material/policy:"),
    ],
}

page = st.navigation(PAGES, expanded=True)
filters.keep_address()
try:
    if load.current() is None:
        imports.first_start()
    filters.sidebar()
    page.run()
except SLAError as error:
    st.error("This cannot be shown.", icon=":material/error:")
    st.text(str(error))
