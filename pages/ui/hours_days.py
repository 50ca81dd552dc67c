"""On the hours page: holidays and the days around them, and how the statistics of the page are made."""

from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from analytics.free_days import DESK, Desks, by_day_kind, day_kinds
from analytics.hours_mix import FEWEST, FEWEST_EXPECTED, FEWEST_WEEKS, Q
from pages.ui import blocks, charts_hours, load, words
from pages.ui import format as fmt
from pages.ui import hours_words as told
from pages.ui.hours import TIMES, Seen, dates
from pages.ui.selection import Selection

_METHOD = f"""
An hour of the week is compared with what its clocks would give if each broke as often as all clocks of its policy,
priority and category in this selection (of its policy and priority, then of its policy, then all, where fewer than
{FEWEST} are due). Judged are hours with {FEWEST} clocks due or {FEWEST_EXPECTED} expected breaches. The variance is
the larger of that between the weeks and that of independent clocks, widened by how much all hours vary between weeks;
with fewer than {FEWEST_WEEKS} weeks it is that of independent clocks alone, and says too much. The probabilities are
adjusted by Benjamini and Hochberg at q = {Q:g}. Limits: breaches of one bad morning come together; a kind of ticket
that comes in one hour only is compared with itself, and never stands out.

Open clocks are counted as each hour begins, from every clock's start and stop. A customer's own hour is known where
the region's name is that of a country that keeps one time, or of a time zone; it can be chosen for arrivals where it
differs from the desk's.
"""


def panel(found: Seen) -> None:
    """The kinds of days: their rates with intervals, and a table of their counts; a line where no holiday is known."""
    whole = found.selection.without(*TIMES)
    days, desks = by_day(whole, found.desks), len(found.desks)
    answer = told.free_days(days, desks)
    if not {"holiday", "after"} & set(days["day"]):
        blocks.lines([answer])
        return
    shown = rates(days, desks)
    with st.container(border=True):
        blocks.chart(
            "Do promises break on holidays, and on the days after?",
            f"{answer} In brackets: clocks due; hollow: fewer than {words.FIRM}. {blocks.scope(whole, found.clocks)}",
            charts_hours.day_rates(shown, shown["day"].to_list(), dark=blocks.dark()),
            key="hours-days",
            alt=spoken(days),
            data=days,
        )
        named = days.with_columns(pl.col("day").replace(told.DAYS))
        blocks.table(named, "hours-days-table", columns(desks), alt=spoken(days))


@st.cache_data(max_entries=8, show_spinner=False)
def by_day(selection: Selection, _desks: Desks) -> pl.DataFrame:
    """Clocks due, breaches and arrivals by kind of day, as `free_days.by_day_kind` has them."""
    clocks = load.clocks(selection, kind=selection.kind)
    first, last = dates(selection, clocks)
    every = load.every(selection, kind=selection.kind, columns=(*DESK, "started_date"))
    started = every.filter(pl.col("started_date").is_between(first, last))
    return by_day_kind(clocks, started, day_kinds(_desks, first, last))


def rates(days: pl.DataFrame, desks: int) -> pl.DataFrame:
    """The kinds of days that have clocks due, labelled with their n, ready to be drawn."""
    unit = "day" if desks == 1 else "desk day"
    kept = days.filter(pl.col("due") > 0)
    labels = [
        f"{told.DAYS[row['day']]}|{fmt.plural(row['days'], unit)} ({fmt.number(row['due'])})"
        for row in kept.iter_rows(named=True)
    ]
    names = pl.col("day").replace(told.DAYS)
    return kept.with_columns(name=names, day=pl.Series(labels, dtype=pl.String), firm=pl.col("due") >= words.FIRM)


def spoken(days: pl.DataFrame) -> str:
    """The kinds of days for the ear."""
    parts = [
        f"{told.DAYS[row['day']]}: {row['breaches']} of {row['due']} breached ({fmt.percent(row['breach_rate'])})"
        for row in days.iter_rows(named=True)
    ]
    return "; ".join(parts)


def columns(desks: int) -> dict[str, Any]:
    """How the table of days is headed."""
    each = "day" if desks == 1 else "desk day"
    counted = "" if desks == 1 else " A date counts once for each desk, as desks differ in their holidays."
    usual = "of ordinary days of the same desk and weekday."
    share, mean = (partial(st.column_config.NumberColumn, format=form) for form in ("percent", "%.1f"))
    return {
        "day": st.column_config.TextColumn("Day", pinned=True),
        "days": st.column_config.NumberColumn(f"{each.capitalize()}s", help=f"How many there are.{counted}"),
        **blocks.measured_columns(("due", "breaches", "breach_rate")),
        "usual_rate": share("Ordinary rate", help=f"Breach rate {usual}"),
        "arrivals": mean(f"Arrivals a {each}", help="Clocks that started on it, whenever due."),
        "usual_arrivals": mean("Ordinary arrivals", help=f"Those {usual}"),
        **blocks.measured_columns(("breach_rate_low", "breach_rate_high")),
    }


def method(found: Seen, mix: pl.DataFrame) -> None:
    """How hours are told apart, folded: in words, and every hour that was judged."""
    judged = mix.drop_nulls("z").sort(pl.col("z").abs(), "weekday", "hour", descending=[True, False, False])
    at = [words.cell(row["weekday"], row["hour"]) for row in judged.iter_rows(named=True)]
    sides = pl.col("differs").replace_strict({1: "more", 0: "", -1: "less"}, return_dtype=pl.String)
    with blocks.method():
        st.markdown(_METHOD)
        if judged.height:
            shown = judged.with_columns(at=pl.Series(at, dtype=pl.String), differs=sides)
            blocks.table(
                shown, "hours-expected", _MIX, height=300, alt=f"{judged.height} hours, the most unusual first"
            )
        st.caption(blocks.text(blocks.scope(found.selection, found.clocks)))


_MIX: dict[str, Any] = {
    "at": st.column_config.TextColumn("Hour due", pinned=True),
    "due": st.column_config.NumberColumn("Clocks due", format="localized"),
    "breaches": st.column_config.NumberColumn("Breaches", format="localized"),
    "expected": st.column_config.NumberColumn("Expected", format="%.1f", help="Breaches its tickets would give."),
    "differs": st.column_config.TextColumn("Breaks", help="More or less than expected; blank: not told apart."),
    "weeks_over": st.column_config.NumberColumn("Weeks over", help="Weeks with more breaches than expected."),
    "weeks": st.column_config.NumberColumn("Weeks"),
    "z": st.column_config.NumberColumn("z", format="%.2f"),
    "q": st.column_config.NumberColumn("q", format="%.4f"),
}
