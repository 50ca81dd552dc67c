"""From the source's rate to ours: the bridge by hand, and what holds for any tickets."""

import random
from datetime import timedelta
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.clocks import judge
from analytics.measure import Hours, measure
from analytics.policy import PolicyFile
from analytics.reconcile import RECONCILED, reconciled
from analytics.reconcile_bridge import NOT_COUNTED, STEP_LABELS, STEP_PHRASES, STEPS, bridge
from analytics.reconcile_reasons import AGREE, OUTCOMES
from analytics.schemas import CLOCKS, EVENTS
from tests.analytics.tickets import events, policy, tickets, utc


def rows(*given_: tuple[str, bool | None, bool | None, bool]) -> pl.DataFrame:
    """Rows of (outcome, theirs, ours, decided)."""
    return pl.DataFrame(
        [
            {"outcome": name, "theirs_breached": theirs, "ours_breached": ours, "decided": decided}
            for name, theirs, ours, decided in given_
        ],
        schema=RECONCILED,
    )


def test_a_bridge_by_hand() -> None:
    """Theirs: 3 of 4, ours: 2 of 5. On two they are silent, on one we are, and one they call met."""
    found = bridge(
        rows(
            ("agree_met", False, False, True),
            ("agree_breached", True, True, True),
            ("calendar", False, True, True),
            ("no_verdict", None, False, True),
            ("no_verdict", None, True, True),
            ("no_target", False, None, False),
        )
    )
    assert (found.theirs.met, found.theirs.due, found.ours.met, found.ours.due) == (3, 4, 2, 5)
    assert (found.same.met, found.same.due, found.agreed, found.judged) == (1, 3, 2, 3)
    assert found.steps.schema == STEPS
    assert found.steps.select("step", "tickets", "met_change", "due_change").rows() == [
        ("no_target", 1, -1, -1),
        ("no_verdict", 2, 1, 2),
        ("calendar", 1, -1, 0),
    ]
    assert found.steps["change"].to_list() == pytest.approx([-0.05, -0.1, -0.2])
    assert found.steps["points"].to_list() == [-5.0, -10.0, -20.0]


def test_a_ticket_that_is_early_or_excluded_here_is_a_step_of_its_own() -> None:
    early = rows(("agree_met", False, False, True), ("agree_met", False, False, False), ("rounding", True, False, True))
    excluded = early.with_columns(exclusion=pl.when(pl.int_range(pl.len()) == 2).then(pl.lit("outage")))
    assert bridge(early).steps["step"].to_list() == ["rounding", NOT_COUNTED]
    assert bridge(excluded).steps.select("step", "tickets").rows() == [(NOT_COUNTED, 2)]
    assert bridge(excluded, counting_excluded=True).steps["step"].to_list() == ["rounding", NOT_COUNTED]


def test_without_verdicts_of_the_source_there_is_nothing_to_bridge() -> None:
    found = bridge(rows(("no_verdict", None, False, True)))
    assert (found.theirs.share, found.ours.share) == (None, 1.0)
    assert found.steps.select("step", "tickets", "change", "points").rows() == [("no_verdict", 1, None, None)]
    assert found.steps.schema == STEPS


def test_every_step_has_a_label_and_words_for_a_sentence() -> None:
    assert set(STEP_LABELS) == set(STEP_PHRASES) == {*OUTCOMES, NOT_COUNTED} - set(AGREE)


