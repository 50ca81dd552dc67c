"""What do promises to customers and agreements between teams have in common?"""

from abc import ABC, abstractmethod
from typing import Annotated, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from analytics.days import DayMeans
from analytics.schedule import Boundary
from analytics.schemas import KINDS, Kind
from analytics.written import (
    Duration,
    MisplacedError,
    Names,
    Path,
    Share,
    Text,
    TimeOfDay,
    Written,
    by_shape,
    days_in,
    parse_duration,
)

Attribute = Literal["source", "priority", "category", "channel", "region", "plan", "customer", "team"]
WaitingFor = Literal["customer", "third_party"]
ChangeRule = Literal["carry", "restart", "keep", "final"]
Credit = Literal["holder_at_verdict", "first", "longest", "share", "current"]
Targets = Annotated[
    Annotated[Duration, Tag("one value")] | Annotated[dict[Text, Duration], Field(min_length=1), Tag("by priority")],
    Discriminator(by_shape("one value", "by priority")),
]
Objective = Annotated[
    Annotated[Share, Tag("one value")] | Annotated[dict[Kind, Share], Tag("by kind")],
    Discriminator(by_shape("one value", "by kind")),
]

KEPT_BY: dict[Kind, Kind] = {"first_resolution": "resolution"}
"""Kinds that take the pauses and the objective of another where they have none of their own."""


class OnChange(Written):
    """What becomes of the elapsed time when the target is shortened (raised) or lengthened (lowered) on the way."""

    raised: ChangeRule = "carry"
    """When the new target is shorter."""
    lowered: ChangeRule = "carry"
    """When the new target is longer."""


def _both(value: object) -> object:
    return {"raised": value, "lowered": value} if isinstance(value, str) else value


class Promise(Written, ABC):
    """What policies and agreements have in common."""

    when: dict[Attribute, Names] = Field(default={})
    """For each attribute the values it holds for; nothing means any ticket."""
    schedule: str
    """Name of the opening hours."""
    boundary: Boundary = "closing"
    """Where a target that uses up an opening exactly falls due: at its closing, or at the next opening."""
    day_means: DayMeans = "next_business_day"
    """What a target of N days means."""
    cutoff: TimeOfDay | None = None
    """With keep_time_of_day: from when on a day counts as the next one, as "17:00"."""
    restart_at: TimeOfDay | None = None
    """With cutoff: when such a ticket begins on the next working day, as "08:00"."""
    on_change: Annotated[OnChange, BeforeValidator(_both, json_schema_input_type=ChangeRule | OnChange)] = OnChange()
    """What a changed target does to the elapsed time: one rule, or one for raised and one for lowered."""
    after_due: Literal["stands", "cancel"] = "stands"
    """Whether a breach stands when the ticket is merged, or the clock cancelled, afterwards."""
    credited: Credit = "holder_at_verdict"
    """To whom the verdict is put down."""
    internal_target: Share | None = None
    """The team's own target, as a share of each target."""
    objective: Objective | None = None
    """Share of clocks that must be met: one for all kinds, or one for each."""

    @abstractmethod
    def place(self, kind: Kind) -> Path:
        """Where below the promise the target of a kind stands."""

    @abstractmethod
    def written(self, kind: Kind) -> Targets | None:
        """The target of a kind as the file writes it."""

    @abstractmethod
    def pauses(self, kind: Kind) -> dict[str, WaitingFor]:
        """By status, who is waited for while a clock of this kind is paused."""

    def target(self, kind: Kind, priority: str | None) -> str | None:
        """The written target for a priority; null where there is none."""
        written = self.written(kind)
        return written.get(priority or "", written.get("default")) if isinstance(written, dict) else written

    def target_seconds(self, kind: Kind, priority: str | None) -> int | None:
        """The written target for a priority in seconds, a day as 86,400; null where there is none."""
        text = self.target(kind, priority)
        return None if text is None else parse_duration(text)

    def objective_of(self, kind: Kind) -> float | None:
        """The share of clocks of this kind that must be met, where one is set."""
        if not isinstance(self.objective, dict):
            return self.objective
        return self.objective.get(kind, self.objective.get(KEPT_BY.get(kind, kind)))

    def targets_by_place(self) -> dict[Path, str]:
        """Every duration the promise writes as a target, by where below the promise it stands."""
        found: dict[Path, str] = {}
        for kind in KINDS:
            written = self.written(kind)
            if isinstance(written, dict):
                found |= {(*self.place(kind), priority): text for priority, text in written.items()}
            elif written is not None:
                found[self.place(kind)] = written
        return found

    def target_texts(self) -> list[str]:
        """Every duration the promise writes as a target."""
        return list(self.targets_by_place().values())

    def check_days(self) -> None:
        """Refuse a target that mixes days with hours, and words on days that do not go together."""
        for path, text in self.targets_by_place().items():
            if "d" in text and days_in(text) is None and self.day_means != "24_open_hours":
                expected = "Write days or hours alone, or 'day_means: 24_open_hours'."
                raise MisplacedError(path, f"The target {text!r} mixes days and hours. {expected}")
        key = "restart_at" if self.cutoff is None else "cutoff"
        if (self.cutoff is None) != (self.restart_at is None):
            message = "cutoff and restart_at go together: from when on, and when it begins the next day."
            raise MisplacedError((key,), message)
        if self.cutoff is not None and self.day_means != "keep_time_of_day":
            raise MisplacedError((key,), "cutoff and restart_at belong to 'day_means: keep_time_of_day'.")
