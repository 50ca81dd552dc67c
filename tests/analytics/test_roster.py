"""Who is on duty by a roster: weeks and dates, nights, zones and clock changes, absences and holidays, heads."""

import random
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, product

import numpy as np
import pytest

from analytics.staffing.roster import DUTY, on_duty
from analytics.staffing.roster_shape import shape
from tests.analytics.rosters import ANN, MONDAY, STOCKHOLM, SUNDAY, away, roster


def duty(first: date, last: date, *said: dict[str, str]) -> list[str]:
    """Stretches in UTC: "Ann 02 08:00-16:00", the day of the month that of the start."""
    found = on_duty(roster(*said), first, last)
    assert found.schema == DUTY
    return [
        f"{agent} {start:%d %H:%M}-{end:%H:%M}"
        for agent, start, end in found.select("agent", "start_at", "end_at").rows()
    ]


def test_a_weekly_line_holds_on_its_weekdays_within_its_range() -> None:
    line = ANN | {"weekday": "Mon;Wed-Fri", "valid_from": "2026-03-04", "valid_to": "2026-03-09"}
    found = duty(MONDAY, date(2026, 3, 20), line)
    assert found == ["Ann 04 08:00-16:00", "Ann 05 08:00-16:00", "Ann 06 08:00-16:00", "Ann 09 08:00-16:00"]


def test_a_dated_line_holds_once_and_work_lines_add_up() -> None:
    saturday = {
        "agent": "Ann",
        "date": "2026-03-07",
        "from": "09:00",
        "to": "13:00",
        "activity": "Queue",
        "zone": "UTC",
    }
    assert duty(date(2026, 3, 6), date(2026, 3, 20), ANN | {"weekday": "5"}, saturday)[:2] == [
        "Ann 06 08:00-16:00",
        "Ann 07 09:00-13:00",
    ]
    assert duty(SUNDAY, MONDAY, ANN) == []


def test_a_night_goes_over_midnight_and_belongs_to_the_day_it_begins_on() -> None:
    night, late = ANN | {"weekday": "Mon", "from": "22:00", "to": "06:00"}, ANN | {"from": "16:00", "to": "24:00"}
    found = on_duty(roster(night), MONDAY, MONDAY)
    assert found.rows() == [
        ("Ann", None, MONDAY, datetime(2026, 3, 2, 22, tzinfo=UTC), datetime(2026, 3, 3, 6, tzinfo=UTC))
    ]
    assert on_duty(roster(night), date(2026, 3, 3), SUNDAY).is_empty()
    assert duty(MONDAY, MONDAY, late) == ["Ann 02 16:00-00:00"]
    assert duty(MONDAY, MONDAY, ANN | {"from": "07:00", "to": "07:00"}) == ["Ann 02 07:00-07:00"]


@pytest.mark.parametrize(
    ("day", "hours", "stretch"),
    [
        ("2026-03-28", ("22:00", "06:00"), "28 21:00-04:00"),  # 7 hours: the clock goes forward at 02:00
        ("2026-10-24", ("22:00", "06:00"), "24 20:00-05:00"),  # 9 hours: it goes back at 03:00
        ("2026-03-29", ("02:30", "06:00"), "29 01:30-04:00"),  # 02:30 never happens
        ("2026-10-25", ("02:30", "06:00"), "25 00:30-05:00"),  # 02:30 happens twice
        ("2026-03-29", ("08:00", "16:00"), "29 06:00-14:00"),
    ],
)
def test_clock_changes(day: str, hours: tuple[str, str], stretch: str) -> None:
    line = {"agent": "Ann", "date": day, "from": hours[0], "to": hours[1], "zone": "Europe/Stockholm"}
    when = date.fromisoformat(day)
    assert duty(when, when, line) == [f"Ann {stretch}"]


def test_nobody_works_twice_where_the_clock_makes_two_shifts_overlap() -> None:
    early = {"agent": "Ann", "date": "2026-03-29", "from": "00:00", "to": "02:30", "zone": "Europe/Stockholm"}
    next_ = early | {"from": "03:00", "to": "06:00"}
    when = date(2026, 3, 29)
    assert duty(when, when, early, next_) == ["Ann 28 23:00-01:30", "Ann 29 01:30-04:00"]
    assert duty(when, when, next_, early | {"from": "02:10", "to": "02:50"}, early | {"to": "02:10"})[-1].endswith(
        "04:00"
    )


