"""How many hours would it take with each queue on its own, and with everybody working all of them?"""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from analytics.staffing.case import Case
from analytics.staffing.demand import Demand, typical
from analytics.staffing.plan import need, requirement
from analytics.staffing.presence import seconds
from analytics.staffing.replay import span
from analytics.staffing.shortfall import BAND, margin


@dataclass(frozen=True)
class Bounds:
    """Required hours of people a week, each with 10 % less work, the work expected, and 10 % more.

    Attributes:
        apart: every queue with people of its own.
        pooled: everybody works on every queue.
        queues: those of each queue alone, by name.
    """

    apart: tuple[float, float, float]
    pooled: tuple[float, float, float]
    queues: tuple[tuple[str, float], ...]


def bounds(case: Case) -> Bounds | None:
    """The two ends between which what a group of queues needs lies, whoever works which of them.

    None for one queue, and in relative mode, where nothing is told of people.
    """
    if len(case.queues) < 2 or case.relative:
        return None
    alone = {queue: _hours(case, of_queue(case, queue)) for queue in case.queues}
    low, expected, high = (sum(each[place] for each in alone.values()) for place in range(len(BAND)))
    return Bounds((low, expected, high), _hours(case, case.demand), tuple((name, of[1]) for name, of in alone.items()))


def of_queue(case: Case, queue: str) -> Demand:
    """The typical week's work of one queue of a case, in the group's open hours.

    Its days are taken to differ as those of the group do, and its touches too: few weeks of few touches do not show it.
    """
    begin, _ = span(case)
    own = case.items.filter(pl.col("queue") == queue)
    own = own.filter(pl.Series(seconds(own["released_at"])) >= begin)
    due = (own["by_at"].to_physical().cast(pl.Float64) / 1e6).fill_null(np.inf).to_numpy()
    klass = own["klass"].cast(pl.String).to_numpy()
    objectives = {
        name: float(share)
        for name, share in zip(case.demand.klasses, case.demand.objective, strict=True)
        if not np.isnan(share)
    }
    found = typical(
        seconds(own["released_at"]),
        due,
        own["hours"].to_numpy(),
        klass,
        case.axis,
        case.week,
        objectives=objectives,
    )
    return replace(found, busyness=case.demand.busyness, second=case.demand.second)


def _hours(case: Case, demand: Demand) -> tuple[float, float, float]:
    occupancy = case.said.occupancy or 0.95
    found = [
        requirement(
            need(demand.scaled(volume=times), case.week.open),
            z=margin(case),
            efficiency=case.efficiency,
            occupancy=occupancy,
        ).hours
        for times in BAND
    ]
    return found[0], found[1], found[2]
