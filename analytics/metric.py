"""What a metric is: a name, a formula over clock rows, and the words that define it."""

from dataclasses import dataclass
from enum import Enum

import polars as pl

from analytics.evidence import Gap


class Unit(Enum):
    """What a metric counts in."""

    RATIO = "ratio"
    DURATION = "duration"
    OPEN_TIME = "open time"
    COUNT = "count"


class Better(Enum):
    """Which way a metric should move."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


@dataclass(frozen=True, eq=False, kw_only=True)
class Metric:
    """One thing to measure.

    Attributes:
        name: column, URL and key.
        label: as shown.
        unit, better: how to write it, and which way is good.
        formula: over clock rows; null when undefined.
        definition: one sentence for help texts and the definitions page.
        source: where the definition comes from.
        needs: what must be known of a source, else it cannot be known.
    """

    name: str
    label: str
    unit: Unit
    better: Better
    formula: pl.Expr
    definition: str
    source: str
    needs: frozenset[Gap] = frozenset()
