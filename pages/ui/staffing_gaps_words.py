"""Where people are short, in words: an hour and its window, why promises were late, when the pile is gone."""

from collections.abc import Mapping
from math import ceil
from typing import Any

import polars as pl

from analytics.dimensions import BLANK_LABEL, WEEKDAYS
from analytics.staffing.axis import Week
from analytics.staffing.backlog import NEAR, Pile
from analytics.staffing.case import Case
from analytics.staffing.pooling import Bounds
from analytics.staffing.shortfall import TRIFLE, WHOLE_WEEKS
from analytics.staffing.split import Least
from pages.ui import format as fmt
from pages.ui.staffing_numbers import agents, amount, band
from pages.ui.staffing_words import FIRM

_SPARE = 1.0
_FRIDAY, _ALIKE = 5, 3
PEOPLE = {"over-under": "Over–under", "required": "Required", "scheduled": "Scheduled"}
TOUCHES = {"needs": "Times present", "scheduled": "Present"}
ALONE = {"required": "Required"}
"""What the map can show: with a roster, where only touches are known, and without a roster."""
COLUMN = {"over-under": "over_under", "needs": "ratio", "required": "required", "scheduled": "scheduled"}
_REPLAYED = {"few": "too few people, even earliest due first", "order": "the order of work"}
_BOUND = {"few": "late in any order", "order": "order of work, or what this bound cannot tell"}
_UNTOLD = {"rest": "too few people, or the order of work"}
_ALWAYS = {
    "came": "already due when taken up",
    "closed": "due while nobody was there",
    "aside": "set aside by its team",
}

Row = Mapping[str, Any]


def shown(case: Case) -> dict[str, str]:
    """What the map of a case can show, by name in the address."""
    if case.relative:
        return TOUCHES
    return ALONE if case.scheduled is None else PEOPLE


def reasons(case: Case) -> dict[str, str]:
    """Why a promise may have been late, by part: those that nobody could have kept first."""
    if case.capacity is None:
        return {**_ALWAYS, **_UNTOLD}
    return {**_ALWAYS, **(_BOUND if case.relative else _REPLAYED)}


def whole(agents: float) -> int:
    """Whole agents that are at least so many, but for a trifle.

    Example:
        >>> whole(13.4), whole(9.01), whole(0.0)
        (14, 9, 0)
    """
    return max(0, ceil(agents - TRIFLE / 10))


def short(lack: float) -> int:
    """Whole agents short; 0 for a trifle."""
    return whole(lack) if lack >= TRIFLE else 0


def cell(case: Case, name: str, value: float | None) -> str:
    """What a cell of the map says; nothing where it does not matter.

    Args:
        case: of the queues.
        name: what is shown.
        value: of the hour; None where it is not known.
    """
    if value is None:
        return ""
    if name == "over-under":
        lack, spare = short(-value), int(value)
        return f"−{lack}" if lack else f"+{spare}" if spare >= _SPARE else ""
    if name == "needs":
        return f"{value:.1f}" if value >= 1 else ""
    if case.relative:
        return f"{value:.0f}" if value >= 0.5 else ""
    if name == "required":
        return str(whole(value)) if value > TRIFLE else ""
    return f"{value:.1f}".removesuffix(".0") if value > 0 else ""


def week(case: Case, hours: pl.DataFrame) -> str:
    """What the map says."""
    weeks = f"n = {fmt.plural(case.demand.weeks, 'week')}, {case.week.zone}."
    if case.relative:
        over = hours.filter(pl.col("ratio") > 1)
        told = f"{_hours(over.height, hours.height)} would need more touches done than are done in it while work waits."
        return f"{told} Times present: what falls due in an hour's tightest window over what is done in it now. {weeks}"
    if case.scheduled is None:
        return f"The least agents with which all work that falls due has room. Who is scheduled is not known. {weeks}"
    lacking = sum(short(-value) > 0 for value in hours["over_under"])
    told = f"{_hours(lacking, hours.height)} {'is' if lacking < 2 else 'are'} short of people."
    return f"{told} Each hour is judged with all others as they are: not all who are over can be spared. {weeks}"


def _hours(count: int, of: int) -> str:
    which = f"All {of}" if count == of > 1 else f"{fmt.number(count) if count else 'None'} of the {of}"
    return f"{which} open hours of the week"


def hour(case: Case, row: Row) -> str:
    """An hour of the week explained by its tightest window.

    Args:
        case: of the queues.
        row: of `shortfall.hourly`.
    """
    return f"{_needs(case, row)} {_window(case, row)}"


