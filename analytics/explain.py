"""What happened to the clocks of one ticket, stretch by stretch: what counted, what did not, and when it fell due."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import polars as pl

from analytics.clocks import evaluate
from analytics.pieces import Pieces, pieces_of, promised
from analytics.policy import Agreement, Policy, PolicyFile
from analytics.promise import OnChange
from analytics.rules import Rules, prepare
from analytics.schemas import CLOCKS, KINDS
from analytics.stretches import STRETCHES, stretches_of
from analytics.timeline import timeline
from analytics.timezones import INSTANT, MICROSECONDS


@dataclass(frozen=True)
class Piece:
    """A part of a clock's life in which nothing changed.

    Attributes:
        start, end: instants.
        priority, team: as they stood; None is blank.
        own, own_target: number of the promise that fits by itself, and its target in open seconds.
        number: of the promise in force.
        rule: what a change of the own promise does to the elapsed time; None where it did not change.
        late: whether the clock ran past its due time in it.
    """

    start: datetime
    end: datetime
    priority: str | None
    team: str | None
    own: int | None
    own_target: int | None
    number: int | None
    rule: str | None
    late: bool


@dataclass(frozen=True)
class ExplainedClock:
    """One clock, with what its verdict was made of.

    Attributes:
        row: its columns in the schema CLOCKS.
        stretches: rows in the schema STRETCHES, as dicts, sorted by time.
        pieces: sorted by time.
        promise: whose target decided.
        supplied: whether the due time is the source's own.
        unmoved_due_at: when it would have fallen due without any pause; None where that cannot be told.
        team, team_before: of the stay, for an agreement between teams.
        ended, ended_at: how and when the ticket was merged, deleted or found void, if it was.
    """

    row: Mapping[str, Any]
    stretches: tuple[Mapping[str, Any], ...]
    pieces: tuple[Piece, ...]
    promise: Policy | Agreement
    supplied: bool
    unmoved_due_at: datetime | None
    team: str | None
    team_before: str | None
    ended: str | None
    ended_at: datetime | None


@dataclass(frozen=True)
class Explained:
    """A ticket's clocks, in the order pages show kinds and then by cycle.

    Attributes:
        ticket: its columns in the schema TICKETS, priority and team as they stood at its creation.
        number: of the policy that fits it then; None where none does.
        file: the promises of its source.
        as_of: the last instant anything is known of.
        clocks: what happened to each.
    """

    ticket: Mapping[str, Any]
    number: int | None
    file: PolicyFile
    as_of: datetime
    clocks: tuple[ExplainedClock, ...]

    def frames(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The clocks and their stretches, in the schemas CLOCKS and STRETCHES."""
        clocks = pl.DataFrame([clock.row for clock in self.clocks], schema=CLOCKS)
        return clocks, pl.DataFrame([row for clock in self.clocks for row in clock.stretches], schema=STRETCHES)


def explain(
    ticket: pl.DataFrame, events: pl.DataFrame, policy: PolicyFile, as_of: datetime
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The clocks of one ticket and the stretches of time they are made of: the frames of `explained`.

    Returns:
        (clocks, stretches): frames in the schemas CLOCKS and STRETCHES. The counted seconds of a clock's stretches add
        up to its elapsed seconds (those since the last restart, where it restarted).
    """
    return explained(ticket, events, policy, as_of).frames()


def explained(ticket: pl.DataFrame, events: pl.DataFrame, policy: PolicyFile, as_of: datetime) -> Explained:
    """What happened to the clocks of one ticket.

    Args:
        ticket: one row in the schema TICKETS.
        events: its events, in the schema EVENTS.
        policy: the promises of its source.
        as_of: the last instant anything is known of.
    """
    clocks = evaluate(ticket, events, policy, as_of)
    rules = prepare(ticket, events, policy, as_of)
    plain = replace(rules, file=_carrying(policy))
    lives = promised(timeline(ticket, events, as_of, rules.values, thanks=policy.thanks), rules)
    life = lives.tickets.row(0, named=True)
    found: list[ExplainedClock] = []
    for kind in KINDS:
        own = clocks.filter(pl.col("kind") == kind).sort("cycle")
        if own.height:
            cut = pieces_of(lives, rules, kind)
            by_itself = cut if plain.file == policy else pieces_of(lives, plain, kind)
            found += [_clock(row, cut, by_itself, rules, life) for row in own.iter_rows(named=True)]
    row = ticket.row(0, named=True)
    if lives.pieces.is_empty():
        return Explained(row, None, policy, as_of, tuple(found))
    first = lives.pieces.row(0, named=True)
    at_creation = {**row, "priority": str(first["priority"]) or None, "team": str(first["team"]) or None}
    return Explained(at_creation, first["number"], policy, as_of, tuple(found))


def _carrying(file: PolicyFile) -> PolicyFile:
    """The file with every target in force as it is, whatever its rules for changes say."""

    def carrying(promises: Iterable[Any]) -> list[Any]:
        return [promise.model_copy(update={"on_change": OnChange()}) for promise in promises]

    return file.model_copy(update={"policies": carrying(file.policies), "agreements": carrying(file.agreements)})


def _clock(
    row: dict[str, Any], cut: Pieces, by_itself: Pieces, rules: Rules, life: Mapping[str, Any]
) -> ExplainedClock:
    span = cut.spans.filter(pl.col("cycle") == row["cycle"]).row(0, named=True)
    held = cut.pieces.filter(pl.col("clock") == span["clock"]).rows(named=True)
    alone = by_itself.pieces.filter(pl.col("clock") == span["clock"]).rows(named=True)
    promised_pieces = [piece for piece in held if piece["target"] is not None]
    decisive = next((piece for piece in promised_pieces if piece["late"]), promised_pieces[-1])
    before = str(span.get("before") or "") or None
    return ExplainedClock(
        row,
        stretches_of(held, row, rules),
        tuple(_pieces(held, alone, rules)),
        rules.promises[decisive["number"]],
        supplied=decisive["given"] is not None,
        unmoved_due_at=_unmoved(decisive, promised_pieces[0]["start"], rules),
        team=str(held[0]["team"]) or None,
        team_before=before,
        ended=life["cancel_reason"],
        ended_at=life["cancelled_at"],
    )


def _pieces(held: list[dict[str, Any]], alone: list[dict[str, Any]], rules: Rules) -> Iterable[Piece]:
    before: int | None = None
    for piece, own in zip(held, alone, strict=True):
        rule = None
        if own["changed"] and before is not None:
            on_change = rules.promises[own["number"]].on_change
            raised, lowered = own["target"] < before, own["target"] > before
            rule = on_change.raised if raised else on_change.lowered if lowered else "carry"
        before = before if own["target"] is None else own["target"]
        yield Piece(
            piece["start"],
            piece["end"],
            str(piece["priority"]) or None,
            str(piece["team"]) or None,
            own["number"],
            None if own["target"] is None else own["target"] // MICROSECONDS,
            piece["number"],
            rule,
            piece["late"],
        )


def _unmoved(decisive: dict[str, Any], start: datetime, rules: Rules) -> datetime | None:
    """When the target that decided would have run out without a pause."""
    if decisive["given"] is not None or decisive["since_restart"]:
        return None
    if decisive["day_due"] is not None:
        found: datetime = decisive["day_due"]
        return found
    number = decisive["number"]
    open_time, boundary = pl.lit(decisive["target"]), rules.promises[number].boundary
    due: datetime | None = pl.select(
        rules.hours.deadline(pl.lit(start, dtype=INSTANT), open_time, number, boundary)
    ).item()
    return due
