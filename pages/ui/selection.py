"""What is looked at: the choices of the sidebar and the picks from pictures, small enough to be a cache key."""

from dataclasses import dataclass, replace
from typing import Literal

from analytics.measure import Hours
from analytics.periods import Period

Chosen = tuple[tuple[str, tuple[str | None, ...]], ...]
"""Dimensions and the values of each that are looked at, as text; None stands for blank."""

Excluded = Literal["left out", "counted"]


@dataclass(frozen=True)
class Selection:
    """What the sidebar says, and what was picked in pictures."""

    directory: str
    version: int
    kind: str
    hours: Hours
    period: Period
    chosen: Chosen
    earlier: Period | None
    excluded: Excluded = "left out"
    picks: Chosen = ()

    @property
    def narrowed(self) -> Chosen:
        """Every choice by dimension: of the sidebar and of pictures."""
        return (*self.chosen, *self.picks)

    def with_period(self, period: Period) -> "Selection":
        """The same choices over another period, compared with nothing."""
        return replace(self, period=period, earlier=None)

    def without(self, *dimensions: str) -> "Selection":
        """The same choices without what was picked of these dimensions: for the picture it was picked in."""
        return replace(self, picks=tuple(pick for pick in self.picks if pick[0] not in dimensions))

    def picked(self, *dimensions: str) -> bool:
        """Whether something of these dimensions was picked."""
        return any(name in dimensions for name, _ in self.picks)
