"""ServiceNow's audit log of incidents: what its rows become."""

from pathlib import Path

import polars as pl
import pytest

from analytics.errors import ImportFileError
from data.ingest.batch import Batch
from tests.data.exports_servicenow import LOG, events, row_of, taken, utc, written


def logged(path: Path, *changes: dict[str, str]) -> Batch:
    return taken(written(path, *({**LOG, **each} for each in changes)))


def test_a_log_becomes_the_changes_between_its_rows(tmp_path: Path) -> None:
    batch = logged(
        tmp_path / "log.csv",
        {},
        {"sys_mod_count": "1", "sys_updated_at": "29/2/2016 08:15", "incident_state": "Active", "assigned_to": "Ann"},
        {
            "sys_mod_count": "2",
            "sys_updated_at": "29/2/2016 08:15",
            "incident_state": "Awaiting User Info",
            "assigned_to": "Ann",
        },
        {
            "sys_mod_count": "4",
            "sys_updated_at": "1/3/2016 07:00",
            "incident_state": "Awaiting User Info",
            "assigned_to": "Ann",
            "assignment_group": "?",
        },
        {
            "sys_mod_count": "5",
            "sys_updated_at": "1/3/2016 09:00",
            "incident_state": "Resolved",
            "priority": "2 - High",
            "assigned_to": "Bo",
            "assignment_group": "Group 2",
        },
        {
            "sys_mod_count": "6",
            "sys_updated_at": "6/3/2016 09:00",
            "incident_state": "Closed",
            "priority": "2 - High",
            "assigned_to": "Bo",
            "assignment_group": "Group 2",
            "made_sla": "false",
        },
    )
    assert events(batch, "INC0000001") == [
        (utc("2016-02-29 11:15"), "agent", "Ann", None),
        (utc("2016-02-29 11:15"), "status", "open", "new"),
        (utc("2016-02-29 11:15"), "status", "awaiting_user_info", "open"),
        (utc("2016-03-01 10:00"), "team", None, "Group 1"),
        (utc("2016-03-01 12:00"), "priority", "high", "moderate"),
        (utc("2016-03-01 12:00"), "team", "Group 2", None),
        (utc("2016-03-01 12:00"), "agent", "Bo", "Ann"),
        (utc("2016-03-01 12:00"), "status", "resolved", "awaiting_user_info"),
        (utc("2016-03-06 12:00"), "status", "closed", "resolved"),
    ]
    ticket = row_of(batch, "INC0000001")
    assert ticket["created_at"] == utc("2016-02-29 11:00")
    assert (ticket["status"], ticket["team"], ticket["resolution_breached"]) == ("closed", "Group 2", True)
    assert (ticket["channel"], ticket["region"], ticket["customer"]) == ("phone", "Location 1", None)


def test_the_first_rows_state_begins_with_the_row_and_its_holders_with_the_opening(tmp_path: Path) -> None:
    batch = logged(tmp_path / "log.csv", {"incident_state": "Resolved", "assigned_to": "Ann"})
    assert events(batch, "INC0000001") == [(utc("2016-02-29 11:10"), "status", "resolved", "new")]
    assert row_of(batch, "INC0000001")["agent"] == "Ann"


def test_rows_in_any_order_are_one_history(tmp_path: Path) -> None:
    rows = [
        {},
        {"sys_mod_count": "2", "sys_updated_at": "29/2/2016 08:10", "incident_state": "Active"},
        {"sys_mod_count": "10", "sys_updated_at": "29/2/2016 08:10", "incident_state": "Resolved"},
        {"sys_mod_count": "11", "sys_updated_at": "5/3/2016 08:10", "incident_state": "Closed"},
    ]
    forward = logged(tmp_path / "log.csv", *rows)
    for order in ([3, 2, 1, 0], [0, 2, 1, 3], [2, 3, 0, 1], [3, 0, 1, 2]):
        batch = logged(tmp_path / "log.csv", *(rows[place] for place in order))
        assert batch.events.equals(forward.events)
        assert batch.tickets.equals(forward.tickets)


def test_a_row_told_twice_is_taken_twice_and_counts_once(tmp_path: Path) -> None:
    rows = [{}, {"sys_mod_count": "1", "incident_state": "Active", "sys_updated_at": "29/2/2016 09:00"}]
    once = logged(tmp_path / "log.csv", *rows)
    twice = logged(tmp_path / "log.csv", rows[0], rows[1], rows[1], rows[0])
    assert twice.events.equals(once.events)
    assert (twice.read, twice.taken) == (4, 4)
    assert "2 rows say what another row of their file says, word for word, and were counted once." in twice.notes


