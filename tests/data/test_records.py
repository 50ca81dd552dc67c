"""JSON records: where they stand, what stands beside them, and how they become a table."""

import gc
import gzip
import json
from pathlib import Path

import pytest

from analytics.errors import ImportFileError
from data.ingest import records
from data.ingest.records import Records, as_table, at, read_records


def found(path: Path, *parts: object, end: str = "\n") -> Records:
    path.write_text(end.join(part if isinstance(part, str) else json.dumps(part) for part in parts))
    return read_records(path)


def test_records_of_an_array(tmp_path: Path) -> None:
    read = found(tmp_path / "t.json", [{"id": 1, "a": None}, {"id": 2, "b": [1]}])
    assert (read.rows, read.numbers, read.under) == ([{"id": 1, "a": None}, {"id": 2, "b": [1]}], [1, 2], "")
    assert (read.keys, read.beside, read.rejected.height) == (("id", "a", "b"), {}, 0)


def test_records_of_pages_and_what_stands_beside_them(tmp_path: Path) -> None:
    first = {"tickets": [{"id": 1}], "users": [{"id": 7}], "count": 2, "groups": []}
    read = found(tmp_path / "t.json", first, {"tickets": [{"id": 2}, {"id": 3}], "users": [{"id": 8}]})
    assert (read.under, [row["id"] for row in read.rows], read.numbers) == ("tickets", [1, 2, 3], [1, 2, 3])
    assert read.beside == {"users": [{"id": 7}, {"id": 8}]}


@pytest.mark.parametrize("end", ["", " ", "\n", "\r\n\r\n"])
def test_objects_follow_each_other_in_any_way(tmp_path: Path, end: str) -> None:
    assert [row["id"] for row in found(tmp_path / "t.json", {"id": 1}, {"id": 2}, {"id": 3}, end=end).rows] == [1, 2, 3]


def test_a_line_is_numbered_as_an_editor_does(tmp_path: Path) -> None:
    read = found(tmp_path / "t.jsonl", "", {"id": 1}, "", {"id": 2}, "{bad", {"id": 3})
    assert read.numbers == [2, 4, 6]
    assert read.rejected.rows() == [(5, "the line is not a JSON object", "{bad")]


def test_places_are_never_the_same(tmp_path: Path) -> None:
    read = found(tmp_path / "t.json", {"id": 1}, {"tickets": [{"id": 2}, 5, {"id": 3}]}, {"id": 4})
    assert (read.numbers, read.rejected["row_number"].to_list()) == ([1, 2, 4, 5], [3])


def test_a_record_with_an_id_is_no_page_however_its_keys_are_called(tmp_path: Path) -> None:
    read = found(tmp_path / "t.jsonl", {"id": 1, "items": [{"id": 9}]}, {"id": 2, "data": []})
    assert [row["id"] for row in read.rows] == [1, 2]


def test_a_packed_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "t.json.gz").write_bytes(gzip.compress(b'[{"id": 1}]'))
    assert read_records(tmp_path / "t.json.gz").rows == [{"id": 1}]


def test_a_file_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "LARGEST_DOCUMENT", 1000)
    with pytest.raises(ImportFileError, match="t.json is larger than .* Export it in several files"):
        found(tmp_path / "t.json", [{"id": "x" * 1000}])


def test_it_is_called_what_the_caller_calls_it(tmp_path: Path) -> None:
    (tmp_path / "0.json").write_text("{")
    with pytest.raises(ImportFileError, match="^export.zip/tickets.json is not JSON"):
        read_records(tmp_path / "0.json", name="export.zip/tickets.json")


def test_the_collector_is_left_as_it_was(tmp_path: Path) -> None:
    assert gc.isenabled()
    with pytest.raises(ImportFileError):
        found(tmp_path / "t.json", "[")
    assert gc.isenabled()


def test_records_become_a_table_of_text(tmp_path: Path) -> None:
    read = found(
        tmp_path / "t.json", [{"id": 1, "stats": {"at": "x"}, "on": True}, {"id": 1.5, "stats": None, "on": []}, 7]
    )
    table = as_table(read, {"id": "id", "at": "stats.at", "on": "on", "both": lambda row: f"{row['id']}!"})
    assert table.rows.rows() == [("1", "x", "true", "1!"), ("1.5", None, None, "1.5!")]
    assert (table.name, table.numbers.to_list(), table.rejected["row_number"].to_list()) == ("t.json", [1, 2], [3])


def test_a_path_that_leads_nowhere_is_nothing() -> None:
    assert at({"a": {"b": 1}}, "a.b") == 1
    assert [at({"a": [1]}, path) for path in ("a.b", "b", "a.b.c")] == [None, None, None]
