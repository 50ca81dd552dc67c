"""What came and what is expected, by day and by hour, as Altair charts."""

from datetime import date
from functools import lru_cache

import altair as alt
import polars as pl

from pages.ui.charts_parts import INK, LINES, MET, POINT, count_tip, filled, picks, time_axis, top_legend

CAME, EXPECTED, BEFORE = "Came", "Expected", "Same day a year before"
_LIGHT = {False: "#9CC8E3", True: "#2C6A92"}
_MEAN = ",.1f"


def days(frame: pl.DataFrame, *, dark: bool) -> alt.LayerChart:
    """Tickets a day: those that came, those expected with their band, and those of a year before; a click picks a day.

    Args:
        frame: `at`, `what` (CAME or EXPECTED), `tickets` (that came, or are expected on average), `low`, `high` (of
            the band; null of days gone), `year` (tickets of the same day a year before; null where not known),
            `legend` (BEFORE), `holiday` (whose it is, in words; blank), `mark` ("H" on a holiday; blank).
        dark: whether the theme is.
    """
    mondays = frame.filter(pl.col("at").dt.weekday() == 1)["at"]
    return filled(_days(tuple(mondays), frame.height, bool(frame["year"].count()), dark=dark), frame)


@lru_cache(maxsize=16)
def _days(mondays: tuple[date, ...], count: int, year: bool, *, dark: bool) -> alt.LayerChart:
    base = alt.Chart().encode(x=time_axis("at", "week", pl.Series(mondays, dtype=pl.Date), padding=8))
    axis = alt.Axis(title="arrivals a day", tickCount=4, format=",~f")
    names = [CAME, EXPECTED, *([BEFORE] if year else [])]
    colours = [MET[dark], _LIGHT[dark], *([LINES[dark][1]] if year else [])]
    colour = alt.Scale(domain=names, range=colours)
    tooltip = [
        alt.Tooltip("at:T", title="Day", format="%a %d %b %Y"),
        alt.Tooltip("what:N", title="Arrivals"),
        alt.Tooltip("tickets:Q", title="On average, or in fact", format=_MEAN),
        count_tip("Band from", "low"),
        count_tip("Band to", "high"),
        count_tip(BEFORE, "year"),
        alt.Tooltip("holiday:N", title="Holiday"),
    ]
    legend = top_legend(len(names))
    thick = alt.ExprRef(f"max(1.5, 0.7 * width / {count})")
    bars = base.mark_bar(width=thick).encode(
        y=alt.Y("tickets:Q", axis=axis, stack=None),
        color=alt.Color("what:N", scale=colour, legend=legend),
        tooltip=tooltip,
    )
    fine = alt.ExprRef(f"width < {6 * count} ? 0.6 : 1.2")
    band = base.mark_rule(color=INK[dark], strokeWidth=fine).encode(y=alt.Y("low:Q", axis=axis), y2="high:Q")
    size = alt.ExprRef(f"width < {6 * count} ? 8 : 11")
    marks = base.mark_text(color=INK[dark], fontSize=size, fontWeight="bold").encode(y=alt.value(6), text="mark:N")
    layers = [bars.add_params(picks(POINT, ["at"])), band, marks]
    if year:
        layers.append(
            base.mark_tick(thickness=2, width=thick, orient="horizontal").encode(
                y=alt.Y("year:Q", axis=axis), color=alt.Color("legend:N", scale=colour, legend=legend)
            )
        )
    return alt.layer(*layers).properties(height=280)


def hours(frame: pl.DataFrame, *, dark: bool) -> alt.LayerChart:
    """Tickets an hour of one day: those that came, or those expected with their band.

    Args:
        frame: `hour`, `from` (as "08–09"), `what` (CAME or EXPECTED), `tickets`, `low`, `high` (null of days gone).
        dark: whether the theme is.
    """
    return filled(_hours(dark=dark), frame)


@lru_cache(maxsize=4)
def _hours(*, dark: bool) -> alt.LayerChart:
    angles = alt.Axis(title=None, labelAngle=0, ticks=False, labelExpr="slice(datum.label, 0, 2)")
    base = alt.Chart().encode(x=alt.X("from:O", axis=angles))
    axis = alt.Axis(title="arrivals an hour", tickCount=4, format=",~f")
    colour = alt.Scale(domain=[CAME, EXPECTED], range=[MET[dark], _LIGHT[dark]])
    tooltip = [
        alt.Tooltip("from:O", title="Hour"),
        alt.Tooltip("what:N", title="Arrivals"),
        alt.Tooltip("tickets:Q", title="On average, or in fact", format=_MEAN),
        count_tip("Band from", "low"),
        count_tip("Band to", "high"),
    ]
    bars = base.mark_bar().encode(
        y=alt.Y("tickets:Q", axis=axis), color=alt.Color("what:N", scale=colour, legend=None), tooltip=tooltip
    )
    band = base.mark_rule(color=INK[dark], strokeWidth=1.5).encode(y=alt.Y("low:Q", axis=axis), y2="high:Q")
    return alt.layer(bars, band).properties(height=220)
