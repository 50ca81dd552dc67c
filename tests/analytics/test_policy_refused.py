"""Is a policy file with a mistake refused, with a reason and where it stands?"""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from analytics.policy import parse
from tests.analytics.policies import FILE, changed, of


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
        pytest.param("policies.0.targets.resolution", "soon", "'soon' is not a duration", id="target"),
        pytest.param("policies.0.targets.resolution", {"high": 4}, "4 is not a duration", id="target by priority"),
        pytest.param(
            "policies.0.targets.solution", "4h", "Input should be 'first_response', 'next_response'", id="target's kind"
        ),
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
        pytest.param("policies.0.targets", {"ola": "4h"}, "stand under 'agreements'", id="a target between teams"),
        pytest.param("policies.0.pause_on", {"ola": {}}, "stand under 'agreements'", id="a pause between teams"),
        pytest.param("policies.0.targets.resolution", {}, "at least 1 item", id="no priority"),
        pytest.param("policies.0.targets.resolution", "1d 4h", "mixes days and hours. Write days", id="days and hours"),
        pytest.param("policies.0.cutoff", "17:00", "cutoff and restart_at go together", id="cutoff alone"),
        pytest.param("policies.0.restart_at", "08:00", "cutoff and restart_at go together", id="restart alone"),
        pytest.param("policies.0.cutoff", 1020, "1020 is not a time of day. Expected 'HH:MM'", id="minutes"),
        pytest.param("policies.0.on_change", "reset", "'carry', 'restart', 'keep' or 'final'", id="on change"),
        pytest.param("policies.0.credited", "last", "'holder_at_verdict', 'first'", id="credit"),
        pytest.param("policies.0.valid", {"from": 20260101}, "20260101 is not a date from 1970 to 2099", id="a number"),
        pytest.param("policies.0.valid", {"to": "9999-12-31"}, "'9999-12-31' is not a date", id="a date far away"),
        pytest.param("policies.0.valid", {"from_": "2026-01-01"}, "Extra inputs", id="a key of ours"),
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
            "fri stands in 'mon-fri' and in 'fri'.",
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
            "There is no category of holidays of SE 'party'.",
            id="category of holidays",
        ),
        pytest.param(
            "schedules.office.holidays",
            {"country": "GB", "subdivision": "EGN"},
            "no part of GB 'EGN'. Did you mean 'ENG'?",
            id="part of a country",
        ),
        pytest.param("schedules.office.holidays", {"subdivision": "ENG"}, "Expected a country beside it", id="of none"),
        pytest.param("schedules.office.holidays", {"closed": ["24/12"]}, "'24/12' is not a date", id="closed date"),
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
        "schedules.office.holiday",
        "schedules.office.holidays.extra",
        "policies.0.team",
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


EXCLUSION: dict[str, Any] = {"from": "2026-03-03T10:00", "to": "2026-03-04", "reason": "Outage", "author": "Manager"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"from": "2026-03-03T10:00+01:00"}, "Leave out the offset"),
        ({"from": "2026-03-03T10:00Z"}, "Leave out the offset"),
        ({"from": datetime(2026, 3, 3, 10, tzinfo=UTC)}, "Leave out the offset"),
        ({"to": "2026-03-03T10:00"}, "The exclusion ends (2026-03-03 10:00:00) before it begins"),
        ({"to": "2026-03-02"}, "before it begins"),
        ({"from": "10:00"}, "'10:00' is not a local time from 1970 to 2099"),
        ({"from": 1772532000}, "1772532000 is not a local time"),
        ({"from": "2026-03-03T25:00"}, "'2026-03-03T25:00' is not a local time"),
        ({"reason": ""}, "at least 1 character"),
        ({"when": {"agent": "x"}}, "Input should be 'source'"),
    ],
)
def test_an_exclusion_is_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(message)):
        parse({**FILE, "exclusions": [{**EXCLUSION, **change}]})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"after": {"a": "b"}}, "agreements.0.after.0\n  Input should be a valid string"),
        ({"after": [1]}, "agreements.0.after.0\n  Input should be a valid string"),
        ({"team": ["a", "b"]}, "agreements.0.team\n  Input should be a valid string"),
        ({"within": "1d 4h"}, "mixes days and hours"),
        ({"within": None}, "None is not a duration"),
        ({"pause_on": {"resolution": {"pending": "customer"}}}, "'customer' or 'third_party'"),
        ({"schedule": "night"}, "There is no schedule 'night'"),
        ({"targets": {"ola": "4h"}}, "Extra inputs"),
    ],
)
def test_an_agreement_is_refused(change: dict[str, object], message: str) -> None:
    agreement = {"team": "support", "within": "4h", "schedule": "office", **change}
    with pytest.raises(ValidationError, match=re.escape(message)):
        parse({**FILE, "agreements": [agreement]})


@pytest.mark.parametrize(
    ("spans", "gap"),
    [
        ([(None, "2026-02-01"), ("2026-02-01", None)], None),
        ([("2026-02-02", None), (None, "2026-02-01")], 0),
        ([(None, "2026-02-01"), ("2026-03-01", None), ("2026-01-15", "2026-03-01")], None),
        ([("2025-01-01", "2026-06-01"), ("2025-02-01", "2025-03-01"), ("2026-06-02", None)], 2),
        ([("2025-01-01", "2026-06-01")], None),
    ],
)
def test_a_stretch_without_a_policy_is_refused(spans: list[tuple[str | None, str | None]], gap: int | None) -> None:
    policies = [{"name": str(number), "valid": {"from": a, "to": b}} for number, (a, b) in enumerate(spans)]
    if gap is None:
        assert len(of(*policies).policies) == len(spans)
        return
    with pytest.raises(ValidationError, match=r"no policy holds for the tickets of '\d'. Expected 'from: ") as error:
        of(*policies)
    assert error.value.errors()[0]["ctx"]["error"].path == ("policies", gap, "valid", "from")
