"""Versions of the store: published whole, read undisturbed, kept three."""

import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest
from filelock import FileLock

from analytics.clocks import Judged
from analytics.errors import SLAError, StoreError
from analytics.schemas import CLOCK_KEY, CLOCKS, HOLDINGS
from data import store as store_module
from data.imports import Summary, import_files, import_sample
from data.store import Store
from data.version import LISTED
from tests.data.files import NOW, row, table

ROOT = Path(__file__).parents[2]
MAPPING = """\
version: 1
source: {source}
policy: {policy}
time_zone: Europe/Stockholm
columns: {{ticket_id: id, created_at: created, first_responded_at: answered, resolved_at: solved, customer: company}}
"""
POLICY = """\
version: 1
schedules: {office: {time_zone: Europe/Stockholm, hours: {mon-fri: ["08:00-17:00"]}}}
policies: [{name: all, schedule: office, targets: {first_response: 1h, resolution: 8h}, objective: 90%}]
"""


def imported(store: Store, folder: Path, *rows: str, source: str = "desk") -> Summary:
    (folder / "policy.yaml").write_text(POLICY)
    (folder / "mapping.yaml").write_text(MAPPING.format(source=source, policy=folder / "policy.yaml"))
    (folder / "tickets.csv").write_text(table(*rows))
    return import_files(store, [folder / "tickets.csv"], str(folder / "mapping.yaml"), now=NOW)


