"""Which few segments explain why the breach rate changed?"""

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np

from analytics.compared import Compared
from analytics.dispersion import FEW_WEEKS, Swing, swing
from analytics.expectation import chances
from analytics.peeling import Named, Rows, peeled
from analytics.standing_out import HELD
from analytics.subsets import Subset

FEWEST = 200
"""Clocks due in each period, below which nothing can be told."""
HOLDERS = ("team", "agent")
"""Dimensions of who held a ticket."""
NOT_LEARNT = ("policy", "open_work")
"""Dimensions no chance is learnt from: a new promise makes no other kind of ticket, and the work that lies open comes
of slowness as much as it leads to it."""
WEEKLY = ("start_weekday",)
"""Dimensions that come round once a week: looked at only where there are weeks enough to know how they swing."""
FEWEST_WEEKS = 4
"""Weeks of the earlier period, below which no chance is learnt from the weekday."""
SEARCHED = 100_000
"""Clocks that are searched; of more, every so manieth. What is found is counted among all."""


@dataclass(frozen=True)
class Driver:
    """A subset whose breaches are not what its tickets and its own past lead one to expect.

    Attributes:
        subset: dimensions and their values; of none, everything not named before it. A day is one of `days`.
        days: the local due dates, where it is some days rather than some tickets; of either period.
        due, breaches: of this period, less what was named before.
        expected: breaches to be expected in this period; of days before it, in theirs.
        earlier_due, earlier_breaches: of the earlier period.
        part: what it adds to the whole breach rate; a share of 1.
        z: how far it stands out, in standard errors.
    """

    subset: Subset
    days: tuple[date, ...]
    due: int
    breaches: int
    expected: float
    earlier_due: int
    earlier_breaches: int
    part: float
    z: float

    @property
    def earlier(self) -> bool:
        """Whether it is some days of the earlier period."""
        return not self.due

    @property
    def excess(self) -> float:
        """Breaches beyond what was to be expected; negative where there were fewer."""
        return (self.earlier_breaches if self.earlier else self.breaches) - self.expected


@dataclass(frozen=True)
class Found:
    """What a search came to.

    Attributes:
        drivers: in the order found, the strongest first.
        due, breaches: of this period.
        expected: breaches to be expected from the mix of tickets and the earlier rates alone.
        error: standard error of the change of the breach rate, usual swings of what all tickets share included.
        looked_at: subsets that had enough breaches to be looked at.
        swing: the usual swings; None where there were too few clocks to search.
    """

    drivers: tuple[Driver, ...]
    due: int
    breaches: int
    expected: float
    error: float
    looked_at: int
    swing: Swing | None


def drivers(clocks: Compared, names: Collection[str]) -> Found:
    """The few subsets that explain the change of the breach rate between two periods.

    Each clock has a chance of a breach, learnt from the earlier period by all dimensions together, so that a change of
    mix is no finding. Each value of a dimension, each pair of values, each run of days and the whole are then compared
    with those chances and with how they themselves did before. The one that stands out most is named, its clocks are
    taken out of both periods, and the rest is searched again.

    Args:
        clocks: of one kind, due in either period.
        names: dimensions to search: what is known when a clock starts, and who had it. What happened on the way
            (handoffs) is better left out, as it comes of a breach as often as it leads to one.

    Returns:
        At most `peeling.MOST` drivers and the whole; none where either period has fewer than FEWEST clocks or the
        earlier one no breach.

    Source: Bhagwan et al. 2014 (Adtributor): explanatory power and succinctness; Benjamini and Hochberg 1995.
    """
    now, breached = clocks.current, clocks.breached
    due, was = int(now.sum()), int((~now).sum())
    breaches = int((breached & now).sum())
    if min(due, was) < FEWEST or not (breached & ~now).any():
        return Found((), due, breaches, 0.0, 0.0, 0, None)
    weeks = len(np.unique(clocks.coded.codes["week"][~now]))
    varied = [name for name in names if len(clocks.coded.values[name]) > 1]
    told = [name for name in varied if weeks >= FEW_WEEKS or name not in WEEKLY]
    learnt = [name for name in varied if name not in NOT_LEARNT and (weeks >= FEWEST_WEEKS or name not in WEEKLY)]
    expected = chances(clocks.coded, learnt, breached, np.flatnonzero(~now), HOLDERS)
    usual = swing(clocks.coded, told, now, breached, expected)
    rows = Rows(clocks.coded, tuple(told), now, breached, expected, usual, HOLDERS)
    every = np.arange(len(now))
    picks, looked_at = peeled(rows, every[:: max(1, -(-len(every) // SEARCHED))])
    found = tuple(_counted(rows, each, due, was) for each in picks)
    rate = float(breached.mean())
    units = [len(np.unique(clocks.coded.codes[usual.unit][some])) for some in (now, ~now)]
    shared = usual.shared * sum(1 / each for each in units)
    error = math.sqrt(rate * (1 - rate) * (1 / due + 1 / was) + shared * rate**2)
    return Found(found, due, breaches, float(expected[now].sum()), error, looked_at, usual)


def _counted(rows: Rows, named: Named, due: int, was_due: int) -> Driver:
    """A driver with its counts among all clocks that were not named before it."""
    now, was = named.inside & rows.current, named.inside & ~rows.current
    breaches, past = int((rows.breached & now).sum()), int((rows.breached & was).sum())
    if named.level is not None:
        expected = float(rows.expected[named.inside].sum()) * named.level
    else:
        held = (past + HELD) / (float(rows.expected[was].sum()) + HELD)
        expected = float(rows.expected[now].sum()) * held * named.moved
    part = (breaches - expected) / due if now.any() else -(past - expected) / was_due
    return Driver(named.subset, named.days, int(now.sum()), breaches, expected, int(was.sum()), past, part, named.z)
