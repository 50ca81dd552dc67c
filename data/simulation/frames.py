"""How do the numbers of the simulation become the tables everything else reads?"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from analytics.schemas import EVENTS, TICKETS
from analytics.timezones import INSTANT, MICROSECONDS
from data.simulation import attributes, record
from data.simulation.customers import PLANS, Customers
from data.simulation.desks import EPOCH, TEAMS, Flags, Integers
from data.simulation.history import History

_FIRST_NUMBER = 100_000
_LEFT_OUT = -1


@dataclass(frozen=True)
class Whole:
    """The histories of all desks.

    Attributes:
        source: what the tickets are said to come from.
        histories: one a desk.
        customers: who wrote.
        values: names of event values, as `record.values` gives them.
        kept: the tickets, desk after desk, that are to be in the tables.
    """

    source: str
    histories: list[History]
    customers: Customers
    values: pl.Series
    kept: Flags

    def frames(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Tickets and events, the tickets numbered in order of creation."""
        created = np.concatenate([history.at for history in self.histories])
        order = np.argsort(created, kind="stable")
        order = order[self.kept[order]]
        ids = _ids(len(order))
        at, ticket, what = self._diaries(order)
        begins = np.searchsorted(ticket, np.arange(len(order)))
        ends = np.searchsorted(ticket, np.arange(len(order)), side="right")
        updated = created[order]
        updated[ends > begins] = at[ends[ends > begins] - 1]
        events = pl.DataFrame(
            {
                "source": pl.repeat(self.source, len(at), eager=True),
                "ticket_id": ids.gather(ticket),
                "at": _instants(at),
                "sequence": np.arange(len(at)) - begins[ticket],
            }
        ).hstack(record.unpacked(what, self.values))
        times = {"ticket_id": ids, "created_at": _instants(created[order]), "updated_at": _instants(updated)}
        tickets = pl.DataFrame({**times, **self._attributes(order)}).with_columns(source=pl.lit(self.source))
        return tickets.match_to_schema(TICKETS, missing_columns="insert"), events.match_to_schema(EVENTS)

    def _diaries(self, order: Integers) -> tuple[Integers, Integers, Integers]:
        """Instant, ticket and content of every event, sorted by ticket and then as they happened."""
        count = sum(len(history.at) for history in self.histories)
        place = np.full(count, _LEFT_OUT)
        place[order] = np.arange(len(order))
        first = 0
        parts = []
        for history in self.histories:
            parts += [(at, place[ticket + first], what) for at, ticket, what in history.events]
            first += len(history.at)
        at, ticket, what = (np.concatenate(column) for column in zip(*parts, strict=True))
        sorted_ = np.argsort(ticket, kind="stable")
        sorted_ = sorted_[np.searchsorted(ticket[sorted_], 0) :]
        return at[sorted_], ticket[sorted_], what[sorted_]

    def _attributes(self, order: Integers) -> dict[str, pl.Series]:
        """Names for the numbers of every attribute, as they stand in the end."""
        desks = self.histories
        agent = [np.where(desk.agent < 0, record.NOTHING, record.AGENT_0 + desk.agent) for desk in desks]
        region = [np.full(len(desk.at), number) for number, desk in enumerate(desks)]
        plan = [self.customers.plan[desk.customer] for desk in desks]
        named: dict[str, tuple[tuple[str | None, ...], list[Integers]]] = {
            "status": (record.STATUSES, [desk.status for desk in desks]),
            "priority": (attributes.PRIORITIES, [desk.priority for desk in desks]),
            "category": (attributes.CATEGORIES, [desk.what.category for desk in desks]),
            "channel": (attributes.CHANNELS, [desk.what.channel for desk in desks]),
            "region": (tuple(desk.desk.region for desk in desks), region),
            "plan": (PLANS, plan),
            "customer": (self.customers.names, [desk.customer for desk in desks]),
            "team": (TEAMS, [desk.team for desk in desks]),
            "agent": (tuple(self.values.to_list()), agent),
        }
        return {
            attribute: pl.Series(names, dtype=pl.String).gather(np.concatenate(numbers)[order])
            for attribute, (names, numbers) in named.items()
        }


def _ids(count: int) -> pl.Series:
    """Ticket ids in order of creation, all of one length, so that text sorts like numbers."""
    start = max(_FIRST_NUMBER, 10 ** len(str(count)))
    return pl.Series(np.arange(start + 1, start + 1 + count)).cast(pl.String)


def _instants(seconds: Integers) -> pl.Series:
    return pl.Series((seconds + EPOCH) * MICROSECONDS).cast(INSTANT)
