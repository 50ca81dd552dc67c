"""ServiceNow's incidents, task SLAs and audit log, in the shapes in which they are exported."""

from pathlib import Path

import pytest

from analytics.errors import ImportFileError
from data.ingest.adapters import ADAPTERS
from data.ingest.files import opened
from tests.data.exports_servicenow import INCIDENT, LOG, TASK_SLA, answered, events, row_of, taken, utc, written

LABELS = {
    "number": "Number",
    "opened_at": "Opened",
    "sys_updated_on": "Updated",
    "state": "State",
    "priority": "Priority",
    "category": "Category",
    "contact_type": "Channel",
    "company": "Company",
    "location": "Location",
    "assignment_group": "Assignment group",
    "assigned_to": "Assigned to",
    "resolved_at": "Resolved",
    "closed_at": "Closed",
    "made_sla": "Made SLA",
    "hold_reason": "On hold reason",
}
LATE = {**INCIDENT, "number": "INC0010002", "made_sla": "false"}


@pytest.mark.parametrize(
    ("header", "stream"),
    [
        ("number,opened_at,state,assignment_group", "servicenow_incidents"),
        ("number,opened_at,dv_state,sys_id,made_sla,sys_mod_count,sys_updated_on", "servicenow_incidents"),
        ("Number,Opened,Short description,State,Assignment group", "servicenow_incidents"),
        ("task,sla,stage,has_breached,start_time,end_time,planned_end_time", "servicenow_task_sla"),
        ("task_value,sla_value,stage,has_breached,start_time,planned_end_time", "servicenow_task_sla"),
        ("number,incident_state,active,sys_mod_count,made_sla,opened_at,sys_updated_at", "servicenow_audit"),
    ],
)
def test_a_file_is_known_by_its_columns(tmp_path: Path, header: str, stream: str) -> None:
    path = tmp_path / "export.csv"
    path.write_text(f"{header}\n{',' * header.count(',')}\n")
    with opened([path]) as files:
        assert [name for name, adapter in ADAPTERS.items() if adapter.fits(files[0])] == [stream]
    assert ADAPTERS[stream].system == "servicenow"


def test_an_incident_list_is_read_in_the_zone_that_is_said(tmp_path: Path) -> None:
    batch = taken(written(tmp_path / "incident.csv", INCIDENT, LATE))
    ticket = row_of(batch)
    assert ticket["created_at"] == utc("2026-03-02 12:00")
    assert ticket["updated_at"] == utc("2026-03-09 13:00")
    assert (ticket["status"], ticket["priority"], ticket["channel"]) == ("closed", "moderate", "self_service")
    assert (ticket["customer"], ticket["region"], ticket["team"]) == ("Acme", "Oslo", "Service Desk")
    assert events(batch) == [(utc("2026-03-04 13:00"), "status", "closed", "open")]
    assert (batch.read, batch.taken, batch.notes) == (2, 2, ())


def test_the_same_incident_in_every_shape(tmp_path: Path) -> None:
    plain = taken(written(tmp_path / "plain.csv", INCIDENT, LATE), zone="UTC")
    renamed = [
        {f"dv_{name}" if name in ("state", "assignment_group") else name: cell for name, cell in each.items()}
        for each in (INCIDENT, LATE)
    ]
    labelled = [{label: each[name] for name, label in LABELS.items()} for each in (INCIDENT, LATE)]
    shapes = [
        written(tmp_path / "renamed.csv", *renamed),
        written(tmp_path / "labelled.csv", *labelled),
        written(tmp_path / "list.tsv", INCIDENT, LATE, delimiter="\t"),
        answered(tmp_path / "all.json", INCIDENT, LATE),
    ]
    for path in shapes:
        batch = taken(path, zone="UTC")
        assert batch.tickets.equals(plain.tickets), path.name
        assert batch.events.equals(plain.events), path.name


def test_the_api_is_read_as_utc_and_told_so(tmp_path: Path) -> None:
    path = answered(tmp_path / "incident.json", INCIDENT, LATE)
    batch = taken(path, zone=None)
    assert row_of(batch)["created_at"] == utc("2026-03-02 09:00")
    assert batch.notes == ("Times of incident.json were read as UTC, as the table API gives them.",)


def test_the_api_without_display_values_gives_codes_and_ids(tmp_path: Path) -> None:
    batch = taken(answered(tmp_path / "incident.json", INCIDENT, LATE, display="false"), zone=None)
    ticket = row_of(batch)
    assert (ticket["status"], ticket["priority"]) == ("closed", "moderate")
    assert ticket["team"] == "d625dccec0a8016700a222a0f7900d06"
    assert "Export with sysparm_display_value=all" in batch.notes[-1]


def test_times_as_people_read_them_need_their_zone(tmp_path: Path) -> None:
    path = answered(tmp_path / "incident.json", INCIDENT, LATE, display="true")
    with pytest.raises(ImportFileError, match="Times of incident.json carry no zone. Say which with --time-zone"):
        taken(path, zone=None)
    ticket = row_of(taken(path))
    assert (ticket["created_at"], ticket["team"]) == (utc("2026-03-02 09:00"), "Service Desk")


