"""Is a policy file read as written, or refused with a reason, and does the first policy that fits win?"""

import re
from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from typing import Any

import polars as pl
import pytest
from pydantic import ValidationError

from analytics.clocks import evaluate
from analytics.policy import Holidays, PolicyFile, parse, parse_duration, parse_share
from tests.analytics.tickets import AS_OF, events, tickets, utc

ALWAYS = {"time_zone": "UTC", "hours": "24x7"}
OFFICE = {"time_zone": "Europe/Stockholm", "hours": {"mon-fri": ["08:00-12:00", "13:00-17:00"]}}
FILE: dict[str, Any] = {
    "version": 1,
    "schedules": {"office": OFFICE, "always": ALWAYS},
    "policies": [{"name": "all", "schedule": "office", "targets": {"resolution": "8h"}}],
}


def changed(path: str, value: object) -> dict[str, Any]:
    """FILE with one value set, at a path such as "policies.0.when"."""
    file = deepcopy(FILE)
    inner: Any = file
    *steps, last = path.split(".")
    for step in steps:
        inner = inner[int(step)] if isinstance(inner, list) else inner.setdefault(step, {})
    inner[int(last) if isinstance(inner, list) else last] = value
    return file


def of(*policies: Mapping[str, object]) -> PolicyFile:
    """A file of these policies, each on the schedule `always` unless it names another."""
    given = [{"schedule": "always", "targets": {"resolution": "8h"}, **policy} for policy in policies]
    return parse({**FILE, "policies": given})


def taken(file: PolicyFile, **ticket: object) -> str | None:
    """Name of the policy that a ticket's resolution is judged by."""
    found = evaluate(tickets(ticket), events(), file, AS_OF).filter(pl.col("kind") == "resolution")
    return found["policy"].item() if found.height else None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1s", 1),
        ("30m", 1800),
        ("4h", 14_400),
        ("3d", 259_200),
        ("1h 30m", 5400),
        ("1h30m", 5400),
        (" 2 h ", 7200),
        ("1d 1h 1m 1s", 90_061),
        ("3660d", 3660 * 86_400),
    ],
)
def test_durations(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "4", "h", "4 hours", "1.5h", "-4h", "4H", "4w", "1h,30m", 4, 4.5, None, True, []])
def test_not_a_duration(text: object) -> None:
    expected = f"{text!r} is not a duration. Expected a number and a unit, as '30m' or '4h'."
    with pytest.raises(ValueError, match=f"^{re.escape(expected)}$"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["0m", "0h 0m", "3661d", "99999999999d"])
def test_not_a_sensible_target(text: str) -> None:
    expected = f"{text!r} is not a sensible target. Expected more than nothing and at most ten years."
    with pytest.raises(ValueError, match=f"^{re.escape(expected)}$"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("text", "share"), [("95%", 0.95), ("99.5 %", 0.995), ("100%", 1.0), (0.95, 0.95), ("0.5", 0.5), (1, 1.0)]
)
def test_shares(text: object, share: float) -> None:
    assert parse_share(text) == pytest.approx(share, abs=1e-12)


