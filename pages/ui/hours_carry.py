"""On the hours page: when the breaches of some hours had arrived, beside when they fell due."""

import polars as pl
import streamlit as st

from analytics.carry import BIN, arrived, broken_in, fell_due
from analytics.hours import Block, worst_block
from pages.ui import blocks, charts_hours
from pages.ui import format as fmt
from pages.ui import hours_words as told
from pages.ui.hours import Seen

_A_DAY = 24 // BIN
_LAST_DAYS = 3 * _A_DAY
"""Where the last four of the seven days begin."""

_DESKS = {"closed": charts_hours.CLOSED, "open": charts_hours.OPEN}


def choices(found: Seen) -> dict[str, Block]:
    """The hours that can be looked at: those told of, and Monday's worst where they lie on another day."""
    block = found.block
    monday = None if found.picked else worst_block(found.week, found.weeks, [1])
    options = [each for each in (block, monday) if each is not None and each.breaches]
    return {each.name: each for each in options}


def panel(found: Seen) -> None:
    """Two pictures side by side: arrivals over the seven days, and the hours due; nothing where nothing broke."""
    options = choices(found)
    if not options:
        return
    with st.container(border=True):
        name = next(iter(options))
        if len(options) > 1:
            asked = st.segmented_control(
                "Breaches of", list(options), default=name, required=True, key="breaches", bind="query-params"
            )
            name = str(asked)
        block = options[name]
        breaches = broken_in(found.clocks, block)
        sentence = told.carried(block, found.carried(breaches), always=found.always)
        came, due = arrived(breaches, block.weekday), fell_due(breaches, block)
        top = float(max((frame["closed"] + frame["open"]).max() or 0 for frame in (came, due))) * 1.12
        left, right = st.columns([3, 1], gap="medium", vertical_alignment="bottom")
        with left:
            blocks.chart(
                f"When had the {block.name} breaches arrived?",
                f"{sentence} Each bar: {BIN} hours. {blocks.scope(found.selection, found.clocks)}",
                charts_hours.arrivals(by_arrival(came), top, dark=blocks.dark()),
                key="hours-arrived",
                alt=spoken(came, block),
                data=came,
            )
        with right:
            blocks.chart(
                "When did they fall due?",
                f"The same {fmt.plural(block.breaches, 'breach', 'breaches')}, on the same scale.",
                charts_hours.fell_due(by_due(due), top, dark=blocks.dark()),
                key="hours-due",
                alt=spoken_due(due, block),
                data=due,
            )


def by_arrival(came: pl.DataFrame) -> pl.DataFrame:
    """The arrivals made ready to be drawn: two rows a place, from the first day with any, four days at least."""
    some = came.filter((pl.col("closed") + pl.col("open") > 0) & (pl.col("place") >= 0))["place"]
    first = min(int(some.min() or 0) if len(some) else _LAST_DAYS, _LAST_DAYS) // _A_DAY * _A_DAY
    kept = came.filter((pl.col("place") >= first) | ((pl.col("place") < 0) & (pl.col("closed") + pl.col("open") > 0)))
    to = pl.col("hour") + BIN
    hours = pl.concat_str(pl.col("hour").cast(pl.String).str.zfill(2), pl.lit("–"), to.cast(pl.String).str.zfill(2))
    return _long(
        kept.with_columns(pl.when(pl.col("hour").is_not_null()).then(hours).otherwise(pl.lit("")).alias("from"))
    )


def by_due(due: pl.DataFrame) -> pl.DataFrame:
    """The hours due made ready to be drawn: two rows an hour, the sum on the first."""
    total = due.with_columns(pl.col("hour").cast(pl.String).str.zfill(2), total=pl.col("closed") + pl.col("open"))
    found = _long(total)
    return found.with_columns(pl.when(pl.col("desk") == charts_hours.OPEN).then("total").alias("total"))


def _long(frame: pl.DataFrame) -> pl.DataFrame:
    parts = [
        frame.rename({name: "breaches"}).drop(other).with_columns(desk=pl.lit(_DESKS[name]))
        for name, other in (("closed", "open"), ("open", "closed"))
    ]
    return pl.concat([part.select(sorted(part.columns)) for part in parts])


def spoken(came: pl.DataFrame, block: Block) -> str:
    """The arrivals for the ear, day by day."""
    days = came.group_by("day", maintain_order=True).agg(pl.col("closed", "open").sum())
    parts = [f"{day}: {closed} while closed, {open_} while open" for day, closed, open_ in days.iter_rows()]
    return f"Arrivals of the breaches due {block.name}, by day: {'; '.join(parts)}"


def spoken_due(due: pl.DataFrame, block: Block) -> str:
    """The hours due for the ear."""
    counts = due.select("hour", breaches=pl.col("closed") + pl.col("open"))
    parts = [f"{hour:02d}: {breaches}" for hour, breaches in counts.iter_rows()]
    return f"Breaches due {block.name}, by the hour: {'; '.join(parts)}"
