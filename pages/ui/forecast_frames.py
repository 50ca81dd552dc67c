"""The forecast made ready to be drawn and saved: days before and ahead, and the hours of a day."""

from datetime import date, timedelta
from typing import Any

import polars as pl
import streamlit as st

from analytics import forecast_frames as frames
from pages.ui import blocks, charts_forecast
from pages.ui import forecast_words as told
from pages.ui import format as fmt
from pages.ui.charts_forecast import BEFORE, CAME, EXPECTED
from pages.ui.forecast import Found, scope
from pages.ui.frames import picked_date

DAY = "day"
_SHOWN = 28
_YEAR = timedelta(weeks=52)


def days(found: Found) -> pl.DataFrame:
    """Four weeks gone and all days ahead, as `charts_forecast.days` draws them."""
    gone = found.past.tail(_SHOWN).select("date", what=pl.lit(CAME), tickets=pl.col("tickets").cast(pl.Float64))
    coming = found.days.select("date", "low", "high", what=pl.lit(EXPECTED), tickets="expected")
    year = found.past.select(pl.col("date") + _YEAR, year="tickets")
    free = found.free.group_by("date").agg(holiday=pl.col("schedule").unique().sort().str.join(", "))
    both = pl.concat([gone, coming], how="diagonal").join(year, on="date", how="left").join(free, on="date", how="left")
    named = pl.col("holiday").is_not_null()
    return (
        both.with_columns(
            mark=pl.when(named).then(pl.lit("H")).otherwise(pl.lit("")),
            holiday=pl.col("holiday").fill_null("none"),
            legend=pl.lit(BEFORE),
        )
        .rename({"date": "at"})
        .sort("at")
    )


def label(day: date) -> str:
    """A date as the choice of days names it."""
    return f"{day:%a} {fmt.day(day)}"


def choose(mark: dict[str, Any]) -> dict[str, list[object]]:
    """A click on a day chooses it for the hours below; it narrows no other page."""
    st.session_state[DAY] = label(picked_date(mark["at"]))
    return {}


def chosen(found: Found) -> date:
    """The day whose hours are shown: the one chosen, else the busiest of the first week ahead."""
    options = {label(day): day for day in days(found)["at"]}
    busy = found.days.head(7).sort("expected", "date", descending=[True, False])["date"][0]
    if st.session_state.get(DAY) not in options:  # another selection may have other days
        st.session_state[DAY] = label(busy)
    picked = st.selectbox("Day", list(options), key=DAY, bind="query-params", width=220)
    return options[str(picked)]


def hours(found: Found, day: date) -> pl.DataFrame:
    """The hours of a day gone or ahead, as `charts_forecast.hours` draws them."""
    if day <= found.history.last:
        some = frames.past_hours(found.history, day).with_columns(
            what=pl.lit(CAME), low=pl.lit(None, dtype=pl.Int64), high=pl.lit(None, dtype=pl.Int64)
        )
    else:
        ahead = frames.hours(found.made).filter(pl.col("date") == day)
        some = ahead.select("hour", "low", "high", what=pl.lit(EXPECTED), tickets="expected")
    start = pl.col("hour").cast(pl.String).str.zfill(2)
    end = (pl.col("hour") + 1).cast(pl.String).str.zfill(2)
    return some.with_columns(pl.concat_str(start, pl.lit("–"), end).alias("from")).sort("hour")


def by_day(found: Found) -> None:
    """The picture of days."""
    shown = days(found)
    known = int(shown["year"].count())
    year = "Strokes: the same day a year before." if known else "What came a year before is not known."
    free = " H: a holiday." if (shown["mark"] == "H").any() else ""
    blocks.chart(
        "How many come a day?",
        f"{told.answer(found.days.head(7))} Lines: the band of nine in ten. {year}{free} Click a day for its "
        f"hours. {scope(found)}",
        charts_forecast.days(shown, dark=blocks.dark()),
        key="forecast-days",
        alt=spoken(shown),
        select=charts_forecast.POINT,
        pick=choose,
        data=shown.drop("legend", "mark"),
    )


def by_hour(found: Found) -> None:
    """The picture of one day's hours."""
    day = chosen(found)
    shown = hours(found, day)
    top = shown.sort("tickets", "hour", descending=[True, False]).row(0, named=True)
    total = shown["tickets"].sum()
    gone = day <= found.history.last
    count = f"{fmt.number(total)} came" if gone else f"About {told.about(total)} expected"
    most = f"{fmt.number(round(top['tickets'], 1))}" + ("" if gone else f" ({top['low']}–{top['high']})")
    blocks.chart(
        f"At what hours, on {label(day)}?",
        f"{count}, most at {top['from']}: {most}. {found.zone[:1].upper()}{found.zone[1:]}.",
        charts_forecast.hours(shown, dark=blocks.dark()),
        key="forecast-hours",
        alt=f"Arrivals by hour on {label(day)}: "
        + "; ".join(f"{row['from']} {row['tickets']:.1f}" for row in shown.iter_rows(named=True)),
        data=shown.drop("from"),
    )


def downloads(found: Found) -> None:
    """All days and all hours ahead, to be saved."""
    unit = found.unit
    columns = {
        "date": st.column_config.DateColumn("Date", format="D MMM YYYY"),
        "hour": "Hour (local)",
        "expected": f"Expected {unit}",
        "low": "Band from",
        "high": "Band to",
    }
    saved = (("day", found.days), ("hour", frames.hours(found.made)))
    for place, (name, frame) in zip(st.columns(2), saved, strict=True):
        with place:
            st.caption(f"The same by {name}, {fmt.plural(frame.height, 'row')}:")
            blocks.download(frame.with_columns(pl.col("expected").round(2)), f"forecast-by-{name}", columns)


def spoken(shown: pl.DataFrame) -> str:
    """The days for the ear, week by week."""
    weeks = shown.group_by(pl.col("at").dt.truncate("1w"), "what").agg(pl.col("tickets").sum(), days=pl.len())
    parts = [
        f"week of {row['at']:%d %b %Y} {row['tickets']:,.0f} {'came' if row['what'] == CAME else 'expected'}"
        + (f" on {row['days']} days" if row["days"] < 7 else "")
        for row in weeks.sort("at", "what").iter_rows(named=True)
    ]
    return f"Arrivals a day: {'; '.join(parts)}"
