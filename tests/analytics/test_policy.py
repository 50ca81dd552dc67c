"""Is a policy file read as written, and does the first policy that fits win?"""

from datetime import date, datetime

import polars as pl
import pytest

from analytics.clocks import evaluate
from analytics.policy import PolicyFile, editor_schema, parse
from tests.analytics.policies import FILE, changed, of
from tests.analytics.tickets import AS_OF, events, tickets, utc


def taken(file: PolicyFile, **ticket: object) -> str | None:
    """Name of the policy that a ticket's resolution is judged by."""
    found = evaluate(tickets(ticket), events(), file, AS_OF).filter(pl.col("kind") == "resolution")
    return found["policy"].item() if found.height else None


def test_days_and_hours_are_mixed_where_a_day_is_24_open_hours() -> None:
    targets = {"resolution": {"low": "1d 2h", "default": "3d"}}
    policy = of({"name": "all", "day_means": "24_open_hours", "targets": targets}).policies[0]
    assert policy.target_seconds("resolution", "low") == 93_600
    assert policy.target_texts() == ["1d 2h", "3d"]
    assert list(policy.targets_by_place()) == [("targets", "resolution", "low"), ("targets", "resolution", "default")]


@pytest.mark.parametrize(
    ("priority", "seconds"), [("high", 3600), ("low", 14_400), ("HIGH", 14_400), ("", 14_400), (None, 14_400)]
)
def test_target_of_a_priority(priority: str | None, seconds: int) -> None:
    policy = of({"name": "all", "targets": {"first_response": {"high": "1h", "default": "4h"}}}).policies[0]
    assert policy.target_seconds("first_response", priority) == seconds
    assert policy.target_seconds("resolution", priority) is None


def test_without_a_default_other_priorities_have_no_target() -> None:
    policy = of({"name": "all", "targets": {"resolution": {"high": "1h"}}}).policies[0]
    assert policy.target_seconds("resolution", "low") is None
    assert policy.target_seconds("resolution", None) is None


@pytest.mark.parametrize(
    ("given", "response", "resolution"),
    [(None, None, None), ("95%", 0.95, 0.95), ({"resolution": 0.9}, None, 0.9)],
)
def test_objective(given: object, response: float | None, resolution: float | None) -> None:
    policy = of({"name": "all", "objective": given}).policies[0]
    assert (policy.objective_of("first_response"), policy.objective_of("resolution")) == (response, resolution)


def test_first_resolution_takes_pauses_and_objective_of_resolution_unless_it_has_its_own() -> None:
    shared = {"targets": {"first_resolution": "8h"}, "objective": {"resolution": 0.9}}
    pauses = {"resolution": {"pending": "customer"}}
    kept, own = of(
        {"name": "kept", "pause_on": pauses, **shared},
        {"name": "own", "pause_on": {**pauses, "first_resolution": {}}, **shared},
    ).policies
    assert kept.pauses("first_resolution") == {"pending": "customer"}
    assert own.pauses("first_resolution") == {}
    assert kept.objective_of("first_resolution") == 0.9


def test_one_value_stands_for_a_list_of_it() -> None:
    file = parse(changed("policies.0.when", {"plan": "gold", "region": ["EU", "UK"]}))
    assert file.policies[0].when == {"plan": ["gold"], "region": ["EU", "UK"]}
    assert parse(changed("schedules.office.hours", {"mon": "08:00-17:00"})).schedules["office"].hours == {
        "mon": ["08:00-17:00"]
    }


@pytest.mark.parametrize(
    ("ticket", "expected"),
    [
        ({"plan": "gold", "region": "EU"}, "gold in EU"),
        ({"plan": "gold", "region": "US"}, "gold"),
        ({"plan": "silver", "region": "EU"}, "metals"),
        ({"plan": "free"}, None),
        ({"plan": None, "region": "EU"}, None),
        ({"plan": "Gold"}, None),
    ],
)
def test_the_first_policy_that_fits_wins(ticket: dict[str, object], expected: str | None) -> None:
    file = of(
        {"name": "gold in EU", "when": {"plan": "gold", "region": "EU"}},
        {"name": "gold", "when": {"plan": ["gold"]}},
        {"name": "metals", "when": {"plan": ["silver", "gold"]}},
    )
    assert taken(file, **ticket) == expected


@pytest.mark.parametrize(("created", "expected"), [("2026-06-30T21:59:59", "before"), ("2026-06-30T22:00:00", "after")])
def test_a_policy_holds_from_a_local_date_of_creation_up_to_but_without_another(created: str, expected: str) -> None:
    file = of(
        {"name": "after", "schedule": "office", "valid": {"from": date(2026, 7, 1)}},
        {"name": "before", "schedule": "office", "valid": {"to": "2026-07-01"}},
    )
    assert taken(file, created_at=utc(created)) == expected


def test_an_agreement_is_a_promise_of_one_kind() -> None:
    agreement = {"team": "engineering", "after": "support", "within": {"high": "1h", "default": "4h"}}
    kept = {"schedule": "office", "pause_on": {"on_hold": "third_party"}, "internal_target": "50%"}
    file = parse({**FILE, "agreements": [{**agreement, **kept}]})
    (found,) = file.agreements
    assert (found.name, found.after) == ("agreement: engineering", ["support"])
    assert (found.target("ola", "high"), found.target("ola", None), found.target("resolution", "high")) == (
        "1h",
        "4h",
        None,
    )
    assert (found.pauses("ola"), found.pauses("resolution")) == ({"on_hold": "third_party"}, {})
    assert [place for place, _ in file.places()] == [("policies", 0), ("agreements", 0)]


def test_an_exclusion_is_in_local_times() -> None:
    given = {"from": "2026-03-03T10:00", "to": "2026-03-04", "reason": "Outage", "author": "Manager"}
    (exclusion,) = parse({**FILE, "exclusions": [given]}).exclusions
    assert (exclusion.from_, exclusion.to) == (datetime(2026, 3, 3, 10), datetime(2026, 3, 4))


def test_the_editors_schema_tells_every_key_and_lets_no_other_pass() -> None:
    schema = editor_schema()
    parts = {"": schema, **schema["$defs"]}
    silent = [
        f"{name}.{key}"
        for name, part in parts.items()
        for key, told in part["properties"].items()
        if not told.get("description")
    ]
    assert silent == []
    assert [name for name, part in parts.items() if part["additionalProperties"] is not False] == []
    assert schema["$defs"]["Policy"]["properties"]["targets"]["propertyNames"]["enum"][:2] == [
        "first_response",
        "next_response",
    ]
    assert "from" in schema["$defs"]["Exclusion"]["required"]


def test_schedules_come_in_the_order_of_the_policies() -> None:
    file = of({"name": "a"}, {"name": "b", "schedule": "office"}, {"name": "c"})
    found = file.expand(date(2026, 1, 1), date(2026, 12, 31))
    assert [schedule.name for schedule in found] == ["always", "office", "always"]
    assert (found[1].first, found[1].last) == (date(2026, 1, 1), date(2026, 12, 31))
    assert file.zones() == ["Europe/Stockholm", "UTC"]
