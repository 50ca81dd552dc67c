"""What replays say, in sentences and rows: how near they come, what each remedy avoids, what a leave costs."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import polars as pl

from analytics.dimensions import WEEKDAYS
from analytics.staffing.assumptions import Assumptions, Order
from analytics.staffing.case import Case
from analytics.staffing.crew import Block
from analytics.staffing.leave import AFTER, Answer, Stretch
from analytics.staffing.options import Now, Remedy, Weighed, table
from pages.ui import format as fmt
from pages.ui.staffing_inputs_words import ORDERS

FAR = 0.25
"""Below this likeness a replay is told to be far from what was."""
TWICE = 2
"""As is one that breaks so many times more or fewer promises."""
DRAWS = "Mean of three draws of how long each touch takes"


def cannot(case: Case) -> list[str]:
    """Why nothing can be replayed, and what to give; nothing where it can."""
    if not case.relative and case.duty is not None:
        return []
    missing = [
        *(["how long work takes"] if case.relative else []),
        *(["who was there"] if case.duty is None else []),
    ]
    give = [*(["a handle time"] if case.relative else []), *(["a roster"] if case.duty is None else [])]
    why = (
        f"Remedies are weighed by replaying the period under each. That takes {' and '.join(missing)}, which is not "
        f"known here. Give {' and '.join(give)} under Roster and handle time."
    )
    instead = (
        "What can be told without: under Gaps, which broken promises no order of work could have kept, and in which "
        "hours capacity lacks most."
    )
    return [why, instead]


def near(now: Now, said: Assumptions, order: Order | None = None) -> list[str]:
    """How near the replay comes to what was, so that the reader knows what the rest is worth.

    Args:
        now: the replay.
        said: what the planner said.
        order: of work the history looks most like; None: not told.
    """
    like = now.like
    replayed, real, due = (fmt.number(round(each)) for each in (now.late, now.real, now.due))
    how = f"Replayed with the roster of each day, {_order(said.order)}"
    told = [f"{how}, {replayed} promises break; in truth {real} of {due} did."]
    if now.apart:
        told.append(
            f"{fmt.number(now.apart)} of those had been set aside by their own team: why it lay no roster tells, "
            "so every replay leaves it as it was."
        )
    if like.real:
        others = f"the other {fmt.number(like.real)}" if now.apart else f"the {fmt.number(like.real)}"
        told.append(
            f"Against {others}, {fmt.number(round(like.late))} break in the replay, "
            f"{fmt.number(round(like.both))} of them the same."
        )
    if far(now):
        told.append(
            "That is not near. Take what follows as a direction: work may be set aside or wait elsewhere without a "
            "trace, be done in another order, or take another time than is known."
        )
    if order:
        told.append(_looks(order, said.order))
    return told


def far(now: Now) -> bool:
    """Whether a replay is so far from what was that its counts are a direction only."""
    like = now.like
    apart = like.late > TWICE * like.real or like.real > TWICE * like.late
    return bool(like.real or like.late) and (apart or like.share < FAR)


def _looks(order: Order, said: Order) -> str:
    most = f"Of the four orders of work, “{ORDERS[order].lower()}” comes nearest to what was"
    if order == said:
        return f"{most}."
    return (
        f"{most}, rather than “{ORDERS[said].lower()}”, which is taken for now. "
        "Change it under Roster and handle time if that is how work is done."
    )


def _order(order: Order) -> str:
    return f"work done {_small(ORDERS[order])}"


def people(block: Block) -> str:
    """A block in words, as "2 more agents Mon 07–11"."""
    return f"{fmt.plural(abs(block.heads), 'more agent')} {block}"


def name(remedy: Remedy, said: Assumptions | None = None) -> str:
    """A remedy in words."""
    if remedy.way == "order":
        again = f" (first again after {remedy.change.age_cap:g} h)" if remedy.change.age_cap else ""
        return f"Order of work: {_small(ORDERS[remedy.change.order])}{again}"
    to = [block for block in remedy.blocks if block.heads > 0]
    if remedy.way == "moved":
        gone = [block for block in remedy.blocks if block.heads < 0]
        return f"Move shifts: {_listed(map(people, to))}, {_listed(map(_fewer, gone))}"
    if remedy.way == "hire":
        share = said.ramp_up if said else None
        less = f", doing {fmt.percent(share, 0)} of a plain agent's work" if share else ""
        return f"Hire one agent full time{less}"
    lead = "Overtime: " if remedy.way == "overtime" else "Cover: "
    return lead + _listed(map(people, to))


def _fewer(block: Block) -> str:
    return f"{abs(block.heads)} fewer {block}"


def _listed(words: Iterable[str]) -> str:
    """As "a, b and c".

    Example:
        >>> _listed(["a", "b", "c"])
        'a, b and c'
    """
    each = list(words)
    return " and ".join([", ".join(each[:-1]), each[-1]]) if len(each) > 1 else "".join(each)


def best(rows: Sequence[Weighed], now: Now, said: Assumptions) -> str:
    """The answer: what avoids most for no hours more, and what most for hours."""
    free = [row for row in rows if row.remedy.paid == 0 and row.least > 0]
    paid = [row for row in rows if row.remedy.paid > 0 and row.least > 0]
    told = []
    if free:
        top = max(free, key=lambda row: row.avoided)
        told.append(f"Without an hour more: “{name(top.remedy, said)}” avoids {_avoids(top, now)}")
    if paid:
        top = max(paid, key=lambda row: row.avoided / row.remedy.paid)
        hours = f"{top.remedy.paid:,.3g} h a week"
        told.append(f"Most for its hours: “{name(top.remedy, said)}” ({hours}) avoids {_avoids(top, now)}")
    if not told:
        return "No remedy tried here surely avoids broken promises: what breaks was set aside, or is chance."
    return ". ".join(told) + "."


def _small(words: str) -> str:
    return words[0].lower() + words[1:]


def _avoids(row: Weighed, now: Now) -> str:
    """As "125 of 385 broken promises (86 to 203)"."""
    return f"{fmt.number(round(row.avoided))} of {fmt.number(round(now.late))} broken promises ({around(row)})"


def around(row: Weighed) -> str:
    """What is avoided with a tenth less or more work, as "86 to 203"."""
    return f"{fmt.number(round(row.least))} to {fmt.number(round(row.most))}"


def short(remedy: Remedy) -> str:
    """A remedy as a label of at most two lines, with a bar between."""
    lead, _, rest = name(remedy).partition(": ")
    rest = rest.split(" (")[0].replace(" agents", "").replace(" agent", "")
    return f"{lead}|{rest}" if rest else lead


def rows(found: Sequence[Weighed], now: Now, said: Assumptions) -> pl.DataFrame:
    """Remedies as they are shown: the columns of `options.table`, `name` and `band`."""
    return table(found, now.late).with_columns(
        name=pl.Series([name(row.remedy, said) for row in found], dtype=pl.String),
        band=pl.Series([around(row) for row in found], dtype=pl.String),
    )


def two(first: Weighed, second: Weighed) -> str:
    """Two blocks side by side in a sentence."""
    words = [
        f"{people(row.remedy.blocks[0])} would have avoided {fmt.number(round(row.avoided))} broken promises"
        for row in (first, second)
    ]
    apart = first.avoided - second.avoided
    clear = first.least > second.most or second.least > first.most
    hours = "" if first.remedy.paid == second.remedy.paid else " They do not take the same hours."
    doubt = "" if clear or round(apart) == 0 else " With a tenth less or more work the two overlap."
    return f"{words[0][0].upper()}{words[0][1:]}, {words[1]}.{doubt}{hours}"


def title(person: str) -> str:
    """The question about a leave."""
    return f"Can {person} be away?"


def leave(answer: Answer, person: str) -> list[str]:
    """The answer to a leave: the verdict first, then why, and what would mend it."""
    if answer.hours == 0:
        return [f"Yes: {person} is not rostered then, so nothing changes."]
    days = "that day" if answer.days == 1 else "these days"
    span = f"{days} and the {AFTER} after"
    extra, whole = answer.extra, round(answer.extra)
    if whole < 1:
        told = [f"Yes: no more broken promises {span}."]
    else:
        lead = [row for row in answer.klasses.iter_rows() if round(row[1]) >= 1][:2]
        which = f", {_listed(f'{fmt.number(round(more))} of them {klass}' for klass, more in lead)}" if lead else ""
        when = f", mostly {hours(answer.worst, answer.first)}" if answer.worst and answer.worst_share >= 0.5 else ""
        told = [
            f"No: about {fmt.number(whole)} more broken {'promise' if whole == 1 else 'promises'} {span}{which}{when}."
        ]
    low, high = (max(0, round(each)) for each in (min(extra, *answer.more), max(extra, *answer.more)))
    share = [1 - late / answer.due if answer.due else None for late in (answer.before, answer.after)]
    told.append(
        f"Kept of {fmt.number(round(answer.due))} promises due: {fmt.percent(share[1])} without {person}, "
        f"{fmt.percent(share[0])} with. With a tenth less or more work {low} to {high} more would break."
    )
    if whole >= 1 and answer.cover and round(answer.mended) >= 1:
        told.append(
            f"Two hours of somebody else {hours(answer.cover, answer.first)} would mend "
            f"{fmt.number(round(answer.mended))} of them."
        )
    elif whole >= 1:
        told.append("No two hours of somebody else would mend it.")
    return told


def hours(stretch: Stretch, first: date) -> str:
    """A stretch of a leave in words, as "Mon 08–11"."""
    day = first + timedelta(days=stretch.day)
    return f"{WEEKDAYS[day.isoweekday() - 1]} {stretch.start:02}–{stretch.end:02}"


def judged(answer: Answer, zone: str) -> str:
    """By which dates a leave was judged."""
    how = f"{DRAWS}; {zone}; {answer.hours:,.3g} rostered hours taken out."
    if not answer.to_come:
        return f"The days themselves, replayed without them. {how}"
    n = len(answer.judged)
    dates = ", ".join(f"{each.day} {each:%b}" for each in answer.judged)
    like = "the same weekday" if answer.days == 1 else "the same weekdays"
    weeks = fmt.plural(n, "earlier week")
    return f"These dates are yet to come: judged by {like} of {weeks} ({dates}), on average. {how}"


def outcome(before: float, after: float, saved: float, broken: float) -> str:
    """What a change would have done, in a sentence or two.

    Args:
        before, after: promises broken.
        saved, broken: of the touches that are in both.

    Example:
        >>> outcome(40, 55, 2, 10)
        '15 more promises would break: 55 instead of 40. 2 saved, 10 newly broken, 7 on work that is added.'
    """
    was, then = round(before), round(after)
    if was == then:
        lead = f"About as many promises would break as now ({fmt.number(was)})"
    else:
        many = f"{fmt.number(abs(was - then))} {'fewer' if then < was else 'more'}"
        lead = f"{many} promises would break: {fmt.number(then)} instead of {fmt.number(was)}"
    rest = round(after - before - broken + saved)
    other = f", {fmt.number(rest)} on work that is added" if rest > 0 else ""
    gone = f", {fmt.number(-rest)} on work that does not come" if rest < 0 else ""
    return f"{lead}. {fmt.number(round(saved))} saved, {fmt.number(round(broken))} newly broken{other}{gone}."


def spoken(found: Sequence[Weighed], said: Assumptions) -> str:
    """The picture of the remedies for the ear."""
    each = [f"{name(row.remedy, said)} {fmt.number(round(row.avoided))}" for row in found]
    return f"bars of broken promises avoided: {'; '.join(each)}"
