"""On what terms do people work? Contracts, shifts, breaks, rest, weekends and what an hour costs; all can be edited."""

import math
from dataclasses import dataclass
from itertools import combinations

from analytics.errors import StaffingError

DAY_MINUTES = 1_440
WEEK_MINUTES = 7 * DAY_MINUTES
MOST_HOURS = 80.0
"""A week of one person that nobody means."""
_BREAK_STEP = 60
"""Minutes between the starts tried for a break."""


@dataclass(frozen=True)
class Break:
    """Time off within a shift.

    Attributes:
        minutes: how long it is.
        over: only shifts of more paid hours than this have it.
        earliest, latest: hours after the shift's start between which it begins.
        paid: whether it counts as paid time; an unpaid one makes the shift end later.
    """

    minutes: int = 30
    over: float = 6.0
    earliest: float = 3.0
    latest: float = 5.0
    paid: bool = False

    def starts(self) -> tuple[int, ...]:
        """Minutes after the shift's start at which it may begin, an hour apart.

        Example:
            >>> Break().starts()
            (180, 240, 300)
        """
        return tuple(range(round(self.earliest * 60), round(self.latest * 60) + 1, _BREAK_STEP))


@dataclass(frozen=True)
class Contract:
    """How much a person works.

    Attributes:
        name: as the planner calls it.
        hours: paid a week.
        days: how many days a week they may be spread over.
        people: at most so many have it; None is any number.
        share: at most this share of all people have it.
        cost: of a paid hour; None is that of the terms.
    """

    name: str = "Full time"
    hours: float = 40.0
    days: tuple[int, ...] = (5,)
    people: int | None = None
    share: float = 1.0
    cost: float | None = None


