"""The curves of the page on time to resolve: which are drawn, what they answer, and the table under them."""

from typing import Any

import polars as pl
import streamlit as st

from analytics.dimensions import BLANK_LABEL, DIMENSIONS
from analytics.survival import done_within, thinned, time_for
from pages.ui import format as fmt
from pages.ui import load, words
from pages.ui.resolve import HOUR, Asked, cohort, curve
from pages.ui.selection import Selection

MOST = 6
"""Curves drawn together."""

ALL = "All"
_POINTS, _TIPS = 296, 40
"""Points of a curve that are drawn, and those of them that tell more."""

_REACHED = (0.9, 0.75, 0.5)
"""Shares that show where a curve ends, should it not reach the one asked for."""


def groups(selection: Selection, by: str) -> list[str]:
    """The largest groups with enough clocks to tell."""
    sizes = cohort(selection, by).timed.group_by("group").len().sort("len", "group", descending=[True, False])
    return [str(name) for name in sizes.filter(pl.col("len") >= words.FIRM)["group"].head(MOST)]


def names(selection: Selection) -> list[str]:
    """What the clocks can be told apart by: what is known of them as they start, not what happens on the way."""
    return [name for name in load.comparable(selection) if not DIMENSIONS[name].process]


def line(asked: Asked) -> tuple[float, str, str]:
    """The time asked for on the chart's scale, its name, and the title of that axis."""
    if asked.scale == "targets":
        return 1.0, "present target", "elapsed time as a multiple of the target"
    return asked.seconds / HOUR, asked.within, f"{asked.unit} since the start"


def value(by: str, name: str) -> str | None:
    """The value of a dimension that a group stands for."""
    codes = {written: str(code) for code, written in (DIMENSIONS[by].values or {}).items()}
    return None if name == BLANK_LABEL else codes.get(name, name)


def answer(selection: Selection, by: str, shown: list[str], asked: Asked) -> str:
    """When half and the share to keep are done; of groups, which is done soonest and latest."""
    if not by:
        return f"{_milestones(selection, asked)} Band: 95 % interval."
    if not shown:
        return f"No {DIMENSIONS[by].label.lower()} has {words.FIRM} clocks: not enough to tell."
    at = asked.seconds if asked.scale == "seconds" else 1.0
    limit = asked.within if asked.scale == "seconds" else "its target"
    rates = done_within(curve(selection, asked.scale, by), at, "group").filter(pl.col("group").is_in(shown))
    ranked = rates.drop_nulls("share").sort("share", "group", descending=[True, False])
    if ranked.height < 2:
        return ""
    best, worst = ranked.row(0, named=True), ranked.row(-1, named=True)
    sure = best["low"] is not None and worst["high"] is not None and best["low"] > worst["high"]
    told = (
        f"Done within {limit}: {best['group']} {fmt.percent(best['share'])} (n = {fmt.number(best['n'])}), "
        f"{worst['group']} {fmt.percent(worst['share'])} (n = {fmt.number(worst['n'])})"
    )
    return f"{told}." if sure else f"{told}; their intervals overlap."


def _milestones(selection: Selection, asked: Asked) -> str:
    """By when half of the clocks, and by when the share to keep, are done."""
    whole = curve(selection, asked.scale)
    half, needed = (time_for(whole, share)["time"][0] for share in (0.5, asked.share))
    if half is None:
        return "Fewer than half were seen to be done."
    if asked.scale == "targets":
        said, unit = (lambda time: f"{time:.2f}"), " of the target"
    else:
        said, unit = asked.said, "" if asked.plain else " of open time"
    told = f"Half are done within {said(half)}{unit}"
    return f"{told}, {asked.goal} within {said(needed)}." if needed is not None else f"{told}; {asked.goal} never are."


