"""Rosters made by the tests."""

from datetime import date

import polars as pl

from analytics.staffing.roster_rows import Line, roster_of

MONDAY, SUNDAY = date(2026, 3, 2), date(2026, 3, 8)
ANN = {"agent": "Ann", "weekday": "Mon-Fri", "from": "08:00", "to": "16:00", "zone": "UTC"}
STOCKHOLM = ANN | {"zone": "Europe/Stockholm"}


def roster(*said: dict[str, str]) -> pl.DataFrame:
    return roster_of([Line(f"line {number}", each) for number, each in enumerate(said, 2)], "roster.csv")


def away(activity: str, **said: str) -> dict[str, str]:
    """An absence of Ann's, unless it says whose."""
    named = {"from_": "from", "to_": "to"}
    return {"agent": "Ann", "zone": "UTC", "activity": activity} | {named.get(key, key): at for key, at in said.items()}
