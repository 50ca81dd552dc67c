"""Where each clock of a life begins and stops, and the parts it is made of, for the slow clock oracle."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from tests.clock_oracle_hours import days_of, duration
from tests.clock_oracle_life import Life, Piece, spells
from tests.clock_oracle_promises import Terms, rule, stays, target_text, terms, waits_for

Plain = dict[str, Any]


@dataclass
class Part:
    """What of a piece belongs to a clock: running, solved, or waiting for the customer or a third party.

    `terms` are those of the piece's own `policy`; `force` those in force, by the policy `by`.
    """

    start: datetime
    end: datetime
    team: str | None
    state: str
    policy: Plain | None
    terms: Terms | None
    force: Terms | None = None
    by: Plain | None = None
    restarts: bool = False


@dataclass
class Span:
    """A clock from its beginning to its end; one that neither stopped nor was cancelled ended with the life."""

    kind: str
    cycle: int
    begin: datetime
    end: datetime
    stopped: bool
    cancelled: bool = False
    parts: list[Part] = field(default_factory=list)
    marks: set[str] = field(default_factory=set)


def spans(life: Life, file: Plain) -> Iterator[Span]:
    """Every clock of a life, promised or not; each silence is one."""
    found = [*first_response(life), *next_responses(life), *first_resolution(life), *silences(life)]
    for span in found:
        yield _with_parts(span, life.pieces, life, file)
    for span, pieces in [*resolutions(life), *ola(life)]:
        yield _with_parts(span, pieces, life, file)


def _ended(life: Life, kind: str, cycle: int, begin: datetime, stop: datetime | None) -> Span:
    """A clock that stops, or ends with the life."""
    return Span(kind, cycle, begin, life.end if stop is None else stop, stop is not None)


def _at_close(span: Span, solved: datetime, word: str) -> Span:
    """A clock whose first solved instant came before an answer."""
    span.marks.add(f"{span.kind}: {word}")
    if word != "breach":
        span.end, span.stopped, span.cancelled = solved, word != "cancel", word == "cancel"
    return span


def first_response(life: Life) -> list[Span]:
    by_agent = bool(life.ticket.get("created_by_agent"))
    begins = life.said("message") if by_agent else [life.start]
    if not begins:
        return []
    begin = begins[0]
    reply = next((at for at in life.said("reply") if at >= begin), None)
    solved = life.first_solved(begin)
    span = _ended(life, "first_response", 1, begin, reply)
    span.marks |= {"created by an agent"} if by_agent else set()
    if solved is None or (reply is not None and reply <= solved):
        return [span]
    return [_at_close(span, solved, rule(life.holding(solved).policy, "no_reply"))]


def next_responses(life: Life) -> list[Span]:
    """One for each message that waits; a solved spell that begins in its instant begins before it."""
    found: list[Span] = []
    beginnings = [spell[0].start for spell in spells(life.pieces) if spell[0].solved]
    replied, waits_since = False, None
    for place, each in enumerate(life.told):
        if each["kind"] == "reply":
            replied, waits_since = True, None
        if each["kind"] != "message" or not replied:
            continue
        solved = max((at for at in beginnings if at <= each["at"]), default=life.start)
        if waits_since is None or waits_since < solved:
            reply = next((later["at"] for later in life.told[place:] if later["kind"] == "reply"), None)
            found.append(_next_response(life, len(found) + 1, each["at"], reply))
            waits_since = each["at"]
    return found


def _next_response(life: Life, cycle: int, begin: datetime, reply: datetime | None) -> Span:
    span, solved = _ended(life, "next_response", cycle, begin, reply), life.first_solved(begin)
    if solved is None or (reply is not None and reply <= solved):
        return span
    return _at_close(span, solved, rule(life.holding(solved).policy, "unanswered_at_close"))


def first_resolution(life: Life) -> list[Span]:
    return [_ended(life, "first_resolution", 1, life.start, life.first_solved(life.start))]


def silences(life: Life) -> list[Span]:
    """The silence after each reply; the last, where the ticket ends solved, until its last solved spell begins."""
    replies = life.said("reply")
    if not replies:
        return []
    last = spells(life.pieces)[-1]
    stop = max(last[0].start, replies[-1]) if last[0].solved else None
    pairs = zip(replies, [*replies[1:], stop], strict=True)
    return [_ended(life, "update", cycle, begin, stop) for cycle, (begin, stop) in enumerate(pairs, 1)]


def resolutions(life: Life) -> list[tuple[Span, list[Piece]]]:
    """The cycles of the resolution clock, each with its pieces."""
    runs = spells(life.pieces)
    cycles, marks = [[*runs[0]]], [set[str]()]
    for before, spell in pairwise(runs):
        if spell[0].solved:
            cycles[-1] += spell
            continue
        word = _reopened(spell[0], before[0].start)
        if word in {"restart", "late"}:
            cycles.append([])
            marks.append(set())
        marks[-1].add(f"reopened: {word}")
        cycles[-1] += [replace(piece, solved=True) for piece in spell] if word == "ignore" else spell
    return [
        (_resolution(life, number, pieces, told), pieces)
        for number, (pieces, told) in enumerate(zip(cycles, marks, strict=True), 1)
    ]


def _reopened(piece: Piece, solved: datetime) -> str:
    """What a reopening means, by the policy in force in its first piece, and how long before it was solved."""
    late = piece.start - solved > duration(rule(piece.policy, "reopen_window"))
    return "late" if late else rule(piece.policy, "on_reopen")


def _resolution(life: Life, cycle: int, pieces: list[Piece], marks: set[str]) -> Span:
    last = spells(pieces)[-1]
    span = _ended(life, "resolution", cycle, pieces[0].start, last[0].start if last[0].solved else None)
    span.marks |= marks
    return span


def ola(life: Life) -> list[tuple[Span, list[Piece]]]:
    """One clock for each stay in a team."""
    found = []
    for number, stay in enumerate(stays(life), 1):
        last = spells(stay)[-1]
        left = None if stay[-1] is life.pieces[-1] else stay[-1].end
        stop = last[0].start if last[0].solved else left
        found.append((_ended(life, "ola", number, stay[0].start, stop), stay))
    return found


# The parts of a clock


def _with_parts(span: Span, pieces: list[Piece], life: Life, file: Plain) -> Span:
    holding = [piece for piece in pieces if piece.start <= span.begin][-1]
    for piece in pieces:
        start, end = max(piece.start, span.begin), min(piece.end, span.end)
        at_the_end = start == end == life.end and not span.stopped and not span.cancelled
        if start < end or piece is holding or (at_the_end and piece is life.pieces[-1]):
            span.parts.append(_part(span, piece, (start, max(start, end)), file))
    return span


def _part(span: Span, piece: Piece, stretch: tuple[datetime, datetime], file: Plain) -> Part:
    policy = piece.agreement if span.kind == "ola" else piece.policy
    promise = terms(policy, span.kind, piece.priority, span.begin, file)
    text = target_text(policy, span.kind, piece.priority)
    if text is not None and days_of(text) is not None:
        span.marks.add(f"day: {rule(policy, 'day_means')}")
    state = waits_for(policy, span.kind, piece.status) or "running"
    if piece.solved:
        state = "running" if "first_response: breach" in span.marks else "solved"
    return Part(*stretch, piece.team, state, policy, promise)
