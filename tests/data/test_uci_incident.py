"""A real audit log: what is read of it, beside a walk over the raw file."""

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby, pairwise

import polars as pl
import pytest

from analytics.clocks import judge
from data.documents import read_policy
from data.ingest.adapter import Options
from data.ingest.adapters import detected
from data.ingest.batch import Batch
from data.ingest.files import opened
from tests.shared import shared

LOG = "data/uci_incident/incident_event_log.zip"
NOW = datetime(2026, 11, 1, tzinfo=UTC)
Raw = dict[str, list[dict[str, str]]]
AWAITING = {
    "Awaiting User Info": "awaiting_user_info",
    "Awaiting Vendor": "awaiting_vendor",
    "Awaiting Problem": "awaiting_problem",
    "Awaiting Evidence": "awaiting_evidence",
}
SOLVED = ("Resolved", "Closed")


@pytest.fixture(scope="module")
def batch() -> Batch:
    with opened([shared(LOG)]) as files:
        [(adapter, found)] = detected(files)
        assert adapter.name == "servicenow_audit"
        options = Options(source="uci_incident", now=NOW, time_zone="America/Sao_Paulo")
        return adapter.read(found, options, lambda _: None)


@pytest.fixture(scope="module")
def raw() -> Raw:
    """The rows of each incident in the order of the file."""
    with zipfile.ZipFile(shared(LOG)) as archive, archive.open("incident_event_log.csv") as stream:
        rows = list(csv.DictReader(io.TextIOWrapper(stream, "utf-8")))
    return {number: list(each) for number, each in groupby(rows, lambda row: row["number"])}


def steps(raw: Raw, column: str) -> Iterator[tuple[str, str]]:
    """The value before and after each change of a column."""
    for rows in raw.values():
        for one, next_ in pairwise(rows):
            if one[column] != next_[column]:
                yield one[column], next_[column]


def local(day: int, month: int, time: str, offset: int = 3) -> datetime:
    """An instant of 2016 in São Paulo, in UTC."""
    hour, minute = map(int, time.split(":"))
    return datetime.fromtimestamp(datetime(2016, month, day, hour, minute, tzinfo=UTC).timestamp() + offset * 3600, UTC)


def changes(batch: Batch, number: str, kind: str) -> list[tuple[datetime, str | None]]:
    found = batch.events.filter(pl.col("ticket_id") == number, pl.col("kind") == kind)
    return found.select("at", "value").rows()


def test_the_whole_log_is_taken(batch: Batch, raw: Raw) -> None:
    assert (batch.read, batch.taken, batch.rejected.height) == (141_712, 141_712, 0)
    assert batch.tickets.height == len(raw) == 24_918
    assert sum(len(rows) for rows in raw.values()) == batch.read
    assert batch.as_of == datetime(2017, 2, 18, 17, tzinfo=UTC)
    assert (batch.repeated, batch.skipped) == (0, 0)


def test_what_was_decided_is_told(batch: Batch) -> None:
    assert batch.notes == (
        "Times were read as local times of America/Sao_Paulo.",
        "Incidents are resolved when their state says so; resolved_at, which later changes move, is not read.",
        "caller_id is not kept: a caller is a person, no customer.",
        "5 rows of 2 incidents are in a state that is a number (-100); it is kept as it is, and the clock runs.",
        "6 rows bear a time before the opening or out of order; the nearest that can be was taken.",
    )


def test_pauses_by_kind(batch: Batch, raw: Raw) -> None:
    begun = Counter(after for _, after in steps(raw, "incident_state") if after in AWAITING)
    begun.update(rows[0]["incident_state"] for rows in raw.values() if rows[0]["incident_state"] in AWAITING)
    ours = Counter(batch.events.filter(pl.col("kind") == "status")["value"])
    assert {ours_: ours[ours_] for ours_ in AWAITING.values()} == {AWAITING[word]: begun[word] for word in AWAITING}
    assert [begun[word] for word in AWAITING] == [5852, 269, 253, 24]


def test_reassignments_and_priorities(batch: Batch, raw: Raw) -> None:
    for kind, column in (("team", "assignment_group"), ("agent", "assigned_to"), ("priority", "priority")):
        ours = batch.events.filter(pl.col("kind") == kind)
        assert ours.height == sum(1 for _ in steps(raw, column)), kind
        assert ours.filter(pl.col("value").eq_missing(pl.col("previous"))).is_empty()
    blank = Counter(after == "?" for _, after in steps(raw, "assignment_group"))
    assert batch.events.filter(pl.col("kind") == "team")["value"].null_count() == blank[True] > 0


