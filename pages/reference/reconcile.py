"""Does the source agree, and where not, why?"""

import streamlit as st

from analytics.reconcile_reasons import OUTCOMES
from pages.ui import blocks, charts_reconcile, filters, load, reconciled, reconciled_tickets, story, view

selection, told = reconciled.judged_kind(filters.current())
view.head(selection, "Does the source agree, and where not, why?", tickets=False)
found = reconciled.rows(selection, selection.kind)
if not found["theirs_breached"].count():
    reconciled.nothing(selection)
    st.stop()

between, name = reconciled.bridged(selection, found), reconciled.source_name(found)
blocks.verdict(reconciled.sentence(between, name))
blocks.lines([told] if told else [])
reconciled.cards(between, name)
scope = blocks.scope(selection, load.clocks(selection, kind=selection.kind))
if between.ours.due:
    frame = reconciled.drawn(between, name)
    with st.container(border=True):
        blocks.chart(
            "What lies between the two rates?",
            f"{reconciled.answer(between)} n = {found.height:,} tickets. {scope}",
            charts_reconcile.between(frame, frame["step"].to_list(), dark=blocks.dark()),
            key="reconcile-bridge",
            alt=reconciled.spoken(frame),
        )
with st.container(border=True):
    st.markdown("**What came of each ticket?**")
    blocks.lines([told] if (told := reconciled.uncounted(between)) else [])
    table = reconciled.outcomes(found, between)
    blocks.table(
        table, "reconcile", reconciled.REASON_COLUMNS, height=38 + 35 * table.height, alt="What came of each ticket"
    )
reasons = reconciled.present(found)
if reasons:
    reason = st.selectbox(
        "Tickets behind",
        list(reasons),
        index=list(reasons).index(reconciled.foremost(between, reasons)),
        format_func=reasons.__getitem__,
        key="reason",
        bind="query-params",
    )
    with st.container(border=True):
        st.markdown(f"**{blocks.text(OUTCOMES[reason].label)}**")
        picked = reconciled_tickets.listing(reconciled_tickets.behind(selection, selection.kind, reason), reason)
    if picked:
        story.show(selection, *picked)
with blocks.method():
    reconciled.method()
