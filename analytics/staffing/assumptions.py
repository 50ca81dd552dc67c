"""What the planner says of a team: how long work takes, what keeps people from it, what an hour costs."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

from analytics.errors import StaffingError

Order = Literal["fifo", "priority", "due", "overdue_last"]
"""In which order waiting work is taken: oldest first; by priority, then oldest; by earliest due; the same with what is
overdue already behind what can still be kept."""

ORDERS: tuple[Order, ...] = get_args(Order)
BEST: Order = "due"
"""The order in which the least people keep every promise."""
Named = tuple[tuple[str, float], ...]
"""A number by name; the name "" stands for every other."""

LONGEST_MINUTES, MOST_AT_ONCE = 100_000.0, 20.0


@dataclass(frozen=True)
class Assumptions:
    """Everything a planner may say; nothing is assumed that was not said.

    Attributes:
        handle: minutes of work a touch takes, by class or queue.
        solved_an_hour: tickets solved per productive hour, where that is what is known.
        planned, unplanned: shrinkage, the shares of scheduled time lost to leave and training, and to illness.
        net_of_leave: the roster has planned leave taken out already, so that `planned` is not taken again.
        concurrency: how many conversations one agent has at once, by channel.
        off_queue: hours a week of each agent that go to other work.
        ramp_up: share of a plain agent's work that a new hire does, on average over the time looked at.
        occupancy: the largest share of working time to be planned for; None leaves it to the method.
        order: of work.
        age_cap: hours after which work that is overdue comes first again; None is never.
        objective: share of promises to be kept where the policies name none.
        cost: of an agent's hour; None is not known.
        currency: it is given in.
    """

    handle: Named = ()
    solved_an_hour: float | None = None
    planned: float = 0.0
    unplanned: float = 0.0
    net_of_leave: bool = False
    concurrency: Named = ()
    off_queue: float = 0.0
    ramp_up: float | None = None
    occupancy: float | None = None
    order: Order = "priority"
    age_cap: float | None = None
    objective: float = 0.95
    cost: float | None = None
    currency: str = ""

    def __post_init__(self) -> None:
        """Check every number.

        Raises:
            StaffingError: one that cannot be.
        """
        for name, least, most, words in _BOUNDS:
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and least <= value <= most):
                raise StaffingError(f"{words} is {value:g}. Expected a number from {least:g} to {most:g}.")
        for name, most, words in (("handle", LONGEST_MINUTES, "minutes"), ("concurrency", MOST_AT_ONCE, "at once")):
            for what, value in getattr(self, name):
                if not (math.isfinite(value) and 0 < value <= most):
                    raise StaffingError(
                        f"{value:g} {words} for {what or 'every other'!r}. Expected more than 0, at most {most:g}."
                    )
        if self.order not in ORDERS:
            raise StaffingError(f"{self.order!r} is no order of work. Expected one of {', '.join(ORDERS)}.")

    def present(self, contract: float | None = None) -> float:
        """Share of rostered time that is worked on the queue.

        Args:
            contract: rostered hours a week of an agent, from which other work is taken; None takes none out.

        Raises:
            StaffingError: nothing of the time is left.

        Example:
            >>> Assumptions(planned=0.1, unplanned=0.05).present()
            0.855
        """
        planned = 0.0 if self.net_of_leave else self.planned
        other = self.off_queue / contract if contract else 0.0
        share = (1 - planned) * (1 - self.unplanned) * (1 - other)
        if share <= 0:
            raise StaffingError(
                f"{self.off_queue:g} h of other work a week leave nothing of {contract or 0:g} rostered hours. "
                "Expected less other work than rostered time."
            )
        return round(share, 6)

    def text(self) -> str:
        """As JSON, the form it is kept in; `read` takes it again."""
        return json.dumps(asdict(self), indent=1, sort_keys=True)


_BOUNDS: tuple[tuple[str, float, float, str], ...] = (
    ("solved_an_hour", 0.001, 1_000, "Tickets solved an hour"),
    ("planned", 0, 0.9, "Planned shrinkage"),
    ("unplanned", 0, 0.9, "Unplanned shrinkage"),
    ("off_queue", 0, 100, "Other work a week, in hours,"),
    ("ramp_up", 0.05, 1, "The ramp-up share of new hires"),
    ("occupancy", 0.3, 1, "Maximum occupancy"),
    ("age_cap", 0.1, 10_000, "The age in hours at which overdue work comes first"),
    ("objective", 0.01, 0.999, "The objective"),
    ("cost", 0, 1_000_000, "The cost of an hour"),
)


def read(text: str) -> Assumptions:
    """What `Assumptions.text` wrote.

    Raises:
        StaffingError: it is something else.

    Example:
        >>> read(Assumptions(handle=(("", 12.0),)).text()).handle
        (('', 12.0),)
    """
    known = {each.name for each in fields(Assumptions)}
    try:
        said: dict[str, Any] = json.loads(text)
        strange = sorted(set(said) - known)
        if strange:
            raise StaffingError(f"There is no assumption {strange[0]!r}. Known: {', '.join(sorted(known))}.")
        for name in ("handle", "concurrency"):
            said[name] = named(said.get(name, ()))
        return Assumptions(**said)
    except (TypeError, ValueError, AttributeError) as error:
        if isinstance(error, StaffingError):
            raise
        raise StaffingError(
            f"The assumptions cannot be read ({error}). Expected what Duetime wrote. Put the file away to begin anew."
        ) from error


def named(rows: Sequence[Sequence[Any]]) -> Named:
    """Names and numbers in order of the names.

    Example:
        >>> named([["b", 2], ["", 1]])
        (('', 1.0), ('b', 2.0))
    """
    return tuple(sorted((str(name), float(value)) for name, value in rows))
