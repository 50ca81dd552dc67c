"""Would a ticket's verdict be the source's, had it been judged by another rule? The ticket is judged again to see.

Only the few tickets that simpler reasons leave are replayed, each under one other rule at a time.
"""

from collections.abc import Iterator

import polars as pl

from analytics.clocks import judge
from analytics.measure import Hours, judged_on
from analytics.policy import Policy, PolicyFile
from analytics.schemas import SOLVED, SUPPLIED_KINDS

_KEY = ("ticket_id", "kind")
_FOUND = {"ticket_id": pl.String(), "kind": pl.String(), "outcome": pl.String(), "judged_by": pl.String()}
_FOR_GOOD = "3650d"


def replayed(
    rows: pl.DataFrame, tickets: pl.DataFrame, events: pl.DataFrame, policy: PolicyFile, hours: Hours
) -> pl.DataFrame:
    """The rows whose verdict another rule makes the source's: `ticket_id`, `kind`, `outcome` and `judged_by`.

    Args:
        rows: with `ticket_id`, `kind`, `theirs_breached`, `started_at`, `stopped_at`, `as_of`, `reopenings` and
            `ignored_reopenings`; of one source, each with a clock.
        tickets, events: at least of these, in the schemas TICKETS and EVENTS.
        policy: the promises the clocks were judged by.
        hours: what they are judged in.
    """
    asked = rows.select(
        "ticket_id",
        pl.col("kind").cast(pl.String),
        *("theirs_breached", "started_at", "stopped_at", "as_of", "reopenings", "ignored_reopenings"),
    )
    if asked.is_empty():
        return pl.DataFrame(schema=_FOUND)
    own, told = (frame.join(asked, on="ticket_id", how="semi") for frame in (tickets, events))
    again = _Again(own, told, _narrowed(policy), hours)
    by_priority = again.under_other_priorities(asked)
    left = asked.join(by_priority, on=_KEY, how="anti")
    return pl.concat([by_priority, again.under_other_reopenings(left)]).sort(_KEY)


def _narrowed(policy: PolicyFile, **changes: object) -> PolicyFile:
    """The file with the targets of the kinds compared alone, and these keys of each policy changed."""

    def narrowed(each: Policy) -> Policy:
        targets = {kind: target for kind, target in each.targets.items() if kind in SUPPLIED_KINDS}
        return each.model_copy(update={"targets": targets, **changes})

    return policy.model_copy(update={"policies": [narrowed(each) for each in policy.policies], "agreements": []})


