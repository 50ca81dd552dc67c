"""What the lines of a roster say, and what is said of those that are wrong."""

import re

import pytest

from analytics.errors import RosterError
from analytics.staffing.roster import ROSTER
from analytics.staffing.roster_rows import COLUMNS, as_lines, columns_of
from tests.analytics.rosters import ANN, STOCKHOLM, away, roster


def refusal(*said: dict[str, str]) -> str:
    with pytest.raises(RosterError) as error:
        roster(*said)
    return str(error.value)


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        (
            ANN,
            ANN | {"weekday": "Fri", "from": "15:00", "to": "17:00"},
            "line 3: 'Ann' works 15:00–17:00 on Fri 2024-01-05 and at the same time by line 2",
        ),
        (
            ANN,
            {"agent": "Ann", "date": "2026-03-04", "from": "07:00", "to": "08:15", "zone": "UTC"},
            "line 2: 'Ann' works 08:00–16:00 on Wed 2026-03-04 and at the same time by line 3",
        ),
        (
            ANN | {"weekday": "Tue", "valid_to": "2026-05-05"},
            ANN | {"weekday": "Mon", "from": "22:00", "to": "08:01", "valid_from": "2026-05-01"},
            "line 2: 'Ann' works 08:00–16:00 on Tue 2026-05-05 and at the same time by line 3",
        ),
        (
            ANN | {"valid_from": "2026-03-01"},
            STOCKHOLM | {"weekday": "Mon", "from": "16:00", "to": "18:00", "valid_to": "2026-03-02"},
            "line 3: 'Ann' works 16:00–18:00 on Mon 2026-03-02 and at the same time by line 2",
        ),
        (ANN | {"valid_from": "2031-01-01"}, ANN | {"valid_from": "2028-06-01"}, "2031-01-01 and at the same time"),
    ],
)
def test_one_agent_cannot_work_two_lines_at_once(first: dict[str, str], second: dict[str, str], message: str) -> None:
    assert message in refusal(first, second)
    assert len(roster(first, second | {"agent": "Bo"})) == 2


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (ANN, ANN | {"from": "16:00", "to": "20:00"}),
        (ANN | {"valid_to": "2026-03-01"}, ANN | {"valid_from": "2026-03-02"}),
        (ANN | {"weekday": "Mon", "from": "22:00", "to": "08:00"}, ANN | {"weekday": "Tue"}),
        (ANN, STOCKHOLM | {"from": "18:00", "to": "22:00"}),
        (
            STOCKHOLM | {"weekday": "Sun", "from": "00:00", "to": "02:30"},
            STOCKHOLM | {"weekday": "Sun", "from": "03:00"},
        ),
        (ANN, ANN | {"activity": "leave"}),
        (ANN | {"agent": "", "headcount": "2"}, ANN | {"agent": "", "headcount": "2"}),
    ],
)
def test_lines_that_touch_or_belong_to_others_are_fine(first: dict[str, str], second: dict[str, str]) -> None:
    assert roster(first, second).height == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"activity": "lunch"}, "line 2: activity 'lunch' is not known."),
        ({"activity": "holidays"}, "activity 'holidays' is not known. Did you mean 'holiday'?"),
        ({"agent": ""}, "it names neither an agent nor a headcount. Expected who works; fill in one of them."),
        ({"headcount": "3"}, "it names agent 'Ann' and a headcount of 3. Expected one of them"),
        ({"agent": "", "headcount": "2.5"}, "headcount '2.5' is not known. Expected a whole number from 1 to 1,000"),
        ({"agent": "", "headcount": "0"}, "headcount '0' is not known."),
        ({"agent": "", "headcount": "-1"}, "headcount '-1' is not known."),
        ({"agent": "", "headcount": "2", "activity": "sick"}, "it does not say whose sick it is. Name the agent"),
        ({"agent": "x" * 101}, "the agent has 101 characters. Expected a name of at most 100."),
        ({"queues": "Mail\x07"}, "the queue holds a character that cannot be shown. Remove it."),
        ({"weekday": "Monkey"}, "weekday 'Monkey' is not known. Expected Mon, Tue, Wed, Thu, Fri, Sat, Sun or 1 to 7"),
        ({"weekday": "Mon-Wed-Fri"}, "weekday 'Mon-Wed-Fri' is not known."),
        ({"weekday": "8"}, "weekday '8' is not known."),
        ({"weekday": ""}, "it says no day. Expected a date, or a weekday such as Mon-Fri"),
        ({"weekday": "", "activity": "leave"}, "it says no day."),
        ({"date": "2026-03-02"}, "it has the date 2026-03-02 beside a weekday or a range."),
        ({"weekday": "", "date": "2.3.2026"}, "'2.3.2026' in date is no date. Expected one such as 2026-03-03."),
        ({"valid_from": "2026-02-30"}, "'2026-02-30' in valid_from is no date."),
        ({"valid_to": "1905-03-02"}, "1905-03-02 in valid_to is out of range. Expected a year from 1971 to 2098."),
        ({"valid_from": "2026-03-02", "valid_to": "2026-03-01"}, "it ends on 2026-03-01, before it begins on 2026"),
        ({"from": ""}, "it has no 'from'. Expected both, as 08:00 and 16:30"),
        ({"to": "", "activity": "leave"}, "it has no 'to'."),
        ({"from": "8"}, "'8' in from is no time. Expected HH:MM from 00:00 to 24:00, as 08:30."),
        ({"to": "24:01"}, "'24:01' in to is no time."),
        ({"to": "16:60"}, "'16:60' in to is no time."),
        ({"from": "24:00", "to": "06:00"}, "it begins at 24:00. Write 00:00 on the next day."),
        ({"zone": ""}, "it has no zone. Write one into the column zone, as Europe/Stockholm, or give one"),
        ({"zone": "Europe/Stokholm"}, "There is no time zone 'Europe/Stokholm'. Did you mean 'Europe/Stockholm'?"),
        ({"activity": "leave"}, "roster.csv has no line of work: nobody would be on duty."),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_line_is_said(change: dict[str, str], message: str) -> None:
    assert message in refusal(ANN | change)


