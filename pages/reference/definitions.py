"""What does each number mean?"""

import streamlit as st

from analytics.metrics import METRICS
from pages.ui import blocks, evidence, filters, load, registry, vendors
from pages.ui import format as fmt

selection = filters.current()
st.header("What does each number mean?")
blocks.verdict("Every promise is judged at its due time: a rate counts the clocks of one kind due in the period.")
st.write(
    "A clock is one timed promise on one ticket. It is met when it was stopped at or before its due time, breached "
    "when that passed while it ran, and in no rate while it is paused, not yet due, or cancelled."
)
st.subheader("Metrics")
st.caption(
    f"The {len(METRICS)} metrics of cards, charts and the command line. Rates are computed from rows, never averaged."
)
blocks.table(
    registry.metrics(evidence.unknown(selection)), "definitions", registry.METRIC_COLUMNS, height=640, wrap=True
)
vendors.section(selection)
st.subheader("Dimensions")
blocks.table(registry.dimensions(), "dimensions", registry.DIMENSION_COLUMNS)
st.subheader("States of a clock")
blocks.table(registry.states(), "states", registry.STATE_COLUMNS)
st.subheader("Policies in force")
st.caption("Targets in open time of the schedule; first match wins. The hash names the policy file's exact text.")
for source, file in load.policies(selection).items():
    with st.expander(f"{blocks.text(source)}: {fmt.plural(len(file.policies), 'policy', 'policies')}", expanded=True):
        blocks.table(registry.policies(file), f"policies-{source}", registry.POLICY_COLUMNS, wrap=True)
        blocks.table(registry.schedules(file), f"schedules-{source}", registry.SCHEDULE_COLUMNS)
        if file.agreements:
            st.caption("Agreements between teams: how long a ticket may stay with one; first match wins.")
            blocks.table(registry.agreements(file), f"agreements-{source}", registry.AGREEMENT_COLUMNS, wrap=True)
        if file.exclusions:
            st.caption("Exclusions: in no rate, unless the sidebar says so. Local times of each clock's schedule.")
            blocks.table(registry.exclusions(file), f"exclusions-{source}", registry.EXCLUSION_COLUMNS)
