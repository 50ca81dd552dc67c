"""What counted of a clock's life and what did not, which promise held when, and when it fell due, in sentences."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any

from analytics.explain import ExplainedClock, Piece
from analytics.matching import Subject, reasons
from analytics.phrases import clean, exact, listed, moment
from analytics.policy import PolicyFile
from analytics.promise import Credit, Promise
from analytics.schemas import Kind
from analytics.written import days_in, parse_duration

_CREDITED: dict[Credit, str] = {
    "holder_at_verdict": "who held it when the verdict fell",
    "first": "the first team that held it",
    "longest": "who held it longest",
    "share": "who held it longest; each team answers for its part of the time",
    "current": "who holds the ticket in the end",
}
_NO_TIME = ("paused", "solved", "no promise")


@dataclass(frozen=True)
class Change:
    """A change of the promise on the way: the pieces before and after it, its rule, and whether it took effect."""

    before: Piece
    after: Piece
    rule: str
    effective: bool


def changes(clock: ExplainedClock) -> list[Change]:
    """Every change of a clock's promise, in order; one that came after a breach, or was kept out, had no effect."""
    late_from = next((piece.start for piece in clock.pieces if piece.late), None)
    found, before = [], None
    for piece in clock.pieces:
        if piece.own_target is None:
            continue
        if before is not None and piece.rule is not None:
            in_time = late_from is None or piece.start <= late_from
            effective = piece.rule == "final" or (piece.rule != "keep" and in_time)
            found.append(Change(before, piece, piece.rule, effective))
        before = piece
    return found


def plain_seconds(stretch: Mapping[str, Any]) -> int:
    """How long a stretch was by the clock on the wall."""
    length: timedelta = stretch["end"] - stretch["start"]
    return round(length.total_seconds())


def target_words(promise: Promise, kind: Kind, priority: str | None) -> str | None:
    """The written target, as "8 h" or "2 days"; None where there is none."""
    text = promise.target(kind, priority)
    if text is None:
        return None
    days = days_in(text)
    return exact(parse_duration(text)) if days is None else f"{days} day{'s' if days > 1 else ''}"


def why(clock: ExplainedClock, file: PolicyFile, ticket: Mapping[str, Any]) -> list[str]:
    """Which promise held and why, and what became of the time where it changed on the way."""
    ola = clock.row["kind"] == "ola"
    first = next(piece for piece in clock.pieces if piece.own_target is not None)
    told = reasons(file, first.own, _subject(clock, first, ticket), ola=ola)
    for change in changes(clock):
        told.append(_changed(clock, change, file))
        if change.after.own != change.before.own:
            told.append(reasons(file, change.after.own, _subject(clock, change.after, ticket), ola=ola)[0])
    return told


def _subject(clock: ExplainedClock, piece: Piece, ticket: Mapping[str, Any]) -> Subject:
    return Subject({**ticket, "priority": piece.priority, "team": piece.team}, clock.team_before)


def _changed(clock: ExplainedClock, change: Change, file: PolicyFile) -> str:
    kind, promises, zone = clock.row["kind"], file.promises(), clock.row["time_zone"]
    before, after = change.before, change.after
    moved = [
        f"{name} went from {clean(old or 'blank')} to {clean(new or 'blank')}"
        for name, old, new in (("priority", before.priority, after.priority), ("team", before.team, after.team))
        if old != new
    ]
    old, new = (
        target_words(promises[piece.own], kind, piece.priority) if piece.own is not None else None
        for piece in (before, after)
    )
    target = f"the target became {new or 'a supplied one'} instead of {old or 'a supplied one'}"
    if old == new:
        target = f"the target stayed {new or 'a supplied one'}, on other hours or dates"
    ran = sum(each["counted_seconds"] for each in clock.stretches if each["start"] < after.start)
    became = {
        "carry": f"the {exact(ran)} run by then was carried over" if ran else "nothing had run by then",
        "restart": f"the time began again at nothing, and the {exact(ran)} run by then no longer counted",
        "keep": "the target of before was kept",
        "final": "the new target was taken as in force from the beginning",
    }[change.rule]
    if not change.effective and change.rule != "keep":
        became = "it had been breached by then, so this changed nothing"
    return f"{moment(after.start, zone)}: {listed(moved) or 'another promise came to hold'}, {target}; {became}."


