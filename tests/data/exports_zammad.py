"""Tickets as Zammad exports them, made by the tests."""

from typing import Any

from tests.data.exports_zendesk import Row, written


def zammad_ticket(number: int = 1, **changes: Any) -> Row:
    """A ticket of /api/v1/tickets?expand=true: open, promised, not yet answered."""
    whole = {
        "id": number,
        "group_id": 2,
        "priority_id": 2,
        "state_id": 2,
        "organization_id": 4,
        "number": f"670{number}",
        "title": "Printer",
        "owner_id": 9,
        "customer_id": 8,
        "note": None,
        "first_response_at": None,
        "first_response_escalation_at": written(60),
        "first_response_in_min": None,
        "first_response_diff_in_min": None,
        "close_at": None,
        "close_escalation_at": written(480),
        "close_in_min": None,
        "close_diff_in_min": None,
        "update_escalation_at": None,
        "update_in_min": None,
        "update_diff_in_min": None,
        "last_close_at": None,
        "last_contact_at": written(0),
        "last_contact_agent_at": None,
        "last_contact_customer_at": written(0),
        "last_owner_update_at": None,
        "create_article_type_id": 1,
        "create_article_sender_id": 2,
        "article_count": 1,
        "escalation_at": written(60),
        "pending_time": None,
        "type": None,
        "time_unit": None,
        "preferences": {},
        "updated_by_id": 3,
        "created_by_id": 3,
        "created_at": written(0),
        "updated_at": written(5),
        "article_ids": [1],
        "group": "Users",
        "organization": "Acme",
        "owner": "ada@example.com",
        "state": "open",
        "priority": "2 normal",
        "customer": "cora@example.com",
        "create_article_type": "email",
        "create_article_sender": "Customer",
    }
    return {**whole, **changes}


def zammad_closed(number: int = 1, **changes: Any) -> Row:
    """The same, answered in time and closed too late; escalation times are blank then."""
    done = {
        "state": "closed",
        "state_id": 4,
        "first_response_at": written(30),
        "first_response_escalation_at": None,
        "first_response_in_min": 30,
        "first_response_diff_in_min": 30,
        "close_at": written(600),
        "last_close_at": written(600),
        "close_escalation_at": None,
        "close_in_min": 600,
        "close_diff_in_min": -120,
        "escalation_at": None,
        "updated_at": written(600),
    }
    return zammad_ticket(number, **{**done, **changes})
