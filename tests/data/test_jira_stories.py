"""Small stories of Jira requests, judged by a policy with the goals of their SLAs: do the verdicts agree with Jira's?

The office is in Stockholm and open 09 to 17; two hours to answer, eight to resolve, waiting for the customer left out.
Due times and verdicts of the SLAs were worked out by hand.
"""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from analytics.clocks import judge
from analytics.combining import combined
from analytics.policy import PolicyFile, parse
from data.imports import import_files, silent
from data.ingest.adapters import ADAPTERS
from data.reading import Request, read_files
from data.store import Store
from tests.data.exports_jira import (
    GRACE,
    NOW,
    asked,
    comment,
    done,
    issue,
    moved,
    page,
    running,
    sla,
    taken,
    written,
)

SUPPORT, CUSTOMER, SOLVED = "Waiting for support", "Waiting for customer", "Erledigt"
FIRST, LAST = "Time to first response", "Time to resolution"
Cycle = dict[str, Any]
_FIELDS = ("customfield_10030", "customfield_10031")


def policy(**keys: Any) -> PolicyFile:
    promise = {
        "name": "help desk",
        "schedule": "office",
        "targets": {"first_response": "2h", "resolution": "8h"},
        "pause_on": {"resolution": {"pending": "customer"}},
        "on_reopen": "restart",
        **keys,
    }
    office = {"time_zone": "Europe/Stockholm", "hours": {"mon-fri": ["09:00-17:00"]}}
    promise = {key: value for key, value in promise.items() if value is not None}
    return parse({"version": 1, "schedules": {"office": office}, "policies": [promise]})


def request(
    key: str, *history: dict[str, Any], first: list[Cycle], last: list[Cycle], said: list[Cycle], now: str
) -> Cycle:
    """An issue with the cycles of its two SLAs, and what was said."""
    slas = tuple(
        sla(
            name,
            *(cycle for cycle in cycles if "stopTime" in cycle),
            ongoing=next(map(_running, cycles[-1:])),
            request=key,
        )
        for name, cycles in ((FIRST, first), (LAST, last))
    )
    resolved = max(each["created"] for each in history) if now == SOLVED else None
    return issue(key, *history, comments=said, now=now, slas=slas, resolutiondate=resolved)


def _running(cycle: Cycle) -> Cycle | None:
    return None if "stopTime" in cycle else cycle


def solved(at: str) -> Cycle:
    return moved(at, SUPPORT, SOLVED)


STORIES = [
    request(
        "ANSWERED-1",
        solved("03 09:30"),
        first=[done("09:00", "10:59", "11:00")],
        last=[done("09:00", "03 09:30", "17:00", breached=True)],
        said=[comment("10:59")],
        now=SOLVED,
    ),
    request(
        "LATE-2",
        solved("16:59"),
        first=[done("09:00", "11:01", "11:00")],
        last=[done("09:00", "16:59", "17:00")],
        said=[comment("09:30", public=False), comment("10:00", GRACE), comment("11:01")],
        now=SOLVED,
    ),
    request(
        "WAITED-3",
        moved("10:00", SUPPORT, CUSTOMER),
        moved("03 12:00", CUSTOMER, SUPPORT),
        solved("04 10:30"),
        first=[done("09:00", "10:00", "11:00")],
        last=[done("09:00", "04 10:30", "04 11:00")],
        said=[comment("10:00"), comment("03 12:00", GRACE)],
        now=SOLVED,
    ),
    request(
        "SILENT-4",
        first=[running("09:00", "11:00", breached=True)],
        last=[running("09:00", "17:00", breached=True)],
        said=[comment("09:30", public=False)],
        now=SUPPORT,
    ),
    request(
        "PAUSED-5",
        moved("09:30", SUPPORT, CUSTOMER),
        first=[done("09:00", "09:30", "11:00")],
        last=[running("09:00", "17:00", paused=True)],
        said=[comment("09:30")],
        now=CUSTOMER,
    ),
    request(
        "AGAIN-6",
        solved("10:00"),
        moved("10:30", SOLVED, SUPPORT),
        moved("03 11:30", SUPPORT, SOLVED),
        first=[done("09:00", "09:30", "11:00")],
        last=[done("09:00", "10:00", "17:00"), done("10:30", "03 11:30", "03 10:30")],
        said=[comment("09:30"), comment("10:30", GRACE), comment("03 11:00")],
        now=SOLVED,
    ),
]


def last_clocks(found: pl.DataFrame) -> pl.DataFrame:
    """The first response and the last resolution of each request, by key."""
    last = pl.col("cycle") == pl.col("cycle").max().over("ticket_id", "kind")
    return found.filter(last).sort("ticket_id", "kind")


def verdicts(found: pl.DataFrame, column: str) -> dict[tuple[str, str], bool | None]:
    rows = last_clocks(found).select("ticket_id", "kind", column).iter_rows()
    return {(key, kind): verdict for key, kind, verdict in rows}


