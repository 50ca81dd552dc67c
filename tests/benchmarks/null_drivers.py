"""How often are drivers found where there are none, and how often those that were planted?

Run by hand: `python -m tests.benchmarks.null_drivers [HISTORIES] [PLANTED]`. Prints how many of so many histories
without any effect (200 unless told) report one, at most 6 of 200 being allowed, what they report, and the seconds of a
search; then how many of so many histories (20 unless told) with each planted effect name it, and what else they name.
"""

import sys
import time

from analytics.compared import compared
from analytics.drivers import Found, drivers
from tests.analytics.planted import EFFECTS, KEYS, OTHER_MIX, history, names, searched
from tests.benchmarks.machine import machine

SIZES = (6_000, 10_000, 20_000)
"""Clocks due in each period, in turn."""
PLANTED_SIZE = 16_000
ALLOWED = 0.03


def nulls(histories: int) -> None:
    """Search histories in which nothing was planted."""
    reports, took = 0, 0.0
    for seed in range(histories):
        before, now = history(seed, SIZES[seed % len(SIZES)])
        clocks = compared(now, before, KEYS)
        start = time.perf_counter()
        found = drivers(clocks, KEYS)
        took += time.perf_counter() - start
        if found.drivers:
            reports += 1
            print(f"  seed {seed}: {told(found)}")
    allowed = int(ALLOWED * histories)
    print(f"{reports} of {histories} histories without any effect report a driver (allowed: {allowed})")
    print(f"{took / histories:.3f} s a search")


def planted(histories: int) -> None:
    """Search histories with one planted effect each, and with another mix alone."""
    for effect, plant in EFFECTS.items():
        found = [searched(seed, PLANTED_SIZE, plant) for seed in range(1000, 1000 + histories)]
        named = sum(names(each, effect) for each in found)
        others = sum(len(each.drivers) for each in found) - named
        print(f"{effect}: named in {named} of {histories}, {others} others named beside it")
    found = [searched(seed, PLANTED_SIZE, OTHER_MIX) for seed in range(1000, 1000 + histories)]
    print(f"another mix alone: {sum(bool(each.drivers) for each in found)} of {histories} report a driver")


def told(found: Found) -> str:
    """The drivers, each with how far it stands out."""
    return "; ".join(f"{each.subset or each.days or 'everything'} (z = {each.z:.1f})" for each in found.drivers)


if __name__ == "__main__":
    print(machine())
    given = [int(each) for each in sys.argv[1:]]
    nulls(given[0] if given else 200)
    planted(given[1] if len(given) > 1 else 20)
