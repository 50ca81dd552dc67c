"""Can the times be as they are told: bulk closes, durations of nothing, round times, due times set by hand?"""

import math
from datetime import datetime

import polars as pl

from analytics.phrases import moment
from analytics.schemas import KIND_LABELS, SOLVED, SUPPLIED_KINDS
from analytics.suspicions_history import SOLVING, Finding, History, Seen, Severity, percent, seconds_to, span

BULK_FEWEST, BULK_TIMES = 20, 20
"""A minute is a bulk close with this many tickets, and this many times the rate of the busy hours."""
BULK_APART = 10
"""Bulk minutes no further apart than this are one place."""
BULK_PLACES = 5
"""Largest places named each by itself, where they are worth a look for their size; the rest is one line."""
BULK_LOOK_TICKETS, BULK_LOOK_SHARE, BULK_ACT_SHARE = 100, 0.01, 0.1

AT_ONCE_SECONDS = 1
AT_ONCE_FEWEST, AT_ONCE_NOTE, AT_ONCE_LOOK, ANSWERED_ACT = 5, 0.001, 0.01, 0.1

ROUND_LEAST = 200
"""Times below which a field is not judged."""
ROUND_SHARE, ROUND_TIMES, DATES_ONLY, TO_THE_MINUTE = 0.05, 4, 0.5, 0.99
"""A field is told where this share of its times is round, and so many times what the next finer roundness gives."""
MINUTE, DAY = 60, 86_400
ROUND_STEPS = {MINUTE: "on the minute", 300: "on five minutes", 3600: "on the hour", DAY: "at midnight"}
"""Seconds a round time is a multiple of, each a multiple of the one before."""

DUE_LEAST, DUE_REGULAR = 100, 0.95
"""Due times a group must have, and the share that must follow its rule, before the rest is called set by hand."""
DUE_BUCKET, DUE_COMMON, DUE_FEWEST, DUE_ACT = 10, 0.03, 5, 0.03
DUE_AGAIN, DUE_AGAIN_SHARE = 3, 1 / 160
"""So many due times of a group at the same distance but for whole days are a rare case of its rule, and no chance."""
MINUTES_A_DAY = 1440


def bulk(history: History) -> Seen:
    """Many tickets solved, or closed after being solved, in the same minute."""
    unsolved = ~pl.col("before").is_in(SOLVED)
    solves = history.statuses.filter(SOLVING & unsolved)
    housekeeping = history.statuses.filter((pl.col("value") == "closed") & ~unsolved)
    return Seen(
        solves.height + housekeeping.height,
        [*_moments(history, solves, stops=True), *_moments(history, housekeeping, stops=False)],
    )


def bulk_minutes(changes: pl.DataFrame) -> pl.DataFrame:
    """Minutes in which far more tickets changed than in busy hours: `minute`, `n`, `run` (number of its place)."""
    hours = changes.group_by(pl.col("at").dt.truncate("1h")).len()["len"]
    rate = float(hours.quantile(0.95) or 0) / 60
    minutes = changes.group_by(minute=pl.col("at").dt.truncate("1m")).agg(n=pl.len()).sort("minute")
    many = minutes.filter(pl.col("n") >= max(BULK_FEWEST, math.ceil(BULK_TIMES * rate)))
    apart = (pl.col("minute") - pl.col("minute").shift(1)).dt.total_minutes() > BULK_APART
    return many.with_columns(run=apart.fill_null(value=False).cum_sum())


def _moments(history: History, changes: pl.DataFrame, *, stops: bool) -> list[Finding]:
    minutes = bulk_minutes(changes)
    if minutes.is_empty():
        return []
    opened = history.created.select("ticket_id", "created_at")
    found = (
        changes.with_columns(minute=pl.col("at").dt.truncate("1m"))
        .join(minutes, on="minute")
        .join(opened, on="ticket_id", how="left")
        .with_columns(
            age=seconds_to("at", "created_at"),
            detail=pl.format(
                "one of {} {} that minute, {} after it was opened",
                "n",
                pl.lit("solved" if stops else "closed (solved before)"),
                span(seconds_to("at", "created_at")),
            ),
        )
    )
    runs = found.group_by("run").agg(
        tickets=pl.len().cast(pl.Int64), first=pl.col("minute").min(), last=pl.col("minute").max()
    )
    ranked = runs.sort("tickets", "first", descending=[True, False])
    large = (pl.col("tickets") >= BULK_LOOK_TICKETS) | (pl.col("tickets") >= BULK_LOOK_SHARE * changes.height)
    named = ranked.filter(large).head(BULK_PLACES)
    places = [(_when(history, row["first"], row["last"]), [row["run"]]) for row in named.iter_rows(named=True)]
    rest = ranked.slice(named.height)["run"].to_list()
    other = f"{len(rest)}{' other' * bool(places)} moment{'s' * (len(rest) > 1)}"
    places += [(other, rest)] if rest else []
    return [
        _moment(place, found.filter(pl.col("run").is_in(own)), changes.height, stops=stops) for place, own in places
    ]


