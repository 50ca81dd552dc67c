"""Is a route of agreements that leaves no room for a promise found, for the priority and policy it concerns?"""

from collections.abc import Sequence
from typing import Any

import pytest

from analytics.checks import findings
from analytics.policy import parse

ALONE, TOGETHER = "agreement is longer than the promise", "agreements add up past the promise"
HOURS: dict[str, Any] = {
    "office": {"time_zone": "UTC", "hours": {"mon-fri": "09:00-17:00"}},
    "always": {"time_zone": "UTC", "hours": "24x7"},
}


def agreement(team: str, within: object, **keys: object) -> dict[str, object]:
    return {"team": team, "within": within, "schedule": "office", **keys}


def said(agreements: Sequence[dict[str, object]], *policies: dict[str, object]) -> list[tuple[str, int, str]]:
    """Rule, number of the agreement and words of everything said of agreements."""
    given = [{"name": str(number), "schedule": "office", **each} for number, each in enumerate(policies)]
    content = {"version": 1, "schedules": HOURS, "policies": given, "agreements": agreements}
    told = [each for each in findings(parse(content)) if each.rule in {ALONE, TOGETHER}]
    assert all(each.path[0] == "agreements" and each.path[2:] == ("within",) for each in told)
    return [(each.rule, int(each.path[1]), each.message) for each in told]


DAY = {"targets": {"resolution": "8h"}}


@pytest.mark.parametrize(
    ("agreements", "expected"),
    [
        pytest.param([agreement("a", "8h")], [], id="as long as the promise"),
        pytest.param([agreement("a", "9h")], [(ALONE, 0)], id="alone too long"),
        pytest.param([agreement("a", "9h", after="x")], [(ALONE, 0)], id="alone too long, and on no route"),
        pytest.param([agreement("a", "4h"), agreement("b", "4h", after="a")], [], id="just enough"),
        pytest.param([agreement("a", "4h"), agreement("b", "5h", after="a")], [(TOGETHER, 1)], id="two"),
        pytest.param([agreement("b", "5h", after="a"), agreement("a", "4h")], [(TOGETHER, 0)], id="in any order"),
        pytest.param([agreement("a", "4h"), agreement("b", "5h")], [], id="two starts are no route"),
        pytest.param([agreement("a", "4h"), agreement("b", "5h", after="c")], [], id="not after it"),
        pytest.param(
            [agreement("a", "4h"), agreement("b", "4h", after="a"), agreement("c", "1h", after=["x", "b"])],
            [(TOGETHER, 2)],
            id="three",
        ),
        pytest.param(
            [agreement("a", "4h"), agreement("b", "5h", after="a"), agreement("c", "1h", after="b")],
            [(TOGETHER, 1)],
            id="told once, where it is passed",
        ),
        pytest.param(
            [agreement("a", "4h"), agreement("b", "3h", after=["a", "c"]), agreement("c", "3h", after=["a", "b"])],
            [(TOGETHER, 2), (TOGETHER, 1)],
            id="there and back: each team once",
        ),
        pytest.param([agreement("a", "9h"), agreement("b", "1h", after="a")], [(ALONE, 0)], id="too long already"),
        pytest.param([agreement("a", "1d"), agreement("b", "1h", after="a")], [(TOGETHER, 1)], id="a day of 8 h"),
        pytest.param(
            [agreement("a", "7h", schedule="always"), agreement("b", "2h", after="a")],
            [(TOGETHER, 1)],
            id="other hours",
        ),
    ],
)
def test_agreements_and_a_promise_of_eight_hours(
    agreements: list[dict[str, object]], expected: list[tuple[str, int]]
) -> None:
    assert [(rule, number) for rule, number, _ in said(agreements, DAY)] == expected


@pytest.mark.parametrize(
    ("within", "targets", "priority"),
    [
        ({"high": "2h", "low": "4h"}, {"high": "4h", "low": "8h"}, None),
        ({"high": "3h", "low": "4h"}, {"high": "4h", "low": "8h"}, "with priority 'high', but"),
        ({"high": "2h", "default": "5h"}, {"high": "4h", "low": "8h"}, "with priority 'low', but"),
        ("3h", {"high": "4h", "default": "8h"}, "with priority 'high', but"),
        ({"high": "3h", "default": "5h"}, "8h", "10 h of a ticket, but"),
        ({"high": "3h", "low": "5h"}, {"high": "8h"}, None),
    ],
)
def test_priority_by_priority(within: object, targets: object, priority: str | None) -> None:
    told = said([agreement("a", within), agreement("b", within, after="a")], {"targets": {"first_resolution": targets}})
    assert [rule for rule, _, _ in told] == ([TOGETHER] if priority else [])
    assert priority is None or priority in told[0][2]


@pytest.mark.parametrize(
    ("first", "second", "policy", "over"),
    [
        ({}, {}, {}, True),
        ({"plan": "gold"}, {"plan": "silver"}, {}, False),
        ({"plan": "gold"}, {"region": "EU"}, {"plan": ["gold", "silver"]}, True),
        ({"plan": "gold"}, {}, {"plan": "silver"}, False),
        ({"team": "x"}, {"team": "y"}, {"team": "z"}, True),
        ({"priority": "high"}, {"priority": "low"}, {}, False),
        ({"priority": "high"}, {}, {"priority": ["high", "low"]}, True),
    ],
)
def test_only_what_one_ticket_can_fit(
    first: dict[str, object], second: dict[str, object], policy: dict[str, object], over: bool
) -> None:
    route = [agreement("a", "5h", when=first), agreement("b", "5h", after="a", when=second)]
    assert bool(said(route, {**DAY, "when": policy})) is over


def test_the_words_name_teams_times_and_policies() -> None:
    route = [agreement("a", "5h"), agreement("b", "90m", after="a", schedule="always")]
    short, gold = {"targets": {"resolution": "6h"}, "when": {"plan": "gold"}}, {"plan": "silver"}
    told = said(route, short, {**short, "when": gold}, {"targets": {"first_response": "1h"}})
    expected = (
        "Teams 'a', then 'b' together may take 6 h 30 min of a ticket, but Full resolution of '0' is promised in 6 h,"
        " on other hours (1 more policy likewise). Give less, or promise more."
    )
    assert told == [(TOGETHER, 1, expected)]


def test_a_promise_the_source_makes_is_not_compared() -> None:
    assert said([agreement("a", "900h")], {"due": "supplied"}) == []


def test_a_tangle_of_teams_comes_to_an_end() -> None:
    teams = [str(number) for number in range(40)]
    tangle = [agreement(team, "1s", after=[other for other in teams if other != team]) for team in teams]
    assert said([agreement("0", "1s", when={"plan": "x"}), *tangle], DAY) == []
