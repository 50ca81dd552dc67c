"""Columns of times as instants: the pattern they are written in, and the zone they mean."""

import polars as pl

from analytics.errors import ImportFileError
from analytics.timezones import INSTANT, Ambiguous, localise
from data.ingest.mapping import Mapping
from data.ingest.tables import Table


def read_times(values: pl.Series, table: Table, field: str, name: str, mapping: Mapping) -> tuple[pl.Series, int, int]:
    """A column of times as UTC instants, and how many happened twice or never."""
    if isinstance(values.dtype, pl.Datetime):
        if values.dtype.time_zone is not None:
            return values.cast(INSTANT), 0, 0
        return _localised(values, mapping)
    naive, aware = parsed(values, mapping.time_format)
    _refuse_unknown_format(values, naive.is_not_null() | aware.is_not_null(), table, field, name, mapping)
    instants, twice, never = _localised(naive, mapping)
    return instants.zip_with(aware.is_null(), aware), twice, never


def _localised(naive: pl.Series, mapping: Mapping) -> tuple[pl.Series, int, int]:
    """Local times as instants; where the mapping rejects those that happened twice they are null."""
    instant: Ambiguous = "latest" if mapping.ambiguous == "latest" else "earliest"
    instants, twice, never = localise(naive, mapping.time_zone, instant)
    if mapping.ambiguous == "reject":
        instants = instants.set(twice, None)
    return instants, int(twice.sum()), int(never.sum())


def parsed(values: pl.Series, pattern: str) -> tuple[pl.Series, pl.Series]:
    """Naive local times and times with an offset; each null where the other, or neither, fits."""
    empty = pl.Series(values.name, [None], dtype=INSTANT).new_from_index(0, len(values))
    if pattern != "iso":
        if "%z" in pattern:
            aware = values.str.to_datetime(pattern, time_unit="us", strict=False, time_zone="UTC")
            return empty.cast(pl.Datetime("us")), aware
        return values.str.to_datetime(pattern, time_unit="us", strict=False), empty
    usual = values.str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", strict=False)
    if usual.null_count() == values.null_count():
        return usual, empty
    zulu = values.str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="us", strict=False, time_zone="UTC")
    if zulu.null_count() == values.null_count():
        return empty.cast(pl.Datetime("us")), zulu
    plain = values.str.replace("[Tt]", " ").str.replace("[Zz]$", "+00:00")
    offset = plain.str.contains(r" \d\d:\d\d(:\d\d(\.\d+)?)? ?[+-]\d\d(:?\d\d)?$").fill_null(value=False)
    blank = pl.Series(values.name, [None], dtype=pl.String).new_from_index(0, len(values))
    local = plain.zip_with(~offset, blank)
    exact = local.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False)
    minute = local.str.to_datetime("%Y-%m-%d %H:%M", time_unit="us", strict=False)
    seconds = plain.zip_with(offset, blank).str.replace(r"( \d\d:\d\d)( ?[+-])", "$1:00$2")
    shifted = seconds.str.replace(r" ?([+-]\d\d)$", "${1}00").str.replace(r" ?([+-]\d\d):?(\d\d)$", "$1$2")
    aware = shifted.str.to_datetime("%Y-%m-%d %H:%M:%S%.f%z", time_unit="us", strict=False, time_zone="UTC")
    return exact.zip_with(exact.is_not_null(), minute), aware


def _refuse_unknown_format(
    values: pl.Series, known: pl.Series, table: Table, field: str, name: str, mapping: Mapping
) -> None:
    """A column of which less than half can be read is in another format, not full of slips."""
    present = values.is_not_null()
    failed = present & ~known
    if int(failed.sum()) * 2 <= int(present.sum()):
        return
    first = int(failed.arg_max() or 0)
    expected = "ISO 8601" if mapping.time_format == "iso" else f"the pattern '{mapping.time_format}'"
    raise ImportFileError(
        f"Column '{name}' of {table.name} is text, not a time (line {table.numbers[first]}: {values[first]!r}). "
        f"Expected {expected} for {field}, or set time_format in the mapping."
    )
