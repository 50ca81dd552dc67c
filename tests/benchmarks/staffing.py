"""What does it cost to keep 95 % of every class, by the usual methods and by ours, on weeks no plan was made from?

Run by hand: `python -m tests.benchmarks.staffing [REPLICATIONS]`. Each desk of `staffing_scenarios` has a history of
52 weeks; every method sees that and nothing else. Its people are then tried on fresh weeks (26, so many times; 10
unless told), earliest due first, work half done going to a colleague where somebody goes off. Prints hours a week,
the most agents in any hour, and the late share of the worst class with its standard error. FAILED stands beside each
plan of ours that misses 95 % of a class with the work it is made for, or, where five agents or more are on duty on
average, costs more than 1.15 times that work.
"""

import sys
import time

import numpy as np
import numpy.typing as npt

from analytics.staffing.axis import HOUR, Axis, Week
from analytics.staffing.calibrate import absorbs, banded
from analytics.staffing.demand import Demand, typical
from analytics.staffing.erlang import required
from analytics.staffing.simulate import levels, simulate
from analytics.staffing.traces import trial
from tests.benchmarks.machine import machine
from tests.benchmarks.staffing_scenarios import (
    AFTER,
    OBJECTIVE,
    SCENARIOS,
    SHARES,
    Raw,
    Scenario,
    arrivals,
    opening,
    week_of,
)

HISTORY, FRESH = 52, 26
DEAREST, FROM = 1.15, 5.0
Levels = npt.NDArray[np.int64]


def main(replications: int) -> int:
    """Print the table; the number of our plans that failed."""
    print(machine())
    failures = sum(desk(scenario, replications) for scenario in SCENARIOS)
    print(f"\n{failures} of {3 * len(SCENARIOS)} plans FAILED")
    return failures


def desk(scenario: Scenario, replications: int) -> int:
    """One scenario; how many of our plans failed."""
    axis = opening(HISTORY)
    week = week_of(axis)
    demand = seen(scenario, axis, week)
    fresh = [arrivals(scenario, FRESH, seed=1000 + each) for each in range(replications)]
    begun = time.process_time()
    tried = trial(demand, week)
    band = banded(demand, week, tried=tried)
    took = time.process_time() - begun
    flat = absorbs(band.exact, demand, week, tried=tried)
    print(f"\n{scenario.name}: {scenario.work:.0f} h of work a week, three plans in {took:.1f} s of processor time")
    print(f"  {'method':<48}{'h/week':>7}{'/work':>7}{'most':>6}{'worst class late':>21}")
    own = demand.hours * np.where(demand.waiting, 0.0, 1.0)
    target = scenario.targets[0]
    for name, level in (
        ("Erlang C per hour, own arrivals, 95 % in target", erlang(own, demand, scenario, target, OBJECTIVE)),
        ("Erlang C per hour, own arrivals, 80 % in 20 s", erlang(own, demand, scenario, 20 / HOUR, 0.8)),
        ("Erlang C per hour, closed at opening", erlang(demand.hours, demand, scenario, target, OBJECTIVE)),
        ("even spread over each target, rounded up", even(demand, week)),
        ("flat, the fewest that hold in our trial", np.full(len(week), flat.level or band.exact.level.max())),
    ):
        told(name, level, week, fresh, scenario.work)
    plans = (("ours, exact", band.exact), ("ours at 10 % less work", band.less), ("ours at 10 % more work", band.more))
    return sum(told(name, plan.level, week, fresh, scenario.work, plan.stress, ours=True) for name, plan in plans)


def seen(scenario: Scenario, axis: Axis, week: Week) -> Demand:
    """The typical week of a history, in which a touch takes what its class takes on average."""
    past = arrivals(scenario, HISTORY, seed=1)
    mean = np.bincount(past.klass, weights=past.work) / np.bincount(past.klass)
    spread = float((past.work**2).sum() / (mean[past.klass] ** 2).sum())
    objectives = {str(each): OBJECTIVE for each in range(len(SHARES))}
    hours = mean[past.klass] / HOUR
    return typical(past.released, past.due, hours, past.klass, axis, week, objectives=objectives, spread=spread)


def told(
    name: str, level: Levels, week: Week, fresh: list[Raw], work: float, stress: float = 1.0, *, ours: bool = False
) -> bool:
    """Print one line of the table; whether it is ours and failed."""
    hours, (worst, error) = float((level * week.open).sum()), judged(level, week, fresh, stress)
    reasons = []
    if worst > 1 - OBJECTIVE:
        reasons.append(f"misses {OBJECTIVE:.0%}")
    if hours / float(week.open.sum()) >= FROM and hours > DEAREST * work * stress:
        reasons.append("too dear")
    said = f"  FAILED: {' and '.join(reasons)}" if ours and reasons else ""
    print(
        f"  {name:<48}{hours:>7.0f}{hours / work / stress:>7.2f}{level.max():>6}{worst:>13.1%} ± {error:.1%}{said}",
        flush=True,
    )
    return ours and bool(reasons)


def judged(level: Levels, week: Week, fresh: list[Raw], stress: float = 1.0) -> tuple[float, float]:
    """The late share of the worst class on fresh weeks, and its standard error over them."""
    axis = opening(FRESH + AFTER)
    duty = levels(level[week.place(axis)], axis.start, axis.end)
    late = []
    for raw in fresh:
        missed = simulate(raw.released, raw.due, raw.work * stress, duty, "due", hand_over=True) > raw.due
        late.append([missed[raw.klass == each].mean() for each in range(len(SHARES))])
    mean, error = np.mean(late, axis=0), np.std(late, axis=0, ddof=1) / np.sqrt(len(fresh))
    worst = int(np.argmax(mean))
    return float(mean[worst]), float(error[worst])


def erlang(hours: npt.NDArray[np.float64], demand: Demand, scenario: Scenario, within: float, share: float) -> Levels:
    """Each hour for itself: agents who answer a share of the load released in it within so many hours."""
    load = np.bincount(demand.released, weights=hours, minlength=demand.n)
    return np.array([required(float(each), within, scenario.minutes / 60, share) for each in load], np.int64)


def even(demand: Demand, week: Week) -> Levels:
    """The work of each touch spread evenly over the open hours to its due time (average rate; Yao et al. 1995)."""
    each = np.zeros(demand.n)
    for released, due, hours in zip(demand.released, demand.due, demand.hours, strict=True):
        places = np.arange(released, due + 1) % demand.n
        np.add.at(each, places, hours / len(places))
    return np.ceil(each / week.open).astype(np.int64)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10))
