"""The story of a ticket's clocks, in the same words on every page and in the terminal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from analytics.accounts import counted, due, why
from analytics.explain import Explained, ExplainedClock, explained
from analytics.matching import Subject, reasons
from analytics.phrases import clean, listed
from analytics.policy import PolicyFile
from analytics.remedies import heading, outlook, too_late, verdict
from analytics.schemas import KIND_LABELS, KINDS

_ALWAYS_NUMBERED = ("next_response", "ola")
_RANKS = ("breached", "running", "paused", "met", "cancelled")


@dataclass(frozen=True)
class ClockStory:
    """One clock in words.

    Attributes:
        kind, cycle: of the clock.
        label: as "Team agreement 1: Applications".
        verdict: as "breached, 14 h over the target".
        sections: headings and their sentences, in order.
        row: its columns in the schema CLOCKS.
        stretches: rows in the schema STRETCHES, as dicts.
    """

    kind: str
    cycle: int
    label: str
    verdict: str
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    row: Mapping[str, Any]
    stretches: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Story:
    """A ticket in words.

    Attributes:
        source, ticket_id: of the ticket, as they are; not fit to be printed.
        as_of: the last instant anything is known of.
        file: the promises of its source.
        summary: how its clocks stand.
        notes: why there is no clock, or which kinds are not promised.
        clocks: in the order pages show kinds, then by cycle.
        events: what happened, in the schema EVENTS, sorted by time.
    """

    source: str
    ticket_id: str
    as_of: datetime
    file: PolicyFile
    summary: str
    notes: tuple[str, ...]
    clocks: tuple[ClockStory, ...]
    events: pl.DataFrame

    def worst_first(self) -> tuple[ClockStory, ...]:
        """The clocks, breached ones first and of these the latest, then what runs."""

        def rank(clock: ClockStory) -> tuple[int, int]:
            over = clock.row["elapsed_seconds"] - clock.row["target_seconds"]
            return _RANKS.index(clock.row["state"]), -over

        return tuple(sorted(self.clocks, key=rank))


def story(ticket: pl.DataFrame, events: pl.DataFrame, policy: PolicyFile, as_of: datetime) -> Story:
    """The story of one ticket.

    Args:
        ticket: one row in the schema TICKETS.
        events: its events, in the schema EVENTS.
        policy: the promises of its source.
        as_of: the last instant anything is known of.
    """
    found = explained(ticket, events, policy, as_of)
    clocks = tuple(_told(clock, found) for clock in found.clocks)
    known = events.filter(pl.col("at").is_between(found.ticket["created_at"], as_of)).sort("at", "sequence")
    return Story(
        found.ticket["source"],
        found.ticket["ticket_id"],
        as_of,
        policy,
        _summary(found),
        tuple(_notes(found)),
        clocks,
        known,
    )


def _told(clock: ExplainedClock, found: Explained) -> ClockStory:
    sections = {
        "Which promise, and why": why(clock, found.file, found.ticket),
        "What counted, and what did not": counted(clock),
        "When it fell due": due(clock),
        heading(clock): outlook(clock, found.file),
    }
    return ClockStory(
        clock.row["kind"],
        clock.row["cycle"],
        _label(clock, found),
        verdict(clock),
        tuple((name, tuple(lines)) for name, lines in sections.items()),
        clock.row,
        clock.stretches,
    )


def _label(clock: ExplainedClock, found: Explained) -> str:
    kind, cycle = clock.row["kind"], clock.row["cycle"]
    name = KIND_LABELS[kind]
    if kind == "ola":
        return f"{name} {cycle}: {clean(clock.team or 'nobody')}"
    if kind == "update":
        return f"{name}, silence {cycle}"
    several = sum(each.row["kind"] == kind for each in found.clocks) > 1
    return f"{name} {cycle}" if several or cycle > 1 or kind in _ALWAYS_NUMBERED else name


def _summary(found: Explained) -> str:
    """As "2 of 5 clocks were breached: Full resolution by 14 h, …"."""
    total = len(found.clocks)
    if not total:
        return "No clock ran for this ticket."
    lost = [clock for clock in found.clocks if clock.row["state"] == "breached"]
    running = sum(clock.row["state"] in ("running", "paused") for clock in found.clocks)
    some = f" {running} {'is' if running == 1 else 'are'} not decided yet." if running else ""
    if not lost:
        return f"None of its {total} clock{'s' if total > 1 else ''} was breached.{some}"
    worst = max(lost, key=too_late)
    one = f"{_label(worst, found)}, {verdict(worst).removeprefix('breached, ')}"
    what = f"{len(lost)} of {total} clocks {'was' if len(lost) == 1 else 'were'} breached"
    what = "Its only clock was breached" if total == 1 else what
    return f"{what}{', the worst' if len(lost) > 1 else ''}: {one}.{some}"


def _notes(found: Explained) -> list[str]:
    """Why there is no clock, or which kinds the policy that fits does not promise."""
    subject = Subject(found.ticket)
    if found.ticket["created_at"] > found.as_of:
        return ["It was created after the as-of instant, so nothing has happened yet."]
    if found.number is None:
        return reasons(found.file, None, subject)
    policy = found.file.policies[found.number]
    if policy.due == "supplied":
        return []
    present = {clock.row["kind"] for clock in found.clocks}
    missing = [kind for kind in KINDS if kind != "ola" and kind not in present and policy.written(kind) is None]
    promised = {kind for each in found.file.policies for kind in each.targets}
    names = [KIND_LABELS[kind].lower() for kind in missing if kind in promised]
    if not found.clocks and not names:
        return [*reasons(found.file, found.number, subject), "Nothing happened yet that starts a clock."]
    named = f"Policy '{clean(policy.name)}' promises no {listed(names, 'or')} for this ticket."
    return ([named] if names else []) + ([] if found.clocks else reasons(found.file, found.number, subject))
