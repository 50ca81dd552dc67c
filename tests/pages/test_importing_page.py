"""A visitor's way through import on the page."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from data.store import Store
from pages.ui import imports
from pages.ui.importing_choices import OWN, PRESENT
from tests.pages.uploads import DESK, ZONE, writable

ROOT = Path(__file__).parents[2]
OTHER = "No,Opened,Done,Due,State\nA1,2026-06-01 08:00,2026-06-01 09:00,2026-06-02 08:00,Finished\n"
POLICY = (
    "version: 1\nschedules: {s: {time_zone: UTC, hours: 24x7}}\npolicies:\n  - {name: p, schedule: %s, due: supplied}\n"
)


@pytest.fixture
def store(sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return writable(sample, tmp_path / "store", monkeypatch)


def file(name: str, text: str) -> tuple[str, bytes, str]:
    return (name, text.encode(), "text/csv")


def opened() -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages/main.py"), default_timeout=120)
    app.switch_page("reference/data.py")
    return app.run()


def uploaded(*files: tuple[str, bytes, str]) -> AppTest:
    app = opened()
    app.file_uploader[0].set_value(list(files))
    return app.run()


def widget(found: Any, label: str) -> Any:
    return next(each for each in found if each.label.startswith(label))


def pressed(app: AppTest, label: str) -> AppTest:
    widget(app.button, label).click()
    return app.run()


def until(app: AppTest, holds: Callable[[AppTest], object], seconds: float = 90) -> AppTest:
    deadline = time.monotonic() + seconds
    while not holds(app):
        assert time.monotonic() < deadline, [each.value for each in (*app.error, *app.text)]
        time.sleep(0.3)
        app.run()
    return app


def texts(app: AppTest) -> str:
    return "\n".join(each.value for each in app.text)


def test_a_visitor_imports_an_export_and_steps_back(store: Path) -> None:
    app = uploaded(file("tickets.csv", DESK))
    assert not app.exception
    assert [each.value for each in app.info if "to go on" in each.value] == [
        "Choose the time zone of the times to go on."
    ]
    assert not [each for each in app.button if each.label.startswith("Import ")]
    widget(app.selectbox, "Time zone of the times").set_value(ZONE)
    app.run()
    assert "2 rows\\: 1 can be taken, 1 would be set aside" in "\n".join(each.value for each in app.markdown)
    assert "http\\://evil" not in "\n".join(each.value for each in (*app.markdown, *app.caption))
    folders = list(Path(os.environ.get("TMPDIR", "/tmp")).glob("duetime-upload-*/0/tickets.csv"))  # noqa: S108
    pressed(app, "Import 1 row as freshdesk")
    until(app, lambda now: now.success)
    assert app.success[0].value == "freshdesk\\: 1 ticket new, 0 updated, 0 unchanged\\. Version 2 is current\\."
    assert not app.exception
    assert folders
    assert not [path for path in folders if path.exists()]
    assert {each.label: each.value for each in app.metric} == {
        "Rows read": "2", "Rows taken": "1", "Rows set aside": "1", "SLA clocks": "1",
    }  # fmt: skip
    assert imports.remembered("freshdesk") == {"time_zone": ZONE}
    assert Store(store).require().sources()["policy"].to_list() == ["sample", "as_supplied"]
    pressed(app, "Make current")
    pressed(app, "Make version 1 current")
    assert Store(store).require().number == 1
    assert not app.exception
    assert app.markdown[0].value.startswith("### Version 1")
    assert [each.value for each in app.selectbox if each.label == "Another version"] == [2]


def test_a_visitor_maps_a_table_that_is_not_known(store: Path) -> None:
    app = uploaded(file("other.csv", OTHER))
    assert widget(app.selectbox, "Resolution due").value == "Due"
    assert [widget(app.selectbox, word).value for word in ("Finished",)] == ["resolved"]
    widget(app.selectbox, "Time zone of the times").set_value(ZONE)
    app.run()
    pressed(app, "Try it on the file")
    assert "1 row\\: 1 can be taken" in "\n".join(each.value for each in app.markdown)
    pressed(app, "Keep the mapping")
    assert (store / "mappings" / "other.yaml").exists()
    pressed(app, "Import as other")
    until(app, lambda now: now.success)
    assert not app.exception
    assert Store(store).require().counts().filter(source="other")["tickets"].to_list() == [1]
    again = uploaded(file("other2.csv", OTHER.replace("A1", "A2")))
    assert widget(again.selectbox, "Read the files").value == "other"
    assert widget(again.selectbox, "What was promised").value == PRESENT
    assert [each for each in again.button if each.label == "Import 1 row as other"]


def test_the_editor_checks_what_is_chosen(store: Path) -> None:
    assert Store(store).require().number == 1
    app = uploaded(file("other.csv", "Colour,Opened\nred,2026-06-01 08:00\nred,2026-06-01 09:00\n"))
    widget(app.selectbox, "Time zone of the times").set_value(ZONE)
    app.run()
    assert "columns must name ticket_id" in texts(app)
    assert not [each for each in app.button if each.label.startswith(("Try", "Import"))]
    widget(app.selectbox, "Ticket id").set_value("Opened")
    widget(app.selectbox, "Created").set_value("Colour")
    app.run()
    assert widget(app.button, "Import as other").disabled
    pressed(app, "Try it on the file")
    assert [each.value for each in app.error] == ["The file cannot be read so."]
    assert "Column 'Colour' of other.csv is text, not a time (line 2: 'red')" in texts(app)


def test_a_policy_file_of_ones_own_is_checked(store: Path) -> None:
    app = uploaded(file("tickets.csv", DESK))
    widget(app.selectbox, "Time zone of the times").set_value(ZONE)
    widget(app.selectbox, "What was promised").set_value(OWN)
    app.run()
    assert widget(app.button, "Import ").disabled
    widget(app.file_uploader, "Policy file").set_value(("mine.yaml", (POLICY % "none").encode(), "application/yaml"))
    app.run()
    assert [each.value for each in app.error] == ["This policy cannot be used."]
    assert "mine.yaml, line 4" in texts(app)
    assert widget(app.button, "Import ").disabled
    widget(app.file_uploader, "Policy file").set_value(("mine.yaml", (POLICY % "s").encode(), "application/yaml"))
    app.run()
    assert not widget(app.button, "Import ").disabled
    pressed(app, "Import ")
    until(app, lambda now: now.success)
    assert Store(store).require().sources().filter(source="freshdesk")["policy"].to_list() == ["mine"]


def test_a_file_that_cannot_be_read_is_told_as_plain_text(store: Path) -> None:
    assert Store(store).require().number == 1
    app = uploaded(("**x**.csv", b"Id,Name\n1,\xe4\n", "text/csv"))
    assert [each.value for each in app.error] == ["The files cannot be opened."]
    assert "is not utf-8 text" in texts(app)
    widget(app.selectbox, "Encoding").set_value("cp1252")
    app.run()
    assert not app.error
    assert widget(app.selectbox, "Ticket id").value == "Id"
