"""Is a ticket's life cut where something happened, and are reopenings, thanks and cancellations read right?

`instant`, `tickets` and `events` write small histories in words; the other tests of clocks use them too.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

import polars as pl
import pytest

from analytics.schemas import CANCELLATIONS, CHANGING, EVENTS, SOLVED, TICKETS
from analytics.timeline import BLANK, Timeline, enums, timeline

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
WORDS_OF_STATUS = ("new", "open", "pending", "on_hold", *SOLVED)
FRIDAY = "Fri 12:00"


def instant(text: str) -> datetime:
    """UTC instant of "Mon 09:00", in the week of 5 January 2026, or of "next Mon 09:00", a week on."""
    *week, day, clock = text.split()
    offset = timedelta(days=DAYS.index(day) + 7 * len(week))
    return datetime.combine((MONDAY + offset).date(), time.fromisoformat(clock), UTC)


def tickets(*rows: dict[str, object]) -> pl.DataFrame:
    """Tickets in their schema; source, id and creation have defaults, anything else is null."""
    filled = [{"source": "desk", "ticket_id": "1", "created_at": MONDAY + timedelta(hours=9), **row} for row in rows]
    return pl.DataFrame(filled, schema=TICKETS)


def events(*lines: str, ticket_id: str = "1") -> pl.DataFrame:
    """Events in words: "Mon 10:00 pending", "Mon 10:00 reply", "Mon 10:00 priority low>high", "Mon 10:00 spam".

    Statuses follow each other from "open" unless told "new>open"; lines of one instant keep their order.
    """
    return pl.DataFrame(list(_rows(lines, ticket_id)), schema=EVENTS)


def _rows(lines: Iterable[str], ticket_id: str) -> Iterable[dict[str, object]]:
    status = "open"
    for number, line in enumerate(lines):
        words = line.split()
        split = 3 if words[0] == "next" else 2
        at, what = instant(" ".join(words[:split])), words[split:]
        before, _, after = what[-1].rpartition(">")
        kind, previous, value = what[0], before or None, after or None
        if after in WORDS_OF_STATUS:
            kind, previous, status = "status", before or status, after
        elif what[0] in CANCELLATIONS:
            kind, previous = "cancel", None
        elif what[0] in ("reply", "message"):
            previous = value = None
        yield {
            "source": "desk",
            "ticket_id": ticket_id,
            "at": at,
            "sequence": number,
            "kind": kind,
            "value": None if value == "-" else value,
            "previous": None if previous == "-" else previous,
        }


def life(*lines: str, as_of: str = FRIDAY, **ticket: object) -> Timeline:
    """The timeline of one ticket created on Monday at nine."""
    row, happened = tickets(ticket), events(*lines)
    return timeline(row, happened, instant(as_of), enums(row, happened))


def spans(found: Timeline, *columns: str) -> list[tuple[object, ...]]:
    """Start, end and these columns of each piece, instants as "Mon 09:00"."""
    rows = found.pieces.select("start", "end", *(pl.col(name).cast(pl.String) for name in columns)).rows()
    return [(f"{start:%a %H:%M}", f"{end:%a %H:%M}", *rest) for start, end, *rest in rows]


def of_ticket(found: Timeline) -> dict[str, object]:
    assert found.tickets.height == 1
    return found.tickets.row(0, named=True)


def test_no_tickets_have_no_life() -> None:
    none = timeline(tickets(), events(), instant(FRIDAY), enums(tickets(), events()))
    assert none.tickets.height == none.pieces.height == 0
    assert none.pieces.columns == ["row", "start", "end", "solved", "final", *CHANGING]


def test_a_ticket_without_events_is_one_open_piece_up_to_the_as_of_instant() -> None:
    found = life(priority="high", status="pending")
    assert spans(found, "status", "priority", "team", "agent") == [
        ("Mon 09:00", "Fri 12:00", "open", "high", BLANK, BLANK)
    ]
    assert of_ticket(found) | {
        "life_end": instant(FRIDAY),
        "cancelled_at": None,
        "handoffs": 0,
        "reopenings": 0,
        "ignored_reopenings": 0,
    } == of_ticket(found)


@pytest.mark.parametrize("created", ["Fri 12:00:00.000001", "next Mon 09:00"])
def test_a_ticket_created_after_the_as_of_instant_has_no_pieces(created: str) -> None:
    assert life(created_at=instant(created)).pieces.is_empty()


def test_a_ticket_created_at_the_as_of_instant_has_one_piece_of_no_length() -> None:
    assert spans(life(created_at=instant(FRIDAY))) == [("Fri 12:00", "Fri 12:00")]


@pytest.mark.parametrize(
    ("lines", "ticket", "expected"),
    [
        pytest.param([], {}, ["open"], id="open when nothing tells"),
        pytest.param(["Mon 10:00 new>open"], {}, ["new", "open"], id="what the first event left"),
        pytest.param(["Mon 10:00 pending"], {"status": "closed"}, ["open", "pending"], id="not what it ended as"),
    ],
)
def test_status_begins_as(lines: list[str], ticket: dict[str, object], expected: list[str]) -> None:
    assert [row[2] for row in spans(life(*lines, **ticket), "status")] == expected


@pytest.mark.parametrize(
    ("lines", "ticket", "expected"),
    [
        pytest.param([], {"team": "a"}, ["a"], id="the ticket's own"),
        pytest.param([], {}, [BLANK], id="blank"),
        pytest.param(["Mon 10:00 team a>b"], {"team": "b"}, ["a", "b"], id="what the first event left"),
        pytest.param(["Mon 10:00 team ->b"], {"team": "b"}, [BLANK, "b"], id="blank before the first event"),
        pytest.param(["Mon 10:00 team a>-"], {}, ["a", BLANK], id="taken away"),
    ],
)
def test_team_begins_as(lines: list[str], ticket: dict[str, object], expected: list[str]) -> None:
    assert [row[2] for row in spans(life(*lines, **ticket), "team")] == expected


def test_a_life_is_cut_at_every_change_and_the_rest_is_carried_on() -> None:
    found = life("Mon 10:00 pending", "Tue 08:00 priority low>high", "Tue 09:00 team a>b", "Tue 10:00 open")
    assert spans(found, "status", "priority", "team") == [
        ("Mon 09:00", "Mon 10:00", "open", "low", "a"),
        ("Mon 10:00", "Tue 08:00", "pending", "low", "a"),
        ("Tue 08:00", "Tue 09:00", "pending", "high", "a"),
        ("Tue 09:00", "Tue 10:00", "pending", "high", "b"),
        ("Tue 10:00", "Fri 12:00", "open", "high", "b"),
    ]


def test_pieces_of_no_length_are_left_out_but_the_last() -> None:
    found = life("Mon 09:00 pending", "Tue 09:00 open", "Tue 09:00 on_hold", "Fri 12:00 open", "Fri 12:00 pending")
    assert spans(found, "status") == [
        ("Mon 09:00", "Tue 09:00", "pending"),
        ("Tue 09:00", "Fri 12:00", "on_hold"),
        ("Fri 12:00", "Fri 12:00", "pending"),
    ]


@pytest.mark.parametrize("line", ["Mon 08:59 pending", "Fri 12:00:00.000001 pending", "next Mon 09:00 pending"])
def test_events_before_creation_or_after_the_as_of_instant_are_ignored(line: str) -> None:
    assert spans(life(line)) == [("Mon 09:00", "Fri 12:00")]


def test_events_of_other_tickets_are_ignored() -> None:
    other = events("Mon 10:00 pending", ticket_id="2")
    found = timeline(tickets({}), other, instant(FRIDAY), enums(tickets({}), other))
    assert spans(found, "status") == [("Mon 09:00", "Fri 12:00", "open")]


def test_tickets_are_numbered_in_the_order_of_their_ids_and_keep_their_own_events() -> None:
    rows = tickets({"ticket_id": "b", "priority": "low"}, {"ticket_id": "a", "priority": "high"})
    happened = pl.concat([events("Tue 09:00 pending", ticket_id="b"), events("Mon 10:00 reply", ticket_id="a")])
    found = timeline(rows, happened, instant(FRIDAY), enums(rows, happened))
    assert found.tickets.select("row", "ticket_id").rows() == [(0, "a"), (1, "b")]
    assert found.pieces["row"].to_list() == [0, 1, 1]
    assert found.pieces["priority"].to_list() == ["high", "low", "low"]
    assert found.pieces["status"].to_list() == ["open", "open", "pending"]
    assert found.pieces["final"].to_list() == [True, False, True]
    assert found.marks.select("row", "kind").rows() == [(0, "reply")]


@pytest.mark.parametrize("reason", CANCELLATIONS)
def test_a_cancellation_ends_the_life_and_the_first_one_counts(reason: str) -> None:
    found = life(f"Tue 09:00 {reason}", "Tue 10:00 pending", "Wed 09:00 test")
    assert spans(found) == [("Mon 09:00", "Tue 09:00")]
    told = of_ticket(found)
    assert told["cancelled_at"] == told["life_end"] == instant("Tue 09:00")
    assert told["cancel_reason"] == reason


def test_replies_and_messages_within_the_life_are_marks_and_cut_nothing() -> None:
    found = life("Mon 08:00 reply", "Mon 10:00 message", "Mon 11:00 reply", "Mon 12:00 spam", "Mon 13:00 reply")
    assert [(f"{at:%a %H:%M}", kind) for at, kind in found.marks.select("at", "kind").rows()] == [
        ("Mon 10:00", "message"),
        ("Mon 11:00", "reply"),
    ]
    assert spans(found) == [("Mon 09:00", "Mon 12:00")]


def test_a_handoff_is_a_move_from_one_team_to_another() -> None:
    found = life("Mon 10:00 team ->a", "Mon 11:00 team a>b", "Mon 12:00 agent x>y", "Tue 09:00 team b>a")
    assert of_ticket(found)["handoffs"] == 2


@pytest.mark.parametrize("status", SOLVED)
def test_solved_statuses(status: str) -> None:
    assert spans(life(f"Tue 09:00 {status}"), "solved")[-1] == ("Tue 09:00", "Fri 12:00", "true")


@pytest.mark.parametrize(
    ("lines", "reopenings", "ignored", "solved"),
    [
        pytest.param(["Tue 09:00 resolved", "Tue 12:00 closed"], 0, 0, "false true true", id="closing is no reopening"),
        pytest.param(["Tue 09:00 resolved", "Wed 09:00 open"], 1, 0, "false true false", id="reopened, still open"),
        pytest.param(
            ["Tue 09:00 resolved", "Wed 09:00 open", "Wed 10:00 resolved"], 0, 1, "false true true true", id="thanks"
        ),
        pytest.param(
            ["Tue 09:00 resolved", "Wed 09:00 open", "Wed 10:00 reply", "Wed 10:00 resolved"],
            1,
            0,
            "false true false true",
            id="answered in the instant it is resolved again",
        ),
        pytest.param(
            ["Tue 09:00 resolved", "Wed 09:00 open", "Wed 09:30 pending", "Wed 10:00 team a>b", "Wed 11:00 resolved"],
            0,
            1,
            "false true true true true true",
            id="thanks that went through several hands",
        ),
        pytest.param(
            ["Tue 08:00 reply", "Tue 09:00 resolved", "Tue 09:30 reply", "Wed 09:00 open", "Wed 10:00 resolved"],
            0,
            1,
            "false true true true",
            id="an answer before the reopening does not count",
        ),
        pytest.param(
            [
                "Tue 09:00 resolved",
                "Wed 09:00 open",
                "Wed 10:00 resolved",
                "Thu 09:00 open",
                "Thu 10:00 reply",
                "Thu 11:00 resolved",
            ],
            1,
            1,
            "false true true true false true",
            id="thanks, then in earnest",
        ),
        pytest.param(["Tue 09:00 resolved", "Tue 10:00 merged", "Wed 09:00 open"], 0, 0, "false true", id="merged"),
    ],
)
def test_reopenings(lines: list[str], reopenings: int, ignored: int, solved: str) -> None:
    found = life(*lines)
    told = of_ticket(found)
    assert (told["reopenings"], told["ignored_reopenings"]) == (reopenings, ignored)
    assert [row[2] for row in spans(found, "solved")] == solved.split()


def test_thanks_of_one_ticket_leave_its_neighbours_alone() -> None:
    lines = ["Tue 09:00 resolved", "Wed 09:00 open", "Wed 10:00 resolved"]
    rows = tickets(*({"ticket_id": name} for name in "abc"))
    happened = pl.concat([events(*lines[:2], ticket_id="a"), events(*lines, ticket_id="b")])
    found = timeline(rows, happened, instant(FRIDAY), enums(rows, happened))
    assert found.tickets["reopenings"].to_list() == [1, 0, 0]
    assert found.tickets["ignored_reopenings"].to_list() == [0, 1, 0]
    assert found.pieces["solved"].to_list() == [False, True, False, False, True, True, True, False]


def test_values_are_a_sorted_closed_list_with_blank() -> None:
    found = enums(
        tickets({"priority": "low", "team": None}), events("Mon 10:00 priority low>high", "Mon 11:00 new>open")
    )
    assert {name: found[name].categories.to_list() for name in CHANGING} == {
        "status": [BLANK, "new", "open", "resolved"],
        "priority": [BLANK, "high", "low"],
        "team": [BLANK],
        "agent": [BLANK],
    }


def test_where_answers_are_not_told_every_reopening_counts() -> None:
    row = tickets({})
    happened = events("Mon 10:00 resolved", "Tue 10:00 open", "Tue 12:00 resolved")
    counted = timeline(row, happened, instant(FRIDAY), enums(row, happened), thanks="counted").tickets
    ignored = timeline(row, happened, instant(FRIDAY), enums(row, happened)).tickets
    assert counted.select("reopenings", "ignored_reopenings").row(0) == (1, 0)
    assert ignored.select("reopenings", "ignored_reopenings").row(0) == (0, 1)