@dataclass(frozen=True)
class Terms:
    """Everything a shift plan must respect.

    Attributes:
        contracts: of which people are hired.
        lengths: paid hours a shift may have.
        every: minutes between the starts that are tried; a shift may also start at opening, or end at closing.
        first_start, last_start: hours of the day between which shifts start.
        breaks: of every shift that is long enough.
        daily_rest: hours between two shifts of one person.
        weekly_rest: hours of one rest in or after each week's shifts.
        weekends: a person works at most every so many weekends; 1 is every weekend. A weekend is worked where a shift
            starts on Saturday or Sunday.
        together: of two or more days off, two are side by side.
        cost: of a paid hour; 1 makes the cost the hours.
        evening, saturday, sunday: what such hours cost on top, as a share; the larger counts where two meet.
        evening_from, evening_to: hours of the day between which the evening's supplement is paid, over midnight.
    """

    contracts: tuple[Contract, ...] = (Contract(),)
    lengths: tuple[float, ...] = (8.0,)
    every: int = 60
    first_start: float = 0.0
    last_start: float = 24.0
    breaks: tuple[Break, ...] = (Break(),)
    daily_rest: float = 11.0
    weekly_rest: float = 36.0
    weekends: int = 2
    together: bool = True
    cost: float = 1.0
    evening: float = 0.0
    saturday: float = 0.0
    sunday: float = 0.0
    evening_from: float = 18.0
    evening_to: float = 6.0

    def __post_init__(self) -> None:
        """Check that people can work so.

        Raises:
            StaffingError: a number that cannot be, or terms that contradict each other.
        """
        for name, least, most, words in _BOUNDS:
            within(words, getattr(self, name), least, most)
        for name in ("every", "weekends"):
            if not isinstance(getattr(self, name), int):
                raise StaffingError(f"'{name}' is {getattr(self, name)!r}. Expected a whole number.")
        if not self.lengths:
            raise StaffingError("No length of shift is allowed. Expected at least one, such as 8 hours.")
        for length in self.lengths:
            within("The length of a shift in hours", length, 1.0, 16.0)
            self._check_shift(length)
        self._check_contracts()

    def _check_shift(self, length: float) -> None:
        """Does the shift leave the daily rest, and do its breaks fit?"""
        for each in self.breaks:
            within("The minutes of a break", each.minutes, 5, 240)
            within("The hours after which a break is due", each.over, 0, 16)
            if not 0 < each.earliest <= each.latest:
                raise StaffingError(
                    f"A break begins {each.earliest:g} to {each.latest:g} hours after the start of a shift. "
                    "Expected an earliest time above 0, not after the latest."
                )
        span = self.span(length)
        left = 24 - span / 60
        if left < self.daily_rest:
            raise StaffingError(
                f"A shift of {length:g} paid hours, {span / 60:g} with its unpaid breaks, leaves {left:g} hours until "
                f"the same start on the next day. Expected at least {self.daily_rest:g} hours of rest. Shorten the "
                "shift, or the daily rest."
            )
        for number in range(self.variants(length)):
            reached = 0
            for begin, end in self.pauses(length, number):
                if begin < reached or end >= span:
                    raise StaffingError(
                        f"The breaks of a shift of {length:g} hours overlap, or one reaches its end. Expected them one "
                        "after another within it. Let them begin earlier, or only in longer shifts."
                    )
                reached = end

    def _check_contracts(self) -> None:
        """Can every contract be worked with these shifts?"""
        names = [each.name for each in self.contracts]
        if not names or len(set(names)) < len(names) or not all(name.strip() for name in names):
            raise StaffingError(
                f"The contracts are called {', '.join(map(repr, names)) or 'nothing, as there are none'}. "
                "Expected at least one, each with a name of its own."
            )
        for each in self.contracts:
            within(f"The hours a week of '{each.name}'", each.hours, 1, MOST_HOURS)
            within(f"The share of people with '{each.name}'", each.share, 0, 1)
            if each.cost is not None:
                within(f"The cost of an hour of '{each.name}'", each.cost, 0.01, 1e6)
            if each.people is not None and each.people < 0:
                raise StaffingError(
                    f"At most {each.people} people have '{each.name}'. Expected 0 or more, or no limit."
                )
            if not each.days or not all(isinstance(days, int) and 1 <= days <= 6 for days in each.days):
                raise StaffingError(
                    f"'{each.name}' is worked on {', '.join(map(str, each.days)) or 'no'} days a week. Expected whole "
                    "numbers from 1 to 6: one day a week is free."
                )
            if not self.made(each):
                lengths = ", ".join(f"{length:g}" for length in sorted(self.lengths))
                raise StaffingError(
                    f"'{each.name}' is {each.hours:g} hours on {' or '.join(map(str, each.days))} days, and shifts are "
                    f"{lengths} hours long. Expected days of one length that make up the hours, or all but one. "
                    "Allow another length, another number of days or other hours."
                )

    def span(self, length: float) -> int:
        """Minutes from the start of a shift to its end, unpaid breaks and all."""
        return minutes(length) + sum(each.minutes for each in self._had(length) if not each.paid)

    def _had(self, length: float) -> list[Break]:
        return sorted((each for each in self.breaks if length > each.over), key=lambda each: each.earliest)

    def variants(self, length: float) -> int:
        """In how many ways the breaks of a shift may lie; all of its breaks move together."""
        return max((len(each.starts()) for each in self._had(length)), default=1)

    def pauses(self, length: float, number: int) -> tuple[tuple[int, int], ...]:
        """From when to when the breaks last, in minutes after the shift's start, in one of the ways.

        Example:
            >>> Terms().pauses(8.0, 0), Terms().pauses(8.0, 2)
            (((180, 210),), ((300, 330),))
        """
        begins = [(each.starts()[min(number, len(each.starts()) - 1)], each.minutes) for each in self._had(length)]
        return tuple((begin, begin + taken) for begin, taken in begins)

    def paid(self, length: float, number: int) -> tuple[tuple[int, int], ...]:
        """The paid stretches of a shift, in minutes after its start."""
        had = zip(self._had(length), self.pauses(length, number), strict=True)
        return without(self.span(length), [pause for each, pause in had if not each.paid])

    def worked(self, length: float, number: int) -> tuple[tuple[int, int], ...]:
        """The stretches of a shift that are no break, in minutes after its start."""
        return without(self.span(length), list(self.pauses(length, number)))

    def made(self, contract: Contract) -> list[tuple[float, ...]]:
        """The lengths of a week's shifts that make up a contract, longest first: all equal, or else one another.

        Example:
            >>> part = Contract("Part time", 20.0, days=(3, 5))
            >>> Terms((Contract(), part), lengths=(4.0, 8.0)).made(part)
            [(8.0, 8.0, 4.0), (4.0, 4.0, 4.0, 4.0, 4.0)]
        """
        found = []
        for days in sorted(set(contract.days)):
            equal = [(length,) * days for length in sorted(set(self.lengths)) if _same(length * days, contract.hours)]
            pairs = [(one, other) for one in self.lengths for other in self.lengths if one != other]
            odd = [
                tuple(sorted((one,) * (days - 1) + (other,), reverse=True))
                for one, other in pairs
                if days > 1 and _same(one * (days - 1) + other, contract.hours)
            ]
            found += equal or sorted(set(odd))
        return found

    def price(self, contract: Contract) -> float:
        """Of a paid hour without supplements."""
        return self.cost if contract.cost is None else contract.cost

    def patterns(self, days: int) -> list[tuple[int, ...]]:
        """The weekdays that may be worked, 1 is Monday: every choice of so many that leaves the days off together."""
        return [chosen for chosen in combinations(range(1, 8), days) if not self.together or _beside(chosen)]


