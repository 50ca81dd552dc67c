"""Counts of every value of each dimension, and of every pair of values, over many rows at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

Codes = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Subset = tuple[tuple[str, Any], ...]
"""Names of dimensions, each with one value; of none, everything."""


@dataclass(frozen=True, eq=False)
class Coded:
    """Rows as small whole numbers: for each dimension, the place of each row's value among its values.

    Attributes:
        values: by dimension its values, blank (None) last where it occurs.
        codes: by dimension one number a row.
    """

    values: dict[str, list[Any]]
    codes: dict[str, Codes]

    def rows(self, subset: Subset) -> Flags:
        """Which rows are in a subset."""
        some = next(iter(self.codes.values()))
        inside = np.ones(len(some), dtype=np.bool_)
        for name, value in subset:
            inside &= self.codes[name] == self.values[name].index(value)
        return inside


def coded(frame: pl.DataFrame, keys: Mapping[str, pl.Expr]) -> Coded:
    """The rows of a frame as numbers, by each of these keys.

    A key of one column is worked out once for each value of that column rather than for each row.

    Example:
        >>> found = coded(pl.DataFrame({"plan": ["b", None, "a", "b"]}), {"plan": pl.col("plan")})
        >>> found.values, found.codes["plan"].tolist()
        ({'plan': ['a', 'b', None]}, [1, 2, 0, 1])
    """
    values, codes = {}, {}
    for name, key in keys.items():
        roots = key.meta.root_names()
        if len(roots) > 1:
            found, places = _numbered(frame.select(key.alias(name)).to_series())
        else:
            root, each = _numbered(frame[roots[0]])
            found, numbers = _numbered(root.to_frame().select(key.alias(name)).to_series())
            places = numbers[each]
        values[name], codes[name] = found.to_list(), places
    return Coded(values, codes)


def _numbered(series: pl.Series) -> tuple[pl.Series, Codes]:
    """The values of a series, null last, and the place of each row's value among them."""
    listed = series
    if series.dtype == pl.String:
        listed = series.cast(pl.Enum(series.drop_nulls().unique().sort()))
    numbers = listed.to_physical().cast(pl.Int64)
    low, high = numbers.min(), numbers.max()
    start, blank = (low, high + 1) if isinstance(low, int) and isinstance(high, int) else (0, 0)
    places = numbers.fill_null(blank).to_numpy() - start
    occurs = np.bincount(places, minlength=1) > 0
    codes = places if occurs.all() else (np.cumsum(occurs) - 1)[places]
    one = np.zeros(int(occurs.sum()), dtype=np.int64)
    one[codes] = np.arange(len(codes))
    return series.gather(one), codes


@dataclass(frozen=True, eq=False)
class Tables:
    """Counts of every subset of one or two dimensions; the cells of all tables lie in one row, table by table.

    Attributes:
        coded: the rows that are counted.
        names: the dimensions of each table.
        starts: where each table begins in the row of cells.
        n, breaches, expected: two rows of cells, of the earlier period and of this one.
    """

    coded: Coded
    names: tuple[tuple[str, ...], ...]
    starts: Codes
    n: Floats
    breaches: Floats
    expected: Floats

    def subset(self, cell: int) -> Subset:
        """What a cell counts."""
        table = int(np.searchsorted(self.starts, cell, side="right")) - 1
        place, names = cell - int(self.starts[table]), self.names[table]
        if len(names) == 1:
            return ((names[0], self.coded.values[names[0]][place]),)
        first, second = divmod(place, len(self.coded.values[names[1]]))
        return (names[0], self.coded.values[names[0]][first]), (names[1], self.coded.values[names[1]][second])

    def cell(self, name: str, value: Any) -> int:
        """The cell of one value of a dimension."""
        return int(self.starts[self.names.index((name,))]) + self.coded.values[name].index(value)

    def named(self, holders: Sequence[str]) -> Flags:
        """Whether each cell is of no blank value of these dimensions."""
        found = np.ones(self.n.shape[1], dtype=np.bool_)
        for start, names in zip(self.starts, self.names, strict=True):
            sizes = [len(self.coded.values[name]) for name in names]
            cells = found[start : start + int(np.prod(sizes))].reshape(sizes)
            for axis, name in enumerate(names):
                if name in holders and self.coded.values[name][-1] is None:
                    np.moveaxis(cells, axis, 0)[-1] = False
        return found

    def lengths(self) -> Codes:
        """How many dimensions each cell has."""
        each = np.diff(self.starts, append=self.n.shape[1])
        return np.repeat(np.array([len(names) for names in self.names], dtype=np.int64), each)

    def of_tables(self, values: Mapping[str, float]) -> Floats:
        """For each cell the largest of the values of its dimensions."""
        each = np.diff(self.starts, append=self.n.shape[1])
        return np.repeat([max(values[name] for name in names) for names in self.names], each)

    def less(self, other: "Tables") -> "Tables":
        """These counts without those of the rows of another, counted over the same tables."""
        return Tables(
            self.coded,
            self.names,
            self.starts,
            self.n - other.n,
            self.breaches - other.breaches,
            np.maximum(self.expected - other.expected, 0.0),
        )


def tables(coded: Coded, names: Sequence[str], now: Flags, breached: Flags, expected: Floats, rows: Codes) -> Tables:
    """Count every value of these dimensions and every pair of values.

    Args:
        coded: the rows.
        names: dimensions to count by.
        now: whether a row is of this period rather than the earlier one.
        breached: whether it is a breach.
        expected: the chance that it is one, 0 to 1.
        rows: the places of the rows to count.
    """
    wanted = [(name,) for name in names] + list(combinations(names, 2))
    period, chance = now[rows].astype(np.int64), expected[rows]
    broken = np.flatnonzero(breached[rows])
    taken = {name: coded.codes[name][rows] for name in names}
    late = {name: codes[broken] for name, codes in taken.items()}
    late_period = period[broken]
    counts, breaches, chances, starts, start = [], [], [], [], 0
    for each in wanted:
        size = int(np.prod([len(coded.values[name]) for name in each]))
        key, late_key = (_joined(coded, codes, each) for codes in (taken, late))
        key = period * size + key
        counts.append(np.bincount(key, minlength=2 * size).reshape(2, size))
        chances.append(np.bincount(key, weights=chance, minlength=2 * size).reshape(2, size))
        breaches.append(np.bincount(late_period * size + late_key, minlength=2 * size).reshape(2, size))
        starts.append(start)
        start += size
    return Tables(
        coded,
        tuple(wanted),
        np.array(starts, dtype=np.int64),
        np.concatenate(counts, axis=1).astype(np.float64),
        np.concatenate(breaches, axis=1).astype(np.float64),
        np.concatenate(chances, axis=1),
    )


def _joined(coded: Coded, codes: Mapping[str, Codes], names: tuple[str, ...]) -> Codes:
    if len(names) == 1:
        return codes[names[0]]
    return codes[names[0]] * len(coded.values[names[1]]) + codes[names[1]]
