"""How many agents do the formulas of the telephone exchange ask for?

They hold where a call comes at any moment, is answered at once or waits in a queue of its own hour, and the agents are
there at that moment. Work that lies over a night and is due in hours is none of that: they stand here as the peer that
deadline staffing is compared with, and for queues that really are answered within minutes.

The load is in erlangs: hours of work that arrive in an hour. Times are in any one unit.

Source: Erlang 1917, as in Koole, Call Center Optimization (2013), chapters 4 and 5.
"""

import math

from analytics.errors import StaffingError

_SAME = 1e-9
"""Heads closer to a whole number than this are that number: 20 × (1 - 0.3) is 14."""


def traffic(arrivals: float, handle: float, interval: float) -> float:
    """The load, in erlangs, of so many arrivals an interval; both times in the same unit.

    Raises:
        StaffingError: a negative number, or an interval of no length.

    Example:
        >>> traffic(100, 3, 30)
        10.0
    """
    _least("The number of arrivals", arrivals, 0)
    _least("The handle time", handle, 0)
    _more("The interval", interval)
    return arrivals * handle / interval


def blocking(load: float, servers: int) -> float:
    """Share of arrivals that find every server taken and go away (Erlang B).

    Raises:
        StaffingError: a negative load, or less than 0 servers.

    Example:
        >>> blocking(1, 2)
        0.2

    Source: the recursion B(n) = A B(n-1) / (n + A B(n-1)), which no load is too large for.
    """
    _least("The load", load, 0)
    _least("The number of servers", servers, 0)
    lost = 1.0
    for n in range(1, servers + 1):
        lost = load * lost / (n + load * lost)
    return lost


def waiting(load: float, agents: int) -> float:
    """Share of arrivals that have to wait (Erlang C).

    Raises:
        StaffingError: a negative load; agents who cannot keep up with it.

    Example:
        >>> round(waiting(2, 3), 6)
        0.444444
    """
    _keeps_up(load, agents)
    return _waiting(load, agents, blocking(load, agents))


def service_level(load: float, agents: int, within: float, handle: float) -> float:
    """Share of arrivals that are answered within a time; `within` and `handle` in the same unit.

    Raises:
        StaffingError: as for `waiting`; a negative time; a handle time of 0.

    Example:
        >>> round(service_level(10, 14, 20, 180), 4)
        0.8884
    """
    _least("The time to answer", within, 0)
    _more("The handle time", handle)
    return _answered(load, agents, waiting(load, agents), within / handle)


def mean_wait(load: float, agents: int, handle: float) -> float:
    """How long an arrival waits on average (average speed of answer), in the unit of the handle time.

    Raises:
        StaffingError: as for `waiting`; a negative handle time.

    Example:
        >>> round(mean_wait(10, 14, 180), 4)
        7.8359
    """
    _least("The handle time", handle, 0)
    return waiting(load, agents) * handle / (agents - load)


def occupancy(load: float, agents: int) -> float:
    """Share of their time that agents are at work.

    Raises:
        StaffingError: as for `waiting`.

    Example:
        >>> round(occupancy(10, 14), 4)
        0.7143
    """
    _keeps_up(load, agents)
    return load / agents if agents else 0.0


def required(load: float, within: float, handle: float, share: float, max_occupancy: float = 1.0) -> int:
    """The fewest agents who answer a share of arrivals within a time, and are not busier than the maximum occupancy.

    Args:
        load: erlangs; with none, nobody is needed.
        within, handle: times in the same unit.
        share: from 0, below 1.
        max_occupancy: above 0, at most 1.

    Raises:
        StaffingError: a number out of its bounds.

    Example:
        >>> required(10, 20, 180, 0.8), required(10, 20, 180, 0.8, max_occupancy=0.7), required(0, 20, 180, 0.8)
        (14, 15, 0)
    """
    _least("The load", load, 0)
    _least("The time to answer", within, 0)
    _share("The share to be answered", share)
    _more("The maximum occupancy", max_occupancy)
    if max_occupancy > 1:
        raise StaffingError(f"The maximum occupancy is {max_occupancy:g}. Expected a share, above 0 and at most 1.")
    if load == 0:
        return 0
    _more("The handle time", handle)
    lost, agents = 1.0, 0
    while agents <= load or _answered(load, agents, _waiting(load, agents, lost), within / handle) < share:
        agents += 1
        lost = load * lost / (agents + load * lost)
    return max(agents, _up(load / max_occupancy))


