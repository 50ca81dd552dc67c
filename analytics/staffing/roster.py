"""Who is on duty, when, and for which queues: a roster's lines, and the stretches worked that follow from them."""

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from analytics.schemas import schema
from analytics.timezones import INSTANT, MICROSECONDS, to_utc_seconds

Integers = npt.NDArray[np.int64]

WORK = "work"
ABSENCES = ("leave", "holiday", "training", "meeting", "off", "sick", "break")
"""What people do in paid time beside the queue; it is taken out of the work it falls on."""

ROSTER = schema(
    {
        "line": pl.Int32,
        "agent": pl.String,
        "headcount": pl.Int32,
        "queues": pl.List(pl.String),
        "date": pl.Date,
        "weekdays": pl.List(pl.Int8),
        "from_minute": pl.Int32,
        "to_minute": pl.Int32,
        "activity": pl.String,
        "zone": pl.String,
        "valid_from": pl.Date,
        "valid_to": pl.Date,
    }
)
"""One row a line of a roster, sorted by `line`, its number in the file that is kept (the header is 1).

A line of work has an `agent` or a `headcount`; one of another activity has an agent, or none and holds for everybody it
fits. `queues` are sorted, null is every queue. `date`, or `weekdays` (1 is Monday) within `valid_from` to `valid_to`,
both included and null where open. `from_minute` and `to_minute` count local minutes from the midnight the line's day
begins with, more than 1440 on the next day; null is the whole local day, which work never is. `zone` is an IANA name.
"""

DUTY = schema(
    {"agent": pl.String, "queues": pl.List(pl.String), "date": pl.Date, "start_at": INSTANT, "end_at": INSTANT}
)
"""One row a stretch somebody works, sorted by `agent`, `start_at`; disjoint for each agent. `date` is the local date
the shift begins on; `queues` null is every queue. Heads of a headcount line are called "line 3 · 1", "line 3 · 2"."""

_DAY, _MINUTE = 86_400, 60
_SPAN = 1 << 40
"""More seconds than any two instants lie apart: people stand one after another on one axis of integers."""
_AROUND = 2
"""Days before and after those asked for on which an absence may begin that reaches into them."""
_POST = ("agent", "headcount", "zone", "queues", "only")
"""What decides whether an absence fits a line of work; `only` is the number of a headcount line."""


def on_duty(roster: pl.DataFrame, first: date, last: date) -> pl.DataFrame:
    """Who works when: every line of work on the dates it holds, less leave, training, meetings and holidays.

    An absence of a named agent is taken out of that agent's work; one without an agent out of everybody's who works in
    its zone. Where it names queues, it fits only work whose queues are all among them.

    Args:
        roster: in the schema ROSTER.
        first, last: local dates on which shifts begin, both included; a night shift of the last one is there whole.

    Returns:
        Rows in the schema DUTY. A local time that never happens is one hour later, one that happens twice the earlier;
        where that makes two stretches of one person overlap, the later one begins when the earlier one ends.

    Example:
        >>> from analytics.staffing.roster_rows import Line, roster_of
        >>> shift = {"agent": "Ann", "weekday": "Mon;Tue", "from": "08:00", "to": "16:00", "zone": "UTC"}
        >>> meeting = shift | {"weekday": "Mon", "from": "09:00", "to": "09:30", "activity": "meeting"}
        >>> roster = roster_of([Line("line 2", shift), Line("line 3", meeting)], "roster.csv")
        >>> duty = on_duty(roster, date(2026, 3, 2), date(2026, 3, 3))
        >>> duty.select(pl.col("start_at", "end_at").dt.strftime("%a %H:%M")).rows()
        [('Mon 08:00', 'Mon 09:00'), ('Mon 09:30', 'Mon 16:00'), ('Tue 08:00', 'Tue 16:00')]
    """
    lines = roster.filter(pl.col("activity") == WORK).with_columns(only=pl.when(pl.col("agent").is_null()).then("line"))
    posts = lines.select(_POST).unique().with_row_index("post").with_columns(pl.col("post").cast(pl.Int64))
    worked = occurrences(lines, _days(first, last)).join(posts, on=_POST, nulls_equal=True, maintain_order="left")
    absent = roster.filter(pl.col("activity") != WORK)
    if len(absent):
        around = _days(first - timedelta(days=_AROUND), last + timedelta(days=_AROUND))
        taken = occurrences(absent, around).select("line", "start", "end").join(_fits(posts, absent), on="line")
        worked = _less(worked, *_merged(taken))
    heads = pl.int_ranges(1, pl.col("headcount") + 1)
    named = pl.format("line {} · {}", "line", "head")
    people = worked.with_columns(head=pl.when(pl.col("agent").is_null()).then(heads).otherwise([0])).explode("head")
    people = people.with_columns(agent=pl.coalesce("agent", named)).sort("agent", "start", "end")
    begin = pl.max_horizontal("start", pl.col("end").cum_max().shift(1).over("agent"))
    kept = people.with_columns(start=begin).filter(pl.col("end") > pl.col("start"))
    instants = [(pl.col(name) * MICROSECONDS).cast(INSTANT).alias(f"{name}_at") for name in ("start", "end")]
    return kept.select("agent", "queues", "date", *instants).match_to_schema(DUTY).sort("agent", "start_at")


