"""How much of each promise did every team hold, and what share of its breaches is that?"""

import polars as pl

from analytics.conditions import DECIDED
from analytics.schemas import CLOCK_KEY

SHARES = pl.Schema(
    {
        "team": pl.String(),
        "elapsed_seconds": pl.Int64(),
        "clocks": pl.Float64(),
        "breaches": pl.Float64(),
        "breach_rate": pl.Float64(),
    }
)
"""One row a team (blank is null): the elapsed time it held, and its part of the clocks due and of their breaches."""


def shares(clocks: pl.DataFrame, holdings: pl.DataFrame) -> pl.DataFrame:
    """The clocks due and their breaches divided among the teams by how long each held them.

    A clock nobody held while it ran belongs whole to the team its verdict is credited to.

    Args:
        clocks: in the schema CLOCKS.
        holdings: in the schema HOLDINGS, of these clocks or of more.

    Returns:
        Rows in the schema SHARES, sorted by team, blank first; `clocks` and `breaches` add up to the clocks due and
        their breaches.

    Example:
        >>> key = {"source": "desk", "ticket_id": "1", "kind": "resolution", "cycle": 1}
        >>> clocks = pl.DataFrame([{**key, "decided": True, "breached": True, "team_at_due": "B"}])
        >>> held = pl.DataFrame([{**key, "team": team, "elapsed_seconds": n} for team, n in (("A", 30), ("B", 10))])
        >>> shares(clocks, held).select("team", "elapsed_seconds", "breaches").rows()
        [('A', 30, 0.75), ('B', 10, 0.25)]

    Source: definitions 2.3, attribution.
    """
    texts = [name for name in CLOCK_KEY if name != "cycle"]
    due = clocks.lazy().filter(DECIDED).with_columns(pl.col(*texts, "team_at_due").cast(pl.String))
    held = holdings.lazy().filter(pl.col("elapsed_seconds") > 0).with_columns(pl.col(*texts, "team").cast(pl.String))
    whole, known = pl.col("elapsed_seconds").sum().over(CLOCK_KEY), pl.col("elapsed_seconds").is_not_null()
    return (
        due.select(*CLOCK_KEY, "breached", "team_at_due")
        .join(held, on=CLOCK_KEY, how="left")
        .with_columns(
            team=pl.when(known).then("team").otherwise("team_at_due"),
            part=pl.when(known).then(pl.col("elapsed_seconds") / whole).otherwise(1.0),
        )
        .group_by("team")
        .agg(
            elapsed_seconds=pl.col("elapsed_seconds").sum().cast(pl.Int64),
            clocks=pl.col("part").sum(),
            breaches=pl.col("part").filter("breached").sum(),
        )
        .with_columns(breach_rate=pl.col("breaches") / pl.col("clocks"))
        .select(*SHARES)
        .collect()
        .sort("team")
    )
