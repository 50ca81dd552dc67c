"""Which segments break more than the rest, beyond chance, and where do two attributes meet?"""

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.special import bdtr, bdtrc, bdtrik

from analytics.comparing import adjusted, two_proportions, two_sided
from analytics.measure import measure
from analytics.statistics import wilson_high, wilson_low

LEAST = 30
"""Clocks a segment needs to be told apart from the rest."""

FALSE_FINDS = 0.05
"""Share of the segments told apart that may be chance."""

WORSE, BETTER, SAME = "worse than the rest", "better than the rest", "not told apart"
_SMALL = 0.1
"""Share of the whole up to which the rest is taken as known, so that rare breaches are judged by exact tails."""
_TAILS = {"95": 0.025, "998": 0.001}


def against_rest(counts: pl.DataFrame, q: float = FALSE_FINDS) -> pl.DataFrame:
    """Each segment against all others together: the difference of the breach rates, and whether it is more than chance.

    Args:
        counts: one row a segment: `due`, `breaches`, and any other column; together they are the whole.
        q: the share of false finds accepted among the segments told apart.

    Returns:
        The rows as they came, with `rest_due`, `rest_rate` (null where there is no rest), `difference` (a share),
        `difference_low`, `difference_high` (95 % Newcombe interval), `z`, `adjusted` (the probability of such a
        difference by chance, adjusted for the number of segments) and `apart`: WORSE, BETTER or SAME; the last three
        are null for a segment of fewer than LEAST clocks, or with a rest of fewer.

    The probability is that of z, except for a segment of less than a tenth of the clocks: there it is the exact
    binomial tail at the rate of the whole, as z takes rare breaches in few clocks for more than they are.

    Example:
        >>> counts = pl.DataFrame({"team": ["A", "B", "C"], "due": [400, 400, 9], "breaches": [80, 40, 5]})
        >>> against_rest(counts).select("team", pl.col("difference").round(3), "apart").rows()
        [('A', 0.09, 'worse than the rest'), ('B', -0.108, 'better than the rest'), ('C', 0.406, None)]

    Source: Newcombe 1998, method 10; two proportions with pooled variance; Benjamini and Hochberg 1995.
    """
    x, n = pl.col("breaches"), pl.col("due")
    y, m = x.sum() - x, n.sum() - n
    p, r = pl.when(n > 0).then(x / n), pl.when(m > 0).then(y / m)
    low = p - r - ((p - wilson_low(x, n)).pow(2) + (wilson_high(y, m) - r).pow(2)).sqrt()
    high = p - r + ((wilson_high(x, n) - p).pow(2) + (r - wilson_low(y, m)).pow(2)).sqrt()
    found = counts.with_columns(
        rest_due=m, rest_rate=r, difference=p - r, difference_low=low, difference_high=high, _rest=y
    )
    z = two_proportions(found["breaches"], found["due"], found["_rest"], found["rest_due"])
    enough = ((found["due"] >= LEAST) & (found["rest_due"] >= LEAST)).to_numpy()
    chance = np.full(found.height, np.nan)
    total = max(1, int(found["due"].sum()))
    few = (found["due"] < _SMALL * total).to_numpy()
    exact = binomial_chance(found["breaches"], found["due"], int(found["breaches"].sum()) / total)
    chance[enough] = adjusted(np.where(few, exact, two_sided(z))[enough])
    found = found.with_columns(z=np.where(enough, z, np.nan), adjusted=chance).fill_nan(None)
    apart = pl.when(pl.col("adjusted") > q).then(pl.lit(SAME)).when(pl.col("z") > 0).then(pl.lit(WORSE))
    judged = pl.when(pl.col("adjusted").is_not_null()).then(apart.otherwise(pl.lit(BETTER)))
    return found.with_columns(apart=judged).drop("_rest")


