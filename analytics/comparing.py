"""Do two shares differ, and which of many differences are more than chance?"""

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from analytics.statistics import Z95, wilson

Numbers = npt.NDArray[np.float64]


def newcombe(a: int, m: int, b: int, n: int, z: float = Z95) -> tuple[float, float] | None:
    """Interval of the difference of two shares, a/m less b/n; None where either has no n.

    Example:
        >>> low, high = newcombe(56, 70, 48, 80)
        >>> round(low, 4), round(high, 4)
        (0.0524, 0.3339)

    Source: Newcombe 1998, method 10 (from two Wilson intervals).
    """
    one, two = wilson(a, m, z), wilson(b, n, z)
    if one is None or two is None:
        return None
    p, q = a / m, b / n
    low = p - q - float(np.hypot(p - one[0], two[1] - q))
    high = p - q + float(np.hypot(one[1] - p, q - two[0]))
    return low, high


def two_proportions(x: npt.ArrayLike, n: npt.ArrayLike, other_x: npt.ArrayLike, other_n: npt.ArrayLike) -> Numbers:
    """The z of each share x/n against another, x/n of its own, with the pooled variance.

    Args:
        x, n, other_x, other_n: counts, one of each a comparison.

    Returns:
        Float64, positive where the first share is larger; 0 where nothing can be told (an empty side, no variance).

    Example:
        >>> two_proportions([20, 5], [100, 0], [10, 10], [100, 100]).round(3).tolist()
        [1.98, 0.0]
    """
    x, n, y, m = (np.asarray(each, dtype=np.float64) for each in (x, n, other_x, other_n))
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled = (x + y) / (n + m)
        z = (x / n - y / m) / np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    return np.where(np.isfinite(z), z, 0.0)


def two_sided(z: npt.ArrayLike) -> Numbers:
    """The probability of a normal deviate at least this far from 0.

    Example:
        >>> two_sided([0.0, 1.959963984540054]).round(3).tolist()
        [1.0, 0.05]
    """
    return np.asarray(2 * ndtr(-np.abs(np.asarray(z, dtype=np.float64))), dtype=np.float64)


def adjusted(p: npt.ArrayLike) -> Numbers:
    """The probabilities adjusted for their number, so that those at most q hold a share of at most q of false finds.

    Args:
        p: probabilities of as many tests; at least 0 and at most 1.

    Example:
        >>> adjusted([0.01, 0.04, 0.03, 0.5]).round(4).tolist()
        [0.04, 0.0533, 0.0533, 0.5]

    Source: Benjamini and Hochberg 1995.
    """
    values = np.asarray(p, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    scaled = values[order] * len(values) / np.arange(1, len(values) + 1)
    found = np.empty_like(values)
    found[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return found
