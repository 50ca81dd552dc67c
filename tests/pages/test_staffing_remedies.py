"""What the staffing page says of remedies: by replay, with what it is worth, and never without a roster."""

import time
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from analytics.staffing.assumptions import Assumptions
from analytics.staffing.crew import Block
from analytics.staffing.leave import Answer, Stretch
from analytics.staffing.options import Now, Remedy, Weighed
from analytics.staffing.replay import Change, Replay
from analytics.staffing.replayed import Likeness
from data import planning, rosters
from data.store import Store
from pages.ui import charts_staffing_remedies as charts
from pages.ui import staffing_remedies_words as words
from pages.ui import staffing_what_if_frames as frames
from tests.pages.uploads import writable

WARM = True
QUEUE = "Service desk · stockholm"
HEAD = "agent,queues,weekday,from,to,zone"


def script() -> None:
    from pages.ui import filters, picks, staffing, staffing_remedies  # noqa: PLC0415 - the script runs by itself

    filters.sidebar(picks.restore("staffing"))
    at = staffing.desk(filters.current())
    if at is not None:
        staffing_remedies.panel(at, staffing.case(at))


@pytest.fixture(scope="module")
def store(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    st.cache_data.clear()
    st.cache_resource.clear()
    with pytest.MonkeyPatch.context() as patch:
        folder = writable(sample, tmp_path_factory.mktemp("remedies") / "store", patch)
        rosters.keep_sample(Store(folder), 4_000)
        planning.keep(Store(folder), Assumptions(handle=(("", 25.0),)))
        yield folder
    st.cache_data.clear()
    st.cache_resource.clear()


def opened(**asked: str) -> AppTest:
    app = AppTest.from_function(script, default_timeout=60)
    for name, value in asked.items():
        app.query_params[name.replace("_", "-")] = value
    app.query_params["queue"] = QUEUE
    app.run()
    assert not app.exception
    return app


def weighed(app: AppTest) -> AppTest:
    """The page once its remedies are weighed; that is done beside it."""
    for _ in range(100):
        if app.session_state["work"]["remedies"].ended.is_set():
            break
        time.sleep(0.1)
    app.run()
    assert not app.exception
    return app


def texts(*found: Iterable[Any]) -> str:
    return "\n".join(each.value.replace("\\", "") for every in found for each in every)


def table(app: AppTest, column: str) -> pl.DataFrame:
    return next(pl.from_pandas(each.value) for each in app.dataframe if column in each.value.columns)


def broken(cards: dict[str, Any]) -> tuple[int, int]:
    """Promises broken with what was changed, and as it was."""
    card = cards["Broken promises"]
    return int(card.value), int(card.proto.delta_description.split()[-1])


def test_remedies_are_weighed_cheapest_first(store: Path) -> None:
    assert store
    app = weighed(opened())
    told = texts(app.caption, app.markdown)
    assert "Replayed with the roster of each day, work done by priority, then oldest," in told
    assert "in truth" in told
    assert "2 more agents Mon 07–11 would have avoided" in told
    found = table(app, "avoided")
    assert found["hours"].to_list() == sorted(found["hours"])
    assert {"Cover: 2 more agents Mon 07–11", "Cover: 2 more agents Sat 09–13", "Hire one agent full time"} <= set(
        found["name"]
    )
    assert found.filter(pl.col("name").str.starts_with("Order of work")).height == 3
    assert "cost" not in found.columns or found["cost"].null_count() == found.height
    assert "No cost an hour is given" in told
    app.number_input(key="remedies-first-to").set_value(7)
    app.run()
    assert "Choose an end after the start." in texts(app.caption)


def test_nothing_is_replayed_until_something_is_changed(store: Path) -> None:
    assert store
    app = opened()
    assert "Change something, and the period is replayed with it." in texts(app.caption)
    assert "Hours a week" not in [each.label for each in app.metric]


def test_what_if_by_sliders_and_cells(store: Path) -> None:
    assert store
    app = opened(if_volume="30")
    cards = {each.label: each for each in app.metric}
    assert broken(cards)[0] > broken(cards)[1]
    assert cards["Hours a week"].value == "0"
    assert "newly broken" in texts(app.markdown)
    assert table(app, "kept_after").select((pl.col("late_after") >= pl.col("late")).all()).item()
    app = opened()
    app.session_state["if-grid"] = {"edited_rows": {0: {"8": 2, "9": 2}}, "added_rows": [], "deleted_rows": []}
    app.toggle(key="if-earlier").set_value(True)
    app.run()
    assert not app.exception
    cards = {each.label: each for each in app.metric}
    assert cards["Hours a week"].value == "+9"
    assert broken(cards)[0] < broken(cards)[1]


def test_leave_and_another_roster(store: Path) -> None:
    assert store
    app = opened()
    told = texts(app.markdown, app.caption)
    assert "judged by the same weekday of" in told
    app.date_input(key="leave-days").set_value((date(2020, 1, 1), date(2020, 1, 1)))
    app.date_input(key="leave-days").set_value((date(2026, 11, 4), date(2026, 11, 4)))
    lines = [f"A{number},{QUEUE},Mon-Fri,07:00,19:00,Europe/Stockholm" for number in range(9)]
    app.file_uploader(key="another-roster").set_value(("r.csv", "\n".join((HEAD, *lines)).encode(), "text/csv"))
    app.run()
    assert not app.exception
    told = texts(app.markdown, app.caption)
    assert "The days themselves, replayed without them." in told
    assert "r.csv: 9 agents" in told
    assert "saved" in told
    for content, message in (("nothing", "This roster cannot be replayed."), ("elsewhere", "This roster cannot be")):
        text = "a,b\n1,2" if content == "nothing" else f"{HEAD}\nAnn,Moon,Mon,08:00,16:00,UTC"
        app.file_uploader(key="another-roster").set_value(("bad.csv", text.encode(), "text/csv"))
        app.run()
        assert message in texts(app.error)
    assert "bad.csv has nobody on these queues" in texts(app.text)


def test_without_a_roster_it_says_what_to_give(sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = writable(sample, tmp_path / "store", monkeypatch)
    rosters.clear(Store(folder))
    app = opened()
    assert "Give" in texts(app.info)
    assert "a roster under Roster and handle time" in texts(app.info)
    assert not app.metric


def weighing(way: Any, avoided: float, least: float, most: float, *blocks: Block, order: Any = "due") -> Weighed:
    paid = sum(block.hours for block in blocks)
    remedy = Remedy(way, Change(order, 72.0 if order == "overdue_last" else None), blocks, paid)
    return Weighed(remedy, avoided, least, most, 40 - avoided, 400, paid / 40, None)


SAID = Assumptions()
MORE, WEEKEND = Block(1, 7, 11, 2), Block(6, 9, 13, 1)


def replayed(like: Likeness | None = None) -> Now:
    """A replay that breaks 40 of 400 promises, where 45 broke in truth."""
    each = Replay(np.arange(400), np.zeros(400), np.full(400, fill_value=True), np.arange(400) < 40)
    return Now((each,), (30, 50), 45, 5, like or Likeness(35, 40, 20))


def test_remedies_in_words() -> None:
    names = [
        words.name(weighing("order", 1, 1, 1, order="overdue_last").remedy),
        words.name(weighing("moved", 1, 1, 1, MORE, Block(3, 9, 12, -1), Block(4, 9, 12, -2)).remedy),
        words.name(weighing("cover", 1, 1, 1, WEEKEND).remedy),
        words.name(weighing("hire", 1, 1, 1, MORE).remedy, Assumptions(ramp_up=0.5)),
    ]
    assert names == [
        "Order of work: earliest due first, overdue last (first again after 72 h)",
        "Move shifts: 2 more agents Mon 07–11, 1 fewer Wed 09–12 and 2 fewer Thu 09–12",
        "Cover: 1 more agent Sat 09–13",
        "Hire one agent full time, doing 50 % of a plain agent's work",
    ]
    assert words.short(weighing("cover", 1, 1, 1, WEEKEND).remedy) == "Cover|1 more Sat 09–13"


def test_the_answer_names_only_what_surely_helps() -> None:
    free, unsure = weighing("order", 12, 4, 20), weighing("order", 30, -2, 40, order="fifo")
    cover, hire = (
        weighing("cover", 8, 5, 9, MORE),
        weighing("hire", 9, 8, 10, *(Block(day, 8, 16, 1) for day in range(1, 6))),
    )
    told = words.best([free, unsure, cover, hire], replayed(), SAID)
    assert told == (
        "Without an hour more: “Order of work: earliest due first” avoids 12 of 40 broken promises (4 to 20). "
        "Most for its hours: “Cover: 2 more agents Mon 07–11” (8 h a week) avoids 8 of 40 broken promises (5 to 9)."
    )
    assert words.best([unsure], replayed(), SAID).startswith("No remedy tried here surely avoids")


@pytest.mark.parametrize(
    ("like", "far"),
    [
        (Likeness(35, 40, 20), False),
        (Likeness(35, 40, 5), True),
        (Likeness(90, 40, 40), True),
        (Likeness(0, 0, 0), False),
    ],
)
def test_a_replay_far_from_the_truth_says_so(like: Likeness, far: bool) -> None:
    now = replayed(like)
    told = " ".join(words.near(now, SAID, "fifo"))
    assert ("That is not near." in told) is far
    assert "40 promises break; in truth 45 of 400 did" in told
    assert "“oldest first” comes nearest to what was, rather than “by priority, then oldest”" in told


def answered(extra: float, **told: Any) -> Answer:
    usual: dict[str, Any] = {
        "first": date(2026, 11, 23), "days": 1, "judged": (date(2026, 11, 16),), "to_come": True, "hours": 8.0,
        "due": 100.0, "before": 4.0, "after": 4.0 + extra, "more": (extra / 2, extra * 2),
        "klasses": pl.DataFrame({"klass": ["First response · normal"], "more": [extra]}),
        "worst": Stretch(0, 8, 11), "worst_share": 0.8, "cover": Stretch(0, 8, 10), "mended": 11.0,
    }  # fmt: skip
    return Answer(**{**usual, **told})


def test_a_leave_in_words() -> None:
    verdict, kept, cover = words.leave(answered(14), "Ann")
    why = "14 of them First response · normal, mostly Mon 08–11"
    assert verdict == f"No: about 14 more broken promises that day and the 2 after, {why}."
    assert kept.startswith("Kept of 100 promises due: 82.0 % without Ann, 96.0 % with.")
    assert kept.endswith("With a tenth less or more work 7 to 28 more would break.")
    assert cover == "Two hours of somebody else Mon 08–10 would mend 11 of them."
    assert words.leave(answered(0.4), "Ann")[0] == "Yes: no more broken promises that day and the 2 after."
    assert words.leave(answered(3, cover=None), "Ann")[-1] == "No two hours of somebody else would mend it."
    assert words.leave(answered(3, hours=0.0), "Ann") == ["Yes: Ann is not rostered then, so nothing changes."]
    assert "judged by the same weekday of 1 earlier week (16 Nov)" in words.judged(answered(1), "UTC")


def test_two_blocks_that_do_not_differ_for_sure() -> None:
    first, second = weighing("cover", 12, 8, 14, MORE), weighing("cover", 9, 7, 10, WEEKEND)
    told = words.two(first, second)
    assert told == (
        "2 more agents Mon 07–11 would have avoided 12 broken promises, 1 more agent Sat 09–13 would have avoided 9 "
        "broken promises. With a tenth less or more work the two overlap. They do not take the same hours."
    )


def test_cells_become_blocks_and_charts_show_their_frames() -> None:
    table = pl.DataFrame({"day": ["Mon", "Tue"], "8": [1, None], "9": [1, -2]})
    drawn = frames.blocks(frames.written(table), {(1, 9): 1, (1, 10): 2})
    assert [(str(block), block.heads) for block in drawn] == [("Mon 08–09", 1), ("Mon 09–11", 2), ("Tue 09–10", -2)]
    shown = words.rows([weighing("cover", 12, 8, 14, MORE)], replayed(), SAID).with_columns(told="name")
    week = pl.DataFrame({"weekday": [1], "day": ["Mon"], "hour": [8], "scheduled": [2.0], "text": ["2"]})
    for dark in (False, True):
        for chart in (charts.avoided(shown, dark=dark), charts.week(week, dark=dark)):
            chart.to_dict()  # against the schema of Vega-Lite
