"""What does a policy file promise, and what in it is worth a second look?"""

from collections.abc import Iterator, Mapping, Sequence

from analytics.capacity import capacities
from analytics.checks import findings
from analytics.desk import Hours
from analytics.durations import words
from analytics.policy import Agreement, Exclusion, Policy, PolicyFile
from analytics.promise import Attribute
from analytics.schemas import KIND_LABELS, KINDS, SUPPLIED_KINDS, Kind
from data.documents import PolicyDocument
from data.yaml import read


def warnings(document: PolicyDocument) -> list[str]:
    """What is worth a second look, as "FILE, line N: what [rule]", in order of lines."""
    lines = read(document.content)
    found = [(lines.place(each.path)[1], f"{each.message} [{each.rule}]") for each in findings(document.file)]
    return [f"{document.label}, line {line}: {message}" for line, message in sorted(found)]


def summary(file: PolicyFile) -> str:
    """What the file promises, for people: hours, policies, agreements and exclusions."""
    held = capacities(file.schedules)
    parts = [
        ("Schedules", [_hours(name, hours, held[name].week_seconds) for name, hours in file.schedules.items()]),
        ("Policies, the first that fits wins", [_promise(policy) for policy in file.policies]),
        ("Agreements between teams, the first that fits wins", [_promise(each) for each in file.agreements]),
        ("Exclusions", [_exclusion(each) for each in file.exclusions]),
    ]
    return "\n\n".join("\n".join([f"{title}:", *_indented(told or ["none"])]) for title, told in parts)


def _indented(told: Sequence[str]) -> Iterator[str]:
    return (f"  {line}" for each in told for line in each.splitlines())


def _hours(name: str, hours: Hours, week_seconds: int) -> str:
    kept = hours.holidays
    country = " ".join(part for part in (kept.country, kept.subdivision) if part)
    told = [
        f"{name}: {hours.time_zone}",
        f"{words(week_seconds, days=False)} a week",
        f"closed on holidays of {country} ({', '.join(kept.categories)})" if country else "",
        f"more dates closed: {len(kept.closed)}" if kept.closed else "",
        f"dates with hours of their own: {len(kept.hours)}" if kept.hours else "",
    ]
    return ", ".join(part for part in told if part)


def _promise(promise: Policy | Agreement) -> str:
    told = [_when(promise.when) or "any ticket"]
    if isinstance(promise, Policy):
        name, supplied = promise.name, promise.due == "supplied"
        span = (("from", promise.valid.from_), ("before", promise.valid.to))
        told += [f"created {word} {day}" for word, day in span if day]
    else:
        name, supplied = promise.team, False
        told += [f"after {' or '.join(promise.after)}"] if promise.after else []
    kinds = SUPPLIED_KINDS if supplied else [kind for kind in KINDS if promise.written(kind) is not None]
    head = f"{name}: {', '.join(told)}, on {promise.schedule}"
    return "\n".join([head, *_indented([_target(promise, kind) for kind in kinds])])


def _target(promise: Policy | Agreement, kind: Kind) -> str:
    written = promise.written(kind)
    if isinstance(written, dict):
        written = ", ".join(f"{priority} {text}" for priority, text in written.items())
    pauses = ", ".join(f"{status} ({who.replace('_', ' ')})" for status, who in promise.pauses(kind).items())
    objective, internal = promise.objective_of(kind), promise.internal_target if written else None
    told = [
        f"{KIND_LABELS[kind]}: {written or 'due as the source says'}",
        f"pauses while {pauses}" if pauses else "",
        f"internal target {100 * internal:.6g}%" if internal else "",
        f"objective {100 * objective:.6g}%" if objective else "",
    ]
    return "; ".join(part for part in told if part)


def _exclusion(exclusion: Exclusion) -> str:
    span = f"{exclusion.from_:%Y-%m-%d %H:%M} to {exclusion.to:%Y-%m-%d %H:%M}"
    return f"{span}: {_when(exclusion.when) or 'every clock'}; {exclusion.reason} ({exclusion.author})"


def _when(when: Mapping[Attribute, list[str]]) -> str:
    return ", ".join(f"{name} {' or '.join(values)}" for name, values in when.items())
