"""What the hours of a week say, in sentences; no Streamlit in it."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from analytics.carry import Carried
from analytics.hours import Block
from analytics.schemas import KIND_LABELS
from pages.ui.format import number, percent, plural
from pages.ui.words import FIRM, cell, stands_out


@dataclass(frozen=True)
class Value:
    """Something a week is mapped by.

    Attributes:
        label: as the switch and the legend call it.
        unit: "count", "ratio", "hours" or "clocks" (a mean number of them).
        switch: whether it can be placed by the hour due or started; else it has an hour of its own.
    """

    label: str
    unit: str = "count"
    switch: bool = True

    @property
    def thin(self) -> bool:
        """Whether few clocks make it uncertain: a rate or a median."""
        return self.unit in {"ratio", "hours"}

    @property
    def titled(self) -> str:
        """The title of the legend, with the unit where the label does not tell it."""
        return f"{self.label.lower()}, hours" if self.unit == "hours" else self.label.lower()

    def told(self, amount: float | None) -> str:
        """An amount with its unit."""
        if amount is None:
            return number(None)
        if self.unit == "ratio":
            return percent(amount)
        return f"{number(amount)} h" if self.unit == "hours" else number(amount)

    def short(self, amount: float) -> str:
        """An amount as a cell has room for it."""
        if self.unit == "ratio":
            return f"{amount:.0%}"
        return f"{amount:.1f}" if amount < 10 and self.unit != "count" else f"{amount:,.0f}"


VALUES: Mapping[str, Value] = {
    "breaches": Value("Breaches"),
    "breach_rate": Value("Breach rate", "ratio"),
    "due": Value("Clocks due"),
    "arrivals": Value("Arrivals", switch=False),
    "wait": Value("Wait", "hours"),
    "backlog": Value("Open backlog", "clocks", switch=False),
}
_QUESTIONS = {
    "breaches": ("At which hour do clocks fall due and are missed?", "At which hour did the missed clocks start?"),
    "breach_rate": ("At which hour is a clock due missed most often?", "Of which starting hour are most missed?"),
    "due": ("At which hour do clocks fall due?", "At which hour did the clocks due start?"),
    "arrivals": ("At which hour do clocks start?", "At which hour of their own do customers write?"),
    "wait": ("Where in the week do customers wait longest?", "Who starts at which hour waits longest?"),
    "backlog": ("At which hour are most clocks open?", ""),
}  # fmt: skip


def question(value: str, *, other: bool) -> str:
    """The map's title; `other` for the hour started instead of due, or the customer's instead of the desk's."""
    return _QUESTIONS[value][other]


def spike(block: Block | None, kind: str, *, picked: bool = False) -> str:
    """The worst hours of the week, or the picked ones: their share, their breaches a week, interval and n."""
    what = KIND_LABELS[kind].lower()
    if block is None:
        return f"No {what} clock was breached in this selection."
    rate, low, high = block.a_week
    held = f"{percent(block.share, 0)} of {what} breaches with {percent(block.share_of_due, 0)} of the clocks due"
    sure = f"{rate:.1f} breaches a week (95 % interval {low:.1f}–{high:.1f}, n = {number(block.breaches)})"
    if block.all_breaches < FIRM:
        return f"Too few breaches to tell an hour apart: {plural(block.all_breaches, 'breach', 'breaches')} in all."
    if picked or stands_out(block):
        return f"{block.name} holds {held}: {sure}."
    return f"No hours stand out: even the worst four, {block.name}, hold {held}: {sure}."


def closed_share(found: Carried, *, always: bool) -> str:
    """How many of some breaches had arrived while the desk was closed; nothing where there are none."""
    if always:
        return "The desk never closes, so none was carried over from closed hours."
    if not found.breaches:
        return ""
    share = percent(found.closed / found.breaches, 0)
    return f"{number(found.closed)} of them ({share}) had arrived while the desk was closed."


def carried(block: Block, found: Carried, *, always: bool) -> str:
    """When the breaches of some hours had arrived: over free days, over night, or while the desk was open."""
    if not found.breaches:
        return f"No breach fell due {block.name}."
    lead = f"Of the {plural(found.breaches, 'breach', 'breaches')} due {block.name},"
    same = f"{number(found.same_day) if found.same_day else 'none'} of them on the same day"
    if always:
        return f"{lead} {number(found.same_day)} had arrived on the same day; this desk never closes."
    if not found.closed:
        return f"{lead} none had arrived while the desk was closed; {same.replace(' of them', '')}."
    parts = [
        f"{number(found.free_days)} over a weekend or holiday" if found.free_days else "",
        f"{number(found.nights)} before, after or between opening hours" if found.nights else "",
    ]
    closed = (
        f"{number(found.closed)} ({percent(found.closed / found.breaches, 0)}) had arrived while the desk was closed"
    )
    opened = (
        f"{number(found.open)} arrived while it was open, {same}" if found.open else "none arrived while it was open"
    )
    long = f" {number(found.earlier)} of all had arrived a week or more before." if found.earlier else ""
    return f"{lead} {closed}: {', '.join(part for part in parts if part)}; {opened}.{long}"


