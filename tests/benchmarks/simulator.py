"""Half a million tickets through the simulator in each order of work, beside other programs for the same question.

Run by hand: `python -m tests.benchmarks.simulator`. A year of a desk open Monday to Friday 08–17; tickets come at any
hour. With agents who never leave, and in order of arrival, two recursions in numpy give the same answer: that of Kiefer
and Wolfowitz, ticket by ticket, and for one agent that of Lindley, for all tickets at once.
"""

import statistics
import time
from collections.abc import Callable

import numpy as np

from analytics.staffing.assumptions import ORDERS
from analytics.staffing.simulate import Duty, Floats, late, levels, simulate
from tests.benchmarks.machine import machine

TICKETS, AGENTS, RUNS = 500_000, 64, 3
HOUR, WEEKS = 3_600.0, 52
WORK = 840.0
"""Seconds a ticket takes on average, at which the agents are busy 78 % of the time."""


def desk() -> tuple[Floats, Floats]:
    """Starts and ends of the hours the desk is open, a year long."""
    hours = np.add.outer(np.add.outer(np.arange(WEEKS) * 168, np.arange(5) * 24), np.arange(8, 17)).ravel()
    return hours * HOUR, (hours + 1) * HOUR


def drawn() -> dict[str, Floats]:
    """The tickets, of any hour of the year; the same on every run."""
    dice = np.random.default_rng(2026)
    released = np.sort(dice.random(TICKETS)) * WEEKS * 168 * HOUR
    return {
        "released": released,
        "due": released + dice.choice([16, 24, 48, 72], TICKETS) * HOUR,
        "work": dice.lognormal(np.log(WORK) - np.log(2) / 2, np.log(2) ** 0.5, TICKETS),
        "rank": dice.integers(0, 4, TICKETS).astype(float),
        "queue": dice.integers(0, 4, TICKETS).astype(float),
    }


def lindley(released: Floats, work: Floats) -> Floats:
    """When each ticket is done by one agent who never leaves, in order of arrival."""
    before = np.cumsum(work) - work
    return before + work + np.maximum.accumulate(released - before)


def kiefer_wolfowitz(released: Floats, work: Floats, people: int) -> Floats:
    """The same for several agents."""
    free, finish = np.zeros(people), np.empty(len(work))
    for i, (at, each) in enumerate(zip(released.tolist(), work.tolist(), strict=True)):
        next_free = free.argmin()
        free[next_free] = finish[i] = max(at, free[next_free]) + each
    return finish


def timed(call: Callable[[], Floats]) -> tuple[float, Floats]:
    """The median of the seconds a call takes on a processor, and its answer."""
    seconds = []
    for _ in range(RUNS):
        began = time.process_time()
        answer = call()
        seconds.append(time.process_time() - began)
    return statistics.median(seconds), answer


def always(people: int) -> Duty:
    """Agents who never leave."""
    return Duty(np.arange(people), np.zeros(people), np.full(people, np.inf), (None,) * people)


def main() -> None:
    """Print tickets a second for each order, for several queues, and beside each peer."""
    tickets, (start, end) = drawn(), desk()
    columns = {name: tickets[name] for name in ("released", "due", "work", "rank")}
    plain = levels(np.full(len(start), AGENTS), start, end)
    own = tuple(None if k % 4 == 0 else frozenset({k % 4, (k + 1) % 4}) for k in range(AGENTS))
    skilled = Duty(plain.agent, plain.start, plain.end, own)
    busy = tickets["work"].sum() / (AGENTS * (end - start).sum())
    print(machine())
    print(f"{TICKETS:,} tickets of a year, {AGENTS} agents busy {busy:.0%}; processor time, median of {RUNS} runs")
    for order in ORDERS:
        cap = 5 * 86_400.0 if order == "overdue_last" else None
        for what, duty, extra in (("one queue", plain, {}), ("four queues", skilled, {"queue": tickets["queue"]})):
            seconds, finish = timed(lambda: simulate(**columns, **extra, duty=duty, order=order, age_cap=cap))  # noqa: B023 - called at once
            share = late(finish, tickets["due"], end[-1]).mean()
            print(f"{order:12}  {what:11}  {TICKETS / seconds:>10,.0f} tickets/s  {share:.1%} late")

    promise = np.full(TICKETS, np.inf)
    released, work = tickets["released"], tickets["work"]
    for people in (1, 14):
        # Work that keeps so many agents busy nine tenths of the time.
        given = work * (0.9 * people * released[-1] / work.sum())
        ours, finish = timed(lambda: simulate(released, promise, given, always(people), "fifo"))  # noqa: B023 - called at once
        theirs, other = timed(lambda: kiefer_wolfowitz(released, given, people))  # noqa: B023 - called at once
        apart = np.abs(finish - other).max()
        print(f"agents who never leave, in order of arrival: {people}; {TICKETS / ours:,.0f} tickets/s")
        print(
            f"    Kiefer and Wolfowitz {TICKETS / theirs:,.0f}; ratio {theirs / ours:.2f}; apart {apart:.1e} s at most"
        )
        if people == 1:
            theirs, other = timed(lambda: lindley(released, given))  # noqa: B023 - called at once
            apart = np.abs(finish - other).max()
            print(f"    Lindley {TICKETS / theirs:,.0f}; ratio {theirs / ours:.3f}; apart {apart:.1e} s at most")


if __name__ == "__main__":
    main()
