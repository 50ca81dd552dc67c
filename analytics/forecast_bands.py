"""How far may what comes lie from what is expected? Negative binomial bands, their width by moments."""

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, gammaincc

from analytics.forecast_history import Floats, Integers

LOW, HIGH = 0.05, 0.95
"""Nine in ten lie between these quantiles."""

_POISSON = 1e-6
"""A dispersion below this is none."""

_FAR = 12.0
"""Standard deviations above the mean within which every quantile asked for lies."""


def dispersion(actual: npt.ArrayLike, expected: npt.ArrayLike) -> float:
    """How much counts vary beyond chance: phi of the variance `mean + phi * mean ** 2`, by moments.

    Args:
        actual: counts.
        expected: what was expected of each, of the same shape.

    Returns:
        Zero or more; 0 where nothing was expected. The negative binomial's k is 1 / phi.

    Example:
        >>> dispersion([80, 120], [100, 100])
        0.03

    Source: moments of the negative binomial with one k for all means.
    """
    actual, expected = np.asarray(actual, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    squares = float((expected**2).sum())
    beyond = float(((actual - expected) ** 2 - expected).sum())
    return max(0.0, beyond / squares) if squares else 0.0


def quantile(mean: npt.ArrayLike, phi: npt.ArrayLike, share: float) -> Integers:
    """The least count that so large a share of cases does not exceed.

    Args:
        mean: expected counts.
        phi: dispersion of each, as `dispersion` gives it; below a millionth it is none.
        share: above 0 and below 1.

    Returns:
        int64 of the broadcast shape; 0 where the mean is 0.

    Example:
        >>> quantile([100.0, 100.0, 0.0], [0.0, 0.02, 0.0], 0.9).tolist()
        [113, 123, 0]
    """
    mean, phi = np.broadcast_arrays(np.asarray(mean, dtype=np.float64), np.asarray(phi, dtype=np.float64))
    low = np.full(mean.shape, -1, dtype=np.int64)
    high = np.ceil(mean + _FAR * np.sqrt(mean + phi * mean**2) + _FAR * (1 + phi * mean)).astype(np.int64)
    while np.any(high - low > 1):
        middle = (low + high) // 2
        enough = _at_most(middle, mean, phi) >= share
        high, low = np.where(enough, middle, high), np.where(enough, low, middle)
    return np.asarray(np.where(mean > 0, high, 0), dtype=np.int64)


def _at_most(count: Integers, mean: Floats, phi: Floats) -> Floats:
    """Share of cases with no more than so many, -1 or more."""
    some = np.maximum(mean, 1e-300)
    size = 1 / np.maximum(phi, _POISSON)
    spread = betainc(size, count + 1.0, size / (size + some))
    even = gammaincc(count + 1.0, some)
    return np.asarray(np.where(count < 0, 0.0, np.where(phi < _POISSON, even, spread)), dtype=np.float64)
