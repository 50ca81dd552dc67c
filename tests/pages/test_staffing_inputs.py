"""What a planner gives on the staffing page: it is kept, checked, told, and can be taken back."""

import shutil
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from analytics.errors import RosterError
from analytics.staffing.assumptions import Assumptions
from analytics.staffing.handle import Handle
from analytics.staffing.roster_rows import Line, roster_of
from data import planning, rosters
from data.store import Store
from pages.ui import staffing_roster_lines as lines
from pages.ui.staffing_inputs_words import handle_rows, in_use, to_fill

WARM = True
ZONE = "Europe/Stockholm"
MONDAY = date(2026, 3, 2)
HEAD = "agent,queues,weekday,from,to,zone"


def script() -> None:
    from pages.ui import filters, picks, staffing, staffing_inputs  # noqa: PLC0415 - the script runs by itself

    filters.sidebar(picks.restore("staffing"))
    at = staffing.desk(filters.current())
    if at is not None:
        staffing_inputs.panel(at, staffing.case(at))


@pytest.fixture(scope="module")
def folder(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(sample, tmp_path_factory.mktemp("planner") / "store"))


@pytest.fixture
def store(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with the sample's roster, of which nothing was said yet."""
    monkeypatch.setenv("DUETIME_STORE", str(folder))
    planning.clear(Store(folder))
    rosters.clear(Store(folder))
    rosters.keep_sample(Store(folder), 4_000)
    return folder


def opened() -> AppTest:
    app = AppTest.from_function(script, default_timeout=60).run()
    assert not app.exception
    return app


def keyed(found: Iterable[Any], key: str) -> Any:
    """The widget of a key; the key ends in when the files were written."""
    return next(each for each in found if each.key and each.key.startswith(f"inputs-{key}"))


def pressed(app: AppTest, key: str) -> AppTest:
    keyed(app.button, key).click()
    app.run()
    assert not app.exception
    return app


def buttons(app: AppTest) -> list[str]:
    return [each.label for each in app.button]


def edited(app: AppTest, key: str, **state: Any) -> None:
    """What the browser says of a table somebody wrote in."""
    empty: dict[str, Any] = {"edited_rows": {}, "added_rows": [], "deleted_rows": []}
    app.session_state[keyed(app.data_editor, key).key] = empty | state


def texts(found: Iterable[Any]) -> str:
    return "\n".join(each.value for each in found)


def file(name: str, *rows: str) -> tuple[str, bytes, str]:
    return (name, "\n".join((HEAD, *rows)).encode(), "text/csv")


def test_a_handle_time_is_kept_used_and_taken_back(store: Path) -> None:
    planning.keep(Store(store), Assumptions(handle=(("Another queue", 33.0),), concurrency=(("fax", 2.0),)))
    app = opened()
    table = keyed(app.data_editor, "classes").value
    row = int(table.index[table["name"] == "First response · normal"][0])
    keyed(app.number_input, "handle").set_value(12.0)
    keyed(app.number_input, "solved").set_value(1.5)
    edited(app, "classes", edited_rows={row: {"minutes": 7.5}})
    edited(app, "channels", edited_rows={0: {"at_once": 3}})
    pressed(app, "handle-save")
    kept = planning.read(store)
    assert kept.handle == (("", 12.0), ("Another queue", 33.0), ("First response · normal", 7.5))
    assert kept.solved_an_hour == 1.5
    assert kept.concurrency == (("chat", 3.0), ("fax", 2.0))
    assert [each.value for each in app.toast] == ["The handle time is kept\\."]
    assert "as you gave it" in texts(app.markdown)
    keyed(app.number_input, "handle").set_value(None)
    pressed(app, "handle-save")
    assert planning.read(store).handle == (("Another queue", 33.0), ("First response · normal", 7.5))
    pressed(app, "undo")
    assert planning.read(store) == kept
    assert keyed(app.number_input, "handle").value == 12.0


def test_a_number_that_cannot_be_changes_nothing(store: Path) -> None:
    app = opened()
    keyed(app.number_input, "handle").set_value(12.0)
    edited(app, "channels", edited_rows={0: {"at_once": 50}})
    pressed(app, "handle-save")
    assert planning.read(store) == Assumptions()
    assert texts(app.text) == "50 at once for 'chat'. Expected more than 0, at most 20."
    assert "Undo the last change" not in buttons(app)


def test_what_keeps_people_from_work_is_kept_and_forgotten(store: Path) -> None:
    app = opened()
    given = {"planned": 12, "unplanned": 5, "off_queue": 4, "ramp_up": 50, "occupancy": 85, "objective": 90}
    for name, value in (given | {"age_cap": 72, "cost": 30}).items():
        keyed(app.number_input, name).set_value(float(value))
    keyed(app.toggle, "net").set_value(True)
    keyed(app.selectbox, "order").set_value("overdue_last")
    keyed(app.text_input, "currency").set_value(" EUR ")
    pressed(app, "team-save")
    kept = planning.read(store)
    assert kept == Assumptions(
        planned=0.12, unplanned=0.05, net_of_leave=True, off_queue=4, ramp_up=0.5, occupancy=0.85,
        order="overdue_last", age_cap=72, objective=0.9, cost=30, currency="EUR",
    )  # fmt: skip
    assert keyed(app.number_input, "planned").value == 12
    pressed(app, "forget-confirmed")
    assert planning.read(store) == Assumptions()
    assert "Forget all" not in buttons(app)
    pressed(app, "undo")
    assert planning.read(store) == kept


def test_what_another_planner_wrote_is_not_taken_back(store: Path) -> None:
    app = opened()
    keyed(app.number_input, "cost").set_value(30.0)
    pressed(app, "team-save")
    planning.keep(Store(store), Assumptions(cost=99))
    app.run()
    assert "Undo the last change" not in buttons(app)
    keyed(app.number_input, "planned").set_value(10.0)
    pressed(app, "team-save")
    assert planning.read(store) == Assumptions(planned=0.1, cost=99)


def test_a_roster_file_is_checked_shown_used_and_taken_back(store: Path) -> None:
    before = (store / rosters.FILE).read_bytes()
    app = opened()
    upload = keyed(app.file_uploader, "upload")
    upload.set_value(file("bad.csv", f"Ann,,Mon-Fri,08:00,16:00,{ZONE}", f"Bo,,Someday,08:00,16:00,{ZONE}"))
    app.run()
    assert "bad.csv, line 3: weekday 'Someday' is not known" in texts(app.text)
    assert "Use this roster" not in buttons(app)
    assert (store / rosters.FILE).read_bytes() == before
    keyed(app.file_uploader, "upload").set_value(file("good.csv", "Ann,,Mon-Fri,08:00,16:00,", "Bo,,Mon,08:00,12:00,"))
    app.run()
    preview = next(each.value for each in app.dataframe if "then" in each.value.columns).set_index("what")
    assert preview.loc["People, these queues", "then"] == "2"
    assert preview.loc["Hours on duty a week, these queues", "then"] == "44"
    assert preview.loc["Zones", "then"] == ZONE
    assert (store / rosters.FILE).read_bytes() == before
    pressed(app, "upload-use")
    found = rosters.read(store)
    assert found is not None
    assert found.select("agent", "weekdays", "zone").rows() == [("Ann", [1, 2, 3, 4, 5], ZONE), ("Bo", [1], ZONE)]
    assert "2 people, 44 hours on duty a week" in texts(app.markdown)
    pressed(app, "roster-undo")
    assert (store / rosters.FILE).read_bytes() == before
    pressed(app, "roster-removed")
    assert rosters.read(store) is None
    assert "No roster is given, so it is not known who was there" in texts(app.markdown)
    pressed(app, "roster-undo")
    assert (store / rosters.FILE).read_bytes() == before


@pytest.mark.usefixtures("store")
def test_a_roster_that_serves_other_queues_is_told() -> None:
    app = opened()
    strange = file("other.csv", f"Ann,Kitchen *1*,Mon-Fri,08:00,16:00,{ZONE}")
    keyed(app.file_uploader, "upload").set_value(strange)
    app.run()
    assert "names nobody for Applications · london, " in texts(app.warning)
    assert "Check its queues and dates" in texts(app.warning)
    pressed(app, "upload-use")
    assert "Nobody is rostered for these queues in the 13 weeks looked at" in texts(app.markdown)
    assert "to these queues it names\\: Kitchen \\*1\\*\\." in texts(app.caption)


def test_lines_are_written_on_the_page(store: Path) -> None:
    rosters.clear(Store(store))
    app = opened()
    line = {"agent": "Ann", "weekday": "Mon-Fri", "from": "08:00", "to": "16:00", "zone": ZONE}
    edited(app, "roster", added_rows=[line, {"zone": ZONE}])
    pressed(app, "roster-save")
    assert "1 person, 40 hours on duty a week" in texts(app.markdown)
    edited(app, "roster", edited_rows={0: {"to": "12:00"}}, added_rows=[line | {"weekday": "Mon", "from": "11:00"}])
    pressed(app, "roster-save")
    assert "The roster, new line 1: 'Ann' works 11:00–16:00" in texts(app.text)
    edited(app, "roster", edited_rows={0: {"to": "12:00"}})
    pressed(app, "roster-save")
    assert (store / rosters.FILE).read_text("utf-8").splitlines()[1:] == [f"Ann,,,,Mon-Fri,08:00,12:00,work,{ZONE},,"]


def roster(*said: dict[str, str]) -> pl.DataFrame:
    every = [Line(f"line {number}", {"zone": "UTC"} | each) for number, each in enumerate(said, 2)]
    return roster_of(every, "roster.csv")


def shift(agent: str, days: str, **more: str) -> dict[str, str]:
    return {"agent": agent, "weekday": days, "from": "08:00", "to": "12:00"} | more


LEAVE = {"date": "2026-03-03", "activity": "leave"}
LINES = roster(
    shift("Ann", "Mon-Fri", queues="Desk;Mail"),
    shift("Bo", "Mon", queues="Mail"),
    shift("Cleo", "Mon"),
    shift("Dan", "Mon", queues="Desk", zone="Asia/Tokyo"),
    LEAVE | {"agent": "Ann"},
    LEAVE | {"agent": "Bo"},
    LEAVE | {"activity": "holiday"},
    LEAVE | {"activity": "holiday", "zone": "Asia/Tokyo"},
    LEAVE | {"activity": "meeting", "queues": "Mail"},
)


@pytest.mark.parametrize(
    ("queues", "expected"),
    [(["Mail"], [2, 3, 4, 6, 7, 8, 10]), (["Desk"], [2, 4, 5, 6, 8, 9]), (["Phone"], [4, 8])],
)
def test_the_lines_of_some_queues(queues: list[str], expected: list[int]) -> None:
    assert lines.of_queues(LINES, queues)["line"].to_list() == expected


def test_cover_counts_people_hours_and_weeks() -> None:
    weekly = roster(shift("Ann", "Mon-Fri"), shift("Bo", "Mon", queues="Desk", valid_from="2026-03-09"))
    assert lines.cover(weekly, ["Desk"], MONDAY, date(2026, 3, 15)) == lines.Cover(2, 22.0, 2, 2)
    assert lines.cover(weekly, ["Mail"], MONDAY, date(2026, 3, 15)) == lines.Cover(1, 20.0, 2, 2)
    dated = roster(shift("Ann", "", date="2026-03-04"))
    # The first week is looked at from Wednesday on: 4 hours in 5 days.
    assert lines.cover(dated, ["Desk"], date(2026, 3, 4), date(2026, 3, 22)) == lines.Cover(1, 5.6, 3, 1)
    assert lines.cover(None, ["Desk"], MONDAY, date(2026, 3, 8)) == lines.Cover(0, 0.0, 1, 0)


def test_changed_lines_take_the_place_of_theirs() -> None:
    shown = lines.text(lines.of_queues(LINES, ["Desk"]))
    table = shown.filter(pl.col("line") != "5").with_columns(
        to=pl.when(pl.col("line") == "2").then(pl.lit("11:00")).otherwise("to")
    )
    fresh = {"agent": "Eva", "weekday": "Sat", "from": "09:00", "to": "13:00", "zone": None}
    added = pl.concat([table, pl.DataFrame([fresh], schema_overrides={"zone": pl.String})], how="diagonal")
    found = lines.changed(LINES, shown["line"].to_list(), added, "Europe/London")
    assert found.filter(pl.col("activity") == "work").select("line", "agent", "to_minute", "zone").rows() == [
        (2, "Ann", 660, "UTC"), (3, "Bo", 720, "UTC"), (4, "Cleo", 720, "UTC"), (10, "Eva", 780, "Europe/London"),
    ]  # fmt: skip
    same = [lines.text(each.filter(~pl.col("line").is_in(away))) for each, away in ((found, [2, 10]), (LINES, [2, 5]))]
    assert same[0].drop("line").equals(same[1].drop("line"))
    with pytest.raises(RosterError, match="The roster, line 3: 'noon' in to is no time"):
        lines.changed(LINES, [3], lines.text(LINES).filter(line="3").with_columns(to=pl.lit("noon")), "UTC")


def test_the_example_is_a_roster() -> None:
    table = lines.template(["Desk", "Mail"], ZONE, date(2026, 3, 3))
    found = lines.changed(None, [], table.with_columns(line=pl.lit(None, pl.String)), "UTC")
    assert found.height == 3
    assert lines.cover(found, ["Mail"], MONDAY, date(2026, 3, 8)) == lines.Cover(1, 34.0, 1, 1)


def test_every_queue_and_class_of_the_case_can_be_given_a_time() -> None:
    items = pl.DataFrame({"queue": ["Desk"] * 3, "klass": ["A", "B", "A"]})
    case: Any = type("Items", (), {"items": items})
    assert to_fill(case, (("", 5.0), ("B", 3.0))).rows() == [
        ("Queue", "Desk", 3, None), ("Class", "A", 2, None), ("Class", "B", 1, 3.0),
    ]  # fmt: skip


def test_the_handle_time_in_use_is_that_of_the_class_then_the_queue_then_every_other() -> None:
    items = pl.DataFrame({"queue": ["Desk", "Desk", "Mail", "Mail"], "klass": ["A", "B", "A", "B"]})
    by = (("", 1.0), ("A", 0.2), ("Desk", 0.5), ("Elsewhere", 9.0))
    handle = Handle("given", by, 2.0, 0, (0.4, 0.6), ())
    case: Any = type("Items", (), {"items": items, "handle": handle, "relative": False})
    times = [("A", 2, 12.0), ("Desk", 1, 30.0), ("every other", 1, 60.0)]
    assert handle_rows(case).select("name", "touches", "minutes").rows() == times
    # (2 * 12 + 30 + 60) / 4 minutes
    assert in_use(case).startswith("28.5 min a touch on average, as you gave it. It may be 24 to 36 min:")
