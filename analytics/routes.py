"""Do the agreements between teams leave room for what customers are promised?

A route is a chain of agreements: one without `after`, then one that comes after its team, and so on.
"""

from collections.abc import Iterator, Sequence

from analytics.capacity import Capacity, capacities
from analytics.durations import words
from analytics.policy import Agreement, Policy, PolicyFile
from analytics.promise import Promise
from analytics.schemas import KIND_LABELS, Kind
from analytics.written import Path

Goal = tuple[Policy, Kind]
_CLOSING: tuple[Kind, ...] = ("first_resolution", "resolution")
_CHANGES = ("team", "priority")
_MOST_ROUTES = 500


def long_agreements(file: PolicyFile) -> Iterator[tuple[Path, str]]:
    """Agreements that alone allow more than a policy promises."""
    held = capacities(file.schedules)
    for number, agreement in enumerate(file.agreements):
        over = _overrun(_goals(file), [agreement], held)
        if over:
            yield ("agreements", number, "within"), f"Team {agreement.team!r} may take {_told(over)}"


def long_routes(file: PolicyFile) -> Iterator[tuple[Path, str]]:
    """Routes whose agreements add up past a promise that each of them alone keeps."""
    held = capacities(file.schedules)
    starts = [number for number, agreement in enumerate(file.agreements) if not agreement.after]
    waiting: list[tuple[tuple[int, ...], list[Goal]]] = [((number,), _goals(file)) for number in reversed(starts)]
    for _ in range(_MOST_ROUTES):
        if not waiting:
            return
        route, goals = waiting.pop()
        agreements = [file.agreements[number] for number in route]
        goals = _without(goals, _overrun(goals, agreements[-1:], held))
        over = _overrun(goals, agreements, held)
        if over:
            teams = ", then ".join(repr(agreement.team) for agreement in agreements)
            yield ("agreements", route[-1], "within"), f"Teams {teams} together may take {_told(over)}"
        goals = _without(goals, over)
        following = [
            number
            for number, agreement in enumerate(file.agreements)
            if number not in route and agreements[-1].team in agreement.after
        ]
        waiting += [((*route, number), goals) for number in reversed(following) if goals]


def _goals(file: PolicyFile) -> list[Goal]:
    """What customers are promised about the end of a ticket."""
    return [(policy, kind) for policy in file.policies for kind in _CLOSING if policy.written(kind) is not None]


def _without(goals: list[Goal], over: list[tuple[Goal, str]]) -> list[Goal]:
    passed = [(policy.name, kind) for (policy, kind), _ in over]
    return [goal for goal in goals if (goal[0].name, goal[1]) not in passed]


def _overrun(goals: list[Goal], agreements: Sequence[Agreement], held: dict[str, Capacity]) -> list[tuple[Goal, str]]:
    """The goals that the agreements add up past, and by how much for the first such priority."""
    found = []
    for policy, kind in goals:
        if not _meet([policy, *agreements]):
            continue
        for priority in _priorities(policy, kind, agreements):
            limit = _seconds(policy, kind, priority, held)
            spent = [_seconds(agreement, "ola", priority, held) for agreement in agreements]
            total = sum(seconds or 0 for seconds in spent)
            if limit is not None and total > limit:
                whose = f" with priority {priority!r}" if priority else ""
                hours = ", on other hours" if any(each.schedule != policy.schedule for each in agreements) else ""
                promised = f"{KIND_LABELS[kind]} of {policy.name!r} is promised in {words(limit, days=False)}{hours}"
                found.append(((policy, kind), f"{words(total, days=False)} of a ticket{whose}, but {promised}"))
                break
    return found


def _told(over: list[tuple[Goal, str]]) -> str:
    count = len({policy.name for (policy, _), _ in over}) - 1
    others = f" ({count} more {'policy' if count == 1 else 'policies'} likewise)" if count else ""
    return f"{over[0][1]}{others}. Give less, or promise more."


def _meet(promises: Sequence[Promise]) -> bool:
    """Whether some ticket can fit them all, by what does not change on the way."""
    for attribute in {name for promise in promises for name in promise.when}.difference(_CHANGES):
        wanted = [set(promise.when[attribute]) for promise in promises if attribute in promise.when]
        if not set.intersection(*wanted):
            return False
    return True


def _priorities(policy: Policy, kind: Kind, agreements: Sequence[Agreement]) -> list[str | None]:
    """The priorities to compare: every one that is named and fits them all; null stands for any other."""
    promises = [policy, *agreements]
    written = [policy.written(kind), *(agreement.within for agreement in agreements)]
    named = [name for each in written if isinstance(each, dict) for name in each if name != "default"]
    named += [name for promise in promises for name in promise.when.get("priority", [])]
    limits = [promise.when["priority"] for promise in promises if "priority" in promise.when]
    fitting: list[str | None] = [name for name in dict.fromkeys(named) if all(name in each for each in limits)]
    return fitting if limits else [*fitting, None]


def _seconds(promise: Policy | Agreement, kind: Kind, priority: str | None, held: dict[str, Capacity]) -> int | None:
    text = promise.target(kind, priority)
    return None if text is None else held[promise.schedule].taken(text, promise.day_means)
