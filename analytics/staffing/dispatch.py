"""The loops of the simulator: which free agent takes what, and when it is done.

An agent is free from the end of a piece of work to the end of the stretch of duty. At an instant everything that ends,
begins or is released then happens first; then the free agents, the lowest number first, each take what comes first of
what they may take.
"""

from dataclasses import dataclass
from heapq import heapify, heappop, heappush, heapreplace
from math import inf

_NOTHING = 1 << 62
"""A key behind every other."""


@dataclass(frozen=True, eq=False)
class Items:
    """Pieces of work in the order of their release, and the order they should be done in.

    Attributes:
        released, due, work: seconds; `released` has one more, at infinity.
        line: which line each waits in, from 0.
        turn: the place of each in the order of work, 0 first.
        at_turn: which item has each place.
        yields: whether what is past due waits behind what is not.
        age_cap: seconds since its release after which what is past due comes first again; infinite: never.
        hand_over: by agent, whether work not done at the end of a stretch goes back to its line, with what is left.
    """

    released: list[float]
    due: list[float]
    work: list[float]
    line: list[int]
    turn: list[int]
    at_turn: list[int]
    yields: bool
    age_cap: float
    hand_over: list[bool]


@dataclass(frozen=True, eq=False)
class Crew:
    """When each agent works, by agent and in order, and the lines each takes from."""

    starts: list[list[float]]
    ends: list[list[float]]
    lines: list[frozenset[int]]


class _Shifts:
    """How far each agent has come in the stretches of duty."""

    def __init__(self, crew: Crew) -> None:
        self._starts, self._ends = crew.starts, crew.ends
        self._at = [0] * len(crew.starts)
        self.until = [ends[0] if ends else -inf for ends in crew.ends]
        # Three that never come, so that those next in the heap can always be looked at.
        self.busy = [(starts[0], k) for k, starts in enumerate(crew.starts) if starts] + [(inf, -1)] * 3
        heapify(self.busy)

    def next_start(self, agent: int, now: float) -> float:
        """Move an agent whose stretch is over to the first that ends after now: its start; infinite if there is none.

        The start may have passed.
        """
        ends = self._ends[agent]
        at = self._at[agent] + 1
        while at < len(ends) and ends[at] <= now:
            at += 1
        return self._move(agent, at)

    def carried(self, agent: int, rest: float) -> float:
        """When work is done of which so many seconds are left at the end of the stretch; infinite: never."""
        starts, ends = self._starts[agent], self._ends[agent]
        at = self._at[agent] + 1
        while at < len(ends) and rest > ends[at] - starts[at]:
            rest -= ends[at] - starts[at]
            at += 1
        return self._move(agent, at) + rest

    def _move(self, agent: int, at: int) -> float:
        self._at[agent] = at
        over = at >= len(self._ends[agent])
        self.until[agent] = inf if over else self._ends[agent][at]
        return inf if over else self._starts[agent][at]


class _Line:
    """What waits in one line."""

    def __init__(self, items: Items, begun: bytearray) -> None:
        self._items, self._begun, self._n = items, begun, len(items.work)
        self.waiting: list[int] = []
        self._overdue: list[int] = []
        self._oldest: list[int] = []

    def add(self, item: int) -> None:
        """Put an item in."""
        heappush(self.waiting, self._items.turn[item])

    def best(self, now: float) -> int:
        """The key of what comes first now, comparable between lines.

        Of what is overdue and older than the age cap, the oldest; then what can still be kept; then what is overdue;
        then what has no promise. What was begun through another heap is dropped where it is met.
        """
        items, begun, n, waiting = self._items, self._begun, self._n, self.waiting
        self._settle(now)
        if not items.yields:
            return n + waiting[0] if waiting else _NOTHING
        overdue, oldest = self._overdue, self._oldest
        while oldest and begun[oldest[0]]:
            heappop(oldest)
        if oldest and now - items.released[oldest[0]] > items.age_cap:
            return oldest[0]
        if waiting and items.due[items.at_turn[waiting[0]]] < inf:
            return n + waiting[0]
        while overdue and begun[items.at_turn[overdue[0]]]:
            heappop(overdue)
        if overdue:
            return 2 * n + overdue[0]
        return 3 * n + waiting[0] if waiting else _NOTHING

    def _settle(self, now: float) -> None:
        """Put what is overdue by now apart, until the first that waits can still be kept."""
        waiting, begun, items = self.waiting, self._begun, self._items
        while waiting:
            item = items.at_turn[waiting[0]]
            if begun[item]:
                heappop(waiting)
            elif items.yields and items.due[item] <= now:
                heappush(self._overdue, heappop(waiting))
                if items.age_cap < inf:
                    heappush(self._oldest, item)
            else:
                break

    def back(self, item: int) -> None:
        """Put an item in again; what the heaps still hold of it is as good as what is put in now."""
        self._begun[item] = 0
        self.add(item)

    def take(self, key: int) -> int:
        """Begin the item of a key."""
        item = key if key < self._n else self._items.at_turn[key % self._n]
        self._begun[item] = 1
        return item


