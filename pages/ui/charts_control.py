"""Pictures of signal and noise: the control chart, dated events on a time axis, the use of a month's allowance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import altair as alt
import polars as pl

from pages.ui.charts_parts import (
    BREACH,
    IDLE,
    INK,
    MET,
    POINT,
    Chart,
    brush,
    count_tip,
    filled,
    objective_rule,
    picks,
    share_tip,
    time_axis,
    top_legend,
)

WORSE, BETTER, RUN, NOISE, OPEN = "Signal: lower", "Signal: higher", "In a run", "Noise", "Not judged"
LOOKS = (WORSE, BETTER, RUN, NOISE, OPEN)
"""What a week is; in the order of the legend."""
_SHAPES = {WORSE: "triangle-down", BETTER: "triangle-up", RUN: "diamond", NOISE: "circle", OPEN: "square"}
_PURPLE = {False: "#8E5A9B", True: "#E39AC4"}
USED, PACE, EVEN = "Used", "At this pace", "Even use"
_YEARS_APART = 66
"""Weeks from which on the axis names the year."""
_LINE = 15
"""Pixels from one line of numbers to the next, above a picture."""
_ROOM = timedelta(weeks=4)
"""Between two numbers on one line of a picture, so that they stay apart where it is narrow."""


@dataclass(frozen=True)
class Note:
    """A dated event on a time axis: its number in the picture, its first and last date, the line its number is on."""

    number: int
    first: date
    last: date
    line: int


def numbered(spans: Sequence[tuple[date, date]], room: timedelta = _ROOM) -> tuple[Note, ...]:
    """Events in order of time, each on the lowest line where it stands apart from the one before.

    Example:
        >>> day = date(2026, 3, 2)
        >>> [note.line for note in numbered([(day, day), (day + timedelta(7), day), (day + timedelta(70), day)])]
        [0, 1, 0]
    """
    ends: list[date] = []
    found = []
    for number, (first, last) in enumerate(spans, 1):
        line = next((line for line, end in enumerate(ends) if first >= end), len(ends))
        ends[line : line + 1] = [max(first + room, last + timedelta(weeks=1))]
        found.append(Note(number, first, last, line))
    return tuple(found)


def control(
    frame: pl.DataFrame,
    objective: float | None,
    shaded: tuple[date, date] | None,
    notes: tuple[Note, ...],
    *,
    dark: bool,
) -> alt.LayerChart:
    """Attainment by week between the limits of its noise; a click picks a week, dragging picks several.

    Args:
        frame: `week`, `attainment`, `attainment_low`, `attainment_high`, `due`, `breaches`, `centre`, `low`, `high`
            (limits; null where there are none), `look` (one of LOOKS), `told` (what the week is, in words).
        objective: drawn where the weeks have just one.
        shaded: the first and last date of the period looked at, where the picture shows more.
        notes: dated events.
        dark: whether the theme is.
    """
    present = tuple(look for look in LOOKS if (frame["look"] == look).any())
    return filled(_control(tuple(frame["week"]), present, objective, shaded, notes, dark=dark), frame)


@lru_cache(maxsize=32)
def _control(
    weeks: tuple[date, ...],
    looks: tuple[str, ...],
    objective: float | None,
    shaded: tuple[date, date] | None,
    notes: tuple[Note, ...],
    *,
    dark: bool,
) -> alt.LayerChart:
    colours = {WORSE: BREACH[dark], BETTER: MET[dark], RUN: _PURPLE[dark], NOISE: IDLE, OPEN: IDLE}
    scale, axis = alt.Scale(zero=False, nice=True), alt.Axis(format=".0%", title=None, tickCount=5)
    x = time_axis("week", "month" if len(weeks) > _YEARS_APART else "week", pl.Series(weeks, dtype=pl.Date))
    base = alt.Chart().encode(x=x)
    y = alt.Y("attainment:Q", axis=axis, scale=scale)
    band = base.mark_area(color=IDLE, opacity=0.16, interpolate="step").encode(
        y=alt.Y("low:Q", axis=axis, scale=scale), y2="high:Q"
    )
    centre = base.mark_line(color=INK[dark], opacity=0.55, strokeWidth=1.2, interpolate="step").encode(
        y=alt.Y("centre:Q", axis=axis, scale=scale)
    )
    line = base.mark_line(color=IDLE, strokeWidth=1.2).encode(y=y)
    above = _above(notes)
    legend = top_legend(5)
    legend["offset"] = 8 + above
    colour = alt.Color(
        "look:N",
        scale=alt.Scale(domain=list(looks), range=[colours[look] for look in looks]),
        legend=legend,
    )
    shape = alt.Shape("look:N", scale=alt.Scale(domain=list(looks), range=[_SHAPES[look] for look in looks]))
    loud = alt.FieldOneOfPredicate(field="look", oneOf=[WORSE, BETTER, RUN])
    dots = base.mark_point(filled=True, opacity=1, strokeWidth=1.4).encode(
        y=y,
        color=colour,
        shape=shape,
        size=alt.condition(loud, alt.value(120), alt.value(34)),
        fillOpacity=alt.condition(alt.datum.look == OPEN, alt.value(0.15), alt.value(1)),
        tooltip=[
            alt.Tooltip("week:T", title="Week of", format="%d %b %Y"),
            alt.Tooltip("told:N", title="This week"),
            share_tip("SLA attainment", "attainment"),
            share_tip("95 % interval from", "attainment_low"),
            share_tip("to", "attainment_high"),
            share_tip("Noise from", "low"),
            share_tip("up to", "high"),
            count_tip("Clocks due", "due"),
            count_tip("Breaches", "breaches"),
        ],
    )
    layers: list[Chart] = [band, centre, line]
    if objective is not None:
        layers.append(objective_rule(objective, dark=dark))
    layers.append(dots.add_params(picks(POINT, ["week"]), brush()))
    if shaded:
        layers.insert(0, _shade(*shaded, dark=dark))
    return alt.layer(*layers, *_marks(notes, dark=dark)).properties(height=380 + above)


def _above(notes: tuple[Note, ...]) -> int:
    """The room in pixels that the numbers of events take above a picture."""
    return _LINE * (1 + max((note.line for note in notes), default=-1))


def _shade(first: date, last: date, *, dark: bool) -> alt.Chart:
    span = pl.DataFrame({"from": [first], "to": [last]})
    return alt.Chart(span).mark_rect(color=MET[dark], opacity=0.09).encode(x=_at("from"), x2=alt.X2("to:T"))


def _at(field: str) -> alt.X:
    return alt.X(f"{field}:T", scale=alt.Scale(type="utc"))


def _marks(notes: tuple[Note, ...], *, dark: bool) -> list[alt.Chart]:
    """Dated events: a thin rule each, and above the picture its number, with a bar as long as it lasts."""
    found = []
    for line in range(1 + max((note.line for note in notes), default=-1)):
        own = [note for note in notes if note.line == line]
        frame = pl.DataFrame(
            {
                "number": [str(note.number) for note in own],
                "first": [note.first for note in own],
                "last": [note.last + timedelta(days=1) for note in own],
            }
        )
        base = alt.Chart(frame).encode(x=_at("first"))
        height = -8 - _LINE * line
        look: dict[str, Any] = {"fontSize": 12, "fontWeight": 600, "color": INK[dark], "align": "left", "dx": -3}
        found += [
            base.mark_rule(color=INK[dark], strokeWidth=1, strokeDash=[2, 3], opacity=0.45),
            base.mark_rule(color=INK[dark], strokeWidth=2, opacity=0.6).encode(
                x2=alt.X2("last:T"), y=alt.value(height + 4)
            ),
            base.mark_text(**look).encode(y=alt.value(height - 3), text="number:N"),
        ]
    return found


def with_notes(chart: alt.LayerChart, notes: tuple[Note, ...], *, dark: bool, legend: bool = True) -> alt.LayerChart:
    """A chart over time with dated events on its axis; their numbers stand below its legend, where it has one."""
    if not notes:
        return chart
    above = _above(notes)
    layered = alt.layer(chart, *_marks(notes, dark=dark), **({} if legend else {"padding": {"top": above + 5}}))
    return layered.properties(height=chart.height + above).configure_legend(offset=8 + above)


def spent(frame: pl.DataFrame, allowed: float, label: str, *, dark: bool) -> alt.LayerChart:
    """Breaches used in a month, day by day, against what it allows.

    Args:
        frame: `date`, `line` (USED, PACE or EVEN), `value` (running total), `told` (in words).
        allowed: breaches the month allows.
        label: of the line at that height.
        dark: whether the theme is.
    """
    present = [line for line in (USED, PACE, EVEN) if (frame["line"] == line).any()]
    colours = {USED: BREACH[dark], PACE: BREACH[dark], EVEN: IDLE}
    dashes = {USED: [1, 0], PACE: [5, 4], EVEN: [2, 3]}
    widths = {USED: 2.5, PACE: 2.0, EVEN: 1.5}
    scale, legend = {"domain": present}, top_legend(3)
    legend["symbolType"] = "stroke"
    y = alt.Y("value:Q", axis=alt.Axis(title="breaches", tickCount=4, format=",~f"), scale=alt.Scale(zero=True))
    base = alt.Chart(frame).encode(
        x=time_axis("date", "day", frame["date"]),
        y=y,
        color=alt.Color("line:N", scale=alt.Scale(**scale, range=[colours[each] for each in present]), legend=legend),
        strokeDash=alt.StrokeDash("line:N", scale=alt.Scale(**scale, range=[dashes[each] for each in present])),
        strokeWidth=alt.StrokeWidth(
            "line:N", scale=alt.Scale(**scale, range=[widths[each] for each in present]), legend=None
        ),
    )
    top = alt.Chart(pl.DataFrame({"allowed": [allowed], "label": [label]}))
    rule = top.mark_rule(color=MET[dark], strokeWidth=1.5).encode(y="allowed:Q")
    place: dict[str, Any] = {"y": "allowed:Q", "x": alt.value(4), "text": "label:N"}
    look: dict[str, Any] = {"align": "left", "baseline": "bottom", "dy": -3, "fontSize": 12}
    name = top.mark_text(color=MET[dark], **look).encode(**place)
    near = base.mark_point(size=140, opacity=0).encode(
        tooltip=[
            alt.Tooltip("date:T", title="By the end of", format="%d %b %Y"),
            alt.Tooltip("line:N", title="Line"),
            alt.Tooltip("told:N", title="Breaches"),
        ]
    )
    return alt.layer(base.mark_line(), rule, name, near).properties(height=240)
