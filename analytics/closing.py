"""Which months are over, what did they count when they closed, and what has changed in them since?

A month of a source and clock kind closes once; its counts at close and every later change of a clock add up to its
counts now.
"""

from datetime import datetime
from typing import Any

import polars as pl

from analytics.schemas import CANCELLATIONS, CLOCK_KEY, schema
from analytics.timezones import INSTANT, local

MONTH_KEY = ("source", "kind", "month")

CLOSED: pl.Schema = schema(
    {
        "source": pl.String,
        "kind": pl.String,
        "month": pl.Date,
        "closed_at": INSTANT,
        "policy_version": pl.Int32,
        "due": pl.Int64,
        "met": pl.Int64,
        "breached": pl.Int64,
        "cancelled": pl.Int64,
    }
)
"""One row a closed month. `due` = `met` + `breached`: decided clocks that no exclusion holds for."""

RESTATED: pl.Schema = schema(
    {
        "source": pl.String,
        "kind": pl.String,
        "month": pl.Date,
        "reason": pl.String,
        "clocks": pl.Int64,
        "met_change": pl.Int64,
        "breached_change": pl.Int64,
    }
)
"""One row a closed month and reason: how many clocks changed, and what that did to its counts."""

TOLD: pl.Schema = schema(
    {
        "source": pl.String,
        "kind": pl.String,
        "month": pl.Date,
        "closed_at": INSTANT,
        "due_at_close": pl.Int64,
        "attainment_at_close": pl.Float64,
        "due_now": pl.Int64,
        "attainment_now": pl.Float64,
        "clocks": pl.Int64,
        "text": pl.String,
    }
)
"""One row a closed month. The attainments are null where no clock was due; `clocks` counts changes of clocks since
it closed; `text` says what they did, null where there was none."""

COMPARED = (*CLOCK_KEY, "due_month", "decided", "breached", "exclusion", "state", "stopped_by", "reopenings",
            "policy_version")  # fmt: skip
"""Columns of CLOCKS by which two publishes are compared."""

_TICKET = ("source", "ticket_id")
_COUNTS = pl.col("decided") & pl.col("exclusion").is_null()
_CANCELLED = pl.col("state").cast(pl.String) == "cancelled"


def closing(clocks: pl.DataFrame, as_of: datetime, already: pl.DataFrame) -> pl.DataFrame:
    """The months that close at this publish, with what they count.

    A month is over once the as-of instant lies in a later one in every time zone its clocks are judged in.

    Args:
        clocks: in the schema CLOCKS, as published.
        as_of: the last instant anything is known of.
        already: the months closed before, by MONTH_KEY.

    Returns:
        Rows in the schema CLOSED, sorted by MONTH_KEY.
    """
    text = pl.col("source", "kind").cast(pl.String)
    zones = clocks.select(text, pl.col("time_zone").cast(pl.String), at=pl.lit(as_of, dtype=INSTANT)).unique()
    today = local(pl.col("at"), pl.col("time_zone"), zones["time_zone"].drop_nulls()).dt.date()
    dates = zones.with_columns(today=today).group_by("source", "kind").agg(pl.col("today").min())
    counted = (
        clocks.filter((_COUNTS | _CANCELLED) & pl.col("due_month").is_not_null())
        .group_by(text, month="due_month")
        .agg(
            pl.col("policy_version").max(),
            due=_COUNTS.sum().cast(pl.Int64),
            met=(_COUNTS & ~pl.col("breached")).sum().cast(pl.Int64),
            lost=(_COUNTS & pl.col("breached")).sum().cast(pl.Int64),
            cancelled=_CANCELLED.sum().cast(pl.Int64),
        )
        .rename({"lost": "breached"})
    )
    return (
        counted.join(dates, on=["source", "kind"])
        .filter(pl.col("month").dt.offset_by("1mo") <= pl.col("today"))
        .join(already, on=MONTH_KEY, how="anti")
        .with_columns(closed_at=pl.lit(as_of, dtype=INSTANT))
        .select(*CLOSED)
        .sort(MONTH_KEY)
    )


def restated(old: pl.DataFrame, new: pl.DataFrame, closed: pl.DataFrame) -> pl.DataFrame:
    """What a publish changes in months that were closed before it, by the reason of each changed clock.

    A clock whose due month moved changes both months. The reason is the first that fits: how the ticket ended where
    the clock is cancelled now, "reopened", "policy edited", "excluded", "late data".

    Args:
        old, new: every clock of the same sources before and after; the columns COMPARED of CLOCKS.
        closed: the months closed before this publish, by MONTH_KEY.

    Returns:
        Rows in the schema RESTATED, sorted by MONTH_KEY and reason.
    """
    before, after = _side(old), _side(new)
    pairs = before.join(after, on=CLOCK_KEY, how="full", coalesce=True, suffix="_new")
    differs = [pl.col(name).ne_missing(pl.col(f"{name}_new")) for name in ("month", "breached")]
    changed = _with_reasons(pairs.filter(pl.any_horizontal(differs)), before, after)
    parts = [
        changed.filter(pl.col(f"month{side}").is_not_null()).select(
            *CLOCK_KEY,
            "reason",
            month=f"month{side}",
            met_change=pl.lit(sign) * (~pl.col(f"breached{side}")).cast(pl.Int64),
            breached_change=pl.lit(sign) * pl.col(f"breached{side}").cast(pl.Int64),
        )
        for side, sign in (("", -1), ("_new", 1))
    ]
    return (
        pl.concat(parts)
        .join(closed, on=MONTH_KEY, how="semi")
        .group_by(*MONTH_KEY, "reason")
        .agg(
            pl.col("met_change", "breached_change").sum(),
            clocks=pl.struct(CLOCK_KEY).n_unique().cast(pl.Int64),
        )
        .select(*RESTATED)
        .sort(*MONTH_KEY, "reason")
    )


