"""Which time zone do the customers of a region live in, where its name tells?

The names are those of the pinned `tzdata` package: countries, and the zones themselves. A country whose parts keep
different hours has none, but where the database names one zone as that of its mainland or of most of it.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files

import numpy as np
import polars as pl

from analytics.hours import CELL, every_hour
from analytics.timezones import local, to_local_seconds

_OTHER_NAMES = {
    "uk": "GB",
    "united kingdom": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "south korea": "KR",
    "czechia": "CZ",
    "the netherlands": "NL",
    "uae": "AE",
    "türkiye": "TR",
}
_TWO_PLACES = {"georgia"}
"""Names of countries that are those of states elsewhere as well."""

_ONE_BY_LAW = {"CN": "Asia/Shanghai"}
"""Countries that keep one official time, whatever clocks in a part of them show."""

_YEARS = np.arange(np.datetime64("2010-01-01"), np.datetime64("2035-01-01"), 7).astype("datetime64[s]").astype(np.int64)


@lru_cache(maxsize=4096)
def zone_of(region: str) -> str | None:
    """The time zone a region's name tells: of a country, of several that keep the same hours, or a zone's own name.

    Example:
        >>> zone_of("Japan"), zone_of("UK & Ireland"), zone_of("America/Toronto")
        ('Asia/Tokyo', 'Europe/London', 'America/Toronto')
        >>> zone_of("North America"), zone_of("United States"), zone_of("Nordics")
        (None, None, None)

    Source: iso3166.tab and zone.tab of the tz database.
    """
    if region in _listed():
        return region
    countries, whole = _countries(), region.strip().casefold()
    parts = [part.strip() for part in re.split(r"[&,/+]|\s+and\s+", whole) if part.strip()]
    codes = [countries.get(part) for part in ([whole] if whole in countries else parts)]
    found = [_zone_in(code) if code else None for code in codes]
    known = [zone for zone in found if zone]
    return known[0] if known and len(known) == len(found) and _alike(known) else None


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    """Country codes by name, in small letters."""
    named = {row[1].casefold(): row[0] for row in _table("iso3166.tab", 2)}
    return {name: code for name, code in {**named, **_OTHER_NAMES}.items() if name not in _TWO_PLACES}


@lru_cache(maxsize=1)
def _listed() -> dict[str, tuple[str, str]]:
    """Every zone with its country's code, and what part of the country it is for."""
    return {row[2]: (row[0], row[3]) for row in _table("zone.tab", 4)}


@lru_cache(maxsize=512)
def _zone_in(code: str) -> str | None:
    """The zone of a country: its only one, that of most of it, or any where all are alike."""
    name = next(row[1] for row in _table("iso3166.tab", 2) if row[0] == code)
    notes = {zone: note for zone, (country, note) in _listed().items() if country == code}
    main = [zone for zone, note in notes.items() if note in {f"most of {name}", f"{name} (mainland)"}]
    own = [_ONE_BY_LAW[code]] if code in _ONE_BY_LAW else main or list(notes)
    return own[0] if own and _alike(own) else None


def _table(name: str, columns: int) -> list[list[str]]:
    """The rows of a table of the tz database, filled up to so many columns."""
    text = (files("tzdata") / "zoneinfo" / name).read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return [[*row, *[""] * (columns - len(row))] for row in rows]


def _alike(zones: Iterable[str]) -> bool:
    """Whether clocks in these zones have shown the same since 2010, and will."""
    first, *others = zones
    return all(np.array_equal(to_local_seconds(_YEARS, first), to_local_seconds(_YEARS, each)) for each in others)


def zones_of(clocks: pl.DataFrame) -> dict[str, str]:
    """The zone of each region of the clocks whose name tells one; sorted by region."""
    regions = clocks["region"].unique().drop_nulls().cast(pl.String).sort()
    zones = {region: zone_of(region) for region in regions}
    return {region: zone for region, zone in zones.items() if zone}


def elsewhere(clocks: pl.DataFrame, zones: Mapping[str, str]) -> bool:
    """Whether the customers of some region keep other hours than a desk that serves them."""
    pairs = clocks.select(pl.col("region", "time_zone").cast(pl.String)).unique().drop_nulls().rows()
    return any(region in zones and not _alike([zones[region], desk]) for region, desk in pairs)


def arrivals_at_home(clocks: pl.DataFrame, zones: Mapping[str, str]) -> pl.DataFrame:
    """How many clocks started in each hour of the week as the customer's own clock showed it.

    Args:
        clocks: of any state: `started_at`, `region`.
        zones: by region; clocks of others are left out.

    Returns:
        `weekday`, `hour`, `arrivals`; 168 rows, sorted.
    """
    zone = pl.col("region").cast(pl.String).replace_strict(zones, default=None, return_dtype=pl.String)
    at = local(pl.col("started_at"), zone, zones.values())
    known = clocks.lazy().select(at=at).drop_nulls()
    found = known.group_by(weekday=pl.col("at").dt.weekday(), hour=pl.col("at").dt.hour())
    counts = found.agg(arrivals=pl.len().cast(pl.Int64)).collect()
    return every_hour().join(counts, on=CELL, how="left").with_columns(pl.col("arrivals").fill_null(0)).sort(CELL)
