"""The life of one ticket's clocks as an Altair chart."""

import altair as alt
import polars as pl

from pages.ui.charts import BARE, BREACH, IDLE, MET


def ticket_timeline(frame: pl.DataFrame, due: pl.DataFrame, *, dark: bool) -> alt.LayerChart:
    """A ticket's clocks as bars of open, closed, paused and overdue time, with the due times.

    Args:
        frame: `clock` (label), `start`, `end` (local), `what`, `told`, `status`, `team`.
        due: `clock`, `due` (local), `text`.
    """
    kinds = ["open", "closed", "paused", "solved", "overdue", "overdue, closed"]
    colours = [MET[dark], "#b9c3cc", "#E6B800", "#009E73", BREACH[dark], "#f0b287"]
    used = [kind for kind in kinds if kind in set(frame["what"])]
    scale = alt.Scale(domain=used, range=[colours[kinds.index(kind)] for kind in used])
    y = alt.Y("clock:N", axis=alt.Axis(labelLimit=140, **BARE))
    axis = alt.Axis(title=None, format="%d %b %H:%M", labelOverlap="greedy", tickCount=8)
    bars = (
        alt.Chart(frame)
        .mark_bar(height=26)
        .encode(
            y=y,
            x=alt.X("start:T", scale=alt.Scale(type="utc"), axis=axis),
            x2="end:T",
            color=alt.Color("what:N", scale=scale, legend=alt.Legend(orient="top", title=None)),
            tooltip=[
                alt.Tooltip("what:N", title="Stretch"),
                alt.Tooltip("told:N", title="From, to"),
                alt.Tooltip("counted:N", title="Counted"),
                alt.Tooltip("status:N", title="Status"),
                alt.Tooltip("team:N", title="Team"),
            ],
        )
    )
    mark = alt.Chart(due).mark_tick(thickness=3, height=44, color=IDLE).encode(y=y, x="due:T")
    label = alt.Chart(due).mark_text(dy=-28, fontSize=11, color=IDLE).encode(y=y, x="due:T", text="text:N")
    return alt.layer(bars, mark, label).properties(height=70 * frame["clock"].n_unique() + 60)
