"""Is the history whole: are older tickets missing from its first weeks, and days from its middle?"""

from datetime import date, timedelta

import polars as pl

from analytics.suspicions_history import Finding, History, Seen, Severity, percent, seconds_to, span

RAMP_QUANTILE = 0.9
"""The first weeks last as long as it takes to solve this share of tickets."""
RAMP_LEAST, RAMP_MISSING = 20, 0.5
"""Old solves to be expected in the first weeks, and the share that must be missing."""
RAMP_LOOK = 0.1
"""Share of all solves that lie in the first weeks from which that is worth a look."""
BEGINS_AT = 0.25
"""The history begins on the first day with this share of the usual tickets a day."""

HOLE_USUAL, HOLE_DAYS, HOLE_TICKETS = 5, 2, 30
"""A day is usual with this many tickets on its weekday around it; a hole has so many such days, and missing tickets."""
HOLE_LOOK, HOLE_ACT = 4, 10
AROUND = 4
"""Weeks before and after a day that say what is usual on it, the quieter of the two."""
TAIL_DAYS = 28
"""Days at the end, each with less than a quarter of the usual tickets, from which the history has thinned out."""


def ramp(history: History) -> Seen:
    """The first weeks of a history that holds no ticket opened before it: what was open then is missing.

    How long tickets take is that of those opened in the first half of the history. With as many opened before its
    first day as after it, the tickets of then solved in the first weeks T would be (opened a second) x mean of
    min(time taken, T). They are missing where less than half of them is there.
    """
    days = _days(history)
    solved = history.solves.join(history.created, on="ticket_id").with_columns(age=seconds_to("at", "created_at"))
    if days.is_empty() or solved.is_empty():
        return Seen(0)
    usual = _usual(days)
    first = days.filter(pl.col("n") >= BEGINS_AT * usual)["day"][0]
    began = history.local(history.created.select("ticket_id", at="created_at"))
    began = began.filter(pl.col("local").dt.date() >= first)
    start, middle = (pl.lit(value) for value in (began["at"].min(), began["at"].median()))
    solved = solved.with_columns(since=(pl.col("at") - start).dt.total_seconds()).filter(pl.col("since") >= 0)
    ages = solved.filter((pl.col("created_at") >= start) & (pl.col("created_at") <= middle))["age"]
    weeks = float(ages.quantile(RAMP_QUANTILE) or 0)
    if weeks <= 0:
        return Seen(0)
    early = solved.filter(pl.col("since") < weeks)
    there = early.filter(pl.col("created_at") < start).height
    opened = began.filter(pl.col("at") < start + pl.duration(microseconds=round(weeks * 1e6))).height
    older = opened / weeks * float(ages.clip(upper_bound=weeks).mean())  # type: ignore[arg-type]
    if older < RAMP_LEAST or there > RAMP_MISSING * older:
        return Seen(solved.height)
    share = early.height / solved.height
    until = first + timedelta(seconds=weeks)
    finding = Finding(
        place=f"{_written(first)} – {_written(until)}",
        n=early.height,
        of=solved.height,
        expected=0,
        severity="look" if share >= RAMP_LOOK else "note",
        text=f"{f'Only {there:,} tickets' if there else 'No ticket'} opened before {_written(first)} "
        f"{'were' if there else 'was'} solved in the first weeks, where about {older:,.0f} would "
        f"be usual. Until {_written(until)} ({percent(share)} of all solves) what is solved looks younger, and the "
        "backlog smaller, than it was.",
        tickets=early.select(
            "ticket_id", "at", detail=pl.format("solved {} after it was opened", span(pl.col("age")))
        ).sort("ticket_id", "at"),
    )
    return Seen(solved.height, [finding])


def holes(history: History) -> Seen:
    """Days on end without a new ticket, where the same weekdays around them are busy; and an end of stragglers."""
    days = _days(history)
    if days.is_empty():
        return Seen(0)
    weekday = pl.col("day").dt.weekday()
    sides = [
        pl.concat_list(pl.col("n").shift(side * step).over(weekday) for step in range(1, AROUND + 1)).list.drop_nulls()
        for side in (-1, 1)
    ]
    usual = days.with_columns(usual=pl.min_horizontal(side.list.median() for side in sides))
    usual = usual.filter(pl.col("usual") >= HOLE_USUAL)
    empty = usual.with_columns(empty=pl.col("n") == 0).with_columns(run=pl.col("empty").rle_id())
    runs = (
        empty.filter("empty")
        .group_by("run")
        .agg(days=pl.len(), missing=pl.col("usual").sum(), first=pl.col("day").min(), last=pl.col("day").max())
        .filter((pl.col("days") >= HOLE_DAYS) & (pl.col("missing") >= HOLE_TICKETS))
        .sort("first")
    )
    nothing = history.solves.clear().select("ticket_id", "at", detail=pl.lit(""))
    findings = []
    for row in runs.iter_rows(named=True):
        severity: Severity = "act" if row["days"] >= HOLE_ACT else "look" if row["days"] >= HOLE_LOOK else "note"
        findings.append(
            Finding(
                place=f"{_written(row['first'])} – {_written(row['last'])}",
                n=row["days"],
                of=usual.height,
                expected=0,
                severity=severity,
                text=f"On {row['days']} usual days in a row no ticket was opened, where the same weekdays around them "
                f"have about {row['missing']:,.0f} together.",
                tickets=nothing,
            )
        )
    return Seen(usual.height, [*findings, *_tail(history, days)])


def _tail(history: History, days: pl.DataFrame) -> list[Finding]:
    """The end of a history that has only stragglers."""
    usual = _usual(days)
    busy = days.filter(pl.col("n") >= max(BEGINS_AT * usual, 1))
    last = busy["day"].max()
    after = days.filter(pl.col("day") > last)
    n = int(after["n"].sum())
    if not isinstance(last, date) or usual < HOLE_USUAL or after.height < TAIL_DAYS or not n:
        return []
    opened = history.local(history.created.select("ticket_id", at="created_at")).filter(
        pl.col("local").dt.date() > last
    )
    detail = pl.format("opened {}", pl.col("local").dt.strftime("%Y-%m-%d"))
    return [
        Finding(
            place=f"after {_written(last)}",
            n=n,
            of=int(days["n"].sum()),
            expected=None,
            severity="look",
            text=f"In the {after.height} days after {_written(last)} only {n:,} tickets were opened, where {usual:,} "
            "a day were usual: most of them are missing, or the desk has moved.",
            tickets=opened.select("ticket_id", "at", detail=detail).sort("ticket_id", "at"),
        )
    ]


def _days(history: History) -> pl.DataFrame:
    """How many tickets were opened on each local date from the first to the last: `day`, `n`; sorted."""
    opened = history.local(history.created.select("ticket_id", at="created_at")).select(day=pl.col("local").dt.date())
    counts = opened.drop_nulls().group_by("day").agg(n=pl.len().cast(pl.Int64))
    if counts.is_empty():
        return counts
    whole = counts.select(pl.date_range(pl.col("day").min(), pl.col("day").max()))
    return whole.join(counts, on="day", how="left").with_columns(pl.col("n").fill_null(0)).sort("day")


def _usual(days: pl.DataFrame) -> int:
    """How many tickets were opened on the day of the middle one, in order of how busy the days are."""
    ordered = days.sort("n").filter(2 * pl.col("n").cum_sum() >= pl.col("n").sum())
    return int(ordered["n"][0])


def _written(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
