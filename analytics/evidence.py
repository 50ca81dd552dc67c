"""What can a source system's data not tell, and which numbers can then not be known?"""

from collections.abc import Collection, Mapping
from typing import Literal

from analytics.schemas import Kind

Evidence = Literal["events", "outcomes", "flags"]
"""What a file tells: every change as it happened; what came of each ticket, with times; or verdicts alone."""

Gap = Literal[
    "first_response",
    "first_response_due",
    "resolution_due",
    "verdicts",
    "pauses",
    "reopenings",
    "conversation",
    "priority_history",
    "team_history",
    "agent_history",
]

GAP_LABELS: dict[Gap, str] = {
    "first_response": "when a ticket was first answered",
    "first_response_due": "when its first response was due",
    "resolution_due": "when its resolution was due",
    "verdicts": "the source's own verdict",
    "pauses": "when a ticket waited for the customer or a third party",
    "reopenings": "when a ticket was reopened",
    "conversation": "the customer's messages and our replies after the first",
    "priority_history": "which priority a ticket had before",
    "team_history": "which team held a ticket when",
    "agent_history": "which agent held a ticket when",
}
"""What may be missing from a source, in words that fit after "the export does not say"."""

HISTORIES: tuple[Gap, ...] = ("priority_history", "team_history", "agent_history")
"""What is missing where attributes are known only as they stand now."""

KIND_NEEDS: Mapping[Kind, frozenset[Gap]] = {
    "first_response": frozenset({"first_response"}),
    "next_response": frozenset({"conversation"}),
    "first_resolution": frozenset(),
    "resolution": frozenset(),
    "update": frozenset({"conversation"}),
    "ola": frozenset({"team_history"}),
}
"""What must be known to judge a kind of clock."""


COLUMN_NEEDS: Mapping[str, frozenset[Gap]] = {
    "assigned_at": frozenset({"agent_history"}),
    "touched_at": frozenset({"pauses", "conversation"}),
    "handoffs_by_due": frozenset({"team_history"}),
    "held_elsewhere": frozenset({"team_history"}),
    "reopenings_by_due": frozenset({"reopenings"}),
}
"""Columns of clocks that stay null where everything is missing that could tell them."""


def blank(gaps: Collection[str]) -> list[str]:
    """The columns of clocks that cannot be known with these gaps.

    Example:
        >>> blank(["agent_history", "conversation"])
        ['assigned_at']
    """
    return [name for name, needs in COLUMN_NEEDS.items() if needs <= frozenset(gaps)]


def untold(gaps: Collection[str]) -> dict[Kind, str]:
    """The kinds of clocks that cannot be judged with these gaps, each with the reason.

    Example:
        >>> untold(["team_history"])
        {'ola': 'The export does not say which team held a ticket when.'}
    """
    reasons = {kind: missing(needs, gaps) for kind, needs in KIND_NEEDS.items()}
    return {kind: reason for kind, reason in reasons.items() if reason}


def missing(needs: Collection[Gap], gaps: Collection[str]) -> str | None:
    """Why something that needs these cannot be known of a source with these gaps; None where it can.

    Example:
        >>> missing({"team_history"}, ["pauses", "team_history"])
        'The export does not say which team held a ticket when.'
        >>> missing({"pauses"}, []) is None
        True
    """
    lacking = [label for gap, label in GAP_LABELS.items() if gap in needs and gap in gaps]
    if not lacking:
        return None
    return f"The export does not say {' or '.join([', '.join(lacking[:-1]), lacking[-1]] if lacking[1:] else lacking)}."
