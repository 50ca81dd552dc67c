"""The life of one ticket's clocks as an Altair chart."""

from datetime import datetime, timedelta
from typing import Any

import altair as alt
import polars as pl

from pages.ui.charts import BREACH, IDLE, MET, Chart

EVENTS = "What happened"
"""The row of the events."""

_STEP, _LEGEND, _AXIS = 62, 24, 60
"""Height of a row of the picture, of a line of a legend, and of the time axis, in pixels."""

_DAY = 86_400
_ACROSS = 3
_SHAPES = {"message": ("triangle-up", "△"), "reply": ("circle", "○"), "status": ("square", "□"),
           "priority": ("diamond", "◇"), "team": ("cross", "✛"), "ended": ("triangle-down", "▽")}  # fmt: skip
_PAUSED, _SOLVED = {False: "#E6B800", True: "#C9A400"}, {False: "#009E73", True: "#2BC49A"}
_CLOSED, _LATE = {False: "#b9c3cc", True: "#55616d"}, {False: "#f0b287", True: "#8a5a2b"}
_TEAMS = {
    False: ["#6A4C93", "#3d4852", "#CC79A7", "#8C6D46", "#A99BD1", "#4F7C7C"],
    True: ["#B79CED", "#D5DCE3", "#E39AC4", "#C9A77A", "#7C6FB0", "#8FBFBF"],
}
_INK = {False: "#16202c", True: "#f2f5f8"}
_COUNTS = "datum.label == 'open' || datum.label == 'overdue' ? datum.label + ' (counts)' : datum.label"