def desk(seed: int) -> tuple[pl.DataFrame, pl.DataFrame, PolicyFile]:
    """Tickets that pause, change, reopen and merge at random, with flags and due times at random."""
    dice = random.Random(seed)
    given_, told = [], [pl.DataFrame(schema=EVENTS)]
    for number in range(1, dice.randint(2, 24)):
        at, state, priority = utc("2026-07-06T09:00") + timedelta(hours=dice.randint(0, 50)), "open", "low"
        first, happened = at, []
        for _ in range(dice.randint(0, 7)):
            at += timedelta(minutes=dice.choice([1, 20, 60, 240, 900]))
            what = dice.choice(["status", "status", "status", "priority", "reply", "cancel"])
            statuses = ["open", "pending", "on_hold", "resolved"]
            values = {"status": statuses, "priority": ["low", "high"], "reply": [None], "cancel": ["merged"]}
            value = dice.choice(values[what])
            before = {"status": state, "priority": priority}.get(what)
            if value != before or what == "reply":
                happened.append((at.replace(tzinfo=None).isoformat(), what, value, before))
            state, priority = (value if what == "status" else state), (value if what == "priority" else priority)
        due = first + timedelta(hours=dice.randint(1, 40))
        given_.append(
            {
                "created_at": first,
                "updated_at": dice.choice([None, at]),
                "priority": priority,
                "plan": dice.choice(["gold", None]),
                "resolution_due_at": dice.choice([None, due]),
                **{f"{kind}_breached": dice.choice([None, True, False]) for kind in ("first_response", "resolution")},
            }
        )
        told.append(events(*happened, ticket=str(number)))
    return tickets(*given_), pl.concat(told), policy(when=dice.choice([{}, {"plan": ["gold"]}]))


@settings(max_examples=36, deadline=None)
@given(seed=st.integers(0, 10**9), hours=st.sampled_from(["business", "calendar"]))
def test_every_ticket_is_counted_once_and_the_bridge_adds_up(seed: int, hours: Hours) -> None:
    whole, told, file = desk(seed)
    clocks = judge(whole, told, file, utc("2026-07-09T12:00")).clocks
    found = reconciled(clocks, whole, told, file, hours=hours)
    key = ["ticket_id", "kind"]
    assert found.select(key).is_duplicated().sum() == 0
    flagged = {
        (ticket, kind)
        for kind in ("first_response", "resolution")
        for ticket in whole.filter(pl.col(f"{kind}_breached").is_not_null())["ticket_id"]
    }
    ours = "breached" if hours == "business" else "breached_calendar"
    held = set(clocks.filter(pl.col(ours).is_not_null()).select(key).rows())
    assert set(found.select(key).rows()) == flagged | held
    assert set(found["outcome"]) <= set(OUTCOMES)
    alike = (pl.col("theirs_breached") == pl.col("ours_breached")).fill_null(value=False)
    assert found.filter(alike != pl.col("outcome").is_in(AGREE)).is_empty()
    _adds_up(found, clocks, hours)


def _adds_up(found: pl.DataFrame, clocks: pl.DataFrame, hours: Hours) -> None:
    for kind, part in found.group_by("kind"):
        between = bridge(part)
        differ = part.filter(~pl.col("outcome").is_in(AGREE) | ~pl.col("decided").fill_null(value=False))
        assert between.steps["tickets"].sum() == differ.height
        own = clocks.filter(pl.col("kind") == kind[0])
        if hours == "business" and own["cycle"].max() in (None, 1):
            assert between.ours.share == measure(own, ["attainment"])["attainment"].item()
        if between.theirs.due == 0 or between.ours.due == 0:
            assert between.steps["change"].null_count() == between.steps.height
            continue
        theirs, ours = (Fraction(rate.met, rate.due) for rate in (between.theirs, between.ours))
        moved = between.steps.select("met_change", "due_change").rows()
        exact = sum((met - theirs * due) / between.ours.due for met, due in moved)
        assert theirs + exact == ours
        assert between.steps["change"].sum() == pytest.approx(float(ours - theirs))
        written = [float(f"{100 * float(rate):.1f}") for rate in (theirs, ours)]
        assert round(between.steps["points"].sum(), 1) == round(written[1] - written[0], 1)


def test_nothing_is_nothing() -> None:
    found = reconciled(pl.DataFrame(schema=CLOCKS), tickets(), events(), policy())
    assert found.is_empty()
    assert bridge(found).steps.is_empty()
