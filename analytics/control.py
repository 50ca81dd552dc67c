"""Which weeks are more than noise: a control chart for breach rates whose weeks differ in size."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.special import bdtrik, ndtr

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

FEWEST_WEEKS = 8
"""Full weeks below which no limits are drawn."""
FEWEST_CLOCKS = 30
"""Clocks below which a week is not judged."""
RUN = 8
"""Weeks in a row on one side of the centre that are a run."""
REACH = 3.0
"""Standard deviations from the centre to a limit."""
ROUNDS = 3
"""How often the limits are drawn anew without the weeks that lie outside them."""
_MEAN_RANGE = 1.128
"""The mean distance of two draws from a standard normal distribution."""
_KEPT = 2 / 3
"""Weeks outside are left out of the limits only while this share of the weeks stays in."""


def laney(breaches: npt.ArrayLike, due: npt.ArrayLike) -> tuple[float, float]:
    """The centre of a p' chart, and by how much its weeks vary more than chance alone would have it.

    Args:
        breaches, due: counts, one of each a week in order; at least two weeks, every week with clocks due.

    Returns:
        (centre, sigma_z): the breach rate of all weeks together; the spread of the weeks in units of the spread that
        counts of this size have by chance, from the distances of neighbours. 0 where the rate is 0 or 1.

    Example:
        >>> centre, sigma_z = laney([7, 7, 6, 9, 8, 10, 6, 9, 8, 7], [100] * 10)
        >>> round(centre, 3), round(sigma_z, 4)
        (0.077, 0.5912)

    Source: Laney 2002, improved control charts for attributes; formulas as in the methods pages of Minitab.
    """
    x, n = np.asarray(breaches, dtype=np.float64), np.asarray(due, dtype=np.float64)
    centre = float(x.sum() / n.sum())
    scores = _scores(x, n, np.full(len(x), centre))
    return centre, float(np.abs(np.diff(scores)).mean() / _MEAN_RANGE)


def control(
    weeks: pl.DataFrame,
    *,
    until: date | None = None,
    starts: Sequence[date] = (),
    plain: bool = False,
) -> pl.DataFrame:
    """The weeks with the limits between which they move by chance, and those that do not keep to them.

    A week is judged when it is over by `until` and has `FEWEST_CLOCKS` clocks due. With fewer than `FEWEST_WEEKS`
    weeks judged there are no limits. `sigma_z` is never taken for less than 1. Weeks outside the limits are left out
    and the limits drawn anew, up to `ROUNDS` times, so that one bad week does not hide the next. Where breaches are
    few, chance reaches further up than down: no limit is nearer than a count of that size, `due` / `sigma_z`², goes
    by chance as rarely as a normal one goes beyond `REACH` standard deviations.

    Args:
        weeks: `week` (its Monday), `due`, `breaches`; one row a week.
        until: the last date all of whose clocks are known; None where every week is over.
        starts: Mondays from which the rate has another level: each stage has a centre of its own.
        plain: Laney's own limits: `sigma_z` as it is, drawn once, the same way up and down.

    Returns:
        The frame sorted by week, and: `rate` (null where none was due), `partial`, `judged`, `stage` (Int32, from 0),
        `centre`, `low`, `high` (breach rates within 0 to 1; null where not judged or without limits), `outside`,
        `run` (part of `RUN` or more weeks in a row on one side of the centre), `signal` (outside, or in a run),
        `sigma_z` (one number, as used; null without limits).

    Example:
        >>> quiet = {"week": [date(2026, 1, 5) + timedelta(weeks=each) for each in range(10)], "due": [200] * 10}
        >>> weeks = pl.DataFrame({**quiet, "breaches": [20, 22, 18, 21, 60, 19, 20, 23, 18, 20]})
        >>> control(weeks).filter("signal").select("week", "rate").rows()
        [(datetime.date(2026, 2, 2), 0.3)]

    Source: Laney 2002; the rule of eight in a row: Western Electric 1956.
    """
    frame = weeks.sort("week").with_columns(
        rate=pl.when(pl.col("due") > 0).then(pl.col("breaches") / pl.col("due")),
        partial=pl.col("week") + timedelta(days=6) > until if until else pl.lit(value=False),
    )
    frame = frame.with_columns(
        judged=~pl.col("partial") & (pl.col("due") >= FEWEST_CLOCKS),
        stage=pl.sum_horizontal(
            pl.lit(0, dtype=pl.Int32), *((pl.col("week") >= start).cast(pl.Int32) for start in starts)
        ),
    )
    judged = frame.filter("judged")
    if judged.height < FEWEST_WEEKS:
        nothing, no = pl.lit(None, dtype=pl.Float64), pl.lit(value=False)
        return frame.with_columns(
            centre=nothing, low=nothing, high=nothing, outside=no, run=no, signal=no, sigma_z=nothing
        )
    x, n, stage = (judged[name].cast(pl.Float64).to_numpy() for name in ("breaches", "due", "stage"))
    found = _limits(x, n, stage, plain=plain)
    beside = judged.select("week").with_columns(**found)
    told = frame.join(beside, on="week", how="left", maintain_order="left")
    flags = pl.col("outside", "run").fill_null(value=False)
    return told.with_columns(flags).with_columns(
        signal=pl.col("outside") | pl.col("run"), sigma_z=pl.lit(found["sigma_z"], dtype=pl.Float64)
    )


def _limits(x: Numbers, n: Numbers, stage: Numbers, *, plain: bool) -> dict[str, pl.Series | float]:
    """Centre, limits and flags of weeks that are all judged."""
    kept, rounds = np.ones(len(x), dtype=np.bool_), 0 if plain else ROUNDS
    while True:
        centre = _centres(x, n, stage, kept)
        sigma = max(0.0 if plain else 1.0, _spread(_scores(x, n, centre), stage, kept))
        half = REACH * sigma * np.sqrt(centre * (1 - centre) / n)
        low, high = centre - half, centre + half
        if not plain:
            low, high = np.fmin(low, _chance(-REACH, n, centre, sigma)), np.fmax(high, _chance(REACH, n, centre, sigma))
        outside = (x / n < low - 1e-12) | (x / n > high + 1e-12)
        left = ~outside
        if not rounds or (left == kept).all() or left.sum() < max(FEWEST_WEEKS, _KEPT * len(x)):
            break
        kept, rounds = left, rounds - 1
    return {
        "centre": pl.Series(centre),
        "low": pl.Series(np.clip(low, 0, 1)),
        "high": pl.Series(np.clip(high, 0, 1)),
        "outside": pl.Series(outside),
        "run": pl.Series(_runs(np.sign(x / n - centre), stage)),
        "sigma_z": sigma,
    }


def _chance(reach: float, n: Numbers, centre: Numbers, sigma: float) -> Numbers:
    """The rate beyond which a binomial count of n / sigma² goes as rarely as a normal one beyond `reach`.

    NaN where the rate is 0 or 1.
    """
    size = n / sigma**2
    return np.asarray(np.ceil(bdtrik(ndtr(reach), size, centre)) / size, dtype=np.float64)


def _scores(x: Numbers, n: Numbers, centre: Numbers) -> Numbers:
    """How far each week lies from its centre, in standard deviations of a count; 0 where there is none."""
    deviation = np.sqrt(centre * (1 - centre) / n)
    return np.divide(x / n - centre, deviation, out=np.zeros(len(x)), where=deviation > 0)


def _centres(x: Numbers, n: Numbers, stage: Numbers, kept: Flags) -> Numbers:
    """The rate of each week's stage, from the weeks kept; from all of them where none is."""
    centre = np.empty(len(x))
    for each in np.unique(stage):
        here = stage == each
        used = here & kept if (here & kept).any() else here
        centre[here] = x[used].sum() / n[used].sum()
    return centre


