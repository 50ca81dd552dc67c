"""Who works at a desk, in which team, how fast, and between which instants?"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from data.simulation import happenings
from data.simulation.desks import DAY, HOUR, SERVICE_DESK, Desk, Integers, days, midnights, since_epoch

ABSENT = 0.05
"""Share of working days a person is away without a plan: ill, on a course, with a child."""
SPEED_SPREAD = 0.10

SHIFTS = (((0.0, 4.0), (4.5, 8.5)), ((0.5, 4.5), (5.0, 9.0)), ((0.0, 3.5), (4.25, 9.0)))
"""Hours after opening, in turn over the service desk; the gap is lunch."""
SECOND_LINE_SHIFTS = (((0.0, 4.25),), ((4.75, 8.75),))
"""The other teams give tickets half of each day, in turn mornings and afternoons."""
LATE = 1.0
"""Every third person of a desk that is open for ten hours comes this much later."""
SHORT_FRIDAY = 6.5
"""Hours after opening at which every other person goes home on Fridays."""
TEAM_MEETING = 0.5
"""Hours from opening the service desk sits together on Mondays; every fourth person minds the queue."""

LEAVERS = {"stockholm": date(2025, 11, 14), "london": date(2026, 8, 28)}
REPLACED = {"stockholm": date(2026, 1, 19), "london": date(2026, 10, 19)}
SLOW_UNTIL = {"stockholm": date(2026, 4, 20), "london": date(2026, 11, 30)}
SLOW_SPEED = 0.5
"""Pace of a new hire until then."""
SMALLEST_LEFT = 3
"""A team no larger keeps its people."""


@dataclass(frozen=True)
class Agent:
    """One person of the roster.

    Attributes:
        number: identity, also of the handle.
        team: number of the team.
        speed: work done per second, 1 for a plain person.
        slow_until: simulation seconds until which work takes twice as long.
        starts, ends: the stretches of time worked, sorted.
    """

    number: int
    team: int
    speed: float
    slow_until: int
    starts: list[int]
    ends: list[int]


@dataclass(frozen=True)
class Crew:
    """The people of one squad, and how their number compares with the one aimed at, by team."""

    agents: list[Agent]
    pace: list[float]


def hire(rng: np.random.Generator, desk: Desk, size: float, first_number: int) -> Crew:
    """A squad's roster over the whole history.

    Args:
        desk: whose hours and holidays hold.
        size: of the squad, 1 for the desk at 60,000 tickets.
        first_number: of its first agent.
    """
    agents: list[Agent] = []
    pace = []
    for team, wanted in enumerate(desk.crew):
        count = max(1, round(wanted * size))
        pace.append(count / (wanted * size))
        for place in range(count):
            leaves = team == SERVICE_DESK and place == 1 and count > SMALLEST_LEFT and desk.schedule in LEAVERS
            last = LEAVERS[desk.schedule] if leaves else date.max
            agents.append(_agent(rng, desk, team, place, count, first_number + len(agents), until=last))
            if leaves:
                agents.append(
                    _agent(rng, desk, team, place, count, first_number + len(agents), since=REPLACED[desk.schedule])
                )
    return Crew(agents, pace)


def _agent(
    rng: np.random.Generator,
    desk: Desk,
    team: int,
    place: int,
    count: int,
    number: int,
    since: date = date.min,
    until: date = date.max,
) -> Agent:
    dates = days()
    away = desk.days_off()
    present = rng.random(len(dates)) >= ABSENT
    speed = float(np.exp(SPEED_SPREAD * rng.standard_normal()))
    at_work = [
        day.weekday() < 5 and day not in away and here and since <= day < until and not _on_leave(desk, place, count, day)
        for day, here in zip(dates, present.tolist(), strict=True)
    ]
    starts: list[Integers] = []
    ends: list[Integers] = []
    for weekday in range(5):
        chosen = tuple(day for day, works in zip(dates, at_work, strict=True) if works and day.weekday() == weekday)
        for begin, end in _shift(desk, team, place, weekday):
            starts.append(midnights(chosen) + round((desk.opens + begin) * HOUR))
            ends.append(midnights(chosen) + round((desk.opens + end) * HOUR))
    order = np.argsort(np.concatenate(starts), kind="stable")
    slow_until = since_epoch(midnights((SLOW_UNTIL[desk.schedule],)), desk.time_zone)[0] if since > date.min else 0
    return Agent(
        number,
        team,
        speed,
        int(slow_until),
        since_epoch(np.concatenate(starts)[order], desk.time_zone).tolist(),
        since_epoch(np.concatenate(ends)[order], desk.time_zone).tolist(),
    )


def _shift(desk: Desk, team: int, place: int, weekday: int) -> list[tuple[float, float]]:
    """Stretches worked on a weekday, in hours after opening."""
    if team != SERVICE_DESK:
        shift = SECOND_LINE_SHIFTS[(place + weekday) % len(SECOND_LINE_SHIFTS)]
        late = 0.0
    else:
        shift = SHIFTS[place % len(SHIFTS)]
        late = LATE if desk.closes - desk.opens > 9 and place % 3 == 2 else 0.0
    begins = TEAM_MEETING if team == SERVICE_DESK and weekday == 0 and place % 4 != 0 else 0.0
    finish = SHORT_FRIDAY if weekday == 4 and place % 2 == 1 else float(desk.closes - desk.opens)
    return [(max(a + late, begins), min(b + late, finish)) for a, b in shift if a + late < finish]


def _on_leave(desk: Desk, place: int, count: int, day: date) -> bool:
    """July in turns, a part of the team each week; half of it over Christmas."""
    if count == 1:
        return False
    if happenings.JULY[0] <= day < happenings.JULY[1]:
        week = (day - happenings.JULY[0]).days * 86_400 // (7 * DAY)
        return place % desk.away_in_july == (week * desk.away_in_july // 4) % desk.away_in_july
    return happenings.CHRISTMAS[0] <= day < happenings.CHRISTMAS[1] and place % 2 == day.year % 2
