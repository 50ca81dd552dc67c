"""Which policy, schedule, target and pause hold for each piece of a ticket's life?

Policies and agreements are numbered in the order of `PolicyFile.promises`; what holds is looked up by that number.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from analytics.errors import ScheduleError
from analytics.policy import Agreement, Policy, PolicyFile
from analytics.schedule import Timetable, timetable
from analytics.schemas import CHANGING, SUPPLIED_KINDS, Kind
from analytics.timeline import enums
from analytics.timezones import MICROSECONDS, local
from analytics.written import days_in, parse_duration

RUNNING, CUSTOMER, THIRD_PARTY, SOLVED = 0, 1, 2, 3
_WAITING = {"customer": CUSTOMER, "third_party": THIRD_PARTY}
_NOBODY = pl.lit(None, dtype=pl.Int64)


@dataclass(frozen=True)
class Rules:
    """A policy file made ready for a span of time: look-up tables by promise number, and the hours."""

    file: PolicyFile
    hours: Timetable
    version: int
    values: dict[str, pl.Enum]

    @property
    def promises(self) -> list[Policy | Agreement]:
        """Policies and agreements, by number."""
        return self.file.promises()

    def promised(self, kind: Kind) -> bool:
        """Whether anything is promised of this kind."""
        supplied = kind in SUPPLIED_KINDS and any(policy.due == "supplied" for policy in self.file.policies)
        return supplied or any(promise.written(kind) is not None for promise in self.promises)

    def _lasting(self, promise: Policy | Agreement, zone: str, tickets: pl.DataFrame) -> pl.Series:
        """Whether each ticket fits a promise by all that does not change in its life."""
        fits = pl.col("created_at").is_not_null()
        for attribute, names in promise.when.items():
            if attribute not in self.values:
                fits = fits & pl.col(attribute).is_in(names).fill_null(value=False)
        if isinstance(promise, Policy):
            date = local(pl.col("created_at"), pl.lit(zone), [zone]).dt.date()
            if promise.valid.from_:
                fits = fits & (date >= promise.valid.from_)
            if promise.valid.to:
                fits = fits & (date < promise.valid.to)
        return tickets.select(fits=fits)["fits"]

    def _first_fit(self, tickets: pl.DataFrame, numbers: Iterable[int], also: dict[int, pl.Expr]) -> pl.Expr:
        """Number of the first of these promises that fits a piece, from its `row` in `tickets`."""
        found = _NOBODY
        for number in sorted(numbers, reverse=True):
            promise = self.promises[number]
            fits = pl.lit(self._lasting(promise, self.zones()[number], tickets)).gather(pl.col("row"))
            for attribute, names in promise.when.items():
                if attribute in self.values:
                    fits = fits & self._is_one_of(attribute, names)
            if number in also:
                fits = fits & also[number]
            found = pl.when(fits).then(pl.lit(number, dtype=pl.Int64)).otherwise(found)
        return found

    def _is_one_of(self, attribute: str, names: Sequence[str], column: str | None = None) -> pl.Expr:
        known = [name for name in names if name in set(self.values[attribute].categories.to_list())]
        found = pl.col(column or attribute).is_in(known) if known else pl.lit(value=False)
        return found.fill_null(value=False)

    def matched(self, tickets: pl.DataFrame) -> pl.Expr:
        """Number of the first policy that fits a piece; null where none does."""
        return self._first_fit(tickets, range(len(self.file.policies)), {})

    def agreed(self, tickets: pl.DataFrame) -> pl.Expr:
        """Number of the first agreement that fits a piece, from its `team` and `before`; null where none does."""
        fits = {}
        for number, agreement in enumerate(self.file.agreements, len(self.file.policies)):
            fits[number] = self._is_one_of("team", [agreement.team])
            if agreement.after:
                fits[number] = fits[number] & self._is_one_of("team", agreement.after, "before")
        return self._first_fit(tickets, fits, fits)

    def zones(self) -> list[str]:
        """Time zone of each promise's schedule."""
        return [schedule.time_zone for schedule in self.hours.schedules]

    def _by_priority(self, table: list[int | None]) -> pl.Expr:
        """A value by promise and priority, from the columns `number` and `priority`."""
        size = len(self.values["priority"].categories)
        code = pl.col("number") * size + pl.col("priority").to_physical()
        return _looked_up(pl.Series(table, dtype=pl.Int64), code)

    def _texts(self, kind: Kind) -> list[str | None]:
        priorities = self.values["priority"].categories.to_list()
        return [promise.target(kind, name) for promise in self.promises for name in priorities]

    def target(self, kind: Kind) -> pl.Expr:
        """Microseconds of the written target in force, a day as 24 h, from the columns `number` and `priority`."""
        return self._by_priority(
            [None if text is None else parse_duration(text) * MICROSECONDS for text in self._texts(kind)]
        )

    def target_days(self, kind: Kind) -> pl.Expr | None:
        """Days of the target in force where it is written in days that are no hours; None where no target is."""
        size = len(self.values["priority"].categories)
        hours = [promise.day_means == "24_open_hours" for promise in self.promises for _ in range(size)]
        days = [
            None if text is None or in_hours else days_in(text)
            for text, in_hours in zip(self._texts(kind), hours, strict=True)
        ]
        return self._by_priority(days) if any(each is not None for each in days) else None

    def waiting(self, kind: Kind) -> pl.Expr:
        """Who is waited for, from the columns `number`, `status` and `solved`."""
        statuses = self.values["status"].categories.to_list()
        pauses = [promise.pauses(kind) for promise in self.promises]
        table = [_WAITING.get(pause.get(status, ""), RUNNING) for pause in pauses for status in statuses]
        code = pl.col("number") * len(statuses) + pl.col("status").to_physical()
        waiting = _looked_up(pl.Series(table, dtype=pl.Int8), code)
        return pl.when("solved").then(SOLVED).otherwise(waiting.fill_null(RUNNING)).cast(pl.Int8)

    def of_promise(self, values: Sequence[object], dtype: type[pl.DataType], column: str = "number") -> pl.Expr:
        """One value a promise, looked up by its number; null where there is none."""
        return _looked_up(pl.Series(values, dtype=dtype, strict=False), pl.col(column))


