"""How do the people of one squad work their queues, event by event?

Nothing is drawn here: tickets come with what they need, people with when they work, and the floor only
lets time pass. Whoever is free takes the next piece of work, by class and then by age, from their own
queue (customers who answered them) or their team's; nobody looks at due times. One piece of work at a
time; what is not finished in a shift goes on in the next.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import heappop, heappush, merge

from data.simulation import record, steps
from data.simulation.desks import DAY, HOUR, MINUTE, TEAMS
from data.simulation.hours import Hours
from data.simulation.record import OPEN, RESOLVED, Diary, packed
from data.simulation.roster import SLOW_FACTOR, Crew

OVERTIME = 30 * MINUTE
"""Work that needs no longer than this past the end of a shift is finished first."""
LONGEST_AWAY = 4 * DAY
"""Work is not left lying for longer than this: it is finished late in the day instead."""
NEAR = 16 * HOUR
"""A customer's answer waits for the person who asked, when they are in within this time."""

_ARRIVE, _WAKE, _BEGIN, _END, _FREE, _BULK = range(6)
_KIND, _TIME = 28, 32
_INDEX = (1 << _KIND) - 1
_KINDS = (1 << _TIME - _KIND) - 1
_RANK = 40
_NOBODY = -1


@dataclass
class Load:
    """The tickets of one squad in order of arrival, one entry a ticket, with the meanings of `steps.Steps`.

    Team, priority and rank change while the tickets are worked.
    """

    created: list[int]
    rank: list[int]
    team: list[int]
    priority: list[int]
    new_priority: list[int]
    new_rank: list[int]
    touches: list[tuple[int, ...]]
    answer: list[int]
    work: list[list[int]]
    customer: list[int]
    elsewhere: list[int]
    aside: list[int]
    again: list[int]


