"""Can a history be trusted, and is somebody gaming it? What is found in it of the suspicious patterns.

A pattern is a question to ask, never a proof: each says what it may mean, the innocent reading first. The thresholds
stand beside the finders; they are set so that a clean history shows next to nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from analytics.policy import PolicyFile
from analytics.schemas import schema
from analytics.suspicions_history import Finding, History, Severity
from analytics.suspicions_patterns import PATTERNS
from analytics.timezones import INSTANT

SEVERITIES: dict[Severity, str] = {"act": "Act on it", "look": "Worth a look", "note": "For the record"}
"""The gravest first: to be settled before the numbers are used; to be looked into; to be known."""

EXAMPLES = 50
"""Tickets a finding names itself."""

FINDINGS: pl.Schema = schema(
    {
        "source": pl.String,
        "pattern": pl.String,
        "place": pl.String,
        "severity": pl.String,
        "n": pl.Int64,
        "of": pl.Int64,
        "share": pl.Float64,
        "expected": pl.Float64,
        "text": pl.String,
        "tickets": pl.List(pl.String),
    }
)
"""One row a finding. `n` were found among `of` looked at; `share` is n of `of`, but for pauses, where it is that of the
clocks' open time; `expected` the share that would be usual, null where none can be told; `tickets` the first ids."""

SUSPECTS: pl.Schema = schema(
    {
        "source": pl.String,
        "pattern": pl.String,
        "place": pl.String,
        "ticket_id": pl.String,
        "at": INSTANT,
        "detail": pl.String,
    }
)
"""One row a ticket and occasion behind a finding."""

LOOKED: pl.Schema = schema({"source": pl.String, "pattern": pl.String, "looked": pl.Int64, "findings": pl.Int64})
"""One row a pattern: how many cases were looked at, 0 where the history tells nothing of it, and findings."""


@dataclass(frozen=True)
class Found:
    """What was found in a history.

    Attributes:
        findings: in the schema FINDINGS, the gravest first, then in the order of PATTERNS, the largest first.
        tickets: in the schema SUSPECTS, sorted by pattern, place, ticket and time.
        looked: in the schema LOOKED, in the order of PATTERNS.
    """

    findings: pl.DataFrame
    tickets: pl.DataFrame
    looked: pl.DataFrame


def find(
    clocks: pl.DataFrame, tickets: pl.DataFrame, events: pl.DataFrame, policy: PolicyFile, as_of: datetime
) -> Found:
    """Every suspicious pattern in the history of one source.

    Args:
        clocks, tickets, events: of one source, in the schemas CLOCKS, TICKETS and EVENTS.
        policy: the promises the clocks were judged by.
        as_of: the last instant anything is known of.

    Example:
        >>> from datetime import UTC
        >>> from analytics.policy import parse
        >>> from analytics.schemas import CLOCKS, EVENTS, TICKETS
        >>> file = parse({"version": 1, "schedules": {"always": {"time_zone": "UTC", "hours": "24x7"}},
        ...               "policies": [{"name": "all", "schedule": "always", "targets": {"resolution": "3d"}}]})
        >>> empty = [pl.DataFrame(schema=each) for each in (CLOCKS, TICKETS, EVENTS)]
        >>> find(*empty, file, datetime(2026, 1, 1, tzinfo=UTC)).findings.height
        0
    """
    history = History(clocks, tickets, events, policy, as_of)
    names = tickets["source"].unique().to_list()
    source = pl.lit(names[0] if names else None, dtype=pl.String)
    seen = {name: pattern.finder(history) for name, pattern in PATTERNS.items()}
    told = [(name, finding) for name, each in seen.items() for finding in each.findings]
    rows = [_row(name, finding) for name, finding in told]
    suspects = [
        finding.tickets.select(
            "ticket_id", pl.col("at").cast(INSTANT), "detail", pattern=pl.lit(name), place=pl.lit(finding.place)
        )
        for name, finding in told
    ]
    looked = [{"pattern": name, "looked": each.looked, "findings": len(each.findings)} for name, each in seen.items()]
    order = [_rank("severity", SEVERITIES), _rank("pattern", PATTERNS)]
    findings = pl.DataFrame(rows, schema={name: dtype for name, dtype in FINDINGS.items() if name != "source"})
    blank = pl.DataFrame(schema=SUSPECTS).drop("source")
    behind = pl.concat([blank, *(each.select(blank.columns) for each in suspects)])
    return Found(
        findings.with_columns(source=source)
        .select(*FINDINGS)
        .sort(*order, "n", "place", descending=[False, False, True, False]),
        behind.with_columns(source=source).select(*SUSPECTS).sort("pattern", "place", "ticket_id", "at", "detail"),
        pl.DataFrame(looked, schema={name: dtype for name, dtype in LOOKED.items() if name != "source"})
        .with_columns(source=source)
        .select(*LOOKED),
    )


def _rank(column: str, names: Iterable[str]) -> pl.Expr:
    return pl.col(column).replace_strict({name: rank for rank, name in enumerate(names)}, return_dtype=pl.Int64)


def _row(name: str, finding: Finding) -> dict[str, object]:
    share = finding.time_share if finding.time_share is not None else finding.n / finding.of
    return {
        "pattern": name,
        "place": finding.place,
        "severity": finding.severity,
        "n": finding.n,
        "of": finding.of,
        "share": share,
        "expected": finding.expected,
        "text": finding.text,
        "tickets": finding.tickets["ticket_id"].unique(maintain_order=True).head(EXAMPLES).to_list(),
    }
