"""Who else could have been at the desks: people a plan asks for, put into the simulation beside those there were."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from analytics.errors import SLAError, UnknownNameError
from data.simulation.desks import DESKS, HOUR, TEAMS, Desk, days, midnights, since_epoch
from data.simulation.roster import Agent

Crews = dict[tuple[str, int], list[Agent]]
"""People by schedule and squad."""


@dataclass(frozen=True)
class Extra:
    """More people at a desk at some hours of every week of the history, but for its public holidays.

    Attributes:
        schedule: of the desk, as the policy file calls it.
        team: its name, or its place in `TEAMS`.
        weekday: 1 is Monday.
        from_hour, to_hour: local, 0 to 24.
        heads: for the whole desk.
    """

    schedule: str
    team: str | int
    weekday: int
    from_hour: float
    to_hour: float
    heads: int

    def where(self) -> tuple[Desk, int]:
        """Its desk and the number of its team.

        Raises:
            UnknownNameError: there is no such schedule or team.
            SLAError: a weekday, hour or number of heads that cannot be.
        """
        desk = next((each for each in DESKS if each.schedule == self.schedule), None)
        if desk is None:
            raise UnknownNameError.of("schedule", self.schedule, [each.schedule for each in DESKS])
        team = dict(enumerate(TEAMS)).get(self.team, "") if isinstance(self.team, int) else self.team
        if team not in TEAMS:
            raise UnknownNameError.of("team", str(self.team), TEAMS)
        if not (1 <= self.weekday <= 7 and 0 <= self.from_hour < self.to_hour <= 24 and self.heads >= 0):
            raise SLAError(
                f"Nobody can work at {self}. Expected a weekday from 1 to 7, hours from 0 to 24 with the first before "
                "the last, and heads of 0 or more."
            )
        return desk, TEAMS.index(team)


def hired(extra: Sequence[Extra], squads: int, first_number: int) -> Crews:
    """The fewest people who work all of it, of plain speed, in turn in every squad of their desk.

    Args:
        extra: hours of one team may overlap, and add up.
        squads: of every desk.
        first_number: of the first of them.

    Raises:
        UnknownNameError, SLAError: one of them cannot be.
    """
    crews: Crews = {}
    number = first_number
    places = [each.where() for each in extra]
    for desk in DESKS:
        for team in range(len(TEAMS)):
            asked = [each for each, place in zip(extra, places, strict=True) if place == (desk, team)]
            most = max((_level(asked, each.weekday, each.from_hour) for each in asked), default=0)
            for head in range(most):
                person = _agent(asked, desk, team, head, number)
                crews.setdefault((desk.schedule, head % squads), []).append(person)
                number += 1
    return crews


def _level(asked: Sequence[Extra], weekday: int, hour: float) -> int:
    """How many are asked for from an hour on."""
    return sum(each.heads for each in asked if each.weekday == weekday and each.from_hour <= hour < each.to_hour)


def _agent(asked: Sequence[Extra], desk: Desk, team: int, head: int, number: int) -> Agent:
    """One person: at work whenever more than so many heads are asked for."""
    closed = desk.days_off()
    stretches: list[tuple[int, int]] = []
    for weekday in range(1, 8):
        local = midnights(tuple(day for day in days() if day.isoweekday() == weekday and day not in closed))
        hours = {hour for each in asked if each.weekday == weekday for hour in (each.from_hour, each.to_hour)}
        for begin, end in pairwise(sorted(hours)):
            if _level(asked, weekday, begin) > head:
                starts, ends = (since_epoch(local + round(hour * HOUR), desk.time_zone) for hour in (begin, end))
                stretches += zip(starts.tolist(), ends.tolist(), strict=True)
    starts, ends = (np.array(column, dtype=np.int64) for column in zip(*sorted(stretches), strict=True))
    fresh = np.append(True, starts[1:] > ends[:-1])
    return Agent(number, team, 1.0, 0, starts[fresh].tolist(), ends[np.append(fresh[1:], True)].tolist())
