"""What ticket metric events say of Zendesk's promises and verdicts, and whether our clocks agree."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from analytics.clocks import judge
from analytics.policy import PolicyFile, parse
from data.ingest.batch import Batch
from tests.data.exports_zendesk import (
    Row,
    Step,
    at,
    believed,
    metric_event,
    one,
    page,
    read,
    sla,
    story,
    ticket,
)

REPLY, WHOLE, WAIT, WORK = "reply_time", "resolution_time", "requester_wait_time", "agent_work_time"
VERDICTS = ("first_response_breached", "resolution_breached")
DUE = ("first_response_due_at", "resolution_due_at")
CREATED: Step = (0, "created")


def events(path: Path, rows: list[Row]) -> Batch:
    return read(path / "e.json", page("ticket_metric_events", rows), name="zendesk_metric_events")


def judged(path: Path, *steps: Step, rows: list[Row] | None = None) -> dict[str, Any]:
    found = one(events(path, [*story(*steps), *(rows or [])]))
    return {name: found[name] for name in (*VERDICTS, *DUE)}


@pytest.mark.parametrize(
    ("steps", "breached", "due"),
    [
        ([CREATED, (0, "promise", REPLY, 60), (30, "reply")], False, 60),
        ([CREATED, (0, "promise", REPLY, 60), (60, "reply")], False, 60),
        ([CREATED, (0, "promise", REPLY, 60), (60, "breach", REPLY), (90, "reply")], True, 60),
        ([CREATED, (0, "promise", REPLY, 60), (60, "breach", REPLY), (60, "reply")], True, 60),
        ([CREATED, (0, "promise", REPLY, 60), (60, "breach", REPLY)], True, 60),
        ([CREATED, (0, "promise", REPLY, 60)], None, 60),
        ([CREATED, (5, "promise", REPLY, 60), (30, "reply")], False, 60),
        ([CREATED, (0, "promise", REPLY, 60), (20, "promise", REPLY, 120), (90, "reply")], False, 120),
        ([CREATED, (0, "promise", REPLY, 60), (20, "promise", REPLY, None), (90, "reply")], None, None),
        ([CREATED, (30, "reply"), (45, "promise", REPLY, 60), (60, "breach", REPLY)], None, None),
        ([CREATED, (0, "promise", REPLY, 60), (30, "reply"), (60, "breach", REPLY)], False, 60),
        ([CREATED, (30, "reply")], None, None),
        ([(0, "promise", REPLY, 60), (30, "reply")], None, None),
        ([(60, "breach", REPLY), (90, "reply")], True, 60),
        ([CREATED, (0, "promise", REPLY, 60), (90, "reply")], False, None),
        ([(30, "reply")], None, None),
    ],
    ids=[
        *("in time", "just in time", "too late", "broken in the instant of the reply", "broken and not answered"),
        *("not answered", "applied later", "loosened", "taken away", "promised after the reply", "broken after it"),
        *(
            "no promise",
            "begun in an earlier file",
            "broken, begun in an earlier file",
            "later than the target, and not broken",
            "the reply alone",
        ),
    ],
)
def test_the_verdict_on_the_first_response(
    tmp_path: Path, steps: list[Step], *, breached: bool | None, due: float | None
) -> None:
    found = judged(tmp_path, *steps)
    assert found["first_response_breached"] is breached
    assert found["first_response_due_at"] == (None if due is None else at(due))
    assert (found["resolution_breached"], found["resolution_due_at"]) == (None, None)


def test_a_target_is_in_minutes_unless_its_seconds_are_told(tmp_path: Path) -> None:
    rows = [*story(CREATED), metric_event(5, 0, REPLY, "apply_sla", **sla(60, target_in_seconds=3570))]
    assert one(events(tmp_path, rows))["first_response_due_at"] == at(59.5)


def test_in_business_hours_only_a_breach_tells_the_due_time(tmp_path: Path) -> None:
    promise = metric_event(5, 0, REPLY, "apply_sla", **sla(60, business=True))
    kept = judged(tmp_path, CREATED, (3000, "reply"), rows=[promise])
    assert (kept["first_response_breached"], kept["first_response_due_at"]) == (False, None)
    early = judged(tmp_path, CREATED, (30, "reply"), rows=[promise])
    assert (early["first_response_breached"], early["first_response_due_at"]) == (False, None)
    broken = judged(tmp_path, CREATED, (2940, "breach", REPLY), (3000, "reply"), rows=[promise])
    assert (broken["first_response_breached"], broken["first_response_due_at"]) == (True, at(2940))


def test_a_next_reply_is_not_judged_as_the_first(tmp_path: Path) -> None:
    rows = [metric_event(1, 50, REPLY, "apply_sla", 2, **sla(10)), metric_event(2, 60, REPLY, "breach", 2)]
    steps: list[Step] = [CREATED, (0, "promise", REPLY, 60), (30, "reply"), (50, "message"), (70, "reply")]
    assert judged(tmp_path, *steps, rows=rows)["first_response_breached"] is False


@pytest.mark.parametrize(
    ("steps", "breached", "due"),
    [
        ([CREATED, (0, "promise", WHOLE, 480), (240, "solved")], False, 480),
        ([CREATED, (0, "promise", WHOLE, 480), (480, "breach", WHOLE), (500, "solved")], True, 480),
        ([CREATED, (0, "promise", WHOLE, 480), (100, "pending"), (240, "open"), (400, "solved")], False, 480),
        ([CREATED, (0, "promise", WHOLE, 480), (240, "solved"), (300, "reopened")], None, None),
        ([CREATED, (0, "promise", WHOLE, 480), (240, "solved"), (300, "reopened"), (400, "solved")], False, None),
        ([CREATED, (0, "promise", WHOLE, 480), (480, "breach", WHOLE), (490, "solved"), (495, "reopened")], True, 480),
        ([CREATED, (0, "promise", WHOLE, 480)], None, 480),
        ([CREATED, (0, "promise", WAIT, 480), (240, "solved")], False, 480),
        ([CREATED, (0, "promise", WAIT, 480)], None, None),
        ([CREATED, (0, "promise", WAIT, 480), (100, "pending"), (200, "open"), (500, "solved")], False, None),
        ([CREATED, (0, "promise", WAIT, 480), (100, "pending"), (400, "solved")], False, None),
        ([CREATED, (0, "promise", WAIT, 480), (9, "pending"), (20, "open"), (491, "breach", WAIT)], True, 491),
        ([CREATED, (0, "promise", WORK, 60), (60, "breach", WORK), (90, "solved")], True, 60),
        (
            [CREATED, (0, "promise", WORK, 60), (60, "breach", WORK), (0, "promise", WHOLE, 480), (90, "solved")],
            False,
            480,
        ),
        ([CREATED, (240, "solved")], None, None),
        ([(300, "reopened"), (300, "promise", WHOLE, 480), (400, "solved")], None, None),
    ],
    ids=[
        *("in time", "too late", "waiting does not stop the resolution time", "open again", "solved again"),
        *("broken before it was solved", "not solved", "the requester's wait", "its due time may still move"),
        *(
            "a wait that paused",
            "one that paused to the end",
            "and was broken",
            "the agent's work",
            "the resolution time goes first",
            "no promise",
        ),
        "a file that begins with a reopening",
    ],
)
def test_the_verdict_on_the_resolution(
    tmp_path: Path, steps: list[Step], *, breached: bool | None, due: float | None
) -> None:
    found = judged(tmp_path, *sorted(steps, key=lambda step: step[0]))
    assert found["resolution_breached"] is breached
    assert found["resolution_due_at"] == (None if due is None else at(due))
    assert (found["first_response_breached"], found["first_response_due_at"]) == (None, None)


def test_a_later_file_does_not_take_back_a_breach_it_does_not_know(tmp_path: Path) -> None:
    early = events(tmp_path, story(CREATED, (0, "promise", REPLY, 60), (60, "breach", REPLY), (90, "reply")))
    late = events(
        tmp_path, story((300, "reopened"), (300, "promise", WHOLE, 10), (400, "reply"), (400, "solved"), first=5000)
    )
    found = {name: one(late)[name] for name in (*VERDICTS, *DUE)}
    assert set(found.values()) == {None}
    tickets = read(tmp_path / "t.json", [ticket()])
    combined_ = believed([tickets, early, late])[0].row(0, named=True)
    assert (combined_["first_response_breached"], combined_["first_response_due_at"]) == (True, at(60))


def test_a_later_file_takes_back_a_breach_that_was_deleted(tmp_path: Path) -> None:
    rows = story(CREATED, (0, "promise", REPLY, 60), (60, "breach", REPLY))
    early = events(tmp_path, rows)
    gone = [{**row, "deleted": True} for row in rows if row["type"] == "breach"]
    late = events(tmp_path, [*gone, *story((70, "reply"), (200, "solved"), first=5000)])
    assert one(late)["first_response_breached"] is False
    assert believed([read(tmp_path / "t.json", [ticket()]), late, early])[0]["first_response_breached"].item() is False


POLICY: PolicyFile = parse(
    {
        "version": 1,
        "schedules": {"always": {"time_zone": "UTC", "hours": "24x7"}},
        "policies": [
            {
                "name": "zendesk",
                "schedule": "always",
                "targets": {"first_response": "1h", "resolution": "4h"},
                "pause_on": {"resolution": {"pending": "customer"}},
            }
        ],
    }
)
"""What the stories below promise in Zendesk: first reply in 60 minutes, requester wait time 240 minutes."""

PROMISED: list[Step] = [CREATED, (0, "promise", REPLY, 60), (0, "promise", WAIT, 240)]
STORIES: dict[str, tuple[list[Step], bool, bool, str]] = {
    "answered and solved in time": ([(30, "reply"), (200, "solved")], False, False, "solved"),
    "answered and solved at the last moment": ([(60, "reply"), (240, "solved")], False, False, "solved"),
    "answered late": ([(60, "breach", REPLY), (61, "reply"), (200, "solved")], True, False, "solved"),
    "solved late": ([(30, "reply"), (240, "breach", WAIT), (300, "solved")], False, True, "closed"),
    "waiting for the customer takes no time": (
        [(30, "reply"), (30, "pending"), (500, "message"), (500, "open"), (600, "reply"), (600, "solved")],
        *(False, False, "solved"),
    ),
    "waiting for a third party takes time": (
        [(30, "reply"), (30, "on_hold"), (240, "breach", WAIT), (500, "resume"), (510, "solved")],
        *(False, True, "solved"),
    ),
    "from hold to pending and back": (
        [
            *((10, "reply"), (100, "on_hold"), (200, "pending after hold"), (900, "hold after pending")),
            *((940, "breach", WAIT), (950, "resume"), (960, "solved")),
        ],
        *(False, True, "solved"),
    ),
    "reopened and answered": (
        [(30, "reply"), (200, "solved"), (300, "message"), (300, "reopened"), (330, "reply"), (330, "solved")],
        *(False, False, "solved"),
    ),
    "reopened and solved late": (
        [
            *((30, "reply"), (200, "solved"), (300, "message"), (300, "reopened"), (340, "breach", WAIT)),
            *((400, "reply"), (400, "solved")),
        ],
        *(False, True, "solved"),
    ),
    "never answered nor solved": ([(60, "breach", REPLY), (240, "breach", WAIT)], True, True, "open"),
}


@pytest.mark.parametrize("name", STORIES)
def test_our_clocks_and_zendesk_agree(tmp_path: Path, name: str) -> None:
    steps, response, resolution, status = STORIES[name]
    batches = [read(tmp_path / "t.json", [ticket(status=status)]), events(tmp_path, story(*PROMISED, *steps))]
    tickets, happened = believed(batches)
    as_of: datetime = at(2000)
    clocks = judge(tickets, happened, POLICY, as_of).clocks
    found = {row["kind"]: row for row in clocks.iter_rows(named=True)}
    ours = [found[kind]["breached"] for kind in ("first_response", "resolution")]
    supplied = [found[kind]["supplied_breached"] for kind in ("first_response", "resolution")]
    assert ours == [response, resolution]
    assert supplied == ours
    for kind in ("first_response", "resolution"):
        theirs = tickets[f"{kind}_due_at"].item()
        assert theirs is None or found[kind]["due_at"] == theirs
    assert tickets["status"].item() == {"solved": "resolved"}.get(status, status)
