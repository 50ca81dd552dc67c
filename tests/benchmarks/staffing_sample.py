"""A plan from the sample's history, without and with calibration, and what the people asked for on Mondays change.

Peers in the same run: Erlang C asked for each hour of the same week, and one replay of the same touches in order of
arrival. Run it as `python -m tests.benchmarks.staffing_sample`.
"""

import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

import polars as pl

from analytics.clocks import evaluate
from analytics.staffing import erlang
from analytics.staffing.assumptions import BEST, Assumptions
from analytics.staffing.case import build
from analytics.staffing.planned import flat, planned, untried
from analytics.staffing.replay import Change, replay
from analytics.staffing.roster import on_duty
from analytics.staffing.shortfall import shortfall, worst
from analytics.staffing.work import paused_in, work
from data import rosters, sample
from data.documents import read_policy
from data.imports import import_sample
from data.simulation.extra import Extra
from data.store import Store
from tests.benchmarks.machine import machine

QUEUE, DESK = "Service desk · stockholm", "stockholm"
FIRST, LAST = date(2026, 8, 24), date(2026, 11, 22)
MARGIN = timedelta(days=21)


T = TypeVar("T")


def timed(what: str, task: Callable[[], T]) -> T:
    """Do it, and say how long it took."""
    start = time.perf_counter()
    found = task()
    print(f"{what}: {time.perf_counter() - start:.2f} s")
    return found


def monday(extra: tuple[Extra, ...], seed: int) -> tuple[float, float, int]:
    """First responses of the desk due on Mondays: kept, asked for, and n."""
    file = read_policy("sample").file
    tickets, events = sample.build(60_000, seed, extra=extra)
    clocks = evaluate(tickets, events, file, sample.AS_OF)
    due = clocks.filter(
        pl.col("kind").cast(pl.String) == "first_response",
        pl.col("schedule").cast(pl.String) == DESK,
        pl.col("decided") & pl.col("exclusion").is_null() & (pl.col("due_weekday") == 1),
    )
    return 1 - float(due["breached"].mean()), float(due["objective"].mean()), due.height  # type: ignore[arg-type]


def main() -> None:
    """Measure."""
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        import_sample(store)
        version, file = store.require(), read_policy("sample").file
        clocks = version.clocks()
        history = timed("history read from the store", lambda: version.history("sample"))
        items = timed(
            "every touch of 60,000 tickets",
            lambda: work(history.tickets, history.events, clocks, paused=paused_in(file)),
        )
        roster = rosters.read(store.directory)
    assert roster is not None
    duty = timed("the roster on 13 weeks", lambda: on_duty(roster, FIRST, LAST))
    schedule = next(each for each in file.expand(FIRST - MARGIN, LAST + MARGIN) if each.name == DESK)
    case = timed("the case", lambda: build(items, [QUEUE], duty, schedule, FIRST, LAST, Assumptions()))
    timed("plan from history without calibration, with its band", lambda: untried(case))
    plan = timed("plan from history with calibration, with its band", lambda: planned(case, BEST))
    tried = plan.tried(hold=True)
    assert tried is not None
    level = timed("the same number of people all week, beside it", lambda: flat(case, tried, BEST))
    print(f"  {level.level} people, {level.hours:.0f} h")
    people, _ = case.people
    done = timed("peer: one replay in order of arrival", lambda: replay(case, people, Change("fifo")))
    print(f"  of {len(done.finish):,} touches")
    hourly = case.demand.count.sum() / len(case.week)
    handle = case.demand.total / case.demand.count.sum()
    timed(
        "peer: Erlang C for each hour of the week",
        lambda: [erlang.required(float(hourly * handle), 1.0, float(handle), 0.95) for _ in range(len(case.week))],
    )
    print(
        f"plan: {plan.less.hours:.0f} / {plan.exact.hours:.0f} / {plan.more.hours:.0f} h a week at -10 %, 0, +10 % work"
    )
    short = shortfall(case)
    block = worst(case, short)
    assert block is not None
    print(f"the gap: {case.week.label(block.first, block.last)}, {block.short} agents short")
    asked = tuple(
        Extra(DESK, "Service desk", int(case.week.weekday[at]), int(hour), int(hour) + 1, int(short.short[at]))
        for at, hour in enumerate(case.week.hour)
        if short.short[at] > 0
    )
    for seed in (2, 3, 4):
        before, wanted, n = monday((), seed)
        after = monday(asked, seed)[0]
        print(f"seed {seed}: Mondays {before:.1%} kept, {after:.1%} with them; objective {wanted:.1%}, n = {n:,}")


if __name__ == "__main__":
    main()
