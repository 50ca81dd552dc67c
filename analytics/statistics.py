"""How sure can we be of a rate?"""

import math

import polars as pl

Z95 = 1.959963984540054
"""Two-sided 95 % quantile of the normal distribution."""


def wilson(successes: int, n: int, z: float = Z95) -> tuple[float, float] | None:
    """Wilson score interval of a share; None of nothing.

    Example:
        >>> low, high = wilson(81, 263)
        >>> round(low, 4), round(high, 4)
        (0.2553, 0.3662)

    Source: Wilson 1927; figures of Newcombe 1998, table I.
    """
    if n <= 0:
        return None
    share, shrink = successes / n, 1 + z * z / n
    centre = (share + z * z / (2 * n)) / shrink
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / shrink
    return max(0.0, centre - half), min(1.0, centre + half)


def wilson_low(successes: pl.Expr, n: pl.Expr, z: float = Z95) -> pl.Expr:
    """Lower end of the Wilson interval; Float64, null where n is 0 or null."""
    return _wilson(successes, n, z, -1).clip(lower_bound=0.0)


def wilson_high(successes: pl.Expr, n: pl.Expr, z: float = Z95) -> pl.Expr:
    """Upper end of the Wilson interval; Float64, null where n is 0 or null."""
    return _wilson(successes, n, z, 1).clip(upper_bound=1.0)


def _wilson(successes: pl.Expr, n: pl.Expr, z: float, sign: int) -> pl.Expr:
    known = pl.when(n > 0).then(n.cast(pl.Float64))
    share, shrink = successes / known, 1 + z * z / known
    half = z * (share * (1 - share) / known + z * z / (4 * known * known)).sqrt()
    return (share + z * z / (2 * known) + sign * half) / shrink


def poisson_interval(count: int, z: float = Z95) -> tuple[float, float]:
    """Approximate interval of a count of rare, independent happenings.

    Example:
        >>> low, high = poisson_interval(10)
        >>> round(low, 2), round(high, 2)
        (4.79, 18.39)

    Source: Byar's approximation (Breslow and Day 1987); exact for 10: 4.795 to 18.390.
    """
    low = count * (1 - 1 / (9 * count) - z / (3 * math.sqrt(count))) ** 3 if count else 0.0
    more = count + 1
    return max(0.0, low), more * (1 - 1 / (9 * more) + z / (3 * math.sqrt(more))) ** 3
