"""The clocks of two periods, side by side as numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from analytics.decomposition import parts
from analytics.subsets import Coded, Flags, coded


@dataclass(frozen=True, eq=False)
class Compared:
    """The decided clocks of two periods, those of the earlier one first.

    Attributes:
        coded: by each key, and by `week` and `day` due.
        current: whether a clock is of this period.
        breached: whether it is a breach.
    """

    coded: Coded
    current: Flags
    breached: Flags

    def parts(self, name: str) -> pl.DataFrame:
        """The change of the breach rate by one dimension, in parts.

        Returns:
            Rows in the schema `decomposition.PARTS`, in the order of the dimension's values; none where either period
            has no clock.
        """
        values = self.coded.values[name]
        if not self.current.any() or self.current.all():
            return parts(pl.DataFrame(schema=dict.fromkeys(_COUNTS, pl.Int64) | {"value": pl.String}))
        code, size = self.coded.codes[name], len(values)
        key = self.current * size + code
        due = np.bincount(key, minlength=2 * size)
        breaches = np.bincount(key[self.breached], minlength=2 * size)
        counts = (due[:size], breaches[:size], due[size:], breaches[size:])
        texts = pl.Series("value", [None if value is None else str(value) for value in values], dtype=pl.String)
        return parts(
            pl.DataFrame([texts, *(pl.Series(each, counted) for each, counted in zip(_COUNTS, counts, strict=True))])
        )

    def judged(self, now: pl.DataFrame) -> "Compared":
        """The same clocks with other verdicts of this period.

        Args:
            now: the clocks of this period as they were given, `breached` as it would be.
        """
        verdicts = now.filter(pl.col("decided"))["breached"].fill_null(value=False).to_numpy()
        return replace(self, breached=np.concatenate([self.breached[~self.current], verdicts]))


_COUNTS = ("earlier_due", "earlier_breaches", "due", "breaches")


def compared(now: pl.DataFrame, before: pl.DataFrame, keys: Mapping[str, pl.Expr]) -> Compared:
    """The decided clocks of two periods.

    Args:
        now, before: clocks of one kind in the schema CLOCKS, due in either period.
        keys: by name of a dimension, its value of each clock row.
    """
    own = {"week": pl.col("due_week"), "day": pl.col("due_date"), **keys}
    roots = sorted({name for key in own.values() for name in key.meta.root_names()})
    sides = [
        side.lazy()
        .filter(pl.col("decided"))
        .select(*roots, pl.lit(late).alias("_now"), pl.col("breached").fill_null(value=False).alias("_breached"))
        for side, late in ((before, False), (now, True))
    ]
    frame = pl.concat(sides).collect(engine="in-memory")
    return Compared(coded(frame, own), frame["_now"].to_numpy(), frame["_breached"].to_numpy())
