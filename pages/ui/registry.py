"""The registries and policy files as tables for the definitions page."""

from typing import Any

import polars as pl
import streamlit as st

from analytics.dimensions import DIMENSIONS
from analytics.metric import Better
from analytics.metrics import METRICS
from analytics.policy import Policy, PolicyFile
from analytics.schemas import KIND_LABELS, KINDS

METRIC_COLUMNS: dict[str, Any] = {
    "label": st.column_config.TextColumn("Metric", pinned=True, width="medium"),
    "definition": st.column_config.TextColumn("Definition", width="large"),
    "unit": "Unit",
    "better": "Better when",
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
    "first_response": "First response",
    "resolution": "Full resolution",
    "pauses": "Pauses on",
    "objective": "Objective",
    "internal": "Internal target",
}
SCHEDULE_COLUMNS = {"name": "Schedule", "time_zone": "Time zone", "hours": "Hours", "holidays": "Closed on"}


def metrics() -> pl.DataFrame:
    """One row a metric."""
    better = {Better.HIGHER: "higher", Better.LOWER: "lower", Better.NEITHER: "–"}
    rows = [
        {
            "label": each.label,
            "definition": each.definition,
            "unit": each.unit.value,
            "better": better[each.better],
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
    ]
    return pl.DataFrame(rows, schema=list(STATE_COLUMNS), orient="row")


def policies(file: PolicyFile) -> pl.DataFrame:
    """One row a policy, in the order they are tried."""
    return pl.DataFrame([_policy(each) for each in file.policies], schema=dict.fromkeys(POLICY_COLUMNS, pl.String))


def _policy(policy: Policy) -> dict[str, str]:
    fits = "; ".join(f"{name}: {', '.join(values)}" for name, values in policy.when.items())
    since = f"from {policy.valid.from_}" if policy.valid.from_ else ""
    until = f"before {policy.valid.to}" if policy.valid.to else ""
    goals = {kind: policy.objective_of(kind) for kind in KINDS}
    pauses = {status: who for rule in policy.pause_on.values() for status, who in rule.items()}
    return {
        "name": policy.name,
        "fits": fits or "anything",
        "created": " ".join(part for part in (since, until) if part) or "any time",
        "schedule": policy.schedule,
        **{kind: _target(policy, kind) for kind in KINDS},
        "pauses": ", ".join(f"{status} ({who.replace('_', ' ')})" for status, who in pauses.items()) or "–",
        "objective": ", ".join(f"{KIND_LABELS[kind].lower()} {goal:.0%}" for kind, goal in goals.items() if goal)
        or "–",
        "internal": f"{policy.internal_target:.0%} of the target" if policy.internal_target else "–",
    }


def _target(policy: Policy, kind: str) -> str:
    if policy.due == "supplied":
        return "the source's own due time"
    target = policy.targets.get(kind)  # type: ignore[call-overload]
    if target is None:
        return "no promise"
    return target if isinstance(target, str) else ", ".join(f"{name} {text}" for name, text in target.items())


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
