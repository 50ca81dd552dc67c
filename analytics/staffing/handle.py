"""How long does a touch take? Said by the planner, or seen in what agents did, or not known at all."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from analytics.staffing.assumptions import Assumptions, Named
from analytics.staffing.axis import Axis
from analytics.staffing.handle_gaps import Seen, seen
from analytics.staffing.handle_rates import Rates, standing_rate, throughput

__all__ = ["Handle", "Rates", "handle_time", "standing_rate", "with_hours"]

Source = Literal["given", "agent events", "throughput", "relative"]

FEWEST = 200
"""Times between touches below which nothing is said, of all work or of a class."""
TIMES = (4.0, 3.0, 2.0, 1.0)
"""Pieces waiting for each person at work, the strictest first: some of what waits cannot be begun, so more is surer."""
OFTEN, SHARE_OF_DAY = 5.0, 0.5
"""Without a roster agents must be seen so often a day, over this share of its open hours: else much of their time may
go to other things."""
FEWEST_HOURS = 20
"""Hours with work waiting below which throughput is not told."""
MARGIN = 0.1
"""The least there is to either side of a handle time."""
SURE = 1.96
"""Standard errors to either side of a mean: 95 %."""
LEAST_THROUGHPUT = 0.8
"""What rostered hours a touch may be too large by: some of what waits only a colleague can do."""
UNKNOWN_SPREAD = 2.0
"""E[S²] / E[S]² of work times that are as widely spread as an exponential one."""
_MINUTES = 60.0


@dataclass(frozen=True)
class Handle:
    """How long a touch takes, and how that is known.

    Attributes:
        source: where it comes from.
        by: hours a touch by class or queue; "" is every other. In relative mode 1 each: the unit is the touch.
        spread: E[S²] / E[S]² of the time a touch takes.
        n: how many times, or touches, it was measured in; 0 where it was given or is not known.
        band: hours a touch, the least and the most it may be on average.
        why: what was tried before, and why it could not be had; what the figure leaves open.
        net: whether absence and other work are in it already, so that shrinkage must not be taken again.
        at_once: conversations an agent has at once, by channel; hours are divided by it.
        mean: hours a touch on average over the touches looked at; it lies in the band.
    """

    source: Source
    by: Named
    spread: float
    n: int
    band: tuple[float, float]
    why: tuple[str, ...]
    net: bool = False
    at_once: Named = ()
    mean: float = 1.0


def handle_time(items: pl.DataFrame, duty: pl.DataFrame | None, axis: Axis, said: Assumptions) -> Handle:
    """How long a touch of some queues takes.

    What the planner said comes first. Else the time from one touch of an agent to the next is taken, where that began
    while work was waiting for everybody: then nobody was idle, and it is the time the next touch took. Else the hours
    rostered for each touch done while work was waiting. Else it is not known, and touches are the unit.

    Args:
        items: rows of WORK, of queues that share no people with others.
        duty: rows of DUTY of these people; None where there is no roster.
        axis: open time.
        said: what the planner said.
    """
    if said.handle or said.solved_an_hour is not None:
        return _given(items, said)
    why = ["How long a touch takes was not said."]
    found = seen(items, duty, axis)
    handle = _by_agents(found, items, duty, axis, why) or _by_throughput(items, duty, axis, why)
    if handle is not None:
        return handle
    why.append("So work and capacity are counted in touches, and compared with what is done now.")
    return Handle("relative", (("", 1.0),), UNKNOWN_SPREAD, 0, (1 - MARGIN, 1 + MARGIN), tuple(why))


def with_hours(items: pl.DataFrame, handle: Handle) -> pl.DataFrame:
    """The items with `hours`, Float64: the work of each by its class, else its queue, else every other.

    Example:
        >>> handle = Handle("given", (("", 0.5), ("chat", 0.25)), 2.0, 0, (0.3, 0.6), ())
        >>> items = pl.DataFrame({"klass": ["Update", "Update"], "queue": ["chat", "desk"]})
        >>> with_hours(items, handle)["hours"].to_list()
        [0.25, 0.5]
    """
    hours = _looked_up(dict(handle.by), "klass", "queue")
    if handle.at_once:
        hours = hours / pl.coalesce(_looked_up(dict(handle.at_once), "channel"), pl.lit(1.0))
    return items.with_columns(hours=hours)


def _looked_up(by: dict[str, float], *columns: str) -> pl.Expr:
    """The number of the first of these columns that is named; else of every other; null where none is known."""
    named = {name: value for name, value in by.items() if name}
    found = [
        pl.col(name).cast(pl.String).replace_strict(named, default=None, return_dtype=pl.Float64)
        for name in columns
        if named
    ]
    return pl.coalesce(*found, pl.lit(by.get(""), dtype=pl.Float64))


def _mean(items: pl.DataFrame, by: Named, at_once: Named = ()) -> float:
    """Hours a touch on average over the items; over what is named where there are none."""
    hours = with_hours(items, Handle("given", by, UNKNOWN_SPREAD, 0, (0.0, 0.0), (), at_once=at_once))["hours"]
    return float(np.mean(hours.to_numpy() if hours.len() else [value for _, value in by]))


def _given(items: pl.DataFrame, said: Assumptions) -> Handle:
    """What the planner said, in hours; what was not said of takes the mean of the rest."""
    why = []
    if said.handle:
        by = {name: minutes / _MINUTES for name, minutes in said.handle}
        told = items.select("klass", hours=_looked_up(by, "klass", "queue"))
        untold, known = told.filter(pl.col("hours").is_null()), told["hours"].drop_nulls()
        if "" not in by:
            by[""] = float(np.mean(known.to_numpy() if known.len() else list(by.values())))
        if untold.height:
            names = ", ".join(untold["klass"].unique().sort().to_list())
            why.append(f"Nothing was said of {names}: {untold.height:,} touches take the mean of the others.")
    else:
        done = items.filter(pl.col("done_at").is_not_null())
        tickets = done.select("source", "ticket_id").n_unique()
        each = done.height / tickets if tickets else 1.0
        by = {"": 1 / (float(said.solved_an_hour or 1.0) * each)}
        why.append(f"A ticket takes {each:.1f} touches, and a touch that part of the hours a ticket takes.")
    named = tuple(sorted(by.items()))
    mean = _mean(items, named, said.concurrency)
    return Handle("given", named, UNKNOWN_SPREAD, 0, _band(mean, 0.0), tuple(why), at_once=said.concurrency, mean=mean)


def _band(mean: float, error: float, least: float | None = None) -> tuple[float, float]:
    """A tenth to either side, or more where the mean is not known as well as that, or may be as small as `least`."""
    off = max(MARGIN * mean, SURE * error)
    return max(0.0, min(mean - off, mean if least is None else least)), mean + off


def _by_agents(
    found: Seen, items: pl.DataFrame, duty: pl.DataFrame | None, axis: Axis, why: list[str]
) -> Handle | None:
    """The mean time between touches that began while work was waiting, where enough did; else says why not."""
    if found.bulk:
        why.append(f"{found.bulk:,} touches were made in bulk, many tickets in one instant: they are left out.")
    if not found.times_a_day:
        why.append("Who did what is not told, so that one agent's touches cannot be followed.")
        return None
    if duty is None:
        day = float(axis.open.sum()) / max(1, len(np.unique(axis.date)))
        if found.times_a_day < OFTEN or found.hours_a_day < SHARE_OF_DAY * day:
            why.append(
                f"Without a roster, agents must be seen at work through the day: they are seen {found.times_a_day:.1f} "
                f"times a day, over {found.hours_a_day:.1f} of {day:.1f} open hours."
            )
            return None
    times, gaps = _strictest(found.gaps)
    if gaps.height < FEWEST:
        why.append(
            f"Only {gaps.height:,} times between two touches of one agent began while work was waiting for everybody; "
            f"at least {FEWEST} are needed."
        )
        return None
    hours = gaps["hours"].to_numpy()
    if not hours.any():
        why.append("All of one agent's touches are told in the same instants, so that no time lies between them.")
        return None
    if times < TIMES[0]:
        why.append(f"Little work was waiting: {times:.0f} for each person at work, not {TIMES[0]:.0f}.")
    if duty is None:
        why.append("Without a roster, breaks cannot be told from work.")
    by = _by_class(gaps)
    mean, seen_mean = _mean(items, by), float(hours.mean())
    error = mean * float(hours.std()) / seen_mean / math.sqrt(len(hours))
    begun = gaps.filter("there")["hours"]
    least = mean * float(begun.to_numpy().mean()) / seen_mean if begun.len() else None
    spread = float((hours**2).mean()) / seen_mean**2
    return Handle("agent events", by, spread, len(hours), _band(mean, error, least), tuple(why), mean=mean)


def _by_class(gaps: pl.DataFrame) -> Named:
    """The mean time of each class with enough times, where enough are left for one mean of every other; else one."""
    each = gaps.group_by("klass").agg(pl.len(), pl.col("hours").mean()).filter(pl.col("len") >= FEWEST)
    rest = gaps.filter(~pl.col("klass").is_in(each["klass"].implode()))["hours"]
    if not each.height or 0 < rest.len() < FEWEST:
        return (("", float(gaps["hours"].to_numpy().mean())),)
    other = rest if rest.len() else gaps["hours"]
    named = each.filter(pl.col("hours") > 0).select("klass", "hours").sort("klass").rows()
    return (("", float(other.to_numpy().mean())), *named)


def _strictest(gaps: pl.DataFrame) -> tuple[float, pl.DataFrame]:
    """The times that began while most work was waiting for each person, of those of which there are enough."""
    chosen = gaps
    for times in TIMES:
        chosen = gaps.filter(pl.col("waiting") >= times * pl.col("heads"))
        if chosen.height >= FEWEST:
            return times, chosen
    return TIMES[-1], chosen


def _by_throughput(items: pl.DataFrame, duty: pl.DataFrame | None, axis: Axis, why: list[str]) -> Handle | None:
    """Rostered hours a touch while work was waiting, where there were enough such hours; else says why not."""
    if duty is None or duty.is_empty():
        why.append("There is no roster, so that touches cannot be set against hours worked.")
        return None
    found = throughput(items, duty, axis)
    if found.touches < FEWEST or found.buckets < FEWEST_HOURS:
        why.append(
            f"Only {found.buckets} hours began with more work waiting than could be done in them, and saw "
            f"{found.touches} touches; {FEWEST_HOURS} hours with {FEWEST} are needed."
        )
        return None
    mean = found.hours / found.touches
    band = _band(mean, mean * math.sqrt(UNKNOWN_SPREAD / found.touches), LEAST_THROUGHPUT * mean)
    why.append("It is rostered time for each touch: absence and other work are in it.")
    return Handle("throughput", (("", mean),), UNKNOWN_SPREAD, found.touches, band, tuple(why), net=True, mean=mean)
