"""Writes for the pages: the sample history on first start."""

import threading

import streamlit as st

from data.imports import import_sample
from data.store import Store
from data.version import Version

_ONE_BUILDER = threading.Lock()


def first_start() -> Version:
    """Build the sample history behind a visible progress bar, unless another visitor has; return the store."""
    box = st.empty()
    with box.container():
        st.header("Building a sample history")
        st.caption(
            "A year of a support team's tickets is simulated once, so that there is something to look at. "
            "Import your own with: python -m data import FILE --mapping NAME"
        )
        bar = st.progress(0.0, "Waiting for another visitor's build …")
        with _ONE_BUILDER:
            store = Store()
            version = store.current()
            if version is None:
                import_sample(store, progress=lambda share, what: bar.progress(share, f"{what} …"))
                version = store.require()
    box.empty()
    return version
