"""Tables as text files, with the formulas defused that a spreadsheet would run."""

from typing import Any

import polars as pl

_LIVE = ("=", "+", "-", "@", "\t", "\r")


def defused(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with an apostrophe before every text a spreadsheet would run; numbers stay numbers.

    Example:
        >>> defused(pl.DataFrame({"subject": ["=cmd|' /C calc'!A0", "hello", " @x", None], "n": [-1, 2, 3, 4]})).rows()
        [("'=cmd|' /C calc'!A0", -1), ('hello', 2), ("' @x", 3), (None, 4)]
    """
    texts = [name for name, dtype in frame.schema.items() if dtype in (pl.String, pl.Categorical) or dtype == pl.Enum]
    live = [pl.col(name).cast(pl.String).alias(name) for name in texts]
    frame = frame.with_columns(live).rename(dict(zip(frame.columns, map(_harmless, frame.columns), strict=True)))
    return frame.with_columns(
        pl.when(pl.col(name).str.strip_chars_start(" \n\u00a0").str.contains(r"^[=+\-@\t\r]"))
        .then("'" + pl.col(name))
        .otherwise(pl.col(name))
        .alias(name)
        for name in map(_harmless, texts)
    )


def _harmless(text: str) -> str:
    return f"'{text}" if text.lstrip(" \n\u00a0").startswith(_LIVE) else text


def csv(frame: pl.DataFrame) -> bytes:
    """The frame as CSV in UTF-8 with a byte order mark, so that Excel reads its letters.

    Times are in ISO 8601: instants in UTC with a Z, local times without one.
    """
    times = {name: dtype for name, dtype in frame.schema.items() if isinstance(dtype, pl.Datetime)}
    written = frame.with_columns(
        pl.col(name).dt.strftime("%Y-%m-%dT%H:%M:%S" + ("Z" if dtype.time_zone else ""))
        for name, dtype in times.items()
    )
    return b"\xef\xbb\xbf" + defused(flat(written)).write_csv().encode()


def flat(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with lists and other nested values as texts.

    Example:
        >>> flat(pl.DataFrame({"tags": [["a", "b"], [], None]}))["tags"].to_list()
        ['a, b', '', None]
    """
    nested = [name for name, dtype in frame.schema.items() if dtype.is_nested() or dtype in (pl.Object, pl.Binary)]
    return frame.with_columns(
        pl.Series(name, [_written(value) for value in frame[name].to_list()], dtype=pl.String) for name in nested
    )


def _written(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, list):
        return ", ".join(_written(each) or "" for each in value)
    return str(value)
