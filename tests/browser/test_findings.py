"""Do the pages find in the sample history what was put into it?"""

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import PAGES, settle

pytestmark = pytest.mark.browser
DATES = {"period": "Choose dates …", "clock": "First response"}
PUT_IN = {
    "the Monday spike": ("hours", {}, r"^Mon 08–12 holds 5\d % of first response breaches"),
    "the people missing then": ("staffing", {}, r"^Mon 08–09: 4 agents short \(3 to 5 at"),
    "the outage and July": ("trends", {}, r"those of 29 Dec 2025 .*, 2 Mar 2026 \(5\d\.\d %\) and 6 Jul 2026"),
    "the outage, day by day": (
        "drivers",
        {**DATES, "from": "2026-02-23", "to": "2026-03-08"},
        r"3–4 Mar 2026: \d+ breaches where \d\d were to be expected",
    ),
    "the tightened target": (
        "drivers",
        {**DATES, "from": "2026-05-04", "to": "2026-06-28"},
        r"The target changed from 2 h to 1 h 30 min of open time \(enterprise-nordics-2026, priority normal",
    ),
    "the week it began": (
        "trends",
        {"only_plan": "enterprise", "only_region": "Nordics", "only_priority": "normal"},
        r"Since the week of 4 May 2026 attainment is lower: 8\d\.\d % of [\d,]+ against 9\d\.\d %",
    ),
}


@pytest.mark.parametrize("what", PUT_IN)
def test_a_page_names_it(page: Page, address: str, what: str) -> None:
    path, query, told = PUT_IN[what]
    page.goto(f"{address}/{path}?{urlencode(query)}")
    settle(page, PAGES[path])
    expect(page.get_by_text(re.compile(told)).first).to_be_visible(timeout=30_000)