class _Again:
    """Tickets that can be judged again."""

    def __init__(self, tickets: pl.DataFrame, events: pl.DataFrame, policy: PolicyFile, hours: Hours) -> None:
        self._tickets, self._events, self._policy, self._hours = tickets, events, policy, hours

    def _judged(
        self, asked: pl.DataFrame, tickets: pl.DataFrame, events: pl.DataFrame, policy: PolicyFile, *, last: bool
    ) -> pl.DataFrame:
        """The keys of the rows asked for whose first, or last, clock gets the source's verdict."""
        clocks = judge(tickets, events, policy, asked["as_of"][0]).clocks
        judged = judged_on(clocks, self._hours).sort("cycle", descending=last)
        spoken = judged.unique(_KEY, keep="first", maintain_order=True).select(*_KEY, "breached")
        found = asked.join(spoken, on=_KEY)
        return found.filter(pl.col("breached") == pl.col("theirs_breached")).select(_KEY)

    def under_other_priorities(self, asked: pl.DataFrame) -> pl.DataFrame:
        """The rows that get the source's verdict had one of the ticket's priorities held all along: the earliest."""
        changes = self._events.filter(pl.col("kind") == "priority").sort("ticket_id", "at", "sequence").drop("kind")
        changed = asked.join(changes, on="ticket_id")
        during = (pl.col("at") > pl.col("started_at")) & (pl.col("at") <= pl.coalesce("stopped_at", "as_of"))
        rows = asked.join(changed.filter(during).select(_KEY).unique(), on=_KEY, how="semi")
        if rows.is_empty():
            return pl.DataFrame(schema=_FOUND)
        own = changes.join(rows, on="ticket_id", how="semi")
        steps = own.select("ticket_id", "at", priority=pl.concat_list("previous", "value")).explode(
            "priority", empty_as_null=True, keep_nulls=True
        )
        had = steps.with_columns(rank=pl.int_range(pl.len())).unique(
            ["ticket_id", "priority"], keep="first", maintain_order=True
        )
        calm = self._events.filter(pl.col("kind") != "priority")
        found = []
        for name in had["priority"].unique().sort():
            fixed = had.filter(pl.col("priority").eq_missing(pl.lit(name, dtype=pl.String)))
            tickets = self._tickets.join(fixed, on="ticket_id", how="semi").with_columns(
                priority=pl.lit(name, pl.String)
            )
            events = calm.join(fixed, on="ticket_id", how="semi")
            keys = self._judged(rows.join(fixed, on="ticket_id", how="semi"), tickets, events, self._policy, last=False)
            label = f"priority {name}" if name is not None else "a blank priority"
            found.append(keys.join(fixed, on="ticket_id").with_columns(judged_by=pl.lit(label)))
        earliest = pl.concat(found).sort("rank").unique(_KEY, keep="first", maintain_order=True)
        return earliest.select(*_KEY, outcome=pl.lit("priority_changed"), judged_by="judged_by")

    def under_other_reopenings(self, asked: pl.DataFrame) -> pl.DataFrame:
        """The rows that get the source's verdict under another rule for reopenings."""
        again = (pl.col("reopenings") > 0) | (pl.col("ignored_reopenings") > 0)
        rows = asked.filter((pl.col("kind") == "resolution") & again)
        parts = [pl.DataFrame(schema=_FOUND)]
        for label, policy, whole, last in self._rules():
            if rows.is_empty():
                break
            tickets = self._tickets.join(rows, on="ticket_id", how="semi")
            own = self._events.join(rows, on="ticket_id", how="semi")
            keys = self._judged(rows, tickets, own if whole else _solved_once(own), policy, last=last)
            parts.append(keys.with_columns(outcome=pl.lit("reopened"), judged_by=pl.lit(label)))
            rows = rows.join(keys, on=_KEY, how="anti")
        return pl.concat(parts)

    def _rules(self) -> Iterator[tuple[str, PolicyFile, bool, bool]]:
        """Names of rules, with the policy file, whether the history stays whole, and whether the last clock speaks."""
        first = _narrowed(self._policy, on_reopen="ignore", reopen_window=_FOR_GOOD)
        each = _narrowed(self._policy, on_reopen="restart")
        on = _narrowed(self._policy, on_reopen="resume", reopen_window=_FOR_GOOD)
        yield "its first resolution", first, True, False
        yield "its last reopening alone", each, True, True
        yield "its last resolution with the time it stood solved", on, False, False


def _solved_once(events: pl.DataFrame) -> pl.DataFrame:
    """The events as if the ticket had never been solved before it was for the last time."""
    ordered = events.sort("ticket_id", "at", "sequence")
    status = ordered.filter(pl.col("kind") == "status").with_row_index("n")
    done = pl.col("value").is_in(SOLVED).fill_null(value=False)
    before = done.shift(1, fill_value=False).over("ticket_id")
    begins = pl.when(done & ~before).then("n").max().over("ticket_id")
    ends_solved = done.last().over("ticket_id")
    kept = status.filter(~done | (ends_solved & (pl.col("n") >= begins)))
    first = status.unique("ticket_id", keep="first", maintain_order=True).select("ticket_id", opening="previous")
    smooth = kept.join(first, on="ticket_id", how="left", maintain_order="left").with_columns(
        previous=pl.coalesce(pl.col("value").shift(1).over("ticket_id"), "opening")
    )
    others = ordered.filter(pl.col("kind") != "status")
    return pl.concat([others, smooth.select(events.columns)]).sort("ticket_id", "at", "sequence")