@pytest.mark.parametrize(("row", "name"), [(INCIDENT, "incident.csv"), (TASK_SLA, "task_sla.csv"), (LOG, "log.csv")])
def test_a_table_without_a_zone_is_not_guessed_at(tmp_path: Path, row: dict[str, str], name: str) -> None:
    with pytest.raises(ImportFileError) as told:
        taken(written(tmp_path / name, row), zone=None)
    assert str(told.value) == f"Times of {name} carry no zone. Say which with --time-zone Europe/Stockholm."


@pytest.mark.parametrize(
    ("changes", "status", "solved"),
    [
        ({"state": "New"}, "new", False),
        ({"state": "2"}, "open", False),
        ({"state": "In Progress"}, "open", False),
        ({"state": "On Hold"}, "on_hold", False),
        ({"state": "On Hold", "hold_reason": "Awaiting Vendor"}, "on_hold", False),
        ({"state": "3", "hold_reason": "Awaiting Caller"}, "pending", False),
        ({"state": "Resolved"}, "resolved", True),
        ({"state": "7", "resolved_at": ""}, "closed", True),
        ({"state": "Awaiting User Info"}, "awaiting_user_info", False),
        ({"state": "Warten auf Kunde"}, "warten_auf_kunde", False),
    ],
)
def test_states_are_our_words_or_their_own(tmp_path: Path, changes: dict[str, str], status: str, solved: bool) -> None:
    batch = taken(written(tmp_path / "incident.csv", {**INCIDENT, **changes}))
    assert row_of(batch)["status"] == status
    assert [event[1:3] for event in events(batch)] == ([("status", status)] if solved else [])
    if not changes.get("resolved_at", "is given"):
        assert events(batch)[0][0] == utc("2026-03-09 13:00")


def test_a_cancelled_incident_is_left_out_and_told(tmp_path: Path) -> None:
    row = {**INCIDENT, "state": "Canceled", "resolved_at": ""}
    batch = taken(written(tmp_path / "incident.csv", row, LATE))
    assert events(batch) == [(utc("2026-03-09 13:00"), "cancel", "deleted", None)]
    assert batch.notes == ("1 incidents were cancelled, and are left out of every rate like deleted ones.",)


def test_made_sla_is_a_verdict_where_it_is_in_use(tmp_path: Path) -> None:
    running = {**INCIDENT, "number": "INC0010003", "state": "In Progress"}
    overdue = {**LATE, "number": "INC0010004", "state": "Resolved"}
    batch = taken(written(tmp_path / "incident.csv", INCIDENT, LATE, running, overdue))
    assert batch.tickets["resolution_breached"].to_list() == [False, True, None, True]
    unused = taken(written(tmp_path / "incident.csv", INCIDENT, running))
    assert unused.tickets["resolution_breached"].to_list() == [None, None]
    assert unused.notes == (
        "made_sla is true in every row, as where it is not in use: it was not taken for a verdict.",
    )


def test_reopenings_without_a_time_are_told(tmp_path: Path) -> None:
    batch = taken(written(tmp_path / "incident.csv", {**LATE, "reopen_count": "2"}))
    assert batch.notes == ("1 incidents were reopened; when is not told, so they count as resolved once.",)


def test_bad_incidents_are_set_aside_by_name(tmp_path: Path) -> None:
    rows = [
        {**INCIDENT, "number": ""},
        {**INCIDENT, "number": "INC2", "opened_at": "2026-02-30 09:00:00"},
        {**INCIDENT, "number": "INC3", "resolved_at": "2026-03-01 09:00:00"},
        {**INCIDENT, "number": "INC4", "resolved_at": "", "closed_at": ""},
        {**INCIDENT, "number": "INC5"},
        {**INCIDENT, "number": "INC6"},
        {**INCIDENT, "number": "INC7"},
        {**INCIDENT, "number": "INC7", "sys_updated_on": "2026-03-10 10:00:00"},
    ]
    batch = taken(written(tmp_path / "incident.csv", *rows))
    assert batch.rejected.select("row_number", "rule").rows() == [
        (2, "ticket id is missing"),
        (3, "creation time cannot be read"),
        (4, "resolution time before creation"),
        (5, "solved without a resolution time"),
        (8, "duplicate ticket id"),
    ]
    assert batch.taken == 3


def test_a_list_in_another_time_format(tmp_path: Path) -> None:
    times = ("opened_at", "sys_updated_on", "resolved_at", "closed_at")
    german = {
        name: "{2}.{1}.{0} {3}".format(*cell[:10].split("-"), cell[11:]) if name in times else cell
        for name, cell in LATE.items()
    }
    batch = taken(written(tmp_path / "incident.csv", german))
    assert row_of(batch, "INC0010002")["created_at"] == utc("2026-03-02 12:00")
