"""In which hours of the week do clocks break more, or less, than the kinds of tickets in them explain?"""

import numpy as np
import polars as pl
from scipy.special import gammainc, gammaincc

from analytics.comparing import Numbers, adjusted, two_sided
from analytics.conditions import BREACHED, DECIDED
from analytics.hours import CELL, When, every_hour

STRATA = (("policy", "priority", "category"), ("policy", "priority"), ("policy",))
"""What is taken for the kind of a ticket, from the finest on; the next coarser one where too few clocks are due."""

FEWEST = 30
"""Fewer clocks due than this give no rate of their own."""

FEWEST_EXPECTED = 5
"""With fewer expected breaches an hour needs FEWEST clocks to be judged, and is judged by the Poisson tail, too."""

FEWEST_WEEKS = 4
"""In fewer weeks nothing can be said of how much the weeks differ."""

Q = 0.05
"""Of the hours said to differ, at most this share is expected to be chance."""

_N, _LATE = pl.col("n"), pl.col("late")


def unexplained(clocks: pl.DataFrame, when: When) -> pl.DataFrame:
    """Breaches in each hour of the week beside those its mix of tickets would give, and whether they differ.

    Each clock is expected to break as often as all clocks of its policy, priority and category in the frame; where
    fewer than 30 of them are due, of its policy and priority, then of its policy, then all. Weeks differ more than
    chance: the variance of an hour is the larger of that between its weeks, and that of independent clocks,
    sum p (1 - p), times how much more than that all hours vary between weeks. So one bad week does not pass for an
    hour that is bad each week. The probabilities are adjusted for the number of hours judged.

    Args:
        clocks: one kind, in the schema CLOCKS.
        when: by the hour the clocks fell due, or the hour they started.

    Returns:
        `weekday`, `hour`, `due`, `breaches`, `expected` (Float64), `z` and `q` (null where an hour has too few
        clocks to be judged), `differs` (1: breaks more, -1: less, 0: no more than chance, or not judged),
        `weeks_over` (weeks with more breaches than expected), `weeks` (with clocks due); 168 rows, sorted.

    Source: indirect standardisation (Breslow and Day 1987, 2.3); Benjamini and Hochberg 1995.
    """
    counts = _by_week(clocks, when)
    weeks = counts["week"].n_unique()
    hours = counts.group_by(CELL).agg(
        due=_N.sum().cast(pl.Int64),
        breaches=_LATE.sum().cast(pl.Int64),
        expected=pl.col("p").sum(),
        alone=pl.col("variance").sum(),
        squares=((_LATE - pl.col("p")) ** 2).sum(),
        weeks_over=(pl.col("p") < _LATE).sum().cast(pl.Int64),
    )
    found = every_hour().join(hours, on=CELL, how="left").sort(CELL)
    found = found.with_columns(pl.exclude(CELL).fill_null(0), weeks=pl.lit(weeks, dtype=pl.Int64))
    over = pl.col("breaches") - pl.col("expected")
    between = (pl.col("squares") - over**2 / max(1, weeks)).clip(0) * weeks / max(1, weeks - 1)
    found = found.with_columns(between=between if weeks >= FEWEST_WEEKS else pl.lit(0.0))
    alone, spread = (float(found[name].sum()) for name in ("alone", "between"))
    wider = max(1.0, spread / alone) if alone else 1.0
    variance = pl.max_horizontal("between", pl.col("alone") * wider)
    judged = ((pl.col("due") >= FEWEST) | (pl.col("expected") >= FEWEST_EXPECTED)) & (variance > 0)
    found = found.with_columns(z=pl.when(judged).then(over / variance.sqrt()))
    found = found.with_columns(q=_q(found))
    sure = (pl.col("q") <= Q).fill_null(value=False)
    return found.with_columns(differs=pl.when(sure).then(over.sign().cast(pl.Int8)).otherwise(0)).select(
        *CELL, "due", "breaches", "expected", "z", "q", "differs", "weeks_over", "weeks"
    )


def _week(when: When) -> pl.Expr:
    return pl.col(f"{when}_date").dt.truncate("1w")


def _by_week(clocks: pl.DataFrame, when: When) -> pl.DataFrame:
    """By week and hour of the week: clocks due, breaches, and the sums of p and p (1 - p)."""
    finest = list(STRATA[0])
    cell = [pl.col(f"{when}_{name}").alias(name) for name in CELL]
    counted = {"n": pl.len(), "late": BREACHED.sum()}
    counts = clocks.lazy().filter(DECIDED).group_by(*finest, _week(when).alias("week"), *cell).agg(**counted)
    strata = counts.group_by(finest).agg(_N.sum(), _LATE.sum())
    rate = _LATE.sum() / _N.sum()
    for names in reversed(STRATA):
        rate = pl.when(_N.sum().over(names) >= FEWEST).then((_LATE.sum() / _N.sum()).over(names)).otherwise(rate)
    strata = strata.select(*finest, rate=rate)
    rated = counts.join(strata, on=finest, how="left", nulls_equal=True)
    p = pl.col("rate")
    sums = {"n": _N.sum(), "late": _LATE.sum(), "p": (_N * p).sum(), "variance": (_N * p * (1 - p)).sum()}
    return rated.group_by("week", *CELL).agg(**sums).collect()


def _q(found: pl.DataFrame) -> pl.Series:
    """The adjusted probabilities of the hours judged; null of the others."""
    judged = found["z"].is_not_null().to_numpy()
    z, late, expected = (found[name].to_numpy()[judged] for name in ("z", "breaches", "expected"))
    p = np.where(expected < FEWEST_EXPECTED, np.maximum(two_sided(z), _poisson(late, expected)), two_sided(z))
    q = np.full(found.height, np.nan)
    q[judged] = adjusted(p)
    return pl.Series("q", q).fill_nan(None)


def _poisson(late: Numbers, expected: Numbers) -> Numbers:
    """Twice the smaller tail: the probability of a count at least this far out, one as likely on either side."""
    more, fewer = gammainc(np.maximum(late, 1), expected), gammaincc(late + 1, expected)
    more = np.where(late > 0, more, 1.0)
    return np.asarray(np.minimum(1.0, 2 * np.minimum(more, fewer)), dtype=np.float64)
