"""Real due times of a city, in working days and in calendar days, to within the seconds its clerks took."""

from collections import Counter
from datetime import datetime, timedelta

import polars as pl
import pytest

from analytics.days import DayMeans, add_days
from tests.analytics.vectors import Case, instants, moment, read, schedule

SUITE = "boston311_deadlines"
CITY: DayMeans = "keep_time_of_day"
HOURS = {"cutoff": 17 * 3600, "restart_at": 8 * 3600 + 1800}
MEANINGS: dict[str, DayMeans] = {"deadline_days": CITY, "deadline_calendar_days": "calendar_day"}
"""By operation the `day_means` of the policy file; the first with `cutoff: "17:00"` and `restart_at: "08:30"`."""

BY_KEY = {"cal": 55, "day": 3, "fri": 4, "late": 0, "wkend": 56}
"""By tag, the "_dst" ones among them: how many cases our default, next_business_day, answers otherwise."""


def due(cases: list[Case], means: DayMeans) -> list[datetime]:
    """Our due times on the city's hours; it keeps no holidays."""
    desk = schedule(next(case for case in read(SUITE) if "weekly_hours" in case))
    starts, days = instants(*(moment(case["start"]) for case in cases)), pl.Series([case["days"] for case in cases])
    return add_days(starts, days, desk, means, **(HOURS if means == CITY else {})).to_list()


def off(case: Case, ours: datetime) -> timedelta:
    return abs(ours - moment(case["expect"]["at"]))


def test_every_due_time_of_the_city_is_reached(capsys: pytest.CaptureFixture[str]) -> None:
    cases, missed, by_key = read(SUITE), [], Counter(dict.fromkeys(BY_KEY, 0))
    assert {case["op"] for case in cases} == set(MEANINGS)
    for op, means in MEANINGS.items():
        asked = [case for case in cases if case["op"] == op]
        for case, ours, plain in zip(asked, due(asked, means), due(asked, "next_business_day"), strict=True):
            near = timedelta(seconds=case["tolerance_s"])
            missed += [(case["id"], ours)] if off(case, ours) > near else []
            by_key[case["tags"][1].removesuffix("_dst")] += off(case, plain) > near
    with capsys.disabled():
        print(
            f"\n{SUITE}: {len(cases)} run, 0 not offered, "
            f"{by_key.total()} by key (day_means, cutoff, restart_at), {len(missed)} different"
        )
    assert missed == []
    assert by_key == BY_KEY
    assert len(cases) == 280


@pytest.mark.parametrize(("op", "met", "breached"), [("deadline_days", 188, 24), ("deadline_calendar_days", 29, 13)])
def test_the_verdicts_of_the_city_follow(op: str, met: int, breached: int) -> None:
    told = [case for case in read(SUITE) if case["op"] == op and case["on_time"] in {"ONTIME", "OVERDUE"}]
    told = [case for case in told if isinstance(case["closed"], str)]
    verdicts = [moment(case["closed"]) <= ours for case, ours in zip(told, due(told, MEANINGS[op]), strict=True)]
    assert verdicts == [case["on_time"] == "ONTIME" for case in told]
    assert (verdicts.count(True), verdicts.count(False)) == (met, breached)
