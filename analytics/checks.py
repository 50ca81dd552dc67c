"""What in a policy file is allowed and yet hardly meant: promises nobody gets, rules without effect?"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise, product
from math import prod

from analytics.capacity import Capacity, capacities
from analytics.durations import words
from analytics.policy import Agreement, Policy, PolicyFile
from analytics.promise import KEPT_BY, Promise
from analytics.routes import long_agreements, long_routes
from analytics.schemas import KIND_LABELS, KINDS, SOLVED, SUPPLIED_KINDS, Kind
from analytics.written import Path, parse_duration

Said = Iterator[tuple[Path, str]]
Region = dict[str, frozenset[str]]
_LEVELS = (("urgent",), ("high",), ("normal", "medium"), ("low",))
_MOST_CELLS = 500


@dataclass(frozen=True)
class Finding:
    """Something in a policy file worth a second look.

    Attributes:
        path: where in the file it stands.
        message: what was found, and what to do.
        rule: name of the rule that found it, one of RULES.
    """

    path: Path
    message: str
    rule: str


def findings(file: PolicyFile) -> list[Finding]:
    """Everything worth a second look, rule by rule; an empty list where nothing is.

    Example:
        >>> from analytics.policy import parse
        >>> file = parse({"version": 1, "schedules": {"always": {"time_zone": "UTC", "hours": "24x7"}},
        ...               "policies": [{"name": "all", "schedule": "always", "targets": {"resolution": "3d"},
        ...                             "internal_target": "100%"}]})
        >>> [(finding.rule, finding.path) for finding in findings(file)]
        [('internal target is not stricter', ('policies', 0, 'internal_target'))]
    """
    return [Finding(path, message, name) for name, rule in RULES.items() for path, message in rule(file)]


def _never_opens(file: PolicyFile) -> Said:
    for name, held in capacities(file.schedules).items():
        if not held.open_seconds:
            yield (
                ("schedules", name, "hours"),
                f"Schedule {name!r} never opens: nothing falls due on it. Give it hours.",
            )


def _unused_schedule(file: PolicyFile) -> Said:
    used = {promise.schedule for promise in file.promises()}
    for name in file.schedules:
        if name not in used:
            yield ("schedules", name), f"No policy and no agreement uses schedule {name!r}. Use it, or remove it."


def _never_due(file: PolicyFile) -> Said:
    held = capacities(file.schedules)
    for place, promise in file.places():
        capacity = held[promise.schedule]
        for path, text in promise.targets_by_place().items():
            if capacity.open_seconds and not capacity.holds(text, promise.day_means):
                opened = f"{words(capacity.open_seconds, days=False)} on {capacity.working_days:,} days"
                years = round(capacity.dates / 365)
                message = (
                    f"The target {text!r} is more than {promise.schedule!r} opens in {years} years ({opened}): "
                    "it never falls due. Expected a shorter one."
                )
                yield (*place, *path), message


def _never_matches(file: PolicyFile) -> Said:
    parts: list[tuple[str, Sequence[Policy | Agreement]]] = [
        ("policies", file.policies),
        ("agreements", file.agreements),
    ]
    for part, promises in parts:
        zones = [file.schedules[promise.schedule].time_zone for promise in promises]
        for number, promise in enumerate(promises):
            takers = _takers(promises[: number + 1], zones)
            if takers:
                names = ", ".join(repr(taker.name) for taker in takers[:3])
                more = f" and {len(takers) - 3} more" if len(takers) > 3 else ""
                message = f"{promise.name!r} is never in force: all it fits goes to {names}{more} before. Move it up."
                yield (part, number), message


def _takers(promises: Sequence[Policy | Agreement], zones: Sequence[str]) -> list[Policy | Agreement]:
    """The promises that take everything from the last of them; none where something is left to it."""
    *earlier, last = promises
    region = _region(last)
    wider = [number for number, each in enumerate(earlier) if _region(each).keys() <= region.keys()]
    cells = [region]
    if prod(map(len, region.values())) <= _MOST_CELLS:
        cells = [
            {name: frozenset([value]) for name, value in zip(region, values, strict=True)}
            for values in product(*region.values())
        ]
    found: set[int] = set()
    for cell in cells:
        spans = {
            number: _span(earlier[number], exact=zones[number] == zones[len(earlier)])
            for number in wider
            if all(cell[name] <= values for name, values in _region(earlier[number]).items())
        }
        taken = _cover(_span(last, exact=True), spans)
        if not taken:
            return []
        found.update(taken)
    return [earlier[number] for number in sorted(found)]


def _region(promise: Policy | Agreement) -> Region:
    """Which values of which attributes a promise holds for."""
    region = {str(name): frozenset(values) for name, values in promise.when.items()}
    if isinstance(promise, Agreement):
        region["the team"] = frozenset([promise.team])
        if promise.after:
            region["the team before"] = frozenset(promise.after)
    return region


def _span(promise: Policy | Agreement, *, exact: bool) -> tuple[date, date]:
    """First date of creation it holds for and first it does not, a day apart where they are dates of another zone."""
    if isinstance(promise, Agreement):
        return date.min, date.max
    edge = timedelta(days=0 if exact else 1)
    start, end = promise.valid.from_, promise.valid.to
    return start + edge if start else date.min, end - edge if end else date.max


def _cover(wanted: tuple[date, date], spans: dict[int, tuple[date, date]]) -> list[int]:
    """Numbers of the spans that together cover the wanted one; none where they leave a gap."""
    (reach, end), found = wanted, []
    for number, (start, stop) in sorted(spans.items(), key=lambda each: each[1]):
        if start <= reach < stop:
            reach = stop
            found.append(number)
    return found if reach >= end else []


def _not_stricter(file: PolicyFile) -> Said:
    for place, promise in file.places():
        share = promise.internal_target or 0
        for text in promise.target_texts():
            if round(parse_duration(text) * share) >= parse_duration(text):
                message = (
                    f"{100 * share:.6g}% of {text!r} is no stricter than the target. Expected a share such as '75%'."
                )
                yield (*place, "internal_target"), message
                break


def _not_monotone(file: PolicyFile) -> Said:
    held = capacities(file.schedules)
    for place, promise in file.places():
        for kind in KINDS:
            written = promise.written(kind)
            if isinstance(written, dict):
                for key, message in _inversions(written, promise, held[promise.schedule]):
                    yield (*place, *promise.place(kind), key), message


def _inversions(written: dict[str, str], promise: Promise, capacity: Capacity) -> Iterator[tuple[str, str]]:
    """Where a more urgent priority is given more time than the next one that has a target."""
    levels = []
    for names in _LEVELS:
        given = [(name, name) for name in names if name in written]
        if not given and "default" in written:
            given = [(names[0], "default")]
        levels += [given] if given else []
    for before, after in pairwise(levels):
        for (above, key), (below, other) in product(before, after):
            if capacity.taken(written[key], promise.day_means) > capacity.taken(written[other], promise.day_means):
                more, less = (f"{written[each]!r}{' by default' if each == 'default' else ''}" for each in (key, other))
                yield key, f"{above!r} is given {more}, but {below!r} {less}. Expected no more for the more urgent."


def _pause_without_effect(file: PolicyFile) -> Said:
    for number, policy in enumerate(file.policies):
        for kind, statuses in policy.pause_on.items():
            path: Path = ("policies", number, "pause_on", kind)
            if not _kept(policy, kind):
                yield path, f"{KIND_LABELS[kind]} pauses, but has no target here. Add one, or remove the pause."
            yield from _solved(path, statuses)
    for number, agreement in enumerate(file.agreements):
        yield from _solved(("agreements", number, "pause_on"), agreement.pause_on)


def _solved(path: Path, statuses: Iterable[str]) -> Said:
    for status in statuses:
        if status in SOLVED:
            yield (*path, status), f"A ticket that is {status!r} is solved: no clock runs then. Remove the status."


def _objective_without_effect(file: PolicyFile) -> Said:
    for place, promise in file.places():
        for kind in promise.objective if isinstance(promise.objective, dict) else ():
            if not _kept(promise, kind):
                message = f"{KIND_LABELS[kind]} has an objective, but no target here. Add one, or remove the objective."
                yield (*place, "objective", kind), message


def _kept(promise: Policy | Agreement, kind: Kind) -> bool:
    """Whether a promise has clocks of a kind, or of one that takes its rules from it."""
    if isinstance(promise, Policy) and promise.due == "supplied":
        return kind in SUPPLIED_KINDS
    kinds = [kind, *(heir for heir, source in KEPT_BY.items() if source == kind)]
    return any(promise.written(each) is not None for each in kinds)


RULES: dict[str, Callable[[PolicyFile], Said]] = {
    "schedule never opens": _never_opens,
    "schedule is not used": _unused_schedule,
    "target never falls due": _never_due,
    "promise is never in force": _never_matches,
    "internal target is not stricter": _not_stricter,
    "more urgent is given more time": _not_monotone,
    "agreement is longer than the promise": long_agreements,
    "agreements add up past the promise": long_routes,
    "pause has no effect": _pause_without_effect,
    "objective has no effect": _objective_without_effect,
}
"""Rules by name, in the words a finding carries; each yields where and what."""
