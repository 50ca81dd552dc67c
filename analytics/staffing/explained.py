"""Why is an hour as full as it is? The work of a window of the typical week, by class, and touch by touch."""

import numpy as np
import polars as pl

from analytics.staffing.axis import DAY, Integers
from analytics.staffing.backlog import while_closed
from analytics.staffing.case import Case
from analytics.staffing.plan import AHEAD
from analytics.staffing.replay import NEVER

_WEEK = 7 * DAY


def inside(case: Case, first: int, last: int) -> pl.DataFrame:
    """The work of a typical week that comes and is due within a window, by class.

    Args:
        case: of the queues.
        first, last: places of the window, both included; `last` counts on into later weeks.

    Returns:
        `klass`, `touches` and `work` (a week, means; work in the case's unit), `waiting` (of the touches, there when
        the desk opened), `objective` (null: none); most work first, then by class.
    """
    demand = case.demand
    weeks = np.arange(AHEAD + 1)[:, None] * demand.n
    times = ((demand.released + weeks >= first) & (demand.due + weeks <= last)).sum(axis=0)
    objective = pl.Series(demand.objective[demand.klass]).fill_nan(None)
    rows = pl.DataFrame(
        {
            "klass": np.array(demand.klasses)[demand.klass],
            "touches": demand.count * times,
            "work": demand.hours * times,
            "waiting": np.where(demand.waiting, demand.count, 0.0) * times,
            "objective": objective,
        },
        schema_overrides={"klass": pl.String},
    )
    grouped = rows.group_by("klass").agg(pl.col("touches", "work", "waiting").sum(), pl.col("objective").max())
    return grouped.filter(pl.col("touches") > 0).sort("work", "klass", descending=[True, False])


def behind(case: Case, first: int, last: int, weeks: int) -> pl.DataFrame:
    """The touches that came and were due within a window of the last weeks.

    Args:
        case: of the queues.
        first, last: places of the window, both included; `last` counts on into later weeks.
        weeks: how many, counted back from the last in which something of the window came.

    Returns:
        Rows of the case's items with `closed` (came while nobody was there); the last that came first. Hours that are
        no place of the typical week count as the next that is one, and due times as the one before.
    """
    week, axis = case.week, case.axis
    place, due = week.place(axis), case.column("by_at", NEVER)
    usual = np.flatnonzero(place >= 0)
    at = axis.week[usual] * len(week) + place[usual]
    came = _looked_up(at, np.searchsorted(usual, axis.holding(case.column("released_at", 0.0))))
    promised = np.isfinite(due)
    later = np.where(promised, np.maximum(0, np.ceil((due - axis.end[-1]) / _WEEK)), 0).astype(np.int64)
    bucket = axis.before(np.where(promised, due - later * _WEEK, 0.0))
    until = _looked_up(at, np.searchsorted(usual, bucket, side="right") - 1) + later * len(week)
    until = np.maximum(until, came)
    begin = (came - first) // len(week) * len(week) + first
    within = promised & (came >= 0) & (until <= begin + last - first)
    newest = begin[within].max(initial=-1)
    within &= begin > newest - weeks * len(week)
    inside_dates, closed = while_closed(case)
    rows = case.items.with_columns(closed=pl.Series(closed)).filter(pl.Series(within & inside_dates))
    return rows.sort("released_at", "ticket_id", "touch", descending=[True, False, False])


def _looked_up(position: Integers, at: Integers) -> Integers:
    """Positions by index; -1 outside."""
    return np.append(position, -1)[np.where((at >= 0) & (at < len(position)), at, len(position))]
