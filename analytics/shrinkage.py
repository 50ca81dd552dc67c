"""What would each segment's rate be if it were measured over many more clocks? Rates drawn towards their whole."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, betaln, digamma, polygamma

Numbers = npt.NDArray[np.float64]

_MOST = 1e6
"""Clocks the whole weighs at most: with so many, segments do not differ at all."""
_STEPS, _HALVINGS, _NEAR = 100, 30, 1e-10


@dataclass(frozen=True)
class Spread:
    """How the rates of segments are spread about their whole: a beta distribution.

    Attributes:
        breaches, met: its two parameters, as if so many more breaches and met clocks had been seen of each segment.
    """

    breaches: float
    met: float

    @property
    def weight(self) -> float:
        """How many clocks the whole weighs beside a segment's own."""
        return self.breaches + self.met

    @property
    def mean(self) -> float:
        """The rate that rates are drawn to."""
        return self.breaches / self.weight

    @property
    def alike(self) -> bool:
        """Whether the segments do not differ beyond chance at all."""
        return self.weight >= 0.99 * _MOST

    def shrunk(self, x: npt.ArrayLike, n: npt.ArrayLike) -> tuple[Numbers, Numbers, Numbers]:
        """Each segment's rate drawn towards the whole, with the ends of its 95 % interval.

        Args:
            x, n: breaches and clocks due of each segment.

        Example:
            >>> rate, low, high = Spread(1.4, 8.6).shrunk([4], [14])
            >>> round(float(rate[0]), 3), round(float(low[0]), 3), round(float(high[0]), 3)
            (0.225, 0.085, 0.408)

        Source: Gelman and others, Bayesian Data Analysis, 3rd edition, 5.1: (x + a) / (n + a + b).
        """
        a = np.asarray(x, dtype=np.float64) + self.breaches
        b = np.asarray(n, dtype=np.float64) - np.asarray(x, dtype=np.float64) + self.met
        low, high = (np.asarray(betaincinv(a, b, at), dtype=np.float64) for at in (0.025, 0.975))
        return a / (a + b), low, high


def moments(x: npt.ArrayLike, n: npt.ArrayLike) -> Spread | None:
    """The spread with the mean and the variance of the segments' rates; None where that makes none.

    Args:
        x, n: breaches and clocks due of each segment, n at least 1.

    Example:
        >>> found = moments([1, 4], [10, 10])
        >>> round(found.mean, 3), round(found.weight, 3)
        (0.25, 3.167)

    Source: Gelman and others, 5.1.
    """
    rates = np.asarray(x, dtype=np.float64) / np.asarray(n, dtype=np.float64)
    if len(rates) < 2:
        return None
    mean, variance = float(rates.mean()), float(rates.var(ddof=1))
    weight = mean * (1 - mean) / variance - 1 if variance > 0 else 0.0
    return Spread(mean * weight, (1 - mean) * weight) if weight > 0 else None


def spread(x: npt.ArrayLike, n: npt.ArrayLike) -> Spread | None:
    """The spread that makes what was seen most likely; None where nothing or everything broke, or of one segment.

    Args:
        x, n: breaches and clocks due of each segment, n at least 1.

    Returns:
        At most a million clocks of weight, where the rates differ no more than by chance.

    Source: beta-binomial by marginal maximum likelihood, Newton's method on the mean's logit and the log of the weight.
    """
    x, n = np.asarray(x, dtype=np.float64), np.asarray(n, dtype=np.float64)
    if len(x) < 2 or not 0 < x.sum() < n.sum():
        return None
    rate = x.sum() / n.sum()
    start = moments(x, n)
    at = np.array([np.log(rate / (1 - rate)), np.log(np.clip(start.weight if start else 100.0, 0.1, 1e4))])
    height = _likelihood(at, x, n)
    for _ in range(_STEPS):
        slope, bend = _derivatives(at, x, n)
        step = _ascent(slope, bend)
        for _ in range(_HALVINGS):
            tried = np.array([at[0] + step[0], min(at[1] + step[1], np.log(_MOST))])
            reached = _likelihood(tried, x, n)
            if reached >= height:
                break
            step = step / 2
        else:
            break
        moved, at, height = np.abs(tried - at).max(), tried, reached
        if moved < _NEAR:
            break
    a, b = _parameters(at)
    return Spread(a, b)


def _parameters(at: Numbers) -> tuple[float, float]:
    weight = float(np.exp(at[1]))
    mean = 1 / (1 + float(np.exp(-at[0])))
    return mean * weight, (1 - mean) * weight


def _likelihood(at: Numbers, x: Numbers, n: Numbers) -> float:
    a, b = _parameters(at)
    return float(np.sum(betaln(x + a, n - x + b)) - len(x) * betaln(a, b))


def _derivatives(at: Numbers, x: Numbers, n: Numbers) -> tuple[Numbers, Numbers]:
    """The slope of the log likelihood, and its second derivatives, in the mean's logit and the log of the weight."""
    a, b = _parameters(at)
    weight, count = a + b, len(x)
    whole = count * digamma(weight) - np.sum(digamma(n + weight))
    by_a = np.sum(digamma(x + a)) - count * digamma(a) + whole
    by_b = np.sum(digamma(n - x + b)) - count * digamma(b) + whole
    both = count * polygamma(1, weight) - np.sum(polygamma(1, n + weight))
    aa = np.sum(polygamma(1, x + a)) - count * polygamma(1, a) + both
    bb = np.sum(polygamma(1, n - x + b)) - count * polygamma(1, b) + both
    tilt = a * b / weight
    turn = np.array([[tilt, a], [-tilt, b]])
    slope = turn.T @ np.array([by_a, by_b])
    bend = turn.T @ np.array([[aa, both], [both, bb]]) @ turn
    skew = tilt * (b - a) / weight
    bend += np.array([[skew * (by_a - by_b), tilt * (by_a - by_b)], [tilt * (by_a - by_b), a * by_a + b * by_b]])
    return np.asarray(slope, dtype=np.float64), np.asarray(bend, dtype=np.float64)


def _ascent(slope: Numbers, bend: Numbers) -> Numbers:
    """A step uphill: Newton's where the likelihood is bent down, else along the slope; never far."""
    if bend[0, 0] < 0 and bend[0, 0] * bend[1, 1] - bend[0, 1] ** 2 > 0:
        step = -np.linalg.solve(bend, slope)
    else:
        step = slope / max(1.0, float(np.abs(slope).max()))
    return np.asarray(np.clip(step, -2, 2), dtype=np.float64)
