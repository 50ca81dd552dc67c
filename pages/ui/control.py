"""Signal or noise: the weeks of about a year on a control chart, and what it says in words."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import polars as pl
import streamlit as st

from analytics.changepoints import history
from analytics.control import FEWEST_CLOCKS, RUN, drift
from analytics.measure import measure
from analytics.objectives import single
from analytics.periods import Period
from analytics.schemas import KIND_LABELS
from pages.ui import allowance, blocks, charts_control, frames, load, noted
from pages.ui import format as fmt
from pages.ui.allowance import COLUMNS, asked
from pages.ui.charts_control import BETTER, NOISE, OPEN, WORSE
from pages.ui.charts_control import RUN as IN_RUN
from pages.ui.charts_parts import BRUSH, POINT
from pages.ui.control_words import DRIFTS, Control, changes, dated, signals
from pages.ui.load import Selection

WEEKS, MOST_WEEKS = 60, 156
"""Weeks looked at, and at most where the selection is longer."""
_WEEK = timedelta(weeks=1)
_RATES = ("due", "breaches", "attainment", "attainment_low", "attainment_high")


def told(selection: Selection) -> Control:
    """The control chart of the chosen kind: the weeks up to the end of the selection, whatever was picked of them."""
    source = next((values[0] for name, values in selection.chosen if name == "source"), None)
    _, as_of, first, _ = load.usual_end(selection.directory, selection.version, source)
    return _told(asked(selection), selection.period, as_of, first)


@st.cache_data(max_entries=24, show_spinner=False)
def _told(selection: Selection, period: Period, as_of: date, first: date) -> Control:
    clocks = load.every(selection, kind=selection.kind, columns=COLUMNS)
    end = min(period.last or as_of, as_of)
    monday = _monday(end)
    rates = measure(clocks.filter(pl.col("decided") & (pl.col("due_week") <= monday)), _RATES, ["week"])
    if period.last is None:
        monday = _last_full(rates, monday)
    begin = max(min(_monday(period.first or first), monday - (WEEKS - 1) * _WEEK), monday - (MOST_WEEKS - 1) * _WEEK)
    rates = rates.filter(pl.col("week").is_between(begin, monday))
    found = history(rates.select("week", "due", "breaches"), until=as_of - timedelta(days=1))
    weeks = rates.join(found.weeks.drop("due", "breaches", "sigma_z"), on="week", maintain_order="left")
    looked = clocks.filter(pl.col("decided") & pl.col("due_week").is_between(begin, monday))
    span = Period(rates["week"].min(), min(monday + timedelta(days=6), as_of)) if rates.height else Period()  # type: ignore[arg-type]
    return Control(_drawn(_worth_drawing(weeks)), found, single(looked), span, load.time_zones(looked))


def _worth_drawing(weeks: pl.DataFrame) -> pl.DataFrame:
    """The weeks without those of few clocks, whose shares are anything, where enough others are judged."""
    if weeks["centre"].null_count() == weeks.height:
        return weeks
    return weeks.filter(pl.col("judged") | pl.col("partial"))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _last_full(rates: pl.DataFrame, monday: date) -> date:
    """The last week but for the few clocks that trickle in long after a history ends; the running week stays."""
    last: date | None = rates.filter((pl.col("due") >= FEWEST_CLOCKS) | (pl.col("week") == monday))["week"].max()  # type: ignore[assignment]
    return last or monday


def _drawn(weeks: pl.DataFrame) -> pl.DataFrame:
    """The weeks as shares met, with what each is."""
    lower, limits = pl.col("rate") > pl.col("centre"), pl.col("centre").is_not_null()
    look = (
        pl.when(~pl.col("judged") | ~limits)
        .then(pl.lit(OPEN))
        .when(pl.col("outside"))
        .then(pl.when(lower).then(pl.lit(WORSE)).otherwise(pl.lit(BETTER)))
        .when(pl.col("run"))
        .then(pl.lit(IN_RUN))
        .otherwise(pl.lit(NOISE))
    )
    words = {
        WORSE: "a signal: lower than noise explains",
        BETTER: "a signal: higher than noise explains",
        IN_RUN: f"one of {RUN} or more in a row on one side",
        NOISE: "within its noise",
    }
    unjudged = (
        pl.when("partial").then(pl.lit("not over yet, not judged"))
        .when(pl.col("due") < FEWEST_CLOCKS).then(pl.lit(f"fewer than {FEWEST_CLOCKS} clocks, not judged"))
        .otherwise(pl.lit("too few weeks to judge it"))
    )  # fmt: skip
    return weeks.with_columns(look=look, low=1 - pl.col("high"), high=1 - pl.col("low")).select(
        "week", *_RATES,
        centre=(1 - pl.col("centre")).forward_fill().backward_fill(),
        low="low", high="high", judged="judged", partial="partial", look="look",
        told=pl.when(pl.col("look") == OPEN).then(unjudged).otherwise(pl.col("look").replace(words)),
    )  # fmt: skip


def _spoken(weeks: pl.DataFrame) -> str:
    parts = [f"week of {dated(row['week'], row['attainment'])} {row['told']}" for row in weeks.iter_rows(named=True)]
    return "Control chart of SLA attainment by week: " + "; ".join(parts)


def panel(selection: Selection, found: Control) -> None:
    """The control chart under its question, the events on it below."""
    notes = noted.within(load.annotations(selection), found.span)
    period, span = selection.period, found.span
    shaded = None
    if period.first and period.last and span.first and period.first > span.first:
        shaded = (period.first, period.last)
    reading = "Band: what noise explains." if found.history.sigma_z is not None else ""
    shade = f"Shaded: {fmt.period(period)}, the period selected." if shaded else ""
    n = f"n = {fmt.number(found.weeks['due'].sum())}."
    hours = "business hours" if selection.hours == "business" else "calendar hours"
    scope = f"Due {fmt.period(span)}, {hours}, {found.zones}."
    left = found.history.weeks.height - found.weeks.height
    thin = f"{fmt.plural(left, 'week')} of fewer than {FEWEST_CLOCKS} clocks left out." if left else ""
    left_out = blocks.excluded(selection, kind=selection.kind)
    if left_out and shaded:
        left_out = f"In the period selected {left_out}"
    how = "Click a week, or drag over several."
    answer = [signals(found), changes(found), reading, shade, n, thin, scope, left_out, how]
    blocks.chart(
        f"Which weeks are more than noise? ({KIND_LABELS[selection.kind]})",
        " ".join(part for part in answer if part),
        charts_control.control(found.weeks, found.goal, shaded, notes.marks, dark=blocks.dark()),
        key="control",
        alt=_spoken(found.weeks),
        select=[POINT, BRUSH],
        pick=picking(found.weeks["week"].to_list(), period),
        data=found.weeks.drop("look"),
    )
    blocks.lines(notes.lines)


def picking(weeks: list[date], period: Period) -> Callable[[dict[str, Any]], dict[str, list[date]]]:
    """What a click on a week picks, or dragging over several; one outside the period makes that everything so far."""

    def pick(mark: dict[str, Any]) -> dict[str, list[date]]:
        at = mark["week"] if isinstance(mark["week"], list) else [mark["week"]]
        low, high = frames.picked_date(min(at)), frames.picked_date(max(at))
        picked = [week for week in weeks if low <= week <= high]
        if picked and not (_reaches(period, picked[0]) and _reaches(period, picked[-1])):
            st.session_state["period"] = "all"
        return {"week": picked} if picked else {}

    return pick


def _reaches(period: Period, week: date) -> bool:
    """Whether any date of a week lies in a period."""
    before, after = period.first, period.last
    return (before is None or week + timedelta(days=6) >= before) and (after is None or week <= after)


_METHOD = f"""
- **Control chart.** Laney's p′ chart. The line is the share met of all weeks of a level together. The band reaches
  three standard deviations of a share of that week's n, times how much more the weeks vary than chance alone would
  have it, never less than 1. Where breaches are few the band reaches further down than up, as chance does. Weeks
  outside are left out and the band is drawn anew. A week is judged when it is over and {FEWEST_CLOCKS} clocks fell
  due in it.
- **Run.** {RUN} or more weeks in a row on one side of the line. By chance alone about one quiet year in six has one,
  and one in twenty-five a week outside the band.
- **Change.** The cut of the weeks into levels of at least three weeks that gains most log-likelihood of the breach
  counts, divided by the square of how much more the weeks vary, less 2 ln T for each change among T weeks. By chance
  alone about one history in a hundred has one.
- **Drift.** Cochran and Armitage's trend of the share over the weeks, told from z = {DRIFTS} on, where no change is.
- **Breach allowance.** {allowance.METHOD}
"""


def method(found: Control) -> None:
    """How signal is told from noise, folded."""
    with blocks.method():
        st.markdown(f"{_METHOD}- **Here.** {_figures(found)}")


def _figures(found: Control) -> str:
    sigma = found.history.sigma_z
    if sigma is None:
        return "No band: too few weeks."
    trend = drift(found.history.weeks)
    drifts = f"; drift z = {trend.z:.1f}" if trend else ""
    judged = fmt.plural(found.history.judged, "week")
    return f"{judged} judged of {found.weeks.height}; sigma z = {sigma:.2f}{drifts}."
