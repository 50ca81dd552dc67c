"""Which weeks may a person work? Every choice of days, start and breaks that the terms allow: the tours."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.errors import StaffingError
from analytics.staffing.axis import Integers, Numbers, Week
from analytics.staffing.demand import starts
from analytics.staffing.terms import DAY_MINUTES, WEEK_MINUTES, Contract, Terms, minutes

MOST_TOURS = 20_000
"""More are not looked at: choosing among them would take too long."""
_CLOSED_WITHIN = 120
"""Minutes a shift may reach over closed time, such as a lunch hour."""
_ROUND = 15
"""Minutes to which opening and closing are rounded: half days and holidays move their mean."""
_HOURS = 168
_SHORT = ("", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

Shift = tuple[int, int, float, int]
"""Weekday (1 is Monday), minute of the day it starts, paid hours, and in which way its breaks lie."""


@dataclass(frozen=True, eq=False)
class Tours:
    """The weeks a person may work on the places of a typical week.

    Attributes:
        week: whose places are worked.
        terms: that were asked for.
        shifts: of each of k tours, in order.
        hours: float64[n, k] hours worked in each place.
        slot: int64[m] the place of each slot: places are cut wherever a shift or a break may begin or end in the hour.
        length: float64[m] open hours of each slot.
        present: float64[m, k] 1 where a tour is at work in a slot, else 0.
        contract: int64[k], into the terms' contracts.
        paid: float64[k] paid hours.
        cost: float64[k] in the unit of the terms' cost.
        weekend: bool[k], whether a shift starts on Saturday or Sunday.
        first: int64[k] minutes from Monday 00:00 to the start of the first shift.
        ready: int64[k] minutes from Monday 00:00 to the earliest start in the following week that leaves the rests.
    """

    week: Week
    terms: Terms
    shifts: tuple[tuple[Shift, ...], ...]
    hours: Numbers
    slot: Integers
    length: Numbers
    present: Numbers
    contract: Integers
    paid: Numbers
    cost: Numbers
    weekend: npt.NDArray[np.bool_]
    first: Integers
    ready: Integers

    def __len__(self) -> int:
        """How many tours."""
        return len(self.shifts)

    def told(self, number: int) -> str:
        """A tour in words.

        Example:
            >>> week = Week(np.repeat(np.arange(1, 6), 9), np.tile(np.arange(8, 17), 5), np.ones(45), "UTC")
            >>> tours(week, Terms()).told(0)
            'Mon–Fri 08:00–16:30'
        """
        days: dict[str, list[int]] = {}
        for day, start, length, _ in self.shifts[number]:
            end = start + self.terms.span(length)
            days.setdefault(f"{clock(start)}–{clock(end)}", []).append(day)
        return ", ".join(f"{_run(each)} {hours}" for hours, each in days.items())


def clock(minute: int) -> str:
    """A minute of the day, or of the next one, as a time.

    Example:
        >>> clock(510), clock(1440), clock(1500)
        ('08:30', '24:00', '01:00')
    """
    minute = minute if minute <= DAY_MINUTES else minute - DAY_MINUTES
    return f"{minute // 60:02}:{minute % 60:02}"


def _run(days: list[int]) -> str:
    whole = len(days) > 2 and days[-1] - days[0] == len(days) - 1
    return f"{_SHORT[days[0]]}–{_SHORT[days[-1]]}" if whole else " ".join(_SHORT[day] for day in days)


def tours(week: Week, terms: Terms) -> Tours:
    """Every week a person may work.

    A shift lies within the open time of its day: it starts in an open hour and ends in one, over midnight too where the
    desk is open then. It starts on the terms' step, at opening, or so as to end at closing. The days of a tour have one
    start, or the nearest that a day allows, and their breaks lie alike. Between two shifts there is the daily rest, and
    in or after each week's shifts the weekly rest. After a free weekend the next week may begin at any time, after one
    that was worked when the rest is over. Where every weekend may be worked, a tour can follow itself.

    Args:
        week: the places that are worked; its local clock counts, without clock changes.
        terms: of work.

    Raises:
        StaffingError: no tour is possible, or there are more than can be chosen among.

    Example:
        >>> week = Week(np.repeat(np.arange(1, 6), 9), np.tile(np.arange(8, 17), 5), np.ones(45), "UTC")
        >>> found = tours(week, Terms())
        >>> len(found), found.hours[:9, 0].tolist()
        (6, [1.0, 1.0, 1.0, 0.5, 1.0, 1.0, 1.0, 1.0, 0.5])
    """
    opened = np.zeros(_HOURS, dtype=np.bool_)
    opened[(week.weekday - 1) * 24 + week.hour] = True
    allowed = {
        length: {day: found for day in range(1, 8) if (found := _starts(day, length, week, opened, terms))}
        for length in terms.lengths
    }
    offered: list[tuple[tuple[Shift, ...], int]] = []
    for number, contract in enumerate(terms.contracts):
        mine = _of(contract, terms, allowed)
        offered += [(shifts, number) for shifts in mine]
        if len(offered) > MOST_TOURS:
            raise StaffingError(
                f"These terms allow more than {MOST_TOURS:,} different weeks. Expected few enough to choose among. "
                "Start shifts on full hours only, allow fewer lengths, or keep days off together."
            )
    if not offered:
        lengths = " or ".join(f"{terms.span(length) / 60:g}" for length in terms.lengths)
        raise StaffingError(
            f"No week of work fits these opening hours: shifts take {lengths} hours from start to end, on "
            f"{' or '.join(f'{days}' for each in terms.contracts for days in each.days)} days a week. Expected days "
            "open for as long as a shift. Allow shorter shifts or fewer days."
        )
    return _measured(week, terms, offered)


def _starts(day: int, length: float, week: Week, opened: npt.NDArray[np.bool_], terms: Terms) -> list[int]:
    """Minutes of a weekday at which a shift of this length may start."""
    span = terms.span(length)
    hour = (week.weekday - 1) * 24 + week.hour
    edges = np.round(_parts(week) / _ROUND).astype(np.int64) * _ROUND
    opening = edges[~opened[hour - 1], 0] - (day - 1) * DAY_MINUTES
    closing = edges[~opened[(hour + 1) % _HOURS], 1] - span - (day - 1) * DAY_MINUTES
    tried = {*range(0, DAY_MINUTES, terms.every), *opening.tolist(), *(closing % WEEK_MINUTES).tolist()}
    kept = []
    for start in sorted(tried):
        if not (0 <= start < DAY_MINUTES and terms.first_start * 60 <= start <= terms.last_start * 60):
            continue
        at = (day - 1) * DAY_MINUTES + start + np.arange(span)
        held = opened[at // 60 % _HOURS]
        if held[0] and held[-1] and span - int(held.sum()) <= _CLOSED_WITHIN:
            kept.append(start)
    return kept


def _parts(week: Week) -> Integers:
    """int64[n, 2]: when each place is open, in minutes from Monday 00:00."""
    begin = np.round(starts(week) / 60).astype(np.int64)
    return np.stack([begin, begin + np.maximum(1, np.round(week.open * 60)).astype(np.int64)], axis=1)


def _of(contract: Contract, terms: Terms, allowed: dict[float, dict[int, list[int]]]) -> list[tuple[Shift, ...]]:
    """The tours of one contract, each once."""
    found: dict[tuple[Shift, ...], None] = {}
    for lengths in terms.made(contract):
        usual = max(set(lengths), key=lengths.count)
        odd = next((length for length in lengths if length != usual), usual)
        ways = range(max(terms.variants(length) for length in lengths))
        for days in terms.patterns(len(lengths)):
            for short in days if odd != usual else days[:1]:
                worked = [(day, odd if day == short else usual) for day in days]
                open_to = [allowed[length].get(day, []) for day, length in worked]
                if not all(open_to):
                    continue
                for start in sorted({each for possible in open_to for each in possible}):
                    near = [min(possible, key=lambda each: abs(each - start)) for possible in open_to]
                    for way in ways:
                        tour = tuple(
                            (day, at, length, min(way, terms.variants(length) - 1))
                            for (day, length), at in zip(worked, near, strict=True)
                        )
                        found[tour] = None
                        if len(found) > MOST_TOURS:
                            return list(found)
    return list(found)


def _measured(week: Week, terms: Terms, found: list[tuple[tuple[Shift, ...], int]]) -> Tours:
    """Tours with their hours, cost and rests, less those that leave no rest."""
    distinct = sorted({shift for shifts, _ in found for shift in shifts})
    index = {shift: number for number, shift in enumerate(distinct)}
    members = [[index[shift] for shift in shifts] for shifts, _ in found]
    rate = _rates(terms)
    slot, parts = _slots(distinct, week, terms)
    each_slot = np.array([_worked(shift, parts, terms) for shift in distinct]).T
    each_cost = np.array([_cost(shift, rate, terms) for shift in distinct])
    contract = np.array([number for _, number in found], dtype=np.int64)
    price = np.array([terms.price(each) for each in terms.contracts])
    worked = np.stack([each_slot[:, of].sum(axis=1) for of in members], axis=1)
    bounds = [[_bounds(shift, terms) for shift in shifts] for shifts, _ in found]
    first = np.array([each[0][0] for each in bounds], dtype=np.int64)
    ready = np.array([_ready(each, terms) for each in bounds], dtype=np.int64)
    weekend = np.array([any(shift[0] >= 6 for shift in shifts) for shifts, _ in found])
    rested = np.array([_rested(each, terms) for each in bounds])
    if terms.weekends == 1:
        rested &= ready <= first + WEEK_MINUTES
    else:
        rested &= weekend | (ready <= WEEK_MINUTES + int(first.min()))
    kept = np.flatnonzero(rested)
    if not len(kept):
        raise StaffingError(
            f"No week of work leaves {terms.daily_rest:g} hours between shifts and {terms.weekly_rest:g} hours in a "
            "week. Expected terms under which somebody can work. Allow shorter shifts, fewer days or less rest."
        )
    paid = np.array([sum(shift[2] for shift in shifts) for shifts, _ in found])
    cost = np.array([each_cost[of].sum() for of in members]) * price[contract]
    worked = worked[:, kept]
    length = (parts[:, 1] - parts[:, 0]) / 60
    hours = np.add.reduceat(worked, np.searchsorted(slot, np.arange(len(week))), axis=0)
    kinds: tuple[Any, ...] = (contract, paid, cost, weekend, first, ready)
    shifts = tuple(found[at][0] for at in kept)
    present = np.round(worked / length[:, None], 6)
    return Tours(week, terms, shifts, hours, slot, length, present, *(each[kept] for each in kinds))


def _slots(shifts: list[Shift], week: Week, terms: Terms) -> tuple[Integers, Integers]:
    """The place of each slot, and int64[m, 2] from when to when it is, in minutes from Monday 00:00; in order."""
    edges = {
        (start + edge) % 60 for _, start, length, way in shifts for part in terms.worked(length, way) for edge in part
    }
    cuts = sorted(edges)
    rows = []
    for place, (begin, end) in enumerate(_parts(week).tolist()):
        inside = [begin // 60 * 60 + cut for cut in cuts if begin < begin // 60 * 60 + cut < end]
        rows += [(place, low, high) for low, high in pairwise([begin, *inside, end])]
    found = np.array(rows, dtype=np.int64)
    return found[:, 0], found[:, 1:]


def _worked(shift: Shift, parts: Integers, terms: Terms) -> Numbers:
    """float64[m]: hours of a shift worked in each slot."""
    day, start, length, way = shift
    total = np.zeros(len(parts))
    for begin, end in terms.worked(length, way):
        low = (day - 1) * DAY_MINUTES + start
        for turn in (-WEEK_MINUTES, 0):
            inside = np.minimum(parts[:, 1], low + end + turn) - np.maximum(parts[:, 0], low + begin + turn)
            total += np.maximum(0, inside)
    return np.asarray(total / 60, np.float64)


def _rates(terms: Terms) -> Numbers:
    """What each minute of a week costs, as a multiple of the plain price; summed, over two weeks."""
    at = np.arange(WEEK_MINUTES)
    hour = at % DAY_MINUTES / 60
    extra = np.where((hour >= terms.evening_from) | (hour < terms.evening_to), terms.evening, 0.0)
    for day, share in ((5, terms.saturday), (6, terms.sunday)):
        extra = np.where(at // DAY_MINUTES == day, np.maximum(extra, share), extra)
    return np.concatenate([[0.0], np.cumsum(np.tile(1 + extra, 2))])


def _cost(shift: Shift, rate: Numbers, terms: Terms) -> float:
    """Paid hours of a shift, those with a supplement counted as so much more."""
    day, start, length, way = shift
    low = (day - 1) * DAY_MINUTES + start
    return float(sum(rate[low + end] - rate[low + begin] for begin, end in terms.paid(length, way)) / 60)


def _bounds(shift: Shift, terms: Terms) -> tuple[int, int]:
    """Start and end of a shift, in minutes from Monday 00:00."""
    low = (shift[0] - 1) * DAY_MINUTES + shift[1]
    return low, low + terms.span(shift[2])


def _rested(bounds: list[tuple[int, int]], terms: Terms) -> bool:
    """Whether the daily rest lies between the shifts of a week."""
    return all(after[0] - before[1] >= minutes(terms.daily_rest) for before, after in pairwise(bounds))


def _ready(bounds: list[tuple[int, int]], terms: Terms) -> int:
    """When the next week may begin: after the weekly rest, or the daily one where the week holds the weekly one."""
    between = [after[0] - before[1] for before, after in pairwise(bounds)]
    held = any(gap >= minutes(terms.weekly_rest) for gap in between)
    return bounds[-1][1] + (
        minutes(terms.daily_rest) if held else max(minutes(terms.weekly_rest), minutes(terms.daily_rest))
    )