def ticket_timeline(
    frame: pl.DataFrame,
    due: pl.DataFrame,
    happened: pl.DataFrame | None = None,
    closed: pl.DataFrame | None = None,
    *,
    dark: bool,
) -> alt.LayerChart:
    """A ticket's clocks: for each a bar of its stretches, the team that held it, and its due time.

    Args:
        frame: `clock` (title of its row, in the order they are drawn), `start`, `end` (local), `what`, `told`,
            `counted`, `status`, `team`.
        due: `clock`, `due` (local), `text`.
        happened: `at` (local), `event` (message, reply, status, priority, team or ended), `told`; a row of its own.
        closed: `start`, `end` (local) of the hours in which the desk was closed.
        dark: whether the theme is.
    """
    rows = frame["clock"].unique(maintain_order=True).to_list()
    if happened is not None and happened.height:
        rows = [EVENTS, *rows]
    first, last = _reach(frame, due)
    y = alt.Y("clock:N", sort=rows, scale=alt.Scale(domain=rows, padding=0), axis=None)
    scale = alt.Scale(type="utc", domain=[_moment(first), _moment(last)], nice=False)
    x = alt.X("start:T", scale=scale, axis=_axis(first, last))
    layers: list[Chart] = []
    if closed is not None and closed.height:
        shade = alt.Chart(closed).mark_rect(color=IDLE, opacity=0.13, clip=True)
        layers.append(shade.encode(x=x, x2="end:T"))
    layers += _bars(frame, x, y, dark=dark)
    layers += _due(due, first, last, y, dark=dark)
    if happened is not None and happened.height:
        layers.append(_happened(happened, y, dark=dark))
    layers.append(_titles(rows, happened, y, dark=dark))
    lines = sum(1 + -(-frame[name].n_unique() // _ACROSS) for name in ("what", "team"))
    return (
        alt.layer(*layers)
        .resolve_scale(color="independent")
        .properties(height=_STEP * len(rows) + _AXIS + _LEGEND * lines)
    )


def _reach(frame: pl.DataFrame, due: pl.DataFrame) -> tuple[datetime, datetime]:
    """What the axis shows: every stretch, and due times that are not far beyond."""
    times = frame.select(pl.col("start", "end").cast(pl.Datetime("us")))
    first: Any = times["start"].min()
    last: Any = times["end"].max()
    length = max(last - first, timedelta(minutes=10))
    near = due.select(pl.col("due").cast(pl.Datetime("us"))).filter(pl.col("due") <= last + length / 3)["due"].max()
    last = max(last, near or last)
    return first - length / 60, last + length / 30


def _moment(at: datetime) -> alt.DateTime:
    day = {"year": at.year, "month": at.month, "date": at.day}
    return alt.DateTime(**day, hours=at.hour, minutes=at.minute, seconds=at.second, utc=True)


def _axis(first: datetime, last: datetime) -> alt.Axis:
    """A time axis with marks at round local times; the labels that find no room are left out."""
    length = (last - first).total_seconds()
    steps = [
        (2 * 3600, 900, "%H:%M"),
        (12 * 3600, 3600, "%H:%M"),
        (1.6 * _DAY, 3 * 3600, "%a %H:%M"),
        (4 * _DAY, 12 * 3600, "%a %d %b %H:%M"),
        (30 * _DAY, _DAY, "%a %d %b"),
        (200 * _DAY, 7 * _DAY, "%d %b"),
    ]
    _, step, form = next((each for each in steps if length <= each[0]), (0, 28 * _DAY, "%d %b %Y"))
    start = datetime(first.year, first.month, first.day) - timedelta(days=first.weekday())  # noqa: DTZ001 - local
    skipped = int((first - start).total_seconds() // step) + 1
    count = int((last - start).total_seconds() // step)
    marks = [_moment(start + timedelta(seconds=step * number)) for number in range(skipped, count + 1)]
    return alt.Axis(
        title=None,
        format=form,
        values=marks,
        labelOverlap="greedy",
        labelSeparation=12,
        grid=False,
        labelBound=True,
    )


def _legend(title: str, orient: Any, **given: Any) -> alt.Legend:
    """A legend above or below the picture, narrow enough for a phone."""
    return alt.Legend(
        orient=orient, title=title, columns=_ACROSS, titleLimit=240, labelLimit=110, symbolType="square", **given
    )


def _bars(frame: pl.DataFrame, x: alt.X, y: alt.Y, *, dark: bool) -> list[Chart]:
    kinds = {
        "open": MET[dark],
        "overdue": BREACH[dark],
        "closed": _CLOSED[dark],
        "overdue, closed": _LATE[dark],
        "paused": _PAUSED[dark],
        "solved": _SOLVED[dark],
        "no promise": _INK[not dark],
    }
    used = [kind for kind in kinds if kind in set(frame["what"])]
    legend = _legend("Bar: what the time was", "top", labelExpr=_COUNTS, symbolStrokeWidth=0)
    scale = alt.Scale(domain=used, range=[kinds[kind] for kind in used])
    colour = alt.Color("what:N", scale=scale, legend=legend)
    tooltip = [
        alt.Tooltip("clock:N", title="Clock"),
        alt.Tooltip("what:N", title="Stretch"),
        alt.Tooltip("told:N", title="From, to"),
        alt.Tooltip("counted:N", title="Counted"),
        alt.Tooltip("status:N", title="Status"),
        alt.Tooltip("team:N", title="Team"),
    ]
    base = alt.Chart(frame).encode(x=x, x2="end:T", y=y, tooltip=tooltip)
    # A stroke of its own colour keeps the shortest stretch visible; overdue ones stand taller.
    edged = base.encode(color=colour, stroke=alt.Stroke("what:N", scale=scale, legend=None))
    late = "indexof(datum.what, 'overdue') == 0"
    bars = alt.layer(
        edged.transform_filter(f"!({late})").mark_bar(height=13, yOffset=-4, strokeWidth=1),
        edged.transform_filter(late).mark_bar(height=19, yOffset=-7, strokeWidth=1),
    )
    teams = frame["team"].unique(maintain_order=True).to_list()
    palette = [_TEAMS[dark][number % len(_TEAMS[dark])] for number in range(len(teams))]
    held_by = _legend("Thin band: who held it", "bottom")
    band = base.mark_bar(height=5, yOffset=7).encode(
        color=alt.Color("team:N", sort=teams, scale=alt.Scale(domain=teams, range=palette), legend=held_by)
    )
    return [bars, band]


def _due(due: pl.DataFrame, first: datetime, last: datetime, y: alt.Y, *, dark: bool) -> list[alt.Chart]:
    """A mark at each due time and its text below; to its left in the right half, at the edge where it lies beyond."""
    at = pl.col("due").cast(pl.Datetime("us"))
    known = due.with_columns(due=at, beyond=at > last)
    marked = known.filter(~pl.col("beyond"))
    middle = first + (last - first) / 2
    layers = []
    if marked.height:
        tick = alt.Chart(marked.drop("beyond")).mark_tick(
            orient="vertical", thickness=2, size=30, yOffset=-2, color=_INK[dark], opacity=1
        )
        layers.append(tick.encode(x="due:T", y=y, tooltip=["clock:N", "text:N"]))
    sides: list[tuple[pl.DataFrame, str]] = [
        (marked.filter(pl.col("due") <= middle), "left"),
        (marked.filter(pl.col("due") > middle), "right"),
    ]
    for side, align in sides:
        if side.height:
            text = alt.Chart(side.drop("beyond")).mark_text(align=align, dy=20, fontSize=11, color=_INK[dark])
            layers.append(text.encode(x="due:T", y=y, text="text:N"))
    beyond = known.filter("beyond").with_columns(text=pl.col("text") + " →")
    if beyond.height:
        text = alt.Chart(beyond.drop("beyond")).mark_text(align="right", dy=20, fontSize=11, color=_INK[dark])
        layers.append(text.encode(x=alt.value("width"), y=y, text="text:N"))
    return layers


def _happened(happened: pl.DataFrame, y: alt.Y, *, dark: bool) -> alt.Chart:
    used = [kind for kind in _SHAPES if kind in set(happened["event"])]
    scale = alt.Scale(domain=used, range=[_SHAPES[kind][0] for kind in used])
    marks = alt.Chart(happened.with_columns(clock=pl.lit(EVENTS))).mark_point(
        size=60, filled=False, strokeWidth=1.5, opacity=1, color=_INK[dark], yOffset=4
    )
    return marks.encode(
        x="at:T",
        y=y,
        shape=alt.Shape("event:N", scale=scale, legend=None),
        tooltip=[alt.Tooltip("event:N", title="Event"), alt.Tooltip("told:N", title="What")],
    )


def _titles(rows: list[str], happened: pl.DataFrame | None, y: alt.Y, *, dark: bool) -> alt.Chart:
    """What stands above each row; above the events, their marks and what they mean."""
    known = set() if happened is None else set(happened["event"])
    marks = " ".join(f"{sign} {kind}" for kind, (_, sign) in _SHAPES.items() if kind in known)
    weight = {"fontWeight": alt.ExprRef("indexof(datum.clock, 'breached') > 0 ? 700 : 500")}
    texts = [f"{EVENTS}: {marks}" if row == EVENTS else row for row in rows]
    text = alt.Chart(pl.DataFrame({"clock": rows, "text": texts})).mark_text(
        align="left", dy=-25, fontSize=11, limit=alt.ExprRef("width"), color=_INK[dark], **weight
    )
    return text.encode(x=alt.value(0), y=y, text="text:N")
