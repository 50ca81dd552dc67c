"""A plan as frames: by hour of the week, as a grid of agents, where to add and to take, by class, and in multiples."""

from itertools import pairwise

import numpy as np
import polars as pl

from analytics.dimensions import WEEKDAYS
from analytics.staffing.axis import Numbers
from analytics.staffing.calibrate import Plan
from analytics.staffing.case import Case
from analytics.staffing.planned import Planned

APART = 0.5
"""Agents by which an hour must differ from the roster to be told."""
_SAME = 1e-6
PIECE = 4
"""Hours of a block of the week in which capacity is compared: single hours are too few to measure."""
KEPT, MISSED, BEYOND, NO_OBJECTIVE = "kept", "not kept", "no staffing keeps it", "no objective"


def by_place(case: Case, plan: Planned, *, hold: bool) -> pl.DataFrame:
    """The plan by hour of the week.

    Args:
        case: of the queues.
        plan: of the case.
        hold: whether the plan is to hold with 10 % more work.

    Returns:
        One row a place, sorted: `weekday` (1 is Monday), `day`, `hour`, `open` (hours), `required` (agents; in relative
        mode touches an open hour), `low`, `high` (the least and the most of it for 10 % less to 10 % more work),
        `scheduled` (agents, or touches done an open hour now; null where not known), `difference` (required less
        scheduled; null), `window` (that asks for the place; blank where none does), `work`, `margin` (of that window,
        hours or touches), `window_open` (hours).
    """
    chosen = plan.sized(hold=hold)
    required = chosen.required
    three = np.stack([plan.less.level, plan.exact.level, plan.more.level])
    now = None if case.capacity is None else case.capacity / case.week.open / case.efficiency
    windows = [
        case.week.label(int(first), int(last)) if first >= 0 else ""
        for first, last in zip(required.first, required.last, strict=True)
    ]
    scheduled = pl.Series("scheduled", [None] * len(case.week) if now is None else now, dtype=pl.Float64)
    return pl.DataFrame(
        {
            "weekday": case.week.weekday,
            "day": [WEEKDAYS[day - 1] for day in case.week.weekday.tolist()],
            "hour": case.week.hour,
            "open": case.week.open,
            "required": chosen.level,
            "low": three.min(axis=0),
            "high": three.max(axis=0),
            "scheduled": scheduled,
            "window": windows,
            "work": required.work / plan.each,
            "margin": required.margin / plan.each,
            "window_open": required.open,
        }
    ).with_columns(difference=pl.col("required") - pl.col("scheduled"))


def peak(case: Case, level: Numbers) -> tuple[int, str]:
    """The most people at once, in whole agents, and the first hours of a day they are needed in, as "Mon 08–10"."""
    week, top = case.week, int(np.argmax(level))
    last = top
    while (
        last + 1 < len(level)
        and level[last + 1] == level[top]
        and week.weekday[last + 1] == week.weekday[top]
        and week.hour[last + 1] == week.hour[last] + 1
    ):
        last += 1
    return int(np.ceil(level[top] - _SAME)), week.label(top, last)


def alone(case: Case, level: Numbers) -> tuple[float, float]:
    """Open hours a week in which one person is planned to be alone, and the touches a week that come in them."""
    single = np.ceil(level - _SAME) == 1
    return float(case.week.open[single].sum()), float(case.demand.count[single[case.demand.released]].sum())


def grid(places: pl.DataFrame) -> pl.DataFrame:
    """Agents required, one row a weekday and one column an hour.

    Args:
        places: as `by_place` gives it.

    Returns:
        `day`, and for each hour of the day that is a place a column such as "08" (Int64, null where closed).
    """
    hours = sorted(places["hour"].unique().to_list())
    wide = places.select("weekday", "day", pl.col("hour").cast(pl.String).str.zfill(2), "required")
    wide = wide.with_columns(pl.col("required").ceil().cast(pl.Int64)).pivot(
        "hour", index=["weekday", "day"], values="required"
    )
    return wide.sort("weekday").select("day", *[f"{hour:02}" for hour in hours])


