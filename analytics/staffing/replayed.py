"""What replays say: how many promises break, of which class, on which tickets, and how near they come to the truth."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from analytics.staffing.axis import DAY, Numbers
from analytics.staffing.case import Case
from analytics.staffing.replay import Draws, held, truth
from analytics.timezones import to_local_seconds

_MONDAY = 3
"""Days from Monday to 1970-01-01, a Thursday."""


@dataclass(frozen=True)
class Likeness:
    """How near a replay comes to what was, by promises on touches that nobody had set aside.

    Attributes:
        late: broken in the replay, on average over its draws.
        real: broken in truth.
        both: broken in both, on average.
    """

    late: float
    real: int
    both: float

    @property
    def share(self) -> float:
        """Twice those in both, of those in either: 1 where the same break; 0 where none breaks."""
        return 2 * self.both / (self.late + self.real) if self.late + self.real else 0.0


def late(found: Draws) -> float:
    """Promises broken, on average over the draws."""
    return float(np.mean([each.count for each in found]))


def due(found: Draws) -> float:
    """Promises due, on average over the draws."""
    return float(np.mean([each.due for each in found]))


def kept(case: Case, found: Draws, weekday: int | None = None) -> float | None:
    """The share of promises kept; of those due on a weekday of the desk's zone (1 is Monday), where one is named.

    Returns:
        None where none was due.
    """
    local = to_local_seconds(
        np.where(truth(case).promised, case.column("due_at", 0.0), 0).astype(np.int64), case.axis.zone
    )
    asked = np.full(len(local), fill_value=True) if weekday is None else (local // DAY + _MONDAY) % 7 + 1 == weekday
    counted = sum(int((each.promised & asked[each.row]).sum()) for each in found)
    broken = sum(int((each.late & asked[each.row]).sum()) for each in found)
    return 1 - broken / counted if counted else None


def by_class(case: Case, found: Draws) -> pl.DataFrame:
    """How often promises were kept, by class.

    Returns:
        `klass`, `due`, `late` (Float64, on average over the draws), `objective` (share); sorted by class.
    """
    objective = pl.col("objective").fill_null(case.said.objective)
    told = case.items.select(pl.col("klass").cast(pl.String), objective)
    frames = [
        told[pl.Series(each.row)].with_columns(due=pl.Series(each.promised), late=pl.Series(each.late)).filter("due")
        for each in found
    ]
    mean = [(pl.col(name).sum() / len(found)).alias(name) for name in ("due", "late")]
    return pl.concat(frames).group_by("klass").agg(*mean, pl.col("objective").max()).sort("klass")


def likeness(case: Case, found: Draws) -> Likeness:
    """How near replays of the work as it was come to what really was."""
    real = truth(case)
    free = ~held(case)
    both = np.mean([int((real.late[each.row] & each.late & free[each.row]).sum()) for each in found])
    broken = np.mean([int((each.late & free[each.row]).sum()) for each in found])
    return Likeness(float(broken), int((real.late & free).sum()), float(both))


def changed(case: Case, before: Draws, after: Draws) -> pl.DataFrame:
    """Ticket by ticket: the promises that break more often, or less often, in some replays than in others.

    Args:
        case: of both.
        before, after: under the same draws; of a volume that was changed, touches that are in both count.

    Returns:
        `source, ticket_id, klass, released_at, due_at`, `before_at`, `after_at` (when it was done, the middle of the
        draws; null: not), `before`, `after` (Float64, share of the draws in which the promise was broken) and `saved`
        (Boolean: less often after); sorted by saved first, the largest change, due_at, ticket_id.
    """
    n = case.items.height
    (was, was_at), (now, now_at) = _each(n, before), _each(n, after)
    differs = np.flatnonzero(~np.isnan(was) & ~np.isnan(now) & (was != now))
    instants = {name: _instants(at[differs]) for name, at in (("before_at", was_at), ("after_at", now_at))}
    found = case.items[pl.Series(differs, dtype=pl.UInt32)].with_columns(
        before=pl.Series(was[differs]), after=pl.Series(now[differs]), **instants
    )
    columns = ("source", "ticket_id", "klass", "released_at", "due_at", "before_at", "after_at", "before", "after")
    found = found.select(*columns, saved=pl.col("after") < pl.col("before"))
    by = (pl.col("saved").not_(), (pl.col("before") - pl.col("after")).abs().neg(), "due_at", "ticket_id", "klass")
    return found.sort(*by)


def _each(n: int, found: Draws) -> tuple[Numbers, Numbers]:
    """Of each touch the share of the draws in which it was late, and the middle of when it was done; NaN: not there."""
    broken, at = np.full((len(found), n), np.nan), np.full((len(found), n), np.inf)
    for number, each in enumerate(found):
        row, first = np.unique(each.row, return_index=True)
        broken[number, row], at[number, row] = each.late[first], each.finish[first]
    return broken.mean(axis=0), np.sort(at, axis=0)[len(found) // 2]


def _instants(at: Numbers) -> pl.Series:
    done = np.isfinite(at)
    micros = pl.Series(np.where(done, at, 0.0) * 1e6).cast(pl.Int64).cast(pl.Datetime("us", "UTC"))
    return pl.select(pl.when(pl.Series(done)).then(micros)).to_series()
