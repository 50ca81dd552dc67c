"""What will it take to solve a ticket: how many touches, by which teams, with what waits between them?

Drawn with the ticket, before anyone works on it. How long it then waits in queues, and with whom, is
for the floor to find out.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from data.simulation import happenings
from data.simulation.attributes import (
    ACCESS,
    BILLING,
    CHAT,
    DATA,
    HIGH,
    HOW_TO,
    INTEGRATIONS,
    LOW,
    MONITORING,
    NORMAL,
    PERFORMANCE,
    PHONE,
    URGENT,
    Attributes,
)
from data.simulation.desks import (
    APPLICATIONS,
    DAY,
    HOUR,
    INFRASTRUCTURE,
    MINUTE,
    SERVICE_DESK,
    Flags,
    Integers,
    Numbers,
)

PENDING, HOLD, ASIDE, LINK, RESOLVE, MERGE, SPAM, MOVE = range(8)
"""How a touch ends; MOVE + team hands the ticket over."""
ANSWERS = 16
"""Added to a touch in which the customer is given an answer."""

MOST_TOUCHES = 9
SET_ASIDE, PARKED = (0.08, 0.21, 0.33, 0.36), 0.022
"""Share of tickets that wait in our own house with the clock running: for a while, by priority; and for very long."""
ON_HOLD = 0.06
MISROUTED, HANDED_OVER = 0.03, 0.16
"""Share of tickets that go to another team before, and after, a first look that answers."""
BOUNCED = 0.18
"""Share of the tickets handed over that go on to the third team."""
ASKED, ASKED_AGAIN = 0.415, 0.20
"""Share of tickets with a question back to the customer, and of these with a second one."""
REOPENED, THANKED = 0.052, 0.026
"""Share of tickets that come back with a problem, and with a word of thanks."""
MERGED, JUNK = 0.024, 0.016
REPRIORITISED, RAISED = 0.07, 0.75
"""Share of tickets given another priority at the first touch, and of these a higher one."""
ALARMS_TO_INFRASTRUCTURE, SILENT_ALARMS = 0.4, 0.35
"""Share of monitoring tickets that go there at once, and that are solved without an answer to anybody."""

ANSWER_MINUTES, ANSWER_SPREAD = 7.0, 0.5
ENDING_MINUTES = (6.0, 12.0, 15.0, 6.0, 24.0, 2.0, 1.0, 5.0, 5.0, 5.0)
"""Median minutes of work before each way for a touch to end."""
SECOND_LINE_FACTOR = 2.4
WORK_SPREAD = 0.6
TICKET_SPREAD = 0.6
THANKS_MINUTES = 1.5
CATEGORY_FACTORS = {ACCESS: 0.75, BILLING: 0.9, DATA: 1.1, HOW_TO: 0.8, INTEGRATIONS: 1.7, PERFORMANCE: 1.3}
PRIORITY_FACTORS = {URGENT: 1.77, HIGH: 1.2, NORMAL: 1.0, LOW: 0.85}
CHANNEL_FACTORS = {CHAT: 0.6, PHONE: 0.75}
HANDED_OVER_FACTORS = {ACCESS: 0.5, BILLING: 0.7, HOW_TO: 0.35, DATA: 1.3, INTEGRATIONS: 2.2, PERFORMANCE: 1.8}

ANSWERED_AFTER, ANSWERED_SPREAD = 13 * HOUR, 1.1
"""Median of the customers' own working time until they answer a question."""
THIRD_PARTY_AFTER, THIRD_PARTY_SPREAD = 4 * DAY, 1.0
ASIDE_FOR, ASIDE_SPREAD = 8 * HOUR, 1.0
PARKED_FOR, PARKED_SPREAD, PARKED_WITHIN = 380 * HOUR, 0.7, 2_400 * HOUR
REOPENED_AFTER, REOPENED_SPREAD, REOPENED_WITHIN = 8 * HOUR, 0.9, 30 * HOUR


