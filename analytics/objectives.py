"""Which share of clocks had to be met, where a selection of clocks agrees on one?"""

import polars as pl

from analytics.measure import measure


def single(clocks: pl.DataFrame) -> float | None:
    """The objective all decided clocks share; None where they have several, or none.

    Example:
        >>> single(pl.DataFrame({"decided": [True, True, False], "objective": [0.9, 0.9, 0.5]}))
        0.9
    """
    found = clocks.lazy().filter("decided").select(pl.col("objective").unique()).collect()["objective"]
    return float(found[0]) if len(found) == 1 and found[0] is not None else None


def by_policy(clocks: pl.DataFrame) -> pl.DataFrame:
    """Attainment of each policy beside its objective: `policy`, `due`, `attainment`, `objective`; sorted by policy."""
    goals = clocks.group_by(pl.col("policy").cast(pl.String)).agg(pl.col("objective").first())
    rates = measure(clocks, ["due", "attainment"], ["policy"]).with_columns(pl.col("policy").cast(pl.String))
    return rates.join(goals, on="policy", how="left").sort("policy")
