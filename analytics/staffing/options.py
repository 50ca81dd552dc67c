"""What could be done about broken promises, cheapest first: order of work, moved shifts, overtime, cover, a hire."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from analytics.staffing import crew, replay, replayed
from analytics.staffing.assumptions import ORDERS, Order
from analytics.staffing.case import Case
from analytics.staffing.crew import Block
from analytics.staffing.moving import short_blocks, spared
from analytics.staffing.replay import Change, Draws
from analytics.staffing.replayed import Likeness
from analytics.staffing.shortfall import Shortfall, shortfall
from analytics.staffing.simulate import Duty

Way = Literal["order", "moved", "overtime", "cover", "hire"]
Progress = Callable[[float, str], None]

BAND = (0.9, 1.1)
"""Times the work of each touch under which every remedy is tried too."""
AGE_CAP = 72.0
"""Hours after which overdue work comes first again, where overdue work would go last and nobody said."""
WEEKS_A_YEAR = 52
_MOST = 8
"""People that are moved to one hour."""
_TELLING, _APART = 20, 0.03
"""Fewer broken promises, or orders less apart than this, do not tell in which order work was done."""


@dataclass(frozen=True)
class Remedy:
    """Something that could be done.

    Attributes:
        way: of doing it.
        change: of the order of work; as it is now where that stays.
        blocks: people added in hours of each week, and taken away.
        paid: hours a week it takes more than now.
    """

    way: Way
    change: Change
    blocks: tuple[Block, ...] = ()
    paid: float = 0.0


@dataclass(frozen=True)
class Weighed:
    """What a remedy would have done.

    Attributes:
        remedy: it.
        avoided: promises kept that break as things are, on average over the draws; below 0 more break.
        least, most: the same with a tenth less and a tenth more work in each touch, and as it is.
        late, due: promises broken with it, and due.
        people: full-time equivalents it takes; None where nobody's contract is known.
        cost: a week; None where the cost of an hour is not known.
    """

    remedy: Remedy
    avoided: float
    least: float
    most: float
    late: float
    due: float
    people: float | None
    cost: float | None

    @property
    def kept(self) -> float:
        """The share of promises kept with it."""
        return 1 - self.late / self.due if self.due else 1.0


@dataclass(frozen=True, eq=False)
class Now:
    """The period replayed as it was: what every remedy is held against.

    Attributes:
        draws: replays.
        band: promises broken with a tenth less and a tenth more work in each touch.
        real: broken in truth.
        apart: of these, on touches their own team had set aside: no replay changes them.
        like: how near the replay comes to the truth.
    """

    draws: Draws
    band: tuple[int, ...]
    real: int
    apart: int
    like: Likeness

    @property
    def late(self) -> float:
        """Promises broken, on average over the draws."""
        return replayed.late(self.draws)

    @property
    def due(self) -> float:
        """Promises due, on average over the draws."""
        return replayed.due(self.draws)


@dataclass(frozen=True)
class Options:
    """Every remedy, weighed.

    Attributes:
        rows: the remedies, as `ranked`.
        nearest: the order of work whose replay comes nearest to the truth; None where that cannot be told.
    """

    rows: tuple[Weighed, ...]
    nearest: Order | None


def as_it_was(case: Case) -> Now:
    """Replay the period with its roster, in the order the planner named.

    Args:
        case: with a roster, its work in hours.
    """
    duty, _ = case.people
    change = replay.usual(case)
    found = replay.draws(case, duty, change)
    band = tuple(_at(case, duty, change, times) for times in BAND)
    real = replay.truth(case)
    apart = int((real.late & replay.held(case)).sum())
    return Now(found, band, real.count, apart, replayed.likeness(case, found))


def weigh(case: Case, now: Now, progress: Progress) -> Options:
    """Replay the period with each remedy.

    Args:
        case: with a roster, its work in hours.
        now: as `as_it_was` gives it.
        progress: is told the share done and what is being done.
    """
    duty, _ = case.people
    usual = replay.usual(case)
    progress(0.0, "moving hours to where they are short")
    lack = shortfall(case)
    remedies = [
        *(Remedy("order", _to(usual, order)) for order in ORDERS if order != usual.order),
        *_moved(case, duty, usual, lack),
        *_overtime(case, usual, lack),
        _hire(case, usual),
    ]
    like, rows = {usual.order: now.like}, []
    for number, remedy in enumerate(remedies):
        progress(0.1 + 0.9 * number / len(remedies), f"trying remedy {number + 1} of {len(remedies)}")
        found = replay.draws(case, crew.changed(case, duty, remedy.blocks), remedy.change)
        if remedy.way == "order":
            like[remedy.change.order] = replayed.likeness(case, found)
        rows.append(_weighed(case, remedy, now, found))
    return Options(ranked(rows), nearest(like))


def cover(case: Case, now: Now, block: Block) -> Weighed:
    """A block of people the planner asks about, weighed as every remedy."""
    duty, _ = case.people
    remedy = Remedy("cover", replay.usual(case), (block,), block.hours)
    return _weighed(case, remedy, now, replay.draws(case, crew.changed(case, duty, [block]), remedy.change))


def ranked(rows: Iterable[Weighed]) -> tuple[Weighed, ...]:
    """Remedies, cheapest first: least hours, of equal hours the most promises kept."""
    return tuple(sorted(rows, key=lambda each: (each.remedy.paid, -each.avoided)))


def nearest(like: dict[Order, Likeness]) -> Order | None:
    """The order of work whose replay breaks most of the promises that really were broken, and few others.

    Returns:
        None where too few broke to tell, or two orders come about as near.

    Example:
        >>> nearest({"fifo": Likeness(40, 50, 30), "due": Likeness(40, 50, 9)})
        'fifo'
    """
    best = sorted(like, key=lambda order: -like[order].share)
    if like[best[0]].real < _TELLING or like[best[0]].share == 0:
        return None
    if len(best) > 1 and like[best[0]].share - like[best[1]].share < _APART:
        return None
    return best[0]


def _at(case: Case, duty: Duty, change: Change, times: float) -> int:
    """Promises broken where each touch takes so many times its work; one draw."""
    return replay.replay(case, duty, Change(change.order, change.age_cap, change.volume, change.handle * times)).count


def _weighed(case: Case, remedy: Remedy, now: Now, found: Draws) -> Weighed:
    people = crew.changed(case, case.people[0], remedy.blocks)
    more = [broken - _at(case, people, remedy.change, times) for broken, times in zip(now.band, BAND, strict=True)]
    late = replayed.late(found)
    avoided = now.late - late
    heads = remedy.paid / case.contract if case.contract else None
    cost = None if case.said.cost is None else case.said.cost * remedy.paid
    return Weighed(remedy, avoided, min(avoided, *more), max(avoided, *more), late, replayed.due(found), heads, cost)


def _to(now: Change, order: Order) -> Change:
    cap = now.age_cap or AGE_CAP if order == "overdue_last" else None
    return Change(order, cap, now.volume, now.handle)


def _hire(case: Case, now: Change) -> Remedy:
    """One more person full time: paid in full, doing what a new hire does."""
    paid = case.contract or sum(block.hours for block in crew.full_time(case, None))
    return Remedy("hire", now, crew.full_time(case, case.said.ramp_up), paid)


def _overtime(case: Case, now: Change, lack: Shortfall) -> Iterable[Remedy]:
    """As many more people as the shortest stretch lacks."""
    for block in short_blocks(case, lack)[:1]:
        yield Remedy("overtime", now, (block,), block.hours)


def _moved(case: Case, duty: Duty, now: Change, lack: Shortfall) -> Iterable[Remedy]:
    """Hours taken from where most can be spared to the stretch that is shortest: as many as break fewest promises."""
    short = short_blocks(case, lack)[:1]
    tried = []
    for heads in range(1, min(_MOST, short[0].heads if short else 0) + 1):
        to = Block(short[0].weekday, short[0].start, short[0].end, heads)
        given = spared(case, lack, to.hours)
        if given:
            tried.append((to, *given))
    if tried:
        best = min(tried, key=lambda blocks: replay.replay(case, crew.changed(case, duty, blocks), now).count)
        yield Remedy("moved", now, best)


def table(rows: Sequence[Weighed], late: float) -> pl.DataFrame:
    """Remedies as numbers.

    Args:
        rows: of them.
        late: promises broken as things are.

    Returns:
        `way`; `avoided, least, most` (promises), `share` (of those broken), `hours` (a week), `people` (full-time
        equivalents), `cost` (a week), `cost_year`, `kept` (share), all Float64; in the order of the rows.
    """
    told = [
        {
            "way": row.remedy.way,
            "avoided": row.avoided,
            "least": row.least,
            "most": row.most,
            "share": row.avoided / late if late else None,
            "hours": row.remedy.paid,
            "people": row.people,
            "cost": row.cost,
            "cost_year": None if row.cost is None else WEEKS_A_YEAR * row.cost,
            "kept": row.kept,
        }
        for row in rows
    ]
    numbers = ("avoided", "least", "most", "share", "hours", "people", "cost", "cost_year", "kept")
    return pl.DataFrame(told, schema={"way": pl.String, **dict.fromkeys(numbers, pl.Float64)})
