"""Does a region's name tell its zone only where it does, and are arrivals counted by the customer's own clock?"""

from datetime import UTC, datetime

import polars as pl
import pytest

from analytics.places import arrivals_at_home, elsewhere, zone_of, zones_of
from analytics.timezones import INSTANT


@pytest.mark.parametrize(
    ("region", "zone"),
    [
        ("Sweden", "Europe/Stockholm"),
        ("sweden ", "Europe/Stockholm"),
        ("Germany", "Europe/Berlin"),
        ("Spain", "Europe/Madrid"),
        ("New Zealand", "Pacific/Auckland"),
        ("China", "Asia/Shanghai"),
        ("India", "Asia/Kolkata"),
        ("UK", "Europe/London"),
        ("UK & Ireland", "Europe/London"),
        ("Trinidad & Tobago", "America/Port_of_Spain"),
        ("Asia/Tokyo", "Asia/Tokyo"),
        ("United States", None),
        ("Canada", None),
        ("Australia", None),
        ("Sweden and Finland", None),
        ("Sweden, Atlantis", None),
        ("Nordics", None),
        ("CA", None),
        ("Georgia", None),
        ("", None),
        ("&", None),
    ],
)
def test_zones_of_regions(region: str, zone: str | None) -> None:
    assert zone_of(region) == zone


def clocks(*rows: tuple[str | None, str, str]) -> pl.DataFrame:
    made = [(region, desk, datetime.fromisoformat(at).replace(tzinfo=UTC)) for region, desk, at in rows]
    schema = {
        "region": pl.Enum(["Japan", "Sweden", "Norway", "Nordics"]),
        "time_zone": pl.String,
        "started_at": INSTANT,
    }
    return pl.DataFrame(made, schema=schema, orient="row")


DESK = "Europe/Stockholm"
MIXED = clocks(
    ("Japan", DESK, "2026-07-05T16:30"),
    ("Japan", DESK, "2026-07-05T23:10"),
    ("Sweden", DESK, "2026-07-05T23:10"),
    ("Nordics", DESK, "2026-07-05T23:10"),
    (None, DESK, "2026-07-05T23:10"),
)


def test_arrivals_are_counted_in_the_customers_own_time() -> None:
    zones = zones_of(MIXED)
    assert zones == {"Japan": "Asia/Tokyo", "Sweden": DESK}
    found = arrivals_at_home(MIXED, zones)
    assert found.height == 168
    assert found.filter(pl.col("arrivals") > 0).rows() == [(1, 1, 2), (1, 8, 1)]
    assert arrivals_at_home(MIXED, {})["arrivals"].sum() == 0


def test_only_where_a_region_keeps_other_hours_than_its_desk_is_there_something_to_choose() -> None:
    assert elsewhere(MIXED, zones_of(MIXED))
    near = clocks(("Norway", DESK, "2026-07-05T16:30"), ("Nordics", "Asia/Tokyo", "2026-07-05T16:30"))
    assert zones_of(near) == {"Norway": "Europe/Oslo"}
    assert not elsewhere(near, zones_of(near))
    assert not elsewhere(near.clear(), {})
