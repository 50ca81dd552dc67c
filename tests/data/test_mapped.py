"""What becomes of each row of a mapped file: taken, or set aside with the rule it broke."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analytics.errors import ImportFileError
from data.ingest.files import opened
from data.ingest.mapped import read
from tests.data.files import HEADER, NOW, mapping, row, table, taken


def rules(found: object) -> set[str]:
    return set(found.rejected["rule"].to_list())  # type: ignore[attr-defined]


def test_a_row_becomes_a_ticket_with_its_events(tmp_path: Path) -> None:
    batch = taken(tmp_path / "t.csv", table(row("007")))
    ticket = batch.tickets.row(0, named=True)
    assert (ticket["ticket_id"], ticket["status"], ticket["customer"]) == ("007", "resolved", "Acme")
    assert ticket["created_at"] == datetime(2026, 6, 1, 6, tzinfo=UTC)
    assert ticket["resolution_breached"] is False
    assert batch.events.select("kind", "value").rows() == [("reply", None), ("status", "resolved")]
    assert batch.as_of == datetime(2026, 6, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"id": ""}, "ticket id is missing"),
        ({"id": "  "}, "ticket id is missing"),
        ({"created": ""}, "creation time is missing"),
        ({"created": "2026-02-30 08:00"}, "creation time cannot be read"),
        ({"solved": "soon"}, "resolution time cannot be read"),
        ({"solved": "2026-05-31 08:00"}, "resolution time before creation"),
        ({"answered": "2026-05-31 08:00"}, "first response time before creation"),
        ({"due": "2026-05-31 08:00"}, "resolution due before creation"),
        ({"solved": "2027-06-01 08:00"}, "resolution time in the future"),
        (
            {"created": "2027-06-01 08:00", "answered": "", "solved": "", "state": "new", "due": ""},
            "creation time in the future",
        ),
        ({"verdict": "perhaps"}, "resolution verdict cannot be read"),
        ({"solved": ""}, "solved without a resolution time"),
        ({"due": "2999-01-01 08:00"}, "a time before 1970 or after 2099"),
        ({"id": "2"}, "duplicate ticket id"),
    ],
)
def test_a_bad_row_is_set_aside_with_its_rule(tmp_path: Path, changes: dict[str, str], rule: str) -> None:
    batch = taken(tmp_path / "t.csv", table(row(2), row(3), row(4), row(1, **changes)))
    assert rules(batch) == {rule}
    assert batch.tickets.height == 3
    found = batch.rejected.row(0, named=True)
    assert found["row_number"] == 5
    assert found["advice"]
    assert "created_at" in found["content"]


def test_blank_and_formula_text_is_kept_as_text(tmp_path: Path) -> None:
    batch = taken(tmp_path / "t.csv", table(row(1, company=" "), row(2, company="=cmd|' /C calc'!A0")))
    assert batch.tickets["customer"].to_list() == [None, "=cmd|' /C calc'!A0"]


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2026-06-01T08:00:00Z", (8, 0)),
        ("2026-06-01T08:00:00.250+02:00", (6, 0)),
        ("2026-06-01 08:00:00 +0530", (2, 30)),
        ("2026-06-01 08:00", (6, 0)),
    ],
)
def test_iso_times_with_and_without_an_offset_mix(tmp_path: Path, written: str, utc: tuple[int, int]) -> None:
    changes = {"created": written, "answered": "", "solved": "", "state": "new"}
    batch = taken(tmp_path / "t.csv", table(row(1, **changes), row(2)))
    created = batch.tickets["created_at"][0]
    assert (created.hour, created.minute) == utc


def test_local_times_that_happen_twice_or_never_are_counted(tmp_path: Path) -> None:
    rows = [row(1, created="2025-10-26 02:30", answered=""), row(2, created="2026-03-29 02:30"), row(3)]
    early = taken(tmp_path / "a.csv", table(*rows))
    late = taken(tmp_path / "b.csv", table(*rows), ambiguous="latest")
    assert (early.repeated, early.skipped) == (1, 1)
    assert (late.tickets["created_at"][0] - early.tickets["created_at"][0]).total_seconds() == 3600
    refused = taken(tmp_path / "c.csv", table(*rows), ambiguous="reject")
    assert refused.tickets["ticket_id"].to_list() == ["2", "3"]
    assert refused.rejected.select("ticket_id", "rule").rows() == [("1", "creation time cannot be read")]
    assert (refused.read, refused.repeated) == (3, 1)


def test_a_column_in_another_time_format_stops_the_file(tmp_path: Path) -> None:
    rows = [row(number, created="29/03/2026 08:00") for number in range(3)]
    with pytest.raises(ImportFileError, match="Column 'created' of t.csv is text, not a time") as told:
        taken(tmp_path / "t.csv", table(*rows))
    assert "(line 2: '29/03/2026 08:00'). Expected ISO 8601 for created_at, or set time_format" in str(told.value)
    fixed = taken(
        tmp_path / "t.csv",
        table(
            row(1, created="01/06/2026 07:00")
            .replace("2026-06-01 ", "01/06/2026 ")
            .replace("2026-06-02 ", "02/06/2026 ")
        ),
        time_format="%d/%m/%Y %H:%M",
    )
    assert fixed.tickets.height == 1


def test_a_missing_column_is_named_with_a_near_one(tmp_path: Path) -> None:
    header = HEADER.replace("created", "creatd")
    with pytest.raises(
        ImportFileError, match="has no column 'created', which the mapping names for created_at. Did you mean 'creatd'"
    ):
        taken(tmp_path / "t.csv", table(row(), header=header))


def test_columns_are_found_however_they_are_capitalised(tmp_path: Path) -> None:
    assert taken(tmp_path / "t.csv", table(row(), header=HEADER.upper())).tickets.height == 1


def test_a_file_without_one_good_row_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match="No row of t.csv could be taken. Most often: ticket id is missing"):
        taken(tmp_path / "t.csv", table(row(""), row(" ")))


def test_a_cancelled_row_is_an_event(tmp_path: Path) -> None:
    columns = {"ticket_id": "id", "created_at": "created", "cancelled": "flag"}
    changes = {"columns": columns, "values": {"cancelled": {"y": "spam"}}}
    batch = taken(tmp_path / "t.csv", "id,created,flag\n1,2026-06-01 08:00,y\n2,2026-06-01 08:00,\n", **changes)
    assert batch.events.select("ticket_id", "kind", "value").rows() == [("1", "cancel", "spam")]


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2026-06-01T08:00Z", 8),
        ("2026-06-01t08:00z", 8),
        ("2026-06-01T08:00-05:00", 13),
        ("2026-06-01 08:00 +0200", 6),
        ("2026-06-01 08:00:00+02", 6),
        ("2026-06-01 08:00:00.123456+02", 6),
    ],
)
def test_an_iso_offset_may_be_short_and_the_seconds_left_out(tmp_path: Path, written: str, utc: int) -> None:
    batch = taken(tmp_path / "t.csv", table(row(1, created=written, answered="", solved="", state="new"), row(2)))
    assert batch.tickets["created_at"][0].hour == utc


@pytest.mark.parametrize(
    "written", ["2026-06-01T08:00+25:00", "2026-06-01 25:00", "0000-01-01 00:00", "99999-01-01 00:00"]
)
def test_a_time_that_is_none_is_rejected_and_never_raised(tmp_path: Path, written: str) -> None:
    batch = taken(tmp_path / "t.csv", table(row(1, created=written), row(2), row(3)))
    assert batch.tickets["ticket_id"].to_list() == ["2", "3"]


def test_a_word_that_cancels_nothing_known_is_rejected(tmp_path: Path) -> None:
    columns = {"ticket_id": "id", "created_at": "created", "cancelled": "flag"}
    content = "id,created,flag\n1,2026-06-01 08:00,no\n2,2026-06-01 08:00,spam\n3,2026-06-01 08:00,\n"
    batch = taken(tmp_path / "t.csv", content, columns=columns, values={})
    assert rules(batch) == {"cancellation cannot be read"}
    assert batch.events.select("ticket_id", "value").rows() == [("2", "spam")]


def test_rejected_rows_of_files_with_one_name_are_counted_apart(tmp_path: Path) -> None:
    paths = [tmp_path / name / "t.csv" for name in ("a", "b")]
    for number, path in enumerate(paths):
        path.parent.mkdir()
        path.write_text(table(row(""), row(number)))
    with opened(paths) as files:
        batch = read(files, mapping(), NOW)
    assert (batch.read, batch.tickets.height, batch.rejected_rows) == (4, 2, 2)


def test_a_ticket_that_stands_in_two_files_is_taken_once(tmp_path: Path) -> None:
    paths = [tmp_path / "a.csv", tmp_path / "b.jsonl"]
    paths[0].write_text(table(row(1), row(2)))
    cells = dict(zip(HEADER.split(","), row(2).split(","), strict=True))
    paths[1].write_text(json.dumps(cells))
    with opened(paths) as files:
        batch = read(files, mapping(), NOW)
    assert batch.tickets["ticket_id"].to_list() == ["1", "2"]
    assert batch.rejected.select("file", "row_number", "rule").rows() == [("b.jsonl", 1, "duplicate ticket id")]


def test_ids_are_text_whatever_they_look_like(tmp_path: Path) -> None:
    written = ["007", "1e5", "0x1F", "#1", "NULL", "-0", "1.0"]
    batch = taken(tmp_path / "t.csv", table(*(row(each) for each in written)))
    assert sorted(batch.tickets["ticket_id"]) == sorted(written)
