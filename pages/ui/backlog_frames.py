"""The backlog made ready to be drawn and listed: what came and went, how old what is open is, and its tickets."""

from datetime import timedelta
from typing import Any

import polars as pl
import streamlit as st

from analytics.flow import BAND, BANDS, aged
from analytics.timezones import local
from pages.ui import backlog, ticket_rows
from pages.ui import format as fmt
from pages.ui.backlog import Backlog
from pages.ui.charts_flow import CAME, DONE
from pages.ui.selection import Selection

NAMES = [name for name, _, _ in BANDS]
AGE, EVERY_AGE = "age", "All ages"
_STEP = {"day": "1d", "week": "1w", "month": "1mo"}


def flow_frame(found: Backlog) -> pl.DataFrame:
    """What came and went, for the chart and its download."""
    days = found.days.with_columns(
        pl.col("created", "resolved").rolling_mean(7).name.suffix("_mean"), rest=pl.col("day").dt.weekday() > 5
    ).slice(6)
    if found.bucket != "day":
        days = (
            days.group_by_dynamic("day", every=_STEP[found.bucket])
            .agg(pl.col("created", "resolved").sum(), pl.col("rest").len().alias("days"))
            .with_columns(
                (pl.col("created", "resolved") / pl.col("days")).name.suffix("_mean"), rest=pl.lit(value=False)
            )
        )
        full = pl.col("day").dt.offset_by(_STEP[found.bucket]) - pl.col("day")
        covers = pl.when(full.dt.total_days() > pl.col("days")).then(pl.format("only {} days of it", "days"))
        days = days.with_columns(partial=covers.otherwise(pl.lit(f"the whole {found.bucket}")))
    else:
        days = days.with_columns(partial=pl.lit("one day"))
    return pl.concat(
        days.select("rest", "partial", at="day", what=pl.lit(label), count=name, mean=f"{name}_mean")
        for name, label in (("created", CAME), ("resolved", DONE))
    ).sort("at", "what")


def flow_answer(found: Backlog) -> str:
    """In how many weeks more came than went."""
    grown = pl.col("created").sum() - pl.col("resolved").sum() - pl.col("otherwise").sum()
    weeks = found.days.slice(6).group_by_dynamic("day", every="1w").agg(days=pl.len(), grown=grown)
    full = weeks.filter(pl.col("days") == 7)
    if full.is_empty():
        return "No full week lies in this period."
    more = full.filter(pl.col("grown") > 0).height
    if full.height == 1:
        return f"In the one full week {'more came than went' if more else 'no more came than went'}."
    return f"In {more} of {full.height} full weeks more came than went."


def legend(found: Backlog) -> str:
    """What the marks of the chart are."""
    if found.bucket == "day":
        return "Lines: mean of the last 7 days. Dots: single days, weekends faint."
    return f"Tickets a day, over each {found.bucket}."


def age_frame(selection: Selection, found: Backlog) -> pl.DataFrame:
    """The open tickets by age over time: at the end of each day, or of the last day of each week or month."""
    days = found.days.slice(6)["day"]
    if found.bucket != "day":
        days = days.to_frame().group_by_dynamic("day", every=_STEP[found.bucket]).agg(last=pl.col("day").last())["last"]
    spanned = backlog.history(selection).spanned
    return (
        aged(spanned, days.to_list())
        .with_columns(place=pl.col("band").to_physical().cast(pl.Int64), all=pl.col("open").sum().over("day"))
        .with_columns(pl.col("band").cast(pl.String))
        .rename({"day": "at"})
    )


def aged_answer(frame: pl.DataFrame) -> str:
    """How many were open at the most."""
    top = frame.sort("all", "at", descending=[True, False]).row(0, named=True)
    end = frame.row(-1, named=True)
    most = f"most on {fmt.day(top['at'])}, {fmt.number(top['all'])}"
    if top["all"] == end["all"]:
        most = "never more in this period"
    return f"{fmt.number(end['all'])} at the end of {fmt.day(end['at'])}; {most}. Ages in plain days since creation."


def end(found: Backlog) -> str:
    """The day the period ends with."""
    return fmt.day(found.last)


