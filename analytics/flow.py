"""Are we keeping up? Tickets that came, were resolved and were left open, by local date; and how old those left are."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import polars as pl

from analytics.conditions import COMPLETED
from analytics.timezones import INSTANT, local

BANDS: tuple[tuple[str, int, int | None], ...] = (
    ("0–1 day", 0, 1),
    ("1–3 days", 1, 3),
    ("3–7 days", 3, 7),
    ("7–30 days", 7, 30),
    ("over 30 days", 30, None),
)
"""Ages of open tickets in plain days: name, from, and the age at which the next band begins."""

_FARTHEST = timedelta(days=1)
"""No zone is farther than this from UTC."""

BAND = pl.Enum([name for name, _, _ in BANDS])
_SPANNED = ("started_date", "stopped_at", "stopped_by", "state", "time_zone")
COLUMNS = (*_SPANNED, "as_of")
"""The columns of a clock that `spans` and `known_until` read."""

FLOW = pl.Schema(
    {
        "day": pl.Date(),
        "created": pl.Int64(),
        "resolved": pl.Int64(),
        "otherwise": pl.Int64(),
        "open": pl.Int64(),
    }
)
"""One row a day: tickets that came, were resolved, left otherwise (merged, spam, deleted), and were open at its end."""

SPANS = pl.Schema({"came": pl.Date(), "went": pl.Date(), "resolved": pl.Boolean(), "tickets": pl.Int64()})
"""From which to which date (null while open) how many tickets were open, and whether they were resolved then."""


def spans(clocks: pl.DataFrame) -> pl.DataFrame:
    """From which to which local date tickets were open, counted.

    A ticket is open from the start of its clock to its stop. One reopened so late that a new cycle began counts once
    more from there. Dates are those of the schedule's own zone.

    Args:
        clocks: one kind, resolution or another, with at least COLUMNS.

    Returns:
        Rows in the schema SPANS, sorted.

    Example:
        >>> from datetime import UTC, datetime
        >>> clocks = pl.DataFrame(
        ...     {"started_date": [date(2026, 3, 2)], "stopped_at": [datetime(2026, 3, 3, 23, 30, tzinfo=UTC)],
        ...      "time_zone": ["Europe/Stockholm"], "state": ["met"], "stopped_by": ["resolved"]}
        ... )
        >>> spans(clocks).row(0)
        (datetime.date(2026, 3, 2), datetime.date(2026, 3, 4), True, 1)
    """
    counted = [
        part.lazy()
        .select("state", "stopped_by", came="started_date", went=_local("stopped_at", part).dt.date())
        .group_by("came", "went", "state", "stopped_by")
        .agg(tickets=pl.len().cast(pl.Int64), stopped_at=pl.col("went").first())
        for part in clocks.select(_SPANNED).partition_by("time_zone")  # each row is looked up in one zone's table alone
    ]
    if not counted:
        return pl.DataFrame(schema=SPANS)
    found = pl.concat(counted).with_columns(resolved=COMPLETED.fill_null(value=False))
    summed = found.group_by("came", "went", "resolved").agg(pl.col("tickets").sum()).collect()
    return summed.select(*SPANS).sort("came", "went", "resolved", nulls_last=True)


def known_until(clocks: pl.DataFrame) -> date | None:
    """The local date of the as-of instant, the last of which anything is known; None of no clocks.

    Example:
        >>> from datetime import UTC, datetime
        >>> clocks = pl.DataFrame({"as_of": [datetime(2026, 3, 3, 23, 30, tzinfo=UTC)], "time_zone": ["Asia/Tokyo"]})
        >>> known_until(clocks)
        datetime.date(2026, 3, 4)
    """
    standings = clocks.select("as_of", "time_zone").unique()
    found = standings.select(_local("as_of", standings).dt.date().max()).item()
    return found if isinstance(found, date) else None


def _local(column: str, clocks: pl.DataFrame) -> pl.Expr:
    """An instant as the clock on the wall showed it in each clock's zone."""
    return local(pl.col(column), pl.col("time_zone").cast(pl.String), _zones(clocks))


