"""Are we keeping our word?"""

import polars as pl
import streamlit as st

from analytics.hours import grid, worst_block
from analytics.measure import measure
from analytics.objectives import by_policy, single
from analytics.schemas import KIND_LABELS, KINDS
from pages.ui import blocks, charts, filters, frames, load, tickets, words
from pages.ui import format as fmt

TOLD = ("due", "breaches", "attainment", "near_misses", "median_overrun", "p90_wait")

selection = filters.current()
every = load.clocks(selection)
st.header("Are we keeping our word?")
kinds = measure(every, ["due", "attainment"], ["kind"]).with_columns(pl.col("kind").cast(pl.String))
if not kinds["due"].sum():
    blocks.nothing(selection)
    st.stop()

clocks = load.clocks(selection, kind=selection.kind)
shown_kinds = {*kinds["kind"], selection.kind}
weeks = {kind: frames.weeks(load.clocks(selection, kind=kind)) for kind in shown_kinds}
policies = {kind: by_policy(load.clocks(selection, kind=kind)) for kind in shown_kinds}
block = worst_block(grid(clocks, "due"), frames.week_count(selection, clocks))
blocks.verdict(words.verdict(kinds, weeks, policies) + words.spike_too(block, selection.kind))
frames.headline(selection, every)

shown, goal = weeks[selection.kind], single(clocks)
left, right = st.columns([3, 2], gap="small")
with left.container(border=True, height="stretch"):
    answer = words.weekly(shown, goal) if goal is not None else words.below(policies[selection.kind])
    picked = blocks.chart(
        f"Is the promise kept, week by week? ({KIND_LABELS[selection.kind]})",
        f"{answer} Band: 95 % Wilson interval; n = {fmt.number(shown['due'].sum())}. {blocks.scope(selection, clocks)}",
        charts.weekly_rate(shown, goal, dark=blocks.dark()),
        key="weeks",
        alt=frames.told_weeks(shown),
        select=charts.POINT,
    )
with right.container(border=True, height="stretch"):
    by = frames.grid_rows(every)
    promises = frames.promises(every, by)
    cell = blocks.chart(
        "Which promises fall short?",
        "Share met, n clocks due. Blue keeps its objective, orange falls short, grey: n under 30. Click for breaches.",
        charts.promise_grid(promises, [KIND_LABELS[k] for k in KINDS], frames.ordered(promises), dark=blocks.dark()),
        key="promises",
        alt=frames.told_promises(promises),
        select=charts.CELL,
    )
if cell:
    tickets.behind(selection, frames.of_promise(every, cell[0], by), frames.promise_name(cell[0], by), "promise")
if picked:
    tickets.behind(selection, frames.of_week(clocks, picked[0]), frames.week_name(picked[0]), "week")
now, before = blocks.one(clocks, TOLD), blocks.one(load.earlier(selection, kind=selection.kind), TOLD)
st.write(blocks.text(words.paragraph(now, before, selection.kind, block)))