def one_line(items: Items, crew: Crew) -> list[float]:  # noqa: C901, PLR0912 - one loop, for speed
    """When each item is done where every agent takes everything; infinite: never."""
    released, work, turn, at_turn = items.released, items.work.copy(), items.turn, items.at_turn
    n, line = len(work), _Line(items, bytearray(len(work)))
    shifts, waiting, yields = _Shifts(crew), line.waiting, items.yields
    busy, until, idle = shifts.busy, shifts.until, list[int]()
    finish, now, come, begun, back = [inf] * n, -inf, 0, 0, list[tuple[float, int]]()
    while begun < n or back:
        if come == begun:
            soonest = min(released[come], back[0][0]) if back else released[come]
            now = max(now, soonest)
        if not idle and busy[0][0] > now:
            now = busy[0][0]
            if now == inf:
                break
        alone = not idle and busy[1][0] > now and busy[2][0] > now
        if alone:
            agent = busy[0][1]
        else:
            while busy[0][0] <= now:
                heappush(idle, heappop(busy)[1])
            agent = heappop(idle)
        if until[agent] <= now:
            free = shifts.next_start(agent, now)
        else:
            while back and back[0][0] <= now:
                line.back(heappop(back)[1])
                begun -= 1
            if come == begun and released[come + 1] > now:
                item = come
                come += 1
            else:
                while released[come] <= now:
                    heappush(waiting, turn[come])
                    come += 1
                item = line.take(line.best(now)) if yields else at_turn[heappop(waiting)]
            begun += 1
            free = now + work[item]
            if free > until[agent] and items.hand_over[agent]:
                work[item], free = free - until[agent], until[agent]
                heappush(back, (free, item))
            else:
                if free > until[agent]:
                    free = shifts.carried(agent, free - until[agent])
                finish[item] = free
        if alone:
            heapreplace(busy, (free, agent))
        else:
            heappush(busy, (free, agent))
    return finish


class _Groups:
    """Agents who take from the same lines."""

    def __init__(self, crew: Crew) -> None:
        kinds = list(dict.fromkeys(crew.lines))
        self.of = [kinds.index(lines) for lines in crew.lines]
        self.lines = [sorted(lines) for lines in kinds]
        self.idle: list[list[int]] = [[] for _ in kinds]
        self.waiting = [0] * len(kinds)
        self._taking: dict[int, list[int]] = {}
        for group, lines in enumerate(self.lines):
            for line in lines:
                self._taking.setdefault(line, []).append(group)

    def count(self, line: int, more: int) -> None:
        """Count what waits in the lines of each."""
        for group in self._taking.get(line, ()):
            self.waiting[group] += more

    def free(self, shifts: _Shifts, now: float) -> int:
        """The lowest agent who is free and has something to take; -1: nobody."""
        lowest = _NOTHING
        for group, idle in enumerate(self.idle):
            if self.waiting[group]:
                while idle and shifts.until[idle[0]] <= now:
                    agent = heappop(idle)
                    start = shifts.next_start(agent, now)
                    if start <= now:
                        heappush(idle, agent)
                    else:
                        heappush(shifts.busy, (start, agent))
                lowest = min(lowest, idle[0]) if idle else lowest
        return -1 if lowest == _NOTHING else lowest


def several_lines(items: Items, crew: Crew) -> list[float]:
    """When each item is done where agents take from lines of their own; infinite: never."""
    released, work, n = items.released, items.work.copy(), len(items.work)
    marks = bytearray(n)
    lines = [_Line(items, marks) for _ in range(max(items.line) + 1)]
    shifts, groups = _Shifts(crew), _Groups(crew)
    busy, until = shifts.busy, shifts.until
    finish, now, come, back = [inf] * n, min(released[0], shifts.busy[0][0]), 0, list[tuple[float, int]]()
    while now < inf:
        while released[come] <= now:
            lines[items.line[come]].add(come)
            groups.count(items.line[come], 1)
            come += 1
        while back and back[0][0] <= now:
            item = heappop(back)[1]
            lines[items.line[item]].back(item)
            groups.count(items.line[item], 1)
        while busy[0][0] <= now:
            agent = heappop(busy)[1]
            heappush(groups.idle[groups.of[agent]], agent)
        agent = groups.free(shifts, now)
        if agent < 0:
            if busy[0][0] > now:
                now = min(busy[0][0], released[come])
            continue
        group = groups.of[agent]
        key, at = min((lines[each].best(now), each) for each in groups.lines[group])
        item = lines[at].take(key)
        groups.count(at, -1)
        heappop(groups.idle[group])
        free = now + work[item]
        if free > until[agent] and items.hand_over[agent]:
            work[item], free = free - until[agent], until[agent]
            heappush(back, (free, item))
        else:
            if free > until[agent]:
                free = shifts.carried(agent, free - until[agent])
            finish[item] = free
        heappush(busy, (free, agent))
    return finish
