"""Where, and for whom, do promises break?"""

import streamlit as st

from analytics.dimensions import ATTRIBUTE_DIMENSIONS, DIMENSIONS
from pages.ui import blocks, charts, filters, load, segments, tickets, words
from pages.ui import format as fmt

selection = filters.current()
clocks = load.clocks(selection, kind=selection.kind)
st.header("Where, and for whom, do promises break?")
if not clocks["decided"].any():
    blocks.nothing(selection)
    st.stop()

options = segments.worth(clocks, [name for name in ATTRIBUTE_DIMENSIONS if name != "kind"])
head = st.container()
by = st.segmented_control(
    "Compare by",
    options,
    format_func=lambda name: DIMENSIONS[name].label,
    default=options[0],
    required=True,
    key="segment",
    bind="query-params",
)
found = segments.compared(clocks, by)
label = DIMENSIONS[by].label
with head:
    blocks.verdict(words.segments(found, label))
    segments.cards(found)

shown = found.head(segments.MOST)
order, dots = shown["segment"].to_list(), segments.dots(shown)
rest = f" The {segments.MOST} with most of {found.height}." if found.height > segments.MOST else ""
left, right = st.columns(2, gap="small")
with left.container(border=True, height="stretch"):
    picked = blocks.chart(
        f"Which {label.lower()} breaks most{segments.beyond(found)}?",
        f"Breaches, all {fmt.number(found['breaches'].sum())} of {fmt.number(found['due'].sum())} clocks due.{rest} "
        "Click a bar for its breaches.",
        charts.ranked_bars(segments.bars(shown), order, segments.axis(found)),
        key="segments-excess",
        alt=segments.told(shown),
        select=charts.POINT,
    )
with right.container(border=True, height="stretch"):
    blocks.chart(
        "How sure is each rate?",
        f"In brackets: n, clocks due. Hollow: fewer than {words.FIRM} clocks. {blocks.scope(selection, clocks)}",
        charts.interval_dots(dots, dots["segment"].to_list()),
        key="segments-rates",
        alt=segments.told(shown),
    )
if picked:
    tickets.behind(selection, segments.of(clocks, by, picked[0]["segment"]), f"Breaches, {label} {picked[0]['segment']}", "segment")
with st.container(border=True):
    st.markdown(f"**Every {blocks.text(label.lower())}**")
    blocks.table(found, f"segments-{by}", segments.columns(label), alt=segments.told(shown))
