"""Zendesk's ticket audits: changes, comments, and whose they are."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from analytics.combining import combined
from analytics.repairs import tidy
from data.ingest.adapters import ADAPTERS
from data.ingest.batch import Batch
from tests.data.exports_zendesk import (
    GROUPS,
    NOW,
    USERS,
    Row,
    at,
    audit,
    change,
    comment,
    create,
    kept_in_store,
    one,
    opening,
    page,
    read,
    rules,
    told,
    written,
)


def audits(path: Path, rows: list[Row], *, key: str = "ticket_audits", **beside: Any) -> Batch:
    return read(path / "a.json", page(key, rows, **beside), name="zendesk_audits")


def talk(batch: Batch, ticket: int = 1) -> list[tuple[float, str]]:
    return [(when, kind) for when, kind, _, _ in told(batch, ticket) if kind in ("reply", "message")]


def test_a_life_with_every_change(tmp_path: Path) -> None:
    rows = [
        opening(),
        audit(200, 10, comment(80), change("status", "pending", "new"), change("assignee_id", "80", None)),
        audit(300, 20, comment(70), change("status", "open", "pending"), author=70),
        audit(400, 30, change("group_id", "51", "50"), change("priority", "urgent", "normal")),
        audit(500, 40, comment(80, public=False), change("status", "hold", "open"), change("assignee_id", "81", "80")),
        audit(600, 50, change("subject", "Fire", "Printer"), change("custom_status_id", "9", "8")),
        audit(700, 60, change("status", "solved", "hold"), comment(80), author=80),
        audit(800, 6000, change("status", "closed", "solved"), author=-1),
    ]
    batch = audits(tmp_path, rows, users=USERS, groups=GROUPS)
    assert told(batch) == [
        (0, "status", "new", None),
        (0, "priority", "normal", None),
        (0, "team", "Support", None),
        (0, "message", None, None),
        (10, "status", "pending", "new"),
        (10, "agent", "Ada", None),
        (10, "reply", None, None),
        (20, "status", "open", "pending"),
        (20, "message", None, None),
        (30, "priority", "urgent", "normal"),
        (30, "team", "Field", "Support"),
        (40, "status", "on_hold", "open"),
        (40, "agent", "Bo", "Ada"),
        (60, "reply", None, None),
        (60, "status", "resolved", "on_hold"),
        (6000, "status", "closed", "resolved"),
    ]
    assert batch.events["sequence"].diff().drop_nulls().gt(0).all()
    found = one(batch)
    assert (found["created_at"], found["updated_at"], found["status"]) == (at(0), None, None)
    assert (found["created_by_agent"], found["channel"]) == (False, "web")
    assert batch.as_of == at(6000)
    assert batch.notes == ()


@pytest.mark.parametrize("key", ["ticket_audits", "audits"])
def test_both_endpoints_are_read(tmp_path: Path, key: str) -> None:
    assert audits(tmp_path, [opening()], key=key).taken == 1


def test_ids_are_names_where_no_names_are_told(tmp_path: Path) -> None:
    rows = [opening(), audit(200, 1, change("group_id", "", "50"), change("assignee_id", 80, ""))]
    batch = audits(tmp_path, rows)
    assert told(batch)[-2:] == [(1, "team", None, "group 50"), (1, "agent", "user 80", None)]


@pytest.mark.parametrize(
    ("who", "users", "rows", "kind", "noted"),
    [
        (70, [], [opening()], "message", None),
        (70, [{"id": 70, "role": "agent"}], [opening()], "message", None),
        (71, USERS, [opening()], "message", None),
        (81, USERS, [opening()], "reply", None),
        (90, [], [opening(), audit(150, 1, change("assignee_id", "90", None))], "reply", None),
        (90, [], [opening(), audit(150, 1, comment(90, public=False), author=90)], "reply", None),
        (90, [], [opening()], "reply", "1 public comments are by people whose role is not told"),
        (90, [], [], None, "1 public comments were passed over, as neither"),
        (90, [], [audit(150, 1, change("assignee_id", None, "90"))], "reply", None),
        (81, USERS, [], "reply", None),
        (-1, USERS, [opening()], None, "1 public comments by rules or the system"),
        (0, USERS, [opening()], None, "1 public comments by rules or the system"),
        (90, [], [opening(), audit(150, 1, change("requester_id", "90", "70"))], "message", None),
    ],
    ids=[
        *("the requester", "an agent who is the requester", "another end user", "an agent", "an assignee"),
        *("author of a note", "somebody unknown", "somebody unknown of an unknown requester", "an assignee of before"),
        *("an agent, requester unknown", "the system", "nobody", "a requester put in later"),
    ],
)
def test_whose_a_comment_is(
    tmp_path: Path, who: int, users: list[Row], rows: list[Row], kind: str | None, noted: str | None
) -> None:
    batch = audits(tmp_path, [*rows, audit(200, 10, comment(who), author=who)], users=users)
    assert [each for when, each in talk(batch) if when == 10] == ([kind] if kind else [])
    assert [note[: len(noted or "")] for note in batch.notes] == ([noted] if noted else [])


def test_the_author_of_a_comment_is_that_of_the_audit_where_it_names_none(tmp_path: Path) -> None:
    rows = [opening(), audit(200, 10, {"type": "Comment", "public": True}, author=81)]
    assert talk(audits(tmp_path, rows, users=USERS))[-1] == (10, "reply")


@pytest.mark.parametrize(
    "via",
    [
        {"channel": "rule", "source": {"rel": "trigger"}},
        {"channel": "web", "source": {"from": {}, "rel": "automation"}},
    ],
)
def test_what_a_rule_writes_is_no_answer(tmp_path: Path, via: Row) -> None:
    by_event = audit(200, 10, comment(81, via=via))
    by_audit = audit(300, 20, comment(81), via=via)
    batch = audits(tmp_path, [opening(), by_event, by_audit], users=USERS)
    assert talk(batch) == [(0, "message")]
    assert batch.notes == ("2 public comments by rules or the system were passed over; they are no answers.",)


def test_internal_notes_and_notifications_are_no_answers(tmp_path: Path) -> None:
    sent: Row = {"type": "Notification", "recipients": [70], "body": "We have got it"}
    rows = [
        opening(),
        audit(200, 10, comment(81, public=False), sent),
        audit(300, 20, {"type": "VoiceComment", "public": True}),
    ]
    batch = audits(tmp_path, rows, users=USERS)
    assert talk(batch) == [(0, "message")]
    assert batch.notes == ("1 comments of calls and other channels were passed over.",)


def test_a_ticket_we_opened_is_not_answered_by_its_own_first_comment(tmp_path: Path) -> None:
    rows = [opening(author=80), audit(200, 10, comment(70), author=70), audit(300, 20, comment(80))]
    batch = audits(tmp_path, rows, users=USERS)
    assert talk(batch) == [(10, "message"), (20, "reply")]
    assert one(batch)["created_by_agent"] is True


def test_a_merge_ends_a_ticket_when_its_tag_is_set(tmp_path: Path) -> None:
    merged = [
        change("tags", ["vip", "closed_by_merge"], ["vip"]),
        change("status", "closed", "open"),
    ]
    later = change("tags", "vip closed_by_merge old", "vip closed_by_merge")
    batch = audits(tmp_path, [opening(), audit(200, 50, *merged), audit(300, 60, later)])
    assert told(batch)[-2:] == [(50, "status", "closed", "open"), (50, "cancel", "merged", None)]


def test_a_deleted_ticket_is_cancelled_unless_it_was_restored(tmp_path: Path) -> None:
    gone = audit(200, 50, change("status", "deleted", "open"))
    back = audit(300, 90, change("status", "open", "deleted"))
    again = audit(400, 95, change("status", "deleted", "open"))
    assert told(audits(tmp_path, [opening(), gone]))[-1] == (50, "cancel", "deleted", None)
    assert told(audits(tmp_path, [opening(), gone, back]))[-1] == (90, "status", "open", None)
    cancelled = [event for event in told(audits(tmp_path, [opening(), gone, back, again])) if event[1] == "cancel"]
    assert cancelled == [(95, "cancel", "deleted", None)]


def test_audits_from_the_middle_tell_no_creation(tmp_path: Path) -> None:
    batch = audits(tmp_path, [audit(200, 10, change("status", "open", "new"))])
    assert one(batch)["created_at"] is None
    assert told(batch) == [(10, "status", "open", "new")]


def test_the_same_audits_in_another_file_are_the_same_events(tmp_path: Path) -> None:
    rows = [
        opening(),
        audit(200, 10, comment(80), change("status", "solved", "new")),
        audit(300, 20, comment(70), author=70),
    ]
    whole = audits(tmp_path, rows, users=USERS)
    shuffled = audits(tmp_path, [rows[2], rows[0], rows[1], rows[0]], users=USERS)
    assert shuffled.events.equals(whole.events)
    assert shuffled.notes == ("1 audits stood in the files more than once; each was taken once.",)
    later = audits(tmp_path, rows[1:], users=USERS)
    assert later.events.rows() == [row for row in whole.events.rows() if row[2] > at(0)]


def test_bad_rows_are_set_aside_with_their_rule(tmp_path: Path) -> None:
    rows: list[Any] = [
        opening(),
        {**opening(), "id": None},
        {**opening(), "ticket_id": None},
        {**opening(), "created_at": "2027-01-01T00:00:00Z"},
        {**opening(101), "events": None},
        {**opening(102), "events": ["x", {"type": 7}, {"type": "Change"}]},
        audit(400, 3, change("status", "open", "new")),
    ]
    batch = audits(tmp_path, rows)
    assert rules(batch) == [(2, "id is missing"), (3, "ticket id is missing"), (4, "time in the future")]
    assert (batch.read, batch.taken) == (7, 4)
    assert "Hello" not in "".join(batch.rejected["content"].to_list())


def test_the_history_of_audits_needs_no_repair(tmp_path: Path) -> None:
    rows = [
        opening(),
        audit(200, 10, comment(80), change("status", "pending", "new"), change("assignee_id", "80", None)),
        audit(300, 20, comment(70), change("status", "open", "pending"), author=70),
        audit(400, 30, change("status", "solved", "open"), comment(80)),
        audit(500, 40, comment(70), change("status", "open", "solved"), author=70),
    ]
    kept = kept_in_store([audits(tmp_path, rows, users=USERS, groups=GROUPS)])
    tickets, happened, unknown = combined(*kept, {name: each.rank for name, each in ADAPTERS.items()})
    mended, findings = tidy(tickets, happened, NOW)
    assert (findings.height, unknown, mended.height) == (0, 0, happened.height)
    assert tickets["created_at"].item() == datetime.fromisoformat(str(written(0)))


def test_creation_needs_no_other_file(tmp_path: Path) -> None:
    rows = [audit(100, 5, *create(status="open", requester_id="70"), comment(70), author=70)]
    assert one(audits(tmp_path, rows))["created_at"] == at(5)
