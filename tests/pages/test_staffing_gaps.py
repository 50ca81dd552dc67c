"""The gaps of the staffing page: hours, windows and reasons in words, the pictures, and the view on a store."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from altair.utils.schemapi import debug_mode
from streamlit.testing.v1 import AppTest

from analytics.staffing.assumptions import Assumptions
from analytics.staffing.backlog import Pile, closed_by, pile
from analytics.staffing.case import Case
from analytics.staffing.handle import Rates
from analytics.staffing.pooling import Bounds
from analytics.staffing.replay import Change, draws
from analytics.staffing.shortfall import hourly
from analytics.staffing.split import Least, least, split
from data import planning, rosters
from data.store import Store
from pages.ui import charts_staffing_gaps as charts
from pages.ui import staffing_gaps as view
from pages.ui import staffing_gaps_hour as one
from pages.ui import staffing_gaps_words as words
from pages.ui import staffing_words
from tests.analytics.rosters import ANN
from tests.analytics.staffed import at, staffed, touch
from tests.analytics.staffing_weeks import demand, week
from tests.pages.test_charts import fields

WARM = True
LATE = [
    touch(1, at(7), at(9.5), breached=True, done_at=at(11)),
    touch(2, at(7), at(9.75), breached=True, done_at=at(12)),
    touch(3, at(7), at(15), done_at=at(9)),
    touch(4, at(13, 1), at(12, 1), breached=True),
]


def able(jobs: Any, room: list[float], *, relative: bool = False) -> Case:
    """A case of given work, and of people (or touches) that can do so much of it in each hour of a Monday."""
    case = staffed(LATE, ANN)
    handle = replace(case.handle, source="relative") if relative else case.handle
    rates = Rates(np.array(room), np.zeros(len(room), np.int64), ())
    return replace(
        case, week=week(len(room)), demand=demand(jobs, len(room), objective=0.5), rates=rates, handle=handle
    )


def told(case: Case, place: int) -> str:
    return words.hour(case, hourly(case).row(place, named=True))


def test_an_hour_is_explained_by_its_tightest_window() -> None:
    case = able([(0, 0, 9.0), (0, 1, 3.0)], [6.0, 6.0, 30.0])
    case = replace(case, staffed=np.ones(len(case.axis)))
    assert told(case, 0) == (
        "Mon 08–09: 9 agents required, 6 scheduled: 3 short (3 with 10 % less work, 4 with 10 % more). Its tightest "
        "window is Mon 08–09, 1 open hour: 9.0 h of work that comes and is due in it, with 0.0 h of room for busy "
        "weeks; 6.0 h can be done."
    )
    assert "could be spared" in told(case, 2)
    assert told(case, 2).endswith(
        "No rush makes it full, but the work of whole weeks: 12 h a week, with 0.0 h of room for busy weeks; 42 h can "
        "be done."
    )
    idle = replace(case, demand=demand([(0, 0, 0.0)], 3))
    assert told(idle, 1).endswith("No work falls due in a window around it.")


def test_the_headline_names_the_hours_that_are_short_or_the_whole_week() -> None:
    rush = able([(0, 0, 9.0), (0, 1, 3.0)], [6.0, 6.0, 30.0])
    rush = replace(rush, staffed=np.ones(len(rush.axis)))
    first = staffing_words.answer(rush)
    assert first.verdict == "Mon 08–09: 3 agents short (3 to 4 at ±10 % work)."
    assert first.lines[0] == (
        "9.0 h of work falls due Mon 08–09, with 0.0 h of room for busy weeks: in 1 open hour that takes 9 agents, and "
        "6 are scheduled."
    )
    assert one.fullest(rush, hourly(rush)) == 0
    # Over six weeks of three hours seventeen of eighteen jobs fall due: 255 h, where 180 h can be done.
    lax = able([(0, 1, 15.0), (1, 2, 15.0), (2, 3, 15.0)], [10.0, 10.0, 10.0])
    lax = replace(lax, staffed=np.ones(len(lax.axis)))
    second = staffing_words.answer(lax)
    assert second.verdict.startswith("The whole week: 5 agents short")
    assert "takes 14.2 agents at every open hour, and 10 are scheduled on average." in second.lines[0]


def test_where_only_touches_are_known_hours_are_told_as_times_what_is_done_now() -> None:
    case = able([(0, 0, 9.0), (0, 1, 3.0)], [6.0, 6.0, 30.0], relative=True)
    assert told(case, 0).startswith(
        "Mon 08–09 needs 1.5 times what is done in it now (1.3 with 10 % less work, 1.7 with 10 % more)."
    )
    assert "agent" not in told(case, 0)
    assert "9 touches of work" in told(case, 0)
    assert words.week(case, hourly(case)).startswith("1 of the 3 open hours of the week would need more touches done")


def test_without_a_roster_nothing_is_short_or_over() -> None:
    case = replace(able([(0, 0, 9.0), (0, 1, 3.0)], [6.0] * 3), rates=None, staffed=None)
    assert told(case, 0).startswith("Mon 08–09: 9 agents required (9 with 10 % less work, 10 with 10 % more).")
    assert "short" not in told(case, 0)
    assert list(words.shown(case)) == ["required"]
    assert "Who is scheduled is not known." in words.week(case, hourly(case))


def test_numbers_stand_in_cells_that_matter() -> None:
    case = able([(0, 0, 1.0)], [1.0])
    case = replace(case, staffed=np.ones(len(case.axis)))
    said = [words.cell(case, "over-under", value) for value in (-3.2, -0.2, 0.9, 5.02, None)]
    assert said == ["−4", "", "", "+5", ""]
    assert [words.cell(case, "required", value) for value in (13.4, 0.1)] == ["14", ""]
    assert words.cell(case, "scheduled", 9.5) == "9.5"
    assert [words.cell(case, "needs", value) for value in (1.44, 0.9)] == ["1.4", ""]


def test_late_promises_are_told_by_why() -> None:
    case = staffed(LATE, ANN)
    days = split(case, draws(case, case.people[0], Change("due")))
    assert words.late(case, days, least(case)) == (
        "3 of 4 promises decided were late: 1 already due when they could be taken up; about 1 for too few people, "
        "even earliest due first; about 1 for the order of work."
    )
    assert "no promise had to be late" in words.least(case, least(case))
    bound = Least(7.5, 90.0, (4.0, 0, 0, 0, 0, 0, 0))
    assert "about 4 promises (7.5 h of work) had to be late" in words.least(case, bound)
    alone = staffed(LATE)
    assert words.late(alone, split(alone, None), None).endswith(
        "2 for too few people or the order of work. A roster would tell these apart."
    )
    kept = days.with_columns(late=0)
    assert words.late(case, kept, least(case)) == "None of 4 promises decided was late."
    assert words.late(case, days.clear(), bound) == "No promise was decided in the dates looked at."
    ordered = days.with_columns(few=0.0, order=2.0)
    assert "Remedies tries other orders." in words.late(case, ordered, bound)


@pytest.mark.parametrize(
    ("waiting", "back", "start"),
    [
        (
            [9.0, 2.0, 1.0, 1.0],
            {1: 1, 2: 2},
            "Monday's pile of up to 9 is gone by Mon 09. On other days the morning's is",
        ),
        ([1.0, 1.0, 1.0, 1.0], {1: 0, 2: 2}, "Monday has no pile"),
        (
            [1.0, 5.0, 1.0, 1.0],
            {1: None, 2: 2},
            "Monday begins without a pile; what comes makes one of up to 5, gone by",
        ),
        ([9.0, 9.0, 5.0, 5.0], {1: None, 2: None}, "The backlog is not back to normal before the week is over."),
    ],
)
def test_when_mondays_pile_is_gone(waiting: list[float], back: dict[int, int | None], start: str) -> None:
    case = staffed(LATE, ANN)
    places = replace(week(4), weekday=np.array([1, 1, 2, 2]), hour=np.array([8, 9, 8, 9]))
    found = words.pile(replace(case, week=places), Pile(np.array(waiting), 1.0, back, 13))
    assert found.startswith(start)
    assert "1 touch waiting" in found


def test_what_comes_while_closed_is_told_with_the_region_it_comes_from() -> None:
    rows = pl.DataFrame({"region": ["North", "South", "Far"], "touches": [60, 40, 5], "closed": [30, 4, 5]})
    shares = rows.with_columns(share=pl.col("closed") / pl.col("touches"))
    assert words.closed(shares) == "37 % of touches come while nobody is there (39 of 105); from North 50 %."
    assert words.closed(shares.head(1)) == "50 % of touches come while nobody is there (30 of 60)."


def test_a_group_is_told_by_its_bounds() -> None:
    found = Bounds((90, 100, 110), (72, 80, 88), (("a", 60.0), ("b", 40.0)))
    assert words.bounds(found, 85.0) == (
        "With each queue on its own 100 h a week are required (90 with 10 % less work, 110 with 10 % more); with "
        "everybody working all 2 queues 80 h (72 with 10 % less work, 88 with 10 % more). What you need lies between, "
        "as your people's queues do. Scheduled are 85 h."
    )


@pytest.fixture
def _checked() -> Iterator[None]:
    with debug_mode(True):
        yield


@pytest.mark.usefixtures("_checked")
def test_pictures_name_only_columns_of_their_frames() -> None:
    dark = True
    case = staffed(LATE, ANN)
    hours = hourly(case)
    for name in words.PEOPLE:
        colours, cuts, label = one.scale(case, hours, name)
        assert list(cuts) == sorted(set(cuts))
        frame = one.drawn(case, hours, name, 3)
        assert frame.filter("picked")["place"].to_list() == [3]
        tips = {"required": ("Required", ".1f")}
        chart = charts.week_map(frame, colours, cuts, label, tips, dark=dark).to_dict()
        assert fields(chart) <= set(frame.columns)
    days = split(case, draws(case, case.people[0], Change("due")))
    shown = view.drawn_days(days, words.reasons(case))
    assert shown.group_by("day").agg(pl.col("late").sum()).sort("day")["late"].to_list() == [2, 1]
    assert fields(charts.why_late(shown, list(words.reasons(case).values()), dark=dark).to_dict()) <= set(shown.columns)
    found = pile(case)
    assert found is not None
    waiting = view.drawn_pile(case, found)
    backlog = charts.backlog(waiting, 1.0, 1.1, {0: "Mon"}, dark=dark).to_dict()
    assert fields(backlog) <= {*waiting.columns, "low", "high", "normal"}
    regions = view.drawn_regions(closed_by(case, pl.DataFrame({"ticket_id": ["T1"], "region": ["North"]})))
    assert fields(charts.closed(regions, dark=dark).to_dict()) <= set(regions.columns)


def script() -> None:
    from pages.ui import filters, picks, staffing, staffing_gaps  # noqa: PLC0415 - the script runs by itself

    filters.sidebar(picks.restore("staffing"))
    desk = staffing.desk(filters.current())
    if desk is not None:
        staffing_gaps.panel(desk, staffing.case(desk))


def shown(**query: str) -> tuple[AppTest, str]:
    """The view on a store, and what it says."""
    app = AppTest.from_function(script, default_timeout=60)
    for name, value in query.items():
        app.query_params[name.replace("_", "-")] = value
    app.run()
    assert not app.exception
    return app, " ".join(each.value for each in (*app.caption, *app.markdown)).replace("\\", "")


def test_the_view_of_touches_of_a_roster_to_be_and_of_a_roster(
    sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(shutil.copytree(sample, tmp_path / "store"))
    monkeypatch.setenv("DUETIME_STORE", str(folder))
    rosters.clear(Store(folder))
    _, touches = shown()
    assert "Which hours need more than is done in them now?" in touches
    assert "agents required" not in touches
    planning.keep(Store(folder), Assumptions(handle=(("", 25.0),)))
    _, alone = shown()
    assert "Who is scheduled is not known." in alone
    assert "A roster would tell these apart." in alone
    rosters.keep_sample(Store(folder), 4_000)
    app, people = shown(gaps_hour="Mon 09–10")
    assert "What makes Mon 09–10 as full as it is?" in people
    assert "Mon 09–10: " in people
    assert "scheduled: " in people
    assert "for the order of work" in people
    assert "come while nobody is there" in people
    app.button_group(one.SHOW).set_value("required").run()
    assert not app.exception
    assert "How many people does each hour require?" in " ".join(each.value for each in app.markdown).replace("\\", "")
