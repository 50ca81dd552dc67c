"""What Jira's SLA objects promise and judge, in fields of issues and from the service desk's own API."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from analytics.errors import ImportFileError
from data.ingest.batch import Batch
from tests.data.exports_jira import (
    asked,
    claimed,
    date,
    done,
    duration,
    issue,
    moment,
    page,
    running,
    sla,
    story,
    taken,
    written,
)

FIRST, LAST = "Time to first response", "Time to resolution"
ELEVEN = datetime(2026, 3, 2, 10, tzinfo=UTC)
Verdicts = tuple[datetime | None, bool | None, datetime | None, bool | None]


def fields(batch: Batch, key: str = "HELP-1") -> Verdicts:
    columns = ("first_response_due_at", "first_response_breached", "resolution_due_at", "resolution_breached")
    row = batch.tickets.filter(ticket_id=key).select(columns).row(0)
    return row[0], row[1], row[2], row[3]


def in_issue(folder: Path, *slas: dict[str, Any], **changes: Any) -> Batch:
    return taken("jira_changelog", [written(folder / "i.json", page(issue(slas=slas, **changes)))])


def in_request(folder: Path, *slas: dict[str, Any]) -> Batch:
    return taken("jira_slas", [written(folder / "s.json", asked(*slas))])


CYCLES = [
    pytest.param(sla(FIRST, done("09:00", "10:00", "11:00")), ELEVEN, False, id="kept"),
    pytest.param(sla(FIRST, done("09:00", "12:00", "11:00")), ELEVEN, True, id="broken"),
    pytest.param(
        sla(FIRST, done("09:00", "10:00", "11:00", breachTime=None, breachedTime=date("11:00"))),
        ELEVEN,
        False,
        id="breachedTime",
    ),
    pytest.param(sla(FIRST, done("09:00", "10:00", "11:00", breachTime=None)), None, False, id="no breach time"),
    pytest.param(
        sla(FIRST, done("09:00", "12:00", "11:00") | {"breached": None, "remainingTime": duration(-60)}),
        ELEVEN,
        True,
        id="negative remaining time is over",
    ),
    pytest.param(
        sla(FIRST, done("09:00", "10:00", "11:00") | {"breached": None, "remainingTime": duration(0)}),
        ELEVEN,
        False,
        id="nothing remaining is not over",
    ),
    pytest.param(
        sla(FIRST, done("09:00", "10:00", "11:00") | {"breached": None, "remainingTime": {"friendly": "-1h"}}),
        ELEVEN,
        None,
        id="a friendly duration is not read",
    ),
    pytest.param(
        sla(FIRST, done("09:00", "10:00", "11:00") | {"breachTime": {"iso8601": "2026-03-02T11:00:00+0100"}}),
        ELEVEN,
        False,
        id="a date without milliseconds",
    ),
    pytest.param(sla(FIRST, ongoing=running("09:00", "11:00")), ELEVEN, None, id="running"),
    pytest.param(sla(FIRST, ongoing=running("09:00", "11:00", breached=True)), ELEVEN, True, id="running and over"),
    pytest.param(
        sla(FIRST, ongoing=running("09:00", "11:00") | {"breached": None, "remainingTime": duration(-1)}),
        ELEVEN,
        True,
        id="running, less than nothing remaining",
    ),
    pytest.param(sla(FIRST, ongoing=running("09:00", "11:00", paused=True)), None, None, id="paused"),
    pytest.param(
        sla(FIRST, ongoing=running("09:00", "11:00", paused=True, breached=True)), ELEVEN, True, id="paused when over"
    ),
    pytest.param(
        sla(FIRST, ongoing=running("09:00", "11:00", paused=True, withinCalendarHours=None)),
        None,
        None,
        id="paused, of hours it says nothing",
    ),
    pytest.param(
        sla(FIRST, ongoing=running("09:00", "11:00", paused=True, withinCalendarHours=False)),
        ELEVEN,
        None,
        id="outside calendar hours everything is paused",
    ),
    pytest.param(
        sla(FIRST, done("03 09:00", "03 12:00", "03 11:00"), done("09:00", "10:00", "11:00")),
        ELEVEN,
        False,
        id="the first of several in any order",
    ),
    pytest.param(
        sla(FIRST, done("09:00", "10:00", "11:00"), ongoing=running("03 09:00", "03 11:00", breached=True)),
        ELEVEN,
        False,
        id="the first, though another runs",
    ),
    pytest.param(sla(FIRST), None, None, id="not begun"),
    pytest.param({"errorMessage": "metric not found"}, None, None, id="an error in its place"),
]


@pytest.mark.parametrize(("given", "due", "breached"), CYCLES)
def test_the_first_response_is_judged_by_its_first_cycle(
    tmp_path: Path, given: dict[str, Any], due: datetime | None, breached: bool | None
) -> None:
    assert fields(in_issue(tmp_path, given)) == (due, breached, None, None)
    if due or breached is not None:
        assert fields(in_request(tmp_path, given)) == (due, breached, None, None)


@pytest.mark.parametrize(
    ("given", "due", "breached"),
    [
        (sla(LAST, done("09:00", "10:00", "10:30"), done("12:00", "13:00", "11:00")), ELEVEN, True),
        (sla(LAST, done("09:00", "10:00", "09:30"), ongoing=running("10:10", "11:00")), ELEVEN, None),
        (sla(LAST, done("09:00", "10:00", "11:00")), ELEVEN, False),
    ],
)
def test_the_resolution_is_judged_by_its_last_cycle(
    tmp_path: Path, given: dict[str, Any], due: datetime, breached: bool | None
) -> None:
    assert fields(in_issue(tmp_path, given)) == (None, None, due, breached)


def test_several_cycles_and_pauses_are_told(tmp_path: Path) -> None:
    twice = (done("09:00", "10:00", "11:00"), done("12:00", "13:00", "14:00"))
    batch = in_issue(tmp_path, sla(FIRST, *twice), sla(LAST, *twice, ongoing=running("15:00", "16:00", paused=True)))
    assert batch.notes == (
        "1 issues have several cycles of first response; Jira's verdict is taken of the first.",
        "1 issues have several cycles of resolution; Jira's verdict is taken of the last.",
        "1 SLAs are paused; their due time moves on and was left out.",
    )


@pytest.mark.parametrize(
    ("name", "which"),
    [
        ("Time to first response", 0),
        ("TIME TO FIRST RESPONSE (P1)", 0),
        ("First reply", 0),
        ("Time to resolution", 2),
        ("Time to resolve", 2),
        ("time to full resolution", 2),
        ("Time to close after resolution", None),
        ("Time to first resolution", None),
        ("Time to approve normal change", None),
        ("Time to response", None),
        ("Lösungszeit", None),
        (None, None),
    ],
)
def test_slas_are_known_by_their_names(tmp_path: Path, name: str, which: int | None) -> None:
    batch = in_issue(tmp_path, sla(name, done("09:00", "10:00", "11:00")))
    expected = [None] * 4
    if which is not None:
        expected[which : which + 2] = [ELEVEN, False]
    assert list(fields(batch)) == expected
    passed = [note for note in batch.notes if note.startswith("SLAs that were passed over")]
    assert [f"{name or 'without a name'} (1)" in note for note in passed] == ([] if which is not None else [True])


def test_of_two_slas_of_one_kind_the_one_of_jiras_own_name_counts(tmp_path: Path) -> None:
    own, other = sla(LAST, done("09:00", "10:00", "11:00")), sla(f"{LAST} VIP", done("09:30", "10:00", "09:45"))
    unbegun = sla("Resolution of outages")
    for order in ((own, other, unbegun), (unbegun, other, own)):
        batch = in_issue(tmp_path, *order)
        assert fields(batch) == (None, None, ELEVEN, False)
        assert [note for note in batch.notes if "Time to resolution VIP (1)." in note]


def test_an_issue_without_slas_has_no_verdict_and_that_is_told(tmp_path: Path) -> None:
    batch = in_issue(tmp_path)
    assert fields(batch) == (None,) * 4
    assert batch.notes[0].startswith("No issue has an SLA of first response or resolution")


def test_requests_are_told_apart_by_their_links(tmp_path: Path) -> None:
    path = written(
        tmp_path / "s.json",
        asked(
            sla(FIRST, done("09:00", "10:00", "11:00")),
            sla(LAST, done("09:00", "13:00", "11:00")),
            sla(FIRST, done("09:00", "12:00", "11:00"), request="IT_OPS-22"),
            sla("Time to approve", done("09:00", "12:00", "11:00"), request="HELP-3"),
        ),
    )
    assert claimed(path) == ["jira_slas"]
    batch = taken("jira_slas", [path])
    assert batch.tickets.select("ticket_id", "created_at", "status").rows() == [
        ("HELP-1", None, None),
        ("IT_OPS-22", None, None),
    ]
    assert fields(batch) == (ELEVEN, False, ELEVEN, True)
    assert fields(batch, "IT_OPS-22") == (ELEVEN, True, None, None)
    assert story(batch) == [("02 10:00", "reply", None, None)]
    assert (batch.read, batch.taken) == (4, 4)
    assert batch.as_of == datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert any("Time to approve (1)" in note for note in batch.notes)


def test_a_response_that_ended_with_the_resolution_was_no_answer(tmp_path: Path) -> None:
    batch = in_request(
        tmp_path, sla(FIRST, done("09:00", "10:00", "11:00")), sla(LAST, done("09:00", "10:00", "11:00"))
    )
    assert batch.events.is_empty()


def test_an_sla_that_names_its_issue_by_number_is_set_aside_unless_the_key_is_beside_it(tmp_path: Path) -> None:
    numbered = sla(FIRST, done("09:00", "10:00", "11:00"), request="107001")
    unlinked = {key: value for key, value in numbered.items() if key != "_links"}
    beside = {**sla(FIRST, done("09:00", "10:00", "11:00"), request="107002"), "issueKey": "HELP-2"}
    batch = in_request(tmp_path, numbered, unlinked, beside, {**numbered, "issueKey": "107001"})
    assert batch.tickets["ticket_id"].to_list() == ["HELP-2"]
    assert batch.rejected.select("row_number", "rule").rows() == [
        (number, "issue key is missing") for number in (1, 2, 4)
    ]
    assert "issueKey" in batch.rejected["advice"][0]
    assert "107001" in batch.rejected["content"][0]


def test_slas_that_cannot_be_are_set_aside(tmp_path: Path) -> None:
    late = sla(FIRST, done("09:00", "10:00", "11:00") | {"stopTime": {"epochMillis": 1800000000000}}, request="HELP-2")
    far = sla(FIRST, done("09:00", "10:00", "11:00") | {"breachTime": {"epochMillis": 9999999999999}}, request="HELP-3")
    batch = in_request(tmp_path, sla(FIRST, done("09:00", "10:00", "11:00")), late, far)
    assert batch.rejected.select("ticket_id", "rule").rows() == [
        ("HELP-2", "time in the future"),
        ("HELP-3", "a time before 1970 or after 2099"),
    ]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (sla(FIRST, done("09:00", "10:00", "11:00"), request="7"), "Most often: issue key is missing .1 rows.. An SLA"),
        (sla("Time to approve", done("09:00", "10:00", "11:00")), "passed over, .*Time to approve .1.. Expected 'Time"),
    ],
)
def test_a_file_without_anything_to_take_is_refused(tmp_path: Path, given: dict[str, Any], words: str) -> None:
    with pytest.raises(ImportFileError, match=words):
        in_request(tmp_path, given)


def test_the_same_sla_twice_counts_once(tmp_path: Path) -> None:
    given = sla(FIRST, done("09:00", "10:00", "11:00"))
    batch = in_request(tmp_path, given, given)
    assert (batch.read, batch.taken, batch.tickets.height, batch.events.height) == (2, 2, 1, 1)
    assert any("one too many: Time to first response (1)." in note for note in batch.notes)


@pytest.mark.parametrize(
    "rubbish",
    ["x", 7, True, [], {}, {"epochMillis": "soon"}, {"epochMillis": True}, {"epochMillis": 10**30}, {"millis": 10**30}],
)
def test_what_has_another_shape_than_expected_says_nothing(tmp_path: Path, rubbish: Any) -> None:
    names = ("startTime", "stopTime", "breachTime", "breached", "remainingTime")
    odd = {**done("09:00", "10:00", "11:00"), **dict.fromkeys(names, rubbish)}
    batch = in_issue(tmp_path, sla(FIRST, odd, ongoing=rubbish if isinstance(rubbish, dict) else None))
    assert fields(batch)[0] is None


def test_due_before_creation_sets_the_issue_aside(tmp_path: Path) -> None:
    wrong = issue("HELP-2", slas=(sla(LAST, done("08:00", "08:10", "08:30")),), created=moment("09:00"))
    batch = taken("jira_changelog", [written(tmp_path / "i.json", page(issue(), wrong))])
    assert batch.rejected["rule"].to_list() == ["resolution due before creation"]


def test_a_running_cycle_that_is_over_says_that_its_breach_has_been(tmp_path: Path) -> None:
    before = sla(LAST, ongoing=running("09:00", "05 11:00"))
    after = sla(LAST, ongoing=running("09:00", "05 11:00", breached=True))
    for read, seen in (
        (in_issue, datetime(2026, 3, 4, 8, tzinfo=UTC)),
        (in_request, datetime(2026, 3, 2, 8, tzinfo=UTC)),
    ):
        assert read(tmp_path, before).as_of == seen
        assert read(tmp_path, after).as_of == datetime(2026, 3, 5, 10, tzinfo=UTC)
