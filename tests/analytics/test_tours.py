"""Do the weeks a person may work keep the terms, and what do they cost?"""

from itertools import pairwise
from random import Random

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.errors import StaffingError
from analytics.staffing.axis import Week
from analytics.staffing.terms import Break, Contract, Terms
from analytics.staffing.tours import Tours, tours
from tests.analytics.weeks import ALWAYS, EVENINGS, OFFICE, stretches, week_of


def minutes_worked(found: Tours, tour: int) -> npt.NDArray[np.float64]:
    """The tour's minutes at work in each of the 168 hours, counted one by one."""
    worked, terms = np.zeros(168), found.terms
    for day, start, length, way in found.shifts[tour]:
        away = {minute for begin, end in terms.pauses(length, way) for minute in range(begin, end)}
        unpaid = sum(each.minutes for each in terms.breaks if length > each.over and not each.paid)
        for minute in range(round(length * 60) + unpaid):
            if minute not in away:
                worked[((day - 1) * 1440 + start + minute) // 60 % 168] += 1
    return worked


@st.composite
def some_terms(draw: st.DrawFn) -> Terms:
    full = Contract("Full time", 40.0, days=draw(st.sampled_from([(5,), (4, 5), (4,)])))
    part = Contract("Part time", 20.0, days=draw(st.sampled_from([(3,), (5,), (3, 4)])))
    pauses = st.sampled_from([(), (Break(),), (Break(paid=True), Break(15, 8.0, 6.0, 7.0))])
    return Terms(
        contracts=draw(st.sampled_from([(full,), (full, part)])),
        lengths=(4.0, 8.0, 10.0),
        every=draw(st.sampled_from([120, 240])),
        first_start=draw(st.sampled_from([0.0, 6.0])),
        breaks=draw(pauses),
        daily_rest=draw(st.sampled_from([10.0, 11.0, 12.0])),
        weekly_rest=draw(st.sampled_from([24.0, 36.0, 48.0])),
        weekends=draw(st.sampled_from([1, 2, 3])),
        together=draw(st.booleans()),
    )


@settings(max_examples=15, deadline=None)
@given(some_terms(), st.sampled_from([OFFICE, ALWAYS, EVENINGS]), st.randoms(use_true_random=False))
def test_every_tour_keeps_the_terms(terms: Terms, week: Week, chance: Random) -> None:
    try:
        found = tours(week, terms)
    except StaffingError:
        assert week is not ALWAYS
        return
    opened = set(zip(week.weekday.tolist(), week.hour.tolist(), strict=True))
    at = (week.weekday - 1) * 24 + week.hour
    for tour in range(len(found)):
        shifts, held = found.shifts[tour], stretches(found, tour)
        contract = terms.contracts[found.contract[tour]]
        assert sum(length for _, _, length, _ in shifts) == contract.hours == found.paid[tour]
        assert len({day for day, *_ in shifts}) == len(shifts) in contract.days
        gaps = [after - end for (_, end), (after, _) in pairwise(held)]
        assert min(gaps, default=99) >= terms.daily_rest
        for begin, end in held:
            for instant in (begin, end - 1 / 60):
                assert (int(instant // 24) % 7 + 1, int(instant % 24)) in opened
        follows = held[0][0] + 168 - held[-1][1]
        if terms.weekends == 1 or not any(day >= 6 for day, *_ in shifts):
            assert follows >= terms.daily_rest
            assert max([*gaps, follows]) >= terms.weekly_rest
    for tour in chance.sample(range(len(found)), min(3, len(found))):
        np.testing.assert_allclose(found.hours[:, tour] * 60, minutes_worked(found, tour)[at], atol=1e-9)


def test_what_an_hour_costs() -> None:
    night = Terms(
        (Contract("Night", 8.0, (1,), cost=30.0),), first_start=22.0, last_start=22.0, weekends=1,
        breaks=(Break(60, 6.0, 4.0, 4.0),), evening=0.2, saturday=0.5, sunday=1.0,
    )  # fmt: skip
    offered = tours(ALWAYS, night)
    cost = {shifts[0][0]: float(paid) for shifts, paid in zip(offered.shifts, offered.cost, strict=True)}
    assert cost[1] == pytest.approx(30 * (7 * 1.2 + 1))  # 22–02 and 03–07; from 06 on no supplement
    assert cost[5] == pytest.approx(30 * (2 * 1.2 + 6 * 1.5))  # into Saturday
    assert cost[7] == pytest.approx(30 * (2 * 2.0 + 5 * 1.2 + 1))  # Sunday, then Monday's small hours


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        (
            {"lengths": (14.0,)},
            "leaves 9.5 hours until the same start on the next day. Expected at least 11 hours of rest",
        ),
        ({"lengths": ()}, "No length of shift is allowed"),
        ({"lengths": (7.0,)}, "'Full time' is 40 hours on 5 days, and shifts are 7 hours long"),
        ({"contracts": ()}, "as there are none"),
        ({"contracts": (Contract(), Contract())}, "each with a name of its own"),
        ({"contracts": (Contract(days=(7,)),)}, "one day a week is free"),
        ({"contracts": (Contract(people=-1),)}, "At most -1 people"),
        ({"contracts": (Contract(share=1.5),)}, "The share of people with 'Full time' is 1.5"),
        ({"breaks": (Break(), Break())}, "breaks of a shift of 8 hours overlap"),
        ({"breaks": (Break(earliest=8.0, latest=9.0),)}, "or one reaches its end"),
        ({"breaks": (Break(earliest=5.0, latest=4.0),)}, "not after the latest"),
        ({"weekly_rest": float("nan")}, "The weekly rest in hours is nan"),
        ({"weekends": 0}, "Which weekend is worked"),
        ({"cost": 0.0}, "The cost of an hour is 0"),
    ],
)
def test_nonsense_is_refused(terms: dict[str, object], message: str) -> None:
    with pytest.raises(StaffingError, match=message):
        Terms(**terms)  # type: ignore[arg-type]


def test_what_leaves_nobody_to_work_is_refused() -> None:
    with pytest.raises(StaffingError, match="No week of work fits these opening hours: shifts take 8.5 hours"):
        tours(week_of(dict.fromkeys(range(1, 6), (9, 13))), Terms())
    with pytest.raises(StaffingError, match="leaves 11 hours between shifts and 90 hours in a week"):
        tours(ALWAYS, Terms(weekly_rest=90.0, weekends=1))
    with pytest.raises(StaffingError, match="more than 20,000 different weeks"):
        tours(ALWAYS, Terms((Contract("Part time", 20.0, (3, 4, 5)),), (4.0, 5.0, 8.0), every=15, together=False))
    late_then_early = week_of({4: (14, 24), 5: (6, 15)})
    two_days = (Contract("Two days", 16.0, (2,)),)
    with pytest.raises(StaffingError, match="No week of work leaves 11 hours between shifts"):
        tours(late_then_early, Terms(two_days))
    assert len(tours(late_then_early, Terms(two_days, daily_rest=8.0))) > 0
