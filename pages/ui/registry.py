"""The registries and policy files as tables for the definitions page."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from analytics.dimensions import DIMENSIONS
from analytics.metric import Better
from analytics.metrics import METRICS
from analytics.policy import Policy, PolicyFile
from analytics.promise import Targets
from analytics.schemas import KIND_LABELS, KINDS, SUPPLIED_KINDS, Kind
from pages.ui import format as fmt

METRIC_COLUMNS: dict[str, Any] = {
    "label": st.column_config.TextColumn("Metric", pinned=True, width="medium"),
    "definition": st.column_config.TextColumn("Definition", width="large"),
    "unit": "Unit",
    "better": "Better when",
    "known": st.column_config.TextColumn("Known of this source", width="medium"),
    "name": "Name in commands",
    "source": "Source",
}
DIMENSION_COLUMNS = {"label": "Dimension", "name": "Name in commands", "kind": "What it is"}
STATE_COLUMNS = {"state": "State", "meaning": "Meaning", "counted": "In rates"}
POLICY_COLUMNS: dict[str, Any] = {
    "name": st.column_config.TextColumn("Policy", pinned=True),
    "fits": "Fits tickets with",
    "created": "Created",
    "schedule": "Schedule",
    **KIND_LABELS,
    "pauses": "Pauses on",
    "objective": "Objective",
    "internal": "Internal target",
}
AGREEMENT_COLUMNS: dict[str, Any] = {
    "team": st.column_config.TextColumn("Team", pinned=True),
    "after": "Handed over by",
    "fits": "Fits tickets with",
    "within": "Within",
    "schedule": "Schedule",
    "pauses": "Pauses on",
    "objective": "Objective",
}
EXCLUSION_COLUMNS: dict[str, Any] = {
    "reason": st.column_config.TextColumn("Reason", pinned=True),
    "fits": "Clocks with",
    "from": "From",
    "to": "To",
    "author": "Decided by",
}
SCHEDULE_COLUMNS = {"name": "Schedule", "time_zone": "Time zone", "hours": "Hours", "holidays": "Closed on"}

_NO_PROMISE = "no promise"


def metrics(unknown: Mapping[str, str]) -> pl.DataFrame:
    """One row a metric, and why it cannot be known where it cannot."""
    better = {Better.HIGHER: "higher", Better.LOWER: "lower", Better.NEITHER: "–"}
    rows = [
        {
            "label": each.label,
            "definition": each.definition,
            "unit": each.unit.value,
            "better": better[each.better],
            "known": f"No. {unknown[each.name]}" if each.name in unknown else "yes",
            "name": each.name,
            "source": each.source,
        }
        for each in METRICS.values()
    ]
    return pl.DataFrame(rows)


def dimensions() -> pl.DataFrame:
    """One row a dimension."""
    rows = [
        {"label": each.label, "name": each.name, "kind": "time, in the schedule's zone" if each.time else "attribute"}
        for each in DIMENSIONS.values()
    ]
    return pl.DataFrame(rows)


def states() -> pl.DataFrame:
    """One row a state of a clock."""
    rows = [
        ("running", "It runs, and its due time lies ahead.", "no"),
        ("paused", "Somebody else is waited for; its due time moves on.", "no"),
        ("met", "It was stopped at or before its due time.", "from its due time on"),
        ("breached", "Its due time passed while it ran; it may still run.", "yes"),
        ("cancelled", "The ticket was merged before the due time, or is spam, deleted or a test.", "no"),
        ("excluded", "Beside any state: an exclusion of the policy file holds for it.", "only when asked for"),
    ]
    return pl.DataFrame(rows, schema=list(STATE_COLUMNS), orient="row")


def policies(file: PolicyFile) -> pl.DataFrame:
    """One row a policy, in the order they are tried; a column for each kind of clock that any of them promises."""
    rows = [_policy(each) for each in file.policies]
    unknown = [kind for kind in KINDS if all(row[kind] == _NO_PROMISE for row in rows)]
    return pl.DataFrame(rows, schema=dict.fromkeys(POLICY_COLUMNS, pl.String)).drop(unknown)


def _policy(policy: Policy) -> dict[str, str]:
    since = f"from {policy.valid.from_}" if policy.valid.from_ else ""
    until = f"before {policy.valid.to}" if policy.valid.to else ""
    goals = {kind: policy.objective_of(kind) for kind in KINDS if _promised(policy, kind)}
    pauses = [
        f"{KIND_LABELS[kind].lower()}: {_pauses(policy.pause_on[kind])}" for kind in KINDS if kind in policy.pause_on
    ]
    objective = [f"{KIND_LABELS[kind].lower()} {fmt.goal(goal)}" for kind, goal in goals.items() if goal]
    return {
        "name": policy.name,
        "fits": _when(policy.when) or "anything",
        "created": " ".join(part for part in (since, until) if part) or "any time",
        "schedule": policy.schedule,
        **{kind: _target(policy, kind) for kind in KINDS},
        "pauses": "; ".join(pauses) or fmt.NONE,
        "objective": ", ".join(objective) or fmt.NONE,
        "internal": f"{fmt.goal(policy.internal_target)} of the target" if policy.internal_target else fmt.NONE,
    }


def _promised(policy: Policy, kind: Kind) -> bool:
    return kind in SUPPLIED_KINDS if policy.due == "supplied" else policy.written(kind) is not None


def _target(policy: Policy, kind: Kind) -> str:
    if not _promised(policy, kind):
        return _NO_PROMISE
    target = policy.written(kind)
    return "the source's own due time" if policy.due == "supplied" or target is None else _written(target)


def _written(target: Targets) -> str:
    return target if isinstance(target, str) else ", ".join(f"{name} {text}" for name, text in target.items())


def _when(when: Mapping[str, Sequence[str]]) -> str:
    return "; ".join(f"{name}: {', '.join(values)}" for name, values in when.items())


def _pauses(statuses: Mapping[str, str]) -> str:
    return ", ".join(f"{status} ({who.replace('_', ' ')})" for status, who in statuses.items())


def agreements(file: PolicyFile) -> pl.DataFrame:
    """One row an agreement between teams, in the order they are tried."""
    rows = [
        {
            "team": each.team,
            "after": ", ".join(each.after) or "anybody",
            "fits": _when(each.when) or "anything",
            "within": _written(each.within),
            "schedule": each.schedule,
            "pauses": _pauses(each.pause_on) or fmt.NONE,
            "objective": fmt.goal(each.objective_of("ola")),
        }
        for each in file.agreements
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(AGREEMENT_COLUMNS, pl.String))


def exclusions(file: PolicyFile) -> pl.DataFrame:
    """One row an exclusion: which clocks count in no rate, when, why and who decided so."""
    rows = [
        {
            "reason": each.reason,
            "fits": _when(each.when) or "anything",
            "from": f"{each.from_:%d %b %Y %H:%M}",
            "to": f"{each.to:%d %b %Y %H:%M}",
            "author": each.author,
        }
        for each in file.exclusions
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(EXCLUSION_COLUMNS, pl.String))


def schedules(file: PolicyFile) -> pl.DataFrame:
    """One row a schedule."""
    rows = []
    for name, each in file.schedules.items():
        hours = (
            each.hours
            if isinstance(each.hours, str)
            else "; ".join(f"{d} {', '.join(w)}" for d, w in each.hours.items())
        )
        closed = (
            [f"{each.holidays.country} {'/'.join(each.holidays.categories)} holidays"] if each.holidays.country else []
        )
        closed += [f"{day:%d %b %Y}" for day in each.holidays.closed]
        rows.append({"name": name, "time_zone": each.time_zone, "hours": hours, "holidays": ", ".join(closed) or "–"})
    return pl.DataFrame(rows, schema=dict.fromkeys(SCHEDULE_COLUMNS, pl.String))
