"""Where local time and UTC meet: the only place in the product that converts between them.

Zones come from the pinned `tzdata` package, never from the machine, so that every part of the
product and every host agrees on what "Monday 08" is.
"""

import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from functools import lru_cache
from importlib.metadata import version
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from analytics.errors import UnknownNameError

zoneinfo.reset_tzpath(to=[])

Ambiguous = Literal["earliest", "latest"]
Seconds = npt.NDArray[np.int64]

MICROSECONDS = 1_000_000
INSTANT = pl.Datetime("us", "UTC")
FIRST_YEAR, LAST_YEAR = 1970, 2100
_DAY = 86_400


@dataclass(frozen=True)
class ZoneTable:
    """The offset changes of one zone: from `changes[i]` (UTC seconds) on, `offsets[i]` holds."""

    changes: Seconds
    offsets: Seconds

    def local_starts(self, ambiguous: Ambiguous) -> Seconds:
        """Local seconds from which each offset applies; a skipped hour is read with the old offset."""
        before, after = self.offsets[:-1], self.offsets[1:]
        repeated = np.minimum(before, after) if ambiguous == "latest" else np.maximum(before, after)
        shift = np.where(after > before, after, repeated)
        return np.concatenate([[np.iinfo(np.int64).min], self.changes[1:] + shift])


def version_of_zones() -> str:
    """The release of the time zone database in use, as the store records it."""
    return version("tzdata")


@lru_cache(maxsize=64)
def zone_table(time_zone: str) -> ZoneTable:
    """Every offset change of a zone between 1970 and 2100.

    Raises:
        UnknownNameError: the zone is not in the IANA database.

    Example:
        >>> int(zone_table("Europe/Stockholm").offsets[0])
        3600
    """
    try:
        zone = zoneinfo.ZoneInfo(time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownNameError.of("time zone", time_zone, _likely_zones(time_zone)) from error

    def offset(at: int) -> int:
        found = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=at)).astimezone(zone).utcoffset()
        return round((found or timedelta()).total_seconds())

    start = int(datetime(FIRST_YEAR, 1, 1, tzinfo=UTC).timestamp())
    end = int(datetime(LAST_YEAR, 1, 1, tzinfo=UTC).timestamp())
    changes, offsets = [start], [offset(start)]
    for day in range(start, end, 7 * _DAY):
        low, high = day, min(day + 7 * _DAY, end)
        while offset(high) != offsets[-1]:
            bottom, top = low, high
            while top - bottom > 1:
                middle = (bottom + top) // 2
                bottom, top = (middle, top) if offset(middle) == offsets[-1] else (bottom, middle)
            changes.append(top)
            offsets.append(offset(top))
            low = top
    return ZoneTable(np.array(changes, dtype=np.int64), np.array(offsets, dtype=np.int64))


def _likely_zones(name: str) -> list[str]:
    near = get_close_matches(name, zoneinfo.available_timezones(), n=5, cutoff=0.7)
    return near or ["Europe/Stockholm", "Europe/London", "America/New_York", "UTC"]


def to_utc_seconds(local: Seconds, time_zone: str, ambiguous: Ambiguous = "earliest") -> Seconds:
    """UTC seconds of local wall-clock seconds (both counted from 1970-01-01T00:00).

    A local time that happens twice is its earlier instant unless `ambiguous` says latest; one that
    never happens is read one hour later, as if the clock had not been changed yet.

    Example:
        >>> at = np.datetime64("2026-03-29T02:30:00").astype("datetime64[s]").astype(np.int64)
        >>> utc = to_utc_seconds(np.array([at]), "Europe/Stockholm")
        >>> str(utc.astype("datetime64[s]")[0])
        '2026-03-29T01:30:00'
    """
    table = zone_table(time_zone)
    position = np.searchsorted(table.local_starts(ambiguous), local, side="right") - 1
    return np.asarray(local - table.offsets[position], dtype=np.int64)


def to_local_seconds(utc: Seconds, time_zone: str) -> Seconds:
    """What the clock on the wall showed at UTC seconds (both counted from 1970-01-01T00:00).

    Example:
        >>> int(to_local_seconds(np.array([0]), "Europe/Stockholm")[0])
        3600
    """
    table = zone_table(time_zone)
    position = np.maximum(np.searchsorted(table.changes, utc, side="right") - 1, 0)
    return np.asarray(utc + table.offsets[position], dtype=np.int64)


def localise(
    local: pl.Series, time_zone: str, ambiguous: Ambiguous = "earliest"
) -> tuple[pl.Series, pl.Series, pl.Series]:
    """UTC instants of naive local times, and which of them happened twice or never.

    Args:
        local: naive Datetime, any unit; null stays null.
        time_zone: IANA name of the zone the times were written in.
        ambiguous: which instant a repeated local time means.

    Returns:
        (Datetime[us, UTC], Boolean twice, Boolean never); the flags are false for null.
    """
    micros = local.cast(pl.Datetime("us")).to_physical()
    known = micros.fill_null(0).to_numpy()
    seconds = known // MICROSECONDS
    early = to_utc_seconds(seconds, time_zone, "earliest")
    late = to_utc_seconds(seconds, time_zone, "latest")
    utc = late if ambiguous == "latest" else early
    present = local.is_not_null()
    instants = pl.Series(local.name, utc * MICROSECONDS + known % MICROSECONDS).cast(INSTANT)
    missing = pl.Series(local.name, [None], dtype=INSTANT)
    return (
        instants.zip_with(present, missing.new_from_index(0, len(local))),
        pl.Series("twice", early != late) & present,
        pl.Series("never", to_local_seconds(early, time_zone) != seconds) & present,
    )


def local(at: pl.Expr, time_zone: pl.Expr, zones: Iterable[str]) -> pl.Expr:
    """Naive local time of UTC instants, each in the zone its own row names.

    Args:
        at: Datetime[us, UTC]; null stays null.
        time_zone: String, one of `zones`; null or another zone gives null.
        zones: the zones that may occur.

    Returns:
        Datetime[us] without a zone: what the clock on the wall showed.

    Example:
        >>> frame = pl.DataFrame({"at": [datetime(2026, 7, 6, 6, tzinfo=UTC)], "zone": ["Europe/Stockholm"]})
        >>> frame.select(local(pl.col("at"), pl.col("zone"), ["Europe/Stockholm"])).item()
        datetime.datetime(2026, 7, 6, 8, 0)
    """
    seconds = at.cast(INSTANT).to_physical() // MICROSECONDS
    shift = pl.lit(None, dtype=pl.Int64)
    for name in sorted(set(zones)):
        table = zone_table(name)
        position = (pl.lit(pl.Series(table.changes)).search_sorted(seconds, side="right").cast(pl.Int64) - 1).clip(0)
        offset = pl.lit(pl.Series(table.offsets)).gather(position)
        shift = pl.when(time_zone == name).then(offset).otherwise(shift)
    moved = at.cast(INSTANT).to_physical() + shift * MICROSECONDS
    return pl.when(at.is_not_null()).then(moved).cast(pl.Datetime("us"))