def test_the_first_twenty_things_wrong_are_named_with_their_lines() -> None:
    told = refusal(ANN, *[ANN | {"from": "x"}] * 30).splitlines()
    assert [line.partition(": ")[0] for line in told[:20]] == [f"roster.csv, line {number}" for number in range(3, 23)]
    assert told[20:] == ["… and 10 more."]
    assert "roster.csv holds no line." in refusal()


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (["agent", "day", "from", "to"], "roster.csv: column 'day' is not known."),
        (["agent", "weekdays", "from", "to"], "column 'weekdays' is not known. Did you mean 'weekday'?"),
        (["agent", "Agent", "from", "to"], "column 'agent' stands there twice. Expected it once; remove one."),
        (["queues", "date", "from", "to"], "there is no column 'agent or headcount'. Add it"),
        (["agent", "date", "from"], "there is no column 'to'. Add it"),
    ],
)
def test_a_header_that_does_not_do(header: list[str], message: str) -> None:
    with pytest.raises(RosterError, match=re.escape(message)):
        columns_of(header, "roster.csv")


def test_lines_are_written_as_they_are_read() -> None:
    kept = roster(
        ANN | {"weekday": "Sat-Mon, wed", "from": "22:00", "to": "06:00", "queues": "Mail;Desk"},
        {"headcount": "4", "date": "2026-03-02", "from": "0:00", "to": "24:00", "zone": "America/New_York"},
        away("leave", valid_from="2026-07-01", weekday="Monday – Friday"),
        away("holiday", agent="", date="2026-12-25", queues="Desk"),
    )
    assert kept.schema == ROSTER
    lines = as_lines(kept)
    assert lines.columns == list(COLUMNS)
    assert lines["weekday"].to_list() == ["Mon;Wed;Sat;Sun", "", "Mon-Fri", ""]
    assert lines["to"].to_list() == ["06:00", "24:00", "", ""]
    assert roster(*lines.to_dicts()).equals(kept)
