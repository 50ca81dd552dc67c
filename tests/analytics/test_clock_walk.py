"""Does a slow walk, ticket by ticket in plain Python, agree on pauses, priorities, reopenings and cancellations?"""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import groupby, pairwise

import polars as pl
import pytest

from analytics.clocks import evaluate
from analytics.policy import parse
from analytics.schemas import EVENTS, SOLVED, TICKETS
from tests import oracle

START, AS_OF = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
STATUSES = ("open", "pending", "on_hold", "resolved", "closed")
PAUSES = ("pending", "on_hold")
HOURS = {"low": 16, "normal": 8, "high": 4}
COUNT = 800
STEPS = (0, 600, 3600, 4 * 3600, 86_400, 3 * 86_400)
DESK = oracle.Desk("America/New_York", (*(((9 * 3600, 17 * 3600),),) * 5, (), ()))
FILE = parse(
    {
        "version": 1,
        "schedules": {"office": {"time_zone": DESK.time_zone, "hours": {"mon-fri": "09:00-17:00"}}},
        "policies": [
            {
                "name": "all",
                "schedule": "office",
                "targets": {"resolution": {name: f"{hours}h" for name, hours in HOURS.items()}},
                "pause_on": {"resolution": {"pending": "customer", "on_hold": "third_party"}},
            }
        ],
    }
)


@dataclass
class Piece:
    start: datetime
    end: datetime
    kind: str
    status: str
    priority: str
    solved: bool


@dataclass
class Verdict:
    elapsed: int = 0
    due: datetime | None = None
    breached: bool | None = None
    late_at: datetime | None = None
    state: str = "running"
    stopped: datetime | None = field(default=None)


def made(number: int) -> tuple[dict[str, object], list[dict[str, object]]]:
    """A ticket and its events; many of them fall on round hours, on each other and on edges of opening hours."""
    draw = random.Random(number)
    at = START + timedelta(hours=draw.randrange(63 * 24), minutes=draw.choice([0, 0, 13]))
    ticket = {"source": "desk", "ticket_id": f"{number:04d}", "created_at": at}
    now = {"status": "open", "priority": draw.choice(list(HOURS))}
    happened: list[dict[str, object]] = []
    for sequence in range(draw.randrange(9)):
        at += timedelta(seconds=draw.choice(STEPS) + draw.choice([0, 0, 1]))
        kind = draw.choices(["status", "priority", "reply", "message", "cancel"], [12, 4, 3, 1, 1])[0]
        choices = {"status": STATUSES, "priority": tuple(HOURS), "cancel": ("merged", "spam")}.get(kind, (None,))
        value = draw.choice(choices)
        key = {**ticket, "at": at, "sequence": sequence, "kind": kind}
        happened.append({**key, "value": value, "previous": now.get(kind)})
        if kind in now:
            now[kind] = str(value)
    return {**ticket, **now}, happened


def pieces(ticket: dict[str, object], happened: list[dict[str, object]], end: datetime) -> list[Piece]:
    """The life cut at every event, with thanks counted as solved."""
    told = [each for each in happened if each["at"] <= end and each["kind"] in {"status", "priority", "reply"}]
    priority = next((str(each["previous"]) for each in happened if each["kind"] == "priority"), ticket["priority"])
    found = [Piece(ticket["created_at"], end, "created", "open", priority, solved=False)]
    for each in told:
        last = found[-1]
        last.end = each["at"]
        status = str(each["value"]) if each["kind"] == "status" else last.status
        priority = str(each["value"]) if each["kind"] == "priority" else last.priority
        found.append(Piece(each["at"], end, str(each["kind"]), status, priority, status in SOLVED))
    spells = [list(spell) for _, spell in groupby(found, key=lambda piece: piece.solved)]
    for before, spell in pairwise(spells):
        followed = spell is not spells[-1]
        if before[0].solved and followed and all(piece.kind != "reply" for piece in spell):
            for piece in spell:
                piece.status = "closed"
    return found