def _needs(case: Case, row: Row) -> str:
    name = case.week.label(row["place"], row["place"])
    if case.relative:
        if row["ratio"] is None:
            return f"Nothing is done {name} now while work is waiting."
        less, more = row["ratio_least"], row["ratio_most"]
        spread = f"{less:.1f} with 10 % less work, {more:.1f} with 10 % more"
        rare = row["work"] * case.demand.weeks < FIRM
        few = f" Fewer than {FIRM} touches were seen to fall due there: too few to rely on." if rare else ""
        return f"{name} needs {row['ratio']:.1f} times what is done in it now ({spread}).{few}"
    required = f"{agents(row['required'])} {'agent' if agents(row['required']) == '1' else 'agents'}"
    if row["scheduled"] is None:
        return f"{name}: {required} required ({band(row['least'], row['most'])})."
    there = agents(row["scheduled"])
    lack, spare = short(-row["over_under"]), int(row["over_under"])
    less, more = (row[each] - row["scheduled"] for each in ("least", "most"))
    if lack:
        verdict = f"{lack} short ({band(short(less), short(more))})"
    elif spare >= _SPARE:
        verdict = f"{spare} could be spared ({band(max(0, int(-less)), max(0, int(-more)))})"
    else:
        verdict = "as many as it takes" if short(more) == 0 else f"enough, but {short(more)} short with 10 % more work"
    return f"{name}: {required} required, {there} scheduled: {verdict}."


def _window(case: Case, row: Row) -> str:
    if row["window"] is None or row["work"] + row["margin"] <= 0:
        return "No work falls due in a window around it."
    if row["window"] == WHOLE_WEEKS:
        return _weeks(case, row)
    work, margin = (amount(case, row[each]) for each in ("work", "margin"))
    can = "" if row["room"] is None else f"; {amount(case, row['room'])} can be done"
    opened = fmt.plural(round(row["window_open"], 1), "open hour")
    return (
        f"Its tightest window is {row['window']}, {opened}: {work} of work that comes and is due in it, with "
        f"{margin} of room for busy weeks{can}."
    )


def _weeks(case: Case, row: Row) -> str:
    margin = row["margin"] * float(case.week.open.sum()) / row["window_open"]
    can = "" if case.capacity is None else f"; {amount(case, float(case.capacity.sum()))} can be done"
    return (
        f"No rush makes it full, but the work of {WHOLE_WEEKS}: {amount(case, case.demand.total)} a week, with "
        f"{amount(case, margin)} of room for busy weeks{can}."
    )


def late(case: Case, days: pl.DataFrame, bound: Least | None) -> str:
    """Why promises were late.

    Args:
        case: of the queues.
        days: as `split.split` has them.
        bound: what is late in any order; None where nothing tells who was there.
    """
    total, due = int(days["late"].sum()), int(days["due"].sum())
    if not due:
        return "No promise was decided in the dates looked at."
    if not total:
        return f"None of {fmt.plural(due, 'promise')} decided was late."
    clauses, parts = _clauses(case), []
    for part in reasons(case):
        count = round(float(days[part].sum() or 0.0))
        if count:
            parts.append(clauses[part].format(fmt.number(count)))
    told = f"{fmt.number(total)} of {fmt.number(due)} promises decided were late: {'; '.join(parts)}."
    if bound is None:
        return f"{told} A roster would tell these apart."
    if not case.relative and days["order"].sum() > days["few"].sum():
        told += " Remedies tries other orders."
    return told


def _clauses(case: Case) -> dict[str, str]:
    few = "about {} in any order of work" if case.relative else "about {} for too few people, even earliest due first"
    order = "about {} for the order of work" + (", or for what touches alone cannot tell" if case.relative else "")
    return {
        "came": "{} already due when they could be taken up",
        "closed": "{} due while nobody was there",
        "aside": "{} set aside by their own team",
        "few": few,
        "order": order,
        "rest": "{} for too few people or the order of work",
    }


def least(case: Case, bound: Least) -> str:
    """What would be late in any order of work."""
    if bound.promises < 0.5:
        return "In any order of work: no promise had to be late for want of people, could work be split at will."
    promises = fmt.plural(round(bound.promises), "promise")
    work = amount(case, bound.hours)
    return (
        f"In any order of work: about {promises} ({work} of work) had to be late; as a count this is indicative only."
    )


def at(week: Week, place: int) -> str:
    """When a place begins, as "Tue 11"."""
    return f"{WEEKDAYS[int(week.weekday[place]) - 1]} {int(week.hour[place]):02}"


