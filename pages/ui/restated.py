"""Months that were closed and count otherwise now, in one line."""

import polars as pl

from analytics.schemas import KIND_LABELS
from pages.ui import derived
from pages.ui.load import Selection

MOST = 3
"""Months told; the others are counted."""


def line(selection: Selection, kinds: list[str]) -> str:
    """What changed in the closed months of the period shown; nothing where nothing did.

    Args:
        selection: whose period and sources are meant; its other filters are not, as whole months of a source close.
        kinds: the clock kinds meant, the first of them told first.
    """
    found = derived.restated(selection).filter(pl.col("kind").is_in(kinds))
    if found.is_empty():
        return ""
    place = pl.col("kind").replace_strict({kind: number for number, kind in enumerate(kinds)})
    rows = found.sort(place, "month", "source", descending=[False, True, False]).to_dicts()
    several = found["source"].n_unique() > 1
    told: list[str] = []
    for number, row in enumerate(rows[:MOST]):
        new = len(kinds) > 1 and (number == 0 or row["kind"] != rows[number - 1]["kind"])
        lead = f"{KIND_LABELS[row['kind']]}: " if new else ""
        told.append(f"{lead}{row['text']}{' (' + row['source'] + ')' if several else ''}")
    more = [f"{len(rows) - MOST} more closed months changed"] if len(rows) > MOST else []
    return f"{'; '.join([*told, *more])}.{_meant(selection)}"


def _meant(selection: Selection) -> str:
    """What a closed month's count is of, where the page shows something else."""
    filtered = any(name != "source" for name, _ in selection.chosen)
    if selection.hours == "business" and selection.excluded == "left out" and not filtered:
        return ""
    return " Closed months count whole sources, in business hours, without excluded clocks."
