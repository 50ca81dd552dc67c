"""When do tickets come in?

Each desk's volume has a weekly and a daily shape in its own local time, seasons, and uneven days; the
tickets of the whole history are spread over cells of twenty minutes in proportion.
"""

import numpy as np

from data.simulation import happenings
from data.simulation.desks import HOUR, MINUTE, Desk, Flags, Integers, Numbers, days, midnights, since_epoch

WEEKDAYS = (24.2, 19.3, 18.0, 17.0, 13.9, 2.9, 3.9)
"""Volume of each weekday from Monday, before holidays and events."""

HOURS = (3, 2, 2, 2, 2, 4, 14, 42, 96, 118, 112, 100, 66, 84, 90, 76, 56, 30, 16, 12, 10, 9, 7, 5)
MONDAY_HOURS = (3, 2, 2, 2, 2, 5, 20, 70, 140, 142, 118, 96, 60, 74, 78, 66, 48, 26, 14, 11, 9, 8, 6, 4)
WEEKEND_HOURS = (3, 2, 2, 2, 2, 3, 5, 10, 18, 28, 34, 34, 30, 28, 28, 28, 28, 28, 26, 26, 24, 20, 12, 6)

CELL = 20 * MINUTE
UNEVEN = 0.12
"""Spread of a day's volume about what its date would have."""


def _daily_shape(weekday: int) -> Numbers:
    shape = np.array(MONDAY_HOURS if weekday == 0 else WEEKEND_HOURS if weekday > 4 else HOURS, dtype=np.float64)
    per_cell = np.repeat(shape, HOUR // CELL)
    return np.asarray(per_cell / per_cell.sum(), dtype=np.float64)


def cells(desk: Desk, rng: np.random.Generator) -> tuple[Integers, Numbers]:
    """Start of every cell of the history at a desk, in simulation seconds, and its weight."""
    dates = days()
    uneven = rng.gamma(1 / UNEVEN**2, UNEVEN**2, size=len(dates))
    weekly = np.array([WEEKDAYS[day.weekday()] for day in dates])
    daily = weekly * happenings.volume(desk, dates) * uneven
    shapes = np.stack([_daily_shape(weekday) for weekday in range(7)])
    weights = (daily[:, None] * shapes[[day.weekday() for day in dates]]).ravel()
    within = np.arange(shapes.shape[1], dtype=np.int64) * CELL
    starts = since_epoch((midnights(dates)[:, None] + within).ravel(), desk.time_zone)
    return starts, weights


def arrive(rng: np.random.Generator, tickets: int, desks: tuple[Desk, ...], end: int) -> list[tuple[Integers, Flags]]:
    """Arrival times of each desk's tickets, sorted, and whether the outage brought them."""
    spread = [cells(desk, rng) for desk in desks]
    weights = [
        desk.share * weight / weight.sum() * happenings.outage(starts) * (starts < end)
        for desk, (starts, weight) in zip(desks, spread, strict=True)
    ]
    joint = np.concatenate(weights)
    counts = np.split(rng.multinomial(tickets, joint / joint.sum()), np.cumsum([len(w) for w in weights])[:-1])
    arrived = []
    for (starts, _), count in zip(spread, counts, strict=True):
        lengths = np.minimum(CELL, np.maximum(end - starts, 1))
        at = np.repeat(starts, count) + (rng.random(count.sum()) * np.repeat(lengths, count)).astype(np.int64)
        brought = rng.random(len(at)) < 1 - 1 / happenings.outage(at)
        order = np.argsort(at, kind="stable")
        arrived.append((at[order], brought[order]))
    return arrived