def counted(clock: ExplainedClock) -> list[str]:
    """What counted and what did not, the sum, and who held it."""
    total = clock.row["total_seconds"]
    if not clock.stretches:
        return ["It began and stopped in the same instant, so no time counted."]
    schedule = clean(clock.row["schedule"])
    customer = _statuses(clock, _is("waiting_for", "customer"))
    parts = [
        ("counted", "Open and counted", clock.row["running_seconds"]),
        ("closed", f"Closed, by schedule '{schedule}'", clock.row["closed_seconds"]),
        ("customer", f"Paused, waiting for the customer{customer}", clock.row["customer_seconds"]),
    ]
    other = total - sum(seconds for _, _, seconds in parts)
    third, solved, gap = (
        sum(plain_seconds(each) for each in clock.stretches if holds(each))
        for holds in (_third_open, _is("what", "solved"), _is("what", "no promise"))
    )
    told = [f"{label}: {_length(name, seconds)}." for name, label, seconds in parts if seconds]
    if third:
        told.append(f"Paused, waiting for a third party{_statuses(clock, _third_open)}: {exact(third)} while open.")
    told += [f"Solved: {exact(solved, days=True)}."] if solved else []
    told += [f"Without a promise: {exact(gap, days=True)}."] if gap else []
    rest = "other" if third or solved or gap else "rounding"
    terms = [*((name, seconds) for name, _, seconds in parts), (rest, other)]
    summed = [f"{_length(name, seconds)} {name}" for name, seconds in terms if seconds]
    if len(summed) > 1:
        end = "stop" if clock.row["stopped_at"] else "now"
        told.append(f"Together: {exact(total, days=True)} from start to {end} = {' + '.join(summed)}.")
    if clock.row["elapsed_seconds"] != clock.row["running_seconds"]:
        told.append(f"Since it began again, {exact(clock.row['elapsed_seconds'])} counted against the target.")
    return [*told, *_holders(clock)]


def _length(name: str, seconds: int) -> str:
    return exact(seconds, days=name != "counted")


