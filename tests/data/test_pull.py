"""A pull from Freshdesk: every change is received once, whatever happens on the way, and then it is in the store."""

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from analytics.errors import ImportFileError
from data.pull.feeds import Ask, PullError
from data.pull.landing import landing
from data.pull.run import pull
from data.store import Store
from tests.data.pulling import NOW, QUICK, SINCE, folder_of, landed, reached, receiving, tickets
from tests.data.vendor_records import stamp, ticket
from tests.data.vendor_server import Desk, serving


def ids(folder: Path) -> list[int]:
    return sorted(record["id"] for record in tickets(folder))


def test_every_page_is_received_once_and_in_private(tmp_path: Path) -> None:
    desk = Desk({"tickets": [ticket(number) for number in range(1, 12)]})
    with serving(desk):
        tally = receiving(tmp_path / "desk", desk)
    assert ids(tmp_path / "desk") == list(range(1, 12))
    assert tally.received == {"tickets": 11}
    first = desk.asked("/api/v2/tickets")[0]
    assert (first["updated_since"], first["include"]) == ("2026-01-01T00:00:00Z", "stats")
    assert tickets(tmp_path / "desk")[0]["stats"]["first_responded_at"] == stamp(60)
    assert stat.S_IMODE((tmp_path / "desk").stat().st_mode) == 0o700
    for path in (tmp_path / "desk").glob("*.gz"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_ticket_that_changes_while_pages_are_read_pushes_none_out(tmp_path: Path) -> None:
    found = [ticket(number) for number in range(1, 12)]
    desk = Desk({"tickets": found, "groups": [{"id": 7, "name": "Billing"}]})

    def touched(number: int) -> None:
        found[number - 1]["updated_at"] = stamp(9000 + number)

    desk.after = {1: lambda: touched(1), 4: lambda: touched(2), 5: lambda: touched(5)}
    with serving(desk):
        tally = receiving(tmp_path / "desk", desk)
    assert set(ids(tmp_path / "desk")) == set(range(1, 12))
    assert [ids(tmp_path / "desk").count(number) for number in (1, 2, 5)] == [2, 2, 2]
    assert tally.received["tickets"] == 14


def test_a_bulk_edit_of_one_second_is_paged_through(tmp_path: Path) -> None:
    desk = Desk(
        {"tickets": [ticket(1), *(ticket(number, 600) for number in range(2, 12)), ticket(12, 601), ticket(13)]}
    )
    with serving(desk):
        tally = receiving(tmp_path / "desk", desk)
    assert ids(tmp_path / "desk") == list(range(1, 14))
    assert tally.notes == []
    assert max(int(query.get("page", "1")) for query in desk.asked("/api/v2/tickets")) == 4


def test_the_page_limit_is_passed_by_asking_anew(tmp_path: Path) -> None:
    desk = Desk({"tickets": [ticket(number, 10 * number) for number in range(1, 30)]}, most_pages=2)
    with serving(desk):
        receiving(tmp_path / "desk", desk, ask=Ask(pages=2))
    assert ids(tmp_path / "desk") == list(range(1, 30))


def test_what_lies_beyond_the_limit_in_one_second_is_told(tmp_path: Path) -> None:
    desk = Desk({"tickets": [*(ticket(number, 600) for number in range(1, 9)), ticket(20)]}, most_pages=2)
    with serving(desk):
        tally = receiving(tmp_path / "desk", desk, ask=Ask(pages=2))
    assert ids(tmp_path / "desk") == [1, 2, 3, 4, 5, 6, 20]
    assert ["changed in one second" in note for note in tally.notes] == [True]


def test_the_trash_and_spam_are_asked_for_beside(tmp_path: Path) -> None:
    desk = Desk({"tickets": [ticket(1), ticket(2, deleted=True), ticket(3, spam=True)]})
    with serving(desk):
        receiving(tmp_path / "desk", desk)
    found = {record["id"]: (record["deleted"], record["spam"]) for record in tickets(tmp_path / "desk")}
    assert found == {1: (False, False), 2: (True, False), 3: (False, True)}


def test_a_later_pull_asks_only_for_what_is_newer_and_keeps_only_what_is_new(tmp_path: Path) -> None:
    desk = Desk({"tickets": [ticket(number, 3600 * number) for number in range(1, 6)]})
    with serving(desk):
        receiving(tmp_path / "desk", desk)
        before = len(landed(tmp_path / "desk"))
        desk.requests.clear()
        again = receiving(tmp_path / "desk", desk, since=None)
        assert desk.asked("/api/v2/tickets")[0]["updated_since"] == stamp(5 * 3600 - 1 - 600)
        assert again.received["tickets"] == 0
        assert len(landed(tmp_path / "desk")) == before
        desk.records["tickets"] += [ticket(6, 5 * 3600 - 300), ticket(7, 6 * 3600)]
        assert receiving(tmp_path / "desk", desk, since=SINCE).received["tickets"] == 2
        earlier = receiving(tmp_path / "desk", desk, since=SINCE - timedelta(days=9))
    assert earlier.received["tickets"] == 7


def test_names_of_groups_and_people_stand_beside_and_their_words_do_not(tmp_path: Path) -> None:
    groups = [{"id": 7, "name": "Billing"}, {"id": 70, "name": "Unused"}]
    agents = [{"id": 8, "contact": {"name": "Ada", "email": "ada@example.com"}}]
    desk = Desk({"tickets": [ticket(1), ticket(2, responder_id=None)], "groups": groups, "agents": agents})
    with serving(desk):
        receiving(tmp_path / "desk", desk)
        line = landed(tmp_path / "desk")[0]
        assert (line["groups"], line["agents"]) == ([groups[0]], [{"id": 8, "name": "Ada"}])
        assert "private words" not in str(line)
        assert line["tickets"][0]["subject"] == "Subject 1"
        desk.nameless = True
        tally = receiving(tmp_path / "other", desk)
    assert sorted(tally.received.items()) == [("tickets", 2)]
    assert all("may not list" in note for note in tally.notes)
    assert len(set(tally.notes)) == 2


def test_nothing_to_receive_is_no_error(tmp_path: Path) -> None:
    with serving(Desk()) as desk:
        done = pull(Store(tmp_path), reached(desk), since=SINCE, now=NOW, patience=QUICK)
    assert (done.summaries, sum(done.received.values())) == ((), 0)
    assert Store(tmp_path).current() is None


def test_the_first_pull_must_say_from_when_on(tmp_path: Path) -> None:
    with serving(Desk()) as desk, pytest.raises(PullError, match="--since 2026-01-01"):
        receiving(tmp_path / "desk", desk, since=None)
    assert desk.requests == []


@pytest.mark.parametrize(("changes", "message"), [({"source": "../up"}, "no name"), ({"source": ".x"}, "no name")])
def test_a_source_is_a_plain_name(tmp_path: Path, changes: dict[str, str], message: str) -> None:
    with serving(Desk()) as desk, pytest.raises(PullError, match=message):
        pull(Store(tmp_path), reached(desk), since=SINCE, now=NOW, **changes)
    with serving(Desk()) as desk, pytest.raises(PullError, match="lies in the future"):
        pull(Store(tmp_path), reached(desk), since=NOW + timedelta(days=1), now=NOW)
    assert list(tmp_path.iterdir()) == []


def test_pulled_tickets_are_in_the_store_and_again_changes_nothing(tmp_path: Path) -> None:
    desk = Desk({"tickets": [ticket(number, 3600 * number) for number in range(1, 8)]})
    desk.records["groups"] = [{"id": 7, "name": "Billing"}]
    shares: list[float] = []
    with serving(desk):
        store, how = Store(tmp_path), reached(desk)
        done = pull(store, how, since=SINCE, patience=QUICK, progress=lambda share, _: shares.append(share))
        version = store.require()
        found = version.history("freshdesk").tickets
        assert sorted(found["ticket_id"].to_list()) == ["1", "2", "3", "4", "5", "6", "7"]
        assert set(found["team"].to_list()) == {"Billing"}
        assert shares == sorted(shares)
        assert shares[-1] == 1.0
        again = pull(store, how, patience=QUICK)
        assert (again.summaries, store.require().number) == ((), version.number)
        desk.records["tickets"][0] |= {"updated_at": stamp(9 * 3600), "priority": 4}
        pull(store, how, patience=QUICK, keep=False)
    assert done.summaries[0].taken == 7
    by_id = {
        row["ticket_id"]: row["priority"] for row in store.require().history("freshdesk").tickets.iter_rows(named=True)
    }
    assert (by_id["1"], by_id["2"]) == ("urgent", "low")
    kept = sorted(path.name for path in folder_of(tmp_path, "freshdesk").glob("*.gz"))
    assert kept == ["tickets-000001.jsonl.gz"]


def test_files_wait_until_an_import_succeeds(tmp_path: Path) -> None:
    desk = Desk({"tickets": [ticket(1, created_at="yesterday")]})
    with serving(desk):
        with pytest.raises(ImportFileError):
            pull(Store(tmp_path), reached(desk), since=SINCE, patience=QUICK)
        with landing(folder_of(tmp_path, "freshdesk"), desk.address) as kept:
            assert [file.records for file in kept.state.files] == [1]
        desk.records["tickets"].append(ticket(2))
        done = pull(Store(tmp_path), reached(desk), patience=QUICK)
    assert (done.received["tickets"], done.summaries[0].read) == (1, 2)
