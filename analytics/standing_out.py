"""How far do counts of breaches lie from what they and their past lead one to expect?"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, gammainc, gammaincc, ndtri, stdtr

from analytics.subsets import Floats

HELD = 4.0
"""Breaches' worth of belief that a subset breaks as often as its tickets would lead one to expect."""
_WORTH_EXACTNESS = 2.5
_FARTHEST = 37.0


@dataclass(frozen=True)
class Counts:
    """Breaches and what was expected in two periods: numbers, or arrays of one number a subset.

    Attributes:
        n: clocks of both periods.
        was, was_expected: breaches of the earlier period, and the sum of their chances.
        current, now_expected: of this period.
    """

    n: Floats
    was: Floats
    was_expected: Floats
    current: Floats
    now_expected: Floats

    def less(self, inside: "Counts") -> "Counts":
        """These counts without those of a part of them."""
        return Counts(
            self.n - inside.n,
            self.was - inside.was,
            np.maximum(self.was_expected - inside.was_expected, 0),
            self.current - inside.current,
            np.maximum(self.now_expected - inside.now_expected, 0),
        )

    def reference(self) -> Floats:
        """Breaches to be expected now: the chances, times how the subset itself did against them before.

        The factor is held to 1 by HELD breaches, so that a subset without a past is expected to do as its tickets.
        """
        return np.asarray(self.now_expected * (self.was + HELD) / (self.was_expected + HELD), dtype=np.float64)


def deviations(counts: Counts, swings: npt.ArrayLike) -> Floats:
    """How far each subset's breaches of this period lie from what to expect, as normal deviates.

    Given the breaches of both periods together, those of this one are a share of them, known from the chances: a
    binomial, as in the comparison of two Poisson counts. Its variance is widened by the usual swings.

    Args:
        counts: of each subset.
        swings: relative variance of the ratio of the two periods, beside that of single clocks.

    Returns:
        Float64, positive where there were more than expected; 0 where nothing can be told.

    Source: Przyborowski and Wilenski 1940 (conditional test of two Poisson counts); mid-p, Lancaster 1961.
    """
    whole = counts.now_expected + counts.was_expected + HELD
    share = counts.now_expected / whole
    total = counts.was + counts.current + HELD
    spread = total * share * (1 - share)
    rate = np.clip((counts.was + counts.current) / np.maximum(counts.n, 1), 0, 0.9)
    widened = 1 - rate + np.asarray(swings, dtype=np.float64) * spread
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.nan_to_num((counts.current - share * total) / np.sqrt(spread * widened), nan=0.0, posinf=0.0, neginf=0.0)
    far = np.flatnonzero(np.abs(z) > _WORTH_EXACTNESS)
    if len(far):
        z[far] = _exact(counts.current[far] / widened[far], total[far] / widened[far], share[far])
    return z


def _exact(x: Floats, n: Floats, share: Floats) -> Floats:
    """The normal deviate as improbable as x of n by a binomial (mid-p); x and n need not be whole."""
    more, fewer = betainc(x + 0.5, n - x + 0.5, share), betainc(n - x + 0.5, x + 0.5, 1 - share)
    return _deviate(more, fewer)


def surprises(seen: Floats, expected: Floats, single: Floats, shared: float) -> Floats:
    """How far single counts lie from what is expected, where the expectation itself swings, as normal deviates.

    Args:
        seen, expected: counts.
        single: the variance of a count over its mean, but for the swing.
        shared: relative variance of the swing.

    Source: negative binomial (a Poisson count whose mean is a gamma variable), mid-p.
    """
    x, mean = seen / single, expected / single
    if shared <= 0:
        more, fewer = gammainc(x + 0.5, mean), gammaincc(x + 0.5, mean)
    else:
        chance = mean / (mean + 1 / shared)
        more, fewer = betainc(x + 0.5, 1 / shared, chance), betainc(1 / shared, x + 0.5, 1 - chance)
    return _deviate(more, fewer)


def _deviate(more: Floats, fewer: Floats) -> Floats:
    """The normal deviate with this much at or above it, and this much at or below."""
    tail = np.minimum(more, fewer)
    far = np.minimum(-ndtri(np.clip(tail, 1e-300, 0.5)), _FARTHEST)
    return np.asarray(np.where(more < fewer, far, -far), dtype=np.float64)


def student(z: npt.ArrayLike, free: int) -> Floats:
    """The normal deviate as improbable as this one is where its variance was estimated with few degrees of freedom.

    Example:
        >>> student([2.262157], 9).round(3).tolist()
        [1.96]
    """
    given = np.asarray(z, dtype=np.float64)
    tail = np.clip(stdtr(max(1, free), -np.abs(given)), 1e-300, 0.5)
    return np.asarray(np.sign(given) * np.minimum(-ndtri(tail), _FARTHEST), dtype=np.float64)


def apart(inside: Counts, outside: Counts, swings: float) -> float:
    """How much more a part changed than the rest, in standard errors; positive where it got worse by more."""
    moved, variance = [], 2 * swings
    for counts in (inside, outside):
        now, was = float(counts.current) + 0.5, float(counts.was) + 0.5
        due, past = float(counts.now_expected) + 0.5, float(counts.was_expected) + 0.5
        moved.append(np.log(now / due) - np.log(was / past))
        variance += 1 / now + 1 / was
    return float((moved[0] - moved[1]) / np.sqrt(variance))


def run(z: Floats, best: int, near: float) -> tuple[int, int]:
    """The days in a row around the best one that deviate to the same side by at least `near`: the first and the last.

    Args:
        z: of each day, in the order of the calendar.
        best: place of the day that deviates most.
        near: standard errors.

    Example:
        >>> run(np.array([0.1, 2.5, 6.0, 2.1, -3.0, 4.0]), 2, 2.0)
        (1, 3)
    """
    same = np.sign(z[best]) * z >= near
    first = last = best
    while first > 0 and same[first - 1]:
        first -= 1
    while last + 1 < len(z) and same[last + 1]:
        last += 1
    return first, last
