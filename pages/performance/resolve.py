"""Which target could we keep?"""

import streamlit as st

from analytics.dimensions import DIMENSIONS
from pages.ui import blocks, charts_survival, filters, resolve, resolve_curves, view
from pages.ui.charts import POINT

selection = filters.current()
view.head(selection, "Which target could we keep?")
found = resolve.cohort(selection)
if not found.n:
    blocks.nothing(selection)
    st.stop()

head = st.container()
asked = resolve.asked(selection, found)
with head:
    blocks.verdict(resolve.verdict(selection, found, asked))
    resolve.cards(selection, asked)
    blocks.lines(resolve.notes(found))

with st.container(border=True):
    by = st.selectbox(
        "By",
        ["", *resolve_curves.names(selection)],
        format_func=lambda each: DIMENSIONS[each].label if each else "All together",
        key="apart",
        bind="query-params",
        width=260,
    )
    whole = selection.without(by)
    shown = resolve_curves.groups(whole, by) if by else [resolve_curves.ALL]
    curves = resolve_curves.drawn(whole, by, shown, asked)
    at, mark, title = resolve_curves.line(asked)
    if shown:
        blocks.chart(
            f"How many are done by when{f', by {DIMENSIONS[by].label.lower()}' if by else ''}?",
            f"{resolve_curves.answer(whole, by, shown, asked)} {resolve.scope(whole, resolve.cohort(whole), asked)}",
            charts_survival.done_by(curves, shown, title, asked.share, at, mark, dark=blocks.dark()),
            key="resolve-curves",
            alt=resolve_curves.told(resolve_curves.table(whole, by, asked)),
            select=POINT if by else (),
            pick=(lambda picked: {by: [resolve_curves.value(by, picked["group"])]}) if by else None,
            data=curves.drop("tip"),
        )
    table = resolve_curves.table(whole, by, asked)
    told = f"Done by when, by {DIMENSIONS[by].label.lower()}" if by else "Done by when, all together"
    blocks.table(table, "time-to-resolve", resolve_curves.columns(by, asked), alt=told)
with blocks.method():
    st.markdown(blocks.text(resolve.METHOD))
