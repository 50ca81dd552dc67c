"""Where local time and UTC meet, and what is said about times that happen twice or never."""

import os
import random
import subprocess
import sys
import zoneinfo
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from analytics.errors import UnknownNameError
from analytics.timezones import (
    FIRST_YEAR,
    LAST_YEAR,
    Ambiguous,
    local,
    localise,
    to_utc_seconds,
    version_of_zones,
    zone_table,
)

STOCKHOLM = "Europe/Stockholm"
ZONES = (
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Havana",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Santiago",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Tehran",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Europe/Dublin",
    "Europe/London",
    "Europe/Stockholm",
    "Pacific/Apia",
    "Pacific/Chatham",
    "UTC",
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def naive_seconds(text: str) -> int:
    return (datetime.fromisoformat(text).replace(tzinfo=UTC) - EPOCH) // SECOND


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def converted(text: str, time_zone: str, ambiguous: Ambiguous = "earliest") -> datetime:
    seconds = to_utc_seconds(np.array([naive_seconds(text)]), time_zone, ambiguous)
    return EPOCH + timedelta(seconds=int(seconds[0]))


def instants(seed: int, count: int, first: int, last: int) -> list[datetime]:
    dice = random.Random(seed)
    lower, upper = datetime(first, 1, 1, tzinfo=UTC), datetime(last, 1, 1, tzinfo=UTC)
    return [lower + timedelta(seconds=dice.randrange((upper - lower) // SECOND)) for _ in range(count)]


class TestToUtcSeconds:
    """A gap is read with the old offset, an overlap as the earlier instant."""

    @pytest.mark.parametrize(
        ("time_zone", "wall", "instant"),
        [
            (STOCKHOLM, "2026-01-05T08:00:00", "2026-01-05T07:00:00"),
            (STOCKHOLM, "2026-07-06T08:00:00", "2026-07-06T06:00:00"),
            (STOCKHOLM, "2026-03-29T01:59:59", "2026-03-29T00:59:59"),
            (STOCKHOLM, "2026-03-29T02:00:00", "2026-03-29T01:00:00"),
            (STOCKHOLM, "2026-03-29T02:59:59", "2026-03-29T01:59:59"),
            (STOCKHOLM, "2026-03-29T03:00:00", "2026-03-29T01:00:00"),
            ("Australia/Lord_Howe", "2026-10-04T02:15:00", "2026-10-03T15:45:00"),
            ("Pacific/Apia", "2011-12-30T12:00:00", "2011-12-30T22:00:00"),
        ],
    )
    def test_gap(self, time_zone: str, wall: str, instant: str) -> None:
        assert converted(wall, time_zone) == converted(wall, time_zone, "latest") == utc(instant)

    @pytest.mark.parametrize(
        ("time_zone", "wall", "earliest", "latest"),
        [
            (STOCKHOLM, "2026-10-25T01:59:59", "2026-10-24T23:59:59", "2026-10-24T23:59:59"),
            (STOCKHOLM, "2026-10-25T02:00:00", "2026-10-25T00:00:00", "2026-10-25T01:00:00"),
            (STOCKHOLM, "2026-10-25T02:59:59", "2026-10-25T00:59:59", "2026-10-25T01:59:59"),
            (STOCKHOLM, "2026-10-25T03:00:00", "2026-10-25T02:00:00", "2026-10-25T02:00:00"),
            ("Australia/Lord_Howe", "2026-04-05T01:45:00", "2026-04-04T14:45:00", "2026-04-04T15:15:00"),
            ("America/Havana", "2025-11-02T00:30:00", "2025-11-02T04:30:00", "2025-11-02T05:30:00"),
        ],
    )
    def test_overlap(self, time_zone: str, wall: str, earliest: str, latest: str) -> None:
        assert converted(wall, time_zone) == utc(earliest)
        assert converted(wall, time_zone, "latest") == utc(latest)

    @pytest.mark.parametrize("time_zone", ZONES)
    @pytest.mark.parametrize(("ambiguous", "fold"), [("earliest", 0), ("latest", 1)])
    def test_agrees_with_zoneinfo(self, time_zone: str, ambiguous: Ambiguous, fold: int) -> None:
        zone = zoneinfo.ZoneInfo(time_zone)
        changes = [EPOCH + timedelta(seconds=int(change)) for change in zone_table(time_zone).changes[1:]]
        near = [(at + hours * timedelta(hours=1)).astimezone(zone) for at in changes for hours in range(-2, 3)]
        walls = [at.replace(tzinfo=None) for at in [*near, *instants(1, 500, 1971, 2099)] if at.year < LAST_YEAR - 1]
        seconds = np.array([naive_seconds(wall.isoformat()) for wall in walls])
        found = to_utc_seconds(seconds, time_zone, ambiguous).tolist()
        for wall, answer in zip(walls, found, strict=True):
            before = wall.replace(tzinfo=zone, fold=0)
            real = before.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wall
            meant = wall.replace(tzinfo=zone, fold=fold) if real else before
            assert EPOCH + timedelta(seconds=answer) == meant.astimezone(UTC), wall


class TestZoneTable:
    """Our own table of offset changes."""

    @pytest.mark.parametrize("time_zone", ZONES)
    def test_agrees_with_zoneinfo(self, time_zone: str) -> None:
        table, zone = zone_table(time_zone), zoneinfo.ZoneInfo(time_zone)
        edges = [EPOCH + timedelta(seconds=int(change) + step) for change in table.changes[1:] for step in (-1, 0, 1)]
        for at in [*edges, *instants(2, 1000, FIRST_YEAR, LAST_YEAR)]:
            position = np.searchsorted(table.changes, (at - EPOCH) // SECOND, side="right") - 1
            offset = at.astimezone(zone).utcoffset()
            assert offset is not None
            assert int(table.offsets[position]) == round(offset.total_seconds()), at

    def test_an_unknown_zone_is_named_with_a_hint(self) -> None:
        with pytest.raises(UnknownNameError) as raised:
            zone_table("Europe/Stokholm")
        assert "no time zone 'Europe/Stokholm'" in str(raised.value)
        assert "Did you mean" in str(raised.value)

    def test_a_zone_without_its_continent_gets_the_whole_name(self) -> None:
        with pytest.raises(UnknownNameError, match="Europe/Stockholm"):
            zone_table("Stockholm")

    @pytest.mark.parametrize("name", ["", "/etc/localtime", "../UTC", "Mars/Olympus", "Europe", "CET-1CEST"])
    def test_nothing_but_names_of_the_database_is_taken(self, name: str) -> None:
        with pytest.raises(UnknownNameError, match="no time zone"):
            zone_table(name)

    def test_zones_come_from_the_pinned_package(self) -> None:
        assert zoneinfo.TZPATH == ()
        assert version_of_zones() >= "2026"


class TestLocalise:
    """Naive times of an import, with flags for the data page."""

    WALLS = pl.Series(
        "created",
        [
            datetime(2026, 7, 6, 8, 0, 0, 250_000),
            datetime(2026, 10, 25, 2, 30, 0, 1),
            datetime(2026, 3, 29, 2, 30),
            None,
            datetime(2026, 10, 25, 3, 0),
            datetime(2026, 3, 29, 3, 0),
        ],
        dtype=pl.Datetime("us"),
    )
    REST = (None, utc("2026-10-25T02:00:00"), utc("2026-03-29T01:00:00"))

    def test_earliest(self) -> None:
        at, twice, never = localise(self.WALLS, STOCKHOLM)
        first = [utc("2026-07-06T06:00:00.250000"), utc("2026-10-25T00:30:00.000001"), utc("2026-03-29T01:30:00")]
        assert at.to_list() == [*first, *self.REST]
        assert twice.to_list() == [False, True, False, False, False, False]
        assert never.to_list() == [False, False, True, False, False, False]

    def test_latest(self) -> None:
        at, twice, never = localise(self.WALLS, STOCKHOLM, "latest")
        first = [utc("2026-07-06T06:00:00.250000"), utc("2026-10-25T01:30:00.000001"), utc("2026-03-29T01:30:00")]
        assert at.to_list() == [*first, *self.REST]
        assert twice.to_list() == [False, True, False, False, False, False]
        assert never.to_list() == [False, False, True, False, False, False]

    def test_name_and_types(self) -> None:
        at, twice, never = localise(self.WALLS, STOCKHOLM)
        assert (at.name, at.dtype) == ("created", pl.Datetime("us", "UTC"))
        assert twice.dtype == never.dtype == pl.Boolean

    @pytest.mark.parametrize("unit", ["ms", "us", "ns"])
    def test_any_unit(self, unit: pl.TimeUnit) if False else None: ...
