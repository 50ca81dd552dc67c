"""What goes wrong around a store: damage, killed writers, folders that cannot be made, hostile queries."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from analytics.errors import StoreError
from data import store as store_module
from data.store import Store
from tests.data.files import row, table
from tests.data.test_store import ROOT, imported


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.mark.parametrize("kept", [0, 4096, 300_000])
def test_a_damaged_version_is_a_store_error_for_readers_and_writers(store: Store, tmp_path: Path, kept: int) -> None:
    imported(store, tmp_path, row(1))
    path = store.require().path
    content = path.read_bytes()
    path.write_bytes(content[:kept])
    with pytest.raises(StoreError, match="store-000001.duckdb"):
        store.require().clocks()
    with pytest.raises(StoreError), store.build() as build:
        build.write_clocks("x", ())
    assert sorted(each.name for each in store.directory.iterdir()) == ["CURRENT", "store-000001.duckdb", "write.lock"]


@pytest.mark.parametrize("text", ["-1", "1.0", "٣", "9" * 5000])
def test_a_pointer_to_no_number_is_said(store: Store, tmp_path: Path, text: str) -> None:
    imported(store, tmp_path, row(1))
    (store.directory / "CURRENT").write_text(text, encoding="utf-8")
    with pytest.raises(StoreError, match="which is not there"):
        store.current()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="cannot hold a store"), Store(tmp_path / "file").build():
        pass


def test_a_writer_that_is_killed_leaves_nothing_behind(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path, row(1))
    script = (
        "import os, sys; from pathlib import Path; from data.store import Store\n"
        "with Store(Path(sys.argv[1])).build(): os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", script, str(store.directory)], cwd=ROOT, check=False)
    assert killed.returncode == -9
    assert list(store.directory.glob(".build-*"))
    assert store.require().clocks().height == 2
    assert imported(store, tmp_path, row(2)).version == 2
    assert not list(store.directory.glob(".build-*"))


def test_no_value_reaches_sql_and_no_query_reaches_a_file(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path, row(1))
    version = store.require()
    for statement in ("SELECT * FROM read_text('CURRENT')", "ATTACH 'x.db'", "SET enable_external_access=true"):
        with pytest.raises(duckdb.Error):
            version.query(statement)
    assert version.ticket("' OR 1=1 --")[0].is_empty()
    assert version.ticket("1", "desk' OR 1=1 --")[0].is_empty()


def test_who_is_writing_is_told_to_whoever_waits_in_vain(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(store, tmp_path, row(1))
    script = (
        "import sys; from pathlib import Path; from data.store import Store\n"
        "with Store(Path(sys.argv[1])).build() as build:\n"
        "    build.write_clocks(None, ()); print('holds', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script, str(store.directory)]
    holder = subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "holds\n"
    monkeypatch.setattr(store_module, "LOCK_SECONDS", 0.2)
    with pytest.raises(StoreError, match=rf"an import, process {holder.pid}\) and did not finish"):
        imported(store, tmp_path, row(2))
    with pytest.raises(StoreError, match=f"process {holder.pid}"):
        store.step_to(1)
    holder.communicate()
    assert (holder.returncode, store.require().number) == (0, 2)
    assert imported(store, tmp_path, row(2)).version == 3


def test_two_imports_at_once_both_land(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path, row(1))
    writers = []
    for number in (2, 3):
        path = tmp_path / f"{number}.csv"
        path.write_text(table(row(number)))
        command = ["-m", "data", "import", str(path), "--mapping", str(tmp_path / "mapping.yaml")]
        writers.append(subprocess.Popen([sys.executable, *command, "--store", str(store.directory)], cwd=ROOT))
    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert store.require().number == 3
    assert store.require().counts()["tickets"].to_list() == [3]


@pytest.mark.parametrize("number", [7, 2])
def test_a_version_that_is_not_kept_is_no_step(store: Store, tmp_path: Path, number: int) -> None:
    imported(store, tmp_path, row(1))
    with pytest.raises(StoreError, match=f"Version {number} is not kept. Expected one of 1."):
        store.step_to(number)
    assert store.require().number == 1
