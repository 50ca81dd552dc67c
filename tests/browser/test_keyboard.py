"""Can every control of a page be reached by the Tab key alone?"""

import pytest
from playwright.sync_api import Page

from tests.browser.pages import PAGES, settle

pytestmark = pytest.mark.browser
CONTROLS = (
    "main button, main input, main summary, main a[href], main [role=combobox], "
    "[data-testid=stSidebar] button, [data-testid=stSidebar] input, [data-testid=stSidebar] a[href]"
)
STREAMLITS_OWN = "[data-testid=stToolbar], [data-testid=stElementToolbar], [data-testid=stSidebarHeader]"
WANTED = f"""() => {{
    window.reached = new Set();
    const shown = [...document.querySelectorAll("{CONTROLS}")].filter(
        (each) => each.checkVisibility() && !each.disabled && each.tabIndex >= 0
            && each.type !== "radio" && each.getAttribute("role") !== "radio");
    window.wanted = shown.filter((each) => !each.closest("{STREAMLITS_OWN}"));
    return window.wanted.length;
}}"""
STEP = "() => { window.reached.add(document.activeElement); return window.reached.size; }"
LEFT = "() => window.wanted.filter((each) => !window.reached.has(each)).map((each) => each.outerHTML.slice(0, 160))"


@pytest.mark.parametrize("path", ["hours", "queue"])
def test_the_tab_key_reaches_every_control(page: Page, address: str, path: str) -> None:
    page.goto(f"{address}/{path}?pick=weekday:1")
    settle(page, PAGES[path])
    page.get_by_role("button", name="due on Mon").wait_for()
    wanted = page.evaluate(WANTED)
    for _ in range(3 * wanted):
        page.keyboard.press("Tab")
        page.evaluate(STEP)
        if not page.evaluate(LEFT):
            break
    left = page.evaluate(LEFT)
    assert wanted > 30
    assert left == []
