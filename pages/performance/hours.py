"""When do promises break?"""

import streamlit as st

from analytics.hours import grid, in_block, open_hours, worst_block
from analytics.metrics import METRICS
from pages.ui import blocks, charts, filters, frames, load, tickets, words
from pages.ui import format as fmt

SHOWN = {"breaches": "Breaches", "breach_rate": "Breach rate", "due": "Clocks due", "arrivals": "Arrivals"}

selection = filters.current()
clocks = load.clocks(selection, kind=selection.kind)
st.header("When do promises break?")
week = grid(clocks, "due")
if not week["due"].sum():
    blocks.nothing(selection)
    st.stop()

weeks = frames.week_count(selection, clocks)
block = worst_block(week, weeks)
blocks.verdict(words.spike(block, selection.kind))
if block:
    frames.block_cards(block, clocks.filter(in_block(block)), load.earlier(selection, kind=selection.kind))

with st.container(border=True):
    top = st.container(horizontal=True, horizontal_alignment="distribute")
    value = top.segmented_control(
        "Show",
        list(SHOWN),
        format_func=SHOWN.__getitem__,
        default="breaches",
        required=True,
        key="show",
        bind="query-params",
        wrap=True,
    )
    when = top.segmented_control(
        "By the hour the clock", ["due", "started"], default="due", required=True, key="when", bind="query-params"
    )
    mapped = grid(clocks, when).join(open_hours(load.schedules(selection, clocks)), on=["weekday", "hour"])
    ratio = value in METRICS and METRICS[value].unit.value == "ratio"
    cell = blocks.chart(
        f"{SHOWN[value]} by weekday and hour {'due' if when == 'due' and value != 'arrivals' else 'started'}",
        f"{words.peak(mapped, value)} n = {fmt.number(week['breaches'].sum())} breaches of "
        f"{fmt.number(week['due'].sum())} clocks due. Faint: closed. {blocks.scope(selection, clocks)} "
        "Click a cell for its tickets.",
        charts.heat_map(frames.hours_map(mapped, value), value, SHOWN[value].lower(), ratio=ratio, dark=blocks.dark()),
        key="hours-map",
        alt=frames.told_hours(mapped, value),
        select=charts.CELL,
    )
    blocks.download(mapped, "hours")
if cell:
    tickets.behind(selection, frames.of_hour(clocks, cell[0], when), frames.hour_name(cell[0], when), "hour")