def pile(case: Case, found: Pile) -> str:
    """When Monday's pile is gone."""
    normal = fmt.plural(round(found.normal), "touch", "touches")
    usual = f"Normal: {normal} waiting, the median of Tuesday to Friday."
    weeks = f"Mean of {fmt.plural(found.weeks, 'whole week')}, {case.week.zone}."
    gone, monday = found.gone, int((case.week.weekday == 1).argmax())
    highest = fmt.number(round(float(found.waiting[case.week.weekday == 1].max())))
    if float(found.waiting.max()) < 1:
        return f"Next to nothing waits here: on average less than one touch at any hour. {weeks}"
    if gone is None:
        told = "The backlog is not back to normal before the week is over."
    elif gone == monday:
        told = "Monday has no pile: the backlog is normal from its opening on."
    elif found.waiting[monday] <= NEAR * found.normal:
        told = f"Monday begins without a pile; what comes makes one of up to {highest}, gone by {at(case.week, gone)}."
    else:
        told = f"Monday's pile of up to {highest} is gone by {at(case.week, gone)}.{_mornings(case.week, found)}"
    return f"{told} {usual} {weeks}"


def _mornings(week: Week, found: Pile) -> str:
    """By when the piles of the other mornings are gone, where they are much alike."""
    others = [int(week.hour[place]) for day, place in found.back.items() if 1 < day <= _FRIDAY and place is not None]
    if not others or max(others) - min(others) > _ALIKE:
        return ""
    span = f"{min(others):02}" if min(others) == max(others) else f"{min(others):02} to {max(others):02}"
    return f" On other days the morning's is by {span}."


def closed(regions: pl.DataFrame) -> str:
    """How much comes while nobody is there, and from where most."""
    came, shut = int(regions["touches"].sum()), int(regions["closed"].sum())
    if not came:
        return "Nothing came in the dates looked at."
    counts = f"{fmt.number(shut)} of {fmt.number(came)}"
    told = f"{fmt.percent(shut / came, 0)} of touches come while nobody is there ({counts})"
    known = regions.filter(pl.col("region") != BLANK_LABEL, pl.col("touches") >= FIRM)
    if known.height < 2 or not shut:
        return f"{told}."
    top = known.sort("share", "region", descending=[True, False]).row(0, named=True)
    return f"{told}; from {top['region']} {fmt.percent(top['share'], 0)}."


def bounds(found: Bounds, scheduled: float | None) -> str:
    """What a group of queues needs with people apart, and pooled."""
    (low, apart, high), (least, pooled, most) = found.apart, found.pooled
    told = (
        f"With each queue on its own {fmt.number(apart)} h a week are required ({band(low, high)}); with everybody "
        f"working all {len(found.queues)} queues {fmt.number(pooled)} h ({band(least, most)})."
    )
    there = "" if scheduled is None else f" Scheduled are {fmt.number(round(scheduled))} h."
    return f"{told} What you need lies between, as your people's queues do.{there}"


METHOD = """
**Over–under.** D(i,j) is the work of a typical week that comes in place i or later and is due in place j or earlier,
closed time taken out. A window needs m + z · √(m·E[S²]/E[S] + (b·m)²/days + (u·m)²) hours: m its mean work, S the work
of a touch, b how much days differ, u = 5 % for volume and handle time, z the normal quantile of the strictest
objective times 1.25. The lack of an hour is the largest (need − can be done) / open hours over all windows of up to six
weeks that hold it. It is below 0 where every window has room: then so many could be spared in this hour alone. For
95 % kept, plans that were tried needed about that margin; *Plan* tries them one by one.

**Why late.** Promises decided in these dates. Taken out first: due before the work came to these queues; due before
they opened again; set aside by their own team before. *Too few people*: what three replays of the period leave late
with the roster as it is, earliest due first and overdue last, each touch taken as a whole by one person. The rest are
*order of work*: an order that knows nothing of what comes would have kept about as many. *In any order*: work poured
like water into the time of the people there, by due time, given up once late; the largest flow, so no order gets
more done in time. Hours of it are certain for these handle times, a number of touches is not.

**Back to normal.** Touches waiting as each hour begins, closed time left out. The first hour from Monday's opening on
from which fewer than 1.1 times the normal number wait to the end of that day. What a team set aside itself and what was
done in bulk is not counted.

**While closed.** Touches that came before the hour in which somebody could begin them; intervals are Wilson's.
"""
