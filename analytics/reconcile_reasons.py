"""What can come of comparing two verdicts on one ticket: the registry of outcomes, and the figures of each in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from analytics.durations import words
from analytics.errors import UnknownNameError
from analytics.measure import Hours
from analytics.phrases import clean, moment

TOLERANCE = 60
"""Seconds that sources lose or win by rounding to minutes."""

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What comes of comparing the source's verdict on a ticket with ours.

    Attributes:
        name: in frames, addresses and on the command line.
        label: as shown.
        phrase: fits after "6.0 points are".
        meaning: when it holds; of all that hold the first is taken.
        advice: what to do about it; nothing where the verdicts agree.
        proof: a row of `reconcile.RECONCILED` in words, by the kind of hours it was judged in.
    """

    name: str
    label: str
    phrase: str
    meaning: str
    advice: str
    proof: Callable[[Row, Hours], str]


def _time(seconds: int | None, hours: Hours) -> str:
    return words(seconds, days=hours == "calendar")


def _verdict(breached: bool | None) -> str:
    return {True: "breached", False: "met", None: "no verdict"}[breached]


def _against(row: Row, hours: Hours) -> str:
    """How long the clock ran against its target, as "9 h of open time against 8 h"."""
    kind = "open" if hours == "business" else "plain"
    return f"{_time(row['elapsed_seconds'], hours)} of {kind} time against {_time(row['target_seconds'], hours)}"


def _agree(row: Row, hours: Hours) -> str:
    return f"Both say {_verdict(row['ours_breached'])}: {_against(row, hours)}."


def _merged(row: Row, _: Hours) -> str:
    how = clean(row["stopped_by"] or "a rule of the policy")
    return f"Ended here by: {how}; the source says {_verdict(row['theirs_breached'])}."


def _no_target(row: Row, _: Hours) -> str:
    return f"The source says {_verdict(row['theirs_breached'])}; nothing is promised here."


def _stale_open(row: Row, hours: Hours) -> str:
    touched = row["updated_at"]
    last = f"was last changed {moment(touched, row['time_zone'])}" if touched else "is not dated"
    return f"Still open: {_against(row, hours)}. The source's row {last}."


def _no_verdict(row: Row, hours: Hours) -> str:
    return f"The source leaves it blank; {_verdict(row['ours_breached'])} here: {_against(row, hours)}."


def _rounding(row: Row, _: Hours) -> str:
    edge = row["edge_seconds"]
    side = f"{words(abs(edge))} {'past' if edge > 0 else 'before'} the target"
    return f"Ended {side if edge else 'with the target just used up'}."


def _calendar(row: Row, hours: Hours) -> str:
    written, waited = row["written_seconds"], row["requester_wait_seconds"]
    if hours == "business":
        return f"{_against(row, hours)}; in plain time {words(waited)} against {words(written)}."
    return f"{_against(row, hours)}; in open time the clock is {_verdict(row['other_breached'])}."


def _pause_lost(row: Row, hours: Hours) -> str:
    return f"{_against(row, hours)}, with {_time(row['paused_seconds'], hours)} of pauses taken out."


def _would(row: Row, hours: Hours) -> str:
    return f"{_against(row, hours)}; {_verdict(row['theirs_breached'])} if judged by {clean(row['judged_by'] or '')}."


def _other_due(row: Row, _: Hours) -> str:
    theirs, ours = row["theirs_due_at"], row["due_at"]
    here = moment(ours, row["time_zone"]) if ours else "never"
    return f"Due {moment(theirs, row['time_zone'])} by the source, {here} here."


def _undecided(row: Row, hours: Hours) -> str:
    return f"Still {clean(row['state'] or '')} here: {_against(row, hours)}."


def _unexplained(row: Row, hours: Hours) -> str:
    ours = row["state"] if row["ours_breached"] is None else _verdict(row["ours_breached"])
    return f"{_against(row, hours)}: {ours} here, {_verdict(row['theirs_breached'])} by the source."