def _moment(place: str, found: pl.DataFrame, of: int, *, stops: bool) -> Finding:
    n, share = found.height, found.height / of
    minutes = found["minute"].n_unique()
    within = f"in {minutes} minutes" if minutes > 1 else "in one minute"
    if stops:
        at_once = found.filter(pl.col("age") < 60).height
        severity: Severity = "act" if share >= BULK_ACT_SHARE else "note"
        if severity == "note" and (n >= BULK_LOOK_TICKETS or share >= BULK_LOOK_SHARE):
            severity = "look"
        entered = f" {at_once:,} of them had been opened less than a minute before." if at_once else ""
        text = f"{n:,} tickets were solved {within}, {percent(share)} of all.{entered}"
    else:
        severity = "note"
        text = f"{n:,} tickets were closed {within}, after they had been solved: no clock of theirs stopped then."
    what = "solved" if stops else "closed"
    return Finding(
        place=f"{what}, {place}",
        n=n,
        of=of,
        expected=None,
        severity=severity,
        text=text,
        tickets=found.select("ticket_id", "at", "detail").sort("ticket_id", "at"),
    )


def _when(history: History, first: datetime, last: datetime) -> str:
    start, end = moment(first, history.time_zone), moment(last, history.time_zone)
    zone = " UTC" if history.time_zone == "UTC" else ""
    if start == end:
        return f"{start}{zone}"
    return f"{start}–{end[-5:]}{zone}" if start[:-6] == end[:-6] else f"{start} – {end}{zone}"


def at_once(history: History) -> Seen:
    """Tickets solved or answered in the second they were opened, or before, and clocks due before they begin."""
    solved = history.solves.group_by("ticket_id").agg(pl.col("at").min())
    customers = history.tickets.filter(~pl.col("created_by_agent").fill_null(value=False)).select("ticket_id")
    answered = history.first_replies.join(customers, on="ticket_id", how="semi")
    due = history.clocks.filter(pl.col("due_at").is_not_null()).select("ticket_id", "started_at", "kind", at="due_at")
    early = due.filter(pl.col("at") <= pl.col("started_at"))
    detail = pl.format(
        "{} due {} before it began",
        pl.col("kind").cast(pl.String).replace(KIND_LABELS),
        span(seconds_to("started_at", "at")),
    )
    overdue = [
        Finding(
            place="due before it began",
            n=early.height,
            of=due.height,
            expected=0,
            severity="act" if early.height >= AT_ONCE_LOOK * due.height else "look",
            text=f"{early.height:,} of {due.height:,} clocks fell due when they began, or before.",
            tickets=early.select("ticket_id", "at", detail=detail).sort("ticket_id", "at", "detail"),
        )
    ]
    return Seen(
        solved.height + answered.height + due.height,
        [
            *_instants(history, solved, "solved", act=1.1),
            *_instants(history, answered, "answered", act=ANSWERED_ACT),
            *(overdue if early.height else []),
        ],
    )


def _instants(history: History, firsts: pl.DataFrame, what: str, *, act: float) -> list[Finding]:
    taken = firsts.join(history.created, on="ticket_id").with_columns(after=seconds_to("at", "created_at"))
    found = taken.filter(pl.col("after") <= AT_ONCE_SECONDS)
    n, share = found.height, found.height / max(taken.height, 1)
    if n < AT_ONCE_FEWEST or share < AT_ONCE_NOTE:
        return []
    most = found.group_by("held_by").len().sort("len", "held_by", descending=[True, False]).row(0)
    early = found.filter(pl.col("after") < 0).height
    before = f" {early:,} of them before it." if early else ""
    mostly = f" {most[1]:,} of them are with {most[0]}." if found["held_by"].n_unique() > 1 else ""
    detail = pl.format("{} {} s after it was opened; with {}", pl.lit(what), "after", "held_by")
    return [
        Finding(
            place=f"{what} as it was opened",
            n=n,
            of=taken.height,
            expected=None,
            severity="act" if share >= act else "look" if share >= AT_ONCE_LOOK else "note",
            text=f"{n:,} of {taken.height:,} tickets {what} were so within a second of being opened.{before}{mostly}",
            tickets=found.select("ticket_id", "at", detail=detail).sort("ticket_id", "at"),
        )
    ]


def round_times(history: History) -> Seen:
    """Fields whose times fall on midnight, on whole hours, on five minutes or on whole minutes far beyond chance."""
    created = history.tickets.select("ticket_id", at="created_at")
    solves = history.solves.select("ticket_id", "at")
    busy = bulk_minutes(solves)
    solves = solves.filter(~pl.col("at").dt.truncate("1m").is_in(busy["minute"].implode()))
    fields = {"opened": created, "solved": solves, "first answered": history.first_replies}
    told = {name: frame.drop_nulls("at") for name, frame in fields.items() if frame.height >= ROUND_LEAST}
    found = [each for name, frame in told.items() for each in _rounded(history, frame, name)]
    return Seen(sum(frame.height for frame in told.values()), found)


