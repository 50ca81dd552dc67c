"""Where local time and UTC meet, and what is said about times that happen twice or never."""

import os
import random
import subprocess
import sys
import zoneinfo
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

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
TimeUnit = Literal["ms", "us", "ns"]
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
    def test_any_unit(self, unit: TimeUnit) -> None:
        at, _, _ = localise(self.WALLS.cast(pl.Datetime(unit)).tail(2), STOCKHOLM)
        assert at.to_list() == list(self.REST[1:])

    def test_nothing(self) -> None:
        at, twice, never = localise(self.WALLS.clear(), STOCKHOLM)
        assert len(at) == len(twice) == len(never) == 0


class TestLocal:
    """What the clock on the wall showed, row by row."""

    def ask(self, rows: list[tuple[datetime | None, str | None]], zones: list[str]) -> list[datetime | None]:
        frame = pl.DataFrame(rows, schema={"at": pl.Datetime("us", "UTC"), "zone": pl.String}, orient="row")
        found = frame.select(local(pl.col("at"), pl.col("zone"), zones)).to_series()
        assert found.dtype == pl.Datetime("us")
        return found.to_list()

    def test_each_row_in_its_own_zone(self) -> None:
        at = utc("2026-07-06T06:00:00.000007")
        rows = [(at, STOCKHOLM), (at, "Asia/Kathmandu"), (at, "America/New_York")]
        shown = [datetime(2026, 7, 6, hour, minute, 0, 7) for hour, minute in ((8, 0), (11, 45), (2, 0))]
        assert self.ask(list(rows), [STOCKHOLM, "Asia/Kathmandu", "America/New_York"]) == shown

    def test_unknown_is_null(self) -> None:
        at = utc("2026-07-06T06:00:00")
        assert self.ask([(None, STOCKHOLM), (at, None), (at, "UTC"), (None, None)], [STOCKHOLM]) == [None] * 4

    def test_no_zones(self) -> None:
        assert self.ask([(utc("2026-07-06T06:00:00"), STOCKHOLM)], []) == [None]

    def test_the_repeated_hour_is_shown_twice(self) -> None:
        rows = [(utc(f"2026-10-25T{hour:02d}:30:00"), STOCKHOLM) for hour in (0, 1)]
        assert self.ask(list(rows), [STOCKHOLM]) == [datetime(2026, 10, 25, 2, 30)] * 2

    def test_agrees_with_zoneinfo(self) -> None:
        rows = [(at, ZONES[number % len(ZONES)]) for number, at in enumerate(instants(3, 4000, FIRST_YEAR, LAST_YEAR))]
        shown = [at.astimezone(zoneinfo.ZoneInfo(zone)).replace(tzinfo=None) for at, zone in rows]
        assert self.ask(list(rows), list(ZONES)) == shown


PROGRAM = """
from datetime import UTC, date, datetime
import polars as pl
from analytics.schedule import Schedule, deadline, elapsed
from analytics.timezones import local, localise

hours = Schedule.weekly("office", "Europe/Stockholm", {"mon-fri": ["08:00-17:00"]})
at = datetime(2026, 3, 27, 12, 30, tzinfo=UTC)
frame = pl.DataFrame({"at": [at], "end": [datetime(2026, 4, 1, tzinfo=UTC)], "zone": ["Europe/Stockholm"]})
print(frame.select(
    elapsed(pl.col("at"), pl.col("end"), hours).cast(pl.String),
    due=deadline(pl.col("at"), pl.lit(36000), hours).dt.timestamp().cast(pl.String),
    wall=local(pl.col("at"), pl.col("zone"), ["Europe/Stockholm"]).cast(pl.String),
).rows())
repeated = pl.Series([datetime(2026, 10, 25, 2, 30)])
print([part.to_physical().to_list() for part in localise(repeated, "Europe/Stockholm")])
"""


def test_the_zone_of_the_machine_does_not_matter() -> None:
    def answer(time_zone: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            check=True,
            capture_output=True,
            text=True,
            cwd=Path(__file__).parents[2],
            env={**os.environ, "TZ": time_zone},
        )
        return done.stdout

    answers = {zone: answer(zone) for zone in ("UTC", "Pacific/Chatham", "America/St_Johns")}
    assert len(set(answers.values())) == 1, answers
    assert "2026-03-27 13:30:00" in answers["UTC"]
