"""Who works at a desk, in which team, how fast, and between which instants?"""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from data.simulation import happenings
from data.simulation.desks import (
    APPLICATIONS,
    HOUR,
    SERVICE_DESK,
    Desk,
    Integers,
    days,
    instant,
    midnights,
    since_epoch,
)

ABSENT = 0.05
"""Share of working days a person is away without a plan: ill, on a course, with a child."""
SPEED_SPREAD = 0.10

SHIFTS: tuple[tuple[tuple[float, float], ...], ...] = (
    ((0.0, 4.0), (4.5, 8.5)),
    ((0.5, 4.5), (5.0, 9.0)),
    ((0.0, 3.5), (4.25, 9.0)),
)
"""Hours after opening, in turn over the service desk; the gap is lunch."""
SECOND_LINE_SHIFTS: tuple[tuple[tuple[float, float], ...], ...] = (((0.0, 4.25),), ((4.75, 8.75),))
"""The other teams give tickets half of each day, in turn mornings and afternoons."""
LONG_DAY, LATE = 9.0, 1.0
"""Where a desk is open for longer than the first, every third person comes later by the second, in hours."""
SHORT_FRIDAY = 6.5
"""Hours after opening at which every other person goes home on Fridays."""
TEAM_MEETING = 0.5
"""Hours from opening the service desk sits together on Mondays; every fourth person minds the queue."""

LEAVING_PLACE, SMALLEST_LEFT = 1, 3
"""Who leaves a team; one no larger than the second keeps its people."""
SLOW_FACTOR = 2.0
"""How much longer a slow new hire takes over everything."""
JULY_WEEKS = 4


@dataclass(frozen=True)
class Departure:
    """Somebody leaves a team and is replaced later by a person who may be slow at first."""

    team: int
    leaves: date
    replaced: date
    slow_until: date


DEPARTURES = {
    "stockholm": Departure(SERVICE_DESK, date(2025, 11, 14), date(2026, 1, 19), date(2026, 4, 20)),
    "london": Departure(APPLICATIONS, date(2026, 8, 28), date(2026, 10, 19), date(2026, 10, 19)),
}


@dataclass(frozen=True)
class Agent:
    """One person of the roster.

    Attributes:
        number: identity, also of the handle.
        team: number of the team.
        speed: work done per second, 1 for a plain person.
        slow_until: simulation seconds until which work takes SLOW_FACTOR times as long.
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
    agents = [_agent(rng, post, first_number + number) for number, post in enumerate(posts(desk, size))]
    pace = [_count(wanted, size) / (wanted * size) for wanted in desk.crew]
    return Crew(agents, pace)


@dataclass(frozen=True)
class Post:
    """A place in a team, held by one person from a date until another, not included."""

    desk: Desk
    team: int
    place: int
    count: int
    since: date = date.min
    until: date = date.max


def posts(desk: Desk, size: float) -> list[Post]:
    """Every post of a squad in the order in which its agents are numbered.

    Args:
        desk: whose squad.
        size: of the squad, 1 for the desk at 60,000 tickets.
    """
    return [
        post
        for team, wanted in enumerate(desk.crew)
        for place in range(_count(wanted, size))
        for post in _holders(desk, team, place, _count(wanted, size))
    ]


def _count(wanted: float, size: float) -> int:
    return max(1, round(wanted * size))


def _holders(desk: Desk, team: int, place: int, count: int) -> list[Post]:
    """Whoever holds a place: mostly one person, at two desks a leaver and a replacement."""
    post = Post(desk, team, place, count)
    departure = DEPARTURES.get(desk.schedule)
    if departure is None or (team, place) != (departure.team, LEAVING_PLACE) or count <= SMALLEST_LEFT:
        return [post]
    return [replace(post, until=departure.leaves), replace(post, since=departure.replaced)]


def _agent(rng: np.random.Generator, post: Post, number: int) -> Agent:
    desk, dates = post.desk, days()
    holidays = desk.days_off()
    present = rng.random(len(dates)) >= ABSENT
    speed = float(np.exp(SPEED_SPREAD * rng.standard_normal()))
    worked = [
        day
        for day, here in zip(dates, present.tolist(), strict=True)
        if here and day not in holidays and post.since <= day < post.until and not on_leave(post, day)
    ]
    starts: list[Integers] = []
    ends: list[Integers] = []
    for weekday in range(5):
        local = midnights(tuple(day for day in worked if day.weekday() == weekday))
        for begin, end in _shift(post, weekday):
            starts.append(local + round((desk.opens + begin) * HOUR))
            ends.append(local + round((desk.opens + end) * HOUR))
    order = np.argsort(np.concatenate(starts), kind="stable")
    return Agent(
        number,
        post.team,
        speed,
        instant(DEPARTURES[desk.schedule].slow_until, 0, desk.time_zone) if post.since > date.min else 0,
        since_epoch(np.concatenate(starts)[order], desk.time_zone).tolist(),
        since_epoch(np.concatenate(ends)[order], desk.time_zone).tolist(),
    )


def _shift(post: Post, weekday: int) -> list[tuple[float, float]]:
    """Stretches worked on a weekday, in hours after opening: those of the shift, less the team meeting."""
    begins = meeting(post, weekday)
    return [(max(begin, begins), end) for begin, end in shift(post, weekday)]


def shift(post: Post, weekday: int) -> list[tuple[float, float]]:
    """The shift of a weekday (0 is Monday), in hours after opening; the gap is lunch."""
    open_hours = float(post.desk.closes - post.desk.opens)
    if post.team != SERVICE_DESK:
        return list(SECOND_LINE_SHIFTS[(post.place + weekday) % len(SECOND_LINE_SHIFTS)])
    late = LATE if open_hours > LONG_DAY and post.place % 3 == 2 else 0.0
    finish = SHORT_FRIDAY if weekday == 4 and post.place % 2 == 1 else open_hours
    return [(a + late, min(b + late, finish)) for a, b in SHIFTS[post.place % len(SHIFTS)] if a + late < finish]


def meeting(post: Post, weekday: int) -> float:
    """Hours from opening the person sits in the team meeting on a weekday; 0 where not at all."""
    return TEAM_MEETING if post.team == SERVICE_DESK and weekday == 0 and post.place % 4 != 0 else 0.0


def on_leave(post: Post, day: date) -> bool:
    """Whether leave is planned: July in turns, a part of the team each week; another over Christmas. Whoever is alone
    stays."""
    if post.count == 1:
        return False
    if happenings.JULY[0] <= day < happenings.JULY[1]:
        parts, week = post.desk.away_in_july, (day - happenings.JULY[0]).days // 7
        return post.place % parts == week * parts // JULY_WEEKS % parts
    return happenings.CHRISTMAS[0] <= day < happenings.CHRISTMAS[1] and post.place % 3 == day.year % 3
