"""Are excluded clocks marked with their reason and left out, and are agents shown as the policy file lets them be?"""

from typing import Any

import polars as pl
import pytest

from analytics.clocks import evaluate, judge
from analytics.measure import measure, without_excluded
from analytics.policy import PolicyFile, parse
from analytics.verdicts import pseudonym
from tests.analytics.test_timeline import FRIDAY, events, instant, tickets

HOUR = 3600
OUTAGE = {"from": "2026-01-05T10:00", "to": "2026-01-05T12:00", "reason": "Outage", "author": "ann"}


def rules(*exclusions: dict[str, Any], zone: str = "UTC", **keys: Any) -> PolicyFile:
    """Four hours to resolve, on a desk open from 09 to 17 of its own zone."""
    desk = {"time_zone": zone, "hours": {"mon-fri": "09:00-17:00"}}
    policy = {"name": "all", "schedule": "desk", "targets": {"resolution": "4h"}}
    file = {"version": 1, "schedules": {"desk": desk}, "policies": [policy], "exclusions": list(exclusions), **keys}
    return parse(file)


def reason(file: PolicyFile, **ticket: object) -> str | None:
    found: str | None = evaluate(tickets(ticket), events(), file, instant(FRIDAY))["exclusion"].item()
    return found


@pytest.mark.parametrize(
    ("begin", "end", "excluded"),
    [
        ("2026-01-05T06:00", "2026-01-05T09:00", False),  # over when the clock begins
        ("2026-01-05T06:00", "2026-01-05T09:00:01", True),
        ("2026-01-05T13:00", "2026-01-05T14:00", True),  # begins in the instant it falls due
        ("2026-01-05T13:00:01", "2026-01-05T14:00", False),
        ("2026-01-05T10:00", "2026-01-05T11:00", True),
    ],
)
def test_a_clock_is_excluded_where_any_of_its_time_up_to_due_lies_in_the_exclusion(
    begin: str, end: str, *, excluded: bool
) -> None:
    assert reason(rules({**OUTAGE, "from": begin, "to": end})) == ("Outage" if excluded else None)


def test_times_are_local_to_the_clocks_schedule() -> None:
    morning = {**OUTAGE, "from": "2026-01-05T04:00", "to": "2026-01-05T04:30"}
    assert reason(rules(morning, zone="America/New_York")) == "Outage"
    assert reason(rules(morning)) is None


def test_an_exclusion_holds_for_the_tickets_it_names_and_the_first_one_gives_the_reason() -> None:
    access, every = {**OUTAGE, "when": {"category": ["Access"]}}, {**OUTAGE, "reason": "Strike"}
    assert reason(rules(access), category="Access") == "Outage"
    assert reason(rules(access), category="Billing") is None
    assert reason(rules(access), category=None) is None
    assert reason(rules(access, every), category="Access") == "Outage"
    assert reason(rules(access, every), category="Billing") == "Strike"


def test_every_rate_stands_with_and_without_the_excluded() -> None:
    rows = tickets({"ticket_id": "1", "category": "Access"}, {"ticket_id": "2"})
    met = events("Mon 10:00 resolved", ticket_id="2")
    clocks = evaluate(rows, met, rules({**OUTAGE, "when": {"category": "Access"}}), instant(FRIDAY))
    asked = ["due", "breaches", "attainment", "excluded", "open_breached"]
    assert measure(clocks, asked).row(0) == (2, 1, 0.5, 1, 1)
    assert measure(without_excluded(clocks), asked).row(0) == (1, 0, 1.0, 1, 0)


@pytest.mark.parametrize(
    ("agents", "shown"), [("off", None), ("show", "ann"), ("pseudonym", pseudonym("ann", "salt of the store"))]
)
def test_agents_are_off_shown_or_pseudonymous(agents: str, shown: str | None) -> None:
    told = events("Mon 09:30 agent bob>ann", "Mon 10:00 resolved")
    found = judge(tickets({"agent": "ann"}), told, rules(agents=agents), instant(FRIDAY), salt="salt of the store")
    assert found.clocks["agent_at_due"].to_list() == [shown]


def test_a_pseudonym_tells_people_apart_and_depends_on_the_salt() -> None:
    names = [pseudonym(name, salt) for name in ("ann", "bob") for salt in ("a", "b")]
    assert len(set(names)) == 4
    assert not any("ann" in name or "bob" in name for name in names)


def test_without_agents_a_life_is_not_cut_by_them() -> None:
    told = events("Mon 10:00 agent bob>ann", "Mon 11:00 team a>b")
    found = judge(tickets({}), told, rules(), instant(FRIDAY))
    assert found.holdings.select("team", pl.col("elapsed_seconds") / HOUR).rows() == [("a", 2.0), ("b", 33.0)]