def jiras_own(stories: list[Cycle]) -> dict[tuple[str, str], bool | None]:
    """The verdict of the first cycle of first response and the last of resolution, as Jira gives it."""
    found: dict[tuple[str, str], bool | None] = {}
    for each in stories:
        for kind, field, place in (("first_response", "customfield_10030", 0), ("resolution", "customfield_10031", -1)):
            given = each["fields"][field]
            cycles = [*given["completedCycles"], *([given["ongoingCycle"]] if "ongoingCycle" in given else [])]
            over = cycles[place]["breached"]
            found[each["key"], kind] = over if over or "stopTime" in cycles[place] else None
    return found


def test_our_verdicts_are_those_of_jira(tmp_path: Path) -> None:
    batch = taken("jira_changelog", [written(tmp_path / "i.json", page(*STORIES))])
    found = judge(batch.tickets, batch.events, policy(), NOW).clocks
    expected = jiras_own(STORIES)
    assert len(expected) == 12
    assert verdicts(found, "breached") == expected
    assert set(expected.values()) == {True, False, None}


def test_our_due_times_are_those_of_jira(tmp_path: Path) -> None:
    batch = taken("jira_changelog", [written(tmp_path / "i.json", page(*STORIES))])
    ours = last_clocks(judge(batch.tickets, batch.events, policy(), NOW).clocks)
    theirs = pl.concat(
        batch.tickets.select("ticket_id", pl.lit(kind).alias("kind"), given=pl.col(f"{kind}_due_at"))
        for kind in ("first_response", "resolution")
    ).drop_nulls()
    both = ours.join(theirs, on=["ticket_id", "kind"], how="inner").sort("ticket_id", "kind")
    assert both.height == 11
    assert both["due_at"].to_list() == both["given"].to_list()


def test_jiras_own_due_times_lead_to_its_verdicts(tmp_path: Path) -> None:
    steady = [each for each in STORIES if each["key"] not in ("PAUSED-5", "AGAIN-6")]
    batch = taken("jira_changelog", [written(tmp_path / "i.json", page(*steady))])
    found = judge(batch.tickets, batch.events, policy(due="supplied", targets=None, pause_on=None), NOW).clocks
    assert verdicts(found, "breached") == verdicts(found, "supplied_breached") == jiras_own(steady)


def test_slas_asked_for_by_request_complete_issues_without_them(tmp_path: Path) -> None:
    slas = [each["fields"].pop(field) for each in json.loads(json.dumps(STORIES)) for field in _FIELDS]
    bare = [{**each, "fields": {k: v for k, v in each["fields"].items() if k not in _FIELDS}} for each in STORIES]
    paths = [written(tmp_path / "i.json", page(*bare)), written(tmp_path / "s.json", asked(*slas))]
    reading = read_files(paths, Request(), NOW, silent)
    assert [stream.name for stream, _ in reading.batches] == ["jira_changelog", "jira_slas"]
    tickets, events = (
        pl.concat(
            getattr(batch, part).with_columns(
                stream=pl.lit(stream.name), told_at=pl.lit(batch.as_of), digest=pl.lit(1, dtype=pl.UInt64)
            )
            for stream, batch in reading.batches
        )
        for part in ("tickets", "events")
    )
    ranks = {name: adapter.rank for name, adapter in ADAPTERS.items()}
    together = combined(tickets, events.drop("told_at", "digest"), ranks)
    whole = taken("jira_changelog", [written(tmp_path / "w.json", page(*STORIES))])
    assert together[0].equals(whole.tickets)
    assert together[2] == 0
    found = judge(together[0], together[1], policy(), NOW).clocks
    assert verdicts(found, "breached") == jiras_own(STORIES)


def test_an_issue_without_its_changelog_is_judged_by_its_outcomes(tmp_path: Path) -> None:
    given = [{key: value for key, value in each.items() if key != "changelog"} for each in STORIES[:2]]
    batch = taken("jira_issues", [written(tmp_path / "i.json", page(*given))])
    found = judge(batch.tickets, batch.events, policy(), NOW).clocks
    assert verdicts(found, "breached") == jiras_own(STORIES[:2])


@pytest.mark.parametrize("stopped", ["11:00", "11:01"])
def test_met_is_at_or_before_due(tmp_path: Path, stopped: str) -> None:
    first = [done("09:00", stopped, "11:00")]
    given = request(
        "EDGE-1", first=first, last=[running("09:00", "17:00", breached=True)], said=[comment(stopped)], now=SUPPORT
    )
    batch = taken("jira_changelog", [written(tmp_path / "i.json", page(given))])
    found = judge(batch.tickets, batch.events, policy(), NOW).clocks
    assert verdicts(found, "breached")["EDGE-1", "first_response"] is (stopped == "11:01")
    assert verdicts(found, "breached") == jiras_own([given])


def test_of_two_exports_of_an_issue_that_was_not_updated_the_later_tells_its_breach(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    for number, over in enumerate((False, True, False)):
        given = issue(slas=(sla(LAST, ongoing=running("09:00", "05 11:00", breached=over)),))
        path = written(tmp_path / f"{number}.json", page(given))
        import_files(store, [path], now=NOW)
        told = store.require().query("SELECT resolution_breached FROM tickets")["resolution_breached"].to_list()
        assert told == [True if number else None]
