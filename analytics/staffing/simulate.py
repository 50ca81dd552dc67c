"""What happens to work when so many people take it in some order: each piece, from its release to when it is done.

A queue with several agents, each with stretches of duty and queues of their own. Nothing is left to chance: the same
work and the same duty give the same answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

import numpy as np
import numpy.typing as npt

from analytics.errors import StaffingError
from analytics.staffing.assumptions import ORDERS, Order
from analytics.staffing.dispatch import Crew, Items, one_line, several_lines

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Duty:
    """Stretches worked, sorted by agent and start on the way in; those that touch are one, those of no length none.

    Attributes:
        agent: 0 to people - 1.
        start, end: UTC seconds, float64; the stretches of one agent do not overlap.
        queues: the queues each agent takes from, one set an agent; None: every queue.

    Raises:
        StaffingError: columns of unlike length, an agent without queues, a stretch that ends before it starts or has
            no finite start, an agent in two places at once.

    Example:
        >>> duty = Duty(np.array([1, 0]), np.array([0.0, 0.0]), np.array([9.0, 8.0]), (None, frozenset({2})))
        >>> duty.agent.tolist(), duty.end.tolist(), duty.people
        ([0, 1], [8.0, 9.0], 2)
    """

    agent: Whole
    start: Floats
    end: Floats
    queues: tuple[frozenset[int] | None, ...]

    def __post_init__(self) -> None:
        """Check and sort."""
        start, end = _numbers("start of duty", self.start), _numbers("end of duty", self.end, infinite=True)
        agent = np.asarray(self.agent, dtype=np.int64)
        _alike({"agent": agent, "start": start, "end": end})
        if len(agent) and not 0 <= agent.min() <= agent.max() < len(self.queues):
            raise StaffingError(
                f"Duty is given for agents {agent.min()} to {agent.max()}, queues for {len(self.queues)}. "
                "Expected agents counted from 0, each with a set of queues, or None for every queue."
            )
        backward = np.flatnonzero(end < start)
        if len(backward):
            at = backward[0]
            raise StaffingError(
                f"A stretch of agent {agent[at]} starts at {start[at]:g} s and ends before that, at {end[at]:g} s. "
                "Expected an end after the start. A night shift ends on the next date."
            )
        some = end > start
        agent, start, end = agent[some], start[some], end[some]
        order = np.lexsort((start, agent))
        agent, start, end = agent[order], start[order], end[order]
        twice = np.flatnonzero((agent[1:] == agent[:-1]) & (start[1:] < end[:-1]))
        if len(twice):
            at = twice[0]
            raise StaffingError(
                f"Agent {agent[at]} works from {start[at]:g} to {end[at]:g} s, and also from {start[at + 1]:g} s. "
                "Expected stretches that do not overlap. Join them, or number the people apart."
            )
        apart = (agent[1:] != agent[:-1]) | (start[1:] != end[:-1])
        first, last = np.append(True, apart)[: len(agent)], np.append(apart, True)[: len(agent)]
        for name, value in (("agent", agent[first]), ("start", start[first]), ("end", end[last])):
            object.__setattr__(self, name, value)

    @property
    def people(self) -> int:
        """How many agents there are, those without duty included."""
        return len(self.queues)


def levels(level: npt.ArrayLike, start: npt.ArrayLike, end: npt.ArrayLike) -> Duty:
    """The duty of a team of which so many work in each bucket: agent k works where the level is above k.

    Args:
        level: whole numbers of people, 0 or more, one a bucket.
        start, end: UTC seconds of the buckets, sorted, disjoint. Buckets that touch make one stretch.

    Returns:
        Duty of as many agents as the highest level, each of every queue.

    Raises:
        StaffingError: a level that is no whole number of people; buckets that overlap.

    Example:
        >>> duty = levels([1, 2, 1], [0, 10, 30], [10, 20, 40])
        >>> list(zip(duty.agent.tolist(), duty.start.tolist(), duty.end.tolist()))
        [(0, 0.0, 20.0), (0, 30.0, 40.0), (1, 10.0, 20.0)]
    """
    people, starts, ends = _numbers("level", level), _numbers("start", start), _numbers("end", end)
    _alike({"level": people, "start": starts, "end": ends})
    odd = np.flatnonzero((people < 0) | (people != np.floor(people)))
    if len(odd):
        raise StaffingError(
            f"{people[odd[0]]:g} people is not a level. Expected whole numbers, 0 or more. Round the level up."
        )
    bucket, agent = [], []
    for k in range(int(people.max(initial=0))):
        bucket.append(np.flatnonzero(people > k))
        agent.append(np.full(len(bucket[-1]), k))
    if not agent:
        return Duty(np.empty(0, np.int64), np.empty(0), np.empty(0), ())
    at = np.concatenate(bucket)
    return Duty(np.concatenate(agent), starts[at], ends[at], (None,) * len(agent))


def simulate(
    released: npt.ArrayLike,
    due: npt.ArrayLike,
    work: npt.ArrayLike,
    duty: Duty,
    order: Order,
    *,
    rank: npt.ArrayLike | None = None,
    queue: npt.ArrayLike | None = None,
    age_cap: float | None = None,
    hand_over: bool | npt.NDArray[np.bool_] = False,
) -> Floats:
    """When each piece of work is done.

    A free agent takes what comes first of what waits in the agent's queues; of several, the lowest number takes first.
    Work once begun is not put down for other work. At the end of the agent's stretch it pauses, and goes on in the next
    one; or it is handed over. Ties go to what was released first, then to what stands first.

    Args:
        released: UTC seconds, in any order.
        due: UTC seconds; infinite: no promise.
        work: seconds of an agent's time, 0 or more.
        duty: who works when.
        order: "fifo", by release; "priority", by rank, then release; "due", by due time, without a promise last;
            "overdue_last", by due time, but what is due by now waits behind what can still be kept.
        rank: whole numbers, 0 is first; needed for "priority".
        queue: whole numbers; needed where an agent does not take from every queue.
        age_cap: for "overdue_last": what is due by now and was released longer ago than so many seconds comes first
            again, the oldest first. None: never.
        hand_over: of everybody or by agent, whether what is not done at the end of a stretch goes back to where it
            waited, with what is left of it, for whoever is free. To be set with `levels`, whose highest number may be
            back only next Monday.

    Returns:
        UTC seconds, float64, in the order of the input; infinite: never, as nobody is there (any more).

    Raises:
        StaffingError: columns of unlike length, numbers that are missing, negative work, an unknown order, a rank or
            queue that is needed and not given.

    Example:
        One agent, two stretches; the second is urgent, the first pauses over the night:

        >>> duty = Duty(np.array([0, 0]), np.array([0, 24]), np.array([9, 33]), (None,))
        >>> simulate([7, 6, 6], [40, 9, 8], [2, 1, 1], duty, "due").tolist()
        [25.0, 8.0, 7.0]

    Source: "due" is EDF (Liu and Layland 1973) without interruption.
    """
    columns = {
        "released": _numbers("release", released),
        "due": _numbers("due time", due, infinite=True),
        "work": _numbers("work", work),
        **({} if rank is None else {"rank": _numbers("rank", rank)}),
        **({} if queue is None else {"queue": _numbers("queue", queue)}),
    }
    _alike(columns)
    if columns["work"].min(initial=0) < 0:
        raise StaffingError(f"Work of {columns['work'].min():g} s is negative. Expected 0 or more. Look at its times.")
    _answerable(order, duty, columns, age_cap)
    finish = np.full(len(columns["work"]), inf)
    if not len(finish) or not len(duty.agent):
        return finish
    by_release = np.argsort(columns["released"], kind="stable")
    lines, line = _lines(duty, columns.get("queue", np.zeros(len(finish)))[by_release])
    crew = Crew(*_by_agent(duty), lines)
    passes = np.broadcast_to(np.asarray(hand_over, dtype=bool), duty.people).tolist()
    one = all(len(each) == line.max() + 1 for each in lines)
    done = (one_line if one else several_lines)(_items(columns, by_release, line, order, age_cap, passes), crew)
    finish[by_release] = done
    return finish


def late(finish: npt.ArrayLike, due: npt.ArrayLike, until: float) -> npt.NDArray[np.bool_]:
    """Whether each piece of work was late, of those due by an instant; what is due later is undecided, and not late.

    The share that was late is `late(...).sum() / (due <= until).sum()`: by due time, so that what is not done counts.

    Example:
        >>> late([5, 9, np.inf, np.inf], [6, 8, 7, 20], until=10).tolist()
        [False, True, True, False]
    """
    by = _numbers("due time", due, infinite=True)
    return (_numbers("finish", finish, infinite=True) > by) & (by <= until)


def _items(
    columns: Mapping[str, Floats],
    by_release: npt.NDArray[np.intp],
    line: Whole,
    order: Order,
    age_cap: float | None,
    hand_over: list[bool],
) -> Items:
    released, due, work = (columns[name][by_release] for name in ("released", "due", "work"))
    at_turn = np.arange(len(work))
    if order == "priority":
        at_turn = np.argsort(columns["rank"][by_release], kind="stable")
    elif order != "fifo":
        at_turn = np.argsort(due, kind="stable")
    turn = np.empty_like(at_turn)
    turn[at_turn] = np.arange(len(work))
    return Items(
        released=[*released.tolist(), inf],
        due=due.tolist(),
        work=work.tolist(),
        line=line.tolist(),
        turn=turn.tolist(),
        at_turn=at_turn.tolist(),
        yields=order == "overdue_last",
        age_cap=inf if age_cap is None else age_cap,
        hand_over=hand_over,
    )


def _lines(duty: Duty, queue: Floats) -> tuple[list[frozenset[int]], Whole]:
    """The lines each agent takes from, and that of each item: its queue, counted from 0."""
    known, line = np.unique(queue, return_inverse=True)
    number = {int(name): at for at, name in enumerate(known)}
    everything = frozenset(number.values())
    lines = [
        everything if queues is None else frozenset(number[each] for each in queues if each in number)
        for queues in duty.queues
    ]
    return lines, line.astype(np.int64)


def _by_agent(duty: Duty) -> tuple[list[list[float]], list[list[float]]]:
    cuts = np.searchsorted(duty.agent, np.arange(1, duty.people))
    return [part.tolist() for part in np.split(duty.start, cuts)], [part.tolist() for part in np.split(duty.end, cuts)]


def _numbers(what: str, values: npt.ArrayLike, *, infinite: bool = False) -> Floats:
    found = np.asarray(values, dtype=np.float64)
    bad = np.isnan(found) if infinite else ~np.isfinite(found)
    if bad.any():
        raise StaffingError(
            f"A {what} is {found[bad][0]:g}, the {int(np.flatnonzero(bad)[0]) + 1}. of {len(found)}. "
            "Expected a number for each. Leave out what has none."
        )
    return found


def _alike(columns: Mapping[str, Floats | Whole]) -> None:
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise StaffingError(f"Columns are of unlike length: {told}. Expected one value a row in each.")


def _answerable(order: Order, duty: Duty, columns: Mapping[str, Floats], age_cap: float | None) -> None:
    if order not in ORDERS:
        raise StaffingError(f"{order!r} is no order of work. Expected one of {', '.join(ORDERS)}.")
    if order == "priority" and "rank" not in columns:
        raise StaffingError("The order is by priority, and no rank is given. Give the rank of each piece of work.")
    if "queue" not in columns and any(queues is not None for queues in duty.queues):
        raise StaffingError(
            "Some agents take from queues of their own, and the queue of the work is not given. "
            "Give the queue of each piece of work, or let every agent take from every queue."
        )
    for name in columns.keys() & {"rank", "queue"}:
        odd = columns[name][columns[name] != np.floor(columns[name])]
        if len(odd):
            raise StaffingError(f"A {name} is {odd[0]:g}. Expected whole numbers. Number each {name}.")
    if age_cap is not None and not age_cap >= 0:
        raise StaffingError(f"The age cap is {age_cap:g} s. Expected 0 or more, or none.")
