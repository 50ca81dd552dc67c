"""What is one piece of work, when could it be begun, and which promise does it stand under? Worked by hand."""

from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from analytics.clocks import judge
from analytics.policy import PolicyFile, parse
from analytics.staffing.work import WORK, paused_in, work
from tests.analytics.histories import AS_OF as END
from tests.analytics.histories import Desk, promised
from tests.analytics.tickets import AS_OF, CREATED, Event, events, policy, tickets, utc

TEN, ELEVEN, NOON, ONE, TWO = (f"2026-07-06T{hour}:00" for hour in (10, 11, 12, 13, 14))
PAUSED = ("pending", "on_hold")


def done(
    *happened: Event, file: PolicyFile | None = None, others: pl.DataFrame | None = None, **row: Any
) -> pl.DataFrame:
    """The pieces of work on ticket 1; `others` are events of ticket 2."""
    rows = tickets({"agent": "ann", **row}, {"agent": "ann"})
    told = events(*happened) if others is None else pl.concat([events(*happened), others])
    clocks = judge(rows, told, file or policy(), AS_OF).clocks
    return work(rows, told, clocks, paused=PAUSED).filter(pl.col("ticket_id") == "1")


def ends(found: pl.DataFrame) -> list[Any]:
    return found["done_at"].to_list()


@pytest.mark.parametrize(
    ("happened", "expected"),
    [
        ([(TEN, "reply"), (ELEVEN, "status", "resolved", "open")], [ELEVEN]),
        ([(TEN, "reply"), (TEN, "status", "pending", "open"), (ONE, "status", "resolved", "pending")], [TEN, ONE]),
        ([(TEN, "reply"), (ELEVEN, "reply"), (NOON, "status", "resolved", "open")], [TEN, NOON]),
        ([(TEN, "reply"), (ELEVEN, "message"), (NOON, "status", "resolved", "open")], [TEN, NOON]),
        ([(TEN, "reply"), (ELEVEN, "agent", "bob", "ann"), (NOON, "status", "resolved", "open")], [TEN, NOON]),
        ([(TEN, "status", "resolved", "open"), (ELEVEN, "status", "closed", "resolved")], [TEN]),
        ([(TEN, "agent", "bob", "ann"), (ELEVEN, "cancel", "merged")], [ELEVEN]),
        ([(CREATED, "priority", "high", "low"), (TEN, "status", "resolved", "open")], [TEN]),
        ([(CREATED, "reply"), (CREATED, "status", "resolved", "open")], [CREATED]),
        ([(TEN, "status", "resolved", "open"), (ELEVEN, "message"), (ELEVEN, "status", "open", "resolved"),
          (NOON, "status", "resolved", "open")], [TEN, NOON]),
    ],
)  # fmt: skip
def test_what_one_agent_does_at_one_go_is_one_touch(happened: list[Event], expected: list[str]) -> None:
    found = done(*happened)
    assert ends(found) == [utc(each) for each in expected]
    assert found["touch"].to_list() == list(range(1, len(expected) + 1))


def test_what_the_agent_does_with_another_ticket_in_between_ends_a_touch() -> None:
    happened = ((TEN, "reply"), (NOON, "status", "resolved", "open"))
    assert ends(done(*happened)) == [utc(NOON)]
    assert ends(done(*happened, others=events((ELEVEN, "reply"), ticket="2"))) == [utc(TEN), utc(NOON)]


def test_where_nobody_tells_who_a_reply_and_what_follows_within_the_hour_are_one() -> None:
    assert ends(done((TEN, "reply"), (ELEVEN, "status", "resolved", "open"), agent=None)) == [utc(ELEVEN)]
    assert len(done((TEN, "reply"), ("2026-07-06T11:01", "status", "resolved", "open"), agent=None)) == 2


def test_whoever_hands_over_held_the_ticket_before_and_whoever_solves_may_have_taken_it_just_then() -> None:
    handed = ((TEN, "team", "Apps", "Desk"), (TEN, "agent", "bob", "ann"))
    found = done(*handed, (NOON, "agent", "cid", "bob"), (NOON, "status", "resolved", "open"), team="Apps")
    assert found.select("agent", "queue").rows() == [("ann", "Desk"), ("cid", "Apps")]
    assert found["released_at"].to_list() == [utc(CREATED), utc(TEN)]
    assert found["left"].to_list() == [False, False]


