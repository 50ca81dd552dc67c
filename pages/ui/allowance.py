"""How much of a month's breach allowance is used: in a sentence, and day by day."""

from datetime import date, timedelta
from typing import Any

import polars as pl
import streamlit as st

from analytics.allowance import FEWEST_CLOCKS, WEEKS_BACK, Allowance, allowance
from analytics.periods import Period
from analytics.schemas import KIND_LABELS
from pages.ui import blocks, charts_control, load, words
from pages.ui import format as fmt
from pages.ui.load import Selection

COLUMNS = (*("due_date", "due_week", "decided", "breached", "objective", "state", "exclusion", "time_zone"),)
"""What is read of the clocks of a kind, whenever due; the control chart reads the same."""
METHOD = (
    "Each clock due in the month allows 1 less its objective of a breach. Of a month that still runs, clocks to come "
    "are those known to fall due and, date by date, as many more as make up the mean of that weekday. The pace is the "
    f"breach rate so far; below {FEWEST_CLOCKS} clocks none is told."
)
_TIMES = ("day", "week", "month")


def asked(selection: Selection) -> Selection:
    """The selection whenever due: without its period, and without the dates picked."""
    return selection.without(*_TIMES).with_period(Period())


def of(selection: Selection, kind: str) -> Allowance | None:
    """The allowance of a kind for the month of the as-of instant, or of the selection's last day where that is before.

    None without an objective.
    """
    source = next((values[0] for name, values in selection.chosen if name == "source"), None)
    _, as_of, _, _ = load.usual_end(selection.directory, selection.version, source)
    month = min(selection.period.last or as_of, as_of).replace(day=1)
    return _of(asked(selection), kind, month, as_of)


@st.cache_data(max_entries=48, show_spinner=False)
def _of(selection: Selection, kind: str, month: date, as_of: date) -> Allowance | None:
    return allowance(load.every(selection, kind=kind, columns=COLUMNS), month, as_of)


def sentence(kind: str, found: Allowance) -> str:
    """How much is used, and how long the rest lasts.

    Args:
        kind: of the clocks.
        found: their allowance.
    """
    name, month = KIND_LABELS[kind], f"{found.month:%B}"
    share = f"{fmt.number(found.used)} of {_amount(found.allowed)} allowed breaches"
    if found.over:
        up = f", used up on {_ordinal(found.used_up)}" if found.used_up else ""
        return f"{name}: {share} were used in {month} {found.month.year}{up}."
    by = f"{name}: {share} used by day {found.last.day} of {month}"
    if found.used_up:
        return f"{by}; used up on {_ordinal(found.used_up)}."
    if not found.told:
        return f"{by}; not enough clocks yet to tell a pace."
    return f"{by}; at this pace {f'gone on {_ordinal(found.gone)}' if found.gone else 'they last the month'}."


def _amount(allowed: float) -> str:
    """As whole breaches where there are ten or more.

    Example:
        >>> _amount(140.3), _amount(4.26), _amount(4.0000001)
        ('140', '4.3', '4')
    """
    return fmt.number(round(allowed, 1))


def _ordinal(day: date | None) -> str:
    """As "the 28th".

    Example:
        >>> [_ordinal(date(2026, 3, day)) for day in (1, 2, 3, 11, 22)]
        ['the 1st', 'the 2nd', 'the 3rd', 'the 11th', 'the 22nd']
    """
    number = day.day if day else 0
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number not in {11, 12, 13} else "th"
    return f"the {number}{ending}"


def line(selection: Selection, kinds: list[str]) -> str:
    """The allowance of the main kinds of those shown, or of the first, in a line; nothing without objectives."""
    main = [kind for kind in kinds if kind in words.MAIN] or kinds[:1]
    found = [(kind, of(selection, kind)) for kind in main]
    return " ".join(sentence(kind, each) for kind, each in found if each)


def panel(selection: Selection) -> None:
    """The allowance of the chosen kind, day by day; nothing without an objective."""
    found = of(selection, selection.kind)
    if found is None:
        return
    with st.container(border=True):
        drawn = _drawn(found)
        blocks.chart(
            f"How much of {found.month:%B}'s breach allowance is used? ({KIND_LABELS[selection.kind]})",
            f"{sentence(selection.kind, found)} {_about(found)}",
            charts_control.spent(drawn, found.allowed, f"{_amount(found.allowed)} allowed", dark=blocks.dark()),
            key="allowance",
            alt=sentence(selection.kind, found),
            data=found.days,
        )


def _about(found: Allowance) -> str:
    """Of how many clocks, and how those to come are known."""
    n = f"n = {fmt.number(found.due)} clocks with an objective due"
    if found.over:
        return f"{n} in the whole month."
    told = [f"{n} so far, {fmt.number(found.known)} known to fall due later in the month"]
    if found.expected >= 0.5:
        told.append(f"about {fmt.number(round(found.expected))} more expected")
    rest = f" as on the same weekdays of the last {WEEKS_BACK} weeks" if found.expected >= 0.5 else ""
    total = found.days["projected"][-1]
    end = f" In all about {fmt.number(round(total))} breaches by the end of the month." if total is not None else ""
    return f"{', '.join(told)}{rest}.{end}"


def _drawn(found: Allowance) -> pl.DataFrame:
    """The running totals as lines, one row a date and line; the pace goes on from what the last full date had used."""
    full = pl.col("date") == found.last - timedelta(days=1)
    projected = pl.when(full & pl.lit(found.told)).then("used").otherwise("projected").alias("projected")
    lines: dict[str, Any] = {
        charts_control.USED: "used",
        charts_control.PACE: "projected",
        charts_control.EVEN: "even",
    }
    return pl.concat(
        found.days.with_columns(projected)
        .select(
            "date",
            line=pl.lit(line),
            value=column,
            told=pl.col(column).round(1).map_elements(fmt.number, return_dtype=pl.String),
        )
        .drop_nulls("value")
        for line, column in lines.items()
    )
