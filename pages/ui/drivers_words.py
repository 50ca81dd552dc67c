"""What the drivers page says: the change, its parts and its drivers, in sentences."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from analytics.dimensions import BLANK_LABEL, DIMENSIONS
from analytics.drivers import FEWEST, Driver
from analytics.durations import words
from analytics.statistics import Z95
from pages.ui import format as fmt
from pages.ui.drivers import WORK, Explained, label, since

_FIRST_TARGETS = 3
_SMALLEST = 0.0005
_MIXED = {"arrival": "opening hours", "daypart": "time of day", "start_weekday": "weekday"}
_NAMES = ("category", "team", "customer", "region", "agent")
"""Dimensions whose values are names that stand alone."""


def named(name: str, value: Any) -> str:
    """A value of a dimension, as shown.

    Example:
        >>> named("start_weekday", "1"), named("team", None)
        ('Mon', '(blank)')
    """
    if value is None:
        return BLANK_LABEL
    known: Mapping[Any, str] = {} if name == WORK else DIMENSIONS[name].values or {}
    return known.get(value, known.get(int(value), str(value)) if str(value).isdecimal() else str(value))


def driver(found: Driver, between: str = ", ") -> str:
    """What a driver is: its values with something between them, its days, or all the rest.

    Example:
        >>> driver(Driver((("category", "Integrations"), ("arrival", "closed")), (), 9, 5, 2.0, 9, 2, 0.1, 5.0))
        'Integrations, started while closed'
    """
    if found.days:
        return days(found.days)
    told = [_part(name, value) for name, value in found.subset]
    if not told:
        return "All other tickets"
    first = told[0] if found.subset[0][0] in _NAMES else told[0][:1].upper() + told[0][1:]
    return between.join([first, *told[1:]])


def _part(name: str, value: Any) -> str:
    text = named(name, value)
    known = {
        "arrival": f"started while {text}",
        "daypart": f"started in the {text}",
        "start_weekday": f"started on {text}",
        WORK: f"{text} of open work",
    }
    if name in _NAMES:
        return text
    return known.get(name, f"{label(name).lower()} {text}")


def days(dates: tuple[date, ...]) -> str:
    """Some days in a row, as "3–5 Mar 2026".

    Example:
        >>> days((date(2026, 3, 3), date(2026, 3, 5))), days((date(2026, 3, 31), date(2026, 4, 1)))
        ('3–5 Mar 2026', '31 Mar – 1 Apr 2026')
    """
    first, last = dates[0], dates[-1]
    if first == last:
        return fmt.day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{fmt.day(last)}"
    return f"{first.day} {first:%b}{'' if first.year == last.year else f' {first:%Y}'} – {fmt.day(last)}"


def mixed(by: str) -> str:
    """What a mix is a mix of, as it follows "mix by".

    Example:
        >>> mixed("arrival"), mixed("team")
        ('opening hours', 'team')
    """
    return _MIXED.get(by, label(by).lower())


def verdict(told: Explained) -> str:
    """Why the rate changed: because alike tickets broke more or less often, or because other tickets came."""
    by, rate, mix, sure = told.headline()
    change, promised = told.rate - told.earlier_rate, told.promised
    moved = f"{'rose' if change >= 0 else 'fell'} by {abs(100 * change):.1f} points to {fmt.percent(told.rate)}"
    targets = f"{'tighter' if promised > 0 else 'looser'} targets" if abs(promised) >= _SMALLEST else ""
    if abs(change - promised) < Z95 * told.found.error:
        swing = "no more than it usually swings (noise)"
        if targets:
            return f"The breach rate {moved}: {100 * promised:+.1f} from {targets}, the rest {swing}."
        return f"The breach rate moved by {fmt.points(change)} to {fmt.percent(told.rate)}, {swing}."
    of = f"{100 * mix:+.1f} from the mix by {mixed(by)}" if sure else "hardly any from the mix of tickets"
    alone = f" ({targets} alone {100 * promised:+.1f})" if targets else ""
    word = "slower" if rate >= 0 else "faster"
    return f"The breach rate {moved}: {100 * rate:+.1f} as alike tickets were {word}{alone}, {of}."


def compared(told: Explained) -> str:
    """What is compared with what."""
    return (
        f"{fmt.percent(told.rate)} of {fmt.number(told.due)} clocks due, against {fmt.percent(told.earlier_rate)} of "
        f"{fmt.number(told.earlier_due)} in the period compared with: {since(told.before)}."
    )


def sentence(found: Driver) -> str:
    """A driver in words, with what was to be expected and what it adds to the breach rate."""
    breaches = found.earlier_breaches if found.earlier else found.breaches
    when = ", in the period before" if found.earlier else ""
    points = f"{100 * found.part:+.1f} points of the breach rate"
    counted, expected = fmt.plural(breaches, "breach", "breaches"), fmt.number(round(found.expected))
    was = "was" if expected == "1" else "were"
    return f"{driver(found)}{when}: {counted} where {expected} {was} to be expected ({found.excess:+,.0f}; {points})."


def searched(told: Explained) -> list[str]:
    """What the search for segments came to, and what it could not tell."""
    found = told.found
    if found.swing is None:
        return [f"There are not enough clocks to tell segments apart: {FEWEST} due in each period are needed."]
    if not found.drivers:
        looked = f"{fmt.number(found.looked_at)} looked at"
        return [f"No segment and no run of days stands out beyond noise ({looked})."]
    return [sentence(each) for each in found.drivers]


def targets(changes: pl.DataFrame) -> list[str]:
    """Which targets changed, and what they did.

    Args:
        changes: as `retargeted.RETARGETED` has them.
    """
    told = []
    for row in changes.head(_FIRST_TARGETS).iter_rows(named=True):
        before, now = words(row["earlier_target_seconds"], days=False), words(row["target_seconds"], days=False)
        more = row["breaches"] - row["as_before"]
        would = f"{fmt.number(abs(more))} {'fewer' if more >= 0 else 'more'} with the target of before"
        what = f"{row['policy']}, priority {row['priority'] or BLANK_LABEL}"
        clocks = fmt.plural(row["due"], "clock")
        told.append(
            f"The target changed from {before} to {now} of open time ({what}, {clocks}): "
            f"{fmt.plural(row['breaches'], 'breach', 'breaches')}, {would}."
        )
    if changes.height > _FIRST_TARGETS:
        told.append(f"{changes.height - _FIRST_TARGETS} more targets changed.")
    return told


def unknown(reasons: dict[str, str]) -> list[str]:
    """What of the process is not known, with the reasons."""
    return [f"{label(name)}: not known. {reason}" for name, reason in reasons.items()]