def test_each_line_keeps_its_zone() -> None:
    york = ANN | {"agent": "Bo", "zone": "America/New_York"}
    assert duty(MONDAY, MONDAY, STOCKHOLM, york) == ["Ann 02 07:00-15:00", "Bo 02 13:00-21:00"]


def test_absences_are_taken_out_of_the_work_they_fall_on() -> None:
    lines = [
        away("break", weekday="Mon-Fri", from_="12:00", to_="12:30"),
        away("meeting", weekday="Mon", from_="07:30", to_="08:30"),
        away("training", date="2026-03-03", from_="11:00", to_="12:15"),
        away("training", date="2026-03-03", from_="12:30", to_="13:00"),
        away("sick", date="2026-03-04"),
        away("leave", valid_from="2026-03-06", valid_to="2026-03-08"),
        away("leave", weekday="Thu", valid_from="2026-03-09", valid_to="2026-03-13"),
        away("off", date="2026-03-05", from_="16:00", to_="18:00", agent="Bo"),
        away("off", date="2026-03-05", from_="16:00", to_="18:00"),
    ]
    assert duty(MONDAY, SUNDAY, ANN, *lines) == [
        "Ann 02 08:30-12:00",
        "Ann 02 12:30-16:00",
        "Ann 03 08:00-11:00",
        "Ann 03 13:00-16:00",
        "Ann 05 08:00-12:00",
        "Ann 05 12:30-16:00",
    ]
    following = duty(date(2026, 3, 9), date(2026, 3, 13), ANN, *lines)
    assert {each[4:6] for each in following} == {"09", "10", "11", "13"}


def test_leave_without_hours_is_the_local_day_and_with_them_one_night() -> None:
    night = STOCKHOLM | {"weekday": "Mon;Tue", "from": "22:00", "to": "06:00"}
    day = away("leave", date="2026-03-03", zone="Europe/Stockholm")
    assert duty(MONDAY, SUNDAY, night, day) == ["Ann 02 21:00-23:00", "Ann 03 23:00-05:00"]
    assert duty(MONDAY, SUNDAY, night, day | {"from": "22:00", "to": "06:00"}) == ["Ann 02 21:00-05:00"]
    reaching = day | {"date": "2026-03-01", "from": "20:00", "to": "19:00"}
    assert duty(MONDAY, MONDAY, STOCKHOLM | {"to": "20:00"}, reaching) == ["Ann 02 18:00-19:00"]


def test_a_holiday_is_everybodys_of_its_zone_and_queues() -> None:
    holiday = away("holiday", agent="", date="2026-03-02")
    mail, both, every = (
        ANN | {"agent": name, "queues": queues} for name, queues in (("M", "Mail"), ("B", "Mail;Desk"), ("E", ""))
    )
    other = ANN | {"agent": "S", "zone": "Europe/Stockholm"}
    heads = ANN | {"agent": "", "headcount": "2", "queues": "Mail"}

    def at_work(holiday: dict[str, str]) -> set[str]:
        return {each[0] for each in duty(MONDAY, MONDAY, mail, both, every, other, heads, holiday)}

    assert at_work(holiday) == {"S"}
    assert at_work(holiday | {"queues": "Mail"}) == {"B", "E", "S"}
    assert at_work(holiday | {"queues": "Desk;Mail;Phone"}) == {"E", "S"}
    assert at_work(holiday | {"queues": "Phone"}) == {"M", "B", "E", "S", "l"}
    assert at_work(holiday | {"agent": "B", "queues": "Mail"}) == {"M", "B", "E", "S", "l"}
    assert at_work(holiday | {"agent": "S"}) == {"M", "B", "E", "l"}