def _spread(scores: Numbers, stage: Numbers, kept: Flags) -> float:
    """The spread of the scores, from the distances of neighbours that are kept and of one stage."""
    used, of = scores[kept], stage[kept]
    distances = np.abs(np.diff(used))[of[1:] == of[:-1]]
    return float(distances.mean() / _MEAN_RANGE) if len(distances) else 0.0


def _runs(side: Numbers, stage: Numbers) -> Flags:
    """The weeks that stand in a long row on one side of their stage's centre."""
    found = np.zeros(len(side), dtype=np.bool_)
    first = 0
    for at in range(1, len(side) + 1):
        if at == len(side) or side[at] != side[first] or stage[at] != stage[first]:
            found[first:at] = at - first >= RUN and side[first] != 0
            first = at
    return found


def cochran_armitage(breaches: npt.ArrayLike, due: npt.ArrayLike, scores: npt.ArrayLike) -> float:
    """The z of a steady drift of a rate along a score, as time.

    Args:
        breaches, due: counts, one of each a group.
        scores: of the groups, as their number in order.

    Returns:
        Positive where the rate rises with the score; 0 where nothing can be told: no variance, or one score only.

    Example:
        >>> round(cochran_armitage([48, 38, 5, 1, 1], [17114, 14502, 793, 127, 38], [0, 0.5, 1.5, 4, 7]), 2)
        2.56

    Source: Armitage 1955; the figures are those of Agresti, Categorical Data Analysis (alcohol and malformations).
    """
    x, n, score = (np.asarray(each, dtype=np.float64) for each in (breaches, due, scores))
    total = n.sum()
    rate = x.sum() / total if total else 0.0
    away = score - (n @ score / total if total else 0.0)
    variance = rate * (1 - rate) * (n @ away**2)
    return float(away @ x / np.sqrt(variance)) if variance > 0 else 0.0


@dataclass(frozen=True)
class Drift:
    """A steady drift of the breach rate.

    Attributes:
        a_week: by how much the rate rises each week; negative where it falls.
        z: how sure that is, in standard deviations, the weeks' own spread allowed for.
    """

    a_week: float
    z: float


def drift(weeks: pl.DataFrame) -> Drift | None:
    """Whether the rate drifts: over the weeks judged, without those outside their limits.

    Args:
        weeks: as `control` gives them.

    Returns:
        None without limits, or where no rate varies.

    Source: the slope of Cochran and Armitage's linear trend, by least squares with the clocks as weights.
    """
    kept = weeks.filter(pl.col("judged") & ~pl.col("outside") & pl.col("centre").is_not_null())
    if kept.height < FEWEST_WEEKS:
        return None
    x, n = (kept[name].cast(pl.Float64).to_numpy() for name in ("breaches", "due"))
    at = (kept["week"] - kept["week"].min()).dt.total_days().to_numpy() / 7
    z = cochran_armitage(x, n, at) / float(kept["sigma_z"][0])
    away = at - n @ at / n.sum()
    return Drift(float(away @ x / (n @ away**2)), z) if z else None
