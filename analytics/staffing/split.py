"""Which late promises could nobody have kept here, which were late for want of people, and which for the order of work?

Some came too late, or fell due while nobody was there. What is left divides by two looks at the same weeks: work poured
into the time of the people there, by due time, is late in any order (a bound from below: real work is no liquid); and
what a replay leaves late, people taking whole pieces that fall due first, could have been done by an order that needs
to know nothing of what comes.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from analytics.errors import StaffingError
from analytics.staffing.axis import DAY, Axis, Integers, Numbers
from analytics.staffing.case import Case
from analytics.staffing.demand import Flags
from analytics.staffing.replay import NEVER, Draws, held, span, truth
from analytics.staffing.structural import hopeless
from analytics.staffing.unavoidable import unavoidable
from analytics.timezones import to_local_seconds

_MINUTE = 60.0
_MONDAY = 3
"""Days from Monday to 1970-01-01, a Thursday."""
PARTS = ("came", "closed", "aside", "few", "order")
"""Why a promise was late: it was due before it came to these queues; before they opened again; its own team had set it
aside; there were too few people; and the rest, that another order of work would have kept."""


@dataclass(frozen=True)
class Least:
    """Work that is late in any order.

    Attributes:
        hours: in the case's unit; certain for the roster and the mean handle times.
        promised: work with a promise that was looked at, in the case's unit.
        by_day: about how many promises that is, by the weekday they fall due on, from Monday; seven numbers. Each
            touch that decides one counts with its late share.
    """

    hours: float
    promised: float
    by_day: tuple[float, ...]

    @property
    def promises(self) -> float:
        """About how many promises that is."""
        return sum(self.by_day)


def least(case: Case) -> Least:
    """What the people there could not do in time in any order, of the work of the dates looked at.

    Nothing is counted that came when it was due, fell due while nobody was there, or had been set aside. Instants are
    rounded to minutes in favour of the roster.

    Args:
        case: with a roster, or in relative mode.

    Raises:
        StaffingError: nothing tells what can be done in an hour.
    """
    items, axis = case.items, case.axis
    released, by, due = (case.column(*each) for each in (("released_at", 0.0), ("by_at", NEVER), ("due_at", NEVER)))
    begin, end = span(case)
    late_start = hopeless(released, due, axis)
    chosen = np.flatnonzero((due >= begin) & (due < end) & ~late_start & ~held(case))
    came = np.floor(np.maximum(released[chosen], axis.start[0]) / _MINUTE) * _MINUTE
    until = np.ceil(by[chosen] / _MINUTE) * _MINUTE
    knots = np.unique(np.concatenate([axis.start, axis.end, came, until]).astype(np.float64))
    knots = knots[(knots >= axis.start[0]) & (knots <= axis.end[-1])]
    hours = items["hours"].to_numpy()[chosen]
    first, last = np.searchsorted(knots, came), np.searchsorted(knots, until) - 1
    late = unavoidable(first, last, hours, np.diff(np.interp(knots, *_done_by(axis, can_do(case)))))
    share = np.divide(late, hours, out=np.zeros(len(late)), where=hours > 0)
    decides = items["decides"].to_numpy()[chosen]
    by_day = np.bincount(_weekday(due[chosen], axis.zone) - 1, weights=np.where(decides, share, 0.0), minlength=7)
    return Least(float(late.sum()), float(hours.sum()), tuple(by_day.tolist()))


def can_do(case: Case) -> Numbers:
    """Work that can be done in each bucket of a case's axis, in its unit; float64.

    Raises:
        StaffingError: nothing tells what can be done in an hour.
    """
    if case.staffed is not None and not case.relative:
        return case.staffed * case.efficiency
    if case.rates is None:
        raise StaffingError(
            "There is no roster, so that nothing tells how much can be done in an hour. Give a roster to see which "
            "promises were late for want of people."
        )
    place = case.week.place(case.axis)
    rate: Numbers = np.where(place >= 0, case.rates.rate[np.maximum(place, 0)], 0.0) * case.axis.open
    return rate


def _done_by(axis: Axis, each: Numbers) -> tuple[Numbers, Numbers]:
    """Instants, and how much can be done from the start up to each; in a bucket it rises evenly."""
    reached = np.concatenate([[0.0], np.cumsum(each)])
    at = np.column_stack([axis.start, axis.end]).ravel().astype(np.float64)
    return at, np.column_stack([reached[:-1], reached[1:]]).ravel()


def _weekday(at: Numbers, zone: str) -> Integers:
    """1 is Monday."""
    return (to_local_seconds(at.astype(np.int64), zone) // DAY + _MONDAY) % 7 + 1


def kinds_of_late(case: Case) -> dict[str, Flags]:
    """Of the promises that were late: whether each came when it was due, fell due while closed, was set aside, or none.

    Returns:
        By part, and "rest": bool[n], one entry a row of the items; no row is in two.
    """
    real = truth(case).late
    released, due = case.column("released_at", 0.0), case.column("due_at", NEVER)
    came = real & (due <= released)
    closed = real & ~came & hopeless(released, due, case.axis)
    aside = real & ~came & ~closed & held(case)
    return {"came": came, "closed": closed, "aside": aside, "rest": real & ~(came | closed | aside)}


def split(case: Case, best: Draws | None) -> pl.DataFrame:
    """The promises that were late by why, and by the weekday they fell due on.

    Args:
        case: of the queues.
        best: replays in the best order known; None, as in relative mode: what is late in any order stands for them.

    Returns:
        `weekday` (1 is Monday), `due` (promises decided), `late` (in truth), `rest` (late, but for the parts before)
        and the PARTS that add up to `late`, `few` and `order` as means over the replays, null where nothing tells who
        was there; sorted by weekday, those on which something was due. There are never more for want of people than
        the rest.
    """
    whole = truth(case)
    day = _weekday(np.where(whole.promised, case.column("due_at", 0.0), 0.0), case.axis.zone)

    def by_day(rows: Integers, chosen: Flags) -> Numbers:
        return np.bincount(day[rows[chosen]] - 1, minlength=7).astype(np.float64)

    why = {part: by_day(whole.row, flags) for part, flags in kinds_of_late(case).items()}
    if best is None:
        few = np.array(least(case).by_day) if case.capacity is not None else np.full(7, np.nan)
    else:
        other = held(case) | hopeless(case.column("released_at", 0.0), case.column("due_at", NEVER), case.axis)
        few = np.mean([by_day(each.row, each.late & ~other[each.row]) for each in best], axis=0)
    few = np.minimum(few, why["rest"])
    due, late = by_day(whole.row, whole.promised), by_day(whole.row, whole.late)
    counted = {
        "weekday": np.arange(1, 8),
        "due": due.astype(np.int64),
        "late": late.astype(np.int64),
        **{part: why[part] for part in ("came", "closed", "aside")},
        "rest": why["rest"],
        "few": few,
        "order": why["rest"] - few,
    }
    return pl.DataFrame(counted).with_columns(pl.col("few", "order").fill_nan(None)).filter(pl.col("due") > 0)
