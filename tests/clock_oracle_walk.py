"""The walk along the parts of one clock, carrying elapsed time, for the slow clock oracle."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.clock_oracle_hours import NOTHING, open_time, runs_out
from tests.clock_oracle_promises import Terms
from tests.clock_oracle_spans import Part


@dataclass
class Walk:
    """What is known of a clock up to a part.

    Attributes:
        terms: what was in force in the last promised part.
        carried: elapsed time that counts against the target.
        counted: the running parts since the beginning or the last restart that counts.
        restarted: whether there was such a restart.
        lost: open time that passed while the clock was paused or solved.
        changed: whether the promise changed since the clock last ran.
        running: whether the part before ran.
        decider: the part that decided, or has so far.
    """

    terms: Terms | None = None
    carried: timedelta = NOTHING
    counted: list[Part] = field(default_factory=list)
    restarted: bool = False
    lost: timedelta = NOTHING
    changed: bool = False
    running: bool = False
    due: datetime | None = None
    due_by_change: bool = False
    late: bool = False
    decider: Part | None = None
    marks: set[str] = field(default_factory=set)


def walk(parts: list[Part]) -> Walk:
    """Go along the parts; what is paused or solved in the end falls due when it would if it went on then."""
    told = Walk(marks=_put_in_force(parts))
    for part in parts:
        _step(told, part)
    last = told.decider
    if last is not None and not told.late and last.state != "running":
        _fall_due(told, last.end)
    return told


def opened(part: Part) -> timedelta:
    """The open time of a part, on the hours in force."""
    return NOTHING if part.force is None else open_time(part.force.desk, part.start, part.end)


# Changes on the way


def _put_in_force(parts: list[Part]) -> set[str]:
    """Note in each part what is in force, by the rules of the changes; tells which rules they were."""
    found: set[str] = set()
    before: Part | None = None
    stretch: list[Part] = []
    kept = False
    for part in parts:
        if part.terms is None:
            continue
        rule = _rule(before, part)
        word = rule.rpartition(" ")[2]
        if word in {"carry", "restart", "keep"}:
            stretch, kept = [], word == "keep"
        part.restarts = word == "restart"
        stretch.append(part)
        if word == "final":
            # In force from the last change with another rule, or from the beginning.
            kept = False
            for each in stretch:
                each.force, each.by = part.terms, part.policy
        elif kept and before is not None:
            part.force, part.by = before.force, before.by
        else:
            part.force, part.by = part.terms, part.policy
        before = part
        found |= {f"change: {rule}"} if rule else set()
    return found


def _rule(before: Part | None, part: Part) -> str:
    """The rule of a change, as "raised keep"; none where the promise is the same, whatever else changed."""
    if before is None or before.terms is None or part.terms is None or before.terms == part.terms:
        return ""
    longer = part.terms.target - before.terms.target
    if not longer:
        return "equal carry"
    word = "raised" if longer < NOTHING else "lowered"
    return f"{word} {(part.policy or {}).get('on_change', {}).get(word, 'carry')}"


# The walk


def _step(told: Walk, part: Part) -> None:
    if part.force is None:
        told.running = False
        return
    changed = told.terms is not None and told.terms != part.force
    told.changed = told.changed or changed or part.restarts
    told.terms = part.force
    # A restart after the clock was late does not count.
    if part.restarts and not told.late:
        told.carried, told.counted, told.restarted = NOTHING, [], True
    if not told.late:
        told.decider = part
    if part.state == "running":
        _run(told, part)
    else:
        told.lost += opened(part)
    told.running = part.state == "running"


def _run(told: Walk, part: Part) -> None:
    if not told.late and (told.changed or not told.running):
        _fall_due(told, part.start)
    told.changed = False
    told.late = told.late or (told.due is not None and part.end > told.due)
    told.carried += opened(part)
    told.counted.append(part)


def _fall_due(told: Walk, at: datetime) -> None:
    """When a clock that goes on at an instant falls due."""
    terms = told.terms
    assert terms is not None
    if terms.day is not None and not told.lost and not told.restarted:
        told.marks.add("day target: itself")
        told.due_by_change = told.changed and terms.day <= at
        told.due = at if told.due_by_change else terms.day
        return
    told.marks |= {"day target: in open time"} if terms.day is not None else set()
    left = terms.target - told.carried
    told.due_by_change = told.changed and left <= NOTHING
    told.due = at if told.due_by_change else runs_out(terms.desk, at, left, terms.boundary)
