"""Every page by its own address, as the first visitor sees it."""

import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.pages import PAGES, WITH_CHARTS, Heard, settle
from tests.browser.server import serving

pytestmark = pytest.mark.browser
BACKGROUND = "() => getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
TROUBLE = "[data-testid=stException], [data-testid=stAlertContentError]"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens_by_its_own_address_for_the_first_visitor(
    browser: Browser, sample_store: Path, tmp_path: Path, path: str
) -> None:
    with serving(sample_store, tmp_path / "server.log") as fresh:
        for theme in ("light", "dark"):
            dark = theme == "dark"
            size: ViewportSize = {"width": 1440, "height": 1000}
            context = browser.new_context(viewport=size, color_scheme="dark" if dark else "light")
            page, heard = context.new_page(), Heard()
            heard.listen(page)
            page.goto(f"{fresh}/{path}")
            settle(page, PAGES[path])
            if path in WITH_CHARTS:
                page.locator("[data-testid=stVegaLiteChart] svg").first.wait_for()
            background = page.evaluate(BACKGROUND)
            assert page.locator(TROUBLE).count() == 0
            assert page.get_by_role("dialog").count() == 0
            context.close()
            assert (int(re.findall(r"\d+", background)[0]) < 60) == dark
            assert heard.own_errors() == []
            assert heard.elsewhere(fresh) == []
            assert len(heard.requests) > 5


@pytest.mark.parametrize("path", PAGES)
def test_a_page_shows_no_trouble_and_fits_a_phone(browser: Browser, address: str, path: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{address}/{path}")
    settle(page, PAGES[path])
    assert page.locator(TROUBLE).count() == 0
    main = "document.querySelector('[data-testid=stMain]')"
    over = page.evaluate(f"() => {main}.scrollWidth - {main}.clientWidth")
    context.close()
    assert over <= 0


@pytest.mark.parametrize("path", ["hours", ""])
def test_the_first_visitor_of_a_fresh_server_sees_the_sample_built(browser: Browser, tmp_path: Path, path: str) -> None:
    with serving(tmp_path / "store", tmp_path / "server.log") as fresh:
        context = browser.new_context(viewport={"width": 1440, "height": 1000})
        page, heard = context.new_page(), Heard()
        heard.listen(page)
        page.goto(f"{fresh}/{path}")
        expect(page.get_by_role("progressbar").first).to_be_visible(timeout=30_000)
        settle(page, PAGES[path])
        assert page.locator(TROUBLE).count() == 0
        assert page.get_by_role("dialog").count() == 0
        assert heard.own_errors() == []
        context.close()
    assert (tmp_path / "store" / "CURRENT").read_text().strip() == "1"


def test_a_filter_in_the_address_is_applied_and_survives_a_reload(page: Page, address: str) -> None:
    told = []
    for query in ("clock=Full+resolution", "only_plan=enterprise&clock=Full+resolution"):
        page.goto(f"{address}/?{query}")
        settle(page, PAGES[""])
        told.append(page.get_by_text(re.compile(r"^Of [\d,]+ full resolution clocks due")).inner_text())
    page.reload()
    settle(page, PAGES[""])
    again = page.get_by_text(re.compile(r"^Of [\d,]+ full resolution clocks due")).inner_text()
    assert told[0] != told[1] == again


def test_a_clicked_hour_lists_its_tickets_and_a_row_its_story(page: Page, address: str) -> None:
    page.goto(f"{address}/hours")
    settle(page, PAGES["hours"])
    chart = page.locator("[data-testid=stVegaLiteChart]").first
    chart.locator("svg").wait_for()
    numbers = chart.locator("svg g.mark-text.role-mark text")
    numbers.filter(has_text=re.compile(r"^\d+$")).first.wait_for()
    strongest = max(numbers.all(), key=lambda mark: int(mark.text_content() or 0))
    count = int(strongest.text_content() or 0)
    assert count > 30
    strongest.click(force=True)
    title = page.get_by_text(re.compile(r"^Breaches of clocks due Mon \d\d–\d\d$"))
    title.wait_for(timeout=30_000)
    buttons = page.get_by_role("button", name="Download CSV")
    expect(buttons).to_have_count(2, timeout=30_000)
    with page.expect_download() as download:
        buttons.last.click()
    listed = pl.read_csv(download.value.path())
    assert listed.height == count
    assert (listed["overrun_hours"] >= 0).all()
    assert set(listed["state"]) == {"breached"}


def test_headers_and_hosts_are_guarded(address: str) -> None:
    with urllib.request.urlopen(f"{address}/healthz", timeout=10) as answer:
        assert answer.read() == b"ok"
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
