"""The city's tickets, imported once for every test that reads them; and which tests share a process."""

from typing import Any

import pytest

from data.imports import Summary, import_files
from data.store import Store
from tests.shared import shared

BOSTON = "data/boston311/boston311_2011_h2.csv.gz"


@pytest.fixture(scope="session")
def boston(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, Summary]:
    """A store with the city's half-year, and what its import said."""
    store = Store(tmp_path_factory.mktemp("boston"))
    return store, import_files(store, [shared(BOSTON)], "boston311")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """The scheduler of `--dist loadfile`; of any other choice xdist's own."""
    if config.getvalue("dist") != "loadfile":
        return None
    from tests.scheduling import BrowserTogether  # noqa: PLC0415

    return BrowserTogether(config, log)
