"""Is a group of queues put together from its work, its hours, its people and what was said of them?"""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from analytics.errors import StaffingError
from analytics.schedule import Schedule
from analytics.staffing import presence
from analytics.staffing.assumptions import Assumptions, read
from analytics.staffing.case import FEW, Case, build, kept_by
from analytics.staffing.work import WORK

OFFICE = Schedule.weekly("office", "UTC", {"mon-fri": ["08:00-12:00"]})
MONDAY, LAST = date(2026, 3, 2), date(2026, 3, 29)
START = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def touches(each_day: int = 8, *, agents: int = 0) -> pl.DataFrame:
    """The same touches on each weekday of four weeks: released at eight, due at ten, a quarter of an hour each."""
    rows = []
    for day in range(28):
        if day % 7 < 5:
            for number in range(each_day):
                begin = START + timedelta(days=day)
                done = begin + (number + 1) * 15 * MINUTE
                rows.append(
                    {
                        "source": "s",
                        "ticket_id": f"{day:02}-{number:02}",
                        "touch": 1,
                        "queue": "desk",
                        "klass": "First response · high",
                        "kind": "first_response",
                        "priority": "high",
                        "rank": 1,
                        "released_at": begin,
                        "due_at": begin + 2 * HOUR,
                        "done_at": done,
                        "agent": f"a{number % agents}" if agents else None,
                        "objective": 0.9,
                        "breached": done > begin + 2 * HOUR,
                        "schedule": "office",
                        "decides": True,
                        "left": False,
                        "stopped_at": done - 6 * MINUTE,
                    }
                )
    return pl.DataFrame(rows, schema_overrides=dict(WORK)).match_to_schema(WORK, missing_columns="insert")


def rostered(people: int, start: int = 8, end: int = 12) -> pl.DataFrame:
    rows = [
        {
            "agent": f"p{person}",
            "queues": ["desk"],
            "date": MONDAY + timedelta(days=day),
            "start_at": START + timedelta(days=day, hours=start - 8),
            "end_at": START + timedelta(days=day, hours=end - 8),
        }
        for person in range(people)
        for day in range(28)
        if day % 7 < 5
    ]
    return pl.DataFrame(rows).sort("agent", "start_at")


def case(items: pl.DataFrame, duty: pl.DataFrame | None, schedule: Schedule = OFFICE, **said: object) -> Case:
    assumptions = Assumptions(**said)  # type: ignore[arg-type]
    return build(items, ["desk"], duty, schedule, MONDAY, LAST, assumptions)


def test_work_people_and_hours_of_a_typical_week() -> None:
    found = case(touches(), rostered(3), handle=(("", 30.0),), planned=0.1, unplanned=0.05)
    assert found.unit == "h"
    assert found.handle.source == "given"
    assert len(found.week) == 20
    assert found.demand.total == pytest.approx(8 * 5 * 0.5)
    assert found.demand.weeks == 4
    assert found.scheduled is not None
    assert found.scheduled.tolist() == [3.0] * 20
    assert found.efficiency == pytest.approx(0.9 * 0.95)
    assert found.capacity is not None
    assert found.capacity.tolist() == pytest.approx([3 * 0.855] * 20)
    assert found.contract == 20.0
    duty, names = found.people
    assert (duty.people, names) == (3, ["p0", "p1", "p2"])


def test_a_roster_net_of_leave_loses_only_what_was_not_planned() -> None:
    found = case(touches(), rostered(3), handle=(("", 30.0),), planned=0.1, unplanned=0.05, net_of_leave=True)
    assert found.efficiency == pytest.approx(0.95)


def test_people_before_opening_add_their_hours_and_rostered_nobody_is_no_roster() -> None:
    early = case(touches(), rostered(2, start=7), handle=(("", 30.0),))
    assert early.week.hour.min() == 7
    none = case(touches(), rostered(2).with_columns(queues=pl.lit(["another"])), handle=(("", 30.0),))
    assert none.scheduled is None
    assert none.capacity is None
    with pytest.raises(StaffingError, match="no roster"):
        none.people  # noqa: B018 - it raises


