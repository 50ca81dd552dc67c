"""From a picture to its tickets, to a link, and to files."""

import re
from pathlib import Path

import fastexcel
import polars as pl
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import PAGES, settle

pytestmark = pytest.mark.browser
SOON = 30_000


def strongest_hour(page: Page, address: str) -> tuple[str, int]:
    """Click the cell of the hours page with most breaches; gives the chips it made, and its number."""
    page.goto(f"{address}/hours")
    settle(page, PAGES["hours"])
    chart = page.locator("[data-testid=stVegaLiteChart]").first
    numbers = chart.locator("svg g.mark-text.role-mark text").filter(has_text=re.compile(r"^\d+$"))
    numbers.first.wait_for()
    strongest = max(numbers.all(), key=lambda mark: int(mark.text_content() or 0))
    count = int(strongest.text_content() or 0)
    strongest.click(force=True)
    page.get_by_role("button", name="due on Mon").wait_for(timeout=SOON)
    settle(page, PAGES["hours"])
    return page.url, count


def saved(page: Page, name: str) -> Path:
    with page.expect_download() as download:
        page.get_by_role("button", name=name).last.click()
    return Path(download.value.path())


def test_a_clicked_hour_leads_to_exactly_its_tickets_and_they_to_files(page: Page, address: str) -> None:
    _, count = strongest_hour(page, address)
    assert count > 30
    page.get_by_role("button", name="Show tickets").click()
    settle(page, PAGES["tickets"])
    expect(page).to_have_url(re.compile(r"/tickets\?.*pick=weekday"))
    expect(page.get_by_text(f"{count} clocks, the worst overrun first.")).to_be_visible(timeout=SOON)
    listed = pl.read_csv(saved(page, "Download CSV"))
    assert listed.height == count
    assert (listed["overrun_hours"] >= 0).all()
    assert set(listed["state"]) == {"breached"}
    sheet = fastexcel.read_excel(saved(page, "Download XLSX")).load_sheet(0).to_polars()
    assert sheet.height == count
    assert sheet["Ticket"].cast(pl.String).to_list() == listed["ticket"].cast(pl.String).to_list()


def test_a_shared_link_shows_the_same_view_to_somebody_else(page: Page, browser: Browser, address: str) -> None:
    strongest_hour(page, address)
    verdict = page.get_by_role("heading", level=3).first.inner_text()
    expect(page.get_by_test_id("stMetricValue")).to_have_count(3, timeout=SOON)
    cards = page.get_by_test_id("stMetricValue").all_inner_texts()
    page.get_by_role("button", name="Link").click()
    shared = page.get_by_test_id("stCode").inner_text().strip()
    assert "from=2026-08-24&to=2026-11-22" in shared
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    other = context.new_page()
    other.goto(shared)
    settle(other, PAGES["hours"])
    expect(other.get_by_role("button", name="due on Mon")).to_be_visible(timeout=SOON)
    expect(other.get_by_test_id("stMetricValue")).to_have_text(cards, timeout=SOON)
    same = other.get_by_role("heading", level=3).first.inner_text()
    context.close()
    assert same == verdict


def test_a_pick_goes_with_the_reader_and_is_taken_back_by_keyboard(page: Page, address: str) -> None:
    before = f"{address}/?pick=weekday:1"
    page.goto(before)
    settle(page, PAGES[""])
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Segments").click()
    settle(page, PAGES["segments"])
    expect(page).to_have_url(re.compile(r"/segments\?pick=weekday"))
    page.go_back()
    settle(page, PAGES[""])
    chip = page.get_by_role("button", name="due on Mon")
    chip.wait_for(timeout=SOON)
    chip.focus()
    page.keyboard.press("Enter")
    expect(chip).to_have_count(0, timeout=SOON)
    expect(page).not_to_have_url(re.compile("pick="))


def test_a_picture_and_a_page_are_saved(page: Page, address: str) -> None:
    page.goto(f"{address}/")
    settle(page, PAGES[""])
    page.get_by_role("button", name="Save").first.click()
    assert saved(page, "Picture, PNG").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    assert "Is the promise kept, week by week?" in saved(page, "Picture, SVG").read_text("utf-8")
    page.keyboard.press("Escape")
    assert saved(page, "PDF").read_bytes().startswith(b"%PDF-")