@pytest.mark.parametrize("text", ["0%", 0, "101%", 95, "-5%", "nan", "inf", "half", "95%%", "", None, True])
def test_not_a_share(text: object) -> None:
    expected = f"{text!r} is not a share. Expected a percentage such as '95%', or a number such as 0.95."
    with pytest.raises(ValueError, match=f"^{re.escape(expected)}$"):
        parse_share(text)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        pytest.param("version", 2, "Input should be 1", id="version"),
        pytest.param("policies", [], "at least 1 item", id="no policies"),
        pytest.param(
            "policies.0.schedule",
            "ofice",
            "no schedule 'ofice'. Did you mean 'office'? Known: always, office.",
            id="schedule",
        ),
        pytest.param(
            "policies", [FILE["policies"][0]] * 2, "Two policies are called 'all'. Expected a name of", id="same name"
        ),
        pytest.param("policies.0.targets", {}, "A policy needs targets, or 'due: supplied'.", id="no targets"),
        pytest.param("policies.0.due", "supplied", "leave out targets and pause_on", id="supplied and targets"),
        pytest.param(
            "policies.0",
            {"name": "a", "schedule": "office", "due": "supplied", "pause_on": {"resolution": {"pending": "customer"}}},
            "A supplied due time is taken as it is",
            id="supplied and pauses",
        ),
        pytest.param("policies.0.due", "guessed", "'computed' or 'supplied'", id="due"),
        pytest.param(
            "policies.0.targets.resolution",
            "3d",
            "Policy 'all' gives a target in days on a schedule that closes. Write open hours instead, as '16h'.",
            id="days on a schedule that closes",
        ),
        pytest.param("policies.0.targets.resolution", "soon", "'soon' is not a duration", id="target"),
        pytest.param("policies.0.targets.resolution", {"high": 4}, "4 is not a duration", id="target by priority"),
        pytest.param("policies.0.targets.solution", "4h", "'first_response' or 'resolution'", id="target's kind"),
        pytest.param(
            "policies.0.pause_on.resolution", {"pending": "us"}, "'customer' or 'third_party'", id="waiting for"
        ),
        pytest.param("policies.0.internal_target", "150%", "'150%' is not a share", id="internal target"),
        pytest.param("policies.0.objective", {"resolution": 95}, "95 is not a share", id="objective"),
        pytest.param("policies.0.boundary", "opening", "'closing' or 'next_opening'", id="boundary"),
        pytest.param("policies.0.when", {"plan": []}, "at least 1 item", id="when, no value"),
        pytest.param("policies.0.when", {"plan": [None]}, "valid string", id="when, blank"),
        pytest.param("policies.0.when", {"agent": "x"}, "Input should be 'source'", id="when, unknown attribute"),
        pytest.param(
            "policies.0.valid",
            {"from": date(2026, 2, 1), "to": date(2026, 1, 1)},
            "The policy ends (2026-01-01) before it begins (2026-02-01).",
            id="ends before it begins",
        ),
        pytest.param(
            "policies.0.valid", {"from": "2026-01-01", "to": "2026-01-01"}, "ends (2026-01-01) before", id="for no day"
        ),
        pytest.param(
            "schedules.office.time_zone", "Europe/Stokholm", "There is no time zone 'Europe/Stokholm'", id="time zone"
        ),
        pytest.param("schedules.office.hours", {"mo-fr": "08:00-17:00"}, "Opening days 'mo-fr' are not", id="days"),
        pytest.param("schedules.office.hours", {"mon": "8-17"}, "Opening hours '8-17' are not a window", id="hours"),
        pytest.param(
            "schedules.office.hours",
            {"mon-fri": "08:00-17:00", "fri": "08:00-12:00"},
            "Schedule 'checked' names fri twice",
            id="day named twice",
        ),
        pytest.param("schedules.office.hours", "24/7", "'24x7'", id="hours in another spelling"),
        pytest.param(
            "schedules.office.holidays",
            {"country": "XX"},
            "no holidays for country 'XX'. Expected a code",
            id="country",
        ),
        pytest.param(
            "schedules.office.holidays",
            {"country": "SE", "categories": ["party"]},
            "Holidays of 'SE' cannot be read",
            id="category of holidays",
        ),
        pytest.param(
            "schedules.office.holidays", {"hours": {"2026-12-23": ["8-12"]}}, "'8-12' are not a window", id="exception"
        ),
    ],
)
def test_refused(path: str, value: object, message: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(message)):
        parse(changed(path, value))


@pytest.mark.parametrize(
    "path",
    [
        "zones",
        "agreements",
        "schedules.office.holiday",
        "schedules.office.holidays.extra",
        "policies.0.day_means",
        "policies.0.on_reopen",
        "policies.0.valid.until",
    ],
)
def test_keys_nobody_evaluates_are_refused(path: str) -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        parse(changed(path, "x"))


@pytest.mark.parametrize("missing", ["version", "schedules", "policies"])
def test_a_file_must_have(missing: str) -> None:
    with pytest.raises(ValidationError, match=f"{missing}\n  Field required"):
        parse({key: value for key, value in FILE.items() if key != missing})


def test_days_are_welcome_where_it_never_closes() -> None:
    policy = of({"name": "all", "targets": {"resolution": {"low": "1d 2h", "default": "3d"}}}).policies[0]
    assert policy.target_seconds("resolution", "low") == 93_600
    assert policy.target_texts() == ["1d 2h", "3d"]


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


def test_holidays_of_a_country_and_days_of_ones_own() -> None:
    days = Holidays(country="SE", closed=[date(2026, 5, 15)]).dates(2026, 2026)
    assert {date(2026, 1, 1), date(2026, 6, 6), date(2026, 5, 15)} <= days
    assert {day.year for day in days} == {2026}
    assert Holidays(closed=[date(2026, 5, 15)]).dates(2026, 2026) == {date(2026, 5, 15)}


def test_a_holiday_moves_the_due_time_and_hours_of_its_own_win_over_it() -> None:
    hours = {"time_zone": "UTC", "hours": {"mon-fri": "09:00-17:00"}}
    closed = {**hours, "holidays": {"closed": [date(2026, 7, 7)]}}
    short = {**hours, "holidays": {"closed": [date(2026, 7, 7)], "hours": {date(2026, 7, 7): ["09:00-10:00"]}}}
    for schedule, due in [(hours, "07T13:00"), (closed, "08T13:00"), (short, "08T12:00")]:
        policy = {"name": "all", "schedule": "desk", "targets": {"resolution": "12h"}}
        file = parse({"version": 1, "schedules": {"desk": schedule}, "policies": [policy]})
        assert evaluate(tickets({}), events(), file, AS_OF)["due_at"].to_list() == [utc(f"2026-07-{due}")]


def test_schedules_come_in_the_order_of_the_policies() -> None:
    file = of({"name": "a"}, {"name": "b", "schedule": "office"}, {"name": "c"})
    found = file.expand(date(2026, 1, 1), date(2026, 12, 31))
    assert [schedule.name for schedule in found] == ["always", "office", "always"]
    assert (found[1].first, found[1].last) == (date(2026, 1, 1), date(2026, 12, 31))
    assert file.zones() == ["Europe/Stockholm", "UTC"]
