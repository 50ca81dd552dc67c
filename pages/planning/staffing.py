"""How many people does it take to keep the promises, and when?"""

import streamlit as st

from pages.ui import (
    filters,
    staffing,
    staffing_gaps,
    staffing_inputs,
    staffing_plan,
    staffing_remedies,
    staffing_shifts,
    view,
)

PANELS = {
    "gaps": staffing_gaps.panel,
    "plan": staffing_plan.panel,
    "remedies": staffing_remedies.panel,
    "shifts": staffing_shifts.panel,
    "inputs": staffing_inputs.panel,
}

selection = filters.current()
view.head(selection, "How many people does it take, and when?", due=False)
at = staffing.desk(selection)
case = staffing.found(at) if at else None
if at is None or case is None:
    st.stop()
staffing.headline(at)
PANELS[staffing.view()](at, case)
