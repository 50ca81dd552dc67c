"""The shell of every page: page list, filters, one place where errors are shown."""

from pathlib import Path

import streamlit as st

from analytics.errors import SLAError
from pages.ui import filters, imports, load, picks

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
        st.Page("performance/drivers.py", title="Drivers", icon=":material/account_tree:"),
        st.Page("performance/review.py", title="Breach review", icon=":material/rule:"),
        st.Page("performance/backlog.py", title="Backlog", icon=":material/inbox:"),
        st.Page("performance/resolve.py", title="Time to resolve", icon=":material/timelapse:"),
    ],
    "Planning": [
        st.Page("planning/staffing.py", title="Staffing", icon=":material/event_seat:"),
        st.Page("planning/forecast.py", title="Forecast", icon=":material/online_prediction:"),
    ],
    "Contracts": [
        st.Page("contracts/customers.py", title="Customers", icon=":material/groups:"),
    ],
    "Operations": [
        st.Page("operations/queue.py", title="Queue", icon=":material/format_list_numbered:"),
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
    filters.sidebar(picks.restore(page.url_path))
    page.run()
except SLAError as error:
    st.error("This cannot be shown.", icon=":material/error:")
    st.text(str(error))
