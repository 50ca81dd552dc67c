"""Where, and for whom, do promises break?"""

import streamlit as st

from analytics.dimensions import ATTRIBUTE_DIMENSIONS, DIMENSIONS
from pages.ui import blocks, charts, evidence, filters, load, segments, tickets, words

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
    wrap=True,
)
found = evidence.blanked(selection, segments.compared(clocks, by))
table, story = segments.with_holders(selection, found, by)
label = DIMENSIONS[by].label
with head:
    blocks.verdict(words.segments(found, label))
    segments.cards(found)
blocks.lines(story)

shown = found.head(segments.MOST)
order, dots = shown["segment"].to_list(), segments.dots(shown)
left, right = st.columns(2, gap="small")
with left.container(border=True, height="stretch"):
    picked = blocks.chart(
        f"Which {label.lower()} breaks most{segments.beyond(found)}?",
        segments.all_of(found),
        charts.ranked_bars(segments.bars(shown), order, segments.axis(found), dark=blocks.dark()),
        key="segments-excess",
        alt=segments.told(shown),
        select=charts.POINT,
    )
with right.container(border=True, height="stretch"):
    blocks.chart(
        "How sure is each rate?",
        f"In brackets: n, clocks due. Hollow: fewer than {words.FIRM} clocks. {blocks.scope(selection, clocks)}",
        charts.interval_dots(dots, dots["segment"].to_list(), dark=blocks.dark()),
        key="segments-rates",
        alt=segments.told(shown),
    )
if picked:
    name = picked[0]["segment"]
    tickets.behind(selection, segments.of(clocks, by, name), f"Breaches, {label} {name}", "segment")
with st.container(border=True):
    st.markdown(f"**Every {blocks.text(label.lower())}**")
    blocks.table(table, f"segments-{by}", segments.columns(label), alt=segments.told(shown))
