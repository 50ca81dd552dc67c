"""A look at files: what they are, what an import would make of them, and what must be said first."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analytics.errors import ImportFileError, MappingError
from data.__main__ import main
from data.documents import read_mapping
from data.mapping_files import mapping_yaml, save, saved
from data.preview import FIRST_ROWS, LARGEST_LINE, LONGEST_CELL, Preview, as_lines, from_lines, preview
from data.reading import Request

NOW = datetime(2026, 11, 1, tzinfo=UTC)
ZONE = "Europe/Stockholm"
DESK = (
    "Ticket ID,Subject,Status,Created time,Due by Time,Resolved time,Initial response time,Last update time\n"
    "1,Late,Closed,2026-06-01 08:00:00,2026-06-02 08:00:00,2026-06-01 12:00:00,,2026-06-01 12:00:00\n"
    ",No id,Open,2026-06-01 08:00:00,2026-06-02 08:00:00,,,2026-06-01 12:00:00\n"
)
OTHER = (
    "No,Opened,Done,State\nA1,2026-06-01 08:00,2026-06-01 09:00,Finished\nA2,soon,,Waiting\nA3,2026-06-02 08:00,,New\n"
)
MAPPING = {
    "version": 1,
    "source": "desk",
    "time_zone": ZONE,
    "columns": {"ticket_id": "no", "created_at": "Opened", "resolved_at": "Done", "status": "State"},
    "values": {"status": {"Finished": "resolved", "Waiting": "pending"}},
}


def written(folder: Path, content: str | bytes, name: str = "tickets.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def look(*paths: Path, **request: str) -> Preview:
    """A preview, as it comes out of its process."""
    found = preview(paths, Request(**request), NOW)
    again = from_lines(as_lines(found))
    assert again == from_lines(json.dumps(json.loads(line)) for line in as_lines(again))
    return again


def test_an_export_is_recognised_and_its_zone_asked_for(tmp_path: Path) -> None:
    found = look(written(tmp_path, DESK))
    file = found.files[0]
    assert file.known is not None
    assert (file.known.label, file.known.evidence, file.rows) == ("Freshdesk tickets (CSV)", "outcomes with times", 2)
    assert "when a ticket waited for the customer or a third party" in file.known.gaps
    assert file.known.naive
    assert file.first[0][:3] == ("1", "Late", "Closed")
    assert file.numbers == (2, 3)
    assert (found.source, found.promises) == ("freshdesk", True)
    assert found.trial is not None
    assert found.trial.asks == ("time_zone",)
    assert "carry no zone" in found.trial.error


def test_an_export_is_tried_with_its_zone(tmp_path: Path) -> None:
    found = look(written(tmp_path, DESK), time_zone=ZONE)
    assert found.trial is not None
    trial = found.trial
    assert (trial.error, trial.read, trial.taken, trial.rejected) == ("", 2, 1, 1)
    assert trial.by_rule == (("ticket id is missing", 1),)
    assert trial.as_of == "2026-06-01 10:00 UTC"


def test_day_or_month_first_is_asked_for_with_both_readings(tmp_path: Path) -> None:
    slashes = DESK.replace("2026-06-01 ", "01/06/2026 ").replace("2026-06-02 ", "02/06/2026 ")
    found = look(written(tmp_path, slashes), time_zone=ZONE)
    assert found.trial is not None
    assert found.trial.asks == ("time_format",)
    assert found.trial.formats == ("%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S")
    again = look(written(tmp_path, slashes), time_zone=ZONE, time_format=found.trial.formats[0])
    assert again.trial is not None
    assert again.trial.as_of == "2026-06-01 10:00 UTC"


def test_an_unknown_table_is_guessed_at(tmp_path: Path) -> None:
    file = look(written(tmp_path, OTHER)).files[0]
    assert file.known is None
    assert "is no export that is known" in file.unknown
    assert file.guessed["columns"] == MAPPING["columns"] | {"ticket_id": "No"}
    assert file.words["State"] == ["Finished", "New", "Waiting"]
    assert file.guessed["values"]["status"] == {"Finished": "resolved", "Waiting": "pending", "New": "new"}


def test_a_mapping_shows_what_becomes_of_each_row(tmp_path: Path) -> None:
    mapping = written(tmp_path, mapping_yaml(MAPPING), "desk.yaml")
    found = look(written(tmp_path, OTHER), mapping=str(mapping))
    assert found.trial is not None
    rows = found.trial.rows
    assert [row["outcome"] for row in rows] == ["taken", "set aside: creation time cannot be read", "taken"]
    assert rows[0] == {
        "row": "2",
        "outcome": "taken",
        "ticket_id": "A1",
        "created_at": "2026-06-01 06:00 UTC",
        "status": "resolved",
        "resolved_at": "2026-06-01 07:00 UTC",
    }
    assert not found.promises
    assert found.source == "desk"


def test_files_of_two_systems_do_not_go_together(tmp_path: Path) -> None:
    zammad = [{"id": 1, "number": "5", "created_at": "2026-06-01T08:00:00Z", "article_count": 1, "close_at": None,
               "first_response_at": None, "first_response_escalation_at": None, "group_id": 1, "state_id": 1,
               "priority_id": 1, "updated_at": "2026-06-01T08:00:00Z"}]  # fmt: skip
    found = look(written(tmp_path, DESK), written(tmp_path, json.dumps(zammad), "z.json"), time_zone=ZONE)
    assert found.trial is not None
    assert found.trial.error == (
        "These are files of freshdesk and zammad. Expected files of one help desk; import each by itself."
    )


def test_a_look_is_short_however_large_the_file(tmp_path: Path) -> None:
    header = ",".join(f"column {number} 漢字漢字漢字" for number in range(600))
    row = ",".join(["漢" * 3_000] + ["字" * 60] * 599)
    lines = list(as_lines(preview([written(tmp_path, "\n".join([header, *[row] * 9]))], Request(), NOW)))
    assert max(len(line) for line in lines) <= LARGEST_LINE
    assert "\n" not in "".join(lines)
    wide = written(tmp_path, "Id,Text\n" + "\n".join(f"{number},{'x' * 500}" for number in range(9)))
    file = look(wide).files[0]
    assert (file.rows, len(file.first)) == (9, FIRST_ROWS)
    assert len(file.first[0][1]) == LONGEST_CELL + 1


def test_a_file_that_cannot_be_opened_is_refused_whole(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match="is not utf-8 text"):
        preview([written(tmp_path, b"Id,Name\n1,\xe4\n")], Request(), NOW)
    assert look(written(tmp_path, b"Id,Name\n1,\xe4\n"), encoding="cp1252").files[0].first == (("1", "ä"),)


def test_no_result_is_an_error() -> None:
    with pytest.raises(Exception, match="gave no result"):
        from_lines([])


def test_the_command_says_it_in_words_and_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, DESK)
    assert main(["preview", str(path), "--time-zone", ZONE]) == 0
    said = capsys.readouterr().out
    assert "tickets.csv: Freshdesk tickets (CSV), 2 rows, tells outcomes with times" in said
    assert "freshdesk: 2 rows read, 1 would be taken, 1 rejected" in said
    assert main(["preview", str(path), "--json"]) == 0
    assert from_lines(capsys.readouterr().out.splitlines()).files[0].rows == 2
    assert main(["preview", str(written(tmp_path, OTHER, "other.csv"))]) == 0
    assert "its columns may be ticket_id: No" in capsys.readouterr().out
    assert main(["preview", str(tmp_path / "none.csv")]) == 1
    assert "There is no file" in capsys.readouterr().err


NASTY = ['a"b', "c: d", "# e", "- f", "é漢😀", "yes", "007", " g ", "{h}", "\x85i", "j\\k", "l\tm", "null", "'n'"]


def test_a_mapping_says_the_same_once_it_is_written(tmp_path: Path) -> None:
    content = MAPPING | {
        "columns": dict(zip(("ticket_id", "created_at", "status"), NASTY, strict=False)),
        "values": {"status": dict.fromkeys(NASTY, "open")},
        "policy": None,
        "delimiter": "\t",
    }
    shape = read_mapping(str(written(tmp_path, mapping_yaml(content), "m.yaml")))
    assert shape.columns == content["columns"]
    assert shape.values == content["values"]
    assert (shape.delimiter, shape.policy) == ("\t", None)


def test_mappings_are_kept_beside_the_store_by_name(tmp_path: Path) -> None:
    assert saved(tmp_path) == {}
    save(tmp_path, "desk", "first")
    path = save(tmp_path, "desk", mapping_yaml(MAPPING))
    assert saved(tmp_path) == {"desk": path}
    assert read_mapping(str(path)).source == "desk"
    for name in ("", "../x", "a b", "x" * 61, ".hidden"):
        with pytest.raises(MappingError, match="cannot be called"):
            save(tmp_path, name, "x")
    (tmp_path / "file").write_text("")
    with pytest.raises(MappingError, match="cannot be kept"):
        save(tmp_path / "file", "desk", "x")
    assert list(saved(tmp_path)) == ["desk"]
