"""Do the filters in the address outlive a switch of pages, however slow the browser?"""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.pages import PAGES, settle

pytestmark = pytest.mark.browser
QUERY = "only_plan=enterprise&clock=Full+resolution&hours=Calendar+hours"
ASKED = {"only_plan": ["enterprise"], "clock": ["Full resolution"], "hours": ["Calendar hours"]}
FILTERS = re.compile(r"/static/js/(Selectbox|Multiselect|ButtonGroup)\..*\.js")
"""The scripts by which the browser draws filters; it takes part in the address with those only that are drawn."""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    yield context.new_page()
    context.close()


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def switch(page: Page, name: str, path: str) -> None:
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=name).click()
    settle(page, PAGES[path])
    expect(page).to_have_url(re.compile(rf"/{path}(\?|$)"))


def test_filters_survive_a_page_switch_before_the_browser_has_drawn_them(page: Page, address: str) -> None:
    held: list[Route] = []
    slow = True
    page.route(FILTERS, lambda route: held.append(route) if slow else route.continue_())
    page.goto(f"{address}/?{QUERY}")
    settle(page, PAGES[""])
    assert held
    assert page.get_by_test_id("stMultiSelect").count() == 0
    switch(page, "Trends", "trends")
    expect(page).to_have_url(re.compile("only_plan=enterprise"))
    assert asked(page) == ASKED
    slow = False
    for route in held:
        route.continue_()
    plan = page.get_by_test_id("stMultiSelect").filter(has_text="Plan")
    expect(plan).to_contain_text("enterprise", timeout=30_000)
    switch(page, "Hours", "hours")
    assert asked(page) == ASKED
    page.reload()
    settle(page, PAGES["hours"])
    assert asked(page) == ASKED
    expect(page.get_by_test_id("stMultiSelect").filter(has_text="Plan")).to_contain_text("enterprise", timeout=30_000)


def test_filters_survive_a_click_on_a_page_as_soon_as_there_is_one(page: Page, address: str) -> None:
    page.goto(f"{address}/?{QUERY}")
    switch(page, "Trends", "trends")
    expect(page).to_have_url(re.compile("only_plan=enterprise"), timeout=30_000)
    assert asked(page) == ASKED
    expect(page.get_by_role("heading", name=re.compile("^Full resolution in the week of"))).to_be_visible()


def test_a_filter_cleared_by_the_reader_stays_cleared(page: Page, address: str) -> None:
    page.goto(f"{address}/?{QUERY}")
    settle(page, PAGES[""])
    page.get_by_test_id("stButtonGroup").get_by_role("radio", name="Business hours").click()
    expect(page).not_to_have_url(re.compile("hours="), timeout=30_000)
    settle(page, PAGES[""])
    switch(page, "Trends", "trends")
    page.wait_for_timeout(500)
    assert asked(page) == {name: values for name, values in ASKED.items() if name != "hours"}