def _side(clocks: pl.DataFrame) -> pl.DataFrame:
    """The clocks as one publish has them; `month` and `breached` are null where a clock counts in no month."""
    texts = ("source", "ticket_id", "kind", "exclusion", "state", "stopped_by")
    return clocks.select(
        *(pl.col(name).cast(pl.String) for name in texts),
        "cycle",
        "reopenings",
        "policy_version",
        month=pl.when(_COUNTS).then("due_month"),
        breached=pl.when(_COUNTS).then("breached"),
    )


def _with_reasons(changed: pl.DataFrame, before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """The changed clocks with `reason`."""
    tickets = [_of_tickets(frame, changed) for frame in (before, after)]
    files = [frame.group_by("source").agg(file=pl.col("policy_version").max()) for frame in (before, after)]
    for found, key, suffix in ((tickets, _TICKET, "_after"), (files, ("source",), "_after")):
        both = found[0].join(found[1], on=key, how="full", coalesce=True, suffix=suffix)
        changed = changed.join(both, on=key, how="left")
    edited = (pl.col("file") != pl.col("file_after")).fill_null(value=False)
    later = (pl.col("kind") == "resolution") & (pl.col("last") < pl.col("last_after")) & ~edited
    ended = pl.when(pl.col("stopped_by_new").is_in(CANCELLATIONS)).then("stopped_by_new")
    both_known = pl.col("state").is_not_null() & pl.col("state_new").is_not_null()
    return changed.with_columns(
        reason=pl.when(pl.col("state_new") == "cancelled")
        .then(ended.otherwise(pl.lit("cancelled")))
        .when((pl.col("grown") < pl.col("grown_after")) | later)
        .then(pl.lit("reopened"))
        .when(edited)
        .then(pl.lit("policy edited"))
        .when(both_known & pl.col("exclusion").ne_missing(pl.col("exclusion_new")))
        .then(pl.lit("excluded"))
        .otherwise(pl.lit("late data"))
    )


def _of_tickets(clocks: pl.DataFrame, changed: pl.DataFrame) -> pl.DataFrame:
    """For each ticket with a changed clock its reopenings, and its last cycle of the full resolution."""
    own = clocks.join(changed, on=_TICKET, how="semi")
    cycles = pl.col("cycle").filter(pl.col("kind") == "resolution")
    return own.group_by(_TICKET).agg(grown=pl.col("reopenings").max(), last=cycles.max())


def told(closed: pl.DataFrame, restatements: pl.DataFrame) -> pl.DataFrame:
    """What each closed month said at close, what it says now, and why, in words.

    Args:
        closed: rows in the schema CLOSED.
        restatements: rows in the schema RESTATED of any number of publishes.

    Returns:
        Rows in the schema TOLD, sorted by MONTH_KEY.

    Example:
        >>> from datetime import date
        >>> month = {"source": "desk", "kind": "resolution", "month": date(2026, 1, 1)}
        >>> closed = pl.DataFrame([{**month, "due": 200, "met": 188, "breached": 12}], schema=CLOSED)
        >>> change = {**month, "reason": "reopened", "clocks": 3, "met_change": -2, "breached_change": 2}
        >>> told(closed, pl.DataFrame([change], schema=RESTATED))["text"].item()
        'January 2026 restated 94.0 → 93.0 %: 3 reopened'
    """
    reasons = restatements.group_by(*MONTH_KEY, "reason").agg(pl.col("clocks", "met_change", "breached_change").sum())
    changes = (
        reasons.sort("clocks", "reason", descending=[True, False])
        .group_by(MONTH_KEY, maintain_order=True)
        .agg(pl.col("clocks", "met_change", "breached_change").sum(), reasons=pl.struct("clocks", "reason"))
    )
    met = pl.col("met") + pl.col("met_change")
    due = pl.col("due") + pl.col("met_change") + pl.col("breached_change")
    found = (
        closed.join(changes, on=MONTH_KEY, how="left")
        .with_columns(pl.col("clocks", "met_change", "breached_change").fill_null(0))
        .with_columns(
            due_at_close="due",
            due_now=due,
            attainment_at_close=pl.when(pl.col("due") > 0).then(pl.col("met") / pl.col("due")),
            attainment_now=pl.when(due > 0).then(met / due),
        )
        .sort(MONTH_KEY)
    )
    text = [_sentence(row) if row["clocks"] else None for row in found.iter_rows(named=True)]
    return found.with_columns(text=pl.Series(text, dtype=pl.String)).select(*TOLD)


def _sentence(month: dict[str, Any]) -> str:
    """As "January 2026 restated 94.1 → 93.8 %: 6 reopened, 2 merged"."""
    close, now = month["attainment_at_close"], month["attainment_now"]
    if close is None or now is None:
        shares = " → ".join("none due" if share is None else f"{100 * share:.1f} %" for share in (close, now))
    else:
        shares = f"{100 * close:.1f} → {100 * now:.1f} %"
    why = ", ".join(f"{each['clocks']:,} {each['reason']}" for each in month["reasons"])
    return f"{month['month']:%B %Y} restated {shares}: {why}"
