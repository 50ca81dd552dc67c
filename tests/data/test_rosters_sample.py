"""The roster of the sample: that of the people simulated, and more of them where a plan asks for more."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from analytics.errors import SLAError
from analytics.staffing.roster import WORK, on_duty
from analytics.timezones import INSTANT, MICROSECONDS
from data import sample
from data.rosters_sample import sample_roster
from data.simulation import roster as simulated
from data.simulation.desks import DESKS, EPOCH, FIRST_DAY, LAST_DAY
from data.simulation.extra import Extra, hired
from data.simulation.names import person


@pytest.fixture(scope="module")
def planned() -> pl.DataFrame:
    return sample_roster(60_000)


def presence(tickets: int) -> pl.DataFrame:
    """When the people of the simulation are there: `agent`, `start_at`, `end_at`."""
    rng, people, squads = np.random.default_rng(5), 0, max(1, round(tickets / 60_000))
    rows: list[tuple[str, int, int]] = []
    for desk in DESKS:
        for _ in range(squads):
            crew = simulated.hire(rng, desk, tickets / squads / 60_000, people)
            people += len(crew.agents)
            for agent in crew.agents:
                rows += zip([person(agent.number)] * len(agent.starts), agent.starts, agent.ends, strict=True)
    frame = pl.DataFrame(rows, schema=["agent", "start", "end"], orient="row")
    instants = [((pl.col(end) + EPOCH) * MICROSECONDS).cast(INSTANT).alias(f"{end}_at") for end in ("start", "end")]
    return frame.select("agent", *instants)


@pytest.mark.parametrize("tickets", [60_000, 130_000])
def test_the_sample_people_work_as_they_are_rostered_but_for_days_they_are_ill(tickets: int) -> None:
    rostered = on_duty(sample_roster(tickets), FIRST_DAY, LAST_DAY)
    present = presence(tickets)
    keys = ["agent", "start_at", "end_at"]
    assert present.join(rostered, on=keys, how="anti").is_empty()
    assert set(present["agent"]) == set(rostered["agent"])

    def hours(duty: pl.DataFrame) -> float:
        return duty.select((pl.col("end_at") - pl.col("start_at")).dt.total_seconds().sum()).item() / 3_600

    assert hours(present) / hours(rostered) == pytest.approx(1 - simulated.ABSENT, abs=0.004)


def test_what_the_planner_of_the_sample_was_given(planned: pl.DataFrame) -> None:
    def at(day: date, queue: str) -> pl.DataFrame:
        duty = on_duty(planned, day, day)
        return duty.filter(pl.col("queues").list.contains(queue))

    desk = "Service desk · stockholm"
    assert at(date(2026, 5, 1), desk).is_empty()  # a holiday in Sweden, not in London
    assert at(date(2026, 5, 1), "Service desk · london").height > 15
    monday, tuesday, friday = (at(date(2026, 3, day), desk) for day in (9, 10, 13))
    early = [duty["start_at"].dt.strftime("%H:%M").to_list().count("07:00") for duty in (monday, tuesday)]
    assert early[0] * 2 < early[1]
    assert friday["end_at"].dt.strftime("%H:%M").to_list().count("13:30") == 8
    assert at(date(2026, 7, 8), desk)["agent"].n_unique() < 0.75 * tuesday["agent"].n_unique()
    halves = [at(day, "Applications · stockholm") for day in (date(2026, 3, 9), date(2026, 3, 10))]
    afternoon = [set(half.filter(pl.col("start_at").dt.hour() > 9)["agent"]) for half in halves]
    assert not afternoon[0] & afternoon[1]
    assert afternoon[0] | afternoon[1] == set(halves[0]["agent"]) == set(halves[1]["agent"])
    left = planned.filter(pl.col("valid_to") == date(2025, 11, 13), activity=WORK)["agent"].unique()
    came = planned.filter(pl.col("valid_from") == date(2026, 1, 19), activity=WORK)["agent"].unique()
    assert (left.to_list(), came.to_list()) == (["S. Berg"], ["L. Holm"])


def test_extra_people_work_the_hours_asked_for_and_add_up() -> None:
    asked = [
        Extra("stockholm", "Service desk", 1, 8, 12, 2),
        Extra("stockholm", 0, 1, 10, 14, 1),
        Extra("stockholm", "Applications", 6, 9, 13.5, 1),
    ]
    crews = hired(asked, 2, 70)
    assert {key: [agent.number for agent in crew] for key, crew in crews.items()} == {
        ("stockholm", 0): [70, 72, 73],
        ("stockholm", 1): [71],
    }
    first, third, apart = crews["stockholm", 0]
    assert [(agent.team, agent.speed, agent.slow_until) for agent in (first, apart)] == [(0, 1.0, 0), (1, 1.0, 0)]
    mondays = 60  # of 61: Easter Monday is closed
    assert [len(agent.starts) for agent in (first, third)] == [mondays, mondays]
    stretches = [(agent.starts[0], agent.ends[0]) for agent in (first, third, apart)]
    begins = pl.from_epoch(pl.Series([EPOCH + start for start, _ in stretches])).dt.replace_time_zone("UTC")
    local = begins.dt.convert_time_zone("Europe/Stockholm").dt.strftime("%a %H:%M").to_list()
    assert local == ["Mon 08:00", "Mon 10:00", "Sat 09:00"]
    assert [(end - start) / 3_600 for start, end in stretches] == [6.0, 2.0, 4.5]


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        (Extra("oslo", 0, 1, 8, 12, 1), "There is no schedule 'oslo'."),
        (Extra("london", "Desk", 1, 8, 12, 1), "There is no team 'Desk'."),
        (Extra("london", 3, 1, 8, 12, 1), "There is no team '3'."),
        (Extra("london", 0, 0, 8, 12, 1), "Nobody can work at Extra(schedule='london', team=0, weekday=0"),
        (Extra("london", 0, 1, 12, 8, 1), "hours from 0 to 24 with the first before the last"),
    ],
)
def test_extra_people_that_cannot_be(extra: Extra, message: str) -> None:
    with pytest.raises(SLAError) as error:
        sample.build(1, extra=[extra])
    assert message in str(error.value)


def test_extra_people_take_tickets_of_their_team_in_their_hours() -> None:
    tickets, events = sample.build(20_000, extra=[Extra("london", "Service desk", 1, 8, 11, 2)])
    names = [person(len(sample.posts(20_000)) + number) for number in range(2)]
    taken = events.filter(pl.col("value").is_in(names), kind="agent").join(tickets, on="ticket_id")
    assert set(taken["value"]) == set(names)
    assert set(taken["region"]) == {"UK & Ireland"}
    local = taken["at"].dt.convert_time_zone("Europe/London")
    assert set(local.dt.weekday()) == {1}
    assert (local.dt.hour().min(), local.dt.hour().max()) == (8, 10)
    assert taken.height > 200
