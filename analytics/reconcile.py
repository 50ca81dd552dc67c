"""Does the source's own verdict on each ticket agree with ours, and where not, why?

One row a ticket and kind: each ticket the source gives a verdict on, and each we have one on. Where verdicts differ
the first reason that holds, in the order of `reconcile_reasons.REASONS`, is taken; the others are not looked at.
"""

from collections.abc import Mapping

import polars as pl

from analytics.measure import Hours, judged_on
from analytics.policy import PolicyFile
from analytics.reconcile_reasons import TOLERANCE
from analytics.reconcile_replay import replayed
from analytics.schemas import CANCELLATIONS, CLOCKS, SUPPLIED_KINDS, schema
from analytics.timezones import INSTANT, local

LABELS = ("priority", "category", "channel", "region", "plan", "customer", "team_at_due", "agent_at_due")
RECONCILED: pl.Schema = schema(
    {
        "source": pl.String,
        "ticket_id": pl.String,
        "kind": pl.String,
        "outcome": pl.String,
        "theirs_breached": pl.Boolean,
        "ours_breached": pl.Boolean,
        "other_breached": pl.Boolean,
        "state": pl.String,
        "stopped_by": pl.String,
        "decided": pl.Boolean,
        "exclusion": pl.String,
        "policy": pl.String,
        "schedule": pl.String,
        "time_zone": pl.String,
        "started_at": INSTANT,
        "due_at": INSTANT,
        "stopped_at": INSTANT,
        "as_of": INSTANT,
        "theirs_due_at": INSTANT,
        "updated_at": INSTANT,
        "target_seconds": pl.Int64,
        "elapsed_seconds": pl.Int64,
        "edge_seconds": pl.Int64,
        "paused_seconds": pl.Int64,
        "written_seconds": pl.Int64,
        "requester_wait_seconds": pl.Int64,
        "customer_seconds": pl.Int64,
        "reopenings": pl.Int32,
        "ignored_reopenings": pl.Int32,
        "judged_by": pl.String,
        "due_date": pl.Date,
        **dict.fromkeys(LABELS, pl.String),
    }
)
"""One row a ticket and kind. `outcome` is one of `reconcile_reasons.OUTCOMES`; `ours_breached` is judged in the hours
asked for, `other_breached` in the other kind. `edge_seconds`: how far past the target or due time the clock ended,
whichever is nearer; negative before it. `theirs_due_at`, `updated_at`: as the source tells them, where verdicts differ.
`judged_by`: under what the verdict would be the source's. `due_date`: local; without a clock of the source's due time,
else of creation. Text columns keep the Enum of the clocks where they have one."""

KEY = ("ticket_id", "kind")
_LISTED = ("state", "stopped_by", "exclusion", "policy", "schedule", "time_zone", *LABELS)
_THEIRS, _OURS = pl.col("theirs_breached"), pl.col("ours_breached")
_AT = pl.coalesce("stopped_at", "as_of")


def verdicts(clocks: pl.DataFrame, hours: Hours = "business") -> pl.DataFrame:
    """One row a ticket and kind with a clock that the source or we have a verdict on; `outcome` where they agree.

    Args:
        clocks: of one source, in the schema CLOCKS.
        hours: what our verdict is judged in.

    Where a ticket has several clocks of a kind, the first breached one speaks for it; else one that still runs, else
    the last.
    """
    named = clocks.lazy().with_columns(pl.col("source", "kind").cast(pl.String))
    kinds = named.filter(pl.col("kind").is_in(SUPPLIED_KINDS))
    other = "breached_calendar" if hours == "business" else "breached"
    judged = judged_on(kinds.with_columns(other_breached=other), hours)
    wanted = [name for name in RECONCILED if name in CLOCKS]
    found = judged.select(
        *wanted,
        "cycle",
        "other_breached",
        theirs_breached="supplied_breached",
        ours_breached="breached",
    ).collect(engine="in-memory")
    told = _speaking(found).filter(_THEIRS.is_not_null() | _OURS.is_not_null())
    agreed = pl.when(_OURS).then(pl.lit("agree_breached")).otherwise(pl.lit("agree_met"))
    return told.with_columns(outcome=pl.when(_THEIRS == _OURS).then(agreed))


