"""Is what is hardly meant found, where it stands, and is what is meant left alone?"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from analytics.capacity import Capacity
from analytics.checks import RULES, findings
from analytics.desk import Hours
from analytics.policy import parse
from analytics.written import Path

HOURS: dict[str, Any] = {
    "always": {"time_zone": "UTC", "hours": "24x7"},
    "office": {"time_zone": "UTC", "hours": {"mon-fri": "09:00-17:00"}},
    "tokyo": {"time_zone": "Asia/Tokyo", "hours": {"mon-fri": "09:00-17:00"}},
    "monthly": {"time_zone": "UTC", "hours": {}, "holidays": {"hours": {"2025-01-15": "09:00-10:00"}}},
}


def policy(name: str, **keys: Any) -> dict[str, Any]:
    return {"name": name, "schedule": "office", "targets": {"resolution": "8h"}, **keys}


def found(
    *policies: Mapping[str, Any], agreements: tuple[Mapping[str, Any], ...] = (), **hours: Any
) -> list[tuple[str, Path]]:
    """Rule and path of everything found but unused schedules of ours."""
    content = {
        "version": 1,
        "schedules": {**HOURS, **hours},
        "policies": policies or [policy("all")],
        "agreements": agreements,
    }
    ours = [("schedule is not used", ("schedules", name)) for name in HOURS]
    return [each for finding in findings(parse(content)) if (each := (finding.rule, finding.path)) not in ours]


def test_rules_have_names_of_their_own_and_say_what_to_do() -> None:
    shut = {"shut": {"time_zone": "UTC", "hours": {}}}
    content = {"version": 1, "schedules": {**HOURS, **shut}, "policies": [policy("a"), policy("b")]}
    told = findings(parse(content))
    assert {finding.rule for finding in told} <= set(RULES)
    assert all(finding.message.count(". ") == 1 and finding.message.endswith(".") for finding in told)


@pytest.mark.parametrize(
    ("hours", "never"),
    [
        ({"hours": {}}, True),
        ({"hours": {"mon": []}}, True),
        ({"hours": {}, "holidays": {"hours": {"2030-02-01": "09:00-10:00"}}}, False),
        ({"hours": {}, "holidays": {"hours": {"2030-02-01": []}}}, True),
        ({"hours": {"sun": "09:00-10:00"}}, False),
    ],
)
def test_a_schedule_that_never_opens(hours: dict[str, Any], never: bool) -> None:
    told = found(policy("all", schedule="desk", targets={"resolution": "1h"}), desk={"time_zone": "UTC", **hours})
    assert told == ([("schedule never opens", ("schedules", "desk", "hours"))] if never else [])


def test_a_schedule_nobody_uses() -> None:
    spare = {"time_zone": "UTC", "hours": "24x7"}
    assert found(spare=spare) == [("schedule is not used", ("schedules", "spare"))]
    assert found(agreements=({"team": "a", "within": "4h", "schedule": "spare"},), spare=spare) == []


@pytest.mark.parametrize(
    ("schedule", "target", "means", "never"),
    [
        ("monthly", "1h", "next_business_day", False),
        ("monthly", "61m", "next_business_day", True),
        ("monthly", "1d", "next_business_day", False),
        ("monthly", "2d", "next_business_day", True),
        ("monthly", "2d", "keep_time_of_day", True),
        ("monthly", "2d", "calendar_day", False),
        ("monthly", "1d", "24_open_hours", True),
        ("office", "4176h", "next_business_day", False),
        ("office", "4177h", "next_business_day", True),
        ("office", "174d", "24_open_hours", False),
        ("office", "175d", "24_open_hours", True),
        ("office", "522d", "next_business_day", False),
        ("office", "523d", "next_business_day", True),
        ("always", "730d", "24_open_hours", False),
    ],
)
def test_a_target_that_never_falls_due(schedule: str, target: str, means: str, never: bool) -> None:
    told = found(policy("all", schedule=schedule, day_means=means, targets={"update": {"low": target}}))
    path = ("policies", 0, "targets", "update", "low")
    assert told == ([("target never falls due", path)] if never else [])


def test_an_agreement_that_never_falls_due() -> None:
    agreement = {"team": "a", "within": "2h", "schedule": "monthly"}
    assert found(agreements=(agreement,)) == [("target never falls due", ("agreements", 0, "within"))]


GOLD, SILVER, METALS = {"plan": "gold"}, {"plan": "silver"}, {"plan": ["gold", "silver"]}
OLD, NEW = {"valid": {"to": "2026-05-01"}}, {"valid": {"from": "2026-05-01"}}


@pytest.mark.parametrize(
    ("policies", "never"),
    [
        pytest.param([{}, {}], 1, id="the same again"),
        pytest.param([{}, {"when": GOLD}], 1, id="after a catch-all"),
        pytest.param([{"when": GOLD}, {}], None, id="before a catch-all"),
        pytest.param([{"when": METALS}, {"when": GOLD}], 1, id="one of its values"),
        pytest.param([{"when": GOLD}, {"when": METALS}], None, id="more values"),
        pytest.param([{"when": GOLD}, {"when": SILVER}, {"when": METALS}], 2, id="one for each value"),
        pytest.param([{"when": GOLD}, {"when": {**GOLD, "region": "EU"}}], 1, id="a narrower condition"),
        pytest.param([{"when": {**GOLD, "region": "EU"}}, {"when": GOLD}], None, id="a wider condition"),
        pytest.param([{"when": {"region": "EU"}}, {"when": GOLD}], None, id="another attribute"),
        pytest.param([OLD, NEW], None, id="one after the other"),
        pytest.param([NEW, OLD], None, id="one before the other"),
        pytest.param([OLD, NEW, {"when": GOLD}], 2, id="both together"),
        pytest.param([OLD, {"when": GOLD, "valid": {"to": "2026-05-02"}}, NEW], None, id="a day is left"),
        pytest.param([OLD, {"when": GOLD, **OLD}, NEW], 1, id="as long as the other"),
        pytest.param([{"when": GOLD, **OLD}, {"when": SILVER}, {"when": METALS}], None, id="one value only for a time"),
        pytest.param(
            [{"when": GOLD, **OLD}, {"when": SILVER}, {"when": METALS, "valid": {"to": "2026-04-01"}}, {}],
            2,
            id="both values, one for long enough",
        ),
        pytest.param(
            [{**OLD, "schedule": "tokyo"}, {"when": GOLD, **OLD}, {**NEW, "schedule": "tokyo"}],
            None,
            id="the last evening in another zone",
        ),
        pytest.param(
            [{**OLD, "schedule": "tokyo"}, {"when": GOLD, "valid": {"to": "2026-04-30"}}, {**NEW, "schedule": "tokyo"}],
            1,
            id="but for the last day in another zone",
        ),
        pytest.param([{"schedule": "tokyo"}, {"when": GOLD}], 1, id="for ever in another zone"),
    ],
)
def test_a_policy_that_is_never_in_force(policies: list[dict[str, Any]], never: int | None) -> None:
    told = found(*(policy(str(number), **keys) for number, keys in enumerate(policies)))
    assert told == ([("promise is never in force", ("policies", never))] if never is not None else [])


def test_those_that_take_its_tickets_are_named() -> None:
    given = [policy("x", when={"region": "EU"}), policy("old", **OLD), policy("new", **NEW), policy("gold", when=GOLD)]
    content = {"version": 1, "schedules": {"office": HOURS["office"]}, "policies": given}
    expected = "'gold' is never in force: all it fits goes to 'old', 'new' before. Move it up."
    assert [finding.message for finding in findings(parse(content))] == [expected]


@pytest.mark.parametrize("count", [22, 23])
def test_many_values_are_looked_at_one_by_one_up_to_a_limit(count: int) -> None:
    names = [str(number) for number in range(count)]
    wide = policy("wide", when={"plan": names, "region": names})
    told = found(policy("half", when={"plan": names[:9]}), policy("rest", when={"plan": names[9:]}), wide)
    assert told == ([("promise is never in force", ("policies", 2))] if count**2 <= 500 else [])


@pytest.mark.parametrize(
    ("first", "second", "never"),
    [
        ({}, {}, True),
        ({}, {"team": "b"}, False),
        ({}, {"after": "c"}, True),
        ({"after": "c"}, {}, False),
        ({"after": ["c", "d"]}, {"after": "d"}, True),
        ({"when": GOLD}, {"when": SILVER}, False),
    ],
)
def test_an_agreement_that_is_never_in_force(first: dict[str, Any], second: dict[str, Any], never: bool) -> None:
    kept = {"team": "a", "within": "1h", "schedule": "office"}
    told = found(agreements=({**kept, **first}, {**kept, **second}))
    assert told == ([("promise is never in force", ("agreements", 1))] if never else [])


@pytest.mark.parametrize(
    ("share", "target", "same"),
    [("75%", "1s", True), ("75%", "2s", True), ("75%", "4s", False), ("100%", "8h", True), ("99.99%", "1h", True),
     ("99.9%", "1h", False), (None, "8h", False)],
)  # fmt: skip
def test_an_internal_target_that_is_not_stricter(share: str | None, target: str, same: bool) -> None:
    told = found(policy("all", internal_target=share, targets={"update": {"low": "8h", "high": target}}))
    told = [each for each in told if each[0] != "more urgent is given more time"]
    assert told == ([("internal target is not stricter", ("policies", 0, "internal_target"))] if same else [])


@pytest.mark.parametrize(
    ("targets", "where"),
    [
        ({"urgent": "1h", "high": "2h", "normal": "4h", "low": "8h"}, []),
        ({"urgent": "1h", "high": "1h", "default": "1h"}, []),
        ({"urgent": "2h", "high": "1h"}, ["urgent"]),
        ({"urgent": "2h", "low": "1h"}, ["urgent"]),
        ({"high": "4h", "normal": "2h", "medium": "8h"}, ["high"]),
        ({"normal": "4h", "medium": "2h", "low": "3h"}, ["normal"]),
        ({"urgent": "8h", "default": "4h"}, ["urgent"]),
        ({"normal": "8h", "default": "4h"}, ["normal"]),
        ({"high": "1h", "default": "4h"}, ["default"]),
        ({"low": "1h", "default": "4h"}, ["default"]),
        ({"low": "8h", "default": "4h"}, []),
        ({"p1": "8h", "p2": "4h"}, []),
        ({"urgent": "1d", "high": "8h"}, []),
        ({"urgent": "1d", "high": "7h"}, ["urgent"]),
        ({"urgent": "9h", "high": "1d"}, ["urgent"]),
    ],
)
def test_more_time_for_the_more_urgent(targets: dict[str, str], where: list[str]) -> None:
    path = ("policies", 0, "targets", "update")
    told = found(policy("all", targets={"update": targets}))
    assert told == [("more urgent is given more time", (*path, key)) for key in where]


@pytest.mark.parametrize(
    ("keys", "where"),
    [
        ({"pause_on": {"resolution": {"pending": "customer"}}}, []),
        ({"pause_on": {"resolution": {"resolved": "customer"}}}, [("resolution", "resolved")]),
        ({"pause_on": {"resolution": {"closed": "third_party", "open": "customer"}}}, [("resolution", "closed")]),
        ({"pause_on": {"update": {"pending": "customer"}}}, [("update",)]),
        ({"pause_on": {"first_resolution": {"pending": "customer"}}}, [("first_resolution",)]),
        ({"pause_on": {"resolution": {"pending": "customer"}}, "targets": {"first_resolution": "4h"}}, []),
    ],
)  # fmt: skip
def test_a_pause_without_effect(keys: dict[str, Any], where: list[tuple[str, ...]]) -> None:
    told = found(policy("all", **keys))
    assert told == [("pause has no effect", ("policies", 0, "pause_on", *path)) for path in where]


def test_a_pause_of_an_agreement_without_effect() -> None:
    pauses = {"on_hold": "third_party", "closed": "customer"}
    told = found(agreements=({"team": "a", "within": "1h", "schedule": "office", "pause_on": pauses},))
    assert told == [("pause has no effect", ("agreements", 0, "pause_on", "closed"))]


@pytest.mark.parametrize(
    ("keys", "where"),
    [
        ({"objective": 0.9}, []),
        ({"objective": {"resolution": 0.9, "update": 0.9}}, ["update"]),
        ({"objective": {"resolution": 0.9}, "targets": {"first_resolution": "4h"}}, []),
        ({"objective": {"resolution": 0.9, "update": 0.9}, "due": "supplied", "targets": {}}, ["update"]),
    ],
)
def test_an_objective_without_effect(keys: dict[str, Any], where: list[str]) -> None:
    told = found(policy("all", **keys))
    assert told == [("objective has no effect", ("policies", 0, "objective", kind)) for kind in where]


def test_what_a_schedule_holds() -> None:
    holidays = {"closed": ["2026-01-02"], "hours": {"2026-01-01": "09:00-10:00", "2026-01-03": "22:00-02:00"}}
    held = Capacity.of(Hours.model_validate({**HOURS["office"], "holidays": holidays}))
    working = sum(
        date.fromordinal(day).weekday() < 5 for day in range(date(2026, 1, 1).toordinal(), date(2028, 1, 1).toordinal())
    )
    assert (held.week_seconds, held.dates) == (40 * 3600, 730)
    assert held.working_days == working
    assert held.open_seconds == ((working - 2) * 8 + 1 + 4) * 3600
    assert held.taken("90m", "calendar_day") == 5400
    assert held.taken("7d", "calendar_day") == round(7 * held.open_seconds / 730)
