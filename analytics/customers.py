"""Which customers get fewer kept promises than they were promised?"""

import numpy as np
import polars as pl

from analytics.comparing import adjusted
from analytics.conditions import BREACHED, DECIDED, count
from analytics.dimensions import dimension
from analytics.segments import FALSE_FINDS, LEAST, binomial_chance
from analytics.statistics import wilson_high, wilson_low

FEWER, MORE, AS_PROMISED = "fewer kept than promised", "more kept than promised", "not told apart"
_LIKE = ("policy", "priority")


def expected_rates(clocks: pl.DataFrame) -> pl.DataFrame:
    """The breach rate of clocks alike, for those without an objective: `policy`, `priority`, `usual_rate`; sorted.

    Args:
        clocks: one kind, of every customer, in the schema CLOCKS.
    """
    kept = clocks.lazy().filter(DECIDED & pl.col("objective").is_null())
    rates = kept.group_by(*_LIKE).agg(usual_rate=count(BREACHED) / pl.len())
    return rates.collect().sort(*_LIKE)


def owed(clocks: pl.DataFrame, everyone: pl.DataFrame, by: str = "customer", q: float = FALSE_FINDS) -> pl.DataFrame:
    """Breaches of each customer beyond those expected, the largest excess first.

    Expected is what the objective of each clock allows (a breach in twenty clocks at 95 %). A clock without objective
    is expected to break as often as those of the same policy and priority do over all customers.

    Args:
        clocks: one kind, in the schema CLOCKS.
        everyone: the clocks of every customer; the same frame where no customer is chosen.
        by: the dimension whose values are compared.
        q: the share of false finds accepted among the customers told apart.

    Returns:
        `by` (null is blank), `due`, `breaches`, `expected` (breaches), `excess`, `excess_low`, `excess_high` (the 95 %
        Wilson interval of the customer's rate, times its clocks, less the expected), `promised` (the share that was to
        be met), `attainment`, `attainment_low`, `attainment_high`, `with_objective` (clocks due that have one),
        `adjusted` (the probability of as many breaches by chance, adjusted for the number of customers) and `apart`:
        FEWER, MORE or AS_PROMISED; the last two are null below LEAST clocks.

    Example:
        >>> clocks = pl.DataFrame({
        ...     "customer": ["Acme"] * 40 + ["Bolt"] * 40, "decided": [True] * 80, "objective": [0.75] * 80,
        ...     "breached": [True] * 20 + [False] * 60, "policy": ["p"] * 80, "priority": ["low"] * 80})
        >>> owed(clocks, clocks).select("customer", "expected", "excess", "apart").rows()
        [('Acme', 10.0, 10.0, 'fewer kept than promised'), ('Bolt', 10.0, -10.0, 'more kept than promised')]

    Source: exact binomial tails at the mean expected rate, doubled; Benjamini and Hochberg 1995; Wilson 1927.
    """
    key = dimension(by).key.alias(by)
    x, n = pl.col("breaches"), pl.col("due")
    cells = (
        clocks.lazy()
        .filter(DECIDED)
        .group_by(key, *_LIKE, "objective")
        .agg(due=count(DECIDED), breaches=count(BREACHED))
    )
    likely = expected_rates(everyone).lazy()
    found = (
        cells.join(likely, on=_LIKE, how="left", nulls_equal=True)
        .sort(by, *_LIKE, "objective")
        .with_columns(rate=(1 - pl.col("objective")).fill_null(pl.col("usual_rate")))
        .group_by(by)
        .agg(
            due=n.sum(),
            breaches=x.sum(),
            expected=(n * pl.col("rate")).sum(),
            with_objective=n.filter(pl.col("objective").is_not_null()).sum(),
        )
        .with_columns(
            excess=x - pl.col("expected"),
            excess_low=n * wilson_low(x, n) - pl.col("expected"),
            excess_high=n * wilson_high(x, n) - pl.col("expected"),
            promised=1 - pl.col("expected") / n,
            attainment=1 - x / n,
            attainment_low=wilson_low(n - x, n),
            attainment_high=wilson_high(n - x, n),
        )
        .collect()
    )
    ties = pl.col("excess").round(9)
    return _told_apart(found, q).sort(ties, "due", by, descending=[True, True, False], nulls_last=True)


def _told_apart(found: pl.DataFrame, q: float) -> pl.DataFrame:
    """Whether chance alone would hardly give so many, or so few, breaches."""
    rate = found["expected"].to_numpy() / np.maximum(found["due"].to_numpy(), 1)
    enough = (found["due"] >= LEAST).to_numpy()
    chance = np.full(found.height, np.nan)
    chance[enough] = adjusted(binomial_chance(found["breaches"], found["due"], rate)[enough])
    side = pl.when(pl.col("excess") > 0).then(pl.lit(FEWER)).otherwise(pl.lit(MORE))
    told = pl.when(pl.col("adjusted") > q).then(pl.lit(AS_PROMISED)).otherwise(side)
    return found.with_columns(adjusted=pl.Series(chance, dtype=pl.Float64).fill_nan(None)).with_columns(
        apart=pl.when(pl.col("adjusted").is_not_null()).then(told)
    )
