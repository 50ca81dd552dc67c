"""The parts of import on the page, each by itself."""

import gc
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from analytics.errors import SLAError
from data.limits import Outcome
from data.store import Store
from pages.ui import imports
from pages.ui.importing import fitting
from pages.ui.importing_choices import OWN, PRESENT, SUPPLIED, policy_options
from pages.ui.importing_files import LONGEST_NAME, Desk, Upload, safe_name
from pages.ui.importing_mapping import FIELDS, LABELS, MEANINGS, content
from pages.ui.importing_run import details, headline
from pages.ui.imports import TRANSLATED, Choices, Job, Looked, complaint, look
from tests.pages.uploads import DESK, ZONE, writable


@pytest.fixture
def store(sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return writable(sample, tmp_path / "store", monkeypatch)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("tickets.csv", "tickets.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\exports\\May.xlsx", "May.xlsx"),
        ("a\x00b\nc.csv", "a_b_c.csv"),
        (".", "file"),
        ("", "file"),
        ("ärenden – juni.csv.gz", "ärenden – juni.csv.gz"),
    ],
)
def test_an_uploaded_name_is_made_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_long_name_keeps_its_ending() -> None:
    name = safe_name("x" * 500 + ".jsonl.gz")
    assert len(name) == LONGEST_NAME
    assert name.endswith("x.jsonl.gz")


def test_uploads_are_private_apart_and_go_with_their_holder() -> None:
    upload = Upload([("t.csv", io.BytesIO(b"one")), ("t.csv", io.BytesIO(b"two"))])
    folder = upload.folder
    assert [path.read_bytes() for path in upload.paths] == [b"one", b"two"]
    assert [path.name for path in upload.paths] == ["t.csv", "t.csv"]
    assert folder.stat().st_mode & 0o077 == 0
    del upload
    gc.collect()
    assert not folder.exists()


class Sent(io.BytesIO):
    """A file as the uploader gives it."""

    def __init__(self, name: str, file_id: str) -> None:
        super().__init__(b"x")
        self.name, self.file_id = name, file_id


def test_the_next_upload_takes_the_place_of_the_last() -> None:
    desk = Desk()
    desk.take([Sent("a.csv", "1")])
    first = desk.upload
    assert first is not None
    desk.take([Sent("a.csv", "1")])
    assert desk.upload is first
    desk.take([Sent("a.csv", "1"), Sent("b.csv", "2")])
    assert desk.upload is not None
    assert not first.folder.exists()
    assert [path.name for path in desk.upload.paths] == ["a.csv", "b.csv"]
    second = desk.upload.folder
    desk.take([])
    assert desk.upload is None
    assert not second.exists()


def test_files_go_with_the_visitor_and_come_back_with_them() -> None:
    desk = Desk()
    desk.take([Sent("a.csv", "1")])
    assert desk.upload is not None
    folder = desk.upload.folder
    desk.leave()
    assert not folder.exists()
    desk.left = False
    desk.take([Sent("a.csv", "1")])
    assert desk.upload is not None
    assert desk.upload.paths[0].exists()


def test_files_that_are_being_imported_stay_until_the_end(store: Path) -> None:
    desk = Desk()
    sent = Sent("t.csv", "1")
    sent.write(DESK.encode())
    sent.seek(0)
    desk.take([sent])
    assert desk.upload is not None
    folder = desk.upload.folder
    with FileLock(store / "write.lock"):
        desk.start(Choices(time_zone=ZONE))
        desk.leave()
        assert folder.exists()
    assert desk.job is not None
    assert desk.job.wait(90)
    assert desk.job.summary is not None
    assert not folder.exists()


def test_what_a_killed_server_left_is_swept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    stale, fresh, other = (tmp_path / name for name in ("duetime-upload-a", "duetime-upload-b", "mine"))
    for folder in (stale, fresh, other):
        folder.mkdir()
        os.utime(folder, (1, 1) if folder != fresh else None)
    upload = Upload([])
    assert (stale.exists(), fresh.exists(), other.exists()) == (False, True, True)
    upload.remove()


def test_choices_are_words_of_a_command_that_no_value_can_leave() -> None:
    told = Choices(mapping="-x", source="--store", time_format="%d/%m/%Y %H:%M", delimiter=";")
    assert told.options() == [
        "--mapping=-x",
        "--source=--store",
        "--time-format=%d/%m/%Y %H:%M",
        "--delimiter=;",
    ]
    assert told.options(without=("mapping", "source", "delimiter")) == ["--time-format=%d/%m/%Y %H:%M"]


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome(ok=False, cancelled=True, error="x"), "It was cancelled. The store stays as it was."),
        (Outcome(ok=False, timed_out=True, error="x"), "It took longer than 2 minutes and was stopped."),
        (Outcome(ok=False, out_of_memory=True, error="x"), "It needed more memory than the 3,000 MB it may have"),
        (
            Outcome(ok=False, error="Traceback (most recent call last):\n  a\nKeyError: 7"),
            "not foreseen (KeyError: 7).",
        ),
        (Outcome(ok=False, error="t.csv is empty."), "t.csv is empty."),
    ],
)
def test_it_is_said_why_a_process_ended(outcome: Outcome, said: str) -> None:
    assert said in complaint(outcome, 120, 3_000)
    assert complaint(outcome, 120, 3_000).count("The store stays as it was.") == (outcome.error[:2] != "t.")


