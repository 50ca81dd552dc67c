"""What is in the store, and can it be trusted?"""

import streamlit as st

from pages.ui import blocks, events, filters, importing, importing_versions, load, provenance, suspicious, view
from pages.ui import format as fmt

selection = filters.current()
facts = load.store_facts(selection.directory, selection.version)
view.head(selection, "What is in the store, and can it be trusted?", tickets=False, due=False)
blocks.verdict(provenance.verdict(facts, selection.version))
suspicious.section(selection)
bring, known, history, versions = st.tabs(["Import", "Sources", "Imports", "Versions"])
with bring:
    importing.section()
    events.section(selection)
with known:
    st.subheader("Sources")
    st.caption("Data as of: the newest event known of each source. Nothing later is judged. Times in UTC.")
    blocks.table(provenance.sources(selection, facts), "sources", provenance.SOURCE_COLUMNS, alt="Sources")
    importing_versions.told(selection.directory, selection.version)
    st.subheader("Closed months")
    months = provenance.months(selection.directory, selection.version)
    st.caption(
        "A month closes with the first import whose data reaches into the next one, and its counts are kept for good. "
        f"What a later import changes in it is told here. {provenance.months_said(months)}"
    )
    if months.height:
        blocks.table(months, "closed-months", provenance.MONTH_COLUMNS, alt="Closed months")
with history:
    st.subheader("Imports")
    st.caption("Newest first. A bad row is set aside with the rule it broke; read = taken + rejected.")
    blocks.table(facts["imports"], "imports", provenance.IMPORT_COLUMNS, alt="Imports")
    st.subheader("Rejected rows")
    bad = facts["imports"].filter(facts["imports"]["rows_rejected"] > 0)
    if bad.is_empty():
        st.info("No import has rejected a row.", icon=":material/check_circle:")
    else:
        names = dict(bad.select("number", "files").iter_rows())
        number = st.selectbox("Import", list(names), format_func=lambda each: f"{each}. {names[each]}", key="import")
        rows = load.rejected(selection.directory, selection.version, number)
        by_rule = provenance.by_rule(rows)
        st.caption(blocks.text("; ".join(f"{fmt.plural(n, 'row')}: {rule}" for rule, n in by_rule.iter_rows())))
        blocks.table(rows, "rejected", provenance.REJECTED_COLUMNS, alt="Rejected rows")
    st.subheader("Repaired or dropped events")
    repairs = provenance.repairs(selection.directory, selection.version)
    if repairs.is_empty():
        st.caption("No import has dropped or repaired an event.")
    else:
        st.caption("Events that cannot be as the export told them. The numbers are those of the imports above.")
        blocks.table(repairs, "repairs", provenance.REPAIR_COLUMNS, alt="Repaired or dropped events")
with versions:
    importing_versions.versions()