def _zones(clocks: pl.DataFrame) -> list[str]:
    return clocks["time_zone"].unique().drop_nulls().cast(pl.String).to_list()


def daily(spanned: pl.DataFrame, first: date, last: date) -> pl.DataFrame:
    """What came, went and was left open, day by day.

    Args:
        spanned: as `spans` gives it, of the whole history.
        first, last: local dates, both included.

    Returns:
        Rows in the schema FLOW, one a day, sorted; `open` is the number at the end of the day.
    """
    gone = pl.col("went").is_not_null()
    came = spanned.group_by(day="came").agg(created=pl.col("tickets").sum())
    left = (
        spanned.filter(gone)
        .group_by(day="went")
        .agg(
            resolved=pl.col("tickets").filter("resolved").sum(),
            otherwise=pl.col("tickets").filter(~pl.col("resolved")).sum(),
        )
    )
    before = sum(
        sign * int(spanned.filter(pl.col(column) < first)["tickets"].sum())
        for column, sign in (("came", 1), ("went", -1))
    )
    days = pl.DataFrame({"day": pl.date_range(first, last, eager=True)})
    return (
        days.join(came, on="day", how="left")
        .join(left, on="day", how="left")
        .with_columns(pl.col("created", "resolved", "otherwise").fill_null(0).cast(pl.Int64))
        .with_columns(open=before + (pl.col("created") - pl.col("resolved") - pl.col("otherwise")).cum_sum())
        .select(pl.col(name).cast(dtype) for name, dtype in FLOW.items())
        .sort("day")
    )


def aged(spanned: pl.DataFrame, days: Sequence[date]) -> pl.DataFrame:
    """How old the tickets open at the end of some days were.

    At the end of a day a ticket of the day itself is younger than one day, one of the day before younger than two.

    Args:
        spanned: as `spans` gives it, of the whole history.
        days: local dates.

    Returns:
        `day`, `band` (Enum BAND), `open` (Int64); a row for every day and band, sorted.
    """
    asked = pl.DataFrame({"day": sorted(set(days))}, schema={"day": pl.Date})
    found = []
    for name, youngest, oldest in BANDS:
        enters = pl.col("came") + pl.duration(days=youngest)
        older = pl.col("came") + pl.duration(days=oldest) if oldest is not None else pl.lit(None, dtype=pl.Date)
        inside = spanned.select("tickets", enters=enters, leaves=pl.min_horizontal("went", older)).filter(
            pl.col("leaves").is_null() | (pl.col("enters") < pl.col("leaves"))
        )
        steps = pl.concat(
            [
                inside.select(at="enters", step="tickets"),
                inside.drop_nulls("leaves").select(at="leaves", step=-pl.col("tickets")),
            ]
        )
        level = steps.group_by("at").agg(pl.col("step").sum()).sort("at").select("at", open=pl.col("step").cum_sum())
        at = asked.join_asof(level, left_on="day", right_on="at", strategy="backward")
        found.append(at.select("day", band=pl.lit(name, dtype=BAND), open=pl.col("open").fill_null(0).cast(pl.Int64)))
    return pl.concat(found).sort("day", "band")


