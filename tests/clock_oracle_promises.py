"""What a policy file promises in each piece of a life, for the slow clock oracle."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from tests.clock_oracle_hours import day_due, days_of, desk_of, duration, local_date, open_time
from tests.clock_oracle_life import Life, Piece
from tests.oracle import Boundary, Desk

Plain = dict[str, Any]

DEFAULTS: Plain = {
    "on_reopen": "resume",
    "reopen_window": "5d",
    "no_reply": "resolution",
    "unanswered_at_close": "cancel",
    "after_due": "stands",
    "credited": "holder_at_verdict",
    "boundary": "closing",
    "day_means": "next_business_day",
}


@dataclass(frozen=True)
class Terms:
    """A promise as it is in force: the open time promised, the hours, and the due instant of a target in days."""

    target: timedelta
    desk: Desk
    boundary: Boundary
    day: datetime | None


def rule(policy: Plain | None, key: str) -> str:
    """What a policy says on a question; the default where it is silent, or where none is in force."""
    return str((policy or {}).get(key, DEFAULTS[key]))


def stays(life: Life) -> list[list[Piece]]:
    """The longest runs of pieces of one team; pieces without a team are no stay, nor is what ended without length."""
    runs = [list(run) for team, run in groupby(life.pieces, key=lambda piece: piece.team) if team is not None]
    return [run for run in runs if run[0].start < run[-1].end or run[-1] is life.pieces[-1]]


def put_in_force(life: Life, file: Plain) -> None:
    """Note in each piece which policy and which agreement is in force."""
    for piece in life.pieces:
        piece.policy = next((each for each in file["policies"] if _policy_fits(each, piece, life, file)), None)
    before: str | None = None
    for stay in stays(life):
        for piece in stay:
            agreed = (each for each in file.get("agreements", []) if _agreement_fits(each, piece, before, life))
            piece.agreement = next((_as_policy(each) for each in agreed), None)
        before = stay[0].team


def _policy_fits(policy: Plain, piece: Piece, life: Life, file: Plain) -> bool:
    created = local_date(desk_of(file["schedules"][policy["schedule"]]), life.start)
    valid = policy.get("valid", {})
    begins, ends = valid.get("from", date.min), valid.get("to", date.max)
    return begins <= created < ends and _fits(policy.get("when", {}), piece, life)


def _agreement_fits(agreement: Plain, piece: Piece, before: str | None, life: Life) -> bool:
    follows = "after" not in agreement or before in agreement["after"]
    return agreement["team"] == piece.team and follows and _fits(agreement.get("when", {}), piece, life)


def _fits(when: Plain, piece: Piece, life: Life) -> bool:
    known = {**life.ticket, "priority": piece.priority, "team": piece.team}
    return all(known.get(name) in ([value] if isinstance(value, str) else value) for name, value in when.items())


def _as_policy(agreement: Plain) -> Plain:
    return {
        "name": f"agreement: {agreement['team']}",
        "schedule": agreement["schedule"],
        "targets": {"ola": agreement["within"]},
        "pause_on": {"ola": agreement.get("pause_on", {})},
    }


def waits_for(policy: Plain | None, kind: str, status: str) -> str | None:
    """Whom a status waits for, where it pauses clocks of a kind."""
    pauses = (policy or {}).get("pause_on", {})
    own = "resolution" if kind == "first_resolution" and kind not in pauses else kind
    return pauses.get(own, {}).get(status)


def target_text(policy: Plain | None, kind: str, priority: str | None) -> str | None:
    """The target as written; none where nothing is promised."""
    target = (policy or {}).get("targets", {}).get(kind)
    return target.get(priority, target.get("default")) if isinstance(target, dict) else target


def terms(policy: Plain | None, kind: str, priority: str | None, begin: datetime, file: Plain) -> Terms | None:
    """The promise of a policy for a clock that began at an instant."""
    text = target_text(policy, kind, priority)
    if policy is None or text is None:
        return None
    desk, boundary = desk_of(file["schedules"][policy["schedule"]]), rule(policy, "boundary")
    days, means = days_of(text), rule(policy, "day_means")
    if days is None or means == "24_open_hours":
        return Terms(duration(text), desk, boundary, None)
    due = day_due(desk, begin, days, means, policy)
    return Terms(open_time(desk, begin, due), desk, boundary, due)
