"""Which policy, schedule, target and pause hold for each piece of a ticket's life?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from analytics.errors import ScheduleError
from analytics.policy import PolicyFile, parse_duration
from analytics.schedule import Timetable, timetable
from analytics.schemas import KINDS, Kind
from analytics.timeline import enums
from analytics.timezones import MICROSECONDS, local

RUNNING, CUSTOMER, THIRD_PARTY, SOLVED = 0, 1, 2, 3
_WAITING = {"customer": CUSTOMER, "third_party": THIRD_PARTY}


@dataclass(frozen=True)
class Rules:
    """A policy file made ready for a span of time: look-up tables by policy number, and the hours."""

    file: PolicyFile
    hours: Timetable
    version: int
    values: dict[str, pl.Enum]

    def lasting(self, tickets: pl.DataFrame) -> list[pl.Series]:
        """For each policy whether a ticket fits it by all that does not change in its life."""
        found = []
        for number, policy in enumerate(self.file.policies):
            fits = pl.lit(value=True)
            for attribute, names in policy.when.items():
                if attribute not in self.values:
                    fits = fits & pl.col(attribute).is_in(names).fill_null(value=False)
            zone = self.zones()[number]
            date = local(pl.col("created_at"), pl.lit(zone), [zone]).dt.date()
            if policy.valid.from_:
                fits = fits & (date >= policy.valid.from_)
            if policy.valid.to:
                fits = fits & (date < policy.valid.to)
            rows = tickets.select(fits=fits & pl.col("created_at").is_not_null())["fits"]
            found.append(rows)
        return found

    def matched(self, tickets: pl.DataFrame) -> pl.Expr:
        """Number of the first policy that fits a piece, from its `row` in `tickets`; null where none does."""
        found = pl.lit(None, dtype=pl.Int64)
        for number, lasting in reversed(list(enumerate(self.lasting(tickets)))):
            fits = pl.lit(lasting).gather(pl.col("row"))
            for attribute, names in self.file.policies[number].when.items():
                if attribute in self.values:
                    known = [name for name in names if name in self._known(attribute)]
                    fits = fits & (pl.col(attribute).is_in(known) if known else pl.lit(value=False))
            found = pl.when(fits).then(pl.lit(number, dtype=pl.Int64)).otherwise(found)
        return found

    def _known(self, attribute: str) -> set[str]:
        return set(self.values[attribute].categories.to_list())

    def zones(self) -> list[str]:
        """Time zone of each policy's schedule."""
        return [schedule.time_zone for schedule in self.hours.schedules]

    def target(self, kind: Kind) -> pl.Expr:
        """Microseconds of the target in force, from the columns `number` and `priority`."""
        priorities = self.values["priority"].categories.to_list()
        table = [policy.target_seconds(kind, name) for policy in self.file.policies for name in priorities]
        seconds = pl.Series(table, dtype=pl.Int64) * MICROSECONDS
        code = pl.col("number") * len(priorities) + pl.col("priority").to_physical()
        return _looked_up(seconds, code)

    def waiting(self, kind: Kind) -> pl.Expr:
        """Who is waited for, from the columns `number`, `status` and `solved`."""
        statuses = self.values["status"].categories.to_list()
        pauses = [policy.pause_on.get(kind, {}) for policy in self.file.policies]
        table = [_WAITING.get(pause.get(status, ""), RUNNING) for pause in pauses for status in statuses]
        code = pl.col("number") * len(statuses) + pl.col("status").to_physical()
        waiting = _looked_up(pl.Series(table, dtype=pl.Int8), code)
        return pl.when("solved").then(SOLVED).otherwise(waiting.fill_null(RUNNING)).cast(pl.Int8)

    def of_policy(self, values: Sequence[object], dtype: type[pl.DataType]) -> pl.Expr:
        """One value a policy, looked up by `number`."""
        return _looked_up(pl.Series(values, dtype=dtype, strict=False), pl.col("number"))


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
    longest = max((parse_duration(text) for each in policy.policies for text in each.target_texts()), default=0)
    first = min(earliest, as_of).date() - timedelta(days=2)
    last = as_of.date() + timedelta(days=400 + 12 * longest // 86_400)
    if any(each.due == "supplied" for each in policy.policies):
        given = [latest for kind in KINDS if isinstance(latest := tickets[f"{kind}_due_at"].max(), datetime)]
        last = max([last, *(due.date() + timedelta(days=2) for due in given)])
    schedules = policy.expand(first, last)
    for schedule in schedules:
        if not len(schedule.intervals()[0]):
            raise ScheduleError(f"Schedule '{schedule.name}' never opens between {first} and {last}. Give it hours.")
    return Rules(policy, timetable(schedules), version, enums(tickets, events))
