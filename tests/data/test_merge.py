"""The newer record wins: imports in any order, repeated, of one stream or several, end in the same store."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.schemas import EVENTS, TICKETS
from data.documents import policy_of
from data.imports import import_files
from data.merge import Changes
from data.publish import Published
from data.store import Store
from tests.data import files
from tests.data.files import NOW, row, table
from tests.data.test_store import MAPPING, POLICY, imported

POLICIES = policy_of("p", POLICY, "p")
DAY = datetime.fromisoformat("2026-06-01T08:00:00+00:00")


def at(hours: float) -> datetime:
    return DAY + timedelta(hours=hours)


def ticket(number: object = 1, **fields: Any) -> pl.DataFrame:
    return pl.DataFrame([{"source": "desk", "ticket_id": str(number), "created_at": DAY, **fields}], schema=TICKETS)


def event(hours: float, kind: str, value: str | None = None, number: object = 1, sequence: int = 0) -> dict[str, Any]:
    key = {"source": "desk", "ticket_id": str(number)}
    return {**key, "at": at(hours), "sequence": sequence, "kind": kind, "value": value, "previous": None}


def publish(store: Store, tickets: pl.DataFrame, *happened: dict[str, Any], as_of: float = 24, **how: Any) -> Published:
    frame = pl.DataFrame(list(happened), schema=EVENTS)
    return files.published(store, tickets, frame, POLICIES, at(as_of), until=NOW, **how)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def test_the_newer_record_wins_and_takes_its_events_along(store: Store) -> None:
    publish(store, ticket(updated_at=at(5), team="A"), event(1, "reply"), event(2, "status", "resolved"))
    newer = publish(store, ticket(updated_at=at(6), team="B"), event(1, "reply"))
    assert newer.changes == Changes(updated=1, touched=True)
    tickets, events = store.require().ticket("1")
    assert (tickets["team"].to_list(), events["kind"].to_list()) == (["B"], ["reply"])


def test_an_older_snapshot_changes_nothing_and_is_counted(store: Store) -> None:
    publish(store, ticket(updated_at=at(6), team="B"), event(1, "reply"))
    before = store.require().digest()
    older = publish(store, ticket(updated_at=at(5), team="A"), event(2, "status", "resolved"))
    assert older.changes == Changes(older=1)
    assert store.require().digest() == before
    assert store.require().imports()["tickets_older"].to_list() == [1, 0]


def test_a_record_without_an_update_time_is_as_new_as_its_file(store: Store) -> None:
    publish(store, ticket(team="B"), as_of=48)
    assert publish(store, ticket(team="A"), as_of=24).changes.older == 1
    assert publish(store, ticket(team="C"), as_of=72).changes.updated == 1
    assert store.require().ticket("1")[0]["team"].to_list() == ["C"]


def test_a_ticket_whose_events_alone_differ_is_another_record(store: Store) -> None:
    publish(store, ticket(updated_at=at(5)), event(1, "reply"), as_of=24)
    changes = publish(store, ticket(updated_at=at(5)), event(2, "reply"), as_of=25).changes
    assert changes == Changes(updated=1, touched=True)
    assert store.require().ticket("1")[1]["at"].to_list() == [at(2)]


def test_the_same_record_in_a_later_file_is_unchanged(store: Store) -> None:
    publish(store, ticket(updated_at=at(5)), event(1, "reply"), as_of=24)
    assert publish(store, ticket(updated_at=at(5)), event(1, "reply"), as_of=24).changes == Changes(unchanged=1)


def test_an_appending_stream_adds_events_and_takes_each_once(store: Store) -> None:
    publish(store, ticket(), stream="tickets")
    log = {"stream": "log", "appends": True}
    nothing = pl.DataFrame(schema=TICKETS)
    first = ticket(created_at=None)
    publish(store, first, event(1, "reply", sequence=11), event(2, "message", sequence=12), **log)
    again = publish(store, first, event(2, "message", sequence=12), event(3, "reply", sequence=13), **log)
    assert again.changes.touched
    assert nothing.is_empty()
    tickets, events = store.require().ticket("1")
    assert tickets.height == 1
    assert events["kind"].to_list() == ["reply", "message", "reply"]
    same = publish(store, first, event(2, "message", sequence=12), **log)
    assert not same.changes.touched


def test_an_event_that_is_taken_back_is_gone_in_any_order(tmp_path: Path) -> None:
    digests = []
    parts: list[list[dict[str, Any]]] = [[event(1, "reply", sequence=7)], [event(1, "void", sequence=7)]]
    for number, order in enumerate((parts, parts[::-1])):
        store = Store(tmp_path / str(number))
        publish(store, ticket(), stream="tickets")
        for part in order:
            publish(store, ticket(created_at=None), *part, stream="log", appends=True)
        assert store.require().ticket("1")[1].is_empty()
        digests.append(store.require().digest())
    assert digests[0] == digests[1]


def test_a_ticket_no_stream_creates_waits_for_the_one_that_does(store: Store) -> None:
    publish(store, ticket(2))
    told = publish(store, ticket(created_at=None), event(1, "reply"), stream="log", appends=True)
    assert ("ticket without a creation time", 1) in told.repairs.select("rule", "events").rows()
    assert store.require().ticket("1")[0].is_empty()
    later = publish(store, ticket(1))
    assert later.repairs.is_empty()
    assert store.require().ticket("1")[1]["kind"].to_list() == ["reply"]


SNAPSHOT = st.tuples(
    st.integers(1, 3),
    st.integers(1, 4) | st.none(),
    st.sampled_from(["A", "B", None]),
    st.lists(st.sampled_from([1, 2, 3]), max_size=2, unique=True),
    st.integers(24, 27),
    st.sampled_from(["tickets", "other"]),
)


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(snapshots=st.lists(SNAPSHOT, min_size=2, max_size=4), data=st.data())
def test_any_order_and_any_repetition_end_in_the_same_digest(
    tmp_path_factory: pytest.TempPathFactory, snapshots: Sequence[Any], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations([*snapshots, *data.draw(st.lists(st.sampled_from(snapshots), max_size=2))]))
    digests = set()
    for order in (snapshots, shuffled):
        store = Store(tmp_path_factory.mktemp("store"))
        for number, updated, team, replies, as_of, stream in order:
            made = ticket(number, updated_at=at(updated) if updated else None, team=team)
            happened = [event(hour, "reply", number=number, sequence=hour) for hour in replies]
            publish(store, made, *happened, as_of=as_of, stream=stream, appends=stream == "other")
        digests.add(store.require().digest())
    assert len(digests) == 1


def test_files_in_any_order_end_in_the_same_store(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(POLICY)
    (tmp_path / "mapping.yaml").write_text(MAPPING.format(source="desk", policy=tmp_path / "policy.yaml"))
    exports = {
        "may.csv": table(row(1, solved="", state="new"), row(2)),
        "june.csv": table(row(1, solved="2026-06-09 12:00"), row(3)),
        "july.csv": table(row(3, company="Zeta", solved="2026-07-09 12:00"), row(4)),
    }
    digests = set()
    for number, order in enumerate((list(exports), list(exports)[::-1], [*exports, *exports])):
        store = Store(tmp_path / f"store-{number}")
        for name in order:
            (tmp_path / name).write_text(exports[name])
            import_files(store, [tmp_path / name], str(tmp_path / "mapping.yaml"), now=NOW)
        digests.add(store.require().digest())
    assert len(digests) == 1


def test_a_file_imported_before_makes_no_version_but_another_policy_does(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path, row(1))
    again = import_files(store, [tmp_path / "tickets.csv"], str(tmp_path / "mapping.yaml"), now=NOW)
    assert (again.again, again.version, again.changes) == (True, 1, Changes(unchanged=1))
    strict = tmp_path / "strict.yaml"
    strict.write_text(POLICY.replace("resolution: 8h", "resolution: 1h"))
    judged = import_files(store, [tmp_path / "tickets.csv"], str(tmp_path / "mapping.yaml"), str(strict), now=NOW)
    assert (judged.again, judged.version) == (False, 2)


def test_a_row_that_was_in_the_future_is_looked_at_again(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path, row(1), row(2, created="2026-12-01 08:00", answered="", solved="", state="new"))
    assert store.require().counts()["tickets"].to_list() == [1]
    later = NOW + timedelta(days=60)
    again = import_files(store, [tmp_path / "tickets.csv"], str(tmp_path / "mapping.yaml"), now=later)
    assert (again.again, again.changes.new, again.version) == (False, 1, 2)


def test_a_step_back_and_forward_is_a_pointer(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path, row(1))
    first = store.require().digest()
    imported(store, tmp_path, row(2))
    second = store.require().digest()
    assert store.step_to(1).number == 1
    assert store.require().digest() == first != second
    assert [each.number for each in store.versions()] == [1, 2]
    again = import_files(store, [tmp_path / "tickets.csv"], str(tmp_path / "mapping.yaml"), now=NOW)
    assert (again.again, again.version, store.require().digest()) == (False, 3, second)


def test_a_solved_ticket_waits_for_the_stream_that_says_when(store: Store) -> None:
    told = publish(store, pl.concat([ticket(1, status="resolved"), ticket(2)]))
    assert told.repairs.select("rule", "events").rows() == [("solved ticket without a resolution time", 1)]
    assert store.require().clocks()["ticket_id"].unique().to_list() == ["2"]
    log = publish(store, ticket(created_at=None), event(3, "status", "resolved"), stream="log", appends=True)
    assert log.repairs.is_empty()
    assert sorted(store.require().clocks()["ticket_id"].unique()) == ["1", "2"]
