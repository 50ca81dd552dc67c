"""How a plan is found, for who wants to know."""

from analytics.staffing.assumptions import Order
from analytics.staffing.case import Case
from analytics.staffing.planned import OCCUPANCY, PART, STEPS, Planned
from analytics.staffing.traces import SURE, WEEKS
from pages.ui import format as fmt
from pages.ui.staffing_inputs_words import ORDERS

METHOD = f"""
**What must fit.** A piece of work can be done from the open hour in which it comes until it is due. D(i, j) is the
mean work a week that comes in hour i or later and is due by hour j. Everything is in time, were work divisible, exactly
if in every such window the people there have room for D(i, j). Windows run over nights and weekends, and over up to six
weeks.

**Room for chance.** Each window is given D + z × its standard deviation: the square root of D × E[S²]/E[S] (work comes
in pieces) + (busyness × D)² / open days in it (days differ) + (5 % × D)² (volume and handle time are never known
exactly).

**Least hours.** Whole agents in each hour, fewest in all, so that each window has its room, after time lost to
shrinkage; where hours are equal, spread evenly (linear programming). The mean over the week stays under the maximum
occupancy, a lower one in small teams.

**Trial.** z is not taken from a table. {WEEKS}-week traces are made up with the same means, the same busyness of days
and the same spread of work, none of them the history itself; every plan meets the same ones. z is bisected until the
least plan is found with which the late share of every class, plus {SURE:g} standard errors, is within its objective.
Where a class stays late with about twice the people, the plan is asked for the objective's share of what can be kept.
Where no z is enough, or one above 2.5 is asked for, plans with z = 1.8 and more people at every hour are tried, too.

**The band.** The same search is made for 10 % less and 10 % more work: a tenth more volume and a tenth more handle
time are the same load. The work itself is taken {SURE:g} standard errors above its mean, as few weeks do not tell it
exactly.

**Not told.** Skills, tickets that wait for one person, work that comes back, and people who work slower when nothing
waits are not in it.
"""

_RELATIVE = (
    "How long a touch takes is not known. Capacity is split into servers of equal speed, about "
    f"{STEPS:g} on average where targets allow, none of them taking longer for a touch than {fmt.percent(PART, 0)} of "
    "a short target: how many people there are, and how long each takes, changes the split and next to nothing of the "
    "multiples. What is done now while work is waiting is kept, and the plan adds to it."
)


def found(case: Case, plan: Planned, order: Order, seconds: float | None, *, hold: bool) -> list[str]:
    """The numbers of this plan's own search."""
    chosen = plan.sized(hold=hold)
    demand = case.demand
    number, pieces = fmt.number(round(float(demand.count.sum()))), f"{demand.second:.2f} {case.unit}"
    chance = f"z = {chosen.required.z:.2f}, busyness of days {fmt.percent(demand.busyness)}, E[S²]/E[S] = {pieces}"
    worked, most = fmt.percent(case.efficiency), fmt.percent(case.said.occupancy or OCCUPANCY, 0)
    told = [
        f"{chance}, {number} touches a week over {fmt.plural(demand.weeks, 'whole week')}.",
        f"Of scheduled time {worked} is worked on the queue; maximum occupancy {most}. {ORDERS[order]}.",
    ]
    tried = plan.tried(hold=hold)
    if tried is not None:
        touches = fmt.number(int(tried.late.touches.sum()))
        came = "accepted" if tried.accepted else f"none accepted, up to z = {tried.required.z:.1f}"
        told.append(
            f"{fmt.plural(tried.evaluations, 'plan')} tried by then, this one at {fmt.percent(tried.stress, 0)} of the "
            f"expected work on {touches} touches: {came}."
        )
    if seconds is not None:
        told.append(f"Trying them took {fmt.plural(round(seconds, 1), 'second')}.")
    if case.relative:
        told.append(_RELATIVE)
    return told