def unexplained(found: pl.DataFrame) -> str:
    """Which hours break more than their tickets explain.

    Args:
        found: as `hours_mix.unexplained` gives it.
    """
    if found["z"].null_count() == found.height:
        return "There are not enough clocks to tell whether an hour breaks more than its tickets explain."
    more, less = (found.filter(pl.col("differs") == sign).sort(pl.col("z").abs(), descending=True) for sign in (1, -1))
    if more.is_empty() and less.is_empty():
        return "No hour breaks more or less than the kinds of tickets in it explain."
    parts = []
    if not more.is_empty():
        parts.append(f"{_broken(more.height)} more than {_whose(more.height)} tickets explain, {_worst(more)}")
    if not less.is_empty():
        parts.append(f"{_broken(less.height)} less{'' if more.height else _least(less)}")
    return f"{'; '.join(parts)}."


def _broken(count: int) -> str:
    return plural(count, "hour breaks", "hours break")


def _whose(count: int) -> str:
    return "its" if count == 1 else "their"


def _worst(more: pl.DataFrame) -> str:
    row = more.row(0, named=True)
    weeks = f", more than expected in {row['weeks_over']} of {row['weeks']} weeks" if row["weeks"] > 1 else ""
    worst = f"{'worst ' if more.height > 1 else ''}{cell(row['weekday'], row['hour'])}"
    return f"{worst}: {number(row['breaches'])} for {number(row['expected'])} expected{weeks}"


def _least(less: pl.DataFrame) -> str:
    row = less.row(0, named=True)
    most = f"{'most so ' if less.height > 1 else ''}{cell(row['weekday'], row['hour'])}"
    counts = f"{number(row['breaches'])} for {number(row['expected'])} expected"
    return f" than {_whose(less.height)} tickets explain, {most}: {counts}"


def peak(week: pl.DataFrame, value: str) -> str:
    """The highest hour of a week, where n is enough for a rate or a median.

    Args:
        week: 168 rows with `weekday`, `hour`, `due` and the value.
        value: one of VALUES.
    """
    each = VALUES[value]
    firm = week.filter(pl.col("due") >= FIRM) if each.thin else week
    if firm.is_empty() or not firm[value].max():
        few = each.thin and week[value].max()
        return f"No hour has {FIRM} clocks or more: not enough clocks to tell." if few else "No hour stands out."
    top = firm.sort(value, "weekday", "hour", descending=[True, False, False], nulls_last=True).row(0, named=True)
    among = f" among hours with {FIRM} clocks or more" if each.thin else ""
    what = " clocks open on average" if each.unit == "clocks" else ""
    return f"Highest at {cell(top['weekday'], top['hour'])}: {each.told(top[value])}{what}{among}."


DAYS = {
    "ordinary": "Ordinary day",
    "before": "Day before a holiday",
    "holiday": "Holiday",
    "after": "Day after a holiday",
    "closed": "Weekend or other free day",
}


def free_days(found: pl.DataFrame, desks: int) -> str:
    """Whether the days after a holiday break more than ordinary ones of the same weekdays.

    Args:
        found: as `free_days.by_day_kind` gives it.
        desks: how many there are.
    """
    rows = {row["day"]: row for row in found.iter_rows(named=True)}
    if "after" not in rows and "holiday" not in rows:
        return "No holiday of the desk's opening hours lies in this period."
    after = rows.get("after")
    if after is None or after["due"] < FIRM or after["usual_rate"] is None:
        due = after["due"] if after else 0
        return f"Days after a holiday hold {plural(due, 'clock')} due: not enough clocks to tell."
    days = plural(after["days"], "day" if desks == 1 else "desk day")
    usual = f"{percent(after['usual_rate'])} on ordinary days of the same weekdays"
    apart = after["breach_rate_low"] > after["usual_rate"] or after["breach_rate_high"] < after["usual_rate"]
    side = "" if apart else "; the interval does not tell them apart"
    rate = f"{percent(after['breach_rate'])} of {number(after['due'])} clocks due on {days}"
    return f"The first day after a holiday breaks {rate}, against {usual}{side}."