def test_a_touch_may_end_as_much_later_as_its_reply_comes_before_the_rest() -> None:
    items = touches().with_columns(hours=0.5)
    shifted = kept_by(items)
    assert (shifted["by_at"] - shifted["due_at"]).unique().to_list() == [6 * MINUTE]
    long = kept_by(items.with_columns(stopped_at=pl.col("done_at") - 3 * HOUR))
    assert (long["by_at"] - long["due_at"]).unique().to_list() == [30 * MINUTE]
    apart = kept_by(items.with_columns(stopped_at=pl.col("done_at") - 9 * HOUR))
    assert (apart["by_at"] == apart["due_at"]).all()
    assert kept_by(items.with_columns(due_at=pl.lit(None, pl.Datetime("us", "UTC"))))["by_at"].null_count() == 160


def test_rare_classes_are_judged_together() -> None:
    odd = pl.when(pl.col("ticket_id").str.ends_with("-07")).then(pl.lit("Update · low")).otherwise("klass")
    found = case(touches().with_columns(klass=odd), rostered(3), handle=(("", 30.0),))
    assert found.demand.klasses == (FEW, "First response · high")
    assert found.demand.objective.tolist() == [0.9, 0.9]


def test_without_handle_time_and_people_work_is_counted_in_touches() -> None:
    found = case(touches(), None)
    assert found.relative
    assert found.unit == "touches"
    assert found.demand.total == 40
    assert found.capacity is not None
    assert (found.capacity >= 0).all()
    assert found.capacity.sum() > 0
    assert found.handle.why


def test_a_desk_that_never_closes_is_worked_when_work_is_done() -> None:
    always = Schedule.weekly("always", "UTC", "24x7")
    found = case(touches(), None, always, handle=(("", 30.0),))
    assert sorted(set(found.week.hour.tolist())) == [8, 9, 10]
    people = case(touches(), rostered(2, end=14), always, handle=(("", 30.0),))
    assert sorted(set(people.week.hour.tolist())) == [8, 9, 10, 11, 12, 13]


def test_no_work_is_told() -> None:
    with pytest.raises(StaffingError, match=r"No work came to elsewhere from 2026-03-02 to 2026-03-29\."):
        build(touches(), ["elsewhere"], None, OFFICE, MONDAY, LAST, Assumptions())


def test_one_group_is_made_of_queues_that_share_people() -> None:
    duty = pl.DataFrame({"agent": ["x", "y"], "queues": [["a", "b"], ["b", "c"]]})
    assert presence.groups(["a", "b", "c", "d"], duty) == [("a", "b", "c"), ("d",)]
    whoever = pl.DataFrame({"agent": ["x"], "queues": [None]}, schema_overrides={"queues": pl.List(pl.String)})
    assert presence.groups(["a", "b"], whoever) == [("a", "b")]
    assert presence.groups(["a", "b"], None) == [("a",), ("b",)]


def test_rostered_hours_are_those_of_a_count_by_the_second() -> None:
    random = np.random.default_rng(3)
    start = random.integers(0, 7_000, 12)
    end = start + random.integers(1, 4_000, 12)
    axis = build(touches(), ["desk"], None, OFFICE, MONDAY, LAST, Assumptions(handle=(("", 9.0),))).axis
    base = int(axis.start[0])
    found = presence.rostered(axis, start + base, end + base)
    seconds = np.arange(4 * 3600)
    there = ((seconds[:, None] >= start) & (seconds[:, None] < end)).sum(axis=1).reshape(4, 3600).sum(axis=1) / 3600
    assert found[:4] == pytest.approx(there)
    assert found[4:].sum() == 0


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"planned": 1.2}, r"Planned shrinkage is 1\.2\. Expected a number from 0 to 0\.9\."),
        ({"handle": (("chat", 0.0),)}, "0 minutes for 'chat'. Expected more than 0"),
        ({"order": "random"}, "'random' is no order of work"),
        ({"objective": float("nan")}, "The objective is nan"),
    ],
)
def test_what_cannot_be_is_refused(said: dict[str, object], message: str) -> None:
    with pytest.raises(StaffingError, match=message):
        Assumptions(**said)  # type: ignore[arg-type]


def test_what_was_said_is_kept_and_read_again() -> None:
    said = Assumptions(handle=(("", 12.5), ("chat", 4.0)), unplanned=0.07, cost=41.5, currency="€", order="due")
    assert read(said.text()) == said
    with pytest.raises(StaffingError, match="There is no assumption 'speed'"):
        read('{"speed": 3}')
    with pytest.raises(StaffingError, match="cannot be read"):
        read("{")
    with pytest.raises(StaffingError, match="leave nothing of 20 rostered hours"):
        Assumptions(off_queue=30).present(20)
