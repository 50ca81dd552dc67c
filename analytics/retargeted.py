"""Were some promises made tighter or looser between two periods, and what did that do to the breaches?"""

import polars as pl

from analytics.conditions import DECIDED

PROMISED = ("source", "priority", "category", "channel", "region", "plan")
"""What a promise depends on: tickets alike in all of these have one target, unless it was changed."""
RETARGETED = pl.Schema(
    {
        "policy": pl.String(),
        "priority": pl.String(),
        "earlier_target_seconds": pl.Int64(),
        "target_seconds": pl.Int64(),
        "due": pl.Int64(),
        "breaches": pl.Int64(),
        "as_before": pl.Int64(),
    }
)
"""One row a policy, priority and pair of targets: the clocks due now whose like had another target in the earlier
period, their breaches, and the breaches they would have made of that one."""
MOSTLY = 0.9
"""The share of alike clocks that must have one target for it to be their target."""
FEWEST = 30
"""Clocks of a policy and priority whose target changed alike, below which it is no change of a promise."""


def retargeted(now: pl.DataFrame, before: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The changes of targets, and the clocks judged by the targets of the earlier period.

    A clock's earlier target is that of the clocks like it in the earlier period. It would have been breached by that
    target where it took longer; an open clock is judged by what it took until the as-of instant.

    Args:
        now, before: clocks of one kind in the schema CLOCKS, due in either period.

    Returns:
        Rows in the schema RETARGETED, sorted, those that matter most first; and the clocks of `now` in their order,
        `breached` as it would have been.

    Example:
        >>> alike = {name: "x" for name in PROMISED} | {"policy": "p", "decided": True}
        >>> clock = lambda target, took: {**alike, "target_seconds": target, "elapsed_seconds": took}
        >>> before = pl.DataFrame([{**clock(7200, 6000), "breached": False}])
        >>> now = pl.DataFrame([{**clock(5400, 6000), "breached": True}, {**clock(5400, 9000), "breached": True}] * 20)
        >>> changes, as_before = retargeted(now, before)
        >>> changes.select("earlier_target_seconds", "target_seconds", "due", "breaches", "as_before").rows()
        [(7200, 5400, 40, 40, 20)]
        >>> as_before["breached"].head(3).to_list()
        [False, True, False]
    """
    changed = (
        _targets(now)
        .join(_targets(before).rename({"target": "earlier"}), on=PROMISED, nulls_equal=True)
        .filter(pl.col("target") != pl.col("earlier"))
        .collect()
    )
    if changed.is_empty():
        return pl.DataFrame(schema=RETARGETED), now
    ours = pl.col("target_seconds") == pl.col("target")
    alike = ("policy", "priority", "earlier", "target")
    judged = now.join(changed, on=PROMISED, how="left", nulls_equal=True, maintain_order="left").with_columns(
        otherwise=pl.when(DECIDED & ours).then(pl.col("elapsed_seconds") > pl.col("earlier"))
    )
    judged = judged.with_columns(otherwise=pl.when(pl.col("otherwise").count().over(alike) >= FEWEST).then("otherwise"))
    found = (
        judged.lazy()
        .filter(pl.col("otherwise").is_not_null())
        .group_by(alike)
        .agg(due=pl.len(), breaches=pl.col("breached").sum(), as_before=pl.col("otherwise").sum())
        .rename({"earlier": "earlier_target_seconds", "target": "target_seconds"})
        .with_columns(pl.col("policy", "priority").cast(pl.String))
        .collect()
        .match_to_schema(RETARGETED, integer_cast="upcast")
    )
    keys = ("policy", "priority", "earlier_target_seconds", "target_seconds")
    moved = (pl.col("breaches") - pl.col("as_before")).abs()
    as_before = judged.with_columns(breached=pl.coalesce("otherwise", "breached")).select(now.columns)
    return found.sort(moved, *keys, descending=[True, False, False, False, False]), as_before


def _targets(clocks: pl.DataFrame) -> pl.LazyFrame:
    """The one target of alike clocks, where nearly all have it."""
    return (
        clocks.lazy()
        .filter(DECIDED)
        .group_by(*PROMISED, target="target_seconds")
        .agg(n=pl.len())
        .with_columns(all=pl.col("n").sum().over(PROMISED))
        .filter((pl.col("n") >= MOSTLY * pl.col("all")) & pl.col("target").is_not_null())
        .select(*PROMISED, "target")
    )
