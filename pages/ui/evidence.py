"""What the files of a source do not tell, and which numbers are then greyed, with the reason."""

from pathlib import Path
from typing import Any

import polars as pl
import streamlit as st

from analytics.evidence import missing, untold
from analytics.metrics import METRICS
from analytics.schemas import KIND_LABELS
from pages.ui.load import Selection, Version

NOT_KNOWN = "not known"


@st.cache_data(max_entries=8, show_spinner=False)
def _gaps(directory: str, number: int) -> dict[str, frozenset[str]]:
    return Version(Path(directory), number).gaps()


def gaps(directory: str, number: int, source: str | None) -> frozenset[str]:
    """What no file of the source tells; of every source together, what any of them does not tell."""
    found = _gaps(directory, number)
    return found.get(source, frozenset()) if source else frozenset().union(*found.values())


def of(selection: Selection) -> frozenset[str]:
    """What no file of the source looked at tells."""
    chosen = dict(selection.chosen).get("source", (None,))
    return gaps(selection.directory, selection.version, chosen[0])


def unknown(selection: Selection) -> dict[str, str]:
    """The metrics that cannot be known of the source looked at, each with the reason."""
    found = of(selection)
    reasons = {name: missing(each.needs, found) for name, each in METRICS.items()}
    return {name: reason for name, reason in reasons.items() if reason}


def label(name: str, reasons: dict[str, str]) -> str:
    """A metric's label, saying so where it cannot be known."""
    return f"{METRICS[name].label} ({NOT_KNOWN})" if name in reasons else METRICS[name].label


def known(selection: Selection, row: dict[str, Any] | None) -> dict[str, Any] | None:
    """A measured row with null for what cannot be known."""
    reasons = unknown(selection)
    return None if row is None else {name: None if name in reasons else value for name, value in row.items()}


def blanked(selection: Selection, frame: pl.DataFrame) -> pl.DataFrame:
    """A measured frame with null for what cannot be known."""
    reasons = unknown(selection)
    blank = [pl.lit(None, dtype=frame.schema[name]).alias(name) for name in frame.columns if name in reasons]
    return frame.with_columns(blank)


def kinds(directory: str, number: int, source: str | None) -> str:
    """The kinds of clocks that cannot be judged, with the reasons, for a help text; nothing where there are none."""
    reasons = untold(gaps(directory, number, source)) if source else {}
    return "; ".join(f"{KIND_LABELS[kind]}: {reason}" for kind, reason in reasons.items())