def required_for_wait(load: float, handle: float, wait: float) -> int:
    """The fewest agents with whom an arrival waits no longer than this on average; times in the same unit.

    Raises:
        StaffingError: a negative number; a wait of 0, which no number of agents gives.

    Example:
        >>> required_for_wait(10, 180, 120)
        12
    """
    _least("The load", load, 0)
    _least("The handle time", handle, 0)
    _more("The mean wait", wait)
    lost, agents = 1.0, 0
    while load and (agents <= load or _waiting(load, agents, lost) * handle / (agents - load) > wait):
        agents += 1
        lost = load * lost / (agents + load * lost)
    return agents


def required_for_blocking(load: float, share: float) -> int:
    """The fewest servers with whom at most a share of arrivals find every one taken (Erlang B).

    Raises:
        StaffingError: a negative load; a share not above 0 and below 1.

    Example:
        >>> required_for_blocking(10, 0.02)
        17
    """
    _least("The load", load, 0)
    _more("The share blocked", share)
    _share("The share blocked", share)
    lost, servers = 1.0, 0
    while load and lost > share:
        servers += 1
        lost = load * lost / (servers + load * lost)
    return servers


def headcount(agents: float, shrinkage: float) -> int:
    """How many people must be scheduled for so many to be at work.

    Raises:
        StaffingError: fewer than 0 agents; a shrinkage below 0, or of everything.

    Example:
        >>> headcount(14, 0.3), headcount(50, 0.2)
        (20, 63)
    """
    _least("The number of agents", agents, 0)
    _share("Shrinkage", shrinkage)
    return _up(agents / (1 - shrinkage))


def productive(people: float, shrinkage: float) -> int:
    """How many whole agents are at work of so many scheduled.

    Raises:
        StaffingError: as for `headcount`.

    Example:
        >>> productive(20, 0.3)
        14
    """
    _least("The number of people", people, 0)
    _share("Shrinkage", shrinkage)
    return math.floor(people * (1 - shrinkage) + _SAME)


def _waiting(load: float, agents: int, lost: float) -> float:
    """Erlang C from Erlang B of as many servers."""
    return agents * lost / (agents - load * (1 - lost)) if load else 0.0


def _answered(load: float, agents: int, waits: float, handles: float) -> float:
    return 1 - waits * math.exp(-(agents - load) * handles)


def _up(heads: float) -> int:
    return math.ceil(heads - _SAME * max(1.0, heads))


def _keeps_up(load: float, agents: int) -> None:
    _least("The load", load, 0)
    _least("The number of agents", agents, 0)
    if load and agents <= load:
        raise StaffingError(
            f"{agents} agents cannot keep up with a load of {load:g} erlangs: the queue grows without end. "
            f"Expected at least {math.floor(load) + 1} agents."
        )


def _least(what: str, value: float, least: float) -> None:
    if not (math.isfinite(value) and value >= least):
        raise StaffingError(f"{what} is {value:g}. Expected a number, {least:g} or more.")


def _more(what: str, value: float) -> None:
    if not (math.isfinite(value) and value > 0):
        raise StaffingError(f"{what} is {value:g}. Expected a number above 0.")


def _share(what: str, value: float) -> None:
    if not 0 <= value < 1:
        raise StaffingError(f"{what} is {value:g}. Expected a share, from 0 to below 1, such as 0.8.")
