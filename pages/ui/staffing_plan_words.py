"""What a plan says, in sentences."""

import polars as pl

from analytics.staffing.assumptions import Order
from analytics.staffing.calibrate import Flat, Plan
from analytics.staffing.case import Case
from analytics.staffing.plan import FULL_TEAM, occupied
from analytics.staffing.planned import OCCUPANCY, Planned, full_time
from analytics.staffing.planned_frames import BEYOND, MISSED, alone, peak
from pages.ui import format as fmt
from pages.ui.staffing_numbers import apart
from pages.ui.staffing_words import Card

UNTRIED = "Not yet checked by simulation."
UNLIKE_GAPS = "A plan moves everybody at once; Gaps judges each hour with all others as they are now."
_UNLIKE_TOP = (
    "It asks for more than the line at the top: work is taken above its mean, as few weeks do not tell it exactly, and "
    "nobody is planned to be busy all the time."
)
FOR = {True: "Holds with 10 % more work", False: "Exact minimum"}
BY_AGE = ("fifo", "priority")
"""Orders of work that do not look at when work is due."""
MUCH = 1.05
"""Times its present capacity from which hours are said to need more."""
MOST_NAMED = 3


def hours(value: float) -> str:
    """Hours of people, whole from ten on.

    Example:
        >>> hours(452.2), hours(4.25)
        ('452', '4.2')
    """
    return fmt.number(round(value)) if value >= 10 else f"{value:.1f}"


def band(plan: Planned, *, hold: bool) -> str:
    """The hours of the other two plans, in words."""
    less, exact, more = (hours(each.hours) for each in (plan.less, plan.exact, plan.more))
    return (
        f"{exact} h if work is as expected, {less} h with 10 % less"
        if hold
        else f"{less} h with 10 % less work, {more} h with 10 % more"
    )


def basis(plan: Planned, *, hold: bool) -> str:
    """What the numbers shown hold for, and whether they do."""
    return "Not found to hold" if _failed(plan, hold=hold) else FOR[hold]


def spread(low: float, high: float) -> str:
    """People with 10 % less and 10 % more work.

    Example:
        >>> spread(3, 5), spread(3, 3)
        ('3 to 5 at ±10 % work', '3 at ±10 % work, too')
    """
    return f"{low:.0f} to {high:.0f} at ±10 % work" if round(low) != round(high) else f"{low:.0f} at ±10 % work, too"


def tenths(low: float, high: float) -> str:
    """Multiples with 10 % less and 10 % more work.

    Example:
        >>> tenths(1.0, 1.74)
        '1.0 to 1.7 at ±10 % work'
    """
    return f"{low:.1f} to {high:.1f} at ±10 % work"


def verdict(name: str, case: Case, plan: Planned, moves: pl.DataFrame, even: Flat | None = None, *, hold: bool) -> str:
    """What it takes, in two sentences: required hours with their band and peak; and against the roster.

    Args:
        name: of the queues.
        case: of the queues.
        plan: of the case.
        moves: as `planned_frames.moves` gives them; empty without a roster.
        even: the fewest people who do, the same all week; None where that was not tried yet.
        hold: whether the plan is to hold with 10 % more work.
    """
    chosen = plan.sized(hold=hold)
    most, when = peak(case, chosen.level)
    held = " to hold with 10 % more work than expected" if hold and not _failed(plan, hold=hold) else ""
    needs = f"{name} needs"
    if even is not None and even.level is not None and (_failed(plan, hold=hold) or even.hours < chosen.hours):
        same = f"The same {people(even.level)} all week, {hours(even.hours)} h, keep"
        rest = "is not found to hold with" if _failed(plan, hold=hold) else "takes"
        return (
            f"{same} every objective of {name}{more(hold=hold)}. A plan by the hour, as below, {rest} "
            f"{hours(chosen.hours)} h ({band(plan, hold=hold)}). {against(case, even.hours, moves.clear())}"
        ).strip()
    if _failed(plan, hold=hold):
        room = "The room that does for the work expected" if plan.kept(hold=False) else "The usual room for busy weeks"
        needs = f"No staffing tried keeps every objective of {name}{more(hold=hold)}. {room} takes"
    told = (
        f"{needs} {hours(chosen.hours)} h a week{held} ({band(plan, hold=hold)}), "
        f"at most {fmt.plural(most, 'person', 'people')} at once, {when}."
    )
    return f"{told} {against(case, chosen.hours, moves)}".strip()


