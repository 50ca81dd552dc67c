"""How much work was waiting at an instant, and which touches were made in bulk?"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from analytics.staffing.axis import Integers
from analytics.staffing.presence import seconds

BULK = 5
"""So many tickets that one agent moves in one instant were moved in bulk: no handle time can be seen in them."""
BULK_UNTOLD = 20
"""The same where nobody tells who moved them."""


@dataclass(frozen=True, eq=False)
class Standing:
    """When work came that could be begun at once, and when it was done, UTC seconds, each sorted by itself."""

    released: Integers
    done: Integers

    def waiting(self, at: npt.ArrayLike) -> Integers:
        """How many pieces had come and were not yet done just after each instant; those being worked on included."""
        return np.searchsorted(self.released, at, side="right") - np.searchsorted(self.done, at, side="right")


def standing(items: pl.DataFrame) -> Standing:
    """The queue of some work, less what our own touch before left lying.

    Nobody knows whether what is left lying with us could be gone on with: it may wait for a colleague or for a date.
    Counted as waiting, it would make every hour look busy.

    What is moved in bulk in the end nobody had begun on either.

    Args:
        items: rows of WORK.

    Example:
        >>> from datetime import UTC, datetime
        >>> at = [datetime(2026, 3, 2, hour, tzinfo=UTC) for hour in (8, 9, 11)]
        >>> told = {"released_at": at[:2], "done_at": at[1:], "left": [False, True], "agent": ["ann", "ann"]}
        >>> standing(pl.DataFrame(told)).waiting(seconds(pl.Series(at))).tolist()
        [1, 0, 0]
    """
    fresh = items.filter(~pl.col("left") & ~in_bulk(items))
    return Standing(np.sort(seconds(fresh["released_at"])), np.sort(seconds(fresh["done_at"].drop_nulls())))


def in_bulk(items: pl.DataFrame) -> pl.Series:
    """Whether each row of WORK was done in bulk, Boolean; false for what is not done."""
    told, done = pl.col("agent").is_not_null(), pl.col("done_at").is_not_null()
    together = pl.len().over("agent", "done_at")
    return items.select(bulk=done & (together >= pl.when(told).then(BULK).otherwise(BULK_UNTOLD)))["bulk"]
