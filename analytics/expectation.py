"""How likely was each clock to be breached, had every kind of ticket broken as often as it used to?"""

from collections.abc import Collection, Sequence

import numpy as np
from scipy.special import expit, logit

from analytics.subsets import Coded, Codes, Flags, Floats

ENOUGH = 20_000
"""Rows the chances are learnt from; of more, every so manieth."""
_STEPS = 5
_HELD_BACK = 4.0
"""How strongly a value with few clocks is held to the whole: as an inverse variance of its log odds."""


def chances(
    coded: Coded, names: Sequence[str], breached: Flags, learnt: Codes, holders: Collection[str] = ()
) -> Floats:
    """The chance of a breach of each row, as the rows learnt from had it, by the values of all dimensions together.

    The log odds are a sum of one number for each value (a logistic regression with a ridge), found by Newton steps
    over one dimension at a time. They tell a change of mix in any of the dimensions from a change of rate.

    Args:
        coded: the rows of both periods.
        names: the dimensions.
        breached: whether each row is a breach.
        learnt: places of the rows to learn from, those of the earlier period.
        holders: dimensions whose blank value tells nothing: that nobody held a ticket comes of its lying there.

    Returns:
        Float64, over 0 and under 1; they sum to the breaches of the rows learnt from, but for rounding.
    """
    some = learnt[:: max(1, -(-len(learnt) // ENOUGH))]
    codes = {name: coded.codes[name][some] for name in names}
    y = breached[some].astype(np.float64)
    start = float(logit((y.sum() + 0.5) / (len(y) + 1)))
    effects = {name: np.zeros(len(coded.values[name])) for name in names}
    odds = np.full(len(y), start)
    for _ in range(_STEPS):
        for name in names:
            size = len(effects[name])
            p = expit(odds)
            slope = np.bincount(codes[name], weights=y - p, minlength=size) - _HELD_BACK * effects[name]
            bend = np.bincount(codes[name], weights=p * (1 - p), minlength=size) + _HELD_BACK
            step = np.clip(slope / bend, -1.5, 1.5)
            if name in holders and coded.values[name][-1] is None:
                step[-1] = 0.0
            effects[name] += step
            odds += step[codes[name]]
    whole = np.full(len(breached), start)
    for name in names:
        whole += effects[name][coded.codes[name]]
    return np.asarray(expit(whole + _shift(whole[learnt], float(breached[learnt].sum()))), dtype=np.float64)


def _shift(odds: Floats, total: float) -> float:
    """What to add to log odds so that their chances sum to a total."""
    shift = 0.0
    for _ in range(4):
        p = expit(odds + shift)
        shift += float(np.clip((total - p.sum()) / max((p * (1 - p)).sum(), 1e-9), -2, 2))
    return shift
