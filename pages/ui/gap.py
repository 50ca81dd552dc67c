"""The desk's clock beside the customer's: what each says of the promises, and what time lies between them."""

from typing import Any

import polars as pl
import streamlit as st

from analytics.durations import words
from analytics.measure import measure
from analytics.schemas import KIND_LABELS, KINDS
from pages.ui import blocks, charts_clocks, load
from pages.ui import format as fmt
from pages.ui.load import Selection

PARTS = {
    "closed_gap": "closed hours",
    "customer_gap": "the customer's time",
    "other_gap": "third parties or solved",
}
_COLOURS = dict(zip(PARTS.values(), charts_clocks.PARTS.values(), strict=True))
_BOTH = ("attainment", "due")
_GAP = ("calendar_gap", *PARTS, "attainment_without_pauses")
_LEAST = 0.0005
"""A smaller difference of two shares does not show in a tenth of a percent."""


def by_kind(selection: Selection) -> pl.DataFrame:
    """The share met on both clocks: `kind`, `business`, `calendar` and the n of each; in the order of the kinds."""
    found = [
        measure(load.clocks(load.on(selection, hours)), _BOTH, ["kind"])
        .filter(pl.col("due") > 0)
        .select(pl.col("kind").cast(pl.String), pl.col("attainment").alias(hours), pl.col("due").alias(f"{hours}_due"))
        for hours in ("business", "calendar")
    ]
    order = pl.col("kind").replace_strict({kind: place for place, kind in enumerate(KINDS)})
    return found[0].join(found[1], on="kind").sort(order)


def matters(found: pl.DataFrame) -> bool:
    """Whether the two clocks disagree on any kind."""
    return bool(((found["business"] - found["calendar"]).abs() >= _LEAST).any())


def drawn(found: pl.DataFrame) -> pl.DataFrame:
    """Both shares of each kind as marks, with n in the label."""
    n, other = pl.col("business_due"), pl.col("calendar_due")
    told = pl.format(
        "{} ({})",
        pl.col("kind").replace(KIND_LABELS),
        pl.when(n == other).then(_number(n)).otherwise(pl.concat_str(_number(n), pl.lit(" / "), _number(other))),
    )
    lower = pl.col("business") < pl.col("calendar")
    sides = [
        found.select(
            kind=told,
            clock=pl.lit(f"{hours.capitalize()} hours"),
            share=hours,
            due=f"{hours}_due",
            told=pl.col(hours).map_elements(fmt.percent, return_dtype=pl.String),
            left=left,
        )
        for hours, left in (("business", lower), ("calendar", ~lower))
    ]
    return pl.concat(sides)


def _number(n: pl.Expr) -> pl.Expr:
    return n.map_elements(fmt.number, return_dtype=pl.String)


def panel(selection: Selection, found: pl.DataFrame) -> None:
    """The two clocks of every kind, and what lies between them for the chosen one."""
    marks = drawn(found)
    lead = "Share met on each of the two clocks; in brackets n, clocks due."
    blocks.chart(
        "What does the customer's clock say?",
        f"{lead} {sentence(selection)}",
        charts_clocks.two_clocks(marks, marks["kind"].unique(maintain_order=True).to_list(), dark=blocks.dark()),
        key="two-clocks",
        alt=spoken(found),
    )


def panel_over_time(selection: Selection, bucket: str) -> None:
    """The time between the two clocks of the chosen kind by day, week or month, where the clocks disagree."""
    found = by_kind(selection).filter(pl.col("kind") == selection.kind)
    frame = over_time(selection, bucket)
    if not matters(found) or frame.is_empty():
        return
    zones = load.time_zones(load.clocks(selection, kind=selection.kind))
    with st.container(border=True):
        blocks.chart(
            f"How much longer is the customer's clock? ({KIND_LABELS[selection.kind]})",
            f"{sentence(selection)} By the {bucket} due, {zones}.",
            charts_clocks.between(frame, bucket, colours(frame)),
            key="between",
            alt=f"{sentence(selection)} By {bucket}.",
        )


def spoken(found: pl.DataFrame) -> str:
    """The two clocks for the ear."""
    parts = [
        f"{KIND_LABELS[row['kind']]} {fmt.percent(row['business'])} of {row['business_due']} in business hours, "
        f"{fmt.percent(row['calendar'])} of {row['calendar_due']} in calendar hours"
        for row in found.iter_rows(named=True)
    ]
    return "SLA attainment on two clocks: " + "; ".join(parts)


def sentence(selection: Selection) -> str:
    """What lies between the two clocks for the chosen kind, with n."""
    desk, customer = (
        measure(load.clocks(load.on(selection, hours), kind=selection.kind), [*_BOTH, *_GAP]).row(0, named=True)
        for hours in ("business", "calendar")
    )
    return told(selection.kind, desk, customer)


def told(kind: str, desk: dict[str, Any], customer: dict[str, Any]) -> str:
    """The two clocks of one kind in words.

    Args:
        kind: the clock kind.
        desk, customer: `attainment` and `due` in business and in calendar hours; `desk` has the gap and its parts, and
            `attainment_without_pauses`, too.
    """
    if not desk["due"] or not customer["due"]:
        return ""
    name = KIND_LABELS[kind]
    shares = (
        f"{name}: {fmt.percent(desk['attainment'])} met in business hours (n = {fmt.number(desk['due'])}), "
        f"{fmt.percent(customer['attainment'])} in calendar hours (n = {fmt.number(customer['due'])})."
    )
    parts = [f"{words(desk[part])} {label}" for part, label in PARTS.items() if desk[part]]
    only = next((label for part, label in PARTS.items() if desk[part]), "")
    of = f": {', '.join(parts)}" if len(parts) > 1 else f", all of it {only}"
    lies = f"A clock ran {words(desk['calendar_gap'])} longer in plain time, on average{of}." if parts else ""
    without = desk["attainment_without_pauses"]
    pauses = ""
    if desk["attainment"] - without >= _LEAST:
        pauses = f"With no pause taken out {fmt.percent(without)} would have been met."
    return " ".join(part for part in (shares, lies, pauses) if part)


def over_time(selection: Selection, bucket: str) -> pl.DataFrame:
    """The mean time between the two clocks by day, week or month, one row a part."""
    clocks = load.clocks(load.on(selection, "business"), kind=selection.kind)
    table = measure(clocks, ["due", *PARTS], [bucket]).filter(pl.col("due") > 0)
    rows = [
        table.select(
            at=bucket,
            part=pl.lit(label),
            place=pl.lit(place),
            hours=pl.col(name) / 3600,
            told=pl.col(name).map_elements(words, return_dtype=pl.String),
            due="due",
        )
        for place, (name, label) in enumerate(PARTS.items())
        if table[name].sum()
    ]
    return pl.concat(rows) if rows else table.select(at=bucket).clear()


def colours(frame: pl.DataFrame) -> dict[str, str]:
    """The parts that occur, with their colours."""
    present = set(frame["part"]) if "part" in frame.columns else set()
    return {label: colour for label, colour in _COLOURS.items() if label in present}
