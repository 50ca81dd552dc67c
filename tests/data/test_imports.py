"""Taking tickets in: what the summary says, and what stays as it was."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from analytics.errors import ImportFileError, SLAError
from analytics.schemas import CLOCKS
from data.imports import Summary, import_files
from data.store import Store
from tests.data.files import NOW, row, table
from tests.data.test_store import imported


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def again(store: Store, folder: Path, *paths: Path, now: datetime = NOW) -> Summary:
    return import_files(store, paths or (folder / "tickets.csv",), str(folder / "mapping.yaml"), now=now)


def frames(store: Store) -> list[pl.DataFrame]:
    version = store.require()
    order = {"tickets": "source, ticket_id", "events": 'source, ticket_id, "at", sequence', "clocks": "ALL"}
    return [version.query(f"SELECT * FROM {name} ORDER BY {by}") for name, by in order.items()]


def test_the_summary_counts_rows_rules_and_clocks(store: Store, tmp_path: Path) -> None:
    rows = [row(1), row(2), row(2), row("")]
    summary = imported(store, tmp_path, *rows)
    assert (summary.source, summary.version) == ("desk", 1)
    assert (summary.read, summary.taken, summary.rejected) == (4, 2, 2)
    assert summary.by_rule.rows() == [("duplicate ticket id", 1), ("ticket id is missing", 1)]
    assert (summary.clocks, summary.without_clock) == (4, 0)
    assert summary.as_of == datetime(2026, 6, 1, 10, tzinfo=UTC)
    recorded = store.require().imports().row(0, named=True)
    assert (recorded["rows_read"], recorded["rows_taken"], recorded["rows_rejected"]) == (4, 2, 2)
    assert (recorded["files"], recorded["imported_at"]) == ("tickets.csv", NOW)
    assert store.require().rejected(1)["row_number"].to_list() == [4, 5]


def test_a_row_that_breaks_two_rules_is_one_rejected_row(store: Store, tmp_path: Path) -> None:
    summary = imported(store, tmp_path, row(1), row(2, answered="2026-05-01 08:00", solved="2026-05-01 09:00"))
    assert (summary.read, summary.taken, summary.rejected) == (2, 1, 1)
    assert summary.by_rule["rows"].to_list() == [1, 1]
    assert store.require().rejected(1).height == 2


def test_progress_rises_to_the_end(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path, row(1))
    shares: list[float] = []
    import_files(
        store,
        [tmp_path / "tickets.csv"],
        str(tmp_path / "mapping.yaml"),
        now=NOW,
        progress=lambda share, _what: shares.append(share),
    )
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


@pytest.mark.parametrize(
    "content",
    [b"", b"\x89PNG\r\n\x1a\n", table().encode(), table(row("")).encode(), b"id,other\n1,2\n", b"id,created\n1,\x00\n"],
    ids=["empty", "picture", "header only", "no good row", "missing columns", "nul"],
)
def test_a_bad_file_leaves_the_store_as_it_was(store: Store, tmp_path: Path, content: bytes) -> None:
    imported(store, tmp_path, row(1), row(2))
    before = frames(store)
    (tmp_path / "bad.csv").write_bytes(content)
    with pytest.raises(ImportFileError):
        again(store, tmp_path, tmp_path / "bad.csv")
    assert store.require().number == 1
    assert all(new.equals(old) for new, old in zip(frames(store), before, strict=True))
    assert sorted(path.name for path in store.directory.iterdir() if path.suffix != ".lock") == [
        "CURRENT",
        "store-000001.duckdb",
    ]


def test_the_same_file_again_changes_no_ticket_event_or_clock(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path, *(row(number) for number in range(20)))
    before = frames(store)
    assert again(store, tmp_path).version == 2
    assert all(new.equals(old) for new, old in zip(frames(store), before, strict=True))
    policies = store.require().query("SELECT version FROM policies")
    assert policies["version"].to_list() == [1]


def test_rows_of_a_file_in_another_order_give_the_same_store(store: Store, tmp_path: Path) -> None:
    rows = [row(number, company=f"C{number % 3}") for number in range(20)]
    imported(store, tmp_path, *rows)
    before = frames(store)
    imported(store, tmp_path, *reversed(rows))
    assert all(new.equals(old) for new, old in zip(frames(store), before, strict=True))


def test_two_files_are_one_import_and_duplicates_between_them_are_set_aside(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path, row(1))
    (tmp_path / "more.csv").write_text(table(row(1), row(2)))
    summary = again(store, tmp_path, tmp_path / "tickets.csv", tmp_path / "more.csv")
    assert (summary.read, summary.taken, summary.rejected) == (3, 2, 1)
    rejected = store.require().rejected(2)
    assert rejected.select("file", "row_number", "rule").rows() == [("more.csv", 2, "duplicate ticket id")]


def test_as_of_is_the_newest_event_and_never_goes_back(store: Store, tmp_path: Path) -> None:
    late = imported(store, tmp_path, row(1, solved="2026-06-20 12:00")).as_of
    assert late == datetime(2026, 6, 20, 10, tzinfo=UTC)
    assert imported(store, tmp_path, row(2)).as_of == late
    assert store.require().sources()["as_of"].to_list() == [late]
    assert set(store.require().clocks()["as_of"]) == {late}
    later = imported(store, tmp_path, row(3, solved="2026-06-20 13:00")).as_of
    assert later == late + timedelta(hours=1)


def test_a_policy_text_that_comes_back_takes_its_old_number(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path, row(1))
    first = tmp_path / "policy.yaml"
    strict = tmp_path / "strict.yaml"
    strict.write_text(first.read_text().replace("resolution: 8h", "resolution: 1h"))
    numbers = []
    for policy in (first, strict, first, strict):
        import_files(store, [tmp_path / "tickets.csv"], str(tmp_path / "mapping.yaml"), str(policy), now=NOW)
        numbers.append(store.require().clocks()["policy_version"].unique().to_list())
    assert numbers == [[1], [2], [1], [2]]


def test_an_unknown_mapping_or_policy_touches_nothing(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path, row(1))
    with pytest.raises(SLAError, match="There is no file 'nobody'"):
        import_files(store, [tmp_path / "tickets.csv"], "nobody", now=NOW)
    with pytest.raises(SLAError, match="There is no file 'nobody'"):
        import_files(store, [tmp_path / "tickets.csv"], str(tmp_path / "mapping.yaml"), "nobody", now=NOW)
    assert store.require().number == 1


def test_every_instant_of_a_stored_clock_is_in_utc(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path, row(1))
    clocks = store.require().clocks()
    instants = [name for name, dtype in CLOCKS.items() if isinstance(dtype, pl.Datetime)]
    assert {clocks.schema[name] for name in instants} == {pl.Datetime("us", "UTC")}
    assert clocks["started_at"].unique().to_list() == [datetime(2026, 6, 1, 6, tzinfo=UTC)]
    assert clocks.filter(pl.col("kind") == "resolution")["due_at"].item() == datetime(2026, 6, 1, 14, tzinfo=UTC)
