"""Closed months in the store: counted once, kept for good, and every later change told."""

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from analytics.closing import CLOSED, MONTH_KEY, RESTATED, told
from analytics.schemas import EVENTS, TICKETS
from data.__main__ import main
from data.documents import PolicyDocument, policy_of
from data.imports import import_sample
from data.publish import Published
from data.store import Store
from tests.analytics.tickets import Event, events, utc
from tests.data import files

NOW = utc("2026-06-01T00:00")
JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)
POLICY = """\
version: 1
schedules: {desk: {time_zone: Europe/Stockholm, hours: 24x7}}
policies: [{name: all, schedule: desk, on_reopen: RULE, targets: {first_response: 1h, resolution: TARGET}}]
"""


def policy(target: str = "8h", rule: str = "resume") -> PolicyDocument:
    return policy_of("p", POLICY.replace("TARGET", target).replace("RULE", rule), "p")


def published(
    store: Store,
    tickets: pl.DataFrame,
    happened: pl.DataFrame,
    as_of: str = "2026-03-05T00:00",
    *,
    whole: bool = False,
    file: PolicyDocument | None = None,
    source: str = "desk",
) -> Published:
    """Import these tickets as a batch of a help desk that tells every event."""
    named = [frame.with_columns(source=pl.lit(source)) for frame in (tickets, happened)]
    return files.published(store, *named, file or policy(), utc(as_of), until=NOW, whole=whole)


def ticket(number: object, created: str = "2026-01-12T09:00") -> pl.DataFrame:
    row = {"source": "desk", "ticket_id": str(number), "created_at": utc(created)}
    return pl.DataFrame([row], schema=TICKETS)


def story(number: object, *more: Event, solved: str = "2026-01-12T12:00") -> pl.DataFrame:
    return events(("2026-01-12T09:30", "reply"), (solved, "status", "resolved", "open"), *more, ticket=str(number))


def changes(store: Store) -> list[tuple[Any, ...]]:
    found = store.require().restatements()
    return found.select("kind", "month", "import_number", "reason", "clocks", "met_change", "breached_change").rows()


def balance(store: Store) -> pl.DataFrame:
    """What each closed month counts now by its close and its changes; it must be what the clocks count."""
    version = store.require()
    closed, restatements = version.closed_months(), version.restatements()
    moved = restatements.group_by(MONTH_KEY).agg(pl.col("met_change", "breached_change").sum())
    booked = closed.join(moved, on=MONTH_KEY, how="left").select(
        *MONTH_KEY,
        met=pl.col("met") + pl.col("met_change").fill_null(0),
        breached=pl.col("breached") + pl.col("breached_change").fill_null(0),
    )
    text = pl.col("source", "kind").cast(pl.String)
    counts = version.clocks().filter(pl.col("decided") & pl.col("exclusion").is_null())
    counts = counts.group_by(text, month="due_month").agg(
        met=(~pl.col("breached")).sum().cast(pl.Int64), lost=pl.col("breached").sum().cast(pl.Int64)
    )
    now = closed.select(MONTH_KEY).join(counts, on=MONTH_KEY, how="left").fill_null(0).rename({"lost": "breached"})
    assert_frame_equal(booked.sort(MONTH_KEY), now.sort(MONTH_KEY))
    return booked


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def test_a_first_import_closes_every_month_that_is_over(store: Store) -> None:
    created = ["2026-01-12T09:00", "2026-02-03T09:00", "2026-03-02T09:00"]
    tickets = pl.concat([ticket(number, at) for number, at in enumerate(created)])
    published(store, tickets, events())
    closed = store.require().closed_months()
    assert closed.select("kind", "month", "due", "met", "breached", "import_number", "policy_version").rows() == [
        (kind, month, 1, 0, 1, 1, 1) for kind in ("first_response", "resolution") for month in (JANUARY, FEBRUARY)
    ]
    assert closed["closed_at"].unique().to_list() == [utc("2026-03-05T00:00")]
    assert set(CLOSED) <= set(closed.columns)
    assert set(RESTATED) <= set(store.require().restatements().columns)
    assert changes(store) == []
    balance(store)


def test_a_reopening_restates_the_month_that_is_closed_and_not_the_one_that_closes(store: Store) -> None:
    late = ticket(1, "2026-01-29T09:00")
    solved = "2026-01-29T12:00"
    published(store, pl.concat([late, ticket(2)]), pl.concat([story(1, solved=solved), story(2)]), "2026-02-01T00:00")
    again: list[Event] = [
        ("2026-02-02T09:00", "status", "open", "resolved"),
        ("2026-02-02T09:30", "reply"),
        ("2026-02-02T18:00", "status", "resolved", "open"),
    ]
    published(store, late, story(1, *again, solved=solved))
    assert changes(store) == [("resolution", JANUARY, 2, "reopened", 1, -1, 0)]
    assert store.require().closed_months().filter(pl.col("month") == FEBRUARY)["due"].to_list() == [1]
    text = told(store.require().closed_months(), store.require().restatements())["text"].drop_nulls()
    assert text.to_list() == ["January 2026 restated 100.0 → 100.0 %: 1 reopened"]
    balance(store)


