"""Zendesk's ticket metric events: statuses, replies and messages, promises and verdicts."""

from itertools import permutations
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from analytics.combining import VOID, combined
from data.ingest.batch import Batch
from tests.data.exports_zendesk import (
    Row,
    Step,
    at,
    kept_in_store,
    metric_event,
    one,
    page,
    read,
    rules,
    story,
    told,
    written,
)

REPLY, WAIT, WORK = "reply_time", "requester_wait_time", "agent_work_time"
CREATED: Step = (0, "created")


def events(path: Path, rows: list[Row]) -> Batch:
    return read(path / "e.json", page("ticket_metric_events", rows), name="zendesk_metric_events")


def history(batches: list[Batch]) -> list[tuple[float, str]]:
    _, happened, _ = combined(*kept_in_store(batches), {})
    return [((when - at(0)).total_seconds() / 60, kind) for when, kind in happened.select("at", "kind").rows()]


def test_a_life_with_every_status(tmp_path: Path) -> None:
    batch = events(
        tmp_path,
        story(
            CREATED,
            (30, "reply"),
            (30, "pending"),
            (60, "message"),
            (60, "open"),
            (70, "on_hold"),
            (90, "resume"),
            (100, "pending"),
            (110, "hold after pending"),
            (120, "pending after hold"),
            (130, "open"),
            (200, "reply"),
            (200, "solved"),
            (300, "message"),
            (300, "reopened"),
            (400, "solved"),
        ),
    )
    assert told(batch) == [
        (0, "status", "open", None),
        (30, "status", "pending", "open"),
        (30, "reply", None, None),
        (60, "status", "open", "pending"),
        (60, "message", None, None),
        (70, "status", "on_hold", "open"),
        (90, "status", "open", "on_hold"),
        (100, "status", "pending", "open"),
        (110, "status", "on_hold", "pending"),
        (120, "status", "pending", "on_hold"),
        (130, "status", "open", "pending"),
        (200, "reply", None, None),
        (200, "status", "resolved", None),
        (300, "status", "open", "resolved"),
        (300, "message", None, None),
        (400, "status", "resolved", None),
    ]
    assert batch.events["sequence"].diff().drop_nulls().gt(0).all()
    assert one(batch)["created_at"] is None
    assert batch.as_of == at(400)


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        ([CREATED, (0, "on_hold")], ("on_hold", None)),
        ([CREATED, (0, "pending")], ("pending", None)),
        ([CREATED, (0, "solved")], ("resolved", None)),
    ],
)
def test_a_ticket_created_in_another_status_has_it_from_the_beginning(
    tmp_path: Path, steps: list[Step], status: tuple[str, str | None]
) -> None:
    assert [(value, before) for _, _, value, before in told(events(tmp_path, story(*steps)))] == [status]


def test_events_of_one_instant_have_one_order_however_they_are_numbered(tmp_path: Path) -> None:
    rows = story(CREATED, (20, "reply"), (20, "solved"))
    now, before = (
        [row for row in rows if row["time"] == written(20)],
        [row for row in rows if row["time"] != written(20)],
    )
    ids = [row["id"] for row in now]
    orders = {
        tuple(told(events(tmp_path, [*before, *({**row, "id": new} for row, new in zip(now, new_ids, strict=True))])))
        for new_ids in permutations(ids)
    }
    assert orders == {((0, "status", "open", None), (20, "reply", None, None), (20, "status", "resolved", None))}


LIFE: list[Step] = [CREATED, (30, "reply"), (30, "pending"), (60, "open"), (200, "solved")]


@pytest.mark.parametrize("minute", [0, 30, 60, 200])
def test_an_event_is_the_same_row_in_every_file(tmp_path: Path, minute: float) -> None:
    rows = story(*LIFE)
    early = [row for row in rows if row["time"] <= str(written(minute))]
    late = [row for row in rows if row["time"] >= str(written(minute))]
    known = pl.concat([events(tmp_path, early).events, events(tmp_path, late).events]).unique()
    assert known.sort("at", "sequence").equals(events(tmp_path, rows).events)


