"""What `reconcile` prints: both rates, what lies between them, and the tickets behind each reason."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import polars as pl
import pytest
from cyclopts import App

from analytics.errors import SLAError, UnknownNameError
from analytics.reconcile_bridge import bridge
from analytics.reconcile_reasons import AGREE
from data.commands_reconcile import SHOWN, reconcile
from data.documents import policy_of
from data.imports import Summary
from data.reconcile import reconciliation
from data.store import Store
from tests.analytics.tickets import AS_OF, CREATED, events, tickets, utc
from tests.data.files import published

POLICY = """\
version: 1
schedules: {desk: {time_zone: UTC, hours: {mon-fri: ["09:00-17:00"]}}}
policies:
  - name: gold
    when: {plan: [gold]}
    schedule: desk
    targets: {resolution: 8h}
    pause_on: {resolution: {pending: customer}}
"""
MONDAY, TUESDAY = "2026-07-06T", "2026-07-07T"
EVIL = "=1+1\x1b[2J![x](http://evil/t.png)"


def flagged(folder: Path, *, breached: bool | None = True, policy: str = POLICY) -> Store:
    """A store with a ticket for each of some reasons; the source calls them all breached, or met, or nothing."""
    said = {"resolution_breached": breached, "plan": "gold", "team": "A", "updated_at": utc(MONDAY + "10:00")}
    late, over_night = utc(TUESDAY + "12:00"), {"created_at": utc(MONDAY + "16:00")}
    paused = (MONDAY + "10:00", "status", "pending", "open")
    resumed = (TUESDAY + "16:00", "status", "open", "pending")

    def solved(at: str) -> tuple[str, ...]:
        return (at, "status", "resolved", "open")

    told = {
        "late": ({}, [solved(TUESDAY + "12:00")]),
        "early": ({}, [solved(MONDAY + "12:00")]),
        "night": (over_night, [solved(TUESDAY + "12:00")]),
        "pause": ({}, [paused, resumed, solved(TUESDAY + "16:30")]),
        "minute": ({}, [solved(MONDAY + "16:59:30")]),
        "merged": ({}, [(MONDAY + "12:00", "cancel", "merged")]),
        "free": ({"plan": "free", "team": "B"}, [solved(MONDAY + "12:00")]),
        "silent": ({"resolution_breached": None, "created_at": late - timedelta(days=1)}, [solved(TUESDAY + "16:00")]),
        "open": ({}, []),
        EVIL: ({}, [solved(MONDAY + "12:00")]),
    }
    rows = tickets(*({**said, "created_at": utc(CREATED), **row, "ticket_id": name} for name, (row, _) in told.items()))
    happened = pl.concat([events(*found, ticket=name) for name, (_, found) in told.items()])
    store = Store(folder)
    published(store, rows, happened, policy_of("p", policy, "p"), AS_OF, until=AS_OF)
    return store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return flagged(tmp_path_factory.mktemp("flagged"))


def said(capsys: pytest.CaptureFixture[str], store: Store, *words: str) -> str:
    app = App()
    app.command(reconcile)
    app(["reconcile", *words, "--store", str(store.directory)], exit_on_error=False, result_action="return_value")
    return capsys.readouterr().out


def test_both_rates_and_what_lies_between_them(capsys: pytest.CaptureFixture[str], store: Store) -> None:
    assert said(capsys, store).splitlines() == [
        "desk, Full resolution, business hours",
        "  The source says 0.0% of 9 met; ours: 62.5% of 8 met.",
        "  The verdicts are the same on 2 of the 7 tickets both judge (28.6%); of these, ours is 71.4%.",
        "  What lies between              tickets    points",
        "  Merged or cancelled                  1      +0.0",
        "  No target here                       1      +0.0",
        "  No verdict there                     1      +0.0",
        "  Rounding                             1     +12.5",
        "  Calendar vs business                 1     +12.5",
        "  Pause lost                           1     +12.5",
        "  Unexplained                          2     +25.0",
        "  Together                                   +62.5",
    ]


def test_the_tickets_behind_each_reason_with_their_figures(capsys: pytest.CaptureFixture[str], store: Store) -> None:
    out = said(capsys, store, "--tickets", "--reason", "pause_lost")
    assert (
        "  What lies between              tickets    points\n  Pause lost                           1     +12.5\n"
        in out
    )
    assert "    pause: 1 h 30 min of open time against 8 h, with 14 h of pauses taken out.\n" in out
    assert "What to do: Compare the statuses in pause_on" in out
    assert "Unexplained" not in out
    assert "Together" not in out


def test_names_from_tickets_do_not_steer_the_terminal(capsys: pytest.CaptureFixture[str], store: Store) -> None:
    out = said(capsys, store, "--tickets")
    assert "\x1b" not in out
    assert "=1+1\ufffd[2J" in out


def test_csv_is_one_row_a_step_and_adds_up(capsys: pytest.CaptureFixture[str], store: Store) -> None:
    found = pl.read_csv(StringIO(said(capsys, store, "--format", "csv")))
    assert found["step"].to_list()[0] == "theirs"
    assert found["step"].to_list()[-1] == "ours"
    ends, moved = found["rate"].drop_nulls().to_list(), found["change"].drop_nulls().sum()
    assert ends[0] + moved == pytest.approx(ends[1])
    one = pl.read_csv(StringIO(said(capsys, store, "--format", "csv", "--reason", "rounding")))
    assert one.select("step", "tickets", "points").rows() == [("rounding", 1, 12.5)]


def test_json_lists_every_ticket_on_which_they_differ(capsys: pytest.CaptureFixture[str], store: Store) -> None:
    found = json.loads(said(capsys, store, "--format", "json", "--tickets"))
    assert {row["ticket_id"]: row["outcome"] for row in found} == {
        "merged": "merged",
        "free": "no_target",
        "silent": "no_verdict",
        "minute": "rounding",
        "night": "calendar",
        "pause": "pause_lost",
        "early": "unexplained",
        EVIL: "unexplained",
    }
    night = next(row for row in found if row["ticket_id"] == "night")
    assert (night["elapsed_seconds"], night["requester_wait_seconds"]) == (4 * 3600, 20 * 3600)
    assert night["due_at"] == "2026-07-07T16:00:00+00:00"


def test_ours_may_be_judged_in_calendar_hours(capsys: pytest.CaptureFixture[str], store: Store) -> None:
    out = said(capsys, store, "--hours", "calendar")
    assert "desk, Full resolution, calendar hours" in out
    assert "Calendar vs business" not in out


def test_a_source_without_verdicts_says_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = said(capsys, flagged(tmp_path, breached=None), "--tickets")
    assert "  The source gives no verdict of its own. Ours: 62.5% of 8 met.\n" in out


def test_an_open_ticket_the_source_still_calls_met_is_stale(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = said(capsys, flagged(tmp_path, breached=False), "--tickets", "--reason", "stale_open")
    assert (
        "    open: Still open: 152 h of open time against 8 h. The source's row was last changed Mon 6 Jul 2026 " in out
    )


def test_a_kind_nobody_judges_is_nothing(capsys: pytest.CaptureFixture[str], store: Store) -> None:
    told = "Nothing is compared: there is no verdict of a source's and none of ours.\n"
    assert said(capsys, store, "--kind", "first_response") == told
    assert said(capsys, store, "--kind", "first_response", "--format", "json") == "[]\n"


def test_words_nobody_knows_are_refused(capsys: pytest.CaptureFixture[str], store: Store) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'rounding'?"):
        said(capsys, store, "--reason", "roundin")
    with pytest.raises(SLAError, match="--reason agree_met is no reason to differ. Expected one of merged, "):
        said(capsys, store, "--reason", "agree_met")
    with pytest.raises(UnknownNameError, match="There is no source 'x'"):
        said(capsys, store, "--source", "x")


def test_a_table_names_some_and_a_file_holds_all(
    capsys: pytest.CaptureFixture[str], boston: tuple[Store, Summary]
) -> None:
    out = said(capsys, boston[0], "--tickets", "--reason", "no_verdict")
    assert f"    … and {157 - SHOWN} more; --format csv lists them all." in out
    found = pl.read_csv(StringIO(said(capsys, boston[0], "--tickets", "--reason", "no_verdict", "--format", "csv")))
    assert found.height == 157


def test_a_citys_deadlines_taken_as_they_are_leave_nothing_unexplained(boston: tuple[Store, Summary]) -> None:
    found = reconciliation(boston[0].require(), "boston311")
    assert dict(found.group_by("outcome").len().iter_rows()) == {
        "agree_met": 35_591,
        "agree_breached": 8_070 + 3_448,
        "no_target": 10_981,
        "no_verdict": 157,
        "stale_open": 1,
    }
    stopped = found.filter(pl.col("outcome").is_in(AGREE) & pl.col("stopped_at").is_not_null())
    assert stopped.height == 43_661
    between = bridge(found)
    assert (between.agreed, between.judged) == (47_109, 47_109)
    assert (between.theirs.met, between.theirs.due) == (46_572, 58_090)
