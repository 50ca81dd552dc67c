"""Which desks are there, when are they open, and on which local days does the history take place?

Times in the simulation are whole seconds after EPOCH, so that the event loop handles plain integers.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import holidays as holiday_calendars
import numpy as np
import numpy.typing as npt

from analytics.schedule import Schedule
from analytics.timezones import to_utc_seconds

Integers = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

DAY, HOUR, MINUTE = 86_400, 3_600, 60
FIRST_DAY, LAST_DAY = date(2025, 9, 23), date(2026, 11, 23)
EPOCH = int(datetime(2025, 9, 22, tzinfo=UTC).timestamp())
_UNIX = date(1970, 1, 1)

TEAMS = ("Service desk", "Applications", "Infrastructure")
SERVICE_DESK, APPLICATIONS, INFRASTRUCTURE = range(len(TEAMS))


@dataclass(frozen=True)
class Desk:
    """One desk: a region's tickets, in one time zone.

    Attributes:
        schedule: as the policy file calls its opening hours.
        region: of every ticket it takes.
        share: of all tickets.
        opens, closes: local hours, Monday to Friday.
        crew: people a team, in the order of TEAMS, for 60,000 tickets.
        quiet_summer: July's volume against a plain month.
        away_in_july: one in so many people of a team is on leave at a time in July.
    """

    schedule: str
    region: str
    time_zone: str
    country: str
    subdivision: str | None
    categories: tuple[str, ...]
    share: float
    opens: int
    closes: int
    crew: tuple[float, float, float]
    quiet_summer: float
    away_in_july: int

    def days_off(self) -> frozenset[date]:
        """Public holidays on which the desk stays closed."""
        years = range(FIRST_DAY.year, LAST_DAY.year + 2)
        found = holiday_calendars.country_holidays(
            self.country, subdiv=self.subdivision, years=years, categories=self.categories
        )
        return frozenset(found)

    def opening_hours(self) -> Schedule:
        """The desk's opening hours over the history and the weeks around it."""
        return self._weekly({"mon-fri": [f"{self.opens:02}:00-{self.closes:02}:00"]})

    def customer_hours(self) -> Schedule:
        """When customers are at work and answer: longer than the desk."""
        return self._weekly({"mon-fri": ["07:00-19:00"]})

    def _weekly(self, hours: dict[str, list[str]]) -> Schedule:
        weekly = Schedule.weekly(self.schedule, self.time_zone, hours, self.days_off())
        return weekly.over(FIRST_DAY - timedelta(days=7), LAST_DAY + timedelta(days=400))


DESKS = (
    Desk(
        schedule="stockholm",
        region="Nordics",
        time_zone="Europe/Stockholm",
        country="SE",
        subdivision=None,
        categories=("public", "de_facto"),
        share=0.45,
        opens=8,
        closes=17,
        crew=(16.3, 6.3, 5.8),
        quiet_summer=0.70,
        away_in_july=3,
    ),
    Desk(
        schedule="london",
        region="UK & Ireland",
        time_zone="Europe/London",
        country="GB",
        subdivision="ENG",
        categories=("public",),
        share=0.30,
        opens=8,
        closes=18,
        crew=(10.9, 4.4, 4.2),
        quiet_summer=0.92,
        away_in_july=4,
    ),
    Desk(
        schedule="new_york",
        region="North America",
        time_zone="America/New_York",
        country="US",
        subdivision=None,
        categories=("public",),
        share=0.25,
        opens=8,
        closes=18,
        crew=(9.25, 3.7, 3.3),
        quiet_summer=0.95,
        away_in_july=4,
    ),
)


@lru_cache(maxsize=4)
def days() -> tuple[date, ...]:
    """Every local date of the history."""
    return tuple(FIRST_DAY + timedelta(days=step) for step in range((LAST_DAY - FIRST_DAY).days + 1))


def midnights(dates: tuple[date, ...]) -> Integers:
    """Local midnights as wall-clock seconds from 1970."""
    return np.array([(day - _UNIX).days * DAY for day in dates], dtype=np.int64)


def since_epoch(local: Integers, time_zone: str) -> Integers:
    """Simulation seconds of local wall-clock seconds."""
    return to_utc_seconds(local, time_zone) - EPOCH


def instant(day: date, hour: float, time_zone: str) -> int:
    """Simulation seconds of one local date and hour."""
    wall = np.array([(day - _UNIX).days * DAY + round(hour * HOUR)], dtype=np.int64)
    return int(since_epoch(wall, time_zone)[0])
