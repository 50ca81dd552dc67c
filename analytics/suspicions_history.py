"""A source's whole history as the finders of suspicious patterns look at it, and what one of them may say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal

import polars as pl

from analytics.clocks import evaluate
from analytics.policy import PolicyFile
from analytics.schemas import CHANGING, EVENTS, SOLVED
from analytics.statistics import wilson_low
from analytics.timezones import local

Severity = Literal["act", "look", "note"]

STRICT = 3.29
"""Normal quantile of a share that stands out: chance alone passes it once in 2,000 comparisons."""

NOBODY = "no team"
SOLVING = pl.col("value").is_in(SOLVED)


@dataclass(frozen=True, eq=False, kw_only=True)
class Finding:
    """One place where a pattern was found.

    Attributes:
        place: the team, period or field, in words.
        n, of: how many were found among how many that were looked at.
        expected: the share that would be usual; None where nothing can be expected.
        severity: whether it is for the record, worth a look, or to be acted on before the numbers are used.
        text: what was found, in a sentence.
        tickets: the tickets behind it: `ticket_id`, `at` (instant), `detail`.
    """

    place: str
    n: int
    of: int
    expected: float | None
    severity: Severity
    text: str
    tickets: pl.DataFrame
    time_share: float | None = None
    """The share of time, where that rather than n of `of` is the share found."""


@dataclass(frozen=True, eq=False)
class Seen:
    """What a finder looked at, 0 where the history tells nothing of it, and what it found."""

    looked: int
    findings: Sequence[Finding] = ()


@dataclass(frozen=True, eq=False)
class History:
    """All that is known of one source.

    Attributes:
        clocks, tickets, events: in the schemas CLOCKS, TICKETS and EVENTS (ENUM columns are taken too).
        policy: the promises the clocks were judged by.
        as_of: the last instant anything is known of.
    """

    clocks: pl.DataFrame
    tickets: pl.DataFrame
    events: pl.DataFrame
    policy: PolicyFile
    as_of: datetime

    @cached_property
    def time_zone(self) -> str:
        """The one time zone of the clocks; UTC where there are several, or none."""
        zones = self.clocks["time_zone"].unique().cast(pl.String).to_list()
        return zones[0] if len(zones) == 1 else "UTC"

    @cached_property
    def zones(self) -> pl.DataFrame:
        """The time zone of each ticket: that of its clocks, else of the source."""
        known = self.clocks.select("ticket_id", pl.col("time_zone").cast(pl.String))
        named = self.tickets.select("ticket_id").join(
            known.unique("ticket_id", keep="first", maintain_order=True), on="ticket_id", how="left"
        )
        return named.with_columns(pl.col("time_zone").fill_null(self.time_zone))

    def local(self, frame: pl.DataFrame, column: str = "at") -> pl.DataFrame:
        """The frame with `local`: what the clock on the wall of the ticket's desk showed at an instant of the frame."""
        names = self.zones["time_zone"].unique().to_list()
        joined = frame.join(self.zones, on="ticket_id", how="left")
        return joined.with_columns(local=local(pl.col(column), pl.col("time_zone"), names)).drop("time_zone")

    @cached_property
    def created(self) -> pl.DataFrame:
        """When each ticket was created and who holds it: `ticket_id`, `created_at`, `held_by`."""
        return self.tickets.select("ticket_id", "created_at", held_by=pl.col("team").fill_null(NOBODY))

    @cached_property
    def statuses(self) -> pl.DataFrame:
        """Every change of status: `ticket_id`, `at`, `sequence`, `value`, and the status `before`."""
        told = self.events.filter(pl.col("kind") == "status").sort("ticket_id", "at", "sequence")
        follows = pl.col("ticket_id") == pl.col("ticket_id").shift(1)
        before = pl.when(follows).then(pl.col("value").shift(1)).otherwise("previous").fill_null("open")
        return told.select("ticket_id", "at", "sequence", "value", before=before)

    @cached_property
    def solves(self) -> pl.DataFrame:
        """Every time a ticket became solved: `ticket_id`, `at`, `sequence`, `reopened_at` (null where it never was)."""
        turns = self.statuses.filter(pl.col("before").is_in(SOLVED) != SOLVING)
        same = pl.col("ticket_id") == pl.col("ticket_id").shift(-1)
        again = turns.with_columns(reopened_at=pl.when(same).then(pl.col("at").shift(-1)))
        return again.filter(SOLVING).select("ticket_id", "at", "sequence", "reopened_at")

    @cached_property
    def first_replies(self) -> pl.DataFrame:
        """When each ticket was first answered: `ticket_id`, `at`."""
        replies = self.events.filter(pl.col("kind") == "reply").select("ticket_id", "at")
        return replies.group_by("ticket_id").agg(pl.col("at").min())

    @cached_property
    def resolutions(self) -> pl.DataFrame:
        """The clocks of full resolution that have a target, with `held_by` and the share of the target `used`."""
        return with_use(self.clocks.filter((pl.col("kind") == "resolution") & (pl.col("target_seconds") > 0)))

    def had_it_ended(self, cases: pl.DataFrame) -> pl.DataFrame:
        """The resolution clock of a ticket as it would be, had the ticket been solved at an instant.

        What came later is left out, so that it is judged by the promise of then.

        Args:
            cases: `ticket_id`, `at` and `sequence` (of the event at which it ends), each once.

        Returns:
            The cases whose clock ran at the instant, with `used`, `due_then` and `held_by`.
        """
        numbered = cases.with_row_index("case").with_columns(pl.col("case").cast(pl.String))
        told = self.events.join(numbered.select("case", "ticket_id", at_end="at", number="sequence"), on="ticket_id")
        before = (pl.col("at") < pl.col("at_end")) | (
            (pl.col("at") == pl.col("at_end")) & (pl.col("sequence") < pl.col("number"))
        )
        kept = told.filter(before | pl.col("kind").is_in([name for name in CHANGING if name != "status"]))
        kept = kept.with_columns(ticket_id="case", sequence=2 * pl.col("sequence")).select(*EVENTS)
        first = self.statuses.unique("ticket_id", keep="first", maintain_order=True).select("ticket_id", "before")
        ends = numbered.join(self.tickets.select("ticket_id", "source"), on="ticket_id").join(
            first, on="ticket_id", how="left"
        )
        ends = ends.select(
            pl.col("source"),
            ticket_id="case",
            at="at",
            sequence=2 * pl.col("sequence") - 1,
            kind=pl.lit("status"),
            value=pl.lit("resolved"),
            previous="before",
        )
        tickets = self.tickets.join(numbered.select("case", "ticket_id"), on="ticket_id")
        tickets = tickets.with_columns(ticket_id="case").select(self.tickets.columns)
        if tickets.is_empty():
            nothing = pl.lit(None, dtype=pl.Float64)
            return cases.clear().with_columns(used=nothing, due_then=pl.col("at"), held_by=pl.lit(""))
        clocks = evaluate(tickets, pl.concat([kept, ends.select(*EVENTS)]), _resolution_only(self.policy), self.as_of)
        judged = with_use(clocks.filter(pl.col("target_seconds") > 0)).select(
            "used", "held_by", case="ticket_id", at="stopped_at", due_then="due_at"
        )
        found = numbered.join(judged, on=["case", "at"], how="inner", maintain_order="left").drop("case")
        return found.unique(["ticket_id", "at", "sequence"], keep="last", maintain_order=True)