def binomial_chance(x: npt.ArrayLike, n: npt.ArrayLike, rate: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """The probability of a count as far from the expected as x, on either side: the exact binomial tail, doubled.

    Args:
        x, n: breaches and clocks due, one of each a segment.
        rate: at which each clock is expected to break.

    Example:
        >>> binomial_chance([9, 5, 0], [10, 10, 10], 0.5).round(4).tolist()
        [0.0215, 1.0, 0.002]
    """
    seen, of = np.asarray(x, dtype=np.float64), np.asarray(n, dtype=np.int64)
    p = np.clip(np.asarray(rate, dtype=np.float64), 0, 1)
    more = np.where(seen > 0, bdtrc(np.maximum(seen - 1, 0), of, p), 1.0)
    tails = np.minimum(more, bdtr(seen, of, p))
    return np.asarray(np.nan_to_num(np.minimum(1.0, 2 * tails), nan=1.0), dtype=np.float64)


def crossed(clocks: pl.DataFrame, first: str, second: str, *, most: tuple[int, int] = (12, 10)) -> pl.DataFrame:
    """Two dimensions crossed: how much fell due and broke where both meet.

    Args:
        clocks: rows in the schema CLOCKS.
        first, second: names in the registry of dimensions, not the same.
        most: how many values of each are kept, those with most clocks due; ties by value.

    Returns:
        `first` and `second` (named as the dimensions), `due`, `breaches`, `breach_rate`, `excess` (null where a clock
        of the cell has no objective); cells with clocks due only, sorted by both.
    """
    found = measure(clocks, ["due", "breaches", "breach_rate", "excess"], [first, second]).filter(pl.col("due") > 0)
    partly = clocks.lazy().filter(pl.col("decided") & pl.col("objective").is_null()).collect()
    for name, count in zip((first, second), most, strict=True):
        sizes = found.group_by(name).agg(pl.col("due").sum()).sort("due", name, descending=[True, False])
        found = found.join(sizes.head(count), on=name, how="semi", nulls_equal=True)
    if not partly.is_empty():
        lacking = measure(partly, ["due"], [first, second]).select(first, second, lacking="due")
        found = found.join(lacking, on=[first, second], how="left", nulls_equal=True).with_columns(
            excess=pl.when(pl.col("lacking").fill_null(0) == 0).then("excess")
        )
    return found.select(first, second, "due", "breaches", "breach_rate", "excess").sort(first, second)


def funnel_limits(rate: float, n: npt.ArrayLike) -> pl.DataFrame:
    """Between which breach rates a segment of n clocks lies by chance, if every clock breaks at the same rate.

    Args:
        rate: of the whole, a share.
        n: clocks due, each at least 1.

    Returns:
        `due`, `low_95`, `high_95`, `low_998`, `high_998` (shares), one row for each n, in their order: a rate below
        the low one is met by chance in at most 2.5 % (0.1 %) of cases, a rate above the high one as rarely. The limits
        are those of the binomial distribution, drawn through between its steps.

    Example:
        >>> funnel_limits(0.5, [10]).select(pl.all().round(4)).row(0)
        (10, 0.1324, 0.8676, 0.0002, 0.9998)

    Source: Spiegelhalter 2005, appendix A.1.1 (interpolated exact limits); the upper ones are the lower ones of met.
    """
    counts = np.asarray(n, dtype=np.int64)
    limits = {
        f"{side}_{name}": _low_end(tail, counts, rate) if side == "low" else 1 - _low_end(tail, counts, 1 - rate)
        for name, tail in _TAILS.items()
        for side in ("low", "high")
    }
    return pl.DataFrame({"due": counts, **limits})


def funnel(counts: pl.DataFrame) -> pl.DataFrame:
    """Which segments lie outside of the funnel about the rate of the whole.

    Args:
        counts: one row a segment: `due` (at least 1), `breaches`, and any other column.

    Returns:
        The rows as they came, with `outside` (Boolean: beyond the 99.8 % limits) and `far` (how far the rate lies from
        that of the whole, in widths of those limits).

    Example:
        >>> funnel(pl.DataFrame({"due": [1000, 1000, 1000], "breaches": [100, 105, 160]}))["outside"].to_list()
        [False, False, True]
    """
    whole = int(counts["breaches"].sum()) / max(1, int(counts["due"].sum()))
    limits, rates = funnel_limits(whole, counts["due"]), counts["breaches"] / counts["due"]
    outside = (rates > limits["high_998"]) | (rates < limits["low_998"])
    width = (limits["high_998"] - limits["low_998"]).clip(1e-9)
    return counts.with_columns(outside=outside, far=(rates - whole).abs() / width)


def _low_end(tail: float, n: npt.NDArray[np.int64], rate: float) -> npt.NDArray[np.float64]:
    """The share of n at this point of the binomial distribution, interpolated between whole numbers."""
    if rate <= 0 or rate >= 1:
        return np.full(len(n), float(np.clip(rate, 0, 1)))
    whole = np.ceil(bdtrik(tail, n.astype(np.float64), rate))
    upto = bdtr(whole, n, rate)
    before = np.where(whole > 0, bdtr(np.maximum(whole - 1, 0), n, rate), 0.0)
    return np.asarray(np.clip(whole - (upto - tail) / (upto - before), 0, n) / n, dtype=np.float64)
