"""Other projects' cases of opening hours and days: what they ask, and where we answer otherwise on purpose."""

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import numpy as np
import polars as pl
import pytest

from analytics.days import DayMeans, add_days
from analytics.schedule import Boundary, Schedule, deadline, elapsed, is_open
from analytics.timezones import local, localise
from tests.analytics.vectors import Answer, Case, Frozen, Keys, hold, instants, moment, schedule

BOUNDARIES: dict[str, Boundary] = {name: name for name in get_args(Boundary)}
MEANINGS: dict[str, DayMeans] = {name: name for name in get_args(DayMeans)}

SUITES = {
    "zendesk_biz": Frozen(62, 21, {"boundary": "next_opening"}, frozenset({"zendesk_biz-067"})),
    "oracle_biz_dst": Frozen(130, 0),
    "businesstimedelta_py": Frozen(18, 12),
    "working_hours_gem": Frozen(
        89,
        30,
        {"day_means": "keep_time_of_day"},
        frozenset(f"working_hours_gem-{number}" for number in (103, 106, 107, 108, 110, 111, 113)),
        {
            "working_hours_gem-087": (0, "no time is negative: an end before its start is rejected at import"),
            "working_hours_gem-095": (90_000, "real seconds count over a clock change, not hours on the wall"),
            "working_hours_gem-114": (moment("2014-04-08T00:00:00Z"), "a target of 0 days cannot be written"),
        },
    ),
}


def opened(case: Case, _: Keys) -> tuple[object, object]:
    return ask(is_open(pl.col("at"), schedule(case)), moment(case["at"])), case["expect"]["open"]


def spent(case: Case, _: Keys) -> tuple[object, object]:
    asked = elapsed(pl.col("at"), pl.lit(moment(case["end"])), schedule(case))
    return ask(asked, moment(case["start"])), case["expect"]["elapsed_s"]


def due(case: Case, keys: Keys) -> tuple[object, object]:
    asked = deadline(pl.col("at"), pl.lit(case["duration_s"]), schedule(case), boundary=BOUNDARIES[keys["boundary"]])
    return ask(asked, moment(case["start"])), moment(case["expect"]["at"])


def next_opening(case: Case, keys: Keys) -> tuple[object, object]:
    """A target of nothing is due where the desk is next open."""
    return due({**case, "start": case["at"], "duration_s": 0}, keys)


def next_closing(case: Case, _: Keys) -> tuple[object, object]:
    return periods(schedule(case), moment(case["at"]), 1)[0][1], moment(case["expect"]["at"])


def periods_after(case: Case, _: Keys) -> tuple[object, object]:
    theirs = [(moment(start), moment(end)) for start, end in case["expect"]["periods"]]
    return periods(schedule(case), moment(case["start"]), case["count"]), theirs


def in_holiday(case: Case, _: Keys) -> tuple[object, object]:
    hours = schedule(case)
    shown = ask(local(pl.col("at"), pl.lit(hours.time_zone), [hours.time_zone]), moment(case["at"]))
    return shown.date() in hours.holidays, case["expect"]["in_holiday"]


def in_break(case: Case, _: Keys) -> tuple[object, object]:
    """Open but for the breaks."""
    desks = [schedule({**case, "breaks": []}), schedule(case)]
    found = [ask(is_open(pl.col("at"), desk), moment(case["at"])) for desk in desks]
    return found == [True, False], case["expect"]["in_break"]


def local_to_instant(case: Case, _: Keys) -> tuple[object, object]:
    day, clock = case["local"].split("T")
    hours, minutes, seconds = map(int, clock.split(":"))
    wall = datetime.fromisoformat(day) + timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return localise(pl.Series([wall]), case["time_zone"])[0].item(), moment(case["expect"]["at"])


def days_on(case: Case, keys: Keys) -> tuple[object, object]:
    days = pl.Series([case["days"]])
    found = add_days(instants(moment(case["start"])), days, schedule(case), MEANINGS[keys["day_means"]])
    return found.item(), moment(case["expect"]["at"])


ANSWERS: dict[str, Answer] = {
    "is_open": opened,
    "elapsed": spent,
    "deadline": due,
    "next_open": next_opening,
    "next_close": next_closing,
    "periods_after": periods_after,
    "in_holiday": in_holiday,
    "in_break": in_break,
    "local_to_instant": local_to_instant,
    "add_days": days_on,
}


def ask(question: pl.Expr, at: datetime) -> Any:
    return instants(at).to_frame().select(question).item()


def periods(hours: Schedule, start: datetime, count: int) -> list[tuple[datetime, datetime]]:
    """The next openings, the first one from `start` on where that lies in it."""
    opens, closes = hours.intervals()
    first = int(np.searchsorted(closes, start.timestamp(), side="right"))
    found = [
        [datetime.fromtimestamp(edge, UTC) for edge in edges[first : first + count].tolist()]
        for edges in (opens, closes)
    ]
    return [(max(start, opening), closing) for opening, closing in zip(*found, strict=True)]


@pytest.mark.parametrize("suite", SUITES)
def test_the_suite_is_answered_but_for_the_frozen_differences(suite: str, capsys: pytest.CaptureFixture[str]) -> None:
    hold(suite, ANSWERS, SUITES[suite], capsys)