def test_heads_are_numbered_by_line_and_queues_told() -> None:
    line = {
        "headcount": "3",
        "queues": " Mail ;Desk; Mail",
        "date": "2026-03-02",
        "from": "8:00",
        "to": "12:00",
        "zone": "UTC",
    }
    found = on_duty(roster(ANN, line, line), MONDAY, MONDAY)
    assert found["agent"].to_list() == ["Ann", *(f"line {number} · {head}" for number in (3, 4) for head in (1, 2, 3))]
    assert found["queues"].to_list() == [None, *[["Desk", "Mail"]] * 6]


def test_people_on_duty_minute_by_minute() -> None:
    """Against a plain count over every minute of two weeks, on 25 random rosters."""
    dice = random.Random(3)
    for _ in range(25):
        lines = [_dated("0", 20, 480, 540, "work")]
        present = np.zeros((3, 16 * 1440), dtype=bool)
        taken = np.zeros_like(present)
        for person, day in product(range(3), range(14)):
            begin = dice.randrange(0, 1425, 15)
            end = begin + dice.randrange(15, 600, 15)
            shift, absence = slice(day * 1440 + begin, day * 1440 + end), begin + dice.randrange(-90, 300, 15)
            if dice.random() < 0.8 and not present[person, shift].any():
                lines.append(_dated(str(person), day, begin, end, "work"))
                present[person, shift] = True
            if dice.random() < 0.6 and 0 <= absence < 1440:
                whose, long = dice.choice([person, None]), dice.randrange(15, 400, 15)
                lines.append(_dated("" if whose is None else str(whose), day, absence, absence + long, "training"))
                taken[slice(None) if whose is None else whose, day * 1440 + absence : day * 1440 + absence + long] = (
                    True
                )
        found = np.zeros(present.shape, dtype=int)
        stretches = on_duty(roster(*lines), MONDAY, date(2026, 3, 15)).select("agent", "start_at", "end_at")
        for agent, *ends in stretches.rows():
            first, last = ((at - datetime(2026, 3, 2, tzinfo=UTC)) // timedelta(minutes=1) for at in ends)
            found[int(agent), first:last] += 1
        assert present.sum() > 5_000
        assert (found == (present & ~taken)).all()


def _dated(agent: str, day: int, begin: int, end: int, activity: str) -> dict[str, str]:
    hours = [f"{minute // 60 % 24:02}:{minute % 60:02}" for minute in (begin, end)]
    when = {"date": str(MONDAY + timedelta(days=day)), "from": hours[0], "to": hours[1]}
    return {"agent": agent, "activity": activity, "zone": "UTC"} | when


def test_a_roster_at_a_glance() -> None:
    found = shape(
        roster(
            ANN | {"queues": "Mail", "valid_to": "2026-10-31"},
            STOCKHOLM | {"agent": "", "headcount": "2", "valid_to": "2026-12-31"},
            away("holiday", agent="", date="2026-03-02"),
            away("leave", valid_from="2026-03-09", valid_to="2026-03-22"),
        )
    )
    assert (found.agents, found.heads, found.hours) == (1, 2, 120.0)
    assert (found.first, found.last) == (None, date(2026, 12, 31))
    assert found.told() == [
        "4 lines: 1 agent and 2 heads by number, 120 hours in a usual week",
        "Queues: Mail, every queue (lines that name none)",
        "Zones: Europe/Stockholm, UTC",
        "Work from any date to 2026-12-31",
        "Lines taken out: holiday 1, leave 1",
    ]
    assert shape(roster(ANN)).hours == 40.0
    week = [ANN | {"weekday": "", "date": str(MONDAY + timedelta(days=step))} for step in range(3)]
    assert (shape(roster(*week)).first, shape(roster(*week)).hours) == (MONDAY, 24.0)


def test_stretches_are_sorted_and_disjoint() -> None:
    found = on_duty(
        roster(STOCKHOLM, ANN | {"agent": "Bo"}, away("break", agent="", weekday="1-5", from_="10:00", to_="10:15")),
        MONDAY,
        SUNDAY,
    )
    assert found.equals(found.sort("agent", "start_at"))
    rows = found.select("agent", "start_at", "end_at").rows()
    assert all(one[0] != two[0] or one[2] <= two[1] for one, two in pairwise(rows))
    assert len(rows) == 15
