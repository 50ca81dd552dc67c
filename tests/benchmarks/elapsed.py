"""How fast is `elapsed` beside workclock's batch call, on the same million pairs, and are the answers the same?

Run it with `python -m tests.benchmarks.elapsed`.
"""

import statistics
import time as stopwatch
from collections.abc import Callable
from datetime import time
from importlib.metadata import version
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl
import workclock

from analytics.schedule import Schedule, elapsed
from analytics.timezones import INSTANT, version_of_zones

PAIRS = 1_000_000
RUNS = 5
FIRST, LAST = np.array(["2020-01-01", "2027-01-01"], dtype="datetime64[us]").astype(np.int64).tolist()
SPAN = 30 * 86_400 * 1_000_000

OURS = Schedule.weekly("office", "Europe/Stockholm", {"mon-fri": ["08:00-12:00", "13:00-17:00"]})
THEIRS = workclock.Schedule(
    [workclock.WorkDay(time(8), time(17)), workclock.Break(time(12), time(13))], time_zone="Europe/Stockholm"
)

Micros = npt.NDArray[np.int64]
Answer = TypeVar("Answer")


def random_pairs() -> tuple[Micros, Micros]:
    """Starts over seven years, ends up to thirty days later, to the microsecond; the same on every run."""
    dice = np.random.default_rng(2026)
    starts = dice.integers(FIRST, LAST, PAIRS)
    return starts, starts + dice.integers(0, SPAN, PAIRS)


def timed(call: Callable[[], Answer]) -> tuple[Answer, float]:
    """The answer, and the seconds it took."""
    began = stopwatch.perf_counter()
    answer = call()
    return answer, stopwatch.perf_counter() - began


def main() -> None:
    """Print the differing rows, the median of each and their ratio."""
    starts, ends = random_pairs()
    frame = pl.DataFrame({"start": starts, "end": ends}).cast(INSTANT)
    instants = starts.astype("datetime64[us]"), ends.astype("datetime64[us]")

    def run_ours() -> pl.Series:
        return frame.select(elapsed(pl.col("start"), pl.col("end"), OURS)).to_series()

    def run_theirs() -> npt.NDArray[np.timedelta64]:
        return THEIRS.between_many(*instants)

    ours, theirs = run_ours(), run_theirs()
    # The two take turns, so that a busy machine slows both.
    turns = [(timed(run_ours)[1], timed(run_theirs)[1]) for _ in range(RUNS)]
    our_seconds, their_seconds = zip(*turns, strict=True)

    in_seconds = theirs.astype("timedelta64[us]").astype(np.int64) // 1_000_000
    different = np.flatnonzero(ours.to_numpy() != in_seconds)
    our_median, their_median = statistics.median(our_seconds), statistics.median(their_seconds)

    print(f"polars {pl.__version__}, workclock {version('workclock')}, tzdata {version_of_zones()}")
    print(f"{PAIRS:,} pairs, {RUNS} runs each, first run of each left out")
    print(f"differing rows: {len(different):,}")
    for row in different[:5]:
        print(f"  {instants[0][row]}Z to {instants[1][row]}Z: ours {ours[int(row)]}, theirs {in_seconds[row]}")
    for name, seconds in (("elapsed", our_seconds), ("workclock", their_seconds)):
        print(f"{name:>9}: median {statistics.median(seconds):.3f} s, {min(seconds):.3f} to {max(seconds):.3f} s")
    print(f"    ratio: elapsed is {their_median / our_median:.2f} times as fast as workclock")


if __name__ == "__main__":
    main()
