"""Which column of a table nobody knows is which of our fields? A first guess, for a person to correct.

Names are compared in several languages, without case, accents, and words that say nothing such as "ticket" or "date".
What the values look like then rules out what cannot be: a creation time is a time, an id stands in every row.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

import polars as pl

from data.ingest.formats import CANDIDATES
from data.ingest.guess_words import NAMES, key, meaning
from data.ingest.mapping import TIMES, Target
from data.ingest.times import parsed

MOST_WORDS = 40
"""A column of more different values is none of words such as a status."""
TRANSLATED: tuple[Target, ...] = (
    "status",
    "first_response_verdict",
    "resolution_verdict",
    "cancelled",
    "created_by",
)
"""Fields whose words are to be told in ours."""

_SAMPLE, _GLIMPSE = 20_000, 200
_DATES = ("%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y")
_SURE, _FOUND, _EXTRA = 100, 50, 5
_NEVER = -1
_LONGEST_ID = 64
_STARTS_AS_TIME = r"^\s*\d{1,4}[-/. ]\s?\w{1,9}[-/. ]"


@dataclass(frozen=True)
class Guess:
    """What a table's columns may mean.

    Attributes:
        columns: for each of our fields that was found, the column.
        time_formats: in which its times may be written, "iso" or patterns of strptime; several where day and month
            cannot be told apart, none where there are no times.
        values: for each field of words that was found, those of its words that are known, in ours.
    """

    columns: dict[Target, str]
    time_formats: tuple[str, ...]
    values: dict[Target, dict[str, str]]


def guess(rows: pl.DataFrame) -> Guess:
    """A guess at a table, from its rows.

    Example:
        >>> rows = pl.DataFrame({"Case No": ["7"], "Opened": ["2026-06-01 08:00"], "State": ["Closed"]})
        >>> guess(rows).columns
        {'ticket_id': 'Case No', 'created_at': 'Opened', 'status': 'State'}
    """
    looks = {name: _look(rows[name]) for name in rows.columns}
    found = _best(looks)
    if "ticket_id" not in found:
        found |= _first({"ticket_id"}, found, [name for name, look in looks.items() if look.is_id])
    if "created_at" not in found:
        times = [name for name, look in looks.items() if look.is_time and look.filled > 0.99]
        found |= _first({"created_at"}, found, times)
    columns = {field: found[field] for field in get_args(Target) if field in found}
    values = {
        field: told
        for field, name in columns.items()
        if field in TRANSLATED and (told := translated(field, name, words_of(rows[name])))
    }
    return Guess(columns, time_formats([rows[name] for field, name in columns.items() if field in TIMES]), values)


def words_of(column: pl.Series) -> list[str]:
    """The different values of a column of words, most frequent first; none where there are too many."""
    if column.dtype != pl.String:
        return []
    counts = column.str.strip_chars().alias("word").value_counts().filter(pl.col("word") != "")
    if counts.height > MOST_WORDS:
        return []
    return counts.sort("count", "word", descending=[True, False])["word"].to_list()


def translated(field: str, column: str, words: Sequence[str]) -> dict[str, str]:
    """Those of a column's words whose meaning is known, in ours."""
    told = {word: meaning(field, word, column) for word in words}
    return {word: ours for word, ours in told.items() if ours is not None}


def time_formats(columns: Sequence[pl.Series]) -> tuple[str, ...]:
    """The patterns in which most values of these columns can be read, each as well; "iso" alone where it is among them.

    Example:
        >>> time_formats([pl.Series(["3/4/2026 08:00"])])
        ('%d/%m/%Y %H:%M', '%m/%d/%Y %H:%M')
        >>> time_formats([pl.Series(["yes"])])
        ()
    """
    counts: Counter[str] = Counter()
    if any(isinstance(column.dtype, pl.Datetime) for column in columns):
        counts["iso"] = 1
    texts = [column for column in columns if column.dtype == pl.String]
    for column in texts:
        values = _some(column)
        for pattern in (*CANDIDATES, *_DATES):
            naive, aware = parsed(values, pattern)
            counts[pattern] += len(values) * 2 - naive.null_count() - aware.null_count()
    most = max(counts.values(), default=0)
    best = tuple(pattern for pattern, count in counts.items() if most and count == most)
    return ("iso",) if "iso" in best else best


def _some(column: pl.Series, most: int = _SAMPLE) -> pl.Series:
    values = column.str.strip_chars().alias("value")
    values = values.filter(values.is_not_null() & (values != "")).unique().sort()
    return values.gather_every(max(1, len(values) // most))


@dataclass(frozen=True)
class _Look:
    """What a column's values look like."""

    filled: float
    is_time: bool
    is_id: bool
    few: bool


def _look(column: pl.Series) -> _Look:
    if column.dtype != pl.String:
        filled = 1 - column.null_count() / max(1, len(column))
        return _Look(filled, is_time=isinstance(column.dtype, pl.Datetime), is_id=False, few=False)
    values = column.str.strip_chars()
    values = values.filter(values.is_not_null() & (values != ""))
    if values.is_empty():
        return _Look(0.0, is_time=False, is_id=False, few=True)
    filled, different = len(values) / len(column), values.n_unique()
    is_time = _is_time(column)
    short = not bool((values.str.len_chars() > _LONGEST_ID).any())
    is_id = not is_time and filled > 0.95 and different > 0.95 * len(values) and short
    return _Look(filled, is_time, is_id, few=different <= MOST_WORDS)


def _is_time(column: pl.Series) -> bool:
    values = _some(column, _GLIMPSE)
    if values.str.contains(_STARTS_AS_TIME).sum() * 2 <= len(values):
        return False
    formats = time_formats([values])
    return bool(formats) and sum(len(values) - part.null_count() for part in parsed(values, formats[0])) * 2 > len(
        values
    )


def _best(looks: dict[str, _Look]) -> dict[Target, str]:
    """The pairs of field and column that fit best, each field and column once."""
    pairs = [
        (score, -place, field, name)
        for field in NAMES
        for place, (name, look) in enumerate(looks.items())
        if (score := _score(field, name, look)) > 0
    ]
    found: dict[Target, str] = {}
    for _, _, field, name in sorted(pairs, key=lambda pair: pair[:2], reverse=True):
        if field not in found and name not in found.values():
            found[field] = name
    return found


def _score(field: Target, name: str, look: _Look) -> float:
    """How well a column fits a field; nothing or less where it does not."""
    if not _can_be(field, look):
        return _NEVER
    words, best = key(name), 0.0
    for place, known in enumerate(NAMES[field]):
        if known == words:
            best = max(best, _SURE - place / 10)
        elif known < words:
            best = max(best, _FOUND + len(known) - _EXTRA * len(words - known) - place / 10)
    if field == "ticket_id" and not look.is_id:
        best -= _FOUND / 2
    return best


def _can_be(field: Target, look: _Look) -> bool:
    if field in TIMES:
        return look.is_time or look.filled == 0
    return not look.is_time and (look.few or field not in {*TRANSLATED, "priority"})


def _first(fields: set[Target], found: dict[Target, str], names: Sequence[str]) -> dict[Target, str]:
    """The first of these columns that means nothing yet, for a field that no name told."""
    free = [name for name in names if name not in found.values()]
    return dict.fromkeys(fields, free[0]) if free else {}
