"""A manager's way from a file to numbers, and back."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as TooLongError

from data.imports import import_sample
from data.store import Store
from tests.browser.pages import PAGES, Heard, settle
from tests.browser.server import serving

pytestmark = pytest.mark.browser
LONG = 90_000
FRESHDESK = (
    "Ticket ID,Subject,Status,Priority,Created time,Due by Time,Resolved time,Initial response time,Last update time\n"
    "1,![x](http://127.0.0.1:9/t.png) <b>x</b>,Closed,High,2026-06-01 08:00:00,2026-06-02 08:00:00,"
    "2026-06-01 12:00:00,2026-06-01 08:30:00,2026-06-01 12:00:00\n"
    "2,**Late**,Closed,Low,2026-06-01 08:00:00,2026-06-02 08:00:00,2026-06-04 12:00:00,,2026-06-04 12:00:00\n"
    ",No id,Open,Low,2026-06-01 08:00:00,2026-06-02 08:00:00,,,2026-06-01 12:00:00\n"
)
UNKNOWN = (
    "Ref,**Opened**,Finished at,Promised,Where it stands\n"
    "A1,03/04/2026 08:00,04/04/2026 12:00,05/04/2026 08:00,Sorted\n"
    "A2,03/04/2026 09:00,,05/04/2026 08:00,*In the works*\n"
)


@pytest.fixture(scope="module")
def small_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    import_sample(Store(folder), 1_000)
    return folder


@pytest.fixture
def store(small_store: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(small_store, tmp_path / "store"))


@pytest.fixture
def page(browser: Browser, store: Path, tmp_path: Path) -> Iterator[Page]:
    """The data page of a server of its own."""
    with serving(store, tmp_path / "server.log") as own, on_data(browser, own) as page:
        yield page


@pytest.fixture
def looking(browser: Browser, address: str) -> Iterator[Page]:
    """The data page of the server all tests share, for those that import nothing."""
    with on_data(browser, address) as page:
        yield page


@contextmanager
def on_data(browser: Browser, address: str) -> Iterator[Page]:
    """The data page, which must not ask for anything from elsewhere."""
    context = browser.new_context(viewport={"width": 1440, "height": 1200}, timezone_id="UTC")
    page, heard = context.new_page(), Heard()
    heard.listen(page)
    page.goto(f"{address}/data")
    settle(page, PAGES["data"])
    yield page
    context.close()
    assert heard.own_errors() == []
    assert heard.elsewhere(address) == []


def upload(page: Page, name: str, text: str) -> None:
    page.locator("input[type=file]").first.set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
    )


def choose(page: Page, label: str, option: str) -> None:
    """Pick an option; a list that a running script closes is opened again."""
    box, listed = page.get_by_role("combobox", name=label, exact=True), page.get_by_role("option", name=option).first
    for _ in range(10):
        box.fill("")
        box.fill(option)
        with suppress(TooLongError):
            listed.click(timeout=3_000)
            break
    expect(page.get_by_role("option")).to_have_count(0)
    expect(box).to_have_value(option)


def test_an_export_becomes_numbers_and_is_taken_back(page: Page, store: Path) -> None:
    upload(page, "tickets.csv", FRESHDESK)
    expect(page.get_by_text("Freshdesk tickets (CSV)")).to_be_visible(timeout=LONG)
    expect(page.get_by_text("Choose the time zone of the times to go on.")).to_be_visible(timeout=LONG)
    choose(page, "Time zone of the times", "Europe/Stockholm")
    expect(page.get_by_text("3 rows: 2 can be taken, 1 would be set aside.")).to_be_visible(timeout=LONG)
    page.get_by_role("button", name="Import 2 rows as freshdesk").click()
    told = page.get_by_text("freshdesk: 2 tickets new, 0 updated, 0 unchanged. Version 2 is current.")
    expect(told).to_be_visible(timeout=LONG)
    expect(page.get_by_role("heading", name=re.compile("^Version 2: 1,002 tickets"))).to_be_visible()
    assert Store(store).require().number == 2
    page.get_by_role("button", name="Overview of freshdesk").click()
    settle(page, PAGES[""])
    expect(page.get_by_role("combobox", name="Source")).to_have_value("freshdesk")
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Data").click()
    settle(page, PAGES["data"])
    page.get_by_role("tab", name="Versions").click()
    page.get_by_role("button", name="Make current …").click()
    page.get_by_role("dialog").get_by_role("button", name="Make version 1 current").click()
    expect(page.get_by_role("heading", name=re.compile("^Version 1: 1,000 tickets"))).to_be_visible(timeout=LONG)
    assert Store(store).require().number == 1


def test_a_table_nobody_knows_is_mapped_by_hand(page: Page, store: Path) -> None:
    upload(page, "helpdesk.csv", UNKNOWN)
    expect(page.get_by_text("not an export that is known")).to_be_visible(timeout=LONG)
    expect(page.get_by_role("combobox", name="Created", exact=True)).to_have_value("**Opened**", timeout=LONG)
    choose(page, "Time zone of the times", "Europe/Stockholm")
    choose(page, "How times are written", "31/12/2026 17:05 (day first)")
    choose(page, "Status", "Where it stands")
    choose(page, "Sorted", "resolved")
    expect(page.get_by_text("*In the works*", exact=True)).to_be_visible(timeout=LONG)
    page.get_by_role("button", name="Try it on the file").click()
    expect(page.get_by_text("2 rows: 2 can be taken, 0 would be set aside.")).to_be_visible(timeout=LONG)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download YAML").click()
    text = download.value.path().read_text(encoding="utf-8")
    page.get_by_role("button", name="Import as helpdesk").click()
    expect(page.get_by_text("helpdesk: 2 tickets new")).to_be_visible(timeout=LONG)
    assert (store / "mappings" / "helpdesk.yaml").read_text(encoding="utf-8") == text
    tickets = Store(store).require().history("helpdesk").tickets
    assert tickets.select("ticket_id", "status").rows() == [("A1", "resolved"), ("A2", "*In the works*")]


def test_everything_is_reached_by_keyboard(looking: Page) -> None:
    page = looking
    upload(page, "tickets.csv", FRESHDESK)
    zone = page.get_by_role("combobox", name="Time zone of the times")
    expect(zone).to_be_visible(timeout=LONG)
    expect(page.get_by_text("to go on")).to_be_visible(timeout=LONG)
    settle(page, PAGES["data"])
    zone.focus()
    page.keyboard.type("Europe/Stockholm")
    page.keyboard.press("Enter")
    button = page.get_by_role("button", name="Import 2 rows as freshdesk")
    expect(button).to_be_enabled(timeout=LONG)
    zone.focus()
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("() => document.activeElement.innerText || document.activeElement.ariaLabel"))
    assert any("Import 2 rows as freshdesk" in (words or "") for words in reached)
