"""Is the clock being managed rather than the work: pauses, quick solves, lowered priorities, late cancellations?"""

import math

import polars as pl

from analytics.schemas import CANCELLATIONS
from analytics.suspicions_history import (
    STRICT,
    Finding,
    History,
    Limits,
    Seen,
    behind,
    by_team,
    percent,
    seconds_to,
    span,
)

LEAST_CLOCKS = 100
"""Resolution clocks below which a team's pauses are compared with nobody's."""
PAUSE_POINTS, PAUSE_RATIO = 0.2, 1.5
"""By how much, and how many times, a team's share of paused time must exceed the rest's."""
PAUSE_ACT_POINTS, PAUSE_ACT_RATIO = 0.35, 2.5

ASKED_WITHIN_SECONDS = 900
"""A pause is silent where the customer got no reply since their last message, nor in this time after its beginning."""
SILENT = Limits(ratio=2, points=0.2, act_ratio=3, act_points=0.4, fewest=20)

NEAR_DUE = 0.9
"""Share of the target used from which a solve is shortly before the due time."""
SOON_DAYS = 3
"""A reopening in this many days (plain time) is soon."""
REOPENED = Limits(ratio=1.5, points=0.05, act_ratio=3, act_points=0.2, fewest=5)

LAST_PART = 0.8
"""Share of the target used from which a change comes late."""
LATE = Limits(ratio=1.5, points=0.05, act_ratio=2.5, act_points=0.3, fewest=5)

_LEVELS = (("critical", "urgent", "highest"), ("high",), ("normal", "medium", "moderate"), ("low",))
LEVELS = {name: level for level, names in enumerate((*_LEVELS, ("lowest", "planning"))) for name in names}
"""How urgent each priority is; another word is not compared."""


def paused(history: History) -> Seen:
    """Teams whose clocks stand on pause far more than the other teams'.

    The share of clock time paused is a ratio of sums; its error is that of a sample of clocks, so that a few clocks
    paused for months do not make a team stand out.
    """
    clocks = history.resolutions.select(
        "ticket_id",
        "held_by",
        "paused_seconds",
        at="started_at",
        whole=pl.col("paused_seconds") + pl.col("running_seconds"),
    ).filter(pl.col("whole") > 0)
    if not clocks["paused_seconds"].sum():
        return Seen(0)
    parts = clocks.group_by("held_by").agg(
        of=pl.len(),
        n=(pl.col("paused_seconds") > 0).sum(),
        p=pl.col("paused_seconds").sum(),
        w=pl.col("whole").sum(),
        pp=pl.col("paused_seconds").cast(pl.Float64).pow(2).sum(),
        pw=(pl.col("paused_seconds").cast(pl.Float64) * pl.col("whole")).sum(),
        ww=pl.col("whole").cast(pl.Float64).pow(2).sum(),
    )
    findings = []
    for team in parts.sort("n", "held_by", descending=[True, False]).iter_rows(named=True):
        rest = parts.filter(pl.col("held_by") != team["held_by"]).select(pl.exclude("held_by").sum()).row(0, named=True)
        if min(team["of"], rest["of"]) < LEAST_CLOCKS:
            continue
        (own, own_error), (usual, error) = _ratio(team), _ratio(rest)
        low = own - STRICT * math.hypot(own_error, error)
        if low <= max(PAUSE_RATIO * usual, usual + PAUSE_POINTS):
            continue
        act = low > max(PAUSE_ACT_RATIO * usual, usual + PAUSE_ACT_POINTS)
        behind_it = clocks.filter((pl.col("held_by") == team["held_by"]) & (pl.col("paused_seconds") > 0))
        share = pl.col("paused_seconds") / pl.col("whole") * 100
        detail = pl.format(
            "paused {} of the clock's time, {} % of it", span(pl.col("paused_seconds")), share.round().cast(pl.Int64)
        )
        findings.append(
            Finding(
                place=f"team {team['held_by']}",
                n=team["n"],
                of=team["of"],
                time_share=own,
                expected=usual,
                severity="act" if act else "look",
                text=f"{percent(own)} of the open time of its {team['of']:,} clocks was paused, "
                f"{percent(usual)} of that of the other {rest['of']:,}.",
                tickets=behind(behind_it.with_columns(detail=detail)),
            )
        )
    return Seen(clocks.height, findings)


