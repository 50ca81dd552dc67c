"""Weeks that could be: made-up touches like those of a typical week, to try a plan on work it was not made from."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.staffing.assumptions import Order
from analytics.staffing.axis import DAY, HOUR, Integers, Numbers, Week
from analytics.staffing.demand import Demand, starts
from analytics.staffing.simulate import Duty, levels, simulate

WEEKS, TOUCHES = 26, 300_000
"""Weeks of one trace, and about how many touches of all traces together a plan is tried on."""
FEWEST, MOST = 6, 32
"""Traces."""
SHORTEST, LIMIT = 8, 500_000
"""Weeks of one trace where the fewest traces would hold more touches than the limit."""
SURE = 1.645
"""Standard errors: one bound in twenty is too low."""
_BLOCK = 5
"""Weeks in a row that are taken as one observation, as a backlog joins weeks."""
_FAR = 3.0
"""Standard errors after which no more traces are needed to say no."""
_WEEK = 7 * DAY
_INSTANT = 1e-3


@dataclass(frozen=True, eq=False)
class Trace:
    """Touches of some weeks, by release; seconds after Monday 00:00 of the first week.

    Attributes:
        released, due, work: float64[t] seconds; due inf: no promise.
        klass: int64[t].
        week: int64[t], from 0, of the release.
    """

    released: Numbers
    due: Numbers
    work: Numbers
    klass: Integers
    week: Integers


@dataclass(frozen=True, eq=False)
class Late:
    """Shares of touches that were late, by class.

    Attributes:
        share: float64[k]; 0 where there was none.
        error: float64[k], its standard error.
        touches: int64[k], how many were seen.
    """

    share: Numbers
    error: Numbers
    touches: Integers

    @property
    def bound(self) -> Numbers:
        """float64[k]: the share is not above this, nineteen times of twenty."""
        return self.share + SURE * self.error


@dataclass(frozen=True, eq=False)
class Trial:
    """Traces to try plans on: every plan meets the same touches, so that plans differ and luck does not.

    Attributes:
        traces: independent of each other and of the history they resemble.
        start, end: float64, seconds of each open hour of the weeks covered.
        weeks: covered.
        rank: int64[k], by class.
        after: float64[k], mean seconds of a touch of each class that come after its clock has stopped; `due` of the
            traces is by so much later than the clock.
        part: float64[k], the same as a share of the touch.
    """

    traces: tuple[Trace, ...]
    start: Numbers
    end: Numbers
    weeks: int
    rank: Integers
    after: Numbers
    part: Numbers

    def late(
        self,
        level: npt.ArrayLike,
        *,
        order: Order = "due",
        efficiency: float = 1.0,
        handle: float = 1.0,
        age_cap: float | None = None,
        allowed: Numbers | None = None,
        before: Callable[[], None] | None = None,
    ) -> Late:
        """How much is late when so many agents work in each place of the week, by class.

        The first week of each trace is not counted: it begins with no work waiting.

        Args:
            level: int[n] agents scheduled in each place.
            order: of work.
            efficiency: share of their time worked on the queue.
            handle: factor of the work.
            age_cap: hours, for "overdue_last".
            allowed: float[k]; once a class is clearly above it, the rest of the traces is left out.
            before: called before each trace; what it raises ends the trial.
        """
        duty = levels(np.tile(np.asarray(level, np.int64), self.weeks), self.start, self.end)
        cap = None if age_cap is None else age_cap * HOUR
        k = len(self.rank)
        seen, missed = np.empty((k, 0)), np.empty((k, 0))
        found = Late(np.zeros(k), np.zeros(k), np.zeros(k, np.int64))
        for trace in self.traces:
            if before:
                before()
            late = self._late(trace, duty, order, handle / efficiency, cap)
            counted = trace.week > 0
            block = (trace.week[counted] - 1) // _BLOCK
            size = int(block.max(initial=0)) + 1
            cell = trace.klass[counted] * size + block
            seen = np.hstack([seen, np.bincount(cell, minlength=k * size).reshape(k, size)])
            missed = np.hstack([missed, np.bincount(cell[late[counted]], minlength=k * size).reshape(k, size)])
            found = _share(seen, missed)
            if allowed is not None and bool((found.share - _FAR * found.error > allowed).any()):
                break
        return found

    def _late(self, trace: Trace, duty: Duty, order: Order, factor: float, cap: float | None) -> npt.NDArray[np.bool_]:
        work, rank = trace.work * factor, self.rank[trace.klass]
        finish = simulate(trace.released, trace.due, work, duty, order, rank=rank, age_cap=cap, hand_over=True)
        answered = finish - self.part[trace.klass] * work
        found: npt.NDArray[np.bool_] = answered > trace.due - self.after[trace.klass] + _INSTANT
        return found


def trial(demand: Demand, week: Week, *, seed: int = 0, weeks: int = WEEKS, touches: int = TOUCHES) -> Trial:
    """Make traces of a typical week.

    Each weekday of each week is as busy as a gamma factor with the demand's busyness says; touches come as a Poisson
    process with the mean of their place; work is lognormal with the demand's second moment. Each touch has the due time
    of its kind: its mean allowance of open hours after its own release.

    Args:
        demand: of a typical week.
        week: its places.
        seed: the same seed makes the same traces.
        weeks: of each trace; fewer where they hold very many touches.
        touches: about as many in all traces together, 6 to 32 of them.
    """
    random = np.random.default_rng(seed)
    a_week = max(float(demand.count.sum()), 1.0)
    weeks = min(weeks, max(SHORTEST, int(LIMIT / FEWEST / a_week)))
    number = int(np.clip(touches / weeks / a_week, FEWEST, MOST))
    after = demand.after if len(demand.after) else np.zeros(len(demand.klasses))
    size = len(demand.klasses)
    hours, touched = (np.bincount(demand.klass, weights=each, minlength=size) for each in (demand.hours, demand.count))
    each_touch = np.divide(hours, touched, out=np.ones(size), where=hours > 0)
    reach = int(min(demand.due.max(initial=0) // max(1, demand.n), 8)) + 2
    each = np.arange(weeks + reach)[:, None] * _WEEK
    begin = starts(week)
    return Trial(
        traces=tuple(_trace(demand, week, random, weeks) for _ in range(number)),
        start=np.round(each + begin).ravel(),
        end=np.round(each + begin + week.open * HOUR).ravel(),
        weeks=weeks + reach,
        rank=demand.rank,
        after=after * HOUR,
        part=np.minimum(1.0, after / each_touch),
    )


def _trace(demand: Demand, week: Week, random: np.random.Generator, weeks: int) -> Trace:
    busy = np.ones((weeks, 8))
    if demand.busyness > 0:
        busy = random.gamma(demand.busyness**-2, demand.busyness**2, (weeks, 8))
    count = random.poisson(demand.count[None, :] * busy[:, week.weekday[demand.released]])
    when, row = (np.repeat(each.ravel(), count.ravel()) for each in np.indices(count.shape))
    closing = np.cumsum(week.open)
    opened, place = float(closing[-1]), demand.released[row]
    within = np.where(demand.waiting[row], 0.0, random.uniform(size=len(row))) * week.open[place]
    position = when * opened + closing[place] - week.open[place] + within
    last, after = demand.due[row], demand.due[row] + 1
    soonest = np.where(last > place, closing[last % demand.n] + (last // demand.n + when) * opened, -np.inf)
    latest = closing[after % demand.n] + (after // demand.n + when) * opened
    allowance = demand.allowance[row]
    due = np.where(np.isinf(allowance), np.inf, np.clip(position + allowance, soonest, latest))
    released = _instant(position, week, closing, "right")
    order = np.argsort(released, kind="stable")
    mean = np.divide(demand.hours, demand.count, out=np.zeros(len(demand.hours)), where=demand.count > 0)
    work = mean[row] * HOUR * _sizes(demand, mean, random, len(row))
    return Trace(
        released=released[order],
        due=_instant(due, week, closing, "left")[order],
        work=work[order],
        klass=demand.klass[row][order],
        week=when[order],
    )


def _sizes(demand: Demand, mean: Numbers, random: np.random.Generator, number: int) -> Numbers:
    """How much larger than the mean of its kind each touch is: lognormal, so that the second moment is the demand's."""
    alike = float((demand.count * mean**2).sum() / max(demand.hours.sum(), _INSTANT))
    spread = demand.second / alike if alike > 0 else 1.0
    if spread <= 1:
        return np.ones(number)
    variance = np.log(spread)
    return random.lognormal(-variance / 2, np.sqrt(variance), number)


def _instant(position: Numbers, week: Week, closing: Numbers, side: str) -> Numbers:
    """Seconds of a position in open hours; one that lies on a closing is the closing ("left") or the next opening."""
    known = np.where(np.isfinite(position), position, 0.0)
    number, rest = np.divmod(known, closing[-1])
    place = np.minimum(np.searchsorted(closing, rest, side="left" if side == "left" else "right"), len(week) - 1)
    at = number * _WEEK + starts(week)[place] + (rest - closing[place] + week.open[place]) * HOUR
    return np.where(np.isfinite(position), at, np.inf)


def _share(seen: Numbers, missed: Numbers) -> Late:
    """Late shares of classes with their standard errors, from counts by class and block of weeks."""
    total = seen.sum(axis=1)
    share = missed.sum(axis=1) / np.maximum(total, 1)
    blocks = seen.shape[1]
    apart = ((missed - share[:, None] * seen) ** 2).sum(axis=1) * blocks / max(1, blocks - 1)
    # Where none was late, one more touch might have been.
    least = 1 / np.maximum(total, 1)
    error = np.where(total > 0, np.maximum(np.sqrt(apart) / np.maximum(total, 1), least), 0.0)
    return Late(share, error, total.astype(np.int64))