def test_reopenings_are_those_the_log_counts(batch: Batch, raw: Raw) -> None:
    reopened = batch.events.filter(
        pl.col("kind") == "status",
        pl.col("previous").is_in(["resolved", "closed"]),
        ~pl.col("value").is_in(["resolved", "closed"]),
    )
    ours = dict(reopened.group_by("ticket_id").len().iter_rows())
    counted = {number: int(rows[-1]["reopen_count"]) for number, rows in raw.items()}
    assert ours == {number: count for number, count in counted.items() if count}
    assert sum(ours.values()) == 331


def test_every_incident_is_resolved_in_the_row_that_first_says_so(batch: Batch, raw: Raw) -> None:
    solved = batch.events.filter(pl.col("kind") == "status", pl.col("value").is_in(["resolved", "closed"]))
    first = dict(solved.group_by("ticket_id").agg(pl.col("at").min()).iter_rows())
    for number, rows in raw.items():
        written = next(row["sys_updated_at"] for row in rows if row["incident_state"] in SOLVED)
        naive = datetime.strptime(written, "%d/%m/%Y %H:%M").replace(tzinfo=UTC)
        ahead = (first[number] - naive).total_seconds() / 3600
        assert ahead == (3 if naive < datetime(2016, 10, 16, tzinfo=UTC) else 2), number


def test_made_sla_of_the_last_row_is_the_verdict(batch: Batch, raw: Raw) -> None:
    theirs = {number: rows[-1]["made_sla"] == "false" for number, rows in raw.items()}
    assert dict(batch.tickets.select("ticket_id", "resolution_breached").iter_rows()) == theirs
    assert sum(theirs.values()) == 9_115


def test_attributes_are_those_of_the_last_row(batch: Batch, raw: Raw) -> None:
    columns = {"team": "assignment_group", "agent": "assigned_to", "category": "category", "region": "location"}
    for field, column in columns.items():
        theirs = {number: rows[-1][column].replace("?", "") or None for number, rows in raw.items()}
        assert dict(batch.tickets.select("ticket_id", field).iter_rows()) == theirs
    assert set(batch.tickets["priority"]) == {"critical", "high", "moderate", "low"}
    assert set(batch.tickets["channel"]) == {"phone", "self_service", "email", "ivr", "direct_opening"}
    assert batch.tickets["customer"].null_count() == batch.tickets.height


def test_the_incident_with_the_most_rows(batch: Batch) -> None:
    assert changes(batch, "INC0019396", "status") == [
        (local(15, 4, "09:20"), "resolved"),
        (local(15, 4, "15:21"), "open"),
        (local(27, 4, "08:55"), "resolved"),
        (local(30, 4, "13:34"), "open"),
        (local(3, 5, "11:53"), "resolved"),
        (local(4, 5, "23:25"), "open"),
        (local(5, 5, "11:11"), "resolved"),
        (local(5, 5, "23:25"), "open"),
        (local(6, 5, "14:19"), "resolved"),
        (local(7, 5, "06:31"), "open"),
        (local(9, 5, "12:32"), "awaiting_user_info"),
        (local(10, 5, "14:05"), "resolved"),
        (local(11, 5, "08:33"), "open"),
        (local(11, 5, "11:31"), "resolved"),
        (local(12, 5, "11:53"), "open"),
        (local(12, 5, "14:46"), "resolved"),
        (local(12, 5, "16:30"), "open"),
        (local(12, 5, "23:51"), "resolved"),
        (local(18, 5, "00:07"), "closed"),
    ]
    assert changes(batch, "INC0019396", "team") == [
        (local(20, 4, "11:12"), "Group 54"),
        (local(20, 4, "13:50"), "Group 20"),
        (local(20, 4, "14:17"), "Group 66"),
        (local(25, 4, "13:26"), "Group 54"),
        (local(25, 4, "16:35"), "Group 66"),
        (local(26, 4, "07:19"), "Group 20"),
        (local(26, 4, "08:55"), "Group 66"),
        (local(1, 5, "21:02"), "Group 20"),
        (local(2, 5, "10:22"), "Group 66"),
        (local(2, 5, "11:13"), "Group 70"),
    ]
    assert changes(batch, "INC0019396", "agent") == [
        (local(15, 4, "09:20"), "Resolver 175"),
        (local(20, 4, "11:12"), None),
        (local(25, 4, "16:35"), "Resolver 175"),
        (local(26, 4, "07:19"), None),
        (local(27, 4, "08:55"), "Resolver 175"),
        (local(1, 5, "21:02"), None),
        (local(3, 5, "11:53"), "Resolver 17"),
        (local(11, 5, "11:31"), "Resolver 115"),
        (local(12, 5, "23:51"), "Resolver 26"),
    ]
    assert changes(batch, "INC0019396", "priority") == []