def without(span: int, pauses: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """What is left of 0 to `span` when sorted, disjoint pauses are taken out.

    Example:
        >>> without(510, [(180, 210)])
        ((0, 180), (210, 510))
    """
    edges = [0, *(edge for pause in pauses for edge in pause), span]
    return tuple((begin, end) for begin, end in zip(edges[::2], edges[1::2], strict=True) if end > begin)


def minutes(hours: float) -> int:
    """Hours as whole minutes."""
    return round(hours * 60)


def within(what: str, value: float, least: float, most: float) -> None:
    """Refuse a number that is none, or outside its bounds.

    Raises:
        StaffingError: it is.
    """
    if not (math.isfinite(value) and least <= value <= most):
        raise StaffingError(f"{what} is {value:g}. Expected a number from {least:g} to {most:g}.")


def _same(hours: float, other: float) -> bool:
    return abs(hours - other) < 0.5 / 60


def _beside(chosen: tuple[int, ...]) -> bool:
    """Whether two of the days off are side by side, Sunday and Monday too, where there are two."""
    off = [day for day in range(1, 8) if day not in chosen]
    return len(off) < 2 or any(day % 7 + 1 in off for day in off)


_BOUNDS: tuple[tuple[str, float, float, str], ...] = (
    ("every", 15, 240, "The step between starts, in minutes,"),
    ("first_start", 0, 24, "The first start of a shift, in hours of the day,"),
    ("last_start", 0, 24, "The last start of a shift, in hours of the day,"),
    ("daily_rest", 0, 20, "The daily rest in hours"),
    ("weekly_rest", 0, 96, "The weekly rest in hours"),
    ("weekends", 1, 8, "Which weekend is worked, 1 every, 2 every second,"),
    ("cost", 0.01, 1e6, "The cost of an hour"),
    ("evening", 0, 5, "The supplement of evening hours"),
    ("saturday", 0, 5, "The supplement of Saturday hours"),
    ("sunday", 0, 5, "The supplement of Sunday hours"),
    ("evening_from", 12, 24, "When the evening begins, in hours of the day,"),
    ("evening_to", 0, 12, "When the evening ends, in hours of the day,"),
)
