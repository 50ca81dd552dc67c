"""A city's tickets: our verdicts beside its own."""

import csv
import gzip
import json
from typing import Any

import polars as pl
import pytest

from data.__main__ import main
from data.imports import Summary, import_files
from data.store import Store
from tests.conftest import BOSTON
from tests.shared import shared

Imported = tuple[Store, Summary]


def measured(store: Store, capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    assert main(["measure", *words, "--store", str(store.directory), "--format", "json"]) == 0
    rows: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return rows


def test_all_rows_are_taken_but_three_rejected_by_name(boston: Imported) -> None:
    _, summary = boston
    assert (summary.read, summary.taken, summary.rejected) == (58_251, 58_248, 3)
    assert summary.by_rule.to_dicts() == [{"rule": "resolution due before creation", "rows": 3}]
    assert summary.as_of.isoformat() == "2019-10-31T19:25:56+00:00"


def test_the_command_line_gives_the_known_counts(boston: Imported, capsys: pytest.CaptureFixture[str]) -> None:
    assert measured(boston[0], capsys, "met", "breaches", "--kind", "resolution") == [{"met": 35573, "breaches": 11676}]


def test_every_verdict_equals_the_citys(boston: Imported) -> None:
    with gzip.open(shared(BOSTON), "rt", encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["target_dt"] and row["closed_dt"] and row["on_time"]]
    theirs = {row["case_enquiry_id"]: row["on_time"] == "OVERDUE" for row in rows}
    clocks = boston[0].require().clocks().filter(pl.col("stopped_at").is_not_null())
    ours = dict(clocks.select("ticket_id", "breached").iter_rows())
    both = theirs.keys() & ours.keys()
    equal = sum(ours[ticket] == theirs[ticket] for ticket in both)
    assert (equal, len(both) - equal) == (43_661, 0)


def test_what_the_city_left_open_or_without_a_verdict(boston: Imported) -> None:
    clocks = boston[0].require().clocks()
    assert clocks.filter("breached", pl.col("stopped_at").is_null()).height == 3_449
    silent = clocks.filter("breached", pl.col("stopped_at").is_not_null(), pl.col("supplied_breached").is_null())
    assert silent.height == 157
    undecided = clocks.filter(~pl.col("decided"))
    assert undecided.height == 18
    assert set(undecided["due_date"].dt.year()) == {2059}


def test_the_same_file_again_changes_no_ticket_and_no_clock(boston: Imported) -> None:
    store, _ = boston
    before = store.require()
    digest = [before.clocks(), before.query("SELECT * FROM tickets ORDER BY ticket_id")]
    again = import_files(store, [shared(BOSTON)], "boston311")
    after = store.require()
    assert (again.version, again.again, again.changes.touched) == (before.number, True, False)
    assert after.clocks().equals(digest[0])
    assert after.query("SELECT * FROM tickets ORDER BY ticket_id").equals(digest[1])
    assert after.query("SELECT count(*) AS n FROM policies")["n"][0] == 1
