"""The sample history: the same each time, believable, and with what its docstring says was put in."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest

from analytics.schemas import CANCELLATIONS, EVENT_KINDS, EVENTS, TICKET_RULES, TICKETS, split
from data import sample
from data.documents import read_policy
from data.simulation.desks import DESKS, FIRST_DAY, days
from data.simulation.names import company, person

Frames = tuple[pl.DataFrame, pl.DataFrame]

SMALL = 1_500
OUTAGE = datetime(2026, 3, 3, 9, 40, tzinfo=UTC)


@pytest.fixture(scope="module")
def history() -> Frames:
    return sample.build()


@pytest.fixture(scope="module")
def small() -> Frames:
    return sample.build(SMALL)


def share_with(history: Frames, condition: pl.Expr) -> float:
    tickets, events = history
    return events.filter(condition)["ticket_id"].n_unique() / tickets.height


def test_small_history_keeps_schemas_and_rules(small: Frames) -> None:
    tickets, events = small
    assert tickets.schema == TICKETS
    assert events.schema == EVENTS
    assert tickets.height == SMALL
    assert split(tickets, TICKET_RULES)[1].is_empty()
    assert set(events["kind"].unique()) == set(EVENT_KINDS)
    assert set(events["source"].unique()) == {sample.SOURCE}
    assert set(events.filter(kind="cancel")["value"].unique()) <= set(CANCELLATIONS)


def test_the_same_seed_gives_the_same_history_and_another_one_does_not(small: Frames) -> None:
    again, other = sample.build(SMALL), sample.build(SMALL, seed=2)
    assert all(first.equals(second) for first, second in zip(small, again, strict=True))
    assert not small[0].equals(other[0])
    assert not small[1].equals(other[1])


def test_another_process_gives_the_same_history(small: Frames) -> None:
    program = (
        "from hashlib import sha256\n"
        "from data import sample\n"
        f"for frame in sample.build({SMALL}):\n"
        "    print(sha256(frame.write_csv().encode()).hexdigest())"
    )
    root = Path(sample.__file__).parent.parent
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=root)
    assert run.stdout.split() == [sha256(frame.write_csv().encode()).hexdigest() for frame in small]


def test_a_history_of_one_ticket_and_its_progress() -> None:
    told: list[tuple[float, str]] = []
    tickets, events = sample.build(1, progress=lambda share, what: told.append((share, what)))
    assert tickets.height == 1
    assert set(events["ticket_id"]) == set(tickets["ticket_id"])
    shares = [share for share, _ in told]
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert shares == sorted(shares)
    assert all(what for _, what in told)


def test_rows_are_sorted_and_inside_the_history(history: Frames) -> None:
    tickets, events = history
    assert tickets.height == 60_000
    assert tickets.equals(tickets.sort("source", "ticket_id"))
    assert tickets["created_at"].is_sorted()
    assert events.equals(events.sort("source", "ticket_id", "at", "sequence"))
    assert events.select("source", "ticket_id", "at", "sequence").is_unique().all()
    joined = events.join(tickets, on="ticket_id", validate="m:1")
    assert joined.height == events.height
    assert (joined["at"] >= joined["created_at"]).all()
    assert (joined["at"] <= joined["updated_at"]).all()
    assert (events["at"] <= sample.AS_OF).all()
    assert tickets["created_at"].dt.date().is_between(FIRST_DAY - timedelta(days=1), sample.AS_OF.date()).all()
    last = events.group_by("ticket_id").agg(pl.col("at").max()).join(tickets, on="ticket_id")
    assert (last["at"] == last["updated_at"]).all()


@pytest.mark.parametrize("attribute", ["status", "priority", "team", "agent"])
def test_changes_follow_each_other_up_to_the_ticket_as_it_stands(history: Frames, attribute: str) -> None:
    tickets, events = history
    changes = events.filter(kind=attribute).with_columns(
        before=pl.col("value").shift(1).over("ticket_id"),
        first=pl.int_range(pl.len()).over("ticket_id") == 0,
    )
    assert changes.filter(pl.col("value").eq_missing(pl.col("previous"))).is_empty()
    assert changes.filter(~pl.col("first") & pl.col("before").ne_missing(pl.col("previous"))).is_empty()
    last = changes.unique("ticket_id", keep="last").join(tickets, on="ticket_id")
    told = last.filter(pl.col("status") != "closed") if attribute == "status" else last
    assert told.filter(pl.col("value").ne_missing(pl.col(attribute))).is_empty()


def test_nothing_happens_after_a_cancellation(history: Frames) -> None:
    tickets, events = history
    last = events.unique("ticket_id", keep="last", maintain_order=True)
    cancelled = last.filter(kind="cancel").join(tickets, on="ticket_id")
    assert cancelled.height == events.filter(kind="cancel").height
    assert set(cancelled["status"]) == {"closed"}


@pytest.mark.parametrize(
    ("attribute", "value", "share", "tolerance"),
    [
        ("region", "Nordics", 0.45, 0.01),
        ("region", "UK & Ireland", 0.30, 0.01),
        ("region", "North America", 0.25, 0.01),
        ("channel", "email", 0.55, 0.015),
        ("channel", "portal", 0.20, 0.015),
        ("channel", "chat", 0.12, 0.01),
        ("channel", "phone", 0.08, 0.01),
        ("channel", "monitoring", 0.05, 0.01),
        ("priority", "urgent", 0.04, 0.005),
        ("priority", "high", 0.14, 0.01),
        ("priority", "normal", 0.57, 0.015),
        ("priority", "low", 0.25, 0.015),
        ("plan", "free", 0.15, 0.015),
    ],
)
def test_shares_of_attributes(history: Frames, attribute: str, value: str, share: float, tolerance: float) -> None:
    tickets, _ = history
    assert (tickets[attribute] == value).mean() == pytest.approx(share, abs=tolerance)


def test_categories_and_customers(history: Frames) -> None:
    tickets, _ = history
    blank_or_other = tickets["category"].fill_null("Other") == "Other"
    assert blank_or_other.mean() == pytest.approx(0.15, abs=0.015)
    assert tickets["category"].drop_nulls().n_unique() == 7
    volumes = tickets["customer"].value_counts(sort=True)
    assert volumes.height == 350
    assert volumes["count"].head(10).sum() / tickets.height == pytest.approx(0.30, abs=0.015)


@pytest.mark.parametrize(
    ("condition", "share", "tolerance"),
    [
        (pl.col("kind") == "team", 0.18, 0.01),
        (pl.col("value") == "pending", 0.40, 0.015),
        (pl.col("value") == "on_hold", 0.055, 0.01),
        (pl.col("previous") == "resolved", 0.07, 0.01),
        (pl.col("kind") == "priority", 0.07, 0.01),
        (pl.col("kind") == "cancel", 0.04, 0.01),
    ],
)
def test_shares_of_happenings(history: Frames, condition: pl.Expr, share: float, tolerance: float) -> None:
    assert share_with(history, condition) == pytest.approx(share, abs=tolerance)


def test_volume_over_the_week(history: Frames) -> None:
    tickets, _ = history
    parts = [
        tickets.filter(region=desk.region)["created_at"].dt.convert_time_zone(desk.time_zone).dt.weekday()
        for desk in DESKS
    ]
    weekday = pl.concat(parts)
    assert 0.22 <= (weekday == 1).mean() <= 0.24  # type: ignore[operator]
    assert 0.06 <= (weekday > 5).mean() <= 0.08  # type: ignore[operator]


def test_backlog_and_tail(history: Frames) -> None:
    tickets, events = history
    waiting = tickets["status"].is_in(["open", "pending", "on_hold"])
    assert 0.008 <= waiting.mean() <= 0.016  # type: ignore[operator]
    assert set(tickets["status"]) == {"open", "pending", "on_hold", "resolved", "closed"}
    assert events.height / tickets.height < 6.5
    late = tickets.filter((pl.col("updated_at") - pl.col("created_at")) > timedelta(days=60))
    assert 0.003 <= late.height / tickets.height <= 0.015


def test_reopened_within_days(history: Frames) -> None:
    _, events = history
    status = events.filter(kind="status").with_columns(since=pl.col("at").shift(1).over("ticket_id"))
    after = status.filter(pl.col("previous") == "resolved").select(pl.col("at") - pl.col("since")).to_series()
    assert (after <= timedelta(days=5)).mean() >= 0.97  # type: ignore[operator]


def test_the_outage_is_visible_and_closed_in_bulk(history: Frames) -> None:
    tickets, events = history

    def volume(week: int) -> int:
        start = OUTAGE + timedelta(weeks=week)
        return tickets.filter(pl.col("created_at").is_between(start, start + timedelta(hours=6))).height

    plain = sum(volume(week) for week in (-3, -2, -1, 2, 3, 4)) / 6
    assert 6 < volume(0) / plain < 10
    closed = events.filter((pl.col("value") == "resolved") & (pl.col("at") == datetime(2026, 3, 5, 14, tzinfo=UTC)))
    assert closed.height > 500


def test_seasons_and_the_new_customer(history: Frames) -> None:
    tickets, _ = history

    def a_day(first: date, last: date, region: str | None = None) -> float:
        within = pl.col("created_at").dt.date().is_between(first, last, closed="left")
        taken = tickets.filter(within & (pl.col("region") == region if region else pl.lit(value=True)))
        return taken.height / (last - first).days

    plain = a_day(date(2025, 11, 3), date(2025, 12, 1))
    assert a_day(date(2025, 12, 22), date(2026, 1, 5)) < 0.5 * plain
    assert a_day(date(2026, 1, 5), date(2026, 1, 19)) > 1.1 * plain
    nordics = a_day(date(2026, 6, 1), date(2026, 7, 1), "Nordics")
    assert a_day(date(2026, 7, 6), date(2026, 8, 3), "Nordics") < 0.85 * nordics
    came = tickets.group_by("customer").agg(pl.len(), pl.col("created_at").min()).sort("len", descending=True).head(10)
    assert came["created_at"].dt.date().max() == date(2026, 4, 13)
    billing = tickets.group_by(end=pl.col("created_at").dt.day().is_in([30, 31, 1, 2, 3])).agg(
        share=(pl.col("category") == "Billing").mean()
    )
    shares = dict(billing.iter_rows())
    assert shares[True] > 1.7 * shares[False]


def test_desks_keep_the_hours_of_the_policy() -> None:
    expanded = {hours.name: hours for hours in read_policy(sample.POLICY).file.expand(days()[0], days()[-1])}
    for desk in DESKS:
        ours = desk.opening_hours().over(days()[0], days()[-1])
        for mine, promised in zip(ours.intervals(), expanded[desk.schedule].intervals(), strict=True):
            assert mine.tolist() == promised.tolist()


def test_names_are_all_different() -> None:
    assert len({company(number) for number in range(350)}) == 350
    assert len({person(number) for number in range(6_000)}) == 6_000
