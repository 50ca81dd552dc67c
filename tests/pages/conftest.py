"""A store with the sample, and one with a file of another shape, for the pages."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner

from data.imports import import_sample
from data.store import Store


@pytest.fixture(scope="session", autouse=True)
def _packages_read_once() -> Iterator[None]:
    """Every app under test reads the description of every package installed, to find components: once is enough."""
    with pytest.MonkeyPatch.context() as patch:
        found = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", found)
        yield


@pytest.fixture(autouse=True)
def _fresh_caches(request: pytest.FixtureRequest) -> Iterator[None]:
    """Nothing kept from one test to the next, but in modules that say WARM: those read stores as they are.

    A test of such a module that reads something else asks for `cold`.
    """
    warm = getattr(request.module, "WARM", False) and "cold" not in request.fixturenames
    if not warm:
        st.cache_data.clear()
        st.cache_resource.clear()
    yield
    if not warm:
        st.cache_data.clear()
        st.cache_resource.clear()


@pytest.fixture
def cold() -> None:
    """Asked for by a test that changes how a store is read: nothing read before or after is kept."""


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    import_sample(Store(folder), 4_000)
    return folder