def _speaking(clocks: pl.DataFrame) -> pl.DataFrame:
    """The clock that speaks for each ticket and kind."""
    more = clocks.filter(pl.col("cycle") > 1).select(*KEY).unique()
    if more.is_empty():
        return clocks
    cancelled = pl.col("state").cast(pl.String) == "cancelled"
    rank = pl.when(_OURS.fill_null(value=False)).then(0).when(_OURS.is_null() & ~cancelled).then(1)
    place = pl.when(_OURS.fill_null(value=False)).then("cycle").otherwise(-pl.col("cycle"))
    several = clocks.join(more, on=KEY, how="semi").with_columns(
        rank=rank.when(~cancelled).then(2).otherwise(3), place=place
    )
    spoken = several.sort(*KEY, "rank", "place").unique(KEY, keep="first", maintain_order=True)
    return pl.concat([clocks.join(more, on=KEY, how="anti"), spoken.drop("rank", "place")])


def reconciled(
    clocks: pl.DataFrame,
    tickets: pl.DataFrame,
    events: pl.DataFrame,
    policy: PolicyFile,
    *,
    hours: Hours = "business",
) -> pl.DataFrame:
    """Each ticket and kind with a verdict of the source's or ours, with one outcome.

    Args:
        clocks: all clocks of one source, in the schema CLOCKS.
        tickets, events: the histories at least of the tickets whose verdicts differ, and of those the source gives a
            verdict on for which there is no clock; in the schemas TICKETS and EVENTS.
        policy: the promises the clocks were judged by.
        hours: what our verdicts are judged in.

    Returns:
        Rows in the columns of RECONCILED, sorted by ticket and kind; columns that are Enum in the clocks are here.
    """
    both = verdicts(clocks, hours).with_columns(_edge(policy, hours))
    agreed = both.filter(pl.col("outcome").is_not_null())
    differ = both.filter(pl.col("outcome").is_null()).with_columns(pl.col(pl.Enum).cast(pl.String))
    tried = _with_ticket(differ, tickets).with_columns(outcome=_reason(hours))
    left = tried.filter(pl.col("outcome").is_null())
    again = replayed(left, tickets, events, policy, hours)
    named = left.drop("outcome").join(again, on=KEY, how="left", maintain_order="left").with_columns(outcome=_last())
    alone = _without_clock(clocks, tickets, events, policy)
    parts = [agreed, tried.filter(pl.col("outcome").is_not_null()), named, alone]
    listed = {name: _list(name, clocks.schema, alone) for name in _LISTED}
    whole = pl.concat([_shaped(part, {**RECONCILED, **listed}) for part in parts])
    return whole.sort(KEY)


def _list(name: str, known: pl.Schema, alone: pl.DataFrame) -> pl.DataType:
    """The type of a column of few values: text, or the clocks' Enum with what tickets without a clock add to it."""
    dtype = known[name]
    if not isinstance(dtype, pl.Enum):
        return pl.String()
    values = dtype.categories.to_list()
    more = alone[name].drop_nulls().unique().sort().to_list() if name in alone.columns else []
    added = sorted(set(more) - set(values))
    return pl.Enum([*values, *added]) if added else dtype


