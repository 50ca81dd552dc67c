"""What would have saved a breached clock, how close a met one was, what is left of a running one: from its numbers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from analytics.accounts import Change, changes, held
from analytics.durations import words
from analytics.explain import ExplainedClock
from analytics.phrases import clean, exact, listed, moment
from analytics.policy import PolicyFile
from analytics.written import days_in

STOPPED_BY = {
    "reply": "by a reply",
    "resolved": "as the ticket was solved",
    "handoff": "as the ticket went to another team",
    "answered by closing": "as the ticket was solved, which counts as the answer",
    "unanswered at close": "as the ticket was solved with the message unanswered",
    "no reply": "as the ticket was solved without a reply",
    "merged": "as the ticket was merged into another",
    "spam": "as the ticket turned out to be spam",
    "deleted": "as the ticket was deleted",
    "test": "as the ticket was only a test",
}
_BY_RULE = {"no reply": "no_reply: cancel", "unanswered at close": "unanswered_at_close: cancel"}
_VOID = {"spam": "spam", "deleted": "deleted", "test": "a test"}
_WHOM = {"customer": "the customer", "third party": "a third party"}
_NEAR = 0.9


def heading(clock: ExplainedClock) -> str:
    """What `outlook` is about."""
    return {
        "breached": "What would have saved it",
        "met": "How close it was",
        "cancelled": "Why it is in no rate",
    }.get(clock.row["state"], "What is left")


def outlook(clock: ExplainedClock, file: PolicyFile) -> list[str]:
    """What would have saved it, how close it was, or what is left."""
    tell = {"breached": _breached, "met": _met, "cancelled": _cancelled}.get(clock.row["state"], _running)
    told = tell(clock, file)
    if clock.row["exclusion"] and clock.row["state"] != "cancelled":
        told.append(f"It is in no rate: excluded, {clean(clock.row['exclusion'])}.")
    elif clock.row["breached"] is not None and not clock.row["decided"]:
        told.append("Its due time is still to come, so it is in no rate yet.")
    return told + _elsewhere(clock)


def verdict(clock: ExplainedClock) -> str:
    """As "met, 30 min left of the target"."""
    row = clock.row
    over = row["elapsed_seconds"] - row["target_seconds"]
    length = words(abs(over), days=False)
    if row["state"] == "cancelled":
        return f"cancelled, {STOPPED_BY.get(_because(clock), 'by a rule')}"
    if row["state"] != "breached":
        return f"{row['state']}, {length} left of the target"
    head = "breached" if row["stopped_at"] else "breached and not stopped"
    if over > 0:
        return f"{head}, {length} over the target"
    past = ((row["stopped_at"] or row["as_of"]) - row["due_at"]).total_seconds()
    return f"{head}, {words(past) if past >= 1 else 'less than a second'} past its due time"


def too_late(clock: ExplainedClock) -> int:
    """Counted seconds from the due time on."""
    return sum(each["counted_seconds"] for each in clock.stretches if each["overdue"])


def _at(clock: ExplainedClock, at: datetime) -> str:
    stop = clock.row["stopped_at"]
    close = stop is not None and abs((stop - clock.row["due_at"]).total_seconds()) < 120
    return moment(at, clock.row["time_zone"], seconds=close)


def _breached(clock: ExplainedClock, file: PolicyFile) -> list[str]:
    row, over = clock.row, too_late(clock)
    due = _at(clock, row["due_at"])
    earlier = f"{exact(over)} of open time" if over else None
    if row["stopped_at"] is None:
        past = earlier or f"{exact(int((row['as_of'] - row['due_at']).total_seconds()))}, none of it open,"
        told = [f"It is not stopped yet: {past} past its due time, {due}, as of {_at(clock, row['as_of'])}."]
    else:
        plain = exact(int((row["stopped_at"] - row["due_at"]).total_seconds()))
        past = f"{earlier} earlier" if earlier else f"{plain} earlier; the desk was closed all that time"
        how = STOPPED_BY.get(row["stopped_by"], "")
        told = [
            f"It was stopped {_at(clock, row['stopped_at'])}, {how}. To be kept it had to be stopped by {due}, {past}."
        ]
    told += _longest(clock)
    effective = [change for change in changes(clock) if change.effective]
    told += _solved_before(clock, effective)
    if row["stopped_at"] is not None and over:
        told += _by_team(clock, over, effective) + _old_target(clock, effective, file)
    return told


def _longest(clock: ExplainedClock) -> list[str]:
    """The longest counted time one team held it at a stretch, closed hours left out."""
    runs: list[dict[str, Any]] = []
    for each in clock.stretches:
        if each["what"] == "closed":
            continue
        if each["what"] != "open":
            runs.append({"team": None, "seconds": -1})
        elif runs and runs[-1]["seconds"] >= 0 and runs[-1]["team"] == each["team"]:
            runs[-1] |= {"seconds": runs[-1]["seconds"] + each["counted_seconds"], "end": each["end"]}
        else:
            span = {"start": each["start"], "end": each["end"]}
            runs.append({"team": each["team"], "seconds": each["counted_seconds"], **span})
    top = max(runs, key=lambda run: run["seconds"], default=None)
    if top is None or top["seconds"] <= 0 or len(runs) < 2:
        return []
    who = f"with {clean(top['team'])}" if top["team"] else "with no team"
    first, last = (moment(top[edge], clock.row["time_zone"]) for edge in ("start", "end"))
    return [f"It stood longest {who}: {exact(top['seconds'])} while open, from {first} to {last}."]


def _solved_before(clock: ExplainedClock, effective: list[Change]) -> list[str]:
    """Whether it would have been kept had it stayed solved."""
    spells = [
        each
        for before, each in zip([None, *clock.stretches], clock.stretches, strict=False)
        if each["what"] == "solved" and (before is None or before["what"] != "solved")
    ]
    spell = next((each for each in reversed(spells) if each["start"] <= clock.row["due_at"]), None)
    if spell is None or clock.supplied:
        return []
    stays = all(each["what"] == "solved" for each in clock.stretches if each["start"] >= spell["start"])
    in_time = spell["running_total_seconds"] <= spell["target_seconds"]
    later = any(change.after.start > spell["start"] or change.rule == "final" for change in effective)
    if stays or later or not in_time:
        return []
    return [f"Had it stayed solved on {_at(clock, spell['start'])}, it would have been kept."]


def _by_team(clock: ExplainedClock, over: int, effective: list[Change]) -> list[str]:
    """Which single team could have saved it by holding it so much less, since the promise last changed."""
    rests = any(each["what"] in {"solved", "paused"} for each in clock.stretches)
    if (clock.supplied and rests) or any(change.rule == "final" for change in effective):
        return []
    since = max((change.after.start for change in effective), default=clock.row["started_at"])
    teams = {
        team: seconds
        for team, seconds in held(each for each in clock.stretches if each["start"] >= since).items()
        if team is not None
    }
    if len(teams) < 2:
        return []
    able = [clean(team) for team, seconds in teams.items() if seconds >= over]
    short = [f"{clean(team)} ({exact(seconds)} in all)" for team, seconds in teams.items() if seconds < over]
    if not able:
        return [f"No single team could have saved it: each held it for less than the {exact(over)} it was late."]
    subject = able[0] if len(able) == 1 else f"either {listed(able, 'or')}"
    could = f"; {listed(short)} could not have saved it alone" if short else ""
    return [f"Had {subject} held it {exact(over)} less, it would have been kept{could}."]


def _old_target(clock: ExplainedClock, effective: list[Change], file: PolicyFile) -> list[str]:
    """Whether the target before the only change would have been kept."""
    if len(effective) != 1 or effective[0].rule != "carry" or clock.supplied:
        return []
    before, after = effective[0].before, effective[0].after
    if before.own is None or after.own is None or before.own_target is None:
        return []
    old, new = (file.promises()[number] for number in (before.own, after.own))
    same = (old.schedule, old.boundary) == (new.schedule, new.boundary)
    text = old.target(clock.row["kind"], before.priority)
    in_hours = text is not None and days_in(text) is None
    if not (same and in_hours) or clock.row["elapsed_seconds"] > before.own_target:
        return []
    return [f"Under the target before, {exact(before.own_target)}, it would have been kept."]


def _met(clock: ExplainedClock, _file: PolicyFile) -> list[str]:
    row = clock.row
    left, target = row["target_seconds"] - row["elapsed_seconds"], row["target_seconds"]
    how = STOPPED_BY.get(row["stopped_by"], "")
    before = f"{exact(left)} of open time before it would have been due"
    if left <= 0:
        plain = (row["due_at"] - row["stopped_at"]).total_seconds()
        before = f"{words(plain)} before its due time, with no open time left" if plain >= 1 else "at its due time"
    share = f", {100 * row['elapsed_seconds'] / target:.0f} % of the target used" if target else ""
    told = [f"It was stopped {_at(clock, row['stopped_at'])}, {how}, {before}{share}."]
    if target and row["elapsed_seconds"] > _NEAR * target:
        told.append("A near miss: less than 10 % was left.")
    own = row["internal_target_seconds"]
    if row["internal_target_met"] is not None and own is not None:
        own_words = f"our own target of {exact(own)}"
        missed = f"It kept the promise and missed {own_words} by {exact(row['elapsed_seconds'] - own)}."
        told.append(f"It kept {own_words} too." if row["internal_target_met"] else missed)
    return told


def _running(clock: ExplainedClock, _file: PolicyFile) -> list[str]:
    row = clock.row
    left = row["target_seconds"] - row["elapsed_seconds"]
    now, due = moment(row["as_of"], row["time_zone"]), moment(row["due_at"], row["time_zone"])
    if row["state"] == "paused":
        last = clock.stretches[-1]["waiting_for"] if clock.stretches else None
        whom = f", waiting for {_WHOM[last]}" if last else ""
        rest = f"{exact(left)} of open time is" if left > 0 else "no open time is"
        told = [f"As of {now} it is paused{whom}; {rest} left. Going on at once it would fall due {due}."]
    else:
        told = [f"As of {now} {exact(left)} of open time is left; it falls due {due}."]
    own = row["internal_target_seconds"]
    if own is not None:
        rest = own - row["elapsed_seconds"]
        used = f"is used up, by {exact(-rest)}" if rest < 0 else f"has {exact(rest)} left"
        told.append(f"Our own target of {exact(own)} {used}.")
    return told


def _because(clock: ExplainedClock) -> str:
    """What cancelled it: the rule its stop fell under, or how the ticket ended."""
    stop = clock.row["stopped_by"]
    return str(stop if stop in _BY_RULE and clock.ended not in _VOID else clock.ended or stop)


def _cancelled(clock: ExplainedClock, _file: PolicyFile) -> list[str]:
    row, why = clock.row, _because(clock)
    rule = f" ('{_BY_RULE[why]}')" if why in _BY_RULE else ""
    at = row["stopped_at"] if why in _BY_RULE else clock.ended_at
    when = f" {moment(at, row['time_zone'])}" if at else ""
    told = [f"It was cancelled{when}, {STOPPED_BY.get(why, 'by a rule')}{rule}, and is in no rate."]
    if any(each["overdue"] and each["counted_seconds"] for each in clock.stretches):
        undone = (
            f"a ticket that is {_VOID[why]} breaks no promise" if why in _VOID else "'after_due: cancel' undoes that"
        )
        told.append(f"It had run past its due time by then, but {undone}.")
    return told


def _elsewhere(clock: ExplainedClock) -> list[str]:
    """What the source system, and calendar time, say of it."""
    row: Mapping[str, Any] = clock.row
    told = []
    if row["breached_calendar"] is not None and row["breached"] is not None and not clock.supplied:
        said = "breached" if row["breached_calendar"] else "kept"
        also = " too" if row["breached_calendar"] == row["breached"] else ""
        waited = f"the customer waited {words(row['requester_wait_seconds'])} for us"
        told.append(f"By the calendar, without opening hours, it is {said}{also}: {waited}.")
    if row["supplied_breached"] is not None:
        said = "breached" if row["supplied_breached"] else "met"
        agrees = row["breached"] is None or row["breached"] == row["supplied_breached"]
        told.append(f"The source system itself says {said}{'' if agrees else ', unlike us'}.")
    return told