@pytest.mark.parametrize("size", range(1, len(story(*LIFE))))
def test_a_file_may_end_in_the_middle_of_an_instant(tmp_path: Path, size: int) -> None:
    rows = story(*LIFE)
    rows = [{**row, "id": 5000 - row["id"]} for row in rows]
    known = pl.concat([events(tmp_path, rows[:size]).events, events(tmp_path, rows[size:]).events])
    status = known.filter(pl.col("kind") == "status").sort("at", "sequence").unique("at", keep="last")
    assert status.sort("at")["value"].to_list() == ["open", "pending", "open", "resolved"]


def test_without_agent_work_time_nothing_is_on_hold(tmp_path: Path) -> None:
    rows = [row for row in story(CREATED, (30, "pending"), (60, "open"), (90, "solved")) if row["metric"] != WORK]
    assert [(when, value, before) for when, _, value, before in told(events(tmp_path, rows))] == [
        (0, "open", None),
        (30, "pending", "open"),
        (60, "open", "pending"),
        (90, "resolved", None),
    ]


def test_the_first_message_of_a_ticket_we_opened_is_told(tmp_path: Path) -> None:
    batch = events(tmp_path, story((0, "created by an agent"), (50, "message"), (70, "reply")))
    assert [(when, kind) for when, kind, _, _ in told(batch)][1:] == [(50, "message"), (70, "reply")]


def test_measures_and_instances_of_nothing_are_passed_over(tmp_path: Path) -> None:
    extra = [
        metric_event(1, 5, REPLY, "measure", 0),
        metric_event(2, 6, REPLY, "fulfill", 0),
        metric_event(3, 7, WORK, "update_status", status={"calendar": 7, "business": 0}),
        metric_event(4, 8, "periodic_update_time", "activate"),
        metric_event(5, 9, "group_ownership_time", "apply_group_sla", group_sla={"target": 5}),
    ]
    plain = events(tmp_path, story(CREATED))
    batch = events(tmp_path, [*story(CREATED), *extra])
    assert batch.events.equals(plain.events)
    assert (batch.read, batch.taken) == (9, 9)
    assert batch.notes[0].startswith("5 events tell nothing of the clocks here and were passed over: ")
    assert "group_ownership_time apply_group_sla (1)" in batch.notes[0]


def test_a_deleted_event_does_not_count_and_takes_back_its_earlier_copy(tmp_path: Path) -> None:
    rows = story(CREATED, (30, "pending after hold"), (40, "reply"))
    before = events(tmp_path, rows)
    assert (30, "status", "pending", "on_hold") in told(before)
    after = events(tmp_path, [{**row, "deleted": row["time"] == written(30)} for row in rows])
    assert [kind for _, kind, _, _ in told(after)] == ["status", VOID, "reply"]
    assert after.notes == ("1 events were deleted in Zendesk; they count for nothing, also where known from earlier.",)
    assert [(when, kind) for when, kind, *_ in history([before, after])] == [(0, "status"), (40, "reply")]


def test_a_copy_is_taken_once_and_a_deleted_copy_wins(tmp_path: Path) -> None:
    rows = story(CREATED, (40, "reply"))
    batch = events(tmp_path, [*rows, rows[-1], {**rows[-1], "deleted": True}, rows[-1]])
    assert [kind for _, kind, _, _ in told(batch)] == ["status", VOID]
    assert (batch.read, batch.taken) == (8, 8)
    assert batch.notes[0] == "3 events stood in the files more than once; each was taken once."


def test_bad_rows_are_set_aside_with_their_rule(tmp_path: Path) -> None:
    good = metric_event(1, 0, WAIT, "activate")
    rows: list[Any] = [
        *(good, {**good, "id": None}, {**good, "id": "x"}, {**good, "ticket_id": None}, {**good, "time": "soon"}),
        *({**good, "time": "2027-01-01T00:00:00Z"}, {**good, "id": None, "time": None}, 7, {**good, "id": 2}),
        *({**good, "id": 3}, {**good, "id": 4}),
    ]
    batch = events(tmp_path, rows)
    assert rules(batch) == [
        (2, "id is missing"),
        (3, "id is missing"),
        (4, "ticket id is missing"),
        (5, "time cannot be read"),
        (6, "time in the future"),
        (7, "id is missing"),
        (7, "time cannot be read"),
        (8, "the record is not a JSON object"),
    ]
    assert (batch.read, batch.taken) == (11, 4)
    assert batch.rejected["advice"].null_count() == 0
    assert batch.as_of == at(0)
