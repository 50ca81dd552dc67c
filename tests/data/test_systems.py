"""Real help desks into the real store: each export known by itself, several kinds in any order one history."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from analytics.errors import ImportFileError
from data.imports import Summary, import_files
from data.ingest.adapters import ADAPTERS
from data.ingest.files import opened
from data.store import Store
from tests.data import exports_freshdesk, exports_jira, exports_servicenow, exports_zammad, exports_zendesk

NOW = datetime(2026, 11, 1, tzinfo=UTC)
POLICY = """\
version: 1
schedules: {always: {time_zone: UTC, hours: 24x7}}
policies:
  - name: all
    schedule: always
    pause_on: {resolution: {pending: customer, on_hold: third_party}}
    targets: {first_response: 1h, resolution: 8h}
"""


def asks(name: str, content: Any) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        path = folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    return write


STORY = exports_zendesk.story((0, "created"), (0, "promise", "reply_time", 60), (30, "reply"), (90, "pending"))
MORE = exports_zendesk.story((200, "open"), (300, "solved"), first=5000)
ZENDESK = {
    "zendesk_tickets": asks(
        "tickets.json",
        exports_zendesk.page(
            "tickets", [exports_zendesk.ticket(status="solved", updated_at=exports_zendesk.written(300))]
        ),
    ),
    "zendesk_metric_events": asks("events.json", exports_zendesk.page("ticket_metric_events", STORY)),
    "more": asks("later.json", exports_zendesk.page("ticket_metric_events", MORE)),
    "zendesk_audits": asks(
        "audits.json",
        exports_zendesk.page(
            "audits",
            [
                exports_zendesk.opening(),
                exports_zendesk.audit(200, 30, exports_zendesk.comment(80)),
                exports_zendesk.audit(300, 90, exports_zendesk.change("status", "pending", "new")),
            ],
            users=exports_zendesk.USERS,
        ),
    ),
}
SERVICENOW = {
    "servicenow_incidents": lambda folder: exports_servicenow.written(folder / "i.csv", exports_servicenow.INCIDENT),
    "servicenow_task_sla": lambda folder: exports_servicenow.written(folder / "s.csv", exports_servicenow.TASK_SLA),
}
OTHERS = {
    "freshdesk_tickets": asks("f.csv", exports_freshdesk.table(exports_freshdesk.desk())),
    "freshservice_tickets": asks("s.csv", exports_freshdesk.table(exports_freshdesk.service())),
    "freshdesk_api": asks("f.json", [exports_freshdesk.ticket(stats={})]),
    "jira_changelog": asks("j.json", exports_jira.page(exports_jira.issue())),
    "jira_issues": asks("b.json", exports_jira.page(exports_jira.issue(bare=True))),
    "zammad": asks("z.json", [exports_zammad.zammad_ticket()]),
    "servicenow_audit": lambda folder: exports_servicenow.written(folder / "log.csv", exports_servicenow.LOG),
}
EVERY = {**{name: write for name, write in ZENDESK.items() if name != "more"}, **SERVICENOW, **OTHERS}


def imported(store: Store, *paths: Path, folder: Path, **how: Any) -> Summary:
    (folder / "policy.yaml").write_text(POLICY)
    how = {"policy": str(folder / "policy.yaml"), "time_zone": "America/Sao_Paulo", **how}
    return import_files(store, paths, now=NOW, **how)


@pytest.mark.parametrize("name", EVERY)
def test_one_adapter_knows_each_export(name: str, tmp_path: Path) -> None:
    with opened([EVERY[name](tmp_path)]) as files:
        assert [each.name for each in ADAPTERS.values() if each.fits(files[0])] == [name]


@pytest.mark.parametrize("name", OTHERS)
def test_an_export_is_imported_without_a_mapping(name: str, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    summary = imported(store, EVERY[name](tmp_path), folder=tmp_path)
    assert (summary.source, summary.taken, summary.rejected) == (ADAPTERS[name].system, summary.read, 0)
    assert summary.streams == (ADAPTERS[name].label,)
    assert store.require().counts()["tickets"].to_list() == [1]
    assert store.require().streams()["stream"].to_list() == [name]
    assert store.require().gaps() == {summary.source: ADAPTERS[name].gaps}


def test_zendesk_in_any_order_is_one_history(tmp_path: Path) -> None:
    paths = [write(tmp_path) for write in ZENDESK.values()]
    digests = set()
    orders = (paths, paths[::-1], [*paths[2:], *paths[:2]], [paths[1], paths[3], paths[2], paths[0]])
    for number, order in enumerate(orders):
        store = Store(tmp_path / f"store-{number}")
        for path in order:
            imported(store, path, folder=tmp_path)
        digests.add(store.require().digest())
    assert len(digests) == 1
    together = Store(tmp_path / "together")
    summary = imported(together, *paths, folder=tmp_path)
    assert summary.repairs.is_empty()
    clocks = together.require().clocks().sort("kind").select(pl.col("kind", "state").cast(pl.String), "elapsed_seconds")
    assert clocks.rows() == [("first_response", "met", 1_800), ("resolution", "met", (90 + 100) * 60)]
    kinds = together.require().ticket("1")[1]["kind"].unique().to_list()
    assert {"reply", "status"} <= set(kinds)


def test_servicenow_verdicts_complete_its_incidents(tmp_path: Path) -> None:
    incidents, slas = (write(tmp_path) for write in SERVICENOW.values())
    digests = set()
    for number, order in enumerate(((incidents, slas), (slas, incidents))):
        store = Store(tmp_path / f"store-{number}")
        for path in order:
            imported(store, path, folder=tmp_path)
        digests.add(store.require().digest())
    assert len(digests) == 1
    ticket = store.require().ticket("INC0010001")[0].row(0, named=True)
    assert ticket["resolution_breached"] is False
    assert ticket["resolution_due_at"] == datetime(2026, 3, 5, 12, tzinfo=UTC)
    assert (ticket["team"], ticket["status"]) == ("Service Desk", "closed")


def test_a_source_is_judged_by_its_own_due_times_when_no_policy_is_named(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    paths = [write(tmp_path) for write in SERVICENOW.values()]
    summary = imported(store, *paths, folder=tmp_path, policy=None)
    assert summary.policy.startswith("as_supplied ")
    clocks = store.require().clocks()
    assert clocks.select(pl.col("kind", "state", "time_zone").cast(pl.String)).rows() == [
        ("resolution", "met", "America/Sao_Paulo")
    ]


def test_without_due_times_and_policy_an_import_is_refused_and_says_what_to_do(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    with pytest.raises(ImportFileError, match="do not say when anything was due.*name it with --policy"):
        imported(store, ZENDESK["zendesk_tickets"](tmp_path), folder=tmp_path, policy=None)
    assert store.current() is None


def test_files_of_two_help_desks_are_not_one_import(tmp_path: Path) -> None:
    paths = [OTHERS["zammad"](tmp_path), OTHERS["jira_issues"](tmp_path)]
    with pytest.raises(ImportFileError, match="files of jira and zammad. Expected files of one help desk"):
        imported(Store(tmp_path / "store"), *paths, folder=tmp_path)


def test_an_unknown_table_says_what_is_known_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    with pytest.raises(
        ImportFileError, match="no export that is known; its columns: a, b. Known are Freshdesk.*--mapping"
    ):
        imported(Store(tmp_path / "store"), tmp_path / "x.csv", folder=tmp_path)
