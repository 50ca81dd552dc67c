"""One browser and two servers for all browser tests: one that builds its sample first, one with it built."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from data.imports import import_sample
from data.store import Store
from tests.browser.chromium import found
from tests.browser.pages import Tabs, browsing
from tests.browser.server import serving


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if found() is None:
        pytest.skip("no Chromium on the PATH: run `python -m tests`, which sees to one")
    with browsing() as opened:
        yield opened


@pytest.fixture(scope="session")
def tabs(browser: Browser) -> Tabs:
    return Tabs(browser)


@pytest.fixture
def page(tabs: Tabs) -> Page:
    """A tab as wide as a laptop."""
    return tabs.tab()


@pytest.fixture(scope="session")
def sample_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    import_sample(Store(folder))
    return folder


@pytest.fixture(scope="session")
def address(sample_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(sample_store, tmp_path_factory.mktemp("log") / "server.log") as url:
        yield url
