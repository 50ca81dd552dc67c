"""Charts of where people are short: the week as a map, why promises were late, the backlog of a week, and regions."""

from collections.abc import Mapping
from functools import lru_cache

import altair as alt
import polars as pl

from analytics.dimensions import WEEKDAYS
from pages.ui.charts_parts import (
    BARE,
    BREACH,
    CELL,
    GAP,
    IDLE,
    INK,
    LINES,
    MET,
    SIDES,
    Chart,
    count_tip,
    filled,
    picks,
    share_tip,
)

_PEOPLE = {
    False: ["#e3eef6", "#b9d7ea", "#7db8dc", "#3a8dc0", "#0b5a8c"],
    True: ["#1b2f3d", "#23475f", "#2f6f9f", "#56a0d0", "#9ccdee"],
}
_NEED = {
    False: ["#c6e0f0", "#e6e9ec", "#f6c79c", "#ee9a55", "#c24e00"],
    True: ["#23475f", "#2a323a", "#6b4420", "#a3611f", "#f28e2b"],
}
_NEUTRAL = {False: "#e6e9ec", True: "#2a323a"}
_ON_STRONG = {
    "sides": {False: "#ffffff", True: "#ffffff"},
    "people": {False: "#ffffff", True: "#10202c"},
    "need": {False: "#ffffff", True: "#16202c"},
}

_MOST_NARROW = 12
"""Hours of a day up to which each is named, and told in its cell, on a narrow screen."""


def week_map(
    frame: pl.DataFrame,
    colours: str,
    cuts: tuple[float, ...],
    label: str,
    tips: Mapping[str, tuple[str, str]],
    *,
    dark: bool,
) -> alt.LayerChart:
    """A weekday by hour map of one number; a click picks an hour.

    Args:
        frame: `day` (label), `hour`, `weekday`, `shade` (the number; null while closed), `text` (in cells that
            matter), `strong` (whether the text stands on a strong colour), `picked` (outlined), `window` (in words)
            and the columns the tooltip tells.
        colours: "sides" (short against over), "people" or "need".
        cuts: four numbers between which the colours change.
        label: what the legend says.
        tips: numbers the tooltip tells: by column its title and format.
        dark: whether the theme is.
    """
    told = tuple((column, *words) for column, words in tips.items())
    days = tuple(day for day in WEEKDAYS if day in set(frame["day"]))
    dense = frame["hour"].n_unique() > _MOST_NARROW
    return filled(_week_map(colours, cuts, label, told, days, dense=dense, dark=dark), frame)


@lru_cache(maxsize=64)
def _week_map(
    colours: str,
    cuts: tuple[float, ...],
    label: str,
    tips: tuple[tuple[str, str, str], ...],
    days: tuple[str, ...],
    *,
    dense: bool,
    dark: bool,
) -> alt.LayerChart:
    sides = [*SIDES[dark][:2], _NEUTRAL[dark], *SIDES[dark][3:]]
    scale = alt.Scale(
        type="threshold",
        domain=list(cuts),
        range={"sides": sides, "people": _PEOPLE[dark], "need": _NEED[dark]}[colours],
    )
    sign = "+" if colours == "sides" else ","
    legend = alt.Legend(
        title=label,
        format=f"{sign}.2~f",
        labelExpr="abs(datum.value) < 0.5 ? '' : datum.label",
        orient="bottom",
        direction="horizontal",
        gradientLength=220,
    )
    hours = "format(datum.value, '02d')"
    if dense:
        hours = f"width < 480 && datum.value % 3 ? '' : {hours}"
    base = alt.Chart().encode(
        x=alt.X("hour:O", axis=alt.Axis(labelAngle=0, labelExpr=hours, **BARE)),
        y=alt.Y("day:O", sort=list(days), axis=alt.Axis(**BARE)),
    )
    cells = base.mark_rect(width=GAP, height=GAP, cornerRadius=3).encode(
        color=alt.condition("isValid(datum.shade)", alt.Color("shade:Q", scale=scale, legend=legend), alt.value(IDLE)),
        opacity=alt.condition("isValid(datum.shade)", alt.value(1), alt.value(0.1)),
        stroke=alt.value(INK[dark]),
        strokeWidth=alt.condition("datum.picked", alt.value(2.5), alt.value(0)),
        tooltip=[
            alt.Tooltip("day:N", title="Weekday"),
            alt.Tooltip("hour:O", title="Hour from"),
            *(alt.Tooltip(f"{column}:Q", title=title, format=format_) for column, title, format_ in tips),
            alt.Tooltip("window:N", title="Tightest window"),
        ],
    )
    ink = alt.condition("datum.strong", alt.value(_ON_STRONG[colours][dark]), alt.value(INK[dark]))
    size = alt.ExprRef("width < 480 ? 10 : 13")
    room = alt.ExprRef("width < 480 ? 0 : 1") if dense else 1
    numbers = base.mark_text(fontSize=size, fontWeight=600, opacity=room).encode(text="text:N", color=ink)
    return alt.layer(cells.add_params(picks(CELL, ["weekday", "hour"])), numbers).properties(
        height=44 * len(days) + 100
    )


def why_late(frame: pl.DataFrame, parts: list[str], *, dark: bool) -> Chart:
    """Late promises by weekday, stacked by why they were late.

    Args:
        frame: `day` (label), `why` (one of the parts), `order` (its place), `late` (promises), `total` and `due` (of
            that weekday).
        parts: in order, those that nobody could have kept first.
        dark: whether the theme is.
    """
    days = tuple(day for day in WEEKDAYS if day in set(frame["day"]))
    return filled(_why_late(tuple(parts), days, dark=dark), frame)


