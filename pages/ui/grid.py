"""The grid of promises: attainment by clock kind and one more dimension, against the objectives."""

from typing import Any

import polars as pl

from analytics.dimensions import BLANK_LABEL, DIMENSIONS, PRIORITIES
from analytics.measure import measure
from analytics.schemas import KIND_LABELS, KINDS
from pages.ui import charts_clocks, words
from pages.ui import format as fmt

MOST_ROWS = 8


def rows(every: pl.DataFrame) -> str:
    """The dimension of the overview's grid: priority, or the first with several values where that is unknown."""
    candidates = ("priority", "team", "category", "region", "channel")
    several = (name for name in candidates if every.select(DIMENSIONS[name].key.drop_nulls().n_unique()).item() > 1)
    return next(several, "priority")


def promises(every: pl.DataFrame, by: str) -> pl.DataFrame:
    """Attainment by kind and one more dimension, with its distance to the objective; the eight largest rows."""
    key = DIMENSIONS[by].key.alias(by)
    found = measure(every, ["due", "breaches", "attainment", "excess"], ["kind", by]).filter(pl.col("due") > 0)
    largest = found.group_by(by).agg(pl.col("due").sum()).sort("due", by, descending=[True, False]).head(MOST_ROWS)
    kept = every.lazy().filter("decided").select("kind", key, "objective").unique().collect()
    goals = kept.group_by("kind", by).agg(goal=pl.col("objective").sort(), unknown=pl.col("objective").null_count())
    found = found.join(largest, on=by, how="semi", nulls_equal=True)
    found = found.join(goals, on=["kind", by], how="left", nulls_equal=True)
    judged = (pl.col("unknown") == 0) & pl.col("excess").is_not_null() & (pl.col("due") >= words.FIRM)
    return (
        found.with_columns(
            points=pl.when(judged).then(-pl.col("excess") / pl.col("due")).otherwise(charts_clocks.UNKNOWN),
            goal=pl.Series(
                [", ".join(fmt.goal(goal) for goal in goals if goal is not None) for goals in found["goal"]]
            ),
            note=pl.Series([f"n {due:,}" for due in found["due"]]),
            kind=pl.col("kind").cast(pl.String).replace(KIND_LABELS),
            row=pl.col(by).cast(pl.String).fill_null(BLANK_LABEL),
        )
        .select("kind", "row", "attainment", "due", "breaches", "goal", "points", "note")
        .sort("kind", "row")
    )


def ordered(found: pl.DataFrame) -> list[str]:
    """The rows of a grid: priorities by urgency, anything else with the most breaches first."""
    present = found["row"].unique().to_list()
    if set(present) & set(PRIORITIES):
        return [*(each for each in PRIORITIES if each in present), *sorted(set(present) - set(PRIORITIES))]
    by_breaches = found.group_by("row").agg(pl.col("breaches").sum()).sort("breaches", "row", descending=[True, False])
    return by_breaches["row"].to_list()


def columns(found: pl.DataFrame) -> list[str]:
    """The columns of a grid: the kinds that have clocks due."""
    present = set(found["kind"])
    return [KIND_LABELS[kind] for kind in KINDS if KIND_LABELS[kind] in present]


def told(found: pl.DataFrame) -> str:
    """The grid for the ear."""
    parts = [
        f"{row['kind']}, {row['row']}: {fmt.percent(row['attainment'])} of {row['due']}"
        for row in found.iter_rows(named=True)
    ]
    return "SLA attainment by clock and row: " + "; ".join(parts)


def pick(marked: dict[str, Any], by: str) -> dict[str, list[str | None]]:
    """What a click on a cell of the grid picks: its kind of clock, and its row."""
    kind = next(name for name, label in KIND_LABELS.items() if label == marked["kind"])
    return {"kind": [kind], by: [None if marked["row"] == BLANK_LABEL else marked["row"]]}