class Floor:
    """One squad and its tickets; `run` lets the history happen and leaves its traces.

    Attributes:
        diary: all that happened.
        status, team, priority, agent: of each ticket, as they stand.
    """

    def __init__(self, load: Load, crew: Crew, customers: Hours) -> None:
        """Take a squad's tickets and people, and the hours in which customers answer."""
        count, people = len(load.created), crew.agents
        self.load, self.customers, self.pace, self.people = load, customers, crew.pace, people
        self.diary = Diary()
        self.status = [OPEN] * count
        self.team, self.priority = load.team, load.priority
        self.agent = [_NOBODY] * count
        self._touch = [0] * count
        self._owed = [True] * count
        self._over = [False] * count
        self._queues: list[list[int]] = [[] for _ in TEAMS]
        self._own: list[list[int]] = [[] for _ in people]
        self._idle: list[dict[int, None]] = [{} for _ in TEAMS]
        self._shift = [-1] * len(people)
        self._at_work = [False] * len(people)
        self._busy = [_NOBODY] * len(people)
        self._answered_at = [0] * len(people)
        self._coming: list[int] = []

    def run(self, until: int, bulk_close: int) -> None:
        """Let everything up to an instant happen."""
        known = merge(self._arrivals(), self._shifts(), [_event(bulk_close, _BULK, 0)])
        coming = self._coming
        actions = (self._queue, self._wake, self._begin, self._end, self._free, self._bulk)
        planned = next(known, None)
        limit = until << _TIME
        while planned is not None or coming:
            if planned is None or (coming and coming[0] < planned):
                event = heappop(coming)
            else:
                event, planned = planned, next(known, None)
            if event >= limit:
                break
            actions[event >> _KIND & _KINDS](event >> _TIME, event & _INDEX)
        for agent, ticket in enumerate(self._busy):
            if ticket != _NOBODY and not self._over[ticket] and 0 < self._answered_at[agent] <= until:
                self.diary.write(self._answered_at[agent], ticket, packed(record.REPLY))

    def _arrivals(self) -> Iterable[int]:
        return (_event(at, _ARRIVE, ticket) for ticket, at in enumerate(self.load.created))

    def _shifts(self) -> Iterable[int]:
        begins = (_event(at, _BEGIN, number) for number, agent in enumerate(self.people) for at in agent.starts)
        ends = (_event(at, _END, number) for number, agent in enumerate(self.people) for at in agent.ends)
        return sorted([*begins, *ends])

    def _queue(self, now: int, ticket: int) -> None:
        """A ticket waits for its own agent or for its team, or is taken at once."""
        team, owner = self.team[ticket], self.agent[ticket]
        place = (self.load.rank[ticket] << _RANK + _KIND) | (now << _KIND) | ticket
        if owner != _NOBODY and self.people[owner].team == team and self._near(owner, now):
            heappush(self._own[owner], place)
            if owner in self._idle[team]:
                self._take(now, owner)
            return
        heappush(self._queues[team], place)
        idle = self._idle[team]
        if idle:
            self._take(now, next(iter(idle)))

    def _near(self, agent: int, now: int) -> bool:
        if self._at_work[agent]:
            return True
        starts, following = self.people[agent].starts, self._shift[agent] + 1
        return following < len(starts) and starts[following] - now <= NEAR

    def _wake(self, now: int, ticket: int) -> None:
        """The customer or a third party answers, or a parked ticket is remembered."""
        if self._over[ticket]:
            return
        status = self.status[ticket]
        if status in (record.PENDING, RESOLVED):
            self.diary.write(now, ticket, packed(record.MESSAGE))
            self._owed[ticket] = True
        if status != OPEN:
            self._becomes(now, ticket, OPEN)
        self._queue(now, ticket)

    def _begin(self, now: int, agent: int) -> None:
        self._shift[agent] += 1
        self._at_work[agent] = True
        if self._busy[agent] == _NOBODY:
            self._take(now, agent)

    def _end(self, _now: int, agent: int) -> None:
        self._at_work[agent] = False
        self._idle[self.people[agent].team].pop(agent, None)

    def _take(self, now: int, agent: int) -> None:
        """Someone free takes the next piece of work, or waits for one."""
        own, team = self._own[agent], self.people[agent].team
        shared = self._queues[team]
        while own or shared:
            ticket = heappop(own if own and (not shared or own[0] < shared[0]) else shared) & _INDEX
            if not self._over[ticket]:
                self._idle[team].pop(agent, None)
                self._work(now, agent, ticket)
                return
        self._idle[team][agent] = None

    def _work(self, now: int, agent: int, ticket: int) -> None:
        """Someone starts on a ticket; when the answer is given and the work is done is known from here."""
        load, person, touch = self.load, self.people[agent], self._touch[ticket]
        holder = self.agent[ticket]
        if holder != agent:
            self.diary.write(now, ticket, packed(record.AGENT, self._handle(agent), self._handle(holder)))
            self.agent[ticket] = agent
        answers = load.touches[ticket][touch] & steps.ANSWERS and self._owed[ticket]
        pace = self.pace[person.team] / person.speed * (1.0 if now >= person.slow_until else SLOW_FACTOR)
        answer = int(load.answer[ticket] * pace) if answers else 0
        self._busy[agent] = ticket
        self._answered_at[agent] = self._after(now, agent, answer) if answers else 0
        done = self._after(now, agent, answer + int(load.work[ticket][touch] * pace))
        heappush(self._coming, _event(done, _FREE, agent))

    def _after(self, now: int, agent: int, work: int) -> int:
        """When so much work is done, over the ends of shifts."""
        person, shift = self.people[agent], self._shift[agent]
        ends = person.ends[shift]
        while now + work > ends + OVERTIME:
            shift += 1
            if shift >= len(person.starts) or person.starts[shift] - ends > LONGEST_AWAY:
                break
            work -= max(0, ends - now)
            now, ends = person.starts[shift], person.ends[shift]
        return now + work

    def _free(self, now: int, agent: int) -> None:
        """Someone is done with a touch: what comes of it, and the next one."""
        ticket, answered_at = self._busy[agent], self._answered_at[agent]
        self._busy[agent] = _NOBODY
        if not self._over[ticket]:
            if answered_at:
                self.diary.write(answered_at, ticket, packed(record.REPLY))
                self._owed[ticket] = False
            self._outcome(now, ticket)
        if self._at_work[agent]:
            self._take(now, agent)

    def _outcome(self, now: int, ticket: int) -> None:
        """How a touch ends."""
        load, touch = self.load, self._touch[ticket]
        if touch == 0 and load.new_priority[ticket] != load.priority[ticket]:
            self._reprioritise(now, ticket)
        ending = load.touches[ticket][touch] % steps.ANSWERS
        self._touch[ticket] = touch + 1
        if ending >= steps.MOVE:
            self._hand_over(now, ticket, ending - steps.MOVE)
        elif ending == steps.PENDING:
            self._becomes(now, ticket, record.PENDING)
            self._wake_at(self.customers.after(now, load.customer[ticket]), ticket)
        elif ending == steps.HOLD:
            self._becomes(now, ticket, record.ON_HOLD)
            self._wake_at(now + load.elsewhere[ticket], ticket)
        elif ending == steps.ASIDE:
            self._wake_at(self.customers.after(now, load.aside[ticket]), ticket)
        elif ending == steps.RESOLVE:
            self._resolve(now, ticket)
        elif ending in (steps.MERGE, steps.SPAM):
            self._over[ticket] = True
            self.status[ticket] = record.CLOSED
            self.diary.write(now, ticket, packed(record.CANCEL, record.CANCEL_0 + ending - steps.MERGE))

    def _resolve(self, now: int, ticket: int) -> None:
        self._becomes(now, ticket, RESOLVED)
        if self._touch[ticket] < len(self.load.touches[ticket]):
            self._wake_at(self.customers.after(now, self.load.again[ticket]), ticket)
        else:
            self._over[ticket] = True

    def _reprioritise(self, now: int, ticket: int) -> None:
        before, after = self.priority[ticket], self.load.new_priority[ticket]
        self.diary.write(now, ticket, packed(record.PRIORITY, record.PRIORITY_0 + after, record.PRIORITY_0 + before))
        self.priority[ticket] = after
        self.load.rank[ticket] = self.load.new_rank[ticket]

    def _hand_over(self, now: int, ticket: int, team: int) -> None:
        before = self.team[ticket]
        if before != team:
            self.diary.write(now, ticket, packed(record.TEAM, record.TEAM_0 + team, record.TEAM_0 + before))
            self.diary.write(now, ticket, packed(record.AGENT, record.NOTHING, self._handle(self.agent[ticket])))
            self.team[ticket], self.agent[ticket] = team, _NOBODY
        self._queue(now, ticket)

    def _bulk(self, now: int, _index: int) -> None:
        """Every ticket linked to the outage is answered and resolved."""
        for ticket, touches in enumerate(self.load.touches):
            linked = touches[0] % steps.ANSWERS == steps.LINK and self.load.created[ticket] < now
            if linked and not self._over[ticket]:
                if self._owed[ticket]:
                    self.diary.write(now, ticket, packed(record.REPLY))
                self._becomes(now, ticket, RESOLVED)
                self._over[ticket] = True

    def _becomes(self, now: int, ticket: int, status: int) -> None:
        before = self.status[ticket]
        self.diary.write(now, ticket, packed(record.STATUS, record.STATUS_0 + status, record.STATUS_0 + before))
        self.status[ticket] = status

    def _wake_at(self, at: int, ticket: int) -> None:
        heappush(self._coming, _event(at, _WAKE, ticket))

    def _handle(self, agent: int) -> int:
        return record.NOTHING if agent == _NOBODY else record.AGENT_0 + self.people[agent].number


def _event(at: int, kind: int, index: int) -> int:
    """An event as one integer, in order of time, then kind, then index."""
    return (at << _TIME) | (kind << _KIND) | index
