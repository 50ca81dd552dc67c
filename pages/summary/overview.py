"""Are we keeping our word?"""

from functools import partial

import streamlit as st

from analytics.hours import grid as by_hour
from analytics.hours import worst_block
from analytics.objectives import by_policy, single
from analytics.schemas import KIND_LABELS
from pages.ui import blocks, charts, charts_clocks, filters, frames, gap, grid, load, overview, view, words
from pages.ui import format as fmt

selection = filters.current()
every, clocks = load.clocks(selection), load.clocks(selection, kind=selection.kind)
view.head(selection, "Are we keeping our word?")
kinds = overview.by_kind(every)
if kinds.is_empty():
    blocks.nothing(selection)
    st.stop()

at_picked_hours = selection.picked("weekday", "hour")
block = None if at_picked_hours else worst_block(by_hour(clocks, "due"), frames.week_count(selection, clocks))
blocks.verdict(overview.verdict(selection, kinds) + words.spike_too(block, selection.kind))
overview.cards(selection, kinds)
blocks.lines(overview.lines(selection, kinds))

by, both = grid.rows(every), gap.by_kind(selection)
promises = grid.promises(load.clocks(selection.without(by)), by)
in_weeks, in_grid, in_gap = overview.places(len(grid.columns(promises)), gap=gap.matters(both))
in_all = load.clocks(selection.without("week"), kind=selection.kind)
weeks, goal = frames.weeks(in_all), single(in_all)
with in_weeks:
    answer = words.weekly(weeks, goal) if goal is not None else words.below(by_policy(in_all))
    blocks.chart(
        f"Is the promise kept, week by week? ({KIND_LABELS[selection.kind]})",
        f"{answer} Band: 95 % Wilson interval; n = {fmt.number(weeks['due'].sum())}. "
        f"{blocks.scope(selection, clocks, exclusions=False)}",
        charts.weekly_rate(weeks, goal, dark=blocks.dark(), height=overview.weeks_height(promises)),
        key="weeks",
        alt=frames.told_weeks(weeks),
        select=charts.POINT,
        pick=frames.pick_week,
        data=weeks,
    )
with in_grid:
    blocks.chart(
        "Which promises fall short?",
        "Share met, n clocks due. Blue keeps its objective, orange falls short, grey: n under 30. Click to pick.",
        charts_clocks.promise_grid(promises, grid.columns(promises), grid.ordered(promises), dark=blocks.dark()),
        key="promises",
        alt=grid.told(promises),
        select=charts_clocks.CELL,
        pick=partial(grid.pick, by=by),
        data=promises.drop("points", "note"),
    )
if in_gap:
    with in_gap:
        gap.panel(selection, both)
st.write(blocks.text(overview.paragraph(selection, clocks, block)))
