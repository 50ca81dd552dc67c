"""What a control chart says, in sentences; no Streamlit in it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from analytics.changepoints import History
from analytics.control import FEWEST_CLOCKS, FEWEST_WEEKS, drift
from analytics.periods import Period
from pages.ui import format as fmt
from pages.ui.charts_control import BETTER, NOISE, OPEN, RUN, WORSE

MOST_NAMED, MOST_CHANGES = 4, 2
DRIFTS = 2.58
"""The z from which a drift is told."""
_SAID = {
    WORSE: "A signal: lower than noise explains",
    BETTER: "A signal: higher than noise explains",
    RUN: "It is one of a run of weeks on one side of the usual",
    NOISE: "That is within the usual noise",
}


@dataclass(frozen=True)
class Control:
    """A control chart's weeks.

    Attributes:
        weeks: with their rates, intervals and limits, as `charts_control.control` draws them; without those of few
            clocks where enough others are judged.
        history: the weeks judged, and their changes.
        goal: the one objective of all clocks, if there is one.
        span: from the first to the last due date of the weeks.
        zones: the time zones of the due dates, in words.
    """

    weeks: pl.DataFrame
    history: History
    goal: float | None
    span: Period
    zones: str


def dated(week: date, share: float) -> str:
    """A week and its share, as "2 Mar 2026 (59.8 %)"."""
    return f"{fmt.day(week)} ({fmt.percent(share)})"


def _named(rows: list[str]) -> str:
    if len(rows) > MOST_NAMED:
        return f"{', '.join(rows[-MOST_NAMED:])} and {len(rows) - MOST_NAMED} before them"
    return f"{', '.join(rows[:-1])} and {rows[-1]}" if len(rows) > 1 else rows[0]


def signals(found: Control) -> str:
    """Which weeks are signals, and which run is one; all others are noise."""
    judged = found.history.judged
    if found.history.sigma_z is None:
        full = fmt.plural(judged, "week")
        return (
            f"{full} with {FEWEST_CLOCKS} clocks or more: not enough to tell signal from noise, which takes "
            f"{FEWEST_WEEKS}."
        )
    outside = found.weeks.filter(pl.col("look").is_in([WORSE, BETTER]))
    rows = [dated(week, share) for week, share in outside.select("week", "attainment").iter_rows()]
    runs = _runs(found.history.weeks)
    rest = "by itself no other is" if runs else "all others move within their noise"
    lead = f"None of {judged} weeks is a signal{' by itself' if runs else ': all move within their noise'}."
    if len(rows) == 1:
        lead = f"1 of {judged} weeks is a signal: that of {rows[0]}; {rest}."
    elif rows:
        lead = f"{len(rows)} of {judged} weeks are signals: those of {_named(rows)}; {rest}."
    return " ".join([lead, *runs])


def _runs(weeks: pl.DataFrame) -> list[str]:
    """The rows of weeks on one side of the centre, in words."""
    side = pl.col("rate") > pl.col("centre")
    runs = (
        weeks.filter("judged")
        .with_columns(worse=side, at=pl.struct("run", "stage", worse=side).rle_id())
        .filter("run")
        .group_by("at")
        .agg(pl.col("week").min(), pl.col("worse").first(), weeks=pl.len())
        .sort("week")
    )
    return [
        f"{row['weeks']} weeks in a row from {fmt.day(row['week'])} lie {'below' if row['worse'] else 'above'} "
        "the usual: a run, as a quiet year seldom has."
        for row in runs.tail(MOST_CHANGES).iter_rows(named=True)
    ]


def changes(found: Control) -> str:
    """Since when attainment has another level, the last change first; or that it drifts; else nothing."""
    rows = found.history.changes.to_dicts()
    if not rows:
        return _drift(found)
    parts = []
    for row in reversed(rows[-MOST_CHANGES:]):
        way = "lower" if row["difference"] > 0 else "higher"
        now, before = (_share(row, each) for each in ("", "_before"))
        last = row is rows[-1]
        lead = f"Since the week of {fmt.day(row['week'])} attainment is" if last else (
            f"From the week of {fmt.day(row['week'])} to that of {fmt.day(row['last'])} it was"
        )  # fmt: skip
        parts.append(f"{lead} {way}: {now} against {before} before.")
    if len(rows) > MOST_CHANGES:
        parts.append(f"It changed {fmt.plural(len(rows) - MOST_CHANGES, 'time')} earlier.")
    return " ".join(parts)


def _share(row: dict[str, Any], which: str) -> str:
    due = row[f"due{which}"]
    return f"{fmt.percent(1 - row[f'breaches{which}'] / due)} of {fmt.number(due)}"


def _drift(found: Control) -> str:
    drifts = drift(found.history.weeks)
    if drifts is None or abs(drifts.z) < DRIFTS:
        return ""
    way = "down" if drifts.a_week > 0 else "up"
    quarter = abs(13 * drifts.a_week)
    return f"Attainment drifts {way}, about {100 * quarter:.1f} points in 13 weeks: slowly, but more than noise."


def of_week(found: Control, week: date) -> str:
    """Whether one week is signal or noise, to follow on what it came to; nothing where it is not judged."""
    rows = found.weeks.filter((pl.col("week") == week) & (pl.col("look") != OPEN))
    return f" {_SAID[rows['look'][0]]}." if rows.height else ""