@pytest.mark.parametrize(
    ("between", "released", "left"),
    [
        ([], TEN, True),
        ([(ELEVEN, "message"), (NOON, "message")], ELEVEN, False),
        ([(TEN, "status", "pending", "open"), (ELEVEN, "message"), (NOON, "status", "open", "pending")], ELEVEN, False),
        ([(TEN, "status", "on_hold", "open"), (NOON, "status", "open", "on_hold")], NOON, False),
        ([(TEN, "status", "on_hold", "open")], ONE, True),
        ([(TEN, "status", "resolved", "open")], ONE, True),
        ([(TEN, "team", None, "Desk"), (NOON, "team", "Apps")], NOON, False),
        ([(TEN, "team", None, "Desk"), (ELEVEN, "message"), (NOON, "team", "Apps")], NOON, False),
    ],
)
def test_a_touch_could_be_begun_when_the_ticket_was_given_back(
    between: list[Event], released: str, *, left: bool
) -> None:
    found = done((TEN, "reply"), *between, (ONE, "reply"), (TWO, "reply")).row(1, named=True)
    assert (found["released_at"], found["done_at"], found["left"]) == (utc(released), utc(ONE), left)


def test_what_waits_at_the_end_is_work_not_done() -> None:
    def waiting(*happened: Event) -> list[Any]:
        found = done(*happened, others=events((TEN, "reply"), ticket="2")).filter(pl.col("done_at").is_null())
        return found.select("touch", "released_at").rows()

    asked = ((TEN, "reply"), (TEN, "status", "pending", "open"))
    assert waiting() == [(1, utc(CREATED))]
    assert waiting((TEN, "reply")) == [(2, utc(TEN))]
    assert waiting(*asked) == []
    assert waiting(*asked, (ELEVEN, "message")) == [(2, utc(ELEVEN))]
    assert waiting((TEN, "status", "resolved", "open")) == []
    assert waiting((TEN, "cancel", "spam")) == []


def test_a_touch_works_against_the_clock_that_falls_due_first() -> None:
    targets = {"first_response": "1h", "next_response": "6h", "resolution": "4h", "update": "1h"}
    happened = (
        (TEN, "reply"),
        (TEN, "status", "on_hold", "open"),
        (ELEVEN, "message"),
        (ELEVEN, "status", "open", "on_hold"),
    )
    end = ((NOON, "reply"), (NOON, "status", "resolved", "open"))
    found = done(*happened, *end, file=policy(targets=targets), priority="high")
    assert found.select("klass", "kind", "cycle", "due_at", "decides", "breached").rows() == [
        ("First response · high", "first_response", 1, utc(TEN), True, False),
        ("Full resolution · high", "resolution", 1, utc(TWO), True, False),
    ]
    assert found["objective"].to_list() == [0.9, 0.9]
    late = done((TEN, "status", "pending", "open"), file=policy(targets={"update": "1h"})).row(0, named=True)
    assert (late["klass"], late["kind"], late["due_at"], late["breached"]) == ("No promise", None, None, None)
    only = done((TEN, "reply"), (ELEVEN, "reply"), (NOON, "reply"), file=policy(targets={"update": "1h"}))
    assert only["kind"].to_list() == [None, None, None, "update"]


def test_the_agreement_a_handover_begins_is_not_what_it_was_done_for() -> None:
    desk = {"time_zone": "UTC", "hours": "24x7"}
    each = {"name": "all", "schedule": "desk", "targets": {"resolution": "3d"}}
    ola = [{"team": "Apps", "within": "1h", "schedule": "desk"}]
    file = parse({"version": 1, "schedules": {"desk": desk}, "policies": [each], "agreements": ola})
    found = done((TEN, "team", "Apps", "Desk"), (NOON, "status", "resolved", "open"), file=file, team="Apps")
    assert found["kind"].to_list() == ["resolution", "ola"]
    assert found["breached"].to_list() == [False, True]


