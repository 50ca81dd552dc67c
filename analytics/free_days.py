"""Which days is a desk closed, and what breaks on holidays and on the days around them?"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

import polars as pl

from analytics.conditions import BREACHED, DECIDED, count
from analytics.schedule import Schedule
from analytics.statistics import wilson_high, wilson_low

DAY_KINDS = ("ordinary", "before", "holiday", "after", "closed")
"""An ordinary day; the last open day before a holiday, a holiday, the first open day after one; a day never worked."""

MARGIN = timedelta(days=21)
"""How far around the dates asked for a schedule's holidays must be known, as the days next to them tell their kind."""

FEWEST = 30
"""Fewer clocks due than this give no usual rate of their own."""

DESK = ("source", "schedule")
Desks = Mapping[tuple[str, str], Schedule]
"""The opening hours of each desk, by source and name of the schedule."""

_DATE = timedelta(days=1)


def day_kinds(desks: Desks, first: date, last: date) -> pl.DataFrame:
    """What kind of day each local date is for each desk.

    A holiday is a date on which the desk would work by its weekly hours and does not; a holiday on a day never worked
    is none. The day after a plain weekend is ordinary; where a holiday touches the weekend, the first open day after
    both is the day after, even if it also comes before another holiday.

    Args:
        desks: their schedules, with holidays known MARGIN further on either side.
        first, last: local dates, both included.

    Returns:
        `source`, `schedule`, `date`, `weekday` (1 is Monday), `day` (one of DAY_KINDS); sorted by these.

    Example:
        >>> office = Schedule.weekly("office", "UTC", {"mon-fri": ["09:00-17:00"]}, [date(2026, 4, 3)])
        >>> day_kinds({("desk", "office"): office}, date(2026, 4, 2), date(2026, 4, 7))["day"].to_list()
        ['before', 'holiday', 'closed', 'closed', 'after', 'ordinary']
    """
    rows = [(*desk, *row) for desk, schedule in desks.items() for row in _kinds(schedule, first, last)]
    columns = {"source": pl.String, "schedule": pl.String, "date": pl.Date, "weekday": pl.Int8, "day": pl.String}
    return pl.DataFrame(rows, schema=columns, orient="row").sort("source", "schedule", "date")


def _kinds(schedule: Schedule, first: date, last: date) -> Iterator[tuple[date, int, str]]:
    special = {day: bool(windows) for day, windows in schedule.exceptions}
    dates = [first - MARGIN + number * _DATE for number in range((last - first).days + 1 + 2 * MARGIN.days)]
    usual = {day: bool(schedule.week[day.weekday()]) for day in dates}
    opens = {day: special.get(day, usual[day] and day not in schedule.holidays) for day in dates}
    after, before = _beside(dates, usual, opens), _beside(dates[::-1], usual, opens)
    for day in dates:
        if first <= day <= last:
            if not opens[day]:
                kind = "holiday" if usual[day] else "closed"
            else:
                kind = "after" if day in after else "before" if day in before else "ordinary"
            yield day, day.isoweekday(), kind


def _beside(dates: list[date], usual: Mapping[date, bool], opens: Mapping[date, bool]) -> set[date]:
    """The first open date that follows, in this order, each run of closed ones with a holiday in it."""
    found, holiday = set(), False
    for day in dates:
        if not opens[day]:
            holiday = holiday or usual[day]
        else:
            if holiday:
                found.add(day)
            holiday = False
    return found


def by_day_kind(due: pl.DataFrame, started: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """Clocks due, breaches and arrivals by the kind of day, beside what ordinary days would have brought.

    What is usual is that of ordinary days of the same desk and weekday, so that a Tuesday after a holiday is not
    compared with Mondays; where fewer than 30 clocks were due on these, that of all ordinary days of the desk.

    Args:
        due: clocks of one kind due on the dates of `days`.
        started: clocks of that kind started on these dates.
        days: as `day_kinds` has them.

    Returns:
        `day` (in the order of DAY_KINDS, those that occur), `days` (a date counts once for each desk), `due`,
        `breaches`, `breach_rate`, `breach_rate_low`, `breach_rate_high` (95 % Wilson interval), `usual_rate`,
        `arrivals` and `usual_arrivals` a day and desk; rates are null where no clock was due, the usual ones where
        there was no ordinary day to compare with.
    """
    found = _dated(due, started, days)
    weekly = _usual(found, [*DESK, "weekday"], "weekly")
    daily = _usual(found, list(DESK), "daily")
    found = found.join(weekly, on=[*DESK, "weekday"], how="left").join(daily, on=list(DESK), how="left")
    firm = pl.col("weekly_due") >= FEWEST
    found = found.with_columns(
        rate=pl.when(firm).then("weekly_rate").otherwise("daily_rate"),
        came=pl.coalesce("weekly_arrivals", "daily_arrivals"),
    )
    n, late = pl.col("due").sum(), pl.col("breaches").sum()
    known = pl.col("due") * pl.col("rate").is_not_null()
    told = found.group_by("day").agg(
        days=pl.len().cast(pl.Int64),
        due=n,
        breaches=late,
        breach_rate=pl.when(n > 0).then(late / n),
        breach_rate_low=wilson_low(late, n),
        breach_rate_high=wilson_high(late, n),
        usual_rate=pl.when(known.sum() > 0).then((pl.col("due") * pl.col("rate")).sum() / known.sum()),
        arrivals=pl.col("arrivals").mean(),
        usual_arrivals=pl.col("came").mean(),
    )
    order = pl.col("day").replace_strict({name: place for place, name in enumerate(DAY_KINDS)}, return_dtype=pl.Int8)
    return told.sort(order)


def _dated(due: pl.DataFrame, started: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """Each desk's dates with what fell due, broke and came in on them."""
    desk = {name: pl.col(name).cast(pl.String) for name in DESK}
    fell = due.lazy().group_by("source", "schedule", date="due_date").agg(due=count(DECIDED), breaches=count(BREACHED))
    came = started.lazy().group_by("source", "schedule", date="started_date").agg(arrivals=pl.len().cast(pl.Int64))
    found = days.lazy()
    for counted in (fell, came):
        found = found.join(counted.with_columns(**desk), on=[*DESK, "date"], how="left")
    return found.with_columns(pl.col("due", "breaches", "arrivals").fill_null(0)).collect()


def _usual(found: pl.DataFrame, by: list[str], name: str) -> pl.DataFrame:
    """How many clocks fall due, break and come in on the ordinary days of each group."""
    n, late = pl.col("due").sum(), pl.col("breaches").sum()
    values = {"due": n, "rate": pl.when(n > 0).then(late / n), "arrivals": pl.col("arrivals").mean()}
    named = {f"{name}_{key}": value for key, value in values.items()}
    return found.filter(pl.col("day") == "ordinary").group_by(by).agg(**named)
