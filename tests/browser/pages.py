"""What every page is called, and how a browser opens it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests.browser.chromium import found

PAGES = {
    "": "Are we keeping our word?",
    "trends": "Are promises kept better or worse than before?",
    "hours": "When do promises break?",
    "segments": "Where, and for whom, do promises break?",
    "drivers": "Why did the breach rate change?",
    "review": "What caused each breach?",
    "backlog": "Are we keeping up?",
    "resolve": "Which target could we keep?",
    "staffing": "How many people does it take, and when?",
    "forecast": "How much work is coming?",
    "customers": "Is each customer getting what was promised?",
    "queue": "What should be done next?",
    "tickets": "Which tickets broke their promise?",
    "definitions": "What does each number mean?",
    "data": "What is in the store, and can it be trusted?",
    "reconcile": "Does the source agree, and where not, why?",
    "trust": "Can the history be trusted?",
}
WITH_CHARTS = (
    "",
    "trends",
    "hours",
    "segments",
    "drivers",
    "review",
    "backlog",
    "resolve",
    "staffing",
    "forecast",
    "customers",
    "queue",
)
PROBES = ("_stcore/health", "_stcore/host-config")
"""Streamlit asks for these beside every deep link first, and logs the two answers 404."""

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass
class Heard:
    """What the browser said while a page was open."""

    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.on(
            "console", lambda said: self.errors.append(f"{said.text} {said.location}") if said.type == "error" else None
        )
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))

    def own_errors(self) -> list[str]:
        """Console errors, less Streamlit's own two probes."""
        return [said for said in self.errors if not any(probe in said for probe in PROBES)]

    def elsewhere(self, address: str) -> list[str]:
        """Requests to any other host."""
        own = (address, address.replace("http", "ws"), "data:", "blob:")
        return [url for url in self.requests if not url.startswith(own)]


@dataclass
class Tabs:
    """Tabs that tests use one after another, one of each width and theme: the scripts of the pages are read once.

    A tab is handed over as if new: blank, with nothing stored, and with the mouse in its corner.
    """

    browser: Browser
    held: dict[tuple[int, str], Page] = field(default_factory=dict)

    def tab(self, width: int = 1440, theme: Literal["light", "dark"] = "light") -> Page:
        page = self.held.get((width, theme))
        if page is None:
            context = self.browser.new_context(viewport={"width": width, "height": 1000}, color_scheme=theme)
            page = self.held[width, theme] = context.new_page()
        if page.url.startswith("http"):
            page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
        page.context.clear_cookies()
        page.mouse.move(0, 0)
        page.goto("about:blank")
        return page


@contextmanager
def browsing() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()


def launched(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=found(), args=list(QUIET))


def settle(page: Page, heading: str, seconds: float = 90) -> None:
    """Wait until the page has drawn its heading and its script has ended."""
    page.get_by_role("heading", name=heading, exact=True).first.wait_for(timeout=seconds * 1000)
    page.wait_for_function("() => !document.querySelector('[data-testid=stStatusWidget]')", timeout=seconds * 1000)
    page.wait_for_function(
        "() => document.querySelector('[data-testid=stApp]')?.getAttribute('data-test-script-state') === 'notRunning'",
        timeout=seconds * 1000,
    )