def test_work_on_a_merged_ticket_counts_without_a_promise() -> None:
    found = done(
        (TEN, "priority", "high", "low"), (ELEVEN, "cancel", "merged"), file=policy(targets={"resolution": "8h"})
    )
    assert found["priority"].to_list() == ["low", "high"]
    assert found["klass"].to_list() == ["No promise", "No promise"]


def test_a_team_with_two_schedules_has_two_queues_and_unpromised_work_the_usual_one_of_its_region() -> None:
    always = {"time_zone": "UTC", "hours": "24x7"}
    each = [
        {
            "name": region,
            "schedule": region,
            "when": {"region": [region], "plan": ["gold"]},
            "targets": {"resolution": "8h"},
        }
        for region in ("north", "south")
    ]
    file = parse({"version": 1, "schedules": {"north": always, "south": always}, "policies": each})
    places = [("north", "gold"), ("south", "gold"), ("north", "free"), ("south", "free")]
    rows = tickets(*({"region": region, "plan": plan, "team": "Desk"} for region, plan in places), {"team": "Apps"})
    solved = pl.concat([events((TEN, "status", "resolved", "open"), ticket=str(number)) for number in range(1, 6)])
    found = work(rows, solved, judge(rows, solved, file, AS_OF).clocks)
    assert found["queue"].to_list() == ["Desk · north", "Desk · south", "Desk · north", "Desk · south", "Apps"]


def test_without_events_each_clock_is_a_touch() -> None:
    rows = tickets({"team": "Desk", "priority": "low"}, {})
    solved = events((TEN, "status", "resolved", "open"), ticket="1")
    clocks = judge(rows, solved, policy(targets={"resolution": "8h"}), AS_OF).clocks
    found = work(rows, solved.clear(), clocks)
    assert found.schema == WORK
    assert found.select("klass", "queue", "released_at", "done_at", "decides").rows() == [
        ("Full resolution · low", "Desk", utc(CREATED), utc(TEN), True),
        ("Full resolution", "No team", utc(CREATED), None, False),
    ]


def test_nothing_gives_nothing() -> None:
    rows = tickets()
    clocks = judge(rows, events(), policy(), AS_OF).clocks
    assert work(rows, events(), clocks).schema == WORK
    assert work(tickets({}), events((TEN, "reply")), clocks)["klass"].to_list() == ["No promise", "No promise"]


def test_the_statuses_that_pause_are_those_of_the_policy() -> None:
    assert paused_in(policy()) == ("on_hold", "pending")


@pytest.fixture(scope="module")
def history() -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    rows, told = Desk(7, 400).frames()
    return rows, told, judge(rows, told, promised(), END).clocks


def test_every_clock_that_was_stopped_is_decided_by_one_touch(history: tuple[pl.DataFrame, ...]) -> None:
    """A first response or resolution that stopped was stopped by something we did: the touch that bears its key."""
    rows, told, clocks = history
    found = work(rows, told, clocks, paused=PAUSED)
    key = ["source", "ticket_id", "kind", "cycle"]
    decided = found.filter("decides").select(key)
    assert decided.is_duplicated().sum() == 0
    stopped = clocks.filter(pl.col("stopped_at").is_not_null() & (pl.col("state") != "cancelled")).select(key)
    first = stopped.filter(pl.col("kind") == "first_response")
    assert first.join(decided, on=key, how="anti").height == 0
    assert decided.join(stopped, on=key, how="anti").height == 0


def test_touches_are_in_order_and_do_not_depend_on_the_order_of_what_is_told(history: tuple[pl.DataFrame, ...]) -> None:
    rows, told, clocks = history
    found = work(rows, told, clocks, paused=PAUSED)
    assert found.schema == WORK
    assert_frame_equal(found, found.sort("released_at", "source", "ticket_id", "touch"))
    assert_frame_equal(found, work(rows.reverse(), told.reverse(), clocks.reverse(), paused=PAUSED))
    assert found.filter(pl.col("released_at") > pl.col("done_at")).height == 0
    apart = found.sort("ticket_id", "touch").with_columns(before=pl.col("done_at").shift(1).over("ticket_id"))
    assert apart.filter(pl.col("released_at") < pl.col("before")).height == 0
    assert found.filter(pl.col("done_at").is_not_null()).height > rows.height
