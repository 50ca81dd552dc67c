"""What should be done next? The open clocks by time to due, in the order that keeps most promises."""

import polars as pl

from analytics.measure import Hours
from analytics.schemas import CLOCK_KEY
from analytics.timezones import INSTANT

HOUR, DAY = 3_600, 86_400
AT_RISK = 0.75
"""The share of its target a clock has used when it is at risk."""

SOON, SOON_OPEN, LONG = 24 * HOUR, 8 * HOUR, 3 * DAY
"""Due soon: within so much plain time, or so much open time. Overdue for long: for more plain time than this."""

BUCKETS = (
    "over 3 days past due",
    "1–3 days past due",
    "up to 1 day past due",
    "due within 4 hours",
    "in 4–24 hours",
    "in 24–72 hours",
    "later",
    "paused",
    "no due time",
)
BREACHED_BUCKETS, KEPT_BUCKETS = BUCKETS[:3], BUCKETS[3:7]
BUCKET = pl.Enum(BUCKETS)

TURNS = ("can still be kept", "broken of late", "broken long ago", "due later", "paused", "no due time")
"""What is done first, second, and so on."""

TURN = pl.Enum(TURNS)


def queue(standing: pl.DataFrame, hours: Hours = "business") -> pl.DataFrame:
    """The open clocks, what is to be done next first.

    First what can still be kept and is due soon, the earliest first; then what is overdue, for up to three days, then
    for longer, the longest first; then what is due later. So overdue work waits for promises that are close, and for
    nothing else. Paused clocks wait for somebody else, and come last.

    Args:
        standing: clocks not stopped, in the schema CLOCKS, as judged on these hours.
        hours: in calendar hours a clock is due when the customer's wait reaches the target.

    Returns:
        The clocks with `due` (instant, null where there is none), `left` (Int64 plain seconds from the as-of instant,
        negative when past due), `open_left` (Int64 seconds of the schedule; null when past due), `used` (share of the
        target), `at_risk` (Boolean), `bucket` (Enum BUCKET) and `turn` (Enum TURN); in the order they should be done.

    Source: earliest due first is best while all can be kept, and overdue work last when not; a bound on
    what is put before overdue work keeps that from waiting for ever.
    """
    spare = pl.col("target_seconds") - pl.col("elapsed_seconds")
    paused = pl.col("state") == "paused"
    if hours == "business":
        due, broken = pl.col("due_at"), pl.col("state") == "breached"
    else:
        due, broken = pl.col("as_of") + pl.duration(seconds=spare), spare < 0
        paused = paused & ~broken.fill_null(value=False)
    left = (pl.col("due") - pl.col("as_of")).dt.total_seconds()
    late = pl.when("broken").then((-pl.col("left")).clip(lower_bound=0))
    running = ~pl.col("broken") & ~pl.col("halted") & pl.col("due").is_not_null()
    return (
        standing.with_columns(
            due=due.cast(INSTANT), broken=broken.fill_null(value=False), halted=paused.fill_null(value=False)
        )
        .with_columns(
            left=left,
            open_left=pl.when(~pl.col("broken")).then(spare.clip(lower_bound=0)),
            used=pl.col("elapsed_seconds") / pl.when(pl.col("target_seconds") > 0).then("target_seconds"),
        )
        .with_columns(
            late=late, at_risk=(running & (pl.col("used") >= AT_RISK)).fill_null(value=False), running=running
        )
        .with_columns(bucket=_bucket(), turn=_turn())
        .sort(
            "turn",
            pl.when(pl.col("turn") == "paused").then("open_left").otherwise(pl.col("due").to_physical()),
            *CLOCK_KEY,
            nulls_last=True,
        )
        .drop("broken", "halted", "late", "running")
    )


def _bucket() -> pl.Expr:
    """By time past due, else by time to due."""
    late, left = pl.col("late"), pl.col("left")
    places = (
        (pl.col("broken") & (late > LONG), 0),
        (pl.col("broken") & (late > DAY), 1),
        (pl.col("broken"), 2),
        (pl.col("halted"), 7),
        (left.is_null(), 8),
        (left <= 4 * HOUR, 3),
        (left <= DAY, 4),
        (left <= 3 * DAY, 5),
    )
    return _first_of(places, BUCKETS, 6).cast(BUCKET)


def _turn() -> pl.Expr:
    """Whose turn it is."""
    soon = (pl.col("left") <= SOON) | (pl.col("open_left") <= SOON_OPEN) | pl.col("at_risk")
    places = (
        (pl.col("broken") & (pl.col("late") > LONG), 2),
        (pl.col("broken"), 1),
        (pl.col("halted"), 4),
        (pl.col("left").is_null(), 5),
        (soon.fill_null(value=False), 0),
    )
    return _first_of(places, TURNS, 3).cast(TURN)


def _first_of(places: tuple[tuple[pl.Expr, int], ...], names: tuple[str, ...], otherwise: int) -> pl.Expr:
    """The name at the place of the first condition that holds."""
    named = [pl.when(condition).then(pl.lit(names[place])) for condition, place in places]
    return pl.coalesce(*named, pl.lit(names[otherwise]))


def of_tickets(line: pl.DataFrame) -> pl.DataFrame:
    """One row a ticket: the clock of it that comes first, with how many open clocks it has.

    Args:
        line: as `queue` gives it.

    Returns:
        The first row of every ticket with `clocks` (Int64), in the order of the queue.
    """
    ticket = ["source", "ticket_id"]
    sizes = line.group_by(ticket).agg(clocks=pl.len().cast(pl.Int64))
    return line.unique(ticket, keep="first", maintain_order=True).join(
        sizes, on=ticket, how="left", maintain_order="left"
    )


def counted(line: pl.DataFrame) -> pl.DataFrame:
    """How many clocks stand in each bucket: `bucket`, `clocks`, `at_risk`; a row for every bucket, in order."""
    found = line.group_by("bucket").agg(clocks=pl.len().cast(pl.Int64), at_risk=pl.col("at_risk").sum().cast(pl.Int64))
    every = pl.DataFrame({"bucket": pl.Series(BUCKETS, dtype=BUCKET)})
    return (
        every.join(found, on="bucket", how="left").with_columns(pl.col("clocks", "at_risk").fill_null(0)).sort("bucket")
    )
