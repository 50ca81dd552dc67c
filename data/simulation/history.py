"""What is known of the tickets of one desk, before and after they are worked?"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from data.simulation import attributes, roster, steps
from data.simulation.desks import Desk, Integers
from data.simulation.floor import Floor, Load
from data.simulation.happenings import BULK_CLOSE
from data.simulation.hours import Hours
from data.simulation.roster import Agent

TICKETS_A_SQUAD = 60_000


class History:
    """One desk's tickets, and what became of them."""

    def __init__(self, desk: Desk, customer: Integers, what: attributes.Attributes, at: Integers) -> None:
        """Take what is known of a desk's tickets when they come in."""
        self.desk, self.customer, self.what, self.at = desk, customer, what, at
        self.status, self.team, self.priority, self.agent = (np.zeros(len(at), dtype=np.int64) for _ in range(4))
        self.events: list[tuple[Integers, Integers, Integers]] = []

    def work(
        self,
        rng: np.random.Generator,
        needed: steps.Steps,
        mine: Integers,
        *,
        tickets: float,
        first_agent: int,
        end: int,
        extra: Sequence[Agent] = (),
    ) -> int:
        """Let one squad work its tickets.

        Args:
            rng: for the roster.
            needed: what every ticket of the desk needs.
            mine: rows of the squad's tickets.
            tickets: of a squad at all desks together; its size follows.
            first_agent: number of its first agent.
            end: simulation second at which the history ends.
            extra: people beside those of its roster.

        Returns:
            How many people its roster has had.
        """
        hired = roster.hire(rng, self.desk, tickets / TICKETS_A_SQUAD, first_agent)
        crew = replace(hired, agents=[*hired.agents, *extra])
        floor = Floor(self._load(needed, mine), crew, Hours.of(self.desk.customer_hours()))
        floor.run(end, BULK_CLOSE)
        numbers = np.array([agent.number for agent in crew.agents] + [-1])
        self.status[mine], self.team[mine], self.priority[mine] = floor.status, floor.team, floor.priority
        self.agent[mine] = numbers[np.array(floor.agent, dtype=np.int64)]
        diary = floor.diary
        at, ticket, what = (np.array(each, dtype=np.int64) for each in (diary.at, diary.ticket, diary.what))
        self.events.append((at, mine[ticket], what))
        return len(hired.agents)

    def _load(self, needed: steps.Steps, mine: Integers) -> Load:
        channel = self.what.channel[mine]
        return Load(
            created=self.at[mine].tolist(),
            rank=attributes.rank(self.what.priority[mine], channel).tolist(),
            team=needed.team[mine].tolist(),
            priority=self.what.priority[mine].tolist(),
            new_priority=needed.priority[mine].tolist(),
            new_rank=attributes.rank(needed.priority[mine], channel).tolist(),
            touches=[needed.touches[row] for row in mine.tolist()],
            answer=needed.answer[mine].tolist(),
            work=needed.work[mine].tolist(),
            customer=needed.customer[mine].tolist(),
            elsewhere=needed.elsewhere[mine].tolist(),
            aside=needed.aside[mine].tolist(),
            again=needed.again[mine].tolist(),
        )
