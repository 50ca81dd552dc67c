"""In which way are a file's times written? Found out from the values, and asked for where two readings fit."""

from collections.abc import Sequence

import polars as pl

from analytics.errors import ImportFileError
from data.ingest.times import parsed

_DATES = ("%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%Y", "%Y/%m/%d", "%d %b %Y", "%d %b, %Y", "%d/%b/%y")
_CLOCKS = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p")
CANDIDATES = ("iso", *(f"{date} {clock}" for date in _DATES for clock in _CLOCKS))
_SAMPLE = 20_000


def time_format_of(columns: Sequence[pl.Series], name: str, given: str | None = None) -> str:
    """The pattern that most of these columns' times are written in: "iso", or one of strptime.

    Args:
        columns: text, null where blank.
        name: of the file, for errors.
        given: what the person who imports says, which is believed.

    Raises:
        ImportFileError: day and month cannot be told apart.

    Example:
        >>> time_format_of([pl.Series(["29/2/2016 01:16", "1/3/2016 11:29"])], "log.csv")
        '%d/%m/%Y %H:%M'
        >>> time_format_of([pl.Series(["1/3/2016 11:29"])], "log.csv")
        Traceback (most recent call last):
        ...
        analytics.errors.ImportFileError: Times of log.csv such as '1/3/2016 11:29' can be read day first \
or month first. Say which with --time-format '%d/%m/%Y %H:%M' or '%m/%d/%Y %H:%M'.
    """
    if given:
        return given
    values = pl.concat([column.cast(pl.String).drop_nulls().unique() for column in columns]).unique().sort()
    values = values.gather_every(max(1, len(values) // _SAMPLE))
    if values.is_empty():
        return "iso"
    read = {pattern: sum(len(values) - part.null_count() for part in parsed(values, pattern)) for pattern in CANDIDATES}
    most = max(read.values())
    best = [pattern for pattern, count in read.items() if count == most]
    if most and len(best) > 1 and "iso" not in best:
        raise ImportFileError(
            f"Times of {name} such as {values[0]!r} can be read day first or month first. "
            f"Say which with --time-format '{best[0]}' or '{best[1]}'."
        )
    return best[0]