def walk(ticket: dict[str, object], happened: list[dict[str, object]]) -> Verdict:
    """The resolution clock of one ticket, second by second in spirit."""
    known = [each for each in happened if each["at"] <= AS_OF]
    cancel = next((each for each in known if each["kind"] == "cancel"), None)
    life = pieces(ticket, happened, cancel["at"] if cancel else AS_OF)
    found, running_under = Verdict(), None
    if life[-1].status in SOLVED:
        solved = [list(spell) for done, spell in groupby(life, key=lambda piece: piece.status in SOLVED) if done]
        found.stopped = solved[-1][0].start
    paused = False
    for place, piece in enumerate(life):
        if found.stopped is not None and piece.start >= found.stopped and place:
            break
        final = found.stopped is None and place == len(life) - 1
        if piece.start == piece.end and place and not final:
            continue
        target = HOURS[piece.priority] * 3600
        if piece.status in SOLVED or piece.status in PAUSES:
            running_under, paused = None, piece.status in PAUSES
            continue
        if running_under != target:
            left = target - found.elapsed
            due = oracle.deadline(DESK, piece.start, left, "closing") if left >= 0 else piece.start
            found.due = due if found.late_at is None else found.due
        running_under, paused = target, False
        assert found.due is not None
        if found.late_at is None and piece.end > found.due:
            found.late_at = found.due
        found.elapsed += oracle.elapsed(DESK, piece.start, piece.end)
    judge(found, cancel, paused=paused)
    return found


def judge(found: Verdict, cancel: dict[str, object] | None, *, paused: bool) -> None:
    """The state; a merge cancels what it stopped, or found stopped in its own instant."""
    spam = cancel is not None and cancel["value"] == "spam"
    if spam or (cancel is not None and found.late_at is None and found.stopped in {None, cancel["at"]}):
        found.state = "cancelled"
    elif found.late_at is not None:
        found.state, found.breached = "breached", True
    elif found.stopped is not None:
        found.state, found.breached = "met", False
    else:
        found.state = "paused" if paused else "running"


@cache
def both() -> list[tuple[str, dict[str, object], Verdict]]:
    """Each ticket with its clock and what the walk says."""
    made_up = [made(number) for number in range(COUNT)]
    tickets = pl.DataFrame([ticket for ticket, _ in made_up], schema=TICKETS)
    events = pl.DataFrame([each for _, happened in made_up for each in happened], schema=EVENTS)
    found = evaluate(tickets, events, FILE, AS_OF)
    assert found.height == COUNT
    return [
        (str(clock["ticket_id"]), clock, walk(*story))
        for clock, story in zip(found.iter_rows(named=True), made_up, strict=True)
    ]


@pytest.mark.parametrize(
    ("column", "attribute"),
    [("elapsed_seconds", "elapsed"), ("state", "state"), ("breached", "breached"), ("breached_at", "late_at")],
)
def test_the_walk_agrees(column: str, attribute: str) -> None:
    judged = [(name, clock, told) for name, clock, told in both() if column != "breached_at" or told.breached]
    wrong = [(name, clock[column], getattr(told, attribute)) for name, clock, told in judged
             if clock[column] != getattr(told, attribute)]  # fmt: skip
    assert wrong == []


def test_the_walk_agrees_on_due_times_of_clocks_that_run() -> None:
    wrong = [(name, clock["due_at"], told.due) for name, clock, told in both()
             if told.state == "running" and clock["due_at"] != told.due]  # fmt: skip
    assert wrong == []


def test_every_state_and_the_edges_were_among_them() -> None:
    stories = both()
    assert {told.state for _, _, told in stories} == {"met", "breached", "running", "paused", "cancelled"}
    assert sum(clock["ignored_reopenings"] > 0 for _, clock, _ in stories) > 10
    assert sum(clock["reopenings"] > 0 for _, clock, _ in stories) > 10
    assert sum(clock["pauses"] > 0 for _, clock, _ in stories) > 100
