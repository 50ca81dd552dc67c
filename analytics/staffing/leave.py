"""Can this leave be approved? The period replayed with one person out on the dates asked for, or on dates like them."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from analytics.errors import StaffingError
from analytics.staffing import crew, replay
from analytics.staffing.axis import DAY, HOUR, Numbers
from analytics.staffing.case import Case, at_hour
from analytics.staffing.options import BAND
from analytics.staffing.replay import Change, Draws, Flags
from analytics.staffing.simulate import Duty
from analytics.timezones import to_local_seconds

AFTER = 2
"""Days after the leave on which its effect is looked for."""
MOST = 6
"""Earlier weeks that stand for dates to come."""
LONGEST = 28
"""Days of a leave."""
_STRETCH = 4
"""Hours in which most of the harm is told."""
_COVER = 2
"""Hours of cover that are tried."""


@dataclass(frozen=True)
class Stretch:
    """Hours of a day of the leave.

    Attributes:
        day: days after its first; 0 is the first.
        start, end: local hours.
    """

    day: int
    start: int
    end: int


@dataclass(frozen=True, eq=False)
class Answer:
    """What a leave costs.

    Attributes:
        first, days: when it begins, and how many days it takes.
        judged: first dates of the stretches that were replayed: the one asked for, or earlier ones like it.
        to_come: whether the dates asked for lie after what is known.
        hours: of the person taken out, on average.
        due: promises due on these dates and the two days after, on average, as all that follow.
        before, after: broken with the person there and out.
        more: after less before, with a tenth less and a tenth more work in each touch.
        klasses: `klass`, `more` (promises broken more), most first; those that rise.
        worst: the hours in which most of what is more fell due; None where nothing is more.
        worst_share: how much of it.
        cover: hours of one other person that would mend most; None where nothing is to be mended or nothing mends.
        mended: promises.
    """

    first: date
    days: int
    judged: tuple[date, ...]
    to_come: bool
    hours: float
    due: float
    before: float
    after: float
    more: tuple[float, float]
    klasses: pl.DataFrame
    worst: Stretch | None
    worst_share: float
    cover: Stretch | None
    mended: float

    @property
    def extra(self) -> float:
        """Promises broken more."""
        return self.after - self.before


def judged(case: Case, first: date, last: date) -> tuple[date, ...]:
    """The dates on which stretches to be replayed begin.

    Args:
        case: what is known.
        first, last: of the leave, both included.

    Returns:
        The first date itself where all is known from it to the second day after the leave; else those of the latest
        six stretches of the same weekdays, none on a holiday; sorted.

    Raises:
        StaffingError: the leave ends before it begins, begins before anything is known or is too long, or nothing like
            it is known.
    """
    days = (last - first).days + 1
    if days < 1 or days > LONGEST:
        raise StaffingError(
            f"The leave is from {first} to {last}. Expected a last day from the first on, at most {LONGEST} days later."
        )
    if first < case.first:
        raise StaffingError(
            f"The leave begins on {first}, before the period looked at ({case.first} to {case.last}). "
            "Choose a later date, or a longer period."
        )
    if last + timedelta(days=AFTER) <= case.last:
        return (first,)
    step = 7 * -(-(days + AFTER) // 7)
    found: list[date] = []
    begin = first - timedelta(days=7 * -(-((last - case.last).days + AFTER) // 7))
    while begin >= case.first and len(found) < MOST:
        if not any(begin + timedelta(days=day) in case.schedule.holidays for day in range(days)):
            found.append(begin)
            begin -= timedelta(days=step)
        else:
            begin -= timedelta(days=7)
    if not found:
        raise StaffingError(
            f"Nothing like {first} to {last} lies in the period looked at ({case.first} to {case.last}). "
            "Choose a longer period or a shorter leave."
        )
    return tuple(sorted(found))


def leave(case: Case, person: str, first: date, last: date) -> Answer:
    """Replay a leave.

    Args:
        case: with a roster, its work in hours.
        person: by the roster.
        first, last: local dates, both included.

    Raises:
        StaffingError: the person is not on the roster; or as `judged`.
    """
    duty, names = case.people
    if person not in names:
        raise StaffingError(f"{person} is not on the roster of these queues. Choose one of {', '.join(names[:5])} …")
    number, days = names.index(person), (last - first).days + 1
    begins = judged(case, first, last)
    spans = [_span(case, begin, 0, days) for begin in begins]
    out = duty
    for span in spans:
        out = crew.off(out, number, *span)
    near = _near(case, [_span(case, begin, 0, days + AFTER) for begin in begins])
    now = replay.usual(case)
    base, found = replay.draws(case, duty, now), replay.draws(case, out, now)
    mean = 1 / len(begins)
    before, after = mean * _late(base, near), mean * _late(found, near)
    more = tuple(
        mean * (_late(_one(case, out, now, times), near) - _late(_one(case, duty, now, times), near)) for times in BAND
    )
    worst, share = _worst(case, base, found, near, begins, days)
    cover, mended = _cover(case, out, near, begins, days, worst) if after - before > mean / 2 else (None, 0.0)
    return Answer(
        first,
        days,
        begins,
        begins != (first,),
        mean * _hours(duty, number, spans),
        mean * float(np.mean([int((each.promised & near[each.row]).sum()) for each in base])),
        before,
        after,
        (min(more), max(more)),
        _klasses(case, base, found, near, mean),
        worst,
        share,
        cover,
        mean * mended,
    )


def _span(case: Case, first: date, begin: int, end: int) -> tuple[float, float]:
    """UTC seconds of so many days after a date until so many."""
    low, high = (at_hour(first + timedelta(days=day), 0, case.axis.zone) for day in (begin, end))
    return float(low), float(high)


def _near(case: Case, spans: list[tuple[float, float]]) -> Flags:
    due = case.column("due_at", replay.NEVER)
    found = np.zeros(len(due), dtype=bool)
    for low, high in spans:
        found |= (due >= low) & (due < high)
    return found


def _late(found: Draws, near: Flags) -> float:
    return float(np.mean([int((each.late & near[each.row]).sum()) for each in found]))


def _one(case: Case, duty: Duty, now: Change, times: float) -> Draws:
    return replay.draws(case, duty, Change(now.order, now.age_cap, now.volume, times), replay.SEEDS[:1])


def _hours(duty: Duty, number: int, spans: list[tuple[float, float]]) -> float:
    """Hours a person is on duty within spans."""
    mine = duty.agent == number
    start, end = duty.start[mine], duty.end[mine]
    return (
        sum(float(np.maximum(0.0, np.minimum(end, high) - np.maximum(start, low)).sum()) for low, high in spans) / HOUR
    )


def _rise(case: Case, base: Draws, found: Draws, near: Flags) -> Numbers:
    """How much more often each touch is late, on average over the draws."""
    total = np.zeros(case.items.height)
    for was, now in zip(base, found, strict=True):
        np.add.at(total, was.row, now.late.astype(np.float64) - was.late)
    return np.where(near, total / len(base), 0.0)


def _klasses(case: Case, base: Draws, found: Draws, near: Flags, mean: float) -> pl.DataFrame:
    rise = case.items.select(pl.col("klass").cast(pl.String)).with_columns(
        more=pl.Series(mean * _rise(case, base, found, near))
    )
    summed = rise.group_by("klass").agg(pl.col("more").sum())
    return summed.filter(pl.col("more") > 0).sort("more", "klass", descending=[True, False])


def _worst(
    case: Case, base: Draws, found: Draws, near: Flags, begins: tuple[date, ...], days: int
) -> tuple[Stretch | None, float]:
    """The few hours of a day in which most of what is late more often fell due."""
    rise = np.maximum(0.0, _rise(case, base, found, near))
    if rise.sum() == 0:
        return None, 0.0
    at = np.flatnonzero(rise)
    local = to_local_seconds(case.column("due_at", 0.0)[at].astype(np.int64), case.axis.zone)
    starts = np.array([(begin - date(1970, 1, 1)).days for begin in begins])
    day = local // DAY - starts[np.searchsorted(starts, local // DAY, side="right") - 1]
    harm = np.zeros((days + AFTER, 24))
    np.add.at(harm, (day, local % DAY // HOUR), rise[at])
    reach = np.cumsum(np.pad(harm, ((0, 0), (1, 0))), axis=1)
    held = reach[:, _STRETCH:] - reach[:, :-_STRETCH]
    place = np.unravel_index(int(np.argmax(held)), held.shape)
    first = int(place[1])
    inside = np.flatnonzero(harm[place[0], first : first + _STRETCH])
    stretch = Stretch(int(place[0]), first + int(inside[0]), first + int(inside[-1]) + 1)
    return stretch, float(held[place] / harm.sum())


def _cover(
    case: Case, out: Duty, near: Flags, begins: tuple[date, ...], days: int, worst: Stretch | None
) -> tuple[Stretch | None, float]:
    """Two hours of one other person, on the day of the leave or of the harm, that mend most."""
    now = replay.usual(case)
    without = _late(replay.draws(case, out, now, replay.SEEDS[:1]), near)
    hours = case.week.hour[np.isin(case.week.weekday, [begin.isoweekday() for begin in begins])]
    if not len(hours):
        hours = case.week.hour
    tried: list[tuple[float, Stretch]] = []
    for day in sorted({0, worst.day if worst and worst.day < days else 0}):
        for start in range(int(hours.min()), max(int(hours.min()) + 1, int(hours.max()) + 2 - _COVER)):
            stretch = Stretch(day, start, start + _COVER)
            found = replay.draws(case, _covered(case, out, begins, stretch), now, replay.SEEDS[:1])
            tried.append((without - _late(found, near), stretch))
    _, best = max(tried, key=lambda each: each[0])
    all_without = _late(replay.draws(case, out, now), near)
    mended = all_without - _late(replay.draws(case, _covered(case, out, begins, best), now), near)
    return (best, mended) if mended > 0 else (None, 0.0)


def _covered(case: Case, out: Duty, begins: tuple[date, ...], stretch: Stretch) -> Duty:
    zone = case.axis.zone
    dates = [begin + timedelta(days=stretch.day) for begin in begins]
    return crew.joined(out, [(at_hour(day, stretch.start, zone), at_hour(day, stretch.end, zone)) for day in dates])