def test_a_solved_ticket_that_turns_out_to_be_spam_is_said_to_be(store: Store) -> None:
    published(store, ticket(1), story(1))
    published(store, ticket(1), story(1, ("2026-02-20T09:00", "cancel", "spam")), "2026-03-06T00:00")
    assert changes(store) == [
        ("first_response", JANUARY, 2, "spam", 1, -1, 0),
        ("resolution", JANUARY, 2, "spam", 1, -1, 0),
    ]
    balance(store)


def test_a_new_ticket_is_late_data_and_an_edited_policy_is_named(store: Store) -> None:
    published(store, ticket(1), story(1))
    published(store, ticket(2), story(2, solved="2026-01-14T12:00"))
    published(store, ticket(2), story(2, solved="2026-01-14T12:00"), file=policy("2h"))
    published(store, ticket(2), story(2, solved="2026-01-14T12:00"), file=policy("2h"))
    assert changes(store) == [
        ("first_response", JANUARY, 2, "late data", 1, 1, 0),
        ("resolution", JANUARY, 2, "late data", 1, 0, 1),
        ("resolution", JANUARY, 3, "policy edited", 1, -1, 1),
    ]
    assert store.require().restatements()["at"].unique().to_list() == [NOW]
    balance(store)


def test_closed_months_outlive_the_versions_that_closed_them(store: Store) -> None:
    published(store, ticket(1), story(1))
    first = store.require().closed_months()
    for number in range(2, 7):
        published(store, ticket(number), story(number))
    assert [version.number for version in store.versions()] == [4, 5, 6]
    assert store.require().closed_months().equals(first)
    assert store.require().restatements()["clocks"].sum() == 10
    balance(store)


def test_a_source_closes_and_restates_its_own_months(store: Store) -> None:
    published(store, ticket(1), story(1))
    desk = store.require().closed_months()
    published(store, ticket(1), events(), source="city")
    version = store.require()
    assert version.closed_months().filter(pl.col("source") == "desk").equals(desk)
    assert version.closed_months().filter(pl.col("source") == "city")["breached"].to_list() == [1, 1]
    assert changes(store) == []
    balance(store)


def test_the_sample_made_again_changes_nothing_and_another_one_balances(store: Store) -> None:
    import_sample(store, 600, 1)
    closed = store.require().closed_months()
    assert closed["month"].n_unique() == 14
    import_sample(store, 600, 1)
    assert store.require().restatements().is_empty()
    import_sample(store, 900, 2)
    assert store.require().closed_months().filter(pl.col("import_number") == 1).equals(closed)
    assert store.require().restatements()["clocks"].sum() > 500
    balance(store)


def anything(draw: random.Random, known: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Some tickets, old and new, with histories of their own."""
    tickets, happened = [], []
    for number in sorted(draw.sample(range(known), draw.randint(1, known))):
        at = utc("2026-01-02T09:00") + timedelta(days=draw.randrange(80))
        tickets.append(ticket(number).with_columns(created_at=pl.lit(at)))
        status = "open"
        for sequence in range(draw.randrange(6)):
            at += timedelta(hours=draw.choice([1, 5, 40, 400]))
            kind = draw.choice(["reply", "status", "status", "status", "cancel"])
            value = {"status": draw.choice(["open", "resolved"]), "cancel": draw.choice(["merged", "spam"])}.get(kind)
            key = {"source": "desk", "ticket_id": str(number), "at": at, "sequence": sequence, "kind": kind}
            happened.append({**key, "value": value, "previous": status if kind == "status" else None})
            status = str(value) if kind == "status" else status
    return pl.concat(tickets), pl.DataFrame(happened, schema=EVENTS)


@settings(deadline=None, max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**9))
def test_after_any_imports_the_books_balance(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    draw = random.Random(seed)
    store = Store(tmp_path_factory.mktemp("store"))
    seen: list[pl.DataFrame] = []
    for _ in range(4):
        as_of = utc("2026-02-01T00:00") + timedelta(days=draw.randrange(90))
        file = policy(draw.choice(["8h", "8h", "30h"]), draw.choice(["resume", "resume", "restart"]))
        whole = draw.random() < 0.2
        published(store, *anything(draw, 12), f"{as_of:%Y-%m-%dT%H:%M}", file=file, whole=whole)
        balance(store)
        closed = store.require().closed_months()
        assert all(set(earlier.rows()) <= set(closed.rows()) for earlier in seen)
        seen.append(closed)


def test_the_command_line_says_what_was_restated(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    published(store, ticket(1), story(1))
    assert main(["status", "--store", str(store.directory)]) == 0
    assert "Closed months: 2, none restated" in capsys.readouterr().out
    published(store, ticket(1), story(1, ("2026-02-20T09:00", "cancel", "spam")), "2026-03-06T00:00")
    assert main(["status", "--store", str(store.directory)]) == 0
    out = capsys.readouterr().out
    assert "Closed months: 2, of which restated:" in out
    assert "  desk, Full resolution: January 2026 restated 100.0 % → none due: 1 spam" in out


def test_as_of_that_goes_back_opens_no_month_again(store: Store) -> None:
    published(store, ticket(1), story(1), "2026-03-05T00:00", whole=True)
    published(store, ticket(1), story(1), "2026-01-12T10:00", whole=True)
    assert store.require().closed_months().height == 2
    assert changes(store) == [("resolution", JANUARY, 2, "late data", 1, -1, 0)]
    balance(store)
