"""The sample history: a support organisation simulated over fourteen months, at any size."""

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import polars as pl

from data.simulation import attributes, customers, record, steps
from data.simulation.arrivals import arrive
from data.simulation.desks import DESKS, EPOCH
from data.simulation.frames import Whole
from data.simulation.history import TICKETS_A_SQUAD, History

SOURCE = "sample"
POLICY = "sample"
AS_OF = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
FEWEST_SIMULATED = 40_000
"""A smaller history is a random part of one of this size: a desk of two people keeps no rate."""
Progress = Callable[[float, str], None]


def build(tickets: int = 60_000, seed: int = 1, progress: Progress | None = None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The tickets and events of a simulated history that ends at AS_OF.

    Args:
        tickets: how many; the crew grows with them, in squads of their own, so that the rates hold.
        seed: the same number gives the same history.
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
        history = History(desk, who.draw(rng, number, at), attributes.draw(rng, desk, at, outage), at)
        needed = steps.draw(rng, history.what, at, outage)
        member = rng.integers(squads, size=len(at))
        for squad in range(squads):
            report((number + squad / squads) / (len(DESKS) + 1), f"Working the queues: {desk.region}")
            mine = np.flatnonzero(member == squad)
            people += history.work(rng, needed, mine, tickets=simulated / squads, first_agent=people, end=end)
        histories.append(history)
    report(len(DESKS) / (len(DESKS) + 1), "Writing tickets and events")
    kept = rng.permutation(simulated) < tickets
    made = Whole(SOURCE, histories, who, record.values(people), kept).frames()
    report(1.0, "Done")
    return made
