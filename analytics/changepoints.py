"""Since when does a rate have another level: the fewest changes that explain its weeks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.special import xlogy

from analytics.comparing import newcombe
from analytics.control import FEWEST_WEEKS, control

Numbers = npt.NDArray[np.float64]
Cost = Literal["binomial", "poisson"]
LASTING = 3
"""Weeks a level must hold to be one; fewer are an exception, not a change."""

CHANGES: pl.Schema = pl.Schema(
    {
        "week": pl.Date(),
        "last": pl.Date(),
        "due_before": pl.Int64(),
        "breaches_before": pl.Int64(),
        "due": pl.Int64(),
        "breaches": pl.Int64(),
        "difference": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
    }
)
"""One row a change: from `week` to `last` (Mondays) the breach rate is `breaches` / `due`, in the stretch before it
`breaches_before` / `due_before`; `difference` of the two rates with the 95 % interval `low` to `high`. Sorted."""


def _binomial(x: Numbers, n: Numbers) -> Numbers:
    return xlogy(x, x) + xlogy(n - x, n - x) - xlogy(n, n)  # type: ignore[no-any-return]


def _poisson(x: Numbers, n: Numbers) -> Numbers:
    return xlogy(x, x) - xlogy(x, n) - x  # type: ignore[no-any-return]


_LIKELIHOOD: dict[Cost, Callable[[Numbers, Numbers], Numbers]] = {"binomial": _binomial, "poisson": _poisson}


def partition(
    x: npt.ArrayLike,
    n: npt.ArrayLike,
    *,
    penalty: float | None = None,
    spread: float = 1.0,
    shortest: int = 1,
    cost: Cost = "binomial",
) -> list[int]:
    """Where a series of counts changes its rate, by optimal partitioning: the best of all ways to cut it.

    Args:
        x, n: counts, and what they are of (binomial: trials; poisson: exposure); one of each a step, in order.
        penalty: what a change must gain in log-likelihood; None for 2 ln T of T steps.
        spread: by how much the steps vary more than chance, as sigma_z of a p' chart: the log-likelihood is divided by
            its square, where that is more than 1.
        shortest: steps in the shortest stretch.
        cost: the distribution of the counts.

    Returns:
        After how many steps each change comes; none where the rate does not change.

    Example:
        >>> partition([1, 2, 1, 9, 8, 9], [10] * 6)
        [3]

    Source: Jackson et al. 2005, optimal partitioning; O(T²).
    """
    counts, of = np.asarray(x, dtype=np.float64), np.asarray(n, dtype=np.float64)
    steps, likelihood = len(counts), _LIKELIHOOD[cost]
    if steps < 2 * shortest:
        return []
    price, scale = 2 * np.log(steps) if penalty is None else penalty, max(1.0, spread * spread)
    sums, wholes = np.concatenate([[0], counts.cumsum()]), np.concatenate([[0], of.cumsum()])
    best, cut = np.full(steps + 1, np.inf), np.zeros(steps + 1, dtype=np.int64)
    best[0] = -price
    for end in range(shortest, steps + 1):
        begins = np.arange(end - shortest + 1)
        gains = likelihood(sums[end] - sums[begins], wholes[end] - wholes[begins]) / scale
        totals = best[begins] - gains + price
        cut[end] = totals.argmin()
        best[end] = totals[cut[end]]
    found, at = [], int(cut[steps])
    while at:
        found.append(at)
        at = int(cut[at])
    return found[::-1]


@dataclass(frozen=True)
class History:
    """Weeks judged in stages, and the changes between the stages.

    Attributes:
        weeks: as `control.control` gives them, each stage with its own centre.
        changes: in the schema CHANGES.
    """

    weeks: pl.DataFrame
    changes: pl.DataFrame

    @property
    def judged(self) -> int:
        """How many weeks are judged."""
        return int(self.weeks["judged"].sum())

    @property
    def sigma_z(self) -> float | None:
        """By how much the weeks vary more than chance; None without limits."""
        return self.weeks["sigma_z"].max()  # type: ignore[return-value]


def history(weeks: pl.DataFrame, *, until: date | None = None) -> History:
    """The weeks on a control chart that follows lasting changes of the rate.

    The weeks are judged once around one centre. What they vary by then scales the search for changes. Levels that hold
    for fewer than `LASTING` weeks are exceptions: they are taken out and the search is made anew. The weeks are then
    judged again, in stages.

    Args:
        weeks: `week` (its Monday), `due`, `breaches`; one row a week.
        until: the last date all of whose clocks are known; None where every week is over.

    Example:
        >>> from datetime import timedelta
        >>> weeks = [date(2026, 1, 5) + timedelta(weeks=each) for each in range(12)]
        >>> told = history(pl.DataFrame({"week": weeks, "due": [200] * 12, "breaches": [20] * 6 + [50] * 6}))
        >>> told.changes.select("week", "breaches_before", "breaches").rows()
        [(datetime.date(2026, 2, 16), 120, 300)]
    """
    once = control(weeks, until=until)
    judged = once.filter("judged")
    if judged.height < FEWEST_WEEKS:
        return History(once, CHANGES.to_frame())
    spread = float(judged["sigma_z"][0])
    lasting = _without_exceptions(judged, spread)
    cuts = partition(lasting["breaches"], lasting["due"], spread=spread, shortest=LASTING)
    if not cuts:
        return History(once, CHANGES.to_frame())
    told = control(weeks, until=until, starts=[lasting["week"][cut] for cut in cuts])
    return History(told, _changes(lasting, cuts))


def _without_exceptions(judged: pl.DataFrame, spread: float) -> pl.DataFrame:
    """The weeks without those whose level does not last, taken out one stretch at a time: shortest and oddest first.

    One by one, as two weeks between an outage and a change are not odd once the outage is out.
    """
    usual = _rate(judged)
    while True:
        ends = [0, *partition(judged["breaches"], judged["due"], spread=spread), judged.height]
        short = [(first, last) for first, last in pairwise(ends) if last - first < LASTING]
        if not short or judged.height < FEWEST_WEEKS:
            return judged
        away = {span: abs(_rate(judged[span[0] : span[1]]) - usual) for span in short}
        first, last = min(short, key=lambda span: (span[1] - span[0], -away[span]))
        judged = pl.concat([judged[:first], judged[last:]])


def _rate(weeks: pl.DataFrame) -> float:
    return int(weeks["breaches"].sum()) / int(weeks["due"].sum())


def _changes(lasting: pl.DataFrame, cuts: list[int]) -> pl.DataFrame:
    ends = [0, *cuts, lasting.height]
    stretches = [lasting[first:last] for first, last in pairwise(ends)]
    rows = []
    for before, after in pairwise(stretches):
        m, a = int(before["due"].sum()), int(before["breaches"].sum())
        n, b = int(after["due"].sum()), int(after["breaches"].sum())
        low, high = newcombe(b, n, a, m) or (None, None)
        rows.append((after["week"][0], after["week"][-1], m, a, n, b, b / n - a / m, low, high))
    return pl.DataFrame(rows, schema=CHANGES, orient="row")