def open_on(clocks: pl.DataFrame, day: date) -> pl.DataFrame:
    """The clocks open at the end of a local date, or at the as-of instant where that comes first; the oldest first.

    Args:
        clocks: one kind, in the schema CLOCKS.
        day: date in each schedule's own zone.

    Returns:
        The clocks with `age_days` (Float64, plain days since the start by the clock on the wall) and `band`
        (Enum BAND).
    """
    lately = pl.col("stopped_at").is_null() | (pl.col("stopped_at") >= pl.lit(day).cast(INSTANT) - _FARTHEST)
    near = clocks.filter(pl.col("started_date") <= day, lately)
    midnight = pl.lit(day + timedelta(days=1)).cast(pl.Datetime("us"))
    end = pl.min_horizontal(midnight, _local("as_of", near))
    age = (end - _local("started_at", near)).dt.total_seconds() / 86_400
    left = near.filter(pl.col("stopped_at").is_null() | (_local("stopped_at", near).dt.date() > day))
    starts = pl.Series([start for _, start, _ in BANDS[1:]], dtype=pl.Float64)
    band = pl.lit(starts).search_sorted(pl.col("age_days"), side="right").cat.to(BAND)
    keys = ("source", "ticket_id", "cycle")
    return (
        left.with_columns(age_days=age.clip(lower_bound=0.0))
        .with_columns(band=band)
        .sort("age_days", *keys, descending=[True, *(False for _ in keys)])
    )


@dataclass(frozen=True)
class Keeping:
    """Whether the open tickets of a period became more.

    Attributes:
        days: how many days the period has.
        created, resolved, otherwise: tickets that came and went in it.
        before, after: tickets open as it began and as it ended.
        older: those open at the end that are older than any the history could show at the beginning.
        usual: what a usual week changes that number by (root mean square); None of fewer than three full weeks.
    """

    days: int
    created: int
    resolved: int
    otherwise: int
    before: int
    after: int
    older: int
    usual: float | None

    @property
    def change(self) -> int:
        """Open tickets more at the end than at the beginning, of the ages that both could show."""
        return self.after - self.older - self.before

    @property
    def moved(self) -> bool:
        """Whether the change is more than twice that of a usual week, or of any size where no week is known."""
        return self.change != 0 if self.usual is None else abs(self.change) > 2 * self.usual


def older(spanned: pl.DataFrame, day: date, days: int) -> int:
    """How many tickets were open at the end of a date that had come so many dates before it, or more.

    Example:
        >>> came = [date(2026, 3, 2), date(2026, 3, 5)]
        >>> columns = {"came": came, "went": [None, None], "resolved": [False, False], "tickets": [2, 1]}
        >>> spanned = pl.DataFrame(columns, schema=SPANS)
        >>> older(spanned, date(2026, 3, 6), 4), older(spanned, date(2026, 3, 6), 5)
        (2, 0)
    """
    left = pl.col("went").is_null() | (pl.col("went") > day)
    return int(spanned.filter(pl.col("came") <= day - timedelta(days=days), left)["tickets"].sum())


def keeping(flow: pl.DataFrame, older: int = 0) -> Keeping:
    """What came, went and was left over a period.

    The change over the period is that between two readings a long time apart. Were the number only swaying about a
    level, it would be of the size of the change from one week to the next; twice that is taken for a real move.

    A history that begins with the first ticket created in it holds none from before: the older it gets, the more old
    tickets it can show. So those older than the history was as the period began are left out of the change.

    Args:
        flow: rows in the schema FLOW, one a day without gaps, at least one.
        older: how many of the tickets open at the end are that old.

    Example:
        >>> days = pl.date_range(date(2026, 3, 2), date(2026, 3, 3), eager=True)
        >>> counts = {"created": [5, 4], "resolved": [3, 4], "otherwise": [1, 0], "open": [9, 9]}
        >>> found = keeping(pl.DataFrame({"day": days, **counts}))
        >>> found.before, found.after, found.moved
        (8, 9, True)
    """
    created, resolved, otherwise = (int(flow[name].sum()) for name in ("created", "resolved", "otherwise"))
    after = int(flow["open"][-1])
    before = after - created + resolved + otherwise
    ends = [before, *flow["open"].gather_every(7, offset=6).to_list()]
    steps = [later - sooner for sooner, later in pairwise(ends)]
    usual = math.sqrt(sum(step * step for step in steps) / len(steps)) if len(steps) >= 3 else None
    return Keeping(flow.height, created, resolved, otherwise, before, after, older, usual)
