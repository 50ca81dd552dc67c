"""Another roster made from one: people added in hours of the week, hours taken away, somebody out on a date."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from analytics.dimensions import WEEKDAYS
from analytics.errors import StaffingError
from analytics.staffing.axis import Numbers
from analytics.staffing.case import Case, at_hour
from analytics.staffing.simulate import Duty


@dataclass(frozen=True)
class Block:
    """Some people in the same hours of each week.

    Attributes:
        weekday: 1 is Monday.
        start, end: local hours, 0 to 24.
        heads: how many people; fewer than 0 are taken away.
    """

    weekday: int
    start: int
    end: int
    heads: int

    def __post_init__(self) -> None:
        """Check.

        Raises:
            StaffingError: a day or hour there is not.
        """
        if not (1 <= self.weekday <= 7 and 0 <= self.start < self.end <= 24):
            raise StaffingError(
                f"Weekday {self.weekday} from {self.start} to {self.end} is no stretch of a week. "
                "Expected a weekday from 1 to 7, and hours from 0 to 24 in order."
            )

    @property
    def hours(self) -> int:
        """Of people a week; negative where they are taken away."""
        return self.heads * (self.end - self.start)

    def __str__(self) -> str:
        """In words.

        Example:
            >>> str(Block(1, 7, 11, 2))
            'Mon 07–11'
        """
        return f"{WEEKDAYS[self.weekday - 1]} {self.start:02}–{self.end:02}"


def dates(case: Case, weekday: int) -> list[date]:
    """The dates of a weekday that are no holiday of the desk's."""
    length = (case.last - case.first).days + 1
    every = (case.first + timedelta(days=number) for number in range(length))
    return [day for day in every if day.isoweekday() == weekday and day not in case.schedule.holidays]


def changed(case: Case, duty: Duty, blocks: Iterable[Block]) -> Duty:
    """The roster with people added, working on every queue of the case, and taken away, in each week but on holidays.

    Whoever is taken away is the last of those on duty; where fewer are there than are to go, all of them go.
    """
    starts, ends, agents = [duty.start], [duty.end], [duty.agent]
    people = duty.people
    taken: list[tuple[float, float, int]] = []
    for block in blocks:
        spans = [
            (float(at_hour(day, block.start, case.axis.zone)), float(at_hour(day, block.end, case.axis.zone)))
            for day in dates(case, block.weekday)
        ]
        if block.heads < 0:
            taken += [(*span, -block.heads) for span in spans]
            continue
        for _ in range(block.heads):
            starts.append(np.array([span[0] for span in spans]))
            ends.append(np.array([span[1] for span in spans]))
            agents.append(np.full(len(spans), people))
            people += 1
    queues = (*duty.queues, *[None] * (people - duty.people))
    made = Duty(np.concatenate(agents), np.concatenate(starts), np.concatenate(ends), queues)
    return without(made, taken) if taken else made


def without(duty: Duty, taken: Iterable[tuple[float, float, int]]) -> Duty:
    """The roster less some hours of some people.

    Args:
        duty: who works when.
        taken: from and until in UTC seconds, and how many of those then on duty go; the highest numbers go.

    Example:
        >>> duty = Duty(np.array([0, 1]), np.array([0.0, 0.0]), np.array([9.0, 9.0]), (None, None))
        >>> less = without(duty, [(3, 5, 1)])
        >>> list(zip(less.agent.tolist(), less.start.tolist(), less.end.tolist()))
        [(0, 0.0, 9.0), (1, 0.0, 3.0), (1, 5.0, 9.0)]
    """
    agent, start, end = duty.agent, duty.start, duty.end
    for low, high, heads in taken:
        there = np.unique(agent[(start < high) & (end > low)])
        agent, start, end = _cut(agent, start, end, low, high, set(there[len(there) - heads :].tolist()))
    return Duty(agent, start, end, duty.queues)


def joined(duty: Duty, spans: Iterable[tuple[float, float]]) -> Duty:
    """The roster with one more person, of every queue, there from and until instants in UTC seconds."""
    more = list(spans)
    return Duty(
        np.concatenate([duty.agent, np.full(len(more), duty.people)]),
        np.concatenate([duty.start, [low for low, _ in more]]),
        np.concatenate([duty.end, [high for _, high in more]]),
        (*duty.queues, None),
    )


def off(duty: Duty, person: int, low: float, high: float) -> Duty:
    """The roster with one person away between two instants, in UTC seconds."""
    return Duty(*_cut(duty.agent, duty.start, duty.end, low, high, {person}), duty.queues)


def _cut(
    agent: np.ndarray, start: Numbers, end: Numbers, low: float, high: float, gone: set[int]
) -> tuple[np.ndarray, Numbers, Numbers]:
    hit = np.isin(agent, list(gone)) & (start < high) & (end > low)
    before, after = hit & (start < low), hit & (end > high)
    return (
        np.concatenate([agent[~hit], agent[before], agent[after]]),
        np.concatenate([start[~hit], start[before], np.full(int(after.sum()), high)]),
        np.concatenate([end[~hit], np.full(int(before.sum()), low), end[after]]),
    )


def full_time(case: Case, share: float | None) -> tuple[Block, ...]:
    """The week of one more person: the desk's usual days from opening on, for the rostered hours a week of one.

    Args:
        share: of a plain person's work a new hire does; the hours of the day are cut to it. None: all of them.
    """
    weekday = np.unique(case.week.weekday)
    usual = weekday[weekday <= 5] if (weekday <= 5).any() else weekday
    each = (case.contract or 8.0 * len(usual)) / len(usual) * (share or 1.0)
    blocks = []
    for day in usual.tolist():
        hours = case.week.hour[case.week.weekday == day]
        first = int(hours.min())
        blocks.append(Block(int(day), first, min(24, int(hours.max()) + 1, first + max(1, round(each))), 1))
    return tuple(blocks)


def cost(blocks: Iterable[Block], each: float | None) -> float | None:
    """What the added hours of a week cost; None where an hour's cost is not known."""
    return None if each is None else each * sum(block.hours for block in blocks)