STRAY = pl.DataFrame(
    [{"source": "x", "stream": "y", "ticket_id": "1", "created_at": NOW, "told_at": NOW, "last_at": NOW, "digest": 1}]
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def test_an_import_is_published_and_reads_back_in_the_clocks_schema(store: Store, tmp_path: Path) -> None:
    summary = imported(store, tmp_path, row(1), row(2, company="Zeta"))
    clocks = store.require().clocks()
    assert (summary.version, summary.taken, summary.clocks, summary.without_clock) == (1, 2, 4, 0)
    assert clocks.columns == list(CLOCKS)
    plain = clocks.with_columns(pl.col(pl.Enum).cast(pl.String))
    assert plain.schema == CLOCKS
    assert clocks.schema["customer"] == pl.Enum(["Acme", "Zeta"])
    assert clocks["state"].cast(pl.String).to_list() == ["met"] * 4
    assert store.require().meta()["time_zones"].startswith("tzdata 20")


def test_who_held_a_clock_reads_back_by_source_and_kind(store: Store, tmp_path: Path) -> None:
    import_sample(store, 150, 1)
    first = store.require().holdings()
    imported(store, tmp_path, row(1), row(2))
    both = store.require().holdings()
    plain = both.with_columns(pl.col(pl.Enum).cast(pl.String))
    assert plain.schema == HOLDINGS
    assert plain.equals(plain.sort(*CLOCK_KEY, "team"))
    assert both.schema["source"] == pl.Enum(["desk", "sample"])
    assert both.schema["team"] == pl.Enum(first["team"].cast(pl.String).unique().drop_nulls().sort())
    own = store.require().holdings("desk", "resolution").with_columns(pl.col(pl.Enum).cast(pl.String))
    assert own.select("ticket_id", "team", "elapsed_seconds").rows() == [("1", None, 14_400), ("2", None, 14_400)]
    assert store.require().holdings("desk").height == 4
    assert store.require().holdings("nobody").is_empty()
    kept = plain.filter(pl.col("source") == "sample")
    assert kept.equals(first.with_columns(pl.col(pl.Enum).cast(pl.String)))


def test_reading_clocks_opens_the_file_once(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    imported(store, tmp_path, row(1))
    opened = []
    connect = duckdb.connect
    monkeypatch.setattr(duckdb, "connect", lambda *names, **how: opened.append(names) or connect(*names, **how))
    clocks = store.require().clocks()
    assert len(opened) == 1
    assert {name for name, dtype in clocks.schema.items() if isinstance(dtype, pl.Enum)} == set(LISTED)
    assert clocks.schema["stopped_by"] == pl.Enum(["reply", "resolved"])
    assert clocks.schema["exclusion"] == pl.Enum([])


@pytest.mark.parametrize(("found", "age"), [(None, "an earlier"), ("1", "an earlier"), ("99", "a later")])
def test_a_store_of_another_format_says_what_to_do(store: Store, tmp_path: Path, found: str | None, age: str) -> None:
    imported(store, tmp_path, row(1))
    version = store.require()
    with duckdb.connect(str(version.path)) as connection:
        connection.execute("DELETE FROM meta WHERE key = 'format'")
        if found:
            connection.execute("INSERT INTO meta VALUES ('format', ?)", [found])
    told = f"store-000001.duckdb was made by {age} version of Duetime .* 'python -m data sample' or"
    for read in (version.clocks, version.sources, version.holdings, version.meta, version.closed_months):
        with pytest.raises(StoreError, match=told):
            read()
    with pytest.raises(StoreError, match=told):
        imported(store, tmp_path, row(2))
    assert [each.number for each in store.versions()] == [1]
    assert not list(store.directory.glob(".build-*"))


def test_the_last_three_versions_are_kept(store: Store, tmp_path: Path) -> None:
    for number in range(1, 6):
        assert imported(store, tmp_path, *(row(each) for each in range(number))).version == number
    assert [version.number for version in store.versions()] == [3, 4, 5]
    assert sorted(path.name for path in store.directory.iterdir() if path.name != "write.lock") == [
        "CURRENT",
        "store-000003.duckdb",
        "store-000004.duckdb",
        "store-000005.duckdb",
    ]


def test_a_failed_import_leaves_the_store_as_it_was(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path, row(1))
    before = store.require().clocks()
    with pytest.raises(SLAError):
        imported(store, tmp_path, "")
    with pytest.raises(ZeroDivisionError), store.build() as build:
        build.insert("tickets", STRAY)
        raise ZeroDivisionError
    assert store.require().number == 1
    assert store.require().clocks().equals(before)
    assert not list(store.directory.glob(".build-*"))


def test_an_unsound_version_is_not_published(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path, row(1))
    with pytest.raises(StoreError, match="a ticket stands twice"), store.build() as build:
        build.insert("tickets", pl.concat([STRAY, STRAY]))
        build.write_clocks("x", ())
    assert store.require().number == 1


def test_a_holding_without_a_clock_is_not_published(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path, row(1))
    held = store.require().holdings().with_columns(pl.col(pl.Enum).cast(pl.String))
    clocks = store.require().clocks().with_columns(pl.col(pl.Enum).cast(pl.String))
    with pytest.raises(StoreError, match="a holding has no clock"), store.build() as build:
        build.write_clocks("desk", [Judged(clocks, held.with_columns(pl.col("cycle") + 1))])
    assert store.require().number == 1


def test_two_sources_stand_side_by_side(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path, row(1), row(2))
    first = store.require().clocks()
    imported(store, tmp_path, row(1, company="Other"), source="other")
    both = store.require().clocks()
    kept = both.filter(pl.col("source") == "desk").with_columns(pl.col(pl.Enum).cast(pl.String))
    assert kept.equals(first.with_columns(pl.col(pl.Enum).cast(pl.String)))
    assert store.require().counts().select("source", "tickets").rows() == [("desk", 2), ("other", 1)]
    assert store.require().ticket("1")[0].height == 2
    assert store.require().ticket("1", "other")[0].height == 1


def test_a_ticket_imported_again_takes_the_place_of_the_old(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path, row(1), row(2))
    imported(store, tmp_path, row(2, company="New", solved="2026-06-01 13:00"))
    tickets, events = store.require().ticket("2")
    assert tickets["customer"].to_list() == ["New"]
    assert events.filter(pl.col("kind") == "status").height == 1
    assert store.require().counts()["tickets"].to_list() == [2]


def test_hostile_text_is_inert(store: Store, tmp_path: Path) -> None:
    hostile = ["1'; DROP TABLE tickets; --", '2" OR 1=1', "3$$", "${source}", "%s"]
    imported(store, tmp_path, *(row(f'"{each.replace(chr(34), chr(34) * 2)}"', company="x'; --") for each in hostile))
    for each in hostile:
        assert store.require().ticket(each)[0]["ticket_id"].to_list() == [each]
    assert store.require().counts()["tickets"].to_list() == [5]
    assert store.require().clocks().schema["customer"] == pl.Enum(["x'; --"])


def test_a_second_writer_is_told_who_waits(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "LOCK_SECONDS", 0.2)
    store.directory.mkdir()
    with (
        FileLock(store.directory / "write.lock"),
        pytest.raises(StoreError, match="Another process is writing to .* and did not finish in 0.2 s"),
    ):
        imported(store, tmp_path, row(1))


def test_readers_read_on_while_another_process_publishes(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path, row(1))
    script = (
        "import sys; from pathlib import Path; from data.imports import import_files; from data.store import Store\n"
        "for each in range(5):\n"
        "    Path(sys.argv[2]).write_text(sys.argv[4].format(each))\n"
        "    import_files(Store(Path(sys.argv[1])), [Path(sys.argv[2])], sys.argv[3])"
    )
    content = table(row(1, company="Acme {}"))
    arguments = [str(store.directory), str(tmp_path / "tickets.csv"), str(tmp_path / "mapping.yaml"), content]
    writer = subprocess.Popen([sys.executable, "-c", script, *arguments], cwd=Path(__file__).parents[2])
    seen: set[int] = set()
    while writer.poll() is None:
        version = store.require()
        assert version.clocks().height == 2
        seen.add(version.number)
    assert writer.returncode == 0
    assert store.require().number == 6
    assert len(seen) > 1


@pytest.mark.parametrize("text", ["", "seven", "99"])
def test_a_damaged_pointer_is_said(store: Store, tmp_path: Path, text: str) -> None:
    imported(store, tmp_path, row(1))
    (store.directory / "CURRENT").write_text(text)
    with pytest.raises(StoreError, match="which is not there"):
        store.current()


def test_an_absent_store_says_how_to_make_one(store: Store) -> None:
    assert store.current() is None
    with pytest.raises(StoreError, match="python -m data sample"):
        store.require()


def test_the_policy_of_the_first_import_stays_until_another_is_named(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path, row(1))
    (tmp_path / "policy.yaml").unlink()
    import_files(store, [tmp_path / "tickets.csv"], str(tmp_path / "mapping.yaml"), now=NOW)
    assert store.require().query("SELECT count(*) AS n FROM policies")["n"].to_list() == [1]
    (tmp_path / "strict.yaml").write_text(POLICY.replace("resolution: 8h", "resolution: 1h"))
    path = str(tmp_path / "strict.yaml")
    import_files(store, [tmp_path / "tickets.csv"], str(tmp_path / "mapping.yaml"), path, now=NOW)
    clocks = store.require().clocks().filter(pl.col("kind") == "resolution")
    assert clocks.select("policy_version", "breached").rows() == [(2, True)]


def test_after_a_step_back_the_next_version_has_a_number_of_its_own(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path, row(1))
    imported(store, tmp_path, row(2))
    undone = store.require().path.read_bytes()
    (store.directory / "CURRENT").write_text("1")
    assert store.require().counts()["tickets"].to_list() == [1]
    assert imported(store, tmp_path, row(3)).version == 3
    assert (store.directory / "store-000002.duckdb").read_bytes() == undone
    assert store.require().ticket("2")[0].is_empty()


def test_a_file_of_another_name_is_no_version(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path, row(1))
    (store.directory / "store-backup.duckdb").write_text("mine")
    assert [version.number for version in store.versions()] == [1]
    assert imported(store, tmp_path, row(2)).version == 2
    assert (store.directory / "store-backup.duckdb").read_text() == "mine"