@lru_cache(maxsize=32)
def _why_late(parts: tuple[str, ...], days: tuple[str, ...], *, dark: bool) -> alt.LayerChart:
    blue, _, green, pink, _, grey = LINES[dark]
    colours = [pink, grey, green, BREACH[dark], blue][-len(parts) :]
    base = alt.Chart().encode(y=alt.Y("day:O", sort=list(days), axis=alt.Axis(**BARE)))
    axis = alt.Axis(title="late promises", tickCount=5, format=",~f")
    bars = base.mark_bar().encode(
        x=alt.X("late:Q", axis=axis),
        color=alt.Color(
            "why:N", sort=list(parts), scale=alt.Scale(domain=list(parts), range=colours), legend=_wrapped()
        ),
        order=alt.Order("order:Q"),
        tooltip=[
            alt.Tooltip("day:N", title="Due on"),
            alt.Tooltip("why:N", title="Why late"),
            alt.Tooltip("late:Q", title="Late promises", format=",.0f"),
            count_tip("Late that day in all", "total"),
            count_tip("Promises due that day", "due"),
        ],
    )
    ends = base.mark_text(dx=4, align="left", fontSize=12, color=INK[dark]).encode(
        x="total:Q", text=alt.Text("total:Q", format=",")
    )
    return alt.layer(bars, ends).properties(height=36 * len(days) + 130)


def _wrapped() -> alt.Legend:
    """A legend above the picture, one name a line where it is narrow."""
    return alt.Legend(
        orient="top",
        title=None,
        symbolOpacity=1,
        columns=alt.ExprRef("width < 520 ? 1 : 2"),
        labelLimit=alt.ExprRef("width < 520 ? width : 280"),
        columnPadding=12,
    )


def backlog(frame: pl.DataFrame, normal: float, near: float, ticks: Mapping[int, str], *, dark: bool) -> Chart:
    """Touches waiting through the open hours of a week, and the normal level.

    Args:
        frame: `place`, `day`, `waiting`, `at` (the hour in words), `back` (whether the backlog is normal from here on
            to the end of the day).
        normal: the usual number waiting.
        near: up to which it counts as normal.
        ticks: where days begin, and their names.
        dark: whether the theme is.
    """
    names = ", ".join(f"'{place}': '{name}'" for place, name in ticks.items())
    axis = alt.Axis(
        values=list(ticks),
        labelExpr=f"({{{names}}})[datum.value]",
        title=None,
        grid=True,
        ticks=False,
        labelAlign="left",
    )
    last = int(frame["place"].max() or 0)  # type: ignore[call-overload]
    x = alt.X("place:Q", axis=axis, scale=alt.Scale(domain=[0, last], nice=False, padding=6))
    y = alt.Y(
        "waiting:Q", axis=alt.Axis(title="touches waiting", tickCount=5, format=",~f"), scale=alt.Scale(zero=True)
    )
    base = alt.Chart(frame).encode(x=x)
    tips = [alt.Tooltip("at:N", title="As it begins"), alt.Tooltip("waiting:Q", title="Waiting, mean", format=",.1f")]
    level = alt.Chart(pl.DataFrame({"low": [0.0], "high": [near], "normal": [normal]}))
    band = level.mark_rect(color=MET[dark], opacity=0.12).encode(y=alt.Y("low:Q", title=None), y2="high:Q")
    rule = level.mark_rule(color=MET[dark], strokeDash=[5, 4]).encode(y="normal:Q")
    line = base.mark_line(color=BREACH[dark], strokeWidth=2).encode(y=y, detail="day:N")
    dots = base.mark_point(filled=True, size=40, opacity=1).encode(
        y=y, color=alt.condition("datum.back", alt.value(MET[dark]), alt.value(BREACH[dark])), tooltip=tips
    )
    return alt.layer(band, rule, line, dots).properties(height=260)


def closed(frame: pl.DataFrame, *, dark: bool) -> Chart:
    """The share of each region's work that comes while nobody is there, with its 95 % interval.

    Args:
        frame: `label` (region and n), `region`, `share`, `share_low`, `share_high`, `closed`, `touches`; from the top.
        dark: whether the theme is.
    """
    order = frame["label"].to_list()
    axis = alt.Axis(title="share that comes while closed", format=".0%", tickCount=5)
    base = alt.Chart(frame).encode(
        y=alt.Y("label:N", sort=order, axis=alt.Axis(labelLimit=190, labelExpr="split(datum.label, '|')", **BARE)),
        tooltip=[
            alt.Tooltip("region:N", title="Region"),
            share_tip("While closed", "share"),
            share_tip("95 % interval from", "share_low"),
            share_tip("to", "share_high"),
            count_tip("Touches while closed", "closed"),
            count_tip("Touches in all", "touches"),
        ],
    )
    bars = base.mark_bar(color=MET[dark], height=alt.RelativeBandSize(0.55)).encode(x=alt.X("share:Q", axis=axis))
    spans = base.mark_rule(strokeWidth=2, color=INK[dark]).encode(x="share_low:Q", x2="share_high:Q")
    return alt.layer(bars, spans).properties(height=46 * len(order) + 60)