def _resolution_only(policy: PolicyFile) -> PolicyFile:
    """The same promises of full resolution, and no others."""
    kept = [
        each.model_copy(update={"targets": {kind: text for kind, text in each.targets.items() if kind == "resolution"}})
        for each in policy.policies
    ]
    return policy.model_copy(update={"policies": kept, "agreements": [], "exclusions": []})


def with_use(clocks: pl.DataFrame) -> pl.DataFrame:
    """The clocks with the share of the target `used`, and the team they are `held_by`."""
    return clocks.with_columns(
        used=pl.col("elapsed_seconds") / pl.col("target_seconds"),
        held_by=pl.col("team_at_due").cast(pl.String).fill_null(NOBODY),
    )


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How far a share must lie above the expected one, at its lower end, to stand out.

    Attributes:
        ratio, points: worth a look where it is more than this many times, and this much more than, the expected.
        act_ratio, act_points: the same, to be acted on.
        fewest: cases found below which nothing is said.
    """

    ratio: float
    points: float
    act_ratio: float
    act_points: float
    fewest: int


def standing_out(cases: pl.DataFrame, limits: Limits, *, expected: float | None = None) -> pl.DataFrame:
    """The teams whose share of hits stands out, and the whole desk without them where it still does.

    Args:
        cases: `held_by` and Boolean `hit`, one row a case.
        limits: what stands out.
        expected: the usual share; else that of all other teams.

    Returns:
        `place`, `teams` (list), `n`, `of`, `expected`, `severity`; the most found first.
    """
    counts = cases.group_by("held_by").agg(n=pl.col("hit").sum().cast(pl.Int64), of=pl.len().cast(pl.Int64))
    total, hits = int(counts["of"].sum()), int(counts["n"].sum())
    rest = (hits - pl.col("n")) / (total - pl.col("of"))
    usual = pl.lit(expected, dtype=pl.Float64) if expected is not None else rest.fill_nan(None)
    teams = _graded(counts.with_columns(expected=usual, teams=pl.concat_list("held_by")), limits)
    named = pl.when(pl.col("held_by") == NOBODY).then(pl.lit(NOBODY)).otherwise("team " + pl.col("held_by"))
    found = teams.with_columns(place=named).drop("held_by")
    if expected is not None:
        others = counts.filter(~pl.col("held_by").is_in(found["teams"].explode().to_list()))
        pooled = others.select(
            pl.col("n", "of").sum(), expected=pl.lit(expected), teams=pl.col("held_by").sort().implode()
        )
        place = "all other teams" if found.height else "the whole desk"
        found = pl.concat([found, _graded(pooled, limits).with_columns(place=pl.lit(place))], how="diagonal")
    return found.select("place", "teams", "n", "of", "expected", "severity").sort(
        "n", "place", descending=[True, False]
    )


def by_team(cases: pl.DataFrame, limits: Limits, *, text: str, expected: float | None = None) -> list[Finding]:
    """What stands out by team, as findings; `text` may name `{n}`, `{of}` and `{usual}`."""
    return [
        Finding(
            place=row["place"],
            n=row["n"],
            of=row["of"],
            expected=row["expected"],
            severity=row["severity"],
            text=text.format(n=row["n"], of=row["of"], usual=percent(row["expected"])),
            tickets=behind(cases, row["teams"]),
        )
        for row in standing_out(cases, limits, expected=expected).iter_rows(named=True)
    ]


def _graded(counts: pl.DataFrame, limits: Limits) -> pl.DataFrame:
    low, usual = wilson_low(pl.col("n"), pl.col("of"), STRICT), pl.col("expected")
    look = (low > limits.ratio * usual) & (low > usual + limits.points) & (pl.col("n") >= limits.fewest)
    act = (low > limits.act_ratio * usual) & (low > usual + limits.act_points) & (pl.col("n") >= 2 * limits.fewest)
    severity = pl.when(look & act).then(pl.lit("act")).when(look).then(pl.lit("look"))
    return counts.with_columns(severity=severity).drop_nulls("severity")


def behind(cases: pl.DataFrame, teams: Sequence[str] | None = None) -> pl.DataFrame:
    """The tickets of the hits among cases, of some teams or of all."""
    hits = cases.filter("hit") if "hit" in cases.columns else cases
    own = hits if teams is None else hits.filter(pl.col("held_by").is_in(teams))
    return own.select("ticket_id", "at", "detail").unique(maintain_order=True).sort("ticket_id", "at", "detail")


def percent(share: float) -> str:
    """As "4.2 %"; small shares with more digits.

    Example:
        >>> percent(0.5), percent(0.042), percent(0.00123)
        ('50 %', '4.2 %', '0.12 %')
    """
    digits = next(digits for least, digits in ((0.0995, 0), (0.00995, 1), (0, 2)) if abs(share) >= least)
    return f"{100 * share:.{digits}f} %"


def span(seconds: pl.Expr) -> pl.Expr:
    """Seconds as words of one unit, in an expression: "42 s", "12 min", "3 h" or "5 d"."""
    steps: Mapping[str, int] = {"d": 172_800, "h": 7_200, "min": 120}
    sizes = {"d": 86_400, "h": 3_600, "min": 60}
    told = pl.format("{} s", seconds.cast(pl.Int64))
    for unit in ("min", "h", "d"):
        whole = (seconds / sizes[unit]).round().cast(pl.Int64)
        told = pl.when(seconds.abs() >= steps[unit]).then(pl.format(f"{{}} {unit}", whole)).otherwise(told)
    return told


def seconds_to(later: str, earlier: str) -> pl.Expr:
    """Plain seconds between two instants of a frame."""
    return (pl.col(later) - pl.col(earlier)).dt.total_seconds()
