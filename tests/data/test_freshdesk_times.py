"""How the times of Freshdesk's ticket list are read: zones, patterns, and hours that happen twice."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from analytics.errors import ImportFileError, UnknownNameError
from data.ingest.adapters import ADAPTERS
from data.ingest.batch import Batch
from tests.data.exports_freshdesk import DESK, ZONE, desk, table, taken, written

ADAPTER = ADAPTERS["freshdesk_tickets"]


def told(folder: Path, *rows: dict[str, str], **options: Any) -> Batch:
    return taken(ADAPTER, [written(folder / "tickets.csv", table(*rows))], **{"time_zone": ZONE, **options})


def only(batch: Batch) -> dict[str, Any]:
    assert batch.tickets.height == 1
    return batch.tickets.row(0, named=True)


_TIMES = {name.lower().replace(" ", "_"): name for name, value in DESK.items() if value.startswith("2026-")}


def test_the_zone_must_be_said(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError) as error:
        told(tmp_path, desk(), time_zone=None)
    assert str(error.value) == "Times of tickets.csv carry no zone. Say which with --time-zone Europe/Stockholm."
    with pytest.raises(UnknownNameError, match="Europe/Stockholm"):
        told(tmp_path, desk(), time_zone="Europe/Stokholm")


def test_times_with_an_offset_need_no_zone(tmp_path: Path) -> None:
    offset = {key: DESK[name].replace(" ", "T") + "+05:30" for key, name in _TIMES.items()}
    assert only(told(tmp_path, desk(**offset), time_zone=None))["created_at"] == datetime(2026, 6, 1, 2, 30, tzinfo=UTC)


def rewritten(pattern: str, **changes: str) -> dict[str, str]:
    times = {key: datetime.fromisoformat(DESK[name]).strftime(pattern) for key, name in _TIMES.items()}
    return {**times, **changes}


def test_day_first_times_are_found_out(tmp_path: Path) -> None:
    pattern = "%d/%m/%Y %H:%M"
    sure = rewritten(pattern, created_time="29/05/2026 08:00")
    batch = told(tmp_path, desk(1, **sure), desk(2, **rewritten(pattern)))
    assert batch.tickets["created_at"].to_list() == [
        datetime(2026, 5, 29, 6, tzinfo=UTC),
        datetime(2026, 6, 1, 6, tzinfo=UTC),
    ]
    assert batch.notes == ("Times were read as %d/%m/%Y %H:%M, in Europe/Stockholm.",)


def test_times_that_can_be_read_in_two_ways_are_asked_for(tmp_path: Path) -> None:
    row = desk(**rewritten("%d/%m/%Y %H:%M"))
    with pytest.raises(ImportFileError, match="can be read day first or month first. Say which with --time-format"):
        told(tmp_path, row)
    assert only(told(tmp_path, row, time_format="%m/%d/%Y %H:%M"))["created_at"].month == 1
    with pytest.raises(ImportFileError, match="--time-format '%H:%M' cannot be used.*Expected 'iso' or a pattern"):
        told(tmp_path, row, time_format="%H:%M")


def test_a_source_that_cannot_be_a_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match="--source 'my desk' cannot be used"):
        told(tmp_path, desk(), source="my desk")


@pytest.mark.parametrize(("ambiguous", "hour"), [("earliest", 0), ("latest", 1)])
def test_an_hour_that_happens_twice_is_counted(tmp_path: Path, ambiguous: str, hour: int) -> None:
    twice = desk(1, created_time="2025-10-26 02:30:00")
    never = desk(2, created_time="2026-03-29 02:30:00")
    batch = told(tmp_path, twice, never, ambiguous=ambiguous)
    assert (batch.repeated, batch.skipped) == (1, 1)
    assert batch.tickets["created_at"].to_list() == [
        datetime(2025, 10, 26, hour, 30, tzinfo=UTC),
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
    ]