_ALL = (
    Outcome(
        name="agree_met",
        label="Agree: met",
        phrase="agreed",
        meaning="The source and we say met.",
        advice="",
        proof=_agree,
    ),
    Outcome(
        name="agree_breached",
        label="Agree: breached",
        phrase="agreed",
        meaning="The source and we say breached.",
        advice="",
        proof=_agree,
    ),
    Outcome(
        name="merged",
        label="Merged or cancelled",
        phrase="tickets merged or cancelled here",
        meaning="Here the ticket ended as merged, spam, deleted or test, or the policy cancels the clock.",
        advice="Leave such tickets out of the source's report as well, or set after_due and no_reply in the policy.",
        proof=_merged,
    ),
    Outcome(
        name="no_target",
        label="No target here",
        phrase="tickets without a target here",
        meaning="The source judges the ticket, but here nothing is promised of this kind: no policy or target fits it, "
        "or it has no due time.",
        advice="Add a policy or a target for these tickets; or leave them out of the source's rate, where most count "
        "as met.",
        proof=_no_target,
    ),
    Outcome(
        name="stale_open",
        label="Stale open row",
        phrase="open tickets whose row is stale",
        meaning="The clock still runs and is overdue by now. The source's row does not say so, and was last changed "
        "before that, or is not dated.",
        advice="Have the source judge open tickets anew before each report, or export them again.",
        proof=_stale_open,
    ),
    Outcome(
        name="no_verdict",
        label="No verdict there",
        phrase="tickets the source gives no verdict on",
        meaning="We have a verdict; the source leaves its own blank.",
        advice="Find out why the source is silent: a policy that began later, or a field left out of the export.",
        proof=_no_verdict,
    ),
    Outcome(
        name="rounding",
        label="Rounding",
        phrase="rounding",
        meaning=f"The clock ended within {TOLERANCE} seconds of its target or its due time: sources round to minutes, "
        "and some let a target that is used up at closing run on to the next opening.",
        advice="Nothing to mend. We judge to the second.",
        proof=_rounding,
    ),
    Outcome(
        name="calendar",
        label="Calendar vs business",
        phrase="calendar vs business time",
        meaning="On the other kind of time (plain where we count open hours, open where we count plain ones) our "
        "verdict is the source's.",
        advice="Compare the opening hours of the source's policy with the schedule of ours.",
        proof=_calendar,
    ),
    Outcome(
        name="pause_lost",
        label="Pause lost",
        phrase="pauses the source does not take out",
        meaning="Had the time in which the clock was paused counted as running, the verdict would be the source's.",
        advice="Compare the statuses in pause_on with those that pause in the source; some lose pauses when the "
        "priority changes.",
        proof=_pause_lost,
    ),
    Outcome(
        name="priority_changed",
        label="Priority changed",
        phrase="changed priorities",
        meaning="The priority changed while the clock ran; had the ticket had another of its priorities all along, "
        "the verdict would be the source's.",
        advice="Compare on_change in the policy with what the source does: many keep the first target, or judge by "
        "the last.",
        proof=_would,
    ),
    Outcome(
        name="reopened",
        label="Reopened",
        phrase="reopened tickets",
        meaning="The ticket was reopened; judged by its first resolution, by its last reopening alone, or with the "
        "time it stood solved, the verdict would be the source's.",
        advice="Compare on_reopen and reopen_window in the policy with what the source does.",
        proof=_would,
    ),
    Outcome(
        name="other_due",
        label="Another due time",
        phrase="other due times",
        meaning="The source's own due time is not ours, and gives its verdict: it promised something else.",
        advice="Compare the targets and hours of both policies, or take the source's with 'due: supplied'.",
        proof=_other_due,
    ),
    Outcome(
        name="undecided",
        label="Undecided here",
        phrase="clocks that still run here",
        meaning="The source says met; here the clock still runs or is paused, so nothing is decided.",
        advice="Count only what is over. The clock counts here once its due time has come.",
        proof=_undecided,
    ),
    Outcome(
        name="unexplained",
        label="Unexplained",
        phrase="unexplained",
        meaning="None of the reasons above gives the source's verdict.",
        advice="Look at a few of the tickets in both tools; a pause or a change the export does not tell is likely.",
        proof=_unexplained,
    ),
)

OUTCOMES: dict[str, Outcome] = {each.name: each for each in _ALL}
"""Every outcome; differences in the order in which they are tried."""

AGREE = ("agree_met", "agree_breached")
REASONS = tuple(name for name in OUTCOMES if name not in AGREE)
"""Why two verdicts may differ, in the order in which the reasons are tried: the first that holds is taken."""


def outcome(name: str) -> Outcome:
    """The outcome of this name, or an UnknownNameError that suggests a near one.

    Example:
        >>> outcome("pause_lost").label
        'Pause lost'
    """
    if name not in OUTCOMES:
        raise UnknownNameError.of("reason", name, OUTCOMES)
    return OUTCOMES[name]


def proof(row: Row, hours: Hours = "business") -> str:
    """The figures that show the outcome of a row of RECONCILED, in a sentence; names are made fit for print."""
    return OUTCOMES[row["outcome"]].proof(row, hours)
