"""The search for the subset that stands out most, again and again, each time without the clocks of those before."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from analytics.comparing import adjusted, two_sided
from analytics.dispersion import Swing, by_day
from analytics.standing_out import Counts, apart, deviations, run, student, surprises
from analytics.subsets import Coded, Codes, Flags, Floats, Subset, Tables, tables

MOST = 5
"""Drivers named at most, beside the whole."""
Q, DAYS_Q = 0.01, 0.001
"""Share of false finds allowed among the subsets, and among the days, that stand out."""
FEWEST_DAYS = 6
"""Days of a period, below which none of them can be told from the others."""
WHOLE_P = 0.002
"""How improbable the swing of the whole must be to be named."""
FEWEST_CLOCKS = 30
"""Clocks of a subset due in this period, below which it is not looked at."""
FEWEST_BREACHES = 10
"""Breaches of a subset in both periods together, below which it is not looked at."""
SMALLEST = 0.002
"""The least a driver moves the whole breach rate: two tenths of a point."""
A_DIMENSION = 3.0
"""What each dimension of a description costs, in squared standard errors."""
_APART, _NEAR, _USUAL = 2.5, 2.0, 2.0


@dataclass(frozen=True, eq=False)
class Rows:
    """The clocks of two periods.

    Attributes:
        coded: what they are, by `week`, `day` and the names.
        names: dimensions that are searched.
        current, breached: whether each is of this period, and whether it is a breach.
        expected: its chance of one.
        usual: the usual swings.
        holders: dimensions whose blank value is not named: that nobody held a ticket comes of its lying there.
    """

    coded: Coded
    names: tuple[str, ...]
    current: Flags
    breached: Flags
    expected: Floats
    usual: Swing
    holders: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Named:
    """What stood out most in one search.

    Attributes:
        subset, days: what it is; of neither, everything that was not named before.
        inside: its rows, less those named before.
        moved: how far everything had moved by then; a factor.
        level: how the day in the middle of their period did against its chances, for days; a factor.
        z, score: how far it stands out; that squared, less a cost for each dimension.
    """

    subset: Subset
    days: tuple[date, ...]
    inside: Flags
    moved: float
    level: float | None
    z: float
    score: float


def peeled(rows: Rows, searched: Codes) -> tuple[list[Named], int]:
    """What stands out, the strongest first, and how many subsets were looked at in the first search.

    Args:
        rows: the clocks.
        searched: the places of those that are searched; what is found is found among all.
    """
    alive = np.ones(len(rows.current), dtype=np.bool_)
    counted = tables(rows.coded, rows.names, rows.current, rows.breached, rows.expected, searched)
    found: list[Named] = []
    moved, looked_at, whole_at = 1.0, None, None
    while len(found) - (whole_at is not None) < MOST:
        search = _Search(rows, searched[alive[searched]], counted, moved, fixed=whole_at is not None)
        best = search.best()
        looked_at = search.looked_at if looked_at is None else looked_at
        if best is None:
            break
        found.append(replace(best, inside=best.inside & alive))
        if not best.subset and not best.days:
            whole_at, moved = len(found) - 1, search.movement()
            continue
        gone = searched[(best.inside & alive)[searched]]
        counted = counted.less(tables(rows.coded, rows.names, rows.current, rows.breached, rows.expected, gone))
        alive &= ~best.inside
    if whole_at is not None:
        found[whole_at] = replace(found[whole_at], inside=alive)
    return found, looked_at or 0


class _Search:
    """One search among the clocks not yet named."""

    def __init__(self, rows: Rows, living: Codes, counted: Tables, moved: float, *, fixed: bool) -> None:
        self._rows, self._living, self._tables, self._moved, self._fixed = rows, living, counted, moved, fixed
        self._now = rows.current[living]
        self._y, self._p = rows.breached[living].astype(np.float64), rows.expected[living]
        self._least = SMALLEST * float(self._now.sum())
        self._whole = self._counted(np.ones(len(living), dtype=np.bool_))
        usual = rows.usual
        units = len(np.unique(rows.coded.codes[usual.unit][living[self._now]]))
        self._pairs = 1 / max(1, usual.units) + 1 / max(1, units)
        self._shared, self._swung = self._believed()
        self.looked_at = 0

    def _counted(self, some: Flags) -> Counts:
        now, was = some & self._now, some & ~self._now
        sums = (self._y[was].sum(), self._p[was].sum(), self._y[now].sum(), self._moved * self._p[now].sum())
        return Counts(*(np.asarray(each, dtype=np.float64) for each in (some.sum(), *sums)))

    def _believed(self) -> tuple[float, float]:
        """What is left of the shared swing's variance, and how far it is believed to have gone; a factor.

        The whole is one look at it, as far from the truth as chance goes; a swing is never believed beyond two of its
        usual sizes.
        """
        if self._fixed:
            return 0.0, 1.0
        variance = self._rows.usual.shared * self._pairs
        whole = self._whole
        chance = 1 / (whole.current + 0.5) + 1 / (whole.was + 0.5)
        weight = variance / (variance + chance)
        most = _USUAL * np.sqrt(variance)
        ratio = np.log((whole.current + 0.5) / (float(whole.reference()) + 0.5))
        return float(variance * (1 - weight)), float(np.exp(np.clip(weight * ratio, -most, most)))

    def movement(self) -> float:
        """How far everything has moved against its chances and its own past; a factor."""
        return float(self._moved * self._whole.current / max(float(self._whole.reference()), 1e-9))

    def best(self) -> Named | None:
        """What stands out most; None where nothing does."""
        some = [each for each in (self._everything(), self._segment(), self._days()) if each is not None]
        return max(some, key=lambda each: each.score, default=None)

    def _named(
        self, subset: Subset, days: tuple[date, ...], inside: Flags, z: float, level: float | None = None
    ) -> Named:
        score = z * z - A_DIMENSION * (len(subset) + bool(days))
        return Named(subset, days, inside, self._moved, level, float(z), score)

    def _everything(self) -> Named | None:
        """The whole, where it moved by more than it usually swings."""
        whole = self._whole
        if self._fixed or abs(float(whole.current - whole.reference())) < self._least:
            return None
        variance = self._rows.usual.shared * self._pairs
        z = deviations(_taken(whole, None), variance)
        if float(two_sided(student(z, self._rows.usual.units - 1))[0]) > WHOLE_P:
            return None
        return self._named((), (), np.ones(len(self._rows.current), dtype=np.bool_), float(z[0]))

    def _or_everything(self, found: Named, away: float) -> Named:
        """The whole in place of a part of it that lies no further away from the rest than this."""
        whole = self._everything()
        clear = np.sign(found.z) * away >= _APART
        return found if whole is None or np.sign(whole.z) != np.sign(found.z) or clear else whole

    def _segment(self) -> Named | None:
        """The value or pair of values that stands out most."""
        counted = self._tables
        expected = self._moved * counted.expected[1]
        every = Counts(counted.n.sum(axis=0), counted.breaches[0], counted.expected[0], counted.breaches[1], expected)
        big = (every.was + every.current >= FEWEST_BREACHES) & (counted.n[1] >= FEWEST_CLOCKS)
        looked = np.flatnonzero(big & counted.named(self._rows.holders))
        self.looked_at = len(looked)
        if not len(looked):
            return None
        some, own = _taken(every, looked), counted.of_tables(self._rows.usual.own)[looked] * self._pairs
        z = deviations(replace(some, now_expected=some.now_expected * self._swung), own + self._shared)
        excess = some.current - some.reference()
        stands = (adjusted(two_sided(z)) <= Q) & (np.abs(excess) >= self._least) & (np.sign(excess) == np.sign(z))
        if not stands.any():
            return None
        score = np.where(stands, z * z - A_DIMENSION * counted.lengths()[looked], -np.inf)
        best = self._shorter(int(np.argmax(score)), looked, some, z, score, own)
        subset = counted.subset(int(looked[best]))
        found = self._named(subset, (), self._rows.coded.rows(subset), float(z[best]))
        inside = _taken(some, best)
        return self._or_everything(found, apart(inside, self._whole.less(inside), float(own[best])))

    def _shorter(self, best: int, looked: Codes, some: Counts, z: Floats, score: Floats, own: Floats) -> int:
        """Of a pair of values the one that stands out too and whose rest changed as the pair did; else the pair."""
        subset = self._tables.subset(int(looked[best]))
        cells = [self._tables.cell(*part) for part in subset] if len(subset) > 1 else []
        enough = []
        for cell in cells:
            place = int(np.searchsorted(looked, cell))
            if place == len(looked) or looked[place] != cell or np.sign(z[place]) != np.sign(z[best]):
                continue
            inside = _taken(some, best)
            away = np.sign(z[best]) * apart(inside, _taken(some, place).less(inside), float(own[best]))
            if np.isfinite(score[place]) and away < _APART:
                enough.append(place)
        return max(enough, key=lambda place: float(score[place]), default=best)

    def _days(self) -> Named | None:
        """The run of days of either period that stands out most among the days of that period."""
        runs = [self._days_of(self._now), self._days_of(~self._now)]
        return max((each for each in runs if each is not None), key=lambda each: each.score, default=None)

    def _days_of(self, some: Flags) -> Named | None:
        usual, coded = self._rows.usual, self._rows.coded
        rows = self._living[some]
        days, codes = np.unique(coded.codes["day"][rows], return_inverse=True)
        seen, mean, chance, used, level = by_day(codes, self._rows.breached[rows], self._rows.expected[rows])
        if len(seen) < FEWEST_DAYS:
            return None
        raw = surprises(seen, mean, chance / mean, usual.daily)
        if float(adjusted(two_sided(student(raw, usual.days // 2))).min()) > DAYS_Q:
            return None
        first, last = run(raw, int(np.argmax(np.abs(raw))), _NEAR)
        span = slice(first, last + 1)
        beyond = float((seen - mean)[span].sum())
        if abs(beyond) < SMALLEST * len(rows):
            return None
        z = beyond / np.sqrt(float((chance + usual.daily * mean**2)[span].sum()))
        chosen = days[used][span]
        inside = np.isin(coded.codes["day"], chosen) & (self._rows.current == bool(self._rows.current[rows[0]]))
        return self._named((), tuple(coded.values["day"][place] for place in chosen), inside, z, level)


def _taken(counts: Counts, at: Codes | int | None) -> Counts:
    return Counts(*(np.asarray(getattr(counts, name))[at] for name in Counts.__dataclass_fields__))
