"""Every nasty file is taken with all its rows accounted for, or refused with one clear error."""

import time
from pathlib import Path

import pytest

from analytics.errors import ImportFileError, MappingError
from data.documents import read_mapping
from data.ingest.adapter import Options
from data.ingest.adapters import adapter_of
from data.ingest.batch import Batch
from data.ingest.files import opened
from data.ingest.mapped import read
from tests.data.files import NOW, mapping
from tests.data.nasty import TEXTS, Refused, Taken
from tests.data.nasty_broken import ARCHIVES, BOMBS, BROKEN
from tests.data.nasty_exports import EXPORTS
from tests.data.nasty_json import JSON, NO_JSON
from tests.data.nasty_mappings import MAPPINGS
from tests.data.nasty_typed import TYPED, TYPED_BOMBS, UNREADABLE

TAKEN = {**TEXTS, **ARCHIVES, **JSON, **TYPED}
REFUSED = {**BROKEN, **NO_JSON, **UNREADABLE}
EXPLOSIVE = {**BOMBS, **TYPED_BOMBS}


def imported(path: Path, changes: dict[str, object]) -> Batch:
    shape = mapping(**changes)
    with opened([path], encoding=shape.encoding, delimiter=shape.delimiter) as files:
        return read(files, shape, NOW)


def built(folder: Path, case: Taken | Refused) -> Path:
    path = folder / case.file
    path.write_bytes(case.content if isinstance(case.content, bytes) else case.content(folder))
    return path


@pytest.mark.parametrize("name", TAKEN)
def test_every_row_is_taken_or_set_aside(tmp_path: Path, name: str) -> None:
    case = TAKEN[name]
    batch = imported(built(tmp_path, case), case.changes)
    assert (batch.read, batch.tickets.height + batch.rejected_rows) == (case.rows, case.rows)
    assert batch.rejected.select("file", "row_number").n_unique() == batch.rejected_rows
    assert tuple(batch.rejected.select("row_number", "rule").rows()) == case.rules
    if case.ids is not None:
        assert tuple(batch.tickets["ticket_id"]) == case.ids


def clear(error: pytest.ExceptionInfo[ImportFileError], told: str, folder: Path) -> None:
    """It says what happened, and what is expected or to be done; and nothing of this machine."""
    message = str(error.value)
    assert told in message
    assert message.count(". ") >= 1 or message.startswith("No row of ")
    assert str(folder) not in message
    assert len(message) < 1000


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_taken_is_one_clear_error(tmp_path: Path, name: str) -> None:
    case = REFUSED[name]
    path = built(tmp_path, case)
    with pytest.raises(ImportFileError) as error:
        imported(path, case.changes)
    clear(error, case.told, tmp_path)


@pytest.mark.parametrize("name", EXPLOSIVE)
def test_a_bomb_is_refused_at_once(tmp_path: Path, name: str) -> None:
    file, content, told = EXPLOSIVE[name]
    path = tmp_path / file
    path.write_bytes(content())
    began = time.process_time()
    with pytest.raises(ImportFileError) as error:
        imported(path, {})
    assert time.process_time() - began < 2
    clear(error, told, tmp_path)


@pytest.mark.parametrize("name", EXPORTS)
def test_every_row_of_an_export_is_taken_or_set_aside(tmp_path: Path, name: str) -> None:
    case = EXPORTS[name]
    path = tmp_path / case.file
    path.write_bytes(case.content)
    options = Options(source="desk", now=NOW, time_zone="Europe/Stockholm")
    with opened([path]) as files:
        adapter = adapter_of(files[0])
        batch = adapter.read(files, options, lambda _share: None)
    assert adapter.name == case.adapter
    assert (batch.read, batch.taken) == (case.rows, case.rows - len(case.aside))
    assert tuple(batch.rejected.select("row_number", "rule").rows()) == case.aside


@pytest.mark.parametrize("name", MAPPINGS)
def test_a_nasty_mapping_is_one_error_with_its_line(tmp_path: Path, name: str) -> None:
    content, told = MAPPINGS[name]
    path = tmp_path / "m.yaml"
    path.write_bytes(content)
    began = time.process_time()
    with pytest.raises(MappingError) as error:
        read_mapping(str(path))
    assert time.process_time() - began < 2
    assert told in str(error.value)
    assert str(error.value).startswith("m.yaml, line ")
    assert str(tmp_path) not in str(error.value)
