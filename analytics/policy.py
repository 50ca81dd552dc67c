"""What was promised to whom, in which opening hours: the checked content of a policy file.

Reading the YAML is the data layer's work; here its content becomes typed models. A key is accepted
only when something evaluates it.
"""

import re
from datetime import date
from itertools import pairwise
from typing import Annotated, Any, Literal

import holidays as holiday_calendars
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from analytics.errors import ScheduleError, UnknownNameError
from analytics.schedule import Boundary, Schedule
from analytics.schemas import Kind
from analytics.timezones import zone_table

Attribute = Literal["source", "priority", "category", "channel", "region", "plan", "customer", "team"]
WaitingFor = Literal["customer", "third_party"]

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_DURATION = re.compile(r"(\d+)\s*([smhd])")
_LONGEST = 10 * 366 * 86_400


def parse_duration(text: object) -> int:
    """Seconds of "30m", "4h" or "1h 30m".

    Example:
        >>> parse_duration("1h 30m")
        5400
    """
    words = str(text).strip()
    parts = _DURATION.findall(words)
    if not isinstance(text, str) or not parts or _DURATION.sub("", words).strip():
        raise ValueError(f"{text!r} is not a duration. Expected a number and a unit, as '30m' or '4h'.")
    seconds = sum(int(number) * _UNITS[unit] for number, unit in parts)
    if not 0 < seconds <= _LONGEST:
        raise ValueError(f"{text!r} is not a sensible target. Expected more than nothing and at most ten years.")
    return seconds


def parse_share(text: object) -> float:
    """A share between 0 and 1 of "95%" or 0.95.

    Example:
        >>> parse_share("95%")
        0.95
    """
    words = str(text).strip()
    try:
        share = float(words.removesuffix("%")) / (100 if words.endswith("%") else 1)
    except ValueError:
        share = -1.0
    if not 0 < share <= 1:
        raise ValueError(f"{text!r} is not a share. Expected a percentage such as '95%', or a number such as 0.95.")
    return share


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