def _failed(plan: Planned, *, hold: bool) -> bool:
    return plan.tried(hold=hold) is not None and not plan.kept(hold=hold)


def against(case: Case, required: float, moves: pl.DataFrame) -> str:
    """Required hours against those rostered, and where people are missing all the same; nothing without a roster."""
    if case.scheduled is None:
        return ""
    rostered = float((case.scheduled * case.week.open).sum())
    difference = apart(required, rostered)
    lacking = moves.filter(pl.col("agents") > 0)
    if difference > 0:
        return f"{hours(difference)} h more than the {hours(rostered)} h rostered."
    told = f"{hours(-difference)} h fewer than" if difference else "As many as"
    if lacking.is_empty():
        return f"{told} the {hours(rostered)} h rostered."
    row = lacking.sort("agents", "hours", "when", descending=[True, True, False]).row(0, named=True)
    return f"{told} the {hours(rostered)} h rostered, but {row['when']} lacks {people(row['agents'])}."


def people(count: float) -> str:
    """As "1 person", "12 people"."""
    return fmt.plural(count, "person", "people")


def cards(case: Case, plan: Planned, contract: float, *, hold: bool) -> tuple[Card, ...]:
    """Required hours, peak and full-time equivalents, each with what 10 % less and more work make of it."""
    chosen = plan.sized(hold=hold)
    three = (plan.less, plan.exact, plan.more)
    tops = [peak(case, each.level)[0] for each in three]
    whole = [full_time(case, each.hours, contract) for each in three]
    own = full_time(case, chosen.hours, contract)
    most, when = peak(case, chosen.level)
    return (
        ("Required hours a week", f"{hours(chosen.hours)} h", _span([hours(each.hours) for each in three]), _HOURS),
        ("Peak", people(most), f"{when}; {_span([f'{top}' for top in tops])}", _PEAK),
        (
            "Full-time equivalents",
            f"{own:.1f}",
            f"of {hours(contract)} h; {_span([f'{each:.1f}' for each in whole])}",
            _FULL_TIME,
        ),
    )


def _span(three: list[str]) -> str:
    return f"{three[0]}–{three[2]} at ±10 % work" if three[0] != three[2] else f"{three[0]} at ±10 % work, too"


def more(*, hold: bool) -> str:
    """What a plan that is to hold with more work is asked for, to stand in a sentence."""
    return " with 10 % more work" if hold else ""


def standing(case: Case, plan: Planned, order: Order, *, hold: bool) -> list[str]:
    """How far the plan can be trusted."""
    tried = plan.tried(hold=hold)
    if tried is None:
        return [plan.why or UNTRIED]
    weeks, touches = fmt.plural(case.demand.weeks, "week"), fmt.number(int(tried.late.touches.sum()))
    if tried.accepted:
        told_of = f"Checked by simulation on {touches} made-up touches like those of {weeks}, {case.week.zone}."
        return [
            f"{told_of} {_UNLIKE_TOP if case.relative else 'The hours at the top of the page are before that check.'}"
        ]
    told = [f"No staffing that was tried keeps every objective{more(hold=hold)}: see class by class below."]
    if (tried.late.bound > tried.allowed)[tried.reachable].any():
        other = "'Earliest due first'" if order in BY_AGE else "another"
        told.append(f"Another order of work may keep them: try {other} above.")
    return [*told, "What is shown was not found to hold."]


def failing(classes: pl.DataFrame) -> str:
    """Which classes a tried plan does not keep, and which none could.

    Args:
        classes: as `planned_frames.by_class` gives them.
    """
    judged = classes.drop_nulls("objective")
    missed, beyond = (judged.filter(pl.col("verdict") == name) for name in (MISSED, BEYOND))
    told = []
    if missed.height:
        told.append(f"Not kept: {_missed(missed)}.")
    if beyond.height:
        told.append(
            f"No staffing keeps {_named(beyond, 'most')}: not even twice the people would keep more, so the plan is "
            "held to the objective's share of that."
        )
    kept = judged.height - missed.height - beyond.height
    if not told:
        return f"The objective of every class is kept, {fmt.plural(kept, 'class', 'classes')} in all."
    return " ".join([f"{kept} of {fmt.plural(judged.height, 'class', 'classes')} kept.", *told])


