"""ServiceNow's task SLAs: due times and verdicts of its own."""

from pathlib import Path

import pytest

from analytics.errors import ImportFileError
from analytics.schemas import ATTRIBUTES
from tests.data.exports_servicenow import TASK_SLA, answered, events, row_of, taken, utc, written

RESPONSE = {
    **TASK_SLA,
    "sla": "Priority 3 response (4 hours)",
    "planned_end_time": "2026-03-02 13:00:00",
    "end_time": "2026-03-02 09:40:00",
}


def test_task_slas_give_due_times_verdicts_and_the_response(tmp_path: Path) -> None:
    late = {**TASK_SLA, "task": "INC0010002", "has_breached": "true"}
    batch = taken(written(tmp_path / "task_sla.csv", TASK_SLA, RESPONSE, late))
    ticket = row_of(batch)
    assert ticket["resolution_due_at"] == utc("2026-03-05 12:00")
    assert ticket["first_response_due_at"] == utc("2026-03-02 16:00")
    assert (ticket["resolution_breached"], ticket["first_response_breached"]) == (False, False)
    assert row_of(batch, "INC0010002")["resolution_breached"] is True
    assert ticket["created_at"] is None
    assert ticket["status"] is None
    assert batch.tickets.select(*ATTRIBUTES).null_count().sum_horizontal().item() == 2 * len(ATTRIBUTES)
    assert events(batch) == [(utc("2026-03-02 12:40"), "reply", None, None)]
    assert (batch.read, batch.taken, batch.tickets.height) == (3, 3, 2)
    assert batch.notes == ("3 SLAs were paused, for 8 hours in all; when is not told.",)


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"stage": "In progress", "has_breached": "false", "end_time": ""}, None),
        ({"stage": "Paused", "has_breached": "false", "end_time": ""}, None),
        ({"stage": "In progress", "has_breached": "true", "end_time": ""}, True),
        ({"stage": "Completed", "has_breached": "true"}, True),
        ({"stage": "Completed", "has_breached": "false"}, False),
        ({"stage": "Achieved", "has_breached": "0"}, False),
        ({"stage": "Completed", "has_breached": ""}, None),
    ],
)
def test_a_running_sla_has_no_verdict_unless_it_is_late(
    tmp_path: Path, changes: dict[str, str], verdict: bool | None
) -> None:
    batch = taken(written(tmp_path / "task_sla.csv", {**TASK_SLA, **changes}))
    assert row_of(batch)["resolution_breached"] is verdict


def test_a_response_that_is_not_over_answers_nothing(tmp_path: Path) -> None:
    batch = taken(written(tmp_path / "task_sla.csv", {**RESPONSE, "stage": "In progress"}))
    assert batch.events.is_empty()


def test_of_exchanged_slas_the_last_started_counts(tmp_path: Path) -> None:
    first = {**TASK_SLA, "sla": "Priority 4 resolution", "planned_end_time": "2026-03-09 09:00:00"}
    cancelled = {**TASK_SLA, "start_time": "2026-03-03 09:00:00", "stage": "Cancelled", "has_breached": "true"}
    second = {**TASK_SLA, "start_time": "2026-03-02 09:30:00", "planned_end_time": "2026-03-03 09:30:00"}
    for rows in ((first, cancelled, second), (second, cancelled, first)):
        batch = taken(written(tmp_path / "task_sla.csv", *rows))
        assert row_of(batch)["resolution_due_at"] == utc("2026-03-03 12:30")
        assert row_of(batch)["resolution_breached"] is False
        assert (batch.read, batch.taken, batch.rejected.height) == (3, 3, 0)
        assert batch.notes[:2] == (
            "1 rows were passed over: cancelled.",
            "1 rows were passed over: another SLA of the same task and kind started later.",
        )


def test_agreements_of_others_and_unknown_kinds_are_passed_over(tmp_path: Path) -> None:
    ola = {**TASK_SLA, "sla.type": "OLA", "has_breached": "true"}
    named = {**TASK_SLA, "sla": "Network OLA resolution", "sla.type": "", "has_breached": "true"}
    supplier = {**TASK_SLA, "sla.type": "Underpinning contract", "has_breached": "true"}
    strange = {**TASK_SLA, "sla": "Gold", "has_breached": "true"}
    both = {**TASK_SLA, "sla": "Response and resolution", "has_breached": "true"}
    batch = taken(written(tmp_path / "task_sla.csv", TASK_SLA, ola, named, supplier, strange, both))
    assert row_of(batch)["resolution_breached"] is False
    assert batch.taken == 6
    assert batch.notes[:2] == (
        "3 rows were passed over: agreements between teams or with suppliers.",
        "2 rows were passed over: neither of response nor of resolution.",
    )


def test_the_target_of_the_definition_says_more_than_its_name(tmp_path: Path) -> None:
    gold = {**TASK_SLA, "sla": "Gold resolution", "sla.target": "Response"}
    ticket = row_of(taken(written(tmp_path / "task_sla.csv", gold)))
    assert (ticket["first_response_breached"], ticket["resolution_breached"]) == (False, None)


def test_task_slas_of_the_api(tmp_path: Path) -> None:
    table = taken(written(tmp_path / "task_sla.csv", TASK_SLA, RESPONSE), zone="UTC")
    batch = taken(answered(tmp_path / "task_sla.json", TASK_SLA, RESPONSE), zone=None)
    assert batch.tickets.equals(table.tickets)
    assert batch.events.equals(table.events)


def test_task_slas_by_ids_alone_are_refused(tmp_path: Path) -> None:
    path = answered(tmp_path / "task_sla.json", TASK_SLA, display="false")
    with pytest.raises(ImportFileError, match="Export task_sla with sysparm_display_value=all"):
        taken(path)


def test_bad_task_slas_are_set_aside_by_name(tmp_path: Path) -> None:
    rows = [
        {**TASK_SLA, "task": ""},
        {**TASK_SLA, "task": "INC2", "planned_end_time": "soon"},
        {**RESPONSE, "end_time": "2027-01-01 00:00:00"},
        TASK_SLA,
        RESPONSE | {"task": "INC5"},
        TASK_SLA | {"task": "INC6"},
    ]
    batch = taken(written(tmp_path / "task_sla.csv", *rows))
    assert batch.rejected.select("row_number", "rule").rows() == [
        (2, "ticket id is missing"),
        (3, "resolution due time cannot be read"),
        (4, "first response time in the future"),
    ]
    assert batch.taken == 3
