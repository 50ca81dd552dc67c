"""The sample history: a support organisation simulated over fourteen months, at any size."""

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import polars as pl

from analytics.schemas import EVENTS, TICKETS
from analytics.timezones import INSTANT, MICROSECONDS
from data.simulation import attributes, customers, record, roster, steps
from data.simulation.arrivals import arrive
from data.simulation.desks import DESKS, EPOCH, TEAMS, Desk, Flags, Integers
from data.simulation.floor import Floor, Load
from data.simulation.happenings import BULK_CLOSE
from data.simulation.hours import Hours

SOURCE = "sample"
POLICY = "sample"
AS_OF = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
TICKETS_A_SQUAD = 60_000
FEWEST_SIMULATED = 40_000
"""A smaller history is a random part of one of this size: a desk of two people keeps no rate."""
_FIRST_NUMBER = 100_000
_LEFT_OUT = -1
Progress = Callable[[float, str], None]


def build(tickets: int = 60_000, seed: int = 1, progress: Progress | None = None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The tickets and events of a simulated history that ends at AS_OF.

    Args:
        tickets: how many; the crew grows with them, in squads of their own, so that the rates hold.
        seed: the same number gives the same history, on every machine.
        progress: called with the share done, 0 to 1, and what is being done.

    Returns:
        (tickets, events) in the schemas TICKETS and EVENTS, sorted by (source, ticket_id) and by
        (source, ticket_id, at, sequence).
    """
    report = progress or (lambda _share, _what: None)
    report(0.0, "Drawing customers and arrivals")
    rng = np.random.default_rng(seed)
    end = int(AS_OF.timestamp()) - EPOCH
    simulated = max(tickets, FEWEST_SIMULATED)
    who = customers.found(rng)
    arrived = arrive(rng, simulated, DESKS, end)
    squads = max(1, round(simulated / TICKETS_A_SQUAD))
    histories = []
    people = 0
    for number, (desk, (at, outage)) in enumerate(zip(DESKS, arrived, strict=True)):
        history = _History(desk, who.draw(rng, number, at), attributes.draw(rng, desk, at, outage), at)
        needed = steps.draw(rng, history.what, at, outage)
        member = rng.integers(squads, size=len(at))
        for squad in range(squads):
            report((number + squad / squads) / (len(DESKS) + 1), f"Working the queues: {desk.region}")
            people += history.work(rng, needed, np.flatnonzero(member == squad), simulated / squads, people, end)
        histories.append(history)
    report(len(DESKS) / (len(DESKS) + 1), "Writing tickets and events")
    kept = rng.permutation(simulated) < tickets
    frames = _frames(histories, who, record.values(people), kept)
    report(1.0, "Done")
    return frames


class _History:
    """One desk's tickets, and what became of them."""

    def __init__(self, desk: Desk, customer: Integers, what: attributes.Attributes, at: Integers) -> None:
        self.desk, self.customer, self.what, self.at = desk, customer, what, at
        self.status, self.team, self.priority, self.agent = (np.zeros(len(at), dtype=np.int64) for _ in range(4))
        self.events: list[tuple[Integers, Integers, Integers]] = []

    def work(
        self, rng: np.random.Generator, needed: steps.Steps, mine: Integers, size: float, first_agent: int, end: int
    ) -> int:
        """Let one squad work its tickets; how many people it has had."""
        crew = roster.hire(rng, self.desk, size / TICKETS_A_SQUAD, first_agent)
        floor = Floor(self._load(needed, mine), crew, Hours.of(self.desk.customer_hours()))
        floor.run(end, BULK_CLOSE)
        numbers = np.array([agent.number for agent in crew.agents] + [-1])
        self.status[mine], self.team[mine], self.priority[mine] = floor.status, floor.team, floor.priority
        self.agent[mine] = numbers[np.array(floor.agent, dtype=np.int64)]
        diary = floor.diary
        at, ticket, what = (np.array(each, dtype=np.int64) for each in (diary.at, diary.ticket, diary.what))
        self.events.append((at, mine[ticket], what))
        return len(crew.agents)

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


def _frames(
    histories: list[_History], who: customers.Customers, values: pl.Series, kept: Flags
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The kept tickets of all desks together, numbered in order of creation."""
    created = np.concatenate([history.at for history in histories])
    order = np.argsort(created, kind="stable")
    order = order[kept[order]]
    place = np.full(len(created), _LEFT_OUT)
    place[order] = np.arange(len(order))
    first = np.cumsum([0, *(len(history.at) for history in histories)])
    ids = _ids(len(order))
    events, updated = _events(histories, place, first, ids, values, created[order])
    return _tickets(histories, who, order, ids, values, created[order], updated), events


def _ids(count: int) -> pl.Series:
    """Ticket ids in order of creation, all of one length, so that text sorts like numbers."""
    start = max(_FIRST_NUMBER, 10 ** len(str(count)))
    return pl.Series("ticket_id", np.arange(start + 1, start + 1 + count)).cast(pl.String)


def _instants(seconds: Integers) -> pl.Series:
    return pl.Series((seconds + EPOCH) * MICROSECONDS).cast(INSTANT)


def _events(
    histories: list[_History], place: Integers, first: Integers, ids: pl.Series, values: pl.Series, created: Integers
) -> tuple[pl.DataFrame, Integers]:
    """The frame of events, and when each ticket was last touched."""
    parts = [
        (at, place[ticket + start], what)
        for history, start in zip(histories, first, strict=False)
        for at, ticket, what in history.events
    ]
    at, ticket, what = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(ticket, kind="stable")
    order = order[np.searchsorted(ticket[order], 0) :]
    at, ticket, what = at[order], ticket[order], what[order]
    begins = np.searchsorted(ticket, np.arange(len(created)))
    ends = np.append(begins[1:], len(ticket))
    updated = np.where(ends > begins, at[ends - 1], created)
    frame = pl.DataFrame(
        {
            "source": pl.repeat(SOURCE, len(at), eager=True),
            "ticket_id": ids.gather(ticket),
            "at": _instants(at),
            "sequence": np.arange(len(at)) - begins[ticket],
        }
    )
    return frame.hstack(record.unpacked(what, values)).match_to_schema(EVENTS), updated


def _tickets(
    histories: list[_History],
    who: customers.Customers,
    order: Integers,
    ids: pl.Series,
    values: pl.Series,
    created: Integers,
    updated: Integers,
) -> pl.DataFrame:
    """The frame of tickets."""

    def named(names: pl.Series, columns: list[Integers]) -> pl.Series:
        return names.gather(np.concatenate(columns)[order])

    def text(names: tuple[str | None, ...], columns: list[Integers]) -> pl.Series:
        return named(pl.Series(names, dtype=pl.String), columns)

    plan = who.plan
    regions = tuple(history.desk.region for history in histories)
    desk = [np.full(len(history.at), number) for number, history in enumerate(histories)]
    agent = [np.where(h.agent < 0, record.NOTHING, record.AGENT_0 + h.agent) for h in histories]
    return pl.DataFrame(
        {
            "source": pl.repeat(SOURCE, len(order), eager=True),
            "ticket_id": ids,
            "created_at": _instants(created),
            "updated_at": _instants(updated),
            "status": text(record.STATUSES, [history.status for history in histories]),
            "priority": text(attributes.PRIORITIES, [history.priority for history in histories]),
            "category": text(attributes.CATEGORIES, [history.what.category for history in histories]),
            "channel": text(attributes.CHANNELS, [history.what.channel for history in histories]),
            "region": text(regions, desk),
            "plan": text(customers.PLANS, [plan[history.customer] for history in histories]),
            "customer": text(who.names, [history.customer for history in histories]),
            "team": text(TEAMS, [history.team for history in histories]),
            "agent": named(values, agent),
        }
    ).match_to_schema(TICKETS, missing_columns="insert")
