"""Is every clock divided whole among those who held it?"""

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.clocks import judge
from analytics.measure import measure
from analytics.schemas import CLOCKS, HOLDINGS
from analytics.shares import SHARES, shares
from tests.analytics.tickets import AS_OF, events, policy, tickets


def key(ticket: int) -> dict[str, Any]:
    return {"source": "desk", "ticket_id": str(ticket), "kind": "resolution", "cycle": 1}


def clocks(*rows: tuple[bool | None, str | None]) -> pl.DataFrame:
    """Clocks as (breached, credited team); breached None is not decided."""
    given = [
        {**key(number), "decided": breached is not None, "breached": breached, "team_at_due": team}
        for number, (breached, team) in enumerate(rows)
    ]
    return pl.DataFrame(given, schema=CLOCKS)


def holdings(*held: dict[str | None, int]) -> pl.DataFrame:
    """Who held each clock for how many seconds."""
    rows = [
        {**key(number), "team": team, "elapsed_seconds": seconds}
        for number, each in enumerate(held)
        for team, seconds in each.items()
    ]
    return pl.DataFrame(rows, schema=HOLDINGS)


def told(found: pl.DataFrame) -> dict[str | None, tuple[int, float, float]]:
    rows = found.select("team", "elapsed_seconds", "clocks", "breaches").iter_rows()
    return {team: (seconds, pytest.approx(whole), pytest.approx(late)) for team, seconds, whole, late in rows}


def test_a_breach_is_divided_by_the_time_held() -> None:
    found = shares(clocks((True, "B"), (False, "B")), holdings({"A": 3600, "B": 1200}, {"B": 600}))
    assert found.schema == SHARES
    assert told(found) == {"A": (3600, 0.75, 0.75), "B": (1800, 1.25, 0.25)}
    assert found["breach_rate"].to_list() == [1.0, pytest.approx(0.2)]


def test_a_clock_nobody_held_goes_to_the_credited_team_and_a_blank_holder_stays_blank() -> None:
    found = shares(clocks((True, "A"), (True, "B"), (True, None)), holdings({}, {None: 50, "B": 50}, {}))
    assert told(found) == {None: (50, 1.5, 1.5), "A": (0, 1, 1), "B": (50, 0.5, 0.5)}


def test_only_clocks_due_count_and_holdings_of_others_do_not() -> None:
    found = shares(clocks((None, "A"), (True, "A")), holdings({"C": 10}, {"A": 5}, {"D": 99}))
    assert told(found) == {"A": (5, 1, 1)}


def test_holding_a_clock_for_no_time_is_not_holding_it() -> None:
    assert told(shares(clocks((True, "C")), holdings({"A": 0, "B": 0}))) == {"C": (0, 1, 1)}


def test_of_nothing_there_is_nothing() -> None:
    assert shares(clocks(), holdings()).rows() == []
    assert shares(clocks(), holdings()).schema == SHARES


TEAMS = st.sampled_from([None, "A", "B", "C"])
ONE = st.tuples(st.sampled_from([True, False, None]), TEAMS, st.dictionaries(TEAMS, st.integers(0, 10_000), max_size=4))


@settings(deadline=None)
@given(st.lists(ONE, max_size=12))
def test_the_parts_add_up_to_the_clocks_their_breaches_and_the_time_held(
    made: list[tuple[bool | None, str | None, dict[str | None, int]]],
) -> None:
    frame = clocks(*((breached, team) for breached, team, _ in made))
    found = shares(frame, holdings(*(held for _, _, held in made)))
    whole = measure(frame, ["due", "breaches"]).row(0, named=True)
    assert found["clocks"].sum() == pytest.approx(whole["due"])
    assert found["breaches"].sum() == pytest.approx(whole["breaches"])
    due = [held for breached, _, held in made if breached is not None]
    assert found["elapsed_seconds"].sum() == sum(sum(held.values()) for held in due)
    assert found["team"].n_unique() == found.height
    assert found.filter((pl.col("breaches") < 0) | (pl.col("breaches") > pl.col("clocks") + 1e-9)).is_empty()


def test_on_judged_clocks_the_time_held_is_their_elapsed_time() -> None:
    passed = events(("2026-07-06T11:00", "team", "B", "A"), ("2026-07-07T12:00", "status", "resolved"))
    judged = judge(tickets({"team": "B"}), passed, policy(), AS_OF)
    own = judged.clocks.filter(pl.col("kind") == "resolution")
    found = shares(own, judged.holdings)
    assert own["breached"].to_list() == [True]
    assert told(found) == {"A": (2 * 3600, 2 / 11, 2 / 11), "B": (9 * 3600, 9 / 11, 9 / 11)}
    assert found["elapsed_seconds"].sum() == own["elapsed_seconds"].sum()
