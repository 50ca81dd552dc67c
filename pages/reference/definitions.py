"""What does each number mean?"""

import streamlit as st

from analytics.metrics import METRICS
from pages.ui import blocks, evidence, filters, load, registry, vendors, view
from pages.ui import format as fmt

selection = filters.current()
view.head(selection, "What does each number mean?", tickets=False, due=False)
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
    registry.metrics(evidence.unknown(selection)),
    "definitions",
    registry.METRIC_COLUMNS,
    height=640,
    wrap=True,
    alt="Metrics",
)
vendors.section(selection)
st.subheader("Dimensions")
blocks.table(registry.dimensions(), "dimensions", registry.DIMENSION_COLUMNS, alt="Dimensions")
st.subheader("States of a clock")
blocks.table(registry.states(), "states", registry.STATE_COLUMNS, alt="States of a clock")
st.subheader("Policies in force")
st.caption("Targets in open time of the schedule; first match wins. The hash names the policy file's exact text.")
for source, file in load.policies(selection).items():
    with st.expander(f"{blocks.text(source)}: {fmt.plural(len(file.policies), 'policy', 'policies')}", expanded=True):
        of = f"of {source}"
        rows = registry.policies(file)
        blocks.table(rows, f"policies-{source}", registry.POLICY_COLUMNS, wrap=True, alt=f"Policies {of}")
        blocks.table(
            registry.schedules(file), f"schedules-{source}", registry.SCHEDULE_COLUMNS, alt=f"Opening hours {of}"
        )
        if file.agreements:
            st.caption("Agreements between teams: how long a ticket may stay with one; first match wins.")
            rows = registry.agreements(file)
            blocks.table(
                rows, f"agreements-{source}", registry.AGREEMENT_COLUMNS, wrap=True, alt=f"Team agreements {of}"
            )
        if file.exclusions:
            st.caption("Exclusions: in no rate, unless the sidebar says so. Local times of each clock's schedule.")
            rows = registry.exclusions(file)
            blocks.table(rows, f"exclusions-{source}", registry.EXCLUSION_COLUMNS, alt=f"Exclusions {of}")