def _shaped(part: pl.DataFrame, columns: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """A part in these columns, with null in those it has not."""
    return part.select(
        (pl.col(name) if name in part.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in columns.items()
    )


def _with_ticket(differ: pl.DataFrame, tickets: pl.DataFrame) -> pl.DataFrame:
    """The rows with what the source says of its due time, and when it last changed the ticket."""
    facts = tickets.select("ticket_id", "updated_at", *(f"{kind}_due_at" for kind in SUPPLIED_KINDS))
    first, other = SUPPLIED_KINDS
    due = pl.when(pl.col("kind") == first).then(f"{first}_due_at").otherwise(f"{other}_due_at")
    return differ.join(facts, on="ticket_id", how="left", maintain_order="left").with_columns(theirs_due_at=due)


def _edge(policy: PolicyFile, hours: Hours) -> pl.Expr:
    """How far past its target, or its due time, a clock ended; of a due time supplied only the latter tells."""
    over = pl.col("elapsed_seconds") - pl.col("target_seconds")
    plain = (_AT - pl.col("due_at")).dt.total_seconds()
    if hours == "calendar":
        return over.alias("edge_seconds")
    supplied = [each.name for each in policy.policies if each.due == "supplied"]
    nearer = pl.when(plain.abs() < over.abs()).then(plain).otherwise(over)
    given = pl.col("policy").cast(pl.String).is_in(supplied)
    return pl.when(given).then(plain).otherwise(nearer).alias("edge_seconds")


def _reason(hours: Hours) -> pl.Expr:
    """The first reason that holds of those that a clock's own figures show; null where none does."""
    cancelled = (pl.col("state") == "cancelled") | pl.col("stopped_by").is_in(CANCELLATIONS).fill_null(value=False)
    running, plainly_due = pl.col("stopped_at").is_null(), pl.col("started_at") + pl.duration(seconds="written_seconds")
    since = pl.col("due_at") if hours == "business" else plainly_due
    untouched = (pl.col("updated_at") < since).fill_null(value=True)
    stale = running & _OURS.fill_null(value=False) & ~_THEIRS.fill_null(value=False) & untouched
    paused = pl.col("paused_seconds") > 0
    waited = pl.col("customer_seconds") > 0
    counted = paused & (pl.col("elapsed_seconds") + pl.col("paused_seconds") > pl.col("target_seconds"))
    plain = waited & (pl.col("requester_wait_seconds") + pl.col("customer_seconds") > pl.col("written_seconds"))
    lost = _THEIRS & (counted | plain) & ~_OURS.fill_null(value=False)
    return (
        pl.when(cancelled)
        .then(pl.lit("merged"))
        .when(stale)
        .then(pl.lit("stale_open"))
        .when(_THEIRS.is_null())
        .then(pl.lit("no_verdict"))
        .when(pl.col("edge_seconds").abs() <= TOLERANCE)
        .then(pl.lit("rounding"))
        .when(pl.col("other_breached") == _THEIRS)
        .then(pl.lit("calendar"))
        .when(lost)
        .then(pl.lit("pause_lost"))
    )


def _last() -> pl.Expr:
    """The reason of what a replay did not explain."""
    over, ended = pl.col("theirs_due_at") < _AT, pl.col("stopped_at").is_not_null()
    by_theirs = pl.when(over).then(statement=True).when(~over & ended).then(statement=False)
    apart = ((pl.col("theirs_due_at") - pl.col("due_at")).dt.total_seconds().abs() > TOLERANCE).fill_null(value=True)
    return (
        pl.when(pl.col("outcome").is_not_null())
        .then("outcome")
        .when(apart & (by_theirs == _THEIRS))
        .then(pl.lit("other_due"))
        .when(_OURS.is_null() & ~_THEIRS)
        .then(pl.lit("undecided"))
        .otherwise(pl.lit("unexplained"))
    )


def _without_clock(
    clocks: pl.DataFrame, tickets: pl.DataFrame, events: pl.DataFrame, policy: PolicyFile
) -> pl.DataFrame:
    """The tickets the source gives a verdict on for which there is no clock of ours."""
    zone = policy.schedules[policy.policies[0].schedule].time_zone
    cancels = events.filter(pl.col("kind") == "cancel").sort("ticket_id", "at", "sequence")
    ended = cancels.unique("ticket_id", keep="first").select("ticket_id", stopped_by="value")
    names: dict[str, str | pl.Expr] = {
        "team_at_due": "team",
        "agent_at_due": "agent" if policy.agents == "show" else pl.lit(None),
    }
    found = []
    for kind in SUPPLIED_KINDS:
        judged = clocks.filter(pl.col("kind").cast(pl.String) == kind).select("ticket_id")
        alone = tickets.filter(pl.col(f"{kind}_breached").is_not_null()).join(judged, on="ticket_id", how="anti")
        due = pl.coalesce(f"{kind}_due_at", "created_at")
        found.append(
            alone.join(ended, on="ticket_id", how="left").select(
                "source",
                "ticket_id",
                "updated_at",
                "stopped_by",
                *(name for name in LABELS if name not in names),
                **names,
                kind=pl.lit(kind),
                outcome=pl.when(pl.col("stopped_by").is_null()).then(pl.lit("no_target")).otherwise(pl.lit("merged")),
                theirs_breached=f"{kind}_breached",
                theirs_due_at=f"{kind}_due_at",
                time_zone=pl.lit(zone),
                started_at="created_at",
                due_date=local(due, pl.lit(zone), [zone]).dt.date(),
            )
        )
    return pl.concat(found)
