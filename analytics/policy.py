"""What was promised to whom, in which opening hours: the checked content of a policy file.

Reading the YAML is the data layer's work; here its content becomes typed models. A key is accepted
only when something evaluates it. What each key means stands in docs/clocks.md.
"""

from datetime import date
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from analytics.desk import Hours
from analytics.errors import UnknownNameError
from analytics.promise import KEPT_BY, Attribute, Promise, Targets, WaitingFor
from analytics.schedule import Schedule
from analytics.schemas import Kind
from analytics.written import Day, Duration, MisplacedError, Moment, Names, Path, Text, Written


class Valid(Written):
    """Local dates of creation a policy holds for."""

    from_: Day | None = Field(default=None, alias="from")
    """First day of creation it holds for; else ever since."""
    to: Day | None = None
    """First day of creation it no longer holds for; else for good."""

    @model_validator(mode="after")
    def _ordered(self) -> "Valid":
        if self.from_ and self.to and self.from_ >= self.to:
            raise MisplacedError(("to",), f"The policy ends ({self.to}) before it begins ({self.from_}).")
        return self


class Policy(Promise):
    """One promise to customers: for which tickets, within what time, on which schedule."""

    name: Text
    """What clocks and pages call it; a name of its own."""
    valid: Valid = Valid()
    """From when to when it holds."""
    due: Literal["computed", "supplied"] = "computed"
    """Whether due times are computed from targets, or taken from the source system as they are."""
    targets: dict[Kind, Targets] = Field(default={})
    """For each kind of clock its target, as 4h or 3d: one, or one for each priority and a default."""
    pause_on: dict[Kind, dict[str, WaitingFor]] = Field(default={})
    """For each kind the statuses in which its clock pauses, and who is waited for."""
    on_reopen: Literal["resume", "restart", "ignore"] = "resume"
    """What a reopening does to the resolution clock."""
    reopen_window: Duration = "5d"
    """Plain time after which a reopening begins a new cycle in any case."""
    no_reply: Literal["resolution", "cancel", "breach"] = "resolution"
    """What becomes of the first response when a ticket is solved without a reply."""
    unanswered_at_close: Literal["cancel", "judge"] = "cancel"
    """What becomes of the next response when a ticket is solved with a message unanswered."""

    @model_validator(mode="after")
    def _consistent(self) -> "Policy":
        if self.due == "supplied" and (self.targets or self.pause_on):
            raise MisplacedError(("due",), "A supplied due time is taken as it is: leave out targets and pause_on.")
        if self.due == "computed" and not self.targets:
            raise MisplacedError(("targets",), "A policy needs targets, or 'due: supplied'.")
        for key, by_kind in (("targets", self.targets), ("pause_on", self.pause_on)):
            if "ola" in by_kind:
                message = f"{key} between teams stand under 'agreements', one for each team."
                raise MisplacedError((key, "ola"), message)
        self.check_days()
        return self

    def place(self, kind: Kind) -> Path:
        """Where below the policy the target of a kind stands."""
        return ("targets", kind)

    def written(self, kind: Kind) -> Targets | None:
        """The target of a kind as the file writes it."""
        return self.targets.get(kind)

    def pauses(self, kind: Kind) -> dict[str, WaitingFor]:
        """By status, who is waited for while a clock of this kind is paused."""
        return self.pause_on.get(kind, self.pause_on.get(KEPT_BY.get(kind, kind), {}))


class Agreement(Promise):
    """An OLA: how long a ticket may stay with a team."""

    team: Text
    """The team the ticket may stay with."""
    after: Names = Field(default=[])
    """The teams it must come from; nothing means any, or none."""
    within: Targets
    """How long it may stay, as 4h: one target, or one for each priority and a default."""
    pause_on: dict[str, WaitingFor] = Field(default={})
    """The statuses in which the stay pauses, and who is waited for."""

    @model_validator(mode="after")
    def _consistent(self) -> "Agreement":
        self.check_days()
        return self

    @property
    def name(self) -> str:
        """How clocks call it."""
        return f"agreement: {self.team}"

    def place(self, kind: Kind) -> Path:
        """Where below the agreement the target of a stay stands."""
        return ("within",) if kind == "ola" else ()

    def written(self, kind: Kind) -> Targets | None:
        """The target of a stay; none for any other kind."""
        return self.within if kind == "ola" else None

    def pauses(self, kind: Kind) -> dict[str, WaitingFor]:
        """By status, who is waited for while a stay is paused."""
        return self.pause_on if kind == "ola" else {}