def _days(first: date, last: date) -> pl.DataFrame:
    return pl.DataFrame({"date": pl.date_range(first, last, eager=True)})


def occurrences(lines: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """Every day on which a line holds, in seconds.

    Args:
        lines: with the columns of ROSTER.
        days: `date`, and maybe `agent`: then only lines of that agent are looked at on it.

    Returns:
        The lines, once a `date`, with `local_start`, `local_end` (wall-clock seconds from 1970) and `start`, `end`
        (UTC seconds); those that end before they begin are left out, as a shift within an hour that never happens.
    """
    by = [name for name in ("agent",) if name in days.columns]
    weekdays = days.with_columns(weekday=pl.col("date").dt.weekday())
    dated = lines.filter(pl.col("date").is_not_null()).join(days, on=[*by, "date"])
    weekly = lines.filter(pl.col("date").is_null()).drop("date").with_columns(weekday=pl.col("weekdays"))
    weekly = weekly.explode("weekday").join(weekdays, on=[*by, "weekday"]).drop("weekday")
    weekly = weekly.filter(
        (pl.col("date") >= pl.col("valid_from")).fill_null(value=True),
        (pl.col("date") <= pl.col("valid_to")).fill_null(value=True),
    )
    found = pl.concat([dated, weekly.select(dated.columns)])
    midnight = pl.col("date").cast(pl.Int64) * _DAY
    found = found.with_columns(
        local_start=midnight + pl.col("from_minute").fill_null(0).cast(pl.Int64) * _MINUTE,
        local_end=midnight + pl.col("to_minute").fill_null(_DAY // _MINUTE).cast(pl.Int64) * _MINUTE,
    )
    parts = [
        part.with_columns(
            start=pl.Series(to_utc_seconds(part["local_start"].to_numpy(), zone), dtype=pl.Int64),
            end=pl.Series(to_utc_seconds(part["local_end"].to_numpy(), zone), dtype=pl.Int64),
        )
        for (zone,), part in found.partition_by("zone", as_dict=True, maintain_order=True).items()
    ]
    nothing = found.clear().with_columns(start=pl.lit(0, pl.Int64), end=pl.lit(0, pl.Int64))
    return pl.concat([nothing, *parts]).filter(pl.col("end") > pl.col("start"))


def _fits(posts: pl.DataFrame, absent: pl.DataFrame) -> pl.DataFrame:
    """Which absence is taken out of which posts: `line`, `post`."""
    asked = absent.select("line", "agent", "zone", of="queues")
    named = asked.filter(pl.col("agent").is_not_null()).drop("zone").join(posts, on="agent")
    common = asked.filter(pl.col("agent").is_null()).drop("agent").join(posts, on="zone")
    pairs = pl.concat([each.select("line", "post", "queues", "of") for each in (named, common)])
    others = pl.col("queues").list.set_difference("of").list.len()
    return pairs.filter(pl.col("of").is_null() | (others == 0).fill_null(value=False)).select("line", "post")


def _merged(taken: pl.DataFrame) -> tuple[Integers, Integers]:
    """Absences of each post, sorted and disjoint on the one axis of all posts: where they start and end."""
    ordered = taken.sort("post", "start")
    shift = ordered["post"].to_numpy() * _SPAN
    start, reach = ordered["start"].to_numpy() + shift, np.maximum.accumulate(ordered["end"].to_numpy() + shift)
    fresh = np.ones(len(start), dtype=bool)
    fresh[1:] = start[1:] > reach[:-1]
    last = np.append(fresh[1:], True)
    return start[fresh], reach[last[: len(start)]]


def _less(worked: pl.DataFrame, out_from: Integers, out_to: Integers) -> pl.DataFrame:
    """Stretches worked without the absences: each is cut where one begins, and goes on where it ends."""
    shift = worked["post"].to_numpy() * _SPAN
    start, end = worked["start"].to_numpy() + shift, worked["end"].to_numpy() + shift
    before = np.searchsorted(out_to, start, side="right")
    pieces = np.maximum(np.searchsorted(out_from, end, side="left") - before, 0) + 1
    whole = np.repeat(np.arange(len(start)), pieces)
    number = np.arange(len(whole)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    at = before[whole] + number
    begins = np.where(number == 0, start[whole], np.append(0, out_to)[at])
    ends = np.where(number == pieces[whole] - 1, end[whole], np.append(out_from, 0)[at])
    cut = worked[whole].with_columns(start=pl.Series(begins - shift[whole]), end=pl.Series(ends - shift[whole]))
    return cut.filter(pl.col("end") > pl.col("start"))


def clashes(roster: pl.DataFrame) -> list[tuple[int, int, date]]:
    """Lines of work of one agent that overlap.

    Args:
        roster: in the schema ROSTER.

    Returns:
        (line, the line it runs into, the local date it begins on), sorted; a pair of lines once, when they first
        overlap. A pattern of weeks is looked at around every date at which any line of the agent begins or ends.
    """
    lines = roster.filter(pl.col("activity") == WORK, pl.col("agent").is_not_null())
    turns = [pl.col("date"), pl.col("valid_from"), pl.col("valid_to")]
    turn = pl.concat_list(turns).list.drop_nulls()
    turning = lines.select("agent", date=pl.when(turn.list.len() == 0).then([date(2024, 1, 8)]).otherwise(turn))
    around = pl.DataFrame({"step": np.arange(-8, 10)})
    near = turning.explode("date").unique().join(around, how="cross")
    days = near.select("agent", pl.col("date") + pl.duration(days="step")).unique()
    found = occurrences(lines, days).with_columns(alone=pl.col("zone").n_unique().over("agent") == 1)
    # The wall clock decides where one will do: what a clock change makes of times is no mistake of the roster.
    begin, finish = (pl.when("alone").then(f"local_{end}").otherwise(end) for end in ("start", "end"))
    found = found.with_columns(begin=begin, finish=finish).sort("agent", "begin", "finish", "line")
    person = found["agent"].rle_id().cast(pl.Int64).to_numpy() * _SPAN
    reach = found["finish"].to_numpy() + person
    furthest = np.maximum.accumulate(reach)
    holder = np.maximum.accumulate(np.where(reach == furthest, np.arange(len(reach)), 0))
    late = np.flatnonzero(found["begin"].to_numpy()[1:] + person[1:] < furthest[:-1]) + 1
    pairs = pl.DataFrame(
        {
            "line": found["line"].gather(late),
            "other": found["line"].gather(holder[late - 1]),
            "date": found["date"].gather(late),
        }
    )
    pair = (pl.min_horizontal("line", "other").alias("low"), pl.max_horizontal("line", "other").alias("high"))
    once = pairs.with_columns(*pair).sort("date", "line").unique(["low", "high"], keep="first")
    return once.select("line", "other", "date").sort("line", "other").rows()
