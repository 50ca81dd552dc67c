"""Which hours are short of people, and from which can hours be taken instead?"""

import numpy as np

from analytics.staffing.axis import Integers, Numbers
from analytics.staffing.case import Case
from analytics.staffing.crew import Block
from analytics.staffing.shortfall import TRIFLE, Shortfall

_LONGEST = 4
"""Hours that are taken from one stretch of a day."""


def short_blocks(case: Case, lack: Shortfall) -> list[Block]:
    """The stretches of a day that are short, and how many people they lack at most; sorted by hours lacking."""
    short = lack.short
    week = case.week
    found: list[list[int]] = []
    for place in np.flatnonzero(short > 0).tolist():
        before = found[-1][-1] if found else -2
        follows = place == before + 1 and week.weekday[place] == week.weekday[before]
        if follows and week.hour[place] == week.hour[before] + 1:
            found[-1].append(place)
        else:
            found.append([place])
    blocks = [
        Block(int(week.weekday[run[0]]), int(week.hour[run[0]]), int(week.hour[run[-1]]) + 1, int(short[run].max()))
        for run in found
    ]
    return sorted(blocks, key=lambda block: -block.hours)


def spared(case: Case, lack: Shortfall, hours: int) -> tuple[Block, ...]:
    """Blocks that give up so many hours of people, in stretches of at most four hours where most can be spared.

    Returns:
        Blocks of -1 each, sorted by weekday and hour; none where not so many can be spared.
    """
    week, scheduled = case.week, case.scheduled
    if scheduled is None:
        return ()
    room, there = -lack.lack.copy(), scheduled.copy()
    taken: list[Block] = []
    while hours > 0:
        best = _stretch(case, room, there, min(hours, _LONGEST))
        if best is None:
            return ()
        room[best] -= 1
        there[best] -= 1
        hours -= len(best)
        taken.append(Block(int(week.weekday[best[0]]), int(week.hour[best[0]]), int(week.hour[best[-1]]) + 1, -1))
    return tuple(sorted(taken, key=lambda block: (block.weekday, block.start, block.end)))


def _stretch(case: Case, room: Numbers, there: Numbers, longest: int) -> Integers | None:
    """The places of a stretch of one day that can spare one person most easily; the longest there is."""
    week = case.week
    for length in range(longest, 0, -1):
        best, most = None, (0.0, 0.0)
        for first in range(len(week) - length + 1):
            places = np.arange(first, first + length)
            whole = week.weekday[places[0]] == week.weekday[places[-1]]
            if not whole or week.hour[places[-1]] - week.hour[places[0]] != length - 1:
                continue
            can = float(min(room[places].min(), there[places].min()))
            if can >= 1 + TRIFLE and (can, float(there[places].sum())) > most:
                best, most = places, (can, float(there[places].sum()))
        if best is not None:
            return best
    return None