def _ratio(sums: dict[str, float]) -> tuple[float, float]:
    """A ratio of sums over clocks and its standard error, linearised."""
    ratio = sums["p"] / sums["w"]
    spread = max(0.0, sums["pp"] - 2 * ratio * sums["pw"] + ratio * ratio * sums["ww"])
    return ratio, math.sqrt(spread) / sums["w"]


def unasked(history: History) -> Seen:
    """Teams that put tickets on "pending" without having answered the customer, far more often than the others."""
    waits = (pl.col("kind") == "status") & (pl.col("value") == "pending")
    replies, messages = (pl.col("kind") == kind for kind in ("reply", "message"))
    if history.first_replies.is_empty():
        return Seen(0)
    waited = history.events.filter(waits).select("ticket_id").unique()
    told = history.events.filter(replies | messages | waits).join(waited, on="ticket_id", how="semi")
    ordered = told.sort("ticket_id", "at", "sequence").with_row_index("row")
    begins = pl.col("ticket_id") != pl.col("ticket_id").shift(1, fill_value="")
    ends = pl.col("ticket_id") != pl.col("ticket_id").shift(-1, fill_value="")
    row = pl.col("row")
    ordered = ordered.with_columns(
        first=pl.when(begins).then(row).forward_fill(),
        last=pl.when(ends).then(row).backward_fill(),
        replied=pl.when(replies).then(row).forward_fill(),
        wrote=pl.when(messages).then(row).forward_fill(),
        answer=pl.when(replies).then(row).backward_fill(),
        replied_at=pl.when(replies).then("at").forward_fill(),
        message_at=pl.when(messages).then("at").forward_fill(),
        answer_at=pl.when(replies).then("at").backward_fill(),
    )
    pauses = ordered.filter(waits).with_columns(
        replied_at=pl.when(pl.col("replied") >= pl.col("first")).then("replied_at"),
        message_at=pl.when(pl.col("wrote") >= pl.col("first")).then("message_at"),
        answer_at=pl.when(pl.col("answer") <= pl.col("last")).then("answer_at"),
    )
    before = pl.col("replied_at").is_not_null() & (
        pl.col("message_at").is_null() | (pl.col("replied_at") >= pl.col("message_at"))
    )
    after = seconds_to("answer_at", "at") <= ASKED_WITHIN_SECONDS
    cases = pauses.join(history.created, on="ticket_id").with_columns(
        hit=~(before | after.fill_null(value=False)),
        detail=pl.when(pl.col("message_at").is_null())
        .then(pl.lit("put on pending; the customer had got no reply at all"))
        .otherwise(
            pl.format("put on pending {} after the customer wrote, unanswered", span(seconds_to("at", "message_at")))
        ),
    )
    text = (
        "{n:,} of {of:,} times a ticket was put on pending the customer had not been answered, "
        "against {usual} elsewhere."
    )
    return Seen(cases.height, by_team(cases, SILENT, text=text))