Share = Annotated[float, BeforeValidator(parse_share)]
Duration = Annotated[str, BeforeValidator(lambda text: parse_duration(text) and text)]
Names = Annotated[list[str], BeforeValidator(_as_list), Field(min_length=1)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Holidays(_Model):
    """The days a schedule stays closed, and the dates with hours of their own."""

    country: str | None = None
    subdivision: str | None = None
    categories: list[str] = ["public"]
    closed: list[date] = []
    hours: dict[date, list[str]] = {}

    @model_validator(mode="after")
    def _known(self) -> "Holidays":
        self.dates(2026, 2026)
        return self

    def dates(self, first_year: int, last_year: int) -> set[date]:
        """Local dates closed between two years, both included."""
        if self.country is None:
            return set(self.closed)
        supported = holiday_calendars.list_supported_countries(include_aliases=True)
        if self.country not in supported:
            raise ScheduleError(f"There are no holidays for country {self.country!r}. Expected a code such as 'SE'.")
        try:
            found = holiday_calendars.country_holidays(
                self.country,
                subdiv=self.subdivision,
                years=range(first_year, last_year + 1),
                categories=tuple(self.categories),
            )
        except (ValueError, NotImplementedError) as error:
            raise ScheduleError(f"Holidays of {self.country!r} cannot be read: {error}") from error
        return {*found, *self.closed}


class Hours(_Model):
    """A named schedule as the file writes it."""

    time_zone: str
    hours: dict[str, Annotated[list[str], BeforeValidator(_as_list)]] | Literal["24x7"]
    holidays: Holidays = Holidays()

    @model_validator(mode="after")
    def _readable(self) -> "Hours":
        try:
            self.schedule("checked", date(2026, 1, 1), date(2026, 12, 31))
        except UnknownNameError as error:
            raise ValueError(str(error)) from error
        return self

    def schedule(self, name: str, first: date, last: date) -> Schedule:
        """The schedule, with its holidays, for these local dates."""
        closed = self.holidays.dates(first.year, last.year)
        zone_table(self.time_zone)
        return Schedule.weekly(name, self.time_zone, self.hours, closed, self.holidays.hours).over(first, last)


class Valid(_Model):
    """Local dates of creation a policy holds for; `to` is the first day it no longer does."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    from_: date | None = Field(default=None, alias="from")
    to: date | None = None

    @model_validator(mode="after")
    def _ordered(self) -> "Valid":
        if self.from_ and self.to and self.from_ >= self.to:
            raise ValueError(f"The policy ends ({self.to}) before it begins ({self.from_}).")
        return self


class Policy(_Model):
    """One promise: for which tickets, within what time, on which schedule."""

    name: str
    when: dict[Attribute, Names] = {}
    valid: Valid = Valid()
    schedule: str
    due: Literal["computed", "supplied"] = "computed"
    targets: dict[Kind, Duration | dict[str, Duration]] = {}
    pause_on: dict[Kind, dict[str, WaitingFor]] = {}
    internal_target: Share | None = None
    objective: Share | dict[Kind, Share] | None = None
    boundary: Boundary = "closing"

    @model_validator(mode="after")
    def _consistent(self) -> "Policy":
        if self.due == "supplied" and (self.targets or self.pause_on):
            raise ValueError("A supplied due time is taken as it is: leave out targets and pause_on.")
        if self.due == "computed" and not self.targets:
            raise ValueError("A policy needs targets, or 'due: supplied'.")
        return self

    def target_seconds(self, kind: Kind, priority: str | None) -> int | None:
        """The written target for a priority, in seconds; null where there is none."""
        target = self.targets.get(kind)
        if isinstance(target, dict):
            target = target.get(priority or "", target.get("default"))
        return None if target is None else parse_duration(target)

    def objective_of(self, kind: Kind) -> float | None:
        """The share of clocks of this kind that must be met, where one is set."""
        return self.objective.get(kind) if isinstance(self.objective, dict) else self.objective

    def target_texts(self) -> list[str]:
        """Every duration the policy writes."""
        groups = [target.values() if isinstance(target, dict) else [target] for target in self.targets.values()]
        return [text for group in groups for text in group]


class PolicyFile(_Model):
    """All promises of one source; the first policy that fits a ticket wins."""

    version: Literal[1]
    schedules: dict[str, Hours]
    policies: list[Policy] = Field(min_length=1)

    @model_validator(mode="after")
    def _references(self) -> "PolicyFile":
        names = [policy.name for policy in self.policies]
        for before, after in pairwise(sorted(names)):
            if before == after:
                raise ValueError(f"Two policies are called {after!r}. Expected a name of its own for each.")
        for policy in self.policies:
            hours = self.schedules.get(policy.schedule)
            if hours is None:
                raise ValueError(str(UnknownNameError.of("schedule", policy.schedule, self.schedules)))
            if hours.hours != "24x7" and any("d" in text for text in policy.target_texts()):
                raise ValueError(
                    f"Policy {policy.name!r} gives a target in days on a schedule that closes. "
                    "Write open hours instead, as '16h'."
                )
        return self

    def expand(self, first: date, last: date) -> tuple[Schedule, ...]:
        """The schedule of each policy, in the order of the policies, for these local dates."""
        built = {name: hours.schedule(name, first, last) for name, hours in self.schedules.items()}
        return tuple(built[policy.schedule] for policy in self.policies)

    def zones(self) -> list[str]:
        """Every time zone the file names, sorted."""
        return sorted({hours.time_zone for hours in self.schedules.values()})


def parse(content: dict[str, Any]) -> PolicyFile:
    """The policy file in this parsed YAML; raises pydantic's ValidationError, which the data layer words.

    Example:
        >>> file = parse({"version": 1, "schedules": {"always": {"time_zone": "UTC", "hours": "24x7"}},
        ...               "policies": [{"name": "all", "schedule": "always", "targets": {"resolution": "3d"}}]})
        >>> file.policies[0].target_seconds("resolution", "high")
        259200
    """
    return PolicyFile.model_validate(content)
