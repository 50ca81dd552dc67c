"""What the staffing page says first: where people are short, by how many, and why."""

from dataclasses import dataclass, replace

from analytics.staffing.case import FEWEST_WEEKS, Case
from analytics.staffing.plan import Requirement, need, requirement
from analytics.staffing.replay import Flags, truth
from analytics.staffing.shortfall import BAND, WHOLE_WEEKS, Block, Shortfall, margin, shortfall, window, worst
from pages.ui import format as fmt
from pages.ui.staffing_numbers import agents, apart, band, rounded, touches

MUCH = 1.1
"""Times its present capacity from which an hour is said to need more."""
FIRM = 30
"""Touches seen below which nothing is told of an hour, or of a region, before all else."""
_MOSTLY = 2.0
"""Times the work due from which the room for busy weeks is said to be most of what an hour asks for."""
Card = tuple[str, str, str, str]


@dataclass(frozen=True)
class Told:
    """A headline.

    Attributes:
        verdict: the answer in a sentence.
        cards: label, value, note and help of each.
        lines: small print.
    """

    verdict: str
    cards: tuple[Card, ...]
    lines: tuple[str, ...]


def answer(case: Case) -> Told:
    """The headline of a case."""
    if scarce(case):
        return _scarce(case)
    if case.relative:
        return _relative(case)
    return _rostered(case) if case.scheduled is not None else _unrostered(case)


def scarce(case: Case) -> bool:
    """Whether so little work was seen that it tells nothing of a week."""
    return _seen(case) < FIRM


def _seen(case: Case) -> int:
    return round(float(case.demand.count.sum()) * case.demand.weeks)


def needed(case: Case) -> tuple[Requirement, Requirement, Requirement]:
    """The least people for 10 % less work, the work expected, and 10 % more, before plans are tried."""
    found = []
    for times in BAND:
        week = need(case.demand.scaled(volume=times), case.week.open)
        occupancy = case.said.occupancy or 0.95
        found.append(requirement(week, z=margin(case), efficiency=case.efficiency, occupancy=occupancy))
    less, exact, more = found
    return less, exact, more


def _rostered(case: Case) -> Told:
    found = shortfall(case)
    block = worst(case, found)
    less, exact, more = needed(case)
    scheduled = float((case.scheduled * case.week.open).sum())  # type: ignore[operator]
    if block is None:
        verdict = "No hour of the week is short of people for the work that falls due in it."
        lines = [_most_spare(case, found)]
    else:
        where = _where(case, found, block)
        verdict = f"{where}: {fmt.plural(block.short, 'agent')} short ({_spread(block.least, block.most)})."
        lines = [_why(case, found, block)]
    cards = (
        _card_required(less, exact, more),
        ("Scheduled", f"{rounded(scheduled)} h a week", _over(scheduled, exact.hours), _SCHEDULED),
        _card_work(case),
    )
    return Told(verdict, cards, (*lines, *_limits(case)))


def _spread(less: int, more: int) -> str:
    """What 10 % less and 10 % more work make of it, in few words."""
    return f"{less} to {more} at ±10 % work" if less != more else f"{less} at ±10 % work, too"


def _card_required(less: Requirement, exact: Requirement, more: Requirement) -> Card:
    note = f"{rounded(less.hours)}–{rounded(more.hours)} at ±10 % work"
    return ("Required, at least", f"{rounded(exact.hours)} h a week", note, _REQUIRED)


def _over(scheduled: float, required: float) -> str:
    difference = apart(scheduled, required)
    if difference == 0:
        return "as many as required in all"
    return f"{fmt.number(abs(difference))} h {'over' if difference > 0 else 'under'} in all"


def _card_work(case: Case) -> Card:
    count = float(case.demand.count.sum())
    note = f"{touches(count)}, {60 * case.demand.total / count:.0f} min each" if count else "none"
    if case.relative:
        return ("Work", f"{touches(count)} a week", "how long each takes is not known", _WORK)
    return ("Work", f"{rounded(case.demand.total)} h a week", note, _WORK)


def _where(case: Case, found: Shortfall, block: Block) -> str:
    """The hours of a block; "The whole week" where all the work there is makes it full, and so every hour."""
    whole = _window(case, found, block.place) == WHOLE_WEEKS
    return "The whole week" if whole else case.week.label(block.first, block.last)


def _window(case: Case, found: Shortfall, place: int) -> str:
    return window(case, int(found.first[place]), int(found.last[place]))


def _why(case: Case, found: Shortfall, block: Block) -> str:
    place = block.place
    named = _window(case, found, place)
    hours = found.open[place]
    asked = (found.work[place] + found.margin[place]) / hours / case.efficiency
    there = found.room[place] / hours / case.efficiency
    stretch = fmt.plural(round(hours, 1), "open hour")
    if named == WHOLE_WEEKS:
        return (
            f"No rush makes it so, but the work of the whole week: with room for busy weeks it takes {agents(asked)} "
            f"agents at every open hour, and {_there(there)} scheduled on average."
        )
    few = " Little falls due there: most of this is room for busy weeks."
    return (
        f"{rounded(found.work[place])} h of work falls due {named}, with {rounded(found.margin[place])} h of room for "
        f"busy weeks: in {stretch} that takes {agents(asked)} agents, and {_there(there)} scheduled."
        f"{few if found.margin[place] > _MOSTLY * found.work[place] else ''}"
    )


def _there(people: float) -> str:
    told = agents(people)
    return "nobody is" if told == "0" else f"{told} {'is' if told == '1' else 'are'}"


