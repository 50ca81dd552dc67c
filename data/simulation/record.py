"""How is what happens written down, three integers an event, and read back into names?"""

from dataclasses import dataclass, field
from itertools import accumulate

import polars as pl

from analytics.schemas import CANCELLATIONS
from data.simulation.attributes import PRIORITIES
from data.simulation.desks import TEAMS, Integers
from data.simulation.names import person

STATUSES = ("open", "pending", "on_hold", "resolved", "closed")
OPEN, PENDING, ON_HOLD, RESOLVED, CLOSED = range(len(STATUSES))

KINDS = ("status", "priority", "team", "agent", "reply", "message", "cancel")
STATUS, PRIORITY, TEAM, AGENT, REPLY, MESSAGE, CANCEL = range(len(KINDS))

_FIRST = accumulate((0, 1, len(STATUSES), len(PRIORITIES), len(TEAMS), len(CANCELLATIONS)))
NOTHING, STATUS_0, PRIORITY_0, TEAM_0, CANCEL_0, AGENT_0 = _FIRST
"""Where each kind of value begins in the one list of values; NOTHING is blank."""
_BITS = 20
_MASK = (1 << _BITS) - 1


@dataclass
class Diary:
    """What happened: instant, ticket and packed event, in order for each ticket."""

    at: list[int] = field(default_factory=list)
    ticket: list[int] = field(default_factory=list)
    what: list[int] = field(default_factory=list)

    def write(self, at: int, ticket: int, what: int) -> None:
        """Add one event."""
        self.at.append(at)
        self.ticket.append(ticket)
        self.what.append(what)


def packed(kind: int, value: int = NOTHING, previous: int = NOTHING) -> int:
    """One integer for what happened."""
    return (kind << 2 * _BITS) | (value << _BITS) | previous


def values(agents: int) -> pl.Series:
    """Every value an event can have, in the order of its number."""
    handles = [person(number) for number in range(agents)]
    return pl.Series([None, *STATUSES, *PRIORITIES, *TEAMS, *CANCELLATIONS, *handles], dtype=pl.String)


def unpacked(what: Integers, names: pl.Series) -> pl.DataFrame:
    """Kind, value and previous of packed events."""
    kinds = pl.Series(list(KINDS))
    return pl.DataFrame(
        {
            "kind": kinds.gather(pl.Series(what >> 2 * _BITS)),
            "value": names.gather(pl.Series(what >> _BITS & _MASK)),
            "previous": names.gather(pl.Series(what & _MASK)),
        }
    )