def _missed(rows: pl.DataFrame) -> str:
    shown = []
    for row in rows.head(MOST_NAMED).iter_rows(named=True):
        goal = fmt.goal(row["objective"])
        how = f"but not surely {goal}" if row["kept"] >= row["objective"] else f"of {goal}"
        shown.append(f"{row['klass']} ({fmt.percent(row['kept'])}, {how})")
    more = rows.height - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _named(rows: pl.DataFrame, column: str) -> str:
    shown = [
        f"{row['klass']} ({fmt.percent(row[column])} of {fmt.goal(row['objective'])})"
        for row in rows.head(MOST_NAMED).iter_rows(named=True)
    ]
    more = rows.height - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def flat(found: Flat, plan: Plan) -> str:
    """Whether the same number of people all week does as well."""
    own = f"this plan ({hours(plan.hours)} h)"
    if found.level is None and not plan.accepted:
        return "Nor does the same number of people all week, up to as many as this plan has at its peak."
    if found.level is None:
        return (
            "The same number of people all week, as many as the plan has at its peak, would not keep the objectives: "
            "the peaks need people of their own."
        )
    whole = f"The same {people(found.level)} all week ({hours(found.hours)} h)"
    if not plan.accepted:
        return f"{whole} keep every objective, where no plan by the hour was found to."
    if found.hours < plan.hours:
        fewer = f"{hours(plan.hours - found.hours)} h fewer than {own}"
        return f"{whole} keep every objective, {fewer}: a team this small is better staffed evenly."
    if found.absorbs:
        return (
            f"{whole} do as well as {own}: the targets are long enough to absorb the peaks. Objectives are judged over "
            "the week: in its fullest hours more may be late."
        )
    more = found.hours - plan.hours
    return (
        f"The same number of people all week would have to be {found.level}: {hours(found.hours)} h, "
        f"{hours(more)} h or {fmt.percent(more / plan.hours, 0)} more than {own}."
    )


def small(case: Case, plan: Planned, *, hold: bool) -> list[str]:
    """What a small team must know: the share of time planned for, and what a single absence does."""
    chosen = plan.sized(hold=hold)
    opened = float(case.week.open.sum())
    mean = chosen.hours / opened
    if mean > FULL_TEAM or not chosen.hours:
        return []
    most = case.said.occupancy or OCCUPANCY
    share = occupied(case.demand.total / case.efficiency / most / opened, most)
    why = "as work comes unevenly and few people cannot even it out"
    planned = f"at most {fmt.percent(share, 0)} of their working time is planned for (maximum occupancy)"
    told = [f"A small team, {mean:.1f} on duty on average: {planned}, {why}."]
    length, touches = alone(case, chosen.level)
    if length:
        told.append(
            f"In {hours(length)} of {hours(opened)} open hours one person is planned to be alone: when that person is "
            f"away, nobody works, and about {fmt.number(round(8 * touches / length, 1))} touches that come in eight "
            "such hours wait for the next who is in. Plan cover for leave and illness by name."
        )
    return told


def changes(moves: pl.DataFrame) -> str:
    """Where to add people first, and where they could come from.

    Args:
        moves: as `planned_frames.moves` gives them.
    """
    added, spared = moves.filter(pl.col("hours") > 0), moves.filter(pl.col("hours") < 0).sort("hours", "when")
    told = [f"Add {_runs(added)}" if added.height else "No hour needs more people than are rostered"]
    if spared.height:
        told.append(f"There is room to spare: {_runs(spared)}")
    return ". ".join(told) + "."


def _runs(moves: pl.DataFrame) -> str:
    shown = [f"{hours(abs(row['hours']))} h {row['when']}" for row in moves.head(MOST_NAMED).iter_rows(named=True)]
    rest = float(moves["hours"].slice(MOST_NAMED).abs().sum())
    return ", ".join(shown) + (f" and {hours(rest)} h elsewhere" if rest else "")


_HOURS = (
    "The least scheduled hours a week with which every class of promises keeps its objective, time lost to shrinkage "
    "included, in the open hours of the week."
)
_PEAK = "The most people at once, in whole agents."
_FULL_TIME = (
    "Required hours over the contract hours of one person. Shrinkage is in the hours; where the roster is net of "
    "planned leave, people on leave come on top."
)