def age_bars(selection: Selection, found: Backlog, opened: pl.DataFrame) -> pl.DataFrame:
    """How many tickets of each age are open at the end, and were as the period began."""
    spanned = backlog.history(selection).spanned
    before = aged(spanned, [found.first - timedelta(days=1)]).select("band", before="open")
    now = opened.group_by("band").agg(open=pl.len().cast(pl.Int64))
    return (
        before.join(now, on="band", how="left")
        .with_columns(pl.col("open").fill_null(0))
        .with_columns(share=pl.col("open") / max(1, opened.height))
        .with_columns(told=pl.struct("open", "before").map_elements(_now_and_then, return_dtype=pl.String))
        .sort("band")
        .with_columns(pl.col("band").cast(pl.String))
    )


def _now_and_then(row: dict[str, int]) -> str:
    return f"{row['open']:,} (was {row['before']:,})"


def ages_answer(opened: pl.DataFrame, found: Backlog) -> str:
    """How many of the open ones are old."""
    if opened.is_empty():
        return f"Nothing was open at the end of {fmt.day(found.last)}."
    old = opened.filter(pl.col("band") == NAMES[-1]).height
    share, oldest = fmt.percent(old / opened.height, 0), fmt.number(float(str(opened["age_days"].max())))
    return (
        f"{fmt.number(old)} of {fmt.number(opened.height)} open at the end of {fmt.day(found.last)} ({share}) are over "
        f"30 days old, the oldest {oldest} days. Click a bar for its tickets."
    )


def choose_age(mark: dict[str, Any]) -> dict[str, list[object]]:
    """A click on a bar chooses its age for the table of this page; it narrows no other page."""
    st.session_state[AGE] = mark["band"]
    return {}


def listing(selection: Selection, opened: pl.DataFrame) -> None:
    """The open tickets of the age chosen, the oldest first."""
    age = st.selectbox("Age", [EVERY_AGE, *NAMES], key=AGE, bind="query-params", width=220)
    some = opened if age == EVERY_AGE else opened.filter(pl.col("band") == pl.lit(age, dtype=BAND))
    if some.is_empty():
        st.caption("No ticket of this age was open.")
        return
    zones = some["time_zone"].unique().cast(pl.String).to_list()
    zone = pl.col("time_zone").cast(pl.String)
    rows = some.select(
        pl.col("source").cast(pl.String),
        ticket="ticket_id",
        opened=local(pl.col("started_at"), zone, zones),
        age=pl.col("age_days").round(1),
        closed=local(pl.col("stopped_at"), zone, zones),
        **{name: pl.col(name).cast(pl.String) for name in ("customer", "priority", "category")},
        team=pl.col("team_at_due").cast(pl.String),
    )
    times = {"format": "ddd D MMM YYYY, HH:mm"}
    columns = {
        "opened": st.column_config.DatetimeColumn("Opened (local)", **times),
        "age": st.column_config.NumberColumn("Age (days)", format="localized", help="Plain days at the period's end."),
        "closed": st.column_config.DatetimeColumn("Closed since (local)", help="Blank: still open.", **times),
        "customer": "Customer",
        "priority": "Priority",
        "category": "Category",
        "team": "Team at due",
    }
    st.caption(f"{fmt.plural(rows.height, 'ticket')}, the oldest first. Pick a row for its story.")
    alt = f"{fmt.plural(rows.height, 'open ticket')}, the oldest first"
    ticket_rows.listing(selection, rows, "open", columns, alt=alt)


def told_flow(frame: pl.DataFrame, bucket: str) -> str:
    """The chart for the ear."""
    parts = [
        f"{row['what']} {row['at']:%d %b %Y} {row['mean']:,.1f} a day"
        for row in frame.gather_every(max(1, frame.height // 40)).iter_rows(named=True)
    ]
    mean = "mean of seven days" if bucket == "day" else f"by {bucket}"
    return f"Tickets created and resolved, {mean}: {'; '.join(parts)}"


def told_aged(frame: pl.DataFrame) -> str:
    """The stack for the ear."""
    levels = frame.select("at", "all").unique().sort("at")
    some = levels.gather_every(max(1, levels.height // 40))
    parts = [f"{row['at']:%d %b %Y} {row['all']}" for row in some.iter_rows(named=True)]
    return f"Open tickets: {'; '.join(parts)}"


def told_ages(frame: pl.DataFrame) -> str:
    """The bars for the ear."""
    parts = [f"{row['band']} {row['open']} open, {row['before']} before" for row in frame.iter_rows(named=True)]
    return f"Open tickets by age: {'; '.join(parts)}"
