"""The queue: every edge of its buckets, whose turn it is, and its order against a plain sort."""

from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from analytics.queue import BUCKETS, DAY, HOUR, TURNS, counted, of_tickets, queue
from analytics.timezones import INSTANT
from tests.analytics.tickets import utc

AS_OF = utc("2026-03-06T16:00")
LONG = 400 * HOUR


def clock(ticket: str = "1", left: float | None = 10 * DAY, used: float = 0.1, **changes: Any) -> dict[str, Any]:
    """An open clock, due so many plain seconds from now, that has used a share of a very long target."""
    return {
        "source": "desk",
        "ticket_id": ticket,
        "kind": "resolution",
        "cycle": 1,
        "state": "running" if left is None or left >= 0 else "breached",
        "due_at": None if left is None else AS_OF + timedelta(seconds=left),
        "as_of": AS_OF,
        "target_seconds": LONG,
        "elapsed_seconds": round(used * LONG),
        **changes,
    }


def line(*clocks: dict[str, Any], hours: Any = "business") -> pl.DataFrame:
    return queue(pl.DataFrame(list(clocks), schema_overrides={"due_at": INSTANT, "as_of": INSTANT}), hours)


@pytest.mark.parametrize(
    ("left", "bucket", "turn"),
    [
        (0, "due within 4 hours", "can still be kept"),
        (4 * HOUR, "due within 4 hours", "can still be kept"),
        (4 * HOUR + 1, "in 4–24 hours", "can still be kept"),
        (DAY, "in 4–24 hours", "can still be kept"),
        (DAY + 1, "in 24–72 hours", "due later"),
        (3 * DAY, "in 24–72 hours", "due later"),
        (3 * DAY + 1, "later", "due later"),
        (-1, "up to 1 day past due", "broken of late"),
        (-DAY, "up to 1 day past due", "broken of late"),
        (-DAY - 1, "1–3 days past due", "broken of late"),
        (-3 * DAY, "1–3 days past due", "broken of late"),
        (-3 * DAY - 1, "over 3 days past due", "broken long ago"),
        (None, "no due time", "no due time"),
    ],
)
def test_the_edges_of_the_buckets(left: int | None, bucket: str, turn: str) -> None:
    row = line(clock(left=left)).row(0, named=True)
    assert (row["bucket"], row["turn"], row["left"]) == (bucket, turn, left)


@pytest.mark.parametrize(("used", "risk"), [(0.7499, False), (0.75, True), (1.0, True)])
def test_at_risk_is_three_quarters_of_the_target(used: float, risk: bool) -> None:
    row = line(clock(left=5 * DAY, used=used)).row(0, named=True)
    assert row["at_risk"] is risk
    assert row["turn"] == ("can still be kept" if risk else "due later")


def test_what_is_paused_or_broken_is_not_at_risk() -> None:
    found = line(clock("p", left=HOUR, used=0.9, state="paused"), clock("b", left=-HOUR, used=1.2))
    assert not found["at_risk"].any()
    assert dict(found.select("ticket_id", "bucket").iter_rows()) == {"p": "paused", "b": "up to 1 day past due"}


def test_a_breach_stands_while_the_clock_is_paused() -> None:
    row = line(clock(left=-HOUR, used=0.8, state="breached")).row(0, named=True)
    assert (row["turn"], row["open_left"]) == ("broken of late", None)


def test_on_friday_evening_mondays_first_promises_come_before_what_is_broken() -> None:
    """Due in 65 plain hours, but with one open hour left of a target of 400: it can be kept only if done soon."""
    monday = clock("monday", left=65 * HOUR, used=0.1, target_seconds=10 * HOUR, elapsed_seconds=2 * HOUR)
    later = clock("later", left=65 * HOUR, target_seconds=10 * HOUR, elapsed_seconds=2 * HOUR - 1)
    found = line(clock("broken", left=-HOUR), later, monday)
    assert found["ticket_id"].to_list() == ["monday", "broken", "later"]
    assert found["open_left"].to_list() == [8 * HOUR, None, 8 * HOUR + 1]


def test_in_calendar_hours_a_clock_is_due_when_the_wait_reaches_the_target() -> None:
    waits = {"target_seconds": 10 * HOUR}
    found = line(
        clock("near", left=5 * DAY, elapsed_seconds=9 * HOUR, **waits),
        clock("late", left=5 * DAY, elapsed_seconds=12 * HOUR, **waits),
        clock("paused", left=5 * DAY, elapsed_seconds=9 * HOUR, state="paused", **waits),
        clock("broken in business hours", left=-DAY, elapsed_seconds=HOUR, **waits),
        clock("none", target_seconds=None, elapsed_seconds=HOUR),
        hours="calendar",
    )
    assert dict(found.select("ticket_id", "bucket").iter_rows()) == {
        "near": "due within 4 hours",
        "late": "up to 1 day past due",
        "paused": "paused",
        "broken in business hours": "in 4–24 hours",
        "none": "no due time",
    }
    assert found["left"].to_list() == [HOUR, 9 * HOUR, -2 * HOUR, HOUR, None]
    assert found["at_risk"].to_list() == [True, False, False, False, False]


def test_one_row_a_ticket_is_its_clock_that_comes_first() -> None:
    found = of_tickets(
        line(
            clock("1", left=-DAY),
            clock("1", left=2 * HOUR, kind="update"),
            clock("2", left=HOUR, state="paused"),
            clock("2", left=-5 * DAY, kind="update"),
        )
    )
    assert found.select("ticket_id", "kind", "clocks").rows() == [("1", "update", 2), ("2", "update", 2)]


def test_every_bucket_is_counted() -> None:
    found = counted(line(clock("1", left=HOUR, used=0.8), clock("2", left=HOUR), clock("3", left=-DAY)))
    assert found["bucket"].to_list() == list(BUCKETS)
    assert found.filter(pl.col("clocks") > 0).rows() == [("up to 1 day past due", 1, 0), ("due within 4 hours", 2, 1)]
    assert counted(line(clock()).clear())["clocks"].sum() == 0


def test_an_empty_queue_is_empty() -> None:
    none = queue(pl.DataFrame([clock()], schema_overrides={"due_at": INSTANT, "as_of": INSTANT}).clear())
    assert none.is_empty()
    assert of_tickets(none).is_empty()


@pytest.mark.parametrize("seed", range(3))
def test_the_order_is_that_of_a_plain_sort(seed: int) -> None:
    random = np.random.default_rng(seed)
    clocks = []
    for number in range(200):
        left = int(random.normal(0, 2 * DAY))
        paused = bool(random.random() < 0.2) and left >= 0
        changes = {"state": "paused"} if paused else {}
        clocks.append(clock(f"{number:03d}", left=left, used=float(random.random()), **changes))

    def place(row: dict[str, Any]) -> tuple[int, float, str]:
        left = (row["due_at"] - AS_OF).total_seconds()
        spare = row["target_seconds"] - row["elapsed_seconds"]
        used = row["elapsed_seconds"] / row["target_seconds"]
        if row["state"] == "paused":
            return TURNS.index("paused"), spare, row["ticket_id"]
        if left < 0:
            return TURNS.index("broken long ago" if left < -3 * DAY else "broken of late"), left, row["ticket_id"]
        soon = left <= 24 * HOUR or spare <= 8 * HOUR or used >= 0.75
        return TURNS.index("can still be kept" if soon else "due later"), left, row["ticket_id"]

    expected = [row["ticket_id"] for row in sorted(clocks, key=place)]
    assert line(*random.permutation(np.array(clocks, dtype=object)).tolist())["ticket_id"].to_list() == expected
