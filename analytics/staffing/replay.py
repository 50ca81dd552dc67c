"""What would have become of the same work under another roster, in another order, or with more of it?

Every touch of the period comes when it came and is due when it was due; people work their rostered stretches. How long
each touch takes is drawn around the handle time that is known, the same for every replay of a draw, so that two replays
differ by what was changed alone. Several draws tell how much is chance. What is not done at the end of a stretch
goes on in the next; but people who were added for some hours of the week hand it to whoever is free.

A promise is kept with the reply, which comes before the rest of a touch: the usual share after it is seen in the data.
What its own team had set aside comes when it was taken up again and keeps its fate: no roster tells why it lay.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from analytics.staffing.assumptions import Order
from analytics.staffing.axis import HOUR, Integers, Numbers
from analytics.staffing.case import Case, at_hour
from analytics.staffing.simulate import Duty, simulate

Flags = npt.NDArray[np.bool_]

SEEDS = (20_260, 20_261, 20_262)
"""Of the draws that are taken together."""
NEVER = np.inf
_MOST_AFTER = 0.9
"""Of a touch's work at most so much comes after its reply."""
_ENOUGH = 30
"""Fewer touches of a class do not show how much comes after the reply."""


@dataclass(frozen=True)
class Change:
    """What is different in a replay.

    Attributes:
        order: of work.
        age_cap: hours after which overdue work comes first again; None is never.
        volume: times as many touches.
        handle: times the work of each.
    """

    order: Order = "priority"
    age_cap: float | None = None
    volume: float = 1.0
    handle: float = 1.0


@dataclass(frozen=True, eq=False)
class Replay:
    """What came of each touch, one entry a row of `case.items` and, where volume was added, of its copies.

    Attributes:
        row: int64[m], the row of `case.items` it is, or is a copy of.
        finish: float64[m], UTC seconds; inf where it was not done.
        promised: bool[m], whether it decides about a promise due in the dates looked at.
        late: bool[m], whether it does and broke it.
    """

    row: Integers
    finish: Numbers
    promised: Flags
    late: Flags

    @property
    def count(self) -> int:
        """Promises broken."""
        return int(self.late.sum())

    @property
    def due(self) -> int:
        """Promises due in the dates looked at."""
        return int(self.promised.sum())


Draws = tuple[Replay, ...]
"""The same change under several draws of the work."""


def usual(case: Case) -> Change:
    """Work as it is now, by what the planner said of its order."""
    return Change(order=case.said.order, age_cap=case.said.age_cap)


def draws(case: Case, duty: Duty, change: Change, seeds: Sequence[int] = SEEDS) -> Draws:
    """The replays of a change, one a seed."""
    return tuple(replay(case, duty, change, seed=seed) for seed in seeds)


def replay(case: Case, duty: Duty, change: Change, *, seed: int = SEEDS[0]) -> Replay:
    """Let the work of a case be done by some people in some order.

    Args:
        case: its work is in hours.
        duty: who works when, as `case.people` gives it or made from it.
        change: the order of work, and what is multiplied.
        seed: the same number draws the same work for each touch.
    """
    row = _rows(case, change.volume, seed)
    due = case.column("due_at", NEVER)
    seconds = work(case, seed) * change.handle / case.efficiency
    queue = case.items["queue"].replace_strict(list(case.queues), list(range(len(case.queues))), return_dtype=pl.Int64)
    finish = simulate(
        _released(case)[row],
        due[row],
        seconds[row],
        duty,
        change.order,
        rank=case.items["rank"].to_numpy()[row],
        queue=queue.to_numpy()[row],
        age_cap=None if change.age_cap is None else change.age_cap * HOUR,
        hand_over=np.arange(duty.people) >= case.people[0].people,
    )
    kept = finish - (after_reply(case) * seconds)[row]
    promised = _promised(case)[row]
    broken = np.where(held(case)[row], _broken(case)[row], kept > due[row])
    return Replay(row, finish, promised, promised & broken)


def truth(case: Case) -> Replay:
    """What really was, told as a replay."""
    promised = _promised(case)
    return Replay(np.arange(case.items.height), case.column("done_at", NEVER), promised, promised & _broken(case))


def work(case: Case, seed: int) -> Numbers:
    """Seconds of work of each touch of a case, drawn around its handle time; float64, one a row of `case.items`."""
    hours = case.items["hours"].to_numpy()
    spread = np.log(max(1.0, case.handle.spread))
    noise = np.random.default_rng(seed).standard_normal(len(hours))
    drawn: Numbers = hours * HOUR * np.exp(np.sqrt(spread) * noise - spread / 2)
    return drawn


def after_reply(case: Case) -> Numbers:
    """The usual share of a touch's work that comes after its promise is kept, by class; float64[n], 0 where not seen.

    Seen is the open time from the end of a clock to the end of the touch it ended with.
    """
    items = case.items
    seen = items["decides"].to_numpy() & items["done_at"].is_not_null().to_numpy() & ~held(case)
    reached = np.concatenate([[0.0], np.cumsum(case.axis.open)])
    knots = np.column_stack([case.axis.start, case.axis.end]).ravel().astype(np.float64)
    worked = np.column_stack([reached[:-1], reached[1:]]).ravel()
    stopped, done = (np.interp(case.column(name, 0.0), knots, worked) for name in ("stopped_at", "done_at"))
    told = items.select("klass", "hours").with_columns(
        seen=pl.Series(seen), rest=pl.Series(np.where(seen, np.maximum(0.0, done - stopped), 0.0))
    )
    of_class = pl.col("rest").filter("seen").mean() / pl.col("hours").filter("seen").mean()
    enough = pl.col("seen").sum() >= _ENOUGH
    share = pl.when(enough).then(of_class.clip(0.0, _MOST_AFTER)).otherwise(0.0).over("klass")
    found: Numbers = told.select(share.fill_null(0.0).fill_nan(0.0).alias("share"))["share"].to_numpy()
    return found


def held(case: Case) -> Flags:
    """Whether each touch had been set aside by its own team before; bool[n]."""
    found: Flags = (case.items["left"] & case.items["decides"]).fill_null(value=False).to_numpy()
    return found


def _released(case: Case) -> Numbers:
    """When each touch can be begun; what had been set aside, when it was taken up again."""
    released = case.column("released_at", 0.0)
    taken_up = case.column("done_at", 0.0) - case.items["hours"].to_numpy() * HOUR
    return np.where(held(case), np.maximum(released, taken_up), released)


def _promised(case: Case) -> Flags:
    begin, end = span(case)
    due = case.column("due_at", NEVER)
    return case.items["decides"].to_numpy() & (due >= begin) & (due < end)


def _broken(case: Case) -> Flags:
    found: Flags = case.items["breached"].fill_null(value=False).to_numpy()
    return found


def _rows(case: Case, volume: float, seed: int) -> Integers:
    """The touches that come: each as often as the volume says, the broken part by lot."""
    n = case.items.height
    whole, part = divmod(volume, 1.0)
    chosen = np.random.default_rng(seed + 1).random(n) < part
    return np.repeat(np.arange(n), int(whole) + chosen)


def span(case: Case) -> tuple[float, float]:
    """The UTC seconds at which the dates of a case begin and end."""
    zone = case.axis.zone
    return float(at_hour(case.first, 0, zone)), float(at_hour(case.last, 24, zone))
