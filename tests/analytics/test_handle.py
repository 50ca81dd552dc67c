"""Is the time a touch takes found again in what agents did? On desks whose handle time is planted."""

from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from typing import Any

import numpy as np
import polars as pl
import pytest

from analytics.staffing.assumptions import Assumptions
from analytics.staffing.axis import HOUR, Axis, Week, cut
from analytics.staffing.handle import FEWEST, handle_time, standing_rate, with_hours
from analytics.staffing.handle_gaps import seen
from analytics.staffing.roster import DUTY
from analytics.staffing.work import WORK

NINE = 9 * HOUR
MONDAY = int((datetime(2026, 1, 5, 8) - datetime(1970, 1, 1)).total_seconds())
SAID = Assumptions()
CREW = 6


def desk(weeks: int) -> Axis:
    """Open Mon–Fri 08–17 UTC."""
    days = [MONDAY + 24 * HOUR * (7 * week + day) for week in range(weeks) for day in range(5)]
    return cut(days, [day + NINE for day in days], "UTC")


def items(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Rows of WORK; what is not given is of no interest."""
    plain = {"source": "a", "touch": 1, "queue": "desk", "klass": "Update", "left": False, "rank": 0}
    given = [{**plain, "ticket_id": str(number), **row} for number, row in enumerate(rows)]
    for row in given:
        for name in ("released_at", "done_at"):
            row[name] = None if row[name] is None else instant(row[name])
    return pl.DataFrame(given, schema=WORK)


def instant(second: float) -> datetime:
    return datetime(1970, 1, 1) + timedelta(seconds=second)


def rostered(stretches: list[tuple[str, float, float]]) -> pl.DataFrame:
    rows = [(who, None, instant(start).date(), instant(start), instant(end)) for who, start, end in sorted(stretches)]
    return pl.DataFrame(rows, schema=DUTY, orient="row")


def planted(load: float, seed: int, weeks: int = 20) -> tuple[pl.DataFrame, pl.DataFrame, Axis]:
    """A team that works first come, first served, 10 or 20 minutes a touch by class; a third comes overnight.

    Open time is one line on which the team works without a pause; what is not done at closing goes on in the morning.
    """
    rng = np.random.default_rng(seed)
    axis = desk(weeks)
    opened = 45 * weeks * HOUR
    count = int(load * CREW * opened / (15 * 60))
    klass = rng.random(count) < 0.5
    work = np.where(klass, 1200.0, 600.0) * rng.lognormal(-np.log(2) / 2, np.sqrt(np.log(2)), count)
    night = rng.random(count) < 0.32
    came = np.sort(np.where(night, rng.integers(5 * weeks, size=count) * NINE, rng.random(count) * opened))
    free = [(0.0, agent) for agent in range(CREW)]
    heapify(free)
    rows = []
    for at, takes, slow in zip(came.tolist(), work.tolist(), klass.tolist(), strict=True):
        ready, agent = heappop(free)
        done = max(ready, at) + takes
        heappush(free, (done, agent))
        if done < opened:
            told = {"released_at": clock(at), "done_at": clock(done), "agent": f"agent {agent}"}
            rows.append({**told, "klass": "slow" if slow else "quick"})
    days = np.unique(axis.date).tolist()
    duty = [
        (f"agent {k}", day * 24 * HOUR + 8 * HOUR, day * 24 * HOUR + 17 * HOUR) for day in days for k in range(CREW)
    ]
    return items(rows), rostered(duty), axis


def clock(opened: float) -> int:
    """The UTC second at which the desk has been open for so long."""
    day, within = divmod(opened, NINE)
    week, weekday = divmod(int(day), 5)
    return int(MONDAY + 24 * HOUR * (7 * week + weekday) + within)


@pytest.mark.parametrize("load", [0.93, 0.79, 0.69])
def test_the_planted_time_is_found_in_agents_touches_and_in_throughput(load: float) -> None:
    told, duty, axis = planted(load, seed=4)
    found = handle_time(told, duty, axis, SAID)
    assert (found.source, found.net) == ("agent events", False)
    assert found.mean * 60 == pytest.approx(15, rel=0.03)
    assert found.band[0] < 0.25 < found.band[1]
    assert found.spread == pytest.approx(2 * (10**2 + 20**2) / 2 / 15**2, rel=0.1)
    assert dict(found.by)["quick"] * 60 == pytest.approx(10, rel=0.06)
    assert dict(found.by)["slow"] * 60 == pytest.approx(20, rel=0.06)
    untold = handle_time(told.with_columns(agent=pl.lit(None, pl.String)), duty, axis, SAID)
    assert (untold.source, untold.net) == ("throughput", True)
    assert untold.mean * 60 == pytest.approx(15, rel=0.03)


def test_idle_time_is_not_taken_for_work() -> None:
    """What makes the method needed: at a load of 0.69 the plain time between an agent's touches is far too long."""
    told, duty, axis = planted(0.69, seed=4)
    hours = seen(told, duty, axis).gaps["hours"]
    assert hours.to_numpy().mean() * 60 > 18


def test_without_a_roster_agents_seen_through_the_day_tell_it_too() -> None:
    told, _, axis = planted(0.93, seed=5)
    found = handle_time(told, None, axis, SAID)
    assert found.source == "agent events"
    assert found.mean * 60 == pytest.approx(15, rel=0.05)
    assert "Without a roster, breaks cannot be told from work." in found.why


def test_absence_is_no_work_and_a_piece_goes_on_over_lunch_and_night() -> None:
    """Ann rests 12–13, is ill on Tuesday, and ends one piece 20 minutes after hours: 1, 2, 3.33 and 1.5 h of work."""
    day = 24 * HOUR
    ends = [9, 10, 13, 17 + 1 / 3, 2 * 24 + 9.5]
    told = items(
        [{"released_at": MONDAY - HOUR, "done_at": MONDAY + (each - 8) * HOUR, "agent": "ann"} for each in ends]
    )
    work = [
        ("ann", MONDAY + n * day + a * HOUR, MONDAY + n * day + b * HOUR)
        for n in (0, 1, 2)
        for a, b in ((0, 4), (5, 9))
    ]
    gaps = seen(told, rostered(work), desk(1)).gaps
    assert gaps["hours"].round(6).to_list() == [1.0, 2.0, round(4 + 1 / 3, 6)]
    assert gaps["waiting"].to_list() == [4, 3, 2]


def test_what_is_moved_in_bulk_tells_no_time() -> None:
    told, duty, axis = planted(0.93, seed=6, weeks=6)
    at = clock(40 * HOUR)
    bulk = items(
        [{"ticket_id": f"b{k}", "released_at": at - 9 * HOUR, "done_at": at, "agent": "agent 1"} for k in range(300)]
    )
    found = handle_time(pl.concat([told, bulk]), duty, axis, SAID)
    assert found.why[1] == "300 touches were made in bulk, many tickets in one instant: they are left out."
    assert found.mean * 60 == pytest.approx(15, rel=0.05)


def test_work_left_lying_does_not_make_a_queue() -> None:
    """Of an idle desk, a hundred tickets its agents keep for later hide nothing: no time is told."""
    told, duty, axis = planted(0.3, seed=7, weeks=4)
    told = told.filter(~pl.col("released_at").dt.hour().is_in([8, 9]))
    kept = items([{"ticket_id": f"k{k}", "released_at": MONDAY, "done_at": None, "left": True} for k in range(100)])
    found = handle_time(pl.concat([told, kept]), duty, axis, SAID)
    assert found.source == "relative"
    assert f"at least {FEWEST} are needed" in found.why[1]
    assert "20 hours with 200 are needed" in found.why[2]
    assert with_hours(told, found)["hours"].unique().to_list() == [1.0]


def test_nothing_told_gives_touches_as_the_unit_and_says_why() -> None:
    told, _, axis = planted(0.5, seed=8, weeks=1)
    untold = handle_time(told.with_columns(agent=pl.lit(None, pl.String)), None, axis, SAID)
    assert untold.why == (
        "How long a touch takes was not said.",
        "Who did what is not told, so that one agent's touches cannot be followed.",
        "There is no roster, so that touches cannot be set against hours worked.",
        "So work and capacity are counted in touches, and compared with what is done now.",
    )
    empty = handle_time(told.clear(), None, axis, SAID)
    assert (empty.source, empty.n, empty.by) == ("relative", 0, (("", 1.0),))
    rare = told.filter(pl.int_range(pl.len()) % 9 == 0)
    assert "they are seen" in handle_time(rare, None, axis, SAID).why[1]


def test_one_agent_alone_is_enough() -> None:
    ends = range(MONDAY + 600, MONDAY + NINE + 1, 600)
    rows = [
        {"released_at": MONDAY, "done_at": week * 7 * 24 * HOUR + at, "agent": "ann"}
        for week in range(8)
        for at in ends
    ]
    work = [("ann", MONDAY + week * 7 * 24 * HOUR, MONDAY + week * 7 * 24 * HOUR + NINE) for week in range(8)]
    found = handle_time(items(rows), rostered(work), desk(8), SAID)
    assert (found.source, round(found.mean * 60, 1)) == ("agent events", 10.0)
    assert found.band == pytest.approx((0.15, 11 / 60))


def test_what_the_planner_says_comes_first_by_class_then_queue() -> None:
    told, duty, axis = planted(0.9, seed=9, weeks=1)
    found = handle_time(told, duty, axis, Assumptions(handle=(("quick", 6.0), ("desk", 30.0))))
    hours = with_hours(told, found)
    assert hours.group_by("klass").agg(pl.col("hours").unique()).sort("klass").rows() == [
        ("quick", [0.1]),
        ("slow", [0.5]),
    ]
    assert (found.source, found.n, found.why) == ("given", 0, ())
    some = handle_time(told, duty, axis, Assumptions(handle=(("quick", 6.0),)))
    slow = told.filter(pl.col("klass") == "slow").height
    assert some.why == (f"Nothing was said of slow: {slow} touches take the mean of the others.",)
    assert with_hours(told, some)["hours"].round(9).unique().to_list() == [0.1]


def test_tickets_solved_an_hour_and_conversations_at_once_give_time_for_a_touch() -> None:
    rows = [{"ticket_id": "1", "touch": n, "released_at": 0, "done_at": n, "channel": "chat"} for n in (1, 2, 3)]
    told = items([*rows, {"ticket_id": "2", "released_at": 0, "done_at": 9, "channel": "email"}])
    said = Assumptions(solved_an_hour=2.0, concurrency=(("chat", 3.0),))
    found = handle_time(told, None, desk(1), said)
    assert with_hours(told, found)["hours"].to_list() == pytest.approx([1 / 12, 1 / 12, 1 / 12, 1 / 4])
    assert found.mean == pytest.approx(1 / 8)
    assert found.why == ("A ticket takes 2.0 touches, and a touch that part of the hours a ticket takes.",)


def test_the_rate_while_work_waits_is_told_by_place() -> None:
    """Mondays 08–10 twenty touches an hour with plenty waiting; the rest of the week nothing ever waits."""
    rows = []
    for week in range(4):
        start = MONDAY + week * 7 * 24 * HOUR
        rows += [{"released_at": start - HOUR, "done_at": start + 180 * n + 90} for n in range(40)]
        rows += [{"released_at": start - HOUR, "done_at": start + 3 * HOUR - 60 + n} for n in range(60)]
        rows += [{"released_at": start + 25 * HOUR, "done_at": start + 25 * HOUR + 60 * n} for n in range(10)]
    axis = desk(4)
    week = Week.of(axis)
    found = standing_rate(items(rows), axis, week)
    assert found.rate[:2].tolist() == [20.0, 20.0]
    assert found.seen[:3].tolist() == [4, 4, 0]
    assert set(found.rate[3:].tolist()) == {20.0}
    assert found.why[0].startswith("In 43 of 45 hours of the week work was waiting fewer than 3 times")
    quiet = standing_rate(items([{"released_at": MONDAY + 1, "done_at": MONDAY + 60}]), axis, week)
    assert "never waiting" in quiet.why[0]
    assert quiet.rate.tolist() == pytest.approx([1 / 180] * 45)