def _looked_up(table: pl.Series, code: pl.Expr) -> pl.Expr:
    """The table's value at a code, null where the code is null."""
    return pl.when(code.is_not_null()).then(pl.lit(table).gather(code.fill_null(0)))


def prepare(
    tickets: pl.DataFrame, events: pl.DataFrame, policy: PolicyFile, as_of: datetime, version: int = 1
) -> Rules:
    """Expand every schedule over the tickets' whole range.

    Raises:
        ScheduleError: a schedule that cannot cover it, or never opens.
    """
    created = tickets["created_at"].min()
    earliest = created if isinstance(created, datetime) else as_of
    longest = max((parse_duration(text) for each in policy.promises() for text in each.target_texts()), default=0)
    first = min(earliest, as_of).date() - timedelta(days=2)
    last = as_of.date() + timedelta(days=400 + 12 * longest // 86_400)
    if any(each.due == "supplied" for each in policy.policies):
        given = [latest for kind in SUPPLIED_KINDS if isinstance(latest := tickets[f"{kind}_due_at"].max(), datetime)]
        last = max([last, *(due.date() + timedelta(days=2) for due in given)])
    schedules = policy.expand(first, last)
    for schedule in schedules:
        if not len(schedule.intervals()[0]):
            raise ScheduleError(f"Schedule '{schedule.name}' never opens between {first} and {last}. Give it hours.")
    followed = [name for name in CHANGING if name != "agent" or policy.agents != "off"]
    return Rules(policy, timetable(schedules), version, enums(tickets, events, followed))