@dataclass(frozen=True)
class Steps:
    """What the tickets of a desk need, one row a ticket.

    Attributes:
        touches: how each touch ends, with ANSWERS added where it answers; shared between equal tickets.
        team: which team it is first given to.
        priority: what it becomes at its first touch.
        answer: seconds of work until the answer.
        work: seconds of work in each touch, at a plain agent's pace.
        customer: seconds of the customers' working hours until a message, after each touch.
        elsewhere: plain seconds a third party takes.
        aside: seconds of working hours it lies with us, nobody working on it.
        again: seconds of the customers' working hours until it is reopened.
    """

    touches: list[tuple[int, ...]]
    team: Integers
    priority: Integers
    answer: Integers
    work: Integers
    customer: Integers
    elsewhere: Integers
    aside: Integers
    again: Integers


class Course(NamedTuple):
    """What happens to a ticket, as numbers.

    Attributes:
        cancelled: 1 merged, 2 spam.
        moved: handed over 1 before, 2 after it is answered.
        path: 0 to Applications, 1 to Infrastructure; 2 more when it then goes on to the other.
        asked: questions back to the customer.
        hold: waits for a third party.
        aside: lies with us 1 a while, 2 very long.
        again: reopened 1 with a problem, 2 with thanks.
        silent: nobody is there to be answered.
        linked: to the outage.
    """

    cancelled: int = 0
    moved: int = 0
    path: int = 0
    asked: int = 0
    hold: int = 0
    aside: int = 0
    again: int = 0
    silent: int = 0
    linked: int = 0


_ASIDE = Course._fields.index("aside")


@lru_cache(maxsize=4096)
def touches(course: Course) -> tuple[int, ...]:
    """The touches of a ticket, from the things that happen to it.

    Example:
        >>> touches(Course(asked=1)) == (PENDING + ANSWERS, RESOLVE + ANSWERS)
        True
    """
    if course.cancelled:
        return (MERGE if course.cancelled == 1 else SPAM,)
    if course.linked:
        return (LINK + ANSWERS,)
    first, other = (APPLICATIONS, INFRASTRUCTURE) if course.path % 2 == 0 else (INFRASTRUCTURE, APPLICATIONS)
    answers = 0 if course.silent else ANSWERS
    possible = (
        (course.moved == 1, MOVE + first),
        (course.asked > 0, PENDING + ANSWERS),
        (course.moved > 1, MOVE + first + answers),
        (course.hold, HOLD + answers),
        (course.moved and course.path > 1, MOVE + other),
        (course.asked > 1, PENDING + ANSWERS),
        (course.aside, ASIDE + answers),
        (True, RESOLVE + answers),
        (course.again == 1, RESOLVE + ANSWERS),
        (course.again > 1, RESOLVE),
    )
    return tuple(ending for happens, ending in possible if happens)


def draw(rng: np.random.Generator, what: Attributes, at: Integers, outage: Flags) -> Steps:
    """What each ticket of a desk needs."""
    count = len(at)
    linked = outage & (at < happenings.BULK_CLOSE - HOUR)
    courses = _courses(rng, what, linked)
    shared = [touches(Course(*row)) for row in courses.tolist()]
    padded = np.array([row + (0,) * (MOST_TOUCHES - len(row)) for row in shared], dtype=np.int64).reshape(
        count, MOST_TOUCHES
    )
    team = np.where(
        (what.channel == MONITORING) & (rng.random(count) < ALARMS_TO_INFRASTRUCTURE), INFRASTRUCTURE, SERVICE_DESK
    )
    return Steps(
        touches=shared,
        team=team,
        priority=_reprioritised(rng, what.priority),
        answer=_lognormal(rng, ANSWER_MINUTES * MINUTE, ANSWER_SPREAD, count),
        work=_work(rng, what, padded, team),
        customer=_lognormal(rng, ANSWERED_AFTER, ANSWERED_SPREAD, count),
        elsewhere=_lognormal(rng, THIRD_PARTY_AFTER, THIRD_PARTY_SPREAD, count),
        aside=np.where(
            courses[:, _ASIDE] > 1,
            np.minimum(_lognormal(rng, PARKED_FOR, PARKED_SPREAD, count), PARKED_WITHIN),
            _lognormal(rng, ASIDE_FOR, ASIDE_SPREAD, count),
        ),
        again=np.minimum(_lognormal(rng, REOPENED_AFTER, REOPENED_SPREAD, count), REOPENED_WITHIN),
    )


