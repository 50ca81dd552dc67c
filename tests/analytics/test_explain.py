"""Is a ticket told stretch by stretch, without a gap, and do the stretches add up to its clocks?"""

import polars as pl
import pytest

from analytics.explain import explain
from analytics.policy import PolicyFile
from analytics.schemas import CLOCKS
from analytics.stretches import STRETCHES
from tests.analytics.test_timeline import FRIDAY, events, instant, tickets
from tests.analytics.tickets import policy

HOUR = 3600
OFFICE = policy()
SUPPLIED = policy(due="supplied", targets=None, pause_on=None)
Told = list[tuple[object, ...]]


def told(*lines: str, as_of: str = FRIDAY, kind: str = "resolution", **ticket: object) -> Told:
    """Start, end, what it was and counted hours of each stretch of one clock."""
    _, stretches = explain(tickets(ticket), events(*lines), OFFICE, instant(as_of))
    rows = stretches.filter(pl.col("kind") == kind).select("start", "end", "what", "counted_seconds").rows()
    return [(f"{start:%a %H:%M}", f"{end:%a %H:%M}", what, counted / HOUR) for start, end, what, counted in rows]


@pytest.mark.parametrize(
    ("lines", "ticket", "expected"),
    [
        pytest.param(["Mon 09:00 resolved"], {}, [], id="resolved at creation"),
        pytest.param(["Mon 11:00 resolved"], {}, [("Mon 09:00", "Mon 11:00", "open", 2)], id="open throughout"),
        pytest.param(
            ["Mon 19:00 resolved"],
            {"created_at": instant("Mon 18:00")},
            [("Mon 18:00", "Mon 19:00", "closed", 0)],
            id="closed throughout",
        ),
        pytest.param(
            ["Tue 10:00 resolved"],
            {},
            [
                ("Mon 09:00", "Mon 17:00", "open", 8),
                ("Mon 17:00", "Tue 09:00", "closed", 0),
                ("Tue 09:00", "Tue 10:00", "open", 1),
            ],
            id="due at the closing",
        ),
        pytest.param(
            ["Tue 10:00 resolved"],
            {"priority": "high"},
            [
                ("Mon 09:00", "Mon 13:00", "open", 4),
                ("Mon 13:00", "Mon 17:00", "open", 4),
                ("Mon 17:00", "Tue 09:00", "closed", 0),
                ("Tue 09:00", "Tue 10:00", "open", 1),
            ],
            id="cut at the due time",
        ),
        pytest.param(
            ["Mon 10:00 pending", "Tue 10:00 open", "Tue 11:00 resolved"],
            {},
            [
                ("Mon 09:00", "Mon 10:00", "open", 1),
                ("Mon 10:00", "Mon 17:00", "paused", 0),
                ("Mon 17:00", "Tue 09:00", "paused", 0),
                ("Tue 09:00", "Tue 10:00", "paused", 0),
                ("Tue 10:00", "Tue 11:00", "open", 1),
            ],
            id="paused",
        ),
        pytest.param(
            ["Mon 10:00 resolved", "Mon 12:00 open", "Mon 13:00 reply", "Mon 14:00 resolved"],
            {},
            [
                ("Mon 09:00", "Mon 10:00", "open", 1),
                ("Mon 10:00", "Mon 12:00", "solved", 0),
                ("Mon 12:00", "Mon 14:00", "open", 2),
            ],
            id="reopened",
        ),
        pytest.param(["Mon 12:00 merged"], {}, [("Mon 09:00", "Mon 12:00", "open", 3)], id="merged"),
    ],
)
def test_stretches(lines: list[str], ticket: dict[str, object], expected: Told) -> None:
    assert told(*lines, **ticket) == expected


def test_a_kind_stops_where_its_clock_stops() -> None:
    assert told("Mon 10:00 reply", "Mon 11:00 resolved", kind="first_response") == [
        ("Mon 09:00", "Mon 10:00", "open", 1)
    ]


def test_overdue_begins_at_the_due_time_and_waiting_names_who_is_waited_for() -> None:
    lines = ["Mon 10:00 pending", "Mon 11:00 on_hold", "Mon 12:00 priority low>high", "Mon 13:00 open"]
    _, stretches = explain(tickets({"team": "a"}), events(*lines), OFFICE, instant("Mon 17:00"))
    found = stretches.filter(pl.col("kind") == "resolution")
    columns = ["overdue", "waiting_for", "status", "priority", "team", "running_total_seconds"]
    assert found.select(columns).rows() == [
        (False, None, "open", "low", "a", HOUR),
        (False, "customer", "pending", "low", "a", HOUR),
        (False, "third party", "on_hold", "low", "a", HOUR),
        (False, "third party", "on_hold", "high", "a", HOUR),
        (False, None, "open", "high", "a", 4 * HOUR),
        (True, None, "open", "high", "a", 5 * HOUR),
    ]


LINES = [
    "Mon 09:00:00.600000 pending",
    "Mon 10:00:00.300000 open",
    "Mon 10:30:00.900000 priority low>high",
    "Mon 11:00:00.100000 team a>b",
    "Tue 09:30:00.700000 resolved",
    "Wed 12:00:00.200000 open",
    "Wed 12:00:01.900000 reply",
    "Wed 13:00:00.900000 resolved",
]


@pytest.mark.parametrize("last", range(len(LINES) + 1))
@pytest.mark.parametrize("file", [OFFICE, SUPPLIED, policy(hours="24x7")], ids=["office", "supplied", "24x7"])
def test_stretches_follow_each_other_and_add_up_though_events_fall_within_seconds(last: int, file: PolicyFile) -> None:
    row = tickets({"resolution_due_at": instant("Tue 09:15"), "first_response_due_at": instant("Mon 10:00:00.5")})
    clocks, stretches = explain(row, events(*LINES[:last]), file, instant(FRIDAY))
    assert (clocks.schema, stretches.schema) == (CLOCKS, STRETCHES)
    for clock in clocks.iter_rows(named=True):
        own = stretches.filter(pl.col("kind") == clock["kind"])
        assert own["counted_seconds"].sum() == clock["elapsed_seconds"] == own["running_total_seconds"][-1]
        assert own["running_total_seconds"].is_sorted()
        assert own["start"][0] == clock["started_at"]
        assert own["end"][-1] == (clock["stopped_at"] or clock["as_of"])
        assert own["start"][1:].to_list() == own["end"][:-1].to_list()


def test_a_ticket_nothing_was_promised_has_no_clocks_and_no_stretches() -> None:
    clocks, stretches = explain(tickets({"plan": "free"}), events(), policy(when={"plan": "gold"}), instant(FRIDAY))
    assert clocks.is_empty()
    assert stretches.is_empty()
    assert stretches.schema == STRETCHES
