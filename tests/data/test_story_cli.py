"""What `explain` prints: every clock in words and stretch by stretch, and nothing that steers a terminal."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from analytics.policy import parse
from analytics.schemas import EVENTS, TICKETS
from analytics.story import story
from data.__main__ import main
from data.store import Store
from data.story import _clock, _ticket
from tests.data.files import row
from tests.data.test_store import imported

EVIL = "\x1b]0;owned\x07\x1b[2J\u202e\r\x9b31m\u2028x"
EVIL_ID = "\x1b]0;owned\x07\x1b[2J\u202e7"


@pytest.fixture
def folder(tmp_path: Path) -> str:
    rows = [row(1), row(2, solved="2026-06-03 12:00"), row(EVIL_ID, company="Acme"), row(3, answered="", solved="")]
    imported(Store(tmp_path / "store"), tmp_path, *rows)
    return str(tmp_path / "store")


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["explain", *words]) == 0
    return capsys.readouterr().out


def test_a_clock_is_told_under_four_headings_and_stretch_by_stretch(
    folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = said(capsys, "2", "--store", folder)
    assert "1 of 2 clocks was breached: Full resolution, 14 h over the target." in out
    full = out.split("\nFull resolution: breached, 14 h over the target\n")[1]
    found = [line.strip() for line in full.splitlines() if line.startswith("  ") and line[2] != " "]
    assert found[2:] == [
        "Which promise, and why",
        "What counted, and what did not",
        "When it fell due",
        "What would have saved it",
        "Stretch by stretch",
    ]
    assert "Mon 2026-06-01 16:00:00 to Mon 2026-06-01 17:00:00  open, overdue " in full
    assert all(len(line) <= 110 for line in full.split("Stretch by stretch")[0].splitlines())


def test_what_was_told_of_a_promise_is_not_told_again(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    out = said(capsys, "2", "--store", folder)
    assert "    As told for First response.\n" in out.split("\nFull resolution:")[1]


def test_one_kind_may_be_asked_for(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    out = said(capsys, "2", "--kind", "resolution", "--store", folder)
    assert "\nFull resolution: breached" in out
    assert "\nFirst response:" not in out
    none = said(capsys, "2", "--kind", "next_response", "--store", folder)
    assert none.endswith("It has no next response clock.\n")


def test_a_kind_nobody_knows_is_refused(folder: str) -> None:
    assert main(["explain", "2", "--kind", "other", "--store", folder]) == 2


def printable(text: str) -> bool:
    return all(sign == "\n" or sign.isprintable() for sign in text)


def test_no_ticket_steers_the_terminal(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert EVIL_ID in Store(Path(folder)).require().clocks()["ticket_id"].to_list()
    out = said(capsys, EVIL_ID, "--store", folder)
    assert printable(out)
    assert "owned" in out
    assert main(["explain", f"{EVIL}404", "--store", folder]) == 1
    error = capsys.readouterr().err
    assert printable(error)
    assert "There is no ticket" in error


FILE: dict[str, Any] = {
    "version": 1,
    "schedules": {"always": {"time_zone": "UTC", "hours": "24x7"}},
    "policies": [{"name": "all", "schedule": "always", "targets": {"next_response": "1h", "resolution": "8h"}}],
    "agreements": [{"team": EVIL, "within": "1h", "schedule": "always"}],
}


def happened(*kinds: tuple[int, str, str | None]) -> pl.DataFrame:
    key = {"source": "desk", "ticket_id": "1"}
    rows = [
        {**key, "at": datetime(2026, 1, 5, hour, tzinfo=UTC), "sequence": hour, "kind": kind, "value": value}
        for hour, kind, value in kinds
    ]
    return pl.DataFrame(rows, schema=EVENTS)


def test_teams_and_statuses_do_not_steer_it_either_and_cycles_stand_together() -> None:
    created = {"source": EVIL, "ticket_id": "1", "created_at": datetime(2026, 1, 5, tzinfo=UTC), "team": EVIL}
    events = happened(
        (1, "reply", None), (2, "message", None), (4, "reply", None), (5, "message", None), (6, "status", EVIL)
    )
    told = story(pl.DataFrame([created], schema=TICKETS), events, parse(FILE), datetime(2026, 1, 6, tzinfo=UTC))
    lines = list(_ticket(told, None))
    assert "Next response: 2 clocks, 2 breached" in lines
    assert [line for line in lines if line.startswith("Next response ")] == [
        "Next response 1: breached, 1 h over the target",
        "Next response 2: breached and not stopped, 18 h over the target",
    ]
    assert any(line.startswith("Team agreement 1: \ufffd]0;owned") for line in lines)


def test_a_long_run_of_days_is_folded() -> None:
    office = {"office": {"time_zone": "UTC", "hours": {"mon-fri": "09:00-17:00"}}}
    policies = [{"name": "all", "schedule": "office", "targets": {"resolution": "800h"}}]
    rules = parse({"version": 1, "schedules": office, "policies": policies})
    ticket = pl.DataFrame(
        [{"source": "desk", "ticket_id": "1", "created_at": datetime(2026, 1, 5, 9, tzinfo=UTC)}], schema=TICKETS
    )
    told = story(ticket, pl.DataFrame(schema=EVENTS), rules, datetime(2026, 2, 2, 9, tzinfo=UTC))
    lines = list(_clock(told.clocks[0], {}))
    assert "    … 34 stretches, 136 h counted" in lines
