"""A store with the sample, and one with a file of another shape, for the pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from data.imports import import_sample
from data.store import Store


@pytest.fixture(autouse=True)
def _fresh_caches(request: pytest.FixtureRequest) -> Iterator[None]:
    """Nothing kept from one test to the next, but in modules that say WARM: those read stores as they are."""
    warm = getattr(request.module, "WARM", False)
    if not warm:
        st.cache_data.clear()
        st.cache_resource.clear()
    yield
    if not warm:
        st.cache_data.clear()
        st.cache_resource.clear()


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    import_sample(Store(folder), 4_000)
    return folder
