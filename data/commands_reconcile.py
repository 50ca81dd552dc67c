"""The command that puts the source's own verdicts beside ours: `python -m data reconcile`."""

import sys
from collections.abc import Iterator
from typing import Annotated, Literal

import polars as pl
from cyclopts import Parameter

from analytics.errors import SLAError, UnknownNameError
from analytics.measure import Hours
from analytics.phrases import clean
from analytics.reconcile_bridge import Bridge, Rate, bridge
from analytics.reconcile_reasons import AGREE, OUTCOMES, REASONS, outcome, proof
from analytics.schemas import KIND_LABELS, SUPPLIED_KINDS
from data.commands_import import Directory
from data.reconcile import reconciliation
from data.report import as_csv, as_json
from data.store import Store
from data.version import Version

SHOWN = 20
"""Tickets of a reason that a table names; CSV and JSON hold them all."""

_TICKET = (
    *("source", "kind", "ticket_id", "outcome", "proof", "theirs_breached", "ours_breached", "other_breached", "state"),
    *("policy", "started_at", "due_at", "stopped_at", "theirs_due_at", "updated_at", "target_seconds"),
    *("elapsed_seconds", "edge_seconds", "paused_seconds", "written_seconds", "requester_wait_seconds"),
    *("customer_seconds", "judged_by"),
)


def reconcile(
    *,
    kind: Literal["first_response", "resolution"] | None = None,
    reason: str | None = None,
    tickets: Annotated[bool, Parameter(negative="")] = False,
    source: str | None = None,
    hours: Hours = "business",
    format_: Annotated[Literal["table", "csv", "json"], Parameter(name="--format")] = "table",
    store: Directory = None,
) -> None:
    """Say where the source's own verdicts agree with ours, and where not, why: the rates, and what lies between them.

    Args:
        kind: The clock kind; else both, side by side.
        reason: One reason alone, as pause_lost; its tickets with --tickets.
        tickets: List the tickets behind each reason, with the figures that show it.
        source: Name of a source; else every source.
        hours: Judge ours by the opening hours, or by the plain time the customer waited.
        format_: How to print.
    """
    if reason is not None and outcome(reason).name in AGREE:
        raise SLAError(f"--reason {reason} is no reason to differ. Expected one of {', '.join(REASONS)}.")
    version = Store(store).require()
    parts = list(_parts(version, source, kind, hours))
    if format_ != "table":
        whole = [_tickets(rows, hours) if tickets else _steps(found, rows) for rows, found in parts]
        frame = pl.concat(whole) if whole else pl.DataFrame()
        if reason and whole:
            frame = frame.filter(pl.col("outcome" if tickets else "step") == reason)
        sys.stdout.write((as_json if format_ == "json" else as_csv)(frame) + "\n")
        return
    told = [_told(rows, found, hours, reason, tickets=tickets) for rows, found in parts]
    nothing = "Nothing is compared: there is no verdict of a source's and none of ours."
    sys.stdout.write("\n\n".join("\n".join(lines) for lines in told) + "\n" if told else f"{nothing}\n")


def _parts(
    version: Version, source: str | None, kind: str | None, hours: Hours
) -> Iterator[tuple[pl.DataFrame, Bridge]]:
    """The rows of each source and kind with any, and their bridge."""
    known = version.sources()["source"].sort().to_list()
    if source is not None and source not in known:
        raise UnknownNameError.of("source", source, known)
    clocks = version.clocks()
    for name in known if source is None else [source]:
        found = reconciliation(version, name, hours, clocks)
        for each in SUPPLIED_KINDS if kind is None else [kind]:
            rows = found.filter(pl.col("kind") == each)
            if rows.height:
                yield rows, bridge(rows)


def _steps(found: Bridge, rows: pl.DataFrame) -> pl.DataFrame:
    """The bridge as rows: the source's rate, each step, ours."""
    source, kind = rows["source"][0], rows["kind"][0]
    ends = [
        {"step": name, "label": label, "tickets": rate.due, "met": rate.met, "rate": rate.share}
        for name, label, rate in (("theirs", "The source's", found.theirs), ("ours", "Ours", found.ours))
    ]
    blank = pl.DataFrame(schema={"met": pl.Int64, "rate": pl.Float64})
    columns = ("source", "kind", "step", "label", "tickets", "met", "rate", *found.steps.columns[3:])
    whole = pl.concat([pl.DataFrame(ends[:1]), blank, found.steps, pl.DataFrame(ends[1:])], how="diagonal_relaxed")
    return whole.with_columns(source=pl.lit(source), kind=pl.lit(kind)).select(columns)


def _tickets(rows: pl.DataFrame, hours: Hours) -> pl.DataFrame:
    """The tickets on which the verdicts differ, in the order of the reasons, each with its figures in words."""
    order = pl.Enum(list(OUTCOMES))
    differ = rows.filter(~pl.col("outcome").is_in(AGREE)).sort(pl.col("outcome").cast(order), "ticket_id")
    told = pl.Series("proof", [proof(row, hours) for row in differ.iter_rows(named=True)], dtype=pl.String)
    texts = pl.col(pl.Enum).cast(pl.String)
    return differ.with_columns(told, texts).select(_TICKET)


def _told(rows: pl.DataFrame, found: Bridge, hours: Hours, reason: str | None, *, tickets: bool) -> Iterator[str]:
    name, kind = clean(rows["source"][0]), KIND_LABELS[rows["kind"][0]]
    yield f"{name}, {kind}, {hours} hours"
    if not found.theirs.due:
        yield f"  The source gives no verdict of its own. Ours: {_rate(found.ours)}."
        return
    yield f"  The source says {_rate(found.theirs)}; ours: {_rate(found.ours)}."
    if found.judged:
        alike = f"on {found.agreed:,} of the {found.judged:,} tickets both judge ({found.agreed / found.judged:.1%})"
        yield f"  The verdicts are the same {alike}; of these, ours is {_share(found.same)}."
    steps = found.steps.filter(pl.col("step") == reason) if reason else found.steps
    if steps.height:
        yield f"  {'What lies between':<28}{'tickets':>10}{'points':>10}"
    for row in steps.iter_rows(named=True):
        points = "–" if row["points"] is None else f"{row['points']:+.1f}"
        yield f"  {row['label']:<28}{row['tickets']:>10,}{points:>10}"
    if not reason and found.steps["points"].null_count() == 0:
        yield f"  {'Together':<38}{found.steps['points'].sum():>+10.1f}"
    if tickets:
        yield from _listing(rows, hours, reason)


def _listing(rows: pl.DataFrame, hours: Hours, reason: str | None) -> Iterator[str]:
    differ = rows.filter(~pl.col("outcome").is_in(AGREE))
    for name in [reason] if reason else REASONS:
        behind = differ.filter(pl.col("outcome") == name)
        if behind.is_empty():
            continue
        yield ""
        yield f"  {OUTCOMES[name].label}: {OUTCOMES[name].meaning}"
        yield f"  What to do: {OUTCOMES[name].advice}"
        for row in behind.head(SHOWN).iter_rows(named=True):
            yield f"    {clean(row['ticket_id'])}: {proof(row, hours)}"
        if behind.height > SHOWN:
            yield f"    … and {behind.height - SHOWN:,} more; --format csv lists them all."


def _rate(rate: Rate) -> str:
    """A rate with its n, as "80.2% of 58,090 met"."""
    return f"{_share(rate)} of {rate.due:,} met" if rate.due else "nothing to count"


def _share(rate: Rate) -> str:
    return "–" if rate.share is None else f"{rate.share:.1%}"
