"""The life of a ticket for the slow clock oracle: its pieces, its spells, and what was said in them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

Plain = dict[str, Any]

CHANGING = ("status", "priority", "team", "agent")
SOLVED = ("resolved", "closed")


@dataclass
class Piece:
    """A stretch in which nothing changes; `policy` and `agreement` are those in force."""

    start: datetime
    end: datetime
    status: str
    priority: str | None
    team: str | None
    agent: str | None
    solved: bool
    policy: Plain | None = None
    agreement: Plain | None = None

    @property
    def length(self) -> timedelta:
        return self.end - self.start


@dataclass
class Life:
    """A ticket from its creation to its end; `told` are the events that count, in order, `cancel` why it ended."""

    ticket: Plain
    start: datetime
    end: datetime
    cancel: str | None
    told: list[Plain]
    pieces: list[Piece]
    ignored: int = 0

    def said(self, kind: str) -> list[datetime]:
        """When events of a kind happened, in order."""
        return [each["at"] for each in self.told if each["kind"] == kind]

    def holding(self, at: datetime) -> Piece:
        """The piece that holds at an instant: where one ends and another begins, the latter."""
        return [piece for piece in self.pieces if piece.start <= at][-1]

    def first_solved(self, at: datetime) -> datetime | None:
        """The first solved instant at or after another."""
        holding = self.holding(at)
        for piece in self.pieces:
            if piece.solved and (piece is holding or piece.start >= at):
                return max(piece.start, at)
        return None


def life_of(ticket: Plain, events: list[Plain], as_of: datetime) -> Life | None:
    """The life as it was known at an instant; none where the ticket did not exist yet."""
    start = ticket["created_at"]
    if start > as_of:
        return None
    since = [each for each in sorted(events, key=_order) if each["at"] >= start]
    cancel = next((each for each in since if each["kind"] == "cancel" and each["at"] <= as_of), None)
    end = as_of if cancel is None else cancel["at"]
    told = [each for each in since if each["at"] <= end]
    reason = None if cancel is None else cancel["value"]
    now = _before(ticket, since)
    life = Life(ticket, start, end, reason, told, _cut(told, now, start, end))
    _forget_thanks(life, solved=now["status"] in SOLVED)
    return life


def spells(pieces: list[Piece]) -> list[list[Piece]]:
    """The longest runs of pieces that are all solved, or all not."""
    return [list(run) for _, run in groupby(pieces, key=lambda piece: piece.solved)]


def _order(event: Plain) -> tuple[datetime, int]:
    return event["at"], event["sequence"]


def _before(ticket: Plain, since: list[Plain]) -> Plain:
    """The attributes at creation."""
    now = {"status": "open", **{name: ticket.get(name) for name in CHANGING[1:]}}
    for name in CHANGING:
        change = next((each for each in since if each["kind"] == name), None)
        if change is not None:
            now[name] = change["previous"]
    return {**now, "status": now["status"] or "open"}


def _cut(told: list[Plain], now: Plain, start: datetime, end: datetime) -> list[Piece]:
    found = [_piece(start, end, now)]
    for each in told:
        if each["kind"] not in {*CHANGING, "reply"}:
            continue
        if each["kind"] in CHANGING:
            now = {**now, each["kind"]: each["value"]}
        found[-1].end = each["at"]
        found.append(_piece(each["at"], end, now))
    return [*(piece for piece in found[:-1] if piece.length), found[-1]]


def _piece(start: datetime, end: datetime, now: Plain) -> Piece:
    status = now["status"] or "open"
    return Piece(start, end, status, now["priority"], now["team"], now["agent"], solved=status in SOLVED)


def _forget_thanks(life: Life, *, solved: bool) -> None:
    """A reopening that is solved again without a reply did not happen; `solved` is whether the ticket was at creation.

    A reply in the instant in which a reopening begins or ends belongs to it where the ticket was not solved at that
    reply, by the order of the events.
    """
    replies = []
    for each in life.told:
        if each["kind"] == "status":
            solved = each["value"] in SOLVED
        if each["kind"] == "reply" and not solved:
            replies.append(each["at"])
    runs = spells(life.pieces)
    for spell in runs[1:-1]:
        answered = any(spell[0].start <= at <= spell[-1].end for at in replies)
        if not spell[0].solved and not answered:
            life.ignored += 1
            for piece in spell:
                piece.solved = True
