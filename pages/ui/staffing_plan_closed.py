"""Which promises no staffing keeps, in sentences: those due while nobody is in, and those overdue on coming."""

import polars as pl

from analytics.staffing.planned import Opened
from pages.ui import format as fmt
from pages.ui.staffing_plan_words import MOST_NAMED

LEAST_SHARE = 0.01
"""Shares of promises below which nothing is said of what nobody can keep."""


def beyond(before: pl.DataFrame, after: pl.DataFrame | None, opened: Opened | None) -> list[str]:
    """The promises due with nobody in, what one more window of hours would bring, and those overdue on coming.

    Args:
        before, after: as `planned.unkeepable` gives them, with the present hours and with one more window.
        opened: the window.
    """
    told = []
    lost = _shares(before, "closed")
    for row in lost.head(MOST_NAMED).iter_rows(named=True):
        line = f"{fmt.percent(row['share'], 0)} of '{row['klass']}' fall due while nobody is in, whatever the staffing"
        if after is not None and opened is not None:
            left = after.filter(pl.col("klass") == row["klass"])
            share = float(left["closed"][0] / left["promises"][0])
            line += f"; opening {opened} would bring it to {fmt.percent(share, 0)}"
        told.append(f"{line}.")
    late = _shares(before, "overdue")
    if late.height:
        names = [
            f"{fmt.percent(row['share'], 0)} of '{row['klass']}'" for row in late.head(MOST_NAMED).iter_rows(named=True)
        ]
        told.append(
            f"Overdue already when the work came here: {', '.join(names)}. No staffing of this team keeps those."
        )
    return told or ["Next to no promise falls due while nobody is in: all can be kept with the present opening hours."]


def _shares(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    shares = frame.with_columns(share=pl.col(column) / pl.col("promises"))
    return shares.filter(pl.col("share") >= LEAST_SHARE).sort("share", "klass", descending=[True, False])