def _is(column: str, value: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda stretch: bool(stretch[column] == value)


def _third_open(stretch: Mapping[str, Any]) -> bool:
    return stretch["waiting_for"] == "third party" and bool(stretch["opened"])


def _statuses(clock: ExplainedClock, holds: Callable[[Mapping[str, Any]], bool]) -> str:
    found = dict.fromkeys(clean(each["status"]) for each in clock.stretches if holds(each))
    return f" ({', '.join(found)})" if found else ""


def held(stretches: Iterable[Mapping[str, Any]]) -> dict[str | None, int]:
    """The counted seconds of each team, in the order they came to hold it."""
    found: dict[str | None, int] = {}
    for each in stretches:
        if each["counted_seconds"]:
            found[each["team"]] = found.get(each["team"], 0) + each["counted_seconds"]
    return found


def _holders(clock: ExplainedClock) -> list[str]:
    """Who held it while it counted, and to whom the verdict is put down."""
    teams = {("no team" if team is None else clean(team)): ran for team, ran in held(clock.stretches).items()}
    told = []
    if len(teams) == 1:
        told.append(f"Held all that time by {next(iter(teams))}.")
    elif teams:
        told.append(f"Held while it counted by: {', '.join(f'{team} {exact(ran)}' for team, ran in teams.items())}.")
    team = clean(clock.row["team_at_due"] or "")
    if team and clock.row["breached"] is not None and clock.row["kind"] != "ola" and list(teams) != [team]:
        told.append(f"The verdict is put down to {team}, {_CREDITED[clock.promise.credited]}.")
    return told


def due(clock: ExplainedClock) -> list[str]:
    """The target as written, the instant it fell due, and what moved it."""
    row, zone = clock.row, clock.row["time_zone"]
    at = moment(row["due_at"], zone, seconds=_close(clock))
    fell = "would have fallen due" if row["state"] == "cancelled" else "fell due"
    fell = fell if row["due_at"] <= row["as_of"] or row["state"] == "cancelled" else "falls due"
    if clock.supplied:
        return [
            f"The source system gave the due time, {at}; it is taken as it is.",
            f"From its beginning to then the desk was open {exact(row['target_seconds'])}.",
        ]
    told = [_target(clock)]
    if clock.stretches and clock.stretches[0]["what"] == "closed":
        first = next((each for each in clock.stretches if each["counted_seconds"]), None)
        begun = f"; time counted from {moment(first['start'], zone)} on" if first else ""
        told.append(f"It began {moment(row['started_at'], zone)}, while closed{begun}.")
    lost, pauses = moved(clock)
    effective = [change for change in changes(clock) if change.effective]
    if lost and clock.unmoved_due_at and not effective:
        unmoved = moment(clock.unmoved_due_at, zone)
        told.append(
            f"Without a stop it would have been due {unmoved}; {pauses} moved it on by {exact(lost)} of open time."
        )
    elif lost:
        told.append(f"On the way {pauses} moved it on by {exact(lost)} of open time.")
    if effective:
        told.append("The promise changed on the way, as told above.")
    if row["due_by_change"]:
        told.append("The new target was used up already, so it fell due as soon as it ran under it.")
    if any(each["start"] == row["due_at"] and each["what"] == "closed" for each in clock.stretches):
        told.append("The time ran out exactly at closing.")
    if row["state"] == "paused":
        return [*told, f"It is paused: going on at once ({moment(row['as_of'], zone)}) it would fall due {at}."]
    alone = not (lost or effective)
    return [*told, f"{'Nothing moved it: it' if alone else 'It'} {fell} {at}."]


def _close(clock: ExplainedClock) -> bool:
    """Whether stop and due time lie so close that seconds matter."""
    stop = clock.row["stopped_at"]
    return stop is not None and abs((stop - clock.row["due_at"]).total_seconds()) < 120


def moved(clock: ExplainedClock) -> tuple[int, str]:
    """Open seconds lost before the due time in which nothing counted, and to what, in words."""
    parts: dict[str, int] = {}
    runs: dict[str, int] = {}
    before = [each for each in clock.stretches if not each["overdue"]]
    for what, group in groupby(before, key=lambda each: each["what"] if each["what"] in _NO_TIME else ""):
        lost = sum(plain_seconds(each) for each in group if each["opened"])
        if what and lost:
            parts[what] = parts.get(what, 0) + lost
            runs[what] = runs.get(what, 0) + 1
    names = {"paused": ("pause", "pauses"), "solved": ("time solved", "times solved")}
    told = [
        f"{runs[what]} {names[what][runs[what] > 1]}" if what == "paused" else "the time it was solved"
        for what in parts
        if what in names
    ]
    return sum(parts.values()), listed(told)


def _target(clock: ExplainedClock) -> str:
    row, promise, kind = clock.row, clock.promise, clock.row["kind"]
    source = [
        piece for piece in clock.pieces if piece.own_target == row["target_seconds"] and piece.own == piece.number
    ]
    priority = source[-1].priority if source else row["priority"]
    written = target_words(promise, kind, priority) or exact(row["target_seconds"])
    by = f" for priority {clean(priority or 'blank')}" if isinstance(promise.written(kind), dict) else ""
    on = f"on schedule '{clean(row['schedule'])}' ({row['time_zone']})"
    if not written.endswith(("day", "days")):
        return f"The target is {written} of open time{by}, {on}."
    meaning = {
        "next_business_day": "the same time of day so many working days on",
        "24_open_hours": "24 h of open time each",
        "calendar_day": "the same time of day so many dates on, open or not",
        "keep_time_of_day": "the same time of day so many working days on, counted from a working day",
    }[promise.day_means]
    cutoff = ""
    if promise.cutoff is not None and promise.restart_at is not None:
        late, again = (
            f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}" for seconds in (promise.cutoff, promise.restart_at)
        )
        cutoff = f"; from {late} on a day counts as the next working day at {again}"
    length = f" From its beginning that is {exact(row['target_seconds'])} of open time."
    length = "" if promise.day_means == "24_open_hours" else length
    return f"The target is {written}{by}, {on}: {meaning}{cutoff}.{length}"
