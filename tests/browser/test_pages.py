"""Every page by its own address, as the first visitor sees it."""

import re
import urllib.request
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import PAGES, WITH_CHARTS, Heard, Tabs, settle
from tests.browser.server import serving

pytestmark = pytest.mark.browser
BACKGROUND = "() => getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
NOT_OURS = {
    "list": ('data-testid="stSidebarNavItems"',),  # sections of the navigation
    "listitem": ('<li class="st-emotion-cache',),
    "svg-img-alt": ('class="mark-rect role-mark brush_brush',),  # what Vega drags over a chart, as long as nothing is
    "presentation-role-conflict": ('data-testid="stFileUploaderDropzone"',),
}
LOOKS = [
    *((path, "dark", 390) for path in PAGES),
    *((path, "light", 1440) for path in ("", "trends", "hours", "drivers")),
]
TROUBLE = "[data-testid=stException], [data-testid=stAlertContentError]"


@pytest.mark.parametrize("path", ["hours", "queue"])
def test_a_page_opens_by_its_own_address_for_the_first_visitor_of_a_server(
    browser: Browser, sample_store: Path, tmp_path: Path, path: str
) -> None:
    with serving(sample_store, tmp_path / "server.log") as fresh:
        context = browser.new_context(viewport={"width": 1440, "height": 1000})
        page, heard = context.new_page(), Heard()
        heard.listen(page)
        page.goto(f"{fresh}/{path}")
        settle(page, PAGES[path])
        assert page.locator(TROUBLE).count() == 0
        assert page.get_by_role("dialog").count() == 0
        assert heard.own_errors() == []
        assert heard.elsewhere(fresh) == []
        assert len(heard.requests) > 5
        context.close()


@pytest.mark.parametrize(("path", "theme", "width"), LOOKS)
def test_a_page_is_sound_and_accessible_in_each_theme_and_fits_a_phone(
    tabs: Tabs, address: str, path: str, theme: Literal["light", "dark"], width: int
) -> None:
    page, heard = tabs.tab(width, theme), Heard()
    heard.listen(page)
    page.goto(f"{address}/{path}")
    settle(page, PAGES[path])
    if path in WITH_CHARTS:
        page.locator("[data-testid=stVegaLiteChart] svg").first.wait_for()
    background = page.evaluate(BACKGROUND)
    main = "document.querySelector('[data-testid=stMain]')"
    over = page.evaluate(f"() => {main}.scrollWidth - {main}.clientWidth")
    trouble, found = page.locator(TROUBLE).count(), violations(page)
    assert trouble == 0
    assert found == []
    assert over <= 0
    assert (int(re.findall(r"\d+", background)[0]) < 60) == (theme == "dark")
    assert heard.own_errors() == []
    assert heard.elsewhere(address) == []


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong on a page, but for what Streamlit and Vega themselves draw so."""
    return [
        f"{rule['id']}: {node['html'][:200]}"
        for rule in Axe().run(page).response["violations"]
        for node in rule["nodes"]
        if not any(mark in node["html"] for mark in NOT_OURS.get(rule["id"], ()))
    ]


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


def test_headers_and_hosts_are_guarded(address: str) -> None:
    with urllib.request.urlopen(f"{address}/healthz", timeout=10) as answer:
        assert answer.read() == b"ok"
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