def _rounded(history: History, frame: pl.DataFrame, name: str) -> list[Finding]:
    """The coarsest roundness of a field that stands out from that of the next finer one, if any."""
    at = pl.col("local").dt
    second = at.hour().cast(pl.Int32) * 3600 + at.minute().cast(pl.Int32) * 60 + at.second()
    known = history.local(frame).with_columns(second=second)
    shares = {step: float(known.select((second % step == 0).mean()).item()) for step in (1, *ROUND_STEPS)}
    finer = dict(zip(ROUND_STEPS, (1, *ROUND_STEPS), strict=False))
    expected = {step: shares[finer[step]] * finer[step] / step for step in ROUND_STEPS}
    out = [step for step in ROUND_STEPS if shares[step] >= max(ROUND_SHARE, ROUND_TIMES * expected[step])]
    if not out:
        return []
    step = out[-1]
    found = known.filter(pl.col("second") % step == 0)
    whole = step == MINUTE and shares[step] >= TO_THE_MINUTE
    text = (
        f"Times {name} are written to the minute: durations are known to the minute at best."
        if whole
        else f"{found.height:,} of {known.height:,} times {name} fall {ROUND_STEPS[step]}, where "
        f"{percent(expected[step])} would be usual."
    )
    written = pl.col("local").dt.strftime("%Y-%m-%d %H:%M:%S")
    severity: Severity = "note" if whole else "act" if step == DAY and shares[step] >= DATES_ONLY else "look"
    return [
        Finding(
            place=f"{name} {ROUND_STEPS[step]}",
            n=found.height,
            of=known.height,
            expected=expected[step],
            severity=severity,
            text=text,
            tickets=found.select("ticket_id", "at", detail=pl.format("{} {}", pl.lit(name), written)).sort(
                "ticket_id", "at"
            ),
        )
    ]


def due_by_hand(history: History) -> Seen:
    """Due times of the source that no rule of their group explains, where the rest of the group follows one.

    A due time is explained by its local time of day, or by how far that lies from the time of day of creation (within
    ten minutes), where these are common in its group of category and priority: weekends, holidays and closed
    hours move a due time by whole days or to an opening. Groups that follow no such rule are not judged.
    """
    looked, findings = 0, []
    for kind in SUPPLIED_KINDS:
        judged = _explained(history, f"{kind}_due_at")
        if judged.is_empty():
            continue
        odd = judged.filter(~pl.col("explained"))
        looked += judged.height
        n, share = odd.height, odd.height / judged.height
        if n < DUE_FEWEST:
            continue
        whole = odd.filter(pl.col("at").dt.second() == 0).height
        at, usual = pl.col("at_local").dt.strftime("%Y-%m-%d %H:%M:%S"), span(pl.col("usual") * 60)
        detail = pl.format(
            "due {} local, {} after it was opened; usual in its group: {}", at, span(pl.col("minutes") * 60), usual
        )
        findings.append(
            Finding(
                place=f"due time of {KIND_LABELS[kind].lower()}",
                n=n,
                of=judged.height,
                expected=0,
                severity="act" if share >= DUE_ACT else "look",
                text=f"{n:,} of {judged.height:,} due times follow no rule of their group, "
                f"{whole:,} of them on a whole minute.",
                tickets=odd.select("ticket_id", "at", detail=detail).sort("ticket_id", "at"),
            )
        )
    return Seen(looked, findings)


def _explained(history: History, column: str) -> pl.DataFrame:
    """The due times of regular groups, each with whether a rule of its group explains it."""
    group = ("category", "priority")
    given = history.tickets.filter(pl.col(column).is_not_null()).select("ticket_id", *group, "created_at", at=column)
    began = history.local(given, "created_at").rename({"local": "began_local"})
    known = history.local(began).rename({"local": "at_local"})
    at = pl.col("at_local").dt
    known = known.with_columns(
        minutes=(seconds_to("at_local", "began_local") / 60).round().cast(pl.Int64),
        time_of_day=at.hour().cast(pl.Int64) * 60 + at.minute(),
    ).with_columns(bucket=(pl.col("minutes") % MINUTES_A_DAY) // DUE_BUCKET, size=pl.len().over(group))
    least = pl.max_horizontal(pl.lit(DUE_FEWEST, dtype=pl.Float64), DUE_COMMON * pl.col("size"))
    near = known.group_by(*group, "bucket").len()
    around = pl.concat(
        [near.with_columns(bucket=(pl.col("bucket") + step) % (MINUTES_A_DAY // DUE_BUCKET)) for step in (-1, 0, 1)]
    )
    around = around.group_by(*group, "bucket").agg(near=pl.col("len").sum())
    known = known.join(around, on=[*group, "bucket"], how="left", nulls_equal=True)
    common = pl.len().over(*group, "time_of_day") >= least
    rare = pl.max_horizontal(pl.lit(DUE_AGAIN, dtype=pl.Float64), DUE_AGAIN_SHARE * pl.col("size"))
    again = pl.len().over(*group, pl.col("minutes") % MINUTES_A_DAY) >= rare
    known = known.with_columns(
        explained=common | again | (pl.col("near") >= least), usual=pl.col("minutes").median().over(group)
    )
    regular = pl.col("explained").mean().over(group) >= DUE_REGULAR
    return known.filter((pl.col("size") >= DUE_LEAST) & regular)