class Exclusion(Written):
    """Clocks that count in no rate: which, when (local times of their schedule), why and who decided so."""

    when: dict[Attribute, Names] = Field(default={})
    """For each attribute the values of the clocks left out; nothing means any clock."""
    from_: Moment = Field(alias="from")
    """Local time from which on clocks are left out, as 2026-03-03T10:00."""
    to: Moment
    """Local time up to which clocks are left out."""
    reason: Text
    """Why, as reports show it."""
    author: Text
    """Who decided so."""

    @model_validator(mode="after")
    def _ordered(self) -> "Exclusion":
        if self.from_ >= self.to:
            raise MisplacedError(("to",), f"The exclusion ends ({self.to}) before it begins ({self.from_}).")
        return self


class PolicyFile(Written):
    """All promises of one source; the first policy that fits a ticket wins."""

    version: Literal[1]
    """The form of this file: 1."""
    agents: Literal["off", "show", "pseudonym"] = "off"
    """How people are shown: not at all, by name, or by a pseudonym."""
    thanks: Literal["ignored", "counted"] = "ignored"
    """Whether a reopening that is solved again without an answer of ours counts as one; it has to where the history
    tells no answers."""
    schedules: dict[Text, Hours]
    """Opening hours, by a name of your own."""
    policies: Annotated[list[Policy], Field(min_length=1)]
    """Promises to customers; the first that fits a ticket wins."""
    agreements: list[Agreement] = Field(default=[])
    """Agreements between teams; the first that fits a stay wins."""
    exclusions: list[Exclusion] = Field(default=[])
    """Clocks that count in no rate."""

    @model_validator(mode="after")
    def _references(self) -> "PolicyFile":
        names = [policy.name for policy in self.policies]
        for number, name in enumerate(names):
            if name in names[:number]:
                message = f"Two policies are called {name!r}. Expected a name of its own for each."
                raise MisplacedError(("policies", number, "name"), message)
        for place, promise in self.places():
            if promise.schedule not in self.schedules:
                message = str(UnknownNameError.of("schedule", promise.schedule, self.schedules))
                raise MisplacedError((*place, "schedule"), message)
        self._gaps()
        return self

    def _gaps(self) -> None:
        """Refuse a stretch of time between two policies for the same tickets in which neither holds."""
        families: dict[str, list[tuple[date, date, int]]] = {}
        for number, policy in enumerate(self.policies):
            key = repr(sorted((name, sorted(values)) for name, values in policy.when.items()))
            span = (policy.valid.from_ or date.min, policy.valid.to or date.max, number)
            families.setdefault(key, []).append(span)
        for spans in families.values():
            reach = min(spans)[1]
            for _, (start, end, number) in pairwise(sorted(spans)):
                if start > reach:
                    name = self.policies[number].name
                    message = (
                        f"Between {reach} and {start} no policy holds for the tickets of {name!r}. "
                        f"Expected 'from: {reach}', or a policy for the time between."
                    )
                    raise MisplacedError(("policies", number, "valid", "from"), message)
                reach = max(reach, end)

    def promises(self) -> list[Policy | Agreement]:
        """Policies, then agreements: a promise's place here is its number."""
        return [*self.policies, *self.agreements]

    def places(self) -> list[tuple[Path, Policy | Agreement]]:
        """Policies, then agreements, each with its place in the file."""
        policies = [(("policies", number), policy) for number, policy in enumerate(self.policies)]
        return [*policies, *((("agreements", number), each) for number, each in enumerate(self.agreements))]

    def expand(self, first: date, last: date) -> tuple[Schedule, ...]:
        """The schedule of each promise, in the order of `promises`, for these local dates."""
        built = {name: hours.schedule(name, first, last) for name, hours in self.schedules.items()}
        return tuple(built[promise.schedule] for promise in self.promises())

    def zones(self) -> list[str]:
        """Every time zone the file names, sorted."""
        return sorted({hours.time_zone for hours in self.schedules.values()})


def editor_schema() -> dict[str, Any]:
    """A JSON Schema of policy files, draft 2020-12, by which an editor completes and checks them as they are written.

    Example:
        >>> editor_schema()["$defs"]["Policy"]["properties"]["schedule"]["description"]
        'Name of the opening hours.'
    """
    schema = PolicyFile.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Duetime policy file"}


def parse(content: dict[str, Any]) -> PolicyFile:
    """The policy file in this parsed YAML; raises pydantic's ValidationError, which the data layer words.

    Example:
        >>> file = parse({"version": 1, "schedules": {"always": {"time_zone": "UTC", "hours": "24x7"}},
        ...               "policies": [{"name": "all", "schedule": "always", "targets": {"resolution": "3d"}}]})
        >>> file.policies[0].target_seconds("resolution", "high")
        259200
    """
    return PolicyFile.model_validate(content)
