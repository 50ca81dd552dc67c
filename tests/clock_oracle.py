"""A slow oracle of the clock engine: plain Python, ticket by ticket, from docs/clocks.md alone.

It builds the life of a ticket, finds where each clock begins and stops, and walks its parts one by one. Nothing of
the product is used. Where the document leaves a choice, the choice is told where it is made.
"""

from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from tests.clock_oracle_hours import NOTHING
from tests.clock_oracle_life import Life, life_of
from tests.clock_oracle_promises import put_in_force, rule
from tests.clock_oracle_spans import Part, Span, spans
from tests.clock_oracle_walk import Walk, opened, walk
from tests.oracle import SECOND

Plain = dict[str, Any]

UNWANTED = ("spam", "deleted", "test")


def judge(ticket: Plain, events: list[Plain], file: Plain, as_of: datetime) -> list[Plain]:
    """The clocks of a ticket, in the order of their kinds and cycles."""
    life = life_of(ticket, events, as_of)
    if life is None:
        return []
    put_in_force(life, file)
    walked = [(span, walk(span.parts)) for span in spans(life, file)]
    promised = [(span, told) for span, told in walked if told.decider is not None]
    silences = [each for each in promised if each[0].kind == "update"]
    others = [each for each in promised if each[0].kind != "update"]
    chosen = [*others, *([_silence(silences)] if silences else [])]
    return sorted((_clock(life, *each) for each in chosen), key=lambda clock: (clock["kind"], clock["cycle"]))


def _silence(silences: list[tuple[Span, Walk]]) -> tuple[Span, Walk]:
    """The one that is judged: the first that was late, else the one not ended, else the longest in open time."""
    late = [each for each in silences if each[1].late]
    if late:
        return min(late, key=lambda each: (each[1].due, each[0].cycle))
    if not silences[-1][0].stopped:
        return silences[-1]
    return max(silences, key=lambda each: (each[1].carried, -each[0].cycle))


def _clock(life: Life, span: Span, told: Walk) -> Plain:
    decider = told.decider
    assert decider is not None
    assert decider.force is not None
    assert decider.by is not None
    state = _state(life, span, told, decider)
    ended = span.stopped or span.cancelled or life.cancel is not None
    return {
        "kind": span.kind,
        "cycle": span.cycle,
        "policy": decider.by["name"],
        "started_at": span.begin,
        "stopped_at": span.end if ended else None,
        "due_at": told.due,
        "breached_at": told.due if state == "breached" else None,
        "state": state,
        "breached": {"breached": True, "met": False}.get(state),
        "target_seconds": decider.force.target // SECOND,
        "elapsed_seconds": told.carried // SECOND,
        **{name: length // SECOND for name, length in _lengths(span.parts).items()},
        "total_seconds": (span.end - span.begin) // SECOND,
        "internal_target_met": _internal(state, told, decider),
        "due_by_change": told.due_by_change,
        "team_at_due": _credited(life, span.parts, told),
        "holdings": {team: held // SECOND for team, held in _holdings(span.parts).items() if held >= SECOND},
        "marks": frozenset(span.marks | told.marks),
    }


# The verdict


def _state(life: Life, span: Span, told: Walk, decider: Part) -> str:
    if _cancelled(life, span, late=told.late and rule(decider.by, "after_due") == "stands"):
        return "cancelled"
    if told.late:
        return "breached"
    if span.stopped:
        return "met"
    return "running" if decider.state in {"running", "solved"} else "paused"


def _cancelled(life: Life, span: Span, *, late: bool) -> bool:
    """Whether no verdict is given; a late one stands, but for what is no ticket at all."""
    if life.cancel in UNWANTED:
        return True
    merged = life.cancel == "merged" and (not span.stopped or span.end == life.end)
    return not late and (span.cancelled or merged)


def _internal(state: str, told: Walk, decider: Part) -> bool | None:
    """Whether a share of the target sufficed; unknown while it still may, and of what is cancelled."""
    share = (decider.by or {}).get("internal_target")
    if share is None or decider.force is None or state == "cancelled":
        return None
    part = Fraction(str(share).rstrip("%")) / (100 if str(share).endswith("%") else 1)
    # Compared as whole microseconds times the share's parts, so that nothing is rounded.
    over = told.carried * part.denominator > decider.force.target * part.numerator
    if told.late or over:
        return False
    return True if state == "met" else None


# Times


def _lengths(parts: list[Part]) -> dict[str, timedelta]:
    """How long the clock ran, paused, and was closed, in open and in plain time."""
    found = dict.fromkeys(
        ("running_seconds", "paused_seconds", "customer_seconds", "closed_seconds", "requester_wait_seconds"), NOTHING
    )
    for part in parts:
        plain = part.end - part.start
        if part.state in {"running", "third_party"}:
            found["requester_wait_seconds"] += plain
        if part.force is None or part.state == "solved":
            continue
        found["running_seconds" if part.state == "running" else "paused_seconds"] += opened(part)
        if part.state == "customer":
            found["customer_seconds"] += plain
        else:
            found["closed_seconds"] += plain - opened(part)
    return found


def _holdings(parts: list[Part]) -> dict[str, timedelta]:
    """The running open time of each team, in the order in which they first held the clock."""
    found: dict[str, timedelta] = {}
    for part in parts:
        if part.state == "running":
            found[part.team or ""] = found.get(part.team or "", NOTHING) + opened(part)
    return found


def _credited(life: Life, parts: list[Part], told: Walk) -> str | None:
    """The team the verdict belongs to; where no time elapsed nobody held most of it, and the holder has it."""
    decider = told.decider
    assert decider is not None
    word = rule(decider.by, "credited")
    if word == "first":
        return next((part.team for part in parts if part.team is not None), None)
    if word == "current":
        return life.pieces[-1].team
    held = {team: time for team, time in _holdings(told.counted).items() if time}
    if word in {"longest", "share"} and held:
        return max(held, key=lambda team: held[team]) or None
    return decider.team