def moves(case: Case, places: pl.DataFrame) -> pl.DataFrame:
    """Where a roster must grow to be the plan, and where it could be smaller: runs of hours of one day.

    Args:
        case: of the queues.
        places: as `by_place` gives it, with a roster.

    Returns:
        `when`, `required`, `scheduled`, `agents` (whole ones to add, or below 0 to take away, on average over the run),
        `hours` (a week, with the sign); what is to be added most first. Hours that differ by less than APART are none,
        nor is a run that could spare no whole agent.
    """
    difference = places["difference"].fill_null(0.0).to_numpy()
    sign = np.where(np.abs(difference) >= APART, np.sign(difference), 0.0).astype(np.int64)
    day, hour = places["weekday"].to_numpy(), places["hour"].to_numpy()
    breaks = (sign[1:] != sign[:-1]) | (day[1:] != day[:-1]) | (hour[1:] != hour[:-1] + 1)
    edges = [0, *(np.flatnonzero(breaks) + 1).tolist(), len(sign)]
    opened, required = places["open"].to_numpy(), places["required"].to_numpy()
    rows = []
    for first, end in pairwise(edges):
        if end > first and sign[first]:
            inside = slice(first, end)
            hours, length = float((difference[inside] * opened[inside]).sum()), float(opened[inside].sum())
            needed = float((required[inside] * opened[inside]).sum())
            rows.append(
                (case.week.label(first, end - 1), needed / length, (needed - hours) / length, hours / length, hours)
            )
    names = ("when", "required", "scheduled", "agents", "hours")
    found = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.Float64) | {"when": pl.String}, orient="row")
    mean = pl.col("agents")
    whole = pl.when(mean > 0).then((mean - _SAME).ceil()).otherwise((mean - _SAME).ceil().clip(upper_bound=0))
    return found.with_columns(whole.cast(pl.Int64)).filter(mean != 0).sort("hours", "when", descending=[True, False])


def by_class(plan: Plan, klasses: tuple[str, ...], objective: Numbers) -> pl.DataFrame:
    """What each class keeps in the trial of a plan.

    Args:
        plan: as it was tried.
        klasses: names.
        objective: float64[k], NaN where there is none.

    Returns:
        `klass`, `objective` (null: none), `kept` (share in time), `sure` (the share it keeps nineteen times of twenty),
        `touches` (simulated), `most` (share in time with about twice the people), `asked` (the share asked of the plan:
        the objective, or where no staffing meets it that share of what can be kept), `verdict`; what misses most first,
        those without an objective last.
    """
    kept, sure = 1 - plan.late.share, 1 - plan.late.bound
    asked = 1 - plan.allowed
    frame = pl.DataFrame(
        {
            "klass": list(klasses),
            "objective": objective,
            "kept": kept,
            "sure": np.maximum(0.0, sure),
            "touches": plan.late.touches,
            "most": 1 - plan.floor,
            "asked": asked,
            "reachable": plan.reachable,
        }
    ).with_columns(pl.col("objective", "asked").fill_nan(None))
    none, short = pl.col("objective").is_null(), pl.col("sure") < pl.col("asked")
    verdict = (
        pl.when(none)
        .then(pl.lit(NO_OBJECTIVE))
        .when(~pl.col("reachable"))
        .then(pl.lit(BEYOND))
        .when(short)
        .then(pl.lit(MISSED))
        .otherwise(pl.lit(KEPT))
    )
    order = (pl.col("kept") - pl.col("objective")).alias("over")
    return (
        frame.with_columns(verdict.alias("verdict"), order)
        .sort("over", "klass", nulls_last=True)
        .drop("over", "reachable")
    )


def multiples(case: Case, plan: Planned, *, hold: bool) -> pl.DataFrame:
    """How many times its present capacity each block of the week needs, where nothing tells how long work takes.

    Args:
        case: in relative mode.
        plan: of the case.
        hold: whether the plan is to hold with 10 % more work.

    Returns:
        One row a block of at most PIECE clock hours of a day, sorted: `weekday`, `day`, `first`, `last` (places, both
        included), `when`, `open` (hours), `required`, `now` (touches a week in the block), `multiple`, `low`, `high`
        (for 10 % less and more work; null where nothing is done in the block now).

    Raises:
        StaffingError: there is no capacity to compare with.
    """
    capacity = case.capacity
    assert capacity is not None, "relative mode measures what is done now"  # noqa: S101
    week = case.week
    piece = week.weekday * 24 + week.hour // PIECE * PIECE
    first = np.flatnonzero(np.diff(piece, prepend=-1))
    last = np.append(first[1:], len(piece)) - 1

    def added(level: Numbers) -> Numbers:
        return np.add.reduceat(level * week.open, first)

    now = np.add.reduceat(capacity, first)
    three = np.stack([added(each.level) for each in (plan.less, plan.exact, plan.more)])
    chosen = added(plan.sized(hold=hold).level)
    times = [np.where(now > 0, each / np.where(now > 0, now, 1.0), np.nan) for each in (chosen, *three)]
    return pl.DataFrame(
        {
            "weekday": week.weekday[first],
            "day": [WEEKDAYS[day - 1] for day in week.weekday[first].tolist()],
            "first": first,
            "last": last,
            "when": [week.label(int(start), int(end)) for start, end in zip(first, last, strict=True)],
            "open": np.add.reduceat(week.open, first),
            "required": chosen,
            "now": now,
            "multiple": times[0],
            "low": np.min(times[1:], axis=0),
            "high": np.max(times[1:], axis=0),
        }
    ).with_columns(pl.col("multiple", "low", "high").fill_nan(None))
