"""A week's breaches as a list to go through, with room for what people find out."""

from datetime import date, timedelta
from typing import Any

import polars as pl
import streamlit as st

from analytics.causes import CAUSES, NAMES
from analytics.schemas import KIND_LABELS
from analytics.timezones import local
from pages.ui import blocks, load, review
from pages.ui import format as fmt
from pages.ui.selection import Selection

_EVERY, _FIRST_COLUMN = "Every cause", "ticket"
_COLUMNS: dict[str, Any] = {
    _FIRST_COLUMN: st.column_config.TextColumn("Ticket", pinned=True),
    "cause": st.column_config.TextColumn("Cause", width=180),
    "due": st.column_config.TextColumn("Due (local)"),
    "overrun_hours": st.column_config.NumberColumn("Overrun (h)", format="localized", help="Hours past the target."),
    "team": "Team at due",
    "agent": st.column_config.TextColumn("Agent at due", width=130),
    "priority": "Priority",
    "customer": "Customer",
    "open": st.column_config.CheckboxColumn("Open", help="Still running at the as-of instant."),
}


def rows(breaches: pl.DataFrame) -> pl.DataFrame:
    """Breaches to be gone through, the longest overrun first: due in local time, overrun in hours, and the empty
    columns `reason` and `action`.

    Args:
        breaches: as `review.caused` gives them.
    """
    zones = breaches["time_zone"].unique().cast(pl.String).to_list()
    over = pl.col("elapsed_seconds") - pl.col("target_seconds")
    due = local(pl.col("due_at"), pl.col("time_zone").cast(pl.String), zones)
    ordered = breaches.sort(over, "source", "ticket_id", "cycle", descending=[True, False, False, False])
    return ordered.select(
        pl.col("ticket_id").alias("ticket"),
        pl.col("source").cast(pl.String),
        pl.col("kind").cast(pl.String).replace(KIND_LABELS).alias("clock"),
        "cycle",
        due.dt.strftime("%Y-%m-%d %H:%M").alias("due"),
        pl.col("time_zone").cast(pl.String),
        (over / 3600).round(2).alias("overrun_hours"),
        pl.col("team_at_due").cast(pl.String).alias("team"),
        pl.col("agent_at_due").cast(pl.String).alias("agent"),
        pl.col("priority").cast(pl.String),
        pl.col("customer").cast(pl.String),
        pl.col("stopped_at").is_null().alias("open"),
        pl.col("cause").cast(pl.String),
        pl.lit("").alias("reason"),
        pl.lit("").alias("action"),
    )


def last_full(weeks: list[date], running: date) -> date:
    """The last week that is over; the last of all where none is.

    Args:
        weeks: Mondays, not none.
        running: the first Monday of a week that is not over.

    Example:
        >>> last_full([date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 16)], date(2026, 3, 16))
        datetime.date(2026, 3, 9)
    """
    return max((week for week in weeks if week < running), default=max(weeks))


def panel(selection: Selection, found: pl.DataFrame) -> None:
    """Choose a week and a cause; the breaches of these, to be read here or filled in elsewhere."""
    weeks = sorted(found["due_week"].unique(), reverse=True)
    usual = last_full(weeks, review.running(selection))
    with st.container(border=True):
        st.markdown("**Which breaches are to be gone through?**")
        left, right = st.columns(2)
        texts = [f"{week}" for week in weeks]
        week = left.selectbox(
            "Week due",
            texts,
            index=texts.index(f"{usual}"),
            format_func=lambda each: f"Week of {fmt.day(date.fromisoformat(each))}",
            key="week",
            bind="query-params",
        )
        cause = right.selectbox(
            "Cause", [_EVERY, *NAMES], format_func=str.capitalize, key=review.CAUSE, bind="query-params"
        )
        own = found.filter(pl.col("due_week") == date.fromisoformat(week))
        shown = own if cause == _EVERY else own.filter(pl.col("cause").cast(pl.String) == cause)
        monday = date.fromisoformat(week)
        last = monday + timedelta(days=6)
        of = "" if cause == _EVERY else f"{fmt.number(shown.height)} of "
        st.caption(
            blocks.text(
                f"n = {of}{fmt.plural(own.height, 'breach', 'breaches')} due {fmt.day(monday)} – {fmt.day(last)}. "
                f"Times: {load.time_zones(own)}. The files have empty columns for the reason and the action."
            )
        )
        listed = rows(shown)
        present = listed.drop(
            name for name in ("customer", "agent", "team", "priority") if listed[name].null_count() == listed.height
        )
        present = present.with_columns(pl.col("overrun_hours").round(1))
        blocks.table(present, f"breaches-{week}", _COLUMNS, alt=f"Breaches of the week of {week}", whole=listed)


def method() -> None:
    """The rules in their order, and what they cannot know."""
    with blocks.method():
        st.markdown(
            "Each breach gets one cause: the first of these that fits. They are computed from the history of the "
            "ticket; they tell where to look, and do not prove what happened."
        )
        rules = pl.DataFrame(
            {
                "cause": [f"{number}. {cause.name.capitalize()}." for number, cause in enumerate(CAUSES, 1)],
                "told": [each.told for each in CAUSES],
            }
        )
        for name, told in rules.iter_rows():
            st.markdown(f"**{blocks.text(name)}** {blocks.text(told)}")
        st.caption(
            "Due times are those the clock was judged by; in calendar hours the start plus the written target, and "
            "handoffs, reopenings and who held it are told up to the due time in business hours, or the stop where "
            "that was earlier. For an answer to a customer the first touch is mostly the answer itself, so most late "
            "answers are *first touched after due*. Histories do not tell who closed a ticket: one closed by its "
            "customer counts as touched. Shares carry Wilson intervals; weeks of fewer than 30 breaches are faint."
        )