def reopened(history: History) -> Seen:
    """Tickets solved shortly before their due time and reopened soon after, more often than those solved earlier."""
    soon = seconds_to("reopened_at", "at") <= SOON_DAYS * 86_400
    again = history.solves.filter(pl.col("reopened_at").is_not_null())
    judged = history.had_it_ended(again.select("ticket_id", "at", "sequence"))
    quick = judged.join(
        again.filter(soon).select("ticket_id", "at", "sequence", "reopened_at"),
        on=["ticket_id", "at", "sequence"],
        how="left",
    )
    once = history.solves.filter(pl.col("reopened_at").is_null())
    kept = history.resolutions.select("ticket_id", "used", "held_by", "due_at", at="stopped_at")
    for_good = once.join(kept, on=["ticket_id", "at"]).rename({"due_at": "due_then"})
    columns = ("ticket_id", "at", "used", "held_by", "due_then", "reopened_at")
    cases = pl.concat([quick.select(columns), for_good.select(columns)]).filter(pl.col("used") < 1)
    near = cases.filter(pl.col("used") >= NEAR_DUE)
    earlier = cases.filter(pl.col("used") < NEAR_DUE)
    if near.is_empty() or earlier.is_empty():
        return Seen(0)
    usual = float(earlier.select(pl.col("reopened_at").is_not_null().mean()).item())
    near = near.with_columns(
        hit=pl.col("reopened_at").is_not_null(),
        detail=pl.format(
            "solved {} before it was due, at {} % of the target; reopened {} later",
            span(seconds_to("due_then", "at")),
            _hundredths("used"),
            span(seconds_to("reopened_at", "at")),
        ),
    )
    text = (
        "{n:,} of {of:,} tickets solved in the last tenth of their target were reopened within "
        f"{SOON_DAYS} days, "
        "against {usual} of those solved earlier."
    )
    return Seen(near.height, by_team(near, REOPENED, expected=usual, text=text))


def lowered(history: History) -> Seen:
    """Priorities lowered when most of the target was used, or after the due time with the breach undone by it.

    Lowerings spread evenly over the time of the target would come in its last fifth one time in five at most, as
    fewer tickets are still open by then.
    """
    level = {
        side: pl.col(side).str.to_lowercase().replace_strict(LEVELS, default=None) for side in ("value", "previous")
    }
    changes = history.events.filter((pl.col("kind") == "priority") & (level["value"] > level["previous"]))
    judged = history.had_it_ended(changes.select("ticket_id", "at", "sequence"))
    words = changes.select("ticket_id", "at", "sequence", "value", "previous")
    final = history.resolutions.group_by("ticket_id").agg(broken=pl.col("breached").fill_null(value=False).any())
    cases = judged.join(words, on=["ticket_id", "at", "sequence"]).join(final, on="ticket_id", how="left")
    undone = (pl.col("used") >= 1) & ~pl.col("broken")
    left = seconds_to("due_then", "at")
    cases = cases.filter((pl.col("used") < 1) | undone).with_columns(
        hit=pl.col("used") >= LAST_PART,
        detail=pl.format(
            "{} to {} at {} % of the target, {} {} it was due{}",
            "previous",
            "value",
            _hundredths("used"),
            span(left.abs()),
            pl.when(left < 0).then(pl.lit("after")).otherwise(pl.lit("before")),
            pl.when("broken").then(pl.lit("; breached even so")).otherwise(pl.lit("")),
        ),
    )
    text = (
        "{n:,} of {of:,} times a priority was lowered, four fifths of the target or more had "
        "been used. Spread evenly it would be {usual} at most."
    )
    return Seen(cases.height, by_team(cases, LATE, expected=1 - LAST_PART, text=text))


def cancelled(history: History) -> Seen:
    """Tickets merged, deleted or called spam or a test when most of their target was used: no rate counts them."""
    cases = history.resolutions.filter(
        (pl.col("state") == "cancelled") & pl.col("stopped_by").cast(pl.String).is_in(CANCELLATIONS)
    ).with_columns(
        at="stopped_at",
        hit=pl.col("used") >= LAST_PART,
        detail=pl.format("called {} at {} % of the target", pl.col("stopped_by").cast(pl.String), _hundredths("used")),
    )
    text = (
        "{n:,} of {of:,} tickets merged, deleted or called spam or a test had used four fifths of "
        "their target or more. Spread evenly it would be {usual} at most."
    )
    return Seen(cases.height, by_team(cases, LATE, expected=1 - LAST_PART, text=text))


def _hundredths(column: str) -> pl.Expr:
    return (100 * pl.col(column)).floor().cast(pl.Int64)
