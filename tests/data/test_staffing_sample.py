"""The sample's Monday gap is named from its tickets and roster alone, and the people asked for close it."""

from datetime import date, timedelta

import polars as pl

from analytics.clocks import evaluate
from analytics.dimensions import WEEKDAYS
from analytics.policy import PolicyFile
from analytics.staffing.assumptions import Assumptions
from analytics.staffing.case import Case, build
from analytics.staffing.roster import on_duty
from analytics.staffing.shortfall import shortfall, worst
from analytics.staffing.work import paused_in, work
from data import sample
from data.documents import read_policy
from data.rosters_sample import sample_roster
from data.simulation.extra import Extra
from pages.ui.staffing_words import answer

TICKETS, SEED, ANOTHER = 60_000, 1, 2
QUEUE, DESK = "Service desk · stockholm", "stockholm"
FIRST, LAST = date(2026, 1, 12), date(2026, 11, 22)
MARGIN = timedelta(days=21)


def nordic(seed: int, extra: tuple[Extra, ...], file: PolicyFile) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Tickets, events and clocks of one region of a simulated history."""
    tickets, events = sample.build(TICKETS, seed, extra=extra)
    own = tickets.filter(pl.col("region") == "Nordics")
    told = events.join(own.select("ticket_id"), on="ticket_id", how="semi", maintain_order="left")
    return own, told, evaluate(own, told, file, sample.AS_OF)


def monday(clocks: pl.DataFrame) -> tuple[float, float, int]:
    """Attainment of first responses due on Mondays, what their policies ask for, and n."""
    due = clocks.filter(
        pl.col("kind").cast(pl.String) == "first_response",
        pl.col("decided"),
        pl.col("exclusion").is_null(),
        pl.col("due_weekday") == 1,
        pl.col("due_date").is_between(FIRST, LAST),
    )
    kept, wanted = 1 - due["breached"].mean(), due["objective"].mean()
    assert isinstance(kept, float)
    assert isinstance(wanted, float)
    return kept, wanted, due.height


def planned(file: PolicyFile) -> Case:
    tickets, events, clocks = nordic(SEED, (), file)
    items = work(tickets, events, clocks, paused=paused_in(file))
    items = items.with_columns(queue=pl.col("queue").str.replace(" · .*", "") + " · " + DESK)
    duty = on_duty(sample_roster(TICKETS), FIRST, LAST)
    schedule = next(each for each in file.expand(FIRST - MARGIN, LAST + MARGIN) if each.name == DESK)
    return build(items, [QUEUE], duty, schedule, FIRST, LAST, Assumptions())


def test_the_monday_gap_is_named_and_the_people_asked_for_close_it_in_another_history() -> None:
    file = read_policy("sample").file
    case = planned(file)
    assert case.handle.source == "agent events"
    found = shortfall(case)
    block = worst(case, found)
    assert block is not None
    assert case.week.label(block.first, block.last).startswith("Mon 08")
    spread = f"{block.least} to {block.most} at ±10 % work"
    assert answer(case).verdict == f"Mon 08–09: {block.short} agents short ({spread})."
    asked = tuple(
        Extra(DESK, "Service desk", int(case.week.weekday[place]), int(hour), int(hour) + 1, int(found.short[place]))
        for place, hour in enumerate(case.week.hour)
        if found.short[place] > 0
    )
    assert {WEEKDAYS[each.weekday - 1] for each in asked} == {"Mon"}
    before, wanted, n = monday(nordic(ANOTHER, (), file)[2])
    after = monday(nordic(ANOTHER, asked, file)[2])[0]
    more = sum(each.heads for each in asked)
    print(f"Mondays, n = {n}: {before:.1%} kept, {after:.1%} with {more} h more a week, objective {wanted:.1%}")
    assert before < wanted - 0.04
    assert after >= wanted - 0.02
