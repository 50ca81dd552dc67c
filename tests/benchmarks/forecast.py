"""Forecast and trial of a year of hours: how long it takes, and how far off it is beside the last week repeated.

Run by hand: `python -m tests.benchmarks.forecast [STORE ...]`. First made-up years with a trend, uneven days and
twelve holidays, then the arrivals of each store named, by every kind of clock that stands for a ticket.
"""

import sys
import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from analytics.errors import SLAError
from analytics.forecast import ahead
from analytics.forecast_backtest import backtest
from analytics.forecast_history import AFTER, HOLIDAY, History, arrived, finished, history, last_usual
from analytics.free_days import MARGIN
from data.documents import policy_of
from data.store import Store
from tests.benchmarks.machine import machine

KINDS = ("first_response", "first_resolution", "resolution")
_LAST = date(2026, 11, 22)


def made_up(weeks: int, seed: int) -> History:
    """A desk with a shape of the week, 10 % more a year, days uneven by 12 %, and twelve holidays a year."""
    rng = np.random.default_rng(seed)
    hours = np.exp(-(((np.arange(24) - 10.5) / 3.5) ** 2)) + 0.04
    shape = np.outer([26, 20, 18, 17, 14, 2, 3], hours)
    kinds = np.zeros((1, weeks + 9, 7), dtype=np.int64)
    for week in rng.choice(weeks + 9, (weeks + 9) * 12 // 52, replace=False):
        day = int(rng.integers(0, 4))
        kinds[0, week, day : day + 2] = HOLIDAY, AFTER
    factor = np.where(kinds[0] == HOLIDAY, 0.3, np.where(kinds[0] == AFTER, 1.25, 1.0))[:weeks]
    level = 1 + 0.1 * np.arange(weeks) / 52
    busy = rng.gamma(1 / 0.12**2, 0.12**2, (weeks, 7))
    means = 1_000 * shape / shape.sum() * (level[:, None] * busy * factor)[..., None]
    return History((("made up", "office"),), _LAST, rng.poisson(means)[None].astype(np.float64), kinds)


def of_store(path: Path, kind: str) -> History:
    """The arrivals of a store's first source, as the page takes them."""
    version = Store(path).require()
    source = version.sources().row(0, named=True)
    clocks = version.clocks().filter(pl.col("kind") == kind, pl.col("cycle") == 1, pl.col("source") == source["source"])
    came = arrived(clocks)
    if came.is_empty():
        raise SLAError(f"{path.name} has no {kind} clocks. Expected some. Name another store.")
    last = last_usual(came, finished(clocks)[source["source"]])
    first = pl.Series(came["date"]).to_list()
    file = policy_of(source["policy"], source["policy_content"], "stored policy").file
    start, end = (min(first) - MARGIN).year, (last + timedelta(weeks=10) + MARGIN).year
    desks = {
        (source["source"], name): file.schedules[name].schedule(name, date(start, 1, 1), date(end, 12, 31))
        for name in came["schedule"].unique()
    }
    return history(came, desks, min(first) + timedelta(days=1), last)


def measure(name: str, past: History) -> None:
    """Print how long the forecast and its trial take, and how far off both rules are."""
    start = time.perf_counter()
    made = ahead(past)
    between = time.perf_counter()
    tried = backtest(past)
    end = time.perf_counter()
    took = f"forecast {between - start:.4f} s, trial {end - between:.3f} s"
    print(f"{name}: {past.weeks} weeks, {past.tickets:,} tickets, {len(made.hours)} days ahead; {took}")
    if tried is None:
        print("  too short to be tried")
        return
    for rule, score in (("profile x level x holidays", tried.profile), ("last week again", tried.naive)):
        errors = "not known" if score.wape_hour is None else f"{score.wape_hour:.3f} hour, {score.wape_day:.3f} day"
        print(
            f"  {rule:<27} WAPE {errors}; pinball .9 {score.pinball:.3f}, hours under it {score.under:.3f}, "
            f"days in the band of .9 {score.coverage:.3f}"
        )
    print(f"  {tried.origins} times 14 days; the rule used: {tried.better}")


def main() -> None:
    """Measure made-up years, then each store named."""
    print(machine())
    for seed in range(3):
        measure(f"made up, seed {seed}", made_up(60, seed))
    for path in map(Path, sys.argv[1:]):
        for kind in KINDS:
            try:
                measure(f"{path.name}, {kind}", of_store(path, kind))
            except SLAError as error:
                print(f"{path.name}, {kind}: {error}")


if __name__ == "__main__":
    main()
