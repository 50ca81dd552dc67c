"""How much work came in, hour by hour, made ready to be forecast: whole weeks counted back from the last usual day."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from analytics.errors import ForecastError
from analytics.free_days import DAY_KINDS, DESK, Desks, day_kinds
from analytics.timezones import local

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

ARRIVED = pl.Schema(
    {"source": pl.String(), "schedule": pl.String(), "date": pl.Date(), "hour": pl.Int64(), "arrivals": pl.Int64()}
)
"""Tickets that came to a desk within a local hour."""

HOLIDAY, AFTER = DAY_KINDS.index("holiday"), DAY_KINDS.index("after")
FEWEST_WEEKS = 4
"""A shorter history is not forecast."""

WEEKS_AHEAD = 8
USUAL = 0.5
"""A week with this share of the median week's tickets is a usual one."""

_QUIET = timedelta(weeks=5)
"""A history without a usual week for longer than this has ended with the last one it had."""

_BLOCKS_AHEAD = WEEKS_AHEAD + 1
_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)


@dataclass(frozen=True, eq=False)
class History:
    """Arrivals of desks by local hour, in weeks of seven days that end with the last day known.

    Attributes:
        desks: source and schedule of each, sorted.
        last: the last local date.
        arrivals: float64[desk, week, 7, 24], tickets; the first day of every week has the same weekday.
        kinds: int64[desk, week and those ahead, 7], places in `DAY_KINDS`; nine weeks further than the arrivals.
    """

    desks: tuple[tuple[str, str], ...]
    last: date
    arrivals: Floats
    kinds: Integers

    @property
    def weeks(self) -> int:
        """How many whole weeks it holds."""
        return int(self.arrivals.shape[1])

    @property
    def first(self) -> date:
        """The first local date."""
        return self.last - self.weeks * _WEEK + _DAY

    @property
    def tickets(self) -> int:
        """How many came in all."""
        return int(self.arrivals.sum())

    @property
    def ahead(self) -> int:
        """Days to forecast: the rest of the calendar week after the last day, and eight whole ones."""
        return 7 - self.last.isoweekday() + 7 * WEEKS_AHEAD

    def less(self, weeks: int) -> "History":
        """What was known so many weeks earlier."""
        if not weeks:
            return self
        return replace(
            self,
            last=self.last - weeks * _WEEK,
            arrivals=self.arrivals[:, :-weeks],
            kinds=self.kinds[:, :-weeks],
        )


def arrived(clocks: pl.DataFrame) -> pl.DataFrame:
    """How many clocks started in each local hour of each desk.

    Args:
        clocks: `source`, `schedule`, `started_date`, `started_hour`; one row a ticket.

    Returns:
        Rows in the schema ARRIVED, sorted; hours without any are left out.

    Example:
        >>> clocks = pl.DataFrame({"source": ["s"] * 2, "schedule": ["office"] * 2,
        ...                        "started_date": [date(2026, 3, 2)] * 2, "started_hour": [8, 8]})
        >>> arrived(clocks).row(0)
        ('s', 'office', datetime.date(2026, 3, 2), 8, 2)
    """
    counted = (
        clocks.lazy()
        .group_by(*DESK, date="started_date", hour="started_hour")
        .agg(arrivals=pl.len())
        .drop_nulls()
        .select(pl.col(name).cast(kind) for name, kind in ARRIVED.items())
    )
    return counted.sort("source", "schedule", "date", "hour").collect()


def finished(clocks: pl.DataFrame) -> dict[str, date]:
    """The last local date that was over in every zone of a source by the as-of instant, by source.

    Args:
        clocks: `source`, `time_zone`, `as_of` (Datetime[us, UTC]).

    Example:
        >>> from datetime import UTC, datetime
        >>> clocks = pl.DataFrame({"source": ["s"] * 2, "time_zone": ["Asia/Tokyo", "America/New_York"],
        ...                        "as_of": [datetime(2026, 3, 3, 1, tzinfo=UTC)] * 2})
        >>> finished(clocks)
        {'s': datetime.date(2026, 3, 1)}
    """
    standings = clocks.select(pl.col("source", "time_zone").cast(pl.String), "as_of").unique()
    today = local(pl.col("as_of"), pl.col("time_zone"), standings["time_zone"].drop_nulls().to_list()).dt.date()
    ends = standings.group_by("source").agg(end=today.min() - _DAY).drop_nulls().sort("source")
    return dict(ends.iter_rows())


