"""A policy file that computes the city's deadlines from the types of its requests."""

import csv
import gzip
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from analytics.clocks import evaluate
from analytics.schemas import EVENTS, TICKETS
from data.documents import FOLDER, read_policy
from data.imports import import_files
from data.store import Store
from tests.conftest import BOSTON
from tests.shared import shared

POLICY = "boston311_days"
WITHIN = 5
"""Seconds."""
MOST_FREQUENT = 10


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    """The whole half-year, judged by type; `ticket_id`, `due_at`, `category` and the policy's name."""
    folder = tmp_path_factory.mktemp("days")
    mapping = folder / "types.yaml"
    words = (FOLDER / "mappings/boston311.yaml").read_text("utf-8").replace("category: reason", "category: type")
    mapping.write_text(words, "utf-8")
    store = Store(folder / "store")
    import_files(store, [shared(BOSTON)], str(mapping), POLICY)
    return store.require().clocks().with_columns(pl.col("category", "policy").cast(pl.String))


def stated() -> dict[str, dict[str, str]]:
    with gzip.open(shared(BOSTON), "rt", encoding="utf-8") as stream:
        return {row["case_enquiry_id"]: row for row in csv.DictReader(stream) if row["target_dt"]}


def test_the_policy_reproduces_the_280_deadlines() -> None:
    cases: list[dict[str, Any]] = json.loads(Path(shared("vectors/boston311_deadlines.json")).read_text("utf-8"))[
        "vectors"
    ]
    tickets = [
        {
            "source": "boston311",
            "ticket_id": case["id"],
            "created_at": datetime.fromisoformat(case["start"]).astimezone(UTC),
            "category": case["request_type"],
        }
        for case in cases
    ]
    as_of = datetime(2014, 1, 1, tzinfo=UTC)
    found = evaluate(
        pl.DataFrame(tickets, schema=TICKETS), pl.DataFrame(schema=EVENTS), read_policy(POLICY).file, as_of
    )
    due = dict(found.select("ticket_id", "due_at").iter_rows())
    apart = {
        case["id"]: abs((due[case["id"]] - datetime.fromisoformat(case["expect"]["at"])).total_seconds())
        for case in cases
    }
    assert len(apart) == 280
    assert {name: seconds for name, seconds in apart.items() if seconds > WITHIN} == {}


def test_nineteen_in_twenty_deadlines_of_the_ten_most_frequent_working_day_types_are_reached(
    computed: pl.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    theirs = stated()
    ours = computed.filter(pl.col("policy").str.starts_with("working days"))
    frequent = [name for name, _ in Counter(row["type"] for row in theirs.values()).most_common()]
    types = [name for name in frequent if name in set(ours["category"])][:MOST_FREQUENT]
    due = ours.filter(pl.col("category").is_in(types)).with_columns(
        local=pl.col("due_at").dt.convert_time_zone("America/New_York").dt.replace_time_zone(None)
    )
    both = [
        (local, datetime.fromisoformat(theirs[ticket]["target_dt"]))
        for ticket, local in due.select("ticket_id", "local").iter_rows()
        if ticket in theirs
    ]
    reached = sum(abs((mine - target).total_seconds()) <= WITHIN for mine, target in both)
    with capsys.disabled():
        print(f"\nBoston, ten most frequent working-day types: {reached} of {len(both)} ({reached / len(both):.1%})")
    assert len(both) > 28_000
    assert reached / len(both) >= 0.94