def drawn(selection: Selection, by: str, shown: list[str], asked: Asked) -> pl.DataFrame:
    """The curves, cut where the share asked for is well met, in hours or targets, thinned to be drawn."""
    unit = HOUR if asked.scale == "seconds" else 1
    whole = curve(selection, asked.scale)
    met = [time_for(whole, share)["time"][0] for share in (asked.share, *_REACHED)]
    known = next((each for each in met if each), 0.0)
    at = asked.seconds if asked.scale == "seconds" else 1.0
    end = max(1.3 * known, 1.5 * at)
    named = (
        curve(selection, asked.scale, by).filter(pl.col("group").is_in(shown))
        if by
        else whole.with_columns(group=pl.lit(ALL))
    )
    n = pl.col("at_risk").first().over("group")
    cut = thinned(named.with_columns(n=n).filter(pl.col("time") <= end), "group", _POINTS)
    last = named.group_by("group").agg(beyond=pl.col("time").max() > end)
    edge = (
        cut.group_by("group")
        .agg(pl.all().last())
        .join(last.filter("beyond"), on="group")
        .with_columns(time=pl.lit(end))
    )
    start = named.select("group", n=n).unique().with_columns(time=pl.lit(0.0), left=pl.lit(1.0))
    points = pl.concat([start, cut, edge.drop("beyond")], how="diagonal").sort("group", "time")
    every = pl.int_range(pl.len()).over("group") % max(1, _POINTS // _TIPS) == 0
    return points.select(
        "group",
        "n",
        time=pl.col("time") / unit,
        share=1 - pl.col("left"),
        low=1 - pl.col("high"),
        high=1 - pl.col("low"),
        tip=every,
    )


def table(selection: Selection, by: str, asked: Asked) -> pl.DataFrame:
    """Each group, the largest first: its share done in time, its median, and the target that would be kept."""
    key = "group" if by else None
    hours, relative = curve(selection, "seconds", by), curve(selection, "targets", by)
    if not by:
        hours, relative = (each.with_columns(group=pl.lit(ALL)) for each in (hours, relative))
        key = "group"
    done = done_within(hours, asked.seconds, key)
    median = time_for(hours, 0.5, key).select("group", median=pl.col("time") / HOUR)
    needed = time_for(hours, asked.share, key).select(
        "group", **{name: pl.col(each) / HOUR for name, each in (("target", "time"), ("from", "low"), ("to", "high"))}
    )
    kept = done_within(relative, 1.0, key).select("group", kept="share")
    found = done
    for each in (kept, median, needed):
        found = found.join(each, on="group", how="left")
    thin = pl.col("n") < words.FIRM
    unsure = [pl.when(~thin).then(name).alias(name) for name in found.columns if name not in {"group", "n"}]
    shares = pl.col("share", "low", "high", "kept").round(3)
    return found.with_columns(unsure).with_columns(shares).sort("n", "group", descending=[True, False])


def columns(by: str, asked: Asked) -> dict[str, Any]:
    """How the table is headed."""
    number, unit = st.column_config.NumberColumn, asked.unit
    unreached = f"In {unit}. A dash: not reached in the data, or fewer than {words.FIRM} clocks."
    return {
        "group": st.column_config.TextColumn(DIMENSIONS[by].label if by else "Clocks", pinned=True),
        "n": number("Started", format="localized", help="Clocks started in the period, cancelled ones left out."),
        "share": number(f"Done within {asked.within}", format="percent"),
        "low": number("Lower", format="percent", help="Lower end of the 95 % interval."),
        "high": number("Upper", format="percent", help="Upper end of the 95 % interval."),
        "kept": number("Present target kept", format="percent"),
        "median": number("Half done within (h)", format="%.1f", help=unreached),
        "target": number(f"{asked.goal} done within (h)", format="%.1f", help=unreached),
        "from": number("Lower (h)", format="%.1f", help="Lower end of the 95 % interval."),
        "to": number("Upper (h)", format="%.1f", help="Upper end of the 95 % interval."),
    }


def told(frame: pl.DataFrame) -> str:
    """The table for the ear."""
    parts = [
        f"{row['group']}: {fmt.percent(row['share'])} of {row['n']} in time, half within {fmt.number(row['median'])} h"
        for row in frame.head(12).iter_rows(named=True)
    ]
    return f"Share of clocks done: {'; '.join(parts)}"