def _lognormal(rng: np.random.Generator, median: float, spread: float, size: int) -> Integers:
    return (median * np.exp(spread * rng.standard_normal(size))).astype(np.int64)


def _factors(table: dict[int, float], numbers: Integers) -> Numbers:
    factors = np.ones(max(*table, int(numbers.max(initial=0))) + 1)
    for number, factor in table.items():
        factors[number] = factor
    return factors[numbers]


def _reprioritised(rng: np.random.Generator, priority: Integers) -> Integers:
    """The priority after the first touch: for a few another one, mostly raised."""
    count = len(priority)
    raised = ((rng.random(count) < RAISED) & (priority > URGENT)) | (priority == LOW)
    changed = rng.random(count) < REPRIORITISED
    return priority + changed * np.where(raised, -1, 1)


def _courses(rng: np.random.Generator, what: Attributes, linked: Flags) -> Integers:
    """The fields of Course, one row a ticket."""
    count = len(linked)
    cancelled = rng.choice(3, size=count, p=[1 - MERGED - JUNK, MERGED, JUNK])
    difficult = _factors(HANDED_OVER_FACTORS, what.category)
    difficult = difficult / max(float(difficult.mean()), 0.01) / (1 - MERGED - JUNK)
    chance = rng.random(count)
    moved = np.where(chance < (MISROUTED + HANDED_OVER) * difficult, 2, 0)
    moved = np.where(chance < MISROUTED * difficult, 1, moved)
    infrastructure = rng.random(count) < np.where(what.category == PERFORMANCE, 0.7, 0.3)
    path = infrastructure + 2 * (rng.random(count) < BOUNCED)
    asked = (rng.random(count) < ASKED / (1 - MERGED - JUNK)).astype(np.int64)
    asked += asked * (rng.random(count) < ASKED_AGAIN)
    again = rng.choice(3, size=count, p=[1 - REOPENED - THANKED, REOPENED, THANKED])
    silent = (what.channel == MONITORING) & (rng.random(count) < SILENT_ALARMS)
    asked[silent] = again[silent] = 0
    hold = rng.random(count) < ON_HOLD
    chance = rng.random(count)
    waits = PARKED + np.array(SET_ASIDE)[what.priority]
    aside = np.where(chance < PARKED, 2, np.where(chance < waits, 1, 0))
    return np.stack([cancelled, moved, path, asked, hold, aside, again, silent, linked], axis=1).astype(np.int64)


def _work(rng: np.random.Generator, what: Attributes, padded: Integers, team: Integers) -> Integers:
    """Seconds of work in each touch: what it ends in, who does it, and how hard the ticket is."""
    ending = padded % ANSWERS
    moves = ending >= MOVE
    second_line = (np.cumsum(moves, axis=1) - moves + (team != SERVICE_DESK)[:, None]) > 0
    minutes = np.array(ENDING_MINUTES)[ending] * np.where(second_line, SECOND_LINE_FACTOR, 1.0)
    hard = _factors(CATEGORY_FACTORS, what.category) * _factors(PRIORITY_FACTORS, what.priority)
    hard *= _factors(CHANNEL_FACTORS, what.channel) * np.exp(TICKET_SPREAD * rng.standard_normal(len(hard)))
    seconds = MINUTE * minutes * hard[:, None] * np.exp(WORK_SPREAD * rng.standard_normal(padded.shape))
    resolved_before = np.cumsum(ending == RESOLVE, axis=1) - (ending == RESOLVE) > 0
    return np.where(resolved_before & (padded == RESOLVE), THANKS_MINUTES * MINUTE, seconds).astype(np.int64) + 1
