"""What Freshservice's ticket list tells, and how it is told apart from Freshdesk's."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from analytics.errors import ImportFileError
from data.ingest.adapters import ADAPTERS
from tests.data.exports_freshdesk import SERVICE, ZONE, adapters_of, desk, history, service, table, taken, written

ADAPTER = ADAPTERS["freshservice_tickets"]


def test_a_row_becomes_a_ticket_with_its_outcomes(tmp_path: Path) -> None:
    batch = taken(ADAPTER, [written(tmp_path / "t.csv", table(service("007")))], time_zone=ZONE)
    assert batch.tickets.row(0, named=True) == {
        "source": "freshservice",
        "ticket_id": "007",
        "created_at": datetime(2026, 6, 1, 6, tzinfo=UTC),
        "updated_at": datetime(2026, 6, 1, 10, tzinfo=UTC),
        "created_by_agent": None,
        "status": "resolved",
        "priority": "low",
        "category": "Hardware",
        "channel": "phone",
        "region": "Lund",
        "plan": None,
        "customer": "Finance",
        "team": "Desktop",
        "agent": "Ada",
        "first_response_due_at": None,
        "first_response_breached": False,
        "resolution_due_at": datetime(2026, 6, 2, 6, tzinfo=UTC),
        "resolution_breached": False,
    }
    assert history(batch, "007") == [
        ("01 06:30", "reply", None, None),
        ("01 10:00", "status", "resolved", "open"),
    ]


def test_the_company_is_the_customer_before_the_department(tmp_path: Path) -> None:
    rows = [{**service(1), "Company": "Acme"}, {**service(2), "Company": ""}]
    batch = taken(ADAPTER, [written(tmp_path / "t.csv", table(*rows))], time_zone=ZONE)
    assert batch.tickets["customer"].to_list() == ["Acme", None]


def test_its_times_are_local_too(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match="carry no zone. Say which with --time-zone"):
        taken(ADAPTER, [written(tmp_path / "t.csv", table(service()))])


@pytest.mark.parametrize("missing", [name for name in SERVICE if name not in {"Ticket Id", "Created Time"}])
def test_any_other_column_may_be_missing(tmp_path: Path, missing: str) -> None:
    full = service(closed_time="2026-06-02 12:00:00")
    row = {name: value for name, value in full.items() if name != missing}
    path = written(tmp_path / "t.csv", table(row))
    assert adapters_of(path) == ["freshservice_tickets"]
    assert taken(ADAPTER, [path], time_zone=ZONE).taken == 1


@pytest.mark.parametrize(
    ("row", "claimed"),
    [
        (service(), "freshservice_tickets"),
        (desk(), "freshdesk_tickets"),
        ({"Ticket Id": "1", "Created Time": "2026-06-01 08:00:00", "Urgency": "Low"}, "freshservice_tickets"),
        ({"Ticket Id": "1", "Created Time": "2026-06-01 08:00:00", "Resolved Time": ""}, "freshservice_tickets"),
        ({"TICKET ID": "1", "CREATED TIME": "2026-06-01 08:00:00", "IMPACT": "Low"}, "freshservice_tickets"),
        ({"TICKET ID": "1", "CREATED TIME": "2026-06-01 08:00:00", "REQUESTER VIP": ""}, "freshservice_tickets"),
        ({"TICKET ID": "1", "CREATED TIME": "2026-06-01 08:00:00", "CLOSED TIME": ""}, "freshdesk_tickets"),
        ({"Ticket ID": "1", "Created time": "2026-06-01 08:00:00", "Urgency": "Low"}, "freshdesk_tickets"),
    ],
)
def test_exactly_one_of_the_two_claims_a_list(tmp_path: Path, row: dict[str, str], claimed: str) -> None:
    assert adapters_of(written(tmp_path / "any.csv", table(row))) == [claimed]
