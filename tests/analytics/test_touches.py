"""When did a person first have a ticket, and when did one of ours first do something with it?"""

import polars as pl
import pytest

from analytics.clocks import chunks, judge
from analytics.evidence import blank
from tests.analytics.tickets import AS_OF, CREATED, Event, clock, events, policy, tickets, utc

TEN, ELEVEN, NOON, ONE = ("2026-07-06T10:00", "2026-07-06T11:00", "2026-07-06T12:00", "2026-07-06T13:00")


def touched(*happened: Event, kind: str = "resolution", **row: object) -> object:
    return clock(kind, *happened, **row)["touched_at"]


def assigned(*happened: Event, **row: object) -> object:
    return clock("resolution", *happened, **row)["assigned_at"]


@pytest.mark.parametrize(
    ("happened", "expected"),
    [
        ([(TEN, "reply"), (ELEVEN, "reply")], TEN),
        ([(TEN, "priority", "high", "low"), (ELEVEN, "reply")], TEN),
        ([(TEN, "status", "pending", "open")], TEN),
        ([(TEN, "status", "resolved", "open")], TEN),
        ([(CREATED, "reply")], CREATED),
        ([(TEN, "message"), (ELEVEN, "agent", "ann"), (NOON, "team", "B", "A"), (ONE, "reply")], ONE),
        ([(TEN, "message"), (ELEVEN, "agent", "ann")], None),
        ([(TEN, "status", None, "open")], None),
        ([(TEN, "priority", "high", "high"), (ELEVEN, "status", "pending", "pending")], None),
        ([], None),
    ],
)
def test_a_reply_a_priority_or_a_status_of_ours_is_a_touch(happened: list[Event], expected: str | None) -> None:
    assert touched(*happened) == (expected and utc(expected))


@pytest.mark.parametrize(
    ("moved", "is_touch"),
    [
        ([(TEN, "status", "open", "new")], True),
        ([(TEN, "status", "in_progress", "waiting_for_support")], True),
        ([(TEN, "status", "new", "open")], False),
        ([(TEN, "status", "reopened", "resolved")], False),
        ([(TEN, "status", "open", "on_hold")], False),
    ],
)
def test_from_new_to_open_is_a_touch_and_back_to_the_beginning_is_none(moved: list[Event], is_touch: bool) -> None:
    assert (touched(*moved) is not None) is is_touch


def test_back_to_the_status_it_began_with_is_no_touch() -> None:
    """A tracker moves a request back to the queue as its customer answers."""
    waits = "waiting_for_support"
    happened = ((TEN, "status", "asked", waits), (ELEVEN, "message"), (NOON, "status", waits, "asked"), (ONE, "reply"))
    found = clock("next_response", (CREATED, "reply"), *happened, file=policy(targets={"next_response": "1h"}))
    assert (found["started_at"], found["touched_at"]) == (utc(ELEVEN), utc(ONE))


def test_a_customers_message_and_the_reopening_by_it_are_no_touch_of_the_cycle_they_begin() -> None:
    file = policy(on_reopen="restart")
    happened = ((TEN, "status", "resolved", "open"), (ELEVEN, "message"), (ELEVEN, "status", "open", "resolved"))
    rows, told = tickets({}), events(*happened, (NOON, "reply"), (ONE, "status", "resolved", "open"))
    found = judge(rows, told, file, AS_OF).clocks.filter(pl.col("kind") == "resolution")
    assert found.select("cycle", "started_at", "touched_at").rows() == [
        (1, utc(CREATED), utc(TEN)),
        (2, utc(ELEVEN), utc(NOON)),
    ]


def test_the_reply_that_begins_an_update_and_the_handoff_that_begins_a_stay_are_no_touch_of_it() -> None:
    update = clock("update", (TEN, "reply"), (NOON, "reply"), file=policy(targets={"update": "1h"}))
    assert (update["started_at"], update["touched_at"]) == (utc(TEN), utc(NOON))


def test_what_happens_after_the_end_of_a_life_is_no_touch_and_gives_nobody_the_ticket() -> None:
    end = (TEN, "cancel", "merged")
    found = clock("resolution", end, (ELEVEN, "reply"), (ELEVEN, "agent", "ann"))
    assert (found["touched_at"], found["assigned_at"]) == (None, None)
    assert touched((ELEVEN, "reply"), as_of=utc(TEN)) is None


def test_assigned_at_is_the_first_time_a_person_had_it() -> None:
    assert assigned(agent="ann") == utc(CREATED)
    assert assigned((TEN, "agent", "ann"), agent="ann") == utc(TEN)
    assert assigned((TEN, "agent", "bob", "ann"), agent="bob") == utc(CREATED)
    assert assigned((TEN, "agent", None, "ann"), (ELEVEN, "agent", "bob")) == utc(CREATED)
    assert assigned((TEN, "agent", None), (ELEVEN, "agent", "bob"), agent="bob") == utc(ELEVEN)
    assert assigned() is None
    assert assigned((TEN, "team", "B", "A")) is None


def test_a_later_change_tells_who_had_it_from_the_beginning() -> None:
    assert assigned((NOON, "agent", "bob", "ann"), as_of=utc(TEN)) == utc(CREATED)
    assert assigned((NOON, "agent", "bob"), agent="bob", as_of=utc(TEN)) is None


def test_a_policy_that_leaves_agents_out_still_tells_when_one_had_it() -> None:
    found = clock("resolution", (TEN, "agent", "ann"), file=policy().model_copy(update={"agents": "off"}))
    assert (found["assigned_at"], found["agent_at_due"]) == (utc(TEN), None)


def test_what_a_source_does_not_tell_stays_blank() -> None:
    rows, told = tickets({}), events((TEN, "agent", "ann"), (ELEVEN, "reply"), (NOON, "status", "resolved", "open"))
    names = ("assigned_at", "touched_at", "handoffs_by_due", "held_elsewhere", "reopenings_by_due")

    def known(*gaps: str) -> list[str]:
        (part,) = chunks(rows, told, policy(), AS_OF, gaps=gaps)
        return [name for name in names if part.clocks[name].null_count() == 0]

    assert known() == list(names)
    assert known("agent_history") == ["touched_at", "handoffs_by_due", "held_elsewhere", "reopenings_by_due"]
    assert known("team_history", "reopenings") == ["assigned_at", "touched_at"]
    assert known("conversation") == list(names)
    assert known("conversation", "pauses", "agent_history", "team_history", "reopenings") == []
    assert blank(["pauses"]) == []
