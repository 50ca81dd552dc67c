"""What a help desk may do to a pull: what came is kept, what is missing comes later, the key goes nowhere else."""

import json
import time
from pathlib import Path

import pytest

from analytics.errors import SLAError
from data.pull.feeds import Patience, PullError
from data.pull.landing import FULL, STATE, landing
from data.pull.run import pull
from data.store import Store
from tests.data.pulling import NOW, QUICK, SINCE, folder_of, landed, reached, receiving, tickets
from tests.data.test_pull import ids
from tests.data.vendor_records import ticket
from tests.data.vendor_server import KEY, Desk, serving


def eleven(**more: object) -> Desk:
    return Desk({"tickets": [ticket(number) for number in range(1, 12)]}, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("fault", ["429", "500", "503", "drop", "hang", "garbled"])
def test_a_single_fault_is_outlived(tmp_path: Path, fault: str) -> None:
    desk = eleven(faults={4: fault})
    with serving(desk):
        receiving(tmp_path / "desk", desk)
        assert desk.requests[3] == desk.requests[4]
    assert ids(tmp_path / "desk") == list(range(1, 12))


def test_a_wait_that_is_asked_for_is_kept_and_told(tmp_path: Path) -> None:
    words: list[str] = []
    desk = eleven(faults={3: "429"})
    start = time.monotonic()
    with serving(desk):
        patience = Patience(attempts=2, backoff=0.01)
        receiving(tmp_path / "desk", desk, patience=patience, progress=lambda _, what: words.append(what))
    assert time.monotonic() - start >= 1
    assert any("waiting, as the help desk asks" in each for each in words)


@pytest.mark.parametrize(
    ("headers", "waits"),
    [
        ({"X-RateLimit-Remaining": "0"}, 10),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "2020-01-01T00:00Z"}, 0),
        ({"X-Rate-Limit-Remaining": "0", "ratelimit-reset": "7"}, 7),
        ({"Zendesk-RateLimit-incremental-exports": "total=10; remaining=0; resets=42"}, 42),
        ({"Zendesk-RateLimit-incremental-exports": "total=10; remaining=0; resets=5000"}, 900),
        ({"Zendesk-RateLimit-incremental-exports": "total=10; remaining=9; resets=42"}, 0),
        ({"X-RateLimit-Remaining": "1", "X-RateLimit-Total": "50"}, 0),
    ],
)
def test_nothing_is_asked_while_the_allowance_is_used_up(tmp_path: Path, headers: dict[str, str], waits: int) -> None:
    slept: list[float] = []
    with serving(eleven(headers=headers)) as desk:
        receiving(tmp_path / "desk", desk, patience=Patience(sleep=slept.append))
    assert set(slept) == ({waits} if waits else set())
    assert len(slept) == (len(desk.requests) - 1 if waits else 0)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("429", "allows no more requests"),
        ("503", r"out of order \(503, 3 times\)"),
        ("drop", "broke off its answer"),
        ("hang", "did not answer within 0.3 s"),
        ("garbled", "no JSON"),
        ("401", "DUETIME_FRESHDESK_API_KEY is wrong or has expired"),
        ("403", "may not read this"),
        ("404", "there is no /api/v2/tickets. Check DUETIME_FRESHDESK_DOMAIN"),
        ("400", "does not understand the question"),
    ],
)
def test_what_came_before_a_lasting_fault_is_kept_and_not_asked_again(tmp_path: Path, fault: str, message: str) -> None:
    desk, folder = eleven(faults=dict.fromkeys(range(6, 9), fault)), tmp_path / "desk"
    with serving(desk):
        with pytest.raises(PullError, match=message) as caught:
            receiving(folder, desk)
        assert KEY not in str(caught.value)
        assert ids(folder) == list(range(1, 8))
        desk.faults = {}
        desk.requests.clear()
        desk.released.set()
        receiving(folder, desk, since=None)
    assert desk.asked("/api/v2/tickets")[0]["updated_since"] == "2026-02-28T23:56:59Z"
    assert ids(folder) == list(range(1, 12))


def test_a_broken_pull_is_imported_by_the_next_one_and_a_wrong_key_leaves_everything_as_it_was(tmp_path: Path) -> None:
    desk = eleven(faults={6: "403"})
    store = Store(tmp_path)
    with serving(desk):
        with pytest.raises(PullError, match="may not read this"):
            pull(store, reached(desk), since=SINCE, now=NOW, patience=QUICK)
        assert store.current() is None
        pull(store, reached(desk), since=SINCE, now=NOW, patience=QUICK)
        state = (folder_of(tmp_path, "freshdesk") / STATE).read_text()
        for key, expired in (("another", 1 << 30), (KEY, len(desk.requests) + 2)):
            desk.expired_from = expired
            with pytest.raises(PullError, match="DUETIME_FRESHDESK_API_KEY is wrong or has expired") as caught:
                pull(store, reached(desk, key=key), since=SINCE, now=NOW, patience=QUICK)
            assert KEY not in str(caught.value)
        assert json.loads((folder_of(tmp_path, "freshdesk") / STATE).read_text())["files"] == []
        assert (folder_of(tmp_path, "freshdesk") / STATE).read_text() == state
    assert store.require().number == 1
    assert store.require().counts()["tickets"].to_list() == [11]


