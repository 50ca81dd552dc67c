"""Does each definition say of a month what its own report would have said, and the bad month mislead as it does?"""

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from analytics.schemas import CLOCKS
from analytics.vendors import SAID, said_by_month

AS_OF = datetime(2026, 4, 10, 12, tzinfo=UTC)
JANUARY, FEBRUARY, MARCH, APRIL = (date(2026, month, 1) for month in range(1, 5))
OURS, COMPLETED, ACHIEVED, APPLIED = SAID


def clock(
    month: int, state: str, stopped: datetime | int | None = None, *, started: int | None = None, **values: Any
) -> dict[str, Any]:
    """A clock due on the 20th of a month, stopped then or on the 25th of a month, or not."""
    at = datetime(2026, stopped, 25, 9, tzinfo=UTC) if isinstance(stopped, int) else stopped
    judged = state in {"met", "breached"}
    return {
        "source": "desk",
        "kind": "resolution",
        "cycle": 1,
        "state": state,
        "time_zone": "Europe/Stockholm",
        "started_date": date(2026, started or month, 10),
        "due_month": date(2026, month, 1),
        "stopped_at": at,
        "stopped_by": "resolved" if at else None,
        "decided": judged and datetime(2026, month, 20, tzinfo=UTC) <= AS_OF,
        "breached": state == "breached" if judged else None,
        "as_of": AS_OF,
        **values,
    }


def said(*rows: dict[str, Any]) -> dict[date, dict[str, Any]]:
    frame = pl.DataFrame([{**row, "ticket_id": str(number)} for number, row in enumerate(rows)], schema=CLOCKS)
    found = said_by_month(frame)
    assert found["month"].is_sorted()
    return {row["month"]: row for row in found.iter_rows(named=True)}


def rates(row: dict[str, Any]) -> list[tuple[float | None, int]]:
    """Each definition's rate and its n."""
    return [(None if row[name] is None else pytest.approx(row[name]), row[f"n_{name}"]) for name in SAID]


def test_a_clock_met_in_its_month_is_kept_by_all_four() -> None:
    found = said(clock(1, "met", datetime(2026, 1, 20, 8, tzinfo=UTC)))
    assert list(found) == [JANUARY]
    assert rates(found[JANUARY]) == [(1, 1)] * 4
    assert found[JANUARY]["open_breached"] == 0


def test_a_breach_stopped_a_month_later_is_in_another_month_by_each() -> None:
    found = said(clock(1, "breached", 2))
    assert rates(found[JANUARY]) == [(0, 1), (None, 0), (0, 1), (1, 1)]
    assert rates(found[FEBRUARY]) == [(None, 0), (0, 1), (0, 1), (None, 0)]
    assert [found[month]["open_breached"] for month in (JANUARY, FEBRUARY)] == [1, 0]


def test_a_breach_that_still_runs_is_in_no_completed_number() -> None:
    found = said(clock(1, "breached"), clock(3, "met", 3))
    assert rates(found[JANUARY]) == [(0, 1), (None, 0), (0, 1), (1, 1)]
    assert rates(found[MARCH]) == [(1, 1)] * 4
    assert FEBRUARY not in found
    assert [row["open_breached"] for row in found.values()] == [1, 1]


def test_in_the_bad_month_completed_only_rises_while_ours_falls() -> None:
    usual = [clock(1, "met", 1)] * 8 + [clock(1, "breached", 1)] * 2
    bad = [clock(2, "met", 2)] * 6 + [clock(2, "breached", 3)] * 4
    cleared = [clock(3, "met", 3)] * 10
    found = said(*usual, *bad, *cleared)
    ours, completed, achieved, applied = ([found[month][name] for month in (JANUARY, FEBRUARY, MARCH)] for name in SAID)
    assert ours == pytest.approx([0.8, 0.6, 1.0])
    assert completed == pytest.approx([0.8, 1.0, 10 / 14])
    assert achieved == pytest.approx([0.8, 0.6, 10 / 14])
    assert applied == pytest.approx([0.8, 1.0, 1.0])
    assert [found[month]["open_breached"] for month in (JANUARY, FEBRUARY, MARCH)] == [0, 4, 0]


def test_what_runs_counts_as_kept_only_where_all_applied_clocks_count() -> None:
    found = said(clock(5, "running", started=4), clock(4, "paused", started=4))
    assert rates(found[APRIL]) == [(None, 0), (None, 0), (None, 0), (1, 2)]


def test_a_cancelled_clock_is_in_none() -> None:
    ended = datetime(2026, 1, 15, tzinfo=UTC)
    assert said(clock(1, "cancelled", ended, stopped_by="spam")) == {}


def test_an_excluded_clock_is_left_out_of_ours_alone() -> None:
    found = said(clock(1, "breached", 1, decided=False, exclusion="outage"), clock(1, "met", 1))
    assert rates(found[JANUARY]) == [(1, 1), (0.5, 2), (0.5, 2), (0.5, 2)]


def test_a_clock_met_before_its_month_is_completed_in_the_month_it_stopped() -> None:
    found = said(clock(2, "met", datetime(2026, 1, 30, tzinfo=UTC), started=1))
    assert rates(found[JANUARY]) == [(None, 0), (1, 1), (1, 1), (1, 1)]
    assert rates(found[FEBRUARY]) == [(1, 1), (None, 0), (None, 0), (None, 0)]


@pytest.mark.parametrize(("zone", "month"), [("Europe/Stockholm", APRIL), ("UTC", MARCH), ("America/New_York", MARCH)])
def test_a_stop_falls_in_the_month_of_the_desks_own_time(zone: str, month: date) -> None:
    found = said(clock(3, "met", datetime(2026, 3, 31, 22, 30, tzinfo=UTC), time_zone=zone))
    assert [each for each, row in found.items() if row[f"n_{COMPLETED}"]] == [month]


def test_nothing_is_said_of_months_after_the_last_that_anything_is_known_of() -> None:
    assert list(said(clock(6, "met", 3, started=3))) == [MARCH]


def test_of_no_clocks_nothing_is_said() -> None:
    found = said_by_month(pl.DataFrame(schema=CLOCKS))
    assert found.is_empty()
    assert {"month", "open_breached", *SAID, *(f"n_{name}" for name in SAID)} == set(found.columns)


def test_the_rates_are_shares_of_their_n() -> None:
    rows = [clock(month, state, stop) for month in (1, 2, 3) for state, stop in (("met", month), ("breached", 3))]
    for row in said(*rows).values():
        for name in (OURS, COMPLETED, ACHIEVED, APPLIED):
            assert (row[name] is None) == (row[f"n_{name}"] == 0)
            assert row[name] is None or 0 <= row[name] <= 1
