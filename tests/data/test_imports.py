"""Taking tickets in: what the summary says, and what stays as it was."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from analytics.errors import ImportFileError, SLAError
from analytics.schemas import CLOCKS, EVENTS
from data.commands_import import say
from data.documents import read_policy
from data.imports import Summary, import_files
from data.store import Store
from tests.data.files import NOW, published, row, table
from tests.data.test_store import imported


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def again(store: Store, folder: Path, *paths: Path, now: datetime = NOW) -> Summary:
    return import_files(store, paths or (folder / "tickets.csv",), str(folder / "mapping.yaml"), now=now)


def frames(store: Store) -> list[pl.DataFrame]:
    version = store.require()
    order = {
        "tickets": "source, ticket_id",
        "events": 'source, ticket_id, "at", sequence',
        "clocks": "ALL",
        "holdings": "ALL",
    }
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


def test_events_that_cannot_be_are_counted_by_rule(store: Store, tmp_path: Path) -> None:
    summary = imported(store, tmp_path, row(1, answered="2026-06-01 13:00"), row(2))
    assert summary.repairs.is_empty()
    happened = pl.DataFrame(
        [
            {"source": "desk", "ticket_id": ticket, "at": NOW + timedelta(hours=hour), "sequence": hour, "kind": kind}
            for ticket, hour, kind in (("1", 0, "reply"), ("1", 0, "reply"), ("1", 1, "note"), ("9", 1, "reply"))
        ],
        schema=EVENTS,
    )
    tickets = store.require().ticket("1")[0].with_columns(status=pl.lit("open"))
    policy = read_policy(str(tmp_path / "policy.yaml"))
    until = NOW + timedelta(hours=1)
    found = published(store, tickets, happened, policy, NOW, until=until, stream="mapped").repairs
    rules = [("duplicate event", 1), ("event of an unknown ticket", 1)]
    rules += [("ticket without a creation time", 1), ("unknown kind of event", 1)]
    assert found.select("rule", "events").rows() == rules
    assert store.require().repairs().drop("import_number").equals(found)
    assert store.require().ticket("1")[1]["sequence"].to_list() == [0]
    imported(store, tmp_path, row(3))
    assert store.require().repairs()["import_number"].to_list() == [3] * 4


def test_repaired_events_are_said(store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    summary = imported(store, tmp_path, row(1))
    found = pl.DataFrame([{"rule": "duplicate event", "advice": "One was kept.", "events": 1234}])
    say(replace(summary, repairs=found))
    assert "  1,234 x duplicate event: One was kept.\n" in capsys.readouterr().out


def salt(store: Store) -> str:
    return str(store.require().query("SELECT value FROM meta WHERE key = 'salt'")["value"].item())


def test_the_salt_is_made_once_and_not_shown(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path, row(1))
    first = salt(store)
    assert len(bytes.fromhex(first)) == 16
    imported(store, tmp_path, row(2))
    assert salt(store) == first
    assert set(store.require().meta()) == {"format", "published_at", "time_zones"}
    other = Store(tmp_path / "other")
    imported(other, tmp_path, row(1))
    assert salt(other) != first


def test_people_get_pseudonyms_by_the_salt_of_the_store(tmp_path: Path) -> None:
    imported(Store(tmp_path / "first"), tmp_path, row(1))
    hidden, mapping = tmp_path / "hidden.yaml", tmp_path / "mapping.yaml"
    hidden.write_text((tmp_path / "policy.yaml").read_text().replace("schedules:", "agents: pseudonym\nschedules:"))
    mapping.write_text(mapping.read_text().replace("customer: company", "agent: company"))
    names = []
    for folder in ("one", "one", "two"):
        place = Store(tmp_path / folder)
        import_files(place, [tmp_path / "tickets.csv"], str(mapping), str(hidden), now=NOW)
        names += place.require().clocks()["agent_at_due"].cast(pl.String).unique().to_list()
    assert names[0] == names[1] != names[2]
    assert all(name.startswith("Agent ") for name in names)


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
    repeated = again(store, tmp_path)
    assert (repeated.version, repeated.again, repeated.read, repeated.taken) == (1, True, 20, 20)
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