def test_an_incident_that_was_closed_and_reopened(batch: Batch) -> None:
    told = changes(batch, "INC0044260", "status")
    assert told[:5] == [
        (local(5, 7, "10:00"), "resolved"),
        (local(10, 7, "10:07"), "closed"),
        (local(15, 7, "15:31"), "open"),
        (local(21, 7, "10:39"), "awaiting_user_info"),
        (local(21, 7, "10:42"), "resolved"),
    ]
    assert Counter(word for _, word in told) == {
        "resolved": 7,
        "open": 8,
        "awaiting_user_info": 5,
        "awaiting_evidence": 1,
        "closed": 2,
    }
    assert [team for _, team in changes(batch, "INC0044260", "team")] == [
        *("Group 54", "Group 70", "Group 54", "Group 24", "Group 54", "Group 24")
    ]
    ticket = batch.tickets.row(by_predicate=pl.col("ticket_id") == "INC0044260", named=True)
    assert (ticket["created_at"], ticket["updated_at"]) == (local(4, 7, "14:38"), local(9, 8, "09:00"))
    assert (ticket["status"], ticket["resolution_breached"]) == ("closed", False)


def test_an_incident_that_nobody_held_at_times(batch: Batch) -> None:
    teams = changes(batch, "INC0005927", "team")
    assert len(teams) == 27
    assert [at for at, team in teams if team is None] == [local(17, 3, "18:56"), local(22, 3, "16:55")]
    assert changes(batch, "INC0005927", "agent") == [
        (local(23, 3, "08:55"), "Resolver 17"),
        (local(23, 3, "11:55"), None),
        (local(12, 4, "12:29"), "Resolver 149"),
        (local(13, 4, "13:58"), None),
        (local(28, 4, "11:12"), "Resolver 92"),
        (local(28, 4, "14:50"), None),
        (local(29, 4, "09:37"), "Resolver 17"),
    ]


def test_resolved_before_resolved_at(batch: Batch) -> None:
    assert changes(batch, "INC0000045", "status") == [
        (local(29, 2, "08:53"), "resolved"),
        (local(5, 3, "12:00"), "closed"),
    ]


def test_incidents_that_begin_with_a_damaged_row(batch: Batch, raw: Raw) -> None:
    assert [row["sys_mod_count"] for row in raw["INC0000135"]] == ["7", "1", "2", "3", "4", "5", "6", "7"]
    assert changes(batch, "INC0000135", "status") == [
        (local(29, 2, "09:45"), "open"),
        (local(29, 2, "15:27"), "resolved"),
        (local(5, 3, "17:00"), "closed"),
    ]
    assert [row["sys_updated_at"] for row in raw["INC0000137"][:2]] == ["29/2/2016 11:10", "29/2/2016 09:52"]
    assert changes(batch, "INC0000137", "status") == [
        (local(29, 2, "11:03"), "resolved"),
        (local(5, 3, "12:00"), "closed"),
    ]
    early = batch.events.join(batch.tickets, on="ticket_id").filter(pl.col("at") < pl.col("created_at"))
    assert early.is_empty()


def test_the_shipped_policy_agrees_with_made_sla_as_it_says(batch: Batch) -> None:
    policy = read_policy("uci_incident")
    clocks = judge(batch.tickets, batch.events, policy.file, batch.as_of).clocks
    resolution = clocks.filter(pl.col("kind") == "resolution", pl.col("cycle") == 1)
    same = resolution.select((pl.col("breached") == pl.col("supplied_breached")).sum()).item()
    assert resolution.height == 24_918
    assert f"{same / resolution.height:.1%}".replace("%", " %") in policy.content
    assert same > 0.9 * resolution.height
    fair = clocks.filter(pl.col("kind") == "first_resolution")
    assert fair["pauses"].sum() > 0 == resolution["pauses"].sum()
    assert fair["breached"].sum() < resolution["breached"].sum()
