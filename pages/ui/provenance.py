"""Where the numbers come from: sources, closed months, imports and what they set aside, as tables for the data page."""

from pathlib import Path
from typing import Any

import polars as pl
import streamlit as st

from analytics.closing import told
from analytics.schemas import KIND_LABELS
from pages.ui import format as fmt
from pages.ui import load
from pages.ui.load import Selection, Version

_AT = st.column_config.DatetimeColumn
_N = st.column_config.NumberColumn

SOURCE_COLUMNS: dict[str, Any] = {
    "source": "Source",
    "as_of": _AT("Data as of", format="D MMM YYYY, HH:mm"),
    "policy": "Policy file",
    "policy_hash": "Hash",
    "tickets": _N("Tickets", format="localized"),
    "events": _N("Events", format="localized"),
    "clocks": _N("Clocks", format="localized"),
    "without_clock": _N(
        "Tickets without a clock", format="localized", help="No policy fits them, or it promises nothing."
    ),
    "imported_at": _AT("Last import", format="D MMM YYYY, HH:mm"),
}
MONTH_COLUMNS: dict[str, Any] = {
    "source": "Source",
    "kind": "SLA clock",
    "month": st.column_config.DateColumn("Month", format="MMMM YYYY"),
    "closed_at": _AT("Closed", format="D MMM YYYY, HH:mm"),
    "due_at_close": _N("Due at close", format="localized"),
    "attainment_at_close": _N("SLA attainment at close", format="percent"),
    "due_now": _N("Due now", format="localized"),
    "attainment_now": _N("SLA attainment now", format="percent"),
    "text": st.column_config.TextColumn("What changed since", width="large"),
}
IMPORT_COLUMNS: dict[str, Any] = {
    "number": "No.",
    "source": "Source",
    "files": "Files",
    "mapping": "Mapping",
    "imported_at": _AT("Imported", format="D MMM YYYY, HH:mm"),
    "as_of": _AT("Newest event", format="D MMM YYYY, HH:mm"),
    "rows_read": _N("Rows read", format="localized"),
    "rows_taken": _N("Taken", format="localized"),
    "rows_rejected": _N("Rejected", format="localized"),
    "tickets_new": _N("New tickets", format="localized"),
    "tickets_updated": _N("Updated", format="localized"),
    "tickets_unchanged": _N("Unchanged", format="localized"),
    "tickets_older": _N("Older", format="localized", help="Older than what is known of the ticket; passed over."),
    "repeated_times": _N(
        "Times that happened twice", format="localized", help="Local times in the hour the clocks go back."
    ),
    "skipped_times": _N(
        "Times that never happened", format="localized", help="Local times in the hour the clocks skip."
    ),
}
REJECTED_COLUMNS: dict[str, Any] = {
    "file": "File",
    "row_number": "Row",
    "ticket_id": "Ticket",
    "rule": "Rule it broke",
    "advice": "What to do",
    "content": "The row",
}
REPAIR_COLUMNS: dict[str, Any] = {
    "import_number": _N("Import"),
    "rule": "Rule",
    "events": _N("Events", format="localized"),
    "advice": st.column_config.TextColumn("What was done, and what to do", width="large"),
}


def verdict(facts: dict[str, pl.DataFrame], version: int) -> str:
    """How much is there, and how much was set aside."""
    counts, imports = facts["counts"], facts["imports"]
    tickets, clocks = int(counts["tickets"].sum()), int(counts["clocks"].sum())
    rejected, read = int(imports["rows_rejected"].sum()), int(imports["rows_read"].sum())
    aside = f"{fmt.plural(rejected, 'row was', 'rows were')} set aside of {fmt.number(read)} read"
    return f"Version {version}: {fmt.plural(tickets, 'ticket')} with {fmt.plural(clocks, 'clock')}; {aside}."


def sources(selection: Selection, facts: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """One row a source, with its counts."""
    known = load.sources(Version(Path(selection.directory), selection.version))
    return known.join(facts["counts"], on="source", how="left").select(*SOURCE_COLUMNS).sort("source")


def by_rule(rejected: pl.DataFrame) -> pl.DataFrame:
    """How many rows broke each rule."""
    return rejected.group_by("rule").agg(rows=pl.len()).sort("rows", "rule", descending=[True, False])


@st.cache_data(max_entries=4, show_spinner=False)
def months(directory: str, number: int) -> pl.DataFrame:
    """The closed months of every source and kind with what has changed since, the latest first."""
    version = Version(Path(directory), number)
    found = told(version.closed_months(), version.restatements())
    kinds = pl.col("kind").replace_strict(KIND_LABELS, default=pl.col("kind"))
    return found.sort("month", "source", "kind", descending=[True, False, False]).with_columns(kind=kinds)


def months_said(found: pl.DataFrame) -> str:
    """How many months are closed, and how many of them have changed."""
    if found.is_empty():
        return "No month is over yet."
    changed = found["text"].count()
    said = f"{fmt.plural(changed, 'has', 'have')} changed since" if changed else "none has changed since"
    return f"{fmt.plural(found.height, 'month')} of a source and kind of clock closed, {said}."


@st.cache_data(max_entries=4, show_spinner=False)
def repairs(directory: str, number: int) -> pl.DataFrame:
    """Events that imports dropped or mended, by import and rule, the newest import first."""
    return Version(Path(directory), number).repairs()