def test_a_key_is_sent_to_no_other_host(tmp_path: Path) -> None:
    with serving(Desk()) as other, serving(eleven(elsewhere=other.address, faults={1: "redirect"})) as desk:
        with pytest.raises(PullError, match="leads to 127.0.0.1; keys are sent to no other host"):
            receiving(tmp_path / "desk", desk)
        desk.records["tickets"] = [ticket(number, 600) for number in range(1, 12)]
        desk.faults, desk.headers = {}, {"Link": f'<{other.address}/api/v2/tickets?page=2>; rel="next"'}
        with pytest.raises(PullError, match="next page on another host"):
            receiving(tmp_path / "desk", desk)
        assert other.requests == []


def test_a_help_desk_that_is_not_there(tmp_path: Path) -> None:
    with serving(Desk()) as desk:
        pass
    with pytest.raises(PullError, match="cannot be reached"):
        receiving(tmp_path / "desk", desk)


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"id": 1, "updated_at": "2026-03-01 08:00"}, "no time with an offset as its 'updated_at'"),
        ({"id": 1, "updated_at": "2026-03-01T08:00:00"}, "no time with an offset as its 'updated_at'"),
        ("a sentence", "something else than tickets"),
    ],
)
def test_records_that_nobody_can_order(tmp_path: Path, record: object, message: str) -> None:
    with serving(Desk()) as desk:
        desk._tickets = lambda *_: type("", (), {"body": [record], "status": 200, "headers": {}})  # type: ignore[method-assign]
        with pytest.raises(PullError, match=message):
            receiving(tmp_path / "desk", desk)
    assert landed(tmp_path / "desk") == []


def test_what_a_killed_pull_half_wrote_is_cut_off(tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    desk = eleven(faults=dict.fromkeys(range(6, 9), "503"))
    with serving(desk):
        with pytest.raises(PullError):
            receiving(folder, desk)
        path = next(folder.glob("*.gz"))
        whole = path.read_bytes()
        path.write_bytes(whole + whole[:70])
        (folder / "tickets-000002.jsonl.gz").write_bytes(b"half")
        with landing(folder, desk.address) as kept:
            assert [file.name for files in kept.rounds() for file in files] == [path.name]
        assert path.read_bytes() == whole
        path.write_bytes(whole + whole[:70])
        receiving(folder, desk)
        (folder / "tickets-000002.jsonl.gz").unlink()
    assert ids(folder) == list(range(1, 12))


def test_files_are_imported_a_few_at_a_time(tmp_path: Path) -> None:
    with landing(tmp_path / "desk", "https://acme.example.com") as kept:
        for _ in range(2):
            kept.add("tickets", [{"id": number} for number in range(FULL)], {})
            kept.add("events", [{"id": 1}], {})
        kept.commit()
        rounds = [[file.name for file in files] for files in kept.rounds()]
    first = ["tickets-000001.jsonl.gz", "events-000002.jsonl.gz"]
    assert rounds == [first, ["tickets-000003.jsonl.gz"]]
    assert tickets(tmp_path / "desk", "events") == [{"id": 1}, {"id": 1}]


def test_half_a_character_stays_readable(tmp_path: Path) -> None:
    with landing(tmp_path / "desk", "https://acme.example.com") as kept:
        kept.add("tickets", [{"subject": "Zürich \ud83d"}], None)
        kept.add("tickets", [{"subject": "Zürich 😀"}], None)
    assert [line["subject"] for line in landed(tmp_path / "desk")] == ["Zürich \ud83d", "Zürich 😀"]


def test_a_file_that_is_gone_and_a_damaged_state_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    with serving(eleven()) as desk:
        receiving(folder, desk)
        next(folder.glob("*.gz")).unlink()
        with landing(folder, desk.address) as kept, pytest.raises(PullError, match="is not there any more"):
            list(kept.rounds())
        with pytest.raises(PullError, match="was pulled from .* before"), landing(folder, "https://b.example.com"):
            pass
        (folder / STATE).write_text((folder / STATE).read_text()[:-40])
        with pytest.raises(PullError, match=r"state.json of desk is damaged"):
            receiving(folder, desk)


def test_two_pulls_of_one_source_do_not_meet(tmp_path: Path) -> None:
    match = "Another pull of desk is under way"
    with landing(tmp_path / "desk", "a"), pytest.raises(SLAError, match=match), landing(tmp_path / "desk", "a"):
        pass
