"""When is Monday's pile gone, and how much of the work comes while nobody is there?"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from analytics.dimensions import BLANK_LABEL
from analytics.staffing.axis import Numbers
from analytics.staffing.case import Case
from analytics.staffing.demand import Flags, whole_weeks
from analytics.staffing.handle_queue import standing
from analytics.staffing.replay import span
from analytics.statistics import wilson_high, wilson_low

NEAR = 1.1
"""Times its normal level up to which the backlog counts as normal."""
_MONDAY, _FRIDAY = 1, 5


@dataclass(frozen=True, eq=False)
class Pile:
    """Touches waiting over a typical week.

    Attributes:
        waiting: float64[n], come and not yet done as each place begins, on average over the weeks.
        normal: the median of those of Tuesday to Friday.
        back: int by weekday of the typical week: the first place from which the backlog is normal to the end of that
            day; None where it is not.
        weeks: whole weeks looked at.
    """

    waiting: Numbers
    normal: float
    back: dict[int, int | None]
    weeks: int

    @property
    def gone(self) -> int | None:
        """The first place from Monday's opening on from which the backlog is normal to the end of the day."""
        return next((place for place in self.back.values() if place is not None), None)


def pile(case: Case) -> Pile | None:
    """How many touches wait as each hour of the week begins; None of a week without a Monday, or without other days.

    Left out is what the team had set aside itself, and what was done in bulk.
    """
    week, axis = case.week, case.axis
    others = (week.weekday > _MONDAY) & (week.weekday <= _FRIDAY)
    if not others.any() or not (week.weekday == _MONDAY).any():
        return None
    place = week.place(axis)
    whole, _ = whole_weeks(axis, week)
    kept = (place >= 0) & whole[axis.week]
    queue = standing(case.items).waiting(axis.start)
    times = np.bincount(place[kept], minlength=len(week))
    waiting = np.bincount(place[kept], weights=queue[kept], minlength=len(week)) / np.maximum(times, 1)
    normal = float(np.median(waiting[others]))
    high = waiting > NEAR * normal
    back: dict[int, int | None] = {}
    for day in np.unique(week.weekday).tolist():
        places = np.flatnonzero(week.weekday == day)
        after = int(np.flatnonzero(high[places])[-1]) + 1 if high[places].any() else 0
        back[day] = int(places[after]) if after < len(places) else None
    return Pile(waiting, normal, back, int(whole.sum()))


def while_closed(case: Case) -> tuple[Flags, Flags]:
    """Which touches came in the dates looked at, and which of them while nobody could begin them.

    Returns:
        bool[n] each, one entry a row of the case's items.
    """
    released = case.column("released_at", 0.0)
    begin, end = span(case)
    came = (released >= begin) & (released < end)
    opening = np.append(case.axis.start.astype(np.float64), np.inf)[case.axis.holding(released)]
    return came, came & (opening > released)


def closed_by(case: Case, regions: pl.DataFrame) -> pl.DataFrame:
    """How much of the work comes while nobody is there, by the customers' region.

    Args:
        case: of the queues.
        regions: `ticket_id`, `region` (String), one row a ticket; a ticket that is not among them has a blank one.

    Returns:
        `region`, `touches`, `closed` (that came while closed), `share`, `share_low`, `share_high` (95 % interval);
        sorted by closed, then touches, most first.
    """
    came, closed = while_closed(case)
    told = case.items.select("ticket_id").with_columns(came=pl.Series(came), closed=pl.Series(closed)).filter("came")
    named = told.join(regions.select("ticket_id", "region"), on="ticket_id", how="left", maintain_order="left")
    grouped = named.group_by(pl.col("region").fill_null(BLANK_LABEL)).agg(
        touches=pl.len().cast(pl.Int64), closed=pl.col("closed").sum().cast(pl.Int64)
    )
    closed_, touches = pl.col("closed"), pl.col("touches")
    return grouped.with_columns(
        share=closed_ / touches, share_low=wilson_low(closed_, touches), share_high=wilson_high(closed_, touches)
    ).sort("closed", "touches", "region", descending=[True, True, False])
