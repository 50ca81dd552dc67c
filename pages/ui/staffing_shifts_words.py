"""What a shift plan says, in sentences."""

from analytics.staffing.case import Case
from analytics.staffing.shifted import Shifted, by_contract, spare
from pages.ui import format as fmt

METHOD = """
A tour is a week of one person: days, start and breaks, as the terms allow. Every tour is made, and whole numbers of
people on each are chosen at least cost by branch and cut (HiGHS). First the same is solved with people that can be
divided, which says what no plan can cost less than; the gap is what might be saved at most.

*Cover each hour*: at every moment of every hour as many people are at work, breaks taken out, as the plan requires.
*Bound to the work due*: every window of open hours, in the weeks that follow each other too, holds the work that is
released and due inside it, and its margin; windows are added while one is broken. Somebody is there at every moment.
The margin is the one the plan found by simulation. Breaks are in the shifts: leave them out of shrinkage.

Where people take turns at weekends, those of a contract go from tour to tour in rings with one worked weekend, and
those who end late on Sunday begin late enough in the next week. Rests are counted on the wall clock: the night of a
clock change is an hour shorter or longer.
"""


def cannot(case: Case) -> list[str]:
    """Why no shifts can be made, and what to give; nothing where they can."""
    if not case.relative:
        return []
    why = (
        "How long work takes is not known here, so how many people it takes is not either, and no shifts can be made. "
        "Give a handle time under Roster and handle time."
    )
    return [
        why,
        "What can be told without: under Plan, which hours need how many times the present capacity.",
    ]


def people(found: Shifted, *, hold: bool) -> str:
    """How many, with the band."""
    less, exact, more = found.people
    chosen = found.plan.people
    rest = (
        f"{exact} if work is as expected, {less} with 10 % less"
        if hold
        else f"{less} with 10 % less, {more} with 10 % more"
    )
    return f"{fmt.plural(chosen, 'person', 'people')} ({rest})"


def verdict(name: str, found: Shifted, *, hold: bool) -> str:
    """People, contracts and hours against what is required."""
    plan = found.plan
    contracts = by_contract(plan)
    named = [f"{fmt.number(count)} {name}" for name, count in contracts.items() if count]
    kinds = f": {', '.join(named)}" if len(contracts) > 1 else ""
    worked = float(plan.hours.sum())
    held = " and hold with 10 % more work than expected" if hold else ""
    return (
        f"{name}: {people(found, hold=hold)} cover the week{held}{kinds}. They work {worked:,.0f} h on the queue "
        f"where {found.required:,.0f} h are required."
    )


def known(found: Shifted) -> list[str]:
    """How good the plan is known to be, and why it is not what was asked for."""
    plan = found.plan
    if plan.gap <= 0.0005:
        good = "No plan under these terms costs less."
    elif plan.proven:
        good = f"No plan under these terms costs over {fmt.percent(plan.gap)} less."
    else:
        good = f"The time was over before it was proven: another plan may cost up to {fmt.percent(plan.gap)} less."
    return [
        *([plan.note] if plan.note else []),
        good,
        f"{spare(plan):,.0f} h a week are more than the hour requires: shifts are whole, and breaks must be covered.",
    ]
