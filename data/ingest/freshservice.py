"""Freshservice's ticket list as exported to a table: much like Freshdesk's, with columns of its own."""

from functools import partial

from data.ingest.adapter import Adapter
from data.ingest.freshdesk import COLUMNS as FRESHDESK
from data.ingest.freshdesk import GAPS, Columns, is_ticket_export, read_export

COLUMNS: Columns = {
    **FRESHDESK,
    "category": ("Category",),
    "customer": ("Company", "Company Name", "Department"),
    "region": ("Requester Location",),
    "plan": (),
}
"""As for Freshdesk. The type (incident, service request) is less than the category; nothing says what a plan is."""

ADAPTERS: tuple[Adapter, ...] = (
    Adapter(
        name="freshservice_tickets",
        system="freshservice",
        label="Freshservice tickets (CSV)",
        evidence="outcomes",
        rank=1,
        gaps=GAPS,
        hint=(
            "Export the ticket list with all fields, also Initial Response, Resolved and Closed Time; merged tickets "
            "and spam can be told apart only by a tag 'merged' or 'spam', or a status of that name."
        ),
        naive=True,
        fits=partial(is_ticket_export, service=True),
        read=partial(read_export, columns=COLUMNS, stream="freshservice_tickets"),
    ),
)
