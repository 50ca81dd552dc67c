"""Which tickets broke their promise?"""

import polars as pl
import streamlit as st

from analytics.measure import measure
from analytics.metrics import BREACHED, METRICS, OPEN_BREACHED
from analytics.schemas import KIND_LABELS
from pages.ui import blocks, filters, load, tickets
from pages.ui import format as fmt

SHOWN = {"breached": "Breached", "open": "Open breached", "running": "Running", "all": "All"}
KEEP = {"breached": BREACHED, "open": OPEN_BREACHED, "running": pl.col("stopped_at").is_null(), "all": pl.lit(value=True)}

selection = filters.current()
st.header("Which tickets broke their promise?")
clocks = load.clocks(selection, kind=selection.kind)
now = measure(clocks, ["due", "breaches", "median_overrun", "tickets"]).row(0, named=True)
worst = clocks.filter(BREACHED).select((pl.col("elapsed_seconds") - pl.col("target_seconds")).max()).item()
standing = load.undated(selection).filter((pl.col("kind") == selection.kind) & OPEN_BREACHED)
name = KIND_LABELS[selection.kind]
if now["breaches"]:
    blocks.verdict(f"{name}: the worst breach ran {fmt.value('median_overrun', worst)} of open time past its target.")
else:
    blocks.verdict(f"{name}: no clock due in this selection was breached.")
columns = st.columns(3)
columns[0].metric("Breached", fmt.number(now["breaches"]), delta_description=f"of {fmt.number(now['due'])} clocks due", border=True, height="stretch")
columns[1].metric(
    METRICS["median_overrun"].label,
    fmt.value("median_overrun", now["median_overrun"]),
    delta_description="open time past the target",
    help=METRICS["median_overrun"].definition,
    border=True,
    height="stretch",
)
columns[2].metric("Still open and breached", fmt.number(standing.height), delta_description="whenever they fell due", border=True, height="stretch")

top = st.columns([3, 2])
state = top[0].segmented_control(
    "Show", list(SHOWN), format_func=SHOWN.__getitem__, default="breached", required=True, key="state", bind="query-params"
)
asked = top[1].text_input("Ticket id", key="ticket", bind="query-params", placeholder="Show one ticket's clocks")
source = dict(selection.chosen).get("source", (None,))[0]
if asked:
    tickets.story(selection, asked.strip(), None)
pool = clocks if state in {"breached", "all"} else load.undated(selection).filter(pl.col("kind") == selection.kind)
chosen = pool.filter(KEEP[state])
if chosen.is_empty():
    blocks.nothing(selection) if state in {"breached", "all"} else st.info("No clock of this kind stands so.")
    st.stop()
st.caption(blocks.text(f"{fmt.plural(chosen.height, 'clock')}, the worst overrun first. {blocks.scope(selection, chosen)} Pick a row for its story."))
picked = tickets.listing(selection, chosen, "tickets")
if picked:
    tickets.story(selection, *picked)