def last_usual(came: pl.DataFrame, until: date) -> date:
    """The last local date of a history that can be forecast from.

    It is the last finished day while the history goes on. One that has had no usual week for five weeks has ended:
    then it is the Sunday of the last usual week, so that a thin tail does not pass for the usual volume. The median
    week is that of the tickets rather than of the calendar.

    Args:
        came: `date`, `arrivals`, of a whole source.
        until: the last finished local date.

    Example:
        >>> days = pl.date_range(date(2026, 3, 2), date(2026, 3, 29), eager=True)
        >>> came = pl.DataFrame({"date": days, "arrivals": [10] * len(days)})
        >>> last_usual(came, date(2026, 4, 15)), last_usual(came, date(2026, 9, 1))
        (datetime.date(2026, 4, 15), datetime.date(2026, 3, 29))
    """
    known = came.filter(pl.col("date") <= until)
    weeks = known.group_by(monday=pl.col("date").dt.truncate("1w")).agg(
        tickets=pl.col("arrivals").sum(), end=pl.col("date").max()
    )
    if weeks.is_empty():
        return until
    ordered = weeks.sort("tickets")
    half = ordered["tickets"].cum_sum() >= ordered["tickets"].sum() / 2
    median = ordered["tickets"].filter(half)[0]
    sunday, newest = pl.col("monday") + timedelta(days=6), known["date"].max()
    whole = (sunday <= until) & ((pl.col("end") < newest) | (pl.col("end").dt.weekday() >= 5))
    usual = weeks.filter(whole & (pl.col("tickets") >= USUAL * median)).select(sunday.max()).item()
    return usual if isinstance(usual, date) and until - usual > _QUIET else until


def history(came: pl.DataFrame, desks: Desks, first: date, last: date) -> History:
    """Arrivals as arrays, in whole weeks that end with `last`.

    Args:
        came: rows in the schema ARRIVED; desks that are not among `desks` are left out.
        desks: the opening hours of each desk, holidays known MARGIN (`free_days`) before and 12 weeks after.
        first: the first whole local date of the records; a day before it is not counted, one without rows is empty.
        last: the last whole local date.

    Raises:
        ForecastError: less than four whole weeks, or nothing came in them.
    """
    weeks = ((last - first).days + 1) // 7
    if weeks < FEWEST_WEEKS:
        raise ForecastError(
            f"The history holds {max(0, weeks)} whole weeks up to {last}. Expected {FEWEST_WEEKS} or more, as every "
            f"hour of a week is forecast from the same hour of the weeks before. Import older tickets too."
        )
    names = tuple(sorted(desks))
    start = last - weeks * _WEEK + _DAY
    arrivals = np.zeros((len(names), weeks * 7 * 24))
    place = {name: number for number, name in enumerate(names)}
    for (source, schedule), rows in came.filter(pl.col("date").is_between(start, last)).group_by(DESK):
        number = place.get((str(source), str(schedule)))
        if number is not None:
            hours = rows.select((pl.col("date") - start).dt.total_days() * 24 + pl.col("hour")).to_series().to_numpy()
            np.add.at(arrivals[number], hours, rows["arrivals"].to_numpy())
    if not arrivals.sum():
        raise ForecastError(
            f"No ticket came between {start} and {last}. Expected some, to forecast from. Remove a filter."
        )
    kinds = _kinds(desks, names, start, last + _BLOCKS_AHEAD * _WEEK)
    return History(names, last, arrivals.reshape(len(names), weeks, 7, 24), kinds)


def _kinds(desks: Desks, names: tuple[tuple[str, str], ...], start: date, end: date) -> Integers:
    """Places of each date's kind in DAY_KINDS: int64[desk, week, 7]."""
    order = {name: number for number, name in enumerate(DAY_KINDS)}
    days = day_kinds(desks, start, end)
    found = days["day"].replace_strict(order, return_dtype=pl.Int64).to_numpy()
    return np.asarray(found, dtype=np.int64).reshape(len(names), -1, 7)