def _most_spare(case: Case, found: Shortfall) -> str:
    place = int(found.lack.argmin())
    spare = int(-found.lack[place])
    if spare < 1:
        return "Nor could any hour spare somebody."
    less, more = (
        -shortfall(case, demand=case.demand.scaled(volume=times)).lack[place] for times in (BAND[0], BAND[-1])
    )
    spread = band(max(0, int(less)), max(0, int(more)))
    return f"{case.week.label(place, place)} could spare most: {fmt.plural(spare, 'agent')} ({spread})."


def _unrostered(case: Case) -> Told:
    less, exact, more = needed(case)
    peak = int(exact.level.max(initial=0))
    place = int(exact.level.argmax())
    where = case.week.label(place, place)
    spread = _spread(int(less.level.max(initial=0)), int(more.level.max(initial=0)))
    hours = f"{rounded(less.hours)} to {rounded(more.hours)} at ±10 % work"
    verdict = (
        f"It takes about {rounded(exact.hours)} h a week ({hours}), "
        f"and {fmt.plural(peak, 'agent')} at the peak, {where} ({spread})."
    )
    highest = f"{band(int(less.level.max(initial=0)), int(more.level.max(initial=0)))}"
    cards = (_card_required(less, exact, more), ("Peak", fmt.plural(peak, "agent"), highest, _PEAK), _card_work(case))
    missing = (
        "Who is scheduled is not known: give a roster to see where people are short, and what another would change."
    )
    return Told(verdict, cards, (missing, *_limits(case)))


def _relative(case: Case) -> Told:
    found = shortfall(case)
    block = fullest(case, found)
    if block is None or block.ratio < MUCH:
        verdict = "No hour of the week needs much more than is done in it when work is waiting."
        card: Card = ("Tightest hours", "none", "against what is done now while work is waiting", _RATIO)
    else:
        where = _where(case, found, block)
        verdict = f"{where} needs {block.ratio:.1f} times its present capacity ({_times(case, block)})."
        card = (where, f"{block.ratio:.1f} times", "what is done now while work is waiting", _RATIO)
    cards = (card, _card_late(case), _card_work(case))
    why = f"How many people that is cannot be told. {' '.join(case.handle.why)}"
    give = "Give a handle time and a roster under 'Roster and handle time' to see people and hours."
    return Told(verdict, cards, (why, give, *_rare(case, found), *_limits(case)))


def _scarce(case: Case) -> Told:
    seen, weeks = fmt.plural(_seen(case), "touch", "touches"), fmt.plural(case.demand.weeks, "whole week")
    verdict = f"Too little work to tell how many people it takes: {seen} in {weeks}."
    remedy = "Choose a longer time, or a queue with more work."
    return Told(verdict, (_card_late(case), _card_work(case)), (remedy, *_limits(case)))


def _card_late(case: Case) -> Card:
    real = truth(case)
    promises, late = int(real.promised.sum()), int(real.late.sum())
    share = late / promises if promises else None
    return ("Done late", fmt.percent(share), f"{fmt.number(late)} of {fmt.plural(promises, 'promise')}", _LATE)


def fullest(case: Case, found: Shortfall) -> Block | None:
    """The block the headline names; None where no hour is short.

    Where only touches are known, hours of which too little was seen name none: see `told_of`.
    """
    return worst(case, replace(found, lack=found.lack * told_of(case, found)) if case.relative else found)


def told_of(case: Case, found: Shortfall) -> Flags:
    """bool[n]: whether the windows of each hour were seen often enough to tell how many times its capacity it needs."""
    firm: Flags = (found.work * case.demand.weeks >= FIRM) & (found.room > 0)
    return firm


def _times(case: Case, block: Block) -> str:
    """The multiple with 10 % less and 10 % more work."""
    less, more = (
        shortfall(case, demand=case.demand.scaled(volume=times)).times[block.place] for times in (BAND[0], BAND[-1])
    )
    return f"{less:.1f} to {more:.1f} at ±10 % work"


def _rare(case: Case, found: Shortfall) -> tuple[str, ...]:
    """Hours that seem full, and are seen too rarely to tell."""
    rare = int(((found.short > 0) & ~told_of(case, found)).sum())
    if not rare:
        return ()
    hours = "1 hour that seems full is" if rare == 1 else f"{rare} hours that seem full are"
    return (f"{hours} left aside: fewer than {FIRM} touches were seen to fall due there, or none to be done.",)


def _limits(case: Case) -> tuple[str, ...]:
    """What so little history cannot tell."""
    weeks = case.demand.weeks
    told = []
    if weeks < FEWEST_WEEKS:
        only = "One week does" if weeks == 1 else f"{weeks} weeks do"
        told.append(f"{only} not show how weeks differ: the room for busy weeks is that of chance alone.")
    if case.demand.left_out:
        out = fmt.plural(case.demand.left_out, "week")
        told.append(f"{out} left out: closed on a usual day, or cut by the dates looked at.")
    return tuple(told)


_REQUIRED = (
    "The least scheduled hours a week with which every stretch of open hours has room for the work that must be done "
    "in it, and for busy weeks, if what is due first is done first. Plan tries such plans on made-up weeks until every "
    "promise keeps its objective, and under other orders of work."
)
_SCHEDULED = "Hours of people rostered for these queues in the hours looked at, a week on average; leave taken out."
_WORK = "What is to be done a week, on average: touches, each a piece of work that somebody did with a ticket."
_PEAK = "The most people at once in the least plan."
_RATIO = "The touches an open hour that fall due there, with room for busy weeks, over those that are done in it now."
_LATE = "Promises whose clock stopped after it was due, of those decided in the dates looked at."
