"""Backlog, queue and time to resolve: do they say what the store holds, and do their choices do what they say?"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from altair.utils.schemapi import debug_mode

from analytics.flow import FLOW, Keeping
from analytics.queue import BUCKETS
from data.imports import Summary
from data.store import Store
from pages.ui import backlog, backlog_frames, charts_flow, charts_survival, queue
from pages.ui.charts import Chart
from pages.ui.resolve import Asked
from tests.pages.test_charts import fields
from tests.pages.test_render import opened, words

WARM = True
BACKLOG, QUEUE, RESOLVE = "performance/backlog.py", "operations/queue.py", "performance/resolve.py"
TICKETS = "operations/tickets.py"
FIRST, LAST = date(2026, 8, 24), date(2026, 11, 22)
DAY = date(2026, 6, 1)
NAMED = ["0–1 day", "over 30 days"]


def said(app: Any) -> str:
    return words(app).replace("\\", "")


def clocks(sample: Path, kind: str) -> pl.DataFrame:
    return Store(sample).require().clocks().filter(pl.col("kind") == kind)


def drawn(dark: bool) -> dict[str, tuple[Chart, set[str]]]:
    came = pl.DataFrame(
        {"at": [DAY] * 2, "what": [charts_flow.CAME, charts_flow.DONE], "count": [3, 2], "mean": [2.5, 2.0],
         "rest": [False] * 2, "partial": ["one day"] * 2}
    )  # fmt: skip
    aged = pl.DataFrame({"at": [DAY], "band": NAMED[:1], "place": [0], "open": [3], "all": [5]})
    bars = pl.DataFrame({"band": NAMED, "open": [3, 4], "before": [2, 5], "share": [0.4, 0.6], "told": ["3", "4"]})
    waits = pl.DataFrame(
        {"bucket": [BUCKETS[3]], "part": [charts_flow.RISK], "place": [0], "clocks": [2], "all": [5], "told": ["5"]}
    )
    done = pl.DataFrame(
        {"time": [1.0, 9.0], "share": [0.4, 0.8], "low": [0.3, None], "high": [0.5, None], "group": ["a"] * 2,
         "n": [40] * 2, "tip": [True] * 2}
    )  # fmt: skip
    lines = {"x", "y", "name", "beside"}
    return {
        "came_and_went": (charts_flow.came_and_went(came, "day", dark=dark), set(came.columns)),
        "open_by_age": (charts_flow.open_by_age(aged, "week", NAMED, dark=dark), set(aged.columns)),
        "ages": (charts_flow.ages(bars, NAMED, dark=dark), {*bars.columns, "edge"}),
        "waiting": (charts_flow.waiting(waits, [BUCKETS[3]], dark=dark), set(waits.columns)),
        "done_by": (charts_survival.done_by(done, ["a"], "hours", 0.9, 4, "4 h", dark=dark), {*done.columns, *lines}),
        "done_by_two": (
            charts_survival.done_by(done, ["a", "b"], "hours", 0.9, 1, "1 h", dark=dark),
            {*done.columns, *lines},
        ),
    }


@pytest.fixture
def _checked() -> Iterator[None]:
    with debug_mode(True):
        yield


@pytest.mark.usefixtures("_checked")
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", drawn(dark=False))
def test_a_chart_names_only_columns_of_its_frame(name: str, dark: bool) -> None:
    chart, columns = drawn(dark)[name]
    specification = chart.to_dict()
    assert fields(specification) <= columns
    assert "tooltip" in str(specification)


def found(**changes: Any) -> backlog.Backlog:
    """A quarter of a backlog."""
    kept = Keeping(91, 1_012, 1_020, 0, 412, 404, 0, 9.0)
    plain = backlog.Backlog(
        kind="resolution",
        first=FIRST,
        last=LAST,
        began=FIRST - timedelta(days=300),
        cut=False,
        zone="UTC",
        days=pl.DataFrame(schema=FLOW),
        bucket="day",
        kept=kept,
        kept_before=None,
        judged=kept,
        settled=FIRST,
    )
    return replace(plain, **changes)


def test_the_verdict_on_a_backlog() -> None:
    counts = "1,012 created, 1,020 resolved in 91 days"
    kept = found().kept
    assert backlog.verdict(found()) == f"Yes: {counts}; open 412 → 404, about as many as before."
    grown = replace(kept, after=480)
    assert backlog.verdict(found(judged=grown)) == f"No, the backlog grows: {counts}; open 412 → 480."
    shrunk = backlog.verdict(found(judged=replace(kept, after=300), settled=FIRST + timedelta(days=9)))
    assert shrunk == f"Yes, the backlog shrinks: {counts}; open 412 → 300 since 2 Sep 2026."
    alike = backlog.verdict(found(judged=replace(kept, after=480, older=100)))
    assert alike == (
        f"Yes, as far as can be told the backlog shrinks: {counts}; of those open for under 300 days 412 → 380."
    )
    mostly_old = backlog.verdict(found(judged=replace(kept, after=480, older=150)))
    assert mostly_old == (
        f"It cannot be told of all: {counts}; of 404 open at the end 150 are older than the history was, "
        "of the others 412 → 330."
    )
    assert backlog.verdict(found(judged=None)) == f"Too early in the history to tell: {counts}; 404 open at the end."
    few = backlog.verdict(found(kept=replace(kept, created=9, resolved=11, otherwise=1)))
    assert few == "Too few tickets to tell: 9 created, 11 resolved, 1 closed otherwise in 91 days; open 412 → 404."


def test_the_most_that_was_open_is_told_once() -> None:
    ages = pl.DataFrame({"at": [DAY, LAST], "all": [9, 4]})
    told = "4 at the end of 22 Nov 2026; most on 1 Jun 2026, 9. Ages in plain days since creation."
    assert backlog_frames.aged_answer(ages) == told
    rising = backlog_frames.aged_answer(ages.with_columns(all=pl.Series([4, 9])))
    assert rising.startswith("9 at the end of 22 Nov 2026; never more in this period.")


@pytest.mark.parametrize(
    ("resolved", "answer"),
    [
        ([1] * 7, "In the one full week more came than went."),
        ([2] * 7, "In the one full week no more came than went."),
        ([1] * 7 + [9] * 7, "In 1 of 2 full weeks more came than went."),
        ([1] * 5, "No full week lies in this period."),
    ],
)
def test_full_weeks_are_counted(resolved: list[int], answer: str) -> None:
    n = len(resolved)
    dates = [FIRST + timedelta(days=each) for each in range(-6, n)]
    days = pl.DataFrame(
        {"day": dates, "created": [2] * len(dates), "resolved": [0] * 6 + resolved, "otherwise": 0, "open": 0},
        schema=FLOW,
    )
    assert backlog_frames.flow_answer(found(days=days)) == answer


def test_the_backlog_counts_the_tickets_of_the_period(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    every = clocks(sample, "resolution")
    created = every.filter(pl.col("started_date").is_between(FIRST, LAST)).height
    app = opened(BACKLOG, sample, monkeypatch)
    assert f"{created:,} created" in said(app)
    cards = {card.label: card.value for card in app.metric}
    assert cards["Created a day"] == f"{created / 91:.1f}" if created < 910 else f"{created / 91:,.0f}"
    # Stopped after the last local day of any zone, or not at all; and started by then.
    started = every.filter(pl.col("started_date") <= LAST)
    low = started.filter(pl.col("stopped_at").is_null()).height
    gone = pl.col("stopped_at").dt.date() <= LAST
    assert low <= int(cards["Open at the end"]) <= started.filter(~gone.fill_null(value=False)).height + 20


def test_an_age_in_the_address_narrows_the_table_alone(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(BACKLOG, sample, monkeypatch)
    old = opened(BACKLOG, sample, monkeypatch, age="over 30 days")
    assert [card.value for card in old.metric] == [card.value for card in app.metric]
    whole, part = (frame.dataframe[0].value for frame in (app, old))
    assert 0 < len(part) < len(whole)
    assert min(part["age"]) >= 30
    assert sorted(whole["age"], reverse=True) == list(whole["age"])


def test_the_queue_begins_with_the_earliest_that_can_be_kept(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    running = clocks(sample, "first_response").filter(pl.col("stopped_at").is_null(), pl.col("state") == "running")
    soon = pl.col("due_at") - pl.col("as_of") <= timedelta(hours=24)
    short = pl.col("target_seconds") - pl.col("elapsed_seconds") <= 8 * 3_600
    near = running.filter(soon | short | (pl.col("elapsed_seconds") >= 0.75 * pl.col("target_seconds")))
    near = near.sort("due_at", "ticket_id")
    assert not near.is_empty()
    app = opened(QUEUE, sample, monkeypatch, clocks="First response only")
    rows = app.dataframe[0].value
    assert list(rows["ticket"])[: near.height] == near["ticket_id"].to_list()
    assert f"Next: ticket {near['ticket_id'][0]} (first response" in said(app)
    breached = (
        clocks(sample, "first_response").filter(pl.col("stopped_at").is_null(), pl.col("state") == "breached").height
    )
    assert {card.label: card.value for card in app.metric}["Breached and open"] == f"{breached}"
    assert "As of Mon 23 Nov 2026 09:30 UTC" in said(app)


def test_the_queue_of_every_kind_has_a_row_a_ticket(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    standing = Store(sample).require().clocks().filter(pl.col("stopped_at").is_null())
    app = opened(QUEUE, sample, monkeypatch)
    rows = app.dataframe[0].value
    assert len(rows) == standing["ticket_id"].n_unique()
    assert rows["clocks"].sum() == standing.height
    paused = opened(QUEUE, sample, monkeypatch, left="paused").dataframe[0].value
    assert set(paused["turn"]) == {"paused"}
    assert 0 < len(paused) < len(rows)


def test_an_empty_queue_says_so(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    every = Store(sample).require().clocks()
    busy = every.filter(pl.col("stopped_at").is_null())["customer"].cast(pl.String).unique()
    idle = every.filter(~pl.col("customer").cast(pl.String).is_in(busy.implode()))["customer"].cast(pl.String).min()
    app = opened(QUEUE, sample, monkeypatch, only_customer=[str(idle)])
    assert "Nothing is open with these filters" in app.info[0].value
    assert not app.metric


def test_nothing_to_do_now_is_said() -> None:
    line = pl.DataFrame({"ticket_id": ["1"], "kind": ["resolution"], "left": [9], "turn": ["paused"]})
    assert queue.verdict(line) == ("Nothing is to be done now: all 1 open clocks are paused or have no due time.")
    later = line.with_columns(turn=pl.lit("due later"), left=pl.lit(50 * 3600))
    assert queue.verdict(later) == "Nothing is due soon. Next: ticket 1 (full resolution, due in 2 d 2 h)."


def test_a_cohort_that_is_all_done_is_a_plain_share(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, last = date(2026, 3, 2), date(2026, 4, 26)
    started = clocks(sample, "first_response").filter(
        pl.col("started_date").is_between(first, last), pl.col("state") != "cancelled", pl.col("exclusion").is_null()
    )
    ended = started.filter(pl.col("stopped_by").cast(pl.String) != "merged")
    assert started.height - ended.height < 5  # few are cut off, none of them early
    period = {"period": "Choose dates …", "from": f"{first}", "to": f"{last}"}
    app = opened(RESOLVE, sample, monkeypatch, within_first_response="2.00", keep_first_response="50.0", **period)
    share = (ended["elapsed_seconds"] <= 7_200).mean()
    assert float(app.metric[0].value.removesuffix(" %")) == pytest.approx(100 * float(str(share)), abs=0.5)
    assert f"n = {started.height:,}" in said(app)
    needed = ended["elapsed_seconds"].quantile(0.5, interpolation="higher")
    row = app.dataframe[0].value.iloc[0]
    assert row["target"] * 3600 == pytest.approx(needed, rel=0.03)
    assert row["from"] < row["target"] < row["to"]


def test_the_curve_says_when_half_are_done_as_its_table_does(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(RESOLVE, sample, monkeypatch, clock="First response")
    row = app.dataframe[0].value.iloc[0]
    plain = {name: Asked(0, 0.95, "seconds", plain=False).said(row[name] * 3_600) for name in ("median", "target")}
    assert f"Half are done within {plain['median']} of open time, 95 % within {plain['target']}. Band: 95 %" in said(
        app
    )


def test_handoffs_and_pauses_no_file_tells_are_not_told_as_none(
    sample: Path, boston: tuple[Store, Summary], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = opened(TICKETS, sample, monkeypatch).dataframe[0].value
    untold = opened(TICKETS, boston[0].directory, monkeypatch).dataframe[0].value
    assert known[["handoffs", "pauses"]].notna().all(axis=None)
    assert untold[["handoffs", "pauses"]].isna().all(axis=None)


def test_a_share_too_large_is_not_reached(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(RESOLVE, sample, monkeypatch, clock="Full resolution", keep_resolution="99.9", apart="Team")
    assert "99.9 % is not reached in the data" in said(app)
    assert [card.value for card in app.metric][1:] == ["–", "–"]
    rows = app.dataframe[0].value
    assert rows["n"].is_monotonic_decreasing
    thin = rows[rows["n"] < 30]
    assert thin["share"].isna().all()


def test_times_are_written_no_finer_than_they_matter() -> None:
    asked = Asked(seconds=14_400, share=0.95, scale="seconds", plain=False)
    assert [asked.said(each) for each in (42, 5_425, 405.9 * 3_600)] == ["42 s", "1 h 30 min", "406 h"]
    assert replace(asked, plain=True).said(50 * 3_600) == "2 d 2 h"