def test_a_state_that_is_a_number_is_kept_and_told(tmp_path: Path) -> None:
    batch = logged(
        tmp_path / "log.csv", {}, {"sys_mod_count": "1", "incident_state": "-100", "sys_updated_at": "29/2/2016 09:00"}
    )
    assert [event[1:3] for event in events(batch, "INC0000001")] == [("status", "-100")]
    assert (
        "1 rows of 1 incidents are in a state that is a number (-100); it is kept as it is, and the clock runs."
        in batch.notes
    )


def test_a_time_before_the_opening_is_drawn_to_it(tmp_path: Path) -> None:
    batch = logged(tmp_path / "log.csv", {"incident_state": "Active", "sys_updated_at": "28/2/2016 08:00"})
    assert events(batch, "INC0000001") == [(utc("2016-02-29 11:00"), "status", "open", "new")]
    assert "1 rows bear a time before the opening or out of order; the nearest that can be was taken." in batch.notes


@pytest.mark.parametrize(
    ("last", "verdict"),
    [
        ({"incident_state": "Closed", "made_sla": "true"}, False),
        ({"incident_state": "Closed", "made_sla": "false"}, True),
        ({"incident_state": "Resolved", "made_sla": "true"}, None),
        ({"incident_state": "Active", "made_sla": "false"}, True),
        ({"incident_state": "Closed", "made_sla": "?"}, None),
    ],
)
def test_made_sla_is_judged_at_closing(tmp_path: Path, last: dict[str, str], verdict: bool | None) -> None:
    row = {"sys_mod_count": "1", "sys_updated_at": "29/2/2016 09:00", **last}
    assert row_of(logged(tmp_path / "log.csv", {}, row), "INC0000001")["resolution_breached"] is verdict


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"number": "?"}, "ticket id is missing"),
        ({"opened_at": "?"}, "creation time is missing"),
        ({"opened_at": "30/2/2016 08:00"}, "creation time cannot be read"),
        ({"sys_updated_at": ""}, "update time is missing"),
        ({"sys_updated_at": "soon"}, "update time cannot be read"),
        ({"sys_updated_at": "1/3/2031 08:00"}, "update time in the future"),
        ({"opened_at": "1/3/2031 08:00", "sys_updated_at": "29/2/2016 08:10"}, "creation time in the future"),
        ({"opened_at": "29/2/1916 08:00"}, "a time before 1970 or after 2099"),
    ],
)
def test_a_bad_row_of_a_log_is_set_aside(tmp_path: Path, changes: dict[str, str], rule: str) -> None:
    rows = [{"number": f"INC{number}"} for number in range(3)]
    batch = logged(tmp_path / "log.csv", *rows, changes)
    assert batch.rejected.select("row_number", "rule").rows() == [(5, rule)]
    assert batch.rejected["advice"][0]
    assert (batch.read, batch.taken, batch.tickets.height) == (4, 3, 3)


def test_a_log_without_one_good_row_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match="No row of log.csv could be taken. Most often: ticket id is missing."):
        logged(tmp_path / "log.csv", {"number": "?"})


def test_two_parts_of_a_log_are_one(tmp_path: Path) -> None:
    rows = [LOG, {**LOG, "sys_mod_count": "1", "incident_state": "Active", "sys_updated_at": "29/2/2016 09:00"}]
    whole = taken(written(tmp_path / "log.csv", *rows))
    parts = taken(written(tmp_path / "2.csv", rows[1]), written(tmp_path / "1.csv", rows[0]))
    assert parts.events.equals(whole.events)
    assert parts.tickets.equals(whole.tickets)


def test_every_event_says_what_the_one_before_it_left(tmp_path: Path) -> None:
    states = ["New", "Active", "Resolved", "Active", "Awaiting Vendor", "Closed"]
    rows = [
        {"sys_mod_count": str(n), "sys_updated_at": f"1/3/2016 {n:02}:00", "incident_state": state}
        for n, state in enumerate(states, 9)
    ]
    told = logged(tmp_path / "log.csv", *rows).events.filter(pl.col("kind") == "status")
    assert told["previous"][1:].to_list() == told["value"][:-1].to_list()
    assert told["value"].to_list() == ["open", "resolved", "open", "awaiting_vendor", "closed"]
