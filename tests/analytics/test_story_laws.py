"""Do the words of a story follow from its numbers, over made-up tickets under every rule of a policy file?"""

from functools import cache
from itertools import pairwise
from typing import Any

import polars as pl
import pytest

from analytics.accounts import changes, plain_seconds
from analytics.clocks import evaluate
from analytics.explain import ExplainedClock, explained
from analytics.matching import Subject, conditions, reasons
from analytics.policy import PolicyFile, parse
from analytics.remedies import outlook, too_late
from analytics.schemas import EVENTS, TICKETS
from tests.clock_case_files import FILES
from tests.clock_cases import AS_OF, NAMES, cases

TRIED = 10
"""Made-up tickets of each policy file."""

Fact = tuple[PolicyFile, pl.DataFrame, pl.DataFrame, dict[str, Any], ExplainedClock]


@cache
def facts(name: str) -> list[Fact]:
    """Made-up clocks of a policy file, with their tickets and events."""
    rules, found = parse(FILES[name]), []
    for row, happened in cases(name)[:TRIED]:
        ticket, told = pl.DataFrame([row], schema=TICKETS), pl.DataFrame(happened, schema=EVENTS)
        whole = explained(ticket, told, rules, AS_OF)
        found += [(rules, ticket, told, dict(whole.ticket), clock) for clock in whole.clocks]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_stretches_parts_and_conditions_agree_with_the_clocks(name: str) -> None:
    for rules, _, _, ticket, clock in facts(name):
        row, stretches = clock.row, clock.stretches
        slack = 3 + len(stretches)
        if stretches:
            assert stretches[0]["start"] == row["started_at"]
            assert all(a["end"] == b["start"] for a, b in pairwise(stretches))
            assert abs(sum(map(plain_seconds, stretches)) - row["total_seconds"]) <= slack
        rest = [
            each
            for each in stretches
            if each["what"] in ("solved", "no promise") or each["waiting_for"] == "third party"
        ]
        rest = [each for each in rest if each["waiting_for"] is None or each["opened"]]
        other = row["total_seconds"] - row["running_seconds"] - row["closed_seconds"] - row["customer_seconds"]
        assert abs(other - sum(map(plain_seconds, rest))) <= slack
        zones = [rules.schedules[promise.schedule].time_zone for promise in rules.promises()]
        start = len(rules.policies) if row["kind"] == "ola" else 0
        for piece in clock.pieces:
            if piece.own is not None:
                subject = Subject({**ticket, "priority": piece.priority, "team": piece.team}, clock.team_before)
                fits = [
                    all(each.holds for each in conditions(rules.promises()[number], subject, zones[number]))
                    for number in range(start, piece.own + 1)
                ]
                assert fits == [False] * (len(fits) - 1) + [True]
                assert "fits too" not in " ".join(reasons(rules, piece.own, subject, ola=row["kind"] == "ola"))


@pytest.mark.parametrize("name", NAMES)
def test_what_would_have_saved_a_clock_would_have_saved_it(name: str) -> None:
    for rules, ticket, happened, then, clock in facts(name):
        row = clock.row
        if row["state"] != "breached":
            continue
        told = " ".join(outlook(clock, rules))
        in_hours = not str(clock.promise.target(row["kind"], row["priority"])).endswith("d")
        moved = any(each.effective for each in changes(clock)) or clock.supplied or row["due_by_change"]
        if in_hours and not moved:
            assert abs(too_late(clock) - max(0, row["elapsed_seconds"] - row["target_seconds"])) <= len(clock.stretches)
        if "Had it stayed solved" in told and row["kind"] != "update":
            solved = [each["start"] for each in clock.stretches if each["what"] == "solved"]
            spell = [at for at in solved if at <= row["due_at"]][-1]
            if spell == row["started_at"]:
                continue
            until = happened.filter(pl.col("at") <= spell).sort("at", "sequence")
            as_then = {name: until.filter(pl.col("kind") == name)["value"].to_list() for name in ("team", "priority")}
            last = [pl.lit([then[name], *values][-1], dtype=pl.String).alias(name) for name, values in as_then.items()]
            again = evaluate(ticket.with_columns(last), until, rules, AS_OF)
            again = again.filter((pl.col("kind") == row["kind"]) & (pl.col("cycle") == row["cycle"]))
            assert again["state"].to_list() == ["met"]