def test_limits_end_a_look(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(DESK)
    monkeypatch.setattr(imports, "LOOK_SECONDS", 0.05)
    with pytest.raises(SLAError, match="It took longer than"):
        look([path], Choices())
    monkeypatch.setattr(imports, "LOOK_SECONDS", 60)
    monkeypatch.setattr(imports, "LOOK_MEGABYTES", 20)
    with pytest.raises(SLAError, match="It needed more memory than the 20 MB"):
        look([path], Choices())


def test_a_file_that_cannot_be_opened_says_so_in_its_own_words(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"Id,Name\n1,\xe4\n")
    with pytest.raises(SLAError, match=r"t\.csv is not utf-8 text \(line 2\)") as caught:
        look([path], Choices())
    assert str(tmp_path) not in str(caught.value)


def test_a_cancelled_import_leaves_the_store_as_it_was(store: Path, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(DESK)
    with FileLock(store / "write.lock"):
        job = Job([path], Choices(time_zone=ZONE))
        assert not job.wait(3)
        job.cancel()
        assert job.wait(20)
    assert (job.cancelled, job.summary) == (True, None)
    assert job.error == "It was cancelled. The store stays as it was."
    assert [version.number for version in Store(store).versions()] == [1]
    assert not list(store.glob(".build-*"))
    again = Job([path], Choices(time_zone=ZONE))
    assert again.wait(90)
    assert again.summary is not None
    assert (again.summary["new"], again.share, again.error) == (1, 1.0, "")


def test_a_failed_import_says_why(store: Path, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(DESK)
    job = Job([path], Choices())
    assert job.wait(90)
    assert job.summary is None
    assert job.error == "Times of t.csv carry no zone. Say which with --time-zone Europe/Stockholm."
    assert Store(store).require().number == 1


def test_what_was_said_is_remembered_by_source(store: Path) -> None:
    assert imports.remembered("desk") == {}
    imports.remember("desk", Choices(time_zone=ZONE, policy="sample"))
    imports.remember("other", Choices(time_format="iso"))
    assert imports.remembered("desk") == {"time_zone": ZONE}
    assert imports.remembered("other") == {"time_format": "iso"}
    (store / "choices.json").write_text("{")
    assert imports.remembered("desk") == {}


def test_zones_are_those_of_places() -> None:
    zones = imports.time_zones()
    assert {ZONE, "UTC", "Pacific/Chatham", "America/Argentina/Salta"} < set(zones)
    assert not [zone for zone in zones if zone.startswith("Etc/")]


@pytest.mark.parametrize(
    ("present", "promises", "named", "source", "likely"),
    [
        (None, True, None, "freshdesk", SUPPLIED),
        ("mine", True, None, "freshdesk", PRESENT),
        (None, True, "boston311", "x", "boston311"),
        (None, True, None, "uci_incident", "uci_incident"),
        (None, False, None, "desk", None),
    ],
)
def test_the_likely_policy_stands_first(
    present: str | None, promises: bool, named: str | None, source: str, likely: str | None
) -> None:
    options, index = policy_options(present, promises=promises, named=named, source=source)
    assert (None if index is None else options[index]) == likely
    assert (SUPPLIED in options) == promises
    assert (PRESENT in options) == bool(present)
    assert options[-1] == OWN
    assert "sample" in options


def test_the_editor_knows_every_field_and_the_meaning_of_its_words(tmp_path: Path) -> None:
    fields = imports.Mapping.model_json_schema()["properties"]["columns"]["propertyNames"]["enum"]
    assert sorted(LABELS) == sorted(fields)
    assert set(MEANINGS) == set(TRANSLATED)
    assert all(told for group in FIELDS.values() for _, told in group.values())
    values = {field: dict.fromkeys(("a", "b"), next(iter(words))) for field, words in MEANINGS.items()}
    every = content(Looked(name="x.csv"), "desk", ZONE, "iso", {field: field for field in LABELS}, values)
    path = tmp_path / "m.yaml"
    path.write_text(imports.mapping_yaml(every))
    shape = imports.mapping_of(path)
    assert shape.columns == {field: field for field in LABELS}
    assert shape.values == values


def test_a_mapping_fits_a_table_that_has_its_columns() -> None:
    assert fitting(["A ", "b", "c"], ["a", "B"])
    assert not fitting(["a"], ["a", "b"])


TOLD: dict[str, Any] = {
    "source": "desk", "version": 4, "again": False, "new": 1, "updated": 2, "unchanged": 3, "older": 4, "clocks": 1,
    "without_clock": 2, "streams": ["A", "B"], "notes": ["N"], "policy": "p (12)",
}  # fmt: skip


def test_a_summary_in_words() -> None:
    assert headline(TOLD) == (
        "desk: 1 ticket new, 2 updated, 3 unchanged, 4 older than what is known and passed over. Version 4 is current."
    )
    assert headline({**TOLD, "again": True}) == "desk: imported before. Nothing changes; version 4 is current."
    assert details(TOLD) == ["Read as: A, B.", "Judged by p (12): 1 SLA clock of desk, 2 tickets without one.", "N"]


def test_the_page_says_what_each_source_can_tell(store: Path) -> None:
    found = imports.told_by_source(str(store), 1).to_dicts()
    assert [(row["source"], row["evidence"], row["files"]) for row in found] == [
        ("sample", "every change", "simulated history")
    ]
    assert found[0]["untold"] == "when its first response was due; when its resolution was due"


def test_versions_say_what_made_them(store: Path) -> None:
    kept = imports.kept_versions().to_dicts()
    assert [(row["version"], row["current"], row["by"]) for row in kept] == [(1, True, "sample: 4000 tickets, seed 1")]
    assert kept[0]["made"] is not None
    (store / "store-000002.duckdb").write_bytes(b"nothing")
    with pytest.raises(SLAError, match="cannot be opened"):
        imports.make_current(2)
    assert json.loads((store / "CURRENT").read_text()) == 1
    assert imports.kept_versions()["by"].to_list()[0] == "cannot be read by this version of Duetime"
